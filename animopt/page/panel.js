// Panels: what is static on one canvas, what moves on another; paths, heads and names in a view of the plane.

class Panel {
  constructor(element, told) {
    this.element = element;
    this.told = told;
    [this.still, this.moving] = element.querySelectorAll("canvas");
  }

  // Lay out for the current size and theme, and draw what is static.
  set(theme, k) {
    this.theme = theme;
    ({ clientWidth: this.width, clientHeight: this.height } = this.element);
    if (!this.width || !this.height) return;
    this.ctx = fresh(this.moving, this.width, this.height);
    this.renew(k);
  }

  renew(k) {
    const ctx = fresh(this.still, this.width, this.height);
    this.layOut(ctx, k);
    this.ground(ctx);
  }

  draw(k, chosen) {
    if (!this.width || !this.height) return;
    const { ctx } = this;
    ctx.clearRect(0, 0, this.width, this.height);
    this.beneath?.(ctx, k, chosen);
    this.trails(ctx, k, chosen);
    ctx.globalAlpha = 1;
    this.auras?.(ctx, k, chosen);
    for (const run of chosen.runs) this.dots(ctx, run, k, chosen);
    this.forces?.(ctx, k, chosen);
    if (this.told.counts) this.counts(ctx, k, chosen);
    if (this.told.labels) this.names(ctx, k, chosen);
    this.starts(ctx, chosen);
    const heads = chosen.runs.map((run) => ({ run, place: this.head(run, k) })).filter(({ place }) => place);
    drawHeads(ctx, heads.map(({ run, place }) => ({
      ...place, alpha: (place.seen ? 1 : GHOST) * chosen.strength(run),
      face: this.theme.runs[run], shape: data.shapes.markers[data.runs[run].marker],
    })), data.sizes.heads.panel * POINT, this.theme);
  }

  // Beside each minimum how many of each ensemble have arrived there.
  counts(ctx, k, chosen) {
    const { aside, places, labels, numbers } = this.told.counts;
    Object.assign(ctx, { font: `bold ${NUMBERS}px ${FONTS}`, textAlign: "left", textBaseline: "middle", strokeStyle: this.theme.paper, lineWidth: 3 });
    places.forEach((place, i) => {
      if (!place) return;
      const [x, y] = this.spot(place), words = labels.map((label, n) => ({ text: String(numbers[n][i][k]), run: data.runs.findIndex((run) => run.label === label) }))
        .filter(({ text, run }) => text !== "0" && chosen.runs.includes(run));
      const room = words.map(({ text }) => ctx.measureText(text).width + 5), wide = room.reduce((sum, each) => sum + each, 0);
      let left = x + aside * POINT + wide < this.frame[0] + this.frame[2] ? x + aside * POINT : x - aside * POINT - wide;
      words.forEach(({ text, run }, n) => {
        ctx.fillStyle = this.theme.runs[run];
        ctx.strokeText(text, left, y);
        ctx.fillText(text, left, y);
        left += room[n];
      });
    });
  }

  // A hollow mark where each run starts: in ink where several do, to a tenth of a pixel, since each path is packed by itself.
  starts(ctx, chosen) {
    const places = new Map();
    for (const run of chosen.runs) {
      const head = this.head(run, 0), key = head && [head.x, head.y].map((v) => Math.round(10 * v)).join();
      if (head?.turn === null && head.seen) places.set(key, { ...head, edge: places.has(key) ? this.theme.ink : this.theme.runs[run] });
    }
    for (const { x, y, edge } of places.values()) {
      marker(ctx, { shape: data.shapes.start, x, y, size: 0.84 * data.sizes.heads.panel * POINT, face: this.theme.paper, edge, width: 1.9 });
    }
  }

  // Every start of an ensemble as a dot, the fainter the more there are.
  dots(ctx, run, k, chosen) {
    const crowd = this.crowd(run);
    if (!crowd) return;
    ctx.fillStyle = this.theme.runs[run];
    ctx.globalAlpha = clamp(60 / crowd.length, 0.35, 0.7) * chosen.strength(run);
    for (const [x, y] of this.spots(crowd, k)) {
      if (Number.isNaN(x)) continue;
      trace(ctx, null, x, y, 2.6);
      ctx.fill();
    }
    ctx.globalAlpha = 1;
  }

  // The names at the heads that are drawn: where they are in the film, or elsewhere beside their heads if that is
  // not free in this panel.
  names(ctx, k, chosen) {
    const { texts, sizes, offsets, order, gap } = this.told.labels, frame = lastUpTo(data.frames, k);
    const runs = chosen.runs.filter((run) => this.head(run, k)), heads = runs.map((run) => this.head(run, k)), slots = runs.map(slotOf);
    const [left, top, wide, tall] = this.frame, plot = [[left, -top - tall], [left + wide, -top]];
    Object.assign(ctx, { font: `bold ${NAMES}px ${FONTS}`, textBaseline: "middle", strokeStyle: this.theme.paper });
    // What stands in the place of the scene's own may be called otherwise.
    const words = runs.map((run, at) => (run === slots[at] ? texts[run] : data.runs[run].label));
    const room = slots.map((slot, at) => [runs[at] === slot ? sizes[slot][0] * POINT : ctx.measureText(words[at]).width, sizes[slot][1] * POINT]);
    const wanted = slots.map((slot) => [0, 1].map((i) => offsets[2 * slot + i][frame] * POINT));
    const ranks = order.map((each) => slots.indexOf(each[frame])).filter((at) => at >= 0);
    const { corners, shown } = beside(heads.map(({ x, y }) => [x, -y]), room, wanted, ranks, plot, gap * POINT);
    heads.forEach((head, at) => {
      if (!shown[at]) return;
      const run = runs[at], [x, y] = corners[at], [w, h] = room[at], near = [clamp(head.x, x, x + w), clamp(head.y, -y - h, -y)];
      ctx.globalAlpha = (head.seen ? 1 : GHOST) * chosen.strength(run);
      if (Math.hypot(near[0] - head.x, near[1] - head.y) > 8 * POINT) {
        ctx.strokeStyle = this.theme.runs[run];
        ctx.lineWidth = 1.1;
        ctx.beginPath();
        ctx.moveTo(head.x, head.y);
        ctx.lineTo(...near);
        ctx.stroke();
      }
      const after = x + w / 2 > head.x;
      Object.assign(ctx, { textAlign: after ? "left" : "right", strokeStyle: this.theme.paper, lineWidth: 3, fillStyle: this.theme.runs[run] });
      ctx.strokeText(words[at], after ? x : x + w, -y - h / 2);
      ctx.fillText(words[at], after ? x : x + w, -y - h / 2);
    });
    ctx.globalAlpha = 1;
  }

  // The room that the colour bar takes beside a frame.
  barRoom(ctx) {
    const { bar } = this.told;
    return bar ? 11 + Math.max(15 + widest(ctx, bar.axis), ctx.measureText(bar.axis.label).width) : 0;
  }

  // The colours of heights from the bottom up, to the right of a frame.
  bar(ctx, [left, top, width, height], colorOf) {
    const { bar } = this.told;
    if (!bar) return;
    const x = left + width + 11, low = top + height, tall = height - 7 - NUMBERS, { parts, texts } = ticksOf(bar.axis, tall), edge = (i) => Math.round(low - i / bar.count * tall);
    for (let i = 0; i < bar.count; i++) {
      ctx.fillStyle = colorOf(i);
      ctx.fillRect(x, edge(i + 1), 9, edge(i) - edge(i + 1));
    }
    Object.assign(ctx, { strokeStyle: this.theme.faint, lineWidth: 1, fillStyle: this.theme.ink, textAlign: "left", textBaseline: "middle" });
    ctx.strokeRect(x, edge(bar.count), 9, edge(0) - edge(bar.count));
    texts.forEach((text, i) => ctx.fillText(text, x + 15, low - parts[i] * tall));
    ctx.fillText(bar.axis.label, x, top + (1 + NUMBERS) / 2);
  }

  // The mark of a known minimum or saddle.
  mark(ctx, kind, x, y, seen = true) {
    ctx.globalAlpha = seen ? 1 : GHOST;
    const { outline, radius, edge } = data.shapes.marks[kind];
    marker(ctx, { shape: outline, x, y, size: radius * POINT, face: this.theme.paper, edge: this.theme.ink, width: edge * POINT });
    ctx.globalAlpha = 1;
  }
}
