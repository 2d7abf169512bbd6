// The surface in space: a sheet drawn from back to front, and the paths on it, dashed where hidden.

const LIGHT = [-0.45, -0.55, 0.7].map((v, _, all) => v / Math.hypot(...all));

class SurfacePanel extends Panel {
  passes = [false, true];

  constructor(element, data) {
    const [[x0, x1], [y0, y1]] = data.bounds, [nx, ny] = data.grid;
    const cell = [(x1 - x0) / (nx - 1) / 2, (y1 - y0) / (ny - 1) / 2];
    super(element, data, cell);
    this.box = data.box;
    this.angles = [...data.camera];
    this.z = data.z.map((z) => this.up(z));
    this.low = -this.box[2] / 2;
    this.high = this.box[2] / 2;
    this.top = this.z.reduce((top, z) => (z > top ? z : top), -Infinity);
    this.shade = data.z.map((z) => this.fraction(z));
    this.paths = this.walks.map((w) => this.lift(w));
    this.guides = data.guides.map((guide) => this.lift(walk(Float32Array.from(guide.flat()), data.bounds, cell)));
  }

  // From data to the box, which is centred on 0, and from the box to the grid.
  up(z) { const [low, high] = this.data.zlim; return ((z - low) / (high - low) - 0.5) * this.box[2]; }
  across(x) { const [[x0, x1]] = this.data.bounds; return ((x - x0) / (x1 - x0) - 0.5) * this.box[0]; }
  along(y) { const [, [y0, y1]] = this.data.bounds; return ((y - y0) / (y1 - y0) - 0.5) * this.box[1]; }
  column(x) { return (x / this.box[0] + 0.5) * (this.data.grid[0] - 1); }
  row(y) { return (y / this.box[1] + 0.5) * (this.data.grid[1] - 1); }

  // A height on a scale from 0 to 1 on which the contour levels are evenly spaced.
  fraction(z) {
    const levels = this.data.levels, last = levels.length - 1;
    if (!(z > levels[0])) return 0;
    const i = levels.findIndex((level) => level >= z);
    return i < 0 ? 1 : (i - 1 + (z - levels[i - 1]) / (levels[i] - levels[i - 1])) / last;
  }

  // The bilinear height at a place of the box; NaN off the grid and next to holes.
  at(x, y) {
    const [nx, ny] = this.data.grid, i = this.column(x), j = this.row(y);
    if (!(i >= -1e-6 && j >= -1e-6 && i <= nx - 1 + 1e-6 && j <= ny - 1 + 1e-6)) return NaN;
    const i0 = clamp(Math.floor(i), 0, nx - 2), j0 = clamp(Math.floor(j), 0, ny - 2), u = i - i0, v = j - j0;
    const z = this.z, a = j0 * nx + i0, b = a + nx;
    return (z[a] * (1 - u) + z[a + 1] * u) * (1 - v) + (z[b] * (1 - u) + z[b + 1] * u) * v;
  }

  // Whether a height is in the box; in single precision, the lowest may come out slightly below it.
  holds(z) { return Math.abs(z) <= 1.00001 * this.high; }

  // Lay a path on the sheet; what is above or below the box is a gap.
  lift(w) {
    const x = w.x.map((v) => this.across(v)), y = w.y.map((v) => this.along(v));
    const z = x.map((v, i) => this.at(v, y[i]));
    z.forEach((v, i) => { if (!this.holds(v)) x[i] = NaN; });
    return { x, y, z };
  }

  layOut() {
    const [elev, azim] = this.angles.map((a) => a * Math.PI / 180), [bx, by, bz] = this.box;
    const out = [Math.cos(elev) * Math.cos(azim), Math.cos(elev) * Math.sin(azim), Math.sin(elev)];
    const right = [-Math.sin(azim), Math.cos(azim), 0];
    const up = [-Math.sin(elev) * Math.cos(azim), -Math.sin(elev) * Math.sin(azim), Math.cos(elev)];
    const far = 5 * Math.hypot(bx, by, bz);
    this.eye = out.map((v) => v * far);
    const plane = (x, y, z) => {
      const away = 1 - (out[0] * x + out[1] * y + out[2] * z) / far;
      return [(right[0] * x + right[1] * y) / away, (up[0] * x + up[1] * y + up[2] * z) / away];
    };
    const ends = [-0.5, 0.5], corners = ends.flatMap((i) => ends.flatMap((j) => ends.map((k) => plane(i * bx, j * by, k * bz))));
    const [us, vs] = [0, 1].map((n) => corners.map((c) => c[n]));
    const [u0, u1, v0, v1] = [Math.min(...us), Math.max(...us), Math.min(...vs), Math.max(...vs)];
    const scale = Math.min((this.width - 88) / (u1 - u0), (this.height - 60) / (v1 - v0));  // room for numbers
    this.pixel = (x, y, z) => {
      const [u, v] = plane(x, y, z);
      return [this.width / 2 + scale * (u - (u0 + u1) / 2), this.height / 2 - scale * (v - (v0 + v1) / 2)];
    };
    this.screen = this.paths.map((path) => this.look(path));
  }

  // A path on the screen, and which of its samples the sheet does not hide.
  look(path) {
    const n = path.x.length, x = new Float64Array(n), y = new Float64Array(n), seen = new Uint8Array(n);
    const still = 1e-4 * this.box[0];
    for (let i = 0, last = -1; i < n; i++) {
      [x[i], y[i]] = Number.isNaN(path.x[i]) ? [NaN, NaN] : this.pixel(path.x[i], path.y[i], path.z[i]);
      if (Number.isNaN(x[i])) continue;
      const moved = last < 0 || Math.abs(path.x[i] - path.x[last]) + Math.abs(path.y[i] - path.y[last]) > still;
      seen[i] = moved ? this.isSeen(path.x[i], path.y[i], path.z[i]) : seen[last];
      if (moved) last = i;
    }
    return { x, y, seen };
  }

  // Where a point is drawn; NaN where the sheet hides it or does not hold it.
  spot(x, y) {
    const [bx, by] = [this.across(x), this.along(y)], z = this.at(bx, by);
    return this.holds(z) && this.isSeen(bx, by, z) ? this.pixel(bx, by, z) : [NaN, NaN];
  }

  // Whether a point is visible: march from it, lifted off the sheet, towards the eye in half cells; if
  // the ray goes below the sheet, it is not.
  isSeen(x, y, z) {
    z += 0.004 * this.box[2];
    const [dx, dy, dz] = [this.eye[0] - x, this.eye[1] - y, this.eye[2] - z], [nx, ny] = this.data.grid;
    const cells = Math.max(Math.abs(dx) / this.box[0] * (nx - 1), Math.abs(dy) / this.box[1] * (ny - 1), 1);
    const rise = dz > 0 ? (this.top - z) / dz : 1;
    const fall = dz < 0 ? (this.low - z) / dz : 1;
    const end = Math.min(1, Math.max(rise, 0) + 1 / cells, Math.max(fall, 0) + 1 / cells);
    for (let t = 0.5 / cells; t <= end; t += 0.5 / cells) {
      const px = x + t * dx, py = y + t * dy;
      if (Math.abs(px) > this.box[0] / 2 || Math.abs(py) > this.box[1] / 2) return true;
      const sheet = this.at(px, py);
      if (sheet > z + t * dz && sheet >= this.low && sheet <= this.high) return false;
    }
    return dz > 0;
  }

  ground(ctx) {
    this.panes(ctx);
    if (this.eye[2] > 0) this.floor(ctx);
    this.sheet(ctx);
    this.onSheet(ctx);
  }

  // Guide curves and marks, where they are visible.
  onSheet(ctx) {
    ctx.strokeStyle = this.theme.ink;
    ctx.lineWidth = 1;
    ctx.beginPath();
    for (const { x, y, seen } of this.guides.map((guide) => this.look(guide))) {
      for (let i = 1; i < x.length; i++) {
        if (seen[i] && seen[i - 1]) { ctx.moveTo(x[i - 1], y[i - 1]); ctx.lineTo(x[i], y[i]); }
      }
    }
    ctx.stroke();
    for (const [px, py, kind] of this.data.marks) {
      const x = this.across(px), y = this.along(py), z = this.at(x, y);
      if (this.holds(z) && this.isSeen(x, y, z)) this.mark(ctx, kind, ...this.pixel(x, y, z));
    }
  }

  sheet(ctx) {
    const [nx, ny] = this.data.grid;
    const towards = (n, eye) => [...Array(n - 1).keys()].sort((a, b) => Math.abs(b + 0.5 - eye) - Math.abs(a + 0.5 - eye));
    const rows = towards(ny, this.row(this.eye[1])), columns = towards(nx, this.column(this.eye[0]));
    const xs = Array.from({ length: nx }, (_, i) => (i / (nx - 1) - 0.5) * this.box[0]);
    const ys = Array.from({ length: ny }, (_, j) => (j / (ny - 1) - 0.5) * this.box[1]);
    ctx.lineWidth = 0.8;
    for (const j of rows) {
      for (const i of columns) {
        const at = [j * nx + i, j * nx + i + 1, (j + 1) * nx + i + 1, (j + 1) * nx + i];
        const [a, b, c, d] = at.map((n) => this.z[n]);
        if (!Number.isFinite(a + b + c + d)) continue;
        const cell = this.between([[xs[i], ys[j], a], [xs[i + 1], ys[j], b], [xs[i + 1], ys[j + 1], c], [xs[i], ys[j + 1], d]]);
        if (cell.length < 3) continue;
        const nx3 = -(b + c - a - d) / 2 / (xs[i + 1] - xs[i]), ny3 = -(c + d - a - b) / 2 / (ys[j + 1] - ys[j]);
        const facing = (LIGHT[0] * nx3 + LIGHT[1] * ny3 + LIGHT[2]) / Math.hypot(nx3, ny3, 1);
        const mean = at.reduce((sum, n) => sum + this.shade[n], 0) / 4;
        ctx.fillStyle = ctx.strokeStyle = this.color(mean, 0.72 + 0.36 * clamp(facing, 0, 1));
        ctx.beginPath();
        for (const corner of cell) ctx.lineTo(...this.pixel(...corner));
        ctx.closePath();
        ctx.fill();
        ctx.stroke();
      }
    }
  }

  // The part of a cell between the lowest and the highest height shown.
  between(cell) {
    for (const [limit, sign] of [[this.low, 1], [this.high, -1]]) {
      if (cell.every((p) => sign * (p[2] - limit) >= 0)) continue;
      cell = cell.flatMap((p, n) => {
        const q = cell[(n + 1) % cell.length], a = sign * (p[2] - limit), b = sign * (q[2] - limit);
        const kept = a >= 0 ? [p] : [];
        if (a < 0 !== b < 0) kept.push(p.map((v, axis) => v + (q[axis] - v) * a / (a - b)));
        return kept;
      });
    }
    return cell;
  }

  color(shade, bright) {
    const { sheet } = this.theme, [r, g, b] = sheet[Math.round(clamp(shade, 0, 1) * (sheet.length - 1))];
    return `rgb(${Math.min(r * bright, 255) | 0} ${Math.min(g * bright, 255) | 0} ${Math.min(b * bright, 255) | 0})`;
  }

  floor(ctx) {
    const [bx, by] = this.box;
    ctx.strokeStyle = this.theme.faint;
    ctx.lineWidth = 0.7;
    for (const { lengths, points } of this.data.contours.slice(1)) {
      ctx.beginPath();
      let i = 0;
      for (const length of lengths) {
        for (let j = 0; j < length; j++, i += 2) {
          const edge = j && [0, 1].some((n) => points[i + n] === points[i + n - 2] && points[i + n] % PARTS === 0);
          const place = this.pixel((points[i] / PARTS - 0.5) * bx, (points[i + 1] / PARTS - 0.5) * by, this.low);
          if (j && !edge) ctx.lineTo(...place); else ctx.moveTo(...place);
        }
      }
      ctx.stroke();
    }
  }

  // The far faces of the box with their grid, and the numbers along its near edges.
  panes(ctx) {
    const { theme, low, high } = this, [[x0, x1], [y0, y1]] = this.data.bounds, [z0, z1] = this.data.zlim;
    const farX = this.eye[0] > 0 ? -this.box[0] / 2 : this.box[0] / 2, farY = this.eye[1] > 0 ? -this.box[1] / 2 : this.box[1] / 2;
    const base = this.eye[2] > 0 ? low : high;
    const line = (color, ...points) => {
      ctx.strokeStyle = color;
      ctx.beginPath();
      for (const point of points) ctx.lineTo(...this.pixel(...point));
      ctx.stroke();
    };
    const few = (a, b) => ticks(a, b, 4).filter((v) => v > a + 0.03 * (b - a) && v < b - 0.03 * (b - a));
    ctx.lineWidth = 1;
    ctx.fillStyle = theme.ink;
    ctx.textBaseline = "middle";
    ctx.textAlign = "center";
    const middle = this.pixel(0, 0, base);
    const label = (value, place) => {
      const away = Math.hypot(place[0] - middle[0], place[1] - middle[1]) || 1;
      ctx.fillText(show(value), place[0] + (place[0] - middle[0]) / away * 15, place[1] + (place[1] - middle[1]) / away * 13);
    };
    for (const value of few(x0, x1)) {
      const x = this.across(value);
      line(theme.line, [x, -farY, base], [x, farY, base], [x, farY, -base]);
      label(value, this.pixel(x, -farY, base));
    }
    for (const value of few(y0, y1)) {
      const y = this.along(value);
      line(theme.line, [-farX, y, base], [farX, y, base], [farX, y, -base]);
      label(value, this.pixel(-farX, y, base));
    }
    // The numbers of z go to the left one of the two vertical edges between a far and a near face.
    const edges = [[farX, -farY], [-farX, farY]], left = this.pixel(...edges[0], 0)[0] < this.pixel(...edges[1], 0)[0] ? 0 : 1;
    for (const value of few(z0, z1)) {
      const z = this.up(value);
      line(theme.line, [farX, -farY, z], [farX, farY, z], [-farX, farY, z]);
      const [px, py] = this.pixel(...edges[left], z);
      ctx.textAlign = "right";
      ctx.fillText(show(value), px - 7, py);
    }
    const rim = [[farX, farY], [farX, -farY], [-farX, -farY], [-farX, farY], [farX, farY]];
    line(theme.faint, ...rim.map((corner) => [...corner, base]));
    for (const corner of [...edges, [farX, farY]]) line(theme.faint, [...corner, low], [...corner, high]);
    line(theme.faint, [farX, -farY, -base], [farX, farY, -base], [-farX, farY, -base]);
  }

  // Let the pointer turn the camera; a double click turns it back.
  turnable(turned) {
    let from = null;
    const end = () => { from = null; this.element.classList.remove("turning"); };
    this.element.addEventListener("pointerdown", (event) => {
      from = [event.clientX, event.clientY, ...this.angles];
      this.element.setPointerCapture(event.pointerId);
      this.element.classList.add("turning");
    });
    this.element.addEventListener("pointermove", (event) => {
      if (!from) return;
      this.angles = [clamp(from[2] + (event.clientY - from[1]) * 0.4, -10, 90), from[3] - (event.clientX - from[0]) * 0.4];
      turned();
    });
    this.element.addEventListener("pointerup", end);
    this.element.addEventListener("pointercancel", end);
    this.element.addEventListener("dblclick", () => { this.angles = [...this.data.camera]; turned(); });
  }
}
