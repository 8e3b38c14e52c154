"""The formulas of notebook 02, each computed as printed and by mlplib."""

import math

import numpy as np

from formulas import Formulas
from mlplib import (
    MLP,
    GradientDescent,
    binary_cross_entropy,
    mse,
    sigmoid,
    sigmoid_cross_entropy,
    train,
)

formulas = Formulas("02_logistic_regression.ipynb", ids="A4 A7 B1 C2 C6 D3")


def problem(rng, n_in=3, m=5, output="identity"):
    """A neuron and labelled data: (net, X, Y, W, b)."""
    net = MLP([n_in, 1], output=output, rng=rng, bias=0.3)
    X, Y = rng.standard_normal((m, n_in)), rng.integers(0, 2, (m, 1)).astype(float)
    Y[0], Y[-1] = 0.0, 1.0  # both classes, always
    return net, X, Y, net.layers[0].W, net.layers[0].b


def g(z):
    """The sigmoid of one number, as printed."""
    return 1 / (1 + math.exp(-z))


def probabilities(X, W, b):
    """y_hat of each example, index by index."""
    return [g(sum(x[i] * W[i, 0] for i in range(len(x))) + b[0]) for x in X]


def backpropagated(net, X, Y, loss=sigmoid_cross_entropy):
    """dw (n_in,) and db, one after the other, by mlplib."""
    net.backward(loss.grad(net.forward(X), Y))
    return [*net.layers[0].dW[:, 0], *net.layers[0].db]


def braces(y, y_hat):
    """What lecture 004 writes in braces."""
    return y / y_hat - (1 - y) / (1 - y_hat)


@formulas.add(
    "A7",
    r"\hat y = f(x W + b), \qquad f(z) = z \;\text{ to regress}, "
    r"\qquad f(z) = \sigma(z) \;\text{ to classify}",
    "mlplib.MLP",
)
def one_neuron_two_tasks(rng):
    net, X, _, W, b = problem(rng)
    classifier = MLP([3, 1], output="sigmoid", rng=rng)
    classifier.theta = net.theta
    scores = [sum(x[i] * W[i, 0] for i in range(3)) + b[0] for x in X]
    printed = [*scores, *(g(z) for z in scores)]
    return printed, [*net.predict(X)[:, 0], *classifier.predict(X)[:, 0]]


@formulas.add("A4", r"Z = X W + b, \qquad \hat y = A = \sigma(Z)", "mlplib.MLP")
def logistic_regression(rng):
    net, X, _, W, b = problem(rng, output="sigmoid")
    return probabilities(X, W, b), net.predict(X)[:, 0]


@formulas.add("B1", r"\sigma(z) = \frac{1}{1 + e^{-z}}", "mlplib.sigmoid")
def the_sigmoid(rng):
    z = rng.normal(0, 3, 7)
    return [g(v) for v in z], sigmoid(z)


def slopes(rng):
    """Scores with 0 among them, and the library's slopes there."""
    z = np.append(rng.normal(0, 3, 7), 0.0)
    return z, sigmoid.df(z, sigmoid.f(z))


@formulas.add(
    "B1 slope",
    r"\sigma'(z) = \sigma(z)\,\bigl(1 - \sigma(z)\bigr), \qquad 0 < \sigma'(z) \le \tfrac14",
    "mlplib.sigmoid",
)
def slope_and_its_bounds(rng):
    z, slope = slopes(rng)
    holds = bool(np.all((slope > 0) & (slope <= 0.25))) and slope.max() == 0.25
    return [*(g(v) * (1 - g(v)) for v in z), 1.0], [*slope, float(holds)]


@formulas.add("B1 as printed", r"0 < f'(z) < 0.25", "mlplib.sigmoid")
def bound_that_is_attained(rng):
    _, slope = slopes(rng)
    return 1.0, float(np.all((slope > 0) & (slope < 0.25)))


@formulas.add(
    "C2",
    r"J = -\frac{1}{m} \sum_{k=1}^{m} \left[ y^{(k)} \log \hat y^{(k)} + "
    r"\left(1 - y^{(k)}\right) \log\left(1 - \hat y^{(k)}\right) \right]",
    "mlplib.binary_cross_entropy",
)
def cross_entropy(rng):
    net, X, Y, W, b = problem(rng)
    y_hat, m = probabilities(X, W, b), len(X)
    total = sum(
        y * math.log(p) + (1 - y) * math.log(1 - p) for y, p in zip(Y[:, 0], y_hat, strict=True)
    )
    by_scores = sigmoid_cross_entropy.value(net.predict(X), Y)
    by_chain = binary_cross_entropy.value(sigmoid(net.predict(X)), Y)
    return [-total / m] * 2, [by_scores, by_chain]


@formulas.add(
    "C6 scores",
    r"J = \frac{1}{m} \sum_{k=1}^{m} \left[ \log\left(1 + e^{z^{(k)}}\right) "
    r"- y^{(k)} z^{(k)} \right]",
    "mlplib.sigmoid_cross_entropy",
)
def from_the_scores(rng):
    net, X, Y, _, _ = problem(rng)
    z = net.predict(X)[:, 0]
    terms = [math.log(1 + math.exp(z[k])) - Y[k, 0] * z[k] for k in range(len(z))]
    return sum(terms) / len(z), sigmoid_cross_entropy.value(net.predict(X), Y)


@formulas.add(
    "D3 chain",
    r"\frac{dL}{dz} = \frac{dL}{d\hat y} \cdot \frac{d\hat y}{dz} "
    r"= \left( -\frac{y}{\hat y} + \frac{1 - y}{1 - \hat y} \right) \cdot "
    r"\hat y \left(1 - \hat y\right)",
    "mlplib.binary_cross_entropy",
)
def chain_rule(rng):
    z, Y = rng.normal(0, 2, (1, 1)), rng.integers(0, 2, (1, 1)).astype(float)
    y, p = Y[0, 0], g(z[0, 0])
    A = sigmoid.f(z)
    chained = sigmoid.backward(binary_cross_entropy.grad(A, Y), z, A)
    return (-y / p + (1 - y) / (1 - p)) * p * (1 - p), chained[0, 0]


@formulas.add(
    "C6",
    r"\frac{dL}{dz} = -y \left(1 - \hat y\right) + \left(1 - y\right) \hat y = \hat y - y",
    "mlplib.sigmoid_cross_entropy",
)
def what_is_left(rng):
    z, Y = rng.normal(0, 2, (1, 1)), rng.integers(0, 2, (1, 1)).astype(float)
    y, p = Y[0, 0], g(z[0, 0])
    ours = sigmoid_cross_entropy.grad(z, Y)[0, 0]
    return [-y * (1 - p) + (1 - y) * p, p - y], [ours, ours]


@formulas.add(
    "D3",
    r"\frac{\partial J}{\partial w_i} = \frac{1}{m} \sum_{k=1}^{m} "
    r"\left(\hat y^{(k)} - y^{(k)}\right) x_i^{(k)}, \qquad "
    r"\frac{\partial J}{\partial b} = \frac{1}{m} \sum_{k=1}^{m} "
    r"\left(\hat y^{(k)} - y^{(k)}\right)",
    "mlplib.sigmoid_cross_entropy",
)
def gradient(rng):
    net, X, Y, W, b = problem(rng)
    y_hat, m = probabilities(X, W, b), len(X)
    dw = [sum((y_hat[k] - Y[k, 0]) * X[k, i] for k in range(m)) / m for i in range(3)]
    db = sum(y_hat[k] - Y[k, 0] for k in range(m)) / m
    return [*dw, db], backpropagated(net, X, Y)


@formulas.add(
    "D3 as printed",
    r"\frac{d(J)}{dw_i} = -\frac{1}{m} A (1 - A) x_i \sum_{k=1}^{m} \left\{ "
    r"\frac{y_k}{\hat y_k} - \frac{(1 - y_k)}{1 - \hat y_k} \right\}",
    "mlplib.sigmoid_cross_entropy",
)
def factors_in_front_of_the_sum(rng):
    net, X, Y, W, b = problem(rng)
    y_hat, m = probabilities(X, W, b), len(X)
    total = sum(braces(Y[k, 0], y_hat[k]) for k in range(m))
    # which example's A and x stand in front, it does not say: none of them makes it right
    printed = [
        [-y_hat[k] * (1 - y_hat[k]) * X[k, i] * total / m for i in range(3)] for k in range(m)
    ]
    return printed, [backpropagated(net, X, Y)[:3]] * m


@formulas.add(
    "D3 step as printed", r"b \to b - \alpha \frac{d(\mathrm{MSE})}{db}", "mlplib.GradientDescent"
)
def step_along_another_loss(rng):
    net, X, Y, W, b = problem(rng)
    before, m = b[0], len(X)
    y_hat = probabilities(X, W, b)
    dmse_db = sum(2 * (p - y) * p * (1 - p) for p, y in zip(y_hat, Y[:, 0], strict=True)) / m
    classifier = MLP([3, 1], output="sigmoid", rng=rng)
    classifier.theta = net.theta
    np.testing.assert_allclose(dmse_db, backpropagated(classifier, X, Y, mse)[-1])
    list(train(net, X, Y, sigmoid_cross_entropy, GradientDescent(0.1), steps=1))
    return before - 0.1 * dmse_db, b[0]


@formulas.add(
    "D3 step",
    r"w \leftarrow w - \eta\, \frac{\partial J}{\partial w}, \qquad "
    r"b \leftarrow b - \eta\, \frac{\partial J}{\partial b}",
    "mlplib.train",
)
def step(rng):
    net, X, Y, W, b = problem(rng)
    theta = np.append(W, b)
    printed = theta - 0.1 * np.array(backpropagated(net, X, Y))
    list(train(net, X, Y, sigmoid_cross_entropy, GradientDescent(0.1), steps=1))
    return printed, net.theta
