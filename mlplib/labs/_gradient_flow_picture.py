"""The panels of the gradient flow lab: for each layer its gradient, its activations, its dead."""

import numpy as np

from mlplib import plotting as p
from mlplib._words import FINE, nice_limit, number
from mlplib.plotting import few_ticks

DECADES = 3  # by which the gradient's axis grows
FLOOR, CEILING = -24, 24  # decades: beyond, there is nothing to see


def plain(value, _position=None):
    """A number at an axis, without a factor that stands elsewhere."""
    return number(value).replace("-", "−")


class LayerPanel:
    """Axes over the layers.

    Parameters
    ----------
    live : LiveFigure
    ax : matplotlib.axes.Axes
    """

    def __init__(self, live, ax):
        self.live, self.ax = live, ax
        ax.autoscale(False)
        self._layers = None
        self.build()

    def build(self):
        """Make the artists, once."""
        raise NotImplementedError

    def _set_layers(self, n, names):
        """Layers 1, 2, ... along the axis."""
        if (n, names) != self._layers:
            self._layers = n, names
            shown = range(n) if n <= 7 else range(0, n, 2)
            with p.style():
                self.ax.set_xlim(0.4, n + 0.6)
                self.ax.set_xticks([i + 1 for i in shown], [names[i] for i in shown])
            self.live.invalidate(self.ax)


class GradientPanel(LayerPanel):
    """The size of the gradient at each layer, on a logarithmic axis; now, and at the start."""

    def build(self):
        """Two lines, and marks for what is exactly zero."""
        ax = self.ax
        ax.set(yscale="log", xlabel="layer (out: the output layer)")
        self._high, self._what = None, None
        look = {"marker": "o", "ms": 8}
        (self._start,) = ax.plot([], [], "--", color=p.GREY, lw=1.8, marker="s", ms=5)
        (self._now,) = ax.plot([], [], color=p.BLUE, lw=2.6, mec=p.PAPER, **look)
        (self._zero,) = ax.plot([], [], "v", color=p.VERMILLION, ms=11, mec=p.PAPER, clip_on=False)
        self.live.animate(self._start, self._now, self._zero)
        ax.legend(
            [self._now, self._start, self._zero],
            ["now", "at the start", "zero"],
            loc="lower left",
            bbox_to_anchor=(-0.03, 0.985),
            ncols=3,
            handlelength=1.5,
            columnspacing=1.1,
            fontsize=10.5,
        )

    def update(self, now, start, what):
        """Show root mean squares, (layers,), of the gradient of `what`."""
        n = len(now)
        self._set_layers(n, tuple([*map(str, range(1, n)), "out"]))
        layers = np.arange(1, n + 1)
        for line, size in ((self._start, start), (self._now, now)):
            sound = np.isfinite(size) & (size > 0)
            line.set_data(layers, np.where(sound, size, np.nan))
        self._set_limits(np.concatenate([now, start]), what)
        nothing = layers[now == 0]
        self._zero.set_data(nothing, np.full(len(nothing), self.ax.get_ylim()[0] * 1.6))

    def _set_limits(self, sizes, what):
        sizes = sizes[np.isfinite(sizes) & (sizes > 0)]
        exponents = np.log10(sizes) if len(sizes) else np.zeros(1)
        low = DECADES * np.floor(np.clip(exponents.min() - 0.3, FLOOR, CEILING) / DECADES)
        high = DECADES * np.ceil(np.clip(exponents.max() + 0.3, FLOOR, CEILING) / DECADES)
        limits = 10.0**low, 10.0**high
        if limits != self.ax.get_ylim():
            self.ax.set_ylim(*limits)
        if what != self._what:
            self._what = what
            with p.style():
                self.ax.set_title(f"Size of the gradient of the {what}", pad=26)


class SpreadPanel(LayerPanel):
    """Where the activations of each layer lie: the middle half, and nine tenths of them."""

    def build(self):
        """A thin and a thick stroke and a dot for each layer."""
        ax = self.ax
        ax.set(title="Activations: 90 %, 50 % of them")
        ax.tick_params(labelbottom=False)
        ax.yaxis.set_major_formatter(plain)
        few_ticks(ax, x=0, y=4)
        (self._most,) = ax.plot([], [], color=p.SKY, lw=3, solid_capstyle="butt")
        (self._half,) = ax.plot([], [], color=p.BLUE, lw=8, solid_capstyle="butt")
        (self._median,) = ax.plot([], [], "o", ms=6, color=p.YELLOW, mec=p.INK)
        self.live.animate(self._most, self._half, self._median)

    def update(self, quantiles, output_range):
        """Show quantiles, (5, hidden layers); `output_range` is the activation's."""
        n = quantiles.shape[1]
        self._set_layers(n, tuple(map(str, range(1, n + 1))))
        quantiles = np.clip(np.nan_to_num(quantiles), -1e6, 1e6)
        layers, gap = np.arange(1, n + 1), np.full(n, np.nan)
        for line, low, high in ((self._most, 0, 4), (self._half, 1, 3)):
            ends = np.column_stack([quantiles[low], quantiles[high], gap])
            line.set_data(np.repeat(layers, 3), ends.ravel())
        self._median.set_data(layers, quantiles[2])
        low, high = output_range
        low = low if np.isfinite(low) else -nice_limit(max(-quantiles.min(), 0.1), FINE)
        high = high if np.isfinite(high) else nice_limit(max(quantiles.max(), 0.1), FINE)
        room = 0.06 * (high - low)
        if self.ax.get_ylim() != (low - room, high + room):
            self.ax.set_ylim(low - room, high + room)


class DeadPanel(LayerPanel):
    """The share of dead units in each layer, as bars."""

    def build(self):
        """One line, as thick as a bar."""
        ax = self.ax
        ax.set(title="Dead units", xlabel="hidden layer", ylim=(0, 1))
        ax.set_yticks([0, 0.5, 1], ["0", "50 %", "100 %"])
        (self._bars,) = ax.plot([], [], color=p.VERMILLION, lw=9, solid_capstyle="butt")
        self.live.animate(self._bars)

    def update(self, dead):
        """Show shares, (hidden layers,)."""
        n = len(dead)
        self._set_layers(n, tuple(map(str, range(1, n + 1))))
        ends = np.column_stack([np.zeros(n), np.nan_to_num(dead), np.full(n, np.nan)])
        self._bars.set_data(np.repeat(np.arange(1, n + 1), 3), ends.ravel())
