"""Learning rates that change: eta_t. Source: E7.

A schedule is a function `step -> lr`; `step` counts the updates made so far, so the first update
is step 0. Any function of that form will do, a slider's value included. Those here are frozen
values, so that they compare, pickle and print.
"""

import math
from dataclasses import dataclass

from mlplib._errors import check_number, type_error


@dataclass(frozen=True)
class Constant:
    """The same rate at every step. Source: E7."""

    lr: float

    def __post_init__(self):
        check_number("Constant", "lr", self.lr, 0)

    def __call__(self, step):
        """Learning rate of update number `step`."""
        return self.lr


@dataclass(frozen=True)
class StepDecay:
    """Multiplied by `factor` every `every` steps: lr * factor^floor(t / every). Source: E7.

    Examples
    --------
    >>> schedule = StepDecay(1.0, factor=0.5, every=10)
    >>> [schedule(t) for t in (0, 9, 10, 25)]
    [1.0, 1.0, 0.5, 0.25]
    """

    lr: float
    factor: float = 0.5
    every: int = 100

    def __post_init__(self):
        check_number("StepDecay", "lr", self.lr, 0)
        check_number("StepDecay", "factor", self.factor, 0, 1, low_open=True)
        check_number("StepDecay", "every", self.every, 1, integer=True)

    def __call__(self, step):
        """Learning rate of update number `step`."""
        return self.lr * self.factor ** (step // self.every)


@dataclass(frozen=True)
class Exponential:
    """lr * factor^t; a factor above 1 grows, as the range test does. Source: E7, E9.

    Examples
    --------
    >>> Exponential(1.0, factor=0.5)(3)
    0.125
    """

    lr: float
    factor: float = 0.99

    def __post_init__(self):
        check_number("Exponential", "lr", self.lr, 0)
        check_number("Exponential", "factor", self.factor, 0, low_open=True)

    def __call__(self, step):
        """Learning rate of update number `step`."""
        try:
            return self.lr * self.factor**step
        except OverflowError:  # Python's floats raise where NumPy's become infinite
            return math.inf


@dataclass(frozen=True)
class Cosine:
    """From lr down to `final` along half a cosine over `steps`, then `final`. Source: E7.

    .. math:: \\eta_t = \\eta_{end} + (\\eta - \\eta_{end}) (1 + \\cos(\\pi t / T)) / 2

    Loshchilov and Hutter (2017), eq. 5, without restarts (PyTorch's rises again after T).

    Examples
    --------
    >>> schedule = Cosine(1.0, steps=100)
    >>> [round(schedule(t), 2) for t in (0, 50, 100, 200)]
    [1.0, 0.5, 0.0, 0.0]
    """

    lr: float
    steps: int
    final: float = 0.0

    def __post_init__(self):
        check_number("Cosine", "lr", self.lr, 0)
        check_number("Cosine", "steps", self.steps, 1, integer=True)
        check_number("Cosine", "final", self.final, 0)

    def __call__(self, step):
        """Learning rate of update number `step`."""
        t = min(step / self.steps, 1.0)
        return self.final + (self.lr - self.final) * (1 + math.cos(math.pi * t)) / 2


@dataclass(frozen=True)
class WarmUp:
    """Rise linearly to lr in `steps` updates, then follow `then` (default: stay). Source: E7.

    The first update already moves: it takes lr / steps, the last of the rise takes lr itself.

    Parameters
    ----------
    lr : float
    steps : int
    then : callable, optional
        A schedule that starts (at its own step 0) when the rise is over.

    Examples
    --------
    >>> schedule = WarmUp(1.0, steps=4)
    >>> [schedule(t) for t in (0, 1, 3, 9)]
    [0.25, 0.5, 1.0, 1.0]
    """

    lr: float
    steps: int
    then: object = None

    def __post_init__(self):
        check_number("WarmUp", "lr", self.lr, 0)
        check_number("WarmUp", "steps", self.steps, 1, integer=True)
        if self.then is not None and not callable(self.then):
            raise type_error(
                "WarmUp", "then to be a schedule", f"{self.then!r:.60}", "Pass Cosine(...)."
            )

    def __call__(self, step):
        """Learning rate of update number `step`."""
        if step < self.steps:
            return self.lr * (step + 1) / self.steps
        return self.lr if self.then is None else self.then(step - self.steps)


@dataclass(frozen=True)
class OneCycle:
    """Up to lr, then down to almost nothing, each along half a cosine. Source: E7.

    Starts at lr / 25, is at lr after `warm` of the steps, and stays at lr / 250 000 from
    step `steps` on. Smith and Topin (2018). Conventions: PyTorch's cosine form and factors; it
    counts the last step as the end, so its `total_steps` is `steps + 1` here.

    Examples
    --------
    >>> schedule = OneCycle(1.0, steps=100)
    >>> [round(schedule(t), 6) for t in (0, 30, 100)]
    [0.04, 1.0, 4e-06]
    """

    lr: float
    steps: int
    warm: float = 0.3

    def __post_init__(self):
        check_number("OneCycle", "lr", self.lr, 0)
        check_number("OneCycle", "steps", self.steps, 2, integer=True)
        check_number("OneCycle", "warm", self.warm, 0, 1, low_open=True, high_open=True)

    def __call__(self, step):
        """Learning rate of update number `step`."""
        peak = self.warm * self.steps
        if step < peak:
            return _half_cosine(self.lr / 25, self.lr, step / peak)
        t = min((step - peak) / (self.steps - peak), 1.0)
        return _half_cosine(self.lr, self.lr / 25e4, t)


def _half_cosine(start, stop, t):
    """From start (t = 0) to stop (t = 1), flat at both ends."""
    return stop + (start - stop) * (1 + math.cos(math.pi * t)) / 2


SCHEDULES = {
    "constant": Constant,
    "step_decay": StepDecay,
    "exponential": Exponential,
    "cosine": Cosine,
    "warm_up": WarmUp,
    "one_cycle": OneCycle,
}
