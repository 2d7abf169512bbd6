"""Export: frames to bytes, one file per format."""

from animopt.export.encoder import Info
from animopt.export.session import (
    FORMATS,
    Export,
    check_path,
    check_seconds,
    check_suffix,
    info,
    write,
    write_all,
)
from animopt.export.settings import Settings

__all__ = [
    "FORMATS",
    "Export",
    "Info",
    "Settings",
    "check_path",
    "check_seconds",
    "check_suffix",
    "info",
    "write",
    "write_all",
]
