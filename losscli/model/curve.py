"""Curve: a loss with its target and parameters chosen, as a function of the prediction alone.

This is the one place that runs a formula.
"""

from __future__ import annotations

import inspect
from dataclasses import dataclass, fields
from itertools import islice
from typing import TYPE_CHECKING, Any, cast

from losscli.lazy import Array, np
from losscli.model.loss import QUANTITIES, Loss, Parameter, resolved
from losscli.model.spelling import Constant, Spelling

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from losscli.model.domains import Interval, Kind, Target
    from losscli.model.numbers import Value


@dataclass(frozen=True)
class Curve:
    """A loss with its target and parameters chosen: a function of the prediction alone."""

    loss: Loss
    target: Target  # as the name reads it
    parameters: Mapping[str, Value]
    name: str  # as typed
    spelling: Spelling | None = None  # what the name stands for; None: the loss itself
    named: Mapping[str, Value] | None = None  # the parameters by that name; None: those of the loss

    @property
    def _spelling(self) -> Spelling:
        return self.spelling or Spelling(self.name, self.loss, self.loss.parameters)

    @property
    def _named(self) -> Mapping[str, Value]:
        return self.parameters if self.named is None else self.named

    @property
    def named_parameters(self) -> list[tuple[Parameter, Value]]:
        """The parameters as the typed name calls them, with their values."""
        return [(item, self._named[item.name]) for item in self._spelling.parameters]

    @property
    def reads(self) -> Kind:
        """The kind of target that the typed name takes."""
        return self._spelling.reads(self._named)

    @property
    def canonical_target(self) -> Any:
        """The target as the catalogue's loss takes it."""
        return self._spelling.canonical_target(self.target, self._named)

    @property
    def factor(self) -> float:
        """The number that the name multiplies the loss by."""
        return float(self.factor_for())

    def factor_for(self, **known: Any) -> Any:
        """Return the factor, if `known` has another number of classes than the figure."""
        return self._constant(self._spelling.factor, **known)

    @property
    def shift(self) -> float:
        """The number that the name adds to the loss."""
        return float(self._constant(self._spelling.shift))

    def _constant(self, constant: Constant, **known: Any) -> Any:
        """Return the factor or the constant of the name: a number, or an array for an array of targets."""
        return resolved(constant, {**self.known, **self._named, **known})

    @property
    def unit(self) -> str:
        """The unit of the value, such as nats; a library's factor changes it, and then there is none."""
        return self.loss.unit if self.factor == 1 else ""

    @property
    def known(self) -> dict[str, Any]:
        """The values that a fact of the loss may depend on, by name."""
        classes = {"classes": self.classes} if self.loss.family.vector else {}
        return {**self.parameters, **classes, "y": self.canonical_target}

    @property
    def classes(self) -> int:
        """The number of classes of a figure that is given no logits."""
        kind: Any = self.loss.family.targets
        per_class = [value for value in self.parameters.values() if isinstance(value, tuple)]
        return len(per_class[0]) if per_class else int(kind.classes(self.canonical_target))

    def fact(self, name: str) -> Any:
        """Return one of the loss's facts for this target and these parameters."""
        found = resolved(getattr(self.loss, name), self.known)
        if name == "floor":
            return found.scaled(self.factor, self.shift)
        if name == "symmetric":
            return found and self._is_weighted_alike()
        return found * self.factor * float(abs(self._steepness)) if name == "lipschitz" else found

    @property
    def _steepness(self) -> Any:
        """The derivative of the formula's argument by the prediction."""
        slope = self.loss.family.slope
        return 1.0 if slope is None else slope(np.asarray(self.canonical_target))

    def _is_weighted_alike(self) -> bool:
        """Return True if the name's factor is the same at the mirrored target."""
        mirror = self.loss.family.mirror
        return (
            mirror is None
            or float(self._constant(self._spelling.factor, y=mirror(0.0, self.canonical_target)[1])) == self.factor
        )

    @property
    def domain(self) -> Interval:
        """The predictions that the loss is defined for."""
        return cast("Interval", self.fact("domain") or self.loss.family.domain)

    def section(self, logits: tuple[float, ...], vary: int) -> Section:
        """Return this curve of several logits along one of them, the others held."""
        known = {item.name: getattr(self, item.name) for item in fields(self)}
        return Section(**known, logits=logits, vary=vary)

    def terms(self, prediction: Array, count: int = 3) -> tuple[Array, ...]:
        """Return the first `count` of value, gradient, Hessian with respect to the prediction.

        Predictions of shape (...) give (...) each; vectors of K logits, shape (..., K), give (...), (..., K) and
        (..., K, K). Outside the domain all are nan.
        """
        family = self.loss.family
        terms = self._run(self.arguments(prediction), count)
        inside = self.domain.holds(prediction)
        if family.vector:  # all of its logits must be inside; each derivative has one more axis
            inside = np.asarray(inside.all(axis=-1)) & ~self._undefined(terms[0])
            return tuple(np.where(inside[(..., *[None] * order)], term, np.nan) for order, term in enumerate(terms))
        return tuple(np.where(inside, term, np.nan) for term in terms)

    def slope(self, classes: int) -> Callable[[Array], Array]:
        """Return a function from predictions, of this many numbers each, to gradients, for callers in a long loop.

        What does not depend on the prediction is worked out once. The caller has to look at the domain and at places
        where the value is undefined, and to silence NumPy's warnings.
        """
        argument, formula, parameters = self.loss.family.argument, self.loss.formula, self.parameters
        known = {"classes": classes} if self.loss.family.vector else {}
        factor = self.factor_for(**known) * self._steepness
        target = np.asarray(self.canonical_target)

        def gradient(prediction: Array) -> Array:
            terms = formula(*argument(prediction, target), **parameters)
            next(terms)
            found: Array = factor * next(terms) + 0.0  # which turns -0 into 0
            return found

        return gradient

    def own_excess(self, prediction: Array) -> Array | None:
        """Return the loss above its floor by the loss's own formula, without factor; None if it has no such formula."""
        if self.loss.excess is None:
            return None
        with np.errstate(all="ignore"):
            return self.loss.excess(*self.arguments(prediction), **self.parameters)

    def beside(self, argument: Array) -> tuple[Array, ...]:
        """Return value, gradient and Hessian at values of the formula's argument instead of the prediction."""
        return self._run((argument, *self.arguments(argument)[1:]), len(QUANTITIES))

    def arguments(self, prediction: Array) -> tuple[Array, ...]:
        """Return the arguments of the formula at a prediction; it differentiates by the first."""
        with np.errstate(all="ignore"):
            return self.loss.family.argument(prediction, np.asarray(self.canonical_target))

    def _run(self, arguments: tuple[Array, ...], count: int) -> tuple[Array, ...]:
        # The one place that runs a formula. errstate surrounds the iteration, which is when a generator's body runs.
        with np.errstate(all="ignore"):
            terms = tuple(islice(self.loss.formula(*arguments, **self.parameters), count))
            # Adding 0 turns -0 into 0.
            name = self._spelling
            # The number of classes is that of these logits, which may differ from that of a figure.
            known = {"classes": arguments[0].shape[-1]} if self.loss.family.vector else {}
            constants = (self._constant(name.shift, **known), 0.0, 0.0)
            factor, steepness = self.factor_for(**known), self._steepness
            slopes = [factor * steepness**order for order in range(len(terms))]
            if self.loss.family.vector:  # each derivative has one more axis
                slopes = [np.asarray(by)[(..., *[None] * order)] for order, by in enumerate(slopes)]
            found = [term * by + constant for term, by, constant in zip(terms, slopes, constants, strict=False)]
            if name.value:
                wanted = [*inspect.signature(name.value).parameters][len(arguments) :]
                found[0] = name.value(*arguments, **{word: self.parameters[word] for word in wanted}) + 0.0
            # The derivatives of several logits have one more axis each.
            undefined = self._undefined(found[0])
            axes = [(..., *[None] * (order if self.loss.family.vector else 0)) for order in range(len(found))]
            return tuple(np.where(undefined[axis], np.nan, term) for axis, term in zip(axes, found, strict=True))

    def _undefined(self, value: Array) -> Any:
        """Return True where the value is undefined, and so are its derivatives; not if the loss gives no value."""
        return np.isnan(value) & ("value" in self.loss.gives)


@dataclass(frozen=True)
class Section(Curve):
    """A curve of several logits along one of them, the others held: a function of one number."""

    logits: tuple[float, ...] = ()  # including the one that varies, whose entry is not used
    vary: int = 0

    @property
    def known(self) -> dict[str, Any]:
        """The values that a fact of the loss may depend on, by name."""
        return {**super().known, "classes": len(self.logits), "logits": self.logits, "vary": self.vary}

    def terms(self, prediction: Array, count: int = 3) -> tuple[Array, ...]:
        """Return value, gradient and Hessian by the logit that varies, each in the shape of `prediction`."""
        at = self.vary
        own: list[Any] = [(..., *[at] * order) for order in range(count)]  # [...], [..., at], [..., at, at]
        terms = super().terms(self.vectors(prediction), count)
        return tuple(term[index] for term, index in zip(terms, own, strict=True))

    @property
    def whole(self) -> Curve:
        """The curve of all logits."""
        return Curve(**{item.name: getattr(self, item.name) for item in fields(Curve)})

    def vectors(self, prediction: Array) -> Array:
        """Return all logits, in a last axis, for values of the one that varies."""
        return np.where(np.arange(len(self.logits)) == self.vary, np.asarray(prediction)[..., None], self.logits)

    def beside(self, argument: Array) -> tuple[Array, ...]:
        """Return value, gradient and Hessian at values of the logit that varies."""
        return self.terms(argument)
