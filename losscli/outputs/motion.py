"""Write a moving image: gif, webp or mp4, with a frame for each combination of swept values."""

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

    Numbers = NDArray[Any]

UNCHANGED = 255  # the number that means, in a frame of a GIF, the pixel of the frame before
COLOURS = 2**24  # that 24 bits can tell apart


def render(scene: Scene, form: str) -> bytes:
    """Return a sweep as gif, webp or mp4."""
    writers = {"gif": gif, "webp": webp, "mp4": mp4}
    with setting(scene.recipe):
        film = Film(scene)
        width, height = film.canvas.get_width_height()
        check_sides(width, height, form)
        return writers[form](film, scene.recipe)


def gif(film: Film, recipe: Recipe) -> bytes:
    """Return a GIF: one table of colours for all frames, exact where 255 are enough, and never dithered."""
    frames, table = indexed(film.pictures())
    images = [Image.fromarray(frame) for frame in frames]
    for image in images:
        image.putpalette(table)
    times = durations(len(images), recipe, 10)  # a GIF counts hundredths of a second
    about = stamp(recipe).encode()
    # With `optimize` each frame would get a table of its own.
    return saved(images, "GIF", times, recipe, comment=about, transparency=UNCHANGED, disposal=1, optimize=False)


def webp(film: Film, recipe: Recipe) -> bytes:
    """Return a WebP, lossless."""
    channels = 4 if recipe.transparent else 3  # the fourth is the opacity
    images = [Image.fromarray(picture[..., :channels].copy()) for picture in film.pictures()]
    about = (
        exif(stamp(recipe)).tobytes().removeprefix(b"Exif\0\0")
    )  # a header that only JPEG has; Pillow removes it elsewhere
    return saved(images, "WEBP", durations(len(images), recipe, 1), recipe, exif=about, lossless=True, method=6)


def saved(images: list[Image.Image], form: str, times: list[int], recipe: Recipe, **settings: Any) -> bytes:
    """Return images as one file that moves."""
    if recipe.loop:
        settings["loop"] = 0  # without end
    elif form == "WEBP":
        settings["loop"] = 1
    buffer = io.BytesIO()
    images[0].save(buffer, form, save_all=True, append_images=images[1:], duration=times, **settings)
    return buffer.getvalue()


def durations(count: int, recipe: Recipe, unit: int) -> list[int]:
    """Return for how many milliseconds each frame is shown, in whole units, so that rounding does not add up."""
    ends = [round(1000 * index / recipe.fps / unit) for index in range(count + 1)]
    return [unit * (end - start) for start, end in pairwise(ends)]


def indexed(pictures: Iterable[Numbers]) -> tuple[list[Numbers], bytes]:
    """Return frames as numbers in a table of colours, shape (height, width) each, and the table: red, green, blue, ...

    After the first, a frame has UNCHANGED wherever it is like the one before.
    """
    changes: list[tuple[Numbers, Numbers]] = []  # for each frame: which pixels change, and their colours
    shape, before = (0, 0), np.array([])
    for picture in pictures:
        shape = picture.shape[:2]
        pixels = picture.view("<u4").ravel() & (COLOURS - 1)  # without opacity, the last byte
        places = np.flatnonzero(pixels != before) if changes else np.arange(pixels.size)
        changes.append((places, pixels[places]))
        before = pixels
    colours, counts = np.unique(np.concatenate([own for _, own in changes]), return_counts=True)
    choice, table = palette(colours, counts)
    number = np.zeros(COLOURS, dtype=np.uint8)
    number[colours] = choice
    frames = []
    for places, own in changes:
        frame = np.full(before.size, UNCHANGED, dtype=np.uint8)
        frame[places] = number[own]
        frames.append(frame.reshape(shape))
    return frames, table


def palette(colours: Numbers, counts: Numbers) -> tuple[Numbers, bytes]:
    """Return the place of each colour in a table, shape (N,), and the table with the 255 most frequent colours.

    Of more colours, each of the others gets the place of the nearest in the table.
    """
    channels = np.stack([colours >> shift & 0xFF for shift in (0, 8, 16)], axis=-1).astype(int)
    order = np.argsort(-counts, kind="stable")
    kept, others = np.sort(order[:UNCHANGED]), order[UNCHANGED:]
    choice = np.zeros(len(colours), dtype=np.uint8)
    choice[kept] = np.arange(len(kept))
    known = channels[kept]
    for index in others:
        choice[index] = ((known - channels[index]) ** 2).sum(axis=1).argmin()
    return choice, known.astype(np.uint8).tobytes().ljust(3 * (UNCHANGED + 1), b"\0")


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
    # Players need yuv420p, which has even sides. One thread, no version and no time: the same bytes each time.
    shape = ["-vf", "pad=ceil(iw/2)*2:ceil(ih/2)*2:color=white", "-pix_fmt", "yuv420p", "-movflags", "+faststart"]
    code = ["-c:v", "libx264", "-crf", "18", "-threads", "1", "-fflags", "+bitexact", "-flags:v", "+bitexact"]
    about = ["-metadata", f"comment={stamp(recipe)}"]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "film.mp4")  # ffmpeg writes the index last, at the beginning of the file: not into a pipe
        words = [ffmpeg, "-v", "error", *source, "-i", "-", *shape, *code, *about, str(path)]
        with subprocess.Popen(words, stdin=subprocess.PIPE, stderr=subprocess.PIPE) as process:  # noqa: S603 - our words
            message = feed(process, film)
        if process.returncode:
            raise LossplotError(f"ffmpeg could not make the mp4: {message}")
        return path.read_bytes()


def feed(process: subprocess.Popen[bytes], film: Film) -> str:
    """Send every frame to a program; return the last line of its messages."""
    with suppress(BrokenPipeError):  # the program has stopped; its message says why
        for picture in film.pictures():
            cast("IO[bytes]", process.stdin).write(picture.tobytes())
    messages = process.communicate()[1].decode(errors="replace").splitlines()
    return messages[-1] if messages else "it gives no reason"
