"""Exercises of notebook 05: Adam, first its two averages, then its whole step."""

import numpy as np

from mlplib.exercises._optimizers_adaptive import _squares
from mlplib.exercises.optimizers import course

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
