"""The playground: a network in the plane, with everything that it does in sight.

Source: A6, A8, B6, B7, E10, E11. What TensorFlow's Playground shows, and what its users go on
asking it for: a replay from the same initial weights, numbers on the weights, another activation
for each layer while it trains, earlier runs to compare with, and the lines of code that do the
same.
"""

import numpy as np

from mlplib._words import number, trend
from mlplib.labs._activation_choice import ActivationChoice
from mlplib.labs._lab import Lab
from mlplib.labs._playground_code import write
from mlplib.labs._playground_controls import HIDDEN, LOSSES, OPTIMIZERS, make_controls
from mlplib.labs._playground_data import OWN, check_own, make_points
from mlplib.labs._playground_picture import PlaygroundPicture
from mlplib.labs._playground_presets import PRESETS
from mlplib.network import MLP
from mlplib.training import train

RIGHT = 0.5  # the output from which on class 1 is said


class PlaygroundLab(Lab):
    """A network on points in the plane: its map, its weights, what each unit sees, its losses.

    Parameters
    ----------
    data : tuple (X, y), optional
        Points of your own, X (m, 2) and y (m,) with classes 0 and 1; a third is held out.
    activation : str, Activation or callable, optional
        A name, or a function of your own: it joins the choices, for each hidden layer. Of a bare
        function the derivative is measured.
    **options
        Those of `Lab`: `preset`, `hide`, `seed`, and settings by name (`dataset`, `noise`,
        `features`, `hidden`, `init`, `activation`, `activation_2`, `loss`, `optimizer`,
        `learning_rate`, `batch`, `numbers`, `validation`).
    """

    NAME = "playground"
    SIZE = (1160, 400)
    SPEED = 100
    KEEP = 3
    PRESETS = PRESETS
    VALIDATE_EVERY = 5  # updates

    def __init__(self, data=None, *, activation=None, **options):
        where = type(self).__name__
        self._own_points = None if data is None else check_own(where, data)
        self.choice = ActivationChoice(where, own=activation)
        if self.choice.first is not None:
            options = {"activation": self.choice.first} | options
            if self.choice.own is not None:
                options = {"activation_2": self.choice.first} | options
        if self._own_points is not None:
            options = {"dataset": OWN, "noise": 0.0} | options
        super().__init__(**options)

    # ---- controls -> stream -------------------------------------------------------------------

    def make_controls(self):
        """The library's data and activations, and the student's own first."""
        return make_controls(self.choice.options, self._own_points is not None)

    def start(self, run):
        """The points, which no seed changes, and a network that is drawn from it."""
        s = run.settings
        self.points = make_points(s["dataset"], s["noise"], s["features"], self._own_points)
        X, Y = self.points.train
        loss, output = LOSSES[s["loss"]]
        rng = run.rng()
        self.net = MLP(
            [X.shape[1], *HIDDEN[s["hidden"]], 1],
            [self.choice.get(name) for name in self.names_of_layers(s)],
            output,
            rng=rng,
            init=s["init"],
        )
        return train(
            self.net,
            X,
            Y,
            loss,
            OPTIMIZERS[s["optimizer"]](run.reader("learning_rate")),
            rng=rng,
            batch_size=self.batch_size(s),
            validation=self.points.validation,
            validate_every=self.VALIDATE_EVERY,
        )

    def apply(self, name, value):
        """Give the network another activation from here on."""
        if name != "learning_rate":
            for i in self.layers_of(name):
                self.net.layers[i].activation = self.choice.get(value)

    def loss_now(self):
        """The loss over all points trained on, at the weights as they are."""
        if self.run.outcome == "diverged":
            return self.run.history[-1].loss
        return self._now[0]

    def _measure(self, pair):
        """Loss of the network as it is, and share of the points whose class it says."""
        X, Y = pair
        with np.errstate(all="ignore"):
            S = self.net.predict(X)
            loss = LOSSES[self.run.settings["loss"]][0].f(S, Y)[0]
            return loss, float(np.mean((self.output.f(S) >= RIGHT) == (Y >= RIGHT)))

    @property
    def output(self):
        """What turns the network's output into the probability of class 1."""
        return LOSSES[self.run.settings["loss"]][0].output

    def names_of_layers(self, settings):
        """Name of the activation of each hidden layer."""
        n = len(HIDDEN[settings["hidden"]])
        return [settings["activation"], *[settings["activation_2"]] * (n - 1)][:n]

    def layers_of(self, name):
        """Indices of the layers that a control of an activation belongs to."""
        n = len(HIDDEN[self.run.settings["hidden"]])
        return range(min(n, 1)) if name == "activation" else range(1, n)

    def batch_size(self, settings):
        """Points of each step."""
        n = self.points.n_train
        return n if settings["batch"] == "all" else min(int(settings["batch"]), n)

    # ---- picture ------------------------------------------------------------------------------

    def draw(self):
        """The network, the map with the points, the losses."""
        self._picture = PlaygroundPicture(self.live)

    def update(self):
        """Set the artists' data from the run."""
        self._now = self._measure(self.points.train)
        self._validated = self.points.validation and self._measure(self.points.validation)
        self._picture.update(self)

    def readout(self):
        """The losses, and how many points are right."""
        numbers = super().readout()
        if self._validated:
            numbers.append(("Validation loss", number(self._validated[0])))
        return [*numbers, ("Right", f"{100 * self._now[1]:.0f} %")]

    def label(self, run):
        """A run is told by its network and its rates."""
        rates = " → ".join(number(v) for _, v in run.schedule("learning_rate")[-2:])
        hidden = run.settings["hidden"]
        names = list(dict.fromkeys(self.names_of_layers(run.live)))
        return f"{' '.join([hidden, *names])}, rate {rates}" if names else f"no layer, rate {rates}"

    def describe(self):
        """The data, the network, how far it got, and what is odd about it."""
        run, points = self.run, self.points
        data = run.settings["dataset"]
        said = (
            f"{points.n_train} points of {data if data != OWN else 'your own'} and a network"
            f" {'-'.join(map(str, self.net.sizes))}; "
        )
        loss = self.loss_now()
        if run.steps:
            losses = [*run.history.column("loss"), loss]
            said += trend(losses, run.steps)
        else:
            said += f"its loss is {number(loss)} before the first step"
        said += f". It is right about {100 * self._now[1]:.0f} % of the points"
        if self._validated:
            loss, right = self._validated
            said += f", and {100 * right:.0f} % of the validation points, with loss {number(loss)}"
        remarks = {self.choice.remark(name) for name in self.names_of_layers(run.live)} - {""}
        return said + self._oddities() + "".join(f". Note: {remark}" for remark in remarks)

    def _oddities(self):
        """Units that have stopped working, and layers whose units are all alike."""
        said, A = "", self.points.train[0]
        still = units = 0
        alike = []
        with np.errstate(all="ignore"):
            for i, layer in enumerate(self.net.layers[:-1], start=1):
                A = layer._predict(A)
                units += layer.n_out
                still += int((np.ptp(A, axis=0) == 0).sum())
                if layer.n_out > 1 and (A == A[:, :1]).all():
                    alike.append(i)
        if still:
            said += f". {still} of the {units} hidden units say the same of every point"
        if alike:
            which = " and ".join(map(str, alike))
            said += f". All units of hidden layer {which} are alike"
        return said

    # ---- code ---------------------------------------------------------------------------------

    def write_code(self):
        """The run as plain mlplib."""
        return write(self)

    def loss_code(self):
        """The loss over all points."""
        if self.run.outcome == "diverged":
            return super().loss_code()
        name = LOSSES[self.run.settings["loss"]][0].name
        line = f"loss = mlplib.{name}.value(net.predict(X), Y)"
        return line + '\nprint(f"loss {loss:.6g} after {len(history)} steps")'
