"""What can be turned in the playground, and what each choice stands for."""

from mlplib.labs._controls import Choice, Slider, Toggle
from mlplib.labs._playground_data import FEATURES, GENERATORS, OWN
from mlplib.labs._playground_presets import START
from mlplib.losses import mse, sigmoid_cross_entropy
from mlplib.optimizers import Adam, GradientDescent, Momentum, RMSProp

HIDDEN = {
    "none": (),
    **{str(n): (n,) for n in (1, 2, 3, 4, 8, 16)},
    **{
        "-".join(map(str, sizes)): sizes
        for sizes in ((2, 2), (4, 2), (4, 4), (8, 8), (16, 16), (8, 8, 8), (4, 4, 4, 4))
    },
}
LOSSES = {  # the loss, and the activation of the output layer
    "cross-entropy": (sigmoid_cross_entropy, "identity"),
    "squared error": (mse, "identity"),
    "squared error after sigmoid": (mse, "sigmoid"),
}
OPTIMIZERS = {
    "gradient descent": GradientDescent,
    "momentum": Momentum,
    "RMSProp": RMSProp,
    "Adam": Adam,
}
BATCHES = ("all", "50", "10", "1")


def make_controls(activations, own_points):
    """The controls; `activations` are those to choose from.

    With points of the student's own these come first, without any noise.
    """
    data = (OWN, *GENERATORS) if own_points else tuple(GENERATORS)
    noise = 0.0 if own_points else START["noise"]
    tooltip = "What a hidden unit does with its sum; can be changed while it trains"
    return (
        Choice("dataset", "Data", data, data[0], tooltip="The points to tell apart"),
        Slider("noise", "Noise", 0.0, 0.5, noise, step=0.01, tooltip="How far points stray"),
        Choice(
            "features",
            "Inputs",
            tuple(FEATURES),
            START["features"],
            tooltip="What the network is given of each point",
        ),
        Choice(
            "hidden",
            "Hidden layers",
            tuple(HIDDEN),
            START["hidden"],
            tooltip="Units of each hidden layer, from the inputs on",
        ),
        Choice(
            "activation",
            "Activation, layer 1",
            activations,
            "tanh",
            effect="live",
            tooltip=tooltip,
        ),
        Choice("activation_2", "Later layers", activations, "tanh", effect="live", tooltip=tooltip),
        Choice(
            "init",
            "Initial weights",
            ("glorot", "he", "normal", "zeros"),
            START["init"],
            tooltip="How the weights are drawn; normal is small, 0.01",
        ),
        Choice("loss", "Loss", tuple(LOSSES), START["loss"], tooltip="What is made small"),
        Choice(
            "optimizer",
            "Optimizer",
            tuple(OPTIMIZERS),
            START["optimizer"],
            tooltip="What is done with the gradient",
        ),
        Slider(
            "learning_rate",
            "Learning rate",
            0.001,
            10.0,
            START["learning_rate"],
            log=True,
            effect="live",
            tooltip="How far a step goes; can be changed while it trains",
        ),
        Choice(
            "batch",
            "Points a step",
            BATCHES,
            START["batch"],
            tooltip="How many points each step looks at",
        ),
        Toggle("numbers", "Numbers", True, tooltip="Weights and biases, where there is room"),
        Toggle("validation", "Validation points", tooltip="Show those held out, too, hollow"),
    )
