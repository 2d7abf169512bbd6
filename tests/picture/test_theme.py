"""Themes: colours that colour-blind readers can tell apart, sweeps, style sheets."""

from dataclasses import replace
from itertools import combinations

import matplotlib as mpl
import numpy as np
import pytest
from colorspacious import cspace_convert
from matplotlib.colors import to_rgb

from animopt.errors import InvalidInput
from animopt.notes import notes_to
from animopt.picture.styles import SHADES
from animopt.picture.theme import THEMES, theme

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


@pytest.mark.parametrize("count", range(2, SHADES + 1))
@pytest.mark.parametrize("name", THEMES)
def test_the_colours_of_a_sweep_differ_and_stand_out(name, count):
    theme = THEMES[name]
    grounds = [to_rgb(theme.paper), *(theme.fills(part)[:3] for part in np.linspace(0, 1, 5))]
    grounds = cspace_convert(np.array(grounds), "sRGB1", "CAM02-UCS")
    for place in range(8):
        shades = np.array([to_rgb(shade) for shade in theme.shades(place, count)])
        for deficiency in DEFICIENCIES:
            assert smallest_distance(shades, deficiency) >= 11
        for shade in cspace_convert(shades, "sRGB1", "CAM02-UCS"):
            assert np.linalg.norm(grounds - shade, axis=1).min() > 15


@pytest.mark.parametrize("name", THEMES)
def test_a_sweep_goes_in_lightness_from_what_stands_out_most(name):
    theme = THEMES[name]
    for place in range(8):
        shades = np.array([to_rgb(shade) for shade in theme.shades(place, 5)])
        light = cspace_convert([*shades, to_rgb(theme.paper)], "sRGB1", "CAM02-UCS")[:, 0]
        steps = np.diff(light[:5])
        assert (np.sign(steps) == np.sign(light[5] - light[0])).all()
        assert np.abs(steps).min() > 0.5 * np.abs(steps).mean()


def grey_of(colors):
    """The greys of the same luminance, as a photocopy shows them."""
    linear = np.where(colors <= 0.04045, colors / 12.92, ((colors + 0.055) / 1.055) ** 2.4)
    light = np.repeat(linear @ [[0.2126], [0.7152], [0.0722]], 3, axis=1)
    return np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)


@pytest.mark.parametrize(("count", "least"), [(4, 20), (8, 9)])
def test_print_is_told_apart_in_grey(count, least):
    colors = np.array([to_rgb(color) for color in THEMES["print"].cycle[:count]])
    for seen in (colors, grey_of(colors)):
        light = np.sort(cspace_convert(seen, "sRGB1", "CAM02-UCS")[:, 0])
        assert np.diff(light).min() >= least
    assert THEMES["print"].markers


def test_slides_are_the_light_theme_with_large_type():
    light, slides = THEMES["light"], THEMES["slides"]
    assert slides == replace(light, scale=slides.scale)
    assert slides.scale >= 1.3


@pytest.fixture
def sheet(tmp_path):
    path = tmp_path / "mine.mplstyle"
    path.write_text(
        "figure.facecolor: 222222\ntext.color: ffeedd\naxes.edgecolor: 888888\n"
        "grid.color: 444444\nfont.size: 18\nxtick.labelsize: 12\nimage.cmap: cividis\n"
        "axes.prop_cycle: cycler('color', ['ff0000', '00ff00'])\naxes.linewidth: 2\n"
    )
    return path


def test_a_style_sheet_goes_over_the_theme(sheet):
    mine = theme("light", sheet)
    assert (mine.paper, mine.ink, mine.faint, mine.line) == (
        "#222222", "#ffeedd", "#888888", "#444444",
    )  # fmt: skip
    assert mine.cycle == ("#ff0000", "#00ff00")
    assert mine.fills(0.0) == pytest.approx(mpl.colormaps["cividis"](0.0), abs=0.01)
    # Text alone is twice as large.
    assert (mine.scale, mine.letters) == (1, 2)
    assert (mine.rc["font.size"], mine.rc["xtick.labelsize"], mine.rc["ytick.labelsize"]) == (
        18, 12, 16,
    )  # fmt: skip
    assert mine.rc["axes.linewidth"] == 2


def test_a_style_of_matplotlibs_own_goes_by_its_name():
    assert theme("dark", "dark_background").paper == "#000000"


@pytest.mark.parametrize("name", sorted(mpl.style.library))
def test_every_style_of_matplotlibs_own_goes_over_every_theme(name):
    for each in THEMES:
        assert theme(each, name).night.rc


def test_a_sheet_in_the_users_home_is_found_as_by_a_shell(sheet, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    assert theme("light", f"~/{sheet.name}") == theme("light", sheet)


DATA = "image.cmap: inferno\naxes.prop_cycle: cycler('color', ['ff0000'])\n"


def test_a_reader_in_the_dark_has_the_dark_theme_or_the_ground_named(tmp_path):
    def night(content, name="light"):
        path = tmp_path / "mine.mplstyle"
        path.write_text(content)
        mine = theme(name, path)
        return mine, mine.night

    dark = THEMES["dark"]
    assert all(each.night == (each if each.is_dark else dark) for each in THEMES.values())
    for name, ground in (("light", "text.color: black"), ("print", "figure.facecolor: none")):
        mine, found = night(f"{DATA}{ground}\nlines.linewidth: 3\n", name)
        assert (found.paper, found.ink, found.line) == (dark.paper, dark.ink, dark.line)
        assert (found.cycle, found.heights) == (("#ff0000",), mine.heights)
    for face in ("white", "black"):
        mine, found = night(f"{DATA}axes.facecolor: {face}\n")
        assert found is mine


@pytest.mark.parametrize(
    ("name", "style", "said"),
    [
        ("drak", None, "did you mean 'dark'"),
        ("light", "ggplo", "did you mean 'ggplot'"),
        ("light", "nowhere/my.mplstyle", "no such file, no such style"),
    ],
)
def test_an_unknown_look_is_refused(name, style, said):
    with pytest.raises(InvalidInput, match=said):
        theme(name, style)


def test_a_family_that_is_nowhere_is_left_out_with_a_note(tmp_path):
    style = tmp_path / "mine.mplstyle"
    style.write_text("font.family: Nowhere\n")
    with notes_to((heard := []).append):
        assert theme("light", style).fonts == ("DejaVu Sans",)
    assert heard == ["none of the fonts Nowhere is installed; text is in DejaVu Sans"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("axes.facecolor: red\nfont.size: 1e9\n", r"font\.size is 1e\+09|1000000000"),
        ("axes.prop_cycle: cycler('color', [])\nimage.cmap: nonsense\n", "image.cmap 'nonsense'"),
        ("lines.linewidth: 1e300\n", "lines.linewidth is 1e"),
        ("font.size: 0\n", "font.size is 0"),
        ("axes.linewidth: nan\n", "axes.linewidth is nan"),
        ("axes.linewidth: many\n", "cannot read the style sheet"),
        ("no colon\n", "cannot read the style sheet"),
        (
            "nothing.known: 1\n",
            r"cannot read the style sheet [^ ]*: Bad key .*'nothing.known: 1'\)$",
        ),
        (b"\xff\xfe", "cannot read the style sheet"),
        ("#" * 200_000, "more than 100000 bytes"),
        ("axes.prop_cycle: cycler('color', ['r'] * 10**9)\n", "is no cycler"),
        ("axes.prop_cycle: \"cycler('color', ['r'] * 10**9)\"\n", "is no cycler"),
        ("axes.prop_cycle: cycler('color', ['r'] * 1000000000)\n", "is no cycler"),
        ("axes.prop_cycle: cycler('color', [c for c in 'rgb'])\n", "is no cycler"),
        ("axes.prop_cycle: cycler(color='rgb').__class__\n", "is no cycler"),
        (f"axes.prop_cycle: {'(' * 5000}\n", "is no cycler"),
        (f"axes.prop_cycle: {' * '.join(['cycler(color=[1,2,3])'] * 9)}\n", "is no cycler"),
    ],
)
def test_a_sheet_that_makes_no_sense_is_one_sentence(tmp_path, capfd, content, said):
    style = tmp_path / "mine.mplstyle"
    style.write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(InvalidInput, match=said) as caught:
        theme("light", style)
    assert "\n" not in str(caught.value)
    assert capfd.readouterr() == ("", "")


def test_a_sheet_decides_nothing_about_files_windows_and_latex(tmp_path):
    style = tmp_path / "mine.mplstyle"
    keys = ("text.usetex", "figure.autolayout")
    lines = [f"{key}: True" for key in keys] + ["savefig.dpi: 9", "savefig.bbox: tight"]
    style.write_text("\n".join([*lines, "backend: TkAgg", "axes.linewidth: 3"]))
    with notes_to((heard := []).append):
        assert dict(theme("light", style).style) == {"axes.linewidth": 3}
    assert ["LaTeX" in sentence for sentence in heard] == [True]
