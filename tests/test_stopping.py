"""Stopping rules over the stream: threshold, no progress, early with the best weights back."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlplib import (
    MLP,
    Adam,
    GradientDescent,
    Record,
    early_stopping,
    mse,
    thin,
    train,
    until_below,
    until_flat,
)


def records(losses, val_losses=None):
    """A made-up stream."""
    val_losses = itertools.repeat(math.nan) if val_losses is None else val_losses
    for step, (loss, val_loss) in enumerate(zip(losses, val_losses, strict=False), 1):
        yield Record(step, step, loss, 0.1, 1.0, val_loss)


def losses_of(stream):
    return [r.loss for r in stream]


# ---- a threshold (E2) ------------------------------------------------------------------------


def test_until_below():
    assert losses_of(until_below(records([3, 2, 1, 0.5, 4]), 1)) == [3, 2, 1, 0.5]  # below, not at
    assert losses_of(until_below(records([3, 2]), 1)) == [3, 2]
    assert len(list(until_below(records([math.nan, 2, 0, 1]), 1))) == 3  # nan is not below


def test_until_below_on_a_real_stream():
    X = np.linspace(-1, 1, 10)[:, None]
    net = MLP([1, 1], rng=np.random.default_rng(0))
    stream = until_below(train(net, X, 2 * X, mse, GradientDescent(0.1)), 0.01)
    seen = list(stream)
    assert seen[-1].loss < 0.01 <= seen[-2].loss


# ---- no progress -----------------------------------------------------------------------------


def test_until_flat():
    assert losses_of(until_flat(records([5, 4, 4, 4, 4, 1]), patience=3)) == [5, 4, 4, 4, 4]
    assert losses_of(until_flat(records([5, 4, 4, 3, 3, 3]), patience=2)) == [5, 4, 4, 3, 3, 3]
    # a gain of tol or less is none
    assert losses_of(until_flat(records([5, 4.9, 4.8, 0]), patience=2, tol=0.5)) == [5, 4.9, 4.8]
    assert len(list(until_flat(records([math.nan] * 9), patience=4))) == 4


@given(st.lists(st.floats(0, 10), max_size=30), st.integers(1, 5), st.floats(0, 1))
@settings(max_examples=60)
def test_until_flat_ends_where_its_rule_says(losses, patience, tol):
    got = losses_of(until_flat(records(losses), patience, tol))
    assert got == losses[: len(got)]
    best, waited, expected = math.inf, 0, len(losses)
    for i, loss in enumerate(losses):
        best, waited = (loss, 0) if loss < best - tol else (best, waited + 1)
        if waited == patience:
            expected = i + 1
            break
    assert len(got) == expected


# ---- early stopping (F4) ---------------------------------------------------------------------


def overfitting_case():
    rng = np.random.default_rng(3)
    X = rng.uniform(-2, 2, size=(12, 1))
    Y = np.sin(2 * X) + 0.5 * rng.normal(size=X.shape)
    X_val = rng.uniform(-2, 2, size=(50, 1))
    net = MLP([1, 30, 1], "tanh", rng=rng)
    return net, X, Y, (X_val, np.sin(2 * X_val))


def test_early_stopping_restores_the_best_weights():
    net, X, Y, validation = overfitting_case()
    stream = train(net, X, Y, mse, Adam(0.03), steps=4000, validation=validation)
    seen = list(early_stopping(stream, net, patience=50))
    val_losses = [r.val_loss for r in seen]
    best = int(np.argmin(val_losses))
    assert len(seen) == best + 1 + 50
    assert len(seen) < 4000
    assert mse.value(net.predict(validation[0]), validation[1]) == val_losses[best]


def test_also_where_the_stream_ends_by_itself():
    net, X, Y, validation = overfitting_case()
    stream = train(net, X, Y, mse, Adam(0.3), steps=40, validation=validation)
    seen = list(early_stopping(stream, net, patience=1000))
    assert len(seen) == 40
    best = min(r.val_loss for r in seen)
    assert mse.value(net.predict(validation[0]), validation[1]) == best


def test_records_without_a_validation_do_not_count():
    net = MLP([1, 1], rng=np.random.default_rng(0))
    nan = math.nan
    stream = records(range(9), [3.0, nan, nan, 2.0, nan, 2.5, nan, 2.5, nan])
    assert len(list(early_stopping(stream, net, patience=2))) == 8
    stream = records(range(6), [3.0, 2.9, 2.8, 2.7, 2.6, 2.5])
    assert len(list(early_stopping(stream, net, patience=2, tol=1.0))) == 3


def test_without_any_validation_it_says_so():
    net, X, Y, _ = overfitting_case()
    stream = early_stopping(train(net, X, Y, mse, "sgd", steps=3), net)
    assert len(list(itertools.islice(stream, 3))) == 3
    text = r"early_stopping: expected records with a validation loss; got none. Pass validation="
    with pytest.raises(ValueError, match=text):
        next(stream)


def test_a_run_that_diverges_before_its_first_validation_just_ends():
    net, X, Y, validation = overfitting_case()
    rng = np.random.default_rng(0)
    stream = train(
        net, X, Y, mse, GradientDescent(1e200), rng=rng, batch_size=1, validation=validation
    )
    seen = list(early_stopping(stream, net))
    assert len(seen) < 12
    assert not math.isfinite(seen[-1].loss)


# ---- thinning, stacking, bad input -----------------------------------------------------------


def test_thin_takes_the_first_and_every_nth():
    assert [r.step for r in thin(records(range(10)), 4)] == [1, 5, 9]
    assert [r.step for r in thin(records(range(3)), 1)] == [1, 2, 3]


def test_rules_stack_and_stay_lazy():
    asked = []

    def stream():
        for record in records([5, 4, 3, 2, 1, 0.5, 0.1]):
            asked.append(record.step)
            yield record

    stacked = until_below(until_flat(stream(), patience=3), 1)
    assert asked == []
    assert next(stacked).loss == 5
    assert asked == [1]
    assert losses_of(stacked) == [4, 3, 2, 1, 0.5]


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (
            lambda: until_below([], "low"),
            "until_below: expected threshold to be a finite number; g",
        ),
        (
            lambda: until_flat([], patience=0),
            "until_flat: expected patience to be a whole number at",
        ),
        (
            lambda: until_flat([], tol=-1),
            "until_flat: expected tol to be a finite number at least 0",
        ),
        (
            lambda: early_stopping([], None, patience=1.5),
            "early_stopping: expected patience to be a",
        ),
        (
            lambda: early_stopping([], None, tol=-1),
            "early_stopping: expected tol to be a finite num",
        ),
        (lambda: thin([], 0), "thin: expected every to be a whole number at least 1; got 0."),
    ],
)
def test_what_does_not_fit_gets_a_sentence_at_once(call, text):
    with pytest.raises((ValueError, TypeError)) as error:
        call()
    assert text in str(error.value)
