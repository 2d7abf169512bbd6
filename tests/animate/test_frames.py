"""Frames of the fast path equal matplotlib's own full draws, pixel for pixel."""

import base64
import io
import random
import re
from pathlib import Path

import numpy as np
import pytest
from matplotlib.animation import AbstractMovieWriter, FuncAnimation
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from animopt import (
    ContourAnimation,
    Orbit,
    Run,
    Scene,
    Space,
    SurfaceAnimation,
    Timeline,
    export,
    optimizers,
    planes,
    simulate,
    surfaces,
)
from animopt.animate import animation
from animopt.scene import load_scenes

SCENES = {
    f"{path.stem}.{name}": scene
    for path in sorted(Path("scenes").glob("*.py"))
    for name, scene in load_scenes(path).items()
}


def short(view="contour", **changes):
    return Scene(
        surfaces.ring(),
        {"sgd": optimizers.SGD(lr=0.1), "adam": optimizers.Adam(lr=0.2)},
        start=(0.1, 2.0),
        steps=12,
        view=view,
        size=(320, 240),
        **changes,
    )


def projected(**changes):
    """A run of five parameters that leaves its plane, which has a ground."""
    fall = np.exp(-np.linspace(0, 3, 13))[:, None]
    walk = 0.2 * np.random.default_rng(0).normal(size=(13, 5))
    run = Run(fall * [4, 3, 2, 0, 1] + walk, label="run")
    plane = planes.pca(run, loss=lambda theta: float(theta @ theta + abs(theta[2])))
    return Scene(plane, [run], size=(480, 240), **changes)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("camera", [None, Orbit(1)])
def test_a_run_beside_its_plane_is_drawn_as_matplotlib_does(theme, camera):
    look = {"panels": ["contour", "surface", "loss", "off_plane"], "space": Space(camera=camera)}
    scene = projected(theme=theme, labels=True, **look)
    frames = [frame for frame, _ in animation(scene).frames()]
    movie, fresh = animation(scene), animation(scene)
    for i in (0, 5, 12):
        np.testing.assert_array_equal(frames[i], full_draw(fresh, movie.pictures[i][0]))


def full_draw(fresh, step):
    """Return a step drawn by matplotlib, with no artist marked as animated."""
    fresh._func(step)
    assert not any(artist.get_animated() for artist in fresh._fig.findobj())
    FigureCanvasAgg.draw(fresh._fig.canvas)
    return np.array(fresh._fig.canvas.buffer_rgba())


@pytest.mark.parametrize("name", SCENES)
def test_a_frame_is_a_full_draw_of_its_step(name):
    scene = SCENES[name]
    movie = animation(scene)
    chosen = random.Random(name).sample(range(len(movie.pictures)), 10)
    frames = {i: frame for i, (frame, _) in enumerate(movie.frames()) if i in chosen}
    fresh = animation(scene)
    for i in chosen:
        np.testing.assert_array_equal(frames[i], full_draw(fresh, movie.pictures[i][0]))


@pytest.mark.parametrize("view", ["contour", "surface", "both"])
def test_the_picture_of_a_step_depends_on_the_step_alone(view):
    movie = animation(short(view))
    forwards = {step: movie.draw(step) for step in (0, 3, 7, 12)}
    for step in (7, 0, 12, 3, 7):
        np.testing.assert_array_equal(movie.draw(step), forwards[step])
    np.testing.assert_array_equal(full_draw(animation(short(view)), 7), forwards[7])


def test_frames_carry_the_durations_of_the_timeline():
    movie = animation(short(timeline=Timeline(fps=10, hold_first=1, hold_last=2)))
    seconds = [s for _, s in movie.frames()]
    assert seconds == pytest.approx([1.1] + [0.1] * 11 + [2.1])


def test_frames_are_rgba_arrays_of_the_asked_size_that_stay():
    frames = [frame for frame, _ in animation(short()).frames()]
    assert {frame.shape for frame in frames} == {(240, 320, 4)}
    assert {frame.dtype for frame in frames} == {np.dtype(np.uint8)}
    assert not np.array_equal(frames[0], frames[-1])


@pytest.mark.parametrize("make", [ContourAnimation, SurfaceAnimation])
def test_an_animation_takes_a_scene_or_a_simulation(make):
    np.testing.assert_array_equal(make(short()).draw(5), make(simulate(short())).draw(5))


@pytest.mark.parametrize("view", ["contour", "surface", "both"])
def test_matplotlibs_own_save_gives_the_same_pictures(view, tmp_path):
    movie = animation(short(view).replace(steps=4))
    assert isinstance(movie, FuncAnimation)
    frames = [frame for frame, _ in movie.frames()]
    grabbed = []

    class Grab(AbstractMovieWriter):
        def setup(self, fig, outfile, dpi=None):
            super().setup(fig, outfile, dpi)

        def grab_frame(self, **kwargs):
            buffer = io.BytesIO()
            self.fig.savefig(buffer, format="rgba", dpi=self.dpi, **kwargs)
            grabbed.append(np.frombuffer(buffer.getvalue(), np.uint8).reshape(240, 320, 4))

        def finish(self):
            pass

    movie.save(tmp_path / "x.any", writer=Grab(fps=10))
    assert len(grabbed) == len(frames)
    for mine, theirs in zip(frames, grabbed, strict=True):
        np.testing.assert_array_equal(mine, theirs)


def test_pillow_writer_writes_the_same_pictures(tmp_path):
    movie = animation(short())
    movie.save(tmp_path / "x.gif", writer="pillow")
    frames = [frame for frame, _ in movie.frames()]
    with Image.open(tmp_path / "x.gif") as image:
        assert image.n_frames == len(frames)
        image.seek(image.n_frames - 1)
        last = np.asarray(image.convert("RGB"), int)
    # Pillow's own palette of 256 colours costs a little.
    assert np.abs(last - frames[-1][..., :3]).mean() < 2


def test_what_matplotlib_takes_when_saving_is_taken_too(tmp_path):
    movie, told = animation(short()), []
    movie.save(
        tmp_path / "x.gif", dpi=2 * movie._fig.dpi, progress_callback=lambda *n: told.append(n)
    )
    height, width = movie.draw(0).shape[:2]
    about = export.info(tmp_path / "x.gif")
    assert (about.width, about.height, len(told)) == (2 * width, 2 * height, 13)


def test_a_video_tag_needs_no_ffmpeg_but_ours(monkeypatch):
    monkeypatch.setenv("PATH", "")
    assert 'src="data:video/mp4;base64,' in animation(short()).to_html5_video()


def test_jshtml_holds_the_same_pictures():
    movie = animation(short().replace(steps=4))
    html = movie.to_jshtml(default_mode="once")
    pngs = re.findall(r'data:image/png;base64,([^"]*)"', html.replace("\\\n", ""))
    frames = [frame for frame, _ in movie.frames()]
    assert len(pngs) == len(frames)
    for png, frame in zip(pngs, frames, strict=True):
        with Image.open(io.BytesIO(base64.b64decode(png))) as image:
            np.testing.assert_array_equal(np.asarray(image.convert("RGBA")), frame)


def test_a_plain_loop_over_the_animation_gives_the_same_pictures():
    movie = animation(short())
    frames = [frame for frame, _ in movie.frames()]
    for frame, step in zip(frames, movie.new_frame_seq(), strict=True):
        movie._draw_next_frame(step, blit=False)
        np.testing.assert_array_equal(np.array(movie._fig.canvas.buffer_rgba()), frame)


def test_saving_at_another_rate_leaves_the_animation_as_it_is(tmp_path):
    movie = animation(short())
    before = [seconds for _, seconds in movie.frames()]
    movie.save(tmp_path / "x.gif", fps=5)
    assert [seconds for _, seconds in movie.frames()] == before
    assert export.info(tmp_path / "x.gif").duration == pytest.approx(13 / 5 + 1)


def test_the_last_step_is_in_the_last_frame():
    movie = animation(short(timeline=Timeline(speed=5)))
    assert [step for step, _ in movie.pictures] == [0, 5, 10, 12]
    frames = [frame for frame, _ in movie.frames()]
    np.testing.assert_array_equal(frames[-1], movie.draw(12))


def test_another_dpi_scales_the_whole_picture():
    movie = animation(short())
    buffer = io.BytesIO()
    movie.draw(9)
    movie._fig.savefig(buffer, format="png", dpi=2 * movie._fig.dpi)
    with Image.open(buffer) as image:
        assert image.size == (640, 480)
        small = np.asarray(image.convert("RGB").resize((320, 240), Image.Resampling.BOX), int)
    # The same picture at twice the size differs by its antialiased edges and its type only.
    assert np.abs(small - movie.draw(9)[..., :3]).mean() < 4


def test_anyones_animation_can_use_the_writers(tmp_path):
    figure = Figure(figsize=(1, 1), dpi=64)
    (line,) = figure.add_subplot().plot([0, 1], [0, 0])
    anyones = FuncAnimation(figure, lambda k: [line.set_ydata([0, k])], frames=5, interval=40)
    for name, suffix in (("gif", "gif"), ("apng", "png"), ("mp4", "mp4")):
        anyones.save(tmp_path / f"x.{suffix}", writer=f"animopt-{name}", fps=10)
        about = export.info(tmp_path / f"x.{suffix}")
        assert (about.width, about.height, about.duration) == (64, 64, pytest.approx(0.5))
