"""What the gallery shows of depth: paths that pass behind the sheet go on as ghosts."""

from animopt import Orbit, Scene, Space, Timeline, surfaces
from animopt.optimizers import SGD, Adam, Momentum, RMSprop
from animopt.scene import load_scenes

saddle = load_scenes("scenes/saddle.py")["scene"].replace(
    title="A saddle: over the edge and down behind it", view="surface", elev=20, azim=-125
)

rosenbrock = Scene(
    surfaces.rosenbrock(),
    {
        "SGD": SGD(lr=0.001),
        "Momentum": Momentum(lr=0.0003, momentum=0.9),
        "RMSprop": RMSprop(lr=0.012),
        "Adam": Adam(lr=0.05),
    },
    start=(-1.7, 0.4),
    steps=400,
    title="Rosenbrock's valley, heights on a logarithmic scale",
    view="surface",
    elev=30,
    azim=-70,
    space=Space(log=True),
)

himmelblau = Scene(
    surfaces.himmelblau(),
    {
        "SGD": SGD(lr=0.01),
        "Momentum": Momentum(lr=0.004, momentum=0.9),
        "RMSprop": RMSprop(lr=0.15),
        "Adam": Adam(lr=0.4),
    },
    start=(0.3, 4.6),
    steps=60,
    title="Himmelblau: one start, three valleys",
    view="surface",
    zlim=(0, 240),
)

ring = load_scenes("scenes/ring.py")["scene"]
ring = ring.replace(
    title="The ring, heights on a logarithmic scale",
    optimizers=[o for o in ring.optimizers if o.label in ("momentum", "adagrad", "adam", "brake")],
    steps=150,
    view="surface",
    elev=40,
    azim=150,
    space=Space(log=True),
    labels=False,
    timeline=Timeline(),
)

monkey = Scene(
    surfaces.monkey_saddle(),
    {
        "SGD": SGD(lr=0.015),
        "Momentum": Momentum(lr=0.006, momentum=0.9),
        "RMSprop": RMSprop(lr=0.02),
        "Adam": Adam(lr=0.04),
    },
    start=(1.2, 0.1),
    steps=50,
    title="A monkey saddle from behind",
    view="surface",
    bounds=((-1.5, 1.5), (-1.5, 1.5)),
    elev=22,
    azim=170,
)

orbit = saddle.replace(
    title="Once around",
    optimizers=[o for o in saddle.optimizers if o.label in ("Adam", "Adagrad", "Momentum")],
    steps=90,
    azim=-60,
    space=Space(camera=Orbit()),
    timeline=Timeline(fps=8, speed=4),
    counter=False,
)
