"""Answers the questions of bash, zsh and fish, with Click's classes and what these lack.

A shell asks in Click's protocol: `_LOSSPLOT_COMPLETE=bash_source lossplot` prints its script, `bash_complete` a list.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from click.shell_completion import (
    BashComplete,
    FishComplete,
    ShellComplete,
    ZshComplete,
    add_completion_class,
    shell_complete,
)

from losscli.cli.completion import VARIABLE
from losscli.errors import UsageError

if TYPE_CHECKING:
    import click
    from click.shell_completion import CompletionItem


class WholeWord(ShellComplete):
    """Completes `--show=v` to `--show=value`: shells replace the whole word, and Click returns the value only."""

    def get_completions(self, args: list[str], incomplete: str) -> list[CompletionItem[str]]:
        """Return the completions of a word."""
        found: list[CompletionItem[str]] = super().get_completions(args, incomplete)
        option, equals, _ = incomplete.partition("=")
        if option.startswith("--") and equals:
            for item in found:
                item.value = f"{option}={item.value}"
        return found


class Bash(WholeWord, BashComplete):
    """Completion for bash of words with colons, such as xgboost:reg:squarederror, and with spaces."""

    # Readline breaks words at colons and equals signs unless they are taken out of this variable.
    source_template = f"{BashComplete.source_template}\nCOMP_WORDBREAKS=${{COMP_WORDBREAKS//[:=]}}\n"

    def format_completion(self, item: CompletionItem[str]) -> str:
        """Return `type,value`, with spaces escaped unless a quote is open."""
        line = os.environ["COMP_WORDS"]
        quoted = line.count("'") % 2 or line.count('"') % 2
        value = item.value if quoted else item.value.replace(" ", r"\\ ")  # Click's script reads \\ as one
        return f"{item.type},{value}"


class Zsh(WholeWord, ZshComplete):
    """Completion for zsh."""


class Fish(WholeWord, FishComplete):
    """Completion for fish; Click's script would cut a help text at its first comma."""

    source_template = FishComplete.source_template.replace('string split ","', 'string split -m1 ","')


SHELLS: dict[str, type[ShellComplete]] = {"bash": Bash, "zsh": Zsh, "fish": Fish}


def answer(root: click.Group, instruction: str) -> None:
    """Print the script for a shell, or the completions. Raise UsageError for any other instruction."""
    shell, _, action = instruction.partition("_")
    if shell not in SHELLS or action not in ("source", "complete"):
        allowed = ", ".join(f"{known}_source" for known in SHELLS)
        raise UsageError(f"{VARIABLE}={instruction}; it is one of {allowed}")
    add_completion_class(SHELLS[shell])
    try:
        shell_complete(root, {}, "lossplot", VARIABLE, instruction)
    except (KeyError, ValueError, IndexError):  # a variable of the shell is missing, empty, or no number
        raise UsageError(f"{VARIABLE}={instruction}; a shell asks so, with COMP_WORDS and COMP_CWORD") from None
