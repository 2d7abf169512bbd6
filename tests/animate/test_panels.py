"""Panels: each shows the right numbers at the present step, and any object can be one."""

import numpy as np
import pytest
from matplotlib.lines import Line2D

from animopt import Scene, Surface, optimizers, simulate, surfaces
from animopt.animate import ContourPanel, LossPanel, TablePanel, animation
from animopt.animate.artists import Heads, MovingArtist
from animopt.animate.curves import CurvePanel, DistancePanel, GradientPanel, RatePanel
from animopt.animate.scales import Scale, number
from animopt.animate.stage import Stage
from animopt.animate.table import Table, loss_text
from animopt.errors import InvalidInput
from animopt.picture import PANELS

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


def stage_of(scene):
    return Stage.of(simulate(scene), range(scene.steps + 1), dpi=100)


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
    assert len(movie._fig.axes) == 3


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
    (heads,) = (artist for artist in movie.turn(step) if isinstance(artist, Heads))
    (axes,) = movie._fig.axes
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
    (axes,) = movie._fig.axes
    column = axes.transData.transform((6, axes.get_ylim()[0]))[0]
    solid = (movie.draw(6) == color).all(axis=-1).any(axis=0).nonzero()[0]
    assert len(solid) > 0.5 * (column - axes.bbox.x0)
    assert solid.max() < column + 6
    assert (movie.draw(STEPS) == color).all(axis=-1).any(axis=0).nonzero()[0].max() > column + 30


def test_the_effective_step_size_of_plain_descent_is_its_learning_rate():
    stage = stage_of(descent())
    sizes = RatePanel().curve(stage.paths[0], stage.scene)
    np.testing.assert_allclose(sizes[:-1], 0.1)
    assert np.isnan(sizes[-1])


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
        def curve(self, run, scene):
            return np.full(len(run.points), np.nan if run.label == "sgd" else 1.0)

    movie = animation(descent(panels=Nothing()))
    assert len(shown(movie, 3)) == 1


def test_the_gradient_panel_shows_the_norm():
    scene = descent(surface=surfaces.bowl(), optimizers=optimizers.SGD(lr=0.25), start=(3, 4))
    stage = stage_of(scene)
    norms = GradientPanel().curve(stage.paths[0], scene)
    np.testing.assert_allclose(norms, 10 * 0.5 ** np.arange(STEPS + 1))


def test_the_distance_is_that_to_the_nearest_minimum_and_along_each_coordinate():
    twins = Surface(lambda x, y: (x**2 - 1) ** 2 + y**2, minima=[(-1, 0), (1, 0)])
    scene = descent(surface=twins, optimizers=optimizers.SGD(lr=0), start=(1.3, 0.4))
    (run,) = stage_of(scene).paths
    for coordinate, distance in ((None, 0.5), ("x", 0.3), ("y", 0.4)):
        np.testing.assert_allclose(DistancePanel(coordinate).curve(run, scene), distance)


def test_a_distance_is_logarithmic_sooner_than_a_loss():
    assert Scale.fitting([np.array([1.0, 8.0])], span=DistancePanel.span).kind == "log"
    assert Scale.fitting([np.array([1.0, 8.0])], span=LossPanel.span).kind == "linear"


def test_a_distance_without_a_known_minimum_is_refused():
    with pytest.raises(InvalidInput, match="'saddle' has no known minima"):
        animation(descent(surface=surfaces.saddle(), panels="distance"))


def test_the_loss_is_counted_from_a_known_minimum_below_zero():
    bowl = Surface(lambda x, y: x**2 + y**2 - 5, name="low", minima=[(0, 0)])
    panel = LossPanel()
    scene = descent(surface=bowl, optimizers=optimizers.SGD(lr=0.25), start=(1, 0))
    (losses,) = panel.curves(stage_of(scene))
    assert panel.title == "Loss above the minimum"
    np.testing.assert_allclose(losses[0], 0.25 ** np.arange(STEPS + 1.0))


def test_the_loss_is_shown_as_it_is_where_it_falls_below_the_known_minimum():
    panel = LossPanel()
    stage = stage_of(diverging())
    momentum, sgd = panel.curves(stage)
    assert panel.title == "Loss"
    np.testing.assert_array_equal(momentum[0], stage.paths[0].values)
    np.testing.assert_array_equal(sgd[0], stage.paths[1].values)


def test_a_diverged_curve_leaves_upwards_or_downwards_with_an_arrow():
    movie = animation(diverging(panels="loss"))
    (axes,) = movie._fig.axes
    assert axes.get_yscale() == "symlog"
    assert shown(movie, 40)[0, 1] == pytest.approx(axes.get_ylim()[0])
    movie = animation(diverging(panels="gradient"))
    (axes,) = movie._fig.axes
    assert shown(movie, 40)[0, 1] == pytest.approx(axes.get_ylim()[1])


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("linear", [1.0, 1.5, 2.0]),
        ("linear", [-1.0, 0.5, 1.0]),
        ("linear", [0.0, 0.0]),
        ("linear", [np.nan, np.inf]),
        ("log", [1e-8, 1e-3, 1.0]),
        ("log", [0.0, 1e-3, 1.0]),
        ("symlog", [-1000.0, -1.0, 0.5, 1.0, 2.0]),
    ],
)
def test_a_scale_is_logarithmic_where_values_span_decades(kind, values):
    scale = Scale.fitting([np.array(values)])
    assert scale.kind == kind
    finite = [v for v in values if np.isfinite(v) and not (kind == "log" and v == 0)]
    assert all(scale.low < v < scale.high for v in finite)


def test_one_wild_curve_does_not_flatten_the_others():
    calm, wild = np.array([1.0, 0.1, 0.01]), np.array([1.0, 1e50, 1e200])
    assert Scale.fitting([calm, wild]).high < 1e4


def test_a_curve_that_overflows_is_shown_as_it_starts():
    wild = 40.0 * 10.0 ** np.array([0, -0.5, 0, 1, 2, 4, 8, 16, 64, 250])
    for sign in (1.0, -1.0):
        scale = Scale.fitting([sign * wild])
        assert scale.low < sign * wild[4] < scale.high
        assert max(scale.high, -scale.low) < 1e12


def test_a_curve_that_rises_or_falls_over_decades_is_shown_whole():
    for curve in (np.geomspace(1e-9, 1, 50), np.geomspace(1e8, 1e-8, 50)):
        scale = Scale.fitting([curve])
        assert scale.low < curve.min() < curve.max() < scale.high


def test_numbers_on_axes_are_short():
    assert [number(v) for v in (0, 1, 100, 1e-5, -1e6)] == ["0", "1", "100", "10⁻⁵", "−10⁶"]


@pytest.mark.parametrize("step", [0, 4, STEPS])
def test_the_table_ranks_by_present_loss(step):
    movie = animation(descent(panels="table", optimizers=optimizers_by_rate()))
    (table,) = (artist for artist in movie.turn(step) if isinstance(artist, Table))
    losses = [trajectory.values[step] for trajectory in movie.simulation]
    np.testing.assert_array_equal(table.ranking(), np.argsort(losses, kind="stable"))


def optimizers_by_rate():
    return {f"lr {lr:g}": optimizers.SGD(lr=lr) for lr in (0.01, 0.1, 0.05, 0.2)}


def test_the_ranking_changes_on_the_way():
    swinging = {"a": optimizers.Momentum(lr=0.1), "b": optimizers.SGD(lr=0.05)}
    table = Table(stage_of(descent(surface=surfaces.bowl(), optimizers=swinging)))
    leaders = set()
    for step in range(STEPS + 1):
        table.show(step)
        leaders.add(table.ranking()[0])
    assert leaders == {0, 1}


def test_the_table_writes_losses_short_and_says_what_diverged():
    run, other = stage_of(diverging()).paths
    assert loss_text(run, 0) == "46.0000"
    assert loss_text(run, 39) == "diverged"
    assert run.diverged == 25
    assert run.values[20] < -1e4
    assert loss_text(run, 20) == f"{run.values[20]:.2e}".replace("-", "−")
    assert loss_text(other, 40) == f"{other.values[40]:.4f}"


def test_a_diverged_optimizer_ranks_last():
    panel = TablePanel()
    stage = stage_of(diverging())
    table = Table(stage)
    table.show(40)
    assert stage.paths[table.ranking()[-1]].label == "momentum"
    assert panel.projection is None


class Speedometer:
    """A user's own panel, of ordinary artists of matplotlib."""

    projection = None

    def setup(self, ax, stage):
        self.speeds = np.linalg.norm(np.diff(stage.runs[0].points, axis=0), axis=1)
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

    def curve(self, run, scene):
        return 1 / (1 + run.values)


def test_a_user_s_own_panel_of_ordinary_artists_works_like_a_built_in_one():
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
