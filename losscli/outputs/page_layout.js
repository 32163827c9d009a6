"use strict";
// What is said of the figure -> its layout: how large it is, its axes, and where its legend stands.
const pen = document.createElement("canvas").getContext("2d"); // measures texts
const SIZE = data.type; // of the type
const MARGIN = { l: 60, r: 40, t: 16, b: 52 }; // at least
const LEAST = [180, 110]; // width and height of a figure in which anything is seen
const GAP = 8; // between numbers and label, at least
let outside = true; // where the legend stands
let above = 0; // how high it is there
let standoffs = data.panels.map(() => GAP); // of the labels from the numbers

/** How wide a text is. */
function wide(text, size = SIZE) {
  pen.font = `${size}px ${data.font}`;
  return pen.measureText(text.replace(/<[^>]*>/g, "")).width;
}

/** A text in as many lines as it needs to be no wider than some room; the spaces between its words become breaks. */
function broken(text, room, size = SIZE) {
  return text.split(" ").reduce((lines, word) => {
    const longer = `${lines}${lines ? " " : ""}${word}`;
    return lines && wide(longer.split("<br>").at(-1), size) > room ? `${lines}<br>${word}` : longer;
  }, "");
}

/** How wide and how high the figure is, but for what a legend above the panels adds. */
function extent() {
  const { paddingLeft, paddingRight } = getComputedStyle(document.body);
  const there = document.body.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight);
  const more = data.panels.length - 1;
  const [width, height] = data.size ?? [there, 460];
  const growth = data.grows ? 0.6 * height : data.size ? 0 : 290;
  return [Math.min(Math.max(width, LEAST[0]), there), Math.max(height, LEAST[1]) + growth * more];
}

/** How wide a text of the legend may be, above the panels. */
const room = () => extent()[0] - MARGIN.l - MARGIN.r - 60;

/** Tell whether any of some numbers along an axis touches the next. */
function crowded(numbers, { scale }, [low, high], room) {
  const at = ({ place }) => ((scale === "log" ? Math.log10(place) : place) - low) * (room.along / (high - low));
  const long = ({ text }) => (room.upright ? SIZE : wide(text));
  const pairs = numbers.slice(1).map((number, index) => [numbers[index], number]);
  return pairs.some(([one, next]) => at(next) - at(one) < (long(one) + long(next)) / 2 + GAP);
}

/** The numbers that are given for an axis, or every second, or third; 0 is among them. */
function* given({ places, texts }) {
  const home = Math.max(0, places.indexOf(0));
  const all = places.map((place, index) => ({ place, text: texts[index] }));
  for (let stride = 1; stride <= all.length; stride += 1) yield all.filter((_, index) => (index - home) % stride === 0);
}

/** Numbers for a part of a logarithmic axis that has no two of those given: multiples of powers of ten. */
function* multiples([low, high]) {
  const powers = Array.from({ length: Math.ceil(high) - Math.floor(low) }, (_, step) => Math.floor(low) + step);
  for (const times of [[1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 2, 5], [1, 3]]) {
    const places = powers.flatMap((power) => times.map((one) => Number(`${one}e${power}`)));
    const inside = places.filter((place) => low <= Math.log10(place) && Math.log10(place) <= high);
    yield inside.map((place) => ({ place, text: shown(place) }));
  }
}

/** The numbers of an axis, such that they do not touch; in a small part of it those that the library finds. */
function ticked(axis, name, along) {
  if (!axis.numbers) return {};
  const log = axis.scale === "log";
  const view = figure.layout?.[name]?.range ?? axis.ends;
  const room = { along, upright: name !== "xaxis" };
  const fitting = (choices, ends) => [...choices].find((numbers) => !crowded(numbers, axis, ends, room)) ?? [];
  let kept = fitting(given(axis.numbers), axis.ends);
  const seen = ({ place }) => view[0] <= Math.log10(place) && Math.log10(place) <= view[1];
  if (log && kept.filter(seen).length < 2) kept = fitting(multiples(view), view);
  if (log && kept.length < 2) return { tickmode: "auto" };
  const minor = { tickvals: axis.numbers.between, ticks: "outside", ticklen: 3, tickcolor: data.colours.ink };
  return { tickmode: "array", tickvals: kept.map(({ place }) => place), ticktext: kept.map(({ text }) => text), minor };
}

/** An axis, its label in lines no longer than itself. */
function ruled(axis, name, along, standoff) {
  const { ink, grid } = data.colours;
  const size = data.labelSize ?? SIZE;
  return {
    linecolor: ink, showline: true, ticks: "outside", tickcolor: ink, zeroline: false, exponentformat: "power",
    automargin: true, type: axis.scale, range: [...axis.ends], ...ticked(axis, name, along),
    title: { text: broken(axis.label, along, size), font: { size }, standoff },
    ...(grid ? { gridcolor: grid } : { showgrid: false }),
  };
}

/** Where the legend stands: above the panels, where nothing of it is cut, or at a place in the first of them. */
function stand([low, high]) {
  if (outside) return { orientation: "h", y: 1.02, yanchor: "bottom", x: 0.5, xanchor: "center", maxheight: 1e5 };
  const said = (...words) => words.find((word) => data.place.includes(word));
  const across = said("left", "right") ?? "center";
  const upright = said("lower", "upper");
  return {
    x: { left: 0.01, center: 0.5, right: 0.99 }[across],
    xanchor: across,
    y: { lower: low + 0.01, upper: high - 0.01 }[upright] ?? (low + high) / 2,
    yanchor: { lower: "bottom", upper: "top" }[upright] ?? "middle",
    bgcolor: data.colours.panel,
  };
}

function layout() {
  const rows = data.panels.length;
  const { paper, panel, ink } = data.colours;
  const gap = rows > 1 ? 0.02 : 0;
  const domain = (row) => [(rows - row - 1) / rows + gap, (rows - row) / rows - gap];
  const [width, height] = extent();
  const result = {
    width,
    height: height + above,
    margin: MARGIN,
    modebar: { orientation: "v", bgcolor: "rgba(0, 0, 0, 0)" }, // beside the panels: above them it would lie upon the legend
    paper_bgcolor: paper,
    plot_bgcolor: panel,
    font: { color: ink, family: data.font, size: SIZE },
    hoverlabel: { font: { family: data.font } },
    hovermode: "closest",
    hoverdistance: 60,
    uirevision: true, // what is zoomed stays so
    legend: stand(domain(0)),
    xaxis: { ...ruled(data.x, "xaxis", width - MARGIN.l - MARGIN.r, GAP), anchor: rows > 1 ? `y${rows}` : "y" },
  };
  data.panels.forEach((each, row) => {
    const along = ((height - MARGIN.t - MARGIN.b) / rows) * (1 - 2 * gap);
    const name = row ? `yaxis${row + 1}` : "yaxis";
    result[name] = { ...ruled(each, name, along, standoffs[row]), domain: domain(row) };
  });
  return result;
}
