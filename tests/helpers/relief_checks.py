"""Checks that the film draws what the picture says of a relief."""

from functools import lru_cache

import numpy as np
from matplotlib.colors import to_rgba
from recording import (
    check_labels,
    close,
    drawn,
)

from animopt.animate.artists import SHAPES
from animopt.animate.space.box import TickLabels
from animopt.animate.space.marks import SpaceLabels, SpaceMarks
from animopt.animate.space.paths import SpaceCrowds, SpaceHeads, SpaceTrails
from animopt.animate.text import stamp
from animopt.picture import shapes
from animopt.picture.reader import visible
from animopt.picture.space.camera import beside_edges
from animopt.picture.space.relief import numbers
from animopt.picture.words import inked

# The opacity of what the sheet hides.
GHOST = 0.45


def check_relief(film, drawer, simulation, steps):
    relief, picture = drawer.relief, film.picture
    drawer.update(0)
    (ax,) = {artist.axes for artist in drawer.update(0)}
    for step in steps:
        drawer.update(step)
        view = relief.view(step)
        assert (ax.elev, ax.azim) == relief.angles_at(step)
        assert (*ax.get_xlim(), *ax.get_ylim(), *ax.get_zlim()) == tuple(
            np.ravel(relief.camera.limits)
        )
        proj = np.asarray(ax.get_proj())
        np.testing.assert_allclose(view.matrix, proj, rtol=1e-12, atol=1e-12 * np.abs(proj).max())
        np.testing.assert_allclose(view.place, ax.transData.get_matrix(), rtol=1e-9, atol=1e-6)
        for artist in ax.artists:
            if not relief.is_still:
                assert artist.step == step
            match artist:
                case SpaceHeads():
                    check_space_heads(film, artist, relief, view, step)
                case SpaceTrails():
                    check_space_trails(film, artist, relief, view, step)
                case SpaceCrowds():
                    check_space_crowds(film, artist, relief, view, step)
                case SpaceLabels():
                    check_labels(film, artist, relief.labels, picture.shown)
                case TickLabels():
                    check_tick_labels(film, artist, relief, picture)
                case SpaceMarks():
                    check_space_marks(film, artist, relief, view)
    for run, path in zip(simulation, relief.paths, strict=True):
        at = path.points[path.at]
        inside = np.isfinite(at).all(axis=1)
        middle = run.points if not run.is_ensemble else path.track.points
        close(at[inside][:, :2], middle[inside], np.ptp(relief.camera.limits[0]))


def check_space_heads(film, artist, relief, view, step):
    """Assert that each head is at its last sample in the box, faint where that is hidden."""
    heads = [path for path in relief.paths if path.last(step) >= 0]
    if not heads:
        return
    ((paths, placings, _, faces, _),) = drawn(film, artist).shapes
    hidden = ~visible(np.array([path.points[path.last(step)] for path in heads]), relief.field,
                      view.eye)  # fmt: skip
    agreed = 0
    for i, path in enumerate(heads):
        last = path.last(step)
        gone = 0 < last < path.at[step]
        if not gone:
            assert paths[i] is SHAPES[path.track.marker]
            np.testing.assert_allclose(
                placings[i][:2, 2], view.pixels(path.points[last]), atol=1e-6
            )
        else:
            np.testing.assert_array_equal(paths[i].vertices, shapes.EXIT)
        close(faces[i][:3], to_rgba(path.track.color)[:3])
        assert faces[i][3] in (1.0, GHOST)
        agreed += (faces[i][3] == GHOST) == hidden[i]
    # Samples in the same third of a cell share one test.
    assert agreed >= len(heads) - 1


@lru_cache(maxsize=16)
def seen_of(path, field, view):
    """Which samples of a path are seen; a camera at rest has one view for all steps."""
    return visible(path.points, field, view.eye)


def check_space_trails(film, artist, relief, view, step):
    """Assert that each path so far is drawn where its samples are: solid if seen, else faint."""
    strokes = drawn(film, artist).strokes
    for path in relief.paths:
        pixels = view.pixels(path.points)
        seen = seen_of(path, relief.field, view)
        for after, upto, opacity in relief.tail.shades(step):
            part = slice(path.at[after], path.at[upto] + 1)
            solid, faint = (
                sum(
                    (stroke.codes[1:] == stroke.LINETO).astype(int)
                    for stroke, _, rgba, _ in strokes
                    if np.allclose(rgba, to_rgba(path.track.color, strength * opacity))
                    and np.array_equal(stroke.vertices, pixels[part], equal_nan=True)
                )
                for strength in (1.0, GHOST)
            )
            both = seen[part][1:] & seen[part][:-1]
            known = np.isfinite(pixels[part]).all(axis=1)
            known = known[1:] & known[:-1]
            if not known.any():
                continue
            # Samples in the same third of a cell share one test of visibility.
            assert (np.broadcast_to(solid, both.shape) == both)[known].mean() > 0.9
            assert (solid + faint == 1).all() if relief.ghosts else np.all(faint == 0)


def check_space_crowds(film, artist, relief, view, step):
    """Assert that the visible starts are dots on the sheet."""
    recorded = drawn(film, artist).shapes
    for (_, _, places, _, _), starts in zip(recorded, relief.crowds, strict=True):
        dots = relief.field.drape(starts[:, step])
        dots = dots[np.isfinite(dots).all(axis=1)]
        wanted = view.pixels(dots[visible(dots, relief.field, view.eye)])
        np.testing.assert_allclose(places, wanted, atol=1e-6)


def check_tick_labels(film, artist, relief, picture):
    """Assert that the numbers and the name of each axis with room are written, and no others."""
    images = [image for _, _, image, _ in drawn(film, artist).images]
    written = numbers(relief.axes, picture.theme, picture.dpi)
    view = relief.view(artist.step)
    found = beside_edges(view, relief.camera.limits, written, written.shortest)
    for number, beside in found.items():
        axis = relief.axes[number]
        texts = [axis.ticks[1].texts[i] for i in beside.shown]
        wanted = [
            stamp(inked(text, picture.theme, 8.0), picture.dpi).pixels[::-1]
            for text in (*texts, axis.label)
        ]
        head = images[: len(wanted)]
        if len(head) == len(wanted) and all(map(np.array_equal, head, wanted)):
            images = images[len(wanted) :]
    assert images == []


def check_space_marks(film, artist, relief, view):
    """Assert that the visible marks stand where the picture has them."""
    (points,) = (p for p in relief.marks.values() if p is vars(artist)["_points"])
    seen = points[visible(points, relief.field, view.eye)]
    places = [placing.transform((0.0, 0.0)) for _, placing, _, _ in drawn(film, artist).strokes]
    np.testing.assert_allclose(np.reshape(places, (-1, 2)), view.pixels(seen), atol=1e-6)


# ---- the table, the legend and the counter
