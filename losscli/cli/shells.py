"""Answers the questions of bash, zsh and fish, with Click's classes and what these lack.

A shell asks in Click's protocol: `_LOSSPLOT_COMPLETE=bash_source lossplot` prints its script, `bash_complete` a list.
"""

from __future__ import annotations

import os
import shlex
from typing import TYPE_CHECKING

from click.shell_completion import (
    BashComplete,
    FishComplete,
    ShellComplete,
    ZshComplete,
    add_completion_class,
    shell_complete,
    split_arg_string,
)

from losscli.cli.completion import VARIABLE
from losscli.errors import UsageError

if TYPE_CHECKING:
    import click
    from click.shell_completion import CompletionItem

# Readline breaks words at colons, and Click's script relies on its words: torch:l1 would be three. This script passes
# the line as typed and returns only what follows the last colon, which is the part that readline replaces.
BASH = """\
%(complete_func)s() {
    local line=${COMP_LINE:0:COMP_POINT} word kept= type value
    word=${line##*[[:space:]]}
    [[ $COMP_WORDBREAKS == *:* && $word == *:* ]] && kept=${word%%"${word##*:}"}
    COMPREPLY=()
    while IFS=, read -r type value; do
        case $type in
            dir) compopt -o dirnames ;;
            file) compopt -o default ;;
            plain) COMPREPLY+=("${value#"$kept"}") ;;
        esac
    done < <(env COMP_WORDS="$line" %(complete_var)s=bash_complete "$1")
}
complete -o nosort -F %(complete_func)s %(prog_name)s
"""


class Bash(BashComplete):
    """Completion for bash of words with colons and with spaces."""

    source_template = BASH

    def get_completion_args(self) -> tuple[list[str], str]:
        """Return the complete words before the cursor, and the incomplete word at it."""
        line = os.environ["COMP_WORDS"]
        words = split_arg_string(line)
        begins_a_word = len(split_arg_string(f"{line}x")) > len(words)
        return (words[1:], "") if begins_a_word else (words[1:-1], words[-1])

    def format_completion(self, item: CompletionItem[str]) -> str:
        """Return `type,value`, with spaces escaped unless a quote is open."""
        value = item.value if _quote_is_open(os.environ["COMP_WORDS"]) else item.value.replace(" ", "\\ ")
        return f"{item.type},{value}"


def _quote_is_open(line: str) -> bool:
    try:
        shlex.split(line.rstrip("\\"))
    except ValueError:
        return True
    return False


class WholeWord(ShellComplete):
    """Completes `--show=v` to `--show=value`: zsh and fish replace the whole word, and Click returns the value only."""

    def get_completions(self, args: list[str], incomplete: str) -> list[CompletionItem[str]]:
        """Return the completions of a word."""
        found: list[CompletionItem[str]] = super().get_completions(args, incomplete)
        option, equals, _ = incomplete.partition("=")
        if option.startswith("--") and equals:
            for item in found:
                item.value = f"{option}={item.value}"
        return found


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
    if action == "complete":
        try:
            SHELLS[shell](root, {}, "lossplot", VARIABLE).get_completion_args()
        except (KeyError, ValueError, IndexError):  # a variable is missing, empty, or no number
            raise UsageError(f"{VARIABLE}={instruction}; a shell asks so, with COMP_WORDS and COMP_CWORD") from None
    add_completion_class(SHELLS[shell])
    shell_complete(root, {}, "lossplot", VARIABLE, instruction)
