"""The difference of two losses as a loss, so that a figure can show it beside them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from losscli.model.breaks import break_predictions
from losscli.model.loss import QUANTITIES, OwnLoss, Terms
from losscli.model.spelling import Spelling
from losscli.own.families import of_prediction_and_target

if TYPE_CHECKING:
    from losscli.lazy import Array
    from losscli.model.curve import Curve

NAME = "difference"


def difference(own: Curve, exact: Curve) -> Spelling:
    """Return own less exact, value and derivatives, as a loss of prediction and target."""

    def formula(prediction: Array, *target: Any) -> Terms:
        here = [replace(curve, target=target[0]) if target else curve for curve in (own, exact)]
        for count in range(1, len(QUANTITIES) + 1):
            ours, theirs = (curve.terms(prediction, count)[-1] for curve in here)
            yield ours - theirs

    family = own.loss.family if own.target is None else of_prediction_and_target(own.loss.family)

    def breaks(y: Any) -> tuple[float, ...]:
        return tuple(break_predictions(replace(exact, target=y)))

    known = () if family.vector or own.target is None else breaks
    loss = OwnLoss(
        NAME, family, formula, latex=r"\mathrm{difference}", title="Difference", breaks=known, gives=own.loss.gives
    )
    return Spelling(NAME, loss, ())
