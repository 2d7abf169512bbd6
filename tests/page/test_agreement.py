"""What a page draws from is what the picture says, to the precision of its packing.

Points and forces are in single precision: 2⁻²⁴ of their size. Samples in space, curves and names
are in 65 534 parts of their range, and so half a part off, 0.01 pixels on a large screen; colours
are in 254 parts. All else is exact.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from matplotlib.colors import to_hex

from animopt.page import page
from animopt.picture.curves import Curves
from animopt.picture.labels import priorities
from animopt.picture.picture import Picture
from animopt.picture.plane import Plane
from animopt.picture.space.relief import Relief
from animopt.scene import load_scenes

ROOT = Path(__file__).parents[2]
FILES = [
    *(ROOT / "tests" / "gallery" / name for name in ("scenes.py", "depth.py")),
    *sorted((ROOT / "scenes").glob("*.py")),
]
SCENES = {
    f"{file.stem}: {name}": scene for file in FILES for name, scene in load_scenes(file).items()
}
# Scenes for what those files do not show.
RING, BASINS = SCENES["ring: scene"], SCENES["scenes: basins"]
SCENES["panels"] = BASINS.replace(
    panels=("surface", "lr", "distance-x", "gradient", "table"),
    labels=True,
    arrows=True,
    saddles=True,
    forces=("gradient", "momentum"),
)
SCENES["not to scale"] = BASINS.replace(
    basins=None, bounds=((-6, 6), (-0.5, 0.5)), forces=("gradient", "momentum"), labels=True
)
SCENES["wide"] = RING.replace(size=(1280, 720))
SINGLE = 2.0**-23


@pytest.fixture(params=list(SCENES), scope="module")
def both(request, composed, told) -> tuple[Picture, dict]:
    """A picture, and what its page draws from."""
    picture = composed(SCENES[request.param])
    return picture, told(page(picture))


def panel(picture: Picture, kind: type):
    return next(each for each in (*picture.panels, *picture.spare) if isinstance(each, kind))


def charted(picture: Picture) -> list[Curves]:
    """Return the curves that a page shows: those of the film, or else the losses."""
    own = [each for each in picture.panels if isinstance(each, Curves)]
    return own or [each for each in picture.spare if isinstance(each, Curves)]


def some(picture: Picture) -> list[int]:
    """Twenty steps, spread over the run."""
    return np.unique(np.linspace(0, picture.steps, 20).astype(int)).tolist()


def near(told, exact, parts: float = 65534) -> None:
    """Numbers are within half a part of the range of each column, and NaN where these are."""
    exact = np.asarray(exact, float)
    assert np.array_equal(np.isnan(told), ~np.isfinite(exact))
    known = np.where(np.isfinite(exact), exact, np.nan)
    if np.isfinite(known).any():
        width = np.ptp(np.nan_to_num(known, nan=np.nanmin(known)), axis=0).max()
        np.testing.assert_allclose(told, known, rtol=1e-12, atol=0.501 * width / parts)


def single(told, exact) -> None:
    with np.errstate(over="ignore"):
        assert np.array_equal(told, np.asarray(exact).astype("f4"), equal_nan=True)


def shown(exits: list, points, step: int):
    """Return where a page shows a head, and which way it left."""
    rows = [row for row in exits if row[0] <= step]
    if rows and len(rows[-1]) > 1:
        return rows[-1][1:3], rows[-1][3:]
    return points[step], [np.nan, np.nan]


def drawn(trail: dict, points) -> np.ndarray:
    """Return the segments of a trail as canvas.js makes them."""
    starts = {row[0]: row[1:] for row in trail["starts"]}
    cuts = {row[0]: row[1:] for row in trail["cuts"]}
    segments, pen = [], None
    for i, step in enumerate(trail["steps"].tolist()):
        start = starts.get(i, pen)
        pen = cuts.get(i, points[step])
        segments.append([start, pen])
    return np.reshape(segments, (-1, 2, 2)).astype(float)


def test_paths_on_the_plane(both):
    picture, data = both
    plane, (low, high) = panel(picture, Plane), np.array(data["contour"]["bounds"]).T
    size = np.abs([low, high]).max()
    assert data["contour"]["bounds"] == [list(pair) for pair in plane.ground.window]
    assert data["contour"]["inner"] == [list(pair) for pair in plane.ground.bounds]
    for path, run, told in zip(plane.paths, data["runs"], data["contour"]["paths"], strict=True):
        single(run["points"], path.track.points)
        single(run["values"], path.track.values)
        for part, trail in (("trail", path.trail), ("beyond", path.beyond)):
            assert np.array_equal(told[part]["steps"], trail.steps)
            segments = drawn(told[part], run["points"])
            np.testing.assert_allclose(segments, trail.segments, atol=size * SINGLE)
        for step in some(picture):
            place, way = shown(told["exits"], run["points"], step)
            np.testing.assert_allclose(place, path.heads.places[step], atol=size * SINGLE)
            assert np.array_equal(way, path.heads.ways[step], equal_nan=True)


def test_forces_are_as_long_and_point_the_same_way(both):
    picture, data = both
    plane = panel(picture, Plane)
    x0, y0, x1, y1 = plane.frame
    unit = [
        (x1 - x0) / np.diff(plane.ground.window[0]),
        (y1 - y0) / np.diff(plane.ground.window[1]),
    ]
    for path, told in zip(plane.paths, data["contour"]["paths"], strict=True):
        assert list(told["forces"]) == list(path.arrows)
        for kind, arrows in path.arrows.items():
            force = told["forces"][kind]
            lengths = np.hypot(*arrows.T) * 72 / picture.dpi
            np.testing.assert_allclose(force["lengths"], lengths, rtol=2 * SINGLE)
            np.testing.assert_allclose(force["ways"] * np.ravel(unit), arrows, atol=1e-4)


def test_the_ground(both):
    picture, data = both
    ground, told = panel(picture, Plane).ground, data["contour"]
    assert told["levels"] == ground.levels.tolist()
    for contour, rings in zip(told["contours"], ground.outlines(told["parts"]), strict=True):
        assert contour["lengths"] == [len(ring) for ring in rings]
        if rings:
            assert np.array_equal(contour["points"], np.rint(np.concatenate(rings)))
    for guide, exact in zip(told["guides"], ground.guides, strict=True):
        single(guide, exact)
    assert told["marks"] == {name: points.tolist() for name, points in ground.marks.items()}
    assert (told["field"] is None) == (ground.field is None)
    if ground.field:
        rows = np.concatenate([ground.field.points, ground.field.arrows], axis=-1).reshape(-1, 4)
        single(told["field"]["rows"], rows[np.isfinite(rows).all(axis=1)])
    assert (told["basins"] is None) == (ground.tints is None)
    if ground.tints is not None:
        basins = told["basins"]
        tints = np.array(basins["tints"])[basins["cells"]]
        shape = basins["rows"], basins["columns"], 4
        np.testing.assert_allclose(tints.reshape(shape) / 255, ground.tints, atol=0.5 / 255)


def test_curves(both):
    picture, data = both
    panels = charted(picture)
    for curves, chart in zip(panels, data["charts"], strict=True):
        assert chart["title"] == curves.title
        assert (chart["from"], chart["upto"]) == curves.x.limits
        for curve, told in zip(curves.curves, chart["curves"], strict=True):
            assert picture.paths[told["run"]] is curve.track
            near(told["parts"], curve.parts)
            if curve.cloud is not None:
                near(told["cloud"], curve.cloud.T)
            points = np.column_stack([np.arange(len(curve.parts)), told["parts"]])
            slack = 0.501 * np.ptp(curve.parts) / 65534 + 1e-12
            assert np.array_equal(told["trail"]["steps"], curve.trail.steps)
            segments = drawn(told["trail"], points)
            np.testing.assert_allclose(segments, curve.trail.segments, atol=slack)
            for step in some(picture):
                place, way = shown(told["exits"], points, step)
                np.testing.assert_allclose(place, curve.heads.places[step], atol=slack)
                assert np.array_equal(way, curve.heads.ways[step], equal_nan=True)


def test_axes(both):
    picture, data = both
    plane, relief = panel(picture, Plane), panel(picture, Relief)
    axes = [(data["contour"]["x"], plane.x), (data["contour"]["y"], plane.y)]
    axes += zip(data["surface"]["axes"], relief.axes, strict=True)
    for told, axis in axes:
        (low, high), densities = axis.limits, axis.ticks
        assert told["usual"] > 0
        assert told["label"] == axis.label != ""
        for ticks, exact in zip(told["ticks"], densities, strict=True):
            assert tuple(ticks["texts"]) == exact.texts
            values = low + np.array(ticks["parts"]) * (high - low)
            np.testing.assert_allclose(values, exact.values, atol=1e-12 * max(abs(low), abs(high)))
    panels = charted(picture)
    for curves, chart in zip(panels, data["charts"], strict=True):
        for ticks, exact in zip(chart["y"]["ticks"], curves.y.ticks, strict=True):
            assert tuple(ticks["texts"]) == exact.texts
            assert ticks["parts"] == curves.scale.parts(np.array(exact.values)).tolist()
            assert all(-1e-9 <= part <= 1 + 1e-9 for part in ticks["parts"])


def test_the_surface(both):
    picture, data = both
    relief, told = panel(picture, Relief), data["surface"]
    camera = relief.camera
    assert np.array_equal(told["limits"], camera.limits)
    assert (told["aspect"], told["parallel"]) == (list(camera.aspect), camera.parallel)
    for step in some(picture):
        angles = told["angles"][min(step, len(told["angles"]) - 1)]
        np.testing.assert_allclose(angles, relief.angles_at(step), rtol=SINGLE)
    assert (told["rows"], told["columns"]) == relief.field.z.shape
    near(told["z"], relief.field.z.ravel())
    low, high = relief.sheet.limits
    heights = told["parts"][:, 2]
    assert ((heights >= low) & (heights <= high)).all()
    for path, each in zip(relief.paths, told["paths"], strict=True):
        near(each["samples"], path.points)
        assert np.array_equal(each["at"], path.at)
    for name in ("floor", "draped", "wires"):
        lines = getattr(relief.sheet, name)
        assert told[name]["lengths"] == [len(line) for line in lines]
        if lines:
            near(told[name]["points"], np.concatenate(lines))
    assert told["marks"] == {name: points.tolist() for name, points in relief.marks.items()}
    names = ("ghosts", "shadow", "drops")
    assert [told[name] for name in names] == [getattr(relief, name) for name in names]
    assert len(told["crowds"]) == len(relief.crowds)


def test_names(both):
    picture, data = both
    for exact, told in (
        (panel(picture, Plane).labels, data["contour"]["labels"]),
        (panel(picture, Relief).labels, data["surface"]["labels"]),
    ):
        assert (exact is None) == (told is None)
        if exact is None:
            continue
        point = picture.dpi / 72
        assert told["texts"] == [word.text for word in exact.words]
        sizes = [word.ink_size(picture.dpi) for word in exact.words]
        np.testing.assert_allclose(np.array(told["sizes"]) * point, sizes)
        offsets = exact.places.corners - exact.points
        shape = offsets.shape
        np.testing.assert_allclose(told["offsets"].reshape(shape) * point, offsets, atol=0.01)
        assert np.array_equal(told["order"], priorities(exact.points))


def test_colours(both):
    picture, data = both
    theme, told = picture.theme, data["themes"]["light"]
    assert told["runs"] == [track.color for track in picture.paths]
    assert data["themes"]["dark"]["runs"] == list(picture.night)
    assert told["fills"] == theme.fills_of(len(data["contour"]["contours"]))
    assert [told[name] for name in ("paper", "ink", "faint", "line")] == [
        getattr(theme, name) for name in ("paper", "ink", "faint", "line")
    ]
    sheet, surface = panel(picture, Relief).sheet, data["surface"]
    known = np.isfinite(sheet.fractions)
    places = np.rint(surface["fractions"][known.ravel()] * 254).astype(int)
    colors = np.array(told["sheet"])[places] / 255
    exact = theme.sheets(sheet.fractions[known])[:, :3]
    np.testing.assert_allclose(colors, exact, atol=2.5 / 255)
    near(surface["brightness"], sheet.brightness.ravel(), parts=254)


def test_shapes_and_the_clock(both):
    picture, data = both
    assert [run["marker"] for run in data["runs"]] == [track.marker for track in picture.paths]
    assert set(data["shapes"]["markers"]) >= {track.marker for track in picture.paths}
    assert data["frames"].tolist() == list(picture.shown)
    assert data["speeds"] == [list(each) for each in picture.speeds]
    assert to_hex(data["themes"]["light"]["accent"]) == to_hex(picture.theme.cycle[0])


def test_the_table(composed, told):
    picture = composed(SCENES["panels"])
    data, table = told(page(picture)), picture.panels[4]
    for step in some(picture):
        ranking = [data["table"]["runs"][row] for row in data["table"]["rankings"][step]]
        assert [picture.paths[run] for run in ranking] == [
            table.tracks[row] for row in table.ranking(step)
        ]
