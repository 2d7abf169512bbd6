"""The page of a scene, opened in Chromium."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from matplotlib.colors import to_rgb

from animopt import Scene, player

COUNT = """([panel, color]) => {
  const canvas = document.querySelectorAll(`[data-panel="${panel}"] canvas`)[1];
  const bytes = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
  let found = 0;
  for (let i = 0; i < bytes.length; i += 4) {
    const off = [0, 1, 2].map((n) => Math.abs(bytes[i + n] - color[n]));
    found += bytes[i + 3] > 250 && Math.max(...off) <= 2;
  }
  return found;
}"""


@cache
def page_of(scene: Scene) -> str:
    return player.page(scene)


@pytest.fixture
def visit(chromium: Any, site: tuple[Path, str]) -> Iterator[Any]:
    """Open the page of a scene; in the end there must have been no error and no other request."""
    folder, address = site
    pages, problems, requests = [], [], []

    def visit(
        width: int = 1280, height: int = 720, *, scene: Scene, file: str = "x.html", **options: Any
    ) -> Any:
        (folder / "x.html").write_text(page_of(scene), encoding="utf-8")
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


@pytest.fixture(scope="session")
def painted() -> Callable[..., int]:
    """How many pixels of what moves in a panel have exactly this colour."""

    def painted(page: Any, color: str, panel: str = "contour") -> int:
        return page.evaluate(COUNT, [panel, [round(255 * part) for part in to_rgb(color)]])

    return painted
