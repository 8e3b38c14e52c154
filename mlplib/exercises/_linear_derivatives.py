"""Exercises of notebook 01, second part: derivatives, and the judge who needs no calculus."""

import numpy as np

from mlplib.exercises.linear_regression import _points, course

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
