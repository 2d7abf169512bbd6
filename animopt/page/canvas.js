// Canvases and the outlines drawn on them. Shapes have y upwards, canvases have it downwards.

// Pixels of a point (1/72 inch), in which lengths are given.
const POINT = 96 / 72;
// The size of the numbers on axes, and of names, in pixels.
const NUMBERS = 11 * data.sizes.letters, NAMES = 12 * data.sizes.letters;
// The room that the name of an axis takes, and that a line of text takes beside a plot, in pixels.
const NAMED = 14 * data.sizes.letters, ROW = 17 + NUMBERS;
const GENERIC = ["serif", "sans-serif", "monospace", "cursive", "fantasy"];
const FONTS = [
  ...data.fonts.map((name) => (GENERIC.includes(name) ? name : JSON.stringify(name))),
  'system-ui, "Segoe UI", Roboto, "Helvetica Neue", "DejaVu Sans", sans-serif',
].join(", ");
// How faint is what the sheet hides.
const GHOST = 0.45;

const clamp = (value, low, high) => Math.min(Math.max(value, low), high);

// A function that makes what belongs to a run when it is first asked for: most of what varies is never seen.
function kept(make) {
  const made = new Map();
  return (run) => {
    if (!made.has(run)) made.set(run, make(run));
    return made.get(run);
  };
}

// The index of the last of rising numbers that is at most this one, or 0.
function lastUpTo(sorted, most) {
  let low = 0, high = sorted.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (sorted[middle] <= most) low = middle; else high = middle - 1;
  }
  return low;
}

// Pixels of a canvas for one of CSS: those of the screen, or enough for paper.
const fineness = () => (document.querySelector("[data-print]") ? 3 : Math.min(window.devicePixelRatio || 1, 3));

// Give a canvas the resolution of the screen and return its context, in CSS pixels.
function fresh(canvas, width, height) {
  const fine = fineness();
  canvas.width = Math.round(width * fine);
  canvas.height = Math.round(height * fine);
  const ctx = canvas.getContext("2d");
  ctx.scale(fine, fine);
  ctx.lineJoin = ctx.lineCap = "round";
  ctx.font = `${NUMBERS}px ${FONTS}`;
  return ctx;
}

// Begin the path of a shape, or of a circle for none; `turn` in radians, from x towards y.
function trace(ctx, shape, x, y, size, turn = 0) {
  ctx.beginPath();
  if (!shape) ctx.arc(x, y, size, 0, 2 * Math.PI);
  else {
    const c = Math.cos(turn) * size, s = Math.sin(turn) * size;
    for (const [px, py] of shape) ctx.lineTo(x + c * px - s * py, y - s * px - c * py);
  }
  ctx.closePath();
}

function marker(ctx, { shape, x, y, size, turn, face, edge, width }) {
  trace(ctx, shape, x, y, size, turn);
  Object.assign(ctx, { fillStyle: face, strokeStyle: edge, lineWidth: width });
  ctx.fill();
  ctx.stroke();
}

// Heads: markers, one with a sector for each or a count where several coincide, and arrows where paths have left.
function drawHeads(ctx, heads, size, { paper, ink }) {
  const places = (some) => some.map(({ x, y }) => [x, y]), [rest, gone] = [true, false].map((here) => heads.filter(({ turn }) => (turn === null) === here));
  for (const group of together(places(rest), size).map((members) => members.map((n) => rest[n]))) {
    const [{ shape, face }] = group, mean = (name) => group.reduce((sum, head) => sum + head[name], 0) / group.length;
    const many = group.length > data.shapes.many, at = { x: mean("x"), y: mean("y"), edge: paper, width: 1.5 };
    ctx.globalAlpha = Math.max(...group.map(({ alpha }) => alpha));
    if (group.length === 1) marker(ctx, { ...at, shape, size, face });
    else marker(ctx, { ...at, shape: null, size: (many ? 2.1 : data.shapes.sectors) * size, face: many ? ink : face });
    if (many) {
      Object.assign(ctx, { font: `bold ${4 * size / (1 + String(group.length).length)}px ${FONTS}`, fillStyle: paper, textAlign: "center", textBaseline: "middle" });
      ctx.fillText(group.length, at.x, at.y);
    } else if (group.length > 1) sectors(ctx, group, at, data.shapes.sectors * size);
  }
  for (const [which, scale, rank] of arrows(places(gone), size)) {
    const { x, y, turn, alpha, face } = gone[which];
    ctx.globalAlpha = alpha;
    marker(ctx, { shape: data.shapes.exit, x, y, size: 2.1 * size * scale, turn, face, edge: rank ? face : paper, width: rank ? 0.1 : 1.5 * scale });
  }
  ctx.globalAlpha = 1;
}

// Equal parts of a disc in the colours of heads, clockwise from the top.
function sectors(ctx, heads, { x, y }, size) {
  const part = 2 * Math.PI / heads.length;
  heads.forEach(({ face, alpha }, n) => {
    Object.assign(ctx, { fillStyle: face, globalAlpha: alpha });
    ctx.beginPath();
    ctx.moveTo(x, y);
    ctx.arc(x, y, size, n * part - Math.PI / 2, (n + 1) * part - Math.PI / 2);
    ctx.closePath();
    ctx.fill();
  });
}

// Stroke what is traced of a run in its colour and dashes, in a casing of the paper's.
function strokeCased(ctx, theme, run, width) {
  const { lineCap } = ctx, dash = data.runs[run].dash.map((side) => side * POINT);
  Object.assign(ctx, { strokeStyle: theme.paper, lineWidth: width + 2 * data.shapes.casing * POINT, lineCap: "butt" });
  ctx.setLineDash(dash);
  ctx.stroke();
  Object.assign(ctx, { strokeStyle: theme.runs[run], lineWidth: width, lineCap });
  ctx.stroke();
  ctx.setLineDash([]);
}

// Dots at some steps of a path, with an edge where they are apart.
function beads(ctx, theme, run, places) {
  const size = data.shapes.dot * POINT, face = theme.runs[run];
  places.forEach(([x, y], n) => {
    const near = n && Math.hypot(x - places[n - 1][0], y - places[n - 1][1]) <= size;
    marker(ctx, { shape: null, x, y, size, face, edge: near ? face : theme.paper, width: near ? 0.1 : 0.8 });
  });
}

// A path as vertices, NaN for a gap, each with the step at which the segment to it, or after the gap, ends.
function polyline({ steps, starts, cuts }, [px, py]) {
  const x = [], y = [], step = [], lifted = new Map(starts.map((row) => [row[0], row])), cut = new Map(cuts.map((row) => [row[0], row]));
  const put = (u, v, k) => { x.push(u); y.push(v); step.push(k); };
  steps.forEach((k, segment) => {
    const [, u, v] = lifted.get(segment) ?? [];
    if (u !== undefined) {
      if (segment) put(NaN, NaN, k);
      put(u, v, k);
    }
    const [, endX, endY] = cut.get(segment) ?? [segment, px[k], py[k]];
    put(endX, endY, k);
  });
  return { x: Float64Array.from(x), y: Float64Array.from(y), step };
}

// Trace the segments that end after one step and up to another.
function traceSteps(ctx, { x, y, step }, after, upto) {
  let i = step.length && step[0] <= after ? lastUpTo(step, after) + 1 : 0, down = false;
  if (i > 0 && i < step.length && step[i] <= upto && !Number.isNaN(x[i])) i -= 1;
  for (; i < step.length && step[i] <= upto; i++) {
    if (Number.isNaN(x[i])) { down = false; continue; }
    if (down) ctx.lineTo(x[i], y[i]); else ctx.moveTo(x[i], y[i]);
    down = true;
  }
}

// Where a path has left the plot by a step, [step, x, y, and its way out], or undefined.
function exitAt(exits, k) {
  const row = exits.findLast(([from]) => from <= k);
  return row?.length > 1 ? row : undefined;
}

// The ticks that suit an axis of this many pixels; those below a plot must not touch each other, either.
function ticksOf(axis, length, below = null) {
  let fine = density(length / NUMBERS, axis.usual);
  const wide = ({ texts }) => texts.length * (Math.max(...texts.map((text) => below.measureText(text).width)) + NUMBERS);
  while (below && fine && wide(axis.ticks[fine]) > length) fine -= 1;
  return axis.ticks[fine];
}

// The names of the axes around a frame: that of x in the middle below, that of y along its left.
function nameAxes(ctx, [left, top, width, height], x, y, below, aside) {
  Object.assign(ctx, { textAlign: "center", textBaseline: "middle" });
  // Names that are longer than the canvas has room are squeezed.
  const { clientWidth, clientHeight } = ctx.canvas, [middle, centre] = [left + width / 2, top + height / 2];
  ctx.fillText(x.label, middle, top + height + below, 2 * Math.min(middle, clientWidth - middle));
  ctx.save();
  ctx.translate(left - aside, centre);
  ctx.rotate(-Math.PI / 2);
  ctx.fillText(y.label, 0, 0, 2 * Math.min(centre, clientHeight - centre));
  ctx.restore();
}

// The room that the numbers of an axis take beside it.
const widest = (ctx, axis) => Math.max(...axis.ticks.flatMap((ticks) => ticks.texts.map((text) => ctx.measureText(text).width)));
