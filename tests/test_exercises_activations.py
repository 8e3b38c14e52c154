"""The solutions of notebook 04 agree with the library, which they were not made from."""

import numpy as np
import pytest

import mlplib as ml
from mlplib.exercises import activations as exercises
from mlplib.exercises._activations_depth import _judge_start, _through
from mlplib.initializers import he, lecun


def pairs(exercise):
    """(arguments, what the solution returns), case by case."""
    return [(case, exercise.function(*case)) for case in exercise.cases]


def test_sigmoid_slope():
    for (A,), slope in pairs(exercises.sigmoid_slope):
        Z = np.log(A / (1 - A))
        np.testing.assert_allclose(slope, ml.sigmoid.df(Z, ml.sigmoid.f(Z)), rtol=1e-9)


def test_tanh():
    for (z,), a in pairs(exercises.tanh):
        np.testing.assert_allclose(a, ml.tanh.f(z), rtol=1e-12)


@pytest.mark.parametrize("name", ["relu", "silu"])
def test_value_and_slope(name):
    activation = ml.get_activation(name)
    for (z,), (a, slope) in pairs(getattr(exercises, name)):
        np.testing.assert_allclose(a, activation.f(z), rtol=1e-12)
        np.testing.assert_allclose(slope, activation.df(z, activation.f(z)), rtol=1e-12)


def test_leaky_relu():
    for (z, alpha), (a, slope) in pairs(exercises.leaky_relu):
        if alpha < 1:  # the library's is for these
            activation = ml.make_leaky_relu(alpha)
            np.testing.assert_allclose(a, activation.f(z), rtol=1e-12)
            np.testing.assert_allclose(slope, activation.df(z, a), rtol=1e-12)
        else:
            own = ml.make_activation(lambda z, alpha=alpha: np.where(z > 0, z, alpha * z))
            np.testing.assert_allclose(slope, own.df(z, None), rtol=1e-6)


def test_mend_relu():
    for (dA, Z), dZ in pairs(exercises.mend_relu):
        np.testing.assert_allclose(dZ, ml.relu.backward(dA, Z, ml.relu.f(Z)), rtol=1e-12)


def test_softmax_two():
    for (Z,), P in pairs(exercises.softmax_two):
        np.testing.assert_allclose(P, ml.softmax.f(Z), rtol=1e-12)


def test_passed_back_is_a_gradient_of_a_network():
    for (z, w), factor in pairs(exercises.passed_back):
        net = ml.MLP([1] * (len(z) + 1), "sigmoid", "sigmoid", rng=np.random.default_rng(0))
        a = 1.0
        for layer, score, weight in zip(net.layers, z, w, strict=True):
            layer.W, layer.b = [[weight]], [score - weight * a]
            a = ml.sigmoid.f(np.array([score]))[0]
        eps = 1e-5
        up, down = (net.predict(np.array([[1.0 + s * eps]]))[0, 0] for s in (1, -1))
        assert factor == pytest.approx((up - down) / (2 * eps), rel=1e-4, abs=1e-10)


def test_dead_share_is_the_share_of_columns_without_a_gradient():
    for (Z,), share in pairs(exercises.dead_share):
        dZ = ml.relu.backward(np.ones(Z.shape), Z, ml.relu.f(Z))
        assert share == np.mean(np.abs(dZ).sum(axis=0) == 0)


def test_init_weights():
    for (rng, n_in, n_out, _), W in pairs(exercises.init_weights):
        assert W.shape == (n_in, n_out)
        assert isinstance(rng, np.random.Generator)
    for gain, ours in ((1.0, lecun), (2.0, he)):
        W = exercises.init_weights.function(np.random.default_rng(3), 50, 40, gain)
        np.testing.assert_allclose(W, ours(np.random.default_rng(3), 50, 40), rtol=1e-12)


def orthogonal(rng, width, depth):
    W = np.array([np.linalg.qr(rng.standard_normal((width, width)))[0] for _ in range(depth)])
    return 1.4 * W, 0.0


def corrected(rng, width, depth):
    """Each layer looked at, and scaled until its output has size 1."""
    A, W = rng.standard_normal((500, width)), rng.uniform(-1, 1, (depth, width, width))
    for layer in W:
        Z = A @ layer
        layer /= np.sqrt(np.mean(np.where(Z > 0, Z, 0.2 * Z) ** 2))
        A = np.where(A @ layer > 0, A @ layer, 0.2 * (A @ layer))
    return W, 0.2


@pytest.mark.parametrize("way", [orthogonal, corrected])
def test_other_ways_to_a_deep_start_are_right(way):
    assert exercises.deep_start.check(way).outcome == "right"


def test_what_a_deep_start_is_judged_by():
    arguments = np.random.default_rng(0), 64, 10
    W, _ = exercises.deep_start.function(*arguments)
    said = {
        "forward the signal vanishes": (0.3 * W, 0.1),
        "forward the signal explodes": (2 * W, 0.1),
        "equal weights": (np.full((10, 64, 64), 1 / 64), 0.1),
        "alpha is 0.9": (W, 0.9),
        "expected (10, 64, 64)": (W[:5], 0.1),
    }
    for words, (weights, alpha) in said.items():
        assert words in _judge_start(arguments, (weights, np.array(alpha)))
    # by the library's own layers: the same size arrives
    net = ml.MLP([64] * 11, "leaky_relu", "leaky_relu", rng=np.random.default_rng(0))
    for layer, weights in zip(net.layers, W, strict=True):
        layer.W = weights
    X, dA = np.random.default_rng(74).standard_normal((2, 200, 64))
    A = net.forward(X)
    net.backward(dA)
    assert _through(W, 0.1, X, dA)[0] == pytest.approx(np.sqrt(np.mean(A**2)))
