"""What a name means: a loss of the catalogue, or a library's name for one, exactly or as people spell it."""

from __future__ import annotations

from losscli.losses import names
from losscli.model.spelling import Spelling


def find(name: str) -> Spelling | None:
    """Return what a name means: a loss of the catalogue or, read only then, a library's name for one.

    A forgiven spelling of a name means what the exact name means, and is called by it.
    """
    loss = names().get(name)
    if loss:
        return Spelling(name, loss, loss.parameters)
    from losscli.names.frameworks import spelling

    return spelling(name) or _forgiven(name)


def _forgiven(word: str) -> Spelling | None:
    """Return what a word means that is no exact name but can mean only one."""
    from losscli.names.forgiven import exact, forgiven

    name = forgiven(word)
    return exact(name) if name else None
