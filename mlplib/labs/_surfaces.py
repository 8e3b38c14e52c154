"""Surfaces for optimizers to race on: three famous shapes, and a real network's loss.

A surface is a function of a point (x, y) that returns the loss there and its exact gradient. The
printed program of a race shows a surface's own lines, so each of these functions stands by itself.
"""

import inspect
from dataclasses import dataclass
from functools import cached_property

import numpy as np

import mlplib
from mlplib.datasets import xor

VIEW = 2.2  # the square that is looked at, from -VIEW to VIEW along both axes
CELLS = 56


def valley(theta):
    """A narrow valley: 20 times as steep across as along."""
    x, y = theta
    return (x**2 + 20 * y**2) / 2, np.array([x, 20 * y])


def saddle(theta):
    """A saddle at (0, 0), between two hollows at (0, -1) and (0, 1)."""
    x, y = theta
    return x**2 / 2 + (y**2 - 1) ** 2 / 4, np.array([x, y**3 - y])


def rosenbrock(theta):
    """Rosenbrock's bent valley: least at (1, 1), and almost level along y = x^2."""
    x, y = theta
    slope = np.array([-2 * (1 - x) - 400 * x * (y - x**2), 200 * (y - x**2)])
    return (1 - x) ** 2 + 100 * (y - x**2) ** 2, slope


def network_surface(activation):
    """The loss of a network on XOR, in the plane through three networks.

    They are the one with all weights 0 and two trained ones; the plane has its own two
    coordinates, and by the chain rule its own gradient.
    """
    rng = np.random.default_rng(0)
    X, y = xor(100, noise=0.1, rng=rng)
    Y = y[:, None].astype(float)
    trained = []
    for _ in range(2):
        net = mlplib.MLP([2, 8, 1], activation, rng=rng)
        list(mlplib.train(net, X, Y, "sigmoid_cross_entropy", mlplib.Adam(0.003), steps=1000))
        trained.append(net.theta.copy())
    first, second = trained[1] - trained[0], trained[0] + trained[1]
    second = second - first * (first @ second) / (first @ first)  # now at a right angle
    second *= np.linalg.norm(first) / np.linalg.norm(second)
    plane = 0.5 * np.column_stack([first, second])
    middle = (trained[0] + trained[1]) / 4
    loss = mlplib.sigmoid_cross_entropy

    def surface(theta):
        net.theta = middle + plane @ theta
        S = net.forward(X)
        net.backward(loss.grad(S, Y))
        return loss.value(S, Y), plane.T @ net.grad

    return surface


@dataclass(frozen=True, eq=False)
class Surface:
    """A surface with what is said of it.

    Parameters
    ----------
    title : str
    words : str
        What it is, after "on".
    make : callable
        The function in this module that the printed program shows: the surface, or for a network
        what makes it.
    activation : str, optional
        Of a network.
    """

    title: str
    words: str
    make: object
    activation: str = ""

    @cached_property
    def f(self):
        """The surface: (loss, gradient) of a point; made when first asked for."""
        return self.make(self.activation) if self.activation else self.make

    @property
    def code(self):
        """The lines of Python that define it, with what they import, and its name."""
        lines = inspect.getsource(self.make)
        if not self.activation:
            return "", lines, self.make.__name__
        lines += f'\n\nsurface = {self.make.__name__}("{self.activation}")\n'
        return "\nfrom mlplib.datasets import xor", lines, "surface"

    @cached_property
    def values(self):
        """Losses over the square that is looked at, (CELLS, CELLS), with the values of x and y."""
        side = np.linspace(-VIEW, VIEW, CELLS)
        losses = [[self.f(np.array([x, y]))[0] for x in side] for y in side]
        return side, np.array(losses)


def _network(activation):
    words = f"the loss of a {activation} network, in a plane through its 33 parameters"
    return Surface(f"Loss of a {activation} network", words, network_surface, activation)


SURFACES = {
    "valley": Surface("Narrow valley", "a narrow valley", valley),
    "saddle": Surface("Saddle", "a saddle between two hollows", saddle),
    "Rosenbrock": Surface("Rosenbrock", "Rosenbrock's bent valley", rosenbrock),
    "tanh network": _network("tanh"),
    "relu network": _network("relu"),
    "sigmoid network": _network("sigmoid"),
}
