"""The rules across options: which of them contradict each other, and which output has a use for which."""

from __future__ import annotations

from math import inf, isfinite
from typing import TYPE_CHECKING, Any

from losscli.errors import UsageError
from losscli.model.domains import Scalar
from losscli.model.numbers import shown
from losscli.recipe.canonical import option_flag
from losscli.recipe.sizes import AUTO, NAMED

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from losscli.recipe.recipe import Recipe

NARROWEST = 1e-13  # relative width of an axis; Matplotlib finds no ticks in a narrower one
SHORTEST = 1e-285  # absolute width of an axis, for the same reason
MAX_NUMBERS = 50_000_000  # sampled in one figure: what fits into the memory of a common machine
TERMINAL = "the terminal"
KEEPING = ("json", "npz")  # tables that hold the words of the figure, with options for whoever draws it later
FILMS = ("a moving gif", "a moving webp", "a moving mp4")
FLAT = ("png", "jpg", "webp", "tiff", "svg", "pdf", "eps", "pgf", *FILMS)
PLAYED = "a moving html"  # a page with a slider
DRAWN = (*FLAT, "html", PLAYED)
# The kinds of output that an option changes; an option that is not listed changes all of them.
USED_BY: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("title", "xlabel", "ylabel", "label", "xlim", "ylim", "style"), (*DRAWN, TERMINAL)),
    **dict.fromkeys(("log", "mark", "formula", "line", "grid", "size", "font", "transparent"), DRAWN),
    **dict.fromkeys(("legend", "label_size", "dpi"), FLAT),
    "view": (*DRAWN, "csv"),
    "svg_text": ("svg",),
    "fps": (*FILMS, PLAYED),
    "loop": FILMS[:2],
}
NO_LEGEND = ("legend", "none")  # holds for any output without a legend, so it is never refused
CURVE_OPTIONS = ("label", "line", "legend", "mark", "sampling")


def check_options(recipe: Recipe, given: Collection[str]) -> None:
    """Raise UsageError if options contradict each other. `given` are the names of those that were typed."""
    for name in ("range", "xlim", "ylim"):
        check_ends(name, *(getattr(recipe, name) or (0, 1)))
    _check_curves(recipe, given)
    if recipe.view != "curves":
        _check_view(recipe, given)
    for kind in ("minimum", "floor"):
        if kind in recipe.mark and "value" not in recipe.show:
            raise UsageError(f"--mark {kind} marks the value, which is not shown; add --show value")
    if "excess" in recipe.show:
        _check_floors(recipe)
    if recipe.formula and not any(curve.loss.latex for curve in recipe.curves):
        raise UsageError(f"--formula; of {recipe.curves[0].name} none is known, since it is code")
    if recipe.size and recipe.size[1] in NAMED:
        raise UsageError(f"--size {' '.join(recipe.size)}; {recipe.size[1]} is a width and stands first")
    if recipe.size == (AUTO, AUTO):
        raise UsageError("--size auto auto; one of width and height is a length")


def check_ends(name: str, low: float, high: float) -> None:
    """Raise UsageError unless these are the two ends of an axis, such as those of --range."""
    if not low < high:
        raise UsageError(f"--{name} {shown(low)} {shown(high)}; the first end lies below the second")
    if high - low < max(NARROWEST * max(abs(low), abs(high)), SHORTEST):
        raise UsageError(f"--{name} {shown(low)} {shown(high)}; it is too narrow: an axis cannot tell its ends apart")


def _check_curves(recipe: Recipe, given: Collection[str]) -> None:
    curves = len(recipe.curves)
    for name in ("label", "line"):
        count = len(getattr(recipe, name))
        if count > curves and name in given:
            raise UsageError(f"--{name} stands {count} times; the figure has fewer curves: {curves}")
    numbers = curves * recipe.points * max(1, len(recipe.logits))
    if numbers > MAX_NUMBERS:
        of_logits = f" of {len(recipe.logits)} logits" if recipe.logits else ""
        asked = f"{curves} curves with {recipe.points} points{of_logits}"
        raise UsageError(f"{asked} are {numbers} numbers; a figure has at most {MAX_NUMBERS}")


def _check_floors(recipe: Recipe) -> None:
    """Raise UsageError for a curve without a floor that it could be above."""
    for curve in recipe.curves:
        floor = curve.section(recipe.logits, recipe.vary).fact("floor") if recipe.logits else curve.fact("floor")
        if not isfinite(floor.value):
            reason = "falls without end" if floor.value == -inf else "has no known floor"
            raise UsageError(f"--show excess is the loss above its floor, and {curve.name} {reason}")


def _check_view(recipe: Recipe, given: Collection[str]) -> None:
    asked = f"--as {recipe.view}"
    if len({curve.name for curve in recipe.curves}) > 1:
        raise UsageError(f"{asked} shows one loss; these are {len({curve.name for curve in recipe.curves})}")
    if len(recipe.sweeps) != 1:
        found = f"swept are {', '.join(axis.name for axis in recipe.sweeps)}" if recipe.sweeps else "none is swept"
        raise UsageError(f"{asked} needs exactly one sweep, such as --delta 0.1:3:60, or --target 0:1:50; {found}")
    if len(recipe.curves) != len(set(recipe.sweeps[0].values)):
        raise UsageError(f"{asked} needs one curve for each {recipe.sweeps[0].name}; give every other option once")
    _check_between(recipe, asked)
    for name in CURVE_OPTIONS:
        if name in given and (name, getattr(recipe, name)) != NO_LEGEND:
            raise UsageError(f"--{name} is for curves and {asked} draws none; give one or the other")
    if recipe.view == "surface" and recipe.log:
        raise UsageError(f"--log {recipe.log} is for flat figures; {asked} is drawn with linear axes")


def _check_between(recipe: Recipe, asked: str) -> None:
    """Raise UsageError if the swept values have none between them, such as class indices: a view would invent some."""
    curve, name = recipe.curves[0], recipe.sweeps[0].name
    if name == "target":
        found = "" if isinstance(curve.reads, Scalar) else str(curve.reads)
    else:
        whole = [item for item, _ in curve.named_parameters if item.name == name and item.whole]
        found = whole[0].interval.described(whole=True) if whole else ""
    if found:
        raise UsageError(
            f"{asked} needs a sweep of numbers that have others between them; "
            f"{option_flag(name)} of {curve.name} is {found}"
        )


def unused_option(given: Mapping[str, Any], kinds: Sequence[str]) -> str:
    """Return a message about the first given option that none of these kinds of output uses, or an empty string.

    Tables show no look at all, but those that hold the words keep it for whoever draws them.
    """
    for name, value in given.items() if kinds else ():
        users = USED_BY.get(name, tuple(kinds))
        if not {*users, *KEEPING} & {*kinds} and (name, value) != NO_LEGEND:
            flag = option_flag(f"no_{name}" if value is False else name)
            return f"{flag} changes nothing in {', '.join(kinds)}; it is for {', '.join(users)}"
    return ""
