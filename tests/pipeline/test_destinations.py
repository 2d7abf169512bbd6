"""Destinations: their settings, what overrides them, what they refuse, and their limits."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from animopt import InvalidInput, Scene, Timeline, export, optimizers, surfaces
from animopt.cli import main
from animopt.pipeline.destinations import DESTINATIONS, Destination, destination
from animopt.pipeline.formats import check_path
from animopt.pipeline.jobs import Job
from animopt.pipeline.options import Options, apply

SCENE = Scene(
    surfaces.bowl(), [optimizers.SGD(lr=0.1)], (1, 1), 3, timeline=Timeline(fps=10, hold_last=0)
)
SCENE_FILE = """
from animopt import Scene, surfaces
from animopt.optimizers import SGD
scene = Scene(surfaces.bowl(), [SGD(lr=0.1)], (1, 1), 3)
"""


@pytest.fixture
def file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.py").write_text(SCENE_FILE)
    return "mine.py"


@pytest.mark.parametrize("name", DESTINATIONS)
def test_every_row_can_be_written_in_each_of_its_formats(name, tmp_path):
    row = DESTINATIONS[name]
    width, height = row.size
    assert width % 2 == height % 2 == 0
    for suffix in row.formats:
        kind = check_path(tmp_path / f"x{suffix}")
        assert 1 / row.fps >= kind.shortest


@pytest.mark.parametrize("name", DESTINATIONS)
def test_a_destination_sets_what_is_not_given(name):
    row, options = DESTINATIONS[name], Options(destination=name)
    scene = apply(options, SCENE)
    assert (scene.size, scene.timeline.fps, options.loop) == (row.size, row.fps, row.loop)
    job = Job(None, "scene", "mine", scene, options).to(())
    assert job.paths == (Path(f"output/mine-{name}{row.formats[0]}"),)


@pytest.mark.parametrize("name", DESTINATIONS)
def test_slides_are_in_the_theme_for_them_unless_told_otherwise(name):
    slides = name in ("pptx", "keynote", "gslides", "revealjs")
    options = Options(destination=name)
    assert DESTINATIONS[name].slides == slides
    assert apply(options, SCENE).theme == ("slides" if slides else "light")
    assert apply(options, SCENE.replace(theme="dark")).theme == "dark"
    assert apply(Options(destination=name, theme="print"), SCENE).theme == "print"


def test_what_is_given_overrides_the_destination():
    options = Options(destination="github", size="640x360", fps=20, loop=1)
    scene = apply(options, SCENE)
    assert (scene.size, scene.timeline.fps, options.loop) == ((640, 360), 20, 1)


def test_the_known_limits_of_the_places():
    assert DESTINATIONS["pptx"].formats[0] == DESTINATIONS["keynote"].formats[0] == ".mp4"
    assert ".png" not in DESTINATIONS["pptx"].formats, "PowerPoint shows an APNG as a still picture"
    assert DESTINATIONS["github"].formats == (".gif",)
    assert DESTINATIONS["github"].most_bytes == 10_000_000
    slides = DESTINATIONS["gslides"]
    assert (slides.most_bytes, slides.most_pixels) == (50_000_000, 25_000_000)


def test_the_file_goes_where_the_destination_says(file, capsys):
    assert main(["render", file, "--for", "github", "--size", "96x64"]) == 0
    out, err = capsys.readouterr()
    assert out == "output/mine-github.gif\n"
    assert "but GitHub" not in err
    assert "in GitHub: ![what it shows](mine-github.gif) in a README" in err
    about = export.info("output/mine-github.gif")
    assert (about.width, about.height, about.loops) == (96, 64, 0)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--for", "pptx", "-o", "x.png"], "PowerPoint does not play .png; choose .mp4 or .gif"),
        (["--for", "github", "-o", "x.mp4"], "GitHub does not play .mp4; choose .gif"),
        (["--for", "powerpoint"], "destination 'powerpoint' is unknown"),
        (["--for", "pptx", "--theme", "transparent"], "an .mp4 has no transparency"),
        (["--theme", "drak"], "did you mean 'dark'?"),
        (["--style", "no.mplstyle"], "no such file, no such style"),
        (["--poster", "-o", "x.gif", "-o", "x-last.png"], "x-last.png would be written twice"),
    ],
)
def test_what_contradicts_itself_is_refused(arguments, said, file, tmp_path, capsys):
    assert main(["render", file, *arguments]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert said in err
    assert [path.name for path in tmp_path.iterdir()] == ["mine.py"]


def tight(**limits):
    return Destination("The Wall", (".gif",), (64, 64), 25, 0, "", **limits)


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        ({"most_bytes": 100}, ["MB, but The Wall takes at most 0.0001; try a smaller --size"]),
        ({"most_pixels": 64 * 64 - 1}, ["megapixels, but The Wall takes at most 0.004095"]),
        ({"most_frames": 3}, ["4 frames, but The Wall takes at most 3; try a shorter --duration"]),
        ({"most_bytes": 10**6, "most_pixels": 64 * 64, "most_frames": 4}, []),
    ],
)
def test_a_file_is_checked_against_every_limit(limits, said, tmp_path):
    frames = [np.full((64, 64, 4), shade, np.uint8) for shade in (0, 80, 160, 255)]
    path = export.write(frames, tmp_path / "x.gif", fps=10)
    excesses = list(tight(**limits).excesses(path))
    assert len(excesses) == len(said)
    for excess, part in zip(excesses, said, strict=True):
        assert part in excess


def test_an_excess_is_reported_once_the_file_is_there(file, monkeypatch, capsys):
    monkeypatch.setitem(DESTINATIONS, "wall", tight(most_frames=2))
    assert main(["render", file, "--for", "wall", "-o", "x.gif"]) == 0
    out, err = capsys.readouterr()
    assert out == "x.gif\n"
    assert "animopt: x.gif has 4 frames, but The Wall takes at most 2" in err


def test_the_advice_is_printed_once(file, capsys):
    assert (
        main(["render", file, "--for", "pptx", "--size", "64x64", "-o", "x.gif", "--poster"]) == 0
    )
    said = capsys.readouterr().err
    assert said.count("in PowerPoint: Insert, Pictures, as an image; it plays") == 1
    assert "video" not in said
    assert main(["render", file, "--size", "64x64", "-o", "x.gif"]) == 0
    assert "PowerPoint" not in capsys.readouterr().err


@pytest.mark.parametrize(
    ("size", "inches"), [("1920x1080", 13.33), ("1280x720", 13.33), ("640x480", 6.67)]
)
def test_a_poster_is_at_most_as_wide_as_a_slide(size, inches, file):
    assert main(["render", file, "-o", "x.png", "--poster", "--size", size, "--steps", "1"]) == 0
    for name in ("x.png", "x-first.png", "x-last.png"):
        with Image.open(name) as image:
            across, up = image.info["dpi"]
            assert image.width / across == pytest.approx(inches, abs=0.01)
            assert up == across


@pytest.mark.parametrize("name", DESTINATIONS)
def test_the_advice_fits_the_format(name):
    row = DESTINATIONS[name]
    for suffix in row.formats:
        said = row.advice(Path(f"x{suffix}"))
        assert said.startswith(f"in {row.title}: ")
        is_video = "movie" in said or "<video" in said or "as a video" in said
        assert is_video == (suffix in (".mp4", ".webm"))
        assert ("<iframe" in said) == (suffix == ".html")
        assert "FILE" not in said


def test_a_page_for_a_place_has_no_size(file, capsys):
    assert main(["render", file, "--for", "revealjs", "-o", "x.html"]) == 0
    assert "<iframe data-src=x.html" in capsys.readouterr().err
    assert main(["render", file, "--for", "revealjs", "-o", "x.html", "--size", "64x64"]) == 2
    assert "leave out size" in capsys.readouterr().err


def test_posters_stand_beside_the_file(file, capsys):
    assert main(["render", file, "-o", "sub/x.png", "--poster", "--size", "96x64"]) == 0
    assert capsys.readouterr().out.split() == ["sub/x.png", "sub/x-first.png", "sub/x-last.png"]


def test_an_unknown_destination_is_met_with_the_one_that_was_meant():
    with pytest.raises(InvalidInput, match="did you mean 'github'"):
        destination("githib")
