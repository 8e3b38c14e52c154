"""Optimizers: what to do with a gradient.

An optimizer is a frozen set of hyperparameters with two methods. `init(theta)` makes the state it
needs (velocities, running averages), `update(theta, grad, state)` makes one step, in place, on
the flat vectors of a network or on any other: nothing here knows what a network is.

    state = optimizer.init(theta)
    optimizer.update(theta, grad, state)

The learning rate `lr` is a number or a schedule `step -> lr`. Each class states one formula, with
g the gradient and w the parameters; none is written as a special case of another.
"""

from dataclasses import dataclass, fields
from numbers import Real

import numpy as np

from mlplib._errors import check_number, check_option, type_error, value_error


@dataclass(frozen=True)
class Optimizer:
    """What all optimizers share: the learning rate and the count of steps.

    A subclass says in `_slots` which vectors its state holds, and in `_step` how it moves.
    """

    lr: object

    _slots = ()

    def __post_init__(self):
        where = type(self).__name__
        if not callable(self.lr):
            check_number(where, "lr", self.lr, 0)
        for field in fields(self):
            if field.name in _BOUNDS:
                low, high = _BOUNDS[field.name]
                value, above = getattr(self, field.name), field.name == "eps"  # 0 / 0 is no step
                check_number(where, field.name, value, low, high, low_open=above, high_open=True)

    def init(self, theta):
        """State for parameters like `theta`: a dict with `step` and the optimizer's vectors."""
        return {"step": 0} | {name: np.zeros_like(theta) for name in self._slots}

    def update(self, theta, grad, state):
        """Change `theta` and `state` in place by one step, and return the learning rate used.

        Parameters
        ----------
        theta, grad : ndarray, (n_params,)
        state : dict
            Made by `init`; its `step` counts the updates made.
        """
        lr = self.lr_at(state["step"])
        state["step"] += 1
        self._step(theta, grad, state, lr)
        return lr

    def lr_at(self, step):
        """Learning rate of the update after `step` updates, whether number or schedule."""
        if not callable(self.lr):
            return self.lr
        lr = self.lr(step)
        if not isinstance(lr, Real) or not 0 <= lr < float("inf"):
            raise value_error(
                type(self).__name__,
                "a schedule that gives finite rates of at least 0",
                f"{lr!r:.60} at step {step}",
                "Change the schedule.",
            )
        return float(lr)


_BOUNDS = {
    "mu": (0, 1),
    "alpha": (0, 1),
    "beta1": (0, 1),
    "beta2": (0, 1),
    "eps": (0, None),
    "weight_decay": (0, None),
}


@dataclass(frozen=True)
class GradientDescent(Optimizer):
    """w <- w - lr g. Source: E1.

    The gradient points where the loss rises fastest; the minus sign goes the other way. Too low
    a rate is slow, too large a one overshoots, further each time: it diverges (E8).

    Examples
    --------
    >>> theta = np.array([1.0, 2.0])
    >>> optimizer = GradientDescent(lr=0.1)
    >>> optimizer.update(theta, np.array([10.0, 0.0]), optimizer.init(theta))
    0.1
    >>> theta
    array([0., 2.])
    """

    lr: object = 0.01

    def _step(self, w, g, state, lr):
        w -= lr * g


@dataclass(frozen=True)
class SGD(GradientDescent):
    """w <- w - lr g, the same update: stochastic is the gradient, of a minibatch. Source: E3."""


@dataclass(frozen=True)
class Momentum(Optimizer):
    """v <- mu v + g, w <- w - lr v. Source: E4.

    Conventions: PyTorch's form, where a change of lr acts on the whole velocity at once;
    scikit-learn keeps v <- mu v - lr g, w <- w + v, the same while lr is constant.
    """

    lr: object = 0.01
    mu: float = 0.9

    _slots = ("v",)

    def _step(self, w, g, state, lr):
        v = state["v"]
        v *= self.mu
        v += g
        w -= lr * v


@dataclass(frozen=True)
class DampedMomentum(Optimizer):
    """dw <- (1 - alpha) (-lr g) + alpha dw, w <- w + dw: lecture 002's momentum. Source: E5.

    Each step is a running average of the steps that plain gradient descent would take, so that
    alpha changes the smoothness and not the length. At a constant rate it is `Momentum` with
    mu = alpha and lr = (1 - alpha) lr. With a changing rate the two differ: dw remembers the
    rates under which it was made. (PyTorch's `dampening` is this, but spares the first step.)
    """

    lr: object = 0.01
    alpha: float = 0.9

    _slots = ("dw",)

    def _step(self, w, g, state, lr):
        dw = state["dw"]
        dw *= self.alpha
        dw -= ((1 - self.alpha) * lr) * g
        w += dw


@dataclass(frozen=True)
class Nesterov(Optimizer):
    """v <- mu v + g, w <- w - lr (g + mu v): momentum that looks one step ahead.

    Source: Sutskever et al. (2013), section 2, in PyTorch's form, which has the parameters of
    the looked-ahead point as w. scikit-learn's is the same while lr is constant.
    """

    lr: object = 0.01
    mu: float = 0.9

    _slots = ("v",)

    def _step(self, w, g, state, lr):
        v = state["v"]
        v *= self.mu
        v += g
        w -= lr * (g + self.mu * v)


@dataclass(frozen=True)
class AdaGrad(Optimizer):
    """s <- s + g^2, w <- w - lr g / (sqrt(s) + eps). Source: E6; Duchi et al. (2011).

    Every parameter has its own rate, which only ever falls. Convention: eps outside the root.
    """

    lr: object = 0.01
    eps: float = 1e-10

    _slots = ("s",)

    def _step(self, w, g, state, lr):
        s = state["s"]
        s += g * g
        w -= lr * g / (np.sqrt(s) + self.eps)


@dataclass(frozen=True)
class RMSProp(Optimizer):
    """s <- beta2 s + (1 - beta2) g^2, w <- w - lr g / (sqrt(s) + eps). Source: E6; Hinton (2012).

    AdaGrad that forgets. Conventions: eps outside the root; beta2 = 0.9 as Hinton gave it
    (PyTorch calls it alpha, with 0.99).
    """

    lr: object = 0.001
    beta2: float = 0.9
    eps: float = 1e-8

    _slots = ("s",)

    def _step(self, w, g, state, lr):
        s = state["s"]
        s *= self.beta2
        s += (1 - self.beta2) * (g * g)
        w -= lr * g / (np.sqrt(s) + self.eps)


@dataclass(frozen=True)
class Adam(Optimizer):
    """Momentum and RMSProp together, with their cold start corrected. Source: E6.

    .. math:: m \\leftarrow \\beta_1 m + (1 - \\beta_1) g, \\quad
              v \\leftarrow \\beta_2 v + (1 - \\beta_2) g^2, \\quad
              w \\leftarrow w - \\eta \\frac{m / (1 - \\beta_1^t)}
                               {\\sqrt{v / (1 - \\beta_2^t)} + \\epsilon}

    Kingma and Ba (2015), algorithm 1. Convention: eps is added to the root of the *corrected* v,
    as in the paper and PyTorch; scikit-learn adds it before the correction.

    The state holds m and v as weighted sums, without their factors (1 - beta): the weights are
    1, beta, beta^2, ... back in time and add up to (1 - beta^t) / (1 - beta), and a sum divided
    by that is the corrected average. The same numbers, with three operations fewer a step.
    """

    lr: object = 0.001
    beta1: float = 0.9
    beta2: float = 0.999
    eps: float = 1e-8

    _slots = ("m", "v")

    def init(self, theta):
        """As for any optimizer, with an array for intermediate results."""
        return super().init(theta) | {"scratch": np.empty_like(theta)}

    def _step(self, w, g, state, lr):
        t = state["step"]
        m_total = (1 - self.beta1**t) / (1 - self.beta1)
        v_total = (1 - self.beta2**t) / (1 - self.beta2)
        step_size = lr * v_total**0.5 / m_total
        eps = self._eps_at(t) * v_total**0.5
        # each line writes into an array that is there already: no new one is made
        m, v, scratch = state["m"], state["v"], state["scratch"]
        m *= self.beta1
        m += g
        v *= self.beta2
        np.square(g, out=scratch)
        v += scratch
        np.sqrt(v, out=scratch)
        scratch += eps
        np.divide(m, scratch, out=scratch)
        scratch *= step_size
        w -= scratch

    def _eps_at(self, t):
        """What is added to the root of the corrected v in step t; others place eps elsewhere."""
        return self.eps


@dataclass(frozen=True)
class AdamW(Adam):
    """Adam, with the weights shrunk by lr * weight_decay beside the step, not through g.

    w <- w - lr weight_decay w, then Adam's step. Source: E6, F2; Loshchilov and Hutter (2019).
    Convention: in `train` only weights decay; on a bare vector all entries do, as in PyTorch.
    """

    weight_decay: float = 0.01

    def init(self, theta, is_weight=None):
        """As for Adam; `is_weight` (n_params,) of bool says which entries decay."""
        return super().init(theta) | {"is_weight": is_weight}

    def _step(self, w, g, state, lr):
        factor = 1 - lr * self.weight_decay
        if state["is_weight"] is None:
            w *= factor
        else:
            np.multiply(w, factor, out=w, where=state["is_weight"])
        super()._step(w, g, state, lr)


OPTIMIZERS = {
    "gradient_descent": GradientDescent,
    "sgd": SGD,
    "momentum": Momentum,
    "damped_momentum": DampedMomentum,
    "nesterov": Nesterov,
    "adagrad": AdaGrad,
    "rmsprop": RMSProp,
    "adam": Adam,
    "adamw": AdamW,
}


def get_optimizer(optimizer):
    """Return the optimizer for a value or a name (with its default hyperparameters).

    Examples
    --------
    >>> get_optimizer("momentum")
    Momentum(lr=0.01, mu=0.9)
    """
    if isinstance(optimizer, Optimizer):
        return optimizer
    if isinstance(optimizer, type):
        raise type_error(
            "get_optimizer",
            "an optimizer",
            f"the class {optimizer.__name__}",
            f"Call it: {optimizer.__name__}(lr=0.1).",
        )
    return OPTIMIZERS[check_option("get_optimizer", "optimizer", optimizer, OPTIMIZERS)]()
