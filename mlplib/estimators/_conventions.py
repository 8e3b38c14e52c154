"""scikit-learn's conventions where the course has others: its steps, and its cost of a batch.

Each is an ordinary optimizer, loss or penalty for `mlplib.train`.
"""

from dataclasses import dataclass, replace

import numpy as np

from mlplib.activations import Activation
from mlplib.losses import Loss, half_mse, sigmoid_cross_entropy, softmax_cross_entropy
from mlplib.optimizers import Adam, Optimizer

# ---- steps ----------------------------------------------------------------------------------


class Rate:
    """A learning rate that stays as it is until someone turns it: a schedule with a knob."""

    def __init__(self, value):
        self.value = float(value)

    def __call__(self, step):
        """Learning rate of update number `step`."""
        return self.value


@dataclass(frozen=True)
class VelocityMomentum(Optimizer):
    """v <- momentum v - lr g, w <- w + v. Source: E4.

    `Momentum` while lr is constant. When lr changes, this velocity remembers the rates under
    which it was made.
    """

    lr: object
    momentum: float

    _slots = ("v",)

    def _step(self, w, g, state, lr):
        v = state["v"]
        v *= self.momentum
        v -= lr * g
        w += v


@dataclass(frozen=True)
class VelocityNesterov(Optimizer):
    """v <- momentum v - lr g, w <- w + momentum v - lr g: `Nesterov` while lr is constant."""

    lr: object
    momentum: float

    _slots = ("v",)

    def _step(self, w, g, state, lr):
        v = state["v"]
        step = lr * g
        v *= self.momentum
        v -= step
        w += self.momentum * v
        w -= step


@dataclass(frozen=True)
class UncorrectedEpsAdam(Adam):
    """Adam with eps added to the root of v before its correction. Source: E6.

    So in the first steps, while 1 - beta2^t is small, eps weighs more: beside the root of the
    corrected v it is eps / sqrt(1 - beta2^t).
    """

    def _eps_at(self, t):
        return self.eps / (1 - self.beta2**t) ** 0.5


# ---- the cost of a batch --------------------------------------------------------------------


def _exp(Z):
    return np.exp(Z)


def _exp_df(Z, A):
    return A


def _poisson(S, Y):
    """(1/m) sum [y log y - y s - y + exp(s)], half the deviance; gradient (exp(s) - y)/m."""
    P = np.exp(S)
    return float(_poisson_each(S, Y).sum()) / len(S), (P - Y) / len(S)


exp = Activation("exp", _exp, _exp_df, range=(0.0, np.inf))
poisson = Loss("poisson", _poisson, exp)


def _half_mse_each(S, Y):
    E = S - Y
    return (E * E).sum(axis=1) / 2


def _sigmoid_cross_entropy_each(S, Y):
    return (np.logaddexp(0, S) - Y * S).sum(axis=1)


def _softmax_cross_entropy_each(S, Y):
    S = S - S.max(axis=1, keepdims=True)
    return np.log(np.exp(S).sum(axis=1)) - (Y * S).sum(axis=1)


def _poisson_each(S, Y):
    y_log_y = Y * np.log(np.where(Y == 0, 1, Y))  # 0 log 0 = 0, its limit
    return (y_log_y - Y * S - Y + np.exp(S)).sum(axis=1)


# The loss of each example, of which `Loss.f` is the mean.
_EACH = {
    half_mse.name: _half_mse_each,
    sigmoid_cross_entropy.name: _sigmoid_cross_entropy_each,
    softmax_cross_entropy.name: _softmax_cross_entropy_each,
    poisson.name: _poisson_each,
}


class Cost:
    """Loss and penalty of a batch, both divided by the batch's sum of sample weights.

    .. math:: J = \\frac{\\sum_i w_i l_i + \\frac{\\alpha}{2} \\sum W^2}{\\sum_i w_i}

    l_i is the loss of example i, w_i its weight: without sample weights all are 1, and the
    divisor is m, the batch's number of examples. A short last batch has a small divisor and so a
    penalty that weighs more. Source: C1, C2, C3, F2.

    `train` is given both sides of it: `cost.loss` as its loss, and the cost itself as its penalty.

    Parameters
    ----------
    loss : Loss
        Half the squared error, or a cross-entropy on scores, or `poisson`: their gradient is
        always prediction minus target.
    alpha : float
    weights : ndarray, (m,), optional
        Of all examples.
    """

    def __init__(self, loss, alpha, weights=None):
        self.loss = replace(loss, f=self._value_and_grad)
        self._mean = loss
        self._alpha = alpha
        self._weights = weights
        self._total = 1.0

    def expect(self, rows):
        """Take note of which rows the next batch has: their weights will be needed."""
        self._rows = rows

    def _value_and_grad(self, S, Y):
        if self._weights is None:
            self._total = len(S)
            return self._mean.f(S, Y)
        w = self._weights[self._rows]
        self._total = float(w.sum())
        if self._total == 0:  # nothing in this batch counts
            return 0.0, np.zeros_like(S)
        value = float(w @ _EACH[self._mean.name](S, Y)) / self._total
        dS = self._mean.output.f(S) - Y
        dS *= w[:, None] / self._total
        return value, dS

    def value(self, W):
        """Price of the weights W in the batch whose loss was computed last."""
        return float(np.vdot(W, W)) * self._factor() / 2

    def grad(self, W):
        """Its derivative, shaped as W."""
        return self._factor() * W

    def _factor(self):
        return self._alpha / self._total if self._total else 0.0
