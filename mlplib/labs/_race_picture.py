"""The picture of a race: the paths on the surface, the losses in step, and who is where."""

import numpy as np

from mlplib import plotting as p
from mlplib._words import number
from mlplib.labs._history import spikes
from mlplib.labs._lettering import QuickText
from mlplib.labs._losses import FAINT_STYLES, ROW, fit_legend, steps_limit
from mlplib.labs._surfaces import VIEW

POINTS = 300  # of each curve and path
AHEAD = 3  # steps of the forecast
DEPTH = 1e-8  # of the first loss: the loss axis ends there
STYLES = p.SERIES[:4]  # one for each lane


class RacePicture:
    """Axes and artists of the race.

    Parameters
    ----------
    live : LiveFigure
    """

    def __init__(self, live):
        self.live = live
        left, mid, side = live.figure.subplots(1, 3, width_ratios=[1, 1.05, 0.62])
        live.figure.subplots_adjust(0.055, 0.145, 0.992, 0.91, wspace=0.19)
        self._left, self._mid, self._side = left, mid, side
        left.set(xlim=(-VIEW, VIEW), ylim=(-VIEW, VIEW), xlabel="x", ylabel="y")
        left.autoscale(False)
        p.few_ticks(left)
        mid.set(xlabel="step", yscale="log", title="Loss of each racer")
        mid.autoscale(False)
        p.few_ticks(mid)
        side.set(xlim=(0, 1), ylim=(0, 1))
        side.set_axis_off()
        self._contours, self._surface = None, None
        self._faint, self._shown, self._run = [], (), None
        (self._ahead,) = left.plot([], [], ls=(0, (1, 1.2)), lw=2, color=p.INK, zorder=3)
        live.animate(self._ahead)
        left.legend([self._ahead], [f"the next {AHEAD} steps"], loc="lower right", handlelength=1.5)
        self._paths, self._tips, self._losses, self._ends, self._keys = [], [], [], [], []
        for i, (color, line, marker) in enumerate(STYLES):
            y = self._height(i)
            tip = {"marker": marker, "ls": "", "color": color, "mec": p.PAPER, "mew": 1.2}
            style = {"color": color, "ls": line}
            self._paths += left.plot([], [], lw=2.2, zorder=4 + 0.1 * i, **style)
            self._tips += left.plot([], [], ms=12, zorder=6 + 0.1 * i, **tip)
            self._losses += mid.plot([], [], lw=2.2, zorder=5 + 0.1 * i, **style)
            self._ends += mid.plot([], [], ms=9, zorder=6 + 0.1 * i, **tip)
            self._keys += side.plot(
                [0.0, 0.075, 0.15], [y] * 3, lw=2.6, markevery=[1], ms=11, **(tip | style)
            )
        text = {"ha": "left", "size": 11.5}
        self._names = QuickText(side, weight="bold", **text)
        self._said = QuickText(side, **text)
        live.animate(*self._paths, *self._tips, *self._losses, *self._ends)
        live.animate(self._names, self._said)

    @staticmethod
    def _height(lane):
        """Where a lane's lines stand in the column at the right."""
        return 0.93 - 0.26 * lane

    def update(self, run, surface, first_loss, lanes, earlier):
        """Show the state of a race.

        Parameters
        ----------
        run : Run
        surface : Surface
        first_loss : float
            At the start.
        lanes : list of (Racer or None, rate, loss)
            Who runs in each lane, its learning rate, and its loss where it is.
        earlier : sequence of Earlier
        """
        if surface is not self._surface:
            self._draw_surface(surface)
        new, self._run = run is not self._run, run
        if self._shown != (*earlier,):
            self._draw_earlier(earlier)
        ahead, names, said, heights = [], [], [], []
        lowest, highest = np.inf, 0.0
        for i, (racer, rate, loss) in enumerate(lanes):
            here = racer is not None
            path, losses = _history(run, i, loss) if here else (np.empty((0, 2)), np.empty((2, 0)))
            start = [[run.settings["start_x"], run.settings["start_y"]]] if here else path
            path = _near(np.concatenate([start, path]))
            self._paths[i].set_data(*path.T)
            self._tips[i].set_data(*path[-1:].T)
            self._losses[i].set_data(*losses)
            self._ends[i].set_data(*losses[:, -1:])
            if here != self._keys[i].get_visible():
                self._keys[i].set_visible(here)
                self.live.invalidate(self._side)
            if not here:
                continue
            if losses.size:
                lowest, highest = min(lowest, losses[1].min()), max(highest, losses[1].max())
            ahead += [*_near(racer.forecast(surface.f, AHEAD)), (np.nan, np.nan)]
            names.append(racer.name)
            said += [f"rate {number(rate)}", _standing(racer, loss)]
            heights.append(self._height(i))
        self._ahead.set_data(*np.transpose(ahead))
        self._names.set_words([0.2] * len(names), heights, names)
        both = [y - d for y in heights for d in (0.075, 0.145)]
        self._said.set_words([0.2] * len(said), both, said)
        self._set_limits(run, new, first_loss, (lowest, highest), earlier)

    def _draw_surface(self, surface):
        self._surface = surface
        if self._contours is not None:
            self._contours.remove()
        side, losses = surface.values
        # rings of unequal height and like area: a bent valley shows its floor, too
        levels = np.unique(np.quantile(losses, np.linspace(0, 1, len(p.SURFACE) + 1) ** 1.5))
        with p.style():
            self._contours = self._left.contourf(
                side, side, losses, levels=levels, colors=p.SURFACE[-(len(levels) - 1) :], zorder=0
            )
            self._left.grid(False)
            self._left.set_title(f"{surface.title} (dark is low)")
        self.live.invalidate(self._left)

    def _draw_earlier(self, earlier):
        for line in self._faint:
            line.remove()
        self._faint, self._shown = [], (*earlier,)
        with p.style():
            for style, old in zip(FAINT_STYLES, reversed(earlier), strict=False):
                sound = np.isfinite(old.losses) & (old.losses > 0)
                data = old.steps[sound] - 1, old.losses[sound]
                look = {"ls": style, "lw": 1.8, "color": p.GREY, "alpha": 0.75}
                label = old.label.split(", ", 1)[1]  # all are of this surface
                self._faint += self._mid.plot(*data, label=label, **look)
            legend = self._mid.get_legend()
            if self._faint:
                title = "earlier: the least loss"
                legend = self._mid.legend(handles=self._faint, loc="upper right", title=title)
                fit_legend(legend, self._mid)
            elif legend is not None:
                legend.remove()
        self.live.invalidate(self._mid)

    def _set_limits(self, run, new, first_loss, extremes, earlier):
        curves = [c for old in earlier if len(c := old.losses[np.isfinite(old.losses)])]
        lowest, highest = extremes
        first = max([first_loss, *(c[0] for c in curves)])
        lowest = max(min([lowest, *(c[c > 0].min(initial=first) for c in curves)]), DEPTH * first)
        high = 10.0 ** (np.floor(np.log10(first)) + 1)
        high *= 10 if highest > high else 1  # who shoots out at the top is seen to do so
        low = 10.0 ** np.floor(np.log10(lowest) - 1e-9)
        if not new:
            low = min(low, self._mid.get_ylim()[0])
        legend = self._mid.get_legend()
        if legend is not None:  # room for its title and rows, so that it hides no curve
            rows = 1 + len(legend.get_texts())
            high = low * (high / low) ** (1 / (1 - ROW * rows))
        right = steps_limit(max([20, run.steps, *(old.steps[-1] for old in earlier)]))
        if (low, high) != self._mid.get_ylim():
            self._mid.set_ylim(low, high)
        if (0, right) != self._mid.get_xlim():
            self._mid.set_xlim(0, right)


def _near(path):
    """The path, without what is far outside the view: a line from there would cross all of it."""
    return np.where((np.abs(path) < 2 * VIEW).all(axis=1, keepdims=True), path, np.nan)


def _history(run, lane, loss):
    """Path (n, 2), and steps with losses (2, n), of a lane: thinned, without what is no number."""
    if not run.steps:
        losses = np.array([[0.0], [loss]])
        return np.empty((0, 2)), losses[:, np.isfinite(losses[1]) & (losses[1] > 0)]
    history = run.history
    n = len(history)
    kept = np.arange(n)
    if n > POINTS:  # all of the beginning, where most happens
        kept = np.unique(
            np.r_[: POINTS // 2, np.linspace(POINTS // 2, n - 1, POINTS // 2)].astype(int)
        )
    path = np.column_stack([history.column(f"{name}{lane + 1}")[kept] for name in "xy"])
    steps, losses = history.column("step") - 1, history.column(f"loss{lane + 1}")
    steps, losses = np.append(steps, run.steps), np.append(losses, loss)
    sound = np.isfinite(losses) & (losses > 0)
    steps, losses = steps[sound], losses[sound]
    kept = spikes(losses, POINTS) if len(losses) else []
    return path, np.array([steps[kept], losses[kept]])


def _standing(racer, loss):
    """How a racer fares, in two words."""
    if racer.out is not None:
        return f"diverged, step {racer.out}"
    return f"loss {number(loss)}"
