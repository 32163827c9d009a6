// Curves: a loss with the positions of its sliders, as a function of the prediction, its samples and its facts.
const losses = new Map(page.map((loss) => [loss.name, loss]));
const SAMPLES = 400; // evenly spaced ones of a curve
const QUANTITIES = ["value", "gradient", "hessian"];
const BULK = [0.1, 0.9]; // quantiles between which most of a curve lies
const SHOWN_BEYOND = 1.5; // heights of the bulk: how much of a curve that runs off to infinity is shown
const MARGIN = 0.05; // of the height, above and below
const FINE = 1e-9; // of the width of the figure: breaks nearer than that are at the pointer

const shown = (value) => (value === null ? "none" : String(value).replace("Infinity", "inf"));

// A curve of a loss; `texts` has values of its parameters and target by name, and the rest are at their defaults.
function curveOf(loss, texts = {}) {
  const at = (loss.sliders ?? []).map(({ name, positions, start }) => nearest(positions, texts[name]) ?? start);
  return { loss, at };
}

function nearest(positions, text) {
  const same = positions.findIndex((value) => shown(value) === text);
  const wanted = parseFloat(text);
  if (same >= 0 || Number.isNaN(wanted)) return same < 0 ? undefined : same;
  const distances = positions.map((value) => (value === null ? Infinity : Math.abs(value - wanted)));
  return distances.indexOf(Math.min(...distances));
}

// The fact of a curve at the positions of its sliders: floor, domain, range or fault.
function factOf({ loss, at }, name) {
  const { by, entries, which } = loss.tables[name];
  if (!which.length) return entries[0];
  const places = by.map((slider) => loss.sliders.findIndex((own) => own.name === slider));
  return entries[which[places.reduce((found, place) => found * loss.sliders[place].positions.length + at[place], 0)]];
}

// A curve as a function from a prediction to [value, gradient, Hessian]; not a number where it is undefined.
function functionOf(curve) {
  const { loss, at } = curve;
  if (loss.samples) return interpolated(loss.samples);
  if (factOf(curve, "fault")) return () => [NaN, NaN, NaN];
  const { prediction, target, definitions } = loss.letters;
  const known = {};
  let { pieces } = loss;
  loss.sliders.forEach(({ name, letter, positions }, place) => {
    const value = positions[at[place]];
    if (name === "target") known[target] = number(value);
    else if (value !== null) known[letter] = number(value);
    else pieces = pieces.map(([piece, when]) => [without(piece, letter), when]);
  });
  const formula = compiled(pieces);
  const defined = Object.entries(definitions).filter(([letter]) => !(letter in known));
  const definition = defined.map(([letter, latex]) => [letter, new Reader(latex).whole(Reader.prototype.sum)]);
  const [low, high, ends] = factOf(curve, "domain");
  return (x) => {
    const inside = (low < x || (x === low && ends[0] === "[")) && (x < high || (x === high && ends[1] === "]"));
    if (!inside) return [NaN, NaN, NaN];
    const letters = { ...known, [prediction]: [x, 1, 0] };
    for (const [letter, value] of definition) letters[letter] = value(letters);
    const jet = formula(letters);
    return Number.isNaN(jet[0]) ? [NaN, NaN, NaN] : jet;
  };
}

// A weight that is switched off is absent, and so is its complement.
const without = (piece, letter) => piece.replaceAll(`(1 - ${letter}) `, "").replaceAll(`${letter} `, "");

function interpolated({ prediction, ...terms }) {
  return (x) => {
    const after = prediction.findIndex((place) => place >= x);
    if (after < 0 || x < prediction[0]) return [NaN, NaN, NaN];
    way(after);
    const before = Math.max(after - 1, 0);
    const [from, to] = [before, after].map((place) => [prediction[place], ...QUANTITIES.map((name) => terms[name][place])]);
    return QUANTITIES.map((_, order) => between(from, to, order + 1, x));
  };
}

// A term between two samples [x, value, gradient, Hessian]: the cubic that the next term gives its slopes, if there are any.
function between(from, to, term, x) {
  const width = to[0] - from[0];
  const share = width ? (x - from[0]) / width : 1;
  if (share === 1) return to[term];
  const [line, rise] = [from[term] + share * (to[term] - from[term]), (to[term] - from[term]) / width];
  const bend = (1 - share) * (from[term + 1] - rise) - share * (to[term + 1] - rise);
  return Number.isFinite(bend) ? line + share * (1 - share) * width * bend : line;
}

function sampleAt(f, x) {
  ways = "";
  return { x, jet: f(x), ways }; // evaluated in this order
}

// Samples of a curve as runs, each without a break inside; a break is found to the last digit.
function runsOf(curve, f, [low, high]) {
  const runs = [[]];
  if (curve.loss.samples) return sampledRuns(curve.loss.samples, low, high);
  let last = null;
  for (const x of placesOf(curve, low, high)) {
    const here = sampleAt(f, x);
    while (last && last.ways !== here.ways) {
      const [before, after] = breakBetween(f, last, here);
      runs.at(-1).push(before);
      runs.push([after]);
      last = after;
    }
    runs.at(-1).push(here);
    last = here;
  }
  return runs;
}

// Samples close to each other are the two sides of a break.
function sampledRuns({ prediction, ...terms }, low, high) {
  const runs = [[]];
  prediction.forEach((x, place) => {
    if (x < low || x > high) return;
    if (x - prediction[place - 1] < FINE * (high - low)) runs.push([]);
    runs.at(-1).push({ x, jet: QUANTITIES.map((name) => terms[name][place]) });
  });
  return runs;
}

function placesOf(curve, low, high) {
  const even = Array.from({ length: SAMPLES + 1 }, (_, step) => low + ((high - low) * step) / SAMPLES);
  const ends = factOf(curve, "domain").slice(0, 2).filter((end) => low <= end && end <= high);
  const close = ends.flatMap((end) => [9, 11, 13, 16, 20, 30, 45].flatMap((k) => [-1, 1].map((sign) =>
    end + sign * (high - low) * 2 ** -k))); // where a curve may run off to infinity
  return [...even, ...ends, ...close].filter((x) => low <= x && x <= high).sort((a, b) => a - b);
}

function breakBetween(f, before, after) {
  for (;;) {
    const middle = before.x + (after.x - before.x) / 2;
    if (middle <= before.x || middle >= after.x) return [before, after];
    const here = sampleAt(f, middle);
    if (here.ways === before.ways) before = here;
    else after = here;
  }
}

// What one reads at a prediction: of each quantity [left, right], which differ where it jumps.
function readingAt(f, x, width) {
  const [left, here, right] = [x - FINE * width, x, x + FINE * width].map((place) => sampleAt(f, place));
  return here.jet.map((value, order) => {
    const sides = [left.jet[order], right.jet[order]];
    const slopes = Math.abs(left.jet[order + 1] ?? 0) + Math.abs(right.jet[order + 1] ?? 0);
    const least = 1e-6 * (Math.abs(sides[0]) + Math.abs(sides[1])) + 4 * FINE * width * slopes; // a slope is no jump
    return left.ways !== right.ways && Math.abs(sides[1] - sides[0]) > least ? sides : [value, value];
  });
}

// The ends of the vertical axis for curves of which one may run off to infinity; `curves` has the heights of each.
function limitsOf(curves) {
  let [low, high] = [Infinity, -Infinity];
  for (const heights of curves) {
    const finite = heights.filter(Number.isFinite).sort((a, b) => a - b);
    if (!finite.length) continue;
    const [bottom, top] = BULK.map((share) => finite[Math.round(share * (finite.length - 1))]);
    const beyond = SHOWN_BEYOND * (top - bottom) || Infinity;
    high = Math.max(high, heights.includes(Infinity) ? Math.min(finite.at(-1), top + beyond) : finite.at(-1));
    low = Math.min(low, heights.includes(-Infinity) ? Math.max(finite[0], bottom - beyond) : finite[0]);
  }
  if (low > high) return [-1, 1];
  const margin = MARGIN * (high - low) || MARGIN * Math.abs(low) || 1;
  return [low - margin, high + margin];
}
