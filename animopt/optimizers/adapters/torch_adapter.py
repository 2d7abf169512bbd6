"""from_torch: the optimizers of PyTorch, and third-party classes in its style."""

from __future__ import annotations

import copy
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

import numpy as np

from animopt.errors import InvalidInput, installed, short
from animopt.optimizers.adapters.foreign import Foreign, adopt
from animopt.optimizers.base import Optimizer
from animopt.surfaces.objective import Objective
from animopt.typing import Points

# How a step is taken: which of these a class understands is tried out once.
_WAYS = ("dense", "closure", "sparse")
# Keywords that say how something is computed, not what.
_MACHINERY = ("params", "foreach", "fused", "capturable", "differentiable")


def from_torch(cls: Any, **settings: Any) -> Optimizer:
    """Return an optimizer of PyTorch as one of ours: x <- x after ``cls([x], ...).step()``.

    Each start, shape (2,) and float64, has an instance of its own, so the path is that of torch's
    own loop to the last bit. Classes of other packages, and those that call a closure back, such as
    LBFGS, go too. What a class draws from torch's generator starts from seed 0, and leaves the
    generator as it was. x is loaded before each step, so wrappers work.

    Args:
        cls: the class, such as ``torch.optim.AdamW``.
        settings: its keywords, and ``label``. Each number is a hyperparameter, and may be a
            schedule; the parts of ``betas`` are ``beta1`` and ``beta2``.

    Raises:
        InvalidInput: it is no class of optimizers, it refuses the settings, or it cannot be driven
            by a gradient or a closure.
        ExportError: torch is not installed.

    Source: https://docs.pytorch.org/docs/stable/optim.html
    """
    torch = installed("from_torch()", "torch", "torch")
    if not (isinstance(cls, type) and issubclass(cls, torch.optim.Optimizer)):
        raise InvalidInput(
            f"from_torch({short(cls)}): give a class of optimizers, such as torch.optim.AdamW"
        )
    return adopt(_Torch, cls, f"{cls.__name__} (torch)", settings, {}, _MACHINERY)


class _Row(NamedTuple):
    """One start: its parameter, the optimizer of it, and the state of torch's generator."""

    parameter: Any
    optimizer: Any
    drawn: Any

    def __deepcopy__(self, memo: dict[int, Any]) -> _Row:
        """Return a copy that shares nothing."""
        # deepcopy(optimizer) forgets what a class keeps on itself (LBFGS), and with a memo of its
        # own it would hold other parameters than the copied ones. Hooks may hold anything.
        optimizer = object.__new__(type(self.optimizer))
        memo[id(self.optimizer)] = optimizer
        parameter = copy.deepcopy(self.parameter, memo)
        for name, value in vars(self.optimizer).items():
            hooks = name.endswith("_hooks")
            vars(optimizer)[name] = OrderedDict() if hooks else copy.deepcopy(value, memo)
        return _Row(parameter, optimizer, self.drawn)


@dataclass(frozen=True, repr=False)
class _Torch(Foreign):
    """PyTorch: x <- x after ``step()`` of the class's own."""

    door: ClassVar[Any] = staticmethod(from_torch)
    _way: ClassVar[str] = "dense"

    def _try(self) -> dict[str, Any]:
        errors = []
        for way in _WAYS:
            row = self._begin(np.ones(2))
            try:
                self._take(way, row, np.ones(2), lambda x: (float(x @ x / 2), x))
            except Exception as error:
                errors.append(error)
            else:
                return {"_way": way, "needs_objective": way == "closure"}
        raise errors[0]

    def _begin(self, point: Points) -> _Row:
        import torch

        parameter = torch.nn.Parameter(torch.tensor(point, dtype=torch.float64))
        with _drawing(None) as drawn:
            optimizer = self.source([parameter], **self._keywords())
        return _Row(parameter, optimizer, drawn[0])

    def _follow(self, gradient: Points, point: Points, state: _Row) -> tuple[Points, _Row]:
        return self._take(self._way, copy.deepcopy(state), point, lambda x: (0.0, gradient))

    def _descend(self, objective: Objective, point: Points, state: _Row) -> tuple[Points, _Row]:
        def loss(x: Points) -> tuple[float, Points]:
            return float(objective.value(x[None])[0]), objective.gradient(x[None])[0]

        return self._take(self._way, copy.deepcopy(state), point, loss)

    def _take(
        self, way: str, row: _Row, point: Points, loss: Callable[[Points], tuple[float, Points]]
    ) -> tuple[Points, _Row]:
        """Return the point and the row after a step, which changes the row that is given."""
        import torch

        parameter, optimizer, drawn = row
        self._reset(optimizer)
        with torch.no_grad():
            parameter.copy_(torch.tensor(point))

        def closure() -> Any:
            value, gradient = loss(parameter.detach().numpy().copy())
            dense = torch.tensor(gradient)
            parameter.grad = dense.to_sparse() if way == "sparse" else dense
            return torch.tensor(value, dtype=torch.float64)

        with _drawing(drawn) as after:
            if way == "closure":
                optimizer.step(closure)
            else:
                closure()
                optimizer.step()
        return parameter.detach().numpy().copy(), _Row(parameter, optimizer, after[0])

    def _reset(self, optimizer: Any) -> None:
        """Let the optimizer have what the schedules say."""
        for word, value in self._changed().items():
            for group in optimizer.param_groups:
                if word in group:
                    group[word] = value
                elif hasattr(optimizer, word):
                    setattr(optimizer, word, value)
                else:
                    raise self._read_once(word)


@contextmanager
def _drawing(state: Any) -> Iterator[list[Any]]:
    """Let torch draw from a state of the generator, None for seed 0; append the state after it."""
    import torch

    generator = torch.default_generator
    before = generator.get_state()
    after: list[Any] = []
    try:
        generator.manual_seed(0) if state is None else generator.set_state(state)
        yield after
        after.append(generator.get_state())
    finally:
        generator.set_state(before)
