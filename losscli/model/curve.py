"""Curve: a loss with its target and parameters chosen, as a function of the prediction alone.

This is the one place that runs a formula.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import dataclass, fields
from itertools import islice
from typing import Any, cast

from losscli.lazy import Array, np
from losscli.model.domains import Interval, Kind, Target
from losscli.model.loss import QUANTITIES, Loss, Parameter, resolved
from losscli.model.spelling import Constant, Spelling


@dataclass(frozen=True)
class Curve:
    """A loss with its target and parameters chosen: a function of the prediction alone."""

    loss: Loss
    target: Target  # as the name reads it
    parameters: Mapping[str, float | None]
    name: str  # as typed
    spelling: Spelling | None = None  # what the name means; None: the loss as it is
    said: Mapping[str, float | None] | None = None  # the parameters by that name, where they are others

    @property
    def _spelling(self) -> Spelling:
        return self.spelling or Spelling(self.name, self.loss, self.loss.parameters)

    @property
    def _said(self) -> Mapping[str, float | None]:
        return self.parameters if self.said is None else self.said

    @property
    def spoken(self) -> list[tuple[Parameter, float | None]]:
        """The parameters by the name as typed, with their values."""
        return [(item, self._said[item.name]) for item in self._spelling.parameters]

    @property
    def reads(self) -> Kind:
        """The kind of target by the name as typed."""
        return self._spelling.reads(self._said)

    @property
    def meant(self) -> Any:
        """The target as the loss reads it."""
        return self._spelling.meant(self.target, self._said)

    @property
    def factor(self) -> float:
        """What the name multiplies the loss by."""
        return float(self._constant(self._spelling.factor))

    @property
    def shift(self) -> float:
        """What the name adds to the loss."""
        return float(self._constant(self._spelling.shift))

    def _constant(self, constant: Constant, **known: Any) -> Any:
        """Return a number of the name: one, or of an array of targets one for each."""
        return resolved(constant, {**self.known, **self._said, **known})

    @property
    def unit(self) -> str:
        """The unit of the value; a factor of one's own leaves none."""
        return self.loss.unit if self.factor == 1 else ""

    @property
    def known(self) -> dict[str, Any]:
        """What a fact may ask for."""
        kind: Any = self.loss.family.targets
        classes = {"classes": kind.classes(self.meant)} if self.loss.family.vector else {}
        return {**self.parameters, **classes, "y": self.meant}

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
        """How fast the formula's argument grows with the prediction."""
        slope = self.loss.family.slope
        return 1.0 if slope is None else slope(np.asarray(self.meant))

    def _is_weighted_alike(self) -> bool:
        """Tell whether the name multiplies the loss by as much where its family's mirror shows it."""
        mirror = self.loss.family.mirror
        return (
            mirror is None or float(self._constant(self._spelling.factor, y=mirror(0.0, self.meant)[1])) == self.factor
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
        if family.vector:  # inside with all its numbers; each derivative has one more axis
            inside = np.asarray(inside.all(axis=-1))
            return tuple(np.where(inside[(..., *[None] * order)], term, np.nan) for order, term in enumerate(terms))
        return tuple(np.where(inside, term, np.nan) for term in terms)

    def beside(self, argument: Array) -> tuple[Array, ...]:
        """Return value, gradient, Hessian where the formula's argument, not the prediction, is given."""
        return self._run((argument, *self.arguments(argument)[1:]), len(QUANTITIES))

    def arguments(self, prediction: Array) -> tuple[Array, ...]:
        """Return what the formula takes at a prediction; the first of these is what it differentiates by."""
        with np.errstate(all="ignore"):
            return self.loss.family.argument(prediction, np.asarray(self.meant))

    def _run(self, arguments: tuple[Array, ...], count: int) -> tuple[Array, ...]:
        # The one place that runs a formula. The guard stands around the iteration: a generator's body runs there.
        with np.errstate(all="ignore"):
            terms = tuple(islice(self.loss.formula(*arguments, **self.parameters), count))
            # Adding 0 turns -0 into 0: nobody asks from which side.
            name = self._spelling
            # As many classes as there are logits here, not in a figure.
            known = {"classes": arguments[0].shape[-1]} if self.loss.family.vector else {}
            constants = (self._constant(name.shift, **known), 0.0, 0.0)
            factor, steepness = self._constant(name.factor, **known), self._steepness
            slopes = [factor * steepness**order for order in range(len(terms))]
            found = [term * by + constant for term, by, constant in zip(terms, slopes, constants, strict=False)]
            if name.value:
                wanted = [*inspect.signature(name.value).parameters][len(arguments) :]
                found[0] = name.value(*arguments, **{word: self.parameters[word] for word in wanted}) + 0.0
            return tuple(found)


@dataclass(frozen=True)
class Section(Curve):
    """A curve of several logits along one of them, the others held: a function of one number."""

    logits: tuple[float, ...] = ()  # the one that varies stands among them, unused
    vary: int = 0

    @property
    def known(self) -> dict[str, Any]:
        """What a fact may ask for."""
        return {**super().known, "classes": len(self.logits), "logits": self.logits, "vary": self.vary}

    def terms(self, prediction: Array, count: int = 3) -> tuple[Array, ...]:
        """Return value, gradient and Hessian by the logit that varies, in the shape of what is given for it."""
        at = self.vary
        logits = np.where(np.arange(len(self.logits)) == at, np.asarray(prediction)[..., None], self.logits)
        own: list[Any] = [(..., *[at] * order) for order in range(count)]  # [...], [..., at], [..., at, at]
        return tuple(term[index] for term, index in zip(super().terms(logits, count), own, strict=True))

    def beside(self, argument: Array) -> tuple[Array, ...]:
        """Return value, gradient, Hessian there."""
        return self.terms(argument)
