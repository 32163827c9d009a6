"""What keeps starting instant: NumPy is imported at its first use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]
else:
    Array = Any  # what annotations read at run time resolve to

    class _Numpy:
        """Stands in for NumPy; unlike importlib's LazyLoader it leaves sys.modules alone until it is used."""

        def __getattr__(self, name: str) -> Any:
            import numpy as real

            found = self.__dict__[name] = getattr(real, name)  # so that it is looked up once
            return found

    np = _Numpy()

__all__ = ["Array", "np"]
