"""Optimizers: 50 steps against PyTorch, each by its formula, and when two of them agree."""

import copy
import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reference_numbers import assert_equal_to_torch, reference

from mlplib import (
    L1,
    L2,
    MLP,
    OPTIMIZERS,
    SGD,
    AdaGrad,
    Adam,
    AdamW,
    DampedMomentum,
    ElasticNet,
    Exponential,
    GradientDescent,
    Momentum,
    Nesterov,
    RMSProp,
    mse,
    train,
)
from mlplib.optimizers import get_optimizer

NUMBERS = reference()["optimizers"]

SAME_AS_PYTORCH = {
    "sgd": [GradientDescent, SGD],
    "momentum": [Momentum],
    "nesterov": [Nesterov],
    "adagrad": [AdaGrad],
    "rmsprop": [RMSProp],
    "adam": [Adam],
    "adamw on everything": [lambda lr: AdamW(lr, weight_decay=0.1)],
    "adamw on weights": [lambda lr: AdamW(lr, weight_decay=0.1)],
}
PENALTY = {
    None: None,
    "l1": L1(NUMBERS["gamma"]),
    "l2": L2(NUMBERS["gamma"]),
    "elastic_net": ElasticNet(NUMBERS["gamma"], NUMBERS["ratio"]),
}


def problem():
    net = MLP(NUMBERS["sizes"], "tanh", rng=np.random.default_rng(0))
    net.theta = NUMBERS["theta"]
    return net, np.array(NUMBERS["X"]), np.array(NUMBERS["Y"])


def rate_of(case):
    return case["lr"] if case["factor"] is None else Exponential(case["lr"], case["factor"])


# ---- against PyTorch -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "case",
    NUMBERS["cases"],
    ids=lambda c: f"{c['optimizer']}-{'scheduled' if c['factor'] else 'constant'}-{c['penalty']}",
)
def test_fifty_steps_equal_pytorchs(case):
    for make in SAME_AS_PYTORCH[case["optimizer"]]:
        net, X, Y = problem()
        optimizer = make(rate_of(case))
        net_at, records = {}, []
        if case["optimizer"] == "adamw on everything":  # as on a bare vector, without train
            state = optimizer.init(net.theta)
            for step in range(1, 51):
                value, dS = mse.value_and_grad(net.forward(X), Y)
                net.backward(dS)
                optimizer.update(net.theta, net.grad, state)
                net_at[step] = net.theta.copy()
                assert_equal_to_torch(value, case["losses"][step - 1])
        else:
            stream = train(net, X, Y, mse, optimizer, steps=50, penalty=PENALTY[case["penalty"]])
            for record in stream:
                records.append(record)
                net_at[record.step] = net.theta.copy()
            assert_equal_to_torch([r.loss for r in records], case["losses"])
        assert len(net_at) == 50
        for step, theta in case["theta"].items():
            assert_equal_to_torch(net_at[int(step)], theta)


def test_pytorchs_numbers_cover_every_optimizer():
    covered = {make for makes in SAME_AS_PYTORCH.values() for make in makes}
    # PyTorch's dampening spares the first step, so the other momentum is held by its formula
    missing = set(OPTIMIZERS.values()) - covered
    assert missing == {DampedMomentum, AdamW}
    assert {case["optimizer"] for case in NUMBERS["cases"]} == set(SAME_AS_PYTORCH)


# ---- each by its formula ---------------------------------------------------------------------


def run(optimizer, gradients, w=None):
    """Positions after each of the given gradients."""
    w = np.zeros(len(gradients[0])) if w is None else np.array(w, float)
    state, path = optimizer.init(w), []
    for g in gradients:
        optimizer.update(w, np.array(g, float), state)
        path.append(w.copy())
    return np.array(path)


def test_by_hand_e1_e4():
    g = [[1.0], [2.0], [-1.0]]
    assert run(GradientDescent(0.1), g)[:, 0] == pytest.approx([-0.1, -0.3, -0.2])
    # v = 1; 0.5 + 2 = 2.5; 1.25 - 1 = 0.25
    assert run(Momentum(0.1, mu=0.5), g)[:, 0] == pytest.approx([-0.1, -0.35, -0.375])
    # g + mu v = 1.5; 2 + 1.25 = 3.25; -1 + 0.125 = -0.875
    assert run(Nesterov(0.1, mu=0.5), g)[:, 0] == pytest.approx([-0.15, -0.475, -0.3875])


def test_by_hand_adaptive_e6():
    g = [[3.0], [4.0]]
    # s = 9, 25: steps 0.1 * 3/3, 0.1 * 4/5
    assert run(AdaGrad(0.1), g)[:, 0] == pytest.approx([-0.1, -0.18])
    # s = 0.5 * 9 = 4.5; 2.25 + 8 = 10.25
    roots = np.sqrt([4.5, 10.25])
    assert run(RMSProp(0.1, beta2=0.5), g)[:, 0] == pytest.approx(
        -np.cumsum([0.3, 0.4] / roots), rel=1e-7
    )
    # Adam's first step has length lr, whatever the gradient's
    assert run(Adam(0.1), [[1e-3]])[0, 0] == pytest.approx(-0.1, rel=1e-4)
    assert run(Adam(0.1), [[1e3]])[0, 0] == pytest.approx(-0.1, rel=1e-4)
    # m = 0.5, v = 0.1 * 1; then m = 0.25 + 1 = 1.25 over 0.75, v = 0.09 + 0.4 = 0.49 over 0.19
    second = (1.25 / 0.75) / np.sqrt(0.49 / 0.19)
    path = run(Adam(0.1, beta1=0.5, beta2=0.9), [[1.0], [2.0]])[:, 0]
    assert path == pytest.approx([-0.1, -0.1 - 0.1 * second], rel=1e-7)


@given(
    gradients=st.lists(
        st.lists(st.floats(-1e3, 1e3), min_size=2, max_size=2), min_size=1, max_size=8
    ),
    seed=st.integers(0, 1000),
)
@settings(max_examples=40)
def test_adam_keeps_its_textbook_formula(gradients, seed):
    rng = np.random.default_rng(seed)
    lr, beta1, beta2 = rng.uniform(1e-3, 1), rng.uniform(0, 0.95), rng.uniform(0, 0.999)
    w, m, v = np.zeros(2), np.zeros(2), np.zeros(2)
    path = run(Adam(lr, beta1, beta2, eps=1e-6), gradients)
    for t, g in enumerate(np.array(gradients), 1):
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        w = w - lr * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + 1e-6)
        np.testing.assert_allclose(path[t - 1], w, rtol=1e-9, atol=1e-12)


def test_adamw_shrinks_beside_the_step_f2():
    w = [1.0, -2.0]
    zero = [[0.0, 0.0]] * 3
    assert run(AdamW(0.1, weight_decay=0.5), zero, w)[-1] == pytest.approx(
        np.array(w) * (1 - 0.05) ** 3
    )
    optimizer, theta = AdamW(0.1, weight_decay=0.5), np.array(w)
    state = optimizer.init(theta, np.array([True, False]))
    optimizer.update(theta, np.zeros(2), state)
    assert theta == pytest.approx([0.95, -2])
    assert run(AdamW(0.1, weight_decay=0.0), [[1.0, 2.0]]) == pytest.approx(
        run(Adam(0.1), [[1.0, 2.0]])
    )


# ---- the two momenta (E4, E5) ----------------------------------------------------------------

paths = st.lists(st.lists(st.floats(-1e3, 1e3), min_size=3, max_size=3), min_size=1, max_size=12)


@given(gradients=paths, lr=st.floats(0, 10), alpha=st.floats(0, 0.99))
def test_the_two_momenta_agree_at_a_constant_rate(gradients, lr, alpha):
    damped = run(DampedMomentum(lr, alpha), gradients)
    plain = run(Momentum((1 - alpha) * lr, mu=alpha), gradients)
    np.testing.assert_allclose(damped, plain, rtol=1e-9, atol=1e-9)


@given(gradients=paths, alpha=st.floats(0, 0.99), factor=st.floats(0.5, 1.5))
def test_the_other_momentum_is_the_lectures_formula_at_any_rate(gradients, alpha, factor):
    # w(m+1) = w(m) + (1 - alpha) dw_bp(m) + alpha dw(m-1), with dw(m) = w(m) - w(m-1)
    rate = Exponential(0.3, factor)
    w = [np.zeros(3), np.zeros(3)]
    for t, g in enumerate(np.array(gradients)):
        w.append(w[-1] + (1 - alpha) * (-rate(t) * g) + alpha * (w[-1] - w[-2]))
    path = run(DampedMomentum(rate, alpha), gradients)
    np.testing.assert_allclose(path, w[2:], rtol=1e-9, atol=1e-7)


def test_the_two_momenta_part_where_the_rate_changes():
    g, rate = [[1.0]] * 3, Exponential(0.1, 0.5)
    damped = run(DampedMomentum(rate, 0.5), g)
    plain = run(Momentum(lambda t: 0.5 * rate(t), mu=0.5), g)
    assert damped[0] == pytest.approx(plain[0])
    assert abs(damped[2] - plain[2]) > 0.01


def test_alpha_changes_smoothness_and_not_length():
    steps = np.diff(run(DampedMomentum(0.1, 0.9), [[1.0]] * 200)[:, 0])
    assert steps[-1] == pytest.approx(-0.1, rel=1e-6)
    steps = np.diff(run(Momentum(0.1, 0.9), [[1.0]] * 200)[:, 0])
    assert steps[-1] == pytest.approx(-1.0, rel=1e-6)  # ten times as long


# ---- what all share --------------------------------------------------------------------------

every = pytest.mark.parametrize("make", OPTIMIZERS.values(), ids=OPTIMIZERS)


@every
def test_walks_down_a_valley(make):
    # f = (x^2 + 10 y^2) / 2, from (1, 1)
    optimizer, w = make(lr=0.05), np.ones(2)
    state = optimizer.init(w)
    for _ in range(300):
        optimizer.update(w, w * [1, 10], state)
    assert np.abs(w).max() < 0.2
    assert state["step"] == 300


@every
def test_works_in_place_and_leaves_the_gradient_alone(make):
    theta, grad = np.ones(5), np.arange(5.0)
    optimizer = make(lr=0.1)
    state = optimizer.init(theta)
    kept, memory = grad.copy(), theta
    assert optimizer.update(theta, grad, state) == 0.1
    assert theta is memory
    assert not np.array_equal(theta, np.ones(5))
    assert np.array_equal(grad, kept)


@every
def test_a_zero_gradient_or_a_zero_rate_moves_nothing(make):
    for lr, g in [(0.1, 0.0), (0.0, 1.0)]:
        theta = np.ones(3)
        optimizer = make(lr=lr, weight_decay=0.0) if make is AdamW else make(lr=lr)
        optimizer.update(theta, np.full(3, g), optimizer.init(theta))
        assert np.array_equal(theta, np.ones(3))


@every
def test_a_constant_schedule_equals_a_number(make):
    g = np.random.default_rng(0).normal(size=(20, 4))
    assert np.array_equal(run(make(lr=0.03), g), run(make(lr=lambda step: 0.03), g))


@every
def test_the_schedule_is_asked_for_the_updates_made_so_far(make):
    asked = []

    def rate(step):
        asked.append(step)
        return 0.1 / (step + 1)

    w, optimizer = np.zeros(2), make(lr=rate)
    state = optimizer.init(w)
    used = [optimizer.update(w, np.ones(2), state) for _ in range(3)]
    assert asked == [0, 1, 2]
    assert used == [0.1, 0.05, 0.1 / 3]


@every
def test_state_is_separate_and_copies(make):
    g = np.random.default_rng(1).normal(size=(10, 3))
    optimizer = make(lr=0.1)
    w = np.zeros(3)
    state = optimizer.init(w)
    for k in range(5):
        optimizer.update(w, g[k], state)
    other_w, other_state = w.copy(), pickle.loads(pickle.dumps(copy.deepcopy(state)))
    for k in range(5, 10):
        optimizer.update(w, g[k], state)
    for k in range(5, 10):
        optimizer.update(other_w, g[k], other_state)
    assert np.array_equal(w, other_w)
    assert np.array_equal(w, run(make(lr=0.1), g)[-1])  # nothing was kept in the optimizer


@every
def test_float32_stays_float32_and_a_long_vector_equals_a_short_one(make):
    rng = np.random.default_rng(2)
    theta, grad = rng.normal(size=(2, 150_000)).astype("float32")
    optimizer = make(lr=0.1)
    short, state = theta[-3:].copy(), optimizer.init(theta[-3:])
    whole = optimizer.init(theta)
    for _ in range(3):
        optimizer.update(theta, grad, whole)
        optimizer.update(short, grad[-3:], state)
    assert theta.dtype == np.float32
    assert np.array_equal(theta[-3:], short)  # Adam cuts long vectors into blocks
    assert all(v.dtype == np.float32 for v in whole.values() if isinstance(v, np.ndarray))


@every
def test_is_a_frozen_value(make):
    optimizer = make(lr=0.1)
    assert optimizer == make(lr=0.1)
    assert hash(optimizer) == hash(make(lr=0.1))
    assert pickle.loads(pickle.dumps(optimizer)) == optimizer
    assert repr(optimizer).startswith(make.__name__ + "(lr=0.1")
    with pytest.raises(AttributeError):
        optimizer.lr = 1.0


def test_names():
    assert get_optimizer("adam") == Adam()
    assert [type(get_optimizer(name)) for name in OPTIMIZERS] == list(OPTIMIZERS.values())


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (
            lambda: GradientDescent(-0.1),
            "GradientDescent: expected lr to be a finite number at least 0; got -0.1. Change lr.",
        ),
        (
            lambda: Adam(lr="fast"),
            "Adam: expected lr to be a finite number at least 0; got 'fast'.",
        ),
        (
            lambda: Momentum(0.1, mu=1.0),
            "Momentum: expected mu to be a finite number at least 0 an",
        ),
        (lambda: Nesterov(0.1, mu=-0.1), "Nesterov: expected mu to be a finite number at least 0"),
        (
            lambda: DampedMomentum(0.1, alpha=2),
            "DampedMomentum: expected alpha to be a finite numb",
        ),
        (lambda: Adam(beta1=1), "Adam: expected beta1 to be a finite number at least 0 and below"),
        (lambda: RMSProp(beta2=None), "RMSProp: expected beta2 to be a finite number at least 0"),
        (lambda: AdaGrad(eps=0), "AdaGrad: expected eps to be a finite number above 0; got 0.0."),
        (
            lambda: AdamW(weight_decay=-1),
            "AdamW: expected weight_decay to be a finite number at le",
        ),
        (lambda: get_optimizer("adm"), "Did you mean 'adam'?"),
        (
            lambda: get_optimizer(Adam),
            "get_optimizer: expected an optimizer; got the class Adam. Call it: Adam(lr=0.1).",
        ),
        (
            lambda: get_optimizer(None),
            "get_optimizer: expected optimizer to be one of 'gradient_de",
        ),
        (
            lambda: SGD(lambda step: -1.0).lr_at(3),
            "SGD: expected a schedule that gives finite rates of at least 0; got -1.0 at step 3. "
            "Change the schedule.",
        ),
        (
            lambda: SGD(lambda step: None).lr_at(0),
            "of at least 0; got None at step 0. Change the s",
        ),
        (lambda: SGD(lambda step: np.nan).lr_at(0), "of at least 0; got nan at step 0."),
    ],
)
def test_what_does_not_fit_gets_a_sentence(call, text):
    with pytest.raises((ValueError, TypeError)) as error:
        call()
    assert text in str(error.value)
