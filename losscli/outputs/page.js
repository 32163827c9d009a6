// Plotly draws the figure and its sliders. This script gives each trace the data of the frame that all sliders together
// choose, which Plotly's own slider steps cannot do when there is more than one slider.
const page = JSON.parse(document.getElementById("figure").textContent);
const graph = document.getElementById("graph");
const array = (index) => page.arrays[index];

function filled(trace, source) {
  if (source === null) return { ...trace, x: [], y: [], showlegend: false };
  const { x, y, customdata } = page.sources[source];
  return { ...trace, x: array(x), y: array(y), customdata: customdata === undefined ? undefined : array(customdata) };
}

function draw() {
  const positions = page.layout.sliders.map((slider) => slider.active);
  const frame = page.frames[positions.join()];
  const data = page.traces.map((trace, index) => filled(trace, frame[index]));
  return Plotly.react(graph, data, page.layout, { responsive: true, displaylogo: false });
}

draw().then(() => graph.on("plotly_sliderchange", () => draw()));
