"""The page of every scene of the gallery and of the examples, in four sizes, beside its film.

Run as a script, `make pictures`: at three steps heads, numbers and the counter are held to the
picture, and contact sheets are written to output/pages/, to be looked at. The words of the command
line choose scenes by a part of their name.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from playwright.sync_api import sync_playwright
from pypdfium2 import PdfDocument

sys.path.insert(0, str(Path(__file__).parents[1] / "helpers"))

from page_checks import faults, other_ticks

from animopt import Scene, animate, simulate
from animopt.page import PageFormat, page
from animopt.picture import Picture, compose
from animopt.scene import load_scenes

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "output" / "pages"
FILES = [
    *(ROOT / "tests" / "gallery" / f"{name}.py" for name in ("scenes", "depth")),
    *sorted((ROOT / "scenes").glob("*.py")),
    *(ROOT / "scenes" / "examples" / f"{name}.py"
      for name in ("batch_norm", "softmax_slice", "random_directions")),
]  # fmt: skip
SIZES = {"wide": (1280, 720), "phone": (390, 844), "frame": (700, 420), "paper": (794, 1123)}
BOTH = "document.querySelector('button[data-view=\"both\"]')?.click()"


def scenes(words: list[str]) -> Iterator[tuple[str, Scene]]:
    """Yield the scenes whose names have one of these words, or all."""
    for file in FILES:
        for name, scene in load_scenes(file).items():
            full = f"{file.stem}-{name}"
            if not words or any(word in full for word in words):
                yield full, scene


def image(data: bytes) -> Any:
    return Image.open(BytesIO(data)).convert("RGB")


def printed(tab: Any) -> Any:
    """Return what a page prints, without what is white below it."""
    sheets = PdfDocument(tab.pdf(format="A4"))
    if len(sheets) > 1:
        print(f"it prints {len(sheets)} sheets")
    first = sheets[0].render(scale=96 / 72).to_pil().convert("RGB")
    return first.crop((0, 0, first.width, 720))


def shown(browser: Any, picture: Picture, size: str, scheme: str) -> tuple[list[Any], list[str]]:
    """Return pictures of a page at three steps, the last two with both views, and its faults."""
    width, height = SIZES[size]
    options = {"color_scheme": scheme, "reduced_motion": "reduce"}
    tab = browser.new_page(viewport={"width": width, "height": height}, **options)
    tab.set_default_timeout(120_000)
    tab.set_content(page(picture))
    tab.wait_for_selector("#player[data-step]")
    shots: list[Any] = []
    wrong: list[str] = []
    for i, step in enumerate((0, picture.steps // 3, picture.steps)):
        if i == 1:
            tab.evaluate(BOTH)
        tab.evaluate("(step) => animopt.go(step)", step)
        shots.append(printed(tab) if size == "paper" else image(tab.screenshot()))
    if size == "paper":
        tab.evaluate("dispatchEvent(new Event('beforeprint'))")
        tab.emulate_media(media="print")
    for step in (0, picture.steps // 3, picture.steps):
        wrong += [f"step {step}: {fault}" for fault in faults(tab, picture, step)]
    wrong += other_ticks(tab, picture)
    tab.close()
    return shots, wrong


def sheet(rows: list[list[Any]]) -> Any:
    """Return pictures in rows, on grey."""
    wide = max(sum(each.width + 8 for each in row) for row in rows)
    whole = Image.new("RGB", (wide, sum(max(e.height for e in row) + 8 for row in rows)), "#888")
    top = 0
    for row in rows:
        left = 0
        for each in row:
            whole.paste(each, (left, top))
            left += each.width + 8
        top += max(each.height for each in row) + 8
    return whole


def main(words: list[str]) -> int:
    """Write the sheets, print every fault, and return 1 if there is any."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    wrong = 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        for name, scene in scenes(words):
            simulation = simulate(scene)
            picture = compose(simulation, spare=PageFormat.spare)
            for scheme in ("light", "dark"):
                film = animate.animation(
                    scene if scheme == "light" else scene.replace(theme="dark")
                )
                steps = (0, picture.steps // 3, picture.steps)
                rows = [[Image.fromarray(np.array(film.draw(step)[..., :3])) for step in steps]]
                for size in SIZES:
                    shots, found = shown(browser, picture, size, scheme)
                    rows.append(shots)
                    wrong += len(found)
                    for fault in found:
                        print(f"{name}, {size}, {scheme}: {fault}", flush=True)
                rows[2:] = [[*rows[2], *rows[3]], rows[4]]
                sheet(rows).save(FOLDER / f"{name}-{scheme}.png")
        browser.close()
    print(f"{wrong} faults; look at {FOLDER.relative_to(ROOT)}/*.png")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
