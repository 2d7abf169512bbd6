"""In Chromium: the page shows heads, numbers and the counter as the picture, box to box."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from page_checks import faults, other_ticks

from animopt.page import page as page_of
from animopt.scene import load_scenes

GALLERY = Path(__file__).parents[1] / "gallery"
SCENES = {
    f"{name}: {label}": scene
    for name in ("scenes", "depth")
    for label, scene in load_scenes(GALLERY / f"{name}.py").items()
}


def held(page, picture) -> None:
    """At three steps, the page is what the picture is."""
    for step in (0, picture.steps // 3, picture.steps):
        assert faults(page, picture, step) == []
    assert other_ticks(page, picture) == []


@pytest.mark.parametrize("name", SCENES)
def test_heads_and_numbers_are_where_the_picture_has_them(visit, composed, name):
    """In other sizes: `tests/pictures/pages.py`."""
    scene = SCENES[name]
    page = visit(scene=scene)
    page.click('button[data-view="both"]')
    held(page, composed(scene))


@pytest.mark.parametrize("size", [(390, 844), (700, 420)])
@pytest.mark.parametrize("name", ["scenes: forces", "scenes: diverging", "depth: rosenbrock"])
def test_they_are_there_on_a_phone_and_in_a_frame_too(visit, composed, name, size):
    scene = SCENES[name]
    page = visit(*size, scene=scene)
    page.click('button[data-view="both"]')
    held(page, composed(scene))


@pytest.mark.parametrize("name", ["scenes: forces", "depth: rosenbrock"])
def test_they_are_there_on_paper_too(visit, composed, name):
    scene = SCENES[name]
    page = visit(scene=scene, color_scheme="dark")
    page.click('button[data-view="both"]')
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    held(page, composed(scene))


UNPACKED = """JSON.parse(JSON.stringify(animopt.data, (_, value) => (
  ArrayBuffer.isView(value) ? { numbers: [...value] } : value)))"""


def test_the_browser_unpacks_what_was_packed(visit, composed, told):
    scene = SCENES["scenes: ensemble"]
    page = visit(scene=scene)
    assert compared(page.evaluate(UNPACKED), told(page_of(composed(scene)))) > 100


def compared(found, exact) -> int:
    """Compare what a browser has with what it was sent, and return the number of arrays."""
    if isinstance(exact, np.ndarray):
        columns = [found] if exact.ndim == 1 else found
        numbers = np.array([column["numbers"] for column in columns], float)
        np.testing.assert_allclose(numbers, exact.T.reshape(numbers.shape), rtol=1e-12)
        return 1
    if isinstance(exact, dict):
        return sum(compared(found[key], each) for key, each in exact.items())
    if isinstance(exact, list):
        return sum(map(compared, found, exact))
    assert found == exact
    return 0
