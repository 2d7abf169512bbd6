"""animopt render: paths on stdout, the rest on stderr, and files as requested."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
import typer
from PIL import Image

from animopt import export


@pytest.fixture
def opened(monkeypatch) -> list[str]:
    """The paths that would be opened in a viewer."""
    paths: list[str] = []
    monkeypatch.setattr(typer, "launch", paths.append)
    return paths


def test_a_scene_goes_to_the_output_folder(animopt, folder, opened):
    status, out, err = animopt("render", "good.py")
    assert (status, out) == (0, "output/good.gif\n")
    with Image.open(folder / "output" / "good.gif") as image:
        assert image.size == (96, 80)
        assert image.n_frames == 7
    assert err.splitlines()[-1].startswith(
        "output/good.gif: 96x80 pixels, 7 frames, 1.28 s, plays for ever, "
    )
    assert opened == []


def test_the_scenes_of_a_file_go_to_files_of_their_own(animopt):
    assert animopt("render", "two.py").out == "output/two-scene.gif\noutput/two-other.gif\n"
    assert animopt("render", "two.py", "--scene", "other").out == "output/two-other.gif\n"


def test_several_files_and_formats(animopt, folder):
    outputs = ("-o", "new/{file}-{name}.gif", "-o", "new/{file}-{name}.png")
    status, out, _ = animopt("render", "good.py", "two.py", *outputs)
    written = [
        f"new/{stem}.{suffix}"
        for stem in ("good-scene", "two-scene", "two-other")
        for suffix in ("gif", "png")
    ]
    assert (status, out.split()) == (0, written)
    assert sorted(path.name for path in (folder / "new").iterdir()) == sorted(
        path.removeprefix("new/") for path in written
    )


def test_colours_and_markers_by_label_reach_film_and_still(animopt, folder):
    color, marker = ("--color", "adam=#cc0000"), ("--marker", "sgd=s", "--marker", "adam=^")
    for command in ("render", "plot"):
        last = {}
        for name, chosen in {"usual": (), "color": color, "marker": marker}.items():
            words = ("-o", f"{name}.png", "--size", "300x240", *chosen)
            assert animopt(command, "good.py", *words).status == 0
            with Image.open(folder / f"{name}.png") as image:
                image.seek(getattr(image, "n_frames", 1) - 1)
                last[name] = np.asarray(image.convert("RGB"))
        red = {name: (last[name] == (0xCC, 0, 0)).all(axis=-1).any() for name in last}
        assert red == {"usual": False, "color": True, "marker": False}
        assert not np.array_equal(last["usual"], last["marker"])


def test_flags_reach_the_file(animopt):
    flags = "--view surface --size 128x96 --fps 10 --hold 2 --loop 3 -q draft --dpi 40"
    assert animopt("render", "good.py", "-o", "x.gif", *flags.split()).status == 0
    about = export.info("x.gif")
    assert (about.width, about.height, about.frames, about.loops) == (128, 96, 7, 3)
    assert about.duration == pytest.approx(7 / 10 + 2, abs=0.01)


@pytest.mark.parametrize("flags", ["", "--warp", "--no-warp"])
def test_a_duration_may_name_its_unit_and_is_met(animopt, flags):
    animopt("render", "good.py", "-o", "x.gif", "--duration", "3.5s", *flags.split())
    assert export.info("x.gif").duration == pytest.approx(3.5, abs=0.01)


def test_a_duration_warps_time_unless_told_otherwise(animopt):
    for name, flags in {"plain": "", "warp": "--warp", "even": "--no-warp"}.items():
        animopt("render", "good.py", "-o", f"{name}.gif", "--duration", "3s", *flags.split())
    plain, warped, even = (Path(f"{n}.gif").read_bytes() for n in ("plain", "warp", "even"))
    assert plain == warped != even


def test_a_speedup_reaches_the_file(animopt):
    animopt("render", "good.py", "-o", "fast.gif", "--speedup", "2", "--after", "2")
    assert export.info("fast.gif").frames == 5  # steps 0, 1, 2, 4 and 6


def test_set_changes_the_picture(animopt, folder):
    animopt("render", "good.py", "-o", "a.png")
    animopt("render", "good.py", "-o", "b.png", "--set", "sgd.lr=0.4")
    animopt("render", "good.py", "-o", "c.png", "--set", "sgd.lr=0.1")
    a, b, c = ((folder / f"{name}.png").read_bytes() for name in "abc")
    assert a != b
    assert a == c


def test_what_a_scene_prints_is_not_taken_for_a_path(animopt, folder):
    talk = "print('loading')\n"
    (folder / "good.py").write_text(talk + (folder / "good.py").read_text())
    status, out, err = animopt("render", "good.py")
    assert (status, out) == (0, "output/good.gif\n")
    assert "loading\n" in err


def test_open_shows_what_was_written(animopt, opened):
    animopt("render", "good.py", "-o", "x.gif", "-o", "x.png", "--open")
    assert opened == ["x.gif", "x.png"]


def test_without_a_terminal_progress_is_plain_lines(animopt):
    err = animopt("render", "good.py").err
    assert "rendering output/good.gif: 0 % of 7 frames\n" in err
    assert "rendering output/good.gif: 100 % of 7 frames\n" in err
    assert "\x1b" not in err
    assert "\r" not in err


def test_on_a_terminal_there_is_a_bar_that_goes_away(animopt, monkeypatch):
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    status, out, err = animopt("render", "good.py", "-o", "x.gif")
    assert (status, out) == (0, "x.gif\n")
    assert "7/7" in err
    assert "left" in err
    assert err.rpartition("\x1b[2K")[2].startswith("x.gif: 96x80 pixels")


def test_a_failure_while_running_is_one_sentence_and_status_1(animopt, folder, monkeypatch):
    def full(*args: object, **options: object) -> None:
        raise OSError(28, "No space left on device", "x.gif")

    monkeypatch.setattr(export, "write_all", full)
    status, out, err = animopt("render", "good.py", "-o", "x.gif")
    assert (status, out) == (1, "")
    assert err == "animopt: [Errno 28] No space left on device: 'x.gif'\n"
    assert not (folder / "x.gif").exists()


def test_an_f_that_raises_while_it_is_drawn_is_reported_with_its_line(animopt, folder):
    # It fails at the edge of the grid, where no run goes, so simulate does not notice.
    (folder / "bad.py").write_text(
        "from animopt import Scene, Surface, optimizers\n"
        "def f(x, y):\n"
        "    assert (abs(x) < 1.9).all(), 'too far'\n"
        "    return x**2 + y**2\n"
        "surface = Surface(f, gradient=lambda x, y: (2 * x, 2 * y))\n"
        "scene = Scene(surface, [optimizers.SGD(lr=0.1)], start=(1, 1), steps=3)\n"
    )
    status, out, err = animopt("render", "bad.py", "-o", "x.gif")
    assert (status, out) == (2, "")
    assert err == "animopt: bad.py, line 3: AssertionError: too far\n"
    assert not (folder / "x.gif").exists()
