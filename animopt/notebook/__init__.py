"""The notebook: display scenes below a cell, and explore them with sliders."""

from __future__ import annotations

from typing import TYPE_CHECKING

from animopt.errors import ExportError
from animopt.notebook.inline import bundle, show
from animopt.scene import Scene, check_scene

if TYPE_CHECKING:
    from animopt.notebook.sliders import Explorer

__all__ = ["bundle", "explore", "show"]


def explore(scene: Scene) -> Explorer:
    """Return a scene with sliders for every hyperparameter, the start, the step and the view.

    ``explorer.scene`` is the scene with the current values; ``explorer.render("x.gif")`` writes it.

    Raises:
        InvalidInput: it is not a Scene.
        ExportError: ipywidgets or anywidget is not installed.
    """
    check_scene("explore", scene)
    try:
        from animopt.notebook.sliders import Explorer
    except ImportError as error:
        if error.name not in ("ipywidgets", "anywidget"):
            raise
        raise ExportError(f"explore() needs {error.name}: pip install 'animopt[jupyter]'") from None
    return Explorer(scene)
