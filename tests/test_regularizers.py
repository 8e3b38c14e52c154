"""Penalties: value, gradient, the factor convention, and what they do to weights."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from mlplib import (
    L1,
    L2,
    MLP,
    PENALTIES,
    ElasticNet,
    GradientDescent,
    mse,
    numerical_gradient,
    train,
)

quick = settings(max_examples=40)
W = np.array([[1.0, -2.0], [0.0, 0.5]])


def test_by_hand_f1_f2():
    # |w| sums to 3.5, w^2 to 5.25: no factor 1/2, no 1/m
    assert L1(0.1).value(W) == pytest.approx(0.35)
    assert L2(0.1).value(W) == pytest.approx(0.525)
    assert ElasticNet(0.1, ratio=0.25).value(W) == pytest.approx(0.25 * 0.35 + 0.75 * 0.525)
    assert L1(0.1).grad(W) == pytest.approx(np.array([[0.1, -0.1], [0, 0.1]]))  # 0 at w = 0
    assert L2(0.1).grad(W) == pytest.approx(0.2 * W)
    assert ElasticNet(0.1).value(W) == pytest.approx((0.35 + 0.525) / 2)
    assert ElasticNet(0.1, 1.0).value(W) == L1(0.1).value(W)
    assert ElasticNet(0.1, 0.0).value(W) == L2(0.1).value(W)


@pytest.mark.parametrize("make", PENALTIES.values(), ids=PENALTIES)
@quick
@given(
    W=arrays(float, (3, 2), elements=st.floats(-1e4, 1e4).filter(lambda w: abs(w) > 1e-3)),
    gamma=st.floats(0, 10),
)
def test_gradient_is_the_values_own(make, W, gamma):
    penalty = make(gamma)
    slopes = numerical_gradient(penalty.value, W, eps=1e-4)
    scale = 1e-9 * max(1, penalty.value(W)) / 1e-4
    assert penalty.grad(W) == pytest.approx(slopes, rel=1e-6, abs=scale)
    assert penalty.grad(W).shape == W.shape
    assert isinstance(penalty.value(W), float)
    assert penalty.value(W) >= 0


@pytest.mark.parametrize("make", PENALTIES.values(), ids=PENALTIES)
def test_keeps_float32(make):
    assert make(0.1).grad(W.astype("float32")).dtype == np.float32


def test_biases_are_free_and_the_record_holds_the_cost():
    rng = np.random.default_rng(0)
    net = MLP([2, 3, 1], rng=rng, bias=0.5)
    X, Y = rng.normal(size=(6, 2)), rng.normal(size=(6, 1))
    plain = mse.value(net.forward(X), Y)
    net.backward(mse.grad(net.forward(X), Y))
    dW, db = net.layers[0].dW.copy(), net.layers[0].db.copy()
    price = sum(L2(0.3).value(layer.W) for layer in net.layers)
    W0 = net.layers[0].W.copy()
    record = next(train(net, X, Y, mse, GradientDescent(0.0), penalty=L2(0.3), steps=1))
    assert record.loss == pytest.approx(plain + price)
    assert net.layers[0].dW == pytest.approx(dW + 0.6 * W0)
    assert np.array_equal(net.layers[0].db, db)


def test_l2_alone_is_weight_decay_and_l1_drives_to_zero():
    X, Y = np.zeros((4, 2)), np.zeros((4, 1))  # the loss does not see the weights
    net = MLP([2, 1], rng=np.random.default_rng(1))
    W0 = net.layers[0].W.copy()
    list(train(net, X, Y, mse, GradientDescent(0.1), penalty=L2(0.5), steps=3))
    assert net.layers[0].W == pytest.approx(W0 * (1 - 0.1 * 2 * 0.5) ** 3)
    list(train(net, X, Y, mse, GradientDescent(0.001), penalty=L1(1.0), steps=2000))
    assert np.abs(net.layers[0].W).max() <= 0.001 + 1e-12


@pytest.mark.parametrize(
    ("call", "kind", "text"),
    [
        (lambda: L1(-1), ValueError, "L1: expected gamma to be a finite number at least 0; got -1"),
        (lambda: L2("0.1"), TypeError, "L2: expected gamma to be a finite number at least 0; got"),
        (
            lambda: ElasticNet(0.1, 2),
            ValueError,
            "ElasticNet: expected ratio to be a finite number",
        ),
        (
            lambda: train(
                MLP([1, 1], rng=np.random.default_rng(0)), [[1]], [[1]], mse, "sgd", penalty=L2
            ),
            TypeError,
            "train: expected penalty such as L2(0.01); got <class 'mlplib.regularizers.L2'>.",
        ),
    ],
)
def test_what_does_not_fit_gets_a_sentence(call, kind, text):
    with pytest.raises(kind) as error:
        call()
    assert text in str(error.value)
