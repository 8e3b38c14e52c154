"""The loss curve, as every lab shows it: this run, earlier ones faint, limits that hold still.

Limits are what makes a full draw, so they grow in steps of 1, 2, 5, 10, ... and shrink only when
another run begins. A loss that leaves its first value behind by far is cut off at the top: the
curve shooting out is what there is to see, and the rest stays readable.
"""

import numpy as np

from mlplib import plotting as p
from mlplib._words import FINE, nice_limit
from mlplib.labs._history import spikes

FAINT_STYLES = ("--", ":", "-.", (0, (1, 2)))
SMALLEST = 8.5  # points, of a legend
ROW = 0.09  # of the axis, for each row of a legend
TOP = 3  # times the first loss: a linear axis ends there at the latest


class LossPlot:
    """Loss against step in one pair of axes.

    Parameters
    ----------
    live : LiveFigure
    ax : matplotlib.axes.Axes
    title, y_label : str
    first_steps : int
        Steps that the axis has room for at first.
    validation : bool
        Draw the validation loss, too, where the records have one.
    legend_above : bool
        Put the legend above the panel, in one row: for a panel that is low.
    """

    def __init__(
        self,
        live,
        ax,
        *,
        title="Loss",
        y_label="",
        first_steps=20,
        validation=False,
        legend_above=False,
    ):
        self.live, self.ax, self.first_steps = live, ax, first_steps
        self._legend_above = legend_above
        self._validation = None
        ax.set(xlabel="step", ylabel=y_label, title=title)
        ax.autoscale(False)
        p.few_ticks(ax)
        (self.line,) = ax.plot([], [], color=p.BLUE, zorder=5)
        (self.tip,) = ax.plot([], [], "o", ms=8, color=p.BLUE, mec=p.PAPER, zorder=6)
        live.animate(self.line, self.tip)
        if validation:
            (self._validation,) = ax.plot([], [], "--", color=p.VERMILLION, zorder=5)
            live.animate(self._validation)
        self._faint, self._shown = [], ()
        self._run = None

    def update(self, run, earlier, *, curve=None, now=None, log=False, label="this run"):
        """Show a run; `now` is the loss at the weights as they are, after the last step.

        `curve` is the pair (steps, losses) where what is drawn is not the records' loss.
        """
        if run.steps:
            steps, losses = run.history.curve("loss") if curve is None else curve
            steps = steps - 1  # a record's loss is the one before its update
        else:
            steps, losses = np.empty(0), np.empty(0)
        if now is not None:
            steps, losses = np.append(steps, run.steps), np.append(losses, now)
        sound = np.isfinite(losses)
        steps, losses = steps[sound], losses[sound]
        self.line.set_data(steps, losses)
        self.tip.set_data(steps[-1:], losses[-1:])
        also = np.empty(0)
        if self._validation is not None:
            self._validation.set_data(*_validation_curve(run))
            also = np.asarray(self._validation.get_ydata(), dtype=float)
        legend = earlier or self._validation is not None  # which names this run, too
        shown = (*earlier, label if legend else "", log)
        # turned back and forth between runs, a slider makes one start after another
        turned = self._run is not None and self._run.steps == run.steps == 0
        if self._shown != shown:
            with p.style():
                self._draw_earlier(earlier, label)
            self._shown, turned = shown, False
        self._set_limits(run, steps, losses, also, earlier, log, turned)

    def _draw_earlier(self, earlier, label):
        for line in self._faint:
            line.remove()
        self._faint = []
        for style, old in zip(FAINT_STYLES, reversed(earlier), strict=False):
            sound = np.isfinite(old.losses)
            (line,) = self.ax.plot(
                old.steps[sound] - 1,
                old.losses[sound],
                ls=style,
                lw=1.8,
                color=p.GREY,
                alpha=0.75,
                label=old.label,
            )
            self._faint.append(line)
        legend = self.ax.get_legend()
        shown = [self.line, *self._faint]
        if self._validation is not None:
            self._validation.set_label("validation")
            shown.insert(1, self._validation)
        if len(shown) > 1:
            self.line.set_label(label)
            place = {"loc": "upper right"}
            if self._legend_above:
                place = {"loc": "lower left", "bbox_to_anchor": (0, 1), "ncols": len(shown)}
                place |= {"borderaxespad": 0.2, "frameon": False}
            fit_legend(self.ax.legend(handles=shown, handlelength=2.1, **place), self.ax)
        elif legend is not None:
            legend.remove()
        self.live.invalidate(self.ax)

    def _set_limits(self, run, steps, losses, also, earlier, log, turned):
        new, self._run = run is not self._run, run
        right = max([self.first_steps, *(old.steps[-1] for old in earlier), *steps[-1:]])
        old_right = 0 if new else self.ax.get_xlim()[1]
        right = max(old_right, steps_limit(right))
        curves = [c[np.isfinite(c)] for c in (losses, also, *(old.losses for old in earlier))]
        curves = [c for c in curves if len(c)]
        highest = max((c.max() for c in curves), default=1.0)
        lowest = min((c[c > 0].min() for c in curves if (c > 0).any()), default=highest)
        if log != (self.ax.get_yscale() == "log"):
            self.ax.set_yscale("log" if log else "linear")  # which brings locators of its own
            p.few_ticks(self.ax)
            new = True
        if log:
            # whole decades, so that they seldom change
            low = 10.0 ** np.floor(np.log10(max(lowest, 1e-300)))
            high = 10.0 ** np.ceil(np.log10(max(highest, low * 1.01)) + 1e-9)
        else:
            first = max((c[0] for c in curves), default=1.0)
            legend = self.ax.get_legend()
            rows = 0 if legend is None or self._legend_above else len(legend.get_texts())
            room = 1.02 / (1 - ROW * rows)  # so that the legend hides no curve
            low, high = 0.0, nice_limit(min(highest, TOP * first) * room, FINE)
            now = self.ax.get_ylim()[1]
            if not new or (turned and now <= 2 * high):
                high = max(high, now)  # limits hold still, or each change would be a full draw
        if (low, high) != self.ax.get_ylim():
            self.ax.set_ylim(low, high)
        if right != self.ax.get_xlim()[1] or self.ax.get_xlim()[0] != 0:
            self.ax.set_xlim(0, right)


def steps_limit(steps):
    """Where an axis of steps ends; past a thousand a run is fast, and needs it longer."""
    return nice_limit(steps) if steps <= 1000 else nice_limit(steps, (1, 3, 10))


def fit_legend(legend, ax):
    """Letter a legend smaller where it would stick out of its panel, and cut what is too long."""
    texts, share = legend.get_texts(), _share(legend, ax)
    if share < 1:
        for text in texts:
            text.set_fontsize(max(text.get_fontsize() * 0.98 * share, SMALLEST))
        share = _share(legend, ax)
    if share < 1:
        longest = max(len(text.get_text()) for text in texts)
        for text in texts:
            words = text.get_text()
            if len(words) > share * longest:
                text.set_text(words[: int(share * longest) - 2] + "…")


def _share(legend, ax):
    """How much of their width a legend's words may keep."""
    widths = [text.get_window_extent().width for text in legend.get_texts()]
    total = max(widths) if legend._ncols == 1 else sum(widths)
    return 1 - (legend.get_window_extent().width - 0.95 * ax.bbox.width) / total


def _validation_curve(run):
    """Steps and losses of a run's validations, without the steps that had none."""
    if not run.steps:
        return [], []
    losses = run.history.column("val_loss")
    known = np.flatnonzero(np.isfinite(losses))
    kept = known[spikes(losses[known], 400)] if len(known) else known
    return run.history.column("step")[kept], losses[kept]
