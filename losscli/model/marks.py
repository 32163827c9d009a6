"""Mark: what stands on a curve in a figure, as numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from losscli.model.loss import Quantity

MarkKind = Literal["breaks", "minimum", "floor"]


class Mark(NamedTuple):
    """Points of one curve in the panel of one quantity, and what they are; a floor is a line at the height of one."""

    kind: MarkKind
    quantity: Quantity
    points: tuple[tuple[float, float], ...]  # (prediction, quantity there)
    curve: int = 0  # the index of the curve in the figure
    jump: Quantity | None = None  # of breaks: the first quantity that jumps there
    interval: tuple[float, float] | None = None  # of a minimum: where it is attained; the ends may be infinite
    attained: bool = True  # of a floor
