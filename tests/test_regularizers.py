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
    DampedMomentum,
    ElasticNet,
    GradientDescent,
    mse,
    numerical_gradient,
    soft_threshold,
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


# ---- the exact step -----------------------------------------------------------------------------


@pytest.mark.parametrize("make", PENALTIES.values(), ids=PENALTIES)
@pytest.mark.parametrize("lr", [0.1, 2.0])
def test_the_exact_step_is_the_best_weight_near_the_old_one(make, lr):
    # the definition: the w with least penalty + (w - v)^2 / (2 lr), found by looking everywhere
    penalty, grid = make(0.4), np.linspace(-3, 3, 600_001)
    v = np.array([[2.0, -0.7], [0.03, -0.9]])
    prices = [penalty.value(np.array([w])) for w in (1.0, 2.0)]  # a |w| + c w^2
    c = (prices[1] - 2 * prices[0]) / 2
    price = (prices[0] - c) * np.abs(grid) + c * grid**2
    best = [grid[np.argmin(price + (grid - w) ** 2 / (2 * lr))] for w in v.ravel()]
    assert penalty.prox(v, lr).ravel() == pytest.approx(best, abs=1.1e-5)


@pytest.mark.parametrize("make", PENALTIES.values(), ids=PENALTIES)
def test_a_short_exact_step_is_a_step_along_the_slope(make):
    penalty, V = make(0.4), np.array([[1.0, -2.0], [0.3, 0.5]])
    assert (V - penalty.prox(V, 1e-6)) / 1e-6 == pytest.approx(penalty.grad(V), rel=1e-5)
    assert penalty.prox(V, 0.0) == pytest.approx(V)
    assert penalty.prox(V.astype("float32"), 0.1).dtype == np.float32


def test_soft_threshold_makes_zeros_and_l2_makes_none():
    assert soft_threshold(W, 0.6) == pytest.approx(np.array([[0.4, -1.4], [0, 0]]))
    assert np.count_nonzero(L1(3.0).prox(W, 0.2)) == 2
    assert np.count_nonzero(ElasticNet(3.0).prox(W, 0.4)) == 2
    assert np.count_nonzero(L2(3.0).prox(W, 0.2)) == 3


@pytest.mark.parametrize("optimizer", [GradientDescent(0.1), DampedMomentum(0.1, alpha=0.9)])
def test_proximal_training_ends_at_the_least_loss_plus_penalty(optimizer):
    # inputs of unit variance that do not correlate: each weight alone, its best value known
    rng = np.random.default_rng(0)
    X = np.linalg.qr(rng.normal(size=(40, 6)))[0] * np.sqrt(40)
    slopes = np.array([2.0, -1.0, 0.5, 0.1, -0.05, 0.0])
    Y = (X @ slopes)[:, None]
    for penalty in (L1(0.4), ElasticNet(0.8), L2(0.4)):
        net = MLP([6, 1], rng=rng)
        stream = train(net, X, Y, mse, optimizer, penalty=penalty, proximal=True, steps=3000)
        records = list(stream)
        # the bias takes up the means of X; what is left of loss + penalty has no slope
        got, grad = net.layers[0].W[:, 0], net.layers[0].dW[:, 0]
        used = got != 0
        assert grad[used] == pytest.approx(-penalty.grad(got[used]), abs=1e-9)
        bound = 0.0 if isinstance(penalty, L2) else 0.4
        assert np.abs(grad[~used]).max(initial=0) <= bound
        assert (~used).sum() == (0 if isinstance(penalty, L2) else 3)
        price = penalty.value(net.layers[0].W)
        assert records[-1].loss == pytest.approx(mse.value(net.predict(X), Y) + price)


def test_along_the_slope_l1_makes_no_zero():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(40, 6))
    Y = X[:, :1]
    zeros = {}
    for proximal in (False, True):
        net = MLP([6, 1], rng=np.random.default_rng(1))
        how = {"penalty": L1(0.4), "proximal": proximal, "steps": 500}
        list(train(net, X, Y, mse, GradientDescent(0.03), **how))
        zeros[proximal] = int((net.layers[0].W == 0).sum())
    assert zeros == {False: 0, True: 5}


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
        (
            lambda: train(
                MLP([1, 1], rng=np.random.default_rng(0)), [[1]], [[1]], mse, "sgd", proximal=True
            ),
            TypeError,
            "train: expected a penalty with an exact step (prox) for proximal=True; got None. Pass",
        ),
    ],
)
def test_what_does_not_fit_gets_a_sentence(call, kind, text):
    with pytest.raises(kind) as error:
        call()
    assert text in str(error.value)
