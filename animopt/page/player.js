// The page: one clock and one current step, which everything on the page shows.

const find = (id) => document.getElementById(id);
const root = find("player");
const isDark = matchMedia("(prefers-color-scheme: dark)"), isCalm = matchMedia("(prefers-reduced-motion: reduce)");
const shown = new Set(data.runs.keys());
let step = 0, view = data.view, playing = false, pace = 1, pointed = null, plays = 0;

// What is drawn: the indices of the runs that are switched on; all but the one pointed at are faint.
const chosen = {
  get runs() { return [...data.runs.keys()].filter((run) => shown.has(run)); },
  strength: (run) => (pointed === null || pointed === run ? 1 : 0.25),
};

const panels = {}, makers = {};
if (data.contour) makers.contour = ContourPanel;
if (data.surface) makers.surface = SurfacePanel;
const holder = (name) => root.querySelector(`[data-panel="${name}"]`);
const charts = data.charts.map((told) => {
  const element = find("chart").appendChild(document.createElement("div"));
  element.className = "chart";
  element.setAttribute("role", "img");
  element.setAttribute("aria-label", `${told.title} of each optimizer by step; drag to move the step.`);
  element.innerHTML = "<canvas></canvas><canvas></canvas>";
  return new Chart(element, told);
});
// Without a plane the curves have all the room.
if (!Object.keys(makers).length) find("stage").append(find("chart"));
root.querySelector(".views").hidden = Object.keys(makers).length < 2;
const drawn = () => Object.keys(makers).filter((name) => view === name || view === "both");

// --- the clock: startTimes[i] is when frame i begins - ---------------------------------------

const startTimes = [0];
for (const seconds of data.seconds) startTimes.push(startTimes.at(-1) + seconds);
const duration = startTimes.pop();
let time = 0, before = null;

function tick(now) {
  if (!playing) return;
  // A tab that was hidden continues where it was.
  time += Math.min((now - (before ?? now)) / 1000, 0.25) * pace;
  before = now;
  if (time >= duration) {
    plays += 1;
    if (data.loop && plays >= data.loop) { turnTo(data.steps); return play(false); }
    time %= duration;
  }
  turnTo(data.frames[lastUpTo(startTimes, time)]);
  requestAnimationFrame(tick);
}

function play(on) {
  const starts = on && !playing;
  if (starts && step === data.steps) go(0);
  if (starts && data.loop && plays >= data.loop) plays = 0;
  playing = on;
  root.dataset.playing = on;
  find("play").setAttribute("aria-label", on ? "Pause" : "Play");
  if (starts) { before = null; requestAnimationFrame(tick); }
}

// Turn to a step by hand: the clock follows.
function go(k) {
  k = clamp(Math.round(k), 0, data.steps);
  time = startTimes[lastUpTo(data.frames, k)];
  turnTo(k);
}

function restart() { go(0); play(true); }

// --- drawing ---------------------------------------------------------------------------------

function turnTo(k) {
  step = k;
  root.dataset.step = k;
  for (const name of drawn()) panels[name].draw(k, chosen);
  for (const chart of charts) chart.draw(k, chosen);
  rank(k);
  const speed = data.speeds.findLast(([start]) => start <= k)[1];
  const badge = speed !== 1 && k < data.steps ? `<span class="badge">×${shortNumber(speed)}</span>` : "";
  find("counter").innerHTML = `${badge}step <b>${k}</b> / ${data.steps}`;
  find("scrub").value = k;
  find("scrub").style.setProperty("--part", `${100 * k / data.steps}%`);
  find("scrub").setAttribute("aria-valuetext", `step ${k} of ${data.steps}`);
  data.runs.forEach((run) => { run.text.textContent = told(run, k); });
}

// What stands beside a run's name: its loss, or what has become of it.
const told = ({ values, notes }, k) => notes.findLast(([from]) => from <= k)?.[1] ?? shortNumber(values[k]);

function redraw() { turnTo(step); }

function setCharts(theme) { for (const chart of charts) chart.set(theme, chosen); }

// The columns of the page: a narrow picture leaves room to the chart.
function share() {
  if (view !== "contour" || !data.contour?.equal) return "minmax(0, 1fr) minmax(230px, 27%)";
  const [[x0, x1], [y0, y1]] = data.contour.bounds, wide = (root.clientHeight - 180) * (x1 - x0) / (y1 - y0) + 100;
  return `minmax(0, ${Math.round(clamp(wide, 0.48 * root.clientWidth, 0.72 * root.clientWidth))}px) minmax(230px, 1fr)`;
}

let extent = "";
const extentNow = () => `${root.clientWidth} x ${root.clientHeight}`;

function layOut() {
  root.style.setProperty("--columns", share());
  root.dataset.view = view;
  const theme = themeNow();
  const style = document.documentElement.style;
  for (const name of ["paper", "ink", "faint", "line", "accent"]) style.setProperty(`--${name}`, theme[name]);
  style.colorScheme = theme.scheme;
  root.dataset.theme = style.colorScheme;
  // Hidden panels leave their room to the others before these are measured.
  for (const name of ["contour", "surface"]) holder(name).hidden = !drawn().includes(name);
  for (const name of drawn()) {
    if (!panels[name]) {
      panels[name] = new makers[name](holder(name), data[name]);
      panels[name].turnable?.(redraw);
    }
    panels[name].set(theme, step);
  }
  for (const button of root.querySelectorAll("button[data-view]")) button.setAttribute("aria-pressed", button.dataset.view === view);
  swatches.forEach((swatch) => swatch(theme));
  setCharts(theme);
  redraw();
  extent = extentNow();
}

// --- the legend and the table ----------------------------------------------------------------

const swatches = [];
const themeNow = () => data.themes[isDark.matches ? "dark" : "light"];

function swatchIn(canvas, name, color) {
  swatches.push((theme) => {
    const ctx = fresh(canvas, 16, 16), isKey = color === undefined, face = color?.(theme) ?? theme.ink;
    marker(ctx, { shape: data.shapes.markers[name], x: 8, y: 8, size: isKey ? 4.2 : 5.5, face, edge: isKey ? face : theme.paper, width: isKey ? 0.5 : 1 });
  });
}

data.runs.forEach((run, i) => {
  const button = document.createElement("button");
  button.type = "button";
  button.setAttribute("aria-pressed", "true");
  button.title = run.settings;
  button.innerHTML = '<canvas class="swatch"></canvas><span class="name"></span><span class="loss"></span>';
  button.querySelector(".name").textContent = run.label;
  run.text = button.querySelector(".loss");
  swatchIn(button.querySelector("canvas"), run.marker, (theme) => theme.runs[i]);
  const change = () => { setCharts(themeNow()); redraw(); };
  button.addEventListener("click", () => {
    if (!shown.delete(i)) shown.add(i);
    button.setAttribute("aria-pressed", shown.has(i));
    pointed = null;
    change();
  });
  button.addEventListener("pointerenter", (event) => {
    if (event.pointerType === "mouse" && shown.has(i)) { pointed = i; change(); }
  });
  button.addEventListener("pointerleave", () => { pointed = null; change(); });
  find("legend").append(button);
});

for (const [name, text] of data.keys) {
  const line = document.createElement("p");
  line.innerHTML = '<canvas class="swatch"></canvas>';
  line.append(text);
  swatchIn(line.firstChild, name);
  find("legend").append(line);
}

find("table").hidden = !data.table;
const rows = data.table ? data.table.runs.map((run) => {
  const row = find("table").tBodies[0].insertRow();
  row.innerHTML = '<td></td><td><canvas class="swatch"></canvas></td><td></td><td></td>';
  row.cells[2].textContent = data.runs[run].label;
  swatchIn(row.querySelector("canvas"), data.runs[run].marker, (theme) => theme.runs[run]);
  return row;
}) : [];

// The rows of the table from the lowest loss to the highest.
function rank(k) {
  rows.forEach((_, place) => {
    const index = data.table.rankings[place][k], row = rows[index];
    row.cells[0].textContent = place + 1;
    row.cells[3].textContent = told(data.runs[data.table.runs[index]], k);
    if (row.parentNode.rows[place] !== row) row.parentNode.insertBefore(row, row.parentNode.rows[place]);
  });
}

// --- hovering: the step and the loss of what is under the pointer ----------------------------

function hover(element, target) {
  element.addEventListener("pointermove", (event) => {
    const box = element.getBoundingClientRect(), tip = find("tip");
    const found = target().nearest(event.clientX - box.left, event.clientY - box.top, step, chosen);
    tip.hidden = !found;
    if (!found) return;
    const { step: at } = found, { label, values, points } = data.runs[found.run], [x, y] = points.map((axis) => shortNumber(axis[at]));
    tip.textContent = `\nstep ${at}\nloss ${shortNumber(values[at])}\nat (${x}, ${y})`;
    tip.prepend(Object.assign(document.createElement("b"), { textContent: label }));
    const side = box.left + found.x + 14 + tip.offsetWidth > innerWidth ? -14 - tip.offsetWidth : 14;
    tip.style.left = `${box.left + found.x + side}px`;
    tip.style.top = `${clamp(box.top + found.y - tip.offsetHeight / 2, 4, innerHeight - tip.offsetHeight - 4)}px`;
  });
  element.addEventListener("pointerleave", () => { find("tip").hidden = true; });
}
for (const name of Object.keys(makers)) hover(holder(name), () => panels[name]);
for (const chart of charts) hover(chart.element, () => chart);

// --- controls --------------------------------------------------------------------------------

find("scrub").max = data.steps;
find("scrub").addEventListener("input", (event) => { play(false); go(event.target.valueAsNumber); });
find("play").addEventListener("click", () => play(!playing));
find("back").addEventListener("click", () => { play(false); go(step - 1); });
find("forth").addEventListener("click", () => { play(false); go(step + 1); });
find("speed").addEventListener("change", (event) => { pace = Number(event.target.value); });
for (const button of root.querySelectorAll("button[data-view]")) {
  button.addEventListener("click", () => { view = button.dataset.view; layOut(); });
}

for (const chart of charts) {
  let dragging = false;
  const { element } = chart, drag = (event) => go(chart.stepAt(event.clientX - element.getBoundingClientRect().left));
  element.addEventListener("pointerdown", (event) => {
    dragging = true;
    element.setPointerCapture(event.pointerId);
    play(false);
    drag(event);
  });
  element.addEventListener("pointermove", (event) => { if (dragging) drag(event); });
  for (const end of ["pointerup", "pointercancel"]) element.addEventListener(end, () => { dragging = false; });
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("select")) return;
  // The space bar presses a focused button.
  if (event.key === " " && event.target.closest("button")) return;
  const far = event.shiftKey ? 10 : 1;
  const to = { ArrowLeft: step - far, ArrowRight: step + far, Home: 0, End: data.steps }[event.key];
  if (event.key === " ") play(!playing);
  else if (to !== undefined) { play(false); go(to); }
  else return;
  event.preventDefault();
});

// --- coming and going ------------------------------------------------------------------------

// A slide plays from the start when it is entered: when it comes into view, or reveal.js says so.
new IntersectionObserver(([entry]) => {
  if (!entry.isIntersecting) play(false);
  else if (!isCalm.matches) restart();
}).observe(root);
addEventListener("message", ({ data: word }) => {
  if (word === "slide:start" && !isCalm.matches) restart();
  if (word === "slide:stop") play(false);
});

isDark.addEventListener("change", layOut);
layOut();
new ResizeObserver(() => { if (extent !== extentNow()) layOut(); }).observe(root);

// For whoever embeds the page, and for its tests.
window.animopt = {
  data, panels, charts, chosen, root, duration, startTimes, go, play, layOut,
  get step() { return step; }, get playing() { return playing; }, get pace() { return pace; }, get view() { return view; },
};
