"""Maps that change with every frame: what a network says of each point of a plane."""

import numpy as np
from matplotlib.artist import Artist
from matplotlib.colors import to_rgb

from mlplib import plotting
from mlplib.activations import identity
from mlplib.network import MLP


class LevelMap(Artist):
    """A map of colour levels that fills its axes: each cell becomes a block of pixels.

    Matplotlib resamples an image in 10 ms; copying cells takes one, which is what a map that
    changes with every frame needs.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    colors : sequence of colours
        The colour of each level.
    """

    zorder = 0

    def __init__(self, ax, colors):
        super().__init__()
        rgba = np.array([(*to_rgb(c), 1) for c in colors])
        self._table = (255 * rgba).round().astype(np.uint8).view(np.uint32)[:, 0]
        self._levels = np.zeros((1, 1), dtype=np.intp)
        ax.add_artist(self)

    def set_values(self, values, low, high):
        """Show `values` (rows, columns), the first row at the bottom, between low and high."""
        n = len(self._table)
        with np.errstate(invalid="ignore"):
            levels = np.clip((values - low) * (n / (high - low)), 0, n - 1)
        self._levels = np.nan_to_num(levels).astype(np.intp)

    @property
    def levels(self):
        """Index of the colour of each cell, (rows, columns)."""
        return self._levels

    def draw(self, renderer):
        """Fill the axes' box."""
        if not self.get_visible():
            return
        x0, y0, x1, y1 = (round(v) for v in self.axes.bbox.extents)
        rows, columns = self._levels.shape
        row = (np.arange(y1 - y0) * rows) // (y1 - y0)
        column = (np.arange(x1 - x0) * columns) // (x1 - x0)
        pixels = self._table[self._levels][row[:, None], column[None, :]]
        gc = renderer.new_gc()
        renderer.draw_image(gc, x0, y0, pixels.view(np.uint8).reshape(*pixels.shape, 4))
        gc.restore()


class DecisionMap:
    """The output of a network over the two inputs that the axes show.

    The map is looked at, not trained on, so it is computed in single precision: an eighth of the
    time, which in a lab is the time between two frames.

    Parameters
    ----------
    live : LiveFigure
    ax : matplotlib.axes.Axes
        Its limits are the map's.
    cells : int
        Along each side.
    output : Activation
        Turns the network's scores into what is shown: a loss's `output`.
    low, high : float
        Values that get the first and the last colour.
    """

    def __init__(self, live, ax, *, cells=100, output=identity, low=0.0, high=1.0):
        self._levels = live.animate(LevelMap(ax, plotting.MAP))
        self._output, self._low, self._high, self._cells = output, low, high, cells
        (x0, x1), (y0, y1) = ax.get_xlim(), ax.get_ylim()
        middle = (np.arange(cells) + 0.5) / cells
        x, y = np.meshgrid(x0 + middle * (x1 - x0), y0 + middle * (y1 - y0))
        grid = np.column_stack([x.ravel(), y.ravel()]).astype(np.float32)
        # In parts too small for BLAS to share among threads: waking these can take longer than
        # the whole map, on a machine that has a browser to serve as well.
        self._parts = np.array_split(grid, max(len(grid) // 1000, 1))
        self._made_of = self._twin = None

    @property
    def artist(self):
        """The map itself."""
        return self._levels

    def update(self, net):
        """Show what `net` says now."""
        made_of = (net, *(layer.activation for layer in net.layers))  # which may change, too
        if made_of != self._made_of:
            self._made_of, self._twin = made_of, _single(net)
        with np.errstate(all="ignore"):  # a diverged network has a picture, too
            self._twin.theta[...] = net.theta
            parts = [self._twin._predict(part) for part in self._parts]
            values = self._output.f(np.concatenate(parts))
        self._levels.set_values(values.reshape(self._cells, -1), self._low, self._high)


def _single(net):
    """A network of the same architecture in single precision."""
    layers = net.layers
    activations = [layer.activation for layer in layers]
    return MLP(
        net.sizes,
        activations[:-1],
        activations[-1],
        rng=np.random.default_rng(0),
        dtype="float32",
    )
