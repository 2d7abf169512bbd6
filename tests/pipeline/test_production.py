"""Production: files within a byte budget, and posters."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from animopt import ExportError, Scene, Timeline, export, optimizers, render, surfaces
from animopt.animate import animation
from animopt.pipeline import production
from animopt.pipeline.budget import Trade
from animopt.pipeline.jobs import load
from animopt.pipeline.options import Options
from animopt.pipeline.rendering import run
from animopt.progress import Progress

SCENE = Scene(
    surfaces.ring(), [optimizers.SGD(lr=0.1)], (0.1, 2), 4, size=(160, 120),
    timeline=Timeline(fps=10, hold_last=0),
)  # fmt: skip


def test_a_file_that_fits_is_written_and_reported(tmp_path):
    class Listener(Progress):
        said = ()
        tasks: set[str] = set()

        def update(self, task, done, total):
            self.tasks.add(task)

        def say(self, sentence):
            self.said += (sentence,)

    listener = Listener()
    full = render("scenes/ravine.py", tmp_path / "full.gif").stat().st_size
    (job,) = load(["scenes/ravine.py"], Options(max_size=full // 2))
    (path,) = run([job.to([tmp_path / "half.gif"])], listener)
    assert 0 < path.stat().st_size <= full // 2
    (sentence,) = listener.said
    assert "reduced 25 -> " in sentence
    tries = [f"rendering {path}, try {k}" for k in range(1, 1 + len(listener.tasks))]
    assert listener.tasks == set(tries)


def test_what_cannot_fit_leaves_the_old_file(tmp_path):
    target = tmp_path / "old.gif"
    target.write_bytes(b"old")
    with pytest.raises(ExportError, match="nothing fits"):
        render(SCENE, target, max_size=900)
    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]


def test_a_palette_is_never_reduced_below_the_colours_to_keep(tmp_path):
    many = SCENE.replace(optimizers=[optimizers.SGD(lr=k / 1000) for k in range(1, 41)])
    with pytest.raises(ExportError, match="nothing fits"):
        render(many, tmp_path / "x.gif", max_size=900)


def test_the_trade_is_that_of_the_file(tmp_path, monkeypatch):
    full = render(SCENE, tmp_path / "full.gif").stat().st_size
    trade = Trade(rate=0.5, scale=0.75, colors=16)
    monkeypatch.setattr(production, "ladder", lambda has_palette: [Trade(), trade])
    path = render(SCENE, tmp_path / "small.gif", max_size=full - 1)
    about = export.info(path)
    assert (about.width, about.height, about.frames) == (120, 90, 3)
    with Image.open(path) as image:
        assert len(image.convert("RGB").getcolors()) < 16


def test_posters_are_exactly_the_first_and_the_last_picture(tmp_path):
    assert render(SCENE, tmp_path / "x.gif", poster=True) == tmp_path / "x.gif"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["x-first.png", "x-last.png", "x.gif"]
    for name, step in (("first", 0), ("last", SCENE.steps)):
        with Image.open(tmp_path / f"x-{name}.png") as poster:
            assert poster.n_frames == 1
            shown = np.asarray(poster.convert("RGBA"))
        np.testing.assert_array_equal(shown, animation(SCENE).draw(step))


def test_what_fits_as_it_is_stays_as_it_is(tmp_path):
    odd = SCENE.replace(size=(161, 121))
    whole = render(odd, tmp_path / "whole.gif").read_bytes()
    assert render(odd, tmp_path / "fit.gif", max_size="1MB").read_bytes() == whole


def test_a_link_to_a_file_that_must_fit_is_followed(tmp_path):
    (tmp_path / "link.gif").symlink_to(tmp_path / "real.gif")
    render(SCENE, tmp_path / "link.gif", max_size="1MB")
    assert (tmp_path / "link.gif").is_symlink()
    assert (tmp_path / "real.gif").is_file()
