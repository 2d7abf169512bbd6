"""What an artist draws, noted instead of drawn, and checks that panels share."""

from collections import defaultdict

import numpy as np
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.colors import to_rgba

from animopt.animate.artists import SHAPES
from animopt.animate.text import stamp
from animopt.picture import shapes
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
            found[tuple(color)].append(path.vertices.reshape(-1, 2, 2))
    return {color: np.concatenate(parts) for color, parts in found.items()}


def check_trails(film, artist, trails, tracks, back, scale):
    """Assert that what is drawn up to now is what is seen of the paths, in their colours."""
    wanted = defaultdict(list)
    for trail, track in zip(trails, tracks, strict=True):
        upto = trail.segments[trail.steps <= artist.step]
        if len(upto):
            wanted[to_rgba(track.color)].append(upto)
    found = segments_by_color(drawn(film, artist))
    assert found.keys() == wanted.keys()
    for color, parts in wanted.items():
        if len(parts) == 1:  # of two in one colour the pieces take turns
            close(back(found[color].reshape(-1, 2)), parts[0].reshape(-1, 2), scale)
        assert len(found[color]) == sum(map(len, parts))


def check_tails(film, artist, trails, tracks, shades, back, scale):
    """Assert that the shades of each path are drawn, oldest first, in its colour."""
    strokes = iter(drawn(film, artist).strokes)
    for after, upto, opacity in shades:
        for trail, track in zip(trails, tracks, strict=True):
            piece = trail.segments[(trail.steps > after) & (trail.steps <= upto)]
            if len(piece):
                path, placing, rgba, _ = next(strokes)
                close(back(placing.transform(path.vertices)), piece.reshape(-1, 2), scale)
                close(rgba, to_rgba(track.color, opacity))
    assert next(strokes, None) is None


def check_heads(film, artist, heads, tracks, back, scale):
    """Assert that markers stand at the heads, and arrows where paths have left, in colour."""
    step = artist.step
    close(back(artist.places(step)), [each.places[step] for each in heads], scale)
    if not heads:
        return
    ((paths, placings, _, faces, _),) = drawn(film, artist).shapes
    for i, (each, track) in enumerate(zip(heads, tracks, strict=True)):
        x, y = placings[i][:2, 2]
        close(faces[i], to_rgba(track.color))
        if np.isnan(each.ways[step]).any():
            assert paths[i] is SHAPES[track.marker]
            close(back([(x, y)])[0], each.places[step], scale)
        else:
            np.testing.assert_array_equal(paths[i].vertices, shapes.EXIT)
            # Where several leave, arrows stand side by side: within five of their widths.
            aside = np.hypot(*((x, y) - artist.places(step)[i]))
            assert aside <= 5 * 2 * film.picture.px(3.6)
            # The arrow points as the path goes on the canvas, however its axes are stretched.
            turned = placings[i][:2, 0] / np.hypot(*placings[i][:2, 0])
            ends = back(np.array([(x, y), np.add((x, y), turned)]))
            way = (ends[1] - ends[0]) / np.hypot(*(ends[1] - ends[0]))
            np.testing.assert_allclose(way, each.ways[step], atol=1e-6)


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
