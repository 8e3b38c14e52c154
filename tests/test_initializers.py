"""Initializers: the spread that each promises, and why zero is a bad start (E10)."""

import numpy as np
import pytest

from mlplib import INITIALIZERS, MLP, GradientDescent, mse, train
from mlplib.initializers import get_initializer

N_IN, N_OUT = 300, 200

SPREAD = {
    "zeros": 0.0,
    "normal": 0.01,
    "lecun": (1 / N_IN) ** 0.5,
    "glorot": (2 / (N_IN + N_OUT)) ** 0.5,
    "glorot_uniform": (2 / (N_IN + N_OUT)) ** 0.5,
    "he": (2 / N_IN) ** 0.5,
}


def test_every_initializer_is_listed_here():
    assert set(SPREAD) == set(INITIALIZERS)


@pytest.mark.parametrize("name", INITIALIZERS)
def test_mean_and_spread(name):
    W = INITIALIZERS[name](np.random.default_rng(0), N_IN, N_OUT)
    assert W.shape == (N_IN, N_OUT)
    assert W.dtype == np.float64
    # 60 000 draws: the mean is within 5 standard errors, the spread within 2 %
    assert abs(W.mean()) <= 5 * SPREAD[name] / W.size**0.5
    assert W.std() == pytest.approx(SPREAD[name], rel=0.02)
    again = INITIALIZERS[name](np.random.default_rng(0), N_IN, N_OUT)
    assert np.array_equal(W, again)


def test_uniform_stays_inside_its_bound():
    W = INITIALIZERS["glorot_uniform"](np.random.default_rng(0), N_IN, N_OUT)
    bound = (6 / (N_IN + N_OUT)) ** 0.5
    assert 0.99 * bound < np.abs(W).max() <= bound


@pytest.mark.parametrize(("init", "activation"), [("lecun", "identity"), ("he", "relu")])
def test_calibrated_spread_survives_the_layers(init, activation):
    # LeCun keeps the variance through linear units, He the mean square through ReLUs
    rng = np.random.default_rng(1)
    net = MLP([250] * 6, activation, activation, rng=rng, init=init)
    X = rng.standard_normal((150, 250))
    mean_square = [np.mean(X**2)]
    net.forward(X)
    mean_square += [np.mean(layer.A**2) for layer in net.layers]
    assert mean_square[-1] / mean_square[0] == pytest.approx(1, rel=0.25)
    small = MLP([250] * 6, activation, activation, rng=rng, init="normal")
    assert np.mean(small.predict(X) ** 2) < 1e-4  # 0.01 for all sizes: the signal dies out


def test_from_zero_all_units_stay_the_same_e10():
    rng = np.random.default_rng(2)
    X, Y = rng.normal(size=(20, 3)), rng.normal(size=(20, 1))
    for init in ("zeros", lambda rng, n_in, n_out: np.full((n_in, n_out), 0.3)):
        net = MLP([3, 4, 1], "tanh", rng=rng, init=init)
        list(train(net, X, Y, mse, GradientDescent(0.1), steps=50))
        W = net.layers[0].W
        assert np.array_equal(W, np.repeat(W[:, :1], 4, axis=1))
    net = MLP([3, 4, 1], "tanh", rng=rng)
    list(train(net, X, Y, mse, GradientDescent(0.1), steps=50))
    assert np.ptp(net.layers[0].W, axis=1).min() > 0.1


def test_the_activations_usual_initializer_is_the_default():
    for activation, init in [("relu", "he"), ("tanh", "glorot")]:
        chosen = MLP([5, 7, 1], activation, rng=np.random.default_rng(3), init=init)
        default = MLP([5, 7, 1], activation, rng=np.random.default_rng(3))
        assert np.array_equal(chosen.layers[0].W, default.layers[0].W)


def test_names_and_functions():
    assert get_initializer("he") is INITIALIZERS["he"]

    def mine(rng, n_in, n_out):
        return np.ones((n_in, n_out))

    assert get_initializer(mine) is mine
    assert np.all(MLP([2, 3], rng=np.random.default_rng(0), init=mine).layers[0].W == 1)
    with pytest.raises(ValueError, match="Did you mean 'glorot'"):
        get_initializer("xavier glorot")
    with pytest.raises(ValueError, match=r"get_initializer: expected init to be one of 'zeros'"):
        MLP([2, 1], rng=np.random.default_rng(0), init="kaiming")


def test_an_initializer_of_the_wrong_shape_gets_a_sentence():
    with pytest.raises(ValueError, match=r"layer.W: expected shape \(2, 3\); got \(3, 2\)."):
        MLP([2, 3], rng=np.random.default_rng(0), init=lambda rng, a, b: np.ones((b, a)))
