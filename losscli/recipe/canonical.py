"""Request -> its words in a settled form: the same for all that mean the same figure, wherever it goes."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any

from losscli.model.numbers import Sweep, number, shown
from losscli.recipe.recipe import flag
from losscli.recipe.recipe import OPTIONS

if TYPE_CHECKING:
    from collections.abc import Callable

    from losscli.recipe.request import Request

PAIRS = ("range", "xlim", "ylim", "size")
FLAGS: dict[str, str] = {item.name: item.metadata["flag"] for item in OPTIONS if item.metadata["flag"]}
SAYS_THE_FIGURE = {"target", "logits", "vary", *(item.name for item in OPTIONS)}


def canonical(request: Request) -> str:
    """Return the words that say the same figure, wherever it goes, in a settled order, as one line for a shell.

    Names stay as typed, since the figure shows them; and so does what is said although it is the default, since
    another version may have another.
    """
    words: list[str] = []
    for word in request.losses:
        words.append(word.typed)
        for item in word.spelling.parameters:
            words += [part for value in word.parameters.get(item.name, ()) for part in (flag(item.name), _text(value))]
    for name, value in sorted(request.options.items()):
        if name in SAYS_THE_FIGURE:
            words += _option(name, SETTLED[name](value) if name in SETTLED else value)
    return shlex.join(words)


def option_flag(name: str) -> str:
    """Return how an option is said on the command line."""
    return FLAGS.get(name, flag(name))


def _numbers(text: str) -> str:
    """Return `a,b,...` or `LO:HI:N` with every number in its shortest form."""
    return Sweep.read(text).text if ":" in text else ",".join(shown(number(part)) for part in text.split(","))


# How options that are kept as text are said.
SETTLED: dict[str, Callable[[Any], Any]] = {
    "target": lambda texts: tuple(map(_numbers, texts)),
    "logits": _numbers,
}


def _option(name: str, value: Any) -> list[str]:
    """Return an option as words."""
    said = option_flag(name)
    if isinstance(value, bool):
        return [said if value else flag(f"no_{name}")]
    several = value if isinstance(value, tuple) and name not in PAIRS else (value,)
    return [word for one in several for word in (said, *map(_text, one if isinstance(one, tuple) else (one,)))]


def _text(value: Any) -> str:
    if isinstance(value, Sweep):
        return value.text
    return shown(value) if value is None or isinstance(value, float) else str(value)
