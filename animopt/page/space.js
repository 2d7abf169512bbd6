// The surface in space: the box, the sheet, and the paths on it, dashed where the sheet hides them.

// Shorter edges, in points, point at the eye and have no room for numbers.
const SHORTEST = 40;
// The height of the line below, in pixels.
const CAPTION = 9 + NUMBERS;
// How many cells of the sheet are drawn as one, along each side, while the next picture comes at once.
const HURRIED = 3;

class SurfacePanel extends Panel {
  // Free space around what is shown, in pixels.
  margin = 12;
  // The reader's camera, see turning.js: until there are own angles it is the film's.
  own = null;
  closer = 1;
  // Whether it is being turned: then what is hidden is what was hidden before.
  quick = false;

  constructor(element, told) {
    super(element, told);
    const even = ([low, high], count) => Float64Array.from({ length: count }, (_, i) => low + i / (count - 1) * (high - low));
    this.field = new Field(even(told.limits[0], told.columns), even(told.limits[1], told.rows), told.z);
    this.sheet = new Sheet(told, this.field);
    this.moves = told.angles[0].length > 1;
    this.floor = told.limits[2][0];
    this.shadow = kept((run) => {
      const [x, y, z] = told.paths[run].samples;
      return [x, y, z.map((v) => (Number.isNaN(v) ? v : this.floor))];
    });
  }

  anglesAt(k) { return this.own ?? this.told.angles.map((angles) => angles[Math.min(k, angles.length - 1)]); }

  // Whether the next picture comes at once, so that this one has less detail.
  get hurries() { return this.quick || (this.moves && !this.own && reader.playing); }

  lookingFrom(k) { return String([this.anglesAt(k), this.closer, this.quick, this.hurries]); }

  set(theme, k) {
    this.sheet.paint(theme);
    super.set(theme, k);
  }

  layOut(ctx, k) {
    const now = this.anglesAt(k), angles = this.moves ? [...data.frames].map((step) => this.told.angles.map((all) => all[step])) : [];
    const box = this.room = [0, this.told.caption ? CAPTION : 0, this.width - this.barRoom(ctx), this.height];
    if (this.own || !this.moves) angles.push(now);
    const camera = fit(new Camera(this.told), box, [this.width, this.height], this.margin, angles, this.everyNumber(ctx));
    this.view = new Camera({ ...camera, zoom: camera.zoom * this.closer }).view(...now);
    this.seenFrom = this.lookingFrom(k);
    this.frame = [0, 0, this.width, this.height];
    this.beside = [0, this.height / 4, box[2] - 5, this.height / 2];
    this.angles = now;
    this.far = farCorner(this.view, this.told.limits);
    this.former = this.seen ?? { path: [], shadow: [], curves: new Map() };
    this.seen = { path: [], shadow: [], curves: new Map() };
  }

  // Whichever of the densities suits an axis in the end, there is room for its numbers.
  everyNumber(ctx) {
    return this.numbersOf(ctx, this.told.axes.map(({ ticks }) => ({
      parts: ticks.flatMap(({ parts }) => parts), texts: ticks.flatMap(({ texts }) => texts),
    })));
  }

  pixel(x, y, z) {
    const [px, py] = this.view.pixel(x, y, z);
    return [px, this.height - py];
  }

  draw(k, chosen) {
    // A camera that moves shows everything anew.
    if (this.width && this.height && this.lookingFrom(k) !== this.seenFrom) this.renew(k);
    super.draw(k, chosen);
  }

  // The first samples of a path, or of its shadow, on the screen, and which of them the sheet does not hide.
  look(kind, run, count) {
    const found = this.seen[kind], all = (kind === "path" ? this.told.paths[run].samples : this.shadow(run));
    if (!(found[run]?.x.length >= count)) {
      const shown = all.map((axis) => axis.subarray(0, this.moves && !this.own ? count : undefined));
      const seen = this.remembered(this.former[kind][run]?.seen, shown[0]) ?? visible(shown, this.field, this.view.eye, kind === "shadow");
      found[run] = { ...this.project(shown), seen };
    }
    return found[run];
  }

  // What was seen of so many samples before the camera was turned, while it is.
  remembered(seen, samples) { return this.quick && seen?.length === samples.length ? seen : undefined; }

  project([xs, ys, zs]) {
    const x = new Float64Array(xs.length), y = new Float64Array(xs.length);
    for (let i = 0; i < xs.length; i++) [x[i], y[i]] = this.pixel(xs[i], ys[i], zs[i]);
    return { x, y };
  }

  // Trace the parts of a curve between two samples that are in sight, or those that are not; NaN is a gap.
  traceSeen(ctx, { x, y, seen }, from, to, inSight = true) {
    ctx.beginPath();
    for (let i = from, down = false; i <= to; i++) {
      if (Number.isNaN(x[i])) { down = false; continue; }
      if (down && Boolean(seen[i] && seen[i - 1]) === inSight) ctx.lineTo(x[i], y[i]); else ctx.moveTo(x[i], y[i]);
      down = true;
    }
  }

  // A line from the head of a run with a loss of its own to the sheet, and a dot there.
  feet(ctx, k, chosen) {
    const { radius, edge } = data.shapes.foot;
    for (const run of chosen.runs) {
      const { samples, at, feet } = this.told.paths[run], [x, y, z] = samples.map((axis) => axis[at[k]]);
      if (!feet || Number.isNaN(x) || Number.isNaN(z)) continue;
      const [px, py] = this.pixel(x, y, feet[k]);
      Object.assign(ctx, { strokeStyle: this.theme.runs[run], fillStyle: this.theme.runs[run], lineWidth: edge * POINT, globalAlpha: chosen.strength(run) });
      ctx.beginPath();
      ctx.moveTo(...this.pixel(x, y, z));
      ctx.lineTo(px, py);
      ctx.stroke();
      trace(ctx, null, px, py, radius * POINT);
      ctx.fill();
    }
    ctx.globalAlpha = 1;
  }

  // Shadows on the floor, and lines from the heads down to it.
  beneath(ctx, k, chosen) {
    this.feet(ctx, k, chosen);
    for (const run of this.told.shadow ? chosen.runs : []) {
      const last = this.told.paths[run].at[k];
      Object.assign(ctx, { strokeStyle: this.theme.ink, lineWidth: 1.7, globalAlpha: 0.25 * chosen.strength(run) });
      this.traceSeen(ctx, this.look("shadow", run, last + 1), 0, last);
      ctx.stroke();
    }
    for (const run of this.told.drops ? chosen.runs : []) {
      const { samples, at } = this.told.paths[run], [x, y, z] = samples.map((axis) => axis[at[k]]);
      if (Number.isNaN(x)) continue;
      const line = [x, y, 0].map((v, axis) => Float64Array.from({ length: 39 }, (_, i) => (axis < 2 ? v : z + (i + 1) / 39 * (this.floor - z))));
      Object.assign(ctx, { strokeStyle: this.theme.runs[run], lineWidth: 1.25, globalAlpha: 0.7 * chosen.strength(run) });
      this.traceSeen(ctx, { ...this.project(line), seen: visible(line, this.field, this.view.eye, true) }, 0, 38);
      ctx.stroke();
    }
  }

  trails(ctx, k, chosen) {
    const width = data.sizes.paths.surface * POINT;
    for (const inSight of this.told.ghosts ? [false, true] : [true]) {
      for (const run of chosen.runs) {
        const { at } = this.told.paths[run], look = this.look("path", run, at[k] + 1);
        const end = this.endOf(run, k, look);
        for (const [after, upto, opacity] of shades(k, this.told.tail.length, this.told.tail.fade)) {
          ctx.lineCap = inSight && opacity === 1 ? "round" : "butt";
          ctx.globalAlpha = (inSight ? 1 : GHOST) * opacity * chosen.strength(run);
          this.traceSeen(ctx, look, at[after], Math.min(at[upto], end), inSight);
          if (inSight) strokeCased(ctx, this.theme, run, width);
          else {
            Object.assign(ctx, { strokeStyle: this.theme.runs[run], lineWidth: 0.55 * width });
            ctx.setLineDash([3, 4]);
            ctx.stroke();
            ctx.setLineDash([]);
          }
          if (!this.told.dots || !inSight) continue;
          const steps = [...at.subarray(after + 1, upto + 1)].filter((i) => look.seen[i] && !Number.isNaN(look.x[i]));
          beads(ctx, this.theme, run, steps.map((i) => [look.x[i], look.y[i]]));
        }
      }
    }
  }

  // The last sample of a path that is drawn: those below the arrow where it has left would show beside its tip.
  endOf(run, k, { x, y }) {
    const { at } = this.told.paths[run], { turn, x: u, y: v } = this.head(run, k) ?? {};
    if (turn === null || turn === undefined) return at[k];
    let last = at[k];
    while (last > 0 && !(Math.hypot(x[last] - u, y[last] - v) >= data.shapes.trim * POINT)) last--;
    return last;
  }

  spot(place) { return this.pixel(...place); }

  crowd(run) { return this.told.crowds[run]; }

  // Where the dots of a crowd are drawn; NaN where the sheet hides one or does not hold it.
  spots(crowd, k) {
    const at = crowd.map(([x, y]) => [x[k], y[k], this.field.at(x[k], y[k])]);
    const seen = visible([0, 1, 2].map((axis) => at.map((point) => point[axis])), this.field, this.view.eye);
    return at.map((point, i) => (seen[i] && !Number.isNaN(point[2]) ? this.pixel(...point) : [NaN, NaN]));
  }

  // Where step k is drawn: the last sample in the box, and the direction in which the path has left it, if so.
  head(run, k) {
    const { at } = this.told.paths[run], { x, y, seen } = this.look("path", run, at[k] + 1);
    let last = at[k];
    while (last >= 0 && Number.isNaN(x[last])) last--;
    if (last < 0) return null;
    const turn = last > 0 && last < at[k] ? Math.atan2(y[last - 1] - y[last], x[last] - x[last - 1]) || 0 : null;
    return { x: x[last], y: y[last], turn, seen: Boolean(seen[last]) };
  }

  // The sample nearest to the pointer, of those that are drawn: {run, step, x, y} or null.
  nearest(px, py, k, chosen) {
    let best = null, reach = 18 ** 2;
    const oldest = shades(k, this.told.tail.length, false)[0][0];
    for (const run of chosen.runs) {
      const { at } = this.told.paths[run], { x, y } = this.look("path", run, at[k] + 1);
      for (let i = at[oldest]; i <= at[k]; i++) {
        const away = (x[i] - px) ** 2 + (y[i] - py) ** 2;
        if (away < reach) { reach = away; best = { run, sample: i, x: x[i], y: y[i] }; }
      }
    }
    if (!best) return null;
    const { at } = this.told.paths[best.run], before = lastUpTo(at, best.sample);
    return { ...best, step: Math.min(k, at[before] < best.sample ? before + 1 : before) };
  }

  ground(ctx) {
    const { told, theme } = this;
    this.walls(ctx);
    this.curves(ctx, told.floor, theme.faint, 0.85, false);
    this.sheet.draw(ctx, this.view, this.width, this.height, this.hurries ? HURRIED : 1);
    this.curves(ctx, told.draped, theme.ink, 0.6);
    this.curves(ctx, told.wires, theme.faint, 0.7);
    this.curves(ctx, told.guides, theme.ink, 1);
    for (const [kind, points] of Object.entries(told.marks)) {
      const seen = visible([0, 1, 2].map((axis) => points.map((point) => point[axis])), this.field, this.view.eye);
      points.forEach((point, i) => this.mark(ctx, kind, ...this.pixel(...point), Boolean(seen[i])));
    }
    this.numbers(ctx);
    const shade = (i) => theme.sheet[Math.floor((i + 0.5) / told.bar.count * theme.sheet.length)];
    this.bar(ctx, this.beside, (i) => `rgb(${shade(i)})`);
  }

  // Curves in one stroke; only what the sheet does not hide, unless they lie on the floor.
  curves(ctx, told, color, width, hides = true) {
    const { lengths, points } = told;
    const seen = !hides ? new Uint8Array(points[0].length).fill(1)
      : this.remembered(this.former.curves.get(told), points[0]) ?? visible(points, this.field, this.view.eye);
    this.seen.curves.set(told, seen);
    const { x, y } = this.project(points);
    Object.assign(ctx, { strokeStyle: color, lineWidth: width });
    let from = 0;
    for (const length of lengths) {
      this.traceSeen(ctx, { x, y, seen }, from, from + length - 1);
      ctx.stroke();
      from += length;
    }
  }

  // The far walls of the box: grid lines at the numbers, and edges.
  walls(ctx) {
    const { limits, axes } = this.told;
    const stroke = (lines, color, width) => {
      Object.assign(ctx, { strokeStyle: color, lineWidth: width });
      ctx.beginPath();
      for (const [start, end] of lines) {
        ctx.moveTo(...this.pixel(...start));
        ctx.lineTo(...this.pixel(...end));
      }
      ctx.stroke();
    };
    const grid = axes.flatMap((axis, number) => this.valuesOf(this.ticksOn(axis, number), number).flatMap((value) => [0, 1, 2].filter((along) => along !== number)
      .map((along) => edgeLine(limits, this.far, { [number]: value, [along]: limits[along] }))));
    stroke(grid, this.theme.line, 1);
    stroke(edges(limits, this.far, this.view), this.theme.faint, 1.1);
  }

  edge(number) { return labelEdge(number, this.told.limits, this.far, this.view).map((end) => this.view.pixel(...end)); }

  ticksOn(axis, number) {
    const [[x0, y0], [x1, y1]] = this.edge(number);
    return ticksOf(axis, Math.hypot(x1 - x0, y1 - y0));
  }

  valuesOf({ parts }, number) {
    const [low, high] = this.told.limits[number];
    return [...parts].map((part) => low + part * (high - low));
  }

  numbersOf(ctx, ticks) {
    ctx.font = `${NUMBERS}px ${FONTS}`;
    return {
      values: ticks.map((each, number) => this.valuesOf(each, number)),
      widths: ticks.map(({ texts }) => texts.map((text) => ctx.measureText(text).width)),
      names: this.told.axes.map(({ label }) => ctx.measureText(label).width),
      height: NUMBERS, gap: 3 * POINT, shortest: SHORTEST * POINT,
    };
  }

  numbers(ctx) {
    const ticks = this.told.axes.map((axis, number) => this.ticksOn(axis, number)), written = this.numbersOf(ctx, ticks);
    Object.assign(ctx, { fillStyle: this.theme.ink, textAlign: "center", textBaseline: "middle" });
    for (const [number, { shown, middles, name: [u, v] }] of besideEdges(this.view, this.told.limits, written, written.shortest)) {
      for (const i of shown) ctx.fillText(ticks[number].texts[i], middles[i][0], this.height - middles[i][1]);
      ctx.fillText(this.told.axes[number].label, u, this.height - v);
    }
    ctx.fillText(this.told.caption, this.width / 2, this.height - CAPTION / 2, this.width);
  }
}
