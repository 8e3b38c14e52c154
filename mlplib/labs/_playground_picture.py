"""The playground's picture: the network, the plane with its points, the losses."""

import numpy as np

from mlplib import plotting as p
from mlplib._words import count, number
from mlplib.labs._lettering import QuickText
from mlplib.labs._losses import LossPlot
from mlplib.labs._playground_controls import HIDDEN
from mlplib.labs._playground_data import feature_names
from mlplib.labs._playground_maps import PlaneMaps
from mlplib.labs._playground_network import MOST, NetworkDrawing

NETWORK, SIDE = 494, 290  # logical pixels: width of the network's drawing, side of the map


class PlaygroundPicture:
    """Three panels: the network, the map, the losses.

    Parameters
    ----------
    live : LiveFigure
    """

    def __init__(self, live):
        width, height = live.width, live.height
        left = live.figure.add_axes([0, 0, NETWORK / width, 1])
        left.set(xlim=(0, NETWORK), ylim=(0, height))
        self.network = NetworkDrawing(live, left)
        self.heading = live.animate(QuickText(left, size=12.5, ha="left", va="baseline"))
        self._caption = live.animate(QuickText(left, size=10.5, ha="left", va="baseline"))
        middle = live.figure.add_axes([568 / width, 58 / height, SIDE / width, SIDE / height])
        middle.set(xlabel="$x_1$", title="What the network says")
        middle.set_ylabel("$x_2$", labelpad=-2)
        middle.grid(False)
        p.few_ticks(middle, 3, 3)
        self.maps = PlaneMaps(live, middle)
        looks = ((p.VERMILLION, "s"), (p.BLUE, "o"))
        self._dots = [
            middle.plot([], [], marker, ls="none", color=color, mec=p.PAPER, mew=0.6, ms=5)[0]
            for color, marker in looks
        ]
        self._hollow = [
            middle.plot([], [], marker, ls="none", mfc=p.PAPER, mec=color, mew=1.2, ms=4)[0]
            for color, marker in looks
        ]
        live.animate(*self._hollow, *self._dots)
        right = live.figure.add_axes([906 / width, 58 / height, 232 / width, SIDE / height])
        self._curve = LossPlot(live, right, first_steps=100, validation=True)

    def update(self, lab):
        """Set the artists' data from the lab's run."""
        run, net, points = lab.run, lab.net, lab.points
        features = run.settings["features"]
        maps = self.maps.update(net, points.limits, features, lab.output)
        names, sizes = lab.names_of_layers(run.live), HIDDEN[run.settings["hidden"]]
        if len(sizes) <= 2:
            names = [f"{n} {name}" for n, name in zip(sizes, names, strict=True)]
        layers = ["inputs", *names, "output"]
        shown = lab.controls["numbers"].value
        self.network.update(net, feature_names(features), maps, layers, shown)
        lines = sum(layer.W.size for layer in net.layers)
        note = " (its strongest weights)" if lines > MOST else ""
        self.heading.set_words(24, 369, f"Network {'-'.join(map(str, net.sizes))}{note}")
        self._caption.set_words(24, 10, _how(run))
        trained = np.arange(len(points.Y)) < points.n_train
        hollow = ~trained & lab.controls["validation"].value
        for label in (0, 1):
            of_label = points.Y[:, 0] == label
            self._dots[label].set_data(*points.plane[of_label & trained].T)
            self._hollow[label].set_data(*points.plane[of_label & hollow].T)
        self._curve.update(run, lab.earlier, now=lab.loss_now(), label=lab.label(run))


def _how(run):
    """How it is trained, in a line."""
    batch, rate = run.settings["batch"], number(run.live["learning_rate"])
    points = "all points" if batch == "all" else count(int(batch), "point")
    return f"{run.settings['optimizer']}, rate {rate}, {points} a step"
