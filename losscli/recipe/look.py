"""The look of a figure: that of its style, and the tutorial's own look for the tutorial's figures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from losscli.model.spelling import unchanged
from losscli.recipe.recipe import TUTORIAL_STYLE
from losscli.recipe.sweeps import is_swept

if TYPE_CHECKING:
    from collections.abc import Sequence

    from losscli.model.curve import Curve
    from losscli.model.loss import Tutorial
    from losscli.recipe.request import Request

BASE = "default"  # Matplotlib's style, in which the tutorial is drawn
# The options that the tutorial's figures share; that the value is labelled `$Y_{true}$` is the tutorial's own slip.
TUTORIAL = {"style": (BASE,), "xlabel": "$Y_{pred}$", "ylabel": "$Y_{true}$", "label_size": 15.0}


def with_look(request: Request, curves: Sequence[Curve]) -> dict[str, Any]:
    """Return the options of a request together with those of its look."""
    options = {"style": ("plain",), **_tutorial(request, curves), **request.options}
    return options | {"style": tuple(BASE if name == TUTORIAL_STYLE else name for name in options["style"])}


def _tutorial(request: Request, curves: Sequence[Curve]) -> dict[str, Any]:
    """Return the options of the tutorial's look, if the figure is the tutorial's or is to look like it."""
    value_alone = request.get("show", ("value",)) == ("value",) and request.get("view", "curves") == "curves"
    word, *others = request.losses
    by_its_own_name = word.spelling.canonical is unchanged and not others
    own = word.loss.tutorial if by_its_own_name and value_alone and not is_swept(request) else None
    same = own is not None and _is_tutorials(request, curves, own)
    if TUTORIAL_STYLE not in request.get("style", () if not same else (TUTORIAL_STYLE,)):
        return {}
    look = {**TUTORIAL, **(own.look if own else {})}
    if "size" in request.options:
        look.pop("label_size")  # it suits the tutorial's own size
    if not value_alone:
        look.pop("ylabel")
    if request.get("log") in ("y", "both"):
        look.pop("ylim", None)  # the tutorial's axis begins below 0
    if not same or "size" in request.options:
        look.pop("legend", None)  # the tutorial's place is free in its own figure only
    return look


def _is_tutorials(request: Request, curves: Sequence[Curve], own: Tutorial) -> bool:
    """Return True if a figure of one loss shows what the tutorial's figure of this loss shows, and nothing more."""
    targets = [curve.target for curve in curves]
    return (
        request.losses[0].parameters == own.parameters
        and request.get("range") == own.range
        and targets == [curves[0].reads.default] * max([1, *map(len, own.parameters.values())])
        and not any(request.get(name) for name in ("log", "mark", "formula"))
    )
