"""Exercises of notebook 01, last part: several features at once, in matrices."""

import numpy as np

from mlplib.exercises._linear_derivatives import _slope
from mlplib.exercises.linear_regression import _tables, _tables_with_targets, course

# ---- 8 ----------------------------------------------------------------------------------------


def _columns(rng):
    yield (np.array([[1.0, 10.0], [3.0, 50.0]]),)
    for m, n_in in ((3, 2), (4, 4), (6, 3), (25, 5)):
        scales = 10.0 ** rng.integers(-1, 4, n_in)
        yield ((rng.normal(2, 1, (m, n_in)) * scales).round(2),)


@course.exercise(
    title="Features on one scale",
    returns={"X_scaled": "(m, n_in)"},
    cases=_columns,
    hints=[
        "Each column is treated by itself: its own mean, its own standard deviation.",
        "`X.mean(axis=0)` goes down the rows and gives one mean for each column, shape (n_in,). "
        "`X - X.mean(axis=0)` then subtracts it from every row.",
        "`X.std(axis=0)` does the same for the standard deviation.",
    ],
    after="For new houses, use the mean and the standard deviation of the houses that you trained "
    "on: otherwise the same house would get other features.",
)
def standardize(X):
    """Give every feature the mean 0 and the standard deviation 1.

    The standard deviation is the root of the mean squared distance from the mean (1/m inside,
    as `np.std` has it). No column is constant.

    X : array (m, n_in), one row for each house, one column for each feature
    Returns X_scaled : array (m, n_in)
    """
    # gap: X_scaled = ...  # your code here
    X_scaled = (X - X.mean(axis=0)) / X.std(axis=0)
    # end
    return X_scaled


@standardize.mistake(
    "You use one mean and one standard deviation for the whole table: square feet and bedrooms are "
    "thrown together, and stay as unlike as they were. Say `axis=0`."
)
def whole_table(X):
    return (X - X.mean()) / X.std()


@standardize.mistake(
    "You standardize each house: `axis=1` goes along a row, over that house's features. A feature "
    "is a column, and `axis=0` goes down it."
)
def along_the_rows(X):
    return (X - X.mean(axis=1, keepdims=True)) / X.std(axis=1, keepdims=True)


@standardize.mistake(
    "The mean is not subtracted: the columns have the standard deviation 1, but not the mean 0."
)
def not_centred(X):
    return X / X.std(axis=0)


@standardize.mistake(
    "The columns have the mean 0, but keep their own spread: divide by the standard deviation as "
    "well."
)
def only_centred(X):
    return X - X.mean(axis=0)


@standardize.mistake(
    "You divide by the variance. It has the unit squared; its root, the standard deviation, has "
    "the unit of the feature."
)
def divided_by_variance(X):
    return (X - X.mean(axis=0)) / X.var(axis=0)


@standardize.mistake(
    "You bring each column to the range from 0 to 1. That is scaling too, but another one (min-max "
    "scaling): here the mean should be 0 and the standard deviation 1."
)
def to_zero_and_one(X):
    return (X - X.min(axis=0)) / (X.max(axis=0) - X.min(axis=0))


@standardize.mistake(
    "Your standard deviation has 1/(m - 1) inside, as an estimate from a sample has (`ddof=1`). "
    "Here it is 1/m, which is what `np.std` does if nothing is said."
)
def sample_deviation(X):
    return (X - X.mean(axis=0)) / X.std(axis=0, ddof=1)


# ---- 9 ----------------------------------------------------------------------------------------


@course.exercise(
    title="Several features at once",
    formulas=("A1", "A3"),
    returns={"Z": "(m, 1)"},
    cases=_tables,
    hints=[
        "For one house it is a sum: z = x_1 w_1 + ... + x_n w_n + b. A matrix product makes this "
        "sum for every row at once.",
        "Which order fits, (m, n_in) times (n_in, 1) or the other way round? The inner sizes have "
        "to agree, the outer ones are the result's.",
        "`@` is the matrix product. `b` of shape (1,) is added to every row by itself.",
    ],
    after="The lecture writes W^T X + b, with one column for each example. Ours is the transpose: "
    "rows are examples, as in a table.",
)
def forward(X, W, b):
    """The neuron with several features, for all houses at once: Z = X W + b (A1, A3).

    X : array (m, n_in), one row for each house
    W : array (n_in, 1), one weight for each feature
    b : array (1,), the bias
    Returns Z : array (m, 1), one prediction for each house
    """
    # gap: Z = ...  # your code here
    Z = X @ W + b
    # end
    return Z


@forward.mistake(
    "The bias is added twice, as lecture 003 prints it (z = b + sum of x_i w_i + b). It is one "
    "number that is added once."
)
def bias_twice(X, W, b):
    return X @ W + 2 * b


@forward.mistake(
    "The bias is added to each product, before the sum: with n_in features it counts n_in times. "
    "Sum up first, then add b once."
)
def bias_for_each_feature(X, W, b):
    return np.sum(X * W.T + b, axis=1, keepdims=True)


@forward.mistake("The bias is missing: a house whose features are all 0 should be predicted as b.")
def no_bias(X, W, b):
    return X @ W


@forward.mistake(
    "Your result is one row, (1, m): the lecture's layout, with one column for each house. In this "
    "course rows are houses: X W, not W^T X^T."
)
def one_column_each(X, W, b):
    return W.T @ X.T + b


@forward.mistake(
    "The second axis is lost: Z has the shape (m,), not (m, 1). Use W as it is, with its column. "
    "A flat Z minus a Y of shape (m, 1) would give m times m differences."
)
def flat(X, W, b):
    return X @ W[:, 0] + b


@forward.mistake(
    "You multiply each feature by its weight, but you do not add the products up: the result still "
    "has a column for each feature. `*` works entry by entry, `@` sums."
)
def not_summed(X, W, b):
    return X * W.T + b


# ---- 10 ---------------------------------------------------------------------------------------


def _flat_tables(rng):
    for X, Y, W, b in _tables_with_targets(rng):
        yield X, Y[:, 0], W[:, 0], float(b[0])


def _gradient_by_differences(X, y, w, b):
    def loss(w, b):
        return np.mean((y - (X @ w + b)) ** 2)

    units = np.eye(len(w))
    dw = np.array([_slope(lambda t, unit=unit: loss(w + t * unit, b), 0.0) for unit in units])
    return dw, _slope(lambda t: loss(w, t), b)


@course.exercise(
    title="Spot the slip: x in front of the sum",
    formulas=("D2",),
    returns={"dw": "(n_in,)", "db": "a number"},
    cases=_flat_tables,
    slip=True,
    referee=("gradient check", _gradient_by_differences),
    rtol=1e-6,
    hints=[
        "Which house does `X[k, i]` belong to, in the line where it stands? Print k there.",
        "After the loop, k is the last house. But each house has its own error and its own "
        "feature: where do the two meet?",
        "Multiply by `X[k, i]` where k runs: inside the inner loop. db keeps the sum without it.",
    ],
    after="An index that is used outside its sum is a sure sign of a slip. For m = 1 there is only "
    "one house, so the printed formula passes there, and fails elsewhere.",
)
def mend_gradient(X, y, w, b):
    """Spot the slip in lecture 004's gradient for several features, and mend it (D2).

    The lecture prints, for the mean squared error of y_hat = X w + b,

        d(MSE)/dw_i = -(2/m) x_i  sum over k of (y_k - y_hat_k)

    The code below is that formula, word by word. It fails the gradient check. Change it so
    that it passes.

    X : array (m, n_in), feature i of house k is X[k, i]
    y : array (m,), the prices
    w : array (n_in,), the weights;  b : number, the bias
    Returns dw : array (n_in,), and db : number
    """
    m, n_in = X.shape
    y_hat = X @ w + b
    dw = np.zeros(n_in)
    for i in range(n_in):
        total = 0.0
        for k in range(m):
            # gap: total = total + (y[k] - y_hat[k])
            total = total + X[k, i] * (y[k] - y_hat[k])
            # end
        # gap: dw[i] = -2 / m * X[k, i] * total
        dw[i] = -2 / m * total
        # end
    db = -2 / m * np.sum(y - y_hat)
    return dw, db


@mend_gradient.mistake(
    "This is still the printed formula: the sum of all errors, multiplied by the feature of the "
    "last house, where the loop happened to stop. Each error needs the feature of its own house."
)
def last_house(X, y, w, b):
    error = y - (X @ w + b)
    return -2 / len(X) * X[-1] * np.sum(error), -2 / len(X) * np.sum(error)


@mend_gradient.mistake(
    "You replaced the last house's feature by the first one's. No single house can stand for all: "
    "each error needs the feature of its own house."
)
def first_house(X, y, w, b):
    error = y - (X @ w + b)
    return -2 / len(X) * X[0] * np.sum(error), -2 / len(X) * np.sum(error)


@mend_gradient.mistake(
    "You replaced the last house's feature by the mean of the feature. A product of means is not "
    "the mean of the products: multiply house by house, then add up."
)
def mean_feature(X, y, w, b):
    error = y - (X @ w + b)
    return -2 * X.mean(axis=0) * np.mean(error), -2 * np.mean(error)


@mend_gradient.mistake(
    "The feature is gone altogether, so that all weights get the same derivative. It has to move, "
    "not to vanish."
)
def feature_removed(X, y, w, b):
    error = y - (X @ w + b)
    return np.full(X.shape[1], -2 * np.mean(error)), -2 * np.mean(error)


@mend_gradient.mistake(
    "The feature is there twice: you put it into the sum, and left it in front of the sum as well."
)
def feature_twice(X, y, w, b):
    error = y - (X @ w + b)
    return -2 * X[-1] * np.mean(X * error[:, None], axis=0), -2 * np.mean(error)


# ---- 11 ---------------------------------------------------------------------------------------


@course.exercise(
    title="The gradient in matrix form",
    formulas=("D2", "D4"),
    returns={"dW": "(n_in, 1)", "db": "(1,)"},
    cases=_tables_with_targets,
    hints=[
        "Go backwards: first dZ, the derivative of the loss for each prediction, shape (m, 1). The "
        "1/m and the 2 belong to it.",
        "`dW` has the shape of W, (n_in, 1). Which product of X, (m, n_in), and dZ, (m, 1), has "
        "that shape? It is the sum over the houses, without a loop.",
        "`db` has the shape of b, (1,): add dZ up over the houses, `axis=0`.",
    ],
    after="`dW = X.T @ dZ` is the sum over the houses, written as a matrix product. The same line "
    "serves every layer of every network to come.",
)
def gradient(X, Y, W, b):
    """Derivatives of the mean squared error of Y_hat = X W + b, without a loop (D2, D4).

    The loss is (1/m) * sum over the m houses of (Y - Y_hat)^2.

    X : array (m, n_in), the features
    Y : array (m, 1), the prices
    W : array (n_in, 1), the weights
    b : array (1,), the bias
    Returns dW : array (n_in, 1), and db : array (1,), each shaped like its parameter
    """
    m = len(X)
    Y_hat = X @ W + b
    # gap: dW = ...  # your code here
    # gap: db = ...
    dZ = -2 / m * (Y - Y_hat)
    dW = X.T @ dZ
    db = dZ.sum(axis=0)
    # end
    return dW, db


def _dZ(X, Y, W, b):
    return -2 / len(X) * (Y - (X @ W + b))


@gradient.mistake(
    "`dW` is transposed: it is one row, (1, n_in). A derivative has the shape of its parameter, so "
    "that W - lr dW subtracts entry from entry."
)
def transposed(X, Y, W, b):
    dZ = _dZ(X, Y, W, b)
    return dZ.T @ X, dZ.sum(axis=0)


@gradient.mistake(
    "`db` is summed along the wrong axis: `axis=1` runs along a row and leaves one value for each "
    "house. Every house pulls at the same b: add up over the houses, `axis=0`."
)
def summed_along_rows(X, Y, W, b):
    dZ = _dZ(X, Y, W, b)
    return X.T @ dZ, dZ.sum(axis=1)


@gradient.mistake(
    "`db` is not summed at all: it still has one row for each house. Every house pulls at the same "
    "b: add up over the houses."
)
def not_added_up(X, Y, W, b):
    dZ = _dZ(X, Y, W, b)
    return X.T @ dZ, dZ


@gradient.mistake(
    "`db` is one bare number: without `axis`, a sum runs over everything. With `axis=0` it keeps "
    "the shape of b, (1,), and will go on to work with more than one output."
)
def summed_to_a_number(X, Y, W, b):
    dZ = _dZ(X, Y, W, b)
    return X.T @ dZ, dZ.sum()


@gradient.mistake(
    "In `db` the 1/m is there twice: `np.mean` divides by m, and so does the 2/m before it. In a "
    "matrix product nothing divides, so there the 2/m has to stay."
)
def mean_of_means(X, Y, W, b):
    dZ = _dZ(X, Y, W, b)
    return X.T @ dZ, dZ.mean(axis=0)


@gradient.mistake(
    "The 1/m is missing: `X.T @ ...` adds up over the houses, it does not take the mean. With more "
    "houses, every step would get longer."
)
def no_mean(X, Y, W, b):
    dZ = len(X) * _dZ(X, Y, W, b)
    return X.T @ dZ, dZ.sum(axis=0)


@gradient.mistake(
    "The sign is wrong: either 2/m (Y_hat - Y), or -2/m (Y - Y_hat). The gradient is to point "
    "uphill; the minus sign of the step comes later."
)
def minus_forgotten(X, Y, W, b):
    dZ = -_dZ(X, Y, W, b)
    return X.T @ dZ, dZ.sum(axis=0)


@gradient.mistake(
    "The factor 2 is missing: the derivative of a square is twice its base, and our MSE has no 1/2 "
    "to take it away."
)
def no_factor_two(X, Y, W, b):
    dZ = _dZ(X, Y, W, b) / 2
    return X.T @ dZ, dZ.sum(axis=0)


@gradient.mistake(
    "You multiply the mean of each feature by the sum of the errors: lecture 004's slip, x in "
    "front of the sum. Each error needs the features of its own house: that is what X^T dZ does."
)
def features_before_the_sum(X, Y, W, b):
    dZ = _dZ(X, Y, W, b)
    return X.mean(axis=0)[:, None] * dZ.sum(), dZ.sum(axis=0)


# ---- 12 ---------------------------------------------------------------------------------------


def _house_tables(rng):
    yield np.array([[1.0], [2.0], [4.0]]), np.array([[3.0], [4.0], [9.0]])
    for m, scales in ((30, (5000, 3, 1)), (8, (1, 100)), (50, (2, 2000, 1, 3))):
        X = (rng.normal(2, 0.5, (m, len(scales))) * scales).round(1)
        weights = rng.normal(3, 1, (len(scales), 1)) / np.array(scales)[:, None]
        yield X, (X @ weights + rng.normal(10, 1, (m, 1))).round(2)


def _least_squares(X, Y):
    """The best W and b. Centred first: the columns' sizes then matter little to the rounding."""
    X_mean, Y_mean, X_std = X.mean(axis=0), Y.mean(axis=0), X.std(axis=0)
    V = np.linalg.lstsq((X - X_mean) / X_std, Y - Y_mean, rcond=None)[0]
    W = V / X_std[:, None]
    return W, Y_mean - X_mean @ W


def _judge_fit(arguments, parts):
    """Any W and b will do whose loss is the smallest possible, to one part in a million."""
    X, Y = arguments
    reached, best = (np.mean((Y - (X @ W + b)) ** 2) for W, b in (parts, _least_squares(X, Y)))
    if reached <= best + 1e-6 * np.var(Y):
        return None
    return (
        f"For {len(X)} houses with {X.shape[1]} {'feature' if X.shape[1] == 1 else 'features'}, "
        f"your line has an MSE of {reached:.4g}; the best one has {best:.4g}. At the minimum the "
        "gradient is 0: compute it at your W and b. If it is not, more steps, a larger learning "
        "rate, or features on one scale bring you nearer."
    )


@course.exercise(
    title="Open: the best line, by any way you like",
    formulas=("A8", "C1"),
    returns={"W": "(n_in, 1)", "b": "(1,)"},
    cases=_house_tables,
    judge=_judge_fit,
    hints=[
        "Gradient descent will do, if it gets enough steps. But one learning rate has to suit all "
        "features: look at their sizes first.",
        "If you train on standardized features, the weights belong to those. Put "
        "(X - mean) / std into X_scaled V + c and read off which W and b that means for X itself.",
        "There is a way without steps: give X a column of ones, and `np.linalg.lstsq` solves for "
        "all weights and the bias at once.",
    ],
    after="Descent and the closed form reach the same line: the MSE of a linear network has one "
    "minimum. With the next notebooks' networks only descent is left.",
)
def best_fit(X, Y):
    """Find the W and b with the smallest mean squared error of Y_hat = X W + b.

    Any method counts: descent, a formula, a function of numpy. The features may be as unlike
    in size as square feet and bedrooms. Your MSE may exceed the smallest possible one by at
    most a millionth of the variance of Y.

    X : array (m, n_in), the features, not standardized
    Y : array (m, 1), the prices
    Returns W : array (n_in, 1), and b : array (1,), to be used with X as it comes in
    """
    # gap: W = ...  # your code here
    # gap: b = ...
    ones = np.ones((len(X), 1))
    theta = np.linalg.lstsq(np.hstack([X, ones]), Y, rcond=None)[0]
    W, b = theta[:-1], theta[-1]
    # end
    return W, b


@best_fit.mistake(
    "Your line is the best one through the origin: there is no bias in what you solve. Give X a "
    "column of ones; its weight is b."
)
def through_the_origin(X, Y):
    return np.linalg.lstsq(X, Y, rcond=None)[0], np.zeros(1)


@best_fit.mistake(
    "You predict the mean price for every house: the weights are 0, so no feature is used."
)
def mean_price(X, Y):
    return np.zeros((X.shape[1], 1)), Y.mean(axis=0)


@best_fit.mistake(
    "These are the weights and the bias for standardized features; but they will be used with X as "
    "it comes in. Divide each weight by its feature's standard deviation, and move the bias."
)
def weights_for_scaled_features(X, Y):
    W, _ = _least_squares(X, Y)
    return W * X.std(axis=0)[:, None], Y.mean(axis=0)


@best_fit.mistake(
    "The weights are right, the bias is not: it still belongs to features with the mean 0. For X "
    "as it comes in, subtract the mean features times W from it."
)
def bias_for_centred_features(X, Y):
    return _least_squares(X, Y)[0], Y.mean(axis=0)


@best_fit.mistake(
    "You fit the weights and leave the bias out of it at the end: b is 0, but the weights were "
    "found for features and prices with the mean 0."
)
def bias_left_out(X, Y):
    return _least_squares(X, Y)[0], np.zeros(1)
