"""The formulas of notebook 03, each computed as printed and by mlplib."""

import math
import warnings

import numpy as np
import sklearn.neural_network
from sklearn.exceptions import ConvergenceWarning

from formulas import Formulas
from mlplib import (
    MLP,
    Dense,
    GradientDescent,
    MLPClassifier,
    cross_entropy,
    dice,
    half_sse,
    mse,
    numerical_gradient,
    sigmoid,
    softmax,
    softmax_cross_entropy,
    train,
)
from mlplib.preprocessing import one_hot

formulas = Formulas(
    "03_multilayer_perceptron.ipynb", ids="A5 A6 A8 B5 C3 C4 C5 D1 D4 D5 D6 D8 F5 G1"
)


def s(z):
    """The sigmoid, of one number."""
    return 1 / (1 + math.exp(-z))


def network(rng, sizes, m=5, hidden="sigmoid", output="sigmoid"):
    """A network with biases that are not 0, its parameters layer by layer, and inputs."""
    net = MLP(sizes, hidden, output, rng=rng)
    net.theta = rng.normal(0, 0.8, net.n_params)
    W, b = [one.W for one in net.layers], [one.b for one in net.layers]
    return net, W, b, rng.standard_normal((m, sizes[0]))


def backpropagated(net, X, Y, loss=half_sse):
    """Fill the derivatives of all layers, and return the layers."""
    net.backward(loss.grad(net.forward(X), Y))
    return net.layers


# ---- forward ----------------------------------------------------------------------------------


@formulas.add(
    "A6",
    r"Z^{[l]} = A^{[l-1]} W^{[l]} + b^{[l]}, \qquad A^{[l]} = g^{[l]}\!\left(Z^{[l]}\right), "
    r"\qquad A^{[0]} = X",
    "mlplib.MLP",
)
def layers_in_matrix_form(rng):
    net, W, b, X = network(rng, [3, 4, 4, 1], hidden=["tanh", "sigmoid"], output="identity")
    A = X.tolist()
    for w, c, g in zip(W, b, (math.tanh, s, float), strict=True):
        n_in, n_out = w.shape
        A = [
            [g(sum(row[i] * w[i, j] for i in range(n_in)) + c[j]) for j in range(n_out)]
            for row in A
        ]
    return A, net.predict(X)


@formulas.add(
    "A6 as printed",
    r"A_1^{[2]} = g^{[2]}\!\left(W_1^{[2]T} A_1^{[1]} + b_1^{[2]}\right)",
    "mlplib.MLP",
)
def only_the_first_unit(rng):
    net, W, b, X = network(rng, [3, 4, 4, 1])
    net.forward(X)
    A1 = net.layers[0].A
    return [s(W[1][0, 0] * a + b[1][0]) for a in A1[:, 0]], net.layers[1].A[:, 0]


@formulas.add("A5", r"Z = A W^T + \iota\, b^T", "mlplib.Dense")
def layout_of_lecture_001(rng):
    layer = Dense(3, 4, rng=rng, bias=0.3)
    A, W, iota = rng.standard_normal((5, 3)), layer.W.T, np.ones((5, 1))
    outer = [[iota[k, 0] * layer.b[j] for j in range(4)] for k in range(5)]
    Z = [[sum(A[k, i] * W[j, i] for i in range(3)) for j in range(4)] for k in range(5)]
    return np.add(Z, outer), layer.scores(A)


@formulas.add(
    "A8",
    r"\text{start at random} \;\to\; \underbrace{\text{forward} \;\to\; \text{loss} \;\to\; "
    r"\text{backward} \;\to\; \text{update}}_{\text{for a number of epochs}}",
    "mlplib.train",
)
def epochs(rng):
    net, W, b, X = network(rng, [2, 3, 2], hidden="tanh", output="identity")
    Y = np.eye(2)[rng.integers(0, 2, 5)]
    (W1, W2), (b1, b2) = [w.copy() for w in W], [c.copy() for c in b]
    for _ in range(7):
        A1 = np.tanh(X @ W1 + b1)
        E = np.exp(A1 @ W2 + b2)
        dZ2 = (E / E.sum(axis=1, keepdims=True) - Y) / 5
        dZ1 = dZ2 @ W2.T * (1 - A1**2)
        W2, b2 = W2 - 0.1 * A1.T @ dZ2, b2 - 0.1 * dZ2.sum(axis=0)
        W1, b1 = W1 - 0.1 * X.T @ dZ1, b1 - 0.1 * dZ1.sum(axis=0)
    list(train(net, X, Y, softmax_cross_entropy, GradientDescent(0.1), epochs=7))
    return np.concatenate([W1.ravel(), b1, W2.ravel(), b2]), net.theta


# ---- several classes --------------------------------------------------------------------------


@formulas.add(
    "F5",
    r"t_i = \begin{cases} 1 & i = y \\ 0 & i \ne y \end{cases}",
    "mlplib.preprocessing.one_hot",
)
def one_hot_coding(rng):
    y = rng.integers(0, 4, 6)
    return [[1 if i == label else 0 for i in range(4)] for label in y], one_hot(y, 4)


@formulas.add(
    "B5",
    r"p_i = \frac{e^{z_i}}{\sum_{j=1}^{k} e^{z_j}}, \qquad\text{for two classes}\quad "
    r"p_1 = \frac{1}{1 + e^{z_2 - z_1}}",
    "mlplib.softmax",
)
def softmax_and_its_special_case(rng):
    z, two = rng.standard_normal(4), rng.standard_normal(2)
    p = [math.exp(z_i) / sum(math.exp(z_j) for z_j in z) for z_i in z]
    by_mlplib = [*softmax(z[None, :])[0], softmax(two[None, :])[0, 0], sigmoid(two[0] - two[1])]
    p_1 = 1 / (1 + math.exp(two[1] - two[0]))
    return [*p, p_1, p_1], by_mlplib


def one_example(rng, k=4):
    """Scores, probabilities and a one-hot target of one example, each (1, k)."""
    S = rng.standard_normal((1, k))
    return S, softmax(S), one_hot([rng.integers(k)], k)


@formulas.add("C3", r"L = -\sum_{i=1}^{k} t_i \log p_i", "mlplib.softmax_cross_entropy")
def surprise(rng):
    S, P, T = one_example(rng)
    L = -sum(t * math.log(p) for t, p in zip(T[0], P[0], strict=True))
    return [L, L], [softmax_cross_entropy.value(S, T), cross_entropy.value(P, T)]


@formulas.add("C3 as printed", r"L = -\sum_{i=1}^{k} p_i \log p_i", "mlplib.softmax_cross_entropy")
def entropy(rng):
    S, P, T = one_example(rng)
    return -sum(p * math.log(p) for p in P[0]), softmax_cross_entropy.value(S, T)


def table_of_001():
    """Surprise at the second class, in nats, by mlplib."""
    return softmax_cross_entropy.value(np.array([[3.0, 15.0, 7.0, 3.0]]), one_hot([1], 4))


@formulas.add(
    "C4",
    r"-\log_2 p_2 = \frac{-\ln p_2}{\ln 2} = 5.016 \cdot 10^{-4}\ \text{bits}, \qquad "
    r"-\ln p_2 = 3.477 \cdot 10^{-4}\ \text{nats}",
    "mlplib.softmax_cross_entropy",
)
def bits_and_nats(rng):
    E = [math.exp(x) for x in (3, 15, 7, 3)]
    p_2 = E[1] / sum(E)
    assert math.isclose(-math.log2(p_2), -math.log(p_2) / math.log(2), rel_tol=1e-12)
    nats = table_of_001()
    printed = [5.016e-4, 3.477e-4]
    return printed, [float(f"{x:.3e}") for x in (nats / math.log(2), nats)]


@formulas.add(
    "C4 as printed",
    r"\log p_2 = -5.01611506 \cdot 10^{-4}",
    "mlplib.softmax_cross_entropy",
)
def bits_for_nats(rng):
    return -5.01611506e-4, -table_of_001()


@formulas.add(
    "C5",
    r"L_{\mathrm{Dice}} = 1 - \frac{2 \sum_i y_i \hat y_i}{\sum_i y_i + \sum_i \hat y_i}",
    "mlplib.dice",
)
def overlap(rng):
    y, y_hat = rng.integers(0, 2, (3, 4)) * 1.0, rng.uniform(0, 1, (3, 4))
    both = sum(y[k, i] * y_hat[k, i] for k in range(3) for i in range(4))
    return 1 - 2 * both / (y.sum() + y_hat.sum()), dice.value(y_hat, y)


# ---- backward ---------------------------------------------------------------------------------


@formulas.add(
    "D1",
    r"\frac{dL}{dw_1} = \frac{dL}{da_2} \cdot \frac{da_2}{dz_2} \cdot \frac{dz_2}{da_1} \cdot "
    r"\frac{da_1}{dz_1} \cdot \frac{dz_1}{dw_1}",
    "mlplib.MLP.backward",
)
def chain_of_five(rng):
    net, (w_1, w_2), (b_1, b_2), X = network(rng, [1, 1, 1], m=1)
    y = rng.standard_normal()
    a_1 = s(w_1[0, 0] * X[0, 0] + b_1[0])
    a_2 = s(w_2[0, 0] * a_1 + b_2[0])
    printed = (a_2 - y) * (a_2 * (1 - a_2)) * w_2[0, 0] * (a_1 * (1 - a_1)) * X[0, 0]
    return printed, backpropagated(net, X, [[y]])[0].dW[0, 0]


@formulas.add(
    "D1 as printed",
    r"\frac{dZ}{d\hat y} = 1; \quad \frac{d\hat y}{dw} = x; \quad "
    r"\frac{d\,\mathrm{MSE}}{dw} = \frac{d\,\mathrm{MSE}}{d\hat y} \cdot "
    r"\frac{dZ}{d\hat y} \cdot \frac{d\hat y}{dw}",
    "mlplib.MLP.backward",
)
def links_upside_down(rng):
    net, _, _, X = network(rng, [1, 1], m=1)
    y, y_hat = rng.standard_normal(), net.predict(X)[0, 0]
    slope = y_hat * (1 - y_hat)
    printed = -2 * (y - y_hat) * (1 / slope) * (slope * X[0, 0])
    return printed, backpropagated(net, X, [[y]], mse)[0].dW[0, 0]


def two_layers(rng):
    """One example: x, a^(1), a^(2), y, and the lectures' weights (their end comes first)."""
    net, W, _, X = network(rng, [3, 4, 2], m=1)
    y = rng.standard_normal(2)
    a = [one.A[0] for one in backpropagated(net, X, y[None, :])]
    return net, X[0], *a, y, W[0].T, W[1].T


def by_end(net, layer):
    """The derivatives of a layer's weights as the lectures index them, (n_out, n_in)."""
    return net.layers[layer].dW.T


@formulas.add(
    "D5",
    r"\frac{\partial J}{\partial w_{kj}^{(2)}} = \underbrace{\left(a_k^{(2)} - y_k\right) "
    r"a_k^{(2)} \left(1 - a_k^{(2)}\right)}_{\delta_k^{(2)}} \; a_j^{(1)}",
    "mlplib.MLP.backward",
)
def last_layer(rng):
    net, _, a1, a2, y, _, _ = two_layers(rng)
    printed = [[(a2[k] - y[k]) * a2[k] * (1 - a2[k]) * a1[j] for j in range(4)] for k in range(2)]
    return printed, by_end(net, 1)


@formulas.add(
    "D5 further back",
    r"\frac{\partial J}{\partial w_{ji}^{(1)}} = \underbrace{\left(\sum_k \delta_k^{(2)} "
    r"w_{kj}^{(2)}\right) a_j^{(1)} \left(1 - a_j^{(1)}\right)}_{\delta_j^{(1)}} \; x_i",
    "mlplib.MLP.backward",
)
def one_layer_further_back(rng):
    net, x, a1, a2, y, _, w2 = two_layers(rng)
    delta2 = [(a2[k] - y[k]) * a2[k] * (1 - a2[k]) for k in range(2)]
    back = [sum(delta2[k] * w2[k, j] for k in range(2)) for j in range(4)]
    printed = [[back[j] * a1[j] * (1 - a1[j]) * x[i] for i in range(3)] for j in range(4)]
    return printed, by_end(net, 0)


@formulas.add(
    "D5 as printed",
    r"\frac{\partial E}{\partial w^{(n)}} = \left(\hat y - y\right) a^{(n)}",
    "mlplib.MLP.backward",
)
def activation_of_the_wrong_layer(rng):
    # The lecture's last layer has no activation (its delta is the error); one output, one unit.
    net, _, _, X = network(rng, [3, 1, 1], m=1, output="identity")
    y, y_hat = rng.standard_normal(), net.predict(X)[0, 0]
    return (y_hat - y) * y_hat, backpropagated(net, X, [[y]])[1].dW[0, 0]


@formulas.add(
    "D5 as printed elsewhere",
    r"\frac{\partial J}{\partial w_{kj}^{(2)}} = \left(a_k^{(2)} - y_k\right) a_k^{(2)} "
    r"\left(1 - a_k^{(2)}\right) a_k^{(1)}",
    "mlplib.MLP.backward",
)
def activation_of_the_wrong_unit(rng):
    net, _, a1, a2, y, _, _ = two_layers(rng)
    printed = [[(a2[k] - y[k]) * a2[k] * (1 - a2[k]) * a1[k] for _ in range(4)] for k in range(2)]
    return printed, by_end(net, 1)


def deltas(rng):
    """Three layers, one example: (net, weights with their end first, z, a, deltas by mlplib)."""
    net, W, _, X = network(rng, [3, 4, 3, 2], m=1)
    y = rng.standard_normal(2)
    found = [one.db.copy() for one in backpropagated(net, X, y[None, :])]  # for m = 1, db is delta
    z, a = [one.Z[0] for one in net.layers], [one.A[0] for one in net.layers]
    return net, [w.T for w in W], z, [X[0], *a], found, y


def ds(z):
    """The sigmoid's derivative."""
    return s(z) * (1 - s(z))


@formulas.add("D6 first", r"\delta^L = \nabla_a J \odot \sigma'(z^L)", "mlplib.Dense.backward")
def first_equation(rng):
    _, _, z, a, found, y = deltas(rng)
    nabla = half_sse.grad(a[3][None, :], y[None, :])[0]
    return [nabla[k] * ds(z[2][k]) for k in range(2)], found[2]


@formulas.add(
    "D6 for squared errors",
    r"\delta^L = \left(a^L - y\right) \odot \sigma'(z^L)",
    "mlplib.half_sse",
)
def first_equation_for_squared_errors(rng):
    _, _, z, a, found, y = deltas(rng)
    return [(a[3][k] - y[k]) * ds(z[2][k]) for k in range(2)], found[2]


@formulas.add(
    "D6 second",
    r"\delta^l = \left(\left(W^{l+1}\right)^T \delta^{l+1}\right) \odot \sigma'(z^l)",
    "mlplib.Dense.backward",
)
def second_equation(rng):
    _, W, z, _, found, _ = deltas(rng)
    printed = [
        sum(W[layer + 1][k, j] * found[layer + 1][k] for k in range(len(found[layer + 1])))
        * ds(z[layer][j])
        for layer in (0, 1)
        for j in range(len(z[layer]))
    ]
    return printed, np.concatenate(found[:2])


@formulas.add("D6 as printed", r"\delta^l = \Delta_{a^l} / \sigma'(z^l)", "mlplib.Dense.backward")
def second_equation_with_a_hole(rng):
    _, W, z, _, found, _ = deltas(rng)
    back = W[2].T @ found[2]  # all that comes back from the layer behind
    return [back[j] / ds(z[1][j]) for j in range(3)], found[1]


@formulas.add(
    "D6 third",
    r"\frac{\partial J}{\partial w_{jk}^l} = a_k^{l-1} \delta_j^l",
    "mlplib.Dense.backward",
)
def third_equation(rng):
    net, W, _, a, found, _ = deltas(rng)
    printed, ours = [], []
    for layer in range(3):
        n_out, n_in = W[layer].shape
        printed += [a[layer][k] * found[layer][j] for j in range(n_out) for k in range(n_in)]
        ours += by_end(net, layer).ravel().tolist()
    return printed, ours


@formulas.add(
    "D6 fourth",
    r"\frac{\partial J}{\partial b_j^l} = \delta_j^l",
    "mlplib.Dense.backward",
)
def fourth_equation(rng):
    net, W, z, a, _, y = deltas(rng)
    delta = [(a[3][k] - y[k]) * ds(z[2][k]) for k in range(2)]
    printed = [delta]
    for layer in (1, 0):
        back = W[layer + 1].T @ delta
        delta = [back[j] * ds(z[layer][j]) for j in range(len(z[layer]))]
        printed.insert(0, delta)
    return np.concatenate(printed), np.concatenate([one.db for one in net.layers])


@formulas.add(
    "D4",
    r"\frac{\partial L}{\partial A} = \frac{\partial L}{\partial Z}\, W, \qquad "
    r"\frac{\partial L}{\partial W} = \left(\frac{\partial L}{\partial Z}\right)^{\!T} A, \qquad "
    r"\frac{\partial L}{\partial b} = \left(\frac{\partial L}{\partial Z}\right)^{\!T} \iota",
    "mlplib.Dense.backward",
)
def backward_in_the_layout_of_001(rng):
    layer = Dense(3, 4, rng=rng)
    A, dZ = rng.standard_normal((5, 3)), rng.standard_normal((5, 4))
    W = layer.W.T
    layer.forward(A)
    dA = layer.backward(dZ)
    printed = [sum(dZ[k, j] * W[j, i] for j in range(4)) for k in range(5) for i in range(3)]
    printed += [sum(dZ[k, j] * A[k, i] for k in range(5)) for j in range(4) for i in range(3)]
    printed += [sum(dZ[k, j] * 1 for k in range(5)) for j in range(4)]
    return printed, np.concatenate([dA.ravel(), layer.dW.T.ravel(), layer.db])


@formulas.add(
    "D4 ours",
    r"dA = dZ\, W^T, \qquad dW = A^T dZ, \qquad db = \iota^T dZ",
    "mlplib.Dense.backward",
)
def backward_in_our_layout(rng):
    layer = Dense(3, 4, rng=rng)
    A, dZ = rng.standard_normal((5, 3)), rng.standard_normal((5, 4))
    layer.forward(A)
    dA, W = layer.backward(dZ), layer.W
    printed = [sum(dZ[k, j] * W[i, j] for j in range(4)) for k in range(5) for i in range(3)]
    printed += [sum(A[k, i] * dZ[k, j] for k in range(5)) for i in range(3) for j in range(4)]
    printed += [sum(1 * dZ[k, j] for k in range(5)) for j in range(4)]
    return printed, np.concatenate([dA.ravel(), layer.dW.ravel(), layer.db])


@formulas.add("C6", r"\frac{\partial L}{\partial z_i} = p_i - t_i", "mlplib.softmax_cross_entropy")
def simple_delta(rng):
    S, P, T = one_example(rng)
    return [p - t for p, t in zip(P[0], T[0], strict=True)], softmax_cross_entropy.grad(S, T)[0]


@formulas.add(
    "D8",
    r"\frac{\partial J}{\partial \theta_i} \approx "
    r"\frac{J(\theta + \varepsilon e_i) - J(\theta - \varepsilon e_i)}{2 \varepsilon}",
    "mlplib.numerical_gradient",
)
def finite_differences(rng):
    net, _, _, X = network(rng, [2, 3, 2], output="identity")
    Y, theta, eps = np.eye(2)[rng.integers(0, 2, 5)], net.theta.copy(), 1e-4

    def J(t):
        net.theta = t
        return softmax_cross_entropy.value(net.predict(X), Y)

    unit = np.eye(len(theta))
    printed = [
        (J(theta + eps * unit[i]) - J(theta - eps * unit[i])) / (2 * eps) for i in range(len(theta))
    ]
    net.theta = theta
    backpropagated(net, X, Y, softmax_cross_entropy)
    np.testing.assert_allclose(printed, net.grad, atol=1e-7)  # what the notebook uses it for
    return printed, numerical_gradient(J, theta, eps)


# ---- in two libraries -------------------------------------------------------------------------


@formulas.add(
    "G1",
    r"P = \mathrm{softmax}\!\left(\sigma\!\left(\sigma\!\left(X W^{[1]} + b^{[1]}\right) W^{[2]} "
    r"+ b^{[2]}\right) W^{[3]} + b^{[3]}\right)",
    "mlplib.MLPClassifier",
)
def what_both_classifiers_compute(rng):
    """The formula with the weights that scikit-learn has learned; and what mlplib predicts."""
    X, y, seed = rng.standard_normal((60, 4)), rng.integers(0, 3, 60), int(rng.integers(1000))
    fitted = []
    for make in (sklearn.neural_network.MLPClassifier, MLPClassifier):
        m1P = make(hidden_layer_sizes=(5, 2), activation="logistic", random_state=seed)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            fitted.append(m1P.fit(X, y))
    theirs, ours = fitted
    np.testing.assert_array_equal(theirs.predict(X), ours.predict(X))
    printed = []
    for a in X.tolist():
        for layer in range(3):
            W, b = theirs.coefs_[layer], theirs.intercepts_[layer]
            z = [sum(a[i] * W[i, j] for i in range(len(a))) + b[j] for j in range(len(b))]
            a = [s(z_j) for z_j in z]
        printed.append([math.exp(z_i) / sum(math.exp(z_j) for z_j in z) for z_i in z])
    return printed, ours.predict_proba(X)
