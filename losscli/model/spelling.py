"""A name -> what it means: a loss, and how parameters and targets by that name become the loss's own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from losscli.model.loss import resolved

if TYPE_CHECKING:
    from collections.abc import Mapping

    from losscli.model.domains import Kind
    from losscli.model.loss import Loss, Parameter

Constant = float | Callable[..., Any]


def unchanged(said: Mapping[str, float | None]) -> Mapping[str, float | None]:
    """Return parameters as they are said."""
    return said


@dataclass(frozen=True)
class Targets:
    """What a library takes for a target, where that is not what the loss takes."""

    change: Callable[..., Any]  # of its `y`, and of what is said, into the loss's own
    kind: Kind | None = None  # None: that of the loss


@dataclass(frozen=True)
class Spelling:
    """A name for a loss: its parameters and targets by that name, and how they become the loss's own."""

    name: str
    loss: Loss
    parameters: tuple[Parameter, ...]
    canonical: Callable[[Mapping[str, float | None]], Mapping[str, float | None]] = unchanged
    # A number each, or a function of what is said, of the loss's own parameters, of the target `y` as the loss reads it
    # (one or an array), and of the number of `classes`.
    factor: Constant = 1.0
    shift: Constant = 0.0
    # Of the formula's arguments, and of its parameters by their names: the value itself, where factor and constant
    # would lose it.
    value: Callable[..., Any] | None = None
    targets: Targets | None = None

    def reads(self, said: Mapping[str, float | None]) -> Kind:
        """Return the kind of target by that name, for these parameters."""
        return (self.targets and self.targets.kind) or self.loss.reads(self.canonical(said))

    def meant(self, target: Any, said: Mapping[str, float | None]) -> Any:
        """Return what the loss takes for a target, or for each of an array; of none, none."""
        if self.targets is None or target is None:
            return target
        return resolved(self.targets.change, {**said, "y": target})
