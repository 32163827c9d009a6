"""Recipe -> Sampled: the curves as arrays, with the words that stand beside them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from losscli import frame
from losscli.captions import axis_label, formula, legend_labels, named_marks, panel_label, title
from losscli.domain import shown
from losscli.errors import UsageError
from losscli.facts import Break, break_predictions, breaks
from losscli.lazy import np
from losscli.marks import Mark, check_found, lowest, marks, with_floors_joined
from losscli.model import QUANTITIES, Curve, Quantity
from losscli.refine import Samples, across, refined
from losscli.rows import Rows, rows
from losscli.sentences import description, figure_name, identifiers

if TYPE_CHECKING:
    from losscli.frame import Ends
    from losscli.lazy import Array
    from losscli.recipe import Recipe


REACH = 3  # widths of a family's usual range


@dataclass(frozen=True)
class Trace:
    """One curve, sampled: predictions in increasing order, and each quantity there (nan where there is none)."""

    label: str
    prediction: Array
    terms: dict[Quantity, Array]
    positions: tuple[int | None, ...] = ()  # which value of each sweep it has; None: it takes no part in that sweep
    name: str = ""  # of its own in the figure, and such that an id in XML can be made of it: huber-delta-1

    def identifier(self, quantity: Quantity) -> str:
        """Return the id of one of its lines in an SVG."""
        return f"curve-{self.name}" if quantity == "value" else f"curve-{self.name}-{quantity}"


@dataclass(frozen=True)
class Sampled:
    """All that a drawing needs to know about the curves of a figure."""

    traces: tuple[Trace, ...]
    title: str
    xlabel: str
    ylabels: dict[Quantity, str]  # one panel each
    name: str = ""  # what an image says that cannot be seen: what it shows,
    description: str = ""  # and what there is to see
    marks: tuple[Mark, ...] = ()
    formula: tuple[str, ...] = ()  # its lines
    lowest: dict[Quantity, float] = field(default_factory=dict)  # of each panel, if its axis is logarithmic
    frames: dict[Quantity, Ends] = field(default_factory=dict)  # of panels that curves run out of
    rows: Rows | None = None  # of a view


def sample(recipe: Recipe, least: Quantity = "value") -> Sampled:
    """Evaluate every curve of a recipe: what it shows, and whatever comes before that or before `least`."""
    low, high = recipe.range or _span(recipe)
    labels = legend_labels(recipe)
    labels[: len(recipe.label)] = recipe.label
    count = 1 + max(QUANTITIES.index(quantity) for quantity in (*recipe.show, least))
    names = identifiers(recipe.curves)
    sections = [along(recipe, curve) for curve in recipe.curves]
    traces: list[Trace] = []
    found: list[Mark] = []
    coarse = [_coarse(recipe, section, low, high, count) for section in sections]
    fits = recipe.sampling == "fit" and recipe.view == "curves"
    fine = [refined(recipe, *pair) for pair in zip(sections, coarse, strict=True)] if fits else coarse
    for index, (section, samples) in enumerate(zip(sections, fine, strict=True)):
        for kind in recipe.mark:
            seen = _seen(recipe, section, samples.prediction, samples.terms[0])
            found += [replace(mark, trace=index) for mark in marks(section, kind, *seen)] if len(seen[0]) else []
        positions = tuple(axis.positions[index] for axis in recipe.sweeps)
        terms = dict(zip(QUANTITIES, samples.terms, strict=False))
        traces.append(Trace(labels[index], samples.prediction, terms, positions, names[index]))
    check_found(recipe.mark, found)
    for quantity in recipe.show:
        if not any(np.isfinite(trace.terms[quantity]).any() for trace in traces):
            raise UsageError(
                f"--range {shown(low)} {shown(high)}: the {quantity} is finite at none of the samples there"
            )
    return Sampled(
        tuple(traces),
        title(recipe) if recipe.title is None else recipe.title,
        axis_label(recipe) if recipe.xlabel is None else recipe.xlabel,
        _ylabels(recipe),
        figure_name(recipe),
        description(recipe, low, high),
        tuple(named_marks(with_floors_joined(found), labels)),
        formula(recipe.curves) if recipe.formula else (),
        _bottoms(recipe, sections, traces),
        _frames(recipe, sections, coarse, fine if fits else None),
        None if recipe.view == "curves" else rows(recipe, sections, coarse),
    )


def _seen(recipe: Recipe, curve: Curve, prediction: Array, value: Array) -> tuple[Array, Array]:
    """Return the predictions and values that the ends of the axis leave in sight: what lies beyond is not marked."""
    if recipe.xlim is None:
        return prediction, value
    low, high = max(prediction[0], recipe.xlim[0]), min(prediction[-1], recipe.xlim[1])
    if low >= high:
        return prediction[:0], value[:0]
    seen = np.array([low, *prediction[(prediction > low) & (prediction < high)], high])
    return seen, curve.terms(seen, 1)[0]


def _frames(
    recipe: Recipe, sections: list[Curve], coarse: list[Samples], fine: list[Samples] | None
) -> dict[Quantity, Ends]:
    """Return the ends of the axis of each quantity that runs out of its panel.

    What the bulk of a curve is, is told by samples that stand as densely everywhere. Those of a logarithmic axis make
    a curve steep that is not, where they are far apart: there it is cut only as far as evenly spaced ones say so, too.
    """
    found = {}
    every = [coarse]
    if recipe.is_logarithmic("x"):
        linear = replace(recipe, log=None)
        ends = [(float(samples.prediction[0]), float(samples.prediction[-1])) for samples in coarse]
        count = len(coarse[0].terms)
        every.append([_coarse(linear, curve, *end, count) for curve, end in zip(sections, ends, strict=True)])
    for quantity in recipe.show:
        order = QUANTITIES.index(quantity)
        wholes = [samples.terms[order] for samples in fine] if fine else None
        said = [frame.axis_ends(recipe, [samples.terms[order] for samples in each], wholes) for each in every]
        cut = [pair for pair in said if pair]
        if len(cut) == len(every):
            found[quantity] = min(low for low, _ in cut), max(high for _, high in cut)
    return found


def _ylabels(recipe: Recipe) -> dict[Quantity, str]:
    found = {quantity: panel_label(quantity) for quantity in recipe.show}
    if recipe.ylabel is not None and recipe.view != "contour":  # there it names the parameter
        found[recipe.show[0]] = recipe.ylabel
    return found


def _bottoms(recipe: Recipe, sections: list[Curve], traces: list[Trace]) -> dict[Quantity, float]:
    """Return the least of each quantity that is shown on a logarithmic axis."""
    if not recipe.is_logarithmic("y") or recipe.view != "curves":
        return {}
    pairs = list(zip(sections, traces, strict=True))
    return {
        quantity: min(
            lowest(curve, trace.prediction, trace.terms[quantity], QUANTITIES.index(quantity)) for curve, trace in pairs
        )
        for quantity in recipe.show
    }


def _span(recipe: Recipe) -> tuple[float, float]:
    spans = [_own_span(recipe, curve) for curve in recipe.curves]
    return min(low for low, _ in spans), max(high for _, high in spans)


def _own_span(recipe: Recipe, curve: Curve) -> tuple[float, float]:
    """Return the range that the family shows, widened to breaks that are not too far off to leave the rest visible."""
    low, high = curve.loss.family.span(curve.meant)
    width = high - low
    places = break_predictions(along(recipe, curve))
    near = [place for place in places if low - REACH * width <= place <= high + REACH * width]
    return min([low, *(place - width / 8 for place in near)]), max([high, *(place + width / 8 for place in near)])


def _coarse(recipe: Recipe, curve: Curve, low: float, high: float, count: int) -> Samples:
    """Return the samples that stand evenly, and those at breaks."""
    if recipe.sampling == "even" or recipe.view != "curves":  # a view needs the same predictions for every curve
        even = recipe.sampling == "even"
        prediction = np.linspace(low, high, recipe.points) if even else _spread(recipe, low, high)
        return Samples(prediction, curve.terms(prediction, count))
    domain = curve.domain
    if high < domain.low or low > domain.high:
        raise UsageError(f"--range {shown(low)} {shown(high)}: {curve.name} reads {domain}")
    prediction = _spread(recipe, max(low, domain.low), min(high, domain.high))
    terms = curve.terms(prediction, count)
    for item in breaks(curve):
        if prediction[0] < item.prediction < prediction[-1]:
            prediction, terms = _split(prediction, terms, item)
    return Samples(prediction, terms)


def _spread(recipe: Recipe, low: float, high: float) -> Array:
    """Return as many predictions as asked for, evenly spaced on the axis that will show them."""
    to, back = across(recipe, low, high)
    with np.errstate(over="ignore"):
        spread = back(np.linspace(to(low), to(high), recipe.points))
    return np.concatenate([[low], np.clip(spread[1:-1], low, high), [high]])


def _split(prediction: Array, terms: tuple[Array, ...], item: Break) -> tuple[Array, tuple[Array, ...]]:
    """Put both sides of a break between the samples, and a gap between the sides of what jumps there."""
    at = item.prediction
    sides = np.array([np.nextafter(at, -np.inf), at, np.nextafter(at, np.inf)])
    before, after = np.searchsorted(prediction, sides[0], "left"), np.searchsorted(prediction, sides[2], "right")

    def insert(array: Array, middle: Array) -> Array:
        return np.concatenate([array[:before], middle, array[after:]])

    split = []
    for term, here, (left, right), quantity in zip(terms, item.here, item.sides, QUANTITIES, strict=False):
        middle = np.nan if quantity in item.jumps else here
        split.append(insert(term, np.array([left, middle, right])))
    return insert(prediction, sides), tuple(split)


def along(recipe: Recipe, curve: Curve) -> Curve:
    """Return a curve as a function of one number: of the prediction, or of the logit that is varied."""
    if not curve.loss.family.vector:
        return curve
    return curve.section(recipe.logits, recipe.vary)
