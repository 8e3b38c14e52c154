"""The exercises of notebook 06: regularization, from the price of a weight to an honest choice.

Here the course itself and the penalties; dropout is in `_regularization_dropout`, and when to stop,
how to split, how to choose, and the open exercise are in `_regularization_stopping`.
"""

import numpy as np

from mlplib.exercises._exercise import ExerciseSet

course = ExerciseSet("regularization", "Regularization", "06_regularization.ipynb")
progress = course.progress


# ---- 1 ----------------------------------------------------------------------------------------


def _layers(rng):
    yield np.array([[1.0, -2.0], [0.0, 0.5]]), np.array([3.0, -1.0]), 0.1
    for n_in, n_out in ((3, 1), (1, 4), (4, 3), (2, 2)):
        W, b = rng.normal(0, 2, (n_in, n_out)).round(1), rng.normal(1, 2, n_out).round(1)
        yield W, b, round(rng.uniform(0.01, 0.5), 2)


@course.exercise(
    title="The price of a layer",
    formulas=("F1", "F2"),
    returns={"l1": "a number", "l2": "a number"},
    cases=_layers,
    hints=[
        "Each weight has its price: gamma times its size for L1, gamma times its square for L2. "
        "The penalty is the sum of all prices.",
        "`np.abs(W)` gives all sizes, `W**2` all squares. `np.sum` without an axis adds up "
        "everything.",
        "The bias b comes in, and is not needed.",
    ],
    after="A bias only shifts; it makes no function steep. So it is free, here and in most "
    "libraries.",
)
def penalties(W, b, gamma):
    """The two penalties of one layer: gamma * sum of |w|, and gamma * sum of w^2 (F1, F2).

    The sums run over all weights. Biases are not penalised.

    W : array (n_in, n_out), the weights;  b : array (n_out,), the biases
    gamma : number, the strength
    Returns l1, l2 : two numbers
    """
    # gap: l1 = ...  # your code here
    # gap: l2 = ...
    l1 = gamma * np.sum(np.abs(W))
    l2 = gamma * np.sum(W**2)
    # end
    return l1, l2


@penalties.mistake(
    "The biases are in the sum. They pay nothing: the penalty is for the weights alone."
)
def biases_pay_too(W, b, gamma):
    theta = np.append(W, b)
    return gamma * np.abs(theta).sum(), gamma * np.sum(theta**2)


@penalties.mistake(
    "In L1 positive and negative weights cancel: a sum without the absolute value would reward "
    "large negative weights."
)
def signs_cancel(W, b, gamma):
    return gamma * np.sum(W), gamma * np.sum(W**2)


@penalties.mistake(
    "You take means. The penalty of this course is a sum: with twice as many weights it is twice "
    "as large."
)
def means(W, b, gamma):
    return gamma * np.mean(np.abs(W)), gamma * np.mean(W**2)


@penalties.mistake(
    "There is a root: that is the length of W. The penalty is the square of it, so that its "
    "derivative is simple."
)
def length_of_w(W, b, gamma):
    return gamma * np.sum(np.abs(W)), gamma * np.sqrt(np.sum(W**2))


@penalties.mistake(
    "There is a factor 1/2, which many texts have. It is a fair convention, but not the one of "
    "this course: with it, the same gamma would mean half the price."
)
def half_the_price(W, b, gamma):
    return gamma * np.sum(np.abs(W)) / 2, gamma * np.sum(W**2) / 2


@penalties.mistake("The strength is missing: multiply each sum by gamma.")
def strength_forgotten(W, b, gamma):
    return np.sum(np.abs(W)), np.sum(W**2)


# ---- 2 ----------------------------------------------------------------------------------------


def _tables(rng):
    X = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 7.0]])
    yield X, np.array([[1.0], [2.0], [4.0]]), np.array([[2.0], [-1.0]]), np.array([0.5]), 0.1
    for m, n_in in ((5, 3), (1, 4), (4, 1), (20, 3)):
        X, W = rng.normal(1, 2, (m, n_in)).round(1), rng.normal(0, 2, (n_in, 1)).round(1)
        Y, b = rng.normal(2, 3, (m, 1)).round(1), rng.normal(1, 2, 1).round(1)
        yield X, Y, W, b, round(rng.uniform(0.05, 1), 2)


def _slopes(X, Y, W, b):
    """Gradient of the MSE alone."""
    dZ = 2 / len(X) * (X @ W + b - Y)
    return X.T @ dZ, dZ.sum(axis=0)


@course.exercise(
    title="The gradient with L2",
    formulas=("F2", "D2"),
    returns={"dW": "(n_in, 1)", "db": "(1,)"},
    cases=_tables,
    hints=[
        "The derivative of a sum is the sum of the derivatives: that of the loss is there already. "
        "What is the derivative of gamma * w^2 for one weight?",
        "The penalty has no b in it. What is its derivative with respect to b?",
        "For one weight it is 2 gamma w; for all of them at once, 2 gamma W.",
    ],
    after="The penalty knows nothing of the data: it pulls each weight towards 0 with a force that "
    "grows with the weight. The loss has to pull back.",
)
def cost_gradient(X, Y, W, b, gamma):
    """Derivatives of J = (1/m) * sum of (Y - Y_hat)^2 + gamma * sum of W^2, with Y_hat = X W + b.

    X : array (m, n_in), the features;  Y : array (m, 1), the targets
    W : array (n_in, 1), the weights;  b : array (1,), the bias
    gamma : number, the strength of the penalty
    Returns dW : array (n_in, 1), and db : array (1,), the derivatives of J
    """
    dZ = 2 / len(X) * (X @ W + b - Y)
    dW = X.T @ dZ  # of the loss alone
    db = dZ.sum(axis=0)
    # gap: dW = ...  # your code here: what does the penalty change?
    # gap: db = ...
    dW = dW + 2 * gamma * W
    # end
    return dW, db


@cost_gradient.mistake(
    "The bias is penalised, too. There is no b in the penalty, so its derivative with respect to b "
    "is 0."
)
def bias_penalised(X, Y, W, b, gamma):
    dW, db = _slopes(X, Y, W, b)
    return dW + 2 * gamma * W, db + 2 * gamma * b


@cost_gradient.mistake(
    "The factor 2 is missing: the derivative of w^2 is twice w. (Where the penalty carries a 1/2, "
    "the 2 is gone; ours carries none.)"
)
def factor_two_missing(X, Y, W, b, gamma):
    dW, db = _slopes(X, Y, W, b)
    return dW + gamma * W, db


@cost_gradient.mistake(
    "These are the derivatives of the loss alone: the penalty's pull on the weights is missing."
)
def penalty_missing(X, Y, W, b, gamma):
    return _slopes(X, Y, W, b)


@cost_gradient.mistake(
    "You divide the penalty by m. The mean is in the loss, over the examples; the penalty does not "
    "know how many examples there are."
)
def penalty_over_m(X, Y, W, b, gamma):
    dW, db = _slopes(X, Y, W, b)
    return dW + 2 * gamma * W / len(X), db


@cost_gradient.mistake(
    "The sign of the penalty is wrong: with it, weights would be paid for growing. The gradient "
    "points to where J grows, and J grows with each weight's size."
)
def paid_for_growing(X, Y, W, b, gamma):
    dW, db = _slopes(X, Y, W, b)
    return dW - 2 * gamma * W, db


@cost_gradient.mistake(
    "This is the slope of L1: gamma times the sign of each weight, the same pull on all of them. "
    "L2 pulls harder on the large ones."
)
def slope_of_l1(X, Y, W, b, gamma):
    dW, db = _slopes(X, Y, W, b)
    return dW + gamma * np.sign(W), db


# ---- 3 ----------------------------------------------------------------------------------------


def _decays(rng):
    yield np.array([[1.0], [-2.0]]), np.array([[0.5], [1.0]]), 0.1, 0.5
    for n_in, n_out in ((3, 1), (1, 4), (3, 2), (2, 2)):
        W, dW = rng.normal(0, 2, (2, n_in, n_out)).round(1)
        yield W, dW, round(rng.uniform(0.05, 0.5), 2), round(rng.uniform(0.05, 0.5), 2)


@course.exercise(
    title="L2 is weight decay",
    formulas=("F2", "E1"),
    returns={"factor": "a number", "W_new": "(n_in, n_out)"},
    cases=_decays,
    hints=[
        "Write down the step: W minus lr times the whole gradient, dW + 2 gamma W. Then collect "
        "what multiplies W.",
        "W appears twice: once as itself, and once with -lr * 2 gamma in front.",
        "W - lr (dW + 2 gamma W) = (1 - ...) W - lr dW.",
    ],
    after="So each step lets all weights decay by the same percentage, and the loss puts back what "
    "it needs. For Adam the two are not the same: hence AdamW.",
)
def decay_step(W, dW, lr, gamma):
    """One step of gradient descent on L + gamma * sum of W^2, written as a decay (F2).

    The step is W_new = factor * W - lr * dW: first all weights shrink by one factor, then they
    go against the gradient of L alone. Find the factor with which this is the same step.

    W : array (n_in, n_out), the weights
    dW : array (n_in, n_out), the derivatives of L alone, without the penalty
    lr : number, the learning rate;  gamma : number, the strength
    Returns factor : a number, and W_new : array (n_in, n_out)
    """
    # gap: factor = ...  # your code here
    # gap: W_new = ...
    factor = 1 - 2 * lr * gamma
    W_new = factor * W - lr * dW
    # end
    return factor, W_new


def _decayed(factor, W, dW, lr):
    return factor, factor * W - lr * dW


@decay_step.mistake(
    "The factor lacks the 2 of the derivative of w^2. Libraries that call lr * decay the shrinkage "
    "mean a decay of twice our gamma."
)
def decay_without_two(W, dW, lr, gamma):
    return _decayed(1 - lr * gamma, W, dW, lr)


@decay_step.mistake(
    "The learning rate is not in the factor. The penalty's slope is part of the gradient, so it is "
    "multiplied by lr like the rest."
)
def decay_without_rate(W, dW, lr, gamma):
    return _decayed(1 - 2 * gamma, W, dW, lr)


@decay_step.mistake(
    "You shrink the step as well: factor * (W - lr * dW). Only the old weights decay; the step of "
    "the loss stays as long as it was."
)
def step_decays_too(W, dW, lr, gamma):
    factor = 1 - 2 * lr * gamma
    return factor, factor * (W - lr * dW)


@decay_step.mistake(
    "Your weights grow: the factor is above 1. The step goes against the slope of the penalty."
)
def growth(W, dW, lr, gamma):
    return _decayed(1 + 2 * lr * gamma, W, dW, lr)


@decay_step.mistake(
    "The factor is right, but the step of the loss lacks its learning rate: subtract lr times dW."
)
def step_without_rate(W, dW, lr, gamma):
    return _decayed(1 - 2 * lr * gamma, W, dW, 1.0)


# ---- 4 ----------------------------------------------------------------------------------------


def _strengths(rng):
    yield 0.1, 4
    yield 1.0, 1
    for m in (10, 60, 500):
        yield round(rng.uniform(0.01, 1), 3), m


@course.exercise(
    title="The same penalty in three books",
    formulas=("F2", "C1"),
    returns={"lam": "a number", "alpha": "a number"},
    cases=_strengths,
    hints=[
        "A cost and half of it have their minimum at the same weights. Which multiple of our cost "
        "has the loss of the lecture?",
        "Half of ours: (1/(2m)) * sum of (y_hat - y)^2 + (gamma/2) * sum of w^2. Compare the "
        "penalty with theirs.",
        "So lam has to be gamma/2, and alpha/(2m) has to be gamma/2.",
    ],
    after="A strength from another text or library means nothing until you know its loss and its "
    "factors. Write down both before you copy a number.",
)
def translate(gamma, m):
    """Translate the strength of L2 for lecture 003 and for scikit-learn (F2).

    All three have their minimum at the same weights if their strengths fit. With S the sum of
    (y_hat - y)^2 over the m examples and P the sum of w^2 over the weights, the costs are

        this course              S / m     + gamma * P
        lecture 003              S / (2 m) + lam * P
        scikit-learn's network   S / (2 m) + alpha / (2 m) * P

    gamma : number, the strength in this course;  m : whole number, how many examples there are
    Returns lam, alpha : two numbers, which give the same weights as gamma
    """
    # gap: lam = ...  # your code here
    # gap: alpha = ...
    lam = gamma / 2
    alpha = gamma * m
    # end
    return lam, alpha


@translate.mistake(
    "You take over the number as it is. But their loss is half of ours, so with the same number "
    "the penalty would weigh twice as much."
)
def same_number(gamma, m):
    return gamma, gamma


@translate.mistake(
    "It is the other way round: their loss is *half* of ours, so their penalty has to be half of "
    "ours as well, not twice."
)
def twice_for_half(gamma, m):
    return 2 * gamma, 4 * gamma * m


@translate.mistake(
    "For alpha you forget the half of the loss: alpha / (2 m) has to be gamma / 2, not gamma."
)
def half_forgotten_in_alpha(gamma, m):
    return gamma / 2, 2 * gamma * m


@translate.mistake(
    "For alpha the m stands on the wrong side: scikit-learn divides by m, so to get the same price "
    "you have to multiply by it."
)
def divided_by_m(gamma, m):
    return gamma / 2, gamma / m


@translate.mistake(
    "For alpha the m is missing: scikit-learn divides its penalty by m, the lecture does not."
)
def m_missing_in_alpha(gamma, m):
    return gamma / 2, gamma


# ---- 5 ----------------------------------------------------------------------------------------


def _theta_with_biases(rng):
    yield np.array([1.0, -2.0, 3.0]), np.array([True, True, False]), 0.5, 0.1
    for n in (4, 7, 12, 2):
        theta, is_weight = rng.normal(0, 2, n).round(1), rng.random(n) < 0.7
        is_weight[:2] = True, False
        yield theta, is_weight, round(rng.uniform(0, 2), 2), round(rng.uniform(0.05, 1), 2)


@course.exercise(
    title="Spot the slip: who has to pay?",
    formulas=("F2", "G3"),
    returns={"cost": "a number", "slope": "(n,)"},
    cases=_theta_with_biases,
    slip=True,
    hints=[
        "Which entries of theta are in the sum, and which should be?",
        "A bias has the price 0 and the slope 0. Where in `slope` do its entries stand?",
        "`np.where(is_weight, theta, 0)` is theta with its biases set to 0. It has the shape of "
        "theta, and that is what `slope` needs.",
    ],
    after="Taken by the letter, that penalty pulls the predictions towards 0, in whatever unit "
    "the targets are. A price for weights alone leaves the level free.",
)
def mend_cost(theta, is_weight, loss, lam):
    """Spot the slip in a cost of lecture 003, and mend it (F2).

    Lecture 003 prints L_new = L + lambda * ||theta||^2. But theta holds all parameters, the
    biases among them, and biases are not penalised. The code below is the printed formula and
    its derivative. Change it, so that only the weights pay.

    theta : array (n,), all weights and biases of a network
    is_weight : array (n,) of True and False: True where theta holds a weight
    loss : number, the loss L without penalty;  lam : number, the strength lambda
    Returns cost : a number, and slope : array (n,), the derivative of the penalty for each
        entry of theta
    """
    # gap: cost = loss + lam * np.sum(theta**2)
    # gap: slope = 2 * lam * theta
    weights = np.where(is_weight, theta, 0)
    cost = loss + lam * np.sum(weights**2)
    slope = 2 * lam * weights
    # end
    return cost, slope


@mend_cost.mistake("This is still the printed formula: the biases pay like the weights.")
def all_pay(theta, is_weight, loss, lam):
    return loss + lam * theta @ theta, 2 * lam * theta


@mend_cost.mistake(
    "You have it the wrong way round: now the biases pay, and the weights are free. `is_weight` is "
    "True for a weight."
)
def only_biases_pay(theta, is_weight, loss, lam):
    biases = np.where(is_weight, 0, theta)
    return loss + lam * np.sum(biases**2), 2 * lam * biases


@mend_cost.mistake(
    "The cost is mended, the slope is not: the gradient of a price that is not charged is 0."
)
def slope_not_mended(theta, is_weight, loss, lam):
    return loss + lam * np.sum(theta[is_weight] ** 2), 2 * lam * theta


@mend_cost.mistake(
    "The slope has lost the places of the biases: it is shorter than theta. Keep one entry for "
    "each parameter, 0 for a bias."
)
def places_lost(theta, is_weight, loss, lam):
    weights = theta[is_weight]
    return loss + lam * np.sum(weights**2), 2 * lam * weights


@mend_cost.mistake(
    "The slope of a bias is right, that of a weight is not: the derivative of w^2 is 2 w."
)
def two_lost(theta, is_weight, loss, lam):
    weights = np.where(is_weight, theta, 0)
    return loss + lam * np.sum(weights**2), lam * weights


# ---- 6 ----------------------------------------------------------------------------------------


def _weights_and_thresholds(rng):
    yield np.array([[1.0, -0.3], [0.1, -2.0]]), 0.25
    for n_in, n_out in ((3, 1), (1, 5), (4, 3), (6, 2)):
        yield rng.normal(0, 1, (n_in, n_out)).round(2), round(rng.uniform(0.3, 0.8), 2)


@course.exercise(
    title="How L1 makes zeros",
    formulas=("F1",),
    returns={"W_new": "(n_in, n_out)"},
    cases=_weights_and_thresholds,
    hints=[
        "Think of one weight: 1.0 becomes 0.75, -2.0 becomes -1.75, and 0.1 becomes 0.",
        "Take t off the *size* of each weight, but never below 0: `np.maximum(..., 0)`.",
        "Then give each its sign back: `np.sign(W)` is -1, 0 or 1.",
    ],
    after="A step along the slope of L1 would carry 0.1 over to -0.15, and the next one back. The "
    "soft threshold stops at 0, and there a weight stays until the loss pulls harder than L1.",
)
def soft_threshold(W, t):
    """Move each weight by t towards 0; a weight that is not farther from 0 than t becomes 0.

    This is the step that L1 makes in training with `proximal=True`, with t = lr * gamma (F1).

    W : array (n_in, n_out), the weights; must not be changed
    t : number, at least 0
    Returns W_new : array (n_in, n_out)
    """
    # gap: W_new = ...  # your code here
    W_new = np.sign(W) * np.maximum(np.abs(W) - t, 0)
    # end
    return W_new


@soft_threshold.mistake(
    "Small weights fly past 0 to the other side: that is a plain step along the slope, and it "
    "makes no zeros. Stop at 0."
)
def past_zero(W, t):
    return W - t * np.sign(W)


@soft_threshold.mistake(
    "You set the small weights to 0 and leave the large ones as they are: that is a *hard* "
    "threshold. The soft one brings all of them nearer by t."
)
def hard_threshold(W, t):
    return np.where(np.abs(W) > t, W, 0)


@soft_threshold.mistake(
    "All signs are lost: negative weights come out positive. The size shrinks, the sign stays."
)
def signs_lost(W, t):
    return np.maximum(np.abs(W) - t, 0)


@soft_threshold.mistake(
    "You subtract t from every weight: positive ones move towards 0, negative ones away from it."
)
def to_the_left(W, t):
    return W - t


@soft_threshold.mistake(
    "Every negative weight becomes 0: `np.maximum(W - t, 0)` looks at one side only. Take the size "
    "of W first."
)
def one_side_only(W, t):
    return np.maximum(W - t, 0)


@soft_threshold.mistake(
    "You keep what should be taken away: clipping to the range from -t to t is the part of each "
    "weight that L1 removes."
)
def clipped(W, t):
    return np.clip(W, -t, t)


from mlplib.exercises._regularization_dropout import dropout, dropout_backward  # noqa: E402
from mlplib.exercises._regularization_stopping import (  # noqa: E402
    choose,
    predict_unseen,
    standardize_split,
    stop_and_best,
)

__all__ = [
    "choose",
    "cost_gradient",
    "course",
    "decay_step",
    "dropout",
    "dropout_backward",
    "mend_cost",
    "penalties",
    "predict_unseen",
    "progress",
    "soft_threshold",
    "standardize_split",
    "stop_and_best",
    "translate",
]
