"""Losses: against PyTorch, against their own values, fused against un-fused, at the extremes."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from reference_numbers import assert_equal_to_torch, reference

from mlplib import (
    LOSSES,
    binary_cross_entropy,
    cross_entropy,
    dice,
    half_mse,
    half_sse,
    mse,
    numerical_gradient,
    sigmoid,
    sigmoid_cross_entropy,
    sigmoid_dice,
    softmax,
    softmax_cross_entropy,
)
from mlplib.losses import get_loss

every = pytest.mark.parametrize("loss", LOSSES.values(), ids=lambda loss: loss.name)
quick = settings(max_examples=40)


def draw_case(loss, rng, m, n_out):
    """Random scores (or probabilities) and targets of the kind the loss takes."""
    S, Y = 2 * rng.normal(size=(2, m, n_out))
    if loss.takes == "probabilities":
        S = softmax.f(S) if loss.targets == "distribution" else sigmoid.f(S)
    if loss.targets == "probability":
        Y = sigmoid.f(Y)
    if loss.targets == "distribution":
        Y = softmax.f(Y)
    return S, Y


# ---- against PyTorch -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "case",
    reference()["losses"],
    ids=lambda c: f"{c['loss']}-{len(c['S'])}x{len(c['S'][0])}",
)
def test_value_and_gradient_equal_pytorchs(case):
    value, grad = LOSSES[case["loss"]].value_and_grad(np.array(case["S"]), np.array(case["Y"]))
    assert_equal_to_torch(value, case["value"])
    assert_equal_to_torch(grad, case["grad"])


def test_pytorchs_numbers_cover_every_loss():
    assert {case["loss"] for case in reference()["losses"]} == set(LOSSES)


def test_the_worked_table_of_lecture_001_c4():
    scores, target = np.array([[3.0, 15.0, 7.0, 3.0]]), np.array([[0.0, 1.0, 0.0, 0.0]])
    P = softmax(scores)
    printed = [6.14207644e-06, 9.99652370e-01, 3.35346011e-04, 6.14207644e-06]
    assert P[0] == pytest.approx(printed, rel=1e-8)
    # the lecture's logarithms are base 2: bits, not nats
    in_bits = [-17.3128421, -5.01611506e-04, -11.5420619, -17.3128421]
    assert np.log2(P)[0] == pytest.approx(in_bits, rel=1e-8)
    nats = softmax_cross_entropy.value(scores, target)
    assert nats == pytest.approx(3.477e-4, rel=1e-4)
    assert nats / math.log(2) == pytest.approx(5.01611506e-04, rel=1e-8)
    assert cross_entropy.value(P, target) == pytest.approx(nats, rel=1e-12)
    table = reference()["worked_table"]
    assert_equal_to_torch(P[0], table["p"])
    assert_equal_to_torch(np.log(P)[0], table["log_p"])
    assert_equal_to_torch(nats, table["cross_entropy"])


# ---- the gradient is that of the value -------------------------------------------------------


@every
@quick
@given(m=st.integers(1, 6), n_out=st.integers(1, 4), seed=st.integers(0, 2**32 - 1))
def test_gradient_is_the_values_own(loss, m, n_out, seed):
    S, Y = draw_case(loss, np.random.default_rng(seed), m, n_out)
    S = np.clip(S, 0.02, 0.98) if loss.takes == "probabilities" else S
    value, grad = loss.value_and_grad(S, Y)
    slopes = numerical_gradient(lambda s: loss.f(s, Y)[0], S)
    assert grad.shape == S.shape
    assert isinstance(value, float)
    np.testing.assert_allclose(grad, slopes, rtol=1e-6, atol=1e-6 * max(1, abs(value)))
    assert loss.value(S, Y) == value
    assert np.array_equal(loss.grad(S, Y), grad)


@every
def test_inputs_are_left_alone(loss):
    S, Y = draw_case(loss, np.random.default_rng(0), 4, 3)
    before = S.copy(), Y.copy()
    loss.value_and_grad(S, Y)
    loss.f(S, Y)
    assert np.array_equal(S, before[0])
    assert np.array_equal(Y, before[1])


@every
def test_float32_stays_float32(loss):
    S, Y = draw_case(loss, np.random.default_rng(0), 4, 3)
    value, grad = loss.value_and_grad(S.astype("float32"), Y.astype("float32"))
    assert grad.dtype == np.float32
    assert value == pytest.approx(loss.value(S, Y), rel=1e-5)


@pytest.mark.parametrize(
    "loss",
    [loss for loss in LOSSES.values() if loss not in (half_sse, dice, sigmoid_dice)],
    ids=lambda loss: loss.name,
)
def test_is_a_mean_over_examples_and_a_sum_over_outputs(loss):
    S, Y = draw_case(loss, np.random.default_rng(1), 5, 3)
    each = [loss.value(S[i : i + 1], Y[i : i + 1]) for i in range(5)]
    assert loss.value(S, Y) == pytest.approx(np.mean(each))
    twice = np.concatenate([S, S]), np.concatenate([Y, Y])
    assert loss.value(*twice) == pytest.approx(loss.value(S, Y))
    assert loss.grad(*twice)[:5] == pytest.approx(loss.grad(S, Y) / 2)
    if loss.targets != "distribution":
        columns = [loss.value(S[:, j : j + 1], Y[:, j : j + 1]) for j in range(3)]
        assert loss.value(S, Y) == pytest.approx(np.sum(columns))


# ---- each by its formula ---------------------------------------------------------------------


def test_squared_errors_c1_by_hand():
    S, Y = np.array([[1.0], [4.0], [2.0]]), np.array([[1.0], [2.0], [5.0]])
    # errors 0, 2, -3; squares 0, 4, 9; sum 13
    assert mse.value(S, Y) == pytest.approx(13 / 3)
    assert half_mse.value(S, Y) == pytest.approx(13 / 6)
    assert half_sse.value(S, Y) == pytest.approx(13 / 2)
    assert mse.grad(S, Y) == pytest.approx(np.array([[0], [4 / 3], [-2]]))
    assert half_mse.grad(S, Y) == pytest.approx(mse.grad(S, Y) / 2)
    assert half_sse.grad(S, Y) == pytest.approx(S - Y)


def test_binary_cross_entropy_c2_by_hand():
    P, Y = np.array([[0.8], [0.4]]), np.array([[1.0], [0.0]])
    assert binary_cross_entropy.value(P, Y) == pytest.approx(-(math.log(0.8) + math.log(0.6)) / 2)
    assert binary_cross_entropy.grad(P, Y) == pytest.approx(np.array([[-0.5 / 0.8], [0.5 / 0.6]]))


def test_cross_entropy_c3_is_not_the_entropy_of_p():
    P, T = np.array([[0.7, 0.2, 0.1]]), np.array([[0.0, 1.0, 0.0]])
    assert cross_entropy.value(P, T) == pytest.approx(-math.log(0.2))
    entropy = -float(np.sum(P * np.log(P)))  # lecture 003 prints p log p
    assert cross_entropy.value(P, P) == pytest.approx(entropy)
    assert abs(cross_entropy.value(P, T) - entropy) > 0.5


def test_dice_c5_and_where_both_sums_are_zero():
    P, Y = np.array([[0.5, 1.0], [0.0, 0.5]]), np.array([[1.0, 1.0], [0.0, 0.0]])
    assert dice.value(P, Y) == pytest.approx(1 - 2 * 1.5 / (2 + 2))
    zero = np.zeros((2, 2))
    assert dice.value(zero, zero) == 0  # nothing to find, and nothing found
    assert np.array_equal(dice.grad(zero, zero), zero)
    assert dice.value(np.ones((2, 2)), zero) == 1
    assert dice.value(Y, Y) == 0


# ---- fused and un-fused ----------------------------------------------------------------------


@quick
@given(
    S=arrays(float, (4, 3), elements=st.floats(-12, 12)),
    labels=st.lists(st.integers(0, 2), min_size=4, max_size=4),
)
def test_the_chain_equals_the_fused_losses_c6(S, labels):
    T = np.eye(3)[labels]
    for output, chain, fused in [
        (sigmoid, binary_cross_entropy, sigmoid_cross_entropy),
        (softmax, cross_entropy, softmax_cross_entropy),
        (sigmoid, dice, sigmoid_dice),
    ]:
        P = output(S)
        value, dP = chain.value_and_grad(P, T)
        assert value == pytest.approx(fused.value(S, T), rel=1e-9, abs=1e-12)
        dS = output.backward(dP, S, P)
        np.testing.assert_allclose(dS, fused.grad(S, T), rtol=1e-7, atol=1e-12)
        assert fused.output is output
        assert np.array_equal(fused.output(S), P)


def test_the_gradient_on_scores_is_p_minus_y_over_m_c6():
    rng = np.random.default_rng(2)
    S, T = rng.normal(size=(5, 3)), np.eye(3)[[0, 2, 1, 1, 0]]
    assert sigmoid_cross_entropy.grad(S, T) == pytest.approx((sigmoid(S) - T) / 5)
    assert softmax_cross_entropy.grad(S, T) == pytest.approx((softmax(S) - T) / 5)


def test_sigmoid_then_half_sum_of_squares_d5():
    rng = np.random.default_rng(3)
    S, Y = rng.normal(size=(2, 4, 2))
    A = sigmoid(S)
    dS = sigmoid.backward(half_sse.grad(A, Y), S, A)
    assert dS == pytest.approx((A - Y) * A * (1 - A))
    slopes = numerical_gradient(lambda s: half_sse.f(sigmoid.f(s), Y)[0], S)
    assert dS == pytest.approx(slopes, abs=1e-8)


# ---- extremes, without a warning and without a clip ------------------------------------------


@quick
@given(data=st.data(), size=st.sampled_from([1.0, 30.0, 745.0, 1e4]))
def test_fused_losses_are_exact_up_to_1e4(data, size):
    m, n_out = data.draw(st.integers(1, 4)), data.draw(st.integers(2, 4))
    S = data.draw(arrays(float, (m, n_out), elements=st.floats(-size, size)))
    T = np.eye(n_out)[data.draw(st.lists(st.integers(0, n_out - 1), min_size=m, max_size=m))]
    value, grad = softmax_cross_entropy.value_and_grad(S, T)
    top = S.max(axis=1)
    exact = [
        math.fsum([top[i], math.log(sum(math.exp(s - top[i]) for s in S[i])), -S[i] @ T[i]])
        for i in range(m)
    ]
    assert value == pytest.approx(np.mean(exact), rel=1e-12, abs=1e-12)
    assert np.isfinite(grad).all()
    assert np.abs(grad.sum(axis=1)) == pytest.approx(np.zeros(m), abs=1e-14)
    value, grad = sigmoid_cross_entropy.value_and_grad(S, T)
    signed = np.where(T == 1, -S, S).ravel()
    exact = [max(s, 0) + math.log1p(math.exp(-abs(s))) for s in signed]
    assert value == pytest.approx(math.fsum(exact) / m, rel=1e-12, abs=1e-12)
    assert np.all(np.abs(grad) <= 1 / m)


def test_certain_and_wrong_costs_infinity_and_certain_and_right_nothing():
    one, zero = np.array([[1.0]]), np.array([[0.0]])
    assert binary_cross_entropy.value(one, one) == 0
    assert binary_cross_entropy.value(zero, zero) == 0
    assert binary_cross_entropy.value(zero, one) == np.inf
    assert binary_cross_entropy.value(one, zero) == np.inf
    assert binary_cross_entropy.grad(zero, one) == -np.inf
    assert cross_entropy.value(np.array([[0.0, 1.0]]), np.array([[0.0, 1.0]])) == 0
    assert cross_entropy.value(np.array([[1.0, 0.0]]), np.array([[0.0, 1.0]])) == np.inf
    # on scores the same certainty costs its distance, exactly
    assert sigmoid_cross_entropy.value(np.array([[-1e4]]), one) == 1e4
    assert sigmoid_cross_entropy.value(np.array([[1e4]]), one) == 0


# ---- names and bad input ---------------------------------------------------------------------


def test_names():
    for name, loss in LOSSES.items():
        assert get_loss(name) is get_loss(loss) is loss
        assert repr(loss) == f"<loss {name}>"


ok = np.full((3, 2), 0.5)


@pytest.mark.parametrize(
    ("call", "kind", "text"),
    [
        (lambda: get_loss("cross entropy"), ValueError, "Did you mean 'cross_entropy'?"),
        (
            lambda: softmax_cross_entropy.value(np.ones((5, 3)), np.array([0, 2, 1, 1, 0])),
            ValueError,
            "softmax_cross_entropy: expected scores and targets of the same shape; "
            "got (5, 3) and (5,). Use one_hot(targets).",
        ),
        (
            lambda: mse.value(np.ones((5, 1)), np.ones(5)),
            ValueError,
            "mse: expected scores and targets of the same shape; got (5, 1) and (5,). "
            "Use targets[:, None].",
        ),
        (lambda: mse.value(np.ones(5), np.ones(5)), ValueError, "mse: expected scores to be 2-D"),
        (lambda: mse.value(ok, ok.T), ValueError, "got (3, 2) and (2, 3). Make both (m, n_out)."),
        (lambda: mse.value(ok, ok * np.nan), ValueError, "mse: expected targets with finite numb"),
        (lambda: mse.value(np.ones((0, 2)), np.ones((0, 2))), ValueError, "at least one entry"),
        (lambda: mse.value([["a"]], [[1.0]]), TypeError, "mse: expected scores with numbers; got"),
        (
            lambda: sigmoid_cross_entropy.value(ok, 2 * ok + 1),
            ValueError,
            "sigmoid_cross_entropy: expected targets from 0 to 1; got values from 2 to 2. "
            "Encode the labels as 0 and 1 (one_hot for several classes).",
        ),
        (
            lambda: softmax_cross_entropy.value(ok, [[1, 0], [1, 1], [0, 1]]),
            ValueError,
            "softmax_cross_entropy: expected each row of targets to sum to 1; got 2 in row 1. "
            "Use one_hot(y), or sigmoid_cross_entropy for several labels a row.",
        ),
        (
            lambda: binary_cross_entropy.value(3 * ok, ok),
            ValueError,
            "binary_cross_entropy: expected probabilities from 0 to 1; got values from 1.5 to 1.5."
            " Apply sigmoid or softmax first, or use the loss on scores.",
        ),
    ],
)
def test_what_does_not_fit_gets_a_sentence(call, kind, text):
    with pytest.raises(kind) as error:
        call()
    assert text in str(error.value)
