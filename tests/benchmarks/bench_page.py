"""The page in Chromium, drawn by software at 1280x720: pictures a second, playing and turning.

Run it as a script, `make bench`: it prints a Markdown table of medians, with the limit of each.
"""

from __future__ import annotations

import shutil
from statistics import median
from typing import Any

import numpy as np
from playwright.sync_api import sync_playwright

from animopt import Scene, optimizers, render, simulate, surfaces
from animopt.export import Settings
from animopt.page import PageFormat
from animopt.picture import compose
from animopt.scene import Space

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
PAINT = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN"


# Milliseconds that a choice of another value takes, with all that it draws.
CHOOSING = """async () => {
  animopt.go(animopt.data.steps);
  const taken = [];
  for (let i = 0; i < 60; i++) {
    const before = performance.now();
    animopt.pick(0, [(7 * i) % 20]);
    taken.push(performance.now() - before);
    await new Promise(requestAnimationFrame);
  }
  return taken;
}"""


def print_varied(browser: Any) -> None:
    """Print what 20 rates of each of 7 optimizers take."""
    data = render(SEVEN, "html", vary={"lr": np.geomspace(1e-4, 0.1, 20)})
    page = browser.new_page(viewport={"width": 1280, "height": 720}, reduced_motion="reduce")
    page.set_content(data.decode())
    page.wait_for_selector("#player[data-step]")
    paint, choosing = page.evaluate(PAINT), median(page.evaluate(CHOOSING))
    print("\n| 7 optimizers at 20 rates | kB (3000) | first paint, ms | choosing, ms (16.7) |")
    print("|---|---:|---:|---:|")
    print(f"| 1000 steps | {len(data) / 1000:.0f} | {paint:.0f} | {choosing:.1f} |")
    page.close()


def main() -> None:
    """Print the tables."""
    print("| scene | kB | first paint, ms (500) | playing, /s (55) | turning, /s (30) |")
    print("|---|---:|---:|---:|---:|")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        for name, scene in SCENES.items():
            picture = compose(simulate(scene), spare=PageFormat.spare)
            data = PageFormat.encode(picture, Settings())
            size = {"width": 1280, "height": 720}
            page = browser.new_page(viewport=size, reduced_motion="reduce")
            page.set_content(data.decode())
            page.wait_for_selector("#player[data-step]")
            paint = page.evaluate(PAINT)
            playing = 1000 / median(page.evaluate(PLAYING))
            turning = "–"
            if scene.view != "contour":
                turning = f"{1000 / median(page.evaluate(TURNING)):.0f}"
            print(f"| {name} | {len(data) / 1000:.0f} | {paint:.0f} | {playing:.0f} | {turning} |")
            page.close()
        print_varied(browser)
        browser.close()


if __name__ == "__main__":
    main()
