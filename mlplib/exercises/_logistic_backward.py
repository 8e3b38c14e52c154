"""Exercises of notebook 02, second part: the gradient of the cross-entropy, and the training."""

import numpy as np

from mlplib.exercises.logistic_regression import _labelled_tables, _sigmoid, course

# ---- 5 ----------------------------------------------------------------------------------------


def _flat_tables(rng):
    for X, Y, W, b in _labelled_tables(rng):
        yield X, Y[:, 0], W[:, 0], float(b[0])


def _gradient_by_differences(X, y, w, b, eps=1e-5):
    def loss(w, b):
        z = X @ w + b
        return np.mean(np.logaddexp(0, z) - y * z)

    units = np.eye(len(w))
    dw = [(loss(w + eps * u, b) - loss(w - eps * u, b)) / (2 * eps) for u in units]
    return np.array(dw), (loss(w, b + eps) - loss(w, b - eps)) / (2 * eps)


@course.exercise(
    title="Spot the slip: factors in front of the sum",
    formulas=("D3",),
    returns={"dw": "(n_in,)", "db": "a number"},
    cases=_flat_tables,
    slip=True,
    referee=("gradient check", _gradient_by_differences),
    rtol=1e-5,
    hints=[
        "Which example do `A[k]` and `X[k, i]` belong to, in the two lines where they stand in "
        "front? Every example has an A of its own, too.",
        "After the loop, k is the last example. The factor A (1 - A) and the feature have to be "
        "multiplied to their own example's term, before anything is added up.",
        "Move both into the inner loop: `total + (...) * A[k] * (1 - A[k]) * X[k, i]`, and for b "
        "the same without the feature. You may then see what cancels.",
    ],
    after="With A (1 - A) inside, it cancels against the denominators: y/A - (1-y)/(1-A) times "
    "A (1 - A) is y - A. What is left is (A - y) x_i, summed and divided by m.",
)
def mend_gradient(X, y, w, b):
    """Spot the slip in lecture 004's gradient of the cross-entropy, and mend it (D3).

    With A = sigmoid(X w + b), the lecture prints

        dJ/dw_i = -(1/m) A (1 - A) x_i  sum over k of { y_k / A_k - (1 - y_k) / (1 - A_k) }
        dJ/db   = -(1/m) A (1 - A)      sum over k of { y_k / A_k - (1 - y_k) / (1 - A_k) }

    The code below is that, word by word. It fails the gradient check. Change it so that it
    passes.

    X : array (m, n_in), feature i of example k is X[k, i]
    y : array (m,), the labels, 0 or 1
    w : array (n_in,), the weights;  b : number, the bias
    Returns dw : array (n_in,), and db : number, the derivatives of the binary cross-entropy
    """
    m, n_in = X.shape
    A = 1 / (1 + np.exp(-(X @ w + b)))
    dw = np.zeros(n_in)
    for i in range(n_in):
        total = 0.0
        for k in range(m):
            # gap: total = total + (y[k] / A[k] - (1 - y[k]) / (1 - A[k]))
            total = total + (y[k] - A[k]) * X[k, i]
            # end
        # gap: dw[i] = -1 / m * A[k] * (1 - A[k]) * X[k, i] * total
        dw[i] = -1 / m * total
        # end
    total = 0.0
    for k in range(m):
        # gap: total = total + (y[k] / A[k] - (1 - y[k]) / (1 - A[k]))
        total = total + (y[k] - A[k])
        # end
    # gap: db = -1 / m * A[k] * (1 - A[k]) * total
    db = -1 / m * total
    # end
    return dw, db


def _parts(X, y, w, b):
    """A, its slope, and what stands in the lecture's braces; all (m,)."""
    A = _sigmoid(X @ w + b)
    return A, A * (1 - A), y / A - (1 - y) / (1 - A)


@mend_gradient.mistake(
    "This is still the printed formula: the sum of all braces, multiplied by the slope and the "
    "feature of the last example, where the loop happened to stop."
)
def last_example(X, y, w, b):
    _, slope, braces = _parts(X, y, w, b)
    mean = -np.mean(braces)
    return mean * slope[-1] * X[-1], mean * slope[-1]


@mend_gradient.mistake(
    "The feature is inside the sum now, but A (1 - A) still stands in front. Every example has its "
    "own A, so this factor belongs into the sum as well."
)
def slope_still_outside(X, y, w, b):
    _, slope, braces = _parts(X, y, w, b)
    return -slope[-1] * (braces @ X) / len(X), -slope[-1] * np.mean(braces)


@mend_gradient.mistake(
    "A (1 - A) is inside the sum now, but the feature still stands in front: each example needs "
    "its own."
)
def feature_still_outside(X, y, w, b):
    _, slope, braces = _parts(X, y, w, b)
    mean = -np.mean(slope * braces)
    return mean * X[-1], mean


@mend_gradient.mistake(
    "A (1 - A) is gone, but the braces are as printed: y/A - (1-y)/(1-A) is the derivative with "
    "respect to A. Without the slope of the sigmoid the chain does not reach z."
)
def slope_dropped(X, y, w, b):
    _, _, braces = _parts(X, y, w, b)
    return -(braces @ X) / len(X), -np.mean(braces)


@mend_gradient.mistake(
    "The slope A (1 - A) is multiplied to y - A, which contains it already: y - A is what is left "
    "after it has cancelled against the denominators."
)
def slope_twice(X, y, w, b):
    A, slope, _ = _parts(X, y, w, b)
    error = slope * (A - y)
    return error @ X / len(X), np.mean(error)


@mend_gradient.mistake(
    "You replaced the last example's factors by means over the examples. A product of means is not "
    "the mean of the products: multiply example by example, then add up."
)
def means_apart(X, y, w, b):
    _, slope, braces = _parts(X, y, w, b)
    mean = -np.mean(braces)
    return mean * slope.mean() * X.mean(axis=0), mean * slope.mean()


# ---- 6 ----------------------------------------------------------------------------------------


@course.exercise(
    title="The gradient of the cross-entropy",
    formulas=("C6", "D3"),
    returns={"dW": "(n_in, 1)", "db": "(1,)"},
    cases=_labelled_tables,
    hints=[
        "Forward first: the scores Z, then the probabilities P. Then dZ, the derivative for each "
        "score, shape (m, 1): what is left of the chain after the cancellation?",
        "It is the error of each example, divided by m: (P - Y) / m. From there on, it is the "
        "gradient of notebook 01: the same two lines.",
        "`dW = X.T @ dZ` and `db = dZ.sum(axis=0)`.",
    ],
    after="Compare with linear regression: the error times the input, averaged. Only the 2 of the "
    "square is missing, and the error is one of probabilities.",
)
def gradient(X, Y, W, b):
    """Derivatives of the binary cross-entropy of P = sigmoid(X W + b), without a loop (D3).

    X : array (m, n_in), the features
    Y : array (m, 1), the labels, 0 or 1
    W : array (n_in, 1), the weights
    b : array (1,), the bias
    Returns dW : array (n_in, 1), and db : array (1,), each shaped like its parameter
    """
    m = len(X)
    # gap: dW = ...  # your code here
    # gap: db = ...
    P = 1 / (1 + np.exp(-(X @ W + b)))
    dZ = (P - Y) / m
    dW = X.T @ dZ
    db = dZ.sum(axis=0)
    # end
    return dW, db


def _dZ(X, Y, W, b):
    return (_sigmoid(X @ W + b) - Y) / len(X)


@gradient.mistake(
    "There is a factor P (1 - P) too much: that is the gradient of the squared error behind a "
    "sigmoid (but for a 2). With the cross-entropy this factor cancels, and that is its merit."
)
def slope_not_cancelled(X, Y, W, b):
    P = _sigmoid(X @ W + b)
    dZ = _dZ(X, Y, W, b) * P * (1 - P)
    return X.T @ dZ, dZ.sum(axis=0)


@gradient.mistake(
    "The sigmoid is missing: you compare scores with labels, as linear regression does. The error "
    "is P - Y, with probabilities."
)
def error_of_scores(X, Y, W, b):
    dZ = (X @ W + b - Y) / len(X)
    return X.T @ dZ, dZ.sum(axis=0)


@gradient.mistake(
    "The sign is wrong: this gradient points downhill. It is P - Y; if the model says too much, "
    "the score has to fall, and the derivative is positive."
)
def points_downhill(X, Y, W, b):
    dZ = -_dZ(X, Y, W, b)
    return X.T @ dZ, dZ.sum(axis=0)


@gradient.mistake(
    "The factor 2 comes from squares, and there is no square here: the derivative of the logarithm "
    "brings none."
)
def two_from_squares(X, Y, W, b):
    dZ = 2 * _dZ(X, Y, W, b)
    return X.T @ dZ, dZ.sum(axis=0)


@gradient.mistake(
    "The 1/m is missing: this is the gradient of the sum over the examples. With more examples, "
    "every step would be longer."
)
def sum_over_examples(X, Y, W, b):
    dZ = len(X) * _dZ(X, Y, W, b)
    return X.T @ dZ, dZ.sum(axis=0)


@gradient.mistake(
    "`dW` is transposed: one row, (1, n_in). A derivative has the shape of its parameter, here "
    "(n_in, 1)."
)
def row_of_derivatives(X, Y, W, b):
    dZ = _dZ(X, Y, W, b)
    return dZ.T @ X, dZ.sum(axis=0)


@gradient.mistake(
    "`db` still has one row for each example. All of them pull at the same b: add up over the "
    "examples, `axis=0`."
)
def one_db_each(X, Y, W, b):
    dZ = _dZ(X, Y, W, b)
    return X.T @ dZ, dZ


# ---- 7 ----------------------------------------------------------------------------------------


def _labelled_scores(rng):
    yield np.array([-1.0, 0.0, 2.0]), np.array([0.0, 1.0, 1.0])
    for m in (1, 2, 5, 20):
        yield rng.normal(0, 3, m).round(1), rng.integers(0, 2, m).astype(float)
    yield np.array([-1000.0, 1000.0, 800.0, -50.0]), np.array([1.0, 0.0, 1.0, 0.0])


@course.exercise(
    title="The loss from the score",
    formulas=("C2", "C6"),
    returns={"loss": "a number"},
    cases=_labelled_scores,
    hints=[
        "With p = 1 / (1 + e^(-z)): -log(1 - p) = log(1 + e^z), and log p - log(1 - p) = z. Put "
        "both into the loss of one example.",
        "What is left for one example is log(1 + e^z) - y z. For z = 1000 the exponential "
        "overflows, although the logarithm of it is simply 1000.",
        "`np.logaddexp(0, z)` is log(e^0 + e^z), without an overflow.",
    ],
    after="A sure and wrong answer costs its score: 1000 here, not infinity. That is why networks "
    "put out scores while they train, and the sigmoid is part of the loss.",
)
def loss_from_scores(z, y):
    """Binary cross-entropy of m scores, exact for scores as large as 1000 (C2, C6).

    It is the mean of log(1 + e^z) - y z: the same number as the cross-entropy of sigmoid(z),
    but without a probability that is rounded to 0 or 1 on the way.

    z : array (m,), the scores
    y : array (m,), the labels, 0 or 1
    Returns loss : one number
    """
    # gap: loss = ...  # your code here
    loss = np.mean(np.logaddexp(0, z) - y * z)
    # end
    return loss


@loss_from_scores.mistake(
    "You go by way of the probability. For z = 1000 it is rounded to 1, log(1 - p) is the "
    "logarithm of 0, and 0 times infinity is no number. Stay with the scores."
)
def by_probabilities(z, y):
    p = _sigmoid(z)
    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))


@loss_from_scores.mistake(
    "For small scores this is right. For z = 1000, e^z is larger than any number the computer "
    "has, and its logarithm comes out as infinity in place of 1000."
)
def overflowing(z, y):
    return np.mean(np.log(1 + np.exp(z)) - y * z)


@loss_from_scores.mistake(
    "The sign of the second term is wrong: when y is 1, a large score should make the loss small."
)
def label_term_added(z, y):
    return np.mean(np.logaddexp(0, z) + y * z)


@loss_from_scores.mistake(
    "The term with the label is missing: as if every example were of class 0, so that the best "
    "score would always be minus infinity."
)
def label_forgotten(z, y):
    return np.mean(np.logaddexp(0, z))


@loss_from_scores.mistake("You add up over the examples; the loss of the course is their mean.")
def added_up(z, y):
    return np.sum(np.logaddexp(0, z) - y * z)


@loss_from_scores.mistake(
    "You cut probabilities off near 0 and 1 before the logarithm. There is no nan any more, but "
    "also no difference between wrong and terribly wrong: from there on the gradient is 0."
)
def clipped(z, y):
    p = np.clip(_sigmoid(z), 1e-15, 1 - 1e-15)
    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))


# ---- 8 ----------------------------------------------------------------------------------------


def _trainings(rng):
    yield np.array([[-1.0], [0.0], [2.0]]), np.array([[0.0], [1.0], [1.0]]), 0.5, 2
    for m, n_in, lr, steps in (
        (4, 2, 0.5, 1),
        (5, 1, 0.1, 3),
        (1, 3, 1.0, 0),
        (8, 2, 1.0, 20),
        (20, 3, 0.5, 50),
    ):
        X = rng.normal(0, 1, (m, n_in)).round(1)
        noise = rng.normal(0, 1, (m, 1))
        yield X, (X.sum(axis=1, keepdims=True) + noise + 0.3 > 0).astype(float), lr, steps


def _descend(X, Y, lr, steps, slopes=None, bias=True):
    """Gradient descent, with any function for dZ: what most mistakes of `fit` are made of."""
    W, b = np.zeros((X.shape[1], 1)), np.zeros(1)
    for _ in range(steps):
        Z = X @ W + b
        dZ = (_sigmoid(Z) - Y) / len(X) if slopes is None else slopes(Z, Y)
        W, b = W - lr * X.T @ dZ, b - lr * bias * dZ.sum(axis=0)
    return W, b


@course.exercise(
    title="Train a classifier",
    formulas=("A8", "D3", "E1"),
    returns={"W": "(n_in, 1)", "b": "(1,)"},
    cases=_trainings,
    hints=[
        "Four things in each round, as in notebook 01: forward, error, derivatives, step. Only the "
        "forward part has changed.",
        "The probabilities anew in each round, as in exercise 2. The error is P - Y; divide it by "
        "m, and it is the dZ of exercise 6.",
        "`dZ = (P - Y) / len(X)`, then `W = W - lr * (X.T @ dZ)` and `b = b - lr * "
        "dZ.sum(axis=0)`.",
    ],
    after="This is logistic regression, complete. Every classifier of the course ends in these "
    "lines, whatever stands before the last layer.",
)
def fit(X, Y, lr, steps):
    """Logistic regression by gradient descent on the binary cross-entropy (A8, D3, E1).

    Start with all weights and the bias at 0 and make exactly `steps` steps.

    X : array (m, n_in), the features
    Y : array (m, 1), the labels, 0 or 1
    lr : number, the learning rate
    steps : whole number, how many steps to make (0 makes none)
    Returns W : array (n_in, 1), and b : array (1,), after the last step
    """
    W, b = np.zeros((X.shape[1], 1)), np.zeros(1)
    for _ in range(steps):
        # gap
        P = 1 / (1 + np.exp(-(X @ W + b)))
        dZ = (P - Y) / len(X)
        W = W - lr * (X.T @ dZ)
        b = b - lr * dZ.sum(axis=0)
        # end
    return W, b


@fit.mistake(
    "The sigmoid is missing in the loop: this fits a straight line to the labels, as notebook 01 "
    "does (up to a factor 2)."
)
def a_straight_line(X, Y, lr, steps):
    return _descend(X, Y, lr, steps, lambda Z, Y: (Z - Y) / len(Y))


@fit.mistake(
    "Each step follows the squared error: there is a factor 2 P (1 - P) in your derivative. With "
    "the cross-entropy dZ is (P - Y) / m and nothing more."
)
def squared_error_steps(X, Y, lr, steps):
    def slopes(Z, Y):
        P = _sigmoid(Z)
        return 2 * (P - Y) * P * (1 - P) / len(Y)

    return _descend(X, Y, lr, steps, slopes)


@fit.mistake(
    "There is a factor P (1 - P) in your derivative that has cancelled: with the cross-entropy dZ "
    "is (P - Y) / m. Where the model is sure, your steps are too short."
)
def slope_left_in(X, Y, lr, steps):
    def slopes(Z, Y):
        P = _sigmoid(Z)
        return (P - Y) * P * (1 - P) / len(Y)

    return _descend(X, Y, lr, steps, slopes)


@fit.mistake(
    "The loop climbs: each step makes the loss larger. dZ is P - Y, and the step goes against it, "
    "with one minus sign."
)
def uphill(X, Y, lr, steps):
    return _descend(X, Y, -lr, steps)


@fit.mistake(
    "The bias stays 0: nothing in the loop changes b, so that the answer at X = 0 is always 50 %."
)
def bias_stays(X, Y, lr, steps):
    return _descend(X, Y, lr, steps, bias=False)


@fit.mistake(
    "The 1/m is missing: with more examples the steps get longer. The loss is a mean, and so is "
    "its gradient."
)
def sums_for_means(X, Y, lr, steps):
    return _descend(X, Y, lr, steps, lambda Z, Y: _sigmoid(Z) - Y)


@fit.mistake(
    "Only one step is made, however large `steps` is. Is `return` inside the loop, or are W and b "
    "set back to 0 in each round?"
)
def a_single_step(X, Y, lr, steps):
    return _descend(X, Y, lr, min(steps, 1))


@fit.mistake(
    "You move W first, compute P anew, and only then derive for b. Both derivatives belong to one "
    "and the same P: compute them first, then move both."
)
def bias_after_weights(X, Y, lr, steps):
    W, b = np.zeros((X.shape[1], 1)), np.zeros(1)
    for _ in range(steps):
        W = W - lr * X.T @ ((_sigmoid(X @ W + b) - Y) / len(X))
        b = b - lr * ((_sigmoid(X @ W + b) - Y) / len(X)).sum(axis=0)
    return W, b


@fit.mistake(
    "W and b come back as they started, all 0: the loop computes, but gives neither a new value. "
    "Each round has to end with `W = ...` and `b = ...`."
)
def standing_still(X, Y, lr, steps):
    return np.zeros((X.shape[1], 1)), np.zeros(1)
