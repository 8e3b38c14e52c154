"""The training stream: what a record says, what a batch holds, where it ends, how it goes on."""

import copy
import itertools
import math
import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlplib import (
    L2,
    MLP,
    OPTIMIZERS,
    Adam,
    AdamW,
    Cosine,
    Dense,
    GradientDescent,
    Momentum,
    Record,
    binary_cross_entropy,
    cross_entropy,
    mse,
    sigmoid_cross_entropy,
    softmax_cross_entropy,
    train,
)
from mlplib.training import init_state


def line(m=12, seed=0):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(m, 2))
    return X, X @ [[1.0], [-2.0]] + 0.5 + 0.1 * rng.normal(size=(m, 1))


def small(seed=0, **settings):
    return MLP([2, 5, 1], rng=np.random.default_rng(seed), **settings)


def same(a, b):
    """Two lists of records, equal to the last bit (nan where nan)."""
    return len(a) == len(b) and all(
        np.array_equal(r, s, equal_nan=True) for r, s in zip(a, b, strict=True)
    )


# ---- the record ------------------------------------------------------------------------------


def test_a_record_tells_the_step_it_was():
    X, Y = line()
    net = small()
    theta = net.theta.copy()
    net.backward(mse.grad(net.forward(X), Y))
    loss, grad = mse.value(net.predict(X), Y), net.grad.copy()
    stream = train(net, X, Y, mse, GradientDescent(0.1), validation=(X[:5], Y[:5]))
    first = next(stream)
    assert first == Record(
        1, 1, loss, 0.1, np.linalg.norm(grad), mse.value(net.predict(X[:5]), Y[:5])
    )
    assert net.theta == pytest.approx(theta - 0.1 * grad)
    second = next(stream)
    assert second.loss == mse.value(MLP_at(net, theta - 0.1 * grad).predict(X), Y)
    assert (second.step, second.epoch) == (2, 2)
    assert all(type(v) in (int, float) for v in second)


def MLP_at(net, theta):
    other = copy.deepcopy(net)
    other.theta = theta
    return other


def test_with_minibatches_the_loss_is_that_of_the_batch_and_epochs_count_passes():
    X, Y = line(10)
    records = list(
        train(small(), X, Y, mse, "sgd", rng=np.random.default_rng(0), batch_size=4, epochs=3)
    )
    assert [r.step for r in records] == list(range(1, 10))
    assert [r.epoch for r in records] == [1, 1, 1, 2, 2, 2, 3, 3, 3]
    rows = np.random.default_rng(0).permutation(10)[:4]
    assert records[0].loss == pytest.approx(mse.value(small().predict(X[rows]), Y[rows]))
    assert all(math.isnan(r.val_loss) for r in records)


def test_validation_once_an_epoch_or_as_often_as_asked():
    X, Y = line(10)
    settings = {"rng": np.random.default_rng(0), "batch_size": 4, "validation": (X, Y)}
    records = list(train(small(), X, Y, mse, "sgd", epochs=2, **settings))
    assert [not math.isnan(r.val_loss) for r in records] == [False, False, True] * 2
    records = list(train(small(), X, Y, mse, "sgd", epochs=2, validate_every=2, **settings))
    assert [not math.isnan(r.val_loss) for r in records] == [False, True] * 3


def test_validation_is_without_penalty_and_dropout():
    X, Y = line()
    net = small(drop_rate=0.5)
    settings = {"rng": np.random.default_rng(0), "penalty": L2(1.0), "validation": (X, Y)}
    record = next(train(net, X, Y, mse, "sgd", **settings))
    assert record.val_loss == mse.value(net.predict(X), Y)
    assert record.loss > record.val_loss


# ---- batches (E3) ----------------------------------------------------------------------------


class Watching(Dense):
    """A layer that keeps what it was given."""

    seen = None

    def forward(self, X, rng=None):
        self.seen.append(X[:, 0].astype(int).tolist())
        return super().forward(X, rng)


def batches_of(m, batch_size, epochs, seed, rows=None):
    net = MLP([1, 1], rng=np.random.default_rng(0))
    layer = net.layers[0]
    layer.__class__ = Watching
    layer.seen = []
    X, Y = np.arange(float(m))[:, None], np.zeros((m, 1))
    rng = np.random.default_rng(seed)
    stream = train(
        net,
        X,
        Y,
        mse,
        GradientDescent(0.0),
        rng=rng,
        batch_size=batch_size,
        epochs=epochs,
        rows=rows,
    )
    list(stream)
    return layer.seen


@given(m=st.integers(1, 40), data=st.data(), epochs=st.integers(1, 4), seed=st.integers(0, 99))
@settings(max_examples=60)
def test_every_epoch_holds_each_example_once(m, data, epochs, seed):
    batch_size = data.draw(st.integers(1, m))
    seen = batches_of(m, batch_size, epochs, seed)
    per_epoch = math.ceil(m / batch_size)
    assert len(seen) == epochs * per_epoch
    for k in range(epochs):
        epoch = seen[k * per_epoch : (k + 1) * per_epoch]
        assert sorted(itertools.chain(*epoch)) == list(range(m))
        assert [len(b) for b in epoch[:-1]] == [batch_size] * (per_epoch - 1)
        assert len(epoch[-1]) == m - (per_epoch - 1) * batch_size  # the short last one is kept


def test_the_order_is_new_each_epoch_and_the_generators():
    seen = batches_of(30, 7, 2, 5)
    first, second = ([*itertools.chain(*half)] for half in (seen[:5], seen[5:]))
    assert first != second
    assert batches_of(30, 7, 2, 5) == batches_of(30, 7, 2, 5)
    assert batches_of(30, 7, 2, 5) != batches_of(30, 7, 2, 6)


def test_single_examples_and_full_batches():
    assert [len(b) for b in batches_of(5, 1, 1, 0)] == [1] * 5
    assert batches_of(5, None, 2, 0) == [[0, 1, 2, 3, 4]] * 2  # in order: nothing to shuffle


def test_rows_of_ones_own():
    rows = [np.array([2, 0]), slice(3, 5), np.array([4])]
    assert batches_of(5, 2, None, 0, rows=rows) == [[2, 0], [3, 4], [4]]
    assert batches_of(5, 5, 2, 0, rows=iter(rows)) == [[2, 0], [3, 4]]  # two epochs of one update
    with pytest.raises(TypeError, match="train: expected rows as a series of slices or index"):
        batches_of(5, 2, 1, 0, rows=3)


# ---- where it ends ---------------------------------------------------------------------------


def test_limits():
    X, Y = line(10)

    def count(**limits):
        rng = np.random.default_rng(0)
        return len(list(train(small(), X, Y, mse, "sgd", rng=rng, batch_size=4, **limits)))

    assert count(steps=7) == 7
    assert count(epochs=2) == 6
    assert count(epochs=2, steps=4) == 4
    assert count(epochs=2, steps=40) == 6
    assert count(steps=0) == count(epochs=0) == 0
    endless = train(small(), X, Y, mse, "sgd")
    assert len(list(itertools.islice(endless, 1000))) == 1000


def test_nothing_happens_before_it_is_asked_for():
    X, Y = line()
    net, rng = small(), np.random.default_rng(0)
    theta, state = net.theta.copy(), rng.bit_generator.state
    stream = train(net, X, Y, mse, "sgd", rng=rng, batch_size=3)
    assert np.array_equal(net.theta, theta)
    assert rng.bit_generator.state == state
    next(stream)
    assert not np.array_equal(net.theta, theta)


def test_divergence_is_a_last_record_not_a_crash():
    X, Y = line()
    net = small()
    thetas, records = [], []
    for record in train(net, X, Y, mse, GradientDescent(1e3), validation=(X, Y)):
        records.append(record)
        thetas.append(net.theta.copy())
        assert np.geterr()["over"] == "warn"  # the loop's silence does not leak out
    last = records[-1]
    assert not math.isfinite(last.loss) or not math.isfinite(last.grad_norm)
    assert all(math.isfinite(r.loss) and math.isfinite(r.grad_norm) for r in records[:-1])
    assert np.array_equal(thetas[-1], thetas[-2])  # the last update was not made
    assert np.isfinite(net.theta).all() or np.isfinite(thetas[-2]).any()
    assert last.lr == 1e3
    assert last.step == len(records)


def test_a_user_may_change_the_weights_between_two_steps():
    X, Y = line()
    net = small()
    stream = train(net, X, Y, mse, "sgd")
    next(stream)
    net.theta = np.zeros(net.n_params)
    assert next(stream).loss == pytest.approx(mse.value(np.zeros_like(Y), Y))


# ---- bit for bit -----------------------------------------------------------------------------


def scheduled(make):
    return make(lr=Cosine(0.05, steps=30))


SETTINGS = {
    "full batch": {},
    "minibatches": {"batch_size": 5},
    "single examples": {"batch_size": 1},
    "penalty and validation": {"batch_size": 5, "penalty": L2(0.01), "validation": line(4)},
}


@pytest.mark.parametrize("settings", SETTINGS.values(), ids=SETTINGS)
@pytest.mark.parametrize("make", OPTIMIZERS.values(), ids=OPTIMIZERS)
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_one_seed_one_run(make, settings, dtype):
    X, Y = line()

    def run():
        net = small(drop_rate=0.2, dtype=dtype)
        rng = np.random.default_rng(7)
        return list(
            train(net, X, Y, mse, scheduled(make), rng=rng, epochs=3, **settings)
        ), net.theta

    (first, theta), (second, again) = run(), run()
    assert same(first, second)
    assert np.array_equal(theta, again)


@pytest.mark.parametrize("settings", SETTINGS.values(), ids=SETTINGS)
@pytest.mark.parametrize("make", OPTIMIZERS.values(), ids=OPTIMIZERS)
def test_a_run_stopped_and_taken_up_again_equals_an_uninterrupted_one(make, settings):
    X, Y = line()

    def start():
        return small(drop_rate=0.2), np.random.default_rng(7)

    net, rng = start()
    whole = list(train(net, X, Y, mse, scheduled(make), rng=rng, epochs=6, **settings))

    # the same generator, asked again later, also in the middle of an epoch
    other, rng = start()
    stream = train(other, X, Y, mse, scheduled(make), rng=rng, epochs=6, **settings)
    parts = list(itertools.islice(stream, 4))
    other.predict(X)
    parts += list(stream)
    assert same(parts, whole)
    assert np.array_equal(other.theta, net.theta)

    # a new call with the state of the first, at the end of an epoch, even through a file
    other, rng = start()
    optimizer = scheduled(make)
    state = init_state(optimizer, other)
    parts = list(train(other, X, Y, mse, optimizer, rng=rng, epochs=2, state=state, **settings))
    other, rng, state, optimizer = pickle.loads(pickle.dumps((other, rng, state, optimizer)))
    parts += list(train(other, X, Y, mse, optimizer, rng=rng, epochs=4, state=state, **settings))
    assert same(parts, whole)
    assert np.array_equal(other.theta, net.theta)


def test_a_copy_of_the_network_can_go_another_way():
    X, Y = line()
    net = small()
    stream = train(net, X, Y, mse, Adam(0.05))
    list(itertools.islice(stream, 5))
    twin = copy.deepcopy(net)
    list(itertools.islice(stream, 5))
    assert not np.array_equal(twin.theta, net.theta)
    kept = net.theta.copy()
    list(train(twin, X, Y, mse, Adam(0.05), steps=5))
    assert np.array_equal(net.theta, kept)


def test_the_data_are_left_alone():
    X, Y = line()
    kept = X.copy(), Y.copy()
    list(train(small(), X, Y, mse, Adam(0.1), rng=np.random.default_rng(0), batch_size=5, epochs=3))
    assert np.array_equal(X, kept[0])
    assert np.array_equal(Y, kept[1])


def test_adamw_decays_weights_only_whoever_made_its_state():
    X, Y = np.zeros((4, 2)), np.zeros((4, 1))
    optimizer = AdamW(0.1, weight_decay=0.5)
    for state in (None, "init", "init_state"):
        net = MLP([2, 1], rng=np.random.default_rng(0))
        made = {"init": optimizer.init, None: lambda theta: None}.get(
            state, lambda theta, net=net: init_state(optimizer, net)
        )(net.theta)
        W = net.layers[0].W.copy()
        list(train(net, X, Y, mse, optimizer, steps=2, state=made))
        assert net.layers[0].W == pytest.approx(W * 0.95**2)
        assert net.layers[0].b == 0


# ---- it learns -------------------------------------------------------------------------------


def test_linear_regression_reaches_the_closed_form():
    X, Y = line(30)
    net = MLP([2, 1], rng=np.random.default_rng(0))
    list(train(net, X, Y, mse, GradientDescent(0.2), steps=500))
    exact = np.linalg.lstsq(np.c_[X, np.ones(30)], Y, rcond=None)[0][:, 0]
    assert net.theta == pytest.approx(exact, abs=1e-10)


def test_full_batch_gradient_descent_with_a_small_rate_falls_at_every_step_e2():
    X, Y = line()
    losses = [r.loss for r in train(small(), X, Y, mse, GradientDescent(0.02), steps=300)]
    assert np.all(np.diff(losses) < 0)


@pytest.mark.parametrize(
    ("loss", "output"),
    [
        (sigmoid_cross_entropy, "identity"),
        (binary_cross_entropy, "sigmoid"),
        (softmax_cross_entropy, "identity"),
        (cross_entropy, "softmax"),
        (mse, "sigmoid"),
    ],
    ids=lambda v: getattr(v, "name", v),
)
def test_xor(loss, output):
    X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    labels = np.array([0, 1, 1, 0])
    wide = "softmax" in (loss.output.name, output)
    Y = np.eye(2)[labels] if wide else labels[:, None].astype(float)
    net = MLP([2, 8, Y.shape[1]], "tanh", output, rng=np.random.default_rng(1))
    list(train(net, X, Y, loss, Adam(0.05), steps=400))
    P = loss.output(net.predict(X))
    assert np.array_equal(P.argmax(axis=1) if wide else P[:, 0] > 0.5, labels)


# ---- bad input, at the call ------------------------------------------------------------------

X10, Y10 = line(10)


def call(net=None, X=X10, Y=Y10, loss=mse, optimizer="sgd", **settings):
    return train(small() if net is None else net, X, Y, loss, optimizer, **settings)


def wide(output="identity"):
    return MLP([2, 3, 3], output=output, rng=np.random.default_rng(0))


one_hot = np.eye(3)[np.arange(10) % 3]


@pytest.mark.parametrize(
    ("settings", "text"),
    [
        ({"net": "net"}, "train: expected net to be an MLP; got str. Pass MLP(...)."),
        (
            {"X": X10[:, :1]},
            "train: expected X with 2 columns, the network's inputs; got shape (10, 1",
        ),
        (
            {"X": X10.T},
            "train: expected X with 2 columns, the network's inputs; got shape (2, 10). Ro",
        ),
        (
            {"X": X10[:, 0]},
            "train: expected X to be 2-D; got shape (10,). Use X[:, None] for one col",
        ),
        (
            {"X": X10[:0], "Y": Y10[:0]},
            "train: expected X with at least one entry; got shape (0, 2).",
        ),
        (
            {"X": np.where(X10 > 1, np.nan, X10)},
            "train: expected X with finite numbers; got nan at X[",
        ),
        (
            {"X": X10.astype(str)},
            "train: expected X with numbers; got an array of dtype <U32. Convert",
        ),
        (
            {"Y": Y10[:5]},
            "train: expected as many rows in Y as in X; got 5 and 10. Each example needs",
        ),
        (
            {"Y": Y10[:, 0]},
            "train: expected the network's output and Y of the same shape; got (10, 1) and (10,). "
            "Use Y[:, None].",
        ),
        (
            {"net": wide(), "Y": np.arange(10) % 3, "loss": softmax_cross_entropy},
            "train: expected the network's output and Y of the same shape; got (10, 3) and (10,). "
            "Use one_hot(Y).",
        ),
        (
            {"Y": np.full((10, 1), np.inf)},
            "train: expected Y with finite numbers; got inf at Y[0, 0].",
        ),
        ({"Y": [["a"]] * 10}, "train: expected Y with numbers; got list [['a'], ['a']"),
        ({"loss": "cross_entropy"}, "cross_entropy: expected targets from 0 to 1; got values from"),
        (
            {"loss": "cross_entropy", "Y": np.ones((10, 1))},
            "train: expected an output layer that gives probabilities, for cross_entropy; got "
            "identity. Use output='sigmoid' or 'softmax', or the cross-entropy on scores.",
        ),
        (
            {"net": wide("softmax"), "Y": one_hot, "loss": "softmax_cross_entropy"},
            "train: expected scores for softmax_cross_entropy, which applies softmax itself; got "
            "an output layer with softmax. Use output='identity', or the un-fused loss on "
            "probabilities.",
        ),
        (
            {"net": wide("softmax"), "Y": one_hot, "loss": "sigmoid_cross_entropy"},
            "train: expected scores for sigmoid_cross_entropy, which applies sigmoid itself; got "
            "an output layer with softmax.",
        ),
        (
            {"net": MLP([2, 1], output="softmax", rng=np.random.default_rng(0))},
            "train: expected at least two outputs for softmax; got one, whose softmax is always 1. "
            "Use sigmoid for a single probability.",
        ),
        (
            {"Y": np.ones((10, 1)), "loss": "softmax_cross_entropy"},
            "train: expected at least two outputs for softmax; got one,",
        ),
        (
            {"net": wide(), "Y": one_hot / 2, "loss": "softmax_cross_entropy"},
            "softmax_cross_entropy: expected each row of targets to sum to 1; got 0.5 in row 0.",
        ),
        (
            {"Y": 2 * np.ones((10, 1)), "loss": "sigmoid_cross_entropy"},
            "sigmoid_cross_entropy: expected targets from 0 to 1; got values from 2 to 2. ",
        ),
        ({"loss": "mean squared error"}, "get_loss: expected loss to be one of 'mse', 'half_mse',"),
        ({"loss": "msee"}, "Did you mean 'mse'?"),
        ({"optimizer": "admw"}, "Did you mean 'adamw'?"),
        ({"optimizer": Adam}, "expected an optimizer; got the class Adam. Call it: Adam(lr=0.1)."),
        ({"optimizer": 0.1}, "get_optimizer: expected optimizer to be one of"),
        (
            {"batch_size": 0},
            "train: expected batch_size to be a whole number at least 1 and at most 10",
        ),
        (
            {"batch_size": 11},
            "train: expected batch_size to be a whole number at least 1 and at most 10; got 11. "
            "Change batch_size.",
        ),
        ({"batch_size": 2.5}, "train: expected batch_size to be a whole number at least 1 and at"),
        (
            {"batch_size": 5},
            "train: expected rng for shuffled minibatches; got None. "
            "Pass rng=np.random.default_rng(0).",
        ),
        (
            {"net": small(drop_rate=0.5)},
            "train: expected rng for dropout; got None. Pass rng=np.random.default_rng(0).",
        ),
        ({"rng": 0}, "train: expected rng to be a numpy.random.Generator; got 0."),
        (
            {"epochs": -1},
            "train: expected epochs to be a whole number at least 0; got -1. Change ep",
        ),
        ({"steps": "many"}, "train: expected steps to be a whole number at least 0; got 'many'."),
        ({"penalty": 0.1}, "train: expected penalty such as L2(0.01); got 0.1. See PENALTIES."),
        ({"validation": X10}, "train: expected validation to be a pair (X_val, Y_val); got array"),
        (
            {"validation": (X10, Y10[:5])},
            "train: expected as many rows in Y_val as in X_val; got 5 an",
        ),
        (
            {"validation": (X10[:, :1], Y10)},
            "train: expected X_val with 2 columns, the network's inp",
        ),
        (
            {"validation": (X10, Y10), "validate_every": 0},
            "train: expected validate_every to be a whole number at least 1; got 0.",
        ),
        (
            {"state": {}},
            "train: expected a state made by GradientDescent.init for this network; got [].",
        ),
        (
            {"optimizer": Momentum(0.1), "state": Momentum(0.1).init(np.zeros(3))},
            "train: expected a state made by Momentum.init for this network; got ['step', 'v'].",
        ),
    ],
)
def test_what_does_not_fit_gets_a_sentence_at_once(settings, text):
    with pytest.raises((ValueError, TypeError)) as error:
        call(**({"optimizer": GradientDescent(0.1)} | settings))
    assert text in str(error.value)
