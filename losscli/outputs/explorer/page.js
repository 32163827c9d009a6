// The page: the list of losses, the chosen curves with their sliders, what is shown, and the link that keeps all this.
const MOST = 6; // curves
const BETWEEN = "Between samples value and gradient are within 1e-5 of the largest, the Hessian is within 1e-2, except " +
  "close to where the loss runs off to infinity.";
const state = { curves: [], show: ["value"], range: [null, null], floor: true, x: null };
const byId = (id) => document.getElementById(id);
const svg = byId("figure");
let drawn = [], panels = [];

// An element with properties and children; texts stay texts.
function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

// Names before descriptions: how well a loss fits the words that are looked for; 0: not at all.
function fit(loss, words) {
  const names = [loss.name, loss.title, ...loss.aliases, ...loss.elsewhere.map(([name]) => name)];
  const has = (texts, word) => texts.some((text) => text.toLowerCase().includes(word));
  const rest = [...names, loss.summary, loss.note, loss.family];
  if (!words.every((word) => has(rest, word))) return 0;
  if (names.includes(words.join("-"))) return 4;
  return words.every((word) => has([loss.name, ...loss.aliases], word)) ? 3 : words.every((word) => has(names, word)) ? 2 : 1;
}

function showList() {
  const words = byId("search").value.toLowerCase().split(/\s+/).filter(Boolean);
  const family = byId("family").value;
  const fits = page.map((loss) => [loss, family && loss.family !== family ? 0 : fit(loss, words) + joins(loss) / 2]);
  const found = fits.filter(([, points]) => points >= 1).sort((a, b) => b[1] - a[1]).map(([loss]) => loss);
  byId("count").textContent = found.length ? `${found.length} of ${page.length} losses` : "no loss is like that";
  byId("losses").replaceChildren(...found.map((loss) => element("li", {}, listed(loss, words))));
}

// Curves of one figure read the same kind of prediction.
const joins = (loss) => !state.curves.length || state.curves[0].loss.reads === loss.reads;

function listed(loss, words) {
  const called = loss.elsewhere.map(([name]) => name);
  const other = words.length && !words.every((word) => loss.name.includes(word))
    ? [...loss.aliases, ...called].find((name) => words.every((word) => name.toLowerCase().includes(word))) : "";
  const button = element("button", { type: "button", title: loss.note, onclick: () => choose(loss) },
    element("b", { textContent: loss.name }), element("i", { textContent: other ?? "" }), " ",
    element("span", { textContent: loss.summary }));
  if (!joins(loss)) {
    const first = state.curves[0].loss;
    button.className = "apart";
    button.title = `it reads ${loss.reads} and ${first.name} ${first.reads}: choosing it starts a new figure`;
  }
  return button;
}

function choose(loss) {
  if (!joins(loss)) state.curves = [];
  if (state.curves.length === MOST) return say(`${MOST} curves are the most; take one away first`);
  if (!state.curves.length) state.range = [null, null];
  state.curves.push(curveOf(loss));
  rebuild();
}

function say(text) {
  byId("said").textContent = text;
}

function rebuild() {
  say(state.curves.length ? "" : "Choose a loss from the list.");
  byId("chosen").replaceChildren(...state.curves.map(card));
  showBoxes();
  state.range.forEach((end, place) => { byId(["from", "to"][place]).value = end ?? ""; });
  showList();
  refresh();
}

function showBoxes() {
  for (const box of document.querySelectorAll("#show input")) {
    box.checked = box.value === "floor" ? state.floor : state.show.includes(box.value);
  }
}

function card(curve, place) {
  const { loss } = curve;
  const away = () => { state.curves.splice(place, 1); rebuild(); };
  const sliders = (loss.sliders ?? []).filter(({ positions }) => positions.length > 1).map((own) => slider(curve, own));
  const names = loss.elsewhere.map(([name, differs]) =>
    element("li", {}, element("code", { textContent: name }), differs ? ` ${differs}` : ""));
  const about = [element("p", { textContent: loss.summary }), element("p", { className: "note", textContent: loss.note }),
    element("p", { textContent: `At its defaults: ${loss.facts}.` })];
  return element("article", { className: `card c${place}` },
    element("h2", {}, element("span", { className: "swatch" }), loss.title, " ", element("code", { textContent: loss.name }),
      element("button", { type: "button", className: "away", textContent: "×", title: `take ${loss.name} away`, onclick: away })),
    element("div", { className: "formula", innerHTML: loss.formula.join("") }), // both are made by lossplot
    element("p", { className: "meanings", innerHTML: loss.meanings.join("<br>") }),
    ...(loss.samples ? [element("p", { textContent: `Drawn along ${loss.along}, at its defaults, from samples. ${BETWEEN}` })] : []),
    ...sliders, element("p", { className: "lowest" }),
    element("details", {}, element("summary", { textContent: "About" }), ...about),
    element("details", {}, element("summary", { textContent: `Names in libraries (${names.length})` }), element("ul", {}, ...names)));
}

function slider(curve, own) {
  const place = curve.loss.sliders.indexOf(own);
  const said = element("output");
  const input = element("input", { type: "range", min: 0, max: own.positions.length - 1, value: curve.at[place] });
  const show = () => {
    said.textContent = signed(shown(own.positions[curve.at[place]]));
    input.setAttribute("aria-valuetext", said.textContent);
  };
  input.addEventListener("input", () => {
    curve.at[place] = Number(input.value);
    show();
    refresh();
  });
  show();
  const symbol = element("span", { innerHTML: own.symbol === own.name ? "" : ` ${own.symbol}` });
  return element("label", { title: own.help }, element("span", {}, own.name.replaceAll("_", " "), symbol), input, said);
}

// The horizontal ends: those that are given, else the usual ones of all curves.
function endsOf() {
  const usual = state.curves.map((curve) => curve.loss.samples
    ? [curve.loss.samples.prediction[0], curve.loss.samples.prediction.at(-1)] : factOf(curve, "range"));
  const low = state.range[0] ?? Math.min(...usual.map(([end]) => end));
  const high = state.range[1] ?? Math.max(...usual.map(([, end]) => end));
  return low < high ? [low, high] : [low, low + 1];
}

// Draw what the state says, and keep it in the address.
function refresh() {
  svg.classList.toggle("empty", !state.curves.length);
  history.replaceState(null, "", `#${linkOf()}`);
  byId("link").href = `#${linkOf()}`;
  if (!state.curves.length) {
    [drawn, panels, svg.innerHTML] = [[], [], ""];
    return showReadings();
  }
  const ends = endsOf();
  ["from", "to"].forEach((id, place) => { byId(id).placeholder = rounded(ends[place], 3); });
  drawn = state.curves.map((curve) => {
    const f = functionOf(curve);
    return { f, runs: runsOf(curve, f, ends) };
  });
  const facts = state.curves.map(lowestOf);
  document.querySelectorAll(".lowest").forEach((text, place) => { text.textContent = facts[place][1]; });
  const quantities = QUANTITIES.filter((name) => state.show.includes(name));
  svg.style.height = `${[0, 380, 520, 660][quantities.length]}px`;
  panels = drawFigure(svg, drawn, quantities, ends, state.curves[0].loss.axis, facts.map(([floor]) => state.floor ? floor : NaN));
  showReadings();
}

function lowestOf(curve) {
  if (curve.loss.samples) return curve.loss.lowest;
  const fault = factOf(curve, "fault");
  return fault ? [NaN, `There is no such loss: ${fault}.`] : factOf(curve, "floor");
}

function showReadings() {
  const [low, high] = state.curves.length ? endsOf() : [0, 0];
  const known = state.x !== null && low <= state.x && state.x <= high;
  byId("at").textContent = known ? `prediction ${rounded(state.x)}` : "prediction";
  const readings = known ? drawn.map(({ f }) => readingAt(f, state.x, high - low)) : [];
  const text = ([left, right]) => (left === right || Number.isNaN(left) ? rounded(left) : `${rounded(left)} | ${rounded(right)}`);
  byId("readings").replaceChildren(...state.curves.map(({ loss }, place) => element("tr", { className: `c${place}` },
    element("th", { scope: "row" }, element("span", { className: "swatch" }), loss.name),
    ...QUANTITIES.map((_, order) => element("td", { textContent: known ? text(readings[place][order]) : "" })))));
  if (known) drawPointer(svg, panels, QUANTITIES.filter((name) => state.show.includes(name)), state.x, readings);
}

// Predictions that one points at are round ones.
function pointAt(x) {
  const [low, high] = endsOf();
  const step = 10 ** Math.floor(Math.log10((high - low) / 200));
  const digits = Math.max(0, -Math.log10(step));
  state.x = Math.min(Math.max(Number((Math.round(x / step) * step).toFixed(Math.min(digits, 100))), low), high);
  showReadings();
}

function linkOf() {
  const link = new URLSearchParams();
  for (const { loss, at } of state.curves) {
    const moved = (loss.sliders ?? []).flatMap(({ name, positions, start }, place) =>
      at[place] === start ? [] : `${name}:${shown(positions[at[place]])}`);
    link.append("loss", [loss.name, ...moved].join(" "));
  }
  link.set("show", [...state.show, ...(state.floor ? ["floor"] : [])].join(" "));
  state.range.forEach((end, place) => { if (end !== null) link.set(["from", "to"][place], end); });
  return link.toString();
}

// Take the state from a link; what it does not know is left out.
function restore(text) {
  const link = new URLSearchParams(text);
  const words = link.getAll("loss").map((part) => part.split(" ")).filter(([name]) => losses.has(name));
  const curves = words.map(([name, ...own]) => curveOf(losses.get(name), Object.fromEntries(own.map((word) => word.split(":")))));
  const show = (link.get("show") ?? "value floor").split(" ");
  state.curves = curves.slice(0, 1);
  state.curves = curves.filter(({ loss }) => joins(loss)).slice(0, MOST);
  state.show = QUANTITIES.filter((name) => show.includes(name));
  if (!state.show.length) state.show = ["value"];
  state.floor = show.includes("floor");
  state.range = ["from", "to"].map((end) => finite(link.get(end)));
  rebuild();
}

const finite = (text) => (text?.trim() && Number.isFinite(Number(text)) ? Number(text) : null);

function listen() {
  byId("search").addEventListener("input", showList);
  byId("family").addEventListener("change", showList);
  byId("show").addEventListener("change", () => {
    const boxes = [...document.querySelectorAll("#show input")].filter((box) => box.checked).map((box) => box.value);
    state.floor = boxes.includes("floor");
    state.show = QUANTITIES.filter((name) => boxes.includes(name));
    if (!state.show.length) state.show = ["value"];
    showBoxes();
    refresh();
  });
  ["from", "to"].forEach((id, place) => byId(id).addEventListener("change", () => {
    state.range[place] = finite(byId(id).value);
    refresh();
  }));
  svg.addEventListener("pointermove", (event) => {
    if (!panels.length) return;
    const [low, high] = endsOf();
    const share = (event.clientX - svg.getBoundingClientRect().left - LEFT) / (panels[0].right - LEFT);
    pointAt(low + share * (high - low));
  });
  svg.addEventListener("keydown", (event) => {
    const turn = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!turn || !panels.length) return;
    event.preventDefault();
    const [low, high] = endsOf();
    pointAt((state.x ?? (low + high) / 2) + (turn * (high - low)) / 100);
  });
  addEventListener("hashchange", () => restore(location.hash.slice(1) || start));
  new ResizeObserver(refresh).observe(svg.parentElement);
}

const families = [...new Set(page.map(({ family }) => family))];
byId("family").append(...families.map((name) => element("option", { textContent: name })));
listen();
restore(location.hash.slice(1) || start);
