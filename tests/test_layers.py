"""A dense layer: forward and backward by hand, views, dropout, and layers of one's own."""

import copy
import pickle

import numpy as np
import pytest

from mlplib import ACTIVATIONS, MLP, Activation, Dense, mse


def make(n_in=2, n_out=2, activation="identity", seed=0, **settings):
    return Dense(n_in, n_out, activation, rng=np.random.default_rng(seed), **settings)


def test_forward_and_backward_by_hand_d4():
    layer = make(activation="relu")
    layer.W, layer.b = [[1.0, -1.0], [2.0, 0.5]], [0.5, 0.0]
    X = np.array([[1.0, 0.0], [1.0, 2.0], [-1.0, -1.0]])
    # Z = X W + b: (1.5, -1), (1 + 4 + 0.5, -1 + 1), (-1 - 2 + 0.5, 1 - 0.5)
    Z = np.array([[1.5, -1.0], [5.5, 0.0], [-2.5, 0.5]])
    assert np.array_equal(layer.forward(X), [[1.5, 0], [5.5, 0], [0, 0.5]])
    assert np.array_equal(layer.Z, Z)
    dA = np.array([[1.0, 1.0], [2.0, 2.0], [4.0, 4.0]])
    # f'(Z) is 1 for Z > 0 else 0: dZ = (1, 0), (2, 0), (0, 4)
    dX = layer.backward(dA)
    # dW = X^T dZ: input 1 has (1, 1, -1), input 2 has (0, 2, -1)
    assert np.array_equal(layer.dW, [[1 + 2, -4], [4, -4]])
    assert np.array_equal(layer.db, [3, 4])
    # dX = dZ W^T: (1, 0) W^T = (1, 2); (2, 0) W^T = (2, 4); (0, 4) W^T = (-4, 2)
    assert np.array_equal(dX, [[1, 2], [2, 4], [-4, 2]])


def test_the_lectures_layout_is_ours_transposed_a5_d4():
    # lecture 001 stores W as (n_out, n_in): Z = A W^T + iota b^T, dL/dW = (dL/dZ)^T A
    rng = np.random.default_rng(1)
    layer = make(3, 2)
    A, dZ = rng.normal(size=(5, 3)), rng.normal(size=(5, 2))
    theirs, iota = layer.W.T, np.ones((5, 1))
    assert layer.forward(A) == pytest.approx(A @ theirs.T + iota @ layer.b[None, :])
    dX = layer.backward(dZ)
    assert dX == pytest.approx(dZ @ theirs)
    assert layer.dW.T == pytest.approx(dZ.T @ A)
    assert layer.db == pytest.approx((dZ.T @ iota)[:, 0])


def test_one_neuron_a1():
    neuron = make(3, 1, "tanh")
    x = np.array([0.5, -1.0, 2.0])
    z = sum(x_i * w_i for x_i, w_i in zip(x, neuron.W[:, 0], strict=True)) + neuron.b[0]
    assert neuron.forward(x[None, :])[0, 0] == pytest.approx(np.tanh(z))


# ---- parameters are views --------------------------------------------------------------------


@pytest.mark.parametrize("name", ["W", "b", "dW", "db"])
def test_assignment_copies_into_the_view(name):
    layer = make(3, 2)
    view = getattr(layer, name)
    value = np.arange(view.size, dtype=float).reshape(view.shape)
    setattr(layer, name, value)
    assert getattr(layer, name) is view
    assert np.array_equal(view, value)
    value += 1
    assert not np.array_equal(view, value)
    with pytest.raises(ValueError, match=rf"layer.{name}: expected shape .* got \(7,\)"):
        setattr(layer, name, np.ones(7))
    with pytest.raises(ValueError, match=f"layer.{name}: expected {name} with finite numbers"):
        setattr(layer, name, np.full(view.shape, np.nan))


@pytest.mark.parametrize(
    "duplicate", [copy.copy, copy.deepcopy, lambda v: pickle.loads(pickle.dumps(v))]
)
def test_copies_are_independent_and_keep_no_batch(duplicate):
    layer = make(3, 2, "relu", drop_rate=0.5)
    layer.forward(np.ones((4, 3)))
    layer.backward(np.ones((4, 2)))
    twin = duplicate(layer)
    assert np.array_equal(twin.W, layer.W)
    assert np.array_equal(twin.dW, layer.dW)
    assert (twin.activation.name, twin.drop_rate) == ("relu", 0.5)
    assert twin.A is None
    twin.W = twin.W + 1
    twin.b = twin.b + 1
    assert np.all(twin.W != layer.W)
    assert np.all(layer.b == 0)


def test_what_forward_returns_is_the_callers():
    layer = make(2, 3, "tanh")
    X = np.random.default_rng(0).normal(size=(4, 2))
    first = layer.forward(X)
    kept = first.copy()
    layer.forward(X + 1)
    assert np.array_equal(first, kept)
    dX = layer.backward(np.ones((4, 3)))
    kept = dX.copy()
    layer.backward(np.zeros((4, 3)))
    assert np.array_equal(dX, kept)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_batches_of_changing_size_do_not_disturb_each_other(activation):
    rng = np.random.default_rng(2)
    layer, fresh = make(3, 4, activation), make(3, 4, activation)
    for m in (5, 2, 7, 5, 1, 2):
        X, dA = rng.normal(size=(m, 3)), rng.normal(size=(m, 4))
        fresh = copy.deepcopy(fresh)
        assert np.array_equal(layer.forward(X), fresh.forward(X))
        assert np.array_equal(layer.backward(dA), fresh.backward(dA))
        assert np.array_equal(layer.dW, fresh.dW)
        assert np.array_equal(layer.db, fresh.db)


def test_memory_stays_flat_however_many_sizes_there_are():
    layer = make(3, 4)
    for m in range(1, 50):
        layer.forward(np.ones((m, 3)))
    assert len(layer._by_size) <= 2


# ---- dropout (F3) ----------------------------------------------------------------------------


def test_inverted_dropout_keeps_the_mean_and_backward_uses_the_same_mask():
    layer = make(1, 1000, "identity", drop_rate=0.25, init=lambda rng, a, b: np.ones((a, b)))
    X = np.ones((50, 1))
    out = layer.forward(X, np.random.default_rng(3))
    dropped = out == 0
    assert np.all(out[~dropped] == 1 / 0.75)  # the kept ones are scaled up at once
    # 50 000 units: five standard errors of the share are 5 sqrt(0.25 * 0.75 / 50 000) < 0.01
    assert dropped.mean() == pytest.approx(0.25, abs=0.01)
    assert out.mean() == pytest.approx(1, abs=0.015)
    layer.backward(np.ones((50, 1000)))
    assert layer.db == pytest.approx((~dropped).sum(axis=0) / 0.75)
    assert np.all(layer.forward(X) == 1)  # no generator: no dropout


def test_dropout_follows_its_generator():
    layer = make(2, 50, "relu", drop_rate=0.5)
    X = np.ones((3, 2))
    a, b = (layer.forward(X, np.random.default_rng(seed)) for seed in (4, 4))
    assert np.array_equal(a, b)
    assert not np.array_equal(a, layer.forward(X, np.random.default_rng(5)))
    assert make(2, 5, drop_rate=0.0).forward(X, np.random.default_rng(4)).shape == (3, 5)


# ---- precision, words, layers of one's own ---------------------------------------------------


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_float32_all_the_way(activation):
    layer = make(3, 4, activation, dtype="float32", drop_rate=0.5)
    X = np.ones((2, 3), "float32")
    out = layer.forward(X, np.random.default_rng(0))
    dX = layer.backward(np.ones((2, 4), "float32"))
    arrays = (layer.W, layer.b, layer.dW, layer.db, layer.Z, layer.A, out, dX)
    assert {a.dtype for a in arrays} == {np.dtype("float32")}


def _in_float64(Z, A=None):
    return Z.astype(float) if A is None else np.ones(Z.shape)


def _handed_on(dA, Z, A):
    return dA.astype(float)


@pytest.mark.parametrize("vjp", [None, _handed_on])
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_a_readers_float64_formulas_fit_a_network_of_any_precision(vjp, dtype):
    mine = Activation("mine", _in_float64, _in_float64, vjp=vjp)
    net = MLP([3, 4, 4, 2], mine, mine, rng=np.random.default_rng(0), dtype=dtype)
    plain = MLP([3, 4, 4, 2], "identity", rng=np.random.default_rng(0), dtype=dtype)
    X = np.random.default_rng(1).normal(size=(5, 3)).astype(dtype)
    for each in (net, plain):
        each.forward(X)
        each.backward(np.ones((5, 2)))
    assert net.grad == pytest.approx(plain.grad, rel=1e-5)


def test_repr():
    assert repr(make(3, 4, "relu")) == "Dense(3 -> 4 relu)"
    assert repr(make(3, 4, "leaky_relu(0.2)", drop_rate=0.5)) == (
        "Dense(3 -> 4 leaky_relu(0.2), drop_rate=0.5)"
    )


class Frozen(Dense):
    """A layer that does not learn: a reader's own backward."""

    def backward(self, dA):
        dX = super().backward(dA)
        self.dW, self.db = 0 * self.dW, 0 * self.db
        return dX


class Doubled(Dense):
    """A reader's own forward."""

    def forward(self, X, rng=None):
        return 2 * super().forward(X, rng)


def test_a_network_calls_the_methods_of_a_layer_of_ones_own():
    net = MLP([2, 3, 1], rng=np.random.default_rng(0))
    X, Y = np.ones((4, 2)), np.zeros((4, 1))
    plain = net.predict(X)
    net.layers[1].__class__ = Doubled
    assert net.predict(X) == pytest.approx(2 * plain)
    assert net.forward(X) == pytest.approx(2 * plain)
    net.layers[0].__class__ = Frozen
    net.backward(mse.grad(net.forward(X), Y))
    assert np.all(net.layers[0].dW == 0)
    assert np.all(net.layers[1].dW != 0)
    assert [type(layer) for layer in copy.deepcopy(net).layers] == [Frozen, Doubled]


# ---- bad input -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "kind", "text"),
    [
        (lambda: make(0, 2), ValueError, "Dense: expected n_in to be a whole number at least 1"),
        (lambda: make(2, 1.5), TypeError, "Dense: expected n_out to be a whole number at least 1"),
        (
            lambda: make(drop_rate=1.0),
            ValueError,
            "expected drop_rate to be a finite number at lea",
        ),
        (lambda: make(bias="a"), TypeError, "Dense: expected bias to be a finite number; got 'a'."),
        (lambda: make(dtype="int32"), ValueError, "expected dtype to be one of 'float64', 'float3"),
        (
            lambda: make(dtype="float65"),
            ValueError,
            "expected dtype to be one of 'float64', 'float",
        ),
        (lambda: make(activation="rleu"), ValueError, "Did you mean 'relu'?"),
        (lambda: Dense(2, 2, rng=0), TypeError, "Dense: expected rng to be a numpy.random.Generat"),
        (
            lambda: make(2, 3).backward(np.ones((4, 3))),
            ValueError,
            "Dense.backward: expected a forward pass first; got none. "
            "Call forward(X), then backward(dA).",
        ),
        (
            lambda: make(2, 3).forward(np.ones((4, 3))),
            ValueError,
            "Dense.forward: expected X with 2 columns, the layer's inputs; got shape (4, 3). "
            "Rows are examples.",
        ),
        (lambda: make(2, 3).forward(np.ones(2)), ValueError, "Dense.forward: expected X to be 2-D"),
        (lambda: make(2, 3).forward("X"), TypeError, "Dense.forward: expected X with numbers; got"),
    ],
)
def test_what_does_not_fit_gets_a_sentence(call, kind, text):
    with pytest.raises(kind) as error:
        call()
    assert text in str(error.value)


def test_a_dA_of_another_shape_gets_a_sentence():
    layer = make(2, 3)
    layer.forward(np.ones((4, 2)))
    with pytest.raises(ValueError, match=r"Dense.backward: expected dA of the output's shape"):
        layer.backward(np.ones((4, 2)))
