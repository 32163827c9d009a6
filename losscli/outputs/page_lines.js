"use strict";
// The page's data -> the lines that the figure shows, and what is read off them.
const data = JSON.parse(document.getElementById("data").textContent);
const numbers = data.arrays.map((text) => {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  return Float64Array.from({ length: bytes.length / 8 }, (_, index) => view.getFloat64(8 * index, true));
});
const figure = document.getElementById("figure");
document.body.style.fontFamily = data.font;
const positions = data.sweeps.map(() => 0);
const hidden = new Set(); // what the legend has switched off

/** A number with the signs that it has at the axes. */
function printed(text) {
  const raised = (digits) => digits.replace(/\d/g, (digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[digit]);
  return text
    .replace(/e([+-]?)0*(\d+)$/, (_, sign, digits) => `×10${sign === "-" ? "⁻" : ""}${raised(digits)}`)
    .replaceAll("-", "−");
}

/** A number as it is read off: six digits. */
function shown(value) {
  if (Number.isNaN(value)) return "undefined";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  return printed(String(Number(value.toPrecision(6))));
}

/** Which samples stand so close to this one that no pointer tells them apart: both sides of a break do. */
function together(prediction, index) {
  const close = 1e-9 * Math.abs(prediction[prediction.length - 1] - prediction[0]);
  const near = (other) => Math.abs(prediction[other] - prediction[index]) < close;
  let [low, high] = [index, index];
  while (near(low - 1)) low -= 1;
  while (near(high + 1)) high += 1;
  return [low, (low + high) >> 1, high];
}

/** What is read off at a sample: prediction, value, gradient; at a break, both sides of what jumps. */
function told(curve, index) {
  const [low, middle, high] = together(numbers[curve.prediction], index);
  return [curve.prediction, curve.value, curve.gradient].map((place) => {
    const term = numbers[place];
    const jumps = low < high && Number.isNaN(term[middle]);
    return jumps ? `${shown(term[low])} to ${shown(term[high])}` : shown(term[middle]);
  });
}

/** The curves at the sliders' positions: those that take part at their value, and those that take no part. */
function chosen() {
  const here = (own, index) => own === null || own === positions[index];
  return data.curves.filter((curve) => curve.positions.every(here));
}

/** What the k-th line of each panel shows of a curve, or nothing where there is no k-th curve. */
function contents(curve, quantity) {
  if (!curve) return { x: [], y: [], customdata: [] };
  const prediction = numbers[curve.prediction];
  return {
    x: numbers[curve.drawn.x],
    y: Array.from(numbers[curve.drawn[quantity]], (one) => (Number.isFinite(one) ? one : null)),
    customdata: Array.from(prediction, (_, index) => told(curve, index)),
  };
}

/** The points of a curve's marks of one kind in a panel, and what they say; a floor is a line across. */
function marked(curve, quantity, kind) {
  const marks = curve ? curve.marks.filter((mark) => mark.quantity === quantity && mark.kind === kind) : [];
  const ends = data.x.scale === "log" ? data.x.ends.map((end) => 10 ** end) : data.x.ends;
  const points = marks.flatMap((mark) => {
    const places = kind === "floor" ? ends.map((end) => [end, mark.places[0][1]]) : mark.places;
    const told = (index) => [mark.text, ...mark.points[Math.min(index, mark.points.length - 1)].map(shown)];
    return [...places.map(([x, y], index) => ({ x, y, told: told(index) })), { x: null, y: null, told: [] }];
  });
  return {
    x: points.map((point) => point.x),
    y: points.map((point) => point.y),
    customdata: points.map((point) => point.told),
    name: [...new Set(marks.map((mark) => mark.text))].join("; "),
  };
}

const size = 0.65 * data.type;
/** Marks beside a curve of a usual width; they are heavier beside a heavier one. */
const usual = 2.52;
const forms = {
  breaks: { mode: "markers", marker: { symbol: "circle-open", size: 1.7 * size, line: { width: 2 } } },
  minimum: { mode: "lines+markers", marker: { symbol: "diamond", size }, line: { width: 4 } },
  floor: { mode: "lines", line: { dash: "dot", width: 1.5 } },
};

/** What each line shows, panel after panel: in each the curves, then their marks; the legend has each text once. */
function everything() {
  const curves = chosen();
  const rows = data.panels.map(({ quantity }, row) => [
    ...data.lines.map(({ name }, place) => ({ ...contents(curves[place], quantity), name, place, row, key: `${place}` })),
    ...data.kinds.flatMap((kind) =>
      data.lines.map((_, place) => ({ ...marked(curves[place], quantity, kind), place, row, kind })),
    ),
  ]);
  const all = rows.flat();
  const marks = all.filter(({ kind }) => kind);
  for (const mark of marks) {
    const alike = marks.filter(({ kind, name }) => kind === mark.kind && name === mark.name);
    const owners = [...new Set(alike.map(({ place }) => place))];
    Object.assign(mark, { key: `${mark.kind} of ${owners}`, shared: owners.length > 1 });
  }
  all.forEach((each) => (each.visible = hidden.has(each.key) || hidden.has(`${each.place}`) ? "legendonly" : true));
  for (const key of new Set(all.map((each) => each.key))) {
    const alike = all.filter((each) => each.key === key);
    const named = alike.filter(({ name }) => name !== "");
    const entry = named.find(({ visible }) => visible === true) ?? named[0];
    alike.forEach((each) => (each.showlegend = data.legend && each === entry));
  }
  return all;
}

/** A name in the template of a read-out, where a percent sign before a brace would be a place for a number. */
const plain = (text) => text.replaceAll("%{", "%\u200b{");

/** Whether points lie in a row, without a gap between them. */
const joined = ({ x }) => x.some((place, index) => place !== null && (x[index + 1] ?? null) !== null);

/** The lines as the library draws them. What several curves share has the colour of none of them. */
function traces() {
  return everything().map(({ place, row, kind, shared, key, name, ...shown }) => {
    const { name: curve, dash, width, color: own } = data.lines[place];
    const color = shared ? data.colours.ink : own;
    const common = { ...shown, name: broken(name, room()), type: "scatter", yaxis: row ? `y${row + 1}` : "y" };
    if (!kind) {
      const hovertemplate =
        "prediction %{customdata[0]}<br>value %{customdata[1]}<br>gradient %{customdata[2]}" +
        `<extra>${plain(name)}</extra>`;
      // Thinned out, a curve would miss its marks.
      return { ...common, mode: "lines", line: { color, dash, width, simplify: false }, hovertemplate };
    }
    const { mode, marker = {}, line = {} } = forms[kind];
    const heavy = width / usual;
    const edge = { ...marker.line, width: marker.line ? heavy * marker.line.width : 0 };
    return {
      ...common,
      mode: joined(shown) ? mode : mode.replace("lines+", ""), // a line of one point would only show in the legend
      marker: { ...marker, color, line: edge },
      line: { ...line, color, width: heavy * (line.width ?? 0) },
      hovertemplate: `%{customdata[0]}<br>%{customdata[1]}, %{customdata[2]}<extra>${plain(curve)}</extra>`,
    };
  });
}
