"""Overfitting, and what helps: penalties, dropout, stopping early, more data. Source: F1 to F4.

A network with more weights than there are points learns their noise by heart: the training loss
goes on falling while the validation loss, which it never sees, turns and rises. Beside the two
losses stands what the network has learnt, and its weights as a histogram: L2 makes all of them
small, L1 most of them exactly zero.

Both losses are shown without the penalty and without dropout, or they could not be compared.
"""

import copy

import numpy as np

from mlplib import plotting as p
from mlplib._words import count, number, trend
from mlplib.activations import get_activation
from mlplib.labs._code import program, schedule
from mlplib.labs._controls import Choice, Slider, Toggle
from mlplib.labs._lab import Lab, Preset
from mlplib.labs._losses import LossPlot
from mlplib.labs._regularization_data import (
    KNOWN,
    PENALTIES,
    TASKS,
    check_shrink,
    make_penalty,
    task,
)
from mlplib.labs._regularization_picture import CurvePanel, MapPanel, WeightsPanel
from mlplib.network import MLP
from mlplib.optimizers import DampedMomentum
from mlplib.stopping import early_stopping
from mlplib.training import train

ACTIVATIONS = ("tanh", "relu", "sigmoid", "gelu")
WORSE = 1.15  # times its least value: a validation loss that has risen


def _preset(comment, **settings):
    usual = {
        "task": "noisy sine",
        "n_train": 16,
        "width": 30,
        "activation": "tanh",
        "penalty": "none",
        "strength": 0.003,
        "drop_rate": 0.0,
        "early_stopping": False,
        "patience": 300,
        "learning_rate": 0.3,
    }
    return Preset(usual | settings, comment)


class RegularizationLab(Lab):
    """A network that overfits noisy data, and five ways to keep it from that.

    Parameters
    ----------
    shrink : callable, optional
        A soft threshold of your own, `shrink(W, t)`: L1 then makes its zeros with it.
    **options
        Those of `Lab`: `preset`, `hide`, `seed`, and settings by name (`task`, `n_train`,
        `width`, `activation`, `penalty`, `strength`, `drop_rate`, `early_stopping`, `patience`,
        `learning_rate`).
    """

    NAME = "regularization"
    EXTRAS = ("train_loss",)
    SIZE = (1000, 370)
    SPEED = 300
    CONTROLS = (
        Choice(
            "task", "Task", tuple(TASKS), "noisy sine", tooltip="A curve to fit, or two classes"
        ),
        Slider(
            "n_train",
            "Training points",
            8,
            KNOWN,
            16,
            log=True,
            tooltip="How many points training sees; the validation points are 300 others",
        ),
        Slider("width", "Units a layer", 2, 60, 30, step=2, tooltip="Of both hidden layers"),
        Choice(
            "activation",
            "Activation",
            ACTIVATIONS,
            "tanh",
            effect="live",
            tooltip="Of the hidden layers; can be changed while it trains",
        ),
        Choice("penalty", "Penalty", tuple(PENALTIES), "none", tooltip="A price on large weights"),
        Slider(
            "strength",
            "Strength",
            1e-5,
            0.1,
            0.003,
            log=True,
            tooltip="Price of each |w| (L1), of each w squared (L2), half of both (elastic net)",
        ),
        Slider(
            "drop_rate",
            "Dropout",
            0.0,
            0.8,
            0.0,
            step=0.05,
            tooltip="Probability that a hidden unit is left out of a step",
        ),
        Toggle(
            "early_stopping",
            "Stop early",
            effect="restart",
            tooltip="Stop when the validation loss has had no new best for so many steps,"
            " and take the best weights back",
        ),
        Slider(
            "patience",
            "Patience",
            10,
            1000,
            300,
            unit="steps",
            log=True,
            tooltip="How long to wait for a new best",
        ),
        Slider(
            "learning_rate",
            "Learning rate",
            0.005,
            5.0,
            0.3,
            log=True,
            effect="live",
            tooltip="How far a step goes; can be changed while it trains",
        ),
    )
    PRESETS = {  # noqa: RUF012 - a table of the class, never changed
        "overfit": _preset(
            "The training loss goes on falling, and the validation loss turns and rises: what is"
            " learnt from here on is noise."
        ),
        "L2 smooths": _preset(
            "All weights stay small, none is exactly zero, and the curve is smooth.", penalty="L2"
        ),
        "L1 makes zeros": _preset(
            "Nearly all weights are exactly zero: the few that are left draw the same wave.",
            penalty="L1",
        ),
        "dropout": _preset(
            "Each step trains another part of the network: none can rely on a single unit.",
            drop_rate=0.1,
        ),
        "stop early": _preset(
            "It stops some time after the validation loss was least, and takes those weights back.",
            early_stopping=True,
        ),
        "more data": _preset(
            "The same network with 300 points: noise that differs from point to point cannot be"
            " learnt by heart.",
            n_train=300,
        ),
        "moons overfit": _preset(
            "Every training point is right, the wrongly labelled ones, too, and the validation"
            " loss rises to several times its least value.",
            task="noisy moons",
            n_train=40,
        ),
        "moons with L2": _preset(
            "The border no longer runs around single points.",
            task="noisy moons",
            n_train=40,
            penalty="L2",
            strength=0.006,
        ),
    }

    def __init__(self, shrink=None, **options):
        self._shrink = None if shrink is None else check_shrink(shrink)
        super().__init__(**options)

    # ---- controls -> stream -------------------------------------------------------------------

    def start(self, run):
        """A network with two hidden layers, on the first points of the task."""
        now = run.settings
        self.task = task(now["task"])
        self.X, self.Y = self.task.training(int(now["n_train"]))
        rng = run.rng()
        self.net = MLP(
            self._sizes(now), now["activation"], rng=rng, drop_rate=float(now["drop_rate"])
        )
        self._best_net = copy.deepcopy(self.net)
        self._best = np.inf, 0  # the least validation loss, and its step
        stream = train(
            self.net,
            self.X,
            self.Y,
            self.task.loss,
            DampedMomentum(run.reader("learning_rate")),
            rng=rng,
            penalty=make_penalty(now["penalty"], now["strength"], self._shrink),
            proximal=now["penalty"] in ("L1", "elastic net"),
            validation=self.task.validation,
            validate_every=1,
        )
        if now["early_stopping"]:
            stream = early_stopping(stream, self.net, patience=int(now["patience"]))
        return self._watched(stream)

    def _sizes(self, settings):
        width = int(settings["width"])
        return [self.task.X.shape[1], width, width, 1]

    def _watched(self, stream):
        """The stream, with a copy kept of the parameters of least validation loss."""
        for record in stream:
            if record.val_loss < self._best[0]:
                self._best = record.val_loss, record.step
                self._best_net.theta[...] = self.net.theta
            yield record

    def apply(self, name, value):
        """Another activation goes into the hidden layers as they are."""
        if name == "activation":
            for net in (self.net, self._best_net):
                for layer in net.layers[:-1]:
                    layer.activation = get_activation(value)

    def observe(self):
        """The training loss after each step, without penalty and dropout."""
        return (self._loss_of(self.X, self.Y),)

    def _loss_of(self, X, Y):
        with np.errstate(over="ignore", invalid="ignore"):
            return self.task.loss.f(self.net._predict(X), Y)[0]

    def loss_now(self):
        """The training loss at the weights as they are, without penalty and dropout."""
        if self.run.outcome == "diverged":
            return self.run.history[-1].loss
        return self._loss_of(self.X, self.Y)

    @property
    def weights(self):
        """All weights of the network, without the biases, (n,)."""
        return self.net.theta[self.net.is_weight]

    @property
    def zeros(self):
        """How many of the weights are exactly zero."""
        return int((self.weights == 0).sum())

    # ---- picture ------------------------------------------------------------------------------

    def draw(self):
        """Curve and map in one place, the two losses, the weights."""
        live = self.live
        left, middle, right = live.figure.subplots(1, 3, width_ratios=[1.3, 1.25, 1])
        live.figure.subplots_adjust(0.04, 0.15, 0.985, 0.91, wspace=0.33)
        self._curve = CurvePanel(live, left)
        self._map = MapPanel(live, live.figure.add_axes(left.get_position()))
        self._losses = LossPlot(
            live, middle, title="Loss without the penalty", first_steps=500, validation=True
        )
        (self._wait,) = middle.plot([], [], color=p.GREEN, lw=4, alpha=0.7, zorder=4)
        (self._least,) = middle.plot([], [], "D", ms=9, mfc=p.PAPER, mec=p.GREEN, mew=2.2, zorder=7)
        live.animate(self._wait, self._least)
        self._weights = WeightsPanel(live, right)

    def update(self):
        """Draw what the network has learnt."""
        run = self.run
        shown, other = self._curve, self._map
        if self.task.X.shape[1] == 2:
            shown, other = other, shown
        other.show(False)
        shown.show(True)
        least, at = self._best
        with np.errstate(over="ignore", invalid="ignore"):
            shown.update(self.net, self._best_net._predict if at else None, self.X, self.Y)
            self._weights.update(self.weights, self.zeros, self._settings())
        curve, now = None, self.loss_now()
        if run.steps:  # drawn one step to the right: here a loss is the one after its step
            steps, losses = run.history.curve("train_loss")
            curve, now = (steps + 1, losses), None
        alike = [old for old in self.earlier if old.label.startswith(self._of_task(run))]
        self._losses.update(run, alike, curve=curve, now=now, label="training")
        known = np.isfinite(least)
        self._least.set_data([at] if known else [], [least] if known else [])
        start = least if known else self._validation_now()
        waits = run.settings["early_stopping"]
        end = at + run.settings["patience"]
        self._wait.set_data([at, end] if waits else [], [start, start] if waits else [])

    def _settings(self):
        """Two lines: what is done against overfitting, and the rate."""
        words = ", ".join(_against_overfitting(self.run.settings)) or "no penalty"
        return [words, f"rate {number(self.run.live['learning_rate'])}"]

    def _validation_now(self):
        return self._loss_of(*self.task.validation)

    def curve(self, run, points=400):
        """The validation loss: what is kept of a run to compare with."""
        steps, losses = run.history.curve("val_loss", points)
        return steps + 1, losses

    def label(self, run):
        """An earlier run is told by what was done against overfitting."""
        now = run.settings
        words = _against_overfitting(now)
        if now["early_stopping"]:
            words.append("stopped early")
        words.append(f"{now['n_train']:.0f} points")
        return f"{self._of_task(run)}{', '.join(words[:2])}"

    def _of_task(self, run):
        """How the labels of this task begin: losses of another one are no comparison."""
        return f"val. {run.settings['task'].split()[-1]}, "

    def readout(self):
        """Both losses, and the zeros."""
        return [
            ("Step", f"{self.run.steps:,}".replace(",", " ")),
            ("Training loss", number(self.loss_now())),
            ("Validation loss", number(self._validation_now())),
            ("Weights exactly 0", f"{self.zeros} of {len(self.weights)}"),
        ]

    def describe(self):
        """What was learnt, how the two losses went, how many weights are zero."""
        run, least, at = self.run, *self._best
        sizes = "-".join(map(str, self.net.sizes))
        said = (
            f"{count(len(self.X), 'training point')}, {self.task.about}, and a {sizes} network"
            f" with {count(len(self.weights), 'weight')}"
        )
        if not run.steps:
            said += (
                f"; at the start the training loss is {number(self.loss_now())} and the"
                f" validation loss {number(self._validation_now())}"
            )
        else:
            said += f"; training {trend(run.history.column('train_loss'), run.steps)}"
            now = self._validation_now()
            said += f"; validation loss is {number(now)}"
            if run.outcome == "finished":
                said += (
                    f", its least: the weights of step {number(at)} are back, after"
                    f" {count(int(run.settings['patience']), 'step')} without a better one"
                )
            elif now > WORSE * least:
                said += f" and was {number(least)} at step {number(at)}: it overfits"
            elif np.isfinite(least):
                said += f", close to its least, {number(least)} at step {number(at)}"
        said += f"; {self.zeros} weights are exactly zero"
        return said

    # ---- code ---------------------------------------------------------------------------------

    def write_code(self):
        """The run as plain mlplib."""
        run = self.run
        now = run.settings
        define, rate = schedule(run.schedule("learning_rate"))
        dropout = f", drop_rate={now['drop_rate']!r}" if now["drop_rate"] else ""
        own, price = "", ""
        if now["penalty"] != "none":
            name = PENALTIES[now["penalty"]].__name__
            proximal = "" if now["penalty"] == "L2" else ", proximal=True"
            if now["penalty"] == "L1" and self._shrink is not None:
                name = "MyL1"
                own = f"""
                class MyL1(mlplib.L1):
                    def prox(self, W, lr):
                        return {self._shrink.__name__}(W, lr * self.gamma)  # your own
                """
            else:
                name = f"mlplib.{name}"
            price = f"penalty={name}({now['strength']!r}){proximal},"
        stop = ""
        if now["early_stopping"]:
            stop = f"stream = mlplib.early_stopping(stream, net, patience={int(now['patience'])})\n"
        make = f"""
        rng = np.random.default_rng({now["seed"]})
        net = mlplib.MLP({self._sizes(now)}, "{now["activation"]}", rng=rng{dropout})
        stream = mlplib.train(
            net, X, Y, mlplib.{self.task.loss.name}, mlplib.DampedMomentum({rate}),
            rng=rng, {price}
            validation=(X_val, Y_val), validate_every=1,
        )
        """
        return program(
            "from itertools import islice\n\nimport numpy as np\n\nimport mlplib\n"
            f"from mlplib.datasets import {self.task.imports}",
            define,
            own,
            self.task.code,
            self.task.split_code(len(self.X)),
            make.replace("rng=rng, \n", "rng=rng,\n"),
            stop + self._steps_code(),
            self.loss_code(),
        )

    def _steps_code(self):
        """Lines that make the run's steps, with the changes of the activation between them."""
        run, made, lines = self.run, 0, "history = []\n"
        for step, name, value in run.changes[: run._next_change]:
            if name != "activation":
                continue
            if step > made:
                lines += f"history += islice(stream, {step - made})\n"
            lines += f"for layer in net.layers[:-1]:\n    layer.activation = mlplib.{value}\n"
            made = step
        if run.outcome == "finished":
            return lines + "history += stream  # to its end, where the best weights come back\n"
        if run.steps > made:
            lines += f"history += islice(stream, {run.steps - made})\n"
        return lines

    def loss_code(self):
        """The last lines of a program: the training loss, without penalty and dropout."""
        if self.run.outcome == "diverged":
            return super().loss_code()
        return (
            f"loss = mlplib.{self.task.loss.name}.value(net.predict(X), Y)  # without the penalty\n"
            'print(f"loss {loss:.6g} after {len(history)} steps")'
        )


def _against_overfitting(settings):
    """Penalty and dropout in words; an empty list where there is neither."""
    words = []
    if settings["penalty"] != "none":
        words.append(f"{settings['penalty']} {number(settings['strength'])}")
    if settings["drop_rate"]:
        words.append(f"dropout {number(settings['drop_rate'])}")
    return words
