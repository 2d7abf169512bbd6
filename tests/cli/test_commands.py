"""The other commands, report, list, info and new, and what all commands share."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import animopt as package
from animopt import Scene, optimizers, render, surfaces
from animopt.scene import load_scenes


def test_a_report_has_a_row_for_each_optimizer(animopt):
    status, out, err = animopt("report", "good.py", "--format", "csv", "--tolerance", "10")
    assert (status, err) == (0, "")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert [row["label"] for row in rows] == ["sgd", "adam"]
    # On x^2 + y^2 plain descent with lr 0.1 multiplies the point by 0.8, so the loss by 0.64.
    assert float(rows[0]["final_loss"]) == pytest.approx(25 * 0.64**6, rel=1e-12)
    assert rows[0]["first_below"] == rows[0]["stays_below"] == "3"
    assert rows[0]["ending"] == "finished"
    assert float(rows[0]["seconds"]) >= 0


def test_a_report_is_the_same_twice_but_for_the_seconds(animopt):
    once, twice = (
        animopt("report", "good.py", "--format", "json", "--no-seconds").out for _ in range(2)
    )
    assert once == twice
    assert all("seconds" not in row for row in json.loads(once))


def test_a_report_of_several_scenes_names_them(animopt):
    rows = json.loads(animopt("report", "good.py", "two.py", "--format", "json").out)
    assert [row["scene"] for row in rows[::2]] == ["good", "two-scene", "two-other"]


def test_a_report_takes_settings(animopt):
    out = animopt("report", "good.py", "--format", "csv", "--set", "sgd.lr=0.5").out
    assert float(next(csv.DictReader(io.StringIO(out)))["final_loss"]) == 0


@pytest.mark.parametrize("form", ["table", "markdown"])
def test_a_report_can_be_read(animopt, form):
    out = animopt("report", "good.py", "--format", form).out
    assert "final loss" in out.splitlines()[0]
    assert "\x1b" not in out
    assert sum("sgd" in line or "adam" in line for line in out.splitlines()) == 2


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        ("optimizers", list(optimizers.catalogue())),
        ("surfaces", list(surfaces.catalogue())),
        ("formats", ["gif", "apng", "mp4", "webm", "html"]),
    ],
)
def test_list_names_every_member_on_a_line_of_its_own(animopt, kind, names):
    status, out, err = animopt("list", kind)
    assert (status, err) == (0, "")
    assert [line.split()[0] for line in out.splitlines()[1:]] == names
    entries = json.loads(animopt("list", kind, "--format", "json").out)
    assert [entry["name"] for entry in entries] == names
    assert all(all(text != "" for text in entry.values()) for entry in entries)


def test_list_says_rule_settings_and_source(animopt):
    entries = json.loads(animopt("list", "optimizers", "--format", "json").out)
    adam = next(entry for entry in entries if entry["name"] == "Adam")
    assert "x <- x - lr" in adam["rule"]
    assert adam["settings"]["beta1"] == 0.9
    assert adam["source"].startswith("Kingma and Ba")


def test_info_says_what_a_file_holds(animopt):
    animopt("render", "good.py", "-o", "x.gif", "--loop", "1")
    status, out, err = animopt("info", "x.gif")
    assert (status, err) == (0, "")
    assert out.startswith("x.gif: 96x80 pixels, 7 frames, 1.28 s, plays once, ")
    assert f"Software: animopt {package.__version__}\n" in out


def test_new_writes_a_scene_that_renders(animopt, folder):
    status, out, err = animopt("new", "scenes/mine.py")
    assert (status, out) == (0, "scenes/mine.py\n")
    assert "animopt render scenes/mine.py" in err
    assert list(load_scenes(folder / "scenes" / "mine.py")) == ["scene"]
    assert animopt("render", "scenes/mine.py", "--size", "96x80", "-q", "draft").status == 0


def test_new_finds_the_home_folder_and_quotes_its_command(animopt, folder, monkeypatch):
    monkeypatch.setenv("HOME", str(folder / "my home"))
    status, out, err = animopt("new", "~/q.py")
    written = folder / "my home" / "q.py"
    assert (status, out) == (0, f"{written}\n")
    assert written.is_file()
    assert not (folder / "~").exists()
    assert f"animopt render '{written}'" in err


def test_new_writes_its_scene_whole_or_not_at_all(animopt, folder, monkeypatch):
    def full(path, data):
        path.touch()
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    status, out, err = animopt("new", "mine.py")
    assert (status, out) == (1, "")
    assert err == "animopt: cannot write mine.py: No space left on device\n"
    assert sorted(path.name for path in folder.iterdir()) == ["good.py", "two.py"]


def test_help_and_version(animopt):
    assert animopt("--version").out == f"animopt {package.__version__}\n"
    for command in ((), ("render",), ("report",), ("list",), ("info",), ("new",)):
        status, out, err = animopt(*command, "--help")
        assert (status, err) == (0, "")
        assert "Usage: animopt" in out


@pytest.mark.parametrize("arguments", [["--help"], ["--version"]])
def test_help_and_version_need_nothing_heavy(arguments):
    report = (
        "import sys; from animopt.cli import main; main(sys.argv[1:]); "
        "print(*{name.partition('.')[0] for name in sys.modules}, file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", report, *arguments], capture_output=True, text=True, check=True
    )
    assert "typer" in done.stderr.split()
    assert not {"numpy", "matplotlib", "PIL", "pydantic"} & set(done.stderr.split())


@pytest.mark.parametrize("arguments", ["list surfaces", "list optimizers", "list formats", "info"])
def test_lists_and_facts_need_no_matplotlib(tmp_path, arguments):
    files = []
    if arguments == "info":
        scene = Scene(surfaces.bowl(), optimizers.SGD(lr=0.1), (3, 4), 2, size=(96, 80))
        files = [
            render(scene, tmp_path / f"x.{suffix}")
            for suffix in ("gif", "png", "mp4", "webm", "html")
        ]
    report = (
        "import sys; from animopt.cli import main; status = main(sys.argv[1:]); "
        "print(*{name.partition('.')[0] for name in sys.modules}, file=sys.stderr); "
        "sys.exit(status)"
    )
    done = subprocess.run(
        [sys.executable, "-c", report, *arguments.split(), *files], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert "matplotlib" not in done.stderr.split()


def test_a_command_leaves_out_docstrings_of_artists_and_a_program_does_not(tmp_path):
    scene = Path("scenes/sphere.py").resolve()
    command = f"from animopt.cli import main; main(['plot', {str(scene)!r}, '-o', 'a.png'])"
    program = "import animopt.animate"
    report = "from matplotlib.lines import Line2D; print(bool(Line2D.set.__doc__), file=sys.stderr)"
    told = [
        subprocess.run(
            [sys.executable, "-c", f"import sys; {does}; {report}"],
            capture_output=True, text=True, cwd=tmp_path, check=True,
        ).stderr.split()[-1] for does in (command, program)
    ]  # fmt: skip
    assert told == ["False", "True"]


def test_python_m_animopt_is_the_same_command():
    done = subprocess.run(
        [sys.executable, "-m", "animopt", "list", "nothing"], capture_output=True, text=True
    )
    assert done.returncode == 2
    assert done.stderr.startswith("animopt: list 'nothing' is unknown; choose from formats, ")


COMMAND = [sys.executable, "-m", "animopt"]


@pytest.mark.parametrize("command", ["list optimizers", "report good.py", "list surfaces"])
def test_letters_that_a_stream_cannot_encode_are_replaced(folder, command):
    done = subprocess.run(
        [*COMMAND, *command.split()],
        capture_output=True,
        cwd=folder,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.isascii()


@pytest.mark.parametrize(
    ("command", "closed"),
    [("list formats", 1), ("render good.py -o x.gif", 2), ("list none", 2)],
)
def test_a_closed_stream_changes_nothing_else(folder, command, closed):
    done = subprocess.run(
        ["sh", "-c", f'exec "$0" "$@" {closed}>&-', *COMMAND, *command.split()],
        capture_output=True,
        cwd=folder,
    )
    assert done.returncode == (2 if command == "list none" else 0)
    assert done.stderr == b""
    assert done.stdout == (b"x.gif\n" if command.startswith("render") else b"")


def plain(text):
    return re.sub("\x1b\\[[0-9;]*m", "", text)


@pytest.mark.parametrize("width", [200, 80, 40])
def test_a_report_on_a_terminal_leaves_out_columns_but_cuts_nothing(animopt, monkeypatch, width):
    wide = animopt("report", "good.py", "--format", "csv").out
    (header, *rows) = [line.split(",") for line in wide.splitlines()]
    label, loss = header.index("label"), header.index("final_loss")
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    status, out, err = animopt("report", "good.py")
    out = plain(out)
    assert status == 0
    assert max(map(len, out.splitlines())) <= width
    assert "…" not in out
    for row in rows:
        assert re.search(rf"^ *{row[label]} +{float(row[loss]):.4g} .* finished\b", out, re.M)
    shown = len(next(line for line in out.splitlines() if "sgd" in line).split())
    assert (err == "") == (width == 200)
    assert ("values" in err) == ("per step, here" in err) == (width < 200)
    assert shown == {200: 12, 80: 7, 40: 4}[width]


@pytest.mark.parametrize("width", [100, 80, 60])
def test_a_list_on_a_narrow_terminal_is_folded_and_cuts_nothing(animopt, monkeypatch, width):
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    status, out, err = animopt("list", "optimizers")
    assert (status, err) == (0, "")
    assert "…" not in out
    assert all(re.search(rf"^ +{name} ", plain(out), re.M) for name in optimizers.catalogue())
    assert max(map(len, plain(out).splitlines())) <= width
    heading, _, *lines = [line for line in plain(out).splitlines() if line.strip()]
    last = heading.index("source")
    entries = json.loads(animopt("list", "optimizers", "--format", "json").out)
    sources = "".join(entry["source"] or "" for entry in entries)
    assert "".join(line[last:] for line in lines).replace(" ", "") == sources.replace(" ", "")


def test_a_report_says_what_below_means_where_no_minimum_is_known(animopt, folder):
    text = (folder / "good.py").read_text().replace("surfaces.bowl()", "surfaces.saddle()")
    (folder / "open.py").write_text(text)
    assert animopt("report", "good.py").err == ""
    assert animopt("report", "open.py", "--tolerance", "0.5").err == (
        "animopt: open: surface 'saddle' has no known minimum, so a loss < 0.5 counts as arrived\n"
    )
