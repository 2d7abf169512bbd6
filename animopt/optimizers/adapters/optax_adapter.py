"""from_optax: the gradient transformations of optax."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, Self

import numpy as np

from animopt.errors import InvalidInput, installed, short
from animopt.optimizers.adapters.foreign import Foreign, adopt
from animopt.optimizers.base import Optimizer
from animopt.surfaces.frameworks import in_float64
from animopt.surfaces.objective import Objective
from animopt.typing import Points


def from_optax(factory: Callable[..., Any], **settings: Any) -> Optimizer:
    """Return a transformation of optax as one of ours: u, state <- update(g, state, x); x <- x + u.

    It runs eagerly and in float64, within a scope of JAX alone, so the path is that of optax's
    own eager loop to the last bit; a jitted loop differs in the last bits. Each start, shape (2,),
    has a state of its own. Transformations that evaluate the loss themselves are given ``value``,
    ``grad`` and ``value_fn``; ``optax.lbfgs`` compiles its line search anew in each step.

    Args:
        factory: returns the transformation, as ``optax.lion`` does, or a function of your own.
        settings: its keywords, and ``label``; ``learning_rate`` is the field ``lr``. Each number is
            a hyperparameter, and may be a schedule.

    Raises:
        InvalidInput: the factory refuses the settings, or returns no transformation.
        ExportError: jax or optax is not installed.

    Source: https://optax.readthedocs.io
    """
    installed("from_optax()", "jax", "jax")
    optax = installed("from_optax()", "optax", "jax")
    if isinstance(factory, optax.GradientTransformation) or not callable(factory):
        raise InvalidInput(
            f"from_optax({short(factory)}): give the function that returns the transformation, and "
            "its settings, as in from_optax(optax.lion, learning_rate=1e-2)"
        )
    name = getattr(factory, "__name__", "optimizer")
    return adopt(_Optax, factory, f"{name.strip('<>')} (optax)", settings, {}, ())


@dataclass(frozen=True, repr=False)
class _Optax(Foreign):
    """optax: u, state <- update(g, state, x); x <- x + u."""

    door: ClassVar[Any] = staticmethod(from_optax)

    @cached_property
    def _transformation(self) -> Any:
        import optax

        made = self.source(**self._keywords())
        if not isinstance(made, optax.GradientTransformation):
            raise InvalidInput(f"{self!r}: the function returned {short(made)}, no transformation")
        return optax.with_extra_args_support(made)

    def at(self, step: int) -> Self:
        with in_float64():  # optax's own schedules compute
            return super().at(step)

    def _try(self) -> dict[str, Any]:
        state = self._begin(np.ones(2))
        try:
            self._update(np.ones(2), np.ones(2), state)
        except TypeError:
            return {"needs_objective": True}  # or the first step will say what is wrong
        return {"needs_objective": False}

    def _begin(self, point: Points) -> Any:
        import jax

        with in_float64():
            return self._transformation.init(jax.numpy.asarray(point))

    def _follow(self, gradient: Points, point: Points, state: Any) -> tuple[Points, Any]:
        return self._update(gradient, point, state)

    def _descend(self, objective: Objective, point: Points, state: Any) -> tuple[Points, Any]:
        value, gradient = objective.value(point[None])[0], objective.gradient(point[None])[0]
        return self._update(gradient, point, state, value, _traceable(objective))

    def _update(
        self, gradient: Points, point: Points, state: Any, value: Any = None, value_fn: Any = None
    ) -> tuple[Points, Any]:
        import jax
        import optax

        with in_float64():
            g, x = jax.numpy.asarray(gradient), jax.numpy.asarray(point)
            more = {}
            if value_fn is not None:
                more = {"value": jax.numpy.asarray(value), "grad": g, "value_fn": value_fn}
            updates, state = self._transformation.update(g, state, x, **more)
            return np.array(optax.apply_updates(x, updates)), state


def _traceable(objective: Objective) -> Any:
    """Return the value of an objective as a function that JAX can trace and differentiate."""
    import jax

    number = jax.ShapeDtypeStruct((), np.float64)
    pair = jax.ShapeDtypeStruct((2,), np.float64)

    def value(x: Any) -> Any:
        return jax.pure_callback(lambda x: objective.value(np.array(x)[None])[0], number, x)

    def slope(x: Any, scale: Any) -> Any:
        g = jax.pure_callback(lambda x: objective.gradient(np.array(x)[None])[0], pair, x)
        return (g * scale,)

    traceable: Any = jax.custom_vjp(value)
    traceable.defvjp(lambda x: (value(x), x), slope)
    return traceable
