"""Flags: the arguments and options of the commands, each with its type and its help."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from typer import Argument, BadParameter, Option

from animopt.picture import PANELS
from animopt.pipeline.destinations import DESTINATIONS


def _seconds(text: str) -> float:
    try:
        return float(text.removesuffix("s"))
    except ValueError:
        raise BadParameter(f"{text!r} is no time; give seconds, such as 8 or 8s") from None


SceneFiles = Annotated[list[Path], Argument(metavar="FILE...", help="Scene files.")]
RenderedFiles = Annotated[list[Path], Argument(metavar="FILE...", help="Rendered files.")]
NewFile = Annotated[Path, Argument(metavar="FILE", help="Where to, ending in .py.")]
SceneFile = Annotated[Path, Argument(metavar="FILE", help="A scene file.")]
Kind = Annotated[str, Argument(metavar="KIND", help="surfaces, optimizers or formats.")]

Outputs = Annotated[
    list[Path] | None,
    Option(
        "-o",
        "--output",
        metavar="PATH",
        help="Where to; the suffix picks the format. Once for each format; {file} and {name} "
        "stand for the names of the file and the scene. By default output/{file}.gif.",
    ),
]
Stills = Annotated[
    list[Path] | None,
    Option(
        "-o",
        "--output",
        metavar="PATH",
        help="Where to: .png, .svg or .pdf; {file} and {name} stand for the names of the file and "
        "the scene. By default output/{file}-KIND.png.",
    ),
]
StillKind = Annotated[
    str,
    Option(
        "--kind",
        metavar="KIND",
        help="paths: the last picture; pages: for each optimizer its path beside its loss; losses: "
        "all in one plot; multiples: a small picture of each, as for a sweep.",
    ),
]
SceneNames = Annotated[
    list[str] | None,
    Option("--scene", metavar="NAME", help="A scene of the file, instead of all."),
]
View = Annotated[str | None, Option(metavar="VIEW", help="contour, surface or both.")]
Panels = Annotated[
    str | None,
    Option(
        metavar="NAME,...",
        help=f"What is shown side by side: {', '.join(PANELS)}.",
    ),
]
Fps = Annotated[float | None, Option(help="Frames a second.")]
Speedup = Annotated[float | None, Option(help="Steps per frame, from the step --after on.")]
After = Annotated[int | None, Option(help="The step from which on to speed up.")]
Hold = Annotated[float | None, Option(help="Extra seconds on the last frame.")]
Duration = Annotated[
    float | None,
    Option(
        metavar="SECONDS",
        help="Seconds in all, holds included, such as 8s: plateaus pass quickly, the dash slowly.",
        parser=_seconds,
    ),
]
Warp = Annotated[
    bool | None,
    Option(
        "--warp/--no-warp",
        help="Let time follow the picture, or keep the scene's speeds, within the duration.",
    ),
]
Size = Annotated[str | None, Option(metavar="WxH", help="Size in pixels, such as 640x480.")]
Dpi = Annotated[float | None, Option(help="Pixels per inch: type and lines scale with it.")]
Quality = Annotated[
    str, Option("-q", "--quality", metavar="QUALITY", help="draft, medium or high.")
]
Loop = Annotated[
    int | None, Option(help="How often it plays; 0, the default, is for ever.", show_default=False)
]
Theme = Annotated[
    str | None, Option(metavar="THEME", help="light, dark, print, slides or transparent.")
]
Style = Annotated[
    str | None,
    Option(metavar="FILE", help="A style sheet of matplotlib over the theme, or its name."),
]
Markers = Annotated[
    bool | None, Option(help="A marker of its own shape for every optimizer, or dots for all.")
]
For = Annotated[
    str | None,
    Option(
        "--for",
        metavar="PLACE",
        help=f"{', '.join(DESTINATIONS)}: sets the format, size, fps and loop that are not given, "
        "and checks the limits.",
    ),
]
Poster = Annotated[
    bool, Option("--poster", help="Write the first and the last picture too, as PNG.")
]
Settings = Annotated[
    list[str] | None,
    Option(
        "--set",
        metavar="LABEL.FIELD=VALUE",
        help="Change a hyperparameter; FIELD=VALUE changes it in every optimizer that has it.",
    ),
]
Elev = Annotated[float | None, Option(help="Height of the camera in space, in degrees.")]
Azim = Annotated[float | None, Option(help="Direction of the camera in space, in degrees.")]
TURNS = "Turns of the camera around the surface, such as 1 or -0.5."
Turns = Annotated[float | None, Option("--orbit", metavar="TURNS", help=TURNS)]
MaxSize = Annotated[
    str | None,
    Option(
        "--max-size",
        metavar="BYTES",
        help="What a file may take, such as 2MB; frames a second, size and colours are given up "
        "for it, in this order.",
    ),
]
Workers = Annotated[
    int, Option("-j", "--workers", min=1, help="Processes that share the scenes, or the frames.")
]
Open = Annotated[bool, Option("--open", help="Open what was written.")]
Browser = Annotated[
    bool, Option("--open/--no-open", help="Open the browser, or only print the address.")
]

ReportFormat = Annotated[
    str, Option("--format", metavar="FORMAT", help="table, markdown, csv or json.")
]
ListFormat = Annotated[str, Option("--format", metavar="FORMAT", help="table or json.")]
Tolerance = Annotated[
    float,
    Option(
        help="How near the lowest known loss counts as arrived; where no minimum is known, how low "
        "the loss itself."
    ),
]
Seconds = Annotated[
    bool, Option(help="Show the times taken, which depend on the machine and vary.")
]
