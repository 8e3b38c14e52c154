"""Penalties: a price on large weights, added to the loss.

`cost = loss + penalty` (F1). Conventions: the strength multiplies the plain sum over all weights
of the network, with no factor 1/2 and no 1/m, as the lectures write it; biases are free. So
scikit-learn's `alpha` corresponds to `L2(alpha / (2 m))`, and a decay `w <- w - lr * d * w` to
`L2(d / 2)`.

A penalty knows two ways to make weights smaller. `grad` is its slope, to be added to the loss's
gradient. `prox` is the exact step: the weights that are best for the penalty alone among those not
far from W. For L1 the two differ in what matters: a step along the slope passes over 0, and back
over it, for ever; the exact step stops there. `train(..., proximal=True)` takes it.
"""

from dataclasses import dataclass

import numpy as np

from mlplib._errors import check_number, type_error


def soft_threshold(W, t):
    """Each number `t` nearer to zero; those within `t` of it become exactly zero.

    .. math:: \\operatorname{sign}(w) \\max(|w| - t, 0)

    Source: F1; Donoho (1995), "De-noising by soft-thresholding". Parikh and Boyd (2014),
    "Proximal algorithms", section 6.5.2, derive it from the absolute value.

    Examples
    --------
    >>> soft_threshold(np.array([1.0, -0.3, 0.1, -2.0]), 0.25)
    array([ 0.75, -0.05,  0.  , -1.75])
    """
    return np.sign(W) * np.maximum(np.abs(W) - t, 0)


@dataclass(frozen=True)
class L1:
    """gamma sum |w|, which drives weights to exactly zero where its `prox` is used. Source: F1.

    Convention: the derivative at w = 0 is taken as 0.

    Examples
    --------
    >>> L1(0.1).value(np.array([[1.0, -2.0]]))
    0.30000000000000004
    """

    gamma: float

    def __post_init__(self):
        check_number("L1", "gamma", self.gamma, 0)

    def value(self, W):
        """Price of the weights W, a float."""
        return self.gamma * float(np.abs(W).sum())

    def grad(self, W):
        """gamma sign(w), shaped as W."""
        return self.gamma * np.sign(W)

    def prox(self, W, lr):
        """The exact step of length lr: W with a soft threshold of lr gamma."""
        return soft_threshold(W, lr * self.gamma)


@dataclass(frozen=True)
class L2:
    """gamma sum w^2, weight decay. Source: F2.

    Examples
    --------
    >>> L2(0.1).value(np.array([[1.0, -2.0]]))
    0.5
    """

    gamma: float

    def __post_init__(self):
        check_number("L2", "gamma", self.gamma, 0)

    def value(self, W):
        """Price of the weights W, a float."""
        return self.gamma * float(np.vdot(W, W))

    def grad(self, W):
        """2 gamma w, shaped as W."""
        return (2 * self.gamma) * W

    def prox(self, W, lr):
        """The exact step of length lr: W / (1 + 2 lr gamma), smaller and never zero."""
        return W / (1 + 2 * lr * self.gamma)


@dataclass(frozen=True)
class ElasticNet:
    """gamma (ratio sum |w| + (1 - ratio) sum w^2): L1 and L2 together. Source: F1, F2.

    Convention: no 1/2 on the squares, where scikit-learn's ElasticNet has one.

    Examples
    --------
    >>> ElasticNet(0.1, ratio=0.5).value(np.array([[1.0, -2.0]]))
    0.4
    """

    gamma: float
    ratio: float = 0.5

    def __post_init__(self):
        check_number("ElasticNet", "gamma", self.gamma, 0)
        check_number("ElasticNet", "ratio", self.ratio, 0, 1)

    def value(self, W):
        """Price of the weights W, a float."""
        l1, l2 = self._parts()
        return l1.value(W) + l2.value(W)

    def grad(self, W):
        """The two derivatives added, shaped as W."""
        l1, l2 = self._parts()
        return l1.grad(W) + l2.grad(W)

    def prox(self, W, lr):
        """The exact step of length lr: L1's, then L2's (Parikh and Boyd, section 6.5.3)."""
        l1, l2 = self._parts()
        return l2.prox(l1.prox(W, lr), lr)

    def _parts(self):
        return L1(self.gamma * self.ratio), L2(self.gamma * (1 - self.ratio))


PENALTIES = {"l1": L1, "l2": L2, "elastic_net": ElasticNet}


def check_penalty(where, penalty):
    """Refuse what is neither None nor a value with `value` and `grad`."""
    has_both = hasattr(penalty, "value") and hasattr(penalty, "grad")
    if penalty is not None and (not has_both or isinstance(penalty, type)):
        raise type_error(where, "penalty such as L2(0.01)", f"{penalty!r:.60}", "See PENALTIES.")
