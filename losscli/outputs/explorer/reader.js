// Reads the LaTeX of a formula and makes of it a function of jets: a jet is [value, first, second derivative] by the
// prediction. While such a function runs, `ways` notes which way it took at each |.|, max, condition: where the ways of
// two predictions differ, a break lies between them.
let ways = "";

const number = (value) => [value, 0, 0];
const times = (a, b) => (a === 0 || b === 0 ? 0 : a * b); // a term of weight 0 is absent, even beside infinity
const isConstant = (a) => a[1] === 0 && a[2] === 0;
const isZero = (a) => a[0] === 0 && isConstant(a);
const chain = (a, f, df, ddf) =>
  isConstant(a) ? number(f) : [f, times(df, a[1]), times(ddf, a[1] * a[1]) + times(df, a[2])];
const sum = (a, b) => a.map((part, order) => part + b[order]);
const minus = (a) => a.map((part) => 0 - part);
const product = (a, b) =>
  isZero(a) || isZero(b)
    ? number(0)
    : [a[0] * b[0], times(a[1], b[0]) + times(a[0], b[1]),
       times(a[2], b[0]) + 2 * times(a[1], b[1]) + times(a[0], b[2])];
const inverse = (a) => chain(a, 1 / a[0], -1 / a[0] ** 2, 2 / a[0] ** 3);
const quotient = (a, b) => (isZero(a) ? a : product(a, inverse(b)));

function power(a, b) {
  if (!isConstant(b)) return functions.exp(product(b, functions.log(a)));
  const n = b[0];
  const derivative = (factor, m) => times(factor, a[0] ** m); // m is reached only with a factor that may be 0
  return chain(a, a[0] ** n, derivative(n, n - 1), derivative(n * (n - 1), n - 2));
}

// By the series of Marsaglia, J. Stat. Softw. 11(4), 2004: each term is positive, so nothing cancels.
function normalDistribution(x) {
  if (Math.abs(x) > 9) return x > 0 ? 1 : 0;
  let [total, term] = [x, x];
  for (let k = 3; Math.abs(term) > 1e-17 * Math.abs(total); k += 2) total += term *= (x * x) / k;
  return 0.5 + total * normalDensity(x);
}
const normalDensity = (x) => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);

const functions = {
  log: (a) => chain(a, Math.log(a[0]), 1 / a[0], -1 / a[0] ** 2),
  exp: (a) => chain(a, ...Array(3).fill(Math.exp(a[0]))),
  sqrt: (a) => power(a, number(0.5)),
  cos: (a) => chain(a, Math.cos(a[0]), -Math.sin(a[0]), -Math.cos(a[0])),
  cosh: (a) => chain(a, Math.cosh(a[0]), Math.sinh(a[0]), Math.cosh(a[0])),
  arctan: (a) => chain(a, Math.atan(a[0]), 1 / (1 + a[0] ** 2), (-2 * a[0]) / (1 + a[0] ** 2) ** 2),
  Phi: (a) => chain(a, normalDistribution(a[0]), normalDensity(a[0]), -a[0] * normalDensity(a[0])),
};
const beyondOne = (a) => chain(a, Math.log1p(a[0]), 1 / (1 + a[0]), -1 / (1 + a[0]) ** 2); // log(1 + a)
function softplus(a) { // log(1 + e^a), where e^a may overflow
  const small = Math.exp(-Math.abs(a[0]));
  const share = (a[0] < 0 ? small : 1) / (1 + small);
  return chain(a, Math.max(a[0], 0) + Math.log1p(small), share, small / (1 + small) ** 2);
}

const relations = {
  "<": (a, b) => a < b, ">": (a, b) => a > b, "=": (a, b) => a === b,
  "\\leq": (a, b) => a <= b, "\\geq": (a, b) => a >= b,
};
const spacing = new Set(["\\left", "\\right", "\\,", "\\;", "\\ ", "\\quad"]);
const endings = new Set(["", "+", "-", ",", ")", "]", "}", ...Object.keys(relations)]);
const closing = { "(": ")", "[": "]", "{": "}" };

function way(kind) {
  ways += kind;
  return kind;
}

// A recursive-descent parser. Each method returns a function from the letters' jets to the jet of what it has read.
class Reader {
  constructor(latex) {
    this.tokens = (latex.match(/\\[a-zA-Z]+|\\[,; ]|\d+(?:\.\d+)?|\S/g) ?? []).filter((token) => !spacing.has(token));
    this.position = 0;
    this.bars = 0; // the number of | that are open at this depth of brackets
  }

  get token() {
    return this.tokens[this.position] ?? "";
  }

  take(expected = this.token) {
    if (this.token !== expected) throw new SyntaxError(`${expected} expected in ${this.tokens.join(" ")}`);
    this.position += 1;
    return expected;
  }

  whole(part) {
    const found = part.call(this);
    this.take("");
    return found;
  }

  sum() {
    let found = this.product();
    while (this.token === "+" || this.token === "-") {
      const [first, sign, term] = [found, this.take(), this.product()];
      found = sign === "+" ? (known) => sum(first(known), term(known)) : (known) => sum(first(known), minus(term(known)));
      if (first.isOne && sign === "+") found.beyondOne = term;
    }
    return found;
  }

  product() {
    let found = this.signed();
    while (!endings.has(this.token) && !(this.token === "|" && this.bars % 2)) {
      const divides = this.token === "/";
      if (divides || this.token === "\\cdot") this.take();
      const [first, factor] = [found, this.power()];
      found = divides ? (known) => quotient(first(known), factor(known)) : (known) => product(first(known), factor(known));
    }
    return found;
  }

  signed() {
    if (this.token !== "-") return this.power();
    this.take();
    const found = this.signed();
    return (known) => minus(found(known));
  }

  power() {
    const base = this.atom();
    if (this.token !== "^") return base;
    this.take();
    const exponent = this.argument();
    return base.isE ? exponential(exponent) : (known) => power(base(known), exponent(known));
  }

  argument() {
    return this.token === "{" ? this.inside("{") : this.atom();
  }

  inside(left) {
    this.take(left);
    const outer = this.bars;
    this.bars = 0;
    const found = this.sum();
    this.bars = outer;
    this.take(closing[left]);
    return found;
  }

  atom() {
    if (closing[this.token]) return this.inside(this.token);
    if (this.token === "|") return this.size();
    const token = this.take();
    if (/\d/.test(token)) return Object.assign(() => number(Number(token)), { isOne: token === "1" });
    if (token === "\\frac") {
      const [above, below] = [this.argument(), this.argument()];
      return (known) => quotient(above(known), below(known));
    }
    if (token === "\\max" || token === "\\min") return this.extreme(token === "\\max" ? 1 : -1);
    if (token === "\\mathbb") return this.indicator();
    if (Object.hasOwn(functions, token.slice(1))) return applied(token.slice(1), this.argument());
    return this.letter(token);
  }

  size() {
    this.take("|");
    this.bars += 1;
    const found = this.sum();
    this.bars -= 1;
    this.take("|");
    return (known) => {
      const own = found(known);
      return way(own[0] < 0 ? 1 : 0) ? minus(own) : own;
    };
  }

  letter(token) {
    let name = token;
    if (this.token === "_") name += this.take() + this.take();
    const fixed = { "\\pi": Math.PI, "\\infty": Infinity, e: Math.E }[name];
    return Object.assign((known) => known[name] ?? number(fixed), { isE: name === "e" });
  }

  extreme(sign) {
    this.take("(");
    const every = [this.sum()];
    while (this.token === ",") {
      this.take();
      every.push(this.sum());
    }
    this.take(")");
    return (known) => {
      const found = every.map((one) => one(known));
      const best = found.reduce((chosen, one, place) => (sign * one[0] > sign * found[chosen][0] ? place : chosen), 0);
      return found[way(best)];
    };
  }

  indicator() { // {1}[condition], which follows \mathbb
    ["{", "1", "}", "["].forEach((token) => this.take(token));
    const holds = this.condition();
    this.take("]");
    return (known) => number(holds(known) ? 1 : 0);
  }

  condition() { // relations in a chain, such as -1 < m < 1
    const every = [this.sum()];
    const signs = [];
    while (relations[this.token]) {
      signs.push(relations[this.take()]);
      every.push(this.sum());
    }
    return (known) => {
      const numbers = every.map((one) => one(known)[0]);
      return way(Number(signs.every((holds, place) => holds(numbers[place], numbers[place + 1])))) === 1;
    };
  }
}

function applied(name, argument) {
  if (name === "exp") return exponential(argument);
  const term = name === "log" ? argument.beyondOne : undefined;
  if (term?.exponent) return (known) => softplus(term.exponent(known));
  if (term) return (known) => beyondOne(term(known));
  return (known) => functions[name](argument(known));
}

function exponential(exponent) {
  return Object.assign((known) => functions.exp(exponent(known)), { exponent });
}

// Make of (LaTeX, condition) pairs one function: the first piece whose condition holds.
function compiled(pieces) {
  const every = pieces.map(([latex, when]) => {
    const always = when === "" || when === "otherwise";
    const holds = always ? () => true : new Reader(when).whole(Reader.prototype.condition);
    return { holds, piece: new Reader(latex).whole(Reader.prototype.sum) };
  });
  return (known) => every.find(({ holds }) => holds(known))?.piece(known) ?? number(NaN);
}
