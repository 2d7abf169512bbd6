"""Inline display of a Scene, a Simulation and an animation: one animated PNG."""

from __future__ import annotations

import base64
import io
import re
import subprocess
import sys
from html import unescape

import numpy as np
import pytest
from PIL import Image, ImageSequence

from animopt import (
    ContourAnimation,
    ExportError,
    InvalidInput,
    Scene,
    animate,
    explore,
    export,
    notebook,
    optimizers,
    simulate,
    surfaces,
)
from animopt.progress.cell import Bar, progress_bar

SCENE = Scene(
    surfaces.bowl(), [optimizers.SGD(lr=0.1)], start=(3, 4), steps=9, size=(160, 120), title="Bowl"
)
SHOWN = [SCENE, simulate(SCENE), ContourAnimation(SCENE)]


@pytest.mark.parametrize("shown", SHOWN, ids=lambda shown: type(shown).__name__)
def test_it_is_an_animated_png_with_every_picture(shown):
    bundle, about = shown._repr_mimebundle_()
    assert set(bundle) == {"image/png", "text/plain"}
    picture = Image.open(io.BytesIO(bundle["image/png"]))
    assert (picture.format, picture.size) == ("PNG", (160, 120))
    # Pillow counts the default image too.
    assert (picture.default_image, picture.n_frames) == (True, 11)
    assert about == {
        "image/png": {
            "alt": "Bowl: 1 optimizer descends the surface bowl from (3, 4) in 9 steps: SGD lr=0.1 "
            "has loss 0.45."
        }
    }
    assert bundle["text/plain"] == "Bowl: SGD lr=0.1; 9 steps, 10 pictures, 1.4 s"


@pytest.mark.parametrize("theme", ["light", "transparent"])
def test_what_shows_where_nothing_moves_is_the_last_picture(theme, tmp_path):
    film = animate.animation(SCENE.replace(theme=theme))
    path = tmp_path / "x.png"
    path.write_bytes(film._repr_mimebundle_()[0]["image/png"])
    with Image.open(path) as image:
        frames = [np.array(frame.convert("RGBA"), float) for frame in ImageSequence.Iterator(image)]
    default, *shown = frames
    exact = film.draw(9)
    assert np.abs(default - exact).mean() < 3
    # The pictures themselves are as they are in a file.
    film.save(tmp_path / "y.png", quality="draft")
    with Image.open(tmp_path / "y.png") as image:
        filed = [np.array(frame.convert("RGBA"), float) for frame in ImageSequence.Iterator(image)]
    assert np.array_equal(shown, filed)


def test_the_page_is_shown_in_place(monkeypatch):
    display = pytest.importorskip("IPython.display", reason="the package ipython is missing")
    shown = []
    monkeypatch.setattr(display, "display", lambda *what, **how: shown.append((what, how)))
    SCENE.show(interactive=True, view="surface")
    (((data,), how),) = shown
    assert list(data) == ["text/html", "image/png", "text/plain"]
    pattern = (
        '<iframe srcdoc="([^"]*)" title="([^"]*)" style="[^"]*"></iframe>'
        "<style>iframe ~ .animopt-still { display: none !important }</style>"
        '<img class="animopt-still" src="data:image/png'
    )
    frame = re.match(pattern, data["text/html"])
    assert unescape(frame[1]).startswith("<!doctype html>")
    assert unescape(frame[2]) == how["metadata"]["image/png"]["alt"]
    assert Image.open(io.BytesIO(data["image/png"])).size == (160, 120)
    with pytest.raises(InvalidInput, match=r"drawn by the browser .*; leave out size"):
        SCENE.show(interactive=True, size=(100, 100))


def test_the_page_below_a_cell_has_what_varies(monkeypatch):
    display = pytest.importorskip("IPython.display", reason="the package ipython is missing")
    shown = []
    monkeypatch.setattr(display, "display", lambda *what, **how: shown.append(what[0]))
    label = SCENE.optimizers[0].label
    for vary in (None, {f"{label}.lr": "0.01..0.1:4"}):
        SCENE.show(interactive=True, vary=vary)
    plain, varied = (len(data["text/html"]) for data in shown)
    assert varied > plain
    assert shown[0]["image/png"] == shown[1]["image/png"]
    with pytest.raises(InvalidInput, match="give interactive=True too"):
        SCENE.show(vary={"lr": "0.1..1"})
    with pytest.raises(InvalidInput, match=r"explore\(vary=...\): it has a slider"):
        explore(SCENE, vary={"lr": "0.1..1"})


def test_it_plays_for_ever_and_for_its_time(tmp_path):
    path = tmp_path / "x.png"
    path.write_bytes(SCENE._repr_mimebundle_()[0]["image/png"])
    about = export.info(path)
    seconds = sum(seconds for _, seconds in animate.animation(SCENE).pictures)
    assert about.loops == 0
    assert about.duration == pytest.approx(seconds, abs=0.002)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_lit_surface_has_no_bands(theme):
    scene = SCENE.replace(view="surface", theme=theme, size=(640, 480), steps=2)
    shown = Image.open(io.BytesIO(scene._repr_mimebundle_()[0]["image/png"])).convert("RGB")
    off = np.abs(np.asarray(shown).astype(int) - animate.animation(scene).draw(2)[..., :3])
    # Of 64 colours, steps of eight and more would be seen where the shade changes by one.
    assert len(shown.getcolors(1000)) > 100
    assert off.mean() < 0.4
    assert np.quantile(off.max(axis=-1), 0.99) <= 5


@pytest.mark.parametrize("call", [notebook.explore, notebook.show])
def test_only_a_scene_is_shown_and_explored(call):
    with pytest.raises(InvalidInput, match=rf"{call.__name__}\(.*\): give a Scene, got Surface"):
        call(surfaces.bowl())


@pytest.mark.parametrize("shown", SHOWN, ids=lambda shown: type(shown).__name__)
def test_there_is_one_display(monkeypatch, shown):
    """IPython asks for every representation; only the bundle answers."""
    ipython = pytest.importorskip("IPython", reason="the package ipython is missing")
    monkeypatch.setattr(ipython, "get_ipython", object)
    data, _ = ipython.core.formatters.DisplayFormatter().format(shown)
    assert set(data) == {"image/png", "text/plain"}


@pytest.mark.parametrize("shown", SHOWN, ids=lambda shown: type(shown).__name__)
def test_a_tool_that_asks_for_html_has_the_same_picture(shown):
    bundle, about = shown._repr_mimebundle_()
    found = re.fullmatch('<img src="data:image/png;base64,(.*)" alt="(.*)">', shown._repr_html_())
    assert base64.b64decode(found[1]) == bundle["image/png"]
    assert unescape(found[2]) == about["image/png"]["alt"]


def test_no_pyplot_is_involved():
    code = (
        "import sys; from animopt import Scene, optimizers, surfaces\n"
        "scene = Scene(surfaces.bowl(), [optimizers.SGD(lr=0.1)], (3, 4), 2, size=(96, 80))\n"
        "scene._repr_mimebundle_(); print('matplotlib.pyplot' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (run.stdout, run.stderr) == ("False\n", "")


def test_show_displays_once_with_the_options_asked_for(monkeypatch):
    display = pytest.importorskip("IPython.display", reason="the package ipython is missing")
    shown = []
    monkeypatch.setattr(display, "display", lambda *what, **how: shown.append((what, how)))
    assert SCENE.show(view="surface", size=(200, 160)) is None
    (((bundle,), how),) = shown
    assert how["raw"]
    assert how["metadata"]["image/png"]["alt"].startswith("Bowl: ")
    assert Image.open(io.BytesIO(bundle["image/png"])).size == (200, 160)


def test_show_refuses_an_unknown_option():
    with pytest.raises(TypeError, match=r"show\(\) has no setting 'veiw'; did you mean 'view'\?"):
        SCENE.show(veiw="surface")


def test_show_outside_a_notebook_says_what_to_do(monkeypatch):
    monkeypatch.setitem(sys.modules, "IPython", None)
    monkeypatch.setitem(sys.modules, "IPython.display", None)
    with pytest.raises(ExportError, match=r"write a file with render\(scene, 'x.gif'\)"):
        SCENE.show()


@pytest.mark.parametrize("package", ["ipywidgets", "anywidget"])
def test_explore_without_its_packages_names_the_extra(monkeypatch, package):
    for module in ("sliders", "clickable"):
        monkeypatch.delitem(sys.modules, f"animopt.notebook.{module}", raising=False)
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(ExportError, match=rf"needs {package}: pip install 'animopt\[jupyter\]'"):
        notebook.explore(SCENE)


def test_there_is_no_bar_outside_a_notebook(capsys):
    with progress_bar() as progress:
        progress.update("rendering", 1, 2)
    assert capsys.readouterr() == ("", "")


def test_a_bar_comes_when_it_takes_long_and_goes_at_the_end(monkeypatch):
    display = pytest.importorskip("IPython.display", reason="the package ipython is missing")
    shown, now = [], [0.0]

    class Handle:
        def update(self, what, raw):
            shown.append(what["text/html"])

    def show(what, raw, display_id):
        shown.append(what["text/html"])
        return Handle()

    monkeypatch.setattr(display, "display", show)
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    bar = Bar()
    for done, now[0] in enumerate([0.5, 1.1, 1.2, 1.4]):
        bar.update("rendering <x>", done, 4)
    bar.close()
    assert [text.rpartition("> ")[2] for text in shown] == [
        "rendering &lt;x&gt;: 1/4",
        "rendering &lt;x&gt;: 3/4",
        "",
    ]
