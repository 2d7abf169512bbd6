"""Ink stays inside the canvas, and texts apart; tests/pictures/ink.py tries all cases."""

import numpy as np
import pytest
from ink import CASES, SIZES, faults, recorded, scene

from animopt import ContourAnimation, Scene, surfaces
from animopt.animate import animation
from animopt.optimizers import SGD, Adam

# Of each seventieth case the surface, the size, the view and the theme are all others.
SLICE = CASES[11::71]


def test_the_slice_has_every_size_view_and_theme():
    for place, count in ((1, len(SIZES)), (2, 3), (3, 2)):
        assert len({case[place] for case in SLICE}) == count


@pytest.mark.parametrize("case", SLICE, ids=str)
def test_ink_stays_inside_and_whole(case):
    assert faults(scene(*case), frames=2) == []


@pytest.mark.parametrize("view", ["contour", "surface", "both"])
@pytest.mark.parametrize("size", [(640, 400), (1280, 720)])
def test_ink_of_a_colour_bar_stays_inside_and_whole(view, size):
    for name in ("rosenbrock", "eggholder"):
        assert faults(scene(name, size, view, "slides", colorbar=True), frames=1) == []


HOSTILE = {
    "heights": Scene(
        surfaces.himmelblau(), [SGD(lr=0.01), Adam(lr=0.3)], start=(0.1, 0.2), steps=3,
        view="both", size=(1280, 720),
    ),
    "far": Scene(
        lambda x, y: (x - 1e6) ** 2 + (y - 2e6) ** 2, SGD(lr=0.1), start=(1e6 + 0.8, 2e6 + 0.5),
        steps=10, bounds=((1e6 - 1, 1e6 + 1), (2e6 - 1, 2e6 + 1)),
        panels=("contour", "surface", "loss"), size=(1280, 720),
    ),
    "offset": Scene(
        lambda m, s: 123456.7 + 0.3 * (m**2 + 3 * s**2), SGD(lr=0.5), start=(0.8, 0.5), steps=10,
        bounds=((-1, 1), (-1, 1)), panels=("surface", "loss"), size=(960, 400), colorbar=True,
    ),
    "tiny": Scene(
        lambda x, y: 3e-9 * (x**2 + y**2), SGD(lr=1e7), start=(0.7, 0.6), steps=10,
        bounds=((-1, 1), (-1, 1)), panels=("contour", "loss", "gradient", "lr"), size=(900, 600),
    ),
    "decades": Scene(
        lambda x, y: 1e4 + 3e6 * (x**2 + y**2), SGD(lr=1e-8), start=(0.7, 0.6), steps=100,
        bounds=((-1, 1), (-1, 1)), panels=("contour", "loss"), size=(1280, 480),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_ink_stays_inside_at_any_offset_and_scale(name):
    assert faults(HOSTILE[name], frames=3) == []


def test_there_is_room_for_names_of_axes_that_a_user_adds():
    shown = scene("rosenbrock", (640, 480), "contour", "light", panels=("contour", "loss"))
    for movie in (ContourAnimation(shown), animation(shown)):
        for axes in movie.figure.axes:
            axes.set(xlabel="the first weight", ylabel="the second weight")
        with recorded(shown.size) as inks:
            frame = movie.draw(3)
        assert sum("weight" in text for text, _ in inks) == 2 * len(movie.figure.axes)
        for _, box in inks:
            assert min(box) >= 0
            assert (np.array(box[2:]) <= shown.size).all()
        assert (frame[:, 0] == frame[0, 0]).all()
        assert (frame[-1] == frame[0, 0]).all()


def test_the_measure_sees_cut_and_overlapping_ink(monkeypatch):
    def adding(x, y, said):
        def animated(shown):
            movie = animation(shown)
            movie.figure.text(x, y, said)
            return movie

        monkeypatch.setattr("ink.animation", animated)
        return faults(scene("bowl", (640, 480), "contour", "light"), frames=1)

    assert any("overlaps" in fault for fault in adding(0.02, 0.96, "Over the title"))
    assert "'Beyond the rim' is cut" in adding(0.95, 0.5, "Beyond the rim")
