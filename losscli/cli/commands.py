"""A command for every loss, built from the catalogue: its own parameters, and the options that may stand anywhere."""

from __future__ import annotations

import re
import shlex
from functools import cache
from math import inf
from typing import TYPE_CHECKING, Any

import click

from losscli.cli import completion
from losscli.cli.options import Choice, Number, figure_options, figure_words, given, parameter_option
from losscli.errors import UsageError
from losscli.losses import catalogue, names
from losscli.model.domains import Interval
from losscli.model.numbers import shown
from losscli.names.find import AMBIGUOUS, find
from losscli.recipe.formats import SUFFIXES
from losscli.recipe.recipe import flag
from losscli.recipe.request import LossWord, Request

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from click.shell_completion import CompletionItem

    from losscli.model.spelling import Spelling

HINTS = 3  # names that may have been meant
CONTEXT = {"help_option_names": ["-h", "--help"]}


def _repeat(*flags: str, help: str, metavar: str) -> click.Option:  # noqa: A002 - Click's own word
    return click.Option(flags, multiple=True, metavar=metavar, help=help)


TARGET = [
    _repeat(
        "--target",
        metavar="TARGET|LO:HI:N",
        help="a number, a class index or a distribution a,b,...; repeatable; LO:HI:N is N evenly spaced ones",
    )
]
NUMBERS = [click.Option(["--json"], is_flag=True, help="as JSON")]
FORMAT = click.Option(
    ["--format"],
    metavar="FORMAT",
    callback=lambda _ctx, _param, value: value and value.lower(),
    help=f"for -o - or a name without suffix: {SUFFIXES}",
    shell_complete=completion.formats,
)
DRAWING = [
    click.Option(["--logits"], metavar="A,B,...", help="the logits that are held, for losses of several"),
    click.Option(
        ["--vary"],
        type=Number(Interval(0, inf, "[)"), whole=True),
        metavar="INDEX",
        help="which of the logits the axis shows",
    ),
    _repeat(
        "--at",
        metavar="PREDICTION|LO:HI:N",
        help="print the numbers there and draw nothing; a,b,... for several logits",
    ),
    click.Option(["--csv"], is_flag=True, help="with --at: as CSV"),
    click.Option(
        ["-o", "--output"],
        multiple=True,
        metavar="FILE",
        help="where to, format by suffix; - is stdout",
        shell_complete=completion.files,
    ),
    FORMAT,
    click.Option(
        ["--terminal"], is_flag=True, help="draw with characters, here in the terminal; in files too if -o names some"
    ),
    click.Option(["--no-clobber"], is_flag=True, help="leave a file that is there already"),
    click.Option(["-q", "--quiet"], is_flag=True, help="do not print what was written"),
]


class LossCommand(click.Command):
    """A loss word with its parameters and, since they may stand anywhere, the options of the figure."""

    def __init__(self, spelling: Spelling, options: Sequence[click.Option], verb: str = "") -> None:
        self.spelling, self.verb = spelling, verb
        loss = spelling.loss
        text = "\n\n".join(part for part in (loss.summary, loss.note, f"\b\nExample: {self.example()}") if part)
        params: list[click.Parameter] = [*map(parameter_option, spelling.parameters), *options]
        super().__init__(spelling.name, CONTEXT, self.said, params, help=text, short_help=loss.summary)

    def example(self) -> str:
        """Return a command line that works."""
        known = [item for item in self.spelling.parameters if item.default is not None]
        return " ".join([self.called, *(f"{flag(item.name)} {shown(item.default)}" for item in known)])

    @property
    def called(self) -> str:
        """The words that it begins with, without the hidden verb."""
        return " ".join(["lossplot", *self.verb.split(), self.spelling.name])

    def said(self, **values: Any) -> tuple[LossWord, dict[str, Any]]:
        """Return the word with its own parameters, and the options of the figure."""
        own = {item.name for item in self.spelling.parameters}
        all_said = given(values)
        mine = {name: value for name, value in all_said.items() if name in own}
        return LossWord(self.spelling, mine), {name: value for name, value in all_said.items() if name not in own}

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Return the options of the loss and of the figure, and the losses that may follow."""
        return [*completion.options(self.get_params(ctx), ctx, incomplete), *completion.losses(incomplete)]

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write how it is called."""
        formatter.write_usage(self.called, "[PARAMETERS] [LOSS [PARAMETERS]]... [OPTIONS]")


class LossGroup(click.Group):
    """A chain of loss words; each becomes a command when it is asked for."""

    def __init__(self, name: str, options: Callable[[], Sequence[click.Option]], **settings: Any) -> None:
        super().__init__(name, chain=True, no_args_is_help=False, context_settings=CONTEXT, **settings)
        self.options = options

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """Return the options of the figure, built when first needed."""
        return [*self.options(), *super().get_params(ctx)]

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return every canonical name."""
        return list(catalogue())

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Return the options of the figure, and every loss; without building the commands."""
        return [*completion.options(self.get_params(ctx), ctx, incomplete), *completion.losses(incomplete)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Build the command of one loss."""
        spelling = find(cmd_name)
        verb = "" if self.hidden else str(self.name)
        return LossCommand(spelling, self.options(), verb) if spelling else None

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        """Find a loss, or say which names come near."""
        if args and self.get_command(ctx, args[0]) is None and not ctx.resilient_parsing:
            raise UsageError(unknown(args[0]))
        return super().resolve_command(ctx, args)


def unknown(word: str) -> str:
    """Say that no loss has this name, and which names come near it."""
    context = click.get_current_context(silent=True)
    root = context.find_root().command if context else None
    if isinstance(root, click.Group) and word in root.commands:
        return f"'{word}' stands first or not at all; here a loss is expected, see lossplot list"
    from losscli.names.frameworks import REFUSED

    if word in AMBIGUOUS:
        return f"'{word}' is said of {' and of '.join(AMBIGUOUS[word])}; name the one you mean"
    if word in REFUSED:
        return f"{word} is none of the losses here: {REFUSED[word]}"
    return f"no loss is called '{word}'; {_meant(word)}"


def _meant(word: str) -> str:
    """Say what a word may have been meant for."""
    if re.fullmatch(r"[-+.,:\d]+", word):
        return "for another value of an option say the option again, and join logits: 1,2,3"
    if re.fullmatch(r"\w+=\S*", word):
        return f"a parameter is said as {flag(word.replace('=', ' '))}"
    if word == "lossplot":
        return "that is this program, and losses are named behind it; leave it out"
    near = [f"--{word}"] if word in ("help", "version") else _near(word)
    hint = f"did you mean {' or '.join(near)}? " if near else ""
    return f"{hint}lossplot list shows them all"


def _near(word: str) -> list[str]:
    """Return the names that may have been meant: in other letters, only begun, without the library, nearly spelled."""
    from difflib import get_close_matches

    from losscli.names.frameworks import rows

    said = word.lower().replace("_", "-")
    spelled = {name.lower().replace("_", "-"): name for name in (*rows(), *names())}
    alike = [name for key, name in spelled.items() if key.replace("-", "") == said.replace("-", "")]
    if alike:
        return alike[-1:]
    last = re.split("[.:]", said)[-1]
    same = [name for key, name in spelled.items() if re.split("[.:]", key)[-1] == last]
    begun = [name for name in names() if name.startswith(f"{said}-")]
    close = [spelled[key] for key in get_close_matches(said, spelled, n=HINTS, cutoff=0.5)]
    return ([*begun, *same] or close)[:HINTS]


def merged(words: list[tuple[LossWord, dict[str, Any]]], before: dict[str, Any]) -> Request:
    """Put together what stands before and after the loss words: repeated options add up, of others the last holds.

    Of what is chosen from a few words each counts once: a second time says nothing new.
    """
    options = given(before)
    several = [option for option in drawing_options() if option.multiple]
    repeated = {option.name for option in several}
    for _, said in words:
        for name, value in said.items():
            options[name] = options.get(name, ()) + value if name in repeated else value
    for option in several:
        if isinstance(option.type, Choice) and option.name in options:
            options[option.name] = tuple(dict.fromkeys(options[option.name]))
    losses = tuple(word for word, _ in words)
    look = figure_words(shlex.split(losses[0].loss.look)) if len(losses) == 1 and losses[0].loss.look else {}
    return Request(losses, options, look)


@cache
def drawing_options() -> tuple[click.Option, ...]:
    """Return every option that may stand anywhere in a drawing."""
    return (*TARGET, *DRAWING, *NUMBERS, *figure_options())
