"""The optimizers: each is one block, a generator that takes gradients in and gives steps out, as torch.optim does."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from functools import cached_property
from itertools import count
from typing import TYPE_CHECKING, Annotated, Any

from losscli.errors import UsageError
from losscli.lazy import Array, np
from losscli.model.domains import Interval, NonNegative
from losscli.model.loss import Parameter, declared_parameters, documented
from losscli.model.numbers import shown

if TYPE_CHECKING:
    from collections.abc import Mapping

# Takes each gradient, of any shape, and gives what is subtracted from the prediction. What it gives before it has the
# first gradient is not used.
Steps = Generator[Array, Array, None]
Share = Interval(0, 1, "[)")
Momentum = Annotated[float, Share, "how much of the last step is kept"]
Steadying = Annotated[NonNegative, "added to the root that it divides by"]


@dataclass(frozen=True)
class Optimizer:
    """A rule that makes steps of gradients.

    `formula` takes the rate, a number or an array that broadcasts against the gradients, and its parameters by name;
    their annotations have the intervals and the help.
    """

    name: str
    formula: Callable[..., Steps]
    rate: float  # the default of PyTorch
    # Near a minimum of curvature h it diverges if the rate is above this number over h; None: it has no such limit.
    limit: Callable[..., float] | None = None
    forgets: bool = False  # its step depends on the last gradient alone

    @cached_property
    def summary(self) -> str:
        """The first line of the formula's docstring."""
        return documented(self.formula)[0]

    @cached_property
    def note(self) -> str:
        """The rest of the docstring: conventions and source."""
        return documented(self.formula)[1]

    @cached_property
    def parameters(self) -> tuple[Parameter, ...]:
        """The arguments of the formula that have a default."""
        return declared_parameters(self.formula)

    def complete(self, given: Mapping[str, float]) -> dict[str, float]:
        """Return all parameters, the given ones and the defaults. Raise UsageError for others, or outside."""
        known: dict[str, Any] = {item.name: item.default for item in self.parameters}
        for name in given:
            if name not in known:
                raise UsageError(f"{name} is no parameter of {self.name}; it has {', '.join(known) or 'none'}")
        known |= given
        for item in self.parameters:
            if known[item.name] not in item.interval:
                raise UsageError(f"{item.name} {shown(known[item.name])}; it is {item.allowed}")
        return known

    def steps(self, rate: Array, parameters: Mapping[str, float]) -> Steps:
        """Return the generator of steps, ready for the first gradient."""
        steps = self.formula(rate, **parameters)
        next(steps)
        return steps


OPTIMIZERS: dict[str, Optimizer] = {}  # by name, in the order of this file


def optimizer(**facts: Any) -> Callable[[Callable[..., Steps]], Optimizer]:
    """Make an Optimizer of a generator. The generator's name is the optimizer's."""

    def decorate(formula: Callable[..., Steps]) -> Optimizer:
        made = Optimizer(formula.__name__, formula, **facts)
        OPTIMIZERS[made.name] = made
        return made

    return decorate


def parameter_options() -> dict[str, Parameter]:
    """Return the parameters of all optimizers by the names of their options; losses have an epsilon too."""
    every = {item.name: item for optimizer in OPTIMIZERS.values() for item in optimizer.parameters}
    return {"optimizer_epsilon" if name == "epsilon" else name: item for name, item in every.items()}


def optimizer_called(name: str) -> Optimizer:
    """Return an optimizer; raise UsageError for a name that none has."""
    if name in OPTIMIZERS:
        return OPTIMIZERS[name]
    from difflib import get_close_matches

    near = get_close_matches(name.lower(), OPTIMIZERS, 1)
    advice = f"did you mean {near[0]}?" if near else f"it is one of {', '.join(OPTIMIZERS)}"
    raise UsageError(f"no optimizer is called '{name}'; {advice}")


@optimizer(rate=1e-3, limit=lambda: 2.0, forgets=True)
def gd(rate: Array) -> Steps:
    """Gradient descent: a step is the rate times the gradient.

    PyTorch's SGD; here nothing is stochastic, because there is one example.
    """
    gradient = yield rate
    while True:
        gradient = yield rate * gradient


@optimizer(rate=1e-3, limit=lambda momentum: 2 * (1 + momentum))
def momentum(rate: Array, momentum: Momentum = 0.9) -> Steps:
    """Gradient descent with momentum: a step goes on in the direction of those before it.

    Polyak 1964, doi:10.1016/0041-5553(64)90137-5, as PyTorch's SGD computes it.
    """
    velocity = yield rate
    while True:
        gradient = yield rate * velocity
        velocity = momentum * velocity + gradient


@optimizer(rate=1e-3, limit=lambda momentum: 2 * (1 + momentum) / (1 + 2 * momentum))
def nesterov(rate: Array, momentum: Momentum = 0.9) -> Steps:
    """Gradient descent with Nesterov's momentum, which looks one step ahead.

    Sutskever et al. 2013, "On the importance of initialization and momentum in deep learning", as PyTorch's SGD
    computes it with nesterov=True.
    """
    velocity = gradient = yield rate
    while True:
        gradient = yield rate * (gradient + momentum * velocity)
        velocity = momentum * velocity + gradient


@optimizer(rate=1e-2)
def adagrad(rate: Array, epsilon: Steadying = 1e-10) -> Steps:
    """Divides each gradient by the root of the sum of the squares of all so far: its steps get shorter and shorter.

    Duchi et al. 2011, https://jmlr.org/papers/v12/duchi11a.html, as PyTorch's Adagrad computes it.
    """
    gradient = yield rate
    total = gradient * gradient
    while True:
        gradient = yield rate * gradient / (np.sqrt(total) + epsilon)
        total = total + gradient * gradient


@optimizer(rate=1e-2)
def rmsprop(
    rate: Array,
    beta2: Annotated[float, Share, "how much of the mean square is kept; PyTorch calls it alpha"] = 0.99,
    epsilon: Steadying = 1e-8,
) -> Steps:
    """Divides each gradient by the root of a running mean of the squares: its steps are about as long as the rate.

    Tieleman and Hinton 2012, Coursera lecture 6e, as PyTorch's RMSprop computes it.
    """
    gradient = yield rate
    square = np.zeros_like(gradient)
    while True:
        square = beta2 * square + (1 - beta2) * gradient * gradient
        gradient = yield rate * gradient / (np.sqrt(square) + epsilon)


@optimizer(rate=1e-3)
def adam(
    rate: Array,
    beta1: Annotated[float, Share, "how much of the mean gradient is kept"] = 0.9,
    beta2: Annotated[float, Share, "how much of the mean square is kept"] = 0.999,
    epsilon: Steadying = 1e-8,
) -> Steps:
    """Divides a running mean of the gradients by the root of one of their squares, both corrected for their start at 0.

    Kingma and Ba 2015, arXiv:1412.6980, as PyTorch's Adam computes it.
    """
    gradient = yield rate
    mean, square = np.zeros_like(gradient), np.zeros_like(gradient)
    for step in count(1):
        mean = mean + (1 - beta1) * (gradient - mean)
        square = beta2 * square + (1 - beta2) * gradient * gradient
        root = np.sqrt(square) / (1 - beta2**step) ** 0.5
        gradient = yield rate / (1 - beta1**step) * mean / (root + epsilon)
