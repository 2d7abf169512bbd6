// The controls: buttons, the slider, keys, and what is dragged.

Object.assign(find("scrub"), { min: FIRST, max: LAST });
find("scrub").addEventListener("input", (event) => { play(false); go(event.target.valueAsNumber); });
find("play").addEventListener("click", () => play(!reader.playing));
find("back").addEventListener("click", () => { play(false); go(reader.step - 1); });
find("forth").addEventListener("click", () => { play(false); go(reader.step + 1); });

function setPace(pace) {
  reader.pace = pace;
  find("speed").value = String(pace);
}
find("speed").addEventListener("change", (event) => setPace(Number(event.target.value)));

root.querySelector(".views").hidden = views.length < 2;
for (const button of root.querySelectorAll("button[data-view]")) {
  button.addEventListener("click", () => { reader.view = button.dataset.view; layOut(); });
}

const resetCamera = panels.surface ? turnable(panels.surface, () => panels.surface.draw(reader.step, chosen)) : null;
find("reset").hidden = !resetCamera;
find("reset").addEventListener("click", () => resetCamera());

// Read out on request; nothing on the page talks by itself.
find("tell").addEventListener("click", () => {
  const losses = chosen.runs.map((run) => `${data.runs[run].label} ${told(data.runs[run], reader.step)}`);
  find("told").textContent = `Step ${reader.step} of ${data.steps}. ${losses.join("; ")}.`;
});

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

// Keys reach the page only while it has the focus; Escape gives them back to the page around it.
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("select")) return;
  // The space bar presses a focused button.
  if (event.key === " " && event.target.closest("button, summary")) return;
  const far = event.shiftKey ? 10 : 1;
  const to = { ArrowLeft: reader.step - far, ArrowRight: reader.step + far, Home: FIRST, End: LAST }[event.key];
  if (event.key === " ") play(!reader.playing);
  else if (event.key === "Escape") leave();
  else if (to !== undefined) { play(false); go(to); }
  else return;
  event.preventDefault();
});

function leave() {
  unpoint();
  if (find("more").open) { find("more").open = false; return; }
  document.activeElement?.blur();
  window.parent.focus();
}

// The menu closes when something in it, or something else, is chosen.
document.addEventListener("click", (event) => {
  if (!event.target.closest("summary")) find("more").open = false;
});
