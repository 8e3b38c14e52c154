"""What the logistic lab is about, without its picture: the labelled data, and the three losses.

The losses are written out here for single points, as functions of the score z: the lab draws them
point by point. Training itself uses the library's own losses; the tests hold the two together.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np

from mlplib._errors import value_error
from mlplib.activations import Activation, sigmoid, softplus
from mlplib.datasets import blobs, load_breast_cancer, load_orings, moons
from mlplib.own_activation import make_activation

CHALLENGER = 31.0  # °F, expected for the launch of 28 January 1986


@dataclass(frozen=True, eq=False)
class Labelled:
    """Two classes of points, standardized, with what to call them.

    Parameters
    ----------
    X : ndarray, (m, 1) or (m, 2)
    Y : ndarray, (m, 1)
        0 or 1.
    mean, std : ndarray, (n_in,)
        Of the columns as they were measured.
    names, classes : tuple of str
        Of the features; of the classes 0 and 1.
    limits : tuple of float
        Of a picture of two features, in standard deviations.
    code, imports : str
        Lines of Python that make X and Y.
    """

    X: np.ndarray
    Y: np.ndarray
    mean: np.ndarray
    std: np.ndarray
    names: tuple
    classes: tuple
    limits: tuple
    code: str
    imports: str

    @property
    def measured(self):
        """X in the units it was measured in."""
        return self.X * self.std + self.mean

    def standardized(self, x):
        """Values of the one feature, as the network takes them."""
        return (np.asarray(x, dtype=float) - self.mean[0]) / self.std[0]


_SOURCES = {
    "O-rings": (load_orings, "load_orings()"),
    "two blobs": (
        lambda: blobs(100, noise=0.45, rng=np.random.default_rng(0)),
        "blobs(100, noise=0.45, rng=np.random.default_rng(0))",
    ),
    "moons": (
        lambda: moons(100, noise=0.12, rng=np.random.default_rng(0)),
        "moons(100, noise=0.12, rng=np.random.default_rng(0))",
    ),
    "breast cancer": (
        lambda: load_breast_cancer(features=["worst_radius", "worst_texture"]),
        'load_breast_cancer(features=["worst_radius", "worst_texture"])',
    ),
}
DATA = tuple(_SOURCES)


@cache
def labelled(name):
    """The data of that name, standardized."""
    load, call = _SOURCES[name]
    table = load()
    mean, std = table.X.mean(axis=0), table.X.std(axis=0)
    X = (table.X - mean) / std
    code = (
        f"data = {call}\n"
        "X = (data.X - data.X.mean(axis=0)) / data.X.std(axis=0)\n"
        "Y = data.y[:, None].astype(float)  # 1: " + table.classes[1] + "\n"
    )
    return Labelled(
        X,
        table.y[:, None].astype(float),
        mean,
        std,
        tuple(n.replace("_", " ") for n in table.feature_names),
        table.classes,
        (-2.5, 4.5) if name == "breast cancer" else (-3.0, 3.0),
        code,
        f"from mlplib.datasets import {call.partition('(')[0]}",
    )


# ---- losses, point by point -----------------------------------------------------------------


@dataclass(frozen=True)
class Kind:
    """A way to judge the scores: a loss, and the output that it is about.

    Parameters
    ----------
    points, slope : callable
        `points(z, y)` is the loss of each point, `slope(z, y)` its derivative with respect to z.
    squashes : bool
        Whether a sigmoid stands between the score and the output.
    fused, chained : str
        The names of the library's loss: on scores, and on the output of a sigmoid layer.
    short : str
        For legends; empty for the usual one.
    """

    points: Callable
    slope: Callable
    squashes: bool
    fused: str
    chained: str
    short: str


def _entropy(z, y):
    return softplus.f(z) - y * z


def _entropy_slope(z, y):
    return sigmoid.f(z) - y


def _square(z, y):
    return (sigmoid.f(z) - y) ** 2


def _square_slope(z, y):
    p = sigmoid.f(z)
    return 2 * (p - y) * p * (1 - p)


def _line(z, y):
    return (z - y) ** 2


def _line_slope(z, y):
    return 2 * (z - y)


KINDS = {
    "cross-entropy": Kind(
        _entropy,
        _entropy_slope,
        True,
        "sigmoid_cross_entropy",
        "binary_cross_entropy",
        "",
    ),
    "MSE behind the sigmoid": Kind(_square, _square_slope, True, "", "mse", "MSE"),
    "MSE, no sigmoid": Kind(_line, _line_slope, False, "mse", "mse", "no σ"),
}


# ---- a student's own sigmoid ----------------------------------------------------------------


def _slope_of_own(Z, A):
    return A * (1 - A)


def own_sigmoid(f):
    """An output activation that calls `f`, once f has shown that it is a sigmoid. Source: B1."""
    made = make_activation(f)  # which refuses what is no function of single entries
    Z = np.array([[-30.0], [-2.0], [-0.5], [0.0], [1.0], [3.0], [30.0]])
    got, expected = np.asarray(f(Z.copy()), dtype=float), sigmoid.f(Z)
    wrong = np.flatnonzero(~(np.abs(got - expected) < 1e-6))
    if len(wrong):
        at = wrong[0], 0
        raise value_error(
            "LogisticLab",
            f"sigmoid({Z[at]:g}) to be {expected[at]:.4g}",
            f"{got[at]:.4g}",
            "See 1 / (1 + exp(-z)).",
        )
    return Activation(made.name, f, _slope_of_own, range=(0, 1))
