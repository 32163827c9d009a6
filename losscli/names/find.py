"""What a name means: a loss of the catalogue, or a library's name for one."""

from __future__ import annotations

from losscli.losses import names
from losscli.model.spelling import Spelling

# Names that the field gives to two losses: whoever types one is asked which.
AMBIGUOUS = {
    "log-loss": ("cross-entropy", "logistic"),
    "l2-loss": ("l2", "half-squared-error"),
    "l1-l2": ("pseudo-huber", "smooth-l1"),
}


def find(name: str) -> Spelling | None:
    """Return what a name means: a loss of the catalogue or, read only then, a library's name for one."""
    loss = names().get(name)
    if loss:
        return Spelling(name, loss, loss.parameters)
    from losscli.names.frameworks import spelling

    return spelling(name)
