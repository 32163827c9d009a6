"""Figure -> the bytes of an image, the same for the same words: no clock, no host, no version of another's."""

from __future__ import annotations

import io
import logging
import re
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import matplotlib as mpl

from losscli.drawing.style import setting
from losscli.errors import LossplotError
from losscli.outputs import check_sides
from losscli.outputs.accessible import accessible
from losscli.outputs.provenance import comment, exif, stamp
from losscli.recipe.formats import SAME

if TYPE_CHECKING:
    from collections.abc import Iterator

    from losscli.drawing.scene import Scene
    from losscli.recipe.recipe import Recipe

ENGINES = ("xelatex", "lualatex", "pdflatex")  # what can measure the texts of a pgf, the best first


def render(scene: Scene, form: str) -> bytes:
    """Return a figure as png, jpg, webp, tiff, svg, pdf, eps or pgf."""
    form = SAME.get(form, form)
    own = _settings(scene.recipe, form)
    figure, buffer = scene.figure, io.BytesIO()
    check_sides(*figure.bbox.size, form)
    with setting(scene.recipe), mpl.rc_context(own), _complaining_of(form):
        figure.savefig(buffer, format=form, **_options(scene, form))
    return _finished(buffer.getvalue(), scene, form)


def _settings(recipe: Recipe, form: str) -> dict[Any, Any]:
    """Return what Matplotlib has to know of a format while it renders."""
    if form == "svg":
        # Ids are hashes with this salt; the words make them differ between figures put into one page.
        return {"svg.hashsalt": recipe.words}
    if form == "pgf":
        engine = next(filter(shutil.which, ENGINES), None)
        if engine is None:
            raise LossplotError(f"pgf: TeX has to measure the texts; install one of {', '.join(ENGINES)}")
        # The fonts are those of the document it goes into; Matplotlib's own would bring paths of this machine along.
        return {"pgf.texsystem": engine, "pgf.rcfonts": False}
    if form in ("pdf", "eps"):  # TrueType: journals refuse fonts of Type 3
        return {"pdf.fonttype": 42, "ps.fonttype": 42}
    return {}


def _options(scene: Scene, form: str) -> dict[str, Any]:
    """Return the words and the description for a file of a format.

    Left to itself Matplotlib would write its version, which changes the bytes with every release, and the time.
    """
    text, name, description = stamp(scene.recipe), scene.texts.name, scene.texts.description
    if form == "png":
        return {"metadata": {"Software": None, "Title": name, "Description": description, "lossplot": text}}
    if form == "svg":
        return {"metadata": {"Date": None, "Creator": "lossplot", "Source": text}}
    if form == "pdf":
        about = {"Title": name, "Subject": description, "Keywords": text}
        return {"metadata": {"CreationDate": None, "Creator": "lossplot", "Producer": None, **about}}
    if form in PIXELS:
        return {"pil_kwargs": {**PIXELS[form], "exif": exif(text)}}
    return {}


# Fine lines on white: what the formats offer to keep them as they are.
PIXELS: dict[str, dict[str, Any]] = {
    "jpg": {"quality": 95, "subsampling": 0},
    "webp": {"lossless": True},
    "tiff": {"compression": "tiff_adobe_deflate"},
}


@contextmanager
def _complaining_of(form: str) -> Iterator[None]:
    """Say in one line what TeX stumbled over; of EPS, which knows no transparency, nobody needs to hear."""
    logger = logging.getLogger("matplotlib.backends.backend_ps")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    except Exception as error:  # TeX's errors are of several kinds, one of them a bare Exception
        if form != "pgf":
            raise
        raise LossplotError(f"pgf: TeX cannot set the texts: {str(error).partition('LaTeX Output')[0]}") from error
    finally:
        logger.setLevel(level)


def _finished(data: bytes, scene: Scene, form: str) -> bytes:
    """Return a file with what Matplotlib has no option for."""
    if form == "svg":
        return accessible(data, scene)
    if form == "pgf":
        return comment(stamp(scene.recipe)).encode() + data
    if form == "eps":
        own = comment(stamp(scene.recipe, ascii_only=True)).encode()
        first, rest = data.split(b"\n", 1)  # %!PS-Adobe-3.0 EPSF-3.0
        rest = re.sub(rb"%%Creator: .*\n%%CreationDate: .*\n", b"%%Creator: lossplot\n", rest, count=1)
        return first + b"\n" + own + rest
    return data
