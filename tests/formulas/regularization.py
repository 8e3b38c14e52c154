"""The formulas of notebook 06, each computed as printed and by mlplib."""

import numpy as np

from formulas import Formulas
from mlplib import (
    L1,
    L2,
    MLP,
    SGD,
    Dense,
    early_stopping,
    half_mse,
    mse,
    train,
)

formulas = Formulas("06_regularization.ipynb", ids="F1 F2 F3 F4")

GAMMA, LR = 0.3, 0.1


def problem(rng, n_in=3, m=5):
    """A network with a hidden layer and data; its biases are not zero."""
    net = MLP([n_in, 4, 1], rng=rng, bias=0.3)
    return net, rng.standard_normal((m, n_in)), rng.standard_normal((m, 1))


def weights(net):
    """All weights, one after the other, as a list of numbers."""
    return [float(w) for layer in net.layers for w in layer.W.ravel()]


def cost(net, X, Y, penalty, loss=mse):
    """The loss that training reports, with its penalty."""
    return next(train(net, X, Y, loss, SGD(0.0), penalty=penalty)).loss


def slopes(net, X, Y, penalty=None):
    """Derivatives of what is descended, for the weights."""
    next(train(net, X, Y, mse, SGD(0.0), penalty=penalty))
    return [float(d) for layer in net.layers for d in layer.dW.ravel()]


@formulas.add("F2", r"J = \mathrm{loss} + \gamma \sum_{i} w_i^2", "mlplib.L2")
def squares(rng):
    net, X, Y = problem(rng)
    loss = mse.value(net.predict(X), Y)
    return loss + GAMMA * sum(w**2 for w in weights(net)), cost(net, X, Y, L2(GAMMA))


@formulas.add("F1", r"J = \mathrm{loss} + \gamma \sum_{i} |w_i|", "mlplib.L1")
def sizes(rng):
    net, X, Y = problem(rng)
    loss = mse.value(net.predict(X), Y)
    return loss + GAMMA * sum(abs(w) for w in weights(net)), cost(net, X, Y, L1(GAMMA))


@formulas.add(
    "F2 slope",
    r"\frac{\partial J}{\partial w_i} = \frac{\partial\,\mathrm{loss}}{\partial w_i} "
    r"+ 2 \gamma\, w_i",
    "mlplib.L2",
)
def slope_of_squares(rng):
    net, X, Y = problem(rng)
    of_loss = slopes(net, X, Y)
    printed = [d + 2 * GAMMA * w for d, w in zip(of_loss, weights(net), strict=True)]
    return printed, slopes(net, X, Y, L2(GAMMA))


@formulas.add(
    "F2 decay",
    r"w \leftarrow \left(1 - 2 \eta \gamma\right) w "
    r"- \eta\, \frac{\partial\,\mathrm{loss}}{\partial w}",
    "mlplib.train",
)
def decay(rng):
    net, X, Y = problem(rng)
    of_loss, before = slopes(net, X, Y), weights(net)
    printed = [(1 - 2 * LR * GAMMA) * w - LR * d for w, d in zip(before, of_loss, strict=True)]
    list(train(net, X, Y, mse, SGD(LR), penalty=L2(GAMMA), steps=1))
    return printed, weights(net)


@formulas.add(
    "F2 in lecture 003",
    r"J = \frac{1}{2n} \sum_{i=1}^{n} \left(\hat y_i - y_i\right)^2 "
    r"+ \lambda \sum_{j=1}^{m} w_j^2",
    "mlplib.half_mse",
)
def lecture_003(rng):
    net, X, Y = problem(rng)
    y_hat, y, w = net.predict(X)[:, 0], Y[:, 0], weights(net)
    n, m, lam = len(y), len(w), GAMMA
    printed = sum((y_hat[i] - y[i]) ** 2 for i in range(n)) / (2 * n)
    printed += lam * sum(w[j] ** 2 for j in range(m))
    return printed, cost(net, X, Y, L2(lam), half_mse)


@formulas.add(
    "F2 as printed",
    r"\mathcal{L}_{\text{new}} = \mathcal{L} + \lambda \|\theta\|^2",
    "mlplib.L2",
)
def biases_pay(rng):
    net, X, Y = problem(rng)
    loss = mse.value(net.predict(X), Y)
    return loss + GAMMA * sum(t**2 for t in net.theta), cost(net, X, Y, L2(GAMMA))


@formulas.add(
    "F1 slope",
    r"\frac{\partial J}{\partial w_i} = \frac{\partial\,\mathrm{loss}}{\partial w_i} "
    r"+ \gamma\, \operatorname{sign}(w_i)",
    "mlplib.L1",
)
def slope_of_sizes(rng):
    net, X, Y = problem(rng)
    of_loss = slopes(net, X, Y)
    signs = [(w > 0) - (w < 0) for w in weights(net)]
    return [d + GAMMA * s for d, s in zip(of_loss, signs, strict=True)], slopes(
        net, X, Y, L1(GAMMA)
    )


@formulas.add(
    "F1 step",
    r"w_i \leftarrow \operatorname{sign}(v_i)\, \max\left(|v_i| - \eta\gamma,\; 0\right), \qquad "
    r"v_i = w_i - \eta\, \frac{\partial\,\mathrm{loss}}{\partial w_i}",
    "mlplib.soft_threshold",
)
def soft(rng):
    net, X, Y = problem(rng)
    gamma = 3.0  # strong enough for zeros
    v = [w - LR * d for w, d in zip(weights(net), slopes(net, X, Y), strict=True)]
    printed = [((u > 0) - (u < 0)) * max(abs(u) - LR * gamma, 0) for u in v]
    assert 0 in printed
    list(train(net, X, Y, mse, SGD(LR), penalty=L1(gamma), proximal=True, steps=1))
    return printed, weights(net)


@formulas.add(
    "F3",
    r"a_j \leftarrow \frac{r_j}{1 - p}\, a_j, \qquad "
    r"r_j = \begin{cases} 0 & \text{with probability } p \\ 1 & \text{else} \end{cases}",
    "mlplib.Dense",
)
def inverted_dropout(rng):
    p, n = 0.4, 6
    layer = Dense(3, n, "tanh", rng=rng, drop_rate=p)
    X, seed = rng.standard_normal((1, 3)), int(rng.integers(1000))
    a = layer.forward(X)[0]
    draw = np.random.default_rng(seed).random(n)
    r = [0 if draw[j] < p else 1 for j in range(n)]
    printed = [r[j] / (1 - p) * a[j] for j in range(n)]
    return printed, layer.forward(X, np.random.default_rng(seed))[0]


@formulas.add(
    "F4",
    r"t^* = \arg\min_{t}\; J_{\text{val}}(\theta_t)",
    "mlplib.early_stopping",
)
def best_of_all(rng):
    net, X, Y = problem(rng, m=6)
    X_val, Y_val = rng.standard_normal((6, 3)), rng.standard_normal((6, 1))
    start, steps = net.theta.copy(), 200
    path = []
    for _ in train(net, X, Y, mse, SGD(LR), steps=steps):
        path.append((mse.value(net.predict(X_val), Y_val), net.theta.copy()))
    best = min(range(steps), key=lambda t: path[t][0])
    net.theta = start
    how = {"validation": (X_val, Y_val), "validate_every": 1, "steps": steps}
    list(early_stopping(train(net, X, Y, mse, SGD(LR), **how), net, patience=steps))
    return path[best][1], net.theta
