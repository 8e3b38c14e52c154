"""Losses: one number for how wrong the network is, and the gradient of exactly that number.

A loss computes both together, because they share most of the work and because a gradient that
stands next to its value cannot drift from it. `S` are the network's outputs (scores) and `Y` the
targets, both (m, n_out).

Conventions, for all losses: the mean over the m examples of the sum over the n_out outputs (so
neither the loss nor the step depends on the batch size), natural logarithms (nats), and no clip:
a probability of exactly 0 given to what happened costs infinity. `half_sse` and `dice` differ
and say so. PyTorch's "mean" also divides by n_out for squared errors and binary cross-entropy,
and its binary cross-entropy takes no logarithm below -100.

The cross-entropies come twice. Fused with their output (`sigmoid_cross_entropy`,
`softmax_cross_entropy`) they take scores: exact at +-1e4, with the simple gradient P - Y. Un-fused
(`binary_cross_entropy`, `cross_entropy`) they take the probabilities of a sigmoid or softmax
layer, as the lectures teach the chain: the same numbers while nothing saturates.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from mlplib._errors import check_array, check_option, check_same_shape, value_error
from mlplib.activations import Activation, identity, sigmoid, softmax


@dataclass(frozen=True)
class Loss:
    """One loss: its value, its gradient, and what its scores mean.

    Parameters
    ----------
    name : str
    f : callable
        `f(S, Y) -> (value, dS)`: a float and an array like S, without any checks.
    output : Activation
        Turns scores into predictions: `loss.output(S)`. The identity where S is one already.
    targets : {"any", "probability", "distribution"}
        What Y may hold: any numbers, numbers in [0, 1], or rows that also sum to 1.
    takes : {"scores", "probabilities"}
        What S may hold: any numbers, or numbers in [0, 1].

    Examples
    --------
    >>> mse.value(np.array([[1.0], [4.0]]), np.array([[1.0], [2.0]]))
    2.0
    """

    name: str
    f: Callable
    output: Activation = identity
    targets: str = "any"
    takes: str = "scores"

    def value(self, S, Y):
        """Loss of scores `S` (m, n_out) for targets `Y` (m, n_out), as a float."""
        return self.value_and_grad(S, Y)[0]

    def grad(self, S, Y):
        """Gradient of `value` with respect to `S`, (m, n_out)."""
        return self.value_and_grad(S, Y)[1]

    def value_and_grad(self, S, Y):
        """Both at once, after checking shapes and targets."""
        S = check_array(self.name, self.takes, S, ndim=2)
        Y = check_array(self.name, "targets", Y)
        check_same_shape(self.name, self.takes, S, "targets", Y)
        if self.takes == "probabilities" and (S.min() < 0 or S.max() > 1):
            raise value_error(
                self.name,
                "probabilities from 0 to 1",
                f"values from {S.min():g} to {S.max():g}",
                "Apply sigmoid or softmax first, or use the loss on scores.",
            )
        self.check_targets(Y)
        return self.f(S, Y)

    def check_targets(self, Y):
        """Refuse targets that this loss is not defined for."""
        if self.targets != "any" and (Y.min() < 0 or Y.max() > 1):
            raise value_error(
                self.name,
                "targets from 0 to 1",
                f"values from {Y.min():g} to {Y.max():g}",
                "Encode the labels as 0 and 1 (one_hot for several classes).",
            )
        if self.targets == "distribution" and not np.allclose(Y.sum(axis=1), 1):
            worst = int(np.argmax(np.abs(Y.sum(axis=1) - 1)))
            raise value_error(
                self.name,
                "each row of targets to sum to 1",
                f"{Y[worst].sum():g} in row {worst}",
                "Use one_hot(y), or sigmoid_cross_entropy for several labels a row.",
            )

    def __repr__(self):
        return f"<loss {self.name}>"


# ---- squared errors -------------------------------------------------------------------------


def _mse(S, Y):
    """(1/m) sum (s - y)^2, gradient (2/m) (s - y). Source: C1, D1, D2."""
    m = len(S)
    E = S - Y
    return float(np.vdot(E, E)) / m, (2 / m) * E


def _half_mse(S, Y):
    """(1/2m) sum (s - y)^2, gradient (1/m) (s - y). Source: C1 (lecture 003)."""
    m = len(S)
    E = S - Y
    return float(np.vdot(E, E)) / (2 * m), (1 / m) * E


def _half_sse(S, Y):
    """(1/2) sum (s - y)^2, gradient s - y. Source: C1 (lecture 002), D5, D7."""
    E = S - Y
    return float(np.vdot(E, E)) / 2, E


# ---- cross-entropies on scores --------------------------------------------------------------


def _sigmoid_cross_entropy(S, Y):
    """BCE of sigmoid(s), computed from s; gradient (sigmoid(s) - y)/m. Source: C2, C6, D3.

    With p = sigmoid(s) and softplus(s) = log(1 + exp(s)): log p = s - softplus(s) and
    log(1 - p) = -softplus(s), so that the loss is softplus(s) - y s. Softplus itself is
    max(s, 0) + log(1 + exp(-|s|)), which cannot overflow.
    """
    m = len(S)
    softplus = np.log1p(np.exp(-np.abs(S)))
    softplus += np.maximum(S, 0)
    value = (float(softplus.sum()) - float(np.vdot(Y, S))) / m
    P = np.exp(S - softplus)
    P -= Y
    P /= m
    return value, P


def _softmax_cross_entropy(S, Y):
    """CE of softmax(s), computed from s; gradient (p - t)/m. Source: C3, C6; in numbers: C4.

    log p_i = s_i - log sum_j exp(s_j), with the row's maximum subtracted first so that exp
    cannot overflow.
    """
    m = len(S)
    S = S - S.max(axis=1, keepdims=True)
    P = np.exp(S)
    total = P.sum(axis=1, keepdims=True)
    # -sum_i t_i log p_i = log(total) - sum_i t_i s_i, because the t_i sum to 1
    value = (float(np.log(total).sum()) - float(np.vdot(Y, S))) / m
    P /= total
    P -= Y
    P /= m
    return value, P


# ---- cross-entropies on probabilities -------------------------------------------------------


def _binary_cross_entropy(P, Y):
    """-(1/m) sum [y log p + (1 - y) log(1 - p)]. Source: C2."""
    m = len(P)
    value = -(_times_log(Y, P).sum() + _times_log(1 - Y, 1 - P).sum()) / m
    return float(value), (_ratio(1 - Y, 1 - P) - _ratio(Y, P)) / m


def _cross_entropy(P, Y):
    """-(1/m) sum t_i log p_i. Source: C3."""
    m = len(P)
    return float(-_times_log(Y, P).sum() / m), -_ratio(Y, P) / m


def _times_log(Y, P):
    """y log p, where 0 log 0 = 0 (its limit) and log 0 alone is -inf."""
    with np.errstate(divide="ignore"):
        return np.where(Y == 0, 0, Y * np.log(np.where(Y == 0, 1, P)))


def _ratio(Y, P):
    """y / p, where a target of 0 contributes nothing even at p = 0."""
    with np.errstate(divide="ignore"):
        return np.where(Y == 0, 0, Y / np.where(Y == 0, 1, P))


# ---- overlap --------------------------------------------------------------------------------


def _dice(P, Y):
    """1 - 2 sum(y p) / (sum y + sum p), over all entries of the batch at once. Source: C5.

    Convention: not a mean over examples. Where both sums are 0 (nothing to find, nothing found)
    the loss is 0 and so is its gradient.
    """
    total = float(Y.sum() + P.sum())
    if total == 0:
        return 0.0, np.zeros_like(P)
    overlap = float(np.vdot(Y, P))
    return 1 - 2 * overlap / total, (2 * overlap / total - 2 * Y) / total


def _sigmoid_dice(S, Y):
    """Dice of sigmoid(s). Source: C5, D1."""
    P = sigmoid.f(S)
    value, dP = _dice(P, Y)
    return value, sigmoid.backward(dP, S, P)


# ---- the values and their table -------------------------------------------------------------

mse = Loss("mse", _mse)
half_mse = Loss("half_mse", _half_mse)
half_sse = Loss("half_sse", _half_sse)
sigmoid_cross_entropy = Loss(
    "sigmoid_cross_entropy", _sigmoid_cross_entropy, sigmoid, "probability"
)
softmax_cross_entropy = Loss(
    "softmax_cross_entropy", _softmax_cross_entropy, softmax, "distribution"
)
binary_cross_entropy = Loss(
    "binary_cross_entropy", _binary_cross_entropy, identity, "probability", "probabilities"
)
cross_entropy = Loss("cross_entropy", _cross_entropy, identity, "distribution", "probabilities")
dice = Loss("dice", _dice, identity, "probability", "probabilities")
sigmoid_dice = Loss("sigmoid_dice", _sigmoid_dice, sigmoid, "probability")

LOSSES = {
    loss.name: loss
    for loss in (
        mse,
        half_mse,
        half_sse,
        sigmoid_cross_entropy,
        softmax_cross_entropy,
        binary_cross_entropy,
        cross_entropy,
        dice,
        sigmoid_dice,
    )
}


def get_loss(loss):
    """Return the `Loss` for a value or a name.

    Examples
    --------
    >>> get_loss("mse")
    <loss mse>
    """
    if isinstance(loss, Loss):
        return loss
    return LOSSES[check_option("get_loss", "loss", loss, LOSSES)]
