"""The notebook: display scenes below a cell, and explore them with sliders."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from animopt.errors import ExportError, InvalidInput, answering
from animopt.notebook.inline import bundle, image, show
from animopt.pipeline.options import Options, apply
from animopt.scene import Scene, check_scene

if TYPE_CHECKING:
    from animopt.notebook.sliders import Explorer

__all__ = ["bundle", "explore", "image", "show"]


@answering(scene="Scene(...)", size="(640, 480)")
def explore(scene: Scene, **options: Any) -> Explorer:
    """Return a scene with sliders for every hyperparameter, the start, the step and the view.

    ``explorer.scene`` is the scene with the current values; ``explorer.render("x.gif")`` writes it.
    The options are those of ``render`` that change the scene: size, theme, view, ...

    Raises:
        InvalidInput: it is not a Scene, or an option is wrong.
        ExportError: ipywidgets or anywidget is not installed.
    """
    check_scene("explore", scene)
    chosen = Options.of("explore", options)
    if chosen.vary:
        raise InvalidInput("explore(vary=...): it has a slider for every setting; leave out vary")
    try:
        from animopt.notebook.sliders import Explorer
    except ImportError as error:
        if error.name not in ("ipywidgets", "anywidget"):
            raise
        raise ExportError(f"explore() needs {error.name}: pip install 'animopt[jupyter]'") from None
    return Explorer(apply(chosen, scene))
