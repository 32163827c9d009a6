"""The canonical words of a request: equal for all command lines that describe the same figure, wherever it goes."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any

from losscli.model.numbers import Sweep, number, shown
from losscli.recipe.recipe import OPTIONS, flag

if TYPE_CHECKING:
    from collections.abc import Callable

    from losscli.recipe.request import Request

PAIRS = ("range", "xlim", "ylim", "size")  # options of two values
FLAGS: dict[str, str] = {item.name: item.metadata["flag"] for item in OPTIONS if item.metadata["flag"]}
FOR_STEPS = ("rate", "steps", "optimizer", "momentum", "beta1", "beta2", "optimizer_epsilon")  # go with --descend
FOR_ROWS = ("columns", "weights", "suggest", "jobs", "dask")  # go with --data
# All that changes what is drawn.
FIGURE_OPTIONS = {"target", "logits", "vary", "descend", *FOR_STEPS, *(item.name for item in OPTIONS)}


def canonical(request: Request) -> str:
    """Return the canonical words as one line for a shell.

    Names stay as typed, since the figure shows them. An option stays even at its default, since the default of another
    version may differ.
    """
    words: list[str] = []
    for word in request.losses:
        words.append(word.typed)
        for name, value in sorted(word.spelling.chosen.items()):
            words.append(flag(name if value else f"no_{name}"))
        words += [part for name, value in sorted(word.spelling.settings.items()) for part in (flag(name), value)]
        for item in word.spelling.parameters:
            words += [part for value in word.parameters.get(item.name, ()) for part in (flag(item.name), _text(value))]
    for name, value in sorted(request.options.items()):
        if name in FIGURE_OPTIONS:
            words += _option(name, NORMAL_FORMS[name](value) if name in NORMAL_FORMS else value)
    return shlex.join(words)


def option_flag(name: str) -> str:
    """Return the flag of an option of the figure."""
    return FLAGS.get(name, flag(name))


def _numbers(text: str) -> str:
    """Return `a,b,...` or `LO:HI:N` with every number in its shortest form."""
    return Sweep.read(text).text if ":" in text else ",".join(shown(number(part)) for part in text.split(","))


NORMAL_FORMS: dict[str, Callable[[Any], Any]] = {  # of the options whose value is kept as text
    "target": lambda texts: tuple(map(_numbers, texts)),
    "logits": _numbers,
}


def _option(name: str, value: Any) -> list[str]:
    """Return an option as words."""
    if isinstance(value, bool):
        return [option_flag(name) if value else flag(f"no_{name}")]
    several = value if isinstance(value, tuple) and name not in PAIRS else (value,)
    parts = [one if isinstance(one, tuple) and not isinstance(one, Sweep) else (one,) for one in several]
    return [word for part in parts for word in (option_flag(name), *map(_text, part))]


def _text(value: Any) -> str:
    if isinstance(value, Sweep):
        return value.text
    return shown(value) if value is None or isinstance(value, float | tuple) else str(value)
