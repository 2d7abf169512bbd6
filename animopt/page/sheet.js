// The sheet: its triangles painted from back to front into an image of their own, the colours of their corners blended.

class Sheet {
  constructor(told, field) {
    Object.assign(this, { told, field, canvas: document.createElement("canvas") });
    // Which blocks have no hole, by their first corner.
    this.whole = new Map();
    // What is left of the triangles that the limits cut, by cell.
    this.cut = new Map();
    told.cells.forEach((cell, part) => this.cut.set(cell, [...(this.cut.get(cell) ?? []), part]));
  }

  // The colours of all corners: those of the grid, then those of the cut triangles.
  paint({ sheet }) {
    const { fractions, brightness, parts: [, , , cutFractions, cutBrightness] } = this.told;
    const mixed = (shade, bright) => {
      const color = sheet[Math.round(clamp(shade, 0, 1) * (sheet.length - 1))] ?? sheet[0];
      return color.map((channel) => Math.min(channel * bright, 255));
    };
    this.colors = Float32Array.from([...fractions].flatMap((shade, i) => mixed(shade, brightness[i])));
    this.cutColors = Float32Array.from([...cutFractions].flatMap((shade, i) => mixed(shade, cutBrightness[i])));
  }

  // Draw it, in a hurry with one pair of triangles for this many cells along x and y, where the limits cut none.
  draw(ctx, view, width, height, stride = 1) {
    // At twice the resolution, so that the rim is smooth.
    const fine = stride > 1 ? 1 : Math.max(2, Math.min(window.devicePixelRatio || 1, 3)), { columns, rows, x, y, z } = this.field;
    const wide = Math.round(width * fine), tall = Math.round(height * fine), image = new ImageData(wide, tall);
    const pixels = new Uint32Array(image.data.buffer);
    const place = ([xs, ys, zs], at) => {
      const [u, v, w] = view.rows, places = new Float64Array(2 * zs.length);
      for (let n = 0; n < zs.length; n++) {
        const [px, py] = at(n, xs, ys), pz = zs[n], away = fine / (w[0] * px + w[1] * py + w[2] * pz + w[3]);
        places[2 * n] = (u[0] * px + u[1] * py + u[2] * pz + u[3]) * away;
        places[2 * n + 1] = tall - (v[0] * px + v[1] * py + v[2] * pz + v[3]) * away;
      }
      return places;
    };
    const grid = place([x, y, z], (n, xs, ys) => [xs[n % columns], ys[Math.floor(n / columns)]]);
    const cut = place(this.told.parts, (n, xs, ys) => [xs[n], ys[n]]);
    // The two triangles of cells from column i to k and row j to l, if their corners are in the sheet.
    const pair = (i, j, k, l) => {
      const a = j * columns + i, b = l * columns + i, c = l * columns + k, d = j * columns + k, both = z[a] + z[c];
      if (!Number.isNaN(both + z[b])) fill(pixels, wide, tall, grid, this.colors, a, b, c);
      if (!Number.isNaN(both + z[d])) fill(pixels, wide, tall, grid, this.colors, a, c, d);
    };
    const blocks = blocksOf(y, view.eye[1], view.eye[3] === 0, stride), across = blocksOf(x, view.eye[0], view.eye[3] === 0, stride);
    for (const down of blocks) {
      for (const right of across) {
        if (stride > 1 && this.isWhole(right, down)) { pair(right.from, down.from, right.upto, down.upto); continue; }
        for (const j of down.cells) {
          for (const i of right.cells) {
            pair(i, j, i + 1, j + 1);
            for (const part of this.cut.get(j * (columns - 1) + i) ?? []) {
              fill(pixels, wide, tall, cut, this.cutColors, 3 * part, 3 * part + 1, 3 * part + 2);
            }
          }
        }
      }
    }
    [this.canvas.width, this.canvas.height] = [wide, tall];
    this.canvas.getContext("2d").putImageData(image, 0, 0);
    ctx.globalAlpha = this.told.alpha;
    ctx.drawImage(this.canvas, 0, 0, width, height);
    ctx.globalAlpha = 1;
  }

  // Whether a block of cells has no hole.
  isWhole(right, down) {
    const { columns, z } = this.field, corner = down.from * columns + right.from;
    if (!this.whole.has(corner)) {
      let sum = 0;
      for (let j = down.from; j <= down.upto; j++) {
        for (let i = right.from; i <= right.upto; i++) sum += z[j * columns + i];
      }
      this.whole.set(corner, !Number.isNaN(sum));
    }
    return this.whole.get(corner);
  }
}

// Blocks of so many cells along an axis, the farthest first, and so the cells in each.
function blocksOf(ticks, eye, parallel, stride) {
  const blocks = new Map();
  for (const cell of farthestFirst(ticks, eye, parallel)) {
    const from = cell - cell % stride;
    if (!blocks.has(from)) blocks.set(from, { from, upto: Math.min(from + stride, ticks.length - 1), cells: [] });
    blocks.get(from).cells.push(cell);
  }
  return [...blocks.values()];
}

// Fill a triangle, given the numbers of its corners: each pixel whose middle is in it.
function fill(pixels, wide, tall, places, colors, a, b, c) {
  const ax = places[2 * a], ay = places[2 * a + 1], bx = places[2 * b], by = places[2 * b + 1], cx = places[2 * c], cy = places[2 * c + 1];
  const area = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax);
  if (!area) return;
  // How much of the way to b, and to c, a pixel further right and a pixel further down are.
  const bRight = (cy - ay) / area, bDown = -(cx - ax) / area, cRight = -(by - ay) / area, cDown = (bx - ax) / area;
  const r = colors[3 * a], g = colors[3 * a + 1], h = colors[3 * a + 2];
  const rb = colors[3 * b] - r, gb = colors[3 * b + 1] - g, hb = colors[3 * b + 2] - h;
  const rc = colors[3 * c] - r, gc = colors[3 * c + 1] - g, hc = colors[3 * c + 2] - h;
  const last = Math.min(tall, Math.ceil(Math.max(ay, by, cy) - 0.5));
  for (let row = Math.max(0, Math.ceil(Math.min(ay, by, cy) - 0.5)); row < last; row++) {
    const y = row + 0.5;
    let left = Infinity, right = -Infinity;
    if (ay <= y !== by <= y) { const x = ax + (y - ay) / (by - ay) * (bx - ax); left = Math.min(left, x); right = Math.max(right, x); }
    if (by <= y !== cy <= y) { const x = bx + (y - by) / (cy - by) * (cx - bx); left = Math.min(left, x); right = Math.max(right, x); }
    if (cy <= y !== ay <= y) { const x = cx + (y - cy) / (ay - cy) * (ax - cx); left = Math.min(left, x); right = Math.max(right, x); }
    const end = Math.min(wide, Math.ceil(right - 0.5));
    for (let column = Math.max(0, Math.ceil(left - 0.5)); column < end; column++) {
      const dx = column + 0.5 - ax, dy = y - ay, v = bRight * dx + bDown * dy, w = cRight * dx + cDown * dy;
      pixels[row * wide + column] = 0xff000000 | (h + v * hb + w * hc + 0.5) << 16 | (g + v * gb + w * gc + 0.5) << 8 | (r + v * rb + w * rc + 0.5);
    }
  }
}
