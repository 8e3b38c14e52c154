"""Exercises of notebook 04, second part: through many layers, and the first weights."""

import numpy as np

from mlplib.exercises.activations import course


def _sigmoid(z):
    return 1 / (1 + np.exp(-z))


# ---- 8 ----------------------------------------------------------------------------------------


def _chains(rng):
    yield np.array([0.0, 1.0]), np.array([2.0, -1.0])
    for n in (1, 3, 5, 10):
        yield rng.normal(0, 1.5, n).round(1) + 0.05, rng.normal(0, 1.5, n).round(1) + 0.05


@course.exercise(
    title="What a chain of sigmoids passes back",
    formulas=("B7", "B1"),
    returns={"factor": "a number"},
    cases=_chains,
    hints=[
        "Each layer multiplies the gradient by two numbers: the slope of its sigmoid, and its "
        "weight.",
        "First all slopes at once: with s = sigma(z), an array (n,), they are given by B1.",
        "`np.prod` multiplies all entries of an array.",
    ],
    after="With all weights 1 it is at most (1/4)^n: for ten layers a millionth. Weights of 4 "
    "would make up for it at z = 0, and push z far away from there.",
)
def passed_back(z, w):
    """The factor by which a chain of n layers, one sigmoid unit each, multiplies a gradient (B7).

    It is the product over the layers j of sigma'(z_j) w_j.

    z : array (n,), the score of each layer
    w : array (n,), the weight into each layer
    Returns factor : one number
    """
    # gap: factor = ...  # your code here
    s = 1 / (1 + np.exp(-z))
    factor = np.prod(s * (1 - s) * w)
    # end
    return factor


@passed_back.mistake(
    "You add the layers up. The chain rule multiplies: what the last layer lets through is what "
    "the one before it gets."
)
def summed_over_layers(z, w):
    s = _sigmoid(z)
    return np.sum(s * (1 - s) * w)


@passed_back.mistake(
    "The weights are missing: a layer passes the gradient on through its weight, too. Without "
    "them every sigmoid network would vanish in the same way."
)
def without_weights(z, w):
    s = _sigmoid(z)
    return np.prod(s * (1 - s))


@passed_back.mistake(
    "You multiply by the values of the sigmoid. What goes backward is its slope: how much its "
    "value changes when z does."
)
def values_for_slopes(z, w):
    return np.prod(_sigmoid(z) * w)


@passed_back.mistake(
    "The slopes are missing: this is what a chain without activations would pass back."
)
def without_slopes(z, w):
    return np.prod(w)


@passed_back.mistake(
    "You take the largest slope, 1/4, for every layer. That is a bound, reached at z = 0 only; the "
    "slope depends on z."
)
def bound_for_the_slope(z, w):
    return np.prod(w / 4)


@passed_back.mistake(
    "You apply the sigmoid to itself: in s (1 - s) stands s = sigma(z), not the sigmoid of that."
)
def slope_at_the_value(z, w):
    s = _sigmoid(_sigmoid(z))
    return np.prod(s * (1 - s) * w)


# ---- 9 ----------------------------------------------------------------------------------------


def _hidden_scores(rng):
    yield (np.array([[1.0, -2.0, -1.0], [-3.0, -1.0, 2.0], [-1.0, -2.0, -2.0], [2.0, -1.0, 1.0]]),)
    for m, n in ((2, 5), (5, 4), (1, 6), (30, 8)):
        Z = rng.normal(0, 2, (m, n)).round(1) + 0.05
        Z[:, 0] = -np.abs(Z[:, 0])
        Z[:, 1] = np.abs(Z[:, 1])
        yield (Z,)


@course.exercise(
    title="How many units are dead?",
    formulas=("B7", "B3"),
    returns={"share": "a number"},
    cases=_hidden_scores,
    hints=[
        "Look at one column: one unit, all examples. When is this unit dead?",
        "`np.all(condition, axis=...)` asks whether a condition holds in all rows, for each column "
        "by itself. Which axis are the examples?",
        "The mean of an array of True and False is the share of True.",
    ],
    after="A unit that is off for some examples is no trouble: that is how ReLU makes its corners. "
    "Only one that is off for all of them gets no gradient, and stays as it is.",
)
def dead_share(Z):
    """The share of dead units in a layer of ReLUs (B7).

    A unit is dead if it is off (z <= 0) for every example: then no gradient ever reaches its
    weights.

    Z : array (m, n_units), the scores of the layer, one row for each example
    Returns share : one number between 0 and 1
    """
    # gap: share = ...  # your code here
    off = Z <= 0
    share = np.mean(np.all(off, axis=0))
    # end
    return share


@dead_share.mistake(
    "This is the share of all scores that are negative. A unit may be off for half of the examples "
    "and be quite alive: first decide for each unit, then count units."
)
def share_of_scores(Z):
    return np.mean(Z <= 0)


@dead_share.mistake(
    "You count a unit as dead if it is off for one example. It is dead only if there is no example "
    "left for which it is on: all, not any."
)
def off_once(Z):
    return np.mean(np.any(Z <= 0, axis=0))


@dead_share.mistake(
    "You go along the rows and find the examples for which no unit is on. Units are columns: the "
    "condition has to hold down the column, `axis=0`."
)
def dead_examples(Z):
    return np.mean(np.all(Z <= 0, axis=1))


@dead_share.mistake(
    "This is the number of dead units, not their share: divide by the number of units."
)
def number_of_units(Z):
    return np.sum(np.all(Z <= 0, axis=0)) * 1.0


@dead_share.mistake(
    "This is the share of units that are alive, that is on for at least one example. Dead are the "
    "others."
)
def share_alive(Z):
    return np.mean(np.any(Z > 0, axis=0))


@dead_share.mistake(
    "You call a unit dead if its mean score is negative. One example with a large positive z keeps "
    "it alive, whatever the mean."
)
def negative_on_average(Z):
    return np.mean(Z.mean(axis=0) <= 0)


# ---- 10 ---------------------------------------------------------------------------------------


def _layer_sizes(rng):
    yield np.random.default_rng(0), 2, 3, 2.0
    for n_in, n_out, gain in ((3, 2, 1.0), (5, 1, 2.0), (16, 8, 1.0), (9, 20, 2.0)):
        yield np.random.default_rng(rng.integers(1000)), n_in, n_out, gain


@course.exercise(
    title="First weights of the right size",
    formulas=("E10",),
    returns={"W": "(n_in, n_out)"},
    cases=_layer_sizes,
    hints=[
        "A number times a normal variable: what does the number do to the standard deviation, and "
        "what to the variance?",
        "The variance is to be gain / n_in, so the standard deviation is its root.",
        "`rng.standard_normal((n_in, n_out))` gives all of them at once, with variance 1.",
    ],
    after="A gain of 1 is LeCun's, 2 is He's for ReLU. The sum of n_in such terms has the variance "
    "that the inputs have (times the gain), however many there are.",
)
def init_weights(rng, n_in, n_out, gain):
    """Draw first weights with the variance gain / n_in (E10).

    Draw them with one call of rng.standard_normal((n_in, n_out)), which has variance 1.

    rng : numpy.random.Generator, the only source of randomness
    n_in, n_out : whole numbers, inputs and units of the layer
    gain : number, 1 for LeCun's initialisation, 2 for He's
    Returns W : array (n_in, n_out)
    """
    # gap: W = ...  # your code here
    W = np.sqrt(gain / n_in) * rng.standard_normal((n_in, n_out))
    # end
    return W


@init_weights.mistake(
    "The root is missing: multiplying by a number multiplies the variance by its square. As it is, "
    "the variance is (gain / n_in)^2."
)
def variance_for_deviation(rng, n_in, n_out, gain):
    return gain / n_in * rng.standard_normal((n_in, n_out))


@init_weights.mistake(
    "You divide by the number of units, n_out. What is added up in a unit are its inputs: n_in "
    "terms, so n_in decides."
)
def units_for_inputs(rng, n_in, n_out, gain):
    return np.sqrt(gain / n_out) * rng.standard_normal((n_in, n_out))


@init_weights.mistake(
    "The gain is missing, so this is always LeCun's. For ReLU, which passes half of the squares "
    "on, the variance has to be twice as large."
)
def gain_forgotten(rng, n_in, n_out, gain):
    return rng.standard_normal((n_in, n_out)) / np.sqrt(n_in)


@init_weights.mistake(
    "The gain stands outside of the root. It belongs to the variance: the standard deviation gets "
    "its root."
)
def gain_outside_the_root(rng, n_in, n_out, gain):
    return gain / np.sqrt(n_in) * rng.standard_normal((n_in, n_out))


@init_weights.mistake(
    "The weights are as they were drawn, with variance 1. With many inputs their sum is far too "
    "large: multiply them by a standard deviation."
)
def variance_one(rng, n_in, n_out, gain):
    return rng.standard_normal((n_in, n_out))


@init_weights.mistake(
    "All weights are zero. Then all units of a layer compute the same thing, get the same gradient "
    "and stay equal for ever: the randomness is what tells them apart."
)
def zeros(rng, n_in, n_out, gain):
    return np.zeros((n_in, n_out))


# ---- 11 ---------------------------------------------------------------------------------------


def _deep_networks(rng):
    for width, depth in ((64, 10), (60, 20), (70, 15), (50, 25)):
        yield np.random.default_rng(rng.integers(1000)), width, depth


def _through(W, alpha, X, dA):
    """The root mean square of what arrives, forward at the end and backward at the beginning."""
    slopes, A = [], X
    for layer in W:
        Z = A @ layer
        slopes.append(np.where(Z > 0, 1.0, alpha))
        A = np.where(Z > 0, Z, alpha * Z)
    for layer, slope in zip(W[::-1], slopes[::-1], strict=True):
        dA = (dA * slope) @ layer.T
    return np.sqrt(np.mean(A**2)), np.sqrt(np.mean(dA**2))


def _judge_start(arguments, parts):
    """Neither may vanish or explode, there must be a bend, and all units must differ."""
    _, width, depth = arguments
    W, alpha = parts[0], float(parts[1])
    size = f"For {depth} layers of {width} units, "
    if W.shape != (depth, width, width):
        return f"{size}W has the shape {W.shape}: expected {(depth, width, width)}."
    if not 0 <= alpha <= 0.5:
        return (
            f"alpha is {alpha:.3g}. It must lie between 0 and 0.5: above that, leaky ReLU is so "
            "straight that the layers might as well be one."
        )
    if any(len(np.unique(layer.T.round(12), axis=0)) < width for layer in W):
        return f"{size}there are units with equal weights. They would stay equal for ever (E10)."
    fresh = np.random.default_rng(width + depth)  # inputs that nobody has seen
    with np.errstate(over="ignore", invalid="ignore"):
        forward, backward = _through(W, alpha, *fresh.standard_normal((2, 200, width)))
    for way, reached in (("forward the signal", forward), ("backward the gradient", backward)):
        if not 0.01 <= reached <= 100:
            verb = "vanishes" if reached < 0.01 else "explodes"
            return (
                f"{size}{way} {verb}: it starts with size 1 and arrives with {reached:.2g}. It "
                "should stay between 0.01 and 100."
            )
    return None


@course.exercise(
    title="Open: a start for a deep network",
    formulas=("E10", "B7", "B4"),
    returns={"W": "(depth, width, width)", "alpha": "a number"},
    cases=_deep_networks,
    judge=_judge_start,
    hints=[
        "One layer first: if the inputs have size 1, what size does the sum of `width` products "
        "have, and what does ReLU leave of it? Each layer has to keep the size.",
        "A little too much in each layer is far too much after 25 of them: 1.2^25 is about 95. "
        "The right factor can be computed, it need not be tried.",
        "He's variance, 2 / width, keeps the size for alpha = 0. For another alpha the mean of the "
        "squares that get through is (1 + alpha^2) / 2.",
    ],
    after="There are many ways: He's normal weights, orthogonal matrices, a look at each layer's "
    "output and a correction. All of them keep the size of one layer's output.",
)
def deep_start(rng, width, depth):
    """Choose first weights, and a leaky ReLU, with which a deep network can learn (E10, B7).

    Each of `depth` layers computes A = f(A W_l) with `width` inputs and units, without a bias;
    f is leaky ReLU with slope alpha for z < 0. You choose the weights and alpha, any way you
    like. Judged on inputs that you have not seen: inputs of size 1 (root mean square) must
    arrive at the end with a size between 0.01 and 100, and gradients of size 1 at the beginning
    likewise. No two units of a layer may have equal weights.

    rng : numpy.random.Generator, the only source of randomness
    width, depth : whole numbers, up to 70 units and 25 layers
    Returns W : array (depth, width, width), and alpha : number from 0 to 0.5
    """
    # gap: W = ...  # your code here
    # gap: alpha = ...
    alpha = 0.1
    scale = np.sqrt(2 / (1 + alpha**2) / width)
    W = scale * rng.standard_normal((depth, width, width))
    # end
    return W, alpha


@deep_start.mistake(
    "These are small weights, 0.01 each, whatever the width. The signal gets smaller in every "
    "layer, and so does the gradient on its way back: after ten layers nothing is left."
)
def small_weights(rng, width, depth):
    return 0.01 * rng.standard_normal((depth, width, width)), 0.1


@deep_start.mistake(
    "The weights have the variance 1: every layer multiplies the size by several times, and 25 of "
    "them make a number with dozens of digits."
)
def large_weights(rng, width, depth):
    return rng.standard_normal((depth, width, width)), 0.1


@deep_start.mistake(
    "The variance 1 / width is right for a layer without a bend. ReLU cuts half of the squares "
    "away, so the size shrinks by the root of 2 in each layer."
)
def lecun_with_relu(rng, width, depth):
    return rng.standard_normal((depth, width, width)) / np.sqrt(width), 0.0


@deep_start.mistake("All weights are zero: nothing goes forward, nothing comes back.")
def all_zeros(rng, width, depth):
    return np.zeros((depth, width, width)), 0.1


@deep_start.mistake(
    "You divide by `width` where its root is meant: the variance is then 1 / width^2, and the size "
    "shrinks by the root of the width in each layer."
)
def no_root(rng, width, depth):
    return rng.standard_normal((depth, width, width)) / width, 0.1


@deep_start.mistake(
    "The size is kept, because with alpha = 1 there is no bend at all: then 25 layers can do what "
    "one can."
)
def no_bend(rng, width, depth):
    return rng.standard_normal((depth, width, width)) / np.sqrt(width), 1.0
