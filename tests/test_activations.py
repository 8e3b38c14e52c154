"""Activations: against PyTorch, against finite differences, at the extremes, and by name."""

import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from reference_numbers import assert_equal_to_torch, reference

from mlplib import (
    ACTIVATIONS,
    Activation,
    get_activation,
    leaky_relu,
    make_elu,
    make_leaky_relu,
    numerical_gradient,
    relu,
    sigmoid,
    silu,
    softmax,
    softplus,
    tanh,
)
from mlplib.initializers import INITIALIZERS

every = pytest.mark.parametrize("a", ACTIVATIONS.values(), ids=lambda a: a.name)
elementwise = pytest.mark.parametrize(
    "a", [a for a in ACTIVATIONS.values() if a is not softmax], ids=lambda a: a.name
)
quick = settings(max_examples=25)


@pytest.mark.parametrize("name", reference()["activations"]["results"])
def test_function_and_derivative_equal_pytorchs(name):
    numbers = reference()["activations"]
    Z, dA, expected = np.array(numbers["Z"]), np.array(numbers["dA"]), numbers["results"][name]
    a = get_activation(name)
    A = a.f(Z)
    assert_equal_to_torch(A, expected["A"])
    assert_equal_to_torch(a.backward(dA, Z, A), expected["dZ"])


def test_pytorchs_numbers_cover_every_activation():
    assert set(ACTIVATIONS) <= set(reference()["activations"]["results"])


@every
@quick
@given(data=st.data())
def test_values_and_gradients_are_finite_and_silent_up_to_1e4(a, data):
    # warnings are errors in this suite: an overflow on the way would fail here
    shape = data.draw(array_shapes(min_dims=2, max_dims=2, max_side=4))
    drawn = data.draw(arrays(float, shape, elements=st.floats(-1e4, 1e4)))
    for Z in (drawn, drawn.astype(np.float32)):
        before = Z.copy()
        A = a.f(Z)
        dZ = a.backward(np.ones_like(A), Z, A)
        assert A.dtype == dZ.dtype == Z.dtype
        assert A.shape == dZ.shape == Z.shape
        assert np.isfinite(A).all()
        assert np.isfinite(dZ).all()
        low, high = a.range
        assert A.min() >= low
        assert A.max() <= high
        assert np.array_equal(Z, before)


@elementwise
@quick
@given(z=st.floats(-30, 30).filter(lambda z: abs(z) > 1e-4))
def test_derivative_agrees_with_the_function(a, z):
    Z = np.array([[z]])
    slope = numerical_gradient(lambda t: float(a.f(t)[0, 0]), Z, eps=1e-5)
    assert a.df(Z, a.f(Z)) == pytest.approx(slope, rel=1e-6, abs=1e-8)


@every
def test_writing_into_an_array_changes_nothing_else(a):
    rng = np.random.default_rng(0)
    Z, dA = rng.normal(size=(2, 5, 3)) * 3
    A = a.f(Z)
    out = np.empty_like(Z)
    assert np.array_equal(a.forward(Z.copy(), out=out), A)
    expected = a.backward(dA, Z, A)
    assert np.array_equal(a.backward(dA, Z, A, out=out), expected)
    Z_kept, dA_kept = Z.copy(), dA.copy()
    a.backward(dA, Z, A, out=np.empty_like(Z))
    assert np.array_equal(Z, Z_kept)
    assert np.array_equal(dA, dA_kept)


@every
def test_is_a_value(a):
    assert pickle.loads(pickle.dumps(a)) is not None
    assert get_activation(a.name) is a
    assert get_activation(a) is a
    assert a.init in INITIALIZERS
    assert repr(a) == f"<activation {a.name}>"
    assert "<lambda>" not in repr(a.f) + repr(a.df) + repr(a.vjp)


@elementwise
def test_stated_range_is_reached(a):
    A = a.f(np.linspace(-60, 60, 240_001))
    low, high = a.range
    assert A.min() >= low
    assert A.max() <= high
    assert np.isinf(low) or A.min() == pytest.approx(low, abs=1e-5)
    assert np.isinf(high) or A.max() == pytest.approx(high, abs=1e-9)


# ---- what the lectures say of each -----------------------------------------------------------


def test_sigmoid_b1():
    Z = np.linspace(-30, 30, 1001)
    assert sigmoid(Z) == pytest.approx(1 / (1 + np.exp(-Z)), rel=1e-14)
    slope = sigmoid.df(Z, sigmoid(Z))
    assert slope.max() == 0.25  # attained, at 0; the lecture prints a strict bound
    assert Z[np.argmax(slope)] == 0
    assert np.all(slope > 0)


def test_tanh_in_three_equal_forms_b2():
    z = np.linspace(-5, 5, 101)
    assert tanh(z) == pytest.approx((np.exp(z) - np.exp(-z)) / (np.exp(z) + np.exp(-z)))
    assert tanh(z) == pytest.approx(np.sinh(z) / np.cosh(z))
    assert tanh(z) == pytest.approx((np.exp(2 * z) - 1) / (np.exp(2 * z) + 1))


def test_relu_b3():
    Z = np.array([-1.0, 0.0, 0.5, 1.0, 2.0])
    assert np.array_equal(relu(Z), [0, 0, 0.5, 1, 2])
    # 1 from z > 0 on, not from z > 1 as lecture 003 prints; 0 at the corner by convention
    assert np.array_equal(relu.df(Z, relu(Z)), [0, 0, 1, 1, 1])


@pytest.mark.parametrize("alpha", [0.0, 0.01, 0.1, 0.5, 0.99])
def test_leaky_relu_b4(alpha):
    Z = np.linspace(-3, 3, 61)
    a = make_leaky_relu(alpha)
    assert np.array_equal(a(Z), np.maximum(alpha * Z, Z))
    assert a.df(np.array([0.0]), np.array([0.0])) == alpha  # by convention
    assert make_leaky_relu().name == leaky_relu.name == "leaky_relu"


@pytest.mark.parametrize("alpha", [0.5, 1.0, 3.0])
def test_elu_has_its_floor_and_no_corner_at_alpha_one(alpha):
    a = make_elu(alpha)
    assert a(-50.0) == pytest.approx(-alpha)
    near = a.df(np.array([-1e-12, 1e-12]), a(np.array([-1e-12, 1e-12])))
    assert near == pytest.approx([alpha, 1])


def test_tails_are_exact_relative_to_their_size():
    Z = np.array([-40.0, -100.0, -700.0])
    assert sigmoid(Z) == pytest.approx(np.exp(Z), rel=1e-14)
    assert softplus(Z) == pytest.approx(np.exp(Z), rel=1e-14)
    assert silu(Z) == pytest.approx(Z * np.exp(Z), rel=1e-14)
    assert make_elu()(np.array([-1e-12])) == pytest.approx(-1e-12, rel=1e-11)


def test_softmax_b5():
    Z = np.random.default_rng(0).normal(size=(6, 4))
    P = softmax(Z)
    assert P == pytest.approx(np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True))
    assert P.sum(axis=1) == pytest.approx(np.ones(6))
    assert softmax(Z + 1e4) == pytest.approx(P)  # a shift cancels
    two = Z[:, :2]
    assert softmax(two)[:, 0] == pytest.approx(1 / (1 + np.exp(two[:, 1] - two[:, 0])))
    assert softmax(two)[:, 0] == pytest.approx(sigmoid(two[:, 0] - two[:, 1]))


def test_softmaxs_jacobian_and_its_product():
    rng = np.random.default_rng(1)
    Z, dA = rng.normal(size=(2, 3, 4))
    P = softmax(Z)
    J = softmax.df(Z, P)
    assert J.shape == (3, 4, 4)
    for i in range(3):
        by_hand = np.diag(P[i]) - np.outer(P[i], P[i])
        assert J[i] == pytest.approx(by_hand)
        assert softmax.backward(dA, Z, P)[i] == pytest.approx(by_hand @ dA[i])


# ---- calling and naming ----------------------------------------------------------------------


def test_takes_numbers_lists_and_both_precisions():
    assert sigmoid(0) == 0.5
    assert sigmoid(0.3).dtype == np.float64
    assert np.array_equal(relu([-1, 2]), [0.0, 2.0])
    assert relu([-1, 2]).dtype == np.float64
    assert tanh(np.float32(0.3)).dtype == np.float32


def test_a_parameter_in_the_name():
    assert get_activation("leaky_relu(0.2)")(-1.0) == -0.2
    assert get_activation("elu(2.0)")(-50.0) == pytest.approx(-2)
    assert make_leaky_relu(0.2).name == "leaky_relu(0.2)"


@pytest.mark.parametrize(
    ("call", "kind", "text"),
    [
        (lambda: get_activation("rleu"), ValueError, "Did you mean 'relu'?"),
        (lambda: get_activation(None), ValueError, "get_activation: expected activation to be one"),
        (
            lambda: get_activation(np.tanh),
            TypeError,
            "get_activation: expected an Activation or the name of one; got the function tanh. "
            "Wrap it with its derivative: Activation('mine', f, df).",
        ),
        (lambda: get_activation("elu(x)"), ValueError, "expected a number in elu(...); got 'x'."),
        (
            lambda: get_activation("elu(-1)"),
            ValueError,
            "expected alpha to be a finite number abov",
        ),
        (
            lambda: make_leaky_relu(1.0),
            ValueError,
            "make_leaky_relu: expected alpha to be a finite number at least 0 and below 1; got 1.0."
            " Change alpha.",
        ),
        (lambda: relu("3"), TypeError, "relu: expected Z with numbers; got str '3'."),
        (lambda: relu([1.0, np.nan]), ValueError, "relu: expected Z with finite numbers; got nan"),
        (lambda: relu([]), ValueError, "relu: expected Z with at least one entry; got shape (0,)."),
    ],
)
def test_what_does_not_fit_gets_a_sentence(call, kind, text):
    with pytest.raises(kind) as error:
        call()
    assert text in str(error.value)


def test_ones_own_activation():
    square = Activation("square", np.square, lambda Z, A: 2 * Z)
    assert square(3.0) == 9
    Z = np.array([[1.0, -2.0]])
    assert np.array_equal(square.backward(np.ones((1, 2)), Z, Z**2), [[2.0, -4.0]])
    with pytest.raises((AttributeError, pickle.PicklingError)):
        pickle.dumps(square)  # a lambda has no name to be found by again
