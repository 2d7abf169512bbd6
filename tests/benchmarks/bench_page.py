"""The page in Chromium, drawn by software: its size, first paint, playing, turning, choosing.

Run it as a script, `make bench`: it prints Markdown tables of medians, with the limit of each. The
pages are opened from files.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from playwright.sync_api import sync_playwright

from animopt import Scene, optimizers, render, simulate, surfaces
from animopt.export import Settings
from animopt.page import PageFormat
from animopt.picture import compose
from animopt.scene import Space, load_scenes

RING = Path(__file__).parents[2] / "scenes" / "ring.py"

NAMES = ("SGD", "Momentum", "Adam", "RMSprop", "Adagrad", "Nesterov", "AdamW")
SEVEN = Scene(
    surfaces.rosenbrock(),
    {name: getattr(optimizers, name)(lr=0.001) for name in NAMES},
    start=(-1, 1.5),
    steps=1000,
)
SCENES = {
    "contour": SEVEN,
    "both": SEVEN.replace(view="both"),
    "surface": SEVEN.replace(view="surface"),
    "all of space": SEVEN.replace(
        view="surface", space=Space(wireframe=True, alpha=0.6, shadow=True, drops=True)
    ),
}
# Milliseconds from picture to picture, over two seconds.
PLAYING = """async () => {
  const next = () => new Promise(requestAnimationFrame), taken = [];
  animopt.go(0);
  animopt.play(true);
  for (let last = await next(), end = last + 2000; last < end;) {
    const now = await next();
    taken.push(now - last);
    last = now;
  }
  animopt.play(false);
  return taken;
}"""
TURNING = """async () => {
  animopt.go(animopt.data.steps);
  const element = document.querySelector('[data-panel="surface"]'), taken = [];
  const next = () => new Promise(requestAnimationFrame);
  element.setPointerCapture = () => {};
  const send = (type, x, y) => element.dispatchEvent(new PointerEvent(type, {
    pointerId: 1, pointerType: "mouse", clientX: x, clientY: y, bubbles: true }));
  send("pointerdown", 300, 300);
  for (let i = 1, last = await next(); i <= 60; i++) {
    send("pointermove", 300 + 4 * i, 300 + 3 * (i % 2));
    const now = await next();
    taken.push(now - last);
    last = now;
  }
  send("pointerup", 0, 0);
  return taken;
}"""
PAINT = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"

# Milliseconds that a choice of other values takes, with all that it draws.
CHOOSING = """async () => {
  animopt.go(animopt.data.steps);
  const taken = [], sizes = animopt.data.varied[0].axes.map(({ values }) => values.length);
  for (let i = 0; i < 60; i++) {
    const before = performance.now();
    animopt.pick(0, sizes.map((size, axis) => (7 * i + 3 * axis * i) % size));
    taken.push(performance.now() - before);
    await new Promise(requestAnimationFrame);
  }
  return taken;
}"""
LAPTOP, PHONE = (1280, 720), (390, 844)
VARIED = {
    "7 optimizers at 20 rates": ({"lr": np.geomspace(1e-4, 0.1, 20)}, LAPTOP),
    "a joined pair, 20 x 20, on a phone": (
        {"Momentum.lr x Momentum.momentum": "1e-5..1e-2:20 x 0..0.99:20"},
        PHONE,
    ),
}


@contextmanager
def opened(browser: Any, data: bytes, size: tuple[int, int]) -> Iterator[Any]:
    """Open a page from a file in a window of this size."""
    with TemporaryDirectory() as folder:
        file = Path(folder, "x.html")
        file.write_bytes(data)
        page = browser.new_page(
            viewport=dict(zip(("width", "height"), size, strict=True)), reduced_motion="reduce"
        )
        page.goto(file.as_uri())
        page.wait_for_selector("#player[data-step]")
        page.wait_for_function(PAINT)
        yield page
        page.close()


def page_of(scene: Scene) -> bytes:
    """Return the page of a scene."""
    return PageFormat.encode(compose(simulate(scene), spare=PageFormat.spare), Settings())


def print_scenes(browser: Any) -> None:
    """Print size, first paint, and pictures a second of scenes of 7 runs, 1000 steps each."""
    print("| scene | kB | first paint, ms (500) | playing, /s (55) | turning, /s (30) |")
    print("|---|---:|---:|---:|---:|")
    for name, scene in SCENES.items():
        data = page_of(scene)
        with opened(browser, data, LAPTOP) as page:
            paint, turning = page.evaluate(PAINT), "–"
            playing = 1000 / median(page.evaluate(PLAYING))
            if scene.view != "contour":
                turning = f"{1000 / median(page.evaluate(TURNING)):.0f}"
        print(f"| {name} | {len(data) / 1000:.0f} | {paint:.0f} | {playing:.0f} | {turning} |")
    ring = page_of(load_scenes(RING)["scene"])
    print(f"| ring | {len(ring) / 1000:.0f} (350) | | | |")


def print_varied(browser: Any) -> None:
    """Print what it takes to choose among runs of 1000 steps."""
    print("\n| what varies | kB (3000) | first paint, ms (500) | choosing, ms (16.7) |")
    print("|---|---:|---:|---:|")
    for name, (vary, size) in VARIED.items():
        data = render(SEVEN, "html", vary=vary)
        with opened(browser, data, size) as page:
            paint, choosing = page.evaluate(PAINT), median(page.evaluate(CHOOSING))
        print(f"| {name} | {len(data) / 1000:.0f} | {paint:.0f} | {choosing:.1f} |")


def main() -> None:
    """Print the tables."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        print_scenes(browser)
        print_varied(browser)
        browser.close()


if __name__ == "__main__":
    main()
