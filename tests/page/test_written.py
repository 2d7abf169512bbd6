"""The page among the formats: it is rendered, refused and replaced like any other file."""

from __future__ import annotations

import numpy as np
import pytest

from animopt import (
    ContourAnimation,
    ExportError,
    InvalidInput,
    Scene,
    optimizers,
    render,
    simulate,
    surfaces,
)
from animopt.pipeline.formats import FORMATS, PictureFormat, info

SCENE = Scene(surfaces.rosenbrock(), {"sgd": optimizers.SGD(lr=0.001)}, start=(-1, 1.5), steps=40)


def test_it_is_rendered_like_any_other_format(tmp_path, told):
    paths = render(SCENE, [tmp_path / "new" / "x.html", tmp_path / "x.gif"], loop=3)
    assert told(paths[0].read_text(encoding="utf-8"))["loop"] == 3
    assert sorted(path.name for path in tmp_path.rglob("*.*")) == ["x.gif", "x.html"]


@pytest.mark.parametrize(
    ("name", "value"), [("size", "640x480"), ("dpi", 50), ("max_size", "20kB"), ("quality", "high")]
)
def test_what_a_page_cannot_honour_is_refused(tmp_path, name, value):
    with pytest.raises(InvalidInput, match=f"drawn by the browser .*; leave out {name}"):
        render(SCENE, tmp_path / "x.html", **{name: value})
    assert list(tmp_path.iterdir()) == []


def test_a_failure_leaves_the_old_page_and_nothing_else(tmp_path, monkeypatch):
    old = tmp_path / "x.html"
    old.write_text("old")
    monkeypatch.setattr("os.replace", lambda *paths: (_ for _ in ()).throw(OSError(28, "full")))
    with pytest.raises(ExportError, match=r"cannot write .*x\.html: full"):
        render(SCENE, old)
    assert [path.read_text() for path in tmp_path.iterdir()] == ["old"]


def test_a_film_saves_a_page_at_the_rate_asked_for(tmp_path):
    film = ContourAnimation(SCENE)
    for fps in (5, 50):
        film.save(tmp_path / "page.html", fps=fps)
        wanted = sum(seconds for _, seconds in film.retimed(fps))
        assert info(tmp_path / "page.html").duration == pytest.approx(wanted, rel=1e-3)


@pytest.mark.parametrize(
    ("name", "value"), [("dpi", 100), ("quality", "high"), ("max_colors", 16), ("rate", 5)]
)
def test_a_film_refuses_what_a_page_cannot_do(tmp_path, name, value):
    with pytest.raises(InvalidInput, match=f"leave out {name}"):
        ContourAnimation(SCENE).save(tmp_path / "x.html", **{name: value})
    assert list(tmp_path.iterdir()) == []


class Facts(PictureFormat):
    """A format from outside: the facts of a picture."""

    name, suffixes, description = "facts", (".facts",), "facts"
    given = None

    @classmethod
    def encode(cls, picture, settings):
        """Return what was given, or the facts."""
        return cls.given or f"{picture.size} {picture.dpi:g}".encode()

    @staticmethod
    def read(data):
        """Refuse."""
        raise ValueError


def test_a_film_saves_a_format_from_outside_at_a_dpi(tmp_path, monkeypatch):
    monkeypatch.setitem(FORMATS, "facts", Facts)
    film = ContourAnimation(SCENE.replace(size=(400, 300), dpi=100))
    film.save(tmp_path / "a.facts", dpi=50)
    assert (tmp_path / "a.facts").read_bytes() == b"(200, 150) 50"
    monkeypatch.setattr(Facts, "given", "text")
    with pytest.raises(InvalidInput, match="returned a str; it must return the bytes"):
        film.save(tmp_path / "b.facts")
    with pytest.raises(InvalidInput, match="returned a str; it must return the bytes"):
        render(SCENE, tmp_path / "b.facts")
    assert not (tmp_path / "b.facts").exists()


def test_far_from_the_origin_places_are_as_fine(tmp_path, told):
    def far(x, y):
        return (x - 1e6) ** 2 + 3 * (y + 1e6) ** 2

    bounds = (1e6 - 2, 1e6 + 2), (-1e6 - 2, -1e6 + 2)
    scene = Scene(far, [optimizers.SGD(lr=0.01)], (1e6 + 1, 1 - 1e6), 20, bounds=bounds)
    (path,) = render(scene, [tmp_path / "x.html"])
    (run,) = told(path.read_text(encoding="utf-8"))["runs"]
    wanted = simulate(scene).trajectories[0].points
    assert np.abs(np.array(run["points"]) - wanted).max() < 1e-6
