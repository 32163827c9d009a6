"""Calls own code with many examples or one at a time, and reads what it returns."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from numbers import Complex, Real
from typing import TYPE_CHECKING, Any, NamedTuple

from losscli.errors import OwnCodeError
from losscli.lazy import Array, np
from losscli.model.loss import QUANTITIES, Quantity
from losscli.own.code.loading import blamed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from losscli.own.code.library import Library
    from losscli.own.code.signature import Code

# From prediction, target, data or residual, and what is being done, to what the code returns.
Call = Callable[[Mapping[str, Any], str], Any]
# What one array, a pair and three arrays are, unless --returns says it; the pair is that of boosting libraries.
USUAL: dict[int, tuple[Quantity, ...]] = {1: ("value",), 2: ("gradient", "hessian"), 3: QUANTITIES}

TOGETHER = ("all", "column")  # the ways of calling the code with all examples at once


class Data(NamedTuple):
    """Stands in for what boosting libraries give an objective in place of the targets."""

    label: Any

    def get_label(self) -> Any:
        """Return the targets."""
        return self.label

    def get_weight(self) -> Any:
        """Return a weight of 1 for each example."""
        return np.ones_like(self.label)


@dataclass
class Calls:
    """Own code as a function of predictions and targets, as arrays of the library.

    Predictions are of shape (N,), or (N, K) if `vector`; every quantity has the shape (N,), or (N,), (N, K) and
    (N, K, K). The way of calling is found out with the first two examples: all at once, as a column of shape (N, 1), as
    single arrays of one example, or as single numbers.
    """

    code: Code
    roles: Mapping[str, str]
    library: Library
    vector: bool
    returns: tuple[Quantity, ...] | None  # None: as many as there are say it
    way: str = ""
    apart: bool = False  # whether single examples have to be called, and differentiated, one after the other
    real: set[Any] = field(default_factory=set)  # dtypes that are known to be real

    def caller(self, values: Mapping[str, Any]) -> Call:
        """Return what calls the code once with these parameters. Raise OwnCodeError if an object cannot be made."""
        return self.code.caller(self.roles, values)

    @contextmanager
    def computing(self) -> Iterator[None]:
        """Run the code and differentiate it; the code is blamed for what a library cannot differentiate."""
        doing = f"differentiating {self.code.word}"
        with self.library.session(), np.errstate(all="ignore"), blamed(self.code.place, doing):
            yield

    def __call__(self, x: Any, y: Any, call: Call, quantity: Quantity) -> Any:
        """Return a quantity that the code gives. Raise OwnCodeError if the code fails or returns something else."""
        count = self.names.index(quantity) + 1
        return self._called(self.way, [array for array in (x, y) if array is not None], call, count)[count - 1]

    @property
    def names(self) -> tuple[Quantity, ...]:
        """What the code returns, once `find_way` has found it out."""
        return self.returns or ()

    def find_way(self, x: Array, y: Array | None, call: Call) -> None:
        """Find out how the code is to be called, and what it returns, unless that is known."""
        if self.way:
            return
        some = [self.library.array(array[[0, -1]]) for array in (x, y) if array is not None]
        tried: dict[str, list[Any]] = {}
        failed: dict[str, OwnCodeError] = {}
        for way in ("each", "all", "column", "number"):
            if way == "number" and tried:
                break
            try:
                tried[way] = self._called(way, some, call, len(QUANTITIES))
            except OwnCodeError as error:
                failed[way] = error
            if way in TOGETHER and way in tried and self._same(tried[way], tried.get("each")):
                self.way = way
                break
        if not tried:
            raise failed["each"]
        self.way = self.way or next(iter(tried))
        self.returns = self.returns or USUAL[len(tried[self.way])]
        maps = self.way not in TOGETHER and self.library.mapped is not None
        self.apart = maps and self.library.at_once(self._single(self.way, call, len(QUANTITIES)), some) is None

    def _same(self, together: list[Any], alone: list[Any] | None) -> bool:
        """Return True if examples have the same results together as alone, but for rounding, or work together only."""
        if alone is None:
            return True
        pairs = zip(together, alone, strict=False)
        both = [(self.library.numpy(first), self.library.numpy(second)) for first, second in pairs]
        return len(together) == len(alone) and all(
            np.allclose(first, second, rtol=1e-5, atol=1e-12, equal_nan=True) for first, second in both
        )

    def _called(self, way: str, arrays: Sequence[Any], call: Call, count: int) -> list[Any]:
        """Return the first `count` things that the code returns, each for all examples."""
        if way in TOGETHER:
            # As a column, each example is a row; a row of numbers stays one.
            given = [array[:, None] if way == "column" and len(array.shape) == 1 else array for array in arrays]
            return self._parts(given, call, count, tuple(arrays[0].shape))
        single = self._single(way, call, count)
        found = None if self.apart else self.library.at_once(single, arrays)
        return self.library.each(single, arrays) if found is None else found

    def _single(self, way: str, call: Call, count: int) -> Callable[..., list[Any]]:
        """Return what calls the code with one example: as arrays of length 1, or as numbers."""

        def single(*example: Any) -> list[Any]:
            given = example if way == "number" else [array[None] for array in example]
            return self._parts(given, call, count, example[0].shape)

        return single

    def _parts(self, given: Sequence[Any], call: Call, count: int, shape: Sequence[int]) -> list[Any]:
        """Return the first `count` arrays of one call; `shape` is that of the predictions as they are to come back."""
        x, y = [*map(self.library.copy, given), None][:2]
        of = {"prediction": x, "residual": x, "target": y, "data": Data(y)}
        size = tuple(given[0].shape)
        doing = f"with predictions of shape {size}" if size else "with one number"
        found = call(of, doing)
        parts = self._several(found, count)
        names = self.returns or USUAL.get(len(parts), ())
        if len(parts) < min(count, len(names)) or not names:
            raise self._error(f"returns {len(parts)} arrays; --returns value,gradient,hessian says what they are")
        lead = tuple(shape[: len(shape) - self.vector])
        classes = tuple(shape[len(lead) :])
        ends = {"value": (), "gradient": classes, "hessian": classes * 2}
        return [self._fitted(self._array(part), (*lead, *ends[name])) for part, name in zip(parts, names, strict=False)]

    def _several(self, found: Any, count: int) -> list[Any]:
        """Return the things that the code returned: one, several, or the first `count` of a generator."""
        if isinstance(found, Iterator):
            return [*islice(found, count)]
        if isinstance(found, tuple):
            return [*found]
        if isinstance(found, list) and not any(getattr(item, "shape", ()) or isinstance(item, list) for item in found):
            return [self.library.stack([self._array(item) for item in found])] if found else []
        return found if isinstance(found, list) else [found]

    def _array(self, found: Any) -> Any:
        """Return one thing that the code returned as an array of the library."""
        if not self.library.is_array(found):
            array = np.asarray(found) if isinstance(found, Real | list) or hasattr(found, "__array__") else None
            if array is None or array.dtype.kind not in "biuf":
                complex_ = isinstance(found, Complex) or np.iscomplexobj(found)
                raise self._error(
                    f"returns {'complex numbers' if complex_ else type(found).__name__}, not real numbers"
                )
            return self.library.array(array)
        if found.dtype not in self.real:  # words of a dtype take long to make, for many single numbers
            if "complex" in str(found.dtype):
                raise self._error("returns complex numbers, not real numbers")
            self.real.add(found.dtype)
        return found

    def _fitted(self, found: Any, shape: tuple[int, ...]) -> Any:
        """Return an array in the shape that is needed; it may differ by axes of length 1, as of a column."""
        has = tuple(found.shape)
        if has == shape:
            return found
        if [size for size in has if size != 1] != [size for size in shape if size != 1]:
            raise self._error(f"returns shape {has} where shape {shape} is needed: one loss for each example")
        return self.library.reshape(found, shape)

    def _error(self, said: str) -> OwnCodeError:
        return OwnCodeError(f"{self.code.where}: {self.code.word} {said}")
