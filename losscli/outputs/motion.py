"""Scene -> the bytes of a moving image: gif, webp or mp4, a frame for each combination of swept values."""

from __future__ import annotations

import io
import shutil
import subprocess
import tempfile
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast

from PIL import Image

from losscli.drawing.style import setting
from losscli.errors import LossplotError
from losscli.lazy import np
from losscli.outputs import check_sides
from losscli.outputs.film import Film
from losscli.outputs.provenance import exif, stamp

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from losscli.drawing.scene import Scene
    from losscli.recipe.recipe import Recipe

    Whole = NDArray[Any]  # numbers

UNCHANGED = 255  # the number in a GIF's table that shows what was there; the others are its colours
ALL_COLOURS = 2**24
OPAQUE = ALL_COLOURS - 1  # the bits of a colour without its opacity, which is always full


def render(scene: Scene, form: str) -> bytes:
    """Return a sweep as gif, webp or mp4."""
    writers = {"gif": gif, "webp": webp, "mp4": mp4}
    with setting(scene.recipe):
        film = Film(scene)
        width, height = film.canvas.get_width_height()
        check_sides(width, height, form)
        return writers[form](film, scene.recipe)


def gif(film: Film, recipe: Recipe) -> bytes:
    """Return a GIF: one table of colours for all frames, exact where 256 are enough, and never dithered."""
    frames, table = Changes(film.pictures()).frames()
    images = [Image.fromarray(frame) for frame in frames]
    for image in images:
        image.putpalette(table)
    times = durations(len(images), recipe, 10)  # a GIF counts hundredths of a second
    # `optimize` would give each frame a table of its own.
    return saved(
        images, "GIF", times, recipe, comment=stamp(recipe).encode(), transparency=UNCHANGED, disposal=1, optimize=False
    )


def webp(film: Film, recipe: Recipe) -> bytes:
    """Return a WebP, lossless."""
    images = [Image.fromarray(picture[..., :3]) for picture in film.pictures()]
    about = exif(stamp(recipe)).tobytes().removeprefix(b"Exif\0\0")  # which is JPEG's, and Pillow leaves to us here
    return saved(images, "WEBP", durations(len(images), recipe, 1), recipe, exif=about, lossless=True, method=6)


def saved(images: list[Image.Image], form: str, times: list[int], recipe: Recipe, **settings: Any) -> bytes:
    """Return images as one that moves."""
    if recipe.loop:
        settings["loop"] = 0  # again and again
    elif form == "WEBP":
        settings["loop"] = 1
    buffer = io.BytesIO()
    images[0].save(buffer, form, save_all=True, append_images=images[1:], duration=times, **settings)
    return buffer.getvalue()


def durations(count: int, recipe: Recipe, unit: int) -> list[int]:
    """Return how many milliseconds each frame stands, in whole units, so that all together keep the time."""
    ends = [round(1000 * index / recipe.fps / unit) for index in range(count + 1)]
    return [unit * (end - start) for start, end in pairwise(ends)]


class Changes:
    """A film as its first frame and, for each frame, where it differs from that one and in what colours.

    A colour is a number, blue * 2**16 + green * 2**8 + red.
    """

    def __init__(self, pictures: Iterable[Whole]) -> None:
        self.places: list[Whole] = []  # in the flat frame
        self.colours: list[Whole] = []
        for picture in pictures:
            packed = picture.view("<u4").ravel()
            if not self.places:
                self.shape, first = picture.shape[:2], packed.copy()
                # The first frame is told like the others: where it differs from a sheet in the colour of its corner.
                self.sheet = np.flatnonzero(first != first[0]), first
            places = np.flatnonzero(packed != first)
            self.places.append(places.astype(np.int32))
            self.colours.append(packed[places] & OPAQUE)

    def frames(self) -> tuple[list[Whole], bytes]:
        """Return every frame as numbers of a table of colours, shape (height, width), and the table.

        A frame says only what changes: elsewhere it has the number UNCHANGED. Where a film has more colours than the
        table, this holds the most frequent, and the nearest of them stands for another.
        """
        drawn, sheet = self.sheet
        paper, ink = sheet[:1] & OPAQUE, sheet[drawn] & OPAQUE
        choice, table = chosen(paper, np.concatenate([ink, *self.colours]))
        first = np.full(sheet.shape, choice[paper[0]])
        first[drawn] = choice[ink]
        frames, before = [first], self.places[0]
        for places, colours in zip(self.places[1:], self.colours[1:], strict=True):
            frame = np.full_like(first, UNCHANGED)
            frame[before] = first[before]
            frame[places] = choice[colours]
            frames.append(frame)
            before = places
        return [frame.reshape(self.shape) for frame in frames], table


def chosen(paper: Whole, numbers: Whole) -> tuple[Whole, bytes]:
    """Return the place of each of the colours in the table, and the table: the paper, and the most frequent others.

    The places have an entry for every colour there is, so that colours find theirs by indexing.
    """
    seen = np.setdiff1d(numbers, paper)
    place = np.zeros(ALL_COLOURS, dtype=np.uint32)
    place[seen] = np.arange(1, len(seen) + 1)
    counts = np.bincount(place[numbers], minlength=len(seen) + 1)[1:]
    order = np.argsort(-counts, kind="stable")
    kept = np.concatenate([paper, seen[np.sort(order[: UNCHANGED - 1])]])
    choice = np.zeros(ALL_COLOURS, dtype=np.uint8)
    choice[kept] = np.arange(len(kept))
    known = channels(kept)
    for colour in seen[order[UNCHANGED - 1 :]]:
        choice[colour] = ((known - channels(colour)) ** 2).sum(axis=1).argmin()  # the nearest stands for it
    return choice, known.astype(np.uint8).tobytes().ljust(3 * (UNCHANGED + 1), b"\0")


def channels(colours: Whole) -> Whole:
    """Return red, green, blue, shape (..., 3), of colours as one number each."""
    return np.stack([colours >> shift & 0xFF for shift in (0, 8, 16)], axis=-1).astype(int)


def mp4(film: Film, recipe: Recipe) -> bytes:
    """Return an H.264 film, made by ffmpeg."""
    ffmpeg = shutil.which("ffmpeg")
    if not ffmpeg:
        raise LossplotError(
            "an mp4 is made by ffmpeg, and there is no program of that name here; install it, or take gif"
        )
    width, height = film.canvas.get_width_height()
    size = f"{width}x{height}"
    source = ["-f", "rawvideo", "-pixel_format", "rgba", "-video_size", size, "-framerate", f"{recipe.fps}"]
    # Players want halved colour and even sides. One thread, and no version and no clock: the same bytes each time.
    shape = ["-vf", "pad=ceil(iw/2)*2:ceil(ih/2)*2:color=white", "-pix_fmt", "yuv420p", "-movflags", "+faststart"]
    code = ["-c:v", "libx264", "-crf", "18", "-threads", "1", "-fflags", "+bitexact", "-flags:v", "+bitexact"]
    about = ["-metadata", f"comment={stamp(recipe)}"]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "film.mp4")  # ffmpeg turns back to write its index, which it cannot do in a pipe
        words = [ffmpeg, "-v", "error", *source, "-i", "-", *shape, *code, *about, str(path)]
        with subprocess.Popen(words, stdin=subprocess.PIPE, stderr=subprocess.PIPE) as process:  # noqa: S603 - our words
            complaint = fed(process, film)
        if process.returncode:
            raise LossplotError(f"ffmpeg could not make the mp4: {complaint}")
        return path.read_bytes()


def fed(process: subprocess.Popen[bytes], film: Film) -> str:
    """Give a program every frame; return the last it says."""
    with suppress(BrokenPipeError):  # it has stopped, and says why
        for picture in film.pictures():
            cast("IO[bytes]", process.stdin).write(picture.tobytes())
    said = process.communicate()[1].decode(errors="replace").splitlines()
    return said[-1] if said else "it does not say why"
