"""What a name means: a loss of the catalogue, or a library's name for one, exactly or as people spell it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from losscli.names.exact import exact

if TYPE_CHECKING:
    from losscli.model.spelling import Spelling


def find(name: str) -> Spelling | None:
    """Return what a name means, or None if it means no loss or may mean several.

    A forgiven spelling of a name means what the exact name means, and is called by it.
    """
    return exact(name) or _forgiven(name)


def _forgiven(word: str) -> Spelling | None:
    """Return what a word means that is no exact name but can mean only one."""
    from losscli.names.forgiven import forgiven

    name = forgiven(word)
    return exact(name) if name else None


def of_library(word: str) -> bool:
    """Return True if a word begins with the name of a library, or what is short for it."""
    from losscli.names.forgiven import SHORT, folded
    from losscli.names.frameworks import ALSO, LIBRARIES

    head = folded(word.partition(":")[0].split(".")[0])
    return SHORT.get(head, head) in {*map(folded, (*LIBRARIES, *ALSO)), "functional"}
