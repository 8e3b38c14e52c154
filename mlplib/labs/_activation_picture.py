"""The panels of the activation lab: a function over its derivative, with a z to look at."""

import numpy as np

from mlplib import plotting as p
from mlplib._words import FINE, nice_limit
from mlplib.own_activation import make_activation
from mlplib.plotting import few_ticks

REACH = 6.0  # of z, to both sides
TOP = 3.0  # of the function's axis, where it goes on for ever


class CurvesPanel:
    """Function and derivative, one over the other.

    Parameters
    ----------
    live : LiveFigure
    upper, lower : matplotlib.axes.Axes
    """

    def __init__(self, live, upper, lower):
        self.live, self.upper, self.lower = live, upper, lower
        self._z = np.linspace(-REACH, REACH, 241)
        self._named = None
        for ax in (upper, lower):
            ax.set_xlim(-REACH, REACH)
            ax.autoscale(False)
            ax.axhline(0, color=p.GREY, lw=0.9)
            ax.axvline(0, color=p.GREY, lw=0.9)
        upper.set(title="f(z)")
        upper.tick_params(labelbottom=False)
        lower.set(title="Slope f'(z); grey: the network's z", xlabel="z")
        few_ticks(upper, x=6, y=4)
        few_ticks(lower, x=6, y=4)
        (self._hills,) = lower.plot([], [], color=p.FAINT, lw=1.6, drawstyle="steps-mid")
        self._f, self._df = ([ax.plot([], [])[0] for _ in range(2)] for ax in (upper, lower))
        for line in (self._f[0], self._df[0]):
            line.set(color=p.BLUE, lw=3)
        for line in (self._f[1], self._df[1]):
            line.set(color=p.VERMILLION, lw=2, ls="--")
        (self._measured,) = lower.plot([], [], ":", color=p.INK, lw=2)
        (self._tangent,) = upper.plot([], [], color=p.GREEN, lw=2)
        here = {"ms": 10, "mfc": p.YELLOW, "mec": p.INK, "mew": 1.4}
        self._here = [ax.plot([], [], "o", **here)[0] for ax in (upper, lower)]
        live.animate(self._hills, *self._f, *self._df, self._measured, self._tangent, *self._here)

    def update(self, shown, at, scores):
        """Show one activation, perhaps a second, a z, and the z of a network's units."""
        z = self._z
        heights, slopes = [], []
        for activation, line, slope in zip(shown, self._f, self._df, strict=False):
            A = np.asarray(activation.f(z.copy()), dtype=float)
            D = np.asarray(activation.df(z.copy(), A), dtype=float)
            line.set_data(z, A)
            slope.set_data(z, D)
            heights.append(A)
            slopes.append(D)
        for line in (self._f[len(shown) :], self._df[len(shown) :]):
            for one in line:
                one.set_data([], [])
        self._look_at(shown[0], at)
        self._show_measured(shown[0], slopes[0])
        self._name(shown)
        self._set_limits(np.concatenate(heights), np.concatenate(slopes))
        self._show_hills(scores)

    def _look_at(self, activation, at):
        z = np.array([float(at)])
        value = np.asarray(activation.f(z.copy()), dtype=float)
        slope = np.asarray(activation.df(z.copy(), value), dtype=float)
        ends = z[0] + np.array([-1.5, 1.5])
        self._tangent.set_data(ends, value[0] + slope[0] * (ends - z[0]))
        self._here[0].set_data(z, value)
        self._here[1].set_data(z, slope)

    def _show_measured(self, activation, said):
        """Where a derivative is wrong, dotted: what finite differences say."""
        measured = make_activation(activation.f).df(self._z, None)
        middle = np.abs(np.diff(measured, append=measured[-1])) < 0.2  # at a corner both are right
        wrong = (np.abs(measured - said) > 1e-3) & middle & np.roll(middle, 1)
        self._measured.set_data(self._z, np.where(wrong, measured, np.nan))

    def _show_hills(self, scores):
        """How many of the network's z lie where, as hills on the floor of the lower panel."""
        scores = scores[np.isfinite(scores)]
        counts, edges = np.histogram(scores, bins=48, range=(-REACH, REACH))
        low, high = self.lower.get_ylim()
        middles = (edges[:-1] + edges[1:]) / 2
        self._hills.set_data(middles, low + 0.5 * (high - low) * counts / max(counts.max(), 1))

    def _name(self, shown):
        names = tuple(activation.name for activation in shown)
        if names == self._named:
            return
        self._named = names
        with p.style():
            self.upper.legend(  # above the curves: those that move are drawn over it
                self._f[: len(shown)],
                names,
                loc="lower right",
                bbox_to_anchor=(1.03, 0.95),
                ncols=2,
                handlelength=1.8,
                columnspacing=1.2,
                fontsize=10.5,
            )
        self.live.invalidate(self.upper)

    def _set_limits(self, heights, slopes):
        for ax, values, top in ((self.upper, heights, TOP), (self.lower, slopes, 2 * TOP)):
            values = values[np.isfinite(values)]
            high = nice_limit(min(max(values.max(initial=0), 0.1), top), FINE)
            low = -nice_limit(min(max(-values.min(initial=0), 0.02), top), FINE)
            room = 0.08 * (high - low)
            if ax.get_ylim() != (low - room, high + room):
                ax.set_ylim(low - room, high + room)
