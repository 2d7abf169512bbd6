// The world outside the page: whether it is seen, what the page around it says, its address, paper; and the beginning.

// It plays while it is seen, and goes on where it was when it is seen again.
let resumes = !isCalm.matches;
new IntersectionObserver(([entry]) => {
  if (entry.isIntersecting) {
    if (resumes) play(true);
    resumes = false;
  } else if (reader.playing) {
    resumes = true;
    play(false);
  }
}).observe(root);

// What can be asked for, by the page around it or in the address: {"step": 120}, #step=120; {"set": {"Adam.lr": 0.1}}, #Adam.lr=0.1.
const orders = {
  ...Object.fromEntries(data.varied.flatMap(({ axes }) => axes.map(({ name }) => [name, (value) => setTo({ [name]: value })]))),
  set: (values) => { if (values !== null && typeof values === "object") setTo(values); },
  step: (value) => { if (Number.isFinite(Number(value))) { play(false); go(Number(value)); } },
  play: (value) => play(value !== false && value !== "false"),
};

function obey(words) {
  const known = Object.entries(words).filter(([name]) => Object.hasOwn(orders, name));
  for (const [name, value] of known) orders[name](value);
  return known.length > 0;
}

addEventListener("message", ({ data: word, source }) => {
  if (source !== window.parent) return;
  // A slide of reveal.js is entered, or left.
  if (word === "slide:start" && !isCalm.matches) restart();
  else if (word === "slide:stop") play(false);
  else if (word !== null && typeof word === "object" && obey(word)) {
    source.postMessage({ animopt: { step: reader.step, steps: data.steps, playing: reader.playing, ...(data.varied.length ? { set: settingsNow() } : {}) } }, "*");
  }
});

function followAddress() {
  if (obey(Object.fromEntries(new URLSearchParams(location.hash.slice(1))))) resumes = false;
}
addEventListener("hashchange", followAddress);

// On paper: the present step, sharp and in light colours.
addEventListener("beforeprint", () => {
  root.dataset.print = "";
  root.dataset.print = partsNow().length; // of those that are printed
  layOut();
});
addEventListener("afterprint", () => { delete root.dataset.print; layOut(); });

isDark.addEventListener("change", layOut);
layOut();
followAddress();
new ResizeObserver(() => { if (root.dataset.print === undefined && extent !== extentNow()) layOut(); }).observe(root);

// For whoever embeds the page, and for its tests.
window.animopt = {
  data, panels, charts, chosen, reader, root, boxes, duration, startTimes, go, play, layOut, state, pick, settingsNow, map,
  restore: (kept) => { resumes = false; restore(kept); },
  get step() { return reader.step; }, get playing() { return reader.playing; }, get pace() { return reader.pace; }, get view() { return reader.view; },
};
