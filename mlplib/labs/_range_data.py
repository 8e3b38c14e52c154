"""What the range-test lab trains on: each data set as the network takes it, and as code."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from mlplib.datasets import load_houses, moons, noisy_sine
from mlplib.losses import get_loss

HIDDEN = 16


@dataclass(frozen=True, eq=False)
class Task:
    """A data set with its loss.

    Parameters
    ----------
    words : str
        What it is, after "on".
    name : str
        The function in `mlplib.datasets` that the printed program imports.
    code : str
        Lines of Python that make X (m, n_in) and Y (m, 1) with it.
    loss_name : str
    """

    words: str
    name: str
    code: str
    loss_name: str

    @cached_property
    def data(self):
        """The pair X, Y, made by the lines that are printed."""
        names = {"np": np, "moons": moons, "noisy_sine": noisy_sine, "load_houses": load_houses}
        exec(self.code, names)
        return names["X"], names["Y"]

    @property
    def loss(self):
        """The loss itself."""
        return get_loss(self.loss_name)

    @property
    def sizes(self):
        """Of the network."""
        return [self.data[0].shape[1], HIDDEN, 1]


TASKS = {
    "noisy sine": Task(
        "a noisy sine",
        "noisy_sine",
        "data = noisy_sine(100, noise=0.1, rng=np.random.default_rng(0))\n"
        "X, Y = data.X, data.y[:, None]\n",
        "mse",
    ),
    "moons": Task(
        "two moons",
        "moons",
        "data = moons(200, noise=0.1, rng=np.random.default_rng(0))\n"
        "X, Y = data.X, data.y[:, None].astype(float)\n",
        "sigmoid_cross_entropy",
    ),
    "houses": Task(
        "the prices of 546 houses",
        "load_houses",
        "houses = load_houses()\n"
        "X = (houses.X - houses.X.mean(axis=0)) / houses.X.std(axis=0)\n"
        "Y = (houses.y[:, None] - houses.y.mean()) / houses.y.std()\n",
        "mse",
    ),
}
