"""Fit a line by hand, then let gradient descent take over. Source: A2, C1, D2, E1.

The student drags slope and bias and sees three pictures of the same thing: the line among the
points, the point on the loss surface, the loss. What the hand does with two sliders by looking,
gradient descent does by the slope of the surface; it starts where the hand has left off.
"""

import numpy as np

from mlplib import plotting as p
from mlplib._words import nice_limit, number, trend
from mlplib.labs._code import program, schedule
from mlplib.labs._controls import Slider, Toggle
from mlplib.labs._lab import Lab
from mlplib.labs._lettering import QuickText
from mlplib.labs._line import houses
from mlplib.labs._losses import LossPlot
from mlplib.losses import mse
from mlplib.network import MLP
from mlplib.optimizers import GradientDescent
from mlplib.plotting import draw_surface, few_ticks
from mlplib.training import train


class FitByHandLab(Lab):
    """Drag a line through points, and let gradient descent go on from there.

    Parameters
    ----------
    x, y : ndarray (m,), optional
        The points, as the network is to see them: nothing is standardized. Default: lot size
        (standardized) and price of 546 houses.
    x_label, y_label : str, optional
    **options
        Those of `Lab`: `hide`, `seed`, and settings by name (`w`, `b`, `learning_rate`,
        `residuals`, `minimum`).
    """

    NAME = "fit by hand"
    EXTRAS = ("w", "b")
    SIZE = (1000, 360)

    def __init__(self, x=None, y=None, *, x_label=None, y_label=None, **options):
        self.data = houses("FitByHandLab", x, y, x_label=x_label, y_label=y_label)
        self._hand = []  # where the hand has been
        super().__init__(**options)

    # ---- controls -> stream -------------------------------------------------------------------

    def make_controls(self):
        """Ranges that hold the best line and a few bad ones, in round numbers."""
        data = self.data
        spread, x = float(data.Y.std()), data.X[:, 0]
        best_w, best_b = data.best
        w = _range(best_w, 2.2 * spread / float(x.std()))
        b = _range(best_b, 2.2 * spread * float(np.hypot(1, x.mean() / x.std())))
        limit = nice_limit(2 * data.too_large)
        return (
            Slider("w", "Slope w", *w, unit=data.unit, pauses=True, tooltip="Slope of the line"),
            Slider("b", "Bias b", *b, unit=data.unit, pauses=True, tooltip="Height at x = 0"),
            Slider(
                "learning_rate",
                "Learning rate",
                limit / 2000,
                limit,
                float(f"{data.too_large / 20:.1g}"),
                log=True,
                effect="live",
                tooltip="How far a step goes; can be changed while it trains",
            ),
            Toggle("residuals", "Residuals", True, tooltip="Distance of each point to the line"),
            Toggle("minimum", "Show the minimum", tooltip="Where the loss is least"),
        )

    def start(self, run):
        """One neuron without activation, at the hand's w and b."""
        self.net = MLP([1, 1], rng=np.random.default_rng(0))
        self.net.theta = [run.settings["w"], run.settings["b"]]
        self._note_hand()
        rate = GradientDescent(run.reader("learning_rate"))
        return train(self.net, self.data.X, self.data.Y, mse, rate)

    def observe(self):
        """The path: w and b after each step."""
        return self.net.theta.tolist()

    def moved(self):
        """Training moves the line, and so the sliders."""
        return {"w": float(self.net.theta[0]), "b": float(self.net.theta[1])}

    def new_start(self, rng):
        """Another line to start from."""
        w, b = self.controls["w"].spec, self.controls["b"].spec
        return {
            "w": float(f"{rng.uniform(w.low, w.high):.3g}"),
            "b": float(f"{rng.uniform(b.low, b.high):.3g}"),
        }

    def loss_now(self):
        """The loss of the line as it is."""
        if self.run.outcome == "diverged":
            return self.run.history[-1].loss
        return mse.value(self.net.predict(self.data.X), self.data.Y)

    def _note_hand(self):
        here = tuple(self.net.theta)
        if not self._hand or self._hand[-1] != here:
            self._hand = [*self._hand[-60:], here]

    # ---- picture ------------------------------------------------------------------------------

    def draw(self):
        """Points and line; loss surface and path; loss curve."""
        live, data = self.live, self.data
        left, mid, right = live.figure.subplots(1, 3, width_ratios=[1.3, 1, 1])
        live.figure.subplots_adjust(0.067, 0.155, 0.982, 0.91, wspace=0.31)
        x, y = data.X[:, 0], data.Y[:, 0]
        low, high = x.min(), x.max()
        margin = 0.04 * (high - low)
        left.set(xlim=(low - margin, high + margin), ylim=_padded(y), xlabel=data.x_label)
        left.set_ylabel(data.y_label)
        few_ticks(left)
        (self._residuals,) = left.plot([], [], color=p.ORANGE, lw=0.8, alpha=0.6)
        (points,) = left.plot(x, y, "o", ms=4, mfc=p.SKY, mec=p.PAPER, mew=0.4)
        (self._line,) = left.plot([], [], color=p.VERMILLION, lw=3)
        (self._best_line,) = left.plot([], [], "--", color=p.INK, lw=1.8)
        self._formula = QuickText(
            left, size=13, weight="bold", ha="left", va="baseline", transform=left.transAxes
        )
        live.animate(self._residuals, points, self._line, self._best_line, self._formula)

        w, b = self.controls["w"].spec, self.controls["b"].spec
        grid = np.linspace(w.low, w.high, 80), np.linspace(b.low, b.high, 80)
        draw_surface(mid, *grid, data.loss(grid[0][None, :], grid[1][:, None]))
        mid.set(xlim=(w.low, w.high), ylim=(b.low, b.high), xlabel="slope w", ylabel="bias b")
        mid.set_title("Loss surface (dark is low)")
        few_ticks(mid)
        (self._trail,) = mid.plot([], [], ":", color=p.GREY, lw=1.6)
        (self._path,) = mid.plot([], [], "-", color=p.BLUE, lw=2, marker="o", ms=3)
        (self._star,) = mid.plot([], [], "*", ms=17, color=p.YELLOW, mec=p.INK)
        (self._arrow,) = mid.plot([], [], color=p.GREEN, lw=2.5)
        (self._head,) = mid.plot([], [], "D", ms=10, mfc=p.PAPER, mec=p.GREEN, mew=2.2)
        (self._here,) = mid.plot([], [], "o", ms=11, color=p.VERMILLION, mec=p.PAPER, mew=1.5)
        live.animate(self._trail, self._path, self._star, self._arrow, self._head, self._here)

        mid.legend([self._here, self._head], ["now", "next step"], loc="upper left", handlelength=1)
        self._curve = LossPlot(live, right, title="Loss (mean squared error)")

    def update(self):
        """Draw where the line stands."""
        data, net, run = self.data, self.net, self.run
        w, b = net.theta
        x = data.X[:, 0]
        ends = np.array([x.min(), x.max()])
        with np.errstate(over="ignore", invalid="ignore"):
            self._line.set_data(ends, w * ends + b)
            if self.controls["residuals"].value:
                gaps = np.column_stack([data.Y[:, 0], w * x + b, np.full(len(x), np.nan)])
                self._residuals.set_data(np.repeat(x, 3), gaps.ravel())
            else:
                self._residuals.set_data([], [])
            dw, db = data.gradient(w, b)
            rate = run.live["learning_rate"]
            step = w - rate * dw, b - rate * db
        formula = f"y = {number(w)} x {'+' if b >= 0 else '−'} {number(abs(b))}"
        self._formula.set_words(0, 1.03, formula)
        self._here.set_data([w], [b])
        self._arrow.set_data([w, step[0]], [b, step[1]])
        self._head.set_data([step[0]], [step[1]])
        self._trail.set_data(*np.transpose(self._hand))
        path = [(run.settings["w"], run.settings["b"])]
        if run.steps:
            history = run.history
            kept = np.unique(np.linspace(0, len(history) - 1, 300).astype(int))
            path += list(zip(history.column("w")[kept], history.column("b")[kept], strict=True))
        self._path.set_data(*np.transpose(path))
        best = data.best if self.controls["minimum"].value else ()
        self._star.set_data(best[:1], best[1:])
        self._best_line.set_data(ends if best else [], best[0] * ends + best[1] if best else [])
        self._curve.update(run, self.earlier, now=self.loss_now(), label=self.label(run))

    def readout(self):
        """The loss, and its root, which has the unit of y."""
        loss = self.loss_now()
        numbers = [("Step", f"{self.run.steps:,}".replace(",", " ")), ("Loss", number(loss))]
        if self.data.unit:
            numbers.append(("Typical error", f"{number(loss**0.5)} {self.data.unit}"))
        return numbers

    def label(self, run):
        """An earlier run is told by its rates."""
        return "rate " + " → ".join(number(v) for _, v in run.schedule("learning_rate")[-3:])

    def describe(self):
        """The line, its loss, and how it got there."""
        w, b = self.net.theta
        said = (
            f"{len(self.data.X)} points, {self.data.y_label} against {self.data.x_label}, and the"
            f" line with slope {number(w)} and bias {number(b)}"
        )
        if self.run.steps:
            losses = np.append(self.run.history.column("loss"), self.loss_now())
            said += f"; {trend(losses, self.run.steps)}"
        else:
            said += f"; its loss is {number(self.loss_now())}"
        if self.controls["minimum"].value:
            best = self.data.best
            said += (
                f". The least loss, {number(self.data.loss(*best))}, is at slope"
                f" {number(best[0])} and bias {number(best[1])}"
            )
        return said

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
            net.theta = [{run.settings["w"]!r}, {run.settings["b"]!r}]  # w, b
            stream = mlplib.train(
                net, X, Y, mlplib.mse, mlplib.GradientDescent({rate}), steps={run.steps}
            )
            history = list(stream)
            w, b = net.theta
            """,
            self.loss_code(),
        )


def _range(center, reach):
    """Low, high and a value to start from, in round numbers; the center is not the middle."""
    unit = nice_limit(reach / 5)
    low = unit * np.floor((center - reach) / unit)
    high = unit * np.ceil((center + reach) / unit)
    start = 0.0 if low < 0 < high else low + unit
    return float(f"{low:.6g}"), float(f"{high:.6g}"), float(f"{start:.6g}")


def _padded(values):
    margin = 0.05 * np.ptp(values) or 1.0
    return values.min() - margin, values.max() + margin
