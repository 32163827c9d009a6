"""What an exact name means: a loss of the catalogue or, read only then, a library's name for one."""

from __future__ import annotations

from losscli.losses import names
from losscli.model.spelling import Spelling


def exact(name: str) -> Spelling | None:
    """Return what an exact name means, or None if it is none."""
    loss = names().get(name)
    if loss:
        return Spelling(name, loss, loss.parameters)
    from losscli.names.frameworks import spelling

    return spelling(name)


def meaning(name: str) -> Spelling:
    """Return what a name means that is known to be exact, because it comes from the catalogue or the table."""
    found = exact(name)
    assert found is not None  # noqa: S101 - only such names come here
    return found
