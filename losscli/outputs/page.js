"use strict";
// Draws what the page's data describe; a slider for each sweep chooses which of the curves are seen.
const data = JSON.parse(document.getElementById("data").textContent);
const numbers = data.arrays.map((text) => {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  return Float64Array.from({ length: bytes.length / 8 }, (_, index) => view.getFloat64(8 * index, true));
});
const figure = document.getElementById("figure");
document.body.style.fontFamily = data.font;
const positions = data.sweeps.map(() => 0);

/** A number as it is read off: six digits. */
function shown(value) {
  if (Number.isNaN(value)) return "undefined";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  return String(Number(value.toPrecision(6))).replace("-", "−");
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

const kinds = [...new Set(data.curves.flatMap((curve) => curve.marks.map((mark) => mark.kind)))];
/** Marks beside a curve of a usual width; they are heavier beside a heavier one. */
const usual = 2.52;
const forms = {
  breaks: { mode: "markers", marker: { symbol: "circle-open", size: 15, line: { width: 2 } } },
  minimum: { mode: "lines+markers", marker: { symbol: "diamond", size: 9 }, line: { width: 4 } },
  floor: { mode: "lines", line: { dash: "dot", width: 1.5 } },
};

/** What each line shows, panel after panel: in each the curves, then their marks; the legend has each text once. */
function everything() {
  const curves = chosen();
  const each = (make) => data.lines.map((line, place) => make(curves[place], line));
  const explained = new Set([""]);
  const entry = (mark) => {
    const showlegend = data.legend && !explained.has(mark.name);
    explained.add(mark.name);
    return { ...mark, showlegend };
  };
  return data.panels.flatMap(({ quantity }, row) => [
    ...each((curve, { name }) => ({ ...contents(curve, quantity), name, showlegend: data.legend && row === 0 })),
    ...kinds.flatMap((kind) => each((curve) => entry(marked(curve, quantity, kind)))),
  ]);
}

/** How each line looks, in the same order. */
function looks() {
  return data.panels.flatMap((_, row) =>
    ["curve", ...kinds].flatMap((kind) =>
      data.lines.map(({ name, color, dash, width }, place) => {
        const common = { type: "scatter", legendgroup: String(place), yaxis: row ? `y${row + 1}` : "y" };
        if (kind === "curve") {
          const hovertemplate =
            "prediction %{customdata[0]}<br>value %{customdata[1]}<br>gradient %{customdata[2]}" +
            `<extra>${name}</extra>`;
          // Thinned out, a curve would miss its marks.
          return { ...common, mode: "lines", line: { color, dash, width, simplify: false }, hovertemplate };
        }
        const { mode, marker = {}, line = {} } = forms[kind];
        const heavy = width / usual;
        const edge = { ...marker.line, width: marker.line ? heavy * marker.line.width : 0 };
        return {
          ...common,
          mode,
          marker: { ...marker, color, size: heavy * (marker.size ?? 0), line: edge },
          line: { ...line, color, width: heavy * (line.width ?? 0) },
          hovertemplate: `%{customdata[0]}<br>%{customdata[1]}, %{customdata[2]}<extra>${name}</extra>`,
        };
      }),
    ),
  );
}

/**
 * Make the figure as large as is said, or so high that each panel has the same room, however many rows a narrow window
 * gives the legend.
 */
function refit() {
  const legend = data.place ? null : figure.querySelector(".legend");
  const above = Math.max(40, legend ? legend.getBoundingClientRect().height : 0);
  const more = data.panels.length - 1;
  const [width, height] = data.size ?? [null, 440 + above];
  figure.style.width = width ? `${width}px` : "";
  figure.style.height = `${data.size ? height * (data.grows ? 1 + 0.6 * more : 1) : height + 290 * more}px`;
  Plotly.Plots.resize(figure);
}

/** An axis but for what its panel adds. */
function ruled({ scale, ends, numbers }, text) {
  const { ink, grid } = data.colours;
  const font = data.labelSize ? { size: data.labelSize } : {};
  return {
    linecolor: ink, showline: true, ticks: "outside", tickcolor: ink, zeroline: false, exponentformat: "power",
    automargin: true, type: scale, range: ends, title: { text, font }, ...(grid ? { gridcolor: grid } : { showgrid: false }),
    ...(numbers ? { tickvals: numbers.places, ticktext: numbers.texts } : {}),
  };
}

/** Where the legend stands: above the panels, or at a place in the first of them. */
function stand([low, high]) {
  if (!data.place) return { orientation: "h", y: 1.02, yanchor: "bottom", x: 0.5, xanchor: "center" };
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
  const result = {
    margin: { l: 70, r: 45, t: 40, b: 60 },
    modebar: { orientation: "v", bgcolor: "rgba(0, 0, 0, 0)" }, // beside the panels: above them it would lie upon the legend
    paper_bgcolor: paper,
    plot_bgcolor: panel,
    font: { color: ink, family: data.font, size: 14 },
    hovermode: "closest",
    hoverdistance: 60,
    legend: stand(domain(0)),
    xaxis: { ...ruled(data.x, data.xlabel), anchor: rows > 1 ? `y${rows}` : "y" },
  };
  data.panels.forEach((each, row) => {
    result[row ? `yaxis${row + 1}` : "yaxis"] = { ...ruled(each, each.label), domain: domain(row) };
  });
  return result;
}

function redraw() {
  const all = everything();
  const of = (name) => all.map((each) => each[name]);
  const changed = ["x", "y", "customdata", "name", "showlegend"];
  return Plotly.restyle(figure, Object.fromEntries(changed.map((name) => [name, of(name)])));
}

function slider(sweep, index) {
  const label = document.createElement("label");
  const input = document.createElement("input");
  const output = document.createElement("output");
  input.id = `sweep-${index}`;
  label.htmlFor = input.id;
  label.innerHTML = sweep.name;
  Object.assign(input, { type: "range", min: 0, max: sweep.values.length - 1, step: 1, value: 0 });
  const say = () => {
    output.textContent = sweep.values[positions[index]];
    input.setAttribute("aria-valuetext", output.textContent);
  };
  input.addEventListener("input", () => {
    positions[index] = Number(input.value);
    say();
    redraw();
  });
  say();
  output.style.minWidth = `${Math.max(...sweep.values.map((value) => value.length))}ch`;
  document.getElementById("sweeps").append(label, input, output);
}

// No button that would send the figure away.
const buttons = [["toImage"], ["zoom2d", "pan2d", "zoomIn2d", "zoomOut2d", "resetScale2d"]];
data.sweeps.forEach(slider);
const all = everything();
const traces = looks().map((look, index) => ({ ...look, ...all[index] }));
const settings = { responsive: true, displaylogo: false, modeBarButtons: buttons };
Plotly.newPlot(figure, traces, layout(), settings).then(refit);
window.addEventListener("resize", () => setTimeout(refit, 200)); // the library comes first
