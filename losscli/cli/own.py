"""Loss words of the user's own: where a command line comes from, whether it may run code, and the options of a word."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import click

from losscli.cli.options import SETTINGS, Option, parameter_option
from losscli.errors import UsageError
from losscli.own import find_own, is_expression, is_own

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from losscli.own.word import OwnWord, Setting

TRACEBACK = "--traceback"


class Origin(NamedTuple):
    """Where a command line comes from: the folder of its relative outputs, and what its own words may be."""

    into: str = ""
    code: bool = False  # whether a word may load code: yes where it was typed, not where it was read from a file
    figure: bool = False  # whether it stands in a figure: its words read no predictions, from stdin or any file
    functions: Mapping[str, Callable[..., Any]] = {}  # that Python code handed over, by their words


NOWHERE = Origin()


def own_word(word: str, origin: Origin | None) -> OwnWord | None:
    """Return the user's own loss that a word names, or None if it names none.

    Raises UsageError for code that may not be loaded, and for what cannot be read. Without an origin, as for the TAB
    key, no code is loaded.
    """
    if origin and word in origin.functions:
        from losscli.own.code import function_word

        return function_word(word, origin.functions[word])
    if not is_own(word) or not (origin or is_expression(word)):
        return None
    if origin and not origin.code and not is_expression(word):
        raise UsageError(f"{word} is code, which a file of words may not run; --allow-code runs it")
    return find_own(word)


def setting_option(setting: Setting) -> click.Option:
    """Return the Click option of a setting."""
    kind = click.Choice(setting.choices) if setting.choices else click.STRING
    return Option([f"--{setting.name}", setting.name], SETTINGS, type=kind, metavar=setting.metavar, help=setting.help)


def own_options(word: OwnWord) -> list[click.Option]:
    """Return the options of an own loss: its parameters, its settings and --traceback."""
    settings = [setting_option(item) for item in word.settings]
    trace = Option(
        [TRACEBACK], SETTINGS, is_flag=True, expose_value=False, help="show the traceback of an error of this code"
    )
    return [*map(parameter_option, word.parameters), *settings, trace]
