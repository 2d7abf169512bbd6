"""A notebook in JupyterLab, in Chromium: what moves moves, and what is saved stays to be seen."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import pytest

nbformat = pytest.importorskip("nbformat", reason="the package nbformat is missing")
pytest.importorskip("jupyterlab", reason="the package jupyterlab is missing")

CELLS = [
    """\
from animopt import Scene, explore, optimizers, surfaces
scene = Scene(
    surfaces.himmelblau(),
    {"SGD": optimizers.SGD(lr=0.01), "Adam": optimizers.Adam(lr=0.3)},
    start=(-0.5, -0.5), steps=40, title="Two ways down", size=(320, 240),
)
scene""",
    "scene.show(interactive=True)",
    "explore(scene)",
]
# Nothing that a user has set, no news, and no list of extensions from the network.
SETTINGS = [
    "--no-browser", "--allow-root", "--ServerApp.ip=127.0.0.1", "--IdentityProvider.token=secret",
    "--LabApp.expose_app_in_browser=True", "--LabApp.extension_manager=readonly",
    "--LabApp.news_url=",
]  # fmt: skip
SECONDS = 60
OPEN = """async ([path, more]) => {
  window.opened = await jupyterapp.commands.execute("docmanager:open", {
    path, factory: "Notebook", ...more });
  jupyterapp.shell.activateById(opened.id);
  await opened.context.sessionContext.ready;
}"""
ALONE = {"shouldStart": False, "shouldReuse": False}
WIDTH = "cell => cell.querySelector('img').naturalWidth"
KERNEL = "opened.context.sessionContext.session?.kernel?.status ?? null"
# The picture that the sliders show.
BYTES = """async () => {
  const image = document.querySelector(".jp-OutputArea img[src^='blob:']");
  const bytes = new Uint8Array(await (await fetch(image.src)).arrayBuffer());
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}"""


def until(page: Any, true: Callable[[], Any], what: str) -> Any:
    """Wait for what takes as long as it takes."""
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        if found := true():
            return found
        page.wait_for_timeout(50)
    pytest.fail(f"it never came true that {what}")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lab")
    cells = [nbformat.v4.new_code_cell(source) for source in CELLS]
    about = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=about), folder / "x.ipynb")
    return folder


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    """JupyterLab on a free port of this machine alone, without the settings of its user."""
    own = {name: str(folder / ".own") for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR")}
    runtime = folder / ".runtime"
    command = [sys.executable, "-m", "jupyterlab", *SETTINGS, f"--ServerApp.root_dir={folder}"]
    with (folder / ".log").open("w") as log:
        server = subprocess.Popen(
            command,
            stdout=log,
            stderr=log,
            env={
                **os.environ, **own, "JUPYTER_RUNTIME_DIR": str(runtime),
                "IPYTHONDIR": str(folder / ".ipython"),
                "PYTHONPATH": str(Path(__file__).parents[2]),
            },
        )  # fmt: skip
    try:
        yield answering(server, runtime, folder / ".log")
    finally:
        server.terminate()
        server.wait(SECONDS)


def answering(server: subprocess.Popen[bytes], runtime: Path, log: Path) -> str:
    """Return where a server answers, as soon as it does."""
    end = time.monotonic() + SECONDS
    while server.poll() is None and time.monotonic() < end:
        with suppress(URLError, ConnectionError, ValueError):
            for told in runtime.glob("jpserver-*.json"):
                url = json.loads(told.read_text())["url"]
                with urlopen(f"{url}api"):
                    return url
        time.sleep(0.05)
    pytest.fail(f"JupyterLab did not start: {log.read_text()[-2000:]}")


@pytest.fixture(scope="module")
def lab(chromium: Any, address: str) -> Iterator[Callable[..., Any]]:
    """Open JupyterLab in a new window."""
    pages, outside = [], []

    def opened() -> Any:
        page = chromium.new_page(viewport={"width": 1280, "height": 2000})
        pages.append(page)
        page.set_default_timeout(1000 * SECONDS)
        page.on("request", lambda request: outside.append(request.url))
        page.goto(f"{address}lab?reset&token=secret")
        page.wait_for_function("window.jupyterapp?.commands.hasCommand('docmanager:open')")
        return page

    yield opened
    for page in pages:
        page.close()
    local = (address, "data:", f"blob:{address}")
    assert [url for url in outside if not url.startswith(local)] == []


@pytest.fixture(scope="module")
def ran(lab: Callable[..., Any]) -> Any:
    """The notebook, with all its cells run, and shown."""
    page = lab()
    page.evaluate(OPEN, ["x.ipynb", {}])
    page.wait_for_function(f"({KERNEL}) === 'idle'")
    page.evaluate("jupyterapp.commands.execute('notebook:run-all-cells')")
    page.wait_for_selector(".widget-slider")
    return page


@pytest.fixture(scope="module")
def saved(ran: Any, folder: Path) -> Path:
    """The notebook as it is saved, when a slider has been moved."""
    moved(ran)
    until(ran, lambda: still(ran) == ran.evaluate(BYTES), "the still is what the sliders show")
    ran.evaluate("jupyterapp.commands.execute('docmanager:save')")
    until(ran, lambda: still(ran) in (folder / "x.ipynb").read_text(), "it is saved")
    return folder / "x.ipynb"


def still(page: Any) -> str:
    """Return the picture, in base 64, that is kept beside the sliders."""
    source = page.locator(".jp-Cell").nth(2).locator("img[src^='data:']").get_attribute("src")
    return re.sub(".*,", "", source)


def moved(page: Any) -> None:
    """Move the step back by one key, and wait until another picture is there."""
    before = page.evaluate(BYTES)
    page.locator(".widget-slider .noUi-handle").first.press("ArrowLeft")
    until(page, lambda: page.evaluate(BYTES) != before, "a slider changes the picture")


def test_a_scene_plays(ran):
    image = ran.locator(".jp-Cell").nth(0).locator("img")
    seen = set()
    until(ran, lambda: seen.add(image.screenshot()) or len(seen) > 3, "the picture changes")


def test_its_page_plays_and_its_still_is_not_seen(ran):
    cell = ran.locator(".jp-Cell").nth(1)
    page = cell.locator("iframe").element_handle().content_frame()
    steps = set()
    until(ran, lambda: steps.add(page.evaluate("animopt.step")) or len(steps) > 3, "it plays")
    page.click("#play")
    page.wait_for_selector("#play[aria-label='Play']")
    assert cell.locator("img").count() == 1
    assert cell.locator("img").is_hidden()


def test_sliders_move_and_their_still_is_not_seen(ran):
    for _ in range(3):
        moved(ran)
    panel = ran.locator(".jp-Cell .widget-vbox .widget-accordion .widget-slider").first
    rate = panel.locator(".widget-readout")
    before = ran.evaluate(BYTES)
    panel.locator(".noUi-handle").press("ArrowRight")
    until(ran, lambda: rate.inner_text() != "0.0100", "its number follows it")
    until(ran, lambda: ran.evaluate(BYTES) != before, "and the picture")
    edge, number = (each.bounding_box() for each in (ran.locator(".widget-accordion"), rate))
    assert number["x"] + number["width"] < edge["x"] + edge["width"]
    images = ran.locator(".jp-Cell").nth(2).locator("img")
    assert sorted(image.is_visible() for image in images.all()) == [False, True]


@pytest.fixture(scope="module")
def again(lab: Callable[..., Any]) -> Any:
    """Another window, later."""
    return lab()


@pytest.mark.parametrize("trusted", [True, False])
def test_a_saved_notebook_shows_pictures_without_a_kernel(again, saved, trusted):
    text = saved.read_text()
    copy = saved.with_name(f"{trusted}.ipynb")
    # A notebook is trusted as long as it is what was saved here.
    copy.write_text(text if trusted else text.replace("Two ways down", "Two Ways Down"))
    again.evaluate(OPEN, [copy.name, {"kernelPreference": ALONE}])
    assert again.evaluate(KERNEL) is None
    cells = again.locator(".jp-NotebookPanel:visible .jp-Cell")
    for index, framed in enumerate([False, trusted, False]):
        cell = cells.nth(index)
        if framed:
            cell.locator("iframe").wait_for(state="visible")
        else:
            cell.locator("img:visible").wait_for()  # the only one
            until(again, lambda c=cell: c.evaluate(WIDTH) == 320, "it is loaded")
        assert cell.locator("iframe").count() == framed
        assert cell.locator("img:visible").count() == 1 - framed
