// Saving what is seen: the plots as a PNG, the numbers of the runs that are shown as CSV.

function offer(blob, suffix) {
  const link = document.createElement("a"), name = data.name.replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "") || "animopt";
  Object.assign(link, { href: URL.createObjectURL(blob), download: `${name}-step-${reader.step}.${suffix}` });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

const HEADING = 40 * data.sizes.letters, LINE = 24 * data.sizes.letters;

// All that is on the stage, with the title and the step above it and the runs below.
function drawPage() {
  const stage = find("stage").getBoundingClientRect(), theme = themeNow(), canvas = document.createElement("canvas");
  const head = HEADING + (data.notes.length ? LINE : 0);
  const columns = Math.max(1, Math.floor(stage.width / (240 * data.sizes.letters))), lines = data.legend ? Math.ceil(chosen.runs.length / columns) : 0;
  const height = head + stage.height + (lines ? 12 + lines * LINE : 12);
  const ctx = fresh(canvas, stage.width + 24, height);
  Object.assign(ctx, { fillStyle: theme.paper, textBaseline: "middle" });
  ctx.fillRect(0, 0, stage.width + 24, height);
  Object.assign(ctx, { fillStyle: theme.ink, font: `bold ${16 * data.sizes.letters}px ${FONTS}` });
  ctx.fillText(titleAt(reader.step), 12, HEADING / 2);
  Object.assign(ctx, { font: `${14 * data.sizes.letters}px ${FONTS}`, textAlign: "right" });
  if (data.counter) ctx.fillText(`step ${reader.step} / ${data.steps}`, stage.width + 12, HEADING / 2);
  ctx.textAlign = "left";
  ctx.fillText(noteAt(reader.step), 12, HEADING + LINE / 4, stage.width);
  for (const name of partsNow()) {
    const box = boxes[name].getBoundingClientRect(), place = [12 + box.left - stage.left, head + box.top - stage.top];
    for (const layer of boxes[name].querySelectorAll(":scope > canvas, img:not([hidden])")) ctx.drawImage(layer, ...place, box.width, box.height);
    if (name === "table") drawTable(ctx, ...place, box.width);
  }
  (data.legend ? chosen.runs : []).forEach((run, i) => {
    const x = 12 + (i % columns) * stage.width / columns, y = head + stage.height + 12 + (Math.floor(i / columns) + 0.3) * LINE;
    drawRun(ctx, run, x, y);
    ctx.fillText(`${data.runs[run].label}  ${told(data.runs[run], reader.step)}`, x + 20, y, stage.width / columns - 28);
  });
  return canvas;
}

function drawRun(ctx, run, x, y) {
  const theme = themeNow(), shape = data.shapes.markers[data.runs[run].marker];
  marker(ctx, { shape, x: x + 8, y, size: 5.5, face: theme.runs[run], edge: theme.paper, width: 1 });
  Object.assign(ctx, { fillStyle: theme.ink, font: `${13 * data.sizes.letters}px ${FONTS}` });
}

function drawTable(ctx, x, y, width) {
  [...find("table").tBodies[0].rows].forEach((row, i) => {
    const middle = y + (i + 0.7) * LINE, run = data.table.runs[rows.indexOf(row)];
    drawRun(ctx, run, x + 26, middle);
    ctx.fillText(row.cells[0].textContent, x + 8, middle);
    ctx.fillText(row.cells[2].textContent, x + 48, middle);
    ctx.textAlign = "right";
    ctx.fillText(row.cells[3].textContent, x + width - 8, middle);
    ctx.textAlign = "left";
  });
}

function numbersAsCsv() {
  const quoted = (text) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text), lines = ["run,step,x,y,loss"];
  for (const run of chosen.runs) {
    const { points: [xs, ys], values, ...about } = data.runs[run], label = run === slotOf(run) ? about.label : about.settings;
    for (let k = 0; k <= reader.step; k++) lines.push([quoted(label), k, ...[xs[k], ys[k], values[k]].map(fullNumber)].join(","));
  }
  return `${lines.join("\n")}\n`;
}

find("png").addEventListener("click", () => drawPage().toBlob((blob) => offer(blob, "png")));
find("csv").addEventListener("click", () => offer(new Blob([numbersAsCsv()], { type: "text/csv" }), "csv"));
