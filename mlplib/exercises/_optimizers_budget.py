"""The open exercise of notebook 05: train a network within a budget of steps, in any way."""

import numpy as np

from mlplib.exercises.optimizers import course
from mlplib.losses import mse
from mlplib.network import MLP

# ---- 13 ---------------------------------------------------------------------------------------

ENOUGH = 0.05
"""Of the variance of the unseen targets: an error that the open exercise accepts."""


class SmallNetwork:
    """gradient(theta), a function."""

    def __init__(self, n_in, hidden, steps, rng):
        self.net = MLP([n_in, hidden, 1], "tanh", rng=rng)
        self.steps, self.asked = steps, 0
        self.X = rng.uniform(-2, 2, (30 * n_in + 20, n_in))
        self.Y = self._truth(self.X) + rng.normal(0, 0.1, (len(self.X), 1))
        self.X_unseen = rng.uniform(-2, 2, (200, n_in))

    @staticmethod
    def _truth(X):
        return np.sin(2 * X[:, :1]) + 0.5 * X[:, 1:].sum(axis=1, keepdims=True)

    def __call__(self, theta):
        """Gradient of the MSE of the training data, as often as there are steps."""
        if self.asked == self.steps:
            raise RuntimeError(
                f"gradient was asked more than {self.steps} times, and that is the budget: one "
                "gradient for each step."
            )
        self.asked += 1
        self.net.theta = theta
        self.net.backward(mse.grad(self.net.forward(self.X), self.Y))
        return self.net.grad.copy()

    def unseen_error(self, theta):
        """MSE on data that were not trained on, as a part of their variance."""
        net = MLP(self.net.sizes, "tanh", rng=np.random.default_rng(0))
        net.theta = theta
        Y = self._truth(self.X_unseen)
        return mse.value(net.predict(self.X_unseen), Y) / np.var(Y)

    def __eq__(self, other):  # a copy that was asked is still the same problem
        return isinstance(other, SmallNetwork) and np.array_equal(self.X, other.X)

    __hash__ = None


def _problems(rng):
    for n_in, hidden, steps in ((1, 4, 300), (1, 8, 300), (2, 8, 300), (1, 16, 300)):
        gradient = SmallNetwork(n_in, hidden, steps, rng)
        yield gradient.net.theta.copy(), gradient, steps


def _judge_training(arguments, parts):
    """Any theta will do with which the network predicts unseen data well."""
    start, gradient, steps = arguments
    (theta,) = parts
    error = gradient.unseen_error(theta)
    if error <= ENOUGH:
        return None
    return (
        f"With {steps} steps for {len(start)} parameters, your network is wrong on unseen data by "
        f"{100 * error:.3g} % of their variance; asked are {100 * ENOUGH:g} % at most. At the "
        f"start it was {100 * gradient.unseen_error(start):.3g} %. Try momentum or Adam, and find "
        "the rate: three times as large, a third of it."
    )


@course.exercise(
    title="Open: train within a budget",
    formulas=("A8", "E4", "E6", "E7"),
    returns={"theta": "(n_params,)"},
    cases=_problems,
    judge=_judge_training,
    hints=[
        "Plain gradient descent is too slow here at every rate that does not diverge. You have "
        "written better ones in this notebook.",
        "Momentum with mu = 0.9 or Adam will do. Keep their vectors (v, or m and v) from step to "
        "step, starting with zeros, one for each parameter.",
        "Adam with a rate between 0.03 and 0.1, or momentum with 0.1, comes far enough; a rate "
        "that falls towards the end (E7) makes it safer.",
    ],
    after="Nobody told you the rate, and you found it. On a new network start with the range test, "
    "and keep the last word for data that were not trained on.",
)
def train_within(theta, gradient, steps):
    """Train a network with a budget: any optimizer, any rates, at most `steps` gradients.

    The network has one hidden tanh layer; its loss is the MSE of some training data. You get its
    parameters and a function for the gradient, and hand back better parameters. They are judged
    on data that were not trained on: the mean squared error there must not exceed 5 % of the
    variance of the targets. Four networks are tried, with 13 to 49 parameters.

    theta : array (n_params,), the parameters at the start; must not be changed
    gradient : function, gradient(theta) gives the gradient, array (n_params,); it may be called
        `steps` times and raises an error after that
    steps : whole number, 300
    Returns theta : array (n_params,), the trained parameters
    """
    # gap
    m = np.zeros(len(theta))
    v = np.zeros(len(theta))
    for t in range(1, steps + 1):
        g = gradient(theta)
        m = 0.9 * m + 0.1 * g
        v = 0.99 * v + 0.01 * g**2
        lr = 0.1 * (1 + np.cos(np.pi * t / steps)) / 2
        theta = theta - lr * (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.99**t)) + 1e-8)
    # end
    return theta


@train_within.mistake(
    "You hand back the parameters as they came in: nothing was trained. Does each step put its "
    "result into `theta`, and does the loop run at all?"
)
def untrained(theta, gradient, steps):
    return theta.copy()


@train_within.mistake(
    "This is what a single step gives: after it the function ends. Is `return` inside the loop?"
)
def returned_in_the_loop(theta, gradient, steps):
    return _adam(theta, gradient, 1, 0.1)


@train_within.mistake(
    "These are the parameters after a hundred steps of plain gradient descent at the rate 0.1: not "
    "all of the budget, and not the best use of it."
)
def stopped_early(theta, gradient, steps):
    return _descent(theta, gradient, 100, 0.1)


@train_within.mistake(
    "This is plain gradient descent at the rate 0.1. It does not diverge and it does not arrive: "
    "the valley is long and narrow. Momentum runs along it."
)
def plain_descent(theta, gradient, steps):
    return _descent(theta, gradient, steps, 0.1)


@train_within.mistake(
    "This is plain gradient descent at the rate 0.01, a common first choice. It is far too slow "
    "for 300 steps; and at ten times that rate it still is."
)
def slow_descent(theta, gradient, steps):
    return _descent(theta, gradient, steps, 0.01)


@train_within.mistake(
    "This is Adam with its famous rate of 0.001. In 300 steps no parameter can move farther than "
    "about 0.3: here it needs a larger rate."
)
def adam_at_its_usual_rate(theta, gradient, steps):
    return _adam(theta, gradient, steps, 0.001)


def _descent(theta, gradient, steps, lr):
    for _ in range(steps):
        theta = theta - lr * gradient(theta)
    return theta


def _adam(theta, gradient, steps, lr):
    m, v = np.zeros(len(theta)), np.zeros(len(theta))
    for t in range(1, steps + 1):
        g = gradient(theta)
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
        theta = theta - lr * (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
    return theta
