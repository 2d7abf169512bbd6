"""Formats: all that can be written, of frames and of pictures, with the page among them."""

from __future__ import annotations

import animopt.page  # noqa: F401 (registers its format)
from animopt.export import (
    FORMATS,
    PictureFormat,
    Settings,
    check_path,
    check_seconds,
    format_of,
    info,
    is_video,
)

__all__ = [
    "FORMATS",
    "PictureFormat",
    "Settings",
    "check_path",
    "check_seconds",
    "format_of",
    "info",
    "is_video",
]
