"""What an activation does: its curve, its slope, and what a network makes of it. Source: B1-B4.

Left the function and its derivative, with a z to move; in the middle a small network that fits a
curve with it; right the loss. The function can be changed while the network trains, and it can be
a reader's own. The grey hills under the derivative are the network's own z: where the slope is
small and the hills are high, units have stopped to learn.
"""

import numpy as np

from mlplib import plotting as p
from mlplib._words import number, trend
from mlplib.datasets import noisy_sine
from mlplib.labs._activation_choice import (
    ActivationChoice,
    after_next_step,
    changes,
    loss_code,
    loss_of,
    training_code,
)
from mlplib.labs._activation_picture import CurvesPanel
from mlplib.labs._code import program, schedule
from mlplib.labs._controls import Choice, Slider
from mlplib.labs._lab import Lab, Preset
from mlplib.labs._losses import LossPlot
from mlplib.losses import mse
from mlplib.network import MLP
from mlplib.optimizers import GradientDescent
from mlplib.plotting import few_ticks
from mlplib.training import train

HIDDEN = 8
FLAT = 0.05  # a slope below this passes next to nothing back
NONE = "nothing"


def _preset(comment, **settings):
    usual = {"slope": 0.1, "compare": NONE, "z": 1.0, "learning_rate": 0.1}
    return Preset(usual | settings, comment)


class ActivationLab(Lab):
    """An activation and its derivative, and a network of eight units that fits a curve with it.

    Parameters
    ----------
    activation : str, callable, pair of callables or Activation, optional
        One of the library's by name, or your own: a function of an array, a pair (f, df), or an
        Activation. Of a function alone the derivative is taken numerically; a derivative that is
        wrong is told, with the place.
    **options
        Those of `Lab`: `preset`, `hide`, `seed`, and settings by name (`compare`, `slope`, `z`,
        `learning_rate`).
    """

    NAME = "activations"
    SIZE = (1000, 400)
    SPEED = 100
    PRESETS = {  # noqa: RUF012 - a table of the class, never changed
        "sigmoid": _preset(
            "Between 0 and 1, and never steeper than 1/4: it learns, slowly.", activation="sigmoid"
        ),
        "tanh": _preset(
            "A sigmoid around zero, with slope 1 in the middle.",
            activation="tanh",
            compare="sigmoid",
        ),
        "ReLU": _preset(
            "Off or on, slope 0 or 1: the fit is made of straight pieces.", activation="relu"
        ),
        "leaky ReLU": _preset(
            "Off is not quite off: for z < 0 a slope is left, and the gradient gets through.",
            activation="leaky_relu",
            compare="relu",
            z=-2.0,
        ),
        "smooth": _preset(
            "GELU is ReLU with its corner rounded; it dips below zero.",
            activation="gelu",
            compare="relu",
        ),
        "no activation": _preset(
            "Eight units without a bend are one straight line.", activation="identity"
        ),
    }

    def __init__(self, activation=None, **options):
        self.choice = ActivationChoice("ActivationLab", own=activation)
        if self.choice.first is not None:
            options = {"activation": self.choice.first} | options
        super().__init__(**options)

    def make_controls(self):
        """Choices, a slope, a place, a rate."""
        options = self.choice.options
        return (
            Choice(
                "activation",
                "Activation",
                options,
                "relu",
                effect="live",
                tooltip="Of the eight hidden units; can be changed while they train",
            ),
            Slider(
                "slope",
                "Slope of leaky ReLU",
                0.0,
                0.9,
                0.1,
                step=0.01,
                effect="live",
                tooltip="Its slope for z < 0",
            ),
            Choice(
                "compare",
                "Compare with",
                (NONE, *options),
                "leaky_relu",
                effect="view",
                tooltip="A second function to draw",
            ),
            Slider("z", "z", -6.0, 6.0, 1.0, step=0.1, effect="view", tooltip="Where to look"),
            Slider(
                "learning_rate",
                "Learning rate",
                0.001,
                2.0,
                0.1,
                log=True,
                effect="live",
                tooltip="How far a step goes; can be changed while it trains",
            ),
        )

    # ---- controls -> stream -------------------------------------------------------------------

    def start(self, run):
        """The same weights for each activation, so that only the activation makes a difference."""
        sine = noisy_sine(60, noise=0.1, rng=np.random.default_rng(0))
        self.X, self.Y = sine.X, sine.y[:, None]
        self.net = MLP([1, HIDDEN, 1], self._activation(run.settings), init="he", rng=run.rng())
        rate = GradientDescent(run.reader("learning_rate"))
        return train(self.net, self.X, self.Y, mse, rate)

    def apply(self, name, value):
        """Give the hidden layer its new function."""
        if name in ("activation", "slope"):
            self.net.layers[0].activation = self._activation(self.run.live)

    def _activation(self, settings):
        return self.choice.get(settings["activation"], settings["slope"])

    def loss_now(self):
        """The loss at the weights as they are, while that is a number."""
        loss = loss_of(self.net, self.X, self.Y)
        return self.run.history[-1].loss if self._is_over(loss) else loss

    def _is_over(self, loss):
        return self.run.steps and (self.run.outcome == "diverged" or not np.isfinite(loss))

    def loss_code(self):
        """The last lines of the program."""
        return loss_code(self._is_over(loss_of(self.net, self.X, self.Y)))

    # ---- picture ------------------------------------------------------------------------------

    def draw(self):
        """Function over derivative; data and fit; the loss curve."""
        live = self.live
        grid = live.figure.add_gridspec(
            2,
            3,
            width_ratios=[1.2, 1, 1],
            left=0.045,
            right=0.976,
            bottom=0.135,
            top=0.92,
            wspace=0.18,
            hspace=0.27,
        )
        upper = live.figure.add_subplot(grid[0, 0])
        lower = live.figure.add_subplot(grid[1, 0])
        self._curves = CurvesPanel(live, upper, lower)
        ax = live.figure.add_subplot(grid[:, 1])
        ax.set(xlim=(-1.05, 1.05), ylim=(-1.7, 1.7), xlabel="x", title="What the network makes")
        few_ticks(ax)
        (points,) = ax.plot(self.X[:, 0], self.Y[:, 0], "o", ms=5, mfc=p.SKY, mec=p.PAPER, mew=0.5)
        (self._fit,) = ax.plot([], [], color=p.VERMILLION, lw=3)
        (self._next,) = ax.plot([], [], "--", color=p.GREEN, lw=2)
        live.animate(points, self._fit, self._next)
        ax.legend([self._fit, self._next], ["now", "next step"], loc="upper left", handlelength=2.4)
        self._grid = np.linspace(-1.05, 1.05, 211)[:, None]
        self._losses = LossPlot(live, live.figure.add_subplot(grid[:, 2]), first_steps=200)

    def update(self):
        """Draw the curves and where the network stands."""
        live = self.run.live
        shown = [self._activation(live)]
        other = self.controls["compare"].value
        if other != NONE:
            shown.append(self.choice.get(other, live["slope"]))
        with np.errstate(over="ignore", invalid="ignore"):
            self._curves.update(shown, self.controls["z"].value, self._scores())
            fits = self.net.predict(self._grid), self._next_fit()
        for line, fit in zip((self._fit, self._next), fits, strict=True):
            line.set_data(self._grid[:, 0], np.nan_to_num(fit[:, 0], posinf=1e9, neginf=-1e9))
        self._losses.update(self.run, self.earlier, now=self.loss_now(), label=self.label(self.run))

    def _next_fit(self):
        """What the network will make after the next step."""
        net = self.net
        with after_next_step(net, self.X, self.Y, self.run.live["learning_rate"]):
            return net.predict(self._grid)

    def _scores(self):
        """The z of the eight units, for all points."""
        return self.net.layers[0].scores(self.X)

    def _at_z(self):
        """Value and slope at the chosen z."""
        activation, z = self._activation(self.run.live), np.array([self.controls["z"].value])
        with np.errstate(over="ignore", invalid="ignore"):
            value = np.asarray(activation.f(z), dtype=float)
            slope = np.asarray(activation.df(z, value), dtype=float)
        # the digits that a numerical derivative has, too
        return number(round(float(value[0]), 7)), number(round(float(slope[0]), 7))

    def _flat(self):
        """The share of the network's slopes that are next to none."""
        activation = self._activation(self.run.live)
        with np.errstate(over="ignore", invalid="ignore"):
            Z = self._scores()
            slopes = np.abs(activation.df(Z, activation.f(Z)))
        return f"{100 * np.mean(slopes < FLAT):.0f} %"

    def readout(self):
        """Value and slope at z, and how much of the network is flat."""
        value, slope = self._at_z()
        z = number(self.controls["z"].value)
        return [
            *super().readout(),
            (f"f({z})", value),
            (f"f'({z})", slope),
            (f"Slopes below {FLAT}", self._flat()),
        ]

    def _called(self, settings):
        name = settings["activation"]
        slope = f" {number(settings['slope'])}" if name == "leaky_relu" else ""
        return f"{name}{slope}"

    def label(self, run):
        """An earlier run is told by its functions and its rate."""
        said = changes(run, ("activation", "slope"), self._called)
        names = " → ".join(name for _, name in said[-2:])
        return f"{names}, rate {number(run.live['learning_rate'])}"

    def describe(self):
        """Value and slope where one looks, and how the network does with it."""
        live, run = self.run.live, self.run
        value, slope = self._at_z()
        name = self._called(live)
        said = f"{name} at z = {number(self.controls['z'].value)} is {value}, its slope {slope}"
        if other := self.choice.remark(live["activation"]):
            said += f" ({other})"
        if self.controls["compare"].value != NONE:
            said += f"; dashed: {self.controls['compare'].value}"
        said += f". In a network of {HIDDEN} units, {self._flat()} of the slopes are below {FLAT}"
        if run.steps:
            losses, loss = run.history.column("loss"), loss_of(self.net, self.X, self.Y)
            losses = losses if self._is_over(loss) else np.append(losses, loss)
            return f"{said}; {trend(losses, run.steps)}"
        return f"{said}; the loss is {number(self.loss_now())}"

    def write_code(self):
        """The run as plain mlplib."""
        run = self.run
        define, rate = schedule(run.schedule("learning_rate"))
        used = changes(
            run,
            ("activation", "slope"),
            lambda now: self.choice.code(now["activation"], now["slope"]),
        )
        return program(
            "import numpy as np\n\nimport mlplib\nfrom mlplib.datasets import noisy_sine",
            define,
            self.choice.define([expression for _, expression in used]),
            f"""
            sine = noisy_sine(60, noise=0.1, rng=np.random.default_rng(0))
            X, Y = sine.X, sine.y[:, None]
            rng = np.random.default_rng({run.settings["seed"]})
            net = mlplib.MLP([1, {HIDDEN}, 1], {used[0][1]}, init="he", rng=rng)
            """,
            training_code(used, f"mlplib.GradientDescent({rate})", run.steps),
            self.loss_code(),
        )
