// Turning the camera by hand: drag, pinch, wheel and keys; fewer details as long as it moves.

// Milliseconds without a movement after which the surface is drawn in full.
const REST = 140;
const NEAREST = 8, FARTHEST = 0.5;

// The reader's camera of a panel: `own` angles, and how many times `closer` it is than the film's.
function turnable(panel, turned) {
  const { element } = panel, fingers = new Map();
  let from = null, pinch = null, resting = null, asked = false;
  const now = () => panel.own ?? panel.angles;

  // However many events there are, there is one picture for each of the screen's.
  function move(angles, closer = panel.closer) {
    panel.own = [clamp(angles[0], -10, 90), angles[1]];
    panel.closer = clamp(closer, FARTHEST, NEAREST);
    panel.quick = true;
    clearTimeout(resting);
    resting = setTimeout(rest, REST);
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => { asked = false; turned(); });
  }

  function rest() {
    clearTimeout(resting);
    if (!panel.quick) return;
    panel.quick = false;
    turned();
  }

  function reset() {
    Object.assign(panel, { own: null, closer: 1, quick: false });
    clearTimeout(resting);
    turned();
  }

  const apart = () => { const [[a, b], [c, d]] = fingers.values(); return Math.max(Math.hypot(a - c, b - d), 1); };

  element.addEventListener("pointerdown", (event) => {
    fingers.set(event.pointerId, [event.clientX, event.clientY]);
    element.setPointerCapture(event.pointerId);
    pinch = fingers.size === 2 ? { apart: apart(), closer: panel.closer } : null;
    from = fingers.size === 1 ? { x: event.clientX, y: event.clientY, angles: now(), turns: false } : null;
  });

  element.addEventListener("pointermove", (event) => {
    if (!fingers.has(event.pointerId)) return;
    fingers.set(event.pointerId, [event.clientX, event.clientY]);
    if (pinch) return move(now(), pinch.closer * apart() / pinch.apart);
    if (!from) return;
    const right = event.clientX - from.x, down = event.clientY - from.y;
    if (!from.turns) {
      if (Math.hypot(right, down) <= 2) return;
      // A finger that goes up or down scrolls the page.
      if (event.pointerType === "touch" && Math.abs(down) > Math.abs(right)) { from = null; return; }
      from.turns = true;
      element.classList.add("turning");
    }
    move([from.angles[0] + down * 0.4, from.angles[1] - right * 0.4]);
  });

  function end(event) {
    fingers.delete(event.pointerId);
    from = pinch = null;
    element.classList.remove("turning");
    rest();
  }
  element.addEventListener("pointerup", end);
  element.addEventListener("pointercancel", end);
  element.addEventListener("dblclick", reset);

  // The wheel is the page's own where there is something to scroll, unless the surface was chosen.
  element.addEventListener("wheel", (event) => {
    const { scrollHeight, clientHeight } = document.documentElement, isFree = window.parent === window && scrollHeight <= clientHeight;
    if (!event.ctrlKey && !isFree && document.activeElement !== element) return;
    event.preventDefault();
    move(now(), panel.closer * Math.exp(-event.deltaY * (event.ctrlKey ? 0.01 : 0.0015)));
  }, { passive: false });

  element.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const by = event.shiftKey ? 15 : 3, [elev, azim] = now();
    const turns = { ArrowLeft: [0, by], ArrowRight: [0, -by], ArrowUp: [-by, 0], ArrowDown: [by, 0] }[event.key];
    const zoom = { "+": 1.15, "=": 1.15, "-": 1 / 1.15 }[event.key];
    if (turns) move([elev + turns[0], azim + turns[1]]);
    else if (zoom) move([elev, azim], panel.closer * zoom);
    else if (event.key === "0") reset();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });

  element.tabIndex = 0;
  element.setAttribute("role", "application");
  element.setAttribute("aria-label", `${data.name}, the paths in space. Arrow keys turn it, plus and minus zoom, 0 resets.`);
  return reset;
}
