"""The exercises of notebook 01: linear regression as a network with one neuron.

First one feature, with plain numbers w and b: the neuron and its loss here, the derivatives in
`_linear_derivatives.py`, the training in `_linear_descent.py`; then several features, with
matrices, in `_linear_matrices.py`. Two exercises are "spot the slip": their blanks are code after
what lecture 004 prints, and finite differences are the referee. The last one is open: whatever
finds the best line is right.
"""

import numpy as np

from mlplib.exercises._exercise import ExerciseSet

course = ExerciseSet(
    "linear_regression", "Linear regression as a network", "01_linear_regression.ipynb"
)
progress = course.progress


# ---- cases ------------------------------------------------------------------------------------
# Rounded to one decimal, so that they can be followed by hand, and with several m and n_in, so that
# no mistake agrees by chance.


def _points(rng):
    """One feature, targets, and a line that does not fit them."""
    yield np.array([1.0, 2.0, 4.0]), np.array([3.0, 4.0, 9.0]), 1.0, 1.0
    for m in (2, 1, 5, 8, 30):
        x, y = rng.normal(1, 2, m).round(1), rng.normal(2, 3, m).round(1)
        yield x, y, *rng.normal(0, 2, 2).round(1)


def _tables(rng):
    """Several features, weights and a bias, in the course's shapes."""
    yield np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 7.0]]), np.array([[2.0], [-1.0]]), np.array([0.5])
    for m, n_in in ((5, 3), (1, 4), (4, 1), (2, 5), (20, 3)):
        X, W = rng.normal(1, 2, (m, n_in)).round(1), rng.normal(0, 2, (n_in, 1)).round(1)
        yield X, W, rng.normal(1, 2, 1).round(1)


def _tables_with_targets(rng):
    """The same with targets: X, Y, W, b."""
    for X, W, b in _tables(rng):
        yield X, rng.normal(2, 3, (len(X), 1)).round(1), W, b


# ---- 1 ----------------------------------------------------------------------------------------


def _lines(rng):
    yield np.array([1.0, 2.0, 4.0]), 3.0, 0.5
    for m in (1, 2, 5, 30):
        yield rng.normal(1, 2, m).round(1), *rng.normal(0, 2, 2).round(1)


@course.exercise(
    title="One neuron predicts",
    formulas=("A2",),
    returns={"y_hat": "(m,)"},
    cases=_lines,
    hints=[
        "The neuron multiplies its input by its weight, and then adds its bias.",
        "`x` is an array, `w` and `b` are numbers. numpy multiplies and adds entry by entry, so "
        "no loop is needed.",
    ],
    after="The same line of code serves 1 house and 30: that is what rows as examples buy.",
)
def predict(x, w, b):
    """Predict the prices of m houses with one neuron: y_hat = Z = w x + b (A2).

    x : array (m,), one feature of each house
    w, b : numbers, the weight and the bias
    Returns y_hat : array (m,), one prediction for each house
    """
    # gap: y_hat = ...  # your code here
    y_hat = w * x + b
    # end
    return y_hat


@predict.mistake(
    "You add the bias first and then multiply, so that the weight multiplies the bias as well: "
    "w (x + b) = w x + w b. The bias shifts the finished product."
)
def bias_inside(x, w, b):
    return w * (x + b)


@predict.mistake(
    "The bias is missing. Without it every line goes through the origin: a house of size 0 would "
    "always be predicted to cost 0."
)
def without_bias(x, w, b):
    return w * x


@predict.mistake(
    "Weight and bias have changed places: `w` is the slope and multiplies the feature, `b` is the "
    "prediction for a feature of 0."
)
def weight_and_bias_exchanged(x, w, b):
    return b * x + w


@predict.mistake(
    "You add the predictions of all houses up to one number. The neuron answers for each house by "
    "itself: m houses, m predictions, no sum over the houses."
)
def summed_over_houses(x, w, b):
    return np.sum(w * x + b)


# ---- 2 ----------------------------------------------------------------------------------------


def _predictions(rng):
    yield np.array([1.0, 2.0, 4.0]), np.array([1.0, 4.0, 3.0])
    for m in (2, 1, 5, 8, 30):
        yield rng.normal(1, 2, m).round(1), rng.normal(2, 3, m).round(1)


@course.exercise(
    title="How wrong is the line?",
    formulas=("C1",),
    returns={"loss": "a number"},
    cases=_predictions,
    hints=[
        "Three steps, from the inside out: the error of each house, its square, the mean.",
        "`y - y_hat` holds the m errors at once, `** 2` squares each of them.",
        "`np.mean` adds up and divides by m.",
    ],
    after="The loss has the unit of y squared: dollars squared here. Its root can be read in "
    "dollars.",
)
def mse(y_hat, y):
    """Mean squared error of m predictions: (1/m) * sum of (y - y_hat)^2 (C1).

    y_hat : array (m,), the predictions
    y : array (m,), the true values
    Returns loss : one number
    """
    # gap: loss = ...  # your code here
    loss = np.mean((y - y_hat) ** 2)
    # end
    return loss


@mse.mistake(
    "This is the sum of the squared errors, not their mean: it grows with every house that is "
    "added, even if all are predicted equally well. Divide by m."
)
def sum_of_squares(y_hat, y):
    return np.sum((y - y_hat) ** 2)


@mse.mistake(
    "The errors are not squared, so positive and negative ones cancel: two houses that are wrong "
    "by +10 and by -10 would give a loss of 0."
)
def errors_not_squared(y_hat, y):
    return np.mean(y - y_hat)


@mse.mistake(
    "This is the mean absolute error. It is a fair measure too, but another one: the square makes "
    "one error of 10 count as much as a hundred errors of 1."
)
def absolute_errors(y_hat, y):
    return np.mean(np.abs(y - y_hat))


@mse.mistake(
    "You subtract the squares instead of squaring the differences: y^2 - y_hat^2 is not "
    "(y - y_hat)^2, and can even be negative. Where do the parentheses go?"
)
def squares_subtracted(y_hat, y):
    return np.mean(y**2 - y_hat**2)


@mse.mistake(
    "You take the mean first and then square it: inside the mean, positive and negative errors "
    "have already cancelled. Square each error first."
)
def square_of_the_mean(y_hat, y):
    return np.mean(y - y_hat) ** 2


@mse.mistake(
    "This is half the mean squared error, as lecture 003 writes it. Its minimum is the same, but "
    "its gradient, and so every step, is half as long. Here the factor is 1/m alone."
)
def half_the_mean(y_hat, y):
    return np.mean((y - y_hat) ** 2) / 2


@mse.mistake(
    "You take the root at the end: that is the RMSE. It has its minimum in the same place, but "
    "another gradient. Formula C1 has no root."
)
def root_of_the_mean(y_hat, y):
    return np.sqrt(np.mean((y - y_hat) ** 2))


@mse.mistake(
    "You divide by m - 1. That is where lecture 001 leads: it adds up i = 0 ... n, which are n + 1 "
    "terms, and divides by n. A mean divides by the number of its terms."
)
def one_term_too_many(y_hat, y):
    return np.sum((y - y_hat) ** 2) / np.float64(len(y) - 1)


@mse.mistake(
    "You pair every prediction with every target, m times m differences: that happens when one of "
    "the arrays has the shape (m, 1) and the other (m,). Leave both as they come in."
)
def every_pair(y_hat, y):
    return np.mean((y[:, None] - y_hat) ** 2)


# The other parts join the course after these, in the order of the notebook.
from mlplib.exercises._linear_derivatives import (  # noqa: E402
    chain,
    gradient_w_b,
    numerical_gradient,
)
from mlplib.exercises._linear_descent import fit, step  # noqa: E402
from mlplib.exercises._linear_matrices import (  # noqa: E402
    best_fit,
    forward,
    gradient,
    mend_gradient,
    standardize,
)

__all__ = [
    "best_fit",
    "chain",
    "course",
    "fit",
    "forward",
    "gradient",
    "gradient_w_b",
    "mend_gradient",
    "mse",
    "numerical_gradient",
    "predict",
    "progress",
    "standardize",
    "step",
]
