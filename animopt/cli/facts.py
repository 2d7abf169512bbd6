"""Facts: what is printed of a rendered file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from animopt.errors import visible
from animopt.export import Info
from animopt.pipeline.budget import format_bytes
from animopt.pipeline.embedding import is_source
from animopt.pipeline.formats import info

# How many texts of a file are printed.
_MOST_KEYS = 100


def described(path: Path, about: Info | None = None) -> str:
    """Return size, frames, seconds, loops and bytes of a file in a line."""
    about = about or info(path)
    parts = (
        f"{about.width}x{about.height} pixels" if about.width else "a page",
        f"{about.frames} frame{'s' if about.frames != 1 else ''}",
        f"{about.duration:.2f} s",
        {0: "plays for ever", 1: "plays once"}.get(about.loops, f"plays {about.loops} times"),
        format_bytes(path.stat().st_size),
    )
    return ", ".join(parts)


def lines(path: Path, about: Info) -> Iterator[str]:
    """Yield what is printed of a file: its description, and the texts in it."""
    yield f"{visible(str(path))}: {described(path, about)}"
    for key, text in [*about.metadata.items()][:_MOST_KEYS]:
        if is_source(key):
            text = f"{len(text.splitlines())} lines, which --source prints"
        yield f"  {visible(key, 100)}: {visible(text)}"
