"""What a reader may choose: said, refused, and written only where it can be seen."""

from __future__ import annotations

from pathlib import Path

import pytest

from animopt import ExportError, InvalidInput, Scene, optimizers, render, surfaces
from animopt.animate import film
from animopt.pipeline.jobs import load
from animopt.pipeline.options import Options
from animopt.pipeline.rendering import run
from animopt.progress import Progress

pytestmark = pytest.mark.usefixtures("folder")

SCENE = Scene(
    surfaces.bowl(),
    {"SGD": optimizers.SGD(lr=0.1), "Momentum": optimizers.Momentum(lr=0.1)},
    start=(3, 4), steps=6, size=(192, 160),
)  # fmt: skip
VARY = {"SGD.lr": "0.1..0.9:3"}
JOINED = {"Momentum.lr x Momentum.momentum": "0.1..0.9:3 x 0..0.9:4"}


class Heard(Progress):
    """Keeps what is said."""

    def __init__(self):
        self.sentences = []

    def say(self, sentence):
        self.sentences.append(sentence)


def test_how_many_are_simulated_and_what_they_take_is_said():
    heard = Heard()
    jobs = [job.to(["x.html"]) for job in load(["one.py"], Options(vary={"lr": "0.1..0.9:4"}))]
    assert list(run(jobs, heard)) == [Path("x.html")]
    size = f"{Path('x.html').stat().st_size / 1000:.1f} kB"
    assert heard.sentences == [
        "vary: 4 combinations of 6 steps for each run they change",
        f"x.html: 4 runs to choose from, {size}",
    ]


@pytest.mark.parametrize("path", ["x.gif", "x.png", ["x.gif", "x.mp4"]], ids=str)
def test_a_film_of_which_nothing_varies_refuses(path):
    with pytest.raises(InvalidInput, match="vary is for a page"):
        render(SCENE, path, vary=VARY)
    assert not list(Path().glob("x*"))


def test_beside_a_page_a_film_is_that_of_the_scene_and_says_so():
    heard = Heard()
    jobs = [job.to(["x.gif", "x.html"]) for job in load(["one.py"], Options(vary={"lr": [1, 2]}))]
    list(run(jobs, heard))
    assert "x.gif: it shows the scene's own values; vary is for the page" in heard.sentences
    render("one.py", "own.gif")
    assert Path("x.gif").read_bytes() == Path("own.gif").read_bytes()


def test_a_map_is_a_panel_of_films_and_posters(monkeypatch):
    drawn = []
    made = film.Film
    monkeypatch.setattr(film, "Film", lambda picture: drawn.append(picture) or made(picture))
    render(SCENE, "x.gif", vary=JOINED, panels=["contour", "map"], poster=True)
    assert {type(panel).__name__ for panel in drawn[0].panels} == {"Plane", "Map"}
    assert all(len(picture.panels[0].paths) == 2 for picture in drawn)
    with pytest.raises(InvalidInput, match="panel 'map': no two settings vary together"):
        render(SCENE, "y.gif", panels=["contour", "map"])


def test_a_page_of_too_many_bytes_is_refused_unless_allowed(monkeypatch):
    with pytest.raises(
        ExportError, match=r"x.html: it would take .* more than 20.0 kB; vary fewer"
    ):
        render(SCENE, "x.html", vary=VARY, max_size="20kB")
    assert not Path("x.html").exists()
    monkeypatch.setattr("animopt.pipeline.rendering.MOST_BYTES", 20_000)
    with pytest.raises(ExportError, match=r"allow more with max_size \(--max-size 1MB\)"):
        render(SCENE, "x.html", vary=VARY)
    assert render(SCENE, "x.html", vary=VARY, max_size="1MB").exists()
    with pytest.raises(InvalidInput, match="leave out max_size"):
        render(SCENE, "y.html", max_size="1MB")


@pytest.mark.parametrize("wrong", [7, ["lr"], {1: 2}], ids=str)
def test_vary_is_values_by_name(wrong):
    with pytest.raises(InvalidInput, match=r"vary=.*give values by name"):
        render(SCENE, "x.html", vary=wrong)
