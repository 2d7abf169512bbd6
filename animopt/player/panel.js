// Panels: what is static on one canvas, what moves on another; and the contour panel.

// The corners of a polygon around a centre, the first on top; far(i) is the distance of corner i.
const around = (count, far) => Array.from({ length: count }, (_, i) => [Math.sin(i * 2 * Math.PI / count), -Math.cos(i * 2 * Math.PI / count)].map((v) => v * far(i)));

const SHAPES = {
  "o": null,
  "s": [[-0.9, -0.9], [0.9, -0.9], [0.9, 0.9], [-0.9, 0.9]],
  "^": [[-1.1, 0.8], [1.1, 0.8], [0, -1.2]],
  "D": [[-1.2, 0], [0, -1.2], [1.2, 0], [0, 1.2]],
  "v": [[-1.1, -0.8], [1.1, -0.8], [0, 1.2]],
  "p": around(5, () => 1.15),
  "*": around(10, (i) => (i % 2 ? 0.7 : 1.4)),
  "P": [[-1, -3], [1, -3], [1, -1], [3, -1], [3, 1], [1, 1], [1, 3], [-1, 3], [-1, 1], [-3, 1], [-3, -1], [-1, -1]].map(([x, y]) => [x / 2.5, y / 2.5]),
};
const STAR = around(10, (i) => (i % 2 ? 0.7 : 1.5));
const CROSS = [[0, 0.5], [0.5, 1], [1, 0.5], [0.5, 0], [1, -0.5], [0.5, -1], [0, -0.5], [-0.5, -1], [-1, -0.5], [-0.5, 0], [-1, 0.5], [-0.5, 1]];
const MARKS = { disc: null, star: STAR, cross: CROSS };
const ARROW = [[1.5, 0], [-0.9, 1.1], [-0.4, 0], [-0.9, -1.1]];

// Begin the path of a shape, or of a circle; `turn` in radians.
function trace(ctx, shape, x, y, size, turn = 0) {
  ctx.beginPath();
  if (!shape) ctx.arc(x, y, size, 0, 2 * Math.PI);
  else {
    const c = Math.cos(turn) * size, s = Math.sin(turn) * size;
    for (const [px, py] of shape) ctx.lineTo(x + c * px - s * py, y + s * px + c * py);
  }
  ctx.closePath();
}

function marker(ctx, { shape, x, y, size, turn, face, edge, width }) {
  trace(ctx, shape, x, y, size, turn);
  Object.assign(ctx, { fillStyle: face, strokeStyle: edge, lineWidth: width });
  ctx.fill();
  ctx.stroke();
}

// Give a canvas the resolution of the screen and return its context, in CSS pixels.
function fresh(canvas, width, height) {
  const fine = Math.min(window.devicePixelRatio || 1, 3);
  canvas.width = Math.round(width * fine);
  canvas.height = Math.round(height * fine);
  const ctx = canvas.getContext("2d");
  ctx.scale(fine, fine);
  ctx.lineJoin = ctx.lineCap = "round";
  ctx.font = '11px system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif';
  return ctx;
}

class Panel {
  // `cell` is how far apart the samples of a path may be, in units of x and y.
  constructor(element, data, cell = [Infinity, Infinity]) {
    this.element = element;
    [this.still, this.moving] = element.querySelectorAll("canvas");
    this.data = data;
    this.walks = data.runs.map((run) => walk(run.points, data.bounds, cell));
  }

  // Lay out for the current size and theme, and draw what is static.
  set(theme) {
    this.theme = theme;
    ({ clientWidth: this.width, clientHeight: this.height } = this.element);
    if (!this.width || !this.height) return;
    this.ctx = fresh(this.moving, this.width, this.height);
    this.layOut();
    this.ground(fresh(this.still, this.width, this.height));
  }

  draw(k, chosen) {
    if (!this.width || !this.height) return;
    const ctx = this.ctx;
    ctx.clearRect(0, 0, this.width, this.height);
    for (const inSight of this.passes) {
      for (const run of chosen.runs) this.trail(ctx, run, k, inSight, chosen);
    }
    for (const run of chosen.runs) if (run.starts) this.dots(ctx, run, k, chosen);
    this.forces?.(ctx, k, chosen);
    for (const run of chosen.runs) this.head(ctx, run, k, chosen);
    if (this.data.labels) this.names(ctx, k, chosen);
    ctx.globalAlpha = 1;
  }

  trail(ctx, run, k, inSight, chosen) {
    const { x, y, seen } = this.screen[run.index], { at } = this.walks[run.index];
    ctx.strokeStyle = this.theme.cycle[run.optimizer];
    ctx.lineWidth = inSight ? 2.2 : 1.2;
    ctx.setLineDash(inSight ? [] : [3, 4]);
    for (const [after, upto, opacity] of shades(k, this.data.trail, this.data.fade)) {
      ctx.beginPath();
      for (let i = Math.max(0, at[after]), down = false; i <= at[upto]; i++) {
        if (Number.isNaN(x[i])) { down = false; continue; }
        if (down && (!seen || Boolean(seen[i] && seen[i - 1]) === inSight)) ctx.lineTo(x[i], y[i]);
        else ctx.moveTo(x[i], y[i]);
        down = true;
      }
      ctx.lineCap = opacity < 1 ? "butt" : "round"; // round caps of adjacent shades would overlap
      ctx.globalAlpha = (inSight ? 1 : 0.55) * opacity * chosen.strength(run);
      ctx.stroke();
    }
    ctx.setLineDash([]);
  }

  // Every start of an ensemble as a dot, the fainter the more there are.
  dots(ctx, run, k, chosen) {
    const { starts } = run, stride = 2 * (this.data.steps + 1), count = starts.length / stride;
    ctx.fillStyle = this.theme.cycle[run.optimizer];
    ctx.globalAlpha = clamp(60 / count, 0.35, 0.7) * chosen.strength(run);
    for (let i = 2 * k; i < starts.length; i += stride) {
      const [x, y] = this.spot(starts[i], starts[i + 1]);
      if (Number.isNaN(x)) continue;
      trace(ctx, null, x, y, 2.6);
      ctx.fill();
    }
  }

  // Where step k is drawn: the last sample in the box, and the direction in which the path left it, if so.
  place(run, k) {
    const { x, y, seen } = this.screen[run.index], { at, out } = this.walks[run.index];
    let i = at[k];
    while (i >= 0 && Number.isNaN(x[i])) i--;
    if (i < 0) return null;
    const gone = out[k] || i < at[k];
    const turn = gone && i > 0 ? Math.atan2(y[i] - y[i - 1], x[i] - x[i - 1]) : null;
    return { x: x[i], y: y[i], turn: Number.isNaN(turn) ? 0 : turn, seen: !seen || seen[i] };
  }

  head(ctx, run, k, chosen) {
    const place = this.place(run, k);
    if (!place) return;
    const { x, y, turn, seen } = place;
    ctx.globalAlpha = (seen ? 1 : 0.55) * chosen.strength(run);
    const shape = turn === null ? SHAPES[run.marker] : ARROW, face = this.theme.cycle[run.optimizer];
    marker(ctx, { shape, x, y, size: 5, turn: turn ?? 0, face, edge: this.theme.paper, width: 1.5 });
  }

  // The names beside the points, each below the one above it where they would overlap.
  names(ctx, k, chosen) {
    ctx.font = `bold ${ctx.font}`;
    ctx.textBaseline = "middle";
    ctx.lineWidth = 3;
    ctx.strokeStyle = this.theme.paper;
    const named = chosen.runs.map((run) => ({ run, text: this.data.optimizers[run.optimizer].label, ...this.place(run, k) }));
    const free = [];
    for (const { run, text, x, y, seen } of named.filter(({ x }) => x !== undefined).sort((a, b) => a.y - b.y)) {
      const width = ctx.measureText(text).width, left = x + 9 + width > this.width ? x - 9 - width : x + 9;
      let base = y;
      for (const other of free) {
        if (left < other.right && left + width > other.left && base < other.base + 13) base = other.base + 13;
      }
      free.push({ left, right: left + width, base });
      ctx.globalAlpha = (seen ? 1 : 0.55) * chosen.strength(run);
      ctx.strokeText(text, left, base);
      ctx.fillStyle = this.theme.cycle[run.optimizer];
      ctx.fillText(text, left, base);
    }
    ctx.font = ctx.font.replace("bold ", "");
  }

  // The mark of a known minimum or saddle.
  mark(ctx, kind, x, y) {
    marker(ctx, { shape: MARKS[kind], x, y, size: 5.5, face: this.theme.paper, edge: this.theme.ink, width: 1.8 });
  }

  // The drawn sample nearest to the pointer, within reach: {run, step, x, y} or null.
  nearest(px, py, k, chosen) {
    let best = null, reach = 18 ** 2;
    for (const run of chosen.runs) {
      const { x, y } = this.screen[run.index], { at, step } = this.walks[run.index];
      const [[oldest]] = shades(k, this.data.trail, false);
      for (let i = Math.max(0, at[oldest]); i <= at[k]; i++) {
        const away = (x[i] - px) ** 2 + (y[i] - py) ** 2;
        if (away < reach) { reach = away; best = { run, step: step[i], x: x[i], y: y[i] }; }
      }
    }
    return best;
  }
}

class ContourPanel extends Panel {
  passes = [true];

  layOut() {
    const [[x0, x1], [y0, y1]] = this.data.bounds;
    let [left, top, right, bottom] = [44, 12, this.width - 14, this.height - 28];
    if (this.data.equal) {
      const scale = Math.min((right - left) / (x1 - x0), (bottom - top) / (y1 - y0));
      const spareX = right - left - scale * (x1 - x0), spareY = bottom - top - scale * (y1 - y0);
      [left, right] = [left + spareX / 2, right - spareX / 2];
      [top, bottom] = [top + spareY / 2, bottom - spareY / 2];
    }
    this.frame = [left, top, right - left, bottom - top];
    this.toX = (x) => left + (x - x0) / (x1 - x0) * (right - left);
    this.toY = (y) => bottom - (y - y0) / (y1 - y0) * (bottom - top);
    this.screen = this.walks.map((w) => ({ x: w.x.map(this.toX), y: w.y.map(this.toY) }));
    this.acting = Object.keys(this.data.runs[0].forces ?? {}).map((kind) => this.force(kind));
  }

  // Where a point is drawn: outside the frame at the nearest place on its edge.
  spot(x, y) {
    const [left, top, width, height] = this.frame;
    return [clamp(this.toX(x), left, left + width), clamp(this.toY(y), top, top + height)];
  }

  // A kind of force: vector(run, k) in pixels, and the size of the strongest within the bounds.
  force(kind) {
    const [ux, uy] = [this.toX(1) - this.toX(0), this.toY(1) - this.toY(0)];
    const vector = ({ forces }, k) => [forces[kind][2 * k] * ux, forces[kind][2 * k + 1] * uy];
    let strongest = 0;
    for (const run of this.data.runs) {
      this.walks[run.index].out.forEach((out, k) => {
        const size = out ? 0 : Math.hypot(...vector(run, k));
        if (size > strongest && size < Infinity) strongest = size;
      });
    }
    return { kind, vector, strongest };
  }

  // Arrows at the points; their lengths grow with the square roots of the forces.
  forces(ctx, k, chosen) {
    for (const { kind, vector, strongest } of this.acting) {
      for (const run of chosen.runs) {
        const [u, v] = vector(run, k), size = Math.hypot(u, v);
        if (this.walks[run.index].out[k] || !(size > 0 && size < Infinity)) continue;
        const { x, y } = this.place(run, k), length = 10 + 34 * Math.sqrt(size / strongest);
        const arrow = (color, width) => this.arrow(ctx, x, y, length, Math.atan2(v, u), color, width);
        ctx.globalAlpha = chosen.strength(run);
        if (kind === "gradient") arrow(this.theme.ink, 1.6);
        else {
          arrow(this.theme.paper, 5.5);
          arrow(this.theme.cycle[run.optimizer], 3);
        }
      }
    }
  }

  arrow(ctx, x, y, length, turn, color, width) {
    const head = 4 + 1.5 * width, c = Math.cos(turn), s = Math.sin(turn), shaft = Math.max(0, length - 0.6 * head);
    ctx.strokeStyle = ctx.fillStyle = color;
    ctx.lineWidth = width;
    ctx.lineCap = "butt";
    ctx.beginPath();
    ctx.moveTo(x, y);
    ctx.lineTo(x + c * shaft, y + s * shaft);
    ctx.stroke();
    trace(ctx, [[0, 0], [-1, 0.42], [-1, -0.42]], x + c * length, y + s * length, head, turn);
    ctx.fill();
  }

  ground(ctx) {
    const { data, theme, toX, toY } = this;
    const [left, top, width, height] = this.frame;
    ctx.save();
    ctx.beginPath();
    ctx.rect(left, top, width, height);
    ctx.clip();
    const paths = data.contours.map((contour) => this.outline(contour));
    paths.forEach((path, i) => {
      ctx.fillStyle = theme.fills[i];
      ctx.fill(path, "evenodd");
    });
    if (data.basins) this.tint(ctx, data.basins);
    ctx.strokeStyle = theme.faint;
    ctx.lineWidth = 0.7;
    for (const path of paths) ctx.stroke(path);
    this.arrows(ctx);
    ctx.strokeStyle = theme.ink;
    ctx.lineWidth = 1;
    ctx.setLineDash([5, 4]);
    for (const guide of data.guides) {
      ctx.beginPath();
      for (const [x, y] of guide) ctx.lineTo(toX(x), toY(y));
      ctx.stroke();
    }
    ctx.setLineDash([]);
    for (const [x, y, kind] of data.marks) this.mark(ctx, kind, toX(x), toY(y));
    ctx.restore();
    this.axes(ctx);
  }

  // Each cell in its basin's colour, the first row at the bottom.
  tint(ctx, { shape: [ny, nx], tints, cells }) {
    const small = document.createElement("canvas"), numbers = new Uint8Array(bytesOf(cells));
    [small.width, small.height] = [nx, ny];
    const picture = new ImageData(nx, ny);
    numbers.forEach((tint, i) => picture.data.set(tints[tint], 4 * ((ny - 1 - Math.floor(i / nx)) * nx + i % nx)));
    small.getContext("2d").putImageData(picture, 0, 0);
    ctx.imageSmoothingEnabled = false;
    ctx.drawImage(small, ...this.frame);
  }

  outline({ lengths, points }) {
    const [left, top, width, height] = this.frame, path = new Path2D();
    let i = 0;
    for (const length of lengths) {
      for (let j = 0; j < length; j++, i += 2) {
        const x = left + points[i] / PARTS * width, y = top + height - points[i + 1] / PARTS * height;
        if (j) path.lineTo(x, y); else path.moveTo(x, y);
      }
      path.closePath();
    }
    return path;
  }

  arrows(ctx) {
    const unit = this.frame[2] / 19;
    ctx.strokeStyle = ctx.fillStyle = this.theme.faint;
    ctx.lineWidth = 1.3;
    for (const [x, y, u, v] of this.data.arrows) {
      const size = Math.hypot(u, v) * unit, turn = Math.atan2(-v, u);
      if (size < 1) continue;
      const dx = Math.cos(turn) * size / 2, dy = Math.sin(turn) * size / 2, px = this.toX(x), py = this.toY(y);
      ctx.beginPath();
      ctx.moveTo(px - dx, py - dy);
      ctx.lineTo(px + dx * 0.7, py + dy * 0.7);
      ctx.stroke();
      trace(ctx, ARROW, px + dx * 0.8, py + dy * 0.8, 2.6, turn);
      ctx.fill();
    }
  }

  axes(ctx) {
    const [left, top, width, height] = this.frame, [[x0, x1], [y0, y1]] = this.data.bounds;
    ctx.strokeStyle = this.theme.faint;
    ctx.fillStyle = this.theme.ink;
    ctx.lineWidth = 1;
    ctx.strokeRect(left, top, width, height);
    ctx.textAlign = "center";
    ctx.textBaseline = "top";
    for (const x of ticks(x0, x1, clamp(width / 70, 2, 8))) ctx.fillText(show(x), this.toX(x), top + height + 7);
    ctx.textAlign = "right";
    ctx.textBaseline = "middle";
    for (const y of ticks(y0, y1, clamp(height / 60, 2, 8))) ctx.fillText(show(y), left - 7, this.toY(y));
  }
}
