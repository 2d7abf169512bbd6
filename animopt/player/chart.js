// The chart of losses by step: curves solid up to the current step, faint beyond, and a cursor to drag.

class Chart {
  constructor(element, data) {
    this.element = element;
    [this.still, this.moving] = element.querySelectorAll("canvas");
    this.data = data;
  }

  set(theme, chosen) {
    this.theme = theme;
    ({ clientWidth: this.width, clientHeight: this.height } = this.element);
    if (!this.width || !this.height) return;
    const { log, low, high } = this.data.loss, scale = log ? Math.log10 : (v) => v;
    const [left, top, right, bottom] = [52, 26, this.width - 14, this.height - 26];
    this.frame = [left, top, right, bottom];
    this.toX = (step) => left + step / this.data.steps * (right - left);
    // Curves that leave the chart cross its edge, but are not drawn far beyond it.
    this.toY = (loss) => {
      const part = (scale(Math.max(loss, log ? low * 1e-3 : loss)) - scale(low)) / (scale(high) - scale(low));
      return bottom - clamp(part, -0.1, 1.1) * (bottom - top);
    };
    this.isOut = (y) => !(y >= top - 0.5 && y <= bottom + 0.5);
    this.ctx = fresh(this.moving, this.width, this.height);
    this.ground(fresh(this.still, this.width, this.height), chosen);
  }

  ground(ctx, chosen) {
    const { log, low, high } = this.data.loss, [left, top, right, bottom] = this.frame;
    ctx.fillStyle = this.theme.ink;
    ctx.font = `600 ${ctx.font}`;
    ctx.fillText(this.data.loss.name, 10, 16);
    ctx.font = ctx.font.replace("600 ", "");
    ctx.lineWidth = 1;
    ctx.strokeStyle = this.theme.line;
    ctx.textAlign = "right";
    ctx.textBaseline = "middle";
    const few = clamp((bottom - top) / 40, 2, 6);
    const heights = log ? ticks(Math.log10(low), Math.log10(high), few).filter(Number.isInteger).map((p) => 10 ** p) : ticks(low, high, few);
    for (const loss of heights) {
      const y = this.toY(loss);
      ctx.beginPath();
      ctx.moveTo(left, y);
      ctx.lineTo(right, y);
      ctx.stroke();
      ctx.fillText(log ? power(loss) : show(loss), left - 6, y);
    }
    ctx.textAlign = "center";
    ctx.textBaseline = "top";
    for (const step of ticks(0, this.data.steps, clamp((right - left) / 60, 2, 6))) {
      if (Number.isInteger(step)) ctx.fillText(show(step), this.toX(step), bottom + 8);
    }
    for (const run of chosen.runs) this.curve(ctx, run, this.data.steps, 0.3 * chosen.strength(run), 1.2);
  }

  curve(ctx, run, k, alpha, width) {
    const [left, top, right, bottom] = this.frame;
    ctx.save();
    ctx.beginPath();
    ctx.rect(left, top - 1, right - left + 2, bottom - top + 2);
    ctx.clip();
    ctx.beginPath();
    for (let i = 0; i <= k; i++) {
      const loss = run.values[i];
      if (Number.isNaN(loss)) break;
      ctx.lineTo(this.toX(i), this.toY(loss));
    }
    ctx.strokeStyle = this.theme.cycle[run.optimizer];
    ctx.globalAlpha = alpha;
    ctx.lineWidth = width;
    ctx.stroke();
    ctx.restore();
  }

  draw(k, chosen) {
    if (!this.width || !this.height) return;
    const ctx = this.ctx, [, top, , bottom] = this.frame, x = this.toX(k);
    ctx.clearRect(0, 0, this.width, this.height);
    ctx.strokeStyle = this.theme.faint;
    ctx.lineWidth = 1;
    ctx.beginPath();
    ctx.moveTo(x, top - 4);
    ctx.lineTo(x, bottom);
    ctx.stroke();
    for (const run of chosen.runs) this.curve(ctx, run, k, chosen.strength(run), 1.8);
    for (const run of chosen.runs) {
      const y = this.toY(run.values[k]);
      if (this.isOut(y)) continue;
      const shape = SHAPES[run.marker], face = this.theme.cycle[run.optimizer];
      ctx.globalAlpha = chosen.strength(run);
      marker(ctx, { shape, x, y, size: 3.6, face, edge: this.theme.paper, width: 1 });
    }
    ctx.globalAlpha = 1;
  }

  stepAt(px) {
    const [left, , right] = this.frame;
    return clamp(Math.round((px - left) / (right - left) * this.data.steps), 0, this.data.steps);
  }

  nearest(px, py, k, chosen) {
    const step = this.stepAt(px);
    let best = null, reach = 24;
    for (const run of chosen.runs) {
      const y = this.toY(run.values[step]);
      if (!this.isOut(y) && Math.abs(y - py) < reach) { reach = Math.abs(y - py); best = { run, step, x: this.toX(step), y }; }
    }
    return best;
  }
}
