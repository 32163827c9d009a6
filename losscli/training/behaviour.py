"""What a path is like, in one sentence: it converges and how fast, oscillates, diverges, stays where nothing pulls."""

from __future__ import annotations

from functools import cached_property
from math import isfinite, isnan
from typing import TYPE_CHECKING, Any, cast

from losscli.lazy import Array, np
from losscli.model.breaks import break_predictions, breaks
from losscli.model.points import rows
from losscli.training.excess import excess, floor_at

if TYPE_CHECKING:
    from losscli.model.loss import Floor
    from losscli.model.points import Row
    from losscli.training.descent import Path

REACHED = 1e-12  # a loss this little above its floor has got there
NOISE = 1e-9  # relative: distances below it are too rounded to tell a factor from
WINDOW = 20  # steps that a factor is taken from
EVEN = 0.05  # of 1 less the factor: factors that differ by less are the same
FEW = 4  # steps are too few to tell a factor from
UNEVEN = 0.4  # of 1 less the factor: as much may the average of a swing that dies out change on the way
CYCLE = 1e-6  # of the distance of the two points of a cycle: how far it may miss the same point
LASTING = 0.9  # of its earlier width has an oscillation that does not die out
MAX_CLASSES = 300  # the eigenvalues of a Hessian of more would take long
SLOW = 0.99  # a factor above it is slow


def behaviour(path: Path) -> str:
    """Return a sentence without a full stop: what the path comes to, why, and which subgradient it takes at a kink."""
    found = Walk(path)
    with np.errstate(all="ignore"):  # a loss may be infinite on the way
        sentence = (
            found.ended() or found.endless() or found.still() or found.divergence() or found.cycle()
            or found.oscillation() or found.approach()
        )  # fmt: skip
        return sentence + found.kink()


class Walk:
    """A path with what is worked out of it: its excess, its distance from the minimum, the curvature there."""

    def __init__(self, path: Path) -> None:
        self.path, self.last = path, path.steps
        self.floor: Floor = floor_at(path.curve, path.predictions)
        self.vector = path.predictions.ndim > 1

    @cached_property
    def above(self) -> Array:
        """The loss above its floor at each step."""
        return excess(self.path.curve, self.path.predictions)

    @cached_property
    def apart(self) -> Array | None:
        """The signed distance from the minimum at each step, of one number; None if no single place is the minimum."""
        single = not self.vector and not isinstance(self.floor.at, tuple) and isfinite(self.floor.at)
        return self.path.predictions - self.floor.at if single and not self.floor.where else None

    @property
    def minimum(self) -> str:
        """The place of the minimum in words."""
        target = self.path.curve.loss.family.name == "residual" and self.floor.at == self.path.curve.canonical_target
        return "target" if target else f"minimum at {short(self.floor.at)}"

    def place(self, step: int) -> str:
        """Return the prediction at a step as text."""
        return short(self.path.predictions[step])

    def ended(self) -> str:
        """Say why the path ended early."""
        reason = self.too_fast()
        return f"diverges: {self.path.ended}; {reason}" if self.path.ended and reason else self.path.ended

    def endless(self) -> str:
        """Say that there is no floor to get to."""
        if self.floor.value > -np.inf or isnan(self.floor.value):
            return ""
        return f"falls without end: after {self.last} steps the loss is {short(self.path.values[-1])}"

    def still(self) -> str:
        """Say that it stays above its floor, because nothing pulls or no step changes the number."""
        places = self.path.predictions
        if self.above[-1] <= REACHED or not np.array_equal(places[-1], places[-2]):
            return ""
        same = (places == places[-1]).reshape(len(places), -1).all(axis=1)
        first = int(np.flatnonzero(~same)[-1]) + 1 if not same.all() else 0
        why = "there is no gradient" if not self.path.gradients[-1].any() else "its steps are too short for a double"
        above = "" if isnan(self.above[-1]) else f", and the loss is {short(self.above[-1])} above its floor"
        return f"stays at {self.place(-1)} from step {first} on: {why} there{above}"

    def divergence(self) -> str:
        """Say that it gets further and further from the minimum, and which rate would not."""
        if self.apart is None or self.last < 2:  # noqa: PLR2004 - the growth of two steps
            return ""
        before, then, now = abs(self.apart[-3:])
        if not (now > then > before and now > abs(self.apart[0])):
            return ""
        reason = self.because(self.too_fast())
        return (
            f"diverges: the distance to the {self.minimum} grows by a factor of {short(now / then)} each step{reason}"
        )

    def cycle(self) -> str:
        """Say that it goes to and fro between two points."""
        if self.last < 2 or self.above[-1] <= REACHED:  # noqa: PLR2004 - a cycle of two steps
            return ""
        here, there, again = self.path.predictions[-1], self.path.predictions[-2], self.path.predictions[-3]
        width = float(np.linalg.norm(here - there))
        if not np.linalg.norm(here - again) <= CYCLE * width or width == 0:
            return ""
        low, high = sorted([here, there], key=lambda point: tuple(np.ravel(point)))
        return f"oscillates between {short(low)} and {short(high)}, {short(width)} apart{self.because(self.why())}"

    def why(self) -> str:
        """Return why a path does not close in on the minimum: what the gradient is like there, or too high a rate."""
        if self.is_kink:
            return f"the gradient of {self.path.curve.name} never shrinks"
        if self.curvature == np.inf:
            return f"the curvature of {self.path.curve.name} at the {self.minimum} is infinite, any rate is too high"
        return self.too_fast()

    def oscillation(self) -> str:
        """Say that it goes on swinging around the minimum, if that does not die out."""
        quarter = self.last // 4
        if quarter < 2 or not self.above[-1] > REACHED:  # noqa: PLR2004 - a swing is two steps
            return ""
        of_loss = self.apart is None
        swing = np.diff(self.above) if self.apart is None else self.apart
        height = self.above if of_loss else abs(swing)
        late, before = slice(-quarter, None), slice(-2 * quarter, -quarter)
        to_and_fro = all(swing[part].min() < 0 < swing[part].max() for part in (late, before))
        if not to_and_fro or height[late].max() < LASTING * height[before].max():
            return ""
        low, high = (short(end((self.above if of_loss else self.path.predictions)[late])) for end in (np.min, np.max))
        what = ", its loss" if of_loss else ""
        over = " above the floor" if of_loss else ""
        reason = self.because(self.why())
        return f"goes on oscillating{what} between {low} and {high}{over} in the last {quarter} steps{reason}"

    def approach(self) -> str:
        """Say how near the floor it comes, and how fast."""
        above = self.above
        if isnan(above[-1]):
            return f"after {self.last} steps the loss is {short(self.path.values[-1])}; its floor is not known"
        if above[-1] > REACHED:
            first = f"after {self.last} steps the loss is {short(above[-1])} above its floor"
            return first + (self.speed() or self.slowness())
        outside = np.flatnonzero(above > REACHED)
        step = int(outside[-1]) + 1 if len(outside) else 0
        exactly = not above[-1] and not above[step]
        return f"gets {'to' if exactly else 'within 1e-12 of'} its floor {after(step)}{self.speed()}"

    def speed(self) -> str:
        """Return how the distance to the minimum, or the loss above its floor, shrinks, if that is regular."""
        what = "the loss above its floor" if self.apart is None else f"the distance to the {self.minimum}"
        clear = self.clear()
        lengths = np.linalg.norm(np.diff(clear[1], axis=0), axis=1)[-WINDOW:]
        if len(lengths) < FEW or not lengths.any():
            return ""
        if np.ptp(lengths) <= NOISE * lengths[0]:
            return f"; each step is {short(lengths[0])} long"
        last = clear[0][-WINDOW - 1 :]
        factors = last[1:] / last[:-1]
        if np.ptp(factors) <= EVEN * (1 - factors[-1]) and factors[-1] < SLOW:
            return f"; {what} shrinks by a factor of {short(factors[-1], 3)} each step"
        late = slice(len(clear[0]) // 2, len(clear[0]))
        swings = np.diff(self.above[late]).max() > 0 if self.apart is None else np.ptp(np.sign(self.apart[late])) > 0
        average = envelope(clear[0]) if swings else 1.0
        return f"; {what} shrinks by a factor of about {short(average, 2)} a step" if average < SLOW else ""

    def clear(self) -> tuple[Array, Array]:
        """Return distance or excess and prediction, (N,) and (N, K), of the steps before rounding shows in them."""
        size, least = self.above, REACHED
        if self.apart is not None:
            size, least = abs(self.apart), NOISE * max(1.0, abs(cast("float", self.floor.at)))
        clear = size > least
        end = len(size) if clear.all() else int(np.argmin(clear))
        return size[:end], self.path.predictions[:end].reshape(end, self.path.predictions[0].size)

    def slowness(self) -> str:
        """Return that the last step has changed the loss by little."""
        before, now = self.above[-2:]
        if not SLOW * before < now < before:
            return ""
        return f": slow, the last step took off {short(100 * (1 - now / before), 2)} % of that"

    @cached_property
    def is_kink(self) -> bool:
        """Whether the minimum is a single place at which the gradient jumps."""
        return self.apart is not None and any(
            item.prediction == self.floor.at and "gradient" in item.jumps for item in breaks(self.path.curve)
        )

    @cached_property
    def curvature(self) -> float | None:
        """The largest curvature at the minimum; None at a kink, and where the minimum is flat or not known."""
        if not self.floor.attained or self.is_kink or not (self.vector or self.apart is not None):
            return None
        if self.path.predictions[0].size > MAX_CLASSES:
            return None
        hessian = self.path.curve.terms(np.array(self.floor.at, dtype=float))[2]
        if self.vector and not np.isfinite(hessian).all():
            return None
        top = float(np.linalg.eigvalsh(hessian)[-1]) if self.vector else float(hessian)
        return top if top > 0 else None

    def too_fast(self) -> str:
        """Return that the rate is above what the curvature at the minimum allows, or an empty string."""
        path = self.path
        if path.optimizer.limit is None or self.curvature in (None, np.inf):
            return ""
        limit = path.optimizer.limit(**path.parameters)
        most = limit / self.curvature
        if path.rate < most:
            return ""
        relation = "is" if path.rate == most else "is above"
        return f"the rate {short(path.rate)} {relation} {short(limit)}/curvature = {short(most)}"

    def because(self, reason: str) -> str:
        """Return a reason to put after a sentence."""
        return f": {reason}" if reason else ""

    def kink(self) -> str:
        """Return which subgradient the path takes at the first kink that it stands on."""
        row = self.kink_row()
        if row is None:
            return ""
        taken = short(row.terms["gradient"])
        slopes = row.subgradient if self.vector else [row.subgradient]
        words = ", ".join(f"[{short(low)}, {short(high)}]" for low, high in slopes)
        return f"; at the kink {short(row.prediction)} it takes {taken} of the subgradients {words}"

    def kink_row(self) -> Row | None:
        """Return the curve at the first kink: of several numbers only at the start and at the end."""
        places = self.path.predictions
        known = places[[0, -1]] if self.vector else places[np.isin(places, break_predictions(self.path.curve))][:1]
        if not len(known) or self.path.curve.loss.breaks == ():
            return None
        return next((row for row in rows(self.path.curve, known, 2) if row.subgradient), None)


def envelope(size: Array) -> float:
    """Return the factor by which the height of a swing shrinks in a step on average; 1 if that is not regular.

    It compares the greatest size in each quarter of the second half.
    """
    quarter = len(size) // 8
    if quarter < FEW:
        return 1.0
    tops = size[-4 * quarter :].reshape(4, quarter).max(axis=1)
    factors = (tops[1:] / tops[:-1]) ** (1 / quarter)
    average = float(factors.mean())
    return average if np.ptp(factors) < UNEVEN * (1 - average) else 1.0


def after(step: int) -> str:
    """Return `after 3 steps`, `at its start`."""
    return f"after {step} step{'s' * (step != 1)}" if step else "at its start"


def short(number: Any, digits: int = 6) -> str:
    """Return a number, or several, with this many digits."""
    several = np.ravel(number).tolist()
    return ",".join(f"{one + 0.0:.{digits}g}" for one in several)
