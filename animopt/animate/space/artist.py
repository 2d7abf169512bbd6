"""SpaceArtist: what draws in the view that the camera has at the present step."""

from __future__ import annotations

from typing import Any

from matplotlib.transforms import IdentityTransform

from animopt.animate.artists import MovingArtist
from animopt.picture.reader import View
from animopt.picture.space.relief import Relief

STRAIGHT = IdentityTransform()
# The opacity of what the sheet hides.
GHOST = 0.45


class InSpace(MovingArtist):
    """An artist of a relief."""

    relief: Relief

    def view(self, renderer: Any) -> View:
        """Return what the camera sees at the present step, in the pixels of the renderer."""
        return self.relief.view(self.step, self._zoom(renderer))


class SpaceArtist(InSpace):
    """One that exists in space only; with a camera at rest, many do not depend on the step."""

    def __init__(self, relief: Relief, dpi: float, zorder: float) -> None:
        super().__init__(dpi, zorder)
        self.relief = relief
