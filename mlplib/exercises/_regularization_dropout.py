"""Exercises of notebook 06, second part: dropout, forward and backward."""

import numpy as np

from mlplib.exercises.regularization import course

# ---- 7 ----------------------------------------------------------------------------------------


def _activations(rng):
    yield np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[0.1, 0.9], [0.6, 0.3]]), 0.5, True
    for m, n_out, rate, training in (
        (3, 4, 0.2, True),
        (2, 5, 0.2, False),
        (5, 3, 0.75, True),
        (4, 1, 0.4, True),
    ):
        A, U = rng.normal(1, 1, (m, n_out)).round(1), rng.random((m, n_out)).round(2)
        yield A, U, rate, training


@course.exercise(
    title="Dropout, forward",
    formulas=("F3",),
    returns={"A_out": "(m, n_out)"},
    cases=_activations,
    hints=[
        "First the mask: True where a unit is kept. `U` is uniform between 0 and 1, so it is at "
        "least drop_rate with the probability 1 - drop_rate.",
        "What is kept is made larger, so that on average the sum that the next layer sees is the "
        "same: divide by the part that is kept.",
        "When it is not training, nothing is drawn and nothing is scaled: A comes out as it is.",
    ],
    after="The division at training time is what makes it *inverted* dropout: a trained network "
    "needs no correction, and nobody can forget it.",
)
def dropout(A, U, drop_rate, training):
    """Inverted dropout: drop units while training, change nothing at prediction (F3).

    While training, a unit's activation becomes 0 where U < drop_rate, and is divided by
    (1 - drop_rate) where it is kept. Each example has its own draw.

    A : array (m, n_out), activations
    U : array (m, n_out), random numbers, uniform between 0 and 1
    drop_rate : number, the probability that a unit is dropped
    training : True while training, False at prediction
    Returns A_out : array (m, n_out)
    """
    # gap: A_out = ...  # your code here
    if training:
        A_out = A * (U >= drop_rate) / (1 - drop_rate)
    else:
        A_out = A.copy()
    # end
    return A_out


def _dropped(A, keep, scale):
    return A * keep * scale


@dropout.mistake(
    "What is kept is not made larger. Then the next layer sees smaller sums in training than at "
    "prediction, where all units are there."
)
def not_scaled(A, U, drop_rate, training):
    return _dropped(A, U >= drop_rate, 1.0) if training else A


@dropout.mistake(
    "Keep and drop are exchanged: you keep a unit where U is below drop_rate. With a rate of 0.2 "
    "that would drop 80 % of them."
)
def exchanged(A, U, drop_rate, training):
    return _dropped(A, U < drop_rate, 1 / (1 - drop_rate)) if training else A


@dropout.mistake(
    "The mask is used at prediction, too. Then the same input would get another answer each time: "
    "when `training` is False, A comes out as it is."
)
def at_prediction_too(A, U, drop_rate, training):
    return _dropped(A, U >= drop_rate, 1 / (1 - drop_rate))


@dropout.mistake(
    "You divide by drop_rate. What is kept is the part 1 - drop_rate, and that is what its sum "
    "has to be divided by."
)
def divided_by_what_is_dropped(A, U, drop_rate, training):
    return _dropped(A, U >= drop_rate, 1 / drop_rate) if training else A


@dropout.mistake(
    "This is the original dropout: nothing is scaled in training, and at prediction everything is "
    "multiplied by 1 - drop_rate. It works as well, but prediction must know of it."
)
def not_inverted(A, U, drop_rate, training):
    return _dropped(A, U >= drop_rate, 1.0) if training else A * (1 - drop_rate)


@dropout.mistake(
    "You multiply by 1 - drop_rate what you should divide by it: the kept units come out smaller."
)
def scaled_down(A, U, drop_rate, training):
    return _dropped(A, U >= drop_rate, 1 - drop_rate) if training else A


@dropout.mistake(
    "You drop the same units for all examples: the first row of U decides for everybody. Each "
    "example has a row of its own."
)
def one_draw_for_all(A, U, drop_rate, training):
    return _dropped(A, U[:1] >= drop_rate, 1 / (1 - drop_rate)) if training else A


# ---- 8 ----------------------------------------------------------------------------------------


def _backward_cases(rng):
    yield (
        np.array([[1.0, -2.0], [0.5, 1.0]]),
        np.array([[0.5, -0.2], [0.1, 0.8]]),
        np.array([[0.0, 2.0], [2.0, 2.0]]),
    )
    for m, n_out, rate in ((3, 4, 0.2), (5, 2, 0.75), (4, 1, 0.5), (6, 3, 0.6)):
        A = np.tanh(rng.normal(0, 1, (m, n_out))).round(2)
        mask = (rng.random((m, n_out)) >= rate) / (1 - rate)
        mask[0, 0] = 1 / (1 - rate)
        yield rng.normal(0, 1, (m, n_out)).round(1), A, mask


@course.exercise(
    title="Dropout, backward",
    formulas=("F3", "D6"),
    returns={"dZ": "(m, n_out)"},
    cases=_backward_cases,
    hints=[
        "Two steps back, in the reverse order: first through the product with the mask, then "
        "through tanh.",
        "A_out = A * mask, entry by entry, and the mask is a constant: what is dA_out/dA?",
        "The slope of tanh is 1 - tanh^2: it is taken at A, what came out of tanh, before any "
        "dropping.",
    ],
    after="A dropped unit gets no blame: for this example it was not there. So the same mask has "
    "to be kept from the forward pass to the backward pass.",
)
def dropout_backward(dA_out, A, mask):
    """Go back through dropout and tanh (F3, D6).

    Forward it was A = tanh(Z) and A_out = A * mask, where the mask is 0 for a dropped unit and
    1 / (1 - drop_rate) for a kept one.

    dA_out : array (m, n_out), the derivative of the loss with respect to A_out
    A : array (m, n_out), the activations before dropout
    mask : array (m, n_out), of the forward pass
    Returns dZ : array (m, n_out), the derivative of the loss with respect to Z
    """
    # gap: dZ = ...  # your code here
    dZ = dA_out * mask * (1 - A**2)
    # end
    return dZ


@dropout_backward.mistake(
    "The mask is missing: also the units that were dropped get blame for an output that they had "
    "no part in."
)
def mask_missing(dA_out, A, mask):
    return dA_out * (1 - A**2)


@dropout_backward.mistake(
    "The dropped units get no blame, which is right; but the factor of the kept ones is lost. The "
    "mask multiplied A forward, with its 1 / (1 - drop_rate), and so it does backward."
)
def factor_lost(dA_out, A, mask):
    return dA_out * (mask > 0) * (1 - A**2)


@dropout_backward.mistake(
    "The slope of tanh is taken at A * mask, after dropping. But tanh gave A: its slope is 1 - A^2."
)
def slope_after_dropping(dA_out, A, mask):
    return dA_out * mask * (1 - (A * mask) ** 2)


@dropout_backward.mistake(
    "The slope of tanh is missing: this is the derivative with respect to A, one step short of Z."
)
def slope_missing(dA_out, A, mask):
    return dA_out * mask


@dropout_backward.mistake(
    "The mask is there twice. It was multiplied once on the way forward, so its factor comes once "
    "on the way back."
)
def mask_twice(dA_out, A, mask):
    return dA_out * mask**2 * (1 - A**2)
