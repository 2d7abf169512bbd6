"""What the gallery shows of overlays, trails and clocks: short scenes, one for each."""

import numpy as np

from animopt import Scene, Timeline, surfaces
from animopt.optimizers import SGD, Adam, Momentum, RMSprop

plain = Scene(
    surfaces.himmelblau(),
    {
        "SGD": SGD(lr=0.004),
        "Momentum": Momentum(lr=0.0015, momentum=0.9),
        "RMSprop": RMSprop(lr=0.1),
        "Adam": Adam(lr=0.2),
    },
    start=(-0.2, -0.6),
    steps=60,
    timeline=Timeline(fps=20, hold_last=1.5),
)

arrows = plain.replace(title="Negative gradients", arrows=True)
landmarks = plain.replace(title="Minima and saddles", minima="star", saddles=True)
basins = plain.replace(title="Where SGD ends, from each start", basins="SGD")
forces = plain.replace(title="Gradient and momentum", forces=("gradient", "momentum"))
tail = plain.replace(title="The last 12 steps", trail=12)
fading = plain.replace(title="Fading with age", fade=True)
labels = plain.replace(title="Labels", labels=True)
markers = plain.replace(title="A marker for each", markers=True)

angle = np.linspace(0, 2 * np.pi, 120)
guide = plain.replace(title="A guide", guides=[3.6 * np.stack([np.cos(angle), np.sin(angle)], 1)])

ensemble = plain.replace(
    title="24 starts",
    optimizers={"Momentum": Momentum(lr=0.003, momentum=0.8), "Adam": Adam(lr=0.5)},
    start=np.random.default_rng(4).uniform(-4.5, 4.5, (24, 2)),
    steps=160,
    timeline=Timeline(fps=20, speed={0: 1, 40: 4}, hold_last=1.5),
)

warped = plain.replace(
    title="Time follows the movement",
    steps=400,
    timeline=Timeline(fps=20, duration=4, warp=True),
)

diverging = Scene(
    surfaces.cubic(),
    {"Momentum": Momentum(lr=0.01, momentum=0.9), "SGD": SGD(lr=0.02), "Adam": Adam(lr=0.2)},
    start=(2, 3),
    steps=50,
    title="Divergence",
    bounds=((-3, 3), (-3, 3)),
    timeline=Timeline(fps=20, hold_last=1.5),
)
