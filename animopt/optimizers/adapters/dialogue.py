"""Dialogue: a method that runs by itself, as one step after the other.

Such a method keeps its state where nobody can copy it: in local variables, in an object. It is
written as a generator, which yields questions, and is sent the answers, and yields the point at the
end of each step. Since it is deterministic, the answers so far are its state: from them it can be
brought again to where it was.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextvars import copy_context
from dataclasses import dataclass
from functools import partial
from queue import SimpleQueue
from threading import Thread
from typing import Any, ClassVar, NamedTuple, TypeAlias

import numpy as np

from animopt.optimizers.adapters.foreign import Foreign
from animopt.surfaces.objective import Objective
from animopt.typing import Points


class Question(NamedTuple):
    """What a method asks for, the value, the gradient or the hessian, and where: (m, 2)."""

    kind: str
    points: Points


Talk: TypeAlias = Generator[Question | Points, Any, None]
"""Yields questions, to be sent the m answers, and points, shape (2,), to be sent None."""


class Dialogue:
    """One run of a method, with what was said in each step."""

    def __init__(self, begin: Callable[[Points], Talk], start: Points) -> None:
        self._begin, self._start = begin, start
        self._talk = begin(start)
        self._said: list[list[Any]] = []
        self.steps = 0
        self.point = start

    def __deepcopy__(self, memo: dict[int, Any]) -> Dialogue:
        """Return itself: ``at`` makes another one where that matters."""
        return self

    def at(self, steps: int) -> Dialogue:
        """Return the dialogue after so many steps: itself, or one that is brought there again."""
        if steps == self.steps:
            return self
        again = Dialogue(self._begin, self._start)
        for said in self._said[:steps]:
            again.advance(partial(_next, iter(said)))
        return again

    def advance(self, answer: Callable[[Question], Any]) -> Points:
        """Take one step and return the point; a method that has ended stays where it is."""
        said: list[Any] = []
        steps, self.steps = self.steps, -1  # an exception leaves it nowhere
        del self._said[steps:]
        reply = None
        try:
            while isinstance(message := self._talk.send(reply), Question):
                reply = answer(message)
                said.append(reply)
            self.point = message
        except StopIteration:
            pass
        self._said.append(said)
        self.steps = steps + 1
        return self.point


@dataclass(frozen=True, repr=False)
class Conversing(Foreign):
    """The base of adapters whose method is a dialogue; the state is (the dialogue, its steps).

    A schedule would have no effect, nor would moving x.
    """

    needs_objective: ClassVar[bool] = True

    def __post_init__(self) -> None:
        for name, value in self.hyperparameters.items():
            if callable(value):
                raise self._read_once(name)
        super().__post_init__()

    def _talk(self, start: Points) -> Talk:
        """Talk about the way from a start, shape (2,)."""
        raise NotImplementedError

    def _begin(self, point: Points) -> Any:
        return Dialogue(self._talk, point.copy()), 0

    def _descend(self, objective: Objective, point: Points, state: Any) -> tuple[Points, Any]:
        asking, finite = False, True

        def answer(question: Question) -> Any:
            nonlocal asking, finite
            asking = True
            # As m batches of one start.
            values = getattr(objective, question.kind)(question.points[:, None])[:, 0]
            asking, finite = False, finite and bool(np.isfinite(values).all())
            return values

        dialogue, steps = state
        dialogue = dialogue.at(steps)
        try:
            return dialogue.advance(answer), (dialogue, steps + 1)
        except (ArithmeticError, ValueError):
            if asking or finite:
                raise
            # The method refuses numbers that are not finite: it has diverged.
            return np.full(2, np.nan), (dialogue, steps + 1)


def _next(answers: Iterator[Any], question: Question) -> Any:
    return next(answers)


class _Stopped(BaseException):
    """Raised in a thread that nobody waits for any more."""


def threaded(work: Callable[[Callable[[Any], Any]], None]) -> Generator[Any, Any, None]:
    """Yield what ``work(say)`` says, and let each ``say`` return what is sent.

    The work has a thread of its own, which runs only while the generator waits for it. When the
    generator is closed, or nobody holds it any longer, the thread ends.
    """
    # The thread holds the queues only: if it held the generator, neither would ever end.
    said: SimpleQueue[tuple[str, Any]] = SimpleQueue()
    replies: SimpleQueue[Any] = SimpleQueue()

    def say(message: Any) -> Any:
        said.put(("says", message))
        reply = replies.get()
        if reply is _Stopped:
            raise _Stopped
        return reply

    def run() -> None:
        try:
            work(say)
            said.put(("ends", None))
        except _Stopped:
            pass
        except BaseException as error:
            said.put(("fails", error))

    # In this context, for NumPy's handling of floating-point errors.
    Thread(target=copy_context().run, args=(run,), daemon=True).start()
    try:
        while (news := said.get())[0] == "says":
            replies.put((yield news[1]))
        if news[0] == "fails":
            raise news[1]
    finally:
        replies.put(_Stopped)
