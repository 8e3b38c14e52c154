"""The exercises of notebook 04: activation functions, their slopes, and what depth does to them.

Here the course itself and the functions one by one; what happens to a gradient in a deep network,
dead units and the first weights are in `_activations_depth`.
"""

import numpy as np

from mlplib.exercises._exercise import ExerciseSet

course = ExerciseSet("activations", "Activation functions", "04_activations.ipynb")
progress = course.progress


def _sigmoid(z):
    return 1 / (1 + np.exp(-z))


def _off_zero(rng, size, spread=2):
    """Rounded scores, none of them at a corner."""
    return rng.normal(0, spread, size).round(1) + 0.05


# ---- 1 ----------------------------------------------------------------------------------------


def _outputs(rng):
    yield (np.array([0.5, 0.9, 0.2]),)
    for m in (1, 2, 5, 30):
        yield (rng.uniform(0.01, 0.99, m).round(2),)


@course.exercise(
    title="The slope of a sigmoid, from what it puts out",
    formulas=("B1",),
    returns={"slope": "(m,)"},
    cases=_outputs,
    hints=[
        "The derivative of the sigmoid can be written with the sigmoid itself: which formula of "
        "part 4.1 is that?",
        "`A` is the sigmoid's value already. No exponential is needed any more.",
    ],
    after="That is why a layer keeps its outputs: going backward, the slope costs one "
    "multiplication and no exponential.",
)
def sigmoid_slope(A):
    """Derivative of the sigmoid at m scores, from its values there (B1).

    A : array (m,), the values a = sigma(z) that a forward pass has kept; z itself is gone
    Returns slope : array (m,), the derivatives sigma'(z) at the same scores
    """
    # gap: slope = ...  # your code here
    slope = A * (1 - A)
    # end
    return slope


@sigmoid_slope.mistake(
    "You apply the sigmoid once more: `A` holds its values already, so sigma(A) is the sigmoid of "
    "a sigmoid. This is the classic slip of taking a derivative at a where z is meant."
)
def sigmoid_of_a_sigmoid(A):
    s = _sigmoid(A)
    return s * (1 - s)


@sigmoid_slope.mistake(
    "This is the slope of tanh, 1 - a^2. For the sigmoid it cannot be right: it would be 3/4 at "
    "a = 1/2, and no sigmoid is steeper than 1/4."
)
def slope_of_tanh(A):
    return 1 - A**2


@sigmoid_slope.mistake(
    "The sign is wrong: the sigmoid rises everywhere, so its slope is positive. Which of the two "
    "factors did you turn around?"
)
def falling(A):
    return A * (A - 1)


@sigmoid_slope.mistake(
    "One factor is missing: 1 - a is largest where the sigmoid is near 0, but there it is flat. "
    "It takes both factors, a and 1 - a."
)
def one_factor(A):
    return 1 - A


@sigmoid_slope.mistake(
    "You return 1/4 everywhere. That is the largest slope, at z = 0; away from there it falls, and "
    "towards both ends to nothing."
)
def largest_slope(A):
    return np.full(len(A), 0.25)


# ---- 2 ----------------------------------------------------------------------------------------


def _far_scores(rng):
    yield (np.array([0.0, 1.0, -2.0, 800.0, -800.0]),)
    for m in (3, 5, 30):
        z = rng.normal(0, 2, m).round(1) + 0.05
        z[:2] = 900.0, -1000.0
        yield (z,)


@course.exercise(
    title="A tanh that does not overflow",
    formulas=("B2",),
    returns={"a": "(m,)"},
    cases=_far_scores,
    hints=[
        "Try your formula at z = 800: which of its exponentials is larger than any number that "
        "the computer can hold? And at z = -800?",
        "An exponential of a number below 0 never overflows. Divide numerator and denominator of "
        "B2 by the larger of the two exponentials.",
        "With t = exp(-2 |z|), tanh of |z| is (1 - t) / (1 + t); the sign of z comes last.",
    ],
    after="At 800, t is 0 to the last bit, and tanh is exactly 1. Nothing had to be clipped.",
)
def tanh(z):
    """The hyperbolic tangent of m scores, from exponentials, without np.tanh (B2).

    The scores may be as large as 1000, in both directions: there tanh is 1 or -1, and nothing
    may become inf or nan on the way.

    z : array (m,), the scores
    Returns a : array (m,), tanh(z)
    """
    # gap: a = ...  # your code here
    t = np.exp(-2 * np.abs(z))
    a = np.sign(z) * (1 - t) / (1 + t)
    # end
    return a


@tanh.mistake(
    "The formula is right on paper. But exp(800) is inf for the computer, and inf / inf is nan: "
    "at both ends one of your two exponentials is too large to be held."
)
def as_in_the_book(z):
    return (np.exp(z) - np.exp(-z)) / (np.exp(z) + np.exp(-z))


@tanh.mistake(
    "Your formula survives on the left and not on the right: exp(2 z) is inf there, and inf / inf "
    "is nan. One form of the formula alone cannot serve both sides."
)
def overflows_on_the_right(z):
    return (np.exp(2 * z) - 1) / (np.exp(2 * z) + 1)


@tanh.mistake(
    "Your formula survives on the right and not on the left: there exp(-2 z) is inf, and inf / inf "
    "is nan. One form of the formula alone cannot serve both sides."
)
def overflows_on_the_left(z):
    return (1 - np.exp(-2 * z)) / (1 + np.exp(-2 * z))


@tanh.mistake(
    "The nan are swept away with `np.nan_to_num`, which writes 0 in their place. Far out tanh is 1 "
    "or -1: the overflow has to be avoided, not covered."
)
def swept_away(z):
    return np.nan_to_num((np.exp(z) - np.exp(-z)) / (np.exp(z) + np.exp(-z)))


@tanh.mistake(
    "The 2 in the exponent is missing, so this is tanh(z / 2): it rises half as fast. Dividing the "
    "first form of B2 by e^z leaves e^(-2 z)."
)
def half_as_fast(z):
    t = np.exp(-np.abs(z))
    return np.sign(z) * (1 - t) / (1 + t)


@tanh.mistake(
    "The sign is lost on the left: tanh of -2 is -0.96. You work with |z|, as you should, but "
    "then the sign of z has to come back."
)
def always_positive(z):
    t = np.exp(-2 * np.abs(z))
    return (1 - t) / (1 + t)


@tanh.mistake(
    "This is a sigmoid, sigma(2 z), between 0 and 1. tanh is the same curve stretched to lie "
    "between -1 and 1: two times it, minus one."
)
def not_stretched(z):
    return 1 / (1 + np.exp(-2 * z))


# ---- 3 ----------------------------------------------------------------------------------------


def _scores_with_a_corner(rng):
    yield (np.array([-1.5, 0.0, 0.5, 3.0]),)
    for m in (3, 5, 8, 30):
        z = _off_zero(rng, m)
        z[:3] = 0.4, -0.3, 2.0
        yield (z,)


@course.exercise(
    title="ReLU and its slope",
    formulas=("B3",),
    returns={"a": "(m,)", "slope": "(m,)"},
    cases=_scores_with_a_corner,
    hints=[
        "Entry by entry: `np.maximum` compares an array with a number, which Python's own `max` "
        "cannot.",
        "The slope asks one question of each z: is it on? A comparison gives True and False; "
        "times 1.0 makes numbers of them.",
    ],
    after="At exactly 0 there is no slope, left it is 0 and right it is 1; a library has to choose "
    "one and say so. With real numbers it hardly ever happens.",
)
def relu(z):
    """ReLU and its derivative at m scores (B3).

    At z = 0 there is a corner and no derivative; this course takes 0 there.

    z : array (m,), the scores
    Returns a : array (m,), max(0, z), and slope : array (m,), the derivative, 0.0 or 1.0
    """
    # gap: a = ...  # your code here
    # gap: slope = ...
    a = np.maximum(0, z)
    slope = (z > 0) * 1.0
    # end
    return a, slope


@relu.mistake(
    "Your slope begins at z = 1, as lecture 003 prints it. Between 0 and 1 ReLU rises as steeply "
    "as anywhere: draw it, and look where the corner is."
)
def corner_at_one(z):
    return np.maximum(0, z), (z > 1) * 1.0


@relu.mistake(
    "At z = 0 your slope is 1. That is a choice that one can make, but this course makes the other "
    "one: a unit that puts out 0 counts as off."
)
def on_at_zero(z):
    return np.maximum(0, z), (z >= 0) * 1.0


@relu.mistake(
    "Your slope is ReLU's value. The value grows with z, but its slope does not: to the right of "
    "0 ReLU is a straight line, equally steep everywhere."
)
def slope_is_the_value(z):
    return np.maximum(0, z), np.maximum(0, z)


@relu.mistake(
    "Your slope is 1 everywhere, that is the identity's. Where z is negative, ReLU is flat: moving "
    "z a little changes nothing there."
)
def slope_of_the_identity(z):
    return np.maximum(0, z), np.ones(len(z))


@relu.mistake(
    "This is the absolute value: it folds the negative scores up. ReLU cuts them off: whatever is "
    "below 0 becomes 0."
)
def folded_up(z):
    return np.abs(z), (z > 0) * 1.0


@relu.mistake(
    "You keep the negative half and cut off the positive one. ReLU takes the larger of 0 and z, "
    "and its slope is 1 where z is positive."
)
def wrong_half(z):
    return np.minimum(0, z), (z < 0) * 1.0


# ---- 4 ----------------------------------------------------------------------------------------


def _leaky_scores(rng):
    yield np.array([-2.0, 1.0, 3.0]), 0.1
    for m, alpha in ((3, 0.01), (5, 0.3), (8, 1.5), (30, 0.2)):
        z = _off_zero(rng, m)
        z[:2] = -1.5, 0.7
        yield z, alpha


@course.exercise(
    title="Leaky ReLU, for any slope",
    formulas=("B4",),
    returns={"a": "(m,)", "slope": "(m,)"},
    cases=_leaky_scores,
    hints=[
        "Two cases, entry by entry: `np.where(condition, where true, where false)`.",
        "The value for z < 0 is a multiple of z; its slope is what it is multiplied with.",
        "Write both with `np.where(z > 0, ...)`: z or alpha z, and 1.0 or alpha.",
    ],
    after="With `np.where` it holds for every alpha. The short form with max is right only where "
    "alpha z lies below z for positive z, that is for alpha < 1.",
)
def leaky_relu(z, alpha):
    """Leaky ReLU and its derivative at m scores (B4): z for z > 0, alpha z for z < 0.

    z : array (m,), the scores, none of them 0
    alpha : number, the slope for z < 0; at least 0, and it may be above 1
    Returns a : array (m,), the values, and slope : array (m,), the derivatives
    """
    # gap: a = ...  # your code here
    # gap: slope = ...
    a = np.where(z > 0, z, alpha * z)
    slope = np.where(z > 0, 1.0, alpha)
    # end
    return a, slope


@leaky_relu.mistake(
    "`np.maximum(alpha * z, z)` is right for alpha < 1 only, as B4 says. With alpha = 1.5 it takes "
    "1.5 z for positive z, where z itself is meant."
)
def larger_of_both(z, alpha):
    return np.maximum(alpha * z, z), np.where(z > 0, 1.0, alpha)


@leaky_relu.mistake(
    "This is ReLU itself: for z < 0 nothing leaks through. A slope of alpha has to be left there, "
    "in the value and in the derivative."
)
def nothing_leaks(z, alpha):
    return np.maximum(0, z), (z > 0) * 1.0


@leaky_relu.mistake(
    "You multiply every z by alpha. For z > 0 the function is z itself, with slope 1; alpha is for "
    "the negative half alone."
)
def leaky_everywhere(z, alpha):
    return alpha * z, np.full(len(z), alpha)


@leaky_relu.mistake(
    "The halves are exchanged: alpha belongs to z < 0. As it is, what should get through is held "
    "back, and the other way round."
)
def halves_exchanged(z, alpha):
    return np.where(z > 0, alpha * z, z), np.where(z > 0, alpha, 1.0)


@leaky_relu.mistake(
    "For z < 0 your function rises to the left: the sign of alpha is turned around. A leaky ReLU "
    "rises from left to right everywhere, less steeply where z is negative."
)
def rising_to_the_left(z, alpha):
    return np.where(z > 0, z, -alpha * z), np.where(z > 0, 1.0, -alpha)


@leaky_relu.mistake(
    "For z < 0 your slope is alpha z, which is the value there. The slope of a straight line is "
    "the number that z is multiplied with."
)
def value_for_a_slope(z, alpha):
    return np.where(z > 0, z, alpha * z), np.where(z > 0, 1.0, alpha * z)


# ---- 5 ----------------------------------------------------------------------------------------


def _layers_of_scores(rng):
    yield np.array([[1.0, -2.0, 0.5]]), np.array([[0.5, 2.0, -1.0]])
    for shape in ((2, 3), (4, 1), (5, 4), (1, 6)):
        Z = _off_zero(rng, shape)
        Z.flat[0] = 0.4
        yield rng.normal(0, 2, shape).round(1) + 0.05, Z


def _relu_by_differences(dA, Z):
    eps, dZ = 1e-6, np.zeros(Z.shape)
    for place in np.ndindex(Z.shape):
        nudge = np.zeros(Z.shape)
        nudge[place] = eps
        up, down = (np.sum(dA * np.maximum(0, Z + sign * nudge)) for sign in (1, -1))
        dZ[place] = (up - down) / (2 * eps)
    return dZ


@course.exercise(
    title="Spot the slip: where ReLU has a slope",
    formulas=("B3",),
    returns={"dZ": "(m, n_out)"},
    cases=_layers_of_scores,
    slip=True,
    referee=("gradient check", _relu_by_differences),
    rtol=1e-6,
    hints=[
        "Take a unit with z = 0.5. If z grows by a little, what does max(0, z) do? And what does "
        "the code say?",
        "The corner of ReLU decides which scores have a slope. Where is it?",
    ],
    after="A network with the slip still learns: units above 1 get their gradient, those between 0 "
    "and 1 none. Only a gradient check tells it from a bad learning rate.",
)
def mend_relu(dA, Z):
    """Spot the slip in lecture 003's derivative of ReLU, and mend it (B3).

    A layer has computed A = max(0, Z). The lecture says of its slope: "1 when z > 1". The code
    below goes backward with it. It fails the gradient check. Change it so that it passes.

    dA : array (m, n_out), the derivative of the loss with respect to A
    Z : array (m, n_out), the scores, none of them at the corner
    Returns dZ : array (m, n_out), the derivative of the loss with respect to Z
    """
    slope = np.zeros(Z.shape)
    # gap: slope[Z > 1] = 1
    slope[Z > 0] = 1
    # end
    dZ = dA * slope
    return dZ


@mend_relu.mistake(
    "This is still what the lecture prints: units with a score between 0 and 1 are on, and get no "
    "gradient. Where does max(0, z) begin to rise?"
)
def from_one_on(dA, Z):
    return dA * (Z > 1)


@mend_relu.mistake(
    "You let through where `dA` is positive. Whether a unit is on is decided by its score z in "
    "the forward pass; the gradient that comes back may have any sign."
)
def positive_gradients_only(dA, Z):
    return dA * (dA > 0)


@mend_relu.mistake(
    "Now the slope is 1 everywhere, and ReLU is gone: also the units that are off get a gradient. "
    "For them a small change of z changes nothing."
)
def no_relu_at_all(dA, Z):
    return dA * 1.0


@mend_relu.mistake(
    "You multiply by the value of ReLU where its slope is meant: at z = 3 the slope is 1, not 3."
)
def multiplied_by_the_value(dA, Z):
    return dA * np.maximum(0, Z)


@mend_relu.mistake(
    "It is turned around: you let the gradient through where the unit is off, and stop it where "
    "the unit is on."
)
def through_where_it_is_off(dA, Z):
    return dA * (Z < 0)


# ---- 6 ----------------------------------------------------------------------------------------


def _two_scores(rng):
    yield (np.array([[2.0, 1.0], [0.0, 3.0]]),)
    for m in (1, 3, 5, 30):
        yield (rng.normal(0, 2, (m, 2)).round(1) + np.array([0.0, 0.05]),)


@course.exercise(
    title="Softmax of two classes",
    formulas=("B5",),
    returns={"P": "(m, 2)"},
    cases=_two_scores,
    hints=[
        "Part 4.4 derives it: with two classes the first probability is a sigmoid. Of what?",
        "The first column is the sigmoid of the first score minus the second. What is left over "
        "for the second column?",
        "`np.column_stack([p, q])` makes two columns of two arrays (m,).",
    ],
    after="Adding the same number to both scores changes nothing: only their difference counts. So "
    "one output with a sigmoid says as much as two with a softmax.",
)
def softmax_two(Z):
    """Softmax of two classes, as a sigmoid of the difference of the scores (B5).

    Z : array (m, 2), two scores for each example
    Returns P : array (m, 2), the probabilities of the two classes, each row with the sum 1
    """
    # gap: P = ...  # your code here
    p = 1 / (1 + np.exp(Z[:, 1] - Z[:, 0]))
    P = np.column_stack([p, 1 - p])
    # end
    return P


@softmax_two.mistake(
    "The columns are exchanged: the class with the higher score must get the higher probability. "
    "Look at the sign of the difference in the exponent."
)
def lower_score_wins(Z):
    p = _sigmoid(Z[:, 1] - Z[:, 0])
    return np.column_stack([p, 1 - p])


@softmax_two.mistake(
    "You take the sigmoid of each score by itself. Then the two do not know of each other, and a "
    "row need not have the sum 1: it takes their difference."
)
def each_for_itself(Z):
    return _sigmoid(Z)


@softmax_two.mistake(
    "You divide by the sum of each column, over the examples. The probabilities of one example "
    "have to sum to 1: along the row, `axis=1`."
)
def over_the_examples(Z):
    return np.exp(Z) / np.exp(Z).sum(axis=0)


@softmax_two.mistake(
    "You take the sigmoid of the sum of the scores. Two equal scores would then give anything but "
    "one half: what decides is how far one is ahead of the other."
)
def sum_of_the_scores(Z):
    p = _sigmoid(Z[:, 0] + Z[:, 1])
    return np.column_stack([p, 1 - p])


@softmax_two.mistake(
    "This is the first column alone. The second class gets what the first one leaves: two columns, "
    "shape (m, 2)."
)
def one_column(Z):
    return _sigmoid(Z[:, 0] - Z[:, 1])


@softmax_two.mistake(
    "You divide the exponentials by the larger of them, so that the winner gets 1. Softmax divides "
    "by their sum."
)
def divided_by_the_largest(Z):
    return np.exp(Z) / np.exp(Z).max(axis=1, keepdims=True)


# ---- 7 ----------------------------------------------------------------------------------------


def _scores(rng):
    yield (np.array([0.0, 1.0, -2.0]),)
    for m in (1, 2, 5, 30):
        yield (_off_zero(rng, m),)


@course.exercise(
    title="SiLU: a slope by the product rule",
    formulas=("B1",),
    returns={"a": "(m,)", "slope": "(m,)"},
    cases=_scores,
    hints=[
        "SiLU is a product of two functions of z: z itself, and sigma(z). What does the product "
        "rule say of (u v)'?",
        "Of u = z the slope is 1, of v = sigma(z) it is that of B1. Compute sigma(z) once and keep "
        "it.",
    ],
    after="For large z it is z, for very negative z it is 0, and in between it dips to -0.28: a "
    "ReLU without a corner. You can differentiate any activation in this way.",
)
def silu(z):
    """SiLU, also called swish, and its derivative at m scores: a = z sigma(z).

    sigma is the sigmoid (B1); the scores lie between -20 and 20.

    z : array (m,), the scores
    Returns a : array (m,), the values, and slope : array (m,), the derivatives
    """
    # gap: a = ...  # your code here
    # gap: slope = ...
    s = 1 / (1 + np.exp(-z))
    a = z * s
    slope = s + z * s * (1 - s)
    # end
    return a, slope


@silu.mistake(
    "Your slope is the first half of the product rule: u' v = sigma(z). The other factor changes "
    "with z as well: add u v'."
)
def first_half_of_the_rule(z):
    return z * _sigmoid(z), _sigmoid(z)


@silu.mistake(
    "Your slope is the second half of the product rule, u v'. The factor z changes, too: add u' v, "
    "and u' is 1."
)
def second_half_of_the_rule(z):
    s = _sigmoid(z)
    return z * s, z * s * (1 - s)


@silu.mistake(
    "You multiply the two slopes, 1 and sigma (1 - sigma). The derivative of a product is not the "
    "product of the derivatives."
)
def product_of_slopes(z):
    s = _sigmoid(z)
    return z * s, s * (1 - s)


@silu.mistake(
    "You use a (1 - a) with the value of SiLU. That rule belongs to the sigmoid: in it stands "
    "sigma(z), not z sigma(z)."
)
def rule_of_the_sigmoid(z):
    a = z * _sigmoid(z)
    return a, a * (1 - a)


@silu.mistake(
    "The exponent has the wrong sign: 1 / (1 + e^z) falls with z, so that your function is 0 on "
    "the right and z on the left."
)
def turned_around(z):
    s = _sigmoid(-z)
    return z * s, s - z * s * (1 - s)


from mlplib.exercises._activations_depth import (  # noqa: E402
    dead_share,
    deep_start,
    init_weights,
    passed_back,
)

__all__ = [
    "course",
    "dead_share",
    "deep_start",
    "init_weights",
    "leaky_relu",
    "mend_relu",
    "passed_back",
    "progress",
    "relu",
    "sigmoid_slope",
    "silu",
    "softmax_two",
    "tanh",
]
