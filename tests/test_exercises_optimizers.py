"""The solutions of notebook 05 agree with the library, which they were not made from."""

import copy
import pathlib

import numpy as np
import pytest

import mlplib
from mlplib.exercises import optimizers as exercises
from mlplib.exercises._optimizers_budget import ENOUGH, SmallNetwork
from mlplib.training import Record, _batches

RNG = np.random.default_rng


def pairs(exercise):
    """(arguments, what the solution returns), case by case."""
    return [(case, exercise.function(*copy.deepcopy(case))) for case in exercise.cases]


def updated(optimizer, w, g, step=0, **vectors):
    """w and the state's vectors after one update by the library, from this state."""
    theta, state = w.copy(), optimizer.init(w)
    state["step"] = step
    for name, vector in vectors.items():
        state[name][...] = vector
    optimizer.update(theta, g, state)
    return theta, state


def test_same_step_is_the_same_step():
    for (lr, m), rates in pairs(exercises.same_step):
        rng, thetas = RNG(m), []
        X, Y = rng.normal(size=(m, 2)), rng.normal(size=(m, 1))
        losses = mlplib.mse, mlplib.half_mse, mlplib.half_sse
        for loss, rate in zip(losses, (lr, *rates), strict=True):
            net = mlplib.MLP([2, 1], rng=RNG(0))
            list(mlplib.train(net, X, Y, loss, mlplib.GradientDescent(rate), steps=1))
            thetas.append(net.theta)
        np.testing.assert_allclose(thetas[1:], thetas[:1] * 2, rtol=1e-12)


def test_minibatch_is_what_training_takes():
    class Given:  # a generator whose permutation is known
        def __init__(self, order):
            self.permutation = lambda m: order

    for (X, Y, order, batch_size, k), (X_batch, Y_batch) in pairs(exercises.minibatch):
        batches = _batches(X, Y, batch_size, Given(order))
        for _ in range(k + 1):
            X_library, Y_library = next(batches)
        assert np.array_equal(X_batch, X_library)
        assert np.array_equal(Y_batch, Y_library)


def test_sgd_epoch_is_an_epoch_of_training():
    for (x, y, w, b, lr, batch_size, rng), result in pairs(exercises.sgd_epoch):
        net = mlplib.MLP([1, 1], rng=RNG(0))
        net.theta = [w, b]
        stream = mlplib.train(
            *(net, x[:, None], y[:, None], "mse", mlplib.SGD(lr)),
            batch_size=batch_size,
            epochs=1,
            rng=copy.deepcopy(rng),
        )
        assert len(list(stream)) == -(-len(x) // batch_size)
        np.testing.assert_allclose(result, net.theta, rtol=1e-10)


def test_momentum_step_is_momentum():
    for (w, v, g, lr, mu), (new_w, new_v) in pairs(exercises.momentum_step):
        theta, state = updated(mlplib.Momentum(lr, mu), w, g, v=v)
        np.testing.assert_allclose(new_w, theta, rtol=1e-12)
        np.testing.assert_allclose(new_v, state["v"], rtol=1e-12)


def test_same_path_is_the_same_path():
    for (lr, alpha), (mu, lr_momentum) in pairs(exercises.same_path):
        paths = []
        for optimizer in (mlplib.DampedMomentum(lr, alpha), mlplib.Momentum(lr_momentum, mu)):
            rng, w = RNG(1), np.zeros(3)
            state = optimizer.init(w)
            for _ in range(20):
                optimizer.update(w, rng.normal(size=3), state)
            paths.append(w)
        np.testing.assert_allclose(*paths, rtol=1e-9)


def test_adagrad_step_and_rmsprop_step_are_the_librarys():
    for (w, s, g, lr, eps), (new_w, new_s) in pairs(exercises.adagrad_step):
        theta, state = updated(mlplib.AdaGrad(lr, eps), w, g, s=s)
        np.testing.assert_allclose(new_w, theta, rtol=1e-12)
        np.testing.assert_allclose(new_s, state["s"], rtol=1e-12)
    for (w, s, g, lr, beta2, eps), (new_w, new_s) in pairs(exercises.rmsprop_step):
        theta, state = updated(mlplib.RMSProp(lr, beta2, eps), w, g, s=s)
        np.testing.assert_allclose(new_w, theta, rtol=1e-12)
        np.testing.assert_allclose(new_s, state["s"], rtol=1e-12)


def test_adam_averages_and_adam_step_are_adams():
    # the library's m and v are sums without their factors (1 - beta)
    for (m, v, g, beta1, beta2), (new_m, new_v) in pairs(exercises.adam_averages):
        sums = dict(m=m / (1 - beta1), v=v / (1 - beta2))
        state = updated(mlplib.Adam(0.1, beta1, beta2), np.zeros_like(g), g, **sums)[1]
        np.testing.assert_allclose(new_m, (1 - beta1) * state["m"], rtol=1e-12)
        np.testing.assert_allclose(new_v, (1 - beta2) * state["v"], rtol=1e-12)
    for case, (new_w, new_m, new_v) in pairs(exercises.adam_step):
        w, m, v, t, g, lr, beta1, beta2, eps = case
        sums = dict(m=m / (1 - beta1), v=v / (1 - beta2))
        theta, state = updated(mlplib.Adam(lr, beta1, beta2, eps), w, g, t - 1, **sums)
        np.testing.assert_allclose(new_w, theta, rtol=1e-10)
        np.testing.assert_allclose(new_m, (1 - beta1) * state["m"], rtol=1e-12)
        np.testing.assert_allclose(new_v, (1 - beta2) * state["v"], rtol=1e-12)


def test_warm_cosine_is_the_schedules():
    for (t, lr, warm, steps), rate in pairs(exercises.warm_cosine):
        schedule = mlplib.WarmUp(lr, warm, mlplib.Cosine(lr, steps - warm))
        assert rate == pytest.approx(schedule(t), rel=1e-12, abs=1e-15)


def test_range_rates_are_the_range_tests():
    for (low, high, steps), rates in pairs(exercises.range_rates):
        growing = mlplib.Exponential(low, (high / low) ** (1 / (steps - 1)))
        np.testing.assert_allclose(rates, [growing(t) for t in range(steps)], rtol=1e-12)
    X = np.linspace(-1, 1, 20)[:, None]
    net = mlplib.MLP([1, 4, 1], rng=RNG(0))
    found = mlplib.learning_rate_range_test(net, X, X**2, "mse", "sgd", low=1e-5, high=0.1)
    rates = exercises.range_rates.function(1e-5, 0.1, 100)
    np.testing.assert_allclose(found.rates, rates, rtol=1e-9)


def test_stop_at_is_until_flat():
    for (losses, patience), t in pairs(exercises.stop_at):
        stream = (Record(i + 1, 1, loss, 0.1, 1.0, np.nan) for i, loss in enumerate(losses))
        assert len(list(mlplib.until_flat(stream, patience, tol=0))) == t + 1


# ---- the open one -----------------------------------------------------------------------------


def test_train_within_is_reached_by_several_ways_and_not_by_plain_descent():
    reached = {}
    ways = {
        "descent 0.01": mlplib.GradientDescent(0.01),
        "descent 0.1": mlplib.GradientDescent(0.1),
        "descent 0.3": mlplib.GradientDescent(0.3),
        "momentum 0.1": mlplib.Momentum(0.1),
        "Adam 0.001": mlplib.Adam(0.001),
        "Adam 0.03": mlplib.Adam(0.03),
        "Adam 0.1": mlplib.Adam(0.1),
        "falling": mlplib.Momentum(mlplib.Cosine(0.1, 300)),
    }
    for name, optimizer in ways.items():
        reached[name] = []
        for (theta, gradient, steps), _ in pairs(exercises.train_within):
            w, ask = theta.copy(), copy.deepcopy(gradient)
            state = optimizer.init(w)
            with np.errstate(all="ignore"):
                for _ in range(steps):
                    optimizer.update(w, ask(w), state)
                reached[name].append(gradient.unseen_error(w))
    worst = {name: max(errors) for name, errors in reached.items()}
    for name in ("momentum 0.1", "Adam 0.03", "Adam 0.1", "falling"):
        assert worst[name] <= ENOUGH, (name, reached[name])
    for name in ("descent 0.01", "descent 0.1", "descent 0.3", "Adam 0.001"):
        assert not worst[name] <= ENOUGH, (name, reached[name])


def test_the_gradient_is_that_of_its_training_data():
    gradient = SmallNetwork(2, 3, 10, RNG(3))
    net = copy.deepcopy(gradient.net)
    assert mlplib.check_gradient(
        net, gradient.X, gradient.Y, "mse", grad=lambda net, X, Y: gradient(net.theta.copy())
    )


def test_the_budget_is_kept():
    def greedy(theta, gradient, steps):
        for _ in range(steps + 1):
            theta = theta - 0.1 * gradient(theta)
        return theta

    result = exercises.train_within.check(greedy)
    assert result.outcome == "error"
    assert "more than 300 times" in str(result)
    assert exercises.train_within.check(exercises.train_within.function).outcome == "right"


# ---- all of them ------------------------------------------------------------------------------


def test_every_exercise_of_the_set_is_compared_here():
    source = pathlib.Path(__file__).read_text(encoding="utf-8")
    for exercise in exercises.course:
        assert f"pairs(exercises.{exercise.name})" in source


def test_the_slips_are_as_printed():
    """The lecture's sentences as code: Adam's m without a sign, and a stop at the first rise."""
    for (m, v, g, beta1, beta2), _ in pairs(exercises.adam_averages):
        printed = exercises.adam_averages.blank_function
        np.testing.assert_array_equal(
            printed(m, v, g, beta1, beta2), printed(m, v, -g, beta1, beta2)
        )
    falling = np.array([5.0, 4.0, 3.0, 2.9])
    assert exercises.stop_at.blank_function(falling, 1) == 3
    assert exercises.stop_at.blank_function(np.array([5.0, 4.0, 4.1, 2.9]), 3) == 2
