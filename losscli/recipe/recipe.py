"""Recipe: a complete description of a figure. Sampling, wording and drawing start from it.

A field of the Recipe that is declared with `option` is also an option on the command line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, fields
from typing import Annotated, Any, Literal, NamedTuple

from losscli.errors import UsageError
from losscli.model.curve import Curve  # noqa: TC001 - the fields' types are read at run time
from losscli.model.domains import Interval
from losscli.model.loss import Quantity  # noqa: TC001 - as above
from losscli.model.marks import MarkKind  # noqa: TC001 - as above
from losscli.own import is_expression, is_own
from losscli.recipe.sizes import Length  # noqa: TC001 - as above

LARGEST = 1e300  # the largest number that is drawn; Matplotlib's arithmetic on margins and ticks overflows beyond it
Drawable = Annotated[float, Interval(-LARGEST, LARGEST, "[]")]
TUTORIAL_STYLE = "tutorial"  # the name of the tutorial's look; not a style sheet
STYLE_SHEET = ".mplstyle"  # the suffix of a style sheet's file
FONT_FILES = (".ttf", ".otf", ".ttc")


# The groups in which help shows the options of a figure, in this order.
GROUPS = SHOWN, NUMBERS, ROWS, STEPS, PLACES, LOOK, AXES, MOVING = (
    "What is shown", "Numbers instead of a figure", "Your own predictions", "Descent", "Where to", "Look",
    "Axes and size", "Moving",
)  # fmt: skip


def option(group: str, default: Any, text: str, metavar: str | None = None, flag: str = "") -> Any:
    """Declare a field of the Recipe that is an option; its flag is made of the field's name unless `flag` is given."""
    return field(default=default, metadata={"group": group, "help": text, "metavar": metavar, "flag": flag})


def flag(name: str) -> str:
    """Return the command-line flag of a field or parameter: `--pos-weight` for pos_weight."""
    return f"--{name.replace('_', '-')}"


NOT_DRAWN = re.compile("[\0-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029]")  # control characters, all but \n


class TextReader:
    """Reads a text that stands in a figure. It is part of the type of such a field."""

    def read(self, text: str) -> None:
        """Raise UsageError for a text with characters that cannot be drawn."""
        if NOT_DRAWN.search(text):
            raise UsageError("a text has no tabs and no control characters; line breaks are \\n")


Prose = Annotated[str, TextReader()]
Place = Literal[
    "best", "none", "upper right", "upper left", "lower left", "lower right", "right", "center left", "center right",
    "lower center", "upper center", "center",
]  # fmt: skip
View = Literal["curves", "contour", "surface"]


class Axis(NamedTuple):
    """A sweep: a parameter of some losses, or the target, that takes several values."""

    name: str  # of the parameter, or `target`
    label: str
    values: tuple[float, ...]
    names: tuple[str, ...]  # of the losses that take part
    positions: tuple[int | None, ...]  # for each curve of the figure the index of its value; None: it takes no part
    texts: tuple[str, ...] = ()  # the values as people read them


@dataclass(frozen=True)
class Recipe:
    """A figure that is described and not yet drawn: its curves, and its options."""

    curves: tuple[Curve, ...]
    words: str = ""  # the canonical command line
    logits: tuple[float, ...] = ()  # where the logits are held, if the losses read several
    vary: int = 0  # the index of the logit on the horizontal axis
    sweeps: tuple[Axis, ...] = ()

    view: View = option(
        SHOWN, "curves", "curves; or contour or surface: the loss over prediction and one swept parameter", flag="--as"
    )
    show: tuple[Quantity, ...] = option(SHOWN, ("value",), "a panel of this; give it again for another panel")
    range: tuple[Drawable, Drawable] | None = option(SHOWN, None, "first and last prediction", "LO HI")
    points: Annotated[int, Interval(2, 10**6, "[]")] = option(SHOWN, 500, "how many predictions are sampled")
    sampling: Literal["fit", "even"] = option(
        SHOWN,
        "fit",
        "fit: within the domain, both sides of every break, and more where a curve bends sharply; "
        "even: evenly spaced points and nothing else",
    )
    title: Prose | None = option(LOOK, None, "title of the figure")
    xlabel: Prose | None = option(AXES, None, "label of the horizontal axis")
    ylabel: Prose | None = option(AXES, None, "label of the vertical axis (of the first panel)")
    label: tuple[Prose, ...] = option(LOOK, (), "legend text; the k-th names the k-th curve")
    line: tuple[str, ...] = option(LOOK, (), "Matplotlib format such as r--; the k-th is for the k-th curve", "FORMAT")
    legend: Place | None = option(LOOK, None, "where the legend stands: best, none, 'lower right', ...", "PLACE")
    label_size: Annotated[float, Interval(0, 200)] | None = option(AXES, None, "size of the axis labels", "PT")
    xlim: tuple[Drawable, Drawable] | None = option(AXES, None, "ends of the horizontal axis", "LO HI")
    ylim: tuple[Drawable, Drawable] | None = option(
        AXES, None, "ends of the vertical axis (of the first panel)", "LO HI"
    )
    log: Literal["x", "y", "both"] | None = option(
        AXES, None, "logarithmic axes; linear around 0 where values are not positive"
    )
    mark: tuple[MarkKind, ...] = option(SHOWN, (), "mark this on the curves; give it again for another")
    formula: bool = option(SHOWN, False, "set the formula below the figure")
    grid: bool | None = option(LOOK, None, "lines across the panels, whatever the style says")
    size: tuple[Length, Length] | None = option(
        AXES,
        None,
        "size of the figure: 8cm 6cm, 3in 200pt, 8cm auto; or ieee, ieee-wide, acm, nature, slides alone",
        "W H",
    )
    dpi: Annotated[int, Interval(10, 10000, "[]")] | None = option(AXES, None, "pixels per inch")
    transparent: bool = option(LOOK, False, "leave the background clear; not of jpg, gif, mp4 or html")
    style: tuple[str, ...] = option(
        LOOK,
        (),
        "style sheet: plain, paper, slides, dark, one of Matplotlib's, or a file NAME.mplstyle; several go in order",
    )
    font: tuple[str, ...] = option(LOOK, (), "font of all text; give it again for one to fall back on", "NAME|FILE")
    svg_text: bool = option(
        PLACES, False, "keep text in an SVG as text: it can be searched and edited, and needs its font"
    )
    fps: Annotated[float, Interval(0.1, 50, "[]")] = option(MOVING, 20, "frames a second, of a figure that moves")
    loop: bool = option(MOVING, True, "whether a figure that moves begins again at its end")

    def is_logarithmic(self, axis: str) -> bool:
        """Return True if an axis, `x` or `y`, is to be logarithmic."""
        return self.log in (axis, "both")

    @property
    def reads_files(self) -> bool:
        """Whether a style sheet or a font is given as a file, or a loss as code."""
        sheets = any(name.endswith(STYLE_SHEET) for name in self.style)
        fonts = any(name.lower().endswith(FONT_FILES) for name in self.font)
        return sheets or fonts or any(is_own(curve.name) and not is_expression(curve.name) for curve in self.curves)

    def swept_texts(self, index: int) -> dict[str, str]:
        """Return the swept values of a curve as text, by the name of the parameter, or `target`."""
        places = [(axis, axis.positions[index]) for axis in self.sweeps]
        return {axis.name: axis.texts[place] for axis, place in places if place is not None}


OPTIONS = tuple(item for item in fields(Recipe) if item.metadata)  # the fields that are options
