"""What a network and each of its units say of the plane: one forward pass for all the maps.

The maps are looked at, not trained on: single precision, and for wide networks fewer cells. What
the units say is every third cell of the same pass.
"""

import numpy as np

from mlplib import plotting as p
from mlplib.labs._map import LevelMap, _single
from mlplib.labs._playground_data import expand

CELLS, FEWER = 72, 48  # along each side; fewer where there are many units
WIDE = 16  # units in all hidden layers together, from here on
EVERY = 3  # cell is one of a unit's map


class PlaneMaps:
    """The decision map in its axes, and the small maps of inputs and units.

    Parameters
    ----------
    live : LiveFigure
    ax : matplotlib.axes.Axes
    """

    def __init__(self, live, ax):
        self._ax = ax
        self._map = live.animate(LevelMap(ax, p.MAP))
        self._made_for = self._net = self._twin = None

    def update(self, net, limits, features, output):
        """Show what `net` says now, and return the small maps.

        Parameters
        ----------
        net : MLP
        limits : pair of pairs
            Of the two axes.
        features : str
            Which inputs are made of x1 and x2.
        output : Activation
            Turns scores into probabilities.

        Returns
        -------
        list of (values, low, high)
            For each layer, inputs first: (n, rows, columns) and the range (n,) of each map.
        """
        cells = CELLS if sum(net.sizes[1:-1]) < WIDE else FEWER
        if self._made_for != (limits, features, cells):
            self._made_for = limits, features, cells
            self._lay_grid(limits, features, cells)
        if net is not self._net:
            self._net, self._twin = net, _single(net)
        for layer, own in zip(self._twin.layers, net.layers, strict=True):
            layer.activation = own.activation  # which may be changed while it trains
        with np.errstate(all="ignore"):  # a diverged network has a picture, too
            self._twin.theta[...] = net.theta
            layers = self._forward()
            layers[-1] = output.f(layers[-1])
        self._map.set_values(layers[-1].reshape(cells, cells), 0.0, 1.0)
        ranges = [_from_data] * len(layers)
        ranges[1:-1] = [_range_of(layer.activation) for layer in net.layers[:-1]]
        ranges[-1] = _unit_range
        maps = []
        for values, range_ in zip(layers, ranges, strict=True):
            small = values.reshape(cells, cells, -1)[1::EVERY, 1::EVERY].transpose(2, 0, 1)
            maps.append((small, *range_(small)))
        return maps

    def _lay_grid(self, limits, features, cells):
        (x0, x1), (y0, y1) = limits
        if (self._ax.get_xlim(), self._ax.get_ylim()) != limits:
            self._ax.set(xlim=limits[0], ylim=limits[1])
        middle = (np.arange(cells) + 0.5) / cells
        x, y = np.meshgrid(x0 + middle * (x1 - x0), y0 + middle * (y1 - y0))
        grid = expand(np.column_stack([x.ravel(), y.ravel()]), features).astype(np.float32)
        # in parts too small for BLAS to share among threads, see `DecisionMap`
        self._parts = np.array_split(grid, max(len(grid) // 1000, 1))

    def _forward(self):
        """Outputs of all layers, inputs first, each (cells * cells, n)."""
        passed = []
        for part in self._parts:
            values = [part]
            for layer in self._twin.layers:
                values.append(layer._predict(values[-1]))
            passed.append(values)
        return [np.concatenate(values) for values in zip(*passed, strict=True)]


def _range_of(activation):
    """How to colour a unit: over the activation's whole range, or over what the unit shows."""
    low, high = activation.range
    if np.isfinite([low, high]).all():
        return lambda values: (np.full(len(values), low), np.full(len(values), high))
    return _from_data


def _from_data(values):
    """White at 0, full colour at the greatest size."""
    size = np.abs(np.nan_to_num(values)).max(axis=(1, 2)).astype(float)
    size = np.where(size > 0, size, 1.0)
    return -size, size


def _unit_range(values):
    return np.zeros(len(values)), np.ones(len(values))
