"""The formulas of notebook 04, each computed as printed and by mlplib."""

import math

import numpy as np

from formulas import Formulas
from mlplib import (
    MLP,
    leaky_relu,
    make_leaky_relu,
    mse,
    relu,
    sigmoid,
    sigmoid_cross_entropy,
    softmax,
    softmax_cross_entropy,
    tanh,
)
from mlplib.initializers import glorot, he, lecun

formulas = Formulas("04_activations.ipynb", ids="B1 B2 B3 B4 B5 B6 B7 E10")


def scores(rng):
    """Scores on both sides of every corner, 0 among them."""
    return np.append(rng.normal(0, 2, 7), [-0.5, 0.0, 0.5, 3.0])


def sigma(z):
    return 1 / (1 + math.exp(-z))


# ---- one function after the other --------------------------------------------------------------


@formulas.add(
    "B1",
    r"\sigma(z) = \frac{1}{1 + e^{-z}}, \qquad \sigma'(z) = \sigma(z) \left(1 - \sigma(z)\right), "
    r"\qquad 0 < \sigma'(z) \le \tfrac14",
    "mlplib.sigmoid",
)
def the_sigmoid(rng):
    z = scores(rng)
    values = [sigma(v) for v in z]
    slopes = [a * (1 - a) for a in values]
    ours = sigmoid.df(z, sigmoid.f(z))
    holds = float((ours > 0).all() and (ours <= 1 / 4).all())
    return [*values, *slopes, 1.0, 1 / 4], [*sigmoid.f(z), *ours, holds, ours.max()]


@formulas.add("B1 as printed", r"0 < f'(z) < 0.25", "mlplib.sigmoid")
def a_bound_that_is_reached(rng):
    z = scores(rng)
    slopes = sigmoid.df(z, sigmoid.f(z))
    return 1.0, float((slopes > 0).all() and (slopes < 0.25).all())  # it says that it holds


@formulas.add(
    "B2",
    r"\tanh(z) = \frac{e^{z} - e^{-z}}{e^{z} + e^{-z}} = \frac{\sinh(z)}{\cosh(z)} "
    r"= \frac{e^{2z} - 1}{e^{2z} + 1}",
    "mlplib.tanh",
)
def three_forms(rng):
    z = scores(rng)
    e = math.exp
    first = [(e(v) - e(-v)) / (e(v) + e(-v)) for v in z]
    second = [math.sinh(v) / math.cosh(v) for v in z]
    third = [(e(2 * v) - 1) / (e(2 * v) + 1) for v in z]
    return [first, second, third], [tanh.f(z)] * 3


@formulas.add(
    "B2 slope",
    r"\tanh'(z) = 1 - \tanh^2(z), \qquad \tanh(z) = 2\, \sigma(2 z) - 1",
    "mlplib.tanh",
)
def slope_of_tanh(rng):
    z = scores(rng)
    printed = [[1 - math.tanh(v) ** 2 for v in z], [2 * sigma(2 * v) - 1 for v in z]]
    return printed, [tanh.df(z, tanh.f(z)), tanh.f(z)]


@formulas.add(
    "B3",
    r"\mathrm{ReLU}(z) = \max(0, z), \qquad \mathrm{ReLU}'(z) = "
    r"\begin{cases} 1 & z > 0 \\ 0 & z \le 0 \end{cases}",
    "mlplib.relu",
)
def rectified(rng):
    z = scores(rng)
    printed = [[max(0.0, v) for v in z], [1.0 if v > 0 else 0.0 for v in z]]
    return printed, [relu.f(z), relu.df(z, relu.f(z))]


@formulas.add("B3 as printed", r"\mathrm{ReLU}'(z) = 1 \quad \text{when } z > 1", "mlplib.relu")
def corner_at_one(rng):
    z = scores(rng)
    return [1.0 if v > 1 else 0.0 for v in z], relu.df(z, relu.f(z))


@formulas.add(
    "B4",
    r"f(z) = \begin{cases} z & z > 0 \\ \alpha z & z \le 0 \end{cases} \; = \; \max(\alpha z, z) "
    r"\quad \text{for } 0 \le \alpha < 1",
    "mlplib.make_leaky_relu",
)
def leaky(rng):
    z, alpha = scores(rng), rng.uniform(0, 1)
    cases = [v if v > 0 else alpha * v for v in z]
    return [cases, [max(alpha * v, v) for v in z]], [make_leaky_relu(alpha).f(z)] * 2


@formulas.add("B4 with 0.1", r"f(z) = \max(0.1\, z, z)", "mlplib.leaky_relu")
def leaky_by_a_tenth(rng):
    z = scores(rng)
    return [max(0.1 * v, v) for v in z], leaky_relu.f(z)


@formulas.add("B5", r"p_i = \frac{e^{x_i}}{\sum_j e^{x_j}}", "mlplib.softmax")
def shares(rng):
    x = rng.normal(0, 2, (1, 5))
    total = sum(math.exp(v) for v in x[0])
    return [math.exp(v) / total for v in x[0]], softmax.f(x)[0]


@formulas.add(
    "B5 two classes",
    r"p_1 = \frac{e^{x_1}}{e^{x_1} + e^{x_2}} = \frac{1}{1 + e^{x_2 - x_1}} = \sigma(x_1 - x_2)",
    "mlplib.softmax",
)
def two_classes(rng):
    x = rng.normal(0, 2, (1, 2))
    one, two = x[0]
    printed = [
        math.exp(one) / (math.exp(one) + math.exp(two)),
        1 / (1 + math.exp(two - one)),
        sigmoid.f(one - two),
    ]
    return printed, [softmax.f(x)[0, 0]] * 3


# ---- which one where ---------------------------------------------------------------------------


@formulas.add(
    "B6",
    r"\hat y = \begin{cases} \sigma(z), \quad 0 < \hat y < 1 & \text{yes or no} \\ "
    r"\mathrm{softmax}(z), \quad \sum_i \hat y_i = 1 & \text{one of several classes} \\ "
    r"z & \text{a number} \end{cases} \qquad \text{inside: ReLU or leaky ReLU}",
    "mlplib.sigmoid_cross_entropy",
)
def which_one_where(rng):
    """Each row of the table is an output with its range, and belongs to a loss; inside, f' = 1."""
    Z = rng.normal(0, 2, (4, 3))
    yes_or_no, classes, number = (
        loss.output.f(Z) for loss in (sigmoid_cross_entropy, softmax_cross_entropy, mse)
    )
    printed = [
        [[sigma(z) for z in row] for row in Z],
        [[math.exp(z) / sum(map(math.exp, row)) for z in row] for row in Z],
        Z,
        np.ones((4, 3)),  # the sums of the classes, then what a unit that is on passes back
        np.ones((4, 3)),
    ]
    on = np.abs(Z)
    ours = [
        yes_or_no,
        classes,
        number,
        np.repeat(classes.sum(axis=1, keepdims=True), 3, axis=1),
        (relu.df(on, on) + leaky_relu.df(on, on)) / 2,
    ]
    assert (yes_or_no > 0).all() and (yes_or_no < 1).all()
    return printed, ours


# ---- through many layers -----------------------------------------------------------------------


def chain(rng, n=4):
    """A chain of n sigmoids, one unit each, gone through: x, z, w, dL/da of the last, net."""
    net = MLP([1] * (n + 1), "sigmoid", "sigmoid", rng=rng, init="he", bias=0.2)
    X, Y = rng.standard_normal((1, 1)) + 3, rng.standard_normal((1, 1))
    dL_da = mse.grad(net.forward(X), Y)
    net.backward(dL_da)
    z = [layer.Z[0, 0] for layer in net.layers]
    w = [layer.W[0, 0] for layer in net.layers]
    return X[0, 0], z, w, dL_da[0, 0], net


@formulas.add(
    "B7",
    r"\frac{\partial L}{\partial w^{(1)}} = \frac{\partial L}{\partial a^{(n)}} "
    r"\left( \prod_{j=2}^{n} f'(z^{(j)})\, w^{(j)} \right) f'(z^{(1)})\, x",
    "mlplib.MLP.backward",
)
def through_the_chain(rng):
    x, z, w, dL_da, net = chain(rng)
    slope = [sigma(v) * (1 - sigma(v)) for v in z]
    product = math.prod(slope[j] * w[j] for j in range(1, 4))
    return dL_da * product * slope[0] * x, net.layers[0].dW[0, 0]


@formulas.add(
    "B7 as printed",
    r"\frac{\partial L}{\partial w_i} = \prod_j f'(z^{(j)})\, w^{(j)}",
    "mlplib.MLP.backward",
)
def without_its_ends(rng):
    _, z, w, _, net = chain(rng)
    slope = [sigma(v) * (1 - sigma(v)) for v in z]
    return math.prod(s * weight for s, weight in zip(slope, w, strict=True)), net.layers[0].dW[0, 0]


@formulas.add(
    "B7 bound",
    r"\prod_{j=1}^{n} \sigma'(z^{(j)}) \le \left(\tfrac14\right)^{n}",
    "mlplib.sigmoid",
)
def at_most_a_quarter_each(rng):
    Z = rng.normal(0, 2, (50, 6))
    products = np.prod(sigmoid.df(Z, sigmoid.f(Z)), axis=1)
    at_zero = np.prod(sigmoid.df(np.zeros(6), sigmoid.f(np.zeros(6))))  # where it is reached
    return [1.0, (1 / 4) ** 6], [float((products <= (1 / 4) ** 6).all()), at_zero]


# ---- the first weights -------------------------------------------------------------------------


@formulas.add(
    "E10 equal units",
    r"w^{(1)}_{1} = w^{(1)}_{2}, \;\; w^{(2)}_{1} = w^{(2)}_{2} \quad\Rightarrow\quad "
    r"\frac{\partial L}{\partial w^{(1)}_{1}} = \frac{\partial L}{\partial w^{(1)}_{2}}",
    "mlplib.MLP.backward",
)
def units_that_stay_equal(rng):
    """Both derivatives by the chain rule, unit by unit, and by mlplib."""
    net = MLP([3, 2, 1], "tanh", rng=rng)
    net.layers[0].W[:, 1] = net.layers[0].W[:, 0]
    net.layers[1].W[1] = net.layers[1].W[0]
    X, Y = rng.standard_normal((4, 3)), rng.standard_normal((4, 1))
    error = 2 / 4 * (net.forward(X) - Y)
    net.backward(mse.grad(net.forward(X), Y))
    first, second = net.layers
    one = [
        sum(
            error[k, 0] * second.W[0, 0] * (1 - math.tanh(X[k] @ first.W[:, 0]) ** 2) * X[k, i]
            for k in range(4)
        )
        for i in range(3)
    ]
    return [one, one], first.dW.T


@formulas.add(
    "E10",
    r"w_i \sim \mathcal N\!\left(0, \tfrac1n\right) \quad\Rightarrow\quad "
    r"\operatorname{E}\Big(\sum_{i=1}^{n} x_i w_i\Big)^2 = \frac1n \sum_{i=1}^{n} x_i^2",
    "mlplib.initializers.lecun",
)
def the_spread_of_a_sum(rng):
    """Of independent weights the squares' means add up; their variance is read off the draw."""
    n, seed = 7, rng.integers(1000)
    x = rng.standard_normal(n)
    variance = variance_of(lecun, seed, n, 3)
    return sum(v**2 for v in x) / n, sum(v**2 * variance for v in x)


def variance_of(initializer, seed, n_in, n_out):
    """By what an initializer multiplies standard normal numbers, squared."""
    W = initializer(np.random.default_rng(seed), n_in, n_out)
    ratio = W / np.random.default_rng(seed).standard_normal((n_in, n_out))
    np.testing.assert_allclose(ratio, ratio[0, 0])
    return float(ratio[0, 0] ** 2)


@formulas.add(
    "E10 after",
    r"\operatorname{Var}(w) = \frac{2}{n_{in}} \;\text{(He)}, \qquad "
    r"\operatorname{Var}(w) = \frac{2}{n_{in} + n_{out}} \;\text{(Glorot)}",
    "mlplib.initializers.he",
)
def what_came_after(rng):
    n_in, n_out, seed = 5, 9, rng.integers(1000)
    ours = [variance_of(f, seed, n_in, n_out) for f in (he, glorot)]
    return [2 / n_in, 2 / (n_in + n_out)], ours
