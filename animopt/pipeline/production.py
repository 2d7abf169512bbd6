"""Production: write the files of one simulation, in one pass or within a byte budget."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from animopt import __version__
from animopt.files import write_errors
from animopt.pipeline.budget import Trade, format_bytes, ladder, search
from animopt.pipeline.progress import Progress
from animopt.simulation import Simulation
from animopt.typing import Frame

if TYPE_CHECKING:
    from animopt.animate import SceneAnimation
    from animopt.animate.engine import Engine

Frames: TypeAlias = Iterator[tuple[Frame, float]]

Drawer: TypeAlias = Callable[["SceneAnimation", "Engine"], Frames]
"""Draws the frames of an animation by other means, such as worker processes."""


@dataclass(frozen=True)
class Production:
    """Writes a simulation to files.

    Attributes:
        simulation: what is shown.
        metadata: text by key, stored in the files.
        loop: how often they play in all; 0 is for ever.
        quality: "draft", "medium" or "high".
        progress: receives progress reports.
    """

    simulation: Simulation
    metadata: dict[str, str]
    loop: int = 0
    quality: str = "medium"
    progress: Progress = field(default_factory=Progress)

    def film(self, paths: Sequence[Path], draw: Drawer | None = None) -> None:
        """Write one or more formats from one pass over the frames."""
        self._write(self.simulation, paths, f"rendering {', '.join(map(str, paths))}", draw)

    def fit(self, path: Path, limit: int) -> None:
        """Write a file of at most so many bytes, reduced as little as possible.

        Raises:
            ExportError: not even the strongest reduction fits.
        """
        from animopt.animate import animation

        movie = animation(self.simulation)
        height, width = movie.draw(0).shape[:2]
        size = width, height
        target = path.resolve()
        with write_errors(path):
            target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".") as folder:
            tries: dict[Trade, Path] = {}

            def encode(trade: Trade) -> int:
                attempt = tries[trade] = Path(folder, f"{len(tries)}{path.suffix}")
                shown = self.simulation if trade == Trade() else trade.of(self.simulation, size)
                task = f"rendering {path}, try {len(tries)}"
                self._write(shown, [attempt], task, colors=trade.colors)
                return attempt.stat().st_size

            rungs = ladder(path.suffix.lower())
            rungs = [
                rung for rung in rungs if rung.colors == 256 or rung.colors > len(movie.colors)
            ]
            chosen = search(encode, rungs, limit)
            os.replace(tries[chosen], target)
        if chosen != Trade():
            reduced = chosen.describe(self.simulation.scene.timeline.fps, size)
            self.progress.say(f"{path}: reduced {reduced} to fit into {format_bytes(limit)}")

    def posters(self, pairs: Sequence[tuple[Path, Path]]) -> None:
        """Write the first and the last picture as PNG, to each pair of paths."""
        from animopt import export
        from animopt.animate import animation

        movie = animation(self.simulation)
        pictures = [movie.draw(movie.pictures[i][0]) for i in (0, -1)]
        for paths in pairs:
            for picture, path in zip(pictures, paths, strict=True):
                export.write([picture], path, fps=1, loop=1, quality="high")

    def _write(
        self,
        simulation: Simulation,
        paths: Sequence[Path],
        task: str,
        draw: Drawer | None = None,
        colors: int = 256,
    ) -> None:
        from animopt import export
        from animopt.animate import animation

        movie = animation(simulation)
        engine = movie.engine()
        total = len(movie.pictures)

        def reported(frames: Frames) -> Frames:
            for done, picture in enumerate(frames):
                self.progress.update(task, done, total)
                yield picture
            self.progress.update(task, total, total)

        export.write_all(
            reported(draw(movie, engine) if draw else engine.frames(movie.pictures)),
            paths,
            loop=self.loop,
            quality=self.quality,
            max_colors=colors,
            metadata=self.metadata,
            **movie.known(engine),
        )


def provenance(simulation: Simulation, title: str, source: Path | None) -> dict[str, str]:
    """Return the metadata of a file, without paths and dates, so that its bytes are reproducible.

    A scene from a file is identified by the file's name and SHA-256.
    """
    scene = simulation.scene
    about = {
        "Title": scene.title or title,
        "Software": f"animopt {__version__}",
        "Surface": scene.surface.name,
        "Optimizers": "; ".join(repr(optimizer) for optimizer in scene.optimizers),
        "Steps": str(scene.steps),
    }
    if scene.noise:
        about["Noise"] = f"{scene.noise:g}, seed {scene.seed}"
    if source is not None:
        about["Scene"] = f"{source.name} sha256:{hashlib.sha256(source.read_bytes()).hexdigest()}"
    return about
