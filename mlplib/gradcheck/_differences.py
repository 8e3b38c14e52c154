"""Finite differences: the derivative of any function, by nudging what it is a function of.

For the eye, `numerical_gradient`: two values, a little to either side, and the slope between them
(an error that shrinks with the nudge squared). For a verdict, `slope`: two such differences, of a
long and a short nudge, and from both what a nudge of length 0 would give (Richardson's
extrapolation: an error that shrinks with its 4th power, so that the nudge can stay long enough
for rounding not to matter).
"""

import numpy as np

from mlplib._errors import check_array, check_number, value_error


def numerical_gradient(f, theta, eps=1e-6):
    """Gradient of a scalar function by central differences.

    .. math:: \\frac{\\partial f}{\\partial \\theta_i} \\approx
              \\frac{f(\\theta + \\epsilon e_i) - f(\\theta - \\epsilon e_i)}{2 \\epsilon}

    Parameters
    ----------
    f : callable
        `f(theta) -> float`.
    theta : ndarray, any shape
        Where to take the gradient; not changed.
    eps : float
        The nudge. The error of central differences shrinks with eps^2 until rounding, which
        grows as 1/eps, takes over: for float64 that is near 1e-5 to 1e-6.

    Returns
    -------
    ndarray, shaped as theta

    Source: D8.

    Examples
    --------
    >>> numerical_gradient(lambda w: float(w @ w), np.array([1.0, -2.0])).round(6)
    array([ 2., -4.])
    """
    theta = np.array(check_array("numerical_gradient", "theta", theta), dtype=float)
    check_number("numerical_gradient", "eps", eps, 0, low_open=True)
    gradient = np.empty_like(theta)
    for i in np.ndindex(theta.shape):
        original = theta[i]
        theta[i] = original + eps
        above = _one_number(f(theta))
        theta[i] = original - eps
        below = _one_number(f(theta))
        theta[i] = original
        gradient[i] = (above - below) / (2 * eps)
    return gradient


def _one_number(value):
    if np.ndim(value) != 0:
        raise value_error(
            "numerical_gradient",
            "f(theta) to be one number",
            f"shape {np.shape(value)}",
            "A gradient belongs to a scalar: sum or average first.",
        )
    return value


def extrapolated(difference, h):
    """What `difference(h)`, a central difference with nudge h, would be for h = 0."""
    return (4 * difference(h / 2) - difference(h)) / 3


def slope(x, i, h, f):
    """df/dx_i by two central differences, extrapolated; x is nudged in place and put back."""
    original = x[i]

    def difference(step):
        high, low = original + step, original - step
        x[i] = high
        above = f()
        x[i] = low
        return (above - f()) / (high - low)  # what was added, after rounding

    result = extrapolated(difference, h)
    x[i] = original
    return result


def slopes(x, steps, f):
    """df/dx, shaped as x, which is nudged in place; `steps` is one nudge, or one for each entry."""
    flat, steps = x.reshape(-1), np.broadcast_to(steps, x.shape).reshape(-1)
    return np.array([slope(flat, i, h, f) for i, h in enumerate(steps)]).reshape(x.shape)


def one_sided_slope(x, i, h, f):
    """df/dx_i from x_i, x_i + h and x_i + 2h: exact for parabolas."""
    original, values = x[i], []
    for step in (0, h, 2 * h):
        x[i] = original + step
        values.append(f())
    x[i] = original
    return (-3 * values[0] + 4 * values[1] - values[2]) / (2 * h)


def relative_error(got, expected):
    """|got - expected| / max(|got|, |expected|) in the norm; 0 if both are 0, nan stays nan."""
    scale = np.maximum(np.linalg.norm(got), np.linalg.norm(expected))
    return float(np.linalg.norm(got - expected) / scale) if scale != 0 else 0.0
