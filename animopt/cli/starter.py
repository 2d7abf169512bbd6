"""Downhill: one line about what your animation shows."""

from animopt import Scene
from animopt.optimizers import SGD, Adam, Momentum


def loss(x: float, y: float) -> float:
    """Return the height at a point."""
    return 0.1 * x**2 + y**2  # 1. your function, of one point or of NumPy arrays


scene = Scene(
    loss,
    [SGD(lr=0.1), Momentum(lr=0.05, momentum=0.9), Adam(lr=0.2)],  # 2. animopt list optimizers
    start=(-3.5, 2.5),
    steps=80,
    bounds=((-4, 4), (-3, 3)),
    title="Downhill",
    view="contour",  # 3. or "surface", or "both"; help(Scene) lists all that can be shown
)
