// Plotly draws the figure and its sliders. This script gives each trace the data of the frame that all sliders together
// choose, which Plotly's own slider steps cannot do when there is more than one slider.
const page = JSON.parse(document.getElementById("figure").textContent);
const graph = document.getElementById("graph");
const buttons = [["toImage"], ["zoom2d", "pan2d", "zoomIn2d", "zoomOut2d", "resetScale2d"]]; // none sends it elsewhere
const array = (index) => page.arrays[index];

function filled(trace, source) {
  if (source === null) return { ...trace, x: [], y: [], showlegend: false };
  const { x, y, customdata, part } = page.sources[source];
  const [xs, ys] = [array(x), array(y)].map((all) => (part ? all.slice(...part) : all));
  return { ...trace, x: xs, y: ys, customdata: customdata === undefined ? undefined : array(customdata) };
}

function draw() {
  const positions = page.layout.sliders.map((slider) => slider.active);
  const frame = page.frames[positions.join()];
  const data = page.traces.map((trace, index) => filled(trace, frame[index]));
  return Plotly.react(graph, data, page.layout, { responsive: true, displaylogo: false, modeBarButtons: buttons });
}

// Screen readers are told what the sliders say.
function tell() {
  const texts = page.layout.sliders.map(({ active, currentvalue, steps }) => currentvalue.prefix + steps[active].label);
  document.getElementById("state").innerHTML = texts.join(", ");
}

function move() {
  if (!playing) tell();
  return draw();
}

// Plotly's sliders have no keys: left and right move one of them, up and down choose which.
let current = 0;
function press(event) {
  const { sliders } = page.layout;
  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key] ?? 0;
  const turn = { ArrowUp: sliders.length - 1, ArrowDown: 1 }[event.key] ?? 0;
  if (!step && !turn) return;
  event.preventDefault();
  current = (current + turn) % sliders.length;
  const slider = sliders[current];
  slider.active = Math.min(Math.max(slider.active + step, 0), slider.steps.length - 1);
  move();
}

// Plays the slider that the keys move: from where it stands, or from its start if that is its end.
const button = document.getElementById("play");
let playing = null; // the timer of the next frame

function stop() {
  clearTimeout(playing);
  playing = null;
  button.textContent = "Play";
  tell();
}

function advance() {
  const slider = page.layout.sliders[current];
  if (slider.active >= slider.steps.length - 1) return stop();
  slider.active += 1;
  move().then(() => { if (playing) playing = setTimeout(advance, page.pause); });
}

function play() {
  if (playing) return stop();
  const slider = page.layout.sliders[current];
  if (slider.active >= slider.steps.length - 1) slider.active = -1;
  button.textContent = "Pause";
  playing = setTimeout(advance, 0);
}

draw().then(() => {
  if (!page.layout.sliders.length) return;
  button.hidden = false;
  button.addEventListener("click", play);
  graph.tabIndex = 0;
  graph.addEventListener("keydown", press);
  graph.on("plotly_sliderchange", move);
});
