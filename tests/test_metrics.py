"""Metrics: against scikit-learn where it is defined, by hand where the two differ, and refusals."""

import re

import numpy as np
import pytest
import sklearn.metrics
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from mlplib.losses import binary_cross_entropy, cross_entropy, mse
from mlplib.metrics import (
    accuracy,
    confusion_matrix,
    log_loss,
    mean_squared_error,
    precision,
    r2_score,
    recall,
)
from mlplib.preprocessing import one_hot

LABEL_METRICS = [accuracy, confusion_matrix, precision, recall]
NUMBER_METRICS = [mean_squared_error, r2_score]


def refusal(text):
    """Match exactly this sentence."""
    return f"^{re.escape(text)}$"


@st.composite
def label_pairs(draw, k=None):
    """Two label arrays of equal length, as int64 or float64."""
    k = k or draw(st.integers(2, 5))
    m = draw(st.integers(1, 40))
    dtype = draw(st.sampled_from([np.int64, np.int8, np.float64]))
    labels = hnp.arrays(dtype, m, elements=st.integers(0, k - 1))
    return draw(labels), draw(labels)


@st.composite
def number_pairs(draw, low=-1e6, high=1e6, min_rows=1):
    shape = draw(
        st.one_of(
            st.tuples(st.integers(min_rows, 12)),
            st.tuples(st.integers(min_rows, 12), st.integers(1, 4)),
        )
    )
    numbers = hnp.arrays(np.float64, shape, elements=st.floats(low, high, allow_subnormal=False))
    return draw(numbers), draw(numbers)


# ---- labels ---------------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(pair=label_pairs())
def test_accuracy_equals_scikit_learns(pair):
    y_true, y_pred = pair
    assert accuracy(y_true, y_pred) == pytest.approx(sklearn.metrics.accuracy_score(y_true, y_pred))
    assert accuracy(y_true, y_true) == 1.0


def test_accuracy_takes_text_lists_and_booleans():
    assert accuracy(["cat", "dog"], np.array(["cat", "cat"])) == 0.5
    assert accuracy((True, False), [1, 1]) == 0.5
    assert type(accuracy([1], [1])) is float


@settings(max_examples=60, deadline=None)
@given(pair=label_pairs(), more=st.integers(0, 3))
def test_confusion_matrix_equals_scikit_learns(pair, more):
    y_true, y_pred = pair
    k = int(max(y_true.max(), y_pred.max(), 1)) + 1 + more
    C = confusion_matrix(y_true, y_pred, n_classes=k)
    assert np.array_equal(C, sklearn.metrics.confusion_matrix(y_true, y_pred, labels=range(k)))
    assert C.shape == (k, k) and C.dtype == np.int64
    assert np.trace(C) / C.sum() == pytest.approx(accuracy(y_true, y_pred))
    assert np.array_equal(C.sum(axis=1), np.bincount(y_true.astype(int), minlength=k))


def test_confusion_matrix_has_true_classes_in_rows():
    # One example of class 0, taken for class 1.
    assert confusion_matrix([0], [1]).tolist() == [[0, 1], [0, 0]]
    # Two classes even where only one occurs, so that the four counts can always be unpacked.
    assert confusion_matrix([0, 0], [0, 0]).tolist() == [[2, 0], [0, 0]]


@settings(max_examples=60, deadline=None)
@given(pair=label_pairs(k=2), positive=st.sampled_from([0, 1]))
def test_precision_and_recall_equal_scikit_learns(pair, positive):
    y_true, y_pred = pair
    assume((y_true == positive).any())
    options = {"pos_label": positive, "zero_division": np.nan}
    np.testing.assert_equal(
        precision(y_true, y_pred, positive=positive),
        sklearn.metrics.precision_score(y_true, y_pred, **options),
    )
    np.testing.assert_equal(
        recall(y_true, y_pred, positive=positive),
        sklearn.metrics.recall_score(y_true, y_pred, **options),
    )


def test_precision_and_recall_by_hand():
    y_true = [1, 1, 1, 1, 0, 0]
    y_pred = [1, 1, 1, 0, 1, 0]
    (tn, fp), (fn, tp) = confusion_matrix(y_true, y_pred)
    assert (tn, fp, fn, tp) == (1, 1, 1, 3)
    assert precision(y_true, y_pred) == tp / (tp + fp) == 0.75
    assert recall(y_true, y_pred) == tp / (tp + fn) == 0.75
    assert recall(y_true, y_pred, positive=0) == 0.5
    assert precision(["ill", "well"], ["ill", "ill"], positive="ill") == 0.5


def test_precision_of_nothing_called_positive_is_nan():
    assert np.isnan(precision([0, 1], [0, 0]))
    assert recall([0, 1], [0, 0]) == 0.0


@pytest.mark.parametrize("metric", [precision, recall])
@pytest.mark.parametrize("positive", [1, "malignant"])
def test_a_positive_class_that_does_not_occur_is_refused(metric, positive):
    text = (
        f"{metric.__name__}: expected y_true with at least one example of the positive class "
        f"{positive!r}; got only 0, 2. Pass positive= the label you look for."
    )
    with pytest.raises(ValueError, match=refusal(text)):
        metric([0, 2], [0, 1], positive=positive)


@pytest.mark.parametrize("metric", LABEL_METRICS)
@pytest.mark.parametrize(
    ("y_true", "y_pred", "error", "text"),
    [
        (
            [0, 1],
            [0, 1, 1],
            ValueError,
            "y_true and y_pred of the same shape; got (2,) and (3,). "
            "Compare predictions with the targets of the same rows.",
        ),
        (
            [0, 1],
            np.array([[0], [1]]),
            ValueError,
            "y_pred to be 1-D labels; got shape (2, 1). Use y_pred[:, 0].",
        ),
        (
            np.array([[0], [1]]),
            [0, 1],
            ValueError,
            "y_true to be 1-D labels; got shape (2, 1). Use y_true[:, 0].",
        ),
        (
            [0, 1],
            np.eye(2),
            ValueError,
            "y_pred to be 1-D labels; got shape (2, 2). Use y_pred.argmax(axis=1).",
        ),
        (
            [0, 1],
            [0.0, 0.7],
            ValueError,
            "y_pred with class labels; got 0.7 at y_pred[1]. "
            "Turn probabilities into labels first: (y_pred > 0.5).astype(int).",
        ),
        (
            ["a", "b"],
            [0, 1],
            TypeError,
            "y_true and y_pred both as numbers or both as text; got 'a' and 0. Convert one",
        ),
        (
            ["a", 1],
            [0, 1],
            TypeError,
            "y_true all as numbers or all as text; got both. Convert some",
        ),
        ([], [], ValueError, "y_true with at least one entry; got shape (0,)."),
        ([0, np.nan], [0, 1], ValueError, "y_true with finite numbers; got nan at y_true[1]."),
        ([0, None], [0, 1], TypeError, "expected y_true with numbers"),
        ([0, [1]], [0, 1], ValueError, "y_true as an array; got rows of different lengths."),
        (3, 3, ValueError, "y_true to be 1-D labels; got shape ()."),
    ],
)
def test_label_metrics_refuse(metric, y_true, y_pred, error, text):
    with pytest.raises(error, match=re.escape(text)) as caught:
        metric(y_true, y_pred)
    assert str(caught.value).startswith(f"{metric.__name__}: expected ")


@pytest.mark.parametrize(
    ("y_true", "n_classes", "text"),
    [
        ([0, 3], 3, "expected labels 0 to 2; got 3. Labels start at 0 and have no gaps; n_classes"),
        (
            [0, 5000],
            None,
            "expected labels 0 to 999; got 5000. Labels start at 0 and have no gaps;",
        ),
        (
            [0, -1],
            None,
            "expected y_true with labels 0 to k - 1; got -1. Use classes, y = np.unique",
        ),
        (
            ["a", "b"],
            None,
            "expected y_true with labels 0 to k - 1; got 'a'. Use classes, y = np.uni",
        ),
        ([0, 1], 1, "expected n_classes to be a whole number at least 2; got 1. Change n_classes."),
    ],
)
def test_confusion_matrix_refuses(y_true, n_classes, text):
    with pytest.raises(ValueError, match=re.escape(f"confusion_matrix: {text}")):
        confusion_matrix(y_true, y_true, n_classes)


# ---- log loss -------------------------------------------------------------------------------


@st.composite
def probabilities(draw):
    """Labels and rows of probabilities well inside (0, 1)."""
    m, k = draw(st.integers(1, 20)), draw(st.integers(2, 5))
    P = draw(hnp.arrays(np.float64, (m, k), elements=st.floats(1e-3, 1)))
    y = draw(hnp.arrays(np.int64, m, elements=st.integers(0, k - 1)))
    return y, P / P.sum(axis=1, keepdims=True)


@settings(max_examples=60, deadline=None)
@given(case=probabilities())
def test_log_loss_equals_scikit_learns_and_the_losses(case):
    y, P = case
    k = P.shape[1]
    expected = sklearn.metrics.log_loss(y, P, labels=range(k))
    assert log_loss(y, P) == pytest.approx(expected, rel=1e-12)
    assert log_loss(y, P) == pytest.approx(cross_entropy.value(P, one_hot(y, k)), rel=1e-9)
    if k == 2:
        flat = log_loss(y, P[:, 1])
        assert flat == pytest.approx(expected, rel=1e-9)
        column = y[:, None].astype(float)
        assert flat == pytest.approx(binary_cross_entropy.value(P[:, 1:], column), rel=1e-9)


def test_log_loss_is_in_nats():
    assert log_loss([0, 1, 2], np.full((3, 3), 1 / 3)) == pytest.approx(np.log(3))
    assert log_loss([0, 1], [0.5, 0.5]) == pytest.approx(0.6931471805599453)


def test_log_loss_of_the_worked_table_c4():
    P = [[6.14207644e-06, 9.99652370e-01, 3.35346011e-04, 6.14207644e-06]]
    assert log_loss([1], P) == pytest.approx(3.47690e-4, rel=1e-5)
    assert log_loss([1], P) / np.log(2) == pytest.approx(5.01611506e-04, rel=1e-5)


@pytest.mark.parametrize(
    ("y", "P", "value"),
    [
        ([1], [0.0], np.inf),
        ([0], [1.0], np.inf),
        ([0], [0.0], 0.0),
        ([1, 1], [1.0, 0.0], np.inf),
        ([0, 1], [[1.0, 0.0], [0.0, 1.0]], 0.0),
        ([0, 1], [[1.0, 0.0], [1.0, 0.0]], np.inf),
        ([0], [1e-300], 1e-300),
        ([1], [5e-324], 744.4400719213812),
    ],
)
def test_log_loss_neither_clips_nor_warns(y, P, value):
    result = log_loss(y, P)
    assert result == pytest.approx(value, rel=1e-12, abs=0)
    assert not np.signbit(result)


def test_log_loss_takes_float32():
    P = np.array([[0.1, 0.9], [0.3, 0.7]], dtype=np.float32)
    assert log_loss([1, 0], P) == pytest.approx(log_loss([1, 0], P.astype(float)), rel=1e-6)


@pytest.mark.parametrize(
    ("y", "P", "error", "text"),
    [
        (
            [0, 1],
            [[0.2], [0.8]],
            ValueError,
            "expected P to be (m,) or (m, k); got shape (2, 1). Use P[:, 0] for two classes.",
        ),
        (
            [[0], [1]],
            [0.2, 0.8],
            ValueError,
            "expected y_true to be 1-D labels; got shape (2, 1). Use y_true[:, 0].",
        ),
        (
            [0, 1, 1],
            [0.2, 0.8],
            ValueError,
            "expected P with one row for each of the 3 labels; got shape (2,). "
            "Compare predictions with the labels of the same rows.",
        ),
        (
            [0, 2],
            [0.2, 0.8],
            ValueError,
            "expected labels 0 to 1, as P has shape (2,); got 2. "
            "Labels start at 0; P needs one column per class.",
        ),
        (
            [0, 1],
            [-3.0, 5.0],
            ValueError,
            "expected probabilities from 0 to 1; got values from -3 to 5. "
            "Apply sigmoid or softmax to scores first.",
        ),
        (
            [0, 1],
            [[0.5, 0.5], [0.9, 0.8]],
            ValueError,
            "expected each row of P to sum to 1; got 1.7 in row 1. "
            "Use softmax, not one sigmoid per class.",
        ),
        (
            [0, -1],
            [0.2, 0.8],
            ValueError,
            "expected y_true with labels 0 to k - 1; got -1. "
            "Use classes, y = np.unique(y, return_inverse=True) first.",
        ),
        (
            [0, 1],
            [0.2, np.nan],
            ValueError,
            "expected P with finite numbers; got nan at P[1]. Remove or fill such entries first.",
        ),
    ],
)
def test_log_loss_refuses(y, P, error, text):
    with pytest.raises(error, match=refusal(f"log_loss: {text}")):
        log_loss(y, P)


# ---- numbers --------------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(pair=number_pairs())
def test_mean_squared_error_equals_the_loss_and_scikit_learns(pair):
    y_true, y_pred = pair
    value = mean_squared_error(y_true, y_pred)
    n_out = 1 if y_true.ndim == 1 else y_true.shape[1]
    theirs = sklearn.metrics.mean_squared_error(y_true, y_pred)
    assert value == pytest.approx(n_out * theirs, rel=1e-9)
    shape = (len(y_true), n_out)
    assert value == pytest.approx(mse.value(y_pred.reshape(shape), y_true.reshape(shape)), rel=1e-9)


@settings(max_examples=60, deadline=None)
@given(pair=number_pairs(min_rows=2))
def test_r2_equals_scikit_learns(pair):
    y_true, y_pred = pair
    assume((np.ptp(y_true, axis=0) > 1e-3).all())
    expected = sklearn.metrics.r2_score(y_true, y_pred)
    assert r2_score(y_true, y_pred) == pytest.approx(expected, rel=1e-6, abs=1e-6)


def test_r2_of_perfect_mean_and_worse():
    y = np.array([1.0, 2.0, 6.0])
    assert r2_score(y, y) == 1.0
    assert r2_score(y, np.full(3, 3.0)) == 0.0
    assert r2_score(y, y[::-1]) < 0


@settings(max_examples=100, deadline=None)
@given(
    y=hnp.arrays(np.float64, st.integers(2, 8), elements=st.floats(-1, 1)),
    exponent=st.integers(-290, 149),
)
def test_r2_does_not_depend_on_the_unit(y, exponent):
    assume(np.ptp(y) > 1e-3)
    unit, guess = 10.0**exponent, y[::-1]
    assert r2_score(y * unit, guess * unit) == pytest.approx(r2_score(y, guess), rel=1e-6, abs=1e-6)


@settings(max_examples=60, deadline=None)
@given(pair=number_pairs(low=-1e150, high=1e150, min_rows=2))
def test_number_metrics_give_a_number_at_any_size(pair):
    y_true, y_pred = pair
    assert 0 <= mean_squared_error(y_true, y_pred) < np.inf
    assume((np.ptp(y_true, axis=0) > 0).all())
    assert r2_score(y_true, y_pred) <= 1


def test_r2_of_a_hopeless_prediction_is_minus_infinity_without_a_warning():
    assert r2_score([0.0, 1e-10], [0.0, 1e150]) == -np.inf


@pytest.mark.parametrize(
    ("y_true", "got"),
    [
        ([3.0, 3.0, 3.0], "3 equal ones"),
        ([3.0], "a single one"),
        ([[1, 2], [3, 2]], "2 equal ones"),
    ],
)
def test_r2_refuses_constant_targets(y_true, got):
    text = (
        f"r2_score: expected y_true with at least two different values; got {got}. "
        "R^2 divides by their variance: use mean_squared_error."
    )
    with pytest.raises(ValueError, match=refusal(text)):
        r2_score(y_true, y_true)


@pytest.mark.parametrize("metric", NUMBER_METRICS)
@pytest.mark.parametrize(
    ("y_true", "y_pred", "error", "text"),
    [
        (
            [0.0, 1.0],
            [[0.0], [1.0]],
            ValueError,
            "expected y_true and y_pred of the same shape; got (2,) and (2, 1). Use y_pred[:, 0].",
        ),
        (
            [[0.0], [1.0]],
            [0.0, 1.0],
            ValueError,
            "expected y_true and y_pred of the same shape; got (2, 1) and (2,). Use y_true[:, 0].",
        ),
        (
            [0.0, 1.0],
            [0.0, 1.0, 2.0],
            ValueError,
            "expected y_true and y_pred of the same shape; got (2,) and (3,). "
            "Compare predictions with the targets of the same rows.",
        ),
        ([0.0, 1.0], ["a", "b"], TypeError, "expected y_pred with numbers; got list ['a', 'b']."),
        (
            [0.0, 1.0],
            [0.0, np.inf],
            ValueError,
            "y_pred with finite numbers; got inf at y_pred[1].",
        ),
        ([], [], ValueError, "expected y_true with at least one entry; got shape (0,)."),
        (
            [0.0, 1.0],
            [0.0, 1e151],
            ValueError,
            "expected numbers up to 1e+150 in size; got 1e+151. "
            "Their squares are infinite: did the training diverge?",
        ),
    ],
)
def test_number_metrics_refuse(metric, y_true, y_pred, error, text):
    with pytest.raises(error, match=re.escape(text)) as caught:
        metric(y_true, y_pred)
    assert str(caught.value).startswith(f"{metric.__name__}: expected ")


@pytest.mark.parametrize("metric", NUMBER_METRICS)
def test_number_metrics_measure_float32_in_float64(metric):
    y = np.array([1.0, 2.0, 3e30], dtype=np.float32)
    assert metric(y, y[::-1]) == metric(y.astype(float), y[::-1].astype(float))
