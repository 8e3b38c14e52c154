"""Metrics: how good the predictions are, in numbers that people read.

A loss is made to be descended, a metric to be understood: "96 % right" or "7 of 212 tumors
missed". So metrics take what a person would look at: labels and targets (m,), in the order
`metric(y_true, y_pred)`. Names and meanings are scikit-learn's; where a value is not defined, these
functions say so in place of returning a conventional number.
"""

import numpy as np

from mlplib._errors import (
    check_array,
    check_number,
    check_same_shape,
    type_error,
    value_error,
)

_LIMIT = 1e150  # larger numbers cannot be squared in float64


# ---- classification -------------------------------------------------------------------------


def accuracy(y_true, y_pred):
    """Share of the predicted labels that are right, from 0 to 1.

    Parameters
    ----------
    y_true, y_pred : array_like (m,)
        Labels: whole numbers or strings. Probabilities are refused: they equal no label.

    Notes
    -----
    (1/m) sum [y_i = y^_i]. Source: scikit-learn's `accuracy_score`.

    Examples
    --------
    >>> accuracy([0, 1, 1, 0], [0, 1, 0, 0])
    0.75
    """
    y_true, y_pred = _label_pair("accuracy", y_true, y_pred)
    return float(np.mean(y_true == y_pred))


def confusion_matrix(y_true, y_pred, n_classes=None):
    """Count how often each true class was predicted as each class.

    Parameters
    ----------
    y_true, y_pred : array_like (m,)
        Labels 0 to n_classes - 1.
    n_classes : int, optional
        k; by default the largest label plus 1, and at least 2.

    Returns
    -------
    ndarray (k, k) of int64
        C[i, j] = number of examples of true class i that were predicted as class j.

    Notes
    -----
    *Conventions*: rows are true, columns predicted, as in scikit-learn; many textbooks print the
    transpose. For two classes, C is [[true negatives, false positives], [false negatives, true
    positives]]. Right answers are on the diagonal.

    Examples
    --------
    >>> confusion_matrix([0, 0, 0, 1, 1], [0, 0, 1, 1, 0])
    array([[2, 1],
           [1, 1]])
    """
    where = "confusion_matrix"
    y_true, y_pred = _label_pair(where, y_true, y_pred)
    y_true = _class_numbers(where, "y_true", y_true)
    y_pred = _class_numbers(where, "y_pred", y_pred)
    largest = int(max(y_true.max(), y_pred.max()))
    if n_classes is None:
        # Measured quantities passed by mistake would ask for a table of gigabytes.
        k, limit = max(largest + 1, 2), max(len(y_true), 1000)
    else:
        k = limit = check_number(where, "n_classes", n_classes, 2, integer=True)
    if largest >= limit:
        raise value_error(
            where,
            f"labels 0 to {limit - 1}",
            f"{largest}",
            "Labels start at 0 and have no gaps; n_classes says how many there are.",
        )
    return np.bincount(k * y_true + y_pred, minlength=k * k).reshape(k, k)


def precision(y_true, y_pred, *, positive=1):
    """Of the examples that were called positive, the share that is.

    Parameters
    ----------
    y_true, y_pred : array_like (m,)
        Labels: whole numbers or strings.
    positive : int or str
        The label that counts as positive: the one that is looked for.

    Returns
    -------
    float
        From 0 to 1; nan where nothing was called positive, as 0/0 is no number.

    Notes
    -----
    TP / (TP + FP). *Conventions*: for 0/0 scikit-learn returns 0 with a warning.

    Examples
    --------
    >>> precision([0, 0, 1, 1], [0, 1, 1, 1])
    0.6666666666666666
    """
    y_true, y_pred = _label_pair("precision", y_true, y_pred)
    _check_positive("precision", y_true, positive)
    called = y_pred == positive
    return float(np.mean(y_true[called] == positive)) if called.any() else float("nan")


def recall(y_true, y_pred, *, positive=1):
    """Of the examples that are positive, the share that was found.

    Parameters
    ----------
    y_true, y_pred : array_like (m,)
        Labels: whole numbers or strings.
    positive : int or str
        The label that counts as positive: the one that is looked for.

    Notes
    -----
    TP / (TP + FN). *Conventions*: refused where no example is positive; scikit-learn returns 0 with
    a warning.

    Examples
    --------
    >>> recall([0, 0, 1, 1], [0, 1, 1, 0])
    0.5
    """
    y_true, y_pred = _label_pair("recall", y_true, y_pred)
    _check_positive("recall", y_true, positive)
    return float(np.mean(y_pred[y_true == positive] == positive))


def log_loss(y_true, P):
    """Mean surprise at the true classes, given the predicted probabilities, in nats per example.

    Parameters
    ----------
    y_true : array_like (m,)
        Labels 0 to k - 1.
    P : array_like (m, k) or (m,)
        Row i: the probability of each class, in sum 1. Flat, for two classes: that of class 1.

    Returns
    -------
    float
        0 for a sure and right model, log(k) for one that knows nothing, inf where something
        happened that the model had given probability 0.

    Notes
    -----
    -(1/m) sum_i log P[i, y_i]: the cross-entropy of C2 and C3, from labels. *Conventions*: natural
    logarithm, no clipping; scikit-learn clips P at the smallest float step, so that it returns 36
    (in float64) where this is infinite.

    Examples
    --------
    >>> round(log_loss([0, 1], [[0.9, 0.1], [0.5, 0.5]]), 6)
    0.399254
    >>> log_loss([0, 1], [0.0, 0.0])
    inf
    """
    y_true = _labels("log_loss", "y_true", y_true)
    y_true = _class_numbers("log_loss", "y_true", y_true)
    P = check_array("log_loss", "P", P, ndim=(1, 2))
    _check_probabilities(y_true, P)
    with np.errstate(divide="ignore"):  # the log of exactly 0 is the answer here: minus infinity
        if P.ndim == 1:
            # log1p keeps the digits of a tiny P that 1 - P would lose.
            log_p = np.where(y_true == 1, np.log(P), np.log1p(-P))
        else:
            log_p = np.log(P[np.arange(len(P)), y_true])
    return abs(float(np.mean(log_p, dtype=float)))  # abs, so that a perfect model gets 0, not -0


# ---- regression -----------------------------------------------------------------------------


def mean_squared_error(y_true, y_pred):
    """Mean over the examples of the squared error, summed over the outputs if there are several.

    Parameters
    ----------
    y_true, y_pred : array_like (m,) or (m, n_out)
        Both of the same shape.

    Returns
    -------
    float
        In the square of the target's unit.

    Notes
    -----
    (1/m) sum (y - y^)^2, the same number as `losses.mse`. *Conventions*: scikit-learn also divides
    by n_out. Source: C1.

    Examples
    --------
    >>> mean_squared_error([1.0, 2.0], [1.0, 4.0])
    2.0
    """
    y_true, y_pred = _number_pair("mean_squared_error", y_true, y_pred)
    return float(np.sum((y_true - y_pred) ** 2) / len(y_true))


def r2_score(y_true, y_pred):
    """Share of the targets' variance that the predictions explain: 1 is perfect.

    Parameters
    ----------
    y_true, y_pred : array_like (m,) or (m, n_out)
        Both of the same shape; with several outputs, the mean of their scores.

    Returns
    -------
    float
        1 for exact predictions, 0 for always predicting the mean, negative for worse than that.

    Notes
    -----
    R^2 = 1 - sum (y - y^)^2 / sum (y - mean(y))^2. *Conventions*: constant targets are refused, as
    the denominator is 0; scikit-learn returns 1 or 0 there.

    Examples
    --------
    >>> r2_score([1.0, 2.0, 3.0], [1.0, 2.0, 4.0])
    0.5
    """
    y_true, y_pred = _number_pair("r2_score", y_true, y_pred)
    if (np.ptp(y_true, axis=0) == 0).any():
        raise value_error(
            "r2_score",
            "y_true with at least two different values",
            f"{len(y_true)} equal ones" if len(y_true) > 1 else "a single one",
            "R^2 divides by their variance: use mean_squared_error.",
        )
    # In units of the spread of y, so that tiny targets do not vanish when they are squared.
    spread = np.ptp(y_true, axis=0)
    total = np.sum(((y_true - y_true.mean(axis=0)) / spread) ** 2, axis=0)
    with np.errstate(over="ignore"):  # predictions beyond all measure: minus infinity is right
        residual = np.sum(((y_true - y_pred) / spread) ** 2, axis=0)
        return float(np.mean(1 - residual / total))


# ---- checks ---------------------------------------------------------------------------------


def _number_pair(where, y_true, y_pred):
    y_true = check_array(where, "y_true", y_true, ndim=(1, 2)).astype(float, copy=False)
    y_pred = check_array(where, "y_pred", y_pred, ndim=(1, 2)).astype(float, copy=False)
    check_same_shape(where, "y_true", y_true, "y_pred", y_pred, _flat_hint(y_true, y_pred))
    largest = max(np.abs(y_true).max(), np.abs(y_pred).max())
    if largest > _LIMIT:
        raise value_error(
            where,
            f"numbers up to {_LIMIT:g} in size",
            f"{largest:g}",
            "Their squares are infinite: did the training diverge?",
        )
    return y_true, y_pred


def _flat_hint(y_true, y_pred):
    """What to do about (m,) against (m, 1), which a subtraction would broadcast to (m, m)."""
    if y_true.ndim == 1 and y_pred.shape == (len(y_true), 1):
        return "Use y_pred[:, 0]."
    if y_pred.ndim == 1 and y_true.shape == (len(y_pred), 1):
        return "Use y_true[:, 0]."
    return "Compare predictions with the targets of the same rows."


def _label_pair(where, y_true, y_pred):
    y_true, y_pred = _labels(where, "y_true", y_true), _labels(where, "y_pred", y_pred)
    check_same_shape(where, "y_true", y_true, "y_pred", y_pred, _flat_hint(y_true, y_pred))
    if (y_true.dtype.kind == "U") != (y_pred.dtype.kind == "U"):
        raise type_error(
            where,
            "y_true and y_pred both as numbers or both as text",
            f"{_shown(y_true[0])} and {_shown(y_pred[0])}",
            "Convert one of them.",
        )
    return y_true, y_pred


def _labels(where, name, y):
    """Array (m,) of labels: text, or whole numbers."""
    kinds = {isinstance(label, str) for label in y} if isinstance(y, (list, tuple)) else set()
    if len(kinds) == 2:  # NumPy would turn the numbers into text
        raise type_error(
            where, f"{name} all as numbers or all as text", "both", "Convert some of them."
        )
    text = kinds == {True} or (isinstance(y, np.ndarray) and y.dtype.kind == "U" and y.size > 0)
    y = np.asarray(y) if text else check_array(where, name, y)
    if y.ndim != 1:
        hint = f"Use {name}[:, 0]." if y.shape[1:] == (1,) else f"Use {name}.argmax(axis=1)."
        raise value_error(where, f"{name} to be 1-D labels", f"shape {y.shape}", hint)
    if not text and (y != np.floor(y)).any():
        first = int(np.argmax(y != np.floor(y)))
        raise value_error(
            where,
            f"{name} with class labels",
            f"{y[first]:g} at {name}[{first}]",
            f"Turn probabilities into labels first: ({name} > 0.5).astype(int).",
        )
    return y


def _class_numbers(where, name, y):
    """Labels as int64, if they are 0 or larger."""
    if y.dtype.kind == "U" or y.min() < 0:
        raise value_error(
            where,
            f"{name} with labels 0 to k - 1",
            _shown(y[0] if y.dtype.kind == "U" else y.min()),
            "Use classes, y = np.unique(y, return_inverse=True) first.",
        )
    return y.astype(np.int64)


def _check_positive(where, y_true, positive):
    if not (y_true == positive).any():
        raise value_error(
            where,
            f"y_true with at least one example of the positive class {positive!r}",
            f"only {', '.join(_shown(label) for label in np.unique(y_true)[:5])}",
            "Pass positive= the label you look for.",
        )


def _shown(label):
    """Label as it was typed: 'cat' or 3."""
    return repr(str(label)) if isinstance(label, str) else f"{label:g}"


def _check_probabilities(y_true, P):
    if len(P) != len(y_true):
        raise value_error(
            "log_loss",
            f"P with one row for each of the {len(y_true)} labels",
            f"shape {P.shape}",
            "Compare predictions with the labels of the same rows.",
        )
    k = 2 if P.ndim == 1 else P.shape[1]
    if k == 1:
        raise value_error(
            "log_loss", "P to be (m,) or (m, k)", f"shape {P.shape}", "Use P[:, 0] for two classes."
        )
    if y_true.max() >= k:
        raise value_error(
            "log_loss",
            f"labels 0 to {k - 1}, as P has shape {P.shape}",
            f"{y_true.max()}",
            "Labels start at 0; P needs one column per class.",
        )
    if P.min() < 0 or P.max() > 1:
        raise value_error(
            "log_loss",
            "probabilities from 0 to 1",
            f"values from {P.min():g} to {P.max():g}",
            "Apply sigmoid or softmax to scores first.",
        )
    if P.ndim == 2:
        off = np.abs(P.sum(axis=1, dtype=float) - 1)
        if off.max() > (1e-3 if P.dtype == np.float32 else 1e-6):
            row = int(np.argmax(off))
            raise value_error(
                "log_loss",
                "each row of P to sum to 1",
                f"{P[row].sum(dtype=float):g} in row {row}",
                "Use softmax, not one sigmoid per class.",
            )
