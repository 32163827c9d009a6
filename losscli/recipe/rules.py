"""Recipe -> the same Recipe, or what in it contradicts itself: options that make no sense together, or to no output."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from losscli.recipe.canonical import option_flag
from losscli.model.domains import Scalar
from losscli.model.numbers import shown
from losscli.errors import UsageError
from losscli.recipe.sizes import AUTO, NAMED
from losscli.recipe.sweeps import has_no_legend

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from losscli.recipe.recipe import Recipe

NARROWEST = 1e-13  # an axis, of its ends: in less Matplotlib finds no places for numbers
SHORTEST = 1e-285  # an axis: the same
MOST = 50_000_000  # numbers in one figure: what a common machine has room for
TERMINAL = "the terminal"
KEEPING = ("json", "npz")  # tables that hold the words
FILMS = ("a moving gif", "a moving webp", "a moving mp4")
FLAT = ("png", "jpg", "webp", "tiff", "svg", "pdf", "eps", "pgf", *FILMS)
DRAWN = (*FLAT, "html")
# Which outputs each of these options changes; every other option changes whatever shows the curves. What has no clear
# background refuses to be transparent. Where there are no pixels, texts are still measured in them.
HEARD: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("title", "xlabel", "ylabel", "label", "xlim", "ylim"), (*DRAWN, TERMINAL)),
    **dict.fromkeys(("log", "mark", "formula", "line", "legend", "grid", "size", "style", "font"), DRAWN),
    **dict.fromkeys(("label_size", "transparent"), DRAWN),
    "dpi": FLAT,
    "svg_text": ("svg",),
    "fps": FILMS,
    "loop": FILMS[:2],
}
NO_LEGEND = "legend", "none"  # is true of whatever has no legend
OF_CURVES = ("label", "line", "legend", "mark", "sampling")  # what only curves have


def agreed(recipe: Recipe, said: Collection[str]) -> Recipe:
    """Return a recipe whose options agree; `said` are the fields that were typed."""
    for name in ("range", "xlim", "ylim"):
        _check_ends(name, *(getattr(recipe, name) or (0, 1)))
    _check_curves(recipe, said)
    if recipe.view != "curves":
        _check_view(recipe, said)
    for kind in ("minimum", "floor"):
        if kind in recipe.mark and "value" not in recipe.show:
            raise UsageError(f"--mark {kind} marks the value, which is not shown; add --show value")
    if recipe.size and recipe.size[1] in NAMED:
        raise UsageError(f"--size {' '.join(recipe.size)}; {recipe.size[1]} is a width and stands first")
    if recipe.size == (AUTO, AUTO):
        raise UsageError("--size auto auto; one of width and height is a length")
    return recipe


def _check_ends(name: str, low: float, high: float) -> None:
    if not low < high:
        raise UsageError(f"--{name} {shown(low)} {shown(high)}; the first end lies below the second")
    if high - low < max(NARROWEST * max(abs(low), abs(high)), SHORTEST):
        raise UsageError(f"--{name} {shown(low)} {shown(high)}; it is too narrow: an axis cannot tell its ends apart")


def _check_curves(recipe: Recipe, said: Collection[str]) -> None:
    curves = len(recipe.curves)
    for name in ("label", "line"):
        given = len(getattr(recipe, name))
        if given > curves and name in said:
            raise UsageError(f"--{name} stands {given} times; the figure has fewer curves: {curves}")
    numbers = curves * recipe.points * max(1, len(recipe.logits))
    if numbers > MOST:
        of_logits = f" of {len(recipe.logits)} logits" if recipe.logits else ""
        asked = f"{curves} curves with {recipe.points} points{of_logits}"
        raise UsageError(f"{asked} are {numbers} numbers; a figure has at most {MOST}")


def _check_view(recipe: Recipe, said: Collection[str]) -> None:
    asked = f"--as {recipe.view}"
    if len({curve.name for curve in recipe.curves}) > 1:
        raise UsageError(f"{asked} shows one loss; these are {len({curve.name for curve in recipe.curves})}")
    if len(recipe.sweeps) != 1:
        found = f"swept are {', '.join(axis.name for axis in recipe.sweeps)}" if recipe.sweeps else "none is swept"
        raise UsageError(f"{asked} needs exactly one sweep, such as --delta 0.1:3:60, or --target 0:1:50; {found}")
    if len(recipe.curves) != len(set(recipe.sweeps[0].values)):
        raise UsageError(f"{asked} needs one curve for each {recipe.sweeps[0].name}; give every other option once")
    _check_between(recipe, asked)
    for name in OF_CURVES:
        if name in said and (name, getattr(recipe, name)) != NO_LEGEND:
            raise UsageError(f"--{name} is for curves and {asked} draws none; give one or the other")
    if recipe.view == "surface" and recipe.log:
        raise UsageError(f"--log {recipe.log} is for flat figures; {asked} is drawn with linear axes")


def _check_between(recipe: Recipe, asked: str) -> None:
    """Say so where the values of a sweep have none between them, such as classes: a view would invent some."""
    curve, name = recipe.curves[0], recipe.sweeps[0].name
    if name == "target":
        found = "" if isinstance(curve.reads, Scalar) else str(curve.reads)
    else:
        whole = [item for item, _ in curve.spoken if item.name == name and item.whole]
        found = whole[0].interval.described(whole=True) if whole else ""
    if found:
        said = f"{option_flag(name)} of {curve.name} is {found}"
        raise UsageError(f"{asked} needs a sweep of numbers that have others between them; {said}")


def unheard(recipe: Recipe, said: Mapping[str, Any], outputs: Sequence[str]) -> str:
    """Return what to say of the first option that no output asked for has any use for; nothing if there is none.

    Tables show no look at all, but those that hold the words keep it for whoever draws them.
    """
    for name, value in said.items():
        heard, where = HEARD.get(name, outputs), ""
        if name == "legend" and has_no_legend(recipe):
            heard, where = (*FILMS, "html"), " beside a colour bar"
        if not {*heard, *KEEPING} & {*outputs} and (name, value) != NO_LEGEND:
            flag = option_flag(f"no_{name}" if value is False else name)
            return f"{flag} changes nothing in {', '.join(outputs)}{where}; it is for {', '.join(heard)}"
    return ""
