"use strict";
// Draws the page's figure; a slider for each sweep, and the legend, choose which of the curves are seen.
const FAIR = 0.25; // of a panel, for a legend within

/** Draw the figure, as much higher as the legend above it is high, and the labels of its panels in line. */
async function draw() {
  await once();
  const high = outside ? boxOf(".legend").height : 0;
  const lefts = data.panels.map((_, row) => boxOf(`.y${row ? row + 1 : ""}title`).left);
  const wanted = lefts.map((left, row) => standoffs[row] + left - Math.min(...lefts));
  const moves = wanted.map((one) => one - Math.min(...wanted) + GAP);
  if (Math.abs(high - above) > 1 || moves.some((one, row) => Math.abs(one - standoffs[row]) > 1)) {
    [above, standoffs] = [high, moves];
    await once();
  }
}

/** Draw the figure as what is known of it has it. */
function once() {
  const all = layout();
  Object.assign(figure.style, { width: `${all.width}px`, height: `${all.height}px` });
  return Plotly.react(figure, traces(), all, settings);
}

/** Draw the figure for the window as it is; a legend that would fill much of its panel stands above instead. */
async function refit() {
  outside = !data.place;
  await draw();
  const [legend, panel] = [boxOf(".legend"), boxOf(".nsewdrag")];
  const [across, upright] = [legend.width / panel.width, legend.height / panel.height];
  if (!outside && (across * upright > FAIR || Math.max(across, upright) > 0.9)) {
    outside = true;
    await draw();
  }
}

/** Where a part of the figure stands on the screen. */
function boxOf(part) {
  return figure.querySelector(part)?.getBoundingClientRect() ?? new DOMRect();
}

/** Switch on or off what an entry of the legend stands for. */
function toggle({ expandedIndex }) {
  const { key } = everything()[expandedIndex];
  if (!hidden.delete(key)) hidden.add(key);
  draw();
  return false; // the library would do it otherwise
}

/** Hide all curves but one, or show them again. */
function isolate({ expandedIndex }) {
  const { key, kind } = everything()[expandedIndex];
  const others = data.lines.map((_, place) => `${place}`).filter((other) => other !== key);
  const alone = others.every((other) => hidden.has(other));
  if (!kind) others.forEach((other) => (alone ? hidden.delete(other) : hidden.add(other)));
  draw();
  return false;
}

function slider(sweep, index) {
  const values = sweep.values.map(printed);
  const label = document.createElement("label");
  const input = document.createElement("input");
  const output = document.createElement("output");
  input.id = `sweep-${index}`;
  label.htmlFor = input.id;
  label.innerHTML = sweep.name;
  Object.assign(input, { type: "range", min: 0, max: values.length - 1, step: 1, value: 0 });
  const say = () => {
    output.textContent = values[positions[index]];
    input.setAttribute("aria-valuetext", output.textContent);
  };
  input.addEventListener("input", () => {
    positions[index] = Number(input.value);
    say();
    draw();
  });
  say();
  output.style.minWidth = `${Math.max(...values.map((value) => value.length))}ch`;
  document.getElementById("sweeps").append(label, input, output);
}

// No button that would send the figure away.
const buttons = [["toImage"], ["zoom2d", "pan2d", "zoomIn2d", "zoomOut2d", "resetScale2d"]];
const settings = { displaylogo: false, modeBarButtons: buttons };
data.sweeps.forEach(slider);
if (data.size) document.body.style.maxWidth = `max(60rem, ${data.size[0]}px)`;
refit().then(() => {
  figure.on("plotly_legendclick", toggle);
  figure.on("plotly_legenddoubleclick", isolate);
  figure.on("plotly_relayout", draw);
});
window.addEventListener("resize", () => requestAnimationFrame(refit));
