"""A shell's question -> its answer, in Click's protocol: `_LOSSPLOT_COMPLETE=bash_source lossplot` and the like."""

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

# Unlike Click's it hands over the line as typed, since readline breaks words at colons too, and gives back only what
# follows the last colon, which is what readline replaces.
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
    done < <(env COMP_WORDS="$line" COMP_CWORD= %(complete_var)s=bash_complete "$1")
}
complete -o nosort -F %(complete_func)s %(prog_name)s
"""


class Bash(BashComplete):
    """Completion for bash that knows words with colons and with spaces in them."""

    source_template = BASH

    def get_completion_args(self) -> tuple[list[str], str]:
        """Return the words before the cursor, and the one at it."""
        if os.environ.get("COMP_CWORD"):  # a script that splits into words itself, as Click's does
            return super().get_completion_args()
        line = os.environ["COMP_WORDS"]
        words = split_arg_string(line)
        if len(split_arg_string(f"{line}x")) > len(words):  # another letter would begin another word
            return words[1:], ""
        return words[1:-1], words[-1]

    def format_completion(self, item: CompletionItem[str]) -> str:
        """Return a word as one types it: with its spaces escaped, unless a quote is open."""
        value = item.value if _quote_is_open(os.environ["COMP_WORDS"]) else item.value.replace(" ", "\\ ")
        return f"{item.type},{value}"


def _quote_is_open(line: str) -> bool:
    try:
        shlex.split(line.rstrip("\\"))
    except ValueError:
        return True
    return False


class Whole(ShellComplete):
    """Gives back all of a word such as `--show=value`, in shells that put it in the place of what is typed of it."""

    def get_completions(self, args: list[str], incomplete: str) -> list[CompletionItem[str]]:
        """Return what may follow."""
        found: list[CompletionItem[str]] = super().get_completions(args, incomplete)
        option, equals, _ = incomplete.partition("=")
        if option.startswith("--") and equals:
            for item in found:
                item.value = f"{option}={item.value}"
        return found


class Zsh(Whole, ZshComplete):
    """Completion for zsh."""


class Fish(Whole, FishComplete):
    """Completion for fish; Click's script would cut what is said of a word at its first comma."""

    source_template = FishComplete.source_template.replace('string split ","', 'string split -m1 ","')


SHELLS: dict[str, type[ShellComplete]] = {"bash": Bash, "zsh": Zsh, "fish": Fish}


def answer(root: click.Group, instruction: str) -> None:
    """Print the script that a shell evaluates, or what may follow the words that it has."""
    shell, _, what = instruction.partition("_")
    if shell not in SHELLS or what not in ("source", "complete"):
        allowed = ", ".join(f"{known}_source" for known in SHELLS)
        raise UsageError(f"{VARIABLE}={instruction}; it is one of {allowed}")
    if what == "complete":
        try:
            SHELLS[shell](root, {}, "lossplot", VARIABLE).get_completion_args()
        except (KeyError, ValueError):  # one is not there, or is no number
            raise UsageError(f"{VARIABLE}={instruction}; a shell asks so, with COMP_WORDS and COMP_CWORD") from None
    add_completion_class(SHELLS[shell])
    shell_complete(root, {}, "lossplot", VARIABLE, instruction)
