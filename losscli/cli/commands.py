"""The commands for loss words, built from the catalogue: a loss's own parameters and the options of the figure."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any

import click

from losscli.cli import completion
from losscli.cli.declared import TOLERANCE, drawing_options
from losscli.cli.options import (
    given_options,
    parameter_option,
    switch_option,
    write_groups,
)
from losscli.cli.own import own_options, own_word
from losscli.errors import UsageError
from losscli.losses import catalogue
from losscli.model.numbers import shown
from losscli.names.find import find
from losscli.recipe.recipe import flag
from losscli.recipe.request import LossWord, Request

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from click.shell_completion import CompletionItem

    from losscli.model.spelling import Spelling
    from losscli.own.word import OwnWord
    from losscli.runs.job import Job

# A loss word with its parameters, and what else was given after it: options of the figure, parameters of words before.
WordAndOptions = tuple[LossWord, dict[str, Any]]
CONTEXT = {"help_option_names": ["-h", "--help"]}
OWN = "losscli.own"  # the key of a context's `meta` for the commands of the user's own losses
WORDS = "losscli.words"  # the key of a context's `meta` for the losses so far


class LossCommand(click.Command):
    """A loss word: its parameters, and the options of the figure, which may stand anywhere."""

    named: Spelling | OwnWord  # what has its parameters and switches

    def __init__(self, spelling: Spelling, options: Sequence[click.Option], verb: str = "") -> None:
        self.spelling, self.named, self.verb = spelling, spelling, verb
        loss = spelling.loss
        text = "\n\n".join(part for part in (loss.summary, loss.note, f"\b\nExample: {self.example()}") if part)
        params = _joined(_own_options(spelling), options)
        super().__init__(spelling.name, CONTEXT, self.result, params, help=text, short_help=loss.summary)

    def example(self) -> str:
        """Return a command line that works."""
        known = [item for item in self.spelling.parameters if item.default is not None]
        return " ".join([self.usage, *(f"{flag(item.name)} {shown(item.default)}" for item in known)])

    @property
    def usage(self) -> str:
        """The beginning of the command line, such as `lossplot info huber`."""
        return " ".join(["lossplot", *self.verb.split(), self.spelling.name])

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """Return its options, and those of the losses before it that it lacks, of each name the nearest one's."""
        found = super().get_params(ctx)
        known = {param.name for param in found}
        for named in reversed(ctx.meta.get(WORDS, [])):
            lacking = [option for option in _own_options(named) if option.name not in known]
            found += lacking
            known.update(option.name for option in lacking)
        return found

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the parameters, then the options of the figure by group."""
        write_groups(super().get_params(ctx), ctx, formatter)

    def result(self, **values: Any) -> WordAndOptions:
        """Return the loss with its own parameters, and all other options that were given after it."""
        words: list[Spelling] = click.get_current_context().meta.get(WORDS, [])
        names = dict.fromkeys(item.name for word in (self.spelling, *words) for item in word.switches)
        switches = {name: values.pop(name) for name in names if name in values}
        given = given_options(values)
        given |= {name: value for name, value in switches.items() if value is not None}  # False is an answer
        own = {name: given.pop(name) for name in _own_names(self.spelling) if name in given}
        return _with(LossWord(self.spelling, {}), own), given

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Return options, or the losses that may follow."""
        return super().shell_complete(ctx, incomplete) if incomplete[:1] == "-" else completion.losses(incomplete)

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the usage line."""
        formatter.write_usage(self.usage, "[PARAMETERS] [LOSS [PARAMETERS]]... [OPTIONS]")


class OwnCommand(LossCommand):
    """A loss word of the user's own: code or an expression, with the settings that say how to read it."""

    def __init__(self, word: OwnWord, options: Sequence[click.Option], verb: str = "") -> None:
        self.word, self.named, self.verb = word, word, verb
        text = "\n\n".join(part for part in (word.summary, word.note) if part)
        params = _joined(own_options(word), options)
        click.Command.__init__(self, word.name, CONTEXT, self.result, params, help=text, short_help=word.summary)

    @property
    def usage(self) -> str:
        """The beginning of the command line."""
        return " ".join(["lossplot", *self.verb.split(), shlex.quote(self.word.name)])

    def result(self, /, **values: Any) -> WordAndOptions:
        """Return the loss, read by its settings, with its own parameters, and all other options given after it."""
        settings = {item.name: values.pop(item.name) for item in self.word.settings}
        meant = self.word.build({name: value for name, value in settings.items() if value is not None})
        given = given_options(values)
        own = {item.name: given.pop(item.name) for item in self.word.parameters if item.name in given}
        for name in own.keys() - {item.name for item in meant.parameters}:
            raise UsageError(f"{flag(name)}; read so, {name} is the prediction or the target of {self.word.name}")
        return LossWord(meant, own), given


def _joined(own: Sequence[click.Option], options: Sequence[click.Option]) -> list[click.Parameter]:
    """Return both, but of options with one name or flag only the loss's own; that of the figure stands before it."""
    taken = {name for item in own for name in (item.name, *item.opts, *item.secondary_opts)}
    return [*own, *(item for item in options if not taken & {item.name, *item.opts, *item.secondary_opts})]


class LossGroup(click.Group):
    """A chain of loss words, whose commands are built when they are asked for."""

    def __init__(self, name: str, options: Callable[[], Sequence[click.Option]], **settings: Any) -> None:
        super().__init__(name, chain=True, no_args_is_help=False, context_settings=CONTEXT, **settings)
        self.options = options
        self.verb = "" if self.hidden else name
        self.built: dict[str, LossCommand] = {}  # a batch names the same losses again and again

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """Return the options of the figure, built when first needed."""
        return [*self.options(), *super().get_params(ctx)]

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the canonical names of all losses."""
        return list(catalogue())

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Return options or losses, without building the commands of the losses."""
        return super().shell_complete(ctx, incomplete) if incomplete[:1] == "-" else completion.losses(incomplete)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command of a loss, or None if no loss has this name. Raise UsageError for own code as it says."""
        own: dict[str, click.Command | None] = ctx.meta.setdefault(OWN, {})  # Click asks more than once
        if cmd_name not in own:
            word = own_word(cmd_name, ctx.find_root().obj)
            own[cmd_name] = OwnCommand(word, self.options(), self.verb) if word else None
        if own[cmd_name]:
            return own[cmd_name]
        if cmd_name not in self.built:
            spelling = find(cmd_name)
            if spelling is None:
                return None
            self.built[cmd_name] = LossCommand(spelling, self.options(), self.verb)
        return self.built[cmd_name]

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        """Return the command of a loss word. Raise UsageError, with suggestions, if no loss has this name."""
        if args and self.get_command(ctx, args[0]) is None and not ctx.resilient_parsing:
            root = ctx.find_root().command
            if isinstance(root, click.Group) and args[0] in root.commands:
                what = "stands first or not at all; here a loss is expected, see lossplot list"
                raise UsageError(f"'{args[0]}' {what}")
            from losscli.names.suggestions import unknown_loss

            raise UsageError(unknown_loss(args[0]))
        found = super().resolve_command(ctx, args)
        if isinstance(found[1], LossCommand):
            ctx.meta.setdefault(WORDS, []).append(found[1].named)
        return found

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options by group, then the losses."""
        write_groups(self.get_params(ctx), ctx, formatter)
        self.format_commands(ctx, formatter)


def request(words: list[WordAndOptions], before: dict[str, Any]) -> Request:
    """Return one Request for all loss words, the options after each of them, and those before the first.

    The values of a repeatable option add up, a word of a Choice counts once; of any other option the last value holds.
    """
    options = given_options(before)
    repeatable = {option.name: option for option in drawing_options() if option.multiple}
    known = {TOLERANCE.name, *(option.name for option in drawing_options())}
    losses = [word for word, _ in words]
    for place, (_, given) in enumerate(words):
        for name, value in given.items():
            if name not in known:  # it belongs to the nearest loss before that has it
                owner = max(index for index in range(place) if name in _own_names(losses[index].spelling))
                losses[owner] = _with(losses[owner], {name: value})
            else:
                options[name] = options.get(name, ()) + value if name in repeatable else value
    for name in options.keys() & repeatable.keys():
        if isinstance(repeatable[name].type, click.Choice):
            options[name] = tuple(dict.fromkeys(options[name]))
    for word in losses:
        _check_switched(word)
    return Request(tuple(losses), options)


def _own_options(spelling: Spelling | OwnWord) -> list[click.Option]:
    return [*map(parameter_option, spelling.every_parameter()), *map(switch_option, spelling.switches)]


def _own_names(spelling: Spelling) -> list[str]:
    return [str(option.name) for option in _own_options(spelling)]


def _with(word: LossWord, given: dict[str, Any]) -> LossWord:
    """Return a loss word with more of its own parameters, of which the values add up, and of its switches."""
    switches = {item.name: given[item.name] for item in word.spelling.switches if item.name in given}
    more = {name: word.parameters.get(name, ()) + values for name, values in given.items() if name not in switches}
    return LossWord(word.spelling.switched({**word.spelling.chosen, **switches}), {**word.parameters, **more})


def _check_switched(word: LossWord) -> None:
    """Raise UsageError for a parameter that the name has only with another switch."""
    meant = word.spelling
    for name in word.parameters.keys() - {item.name for item in meant.parameters}:
        needed = [item for item in meant.switches if name in meant.parameters_with(item)]
        said = " or ".join(flag(f"no_{item.name}" if item.default else item.name) for item in needed)
        raise UsageError(f"{flag(name)} of {meant.name} needs {said}")


def explore(losses: tuple[str, ...], output: str) -> Job:
    """Return the job of writing the page in which losses are explored."""
    from losscli.runs.exploring import exploring

    return exploring(losses, output, click.get_current_context().find_root().obj.into)


EXPLORE = click.Command(
    "explore",
    CONTEXT,
    explore,
    [
        click.Argument(["losses"], nargs=-1, metavar="[LOSS]...", shell_complete=completion.loss_words),
        click.Option(
            ["-o", "--output"],
            default="losses.html",
            show_default=True,
            metavar="FILE.html",
            help="where to; - is stdout",
            shell_complete=completion.files,
        ),
    ],
    short_help="a page in which losses are chosen, moved by sliders, read off",
    help="Write a web page, which needs no network, of all losses or of those named: one searches them, also by the "
    "libraries' names, draws up to six, moves their parameters and targets with sliders and reads off value, gradient "
    "and Hessian. The address of the page keeps the choice.\n\nExample: lossplot explore -o losses.html",
)
