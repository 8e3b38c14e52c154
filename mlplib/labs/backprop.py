"""Backpropagation by the operation: one example through a 2-2-1 network, forward and back.

Source: A1, A6, C1, C2, D1, D5, D6, E1. A click is one operation: a sum, an activation, the loss,
then the same way back, and at last the update. Each formula stands there with its numbers plugged
in, and each number is read from the network.
"""

import math

import numpy as np

from mlplib._errors import check_array, check_number, value_error
from mlplib._words import number, trend
from mlplib.labs._activation_choice import ActivationChoice, changes
from mlplib.labs._backprop_picture import BackpropPicture
from mlplib.labs._backprop_round import N_OPERATIONS, Round, operations
from mlplib.labs._code import program, schedule
from mlplib.labs._controls import Choice, Slider
from mlplib.labs._history import spikes
from mlplib.labs._lab import Lab, Preset
from mlplib.losses import binary_cross_entropy, half_sse, mse
from mlplib.network import MLP
from mlplib.optimizers import GradientDescent
from mlplib.training import Record

OUTPUTS = {  # the output's activation, and the loss of what comes out of it
    "sigmoid, cross-entropy": ("sigmoid", binary_cross_entropy),
    "sigmoid, ½ squared error": ("sigmoid", half_sse),
    "identity, squared error": ("identity", mse),
}
EXAMPLES = {f"({a}, {b}) → {a ^ b}": ((a, b), a ^ b) for a in (0, 1) for b in (0, 1)}
OWN = "your own"
STARTS = ("random", "all equal", "large", "zeros")


def _preset(comment, **settings):
    usual = {
        "activation": "tanh",
        "output": "sigmoid, cross-entropy",
        "example": "(1, 1) → 0",
        "weights": "random",
        "learning_rate": 0.5,
    }
    return Preset(usual | settings, comment)


class BackpropLab(Lab):
    """A 2-2-1 network, one example, and one operation at a time.

    Parameters
    ----------
    x : sequence of two numbers, and y : number, optional
        An example of your own; default: the four of exclusive or. With cross-entropy, y is 0 or 1
        or between.
    activation : str, callable, pair of callables or Activation, optional
        Of the hidden units: a name, or a function of your own.
    **options
        Those of `Lab`: `preset`, `hide`, `seed`, and settings by name (`output`, `example`,
        `weights`, `learning_rate`).

    Attributes
    ----------
    round : Round
        The numbers of the present round.
    round_number : int
        1, 2, ...
    """

    NAME = "backpropagation"
    SIZE = (1160, 452)
    SCALE = 1.25  # nearly all is text, which compresses badly
    SPEED = 3
    KEEP = 1
    PRESETS = {  # noqa: RUF012 - a table of the class, never changed
        "tanh, then sigmoid": _preset(
            "Forward to the loss, and the same way back: nothing moves before the last operation."
        ),
        "sigmoids": _preset(
            "The lecture's two-layer network: each sigmoid on the way back takes a factor of 1/4"
            " or less.",
            activation="sigmoid",
            output="sigmoid, ½ squared error",
        ),
        "regression": _preset(
            "Without an activation at the output its slope is 1, and dz is dŷ.",
            output="identity, squared error",
            learning_rate=0.1,
        ),
        "nothing comes in": _preset(
            "Both inputs are 0, so the first weights have slope 0: only what is fed can learn.",
            example="(0, 0) → 0",
        ),
        "all equal": _preset(
            "Equal weights get equal slopes: the two hidden units stay twins for ever.",
            weights="all equal",
        ),
        "saturated": _preset(
            "Large sums, flat sigmoids: the slopes f′(z) are next to 0, and so is what comes back.",
            activation="sigmoid",
            weights="large",
        ),
        "zeros": _preset(
            "With v = 0 nothing comes back to the hidden units, and with a = 0 nothing reaches v.",
            weights="zeros",
        ),
    }

    def __init__(self, x=None, y=None, *, activation=None, **options):
        where = type(self).__name__
        self._own = _check_example(where, x, y)
        self.choice = ActivationChoice(where, own=activation)
        if self.choice.first is not None:
            options = {"activation": self.choice.first} | options
        if self._own is not None:
            options = {"example": OWN} | options
        super().__init__(**options)

    # ---- controls -> stream -------------------------------------------------------------------

    def make_controls(self):
        """Activation, output, example, weights, rate."""
        own = () if self._own is None else (OWN,)
        return (
            Choice(
                "activation",
                "Activation, hidden",
                self.choice.options,
                "tanh",
                effect="live",
                tooltip="Of the two hidden units; can be changed while it runs",
            ),
            Choice(
                "output",
                "Output and loss",
                tuple(OUTPUTS),
                "sigmoid, cross-entropy",
                tooltip="The output's activation, and the loss of what comes out",
            ),
            Choice(
                "example",
                "Example",
                (*own, *EXAMPLES),
                OWN if own else "(1, 1) → 0",
                tooltip="Inputs and target",
            ),
            Choice(
                "weights",
                "First weights",
                STARTS,
                "random",
                tooltip="Where it starts; New start draws other random ones",
            ),
            Slider(
                "learning_rate",
                "Learning rate η",
                0.002,
                10.0,
                0.5,
                log=True,
                effect="live",
                tooltip="How far the update goes; can be changed while it runs",
            ),
        )

    def start(self, run):
        """The network at its first weights; then one operation a step."""
        output, self.criterion = OUTPUTS[run.settings["output"]]
        activation = self.choice.get(run.settings["activation"])
        self.net = MLP([2, 2, 1], activation, output, rng=np.random.default_rng(0))
        self.net.theta = _first_weights(run)
        x, y = self._own if run.settings["example"] == OWN else EXAMPLES[run.settings["example"]]
        self.X, self.Y = np.array([x], dtype=float), np.array([[y]], dtype=float)
        self._look()
        return self._operations(run)

    def _look(self):
        """Have the network go forward and back, without an update."""
        self.round = Round(self.net, self.X, self.Y, self.criterion)

    def _operations(self, run):
        """The stream: a record for each operation; the last one of a round moves the network."""
        optimizer = GradientDescent(run.reader("learning_rate"))
        step, sound = 0, True
        while sound:
            self._look()  # each time, for the activation may have been changed
            sound, lr = self.round.sound, optimizer.lr_at(step)
            if sound and step % N_OPERATIONS == N_OPERATIONS - 1:
                optimizer.update(self.net.theta, self.net.grad, {"step": step})
                self.round.note_update(self.net, lr)
            step += 1
            number_ = (step - 1) // N_OPERATIONS + 1
            yield Record(step, number_, self.round.loss, lr, self.round.grad_norm, math.nan)

    def apply(self, name, value):
        """Give the hidden units another activation, with which the round is gone through anew."""
        if name == "activation":
            self.net.layers[0].activation = self.choice.get(value)
            if self.done < N_OPERATIONS:
                self._look()

    def loss_now(self):
        """The loss of the example at the weights as they are."""
        if self.run.outcome == "diverged":
            return self.run.history[-1].loss
        with np.errstate(all="ignore"):
            return self.criterion.f(self.net.predict(self.X), self.Y)[0]

    @property
    def done(self):
        """Operations of the present round that are done: 0 before the first step only."""
        steps = self.run.steps
        return (steps - 1) % N_OPERATIONS + 1 if steps else 0

    @property
    def round_number(self):
        """The present round: 1, 2, ..."""
        return max(self.run.steps - 1, 0) // N_OPERATIONS + 1

    @property
    def operations(self):
        """The operations of a round, with the present activations."""
        output = self.net.layers[1].activation.name
        return operations(self.net.layers[0].activation.name, output, self.criterion.name)

    # ---- picture ------------------------------------------------------------------------------

    def draw(self):
        """The network with its numbers, the losses, the list of operations."""
        self._picture = BackpropPicture(self.live)

    def update(self):
        """Show the round as far as it has got."""
        self._picture.update(self, self.operations, self.done)

    def curve(self, run, points=400):
        """The loss of each round, at the round's last step so far."""
        if not run.steps:
            return np.empty(0), np.empty(0)
        rounds, losses = run.history.column("epoch"), run.history.column("loss")
        last = np.append(np.flatnonzero(np.diff(rounds)), len(rounds) - 1)
        kept = last[spikes(losses[last], points)]
        return rounds[kept], losses[kept]

    def readout(self):
        """Where in which round, and the loss."""
        loss = ("Loss", number(self.loss_now()))
        done = f"{self.done} of {N_OPERATIONS}"
        return [("Round", f"{self.round_number:,}".replace(",", " ")), ("Operation", done), loss]

    def label(self, run):
        """A run is told by its activation and its rates."""
        rates = " → ".join(number(v) for _, v in run.schedule("learning_rate")[-2:])
        return f"{run.live['activation']}, rate {rates}"

    def describe(self):
        """The operation with its numbers, and how the rounds went."""
        run, done = self.run, self.done
        said = "a network with two inputs, two hidden units and one output, and one example"
        if not done:
            return f"{said}; its loss is {number(self.loss_now())}, and nothing is computed yet"
        operation = self.operations[done - 1]
        said = (
            f"round {self.round_number}, operation {done} of {N_OPERATIONS}, {operation.phase}:"
            f" {operation.plugged_in(self.round.value)} ({operation.ids.replace(' ', ', ')})."
            f" {operation.said(self.round.value)}"
        )
        if self.round_number > 1:
            said += f" Round by round, {trend(self.curve(run, 10**9)[1], run.steps)}"
        return said

    # ---- code ---------------------------------------------------------------------------------

    def write_code(self):
        """The run as plain mlplib."""
        run, s, steps = self.run, self.run.settings, self.run.steps
        define, rate = schedule(run.schedule("learning_rate"))
        output, _ = OUTPUTS[s["output"]]
        turns = changes(run, ["activation"], lambda now: self.choice.code(now["activation"]))
        used = " ".join(code for _, code in turns)
        loop = [f"for step in range({steps}):  # one operation a step, {N_OPERATIONS} a round"]
        others = {step: code for step, code in turns[1:] if step < steps}
        if others:
            table = ", ".join(f"{step}: {code}" for step, code in others.items())
            loop.insert(0, f"others = {{{table}}}  # from these steps on, another activation")
            loop += [
                "    if step in others:",
                "        net.layers[0].activation = mlplib.get_activation(others[step])",
            ]
        loop.append(
            f"""\
    value, dY = mlplib.{self.criterion.name}.f(net.forward(X), Y)
    net.backward(dY)
    if step % {N_OPERATIONS} == {N_OPERATIONS - 1}:  # the last one: the update
        optimizer.update(net.theta, net.grad, {{"step": step}})
    norm, lr = np.sqrt(np.dot(net.grad, net.grad)), optimizer.lr_at(step)
    history.append(mlplib.Record(step + 1, step // {N_OPERATIONS} + 1, value, lr, norm, np.nan))"""
        )
        for step, code in turns[1:]:
            if step >= steps:
                loop.append(f"net.layers[0].activation = mlplib.get_activation({code})")
        if run.outcome == "diverged":
            loop.insert(0, 'np.seterr(all="ignore")  # it diverges')
        return program(
            "import numpy as np\n\nimport mlplib",
            define,
            self.choice.define(used),
            f"""
            net = mlplib.MLP([2, 2, 1], {turns[0][1]}, {output!r}, rng=np.random.default_rng(0))
            # w11, w12, w21, w22, b1, b2, v1, v2, c
            net.theta = {_first_weights(run)}
            X, Y = np.array({self.X.tolist()}), np.array({self.Y.tolist()})
            optimizer = mlplib.GradientDescent({rate})
            history = []
            """,
            "\n".join(loop),
            self.loss_code(),
        )

    def loss_code(self):
        """The loss of the example."""
        if self.run.outcome == "diverged":
            return super().loss_code()
        line = f"loss = mlplib.{self.criterion.name}.value(net.predict(X), Y)"
        return line + '\nprint(f"loss {loss:.6g} after {len(history)} steps")'


def _first_weights(run):
    """Short numbers, so that what is computed from them can be followed by hand."""
    start = run.settings["weights"]
    if start == "zeros":
        return [0.0] * 9
    if start == "all equal":
        return [0.5] * 4 + [0.0] * 2 + [0.5] * 2 + [0.0]
    if start == "large":
        return [6.0, -5.0, 4.0, -6.0, 1.0, -1.0, 5.0, -4.0, 2.0]
    return (run.rng().integers(-9, 10, 9) / 10).tolist()


def _check_example(where, x, y):
    """The student's own example as ((x1, x2), y), or None."""
    if x is None and y is None:
        return None
    if x is None or y is None:
        raise value_error(where, "x and y, or neither", "one of them", "Pass both.")
    x = check_array(where, "x", x, ndim=1)
    if len(x) != 2:
        raise value_error(where, "x with two numbers", f"{len(x)}", "Try x=[0.5, -1].")
    return tuple(x.tolist()), check_number(where, "y", y, 0, 1)
