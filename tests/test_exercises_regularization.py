"""The solutions of notebook 06 agree with the library, which they were not made from."""

import math

import numpy as np
import pytest

import mlplib
from mlplib import L1, L2
from mlplib.exercises import _regularization_stopping
from mlplib.exercises import regularization as exercises
from mlplib.preprocessing import Standardizer
from mlplib.training import Record

RNG = np.random.default_rng


def pairs(exercise):
    """(arguments, what the solution returns), case by case."""
    return [(case, exercise.function(*case)) for case in exercise.cases]


def neuron(W, b):
    net = mlplib.MLP([len(W), 1], rng=RNG(0))
    net.layers[0].W, net.layers[0].b = W, b
    return net


def test_penalties_are_the_librarys():
    for (W, _, gamma), (l1, l2) in pairs(exercises.penalties):
        assert l1 == pytest.approx(L1(gamma).value(W), rel=1e-12)
        assert l2 == pytest.approx(L2(gamma).value(W), rel=1e-12)


def test_cost_gradient_is_what_training_descends():
    for (X, Y, W, b, gamma), (dW, db) in pairs(exercises.cost_gradient):
        net = neuron(W, b)
        list(mlplib.train(net, X, Y, "mse", mlplib.SGD(0.0), penalty=L2(gamma), steps=1))
        np.testing.assert_allclose(dW, net.layers[0].dW, rtol=1e-10, atol=1e-12)
        np.testing.assert_allclose(db, net.layers[0].db, rtol=1e-10, atol=1e-12)


def test_decay_step_is_a_step_with_the_penalty_and_adamws_decay():
    for (W, dW, lr, gamma), (factor, W_new) in pairs(exercises.decay_step):
        theta, grad = W.ravel().copy(), (dW + L2(gamma).grad(W)).ravel()
        optimizer = mlplib.GradientDescent(lr)
        optimizer.update(theta, grad, optimizer.init(theta))
        np.testing.assert_allclose(W_new.ravel(), theta, rtol=1e-12)
        still = mlplib.AdamW(lr, weight_decay=2 * gamma)
        ones = np.ones(3)
        still.update(ones, np.zeros(3), still.init(ones))
        assert ones == pytest.approx(factor)


def test_translate_leaves_the_minimum_where_it_is():
    rng = RNG(0)
    for (gamma, _), (lam, _) in pairs(exercises.translate):
        m = 30
        alpha = exercises.translate.function(gamma, m)[1]
        X, Y = rng.normal(size=(m, 2)), rng.normal(size=(m, 1))
        weights = [
            _descended(X, Y, "mse", gamma),
            _descended(X, Y, "half_mse", lam),
            _descended(X, Y, "half_mse", alpha / (2 * m)),
        ]
        np.testing.assert_allclose(weights[1], weights[0], rtol=1e-8)
        np.testing.assert_allclose(weights[2], weights[0], rtol=1e-8)


def _descended(X, Y, loss, gamma):
    net = neuron(np.zeros((2, 1)), np.zeros(1))
    list(mlplib.train(net, X, Y, loss, mlplib.SGD(0.2), penalty=L2(gamma), steps=800))
    return net.theta


def test_alpha_is_scikit_learns():
    from sklearn.linear_model import Ridge  # S + alpha P: its network's cost times 2 m

    rng = RNG(1)
    X, y = rng.normal(size=(40, 2)), rng.normal(size=40)
    gamma = 0.05
    theirs = Ridge(alpha=exercises.translate.function(gamma, 40)[1]).fit(X, y)
    ours = _descended(X, y[:, None], "mse", gamma)
    np.testing.assert_allclose(np.append(theirs.coef_, theirs.intercept_), ours, rtol=1e-8)


def test_mend_cost_leaves_the_biases_alone_as_training_does():
    for (theta, is_weight, loss, lam), (cost, slope) in pairs(exercises.mend_cost):
        assert cost == pytest.approx(loss + L2(lam).value(theta[is_weight]), rel=1e-12)
        np.testing.assert_allclose(slope[is_weight], L2(lam).grad(theta[is_weight]), rtol=1e-12)
        assert not slope[~is_weight].any()


def test_soft_threshold_is_the_librarys():
    for (W, t), W_new in pairs(exercises.soft_threshold):
        np.testing.assert_allclose(W_new, mlplib.soft_threshold(W, t), atol=1e-15)
        np.testing.assert_allclose(W_new, L1(t / 0.1).prox(W, 0.1), atol=1e-15)
        assert (W_new == 0).any() or np.abs(W).min() > t


class Drawn(np.random.Generator):
    """A generator that draws the numbers it was given."""

    def __init__(self, U):
        super().__init__(np.random.PCG64(0))
        self.U = U

    def random(self, size=None, dtype=float, out=None):
        return self.U


def test_dropout_is_the_layers():
    for (A, U, rate, training), A_out in pairs(exercises.dropout):
        layer = mlplib.Dense(A.shape[1], A.shape[1], rng=RNG(0), drop_rate=rate)
        layer.W, layer.b = np.eye(A.shape[1]), np.zeros(A.shape[1])
        got = layer.forward(A, Drawn(U) if training else None)
        np.testing.assert_allclose(A_out, got, rtol=1e-12)


def test_dropout_keeps_the_mean():
    rng = RNG(0)
    A = np.ones((20_000, 3))
    A_out = exercises.dropout.function(A, rng.random(A.shape), 0.3, True)
    assert A_out.mean(axis=0) == pytest.approx(1, abs=0.02)


def test_dropout_backward_is_the_layers():
    for (dA_out, A, mask), dZ in pairs(exercises.dropout_backward):
        n_out = A.shape[1]
        rate = 1 - 1 / mask.max()
        layer = mlplib.Dense(n_out, n_out, "tanh", rng=RNG(0), drop_rate=rate)
        layer.W, layer.b = np.eye(n_out), np.zeros(n_out)
        layer.forward(np.arctanh(A), Drawn(np.where(mask > 0, 0.999, 0.0)))
        np.testing.assert_allclose(layer.backward(dA_out), dZ, rtol=1e-9, atol=1e-12)


def test_stop_and_best_is_early_stopping():
    for (val_losses, patience), (stop, best) in pairs(exercises.stop_and_best):
        net = mlplib.MLP([1, 1], rng=RNG(0))

        def records(val_losses=val_losses, net=net):
            for t, value in enumerate(val_losses):
                net.theta[:] = t
                yield Record(t + 1, t + 1, 1.0, 0.1, 1.0, value)

        steps = list(mlplib.early_stopping(records(), net, patience=patience))
        assert len(steps) - 1 == stop
        assert (net.theta == best).all()


def test_standardize_split_is_the_standardizer_of_the_training_rows():
    for (X_train, X_new), (Z_train, Z_new) in pairs(exercises.standardize_split):
        scaler = Standardizer().fit(X_train)
        np.testing.assert_allclose(Z_train, scaler.transform(X_train), atol=1e-12)
        np.testing.assert_allclose(Z_new, scaler.transform(X_new), rtol=1e-9, atol=1e-12)


def test_choose_reports_what_nothing_was_chosen_by():
    for (gammas, train, val, test), (gamma, reported) in pairs(exercises.choose):
        at = list(gammas).index(gamma)
        assert val[:, at].mean() == min(val.mean(axis=0))
        assert reported == test[at]
        other = exercises.choose.function(gammas, train[::-1], val, test + 1)
        assert other == (gamma, pytest.approx(reported + 1))


# ---- the open exercise ------------------------------------------------------------------------


def errors(predict):
    """Error on unseen rows of each table, as a part of the variance of the truth."""
    found = []
    for X, Y, X_new in exercises.predict_unseen.cases:
        truth = _regularization_stopping._truth(X_new)
        found.append(np.mean((predict(X, Y, X_new) - truth) ** 2) / np.var(truth))
    return found


def lasso(X, Y, X_new):
    """L1 with the proximal step, its strength chosen by a quarter of the rows."""

    def fit(X, Y, gamma):
        net = mlplib.MLP([X.shape[1], 1], rng=RNG(0), init="zeros")
        net.layers[0].b = [Y.mean()]
        list(
            mlplib.train(
                net,
                X,
                Y,
                "mse",
                mlplib.SGD(0.05),
                penalty=L1(gamma),
                proximal=True,
                steps=1200,
            )
        )
        return net

    if len(X) < 8:
        return fit(X, Y, 0.001).predict(X_new)
    known = np.arange(len(X)) % 4 > 0
    scores = {}
    for gamma in (0.03, 0.1, 0.3):
        net = fit(X[known], Y[known], gamma)
        scores[gamma] = np.mean((net.predict(X[~known]) - Y[~known]) ** 2)
    return fit(X, Y, min(scores, key=scores.get)).predict(X_new)


def test_honest_ways_are_enough_and_least_squares_is_not():
    enough = _regularization_stopping.ENOUGH
    assert max(errors(exercises.predict_unseen.function)) < 0.8 * enough
    assert max(errors(lasso)) < 0.8 * enough
    assert max(errors(exercises.predict_unseen.mistakes[0].function)) > 1.4 * enough
    assert exercises.predict_unseen.check(lasso, time_limit=30).outcome == "right"


def test_any_prediction_that_is_near_enough_is_right():
    def knows_the_truth(X, Y, X_new):
        return _regularization_stopping._truth(X_new)

    def with_noise(X, Y, X_new):
        truth = _regularization_stopping._truth(X_new)
        spread = math.sqrt(np.var(truth))
        return truth + 0.7 * spread * np.where(np.arange(len(X_new)) % 2, 1, -1)[:, None]

    assert exercises.predict_unseen.check(knows_the_truth).outcome == "right"
    result = exercises.predict_unseen.check(with_noise)
    assert result.outcome == "wrong"
    assert "49 %" in result.message
