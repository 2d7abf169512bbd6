// Curves by step: faint as a whole, solid up to the present step, and a cursor to drag.

const WIDTH = data.sizes.paths.chart * POINT;

class Chart {
  constructor(element, told) {
    this.element = element;
    [this.still, this.moving] = element.querySelectorAll("canvas");
    this.told = told;
    this.curves = new Map(told.curves.map((curve) => [curve.run, curve]));
    this.polyline = kept((run) => {
      const { trail, across, parts } = this.curves.get(run);
      return polyline(trail, [across, parts]);
    });
  }

  set(theme, chosen) {
    this.theme = theme;
    ({ clientWidth: this.width, clientHeight: this.height } = this.element);
    if (!this.width || !this.height) return;
    const ctx = fresh(this.still, this.width, this.height), { told } = this;
    const left = Math.max(30, widest(ctx, told.y) + 14), [top, right, bottom] = [ROW, this.width - 14, this.height + 2 - ROW - NAMED];
    this.frame = [left, top, right, bottom];
    this.toX = (step) => left + (step - told.from) / (told.upto - told.from) * (right - left);
    this.toY = (part) => bottom - part * (bottom - top);
    this.screen = kept((run) => {
      const { x, y, step } = this.polyline(run);
      return { x: x.map(this.toX), y: y.map(this.toY), step };
    });
    this.ctx = fresh(this.moving, this.width, this.height);
    this.ground(ctx, chosen);
  }

  ground(ctx, chosen) {
    const [left, top, right, bottom] = this.frame, { told, theme } = this;
    const across = ticksOf(told.x, right - left, ctx), up = ticksOf(told.y, bottom - top);
    ctx.fillStyle = theme.ink;
    ctx.font = `600 ${NUMBERS}px ${FONTS}`;
    ctx.fillText(told.title, 10, 5 + NUMBERS, this.width - 14);
    ctx.font = `${NUMBERS}px ${FONTS}`;
    ctx.lineWidth = 1;
    ctx.strokeStyle = theme.line;
    ctx.textAlign = "right";
    ctx.textBaseline = "middle";
    let below = Infinity; // a number for which there is no room above the last is left out
    up.parts.forEach((part, i) => {
      ctx.beginPath();
      ctx.moveTo(left, this.toY(part));
      ctx.lineTo(right, this.toY(part));
      ctx.stroke();
      if (below - this.toY(part) < NUMBERS) return;
      below = this.toY(part);
      ctx.fillText(up.texts[i], left - 6, below);
    });
    ctx.textAlign = "center";
    ctx.textBaseline = "top";
    across.texts.forEach((text, i) => ctx.fillText(text, left + across.parts[i] * (right - left), bottom + 8));
    nameAxes(ctx, [left, top, right - left, bottom - top], told.x, told.y, ROW + 1, left - 8);
    for (const run of this.runs(chosen)) {
      this.cloud(ctx, run, chosen);
      this.below(ctx, run, chosen);
      this.curve(ctx, run, data.steps, 0.28 * chosen.strength(run), 0.74 * WIDTH);
    }
  }

  runs(chosen) { return chosen.runs.filter((run) => this.curves.has(run)); }

  // The curves of every start of an ensemble.
  cloud(ctx, run, chosen) {
    const { across, cloud } = this.curves.get(run);
    if (!cloud) return;
    ctx.save();
    this.clip(ctx);
    Object.assign(ctx, { strokeStyle: this.theme.runs[run], lineWidth: 1, globalAlpha: clamp(6 / cloud.length, 0.03, 0.5) * chosen.strength(run) });
    for (const parts of cloud) this.line(ctx, across, parts);
    ctx.restore();
  }

  // The height of the surface below a run that has losses of its own.
  below(ctx, run, chosen) {
    const { across, below } = this.curves.get(run);
    if (!below) return;
    ctx.save();
    this.clip(ctx);
    Object.assign(ctx, { strokeStyle: this.theme.runs[run], lineWidth: 1.3, globalAlpha: 0.6 * chosen.strength(run) });
    ctx.setLineDash([5, 3]);
    this.line(ctx, across, below);
    ctx.restore();
  }

  clip(ctx) {
    const [left, top, right, bottom] = this.frame;
    ctx.beginPath();
    ctx.rect(left, top, right - left, bottom - top);
    ctx.clip();
  }

  // A whole curve in one stroke; NaN is a gap.
  line(ctx, across, parts) {
    ctx.beginPath();
    let down = false;
    parts.forEach((part, k) => {
      const x = this.toX(across[k]), y = this.toY(part);
      if (down && !Number.isNaN(part)) ctx.lineTo(x, y); else ctx.moveTo(x, y);
      down = !Number.isNaN(part);
    });
    ctx.stroke();
  }

  curve(ctx, run, k, alpha, width) {
    ctx.beginPath();
    traceSteps(ctx, this.screen(run), -1, k);
    ctx.globalAlpha = alpha;
    strokeCased(ctx, this.theme, run, width);
    ctx.globalAlpha = 1;
  }

  // Where step k is drawn, and the direction in which the curve has left the chart, if so.
  head(run, k) {
    const { across, parts, exits } = this.curves.get(run), exit = exitAt(exits, k);
    if (!exit) return { x: this.toX(across[k]), y: this.toY(parts[k]), turn: null };
    const [, x, y, u, v] = exit, [left, top, right, bottom] = this.frame, { from, upto } = this.told;
    return { x: this.toX(x), y: this.toY(y), turn: Math.atan2(v * (bottom - top), u * (right - left) / (upto - from)) };
  }

  draw(k, chosen) {
    if (!this.width || !this.height) return;
    const { ctx } = this, runs = this.runs(chosen);
    ctx.clearRect(0, 0, this.width, this.height);
    if (!this.told.over) this.cursor(ctx, this.toX(k)); // else runs are at different places at the same step
    for (const run of runs) this.curve(ctx, run, k, chosen.strength(run), WIDTH);
    drawHeads(ctx, runs.map((run) => ({
      ...this.head(run, k), alpha: chosen.strength(run),
      face: this.theme.runs[run], shape: data.shapes.markers[data.runs[run].marker],
    })), data.sizes.heads.chart * POINT, this.theme);
  }

  cursor(ctx, x) {
    const [, top, , bottom] = this.frame;
    ctx.strokeStyle = this.theme.faint;
    ctx.lineWidth = 1;
    ctx.beginPath();
    ctx.moveTo(x, top - 4);
    ctx.lineTo(x, bottom);
    ctx.stroke();
  }

  // The step that a run, by default the longest, is at below the pointer.
  stepAt(px, run = null) {
    const [left, , right] = this.frame, { from, upto, over, curves } = this.told, at = from + (px - left) / (right - left) * (upto - from);
    if (!over) return clamp(Math.round(at), 0, data.steps);
    const longest = curves.reduce((best, curve) => (curve.across.at(-1) > best.across.at(-1) ? curve : best));
    return lastUpTo(this.curves.get(run ?? longest.run).across, at);
  }

  // The curve nearest to the pointer at its step: {run, step, x, y} or null.
  nearest(px, py, k, chosen) {
    let best = null, reach = 24;
    for (const run of this.runs(chosen)) {
      const step = this.stepAt(px, run), { x, y, turn } = this.head(run, step), away = Math.hypot(x - this.toX(this.curves.get(run).across[step]), y - py);
      if (turn === null && away < reach) { reach = away; best = { run, step, x, y }; }
    }
    return best;
  }
}
