"""The formulas of notebook 05, each computed as printed and by mlplib."""

import copy
import itertools
import math

import numpy as np

from formulas import Formulas
from mlplib import (
    MLP,
    SGD,
    AdaGrad,
    Adam,
    Cosine,
    DampedMomentum,
    GradientDescent,
    Momentum,
    RMSProp,
    WarmUp,
    half_mse,
    half_sse,
    mse,
    range_test_stream,
    train,
    until_below,
)
from mlplib.training import Record

formulas = Formulas("05_optimizers.ipynb", ids="C1 E1 E2 E3 E4 E5 E6 E7 E8 E9 E11")


def problem(rng, n_in=3, m=6):
    """A neuron without activation, with data: (net, X, Y)."""
    net = MLP([n_in, 1], rng=rng, bias=0.3)
    return net, rng.standard_normal((m, n_in)), rng.standard_normal((m, 1))


def slope(net, X, Y, loss=mse):
    """The gradient of the loss of a linear neuron, sum by sum: MSE and its multiples."""
    W, b, m = net.layers[0].W, net.layers[0].b, len(X)
    factor = {"mse": 2 / m, "half_mse": 1 / m, "half_sse": 1}[loss.name]
    errors = [sum(X[k, i] * W[i, 0] for i in range(X.shape[1])) + b[0] - Y[k, 0] for k in range(m)]
    dw = [factor * sum(X[k, i] * errors[k] for k in range(m)) for i in range(X.shape[1])]
    return np.array([*dw, factor * sum(errors)])


def library(optimizer, gradients, w):
    """Where an optimizer of mlplib goes from w with these gradients, (n, n_params)."""
    w, path = np.array(w, float), []
    state = optimizer.init(w)
    for g in gradients:
        optimizer.update(w, np.array(g), state)
        path.append(w.copy())
    return np.array(path)


def course(rng, n=6):
    """A start and some gradients."""
    return rng.standard_normal(3), rng.standard_normal((n, 3))


# ---- 5.1 --------------------------------------------------------------------------------------


@formulas.add("E1", r"\theta \leftarrow \theta - \eta\, \nabla J(\theta)", "mlplib.GradientDescent")
def gradient_step(rng):
    net, X, Y = problem(rng)
    printed = net.theta - 0.1 * slope(net, X, Y)
    list(train(net, X, Y, mse, GradientDescent(0.1), steps=1))
    return printed, net.theta


@formulas.add(
    "E8",
    r"\theta_i - \theta_i^* \;\leftarrow\; \left(1 - \eta\, \lambda_i\right) "
    r"\left(\theta_i - \theta_i^*\right), \qquad "
    r"\text{which converges for all } i \text{ if } \eta < \frac{2}{\lambda_{\max}}",
    "mlplib.GradientDescent",
)
def distance_along_each_axis(rng):
    curvature, best, start = rng.uniform(0.5, 20, 3), rng.normal(size=3), rng.normal(size=3)
    printed, found = [], []
    for part in (0.5, 0.95, 1.05):
        lr = part * 2 / max(curvature)
        w, optimizer = start.copy(), GradientDescent(lr)
        state = optimizer.init(w)
        for _ in range(400):
            before = w.copy()
            optimizer.update(w, curvature * (w - best), state)
            if state["step"] == 1:
                printed += [(1 - lr * curvature[i]) * (before[i] - best[i]) for i in range(3)]
                found += list(w - best)
        printed.append(lr < 2 / max(curvature))
        found.append(bool(max(abs(w - best)) < max(abs(start - best))))
    return printed, found


@formulas.add(
    "C1",
    r"\mathrm{MSE} = \frac{1}{m} \sum_{k=1}^{m} \left(y^{(k)} - \hat y^{(k)}\right)^2",
    "mlplib.mse",
)
def mean_squared_error(rng):
    net, X, Y = problem(rng)
    Y_hat = net.predict(X)
    return sum((Y[k, 0] - Y_hat[k, 0]) ** 2 for k in range(6)) / 6, mse.value(Y_hat, Y)


@formulas.add(
    "C1 halves",
    r"\tfrac12 \sum_{k} \left(\hat y^{(k)} - y^{(k)}\right)^2 "
    r"\qquad\text{and}\qquad \frac{1}{2m} \sum_{k} \left(\hat y^{(k)} - y^{(k)}\right)^2",
    "mlplib.half_mse",
)
def halves(rng):
    net, X, Y = problem(rng)
    Y_hat = net.predict(X)
    total = sum((Y_hat[k, 0] - Y[k, 0]) ** 2 for k in range(6))
    return [total / 2, total / (2 * 6)], [half_sse.value(Y_hat, Y), half_mse.value(Y_hat, Y)]


@formulas.add(
    "C1 factor",
    r"\tilde J = c\, J \quad\Longrightarrow\quad \nabla \tilde J = c\, \nabla J, \qquad "
    r"\text{the same step with} \quad \tilde\eta = \frac{\eta}{c}",
    "mlplib.half_sse",
)
def factor_before_the_loss(rng):
    net, X, Y = problem(rng)
    printed, found = [], []
    for loss, c in ((half_mse, 1 / 2), (half_sse, 6 / 2)):
        printed.append(c * slope(net, X, Y))
        other, twin = copy.deepcopy(net), copy.deepcopy(net)
        other.backward(loss.grad(other.forward(X), Y))
        found.append(other.grad.copy())
        list(train(twin, X, Y, mse, GradientDescent(0.1), steps=3))
        printed.append(twin.theta)
        list(train(other, X, Y, loss, GradientDescent(0.1 / c), steps=3))
        found.append(other.theta)
    return printed, found


@formulas.add(
    "C1 as printed",
    r"\mathrm{MSE} = \frac{1}{n} \sum_{i=0}^{n} \left(y_i - \hat y_i\right)^2",
    "mlplib.mse",
)
def one_term_too_many(rng):
    net, X, Y = problem(rng)
    Y_hat = net.predict(X)
    n = 5  # six terms, i = 0 ... 5, divided by five
    return sum((Y[i, 0] - Y_hat[i, 0]) ** 2 for i in range(n + 1)) / n, mse.value(Y_hat, Y)


# ---- 5.2 --------------------------------------------------------------------------------------


@formulas.add(
    "E3",
    r"\theta \leftarrow \theta - \eta\, \frac{1}{|S|} \sum_{k \in S} \nabla J_k(\theta)",
    "mlplib.SGD",
)
def minibatch_steps(rng):
    net, X, Y = problem(rng, m=7)
    seed = int(rng.integers(1000))
    order, by_hand = np.random.default_rng(seed).permutation(7), copy.deepcopy(net)
    for S in (order[:3], order[3:6], order[6:]):
        each = [slope(by_hand, X[[k]], Y[[k]]) for k in S]
        by_hand.theta = by_hand.theta - 0.1 * sum(each) / len(S)
    shuffled = np.random.default_rng(seed)
    list(train(net, X, Y, mse, SGD(0.1), batch_size=3, epochs=1, rng=shuffled))
    return by_hand.theta, net.theta


@formulas.add(
    "E3 on average",
    r"\frac{1}{n_S} \sum_{S} g_S = \nabla J(\theta), "
    r"\qquad n_S \text{ minibatches of equal size}",
    "mlplib.mse",
)
def mean_of_the_minibatches(rng):
    net, X, Y = problem(rng, m=12)
    order = rng.permutation(12)
    batches = [order[i : i + 3] for i in range(0, 12, 3)]
    printed = sum(slope(net, X[S], Y[S]) for S in batches) / len(batches)
    net.backward(mse.grad(net.forward(X), Y))
    return printed, net.grad


@formulas.add(
    "E11",
    r"\left(t,\; J(\theta_t)\right) \qquad\text{for}\qquad t = 0, 1, 2, \ldots",
    "mlplib.train",
)
def cost_over_the_iterations(rng):
    net, X, Y = problem(rng)
    by_hand, printed = copy.deepcopy(net), []
    for t in range(5):
        printed.append((t, mse.value(by_hand.predict(X), Y)))
        by_hand.theta = by_hand.theta - 0.1 * slope(by_hand, X, Y)
    records = train(net, X, Y, mse, GradientDescent(0.1), steps=5)
    return printed, [(r.step - 1, r.loss) for r in records]


@formulas.add(
    "E2 as printed",
    r"J(\theta_{t+1}) < J(\theta_t) \qquad\text{after every iteration}",
    "mlplib.train",
)
def falls_at_every_step(rng):
    net, X, Y = problem(rng, m=40)
    stream = train(net, X, Y, mse, SGD(0.02), batch_size=4, steps=60, rng=rng)
    losses = [r.loss for r in stream]
    return [True] * 59, [b < a for a, b in itertools.pairwise(losses)]


@formulas.add(
    "E3 as printed",
    r"\text{data shuffling} \;\to\; \text{prevents overfitting}",
    "mlplib.train",
)
def shuffling_against_overfitting(rng):
    # more parameters than examples, shuffled anew: is the unseen loss at most twice as high?
    net = MLP([10, 1], rng=rng)
    X, Y = rng.standard_normal((8, 10)), rng.standard_normal((8, 1))
    X_new, Y_new = rng.standard_normal((200, 10)), rng.standard_normal((200, 1))
    list(train(net, X, Y, mse, SGD(0.02), batch_size=4, epochs=300, rng=rng))
    seen, unseen = mse.value(net.predict(X), Y), mse.value(net.predict(X_new), Y_new)
    return True, unseen <= 2 * seen


# ---- 5.3 --------------------------------------------------------------------------------------


@formulas.add(
    "E4", r"v \leftarrow \mu\, v + g, \qquad w \leftarrow w - \eta\, v", "mlplib.Momentum"
)
def momentum(rng):
    w, gradients = course(rng)
    v, printed, start = np.zeros(3), [], w.copy()
    for g in gradients:
        v = 0.8 * v + g
        w = w - 0.1 * v
        printed.append(w)
    return printed, library(Momentum(0.1, mu=0.8), gradients, start)


@formulas.add(
    "E4 at full speed",
    r"g + \mu\, g + \mu^2 g + \cdots \;\to\; \frac{g}{1 - \mu}",
    "mlplib.Momentum",
)
def full_speed(rng):
    g, mu = rng.standard_normal(3), rng.uniform(0.3, 0.9)
    total = sum(mu**k * g for k in range(400))
    optimizer, w = Momentum(0.1, mu), np.zeros(3)
    state = optimizer.init(w)
    for _ in range(400):
        optimizer.update(w, g, state)
    return [total, g / (1 - mu)], [state["v"], state["v"]]


@formulas.add(
    "E5",
    r"w_{t+1} = w_t + (1 - \alpha) \left(-\eta\, g_t\right) + \alpha \left(w_t - w_{t-1}\right)",
    "mlplib.DampedMomentum",
)
def other_momentum(rng):
    start, gradients = course(rng)
    w = [start, start]
    for g in gradients:
        w.append(w[-1] + (1 - 0.8) * (-0.1 * g) + 0.8 * (w[-1] - w[-2]))
    return w[2:], library(DampedMomentum(0.1, alpha=0.8), gradients, start)


@formulas.add(
    "E5 as printed",
    r"w(m+1) = w(m) + (1 - \alpha)\, \Delta w_{bp}(m) + \alpha\, \Delta w(m-1), "
    r"\qquad \Delta w(m) = w(m) - w(m-1)",
    "mlplib.DampedMomentum",
)
def step_before_the_last(rng):
    start, gradients = course(rng)
    w = [start, start, start]

    def delta(m):
        return w[m] - w[m - 1]

    for g in gradients:
        m = len(w) - 1
        w.append(w[m] + (1 - 0.8) * (-0.1 * g) + 0.8 * delta(m - 1))
    return w[3:], library(DampedMomentum(0.1, alpha=0.8), gradients, start)


@formulas.add(
    "E5 equals E4",
    r"\mu = \alpha, \qquad \eta_{\mathrm{E4}} = (1 - \alpha)\, \eta_{\mathrm{E5}}",
    "mlplib.DampedMomentum",
)
def two_momenta(rng):
    start, gradients = course(rng)
    alpha, lr = rng.uniform(0.1, 0.9), 0.3
    mu, lr_e4 = alpha, (1 - alpha) * lr
    return (
        library(Momentum(lr_e4, mu), gradients, start),
        library(DampedMomentum(lr, alpha), gradients, start),
    )


# ---- 5.4 and 5.5 ------------------------------------------------------------------------------


@formulas.add(
    "E6 AdaGrad",
    r"s \leftarrow s + g^2, \qquad w \leftarrow w - \eta\, \frac{g}{\sqrt{s} + \epsilon}",
    "mlplib.AdaGrad",
)
def adagrad(rng):
    w, gradients = course(rng)
    s, printed, start = np.zeros(3), [], w.copy()
    for g in gradients:
        s = s + g**2
        w = w - 0.1 * g / (np.sqrt(s) + 0.01)
        printed.append(w)
    return printed, library(AdaGrad(0.1, eps=0.01), gradients, start)


@formulas.add(
    "E6 RMSProp",
    r"s \leftarrow \beta_2\, s + (1 - \beta_2)\, g^2, \qquad "
    r"w \leftarrow w - \eta\, \frac{g}{\sqrt{s} + \epsilon}",
    "mlplib.RMSProp",
)
def rmsprop(rng):
    w, gradients = course(rng)
    s, printed, start = np.zeros(3), [], w.copy()
    for g in gradients:
        s = 0.8 * s + (1 - 0.8) * g**2
        w = w - 0.1 * g / (np.sqrt(s) + 0.01)
        printed.append(w)
    return printed, library(RMSProp(0.1, beta2=0.8, eps=0.01), gradients, start)


@formulas.add(
    "E6 as printed",
    r"\text{Adam} = \text{momentum (like RMSProp)} + \text{adaptive learning rate (like AdaGrad)}",
    "mlplib.Adam",
)
def adam_by_the_wrong_names(rng):
    # word by word: its momentum is RMSProp's average, its adaptive rate AdaGrad's sum
    w, gradients = course(rng)
    m, v, printed, start = np.zeros(3), np.zeros(3), [], w.copy()
    for t, g in enumerate(gradients, 1):
        m = 0.8 * m + (1 - 0.8) * g**2
        v = v + g**2
        w = w - 0.1 * (m / (1 - 0.8**t)) / (np.sqrt(v) + 0.01)
        printed.append(w)
    return printed, library(Adam(0.1, 0.8, 0.95, 0.01), gradients, start)


@formulas.add(
    "E6 Adam",
    r"m \leftarrow \beta_1 m + (1 - \beta_1)\, g, \qquad "
    r"v \leftarrow \beta_2 v + (1 - \beta_2)\, g^2, \qquad "
    r"w \leftarrow w - \eta\, \frac{m / (1 - \beta_1^t)}{\sqrt{v / (1 - \beta_2^t)} + \epsilon}",
    "mlplib.Adam",
)
def adam(rng):
    w, gradients = course(rng)
    m, v, printed, start = np.zeros(3), np.zeros(3), [], w.copy()
    for t, g in enumerate(gradients, 1):
        m = 0.8 * m + (1 - 0.8) * g
        v = 0.95 * v + (1 - 0.95) * g**2
        w = w - 0.1 * (m / (1 - 0.8**t)) / (np.sqrt(v / (1 - 0.95**t)) + 0.01)
        printed.append(w)
    return printed, library(Adam(0.1, 0.8, 0.95, 0.01), gradients, start)


# ---- 5.6 and 5.7 ------------------------------------------------------------------------------


@formulas.add(
    "E7",
    r"w_{t+1} = w_t - \eta_t\, g_t, \qquad \eta_t = \eta\, \frac{1 + \cos(\pi\, t / T)}{2}, "
    r"\qquad t = 0, 1, \ldots, T",
    "mlplib.Cosine",
)
def half_a_cosine(rng):
    w, gradients = course(rng, n=9)
    T, printed, start = 8, [], w.copy()
    for t, g in enumerate(gradients):
        w = w - 0.3 * (1 + math.cos(math.pi * t / T)) / 2 * g
        printed.append(w)
    return printed, library(SGD(Cosine(0.3, steps=T)), gradients, start)


@formulas.add(
    "E7 warm-up",
    r"\eta_t = \eta\, \frac{t + 1}{T_0} \qquad\text{for}\quad t < T_0",
    "mlplib.WarmUp",
)
def warm_up(rng):
    lr, T_0 = rng.uniform(0.1, 1), int(rng.integers(2, 9))
    schedule = WarmUp(lr, T_0)
    return [lr * (t + 1) / T_0 for t in range(T_0)], [schedule(t) for t in range(T_0)]


@formulas.add(
    "E9",
    r"\eta_t = \eta_{\mathrm{low}} \left(\frac{\eta_{\mathrm{high}}}"
    r"{\eta_{\mathrm{low}}}\right)^{t / (T - 1)}, \qquad t = 0, 1, \ldots, T - 1",
    "mlplib.range_test_stream",
)
def rates_of_the_range_test(rng):
    net, X, Y = problem(rng)
    low, high, T = 1e-4, 0.1, 12
    stream = range_test_stream(net, X, Y, mse, "sgd", low=low, high=high, steps=T)
    return [low * (high / low) ** (t / (T - 1)) for t in range(T)], [r.lr for r in stream]


@formulas.add(
    "E2",
    r"\text{stop at the first } t \text{ with} \quad J(\theta_t) < \mathrm{Th}",
    "mlplib.until_below",
)
def threshold(rng):
    losses = rng.uniform(1, 3, 50)
    losses[30] = 0.5
    Th = rng.uniform(0.6, 1.3)
    first = next(t for t in range(50) if losses[t] < Th)
    stream = (Record(t + 1, 1, loss, 0.1, 1.0, math.nan) for t, loss in enumerate(losses))
    return first, list(until_below(stream, Th))[-1].step - 1
