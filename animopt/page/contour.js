// The plane from above: filled contours and what lies on them, in a frame whose x and y are to scale if the film's are.

class ContourPanel extends Panel {
  constructor(element, told) {
    super(element, told);
    [this.line, this.beyond] = ["trail", "beyond"].map((part) => kept((run) => polyline(told.paths[run][part], data.runs[run].points)));
  }

  layOut(ctx) {
    const { bounds: [[x0, x1], [y0, y1]], equal, x: across, y: up } = this.told;
    const bare = ![...across.ticks, ...up.ticks].some(({ texts }) => texts.length);
    let left = bare ? 8 : Math.max(20, widest(ctx, up) + 16) + (up.label ? NAMED : 0), top = bare ? 8 : 6.5 + NUMBERS / 2;
    let right = this.width - (bare ? 8 : 16) - this.barRoom(ctx), bottom = this.height - (bare ? 8 : ROW + (across.label ? NAMED : 0));
    if (equal) {
      const scale = Math.min((right - left) / (x1 - x0), (bottom - top) / (y1 - y0));
      const spareX = right - left - scale * (x1 - x0), spareY = bottom - top - scale * (y1 - y0);
      [left, right] = [left + spareX / 2, right - spareX / 2];
      [top, bottom] = [top + spareY / 2, bottom - spareY / 2];
    }
    this.frame = [left, top, right - left, bottom - top];
    this.toX = (x) => left + (x - x0) / (x1 - x0) * (right - left);
    this.toY = (y) => bottom - (y - y0) / (y1 - y0) * (bottom - top);
    this.unit = [(right - left) / (x1 - x0), (bottom - top) / (y1 - y0)];
    [this.screen, this.outside] = [this.line, this.beyond].map((line) => kept((run) => {
      const { x, y, step } = line(run);
      return { x: x.map(this.toX), y: y.map(this.toY), step };
    }));
  }

  trails(ctx, k, chosen) {
    for (const [after, upto, opacity] of shades(k, this.told.tail.length, this.told.tail.fade)) {
      ctx.lineCap = opacity < 1 ? "butt" : "round"; // round caps of adjacent shades would overlap
      for (const run of chosen.runs) {
        ctx.globalAlpha = opacity * chosen.strength(run);
        ctx.beginPath();
        traceSteps(ctx, this.screen(run), after, upto);
        strokeCased(ctx, this.theme, run, data.sizes.paths.contour * POINT);
        ctx.globalAlpha *= 1 - this.told.veil;
        Object.assign(ctx, { strokeStyle: this.theme.runs[run], lineWidth: data.sizes.paths.contour * POINT / 2 });
        ctx.beginPath();
        traceSteps(ctx, this.outside(run), after, upto);
        ctx.stroke();
      }
      for (const run of this.told.dots ? chosen.runs : []) {
        const [xs, ys] = data.runs[run].points, [left, top, wide, tall] = this.frame;
        const places = Array.from(xs.subarray(after + 1, upto + 1), (x, i) => [this.toX(x), this.toY(ys[after + 1 + i])]);
        ctx.globalAlpha = opacity * chosen.strength(run);
        beads(ctx, this.theme, run, places.filter(([x, y]) => x >= left && y >= top && x <= left + wide && y <= top + tall));
      }
    }
  }

  // A dot at each point that step k evaluated.
  beneath(ctx, k, chosen) {
    const [left, top, width, height] = this.frame;
    for (const run of chosen.runs) {
      const [xs, ys] = this.told.paths[run].samples[k - 1] ?? [[], []];
      ctx.fillStyle = this.theme.runs[run];
      ctx.globalAlpha = clamp(60 / xs.length, 0.35, 0.7) * chosen.strength(run);
      xs.forEach((x, i) => {
        const [px, py] = [this.toX(x), this.toY(ys[i])];
        if (px < left || px > left + width || py < top || py > top + height) return;
        trace(ctx, null, px, py, 2.6);
        ctx.fill();
      });
    }
    ctx.globalAlpha = 1;
  }

  spot([x, y]) { return [this.toX(x), this.toY(y)]; }
  // How far a run is from the plane, to scale, and a disc in the colour that its own loss has on this ground.
  auras(ctx, k, chosen) {
    const { aura: halo, collar: disc } = data.shapes, [left, top, width, height] = this.frame, [ux, uy] = this.unit;
    const heads = chosen.runs.map((run) => ({ run, ...this.told.paths[run], at: this.head(run, k) })).filter(({ at }) => at.turn === null);
    ctx.save();
    ctx.beginPath();
    ctx.rect(left, top, width, height);
    ctx.clip();
    for (const { run, aura, at } of heads) {
      const radius = aura?.radii[k];
      if (!(radius >= 0)) continue;
      ctx.beginPath();
      for (const [x, y] of aura.outline) ctx.lineTo(at.x + radius * x * ux, at.y - radius * y * uy);
      ctx.closePath();
      Object.assign(ctx, { fillStyle: this.theme.runs[run], globalAlpha: halo.face * chosen.strength(run) });
      ctx.fill();
      Object.assign(ctx, { strokeStyle: this.theme.runs[run], lineWidth: halo.edge * POINT, globalAlpha: halo.line * chosen.strength(run) });
      ctx.stroke();
    }
    for (const { run, collar, at } of heads) {
      if (!(collar?.[k] >= 0)) continue;
      ctx.globalAlpha = chosen.strength(run);
      marker(ctx, { shape: null, x: at.x, y: at.y, size: disc.radius * POINT, face: this.theme.fills[collar[k]], edge: this.theme.faint, width: disc.edge * POINT });
    }
    ctx.restore();
  }

  crowd(run) { return this.told.paths[run].crowd; }

  // Where the dots of a crowd are drawn: outside the frame at the nearest place on its edge.
  spots(crowd, k) {
    const [left, top, width, height] = this.frame;
    return crowd.map(([x, y]) => [clamp(this.toX(x[k]), left, left + width), clamp(this.toY(y[k]), top, top + height)]);
  }

  // Where step k is drawn, and the direction in which the path has left the frame, if so.
  head(run, k) {
    const exit = exitAt(this.told.paths[run].exits, k), [x, y] = data.runs[run].points;
    if (!exit) return { x: this.toX(x[k]), y: this.toY(y[k]), turn: null, seen: true };
    const [, px, py, u, v] = exit;
    return { x: this.toX(px), y: this.toY(py), turn: Math.atan2(v * this.unit[1], u * this.unit[0]), seen: true };
  }

  // The step nearest to the pointer, of those whose path is drawn: {run, step, x, y} or null.
  nearest(px, py, k, chosen) {
    let best = null, reach = 18 ** 2;
    const oldest = shades(k, this.told.tail.length, false)[0][0];
    for (const run of chosen.runs) {
      const [xs, ys] = data.runs[run].points;
      for (let step = oldest; step <= k; step++) {
        const x = this.toX(xs[step]), y = this.toY(ys[step]), away = (x - px) ** 2 + (y - py) ** 2;
        if (away < reach) { reach = away; best = { run, step, x, y }; }
      }
    }
    return best;
  }

  // Arrows at the heads: the gradient thin and in ink, the momentum thick and in colour.
  forces(ctx, k, chosen) {
    for (const run of chosen.runs) {
      for (const [kind, { ways: [u, v], lengths }] of Object.entries(this.told.paths[run].forces)) {
        if (!lengths[k]) continue;
        const { x, y } = this.head(run, k), turn = Math.atan2(v[k] * this.unit[1], u[k] * this.unit[0]);
        const arrow = (color, width) => this.arrow(ctx, x, y, lengths[k] * POINT, turn, color, width);
        ctx.globalAlpha = chosen.strength(run);
        if (kind === "gradient") arrow(this.theme.ink, 1.6);
        else {
          arrow(this.theme.paper, 5.5);
          arrow(this.theme.runs[run], 3);
        }
      }
    }
    ctx.globalAlpha = 1;
  }

  arrow(ctx, x, y, length, turn, color, width) {
    const head = 4 + 1.5 * width, c = Math.cos(turn), s = Math.sin(turn), shaft = Math.max(0, length - 0.6 * head);
    ctx.strokeStyle = ctx.fillStyle = color;
    ctx.lineWidth = width;
    ctx.lineCap = "butt";
    ctx.beginPath();
    ctx.moveTo(x, y);
    ctx.lineTo(x + c * shaft, y - s * shaft);
    ctx.stroke();
    trace(ctx, data.shapes.head, x + c * length, y - s * length, head, turn);
    ctx.fill();
  }

  ground(ctx) {
    const { told, theme, toX, toY } = this;
    ctx.save();
    ctx.beginPath();
    ctx.rect(...this.frame);
    ctx.clip();
    const paths = told.contours.map((contour) => this.outline(contour));
    paths.forEach((path, i) => {
      ctx.fillStyle = theme.fills[i];
      ctx.fill(path, "evenodd");
    });
    if (told.basins) this.tint(ctx, told.basins);
    ctx.strokeStyle = theme.faint;
    ctx.lineWidth = 0.7;
    for (const path of paths.slice(1)) ctx.stroke(path);
    this.veil(ctx);
    if (told.field) this.arrows(ctx, told.field);
    ctx.strokeStyle = theme.ink;
    ctx.lineWidth = 1;
    ctx.setLineDash([5, 4]);
    for (const [xs, ys] of told.guides) {
      ctx.beginPath();
      xs.forEach((x, i) => ctx.lineTo(toX(x), toY(ys[i])));
      ctx.stroke();
    }
    ctx.setLineDash([]);
    ctx.restore();
    this.axes(ctx);
    this.bar(ctx, this.frame, (i) => theme.fills[i]);
    // Whole, also where one lies on the edge.
    for (const [kind, points] of Object.entries(told.marks)) {
      for (const [x, y] of points) this.mark(ctx, kind, toX(x), toY(y));
    }
  }

  // The part of the panel within the bounds: left, top, width, height.
  inner() {
    const [[x0, x1], [y0, y1]] = this.told.inner;
    return [this.toX(x0), this.toY(y1), this.toX(x1) - this.toX(x0), this.toY(y0) - this.toY(y1)];
  }

  // What is shown beyond the bounds is paler.
  veil(ctx) {
    if (String(this.told.inner) === String(this.told.bounds)) return;
    ctx.beginPath();
    ctx.rect(...this.frame);
    ctx.rect(...this.inner());
    Object.assign(ctx, { fillStyle: this.theme.paper, globalAlpha: this.told.veil });
    ctx.fill("evenodd");
    Object.assign(ctx, { strokeStyle: this.theme.faint, lineWidth: 0.7, globalAlpha: 1 });
    ctx.strokeRect(...this.inner());
  }

  // Each cell in its basin's colour, the first row at the bottom.
  tint(ctx, { rows, columns, tints, cells }) {
    const small = document.createElement("canvas"), picture = new ImageData(columns, rows);
    [small.width, small.height] = [columns, rows];
    cells.forEach((tint, i) => picture.data.set(tints[tint], 4 * ((rows - 1 - Math.floor(i / columns)) * columns + i % columns)));
    small.getContext("2d").putImageData(picture, 0, 0);
    ctx.imageSmoothingEnabled = false;
    ctx.drawImage(small, ...this.inner());
  }

  outline({ lengths, points: [xs, ys] }) {
    const [left, top, width, height] = this.frame, { parts } = this.told, path = new Path2D();
    let i = 0;
    for (const length of lengths) {
      for (let j = 0; j < length; j++, i++) {
        const x = left + xs[i] / parts * width, y = top + height - ys[i] / parts * height;
        if (j) path.lineTo(x, y); else path.moveTo(x, y);
      }
      path.closePath();
    }
    return path;
  }

  arrows(ctx, { rows: [xs, ys, us, vs], longest }) {
    const unit = this.frame[2] * longest;
    ctx.strokeStyle = ctx.fillStyle = this.theme.faint;
    ctx.lineWidth = 1.3;
    xs.forEach((x, i) => {
      const size = Math.hypot(us[i], vs[i]) * unit, turn = Math.atan2(vs[i] * this.unit[1], us[i] * this.unit[0]);
      if (size < 1) return;
      const dx = Math.cos(turn) * size / 2, dy = -Math.sin(turn) * size / 2, px = this.toX(x), py = this.toY(ys[i]);
      ctx.beginPath();
      ctx.moveTo(px - dx, py - dy);
      ctx.lineTo(px + dx * 0.7, py + dy * 0.7);
      ctx.stroke();
      trace(ctx, data.shapes.exit, px + dx, py + dy, 4, turn);
      ctx.fill();
    });
  }

  axes(ctx) {
    const [left, top, width, height] = this.frame, across = ticksOf(this.told.x, width, ctx), up = ticksOf(this.told.y, height);
    ctx.strokeStyle = this.theme.faint;
    ctx.fillStyle = this.theme.ink;
    ctx.lineWidth = 1;
    ctx.strokeRect(left, top, width, height);
    ctx.textAlign = "center";
    ctx.textBaseline = "top";
    across.texts.forEach((text, i) => ctx.fillText(text, left + across.parts[i] * width, top + height + 7));
    ctx.textAlign = "right";
    ctx.textBaseline = "middle";
    up.texts.forEach((text, i) => ctx.fillText(text, left - 7, top + (1 - up.parts[i]) * height));
    nameAxes(ctx, this.frame, this.told.x, this.told.y, ROW, widest(ctx, this.told.y) + NAMED + 4);
  }
}
