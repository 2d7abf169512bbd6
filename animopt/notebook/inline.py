"""Inline display: an animated PNG, which plays in a notebook without scripts or codecs."""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any, TypeAlias

from animopt import export
from animopt.animate import Film, animation
from animopt.errors import ExportError, InvalidInput
from animopt.export.apng import covered
from animopt.leftovers import temporary_folder
from animopt.page import PageFormat, page
from animopt.page.data import alternative_text
from animopt.page.stills import address, last_picture
from animopt.picture.picture import Picture
from animopt.pipeline.options import Options, apply
from animopt.pipeline.varying import offered
from animopt.runs.simulation import Simulation
from animopt.scene import Scene, check_scene

# A frame of a page, about as high as a plot beside a legend needs.
_FRAME = "width: 100%; height: 520px; border: 0;"


Display: TypeAlias = tuple[dict[str, Any], dict[str, Any]]
"""What IPython shows: a representation for each MIME type, and facts about them."""


def bundle(source: Scene | Simulation[Any] | Film, quality: str = "draft") -> Display:
    """Return what is displayed: an APNG, with a description and an alternative text.

    A front end that does not animate the APNG shows the last picture, which is its default image.
    """
    moving = source if isinstance(source, Film) else animation(source)
    engine = moving.engine()
    known, drawn = moving.known(engine), engine.frames(moving.pictures)
    with temporary_folder() as folder:
        path = export.write(drawn, Path(folder, "inline.png"), quality=quality, **known)
        png = covered(path.read_bytes(), engine.frame)
    return _display(moving.picture, png, _description(moving))


def image(source: Scene | Simulation[Any] | Film) -> str | None:
    """Return the animation as HTML, for tools that ask for nothing else, such as sphinx-gallery.

    IPython asks for it too, and gets nothing: there the bundle has the same picture, once.
    """
    if "IPython" in sys.modules and sys.modules["IPython"].get_ipython() is not None:
        return None
    data, about = bundle(source)
    return f'<img src="{address(data["image/png"])}" alt="{escape(about["image/png"]["alt"])}">'


def page_bundle(scene: Scene, vary: Mapping[str, Any] | None = None) -> Display:
    """Return what is displayed: the page in a frame, and its last picture where no page can be.

    A notebook that is not trusted is shown without frames and styles: then the picture is seen.
    """
    picture = offered(scene, vary, PageFormat.spare)
    title, content = (escape(text) for text in (alternative_text(picture), page(picture)))
    png = last_picture(picture)
    shown = (
        f'<iframe srcdoc="{content}" title="{title}" style="{_FRAME}"></iframe>'
        "<style>iframe ~ .animopt-still { display: none !important }</style>"
        f'<img class="animopt-still" src="{address(png)}" alt="{title}">'
    )
    data, about = _display(picture, png, alternative_text(picture))
    return {"text/html": shown, **data}, about


def _display(picture: Picture, png: bytes, description: str) -> Display:
    about = {"image/png": {"alt": alternative_text(picture)}}
    return {"image/png": png, "text/plain": description}, about


def show(scene: Scene, *, interactive: bool = False, **options: Any) -> None:
    """Show a scene below the cell; options as in ``render``: view, quality, size, ...

    Args:
        scene: what is shown.
        interactive: show the page, to play, scrub and turn, instead of an animation.
        options: what to change.

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
    for name in options if interactive else ():
        if name in PageFormat.unused:
            raise InvalidInput(f"show(interactive=True): {PageFormat.because}; leave out {name}")
    if chosen.vary and not interactive:
        raise InvalidInput(
            "show(vary=...): only the page has sliders for it; give interactive=True too"
        )
    changed = apply(chosen, scene)
    data, about = (
        page_bundle(changed, chosen.vary) if interactive else bundle(changed, chosen.quality)
    )
    display(data, metadata=about, raw=True)  # type: ignore[no-untyped-call]


def _description(moving: Film) -> str:
    picture = moving.picture
    seconds = math.fsum(seconds for _, seconds in picture.clock)
    return (
        f"{picture.name}: {', '.join(track.label for track in picture.paths)}; "
        f"{picture.steps} steps, {len(picture.clock)} pictures, {seconds:.1f} s"
    )
