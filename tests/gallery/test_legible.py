"""Type is large enough to be read at every destination."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.text import Text

from animopt import Scene, Timeline, optimizers, simulate, surfaces
from animopt.animate import animation, legend, lettering, table, text
from animopt.animate.film import Film
from animopt.animate.space import box
from animopt.animate.text import stamp
from animopt.picture import compose
from animopt.picture.theme import THEMES
from animopt.pipeline.destinations import DESTINATIONS, LEAST_TYPE

SIZES = sorted({place.size for place in DESTINATIONS.values()})
PANELS = [("contour",), ("contour", "surface"), ("contour", "loss", "lr", "distance", "table")]


def heights_of_type(scene, monkeypatch, least=0.0):
    """The sizes in pixels of all type that a picture is drawn with."""
    sizes = []

    def recorded(word, dpi):
        sizes.append(word.size * dpi / 72)
        return stamp(word, dpi)

    for module in (legend, lettering, table, box, text):
        monkeypatch.setattr(module, "stamp", recorded)
    movie = Film(compose(simulate(scene), least=least))
    movie.draw(3)
    texts = [each for each in movie.figure.findobj(Text) if each.get_visible() and each.get_text()]
    return np.array([*sizes, *(each.get_fontsize() * movie.figure.dpi / 72 for each in texts)])


def test_no_theme_has_smaller_type_than_the_light_one():
    assert THEMES["light"].scale == min(theme.scale for theme in THEMES.values()) == 1


@pytest.mark.parametrize("panels", PANELS, ids=len)
@pytest.mark.parametrize("size", [None, *SIZES], ids=str)
def test_no_type_is_under_nine_pixels(size, panels, monkeypatch):
    scene = Scene(
        surfaces.bowl(),
        [optimizers.SGD(lr=0.1), optimizers.Adam(lr=0.2)],
        (1, 1),
        4,
        title="A title",
        labels=True,
        legend=True,
        panels=panels,
        size=size,
        timeline=Timeline(speed=2),
    )
    sizes = heights_of_type(scene, monkeypatch)
    assert len(sizes) > 10
    assert sizes.min() >= 9


@pytest.mark.parametrize("panels", PANELS, ids=len)
@pytest.mark.parametrize("theme", ["slides", "dark"])
def test_no_type_on_slides_is_under_fourteen_pixels(theme, panels, monkeypatch):
    assert LEAST_TYPE == 14
    for size in sorted({place.size for place in DESTINATIONS.values() if place.slides}):
        scene = Scene(
            surfaces.bowl(), {"SGD": optimizers.SGD(lr=0.1), "Adam": optimizers.Adam(lr=0.1)},
            start=(1, 1), steps=3, panels=panels, labels=True, legend=True, title="A title",
            theme=theme, size=size,
        )  # fmt: skip
        sizes = heights_of_type(scene, monkeypatch, LEAST_TYPE)
        assert len(sizes) > 10
        assert sizes.min() * 720 / size[1] >= 14 - 1e-9


@pytest.mark.parametrize("view", ["contour", "surface"])
def test_lines_grow_with_the_picture(view):
    scene = Scene(surfaces.bowl(), [optimizers.SGD(lr=0.02)], (1, 0.8), 40, view=view, legend=False)
    shares = []
    for size in ((640, 480), (1920, 1440)):
        movie = animation(scene.replace(size=size))
        rgb = [int(movie.colors[0][i : i + 2], 16) for i in (1, 3, 5)]
        shares.append((movie.draw(40)[..., :3] == rgb).all(axis=-1).mean())
    # Antialiased rims take more of a thin line than of a thick one.
    assert shares[0] < shares[1] < 1.8 * shares[0]
