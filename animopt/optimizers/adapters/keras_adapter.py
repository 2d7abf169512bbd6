"""from_keras: the optimizers of Keras 3, on any of its backends."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

import numpy as np

from animopt.errors import InvalidInput, installed, short
from animopt.optimizers.adapters.foreign import Foreign, adopt
from animopt.optimizers.base import Optimizer
from animopt.surfaces.frameworks import in_float64
from animopt.typing import Points


def from_keras(cls: Any, **settings: Any) -> Optimizer:
    """Return an optimizer of Keras as one of ours: x <- x after ``cls().apply([g], [x])``.

    x is a float64 variable of shape (2,), one with an instance of its own for each start, so the
    path is that of Keras' own loop to the last bit. Keras itself keeps the learning rate as
    ``keras.config.floatx()``, which is float32 unless you change it. x is loaded before each step,
    so wrappers work.

    Args:
        cls: the class, such as ``keras.optimizers.Nadam``.
        settings: its keywords, and ``label``; ``learning_rate`` is the field ``lr``. Each number is
            a hyperparameter, and may be a schedule.

    Raises:
        InvalidInput: it is no class of optimizers, or it refuses the settings.
        ExportError: keras is not installed.

    Source: https://keras.io/api/optimizers
    """
    keras = installed("from_keras()", "keras", "keras")
    if not (isinstance(cls, type) and issubclass(cls, keras.optimizers.Optimizer)):
        raise InvalidInput(
            f"from_keras({short(cls)}): give a class of optimizers, such as keras.optimizers.Nadam"
        )
    return adopt(_Keras, cls, f"{cls.__name__} (keras)", settings, {}, ("name",))


class _Pad(NamedTuple):
    """An optimizer and its variable, to be overwritten."""

    optimizer: Any
    variable: Any

    def __deepcopy__(self, memo: dict[int, Any]) -> _Pad:
        """Return itself: nothing on it counts."""
        return self


@dataclass(frozen=True, repr=False)
class _Keras(Foreign):
    """Keras: x <- x after ``apply([g], [x])``.

    A state is the numbers in the optimizer's variables, and the optimizer itself as a scratch pad:
    each step first overwrites all of its variables.
    """

    door: ClassVar[Any] = staticmethod(from_keras)

    def _begin(self, point: Points) -> Any:
        import keras

        with _double():
            variable = keras.Variable(point, dtype="float64")
            optimizer = self.source(**self._keywords())
            optimizer.build([variable])
            return _Pad(optimizer, variable), _numbers(optimizer)

    def _follow(self, gradient: Points, point: Points, state: Any) -> tuple[Points, Any]:
        import keras

        pad, numbers = state
        optimizer, variable = pad
        with _double():
            for kept, number in zip(optimizer.variables, numbers, strict=True):
                kept.assign(number)
            variable.assign(point)
            for word, value in self._changed().items():
                if not hasattr(optimizer, word):
                    raise self._read_once(word)
                setattr(optimizer, word, value)
            optimizer.apply([keras.ops.convert_to_tensor(gradient, dtype="float64")], [variable])
            moved = _number(variable)
            return moved, (pad, _numbers(optimizer))


def _numbers(optimizer: Any) -> tuple[Any, ...]:
    return tuple(_number(kept) for kept in optimizer.variables)


def _number(variable: Any) -> Any:
    tensor = variable.value
    return np.array(tensor.detach().cpu().numpy() if hasattr(tensor, "detach") else tensor)


def _double() -> AbstractContextManager[Any]:
    """Let JAX, as the backend, have float64; the others have it anyway."""
    import keras

    if keras.config.backend() != "jax":
        return nullcontext()
    return in_float64()
