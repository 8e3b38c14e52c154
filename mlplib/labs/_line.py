"""The data of the labs about a straight line: one feature, one target, and their loss surface."""

from dataclasses import dataclass

import numpy as np

from mlplib._errors import check_array, value_error
from mlplib._words import number
from mlplib.datasets import load_houses


@dataclass(frozen=True, eq=False)
class LineData:
    """Points (x, y) as the network takes them, with what to call them.

    Parameters
    ----------
    X, Y : ndarray, (m, 1)
    x_label, y_label : str
        For the axes.
    unit : str
        Of y, short.
    code, imports : str
        Lines of Python that make X and Y.
    """

    X: np.ndarray
    Y: np.ndarray
    x_label: str
    y_label: str
    unit: str
    code: str
    imports: str = ""

    def loss(self, w, b):
        """Mean squared error of the lines w x + b; w and b broadcast."""
        w, b = np.asarray(w, dtype=float), np.asarray(b, dtype=float)
        x, y = self.X[:, 0], self.Y[:, 0]
        # written out in moments: a whole surface at once, with no (m, p, q) array in between
        with np.errstate(over="ignore", invalid="ignore"):
            return (
                w * w * np.mean(x * x)
                + 2 * w * b * np.mean(x)
                + b * b
                - 2 * w * np.mean(x * y)
                - 2 * b * np.mean(y)
                + np.mean(y * y)
            )

    def gradient(self, w, b):
        """Derivatives of `loss` with respect to w and b. Source: D2."""
        x, y = self.X[:, 0], self.Y[:, 0]
        error = w * x + b - y
        return 2 * float(np.mean(error * x)), 2 * float(np.mean(error))

    @property
    def best(self):
        """The pair (w, b) of least loss."""
        x, y = self.X[:, 0], self.Y[:, 0]
        w = float(np.mean((x - x.mean()) * (y - y.mean())) / np.mean((x - x.mean()) ** 2))
        return w, float(y.mean() - w * x.mean())

    @property
    def too_large(self):
        """The learning rate from which on gradient descent diverges: 2 / greatest curvature."""
        x = self.X[:, 0]
        curvature = 2 * np.array([[np.mean(x * x), x.mean()], [x.mean(), 1]])
        return 2 / float(np.linalg.eigvalsh(curvature)[-1])


def houses(where, x, y, *, x_label, y_label, standardize_y=False):
    """Return the caller's points, or the houses of Windsor.

    x is standardized unless it is the caller's (who may want to see what happens without);
    `standardize_y=True` standardizes both, always.
    """
    if (x is None) != (y is None):
        raise value_error(where, "x and y, or neither", "one of them", "Pass both.")
    if x is None:
        table = load_houses(features=["lot_sqft"])
        X, Y = table.X, table.y[:, None]
        code = 'houses = load_houses(features=["lot_sqft"])\nX, Y = houses.X, houses.y[:, None]\n'
        label = f"lot size (0: mean, 1: {number(X.std())} sq ft more)"
        unit = "thousand CAD"
        labels = x_label or label, y_label or "price (thousand CAD)"
    else:
        X = check_array(where, "x", x, ndim=(1, 2)).reshape(-1, 1)
        Y = check_array(where, "y", y, ndim=(1, 2)).reshape(-1, 1)
        if len(X) != len(Y) or (np.ndim(x) == 2 and np.shape(x)[1] != 1):
            raise value_error(
                where,
                "x and y of one length, with one feature",
                f"{np.shape(x)} and {np.shape(y)}",
                "Choose one column of X.",
            )
        if np.ptp(X) == 0:
            raise value_error(where, "x with different values", f"{X[0, 0]:g} only", "Add points.")
        code = "X, Y = np.reshape(x, (-1, 1)), np.reshape(y, (-1, 1))  # your own x and y\n"
        unit = ""
        labels = x_label or "x", y_label or "y"
    if x is None or standardize_y:
        X = (X - X.mean()) / X.std()
        code += "X = (X - X.mean()) / X.std()\n"
    if standardize_y:
        Y = (Y - Y.mean()) / Y.std()
        code += "Y = (Y - Y.mean()) / Y.std()\n"
    elif x is None:
        Y = Y / 1000
        code += "Y = Y / 1000  # thousand Canadian dollars\n"
    imports = "" if unit == "" else "\nfrom mlplib.datasets import load_houses"
    return LineData(X, Y, *labels, unit, code, imports)
