"""Chromium, driven by Playwright, on pages served from this machine."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from animopt import Scene, Timeline, optimizers, player, surfaces

FLAGS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

SCENE = Scene(
    surfaces.cubic(),
    {
        "sgd": optimizers.SGD(lr=0.01),
        "momentum": optimizers.Momentum(lr=0.01, momentum=0.9),
        "adam": optimizers.Adam(lr=0.1),
    },
    start=(2, 3),
    steps=60,
    title="Over the edge",
    view="both",
    elev=40,
    azim=-60,
    timeline=Timeline(fps=25, speed={0: 0.5, 10: 1, 30: 3}),
)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """Chromium for one file: Playwright runs an event loop, which no other test may meet."""
    api = pytest.importorskip(
        "playwright.sync_api", reason="the Python package playwright is missing"
    )
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("the Debian package chromium is missing")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture
def site(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """A folder, and the address at which a browser finds it."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(tmp_path)))
    server.daemon_threads = True
    Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield tmp_path, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="session")
def scene() -> Scene:
    return SCENE


@pytest.fixture(scope="session")
def page_text() -> str:
    return player.page(SCENE)


@pytest.fixture
def visit(chromium: Any, site: tuple[Path, str], page_text: str) -> Iterator[Any]:
    """Open the player; in the end there must have been no error and no further request."""
    folder, address = site
    (folder / "x.html").write_text(page_text, encoding="utf-8")
    pages, problems, requests = [], [], []

    def visit(width: int = 1280, height: int = 720, file: str = "x.html", **options: Any) -> Any:
        options.setdefault("reduced_motion", "reduce")
        page = chromium.new_page(viewport={"width": width, "height": height}, **options)
        pages.append(page)
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", lambda line: line.type == "error" and problems.append(line.text))
        page.on("request", lambda request: requests.append(request.url))
        page.goto(f"{address}/{file}")
        return page

    yield visit
    for page in pages:
        page.close()
    assert problems == []
    assert {url.removeprefix(address) for url in requests} <= {"/x.html", "/deck.html", "data:,"}
