"""Render a figure as an image: png, jpg, webp, tiff, svg, pdf, eps or pgf; the same words give the same bytes."""

from __future__ import annotations

import io
import logging
import re
import shutil
import zlib
from contextlib import contextmanager
from hashlib import sha256
from html import escape
from typing import TYPE_CHECKING, Any

import matplotlib as mpl

from losscli.drawing.style import setting
from losscli.errors import LossplotError
from losscli.outputs import check_sides
from losscli.outputs.provenance import comment, exif, stamp
from losscli.recipe.formats import SAME
from losscli.wording.descriptions import curve_names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from losscli.drawing.scene import Scene
    from losscli.recipe.recipe import Recipe

ENGINES = ("xelatex", "lualatex", "pdflatex")  # any of these can measure the texts of a pgf
PIXELS: dict[str, dict[str, Any]] = {  # options of Pillow that keep fine lines sharp
    "jpg": {"quality": 95, "subsampling": 0},
    "webp": {"lossless": True},
    "tiff": {"compression": "tiff_adobe_deflate"},
}


def render(scene: Scene, form: str) -> bytes:
    """Return the figure of a scene as the bytes of a file in a format."""
    form = SAME.get(form, form)
    settings, buffer = _settings(scene.recipe, form), io.BytesIO()
    with setting(scene.recipe), _errors_of(form):
        check_sides(*scene.figure.bbox.size, form)
        mpl.rcParams.update(settings)
        scene.figure.savefig(buffer, format=form, **_options(scene, form))
    return _finished(buffer.getvalue(), scene, form)


def _settings(recipe: Recipe, form: str) -> dict[Any, Any]:
    """Return the Matplotlib settings for a format."""
    if form == "svg":
        # Ids are hashes with this salt; with the words in it they differ between figures on one page.
        return {"svg.hashsalt": recipe.words}
    if form == "pgf":
        engine = next(filter(shutil.which, ENGINES), None)
        if engine is None:
            raise LossplotError(f"pgf: TeX has to measure the texts; install one of {', '.join(ENGINES)}")
        # With pgf.rcfonts the file would name font files of this machine; so it takes the fonts of the document.
        return {"pgf.texsystem": engine, "pgf.rcfonts": False}
    if form in ("pdf", "eps"):  # TrueType: journals refuse fonts of Type 3
        return {"pdf.fonttype": 42, "ps.fonttype": 42}
    return {}


def _options(scene: Scene, form: str) -> dict[str, Any]:
    """Return the options of `savefig` that put the stamp and the description into a file.

    They also leave out the time, and Matplotlib's version, which would change the bytes with every release.
    """
    text, name, description = stamp(scene.recipe), scene.texts.name, scene.texts.description
    if form == "png":
        about = {"Software": None, "Title": name, "Description": description, "lossplot": text}
        return {"metadata": about, "pil_kwargs": {"compress_type": zlib.Z_RLE}}  # a third quicker than the usual one
    if form == "svg":
        return {"metadata": {"Date": None, "Creator": "lossplot", "Source": text}}
    if form == "pdf":
        about = {"Title": name, "Subject": description, "Keywords": text}
        return {"metadata": {"CreationDate": None, "Creator": "lossplot", "Producer": None, **about}}
    if form in PIXELS:
        return {"pil_kwargs": {**PIXELS[form], "exif": exif(text)}}
    return {}


@contextmanager
def _errors_of(form: str) -> Iterator[None]:
    """Turn errors of TeX into one line, and hide warnings: that an EPS has no transparency, or that a font is old."""
    loggers = [logging.getLogger(name) for name in ("matplotlib.backends.backend_ps", "fontTools")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.ERROR)
    try:
        yield
    except Exception as error:  # TeX's errors are of several kinds, one of them a bare Exception
        if form != "pgf":
            raise
        raise LossplotError(f"pgf: TeX cannot set the texts: {str(error).partition('LaTeX Output')[0]}") from error
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)


def _finished(data: bytes, scene: Scene, form: str) -> bytes:
    """Return a file with the stamp or description that `savefig` has no option for."""
    if form == "svg":
        return accessible(data.decode(), scene).encode()
    if form == "pgf":
        return comment(stamp(scene.recipe)).encode() + data
    if form == "eps":
        about = comment(stamp(scene.recipe, ascii_only=True)).encode()
        first, rest = data.split(b"\n", 1)  # %!PS-Adobe-3.0 EPSF-3.0
        rest = re.sub(rb"%%Creator: .*\n%%CreationDate: .*\n", b"%%Creator: lossplot\n", rest, count=1)
        return first + b"\n" + about + rest
    return data


def accessible(svg: str, scene: Scene) -> str:
    """Return an SVG with a name and a description for screen readers, of the image and of each curve.

    The roles are those of https://www.w3.org/TR/graphics-aria-1.0/: within an `img` the curves could not be found. The
    ids depend on the words, so that several figures can stand in one page.
    """
    digest = sha256(scene.recipe.words.encode("utf-8", errors="surrogatepass")).hexdigest()[:10]
    title, text = f"title-{digest}", f"description-{digest}"
    head, root, body = re.split(r"(<svg\b[^>]*>)", svg, maxsplit=1)
    root = f'{root[:-1]} role="graphics-document document" aria-labelledby="{title}" aria-describedby="{text}">'
    named = f'\n <title id="{title}">{escape(scene.texts.name)}</title>'
    described = f'\n <desc id="{text}">{escape(scene.texts.description)}</desc>'
    for group, name in _curve_groups(scene):
        label = f'<g id="{group}" role="graphics-symbol img" aria-label="{escape(name)}">'
        body = body.replace(f'<g id="{group}">', label, 1)
    return head + root + named + described + body


def _curve_groups(scene: Scene) -> Iterator[tuple[str, str]]:
    """Yield the id of each curve's group and the name of the curve, with the quantity if there are several panels."""
    quantities = scene.recipe.show
    for index, name in enumerate(curve_names(scene.recipe)):
        for quantity in quantities:
            yield scene.texts.identifier(index, quantity), name if len(quantities) == 1 else f"{name}: {quantity}"
