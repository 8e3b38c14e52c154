"""The exercises of notebook 02: logistic regression as a network with one neuron.

From the score to the probability, its loss and its slope; then, in `_logistic_backward.py`, the
gradient and the training, and in `_logistic_decisions.py` what is done with probabilities. One
exercise is "spot the slip": its blank is code after what lecture 004 prints, and finite differences
are the referee. The last one is open.
"""

import numpy as np

from mlplib.exercises._exercise import ExerciseSet

course = ExerciseSet(
    "logistic_regression", "Logistic regression as a network", "02_logistic_regression.ipynb"
)
progress = course.progress


# ---- cases ------------------------------------------------------------------------------------


def _tables(rng):
    """Several features, weights and a bias, in the course's shapes."""
    yield (
        np.array([[1.0, 2.0], [-3.0, 1.0], [0.0, 0.5]]),
        np.array([[2.0], [-1.0]]),
        np.array([0.5]),
    )
    for m, n_in in ((5, 3), (1, 4), (4, 1), (2, 5), (20, 3)):
        X, W = rng.normal(0, 1, (m, n_in)).round(1), rng.normal(0, 1, (n_in, 1)).round(1)
        yield X, W, rng.normal(0, 1, 1).round(1) + 0.05


def _labelled_tables(rng):
    """The same with labels: X, Y, W, b; both classes in the first, which is followed by hand."""
    for X, W, b in _tables(rng):
        Y = rng.integers(0, 2, (len(X), 1)) if len(X) != 3 else np.array([[1], [0], [1]])
        yield X, Y.astype(float), W, b


def _sigmoid(z):
    """For the mistakes; no overflow, so that none of them warns by accident."""
    return np.exp(np.minimum(z, 0)) / (1 + np.exp(-np.abs(z)))


# ---- 1 ----------------------------------------------------------------------------------------


def _scores(rng):
    yield (np.array([-2.0, 0.0, 2.0]),)
    for m in (1, 5, 8, 30):
        yield (rng.normal(0, 3, m).round(1),)
    yield (np.array([-1000.0, -40.0, 40.0, 1000.0]),)


@course.exercise(
    title="From a score to a probability",
    formulas=("B1",),
    returns={"p": "(m,)"},
    cases=_scores,
    hints=[
        "`np.exp` takes an array and returns the exponential of every entry. Mind the minus sign "
        "in the exponent.",
        "For z = -1000 the plain formula needs e^1000, which no number can hold: numpy warns of an "
        "overflow, and 1 / infinity still comes out as 0. To avoid it, use e^z / (1 + e^z) where z "
        "is negative: it is the same fraction, multiplied by e^z above and below.",
        "`e = np.exp(-np.abs(z))` never overflows. With it, `np.where(z >= 0, 1 / (1 + e), "
        "e / (1 + e))` picks the right form for each entry.",
    ],
    after="A score of 0 is a probability of one half, and no score is ever quite 0 or 1: only "
    "rounding makes it so, beyond about 37.",
)
def sigmoid(z):
    """The sigmoid of m scores: 1 / (1 + e^(-z)) (B1). Scores may be as large as 1000.

    z : array (m,), any numbers
    Returns p : array (m,), numbers from 0 to 1
    """
    # gap: p = ...  # your code here
    e = np.exp(-np.abs(z))
    p = np.where(z >= 0, 1 / (1 + e), e / (1 + e))
    # end
    return p


@sigmoid.mistake(
    "The sign in the exponent is missing: your curve falls where it should rise. A large score has "
    "to give a probability near 1."
)
def falling(z):
    return _sigmoid(-z)


@sigmoid.mistake(
    "This form, e^z / (1 + e^z), is right for small scores, but for z = 1000 it becomes infinity "
    "divided by infinity, which is no number (nan). 1 / (1 + e^(-z)) is 1 / (1 + 0) there."
)
def infinity_over_infinity(z):
    e = np.exp(z)
    return e / (1 + e)


@sigmoid.mistake(
    "The plus 1 stands outside the fraction: 1 / e^(-z) + 1 is not 1 / (1 + e^(-z)). Python does "
    "the division before the addition; set parentheses."
)
def parentheses_forgotten(z):
    return 1 / np.exp(-z) + 1


@sigmoid.mistake(
    "That is tanh: it runs from -1 to 1 and is 0 at z = 0. The sigmoid runs from 0 to 1 and is 0.5 "
    "at z = 0."
)
def tanh_instead(z):
    return np.tanh(z)


@sigmoid.mistake(
    "You round to 0 and 1. That is a decision, and it comes last; the neuron puts out how sure it "
    "is."
)
def rounded(z):
    return np.where(z >= 0, 1.0, 0.0)


# ---- 2 ----------------------------------------------------------------------------------------


@course.exercise(
    title="A neuron that puts out probabilities",
    formulas=("A4", "A7"),
    returns={"P": "(m, 1)"},
    cases=_tables,
    hints=[
        "Two steps. First the score, exactly as in linear regression; then the sigmoid of it.",
        "The score of all examples at once is `X @ W + b`, with shape (m, 1). The sigmoid works "
        "entry by entry and leaves the shape as it is.",
        "`Z = X @ W + b`, then `P = 1 / (1 + np.exp(-Z))`.",
    ],
    after="Only the last step is new. The same neuron is a regressor without the sigmoid and a "
    "classifier with it.",
)
def predict(X, W, b):
    """Probabilities of class 1 for m examples: P = sigmoid(X W + b) (A4).

    X : array (m, n_in), one row for each example
    W : array (n_in, 1), one weight for each feature
    b : array (1,), the bias
    Returns P : array (m, 1), one probability for each example
    """
    # gap: P = ...  # your code here
    Z = X @ W + b
    P = 1 / (1 + np.exp(-Z))
    # end
    return P


@predict.mistake(
    "These are the scores: the sigmoid is missing. A score can be any number, a probability lies "
    "between 0 and 1."
)
def only_scores(X, W, b):
    return X @ W + b


@predict.mistake(
    "The bias is added after the sigmoid, so that P can leave the range from 0 to 1. It belongs to "
    "the score: add first, squash then."
)
def bias_after(X, W, b):
    return _sigmoid(X @ W) + b


@predict.mistake(
    "You squash the features and then weigh them. The sigmoid belongs to the output: first the "
    "weighted sum, then the sigmoid of that one number."
)
def squashed_features(X, W, b):
    return _sigmoid(X) @ W + b


@predict.mistake(
    "These are the probabilities of class 0. The sigmoid of the score is the probability of class "
    "1; is there a sign too many in the exponent?"
)
def of_class_0(X, W, b):
    return _sigmoid(-(X @ W + b))


@predict.mistake("The bias is missing: with all features at 0, every model would have to say 50 %.")
def bias_missing(X, W, b):
    return _sigmoid(X @ W)


@predict.mistake(
    "You have decided already: these are labels, not probabilities. How sure the neuron is, is "
    "lost, and the loss needs it."
)
def labels(X, W, b):
    return (X @ W + b >= 0).astype(float)


# ---- 3 ----------------------------------------------------------------------------------------


def _probabilities(rng):
    yield np.array([0.9, 0.2, 0.5]), np.array([1.0, 0.0, 1.0])
    for m in (1, 2, 5, 8, 30):
        yield rng.uniform(0.03, 0.97, m).round(2), rng.integers(0, 2, m).astype(float)


@course.exercise(
    title="How wrong is a probability?",
    formulas=("C2",),
    returns={"loss": "a number"},
    cases=_probabilities,
    hints=[
        "For one example only one of the two terms is not 0: which one, if y is 1?",
        "`np.log` is the natural logarithm. Both logarithms are of numbers below 1, so they are "
        "negative: that is why there is a minus sign in front.",
        "Entry by entry, `y * np.log(p) + (1 - y) * np.log(1 - p)`; then the mean, then the minus.",
    ],
    after="A model that always says 50 % has the loss log 2 = 0.693, whatever the labels are. "
    "Whoever has more knows less than nothing.",
)
def cross_entropy(p, y):
    """Binary cross-entropy: -(1/m) * sum of [y log p + (1 - y) log(1 - p)], in nats (C2).

    p : array (m,), the predicted probabilities of class 1, none of them exactly 0 or 1
    y : array (m,), the labels, 0 or 1
    Returns loss : one number
    """
    # gap: loss = ...  # your code here
    loss = -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))
    # end
    return loss


@cross_entropy.mistake(
    "The minus sign is missing: your loss is negative, and grows when the predictions get better."
)
def minus_missing(p, y):
    return np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))


@cross_entropy.mistake(
    "The second term is missing: the examples of class 0 cost nothing, whatever is predicted for "
    "them. A model that always says 1 would be perfect."
)
def only_class_1(p, y):
    return -np.mean(y * np.log(p))


@cross_entropy.mistake(
    "The two logarithms have changed places: if y is 1, what counts is how probable 1 was, log p."
)
def terms_exchanged(p, y):
    return -np.mean(y * np.log(1 - p) + (1 - y) * np.log(p))


@cross_entropy.mistake(
    "You add up over the examples and do not divide by m. The loss of this course is a mean, so "
    "that it does not depend on how many examples there are."
)
def total(p, y):
    return -np.sum(y * np.log(p) + (1 - y) * np.log(1 - p))


@cross_entropy.mistake(
    "Your logarithm has the base 2: the number is right in bits. The course counts in nats, with "
    "the natural logarithm, `np.log`."
)
def in_bits(p, y):
    return -np.mean(y * np.log2(p) + (1 - y) * np.log2(1 - p))


@cross_entropy.mistake(
    "Your logarithm has the base 10. The natural one, whose derivative is 1/p without a factor, is "
    "`np.log`."
)
def base_ten(p, y):
    return -np.mean(y * np.log10(p) + (1 - y) * np.log10(1 - p))


@cross_entropy.mistake(
    "That is the mean squared error between probabilities and labels. It is a measure too, but a "
    "sure and wrong answer costs at most 1 in it, and no logarithm appears."
)
def squared_error(p, y):
    return np.mean((y - p) ** 2)


@cross_entropy.mistake(
    "This is -p log p - (1 - p) log(1 - p): the entropy of the predictions alone. The labels have "
    "to weigh the logarithms, not the probabilities themselves."
)
def entropy_of_p(p, y):
    return -np.mean(p * np.log(p) + (1 - p) * np.log(1 - p))


# ---- 4 ----------------------------------------------------------------------------------------


def _moderate_scores(rng):
    yield (np.array([-1.0, 0.0, 2.0]),)
    for m in (1, 4, 8, 30):
        yield (rng.normal(0, 2, m).round(1),)


@course.exercise(
    title="The slope of the sigmoid",
    formulas=("B1",),
    returns={"slope": "(m,)"},
    cases=_moderate_scores,
    hints=[
        "Compute the sigmoid first and call it a. The derivative can be written with a alone.",
        "The derivative of 1 / (1 + e^(-z)) is e^(-z) / (1 + e^(-z))^2. One factor of that is a "
        "itself; what is the other one?",
        "`a = 1 / (1 + np.exp(-z))`, and the slope is `a * (1 - a)`.",
    ],
    after="At most 1/4, and that at z = 0 exactly. Five sigmoids in a row multiply five such "
    "factors: that is the vanishing gradient of notebook 04.",
)
def sigmoid_slope(z):
    """The derivative of the sigmoid at m scores (B1).

    z : array (m,), the scores
    Returns slope : array (m,), d sigmoid(z) / dz for each score
    """
    # gap: slope = ...  # your code here
    a = 1 / (1 + np.exp(-z))
    slope = a * (1 - a)
    # end
    return slope


@sigmoid_slope.mistake(
    "You put z itself into a (1 - a). The formula is about a = sigmoid(z): squash first."
)
def of_the_score(z):
    return z * (1 - z)


@sigmoid_slope.mistake(
    "The derivative is taken at the wrong place: a was squashed a second time. Use the sigmoid of "
    "z, once."
)
def squashed_twice(z):
    a = _sigmoid(_sigmoid(z))
    return a * (1 - a)


@sigmoid_slope.mistake(
    "This is the sigmoid itself. Its slope is small at both ends, where the curve is flat, and "
    "largest in the middle."
)
def the_curve_itself(z):
    return _sigmoid(z)


@sigmoid_slope.mistake(
    "The slope of tanh is 1 - a^2, when a is the tanh of z. For the sigmoid it is another product, "
    "of a and 1 - a."
)
def slope_of_tanh(z):
    return 1 - _sigmoid(z) ** 2


@sigmoid_slope.mistake(
    "The square in the denominator is missing: e^(-z) / (1 + e^(-z)) is 1 - a, not yet the slope. "
    "The derivative of 1/u is -1/u^2."
)
def square_missing(z):
    return 1 - _sigmoid(z)


@sigmoid_slope.mistake(
    "The sign is wrong: the sigmoid rises everywhere, so its slope is positive everywhere. Two "
    "minus signs meet here, one from 1/u and one from e^(-z)."
)
def negative_slope(z):
    a = _sigmoid(z)
    return -a * (1 - a)


# The gradient and the decisions join the course after these, in the order of the notebook.
from mlplib.exercises._logistic_backward import (  # noqa: E402
    fit,
    gradient,
    loss_from_scores,
    mend_gradient,
)
from mlplib.exercises._logistic_decisions import (  # noqa: E402
    cheapest_threshold,
    classify,
    confusion,
)

__all__ = [
    "cheapest_threshold",
    "classify",
    "confusion",
    "course",
    "cross_entropy",
    "fit",
    "gradient",
    "loss_from_scores",
    "mend_gradient",
    "predict",
    "progress",
    "sigmoid",
    "sigmoid_slope",
]
