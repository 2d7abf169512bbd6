"""from_scipy: the methods of scipy.optimize.minimize."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock
from typing import Any, ClassVar

import numpy as np

from animopt.errors import InvalidInput, did_you_mean, installed, short
from animopt.optimizers.adapters.dialogue import Conversing, Question, Talk, threaded
from animopt.optimizers.adapters.foreign import adopt
from animopt.optimizers.base import Optimizer
from animopt.typing import Array, Points

# The derivatives that a method takes.
_BOTH = ("gradient", "hessian")
_METHODS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("Nelder-Mead", "Powell", "COBYLA", "COBYQA"), ()),
    **dict.fromkeys(("CG", "BFGS", "L-BFGS-B", "TNC", "SLSQP"), ("gradient",)),
    **dict.fromkeys(("Newton-CG", "trust-constr", "dogleg", "trust-ncg"), _BOTH),
    **dict.fromkeys(("trust-exact", "trust-krylov"), _BOTH),
}
# The arguments of minimize itself; what else is given is among its ``options``.
_ARGUMENTS = ("bounds", "constraints", "hess", "hessp", "jac", "tol")


def from_scipy(method: str, **settings: Any) -> Optimizer:
    """Return a method of ``scipy.optimize.minimize`` as an optimizer; a step is one callback.

    The path is that of scipy's iterates to the last bit, and it ends at scipy's result. The exact
    gradient and Hessian are passed to the methods that take them. COBYLA and COBYQA call back at
    every evaluation, Powell after every sweep. scipy holds x itself, so a wrapper that moves x has
    no effect on it.

    Args:
        method: such as "BFGS"; in lower case, too.
        settings: the method's options, such as ``gtol=1e-8``; ``tol``, ``bounds``, ``constraints``;
            ``jac="2-point"`` and ``hess="2-point"`` for differences instead; and ``label``. They
            are read once, so none can be a schedule.

    Raises:
        InvalidInput: there is no such method, or it refuses the settings.
        ExportError: scipy is not installed.

    Source: https://docs.scipy.org/doc/scipy/reference/generated/scipy.optimize.minimize.html
    """
    installed("from_scipy()", "scipy", "scipy")
    known = {name.casefold(): name for name in _METHODS}
    name = known.get(method.casefold()) if isinstance(method, str) else None
    if name is None:
        hint = did_you_mean(str(method), _METHODS)
        raise InvalidInput(f"from_scipy({short(method)}): there is no such method{hint}")
    return adopt(_SciPy, name, f"{name} (scipy)", settings, {}, ())


@dataclass(frozen=True, repr=False)
class _SciPy(Conversing):
    """scipy.optimize.minimize: x <- the iterate of the next callback."""

    door: ClassVar[Any] = staticmethod(from_scipy)

    def _try(self) -> dict[str, Any]:
        import warnings

        from scipy.optimize import OptimizeWarning

        with warnings.catch_warnings():
            warnings.simplefilter("error", OptimizeWarning)  # an unknown option
            minimize = self._minimization(np.zeros(2))
            minimize(lambda question: _BOWL[question.kind](question.points), lambda x: None)
        return {}

    def _talk(self, start: Points) -> Talk:
        minimize = self._minimization(start)
        talk = threaded(lambda say: minimize(say, say))
        try:
            with _own_lock():
                message = next(talk)
            while True:
                message = talk.send((yield message))
        except StopIteration:
            return

    def _minimization(self, start: Points) -> Callable[..., None]:
        """Return a function that minimizes, with two to call: for an answer and for an iterate."""
        from scipy.optimize import minimize

        keywords = self._keywords()
        arguments = {word: keywords.pop(word) for word in _ARGUMENTS if word in keywords}

        def run(ask: Callable[[Question], Array], report: Callable[[Points], Any]) -> None:
            def asking(kind: str) -> Callable[[Points], Any]:
                return lambda x: ask(Question(kind, np.array(x, dtype=np.float64)[None]))[0]

            takes = _METHODS[self.source]
            exact = {w: asking(k) for w, k in (("jac", _BOTH[0]), ("hess", _BOTH[1])) if k in takes}
            result = minimize(
                asking("value"),
                start,
                method=self.source,
                callback=lambda x, *more: report(np.array(x)),
                options=keywords,
                **(exact | arguments),
            )
            report(np.array(result.x))

        return run


@contextmanager
def _own_lock() -> Iterator[None]:
    """Let a COBYQA that begins here take a lock of its own.

    scipy's one lock is held until a run ends, so of two that take turns, step by step, one would
    wait for ever.
    """
    from scipy.optimize import _cobyqa_py

    shared = _cobyqa_py.COBYQA_LOCK
    _cobyqa_py.COBYQA_LOCK = Lock()
    try:
        yield
    finally:
        _cobyqa_py.COBYQA_LOCK = shared


_BOWL: dict[str, Callable[[Points], Any]] = {
    "value": lambda x: (x * x).sum(axis=-1) / 2,
    "gradient": lambda x: x,
    "hessian": lambda x: np.eye(2)[None],
}
