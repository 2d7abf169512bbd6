"""Stills for papers: as large as asked, with type in points, and without what only moves."""

from __future__ import annotations

import re

import numpy as np
import pytest
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.text import Text
from PIL import Image

from animopt import Scene, optimizers, simulate, surfaces
from animopt.animate import animation
from animopt.animate import heads as heads_of_planes
from animopt.animate.curves import Cursor
from animopt.animate.heads import HeadArtist, draw_heads
from animopt.animate.space import paths as heads_in_space
from animopt.animate.stills import KINDS, write
from animopt.cli import main


def descents(**settings):
    runs = {"sgd": optimizers.SGD(lr=0.01), "adam": optimizers.Adam(lr=0.3)}
    defaults = {"start": (0.1, 0.2), "steps": 40, "title": "Two descents"}
    return simulate(Scene(surfaces.himmelblau(), runs, **defaults | settings))


@pytest.mark.parametrize(
    ("kind", "theme"), list(zip(KINDS, ("slides", "print", "dark", "light"), strict=True))
)
def test_a_still_has_its_size_on_paper_in_every_format(kind, theme, tmp_path):
    simulation = descents(size="3.3x2.5in", theme=theme)
    for path in write(simulation, tmp_path / "x.png", kind):
        with Image.open(path) as image:
            assert image.size == (990, 750)
            assert image.info["dpi"] == pytest.approx((300, 300), abs=0.02)
    (pdf,) = write(simulation, tmp_path / "x.pdf", kind)
    sides = re.search(rb"/MediaBox \[ 0 0 ([\d.]+) ([\d.]+) \]", pdf.read_bytes()).groups()
    assert [float(side) / 72 for side in sides] == pytest.approx([3.3, 2.5], abs=1e-3)
    for path in write(simulation, tmp_path / "x.svg", kind)[:1]:
        size = re.search(r'width="([\d.]+)pt" height="([\d.]+)pt"', path.read_text()).groups()
        assert [float(side) / 72 for side in size] == pytest.approx([3.3, 2.5], abs=1e-3)


@pytest.mark.parametrize("size", ["8cm", "6.5in"])
@pytest.mark.parametrize("kind", KINDS)
def test_type_on_paper_has_its_size_in_points_and_stays_on_it(kind, size):
    simulation = descents(size=size, theme="slides")
    for still in KINDS[kind](simulation, simulation.scene.look):
        figure = still.figure
        figure.canvas.draw()
        assert figure.dpi == 300
        ink = figure.get_tightbbox(RendererAgg(1, 1, 300)).extents
        assert ink.min() >= 0
        assert (ink[2:] <= figure.get_size_inches()).all()
        for text in figure.findobj(Text):
            if text.get_text() and text.get_visible():
                assert 8 <= text.get_fontsize() <= 11


def test_the_pixels_of_a_png_are_one_resolution_s(tmp_path):
    simulation = descents(size=(640, 480))
    for dpi, size in ((150, (495, 371)), (600, (1980, 1485))):
        chosen = simulation.scene.look.replace(size="3.3in", dpi=dpi)
        (path,) = write(simulation, tmp_path / "x.png", look=chosen)
        with Image.open(path) as image:
            assert image.size == size
            assert image.info["dpi"] == pytest.approx((dpi, dpi), abs=0.02)


def test_a_large_still_is_as_wide_as_a_slide(tmp_path):
    (path,) = write(descents(size=(1920, 1080)), tmp_path / "x.png")
    with Image.open(path) as image:
        assert image.width / image.info["dpi"][0] == pytest.approx(13.33, abs=0.01)


def where_they_differ(*paths):
    """The places (m, 2) of all pixels that differ, x and y from the lower left corner."""
    first, second = (np.asarray(Image.open(each).convert("RGB")) for each in paths)
    rows, columns = np.nonzero((first != second).any(axis=-1))
    return np.column_stack([columns + 0.5, len(first) - rows - 0.5])


def test_on_paper_nothing_says_where_a_film_is(tmp_path):
    simulation = descents(size=(640, 480), legend=False)
    (still,) = write(simulation, tmp_path / "still.png")
    (frame,) = write(simulation, tmp_path / "frame.png", moving=True)
    (heads,) = animation(simulation).figure.findobj(HeadArtist)
    off = where_they_differ(still, frame)
    counter = (off > (500, 440)).all(axis=1)
    far = np.linalg.norm(off[:, None] - heads.places(40), axis=-1)
    assert ((far < 9).any(axis=1) | counter).all()
    assert counter.any()
    assert (far < 9).any(axis=0).all()


def only_starts(renderer, gc, heads, size, colors, look, starts):
    """Draw the marks where runs start, which stay, and no heads."""
    draw_heads(renderer, gc, [], size, colors[:0], look, starts)


def test_a_surface_and_curves_on_paper_have_no_heads_and_no_cursor(tmp_path, monkeypatch):
    for panel in ("surface", "loss"):
        simulation = descents(size=(320, 240), panels=(panel,), legend=False, counter=False)
        (still,) = write(simulation, tmp_path / "still.png")
        (frame,) = write(simulation, tmp_path / "frame.png", moving=True)
        movie = animation(simulation)
        for artist in movie.figure.findobj(Cursor):
            artist.set_visible(False)
        with monkeypatch.context() as patch, Image.open(still) as image:
            for module in (heads_of_planes, heads_in_space):
                patch.setattr(module, "draw_heads", only_starts)
            np.testing.assert_array_equal(np.asarray(image.convert("RGBA")), movie.draw(40))
        assert len(where_they_differ(still, frame)) > 50


def test_an_arrow_where_a_path_leaves_stays(tmp_path):
    away = {"away": optimizers.SGD(lr=0.4)}
    scene = Scene(surfaces.saddle(), away, (0.1, 1e-3), 30, size=(320, 240), counter=False)
    (still,) = write(simulate(scene), tmp_path / "still.png")
    (frame,) = write(simulate(scene), tmp_path / "frame.png", moving=True)
    assert still.read_bytes() == frame.read_bytes()


def test_heads_stay_where_their_shapes_tell_the_runs_apart(tmp_path):
    simulation = descents(size=(320, 240), theme="print", counter=False)
    (still,) = write(simulation, tmp_path / "still.png")
    (frame,) = write(simulation, tmp_path / "frame.png", moving=True)
    assert still.read_bytes() == frame.read_bytes()


def test_the_command_takes_sizes_on_paper_and_what_moves(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.py").write_text(
        "from animopt import Scene, surfaces\nfrom animopt.optimizers import SGD\n"
        "scene = Scene(surfaces.bowl(), [SGD(lr=0.1)], (1, 1), 3)\n"
    )
    for flags, name in ((["--size", "8cm"], "a.png"), (["--size", "8cm", "--moving"], "b.png")):
        assert main(["plot", "mine.py", "-o", name, *flags]) == 0
    with Image.open("a.png") as still, Image.open("b.png") as frame:
        assert still.size == frame.size == (945, 709)
        assert still.tobytes() != frame.tobytes()
    assert main(["render", "mine.py", "-o", "a.gif", "--size", "2x1.5in", "--dpi", "100"]) == 0
    with Image.open("a.gif") as image:
        assert image.size == (200, 150)
