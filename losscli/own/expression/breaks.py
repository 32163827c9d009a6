"""Where the pieces of an expression meet: the zeros of what its abs, sign, min, max, clip and where compare."""

from __future__ import annotations

from functools import lru_cache
from inspect import Parameter, Signature
from math import inf, isclose, isfinite, nan
from typing import TYPE_CHECKING, Any

from losscli.lazy import Array, np
from losscli.model.breaks import breaks
from losscli.model.curve import Curve
from losscli.model.numbers import shown
from losscli.own.expression.letters import TARGET

if TYPE_CHECKING:
    from collections.abc import Callable

    from losscli.model.loss import Loss

DECADES, PER_DECADE = 12, 8  # of the distances from 0, and from the target, at which a change of sign is looked for
ROUNDS = 3  # a zero beside another one, such as those of abs(r - 5) - 0.01, is found once the other is known
MANY = 100  # places: so many are those of a function that swings, and around each it would have many more
SPACING = 1e-9  # relative, of neighbouring points: many doubles lie between
ALIKE = 2.0**-40  # relative: places so near are one
KEPT = 256  # frames of a film


class Breaks:
    """The breaks of an expression as a fact of its loss: a function of parameters and perhaps target.

    `compared` gives the function from argument, target and parameters to all differences whose sign decides between
    pieces; `loss` makes the loss that has these breaks, to see whether anything jumps there.
    """

    def __init__(
        self, known: tuple[str, ...], compared: Callable[[], Callable[..., Any]], loss: Callable[..., Loss]
    ) -> None:
        self.known, self.compared, self.loss = known, compared, loss
        self.__signature__ = Signature([Parameter(name, Parameter.KEYWORD_ONLY) for name in known])
        self.found = lru_cache(KEPT)(self._found)

    def __call__(self, **known: Any) -> tuple[float, ...]:
        """Return the values of the formula's argument at which pieces meet, in increasing order."""
        return self.found(*(nan if known[name] is None else float(known[name]) for name in self.known))

    def _found(self, *known: float) -> tuple[float, ...]:
        values = [np.float64(value) for value in known]

        def compared(points: Array) -> Array:
            every = self.compared()(points, *values)
            found = [np.broadcast_to(each, points.shape) for each in every]
            return np.array(found, float).reshape(len(every), len(points))

        with np.errstate(all="ignore"):
            places: list[float] = []
            for _ in range(ROUNDS):
                before = len(places)
                places = zeros(compared, _places({0.0, *filter(isfinite, known), *places}))
                if len(places) == before or len(places) > MANY:
                    break
        return self._jumping(tuple(places), dict(zip(self.known, known, strict=True)))

    def _jumping(self, places: tuple[float, ...], known: dict[str, float]) -> tuple[float, ...]:
        """Return the places inside the domain at which value, gradient or Hessian jumps."""
        loss = self.loss(breaks=places)
        target = known.pop(TARGET, loss.family.targets.default)
        found = breaks(Curve(loss, target, known, loss.name))
        return tuple(item.argument for item in found if item.jumps and item.prediction in loss.family.domain)


def zeros(functions: Callable[[Array], Array], points: Array) -> list[float]:
    """Return where one of several functions changes its sign: at one of the points, or between two by bisection.

    `functions` turns points, shape (N,), into values, shape (functions, N); the points are in increasing order.
    """
    signs = np.sign(functions(points))
    crossed = np.nonzero((signs[:, 2:] * signs[:, :-2] < 0) & (signs[:, 1:-1] == 0))[1]
    signs[:, 1:-1][(signs[:, 1:-1] == 0) & (signs[:, 2:] * signs[:, :-2] != 0)] = np.nan  # found, or only touched
    which, at = np.nonzero((signs[:, 1:] * signs[:, :-1] <= 0) & (signs[:, 1:] != signs[:, :-1]))
    each = np.arange(len(which))

    def one(places: Array) -> Array:
        return functions(places)[which, each]

    low, high, first = points[at], points[at + 1], signs[which, at]
    while True:
        middle = low / 2 + high / 2
        if ((middle == low) | (middle == high)).all():
            break
        same = np.sign(one(middle)) == first
        low, high = np.where(same, middle, low), np.where(same, high, middle)
    best = np.where(abs(one(low)) <= abs(one(high)), low, high)
    return _merged([*points[1:-1][crossed].tolist(), *(best + 0.0).tolist()])


def _merged(places: list[float]) -> list[float]:
    """Return places in increasing order, one for several that rounding made of one: that with the fewest digits."""
    groups: list[list[float]] = []
    for place in sorted(places):
        if groups and isclose(place, groups[-1][0], rel_tol=ALIKE):
            groups[-1].append(place)
        else:
            groups.append([place])
    return [min(group, key=lambda place: len(shown(place))) for group in groups]


def _places(around: set[float]) -> Array:
    """Return these numbers, and points at all distances from each of them, in increasing order."""
    steps = 10.0 ** np.arange(-DECADES, DECADES, 1 / PER_DECADE)
    centres = np.array(sorted(around))[:, None]
    points = np.unique(np.concatenate([centres, centres - steps, centres + steps], axis=1))
    return points[np.diff(points, prepend=-inf) > SPACING * abs(points)]
