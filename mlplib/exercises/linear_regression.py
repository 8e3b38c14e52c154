"""The exercises of notebook 01: linear regression as a network with one neuron.

First one feature, with plain numbers w and b; then several features, with matrices. Two exercises
are "spot the slip": their blanks are code after what lecture 004 prints, and finite differences are
the referee. The last one is open: whatever finds the best line is right.
"""

import numpy as np

from mlplib.exercises._exercise import ExerciseSet

# ruff: noqa: D103 (what a mistake does, its sentence says)

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


# ---- 3 ----------------------------------------------------------------------------------------


def _scaled_neurons(rng):
    yield 2.0, 10.0, 1.0, 1.0, 2.0
    for c in (1.0, 0.5, -1.5, 4.0):
        yield *rng.normal(1, 2, 4).round(1), c


def _chain_by_differences(x, y, w, b, c):
    def loss(w, b):
        return (y - c * (w * x + b)) ** 2

    return _slope(lambda v: loss(v, b), w), _slope(lambda v: loss(w, v), b)


def _slope(f, at, eps=1e-4):
    """Central difference; exact, but for rounding, for the quadratic functions of this module."""
    return (f(at + eps) - f(at - eps)) / (2 * eps)


@course.exercise(
    title="Spot the slip: the chain rule",
    formulas=("D1",),
    returns={"dL_dw": "a number", "dL_db": "a number"},
    cases=_scaled_neurons,
    slip=True,
    referee=("gradient check", _chain_by_differences),
    rtol=1e-6,
    hints=[
        "Say the chain aloud: w changes Z, Z changes y_hat, y_hat changes L. Which three "
        "derivatives does that make, and does the code multiply these three?",
        "`dZ_dyhat` is upside down: the chain needs the derivative of y_hat with respect to Z. "
        "What is it when y_hat = c Z?",
        "Then the step from w to Z is left: dZ/dw, which knows nothing of c.",
    ],
    after="For c = 1 the print gives the right number by luck: 1/c and c are both 1 there. A chain "
    "of derivatives is right when each factor is the derivative that it says it is.",
)
def chain(x, y, w, b, c):
    """Spot the slip in lecture 004's chain rule, and mend it (D1).

    One house with feature x and price y. The neuron computes Z = w x + b and puts out
    y_hat = c Z (say Z in thousands of dollars and y_hat in dollars: c = 1000). The loss
    is L = (y - y_hat)^2. The lecture has c = 1. It writes

        dL/dw = dL/dy_hat * dy_hat/dZ * dZ/dw

    and then prints as the last two factors dZ/dy_hat = 1 and dy_hat/dw = x (dy_hat/db = 1).
    The code below multiplies what is printed, for any c. It passes the gradient check for
    c = 1 and fails it for every other c. Change it so that it always passes.

    x, y, w, b, c : numbers
    Returns dL_dw, dL_db : two numbers, the derivatives of L
    """
    Z = w * x + b
    y_hat = c * Z
    dL_dyhat = -2 * (y - y_hat)
    # gap: dZ_dyhat = 1 / c
    # gap: dyhat_dw = c * x
    # gap: dyhat_db = c
    # gap: dL_dw = dL_dyhat * dZ_dyhat * dyhat_dw
    # gap: dL_db = dL_dyhat * dZ_dyhat * dyhat_db
    dyhat_dZ = c
    dZ_dw = x
    dZ_db = 1
    dL_dw = dL_dyhat * dyhat_dZ * dZ_dw
    dL_db = dL_dyhat * dyhat_dZ * dZ_db
    # end
    return dL_dw, dL_db


@chain.mistake(
    "The product is still the printed one: in dZ/dy_hat times dy_hat/dw the c cancels. But "
    "when w moves, y_hat moves c times as far as Z. Write down which derivative leads from w to Z, "
    "and which from Z to y_hat."
)
def as_printed(x, y, w, b, c):
    error = y - c * (w * x + b)
    return -2 * error * x, -2 * error


@chain.mistake(
    "The first factor is mended, but the second still contains c, so c counts twice. The step from "
    "w to Z is dZ/dw, and Z = w x + b has no c in it."
)
def c_twice(x, y, w, b, c):
    error = y - c * (w * x + b)
    return -2 * error * c * c * x, -2 * error * c * c


@chain.mistake(
    "The second factor is mended, the first is still upside down: the chain needs dy_hat/dZ, how "
    "much y_hat changes when Z does, not dZ/dy_hat."
)
def first_factor_upside_down(x, y, w, b, c):
    error = y - c * (w * x + b)
    return -2 * error / c * x, -2 * error / c


@chain.mistake(
    "The error is taken between y and Z. The loss compares the price with what the neuron puts "
    "out, y_hat = c Z."
)
def error_of_z(x, y, w, b, c):
    error = y - (w * x + b)
    return -2 * error * c * x, -2 * error * c


@chain.mistake(
    "The x belongs to the derivative for w alone. The bias is added: when b grows by 1, Z grows by "
    "1, whatever x is."
)
def x_in_both(x, y, w, b, c):
    error = y - c * (w * x + b)
    return -2 * error * c * x, -2 * error * c * x


# ---- 4 ----------------------------------------------------------------------------------------


@course.exercise(
    title="The gradient for one feature",
    formulas=("D2", "D7"),
    returns={"dw": "a number", "db": "a number"},
    cases=_points,
    hints=[
        "Start with one house: what is the derivative of (y - w x - b)^2 with respect to w, and "
        "with respect to b? The outer derivative is the same for both.",
        "For one house: -2 (y - y_hat) x for w, and -2 (y - y_hat) for b. The loss is the mean of "
        "such terms, so its gradient is the mean of these.",
        "Multiply entry by entry first, `x * (y - y_hat)`, and take the mean then.",
    ],
    after="Each house pulls at w in proportion to its error and to its own x, and at b in "
    "proportion to its error alone.",
)
def gradient_w_b(x, y, w, b):
    """Derivatives of the mean squared error of y_hat = w x + b (D2).

    The loss is (1/m) * sum over the m houses of (y - y_hat)^2. Derive it for w and for b.

    x, y : arrays (m,), the feature and the price of each house
    w, b : numbers, where the derivatives are taken
    Returns dw, db : two numbers, d(MSE)/dw and d(MSE)/db
    """
    m = len(x)
    y_hat = w * x + b
    # gap: dw = ...  # your code here
    # gap: db = ...
    dw = -2 / m * np.sum(x * (y - y_hat))
    db = -2 / m * np.sum(y - y_hat)
    # end
    return dw, db


@gradient_w_b.mistake(
    "You followed lecture 004 to the letter: it prints x in front of the sum, and so `dw` gets one "
    "entry for each house. Every error has to be multiplied by the x of its own house, before "
    "anything is added up: x belongs inside the sum."
)
def x_before_the_sum(x, y, w, b):
    error = y - (w * x + b)
    return -2 / len(x) * x * np.sum(error), -2 / len(x) * np.sum(error)


@gradient_w_b.mistake(
    "You multiply the mean of x by the sum of the errors. The mean of a product is not the product "
    "of the means: every error has to be multiplied by the x of its own house. (Lecture 004 prints "
    "x in front of the sum: that holds for m = 1 only.)"
)
def mean_x_before_the_sum(x, y, w, b):
    error = y - (w * x + b)
    return -2 * np.mean(x) * np.mean(error), -2 * np.mean(error)


@gradient_w_b.mistake(
    "There is no x in the derivative for w. Lecture 003 prints it like that, -(y - y_hat), but the "
    "chain rule goes on: the derivative of w x + b with respect to w is x."
)
def x_forgotten(x, y, w, b):
    error = y - (w * x + b)
    return -2 * np.mean(error), -2 * np.mean(error)


@gradient_w_b.mistake(
    "There is an x in the derivative for b. The derivative of w x + b with respect to b is 1: only "
    "w is multiplied by x."
)
def x_in_db(x, y, w, b):
    error = y - (w * x + b)
    return -2 * np.mean(x * error), -2 * np.mean(x * error)


@gradient_w_b.mistake(
    "The sign is wrong: this points downhill, the gradient points uphill. In (y - y_hat)^2 the "
    "y_hat has a minus sign, and its inner derivative is -1."
)
def downhill(x, y, w, b):
    error = y - (w * x + b)
    return 2 * np.mean(x * error), 2 * np.mean(error)


@gradient_w_b.mistake(
    "The 1/m is missing: this is the gradient of the sum of the squared errors. With 500 houses in "
    "place of 50, every step would be ten times as long."
)
def sum_in_place_of_mean(x, y, w, b):
    error = y - (w * x + b)
    return -2 * np.sum(x * error), -2 * np.sum(error)


@gradient_w_b.mistake(
    "The factor 2 is missing: the derivative of a square is twice its base. (Lectures that put a "
    "1/2 before the loss do without it; our MSE has no 1/2.)"
)
def two_forgotten(x, y, w, b):
    error = y - (w * x + b)
    return -np.mean(x * error), -np.mean(error)


@gradient_w_b.mistake(
    "The 1/m is there twice: `np.mean` divides by m already, and 2 / m does so once more."
)
def mean_twice(x, y, w, b):
    error = y - (w * x + b)
    return -2 / len(x) * np.mean(x * error), -2 / len(x) * np.mean(error)


@gradient_w_b.mistake(
    "The errors are those of the prediction w x, without the bias. The derivative is taken where "
    "the network stands, and b is part of that."
)
def errors_without_bias(x, y, w, b):
    error = y - w * x
    return -2 * np.mean(x * error), -2 * np.mean(error)


# ---- 5 ----------------------------------------------------------------------------------------


def _functions(rng):
    yield _two_parabolas, np.array([1.0, 2.0]), 0.5
    for n, eps in ((1, 0.1), (3, 0.01), (2, 0.1), (5, 0.001)):
        yield _wave, rng.normal(0, 1, n).round(1) + 0.05, eps


def _two_parabolas(theta):
    """f(theta) = theta[0]**2 + 10 * theta[1]**2 + 3."""
    return float(theta[0] ** 2 + 10 * theta[1] ** 2 + 3)


def _wave(theta):
    """f(theta) = sum of (i + 1) * theta[i]**3, plus the product of all."""
    return float(np.sum(theta**3 * np.arange(1, len(theta) + 1)) + np.prod(theta))


@course.exercise(
    title="The gradient without calculus",
    formulas=("D8",),
    returns={"gradient": "(n,)"},
    cases=_functions,
    hints=[
        "Nudge one parameter to either side, leave the others where they are, and see how much f "
        "changes between the two places.",
        "Work on copies: `theta.copy()` is an array of its own, and you may change its entry i.",
        "The two places lie 2 eps apart: divide the difference of the two values by that.",
    ],
    after="This is a referee for every gradient of the course. It calls f twice for each "
    "parameter: too slow to train with, just right to check with.",
)
def numerical_gradient(f, theta, eps):
    """Gradient of f at theta by central differences, one parameter after the other (D8).

    For each i, move theta[i] alone: (f(theta[i] + eps) - f(theta[i] - eps)) / (2 eps).

    f : function, f(theta) gives a number
    theta : array (n,), where the gradient is taken; must not be changed
    eps : number, the nudge
    Returns gradient : array (n,)
    """
    gradient = np.zeros(len(theta))
    for i in range(len(theta)):
        # gap: gradient[i] = ...  # your code here
        above = theta.copy()
        below = theta.copy()
        above[i] = above[i] + eps
        below[i] = below[i] - eps
        gradient[i] = (f(above) - f(below)) / (2 * eps)
        # end
    return gradient


@numerical_gradient.mistake(
    "You nudge to one side only and compare with f(theta). That is a derivative too, but its error "
    "shrinks with eps, that of the central difference with eps^2. Nudge to both sides."
)
def one_sided(f, theta, eps):
    gradient = np.zeros(len(theta))
    for i in range(len(theta)):
        above = theta.copy()
        above[i] += eps
        gradient[i] = (f(above) - f(theta)) / eps
    return gradient


@numerical_gradient.mistake(
    "You divide by eps. From theta - eps to theta + eps it is twice as far."
)
def divided_by_one_eps(f, theta, eps):
    gradient = np.zeros(len(theta))
    for i in range(len(theta)):
        nudge = np.zeros(len(theta))
        nudge[i] = eps
        gradient[i] = (f(theta + nudge) - f(theta - nudge)) / eps
    return gradient


@numerical_gradient.mistake(
    "You nudge all parameters at once: theta + eps adds eps to every entry. Then all derivatives "
    "come out as one and the same sum. Move entry i alone."
)
def all_at_once(f, theta, eps):
    return np.full(len(theta), (f(theta + eps) - f(theta - eps)) / (2 * eps))


@numerical_gradient.mistake(
    "A nudged parameter is not put back: when entry 1 has its turn, entry 0 is still moved. Start "
    "from a fresh copy for each i, or restore the entry."
)
def not_restored(f, theta, eps):
    gradient, moved = np.zeros(len(theta)), theta.copy()
    for i in range(len(theta)):
        moved[i] += eps
        above = f(moved)
        moved[i] -= 2 * eps
        gradient[i] = (above - f(moved)) / (2 * eps)
    return gradient


@numerical_gradient.mistake(
    "The sign is wrong: take f above minus f below. Where f rises, its derivative is positive."
)
def below_minus_above(f, theta, eps):
    gradient = np.zeros(len(theta))
    for i in range(len(theta)):
        nudge = np.zeros(len(theta))
        nudge[i] = eps
        gradient[i] = (f(theta - nudge) - f(theta + nudge)) / (2 * eps)
    return gradient


@numerical_gradient.mistake(
    "You do not divide by anything: this is how much f changes between the two places. A "
    "derivative is that change divided by the distance, 2 eps."
)
def not_divided(f, theta, eps):
    gradient = np.zeros(len(theta))
    for i in range(len(theta)):
        nudge = np.zeros(len(theta))
        nudge[i] = eps
        gradient[i] = f(theta + nudge) - f(theta - nudge)
    return gradient


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
