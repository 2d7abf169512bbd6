"""Budget: the least painful settings with which a film fits into so many bytes."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from animopt.errors import ExportError, InvalidInput
from animopt.simulation import Simulation

TRIES = 6


@dataclass(frozen=True)
class Trade:
    """What is given up: parts of the frames a second and of the size, and colours."""

    rate: float = 1.0
    scale: float = 1.0
    colors: int | None = None

    def of(self, simulation: Simulation, size: tuple[int, int]) -> Simulation:
        """Return the simulation, its scene shown with these settings; size is the full one."""
        scene = simulation.scene
        smaller = (_even(size[0] * self.scale), _even(size[1] * self.scale))
        return replace(
            simulation,
            scene=scene.replace(
                timeline=scene.timeline.at_rate(self.rate * scene.timeline.fps),
                size=smaller,
                dpi=None if scene.dpi is None else scene.dpi * self.scale,
            ),
        )

    def describe(self, fps: float, size: tuple[int, int]) -> str:
        """Say what was traded, such as "25 -> 12.5 fps, 640x480 -> 448x336"."""
        parts = []
        if self.rate < 1:
            parts.append(f"{fps:g} -> {fps * self.rate:g} fps")
        if self.scale < 1:
            smaller = f"{_even(size[0] * self.scale)}x{_even(size[1] * self.scale)}"
            parts.append(f"{size[0]}x{size[1]} -> {smaller}")
        if self.colors is not None:
            parts.append(f"{self.colors} colours")
        return ", ".join(parts) or "nothing"


def ladder(suffix: str) -> list[Trade]:
    """Return all trades in the order of pain: frames a second, then size, then colours.

    MP4 has no palette to shrink.
    """
    slow = [Trade(rate) for rate in (1.0, 0.8, 0.64, 0.5, 0.4)]
    small = [Trade(0.4, scale) for scale in (0.85, 0.72, 0.6, 0.5, 0.42, 0.35)]
    few = [Trade(0.4, 0.35, colors) for colors in (128, 64, 32)]
    return slow + small + (few if suffix != ".mp4" else [])


def search(encode: Callable[[Trade], int], rungs: list[Trade], limit: int) -> Trade:
    """Return the first trade that fits, found in at most six encodes by halving the ladder.

    Raises:
        ExportError: not even the last one fits.
    """
    sizes = {0: encode(rungs[0])}
    if sizes[0] <= limit:
        return rungs[0]
    low, high = 0, len(rungs)  # low does not fit; high, if it was tried, does
    while high - low > 1 and len(sizes) < TRIES:
        middle = (low + high) // 2
        sizes[middle] = encode(rungs[middle])
        low, high = (low, middle) if sizes[middle] <= limit else (middle, high)
    fitting = [rung for rung, size in sizes.items() if size <= limit]
    if not fitting:
        raise ExportError(
            f"nothing fits into {format_bytes(limit)}: the smallest of {len(sizes)} tries takes "
            f"{format_bytes(min(sizes.values()))}; allow more, or show fewer steps"
        )
    return rungs[min(fitting)]


def parse_bytes(text: str | int) -> int:
    """Read a number of bytes such as "2MB", "500 kB" or 1000000.

    >>> parse_bytes("2MB"), parse_bytes("1.5 MiB")
    (2000000, 1572864)
    """
    units = {"": 1, "b": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9, "kib": 2**10, "mib": 2**20}
    match = re.fullmatch(r"\s*([0-9]+(?:\.[0-9]+)?)\s*([a-z]*)\s*", str(text).casefold())
    if not match or match[2] not in units or float(match[1]) <= 0:
        raise InvalidInput(f"max_size={text!r}: give a number of bytes such as 2MB or 500kB")
    return round(float(match[1]) * units[match[2]])


def format_bytes(count: int) -> str:
    """Return a number of bytes as people read it.

    >>> format_bytes(1_330_000), format_bytes(6400)
    ('1.33 MB', '6.4 kB')
    """
    return f"{count / 1e6:.2f} MB" if count >= 1e6 else f"{count / 1e3:.1f} kB"


def _even(length: float) -> int:
    return max(64, 2 * round(length / 2))
