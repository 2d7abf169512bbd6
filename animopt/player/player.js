// The player: one clock and one current step, which everything on the page shows.

const data = JSON.parse(document.getElementById("data").textContent);
data.z = floats(data.z);
data.runs.forEach((run, index) => {
  Object.assign(run, { index, points: floats(run.points), values: floats(run.values), starts: run.starts && floats(run.starts) });
  for (const kind in run.forces) run.forces[kind] = floats(run.forces[kind]);
});
data.contours.forEach((contour) => { contour.points = new Uint16Array(bytesOf(contour.points)); });

const find = (id) => document.getElementById(id);
const root = find("player");
const isDark = matchMedia("(prefers-color-scheme: dark)"), isCalm = matchMedia("(prefers-reduced-motion: reduce)");
const shown = new Set(data.optimizers.keys());
let step = 0, view = data.view, playing = false, pace = 1, pointed = null, plays = 0;

// What is drawn: the runs that are switched on; all but those pointed at are faint.
const chosen = {
  get runs() { return data.runs.filter((run) => shown.has(run.optimizer)); },
  strength: (run) => (pointed === null || pointed === run.optimizer ? 1 : 0.25),
};

const panels = {};
const makers = { contour: ContourPanel, surface: SurfacePanel };
const holder = (name) => root.querySelector(`[data-panel="${name}"]`);
const chart = new Chart(find("chart"), data);
const visible = () => Object.keys(makers).filter((name) => view === name || view === "both");

// --- the clock: startTimes[i] is when picture i begins ---------------------------------------

const startTimes = [0];
for (const seconds of data.seconds) startTimes.push(startTimes.at(-1) + seconds);
const duration = startTimes.pop();
let time = 0, before = null;

function pictureAt(wanted, times) {
  let low = 0, high = times.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (times[middle] <= wanted) low = middle; else high = middle - 1;
  }
  return low;
}

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
  turnTo(data.pictures[pictureAt(time, startTimes)]);
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
  time = startTimes[pictureAt(k, data.pictures)];
  turnTo(k);
}

function restart() { go(0); play(true); }

// --- drawing ---------------------------------------------------------------------------------

function turnTo(k) {
  step = k;
  root.dataset.step = k;
  for (const name of visible()) panels[name].draw(k, chosen);
  chart.draw(k, chosen);
  const speed = data.speeds.findLast(([start]) => start <= k)[1];
  const badge = speed !== 1 && k < data.steps ? `<span class="badge">×${show(speed)}</span>` : "";
  find("counter").innerHTML = `${badge}step <b>${k}</b> / ${data.steps}`;
  find("scrub").value = k;
  find("scrub").style.setProperty("--part", `${100 * k / data.steps}%`);
  find("scrub").setAttribute("aria-valuetext", `step ${k} of ${data.steps}`);
  data.optimizers.forEach((optimizer, i) => {
    const { values, diverged, gone } = data.runs[i], over = diverged !== null && diverged <= k;
    optimizer.text.textContent = gone?.[k] ? `${gone[k]} diverged` : over ? `diverged at ${diverged}` : show(values[k]);
  });
}

function redraw() { turnTo(step); }

// The columns of the page: a narrow picture leaves room to the chart.
function share() {
  const [[x0, x1], [y0, y1]] = data.bounds;
  if (view !== "contour" || !data.equal) return "minmax(0, 1fr) minmax(230px, 27%)";
  const wide = (root.clientHeight - 180) * (x1 - x0) / (y1 - y0) + 100;
  return `minmax(0, ${Math.round(clamp(wide, 0.48 * root.clientWidth, 0.72 * root.clientWidth))}px) minmax(230px, 1fr)`;
}

let extent = "";
const extentNow = () => `${root.clientWidth} x ${root.clientHeight}`;

function layOut() {
  root.style.setProperty("--columns", share());
  root.dataset.view = view;
  const theme = data.themes[isDark.matches ? "dark" : "light"];
  const style = document.documentElement.style;
  for (const name of ["paper", "ink", "faint", "line", "page", "hover", "quiet", "accent"]) style.setProperty(`--${name}`, theme[name]);
  style.colorScheme = theme.scheme;
  root.dataset.theme = style.colorScheme;
  // Hidden panels leave their room to the others before these are measured.
  for (const name of Object.keys(makers)) holder(name).hidden = !visible().includes(name);
  for (const name of visible()) {
    if (!panels[name]) {
      panels[name] = new makers[name](holder(name), data);
      panels[name].turnable?.(() => { panels[name].set(panels[name].theme); redraw(); });
    }
    panels[name].set(theme);
  }
  for (const button of root.querySelectorAll("button[data-view]")) button.setAttribute("aria-pressed", button.dataset.view === view);
  data.optimizers.forEach((optimizer, i) => optimizer.swatch(theme.cycle[i], theme.paper));
  chart.set(theme, chosen);
  redraw();
  extent = extentNow();
}

// --- the legend ------------------------------------------------------------------------------

data.optimizers.forEach((optimizer, i) => {
  const button = document.createElement("button");
  button.type = "button";
  button.setAttribute("aria-pressed", "true");
  button.title = optimizer.settings;
  button.innerHTML = '<canvas class="swatch"></canvas><span class="name"></span><span class="loss"></span>';
  button.querySelector(".name").textContent = optimizer.label;
  optimizer.text = button.querySelector(".loss");
  optimizer.swatch = (color, outline) => {
    const ctx = fresh(button.querySelector("canvas"), 16, 16);
    marker(ctx, { shape: SHAPES[optimizer.marker], x: 8, y: 8, size: 5.5, face: color, edge: outline, width: 1 });
  };
  const change = () => { chart.set(chart.theme, chosen); redraw(); };
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

// Arrows as in the animation's legend: half the width of the shaft, and of the head.
const KEYS = { gradient: ["−gradient", 0.24, 0.7], momentum: ["momentum", 0.5, 1.2] };
for (const force of data.forces) {
  const [name, shaft, head] = KEYS[force], line = document.createElement("p");
  const arrow = `M-1.6 ${-shaft}H0.3V${-head}L1.7 0 0.3 ${head}V${shaft}H-1.6Z`;
  line.innerHTML = `<svg class="swatch" viewBox="-1.9 -1.9 3.8 3.8"><path d="${arrow}"/></svg>${name}`;
  find("legend").append(line);
}

// --- hovering: the step and the loss of what is under the pointer ----------------------------

function hover(element, target) {
  element.addEventListener("pointermove", (event) => {
    const box = element.getBoundingClientRect(), tip = find("tip");
    const found = target().nearest(event.clientX - box.left, event.clientY - box.top, step, chosen);
    tip.hidden = !found;
    if (!found) return;
    const { run, step: at } = found, [x, y] = run.points.subarray(2 * at, 2 * at + 2);
    tip.textContent = `\nstep ${at}\nloss ${show(run.values[at])}\nat (${show(x)}, ${show(y)})`;
    tip.prepend(Object.assign(document.createElement("b"), { textContent: data.optimizers[run.optimizer].label }));
    const side = box.left + found.x + 14 + tip.offsetWidth > innerWidth ? -14 - tip.offsetWidth : 14;
    tip.style.left = `${box.left + found.x + side}px`;
    tip.style.top = `${clamp(box.top + found.y - tip.offsetHeight / 2, 4, innerHeight - tip.offsetHeight - 4)}px`;
  });
  element.addEventListener("pointerleave", () => { find("tip").hidden = true; });
}
for (const name of Object.keys(makers)) hover(holder(name), () => panels[name]);
hover(chart.element, () => chart);

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

let dragging = false;
const drag = (event) => go(chart.stepAt(event.clientX - chart.element.getBoundingClientRect().left));
chart.element.addEventListener("pointerdown", (event) => {
  dragging = true;
  chart.element.setPointerCapture(event.pointerId);
  play(false);
  drag(event);
});
chart.element.addEventListener("pointermove", (event) => { if (dragging) drag(event); });
for (const end of ["pointerup", "pointercancel"]) chart.element.addEventListener(end, () => { dragging = false; });

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
