"""The page's reader.js and picture/reader.py: fed the same numbers, they answer the same."""

from __future__ import annotations

from importlib.resources import files
from itertools import product
from typing import Any

import numpy as np
import pytest

from animopt.picture import beside, reader
from animopt.picture.space.camera import Numbers, beside_edges, fit
from animopt.picture.space.field import HeightField
from animopt.picture.tails import Tail

SCRIPT = files("animopt.page").joinpath("reader.js").read_text(encoding="utf-8")
ROUNDS = 60


@pytest.fixture(scope="module")
def ask(chromium: Any) -> Any:
    """Evaluate a function of the script with arguments; NaN and infinities pass as they are."""
    page = chromium.new_page()
    page.add_script_tag(content=SCRIPT)
    yield page.evaluate
    page.close()


def close(told: Any, exact: Any) -> None:
    exact = np.asarray(exact, float)
    np.testing.assert_allclose(np.array(told, float), exact, rtol=1e-9, atol=1e-9)


def plain(camera: reader.Camera) -> dict[str, Any]:
    names = ("limits", "aspect", "parallel", "zoom", "square")
    return {name: getattr(camera, name) for name in names}


def cameras(seed: int) -> list[tuple[reader.Camera, float, float]]:
    """Cameras with their angles, upside down ones too.

    From exactly above, the film's azimuth is matplotlib's, which rounding decides.
    """
    random, found = np.random.default_rng(seed), []
    for i in range(ROUNDS):
        low, size = random.normal(0, 3, 3), random.uniform(0.1, 8, 3)
        x0, y0, wide, tall = random.uniform(0, 900, 4)
        camera = reader.Camera(
            limits=tuple((a, a + b) for a, b in zip(low.tolist(), size.tolist(), strict=True)),
            aspect=tuple(random.uniform(0.3, 1, 3).tolist()),
            parallel=bool(i % 2),
            zoom=float(random.uniform(0.4, 2)),
            square=(x0, y0, x0 + wide, y0 + tall),
        )
        elev, azim = random.uniform(-200, 200), random.uniform(-400, 400)
        if i % 5 == 0:
            elev = float(random.choice([1, 30, 89.9, 91, -30]))
        found.append((camera, elev, azim))
    return found


def test_cameras_project_alike(ask):
    random = np.random.default_rng(1)
    for camera, elev, azim in cameras(1):
        view = camera.view(elev, azim)
        points = random.uniform(*np.array(camera.limits).T, (5, 3))
        told = ask(
            """([camera, elev, azim, points]) => {
              const given = new Camera(camera), view = given.view(elev, azim), { limits } = camera;
              const far = farCorner(view, limits);
              return {
                matrix: given.matrix(elev, azim), eye: view.eye,
                pixels: points.map((point) => view.pixel(...point)),
                far, labels: [0, 1, 2].map((axis) => labelEdge(axis, limits, far, view)),
                edges: edges(limits, far, view),
              };
            }""",
            [plain(camera), elev, azim, points.tolist()],
        )
        close(told["matrix"], view.matrix)
        close(told["eye"], view.eye)
        close(told["pixels"], view.pixels(points))
        far = reader.far_corner(view, camera.limits)
        assert tuple(told["far"]) == far
        close(
            told["labels"],
            [reader.label_edge(axis, camera.limits, far, view) for axis in range(3)],
        )
        close(told["edges"], reader.edges(camera.limits, far, view))


def numbers(random: np.random.Generator, camera: reader.Camera) -> Numbers:
    """Some numbers on each axis, of different widths."""
    counts = random.integers(0, 6, 3)
    values = [
        tuple(random.uniform(*limits, count).tolist())
        for limits, count in zip(camera.limits, counts.tolist(), strict=True)
    ]
    widths = [tuple(random.uniform(2, 40, len(each)).tolist()) for each in values]
    names = tuple(random.choice([0.0, 8.0, 90.0], 3).tolist())
    return Numbers(tuple(values), tuple(widths), names, height=11.0, gap=4.0, shortest=50.0)


@pytest.mark.parametrize("count", [1, 7, 150])
def test_cameras_fit_boxes_and_their_numbers_alike(ask, count):
    random = np.random.default_rng(count)
    for camera, elev, azim in cameras(2)[:20]:
        x0, y0, wide, tall = random.uniform(100, 900, 4).tolist()
        box, margin, written = (x0, y0, x0 + wide, y0 + tall), 12.0, numbers(random, camera)
        canvas = x0 + 1.2 * wide, y0 + 1.1 * tall
        angles = [(elev, azim + 2.0 * i) for i in range(count)]
        fitted = fit(camera, box, canvas, margin, angles, written)
        told = ask(
            """([camera, ...given]) => {
              const fitted = fit(new Camera(camera), ...given), [, , , angles, numbers] = given;
              const view = fitted.view(...angles.at(-1));
              const places = [...besideEdges(view, camera.limits, numbers, numbers.shortest)];
              return { ...fitted, places };
            }""",
            [plain(camera), box, canvas, margin, angles, vars(written)],
        )
        close(told["zoom"], fitted.zoom)
        close(told["square"], fitted.square)
        places = beside_edges(fitted.view(*angles[-1]), camera.limits, written, written.shortest)
        assert [axis for axis, _ in told["places"]] == list(places)
        for axis, found in told["places"]:
            for name, exact in vars(places[axis]).items():
                close(found[name], exact)


def field(random: np.random.Generator, holes: bool) -> HeightField:
    nx, ny = random.integers(3, 40, 2)
    x, y = np.linspace(-1, 3, nx), np.linspace(2, 5, ny)
    u, v = np.meshgrid(np.linspace(0, 1, nx), np.linspace(0, 1, ny))
    z = sum(
        random.normal() * np.sin(random.normal(0, 6) * u + random.normal(0, 6) * v + i)
        for i in range(4)
    )
    if holes:
        z = np.where(random.random(z.shape) < 0.1, np.nan, z)
    return HeightField(x, y, z)


FIELD = "new Field(x, y, Float64Array.from(z.flat(), (v) => v ?? NaN))"


def sent(sheet: HeightField) -> list[Any]:
    """Return the field for the script, in which a hole is null."""
    heights = [[None if np.isnan(v) else v for v in row] for row in sheet.z.tolist()]
    return [sheet.x.tolist(), sheet.y.tolist(), heights]


@pytest.mark.parametrize("holes", [False, True])
def test_heights_are_alike(ask, holes):
    random = np.random.default_rng(3)
    for _ in range(ROUNDS):
        sheet = field(random, holes)
        places = random.uniform((-1.3, 1.8), (3.3, 5.2), (40, 2))
        told = ask(
            f"""([[x, y, z], places]) => {{
              const sheet = {FIELD};
              return places.map((place) => sheet.at(...place));
            }}""",
            [sent(sheet), places.tolist()],
        )
        close(told, sheet.at(*places.T))


@pytest.mark.parametrize("under", [False, True])
@pytest.mark.parametrize("holes", [False, True])
def test_the_same_points_are_hidden(ask, holes, under):
    random = np.random.default_rng(4)
    hidden = 0
    for camera, elev, azim in cameras(5):
        sheet = field(random, holes)
        flat = random.uniform((-1.2, 1.9), (3.2, 5.1), (60, 2))
        points = sheet.drape(flat)
        points[::3, 2] += random.normal(0, 1, len(points[::3]))
        limits = ((-1.0, 3.0), (2.0, 5.0), sheet.limits)
        eye = reader.Camera(limits, camera.aspect, camera.parallel).view(elev, azim).eye
        seen = reader.visible(points, sheet, eye, under)
        told = ask(
            f"""([[x, y, z], points, eye, under]) => {{
              const columns = [0, 1, 2].map((axis) => points.map((point) => point[axis] ?? NaN));
              return [...visible(columns, {FIELD}, eye, under)].map(Boolean);
            }}""",
            [
                sent(sheet),
                [[None if np.isnan(v) else v for v in point] for point in points.tolist()],
                eye.tolist(),
                under,
            ],
        )
        assert told == seen.tolist()
        hidden += int((~seen).sum())
    assert hidden > 200


def test_cells_are_in_the_same_order(ask):
    random = np.random.default_rng(6)
    for i in range(ROUNDS):
        ticks, eye = np.sort(random.normal(0, 2, 12)), float(random.normal(0, 4))
        told = ask("(given) => farthestFirst(...given)", [ticks.tolist(), eye, bool(i % 2)])
        assert told == reader.farthest_first(ticks, eye, bool(i % 2)).tolist()


def test_names_stand_at_the_same_places(ask):
    random = np.random.default_rng(7)
    shown = moved = 0
    for _ in range(ROUNDS):
        count = int(random.integers(1, 9))
        heads, sizes = random.uniform(20, 300, (count, 2)), random.uniform(5, 90, (count, 2))
        wanted, order = random.uniform(-60, 10, (count, 2)), random.permutation(count)
        plot = np.array([[20.0, 10.0], [330.0, 290.0]])
        given = [each.tolist() for each in (heads, sizes, wanted, order, plot)]
        told = ask("(given) => beside(...given)", [*given, 6.0])
        corners, seen = beside.beside(heads, sizes, wanted, order, plot, 6.0)
        assert told["shown"] == seen.tolist()
        close(np.array(told["corners"])[seen], corners[seen])
        shown += int(seen.sum())
        moved += int((corners != heads + wanted)[seen].any(axis=1).sum())
    assert shown > 200
    assert moved > 100


def test_the_same_heads_are_one_mark(ask):
    random = np.random.default_rng(10)
    for _ in range(ROUNDS):
        places = random.uniform(-40, 40, (int(random.integers(0, 40)), 2))
        told = ask("(given) => together(...given)", [places.tolist(), 6.0])
        assert told == beside.together(places, 6.0)
        places = np.repeat(places, 2, axis=0)
        told = ask("(given) => arrows(...given)", [places.tolist(), 6.0])
        close(np.reshape(told, (-1, 3)), np.reshape(beside.arrows(places, 6.0), (-1, 3)))


def test_numbers_stand_at_the_same_places(ask):
    random = np.random.default_rng(8)
    for _ in range(ROUNDS):
        edge, middle = random.uniform(0, 500, (2, 2)), random.uniform(0, 500, 2)
        size, gap = random.uniform(4, 40, 2).tolist(), float(random.uniform(0, 9))
        told = ask("(given) => aside(...given)", [edge.tolist(), middle.tolist(), size, gap])
        close(told, reader.aside(edge, middle, (size[0], size[1]), gap))


def test_densities_and_shades_are_alike(ask):
    lengths = np.linspace(0, 60, 61).tolist()
    told = ask("(lengths) => lengths.map((length) => density(length, 20))", lengths)
    assert told == [reader.density(length, 20.0) for length in lengths]
    tails = list(product(range(60), (None, 1, 7, 25), (False, True)))
    told = ask("(tails) => tails.map((tail) => shades(...tail))", tails)
    for found, (step, length, fade) in zip(told, tails, strict=True):
        close(np.ravel(found), np.ravel(Tail(length, fade).shades(step)))


def test_numbers_are_written_alike(ask):
    random = np.random.default_rng(9)
    values = random.normal(size=400) * 10.0 ** random.integers(-30, 30, 400)
    halves = random.integers(-40000, 40000, 200) / 8
    edges = [0.0, -0.0, 1e-3, 9.9996e-4, 9.995e-4, 1e5, 99999.5, 99994.9, 46, 1234.5, 0.25, 5e-324]
    beyond = [1.7e308, np.inf, -np.inf, np.nan]
    every = [*values.tolist(), *halves.tolist(), *edges, *beyond]
    for digits in (4, 6, 10, 15):
        told = ask("([values, n]) => values.map((v) => shortNumber(v, n))", [every, digits])
        assert told == [reader.short_number(value, digits) for value in every]
