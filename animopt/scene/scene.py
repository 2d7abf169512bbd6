"""Scene: what is to be shown: a problem, which decides the numbers, and a look."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any, ClassVar

from animopt.errors import InvalidInput, short
from animopt.runs.problem import Problem, as_surface
from animopt.scene.look import Look
from animopt.scene.panels import check_basins, check_panel_names
from animopt.scene.space import Space
from animopt.scene.timeline import Timeline

# What a timeline or a space is told, and not the scene.
_ELSEWHERE = {
    **{f.name: f"timeline=Timeline({f.name}=...)" for f in fields(Timeline)},
    **{f.name: f"space=Space({f.name}=...)" for f in fields(Space)},
    "orbit": "space=Space(camera=Orbit(1))",
}


@dataclass(frozen=True, eq=False)
class Scene(Look, Problem):
    """A surface, the optimizers that descend it, and how they are to be shown.

    ``surface`` may also be a plain f(x, y) together with ``bounds``.
    """

    _elsewhere: ClassVar[Mapping[str, str]] = _ELSEWHERE
    # A look knows nothing of starts and steps that are given by label.
    replace = Problem.replace

    def __post_init__(self) -> None:
        self._check_complete()
        self._set("surface", as_surface(self.surface, self.bounds))
        Problem.__post_init__(self)
        surface = self.problem.surface
        if self.bounds is None:
            self._set("bounds", surface.bounds)
        Look.__post_init__(self)
        self.timeline.part(self.problem.steps)
        steps = self.problem.steps
        for step in self.notes:
            if step > steps:
                raise InvalidInput(
                    f"Scene(notes={{{step}: ...}}): the run has {steps} steps; give one up to that"
                )
        check_panel_names(self.shown_panels, self.problem.metrics)
        if self.basins is not None:
            check_basins(self.basins, self.problem.optimizers, surface)

    @cached_property
    def look(self) -> Look:
        """What decides the picture."""
        return Look(**{f.name: getattr(self, f.name) for f in fields(Look)})

    def show(self, **options: Any) -> None:
        """Show the scene below a notebook cell; options: view, quality, size, ...

        ``interactive=True`` shows the page instead, to play, scrub and turn.
        """
        from animopt.notebook import show

        show(self, **options)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Any:
        """Show the scene if it is the last line of a notebook cell."""
        from animopt.notebook import bundle

        return bundle(self)

    def _repr_html_(self) -> str | None:
        """Show the scene on a page that sphinx-gallery makes."""
        from animopt.notebook import image

        return image(self)


def _arguments(kind: type) -> str:
    return (kind.__doc__ or "").partition("Args:\n")[2].rstrip()


Scene.__doc__ = f"{Scene.__doc__}\n    Args:\n{_arguments(Problem)}\n{_arguments(Look)}\n    "


def check_scene(call: str, given: Any) -> None:
    """Raise InvalidInput, which names the call, for anything but a Scene."""
    if not isinstance(given, Scene):
        raise InvalidInput(f"{call}({short(given)}): give a Scene, got {type(given).__name__}")
