"""Words -> what is asked for: the verbs, a command for every loss, and how errors are said."""

from __future__ import annotations

import gc
import os
import sys
from functools import cache
from math import inf
from typing import TYPE_CHECKING, Any

import click

from losscli import __version__
from losscli.domain import Interval
from losscli.errors import LossplotError, UsageError
from losscli.losses import catalogue, names
from losscli.options import Number, figure_options, given, parameter_option
from losscli.words import LossWord, Request, curves
from losscli.work import Job, Text, dumped, job

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from losscli.model import Loss

CONTEXT = {"help_option_names": ["-h", "--help"]}
HELP_OPTIONS = ("-h", "--help", "--version")
VERBS = ("draw", "info", "list", "batch", "article")


def _repeat(*flags: str, help: str, metavar: str) -> click.Option:  # noqa: A002 - Click's own word
    return click.Option(flags, multiple=True, metavar=metavar, help=help)


TARGET = [_repeat("--target", metavar="TARGET", help="a number, a class index or a distribution a,b,...; repeatable")]
NUMBERS = [click.Option(["--json"], is_flag=True, help="as JSON")]
DRAWING = [
    click.Option(["--logits"], metavar="A,B,...", help="the logits that are held, for losses of several"),
    click.Option(["--vary"], type=Number(Interval(0, inf, "[)"), whole=True), metavar="INDEX", help="which of the logits the axis shows"),
    _repeat("--at", metavar="PREDICTION", help="print the numbers there and draw nothing; a,b,... for several logits"),
    click.Option(["--csv"], is_flag=True, help="with --at: as CSV"),
    click.Option(["-o", "--output"], multiple=True, metavar="FILE", help="where to, format by suffix; - is stdout"),
    click.Option(["--format"], metavar="FORMAT", help="for -o - or a name without suffix: png, svg, pdf"),
    click.Option(["--no-clobber"], is_flag=True, help="leave a file that is there already"),
    click.Option(["-q", "--quiet"], is_flag=True, help="do not print what was written"),
]


class LossCommand(click.Command):
    """A loss word with its parameters and, since they may stand anywhere, the options of the figure."""

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write how it is called, without the hidden verb."""
        verb = "info " if ctx.parent and ctx.parent.info_name == "info" else ""
        formatter.write_usage(f"lossplot {verb}{self.name}", "[PARAMETERS] [LOSS [PARAMETERS]]... [OPTIONS]")


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

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Build the command of one loss."""
        loss = names().get(cmd_name)
        if loss is None:
            return None
        own = [parameter_option(item) for item in loss.parameters]
        flags = {item.name for item in loss.parameters}

        def callback(**values: Any) -> tuple[LossWord, dict[str, Any]]:
            said = given(values)
            mine = {name: value for name, value in said.items() if name in flags}
            return LossWord(cmd_name, loss, mine), {name: said[name] for name in said if name not in flags}

        help_text = "\n\n".join(part for part in (loss.summary, loss.note) if part)
        return LossCommand(cmd_name, CONTEXT, callback, [*own, *self.options()], help=help_text, short_help=loss.summary)

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        """Find a loss, or say which names come near."""
        if args and self.get_command(ctx, args[0]) is None and not ctx.resilient_parsing:
            raise UsageError(unknown(args[0]))
        return super().resolve_command(ctx, args)


def unknown(word: str) -> str:
    """Say that no loss has this name, and which names come near it."""
    from difflib import get_close_matches

    if word in VERBS:
        return f"'{word}' stands first or not at all; here a loss is expected, see lossplot list"
    near = get_close_matches(word.lower(), names(), n=3, cutoff=0.5)
    hint = f"did you mean {' or '.join(near)}? " if near else ""
    return f"no loss is called '{word}'; {hint}lossplot list shows them all"




class Root(click.Group):
    """`lossplot`: a first word that is no verb begins a drawing."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the verb before loss words that stand without it."""
        if args and args[0] not in (*VERBS, *HELP_OPTIONS):
            args = ["draw", *args]
        return super().parse_args(ctx, args)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a verb, or for help and completion a loss."""
        return super().get_command(ctx, cmd_name) or self.commands["draw"].get_command(ctx, cmd_name)  # type: ignore[attr-defined,no-any-return]

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the verbs, then the losses: what may stand first."""
        return [*VERBS[1:], *catalogue()]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the verbs, then the losses by family, a line each."""
        with formatter.section("Verbs"):
            formatter.write_dl([(verb, self.commands[verb].get_short_help_str(80)) for verb in VERBS[1:]])
        families: dict[str, list[tuple[str, str]]] = {}
        for loss in catalogue().values():
            families.setdefault(loss.family.name, []).append((loss.name, loss.summary))
        for family, rows in families.items():
            with formatter.section(f"Losses: {family}"):
                formatter.write_dl(rows)


def merged(words: list[tuple[LossWord, dict[str, Any]]], before: dict[str, Any]) -> Request:
    """Put together what stands before and after the loss words: repeated options add up, of others the last holds."""
    options = given(before)
    repeated = {option.name for option in drawing_options() if option.multiple}
    for _, said in words:
        for name, value in said.items():
            options[name] = options.get(name, ()) + value if name in repeated else value
    return Request(tuple(word for word, _ in words), options)


@cache
def drawing_options() -> tuple[click.Option, ...]:
    """Return every option that may stand anywhere in a drawing."""
    return (*TARGET, *DRAWING, *NUMBERS, *figure_options())


def draw(words: list[tuple[LossWord, dict[str, Any]]], **before: Any) -> Job:
    """Read a drawing, or a table of numbers."""
    request = merged(words, before)
    return job(request, click.get_current_context().find_root().obj or "")


def info(words: list[tuple[LossWord, dict[str, Any]]], **before: Any) -> Job:
    """Read a question about losses."""
    request = merged(words, before)

    def text() -> str:
        from losscli.report import described, facts

        found = curves(request)
        if request.get("json"):
            return dumped([facts(curve) for curve in found])
        return "\n\n".join(described(curve) for curve in found) + "\n"

    return Text(text)


def list_losses(**options: Any) -> Job:
    """Read a question about the catalogue."""

    def text() -> str:
        if options["json"]:
            from losscli.report import listed

            return dumped(listed(catalogue().values()))
        width = max(map(len, catalogue()))
        lines = []
        for loss in catalogue().values():
            aliases = f" ({', '.join(loss.aliases)})" if loss.aliases else ""
            lines.append(f"{loss.name:<{width}}  {loss.summary}{aliases}")
        return "\n".join(lines) + "\n"

    return Text(text)


def batch(file: str, into: str) -> Job:
    """Read a file of command lines."""
    from losscli.batch import Batch

    return Batch(file, into, read)


def article(output: str) -> Job:
    """Read the packaged file of the article."""
    from losscli.batch import ARTICLE, Batch

    return Batch(str(ARTICLE), output, read)


def show_version(ctx: click.Context, _param: click.Parameter, value: bool) -> None:  # noqa: FBT001 - Click calls it so
    """Print the version and stop."""
    if value:
        click.echo(f"lossplot {__version__}")
        ctx.exit()


ROOT = Root(
    "lossplot",
    context_settings=CONTEXT,
    params=[
        click.Option(
            ["--version"], is_flag=True, is_eager=True, expose_value=False, callback=show_version, help="print the version"
        )
    ],
    subcommand_metavar="LOSS [PARAMETERS] [LOSS [PARAMETERS]]... [OPTIONS]",
    help="Draw and evaluate the loss functions of machine learning.",
    epilog="Example: lossplot pseudo-huber --delta 0.24 --range -1 1 -o ph.svg   "
    "(options of figures: lossplot draw --help; parameters of a loss: lossplot LOSS --help)",
)
for command in (
    LossGroup(
        "draw",
        drawing_options,
        result_callback=draw,
        hidden=True,
        short_help="draw losses: the verb may be left out",
        help="Draw losses in one figure, or print numbers with --at.\n\nExample: lossplot l1 l2 --range -2 2 -o both.svg",
    ),
    LossGroup(
        "info",
        lambda: (*TARGET, *NUMBERS),
        result_callback=info,
        short_help="formula, parameters, breaks, convexity, floor of losses",
        help="Say what is known of losses: formula, parameters, breaks, convexity, floor.\n\n"
        "Example: lossplot info huber --delta 2 --target 1",
    ),
    click.Command("list", CONTEXT, list_losses, [*NUMBERS], short_help="all losses", help="List every loss, a line each."),
    click.Command(
        "batch",
        CONTEXT,
        batch,
        [
            click.Argument(["file"], metavar="FILE"),
            click.Option(["--into"], default="", metavar="DIR", help="the folder for the figures, made if need be"),
        ],
        short_help="a figure for each line of a file",
        help="Draw a figure for each line of FILE (- is stdin): the words one would type after lossplot.\n\n"
        "Example: lossplot batch figures.txt --into figures",
    ),
    click.Command(
        "article",
        CONTEXT,
        article,
        [click.Option(["-o", "--output"], default="", metavar="DIR", help="the folder for the figures, made if need be")],
        short_help="the six figures and two numbers of the tutorial",
        help="Draw the six figures of the tutorial and print its two numbers.\n\nExample: lossplot article -o article",
    ),
):
    ROOT.add_command(command)


def read(words: Sequence[str], into: str = "") -> Job | None:
    """Understand a command line; None where Click has answered it (--help, --version)."""
    try:
        with ROOT.make_context("lossplot", list(words), obj=into) as context:
            found = ROOT.invoke(context)
            return found if isinstance(found, Job) else None
    except click.exceptions.Exit:
        return None
    except click.UsageError as error:
        raise UsageError(reworded(error)) from error


def reworded(error: click.UsageError) -> str:
    """Say Click's complaint in our form: what was said, and what is allowed."""
    command = error.cmd
    if isinstance(error, click.NoSuchOption):
        flag = error.option_name
        if isinstance(command, LossGroup):
            owners = [loss.name for loss in catalogue().values() if flag in _flags(loss)]
            if owners:
                return f"{flag} stands before its loss; a parameter follows its loss: {owners[0]} {flag} ..."
        from difflib import get_close_matches

        known = [flag for item in (command.params if command else []) for flag in item.opts]
        near = get_close_matches(flag, known, n=1)
        hint = f"did you mean {near[0]}? " if near else ""
        own = [flag for flag in known if isinstance(command, LossCommand) and flag in _flags(names()[str(command.name)])]
        takes = f"its parameters are {', '.join(own)}; " if own else "it has no parameters; "
        name = command.name if command else "lossplot"
        return f"{name} has no option {flag}; {hint}{takes if isinstance(command, LossCommand) else ''}see {name} --help"
    if isinstance(command, LossGroup) and error.message == "Missing command.":
        return "no loss is named; lossplot list shows them all"
    return error.format_message().rstrip(".")


def _flags(loss: Loss) -> list[str]:
    return [f"--{item.name.replace('_', '-')}" for item in loss.parameters]


def main(words: Sequence[str] | None = None) -> int:
    """Run lossplot; return the exit code: 0, 1 where the work failed, 2 for wrong words, 130 for Ctrl-C."""
    gc.disable()  # a short life needs no collector; work that allocates much turns it on again
    try:
        done = read((sys.argv[1:] if words is None else words) or ["--help"])
        if done:
            done.perform()
        sys.stdout.flush()
    except LossplotError as error:
        complain(str(error))
        return error.exit_code
    except (KeyboardInterrupt, click.Abort):
        return 130
    except BrokenPipeError:
        # Whoever read has gone; what is still buffered must not complain at exit either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except OSError as error:
        complain(f"{error.filename or 'standard output'}: {error.strerror}")
        return 1
    except MemoryError:
        complain("out of memory; fewer --points or curves need less")
        return 1
    return 0


def complain(message: str) -> None:
    """Say one line on stderr."""
    print(f"lossplot: {' '.join(message.split())}", file=sys.stderr)
