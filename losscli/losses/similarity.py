"""Losses of the cosine of the angle between two vectors."""

from dataclasses import replace
from typing import Annotated

from losscli.lazy import Array, np
from losscli.model.domains import Interval, Label, Nothing
from losscli.model.loss import Family, Floor, Idle, Symbol, Terms, loss

COSINE = Family(
    "similarity",
    reads="a cosine",
    argument=lambda c, y: (c, y),
    symbols="c the cosine of the angle between two vectors, y the target: 1 where they belong together, else -1",
    targets=Label((-1.0, 1.0)),
    label="Cosine",
    span=lambda _: (-1, 1),
    domain=Interval(-1, 1, "[]"),
)
ALIKE = replace(
    COSINE,
    argument=lambda c, _: (c,),
    symbols="c the cosine of the angle between two vectors",
    targets=Nothing(),
)


@loss(
    ALIKE,
    title="Cosine distance",
    latex="1 - c",
    convex="convex",
    lipschitz=1.0,
    floor=Floor(0, at=1.0),
)
def cosine_distance(c: Array) -> Terms:
    """How far the cosine is from 1: 0 for vectors of one direction, 2 for opposite ones.

    A loss called "cosine similarity" may be minus the cosine, which differs only by the constant 1.
    """
    yield 1 - c
    yield np.full_like(c, -1.0)
    yield np.zeros_like(c)


@loss(
    COSINE,
    title="Cosine embedding",
    latex=[("1 - c", "y = 1"), (r"\max(0, c - m)", "y = -1")],
    breaks=lambda y, margin: () if y == 1 else (margin,),
    convex="convex",
    lipschitz=1.0,
    floor=lambda y, margin: Floor(0, at=1.0 if y == 1 else (-1.0, margin)),
)
def cosine_embedding(
    c: Array,
    y: Array,
    margin: Annotated[float, Interval(-1, 1), "cosine that vectors apart may have", Symbol("m"), Idle()] = 0.0,
) -> Terms:
    """The cosine distance where vectors belong together, else the cosine above a margin."""
    yield np.where(y == 1, 1 - c, np.maximum(c - margin, 0.0))
    yield np.where(y == 1, -1.0, np.where(c > margin, 1.0, 0.0))
    yield np.zeros_like(c)
