// The layout: from the room that the page has, the places of its parts, so that most of the plots is seen.

// Upright and narrower than this, in pixels, the page is read from the top down; lower than the other, it is compact.
const NARROW = 640, LOW_ROOM = 520;
// The room around a plot for its numbers, in pixels.
const AROUND = { contour: [66, 44], surface: [24, 24], chart: [60, 56], map: [110, 70], table: [0, 0], still: [0, 0] };

// Each part's place in a room, [x, y, width, height] as parts of it: as the film's layout, for each of its canvases.
function arrangements(count) {
  const upright = (cells) => cells.map(([x, y, w, h]) => [y, x, h, w]);
  const row = grid(count, count, [0, 0, 1, 1]);
  if (count === 1) return [row];
  if (count === 2) return [row, upright(row)];
  // The first is large, the others are beside it or below.
  const columns = count < 5 ? 1 : 2, first = columns === 1 ? 0.56 : 0.44, others = count - 1;
  return [
    [[0, 0, first, 1], ...grid(others, columns, [first, 0, 1 - first, 1])],
    [[0, 0, 1, 0.44], ...grid(others, count < 4 ? 1 : 2, [0, 0.44, 1, 0.56])],
    [[0, 0, 1, 0.6], ...grid(others, others, [0, 0.6, 1, 0.4])],
    row,
  ];
}

// The same with both views large: the others are in a column beside them, or in a row below.
function pairs(count) {
  const others = count - 2, column = (x) => grid(others, 1, [x, 0, 1 - x, 1]);
  return [
    [...grid(2, 2, [0, 0, 1, 0.62]), ...grid(others, others, [0, 0.62, 1, 0.38])],
    [...grid(2, 2, [0, 0, 0.72, 1]), ...column(0.72)],
    [...grid(2, 1, [0, 0, 0.56, 1]), ...column(0.56)],
  ];
}

// So many cells by rows in a part of the room; those of the last row are as wide as it.
function grid(count, columns, [x, y, w, h]) {
  const rows = Math.ceil(count / columns);
  return Array.from({ length: count }, (_, i) => {
    const line = Math.floor(i / columns), inside = Math.min(columns, count - line * columns);
    return [x + (i % columns) * w / inside, y + line * h / rows, w / inside, h / rows];
  });
}

// How many times as wide as high the plot of a part is, or null where it fills what is there.
function shapeOf(name) {
  const [kind, which] = name.split(" ");
  if (kind === "surface") return 1.2;
  if (kind === "still") return data.stills[which].width / data.stills[which].height;
  if (kind !== "contour" || !data.contour.equal) return null;
  const [[x0, x1], [y0, y1]] = data.contour.bounds;
  return (x1 - x0) / (y1 - y0);
}

// The size of the plot of a part that is given this much room.
function plotIn(name, width, height) {
  const around = AROUND[name.split(" ")[0]], w = Math.max(width - around[0], 1), h = Math.max(height - around[1], 1), shape = shapeOf(name);
  if (shape) return [Math.min(w, h * shape), Math.min(h, w / shape)];
  return [Math.min(w, 2.4 * h), Math.min(h, 1.2 * w)]; // what is longer shows no more
}

// The arrangements of the film's parts, and beside or below them, smaller, curves that it has not.
function arrangementsOf(names) {
  const own = names.filter((name) => !spareCharts.includes(name)), found = arrangements(own.length);
  if (own.length > 2 && own.slice(0, 2).every((name) => views.includes(name))) found.push(...pairs(own.length));
  if (own.length === names.length) return found;
  const size = 1 / (names.length - own.length), rest = names.slice(own.length).map((_, i) => [i * size, size]);
  return found.flatMap((cells) => [0.72, 0.6].flatMap((part) => [
    [...cells.map(([x, y, w, h]) => [x * part, y, w * part, h]), ...rest.map(([at, long]) => [part, at, 1 - part, long])],
    [...cells.map(([x, y, w, h]) => [x, y * part, w, h * part]), ...rest.map(([at, long]) => [at, part, long, 1 - part])],
  ]));
}

// By which arrangement most of the plots is seen, and the more evenly the better; the views count twice.
function best(names, width, height, gap) {
  return arrangementsOf(names).map((cells) => {
    const score = cells.reduce((sum, [, , w, h], i) => {
      const [pw, ph] = plotIn(names[i], w * width - gap, h * height - gap), weight = views.includes(names[i]) ? 2 : spareCharts.includes(names[i]) ? 0.5 : 1;
      return sum + Math.sqrt(pw * ph) * weight;
    }, 0);
    return { cells, score };
  }).reduce((most, each) => (each.score > most.score ? each : most));
}

// Place everything for the room that there is, and draw it.
let extent = "";
const extentNow = () => `${root.clientWidth} x ${root.clientHeight}`;

function layOut() {
  const theme = themeNow(), { style } = document.documentElement;
  const upright = root.clientWidth < NARROW && root.clientHeight > root.clientWidth;
  root.dataset.shape = upright && root.dataset.print === undefined ? "column" : root.dataset.print === undefined && (root.clientHeight < LOW_ROOM || root.clientWidth < NARROW) ? "compact" : "wide";
  for (const name of ["paper", "ink", "faint", "line", "accent"]) style.setProperty(`--${name}`, theme[name]);
  style.colorScheme = theme.scheme;
  root.dataset.theme = theme.scheme;
  const names = partsNow();
  find("legend").hidden = !data.legend;
  find("counter").hidden = !data.counter;
  for (const name of parts) boxes[name].hidden = !isOpen(name);
  if (root.dataset.shape === "column") stack(names); else spread(names);
  for (const name of drawn()) panels[name].set(theme, reader.step);
  for (const button of root.querySelectorAll("button[data-view]")) button.setAttribute("aria-pressed", button.dataset.view === reader.view);
  swatches.forEach((swatch) => swatch(theme));
  setCharts(theme);
  redraw();
  placeHandles();
  extent = extentNow();
}

// From the top down: each as high as its plot is at this width, within half of what is seen at once.
function stack(names) {
  const width = find("stage").clientWidth, most = (names.length > 1 ? 0.42 : 0.56) * innerHeight;
  for (const name of names) {
    const { style } = boxes[name], [kind] = name.split(" "), [, high] = plotIn(name, width, 2 * width);
    Object.assign(style, { left: "", top: "", width: "", height: kind === "table" ? "" : `${Math.round(kind === "chart" ? 210 : kind === "map" ? 260 : Math.min(high + AROUND[kind][1], Math.max(most, 180)))}px` });
  }
}

// Side by side and above each other, with the legend beside all that or below it, whichever shows more.
function spread(names) {
  const gap = root.dataset.shape === "compact" ? 6 : 12, stage = find("stage");
  const choices = (!data.legend ? ["none"] : root.dataset.print === undefined ? ["below", "beside"] : ["below"]).map((place) => {
    root.dataset.legend = place;
    return { place, ...best(names, stage.clientWidth, stage.clientHeight, gap) };
  });
  const { place, cells } = choices.reduce((most, each) => (each.score > most.score ? each : most));
  root.dataset.legend = place;
  const { clientWidth: wide, clientHeight: tall } = stage;
  cells.forEach(([x, y, w, h], i) => {
    const at = (start, size, whole) => [Math.round(start * (whole + gap)), Math.round((start + size) * (whole + gap)) - gap];
    const [left, right] = at(x, w, wide), [top, bottom] = at(y, h, tall);
    Object.assign(boxes[names[i]].style, { left: `${left}px`, top: `${top}px`, width: `${right - left}px`, height: `${bottom - top}px` });
  });
}
