"""Penalties: a price on large weights, added to the loss.

`cost = loss + penalty` (F1). Conventions: the strength multiplies the plain sum over all weights
of the network, with no factor 1/2 and no 1/m, as the lectures write it; biases are free. So
scikit-learn's `alpha` corresponds to `L2(alpha / (2 m))`, and a decay `w <- w - lr * d * w` to
`L2(d / 2)`.
"""

from dataclasses import dataclass

import numpy as np

from mlplib._errors import check_number, type_error


@dataclass(frozen=True)
class L1:
    """gamma sum |w|, which drives weights to exactly zero. Source: F1.

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

    def _parts(self):
        return L1(self.gamma * self.ratio), L2(self.gamma * (1 - self.ratio))


PENALTIES = {"l1": L1, "l2": L2, "elastic_net": ElasticNet}


def check_penalty(where, penalty):
    """Refuse what is neither None nor a value with `value` and `grad`."""
    has_both = hasattr(penalty, "value") and hasattr(penalty, "grad")
    if penalty is not None and (not has_both or isinstance(penalty, type)):
        raise type_error(where, "penalty such as L2(0.01)", f"{penalty!r:.60}", "See PENALTIES.")
