"""The film holds what the picture says: every drawn place, colour and text, inverted and compared.

What the artists draw is recorded, so that nothing they compute by themselves goes unseen. Places
are compared in plane coordinates, through the inverse of the axes' own transform.
"""

from pathlib import Path

import numpy as np
import pytest
from film_checks import check_counter, check_curves, check_legend, check_plane, check_table
from relief_checks import check_relief

from animopt import simulate
from animopt.animate import Film
from animopt.animate.contour import PlaneDrawer
from animopt.animate.curves import CurvesDrawer
from animopt.animate.space.surface import ReliefDrawer
from animopt.animate.table import TableDrawer
from animopt.picture import compose
from animopt.picture.curves import CurvePanel
from animopt.scene import load_scenes

GALLERY = [Path("tests/gallery", name) for name in ("scenes.py", "depth.py")]
FILES = [*sorted(Path("scenes").glob("*.py")), *GALLERY]
SCENES = {
    f"{path.stem}.{name}": scene for path in FILES for name, scene in load_scenes(path).items()
}
BESIDE = ("contour", "surface", "loss", "lr", "gradient", "table")
MINIMA = ("distance", "distance-x", "distance-y")
STEPS = 20


@pytest.mark.parametrize("name", SCENES)
def test_the_film_s_artists_hold_what_the_picture_says(name):
    scene = SCENES[name]
    simulation = simulate(scene)
    names = list(dict.fromkeys((*scene.shown_panels, *BESIDE)))
    names += MINIMA if scene.surface.minima else ()
    film = Film(compose(simulation, panels=names))
    picture = film.picture
    assert film.colors[: len(set(picture.colors))] == picture.colors
    assert tuple(map(tuple, film.pictures)) == picture.clock
    chosen = np.linspace(0, len(picture.shown) - 1, STEPS).astype(int)
    steps = [picture.shown[i] for i in chosen]
    drawers = {PlaneDrawer: 0, ReliefDrawer: 0, CurvesDrawer: 0, TableDrawer: 0}
    for panel, drawer in zip(names, film.panels, strict=True):
        drawers[type(drawer)] += 1
        match drawer:
            case PlaneDrawer():
                check_plane(film, drawer, simulation, steps)
            case ReliefDrawer():
                check_relief(film, drawer, simulation, steps)
            case CurvesDrawer():
                check_curves(film, drawer, simulation, curve_panel(panel), steps)
            case TableDrawer():
                check_table(film, drawer, steps)
    assert min(drawers.values()) >= 1
    check_legend(film, steps)
    check_counter(film, steps)


def curve_panel(name):
    """A curve panel by its name, made anew."""
    from animopt.picture.picture import _panel

    panel = _panel(name)
    assert isinstance(panel, CurvePanel)
    return panel


def test_the_film_draws_what_is_beyond_the_bounds_too():
    simulation = simulate(SCENES["ring.scene"].replace(size=(1280, 720)))
    film = Film(compose(simulation))
    (drawer,) = film.panels
    assert any(len(path.beyond.steps) for path in drawer.plane.paths)
    check_plane(film, drawer, simulation, film.picture.shown[::40])
