"""The data of a page: a picture as JSON and packed numbers; nothing is computed anew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from animopt.page.packing import Packer
from animopt.page.panels import carried_on, charted, mapped, outline_of, planed, ranked
from animopt.page.relief import relieved
from animopt.page.stills import panel_stills
from animopt.picture.curves import Curves
from animopt.picture.legend import sequences
from animopt.picture.map import Map
from animopt.picture.picture import Picture
from animopt.picture.plane import Plane
from animopt.picture.shapes import (
    AURA,
    CASING,
    COLLAR,
    DOT,
    EXIT,
    FOOT,
    HEAD,
    KEYS,
    MANY,
    MARKS,
    SECTORS,
    SHAPES,
    START,
    TRIM,
)
from animopt.picture.space.relief import Relief
from animopt.picture.table import Table, loss_digits
from animopt.picture.theme import FONTS, THEMES, Theme
from animopt.picture.ticks import Axis
from animopt.picture.tracks import Group

# The colours of a sheet: one for each part of its range that a byte can tell.
_SHADES = 255
# The parts of a page; what is none of these draws itself, with matplotlib, and is a still there.
_KINDS = {Plane: "contour", Relief: "surface", Table: "table", Curves: "chart", Map: "map"}
# The usual widths of paths, and the usual radii of heads, in points.
_PATHS = {"contour": 1.8, "surface": 1.65, "chart": 1.425}
_HEADS = {"panel": 3.75, "chart": 2.775}
# What the page has one place for.
_ONCE = ("contour", "surface", "table", "map")


def packed(picture: Picture, loop: int, metadata: dict[str, str]) -> str:
    """Return all that the page draws from, as text."""
    packer = Packer()
    return packer.text(data(picture, packer, loop, metadata))


def data(picture: Picture, packer: Packer, loop: int, metadata: dict[str, str]) -> dict[str, Any]:
    """Return all that the page draws from; its arrays are in the packer."""
    shown = _shown(picture)
    groups = picture.groups + picture.variants
    order = {id(group.track): i for i, group in enumerate(groups)}
    slots = _slots(picture)
    panels, places = _panels(picture, packer, shown, order)
    fills = len(panels["contour"]["contours"]) if panels["contour"] else 0
    return {
        # What the film shows, in its order, as [kind, which of this kind]; the rest is spare.
        "order": places,
        "steps": picture.steps,
        "frames": packer.whole(np.array(picture.shown)),
        "seconds": [round(seconds, 5) for _, seconds in picture.clock],
        "speeds": picture.speeds,
        "loop": loop,
        "name": picture.name,
        "title": picture.title,
        "notes": picture.notes,
        "counter": picture.counter,
        "legend": picture.legend,
        "metadata": metadata,
        # The runs of the scene, then what may stand in the place, the slot, of one of them.
        "runs": [
            _run(packer, group) | {"slot": slot} for group, slot in zip(groups, slots, strict=True)
        ],
        "slots": len(picture.groups),
        "digits": loss_digits([group.track.values for group in groups]),
        "varied": _varied(picture),
        "keys": _keys(picture),
        "sweeps": _sweeps(picture),
        **panels,
        "stills": panel_stills(picture),
        "shapes": _shapes(picture, shown),
        "sizes": _sizes(picture.theme),
        "fonts": _fonts(picture.theme),
        "themes": _themes(picture, fills),
    }


def _panels(
    picture: Picture, packer: Packer, shown: Sequence[Any], order: Mapping[int, int]
) -> tuple[dict[str, Any], list[list[Any]]]:
    """Return the data of the panels, and the order of those of the film, [kind, which of it]."""
    panels: dict[str, Any] = {**dict.fromkeys(_ONCE), "charts": []}
    places: list[list[Any]] = []
    for panel in shown:
        place = [_kind(panel), 0]
        if isinstance(panel, Plane):
            panels["contour"] = planed(packer, panel, picture.dpi)
        elif isinstance(panel, Relief):
            panels["surface"] = relieved(packer, panel, picture.dpi)
        elif isinstance(panel, Table):
            panels["table"] = ranked(packer, panel, order)
        elif isinstance(panel, Map):
            panels["map"] = mapped(packer, panel, picture.dpi)
        elif isinstance(panel, Curves):
            place[1] = len(panels["charts"])
            panels["charts"].append(charted(packer, panel, order, picture.dpi))
        else:
            place[1] = sum(kind == "still" for kind, _ in places)
        if any(panel is each for each in picture.panels):
            places.append(place)
    return panels, places


def alternative_text(picture: Picture) -> str:
    """Return a sentence on what a picture shows and on what becomes of each run."""
    heading = "" if picture.name == picture.surface else f"{picture.name}: "
    ends = "; ".join(f"{group.track.label} {_end(group)}" for group in picture.groups)
    return f"{heading}{_what(picture)} in {picture.steps} steps: {ends}."


def _what(picture: Picture) -> str:
    """Return who does what, and from where if that is the same for all."""
    groups, count = picture.groups, len(picture.groups)
    many = "" if count == 1 else "s"
    placed = any(np.isfinite(group.track.points).any() for group in groups)
    on = f" on {picture.surface}" if placed else ""
    if any(group.is_recorded for group in groups):
        kind = "recorded run" if all(group.is_recorded for group in groups) else "run"
        return f"{count} {kind}{many}{on}"
    starts = {_start(group) for group in groups}
    origin = f" from {starts.pop()}" if len(starts) == 1 else ""
    verb = "descends" if count == 1 else "descend"
    return f"{count} optimizer{many} {verb} the surface {picture.surface}{origin}"


def _start(group: Group) -> str:
    if group.is_ensemble:
        return f"{group.size} starts"
    return "({:g}, {:g})".format(*group.track.points[0])


def unseen(picture: Picture) -> list[str]:
    """Return a sentence on each part of the picture that a page does not show as a film does."""
    shown = _shown(picture)
    sentences = []
    for panel in picture.panels:
        kind = _kind(panel)
        if not any(panel is each for each in shown):
            sentences.append(f"a page shows only the first {kind} panel")
        elif kind == "still":
            name = type(panel).__name__
            sentences.append(f"a page shows {name}, which only matplotlib draws, as it ends")
    axes = [each for panel in shown for each in _axes(panel)]
    named = (*(track.label for track in picture.paths), *(axis.label for axis in axes))
    texts = picture.title, *(note for _, note in picture.notes), *named
    formulas = [text for text in dict.fromkeys(texts) if text.count("$") > 1]
    return sentences + [f"a page shows the formula in {t!r} as it is written" for t in formulas]


def _axes(panel: Any) -> tuple[Axis, ...]:
    """Return the axes of a picture of the surface."""
    if isinstance(panel, Relief):
        return panel.axes
    return (panel.x, panel.y) if isinstance(panel, Plane) else ()


def _kind(panel: Any) -> str:
    """Return which part of the page shows a panel."""
    return next((name for kind, name in _KINDS.items() if isinstance(panel, kind)), "still")


def _shown(picture: Picture) -> list[Any]:
    """Return the panels that the page shows: the film's, but only the first of some kinds.

    Beside a view of the surface a reader may choose others, and sees the losses if no curves are
    asked for; a film of nothing but curves stays one.
    """
    found: list[Any] = []
    for panel in picture.panels:
        if _kind(panel) not in _ONCE or _kind(panel) not in map(_kind, found):
            found.append(panel)
    kinds = set(map(_kind, found))
    if kinds & {"contour", "surface"}:
        found += [panel for panel in picture.spare if _kind(panel) not in kinds]
    return found


def _end(group: Group) -> str:
    arrived, count = group.arrived.sum(axis=0), group.size
    gone, there = int(group.diverged[-1]), int(arrived[-1])
    known = group.track.values[np.isfinite(group.track.values)]
    if count > 1 and (gone or there):
        parts = [f"arrives from {there} of {count} starts"] if there else []
        parts += [f"diverged from {gone} of {count} starts"] if gone else []
        return " and ".join(parts)
    if gone:
        return f"diverged at step {group.track.diverged}"
    if there:
        return f"arrives at step {int(np.argmax(arrived))}"
    if not known.size:
        return "has no known loss"
    return f"has {'a median loss of' if count > 1 else 'loss'} {known[-1]:.3g}"


def _run(packer: Packer, group: Group) -> dict[str, Any]:
    return {
        "label": group.track.label,
        "settings": group.settings,
        "marker": group.track.marker,
        "dash": group.track.dash,
        "points": packer.floats(carried_on(group.track.points)),
        "values": packer.floats(group.track.values),
        # (from step, what stands in the legend in place of the loss, if anything)
        "notes": group.fates(),
    }


def _slots(picture: Picture) -> list[int]:
    """Return in whose place each run is shown: the scene's own in theirs."""
    varied = picture.varied if picture.chooses else ()
    chosen = [n for each in varied for n, runs in each.groups.items() for _ in runs]
    return [*range(len(picture.groups)), *chosen]


def _varied(picture: Picture) -> list[dict[str, Any]]:
    """Return what varies: its axes, and for each run that it changes the first to choose from."""
    found, first = [], len(picture.groups)
    for each in picture.varied if picture.chooses else ():
        places = {}
        for slot, runs in each.groups.items():
            places[slot] = first
            first += len(runs)
        axes = [{"name": a.name, "values": a.values, "own": a.own} for a in each.axes]
        found.append({"axes": axes, "tracks": places})
    return found


def _shapes(picture: Picture, shown: Sequence[Any]) -> dict[str, Any]:
    """Return the outlines that are used: of markers, marks and arrows; None is the unit circle."""
    used = {track.marker for track in picture.paths} | {marker for marker, _ in _keys(picture)}
    marked: set[str] = set()
    for panel in shown:
        if isinstance(panel, (Plane, Relief)):
            marked |= set((panel.ground if isinstance(panel, Plane) else panel).marks)
    return {
        "markers": {name: outline_of(SHAPES[name]) for name in sorted(used)},
        "marks": {
            name: {**MARKS[name]._asdict(), "outline": outline_of(MARKS[name].outline)}
            for name in sorted(marked)
        },
        "start": outline_of(START),
        "aura": AURA._asdict(),
        "collar": COLLAR._asdict(),
        "foot": FOOT._asdict(),
        "exit": outline_of(EXIT),
        "head": outline_of(HEAD),
        "many": MANY,
        "sectors": SECTORS,
        "casing": CASING,
        "dot": DOT,
        "trim": TRIM,
    }


def _keys(picture: Picture) -> list[tuple[str, str]]:
    """Return the lines of the legend that name no run: (marker, text)."""
    lines = picture.layout.legend.lines
    return [(line.marker, line.words[0][1].text) for line in lines if line.marker in KEYS]


def _sizes(look: Theme) -> dict[str, Any]:
    """Return a factor on the size of text, and in points the widths of paths and radii of heads.

    A page has no paper, for which a theme's are finer.
    """
    look = replace(look, strokes=1.0)
    return {
        "letters": look.letters,
        "paths": {kind: look.width(usual) for kind, usual in _PATHS.items()},
        "heads": {kind: look.radius(usual) for kind, usual in _HEADS.items()},
    }


def _fonts(look: Theme) -> list[str]:
    """Return the font families of a style sheet, also those that only the reader may have."""
    named = *look.fonts[: -len(FONTS)], *look.style.get("font.family", ())
    return list(dict.fromkeys(named))


def _themes(picture: Picture, fills: int) -> dict[str, Any]:
    """Return the colours of the page, of the page in the dark, and on paper if those are others."""
    slots, own, groups = _slots(picture), picture.theme, picture.groups + picture.variants
    found = {
        "light": _colors(own, [group.track.color for group in groups], fills),
        "dark": _colors(own.night, [picture.night[slot] for slot in slots], fills),
    }
    if own.is_dark:
        found["paper"] = _colors(THEMES["light"], [picture.day[slot] for slot in slots], fills)
    return found


def _sweeps(picture: Picture) -> list[tuple[str, dict[int, str]]]:
    """Return the title of each sweep in the legend, and what is said there of its runs."""
    groups = list(picture.groups)
    listed = sequences(groups)
    return [
        (title, {groups.index(group): text for group, text in members})
        for title, members in listed
        if title
    ]


def _colors(look: Theme, runs: Sequence[str], fills: int) -> dict[str, Any]:
    return {
        "scheme": "dark" if look.is_dark else "light",
        "paper": look.paper,
        "ink": look.ink,
        "faint": look.faint,
        "line": look.line,
        "accent": look.cycle[0],
        "runs": runs,
        "fills": look.fills_of(fills),
        "sheet": np.rint(look.sheets(np.linspace(0, 1, _SHADES))[:, :3] * 255).astype(int).tolist(),
    }
