"""NumPy as the library of own code: derivatives are differences of values, by scipy.differentiate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from losscli.errors import LossplotError
from losscli.lazy import Array, np
from losscli.own.code.library import Function, Library

if TYPE_CHECKING:
    from collections.abc import Sequence

    from losscli.model.domains import Interval

STEP = 0.5  # the first step; those that follow are half of the one before
FAR = 8  # from this size of the prediction on the first step grows with it, else x + step would be x
EDGE = 1e-9  # nearer than this to an end of the domain, the steps go to the other side alone, as there is no room


class Numpy(Library):
    """NumPy; predictions stay within `domain` while they are varied."""

    differentiation = "differences of values, which SciPy takes: numerical, with an estimated error"

    def __init__(self, dtype: str, domain: Interval) -> None:
        super().__init__(dtype)
        self.domain = domain

    def array(self, values: Any) -> Any:
        """Return numbers as an array."""
        found = np.array(values)
        return found if found.dtype.kind in "iu" else found.astype(self.dtype)

    def is_array(self, found: Any) -> bool:
        """Return True for an array, and for a number of NumPy."""
        return isinstance(found, np.ndarray | np.generic)

    def copy(self, found: Any) -> Any:
        """Return an array that the code may change in place; a number stays one."""
        return found.copy()

    def stack(self, found: Sequence[Any]) -> Any:
        """Return arrays along a new axis."""
        return np.stack([*found])

    def gradient(self, function: Function) -> Function:
        """Return the derivative by differences."""
        return lambda x, rows: self.differences(function, x, rows)[0]

    def column(self, function: Function, index: int) -> Function:
        """Return the derivative by one of the K numbers of a prediction, of shape (N,)."""
        return lambda x, rows: self._along(function, x, rows, index)[0]

    def differences(self, function: Function, x: Array, rows: Array | None) -> tuple[Array, Array]:
        """Return the derivative by the predictions and its estimated absolute error, both in their shape."""
        if x.ndim == 1:
            return self._along(function, x, rows, None)
        found = [self._along(function, x, rows, index) for index in range(x.shape[1])]
        return np.stack([each[0] for each in found], -1), np.stack([each[1] for each in found], -1)

    def _along(self, function: Function, x: Array, rows: Array | None, index: int | None) -> tuple[Array, Array]:
        """Return derivative and error by the only number of a prediction (index None), or by one of K."""
        derivative = _derivative()
        every: Any = np.arange(len(x)) if rows is None else rows
        start = np.asarray(x if index is None else x[:, index], dtype=np.float64)

        def moved(values: Array, places: Array) -> Array:
            values, places = np.broadcast_arrays(values, places)
            flat, at = values.ravel(), places.ravel().astype(int)
            points = flat if index is None else x[at].astype(np.float64)
            if index is not None:
                points[:, index] = flat
            return np.reshape(function(points.astype(self.dtype), every[at]), values.shape).astype(np.float64)

        step, direction = self._steps(start)
        # The estimate ends the iteration; a derivative of a derivative has more noise than asked for, and ends by it.
        tolerances = {"rtol": float(np.finfo(self.dtype).eps) ** 0.75}
        found = derivative(
            moved, start, args=(np.arange(len(x)),), initial_step=step, step_direction=direction, tolerances=tolerances
        )
        return found.df, found.error

    def _steps(self, x: Array) -> tuple[Array, Array]:
        """Return the first steps, and to which side they go (0: both), so that no step leaves the domain."""
        below, above = x - self.domain.low, self.domain.high - x
        near = np.minimum(below, above)
        sided = near < EDGE
        room = np.where(sided, np.maximum(below, above), near)
        return np.minimum(np.maximum(STEP, abs(x) / FAR), room * 0.9), np.where(sided, np.sign(above - below), 0)


def _derivative() -> Any:
    try:
        from scipy.differentiate import derivative
    except ImportError:
        raise LossplotError(
            "derivatives of own NumPy code need SciPy 1.15 or newer; pip install 'lossplot[own]'"
        ) from None
    return derivative
