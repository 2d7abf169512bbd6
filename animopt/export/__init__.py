"""Export: frames to bytes, one file per format, and the registry of formats."""

from animopt.export.format import Format, Info, PictureFormat
from animopt.export.formats import (
    FORMATS,
    check_path,
    check_seconds,
    check_suffix,
    format_of,
    info,
    is_video,
)
from animopt.export.session import Export, write, write_all
from animopt.export.settings import Settings

__all__ = [
    "FORMATS",
    "Export",
    "Format",
    "Info",
    "PictureFormat",
    "Settings",
    "check_path",
    "check_seconds",
    "check_suffix",
    "format_of",
    "info",
    "is_video",
    "write",
    "write_all",
]
