"""Click's complaints in our form, one line: what was said, and what is allowed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import click

from losscli.cli.commands import LossCommand, LossGroup, drawing_options
from losscli.losses import catalogue
from losscli.recipe.recipe import flag

if TYPE_CHECKING:
    from losscli.model.loss import Loss


LIKE = 0.7  # as much of a word must be right for another to be what was meant


def reworded(error: click.UsageError) -> str:
    """Say Click's complaint in our form: what was said, and what is allowed."""
    if isinstance(error, click.NoSuchOption):
        return no_such_option(error.option_name, error.ctx)
    if isinstance(error.cmd, LossGroup) and error.message.startswith("Missing command"):
        return "no loss is named; lossplot list shows them all"
    said = error.format_message().replace("Option ", "").rstrip(".")
    if isinstance(error, click.BadOptionUsage):
        return said.replace("'", "") + _wanted(error.option_name)
    extra = re.fullmatch(r"Got unexpected extra arguments? \((.*)\)", said)
    said = f"'{extra[1]}' stands where nothing more is expected" if extra else said
    return f"{said}; see {error.ctx.command_path.replace(' draw', '')} --help" if error.ctx else said


def _wanted(flag_said: str) -> str:
    """Return what an option of figures takes."""
    owner = next((item for item in drawing_options() if flag_said in item.opts and not item.is_flag), None)
    return f": {owner.make_metavar(click.Context(click.Command('')))}" if owner else ""


def no_such_option(flag_said: str, ctx: click.Context | None) -> str:
    """Say where an option belongs, or which comes near it."""
    from difflib import get_close_matches

    if ctx is None:
        return f"there is no option {flag_said}; see lossplot --help"
    command = ctx.command
    if isinstance(command, LossGroup) and command.name == "draw":
        owners = [loss.name for loss in catalogue().values() if flag_said in map(flag, _parameter_names(loss))]
        if owners:
            return f"{flag_said} stands before its loss; a parameter follows its loss: {owners[0]} {flag_said} ..."
    known = {name.lstrip("-"): name for item in command.params for name in item.opts if name[:2] == "--"}
    said = flag_said.lstrip("-").replace("_", "-").lower()
    near = [said] if said in known else get_close_matches(said, known, n=1, cutoff=LIKE)
    hint = f"did you mean {known[near[0]]}? " if near else ""
    if isinstance(command, LossCommand):
        hint = hint if said in known else _elsewhere(command, flag_said) or hint
        own = ", ".join(flag(item.name) for item in command.spelling.parameters)
        hint = f"{f'its parameters are {own}' if own else 'it has no parameters'}; {hint}"
    path = ctx.command_path.replace(" draw", "")
    return f"{path.removeprefix('lossplot ')} has no option {flag_said}; {hint}see {path} --help"


def _elsewhere(command: LossCommand, flag_said: str) -> str:
    """Say whose option it is: of figures and numbers, where `info` is asked; or by which name of another loss."""
    from losscli.names.frameworks import parameter_hint

    if any(flag_said in item.opts for item in drawing_options()):
        return f"lossplot {command.name} has it; "
    return parameter_hint(command.spelling, flag_said.lstrip("-").replace("-", "_"), flag)


def _parameter_names(loss: Loss) -> list[str]:
    return [item.name for item in loss.parameters]
