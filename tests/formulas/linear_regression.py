"""The formulas of notebook 01, each computed as printed and by mlplib."""

import math

import numpy as np

from formulas import Formulas
from mlplib import MLP, GradientDescent, half_mse, half_sse, mse, numerical_gradient, train

formulas = Formulas("01_linear_regression.ipynb", ids="A1 A2 A3 A8 C1 D1 D2 D7 D8 E1 E8")


def problem(rng, n_in=3, m=5):
    """A neuron without activation, with data: (net, X, Y, W, b), and the targets as a list y."""
    net = MLP([n_in, 1], rng=rng, bias=0.3)
    X, Y = rng.standard_normal((m, n_in)), rng.standard_normal((m, 1))
    return net, X, Y, net.layers[0].W, net.layers[0].b


def backpropagated(net, X, Y, loss=mse):
    """dW and db by mlplib."""
    net.backward(loss.grad(net.forward(X), Y))
    return net.layers[0].dW, net.layers[0].db


@formulas.add("A1", r"z = \sum_{i=1}^{n} x_i w_i + b, \qquad a = f(z)", "mlplib.MLP")
def one_neuron(rng):
    net = MLP([3, 1], output="tanh", rng=rng, bias=0.3)
    x, W, b = rng.standard_normal(3), net.layers[0].W, net.layers[0].b
    z = sum(x[i] * W[i, 0] for i in range(3)) + b[0]
    return math.tanh(z), net.predict(x[None, :])[0, 0]


@formulas.add("A1 as printed", r"z = b + \sum_{i=1}^{n} x_i w_i + b", "mlplib.MLP")
def bias_twice(rng):
    net, X, _, W, b = problem(rng)
    z = b[0] + sum(X[0, i] * W[i, 0] for i in range(3)) + b[0]
    return z, net.predict(X)[0, 0]


@formulas.add("A2", r"\hat y = z = w x + b", "mlplib.MLP")
def linear_regression(rng):
    net, X, _, W, b = problem(rng, n_in=1)
    return [W[0, 0] * x + b[0] for x in X[:, 0]], net.predict(X)[:, 0]


@formulas.add("A3", r"Z = X W + b", "mlplib.Dense")
def matrix_form(rng):
    net, X, _, W, b = problem(rng)
    Z = [sum(X[k, i] * W[i, 0] for i in range(3)) + b[0] for k in range(5)]
    return Z, net.layers[0].scores(X)[:, 0]


@formulas.add(
    "A8",
    r"\text{start at random} \;\to\; \underbrace{\text{forward} \;\to\; \text{loss} \;\to\; "
    r"\text{backward} \;\to\; \text{update}}_{\text{again and again}}",
    "mlplib.train",
)
def four_steps(rng):
    net, X, Y, W, b = problem(rng)
    w, b = W.copy(), b.copy()
    for _ in range(7):
        Y_hat = X @ w + b
        dW, db = 2 / 5 * X.T @ (Y_hat - Y), 2 / 5 * (Y_hat - Y).sum(axis=0)
        w, b = w - 0.1 * dW, b - 0.1 * db
    list(train(net, X, Y, mse, GradientDescent(0.1), steps=7))
    return np.append(w, b), net.theta


@formulas.add(
    "C1",
    r"\mathrm{MSE} = \frac{1}{m} \sum_{k=1}^{m} \left(y^{(k)} - \hat y^{(k)}\right)^2",
    "mlplib.mse",
)
def mean_squared_error(rng):
    net, X, Y, _, _ = problem(rng)
    Y_hat = net.predict(X)
    return sum((Y[k, 0] - Y_hat[k, 0]) ** 2 for k in range(5)) / 5, mse.value(Y_hat, Y)


@formulas.add(
    "C1 as printed",
    r"\mathrm{MSE} = \frac{1}{n} \sum_{i=0}^{n} \left(y_i - \hat y_i\right)^2",
    "mlplib.mse",
)
def one_term_too_many(rng):
    net, X, Y, _, _ = problem(rng, m=6)
    Y_hat = net.predict(X)
    n = 5  # six terms, i = 0 ... 5, divided by five
    return sum((Y[i, 0] - Y_hat[i, 0]) ** 2 for i in range(n + 1)) / n, mse.value(Y_hat, Y)


@formulas.add(
    "C1 halves",
    r"\tfrac12 \sum_{k} \left(\hat y^{(k)} - y^{(k)}\right)^2 "
    r"\qquad\text{and}\qquad \frac{1}{2m} \sum_{k} \left(\hat y^{(k)} - y^{(k)}\right)^2",
    "mlplib.half_mse",
)
def halves(rng):
    net, X, Y, _, _ = problem(rng)
    Y_hat = net.predict(X)
    total = sum((Y_hat[k, 0] - Y[k, 0]) ** 2 for k in range(5))
    return [total / 2, total / (2 * 5)], [half_sse.value(Y_hat, Y), half_mse.value(Y_hat, Y)]


@formulas.add(
    "D1",
    r"\frac{d\,\mathrm{MSE}}{dw} = \frac{d\,\mathrm{MSE}}{d\hat y} \cdot "
    r"\frac{d\hat y}{dz} \cdot \frac{dz}{dw}, \qquad "
    r"\frac{d\hat y}{dz} = 1, \quad \frac{dz}{dw} = x",
    "mlplib.Dense.backward",
)
def chain_rule(rng):
    net, X, Y, _, _ = problem(rng, n_in=1, m=1)
    x = X[0, 0]
    dmse = -2 * (Y[0, 0] - net.predict(X)[0, 0])
    return dmse * 1 * x, backpropagated(net, X, Y)[0][0, 0]


@formulas.add(
    "D1 as printed",
    r"\frac{dZ}{d\hat y} = 1; \quad \frac{d\hat y}{dw} = x; \quad "
    r"\frac{d\,\mathrm{MSE}}{dw} = \frac{d\,\mathrm{MSE}}{d\hat y} \cdot "
    r"\frac{dZ}{d\hat y} \cdot \frac{d\hat y}{dw}",
    "mlplib.Dense.backward",
)
def chain_rule_with_names_exchanged(rng):
    # The names are exchanged; for a neuron without activation the product is the same. With any
    # activation the links of the chain must meet, and these do not: a tanh neuron shows it.
    net = MLP([1, 1], output="tanh", rng=rng, bias=0.3)
    X, Y = rng.standard_normal((1, 1)), rng.standard_normal((1, 1))
    y_hat = net.forward(X)[0, 0]
    dy_hat_dz = 1 - y_hat**2
    printed = -2 * (Y[0, 0] - y_hat) * (1 / dy_hat_dz) * (dy_hat_dz * X[0, 0])
    return printed, backpropagated(net, X, Y)[0][0, 0]


@formulas.add(
    "D2",
    r"\frac{\partial\,\mathrm{MSE}}{\partial w_i} = -\frac{2}{m} \sum_{k=1}^{m} "
    r"x_i^{(k)} \left(y^{(k)} - \hat y^{(k)}\right), \qquad "
    r"\frac{\partial\,\mathrm{MSE}}{\partial b} = -\frac{2}{m} \sum_{k=1}^{m} "
    r"\left(y^{(k)} - \hat y^{(k)}\right)",
    "mlplib.mse",
)
def gradient_of_mse(rng):
    net, X, Y, _, _ = problem(rng)
    Y_hat, m = net.predict(X), 5
    dw = [-2 / m * sum(X[k, i] * (Y[k, 0] - Y_hat[k, 0]) for k in range(m)) for i in range(3)]
    db = -2 / m * sum(Y[k, 0] - Y_hat[k, 0] for k in range(m))
    dW_ours, db_ours = backpropagated(net, X, Y)
    return [*dw, db], [*dW_ours[:, 0], *db_ours]


@formulas.add(
    "D2 as printed",
    r"\frac{d\,\mathrm{MSE}}{dw} = -\frac{2}{m}\, x \sum_{i=1}^{m} \left(y_i - \hat y_i\right)",
    "mlplib.mse",
)
def x_in_front_of_the_sum(rng):
    net, X, Y, _, _ = problem(rng, n_in=1)
    Y_hat, m = net.predict(X), 5
    total = sum(Y[k, 0] - Y_hat[k, 0] for k in range(m))
    return [-2 / m * x * total for x in X[:, 0]], backpropagated(net, X, Y)[0][0, 0]


@formulas.add(
    "D7",
    r"\frac{\partial L}{\partial w_i} = -\left(y - \hat y\right) x_i "
    r"\qquad\text{for}\qquad L = \tfrac12 \left(y - \hat y\right)^2",
    "mlplib.half_sse",
)
def one_example(rng):
    net, X, Y, _, _ = problem(rng, m=1)
    residual = Y[0, 0] - net.predict(X)[0, 0]
    return [-residual * X[0, i] for i in range(3)], backpropagated(net, X, Y, half_sse)[0][:, 0]


@formulas.add(
    "D7 as printed",
    r"\frac{\partial L}{\partial w_i} = -\left(y - \hat y\right)",
    "mlplib.half_sse",
)
def input_forgotten(rng):
    net, X, Y, _, _ = problem(rng, m=1)
    residual = Y[0, 0] - net.predict(X)[0, 0]
    return [-residual] * 3, backpropagated(net, X, Y, half_sse)[0][:, 0]


@formulas.add(
    "D8",
    r"\frac{\partial J}{\partial \theta_i} \approx "
    r"\frac{J(\theta + \varepsilon e_i) - J(\theta - \varepsilon e_i)}{2 \varepsilon}",
    "mlplib.numerical_gradient",
)
def finite_differences(rng):
    theta, eps = rng.standard_normal(3), 1e-4

    def J(t):
        return float(np.sum(t**4))

    def nudged(i, by):
        return J(theta + by * np.eye(3)[i])

    printed = [(nudged(i, eps) - nudged(i, -eps)) / (2 * eps) for i in range(3)]
    return printed, numerical_gradient(J, theta, eps)


@formulas.add(
    "E1",
    r"w \leftarrow w - \eta\, \frac{\partial J}{\partial w}, \qquad "
    r"b \leftarrow b - \eta\, \frac{\partial J}{\partial b}",
    "mlplib.GradientDescent",
)
def gradient_step(rng):
    net, X, Y, W, b = problem(rng)
    W, b = W.copy(), b.copy()
    dW, db = backpropagated(net, X, Y)
    printed = np.append(W - 0.1 * dW, b - 0.1 * db)
    optimizer = GradientDescent(0.1)
    optimizer.update(net.theta, net.grad, optimizer.init(net.theta))
    return printed, net.theta


@formulas.add(
    "E8",
    r"w_{t+1} - w^* = \left(1 - \eta\, \lambda\right) \left(w_t - w^*\right), \qquad "
    r"\lambda = \frac{2}{m} \sum_{k=1}^{m} \left(x^{(k)}\right)^2",
    "mlplib.train",
)
def distance_to_the_minimum(rng):
    m, lr = 5, 0.7
    net, X, Y, W, _ = problem(rng, n_in=1, m=m)
    X -= X.mean()  # then b has no say in dw, and w goes its way alone
    curvature = 2 / m * sum(x**2 for x in X[:, 0])
    best = float(X[:, 0] @ Y[:, 0] / (X[:, 0] @ X[:, 0]))
    before = W[0, 0]
    list(train(net, X, Y, mse, GradientDescent(lr), steps=1))
    return (1 - lr * curvature) * (before - best), W[0, 0] - best
