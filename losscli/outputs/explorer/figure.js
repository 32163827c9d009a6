// The figure: panels one above the other as an SVG, and the line at the pointer.
const LEFT = 64, RIGHT = 12, TOP = 8, BELOW = 40, GAP = 14; // pixels around and between panels
const TICKS = 6; // about so many on an axis
const VISIBLE = 1; // pixels: a smaller jump is drawn as a continuous curve
const AXES = { value: "Loss", gradient: "Gradient", hessian: "Hessian" };

function ticksOf(low, high) {
  const rough = (high - low) / TICKS;
  const unit = 10 ** Math.floor(Math.log10(rough));
  const step = unit * [1, 2, 5, 10].find((factor) => factor * unit >= rough);
  const count = Math.floor(high / step + 1e-9) - Math.ceil(low / step - 1e-9) + 1;
  return Array.from({ length: count }, (_, place) => (Math.ceil(low / step - 1e-9) + place) * step);
}

const signed = (text) => text.replaceAll("-", "−").replace("Infinity", "∞").replace("NaN", "undefined");
const rounded = (value, digits = 6) => signed(String(Number(value.toPrecision(digits)) + 0));

// The pixels of a panel, and from numbers to pixels.
function panelOf(place, count, [width, height], [low, high], [bottom, top]) {
  const each = (height - TOP - BELOW - GAP * (count - 1)) / count;
  const above = TOP + place * (each + GAP);
  const across = (x) => LEFT + ((x - low) / (high - low)) * (width - LEFT - RIGHT);
  const down = (y) => above + each * (1 - (y - bottom) / (top - bottom));
  const outside = (y) => Math.min(Math.max(down(y), above - 4 * each), above + 5 * each); // infinity too
  return { above, each, right: width - RIGHT, across, down, outside, ends: [bottom, top] };
}

function pathOf(runs, order, { across, outside }) {
  let path = "", last = null;
  for (const run of runs) {
    run.forEach(({ x, jet }, place) => {
      const y = Number.isNaN(jet[order]) ? null : outside(jet[order]);
      const joined = last !== null && (place > 0 || Math.abs(y - last) < VISIBLE);
      if (y !== null) path += `${joined ? "L" : "M"}${across(x).toFixed(2)} ${y.toFixed(2)}`;
      last = y;
    });
  }
  return path;
}

function panelDrawing(panel, quantity, place, drawn, floors) {
  const { above, each, right, down, ends } = panel;
  const order = QUANTITIES.indexOf(quantity);
  const grid = ticksOf(...ends).map((tick) => `<path class="grid" d="M${LEFT} ${down(tick)}H${right}"/>
    <text class="tick" x="${LEFT - 8}" y="${down(tick)}" dy="0.35em" text-anchor="end">${rounded(tick, 4)}</text>`);
  const lines = drawn.map(({ runs }, index) =>
    `<path class="curve c${index}" data-quantity="${quantity}" d="${pathOf(runs, order, panel)}"/>`);
  const marks = floors.map((floor, index) => Number.isFinite(floor) && floor >= ends[0]
    ? `<path class="floor c${index}" d="M${LEFT} ${panel.outside(floor)}H${right}"/>` : "");
  return `<clipPath id="panel${place}"><rect x="${LEFT}" y="${above}" width="${right - LEFT}" height="${each}"/></clipPath>
    ${grid.join("")}<rect class="frame" x="${LEFT}" y="${above}" width="${right - LEFT}" height="${each}"/>
    <g clip-path="url(#panel${place})">${quantity === "value" ? marks.join("") : ""}${lines.join("")}</g>
    <text class="axis" transform="translate(14 ${above + each / 2}) rotate(-90)" text-anchor="middle">${AXES[quantity]}</text>`;
}

// Draw curves, each with its runs and floor, over `ends`; return the panels.
function drawFigure(svg, drawn, quantities, ends, label, floors) {
  const size = [svg.clientWidth, svg.clientHeight];
  const panels = quantities.map((quantity, place) => {
    const order = QUANTITIES.indexOf(quantity);
    const heights = drawn.map(({ runs }) => runs.flat().map(({ jet }) => jet[order]));
    return panelOf(place, quantities.length, size, ends, limitsOf(heights));
  });
  const [panel, base] = [panels[0], size[1] - BELOW];
  const ticks = ticksOf(...ends).map((tick) => `<path class="grid" d="M${panel.across(tick)} ${TOP}V${base}"/>
    <text class="tick" x="${panel.across(tick)}" y="${base + 17}" text-anchor="middle">${rounded(tick, 4)}</text>`);
  const every = panels.map((own, place) => panelDrawing(own, quantities[place], place, drawn, floors));
  svg.setAttribute("viewBox", `0 0 ${size.join(" ")}`);
  svg.innerHTML = `${ticks.join("")}${every.join("")}<g id="pointer"></g>
    <text class="axis" x="${(LEFT + panel.right) / 2}" y="${size[1] - 4}" text-anchor="middle">${label}</text>`;
  return panels;
}

// Draw the line at a prediction, with a dot on each curve.
function drawPointer(svg, panels, quantities, x, readings) {
  const place = panels[0].across(x);
  const dots = panels.flatMap(({ outside }, index) => readings.flatMap((reading, own) => {
    const [left, right] = reading[QUANTITIES.indexOf(quantities[index])];
    return left === right && Number.isFinite(left)
      ? `<circle class="c${own}" cx="${place}" cy="${outside(left)}" r="4" clip-path="url(#panel${index})"/>` : "";
  }));
  const last = panels.at(-1);
  svg.querySelector("#pointer").innerHTML =
    `<path class="at" d="M${place} ${TOP}V${last.above + last.each}"/>${dots.join("")}`;
}
