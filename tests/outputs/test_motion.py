"""Figures that move: their frames, pixel for pixel, and the files."""

import io
import shlex
import shutil
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from losscli.cli.main import read
from losscli.drawing.scene import Scene
from losscli.drawing.style import setting
from losscli.outputs.film import Film
from losscli.outputs.motion import durations, indexed, palette
from losscli.outputs.provenance import Stamp, words_in
from losscli.sampling.frames import frames
from losscli.version import __version__
from losscli.wording.captions import axis_names, frame_labels

LINES = [
    "huber --delta 0.05:3:6",
    "huber --delta 0.05:3:4 pseudo-huber --delta 0.05:3:4 l2 --show value --show gradient",
    "huber --delta 1:3:2 --target -1:1:3 --legend 'upper right' --label 'over the curve' --range -9 9",
    "weighted-cross-entropy --pos-weight 0.1:3:3 --style classic",
    "l1 huber --delta 0.5:3:3 --style ggplot --line r-- --line k:",
    "cross-entropy --target 0:1:3 --sampling even --range -1 2 --style dark_background",
    "huber --delta 0.5:2:3 l1 --mark breaks --mark minimum --mark floor --show value --show gradient --log y",
    "l1 l2 log-cosh fair pseudo-huber --delta 0.5:9:3 --formula --size 9cm 7cm --transparent --style dark",
]


def scene(line):
    return Scene(read(shlex.split(line)).recipe)


def pictures(film):
    return [picture.copy() for picture in film.pictures()]


def redrawn(film):
    """Return every frame with the whole figure drawn anew."""
    for artist in film.figure.findobj():
        artist.set_animated(False)
    found = []
    for index in range(len(film.captions)):
        film.turn(index)
        film.canvas.draw()
        found.append(np.asarray(film.canvas.buffer_rgba()).copy())
    return found


def differing(first, second):
    return [int((one != other).any(axis=-1).sum()) for one, other in zip(first, second, strict=True)]


def gif(data):
    """Return the frames of a GIF as it is seen, and how long each stands."""
    image = Image.open(io.BytesIO(data))
    found = []
    for index in range(image.n_frames):
        image.seek(index)
        found.append((np.asarray(image.convert("RGB")), image.info["duration"]))
    return found, image.info


@pytest.mark.parametrize("line", LINES)
def test_every_frame_is_what_drawing_the_whole_figure_gives(line):
    made = scene(line)
    with setting(made.recipe):
        film = Film(made)
        assert differing(pictures(film), redrawn(film)) == [0] * len(film.captions)


def test_the_comparison_of_frames_can_fail(monkeypatch):
    """Here a frame leaves what lies over a curve as it was: the curve crosses the frame of the panel."""
    made = scene("huber --delta 0.05:3:3 --ylim 0 1 --style default")
    with setting(made.recipe):
        film = Film(made)
        monkeypatch.setattr(Film, "_redrawn", lambda film, _panel: [line for line, _ in film.moving])
        assert max(differing(pictures(film), redrawn(film))) > 0


def test_nothing_but_curve_and_caption_moves():
    """The limits hold every frame, and the legend lies on no curve of any."""
    made = scene("pseudo-huber --delta 0.1:9:5 l1 --range -3 3 --title 'One line\nand another'")
    with setting(made.recipe):
        film = Film(made)
        panel = film.figure.axes[0]
        shots = pictures(film)
        changed = np.argwhere(np.any([(shot != shots[0]).any(axis=-1) for shot in shots], axis=0))[:, ::-1]
        caption = film.caption.get_window_extent()
        places = np.column_stack([changed[:, 0], len(shots[0]) - changed[:, 1]])
        inside = [(box.padded(2).min <= places).all(1) & (places <= box.padded(2).max).all(1)
                  for box in (panel.bbox, caption)]  # fmt: skip
        assert all(each.any() for each in inside)
        assert np.logical_or.reduce(inside).all()
        legend = panel.get_legend().get_window_extent()
        for index in range(len(film.captions)):
            film.turn(index)
            for line in panel.lines:
                path = line.get_transform().transform_path(line.get_path())
                assert panel.bbox.padded(1).contains(*path.get_extents().min)
                assert panel.bbox.padded(1).contains(*path.get_extents().max)
                assert not path.intersects_bbox(legend, filled=False)


def test_a_wide_caption_stays_within_a_narrow_figure():
    made = scene("huber --delta 0.00001:0.00009:3 --target 100000:100002:3 --size 1.5in 2in")
    with setting(made.recipe):
        film = Film(made)
        film.turn(0)
    extent = film.caption.get_window_extent()
    assert extent.x0 >= 0
    assert extent.x1 <= film.figure.bbox.width


def test_the_marks_of_a_frame_are_those_of_its_curves():
    made = scene("huber --delta 0.5:2:4 l1 --mark breaks --mark minimum --mark floor")
    with setting(made.recipe):
        film = Film(made)
        for index, frame in enumerate(frames(made.recipe, made.sampled)):
            film.turn(index)
            visible = [line for line in film.figure.axes[0].lines if line.get_visible()][2:]
            delta = made.recipe.curves[frame.curves[0]].parameters["delta"]
            breaks = [line.get_xdata() for line in visible if line.get_marker() == "o"]
            assert sorted(x for xs in breaks for x in xs) == [-delta, 0, delta]
        legend = film.figure.axes[0].get_legend()
        assert [text.get_text() for text in legend.get_texts()] == ["huber", "l1", "breaks", "minimum", "floor"]


def shown(line):
    """Return for each frame the swept values and the curves as (name, parameters, target)."""
    made = scene(line)
    recipe = made.recipe
    return [
        (
            [axis.texts[here] for axis, here in zip(recipe.sweeps, frame.positions, strict=True)],
            [(c.name, dict(c.parameters), c.target) for c in (recipe.curves[index] for index in frame.curves)],
        )
        for frame in frames(recipe, made.sampled)
    ]


def test_several_sweeps_are_every_combination_the_last_fastest():
    assert shown("huber --delta 1:2:2 --target 0:1:2") == [
        (["1", "0"], [("huber", {"delta": 1.0}, 0.0)]),
        (["1", "1"], [("huber", {"delta": 1.0}, 1.0)]),
        (["2", "0"], [("huber", {"delta": 2.0}, 0.0)]),
        (["2", "1"], [("huber", {"delta": 2.0}, 1.0)]),
    ]


def test_losses_that_sweep_alike_move_together_and_others_stand():
    assert shown("huber --delta 1:2:2 l1 pseudo-huber --delta 1:2:2") == [
        ([value], [("huber", {"delta": delta}, 0.0), ("l1", {}, 0.0), ("pseudo-huber", {"delta": delta}, 0.0)])
        for value, delta in (("1", 1.0), ("2", 2.0))
    ]


@pytest.mark.parametrize(
    ("sweep", "expected"),
    [
        ("0.05:0.2:4", ["0.05", "0.10", "0.15", "0.20"]),
        ("1:2:4", ["1.000", "1.333", "1.667", "2.000"]),
        ("1:9:3", ["1", "5", "9"]),
        ("1e-9:3e-9:3", ["1e-09", "2e-09", "3e-09"]),
        ("1e200:3e200:3", ["1e+200", "2e+200", "3e+200"]),
        ("1:1.00000002:3", ["1", "1.00000001", "1.00000002"]),
        ("0.001:1:3", ["0.001", "0.500", "1.000"]),
        ("1e-9:1:3", ["1e-09", "0.5", "1"]),
        ("0.1:3:4 --delta 1.5625", ["0.10", "1.07", "2.03", "3.00", "1.56"]),
    ],
)
def test_swept_values_have_as_many_digits_as_tell_them_apart(sweep, expected):
    assert list(scene(f"huber --delta {sweep}").recipe.sweeps[0].texts) == expected


def test_a_gif_has_the_frames_the_words_and_the_time(lossplot, tmp_path):
    done = lossplot("huber", "--delta", "0.5:2:7", "--fps", 30, "-o", "h.gif")
    assert (done.code, done.out, done.err) == (0, "h.gif\n", "")
    found, info = gif((tmp_path / "h.gif").read_bytes())
    assert [time for _, time in found] == [30, 40, 30, 30, 40, 30, 30]  # 30 a second, in hundredths
    assert (info["loop"], info["comment"]) == (0, f"lossplot {__version__}: huber --delta 0.5:2:7 --fps 30".encode())
    made = scene("huber --delta 0.5:2:7")
    with setting(made.recipe):
        shots = pictures(Film(made))
    far = max(abs(seen.astype(int) - shot[..., :3]).max() for (seen, _), shot in zip(found, shots, strict=True))
    most = max((abs(seen.astype(int) - shot[..., :3]) > 8).mean() for (seen, _), shot in zip(found, shots, strict=True))
    assert far < 64
    assert most < 0.001
    assert sum(differing([seen for seen, _ in found[1:]], [seen for seen, _ in found[:-1]])) > 1000


def test_a_fixed_curve_of_the_loss_that_is_swept_stands_in_every_frame():
    fixed = ("huber", {"delta": 2.0}, 0.0)
    assert shown("huber --delta 1:2:2 huber --delta 2") == [
        (["1"], [("huber", {"delta": 1.0}, 0.0), fixed]),
        (["2"], [fixed, fixed]),
    ]
    two = "huber --delta 1:2:2 pseudo-huber --delta 1:3:3"
    assert axis_names(scene(two).recipe) == [r"huber $\delta$", r"pseudo-huber $\delta$"]
    assert [len(curves) for _, curves in shown(two)] == [2] * 6


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("huber --delta 1:2:2 l1", ["huber", "l1"]),
        ("huber --delta 1:2:2 --target 0 --target 1", ["target 0", "target 1"]),
        ("huber --delta 1:2:2 l1 --label mine", ["mine", "l1"]),
    ],
)
def test_the_legend_leaves_out_what_is_swept(line, expected):
    made = scene(line)
    every = frames(made.recipe, made.sampled)
    assert [frame_labels(made.recipe, frame.curves) for frame in every] == [expected] * 2


def test_few_colours_are_kept_exactly():
    generator = np.random.default_rng(1)
    colours = np.append(generator.integers(0, 256, (200, 3), dtype=np.uint8), np.full((200, 1), 255, np.uint8), axis=1)
    shots = [colours[generator.integers(0, 200, (40, 50))] for _ in range(5)]
    numbers, table = indexed(shots)
    seen = np.zeros((40, 50), dtype=np.uint8)
    for frame, shot in zip(numbers, shots, strict=True):
        seen = np.where(frame == 255, seen, frame)
        np.testing.assert_array_equal(np.frombuffer(table, np.uint8).reshape(-1, 3)[seen], shot[..., :3])


def test_of_many_colours_the_frequent_are_kept_and_the_nearest_stands_for_another():
    shades = np.arange(256, dtype=np.uint32)
    counts = np.full(256, 9)
    counts[[10, 77]] = 90, 1
    choice, table = palette(shades * 0x010101, counts)
    seen = np.frombuffer(table, np.uint8).reshape(-1, 3)[choice][:, 0].astype(int)
    assert np.flatnonzero(seen != shades).tolist() == [77]
    assert seen[77] in (76, 78)


def test_durations_keep_the_time():
    recipe = scene("huber --delta 1:2:2 --fps 7").recipe
    assert sum(durations(70, recipe, 10)) == 10_000
    assert set(durations(70, recipe, 10)) == {140, 150}


@pytest.mark.parametrize("suffix", ["gif", "webp", "mp4"])
def test_same_words_same_bytes(tmp_path, suffix):
    if suffix == "mp4" and not shutil.which("ffmpeg"):
        pytest.skip("no ffmpeg is installed")
    made = []
    for name in ("one", "two"):
        folder = tmp_path / name
        folder.mkdir()
        words = ["huber", "--delta", "0.5:2:3", "--style", "default", "-o", f"{name}.{suffix}"]
        subprocess.run([sys.executable, "-m", "losscli", *words], cwd=folder, check=True, capture_output=True)
        made.append((folder / f"{name}.{suffix}").read_bytes())
    assert made[0] == made[1]
    assert str(tmp_path).encode() not in made[0]


def test_a_webp_has_the_frames_exactly(lossplot, tmp_path):
    lossplot("huber", "--delta", "0.5:2:3", "-o", "h.webp", "--no-loop", "--fps", 8)
    image = Image.open(tmp_path / "h.webp")
    assert (image.n_frames, image.info["loop"]) == (3, 1)
    assert image.getexif()[0x010E] == f"lossplot {__version__}: huber --delta 0.5:2:3 --fps 8 --no-loop"
    made = scene("huber --delta 0.5:2:3")
    with setting(made.recipe):
        shots = pictures(Film(made))
    for index, shot in enumerate(shots):
        image.seek(index)
        np.testing.assert_array_equal(np.asarray(image.convert("RGB")), shot[..., :3])
        assert image.info["duration"] == 125


@pytest.mark.skipif(not (shutil.which("ffmpeg") and shutil.which("ffprobe")), reason="no ffmpeg is installed")
def test_an_mp4_has_the_frames(lossplot, tmp_path):
    done = lossplot("huber", "--delta", "0.5:2:9", "--fps", 12.5, "-o", "h.mp4")
    assert (done.code, done.err) == (0, "")
    entries = "stream=codec_name,nb_frames,r_frame_rate,pix_fmt:format_tags=comment"
    known = subprocess.run(
        ["ffprobe", "-v", "error", "-show_entries", entries, "-of", "default=nw=1", tmp_path / "h.mp4"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert set(known.stdout.split("\n")) >= {
        "codec_name=h264",
        "pix_fmt=yuv420p",
        "nb_frames=9",
        "r_frame_rate=25/2",
        f"TAG:comment=lossplot {__version__}: huber --delta 0.5:2:9 --fps 12.5",
    }


@pytest.mark.parametrize("view", ["contour", "surface"])
def test_a_view_of_the_whole_sweep_is_a_still_webp(lossplot, tmp_path, view):
    done = lossplot("huber", "--delta", "0.1:3:9", "--as", view, "-o", "a.webp")
    assert (done.code, done.err) == (0, "")
    with Image.open(tmp_path / "a.webp") as image:
        assert image.n_frames == 1


@pytest.mark.skipif(not shutil.which("ffmpeg"), reason="no ffmpeg is installed")
def test_an_mp4_knows_its_words(lossplot, tmp_path):
    (tmp_path / "lines.txt").write_text("huber --delta 0.5:2:4 --title 'é; two' -o a.mp4\n")
    assert lossplot("batch", "lines.txt").out == "a.mp4\n"
    film = tmp_path / "a.mp4"
    before = film.read_bytes()
    assert lossplot("batch", "lines.txt").out == ""
    film.touch()
    result = lossplot("redo", "a.mp4")
    assert (result.err, result.out, film.read_bytes()) == ("", "a.mp4\n", before)
    whole = words_in(before)
    assert whole == Stamp("huber --delta 0.5:2:4 --title 'é; two'", __version__)
    assert {words_in(before[:end]) for end in range(0, len(before), 7)} == {None, whole}


def test_without_ffmpeg_the_error_names_it(lossplot, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    done = lossplot("huber", "--delta", "1:2:2", "-o", "h.mp4")
    assert (done.code, done.err.startswith("lossplot: an mp4 is made by ffmpeg")) == (1, True)
    assert list(tmp_path.iterdir()) == []


def test_what_ffmpeg_complains_of_is_one_line(lossplot, tmp_path, monkeypatch):
    false = tmp_path / "bin" / "ffmpeg"
    false.parent.mkdir()
    false.write_text("#!/bin/sh\necho 'first' >&2\necho \"Unknown encoder 'libx264'\" >&2\nexit 1\n")
    false.chmod(0o755)
    monkeypatch.setenv("PATH", f"{false.parent}:/usr/bin:/bin")
    done = lossplot("huber", "--delta", "1:2:2", "-o", "h.mp4")
    assert (done.code, done.err) == (1, "lossplot: ffmpeg could not make the mp4: Unknown encoder 'libx264'\n")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("huber -o h.gif", ("gif", "sweep")),
        ("huber -o h.mp4", ("mp4", "sweep")),
        ("huber --delta 1 --delta 2 -o h.gif", ("gif", "sweep")),
        ("huber --delta 1:2:40 --target 0:1:40 -o h.gif", ("1600", "at most 500")),
        ("huber --delta 1:2:9 --as contour -o h.gif", ("--as contour", "curves")),
        ("huber --delta 1:2:2 --fps 0 -o h.gif", ("--fps 0", "at least 0.1")),
        ("huber --delta 1:2:2 --fps 51 -o h.gif", ("--fps 51", "at most 50")),
        ("huber --delta 1:2:2 --fps nan -o h.gif", ("--fps nan", "at most 50")),
    ],
)
def test_what_cannot_move_is_one_line_and_no_file(lossplot, tmp_path, line, words):
    done = lossplot(*shlex.split(line))
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
    assert all(word in done.err for word in words)
    assert list(tmp_path.iterdir()) == []
