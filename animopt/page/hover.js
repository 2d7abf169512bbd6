// The tip: the step and the loss of what is under the pointer, or was tapped, at the present step.

// Where the reader points: {element, target, x, y} in the element, or null.
let under = null;

function renewTip() {
  const tip = find("tip"), found = under?.target.nearest(under.x, under.y, reader.step, chosen);
  tip.hidden = !found;
  if (!found) return;
  const box = under.element.getBoundingClientRect();
  const { step: at } = found, { label, values, points } = data.runs[found.run], [x, y] = points.map((axis) => shortNumber(axis[at]));
  tip.textContent = `\nstep ${at}\nloss ${shortNumber(values[at], data.digits)}\nat (${x}, ${y})`;
  tip.prepend(Object.assign(document.createElement("b"), { textContent: label }));
  const side = box.left + found.x + 14 + tip.offsetWidth > innerWidth ? -14 - tip.offsetWidth : 14;
  tip.style.left = `${Math.max(box.left + found.x + side, 4)}px`;
  tip.style.top = `${clamp(box.top + found.y - tip.offsetHeight / 2, 4, innerHeight - tip.offsetHeight - 4)}px`;
}

function pointAt(element, target, event) {
  const box = element.getBoundingClientRect();
  under = element && { element, target, x: event.clientX - box.left, y: event.clientY - box.top };
  renewTip();
}

function unpoint() {
  under = null;
  renewTip();
}

function hover(element, target) {
  element.addEventListener("pointermove", (event) => { if (event.pointerType !== "touch") pointAt(element, target, event); });
  element.addEventListener("pointerleave", (event) => { if (event.pointerType !== "touch") unpoint(); });
  // A finger that did not move points too, until there is a tap elsewhere.
  element.addEventListener("click", (event) => { if (event.pointerType === "touch") pointAt(element, target, event); });
}
for (const name of views) hover(boxes[name], panels[name]);
for (const chart of charts) hover(chart.element, chart);
document.addEventListener("pointerdown", (event) => { if (under && !under.element.contains(event.target)) unpoint(); });
