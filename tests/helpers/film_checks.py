"""Checks that the film draws what the picture says of planes, curves, tables and words."""

from dataclasses import replace

import numpy as np
import pytest
from matplotlib.colors import to_hex, to_rgba
from recording import (
    assert_stamp,
    back_from,
    check_counts,
    check_heads,
    check_labels,
    check_tails,
    check_ticks,
    check_trails,
    close,
    drawn,
)

from animopt.animate.artists import SHAPES, TrailArtist, closed
from animopt.animate.crowds import CrowdArtist, StepArtist
from animopt.animate.curves import Cursor
from animopt.animate.forces import ForceArtist
from animopt.animate.heads import HeadArtist
from animopt.animate.legend import LegendArtist
from animopt.animate.lettering import CountArtist, CounterArtist, LabelArtist
from animopt.animate.tails import TailArtist
from animopt.animate.text import row, stamp
from animopt.picture import shapes
from animopt.picture.ground import VEIL
from animopt.picture.picture import speed_badge
from animopt.picture.stage import Stage
from animopt.picture.theme import blend
from animopt.picture.words import inked
from animopt.runs.statistics import quantile


def pale_of(track, look):
    """A track in the colour that it has beyond the bounds."""
    return replace(track, color=blend(track.color, look.paper, 1 - VEIL))


def check_plane(film, drawer, simulation, steps):
    plane = drawer.plane
    ax = drawer.moving[0].axes
    np.testing.assert_allclose(ax.bbox.extents, plane.frame, atol=1e-6)
    check_ticks(ax, plane.x, plane.y)
    check_ground(ax, plane.ground, film.picture.theme)
    (x0, x1), (y0, y1) = plane.ground.bounds
    back, scale = back_from(ax.transData), max(x1 - x0, y1 - y0, abs(x0), abs(y0))
    tracks = [path.track for path in plane.paths]
    for run, path in zip(simulation, plane.paths, strict=True):
        inside = np.isnan(path.heads.ways).any(axis=1)
        middle = run.points if not run.is_ensemble else path.track.points
        np.testing.assert_array_equal(path.heads.places[inside], middle[inside])
        low, high, ends = (x0, y0), (x1, y1), path.trail.segments.reshape(-1, 2)
        # Cuts of a path that leaves by a billion plots are known to a fraction of a pixel.
        np.testing.assert_allclose(ends, ends.clip(low, high), rtol=0, atol=1e-6 * scale)
        edge = np.isclose(path.heads.places, low) | np.isclose(path.heads.places, high)
        fell = ~np.isfinite(middle).all(axis=1)
        assert (edge.any(axis=1) | inside | fell).all()
    for step in steps:
        for artist in drawer.update(step):
            assert artist.step == step
            match artist:
                case TrailArtist():
                    trails = [path.trail for path in plane.paths]
                    check_trails(film, artist, trails, tracks, back, scale)
                case TailArtist(zorder=10.5):
                    trails, shades = [path.beyond for path in plane.paths], plane.tail.shades(step)
                    pale = [pale_of(track, film.picture.theme) for track in tracks]
                    check_tails(film, artist, trails, pale, shades, back, scale, cased=False)
                case TailArtist():
                    trails, shades = [path.trail for path in plane.paths], plane.tail.shades(step)
                    check_tails(film, artist, trails, tracks, shades, back, scale)
                case HeadArtist():
                    heads = [path.heads for path in plane.paths]
                    check_heads(film, artist, heads, tracks, back, scale)
                case CrowdArtist():
                    check_crowd(film, artist, plane, back, scale)
                case ForceArtist():
                    check_forces(film, artist, plane)
                case StepArtist():
                    check_steps(film, artist, plane, back, scale)
                case CountArtist():
                    check_counts(film, artist, plane.counts)
                case LabelArtist():
                    check_labels(film, artist, plane.labels, film.picture.shown)
                case _:
                    pytest.fail(f"nobody checks {type(artist).__name__}")


def check_ground(ax, ground, look):
    """Assert that levels, tints, arrows, guides and marks are those of the picture."""
    fills, lines = (c for c in ax.collections if type(c).__name__ == "QuadContourSet")
    np.testing.assert_array_equal(fills.levels, ground.levels)
    np.testing.assert_array_equal(lines.levels, ground.levels[1:-1])
    # What lies beyond the lowest and the highest level, outside of the bounds, has their colours.
    colors = look.fills_of(len(ground.levels) - 1)
    drawn = [to_hex(color) for color in fills.get_facecolor()]
    assert drawn == [colors[0], *colors, colors[-1]]
    assert len(ax.patches) == (ground.window != ground.bounds)
    if ground.tints is not None:
        (image,) = ax.images
        np.testing.assert_array_equal(image.get_array(), ground.tints)
        assert image.origin == "lower"
        np.testing.assert_array_equal(image.get_extent(), np.ravel(ground.bounds))
    if ground.field is not None:
        (quiver,) = (c for c in ax.collections if type(c).__name__ == "Quiver")
        points, arrows, longest = ground.field
        np.testing.assert_array_equal(quiver.XY, points.reshape(-1, 2))
        np.testing.assert_array_equal(np.column_stack([quiver.U, quiver.V]), arrows.reshape(-1, 2))
        assert quiver.scale == 1 / longest
    curves = [*ground.guides, *ground.marks.values()]
    assert len(ax.lines) == len(curves)
    for line, points in zip(ax.lines, curves, strict=True):
        np.testing.assert_array_equal(line.get_xydata(), points)
    for line, name in zip(ax.lines[len(ground.guides) :], ground.marks, strict=True):
        outline = closed(shapes.MARKS[name].outline)
        np.testing.assert_array_equal(line.get_marker().vertices, outline.vertices)
        assert line.get_markerfacecolor() == look.paper
        assert line.get_markeredgecolor() == look.ink


def check_crowd(film, artist, plane, back, scale):
    """Assert that each start that has not diverged is a dot where it is, or on the nearest edge."""
    (x0, x1), (y0, y1) = plane.ground.window
    crowds = [path for path in plane.paths if path.starts is not None]
    recorded = drawn(film, artist).shapes
    for (_, _, places, faces, _), path in zip(recorded, crowds, strict=True):
        dots = path.starts[:, artist.step]
        dots = dots[np.isfinite(dots).all(axis=1)]
        close(back(places), np.clip(dots, (x0, y0), (x1, y1)), scale)
        close(faces[0][:3], to_rgba(path.track.color)[:3])


def check_steps(film, artist, plane, back, scale):
    """Assert that each step up to now that is in the plot has its dot, in colour."""
    dots = drawn(film, artist).shapes
    for path in plane.paths:
        low, high = np.array(plane.ground.bounds).T
        points = path.track.points[1 : artist.step + 1]
        points = points[((points >= low) & (points <= high)).all(axis=1)]
        found = [
            places for _, _, places, faces, _ in dots
            if np.allclose(faces[0][:3], to_rgba(path.track.color)[:3])
        ]  # fmt: skip
        if plane.tail.is_whole:
            close(back(np.concatenate([*found, np.empty((0, 2))])), points, scale)


def check_forces(film, artist, plane):
    """Assert that each arrow goes from the head as far as the picture says."""
    strokes = iter(drawn(film, artist).strokes)
    ax, step = artist.axes, artist.step
    for kind in plane.paths[0].arrows:
        for path in plane.paths:
            arrow = path.arrows[kind][step]
            if not arrow.any():
                continue
            start = ax.transData.transform(path.heads.places[step])
            for color in ([film.picture.theme.ink] if kind == "gradient"
                          else [film.picture.theme.paper, path.track.color]):  # fmt: skip
                shaft, _, rgba, _ = next(strokes)
                close(shaft.vertices[0], start, 1e3)
                close(rgba, to_rgba(color))
                head, placing, _, face = next(strokes)
                np.testing.assert_array_equal(head.vertices, shapes.HEAD)
                close(placing.transform((0.0, 0.0)), start + arrow, 1e3)
                close(face, to_rgba(color))
    assert next(strokes, None) is None


# ---- curves


def check_curves(film, drawer, simulation, panel, steps):
    curves = drawer.curves
    ax = drawer.moving[0].axes
    np.testing.assert_allclose(ax.bbox.extents, curves.box, atol=1e-6)
    assert ax.get_yscale() == curves.scale.kind
    assert (curves.y.low, curves.y.high) == (curves.scale.low, curves.scale.high)
    assert ax.get_title(loc="left") == curves.title
    check_ticks(ax, curves.x, curves.y)
    check_values(ax, curves, simulation, panel)
    places = ax.get_xaxis_transform()
    back, scale = back_from(places), float(curves.last)
    tracks = [curve.track for curve in curves.curves]
    trails = [curve.trail for curve in curves.curves]
    (whole,) = (a for a in ax.artists if isinstance(a, TailArtist))
    pale = [vars(whole)["_colors"][i] for i in range(len(tracks))]
    faint = [type("Pale", (), {"color": color}) for color in pale]
    check_tails(film, whole, trails, faint, [(0, curves.last, 1.0)], back, scale, cased=False)
    clouds = [curve.cloud for curve in curves.curves if curve.cloud is not None]
    collections = [c for c in ax.collections if type(c).__name__ == "LineCollection"]
    for collection, cloud in zip(collections, clouds, strict=True):
        lines = np.array(collection.get_segments())
        np.testing.assert_array_equal(lines[..., 1], cloud[:, : lines.shape[1]])
    for step in steps:
        for artist in drawer.update(step):
            assert artist.step == step
            match artist:
                case TrailArtist():
                    check_trails(film, artist, trails, tracks, back, scale)
                case HeadArtist():
                    heads = [curve.heads for curve in curves.curves]
                    check_heads(film, artist, heads, tracks, back, scale)
                case Cursor():
                    ((path, _, _, _),) = drawn(film, artist).strokes
                    np.testing.assert_allclose(back(path.vertices), [(step, 0), (step, 1)],
                                               atol=1e-6)  # fmt: skip
                case _:
                    pytest.fail(f"nobody checks {type(artist).__name__}")


def check_values(ax, curves, simulation, panel):
    """Assert that a head is at the number itself, read off the axes, while there is room for it."""
    look = simulation.scene.look
    stage = Stage.of(simulation, look, (640, 480), 100)
    with np.errstate(all="ignore"):
        numbers = [quantile(cloud) for cloud in panel.curves(stage)]
    known = [values for values in numbers if np.isfinite(values).any()]
    assert len(known) == len(curves.curves)
    to_data = (ax.get_xaxis_transform() + ax.transData.inverted()).transform
    for values, curve in zip(known, curves.curves, strict=True):
        inside = np.isfinite(values) & np.isnan(curve.heads.ways).any(axis=1)
        assert (inside | ~np.isfinite(values) | (values >= curves.scale.high)
                | (values <= curves.scale.low)).all()  # fmt: skip
        shown = to_data(curve.heads.places[inside])
        close(shown[:, 0], np.flatnonzero(inside), len(values))
        np.testing.assert_allclose(shown[:, 1], values[inside], rtol=1e-7,
                                   atol=1e-9 * (curves.scale.high - curves.scale.low))  # fmt: skip


# ---- the relief


def check_table(film, drawer, steps):
    table = drawer.table.table
    for step in steps:
        (artist,) = drawer.update(step)
        markers = drawn(film, artist).strokes
        ranked = [table.tracks[i] for i in table.ranking(step)][: len(markers)]
        assert len(markers) > 0
        for (path, _, _, face), track in zip(markers, ranked, strict=True):
            assert path is SHAPES[track.marker]
            close(face, to_rgba(track.color))
        heights = [placing.transform((0.0, 0.0))[1] for _, placing, _, _ in markers]
        assert heights == sorted(heights, reverse=True)


def check_legend(film, steps):
    picture = film.picture
    found = film.figure.findobj(LegendArtist)
    assert len(found) == bool(picture.layout.legend.lines)
    for artist in found:
        legend = picture.layout.legend
        for step in steps:
            artist.show(step)
            recorded = drawn(film, artist)
            strokes, size = iter(recorded.strokes), picture.px(4.0)
            for line, (x, y), image in zip(
                legend.lines, legend.places, recorded.images, strict=True
            ):
                if line.dash:  # a piece of the path behind the marker
                    path, _, rgba, _ = next(strokes)
                    close(rgba, to_rgba(line.color))
                    assert (path.vertices[:, 1] == y).all()
                room = line.indent * line.scale * size
                if line.marker:
                    path, placing, _, face = next(strokes)
                    assert path is SHAPES[line.marker]
                    middle, height = placing.transform((0.0, 0.0))
                    close(height, y, 1e3)
                    assert x < middle < x + room
                    close(face, to_rgba(line.color))
                word = line.word_at(step)
                height = stamp(word, picture.dpi).height
                assert_stamp(image, word, x + room, y - height / 2, picture.dpi)
            assert next(strokes, None) is None


def check_counter(film, steps):
    picture = film.picture
    found = film.figure.findobj(CounterArtist)
    assert len(found) == picture.counter
    for artist in found:
        for step in steps:
            artist.show(step)
            images = drawn(film, artist).images
            text = str(step).ljust(len(str(picture.steps)), "\u2007")
            line = row([
                stamp(inked(letter, picture.theme, 10.0), picture.dpi)
                for letter in ("step ", *text)
            ])  # fmt: skip
            np.testing.assert_array_equal(images[0][2], line.pixels[::-1])
            assert images[0][0] == round(picture.layout.counter[0] - line.width)
            badge = speed_badge(picture.speeds, step) if step < picture.steps else ""
            assert len(images) == 1 + bool(badge)
            if badge:
                tag = stamp(inked(badge, picture.theme, 10.0, "bold"), picture.dpi)
                np.testing.assert_array_equal(images[1][2], tag.pixels[::-1])
