"use strict";
// Draws what the page's data describe; a slider for each sweep chooses which of the curves are seen.
const data = JSON.parse(document.getElementById("data").textContent);
const numbers = data.arrays.map((text) => {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  return Float64Array.from({ length: bytes.length / 8 }, (_, index) => view.getFloat64(8 * index, true));
});
const figure = document.getElementById("figure");
const positions = data.sweeps.map(() => 0);

/** A number as it is read off: six digits. */
function shown(value) {
  if (Number.isNaN(value)) return "undefined";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  return String(Number(value.toPrecision(6))).replace("-", "−");
}

/** Which samples stand so close to this one that no pointer tells them apart: both sides of a break do. */
function together(prediction, index) {
  const close = 1e-9 * (data.limits[1] - data.limits[0]);
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
    x: prediction,
    y: Array.from(numbers[curve[quantity]], (one) => (Math.abs(one) <= 1e300 ? one : null)),
    customdata: Array.from(prediction, (_, index) => told(curve, index)),
  };
}

/** Every line's contents, panel after panel. */
function everything() {
  const curves = chosen();
  return data.panels.flatMap((panel) => data.lines.map((_, place) => contents(curves[place], panel.quantity)));
}

function traces() {
  const all = everything();
  return data.panels.flatMap((_, row) =>
    data.lines.map((line, place) => ({
      ...all[row * data.lines.length + place],
      type: "scatter",
      mode: "lines",
      name: line.name,
      legendgroup: String(place),
      showlegend: data.legend && row === 0,
      line: { color: line.color, dash: line.dash, width: line.width },
      yaxis: row ? `y${row + 1}` : "y",
      hovertemplate:
        "prediction %{customdata[0]}<br>value %{customdata[1]}<br>gradient %{customdata[2]}" +
        `<extra>${line.name}</extra>`,
    })),
  );
}

function layout() {
  const rows = data.panels.length;
  const { paper, panel, ink, grid } = data.colours;
  const axis = { linecolor: ink, showline: true, ticks: "outside", tickcolor: ink, zeroline: false };
  Object.assign(axis, grid ? { gridcolor: grid } : { showgrid: false });
  const result = {
    height: 480 * (1 + 0.6 * (rows - 1)),
    margin: { l: 70, r: 20, t: 40, b: 60 },
    paper_bgcolor: paper,
    plot_bgcolor: panel,
    font: { color: ink, family: "system-ui, sans-serif", size: 14 },
    hovermode: "closest",
    hoverdistance: 60,
    legend: { orientation: "h", y: 1.02, yanchor: "bottom", x: 0.5, xanchor: "center" },
    xaxis: { ...axis, range: data.limits, title: { text: data.xlabel }, anchor: rows > 1 ? `y${rows}` : "y" },
  };
  data.panels.forEach((each, row) => {
    const gap = rows > 1 ? 0.02 : 0;
    result[row ? `yaxis${row + 1}` : "yaxis"] = {
      ...axis,
      range: each.limits,
      title: { text: each.label },
      domain: [(rows - row - 1) / rows + gap, (rows - row) / rows - gap],
    };
  });
  return result;
}

function redraw() {
  const all = everything();
  const of = (name) => all.map((each) => each[name]);
  return Plotly.restyle(figure, { x: of("x"), y: of("y"), customdata: of("customdata") });
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
Plotly.newPlot(figure, traces(), layout(), { responsive: true, displaylogo: false, modeBarButtons: buttons });
