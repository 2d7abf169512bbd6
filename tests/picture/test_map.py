"""The map: what two settings lead to, by theory; its cells, its axes and its colours."""

from __future__ import annotations

import numpy as np
import pytest

from animopt import Scene, Surface, optimizers, simulate, surfaces
from animopt.errors import InvalidInput
from animopt.picture import compose
from animopt.pipeline.varying import varied
from animopt.progress import Progress
from animopt.runs.report import summarize

JOINED = "Momentum.lr x Momentum.momentum"
# The largest curvature of the surface below.
STEEP = 6.0


def ellipse() -> Surface:
    return Surface(
        lambda x, y: x**2 / 2 + STEEP * y**2 / 2,
        name="ellipse", bounds=((-4, 4), (-4, 4)), minima=[(0, 0)],
    )  # fmt: skip


def scene(steps: int = 400, **changes) -> Scene:
    rule = optimizers.Momentum(lr=0.1, momentum=0.5)
    return Scene(ellipse(), {"Momentum": rule, "SGD": optimizers.SGD(lr=0.1)}, start=(3, 2),
                 steps=steps, panels=["contour", "map"]).replace(**changes)  # fmt: skip


def map_of(asked, **changes):
    simulation = simulate(scene(**changes))
    found = varied(simulation, simulation.scene.bounds, asked, Progress())
    return compose(simulation, variations=found).panels[1]


def test_it_diverges_exactly_beyond_the_edge_of_stability():
    """Heavy ball on a quadratic is stable below lr = 2 (1 + momentum) / L."""
    rates, momenta = np.linspace(0.2, 0.7, 12), np.linspace(0, 0.9, 5)
    shown = map_of({JOINED: (rates, momenta)})
    edges = 2 * (1 + momenta) / STEEP
    assert np.abs(rates[:, None] / edges - 1).min() > 1e-3  # no pair is on the very edge
    np.testing.assert_array_equal(shown.diverged, rates[:, None] > edges)
    assert np.isnan(shown.values[shown.diverged]).all()
    assert shown.title == "Steps to arrive: Momentum"


def test_numbers_are_those_of_the_runs():
    rates, momenta = [0.05, 0.1, 0.3], [0.0, 0.5]
    shown = map_of({JOINED: (rates, momenta)}, steps=100)
    for i, j in np.ndindex(3, 2):
        rule = optimizers.Momentum(lr=rates[i], momentum=momenta[j])
        simulation = simulate(scene(100, optimizers=rule, panels=["loss"]))
        (row,) = summarize(simulation)
        np.testing.assert_equal(shown.values[i, j], row.first_below or np.nan)
    assert shown.own == pytest.approx((float(shown.scales[0].parts(np.array(0.1))), 0.75))


def test_where_nothing_arrives_it_shows_the_loss_at_the_end():
    shown = map_of({JOINED: ([1e-4, 1e-3, 1e-2], [0.0, 0.5])}, steps=5)
    assert shown.title == "Loss at the end: Momentum"
    run = simulate(scene(5, optimizers=optimizers.Momentum(lr=1e-3, momentum=0.0))).trajectories[0]
    assert shown.values[1, 0] == run.values[-1]
    assert shown.bar.axis.limits == (np.min(shown.values), np.max(shown.values))


@pytest.mark.parametrize(
    ("values", "kind", "even"),
    [
        (np.geomspace(1e-3, 1, 7), "log", True),
        (np.linspace(0, 1, 4), "linear", True),
        ([0.1, 0.2], "linear", True),
        ([0.1, 0.2, 0.9], "log", False),
    ],
    ids=str,
)
def test_cells_surround_their_values_and_fill_the_axis(values, kind, even):
    shown = map_of({"SGD.lr x Momentum.lr": (values, [0.1, 0.2])}, steps=3)
    columns, scale = shown.columns, shown.scales[0]
    parts = scale.parts(np.asarray(values, float))
    assert (columns[0], columns[-1], scale.kind) == (0, 1, kind)
    assert ((columns[:-1] < parts) & (parts < columns[1:])).all()
    assert (np.ptp(np.diff(columns)) < 1e-9) == even


def test_colours_are_logarithmic_over_decades_and_linear_below():
    far = map_of({JOINED: (np.geomspace(0.005, 0.25, 6), [0.0, 0.3])})
    assert np.nanmax(far.values) > 4 * np.nanmin(far.values)
    middle = np.sqrt(np.nanmax(far.values) * np.nanmin(far.values))
    assert float(far.bar.parts(np.array(middle))) == pytest.approx(0.5, abs=1e-3)
    known = np.isfinite(far.values)
    np.testing.assert_allclose(far.parts[known], far.bar.parts(far.values[known]), atol=1e-3)
    near = map_of({JOINED: ([0.08, 0.1, 0.12], [0.0, 0.1])})
    middle = (near.values.max() + near.values.min()) / 2
    assert float(near.bar.parts(np.array(middle))) == pytest.approx(0.5, abs=1e-3)


@pytest.mark.parametrize("asked", [{}, {"lr": [0.1, 0.2]}, {"start": (2, 2)}], ids=str)
def test_without_two_joined_settings_it_is_refused(asked):
    with pytest.raises(InvalidInput, match="panel 'map': no two settings vary together"):
        map_of(asked, steps=3)


def test_without_known_minima_nothing_arrives():
    saddle = scene(3, surface=surfaces.saddle(), start=(0.5, 0.1))
    assert not saddle.surface.minima
    found = varied(simulate(saddle), saddle.bounds, {JOINED: ([0.1, 0.2], [0, 0.2])}, Progress())
    shown = compose(simulate(saddle), variations=found).panels[1]
    assert shown.title == "Loss at the end: Momentum"
