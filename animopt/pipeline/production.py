"""Production: one simulation becomes its files, in one pass over the frames or within a budget."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from animopt import __version__
from animopt.pipeline.budget import Trade, ladder, search
from animopt.pipeline.progress import Progress
from animopt.simulation import Simulation
from animopt.typing import Frame

if TYPE_CHECKING:
    from animopt.animate import SceneAnimation
    from animopt.animate.engine import Engine

Frames: TypeAlias = Iterator[tuple[Frame, float]]

Drawer: TypeAlias = Callable[["SceneAnimation", "Engine"], Frames]
"""Another way to the frames of an animation, which are the same: with the help of others."""


@dataclass(frozen=True)
class Production:
    """What is to be made of a simulation, and how.

    Attributes:
        simulation: what is shown.
        metadata: what the files say of themselves.
        loop: how often they play in all; 0 is for ever.
        quality: "draft", "medium" or "high".
        progress: who is told how far the work is.
    """

    simulation: Simulation
    metadata: dict[str, str]
    loop: int = 0
    quality: str = "medium"
    progress: Progress = field(default_factory=Progress)

    def film(self, paths: Sequence[Path], draw: Drawer | None = None) -> None:
        """Write one or more formats from one pass over the frames."""
        self._write(self.simulation, paths, draw, 256)

    def fit(self, path: Path, limit: int) -> None:
        """Write a file of at most so many bytes, giving up as little as that takes.

        Raises:
            ExportError: it cannot be done.
        """
        from animopt.animate import animation

        height, width = animation(self.simulation).draw(0).shape[:2]
        path.resolve().parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=path.resolve().parent, prefix=".") as folder:
            tries: dict[Trade, Path] = {}

            def encode(trade: Trade) -> int:
                attempt = tries[trade] = Path(folder, f"{len(tries)}{path.suffix}")
                shown = trade.of(self.simulation, (width, height)) if tries else self.simulation
                self._write(shown, [attempt], None, trade.colors or 256)
                return attempt.stat().st_size

            chosen = search(encode, ladder(path.suffix.lower()), limit)
            os.replace(tries[chosen], path)
        fps = self.simulation.scene.timeline.fps
        self.progress.say(f"{path}: traded {chosen.describe(fps, (width, height))} for its size")

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
        draw: Drawer | None,
        colors: int,
    ) -> None:
        from animopt import export
        from animopt.animate import animation

        movie = animation(simulation)
        engine = movie.engine()
        total = len(movie.pictures)
        doing = "rendering " + ", ".join(map(str, paths))

        def watched(frames: Frames) -> Frames:
            for done, picture in enumerate(frames):
                self.progress.update(doing, done, total)
                yield picture
            self.progress.update(doing, total, total)

        export.write_all(
            watched(draw(movie, engine) if draw else engine.frames(movie.pictures)),
            paths,
            loop=self.loop,
            quality=self.quality,
            max_colors=colors,
            metadata=self.metadata,
            **movie.known(engine),
        )


def provenance(simulation: Simulation, title: str, source: Path | None) -> dict[str, str]:
    """Return what a file says of itself: no paths and no dates, so that its bytes reproduce.

    The scene is named by its title and the SHA-256 of the file it is from.
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
