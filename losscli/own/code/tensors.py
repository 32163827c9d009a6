"""PyTorch, JAX and TensorFlow: their tensors, and their own differentiation."""

from __future__ import annotations

import copy
import importlib
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from losscli.errors import OwnCodeError
from losscli.lazy import Array, np
from losscli.own.code.library import Function, Library

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from contextlib import AbstractContextManager


class Torch(Library):
    """PyTorch, with autograd."""

    differentiation = "PyTorch's autograd"

    def __init__(self, dtype: str) -> None:
        super().__init__(dtype)
        import torch

        self.torch, self.kind, self.mapped = torch, getattr(torch, dtype), torch.vmap

    def array(self, values: Any) -> Any:
        """Return numbers as a tensor."""
        found = np.asarray(values)
        return self.torch.tensor(found, dtype=self.torch.int64 if found.dtype.kind in "iu" else self.kind)

    def is_array(self, found: Any) -> bool:
        """Return True for a tensor."""
        return isinstance(found, self.torch.Tensor)

    def numpy(self, found: Any) -> Array:
        """Return a tensor as a NumPy array."""
        return super().numpy(found.detach().cpu().numpy())

    def changed(self, found: Any) -> Any:
        """Return a copy of a module with its weights in this dtype, that does not reduce."""
        if not isinstance(found, self.torch.nn.Module):
            return found
        changed = copy.deepcopy(found).to(self.kind)
        if isinstance(getattr(changed, "reduction", None), str):  # a loss for each example, where the module can
            changed.reduction = "none"
        return changed

    def copy(self, found: Any) -> Any:
        """Return a tensor that the code may change in place; derivatives go through it."""
        return found.clone()

    def stack(self, found: Sequence[Any]) -> Any:
        """Return tensors along a new axis."""
        return self.torch.stack([*found])

    def gradient(self, function: Function) -> Function:
        """Return the derivative by autograd; 0 where the result does not depend on the predictions."""

        def differentiated(x: Any, rows: Array | None) -> Any:
            x = x if x.requires_grad else x.detach().requires_grad_()
            total = function(x, rows).to(self.kind).sum()
            if not total.requires_grad:
                return self.torch.zeros_like(x)
            found = self.torch.autograd.grad(total, x, create_graph=True, allow_unused=True)[0]
            return self.torch.zeros_like(x) if found is None else found

        return differentiated


class Jax(Library):
    """JAX, with jax.jvp, and jax.grad for vectors."""

    differentiation = "JAX's own differentiation"

    def __init__(self, dtype: str) -> None:
        super().__init__(dtype)
        import jax

        self.jax, self.mapped = jax, jax.vmap

    def session(self) -> AbstractContextManager[Any]:
        """Return a context with or without float64, which JAX does not have unless it is told to.

        It is no setting of the whole process, since with it code for float32 would compute in float64 as well.
        """
        wide = self.dtype == "float64"
        # Where it is depends on the version of JAX.
        home = self.jax if hasattr(self.jax, "enable_x64") else importlib.import_module("jax.experimental")
        context: AbstractContextManager[Any] = home.enable_x64(wide)
        return context

    def array(self, values: Any) -> Any:
        """Return numbers as an array of JAX."""
        whole = np.asarray(values).dtype.kind in "iu"
        return self.jax.numpy.asarray(values, dtype=None if whole else self.dtype)

    def is_array(self, found: Any) -> bool:
        """Return True for an array of JAX."""
        return isinstance(found, self.jax.Array)

    def stack(self, found: Sequence[Any]) -> Any:
        """Return arrays along a new axis."""
        return self.jax.numpy.stack([*found])

    def gradient(self, function: Function) -> Function:
        """Return the derivative by jax.grad; of numbers by jax.jvp, which is faster where no jit is possible."""

        def total(x: Any, rows: Array | None) -> Any:
            return function(x, rows).astype(self.dtype).sum()

        def differentiated(x: Any, rows: Array | None) -> Any:
            if x.ndim == 1:
                with suppress(OwnCodeError, TypeError):  # code with a custom_vjp has no other derivative
                    return self.jax.jvp(
                        lambda moved: function(moved, rows).astype(self.dtype), (x,), (self.jax.numpy.ones_like(x),)
                    )[1]
            return self.jax.grad(total)(x, rows)

        return differentiated


class TensorFlow(Library):
    """TensorFlow, with GradientTape."""

    differentiation = "TensorFlow's GradientTape"

    def __init__(self, dtype: str) -> None:
        super().__init__(dtype)
        import tensorflow

        self.tf = tensorflow
        self.mapped = lambda call: lambda *arrays: tensorflow.vectorized_map(lambda each: call(*each), arrays)

    @contextmanager
    def session(self) -> Iterator[None]:
        """Return a context without the advice that TensorFlow logs, such as not to trace functions often."""
        log = self.tf.get_logger()
        level = log.level
        log.setLevel("ERROR")
        try:
            yield
        finally:
            log.setLevel(level)

    def array(self, values: Any) -> Any:
        """Return numbers as a tensor."""
        whole = np.asarray(values).dtype.kind in "iu"
        return self.tf.constant(values, dtype="int64" if whole else self.dtype)

    def is_array(self, found: Any) -> bool:
        """Return True for a tensor."""
        return bool(self.tf.is_tensor(found))

    def reshape(self, found: Any, shape: tuple[int, ...]) -> Any:
        """Return a tensor in another shape."""
        return self.tf.reshape(found, shape)

    def stack(self, found: Sequence[Any]) -> Any:
        """Return tensors along a new axis."""
        return self.tf.stack([*found])

    def gradient(self, function: Function) -> Function:
        """Return the derivative by a GradientTape; 0 where the result does not depend on the predictions."""

        def differentiated(x: Any, rows: Array | None) -> Any:
            with self.tf.GradientTape() as tape:
                tape.watch(x)
                total = self.tf.reduce_sum(self.tf.cast(function(x, rows), self.dtype))
            # That of some of the examples alone is sparse.
            return self.tf.convert_to_tensor(tape.gradient(total, x, unconnected_gradients="zero"))

        return differentiated
