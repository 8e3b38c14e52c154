"""What the parameters of an estimator may be: looked at by fit, not before. One sentence each."""

import math
from numbers import Integral

import numpy as np
from sklearn.utils import check_random_state

from mlplib._errors import check_number, check_option, type_error, value_error
from mlplib.activations import ACTIVATIONS, get_activation
from mlplib.optimizers import get_optimizer

_SCHEDULES = ["constant", "invscaling", "adaptive"]
_SWITCHES = ["shuffle", "warm_start", "nesterovs_momentum", "early_stopping"]
# lowest, highest, and how these bounds are meant
_RANGES = {
    "alpha": (0, None, {}),
    "learning_rate_init": (0, None, {"low_open": True}),
    "power_t": (0, None, {}),
    "max_iter": (1, None, {"integer": True}),
    "tol": (0, None, {}),
    "momentum": (0, 1, {}),
    "validation_fraction": (0, 1, {"high_open": True}),
    "beta_1": (0, 1, {"high_open": True}),
    "beta_2": (0, 1, {"high_open": True}),
    "epsilon": (0, None, {"low_open": True}),
}


def check_params(estimator, where):
    """Refuse what makes no sense; return the activation and the sizes of the hidden layers."""
    _check_solver(where, estimator.solver)
    check_option(where, "learning_rate", estimator.learning_rate, _SCHEDULES)
    for name, (low, high, bounds) in _RANGES.items():
        check_number(where, name, getattr(estimator, name), low, high, **bounds)
    if estimator.n_iter_no_change != math.inf:
        check_number(where, "n_iter_no_change", estimator.n_iter_no_change, 1, integer=True)
    if isinstance(estimator.batch_size, str):
        check_option(where, "batch_size", estimator.batch_size, ["auto"])
    else:
        check_number(where, "batch_size", estimator.batch_size, 1, integer=True)
    for name in _SWITCHES:
        value = getattr(estimator, name)
        if not isinstance(value, (bool, np.bool_)):
            raise type_error(where, f"{name} to be True or False", f"{value!r:.60}")
    return (
        _as_activation(where, estimator.activation),
        _as_sizes(where, estimator.hidden_layer_sizes),
    )


def _check_solver(where, solver):
    if isinstance(solver, str) and solver == "lbfgs":
        raise value_error(
            where,
            "solver 'sgd', 'adam', or an optimizer such as RMSProp(0.001)",
            "'lbfgs'",
            "It is not offered: it has no minibatches. scikit-learn's own estimators have it.",
        )
    if isinstance(solver, str):
        check_option(where, "solver", solver, ["sgd", "adam"])
    else:
        get_optimizer(solver)


def _as_activation(where, activation):
    if isinstance(activation, str) and activation == "logistic":
        return ACTIVATIONS["sigmoid"]
    if isinstance(activation, str) and "(" not in activation:  # "leaky_relu(0.2)" is one, too
        check_option(where, "activation", activation, ["logistic", *ACTIVATIONS])
    return get_activation(activation)


def _as_sizes(where, sizes):
    try:
        sizes = [sizes] if isinstance(sizes, Integral) else list(sizes)
    except TypeError:
        raise type_error(
            where, "hidden_layer_sizes such as (5, 2)", f"{sizes!r:.60}", "Pass whole numbers."
        ) from None
    return [check_number(where, "each of hidden_layer_sizes", n, 1, integer=True) for n in sizes]


def as_random_state(where, random_state):
    """scikit-learn's kind of random numbers, from all that it takes, or from a Generator."""
    if isinstance(random_state, np.random.Generator):
        return np.random.RandomState(random_state.bit_generator)
    try:
        return check_random_state(random_state)
    except ValueError:
        raise value_error(
            where,
            "random_state to be None, a whole number of at least 0, or a generator",
            f"{random_state!r:.60}",
            "Pass random_state=0.",
        ) from None
