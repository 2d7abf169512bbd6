"""Whole: a loss of many parameters, of which a slice shows two dimensions."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import deepcopy
from inspect import Parameter, signature
from typing import Any

import numpy as np

from animopt.checks import as_floats
from animopt.errors import InvalidInput, did_you_mean, installed, short
from animopt.surfaces.results import Unfit, real
from animopt.typing import Array, Function

_WHO = "slice_of"
# The modules of torch whose gradient jumps are known by their names.
_KINKED = re.compile(r"ReLU|MaxPool|Hard|Threshold|[Ss]hrink")


class Whole(ABC):
    """A loss of many parameters, laid out one after the other in a flat vector theta.

    Attributes:
        shapes: the shape of each array of parameters by name; a lone array has the name "".
        center: where the parameters stood when this was made, (k,) float64.
        exact: whether there is a gradient besides differences; by_hand: whether a user wrote it.
        kinked: whether the gradient is known to jump; None where only measuring tells.
    """

    exact = by_hand = False
    kinked: bool | None = None

    def __init__(self, loss: Function, arrays: Mapping[str, Any]) -> None:
        self.loss = loss
        self.shapes = {name: tuple(np.shape(array)) for name, array in arrays.items()}
        self.center: Array = np.concatenate(
            [np.asarray(array, dtype=np.float64).ravel() for array in arrays.values()]
        )

    @abstractmethod
    def value(self, theta: Array) -> Any:
        """Return the loss at theta: one number, in the precision in which it is computed."""

    @abstractmethod
    def slope(self, theta: Array) -> Array:
        """Return the gradient at theta, (k,), where it is exact."""

    def steady(self) -> tuple[Any, Any]:
        """Return the loss at the center twice."""
        return self.value(self.center), self.value(self.center)

    @property
    def name(self) -> str:
        """What the loss is called."""
        own = getattr(self.loss, "__name__", "loss")
        return "loss" if own == "<lambda>" else own

    def split(self, theta: Array) -> dict[str, Array]:
        """Return each array of parameters by name, as views of theta."""
        parts, at = {}, 0
        for name, shape in self.shapes.items():
            size = int(np.prod(shape))
            parts[name] = theta[at : at + size].reshape(shape)
            at += size
        return parts

    def joined(self, given: Any) -> Array:
        """Return what is laid out like the center as a flat vector; empty if it is not."""
        arrays = given if isinstance(given, Mapping) else _named(given)
        if arrays is None:
            flat = as_floats(_plain(given)).ravel()
        elif arrays.keys() == self.shapes.keys():
            flat = np.concatenate([as_floats(_plain(arrays[n])).ravel() for n in self.shapes])
        else:
            return np.empty(0)
        return flat if flat.size == self.center.size else np.empty(0)

    def index(self, given: Any) -> int:
        """Return the place in theta of a coordinate: a number, a tuple or a name.

        >>> whole = OfArrays(lambda p: 0.0, {"w": np.zeros((2, 3)), "b": np.zeros(2)}, None)
        >>> whole.index("w[1, 2]"), whole.index("b[0]"), whole.index(-1)
        (5, 6, 7)
        """
        if isinstance(given, str):
            name, at = self._parsed(given)
        elif isinstance(given, (tuple, list)) and len(self.shapes) == 1:
            (name,), at = self.shapes, tuple(given)
        else:
            return _within(given, given, (self.center.size,))
        before = 0
        for other, shape in self.shapes.items():
            if other == name:
                break
            before += int(np.prod(shape))
        return before + _within(given, at, self.shapes[name])

    def words(self, index: int) -> str:
        """Return the name of a place in theta, as ``index`` takes it where arrays have names."""
        for name, shape in self.shapes.items():
            size = int(np.prod(shape))
            if index < size:
                at = ", ".join(map(str, np.unravel_index(index, shape))) if shape else ""
                return (f"{name}[{at}]" if at else name) or f"[{index}]"
            index -= size
        raise IndexError(index)

    def _parsed(self, given: str) -> tuple[str, tuple[int, ...]]:
        """Return the array and the place in it that "0.weight[7, 12]" names."""
        match = re.fullmatch(r"(.*?)\s*(?:\[([-\d,\s]*)\])?\s*", given)
        assert match is not None
        name, at = match[1], match[2] or ""
        if list(self.shapes) == [""]:
            raise InvalidInput(
                f"{_WHO}(directions=...): {given!r} is a name, and the center is one array, whose "
                "coordinates are numbers, such as directions=(0, 1)"
            )
        if name not in self.shapes:
            hint = did_you_mean(name, self.shapes)
            raise InvalidInput(f"{_WHO}(directions=...): no parameters are called {name!r}{hint}")
        return name, tuple(int(part) for part in at.replace(" ", "").split(",") if part)


class OfArrays(Whole):
    """A loss of an array of any shape, or of a dict of arrays by name."""

    def __init__(self, loss: Function, center: Any, gradient: Function | None) -> None:
        self._lone = not isinstance(center, Mapping)
        arrays = {"": center} if self._lone else {str(key): center[key] for key in center}
        checked = {name: as_floats(array) for name, array in arrays.items()}
        for name, array in checked.items():
            if array.size == 0 or not np.isfinite(array).all():
                what = f"center[{name!r}]" if name else "center"
                raise InvalidInput(
                    f"{_WHO}({what}={short(arrays[name])}): give the parameters as an array of "
                    "finite numbers, a dict of such arrays, or a torch module"
                )
        if gradient is not None and not callable(gradient):
            raise InvalidInput(
                f"{_WHO}(gradient={short(gradient)}): give a function of the parameters that "
                "returns as many slopes"
            )
        self._gradient = gradient
        self.exact = self.by_hand = gradient is not None
        super().__init__(loss, checked)

    def value(self, theta: Array) -> Any:
        """Return the loss of the arrays."""
        return _number(self.name, self.loss(self._arguments(theta)))

    def slope(self, theta: Array) -> Array:
        """Return the gradient that was given."""
        assert self._gradient is not None
        slopes = self.joined(given := self._gradient(self._arguments(theta)))
        if slopes.size == 0:
            raise InvalidInput(
                f"{_WHO}(gradient=...) returned {short(given)} for {theta.size} parameters; it "
                "must return one slope for each, laid out like the center"
            )
        return slopes

    def _arguments(self, theta: Array) -> Any:
        parts = self.split(theta.copy())  # which the loss may change
        return parts[""] if self._lone else parts


class OfTorch(Whole):
    """A loss of a torch module or of a tensor, differentiated by autograd.

    A loss that takes the module gets a copy of it, which nobody else changes. One that takes
    nothing is a closure over the module itself: its parameters and buffers are put back after
    each evaluation, and their gradients are not touched.
    """

    exact = True

    def __init__(self, loss: Function, center: Any) -> None:
        self._torch = installed("surfaces.slice_of()", "torch", "torch")
        self._arguments: tuple[Any, ...] = ()
        if hasattr(center, "named_parameters"):
            if _takes_one(loss):
                center = deepcopy(center)
                self._arguments = (center,)
            named = {n: p for n, p in center.named_parameters() if p.requires_grad}
            self._buffers = list(center.buffers())
            if any(_KINKED.search(type(each).__name__) for each in center.modules()):
                self.kinked = True
        else:
            named = {"": center.detach().clone().requires_grad_()}
            self._arguments, self._buffers = (named[""],), []
        if not named:
            raise InvalidInput(f"{_WHO}(center={short(center)}): no parameter requires a gradient")
        self._parameters = list(named.values())
        super().__init__(loss, {name: _plain(each) for name, each in named.items()})

    def value(self, theta: Array) -> Any:
        """Return the loss with these parameters."""
        with self._placed(theta), self._torch.no_grad():
            return _number(self.name, self.loss(*self._arguments))

    def slope(self, theta: Array) -> Array:
        """Return the gradient by autograd, 0 for parameters that the loss does not use."""
        with self._placed(theta), self._torch.enable_grad():
            loss = self.loss(*self._arguments)
            slopes = self._torch.autograd.grad(loss, self._parameters, allow_unused=True)
        return np.concatenate(
            [
                np.zeros(each.numel()) if slope is None else _plain(slope).ravel()
                for each, slope in zip(self._parameters, slopes, strict=True)
            ]
        ).astype(np.float64)

    def steady(self) -> tuple[Any, Any]:
        """Return the loss at the center twice, without a trace in torch's random numbers."""
        with self._torch.random.fork_rng(devices=[]):
            return super().steady()

    @contextmanager
    def _placed(self, theta: Array) -> Iterator[None]:
        """Let the parameters be theta for a while."""
        kept = [each.detach().clone() for each in (*self._parameters, *self._buffers)]
        try:
            parts = self.split(theta).values()
            for each, part in zip(self._parameters, parts, strict=True):
                # Past autograd's version counter: a graph that the user holds stays valid.
                each.data.copy_(self._torch.tensor(part))
            yield
        finally:
            for each, value in zip((*self._parameters, *self._buffers), kept, strict=True):
                each.data.copy_(value)


def whole_of(loss: Any, center: Any, gradient: Function | None) -> Whole:
    """Return a loss and where its parameters stand, or raise InvalidInput."""
    if not callable(loss):
        raise InvalidInput(f"{_WHO}({short(loss)}): give a function of the parameters")
    if center is None:
        raise InvalidInput(
            f"{_WHO}(loss) needs center too, the parameters to cut through: an array, a dict of "
            "arrays, or a torch module"
        )
    is_torch = hasattr(center, "named_parameters") or hasattr(center, "detach")
    if is_torch and gradient is not None:
        raise InvalidInput(f"{_WHO}(gradient=...): torch differentiates this loss; leave it out")
    whole = OfTorch(loss, center) if is_torch else OfArrays(loss, center, gradient)
    first, again = whole.steady()
    if not np.isfinite(first):
        raise InvalidInput(f"{_WHO}({whole.name}): the loss is {first} at the center")
    if not np.isclose(first, again, rtol=10 * float(np.finfo(first.dtype).eps), atol=0):
        raise InvalidInput(
            f"{_WHO}({whole.name}): the center has two losses, {first:.6g} and {again:.6g}; use "
            "the same data each time, and model.eval() where there is dropout"
        )
    return whole


def _number(name: str, given: Any) -> Any:
    """Return what a loss returned as one number of NumPy."""
    try:
        numbers = real(f"{_WHO}({name})", given)
    except Unfit as error:
        raise InvalidInput(str(error)) from error
    if numbers.size != 1:
        raise InvalidInput(
            f"{_WHO}({name}): the loss has shape {numbers.shape}; it must be one number, such as "
            "the mean over the data"
        )
    return numbers.reshape(())[()]


def _within(given: Any, at: Any, shape: Sequence[int]) -> int:
    """Return the flat index of a place in an array, or raise InvalidInput."""
    place = at if isinstance(at, tuple) else (at,)
    whole = all(isinstance(each, (int, np.integer)) for each in place)
    if whole and len(place) == len(shape):
        inside = [-n <= each < n for each, n in zip(place, shape, strict=True)]
        if all(inside):
            at = [int(each) % n for each, n in zip(place, shape, strict=True)]
            return int(np.ravel_multi_index(at, tuple(shape))) if shape else 0
    known = f"{shape[0]} parameters" if len(shape) == 1 else f"an array of shape {tuple(shape)}"
    raise InvalidInput(f"{_WHO}(directions=...): {short(given)} is no place in {known}")


def _takes_one(loss: Callable[..., Any]) -> bool:
    """Return whether a loss of a module takes it, rather than being a closure over it."""
    try:
        given = signature(loss).parameters.values()
    except (TypeError, ValueError):
        return True
    plain = (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD)
    return any(each.kind in plain and each.default is Parameter.empty for each in given)


def _named(given: Any) -> dict[str, Any] | None:
    """Return the parameters of a torch module by name; None for anything else."""
    if not hasattr(given, "named_parameters"):
        return None
    return {name: each for name, each in given.named_parameters() if each.requires_grad}


def _plain(given: Any) -> Any:
    """Return a tensor as an array of NumPy, and anything else as it is."""
    return given.detach().cpu().numpy() if hasattr(given, "detach") else given
