"""Exercises of notebook 05: a rate for each parameter, AdaGrad and RMSProp."""

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
