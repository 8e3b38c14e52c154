"""mlplib: neural networks from the first neuron to the trained network, in plain NumPy.

`import mlplib` loads NumPy and nothing else. The interactive half is `mlplib.labs`, the exercises
are `mlplib.exercises`, figures are `mlplib.plotting`.
"""

import importlib

from mlplib.activations import (
    ACTIVATIONS,
    Activation,
    elu,
    gelu,
    get_activation,
    identity,
    leaky_relu,
    make_elu,
    make_leaky_relu,
    relu,
    sigmoid,
    silu,
    softmax,
    softplus,
    tanh,
)
from mlplib.initializers import INITIALIZERS
from mlplib.layers import Dense
from mlplib.losses import (
    LOSSES,
    Loss,
    binary_cross_entropy,
    cross_entropy,
    dice,
    half_mse,
    half_sse,
    mse,
    sigmoid_cross_entropy,
    sigmoid_dice,
    softmax_cross_entropy,
)
from mlplib.network import MLP
from mlplib.optimizers import (
    OPTIMIZERS,
    SGD,
    AdaGrad,
    Adam,
    AdamW,
    DampedMomentum,
    GradientDescent,
    Momentum,
    Nesterov,
    RMSProp,
)
from mlplib.regularizers import L1, L2, PENALTIES, ElasticNet, soft_threshold
from mlplib.schedules import (
    SCHEDULES,
    Constant,
    Cosine,
    Exponential,
    OneCycle,
    StepDecay,
    WarmUp,
)
from mlplib.stopping import early_stopping, thin, until_below, until_flat
from mlplib.training import Record, train

__version__ = "0.1.0"

__all__ = [
    "ACTIVATIONS",
    "INITIALIZERS",
    "L1",
    "L2",
    "LOSSES",
    "MLP",
    "OPTIMIZERS",
    "PENALTIES",
    "SCHEDULES",
    "SGD",
    "Activation",
    "AdaGrad",
    "Adam",
    "AdamW",
    "Constant",
    "Cosine",
    "DampedMomentum",
    "Dense",
    "ElasticNet",
    "Exponential",
    "GradientDescent",
    "Loss",
    "MLPClassifier",
    "MLPRegressor",
    "Momentum",
    "Nesterov",
    "OneCycle",
    "RMSProp",
    "Record",
    "StepDecay",
    "WarmUp",
    "binary_cross_entropy",
    "check_gradient",
    "cross_entropy",
    "dice",
    "early_stopping",
    "elu",
    "gelu",
    "get_activation",
    "half_mse",
    "half_sse",
    "identity",
    "leaky_relu",
    "learning_rate_range_test",
    "make_activation",
    "make_elu",
    "make_leaky_relu",
    "mse",
    "numerical_gradient",
    "range_test_stream",
    "read_range_test",
    "relu",
    "sigmoid",
    "sigmoid_cross_entropy",
    "sigmoid_dice",
    "silu",
    "slope_fault",
    "soft_threshold",
    "softmax",
    "softmax_cross_entropy",
    "softplus",
    "tanh",
    "thin",
    "train",
    "until_below",
    "until_flat",
]

# Loaded when first asked for: the estimators, which carry scikit-learn's contract and so import
# scikit-learn, and what judges a network rather than being part of one.
_LAZY = {
    "MLPClassifier": "mlplib.estimators",
    "MLPRegressor": "mlplib.estimators",
    "check_gradient": "mlplib.gradcheck",
    "learning_rate_range_test": "mlplib.range_test",
    "make_activation": "mlplib.own_activation",
    "numerical_gradient": "mlplib.gradcheck",
    "range_test_stream": "mlplib.range_test",
    "read_range_test": "mlplib.range_test",
    "slope_fault": "mlplib.own_activation",
}

_MODULES = ("datasets", "exercises", "labs", "metrics", "plotting", "preprocessing")


def __getattr__(name):
    if name in _LAZY:
        return getattr(importlib.import_module(_LAZY[name]), name)
    if name in _MODULES:  # so that `mlplib.datasets` works after `import mlplib` alone
        return importlib.import_module(f"mlplib.{name}")
    raise AttributeError(f"module 'mlplib' has no attribute {name!r}")


def __dir__():
    return [*__all__, *_MODULES]
