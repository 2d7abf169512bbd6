// The page: one clock, and one reader whose state everything on the page shows.

const find = (id) => document.getElementById(id);
const root = find("player");
document.documentElement.style.setProperty("--fonts", FONTS);
document.documentElement.style.setProperty("--letters", data.sizes.letters);
const isDark = matchMedia("(prefers-color-scheme: dark)"), isCalm = matchMedia("(prefers-reduced-motion: reduce)");

// The first and the last step that are shown.
const [FIRST, LAST] = [data.frames[0], data.frames.at(-1)];

// What the reader has chosen. The cameras are in the panels; `state` below gathers all of it.
const reader = { step: FIRST, view: "", playing: false, pace: 1, hidden: new Set(), pointed: null };

// Each of the scene's own runs has a slot; what is seen there may be one that varies, see varying.js.
const slots = [...Array(data.slots).keys()], seenIn = [...slots], slotOf = (run) => data.runs[run].slot;

// What is drawn: the indices of the runs that are switched on; all but the one pointed at are faint.
const chosen = {
  get runs() { return slots.filter((slot) => !reader.hidden.has(slot)).map((slot) => seenIn[slot]); },
  strength: (run) => (reader.pointed === null || reader.pointed === slotOf(run) ? 1 : 0.25),
};

// --- the parts of the stage: what the film shows, and the views that a reader may choose ------

const views = ["contour", "surface"].filter((name) => data[name]);
const shows = (name) => data.order.some(([kind]) => kind === name);
reader.view = ["contour", "surface"].every(shows) ? "both" : ["contour", "surface"].find(shows) ?? "";

function box(kind, name, content) {
  const element = document.createElement("div");
  element.className = kind;
  element.dataset.panel = name;
  element.innerHTML = content;
  return element;
}
const canvases = "<canvas></canvas><canvas></canvas>";

const panels = {}, boxes = {};
for (const name of views) {
  boxes[name] = box("panel", name, canvases);
  boxes[name].setAttribute("role", "img");
  boxes[name].setAttribute("aria-label", `${data.name}, the paths ${name === "contour" ? "from above" : "in space"}`);
}
if (data.contour) panels.contour = new ContourPanel(boxes.contour, data.contour);
if (data.surface) panels.surface = new SurfacePanel(boxes.surface, data.surface);

const charts = data.charts.map((told, i) => {
  const element = boxes[`chart ${i}`] = box("chart", `chart ${i}`, canvases);
  element.setAttribute("role", "img");
  element.setAttribute("aria-label", `${told.title} of each optimizer; drag to move the step.`);
  return new Chart(element, told);
});

// One image for each scheme in which the page may be, of which one is seen.
data.stills.forEach(({ title, images }, i) => {
  const element = boxes[`still ${i}`] = box("still", `still ${i}`, "");
  for (const [scheme, src] of Object.entries(images)) {
    const image = Object.assign(new Image(), { src, alt: `${title} at step ${LAST}` });
    image.dataset.scheme = scheme;
    element.append(image);
  }
});

if (data.table) {
  boxes.table = box("ranks", "table", '<table id="table"><thead><tr><th>Rank</th><td></td><th>Run</th><th>Loss</th></tr></thead><tbody></tbody></table>');
  boxes.table.tabIndex = 0; // so that keys can scroll it
}

if (data.map) boxes.map = box("map", "map", canvases);
const map = data.map ? new MapPart(boxes.map, data.map) : null;

// All parts by name in the film's order; a view that it has not is before or after the one it has.
const parts = data.order.map(([kind, which]) => (kind in boxes ? kind : `${kind} ${which}`));
const spareCharts = charts.map((_, i) => `chart ${i}`).concat(map ? "map" : []).filter((name) => !parts.includes(name));
for (const name of views) {
  if (!parts.includes(name)) parts.splice(parts.findIndex((part) => views.includes(part)) + (name === "surface"), 0, name);
}
parts.push(...spareCharts);
find("stage").append(...parts.map((name) => boxes[name]));

// A view is open if it is chosen, and curves that the film has not where there is room for more than the film has.
const isOpen = (name) => (views.includes(name) ? reader.view === name || reader.view === "both"
  : !spareCharts.includes(name) || (root.dataset.shape !== "compact" && root.dataset.print === undefined));
const partsNow = () => parts.filter(isOpen);
const drawn = () => views.filter(isOpen);

// --- the clock: startTimes[i] is when frame i begins -----------------------------------------

const startTimes = [0];
for (const seconds of data.seconds) startTimes.push(startTimes.at(-1) + seconds);
const duration = startTimes.pop();
let time = 0, before = null, plays = 0;

function tick(now) {
  if (!reader.playing) return;
  // A tab that was hidden continues where it was.
  time += Math.min((now - (before ?? now)) / 1000, 0.25) * reader.pace;
  before = now;
  if (time >= duration) {
    plays += 1;
    if (data.loop && plays >= data.loop) { turnTo(LAST); return play(false); }
    time %= duration;
  }
  turnTo(data.frames[lastUpTo(startTimes, time)]);
  requestAnimationFrame(tick);
}

function play(on) {
  const starts = on && !reader.playing;
  if (starts && reader.step >= LAST) go(FIRST);
  if (starts && data.loop && plays >= data.loop) plays = 0;
  reader.playing = on;
  root.dataset.playing = on;
  find("play").setAttribute("aria-label", on ? "Pause" : "Play");
  if (starts) { before = null; requestAnimationFrame(tick); }
  else turnTo(reader.step);
}

// Turn to a step by hand: the clock follows.
function go(k) {
  k = clamp(Math.round(k), FIRST, LAST);
  time = startTimes[lastUpTo(data.frames, k)];
  turnTo(k);
}

function restart() { go(FIRST); play(true); }

// --- drawing ---------------------------------------------------------------------------------

function turnTo(k) {
  const news = k !== reader.step || root.dataset.step === undefined;
  reader.step = k;
  for (const name of drawn()) panels[name].draw(k, chosen);
  for (const chart of charts) chart.draw(k, chosen);
  root.dataset.step = k;
  if (news) tellStep(k);
  if (news || !reader.playing) sayStep(k);
  renewTip();
}

// The title and the note at a step.
const titleAt = (k) => data.title.replaceAll("{step}", k);
const noteAt = (k) => data.notes.findLast(([from]) => from <= k)?.[1] ?? "";
find("note").hidden = !data.notes.length;
// A film without a title has none; what reads the page aloud still says what it is.
root.querySelector("h1").classList.toggle("hidden", !data.title);
root.querySelector("header").classList.toggle("hidden", !data.title && !data.notes.length && views.length < 2);

// The step, the losses and the ranks as texts.
function tellStep(k) {
  const speed = data.speeds.findLast(([start]) => start <= k)[1];
  const badge = speed !== 1 && k < data.steps ? `<span class="badge">×${shortNumber(speed)}</span>` : "";
  find("counter").innerHTML = `${badge}step <b>${k}</b> / ${data.steps}`;
  if (data.title) root.querySelector("h1").textContent = titleAt(k);
  find("note").textContent = noteAt(k);
  find("scrub").value = k;
  find("scrub").style.setProperty("--part", `${100 * (k - FIRST) / (LAST - FIRST || 1)}%`);
  for (const slot of slots) data.runs[slot].text.textContent = told(data.runs[seenIn[slot]], k);
  rank(k);
}

// A reader of the screen hears where the slider stands, but not sixty times a second.
function sayStep(k) {
  if (!reader.playing) find("scrub").setAttribute("aria-valuetext", `step ${k} of ${data.steps}`);
}

// What stands beside a run's name: its loss, or what has become of it.
const told = ({ values, notes }, k) => notes.findLast(([from, note]) => from <= k && note)?.[1] ?? shortNumber(values[k], data.digits);

function redraw() { turnTo(reader.step); }

function setCharts(theme) {
  for (const image of root.querySelectorAll(".still img")) image.hidden = image.dataset.scheme !== theme.scheme;
  for (const chart of charts) chart.set(theme, chosen);
  map?.set(theme);
  map?.draw();
}

const themeNow = () => (root.dataset.print === undefined ? data.themes[isDark.matches ? "dark" : "light"] : data.themes.paper ?? data.themes.light);

// --- the reader's state, to be kept and taken up again ---------------------------------------

const state = () => ({
  step: reader.step, playing: reader.playing, view: reader.view, pace: reader.pace,
  hidden: [...reader.hidden].map((run) => data.runs[run].label),
  camera: panels.surface?.own ?? null, closer: panels.surface?.closer ?? 1, set: settingsNow(),
});

// What no longer fits, such as the label of a run that is gone, is left out.
function restore({ step, playing, view, pace, hidden, camera, closer, set }) {
  if (views.includes(view) || (view === "both" && views.length === 2)) reader.view = view;
  if (pace > 0) setPace(pace);
  if (hidden) reader.hidden = new Set(slots.filter((run) => hidden.includes(data.runs[run].label)));
  if (panels.surface && camera !== undefined) Object.assign(panels.surface, { own: camera, closer: closer ?? 1 });
  setTo(set ?? {});
  if (Number.isFinite(step)) go(step);
  layOut();
  if (playing !== undefined) play(Boolean(playing));
}
