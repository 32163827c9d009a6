"""Spelling: what a name stands for. A loss, and how parameters and targets by that name become the loss's own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import product
from typing import TYPE_CHECKING, Any, NamedTuple

from losscli.model.loss import Loss, Parameter, resolved

if TYPE_CHECKING:
    from losscli.model.domains import Kind
    from losscli.model.numbers import Value

Constant = float | Callable[..., Any]


def unchanged(named: Mapping[str, Value]) -> Mapping[str, Value]:
    """Return parameters as they are named."""
    return named


class Targets(NamedTuple):
    """How a library's targets become those of the loss, where they differ."""

    change: Callable[..., Any]  # from the library's target `y`, and its parameters by name, to the loss's target
    kind: Kind | None = None  # of the library's target; None: that of the loss


class Switch(NamedTuple):
    """A choice that a library leaves to its users, such as `from_logits`."""

    name: str
    default: bool
    help: str


class Spelling(NamedTuple):
    """A name for a loss, with its parameters, switches and targets by that name.

    `factor` and `shift` are numbers, or functions of any of: the named parameters, the loss's own parameters, the
    target `y` as the loss takes it (a number or an array), and the number of `classes`. `value` is a function of the
    formula's arguments and, by name, of its parameters; it replaces the value where factor and shift would lose digits.
    """

    name: str
    loss: Loss
    parameters: tuple[Parameter, ...]
    canonical: Callable[[Mapping[str, Value]], Mapping[str, Value]] = unchanged
    factor: Constant = 1.0
    shift: Constant = 0.0
    value: Callable[..., Any] | None = None
    targets: Targets | None = None
    switches: tuple[Switch, ...] = ()
    choose: Callable[[Mapping[str, bool]], Spelling] | None = None  # what the name means with given switches
    chosen: Mapping[str, bool] = {}  # the switches that were given
    settings: Mapping[str, str] = {}  # of a user's own loss: how it is to be read, such as family margin

    @property
    def label(self) -> str:
        """The name with the switches that were given: `torch.nn.PoissonNLLLoss(full=True)`."""
        given = ", ".join(f"{name}={value}" for name, value in self.chosen.items())
        return f"{self.name}({given})" if given else self.name

    def switched(self, given: Mapping[str, bool]) -> Spelling:
        """Return what the name means with these switches."""
        return self.choose(given) if self.choose and given else self

    def parameters_with(self, switch: Switch) -> set[str]:
        """Return the names of the parameters that the name has with a switch turned from its default."""
        return {item.name for item in self.switched({**self.chosen, switch.name: not switch.default}).parameters}

    def every_parameter(self) -> tuple[Parameter, ...]:
        """Return the parameters that the name has with any switches."""
        choices = product(*([False, True] for _ in self.switches))
        every = [self.switched(dict(zip((item.name for item in self.switches), each, strict=True))) for each in choices]
        return tuple({item.name: item for found in (self, *every) for item in found.parameters}.values())

    def reads(self, named: Mapping[str, Value]) -> Kind:
        """Return the kind of target that the name takes with these parameters."""
        return (self.targets and self.targets.kind) or self.loss.reads(self.canonical(named))

    def canonical_target(self, target: Any, named: Mapping[str, Value]) -> Any:
        """Return the loss's target for a target by this name (a number or an array); None for None."""
        if self.targets is None or target is None:
            return target
        return resolved(self.targets.change, {**named, "y": target})
