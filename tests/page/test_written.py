"""The page among the formats: it is rendered, refused and replaced like any other file."""

from __future__ import annotations

import pytest

from animopt import ContourAnimation, ExportError, InvalidInput, Scene, optimizers, render, surfaces
from animopt.pipeline.formats import info

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
