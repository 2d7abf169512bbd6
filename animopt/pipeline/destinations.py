"""Destinations: what suits the places that animations go to, and what those places refuse."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from animopt.errors import InvalidInput, did_you_mean


@dataclass(frozen=True)
class Destination:
    """A place that animations go to.

    Attributes:
        title: its name.
        formats: the suffixes that play there, the best first.
        size: (width, height) in pixels.
        fps: frames a second.
        loop: how often it plays, 0 is for ever; 1 where the place itself repeats it.
        note: how an animation is put there, and what else there is to know.
        most_bytes, most_pixels, most_frames: what it takes at most; None is no known limit.
    """

    title: str
    formats: tuple[str, ...]
    size: tuple[int, int]
    fps: float
    loop: int
    note: str
    most_bytes: int | None = None
    most_pixels: int | None = None
    most_frames: int | None = None

    def check_format(self, suffix: str) -> None:
        """Raise InvalidInput if a file with this suffix does not play there."""
        if suffix.lower() not in self.formats:
            raise InvalidInput(
                f"{self.title} does not play {suffix or 'a file without a suffix'}; "
                f"choose {' or '.join(self.formats)}"
            )

    def excesses(self, path: Path) -> Iterator[str]:
        """Yield a sentence for each limit that a rendered file exceeds."""
        from animopt import export

        about = export.info(path)
        for held, most, unit, help in (
            (path.stat().st_size / 1e6, self.most_bytes, "MB", "a smaller --size or -q draft"),
            (about.width * about.height / 1e6, self.most_pixels, "megapixels", "a smaller --size"),
            (about.frames, self.most_frames, "frames", "a shorter --duration or a --speedup"),
        ):
            limit = most if most is None or unit == "frames" else most / 1e6
            if limit is not None and held > limit:
                yield (
                    f"{path} has {held:.4g} {unit}, but {self.title} takes at most {limit:g}; "
                    f"try {help}"
                )


DESTINATIONS = {
    "pptx": Destination(
        "PowerPoint", (".mp4", ".gif"), (1920, 1080), 30, 1,
        "insert it as a video, then Playback: start automatically, loop until stopped",
    ),
    "keynote": Destination(
        "Keynote", (".mp4", ".gif"), (1920, 1080), 30, 1,
        "insert it as a movie, then Movie: start on its own, repeat: loop",
    ),
    "gslides": Destination(
        "Google Slides", (".gif",), (1280, 720), 25, 0,
        "Insert, Image; it plays at once and for ever",
        most_bytes=50_000_000, most_pixels=25_000_000,
    ),
    "revealjs": Destination(
        "reveal.js", (".mp4", ".png", ".apng", ".gif"), (1280, 720), 30, 1,
        "<video data-autoplay loop muted src=...>: it starts when the slide does",
    ),
    "github": Destination(
        "GitHub", (".gif",), (960, 540), 25, 0,
        "![what it shows](saddle.gif) in a README; a video would not loop there",
        most_bytes=10_000_000,
    ),
    "blog": Destination(
        "a blog", (".png", ".gif", ".mp4"), (960, 540), 25, 0,
        "an APNG, exact with -q high, in an <img>; it keeps .png, since Safari refuses .apng",
    ),
    "x": Destination(
        "X", (".gif", ".mp4"), (960, 540), 25, 0,
        "attach it as an image",
        most_bytes=15_000_000, most_frames=350,
    ),
}  # fmt: skip
"""What each destination is called, and all that is known about it: the one table."""


def destination(name: str) -> Destination:
    """Return the destination of this name."""
    if name not in DESTINATIONS:
        raise InvalidInput(f"destination {name!r} is unknown{did_you_mean(name, DESTINATIONS)}")
    return DESTINATIONS[name]
