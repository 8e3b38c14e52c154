"""What can be turned in the range-test lab, and the settings that are worth a name."""

from mlplib.labs._controls import Choice, Slider, Toggle
from mlplib.labs._lab import Preset
from mlplib.labs._range_data import TASKS
from mlplib.optimizers import AdaGrad, Adam, GradientDescent, Momentum, RMSProp
from mlplib.schedules import Constant, Cosine, OneCycle

OPTIMIZERS = {
    "gradient descent": GradientDescent,
    "momentum": Momentum,
    "AdaGrad": AdaGrad,
    "RMSProp": RMSProp,
    "Adam": Adam,
}
SUGGESTED, OWN = "suggested rate", "own rate"
CYCLE = 300  # training steps of a schedule that ends
SCHEDULES = {"constant": Constant, "one-cycle": OneCycle, "cosine": Cosine}

CONTROLS = (
    Slider(
        "learning_rate",
        "Learning rate",
        1e-4,
        10.0,
        0.1,
        log=True,
        effect="live",
        tooltip="Of the training; turned by hand, it trains at once, and at this rate",
    ),
    Choice(
        "train_at",
        "Train at",
        (SUGGESTED, OWN),
        SUGGESTED,
        effect="live",
        tooltip="What the test suggests, after the test; or the slider's rate, at once",
    ),
    Choice(
        "schedule",
        "Schedule",
        tuple(SCHEDULES),
        "constant",
        tooltip=f"How the rate changes in {CYCLE} training steps",
    ),
    Choice("data", "Data", tuple(TASKS), "houses"),
    Choice("optimizer", "Optimizer", tuple(OPTIMIZERS), "gradient descent"),
    Choice("activation", "Activation", ("tanh", "relu", "sigmoid"), "tanh"),
    Choice(
        "batch",
        "Examples a step",
        ("all", "32", "8"),
        "all",
        tooltip="Few examples make the curve noisy",
    ),
    Slider("low", "Test from", 1e-7, 1e-2, 1e-5, log=True, tooltip="First rate of the test"),
    Slider("high", "to", 0.1, 100.0, 10.0, log=True, tooltip="Last rate of the test"),
    Slider("steps", "Test steps", 20, 300, 100, step=10, tooltip="Updates from first to last"),
    Toggle("smoothed", "Running median", True, tooltip="What the regions are read from"),
)


def _preset(comment, **settings):
    usual = {
        "learning_rate": 0.1,
        "train_at": SUGGESTED,
        "schedule": "constant",
        "data": "houses",
        "optimizer": "gradient descent",
        "activation": "tanh",
        "batch": "all",
        "steps": 100,
        "low": 1e-5,
        "high": 10.0,
    }
    return Preset(usual | settings, comment)


PRESETS = {
    "find a rate": _preset("Flat, falling, diverging: train where the loss falls fastest."),
    "from the flat region": _preset(
        "A rate from the flat region: every step helps, and none is seen to.",
        train_at=OWN,
        learning_rate=0.0005,
    ),
    "from the diverging region": _preset(
        "A rate from the diverging region: the test has said it, the training explodes.",
        train_at=OWN,
        learning_rate=3.0,
    ),
    "the lowest is too bold": _preset(
        "Where the test's loss is lowest, a whole training no longer holds.",
        train_at=OWN,
        learning_rate=1.5,
    ),
    "small batches tremble": _preset(
        "Eight examples a step and a large rate: the loss trembles, and will not come to rest.",
        train_at=OWN,
        learning_rate=0.3,
        batch="8",
    ),
    "one-cycle": _preset(
        "The same large rate, visited only: up to it, and down to almost nothing.",
        train_at=OWN,
        learning_rate=0.3,
        batch="8",
        schedule="one-cycle",
    ),
    "Adam": _preset("Another optimizer has another scale: test again.", optimizer="Adam"),
}
