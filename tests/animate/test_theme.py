"""The colours of the optimizers can be told apart by colour-blind readers."""

from itertools import combinations

import matplotlib as mpl
import numpy as np
import pytest
from colorspacious import cspace_convert
from matplotlib.colors import to_rgb

from animopt.animate.theme import THEMES

DEFICIENCIES = (None, "deuteranomaly", "protanomaly", "tritanomaly")


def as_seen(colors, deficiency):
    """The sRGB colours that a reader with the full deficiency sees."""
    if deficiency is None:
        return colors
    space = {"name": "sRGB1+CVD", "cvd_type": deficiency, "severity": 100}
    return np.clip(cspace_convert(colors, space, "sRGB1"), 0, 1)


def smallest_distance(colors, deficiency):
    lab = cspace_convert(as_seen(colors, deficiency), "sRGB1", "CAM02-UCS")
    return min(np.linalg.norm(a - b) for a, b in combinations(lab, 2))


@pytest.mark.parametrize("deficiency", DEFICIENCIES)
@pytest.mark.parametrize("name", THEMES)
def test_the_first_eight_are_at_least_eleven_apart(name, deficiency):
    colors = np.array([to_rgb(color) for color in THEMES[name].cycle[:8]])
    assert len(colors) == 8
    assert smallest_distance(colors, deficiency) >= 11


@pytest.mark.parametrize("name", THEMES)
def test_every_colour_stands_out_from_every_ground(name):
    theme = THEMES[name]
    grounds = [theme.paper, *(theme.fills(part) for part in np.linspace(0, 1, 5))]
    for color in theme.cycle:
        for ground in grounds:
            pair = np.array([to_rgb(color), to_rgb(ground)])
            assert smallest_distance(pair, None) > 15


def test_the_measure_knows_that_matplotlibs_default_is_not_safe():
    cycle = mpl.rcParamsDefault["axes.prop_cycle"].by_key()["color"][:8]
    colors = np.array([to_rgb(color) for color in cycle])
    assert min(smallest_distance(colors, deficiency) for deficiency in DEFICIENCIES) < 2
