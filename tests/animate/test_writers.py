"""The matplotlib writers, which any FuncAnimation can use."""

from __future__ import annotations

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.animation import FuncAnimation, writers
from matplotlib.figure import Figure

import animopt.animate  # noqa: F401 (registers the writers)
from animopt.errors import ExportError, InvalidInput
from animopt.export import FORMATS, PictureFormat, info

SUFFIX = {"animopt-gif": ".gif", "animopt-apng": ".png", "animopt-mp4": ".mp4",
          "animopt-webm": ".webm"}  # fmt: skip


@pytest.fixture
def animation():
    figure = Figure(figsize=(2, 1), dpi=100)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.axis("off")
    line = axes.axhline(0.5, lw=9, color="#D55E00", animated=True)

    def draw(k):
        line.set_ydata([k / 8, k / 8])
        return (line,)

    made = FuncAnimation(figure, draw, frames=8, init_func=lambda: (line,), blit=True)
    yield made
    made._draw_was_started = True  # silences the warning about animations never shown


def test_there_is_one_for_each_format_of_frames():
    fed = [name for name, kind in FORMATS.items() if not issubclass(kind, PictureFormat)]
    assert set(SUFFIX) == {f"animopt-{name}" for name in fed}
    assert all(writers.is_available(name) for name in SUFFIX)


@pytest.mark.parametrize("name", SUFFIX)
def test_any_animation_can_be_saved(tmp_path, name, animation, decoded):
    path = tmp_path / f"x{SUFFIX[name]}"
    animation.save(path, writer=name, fps=20, dpi=60, metadata={"title": "mine"})
    about = info(path)
    assert (about.width, about.height) == (120, 60)
    assert about.metadata == {"title": "mine"}
    assert about.duration == pytest.approx(8 / 20)
    pictures, _ = decoded(path)
    heights = [np.argmax(picture[:, 60, 2] < 128) for picture in pictures]
    assert len(set(heights)) == 8, "the animated line moves"


def test_a_writer_takes_our_options_and_refuses_others(tmp_path, animation):
    writer = writers["animopt-gif"](fps=20, loop=3, colors=["#D55E00"])
    animation.save(tmp_path / "x.gif", writer=writer)
    assert info(tmp_path / "x.gif").loops == 3
    with pytest.raises(InvalidInput, match="did you mean 'loop'"):
        writers["animopt-gif"](fps=20, lop=3)
    with pytest.raises(InvalidInput, match="no codec or bitrate"):
        animation.save(tmp_path / "y.gif", writer="animopt-gif", bitrate=100)
    with pytest.raises(InvalidInput, match=r"writes \.gif, not"):
        animation.save(tmp_path / "y.mp4", writer="animopt-gif")
    assert not (tmp_path / "y.gif").exists()


def test_a_drawing_that_fails_leaves_nothing(tmp_path, animation):
    def broken(k):
        raise ZeroDivisionError

    animation._func = broken
    with pytest.raises(ZeroDivisionError):
        animation.save(tmp_path / "x.gif", writer="animopt-gif")
    assert list(tmp_path.iterdir()) == []


def test_the_film_is_unavailable_without_ffmpeg(monkeypatch):
    def absent():
        raise ExportError("no ffmpeg")

    monkeypatch.setattr("animopt.export.video.ffmpeg", absent)
    assert not writers.is_available("animopt-mp4")
    assert writers.is_available("animopt-gif")


def test_pictures_are_those_of_savefig(tmp_path, animation, decoded):
    animation.save(tmp_path / "x.png", writer=writers["animopt-apng"](fps=20, quality="high"))
    with mpl.rc_context({"savefig.bbox": None}):
        animation.save(tmp_path / "y.gif", writer="pillow", fps=20)
    ours, theirs = decoded(tmp_path / "x.png")[0], decoded(tmp_path / "y.gif")[0]
    assert np.abs(ours.astype(int) - theirs).max() <= 16
