"""Budget: the mildest reduction with which an animation fits into so many bytes."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from animopt.errors import ExportError, InvalidInput
from animopt.scene.look import Look
from animopt.sizes import PRINT, Inches


@dataclass(frozen=True)
class Trade:
    """A reduction: factors of the frames a second and of the size, and a palette size."""

    rate: float = 1.0
    scale: float = 1.0
    colors: int = 256

    def of(self, look: Look, size: tuple[int, int]) -> Look:
        """Return the look reduced from this full size in pixels."""
        on_paper = isinstance(look.size, Inches)  # of which fewer pixels are as large
        dpi = PRINT if on_paper and look.dpi is None else look.dpi
        return look.replace(
            timeline=look.timeline.at_rate(self.rate * look.timeline.fps),
            size=look.size if on_paper else self._scaled(size),
            dpi=None if dpi is None else dpi * self.scale,
        )

    def describe(self, fps: float, size: tuple[int, int]) -> str:
        """Return what was reduced, such as "25 -> 12.5 fps, 640x480 -> 448x336"."""
        parts = []
        if self.rate < 1:
            parts.append(f"{fps:g} -> {fps * self.rate:g} fps")
        if self.scale < 1:
            width, height = self._scaled(size)
            parts.append(f"{size[0]}x{size[1]} -> {width}x{height}")
        if self.colors < 256:
            parts.append(f"{self.colors} colours")
        return ", ".join(parts) or "nothing"

    def _scaled(self, size: tuple[int, int]) -> tuple[int, int]:
        width, height = (max(64, 2 * round(side * self.scale / 2)) for side in size)
        return width, height


def ladder(has_palette: bool) -> list[Trade]:
    """Return all trades, the mildest first: frames a second, then size, then any palette."""
    slow = [Trade(rate) for rate in (1.0, 0.8, 0.64, 0.5, 0.4)]
    small = [Trade(0.4, scale) for scale in (0.85, 0.72, 0.6, 0.5, 0.42, 0.35)]
    few = [Trade(0.4, 0.35, colors) for colors in (128, 64, 32)]
    return slow + small + (few if has_palette else [])


def search(encode: Callable[[Trade], int], rungs: list[Trade], limit: int) -> Trade:
    """Return the first trade that fits, found by bisection.

    Raises:
        ExportError: not even the last trade fits.
    """
    sizes = [encode(rungs[0])]
    if sizes[0] <= limit:
        return rungs[0]
    too_large, fits = 0, len(rungs)
    while fits - too_large > 1:
        middle = (too_large + fits) // 2
        sizes.append(encode(rungs[middle]))
        if sizes[-1] <= limit:
            fits = middle
        else:
            too_large = middle
    if fits == len(rungs):
        raise ExportError(
            f"nothing fits into {format_bytes(limit)}: the smallest of {len(sizes)} tries takes "
            f"{format_bytes(min(sizes))}; allow more, or show fewer steps"
        )
    return rungs[fits]


def parse_bytes(text: str | int) -> int:
    """Parse a number of bytes such as "2MB", "500 kB" or 1000000.

    >>> parse_bytes("2MB"), parse_bytes("1.5 MiB")
    (2000000, 1572864)
    """
    units = {"": 1, "b": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9, "kib": 2**10, "mib": 2**20}
    # No more digits than any disk has bytes.
    match = re.fullmatch(r"\s*([0-9]{1,18}(?:\.[0-9]+)?)\s*([a-z]*)\s*", str(text).casefold())
    if not match or match[2] not in units or float(match[1]) <= 0:
        raise InvalidInput(f"max_size={text!r}: give a number of bytes such as 2MB or 500kB")
    return round(float(match[1]) * units[match[2]])


def format_bytes(count: int) -> str:
    """Return a number of bytes in readable form.

    >>> format_bytes(1_330_000), format_bytes(6400), format_bytes(2)
    ('1.33 MB', '6.4 kB', '2 bytes')
    """
    if count < 1000:
        return f"{count} bytes"
    return f"{count / 1e6:.2f} MB" if count >= 1e6 else f"{count / 1e3:.1f} kB"
