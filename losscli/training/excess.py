"""The loss above its floor, without the digits that the plain difference loses near the floor.

Three ways, each where it is the most exact:

* A floor of 0: the value itself. A name's constant is left out, and its factor multiplies what is left.
* A loss that declares its `excess`, such as the cross-entropies of a softmax: its own formula.
* Else near the place of the floor the integral of the Hessian from there, which cancels nothing, and further away, or
  across a break, value less floor. The integral is a Gauss-Legendre sum; how far it is from one of fewer points,
  and how much rounding takes from the difference, decide between the two.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from losscli.lazy import Array, np
from losscli.model.breaks import break_predictions, breaks
from losscli.model.curve import Curve, Section

if TYPE_CHECKING:
    from collections.abc import Callable

    from losscli.model.loss import Floor

POINTS, FEWER = 16, 10  # of the Gauss-Legendre sum, and of the one that it is compared with
MAX_NUMBERS = 2**18  # of a Hessian that are computed at a time
ROUNDING = 2.0**-51  # of value and floor together, which the difference inherits
SAME = 1e-9  # relative: the slope and the Hessian in a direction in which the loss does not change may be this large


def floor_at(curve: Curve, predictions: Array) -> Floor:
    """Return the floor of a curve for predictions of shape (...), or (..., K): for as many numbers as they have."""
    if curve.loss.family.vector and not isinstance(curve, Section):
        curve = curve.section((0.0,) * predictions.shape[-1], 0)
    found: Floor = curve.fact("floor")
    return found


def excess(curve: Curve, predictions: Array) -> Array:
    """Return the loss above its floor at predictions of shape (...), or (..., K) for K numbers each: (...), at least 0.

    Its relative error is a few times that of the value or the Hessian, and as much as moving predictions and the place
    of the floor by an ulp or two makes. It is infinite where the value is infinite or the loss falls without end, and
    nan where the floor is not known or the loss undefined.
    """
    if isinstance(curve, Section):
        return excess(curve.whole, curve.vectors(predictions))
    predictions = np.asarray(predictions, dtype=float)
    known = {"classes": predictions.shape[-1]} if curve.loss.family.vector else {}
    plain = Curve(curve.loss, curve.canonical_target, curve.parameters, curve.loss.name)
    value = plain.terms(predictions, 1)[0]
    with np.errstate(all="ignore"):
        above = _above(plain, predictions, value, floor_at(plain, predictions))
        return np.where(np.isnan(value), np.nan, curve.factor_for(**known) * above)


def _above(curve: Curve, predictions: Array, value: Array, floor: Floor) -> Array:
    """Return the excess of a loss of the catalogue, where its value is not nan."""
    own = None if floor.value == 0 else curve.own_excess(predictions)
    if floor.value == 0 or own is not None:
        return value if own is None else own
    found = np.array(np.maximum(value - floor.value, 0.0), ndmin=1)
    if not floor.attained or floor.where.startswith("everywhere"):
        return found.reshape(value.shape)
    both = np.atleast_1d(abs(value) + abs(floor.value))
    several = curve.loss.family.vector
    flat = predictions.reshape(-1, *predictions.shape[-1:] * several)
    difference, both = found.reshape(-1), both.reshape(-1)
    close = np.flatnonzero(difference < both / 2)
    way = _ways(curve, floor)
    block = max(1, MAX_NUMBERS // (POINTS * flat[0].size ** 2)) if len(flat) else 1
    for start in range(0, len(close), block):
        at = close[start : start + block]
        place, lean = way(flat[at])
        full, fewer = (_integral(curve, place, flat[at] - place, lean, points) for points in (POINTS, FEWER))
        better = (abs(full - fewer) < ROUNDING * both[at]) & ~_crosses(curve, place, flat[at])
        difference[at] = np.where(better, full, difference[at])
    return difference.reshape(value.shape)


def _ways(curve: Curve, floor: Floor) -> Callable[[Array], tuple[Array, Array]]:
    """Return a function from N predictions to the places of the floor nearest to them, and the slopes from there on."""
    if curve.loss.family.vector:
        return _way_of_several(curve, np.array(floor.at))
    ends = np.array(floor.at, dtype=float, ndmin=1)
    left, right = _slope_beside(curve, ends[0], 0), _slope_beside(curve, ends[-1], 1)

    def way(predictions: Array) -> tuple[Array, Array]:
        place = np.clip(predictions, ends[0], ends[-1])
        return place, np.where(predictions < place, left, right)

    return way


def _slope_beside(curve: Curve, end: float, side: int) -> float:
    """Return the slope of a curve of one number on the left (0) or right (1) of a place of its floor."""
    for item in breaks(curve):
        if item.prediction == end:
            return item.sides[1][side]
    return float(curve.terms(np.array(end), 2)[1]) if end in (curve.domain.low, curve.domain.high) else 0.0


def _way_of_several(curve: Curve, at: Array) -> Callable[[Array], tuple[Array, Array]]:
    """Return the like for K numbers; the floor may be a line: that of all equal shifts, or of all multiples."""
    _, slope, hessian = curve.terms(at)
    lean = np.where((at == curve.domain.low) | (at == curve.domain.high), slope, 0.0)
    for line in (np.ones_like(at), at):
        size = abs(line).max()
        straight = size > 0 and abs(hessian @ line).max() <= SAME * size * abs(hessian).max()
        if straight and abs(lean @ line) <= SAME * size * abs(lean).max():
            return lambda x: (at + ((x - at) @ line / (line @ line))[:, None] * line, np.broadcast_to(lean, x.shape))
    return lambda x: (np.broadcast_to(at, x.shape), np.broadcast_to(lean, x.shape))


def _integral(curve: Curve, place: Array, step: Array, lean: Array, points: int) -> Array:
    """Return how much the loss rises over N steps from places: from the slopes there and the Hessian on the way."""
    nodes, weights = gauss(points)
    along = place + nodes.reshape(-1, *[1] * place.ndim) * step
    hessian = curve.terms(along)[2]
    if curve.loss.family.vector:
        rise, bend = (lean * step).sum(axis=-1), np.einsum("ni,pnij,nj->pn", step, hessian, step)
    else:
        rise, bend = np.where(step == 0, 0.0, lean * step), hessian * (step * step)
    risen: Array = rise + ((1 - nodes) * weights) @ bend
    return risen


@cache
def gauss(points: int) -> tuple[Array, Array]:
    """Return the nodes and weights of a Gauss-Legendre sum from 0 to 1."""
    nodes, weights = np.polynomial.legendre.leggauss(points)
    return (nodes + 1) / 2, weights / 2


def _crosses(curve: Curve, place: Array, predictions: Array) -> Any:
    """Return True where there is a break on the way, or may be one."""
    if curve.loss.family.vector:
        return np.full(len(place), curve.loss.breaks != ())
    low, high = np.minimum(place, predictions), np.maximum(place, predictions)
    found = np.zeros(len(place), dtype=bool)
    for point in break_predictions(curve):
        found |= (low < point) & (point < high)
    return found
