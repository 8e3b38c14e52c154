"""What a student's function gave back, taken down at once, and said in words.

A result is copied the moment it is there: the next call may overwrite it. Everything that can be
returned becomes one `Value`, so that comparing needs no case for "what if it is a dict". No `repr`
of an unknown object is ever called: it could be long, differ on each machine, or raise.
"""

import inspect
from dataclasses import dataclass

import numpy as np

from mlplib._faults import close

LARGEST = 100_000
"""Entries of an array that are still looked at; no exercise asks for nearly as many."""

TRUTH_VALUES = "an array of truth values"

FLOAT32_RTOL = 1e-4
"""How exact a float32 result can be expected to be."""


@dataclass(frozen=True)
class Value:
    """One returned value: a number, an array, a list, a tuple, nothing, a gap, or something odd."""

    kind: str
    array: np.ndarray | None = None
    """Of a number (0-d), an array, and of a list or tuple that would make an array."""
    parts: tuple = ()
    """Of a list or a tuple."""
    words: str = ""
    """What it is, to be put after "returns": "a list", "the text 'abc'"."""


def freeze(value, depth=3):
    """Take down a returned object as a Value."""
    if value is None:
        return Value("nothing", words="None")
    if value is Ellipsis:
        return Value("gap", words="`...`")
    if isinstance(value, (bool, np.bool_)):
        return Value("odd", words=f"{bool(value)}, a truth value")
    if isinstance(value, (int, float, np.number, np.ndarray)):
        return _freeze_numbers(value)
    if isinstance(value, (list, tuple)):
        return _freeze_sequence(value, depth)
    return Value("odd", words=_odd_words(value))


def _freeze_numbers(value):
    array = np.asarray(value)
    if type(value).__name__ == "matrix":
        return Value("odd", words="an `np.matrix`, which multiplies by other rules than an array")
    odd = {
        "b": TRUTH_VALUES,
        "c": "complex numbers",
        "O": "an array of Python objects (dtype object)"
        if array.ndim
        else "a whole number that is too large for numpy",
        "U": "an array of texts",
        "S": "an array of texts",
    }
    if array.dtype.kind not in "iuf":
        words = odd.get(array.dtype.kind, f"an array of dtype {array.dtype}")
        return Value("odd", words=words)
    if array.size > LARGEST:
        return Value("odd", words=f"a far too large array of shape {array.shape}")
    array = array.copy()
    if array.ndim == 0:
        return Value("number", array, words="one number")
    return Value("array", array, words=f"an array of shape {array.shape}")


def _freeze_sequence(value, depth):
    kind = "list" if isinstance(value, list) else "tuple"
    words = f"a {kind} of {len(value)} " + ("entry" if len(value) == 1 else "entries")
    array, parts = None, ()
    if depth and len(value) <= 1000:
        parts = tuple(freeze(part, depth - 1) for part in value)
    try:
        candidate = np.array(value)
        if candidate.dtype.kind in "iuf":
            array = candidate
    except Exception:  # rows of unequal length, or an object that refuses: then it is no array
        pass
    return Value(kind, array, parts, words)


def _odd_words(value):
    if isinstance(value, str):
        return f"the text {value[:40]!r}"
    if isinstance(value, complex):
        return "a complex number"
    if inspect.isgenerator(value):
        return "a generator (there is a `yield` where `return` is meant)"
    if inspect.isclass(value):
        return "a class"
    if callable(value):
        return "a function"
    return f"an object of type {type(value).__name__}"


def same(got, expected, rtol):
    """True if two Values are of one form and their numbers are close."""
    if got.kind != expected.kind:
        return False
    if got.kind in ("number", "array"):
        return close(got.array, expected.array, tolerance(got.array, rtol))
    if got.kind in ("list", "tuple"):
        return len(got.parts) == len(expected.parts) and all(
            same(a, b, rtol) for a, b in zip(got.parts, expected.parts, strict=True)
        )
    return got.words == expected.words


def tolerance(array, rtol):
    """The tolerance for this array's precision: float32 cannot be as exact as float64."""
    if array.dtype == np.float16:
        return max(rtol, 1e-2)
    return max(rtol, FLOAT32_RTOL) if array.dtype == np.float32 else rtol


# ---- saying numbers ---------------------------------------------------------------------------


def number_text(number, digits=4):
    """Write one number with few digits, the same on every machine: 0.5, -3, 1.25e-07."""
    return f"{float(number) + 0.0:.{digits}g}"


def array_text(array, digits=4, most=12):
    """Write a small array as nested lists; a large one by its shape."""
    if isinstance(array, np.random.Generator):
        return "a generator"
    array = np.asarray(array)
    if array.ndim == 0:
        return number_text(array, digits)
    if array.size > most:
        return f"array of shape {array.shape}"
    return "[" + ", ".join(array_text(row, digits, most) for row in array) + "]"


def arguments_text(names, arguments):
    """Write a call's arguments, `x = [1, 2], w = 0.5`."""
    return ", ".join(
        inspect.getdoc(argument).rstrip(".")
        if callable(argument)
        else f"{name} = {array_text(argument)}"
        for name, argument in zip(names, arguments, strict=False)
    )


def shapes_text(names, arguments):
    """Write what a call's arguments are: `X (5, 3), b (1,)`; numbers by their value."""
    words = []
    for name, argument in zip(names, arguments, strict=False):
        if callable(argument):
            words.append(f"{name} (a function)")
        elif np.ndim(argument) == 0:
            words.append(f"{name} = {array_text(argument)}")
        else:
            words.append(f"{name} {np.shape(argument)}")
    return ", ".join(words)


def differing_texts(got, expected):
    """Write two numbers with as many digits as it takes to see that they differ."""
    for digits in (4, 6, 9, 12):
        texts = number_text(got, digits), number_text(expected, digits)
        if texts[0] != texts[1]:
            break
    return texts
