"""A network as a drawing: its weights as lines, what each unit sees as a small map.

Thickness is the size of a weight, colour and line style its sign. All lines are drawn in a dozen
strokes (one for each thickness and sign), all maps are copied as pixels, all numbers come from a
store of lettered words: so that the drawing can change with every frame.
"""

import numpy as np
from matplotlib.artist import Artist
from matplotlib.colors import to_rgb
from matplotlib.path import Path
from matplotlib.transforms import IdentityTransform

from mlplib import plotting as p
from mlplib._words import number
from mlplib.labs._lettering import QuickText

THICK = (0.05, 0.2, 0.5, 1.0, 1.5, 2.2, 3.2, 5.0)  # |w| from which a line is drawn thicker
WIDTHS = (0.6, 0.9, 1.2, 1.6, 2.1, 2.7, 3.4, 4.2, 5.0)  # in points
MOST = 64  # lines: of more weights, the strongest of each layer are drawn
SMALL = 9.6  # points, of numbers
COLUMN = 41  # pixels, as wide as one of them


class Edges(Artist):
    """Lines from unit to unit, each as thick as its weight is large; negative ones are dashed.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    """

    zorder = 1

    def __init__(self, ax):
        super().__init__()
        self._ends, self._scale = np.empty((0, 2, 2)), 1.0
        self._levels = np.empty(0, dtype=int)
        ax.add_artist(self)

    def set_ends(self, ends):
        """Draw lines between these points, (n, 2, 2), in data coordinates."""
        self._ends = ends
        self._scale = 1.0 if len(ends) <= MOST // 2 else 0.6

    def set_weights(self, layers):
        """Show these weights, one array for each layer, one weight for each line."""
        levels = []
        most = len(self._ends) if len(self._ends) <= MOST else max(36 // len(layers), 9)
        for W in layers:
            weights = np.nan_to_num(W.ravel())
            size = np.abs(weights)
            level = np.searchsorted(THICK, size) + 1
            if len(size) > most:
                level[size < np.partition(size, -most)[-most]] = 0
            levels.append(np.where(weights < 0, -level, level))
        self._levels = np.concatenate(levels)

    @property
    def levels(self):
        """Of each line its thickness, 1 to 9, with the weight's sign; 0 is not drawn."""
        return self._levels

    def draw(self, renderer):
        """Stroke all lines of one thickness and sign at once."""
        if not self.get_visible() or not len(self._ends):
            return
        ends = self.axes.transData.transform(self._ends.reshape(-1, 2)).reshape(-1, 2, 2)
        for level in sorted(set(self._levels.tolist()), key=abs):  # the thickest on top
            size = abs(level) - 1
            if size < 0:
                continue
            lines = ends[self._levels == level].reshape(-1, 2)
            codes = np.tile([Path.MOVETO, Path.LINETO], len(lines) // 2).astype(Path.code_type)
            gc = renderer.new_gc()
            gc.set_linewidth(renderer.points_to_pixels(WIDTHS[size] * self._scale))
            gc.set_capstyle("butt")
            gc.set_antialiased(self._scale == 1)  # smooth edges of many lines are half the bytes
            gc.set_foreground(p.FAINT if size == 0 else p.BLUE if level > 0 else p.VERMILLION)
            if level < 0:
                gc.set_dashes(0, [10, 5] if self._scale == 1 else [18, 6])
            renderer.draw_path(gc, Path(lines, codes), IdentityTransform())
            gc.restore()


class UnitMaps(Artist):
    """A small map for each unit, in a square of its own.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    colors : sequence of colours
        Of the levels.
    """

    zorder = 3

    def __init__(self, ax, colors):
        super().__init__()
        rgba = np.array([(*to_rgb(c), 1) for c in colors])
        self._table = (255 * rgba).round().astype(np.uint8).view(np.uint32)[:, 0]
        edge = np.array([[*to_rgb(p.GREY), 1]])
        self._edge = (255 * edge).round().astype(np.uint8).view(np.uint32)[0, 0]
        self._centers, self._side = np.empty((0, 2)), 1.0
        self._levels = np.empty((0, 1, 1), dtype=np.intp)
        ax.add_artist(self)

    def set_places(self, centers, side):
        """Put the maps around these points (n, 2); `side` is their size, both in data units."""
        self._centers, self._side = centers, side

    def set_values(self, values, low, high):
        """Show `values` (n, rows, columns), each map between its own `low` and `high` (n,)."""
        n = len(self._table)
        scale = n / np.maximum(high - low, 1e-12)
        with np.errstate(invalid="ignore", over="ignore"):
            levels = (values - low[:, None, None]) * scale[:, None, None]
            self._levels = np.nan_to_num(np.clip(levels, 0, n - 1)).astype(np.intp)

    @property
    def levels(self):
        """Index of the colour of each cell, (n, rows, columns)."""
        return self._levels

    def draw(self, renderer):
        """Copy the maps to their places, each with a thin frame."""
        if not self.get_visible() or not len(self._centers):
            return
        places = self.axes.transData.transform(self._centers)
        unit = self.axes.transData.transform([[0, 0], [self._side, 0]])
        side = max(round(unit[1, 0] - unit[0, 0]), 4)
        cells = (np.arange(side) * self._levels.shape[1]) // side
        levels = self._levels.take(cells, axis=1).take(cells, axis=2)
        pixels = self._table[levels]
        for edge in (pixels[:, :2], pixels[:, -2:], pixels[:, :, :2], pixels[:, :, -2:]):
            edge[...] = self._edge
        pixels = pixels.view(np.uint8).reshape(len(pixels), side, side, 4)
        gc = renderer.new_gc()
        for (x, y), block in zip(places, pixels, strict=True):
            renderer.draw_image(gc, round(x - side / 2), round(y - side / 2), block)
        gc.restore()


class NetworkDrawing:
    """A network in one pair of axes, whose data coordinates are logical pixels.

    Parameters
    ----------
    live : LiveFigure
    ax : matplotlib.axes.Axes
    """

    TOP, BOTTOM = 350, 62  # where the units are
    LEFT, RIGHT = 88, 28  # from the edges of the axes

    def __init__(self, live, ax):
        ax.set_axis_off()
        self._width = ax.get_xlim()[1]
        self._edges = Edges(ax)
        self._maps = UnitMaps(ax, p.MAP)
        self._numbers = QuickText(ax, size=SMALL, halo=True)
        self._names = QuickText(ax, size=11.5, ha="right")
        self._layers = QuickText(ax, size=10.5, va="baseline")
        live.animate(self._edges, self._maps, self._numbers, self._names, self._layers)
        self._sizes = None

    def update(self, net, inputs, maps, layers, numbers):
        """Show the network as it is.

        Parameters
        ----------
        net : MLP
        inputs : sequence of str
            Names of the inputs.
        maps : list of (values, low, high)
            Of each layer, inputs first: its units' maps (n, rows, columns) and their ranges (n,).
        layers : sequence of str
            A line below each layer.
        numbers : bool
            Write the weights and biases beside their lines, where there is room.
        """
        if net.sizes != self._sizes:
            self._lay_out(net.sizes)
        self._edges.set_weights([layer.W for layer in net.layers])
        self._maps.set_values(*(np.concatenate(part) for part in zip(*maps, strict=True)))
        xy = self._places[0]
        self._names.set_words(xy[:, 0] - self._side / 2 - 7, xy[:, 1], inputs)
        x = [places[0, 0] for places in self._places]
        self._layers.set_words(x, [36] * len(x), layers)
        if numbers:
            self._write_numbers(net)
        else:
            self._numbers.set_words([], [], [])

    def _lay_out(self, sizes):
        self._sizes = list(sizes)
        x = np.linspace(self.LEFT, self._width - self.RIGHT, len(sizes))
        height = self.TOP - self.BOTTOM
        room = height / max(sizes)
        self._side = min(42.0, 0.8 * room, 0.4 * (x[1] - x[0]))
        self._places = []
        for at, n in zip(x, sizes, strict=True):
            step = min(height / n, 96)
            y = (self.TOP + self.BOTTOM) / 2 + step * ((n - 1) / 2 - np.arange(n))
            self._places.append(np.column_stack([np.full(n, at), y]))
        ends, spots = [], []
        for first, second in zip(self._places, self._places[1:], strict=False):
            pairs = np.empty((len(first), len(second), 2, 2))
            pairs[:, :, 0], pairs[:, :, 1] = first[:, None], second[None, :]
            ends.append(pairs.reshape(-1, 2, 2))
            spots.append(self._spots(first, second))
        self._edges.set_ends(np.concatenate(ends))
        self._maps.set_places(np.concatenate(self._places), self._side)
        self._spots_of_weights = spots
        # a bias stands below its unit
        self._spots_of_biases = [
            places - [0, self._side / 2 + 9] if _apart(places) > self._side + 20 else None
            for places in self._places[1:]
        ]

    def _spots(self, first, second):
        """Where the numbers of a layer's weights stand, (n_in, n_out, 2); None without room."""
        gap = second[0, 0] - first[0, 0]
        inside = gap - self._side
        best, chosen = 0.0, None
        # numbers of one unit's lines stand below each other, in a column for each unit
        for columns, by_source in ((len(first), True), (len(second), False)):
            if inside < COLUMN * columns:
                continue
            middle = (np.arange(columns) + 0.5) / columns
            t = (self._side / 2 + inside * middle) / gap
            if by_source:
                t = t[::-1, None] * np.ones(len(second)) if len(first) > 1 else t[:, None]
                apart = _apart(second) * t.min()
            else:
                t = t[None, :] * np.ones((len(first), 1))
                apart = _apart(first) * (1 - t.max())
            if apart > best:
                t = np.broadcast_to(t, (len(first), len(second)))[..., None]
                best, chosen = apart, first[:, None] * (1 - t) + second[None, :] * t
        return chosen if best >= 13 else None

    def _write_numbers(self, net):
        places, words, colors = [], [], []
        for layer, spots in zip(net.layers, self._spots_of_weights, strict=True):
            if spots is not None:
                places.append(spots.reshape(-1, 2))
                words += [_short(w) for w in layer.W.ravel()]
                colors += [p.VERMILLION if w < 0 else p.BLUE for w in layer.W.ravel()]
        for layer, spots in zip(net.layers, self._spots_of_biases, strict=True):
            if spots is not None:
                places.append(spots)
                words += [f"b {_short(b)}" for b in layer.b]
                colors += [p.INK] * len(layer.b)
        if not places:
            places = [np.empty((0, 2))]
        self._numbers.set_words(*np.concatenate(places).T, words, colors)


def _apart(places):
    """Distance between neighbours of a layer."""
    return abs(places[0, 1] - places[1, 1]) if len(places) > 1 else 200.0


def _short(value):
    """A weight in few letters: as many digits as can be told apart in a drawing."""
    if not np.isfinite(value):
        return "?"
    size = abs(value)
    text = f"{size:.2f}" if size < 10 else f"{size:.1f}" if size < 100 else number(size)
    return f"−{text}" if value < 0 and float(text.replace(" ", "")) else text
