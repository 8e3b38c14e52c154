"""The panels of the regularization lab: the curve or the map, and the weights as a histogram."""

import numpy as np

from mlplib import plotting as p
from mlplib._words import FINE, nice_limit
from mlplib.activations import sigmoid
from mlplib.labs._lettering import QuickText
from mlplib.labs._map import DecisionMap
from mlplib.plotting import few_ticks

LOOKS = ((p.VERMILLION, "s"), (p.BLUE, "o"))  # of class 0 and class 1
BARS = 41  # an odd number: one of them has zero in its middle


class _Panel:
    """Axes that can be left out of the picture, with all that moves in them."""

    def __init__(self, live, ax):
        self.ax = ax
        ax.autoscale(False)
        self.moving = self.build(live)

    def show(self, shown):
        """Put the panel in, or leave it out."""
        if self.ax.get_visible() != shown:
            self.ax.set_visible(shown)
            for artist in self.moving:
                artist.set_visible(shown)


class CurvePanel(_Panel):
    """The network's curve among the points it has seen, and the wave that they come from."""

    def build(self, live):
        """Axes, artists, and what stands still."""
        ax = self.ax
        ax.set(xlim=(-3.1, 3.1), ylim=(-2.3, 3.6), xlabel="x", title="What the network has learnt")
        few_ticks(ax)
        self._x = np.linspace(-3.1, 3.1, 156)
        (truth,) = ax.plot(self._x, np.sin(np.pi * self._x / 3), ":", color=p.GREY, lw=2.2)
        (self._best,) = ax.plot([], [], "--", color=p.GREEN, lw=2)
        (self._curve,) = ax.plot([], [], color=p.BLUE, lw=2.8)
        (self._points,) = ax.plot([], [], "o", mfc=p.ORANGE, mec=p.INK, zorder=4)
        ax.legend(
            [self._curve, self._best, truth],
            ["now", "at least validation loss", "without noise"],
            loc="upper left",
            handlelength=2.2,
            fontsize=10.5,
        )
        return [live.animate(a) for a in (self._best, self._curve, self._points)]

    def update(self, net, best, X, Y):
        """Show a network; `best` is a function of x, or None."""
        grid = self._x[:, None]
        self._curve.set_data(self._x, net._predict(grid)[:, 0])
        self._best.set_data(*([], []) if best is None else (self._x, best(grid)[:, 0]))
        self._points.set_data(X[:, 0], Y[:, 0])
        self._points.set_markersize(7 if len(X) <= 60 else 4)


class MapPanel(_Panel):
    """The probability of class 1 as a map, and the training points on it."""

    def build(self, live):
        """Axes and artists."""
        ax = self.ax
        ax.set(
            xlim=(-2.7, 2.7),
            ylim=(-2.2, 2.2),
            xlabel="x1",
            title="P(lower moon) and training points",
        )
        ax.grid(False)
        few_ticks(ax)
        self._map = DecisionMap(live, ax, cells=60, output=sigmoid)
        both = [ax.plot([], [], mark, color=color, mec=p.PAPER)[0] for color, mark in LOOKS]
        self._points = live.animate(*both)
        return [self._map.artist, *both]

    def update(self, net, best, X, Y):
        """Show a network."""
        self._map.update(net)
        size = 7 if len(X) <= 60 else 4.5
        for label, points in enumerate(self._points):
            rows = Y[:, 0] == label
            points.set_data(X[rows, 0], X[rows, 1])
            points.set_markersize(size)
            points.set_markeredgewidth(0.6 * (size > 5))


class WeightsPanel:
    """How many weights have which size; those that are exactly zero have a bar of their own."""

    def __init__(self, live, ax):
        self.ax = ax
        ax.autoscale(False)
        ax.set(title="Number of weights by size", xlabel="weight", xlim=(-1, 1))
        ax.set(yscale="log", ylim=(0.7, 20_000))
        ax.set_yticks([1, 10, 100, 1000], ["1", "10", "100", "1000"])
        ax.set_yticks([], minor=True)
        few_ticks(ax, y=None)
        inches = ax.get_position().width * ax.figure.get_figwidth()
        width = 72 * inches / BARS * 0.92
        (self._bars,) = ax.plot([], [], color=p.BLUE, lw=width, solid_capstyle="butt")
        (self._zeros,) = ax.plot([], [], color=p.VERMILLION, lw=1.3 * width, solid_capstyle="butt")
        upright = {"transform": ax.transAxes, "ha": "left", "va": "top"}
        self._said = QuickText(ax, size=11.5, weight="bold", color=p.VERMILLION, **upright)
        self._settings = QuickText(ax, size=11, **upright)
        live.animate(self._bars, self._zeros, self._said, self._settings)

    def update(self, weights, zeros, settings):
        """Show the weights (n,), the number of zeros among them, and the settings in lines."""
        size = np.abs(weights[np.isfinite(weights)]).max(initial=0.1)
        limit, now = nice_limit(min(float(size), 1e6), FINE), self.ax.get_xlim()[1]
        if not now / 2 < limit <= now:  # a limit that follows each weight is a full draw each time
            self.ax.set_xlim(-limit, limit)
        limit = self.ax.get_xlim()[1]
        inside = weights[(weights != 0) & (np.abs(weights) <= limit)]
        counts, edges = np.histogram(inside, BARS, (-limit, limit))
        middle, counts = (edges[1:] + edges[:-1]) / 2, counts.astype(float)
        counts[counts == 0] = np.nan
        self._bars.set_data(*_upright(middle, counts))
        self._zeros.set_data([0, 0], [0.1, zeros or np.nan])
        self._said.set_words(0.03, 0.985, f"{zeros} of {len(weights)} are exactly 0")
        rows = len(settings)
        self._settings.set_words([0.03] * rows, 0.91 - 0.065 * np.arange(rows), settings)


def _upright(x, heights):
    """Upright strokes at x from the bottom to their heights, as one line with gaps."""
    gap = np.full(len(x), np.nan)
    return np.repeat(x, 3), np.column_stack([np.full(len(x), 0.1), heights, gap]).ravel()
