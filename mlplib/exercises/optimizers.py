"""The exercises of notebook 05: optimizers, from one step of descent to a whole training.

Here the course itself, the factor of a loss, and minibatches. Then the two momenta in
`_optimizers_momentum`, a rate for each parameter in `_optimizers_adaptive`, Adam in
`_optimizers_adam`, schedules, the range test and stopping in `_optimizers_rates`, and the open
exercise in `_optimizers_budget`. Every step returns new values: nobody's array is changed.
"""

import numpy as np

from mlplib.exercises._exercise import ExerciseSet

course = ExerciseSet("optimizers", "Optimizers", "05_optimizers.ipynb")
progress = course.progress


# ---- 1 ----------------------------------------------------------------------------------------


def _rates(rng):
    yield 0.1, 4
    yield 0.5, 1
    for m in (2, 10, 500):
        yield round(rng.uniform(0.01, 1), 2), m


@course.exercise(
    title="One step, three losses",
    formulas=("C1", "E1"),
    returns={"lr_half_mse": "a number", "lr_half_sse": "a number"},
    cases=_rates,
    hints=[
        "A step is the rate times the gradient. If a loss is c times as large, what happens to "
        "its gradient? And what must the rate do so that the product stays?",
        "Write each loss as a factor times the MSE: half_mse = 1/2 MSE, half_sse = m/2 MSE.",
        "The rate is to be divided by that factor: by 1/2, and by m/2.",
    ],
    after="A learning rate means nothing without its loss. Whoever copies a rate from a text whose "
    "loss is a sum copies a step that is m times too long, or too short.",
)
def same_step(lr, m):
    """Learning rates that make the same step with another factor before the loss (C1, E1).

    With the MSE, (1/m) * sum of (y - y_hat)^2, gradient descent takes the rate lr. Which rates
    make exactly the same step if the loss is

        half_mse = (1/(2m)) * sum of (y - y_hat)^2
        half_sse = (1/2) * sum of (y - y_hat)^2

    lr : number, the rate for the MSE
    m : whole number, how many examples there are
    Returns lr_half_mse, lr_half_sse : two numbers, the rates for these two losses
    """
    # gap: lr_half_mse = ...  # your code here
    # gap: lr_half_sse = ...
    lr_half_mse = 2 * lr
    lr_half_sse = 2 * lr / m
    # end
    return lr_half_mse, lr_half_sse


@same_step.mistake(
    "You keep the rate. But the factor before a loss stands before its gradient, too, and so the "
    "step would change its length by that factor."
)
def rate_kept(lr, m):
    return lr, lr


@same_step.mistake(
    "You multiply by the factor of the loss; it has to be divided by it. A loss half as large has "
    "a gradient half as long, and needs a rate twice as large to make up for it."
)
def multiplied_by_the_factor(lr, m):
    return lr / 2, lr * m / 2


@same_step.mistake(
    "The rate for half_sse does not depend on m. But half_sse is a sum and not a mean: with 500 "
    "examples its gradient is 500 times as long as that of the mean."
)
def m_forgotten(lr, m):
    return 2 * lr, 2 * lr


@same_step.mistake(
    "The rate for half_sse grows with m. A sum over more examples has a longer gradient, so its "
    "rate must be smaller."
)
def m_the_wrong_way(lr, m):
    return 2 * lr, 2 * lr * m


@same_step.mistake(
    "For half_sse you took care of the 1/m, and not of the 1/2: it is m/2 times the MSE, not m "
    "times."
)
def half_forgotten_in_the_sum(lr, m):
    return 2 * lr, lr / m


# ---- 2 ----------------------------------------------------------------------------------------


def _tables_in_order(rng):
    yield np.array([[1.0], [2.0], [3.0]]), np.array([[10.0], [20.0], [30.0]]), _order(2, 0, 1), 2, 1
    for m, n_in, batch_size, k in ((7, 2, 3, 0), (7, 3, 3, 1), (7, 2, 3, 2), (8, 1, 4, 1)):
        X, Y = rng.normal(0, 2, (m, n_in)).round(1), rng.normal(0, 2, (m, 1)).round(1)
        yield X, Y, rng.permutation(m), batch_size, k


def _order(*rows):
    return np.array(rows)


@course.exercise(
    title="A minibatch",
    formulas=("E3",),
    returns={"X_batch": "(size, n_in)", "Y_batch": "(size, n_out)"},
    cases=_tables_in_order,
    hints=[
        "Minibatch 0 takes the first `batch_size` entries of `order`, minibatch 1 the next ones. "
        "Where does minibatch k begin, and where does it end?",
        "A slice that ends behind the last entry is no error: it simply ends there. So the last, "
        "shorter minibatch needs no line of its own.",
        "`rows = order[k * batch_size : (k + 1) * batch_size]`; then `X[rows]`, and Y likewise.",
    ],
    after="X and Y are taken by the same rows, so each example keeps its target. And nobody is "
    "left out: the last minibatch is short where m is no multiple of its size.",
)
def minibatch(X, Y, order, batch_size, k):
    """Minibatch number k of an epoch (E3).

    An epoch goes through all examples once, in the order in which their row numbers stand in
    `order`. Minibatch 0 takes the first `batch_size` of them, minibatch 1 the next, and so on;
    the last one takes what is left, and may be shorter.

    X : array (m, n_in), Y : array (m, n_out), one row for each example
    order : array (m,), the row numbers 0 ... m - 1, shuffled
    batch_size : whole number;  k : whole number, 0 for the first minibatch
    Returns X_batch : array (size, n_in), and Y_batch : array (size, n_out)
    """
    # gap: X_batch = ...  # your code here
    # gap: Y_batch = ...
    rows = order[k * batch_size : (k + 1) * batch_size]
    X_batch = X[rows]
    Y_batch = Y[rows]
    # end
    return X_batch, Y_batch


@minibatch.mistake(
    "You cut the minibatch out of the table as it stands; `order` is not used. If the table is "
    "sorted, each minibatch then shows one kind of example only."
)
def not_shuffled(X, Y, order, batch_size, k):
    part = slice(k * batch_size, (k + 1) * batch_size)
    return X[part], Y[part]


@minibatch.mistake(
    "X is shuffled and Y is not: each example gets the target of another one. No error is raised, "
    "the network just learns nothing. Take both by the same rows."
)
def targets_not_shuffled(X, Y, order, batch_size, k):
    part = slice(k * batch_size, (k + 1) * batch_size)
    return X[order[part]], Y[part]


@minibatch.mistake(
    "You count minibatches from 1: for k = 0 nothing comes out. In this course, as in Python, the "
    "first one has number 0."
)
def counted_from_one(X, Y, order, batch_size, k):
    rows = order[max(k - 1, 0) * batch_size : k * batch_size]
    return X[rows], Y[rows]


@minibatch.mistake(
    "The last, shorter minibatch comes out empty. Its examples have paid for being last: they "
    "would not be seen in this epoch. Use what is left."
)
def last_one_dropped(X, Y, order, batch_size, k):
    rows = order[k * batch_size : (k + 1) * batch_size]
    if len(rows) < batch_size:
        rows = rows[:0]
    return X[rows], Y[rows]


@minibatch.mistake(
    "You fill the last minibatch up with examples from the beginning of the epoch, so that some "
    "count twice. It may simply be shorter."
)
def filled_up(X, Y, order, batch_size, k):
    places = np.arange(k * batch_size, (k + 1) * batch_size) % len(order)
    return X[order[places]], Y[order[places]]


@minibatch.mistake(
    "You take one example too many. A slice `a:b` stops before b, so that no + 1 or - 1 is needed "
    "at its end."
)
def one_too_many(X, Y, order, batch_size, k):
    rows = order[k * batch_size : (k + 1) * batch_size + 1]
    return X[rows], Y[rows]


# ---- 3 ----------------------------------------------------------------------------------------


def _epochs(rng):
    x, y = np.array([1.0, 2.0, 4.0]), np.array([3.0, 4.0, 9.0])
    yield x, y, 1.0, 1.0, 0.01, 2, np.random.default_rng(0)
    for m, batch_size in ((7, 3), (8, 4), (5, 1), (10, 4)):
        x, y = rng.normal(0, 1, m).round(1), rng.normal(2, 2, m).round(1)
        w, b = rng.normal(0, 2, 2).round(1)
        yield x, y, w, b, 0.1, batch_size, np.random.default_rng(rng.integers(1000))


@course.exercise(
    title="One epoch with minibatches",
    formulas=("E3",),
    returns={"w": "a number", "b": "a number"},
    cases=_epochs,
    hints=[
        "For each minibatch, do what gradient descent does with all the data: predict, take both "
        "derivatives, make one step. Then the next minibatch, from where you stand now.",
        "Pick the examples out first: `x[rows]` and `y[rows]`. The mean runs over these alone, "
        "and the last minibatch has fewer of them.",
        "Take dw and db before you change w: both belong to the place where the step begins.",
    ],
    after="One pass through the data made several steps in place of one. Each was a little wrong, "
    "and together they came farther.",
)
def sgd_epoch(x, y, w, b, lr, batch_size, rng):
    """One epoch of stochastic gradient descent for y_hat = w x + b and the MSE (E3).

    The examples are shuffled by `rng`. Each minibatch makes one step: the gradient is that of the
    mean squared error of this minibatch alone, taken at the present w and b.

    x, y : arrays (m,), the feature and the target of each example
    w, b : numbers, the parameters at the beginning
    lr : number, the learning rate
    batch_size : whole number, examples in a minibatch; the last one may have fewer
    rng : numpy.random.Generator, for the order; it is used in the first line only
    Returns w, b : two numbers, after the last minibatch
    """
    order = rng.permutation(len(x))
    for start in range(0, len(x), batch_size):
        rows = order[start : start + batch_size]
        # gap
        error = y[rows] - (w * x[rows] + b)
        dw = -2 * np.mean(x[rows] * error)
        db = -2 * np.mean(error)
        w, b = w - lr * dw, b - lr * db
        # end
    return w, b


def _epoch(x, y, w, b, lr, batch_size, rng, gradient):
    """An epoch whose steps follow `gradient(x, y, w, b, rows)`."""
    order = rng.permutation(len(x))
    for start in range(0, len(x), batch_size):
        dw, db = gradient(x, y, w, b, order[start : start + batch_size])
        w, b = w - lr * dw, b - lr * db
    return w, b


def _slopes(x, y, w, b, rows):
    error = y[rows] - (w * x[rows] + b)
    return -2 * np.mean(x[rows] * error), -2 * np.mean(error)


@sgd_epoch.mistake(
    "Each step uses the gradient of all examples: `rows` is not used. That is gradient descent "
    "with several steps, and each costs as much as a whole epoch should."
)
def all_examples_each_time(x, y, w, b, lr, batch_size, rng):
    everything = np.arange(len(x))
    return _epoch(
        x, y, w, b, lr, batch_size, rng, lambda x, y, w, b, rows: _slopes(x, y, w, b, everything)
    )


@sgd_epoch.mistake(
    "The minibatches are cut from the table as it stands, `x[start : start + batch_size]`. The "
    "shuffled row numbers are in `rows`."
)
def table_order(x, y, w, b, lr, batch_size, rng):
    for start in range(0, len(x), batch_size):
        rows = slice(start, start + batch_size)
        dw, db = _slopes(x, y, w, b, rows)
        w, b = w - lr * dw, b - lr * db
    return w, b


@sgd_epoch.mistake(
    "You add up over the minibatch, and the loss is a mean. With a sum, the step grows with the "
    "size of the minibatch, and the last, short one would make a short step."
)
def sum_over_the_minibatch(x, y, w, b, lr, batch_size, rng):
    def slopes(x, y, w, b, rows):
        return tuple(len(rows) * slope for slope in _slopes(x, y, w, b, rows))

    return _epoch(x, y, w, b, lr, batch_size, rng, slopes)


@sgd_epoch.mistake(
    "You divide by `batch_size` each time. The last minibatch may have fewer examples: its mean "
    "divides by `len(rows)`."
)
def divided_by_the_full_size(x, y, w, b, lr, batch_size, rng):
    def slopes(x, y, w, b, rows):
        return tuple(len(rows) / batch_size * slope for slope in _slopes(x, y, w, b, rows))

    return _epoch(x, y, w, b, lr, batch_size, rng, slopes)


@sgd_epoch.mistake(
    "You take the gradient at the w and b with which the epoch began. Each minibatch measures its "
    "slope where the last one has led to: use the present w and b."
)
def gradients_at_the_beginning(x, y, w, b, lr, batch_size, rng):
    return _epoch(
        x, y, w, b, lr, batch_size, rng, lambda x, y, w_now, b_now, rows: _slopes(x, y, w, b, rows)
    )


@sgd_epoch.mistake(
    "You change w before you take db, so that the two derivatives belong to two different places. "
    "Take both, and step then."
)
def w_changed_too_early(x, y, w, b, lr, batch_size, rng):
    order = rng.permutation(len(x))
    for start in range(0, len(x), batch_size):
        rows = order[start : start + batch_size]
        w = w - lr * _slopes(x, y, w, b, rows)[0]
        b = b - lr * _slopes(x, y, w, b, rows)[1]
    return w, b


@sgd_epoch.mistake(
    "You go uphill: the gradient points to where the loss grows, so the step is taken against it."
)
def epoch_uphill(x, y, w, b, lr, batch_size, rng):
    return _epoch(x, y, w, b, -lr, batch_size, rng, _slopes)


@sgd_epoch.mistake(
    "The factor 2 is missing in both derivatives: the derivative of a square is twice its base."
)
def epoch_without_two(x, y, w, b, lr, batch_size, rng):
    return _epoch(x, y, w, b, lr / 2, batch_size, rng, _slopes)


# ---- 4 to 13: they join the course in the order of the notebook ---------------------------------

from mlplib.exercises._optimizers_momentum import momentum_step, same_path  # noqa: E402, I001
from mlplib.exercises._optimizers_adaptive import adagrad_step, rmsprop_step  # noqa: E402
from mlplib.exercises._optimizers_adam import adam_averages, adam_step  # noqa: E402
from mlplib.exercises._optimizers_rates import range_rates, stop_at, warm_cosine  # noqa: E402
from mlplib.exercises._optimizers_budget import train_within  # noqa: E402

__all__ = [
    "adagrad_step",
    "adam_averages",
    "adam_step",
    "course",
    "minibatch",
    "momentum_step",
    "progress",
    "range_rates",
    "rmsprop_step",
    "same_path",
    "same_step",
    "sgd_epoch",
    "stop_at",
    "train_within",
    "warm_cosine",
]
