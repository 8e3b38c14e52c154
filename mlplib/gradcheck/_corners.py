"""Corners: where a function bends, as ReLU does at 0, a nudge must not reach around the bend.

At a corner there is no derivative, only one to the left and one to the right, and finite
differences give something between. So where a pre-activation lies within reach of a corner of its
activation, the function is replaced by its tangent there, whose slope is the one that the
activation states, if that lies between the slopes on both sides. The convention at the corner is
thereby accepted, and a nudge over it raises no alarm.
"""

import numpy as np


def corners(activation, Z, side, reach):
    """Which entries of Z are within reach of a corner of the activation, and the slopes there.

    `side` is the slope to take there: "stated" by the activation, the "right" or the "left" one.
    """
    f, df = activation.f, activation.df
    stated = np.asarray(df(Z, f(Z)), dtype=float)
    if stated.shape != Z.shape:  # softmax: its derivative is a matrix for each row, and smooth
        return np.zeros(Z.shape, bool), None
    high, low = Z + reach, Z - reach
    bend = np.abs(df(high, f(high)) - 2 * stated + df(low, f(low)))
    right, left = (f(high) - f(Z)) / reach, (f(Z) - f(low)) / reach
    if side == "right":
        slopes = right
    elif side == "left":
        slopes = left
    else:
        between = (stated >= np.minimum(left, right) - 1e-6) & (
            stated <= np.maximum(left, right) + 1e-6
        )
        slopes = np.where(between, stated, (left + right) / 2)
    return bend > 0.05 * reach, slopes


def with_tangents(f, Z, A, near, slopes, Z_now):
    """f at Z_now, but the tangent through (Z, A) where a corner is near."""
    if Z_now.shape != Z.shape:
        return f(Z_now)
    return np.where(near, A + slopes * (Z_now - Z), f(Z_now))
