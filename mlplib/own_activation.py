"""An activation of one's own: any function of an array, with or without its derivative.

A network needs f and f'. Who brings f alone gets f' by central differences: good enough to train
with, and slower. Who brings both may have made a mistake in f', and a network that trains with a
wrong derivative says nothing of it; `slope_fault` does.
"""

import inspect
from functools import partial

import numpy as np

from mlplib._errors import type_error, value_error
from mlplib._words import number
from mlplib.activations import Activation

_WHERE = "make_activation"
_H = 1e-5  # of the central difference: rounding and curvature both stay below 1e-9
_GRID = np.linspace(-6, 6, 241)


def make_activation(f, df=None, *, name=None, init="he"):
    """Make an activation of a function, and of its derivative if there is one.

    .. math:: f'(z) \\approx \\frac{f(z + h) - f(z - h)}{2 h}, \\quad h = 10^{-5}

    Parameters
    ----------
    f : callable
        `f(Z) -> A`, of an array of any shape, entry by entry.
    df : callable, optional
        `df(Z) -> slopes`, the derivative at Z; or `df(Z, A)`, as the library's own. Without it
        the derivative is taken numerically. Convention: at a corner that is the mean of the
        slopes on both sides, 1/2 for ReLU at 0.
    name : str, optional
        Default: the function's own.
    init : str
        Key of `INITIALIZERS`.

    Returns
    -------
    Activation

    Raises
    ------
    TypeError, ValueError
        If f is no function, fails on an array, changes its input, returns another shape or
        something that is no number, or mixes the entries.

    Examples
    --------
    >>> def bent(z):
    ...     return np.where(z > 0, z, 0.2 * z)
    >>> make_activation(bent)
    <activation bent>
    >>> make_activation(bent).df(np.array([-1.0, 2.0]), None).round(6)
    array([0.2, 1. ])
    """
    if not callable(f):
        raise type_error(
            _WHERE, "f to be a function of an array", f"{f!r:.40}", "Pass it without brackets."
        )
    _check_function("f", f)
    if df is None:
        slope = partial(_central, f=f)
    elif not callable(df):
        raise type_error(
            _WHERE,
            "df to be a function of an array",
            f"{df!r:.40}",
            "Leave it out if you have none.",
        )
    elif _takes_two(df):
        slope = df
        _check_function("df", lambda Z: df(Z, np.asarray(f(Z.copy()), dtype=float)))
    else:
        slope = partial(_of_z, df=df)
        _check_function("df", df)
    return Activation(name or getattr(f, "__name__", "own"), f, slope, init=init)


def slope_fault(activation):
    """Where an activation's derivative is not the slope of its function, in words; or "".

    At a corner any slope between those of the two sides is right.

    Parameters
    ----------
    activation : Activation

    Examples
    --------
    >>> def late(z):
    ...     return (z > 1) * 1.0
    >>> slope_fault(make_activation(lambda z: np.maximum(z, 0), late, name="relu"))
    'at z = 0.5 the derivative says 0, and the slope of relu is 1'
    """
    h, f = 1e-5, activation.f
    with np.errstate(all="ignore"):
        here, after, before = (np.asarray(f(_GRID + s), dtype=float) for s in (0, h, -h))
        said = np.asarray(activation.df(_GRID.copy(), here), dtype=float)
        left, right = (here - before) / h, (after - here) / h
        low, high = np.minimum(left, right), np.maximum(left, right)
        gap = np.maximum(low - said, said - high) / np.maximum(1, np.abs(high))
    if not np.nanmax(gap) > 1e-3:
        return ""
    gap = np.nan_to_num(gap).round(6)
    worst = np.flatnonzero(gap == gap.max())
    worst = int(worst[(len(worst) - 1) // 2])  # of many that are equal, the one in the middle
    slope = (left[worst] + right[worst]) / 2
    return (
        f"at z = {number(round(_GRID[worst], 2))} the derivative says"
        f" {number(round(said[worst], 6))}, and the slope of {activation.name} is"
        f" {number(round(slope, 4))}"
    )


def _central(Z, A, f):
    return (f(Z + _H) - f(Z - _H)) / (2 * _H)


def _of_z(Z, A, df):
    return df(Z)


def _takes_two(df):
    """Whether a derivative asks for both Z and A."""
    try:
        parameters = inspect.signature(df).parameters.values()
    except (TypeError, ValueError):  # some built-in functions do not tell
        return False
    needed = [p for p in parameters if p.default is p.empty and p.kind in (0, 1)]
    return len(needed) == 2


def _check_function(what, f):
    """Refuse what is no function of single entries of an array."""
    Z = np.linspace(-6, 6, 26).reshape(13, 2)
    given = Z.copy()
    of_array = f"{what} to take an array of any shape"
    try:
        with np.errstate(all="ignore"):
            got = np.asarray(f(given), dtype=float)
    except Exception as error:
        fix = "Use np.maximum, np.where, np.exp in place of max, if, math.exp."
        raise value_error(_WHERE, of_array, f"{type(error).__name__}: {error}", fix) from None
    if not np.array_equal(given, Z):
        raise value_error(
            _WHERE,
            f"{what} to leave its input as it is",
            "a function that changes it",
            "Make a new array, as np.where does.",
        )
    if got.shape != Z.shape:
        raise value_error(
            _WHERE,
            f"{what} to return an array of its input's shape {Z.shape}",
            f"shape {got.shape}",
            "One number comes out for each that goes in.",
        )
    bad = np.argwhere(~np.isfinite(got))
    if len(bad):
        at = tuple(bad[0])
        raise value_error(
            _WHERE,
            f"{what} to return finite numbers between z = -6 and 6",
            f"{got[at]} at z = {Z[at]:.3g}",
            "Mind what is divided by, and what is taken the log of.",
        )
    with np.errstate(all="ignore"):
        alone = np.array([np.asarray(f(row[None, :1].copy()), dtype=float)[0, 0] for row in Z])
    if not np.allclose(alone, got[:, 0]):
        raise value_error(
            _WHERE,
            f"{what} to treat each entry alone",
            "one whose outputs depend on other entries",
            "Leave out sums, means and maxima over the array.",
        )
