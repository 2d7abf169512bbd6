"""Flags: the arguments and options of the commands, each with its type and its help."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from typer import Argument, Option

from animopt.pipeline.destinations import DESTINATIONS
from animopt.scene.panels import PANELS

SceneFiles = Annotated[
    list[str],
    Argument(
        metavar="FILE...",
        help="Scene files, which are run as code; recorded runs, .csv and .npz; or expressions in "
        'x and y, such as "x**2 + y**2" together with --optimizer and --start, which are not.',
    ),
]
Source = Annotated[
    bool, Option("--source", help="Print the scene that the file was rendered from with --embed.")
]
SourceOf = Annotated[
    str | None,
    Option(metavar="NAME", help="Print a file that this scene imports, such as helper.py."),
]
RenderedFiles = Annotated[list[Path], Argument(metavar="FILE...", help="Rendered files.")]
NewFile = Annotated[Path, Argument(metavar="FILE", help="The file to write, ending in .py.")]
SceneFile = Annotated[str, Argument(metavar="FILE", help="A scene file, or an expression.")]
Kind = Annotated[str, Argument(metavar="KIND", help="surfaces, optimizers or formats.")]

Outputs = Annotated[
    list[Path] | None,
    Option(
        "-o",
        "--output",
        metavar="PATH",
        help="The file to write; the suffix picks the format. Repeat it for more formats; {file} "
        "and {name} stand for the names of the file and the scene. By default output/{file}.gif.",
    ),
]
Stills = Annotated[
    list[Path] | None,
    Option(
        "-o",
        "--output",
        metavar="PATH",
        help="The file to write, .png, .svg or .pdf; {file} and {name} stand for the names of the "
        "file and the scene. By default output/{file}-KIND.png.",
    ),
]
StillKind = Annotated[
    str,
    Option(
        "--kind",
        metavar="KIND",
        help="paths: the last picture; pages: each optimizer's path beside its loss; losses: all "
        "in one plot; multiples: a small picture of each, as for a sweep.",
    ),
]
SceneNames = Annotated[
    list[str] | None,
    Option("--scene", metavar="NAME", help="Only the scene with this name; may be repeated."),
]
Title = Annotated[str | None, Option(metavar="TEXT", help="The line above the picture.")]
Labels = Annotated[
    bool | None, Option("--labels/--no-labels", help="Names beside the moving points.")
]
Colorbar = Annotated[
    bool | None, Option("--colorbar/--no-colorbar", help="Which colour is which height.")
]
Levels = Annotated[
    str | None,
    Option(metavar="N|Z,...", help="How many contour lines there are, or their heights."),
]
Steps = Annotated[int | None, Option(help="The number of updates.")]
Start = Annotated[str | None, Option(metavar="X,Y", help="Where all optimizers start.")]
PlotBounds = Annotated[
    str | None, Option("--bounds", metavar="X0,X1,Y0,Y1", help="The part of the plane to show.")
]
Noise = Annotated[
    float | None, Option(help="The standard deviation of the noise on each gradient component.")
]
Seed = Annotated[int | None, Option(help="The seed of the noise.")]
View = Annotated[str | None, Option(metavar="VIEW", help="contour, surface or both.")]
Panels = Annotated[
    str | None,
    Option(
        metavar="NAME,...",
        help=f"What to show side by side: {', '.join(PANELS)}; map needs --vary.",
    ),
]
Fps = Annotated[float | None, Option(help="Frames a second.")]
Speedup = Annotated[float | None, Option(help="Steps per frame, from step --after on.")]
After = Annotated[int | None, Option(help="The step at which --speedup begins.")]
Hold = Annotated[float | None, Option(help="Extra seconds on the last frame.")]
Duration = Annotated[
    str | None,
    Option(
        metavar="SECONDS",
        help="The total in seconds, holds included, such as 8s; plateaus pass more quickly.",
    ),
]
Warp = Annotated[
    bool | None,
    Option(
        "--warp/--no-warp",
        help="Within the duration, pass plateaus quickly, or keep the scene's speeds.",
    ),
]
First = Annotated[int | None, Option("--first", help="The step with which the animation begins.")]
Last = Annotated[int | None, Option("--last", help="The step with which the animation ends.")]
Size = Annotated[
    str | None,
    Option(metavar="WxH", help="Size in pixels, 640x480, or on paper: 3.3in, 3.3x2.5in, 8cm."),
]
Dpi = Annotated[float | None, Option(help="Pixels per inch; text and lines scale with it.")]
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
    Option(metavar="FILE", help="A matplotlib style sheet to apply over the theme, or its name."),
]
Markers = Annotated[
    bool | None, Option(help="A different marker for every optimizer, or dots for all.")
]
Colors = Annotated[
    list[str] | None,
    Option("--color", metavar="LABEL=COLOR", help="The colour of a run, such as Adam=#c00."),
]
Shapes = Annotated[
    list[str] | None,
    Option("--marker", metavar="LABEL=MARKER", help="The marker of a run: o s ^ D v p * or P."),
]
Moving = Annotated[
    bool, Option("--moving", help="Also show what moves in the film: counter, cursor and heads.")
]
For = Annotated[
    str | None,
    Option(
        "--for",
        metavar="PLACE",
        help=f"{', '.join(DESTINATIONS)}: sets the format, size, fps, loop and theme unless they "
        "are given, and checks the limits.",
    ),
]
Poster = Annotated[
    bool, Option("--poster", help="Also write the first and the last picture, as PNG.")
]
Snippet = Annotated[
    bool,
    Option(
        "--snippet",
        help="Also write the first and the last picture, and print HTML and Markdown to insert the "
        "animation, with the last picture for readers who prefer no motion.",
    ),
]
Embed = Annotated[
    bool,
    Option(
        "--embed",
        help="Store the scene's text, and what it imports from its folder, in each file; see "
        "animopt info --source.",
    ),
]
Settings = Annotated[
    list[str] | None,
    Option(
        "--set",
        metavar="LABEL.FIELD=VALUE",
        help="Change a hyperparameter; FIELD=VALUE changes it in every optimizer that has it.",
    ),
]
Vary = Annotated[
    list[str] | None,
    Option(
        "--vary",
        metavar="LABEL.FIELD=LOW..HIGH:COUNT",
        help="Let the reader of a page choose a hyperparameter, or the start, start=7x7; repeat it "
        'for more. "A.lr=0.01..1:20 x A.momentum=0..0.9:10" is a map of two.',
    ),
]
Optimizers = Annotated[
    list[str] | None,
    Option(
        "--optimizer",
        metavar="NAME:FIELD=VALUE,...",
        help="An optimizer that descends an expression; repeat it for more.",
    ),
]
Ground = Annotated[
    str | None,
    Option("--surface", metavar="NAME", help="The surface below the runs of .csv and .npz files."),
]
Limits = Annotated[
    list[str] | None,
    Option(
        "--limit",
        metavar="NAME=NUMBER",
        help="Raise a limit of expressions: letters, parts, depth, power, steps, optimizers or "
        "pixels.",
    ),
]
Elev = Annotated[float | None, Option(help="Elevation of the camera in 3-D, in degrees.")]
Azim = Annotated[float | None, Option(help="Azimuth of the camera in 3-D, in degrees.")]
Turns = Annotated[
    float | None,
    Option(
        "--orbit",
        metavar="TURNS",
        help="Turns of the camera around the surface, such as 1 or -0.5.",
    ),
]
MaxSize = Annotated[
    str | None,
    Option(
        "--max-size",
        metavar="BYTES",
        help="The size limit of a file, such as 2MB; frames a second, size and colours are reduced "
        "to meet it, in this order. A page with --vary may take 20MB, or as much as this.",
    ),
]
Workers = Annotated[
    str,
    Option(
        "-j",
        "--workers",
        metavar="N|auto",
        help="Processes that share the scenes, or the frames; auto takes more than one only where "
        "that ends sooner.",
    ),
]
Dask = Annotated[
    str | None,
    Option(
        "--dask",
        metavar="ADDRESS",
        help="The scheduler of a Dask cluster whose workers draw, such as tcp://host:8786.",
    ),
]
Open = Annotated[bool, Option("--open", help="Open the written files.")]
Port = Annotated[
    int,
    Option("--port", min=0, max=65535, metavar="N", help="The port to serve; a free one if 0."),
]
Browser = Annotated[
    bool, Option("--open/--no-open", help="Open the browser, or only print the address.")
]

ReportFormat = Annotated[
    str, Option("--format", metavar="FORMAT", help="table, markdown, csv or json.")
]
ListFormat = Annotated[str, Option("--format", metavar="FORMAT", help="table or json.")]
Tolerance = Annotated[
    float | None,
    Option(
        help="How close to the lowest known loss counts as arrived, instead of what the scene "
        "says; if no minimum is known, how low the loss itself must be."
    ),
]
Seconds = Annotated[
    bool, Option(help="Show the run times, which differ between machines and runs.")
]
