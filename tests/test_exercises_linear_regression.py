"""The solutions of notebook 01 agree with the library, which they were not made from."""

import pathlib

import numpy as np
import pytest

import mlplib
from mlplib.exercises import linear_regression as exercises
from mlplib.preprocessing import Standardizer


def pairs(exercise):
    """(arguments, what the solution returns), case by case."""
    return [(case, exercise.function(*case)) for case in exercise.cases]


def neuron(W, b):
    net = mlplib.MLP([len(W), 1], rng=np.random.default_rng(0))
    net.layers[0].W, net.layers[0].b = W, b
    return net


def backward(X, Y, W, b):
    net = neuron(W, b)
    net.backward(mlplib.mse.grad(net.forward(X), Y))
    return net.layers[0].dW, net.layers[0].db


def test_predict_is_a_network_of_one_neuron():
    for (x, w, b), y_hat in pairs(exercises.predict):
        net = neuron(np.array([[w]]), np.array([b]))
        np.testing.assert_allclose(net.predict(x[:, None])[:, 0], y_hat, rtol=1e-12)


def test_mse_is_the_librarys():
    for (y_hat, y), loss in pairs(exercises.mse):
        assert loss == pytest.approx(mlplib.mse.value(y_hat[:, None], y[:, None]), rel=1e-12)


def test_chain_is_the_gradient_of_its_loss():
    for (x, y, w, b, c), (dL_dw, dL_db) in pairs(exercises.chain):
        numerical = mlplib.numerical_gradient(
            lambda t, x=x, y=y, c=c: (y - c * (t[0] * x + t[1])) ** 2, np.array([w, b]), 1e-4
        )
        np.testing.assert_allclose([dL_dw, dL_db], numerical, rtol=1e-6, atol=1e-7)


def test_gradient_w_b_is_what_backward_computes():
    for (x, y, w, b), (dw, db) in pairs(exercises.gradient_w_b):
        dW, dB = backward(x[:, None], y[:, None], np.array([[w]]), np.array([b]))
        np.testing.assert_allclose([dw, db], [dW[0, 0], dB[0]], rtol=1e-10)


def test_numerical_gradient_is_the_librarys():
    for (f, theta, eps), gradient in pairs(exercises.numerical_gradient):
        np.testing.assert_allclose(
            gradient, mlplib.numerical_gradient(f, theta, eps), rtol=1e-9, atol=1e-12
        )


def test_step_is_gradient_descent():
    for (w, b, dw, db, lr), (new_w, new_b) in pairs(exercises.step):
        theta = np.append(np.ravel(w), b).astype(float)
        optimizer = mlplib.GradientDescent(lr)
        optimizer.update(theta, np.append(np.ravel(dw), db).astype(float), optimizer.init(theta))
        np.testing.assert_allclose(np.append(np.ravel(new_w), new_b), theta, rtol=1e-12)


def test_fit_is_training():
    for (x, y, lr, steps), (w, b) in pairs(exercises.fit):
        net = neuron(np.zeros((1, 1)), np.zeros(1))
        if steps:
            stream = mlplib.train(
                net, x[:, None], y[:, None], "mse", mlplib.GradientDescent(lr), steps=steps
            )
            assert len(list(stream)) == steps
        np.testing.assert_allclose([w, b], net.theta, rtol=1e-10, atol=1e-14)


def test_standardize_is_the_standardizer():
    for (X,), X_scaled in pairs(exercises.standardize):
        np.testing.assert_allclose(X_scaled, Standardizer().fit(X).transform(X), atol=1e-12)


def test_forward_is_the_networks():
    for (X, W, b), Z in pairs(exercises.forward):
        np.testing.assert_allclose(Z, neuron(W, b).predict(X), rtol=1e-12)


def test_mend_gradient_and_gradient_are_what_backward_computes():
    for (X, Y, W, b), (dW, db) in pairs(exercises.gradient):
        right = backward(X, Y, W, b)
        np.testing.assert_allclose(dW, right[0], rtol=1e-10, atol=1e-12)
        np.testing.assert_allclose(db, right[1], rtol=1e-10, atol=1e-12)
    for (X, y, w, b), (dw, db) in pairs(exercises.mend_gradient):
        right = backward(X, y[:, None], w[:, None], np.array([b]))
        np.testing.assert_allclose(dw, right[0][:, 0], rtol=1e-10, atol=1e-12)
        np.testing.assert_allclose(db, right[1][0], rtol=1e-10, atol=1e-12)


def test_best_fit_has_no_gradient_left():
    for (X, Y), (W, b) in pairs(exercises.best_fit):
        dW, db = backward(X, Y, W, b)
        scale = np.abs(X).max(axis=0)[:, None] * np.abs(Y).max()
        assert np.all(np.abs(dW) < 1e-9 * scale) and np.all(np.abs(db) < 1e-9 * np.abs(Y).max())


def test_every_exercise_of_the_set_is_compared_here():
    source = pathlib.Path(__file__).read_text(encoding="utf-8")
    for exercise in exercises.course:
        assert f"pairs(exercises.{exercise.name})" in source


def test_the_slips_are_as_printed_and_pass_where_the_lecture_is_right():
    """The blanks compute what lecture 004 prints: right for c = 1, and for one house."""
    for (x, y, w, b, _), _ in pairs(exercises.chain):
        np.testing.assert_allclose(
            exercises.chain.blank_function(x, y, w, b, 1.0),
            exercises.chain.function(x, y, w, b, 1.0),
            rtol=1e-12,
        )
    printed, right = exercises.mend_gradient.blank_function, exercises.mend_gradient.function
    for case, _ in pairs(exercises.mend_gradient):
        agrees = np.allclose(printed(*case)[0], right(*case)[0])
        assert agrees == (len(case[0]) == 1)
