// This mirrors animopt/picture/reader.py, beside.py, fit of space/camera.py, and Tail.shades of tails.py: what depends on the reader's window, camera and choice.
// Pixels count from the lower left corner, as there; tests/page/test_reader.py feeds both the same numbers.

const DISTANCE = 10, SIZE = 1.8294640721620434 * 25 / 24, LIFT = 0.0003;
const LOW = -0.95 / DISTANCE, HIGH = 0.9 / DISTANCE;

const dot = (a, b) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const cross = (a, b) => [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
const times = (a, b) => a.map((row) => b[0].map((_, j) => row.reduce((sum, v, i) => sum + v * b[i][j], 0)));

class Camera {
  constructor({ limits, aspect, parallel, zoom = 1, square = [0, 0, 1, 1] }) {
    Object.assign(this, { limits, aspect, parallel, zoom, square });
  }

  view(elev, azim) {
    const [x0, y0, x1, y1] = this.square, wide = (x1 - x0) / (HIGH - LOW), tall = (y1 - y0) / (HIGH - LOW);
    const place = [[wide, 0, x0 - LOW * wide], [0, tall, y0 - LOW * tall], [0, 0, 1]];
    return new View(this.matrix(elev, azim), place);
  }

  filling(low, extent, canvas, zoom) {
    const corner = low.map((v, i) => v / canvas[i]), room = extent.map((v, i) => v / canvas[i]), shape = canvas[1] / canvas[0];
    const side = room[0] / shape <= room[1] ? [room[0], room[0] / shape] : [room[1] * shape, room[1]];
    const shifted = corner.map((v, i) => v + 0.5 * (room[i] - side[i]));
    return new Camera({ ...this, zoom, square: [...shifted.map((v, i) => v * canvas[i]), ...shifted.map((v, i) => (v + side[i]) * canvas[i])] });
  }

  matrix(elev, azim) {
    const norm = Math.hypot(...this.aspect), box = this.aspect.map((side) => side * SIZE * this.zoom / norm);
    const unit = box.map((side, i) => side / (this.limits[i][1] - this.limits[i][0]));
    const world = [0, 1, 2].map((i) => [0, 1, 2].map((j) => (i === j ? unit[i] : 0)).concat(-this.limits[i][0] * unit[i]));
    const e = elev * Math.PI / 180, a = azim * Math.PI / 180;
    const out = [Math.cos(e) * Math.cos(a), Math.cos(e) * Math.sin(a), Math.sin(e)];
    const turned = ((elev + 180) % 360 + 360) % 360 - 180;
    let right = cross([0, 0, Math.abs(turned) > 90 ? -1 : 1], out);
    right = right.map((v) => v / Math.hypot(...right));
    const turn = [right, cross(out, right), out].map((row) => [...row, 0]).concat([[0, 0, 0, 1]]);
    const shift = [0, 1, 2].map((i) => [0, 1, 2].map((j) => Number(i === j)).concat(-(box[i] / 2 + DISTANCE * out[i])));
    const last = [0, 0, 0, 1];
    return times(times(times(lens(this.parallel), turn), [...shift, last]), [...world, last]);
  }
}

const lens = (parallel) => (parallel
  ? [[2, 0, 0, 0], [0, 2, 0, 0], [0, 0, -2, 0], [0, 0, 0, 2 * DISTANCE]]
  : [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 0, -DISTANCE], [0, 0, -1, 0]]);

class View {
  constructor(matrix, place) {
    this.eye = eyeOf(matrix);
    this.rows = times(place, [matrix[0], matrix[1], matrix[3]]);
  }

  pixel(x, y, z) {
    const [u, v, w] = this.rows, away = w[0] * x + w[1] * y + w[2] * z + w[3];
    return [(u[0] * x + u[1] * y + u[2] * z + u[3]) / away, (v[0] * x + v[1] * y + v[2] * z + v[3]) / away];
  }
}

// The camera of a projection matrix, (x, y, z, 1), or (x, y, z, 0) in its direction if it is parallel.
function eyeOf([p, q, r, s]) {
  const minor = (i, j, k) => dot([p[i], p[j], p[k]], cross([q[i], q[j], q[k]], [s[i], s[j], s[k]]));
  const eye = [minor(1, 2, 3), -minor(0, 2, 3), minor(0, 1, 3), -minor(0, 1, 2)];
  if (Math.abs(eye[3]) > 1e-9 * Math.max(...eye.map(Math.abs))) return eye.map((v) => v / eye[3]);
  const way = cross(p, q), sign = dot(r, way) > 0 ? -1 : 1;
  return [...way.map((v) => sign * v / Math.hypot(...way)), 0];
}

const corners = ([xs, ys, zs]) => ys.flatMap((y) => xs.flatMap((x) => zs.map((z) => [x, y, z])));

const farCorner = (view, limits) => limits.map(([low, high], i) => Number(view.eye[i] < (view.eye[3] === 0 ? 0 : (low + high) / 2)));

function labelEdge(axis, limits, far, view) {
  const near = [0, 1, 2].filter((other) => other !== axis);
  const edges = near.map((other) => edgeLine(limits, far, { [other]: limits[other][1 - far[other]], [axis]: limits[axis] }));
  if (axis !== 2) return edges[0];
  const right = (edge) => edge.reduce((sum, point) => sum + view.pixel(...point)[0], 0) / 2;
  return right(edges[1]) > right(edges[0]) ? edges[1] : edges[0];
}

const edgeLine = (limits, far, ends) => [0, 1].map((end) => limits.map((limit, axis) => {
  const given = ends[axis] ?? limit[far[axis]];
  return Array.isArray(given) ? given[end] : given;
}));

const edges = (limits, far, view) => [0, 1, 2].flatMap((axis) => [edgeLine(limits, far, { [axis]: limits[axis] }), labelEdge(axis, limits, far, view)]);

function aside([[x0, y0], [x1, y1]], middle, size, gap) {
  let [across, up] = normal([[x0, y0], [x1, y1]]);
  if (across * ((x0 + x1) / 2 - middle[0]) + up * ((y0 + y1) / 2 - middle[1]) < 0) [across, up] = [-across, -up];
  const away = gap + span([[x0, y0], [x1, y1]], size) / 2;
  return [across * away, up * away];
}

function span(edge, [wide, tall]) {
  const [across, up] = normal(edge);
  return Math.abs(across) * wide + Math.abs(up) * tall;
}

function normal([[x0, y0], [x1, y1]]) {
  const length = Math.hypot(x1 - x0, y1 - y0);
  return [(y0 - y1) / length, (x1 - x0) / length];
}

// The least k for which no two of every k-th box that follow each other overlap.
function stride(middles, sizes) {
  const apart = (i, j) => [0, 1].some((n) => Math.abs(middles[i][n] - middles[j][n]) >= (sizes[i][n] + sizes[j][n]) / 2);
  for (let k = 1; k < middles.length; k++) {
    let free = true;
    for (let i = k; i < middles.length && free; i += k) free = apart(i, i - k);
    if (free) return k;
  }
  return Math.max(middles.length, 1);
}

// What stands beside the edge of each axis: the numbers for which there is room, their ticks and middles, and the name's middle.
function besideEdges(view, limits, { values, widths, names, height, gap }, least) {
  const far = farCorner(view, limits), middle = view.pixel(...limits.map(([low, high]) => (low + high) / 2)), found = new Map();
  values.forEach((some, axis) => {
    const edge = labelEdge(axis, limits, far, view), ends = edge.map((end) => view.pixel(...end));
    if (!some.length || Math.hypot(ends[1][0] - ends[0][0], ends[1][1] - ends[0][1]) < least) return;
    const ticks = some.map((value) => view.pixel(...edge[0].map((v, n) => (n === axis ? value : v))));
    const beside = (place, wide, away) => { const shift = aside(ends, middle, [wide, height], away); return place.map((v, n) => v + shift[n]); };
    const middles = ticks.map((tick, i) => beside(tick, widths[axis][i], gap)), sizes = widths[axis].map((wide) => [wide + gap, height]);
    const k = stride(middles, sizes), shown = [...some.keys()].filter((i) => i % k === 0);
    const beyond = 2 * gap + span(ends, [Math.max(...widths[axis]), height]);
    const half = view.pixel(...edge[0].map((v, n) => (v + edge[1][n]) / 2));
    found.set(axis, { ticks, middles, shown, name: beside(half, names[axis], beyond) });
  });
  return found;
}

// The camera that fills a box, less a margin, with the box of the surface and the numbers at its edges, from all angles.
function fit(camera, box, canvas, margin, angles, numbers) {
  let zoom = 1, place = box.slice(0, 2);
  const extent = [box[2] - box[0], box[3] - box[1]];
  angles = [...new Map(angles.map((angle) => [String(angle), angle])).values()];
  for (const count of [12, 12, 12, 100, 100]) {
    const seen = camera.filling(place, extent, canvas, zoom), stride = Math.floor(angles.length / count) + 1;
    const low = [Infinity, Infinity], high = [-Infinity, -Infinity], first = [0, 0], last = [0, 0];
    for (let i = 0; i < angles.length; i += stride) {
      for (const [spot, from, upto] of reach(seen.view(...angles[i]), camera.limits, numbers)) {
        for (const n of [0, 1]) {
          if (from[n] < low[n]) [low[n], first[n]] = [from[n], spot[n]];
          if (upto[n] > high[n]) [high[n], last[n]] = [upto[n], spot[n]];
        }
      }
    }
    const factors = [0, 1].map((n) => 1 + (extent[n] - 2 * margin - (high[n] - low[n])) / Math.max(last[n] - first[n], 1));
    zoom *= Math.max(Math.min(...factors), 0.2);
    place = place.map((v, n) => v + (box[n] + box[n + 2]) / 2 - (low[n] + high[n]) / 2);
  }
  return camera.filling(place, extent, canvas, zoom);
}

// What must be seen in a view: a place, and how far what is there reaches.
function reach(view, limits, numbers) {
  const ends = corners(limits).map((end) => view.pixel(...end)), found = ends.map((end) => [end, end, end]);
  for (const [axis, { ticks, middles, name }] of besideEdges(view, limits, numbers, numbers.shortest / 2)) {
    const put = (tick, middle, wide) => found.push([tick, middle.map((v, n) => v - [wide, numbers.height][n] / 2), middle.map((v, n) => v + [wide, numbers.height][n] / 2)]);
    ticks.forEach((tick, i) => put(tick, middles[i], numbers.widths[axis][i]));
    put(name, name, numbers.names[axis]);
  }
  return found;
}

function farthestFirst(ticks, eye, parallel) {
  const away = Array.from({ length: ticks.length - 1 }, (_, i) => {
    const middle = (ticks[i] + ticks[i + 1]) / 2;
    return parallel ? -eye * middle : Math.abs(middle - eye);
  });
  return [...away.keys()].sort((a, b) => away[b] - away[a]);
}

// A height field over even x and y: z by rows, NaN is a hole.
class Field {
  constructor(x, y, z) {
    Object.assign(this, { x, y, z, columns: x.length, rows: y.length });
    [this.low, this.top] = z.reduce(([low, top], v) => [v < low ? v : low, v > top ? v : top], [Infinity, -Infinity]);
    this.cell = [(x.at(-1) - x[0]) / (x.length - 1), (y.at(-1) - y[0]) / (y.length - 1)];
  }

  at(x, y) {
    const i = (x - this.x[0]) / (this.x.at(-1) - this.x[0]) * (this.columns - 1);
    const j = (y - this.y[0]) / (this.y.at(-1) - this.y[0]) * (this.rows - 1);
    return i >= 0 && j >= 0 && i <= this.columns - 1 && j <= this.rows - 1 ? this.atIndex(i, j) : NaN;
  }

  atIndex(i, j) {
    const { z, columns, rows } = this;
    const i0 = Math.min(Math.max(Math.trunc(i), 0), columns - 2), j0 = Math.min(Math.max(Math.trunc(j), 0), rows - 2);
    const u = i - i0, v = j - j0, first = j0 * columns + i0, a = z[first], c = z[first + columns + 1];
    if (u < v) {
      const d = z[first + columns];
      return a + (c - d) * u + (d - a) * v;
    }
    const b = z[first + 1];
    return a + (b - a) * u + (c - b) * v;
  }
}

// Which of the points, columns x, y and z, the eye can see past the sheet; see there.
function visible([xs, ys, zs], field, eye, under = false) {
  const seen = new Uint8Array(xs.length).fill(1), { columns, rows, low, top } = field;
  if (low > top) return seen;
  const [wide, tall] = field.cell, x0 = field.x[0], y0 = field.y[0], lift = under ? 0 : LIFT * (top - low);
  const far = eye[3] === 0, ex = far ? eye[0] / wide : (eye[0] - x0) / wide, ey = far ? eye[1] / tall : (eye[1] - y0) / tall;
  for (let n = 0; n < xs.length; n++) {
    const x = (xs[n] - x0) / wide, y = (ys[n] - y0) / tall, z = zs[n] + lift;
    if (!(x >= 0 && y >= 0 && z > -Infinity && x <= columns - 1 && y <= rows - 1)) continue;
    let dx = far ? ex : ex - x, dy = far ? ey : ey - y, dz = far ? eye[2] : eye[2] - z;
    const stride = 0.5 / Math.max(Math.hypot(dx, dy), 1e-9 * Math.max(Math.abs(dx), Math.abs(dy), Math.abs(dz)));
    dx *= stride; dy *= stride; dz *= stride;
    const leaves = (d, from, end) => (d === 0 ? Infinity : ((d > 0 ? end : 0) - from) / d);
    let rises = dz === 0 ? Infinity : ((dz > 0 ? top : -Infinity) - z) / dz;
    if (under) rises = Math.ceil(rises);
    const end = Math.min(leaves(dx, x, columns - 1), leaves(dy, y, rows - 1), rises);
    for (let t = 1; t <= end && t < 2 * (columns + rows); t++) {
      const sheet = field.atIndex(x + t * dx, y + t * dy), height = z + t * dz;
      if (under ? height > sheet : height < sheet) { seen[n] = 0; break; }
    }
  }
  return seen;
}

const density = (length, usual) => (length < 0.6 * usual ? 0 : length > 1.7 * usual ? 2 : 1);

const RINGS = [1, 3, 6, 10], ROWS = 4, SPACING = 3, CLEAR = 0.85;

// The places of a label around its point, the best first.
function sides([wide, tall], gap) {
  const rows = Array.from({ length: 2 * ROWS + 1 }, (_, i) => (i % 2 ? (i + 1) / 2 : -i / 2));
  return RINGS.flatMap((ring) => {
    const away = ring * gap, starts = [-wide / 2, -wide / 6, -5 * wide / 6];
    return [
      ...rows.flatMap((row) => [away, -wide - away].map((x) => [x, row * (tall + SPACING) - tall / 2])),
      ...starts.flatMap((x) => [away, -tall - away].map((y) => [x, y])),
    ];
  });
}

// Where labels stand, and which are shown: where they are wanted, or at the first of their sides that is free.
function beside(heads, sizes, wanted, order, [low, high], gap) {
  const corners = heads.map((head, n) => head.map((v, i) => v + wanted[n][i])), shown = heads.map(() => false);
  for (const a of order) {
    const size = sizes[a];
    for (const [x, y] of [wanted[a], ...sides(size, gap)]) {
      const corner = [heads[a][0] + x, heads[a][1] + y];
      if (![0, 1].every((i) => corner[i] >= low[i] && corner[i] + size[i] <= high[i])) continue;
      if (corners.some((other, b) => shown[b] && gapTo(corner, size, other, sizes[b]) < 0)) continue;
      if (heads.some((head) => gapTo(corner, size, head) < CLEAR * gap)) continue;
      [corners[a], shown[a]] = [corner, true];
      break;
    }
  }
  return { corners, shown };
}

const gapTo = (corner, size, other, theirs = [0, 0]) => Math.max(...[0, 1].map((i) => (
  Math.abs(corner[i] - other[i] + (size[i] - theirs[i]) / 2) - (size[i] + theirs[i]) / 2)));

// The places in groups: those nearer than `apart` to the first of their group.
function together(places, apart) {
  const groups = [], cells = new Map();
  places.forEach(([x, y], n) => {
    const column = Math.floor(x / apart), row = Math.floor(y / apart), near = [];
    for (const dx of [-1, 0, 1]) {
      for (const dy of [-1, 0, 1]) {
        for (const group of cells.get(`${column + dx} ${row + dy}`) ?? []) {
          const [u, v] = places[groups[group][0]];
          if (Math.hypot(x - u, y - v) < apart) near.push(group);
        }
      }
    }
    if (near.length) { groups[Math.min(...near)].push(n); return; }
    const key = `${column} ${row}`;
    cells.set(key, [...cells.get(key) ?? [], groups.length]);
    groups.push([n]);
  });
  return groups;
}

function arrows(tips, size) {
  return together(tips, 2 * size).flatMap((group) => {
    const nests = together(group.map((n) => tips[n]), size / 2).map((nest) => nest.map((i) => group[i]));
    const gaps = nests.flatMap(([a], i) => nests.slice(i + 1).map(([b]) => Math.hypot(tips[a][0] - tips[b][0], tips[a][1] - tips[b][1])));
    const scale = Math.max(Math.min(2 * size, ...gaps) / (2 * size), 0.6);
    return nests.flatMap((nest) => nest.map((n, rank) => [n, scale * nested(rank, nest.length), rank]));
  });
}

const nested = (rank, count) => 1 - 0.8 * rank / Math.max(count, 2);

// The shades of a path at a step, oldest first: [after, upto, opacity].
function shades(step, length, fade) {
  const oldest = length === null ? 0 : Math.max(0, step - length);
  if (!fade) return [[oldest, step, 1]];
  const even = (v) => (v - Math.floor(v) === 0.5 ? 2 * Math.round(v / 2) : Math.round(v));
  const ends = [...new Set(Array.from({ length: 11 }, (_, i) => even(oldest + i * ((step - oldest) / 10))))];
  return ends.slice(1).map((end, i) => [ends[i], end, 0.1 + (1 - 0.1) * ((end - oldest) / Math.max(1, step - oldest))]);
}

function shortNumber(value, digits = 4) {
  if (Number.isNaN(value)) return "–";
  const sign = value < 0 ? "−" : "", size = Math.abs(value);
  if (size === Infinity) return `${sign}∞`;
  if (digits > 4 && size >= 1e-3) return sign + size.toPrecision(digits).replace("e+", "e");
  if (size === 0 || (size >= 1e-3 && size < 1e5)) return sign + String(Number(size.toPrecision(4)));
  return sign + size.toExponential(2).replace("e+", "e").replace("-", "−");
}

// A number in full: as many digits as one in single precision has, or all of them.
const fullNumber = (value) => String(Math.fround(value) === value ? Number(value.toPrecision(8)) : value);
