// Canvases and the outlines drawn on them. Shapes have y upwards, canvases have it downwards.

// Pixels of a point (1/72 inch), in which lengths are given.
const POINT = 96 / 72;
// The size of the numbers on axes, and of names, in pixels.
const NUMBERS = 11, NAMES = 12;
// The room that the name of an axis takes, in pixels.
const NAMED = 14;
const FONTS = 'system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif';
// How faint is what the sheet hides.
const GHOST = 0.45;

const clamp = (value, low, high) => Math.min(Math.max(value, low), high);

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

// Heads: markers, and arrows beside each other where paths have left the plot.
function drawHeads(ctx, heads, size, edge) {
  const gone = [];
  for (const { x, y, turn, alpha, face, shape } of heads) {
    ctx.globalAlpha = alpha;
    if (turn === null) marker(ctx, { shape, x, y, size, face, edge, width: 1.5 });
    else {
      const place = abreast(gone, [x, -y], turn, 2 * size);
      gone.push(place);
      marker(ctx, { shape: data.shapes.exit, x: place[0], y: -place[1], size: 2.1 * size, turn, face, edge, width: 1.5 });
    }
  }
  ctx.globalAlpha = 1;
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
  // Names that are longer than the axis and what is around it are squeezed.
  ctx.fillText(x.label, left + width / 2, top + height + below, 1.25 * width);
  ctx.save();
  ctx.translate(left - aside, top + height / 2);
  ctx.rotate(-Math.PI / 2);
  ctx.fillText(y.label, 0, 0, 1.25 * height);
  ctx.restore();
}

// The room that the numbers of an axis take beside it.
const widest = (ctx, axis) => Math.max(...axis.ticks.flatMap((ticks) => ticks.texts.map((text) => ctx.measureText(text).width)));
