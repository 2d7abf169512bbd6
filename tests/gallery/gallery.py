"""The gallery: every theme, panel, overlay and still, each made by the command shown beside it.

Run by ``make gallery``: writes output/gallery/ and output/README.md.
"""

from __future__ import annotations

import shlex
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from animopt.animate.stills import KINDS
from animopt.cli import main
from animopt.picture.theme import THEMES
from animopt.pipeline.destinations import DESTINATIONS
from animopt.scene import load_scenes
from animopt.scene.panels import PANELS

FOLDER = "output/gallery"
README = Path("output/README.md")
SHOWN = "tests/gallery/scenes.py"
DEPTH = "tests/gallery/depth.py"
OWN = "Your own runs"
SHAPED = "Yours to shape"
MOST_BYTES = 8_000_000
# The words that change a picture: what for, and the line of tests/gallery/shaped.py that says so.
SHAPES = {
    "levels": ("How many contour lines", "ContourAnimation(scene, levels=6)"),
    "heights": (
        "Their heights",
        "ContourAnimation(scene, levels=(1, 10, 100, 1000), colorbar=True)",
    ),
    "names": ("The names of the axes", 'ContourAnimation(scene, axes=("$w_1$", "$w_2$"))'),
    "space": (
        "The names of the axes in space",
        'SurfaceAnimation(scene, axes=("$w_1$", "$w_2$", "loss"))',
    ),
    "bare": ("No axes", "ContourAnimation(scene, axes=False)"),
    "step": (
        "The step in the title",
        'ContourAnimation(scene, title="$x_{{step}}$, and all before", counter=False)',
    ),
    "notes": (
        "A note from a step on",
        'ContourAnimation(scene, notes={0: "leaves", 20: "enters the valley"})',
    ),
    "log": ("A linear scale", "SceneAnimation(scene, [LossPanel(log=False)])"),
    "colors": (
        "Colours by label",
        'ContourAnimation(scene, colors={"Adam": "#c00", "SGD": "black"})',
    ),
    "markers": ("Markers by label", 'ContourAnimation(scene, markers={"Adam": "*", "SGD": "^"})'),
    "part": (
        "A part of the run",
        "ContourAnimation(scene, timeline=Timeline(first=10, last=25))",
    ),
    "style": ("A style sheet", 'ContourAnimation(scene, style="dark_background")'),
}


@dataclass(frozen=True)
class Picture:
    """A file of the gallery and the command that makes it, but for where the file goes.

    With a ``line`` of Python, that is shown instead: what it makes is the same.
    """

    chapter: str
    file: str
    caption: str
    words: str
    line: str = ""

    def command(self, folder: str = FOLDER, size: str | None = None) -> list[str]:
        """Return the words to type, in the gallery's own size or another."""
        words = shlex.split(self.words)
        if size is not None:
            words[words.index("--size") + 1] = size
        return [*words, "-o", f"{folder}/{self.file}"]

    def make(self, folder: str = FOLDER, size: str | None = None) -> int:
        """Write the file and return the exit status."""
        program, *arguments = self.command(folder, size)
        if program == "animopt":
            return main(arguments)
        return subprocess.run([sys.executable, *arguments], check=False).returncode


def pictures() -> list[Picture]:
    """Return all pictures: those of themes, panels and stills follow the package's own tables."""
    return [
        *_first(),
        *_depth(),
        *_themes(),
        *_panels(),
        *_overlays(),
        *_shaped(),
        *_stills(),
        *_own(),
    ]


def _first() -> list[Picture]:
    scene = "animopt render scenes/saddle.py --size 960x400 -q high"
    how = "python tests/gallery/how.py --size 1200x300"
    return [
        Picture("The first scene", "saddle.gif", "Five optimizers leave a saddle", scene),
        Picture("How it works", "how.png", "From a scene to a file", how),
    ]


def _depth() -> list[Picture]:
    compare = Picture(
        "Depth",
        "depth-compare.png",
        "Depth in matplotlib and in animopt",
        "python tests/gallery/compare.py --size 1080x360",
    )
    stills = {name: scene for name, scene in load_scenes(DEPTH).items() if name != "orbit"}
    command = f"animopt plot {DEPTH} --scene {{}} --size 440x370"
    orbit = f"animopt render {DEPTH} --scene orbit --size 320x240"
    return [
        compare,
        *(
            Picture("Depth", f"depth-{name}.png", str(scene.title), command.format(name))
            for name, scene in stills.items()
        ),
        Picture("Depth", "depth-orbit.gif", "Once around the saddle", orbit),
    ]


def _themes() -> list[Picture]:
    command = "animopt render scenes/ravine.py --theme {} --size 420x320"
    shown = [Picture("Themes", f"theme-{name}.gif", name, command.format(name)) for name in THEMES]
    apng = "transparent, as an APNG: true transparency instead of a matte"
    return [
        *shown,
        Picture(
            "Themes",
            "theme-transparent.png",
            apng,
            "animopt render scenes/ravine.py --theme transparent --size 320x240",
        ),
        Picture(
            "Themes",
            "style-mine.png",
            "a style sheet of one's own over a theme",
            "animopt plot scenes/ravine.py --theme dark --style tests/gallery/mine.mplstyle "
            "--size 420x320",
        ),
    ]


def _panels() -> list[Picture]:
    together = "contour,loss,lr,distance,table"
    return [
        *(
            Picture(
                "Panels",
                f"panel-{name}.png",
                name,
                f"animopt plot scenes/sphere.py --panels {name} --size 420x320",
            )
            for name in PANELS
        ),
        Picture(
            "Panels",
            "panels.gif",
            "several on one clock",
            f"animopt render scenes/sphere.py --panels {together} --size 800x450 -q draft",
        ),
    ]


def _overlays() -> list[Picture]:
    command = "animopt render {} --scene {} --size 380x310 -q draft"
    return [
        Picture(
            "Overlays, trails and clocks",
            f"{name}.gif",
            str(scene.title),
            command.format(SHOWN, name),
        )
        for name, scene in load_scenes(SHOWN).items()
        if scene.title
    ]


def _shaped() -> list[Picture]:
    """Return what one word changes, each with the line that made it."""
    command = "python tests/gallery/shaped.py {} --size 300x240"
    return [
        Picture(SHAPED, f"shaped-{name}.png", caption, command.format(name), line)
        for name, (caption, line) in SHAPES.items()
    ]


def _stills() -> list[Picture]:
    sweep = "scenes/learning_rates.py --scene adam --size {}"
    made = {
        "paths": ("paths.png", sweep.format("420x320")),
        "pages": ("pages.pdf", "scenes/sphere.py --size 960x400"),
        "losses": ("losses.png", sweep.format("420x320")),
        "multiples": ("multiples.png", sweep.format("400x570")),
    }
    return [
        Picture(
            "Stills", f"still-{made[kind][0]}", kind, f"animopt plot {made[kind][1]} --kind {kind}"
        )
        for kind in KINDS
    ]


def _own() -> list[Picture]:
    """Return the examples of recorded runs, which need the extra [examples]."""
    shown = {
        "softmax_slice": ("", "640x360", "A slice of a loss with 650 parameters"),
        "overparameterized": ("", "420x320", "Three networks, seven starts each"),
        "minibatch": ("by_seconds", "420x320", "Three sizes of batches, by the clock"),
        "optimizers_on_mlp": ("fair_rates", "800x450", "Four optimizers on a network"),
        "batch_norm": ("", "800x450", "A fit as it forms, in a panel of the scene's own"),
        "linear_fit": ("scene", "800x450", "The true loss, and what a step and an epoch see"),
        "random_directions": ("", "640x240", "100 random steps beside the gradient"),
        "cost_of_a_gradient": ("", "420x320", "Seconds for a gradient"),
        "class_filters": ("", "800x450", "Weights as pictures, while they form"),
    }
    command = "animopt render scenes/examples/{}.py {}--size {} -q draft"
    return [
        Picture(
            OWN,
            f"own-{name}.gif",
            caption,
            command.format(name, f"--scene {scene} " if scene else "", size),
        )
        for name, (scene, size, caption) in shown.items()
    ]


def readme() -> str:
    """Return the text of output/README.md."""
    lines = [
        "# Rendered",
        "",
        "`animopt` writes here unless it is told otherwise; all but this page and the gallery is",
        "left out of the repository. `make gallery` makes the gallery anew.",
        "",
    ]
    for chapter, group in groupby(pictures(), lambda each: each.chapter):
        lines += [f"## {chapter}", ""]
        for each in group:
            shown = f"[{each.file}](gallery/{each.file})"
            if not each.file.endswith(".pdf"):
                shown = f"![{each.caption}](gallery/{each.file})"
            typed = each.line or shlex.join(each.command())
            lines += [f"### {each.caption}", "", shown, "", f"    {typed}", ""]
    return "\n".join([*lines, *_destinations(), ""])


def _destinations() -> list[str]:
    lines = [
        "## Destinations",
        "",
        "`animopt render scenes/saddle.py --for github` and so on; other flags override these.",
        "",
        "| `--for` | where | format | size | fps | plays | takes at most | there |",
        "| --- | --- | --- | --- | ---: | --- | --- | --- |",
    ]
    for name, place in DESTINATIONS.items():
        limits = [
            f"{most / scale:g} {unit}"
            for most, scale, unit in (
                (place.most_bytes, 1e6, "MB"),
                (place.most_pixels, 1e6, "megapixels"),
                (place.most_frames, 1, "frames"),
            )
            if most is not None
        ]
        cells = (
            f"`{name}`",
            place.title,
            ", ".join(place.formats),
            "{}x{}".format(*place.size),
            f"{place.fps:g}",
            "for ever" if place.loop == 0 else "once",
            ", ".join(limits) or "–",
            _advice(place.note),
        )
        lines.append("| " + " | ".join(cells) + " |")
    return lines


def _advice(note: str | Mapping[str, str]) -> str:
    """Return how a place takes a file: by suffix, where that makes a difference."""
    if not isinstance(note, str):
        named = ((suffix or "others", _advice(each)) for suffix, each in note.items())
        return "; ".join(f"{suffix}: {each}" for suffix, each in named)
    return f"`{note}`" if "<" in note or "](" in note else note


def make() -> int:
    """Render every picture and write the page; return the exit status."""
    for each in pictures():
        if status := each.make():
            return status
    README.write_text(readme(), encoding="utf-8")
    total = sum(path.stat().st_size for path in Path(FOLDER).iterdir())
    print(f"{total / 1e6:.2f} MB of at most {MOST_BYTES / 1e6:g}", file=sys.stderr)
    return int(total > MOST_BYTES)


if __name__ == "__main__":
    sys.exit(make())
