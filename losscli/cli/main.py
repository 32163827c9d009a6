"""The command-line entry point: parses arguments, runs the command, returns the exit code."""

from __future__ import annotations

import os
import sys
from functools import partial
from math import inf
from typing import TYPE_CHECKING, Any

import click

from losscli.cli import completion
from losscli.cli.commands import CONTEXT, EXPLORE, LossGroup, request
from losscli.cli.declared import FORMAT, NUMBERS_AS, TARGET, TOLERANCE, drawing_options, options_named
from losscli.cli.options import Number
from losscli.cli.own import NOWHERE, TRACEBACK, Origin
from losscli.cli.root import Root
from losscli.errors import LossplotError, UsageError, complain, discard_output, open_closed_streams
from losscli.model.domains import Interval
from losscli.version import __version__

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from losscli.cli.commands import WordAndOptions
    from losscli.runs.job import Job


def draw(words: list[WordAndOptions], **before: Any) -> Job:
    """Return the job of drawing a figure or, with --at, of printing numbers."""
    asked = request(words, before)
    reading = sorted({"at", "pairs", "data"} & asked.options.keys())
    if reading and click.get_current_context().find_root().obj.figure:
        raise UsageError(f"--{reading[0]} reads predictions; the words of a figure read none")
    if {"at", "pairs"} & asked.options.keys():
        from losscli.runs.numbers import numbers

        return numbers(asked)
    if "data" in asked.options and "descend" not in asked.options:
        from losscli.runs.predictions import predictions

        return predictions(asked, click.get_current_context().find_root().obj.into)
    if "descend" in asked.options:
        from losscli.runs.descending import descending

        return descending(asked, click.get_current_context().find_root().obj.into)
    from losscli.runs.drawing import drawing

    return drawing(asked, click.get_current_context().find_root().obj.into)


def info(words: list[WordAndOptions], **before: Any) -> Job:
    """Return the job of describing losses."""
    from losscli.runs.facts import information

    return information(request(words, before))


def check(words: list[WordAndOptions], **before: Any) -> Job:
    """Return the job of comparing a user's own loss with an exact one."""
    from losscli.runs.checking import checking

    return checking(request(words, before), click.get_current_context().find_root().obj.into)


def list_losses(**options: Any) -> Job:
    """Return the job of listing losses."""
    from losscli.runs.job import Text
    from losscli.wording.listing import listing

    return Text(lambda: [listing(**options)])


def batch(file: str, into: str, jobs: int | None, dask: str, **options: Any) -> Job:
    """Return the job of running a file of command lines. Raise UsageError for two kinds of workers."""
    from losscli.runs.batch import Batch

    if jobs and dask:
        raise UsageError(f"--jobs {jobs} and --dask {dask}; give one or the other")
    force, read_line = options["force"], reader(code=options["allow_code"])
    return Batch(file, into, read_line, again=force, force=force, jobs=jobs or 1, dask=dask)


def article(output: str, *, force: bool) -> Job:
    """Return the job of drawing the tutorial's figures, which is a batch in a file of the package."""
    from losscli.runs.batch import ARTICLE, Batch

    return Batch(str(ARTICLE), output, reader(code=False), again=True, force=force)


def redo(figures: tuple[str, ...], output: str, *, allow_code: bool, **options: Any) -> Job:
    """Return the job of drawing figures again."""
    from losscli.runs.redo import Redo

    return Redo(figures, output, options["format"], reader(code=allow_code, figure=True))


def show_version(ctx: click.Context, _param: click.Parameter, value: bool) -> None:
    """Print the version and exit."""
    if value:
        click.echo(f"lossplot {__version__}")
        ctx.exit()


ALLOW_CODE = click.Option(
    ["--allow-code"], is_flag=True, help="run the code that loss words such as mine.py:focal name in these words"
)


def folder_option(*flags: str) -> click.Option:
    """Return the option for the folder of many figures."""
    text = "the folder for the figures, made if need be"
    return click.Option(flags, default="", metavar="DIR", help=text, shell_complete=completion.folders)


DRAW = LossGroup(
    "draw",
    drawing_options,
    result_callback=draw,
    hidden=True,
    help="Draw losses in one figure, or print numbers with --at; the word draw may be left out.\n\n"
    "Example: lossplot l1 l2 --range -2 2 -o both.svg",
)
INFO = LossGroup(
    "info",
    lambda: (*TARGET, *NUMBERS_AS),
    result_callback=info,
    short_help="formula, parameters, breaks, convexity, floor of losses",
    help="Say what is known of losses: formula, parameters, breaks, convexity, floor.\n\n"
    "Example: lossplot info pseudo-huber --delta 2 --target 1",
)
CHECK = LossGroup(
    "check",
    lambda: (*TARGET, TOLERANCE, *NUMBERS_AS, *options_named("range", "output")),
    result_callback=check,
    short_help="a loss of your own against an exact one, with a verdict",
    help="Compare a loss of your own, as code or an expression, with one of the catalogue: value, gradient and Hessian "
    "where implementations fail. Exit code 0: they agree; 1: they differ. Without a second loss: which one is nearest."
    "\n\nExample: lossplot check mine.py:huber huber --delta 2",
)
LIST = click.Command(
    "list",
    CONTEXT,
    list_losses,
    [
        click.Argument(["search"], required=False, metavar="[WORD]", shell_complete=completion.canonical),
        click.Option(["--family"], metavar="FAMILY", help="only this family", shell_complete=completion.families),
        click.Option(["--convex"], is_flag=True, help="only losses that are convex by default"),
        click.Option(
            ["--framework"],
            metavar="LIBRARY",
            help="a library's names instead: torch, keras, sklearn, ...",
            shell_complete=completion.libraries,
        ),
        *NUMBERS_AS,
    ],
    short_help="all losses, or those that a word, a family or a library has",
    help="List the losses by family, a line each; WORD is looked for in names and descriptions.\n\n"
    "Example: lossplot list huber",
)
BATCH = click.Command(
    "batch",
    CONTEXT,
    batch,
    [
        click.Argument(["file"], metavar="FILE", shell_complete=completion.files),
        folder_option("--into"),
        click.Option(["--force"], is_flag=True, help="draw again what is there, and replace what is not lossplot's"),
        click.Option(
            ["--jobs"], type=Number(Interval(1, inf, "[)"), whole=True), metavar="N", help="draw in N processes"
        ),
        click.Option(["--dask"], default="", metavar="ADDRESS", help="draw on a Dask cluster: that of its scheduler"),
        ALLOW_CODE,
    ],
    short_help="a figure for each line of a file",
    help="Draw a figure for each line of FILE (- is stdin): the words one would type after lossplot.\n\n"
    "Example: lossplot batch figures.txt --into figures",
)
ARTICLE = click.Command(
    "article",
    CONTEXT,
    article,
    [
        folder_option("-o", "--output"),
        click.Option(["--force"], is_flag=True, help="replace also files that lossplot did not make"),
    ],
    short_help="the six figures and two numbers of the tutorial",
    help="Draw the six figures of the tutorial and print its two numbers.\n\nExample: lossplot article -o article",
)
REDO = click.Command(
    "redo",
    CONTEXT,
    redo,
    [
        click.Argument(["figures"], nargs=-1, required=True, metavar="FIGURE...", shell_complete=completion.files),
        click.Option(
            ["-o", "--output"],
            default="",
            metavar="FILE",
            help="where to, for one figure; format by suffix",
            shell_complete=completion.files,
        ),
        FORMAT,
        ALLOW_CODE,
    ],
    short_help="figures again, from the words inside their files",
    help="Draw figures again, from the words inside their files: in place, or one into another FILE.\n\n"
    "Example: lossplot redo figure.svg -o figure.pdf",
)
VERSION = click.Option(
    ["--version"], is_flag=True, is_eager=True, expose_value=False, callback=show_version, help="print the version"
)
ROOT = Root(
    "lossplot",
    context_settings=CONTEXT,
    params=[VERSION],
    commands={"draw": DRAW, "plot": DRAW, "compare": DRAW}
    | {str(command.name): command for command in (INFO, CHECK, LIST, BATCH, ARTICLE, REDO, EXPLORE)},
    subcommand_metavar="LOSS [PARAMETERS] [LOSS [PARAMETERS]]... [OPTIONS]",
    help="Draw and evaluate the loss functions of machine learning.",
    epilog="Example: lossplot pseudo-huber --delta 0.24 --range -1 1 -o ph.svg\n\n"
    "Options of figures: lossplot draw --help; parameters of a loss: lossplot LOSS --help.\n\n"
    "\b\nWords complete with TAB once a shell knows them, here bash (or zsh_source):\n"
    '  eval "$(_LOSSPLOT_COMPLETE=bash_source lossplot)"\n'
    "and in fish: _LOSSPLOT_COMPLETE=fish_source lossplot | source",
)


def reader(*, code: bool, figure: bool = False) -> Callable[[Sequence[str], str], Job | None]:
    """Return what reads the command lines of a file: of the words and the folder for their relative outputs."""
    return partial(_read_line, code=code, figure=figure)  # other processes can be told it


def _read_line(words: Sequence[str], into: str, *, code: bool, figure: bool) -> Job | None:
    return read(words, Origin(into, code, figure))


def read(words: Sequence[str], origin: Origin = NOWHERE) -> Job | None:
    """Return the job of a command line, or None if Click has answered it (--help, --version).

    Raises UsageError for wrong arguments.
    """
    try:
        with ROOT.make_context("lossplot", list(words), obj=origin) as context:
            job: Job = ROOT.invoke(context)
            return job
    except click.exceptions.Exit:
        return None
    except click.UsageError as error:
        from losscli.cli.messages import reworded

        raise UsageError(reworded(error)) from error


def main(words: Sequence[str] | None = None) -> int:
    """Run a command line, by default that of the process, and return the exit code.

    0: done; 1: the work failed; 2: wrong arguments; 130: interrupted by Ctrl-C; 141: the reader of stdout has gone.
    """
    given = sys.argv[1:] if words is None else words
    question = os.environ.get(completion.VARIABLE) if words is None else None
    open_closed_streams()
    try:
        if question:
            from losscli.cli.shells import answer

            answer(ROOT, question)
        elif job := read(given or ["--help"], Origin(code=True)):
            job.perform()
        sys.stdout.flush()
    except (KeyboardInterrupt, click.Abort):
        return 130
    except (LossplotError, OSError, MemoryError) as error:
        if TRACEBACK in given:
            import traceback  # starting is quicker without it

            traceback.print_exception(error)
        return _failed(error)
    return 0


def _failed(error: LossplotError | OSError | MemoryError) -> int:
    """Print the error, unless nobody reads stdout any more, and return the exit code."""
    if isinstance(error, LossplotError):
        complain(error)
        return error.exit_code
    if isinstance(error, MemoryError):
        from losscli.runs.job import OUT_OF_MEMORY

        complain(OUT_OF_MEMORY)
        return 1
    if isinstance(error, BrokenPipeError):
        discard_output()
        return 141
    complain(f"{error.filename or 'standard output'}: {error.strerror}")
    if not error.filename:
        discard_output()
    return 1
