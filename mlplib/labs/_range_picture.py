"""The pictures of a range test: loss against rate with its regions, and the training after it."""

from types import SimpleNamespace

import numpy as np
from matplotlib.ticker import LogLocator, NullLocator

from mlplib import plotting as p
from mlplib._words import FINE, nice_limit, number
from mlplib.labs._lettering import QuickText
from mlplib.labs._losses import FAINT_STYLES, LossPlot

ROOM = 1.6  # times the first loss: the test's axis ends there, and what diverges shoots out
BARS = 0.955  # height of the bars that mark the regions, in the axes
REGIONS = (("flat", p.GREY), ("falling", p.GREEN), ("diverging", p.VERMILLION))


class RangePicture:
    """Axes and artists of the lab.

    Parameters
    ----------
    live : LiveFigure
    """

    def __init__(self, live):
        self.live = live
        grid = live.figure.add_gridspec(2, 2, width_ratios=[1.25, 1], height_ratios=[2.1, 1])
        live.figure.subplots_adjust(0.058, 0.135, 0.985, 0.925, wspace=0.17, hspace=0.5)
        left = self._left = live.figure.add_subplot(grid[:, 0])
        left.set(xscale="log", xlabel="learning rate")
        left.autoscale(False)
        p.few_ticks(left)
        left.xaxis.set_major_locator(LogLocator(numticks=8))
        left.xaxis.set_minor_locator(NullLocator())
        across = left.get_xaxis_transform()
        (self._raw,) = left.plot([], [], color=p.SKY, lw=1.2, marker="o", ms=3)
        (self._smooth,) = left.plot([], [], color=p.BLUE, lw=2.6, zorder=4)
        (self._tip,) = left.plot([], [], "o", ms=8, color=p.BLUE, mec=p.PAPER, zorder=6)
        (self._suggested,) = left.plot([], [], "-.", color=p.GREEN, lw=2.2, transform=across)
        (self._star,) = left.plot([], [], "*", ms=17, color=p.YELLOW, mec=p.INK, zorder=7)
        (self._own,) = left.plot([], [], ":", color=p.PURPLE, lw=2.6, transform=across)
        self._bars = [
            left.plot([], [], color=color, lw=9, solid_capstyle="butt", transform=across)[0]
            for _, color in REGIONS
        ]
        self._words = QuickText(left, size=11.5, halo=True, transform=across)
        live.animate(self._raw, self._smooth, self._tip, self._suggested, self._star, self._own)
        live.animate(*self._bars, self._words)
        self._faint, self._shown = [], ()

        right = live.figure.add_subplot(grid[0, 1])
        self._loss = LossPlot(live, right, title="Training")
        right.set_xlabel("")
        low = self._low = live.figure.add_subplot(grid[1, 1])
        low.set(xlabel="training step", title="Its learning rate")
        low.autoscale(False)
        p.few_ticks(low, y=2)
        (self._plan,) = low.plot([], [], "--", color=p.GREY, lw=1.6)
        (self._rate,) = low.plot([], [], color=p.BLUE, drawstyle="steps-post")
        (self._now,) = low.plot([], [], "o", ms=7, color=p.BLUE, mec=p.PAPER)
        live.animate(self._plan, self._rate, self._now)
        self._run = None
        self._top = 0.0

    # ---- the test -----------------------------------------------------------------------------

    def show_test(self, found, *, first, ends, smoothed, title, own, suggested, earlier):
        """Show a range test, or what there is of it.

        Parameters
        ----------
        found : RangeTest
        first : float
            The loss at the start.
        ends : tuple of float
            First and last rate of the whole test.
        smoothed : bool
            Draw the running median.
        title : str
        own, suggested : float or None
            Rates to mark.
        earlier : list of (label, rates, losses)
            Other tests, to compare with.
        """
        left = self._left
        rates, losses = found.rates, np.nan_to_num(found.losses, nan=np.inf)
        losses = np.minimum(losses, 1e9)
        self._raw.set_data(rates, losses)
        smooth = np.minimum(found.smoothed, 1e9)
        self._smooth.set_data(*((rates, smooth) if smoothed else ([], [])))
        self._tip.set_data(rates[-1:], losses[-1:])
        self._mark(found, ends, own, suggested)
        shown = tuple(label for label, *_ in earlier)
        if shown != self._shown:
            self._shown = shown
            self._draw_earlier(earlier)
        left.set_title(title, loc="left")
        left.set_ylabel("loss (line: running median)" if smoothed else "loss")
        top = nice_limit(ROOM * first, FINE)
        if (left.get_xlim(), left.get_ylim()) != (ends, (0, top)):
            left.set(xlim=ends, ylim=(0, top))

    def _mark(self, found, ends, own, suggested):
        """The regions as bars along the top, and the rates that are marked."""
        spans = [None, None, None]
        if found.flat_until is not None:
            spans[0] = ends[0], found.flat_until
            spans[1] = found.flat_until, found.lowest
            if found.diverges_from is not None:
                spans[2] = found.diverges_from, ends[1]
        x, y, words, colors = [], [], [], []
        for bar, span, (word, color) in zip(self._bars, spans, REGIONS, strict=True):
            bar.set_data(*((span, (BARS, BARS)) if span else ([], [])))
            if span:
                x.append(np.sqrt(span[0] * span[1]))
                y.append(BARS - 0.075)
                words.append(word)
                colors.append(color)
        self._suggested.set_data(*(([suggested] * 2, [0, BARS]) if suggested else ([], [])))
        self._star.set_data([], [])
        if suggested:
            at = int(np.argmin(np.abs(found.rates - suggested)))
            self._star.set_data([suggested], [min(found.smoothed[at], 1e9)])
            x, y = [*x, suggested], [*y, 0.06]
            words.append(f"suggested: {number(suggested)}")
            colors.append(p.INK)
        self._own.set_data(*(([own] * 2, [0, BARS]) if own else ([], [])))
        if own:
            x, y = [*x, own], [*y, 0.15]
            words.append(f"yours: {number(own)}")
            colors.append(p.INK)
        # words near an edge are moved inwards, so that they are not cut off
        low, high = np.log(ends)
        x = np.exp(np.clip(np.log(x), low + 0.1 * (high - low), high - 0.1 * (high - low)))
        self._words.set_words(x, y, words, colors)

    def _draw_earlier(self, earlier):
        for line in self._faint:
            line.remove()
        self._faint = []
        with p.style():
            for style, (label, rates, losses) in zip(FAINT_STYLES, reversed(earlier), strict=False):
                look = {"ls": style, "lw": 1.8, "color": p.GREY, "alpha": 0.75, "label": label}
                self._faint += self._left.plot(rates, np.minimum(losses, 1e9), **look)
            legend = self._left.get_legend()
            if self._faint:
                # below the regions' names, above the loss at the start
                place = {"loc": "upper left", "bbox_to_anchor": (0.0, 0.86), "fontsize": 9.5}
                place |= {"title": "earlier tests", "title_fontsize": 9.5, "labelspacing": 0.3}
                self._left.legend(handles=self._faint, **place)
            elif legend is not None:
                legend.remove()
        self.live.invalidate(self._left)

    # ---- the training -------------------------------------------------------------------------

    def show_training(self, run, curve, rates, plan, *, title, label, earlier):
        """Show the training that follows.

        Parameters
        ----------
        run : Run
        curve : tuple of ndarray
            Training steps made, and the loss after each, the last one where it stands.
        rates : ndarray
            The learning rate of each of these steps.
        plan : callable or None
            The rate at a training step, from now on.
        title, label : str
        earlier : list of Earlier
        """
        steps, losses = curve
        if self._run is None or self._run[0] is not run:
            self._run, self._top = (run, SimpleNamespace()), 0.0
        training = self._run[1]
        training.steps = 1
        self._loss.update(training, earlier, curve=(steps + 1, losses), label=label)
        self._loss.ax.set_title(title, loc="left")
        low = self._low
        right = self._loss.ax.get_xlim()[1]
        self._rate.set_data(steps[: len(rates)], rates)
        self._now.set_data(steps[: len(rates)][-1:], rates[-1:])
        ahead = np.linspace(steps[-1] if len(steps) else 0, right, 60)
        planned = np.array([plan(step) for step in ahead]) if plan else ahead[:0]
        self._plan.set_data(ahead[: len(planned)], planned)
        self._top = max([self._top, *rates, *planned])
        top = nice_limit(1.1 * self._top)
        if (low.get_xlim(), low.get_ylim()) != ((0, right), (0, top)):
            low.set(xlim=(0, right), ylim=(0, top))
