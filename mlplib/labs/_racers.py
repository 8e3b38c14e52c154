"""Who races on a surface: the library's optimizers, and a student's own one; and the race."""

import copy
import inspect
import math
from dataclasses import dataclass

import numpy as np

from mlplib._errors import type_error, value_error
from mlplib.optimizers import (
    AdaGrad,
    Adam,
    AdamW,
    GradientDescent,
    Momentum,
    Nesterov,
    Optimizer,
    RMSProp,
)
from mlplib.training import Record

RACERS = {
    "gradient descent": GradientDescent,
    "momentum": Momentum,
    "Nesterov": Nesterov,
    "AdaGrad": AdaGrad,
    "RMSProp": RMSProp,
    "Adam": Adam,
    "AdamW": AdamW,
}


class Racer:
    """One optimizer on its way over a surface.

    Parameters
    ----------
    name : str
    optimizer : Optimizer
    start : sequence of two numbers

    Attributes
    ----------
    theta : ndarray (2,)
        Where it is.
    loss, grad : float and ndarray (2,)
        Of the surface at the place before its last step.
    out : int or None
        The first step at which loss or gradient was no number: it stays where it was.
    """

    def __init__(self, name, optimizer, start):
        self.name, self.optimizer = name, optimizer
        self.theta = np.array(start, dtype=float)
        self.state = optimizer.init(self.theta)
        self.loss, self.grad, self.out = math.nan, np.full(2, math.nan), None

    def look(self, surface):
        """Loss at the place where it is; inf if it is none."""
        with np.errstate(all="ignore"):
            loss = float(surface(self.theta)[0])
        return loss if math.isfinite(loss) else math.inf

    def step(self, surface, step):
        """One step: look at the surface, and go on by its gradient."""
        loss, self.grad = surface(self.theta)
        self.loss = float(loss)
        if math.isfinite(self.loss) and np.isfinite(self.grad).all():
            self.optimizer.update(self.theta, self.grad, self.state)
            self.out = None
        elif self.out is None:
            self.out = step

    def forecast(self, surface, steps):
        """Where it stands and where it would go next: (steps + 1, 2)."""
        twin = copy.copy(self)
        twin.theta, twin.state = self.theta.copy(), copy.deepcopy(self.state)
        places = [self.theta.copy()]
        with np.errstate(all="ignore"):
            for step in range(steps):
                twin.step(surface, step)
                places.append(twin.theta.copy())
        return np.array(places)


def race(surface, racers):
    """Let all go on in step, without end: one record a step, of whoever has the least loss.

    `lr` is the first racer's rate.
    """
    step = 0
    while True:
        step += 1
        with np.errstate(all="ignore"):  # who diverges, goes beyond all numbers
            for racer in racers:
                racer.step(surface, step)
            sound = [racer for racer in racers if racer.out is None]
            best = min(sound, key=lambda racer: racer.loss, default=None)
            loss = best.loss if best else math.inf
            norm = float(np.sqrt(best.grad @ best.grad)) if best else math.nan
        yield Record(step, step, loss, racers[0].optimizer.lr_at(step - 1), norm, math.nan)


# ---- a student's own optimizer ------------------------------------------------------------------


@dataclass(frozen=True)
class OwnOptimizer(Optimizer):
    """An optimizer made of one function: `step(theta, grad, state, lr)`.

    It changes theta in place, or returns the new one; what it wants to remember it keeps in the
    dict `state`, where `state["step"]` counts the steps, this one included: 1, 2, ...

    Examples
    --------
    >>> def my_descent(theta, grad, state, lr):
    ...     return theta - lr * grad
    >>> theta = np.array([1.0, 2.0])
    >>> optimizer = OwnOptimizer(0.1, my_descent)
    >>> optimizer.update(theta, np.array([10.0, 0.0]), optimizer.init(theta))
    0.1
    >>> theta
    array([0., 2.])
    """

    step: object = None

    def _step(self, theta, grad, state, lr):
        new = self.step(theta, grad, state, lr)
        if new is not None:
            theta[...] = new


def check_own(where, optimizer):
    """Return name, maker and source name of a student's optimizer, after a trial of two steps."""
    if inspect.isclass(optimizer) and issubclass(optimizer, Optimizer):
        name, make = optimizer.__name__, optimizer
    elif callable(optimizer) and getattr(optimizer, "__name__", "<lambda>") != "<lambda>":
        name, make = optimizer.__name__, lambda lr: OwnOptimizer(lr, optimizer)
    else:
        raise type_error(
            where,
            "optimizer as a function step(theta, grad, state, lr) with a name",
            f"{optimizer!r:.40}",
            "Define it with def.",
        )
    if name in RACERS:
        raise value_error(where, "a name that no racer has yet", f"{name!r}", "Rename yours.")
    theta, grad = np.array([1.0, -2.0]), np.array([0.5, -1.0])
    before = theta.copy()
    fix = "Change theta in place, or return the new theta."
    try:
        made = make(0.1)
        state = made.init(theta)
        for _ in range(2):
            made.update(theta, grad, state)
    except Exception as error:
        what = f"{type(error).__name__}: {error}".rstrip(".")
        raise value_error(where, f"{name} to make a step", f"{what:.120}", fix) from error
    if not np.isfinite(theta).all():
        raise value_error(where, f"finite steps of {name}", f"theta = {theta}", "Mend its formula.")
    if (theta == before).all():
        raise value_error(where, f"{name} to move theta", "the same theta after 2 steps", fix)
    return name, make
