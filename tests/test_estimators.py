"""The estimators: scikit-learn's contract held, and the same fits as scikit-learn's own."""

import copy
import inspect
import pickle
import re
import warnings

import joblib
import numpy as np
import pytest
import sklearn.neural_network
from scipy.sparse import csc_array, csr_matrix
from sklearn.base import clone
from sklearn.datasets import (
    load_breast_cancer,
    load_diabetes,
    load_digits,
    load_iris,
    make_multilabel_classification,
)
from sklearn.exceptions import ConvergenceWarning, DataConversionWarning, NotFittedError
from sklearn.model_selection import GridSearchCV, cross_val_score, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

import mlplib
from mlplib import OPTIMIZERS, MLPClassifier, MLPRegressor, numerical_gradient
from mlplib.activations import ACTIVATIONS
from mlplib.estimators import _base, _conventions
from mlplib.losses import half_mse, sigmoid_cross_entropy, softmax_cross_entropy
from mlplib.optimizers import SGD, Adam, Momentum, Nesterov, RMSProp

# Fits in tests are short on purpose.
pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

ESTIMATORS = ["MLPClassifier", "MLPRegressor"]


def ours(name, **settings):
    return getattr(mlplib, name)(**settings)


def theirs(name, **settings):
    return getattr(sklearn.neural_network, name)(**settings)


def both(name, **settings):
    return ours(name, **settings), theirs(name, **settings)


def refusal(text):
    """Match exactly this sentence."""
    return f"^{re.escape(text)}$"


def parameters(estimator):
    return [*estimator.coefs_, *estimator.intercepts_]


def assert_same_parameters(first, second, atol=1e-10):
    for p, q in zip(parameters(first), parameters(second), strict=True):
        np.testing.assert_allclose(p, q, rtol=0, atol=atol)


def assert_equal_bits(first, second):
    for p, q in zip(parameters(first), parameters(second), strict=True):
        np.testing.assert_array_equal(p, q)


IRIS = load_iris(return_X_y=True)
IRIS_TWO = IRIS[0], IRIS[1] == 2
IRIS_NAMED = IRIS[0], load_iris().target_names[IRIS[1]]
DIABETES = load_diabetes(return_X_y=True)
LABELS = make_multilabel_classification(120, 8, n_classes=4, random_state=0)
TWO_OUTPUTS = DIABETES[0], np.column_stack([DIABETES[1], DIABETES[1] ** 0.5])
DATA = {
    "iris": IRIS,
    "iris two": IRIS_TWO,
    "iris named": IRIS_NAMED,
    "several labels": LABELS,
    "diabetes": DIABETES,
    "two outputs": TWO_OUTPUTS,
}


# ---- scikit-learn's own checks --------------------------------------------------------------


@parametrize_with_checks([MLPClassifier(max_iter=60), MLPRegressor(max_iter=60)])
def test_scikit_learns_checks_pass(estimator, check):
    check(estimator)


# ---- G1: the lecture's lines ----------------------------------------------------------------

G1 = """
m1P = MLPClassifier(hidden_layer_sizes=(5, 2),
activation='logistic')
m1P.fit(X_train, Y_train)
Y_pred = m1P.predict(X_test)
"""


def test_the_lectures_lines_run_as_they_stand():
    X, y = load_breast_cancer(return_X_y=True)
    X_train, X_test, Y_train, Y_test = train_test_split(X, y, random_state=0)
    scaler = StandardScaler().fit(X_train)
    data = {"X_train": scaler.transform(X_train), "X_test": scaler.transform(X_test)}
    data["Y_train"] = Y_train
    outcomes = []
    for library in ("mlplib", "sklearn.neural_network"):
        scope = dict(data)
        np.random.seed(3)  # noqa: NPY002 (random_state=None means numpy's global state)
        exec(f"from {library} import MLPClassifier{G1}", scope)
        outcomes.append(scope)
    np.testing.assert_array_equal(outcomes[0]["Y_pred"], outcomes[1]["Y_pred"])
    assert_same_parameters(outcomes[0]["m1P"], outcomes[1]["m1P"])
    assert np.mean(outcomes[0]["Y_pred"] == Y_test) > 0.9


@pytest.mark.parametrize("name", ESTIMATORS)
def test_parameters_are_scikit_learns(name):
    def signature(library):
        found = inspect.signature(getattr(library, name)).parameters.values()
        return [(p.name, p.kind, p.default) for p in found if p.name != "max_fun"]

    assert signature(mlplib) == signature(sklearn.neural_network)
    assert list(ours(name).get_params()) == [n for n in theirs(name).get_params() if n != "max_fun"]


@pytest.mark.parametrize("name", ESTIMATORS)
@pytest.mark.parametrize("early_stopping", [False, True])
def test_fitted_attributes_are_scikit_learns(name, early_stopping):
    a, b = both(name, early_stopping=early_stopping, max_iter=3, random_state=0)
    y = IRIS_TWO[1].astype(int)
    a.fit(IRIS[0], y)
    b.fit(IRIS[0], y)

    def public(estimator):
        return {k: v for k, v in vars(estimator).items() if k.endswith("_") and k[0] != "_"}

    assert public(a).keys() == public(b).keys()
    for key in ("n_iter_", "t_", "n_layers_", "n_outputs_", "out_activation_", "n_features_in_"):
        assert getattr(a, key) == getattr(b, key)
    for key in ("loss_", "best_loss_", "loss_curve_", "validation_scores_"):
        mine, its = getattr(a, key), getattr(b, key)
        assert (mine is None) == (its is None)
        if mine is not None:
            np.testing.assert_allclose(mine, its, rtol=1e-12)
    assert a.best_validation_score_ == pytest.approx(b.best_validation_score_)
    assert [type(v) for v in a.loss_curve_] == [float] * a.n_iter_


@pytest.mark.parametrize("name", ESTIMATORS)
def test_public_methods_are_scikit_learns(name):
    def methods(estimator):
        return {m for m in dir(estimator) if m[0] != "_" and callable(getattr(estimator, m))}

    assert methods(ours(name)) == methods(theirs(name))
    for method in ("fit", "partial_fit", "predict", "score"):
        mine = inspect.signature(getattr(ours(name), method))
        assert list(mine.parameters) == list(
            inspect.signature(getattr(theirs(name), method)).parameters
        )


def test_tags_are_scikit_learns():
    mine, its = MLPClassifier().__sklearn_tags__(), theirs("MLPClassifier").__sklearn_tags__()
    assert mine == its
    mine, its = MLPRegressor().__sklearn_tags__(), theirs("MLPRegressor").__sklearn_tags__()
    its.target_tags.multi_output = True  # true of both, said by ours only
    assert mine == its


# ---- the same fits --------------------------------------------------------------------------

SETTINGS = {
    "adam": {},
    "adam, eps 0.1": {"epsilon": 0.1},
    "adam, betas": {"beta_1": 0.5, "beta_2": 0.9},
    "short last batch": {"batch_size": 40, "alpha": 1.0},
    "single examples": {"batch_size": 1, "max_iter": 2},
    "in order": {"batch_size": 40, "shuffle": False},
    "plain sgd": {"solver": "sgd", "momentum": 0, "batch_size": 32},
    "momentum": {"solver": "sgd", "nesterovs_momentum": False, "batch_size": 32},
    "nesterov": {"solver": "sgd", "batch_size": 32},
    "momentum 1": {"solver": "sgd", "momentum": 1.0, "learning_rate_init": 1e-4},
    "invscaling": {"solver": "sgd", "learning_rate": "invscaling", "learning_rate_init": 0.01},
    "adaptive": {"solver": "sgd", "learning_rate": "adaptive", "tol": 0.05, "n_iter_no_change": 2},
    "adaptive, momentum": {
        "solver": "sgd",
        "learning_rate": "adaptive",
        "nesterovs_momentum": False,
        "tol": 0.05,
        "n_iter_no_change": 1,
        "batch_size": 50,
    },
    "early stopping": {"early_stopping": True, "n_iter_no_change": 2, "validation_fraction": 0.2},
    "early stopping, adaptive": {
        "solver": "sgd",
        "early_stopping": True,
        "learning_rate": "adaptive",
        "n_iter_no_change": 1,
        "batch_size": 20,
    },
    "early stopping, small gains": {
        "early_stopping": True,
        "learning_rate_init": 0.01,
        "tol": 0.1,
        "n_iter_no_change": 3,
    },
    "flat": {"tol": 0.1, "n_iter_no_change": 3},
    "never flat": {"tol": 10.0, "n_iter_no_change": np.inf},
    "deep": {"hidden_layer_sizes": (8, 5, 3)},
    "no hidden layer": {"hidden_layer_sizes": ()},
    "one number": {"hidden_layer_sizes": 7},
    "logistic": {"activation": "logistic"},
    "tanh": {"activation": "tanh"},
    "identity": {"activation": "identity"},
    "no penalty": {"alpha": 0},
}


@pytest.mark.parametrize("settings", SETTINGS.values(), ids=SETTINGS)
@pytest.mark.parametrize("data", ["iris two", "diabetes"])
def test_a_seed_gives_scikit_learns_fit(data, settings):
    X, y = DATA[data]
    if data == "diabetes":
        X, y = X[:150] * 20, y[:150] / 100
    name = "MLPRegressor" if data == "diabetes" else "MLPClassifier"
    a, b = both(name, **{"max_iter": 12, "random_state": 5, "hidden_layer_sizes": (20,)} | settings)
    a.fit(X, y)
    b.fit(X, y)
    assert (a.n_iter_, a.t_) == (b.n_iter_, b.t_)
    assert_same_parameters(a, b)
    np.testing.assert_allclose(a.loss_curve_, b.loss_curve_, rtol=1e-10)
    np.testing.assert_allclose(a.predict(X), b.predict(X), rtol=1e-9)
    assert a.score(X, y) == pytest.approx(b.score(X, y), rel=1e-9)


@pytest.mark.parametrize("data", ["iris", "iris two", "iris named", "several labels"])
@pytest.mark.parametrize("early_stopping", [False, True])
def test_labels_of_all_kinds_give_scikit_learns_fit(data, early_stopping):
    X, y = DATA[data]
    a, b = both(
        "MLPClassifier",
        max_iter=15,
        batch_size=50,
        early_stopping=early_stopping,
        learning_rate_init=0.01,
        random_state=0,
    )
    a.fit(X, y)
    b.fit(X, y)
    assert_same_parameters(a, b)
    np.testing.assert_array_equal(a.predict(X), b.predict(X))
    np.testing.assert_array_equal(a.classes_, b.classes_)
    assert a.predict(X).dtype == b.predict(X).dtype
    np.testing.assert_allclose(a.predict_proba(X), b.predict_proba(X), rtol=1e-9)
    np.testing.assert_allclose(a.predict_log_proba(X), b.predict_log_proba(X), rtol=1e-9)
    assert a.validation_scores_ == b.validation_scores_
    assert a.out_activation_ == b.out_activation_


def test_a_sum_over_outputs_is_reported_where_scikit_learn_reports_the_mean():
    X, Y = TWO_OUTPUTS
    a, b = both("MLPRegressor", max_iter=10, alpha=0, random_state=0, n_iter_no_change=np.inf)
    a.fit(X, Y)
    b.fit(X, Y)
    assert_same_parameters(a, b)
    np.testing.assert_allclose(a.loss_curve_, np.multiply(2, b.loss_curve_), rtol=1e-12)
    assert a.predict(X).shape == Y.shape


@pytest.mark.parametrize("weighted", [False, True])
def test_poisson_loss_gives_scikit_learns_fit(weighted):
    X = DIABETES[0] * 20
    counts = np.random.default_rng(0).poisson(DIABETES[1] / 50)
    weights = np.random.default_rng(1).uniform(0, 2, len(X)) if weighted else None
    a, b = both("MLPRegressor", loss="poisson", max_iter=10, batch_size=100, random_state=0)
    a.fit(X, counts, weights)
    b.fit(X, counts, weights)
    assert a.out_activation_ == "exp"
    assert_same_parameters(a, b)
    np.testing.assert_allclose(a.loss_curve_, b.loss_curve_, rtol=1e-12)
    np.testing.assert_allclose(a.predict(X), b.predict(X))


@pytest.mark.parametrize("data", DATA)
@pytest.mark.parametrize("early_stopping", [False, True])
def test_sample_weights_give_scikit_learns_fit(data, early_stopping):
    X, y = DATA[data]
    name = "MLPRegressor" if data in ("diabetes", "two outputs") else "MLPClassifier"
    weights = np.random.default_rng(0).integers(0, 4, len(X))
    a, b = both(
        name, max_iter=8, batch_size=50, alpha=0.5, early_stopping=early_stopping, random_state=0
    )
    a.fit(X, y, sample_weight=weights)
    b.fit(X, y, sample_weight=weights)
    assert_same_parameters(a, b)
    if early_stopping:
        np.testing.assert_allclose(a.validation_scores_, b.validation_scores_)
    elif data != "two outputs":
        np.testing.assert_allclose(a.loss_curve_, b.loss_curve_, rtol=1e-10)


def test_float32_stays_float32_and_close_to_scikit_learns():
    X, y = load_digits(return_X_y=True)
    X, y = (X[:400] / 16).astype(np.float32), y[:400]
    a, b = both("MLPClassifier", max_iter=5, random_state=0)
    a.fit(X, y)
    b.fit(X, y)
    assert {p.dtype for p in parameters(a)} == {np.dtype(np.float32)}
    assert a.predict_proba(X).dtype == np.float32
    assert_same_parameters(a, b, atol=1e-5)
    line = MLPRegressor(max_iter=5, random_state=0).fit(X, y)
    assert line.predict(X).dtype == np.float32


@pytest.mark.parametrize("container", [csr_matrix, csc_array])
def test_sparse_input_gives_the_dense_fit(container):
    X, y = load_digits(return_X_y=True)
    X, y = X[:300], y[:300]
    dense = MLPClassifier(max_iter=5, random_state=0).fit(X, y)
    sparse = MLPClassifier(max_iter=5, random_state=0).fit(container(X), y)
    assert_equal_bits(dense, sparse)
    np.testing.assert_array_equal(dense.predict(X), sparse.predict(container(X)))


@pytest.mark.parametrize("name", ESTIMATORS)
@pytest.mark.parametrize("solver", ["sgd", "adam"])
def test_partial_fits_are_scikit_learns(name, solver):
    X, y = IRIS_TWO
    a, b = both(name, solver=solver, batch_size=40, random_state=0, learning_rate="invscaling")
    first = {"classes": [False, True]} if name == "MLPClassifier" else {}
    for _ in range(4):
        a.partial_fit(X, y, **first)
        b.partial_fit(X, y, **first)
        first = {}
    assert_same_parameters(a, b)
    assert (a.n_iter_, a.t_, len(a.loss_curve_)) == (b.n_iter_, b.t_, 4)


@pytest.mark.parametrize(
    ("name", "early_stopping"),
    [("MLPClassifier", False), ("MLPRegressor", False), ("MLPRegressor", True)],
)
def test_warm_starts_are_scikit_learns(name, early_stopping):
    X, y = IRIS
    a, b = both(name, warm_start=True, max_iter=4, random_state=0, early_stopping=early_stopping)
    for _ in range(3):
        a.fit(X, y)
        b.fit(X, y)
        assert_same_parameters(a, b)
    assert len(a.loss_curve_) == len(b.loss_curve_) == 12
    assert (a.n_iter_, a.t_) == (b.n_iter_, b.t_)
    if early_stopping:
        np.testing.assert_allclose(a.validation_scores_, b.validation_scores_)


def test_two_hundred_epochs_on_real_data_end_in_scikit_learns_network():
    X, y = load_breast_cancer(return_X_y=True)
    X = StandardScaler().fit_transform(X)
    a, b = both("MLPClassifier", hidden_layer_sizes=(16,), random_state=0)
    a.fit(X[:300], y[:300])
    b.fit(X[:300], y[:300])
    assert a.n_iter_ == b.n_iter_ == 200
    assert_same_parameters(a, b, atol=1e-8)
    assert a.score(X[300:], y[300:]) == b.score(X[300:], y[300:]) > 0.95


@pytest.mark.parametrize("activation", ["logistic", "tanh", "relu", "identity"])
@pytest.mark.parametrize("data", ["iris", "iris two", "several labels"])
def test_scikit_learns_weights_give_its_probabilities(data, activation):
    X, y = DATA[data]
    a, b = both("MLPClassifier", activation=activation, hidden_layer_sizes=(6, 4), max_iter=2)
    a.fit(X, y)
    b.fit(X, y)
    a.coefs_, a.intercepts_ = b.coefs_, b.intercepts_
    np.testing.assert_allclose(a.predict_proba(X), b.predict_proba(X), rtol=0, atol=1e-12)
    a.coefs_[0] = np.zeros_like(a.coefs_[0])  # one of them, or in place: it counts
    a.intercepts_[-1][:] = 0
    a.coefs_[-1] *= 0
    assert np.ptp(a.predict_proba(X)) <= 1 / 3


# ---- the cost, the steps --------------------------------------------------------------------


@pytest.mark.parametrize(
    "loss",
    [half_mse, sigmoid_cross_entropy, softmax_cross_entropy, _conventions.poisson],
    ids=lambda loss: loss.name,
)
@pytest.mark.parametrize("weighted", [False, True])
def test_the_cost_descends_what_it_reports(loss, weighted):
    rng = np.random.default_rng(0)
    S = rng.normal(size=(5, 3))
    Y = np.eye(3)[[0, 2, 1, 1, 0]]
    W = rng.normal(size=(2, 3))
    weights = np.array([0.5, 2, 0, 1, 3.0, 7.0]) if weighted else None
    cost = _conventions.Cost(loss, 0.7, weights)
    cost.expect(slice(1, 6))
    value, dS = cost.loss.value_and_grad(S, Y)

    def of_scores(flat):
        return cost.loss.value(flat.reshape(S.shape), Y)

    numerical = numerical_gradient(of_scores, S.ravel().copy())
    np.testing.assert_allclose(dS.ravel(), numerical, atol=1e-8)
    numerical = numerical_gradient(lambda flat: cost.value(flat.reshape(W.shape)), W.ravel().copy())
    np.testing.assert_allclose(cost.grad(W).ravel(), numerical, atol=1e-8)
    divisor = 13 if weighted else 5
    assert cost.value(W) == pytest.approx(0.7 / (2 * divisor) * np.sum(W**2))
    each = [loss.value(S[i : i + 1], Y[i : i + 1]) for i in range(5)]
    counts = weights[1:] if weighted else np.ones(5)
    assert value == pytest.approx(np.average(each, weights=counts))


def test_a_batch_in_which_nothing_counts_changes_nothing():
    X, y = IRIS_TWO
    weights = np.zeros(len(X))
    weights[-1] = 1
    settings = {"batch_size": 75, "shuffle": False, "solver": "sgd", "momentum": 0, "alpha": 5.0}
    whole = MLPClassifier(**settings, random_state=0, max_iter=1).fit(X, y, weights)
    settings["batch_size"] = "auto"
    last = MLPClassifier(**settings, random_state=0, max_iter=1).fit(X[-2:], [False, True], [0, 1])
    assert_same_parameters(whole, last, atol=1e-14)
    assert np.isfinite(whole.loss_)


def test_integer_weights_are_repetitions():
    X, y = IRIS
    weights = np.random.default_rng(0).integers(0, 3, len(X))
    settings = {"batch_size": 1000, "solver": "sgd", "max_iter": 20, "random_state": 0}
    with pytest.warns(UserWarning, match="batch_size"):
        weighted = MLPClassifier(**settings).fit(X, y, sample_weight=weights)
        repeated = MLPClassifier(**settings).fit(X.repeat(weights, axis=0), y.repeat(weights))
    assert_same_parameters(weighted, repeated)


@pytest.mark.parametrize(
    ("convention", "ordinary"),
    [
        (_conventions.VelocityMomentum(0.1, 0.8), Momentum(0.1, 0.8)),
        (_conventions.VelocityNesterov(0.1, 0.8), Nesterov(0.1, 0.8)),
        (_conventions.UncorrectedEpsAdam(0.1, eps=1e-20), Adam(0.1, eps=1e-20)),
    ],
    ids=lambda o: type(o).__name__,
)
def test_at_a_constant_rate_the_conventions_agree(convention, ordinary):
    rng = np.random.default_rng(0)
    first = rng.normal(size=6)
    second = first.copy()
    states = convention.init(first), ordinary.init(second)
    for _ in range(50):
        grad = rng.normal(size=6)
        convention.update(first, grad, states[0])
        ordinary.update(second, grad, states[1])
    np.testing.assert_allclose(first, second, atol=1e-12)


def test_fit_takes_its_updates_from_one_stream(monkeypatch):
    calls = []

    def counted(*args, **kwargs):
        calls.append(kwargs)
        return mlplib.train(*args, **kwargs)

    monkeypatch.setattr(_base, "train", counted)
    estimator = MLPClassifier(max_iter=5, batch_size=40).fit(*IRIS)
    assert len(calls) == 1
    assert calls[0]["state"]["step"] == estimator.n_iter_ * 4


# ---- what is more than scikit-learn's -------------------------------------------------------


@pytest.mark.parametrize("activation", [*ACTIVATIONS, "leaky_relu(0.2)", mlplib.make_elu(0.5)])
def test_any_activation_will_do(activation):
    estimator = clone(MLPClassifier(activation=activation, max_iter=30, random_state=0))
    estimator.fit(*IRIS)
    assert estimator.loss_ < estimator.loss_curve_[0]
    assert estimator.predict_proba(IRIS[0]).shape == (150, 3)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_any_optimizer_will_do(name):
    solver = OPTIMIZERS[name](lr=0.005)
    whole = clone(MLPClassifier(solver=solver, max_iter=5, random_state=0)).fit(*IRIS)
    assert whole.loss_ < whole.loss_curve_[0]
    pieces = MLPClassifier(solver=solver, random_state=0)
    for _ in range(5):
        pieces.partial_fit(*IRIS, classes=[0, 1, 2])
    assert_equal_bits(whole, pieces)


def test_a_schedule_of_the_solver_is_followed():
    rates = []

    def schedule(step):
        rates.append(step)
        return 0.1 / (step + 1)

    MLPRegressor(solver=SGD(schedule), max_iter=3, batch_size=100).fit(*DIABETES)
    assert rates == list(range(15))


def test_log_probabilities_are_exact_where_probabilities_round_to_zero():
    for data in (IRIS, IRIS_TWO, LABELS):
        estimator = MLPClassifier(max_iter=1, random_state=0).fit(*data)
        estimator.coefs_ = [1000 * W for W in estimator.coefs_]
        log_P = estimator.predict_log_proba(data[0])
        assert np.isfinite(log_P).all()
        assert log_P.min() < -1e4
        np.testing.assert_allclose(np.exp(log_P), estimator.predict_proba(data[0]), atol=1e-12)


# ---- one seed, one fit ----------------------------------------------------------------------


@pytest.mark.parametrize("name", ESTIMATORS)
@pytest.mark.parametrize("early_stopping", [False, True])
def test_one_seed_gives_one_fit_bit_for_bit(name, early_stopping):
    def fit(random_state):
        return ours(
            name,
            max_iter=5,
            batch_size=32,
            early_stopping=early_stopping,
            random_state=random_state,
        ).fit(*IRIS)

    assert_equal_bits(fit(1), fit(1))
    assert_equal_bits(fit(1), fit(np.int64(1)))
    assert_equal_bits(fit(1), fit(np.random.RandomState(1)))
    assert_equal_bits(fit(np.random.default_rng(1)), fit(np.random.default_rng(1)))
    assert not np.array_equal(fit(1).coefs_[0], fit(2).coefs_[0])
    assert not np.array_equal(fit(None).coefs_[0], fit(None).coefs_[0])


def test_a_generator_goes_on_from_fit_to_fit():
    rng = np.random.default_rng(1)
    estimator = MLPClassifier(max_iter=2, random_state=rng)
    first = copy.deepcopy(estimator.fit(*IRIS))
    assert not np.array_equal(first.coefs_[0], estimator.fit(*IRIS).coefs_[0])


@pytest.mark.parametrize("shuffle", [False, True])
def test_partial_fits_add_up_to_a_fit(shuffle):
    # shuffled minibatches would differ: with an int, each partial_fit draws the same order
    settings = {"shuffle": shuffle, "batch_size": 150 if shuffle else 40, "random_state": 0}
    whole = MLPClassifier(max_iter=6, **settings).fit(*IRIS)
    pieces = MLPClassifier(**settings)
    for _ in range(6):
        pieces.partial_fit(*IRIS, classes=[0, 1, 2])
    assert_equal_bits(whole, pieces)
    assert pieces.loss_curve_ == whole.loss_curve_


def test_partial_fit_can_follow_a_fit_and_keeps_the_optimizers_state():
    settings = {"shuffle": False, "batch_size": 40, "random_state": 0}
    whole = MLPClassifier(max_iter=6, **settings).fit(*IRIS)
    pieces = MLPClassifier(max_iter=5, **settings).fit(*IRIS)
    pieces.partial_fit(*IRIS)
    assert_equal_bits(whole, pieces)


def test_a_warm_start_continues_and_a_cold_one_begins_anew():
    settings = {"solver": "sgd", "momentum": 0, "shuffle": False, "random_state": 0}
    whole = MLPClassifier(max_iter=6, **settings).fit(*IRIS)
    pieces = MLPClassifier(max_iter=3, warm_start=True, **settings).fit(*IRIS).fit(*IRIS)
    assert_equal_bits(whole, pieces)
    assert pieces.loss_curve_ == whole.loss_curve_
    assert pieces.n_iter_ == 3
    anew = pieces.set_params(warm_start=False, max_iter=6).fit(*IRIS)
    assert_equal_bits(whole, anew)
    assert anew.loss_curve_ == whole.loss_curve_


def test_early_stopping_can_be_switched_between_warm_starts():
    estimator = MLPClassifier(max_iter=3, warm_start=True, random_state=0).fit(*IRIS)
    estimator.set_params(early_stopping=True).fit(*IRIS)
    assert len(estimator.validation_scores_) == 3
    assert estimator.best_loss_ is None
    estimator.set_params(early_stopping=False).fit(*IRIS)
    assert estimator.validation_scores_ is None
    assert estimator.best_loss_ == min(estimator.loss_curve_[-3:])


def test_early_stopping_restores_the_best_weights():
    X, y = IRIS
    estimator = MLPClassifier(
        early_stopping=True, max_iter=300, learning_rate_init=0.05, random_state=1
    ).fit(X, y)
    scores = estimator.validation_scores_
    assert estimator.n_iter_ == len(scores) < 300
    assert estimator.best_validation_score_ == max(scores)
    best = scores.index(max(scores)) + 1
    until_best = MLPClassifier(
        early_stopping=True, max_iter=best, learning_rate_init=0.05, random_state=1
    ).fit(X, y)
    assert_equal_bits(estimator, until_best)


def test_a_warm_start_that_finds_nothing_better_keeps_the_best_weights():
    # scikit-learn does not: there the best weights and the present ones are the same arrays
    X, y = IRIS
    estimator = MLPClassifier(
        early_stopping=True, warm_start=True, learning_rate_init=0.05, random_state=1
    ).fit(X, y)
    before = copy.deepcopy(estimator)
    estimator.set_params(solver="sgd", learning_rate_init=30.0).fit(X, y)
    assert max(estimator.validation_scores_[before.n_iter_ :]) < before.best_validation_score_
    assert_equal_bits(estimator, before)


# ---- copies, files, processes ---------------------------------------------------------------


@pytest.mark.parametrize("name", ESTIMATORS)
@pytest.mark.parametrize("solver", ["sgd", "adam", RMSProp(0.01)], ids=str)
def test_a_copy_goes_on_like_the_original(name, solver, tmp_path):
    original = ours(name, solver=solver, max_iter=3, learning_rate="adaptive", random_state=0).fit(
        *IRIS
    )
    joblib.dump(original, tmp_path / "estimator.joblib")
    copies = [
        copy.deepcopy(original),
        pickle.loads(pickle.dumps(original)),
        joblib.load(tmp_path / "estimator.joblib"),
    ]
    original.partial_fit(*IRIS)
    for twin in copies:
        assert not np.array_equal(twin.coefs_[0], original.coefs_[0])
        twin.partial_fit(*IRIS)
        assert_equal_bits(twin, original)
        np.testing.assert_array_equal(twin.predict(IRIS[0]), original.predict(IRIS[0]))


def test_a_clone_has_the_parameters_and_nothing_else():
    fitted = MLPClassifier(hidden_layer_sizes=(3,), solver=RMSProp(0.1), max_iter=2).fit(*IRIS)
    twin = clone(fitted)
    assert not hasattr(twin, "coefs_")
    assert twin.get_params() == fitted.get_params()
    assert repr(twin) == repr(fitted)
    assert fitted.set_params(alpha=3.0).alpha == 3.0


@pytest.mark.parametrize("backend", ["loky", "threading"])
def test_grid_search_over_a_pipeline_in_parallel(backend):
    pipeline = make_pipeline(StandardScaler(), MLPClassifier(max_iter=10, random_state=0))
    grid = {
        "mlpclassifier__hidden_layer_sizes": [(4,), (8, 4)],
        "mlpclassifier__activation": ["relu", ACTIVATIONS["silu"]],
    }
    X, y = IRIS_NAMED

    def search(n_jobs):
        return GridSearchCV(pipeline, grid, cv=3, n_jobs=n_jobs).fit(X, y)

    with joblib.parallel_backend(backend):
        parallel = search(2)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        alone = search(1)
    np.testing.assert_array_equal(
        parallel.cv_results_["mean_test_score"], alone.cv_results_["mean_test_score"]
    )
    assert_equal_bits(parallel.best_estimator_[-1], alone.best_estimator_[-1])


def test_cross_validation_of_the_regressor():
    model = make_pipeline(
        StandardScaler(),
        MLPRegressor(hidden_layer_sizes=(16,), learning_rate_init=0.02, random_state=0),
    )
    assert cross_val_score(model, *DIABETES, cv=3).mean() > 0.3


def test_names_of_the_features_are_kept_and_compared():
    pd = pytest.importorskip("pandas")
    frame = pd.DataFrame(IRIS[0], columns=["a", "b", "c", "d"])
    estimator = MLPClassifier(max_iter=2, early_stopping=True).fit(frame, IRIS[1])
    assert estimator.feature_names_in_.tolist() == ["a", "b", "c", "d"]
    with pytest.raises(ValueError, match="feature names"):
        estimator.predict(frame[["b", "a", "c", "d"]])


# ---- what is said ---------------------------------------------------------------------------


@pytest.mark.parametrize("early_stopping", [False, True])
def test_verbose_prints_what_scikit_learn_prints_of_each_epoch(early_stopping, capsys):
    printed = []
    for estimator in both(
        "MLPClassifier", verbose=True, max_iter=4, random_state=0, early_stopping=early_stopping
    ):
        estimator.fit(*IRIS)
        printed.append(capsys.readouterr().out)
    assert printed[0] == printed[1]
    assert printed[0].startswith("Iteration 1, loss = ")


def test_verbose_says_why_it_stops(capsys):
    MLPClassifier(verbose=True, tol=10.0, n_iter_no_change=2, random_state=0).fit(*IRIS)
    last = capsys.readouterr().out.splitlines()[-1]
    assert last == "2 epochs in a row without a better training loss (by tol=10): stopping."
    MLPClassifier(
        solver="sgd", learning_rate="adaptive", verbose=True, tol=10.0, random_state=0
    ).fit(*IRIS)
    assert "learning rate set to 0.000200." in capsys.readouterr().out
    MLPClassifier(max_iter=3).fit(*IRIS)
    assert capsys.readouterr().out == ""


def test_an_unsettled_fit_warns_and_a_settled_one_does_not():
    with pytest.warns(ConvergenceWarning) as caught:
        estimator = MLPClassifier(max_iter=3, random_state=0).fit(*IRIS)
    assert str(caught[0].message) == (
        "MLPClassifier: expected training to settle within max_iter=3 epochs; got a loss of "
        f"{estimator.loss_:.4g} that may fall further. Raise max_iter, or tol."
    )
    assert caught[0].filename == __file__
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        MLPClassifier(max_iter=30, tol=10.0, random_state=0).fit(*IRIS)
        MLPClassifier(max_iter=1).partial_fit(*IRIS, classes=[0, 1, 2])


def test_a_batch_larger_than_the_data_is_said_and_made_fit():
    with pytest.warns(UserWarning) as caught:
        large = MLPClassifier(batch_size=1000, max_iter=2, random_state=0).fit(*IRIS)
    assert str(caught[0].message) == (
        "MLPClassifier: expected batch_size of at most 150, the number of examples; got 1000. "
        "All examples make one batch."
    )
    assert_equal_bits(large, MLPClassifier(max_iter=2, random_state=0).fit(*IRIS))


DIVERGING = {"solver": "sgd", "learning_rate_init": 1.0, "activation": "identity"}


def test_divergence_is_an_error_that_says_where():
    estimator = MLPRegressor(max_iter=5, random_state=0).fit(*DIABETES)
    estimator.set_params(**DIVERGING, max_iter=50)
    with pytest.raises(
        ValueError,
        match=r"^MLPRegressor: expected a finite loss; got (inf|nan) in epoch \d+\. "
        r"Standardize X \(and y of a regression\), or lower learning_rate_init\.$",
    ):
        estimator.fit(*DIABETES)
    with pytest.raises(NotFittedError):
        estimator.predict(DIABETES[0])


def test_divergence_with_early_stopping_keeps_the_best_weights():
    estimator = MLPRegressor(
        **DIVERGING, early_stopping=True, n_iter_no_change=1000, max_iter=1000, random_state=0
    )
    with pytest.warns(ConvergenceWarning, match="The best weights before are kept"):
        estimator.fit(*DIABETES)
    assert np.isfinite(estimator.predict(DIABETES[0])).all()
    assert estimator.n_iter_ == len(estimator.validation_scores_) < 1000


def test_numbers_that_overflow_are_refused_without_a_warning():
    rng = np.random.default_rng(0)
    X = np.finfo(float).max * rng.uniform(size=(10, 2))
    with pytest.raises(ValueError, match="expected a finite loss"):
        MLPRegressor(random_state=0).fit(X, rng.normal(size=10))


def test_divergence_by_the_last_update_is_seen():
    with pytest.raises(ValueError, match="expected a finite loss; got inf in epoch 2"):
        MLPRegressor(solver=SGD(1e308), batch_size=442, max_iter=1).fit(*DIABETES)


class Interrupted(SGD):
    """Someone presses the stop button in the fifth update."""

    def _step(self, w, g, state, lr):
        if state["step"] == 5:
            raise KeyboardInterrupt
        super()._step(w, g, state, lr)


def test_an_interrupted_fit_keeps_what_it_learned():
    estimator = MLPClassifier(solver=Interrupted(0.1), random_state=0)
    with pytest.warns(UserWarning, match="MLPClassifier: interrupted; what is learned is kept"):
        estimator.fit(*IRIS)
    assert estimator.n_iter_ == 4
    four_epochs = MLPClassifier(solver=SGD(0.1), max_iter=4, random_state=0).fit(*IRIS)
    assert_equal_bits(estimator, four_epochs)


# ---- refusals -------------------------------------------------------------------------------

BAD_PARAMETERS = [
    ({"solver": "lbfgs"}, ValueError, "It is not offered: it has no minibatches. scikit-learn's"),
    ({"solver": "adm"}, ValueError, "expected solver to be one of 'sgd', 'adam'; got 'adm'. Did"),
    ({"solver": RMSProp}, TypeError, "got the class RMSProp. Call it: RMSProp(lr=0.1)."),
    ({"activation": "sigmoyd"}, ValueError, "Did you mean 'sigmoid'?"),
    ({"activation": "logistc"}, ValueError, "Did you mean 'logistic'?"),
    ({"activation": np.tanh}, TypeError, "got the function tanh. Wrap it with its derivative"),
    ({"hidden_layer_sizes": (5, 0)}, ValueError, "each of hidden_layer_sizes to be a whole number"),
    ({"hidden_layer_sizes": 2.5}, TypeError, "expected hidden_layer_sizes such as (5, 2); got 2.5"),
    ({"hidden_layer_sizes": (2.5,)}, TypeError, "each of hidden_layer_sizes"),
    ({"alpha": -1}, ValueError, "expected alpha to be a finite number at least 0; got -1.0."),
    ({"alpha": "1"}, TypeError, "expected alpha to be a finite number at least 0; got '1'."),
    ({"batch_size": 0}, ValueError, "expected batch_size to be a whole number at least 1; got 0."),
    ({"batch_size": "all"}, ValueError, "expected batch_size to be one of 'auto'; got 'all'."),
    ({"learning_rate": 0.1}, ValueError, "learning_rate to be one of 'constant', 'invscaling',"),
    ({"learning_rate_init": 0}, ValueError, "learning_rate_init to be a finite number above 0;"),
    ({"learning_rate_init": -0.1}, ValueError, "got -0.1. Change learning_rate_init."),
    ({"power_t": -1}, ValueError, "expected power_t to be a finite number at least 0; got -1.0."),
    ({"max_iter": 0}, ValueError, "expected max_iter to be a whole number at least 1; got 0."),
    ({"max_iter": 2.0}, TypeError, "expected max_iter to be a whole number at least 1; got 2.0."),
    ({"shuffle": "no"}, TypeError, "expected shuffle to be True or False; got 'no'."),
    ({"random_state": -1}, ValueError, "expected random_state to be None, a whole number of at"),
    ({"random_state": "seed"}, ValueError, "got 'seed'. Pass random_state=0."),
    ({"tol": -1e-9}, ValueError, "expected tol to be a finite number at least 0; got -1e-09."),
    ({"momentum": 1.1}, ValueError, "momentum to be a finite number at least 0 and at most 1;"),
    ({"validation_fraction": 1}, ValueError, "at least 0 and below 1; got 1.0."),
    ({"beta_1": 1}, ValueError, "expected beta_1 to be a finite number at least 0 and below 1;"),
    ({"beta_2": 2}, ValueError, "expected beta_2 to be a finite number at least 0 and below 1;"),
    ({"epsilon": 0}, ValueError, "expected epsilon to be a finite number above 0; got 0.0."),
    ({"n_iter_no_change": 0}, ValueError, "expected n_iter_no_change to be a whole number"),
    ({"warm_start": 1}, TypeError, "expected warm_start to be True or False; got 1."),
]


@pytest.mark.parametrize(("settings", "kind", "text"), BAD_PARAMETERS, ids=lambda v: str(v)[:40])
@pytest.mark.parametrize("name", ESTIMATORS)
def test_bad_parameters_are_refused_by_fit_with_a_sentence(name, settings, kind, text):
    estimator = ours(name, **settings)  # not here: scikit-learn's contract
    with pytest.raises(kind, match=re.escape(text)) as refused:
        estimator.fit(*IRIS)
    assert str(refused.value).endswith((".", "?"))
    with pytest.raises(NotFittedError):
        estimator.predict(IRIS[0])


def test_every_parameter_is_refused_when_it_makes_no_sense():
    checked = {name for settings, _, _ in BAD_PARAMETERS for name in settings}
    free = {"verbose", "nesterovs_momentum", "early_stopping"}  # as shuffle, or anything goes
    assert checked | free == set(MLPClassifier().get_params())


def test_a_refused_parameter_leaves_a_fitted_estimator_as_it_was():
    estimator = MLPClassifier(max_iter=2, random_state=0).fit(*IRIS)
    before = estimator.predict_proba(IRIS[0])
    with pytest.raises(ValueError, match="alpha"):
        estimator.set_params(activation="tanh", alpha=-1).fit(*IRIS)
    np.testing.assert_array_equal(estimator.predict_proba(IRIS[0]), before)


def test_the_regressors_loss_is_checked():
    with pytest.raises(ValueError, match="expected loss to be one of 'squared_error', 'poisson'"):
        MLPRegressor(loss="mse").fit(*DIABETES)
    with pytest.raises(
        ValueError,
        match=refusal(
            "MLPRegressor: expected y of at least 0 for the Poisson loss; got -1. "
            "Use loss='squared_error' for values below 0."
        ),
    ):
        MLPRegressor(loss="poisson").fit([[0.0], [1.0]], [2, -1])


@pytest.mark.parametrize("partial", [False, True])
def test_one_class_only_is_refused(partial):
    text = refusal(
        "MLPClassifier: expected labels of at least two classes; got one class, 'yes'. "
        "There is nothing to tell apart: bring examples of another class."
    )
    with pytest.raises(ValueError, match=text):
        if partial:
            MLPClassifier().partial_fit([[0.0], [1.0]], ["yes", "yes"], classes=["yes"])
        else:
            MLPClassifier().fit([[0.0], [1.0]], ["yes", "yes"])


def test_numbers_are_no_labels():
    with pytest.raises(ValueError, match="Unknown label type"):
        MLPClassifier().fit(*DIABETES[:1], DIABETES[1] + 0.5)


def test_partial_fit_wants_all_classes_at_first_and_no_others_later():
    estimator = MLPClassifier(random_state=0)
    with pytest.raises(
        ValueError,
        match=refusal(
            "MLPClassifier: expected classes in the first call of partial_fit; got None. "
            "Pass all labels that will come: classes=np.unique(y_all)."
        ),
    ):
        estimator.partial_fit([[0.0], [1.0]], [0, 1])
    later = "The outputs of a network are fixed: train a new one for other classes."
    first = "MLPClassifier: expected labels from the classes of the first call, [0, 1]; got [0, 2]."
    with pytest.raises(ValueError, match=refusal(f"{first} {later}")):
        estimator.partial_fit([[0.0], [1.0]], [0, 2], classes=[0, 1])
    estimator.partial_fit([[0.0], [1.0]], [0, 0], classes=[0, 1])
    estimator.partial_fit([[0.0], [1.0]], [1, 1])
    assert estimator.predict_proba([[0.0]]).shape == (1, 2)
    with pytest.raises(ValueError, match=refusal(f"{first} {later}")):
        estimator.partial_fit([[0.0], [1.0]], [0, 2])
    with pytest.raises(ValueError, match=r"expected the classes of the first call, \[0, 1\]; got"):
        estimator.partial_fit([[0.0], [1.0]], [0, 1], classes=[0, 1, 2])


def test_partial_fit_and_early_stopping_exclude_each_other():
    with pytest.raises(ValueError, match="expected early_stopping=False for partial_fit; got True"):
        MLPRegressor(early_stopping=True).partial_fit(*DIABETES)


def test_a_warm_start_needs_the_same_classes_and_the_same_layers():
    X, y = IRIS
    estimator = MLPClassifier((4,), warm_start=True, max_iter=2).fit(X, y)
    with pytest.raises(ValueError, match=r"with warm_start the classes of the fit before, \[0, 1,"):
        estimator.fit(X, y == 2)
    with pytest.raises(
        ValueError,
        match=refusal(
            "MLPClassifier: expected a network with layers of [4, 4, 3] units, as before; got "
            "[4, 7, 3]. To train another one, fit with warm_start=False."
        ),
    ):
        estimator.set_params(hidden_layer_sizes=(7,)).fit(X, y)
    with pytest.raises(ValueError, match="X has 3 features, but MLPClassifier is expecting 4"):
        estimator.fit(X[:, :3], y)


def test_too_few_validation_examples_are_refused():
    with pytest.raises(
        ValueError,
        match=refusal(
            "MLPRegressor: expected at least 2 validation examples for early_stopping; got "
            "validation_fraction=0.1 of 10 examples. Raise validation_fraction, or bring more "
            "examples."
        ),
    ):
        MLPRegressor(early_stopping=True).fit(DIABETES[0][:10], DIABETES[1][:10])


def test_validation_examples_that_do_not_count_are_refused():
    weights = np.zeros(150)
    weights[2] = 1  # which is a training example under this seed
    with pytest.raises(
        ValueError,
        match=refusal(
            "MLPRegressor: expected validation examples that count; got a sample_weight of 0 for "
            "all of them. Raise validation_fraction, or leave those examples out."
        ),
    ):
        MLPRegressor(early_stopping=True, random_state=0).fit(*IRIS, sample_weight=weights)


def test_negative_sample_weights_are_refused():
    with pytest.raises(
        ValueError,
        match=refusal(
            "MLPClassifier: expected sample_weight of at least 0; got -2. "
            "Leave out examples that should not count."
        ),
    ):
        MLPClassifier().fit(*IRIS, sample_weight=[-2, *np.ones(149)])
    with pytest.raises(ValueError, match="sample_weight"):
        MLPClassifier().fit(*IRIS, sample_weight=np.ones(149))


BAD_DATA = [
    (np.full((150, 4), np.nan), "Input X contains NaN"),
    (np.full((150, 4), np.inf), "Input X contains infinity"),
    (np.full((150, 4), "x"), "could not convert string to float"),
    (np.zeros(150), "Expected 2D array, got 1D array"),
    (np.zeros((0, 4)), "0 sample"),
    (np.zeros((150, 0)), "0 feature"),
    (np.zeros((149, 4)), "inconsistent numbers of samples"),
    (np.zeros((150, 4, 2)), "dim 3"),
]


@pytest.mark.parametrize(("X", "text"), BAD_DATA, ids=lambda v: v if isinstance(v, str) else "")
@pytest.mark.parametrize("name", ESTIMATORS)
def test_bad_data_is_refused_in_scikit_learns_words(name, X, text):
    with pytest.raises(ValueError, match=text):
        ours(name).fit(X, IRIS[1])


def test_bad_data_to_predict_is_refused_in_scikit_learns_words():
    estimator = MLPClassifier(max_iter=2)
    with pytest.raises(NotFittedError, match="This MLPClassifier instance is not fitted yet"):
        estimator.predict_proba(IRIS[0])
    estimator.fit(*IRIS)
    with pytest.raises(ValueError, match="X has 3 features, but MLPClassifier is expecting 4"):
        estimator.predict(IRIS[0][:, :3])
    with pytest.raises(ValueError, match="Input X contains NaN"):
        estimator.predict(np.full((2, 4), np.nan))


@pytest.mark.parametrize("name", ESTIMATORS)
def test_a_column_of_targets_is_taken_with_scikit_learns_warning(name):
    with pytest.warns(DataConversionWarning):
        column = ours(name, max_iter=2, random_state=0).fit(IRIS[0], IRIS[1][:, None])
    assert_equal_bits(column, ours(name, max_iter=2, random_state=0).fit(*IRIS))
    assert column.predict(IRIS[0]).shape == (150,)
