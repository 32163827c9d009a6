"""The catalogue as a list: by family, by a word, by a library; without a formula being run or NumPy imported."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from losscli.errors import UsageError
from losscli.losses import catalogue
from losscli.model.curve import Curve
from losscli.wording.numbers import dumped

if TYPE_CHECKING:
    from losscli.model.loss import Loss


def listing(*, search: str | None, family: str | None, convex: bool, framework: str | None, json: bool) -> str:
    """Return the list that `lossplot list` prints."""
    families = list(dict.fromkeys(loss.family.name for loss in catalogue().values()))
    if family and family not in families:
        raise UsageError(f"--family {family}; the families are {', '.join(families)}")
    found = [loss for loss in catalogue().values() if family in (None, loss.family.name)]
    found = [loss for loss in found if not convex or usual(loss).fact("convex") != "no"]
    word = search or ""  # which every text has
    if framework is not None:
        return _library(framework, {loss.name for loss in found}, word, json=json)
    found = [loss for loss in found if _mentions(loss, word) or _is_called(loss, word)]
    if not found:
        raise _nothing_like(word)
    return dumped([_entry(loss) for loss in found]) if json else _lines(found)


def _nothing_like(word: str) -> UsageError:
    return UsageError(f"no loss is like {word or 'that'}; lossplot list shows them all")


def usual(loss: Loss) -> Curve:
    """Return a loss with its default parameters and target."""
    parameters = {item.name: item.default for item in loss.parameters}
    return Curve(loss, loss.reads(parameters).default, parameters, loss.name)


def _mentions(loss: Loss, word: str) -> bool:
    return any(
        word.lower() in text.lower() for text in (loss.name, *loss.aliases, loss.summary, loss.note, loss.family.name)
    )


def _is_called(loss: Loss, word: str) -> bool:
    from losscli.names.frameworks import library_names

    return any(word.lower() in name.lower() for name, _ in library_names(loss))


def _lines(losses: list[Loss]) -> str:
    width = max(len(loss.name) for loss in losses)
    lines, family = [], ""
    for loss in losses:
        if loss.family.name != family:
            lines += [""] * bool(family) + [loss.family.name]
            family = loss.family.name
        aliases = f" ({', '.join(loss.aliases)})" if loss.aliases else ""
        lines.append(f"  {loss.name:<{width}}  {loss.summary}{aliases}")
    return "\n".join(lines) + "\n"


def _entry(loss: Loss) -> dict[str, Any]:
    return {
        "loss": loss.name,
        "family": loss.family.name,
        "summary": loss.summary,
        "parameters": [item.name for item in loss.parameters],
        "aliases": list(loss.aliases),
    }


def _library(framework: str, losses: set[str], word: str, *, json: bool) -> str:
    from losscli.names.frameworks import ALSO, LIBRARIES, convention_notes, library, rows

    framework = ALSO.get(framework, framework)
    if framework not in LIBRARIES:
        raise UsageError(f"--framework {framework or repr(framework)}; the libraries are {', '.join(LIBRARIES)}")
    found = [(name, row) for name, row in rows().items() if library(name) == framework and row.loss in losses]
    found = [
        (name, row) for name, row in found if word.lower() in name.lower() or _mentions(catalogue()[row.loss], word)
    ]
    if not found:
        raise _nothing_like(word)
    if json:
        return dumped([{"name": name, "loss": row.loss, "differs": convention_notes(row)} for name, row in found])
    width, loss_width = max(len(name) for name, _ in found), max(len(row.loss) for _, row in found)
    lines = [f"{name:<{width}}  {row.loss:<{loss_width}}  {convention_notes(row)}".rstrip() for name, row in found]
    return "\n".join([f"{LIBRARIES[framework]}", *lines]) + "\n"
