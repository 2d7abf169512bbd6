"""Off the plane: how far a run is from it, and what its own loss is, in film and page."""

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb

from animopt import InvalidInput, Run, Scene, planes, simulate, surfaces
from animopt.animate import stills
from animopt.animate.film import Film
from animopt.optimizers import SGD
from animopt.page.data import data
from animopt.page.packing import Packer
from animopt.picture import compose
from animopt.picture.shapes import COLLAR

RNG = np.random.default_rng(0)
DISTANCE, LOSS = "distance off the plane", "own loss, in the ground's colours"


def loss(theta):
    return float(theta @ theta + 3 * abs(theta[2]))


def wandering(label="sgd", seed=0, length=40):
    """A run of five parameters that comes to rest, and leaves any plane."""
    rng = np.random.default_rng(seed)
    fall = np.exp(-np.linspace(0, 4, length))[:, None]
    return Run(fall * [4, 3, 2, 0, 1] + 0.1 * rng.normal(size=(length, 5)), label=label)


FLAT = Run([(3, 1, 0, 0, 0), (2, 2, 0, 0, 0), (0, 1, 0, 0, 0)], label="flat")
SKEW = np.array([(1, 0, 0, 0, 1), (1, 3, 0, 0, 0)])
PLANES = {
    "pca": planes.pca(wandering(), loss=loss),
    "skew": planes.spanned(SKEW, np.zeros(5), loss),
}
every_plane = pytest.mark.parametrize("plane", PLANES.values(), ids=PLANES)


def shown(plane, runs, **look):
    return compose(simulate(Scene(plane, runs, **look)))


def texts(picture):
    return [line.words[0][1].text for line in picture.layout.legend.lines]


@every_plane
def test_a_halo_holds_what_is_no_farther_than_the_run(plane):
    picture = shown(plane, [wandering()])
    (path,) = picture.panels[0].paths
    np.testing.assert_allclose(np.linalg.norm(path.aura.outline @ plane.directions, axis=1), 1)
    theta, at = wandering().points, picture.paths[0].points
    away = np.linalg.norm(theta - plane.center - at @ plane.directions, axis=1)
    np.testing.assert_allclose(path.aura.radii, away, atol=1e-12)


@every_plane
def test_the_loss_is_the_true_one_and_the_planes_own_is_beside_it(plane):
    (track,) = shown(plane, [wandering()]).paths
    np.testing.assert_allclose(track.values, [loss(theta) for theta in wandering().points])
    np.testing.assert_allclose(track.below, plane.value(track.points))
    assert (np.abs(track.below - track.values) > 0.01).any()


@every_plane
def test_a_collar_has_the_colour_of_the_true_loss(plane):
    picture = shown(plane, [wandering()])
    (panel,) = picture.panels
    levels, (track,), (path,) = panel.ground.levels, picture.paths, panel.paths
    assert path.collar.max() < len(levels) - 1
    inside = (track.values >= levels[0]) & (track.values < levels[-1])
    assert inside.any()
    fill = path.collar[inside]
    assert (levels[fill] <= track.values[inside]).all()
    assert (track.values[inside] < levels[fill + 1]).all()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_film_draws_halo_and_collar_around_the_head(theme):
    plane = PLANES["pca"]
    picture = shown(plane, [wandering()], theme=theme, size=(640, 480), trail=1)
    film, (panel,) = Film(picture), picture.panels
    (path,) = panel.paths
    frame, step = film.draw(12)[..., :3] / 255, 12
    (x0, y0, x1, y1), ((a, b), (c, d)) = panel.frame, panel.ground.bounds
    unit = np.array([(x1 - x0) / (b - a), (y1 - y0) / (d - c)])
    place = (path.track.points[step] - (a, c)) * unit + (x0, y0)

    def pixel(offset):
        x, y = place + offset
        return frame[round(479 - y), round(x)]

    between = picture.px((COLLAR.radius + 4.6) / 2)
    fill = to_rgb(picture.theme.fills_of(len(panel.ground.levels) - 1)[path.collar[step]])
    np.testing.assert_allclose(pixel((0.0, between)), fill, atol=0.06)
    rim = path.aura.outline * path.aura.radii[step] * unit
    colour = np.array(to_rgb(path.track.color))
    ground = pixel(1.25 * rim[16])
    assert np.linalg.norm(pixel(rim[16]) - colour) < np.linalg.norm(ground - colour)


@pytest.mark.parametrize("view", ["contour", "surface"])
def test_a_run_in_the_plane_has_neither(view):
    plane = planes.spanned(np.eye(5)[:2], np.zeros(5), loss)
    picture = shown(plane, [FLAT], view=view)
    assert picture.paths[0].below is None
    (panel,) = picture.panels
    (path,) = panel.paths
    found = (path.aura, path.collar) if view == "contour" else (path.feet,)
    assert set(found) == {None}
    assert not {DISTANCE, LOSS} & set(texts(picture))


def test_what_our_optimizers_do_is_on_the_surface():
    (track,) = shown(surfaces.bowl(), [SGD(lr=0.1)], start=(1, 1), steps=4).paths
    assert track.below is None


def test_a_recorded_loss_beside_that_of_the_surface_is_shown_too():
    noisy = Run([(2, 1), (1, 1), (0, 1)], [9.0, 4.0, 2.0], label="noisy")
    picture = shown(surfaces.bowl(), [noisy], view="both")
    np.testing.assert_allclose(picture.paths[0].below, surfaces.bowl().value(noisy.points))
    assert LOSS in texts(picture)
    assert DISTANCE not in texts(picture)


@every_plane
@pytest.mark.parametrize("log", [False, True])
def test_in_space_a_path_is_as_high_as_its_loss_and_a_foot_is_on_the_sheet(plane, log):
    from animopt.scene import Space

    picture = shown(plane, [wandering()], view="surface", space=Space(log=log))
    (panel,) = picture.panels
    (path,), (low, high) = panel.paths, panel.sheet.limits
    heights = path.points[path.at, 2]
    order = np.argsort(path.track.values)
    assert (np.diff(heights[order]) >= -1e-9).all()
    if not log:
        np.testing.assert_allclose(heights, path.track.values)
        np.testing.assert_allclose(path.feet, path.track.below, atol=0.02 * (high - low))
    on_sheet = panel.sheet.whole.at(*path.track.points.T)
    np.testing.assert_allclose(path.feet, np.clip(on_sheet, low, high))


def test_the_box_holds_the_losses_but_not_those_of_a_divergence():
    wild = Run(np.geomspace(1, 1e8, 30)[:, None] * np.ones(5), label="wild")
    plane = PLANES["pca"]
    (calm,), (both,) = (
        shown(plane, runs, view="surface").panels for runs in ([wandering()], [wandering(), wild])
    )
    _, grid_high = calm.sheet.whole.z.min(), calm.sheet.whole.z.max()
    assert calm.sheet.limits[1] >= max(grid_high, calm.paths[0].track.values.max()) - 1e-9
    assert both.sheet.limits[1] <= 3 * grid_high


def test_the_loss_panel_has_the_planes_own_dashed():
    picture = shown(PLANES["pca"], [wandering()], panels="loss")
    (panel,), (track,) = picture.panels, picture.paths
    assert panel.title == "Loss (dashed: of the surface below)"
    (curve,) = panel.curves
    np.testing.assert_allclose(curve.below, panel.scale.parts(track.below))
    line = next(iter(Film(picture).figure.axes[0].collections))
    np.testing.assert_allclose(line.get_segments()[0][:, 1], curve.below)


def test_distance_is_a_panel_by_name():
    (panel,) = shown(PLANES["pca"], [wandering()], panels="off_plane").panels
    assert panel.title == "Distance off the plane"
    away = PLANES["pca"].project(wandering()).off_plane
    np.testing.assert_allclose(panel.curves[0].parts, panel.scale.parts(away))


@pytest.mark.parametrize(("view", "named"), [("contour", True), ("surface", False), ("both", True)])
def test_the_legend_says_what_is_around_a_head_where_it_is(view, named):
    found = texts(shown(PLANES["pca"], [wandering()], view=view))
    assert [name in found for name in (DISTANCE, LOSS)] == [named, named]


def test_the_page_is_told_the_same():
    picture = shown(PLANES["pca"], [wandering()], panels=["contour", "surface", "loss"])
    packer = Packer()
    told = data(picture, packer, 0, {})
    plane, relief, curves = picture.panels
    (path,) = told["contour"]["paths"]
    assert path["aura"]["outline"] == np.round(plane.paths[0].aura.outline, 6).tolist()
    assert told["contour"]["paths"][0]["collar"] is not None
    assert told["surface"]["paths"][0]["feet"] is not None
    assert told["surface"]["caption"] == relief.caption
    assert told["charts"][0]["curves"][0]["below"] is not None
    assert [text for _, text in told["keys"]] == [DISTANCE, LOSS]
    assert curves.title == told["charts"][0]["title"]


def test_below_a_relief_stands_what_share_of_the_movement_it_shows():
    picture = shown(PLANES["pca"], [wandering()], view="surface")
    caption, shares = picture.panels[0].caption, PLANES["pca"].shares
    assert caption in [text.get_text() for text in Film(picture).figure.texts]
    assert caption.startswith(f"{100 * shares[0]:.0f} % + ")
    assert "of the movement (a random walk: " in caption
    cut = surfaces.slice_of(loss, np.ones(5), (0, 1))
    (panel,) = shown(cut, [SGD(lr=0.1)], start=(1, 1), steps=2, view="surface").panels
    assert panel.caption.startswith("descent in the slice of ")
    (panel,) = shown(cut, [SGD(lr=0.1)], start=(1, 1), steps=2).panels
    assert panel.x.label.endswith(", descent in the slice")


def test_a_random_walk_is_called_so_where_the_shares_stand():
    walk = Run(np.cumsum(RNG.normal(size=(200, 2000)), axis=0), np.ones(200), label="walk")
    plane = planes.pca(walk)
    assert "of the movement (a random walk's figure: 81 %)" in plane.axes[0]
    assert "a random walk's figure: 81 % + 9 %" in plane.caption


@pytest.mark.parametrize("kind", stills.KINDS)
def test_names_of_axes_are_within_every_still(kind, tmp_path):
    simulation = simulate(Scene(PLANES["pca"], [wandering(), wandering("b", 1)]))
    for still in stills.KINDS[kind](simulation, simulation.scene.look):
        figure = still.figure
        FigureCanvasAgg(figure).draw()
        wide, tall = figure.bbox.size
        for axes in figure.axes:
            for name in (axes.xaxis.label, axes.yaxis.label):
                box = name.get_window_extent()
                assert not name.get_text() or (
                    min(box.x0, box.y0) > -2 and box.x1 < wide + 2 and box.y1 < tall + 2
                )


@pytest.mark.parametrize("kind", ["paths", "losses", "pages"])
def test_stills_of_curves_alone_have_no_plane(kind, tmp_path):
    alone = [Run(None, [3.0, 2.0, 1.0], label=label) for label in "ab"]
    simulation = simulate(Scene(None, alone, panels="loss"))
    assert stills.write(simulation, tmp_path / "still.png", kind)
    with pytest.raises(InvalidInput, match="multiples: no run has points"):
        stills.write(simulation, tmp_path / "still.png", "multiples")
