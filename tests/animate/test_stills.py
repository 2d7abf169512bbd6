"""Stills: what each kind shows, in files that are what they claim to be."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
import zlib

import numpy as np
import pytest
from matplotlib.contour import ContourSet
from PIL import Image

from animopt import InvalidInput, Scene, Timeline, optimizers, simulate, surfaces
from animopt.animate import animation
from animopt.animate.stills import KINDS, SUFFIXES, lighten, write
from animopt.cli import main
from animopt.picture.table import loss_number
from animopt.scene import load_scenes

LABELS = ["sgd", "adam", "odd / name"]
SVG = "{http://www.w3.org/2000/svg}"


def scene_of(**settings):
    return Scene(
        surfaces.saddle(),
        dict(zip(LABELS, [optimizers.SGD(lr=0.1), optimizers.Adam(), optimizers.RMSprop()],
                 strict=True)),
        start=(1e-3, 0.5),
        steps=8,
        size=(320, 240),
        title="A title",
        **settings,
    )  # fmt: skip


def stills(kind, simulation):
    return KINDS[kind](simulation, simulation.scene.look)


@pytest.fixture(scope="module")
def simulation():
    return simulate(scene_of())


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_in_every_format_is_the_same_on_a_second_run(kind, suffix, simulation, tmp_path):
    first = write(simulation, tmp_path / "a" / f"x{suffix}", kind)
    again = write(simulation, tmp_path / "b" / f"x{suffix}", kind)
    assert [path.name for path in first] == [path.name for path in again]
    for one, two in zip(first, again, strict=True):
        assert one.read_bytes() == two.read_bytes()


def test_paths_is_the_last_picture_of_the_animation_if_asked(simulation, tmp_path):
    (path,) = write(simulation, tmp_path / "x.png", moving=True)
    with Image.open(path) as image:
        np.testing.assert_array_equal(
            np.asarray(image.convert("RGBA")), animation(simulation).draw(8)
        )


def test_on_paper_no_clock_runs(tmp_path):
    fast = simulate(scene_of(timeline=Timeline(speed=3)))
    (still,) = stills("paths", fast)
    plain = animation(simulate(scene_of())).draw(8)
    still.figure.canvas.draw()
    np.testing.assert_array_equal(np.asarray(still.figure.canvas.buffer_rgba()), plain)


def test_pages_are_one_for_each_optimizer_in_its_own_colour(simulation, tmp_path):
    written = write(simulation, tmp_path / "x.png", "pages")
    assert [path.name for path in written] == ["x-sgd.png", "x-adam.png", "x-odd-name.png"]
    whole = animation(simulation)
    for path, color in zip(written, whole.colors, strict=False):
        with Image.open(path) as image:
            pixels = np.asarray(image.convert("RGB")).reshape(-1, 3)
        for other in whole.colors[:3]:
            rgb = list(bytes.fromhex(other[1:]))
            assert (pixels == rgb).all(axis=1).any() == (other == color)


def test_labels_too_long_for_a_file_name_give_each_page_a_file(tmp_path):
    runs = {"ü" * 300: optimizers.SGD(lr=0.1), "ü" * 301: optimizers.SGD(lr=0.2)}
    scene = Scene(surfaces.bowl(), runs, (3, 4), 3, size=(160, 120))
    paths = write(simulate(scene), tmp_path / "x.png", "pages")
    assert sorted(paths) == sorted(tmp_path.iterdir())
    assert len(paths) == 2


def test_a_pdf_holds_all_pages(simulation, tmp_path):
    (path,) = write(simulation, tmp_path / "x.pdf", "pages")
    assert len(re.findall(rb"/Type /Page\b", path.read_bytes())) == len(LABELS)


def test_losses_show_every_optimizer_and_multiples_name_them_all(simulation):
    (losses,) = stills("losses", simulation)
    assert len(losses.figure.axes) == 1
    (multiples,) = stills("multiples", simulation)
    titles = [axes.get_title(loc="left") for axes in multiples.figure.axes]
    assert [title.partition(",")[0] for title in titles] == LABELS


def test_multiples_say_which_run_diverged():
    runs = {"fast": optimizers.SGD(lr=3.0), "slow": optimizers.SGD(lr=0.01)}
    scene = Scene(surfaces.cubic(), runs, (2, 3), 60, size=(320, 240))
    (still,) = stills("multiples", simulate(scene))
    fast, slow = (axes.get_title(loc="left") for axes in still.figure.axes)
    assert fast.startswith("fast, diverged at step")
    assert slow.startswith("slow, loss")


@pytest.mark.parametrize("size", [(640, 300), (1280, 600), (400, 800)])
def test_multiples_cut_the_label_but_never_the_outcome(size):
    lengths = {0.01: 1, 0.1: 30, 9: 200}
    runs = {f"{n} {'long ' * n}": optimizers.SGD(lr=lr) for lr, n in lengths.items()}
    scene = Scene(surfaces.easom(), runs, (4, 3), 20, size=size)
    simulation = simulate(scene)
    (still,) = stills("multiples", simulation)
    for run, axes in zip(simulation, still.figure.axes, strict=True):
        title = axes.get_title(loc="left")
        assert title.startswith(run.label[:2])
        assert title.endswith(f"loss {loss_number(float(run.losses[0, -1]))}")
        assert "-" not in title


@pytest.mark.parametrize("name", ["sphere", "ring"])
def test_contours_of_a_vector_file_go_by_few_points_and_look_the_same(name):
    scene = load_scenes(f"scenes/{name}.py")["scene"]
    movie = animation(scene.replace(steps=20, size=(640, 480)))
    before = movie.draw(20).astype(int)
    contours = movie.figure.findobj(ContourSet)
    many = sum(len(path) for each in contours for path in each.get_paths())
    lighten(movie.figure)
    few = sum(len(path) for each in contours for path in each.get_paths())
    assert 100 < few < many / 4
    off = np.abs(movie.draw(20) - before).max(axis=-1)
    assert 0 < off.max() <= 32
    assert (off > 8).mean() < 1e-3


@pytest.mark.parametrize("view", ["contour", "surface"])
def test_an_svg_is_drawn_in_lines_and_letters(view, tmp_path):
    simulation = simulate(scene_of(view=view))
    (path,) = write(simulation, tmp_path / "x.svg")
    root = ElementTree.parse(path).getroot()
    # Only the shaded surface is an image; its triangles would take tens of megabytes.
    assert len(list(root.iter(f"{SVG}image"))) == (1 if view == "surface" else 0)
    assert path.stat().st_size < 700_000
    drawn = "".join(path.get("style", "") for path in root.iter(f"{SVG}path"))
    for color in animation(simulation).colors[:3]:
        assert f"stroke: {color}" in drawn
    written = path.read_text()
    for text in ("sgd", "adam", "A title"):
        assert f"<!-- {text} -->" in written


def test_the_letters_of_a_pdf_are_letters(simulation, tmp_path):
    (path,) = write(simulation, tmp_path / "x.pdf")
    streams = re.findall(rb"stream\r?\n(.*?)endstream", path.read_bytes(), re.S)
    content = b"".join(unpacked(stream) for stream in streams)
    # A text is set in runs of letters with the kerning between them.
    set_texts = re.findall(rb"\[ ((?:\([^)]*\) [-.\d]* ?)+)\] TJ", content)
    texts = {b"".join(re.findall(rb"\(([^)]*)\)", text)) for text in set_texts}
    assert {b"sgd", b"adam"} <= texts
    assert b"/Subtype /Image" not in path.read_bytes()


def unpacked(stream):
    try:
        return zlib.decompress(stream)
    except zlib.error:
        return b""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.py").write_text(
        "from animopt import Scene, surfaces\nfrom animopt.optimizers import SGD\n"
        "scene = Scene(surfaces.bowl(), [SGD(lr=0.1)], (1, 1), 3, size=(160, 120))\n"
    )
    return tmp_path


def test_the_command_prints_what_it_wrote(folder, capsys):
    assert main(["plot", "mine.py", "--kind", "losses"]) == 0
    assert main(["plot", "mine.py", "-o", "{file}.svg", "-o", "x.pdf", "--theme", "print"]) == 0
    assert capsys.readouterr().out.split() == ["output/mine-losses.png", "mine.svg", "x.pdf"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--kind", "path"], "did you mean 'paths'"),
        (["-o", "x.gif"], "unknown suffix '.gif'"),
        (["-o", "x.svg", "-o", "./x.svg"], "would be written twice"),
    ],
)
def test_a_wrong_command_writes_nothing(arguments, said, folder, capsys):
    assert main(["plot", "mine.py", *arguments]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert said in err
    assert [path.name for path in folder.iterdir()] == ["mine.py"]


def test_a_still_may_be_in_another_look_than_the_scene_s(simulation, tmp_path):
    dark = simulation.scene.look.replace(theme="dark", size=(200, 160))
    (path,) = write(simulation, tmp_path / "x.png", look=dark, moving=True)
    with Image.open(path) as image:
        frame = np.asarray(image.convert("RGBA"))
    np.testing.assert_array_equal(frame, animation(simulation, dark).draw(8))
    assert not np.array_equal(frame[0, 0], animation(simulation).draw(8)[0, 0])


def test_an_unknown_kind_is_refused(simulation, tmp_path):
    with pytest.raises(InvalidInput, match="is unknown"):
        write(simulation, tmp_path / "x.png", "none")


@pytest.mark.parametrize("kind", ["pages", "multiples"])
def test_long_texts_and_strange_letters_stay_on_the_paper(kind):
    long = "損失 " + "very long " * 30
    named = {f"{i} {long}": optimizers.SGD(lr=0.1 * i) for i in (1, 2, 3)}
    scene = scene_of().replace(title=long, optimizers=named)
    for still in stills(kind, simulate(scene)):
        figure = still.figure
        figure.canvas.draw()
        width = figure.canvas.get_width_height()[0]
        texts = [*figure.texts, *(axes._left_title for axes in figure.axes)]
        ends = [text.get_window_extent().x1 for text in texts]
        assert max(ends) <= width
        assert any(text.get_text().endswith("…") for text in texts)
