"""The one form of every complaint: where, expected what, got what, what to do."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlplib._errors import (
    check_array,
    check_number,
    check_option,
    check_rng,
    check_same_shape,
    type_error,
    value_error,
)

FORM = re.compile(r"^[\w.() ]+: expected .+; got .+\.( .+[.?])?$", re.DOTALL)


def complaint(call, kind=(ValueError, TypeError)):
    with pytest.raises(kind) as error:
        call()
    text = str(error.value)
    assert FORM.match(text), text
    assert "\n" not in text
    return text


def test_the_form():
    error = value_error("standardize", "a 2-D array", "shape (3,)", "Use X[:, None].")
    assert isinstance(error, ValueError)
    assert str(error) == "standardize: expected a 2-D array; got shape (3,). Use X[:, None]."
    assert str(value_error("f", "a", "b")) == "f: expected a; got b."
    assert isinstance(type_error("f", "a", "b"), TypeError)


# ---- arrays ----------------------------------------------------------------------------------


def test_arrays_come_out_as_floats():
    assert check_array("f", "X", [[1, 2]]).dtype == np.float64
    assert check_array("f", "X", np.array([True])).dtype == np.float64
    assert check_array("f", "X", np.ones(2, "float32")).dtype == np.float32
    assert check_array("f", "y", [1, 2], dtype=int).dtype == np.dtype(int)
    X = np.ones((2, 2))
    assert check_array("f", "X", X, ndim=2) is X  # no copy where none is needed


def test_huge_numbers_are_finite_numbers():
    X = np.full((3, 2), 1e308)  # their sum is beyond all numbers, none of them is
    assert check_array("f", "X", X) is X
    X[1, 0] = -np.inf
    with pytest.raises(ValueError, match=r"-inf at X\[1, 0\]"):
        check_array("f", "X", X)


@pytest.mark.parametrize(
    ("value", "ndim", "text"),
    [
        ("abc", None, "f: expected X with numbers; got str 'abc'. Convert it to numbers first."),
        (None, None, "f: expected X with numbers; got NoneType None."),
        (np.array(["a"]), None, "f: expected X with numbers; got an array of dtype <U1."),
        ([1 + 2j], None, "f: expected X with numbers; got list [(1+2j)]."),
        (
            [[1, 2], [3]],
            None,
            "f: expected X as an array; got rows of different lengths. Make all rows equally long.",
        ),
        (
            np.ones(3),
            2,
            "f: expected X to be 2-D; got shape (3,). Use X[:, None] for one column.",
        ),
        (
            np.ones((3, 1)),
            1,
            "f: expected X to be 1-D; got shape (3, 1). Use X[:, 0] for a flat array.",
        ),
        (np.ones((3, 2, 1)), (1, 2), "f: expected X to be 1-D or 2-D; got shape (3, 2, 1)."),
        (np.ones((0, 2)), 2, "f: expected X with at least one entry; got shape (0, 2). Pass some"),
        (
            [[1, 2], [3, np.nan]],
            2,
            "f: expected X with finite numbers; got nan at X[1, 1]. "
            "Remove or fill such entries first.",
        ),
        ([1, -np.inf], 1, "f: expected X with finite numbers; got -inf at X[1]."),
    ],
)
def test_arrays_that_are_refused(value, ndim, text):
    assert complaint(lambda: check_array("f", "X", value, ndim=ndim)).startswith(text)


@settings(max_examples=200)
@given(
    st.one_of(
        st.none(),
        st.text(max_size=5),
        st.lists(st.one_of(st.integers(), st.floats(), st.text(max_size=2), st.none()), max_size=4),
        st.lists(st.lists(st.floats(), max_size=3), max_size=3),
        st.dictionaries(st.text(max_size=2), st.integers(), max_size=2),
        st.complex_numbers(),
    )
)
def test_anything_at_all_is_an_array_or_gets_a_sentence(value):
    try:
        array = check_array("f", "X", value)
    except (ValueError, TypeError) as error:
        assert FORM.match(str(error)), str(error)
    else:
        assert array.dtype == float
        assert np.isfinite(array).all()


def test_same_shape():
    a = np.ones((3, 1))
    check_same_shape("f", "S", a, "Y", a)
    text = complaint(lambda: check_same_shape("f", "S", a, "Y", np.ones(3)))
    assert text == "f: expected S and Y of the same shape; got (3, 1) and (3,). Use Y[:, None]."
    text = complaint(lambda: check_same_shape("f", "S", np.ones((3, 4)), "Y", np.ones(3)))
    assert text.endswith("Use one_hot(Y).")
    text = complaint(lambda: check_same_shape("f", "S", a, "Y", np.ones((4, 1))))
    assert text.endswith("Make both (m, n_out).")
    text = complaint(lambda: check_same_shape("f", "S", a, "Y", np.ones(4), "Look again."))
    assert text.endswith("Look again.")


# ---- numbers, options, generators ------------------------------------------------------------


def test_numbers_pass_through():
    assert check_number("f", "lr", 1) == 1.0
    assert isinstance(check_number("f", "lr", 1), float)
    assert check_number("f", "lr", np.float32(0.5), 0, 1) == 0.5
    assert isinstance(check_number("f", "n", np.int64(3), integer=True), int)


@pytest.mark.parametrize(
    ("value", "limits", "text"),
    [
        ("0.1", {}, "f: expected lr to be a finite number; got '0.1'. Pass a number for lr."),
        (None, {"low": 0}, "f: expected lr to be a finite number at least 0; got None."),
        (True, {}, "f: expected lr to be a finite number; got True."),
        (1.5, {"integer": True, "low": 1}, "f: expected lr to be a whole number at least 1; got 1"),
        (-0.1, {"low": 0}, "f: expected lr to be a finite number at least 0; got -0.1. Change lr."),
        (0, {"low": 0, "low_open": True}, "f: expected lr to be a finite number above 0; got 0.0."),
        (
            1,
            {"low": 0, "high": 1, "high_open": True},
            "f: expected lr to be a finite number at least 0 and below 1; got 1.0.",
        ),
        (2, {"low": 0, "high": 1}, "f: expected lr to be a finite number at least 0 and at most 1"),
        (np.nan, {}, "f: expected lr to be a finite number; got nan."),
        (np.inf, {"low": 0}, "f: expected lr to be a finite number at least 0; got inf."),
        (np.ones(2), {}, "f: expected lr to be a finite number; got array([1., 1.])."),
    ],
)
def test_numbers_that_are_refused(value, limits, text):
    assert complaint(lambda: check_number("f", "lr", value, **limits)).startswith(text)


def test_options():
    assert check_option("f", "init", "he", ["he", "glorot"]) == "he"
    text = complaint(lambda: check_option("f", "init", "glrot", ["he", "glorot"]))
    assert text == (
        "f: expected init to be one of 'he', 'glorot'; got 'glrot'. Did you mean 'glorot'?"
    )
    assert complaint(lambda: check_option("f", "init", 3, ["he"])).endswith("Choose one for init.")
    complaint(lambda: check_option("f", "init", ["he"], ["he"]))


def test_generators():
    rng = np.random.default_rng(0)
    assert check_rng("f", rng) is rng
    for wrong in (None, 0, np.random, np.random.RandomState(0)):
        text = complaint(lambda wrong=wrong: check_rng("f", wrong), TypeError)
        assert text.startswith("f: expected rng to be a numpy.random.Generator; got ")
        assert text.endswith("Pass rng=np.random.default_rng(0).")
