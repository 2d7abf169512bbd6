"""FromFrameworks: surfaces of functions that torch, JAX or sympy differentiate."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from importlib.util import find_spec
from typing import Any, Self, TypeVar

import numpy as np

from animopt.errors import InvalidInput, installed, short
from animopt.typing import Function

S = TypeVar("S")


class FromFrameworks:
    """The ways to a Surface from a function of another framework, with exact derivatives.

    Each takes the keywords of Surface as well; a derivative that is given is preferred.
    """

    @classmethod
    def from_torch(cls, f: Function, **settings: Any) -> Self:
        """Return the surface of a function of two float64 tensors, differentiated by autograd.

        f is mapped over the points by ``torch.vmap``: it sees one point, x and y of shape (), and
        returns a tensor of that shape, or it works element by element, which is the same.

        Raises:
            InvalidInput: f is not a function.
            ExportError: torch is not installed.

        Source: https://docs.pytorch.org/docs/stable/func.html
        """
        torch = installed("Surface.from_torch()", "torch", "torch")

        def loss(x: Any, y: Any) -> Any:
            return torch.as_tensor(f(x, y), dtype=torch.float64)

        def mapped(function: Function) -> Function:
            each = torch.vmap(function)
            return _flat(lambda x, y: each(torch.tensor(x), torch.tensor(y)))

        both = (0, 1)
        gradient = torch.func.grad(loss, both)
        hessian = torch.func.jacrev(gradient, both)
        return _surface(
            cls, "from_torch", f, [mapped(g) for g in (loss, gradient, hessian)], settings
        )

    @classmethod
    def from_jax(cls, f: Function, **settings: Any) -> Self:
        """Return the surface of a function of two JAX arrays, differentiated by JAX.

        It is compiled and mapped over the points, as ``jax.jit(jax.vmap(f))``, in float64 within
        its scope alone: f sees one point, x and y of shape (), and returns that shape.

        Raises:
            InvalidInput: f is not a function.
            ExportError: jax is not installed.

        Source: https://docs.jax.dev/en/latest/automatic-differentiation.html
        """
        jax = installed("Surface.from_jax()", "jax", "jax")

        def loss(x: Any, y: Any) -> Any:
            return jax.numpy.asarray(f(x, y), dtype="float64")

        def mapped(function: Function) -> Function:
            each = jax.jit(jax.vmap(function))

            def double(x: Any, y: Any) -> Any:
                with in_float64():
                    return each(x, y)

            return _flat(double)

        both = (0, 1)
        gradient = jax.grad(loss, both)
        hessian = jax.jacrev(gradient, both)
        return _surface(
            cls, "from_jax", f, [mapped(g) for g in (loss, gradient, hessian)], settings
        )

    @classmethod
    def from_sympy(
        cls, expression: Any, *, variables: Sequence[Any] | None = None, **settings: Any
    ) -> Self:
        """Return the surface of a sympy expression, differentiated by sympy; its formula is LaTeX.

        Args:
            expression: an expression in two real symbols, or text that sympy reads as one.
            variables: which symbol is x, and which is y; those of these names by default.
            settings: the keywords of Surface.

        Raises:
            InvalidInput: it is no expression, or has other symbols.
            ExportError: sympy is not installed.

        Source: https://docs.sympy.org/latest/modules/utilities/lambdify.html
        """
        sympy = installed("Surface.from_sympy()", "sympy", "sympy")
        try:
            given = sympy.sympify(expression)
            symbols = sympy.symbols("x y") if variables is None else tuple(variables)
            named = {str(symbol): real for symbol, real in zip(symbols, _real(sympy), strict=True)}
            free = given.free_symbols
        except (sympy.SympifyError, AttributeError, TypeError, ValueError) as error:
            raise InvalidInput(
                f"Surface.from_sympy({short(expression)}): give an expression in the symbols x and "
                "y, or name two others with variables=(u, v)"
            ) from error
        if unknown := sorted({symbol.name for symbol in free} - named.keys()):
            raise InvalidInput(
                f"Surface.from_sympy({short(expression)}): {unknown[0]} is neither x nor y; "
                "substitute a number for it, or name the two with variables=(u, v)"
            )
        loss = given.subs({symbol: named[symbol.name] for symbol in free})
        gradient = [loss.diff(symbol) for symbol in _real(sympy)]
        hessian = [[slope.diff(symbol) for symbol in _real(sympy)] for slope in gradient]
        written = sympy.latex(given)
        # Mathtext has no environments, which piecewise functions are written with.
        more = {"name": "f", "formula": None if r"\begin" in written else written}
        functions = [_lambdify(sympy, each) for each in (loss, gradient, hessian)]
        return _surface(cls, "from_sympy", functions[0], functions, more | settings)


def _surface(
    cls: type[S], door: str, f: Function, functions: Sequence[Function], settings: dict[str, Any]
) -> S:
    """Return cls of a value, a gradient and a Hessian, with the name that f has."""
    if not callable(f):
        raise InvalidInput(f"Surface.{door}({short(f)}): give a function f(x, y)")
    value, gradient, hessian = functions
    name = getattr(f, "__name__", "f")
    made = {"name": "f" if name == "<lambda>" else name, "gradient": gradient, "hessian": hessian}
    make: Callable[..., S] = cls
    return make(value, **made | settings)


def _flat(function: Function) -> Function:
    """Return a function of arrays of any shape, of one that maps vectors to tuples of vectors."""

    def shaped(x: Any, y: Any) -> Any:
        x, y = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
        return _shaped(function(x.ravel(), y.ravel()), x.shape)

    return shaped


def _shaped(parts: Any, shape: tuple[int, ...]) -> Any:
    if isinstance(parts, tuple):
        return tuple(_shaped(part, shape) for part in parts)
    parts = parts.detach().numpy() if hasattr(parts, "detach") else parts
    return np.array(parts).reshape(shape)


def _real(sympy: Any) -> tuple[Any, Any]:
    """Return x and y, declared real: else abs and sign would have no derivatives."""
    x, y = sympy.symbols("x y", real=True)
    return x, y


def _lambdify(sympy: Any, expression: Any) -> Callable[..., Any]:
    """Return a function of two arrays; a kink, DiracDelta to sympy, has no curvature in numbers."""
    kinks = {"DiracDelta": lambda *arguments: 0.0}
    modules = [kinks, *(["scipy"] if find_spec("scipy") else []), "numpy"]
    function: Callable[..., Any] = sympy.lambdify(_real(sympy), expression, modules, cse=True)
    return function


def in_float64() -> AbstractContextManager[Any]:
    """Return the scope within which JAX computes in float64; before 0.8 it was an experiment."""
    import jax

    if hasattr(jax, "enable_x64"):
        scope: AbstractContextManager[Any] = jax.enable_x64(True)
    else:
        from jax.experimental import enable_x64

        scope = enable_x64(True)
    return scope
