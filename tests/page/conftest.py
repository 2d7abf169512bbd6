"""The page of a scene, opened in Chromium, and what it says, as arrays again."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib.colors import to_rgb

from animopt import Scene, simulate
from animopt.page import PageFormat
from animopt.page import page as page_with
from animopt.page.preview import Preview
from animopt.picture import Picture, compose

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


def picture_of(scene: Scene) -> Picture:
    return compose(simulate(scene), spare=PageFormat.spare)


@cache
def page_of(scene: Scene) -> str:
    return page_with(picture_of(scene))


def unpacked(text: str) -> tuple[Any, bytes]:
    """Return the data that were packed, and the bytes that they refer to."""
    content = zlib.decompress(base64.b64decode(text, validate=True))
    end = 4 + int.from_bytes(content[:4], "little")
    return json.loads(content[4:end]), content[end:]


def numbers(ref: dict[str, Any], content: bytes) -> Any:
    """Return an array that was packed, (n,) or (n, m), as unpack.js does."""
    at, rows, columns, size = (ref[key] for key in ("$", "rows", "columns", "size"))
    count = rows * max(columns, 1)
    planes = np.frombuffer(content, np.uint8, count * size, at).reshape(size, count)
    codes = np.ascontiguousarray(planes.T).view(f"<u{size}").reshape(max(columns, 1), rows).T
    for _ in range(ref["turns"]):
        codes = np.cumsum(codes, axis=0, dtype=codes.dtype)
    if ref.get("floats"):
        codes = np.ascontiguousarray(codes).view("<f4") + np.array(ref.get("low", 0.0))
    elif "low" in ref:
        most = 256**size - 2
        parts = np.where(codes > most, np.nan, codes.astype(float))
        codes = np.array(ref["low"]) + parts * np.array(ref["width"]) / most
    return codes if columns else codes[:, 0]


def whole(value: Any, content: bytes) -> Any:
    """Return data with the arrays that it refers to in their places."""
    if isinstance(value, dict):
        if "$" in value:
            return numbers(value, content)
        return {key: whole(each, content) for key, each in value.items()}
    return [whole(each, content) for each in value] if isinstance(value, list) else value


@pytest.fixture(scope="session")
def composed() -> Callable[[Scene], Picture]:
    """The picture of a scene, as a page shows it."""
    return picture_of


@pytest.fixture(scope="session")
def told() -> Callable[[str], dict[str, Any]]:
    """What a page draws from."""
    return lambda text: whole(*unpacked(text.split('id="data">')[1].split("<")[0]))


@pytest.fixture
def visit(chromium: Any, site: tuple[Path, str]) -> Iterator[Any]:
    """Open the page of a scene, or a text; there must have been no error and no other request."""
    folder, address = site
    pages, problems, requests = [], [], []

    def visit(
        width: int = 1280, height: int = 720, *, scene: Scene | None = None, text: str = "",
        file: str = "x.html", **options: Any,
    ) -> Any:  # fmt: skip
        (folder / "x.html").write_text(text or page_of(scene), encoding="utf-8")
        options.setdefault("reduced_motion", "reduce")
        page = chromium.new_page(viewport={"width": width, "height": height}, **options)
        pages.append(page)
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", lambda line: line.type == "error" and problems.append(line.text))
        page.on("request", lambda request: requests.append(request.url))
        page.goto(f"{address}/{file}")
        if file == "x.html":
            page.wait_for_selector("#player[data-step]")
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


FILE = """\
from animopt import Scene, optimizers, surfaces
import {helper}
scene = Scene(
    surfaces.bowl(), [optimizers.SGD(lr=0.1)], start=(3, 4), steps=6, title={helper}.TITLE
)
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    helper = f"words_of_{tmp_path.name}"  # a module is loaded once, whatever folder it is from
    (tmp_path / f"{helper}.py").write_text('TITLE = "First"')
    path = tmp_path / "mine.py"
    path.write_text(FILE.format(helper=helper))
    return path


@pytest.fixture
def preview(file):
    preview = Preview(file)
    preview.build()
    return preview
