"""The job of `lossplot check`: compare a user's own loss with an exact one, print how they agree, and draw both."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from math import inf
from typing import TYPE_CHECKING, Any

from losscli.errors import LossplotError, UsageError
from losscli.model.loss import OwnLoss
from losscli.model.numbers import shown
from losscli.recipe.reading import check_family, curves, domain_of
from losscli.recipe.request import LossWord, Request
from losscli.recipe.rules import check_ends
from losscli.runs.job import Job

if TYPE_CHECKING:
    from collections.abc import Sequence

    from losscli.checking.compare import Comparison
    from losscli.model.curve import Curve
    from losscli.model.domains import Target
    from losscli.recipe.formats import Output


@dataclass(frozen=True)
class Checking(Job):
    """A user's own loss, the exact one it is compared with (None: the nearest is looked for), and how."""

    own: Curve
    exact: Curve | None
    targets: tuple[Target, ...]  # those that were given; none: telling ones of their kind
    request: Request
    figure: Job | None  # draws both, and their difference

    @property
    def writes(self) -> tuple[Output, ...]:
        """The files of the figure."""
        return self.figure.writes if self.figure else ()

    def perform(self) -> None:
        """Print the comparison and draw the figure. Raise LossplotError if the losses differ."""
        if self.exact is None:
            self._print_nearest()
            return
        found = self.compared()
        names = _words(self.request.losses[0]), _words(self.request.losses[1])
        if "json" in self.request.options:
            from losscli.wording.numbers import dumped
            from losscli.wording.reports import record

            sys.stdout.write(dumped(record(*names, found)))
        else:
            from losscli.wording.reports import report

            sys.stdout.writelines(report(*names, found))
        if self.figure:
            self.figure.perform()
        if not found.within:
            raise LossplotError(f"{names[0]} differs from {names[1]}")

    def compared(self) -> Comparison:
        """Return the comparison. Needs an exact loss."""
        from losscli.checking.compare import compare, usual_tolerance

        assert self.exact is not None  # noqa: S101 - as it says
        tolerance = self.request.get("tolerance") or usual_tolerance(self.own)
        return compare(self.own, self.exact, self.targets, self.request.get("range"), tolerance)

    def _print_nearest(self) -> None:
        from losscli.checking.nearest import nearest

        found, own = nearest(self.own, self.targets), _words(self.request.losses[0])
        if "json" in self.request.options:
            from losscli.wording.numbers import dumped
            from losscli.wording.reports import nearest_record

            sys.stdout.write(dumped(nearest_record(own, found)))
        else:
            sys.stdout.write(f"{own} comes nearest to {found.text}\n")


def checking(request: Request, into: str) -> Checking:
    """Return the job of a comparison. Raise UsageError for losses that cannot be compared."""
    own, *others = request.losses
    if not isinstance(own.loss, OwnLoss) or len(others) > 1 or any(isinstance(word.loss, OwnLoss) for word in others):
        raise UsageError(
            "check compares a loss of your own with one of the catalogue: lossplot check mine.py:huber huber --delta 2"
        )
    check_family(request)
    _check_numbers(request)
    every = [_single(request, word) for word in request.losses]
    targets = tuple(dict.fromkeys(curve.target for curve in every[0])) if "target" in request.options else ()
    exact = every[1][0] if others else None
    if exact and "range" in request.options:
        _check_range(exact, *request.options["range"])
    if not others and "output" in request.options:
        raise UsageError("-o draws both losses; name the loss to compare with")
    figure = _figure(request, every[0][0], exact, into) if exact and "output" in request.options else None
    return Checking(every[0][0], exact, targets, request, figure)


def _check_numbers(request: Request) -> None:
    """Raise UsageError for a range or a tolerance that is none, as Python code may give it."""
    check_ends("range", *request.get("range", (0, 1)))
    tolerance = request.get("tolerance", 1)
    if not 0 < tolerance < inf:
        raise UsageError(f"--tolerance {tolerance}; tolerance is a finite number above 0")


def _check_range(exact: Curve, low: float, high: float) -> None:
    if max(low, exact.domain.low) >= min(high, exact.domain.high):
        raise UsageError(f"--range {shown(low)} {shown(high)}; {domain_of(exact)}")


def _single(request: Request, word: LossWord) -> Sequence[Curve]:
    """Return the curves of one loss word, one for each target. Raise UsageError for several values of a parameter."""
    found = curves(request._replace(losses=(word,)))
    if len({tuple(sorted((curve.named or {}).items(), key=str)) for curve in found}) > 1:
        raise UsageError(f"check compares one curve; give each parameter of {word.typed} one value")
    return found


def _words(word: LossWord) -> str:
    """Return a loss as its words on the command line."""
    from losscli.recipe.canonical import canonical

    return canonical(Request((word,), {}))


def _figure(request: Request, own: Curve, exact: Curve, into: str) -> Any:
    """Return the drawing of both losses and their difference, of what the own one gives."""
    from losscli.checking.difference import difference
    from losscli.runs.drawing import drawing

    loss: Any = own.loss
    words = (request.losses[1], request.losses[0], LossWord(difference(own, exact), {}))
    options = {name: value for name, value in request.options.items() if name in ("target", "range", "output")}
    figure = drawing(Request(words, {**options, "show": loss.gives}), into)
    return replace(figure, quiet="json" in request.options)
