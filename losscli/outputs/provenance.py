"""The stamp: the command line of a figure, stored in its file, and how it is read from a file of any format.

It reads `lossplot VERSION: pseudo-huber --delta 0.24`: the version, and the canonical words as for a shell. Words with
line breaks or control characters, which some formats cannot hold, are a JSON string there. Whatever a file says is only
data here: nothing is run.
"""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from html import unescape
from typing import TYPE_CHECKING, Any, NamedTuple

from losscli.model.loss import EVERY_QUANTITY
from losscli.version import __version__

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from losscli.recipe.recipe import Recipe

LONGEST = 2**24  # bytes of the words in an archive
CSV_HEADER = ("curve", "loss", "name")  # how a table of curves begins; it has no stamp
COLUMNS = "|".join(EVERY_QUANTITY)
TABLE = re.compile(rf"{','.join(CSV_HEADER)},(\w+,)*target,prediction(,({COLUMNS}))+\r?\n".encode())


class Stamp(NamedTuple):
    """The words and the version that a file was made with."""

    words: str
    version: str


def stamp(recipe: Recipe, *, ascii_only: bool = False) -> str:
    """Return the stamp of a recipe, one line."""
    words = recipe.words
    if not words.isprintable() or (ascii_only and not words.isascii()):
        import json

        words = json.dumps(words)
    return f"lossplot {__version__}: {words}"


def read_stamp(text: str) -> Stamp | None:
    """Return the words and version of a stamp, or None if a text is no stamp."""
    found = re.fullmatch(r"lossplot (\S+): (.+)", text.strip())
    if not found:
        return None
    version, words = found.groups()
    if words.startswith('"'):
        import json

        try:
            words = json.loads(words)
        except ValueError:
            return None
    return Stamp(words, version)


def words_in(data: bytes) -> Stamp | None:
    """Return the words and the version in a file of any format, or None if there are none."""
    data = data.removeprefix(BOM_UTF8)  # some editors write it
    kind = _kind(data)
    try:
        texts = kind.texts(data) if kind else iter(())
        return next((found for text in texts if (found := read_stamp(text))), None)
    except Exception:  # noqa: BLE001 - a damaged file may raise anything, and has no words
        return None


def made_here(data: bytes) -> bool:
    """Return True if lossplot wrote a file."""
    return TABLE.match(data) is not None or words_in(data) is not None


def written_as(data: bytes, form: str) -> bool:
    """Return True if a file begins like those of a format."""
    kind = _kind(data)
    return form == "csv" if kind is None else form in kind.forms


def _kind(data: bytes) -> Kind | None:
    return next((kind for kind in KINDS if data.startswith(kind.starts)), None)


def _pixels(data: bytes) -> Iterator[str]:
    """Yield the texts of a PNG or GIF, and the EXIF description of a JPEG, WebP or TIFF."""
    import io
    import warnings

    from PIL import Image

    Image.MAX_IMAGE_PIXELS = None  # a limit for pixels, of which none is read
    with (
        warnings.catch_warnings(action="ignore"),  # about damaged files
        Image.open(io.BytesIO(data), formats=("PNG", "GIF", "JPEG", "WEBP", "TIFF")) as image,
    ):
        found = [text for name in ("lossplot", "comment") if (text := image.info.get(name))]
        if not found and image.format != "PNG":  # for EXIF Pillow would read all of a PNG
            found = [image.getexif().get(DESCRIPTION, "")]
    # We write the comment of a GIF and the description in UTF-8; Pillow reads the description as Latin-1.
    for text in found:
        yield _utf8(text if isinstance(text, bytes) else str(text))


DESCRIPTION = 0x010E  # the EXIF tag ImageDescription


def exif(text: str) -> Any:
    """Return a stamp as the EXIF data that Pillow saves with a JPEG, WebP or TIFF."""
    from PIL import Image

    data = Image.Exif()
    data[DESCRIPTION] = text.encode()
    return data


def _utf8(text: bytes | str) -> str:
    """Return text that was written in UTF-8, even if it was read as Latin-1."""
    try:
        data = text if isinstance(text, bytes) else text.encode("latin-1")
        return data.decode("utf-8")
    except UnicodeError:
        return str(text)


def _portable_document(data: bytes) -> Iterator[str]:
    """Yield the keywords of a PDF."""
    escaped = {b"\\n": b"\n", b"\\r": b"\r"}
    for text in re.findall(rb"/Keywords \(((?:[^\\()]|\\.)*)\)", data, re.DOTALL):
        plain = re.sub(rb"\\.", lambda found: escaped.get(found[0], found[0][1:]), text, flags=re.DOTALL)
        yield plain.decode("utf-16" if plain.startswith(b"\xfe\xff") else "latin-1", errors="replace")


def comment(text: str) -> str:
    """Return a stamp as the comment of a PostScript or TeX file, in lines that PostScript allows (of 255)."""
    lines = [text[start : start + 240] for start in range(0, len(text), 240)]
    return "%" + "\n%+".join(lines) + "\n"


def _comments(data: bytes) -> Iterator[str]:
    """Yield the comments of a PostScript or TeX file that may be a stamp."""
    for text in re.findall(rb"^%(lossplot .*(?:\n%\+.*)*)", data, re.MULTILINE):
        yield text.replace(b"\n%+", b"").decode("utf-8", errors="replace")


def _film(data: bytes) -> Iterator[str]:
    """Yield the comment of an MP4, which ffmpeg stores as iTunes does."""
    inner = data.index(b"\xa9cmt") + 4
    end = inner + int.from_bytes(data[inner : inner + 4])
    yield data[inner + 16 : end].decode("utf-8")  # after its size, its name, its type and its language


def _arrays(data: bytes) -> Iterator[str]:
    """Yield the text among the arrays of an NPZ."""
    import io
    from zipfile import ZipFile

    import numpy as np

    with ZipFile(io.BytesIO(data)) as archive:
        if archive.getinfo("lossplot.npy").file_size <= LONGEST:  # a small archive may unpack to any size
            yield str(np.load(io.BytesIO(archive.read("lossplot.npy")), allow_pickle=False))


def _json(data: bytes) -> Iterator[str]:
    """Yield the version and words of a JSON file, as a stamp."""
    import json

    found = json.loads(data)
    if isinstance(found["words"], str) and isinstance(found["lossplot"], str):
        yield f"lossplot {found['lossplot']}: {json.dumps(found['words'])}"


def _svg(data: bytes) -> Iterator[str]:
    """Yield the source that the metadata of an SVG name (Dublin Core)."""
    head = data.partition(b"</metadata>")[0].decode("utf-8", errors="replace")
    yield from map(unescape, re.findall(r"<dc:source>([^<]*)</dc:source>", head))


def _html(data: bytes) -> Iterator[str]:
    """Yield the content of `<meta name="lossplot">` in the head of a page."""
    head = data.partition(b"</head>")[0].decode("utf-8", errors="replace")
    for tag in re.findall(r"<meta\b[^>]*>", head):
        attributes = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if attributes.get("name") == "lossplot":
            yield unescape(attributes.get("content", ""))


class Kind(NamedTuple):
    """A kind of file: how it begins, and how to find texts in it that may be a stamp."""

    forms: tuple[str, ...]
    starts: tuple[bytes, ...]
    texts: Callable[[bytes], Iterator[str]]


KINDS = (
    Kind(("png",), (b"\x89PNG",), _pixels),
    Kind(("gif",), (b"GIF8",), _pixels),
    Kind(("jpg", "jpeg"), (b"\xff\xd8",), _pixels),
    Kind(("webp",), (b"RIFF",), _pixels),
    Kind(("tif", "tiff"), (b"II*\0", b"MM\0*"), _pixels),
    Kind(("pdf",), (b"%PDF",), _portable_document),
    Kind(("eps",), (b"%!",), _comments),
    Kind(("pgf",), (b"%",), _comments),
    Kind(("npz",), (b"PK\x03\x04",), _arrays),
    Kind(("json",), (b"{",), _json),
    Kind(("mp4",), (b"\0\0\0",), _film),  # the size of its first box
    Kind(("html",), (b"<!DOCTYPE html", b"<!doctype html", b"<html"), _html),
    Kind(("svg",), (b"<",), _svg),
)
