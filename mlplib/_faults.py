"""Faults that gradients have again and again, each recognised by what it does to the numbers.

A wrong gradient is seldom wrong at random. A lost minus sign, a lost factor 2, a sum where a mean
is meant: each leaves its own mark, and naming the mark helps more than "the values differ". One
case often allows two readings (for m = 2, a missing 1/m is also a factor 2), so the names are
given only where exactly one reading fits everything that was seen.
"""

import numpy as np


def _negative(right, m):
    return -right


def _twice(right, m):
    return 2 * right


def _half(right, m):
    return right / 2


def _times_m(right, m):
    return None if m is None else m * right


def _over_m(right, m):
    return None if m is None else right / m


def _transposed(right, m):
    return right.T if right.ndim == 2 else None


FAULTS = {
    "sign": (_negative, "Every value is the negative of the right one: a sign is wrong."),
    "factor 2": (_twice, "Every value is twice the right one: a factor 2 too much."),
    "factor 1/2": (_half, "Every value is half the right one: a factor 2 is missing."),
    "missing 1/m": (
        _times_m,
        "Every value is m times the right one: this is a sum over the m examples where their mean "
        "is meant, 1/m is missing.",
    ),
    "1/m twice": (
        _over_m,
        "Every value is the right one divided by m: the 1/m is applied twice (`np.mean` divides "
        "by m already).",
    ),
    "transpose": (_transposed, "The values are right, but rows and columns are exchanged (`.T`)."),
}
"""Name -> (what the fault makes of the right value, the sentence that says so)."""


def name_fault(got, expected, m=None, rtol=1e-6):
    """Name the one known fault that turns `expected` into `got`; None if there is none or several.

    Parameters
    ----------
    got, expected : array_like
        The value to judge and the right one.
    m : int, optional
        The number of examples: without it, nothing is said about 1/m.
    rtol : float
        How far `got` may be from the faulty value, relative to the largest entry.

    Examples
    --------
    >>> name_fault([-1.0, 2.0], [1.0, -2.0])
    'sign'
    >>> name_fault([5.0, 10.0], [1.0, 2.0], m=5)
    'missing 1/m'
    >>> name_fault([2.0, 4.0], [1.0, 2.0], m=2) is None  # a factor 2 or a missing 1/m?
    True
    """
    return common_fault([(got, expected, m)], rtol)


def common_fault(cases, rtol=1e-6):
    """Name the one known fault that explains all `(got, expected, m)` in `cases`, or None.

    Examples
    --------
    >>> common_fault([([2.0], [1.0], 2), ([3.0], [1.0], 3)])  # each alone has several readings
    'missing 1/m'
    """
    cases = [(np.asarray(got), np.asarray(expected, float), m) for got, expected, m in cases]
    named = [name for name, (spoil, _) in FAULTS.items() if _explains(spoil, cases, rtol)]
    return named[0] if len(named) == 1 else None


def _explains(spoil, cases, rtol):
    """True if `spoil` makes every got from its expected, and changes at least one of them."""
    changes = False
    for got, expected, m in cases:
        spoiled = spoil(expected, m)
        if spoiled is None or not close(got, spoiled, rtol):
            return False
        changes = changes or not close(spoiled, expected, rtol)
    return changes


def close(got, expected, rtol):
    """True if two arrays have one shape and differ by at most `rtol` of the largest entry.

    Infinite and not-a-number entries have to be the same ones in both.
    """
    if got.shape != expected.shape:
        return False
    finite = expected[np.isfinite(expected)]
    scale = np.abs(finite).max(initial=0.0)
    return bool(np.allclose(got, expected, rtol=rtol, atol=rtol * scale + 1e-12, equal_nan=True))
