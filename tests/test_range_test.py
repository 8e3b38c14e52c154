"""The learning-rate range test (E9): made-up curves with known regions, and real runs."""

import copy
import itertools
import math

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mlplib import L2, MLP, OPTIMIZERS, Adam, GradientDescent, Record, WarmUp, mse, train
from mlplib.range_test import learning_rate_range_test, range_test_stream, read_range_test


def curve(heights, low=1e-4, high=1.0):
    """Records of a run whose curve has these heights."""
    rates = np.geomspace(low, high, len(heights))
    return [
        Record(i, i, 9.0, float(lr), 1.0, float(h))
        for i, (lr, h) in enumerate(zip(rates, heights, strict=True), 1)
    ]


def three_regions(n=100):
    """Flat at 1 up to 30 %, falling to 0.2 at 70 %, 0.2 up to 80 %, then doubling and more."""
    t = np.linspace(0, 1, n)
    falling = np.interp(t, [0.3, 0.7], [1.0, 0.2])
    return np.where(t < 0.8, falling, 0.2 * np.exp(40 * (t - 0.8)))


def rate_at(share, low=1e-4, high=1.0):
    return low * (high / low) ** share


def data(m=60, seed=0):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(m, 2))
    return X, np.sin(2 * X[:, :1]) + X[:, 1:] ** 2 + 0.2 * rng.normal(size=(m, 1))


def small(seed=0, **settings):
    return MLP([2, 8, 1], rng=np.random.default_rng(seed), **settings)


# ---- reading a curve -------------------------------------------------------------------------


@pytest.mark.parametrize("n", [40, 100, 300])
def test_the_regions_of_a_clean_curve(n):
    found = read_range_test(curve(three_regions(n)))
    step = 10 ** (4 / n * (n / 20 + 1))  # half a window and one point
    assert found.flat_until == pytest.approx(rate_at(0.34), rel=step - 1)  # a tenth fallen
    assert rate_at(0.3) < found.steepest < rate_at(0.7)
    assert rate_at(0.68) < found.lowest < rate_at(0.8) * step
    assert found.diverges_from == pytest.approx(rate_at(0.8 + math.log(1.4) / 40), rel=step - 1)
    assert found.flat_until <= found.steepest < found.lowest < found.diverges_from


@pytest.mark.parametrize("seed", range(10))
def test_noise_moves_the_regions_a_little_only(seed):
    noise = np.random.default_rng(seed).normal(size=100)
    found = read_range_test(curve(three_regions() + 0.05 * noise))
    assert rate_at(0.22) < found.flat_until < rate_at(0.45)
    assert rate_at(0.28) < found.steepest < rate_at(0.72)
    assert rate_at(0.6) < found.lowest < rate_at(0.85)
    assert rate_at(0.76) < found.diverges_from < rate_at(0.87)


def test_single_outliers_do_not_matter():
    heights = three_regions()
    expected = read_range_test(curve(heights))
    heights[[12, 45, 60]] = 30.0
    heights[[20, 33]] = 0.0
    found = read_range_test(curve(heights))
    for name in ("flat_until", "lowest", "diverges_from"):
        assert getattr(found, name) == pytest.approx(getattr(expected, name), rel=0.2)


@pytest.mark.parametrize("seed", range(10))
def test_noise_alone_has_no_regions(seed):
    heights = 1 + 0.2 * np.random.default_rng(seed).normal(size=100)
    found = read_range_test(curve(heights))
    assert found.flat_until is found.steepest is found.lowest is found.diverges_from is None
    assert repr(found) == "range test: the loss does not fall between 0.0001 and 1"


def test_a_curve_that_only_rises_and_one_that_never_does():
    assert read_range_test(curve(np.geomspace(1, 100, 50))).lowest is None
    found = read_range_test(curve(np.linspace(1, 0.1, 50)))
    assert found.lowest == 1.0
    assert found.diverges_from is None
    assert "not diverging up to 1" in repr(found)


@pytest.mark.parametrize("last", [np.nan, np.inf, 1e300])
def test_a_curve_that_ends_in_an_explosion(last):
    heights = np.r_[np.ones(20), np.linspace(1, 0.1, 30), last]
    found = read_range_test(curve(heights))
    assert found.diverges_from == found.rates[-1]
    assert found.lowest < found.diverges_from


def test_it_can_be_asked_at_each_step():
    records = curve(three_regions())
    for n in range(len(records) + 1):
        found = read_range_test(records[:n])
        assert repr(found).startswith("range test: ")
        assert found.rates.shape == found.losses.shape == found.smoothed.shape == (n,)
    assert repr(read_range_test([])) == "range test: no step yet"
    assert found.losses == pytest.approx(three_regions())


@given(st.lists(st.floats(), max_size=60))
@example([0.0, 0.0, 0.0, 0.0, -math.inf, -math.inf])
@settings(max_examples=100)
def test_any_curve_at_all_can_be_read(heights):
    found = read_range_test(curve(heights) if heights else [])
    assert repr(found).startswith("range test: ")
    if found.lowest is not None:
        assert found.flat_until <= found.steepest <= found.lowest
        assert found.diverges_from is None or found.lowest < found.diverges_from


# ---- real runs -------------------------------------------------------------------------------


@pytest.mark.parametrize("batch_size", [None, 10])
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_every_optimizer_finds_its_regions_and_the_network_is_left_alone(name, batch_size):
    X, Y = data()
    net = small()
    theta, grad = net.theta.copy(), net.grad.copy()
    found = learning_rate_range_test(
        net, X, Y, "mse", name, batch_size=batch_size, rng=np.random.default_rng(1)
    )
    assert found.flat_until <= found.steepest <= found.lowest
    assert found.diverges_from is None or found.lowest < found.diverges_from
    assert np.array_equal(net.theta, theta)
    assert np.array_equal(net.grad, grad)
    assert net.layers[0].A is None


def test_the_falling_region_is_where_training_works():
    X, Y = data()
    found = learning_rate_range_test(small(), X, Y, mse, GradientDescent(1.0), steps=60)

    def after_training(lr):
        records = list(train(small(), X, Y, mse, GradientDescent(lr), steps=200))
        return records[-1].loss

    start = mse.value(small().predict(X), Y)
    assert after_training(found.steepest) < 0.7 * start
    assert after_training(found.flat_until / 100) > 0.9 * start
    assert not after_training(2 * found.diverges_from) < start


def test_the_curve_is_the_validation_loss_or_that_of_the_data():
    X, Y = data()
    X_val, Y_val = data(20, seed=5)
    net = small()
    for validation in (None, (X_val, Y_val)):
        twin = copy.deepcopy(net)
        records = list(
            range_test_stream(
                net, X, Y, mse, "sgd", low=1e-3, high=0.1, steps=12, validation=validation
            )
        )
        rates = np.geomspace(1e-3, 0.1, 12)
        assert [r.lr for r in records] == pytest.approx(rates)
        for record, lr in zip(records, rates, strict=True):
            list(train(twin, X, Y, mse, GradientDescent(float(lr)), steps=1))
            expected = mse.value(
                twin.predict(X if validation is None else X_val), Y if validation is None else Y_val
            )
            assert record.val_loss == pytest.approx(expected)


def test_of_many_examples_some_make_the_curve():
    X, Y = data(5000)
    records = list(itertools.islice(range_test_stream(small(), X, Y, mse, "adam"), 2))
    assert len(records) == 2
    assert np.isfinite(records[0].val_loss)


def test_the_stream_ends_when_it_is_clear():
    X, Y = data()
    records = list(range_test_stream(small(), X, Y, mse, "sgd", low=1e-3, high=1e4, steps=80))
    assert 10 < len(records) < 80
    assert all(r.val_loss <= 10 * records[0].val_loss * 1.01 for r in records[:-1])
    assert not records[-1].val_loss <= 10 * records[0].val_loss
    gentle = list(range_test_stream(small(), X, Y, mse, "sgd", low=1e-6, high=1e-3, steps=30))
    assert len(gentle) == 30
    assert gentle[-1].lr == pytest.approx(1e-3)


def test_the_optimizers_own_settings_are_kept_and_its_rate_replaced():
    X, Y = data()

    def rates(optimizer):
        return [r.lr for r in range_test_stream(small(), X, Y, mse, optimizer, steps=10, high=1.0)]

    assert rates(Adam(99.0)) == rates(Adam(WarmUp(0.1, 5)))
    a = list(range_test_stream(small(), X, Y, mse, Adam(0.1, beta1=0.5), steps=10))
    b = list(range_test_stream(small(), X, Y, mse, Adam(0.1, beta1=0.9), steps=10))
    assert a[-1].val_loss != b[-1].val_loss


def test_with_minibatches_dropout_and_a_penalty_one_seed_is_one_run():
    X, Y = data()
    net = small(drop_rate=0.3)
    settings = {"batch_size": 16, "penalty": L2(0.01), "steps": 20}
    runs = [
        list(range_test_stream(net, X, Y, mse, "adam", rng=np.random.default_rng(4), **settings))
        for _ in range(2)
    ]
    assert runs[0] == runs[1]


@pytest.mark.parametrize(
    ("change", "text"),
    [
        (
            {"net": 3},
            "learning_rate_range_test: expected net to be an MLP; got int. Pass MLP(...).",
        ),
        ({"low": 0}, "learning_rate_range_test: expected low to be a finite number above 0; got 0"),
        (
            {"low": 1.0, "high": 0.1},
            "learning_rate_range_test: expected high above low; got low=1 and high=0.1. "
            "Try low=1e-5, high=10.",
        ),
        ({"steps": 9}, "learning_rate_range_test: expected steps to be a whole number at least 10"),
        ({"optimizer": "admm"}, "Did you mean 'adam'?"),
        ({"loss": "msee"}, "Did you mean 'mse'?"),
        (
            {"X": np.ones((60, 3))},
            "train: expected X with 2 columns, the network's inputs; got shape",
        ),
        (
            {"Y": np.ones(60)},
            "expected the network's output and Y of the same shape; got (60, 1) and",
        ),
        ({"batch_size": 10}, "train: expected rng for shuffled minibatches; got None."),
        ({"validation": 3}, "train: expected validation to be a pair (X_val, Y_val); got 3."),
    ],
)
def test_what_does_not_fit_gets_a_sentence_at_once(change, text):
    X, Y = data()
    arguments = {"net": small(), "X": X, "Y": Y, "loss": mse, "optimizer": "sgd"} | change
    with pytest.raises((ValueError, TypeError)) as error:
        range_test_stream(**arguments)
    assert text in str(error.value)
