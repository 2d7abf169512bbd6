"""Pictures of what a scene does not know: problems, runs beside ensembles, panels used again."""

import numpy as np
import pytest

from animopt import Scene, simulate, surfaces
from animopt.animate import stills
from animopt.animate.film import Film
from animopt.optimizers import SGD, Adam
from animopt.page import page
from animopt.picture import compose
from animopt.picture.clock import clock
from animopt.picture.curves import LossPanel
from animopt.picture.stage import look_of
from animopt.runs.problem import Problem
from animopt.runs.simulation import Simulation
from animopt.scene import Look, Timeline


@pytest.mark.parametrize("look", [None, Look(), Look(timeline=Timeline(warp=True, duration=3))])
def test_a_problem_is_shown_in_any_look_with_the_bounds_of_its_surface(look, tmp_path):
    simulation = simulate(Problem(surfaces.bowl(), [SGD(lr=0.1), Adam()], (1, 1), 5))
    assert look_of(simulation, look).bounds == surfaces.bowl().bounds
    assert Film(compose(simulation, look)).draw(5).any()
    assert clock(simulation, look_of(simulation, look))
    for kind in stills.KINDS:
        assert stills.write(simulation, tmp_path / f"{kind}.png", kind, look)


@pytest.mark.parametrize("view", ["contour", "surface"])
@pytest.mark.parametrize("turned", [False, True])
def test_a_run_from_one_start_stands_beside_an_ensemble(view, turned):
    one, many = (
        simulate(Scene(surfaces.himmelblau(), [kind], start, 6, view=view))
        for kind, start in ((SGD(lr=0.01), (1, 1)), (Adam(), [(1, 1), (-2, 2), (0.5, 3)]))
    )
    runs = (*many, *one) if turned else (*one, *many)
    picture = compose(Simulation(one.scene, runs))
    assert Film(picture).draw(6).any()
    assert page(picture)
    (panel,) = picture.panels
    crowds = panel.crowds if view == "surface" else [path.starts for path in panel.paths]
    assert [crowd is not None for crowd in crowds] == [run.is_ensemble for run in runs]


def test_a_panel_is_as_it_was_after_a_picture_is_composed():
    panel = LossPanel()
    scene = Scene(surfaces.himmelblau(), [SGD(lr=0.01)], (1, 1), 6, panels=[panel])
    before = vars(panel).copy()
    assert compose(simulate(scene)).panels[0].title
    assert vars(panel) == before


def test_forces_are_named_only_where_a_plane_shows_them():
    def words(**shown):
        scene = Scene(surfaces.bowl(), [SGD(lr=0.1)], (1, 1), 3, forces=("gradient",), **shown)
        lines = compose(simulate(scene.replace(legend=True))).layout.legend.lines
        return [text.text for line in lines for _, text in line.words]

    assert "−gradient" in words(view="both")
    assert "−gradient" not in words(view="surface")
    assert "−gradient" not in words(panels=["loss"])


def test_heads_in_space_that_were_outside_have_a_direction():
    scene = Scene(surfaces.himmelblau(), [SGD(lr=0.05)], (6.5, 6.5), 40, view="surface")
    picture = compose(simulate(scene.replace(bounds=((-2, 3), (-2, 3)))))
    assert np.isfinite(Film(picture).draw(40)).all()
