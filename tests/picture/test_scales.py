"""Scales and ticks: an axis that suits the curves, and short numbers on it."""

import re
from decimal import Decimal

import numpy as np
import pytest
from matplotlib.figure import Figure

from animopt.picture.scales import Scale
from animopt.picture.ticks import decade_ticks, linear_axis


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


def said(text, label):
    """The number that a text on an axis of this name stands for, exactly."""
    unit = re.search(r"\(×10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)\)", label)
    offset = re.search(r" ([−+]) ([^ ]+)", label)
    value = plain(text) * Decimal(10) ** (power(unit[1]) if unit else 0)
    return value + (plain(offset[2]) * (1 if offset[1] == "−" else -1) if offset else 0)


def power(text):
    return int(text.translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")))


def plain(text):
    digits, times, raised = text.replace("−", "-").partition("10") if "×" not in text else (
        text.replace("−", "-").split("×10")[0], "10", text.split("×10")[1])  # fmt: skip
    if raised and raised[0] in "⁻⁰¹²³⁴⁵⁶⁷⁸⁹":
        return Decimal({"": "1", "-": "-1"}.get(digits, digits)) * Decimal(10) ** power(raised)
    return Decimal(digits + times + raised)


LIMITS = [
    (-1.5, 1.5), (0.0, 7e-6), (1e5, 1e5 + 3), (-4e7, 1e8), (1e6 - 1, 1e6 + 1), (0.0, 1e-9),
    (123456.7, 123457.9), (1e-9, 3e-9), (-1e6 - 1, 1 - 1e6), (1.0, 1 + 3e-9), (-5e-324, 1e300),
    (1e12 + 7, 1e12 + 9), (0, 1.5e5), (2, 2.0001),
]  # fmt: skip


def check_texts(axis):
    """Texts are distinct, stand for exactly the values, and are at most eleven letters long."""
    for ticks in axis.ticks:
        assert 2 <= len(ticks.texts) == len(set(ticks.texts))
        step = min(np.diff(ticks.values))
        for value, text in zip(ticks.values, ticks.texts, strict=True):
            assert abs(float(said(text, axis.label) - Decimal(value))) <= 1e-3 * step
            assert len(text) <= 11
        decimals = {len(text.partition(".")[2]) for text in ticks.texts}
        assert len(decimals) == 1


@pytest.mark.parametrize("limits", LIMITS)
@pytest.mark.parametrize("inset", [0.0, 0.04])
def test_ticks_of_a_linear_axis_are_distinct_and_exact(limits, inset):
    for count in (5, 6, 7):
        check_texts(linear_axis(*limits, count, name="x", inset=inset))


def test_ticks_are_distinct_and_exact_at_any_offset_and_scale():
    random = np.random.default_rng(1)
    for _ in range(500):
        scale, center = 10.0 ** random.uniform(-30, 30), random.choice([0, 1, -1, 5.5])
        size = scale * 10.0 ** random.uniform(-9, 0)
        low = center * scale - size * random.uniform(0, 1)
        check_texts(linear_axis(low, low + size, int(random.integers(2, 9)), name="x"))


@pytest.mark.parametrize(
    ("low", "high", "texts"),
    [
        (1e4, 3e6, ("10⁴", "10⁵", "10⁶")),
        (1e-9, 30, ("10⁻⁸", "10⁻⁶", "10⁻⁴", "10⁻²", "10⁰")),
        (0.05, 200, ("0.1", "1", "10", "100")),
        (0.9, 9, ("1", "2", "5")),
    ],
)
def test_an_axis_over_decades_has_one_notation(low, high, texts):
    assert Scale("log", low, high).axis(5).ticks[1].texts == texts


def test_texts_over_decades_are_exact_and_in_one_notation():
    random = np.random.default_rng(2)
    for _ in range(300):
        low = 10.0 ** random.uniform(-30, 20)
        axis = Scale("log", low, low * 10.0 ** random.uniform(0.7, 30)).axis(6)
        for ticks in axis.ticks:
            assert 2 <= len(ticks.texts) == len(set(ticks.texts)) <= 12
            for value, text in zip(ticks.values, ticks.texts, strict=True):
                assert float(plain(text)) == pytest.approx(value, rel=1e-9)
        assert len({text[-1] in "⁰¹²³⁴⁵⁶⁷⁸⁹" for text in axis.texts}) == 1


def test_a_symmetric_axis_has_one_notation_too():
    (texts,) = decade_ticks([np.array([-1e5, -1.0, 0.0, 1.0])])
    assert texts == ("−10⁵", "−10⁰", "0", "10⁰")


def test_limits_that_floats_cannot_resolve_are_those_of_axes():
    scale = Scale.fitting([np.array([1e6, np.nextafter(1e6, 0), np.nextafter(1e6, 2e6)])])
    ax = Figure().add_axes((0, 0, 1, 1))
    ax.set_ylim(scale.low, scale.high)
    assert ax.get_ylim() == (scale.low, scale.high)
    assert scale.high - scale.low > 1
