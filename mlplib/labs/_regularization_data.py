"""What the regularization lab is about, without its picture: noisy tasks, penalties, own shrinkage.

The data are drawn once, always the same: training takes the first rows, so that more data are the
same points and others beside them, and the last rows are the validation data.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np

from mlplib._errors import type_error, value_error
from mlplib.datasets import moons, noisy_sine
from mlplib.losses import Loss, mse, sigmoid_cross_entropy
from mlplib.regularizers import L1, L2, ElasticNet

DRAWN, KNOWN = 600, 300  # points drawn; from this row on they are the validation data


@dataclass(frozen=True, eq=False)
class Task:
    """A pool of noisy points, cut into training and validation data.

    Parameters
    ----------
    X, Y : ndarray, (600, n_in) and (600, 1)
    loss : Loss
    about : str
        What the points are, in words.
    code, imports : str
        Lines of Python that make X and Y.
    """

    X: np.ndarray
    Y: np.ndarray
    loss: Loss
    about: str
    code: str
    imports: str

    def training(self, m):
        """The first m points."""
        return self.X[:m], self.Y[:m]

    @property
    def validation(self):
        """Points that training never sees."""
        return self.X[KNOWN:], self.Y[KNOWN:]

    def split_code(self, m):
        """Lines of Python that cut X and Y."""
        return f"X_val, Y_val = X[{KNOWN}:], Y[{KNOWN}:]\nX, Y = X[:{m}], Y[:{m}]\n"


def _sine():
    data = noisy_sine(DRAWN, noise=0.4, rng=np.random.default_rng(1))
    code = f"""
    data = noisy_sine({DRAWN}, noise=0.4, rng=np.random.default_rng(1))
    X, Y = 3 * data.X, data.y[:, None]
    """
    about = "one wave of a sine with noise"
    return Task(3 * data.X, data.y[:, None], mse, about, code, "noisy_sine")


def _moons():
    rng = np.random.default_rng(3)
    data = moons(DRAWN, noise=0.15, rng=rng)
    Y = np.where(rng.random(DRAWN) < 0.1, 1.0 - data.y, data.y)[:, None]
    code = f"""
    rng = np.random.default_rng(3)
    data = moons({DRAWN}, noise=0.15, rng=rng)
    Y = np.where(rng.random({DRAWN}) < 0.1, 1.0 - data.y, data.y)[:, None]  # some labels are wrong
    X = 2 * data.X
    """
    about = "two moons with noise, one label in ten wrong"
    return Task(2 * data.X, Y, sigmoid_cross_entropy, about, code, "moons")


TASKS = {"noisy sine": _sine, "noisy moons": _moons}


@cache
def task(name):
    """The task of that name."""
    return TASKS[name]()


# ---- penalties ---------------------------------------------------------------------------------

PENALTIES = {"none": None, "L1": L1, "L2": L2, "elastic net": ElasticNet}


def make_penalty(name, gamma, shrink=None):
    """The penalty of that name, or None; L1 with a soft threshold of the caller's own, if any."""
    if name == "L1" and shrink is not None:
        return _OwnL1(gamma, shrink)
    return PENALTIES[name](gamma) if PENALTIES[name] else None


@dataclass(frozen=True)
class _OwnL1(L1):
    shrink: Callable

    def prox(self, W, lr):
        return self.shrink(W, lr * self.gamma)


def check_shrink(shrink):
    """Refuse what is no soft threshold of an array, of whatever size."""
    where, what = "RegularizationLab", "shrink to be a function of an array and a number t"
    if not callable(shrink):
        raise type_error(where, what, f"{shrink!r:.40}", "Pass it without brackets.")
    W = np.array([[1.0, -0.3], [0.1, -2.0], [0.0, 0.25]])
    given = W.copy()
    try:
        got = np.asarray(shrink(given, 0.2), dtype=float)
    except Exception as error:
        fix = "It is called as shrink(W, t), W of any shape: use np.sign, np.abs, np.maximum."
        raise value_error(where, what, f"{type(error).__name__}: {error}", fix) from None
    if not np.array_equal(given, W):
        raise value_error(
            where, "shrink to leave W as it is", "a function that changes it", "Make a new array."
        )
    if got.shape != W.shape or not np.isfinite(got).all():
        raise value_error(
            where,
            f"shrink to return finite numbers of W's shape {W.shape}",
            f"{got.shape}" if got.shape != W.shape else "some that are infinite or nan",
            "One weight comes out for each that goes in.",
        )
    if (np.abs(got) > np.abs(W)).any():
        raise value_error(
            where,
            "shrink to make no weight larger",
            "one that does",
            "Take t off the size of a weight and keep its sign.",
        )
    return shrink
