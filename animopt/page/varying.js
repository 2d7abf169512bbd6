// Varying: what is seen at other values of the settings, of those that are stored; sliders, a start to drag, and the map.

// Of each thing that varies, which value of each of its axes is chosen; null is the scene's own.
const picked = data.varied.map(() => null);
const slotsOf = (which) => Object.keys(data.varied[which].tracks).map(Number);

// The stored value nearest to another, by its number.
const nearestTo = ({ values }, value) => values.reduce((best, each, i) => (Math.abs(each - value) < Math.abs(values[best] - value) ? i : best), 0);
// Where the sliders stand: at what is chosen, or near the scene's own.
const placeOf = (which) => picked[which] ?? data.varied[which].axes.map((axis) => nearestTo(axis, axis.own ?? axis.values[0]));

// Choose a value of each axis, or the scene's own. Whatever else varies the same runs is put back to the scene's own.
function pick(which, place) {
  const changed = slotsOf(which);
  picked.forEach((chosenThere, other) => {
    if (place && chosenThere && other !== which && slotsOf(other).some((slot) => changed.includes(slot))) put(other, null);
  });
  put(which, place);
  nameRuns();
  tellVaried();
  placeHandles();
  setCharts(themeNow());
  redraw();
  tellStep(reader.step);
}

function put(which, place) {
  const { axes, tracks } = data.varied[which];
  picked[which] = place;
  for (const slot of slotsOf(which)) {
    seenIn[slot] = place ? tracks[slot] + place.reduce((sum, i, axis) => sum * axes[axis].values.length + i, 0) : slot;
  }
}

// Choose the stored values nearest to these, by the names of the settings; null is the scene's own.
function setTo(values) {
  data.varied.forEach(({ axes }, which) => {
    const place = [...placeOf(which)];
    let news = false;
    axes.forEach((axis, i) => {
      const value = Object.hasOwn(values, axis.name) ? values[axis.name] : undefined;
      if (value === null) pick(which, null);
      else if (value !== undefined && value !== "" && Number.isFinite(Number(value))) { place[i] = nearestTo(axis, Number(value)); news = true; }
    });
    if (news) pick(which, place);
  });
}

// The settings that are not the scene's own, by name.
const settingsNow = () => Object.fromEntries(data.varied.flatMap(({ axes }, which) => (
  picked[which] ? axes.map(({ name, values }, i) => [name, values[picked[which][i]]]) : [])));

// --- sliders ----------------------------------------------------------------------------------

const sliders = data.varied.flatMap(({ axes }, which) => axes.map((axis, i) => {
  const label = document.createElement("label");
  label.innerHTML = '<span class="name"></span><input type="range" min="0" step="1"><span class="value"></span>';
  const [name, input, shown] = label.children;
  name.textContent = axis.name;
  input.max = axis.values.length - 1;
  input.addEventListener("input", () => pick(which, placeOf(which).map((at, axis) => (axis === i ? input.valueAsNumber : at))));
  find("varied").append(label);
  return { axis, which, i, input, shown };
}));
const again = Object.assign(document.createElement("button"), { type: "button", textContent: "Reset", title: "Back to the scene's own settings" });
again.addEventListener("click", () => picked.forEach((_, which) => pick(which, null)));
find("varied").append(again);
find("varied").hidden = !sliders.length;
if (sliders.length) root.dataset.varied = "";

// The keys of a slider are its own.
find("varied").addEventListener("keydown", (event) => { if (event.key !== " " && event.key !== "Escape") event.stopPropagation(); });

function tellVaried() {
  for (const { axis, which, i, input, shown } of sliders) {
    const at = placeOf(which)[i], isOwn = !picked[which], value = isOwn ? axis.own : axis.values[at];
    input.value = at;
    input.style.setProperty("--part", `${100 * at / (axis.values.length - 1)}%`);
    shown.textContent = value === null ? "scene" : shortNumber(value);
    shown.classList.toggle("own", isOwn);
    input.setAttribute("aria-valuetext", isOwn ? `${shown.textContent}, the scene's own` : shown.textContent);
  }
  again.disabled = picked.every((place) => !place);
  map?.choose(placeOf(map.told.which), picked[map.told.which] !== null);
}

// --- the start, dragged over a grid ------------------------------------------------------------

const starting = data.contour ? data.varied.findIndex(({ axes }) => axes[0].name === "start.x") : -1;
const handle = starting < 0 ? null : boxes.contour.appendChild(Object.assign(document.createElement("button"), {
  type: "button", className: "start", title: "The start: drag it, or move it with the arrow keys",
}));

// Where the handle is, in the plane.
const startNow = () => data.varied[starting].axes.map((axis, i) => (picked[starting] ? axis.values[picked[starting][i]] : axis.own));

function placeHandles() {
  if (!handle || !panels.contour.frame) return;
  const [left, top, wide, tall] = panels.contour.frame, [x, y] = startNow();
  handle.style.left = `${clamp(panels.contour.toX(x), left, left + wide)}px`;
  handle.style.top = `${clamp(panels.contour.toY(y), top, top + tall)}px`;
  handle.setAttribute("aria-label", `Start at (${shortNumber(x)}, ${shortNumber(y)}); arrow keys move it`);
}

if (handle) {
  const { axes } = data.varied[starting];
  let drags = false;
  boxes.contour.setAttribute("role", "group"); // an image has no button in it
  handle.addEventListener("pointerdown", (event) => {
    drags = true;
    handle.setPointerCapture(event.pointerId);
    event.stopPropagation();
  });
  handle.addEventListener("pointermove", (event) => {
    if (!drags) return;
    const { left, top } = boxes.contour.getBoundingClientRect(), [x0, y0, wide, tall] = panels.contour.frame, [[a, b], [c, d]] = data.contour.bounds;
    const at = [a + (event.clientX - left - x0) / wide * (b - a), d - (event.clientY - top - y0) / tall * (d - c)];
    const place = axes.map((axis, i) => nearestTo(axis, at[i]));
    if (String(place) !== String(picked[starting])) pick(starting, place);
  });
  for (const end of ["pointerup", "pointercancel"]) handle.addEventListener(end, () => { drags = false; });
  handle.addEventListener("keydown", (event) => movedByKeys(event, starting));
}

// Move a place on two axes by the arrow keys.
function movedByKeys(event, which) {
  const by = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowDown: [0, -1], ArrowUp: [0, 1] }[event.key];
  if (!by) return;
  pick(which, placeOf(which).map((at, i) => clamp(at + by[i], 0, data.varied[which].axes[i].values.length - 1)));
  event.preventDefault();
  event.stopPropagation();
}

// --- the map -----------------------------------------------------------------------------------

if (map) {
  const { element, told: { which } } = map, move = (event) => {
    const { left, top } = element.getBoundingClientRect(), place = map.cellAt(event.clientX - left, event.clientY - top);
    if (place && String(place) !== String(picked[which])) pick(which, place);
  };
  element.addEventListener("pointermove", move);
  // A finger taps, since one that goes up or down scrolls the page.
  element.addEventListener("click", move);
  element.addEventListener("keydown", (event) => movedByKeys(event, which));
  element.tabIndex = 0;
  element.setAttribute("role", "application");
}
tellVaried();
