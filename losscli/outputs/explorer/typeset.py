"""Formulas as outlines: mathtext to the path of an SVG, which needs no font where it is seen."""

from __future__ import annotations

from html import escape

from matplotlib.font_manager import FontProperties
from matplotlib.path import Path
from matplotlib.textpath import TextPath

from losscli.wording.mathematics import written_out

UNITS = 100  # of a path, to the size of the type
FONT = FontProperties(family="STIXGeneral", math_fontfamily="stix")  # part of Matplotlib, so it is everywhere
LETTERS = {Path.MOVETO: "M", Path.LINETO: "L", Path.CURVE3: "Q", Path.CURVE4: "C", Path.CLOSEPOLY: "Z"}


def typeset(text: str) -> str:
    """Return a line of mathtext as an SVG element in the colour of the text around it, as high as it needs to be."""
    path = TextPath((0, 0), text, size=UNITS, prop=FONT)
    (left, low), (right, high) = path.vertices.min(axis=0), path.vertices.max(axis=0)
    box = (left, -high, right - left, high - low)  # y grows downwards in an SVG
    parts = []
    for points, code in path.iter_segments(curves=True, simplify=False):
        numbers = [] if code == Path.CLOSEPOLY else [round(number) for number in points]
        flipped = [-number if place % 2 else number for place, number in enumerate(numbers)]
        parts.append(LETTERS[code] + " ".join(map(str, flipped)))
    return (
        f'<svg role="img" aria-label="{escape(written_out(text))}" viewBox="{" ".join(map(str, map(round, box)))}" '
        f'style="width:{box[2] / UNITS:.2f}em"><path d="{"".join(parts)}"/></svg>'
    )
