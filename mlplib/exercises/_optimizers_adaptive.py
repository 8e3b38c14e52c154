"""Exercises of notebook 05, second part: a rate for each parameter, from AdaGrad to Adam."""

import numpy as np

from mlplib.exercises.optimizers import course


def _squares(rng, *sizes):
    """Parameters, averages or sums of squares (positive), gradients."""
    for n in sizes:
        w, g = rng.normal(0, 2, (2, n)).round(1)
        yield w, rng.uniform(0.2, 3, n).round(1), g + 0.05


# ---- 6 ----------------------------------------------------------------------------------------


def _sums(rng):
    yield np.array([1.0, 2.0]), np.array([16.0, 0.0]), np.array([3.0, -0.5]), 0.1, 0.01
    for (w, s, g), lr in zip(_squares(rng, 1, 3, 5), (0.5, 0.01, 0.1), strict=True):
        yield w, s, g, lr, 0.01


@course.exercise(
    title="AdaGrad",
    formulas=("E6",),
    returns={"new_w": "(n,)", "new_s": "(n,)"},
    cases=_sums,
    hints=[
        "Two lines: first the sum of the squared gradients grows, then each parameter moves by "
        "its own step.",
        "`g ** 2` squares each entry by itself, so each parameter has a sum of its own.",
        "The step is the rate times g, divided by the root of the new sum; eps is added to the "
        "root, so that nothing is divided by 0.",
    ],
    after="In the first step every parameter moves by lr, however steep its direction is. "
    "Afterwards the steps only ever shrink, because a sum of squares only ever grows.",
)
def adagrad_step(w, s, g, lr, eps):
    """One step of AdaGrad: s <- s + g^2, then w <- w - lr g / (sqrt(s) + eps) (E6).

    Squares, roots and quotients are taken entry by entry: each parameter has its own rate.

    w : array (n,), the parameters;  s : array (n,), the sum of all squared gradients so far
    g : array (n,), the gradient at w
    lr : number, the learning rate;  eps : small number, added to the root
    Returns new_w, new_s : two arrays (n,); w and s must not be changed
    """
    # gap: new_s = ...  # your code here
    # gap: new_w = ...
    new_s = s + g**2
    new_w = w - lr * g / (np.sqrt(new_s) + eps)
    # end
    return new_w, new_s


@adagrad_step.mistake(
    "The root is missing: you divide by the sum of the squares itself. Then the unit does not fit, "
    "and where gradients are small the steps become huge."
)
def adagrad_without_root(w, s, g, lr, eps):
    new_s = s + g**2
    return w - lr * g / (new_s + eps), new_s


@adagrad_step.mistake(
    "The old sum is lost: s holds the last squared gradient only, and so each entry moves by lr "
    "up or down, whatever came before. Add to what is there."
)
def adagrad_without_memory(w, s, g, lr, eps):
    return w - lr * g / (np.abs(g) + eps), g**2


@adagrad_step.mistake(
    "You divide by the root of the old sum, in which the present gradient does not count yet. At "
    "the very first step that sum is 0, and the step is divided by eps alone."
)
def adagrad_old_sum(w, s, g, lr, eps):
    return w - lr * g / (np.sqrt(s) + eps), s + g**2


@adagrad_step.mistake(
    "The gradient is added without its square. Positive and negative ones then cancel, and the "
    "root of a negative sum does not exist."
)
def adagrad_not_squared(w, s, g, lr, eps):
    new_s = s + g
    return w - lr * g / (np.sqrt(new_s) + eps), new_s


@adagrad_step.mistake(
    "You add up the squares of all entries, so that all parameters share one rate. The point of "
    "AdaGrad is that each entry has a sum of its own: `g ** 2` without a sum over it."
)
def adagrad_one_rate_for_all(w, s, g, lr, eps):
    new_s = s + np.sum(g**2)
    return w - lr * g / (np.sqrt(new_s) + eps), new_s


@adagrad_step.mistake(
    "You put eps inside the root. Libraries differ here; in this course it is added to the root, "
    "not to what is under it."
)
def adagrad_eps_inside(w, s, g, lr, eps):
    new_s = s + g**2
    return w - lr * g / np.sqrt(new_s + eps), new_s


# ---- 7 ----------------------------------------------------------------------------------------


def _averages(rng):
    yield np.array([1.0, 2.0]), np.array([16.0, 0.0]), np.array([4.0, -0.5]), 0.1, 0.9, 0.01
    for (w, s, g), beta2 in zip(_squares(rng, 1, 3, 5), (0.5, 0.9, 0.99), strict=True):
        yield w, s, g, 0.05, beta2, 0.01


@course.exercise(
    title="RMSProp",
    formulas=("E6",),
    returns={"new_w": "(n,)", "new_s": "(n,)"},
    cases=_averages,
    hints=[
        "Only the first line differs from AdaGrad's: the sum becomes an average that forgets.",
        "Of the old average the part beta2 stays, and the new square gets the rest, so that the "
        "two parts add up to 1.",
        "For beta2 = 0.9 that is 0.9 of the old average and 0.1 of the new square.",
    ],
    after="An average forgets: with beta2 = 0.9 it looks back about ten steps. So the rates can "
    "grow again where the ground gets flat, which AdaGrad's never do.",
)
def rmsprop_step(w, s, g, lr, beta2, eps):
    """One step of RMSProp: AdaGrad that forgets (E6).

        s <- beta2 s + (1 - beta2) g^2,  then  w <- w - lr g / (sqrt(s) + eps)

    w : array (n,), the parameters;  s : array (n,), the average of the squared gradients so far
    g : array (n,), the gradient at w
    lr : number, the learning rate;  beta2 : number, the part of the average that stays
    eps : small number, added to the root
    Returns new_w, new_s : two arrays (n,); w and s must not be changed
    """
    # gap: new_s = ...  # your code here
    # gap: new_w = ...
    new_s = beta2 * s + (1 - beta2) * g**2
    new_w = w - lr * g / (np.sqrt(new_s) + eps)
    # end
    return new_w, new_s


def _rms(w, g, lr, new_s, eps):
    return w - lr * g / (np.sqrt(new_s) + eps), new_s


@rmsprop_step.mistake(
    "This is still AdaGrad: the squares are added up, and nothing is ever forgotten. RMSProp keeps "
    "only the part beta2 of what was there."
)
def rmsprop_never_forgets(w, s, g, lr, beta2, eps):
    return _rms(w, g, lr, s + g**2, eps)


@rmsprop_step.mistake(
    "The parts have changed places: beta2 is the part of the old average that stays, 0.9 as a "
    "rule. Yours would forget nearly everything at each step."
)
def rmsprop_parts_exchanged(w, s, g, lr, beta2, eps):
    return _rms(w, g, lr, (1 - beta2) * s + beta2 * g**2, eps)


@rmsprop_step.mistake(
    "The new square is added whole, without its part 1 - beta2. That is no average: it settles at "
    "1 / (1 - beta2) times the square, ten times too much for 0.9."
)
def rmsprop_square_whole(w, s, g, lr, beta2, eps):
    return _rms(w, g, lr, beta2 * s + g**2, eps)


@rmsprop_step.mistake(
    "This is momentum: an average of the gradients, along which the parameters move. Lecture 000 "
    "calls it 'momentum (like RMSProp)', but they are two things: RMSProp averages squares, and "
    "uses the average as a ruler only."
)
def rmsprop_taken_for_momentum(w, s, g, lr, beta2, eps):
    new_s = beta2 * s + (1 - beta2) * g
    return w - lr * new_s, new_s


@rmsprop_step.mistake(
    "The root is missing: you divide by the average square itself. Its root is the typical size "
    "of a gradient (root mean square, hence the name)."
)
def rmsprop_without_root(w, s, g, lr, beta2, eps):
    new_s = beta2 * s + (1 - beta2) * g**2
    return w - lr * g / (new_s + eps), new_s


@rmsprop_step.mistake(
    "You divide by the root of the old average. The present gradient should count in its own "
    "ruler, so that a sudden large one does not make a huge step."
)
def rmsprop_old_average(w, s, g, lr, beta2, eps):
    return _rms(w, g, lr, s, eps)[0], beta2 * s + (1 - beta2) * g**2


@rmsprop_step.mistake(
    "You put eps inside the root. In this course it is added outside, to the finished root."
)
def rmsprop_eps_inside(w, s, g, lr, beta2, eps):
    new_s = beta2 * s + (1 - beta2) * g**2
    return w - lr * g / np.sqrt(new_s + eps), new_s


# ---- 8 ----------------------------------------------------------------------------------------


def _moments(rng):
    yield np.array([2.0, -1.0]), np.array([4.0, 1.0]), np.array([-3.0, 0.5]), 0.9, 0.99
    for (m, v, g), betas in zip(
        _squares(rng, 1, 3, 5), ((0.5, 0.9), (0.9, 0.999), (0.8, 0.95)), strict=True
    ):
        yield m, v, g, *betas


@course.exercise(
    title="Spot the slip: momentum, like RMSProp?",
    formulas=("E4", "E6"),
    returns={"new_m": "(n,)", "new_v": "(n,)"},
    cases=_moments,
    slip=True,
    hints=[
        "Try the code with g = [1.0] and with g = [-1.0]. Can something that does not see the sign "
        "of the gradient be momentum?",
        "The job of m is to say where to: an average of the gradients themselves. That of v is "
        "to say how large they are: an average of their squares.",
        "Both are averages that forget: of the old one the part beta stays, and the new entry gets "
        "1 - beta. AdaGrad's sum has no such parts; RMSProp's average has.",
    ],
    after="So Adam is momentum plus RMSProp: m is the direction, v the ruler. The lecture's "
    "sentence has the right two ideas, and puts the wrong names beside them.",
)
def adam_averages(m, v, g, beta1, beta2):
    """Spot the slip in lecture 000's sentence about Adam, and mend it (E6).

    The lecture says that Adam "combines momentum (like RMSProp) and adaptive learning rate (like
    AdaGrad)". The code below takes it at its word: the "momentum" m is RMSProp's average of
    squares, the "adaptive rate" v is AdaGrad's sum. Mend both lines, so that

        m is a running average of the gradients (what momentum follows),
        v is a running average of their squares (what RMSProp divides by),

    each with the part beta of the old average and the part 1 - beta of the new entry: beta1 for
    m, beta2 for v.

    m, v : arrays (n,), the two averages so far; must not be changed
    g : array (n,), the gradient
    beta1, beta2 : numbers, the parts that stay
    Returns new_m, new_v : two arrays (n,)
    """
    # gap: new_m = beta1 * m + (1 - beta1) * g**2
    # gap: new_v = v + g**2
    new_m = beta1 * m + (1 - beta1) * g
    new_v = beta2 * v + (1 - beta2) * g**2
    # end
    return new_m, new_v


@adam_averages.mistake(
    "This is still the lecture's sentence: m averages squares, and v adds up for ever. m has to "
    "know the sign of the gradient, and v has to forget."
)
def averages_as_printed(m, v, g, beta1, beta2):
    return beta1 * m + (1 - beta1) * np.square(g), v + np.square(g)


@adam_averages.mistake(
    "The line of v is mended, but m still averages squares: it is never negative, so that Adam "
    "could only ever walk in one direction."
)
def m_of_squares(m, v, g, beta1, beta2):
    return beta1 * m + (1 - beta1) * g**2, beta2 * v + (1 - beta2) * g**2


@adam_averages.mistake(
    "The line of m is mended, but v is still AdaGrad's sum, which only ever grows. Adam's v "
    "forgets, as RMSProp's average does: it keeps the part beta2 of the old one."
)
def v_never_forgets(m, v, g, beta1, beta2):
    return beta1 * m + (1 - beta1) * g, v + g**2


@adam_averages.mistake(
    "Now v averages the gradients without their squares. Where they change sign it would come out "
    "near 0, or negative, and a ruler must not be."
)
def v_not_squared(m, v, g, beta1, beta2):
    return beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g


@adam_averages.mistake(
    "The betas have changed places: beta1 (0.9 as a rule) belongs to m, beta2 (0.999) to v. The "
    "ruler should change more slowly than the direction."
)
def averages_with_betas_exchanged(m, v, g, beta1, beta2):
    return beta2 * m + (1 - beta2) * g, beta1 * v + (1 - beta1) * g**2


@adam_averages.mistake(
    "Now v squares the average m in place of the gradient. The square of an average is not the "
    "average of the squares: gradients that change sides cancel in m, and should count in v."
)
def square_of_the_average(m, v, g, beta1, beta2):
    new_m = beta1 * m + (1 - beta1) * g
    return new_m, beta2 * v + (1 - beta2) * new_m**2


@adam_averages.mistake(
    "The new entries are added whole, without their parts 1 - beta. These are sums and not "
    "averages: they grow to 1 / (1 - beta) times what they should be."
)
def entries_whole(m, v, g, beta1, beta2):
    return beta1 * m + g, beta2 * v + g**2


# ---- 9 ----------------------------------------------------------------------------------------


def _adam_cases(rng):
    w, zero = np.array([1.0, 2.0]), np.zeros(2)
    yield w, zero, zero, 1, np.array([4.0, -0.5]), 0.1, 0.9, 0.99, 0.01
    for n, t, lr, beta1, beta2 in (
        (1, 2, 0.5, 0.5, 0.9),
        (3, 10, 0.01, 0.9, 0.999),
        (5, 3, 0.1, 0.8, 0.95),
    ):
        w, m, g = rng.normal(0, 2, (3, n)).round(1)
        yield w, m, rng.uniform(0.2, 3, n).round(1), t, g + 0.05, lr, beta1, beta2, 0.01


@course.exercise(
    title="Adam",
    formulas=("E6",),
    returns={"new_w": "(n,)", "new_m": "(n,)", "new_v": "(n,)"},
    cases=_adam_cases,
    hints=[
        "Three stages: the two averages, as in the last exercise; their corrected copies; the "
        "step, made with the copies.",
        "The correction divides by 1 - beta^t, with t = 1 at the first step: there it takes the "
        "whole cold start away. `beta1**t` is beta1 to the power of t.",
        "The step is lr times the corrected m, divided by the root of the corrected v, to which "
        "eps is added. Returned are the averages without their correction.",
    ],
    after="You have built the optimizer that trains most networks of the world, and it has six "
    "lines. The first step moves every parameter by lr, whatever the gradient: m / sqrt(v) is then "
    "+1 or -1.",
)
def adam_step(w, m, v, t, g, lr, beta1, beta2, eps):
    """One whole step of Adam (E6).

        m <- beta1 m + (1 - beta1) g          m_hat = m / (1 - beta1^t)
        v <- beta2 v + (1 - beta2) g^2        v_hat = v / (1 - beta2^t)
        w <- w - lr m_hat / (sqrt(v_hat) + eps)

    w : array (n,), the parameters;  m, v : arrays (n,), the two averages before this step
    t : whole number of this step, 1 for the first
    g : array (n,), the gradient at w
    lr, beta1, beta2, eps : numbers
    Returns new_w, new_m, new_v : arrays (n,); the averages without their correction. Nothing that
    came in must be changed.
    """
    # gap: new_m = ...  # your code here
    # gap: new_v = ...
    # gap: new_w = ...
    new_m = beta1 * m + (1 - beta1) * g
    new_v = beta2 * v + (1 - beta2) * g**2
    m_hat = new_m / (1 - beta1**t)
    v_hat = new_v / (1 - beta2**t)
    new_w = w - lr * m_hat / (np.sqrt(v_hat) + eps)
    # end
    return new_w, new_m, new_v


def _means(m, v, g, beta1, beta2):
    return beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2


def _moved(w, m, v, t, lr, beta1, beta2, eps):
    with np.errstate(all="ignore"):
        return w - lr * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps)


@adam_step.mistake(
    "The averages are used without their correction. They start at 0 and need time to warm up: at "
    "the first step m is only a tenth of the gradient, and v a thousandth of its square."
)
def not_corrected(w, m, v, t, g, lr, beta1, beta2, eps):
    m, v = _means(m, v, g, beta1, beta2)
    return w - lr * m / (np.sqrt(v) + eps), m, v


@adam_step.mistake(
    "You count t from 0. At the first step beta^0 = 1, so that the correction divides by 0. Here t "
    "comes in as 1 for the first step: use it as it is."
)
def counted_from_zero(w, m, v, t, g, lr, beta1, beta2, eps):
    m, v = _means(m, v, g, beta1, beta2)
    return _moved(w, m, v, t - 1, lr, beta1, beta2, eps), m, v


@adam_step.mistake(
    "You add 1 to t, but it is 1 at the first step already: the correction is one step late and "
    "takes away only a part of the cold start."
)
def counted_from_two(w, m, v, t, g, lr, beta1, beta2, eps):
    m, v = _means(m, v, g, beta1, beta2)
    return _moved(w, m, v, t + 1, lr, beta1, beta2, eps), m, v


@adam_step.mistake(
    "You put eps inside the root; as in the paper, it is added to the finished root. Inside, a "
    "small eps counts as its root: 1e-8 there is as much as 1e-4 outside."
)
def adam_eps_inside(w, m, v, t, g, lr, beta1, beta2, eps):
    m, v = _means(m, v, g, beta1, beta2)
    return w - lr * (m / (1 - beta1**t)) / np.sqrt(v / (1 - beta2**t) + eps), m, v


@adam_step.mistake(
    "You add eps to the root before v is corrected, as scikit-learn does it. Here, as in the "
    "paper, it is added to the root of the corrected v."
)
def eps_before_the_correction(w, m, v, t, g, lr, beta1, beta2, eps):
    m, v = _means(m, v, g, beta1, beta2)
    rate = lr * np.sqrt(1 - beta2**t) / (1 - beta1**t)
    return w - rate * m / (np.sqrt(v) + eps), m, v


@adam_step.mistake(
    "The betas have changed places in the averages: beta1 belongs to m, the direction, and beta2 "
    "to v, the ruler."
)
def betas_exchanged(w, m, v, t, g, lr, beta1, beta2, eps):
    m, v = _means(m, v, g, beta2, beta1)
    return _moved(w, m, v, t, lr, beta2, beta1, eps), m, v


@adam_step.mistake(
    "The averages are right, but the betas have changed places in the correction: m is divided by "
    "1 - beta1^t, v by 1 - beta2^t."
)
def correction_exchanged(w, m, v, t, g, lr, beta1, beta2, eps):
    m, v = _means(m, v, g, beta1, beta2)
    return _moved(w, m, v, t, lr, beta2, beta1, eps), m, v


@adam_step.mistake(
    "Your v averages the gradients themselves, not their squares. Where they are negative, the "
    "root does not exist."
)
def adam_v_from_g(w, m, v, t, g, lr, beta1, beta2, eps):
    m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g
    return _moved(w, m, v, t, lr, beta1, beta2, eps), m, v


@adam_step.mistake(
    "The step is right, but you hand on the corrected averages. The next step would correct them "
    "once more. The correction is for the step alone: return m and v as they were before it."
)
def corrected_handed_on(w, m, v, t, g, lr, beta1, beta2, eps):
    m, v = _means(m, v, g, beta1, beta2)
    return _moved(w, m, v, t, lr, beta1, beta2, eps), m / (1 - beta1**t), v / (1 - beta2**t)


@adam_step.mistake(
    "The step follows the bare gradient and not its average m: without m this is RMSProp with a "
    "warm start."
)
def direction_without_memory(w, m, v, t, g, lr, beta1, beta2, eps):
    m, v = _means(m, v, g, beta1, beta2)
    return w - lr * g / (np.sqrt(v / (1 - beta2**t)) + eps), m, v
