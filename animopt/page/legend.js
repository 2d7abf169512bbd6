// The legend and the table: the runs by name, each to be hidden or shown alone.

const swatches = [];

function swatchIn(canvas, name, color, dash = []) {
  swatches.push((theme) => {
    const ctx = fresh(canvas, 16, 16), isKey = color === undefined, face = color?.(theme) ?? theme.ink;
    if (dash.length) {
      Object.assign(ctx, { strokeStyle: face, lineWidth: 2, lineCap: "butt" });
      ctx.setLineDash([3, 2]);
      ctx.beginPath();
      ctx.moveTo(0, 8);
      ctx.lineTo(16, 8);
      ctx.stroke();
      ctx.setLineDash([]);
    }
    marker(ctx, { shape: data.shapes.markers[name], x: 8, y: 8, size: isKey ? 4.2 : 5.5, face, edge: isKey ? face : theme.paper, width: isKey ? 0.5 : 1 });
  });
}

function showRuns() {
  for (const slot of slots) data.runs[slot].button.setAttribute("aria-pressed", !reader.hidden.has(slot));
  setCharts(themeNow());
  redraw();
}

function hide(run, on) {
  if (on) reader.hidden.add(run); else reader.hidden.delete(run);
  reader.pointed = null;
  showRuns();
}

// Show one alone, or, if it already is, all.
function single(run) {
  const others = slots.filter((other) => other !== run);
  const isAlone = chosen.runs.length === 1 && slotOf(chosen.runs[0]) === run;
  reader.hidden = new Set(isAlone ? [] : others);
  reader.pointed = null;
  showRuns();
}

function point(run) {
  reader.pointed = run;
  setCharts(themeNow());
  redraw();
}

// The title of a sweep stands before its first run, each of which is called by the rest of its label.
const briefly = new Map(data.sweeps.flatMap(([, texts]) => Object.entries(texts).map(([run, text]) => [Number(run), text])));

for (const i of slots) {
  const title = data.sweeps.find(([, texts]) => Number(Object.keys(texts)[0]) === i);
  if (title) find("legend").append(Object.assign(document.createElement("p"), { className: "sweep", textContent: title[0] }));
  const run = data.runs[i];
  const button = run.button = document.createElement("button");
  button.type = "button";
  button.setAttribute("aria-pressed", "true");
  button.innerHTML = '<canvas class="swatch"></canvas><span class="name"></span><span class="loss"></span>';
  run.text = button.querySelector(".loss");
  swatchIn(button.querySelector("canvas"), run.marker, (theme) => theme.runs[i], run.dash);
  let before = reader.hidden;
  button.addEventListener("click", ({ detail, shiftKey }) => {
    const isSecond = detail > 0 && detail % 2 === 0;
    // The first of two clicks has changed what was seen before both.
    if (isSecond) reader.hidden = before; else before = new Set(reader.hidden);
    if (shiftKey || isSecond) single(i); else hide(i, !reader.hidden.has(i));
  });
  button.addEventListener("pointerenter", ({ pointerType }) => { if (pointerType === "mouse" && !reader.hidden.has(i)) point(i); });
  button.addEventListener("pointerleave", () => { if (reader.pointed !== null) point(null); });
  find("legend").append(button);
}

// What the runs are called that are seen.
function nameRuns() {
  for (const slot of slots) {
    const { button } = data.runs[slot], { label, settings } = data.runs[seenIn[slot]];
    button.title = `${settings}\nA double click shows it alone.`;
    button.querySelector(".name").textContent = briefly.get(seenIn[slot]) ?? label;
  }
  rows.forEach((row, index) => { row.cells[2].textContent = data.runs[seenIn[data.table.runs[index]]].label; });
}

for (const [name, text] of data.keys) {
  const line = document.createElement("p");
  line.innerHTML = '<canvas class="swatch"></canvas>';
  line.append(text);
  swatchIn(line.firstChild, name);
  find("legend").append(line);
}

const rows = data.table ? data.table.runs.map((run) => {
  const row = find("table").tBodies[0].insertRow();
  row.innerHTML = '<td></td><td><canvas class="swatch"></canvas></td><td></td><td></td>';
  swatchIn(row.querySelector("canvas"), data.runs[run].marker, (theme) => theme.runs[run]);
  return row;
}) : [];

nameRuns();

// The rows of the table from the lowest loss to the highest; the scene's own are ranked already.
function ranking(k) {
  if (slots.every((slot) => seenIn[slot] === slot)) return data.table.rankings.map((ranks) => ranks[k]);
  const losses = data.table.runs.map((slot) => data.runs[seenIn[slot]].values[k]).map((loss) => (Number.isFinite(loss) ? loss : Infinity));
  return [...losses.keys()].sort((a, b) => (losses[a] === losses[b] ? a - b : losses[a] - losses[b]));
}

function rank(k) {
  if (data.table) ranking(k).forEach((index, place) => {
    const row = rows[index];
    row.cells[0].textContent = place + 1;
    row.cells[3].textContent = told(data.runs[seenIn[data.table.runs[index]]], k);
    if (row.parentNode.rows[place] !== row) row.parentNode.insertBefore(row, row.parentNode.rows[place]);
  });
}
