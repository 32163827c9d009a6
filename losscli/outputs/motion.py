"""Scene -> the bytes of a moving image: gif, webp or mp4, a frame for each combination of swept values."""

from __future__ import annotations

import io
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PIL import Image

from losscli import __version__
from losscli.draw import setting
from losscli.errors import LossplotError
from losscli.lazy import np
from losscli.outputs.film import Film

if TYPE_CHECKING:
    from collections.abc import Iterable

    from losscli.lazy import Array
    from losscli.recipe import Recipe
    from losscli.scene import Scene

UNCHANGED = 255  # the number in a GIF's table that shows what was there; the others are its colours
OPAQUE = 0xFFFFFF  # a colour without its opacity, which is always full
DESCRIPTION = 0x010E  # EXIF's tag ImageDescription


def stamp(recipe: Recipe) -> str:
    """Return what a file says of its origin: the program, and the words that make it again."""
    return f"lossplot {__version__}: {recipe.words}"


def render(scene: Scene, form: str) -> bytes:
    """Return a sweep as gif, webp or mp4."""
    writers = {"gif": gif, "webp": webp, "mp4": mp4}
    with setting(scene.recipe):
        return writers[form](Film(scene), scene.recipe)


def gif(film: Film, recipe: Recipe) -> bytes:
    """Return a GIF: one table of colours for all frames, exact where 256 are enough, and never dithered."""
    frames, table = Changes(film.pictures()).frames()
    images = [Image.fromarray(frame) for frame in frames]
    for image in images:
        image.putpalette(table)
    times = durations(len(images), recipe, 10)  # a GIF counts hundredths of a second
    # `optimize` would give each frame a table of its own.
    return saved(
        images, "GIF", times, recipe, comment=stamp(recipe), transparency=UNCHANGED, disposal=1, optimize=False
    )


def webp(film: Film, recipe: Recipe) -> bytes:
    """Return a WebP, lossless."""
    images = [Image.fromarray(picture[..., :3]) for picture in film.pictures()]
    exif = Image.Exif()
    exif[DESCRIPTION] = stamp(recipe)
    return saved(images, "WEBP", durations(len(images), recipe, 1), recipe, exif=exif, lossless=True, method=6)


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
    return [unit * (end - start) for start, end in zip(ends, ends[1:], strict=False)]


class Changes:
    """A film as its first frame and, for each frame, where it differs from that one and in what colours.

    Colours are numbers, blue * 2**16 + green * 2**8 + red, in the order in which they come up.
    """

    def __init__(self, pictures: Iterable[Array]) -> None:
        self.places: list[Array] = []  # in the flat frame
        self.colours: list[Array] = []
        for picture in pictures:
            packed = picture.view("<u4").ravel()
            if not self.places:
                self.first, self.shape = packed & OPAQUE, picture.shape[:2]
                opaque = packed.copy()
            places = np.flatnonzero(packed != opaque)
            self.places.append(places.astype(np.int32))
            self.colours.append(packed[places] & OPAQUE)

    def frames(self) -> tuple[list[Array], bytes]:
        """Return every frame as numbers of a table of colours, shape (height, width), and the table.

        A frame says only what changes: elsewhere it has the number UNCHANGED. Where a film has more colours than the
        table, this holds the most frequent, and the nearest of them stands for another.
        """
        counts = np.bincount(np.concatenate([self.first, *self.colours]))
        seen = np.flatnonzero(counts)
        kept = np.sort(seen[np.argsort(-counts[seen], kind="stable")[:UNCHANGED]])
        choice = np.zeros(len(counts), dtype=np.uint8)
        choice[seen] = nearest(channels(seen), channels(kept))
        first = choice[self.first]
        frames, before = [first], self.places[0]
        for places, colours in zip(self.places[1:], self.colours[1:], strict=True):
            frame = np.full_like(first, UNCHANGED)
            frame[before] = first[before]
            frame[places] = choice[colours]
            frames.append(frame)
            before = places
        return [frame.reshape(self.shape) for frame in frames], channels(kept).astype(np.uint8).tobytes().ljust(
            768, b"\0"
        )


def channels(colours: Array) -> Array:
    """Return red, green, blue, shape (n, 3), of colours as one number each."""
    return np.stack([colours >> shift & 0xFF for shift in (0, 8, 16)], axis=-1)


def nearest(colours: Array, kept: Array) -> Array:
    """Return which of the colours that are kept comes nearest to each: exactly that one where it is kept itself."""
    return np.array([((kept - colour) ** 2).sum(axis=1).argmin() for colour in colours])


def mp4(film: Film, recipe: Recipe) -> bytes:
    """Return an H.264 film, made by ffmpeg."""
    ffmpeg = shutil.which("ffmpeg")
    if not ffmpeg:
        raise LossplotError(
            "an mp4 is made by ffmpeg, and there is no program of that name here; install it, or take gif"
        )
    width, height = film.canvas.get_width_height()
    # fmt: off
    source = ["-f", "rawvideo", "-pixel_format", "rgba", "-video_size", f"{width}x{height}", "-framerate", f"{recipe.fps}"]
    # Players want halved colour and even sides. One thread, and no version and no clock: the same bytes each time.
    shape = ["-vf", "pad=ceil(iw/2)*2:ceil(ih/2)*2:color=white", "-pix_fmt", "yuv420p", "-movflags", "+faststart"]
    code = ["-c:v", "libx264", "-crf", "18", "-threads", "1", "-fflags", "+bitexact", "-flags:v", "+bitexact"]
    # fmt: on
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "film.mp4")  # ffmpeg turns back to write its index, which it cannot do in a pipe
        words = [
            ffmpeg,
            "-v",
            "error",
            *source,
            "-i",
            "-",
            *shape,
            *code,
            "-metadata",
            f"comment={stamp(recipe)}",
            path,
        ]
        data = b"".join(picture.tobytes() for picture in film.pictures())
        done = subprocess.run(words, input=data, capture_output=True, check=False)  # noqa: S603 - the words are ours
        if done.returncode:
            complaint = done.stderr.decode(errors="replace").strip() or "it does not say why"
            raise LossplotError(f"ffmpeg could not make the mp4: {complaint.splitlines()[-1]}")
        return path.read_bytes()
