"""The solutions of notebook 03 agree with the library, which they were not made from."""

import pathlib

import numpy as np
import pytest

import mlplib
from mlplib.datasets import circles, spirals
from mlplib.exercises import _multilayer_backward as second_half
from mlplib.exercises import multilayer_perceptron as exercises
from mlplib.preprocessing import one_hot


def pairs(exercise):
    """(arguments, what the solution returns), case by case."""
    return [(case, exercise.function(*case)) for case in exercise.cases]


def network(parameters, hidden, output="identity"):
    """A network with the given W1, b1, W2, b2."""
    W1, _, W2, _ = parameters
    sizes = [*W1.shape, W2.shape[1]]
    net = mlplib.MLP(sizes, hidden, output, rng=np.random.default_rng(0))
    net.theta = np.concatenate([np.ravel(part) for part in parameters])
    return net


def close(got, right):
    np.testing.assert_allclose(got, right, rtol=1e-9, atol=1e-12)


def test_xor_weights_solve_xor_with_steep_sigmoids_too():
    for (off, on), (W1, b1, W2, b2) in pairs(exercises.xor_weights):
        steep = 60 / (on - off)
        net = network((steep * W1, steep * b1, 60 * W2, 60 * b2), "sigmoid", "sigmoid")
        X = np.array([[a, b] for a in (off, on) for b in (off, on)])
        np.testing.assert_allclose(net.predict(X)[:, 0], [0, 1, 1, 0], atol=1e-9)


def test_xor_has_many_solutions():
    def one_line_for_each_corner(off, on):
        half = (off + on) / 2
        W1 = np.array([[1, -1], [-1, 1]]) / (on - off)
        return W1, np.full(2, -0.5), np.ones((2, 1)), np.array([half - half - 0.5])

    assert exercises.xor_weights.check(one_line_for_each_corner).outcome == "right"
    result = exercises.xor_weights.check(
        lambda off, on: (np.ones((2, 2)), np.ones(2), np.ones((2, 1)), np.array([-9.0]))
    )
    assert "For x1 = 0, x2 = 1 your network answers 0, and should answer 1." in result.message


def test_layer_is_the_dense_layer_of_the_transposed_weights():
    for (A, V, b), Z in pairs(exercises.layer):
        dense = mlplib.Dense(*V.T.shape, rng=np.random.default_rng(0))
        dense.W, dense.b = V.T, b
        close(Z, dense.forward(A))


def test_forward_is_the_networks():
    for (X, *parameters), (A1, A2) in pairs(exercises.forward):
        net = network(parameters, "tanh", "sigmoid")
        close(A2, net.forward(X))
        close(A1, net.layers[0].A)


def test_one_hot_is_the_librarys():
    for (y, k), T in pairs(exercises.one_hot):
        np.testing.assert_array_equal(T, one_hot(y, k))


def test_softmax_is_the_librarys():
    for (Z,), P in pairs(exercises.softmax):
        close(P, mlplib.softmax(Z))


def test_cross_entropy_is_the_librarys():
    for (S, Y), loss in pairs(exercises.cross_entropy):
        assert loss == pytest.approx(mlplib.softmax_cross_entropy.value(S, Y), rel=1e-12)


def test_output_delta_is_what_the_sigmoid_hands_back():
    for (Z, Y), dZ in pairs(exercises.output_delta):
        A = mlplib.sigmoid(Z)
        close(dZ, mlplib.sigmoid.backward(mlplib.half_mse.grad(A, Y), Z, A))


def test_layer_backward_is_the_dense_layers():
    for (A, W, dZ), (dW, db, dA) in pairs(exercises.layer_backward):
        dense = mlplib.Dense(*W.shape, rng=np.random.default_rng(0))
        dense.W = W
        dense.forward(A)
        close(dA, dense.backward(dZ))
        close(dW, dense.dW)
        close(db, dense.db)


def test_mend_chain_is_what_backward_computes():
    for (x, y, W1, W2), (dW1, dW2) in pairs(exercises.mend_chain):
        zeros = np.zeros(W1.shape[1]), np.zeros(W2.shape[1])
        net = network((W1, zeros[0], W2, zeros[1]), "sigmoid", "sigmoid")
        net.backward(mlplib.half_sse.grad(net.forward(x[None, :]), y[None, :]))
        close(dW1, net.layers[0].dW)
        close(dW2, net.layers[1].dW)


def test_the_slip_is_as_printed_and_leaves_the_first_layer_right():
    for case, (dW1, dW2) in pairs(exercises.mend_chain):
        printed = exercises.mend_chain.blank_function(*case)
        close(printed[0], dW1)
        assert not np.allclose(printed[1], dW2)


def test_backward_is_the_networks():
    for (X, Y, *parameters), grads in pairs(exercises.backward):
        net = network(parameters, "tanh")
        net.backward(mlplib.softmax_cross_entropy.grad(net.forward(X), Y))
        close(np.concatenate([np.ravel(part) for part in grads]), net.grad)


def test_classify_learns_sets_that_it_was_not_made_for():
    for (X, y, X_new), y_new in pairs(exercises.classify):
        assert set(y_new) <= set(y) and len(y_new) == len(X_new) and X.shape[1] == 2
    rng = np.random.default_rng(0)
    for make, least in ((circles, 0.95), (spirals, 0.6)):
        X, y = make(300, noise=0.05, rng=rng)
        y_new = exercises.classify.function(X[:200], y[:200], X[200:])
        assert np.mean(y_new == y[200:]) > least


def test_classify_takes_any_method_and_says_what_is_missing():
    def nearest(X, y, X_new):
        return y[((X_new[:, None] - X) ** 2).sum(axis=2).argmin(axis=1)]

    def scores(X, y, X_new):
        return nearest(X, y, X_new) * 0.9

    def one_class(X, y, X_new):
        return np.ones(len(X_new)) if len(X) > 4 else nearest(X, y, X_new)

    def first_coordinate(X, y, X_new):
        return (X_new[:, 0] > 0) * 1 if len(X) > 4 else nearest(X, y, X_new)

    assert exercises.classify.check(nearest).outcome == "right"
    for answer, words in (
        (scores, "which is no label"),
        (one_class, "You give all of them one class"),
        (first_coordinate, "90 % are needed"),
    ):
        result = exercises.classify.check(answer)
        assert result.outcome == "wrong" and words in result.message


def test_no_two_rules_fit_one_set_of_points():
    for (X, y, _), _ in pairs(exercises.classify)[1:]:
        assert sum(bool((rule(X) == y).all()) for rule in second_half._RULES) == 1


def test_every_exercise_of_the_set_is_compared_here():
    source = pathlib.Path(__file__).read_text(encoding="utf-8")
    for exercise in exercises.course:
        assert f"pairs(exercises.{exercise.name})" in source
