"""A figure knows its words: the stamp that goes into every file, and how it is found there again.

The stamp is `lossplot 0.1.0: pseudo-huber --delta 0.24`: the version, and the canonical words for a shell. Words with
line breaks or control characters, which not every kind of file can hold, stand there as a JSON string.
What is read back is data: nothing here understands words, or runs anything.
"""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from typing import TYPE_CHECKING, Any, NamedTuple

from losscli.version import __version__

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from losscli.recipe.recipe import Recipe

CSV_HEADER = ("curve", "loss", "name")  # a table of curves holds no words, but begins like this, and goes on so
TABLE = re.compile(rb"curve,loss,name,(\w+,)*target,prediction(,value|,gradient|,hessian)+\r?\n")


class Stamp(NamedTuple):
    """What a figure says of its making."""

    words: str
    version: str


def stamp(recipe: Recipe, *, ascii_only: bool = False) -> str:
    """Return the one line that a file carries."""
    words = recipe.words
    if not words.isprintable() or (ascii_only and not words.isascii()):
        import json

        words = json.dumps(words)
    return f"lossplot {__version__}: {words}"


def read_stamp(text: str) -> Stamp | None:
    """Read such a line, or find that it is none."""
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
    """Return the words in a file of any format, and the version that wrote them; None where there are none."""
    data = data.removeprefix(BOM_UTF8)  # of an editor
    kind = _kind(data)
    try:
        texts = kind.texts(data) if kind else iter(())
        return next((found for text in texts if (found := read_stamp(text))), None)
    except Exception:  # noqa: BLE001 - a damaged file fails in a hundred ways, and then it has no words
        return None


def made_here(data: bytes) -> bool:
    """Tell whether lossplot wrote a file."""
    return TABLE.match(data) is not None or words_in(data) is not None


def written_as(data: bytes, form: str) -> bool:
    """Tell whether a file begins as those of a format do."""
    kind = _kind(data)
    return form == "csv" if kind is None else form in kind.forms


def is_whole(data: bytes) -> bool:
    """Tell whether a file ends as those of its kind do: a copy that broke off does not."""
    kind = _kind(data)
    return kind is None or kind.whole(data)


def _kind(data: bytes) -> Kind | None:
    return next((kind for kind in KINDS if data.startswith(kind.starts)), None)


def _pixels(data: bytes) -> Iterator[str]:
    """Yield the texts of a PNG or GIF, and the EXIF description of a JPEG, WebP or TIFF."""
    import io
    import warnings

    from PIL import Image

    usual, Image.MAX_IMAGE_PIXELS = Image.MAX_IMAGE_PIXELS, None  # no pixel is read, of however many
    try:
        with (
            warnings.catch_warnings(action="ignore"),  # of damage
            Image.open(io.BytesIO(data), formats=("PNG", "GIF", "JPEG", "WEBP", "TIFF")) as image,
        ):
            found = [text for name in ("lossplot", "comment") if (text := image.info.get(name))]
            if not found and image.format != "PNG":  # which Pillow would read to its end
                found = [image.getexif().get(DESCRIPTION, "")]
    finally:
        Image.MAX_IMAGE_PIXELS = usual
    # Both the comment of a GIF and the description are bytes, UTF-8 as we write them; Pillow may read the latter as
    # Latin-1, in which every byte is a character.
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
    """Yield the comments that may be a stamp."""
    for text in re.findall(rb"^%(lossplot .*(?:\n%\+.*)*)", data, re.MULTILINE):
        yield text.replace(b"\n%+", b"").decode("utf-8", errors="replace")


def _film(data: bytes) -> Iterator[str]:
    """Yield the comment of an MP4, which ffmpeg puts where iTunes does."""
    for place in COMMENT:
        data = next((content for kind, content in _boxes(data) if kind == place), b"")[SKIPPED.get(place, 0) :]
    yield data.decode("utf-8")


COMMENT = (b"moov", b"udta", b"meta", b"ilst", b"\xa9cmt", b"data")  # boxes, each inside the one before
SKIPPED = {b"meta": 4, b"data": 8}  # bytes before the content: version and flags, and of data its language


def _boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield the kind and the content of each box: ISO/IEC 14496-12, 4.2."""
    start = 0
    while start + 8 <= len(data):
        size, kind, head = int.from_bytes(data[start : start + 4]), data[start + 4 : start + 8], 8
        if size == 1:  # it is too long for four bytes
            size, head = int.from_bytes(data[start + 8 : start + 16]), 16
        end = start + size if size else len(data)  # 0: all that follows
        if end <= len(data):  # a piece of the words would be other words
            yield kind, data[start + head : end]
        start = max(end, start + head)


def _arrays(data: bytes) -> Iterator[str]:
    """Yield the text among the arrays of an NPZ."""
    import io

    import numpy as np

    with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
        yield str(arrays["lossplot"])


def _json(data: bytes) -> Iterator[str]:
    """Yield what an object says of its version and words, as a stamp."""
    import json

    found = json.loads(data)
    if isinstance(found["words"], str) and isinstance(found["lossplot"], str):
        yield f"lossplot {found['lossplot']}: {json.dumps(found['words'])}"


def _markup(data: bytes) -> Iterator[str]:
    """Yield the source that an SVG names, or what a page says of itself."""
    from losscli.outputs.markup import Reader

    reader = Reader()
    reader.feed(data.partition(b"</metadata>")[0].decode("utf-8", errors="replace"))  # the picture says nothing
    return iter(reader.found)


def _ends(*ends: bytes) -> Callable[[bytes], bool]:
    """Return what tells whether a file ends in one of these, but for white space."""
    return lambda data: data.rstrip(b" \r\n").endswith(ends)


def _is_long_enough(data: bytes) -> bool:
    """Tell whether a RIFF file has as many bytes as its head says."""
    return len(data) >= 8 + int.from_bytes(data[4:8], "little")


def _at_its_end(_data: bytes) -> bool:
    """Say so of a file that has its words at its end, or none: who has found them has read all of it."""
    return True


def _is_in_boxes(data: bytes) -> bool:
    """Tell whether the boxes of an MP4 fill it: one that is cut off is longer than what is there of it."""
    return sum(8 + len(content) for _, content in _boxes(data)) == len(data)


class Kind(NamedTuple):
    """How files of some formats begin and end, and what finds the texts in them that may be a stamp."""

    forms: tuple[str, ...]
    starts: tuple[bytes, ...]
    texts: Callable[[bytes], Iterator[str]]
    whole: Callable[[bytes], bool]


KINDS = (
    Kind(("png",), (b"\x89PNG",), _pixels, _ends(b"IEND\xaeB`\x82")),
    Kind(("gif",), (b"GIF8",), _pixels, _ends(b";")),
    Kind(("jpg", "jpeg"), (b"\xff\xd8",), _pixels, _ends(b"\xff\xd9")),
    Kind(("webp",), (b"RIFF",), _pixels, _is_long_enough),
    Kind(("tif", "tiff"), (b"II*\0", b"MM\0*"), _pixels, _at_its_end),
    Kind(("pdf",), (b"%PDF",), _portable_document, _ends(b"%%EOF")),
    Kind(("eps",), (b"%!",), _comments, _ends(b"showpage")),
    Kind(("pgf",), (b"%",), _comments, _ends(b"\\endgroup%")),
    Kind(("npz",), (b"PK\x03\x04",), _arrays, _at_its_end),
    Kind(("json",), (b"{",), _json, _at_its_end),
    Kind(("mp4",), (b"\0\0\0",), _film, _is_in_boxes),  # the size of its first box
    Kind(("html",), (b"<!DOCTYPE html", b"<!doctype html", b"<html"), _markup, _ends(b"</html>")),
    Kind(("svg",), (b"<",), _markup, _ends(b"</svg>")),
)
