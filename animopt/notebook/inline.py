"""Inline display: an animated PNG, which plays in a notebook without script or codec."""

from __future__ import annotations

import math
from dataclasses import fields
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from animopt import export
from animopt.animate import SceneAnimation, animation
from animopt.errors import ExportError, check_keywords
from animopt.pipeline.options import Options, apply
from animopt.scene import Scene
from animopt.simulation import Simulation


def bundle(source: Scene | Simulation | SceneAnimation, quality: str = "draft") -> dict[str, Any]:
    """Return what a front end may choose from: {"image/png": an APNG, "text/plain": a line}.

    A front end that does not animate it shows its first picture.
    """
    moving = source if isinstance(source, SceneAnimation) else animation(source)
    engine = moving.engine()
    with TemporaryDirectory(prefix="animopt-") as folder:
        path = export.write(
            engine.frames(moving.pictures),
            Path(folder, "inline.png"),
            quality=quality,
            **moving.known(engine),
        )
        return {"image/png": path.read_bytes(), "text/plain": _line(moving)}


def show(scene: Scene, **options: Any) -> None:
    """Show a scene below the cell, with the fields of ``Options``: view, quality, size, ...

    Raises:
        InvalidInput: an option is wrong.
        ExportError: this is no notebook.
    """
    check_keywords("show", options, [f.name for f in fields(Options)])
    try:
        from IPython.display import display
    except ImportError:
        raise ExportError(
            "show() is for notebooks, and IPython is not installed; render(scene, 'x.gif') writes "
            "a file"
        ) from None
    chosen = Options(**{"quality": "draft", **options})
    shown = bundle(animation(apply(chosen, scene)), chosen.quality)
    display(shown, raw=True)  # type: ignore[no-untyped-call]


def _line(moving: SceneAnimation) -> str:
    scene = moving.simulation.scene
    seconds = math.fsum(seconds for _, seconds in moving.pictures)
    return (
        f"{scene.title or scene.surface.name}: {', '.join(scene.labelled)}; "
        f"{scene.steps} steps, {len(moving.pictures)} pictures, {seconds:.1f} s"
    )
