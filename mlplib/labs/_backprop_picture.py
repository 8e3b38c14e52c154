"""The picture of backpropagation: the network with its numbers, and the operations as a list."""

import numpy as np

from mlplib import plotting as p
from mlplib.labs._backprop_round import PARAMETERS, UPDATE, say
from mlplib.labs._lettering import QuickText
from mlplib.labs._losses import LossPlot
from mlplib.labs._playground_network import Edges

LEFT = 560  # logical pixels: width of the network's drawing
PLACES = {  # of each unit, by the name of what it says
    "x₁": (36, 370),
    "x₂": (36, 235),
    "a₁": (216, 370),
    "a₂": (216, 235),
    "ŷ": (404, 302),
    "L": (516, 302),
}
# Of each weight: the units it joins, and how far along its line the number stands.
LINES = {
    "w₁₁": ("x₁", "a₁", 0.56),
    "w₁₂": ("x₁", "a₂", 0.31),
    "w₂₁": ("x₂", "a₁", 0.31),
    "w₂₂": ("x₂", "a₂", 0.56),
    "v₁": ("a₁", "ŷ", 0.47),
    "v₂": ("a₂", "ŷ", 0.47),
}
# What belongs to each unit: its sum and its bias, and what comes back to it. That stands in rows
# below the unit (-1, -2, ...) or above it.
BELONGS = {"a₁": ("z₁", "b₁"), "a₂": ("z₂", "b₂"), "ŷ": ("z", "c")}
BACK = {
    "a₁": {"da₁": 2, "dz₁": 1, "db₁": -3},
    "a₂": {"da₂": -3, "dz₂": -4, "db₂": -5},
    "ŷ": {"dŷ": 2, "dz": 1, "dc": -3},
}
RADIUS, ROW = 28, 16  # of a unit; from one line of text to the next
BAND = p.MAP[3]  # behind what takes part


class BackpropPicture:
    """The network, the loss of each round, the operations.

    Parameters
    ----------
    live : LiveFigure
    """

    def __init__(self, live):
        width, height = live.width, live.height
        ax = live.figure.add_axes([0, 0, LEFT / width, 1], zorder=2)
        ax.set(xlim=(0, LEFT), ylim=(0, height))
        ax.set_axis_off()
        at = np.array(list(PLACES.values()))
        (self._glow,) = ax.plot([], [], color=BAND, lw=15, solid_capstyle="round", zorder=0)
        (self._ring,) = ax.plot([], [], "o", ms=50, color=BAND, zorder=0)
        self._edges = Edges(ax)
        ends = [[PLACES[a], PLACES[b]] for a, b, _ in LINES.values()]
        self._edges.set_ends(np.array(ends, dtype=float))
        (to_loss,) = ax.plot(*at[-2:].T, color=p.GREY, lw=1.2, zorder=1)
        (units,) = ax.plot(*at[:-1].T, "o", ms=40, mfc=p.PAPER, mec=p.INK, mew=1.4, zorder=3)
        (loss,) = ax.plot(*at[-1:].T, "s", ms=41, mfc=p.PAPER, mec=p.INK, mew=1.4, zorder=3)
        live.animate(self._glow, self._ring, self._edges, to_loss, units, loss)
        self._inside = live.animate(QuickText(ax, size=10))
        self._forward = live.animate(QuickText(ax, size=10, halo=True))
        self._backward = live.animate(QuickText(ax, size=10, halo=True, color=p.GREEN))
        self._captions = live.animate(QuickText(ax, size=10.5, color=p.INK))

        right = live.figure.add_axes([LEFT / width, 0, 1 - LEFT / width, 1], zorder=2)
        right.set(xlim=(LEFT, width), ylim=(0, height))
        right.set_axis_off()
        self._heading = live.animate(QuickText(right, size=12.5, weight="bold", ha="left"))
        self._formula = live.animate(QuickText(right, size=14, ha="left"))
        self._why = live.animate(QuickText(right, size=11, ha="left"))
        (self._band,) = right.plot([], [], color=BAND, lw=13, solid_capstyle="butt", zorder=0)
        live.animate(self._band)
        self._rows = live.animate(QuickText(right, size=10.2, ha="left"))
        self._ids = live.animate(QuickText(right, size=9.6, ha="left", color=p.GREY))

        curve = live.figure.add_axes([84 / width, 42 / height, 452 / width, 60 / height])
        self._curve = LossPlot(
            live, curve, title="", y_label="loss", first_steps=10, legend_above=True
        )
        curve.set_xlabel("round", labelpad=1)
        p.few_ticks(curve, 6, 2)

    def update(self, lab, operations, done):
        """Show a lab's round after its first `done` operations."""
        value = lab.round.value
        known = {name for operation in operations[:done] for name in operation.makes}
        last = operations[done - 1] if done else None
        if last is not None and last.phase == UPDATE and lab.round.updated:
            known = known - set(PARAMETERS)
            weights = {name: value[f"new {name}"] for name in PARAMETERS}
        else:
            weights = {name: value[name] for name in PARAMETERS}
        self._show_lines(value, weights, known)
        self._show_units(value, weights, known)
        self._light_up(() if last is None else (*last.makes, *last.uses))
        names = (
            f"hidden: {lab.run.live['activation']}",
            f"output: {lab.net.layers[1].activation.name}",
        )
        self._captions.set_words([36, 216, 404, 516], [441] * 4, ["inputs", *names, "loss"])
        self._list(operations, done, value, lab)
        self._curve.update(lab.run, lab.earlier, curve=lab.curve(lab.run), label=lab.label(lab.run))

    def _show_lines(self, value, weights, known):
        self._edges.set_weights([np.array([weights[name] for name in LINES])])
        self._at, self._said, self._back = [], [], []
        for name, (first, second, along) in LINES.items():
            (x0, y0), (x1, y1) = PLACES[first], PLACES[second]
            x, y = x0 + along * (x1 - x0), y0 + along * (y1 - y0)
            self._said.append((x, y + 1, f"{name} {say(weights[name])}"))
            if f"d{name}" in known:
                self._back.append((x, y - ROW, f"d{name} {say(value[f'd{name}'])}"))

    def _show_units(self, value, weights, known):
        words = []
        for name, (x, y) in PLACES.items():
            is_known = name in known or name.startswith("x")
            words.append((x, y, _short(value[name]) if is_known else name))
            down = _row(y, -1)
            if name in BELONGS:
                z, b = BELONGS[name]
                if z in known:
                    self._said.append((x, down, f"{z} = {say(value[z])}"))
                self._said.append((x, _row(y, -2), f"{b} {say(weights[b])}"))
                for back, row in BACK[name].items():
                    if back in known:
                        self._back.append((x, _row(y, row), f"{back} = {say(value[back])}"))
            elif name.startswith("x"):
                self._said.append((x, down, name))
            else:
                self._said.append((x, down, f"y = {say(value['y'])}"))
        self._inside.set_words(*zip(*words, strict=True))
        self._forward.set_words(*zip(*self._said, strict=True))
        self._backward.set_words(*(zip(*self._back, strict=True) if self._back else ([], [], [])))

    def _light_up(self, names):
        """Put a band behind the units and lines that an operation is about."""
        names = {name.removeprefix("d") for name in names}
        units = {"L"} if "y" in names else set()
        for unit in PLACES:
            belongs = {unit, *BELONGS.get(unit, ())}
            if belongs & names:
                units.add(unit)
        self._ring.set_data(
            *np.array([PLACES[u] for u in PLACES if u in units] or [(np.nan,) * 2]).T
        )
        path = [(np.nan, np.nan)]
        for name, (first, second, _) in LINES.items():
            if name in names:
                path += [PLACES[first], PLACES[second], (np.nan, np.nan)]
        self._glow.set_data(*np.array(path, dtype=float).T)

    def _list(self, operations, done, value, lab):
        """The operations: in numbers where they are done, in symbols where they are to come."""
        x, top = LEFT + 4, 344
        y = top - 19 * np.arange(len(operations))
        words, colors = [], []
        for i, operation in enumerate(operations):
            words.append(operation.plugged_in(value) if i < done else operation.symbols)
            colors.append(p.BLUE if i == done - 1 else p.INK if i < done else p.GREY)
        rate = lab.run.live["learning_rate"]
        if done < len(operations):
            words[-1] += f",  η = {say(rate)}"
        self._rows.set_words([x + 48] * len(y), y, words, colors)
        self._ids.set_words([x] * len(y), y, [operation.ids for operation in operations])
        if not done:
            self._band.set_data([], [])
            self._heading.set_words(x, 434, f"Before round {lab.round_number}")
            self._formula.set_words(x, 406, "Step makes one operation.")
            self._why.set_words(x, 380, operations[0].why)
            return
        operation = operations[done - 1]
        self._band.set_data([x - 4, x + 592], [y[done - 1]] * 2)
        self._heading.set_words(
            x,
            434,
            f"Round {lab.round_number}, operation {done} of {len(operations)}: {operation.phase}",
        )
        self._formula.set_words(x, 406, operation.symbols)
        self._why.set_words(x, 380, operation.said(lab.round.value))


def _row(y, n):
    """Height of the n-th row of text below (n < 0) or above a unit at y."""
    return y + np.sign(n) * (RADIUS + 12 + (abs(n) - 1) * ROW)


def _short(value):
    """A number that fits into a unit: at most six letters, with fewer digits if need be."""
    texts = (say(value), *(say(float(f"{value:.{digits}g}")) for digits in (2, 1)))
    return min((text for text in texts if len(text) <= 6), key=lambda t: -len(t), default=texts[-1])
