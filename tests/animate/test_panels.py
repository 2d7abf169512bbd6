"""Panels: each shows the right numbers at the present step, and any object can be one."""

import numpy as np
import pytest
from matplotlib.lines import Line2D

from animopt import Scene, Surface, optimizers, surfaces
from animopt.animate import ContourPanel, CurvePanel, LossPanel, animation
from animopt.animate.artists import MovingArtist
from animopt.animate.heads import HeadArtist
from animopt.animate.table import TableArtist
from animopt.errors import InvalidInput
from animopt.scene.panels import PANELS

CURVES = ["loss", "lr", "distance", "distance-x", "distance-y", "gradient"]
STEPS = 12


def descent(**changes):
    settings = {
        "surface": surfaces.ring(),
        "optimizers": {"sgd": optimizers.SGD(lr=0.1), "adam": optimizers.Adam(lr=0.2)},
        "start": (0.1, 2.0),
        "steps": STEPS,
        "size": (480, 240),
    }
    return Scene(**settings | changes)


def diverging(**changes):
    return descent(
        surface=surfaces.cubic(),
        optimizers={
            "momentum": optimizers.Momentum(lr=0.01, momentum=0.9),
            "sgd": optimizers.SGD(lr=0.01),
        },
        start=(2, 3),
        steps=40,
        **changes,
    )


def assert_frames_are_full_draws(scene):
    movie, fresh = animation(scene), animation(scene)
    for (step, _), (frame, _) in zip(movie.pictures, movie.frames(), strict=True):
        if step % 5 == 2:
            np.testing.assert_array_equal(frame, fresh.draw(step))


@pytest.mark.parametrize(
    ("view", "panels"),
    [("contour", "contour"), ("surface", ["surface"]), ("both", ("contour", "surface"))],
)
def test_a_view_is_short_for_its_panels(view, panels):
    by_view, by_panels = animation(descent(view=view)), animation(descent(panels=panels))
    np.testing.assert_array_equal(by_view.draw(7), by_panels.draw(7))


def test_panels_may_be_names_and_objects_in_any_order():
    movie = animation(descent(panels=("loss", ContourPanel(), LossPanel())))
    assert len(movie.figure.axes) == 3


@pytest.mark.parametrize("name", PANELS)
def test_frames_with_a_panel_are_full_draws(name):
    assert_frames_are_full_draws(descent(panels=("contour", name)))


@pytest.mark.parametrize("name", PANELS)
def test_a_panel_shows_a_step_whatever_was_shown_before(name):
    movie = animation(descent(panels=name))
    frames = {step: movie.draw(step) for step in range(STEPS + 1)}
    for step in (7, 0, 12, 3, 7):
        np.testing.assert_array_equal(movie.draw(step), frames[step])
    assert not np.array_equal(frames[3], frames[7])


def shown(movie, step):
    """Return the heads of the only panel, (n, 2) in the coordinates of its axes."""
    (heads,) = (artist for artist in movie.turn(step) if isinstance(artist, HeadArtist))
    (axes,) = movie.figure.axes
    return axes.transData.inverted().transform(heads.places(step))


@pytest.mark.parametrize("step", [0, 5, STEPS])
def test_the_heads_of_a_curve_stand_at_the_present_step_and_loss(step):
    movie = animation(descent(panels="loss"))
    losses = [trajectory.values[step] for trajectory in movie.simulation]
    np.testing.assert_allclose(shown(movie, step)[:, 0], step, atol=1e-9)
    np.testing.assert_allclose(shown(movie, step)[:, 1], losses)


@pytest.mark.parametrize("name", CURVES)
def test_a_curve_is_solid_up_to_now_and_faint_beyond(name):
    movie = animation(descent(panels=name, legend=False))
    color = np.array([*bytes.fromhex(movie.colors[0][1:]), 255])
    (axes,) = movie.figure.axes
    column = axes.transData.transform((6, axes.get_ylim()[0]))[0]
    solid = (movie.draw(6) == color).all(axis=-1).any(axis=0).nonzero()[0]
    assert len(solid) > 0.5 * (column - axes.bbox.x0)
    assert solid.max() < column + 6
    assert (movie.draw(STEPS) == color).all(axis=-1).any(axis=0).nonzero()[0].max() > column + 30


def test_where_no_step_is_taken_the_step_size_stays_what_it_was():
    optimizers_ = {"brake": optimizers.Brake(lr=0.1)}
    movie = animation(descent(panels="lr", steps=60, optimizers=optimizers_))
    points = movie.simulation["brake"].points
    paused = np.flatnonzero((points[1:] == points[:-1]).all(axis=1))
    assert len(paused)
    k = int(paused[0])
    assert shown(movie, k)[0, 1] == pytest.approx(shown(movie, k - 1)[0, 1])


@pytest.mark.parametrize(
    "changes",
    [
        {"steps": 1},
        {"optimizers": optimizers.SGD(lr=0)},
        {"start": (-1, 0)},
        {"optimizers": optimizers.SGD(lr=1e6)},
        {"start": [(0.1, 2.0)]},
        {"surface": Surface(lambda x, y: 0 * x, name="flat", minima=[(0, 0)])},
    ],
    ids=["one step", "no steps taken", "from the minimum", "at once", "one of many", "flat"],
)
def test_panels_show_the_extreme_too(changes):
    movie = animation(descent(panels=[name for name in PANELS if name != "surface"], **changes))
    frames = [frame for frame, _ in movie.frames()]
    np.testing.assert_array_equal(frames[-1], movie.draw(movie.simulation.scene.steps))


def test_a_curve_without_any_numbers_is_left_out():
    class Nothing(CurvePanel):
        def curve(self, run, problem):
            return np.full(len(run.points), np.nan if run.label == "sgd" else 1.0)

    movie = animation(descent(panels=Nothing()))
    assert len(shown(movie, 3)) == 1


def test_a_diverged_curve_leaves_upwards_or_downwards_with_an_arrow():
    movie = animation(diverging(panels="loss"))
    (axes,) = movie.figure.axes
    assert axes.get_yscale() == "symlog"
    assert shown(movie, 40)[0, 1] == pytest.approx(axes.get_ylim()[0])
    movie = animation(diverging(panels="gradient"))
    (axes,) = movie.figure.axes
    assert shown(movie, 40)[0, 1] == pytest.approx(axes.get_ylim()[1])


class Speedometer:
    """A user's own panel, of ordinary artists of matplotlib."""

    projection = None

    def setup(self, ax, picture):
        self.speeds = np.linalg.norm(np.diff(picture.paths[0].points, axis=0), axis=1)
        ax.set(xlim=(0, len(self.speeds)), ylim=(0, self.speeds.max()))
        ax.set_title("Speed")
        ax.axhline(self.speeds.mean(), color="grey", linewidth=8)
        (self.line,) = ax.plot([], [], color="red", linewidth=4)
        self.note = ax.text(1, 0.5, "")

    def update(self, k):
        self.line.set_data(range(k), self.speeds[:k])
        self.note.set_text(f"{k} steps")
        return [self.line, self.note]


class Wealth(CurvePanel):
    """A user's own curve."""

    def curve(self, run, problem):
        return 1 / (1 + run.values)


def test_a_user_s_own_panel_of_ordinary_artists_works_too():
    scene = descent(panels=("contour", Speedometer()))
    assert_frames_are_full_draws(scene)
    (line,) = (a for a in animation(scene).turn(5) if isinstance(a, Line2D))
    assert len(line.get_xdata()) == 5


def test_a_panel_object_may_be_in_several_animations_at_a_time():
    scene = descent(panels=Speedometer())
    first, second = animation(scene), animation(scene)
    early, late = first.draw(2), second.draw(9)
    np.testing.assert_array_equal(first.draw(2), early)
    np.testing.assert_array_equal(second.draw(9), late)


def test_a_user_s_own_curve_needs_one_method():
    movie = animation(descent(panels=("contour", Wealth())))
    assert_frames_are_full_draws(movie.simulation.scene)
    movie = animation(descent(panels=Wealth()))
    losses = [trajectory.values[4] for trajectory in movie.simulation]
    np.testing.assert_allclose(shown(movie, 4)[:, 1], 1 / (1 + np.array(losses)))


@pytest.mark.parametrize(
    ("panels", "message"),
    [
        (("contour", "los"), "did you mean 'loss'?"),
        ((), "at least one panel"),
        ((3,), "3 is not a panel"),
        ((LossPanel,), "is not a panel"),
    ],
    ids=str,
)
def test_what_is_no_panel_is_named(panels, message):
    with pytest.raises(InvalidInput, match=message.replace("?", r"\?")):
        descent(panels=panels)


def test_without_panels_a_scene_has_none():
    assert descent(panels=None).panels is None


def test_all_that_moves_is_turned_to_the_step():
    movie = animation(descent(panels=PANELS))
    for artist in movie.turn(9):
        assert isinstance(artist, MovingArtist)
        assert artist.step == 9


@pytest.mark.parametrize("step", [0, 4, STEPS])
def test_the_table_drawn_ranks_by_present_loss(step):
    rates = {f"lr {lr:g}": optimizers.SGD(lr=lr) for lr in (0.01, 0.1, 0.05, 0.2)}
    movie = animation(descent(panels="table", optimizers=rates))
    (table,) = (artist for artist in movie.turn(step) if isinstance(artist, TableArtist))
    losses = [trajectory.values[step] for trajectory in movie.simulation]
    np.testing.assert_array_equal(
        table.table.ranking(table.step), np.argsort(losses, kind="stable")
    )


def test_what_draws_itself_is_left_in_the_picture_as_it_is():
    mine = Speedometer()
    movie = animation(descent(panels=("contour", mine)))
    assert movie.picture.panels[1] is mine
    assert movie.panels[1] is not mine
