"""What keeps starting instant: NumPy imported at its first use, and imports without the garbage collector."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]
else:
    Array = Any  # what annotations read at run time resolve to

    class _Numpy:
        """Stands in for NumPy; unlike importlib's LazyLoader it leaves sys.modules alone until it is used."""

        def __getattr__(self, name: str) -> Any:
            import numpy as real

            return getattr(real, name)

    np = _Numpy()

__all__ = ["Array", "importing", "np"]


@contextmanager
def importing() -> Iterator[None]:
    """Import large libraries with the garbage collector off: it would find nothing in them, and take its time.

    A collector that is off before stays off; one that is on is on again afterwards.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
