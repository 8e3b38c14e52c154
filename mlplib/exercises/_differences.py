"""What differs between the values of an answer and the right ones, said in a sentence.

First the kind (a list where an array is asked for), then the shape, with the reason where the
shape gives it away, then the numbers, with the relation between them where there is one: a sign,
a factor 2, a missing 1/m, a constant factor or offset. Last, both numbers side by side.
"""

import numpy as np

from mlplib._faults import FAULTS, close, common_fault
from mlplib.exercises._values import (
    TRUTH_VALUES,
    array_text,
    differing_texts,
    number_text,
    tolerance,
)

# ---- kind and shape ---------------------------------------------------------------------------


def kind_or_shape_sentence(name, shape, gots, rights, rtol):
    """The sentence for the first value that is of the wrong kind or shape, or None.

    `shape` is the expected one in words, such as "(n_in, n_out)".
    """
    pairs = list(zip(gots, rights, strict=True))
    for got, right in pairs:
        if got.kind not in ("number", "array"):
            return _kind_sentence(name, shape, got, right, rtol)
    for got, right in pairs:
        if got.array.shape != right.array.shape:
            return _shape_sentence(name, shape, got.array, right.array)
    return None


def _kind_sentence(name, shape, got, right, rtol):
    if right.kind == "number":
        expected = "one number"
    else:
        expected = f"a numpy array of shape {shape}"
    if got.kind == "gap":
        return f"`{name}` is still the `...` of the blank."
    if got.kind in ("list", "tuple") and right.kind == "array" and got.array is not None:
        text = f"`{name}` is {got.words}; expected is {expected}: wrap it in `np.array(...)`."
        if close(got.array, right.array, rtol):
            text = f"The numbers are right. {text}"
        return text
    if got.words == TRUTH_VALUES:
        expected += ": `.astype(int)` makes numbers of them"
    return f"`{name}` is {got.words}; expected is {expected}."


def _shape_sentence(name, words, got, right):
    """What is wrong with a shape, with the reason where the shape gives it away."""
    if right.ndim == 0:
        text = f"`{name}` should be one number; yours is an array of shape {got.shape}."
    elif got.ndim == 0:
        text = (
            f"`{name}` should be an array of shape {words}, here {right.shape}; yours is one "
            "number."
        )
    else:
        text = f"`{name}` should have the shape {words}, here {right.shape}; yours has {got.shape}."
    reason = _shape_reason(got, right)
    return f"{text} {reason}" if reason else text


def _shape_reason(got, right):
    if got.ndim == 2 and right.ndim == 2 and got.shape == right.shape[::-1]:
        return "Rows and columns are exchanged: a `.T` too many or too few, or the wrong order."
    if got.ndim == 2 and got.shape[0] == got.shape[1] and right.size == got.shape[0] > 1:
        return (
            "An array of shape (m, 1) and one of shape (m,) were combined: numpy then pairs every "
            "entry with every other."
        )
    if got.size == right.size == 1:
        return "It holds the one number, in another wrapping: see which axis was kept or dropped."
    if got.size == right.size and got.ndim == 1:
        return "One axis is lost: keep it with `keepdims=True`, or put it back with `[:, None]`."
    if got.size == right.size and right.ndim == 1:
        return "There is an axis too many: without `keepdims=True`, or with `[:, 0]`, it goes."
    if right.ndim == 0:
        return "Something is still to be summed or averaged."
    if got.ndim == 0:
        return "Too much was summed: `axis=0` adds up the rows and keeps the columns."
    if got.ndim == right.ndim == 1 or got.ndim < right.ndim:
        return "Look at the axis you sum over: `axis=0` runs down the rows, over the examples."
    return ""


# ---- numbers ----------------------------------------------------------------------------------


def values_sentence(name, gots, rights, sizes, rtol):
    """What the arrays `gots` have in common that `rights` have not.

    `sizes` are the numbers m of examples, or None, of the inputs that they belong to.
    """
    if not all(np.isfinite(got).all() for got in gots):
        return not_finite([name] * len(gots), gots)
    if all(
        got.dtype.kind in "iu" and (np.abs(got.astype(float) - right) < 1).all()
        for got, right in zip(gots, rights, strict=True)
    ):
        return (
            f"`{name}` holds whole numbers: the digits behind the point are cut off. Is there "
            "an integer array, `//`, `int` or `round`?"
        )
    fault = common_fault(list(zip(gots, rights, sizes, strict=True)), rtol)
    if fault:
        return FAULTS[fault][1]
    relation = _relation(gots, rights, rtol)
    if relation:
        return relation
    good = [close(g, r, tolerance(g, rtol)) for g, r in zip(gots, rights, strict=True)]
    text = f"The values of `{name}` are not the expected ones."
    if any(good):
        text += f" For {sum(good)} of {len(good)} inputs they are; not for this one:"
    return text


def not_finite(names, arrays):
    """The sentence for the first array that holds nan or inf."""
    name, array = next(
        (name, array)
        for name, array in zip(names, arrays, strict=True)
        if not np.isfinite(array).all()
    )
    if np.isnan(array).any():
        return (
            f"`{name}` holds nan (not a number). That comes from 0/0, from inf - inf, or from the "
            "root or logarithm of a negative number: print the steps of your computation."
        )
    return (
        f"`{name}` holds inf (infinity): something is divided by 0, or grows with every step "
        "until it no longer fits a number."
    )


def _relation(gots, rights, rtol):
    """A constant factor or offset between all values and the right ones, in words, or None."""
    got = np.concatenate([np.ravel(g) for g in gots]).astype(float)
    right = np.concatenate([np.ravel(r) for r in rights])
    if got.size < 3 or np.ptp(right) == 0:
        return None
    factor = (got @ right) / (right @ right)
    if factor and np.allclose(got, factor * right, rtol=10 * rtol, atol=rtol * np.abs(right).max()):
        return f"Every value is {number_text(factor)} times the right one."
    offset = np.mean(got - right)
    if np.allclose(got, right + offset, rtol=10 * rtol, atol=rtol * np.abs(right).max()):
        side = "above" if offset > 0 else "below"
        return f"Every value lies {number_text(abs(offset))} {side} the right one."
    return None


def difference_rows(name, label, got, right):
    """(label, text) of yours and of the right value: whole, or the first entry that differs."""
    if got.shape != right.shape:
        return ((f"your {name}", array_text(got)), (label, array_text(right)))
    if got.ndim == 0:
        texts = differing_texts(got, right)
        return ((f"your {name}", texts[0]), (label, texts[1]))
    error = np.abs(got.astype(float) - right)  # whole numbers hold no infinity
    error[np.isnan(error)] = np.inf
    large = error > 1e-7 * max(np.abs(right).max(), 1e-12)
    index = tuple(int(i) for i in np.argwhere(large)[0]) if large.any() else (0,) * got.ndim
    texts = differing_texts(got[index], right[index])
    if got.size <= 12 and max(map(len, texts)) <= 7:
        return ((f"your {name}", array_text(got)), (label, array_text(right)))
    place = f"{name}[{', '.join(map(str, index))}]"
    return ((f"your {place}", texts[0]), (f"{label} {place}", texts[1]))
