"""Rewords Click's errors as one line: what was given; what is allowed."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import cast

import click

from losscli.cli.commands import LossCommand, LossGroup, OwnCommand
from losscli.cli.declared import drawing_options
from losscli.losses import catalogue
from losscli.recipe.recipe import flag

SIMILARITY = 0.8  # difflib's ratio above which an option is suggested: --log-target is no slip of the keys for --target
# Options that people try and lossplot calls otherwise.
SHEET = "--style FILE.mplstyle, a file with the line"
# The words stand before the first comma.
TRIED = {
    "-o figure.png": "--out --out-file --outfile --output-file --save --save-as --savefig --file --filename --path --to"
    " --export --png",
    **{f"-o figure.{form}": f"--{form}" for form in ("svg", "pdf", "gif", "html", "mp4")},
    "-o figure.png, which replaces the file that is there": "--overwrite --clobber",
    "-o figure.gif, of a sweep such as --target 0:1:20": "--animate --animation",
    "-o - --format svg": "--type --ext --extension",
    "--terminal": "--ascii --text --unicode",
    "--quiet": "--silent --no-output",
    "--line r--": "--color --colour --colors --linestyle --line-style --ls --fmt",
    "--line o-": "--marker --markers",
    f"{SHEET} lines.linewidth: 3": "--lw --linewidth --line-width",
    f"--label-size 12, or {SHEET} font.size: 12": "--fontsize --font-size",
    "--font 'DejaVu Serif'": "--font-family --fontname",
    "--style dark": "--theme --stylesheet --dark --dark-mode",
    "--transparent, or --style dark": "--background --bg",
    "--size 8cm auto": "--width --fig-width",
    "--size auto 6cm": "--height --fig-height",
    "--size 8cm 6cm": "--figsize --fig-size --figure-size",
    "--dpi 300": "--resolution --ppi",
    "--range -2 2": "--xrange --x-range --domain --xmin --xmax --x-min --x-max --min --max --from --start --stop --end"
    " --interval",
    "--xlim -2 2": "--x-lim",
    "--ylim 0 5": "--yrange --y-range --ymin --ymax --y-min --y-max --y-lim",
    "--points 99": "--samples --n --num --num-points --npoints --n-points",
    "--legend none": "--no-legend --hide-legend --nolegend",
    "--legend best": "--show-legend --legend-loc --legend-position --loc",
    "--title ''": "--no-title --hide-title",
    "--label TEXT": "--name --names --labels --legend-label --legend-labels",
    "--xlabel TEXT": "--x-label",
    "--ylabel TEXT": "--y-label",
    "--log y": "--logy --log-y --semilogy --yscale --log-scale --logscale",
    "--log x": "--logx --log-x --semilogx --xscale",
    "--log both": "--loglog --log-log",
    "--show value --show gradient": "--grad --gradient --derivative --derivatives --show-gradient",
    "--show excess": "--excess --show-excess --above-floor --suboptimality --regret",
    "--show hessian": "--hessian --second-derivative --show-hessian --curvature",
    "--target 1": "--y-true --true --truth --targets --y --ground-truth",
    "--at 0.5": "--pred --y-pred --prediction --predictions --eval --evaluate --value",
    "--as surface, of one sweep such as --target 0:1:20": "--3d --surface",
    "--as contour, of one sweep such as --target 0:1:20": "--heatmap --contour --2d",
    "--formula": "--latex --equation --show-formula",
    "--mark minimum": "--minimum --show-minimum --annotate",
    "--fps 20": "--frame-rate --framerate --speed --duration",
}
INSTEAD = {option: words for words, options in TRIED.items() for option in options.split()}


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
        named = command.named
        names = [*(item.name for item in named.every_parameter()), *(item.name for item in named.switches)]
        own = ", ".join(map(flag, names))
        hint = f"{f'its parameters are {own}' if own else 'it has no parameters'}; {hint}"
    path = ctx.command_path.replace(" draw", "")
    return f"{path.removeprefix('lossplot ')} has no option {option}; {hint}see {path} --help"


def _other_owner(command: LossCommand, option: str) -> str:
    """Return a hint if the option belongs to figures instead of `info`, or to another name of the loss."""
    from losscli.names.switches import missing_parameter

    if any(option in item.opts for item in drawing_options()):
        return f"lossplot {command.name} has it; "
    if isinstance(command, OwnCommand):
        return ""
    return missing_parameter(command.spelling, option.lstrip("-").replace("-", "_"), flag)
