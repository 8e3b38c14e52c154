"""The playground's settings by name, each with the sentence that a lecturer would say."""

from mlplib.labs._lab import Preset

START = {
    "dataset": "xor",
    "noise": 0.05,
    "features": "x1, x2",
    "hidden": "4-2",
    "activation": "tanh",
    "activation_2": "tanh",
    "init": "glorot",
    "loss": "cross-entropy",
    "optimizer": "gradient descent",
    "learning_rate": 1.0,
    "batch": "all",
}


def _preset(comment, **settings):
    """All settings, so that a preset does the same whatever was set before."""
    return Preset(START | settings, comment)


PRESETS = {
    "one neuron": _preset(
        "One neuron is one straight line, and no line parts these four quarters.",
        hidden="none",
    ),
    "two units": _preset(
        "Two units are two lines: what one could not do, two nearly can.",
        hidden="2",
    ),
    "four units": _preset(
        "Four units, each a line of its own, and the corners come right, too.",
        hidden="4",
        learning_rate=2.0,
    ),
    "circles": _preset(
        "Three lines are enough to fence the inner circle in: look at the three units.",
        dataset="circles",
        noise=0.1,
        hidden="3",
        optimizer="Adam",
        learning_rate=0.05,
    ),
    "the right inputs": _preset(
        "The same circles, no hidden layer: given the squares, one neuron is enough.",
        dataset="circles",
        noise=0.1,
        hidden="none",
        features="+ squares, product",
        learning_rate=3.0,
    ),
    "two spirals": _preset(
        "Two spirals need many lines: the first layer draws them, the second puts them together.",
        dataset="spirals",
        noise=0.03,
        hidden="16-16",
        optimizer="Adam",
        learning_rate=0.01,
    ),
    "zero weights": _preset(
        "All weights start at zero, so all units get the same gradient: none, here. Nothing moves.",
        hidden="4",
        init="zeros",
    ),
    "deep and sigmoid": _preset(
        "Four layers of sigmoids, and nothing arrives at the first: choose tanh while it runs.",
        hidden="4-4-4-4",
        activation="sigmoid",
        activation_2="sigmoid",
    ),
    "dead ReLU": _preset(
        "One step too long, and every ReLU is at zero for every point: no slope, no way back.",
        hidden="8",
        activation="relu",
        learning_rate=10.0,
    ),
    "too large a rate": _preset(
        "With a squared error nothing holds the steps back: each makes the next one larger.",
        hidden="8",
        activation="leaky_relu",
        loss="squared error",
        learning_rate=1.0,
    ),
}
