"""Curve: a loss with its target and parameters chosen, as a function of the prediction alone.

This is the one place that runs a formula.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from itertools import islice
from math import prod
from typing import TYPE_CHECKING, Any, cast

from losscli.lazy import Array, np
from losscli.model.loss import QUANTITIES, Loss, OwnLoss, Parameter, argument_names, resolved
from losscli.model.spelling import Constant, Spelling

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from losscli.model.domains import Interval, Kind, Target
    from losscli.model.numbers import Value

BLOCK = 2**16  # how many numbers of a term are computed at a time: with the intermediate ones they fit into the cache
NEW = (None,) * len(QUANTITIES)  # no arrays to write into


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
        if not callable(constant):
            return constant
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
        return self.loss.family.domain if self.loss.domain is None else cast("Interval", self.fact("domain"))

    def section(self, logits: tuple[float, ...], vary: int) -> Section:
        """Return this curve of several logits along one of them, the others held."""
        known = {item.name: getattr(self, item.name) for item in fields(self)}
        return Section(**known, logits=logits, vary=vary)

    def terms(self, prediction: Array, count: int = 3) -> tuple[Array, ...]:
        """Return the first `count` of value, gradient, Hessian with respect to the prediction.

        Predictions of shape (...) give (...) each; vectors of K logits, shape (..., K), give (...), (..., K) and
        (..., K, K). Outside the domain all are nan.
        """
        vector, targets = self.loss.family.vector, cast("Array", self.target)
        outer, inner = (prediction.shape[:-1], prediction.shape[-1:]) if vector else (prediction.shape, ())
        length, several = prod(outer), isinstance(targets, np.ndarray) and targets.ndim > 0
        step = max(1, BLOCK // prod(inner * max(1, count - 1)))
        alone = several and targets.shape[: len(outer)] != outer  # to be broadcast
        domain = self.domain
        if length <= step or alone or isinstance(self.loss, OwnLoss):  # own code is called once
            return self._within(domain, prediction, count)
        found = tuple(np.empty((length, *inner * order)) for order in range(count))
        for start in range(0, length, step):  # as many predictions at a time as fit into the cache
            part = slice(start, min(start + step, length))
            own = replace(self, target=cast("Any", _rows(targets, len(outer), part))) if several else self
            own._within(domain, _rows(prediction, len(outer), part), count, [term[part] for term in found])
        return tuple(term.reshape(*outer, *term.shape[1:]) for term in found)

    def _within(
        self, domain: Interval, prediction: Array, count: int, out: Sequence[Array | None] = NEW
    ) -> tuple[Array, ...]:
        """Return the terms, nan outside the domain; they are written into the arrays of `out`."""
        terms = self._run(self.arguments(prediction), count, out)
        inside = prediction.size == 0 or domain.covers(prediction) or domain.holds(prediction)
        if inside is not True and self.loss.family.vector:
            inside = inside.all(axis=-1)  # all of the logits must be inside
        return self._marked(terms, outside=inside is not True and ~inside)

    def _marked(self, terms: tuple[Array, ...], *, outside: Any = False) -> tuple[Array, ...]:
        """Return the terms, nan where predictions are outside the domain or the value is undefined."""
        value = terms[0]
        bad = outside
        if value.size and np.isnan(value.min()) and "value" in self.loss.gives:  # else it gives none
            bad = bad | np.isnan(value)
        if bad is not False:
            for term in terms:  # each derivative of several logits has one more axis
                np.copyto(term, np.nan, where=bad[(..., *[None] * (term.ndim - value.ndim))])
        return terms

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
        return self._marked(self._run((argument, *self.arguments(argument)[1:]), len(QUANTITIES)))

    def arguments(self, prediction: Array) -> tuple[Array, ...]:
        """Return the arguments of the formula at a prediction; it differentiates by the first."""
        with np.errstate(all="ignore"):
            return self.loss.family.argument(prediction, np.asarray(self.canonical_target))

    def _run(self, arguments: tuple[Array, ...], count: int, out: Sequence[Array | None] = NEW) -> tuple[Array, ...]:
        # The one place that runs a formula. errstate surrounds the iteration, which is when a generator's body runs.
        with np.errstate(all="ignore"):
            terms = tuple(islice(self.loss.formula(*arguments, **self.parameters), count))
            name, vector = self._spelling, self.loss.family.vector
            # The number of classes is that of these logits, which may differ from that of a figure.
            known = {"classes": arguments[0].shape[-1]} if vector else {}
            shift, factor = self._constant(name.shift, **known), self.factor_for(**known)
            found = [np.add(_scaled(terms[0], factor, 0), shift, out=out[0])]
            for order, term in enumerate(terms[1:], 1):  # each derivative of several logits has one more axis
                by = factor if self.loss.family.slope is None else factor * self._steepness**order
                found.append(np.add(_scaled(term, by, order if vector else 0), 0.0, out=out[order]))  # no -0
            if name.value:
                wanted = argument_names(name.value)[len(arguments) :]
                own = name.value(*arguments, **{word: self.parameters[word] for word in wanted})
                found[0] = np.add(own, 0.0, out=out[0])
            return tuple(map(np.asarray, found))


def _rows(values: Array, axes: int, part: slice) -> Array:
    """Return some of the rows of an array whose rows are numbered along its first `axes` axes; no more is copied."""
    inner = values.shape[axes:]
    if values.flags.c_contiguous:
        return values.reshape(-1, *inner)[part]
    width = prod(inner)
    return values.flat[part.start * width : part.stop * width].reshape(-1, *inner)


def _scaled(term: Array, by: Any, axes: int) -> Array:
    """Return a term times a number for each prediction, or for all; the term has this many more axes."""
    return term if isinstance(by, float | int) and by == 1 else term * np.asarray(by)[(..., *[None] * axes)]


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
