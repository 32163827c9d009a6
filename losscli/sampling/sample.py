"""A recipe to numbers: every curve sampled, its marks, and what the axes have to hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from losscli.errors import UsageError
from losscli.lazy import np
from losscli.model.breaks import Break, break_predictions, breaks
from losscli.model.loss import EVERY_QUANTITY, QUANTITIES, OwnLoss, Quantity
from losscli.model.numbers import shown
from losscli.recipe.reading import domain_of
from losscli.sampling.limits import axis_limits
from losscli.sampling.marks import check_found, find_marks, on_excess
from losscli.sampling.refine import Samples, axis_transform, refined, terms_of
from losscli.sampling.rows import Rows, rows
from losscli.training.excess import excess

if TYPE_CHECKING:
    from losscli.lazy import Array
    from losscli.model.curve import Curve
    from losscli.model.marks import Mark
    from losscli.recipe.recipe import Recipe
    from losscli.sampling.limits import Limits


FARTHEST_BREAK = 3  # widths of a family's usual range: breaks further off do not widen it


class Trace(NamedTuple):
    """One curve, sampled at predictions, shape (N,), in increasing order; a quantity is nan where it is undefined."""

    prediction: Array
    terms: dict[Quantity, Array]
    positions: tuple[int | None, ...] = ()  # which value of each sweep it has; None: it takes no part in that sweep


class Sampled(NamedTuple):
    """The numbers of a figure."""

    traces: tuple[Trace, ...]  # one for each curve of the recipe
    range: tuple[float, float]  # the first and the last prediction
    marks: tuple[Mark, ...]
    limits: dict[Quantity, Limits]  # y-limits of panels that a diverging curve leaves
    rows: Rows | None  # of a contour or a surface


def sample(recipe: Recipe, least: Quantity = "value") -> Sampled:
    """Evaluate every curve of a recipe: each quantity that it shows, and all that come before `least`."""
    low, high = recipe.range or _span(recipe)
    count = 1 + max(EVERY_QUANTITY.index(quantity) for quantity in (*recipe.show, least))
    sections = [along(recipe, curve) for curve in recipe.curves]
    coarse = [_coarse(recipe, section, low, high, count) for section in sections]
    fits = recipe.sampling == "fit" and recipe.view == "curves"
    fine = [refined(recipe, *pair) for pair in zip(sections, coarse, strict=True)] if fits else coarse
    traces = tuple(_trace(recipe, index, samples) for index, samples in enumerate(fine))
    _check_finite(recipe, traces, low, high)
    return Sampled(
        traces,
        (low, high),
        tuple(_marks(recipe, sections, traces)),
        _limits(recipe, coarse, fine),
        None if recipe.view == "curves" else rows(recipe, sections, coarse),
    )


def _trace(recipe: Recipe, index: int, samples: Samples) -> Trace:
    terms = dict(zip(EVERY_QUANTITY, samples.terms, strict=False))
    return Trace(samples.prediction, terms, tuple(axis.positions[index] for axis in recipe.sweeps))


def _check_finite(recipe: Recipe, traces: tuple[Trace, ...], low: float, high: float) -> None:
    """Raise UsageError if a quantity that is shown is finite nowhere, or 0 everywhere on a logarithmic axis."""
    for quantity in recipe.show:
        for curve, trace in zip(recipe.curves, traces, strict=True):
            if isinstance(curve.loss, OwnLoss) and not np.isfinite(trace.terms[quantity]).any():
                where = f"{curve.loss.where}: " if curve.loss.where else ""
                if quantity not in curve.loss.gives:
                    raise UsageError(
                        f"{where}{curve.name} gives no {quantity}; it gives {' and '.join(curve.loss.gives)}"
                    )
                at = f"from {shown(low)} to {shown(high)}"
                raise UsageError(f"{where}the {quantity} of {curve.name} is finite at none of the samples {at}")
        if not any(np.isfinite(trace.terms[quantity]).any() for trace in traces):
            raise UsageError(
                f"--range {shown(low)} {shown(high)}: the {quantity} is finite at none of the samples there"
            )
        seen = recipe.view != "curves" or any(np.nan_to_num(trace.terms[quantity]).any() for trace in traces)
        if recipe.is_logarithmic("y") and not seen:
            raise UsageError(f"--log {recipe.log}: the {quantity} is 0 at all samples; a logarithmic axis has no 0")


def _marks(recipe: Recipe, sections: list[Curve], traces: tuple[Trace, ...]) -> list[Mark]:
    """Return the marks of every curve, within the x-limits of the figure."""
    found: list[Mark] = []
    for index, (section, trace) in enumerate(zip(sections, traces, strict=True)):
        low, high = recipe.xlim or (-np.inf, np.inf)
        seen = np.clip(trace.prediction, low, high)
        if seen[0] < seen[-1]:
            own = [mark for kind in recipe.mark for mark in find_marks(section, kind, seen)]
            own += on_excess(section, own) if "excess" in recipe.show else []
            found += [mark._replace(curve=index) for mark in own]
    check_found(recipe.mark, found)
    return found


def _limits(recipe: Recipe, coarse: list[Samples], fine: list[Samples]) -> dict[Quantity, Limits]:
    """Return the y-limits of each panel that a curve runs out of."""
    found = {}
    for quantity in recipe.show:
        order = EVERY_QUANTITY.index(quantity)
        ends = axis_limits(recipe, [item.terms[order] for item in coarse], [item.terms[order] for item in fine])
        if ends:
            found[quantity] = ends
    return found


def _span(recipe: Recipe) -> tuple[float, float]:
    spans = [_own_span(recipe, curve) for curve in recipe.curves]
    return min(low for low, _ in spans), max(high for _, high in spans)


def _own_span(recipe: Recipe, curve: Curve) -> tuple[float, float]:
    """Return the usual range of the loss, widened to the breaks of the curve that are near it."""
    low, high = curve.fact("span") or curve.loss.family.span(curve.canonical_target)
    width = high - low
    places = break_predictions(along(recipe, curve))
    near = [place for place in places if low - FARTHEST_BREAK * width <= place <= high + FARTHEST_BREAK * width]
    return min([low, *(place - width / 8 for place in near)]), max([high, *(place + width / 8 for place in near)])


def _coarse(recipe: Recipe, curve: Curve, low: float, high: float, count: int) -> Samples:
    """Return evenly spaced samples, and those on both sides of every break."""
    if (
        recipe.sampling == "even" or recipe.view != "curves"
    ):  # contours and surfaces need the same predictions for every curve
        even = recipe.sampling == "even"
        prediction = np.linspace(low, high, recipe.points) if even else _spread(recipe, low, high)
        return Samples(prediction, terms_of(curve, prediction, count))
    domain = curve.domain
    if high < domain.low or low > domain.high:
        raise UsageError(f"--range {shown(low)} {shown(high)}: {domain_of(curve)}")
    prediction = _spread(recipe, max(low, domain.low), min(high, domain.high))
    terms = terms_of(curve, prediction, count)
    for item in breaks(curve):
        if prediction[0] < item.prediction < prediction[-1]:
            prediction, terms = _split(curve, Samples(prediction, terms), item)
    return Samples(prediction, terms)


def _spread(recipe: Recipe, low: float, high: float) -> Array:
    """Return `--points` predictions, evenly spaced on the axis that will show them."""
    to_axis, from_axis = axis_transform(recipe, low, high)
    with np.errstate(over="ignore"):
        spread = from_axis(np.linspace(to_axis(low), to_axis(high), recipe.points))
    return np.concatenate([[low], np.clip(spread[1:-1], low, high), [high]])


def _split(curve: Curve, samples: Samples, item: Break) -> tuple[Array, tuple[Array, ...]]:
    """Insert both sides of a break into the samples, and a gap between them for each quantity that jumps."""
    prediction, at = samples.prediction, item.prediction
    sides = np.array([np.nextafter(at, -np.inf), at, np.nextafter(at, np.inf)])
    before, after = np.searchsorted(prediction, sides[0], "left"), np.searchsorted(prediction, sides[2], "right")

    def insert(array: Array, middle: Array) -> Array:
        return np.concatenate([array[:before], middle, array[after:]])

    split = []
    for term, here, (left, right), quantity in zip(samples.terms, item.here, item.sides, QUANTITIES, strict=False):
        middle = np.nan if quantity in item.jumps else here
        split.append(insert(term, np.array([left, middle, right])))
    for term in samples.terms[len(split) :]:  # the excess, which jumps where the value does
        left, middle, right = excess(curve, sides)
        split.append(insert(term, np.array([left, np.nan if "value" in item.jumps else middle, right])))
    return insert(prediction, sides), tuple(split)


def along(recipe: Recipe, curve: Curve) -> Curve:
    """Return a curve as a function of one number: of the prediction, or of the logit that varies."""
    if not curve.loss.family.vector:
        return curve
    return curve.section(recipe.logits, recipe.vary)
