"""Clickable: an image widget that reports where it is clicked."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import anywidget
import traitlets


class Clickable(anywidget.AnyWidget):
    """A PNG; a click sets ``place`` to (x, y), in widths and heights from the top left.

    Attributes:
        png: the bytes of the picture.
        alternative: the alternative text.
        still: the class of an image that is seen only where this widget is not.
        clickable: whether clicks have an effect, as the pointer shows.
    """

    _esm: Any = files("animopt.notebook").joinpath("clickable.js").read_text(encoding="utf-8")
    png: Any = traitlets.Bytes().tag(sync=True)
    alternative: Any = traitlets.Unicode().tag(sync=True)
    still: Any = traitlets.Unicode().tag(sync=True)
    clickable: Any = traitlets.Bool(False).tag(sync=True)
    place: Any = traitlets.List(traitlets.Float(), [0.0, 0.0], 2, 2).tag(sync=True)
