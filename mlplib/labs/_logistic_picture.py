"""The panels of the logistic lab: the curve or the map, and the loss of each point.

Class 1 is blue and round, class 0 orange and square, in every panel; a point on the wrong side of
the threshold has a ring. What the next step will do is dashed and green.
"""

import numpy as np

from mlplib import plotting as p
from mlplib._words import FINE, nice_limit
from mlplib.labs._logistic_data import CHALLENGER
from mlplib.labs._map import LevelMap
from mlplib.plotting import few_ticks

LOOKS = ((p.VERMILLION, "s"), (p.BLUE, "o"))  # of class 0 and class 1
COLDEST, FIRST, HOTTEST = 26.0, 53.0, 85.0  # °F: of the picture, of any launch, of the picture
HEADROOM = 1.45  # of the panel of losses: for its legend
CELLS = 60


def _dots(ax):
    """Artists for the points of both classes, and the rings around the missed ones."""
    (rings,) = ax.plot([], [], "o", mfc="none", mec=p.INK, zorder=4)
    both = [ax.plot([], [], mark, color=color, mec=p.PAPER, zorder=5)[0] for color, mark in LOOKS]
    return rings, *both


def _place(artists, x, height, y, missed):
    rings, *both = artists
    rings.set_data(x[missed], height[missed])
    size = 6.5 if len(y) <= 200 else 3.5  # many points: small, and without an edge
    for artist in artists:
        artist.set_markersize(size if artist is not rings else 2 * size)
        artist.set_markeredgewidth(1.4 if artist is rings else 0.6 * (size > 4))
    for label, line in enumerate(both):
        line.set_data(x[y == label], height[y == label])


class Panel:
    """Axes that can be left out of the picture, with all that moves in them."""

    def __init__(self, live, ax):
        self.live, self.ax = live, ax
        ax.autoscale(False)
        self.moving = self.build()
        live.animate(*self.moving)

    def show(self, shown):
        """Put the panel in, or leave it out."""
        self.ax.set_visible(shown)
        for artist in self.moving:
            artist.set_visible(shown)


class CurvePanel(Panel):
    """One feature: the output against temperature, far past the coldest launch."""

    def build(self):
        """Axes, artists, and what stands still."""
        ax = self.ax
        ax.set(xlim=(COLDEST, HOTTEST), xlabel="temperature at launch (°F)")
        ax.axvspan(COLDEST, FIRST, color=p.GRID, alpha=0.6, lw=0)
        ax.axvline(CHALLENGER, color=p.GREY, ls=":", lw=1.5)
        across = ax.get_xaxis_transform()
        ax.text(CHALLENGER + 0.8, 0.93, "31 °F", size=11, transform=across)
        ax.text(CHALLENGER + 0.8, 0.04, "no launch here", size=10.5, transform=across)
        (self._errors,) = ax.plot([], [], color=p.ORANGE, lw=1.6, alpha=0.8)
        (self._far,) = ax.plot([], [], "--", color=p.INK, lw=2.2)
        (self._near,) = ax.plot([], [], color=p.INK, lw=2.8)
        (self._next,) = ax.plot([], [], "--", color=p.GREEN, lw=2)
        (self._threshold,) = ax.plot([], [], "-.", color=p.GREY, lw=1.6)
        (self._at_31,) = ax.plot([], [], "D", ms=10, mfc=p.YELLOW, mec=p.INK, mew=1.4, zorder=6)
        self._dots = _dots(ax)
        ax.legend(
            [self._near, self._next, self._threshold],
            ["now", "next step", "threshold"],
            loc=(0.02, 0.2),
            handlelength=2,
            fontsize=10.5,
        )
        few_ticks(ax)
        lines = (self._errors, self._far, self._near, self._next, self._threshold, self._at_31)
        return [*lines, *self._dots]

    def update(self, data, judge, threshold):
        """Draw what `judge` says."""
        squashes = judge.kind.squashes
        limits = (-0.25, 1.25) if squashes else (-0.5, 2.05)
        if self.ax.get_ylim() != limits:
            self.ax.set_ylim(limits)
        title = "Probability of damage" if squashes else "Output: no probability"
        if self.ax.get_title("left") != title:
            self.ax.set_title(title)
        grid = np.linspace(COLDEST, HOTTEST, 119)
        x = data.standardized(grid)[:, None]
        heights = judge.output(x)
        cold = grid <= FIRST
        self._far.set_data(grid[cold], heights[cold])
        self._near.set_data(grid[~cold], heights[~cold])
        self._next.set_data(grid, judge.output(x, after=True))
        cut = judge.crossing(threshold)
        cut = cut * data.std[0] + data.mean[0] if np.isfinite(cut) else HOTTEST
        self._threshold.set_data([FIRST, cut, cut], [threshold, threshold, -1])
        self._at_31.set_data([CHALLENGER], judge.output(data.standardized([[CHALLENGER]])))
        x, y, said = data.measured[:, 0], data.Y[:, 0], judge.output(data.X)
        ends = np.column_stack([y, said, np.full(len(y), np.nan)])
        self._errors.set_data(np.repeat(x, 3), ends.ravel())
        _place(self._dots, x, _stacked(x, y), y, judge.missed(threshold))


class MapPanel(Panel):
    """Two features: the output as a map, and the line where it crosses the threshold."""

    def build(self):
        """Axes and artists."""
        ax = self.ax
        self._map = LevelMap(ax, p.MAP)
        (self._next,) = ax.plot([], [], "--", color=p.GREEN, lw=2.4)
        (self._cut,) = ax.plot([], [], color=p.INK, lw=2.6)
        self._dots = _dots(ax)
        ax.grid(False)
        return [self._map, self._next, self._cut, *self._dots]

    def update(self, data, judge, threshold):
        """Draw what `judge` says."""
        ax, (low, high) = self.ax, data.limits
        if ax.get_xlabel() != data.names[0] or ax.get_xlim() != data.limits:
            ax.set(xlim=data.limits, ylim=data.limits)
            ax.set(xlabel=f"{data.names[0]} (standardized)", ylabel=data.names[1])
            few_ticks(ax)
        title = f"P({data.classes[1]})" if judge.kind.squashes else "Output"
        title += " (dashed: next step)"
        if ax.get_title("left") != title:
            ax.set_title(title)
        middle = low + (np.arange(CELLS) + 0.5) / CELLS * (high - low)
        grid = np.stack(np.meshgrid(middle, middle), axis=-1)
        self._map.set_values(judge.output(grid), 0.0, 1.0)
        self._cut.set_data(*judge.line(threshold, data.limits))
        self._next.set_data(*judge.line(threshold, data.limits, after=True))
        _place(self._dots, data.X[:, 0], data.X[:, 1], data.Y[:, 0], judge.missed(threshold))


class LossPanel(Panel):
    """The loss of each point against its score: what a wrong answer costs, and how steeply."""

    def build(self):
        """Axes and artists."""
        ax = self.ax
        ax.set(xlabel="score z = x · w + b", title="Loss of each point")
        self._curves = [
            ax.plot([], [], style, color=color, lw=2)[0]
            for (color, _), style in zip(LOOKS, ("--", "-"), strict=True)
        ]
        (self._mean,) = ax.plot([], [], ":", color=p.INK, lw=1.8)
        (self._threshold,) = ax.plot([], [], "-.", color=p.GREY, lw=1.6)
        self._dots = _dots(ax)
        self._said = None
        return [*self._curves, self._mean, self._threshold, *self._dots]

    def update(self, data, judge, threshold, new):
        """Draw what `judge` says; of a new run, limits may shrink."""
        ax, y, z = self.ax, data.Y[:, 0], judge.score(data.X)
        losses = judge.kind.points(z, y)
        sound = z[np.isfinite(z)]
        reach = nice_limit(min(max(4.0, 1.05 * np.abs(sound).max(initial=0)), 1e4))
        highest = losses[np.isfinite(losses)].max(initial=0)
        least = 3.0 if judge.kind.points(-9.0, 1.0) > 1 else 1.0
        top = nice_limit(min(max(highest, least), 1e6) * 1.02, FINE) * HEADROOM
        if not new:  # limits grow at once, and shrink when most of the panel is empty
            now = ax.get_xlim()[1], ax.get_ylim()[1]
            if reach > now[0] / 4 or top > now[1] / 4:
                reach, top = max(reach, now[0]), max(top, now[1])
        if (-reach, reach) != ax.get_xlim() or (0, top) != ax.get_ylim():
            ax.set(xlim=(-reach, reach), ylim=(0, top))
            few_ticks(ax)
        grid = np.linspace(-reach, reach, 161)
        for label, curve in enumerate(self._curves):
            heights = judge.kind.points(grid, float(label))
            curve.set_data(grid, np.where(heights <= top / HEADROOM, heights, np.nan))
        self._mean.set_data([-reach, reach], [losses.mean()] * 2)
        self._threshold.set_data([judge.level(threshold)] * 2, [0, top / HEADROOM])
        _place(self._dots, z, losses, y, judge.missed(threshold))
        if self._said != data.classes:
            self._said = data.classes
            self._draw_legend(data.classes)

    def _draw_legend(self, classes):
        pairs = zip(self._curves, self._dots[1:], strict=True)
        handles = [(line, dot) for line, dot in pairs]
        with p.style():
            self.ax.legend(
                [handles[1], handles[0], self._dots[0], self._mean],
                [classes[1], classes[0], "missed", "mean"],
                loc="upper center",
                ncols=2,
                handlelength=2,
                columnspacing=1,
                fontsize=10.5,
            )
        self.live.invalidate()


def _stacked(x, y):
    """Heights of the points of a table of 0 and 1: those at one place side by side, outwards."""
    heights = y.astype(float)
    seen = {}
    for i, place in enumerate(zip(x.tolist(), y.tolist(), strict=True)):
        n = seen.get(place, 0)
        seen[place] = n + 1
        heights[i] += (0.05 if y[i] else -0.05) * n
    return heights
