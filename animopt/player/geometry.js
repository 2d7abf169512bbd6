// Numbers and geometry: decoding, ticks, and paths clipped to the box they are drawn in.

const bytesOf = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer;
const floats = (text) => new Float32Array(bytesOf(text));

// Coordinates of contours are integers from 0 to this, along each side of the box.
const PARTS = 8192;

const clamp = (value, low, high) => Math.min(Math.max(value, low), high);

function show(value) {
  if (Number.isNaN(value)) return "–";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  const size = Math.abs(value);
  const text = size !== 0 && (size < 1e-3 || size >= 1e5) ? value.toExponential(2) : String(Number(value.toPrecision(4)));
  return text.replace("e+", "e").replaceAll("-", "−");
}

// A power of ten as an axis label.
function power(value) {
  const exponent = Math.round(Math.log10(value));
  if (exponent >= -2 && exponent <= 3) return show(10 ** exponent);
  return "10" + [...String(exponent)].map((c) => (c === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[c])).join("");
}

// About `count` round numbers from low to high, 1, 2 or 5 times a power of ten apart.
function ticks(low, high, count) {
  const rough = (high - low) / count, unit = 10 ** Math.floor(Math.log10(rough));
  const step = unit * [1, 2, 5, 10].find((m) => m * unit >= rough * 0.999);
  const found = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i++) found.push(i * step);
  return found;
}

// Beyond so many sizes of the box, single precision does not tell where a segment passes through it.
const FARTHEST = 1e4;

// The part of the segment a to b inside a box, [ax, ay, bx, by], or null; computed from the end that is nearer.
function clip(ax, ay, bx, by, box) {
  const away = (...point) => Math.max(...box.map(([low, high], i) => Math.abs(point[i] - (low + high) / 2) / (high - low)));
  const [a, b] = [away(ax, ay), away(bx, by)];
  if (b < a) {
    const [cx, cy, dx, dy] = clip(bx, by, ax, ay, box) ?? [];
    return cx === undefined ? null : [dx, dy, cx, cy];
  }
  let t0 = 0, t1 = a > FARTHEST ? -1 : 1;
  for (const [at, d, [low, high]] of [[ax, bx - ax, box[0]], [ay, by - ay, box[1]]]) {
    if (d === 0) {
      if (at < low || at > high) return null;
    } else {
      const p = (low - at) / d, q = (high - at) / d;
      t0 = Math.max(t0, Math.min(p, q));
      t1 = Math.min(t1, Math.max(p, q));
    }
  }
  return t0 <= t1 ? [ax + t0 * (bx - ax), ay + t0 * (by - ay), ax + t1 * (bx - ax), ay + t1 * (by - ay)] : null;
}

// A path as samples within the box, at most `cell` apart; NaN is a gap. Sample at[k] is the last
// one up to step k, and out[k] tells whether step k lies outside.
function walk(points, box, cell) {
  const x = [], y = [], step = [], steps = points.length / 2;
  const at = new Int32Array(steps), out = new Uint8Array(steps);
  const put = (px, py, k) => { x.push(px); y.push(py); step.push(k); };
  const known = (k) => Number.isFinite(points[2 * k]) && Number.isFinite(points[2 * k + 1]);
  const gap = (k) => { if (x.length && !Number.isNaN(x.at(-1))) put(NaN, NaN, k); };
  const isOut = ([px, py]) => !(px >= box[0][0] && px <= box[0][1] && py >= box[1][0] && py <= box[1][1]);
  const start = [points[0], points[1]];
  out[0] = isOut(start);
  if (!out[0]) put(...start, 0);
  at[0] = x.length - 1;
  for (let k = 1; k < steps; k++) {
    out[k] = 1;
    if (known(k) && known(k - 1)) {
      const [ax, ay, bx, by] = points.subarray(2 * k - 2, 2 * k + 2);
      const part = clip(ax, ay, bx, by, box);
      out[k] = isOut([bx, by]);
      if (part) {
        const [px, py, qx, qy] = part, dx = qx - px, dy = qy - py;
        if (out[k - 1]) { gap(k); put(px, py, k); }
        const n = Math.max(1, Math.ceil(Math.max(Math.abs(dx) / cell[0], Math.abs(dy) / cell[1])));
        for (let i = 1; i <= n; i++) put(px + i / n * dx, py + i / n * dy, k);
      } else gap(k);
    }
    at[k] = x.length - 1;
  }
  return { x: Float64Array.from(x), y: Float64Array.from(y), step: Int32Array.from(step), at, out };
}

// The shades of a path at step k, oldest first: [after step, up to step, opacity].
function shades(k, length, fade) {
  const oldest = length === null ? 0 : Math.max(0, k - length);
  if (!fade) return [[oldest, k, 1]];
  const ends = [...new Set(Array.from({ length: 11 }, (_, i) => Math.round(oldest + (k - oldest) * i / 10)))];
  return ends.slice(1).map((end, i) => [ends[i], end, 0.1 + 0.9 * (end - oldest) / (k - oldest)]);
}
