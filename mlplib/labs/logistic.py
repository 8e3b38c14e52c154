"""Logistic regression: one neuron that turns a score into a probability. A4, A7, B1, C2, C6, D3.

With one feature (the space shuttle's O-rings) the neuron is a curve, far out in the cold an
extrapolation; with two it is a map with a straight edge. Beside it stands the loss of each point
against its score: cross-entropy goes on rising where an answer is wrong and sure, the squared error
behind a sigmoid is flat there, and a neuron that starts on that plateau stays.
"""

import numpy as np

from mlplib import plotting as p
from mlplib._words import number, trend
from mlplib.activations import identity, sigmoid
from mlplib.labs._code import program, schedule
from mlplib.labs._controls import Choice, Slider
from mlplib.labs._lab import Lab, Preset
from mlplib.labs._logistic_data import CHALLENGER, DATA, KINDS, labelled, own_sigmoid
from mlplib.labs._logistic_picture import CurvePanel, LossPanel, MapPanel
from mlplib.labs._losses import LossPlot
from mlplib.losses import get_loss
from mlplib.network import MLP
from mlplib.optimizers import GradientDescent
from mlplib.training import train


def _preset(comment, **settings):
    usual = {"data": "O-rings", "loss": "cross-entropy", "start_w": 0.0, "start_b": 0.0}
    return Preset(usual | settings, comment)


class LogisticLab(Lab):
    """One neuron as a classifier, with the right loss and with two others.

    Parameters
    ----------
    sigmoid : callable, optional
        A sigmoid of your own, from scores to probabilities of the same shape: the network then
        ends in it, and its loss is taken of what it returns.
    **options
        Those of `Lab`: `preset`, `hide`, `seed`, and settings by name (`data`, `loss`,
        `learning_rate`, `start_w`, `start_b`, `threshold`).
    """

    NAME = "logistic"
    SIZE = (1000, 360)
    SPEED = 30
    CONTROLS = (
        Choice("data", "Data", DATA, "O-rings", tooltip="One feature, or two"),
        Choice("loss", "Loss", tuple(KINDS), "cross-entropy", tooltip="What training makes small"),
        Slider(
            "learning_rate",
            "Learning rate",
            0.01,
            15.0,
            0.5,
            log=True,
            effect="live",
            tooltip="How far a step goes; can be changed while it trains",
        ),
        Slider("start_w", "Start at w =", -10.0, 10.0, 0.0, step=0.5, tooltip="Every first weight"),
        Slider("start_b", "Start at b =", -10.0, 10.0, 0.0, step=0.5, tooltip="The first bias"),
        Slider(
            "threshold",
            "Threshold",
            0.05,
            0.95,
            0.5,
            step=0.01,
            effect="view",
            tooltip="From this probability on the answer is class 1; training knows nothing of it",
        ),
    )
    PRESETS = {  # noqa: RUF012 - a table of the class, never changed
        "from no opinion": _preset(
            "It starts with 50 % for every launch and bends towards the data.", learning_rate=0.5
        ),
        "MSE gets stuck": _preset(
            "Sure and wrong about most launches: there the squared error is flat, and no step gets"
            " far.",
            loss="MSE behind the sigmoid",
            learning_rate=1.0,
            start_w=8.0,
            start_b=8.0,
        ),
        "cross-entropy gets out": _preset(
            "The same bad start; here the wrong answers pull hardest.",
            learning_rate=1.0,
            start_w=8.0,
            start_b=8.0,
        ),
        "too large": _preset(
            "It jumps to and fro and never gets to the bottom, but the loss stays finite: it grows"
            " with the score, not with its square.",
            learning_rate=15.0,
        ),
        "no sigmoid": _preset(
            "A straight line through 0 and 1 can say more than 100 %.",
            loss="MSE, no sigmoid",
            learning_rate=0.1,
        ),
        "divergent": _preset(
            "Without a sigmoid the loss is a parabola again, and too large a rate diverges.",
            loss="MSE, no sigmoid",
            learning_rate=1.2,
        ),
        "a straight edge": _preset(
            "The best single neuron, and still wrong in the bends: its border is straight.",
            data="moons",
            learning_rate=2.0,
        ),
    }

    def __init__(self, sigmoid=None, **options):
        self._own = None if sigmoid is None else own_sigmoid(sigmoid)
        self._pictured = None  # the run that was drawn last
        super().__init__(**options)

    # ---- controls -> stream -------------------------------------------------------------------

    def start(self, run):
        """One neuron on the data, at the weights that the sliders say."""
        self.data, self.kind = labelled(run.settings["data"]), KINDS[run.settings["loss"]]
        n_in = self.data.X.shape[1]
        output, self._loss = self._parts()
        self.net = MLP([n_in, 1], output=output, rng=np.random.default_rng(0))
        self.net.theta = [run.settings["start_w"]] * n_in + [run.settings["start_b"]]
        rate = GradientDescent(run.reader("learning_rate"))
        return train(self.net, self.data.X, self.data.Y, self._loss, rate)

    def _parts(self):
        """The network's output activation, and the loss on it."""
        if not self.kind.squashes:
            return identity, get_loss(self.kind.chained)
        if self._own is None and self.kind.fused:
            return identity, get_loss(self.kind.fused)
        return self._own or sigmoid, get_loss(self.kind.chained)

    def new_start(self, rng):
        """Another weight and bias to start from, on the sliders' notches."""
        return {name: float(rng.integers(-20, 21)) / 2 for name in ("start_w", "start_b")}

    def loss_now(self):
        """The loss at the weights as they are."""
        if self.run.outcome == "diverged":
            return self.run.history[-1].loss
        return self._loss.value(self.net.predict(self.data.X), self.data.Y)

    @property
    def judge(self):
        """What the network says now, and will say after the next step."""
        layer = self.net.layers[0]
        squash = (self._own or sigmoid).f if self.kind.squashes else identity.f
        rate = self.run.live["learning_rate"]
        return Judge(layer.W[:, 0], layer.b[0], self.kind, squash, self.data, rate)

    # ---- picture ------------------------------------------------------------------------------

    def draw(self):
        """Curve and map in one place, the loss of each point, the loss curve."""
        live = self.live
        left, middle, right = live.figure.subplots(1, 3, width_ratios=[1.35, 1.1, 1])
        live.figure.subplots_adjust(0.055, 0.155, 0.98, 0.91, wspace=0.22)
        self._curve = CurvePanel(live, left)
        self._map = MapPanel(live, live.figure.add_axes(left.get_position()))
        self._points = LossPanel(live, middle)
        self._losses = LossPlot(live, right, title="Loss: their mean")

    def update(self):
        """Draw where the neuron stands."""
        data, run, judge = self.data, self.run, self.judge
        threshold, new = self.controls["threshold"].value, run is not self._pictured
        self._pictured = run
        shown, other = self._curve, self._map
        if data.X.shape[1] == 2:
            shown, other = other, shown
        if other.ax.get_visible() or not shown.ax.get_visible():
            shown.show(True)
            other.show(False)
        with np.errstate(over="ignore", invalid="ignore"), p.style():
            shown.update(data, judge, threshold)
            self._points.update(data, judge, threshold, new)
        self._losses.update(run, self.earlier, now=self.loss_now(), label=self.label(run))

    def readout(self):
        """The loss, the misses, and the answer for 31 °F."""
        m, missed = len(self.data.Y), self._missed()
        numbers = [*super().readout(), ("Missed", f"{missed} of {m}")]
        if self.data.X.shape[1] == 1:
            name = "P(damage at 31 °F)" if self.kind.squashes else "Output at 31 °F"
            numbers.append((name, self._at_31()))
        else:
            numbers.append(("Accuracy", f"{100 * (1 - missed / m):.1f} %"))
        return numbers

    def _missed(self):
        with np.errstate(over="ignore", invalid="ignore"):
            return int(self.judge.missed(self.controls["threshold"].value).sum())

    def _at_31(self):
        """The output at 31 °F, as a probability where it is one."""
        with np.errstate(over="ignore", invalid="ignore"):
            said = float(self.judge.output(self.data.standardized([[CHALLENGER]]))[0])
        return percent(said) if self.kind.squashes else number(said)

    def label(self, run):
        """An earlier run is told by its rates, and by its loss if that is not the usual one."""
        rates = " → ".join(number(v) for _, v in run.schedule("learning_rate")[-2:])
        short = KINDS[run.settings["loss"]].short
        return f"{short}, rate {rates}" if short else f"rate {rates}"

    def describe(self):
        """What the neuron says, how many it misses, and how the loss went."""
        data, judge, run = self.data, self.judge, self.run
        threshold = self.controls["threshold"].value
        one = data.X.shape[1] == 1
        if one:
            what = "probability of damage" if self.kind.squashes else "output (no probability)"
            said = (
                f"{len(data.Y)} launches, and the {what} against temperature: at 31 °F, far colder"
                f" than any launch (an extrapolation), it is {self._at_31()}"
            )
        else:
            what = f"P({data.classes[1]})" if self.kind.squashes else "the output (no probability)"
            said = (
                f"{len(data.Y)} points, {data.names[0]} and {data.names[1]}, and a map of {what}"
                " with a straight border"
            )
        said += f"; at threshold {number(threshold)} it misses {self._missed()}"
        cut = judge.crossing(threshold) if one else np.nan
        if np.isfinite(cut) and COLD < (cut := cut * data.std[0] + data.mean[0]) < HOT:
            said += f", and the answer changes at {number(cut)} °F"
        if run.steps:
            losses = np.append(run.history.column("loss"), self.loss_now())
            return f"{said}; {trend(losses, run.steps)}"
        return f"{said}; the loss is {number(self.loss_now())}"

    def write_code(self):
        """The run as plain mlplib."""
        run, data = self.run, self.data
        define, rate = schedule(run.schedule("learning_rate"))
        output, loss = self._parts()
        own = ""
        arguments = f"[{data.X.shape[1]}, 1]"
        if output is not identity:
            arguments += f", output={'output' if output is self._own else repr(output.name)}"
        if output is self._own:
            name = output.name if output.name.isidentifier() else "my_sigmoid"
            own = f"""
            def slope(Z, A):
                return A * (1 - A)


            output = mlplib.Activation("{name}", {name}, slope, range=(0, 1))  # your own
            """
        theta = [run.settings["start_w"]] * data.X.shape[1] + [run.settings["start_b"]]
        return program(
            f"import numpy as np\n\nimport mlplib\n{data.imports}",
            define,
            own,
            data.code,
            f"""
            net = mlplib.MLP({arguments}, rng=np.random.default_rng(0))
            net.theta = {theta!r}  # weights, then the bias
            stream = mlplib.train(
                net, X, Y, mlplib.{loss.name}, mlplib.GradientDescent({rate}), steps={run.steps}
            )
            history = list(stream)
            """,
            self.loss_code().replace("mlplib.mse", f"mlplib.{loss.name}"),
        )


COLD, HOT = 0, 120  # °F: a threshold crossed outside of this is nothing to tell


class Judge:
    """What one neuron says of points: score, output, misses, border; now and after the next step.

    Parameters
    ----------
    w : ndarray, (n_in,)
    b : float
    kind : Kind
    squash : callable
        From scores to outputs.
    data : Labelled
        What the next step is made on.
    rate : float
    """

    def __init__(self, w, b, kind, squash, data, rate):
        self.kind, self._squash = kind, squash
        self._now = w.copy(), float(b)
        with np.errstate(over="ignore", invalid="ignore"):
            dz = kind.slope(self.score(data.X), data.Y[:, 0]) / len(data.Y)
            self._after = w - rate * (dz @ data.X), float(b - rate * dz.sum())
        self._y, self._x = data.Y[:, 0], data.X

    def score(self, X, after=False):
        """Scores of X (..., n_in)."""
        w, b = self._after if after else self._now
        return X @ w + b

    def output(self, X, after=False):
        """Outputs of X (..., n_in)."""
        return self._squash(self.score(X, after))

    def missed(self, threshold):
        """Which of the data lie on the wrong side of the threshold."""
        return (self.output(self._x) >= threshold) != (self._y == 1)

    def level(self, threshold):
        """The score at which the output is the threshold."""
        return np.log(threshold / (1 - threshold)) if self.kind.squashes else threshold

    def crossing(self, threshold):
        """Of one feature, the value at which the output is the threshold; nan if there is none."""
        (w,), b = self._now
        return (self.level(threshold) - b) / w if abs(w) > 1e-9 else np.nan

    def line(self, threshold, limits, after=False):
        """Of two features, the ends of the border, as (x, y); nothing if there is none."""
        w, b = self._after if after else self._now
        size = float(w @ w)
        if not 1e-18 < size < np.inf:
            return [], []
        foot = w * ((self.level(threshold) - b) / size)
        along = np.array([-w[1], w[0]]) * (4 * max(map(abs, limits)) / np.sqrt(size))
        reach = 1 + np.abs(foot).max() / max(map(abs, limits))
        return np.transpose([foot - reach * along, foot + reach * along])


def percent(share):
    """A probability in percent; near 0 and 1 with the digits that tell it from them.

    Examples
    --------
    >>> [percent(v) for v in (0.5, 0.073, 0.9996, 0.9999999, 0.0)]
    ['50.0 %', '7.3 %', '99.96 %', 'above 99.99 %', 'below 0.01 %']
    """
    if not np.isfinite(share):
        return "no number"
    if share > 0.9999:
        return "above 99.99 %"
    if share < 0.0001:
        return "below 0.01 %"
    return f"{100 * share:.{2 if not 0.01 < share < 0.99 else 1}f} %"
