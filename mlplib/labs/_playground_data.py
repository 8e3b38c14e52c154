"""The data of the playground: points in the plane, the features made of them, two classes.

The points depend on nothing but the data set and the noise, so that a new start changes the
weights alone. Two thirds of them are trained on, one third is held out.
"""

import math
from dataclasses import dataclass

import numpy as np

from mlplib import datasets
from mlplib._errors import check_array, type_error, value_error
from mlplib._words import number

M = 240  # points drawn
GENERATORS = {
    "xor": datasets.xor,
    "circles": datasets.circles,
    "moons": datasets.moons,
    "spirals": datasets.spirals,
    "blobs": datasets.blobs,
    "linear": datasets.linearly_separable,
}
OWN = "your own"

# What each feature is called in a picture, and the expression that makes it.
_SQUARES = (
    (r"$x_1^2$", "X[:, 0] ** 2"),
    (r"$x_2^2$", "X[:, 1] ** 2"),
    (r"$x_1 x_2$", "X[:, 0] * X[:, 1]"),
)
_SINES = (
    (r"$\sin\,\pi x_1$", "np.sin(np.pi * X[:, 0])"),
    (r"$\sin\,\pi x_2$", "np.sin(np.pi * X[:, 1])"),
)
FEATURES = {
    "x1, x2": (),
    "+ squares, product": _SQUARES,
    "+ sines": _SINES,
    "all seven": _SQUARES + _SINES,
}


def feature_names(features):
    """What to write beside the inputs."""
    return (r"$x_1$", r"$x_2$", *(name for name, _ in FEATURES[features]))


def expand(X, features):
    """X (m, 2) with the columns that are made of it, (m, n_in); those of `feature_names`."""
    if features == "x1, x2":
        return X
    x1, x2 = X[:, 0], X[:, 1]
    columns = [X]
    if features in ("+ squares, product", "all seven"):
        columns += [x1**2, x2**2, x1 * x2]
    if features in ("+ sines", "all seven"):
        columns += [np.sin(np.pi * x1), np.sin(np.pi * x2)]
    return np.column_stack(columns)


@dataclass(frozen=True, eq=False)
class Points:
    """Points and classes, as trained on and as held out.

    Parameters
    ----------
    plane : ndarray (m, 2)
        All points, those trained on first.
    X : ndarray (m, n_in)
        Their features.
    Y : ndarray (m, 1)
        Their classes, 0.0 or 1.0.
    n_train : int
        How many of them are trained on.
    code, imports : str
        Lines of Python that make X, Y and validation.
    """

    plane: np.ndarray
    X: np.ndarray
    Y: np.ndarray
    n_train: int
    code: str
    imports: str

    @property
    def train(self):
        """Pair (X, Y) to train on."""
        return self.X[: self.n_train], self.Y[: self.n_train]

    @property
    def validation(self):
        """Pair (X, Y) to validate with, or None."""
        n = self.n_train
        return (self.X[n:], self.Y[n:]) if n < len(self.X) else None

    @property
    def limits(self):
        """Limits of the two axes that hold all points, with the plane's middle in the middle."""
        reach = max(1.2, 1.05 * float(np.abs(self.plane).max()))
        reach = math.ceil(5 * reach) / 5  # does not follow each point: it costs a full draw
        if reach < 3:
            return ((-reach, reach),) * 2
        low, high = self.plane.min(axis=0), self.plane.max(axis=0)
        margin = 0.06 * np.where(high > low, high - low, 1.0)
        return tuple(map(tuple, np.column_stack([low - margin, high + margin])))


def make_points(dataset, noise, features, own=None):
    """Draw the points of a data set, or take the student's own; see `Points`."""
    rng = np.random.default_rng(0)
    lines = ["data_rng = np.random.default_rng(0)"]
    if dataset == OWN:
        order = rng.permutation(len(own[0]))
        plane, y = own[0][order], own[1][order]
        n_train = len(order) - (len(order) // 3 if len(order) >= 12 else 0)
        lines += [
            f"order = data_rng.permutation({len(order)})  # of your own X and y",
            "X, Y = np.asarray(X, float)[order], np.asarray(y, float)[order, None]",
        ]
        imports = ""
        if noise:
            plane = plane + noise * rng.standard_normal(plane.shape)
            lines.append(f"X = X + {noise!r} * data_rng.standard_normal(X.shape)")
    else:
        generator = GENERATORS[dataset]
        plane, y = generator(M, noise=noise, rng=rng)
        n_train = M * 2 // 3
        lines += [
            f"data = {generator.__name__}({M}, noise={noise!r}, rng=data_rng)",
            "X, Y = data.X, data.y[:, None].astype(float)",
        ]
        imports = f"\nfrom mlplib.datasets import {generator.__name__}"
    if FEATURES[features]:
        made = ", ".join(expression for _, expression in FEATURES[features])
        lines.append(_wrapped(f"X = np.column_stack([X, {made}])"))
    if n_train < len(plane):
        n = n_train
        lines.append(f"X, Y, validation = X[:{n}], Y[:{n}], (X[{n}:], Y[{n}:])")
    else:
        lines.append("validation = None")
    X, Y = expand(plane, features), y.astype(float)[:, None]
    return Points(plane, X, Y, n_train, "\n".join(lines), imports)


def check_own(where, data):
    """Return the student's points as a pair of arrays, or say why they are none."""
    try:
        X, y = data
    except (TypeError, ValueError):
        raise type_error(
            where, "data to be a pair (X, y)", f"{type(data).__name__}", "Pass data=(X, y)."
        ) from None
    X = check_array(where, "X", X, ndim=2)
    y = check_array(where, "y", y, ndim=1)
    if X.shape[1] != 2:
        raise value_error(
            where,
            "X with two columns, the plane",
            f"shape {X.shape}",
            "Choose two of its columns: X[:, :2].",
        )
    if len(X) != len(y):
        raise value_error(
            where, "as many y as rows of X", f"{len(y)} and {len(X)}", "Each point needs its class."
        )
    if set(np.unique(y)) != {0.0, 1.0}:
        found = ", ".join(number(v) for v in np.unique(y)[:5])
        raise value_error(
            where, "y with two classes, 0 and 1", found, "Encode them: (y == a).astype(int)."
        )
    return X.astype(float), y.astype(float)


def _wrapped(line):
    """A call with many arguments, on lines of their own if it is long."""
    if len(line) <= 88:
        return line
    head, rest = line.split("[", 1)
    parts = rest.removesuffix("])").split(", ")
    whole, depth, piece = [], 0, ""
    for part in parts:  # commas inside brackets do not part
        piece = f"{piece}, {part}" if piece else part
        depth += part.count("[") + part.count("(") - part.count("]") - part.count(")")
        if depth == 0:
            whole.append(f"        {piece},")
            piece = ""
    return "\n".join([f"{head.rstrip('(')}(", "    [", *whole, "    ]", ")"])
