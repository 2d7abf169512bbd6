"""Downhill: one line about what your animation shows."""

from animopt import Scene, Surface, Timeline
from animopt.optimizers import SGD, Adam, Momentum

surface = Surface(
    lambda x, y: 0.1 * x**2 + y**2,  # any function of two NumPy arrays
    bounds=((-4, 4), (-3, 3)),
    minima=[(0, 0)],
)

scene = Scene(
    surface,
    [SGD(lr=0.1), Momentum(lr=0.05, momentum=0.9), Adam(lr=0.2)],
    start=(-3.5, 2.5),
    steps=80,
    title="Downhill",
    view="contour",  # or "surface", or "both"
    timeline=Timeline(fps=25, hold_last=1.5),
)
