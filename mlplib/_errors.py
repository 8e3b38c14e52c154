"""One form for every complaint: where, expected what, got what, what to do.

A student reads an error message more often than a docstring, so the wording is made in one
place. The checks below are called where a user's value enters the library, never inside a loop
that trains: `train` checks its data once, and the steps after that trust it.
"""

import math
import numbers

import numpy as np


def value_error(where, expected, got, fix=""):
    """ValueError in the library's one form."""
    return ValueError(_sentence(where, expected, got, fix))


def type_error(where, expected, got, fix=""):
    """TypeError in the library's one form."""
    return TypeError(_sentence(where, expected, got, fix))


def _sentence(where, expected, got, fix):
    return f"{where}: expected {expected}; got {got}. {fix}".rstrip()


def check_array(where, name, value, *, ndim=None, dtype=float):
    """Return `value` as a finite, non-empty ndarray of `dtype`, or say why it is none.

    `ndim` is a number of dimensions or a tuple of allowed ones. float32 input stays float32 where
    `dtype` is float, so that a caller's choice of precision is not silently undone.
    """
    try:
        array = np.asarray(value)
    except ValueError:
        raise value_error(
            where, f"{name} as an array", "rows of different lengths", "Make all rows equally long."
        ) from None
    if array.dtype.kind not in "biuf":
        raise type_error(
            where, f"{name} with numbers", _describe(value, array), "Convert it to numbers first."
        )
    if array.dtype != np.float32 or dtype is not float:
        array = array.astype(dtype, copy=False)
    allowed = (ndim,) if isinstance(ndim, int) else ndim
    if allowed is not None and array.ndim not in allowed:
        expected = " or ".join(f"{n}-D" for n in allowed)
        raise value_error(
            where, f"{name} to be {expected}", f"shape {array.shape}", _shape_hint(name, array)
        )
    if array.size == 0:
        raise value_error(
            where, f"{name} with at least one entry", f"shape {array.shape}", "Pass some data."
        )
    # A nan or inf makes the sum one, and unlike isfinite a sum needs no second array. Only numbers
    # that are huge, and finite, need the closer look.
    with np.errstate(over="ignore", invalid="ignore"):
        total = array.sum()
    if not np.isfinite(total) and not np.isfinite(array).all():
        first = tuple(int(i) for i in np.argwhere(~np.isfinite(array))[0])
        place = ", ".join(map(str, first))
        raise value_error(
            where,
            f"{name} with finite numbers",
            f"{array[first]} at {name}[{place}]",
            "Remove or fill such entries first.",
        )
    return array


def _describe(value, array):
    if isinstance(value, np.ndarray):
        return f"an array of dtype {array.dtype}"
    return f"{type(value).__name__} {value!r:.40}"


def _shape_hint(name, array):
    if array.ndim == 1:
        return f"Use {name}[:, None] for one column."
    if array.ndim == 2 and array.shape[1] == 1:
        return f"Use {name}[:, 0] for a flat array."
    return f"Reshape {name}."


def check_same_shape(where, first_name, first, second_name, second, fix=""):
    """Refuse two arrays of unequal shapes before a subtraction can broadcast them."""
    if first.shape != second.shape:
        raise value_error(
            where,
            f"{first_name} and {second_name} of the same shape",
            f"{first.shape} and {second.shape}",
            fix or _column_hint(second_name, first, second),
        )


def _column_hint(name, first, second):
    if first.ndim == 2 and second.ndim == 1 and len(first) == len(second):
        if first.shape[1] == 1:
            return f"Use {name}[:, None]."
        return f"Use one_hot({name})."
    return "Make both (m, n_out)."


def check_number(
    where, name, value, low=None, high=None, *, low_open=False, high_open=False, integer=False
):
    """Return `value` as a float (an int if `integer`) inside the bounds, or say why it is not."""
    expected = f"{name} to be " + _range_words(low, high, low_open, high_open, integer)
    kind = numbers.Integral if integer else numbers.Real
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, kind):
        raise type_error(where, expected, f"{value!r:.60}", f"Pass a number for {name}.")
    value = int(value) if integer else float(value)
    too_low = low is not None and (value <= low if low_open else value < low)
    too_high = high is not None and (value >= high if high_open else value > high)
    if not math.isfinite(value) or too_low or too_high:
        raise value_error(where, expected, f"{value}", f"Change {name}.")
    return value


def _range_words(low, high, low_open, high_open, integer):
    kind = "a whole number" if integer else "a finite number"
    parts = []
    if low is not None:
        parts.append(f"above {low}" if low_open else f"at least {low}")
    if high is not None:
        parts.append(f"below {high}" if high_open else f"at most {high}")
    return f"{kind} {' and '.join(parts)}".rstrip()


def check_option(where, name, value, options):
    """Return `value` if it is one of the names in `options`; otherwise suggest the nearest."""
    options = list(options)
    if isinstance(value, str) and value in options:
        return value
    import difflib  # needed for a typing error only

    close = difflib.get_close_matches(str(value), options, n=1)
    fix = f"Did you mean {close[0]!r}?" if close else f"Choose one for {name}."
    expected = f"{name} to be one of {', '.join(map(repr, options))}"
    raise value_error(where, expected, f"{value!r:.60}", fix)


def check_rng(where, rng):
    """Return `rng` if it is a numpy Generator: the library has no randomness of its own."""
    if not isinstance(rng, np.random.Generator):
        raise type_error(
            where,
            "rng to be a numpy.random.Generator",
            f"{rng!r:.60}",
            "Pass rng=np.random.default_rng(0).",
        )
    return rng
