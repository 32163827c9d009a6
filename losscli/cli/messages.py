"""Rewords Click's errors as one line: what was given; what is allowed."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import cast

import click

from losscli.cli.commands import LossCommand, LossGroup, drawing_options
from losscli.cli.tried import INSTEAD
from losscli.losses import catalogue
from losscli.recipe.recipe import flag

SIMILARITY = 0.8  # difflib's ratio above which an option is suggested: --log-target is no slip of the keys for --target


def reworded(error: click.UsageError) -> str:
    """Return Click's error as one line."""
    if isinstance(error, click.NoSuchOption):
        return _no_such_option(error.option_name, cast("click.Context", error.ctx))
    if isinstance(error.cmd, LossGroup) and error.message.startswith("Missing command"):
        return "no loss is named; lossplot list shows them all"
    text = error.format_message().replace("Option ", "").rstrip(".")
    if isinstance(error, click.BadOptionUsage):
        return text.replace("'", "")
    choice = re.fullmatch(r"Invalid value for '--(\S+)': '(.*)' is not one of (.*)", text)
    if choice:
        name, given, allowed = choice.groups()
        return f"--{name} {given}; {name} is one of {allowed.replace(chr(39), '')}"
    extra = re.fullmatch(r"Got unexpected extra arguments? \((.*)\)", text)
    text = f"'{extra[1]}' stands where nothing more is expected" if extra else text
    return f"{text}; see {error.ctx.command_path.replace(' draw', '')} --help" if error.ctx else text


def _no_such_option(option: str, ctx: click.Context) -> str:
    """Return which command has the option, or which option resembles it."""
    command = ctx.command
    draws = isinstance(command, LossGroup | LossCommand) and not command.verb
    instead = INSTEAD.get(option.replace("_", "-").lower())
    if draws and instead:
        return f"{option}; say {instead}"
    if draws and isinstance(command, LossGroup):
        owners = [loss.name for loss in catalogue().values() if option in (flag(item.name) for item in loss.parameters)]
        if owners:
            return f"{option} stands before its loss; a parameter follows its loss: {owners[0]} {option} ..."
    known = {name.lstrip("-"): name for item in command.params for name in item.opts if name[:2] == "--"}
    name = option.lstrip("-").replace("_", "-").lower()
    similar = [name] if name in known else get_close_matches(name, known, n=1, cutoff=SIMILARITY)
    hint = f"did you mean {known[similar[0]]}? " if similar else ""
    if isinstance(command, LossCommand):
        hint = hint if name in known else _other_owner(command, option) or hint
        spelling = command.spelling
        names = [*(item.name for item in spelling.every_parameter()), *(item.name for item in spelling.switches)]
        own = ", ".join(map(flag, names))
        hint = f"{f'its parameters are {own}' if own else 'it has no parameters'}; {hint}"
    path = ctx.command_path.replace(" draw", "")
    return f"{path.removeprefix('lossplot ')} has no option {option}; {hint}see {path} --help"


def _other_owner(command: LossCommand, option: str) -> str:
    """Return a hint if the option belongs to figures instead of `info`, or to another name of the loss."""
    from losscli.names.switches import missing_parameter

    if any(option in item.opts for item in drawing_options()):
        return f"lossplot {command.name} has it; "
    return missing_parameter(command.spelling, option.lstrip("-").replace("-", "_"), flag)
