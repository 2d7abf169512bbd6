"""Scales and ticks: an axis that suits the curves, and short numbers on it."""

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from animopt.picture.scales import Scale
from animopt.picture.ticks import linear_axis, number


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


SCALES = [
    Scale("linear", -2.0, 5.0),
    Scale("log", 1e-9, 30.0),
    Scale("symlog", -1600.0, 3.0, 0.1),
    Scale("symlog", -2.0, 1e7, 1.0),
]


@pytest.mark.parametrize("scale", SCALES, ids=str)
def test_parts_of_the_height_are_where_matplotlib_draws(scale):
    ax = Figure().add_axes((0, 0, 1, 1))
    settings = {"linthresh": scale.linear} if scale.kind == "symlog" else {}
    ax.set_yscale(scale.kind, **settings)
    ax.set_ylim(scale.low, scale.high)
    values = np.concatenate([np.linspace(scale.low, scale.high, 99), [1e-9, 1e-4, 0.05, 1.0, 2.5]])
    if scale.kind == "symlog":
        values = np.append(values, [-0.05, -0.1, 0.1, -1.0, 0.0])
    places = ax.transData.transform(np.column_stack([values, values]))[:, 1]
    low, high = ax.bbox.extents[[1, 3]]
    np.testing.assert_allclose(scale.parts(values), (places - low) / (high - low), atol=1e-12)


@pytest.mark.parametrize("scale", SCALES, ids=str)
def test_ticks_lie_on_the_axis_and_there_are_more_of_them(scale):
    axis = scale.axis(5)
    assert axis.limits == (scale.low, scale.high)
    counts = [len(ticks.values) for ticks in axis.ticks]
    assert 0 < counts[0] <= counts[1] <= counts[2]
    assert counts[0] < counts[2]
    for ticks in axis.ticks:
        assert len(ticks.texts) == len(ticks.values)
        assert all(scale.low <= value <= scale.high for value in ticks.values)
        if scale.kind != "linear":
            assert list(ticks.texts) == [number(value) for value in ticks.values]


@pytest.mark.parametrize("limits", [(-1.5, 1.5), (0.0, 7e-6), (1e5, 1e5 + 3), (-4e7, 1e8)])
def test_ticks_of_a_linear_axis_are_those_of_matplotlib(limits):
    ax = Figure().add_axes((0, 0, 1, 1))
    ax.set_xlim(limits)
    ax.xaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))
    ticks = linear_axis(*limits, 6).ticks[1]
    kept = [v for v in ax.get_xticks() if limits[0] <= v <= limits[1]]
    np.testing.assert_allclose(ticks.values, kept, rtol=1e-12, atol=1e-12 * np.ptp(limits))
    shown = [
        label.get_text()
        for value, label in zip(ax.get_xticks(), ax.get_xticklabels(), strict=True)
        if limits[0] <= value <= limits[1]
    ]
    assert list(ticks.texts) == shown
    assert ticks.offset == ax.xaxis.get_major_formatter().get_offset()


def test_limits_that_floats_cannot_resolve_are_those_of_axes():
    scale = Scale.fitting([np.array([1e6, np.nextafter(1e6, 0), np.nextafter(1e6, 2e6)])])
    ax = Figure().add_axes((0, 0, 1, 1))
    ax.set_ylim(scale.low, scale.high)
    assert ax.get_ylim() == (scale.low, scale.high)
    assert scale.high - scale.low > 1
