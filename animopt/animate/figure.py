"""Figure: one that is drawn and saved with the settings of its theme, by whomever it is asked."""

from __future__ import annotations

from typing import Any

from matplotlib.figure import Figure

from animopt.picture.drawing import drawing
from animopt.picture.theme import Theme


class ThemedFigure(Figure):
    """A figure in which nothing depends on the user's own settings of matplotlib."""

    def __init__(
        self,
        theme: Theme,
        size: tuple[float, float],
        dpi: float,
        resolution: float | None = None,
    ) -> None:
        """Take the size in pixels, those per inch of type, and those that a file says it has."""
        self.drawing = drawing(theme)
        self.resolution = resolution or dpi
        wide, tall = size
        with self.drawing:
            super().__init__(figsize=(wide / dpi, tall / dpi), dpi=dpi)

    def draw(self, renderer: Any) -> None:
        """Draw everything."""
        with self.drawing:
            super().draw(renderer)

    def savefig(self, fname: Any, **options: Any) -> None:
        """Save the figure, in any format that matplotlib writes."""
        with self.drawing:
            super().savefig(fname, **options)
