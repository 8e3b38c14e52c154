"""The network: one example by hand, one flat theta, copies, files, and PyTorch's gradients."""

import copy
import io
import json
import pickle
from math import exp

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reference_numbers import assert_equal_to_torch, reference

from mlplib import LOSSES, MLP, Activation, Dense, half_sse, make_leaky_relu, mse
from mlplib.activations import relu, tanh


def small(seed=0, sizes=(3, 4, 2), activation="tanh", output="identity", **settings):
    return MLP(list(sizes), activation, output, rng=np.random.default_rng(seed), **settings)


# ---- one example by hand ---------------------------------------------------------------------


def test_forward_and_backward_by_hand_d5_d6():
    """A 2-2-1 sigmoid network with the loss 1/2 (a - y)^2: each number worked out on paper."""
    net = small(sizes=[2, 2, 1], activation="sigmoid", output="sigmoid")
    net.layers[0].W, net.layers[0].b = [[0.5, -0.5], [0.25, 1.0]], [0.1, 0.0]
    net.layers[1].W, net.layers[1].b = [[1.0], [-2.0]], [0.2]
    x, y = np.array([[1.0, -1.0]]), np.array([[1.0]])

    # forward, layer 1:  z1 = 1 * 0.5 - 1 * 0.25 + 0.1 = 0.35,  z2 = 1 * -0.5 - 1 * 1 + 0 = -1.5
    #                    a1 = 1 / (1 + e^-0.35) = 0.586618,     a2 = 1 / (1 + e^1.5) = 0.182426
    # forward, layer 2:  z  = 1 * 0.586618 - 2 * 0.182426 + 0.2 = 0.421767
    #                    a  = 1 / (1 + e^-0.421767) = 0.603906
    a = net.forward(x)
    assert net.layers[0].Z == pytest.approx(np.array([[0.35, -1.5]]))
    assert net.layers[0].A == pytest.approx(np.array([[0.586618, 0.182426]]), abs=1e-6)
    assert net.layers[1].Z == pytest.approx(np.array([[0.421767]]), abs=1e-6)
    assert a == pytest.approx(np.array([[0.603906]]), abs=1e-6)

    # loss:      J = 1/2 (0.603906 - 1)^2 = 1/2 * 0.156891 = 0.0784453,  dJ/da = a - y = -0.396094
    assert half_sse.value(a, y) == pytest.approx(0.0784453, abs=1e-7)

    # backward, layer 2 (D6): delta = (a - y) a (1 - a) = -0.396094 * 0.239204 = -0.0947471
    #   dJ/dw = a_j delta: 0.586618 * -0.0947471 = -0.0555803,  0.182426 * -0.0947471 = -0.0172843
    #   dJ/db = delta
    # backward, layer 1: dJ/da = w delta:  1 * -0.0947471,  -2 * -0.0947471 = 0.189494
    #   delta_1 = -0.0947471 * 0.586618 * (1 - 0.586618) = -0.0947471 * 0.242497 = -0.0229759
    #   delta_2 =  0.189494  * 0.182426 * (1 - 0.182426) =  0.189494  * 0.149146 =  0.0282624
    #   dJ/dw = x_k delta_j: the first row is delta times 1, the second delta times -1
    net.backward(half_sse.grad(a, y))
    assert net.layers[1].dW == pytest.approx(np.array([[-0.0555803], [-0.0172843]]), abs=1e-7)
    assert net.layers[1].db == pytest.approx([-0.0947471], abs=1e-7)
    assert net.layers[0].dW == pytest.approx(
        np.array([[-0.0229759, 0.0282624], [0.0229759, -0.0282624]]), abs=1e-7
    )
    assert net.layers[0].db == pytest.approx([-0.0229759, 0.0282624], abs=1e-7)

    # one step of gradient descent with rate 1: b of layer 2 goes from 0.2 to 0.2947471
    net.theta -= net.grad
    assert net.layers[1].b == pytest.approx([0.2947471], abs=1e-7)


def test_equations_written_out_for_several_examples_d6():
    rng = np.random.default_rng(1)
    net = small(sizes=[3, 4, 2], activation="sigmoid", output="sigmoid")
    X, Y = rng.normal(size=(5, 3)), rng.normal(size=(5, 2))
    (W1, b1), (W2, b2) = ((la.W, la.b) for la in net.layers)
    A1 = 1 / (1 + np.exp(-(X @ W1 + b1)))
    A2 = 1 / (1 + np.exp(-(A1 @ W2 + b2)))
    delta2 = (A2 - Y) * A2 * (1 - A2)
    delta1 = (delta2 @ W2.T) * A1 * (1 - A1)
    net.backward(half_sse.grad(net.forward(X), Y))
    for layer, delta, A in zip(net.layers, (delta1, delta2), (X, A1), strict=True):
        by_hand = sum(np.outer(A[i], delta[i]) for i in range(5))
        assert layer.dW == pytest.approx(by_hand)
        assert layer.db == pytest.approx(delta.sum(axis=0))


def test_linear_regression_is_a_network_a2_a3_d2():
    x, y = np.array([[1.0], [2.0], [4.0]]), np.array([[3.0], [4.0], [9.0]])
    net = MLP([1, 1], rng=np.random.default_rng(0))
    net.layers[0].W, net.layers[0].b = [[2.0]], [0.5]
    # predictions 2.5, 4.5, 8.5; errors -0.5, 0.5, -0.5
    # dw = 2/3 (1 * -0.5 + 2 * 0.5 + 4 * -0.5) = 2/3 * -1.5 = -1;  db = 2/3 * -0.5 = -1/3
    net.backward(mse.grad(net.forward(x), y))
    assert net.layers[0].dW == pytest.approx(np.array([[-1.0]]))
    assert net.layers[0].db == pytest.approx([-1 / 3])


# ---- against PyTorch -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "case", reference()["networks"]["cases"], ids=lambda c: f"{c['activation']}-{c['loss']}"
)
def test_loss_and_gradient_of_a_network_equal_pytorchs(case):
    numbers = reference()["networks"]
    X, Y = np.array(numbers["X"]), np.array(numbers["Y"][case["loss"]])
    net = small(sizes=numbers["sizes"], activation=case["activation"])
    net.theta = numbers["theta"]
    value, dS = LOSSES[case["loss"]].value_and_grad(net.forward(X), Y)
    net.backward(dS)
    assert_equal_to_torch(value, case["value"])
    assert_equal_to_torch(net.grad, case["grad"])


# ---- theta and its views ---------------------------------------------------------------------


def test_theta_is_laid_out_layer_by_layer_weights_first():
    net = small(sizes=[2, 3, 1])
    net.theta = np.arange(13.0)
    assert np.array_equal(net.layers[0].W, [[0, 1, 2], [3, 4, 5]])
    assert np.array_equal(net.layers[0].b, [6, 7, 8])
    assert np.array_equal(net.layers[1].W, [[9], [10], [11]])
    assert np.array_equal(net.layers[1].b, [12])
    assert net.is_weight.tolist() == [True] * 6 + [False] * 3 + [True] * 3 + [False]
    assert (net.n_params, net.sizes) == (13, [2, 3, 1])


@given(sizes=st.lists(st.integers(1, 5), min_size=2, max_size=5))
@settings(max_examples=30)
def test_views_and_vectors_are_one_memory(sizes):
    net = small(sizes=sizes)
    theta, grad = net.theta, net.grad
    for layer in net.layers:
        for name, vector in (("W", theta), ("b", theta), ("dW", grad), ("db", grad)):
            value = np.random.default_rng(0).normal(size=getattr(layer, name).shape)
            setattr(layer, name, value)
            assert np.shares_memory(getattr(layer, name), vector)
    everything = np.concatenate([p.ravel() for la in net.layers for p in (la.W, la.b)])
    assert np.array_equal(net.theta, everything)
    net.theta = -everything
    assert net.theta is theta
    assert np.array_equal(net.layers[-1].b, -everything[-sizes[-1] :])
    m = 3
    out = net.forward(np.ones((m, sizes[0])))
    assert out.shape == (m, sizes[-1])
    net.backward(np.ones_like(out))
    assert np.array_equal(net.layers[-1].db, grad[-sizes[-1] :])


DUPLICATES = {
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "pickle": lambda net: pickle.loads(pickle.dumps(net)),
    "pickle, oldest protocol": lambda net: pickle.loads(pickle.dumps(net, protocol=2)),
    "deepcopy of a deepcopy": lambda net: copy.deepcopy(copy.deepcopy(net)),
}


@pytest.mark.parametrize("duplicate", DUPLICATES.values(), ids=DUPLICATES)
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_copies_are_independent_and_keep_their_views(duplicate, dtype):
    net = small(activation=["leaky_relu(0.2)"], drop_rate=0.25, dtype=dtype)
    net.grad = np.arange(net.n_params)
    X = np.random.default_rng(0).normal(size=(5, 3))
    before, theta = net.forward(X), net.theta.copy()
    twin = duplicate(net)
    assert np.array_equal(twin.theta, theta)
    assert np.array_equal(twin.grad, net.grad)
    assert np.array_equal(twin.predict(X), before)
    assert repr(twin) == repr(net)
    assert twin.dtype == dtype
    for layer in twin.layers:
        assert np.shares_memory(layer.W, twin.theta)
        assert np.shares_memory(layer.db, twin.grad)
        assert not np.shares_memory(layer.W, net.theta)
    twin.layers[0].W = np.zeros((3, 4))
    assert np.all(twin.theta[:12] == 0)
    assert np.array_equal(net.theta, theta)
    for layer in net.layers:  # and the original has kept its own
        assert np.shares_memory(layer.W, net.theta)
    assert np.array_equal(net.forward(X), before)


def test_a_subclass_keeps_its_attributes_in_a_copy():
    class Named(MLP):
        pass

    net = Named([2, 1], rng=np.random.default_rng(0))
    net.name = "mine"
    assert copy.deepcopy(net).name == "mine"
    assert type(copy.deepcopy(net)) is Named


def test_a_lambda_is_copied_but_not_pickled():
    square = Activation("square", lambda Z: Z**2, lambda Z, A: 2 * Z)
    net = small(activation=square)
    assert np.array_equal(copy.deepcopy(net).theta, net.theta)
    with pytest.raises((AttributeError, pickle.PicklingError)):
        pickle.dumps(net)


# ---- forward, predict, backward --------------------------------------------------------------


def test_predict_is_forward_without_dropout_and_leaves_no_trace():
    net = small(drop_rate=0.5)
    X = np.random.default_rng(0).normal(size=(6, 3))
    assert np.array_equal(net.predict(X), net.forward(X))
    dropped = net.forward(X, np.random.default_rng(1))
    assert not np.array_equal(net.predict(X), dropped)
    A = net.layers[0].A.copy()
    net.predict(X + 1)
    assert np.array_equal(net.layers[0].A, A)  # backward still belongs to the forward pass
    assert np.array_equal(dropped, net.forward(X, np.random.default_rng(1)))


def test_what_forward_returns_is_the_callers():
    net = small()
    X = np.ones((4, 3))
    first = net.forward(X)
    kept = first.copy()
    net.forward(2 * X)
    assert np.array_equal(first, kept)
    first += 1  # and changing it changes nothing inside
    net.forward(X)
    assert np.array_equal(net.forward(X), kept)


def test_rows_are_independent_of_each_other():
    net = small(output="softmax")
    X = np.random.default_rng(0).normal(size=(6, 3))
    whole = net.predict(X)
    for i in range(6):
        assert net.predict(X[i : i + 1])[0] == pytest.approx(whole[i])


def test_float32():
    net = small(dtype="float32", drop_rate=0.3)
    X = np.random.default_rng(0).normal(size=(6, 3))
    assert net.predict(X).dtype == np.float32
    net.backward(np.ones_like(net.forward(X, np.random.default_rng(0))))
    assert net.theta.dtype == net.grad.dtype == np.float32
    twin = small(drop_rate=0.3)
    assert net.theta == pytest.approx(twin.theta, rel=1e-6)
    assert net.predict(X) == pytest.approx(twin.predict(X), rel=1e-4, abs=1e-5)


def test_repr_reads_like_the_architecture():
    net = small(sizes=[2, 16, 8, 1], activation=["relu", "tanh"], drop_rate=[0.5, 0])
    assert repr(net) == "MLP(2 -> 16 relu (drop 0.5) -> 8 tanh -> 1 identity, 193 parameters)"
    assert repr(MLP([1, 1], rng=np.random.default_rng(0))) == "MLP(1 -> 1 identity, 2 parameters)"


def test_the_same_seed_gives_the_same_network():
    assert np.array_equal(small(seed=3).theta, small(seed=3).theta)
    assert not np.array_equal(small(seed=3).theta, small(seed=4).theta)
    assert np.all(small(bias=0.01).layers[0].b == 0.01)


# ---- files -----------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_save_and_load(tmp_path, dtype):
    net = small(
        sizes=[3, 4, 4, 2],
        activation=["elu(0.5)", make_leaky_relu(0.3)],
        output="softmax",
        drop_rate=[0.1, 0.2],
        dtype=dtype,
    )
    path = tmp_path / "net.npz"
    net.save(path)
    loaded = MLP.load(path)
    X = np.random.default_rng(0).normal(size=(5, 3))
    assert np.array_equal(loaded.theta, net.theta)
    assert np.array_equal(loaded.predict(X), net.predict(X))
    assert np.array_equal(
        loaded.forward(X, np.random.default_rng(1)), net.forward(X, np.random.default_rng(1))
    )
    assert repr(loaded) == repr(net)
    assert loaded.dtype == dtype
    with np.load(path, allow_pickle=False) as file:  # nothing in it needs pickle
        assert set(file) == {"config", "theta"}


def edited(path, **changes):
    with np.load(path) as file:
        parts = dict(file)
    config = json.loads(str(parts["config"])) | changes.pop("config", {})
    np.savez(path, **(parts | {"config": json.dumps(config)} | changes))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(b"not a zip file at all"),
        lambda path: path.write_bytes(path.read_bytes()[:200]),
        lambda path: path.write_bytes(pickle.dumps({"theta": 1})),
        lambda path: path.write_bytes(path.read_bytes().replace(b"theta.npy", b"gamma.npy")),
        lambda path: np.savez(path, other=np.ones(3)),
        lambda path: np.savez(path, config=np.array({"a": 1}, object), theta=np.ones(3)),
        lambda path: np.save(path.open("wb"), np.ones(3)),
        lambda path: np.savez(path, config="[1, 2", theta=np.ones(3)),
        lambda path: np.savez(path, config="[1, 2]", theta=np.ones(3)),
        lambda path: edited(path, config={"format": "mlplib-mlp-9"}),
        lambda path: edited(path, config={"sizes": [3, 5, 2]}),
        lambda path: edited(path, config={"sizes": "352"}),
        lambda path: edited(path, config={"activations": ["tanh"]}),
        lambda path: edited(path, config={"activations": ["swish", "identity"]}),
        lambda path: edited(path, config={"drop_rates": [2.0, 0.0]}),
        lambda path: edited(path, theta=np.full(26, np.nan)),
        lambda path: edited(path, theta=np.ones(26, int)),
        lambda path: edited(path, theta=np.ones((2, 13))),
    ],
)
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_a_file_that_does_not_fit_is_refused_with_a_sentence(tmp_path, spoil):
    path = tmp_path / "net.npz"
    small().save(path)
    spoil(path)
    with pytest.raises(ValueError, match=r"^MLP.load: expected a file written by MLP.save; got .+"):
        MLP.load(path)


def test_a_missing_file_is_a_missing_file(tmp_path):
    with pytest.raises(FileNotFoundError):
        MLP.load(tmp_path / "none.npz")


class Mine(Dense):
    pass


@pytest.mark.parametrize(
    "activation",
    [
        Activation("mine", np.tanh, tanh.df),
        Activation("tanh", np.tanh, relu.df),  # our name, another derivative
        Activation("relu", np.tanh, relu.df),
        Activation("leaky_relu", make_leaky_relu(0.5).f, make_leaky_relu(0.5).df),
    ],
    ids=lambda a: a.name,
)
def test_what_a_file_could_not_bring_back_is_not_saved(tmp_path, activation):
    path = tmp_path / "net.npz"
    with pytest.raises(ValueError, match=r"MLP.save: expected layers of class Dense with activati"):
        small(activation=activation).save(path)
    assert not path.exists()


def test_a_layer_of_ones_own_is_not_saved(tmp_path):
    net = small()
    net.layers[0].__class__ = Mine
    with pytest.raises(ValueError, match=r"got a Mine with 'tanh'. Save net.theta with numpy.save"):
        net.save(tmp_path / "net.npz")


def test_theta_alone_goes_through_a_file():
    net, buffer = small(), io.BytesIO()
    np.save(buffer, net.theta)
    buffer.seek(0)
    other = small(seed=9)
    other.theta = np.load(buffer)
    assert np.array_equal(other.theta, net.theta)


# ---- bad input -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "kind", "text"),
    [
        (lambda: MLP([2, 1]), TypeError, "rng"),
        (
            lambda: MLP([2, 1], rng=None),
            TypeError,
            "MLP: expected rng to be a numpy.random.Generator; got None. "
            "Pass rng=np.random.default_rng(0).",
        ),
        (lambda: small(sizes=[3]), ValueError, "MLP: expected at least two sizes, inputs and outp"),
        (
            lambda: MLP(3, rng=np.random.default_rng(0)),
            TypeError,
            "MLP: expected sizes as a list su",
        ),
        (
            lambda: small(sizes=[3, 0, 1]),
            ValueError,
            "expected each size to be a whole number at l",
        ),
        (lambda: small(sizes=["3", 1]), TypeError, "MLP: expected each size to be a whole number"),
        (
            lambda: small(activation=["tanh", "relu"]),
            ValueError,
            "MLP: expected one activation for each of the 1 hidden layers; got 2. "
            "The output layer has its own parameter.",
        ),
        (
            lambda: small(drop_rate=[0.1, 0.2]),
            ValueError,
            "expected one drop_rate for each of the 1",
        ),
        (
            lambda: small(drop_rate=-0.1),
            ValueError,
            "expected drop_rate to be a finite number at le",
        ),
        (lambda: small(output="softmx"), ValueError, "Did you mean 'softmax'?"),
        (lambda: small(dtype="float16"), ValueError, "expected dtype to be one of 'float64', 'flo"),
        (
            lambda: small().predict(np.ones((5, 2))),
            ValueError,
            "MLP.predict: expected X with 3 columns, the network's inputs; got shape (5, 2). "
            "Rows are examples.",
        ),
        (
            lambda: small().forward(np.ones((3, 5))),
            ValueError,
            "got shape (3, 5). Rows are examples: pass X.T.",
        ),
        (
            lambda: small().predict(np.ones(3)),
            ValueError,
            "MLP.predict: expected X to be 2-D; got s",
        ),
        (
            lambda: small().predict(np.ones((0, 3))),
            ValueError,
            "expected X with at least one entry",
        ),
        (
            lambda: small().predict([["a"] * 3]),
            TypeError,
            "MLP.predict: expected X with numbers; go",
        ),
        (
            lambda: small().predict([[1, 2, np.nan]]),
            ValueError,
            "got nan at X[0, 2]. Remove or fill",
        ),
        (
            lambda: small().forward(np.ones((5, 3)), 3),
            TypeError,
            "MLP.forward: expected rng to be a",
        ),
        (
            lambda: small().backward(np.ones((5, 2))),
            ValueError,
            "MLP.backward: expected a forward pass first; got none. "
            "Call forward(X), then backward(dA).",
        ),
        (
            lambda: setattr(small(), "theta", np.ones(7)),
            ValueError,
            "net.theta: expected shape (26,); got (7,). "
            "It comes from a network of another architecture.",
        ),
        (
            lambda: setattr(small(), "grad", "0"),
            TypeError,
            "net.grad: expected grad with numbers; ",
        ),
    ],
)
def test_what_does_not_fit_gets_a_sentence(call, kind, text):
    with pytest.raises(kind) as error:
        call()
    assert text in str(error.value)


def test_a_dA_of_another_shape_gets_a_sentence():
    net = small()
    net.forward(np.ones((5, 3)))
    with pytest.raises(ValueError, match=r"MLP.backward: expected dA of the output's shape \(5, 2"):
        net.backward(np.ones(5))


def test_the_hand_worked_numbers_are_what_they_say():
    # the comments above, by nothing but exp
    def sigmoid(z):
        return 1 / (1 + exp(-z))

    a1, a2 = sigmoid(0.35), sigmoid(-1.5)
    a = sigmoid(a1 - 2 * a2 + 0.2)
    delta = (a - 1) * a * (1 - a)
    assert (a - 1) ** 2 / 2 == pytest.approx(0.0784453, abs=1e-7)
    assert delta == pytest.approx(-0.0947471, abs=1e-7)
    assert -2 * delta * a2 * (1 - a2) == pytest.approx(0.0282624, abs=1e-7)
