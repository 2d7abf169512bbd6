"""Batch normalization straightens what ten units see: the fit of a noisy wave as it forms.

Without it, ten ReLU units creep towards the parabola below the wave; with it they are there after
fifty steps. Neither follows the wave itself, 2.15 cos(20 x): ten units cannot.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from _waves import GRID, Fit, fits, wave

from animopt import Scene, Timeline
from animopt.animate import CurvePanel
from animopt.picture.tracks import Track
from animopt.runs.problem import Problem
from animopt.typing import Array

found = fits()
curves = {run.label: run.points for run in found}
runs = [run.replace(points=None) for run in found]


class FitPanel:
    """The examples, the wave without noise, and what each network makes of it at a step."""

    projection = None

    def setup(self, ax: Any, picture: Any) -> None:
        """Draw the examples and the wave, and create the fits."""
        fit, theme = Fit(0, normalized=False), picture.theme
        ax.plot(fit.x, fit.y, ".", color=theme.faint, markersize=3)
        ax.plot(GRID, wave(GRID), color=theme.faint, linewidth=1, linestyle="--")
        ax.set_title("200 examples, the wave without noise, and the fits", loc="left", fontsize=9)
        ax.spines[["top", "right"]].set_visible(False)
        self.lines = [
            ax.plot(GRID, curves[track.label][0], color=track.color, linewidth=2.2)[0]
            for track in picture.paths
        ]
        self.labels = [track.label for track in picture.paths]

    def update(self, k: int) -> Sequence[Any]:
        """Turn to step k."""
        for label, line in zip(self.labels, self.lines, strict=True):
            line.set_ydata(curves[label][k])
        return self.lines


@dataclass
class ErrorPanel(CurvePanel):
    """The error on the examples of training, or on others."""

    name: str = "train_mse"
    title: str = field(default="", init=False)
    words: ClassVar[str] = ""

    def __post_init__(self) -> None:
        self.title = f"{self.name.split('_')[0]} error{self.words}".capitalize()

    def curve(self, run: Track, problem: Problem) -> Array:
        """Return the mean squared error at each step."""
        return next(each.metrics[self.name] for each in runs if each.label == run.label)


class LogErrorPanel(ErrorPanel):
    """The same on a logarithmic axis."""

    span: ClassVar[float] = 1.0  # a larger ratio than this makes the axis logarithmic
    words: ClassVar[str] = ", logarithmic"


scene = Scene(
    None,
    runs,
    title="Batch normalization",
    panels=[
        FitPanel(),
        *(kind(name) for kind in (ErrorPanel, LogErrorPanel) for name in ("train_mse", "test_mse")),
    ],
    timeline=Timeline(fps=25, speed={0: 0.5, 30: 1, 100: 4}, hold_last=1.5),
)
