"""Pictures of what a scene does not know: problems, runs beside ensembles, panels used again."""

from types import SimpleNamespace

import numpy as np
import pytest

from animopt import InvalidInput, Scene, simulate, surfaces
from animopt.animate import stills
from animopt.animate.film import Film
from animopt.optimizers import SGD, Adam
from animopt.page import page
from animopt.picture import compose
from animopt.picture.clock import clock
from animopt.picture.curves import CurvePanel, LossPanel
from animopt.picture.stage import look_of
from animopt.runs.problem import Problem
from animopt.runs.simulation import Simulation
from animopt.scene import Look, Orbit, Space, Timeline


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


@pytest.mark.parametrize("name", sorted(surfaces.catalogue()))
def test_a_moving_camera_loses_no_head_below_its_floor(name):
    surface = surfaces.catalogue()[name]()
    (x0, x1), (y0, y1) = surface.bounds
    inside = [(x, y) for x, y in surface.minima if x0 < x < x1 and y0 < y < y1]
    for start in [*inside, (0.6 * x0 + 0.4 * x1, 0.6 * y0 + 0.4 * y1)]:
        orbit = Space(camera=Orbit(1))
        scene = Scene(surface, [SGD(lr=1e-9)], start, 2, view="surface", space=orbit)
        (relief,) = compose(simulate(scene)).panels
        assert relief.paths[0].last(0) == 0


@pytest.mark.parametrize("panel", ["lr", "gradient"])
def test_a_curve_that_no_run_has_is_an_empty_panel(panel):
    def root(x, y):
        return np.sqrt(x) + y * y

    scene = Scene(root, [SGD(lr=0.1)], (0, 1), 5, bounds=((0, 2), (-2, 2)))
    assert Film(compose(simulate(scene.replace(panels=[panel])))).draw(5).any()


class Wrong(CurvePanel):
    """A panel whose curve is not one."""

    given: object = None

    def curve(self, run, problem):
        """Return what was given."""
        return self.given


@pytest.mark.parametrize("given", [None, [1, 2], "abcdef", np.zeros((6, 2)), [[1], [2, 3]]])
def test_a_curve_panel_is_told_what_it_must_return(given):
    panel = Wrong()
    panel.given = given
    scene = Scene(surfaces.bowl(), [SGD(lr=0.1)], (1, 1), 5, panels=[panel])
    with pytest.raises(InvalidInput, match="return 6 numbers, one for each step"):
        compose(simulate(scene))


class Own:
    """A panel that draws itself, and returns what it is told to."""

    projection = None

    def __init__(self, returned=(), **changed):
        self.returned = returned
        vars(self).update(changed)

    def setup(self, ax, picture):
        """Draw a line."""
        (self.line,) = ax.plot([0, 1], [0, 1])

    def update(self, k):
        """Return what was given, or the line."""
        return self.line if self.returned == "line" else self.returned


@pytest.mark.parametrize("returned", [None, (), "line"])
def test_a_panel_may_return_one_artist_or_none(returned):
    scene = Scene(surfaces.bowl(), [SGD(lr=0.1)], (1, 1), 5, panels=[Own(returned)])
    assert Film(compose(simulate(scene))).draw(5).any()


@pytest.mark.parametrize(
    ("panel", "what"),
    [
        (Own(5), "update.* returned 5; return the artists that move"),
        (Own([1, 2]), "update.* return the artists"),
        (Own(projection="nosuch"), "projection='nosuch'.*choose None"),
        (Own(margins="x"), "margins='x'; give .left, bottom, right, top. in points"),
        (Own(margins=(1, 2)), "margins=.*give .left"),
    ],
)
def test_a_panel_that_draws_itself_is_told_what_is_wrong(panel, what):
    scene = Scene(surfaces.bowl(), [SGD(lr=0.1)], (1, 1), 5, panels=[panel])
    with pytest.raises(InvalidInput, match=what):
        Film(compose(simulate(scene)))


def test_a_panel_without_a_projection_is_refused():
    panel = SimpleNamespace(setup=print, update=print)
    with pytest.raises(InvalidInput, match="is not a panel; give a name, or an object with"):
        Scene(surfaces.bowl(), [SGD(lr=0.1)], (1, 1), 5, panels=[panel])
