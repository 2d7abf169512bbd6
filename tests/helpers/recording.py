"""What an artist draws, noted instead of drawn, and checks that panels share."""

from collections import defaultdict

import numpy as np
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.colors import to_rgba

from animopt.animate.artists import SHAPES
from animopt.animate.text import stamp
from animopt.picture import shapes
from animopt.picture.beside import together
from animopt.picture.words import PAD


class Recorder(RendererAgg):
    """A renderer that notes what it is told to draw, and draws nothing."""

    def __init__(self, film):
        wide, tall = film.picture.size
        super().__init__(wide, tall, film.picture.dpi)
        self.strokes, self.shapes, self.images = [], [], []

    def _update_methods(self):
        """Keep the methods below, which RendererAgg would replace by those of its core."""

    def draw_path(self, gc, path, transform, rgbFace=None):
        rgba = (*gc.get_rgb()[:3], gc.get_alpha() if gc.get_forced_alpha() else gc.get_rgb()[3])
        self.strokes.append((path, transform.frozen(), rgba, rgbFace))

    def draw_path_collection(self, gc, master, paths, placings, offsets, *rest):
        _, faces, edges = rest[:3]
        self.shapes.append((paths, np.asarray(placings), np.asarray(offsets), faces, edges))

    def draw_image(self, gc, x, y, image, transform=None):
        self.images.append((x, y, np.asarray(image), gc.get_alpha()))


def drawn(film, artist):
    """What an artist draws at its present step."""
    recorder = Recorder(film)
    artist.draw_since(recorder, -1)
    return recorder


def close(ours, theirs, scale=1.0):
    np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-9 * scale)


def assert_stamp(image, word, x, y, dpi):
    """Assert that a recorded image is a word, with its lower left corner at whole pixels."""
    left, base, pixels, _ = image
    assert (left, base) == (round(x), round(y))
    np.testing.assert_array_equal(pixels, stamp(word, dpi).pixels[::-1])


def segments_by_color(recorder):
    """The drawn segments (m, 2, 2) of a TrailArtist by colour, in order."""
    found = defaultdict(list)
    for paths, _, _, _, edges in recorder.shapes:
        for path, color in zip(paths, edges, strict=True):
            found[tuple(color)].append(segments_of(path))
    return {color: np.concatenate(parts) for color, parts in found.items()}


def segments_of(path):
    """The segments (m, 2, 2) that a path draws, in order."""
    lines = np.stack([path.vertices[:-1], path.vertices[1:]], axis=1)
    return lines[path.codes[1:] == path.LINETO]


def check_trails(film, artist, trails, tracks, back, scale):
    """Assert that what is drawn up to now is what is seen of the paths, in their colours.

    Where a path goes for the first time, to within a pixel, it has a casing in the paper's colour,
    below what the casing covers of its own path.
    """
    found = segments_by_color(drawn(film, artist))
    cased = found.pop(to_rgba(film.picture.theme.paper), np.empty((0, 2, 2)))
    assert found.keys() == {
        to_rgba(track.color)
        for trail, track in zip(trails, tracks, strict=True)
        if (trail.steps <= artist.step).any()
    }
    wanted = defaultdict(list)
    for trail, track in zip(trails, tracks, strict=True):
        wanted[to_rgba(track.color)].append(trail.segments[trail.steps <= artist.step])
    for color, drawn_there in found.items():
        drawn_there = back(drawn_there.reshape(-1, 2)).reshape(-1, 2, 2)
        path = np.concatenate(wanted[color])
        assert farthest(drawn_there.reshape(-1, 2), path) < 1e-6 * scale
        if all(not track.dash for track in tracks if to_rgba(track.color) == color):
            for segment in path[:: len(path) // 40 + 1]:
                assert np.abs(drawn_there - segment).max(axis=(1, 2)).min() < 1e-7 * scale
    if not any(track.dash for track in tracks):
        paths = [segment for parts in wanted.values() for each in parts for segment in each]
        assert len(cased) <= len(paths)
        pixel, cased = np.abs(np.diff(back([(0, 0), (1, 1)]), axis=0)), back(cased)
        cased = np.concatenate([cased.reshape(-1, 2, 2), cased.reshape(-1, 2, 2)[:, ::-1]])
        for segment in paths[:: len(paths) // 40 + 1]:
            assert (np.abs(cased - segment) / pixel).max(axis=(1, 2)).min() < 1 + 1e-6


def farthest(points, segments):
    """Return how far the farthest of some points (n, 2) is from all segments (m, 2, 2)."""
    start, way = segments[:, 0], segments[:, 1] - segments[:, 0]
    length = np.maximum((way**2).sum(axis=1), 1e-300)
    worst = 0.0
    for point in points[:: len(points) // 20 + 1]:
        part = (((point - start) * way).sum(axis=1) / length).clip(0, 1)
        worst = max(worst, np.linalg.norm(start + part[:, None] * way - point, axis=1).min())
    return worst


def check_tails(film, artist, trails, tracks, shades, back, scale, cased=True):
    """Assert that the shades of each path are drawn, oldest first, in its colour, in a casing."""
    strokes = iter(drawn(film, artist).strokes)
    for after, upto, opacity in shades:
        for trail, track in zip(trails, tracks, strict=True):
            piece = trail.segments[(trail.steps > after) & (trail.steps <= upto)]
            for color in (film.picture.theme.paper, track.color)[0 if cased else 1 :]:
                if len(piece):
                    path, placing, rgba, _ = next(strokes)
                    stroke = placing.transform(segments_of(path).reshape(-1, 2))
                    close(back(stroke), piece.reshape(-1, 2), scale)
                    close(rgba, to_rgba(color, opacity))
    assert next(strokes, None) is None


def check_heads(film, artist, heads, tracks, back, scale):
    """Assert that markers stand at the heads, and arrows where paths have left, in colour."""
    step = artist.step
    places = artist.places(step)
    close(back(places), [each.places[step] for each in heads], scale)
    if not heads:
        return
    ways = [each.ways[step] for each in heads]
    recorded = drawn(film, artist)
    check_marks(
        recorded,
        places,
        [np.isnan(way).any() for way in ways],
        tracks,
        film.picture.px(artist.size),
    )
    _, placings, _, faces, _ = recorded.shapes[-1]
    for track, place, way in zip(tracks, places, ways, strict=True):
        if np.isnan(way).any():
            continue
        # The arrow points as the path goes on the canvas, however its axes are stretched.
        arrows = [
            placing for placing, face in zip(placings, faces, strict=True)
            if np.allclose(face, to_rgba(track.color)) and np.allclose(placing[:2, 2], place)
        ]  # fmt: skip
        pointing = []
        for placing in arrows:
            turned = placing[:2, 0] / np.hypot(*placing[:2, 0])
            ends = back(np.array([place, np.add(place, turned)]))
            pointing.append((ends[1] - ends[0]) / np.hypot(*(ends[1] - ends[0])))
        assert any(np.allclose(each, way, atol=1e-6) for each in pointing)


def check_marks(recorded, places, inside, tracks, size):
    """Assert that each head is seen where it is: by its marker, or its part of one for several."""
    paths, placings, _, faces, _ = recorded.shapes[-1]
    rest = [place for place, here in zip(places, inside, strict=True) if here]
    at_rest = np.array(rest).reshape(-1, 2)
    groups = [at_rest[members] for members in together(at_rest, size)]
    for place, here, track in zip(places, inside, tracks, strict=True):
        color = np.array(to_rgba(track.color))[:3]
        mine = [i for i, face in enumerate(faces) if np.allclose(face[:3], color)]
        at = {i: np.hypot(*(placings[i][:2, 2] - place)) for i in mine}
        apart = sorted(np.hypot(*(place - other)) for other in rest)
        if not here:
            (*_, tip) = [i for i in mine if at[i] < 1e-6]
            np.testing.assert_array_equal(paths[tip].vertices, shapes.EXIT)
        elif len(apart) < 2 or apart[1] > 2 * size:
            assert any(paths[i] is SHAPES[track.marker] and at[i] < 1e-6 for i in mine)
        else:  # in the middle of its group; of more than eight there is a count
            (group,) = [each for each in groups if any(np.array_equal(p, place) for p in each)]
            middles = [placings[i][:2, 2] for i in mine]
            shown = any(np.allclose(each, group.mean(axis=0)) for each in middles)
            assert shown if len(group) <= shapes.MANY else recorded.images


def check_counts(film, artist, counts):
    """Assert that the numbers at the minima are those of the runs that rest there."""
    wanted = counts.numbers[:, :, artist.step].T
    assert len(drawn(film, artist).images) == np.count_nonzero(wanted)


def check_labels(film, artist, labels, shown):
    """Assert that each name stands at its place, unless it is left out."""
    i = shown.index(artist.step)
    images = drawn(film, artist).images
    free = np.flatnonzero(labels.places.free[i])
    assert len(images) == len(free)
    for image, j in zip(images, free, strict=True):
        x, y = labels.places.corners[i, j]
        assert_stamp(image, labels.words[j], x - PAD + 1, y - PAD, film.picture.dpi)


def check_axis(axis, values, texts, low, high):
    """Assert that an axis shows these ticks and no others."""
    inside = [(v, label) for v, label in zip(axis.get_ticklocs(), axis.get_ticklabels(),
                                             strict=True) if low <= v <= high]  # fmt: skip
    assert [v for v, _ in inside] == list(values)
    assert [label.get_text() for _, label in inside] == list(texts)
    assert axis.get_major_formatter().get_offset() == ""
    assert list(axis.get_minor_locator()()) == []


def check_ticks(ax, x, y):
    """Assert that both axes have the limits and the ticks of the picture."""
    assert (ax.get_xlabel(), ax.get_ylabel()) == (x.label, y.label)
    assert ax.get_xlim() == x.limits
    assert ax.get_ylim() == y.limits
    for axis, ours in ((ax.xaxis, x), (ax.yaxis, y)):
        usual = ours.ticks[1]
        check_axis(axis, usual.values, usual.texts, *ours.limits)


def back_from(transform):
    inverse = transform.inverted()
    return lambda pixels: inverse.transform(np.reshape(pixels, (-1, 2)))


# ---- the plane
