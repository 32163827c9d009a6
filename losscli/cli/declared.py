"""The options that may stand anywhere on the command line of a drawing, besides those of the figure itself."""

from __future__ import annotations

from functools import cache
from math import inf
from typing import Any

import click

from losscli.cli import completion
from losscli.cli.options import Number, Numbers, Option, figure_options
from losscli.model.domains import Interval
from losscli.recipe.formats import SUFFIXES
from losscli.recipe.recipe import NUMBERS, PLACES, ROWS, SHOWN, STEPS, flag


def _repeat(flag: str, group: str, metavar: str, text: str, **settings: Any) -> Option:
    return Option([flag], group, multiple=True, metavar=metavar, help=text, **settings)


TARGET = [
    _repeat(
        "--target",
        SHOWN,
        "TARGET|LO:HI:N",
        "a number, a class index or a distribution a,b,...; repeatable; LO:HI:N is N evenly spaced ones",
    )
]
NUMBERS_AS = [Option(["--json"], NUMBERS, is_flag=True, help="as JSON")]
FORMAT = Option(
    ["--format"],
    PLACES,
    metavar="FORMAT",
    callback=lambda _ctx, _param, value: value and value.lower(),
    help=f"for -o - or a name without suffix: {SUFFIXES}",
    shell_complete=completion.formats,
)
TOLERANCE = Option(
    ["--tolerance"],
    NUMBERS,
    type=Number(Interval(0, inf)),
    metavar="RELATIVE",
    help="the relative difference that is allowed  [default: 1e-6; in float32 1e-4]",
)
DRAWING = [
    Option(["--logits"], SHOWN, metavar="A,B,...", help="the logits that are held, for losses of several"),
    Option(
        ["--vary"],
        SHOWN,
        type=Number(Interval(0, inf, "[)"), whole=True),
        metavar="INDEX",
        help="which of the logits the axis shows",
    ),
    _repeat(
        "--at",
        NUMBERS,
        "PREDICTION|LO:HI:N|FILE",
        "print the numbers there and draw nothing; a,b,... for several logits; a file has one a line, - is stdin",
        shell_complete=completion.files,
    ),
    Option(
        ["--pairs"],
        NUMBERS,
        metavar="FILE",
        help="print the numbers at each line of a file, a prediction and its target; - is stdin",
        shell_complete=completion.files,
    ),
    Option(
        ["--order"],
        NUMBERS,
        type=click.Choice(["0", "1", "2"]),
        help="with --at or --pairs: 0 the value alone, 1 the gradient too, 2 the Hessian too  [default: 2]",
    ),
    Option(["--csv"], NUMBERS, is_flag=True, help="with --at or --pairs: as CSV"),
    _repeat(
        "--data",
        ROWS,
        "FILE",
        "print what the losses make of these predictions: CSV, TSV, NPY, NPZ, Parquet, Arrow, a folder; - is stdin",
        shell_complete=completion.files,
    ),
    Option(["--columns"], ROWS, metavar="TARGET,PREDICTION", help="the columns of --data; guessed from usual names"),
    Option(["--weights"], ROWS, metavar="COLUMN", help="the column of --data that weighs its rows"),
    Option(["--suggest"], ROWS, is_flag=True, help="also parameters that suit the data, with reason and source"),
    Option(["--jobs"], ROWS, type=Number(Interval(1, 1000, "[]"), whole=True), metavar="N", help="in N processes"),
    Option(["--dask"], ROWS, metavar="ADDRESS", help="on the workers of the Dask cluster of this scheduler"),
    _repeat(
        "--descend",
        STEPS,
        "START|LO:HI:N",
        "let a prediction descend from here; a,b,... for several logits; with --data on the mean loss of its targets; "
        "repeatable",
    ),
    _repeat(
        "--rate",
        STEPS,
        "RATE|LO:HI:N",
        "its learning rate; repeatable  [default: 0.1]",
        type=Numbers(Interval(0)),
    ),
    Option(
        ["--steps"],
        STEPS,
        type=Number(Interval(1, 10**6, "[]"), whole=True),
        metavar="N",
        help="how many  [default: 40]",
    ),
    Option(
        ["-o", "--output"],
        PLACES,
        multiple=True,
        metavar="FILE",
        help="where to, format by suffix; - is stdout",
        shell_complete=completion.files,
    ),
    FORMAT,
    Option(
        ["--terminal"],
        PLACES,
        is_flag=True,
        help="draw with characters, here in the terminal; in files too if -o names some",
    ),
    Option(["--no-clobber"], PLACES, is_flag=True, help="leave a file that is there already"),
    Option(["-q", "--quiet"], PLACES, is_flag=True, help="do not print what was written"),
]


def _optimizer_options() -> list[click.Option]:
    """Return the options for an optimizer and its parameters, which are declared where the optimizers are."""
    from losscli.training.optimizers import OPTIMIZERS, parameter_options

    names = {
        option: [one.name for one in OPTIMIZERS.values() if item.name in {own.name for own in one.parameters}]
        for option, item in parameter_options().items()
    }
    return [
        _repeat("--optimizer", STEPS, "NAME", f"one of {', '.join(OPTIMIZERS)}; repeatable  [default: gd]"),
        *(
            Option(
                [flag(option)],
                STEPS,
                type=Number(item.interval),
                metavar="NUMBER",
                help=f"{item.help}  [of {', '.join(names[option])}]",
            )
            for option, item in parameter_options().items()
        ),
    ]


@cache
def drawing_options() -> tuple[click.Option, ...]:
    """Return every option that may stand anywhere on the command line of a drawing."""
    return (*TARGET, *DRAWING, *_optimizer_options(), *NUMBERS_AS, *figure_options())


def options_named(*names: str) -> list[click.Option]:
    """Return some of the options of a drawing, for commands that have these alone."""
    return [option for option in drawing_options() if option.name in names]
