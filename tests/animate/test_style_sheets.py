"""Style sheets: each key changes what it names and nothing else, measured in pixels."""

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.colors import to_rgb

from animopt import InvalidInput, Scene, surfaces
from animopt.animate import animation
from animopt.optimizers import SGD, Adam
from animopt.picture.theme import THEMES, theme

DPI = 100
# Half of it covers the colour of a head, on each side.
OUTLINE = 1.4


@pytest.fixture
def sheet(tmp_path):
    def write(*lines):
        path = tmp_path / "mine.mplstyle"
        path.write_text("\n".join(lines))
        return path

    return write


def movie_of(style, **settings):
    # Along a line: the path is straight, and the head is at its right end.
    look = {"title": "HHH", "size": (640, 480), "dpi": DPI, "legend": False, "counter": False}
    scene = Scene(
        surfaces.bowl(), {"a": SGD(lr=0.05)}, (-4, 0), 20, minima=False, style=style,
        **look | settings,
    )  # fmt: skip
    return animation(scene)


def span(mask, axis):
    """The extent of what is marked, in pixels."""
    at = np.flatnonzero(mask.any(axis=axis))
    return int(at[-1] - at[0] + 1) if len(at) else 0


def measured(style):
    """The width of a path, the diameter of a head, the height of text, and three colours."""
    movie = movie_of(style)
    frame = movie.draw(20)[..., :3].astype(int)
    picture = movie.picture
    color = np.array(to_rgb(picture.paths[0].color)) * 255
    drawn = (np.abs(frame - color) < 2).all(axis=-1)
    head = picture.panels[0]
    x, y = (
        (place - low) / (high - low) * (end - start) + start
        for place, (low, high), start, end in zip(
            head.paths[0].heads.places[20], (head.x.limits, head.y.limits), head.frame[:2],
            head.frame[2:], strict=True,
        )
    )  # fmt: skip
    row, column = round(480 - y), round(x)
    ink = np.array(to_rgb(picture.theme.ink)) * 255
    title = (np.abs(frame[:60, :200] - ink) < 60).all(axis=-1)
    x0, y0, x1, y1 = map(round, head.frame)
    return {
        "line": span(drawn[:, column - 60 : column - 55], axis=1),
        "head": span(drawn[row - 30 : row + 30, column - 3 : column + 3], axis=1),
        "text": span(title, axis=1),
        "ground": tuple(frame[480 - (y0 + y1) // 2 + 40, (x0 + x1) // 2 + 3]),
        "path": picture.paths[0].color,
        "letters": title[:, title.any(axis=0)].sum(),
    }


def test_the_measures_are_right(sheet):
    found = measured(None)
    assert found["line"] == pytest.approx(2.5 * DPI / 72, abs=1.5)
    assert found["head"] == pytest.approx((7.2 - OUTLINE) * DPI / 72, abs=1.5)
    assert found["text"] == pytest.approx(0.729 * 11 * DPI / 72, abs=1.5)
    assert found["path"] == THEMES["light"].cycle[0]


@pytest.mark.parametrize(
    ("line", "name", "value"),
    [
        ("lines.linewidth: 6", "line", 6 * DPI / 72),
        ("lines.linewidth: 1", "line", 1 * DPI / 72),
        ("lines.markersize: 16", "head", (16 - OUTLINE) * DPI / 72),
        ("font.size: 18", "text", 2 * 0.729 * 11 * DPI / 72),
        ("image.cmap: inferno", "ground", None),
        ("axes.prop_cycle: cycler('color', ['c00000'])", "path", "#c00000"),
        ("font.family: DejaVu Serif", "letters", None),
    ],
)
def test_each_key_changes_just_what_it_names(line, name, value, sheet):
    before, after = measured(None), measured(sheet(line))
    if value is None:
        assert after[name] != before[name]
    elif isinstance(value, str):
        assert after[name] == value
    else:
        assert after[name] == pytest.approx(value, abs=1.5)
    along = {"text": ("letters",), "line": (), "head": ()}.get(name, ())
    for other in before.keys() - {name, *along}:
        if other == "ground":
            assert after[other] == before[other] or name == "text"
        elif isinstance(before[other], str):
            assert after[other] == before[other]
        elif other == "head" and name == "line":
            assert abs(after[other] - before[other]) <= 2
        else:
            assert abs(int(after[other]) - int(before[other])) <= 1


@pytest.mark.parametrize("view", ["contour", "surface", "loss"])
def test_paths_are_as_wide_everywhere(view, sheet):
    areas = []
    for width in (2, 8):
        movie = movie_of(sheet(f"lines.linewidth: {width}"), panels=(view,), dpi=50)
        color = np.array(to_rgb(movie.picture.paths[0].color)) * 255
        areas.append((np.abs(movie.draw(20)[..., :3] - color) < 2).all(axis=-1).sum())
    assert areas[1] > 2.5 * areas[0] > 0


def test_a_dark_face_turns_the_ground_dark(sheet):
    dark = THEMES["dark"]
    for style in ("dark_background", sheet("axes.facecolor: 101010", "figure.facecolor: black")):
        mine = theme("light", style)
        assert mine.is_dark
        assert (mine.heights, mine.sheet) == (dark.heights, dark.sheet)
    assert theme("light", sheet("figure.facecolor: 222222")).cycle == dark.cycle
    assert theme("slides", sheet("figure.facecolor: 222222")).scale == THEMES["slides"].scale
    assert theme("dark", sheet("figure.facecolor: white")).heights == THEMES["light"].heights
    assert theme("light", sheet("lines.linewidth: 3")).heights == THEMES["light"].heights
    frame = movie_of("dark_background").draw(20)[100:400, 150:450, :3]
    assert np.median(frame) < 80


def runs_of(**settings):
    runs = {"sgd": SGD(lr=0.1), "adam": Adam(lr=0.1), "more": SGD(lr=0.2)}
    return Scene(surfaces.bowl(), runs, (3, 4), 3, size=(320, 240), **settings)


def test_colours_and_markers_are_those_given_by_label():
    usual = animation(runs_of()).picture.paths
    chosen = animation(runs_of(colors={"adam": "#c00"}, markers={"more": "s"}))
    given = chosen.picture.paths
    assert [path.color for path in given] == [usual[0].color, "#cc0000", usual[2].color]
    assert [path.marker for path in given] == ["o", "o", "s"]
    assert "#cc0000" in chosen.colors
    rgb = (0xCC, 0, 0)
    assert (chosen.draw(3)[..., :3] == rgb).all(axis=-1).any()
    assert chosen.picture.night[1] == "#cc0000"


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"colors": {"adm": "red"}}, "no run is labelled 'adm'; did you mean 'adam'"),
        ({"colors": {"adam": "redd"}}, "'adam' has 'redd'; give a colour such as"),
        ({"markers": {"adam": "x"}}, "'adam' has 'x'; choose from o, s,"),
        ({"colors": {"adam": "none"}}, "'adam' has 'none'; give a colour such as"),
        ({"colors": {"adam": "#cc000080"}}, "'crimson', which is not transparent"),
        ({"colors": "red"}, "give them by label"),
        ({"colors": {"adam": 3}}, "give them by label"),
        ({"markers": {3: "s"}}, "or markers by label"),
        ({"markers": "s"}, "give True or False, or markers by label, such as {'Adam': ...}"),
    ],
)
def test_a_wrong_colour_or_marker_is_one_sentence(settings, said):
    with pytest.raises(InvalidInput, match=r"Scene\((colors|markers)") as caught:
        animation(runs_of(**settings))
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_numbered_colour_is_not_that_of_the_users_own_settings():
    with mpl.rc_context({"axes.prop_cycle": mpl.cycler(color=["k", "k"])}):
        picture = animation(runs_of(colors={"adam": "C1"})).picture
    assert (picture.paths[1].color, picture.night[1]) == ("#ff7f0e", "#ff7f0e")
