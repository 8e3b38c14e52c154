"""The races that are worth watching, each under a name."""

from mlplib.labs._lab import Preset

RATES = ("learning_rate", "rate_2", "rate_3", "rate_4")


def _setting(surface, x, y, *lanes):
    """The settings of a preset, from (racer, rate) for each lane."""
    values = {"surface": surface, "start_x": x, "start_y": y}
    for i, (rate, lane) in enumerate(zip(RATES, [*lanes, *[("none", 0.01)] * 4], strict=False)):
        values |= {f"racer_{i + 1}": lane[0], rate: lane[1]}
    return values


PRESETS = {
    "a narrow valley": Preset(
        _setting(
            "valley",
            -2.0,
            1.0,
            ("gradient descent", 0.02),
            ("momentum", 0.02),
            ("RMSProp", 0.05),
            ("Adam", 0.1),
        ),
        "The steep walls limit the rate of gradient descent; on the floor it only creeps.",
    ),
    "momentum overshoots": Preset(
        _setting(
            "valley",
            -2.0,
            1.0,
            ("gradient descent", 0.02),
            ("momentum", 0.02),
            ("Nesterov", 0.02),
        ),
        "Momentum runs past the minimum and swings back; Nesterov looks ahead and brakes.",
    ),
    "saddle: who leaves first": Preset(
        _setting(
            "saddle",
            -2.0,
            0.01,
            ("gradient descent", 0.1),
            ("momentum", 0.1),
            ("RMSProp", 0.05),
            ("AdaGrad", 0.3),
        ),
        "On the saddle the slope is almost 0: who divides by its size is off first.",
    ),
    "Rosenbrock": Preset(
        _setting(
            "Rosenbrock",
            -1.5,
            2.0,
            ("gradient descent", 0.0005),
            ("momentum", 0.0005),
            ("RMSProp", 0.02),
            ("Adam", 0.1),
        ),
        "Down into the bend is quick; along its floor the slope is small, and all are slow.",
    ),
    "Adam with too large a rate": Preset(
        _setting("valley", -2.0, 1.0, ("Adam", 0.01), ("Adam", 0.1), ("Adam", 0.4), ("Adam", 1.0)),
        "One optimizer at four rates: too low a one creeps, too large a one flies far past.",
    ),
    "one diverges": Preset(
        _setting(
            "valley",
            -2.0,
            1.0,
            ("gradient descent", 0.12),
            ("momentum", 0.12),
            ("AdaGrad", 0.12),
            ("Adam", 0.12),
        ),
        "The same rate for all: too large for one, and no other minds.",
    ),
    "a real network": Preset(
        _setting(
            "tanh network",
            0.0,
            -1.9,
            ("gradient descent", 0.1),
            ("momentum", 0.1),
            ("RMSProp", 0.05),
            ("Adam", 0.1),
        ),
        "A plane through a network's 33 parameters: one start, and three hollows to end in.",
    ),
}
