"""How a gradient gets through a deep network, or does not. Source: B7, E10.

On its way back the derivative of the loss is multiplied, at each layer, by the slopes of the
activation and by the weights. Where the product of the two is below one it vanishes, above one it
explodes; where all slopes are zero it ends. What decides is the activation, the size of the first
weights, and the number of layers: turn them, and see what arrives at the first layer.
"""

from functools import partial

import numpy as np

from mlplib import plotting as p
from mlplib._words import count, number, trend
from mlplib.datasets import noisy_sine
from mlplib.initializers import glorot, he, lecun, normal, zeros
from mlplib.labs._activation_choice import (
    ActivationChoice,
    changes,
    loss_code,
    loss_of,
    training_code,
)
from mlplib.labs._code import program, schedule
from mlplib.labs._controls import Choice, Slider
from mlplib.labs._flow import Flow, times
from mlplib.labs._gradient_flow_picture import DeadPanel, GradientPanel, SpreadPanel, plain
from mlplib.labs._lab import Lab, Preset
from mlplib.labs._losses import LossPlot
from mlplib.losses import mse
from mlplib.network import MLP
from mlplib.optimizers import GradientDescent
from mlplib.training import train

NAMES = ("sigmoid", "tanh", "relu", "leaky_relu", "elu", "gelu", "identity")
SMALL, LARGE = 0.05, 1.0  # standard deviations of the two that look at no layer's size
INITS = {  # the initializer, and what the printed program calls it
    "zeros": (zeros, '"zeros"'),
    "small normal": (partial(normal, scale=SMALL), f"partial(normal, scale={SMALL})"),
    "LeCun": (lecun, '"lecun"'),
    "Glorot": (glorot, '"glorot"'),
    "He": (he, '"he"'),
    "large normal": (partial(normal, scale=LARGE), f"partial(normal, scale={LARGE})"),
}
WEIGHTS, SCORES = "weights (dW)", "scores (dZ)"


def _preset(comment, **settings):
    return Preset({"width": 16.0, "shown": SCORES} | settings, comment)


class GradientFlowLab(Lab):
    """A deep network that fits a curve, with its gradient and its activations layer by layer.

    Parameters
    ----------
    activation : str, callable, pair of callables or Activation, optional
        One of the library's by name, or your own, as in `ActivationLab`.
    **options
        Those of `Lab`: `preset`, `hide`, `seed`, and settings by name (`init`, `depth`, `width`,
        `shown`, `learning_rate`).
    """

    NAME = "gradient flow"
    SIZE = (1000, 400)
    SPEED = 30
    PRESETS = {  # noqa: RUF012 - a table of the class, never changed
        "vanishing gradient": _preset(
            "Each sigmoid passes a quarter back at most: next to nothing arrives at layer 1.",
            activation="sigmoid",
            init="Glorot",
            depth=8.0,
            learning_rate=0.1,
        ),
        "ReLU and He": _preset(
            "Slope 1 where a unit is on, and weights that keep the size: all layers learn.",
            activation="relu",
            init="He",
            depth=8.0,
            learning_rate=0.02,
        ),
        "dying ReLUs": _preset(
            "Steps too long push units to where they are off for every example, and no gradient"
            " brings them back.",
            activation="relu",
            init="Glorot",
            depth=6.0,
            learning_rate=0.5,
        ),
        "all zeros": _preset(
            "Every gradient but that of the last bias is exactly zero, and stays so.",
            activation="tanh",
            init="zeros",
            depth=4.0,
            learning_rate=0.1,
            shown=WEIGHTS,
        ),
        "exploding": _preset(
            "Weights too large: forward the signal grows from layer to layer, backward the"
            " gradient; one step, and it is out of bounds.",
            activation="relu",
            init="large normal",
            depth=8.0,
            learning_rate=0.02,
        ),
    }

    def __init__(self, activation=None, **options):
        self.choice = ActivationChoice("GradientFlowLab", NAMES, activation)
        if self.choice.first is not None:
            options = {"activation": self.choice.first} | options
        super().__init__(**options)

    def make_controls(self):
        """What the network is made of, how it starts, how it steps, what is shown."""
        return (
            Choice(
                "activation",
                "Activation",
                self.choice.options,
                "tanh",
                effect="live",
                tooltip="Of all hidden layers; can be changed while they train",
            ),
            Slider(
                "learning_rate",
                "Learning rate",
                0.0005,
                2.0,
                0.05,
                log=True,
                effect="live",
                tooltip="How far a step goes; can be changed while it trains",
            ),
            Choice("init", "First weights", tuple(INITS), "Glorot", tooltip="How large they are"),
            Slider("depth", "Hidden layers", 1, 12, 6, step=1, tooltip="Layers with an activation"),
            Slider("width", "Units", 4, 32, 16, step=4, unit="a layer", tooltip="In each of them"),
            Choice(
                "shown",
                "Gradient of the",
                (SCORES, WEIGHTS),
                SCORES,
                effect="view",
                tooltip="With respect to what the derivatives are: the weights, or the z",
            ),
        )

    # ---- controls -> stream -------------------------------------------------------------------

    def start(self, run):
        """A network as deep and wide as asked for, on 60 points of a sine."""
        sine = noisy_sine(60, noise=0.1, rng=np.random.default_rng(0))
        self.X, self.Y = 2 * sine.X, sine.y[:, None]
        setting = run.settings
        self.net = MLP(
            [1, *[int(setting["width"])] * int(setting["depth"]), 1],
            self.choice.get(setting["activation"]),
            init=INITS[setting["init"]][0],
            rng=run.rng(),
        )
        self._first = Flow.of(self.net, self.X, self.Y, 0.0)
        return train(self.net, self.X, self.Y, mse, GradientDescent(run.reader("learning_rate")))

    def apply(self, name, value):
        """Give the hidden layers their new function."""
        if name == "activation":
            for layer in self.net.layers[:-1]:
                layer.activation = self.choice.get(value)

    def loss_now(self):
        """The loss at the weights as they are, while that is a number."""
        loss = loss_of(self.net, self.X, self.Y)
        return self.run.history[-1].loss if self._is_over(loss) else loss

    def _is_over(self, loss):
        return self.run.steps and (self.run.outcome == "diverged" or not np.isfinite(loss))

    def loss_code(self):
        """The last lines of the program."""
        return loss_code(self._is_over(loss_of(self.net, self.X, self.Y)))

    @property
    def flow(self):
        """What goes through the layers at the weights as they are, and the loss after a step."""
        return Flow.of(self.net, self.X, self.Y, self.run.live["learning_rate"])

    # ---- picture ------------------------------------------------------------------------------

    def draw(self):
        """Gradients by layer; activations by layer over dead units by layer; the loss curve."""
        live = self.live
        grid = live.figure.add_gridspec(
            2,
            3,
            width_ratios=[1.15, 1, 1],
            height_ratios=[2, 1],
            left=0.065,
            right=0.976,
            bottom=0.135,
            top=0.93,
            wspace=0.25,
            hspace=0.25,
        )
        left = live.figure.add_subplot(grid[:, 0])
        box = left.get_position()  # lower by a line, for the legend
        left.set_position([box.x0, box.y0, box.width, box.height - 0.09])
        self._gradients = GradientPanel(live, left)
        self._spread = SpreadPanel(live, live.figure.add_subplot(grid[0, 1]))
        self._dead = DeadPanel(live, live.figure.add_subplot(grid[1, 1]))
        self._losses = LossPlot(live, live.figure.add_subplot(grid[:, 2]), first_steps=100)
        self._losses.ax.yaxis.set_major_formatter(plain)
        (self._landing,) = self._losses.ax.plot([], [], "D", ms=8, mfc=p.PAPER, mec=p.GREEN, mew=2)
        live.animate(self._landing)

    def update(self):
        """Draw what goes through the layers."""
        run, now = self.run, self.flow
        weights = self.controls["shown"].value == WEIGHTS
        sizes = [f.dW if weights else f.dZ for f in (now, self._first)]
        self._gradients.update(*sizes, "weights" if weights else "scores")
        self._spread.update(now.quantiles, self.choice.get(run.live["activation"]).range)
        self._dead.update(now.dead)
        self._losses.update(run, self.earlier, now=self.loss_now(), label=self.label(run))
        self._landing.set_data([run.steps + 1], [np.nan_to_num(now.next_loss, posinf=1e300)])

    def _size(self, now):
        return now.dW if self.controls["shown"].value == WEIGHTS else now.dZ

    def readout(self):
        """The gradient at the first and the last layer, and the dead units."""
        now = self.flow
        size = self._size(now)
        return [
            *super().readout(),
            ("Gradient, layer 1", number(size[0])),
            ("last layer", number(size[-1])),
            ("Dead units", f"{100 * np.mean(now.dead):.0f} %"),
        ]

    def label(self, run):
        """An earlier run is told by what the network is made of, and by its rate."""
        names = [name for _, name in changes(run, ("activation",), lambda now: now["activation"])]
        return (
            f"{run.settings['depth']:.0f} × {' → '.join(names[-2:])}, {run.settings['init']},"
            f" rate {number(run.live['learning_rate'])}"
        )

    def describe(self):
        """What arrives at the first layer, what is dead, how the loss goes."""
        now, run = self.flow, self.run
        size = self._size(now)
        what = "weights" if self.controls["shown"].value == WEIGHTS else "scores z"
        said = f"{count(len(now.dead), 'hidden layer')}; the gradient of the {what} is"
        if np.isfinite([*size, *now.spread]).all():
            said += f" {number(size[-1])} at the last layer and {number(size[0])} at the first"
            if min(size[0], size[-1]) > 0:
                said += f", {times(size[0] / size[-1])}"
            said += (
                f"; the activations' spread is {number(now.spread[0])} in the first layer and"
                f" {number(now.spread[-1])} in the last hidden one"
            )
        else:
            said += " past all numbers"
        said += f"; {100 * np.mean(now.dead):.0f} % of the units are dead"
        if other := self.choice.remark(run.live["activation"]):
            said += f" ({other})"
        if run.steps:
            losses = run.history.column("loss")
            if not self._is_over(now.loss):
                losses = np.append(losses, now.loss)
            return f"{said}; {trend(losses, run.steps)}"
        return f"{said}; the loss is {number(self.loss_now())}"

    def write_code(self):
        """The run as plain mlplib."""
        run = self.run
        define, rate = schedule(run.schedule("learning_rate"))
        used = changes(run, ("activation",), lambda now: self.choice.code(now["activation"]))
        init = INITS[run.settings["init"]][1]
        partly = init.startswith("partial")
        width, depth = int(run.settings["width"]), int(run.settings["depth"])
        return program(
            ("from functools import partial\n\n" if partly else "")
            + "import numpy as np\n\nimport mlplib\nfrom mlplib.datasets import noisy_sine"
            + ("\nfrom mlplib.initializers import normal" if partly else ""),
            define,
            self.choice.define([expression for _, expression in used]),
            f"""
            sine = noisy_sine(60, noise=0.1, rng=np.random.default_rng(0))
            X, Y = 2 * sine.X, sine.y[:, None]
            net = mlplib.MLP(
                [1, *[{width}] * {depth}, 1],
                {used[0][1]},
                init={init},
                rng=np.random.default_rng({run.settings["seed"]}),
            )
            """,
            training_code(used, f"mlplib.GradientDescent({rate})", run.steps),
            self.loss_code(),
        )
