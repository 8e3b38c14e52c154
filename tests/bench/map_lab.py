"""The figure that the course's live figures are measured with, as a lab.

900 x 360: a decision map of 100 x 100 cells with 200 points, and two loss curves. It is about the
heaviest picture that a lab has to paint, and the network behind it is one that students train.
"""

import numpy as np

from mlplib import MLP, GradientDescent, plotting, sigmoid_cross_entropy, train
from mlplib._words import number, trend
from mlplib.datasets import moons
from mlplib.labs._code import program
from mlplib.labs._controls import Slider
from mlplib.labs._lab import Lab
from mlplib.labs._losses import LossPlot
from mlplib.labs._map import DecisionMap


class MapLab(Lab):
    """A 2-16-16-1 network on two moons."""

    NAME = "map"
    SPEED = 100
    CONTROLS = (
        Slider("noise", "Noise", 0.0, 0.4, 0.2, step=0.01),
        Slider("learning_rate", "Learning rate", 0.01, 10.0, 0.5, log=True, effect="live"),
    )

    def start(self, run):
        """Draw points and a network."""
        rng = np.random.default_rng(run.settings["seed"])
        self.data = moons(200, noise=run.settings["noise"], rng=rng)
        held_out = moons(100, noise=run.settings["noise"], rng=rng)
        self.net = MLP([2, 16, 16, 1], "tanh", rng=rng)
        return self.stream(GradientDescent(run.reader("learning_rate")), held_out)

    def stream(self, optimizer, held_out):
        """The plain stream, as it is measured without a lab."""
        return train(
            self.net,
            self.data.X,
            self.data.y[:, None].astype(float),
            sigmoid_cross_entropy,
            optimizer,
            validation=(held_out.X, held_out.y[:, None].astype(float)),
            validate_every=10,
        )

    def draw(self):
        """Map and points, training and validation loss."""
        left, right = self.live.figure.subplots(1, 2)
        self.live.figure.subplots_adjust(0.06, 0.155, 0.975, 0.91, wspace=0.17)
        left.set(xlim=(-1.6, 1.6), ylim=(-1.3, 1.3), title="What the network says")
        self._map = DecisionMap(self.live, left, output=sigmoid_cross_entropy.output)
        looks = ((plotting.VERMILLION, "s"), (plotting.BLUE, "o"))
        self._points = [
            left.plot([], [], marker, color=color, mec=plotting.PAPER, ms=6)[0]
            for color, marker in looks
        ]
        self.live.animate(*self._points)
        self._curve = LossPlot(self.live, right, validation=True)

    def update(self):
        """Set the artists' data."""
        self._map.update(self.net)
        for label, line in enumerate(self._points):
            line.set_data(*self.data.X[self.data.y == label].T)
        self._curve.update(self.run, self.earlier, label="training")

    def describe(self):
        """Say how the loss went."""
        if not self.run.steps:
            return "two moons, and an untrained network"
        return f"two moons; {trend(self.run.history.column('loss'))}, now {number(self.loss)}"

    def write_code(self):
        """Not printed: this lab is for measuring."""
        return program("")
