"""What the learning rate does: too low, right, too large, divergent. Source: E1, E7, E8, E11.

One weight, so that the loss is a parabola that can be drawn whole. A step goes downhill by the
rate times the slope: too short a step creeps, too long a one lands on the other side, perhaps
higher than before. The arrow shows where the next step will land, before it is made.
"""

import numpy as np

from mlplib import plotting as p
from mlplib._words import FINE, nice_limit, number, trend
from mlplib.labs._code import program, schedule
from mlplib.labs._controls import Slider, Toggle
from mlplib.labs._lab import Lab, Preset
from mlplib.labs._line import houses
from mlplib.labs._losses import LossPlot
from mlplib.losses import mse
from mlplib.network import MLP
from mlplib.optimizers import GradientDescent
from mlplib.plotting import few_ticks
from mlplib.training import train

HOPS = 40  # of the path, the last ones


class LearningRateLab(Lab):
    """Gradient descent on one weight, at a learning rate that can be changed while it runs.

    Parameters
    ----------
    x, y : ndarray (m,), optional
        Points; both are standardized, so that each data set gives the same kind of parabola.
        Default: lot size and price of 546 houses.
    **options
        Those of `Lab`: `preset`, `hide`, `seed`, and settings by name (`learning_rate`,
        `start_at`, `log_scale`).
    """

    NAME = "learning rate"
    EXTRAS = ("w",)
    SIZE = (960, 370)
    CONTROLS = (
        Slider(
            "learning_rate",
            "Learning rate",
            0.001,
            2.0,
            0.05,
            log=True,
            effect="live",
            marks=(0.96, 1.05, 1.1),
            tooltip="How far a step goes; can be changed while it trains",
        ),
        Slider("start_at", "Start at w =", -4.0, 5.0, -1.5, step=0.1, tooltip="The first weight"),
        Toggle("log_scale", "Logarithmic loss axis", tooltip="Equal distances are equal factors"),
    )
    PRESETS = {  # noqa: RUF012 - a table of the class, never changed
        "too low": Preset({"learning_rate": 0.005}, "Each step is right, and far too short."),
        "right": Preset({"learning_rate": 0.2}, "A few steps, and it is there."),
        "too large": Preset(
            {"learning_rate": 0.96}, "Each step lands on the other side, only a little lower."
        ),
        "divergent": Preset(
            {"learning_rate": 1.05}, "Each step lands on the other side, and higher than before."
        ),
    }

    def __init__(self, x=None, y=None, **options):
        self.data = houses("LearningRateLab", x, y, x_label=None, y_label=None, standardize_y=True)
        super().__init__(**options)

    # ---- controls -> stream -------------------------------------------------------------------

    def start(self, run):
        """One neuron; its bias starts at its best value, 0, and stays there."""
        self.net = MLP([1, 1], rng=np.random.default_rng(0))
        self.net.theta = [run.settings["start_at"], 0.0]
        rate = GradientDescent(run.reader("learning_rate"))
        return train(self.net, self.data.X, self.data.Y, mse, rate)

    def observe(self):
        """The path: w after each step."""
        return self.net.theta[:1].tolist()

    def new_start(self, rng):
        """Another weight to start from."""
        return {"start_at": float(f"{rng.uniform(-4, 5):.2g}")}

    def loss_now(self):
        """The loss at the weight as it is."""
        if self.run.outcome == "diverged":
            return self.run.history[-1].loss
        return mse.value(self.net.predict(self.data.X), self.data.Y)

    # ---- picture ------------------------------------------------------------------------------

    def draw(self):
        """The parabola with the path on it, and the loss curve."""
        live = self.live
        left, right = live.figure.subplots(1, 2)
        live.figure.subplots_adjust(0.06, 0.155, 0.98, 0.91, wspace=0.17)
        self._left = left
        left.set(xlabel="weight w", title="Loss for each w, and the path")
        left.autoscale(False)
        few_ticks(left)
        (self._parabola,) = left.plot([], [], color=p.GREY, lw=2.5)
        (self._path,) = left.plot([], [], "-", color=p.BLUE, lw=1.4, marker="o", ms=4, alpha=0.8)
        (self._step,) = left.plot([], [], "--", color=p.GREEN, lw=2.2)
        (self._landing,) = left.plot([], [], "D", ms=10, mfc=p.PAPER, mec=p.GREEN, mew=2.2)
        (self._here,) = left.plot([], [], "o", ms=12, color=p.VERMILLION, mec=p.PAPER, mew=1.5)
        live.animate(self._parabola, self._path, self._step, self._landing, self._here)
        marks = [self._here, self._landing]
        left.legend(marks, ["now", "next step"], loc="upper center", ncols=2, handlelength=1)
        self._curve = LossPlot(live, right, title="Loss after each step")

    def update(self):
        """Draw where the weight stands, and where the next step will land."""
        data, run = self.data, self.run
        w, b = self.net.theta
        best = data.best[0]
        path = np.array([run.settings["start_at"]])
        if run.steps:
            path = np.append(path, run.history.column("w"))[-HOPS:]
        with np.errstate(over="ignore", invalid="ignore"):
            landing = w - run.live["learning_rate"] * data.gradient(w, b)[0]
            # The view doubles with a path that leaves it, four times; then the path may go.
            far = max(1.25 * abs(run.settings["start_at"] - best), 2.5)
            reach = min(max(far, *np.abs(path[-3:] - best)), 16 * far)
            half = far * 2 ** np.ceil(np.log2(reach / far))
            self._path.set_data(path, data.loss(path, 0.0))
            self._step.set_data(
                [w, landing, landing], [*[self.loss_now()] * 2, data.loss(landing, b)]
            )
            self._landing.set_data([landing], [data.loss(landing, b)])
        grid = np.linspace(best - half, best + half, 160)
        self._parabola.set_data(grid, data.loss(grid, 0.0))
        self._here.set_data([w], [self.loss_now()])
        limits = (best - half, best + half), (0, nice_limit(float(data.loss(grid[0], 0.0)), FINE))
        if (self._left.get_xlim(), self._left.get_ylim()) != limits:
            self._left.set(xlim=limits[0], ylim=limits[1])
        self._curve.update(
            run,
            self.earlier,
            now=self.loss_now(),
            log=self.controls["log_scale"].value,
            label=self.label(run),
        )

    def readout(self):
        """Where it stands."""
        return [*super().readout(), ("w", number(self.net.theta[0]))]

    def label(self, run):
        """An earlier run is told by its rates."""
        return "rate " + " → ".join(number(v) for _, v in run.schedule("learning_rate")[-3:])

    def describe(self):
        """Where the weight stands, how it got there, where the next step would land."""
        run, w, best = self.run, self.net.theta[0], self.data.best[0]
        said = f"a parabola of loss over one weight, least at {number(best)}"
        if run.steps:
            losses = [*run.history.column("loss"), self.loss_now()]
            said += f"; the weight {self._moves()}; {trend(losses, run.steps)}"
        else:
            said += f"; the weight is {number(w)}, and the loss there {number(self.loss_now())}"
        if run.outcome is None:
            with np.errstate(over="ignore", invalid="ignore"):
                rate = run.live["learning_rate"]
                landing = w - rate * self.data.gradient(w, self.net.theta[1])[0]
            said += f". The next step would land at {number(landing)}"
        return said

    def _moves(self):
        """How the weight went, in words."""
        path = np.append(self.run.settings["start_at"], self.run.history.column("w"))
        best = self.data.best[0]
        where = f"from {number(path[0])} to {number(path[-1])}"
        sides = np.sign(path[-4:] - best)
        if abs(path[-1] - best) < 1e-3 * max(abs(path[0] - best), 1):
            return f"went {where} and is there"
        if len(path) > 2 and (sides[1:] != sides[:-1]).all():
            return f"jumps from side to side, {where}"
        return f"went {where}"

    def write_code(self):
        """The run as plain mlplib."""
        run = self.run
        define, rate = schedule(run.schedule("learning_rate"))
        return program(
            "import numpy as np\n\nimport mlplib" + self.data.imports,
            define,
            self.data.code,
            f"""
            net = mlplib.MLP([1, 1], rng=np.random.default_rng(0))
            net.theta = [{run.settings["start_at"]!r}, 0.0]  # w, b
            stream = mlplib.train(
                net, X, Y, mlplib.mse, mlplib.GradientDescent({rate}), steps={run.steps}
            )
            history = list(stream)
            w, b = net.theta
            """,
            self.loss_code(),
        )
