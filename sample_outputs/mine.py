"""Losses as somebody might write them, for the figures of this folder; the last one has a mistake."""

import numpy as np


def asymmetric(y_pred, y_true, over=1.0, under=3.0):
    """Squared error that counts a prediction below its target more than one above."""
    r = y_pred - y_true
    return np.where(r > 0, over, under) * r**2


def huber(y_pred, y_true, delta=2.0):
    """Huber loss, with its gradient and Hessian."""
    r = y_pred - y_true
    near = abs(r) <= delta
    return (
        np.where(near, 0.5 * r**2, delta * (abs(r) - 0.5 * delta)),
        np.clip(r, -delta, delta),
        np.where(near, 1.0, 0.0),
    )


def one_sided_huber(y_pred, y_true, delta=2.0):
    """Huber loss with a mistake: the mask forgets the residuals below -delta."""
    r = y_pred - y_true
    near = r <= delta
    return (
        np.where(near, 0.5 * r**2, delta * (abs(r) - 0.5 * delta)),
        np.where(near, r, delta),
        np.where(near, 1.0, 0.0),
    )
