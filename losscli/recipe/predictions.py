"""The predictions of --at, and the predictions with targets of --pairs: words, files and stdin to arrays."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from losscli.errors import UsageError
from losscli.lazy import np
from losscli.model.numbers import Sweep, number, shown
from losscli.recipe.reading import check_classes, domain_of, read_logits
from losscli.recipe.request import numbered_lines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from losscli.lazy import Array
    from losscli.model.curve import Curve
    from losscli.recipe.request import Request

SEPARATOR = re.compile(r"\s*[,;]\s*|\s+")  # between the numbers of a line
MAX_SHOWN = 60  # characters of a wrong line, or of a wrong word in it


class Lines(NamedTuple):
    """The lines of a file that are neither empty nor comments."""

    file: str  # with its option, as errors name it
    numbered: list[tuple[int, str]]

    def wrong(self, row: int, reason: object) -> UsageError:
        """Return the error that names the file, the number of a line and its text."""
        line, text = self.numbered[row]
        return UsageError(f"{self.file}:{line}: {_brief(text.strip())}; {reason}")


def _brief(text: str) -> str:
    return text if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]}..."


class Points(NamedTuple):
    """The predictions of one option: numbers, of shape (N,), or logits, of shape (N, K)."""

    values: Array
    lines: Lines = Lines("", [])  # of the file that they are from
    targets: Sequence[str] = ()  # of --pairs: the text of one target for each prediction


def read_points(request: Request, *, vector: bool) -> tuple[Points, ...]:
    """Return the predictions of --pairs or of every --at; `vector` is set if they are several logits each."""
    if "pairs" in request.options:
        return (_pairs(request.options["pairs"], vector=vector),)
    return tuple(_at(text, vector=vector) for text in request.options["at"])


def matched(points: Sequence[Points], curves: Sequence[Curve]) -> list[tuple[Curve, Array]]:
    """Return every curve with the predictions that it is evaluated at.

    Curves of --pairs have an array with a target for each prediction. Raise UsageError for a prediction or a target
    that a loss does not take.
    """
    for curve, own in product(curves, points):
        _check(curve, own)
    if points[0].targets:
        return [(_with_targets(curve, points[0]), points[0].values) for curve in curves]
    arrays = [own.values for own in points]
    if not curves[0].loss.family.vector:
        arrays = [np.concatenate(arrays)]  # evaluated at once
    return [*product(curves, arrays)]


def _at(text: str, *, vector: bool) -> Points:
    """Return the predictions of one --at: those of its text or, if the text is none, of the file of this name."""
    if text != "-":
        try:
            return Points(np.array([read_logits(text, "--at")] if vector else _scalars(text), dtype=float))
        except UsageError as error:
            if not _is_file(text):
                raise UsageError(f"{error}, or a file of them") from None
    lines = _lines(text, "--at")
    return Points(_numbers(lines, [SEPARATOR.split(line.strip()) for _, line in lines.numbered], vector=vector), lines)


def _scalars(text: str) -> Sequence[float]:
    if "," in text:
        raise UsageError(f"--at {text}; a comma makes a vector and this loss reads one number: give --at again instead")
    try:
        return Sweep.read(text) if ":" in text else [number(text)]
    except UsageError as error:
        raise UsageError(f"--at {text}; {error}; predictions are a number, LO:HI:N") from None


def _is_file(text: str) -> bool:
    from pathlib import Path  # few command lines name a file

    try:
        return bool(text) and Path(text).exists()
    except OSError:  # too long for a name
        return False


def _lines(file: str, option: str) -> Lines:
    """Return the lines of a file, at least one."""
    found = numbered_lines(file, option, f"{option} reads a file of numbers")
    name = f"{option} {'<stdin>' if file == '-' else file}"
    if not found:
        raise UsageError(f"{name}: it has no numbers; a line is one prediction")
    return Lines(name, found)


def _numbers(lines: Lines, words: list[list[str]], *, vector: bool) -> Array:
    """Return the numbers of lines that are split into words, of shape (N,) or (N, K). Raise UsageError for others."""
    width = max(2, len(words[0])) if vector else 1
    try:
        found = np.array(words, dtype=float)
    except ValueError:  # a word is no number, or a line has more numbers than another
        found = np.empty(0)
    if found.shape != (len(words), width) or np.isnan(found).any():
        raise _first_wrong(lines, words, width)
    return found + 0.0 if vector else found[:, 0] + 0.0  # adding 0 turns -0 into 0


def _first_wrong(lines: Lines, words: list[list[str]], width: int) -> UsageError:
    """Return the error about the first line whose prediction is not `width` numbers."""
    allowed = f"the prediction of every line is {width} numbers" if width > 1 else "a prediction is one number"
    if len(words[0]) < width:
        allowed = "a prediction is two numbers or more"
    for row, parts in enumerate(words):
        try:
            for part in parts:
                number(part)
        except UsageError as error:
            return lines.wrong(row, f"{str(error).replace(part, _brief(part))}; {allowed}")
        if len(parts) != width:
            return lines.wrong(row, f"{len(parts)} number{'s' * (len(parts) > 1)}; {allowed}")
    raise AssertionError(words)


def _pairs(file: str, *, vector: bool) -> Points:
    """Return the predictions and targets of a file."""
    lines = _lines(file, "--pairs")
    allowed = "a line is logits a,b,... and a target" if vector else "a line is a prediction and a target"
    words, targets = [], []
    for row, (_, line) in enumerate(lines.numbered):
        try:
            prediction, target = _halves(line.strip(), vector=vector)
        except ValueError:
            raise lines.wrong(row, allowed) from None
        words.append(SEPARATOR.split(prediction))
        targets.append(target)
    return Points(_numbers(lines, words, vector=vector), lines, targets)


def _halves(line: str, *, vector: bool) -> list[str]:
    """Return the texts of prediction and target: what a semicolon parts, or else the last white space after logits."""
    if ";" in line:
        prediction, target = line.split(";")
        return [prediction.strip(), ",".join(SEPARATOR.split(target.strip()))]
    return line.rsplit(maxsplit=1) if vector else SEPARATOR.split(line)


def _check(curve: Curve, points: Points) -> None:
    """Raise UsageError for a prediction that the curve is not defined at."""
    if curve.loss.family.vector and not points.targets:
        check_classes(curve, points.values.shape[-1])
    outside = np.argwhere(~curve.domain.holds(points.values))
    if outside.size:
        first, reason = tuple(outside[0]), domain_of(curve)
        if points.lines.numbered:
            raise points.lines.wrong(first[0], reason)
        raise UsageError(f"--at {shown(points.values[first])}; {reason}")


def _with_targets(curve: Curve, points: Points) -> Curve:
    """Return the curve with an array of the targets of --pairs, which are read as those of --target."""
    kind, family, classes = curve.reads, curve.loss.family, points.values.shape[-1]
    read: dict[str, Any] = {}
    for row, text in enumerate(points.targets):
        if text not in read:
            try:
                read[text] = kind.read(text)
            except UsageError:
                raise points.lines.wrong(row, f"the target of {curve.name} is {kind}") from None
            if family.vector and not cast("Any", family.targets).fits(read[text], classes):
                raise points.lines.wrong(
                    row, f"the target does not fit {classes} {family.nouns}; {curve.name} takes {kind}"
                )
    targets: Any = np.array([read[text] for text in points.targets])
    return replace(curve, target=targets)
