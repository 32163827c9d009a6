"""Losses of the residual r = prediction - target."""

from typing import Annotated

from losscli.domain import Interval, Positive, Scalar
from losscli.lazy import Array, np
from losscli.model import Family, Floor, Terms, loss

RESIDUAL = Family(
    "residual",
    reads="a number",
    argument=lambda f, y: (f - y,),
    prediction=lambda r, y: y + r,
    symbols="r = f - y, f the prediction, y the target",
    targets=Scalar(Interval()),
    label="Prediction",
    span=lambda y: (y - 3, y + 3),
    mirror=lambda f, y: (2 * y - f, y),
    mirrored="the residual changes its sign",
)


def at_target(y: float) -> Floor:
    """Return the floor of a loss that is 0 at its target and nowhere else."""
    return Floor(0, at=y)


@loss(
    RESIDUAL,
    title="L2",
    aliases=("squared-error", "mse", "least-squares"),
    latex="r^2",
    convex="strongly",
    lipschitz=float("inf"),
    symmetric=True,
    floor=at_target,
    look="--style default --line b- --title 'L2 loss' --xlabel '$Y_{pred}$' --ylabel '$Y_{true}$' --label-size 15",
)
def l2(r: Array) -> Terms:
    """The square of the residual, without a factor 1/2.

    Libraries that say "L2 loss" or "squared error" may mean half of it.
    """
    yield r * r
    yield 2 * r
    yield np.full_like(r, 2)


@loss(
    RESIDUAL,
    title="L1",
    aliases=("absolute-error", "mae", "lad"),
    latex="|r|",
    breaks=(0.0,),
    convex="convex",
    lipschitz=1.0,
    symmetric=True,
    floor=at_target,
    look="--style default --line r- --title 'L1 loss' --xlabel '$Y_{pred}$' --ylabel '$Y_{true}$' --label-size 15",
)
def l1(r: Array) -> Terms:
    """The distance from the target."""
    yield abs(r)
    yield np.sign(r)
    yield np.zeros_like(r)


@loss(
    RESIDUAL,
    title="Pseudo-Huber",
    aliases=("charbonnier", "soft-l1"),
    latex=r"\delta^2 (\sqrt{1 + (r / \delta)^2} - 1)",
    convex="strictly",
    lipschitz=lambda delta: delta,
    symmetric=True,
    floor=at_target,
    look="--style default --line g- --title 'Pseudo Huber loss' --xlabel '$Y_{pred}$' --ylabel '$Y_{true}$'"
    " --label-size 15",
)
def pseudo_huber(r: Array, delta: Annotated[Positive, "where the bowl turns into arms, and their slope"] = 1.0) -> Terms:
    """A bowl near the target, straight arms far from it, smooth throughout.

    Charbonnier et al. 1997, doi:10.1109/83.551699; Hartley and Zisserman, Multiple View Geometry, A6.8.
    """
    size = abs(r)
    near = size <= delta
    # Of r/delta and delta/r the one below 1 is squared, so nothing overflows, and nothing near 0 cancels.
    tilt = np.where(near, size / delta, np.divide(delta, size, where=~near, out=np.ones_like(r)))
    root = np.hypot(1, tilt)
    yield np.where(near, size * (size / (1 + root)), delta * (size / (tilt + root)))
    yield np.where(near, r / root, np.copysign(delta, r) / root)
    yield np.where(near, 1 / root, tilt / root) ** 3
