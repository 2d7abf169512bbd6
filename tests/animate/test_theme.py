"""Themes: colours that colour-blind readers can tell apart, sweeps, markers, style sheets."""

from dataclasses import replace
from itertools import combinations

import matplotlib as mpl
import numpy as np
import pytest
from colorspacious import cspace_convert
from matplotlib.colors import to_rgb
from matplotlib.text import Text
from PIL import Image, ImageSequence

from animopt import Scene, Timeline, surfaces
from animopt.animate import animation
from animopt.animate.lettering import Word
from animopt.animate.looks import SHADES, looks
from animopt.animate.theme import THEMES, theme
from animopt.errors import InvalidInput
from animopt.optimizers import SGD, Adam, Momentum, catalogue, sweep

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


def test_print_can_be_told_apart_in_greyscale():
    colors = [to_rgb(color) for color in THEMES["print"].cycle]
    light = np.sort(cspace_convert(colors, "sRGB1", "CAM02-UCS")[:, 0])
    assert np.diff(light).min() > 6
    assert THEMES["print"].markers


def test_slides_are_the_light_theme_with_large_type():
    light, slides = THEMES["light"], THEMES["slides"]
    assert slides == replace(light, scale=slides.scale)
    assert slides.scale >= 1.3


def run_looks(scene, name="light"):
    return list(looks(scene, THEMES[name]).values())


def scene_of(optimizers, **settings):
    return Scene(surfaces.bowl(), optimizers, (1, 1), 2, **settings)


def test_unrelated_optimizers_keep_the_cycle():
    some = [SGD(lr=0.1), SGD(lr=0.2), Adam()]
    assert run_looks(scene_of(some)) == [(c, "o") for c in THEMES["light"].cycle[:3]]


def test_a_sweep_takes_one_place_of_the_cycle_and_goes_through_its_shades():
    light = THEMES["light"]
    some = [Adam(), *sweep(SGD, lr=[0.3, 0.2, 0.1]), Momentum()]
    colors = [color for color, _ in run_looks(scene_of(some))]
    assert colors == [light.cycle[0], *light.shades(1, 3), light.cycle[2]]


def test_a_sweep_reads_as_one_under_labels_that_show_what_is_swept():
    rates = [0.3, 0.2, 0.1]
    shades = [*THEMES["light"].shades(0, 3)]
    for label in ("lr {:g}", "{:g} a step"):
        some = {label.format(each.lr): each for each in sweep(SGD, lr=rates)}
        assert [color for color, _ in run_looks(scene_of(some))] == shades


def test_optimizers_of_one_class_that_are_no_sweep_keep_the_cycle():
    rates = (0.3, 0.2, 0.1, 0.05, 0.03, 0.02)
    named = {name: SGD(lr=rate) for name, rate in zip("abcdef", rates, strict=True)}
    conventions = [Adam(eps_where=where) for where in ("outside", "inside", "uncorrected")]
    for some in (named, conventions):
        colors = [color for color, _ in run_looks(scene_of(some))]
        assert tuple(colors) == THEMES["light"].cycle[: len(some)]


def test_a_sweep_of_more_than_can_be_told_apart_has_markers_too():
    usual = run_looks(scene_of(sweep(SGD, lr=np.linspace(0.1, 0.6, SHADES).tolist())))
    many = run_looks(scene_of(sweep(SGD, lr=np.linspace(0.1, 0.7, SHADES + 1).tolist())))
    assert {marker for _, marker in usual} == {"o"}
    assert len({marker for _, marker in many}) == SHADES + 1


def test_beyond_the_cycle_and_on_request_the_markers_differ():
    many = {f"{i}": kind() for i, kind in enumerate(list(catalogue().values())[:12])}
    size = len(THEMES["light"].cycle)
    usual = run_looks(scene_of(many))
    assert [marker for _, marker in usual] == ["o"] * size + ["s"] * (12 - size)
    assert len(set(usual)) == 12
    asked = run_looks(scene_of(many, markers=True))
    assert len({marker for _, marker in asked[:8]}) == 8
    assert run_looks(scene_of(many, markers=False), "print")[1][1] == "o"


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
    # Type of twice the usual size is the whole lettering at twice the scale.
    assert (mine.scale, mine.rc["font.size"], mine.rc["xtick.labelsize"]) == (2, 9, 6)
    assert mine.rc["axes.linewidth"] == 2


def test_a_style_sheet_is_seen_in_the_picture(sheet):
    plain, styled = (
        animation(scene_of([SGD(lr=0.1)], size=(320, 240), style=style)).draw(0)
        for style in (None, sheet)
    )
    assert tuple(plain[0, 0]) == (255, 255, 255, 255)
    assert tuple(styled[0, 0]) == (0x22, 0x22, 0x22, 255)


def test_a_style_of_matplotlibs_own_goes_by_its_name():
    assert theme("dark", "dark_background").paper == "#000000"


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


@pytest.mark.parametrize("suffix", ["gif", "png"])
def test_transparent_paper_lets_the_page_through_from_first_to_last(suffix, tmp_path):
    scene = scene_of([SGD(lr=0.1)], size=(320, 240), theme="transparent", title="A title")
    movie, path = animation(scene), tmp_path / f"x.{suffix}"
    movie.save(path)
    with Image.open(path) as image:
        assert image.n_frames == len(movie.pictures) == 3
        for page in ImageSequence.Iterator(image):
            alpha = np.asarray(page.convert("RGBA"))[..., 3]
            assert alpha[0, 0] == alpha[-1, -1] == 0
            assert alpha[120, 160] == 255
            # Only a PNG can let a part of the page through.
            assert ((alpha > 0) & (alpha < 255)).any() == (suffix == "png")


def test_all_letters_are_in_the_family_of_a_style_sheet(tmp_path, monkeypatch):
    style = tmp_path / "mine.mplstyle"
    style.write_text("font.family: monospace\nfont.monospace: Nowhere, DejaVu Sans Mono\n")
    stamped = set()
    original = Word.stamp

    def recorded(word, dpi):
        stamped.add((word.text, word.fonts))
        return original(word, dpi)

    monkeypatch.setattr(Word, "stamp", recorded)
    scene = Scene(
        surfaces.bowl(), [SGD(lr=0.1, label="sgd")], (1, 1), 4, title="A title",
        panels=("contour", "surface", "table"), labels=True, legend=True, style=style,
        timeline=Timeline(speed=2),
    )  # fmt: skip
    movie = animation(scene)
    movie.draw(2)
    families = ("DejaVu Sans Mono", "DejaVu Sans")
    assert {fonts for _, fonts in stamped} == {families}
    assert {"sgd", "step ", "×2", "A title", "0"} <= {text for text, _ in stamped}
    assert {tuple(text.get_fontfamily()) for text in movie.figure.findobj(Text)} == {families}


def test_a_family_that_is_nowhere_is_left_to_matplotlib(tmp_path):
    style = tmp_path / "mine.mplstyle"
    style.write_text("font.family: Nowhere\n")
    assert theme("light", style).fonts == ("Nowhere", "DejaVu Sans")
