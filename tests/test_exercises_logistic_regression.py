"""The solutions of notebook 02 agree with the library, which they were not made from."""

import pathlib

import numpy as np
import pytest

import mlplib
from mlplib import metrics
from mlplib.exercises import logistic_regression as exercises


def pairs(exercise):
    """(arguments, what the solution returns), case by case."""
    return [(case, exercise.function(*case)) for case in exercise.cases]


def neuron(W, b, output="identity"):
    net = mlplib.MLP([len(W), 1], output=output, rng=np.random.default_rng(0))
    net.layers[0].W, net.layers[0].b = W, b
    return net


def backward(X, Y, W, b):
    net = neuron(W, b)
    net.backward(mlplib.sigmoid_cross_entropy.grad(net.forward(X), Y))
    return net.layers[0].dW, net.layers[0].db


def test_sigmoid_is_the_librarys_without_a_warning():
    for (z,), p in pairs(exercises.sigmoid):
        np.testing.assert_allclose(p, mlplib.sigmoid(z), rtol=1e-12, atol=0)
    plain = exercises.sigmoid.check(lambda z: 1 / (1 + np.exp(-z)))
    assert plain.outcome == "right"  # it overflows, and comes out right; the check says so
    assert any("overflow" in note for note in plain.notes)


def test_predict_is_a_network_with_a_sigmoid():
    for (X, W, b), P in pairs(exercises.predict):
        np.testing.assert_allclose(neuron(W, b, "sigmoid").predict(X), P, rtol=1e-12)


def test_cross_entropy_is_the_librarys():
    for (p, y), loss in pairs(exercises.cross_entropy):
        ours = mlplib.binary_cross_entropy.value(p[:, None], y[:, None])
        assert loss == pytest.approx(ours, rel=1e-12)
        assert loss == pytest.approx(metrics.log_loss(y.astype(int), p), rel=1e-12)


def test_sigmoid_slope_is_the_librarys():
    for (z,), slope in pairs(exercises.sigmoid_slope):
        np.testing.assert_allclose(slope, mlplib.sigmoid.df(z, mlplib.sigmoid.f(z)), rtol=1e-12)
        assert (slope <= 0.25).all()


def test_mend_gradient_and_gradient_are_what_backward_computes():
    for (X, Y, W, b), (dW, db) in pairs(exercises.gradient):
        right = backward(X, Y, W, b)
        np.testing.assert_allclose(dW, right[0], rtol=1e-10, atol=1e-14)
        np.testing.assert_allclose(db, right[1], rtol=1e-10, atol=1e-14)
    for (X, y, w, b), (dw, db) in pairs(exercises.mend_gradient):
        right = backward(X, y[:, None], w[:, None], np.array([b]))
        np.testing.assert_allclose(dw, right[0][:, 0], rtol=1e-10, atol=1e-14)
        np.testing.assert_allclose(db, right[1][0], rtol=1e-10, atol=1e-14)


def test_loss_from_scores_is_the_librarys_for_the_largest_scores_too():
    for (z, y), loss in pairs(exercises.loss_from_scores):
        ours = mlplib.sigmoid_cross_entropy.value(z[:, None], y[:, None])
        assert loss == pytest.approx(ours, rel=1e-12)
    assert max(np.abs(z).max() for (z, _), _ in pairs(exercises.loss_from_scores)) >= 1000


def test_fit_is_training():
    for (X, Y, lr, steps), (W, b) in pairs(exercises.fit):
        net = neuron(np.zeros((X.shape[1], 1)), np.zeros(1))
        if steps:
            descent = mlplib.GradientDescent(lr)
            list(mlplib.train(net, X, Y, "sigmoid_cross_entropy", descent, steps=steps))
        np.testing.assert_allclose(np.append(W, b), net.theta, rtol=1e-10, atol=1e-14)


def test_confusion_is_the_librarys_matrix():
    for (p, y, threshold), counts in pairs(exercises.confusion):
        matrix = metrics.confusion_matrix(y, (p >= threshold).astype(int))
        assert counts == tuple(matrix.ravel())


def test_the_cheapest_threshold_costs_no_more_than_any_other():
    for (p, y, miss, alarm), threshold in pairs(exercises.cheapest_threshold):

        def cost(t, p=p, y=y, miss=miss, alarm=alarm):
            matrix = metrics.confusion_matrix(y, (p >= t).astype(int))
            return miss * matrix[1, 0] + alarm * matrix[0, 1]

        assert cost(threshold) == min(cost(t) for t in np.linspace(0, 1.01, 203))


def test_classify_is_as_good_as_the_library_on_unseen_examples():
    from sklearn.linear_model import LogisticRegression
    from sklearn.preprocessing import StandardScaler

    from mlplib.exercises._logistic_decisions import _TRUTH

    for (X_train, y_train, X_new), labels in pairs(exercises.classify):
        scaler = StandardScaler().fit(X_train)
        model = LogisticRegression().fit(scaler.transform(X_train), y_train)
        truth = _TRUTH[X_new.tobytes()]
        theirs = np.mean(model.predict(scaler.transform(X_new)) == truth)
        assert np.mean(labels == truth) >= theirs - 0.01


@pytest.mark.parametrize("kind", ["sklearn", "nearest mean", "probabilities", "pure luck"])
def test_any_good_method_classifies_and_a_bad_one_does_not(kind):
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    def answer(X_train, y_train, X_new):
        if kind == "sklearn":
            model = make_pipeline(StandardScaler(), LogisticRegression())
            return model.fit(X_train, y_train).predict(X_new)
        if kind == "nearest mean":
            std = X_train.std(axis=0)
            means = [X_train[y_train == c].mean(axis=0) / std for c in (0, 1)]
            far = [np.linalg.norm(X_new / std - mean, axis=1) for mean in means]
            return (far[1] < far[0]).astype(int)
        if kind == "probabilities":
            return np.full(len(X_new), 0.5)
        return (np.arange(len(X_new)) % 2).astype(int)

    result = exercises.classify.check(answer)
    assert result.outcome == ("right" if kind in ("sklearn", "nearest mean") else "wrong")
    if kind == "probabilities":
        assert "only 0 and 1" in result.message
    if kind == "pure luck":
        assert "logistic regression is right for" in result.message


def test_every_exercise_of_the_set_is_compared_here():
    source = pathlib.Path(__file__).read_text(encoding="utf-8")
    for exercise in exercises.course:
        assert f"pairs(exercises.{exercise.name})" in source


def test_the_slip_is_as_printed_and_passes_where_the_lecture_is_right():
    """The blank computes what lecture 004 prints: right for one example only."""
    printed, right = exercises.mend_gradient.blank_function, exercises.mend_gradient.function
    for case, _ in pairs(exercises.mend_gradient):
        agrees = np.allclose(printed(*case)[0], right(*case)[0])
        assert agrees == (len(case[0]) == 1)
