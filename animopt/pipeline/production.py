"""Production: write the files of one picture, in one pass or within a byte budget."""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from animopt import __version__
from animopt.errors import ExportError
from animopt.files import put_in_place, write_errors, write_whole
from animopt.leftovers import temporary_folder
from animopt.pipeline.budget import Trade, format_bytes, ladder, search
from animopt.progress import Progress
from animopt.runs.simulation import Simulation
from animopt.typing import Frame

if TYPE_CHECKING:
    from animopt.animate.engine import Engine
    from animopt.animate.film import Film
    from animopt.picture.picture import Picture
    from animopt.scene.look import Look

# The most bytes of a page, unless more are allowed.
MOST_BYTES = 20_000_000

Frames: TypeAlias = Iterator[tuple[Frame, float]]

Drawer: TypeAlias = Callable[["Film", "Engine"], Frames]
"""Draws the frames of a film by other means, such as worker processes."""


@dataclass(frozen=True)
class Production:
    """Writes a picture to files; it can be sent to another process as long as the picture can.

    Attributes:
        picture: what is to be seen.
        metadata: text by key, stored in the files.
        loop: how often they play in all; 0 is for ever.
        quality: "draft", "medium" or "high".
        progress: receives progress reports.
    """

    picture: Picture
    metadata: dict[str, str]
    loop: int = 0
    quality: str = "medium"
    progress: Progress = field(default_factory=Progress)

    def write(self, paths: Sequence[Path], draw: Drawer | None = None) -> None:
        """Write files of any formats; those fed frames share one pass over them."""
        films = [path for path in paths if not is_fed_picture(path)]
        if films:
            self._film(films, f"rendering {', '.join(map(str, films))}", draw)
        self.drawings([path for path in paths if path not in films])

    def drawings(self, paths: Sequence[Path], limit: int = MOST_BYTES) -> None:
        """Write files, of at most so many bytes, of formats that are fed the picture itself.

        Raises:
            ExportError: one would be larger.
        """
        from animopt.pipeline.formats import Settings, format_of

        settings = Settings(loop=self.loop, metadata=self.metadata)
        for path in paths:
            kind: Any = format_of(path)
            for sentence in kind.unseen(self.picture):
                self.progress.say(f"{path}: {sentence}")
            content = kind.file(self.picture, settings)
            self._check_size(path, len(content), limit)
            write_whole(path, content)

    def _check_size(self, path: Path, size: int, limit: int) -> None:
        """Say what a page takes whose reader chooses, and refuse one of too many bytes."""
        count = len(self.picture.variants)
        if count:
            self.progress.say(f"{path}: {count} runs to choose from, {format_bytes(size)}")
        if size > limit:
            raise ExportError(
                f"{path}: it would take {format_bytes(size)}, more than {format_bytes(limit)}; "
                "vary fewer values, show fewer steps, or allow more with max_size "
                f"(--max-size {math.ceil(size / 1e6)}MB)"
            )

    def fit(self, path: Path, limit: int, look: Look, recompose: Callable[[Look], Picture]) -> None:
        """Write a file of at most so many bytes, reduced as little as possible.

        Args:
            path: the file.
            limit: its most bytes.
            look: that of the picture.
            recompose: returns the picture in another look.

        Raises:
            ExportError: not even the strongest reduction fits.
        """
        from animopt.pipeline.formats import is_video

        size, target = self.picture.size, path.resolve()
        with write_errors(path):
            target.parent.mkdir(parents=True, exist_ok=True)
        with self._naming(path, target.parent) as folder:
            tries: dict[Trade, Path] = {}

            def encode(trade: Trade) -> int:
                attempt = tries[trade] = Path(folder, f"{len(tries)}{path.suffix}")
                whole = trade == Trade()
                shown = self.picture if whole else recompose(trade.of(look, size))
                task = f"rendering {path}, try {len(tries)}"
                replace(self, picture=shown)._film([attempt], task, colors=trade.colors)
                return attempt.stat().st_size

            kept = len(self.picture.colors)
            rungs = [
                rung
                for rung in ladder(has_palette=not is_video(path))
                if rung.colors == 256 or rung.colors > kept
            ]
            chosen = search(encode, rungs, limit)
            with write_errors(path):
                put_in_place(tries[chosen], target)
        if chosen != Trade():
            reduced = chosen.describe(self.picture.fps, size)
            self.progress.say(f"{path}: reduced {reduced} to fit into {format_bytes(limit)}")

    @staticmethod
    @contextmanager
    def _naming(path: Path, within: Path) -> Iterator[Path]:
        """Provide a folder for tries; an error about one of them names the file they are for."""
        with write_errors(path), temporary_folder(beside=within) as folder:
            try:
                yield folder
            except ExportError as error:
                said = re.sub(re.escape(str(folder)) + r"[\w./-]*", lambda _: str(path), str(error))
                raise ExportError(said) from error

    def posters(self, pairs: Sequence[tuple[Path, Path]]) -> None:
        """Write the first and the last frame as PNG, to each pair of paths."""
        from animopt import export
        from animopt.animate.film import Film

        film = Film(self.picture)
        frames = [film.draw(film.pictures[i][0]) for i in (0, -1)]
        for paths in pairs:
            for frame, path in zip(frames, paths, strict=True):
                export.write(
                    [frame], path, fps=1, loop=1, quality="high", resolution=self.picture.resolution
                )

    def _film(
        self, paths: Sequence[Path], task: str, draw: Drawer | None = None, colors: int = 256
    ) -> None:
        from animopt import export
        from animopt.animate.film import Film

        film = Film(self.picture)
        engine = film.engine()
        total = len(film.pictures)

        def reported(frames: Frames) -> Frames:
            for done, frame in enumerate(frames):
                self.progress.update(task, done, total)
                yield frame
            self.progress.update(task, total, total)

        export.write_all(
            reported(draw(film, engine) if draw else engine.frames(film.pictures)),
            paths,
            loop=self.loop,
            quality=self.quality,
            max_colors=colors,
            metadata=self.metadata,
            **film.known(engine),
        )


def is_fed_picture(path: Path) -> bool:
    """Return whether the format of a path is fed the picture itself, and no frames."""
    from animopt.pipeline.formats import PictureFormat, format_of

    return issubclass(format_of(path), PictureFormat)


def provenance(simulation: Simulation[Any], title: str, source: Path | None) -> dict[str, str]:
    """Return the metadata of a file, without paths and dates, so that its bytes are reproducible.

    A scene from a file is identified by the file's name and SHA-256.
    """
    from animopt.picture.heading import title_at

    problem, look = simulation.problem, simulation.scene.look
    last = look.timeline.part(problem.steps)[1]
    about = {
        "Title": title_at(look.title or title, last),
        "Software": f"animopt {__version__}",
        "Surface": problem.surface.name,
        "Optimizers": "; ".join(run.origin for run in simulation),
        "Steps": str(problem.steps),
    }
    if problem.noise:
        about["Noise"] = f"{problem.noise:g}, seed {problem.seed}"
    if source is not None:
        about["Scene"] = f"{source.name} sha256:{hashlib.sha256(source.read_bytes()).hexdigest()}"
    # Halves of letters, as in a file name that is no text, are in no format's alphabet.
    return {key: text.encode(errors="replace").decode() for key, text in about.items()}
