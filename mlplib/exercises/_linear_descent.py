"""Exercises of notebook 01, third part: one step downhill, and the whole training."""

import numpy as np

from mlplib.exercises.linear_regression import course

# ---- 6 ----------------------------------------------------------------------------------------


def _steps(rng):
    yield 1.0, 2.0, 3.0, -4.0, 0.1
    yield *rng.normal(0, 2, 4).round(1), 0.5
    for n_in, lr in ((3, 0.01), (1, 2.0), (4, 0.25)):
        W, dW = rng.normal(0, 2, (2, n_in, 1)).round(1)
        b, db = rng.normal(0, 2, (2, 1)).round(1)
        yield W, b, dW, db, lr


@course.exercise(
    title="One step downhill",
    formulas=("E1",),
    returns={"new_w": "(n_in, 1)", "new_b": "(1,)"},
    cases=_steps,
    hints=[
        "The gradient points to where the loss rises fastest. Which way do you want to go?",
        "The learning rate says how far: the step is `lr` times the derivative.",
    ],
    after="The learning rate has no natural size: it has to fit the steepness of the loss, and so "
    "the units of the data.",
)
def step(w, b, dw, db, lr):
    """One step of gradient descent: each parameter moves against its derivative (E1).

    w, b : numbers or arrays, the parameters; must not be changed
    dw, db : the derivatives of the loss, shaped like w and b
    lr : number, the learning rate
    Returns new_w, new_b : the parameters after the step
    """
    # gap: new_w = ...  # your code here
    # gap: new_b = ...
    new_w = w - lr * dw
    new_b = b - lr * db
    # end
    return new_w, new_b


@step.mistake(
    "You go uphill: the gradient points to where the loss grows fastest, so the step is taken "
    "against it, with a minus sign."
)
def uphill(w, b, dw, db, lr):
    return w + lr * dw, b + lr * db


@step.mistake(
    "The learning rate is missing: you subtract the whole derivative. How far one can trust it is "
    "what `lr` says."
)
def without_learning_rate(w, b, dw, db, lr):
    return w - dw, b - db


@step.mistake(
    "Only the weight moves. The bias is a parameter like any other and has a derivative of its own."
)
def bias_left(w, b, dw, db, lr):
    return w - lr * dw, b


@step.mistake(
    "You return the step itself, not where it leads. The new parameter is the old one plus the "
    "step."
)
def only_the_step(w, b, dw, db, lr):
    return -lr * dw, -lr * db


@step.mistake(
    "You divide by the learning rate: a smaller `lr` would make longer steps. Multiply by it."
)
def divided_by_learning_rate(w, b, dw, db, lr):
    return w - dw / lr, b - db / lr


# ---- 7 ----------------------------------------------------------------------------------------


def _trainings(rng):
    yield np.array([0.0, 1.0, 2.0]), np.array([1.0, 3.0, 5.0]), 0.1, 2
    for m, lr, steps in ((4, 0.1, 1), (5, 0.05, 3), (1, 0.2, 0), (8, 0.1, 20), (20, 0.01, 50)):
        x = rng.normal(0, 1, m).round(1)
        yield x, (2 * x + 1 + rng.normal(0, 1, m)).round(1), lr, steps


def _descend(x, y, lr, steps, derivatives, start=0.0):
    """Gradient descent with any pair of derivatives: what most mistakes of `fit` are made of."""
    w = b = start
    for _ in range(steps):
        dw, db = derivatives(x, y - (w * x + b))
        w, b = w - lr * dw, b - lr * db
    return w, b


def _true_derivatives(x, error):
    return -2 * np.mean(x * error), -2 * np.mean(error)


@course.exercise(
    title="Train it",
    formulas=("A8", "E1"),
    returns={"w": "a number", "b": "a number"},
    cases=_trainings,
    hints=[
        "Four things happen in each round of the loop: predict, see the errors, derive, step.",
        "Predict anew in each round: w and b have changed, and with them the errors.",
        "Compute both derivatives before you change w or b.",
    ],
    after="Predict, measure, derive, step: every network of this course is trained by this loop.",
)
def fit(x, y, lr, steps):
    """Fit y_hat = w x + b by gradient descent on the mean squared error (A8, E1).

    Start at w = 0, b = 0 and make exactly `steps` steps.

    x, y : arrays (m,), the feature and the price of each house
    lr : number, the learning rate
    steps : whole number, how many steps to make (0 makes none)
    Returns w, b : two numbers, after the last step
    """
    w, b = 0.0, 0.0
    for _ in range(steps):
        # gap
        y_hat = w * x + b
        dw = -2 * np.mean(x * (y - y_hat))
        db = -2 * np.mean(y - y_hat)
        w = w - lr * dw
        b = b - lr * db
        # end
    return w, b


@fit.mistake(
    "Only one step is made, however large `steps` is. Is `return` inside the loop, or are w and b "
    "set back to 0 in each round?"
)
def one_step_only(x, y, lr, steps):
    return _descend(x, y, lr, min(steps, 1), _true_derivatives)


@fit.mistake(
    "You change w first, predict again, and only then derive for b. Both derivatives belong to one "
    "and the same point: compute `dw` and `db` from the same prediction, then move both."
)
def b_after_w(x, y, lr, steps):
    w = b = 0.0
    for _ in range(steps):
        w = w + 2 * lr * np.mean(x * (y - (w * x + b)))
        b = b + 2 * lr * np.mean(y - (w * x + b))
    return w, b


@fit.mistake(
    "All steps use the derivatives of the starting point. They change with w and b: predict and "
    "derive anew in each round, inside the loop."
)
def derivatives_of_the_start(x, y, lr, steps):
    dw, db = _true_derivatives(x, y)
    return -lr * steps * dw, -lr * steps * db


@fit.mistake(
    "The loop climbs: each step makes the loss larger. Step against the gradient, and mind the "
    "minus sign that is already in the derivative of (y - y_hat)^2."
)
def climbing(x, y, lr, steps):
    return _descend(x, y, -lr, steps, _true_derivatives)


@fit.mistake(
    "The bias stays 0: nothing in the loop changes b, so the line always goes through the origin."
)
def bias_never_moves(x, y, lr, steps):
    return _descend(x, y, lr, steps, lambda x, error: (-2 * np.mean(x * error), 0.0))


@fit.mistake(
    "There is one step too many. `range(steps)` runs through 0 ... steps - 1: those are `steps` "
    "rounds already."
)
def one_step_too_many(x, y, lr, steps):
    return _descend(x, y, lr, steps + 1, _true_derivatives)


@fit.mistake(
    "`w` and `b` come back as they started, both 0: the loop computes, but gives neither a new "
    "value. Each round has to end with `w = ...` and `b = ...`."
)
def nothing_moves(x, y, lr, steps):
    return 0.0, 0.0


@fit.mistake("There is one step too few: `range(1, steps)` makes steps - 1 rounds.")
def one_step_too_few(x, y, lr, steps):
    return _descend(x, y, lr, max(steps - 1, 0), _true_derivatives)


@fit.mistake(
    "The derivatives lack their 1/m: with more houses, the steps get longer. The loss is a mean, "
    "so its derivatives are means too."
)
def steps_grow_with_m(x, y, lr, steps):
    def sums(x, error):
        return -2 * np.sum(x * error), -2 * np.sum(error)

    return _descend(x, y, lr, steps, sums)


@fit.mistake(
    "Every step is half as long as it should be: the derivative of a square has a factor 2, and it "
    "is missing."
)
def half_steps(x, y, lr, steps):
    return _descend(x, y, lr / 2, steps, _true_derivatives)


@fit.mistake(
    "The derivative for w takes the mean of x and the mean of the errors apart. Multiply each "
    "error by the x of its own house first (the slip of lecture 004)."
)
def means_apart(x, y, lr, steps):
    def slip(x, error):
        return -2 * np.mean(x) * np.mean(error), -2 * np.mean(error)

    return _descend(x, y, lr, steps, slip)
