"""Needs: what has no heights or no points is refused in one sentence, and never offered besides."""

import numpy as np
import pytest

from animopt import InvalidInput, Run, Scene, optimizers, planes, simulate, surfaces
from animopt.animate.film import Film
from animopt.optimizers import SGD, Adam
from animopt.page import PageFormat, page
from animopt.picture import compose
from animopt.picture.space.relief import SurfacePanel

PATH = Run([(3, 0, 1), (0, 2, 1), (-1, 0, 2), (0, 0, 1)], [9, 4, 1, 0.5], label="sgd")
PLACED = Run([(2, 1), (1, 0)], [3.0, 1.0], label="placed")
ALONE = Run(None, [3.0, 2.0, 1.0], label="alone")
PAPERS = {"plane": Scene(planes.pca(PATH), [PATH]), "paper": Scene(None, [PLACED])}
BOWL = surfaces.bowl()
DEAR = surfaces.slice_of(lambda theta: (theta**2).sum(), np.ones(4), (0, 1), minima=[(0, 0)])


def shown(scene):
    return compose(simulate(scene))


@pytest.mark.parametrize("scene", PAPERS.values(), ids=PAPERS)
@pytest.mark.parametrize(
    "look",
    [
        {"panels": "surface"},
        {"panels": "gradient"},
        {"panels": ["contour", "lr"]},
        {"panels": [SurfacePanel()]},
        {"view": "both"},
        {"arrows": True},
        {"forces": ["momentum", "gradient"]},
    ],
    ids=str,
)
def test_what_needs_heights_is_refused_on_paper(scene, look):
    with pytest.raises(InvalidInput, match="is paper, without heights and slopes; give ") as told:
        shown(scene.replace(**look))
    assert "\n" not in str(told.value)


@pytest.mark.parametrize("scene", PAPERS.values(), ids=PAPERS)
def test_paper_shows_paths_and_their_last_steps(scene):
    picture = shown(scene.replace(panels=["contour", "loss", "table"], forces="momentum"))
    assert Film(picture).draw(1).any()


@pytest.mark.parametrize("name", ["contour", "surface", "lr", "gradient", "distance"])
@pytest.mark.parametrize("surface", [None, BOWL], ids=["paper", "bowl"])
def test_what_needs_points_is_refused_for_runs_of_numbers_alone(name, surface):
    with pytest.raises(InvalidInput, match=f"panel '{name}': no run has points; choose panels of"):
        shown(Scene(surface, [ALONE], panels=["loss", name]))


def test_one_run_with_points_is_enough():
    simulation = simulate(Scene(BOWL, [ALONE, PLACED], panels=["contour", "surface"]))
    assert Film(compose(simulation)).draw(2).any()
    assert Film(compose(simulation, only="alone")).draw(2).any()


@pytest.mark.parametrize(
    ("scene", "spare"),
    [
        (PAPERS["plane"], {"contour", "loss"}),
        (PAPERS["paper"], {"contour", "loss"}),
        (Scene(None, [ALONE]), {"loss"}),
        (Scene(BOWL, [PLACED]), {"contour", "surface", "loss"}),
    ],
)
def test_a_page_offers_besides_only_what_there_is(scene, spare):
    picture = compose(simulate(scene.replace(panels=["table"])), spare=PageFormat.spare)
    kinds = {"Plane": "contour", "Relief": "surface", "Curves": "loss"}
    assert {kinds[type(panel).__name__] for panel in picture.spare} == spare
    assert page(picture)


def test_curves_alone_are_those_that_were_asked_for():
    picture = compose(simulate(Scene(None, [ALONE], panels=["loss"])), spare=("loss", "contour"))
    assert picture.spare == ()


@pytest.mark.parametrize(
    ("surface", "members", "name", "sentence"),
    [
        (BOWL, [PLACED, SGD(lr=0.1)], "placed", "'placed' is recorded and cannot start"),
        (BOWL, [SGD(lr=0.1)], "sdg", "'sdg' is unknown; did you mean 'SGD'"),
        (BOWL, [SGD(lr=0.1), SGD(lr=0.2)], "SGD", "may be 'SGD lr=0.1' and 'SGD lr=0.2'"),
        (DEAR, [SGD(lr=0.1)], "SGD", "is a loss of many parameters, which would take minutes"),
        (planes.pca(PATH, loss=np.sum), [Adam()], "Adam", "is a loss of many parameters, which"),
        (BOWL, [optimizers.from_scipy("BFGS")], "BFGS (scipy)", "would take minutes; name an"),
    ],
)
def test_basins_that_cannot_be_found_are_refused(surface, members, name, sentence):
    with pytest.raises(InvalidInput) as told:
        Scene(surface, members, (0.5, 0.5), 3, basins=name)
    assert sentence in str(told.value)
    assert "\n" not in str(told.value)


def test_basins_go_by_the_kind_of_an_optimizer_too():
    scene = Scene(surfaces.himmelblau(), [SGD(lr=0.01), Adam()], (1, 1), 5)
    tints = [
        shown(scene.replace(basins=name)).panels[0].ground.tints for name in ("SGD", "SGD lr=0.01")
    ]
    np.testing.assert_array_equal(*tints)


@pytest.mark.parametrize("given", [{"start": (1, 1)}, {"steps": 5}, {"start": {"placed": (1, 1)}}])
def test_start_and_steps_are_refused_where_nothing_runs(given):
    with pytest.raises(InvalidInput, match="every run is recorded and brings its own"):
        Scene(BOWL, [PLACED], **given)


def test_a_scene_may_be_left_with_recorded_runs_alone():
    scene = Scene(BOWL, [SGD(lr=0.1), PLACED], (1, 1), 5)
    assert scene.replace(optimizers=[PLACED]).steps == 1


def test_an_ensemble_may_have_losses_alone():
    many = Run(None, [[3, 2, 1], [4, 2, 0.5]], label="many")
    assert (many.is_ensemble, many.has_points, many.losses.shape) == (True, False, (2, 3))
    assert Film(shown(Scene(None, [many], panels="loss"))).draw(2).any()
