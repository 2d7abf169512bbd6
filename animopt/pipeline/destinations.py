"""Destinations: what suits each place that shows animations, and its limits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from animopt.errors import InvalidInput, choose

LEAST_TYPE = 14.0
"""The least height of type on slides, in pixels of 1280 x 720."""


@dataclass(frozen=True)
class Destination:
    """A place that shows animations.

    Attributes:
        title: its name.
        formats: the suffixes that it plays, the best first.
        size: (width, height) in pixels.
        fps: frames a second.
        loop: how often it plays, 0 for ever; 1 if the place itself repeats it.
        note: how to insert an animation, with FILE for its name, and other hints; or that by the
            suffix, where "" stands for all others.
        slides: whether it shows slides, which are read from afar: in the slides theme unless told
            otherwise, and with type of LEAST_TYPE at least.
        most_bytes, most_pixels, most_frames: its limits; None if no limit is known.
    """

    title: str
    formats: tuple[str, ...]
    size: tuple[int, int]
    fps: float
    loop: int
    note: str | Mapping[str, str]
    slides: bool = False
    most_bytes: int | None = None
    most_pixels: int | None = None
    most_frames: int | None = None

    def advice(self, path: Path) -> str:
        """Return how to insert a rendered file there, as what it is."""
        notes, suffix = self.note, path.suffix.lower()
        note = notes if isinstance(notes, str) else notes.get(suffix) or notes[""]
        return f"in {self.title}: {note.replace('FILE', path.name)}"

    def check_format(self, suffix: str) -> None:
        """Raise InvalidInput if the place does not play files with this suffix."""
        if suffix.lower() not in self.formats:
            raise InvalidInput(
                f"{self.title} does not play {suffix or 'a file without a suffix'}; "
                f"choose {' or '.join(self.formats)}"
            )

    def excesses(self, path: Path) -> Iterator[str]:
        """Yield a sentence for each limit that a rendered file exceeds."""
        from animopt.pipeline.formats import info

        about = info(path)
        size, pixels = path.stat().st_size, about.width * about.height
        for count, most, scale, unit, remedy in (
            (size, self.most_bytes, 1e6, "MB", "a smaller --size or -q draft"),
            (pixels, self.most_pixels, 1e6, "megapixels", "a smaller --size"),
            (about.frames, self.most_frames, 1, "frames", "a shorter --duration or a --speedup"),
        ):
            if most is not None and count > most:
                yield (
                    f"{path} has {count / scale:.4g} {unit}, but {self.title} takes at most "
                    f"{most / scale:g}; try {remedy}"
                )


_IMAGE = "Insert, Pictures, as an image; it plays as soon as its slide is shown"
_SLIDE_VIDEO = "<video data-autoplay loop muted src=FILE>: it starts when the slide does"
_VIDEO = "<video autoplay loop muted playsinline src=FILE>"

DESTINATIONS = {
    "pptx": Destination(
        "PowerPoint", (".mp4", ".gif"), (1920, 1080), 30, 1,
        {
            ".mp4": "insert it as a video, then Playback: start automatically, loop until stopped",
            ".gif": f"{_IMAGE}, once, and for ever with --loop 0",
        },
        slides=True,
    ),
    "keynote": Destination(
        "Keynote", (".mp4", ".gif"), (1920, 1080), 30, 1,
        {
            ".mp4": "insert it as a movie, then Movie: start on its own, repeat: loop",
            ".gif": f"{_IMAGE}, once, and for ever with --loop 0",
        },
        slides=True,
    ),
    "gslides": Destination(
        "Google Slides", (".gif",), (1280, 720), 25, 0,
        "Insert, Image; it plays at once and for ever",
        slides=True, most_bytes=50_000_000, most_pixels=25_000_000,
    ),
    "revealjs": Destination(
        "reveal.js", (".mp4", ".webm", ".png", ".apng", ".gif", ".html"), (1280, 720), 30, 1,
        {
            ".mp4": _SLIDE_VIDEO,
            ".webm": _SLIDE_VIDEO,
            ".html": "<iframe data-src=FILE width=1280 height=720>: it starts when the slide does",
            "": "<img data-src=FILE>: it plays once, when its slide comes near; --loop 0: for ever",
        },
        slides=True,
    ),
    "github": Destination(
        "GitHub", (".gif",), (960, 540), 25, 0,
        "![what it shows](FILE) in a README; a video would not loop there",
        most_bytes=10_000_000,
    ),
    "blog": Destination(
        "a blog", (".png", ".gif", ".mp4", ".webm", ".html"), (960, 540), 25, 0,
        {
            ".png": "an <img>, exact with -q high; it keeps .png, since Safari refuses .apng",
            ".gif": "an <img>; as .png it would have all colours",
            ".mp4": _VIDEO,
            ".webm": f"{_VIDEO}; Safari does not see through it",
            ".html": "<iframe src=FILE width=700 height=420>; it plays while it is seen",
        },
    ),
    "x": Destination(
        "X", (".gif", ".mp4"), (960, 540), 25, 0,
        {".gif": "attach it as an image", ".mp4": "attach it as a video"},
        most_bytes=15_000_000, most_frames=350,
    ),
}  # fmt: skip
"""Every destination by the name given to --for."""


def destination(name: str) -> Destination:
    """Return the destination with this name."""
    return choose("destination", name, DESTINATIONS)
