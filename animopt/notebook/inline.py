"""Inline display: an animated PNG, which plays in a notebook without scripts or codecs."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from animopt import export
from animopt.animate import Film, animation
from animopt.errors import ExportError
from animopt.leftovers import temporary_folder
from animopt.pipeline.options import Options, apply
from animopt.runs.simulation import Simulation
from animopt.scene import Scene, check_scene


def bundle(source: Scene | Simulation[Any] | Film, quality: str = "draft") -> dict[str, Any]:
    """Return a MIME bundle: {"image/png": an APNG, "text/plain": a description}.

    A front end that does not animate the APNG shows its first picture.
    """
    moving = source if isinstance(source, Film) else animation(source)
    engine = moving.engine()
    with temporary_folder() as folder:
        path = export.write(
            engine.frames(moving.pictures),
            Path(folder, "inline.png"),
            quality=quality,
            **moving.known(engine),
        )
        return {"image/png": path.read_bytes(), "text/plain": _description(moving)}


def show(scene: Scene, **options: Any) -> None:
    """Show a scene below the cell; options as in ``render``: view, quality, size, ...

    Raises:
        InvalidInput: an option is wrong, or it is not a Scene.
        ExportError: IPython is not installed.
    """
    check_scene("show", scene)
    chosen = Options.of("show", {"quality": "draft", **options})
    try:
        from IPython.display import display
    except ImportError:
        raise ExportError(
            "show() is for notebooks, and IPython is not installed; write a file with "
            "render(scene, 'x.gif')"
        ) from None
    shown = bundle(animation(apply(chosen, scene)), chosen.quality)
    display(shown, raw=True)  # type: ignore[no-untyped-call]


def _description(moving: Film) -> str:
    picture = moving.picture
    seconds = math.fsum(seconds for _, seconds in picture.clock)
    return (
        f"{picture.name}: {', '.join(track.label for track in picture.paths)}; "
        f"{picture.steps} steps, {len(picture.clock)} pictures, {seconds:.1f} s"
    )
