"""Numbers and curves in words, as a person would say them of a picture.

Figures and labs carry a text twin for readers who cannot see the picture, and stored notebooks
are compared by it. So a twin uses few digits, the same on every machine, and no number that only
a computer would say.
"""

import math

import numpy as np

FINE = (1, 1.5, 2, 3, 4, 5, 6, 8, 10)  # steps of limits that should waste little room
FLAT = 0.01  # of its whole fall: a loss that moved less than this in its last quarter is flat


def number(value):
    """Three digits: 0.0312, 4.87, 508, 12 300, 5.1e+08; plain where people write plain.

    Examples
    --------
    >>> [number(v) for v in (0.03123, 4.8712, 508.24, 12345.6, 5.1e8, -1e-7, 0, float("inf"))]
    ['0.0312', '4.87', '508', '12 300', '5.1e+08', '-1e-07', '0', 'inf']
    """
    value = float(value)
    if not math.isfinite(value):
        return {math.inf: "inf", -math.inf: "-inf"}.get(value, "nan")
    if value == 0:
        return "0"
    value = float(f"{value:.3g}")
    if 1e-3 <= abs(value) < 1e6:
        text = f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
        return text.replace(",", " ")
    return f"{value:.2g}"


def nice_limit(value, factors=(1, 2, 5, 10)):
    """The next of 1, 2, 5, 10, 20, ... that is at least `value`: limits that grow in steps.

    Examples
    --------
    >>> [nice_limit(v) for v in (0.7, 3, 51, 500)]
    [1.0, 5.0, 100.0, 500.0]
    >>> nice_limit(5.1, FINE)
    6.0
    """
    if not 0 < value < math.inf:
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    for factor in factors:
        if value <= factor * power * (1 + 1e-9):
            return float(f"{factor * power:.2g}")
    return 10 * power


def count(n, noun):
    """A number of things: 1 step, 2 steps, 12 300 steps.

    Examples
    --------
    >>> count(1, "step"), count(12300, "step")
    ('1 step', '12 300 steps')
    """
    return f"{n:,} {noun}{'' if n == 1 else 's'}".replace(",", " ")


def trend(losses, steps=None, name="loss"):
    """How a loss went, from its first to its last value.

    Examples
    --------
    >>> trend([4.0, 2.0, 1.0, 0.6, 0.46])
    'loss fell from 4 to 0.46 in 4 steps and still falls'
    >>> trend([1.0] + [0.5] * 200)
    'loss fell from 1 to 0.5 in 200 steps and is flat now'
    >>> trend([1.0, 30.0, float("inf")])
    'loss grew from 1 to 30 in 2 steps and then beyond all numbers'
    """
    losses = np.asarray(losses, dtype=float)
    values = losses[np.isfinite(losses)]
    steps = len(losses) - 1 if steps is None else steps
    if len(values) == 0:
        return f"{name} is no number from the start"
    first, last = values[0], values[-1]
    if steps < 1:
        return f"{name} is {number(first)} at the start"
    if len(values) < len(losses):
        verb = "grew" if last > first else "went"
        return (
            f"{name} {verb} from {number(first)} to {number(last)} in {count(steps, 'step')}"
            " and then beyond all numbers"
        )
    if number(first) == number(last):
        return f"{name} is {number(last)} after {count(steps, 'step')}, as at the start"
    verb = "fell" if last < first else "rose"
    return (
        f"{name} {verb} from {number(first)} to {number(last)} in {count(steps, 'step')}"
        f" and {_now(values, abs(last - first))}"
    )


def _now(values, whole):
    """What the last quarter of the curve does."""
    before = values[-1 - max(1, len(values) // 4)]
    if abs(values[-1] - before) <= FLAT * whole:
        return "is flat now"
    return "still falls" if values[-1] < before else "rises now"


def sentence(text):
    """The text with a capital letter and a full stop.

    Examples
    --------
    >>> sentence("loss is flat")
    'Loss is flat.'
    """
    text = text.strip()
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")
