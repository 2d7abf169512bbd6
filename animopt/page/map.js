// The map of two settings that vary together: a cell for each pair, in the colour of what it leads to, hatched where that diverges, dotted where it does not arrive.

class MapPart extends Panel {
  layOut(ctx) {
    const left = Math.max(20, widest(ctx, this.told.y) + 16) + NAMED, right = this.width - 16 - this.barRoom(ctx), bottom = this.height - ROW - NAMED;
    this.frame = [left, ROW, right - left, bottom - ROW];
  }

  // The pixels of the cell of a pair: [x, y, width, height].
  cell(i, j) {
    const [left, top, wide, tall] = this.frame, { columns, rows } = this.told;
    const [x0, x1] = [columns[i], columns[i + 1]].map((part) => Math.round(left + part * wide));
    const [y0, y1] = [rows[j + 1], rows[j]].map((part) => Math.round(top + (1 - part) * tall));
    return [x0, y0, x1 - x0, y1 - y0];
  }

  ground(ctx) {
    const { told, theme } = this, [left, top, wide, tall] = this.frame, shade = (part) => `rgb(${theme.sheet[Math.round(part * (theme.sheet.length - 1))]})`;
    ctx.fillStyle = theme.ink;
    ctx.font = `600 ${NUMBERS}px ${FONTS}`;
    ctx.fillText(told.title, 10, 5 + NUMBERS, this.width - 14);
    ctx.font = `${NUMBERS}px ${FONTS}`;
    told.parts.forEach((column, i) => column.forEach((part, j) => {
      const room = this.cell(i, j);
      ctx.fillStyle = Number.isNaN(part) ? theme.paper : shade(part);
      ctx.fillRect(...room);
      if (Number.isNaN(part)) fillWith(ctx, told.diverged[i][j] ? hatch : dots, room, theme);
    }));
    ctx.strokeStyle = theme.faint;
    ctx.lineWidth = 1;
    ctx.strokeRect(left, top, wide, tall);
    const across = ticksOf(told.x, wide, ctx), up = ticksOf(told.y, tall);
    ctx.fillStyle = theme.ink;
    ctx.textAlign = "center";
    ctx.textBaseline = "top";
    across.texts.forEach((text, i) => ctx.fillText(text, left + across.parts[i] * wide, top + tall + 7));
    ctx.textAlign = "right";
    ctx.textBaseline = "middle";
    up.texts.forEach((text, i) => ctx.fillText(text, left - 7, top + (1 - up.parts[i]) * tall));
    nameAxes(ctx, this.frame, told.x, told.y, ROW, left - 8);
    this.bar(ctx, this.frame, (i) => shade((i + 0.5) / told.bar.count));
    if (told.own) ring(ctx, left + told.own[0] * wide, top + (1 - told.own[1]) * tall, theme, 3.5);
  }

  // Say which pair is seen, and whether it was chosen.
  choose(place, isChosen) {
    this.place = isChosen ? place : null;
    const { x, y, values, diverged, what } = this.told, [i, j] = place;
    const end = diverged[i][j] ? "diverges" : Number.isNaN(values[i][j]) ? "does not arrive" : `${what} ${shortNumber(values[i][j])}`;
    this.element.setAttribute("aria-label", `${this.told.title}; at ${x.label} ${i + 1} of ${values.length} and ${y.label} ${j + 1} of ${values[0].length}: ${end}. Arrow keys move.`);
    if (this.ctx) this.draw();
  }

  draw() {
    if (!this.width || !this.height) return;
    this.ctx.clearRect(0, 0, this.width, this.height);
    if (!this.place) return;
    const [x, y, wide, tall] = this.cell(...this.place);
    for (const [color, width] of [[this.theme.paper, 4.5], [this.theme.ink, 2]]) {
      Object.assign(this.ctx, { strokeStyle: color, lineWidth: width });
      this.ctx.strokeRect(x, y, wide, tall);
    }
  }

  // The pair under a place in the part, or null outside of the frame.
  cellAt(px, py) {
    const [left, top, wide, tall] = this.frame ?? [0, 0, 0, 0], at = [(px - left) / wide, 1 - (py - top) / tall];
    if (at.some((part) => !(part >= 0 && part <= 1))) return null;
    return [this.told.columns, this.told.rows].map((edges, axis) => Math.min(lastUpTo(edges, at[axis]), edges.length - 2));
  }
}

// A pattern that goes on from cell to cell.
function fillWith(ctx, pattern, room, { faint }) {
  ctx.save();
  ctx.beginPath();
  ctx.rect(...room);
  ctx.clip();
  ctx.beginPath();
  Object.assign(ctx, { strokeStyle: faint, fillStyle: faint, lineWidth: 1 });
  pattern(ctx, ...room);
  ctx.restore();
}

function hatch(ctx, x, y, wide, tall) {
  for (let at = Math.ceil((x + y) / 6) * 6; at < x + y + wide + tall; at += 6) {
    ctx.moveTo(at - y, y);
    ctx.lineTo(at - y - tall, y + tall);
  }
  ctx.stroke();
}

function dots(ctx, x, y, wide, tall) {
  for (let at = Math.ceil((x - 1) / 8) * 8; at < x + wide + 1; at += 8) {
    for (let up = Math.ceil((y - 1) / 8) * 8; up < y + tall + 1; up += 8) ctx.rect(at - 0.75, up - 0.75, 1.5, 1.5);
  }
  ctx.fill();
}

function ring(ctx, x, y, { paper, ink }, size) {
  for (const [color, width] of [[paper, 4], [ink, 1.8]]) {
    trace(ctx, null, x, y, size);
    Object.assign(ctx, { strokeStyle: color, lineWidth: width });
    ctx.stroke();
  }
}
