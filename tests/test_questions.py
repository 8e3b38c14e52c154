"""Self-tests and predictions: their texts, the numbers in them, and the widgets driven by hand."""

import copy
import itertools
import re
import subprocess
import sys
import threading

import numpy as np
import pytest

from mlplib import (
    L1,
    L2,
    MLP,
    AdaGrad,
    Adam,
    GradientDescent,
    Momentum,
    binary_cross_entropy,
    cross_entropy,
    early_stopping,
    half_mse,
    mse,
    sigmoid,
    sigmoid_cross_entropy,
    softmax,
    softmax_cross_entropy,
    tanh,
    train,
)
from mlplib.datasets import load_breast_cancer, load_digits, load_houses, load_orings, noisy_sine
from mlplib.exercises._question import PredictionQuestion, Question, glue, right, wrong
from mlplib.exercises.questions import PREDICTIONS, QUESTIONS
from mlplib.gradcheck import check_gradient, numerical_gradient
from mlplib.initializers import lecun
from mlplib.labs import PlaygroundLab, RegularizationLab
from mlplib.labs import questions as widgets
from mlplib.labs.questions import Prediction, SelfTest, prediction, self_test
from mlplib.layers import Dense
from mlplib.metrics import accuracy, confusion_matrix
from mlplib.preprocessing import Standardizer, one_hot, train_test_split
from mlplib.training import Record

SELF_TESTS = [
    ((notebook, number), question)
    for notebook, questions in QUESTIONS.items()
    for number, question in enumerate(questions, 1)
]
FORECASTS = [
    ((notebook, name), question)
    for notebook, questions in PREDICTIONS.items()
    for name, question in questions.items()
]
ASKED = SELF_TESTS + FORECASTS


def each(asked):
    ids = [f"{notebook}-{name}" for (notebook, name), _ in asked]
    return pytest.mark.parametrize("key, question", asked, ids=ids)


each_notebook = pytest.mark.parametrize("notebook", QUESTIONS)


def texts(question):
    """All that a student can read of a question."""
    said = [question.text, getattr(question, "happens", "")]
    return said + [text for option in question.options for text in (option.text, option.sentence)]


# ---- the texts --------------------------------------------------------------------------------


@each_notebook
def test_a_self_test_has_five_questions(notebook):
    assert len(QUESTIONS[notebook]) == 5
    assert PREDICTIONS[notebook]


@each(ASKED)
def test_each_option_has_a_sentence_of_its_own(key, question):
    sentences = [option.sentence for option in question.options]
    assert len(set(sentences)) == len(sentences)
    for sentence in [*sentences, getattr(question, "happens", sentences[0])]:
        assert len(sentence) >= 30
        assert (
            sentence[0].isupper() or not sentence[0].isalpha() or sentence[:2] in ("w ", "x ", "b ")
        )
        assert sentence.endswith(".")
        assert not sentence.endswith("..")
    for option in question.options:
        assert option.text.endswith(".")
    assert question.text.endswith("?")


@each(ASKED)
def test_the_text_is_plain(key, question):
    for text in texts(question):
        assert not re.search(r"[$\\\u2018\u2019\u201c\u201d\u00a0\u2060]|  ", text)
        assert text == text.strip()
    for option in question.options:
        assert not re.search(r"[`<>]", option.text), "a radio button's label shows no code"
    assert question.formulas
    assert all(re.fullmatch(r"[A-G]\d+", formula) for formula in question.formulas)


def test_no_sentence_is_used_twice():
    sentences = [option.sentence for _, question in ASKED for option in question.options]
    assert len(set(sentences)) == len(sentences)
    assert len({question.text for _, question in ASKED}) == len(ASKED)


@each_notebook
def test_neither_place_nor_length_gives_the_right_option_away(notebook):
    questions = QUESTIONS[notebook]
    places = [question.right for question in questions]
    assert len(set(places)) >= 3
    assert max(map(places.count, places)) <= 2
    lengths = [[len(option.text) for option in question.options] for question in questions]
    longest = sum(n.index(max(n)) == place for n, place in zip(lengths, places, strict=True))
    shortest = sum(n.index(min(n)) == place for n, place in zip(lengths, places, strict=True))
    assert longest <= 2
    assert shortest <= 2


@pytest.mark.parametrize(
    "options",
    [
        [right("a", "."), wrong("b", ".")],
        [right("a", "."), wrong("b", "."), wrong("b", ".")],
        [right("a", "."), right("b", "."), wrong("c", ".")],
        [wrong("a", "."), wrong("b", "."), wrong("c", ".")],
        [right("a", "."), *(wrong(str(i), ".") for i in range(5))],
    ],
)
def test_a_badly_made_question_is_refused(options):
    with pytest.raises(ValueError, match="three to five different options, one of them right"):
        Question("Which one?", options)


# ---- the numbers in the texts -----------------------------------------------------------------
# For each question: a function that computes its numbers with mlplib, and those that the question
# itself gives. Between them, they have to be all the digits there are.

CLAIMS = {}
NUMBER = re.compile(r"\d{1,3}(?: \d{3})+(?!\d)|\d+(?:\.\d+)?")


def claims(*key, given=""):
    """Join the function that computes the numbers of one question."""

    def join(function):
        CLAIMS[key] = function, set(NUMBER.findall(given)) | set(given.split())
        return function

    return join


@each(ASKED)
def test_every_number_in_a_text_is_computed(key, question):
    compute, given = CLAIMS[key]
    said = " | ".join(texts(question))
    claimed = compute()
    for claim in claimed:
        assert claim in said, f"{claim} is computed, and not in the text"
    known = given.union(*(NUMBER.findall(claim) for claim in claimed))
    assert set(NUMBER.findall(said)) <= known
    assert given <= set(NUMBER.findall(said))


def houses():
    """Lot sizes in square feet and prices in CAD, (546, 1) each."""
    data = load_houses(features=["lot_sqft"])
    return data.X, data.y[:, None]


def standardized(X):
    return (X - X.mean(axis=0)) / X.std(axis=0)


def descend(X, Y, lr, steps, loss=mse, start=(0.0, 0.0)):
    """Return w and b, before and after each step, (steps + 1, 2), and the losses before each."""
    net = MLP([1, 1], rng=np.random.default_rng(0))
    net.theta[:] = start
    path, losses = [net.theta.copy()], []
    for record in train(net, X, Y, loss, GradientDescent(lr), steps=steps):
        path.append(net.theta.copy())
        losses.append(record.loss)
    return np.array(path), np.array(losses)


def best(X, Y):
    """The w and b of the best line."""
    return np.polyfit(X[:, 0], Y[:, 0], 1)


def factors(X, Y, lr, steps=3):
    """What each step makes of the error in w and of the error in b, (steps, 2)."""
    error = descend(X, Y, lr, steps)[0] - best(X, Y)
    return error[1:] / error[:-1]


def thousands(number):
    return f"{number:,.0f}".replace(",", " ")


@claims("linear_regression", 1, given="0 5000")
def _():
    X, Y = houses()
    Z = standardized(X)
    path, _ = descend(Z, Y, 0.5, 3)  # the rate that is there at once
    w = path[-1, 0] / X.std()
    b = path[-1, 1] - w * X.mean()
    loss = mse.value(w * X + b, Y)
    return {
        f"ŷ = {w:.2f} x + {thousands(b)}",
        f"{round(w, 2):.2f} · 5000 + {thousands(b)} = {thousands(round(w, 2) * 5000 + b)} CAD",
        f"costs {thousands(round(w, 2) * 5000)}",
        f"{thousands(np.sqrt(loss))} CAD",
        f"w = {w / 0.3048**2:.0f}",  # a foot is 0.3048 m
    }


@claims("linear_regression", 2, given="3 40 0.05")
def _():
    theta, optimizer = np.array([3.0]), GradientDescent(0.05)
    optimizer.update(theta, np.array([-40.0]), optimizer.init(theta))
    w = float(theta[0])
    step = w - 3
    return {
        f"At w = {w:g}.",
        f"3 - 0.05 · (-40) = 3 + {step:g}",
        f"{step:g} = 0.05 · 40",
        f"At w = {step:g}.",
        f"3 + 0.05 · (-40) = {3 + 0.05 * -40:g}",
        f"At w = {3 + 0.05 * -40:g}.",
        f"3 - (-40) = {3 + 40}",
        f"At w = {3 + 40}.",
    }


@claims("linear_regression", 3, given="1 2 0.1")
def _():
    X, Y = standardized(houses()[0]), houses()[1]
    needed = []
    for loss in (mse, half_mse):
        path, _ = descend(X, Y, 0.1, 300, loss)
        error = abs(path - best(X, Y))
        needed.append(int(np.argmax(error[:, 0] < error[0, 0] / 100)))
        np.testing.assert_allclose(path[-1], best(X, Y), rtol=1e-9)  # the same line
    anna, ben = (descend(X, Y, 0.1, 1, loss)[0][1] for loss in (mse, half_mse))
    np.testing.assert_allclose(ben, anna / 2)  # half as long, the same way
    return {f"Anna makes {needed[0]} steps and Ben {needed[1]}"}


@claims("linear_regression", 4, given="2")
def _():
    def printed(net, X, Y):
        error = Y - net.predict(X)
        m = len(X)
        return np.array([-2 / m * X[-1, 0] * error.sum(), -2 / m * error.sum()])

    X, Y = standardized(houses()[0]), houses()[1] / 1000
    net = MLP([1, 1], rng=np.random.default_rng(0))
    assert check_gradient(net, X[-1:], Y[-1:], mse, grad=printed)
    assert not check_gradient(net, X, Y, mse, grad=printed)
    assert check_gradient(net, X, Y, mse)
    return {f"all {len(X)}", f"differ for {len(X)}"}


@claims("linear_regression", 5, given="0 1 2166")
def _():
    X, Y = houses()
    Z, X = standardized(X), X - X.mean()
    std = X.std()
    for data, limit in ((Z, 1.0), (X, 1 / std**2)):
        assert (abs(factors(data, Y, 0.99 * limit)[:, 0]) < 1).all()
        assert (abs(factors(data, Y, 1.01 * limit)[:, 0]) > 1).all()
    np.testing.assert_allclose(2 / (1 / std**2), _curvature(X, Y)[0], rtol=1e-4)
    np.testing.assert_allclose(2, _curvature(X, Y)[1], rtol=1e-4)
    half_life = np.log(0.5) / np.log(factors(X, Y, 1 / std**2, 1)[0, 1])
    return {
        f"deviation of {std:.0f}",
        f"error in w by {factors(X, Y, 1.0, 1)[0, 0] / 1e6:.1f} million",
        f"error in w by about {round(factors(X, Y, 1 / 2166, 1)[0, 0], -1):.0f}",
        f"about {1 / 2166:.5f}",
        f"about {1 / 2166**2:.7f}",
        f"2 · {std:.0f}²",
        f"{best(X, Y)[0]:.2f} in square feet, and {thousands(best(Z, Y)[0])} for",
        f"{half_life / 1e6:.1f} million steps to halve",
    }


def _curvature(X, Y):
    """Second derivatives of the MSE with respect to w and to b."""

    def loss(theta):
        return mse.value(theta[0] * X + theta[1], Y)

    center, slopes = best(X, Y), []
    for unit in np.eye(2):
        step = unit * 1e-3 * abs(center)
        there = [numerical_gradient(loss, center + sign * step, 1e-4) for sign in (1, -1)]
        slopes.append((there[0] - there[1]) @ unit / (2 * step.sum()))
    return slopes


@claims("linear_regression", "learning_rate", given="1.1 0.5 0.9 1 2")
def _():
    X, Y = standardized(houses()[0]), houses()[1]
    left = {lr: float(factors(X, Y, lr, 1)[0, 0]) for lr in (0.1, 0.5, 0.9, 1.0, 1.1)}
    np.testing.assert_allclose([left[0.5], left[1.0]], [0, -1], atol=1e-12)
    _, losses = descend(X, Y, 1.1, 40)
    least = mse.value(np.polyval(best(X, Y), X), Y)
    growth = (losses - least) / (losses[0] - least)
    assert growth[37] < 1e6 < growth[38]
    np.testing.assert_allclose(_curvature(X, Y)[0], 2, rtol=1e-4)
    return {
        f"each step leaves {left[0.1]:.1f} of the error",
        f"the rate 0.1 leaves {left[0.1]:.1f}",
        f"at 0.1 a step takes away {1 - left[0.1]:.1f}",
        f"at 1.1 it takes away {1 - left[1.1]:.1f}",
        f"0.9 leaves {left[0.9]:.1f} of",
        f"{abs(left[1.1]):.1f} times as far",
        f"{growth[1]:.2f} times a step",
        "after 38 steps it is a million",
    }


@claims("linear_regression", "raw_square_feet", given="2 0.1")
def _():
    X, Y = houses()
    curvature = 2 * np.mean(X**2)
    np.testing.assert_allclose(_curvature(X, Y)[0], curvature, rtol=1e-4)
    assert abs(0.1 / (2 / curvature) - 3e6) < 0.2e6  # three million times the limit
    for unit, start in itertools.product((1, 1000, Y.std()), ((0, 0), (0.5, 0), (-1, 0))):
        _, losses = descend(X, Y / unit, 0.1, 100, start=start)
        assert losses[1] > 1e13 * losses[0]  # ten million million
        assert losses[-1] > 1e300  # the loss or its gradient has no number any more
        assert 20 <= len(losses) <= 28  # some two dozen steps
    for limit, verdict in ((2 / curvature * 0.9, True), (2 / curvature * 1.1, False)):
        _, losses = descend(X, Y, limit, 50)
        assert bool(losses[-1] < losses[0]) is verdict
    return {
        f"({X.min():.0f} to {thousands(X.max())})",
        f"{curvature / 1e6:.0f} million",
        f"{2 / curvature:.8f}",
    }


# ---- logistic regression ----------------------------------------------------------------------


def launches():
    """Standardized temperatures (23, 1), labels (23, 1), and the neuron trained on them."""
    table = load_orings()
    X, Y = standardized(table.X), table.y[:, None].astype(float)
    net = MLP([1, 1], rng=np.random.default_rng(0), init="zeros")
    list(train(net, X, Y, sigmoid_cross_entropy, GradientDescent(2.0), steps=400))
    return table, X, Y, net


def chance(net, table, degrees):
    """What the trained neuron says of a temperature in °F."""
    return float(
        sigmoid(net.predict((np.array([[degrees]]) - table.X.mean()) / table.X.std())[0, 0])
    )


@claims("logistic_regression", 1, given="0.25 100 23 0 1")
def _():
    table, X, Y, net = launches()
    w = net.theta[0] / table.X.std()
    b = net.theta[1] - w * table.X.mean()
    loss = sigmoid_cross_entropy.value(net.predict(X), Y)
    odds = {T: p / (1 - p) for T in (64, 65) for p in [chance(net, table, T)]}
    assert 1 / abs(w) / 1 < 5  # a straight line with this slope is past 100 % after five degrees
    np.testing.assert_allclose(odds[64] / odds[65], np.exp(-w))
    assert abs(chance(net, table, 0.0) - 1) < 1e-6
    return {
        f"z = {b:.2f} - {-w:.3f} T",
        f"multiplied by {np.exp(-w):.2f}",
        f"{-100 * w:.1f} percentage points",
        f"0.25 · {-w:.3f} = {-w / 4:.3f} a degree",
        f"At 65 degrees the odds are {odds[65]:.2f} to 1",
        f"at 64 they are {odds[64]:.2f} to 1",
        f"{loss:.3f} nats",
    }


@claims("logistic_regression", 2, given="1")
def _():
    losses = [binary_cross_entropy.value([[p]], [[1.0]]) for p in (0.01, 0.001)]
    squares = [mse.value([[p]], [[1.0]]) for p in (0.01, 0.001)]
    return {
        f"-log 0.01 = {losses[0]:.2f} and -log 0.001 = {losses[1]:.2f}",
        f"{losses[1] - losses[0]:.2f} nats more",
        f"makes {losses[1] - losses[0]:.2f} of it",
        f"{squares[0]:.3f} and {squares[1]:.3f}",
        f"{0.01 - 0.001:.3f} more",
    }


@claims("logistic_regression", 3, given="1 2 4 0")
def _():
    z, Y = np.array([[-4.0]]), np.ones((1, 1))
    p = sigmoid.f(z)
    entropy = abs(sigmoid_cross_entropy.grad(z, Y)[0, 0])
    square = abs(sigmoid.backward(mse.grad(p, Y), z, p)[0, 0])
    slope = sigmoid.df(z, p)[0, 0]
    return {
        f"p = {p[0, 0]:.3f}",
        f"p - y = {p[0, 0] - 1:.3f}",
        f"p(1 - p) = {slope:.4f}",
        f"2 · {1 - p[0, 0]:.3f} · {slope:.4f} = {square:.3f}",
        f"{entropy:.3f} for the cross-entropy, {square:.3f} for the squared error",
        f"{entropy / square:.0f} times as hard",
    }


@claims("logistic_regression", 4, given="0.5 0.1")
def _():
    data = load_breast_cancer()
    X_train, X_test, y_train, y_test = train_test_split(
        data.X, 1 - data.y, rng=np.random.default_rng(0), stratify=True
    )
    scaler = Standardizer().fit(X_train)
    net = MLP([30, 1], rng=np.random.default_rng(0), init="zeros")
    Y = y_train[:, None].astype(float)
    S = scaler.transform(X_train)
    list(train(net, S, Y, sigmoid_cross_entropy, GradientDescent(1.0), steps=1000))
    p = sigmoid(net.predict(scaler.transform(X_test))[:, 0])
    (_, alarms), (misses, _) = confusion_matrix(y_test, (p >= 0.5).astype(int))
    (_, more_alarms), (fewer_misses, _) = confusion_matrix(y_test, (p >= 0.1).astype(int))
    before, after = (accuracy(y_test, (p >= t).astype(int)) for t in (0.5, 0.1))
    return {
        f"the {len(p)} tumors",
        f"misses went from {misses} to {fewer_misses} and alarms from {alarms} to {more_alarms}",
        f"from {before:.3f} to {after:.3f}",
    }


@claims("logistic_regression", 5, given="0 1 40 64 37 4 18 1.1 16")
def _():
    p = sigmoid.f(np.array([[40.0]]))
    assert p[0, 0] == 1.0
    assert np.isinf(binary_cross_entropy.value(p, [[0.0]]))
    np.testing.assert_allclose(sigmoid_cross_entropy.value([[40.0]], [[0.0]]), 40.0)
    assert sigmoid.f(np.array([[36.0]]))[0, 0] < 1.0 == sigmoid.f(np.array([[37.5]]))[0, 0]
    return {f"1 - p is {np.exp(-40):.0e}", f"lie {np.spacing(0.75):.1e} apart"}


@claims("logistic_regression", "at_31", given="31 1 0")
def _():
    table, X, Y, net = launches()
    assert table.y[table.X[:, 0] < 65].all() and (table.X < 65).sum() == 4
    line = MLP([1, 1], rng=np.random.default_rng(0), init="zeros")
    list(train(line, X, Y, mse, GradientDescent(0.3), steps=200))
    there = line.predict((np.array([[31.0]]) - table.X.mean()) / table.X.std())[0, 0]
    said = 100 * chance(net, table, 31.0)
    assert said > 99
    assert all(100 * chance(net, table, T) > 90 for T in (53.0, 40.0))
    return {
        f"{len(X)} launches between {table.X.min():.0f} and {table.X.max():.0f} °F, 7 of them",
        f"{table.y.sum()} of {len(X)} is {100 * table.y.mean():.0f} %",
        f"About {100 * table.y.mean():.0f} %",
        "below 65 °F",
        f"It says {100 * chance(net, table, 53.0):.0f} % for the coldest launch already, at 53 °F",
        f"adds {-net.theta[0] / table.X.std():.3f} to the score, and 31 °F is"
        f" {table.X.min() - 31:.0f} degrees",
        f"{100 * there:.0f} %: the line",
        f"says {there:.2f} there",
        f"It says {said:.2f} %",
        "More than 99 %",
        "About 60 to 90 %",
    }


@claims("logistic_regression", "stuck", given="100 8 1 0")
def _():
    X, Y = launches()[1:3]
    said = set()
    for loss, output in ((sigmoid_cross_entropy, "identity"), (mse, "sigmoid")):
        net = MLP([1, 1], output=output, rng=np.random.default_rng(0))
        net.theta = [8.0, 8.0]
        P = sigmoid.f(net.predict(X)) if output == "identity" else net.predict(X)
        wrong_at_first = int(((P >= 0.5) != (Y == 1)).sum())
        first = loss.value(net.predict(X), Y)
        list(train(net, X, Y, loss, GradientDescent(1.0), steps=100))
        P = sigmoid.f(net.predict(X)) if output == "identity" else net.predict(X)
        missed = int(((P >= 0.5) != (Y == 1)).sum())
        said |= {
            f"wrong about {wrong_at_first} of the {len(X)} launches",
            f"from {first:.3g} to {loss.value(net.predict(X), Y):.3f}",
            f"{missed} launches are still missed" if output == "identity" else f"misses {missed}",
        }
        if output == "identity":
            said.add(f"It starts high, at {first:.2f},")
    return said


XOR = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]), np.array([[0.0, 1.0, 1.0, 0.0]]).T


def learn_xor(sizes, activation="tanh", seed=0, steps=1000):
    """The trained network and its loss."""
    net = MLP(sizes, activation, rng=np.random.default_rng(seed))
    *_, last = train(net, *XOR, sigmoid_cross_entropy, GradientDescent(1.0), steps=steps)
    return net, last.loss


@claims("multilayer_perceptron", 1, given="64 32 10 0")
def _():
    net = MLP([64, 32, 10], rng=np.random.default_rng(0))
    weights = int(net.is_weight.sum())
    return {
        f"64 + 32 + 10 = {sum(net.sizes)}",
        f"{sum(net.sizes)}, one for each",
        f"64 · 32 + 32 · 10 = {weights}",
        f"{weights}, the entries",
        f"these {net.n_params - weights} are learned",
        f"{net.n_params}, the weights and the biases",
        f"{thousands(64 * 32 * 10)}, since",
    }


@claims("multilayer_perceptron", 2, given="8 0 2")
def _():
    for seed in range(5):
        net, loss = learn_xor([2, 8, 1], "identity", seed)
        np.testing.assert_allclose(loss, np.log(2), atol=1e-4)
        np.testing.assert_allclose(sigmoid(net.predict(XOR[0])), 0.5, atol=0.02)
    np.testing.assert_allclose(learn_xor([2, 1])[1], loss, atol=1e-4)
    net, half = learn_xor([2, 2, 1], seed=1, steps=100_000)  # one of its two lines found
    P = sigmoid(net.predict(XOR[0]))[:, 0]
    assert (abs(P - XOR[1][:, 0]) < 0.01).sum() == 2 and (abs(P - 0.5) < 0.01).sum() == 2
    np.testing.assert_allclose(half, np.log(2) / 2, atol=1e-4)
    return {f"At {half:.3f}", f"At {loss:.3f}"}


@claims("multilayer_perceptron", 3, given="100 0.665 200 0.245 309 0.090 710 2 1 0 45")
def _():
    scores = np.array([2.0, 1.0, 0.0])
    np.testing.assert_allclose(softmax(scores + 100), softmax(scores), rtol=1e-12)
    assert softmax(100 * scores)[0] > 0.999
    shares = (scores + 100) / (scores + 100).sum()
    np.testing.assert_allclose(shares, 1 / 3, atol=0.01)
    assert len(f"{np.exp(102.0):.0f}") == 45 and len(f"{np.finfo(float).max:.0f}") == 309
    with np.errstate(over="ignore"):
        assert np.isfinite(np.exp(709.0)) and np.isinf(np.exp(710.0))
    p, more = softmax(scores), scores + 100
    return {
        f"{p[0]:.3f}, {p[1]:.3f} and {p[2]:.3f}",
        f"{more[0]:.0f}, {more[1]:.0f} and {more[2]:.0f} by {more.sum():.0f}",
        f"exp of {more[0]:.0f}",
    }


@claims("multilayer_perceptron", 4, given="001 7 1 0.25 0.75 2")
def _():
    P, Y = np.array([[0.75, 0.25]]), np.array([[0.0, 1.0]])
    nats = cross_entropy.value(P, Y)
    np.testing.assert_allclose(nats / np.log(2), 2)
    return {
        f"{nats:.3f}: how surprising",
        f"{-np.sum(P * np.log(P)):.3f}, the mean surprise",
        f"2 · {np.log(2):.3f}",
        "-0.25 log 0.25 - 0.75 log 0.75",
    }


@claims("multilayer_perceptron", 5, given="0 1")
def _():
    rng = np.random.default_rng(0)
    X, Y = rng.standard_normal((6, 3)), np.eye(3)[rng.integers(0, 3, 6)]
    for activation, silent in (("tanh", 0.0), ("relu", -1.0)):
        net = MLP([3, 4, 3], activation, rng=rng)
        net.layers[0].W[:, 1], net.layers[0].b[1] = 0.0, silent
        net.backward(softmax_cross_entropy.grad(net.forward(X), Y))
        assert (net.layers[0].A[:, 1] == 0).all()
        assert (net.layers[1].dW[1] == 0).all() and (net.layers[1].dW[0] != 0).all()
        into = np.append(net.layers[0].dW[:, 1], net.layers[0].db[1])
        assert ((into != 0) if activation == "tanh" else (into == 0)).all()
    return set()


@claims("multilayer_perceptron", "xor_one_neuron", given="500 1 0 2")
def _():
    for seed in range(5):
        net, loss = learn_xor([2, 1], seed=seed, steps=500)
        P = sigmoid(net.predict(XOR[0]))
        np.testing.assert_allclose(P, 0.5, atol=1e-3)
    three = MLP([2, 1], rng=np.random.default_rng(0))  # a line with three rows on the right sides
    three.theta = [20.0, 20.0, -10.0]
    S = three.predict(XOR[0])
    assert ((S > 0) == XOR[1]).sum() == 3
    assert sigmoid_cross_entropy.value(S, XOR[1]) > loss
    return {
        f"log 2 = {loss:.3f}",
        f"to every row, with a loss of {loss:.3f}",
        f"says {P[0, 0]:.1f}",
    }


@claims("multilayer_perceptron", "units_for_a_disc")
def _():
    wrong_share = {}
    for hidden in ("2", "3", "4"):
        lab = PlaygroundLab(preset="circles", hidden=hidden)
        lab.player.advance(1500)
        (X, Y), _ = lab.points.train, lab.points.validation
        wrong_share[hidden] = np.mean((lab.net.predict(X)[:, 0] > 0) != (Y[:, 0] > 0.5))
    assert 0.15 < wrong_share["2"] < 0.25  # about one in five
    assert wrong_share["3"] == wrong_share["4"] == 0
    return set()


@claims("activations", 1, given="10 0.25 2 1 0")
def _():
    z = np.linspace(-30, 30, 601)
    slope = sigmoid.df(z, sigmoid(z))
    assert slope.max() == 0.25 == slope[300] and (slope > 0).all()
    np.testing.assert_allclose(slope, slope[::-1], atol=1e-15)
    at = dict(zip(z.round(1), slope, strict=True))
    assert tanh.df(0.0, tanh(0.0)) == 1 == 4 * slope[300]
    return {f"at z = 10 it is {at[10.0]:.6f}", f"both 2 and -2 it is {at[2.0]:.3f}", "a = 1/2"} | {
        "a (1 - a) = 1/4"
    }


@claims("activations", 2, given="100 0")
def _():
    rng = np.random.default_rng(0)
    X, Y = rng.standard_normal((100, 3)), rng.standard_normal((100, 1))
    net = MLP([3, 4, 1], "relu", rng=rng)
    net.layers[0].b[1] = -50.0
    before = net.theta.copy()
    list(train(net, X, Y, mse, GradientDescent(0.05), steps=20))
    changed = (net.theta != before)[:16].reshape(4, 4)  # three rows of weights, one of biases
    assert (net.layers[0].scores(X)[:, 1] < 0).all()
    assert changed.any(axis=0).tolist() == [True, False, True, True]
    return set()


@claims("activations", 3, given="15 13 5 3 2 1 0")
def _():
    first, second = softmax(np.array([[5.0, 3.0]]))[0]
    np.testing.assert_allclose(softmax(np.array([[15.0, 13.0]])), [[first, second]])
    np.testing.assert_allclose(first, sigmoid(2.0))
    return {
        f"{first:.2f}, the sigmoid of 2",
        f"{second:.2f}, because",
        f"{5 / 8:.3f}, since 5 / (5 + 3) = {5 / 8:.3f}",
        f"{sigmoid(5.0):.3f}, the sigmoid of 5",
    }


@claims("activations", 4, given="100 1 0")
def _():
    rng = np.random.default_rng(0)
    signs = rng.choice([-1.0, 1.0], (1, 100))
    Z = signs @ rng.standard_normal((100, 20_000))
    np.testing.assert_allclose(Z.std(), 10, rtol=0.02)
    np.testing.assert_allclose((signs @ lecun(rng, 100, 20_000)).std(), 1, rtol=0.02)
    return {
        f"tanh has a slope of {4 * np.exp(-2 * 10.0):.9f}",
        f"deviation of {np.sqrt(1 / 100):g}",
        f"About {np.sqrt(100):g}, the root",
    }


@claims("activations", 5, given="0 1")
def _():
    rng = np.random.default_rng(0)
    X, Y = rng.standard_normal((20, 2)), 100 + rng.standard_normal((20, 1))
    net = MLP([2, 1], output="relu", rng=rng, bias=-50.0)
    net.backward(mse.grad(net.forward(X), Y))
    assert (net.grad == 0).all()
    assert softmax(np.array([[7.0]])) == 1
    return set()


def bent(activation):
    """The loss of eight units on a sine, as in the notebook."""
    sine = noisy_sine(60, noise=0.1, rng=np.random.default_rng(0))
    net = MLP([1, 8, 1], activation, init="he", rng=np.random.default_rng(0))
    rate = GradientDescent(0.1)
    *_, last = train(net, sine.X, sine.y[:, None], mse, rate, steps=1000)
    return last.loss, sine


@claims("activations", "without_a_bend")
def _():
    straight, sine = bent("identity")
    line = np.polyfit(sine.X[:, 0], sine.y, 1)
    least = np.mean((np.polyval(line, sine.X[:, 0]) - sine.y) ** 2)
    np.testing.assert_allclose(straight, least, rtol=1e-3)
    assert f"{bent('tanh')[0]:.2f}" == f"{bent('relu')[0]:.2f}" == "0.02"
    return {
        f"has a loss of {least:.2f}, and the mean alone one of {np.var(sine.y):.2f}",
        f"with a loss of {least:.2f}",
        f"come to {bent('tanh')[0]:.2f}",
    }


def arriving(activation):
    """Size of the derivatives with respect to z, first layer and output, as in the notebook."""
    sine = noisy_sine(60, noise=0.1, rng=np.random.default_rng(0))
    X, Y = 2 * sine.X, sine.y[:, None]
    net = MLP([1, *[16] * 8, 1], activation, rng=np.random.default_rng(0))
    dA, found = len(X) * mse.grad(net.forward(X), Y), []
    for layer in reversed(net.layers):
        dZ = dA * layer.activation.df(layer.Z, layer.A)
        dA = dZ @ layer.W.T
        found.append(np.sqrt(np.mean(dZ**2)))
    return found[-1], found[0]


@claims("activations", "first_layer", given="16 1 4")
def _():
    first, output = arriving("sigmoid")
    assert first < 1e-5 * output
    for name in ("tanh", "relu"):
        assert 0.2 < np.divide(*arriving(name)) < 0.3
    return {
        f"one part in {thousands(round(output / first, -3))}",
        f"the size is {first:.7f}",
        f"size of about {output:.1f}",
        f"1 in {thousands(4**8)}",
    }


# notebook 05


def in_the_valley(optimizer, steps, curvature=(1.0, 20.0)):
    """Loss before and after each step of an optimizer in the valley of part 5.1."""
    curvature, w = np.array(curvature), np.array([-2.0, 1.0])
    state, losses = optimizer.init(w), [curvature @ w**2 / 2]
    for _ in range(steps):
        optimizer.update(w, curvature * w, state)
        losses.append(float(curvature @ w**2 / 2))
    return losses


def step_factor(lr, curvature):
    """What one step of gradient descent makes of the distance to the minimum."""
    w, optimizer = np.ones(1), GradientDescent(lr)
    optimizer.update(w, curvature * w, optimizer.init(w))
    return float(w[0])


@claims("optimizers", 1, given="1 2 50 0.07 0.08 0.02")
def _():
    for lr, verdict in ((0.039, True), (0.041, False), (0.021, True), (0.07, False), (0.08, False)):
        losses = in_the_valley(GradientDescent(lr), 300, (1.0, 50.0))
        assert bool(losses[-1] < losses[0]) is verdict
    assert abs(step_factor(0.02, 50)) < 1e-12  # it arrives in a single step
    assert (1 + 50) / 2 / 2 == pytest.approx(1 / 0.08, rel=0.03)  # 2 over the mean curvature
    return {
        f"Below {2 / 50:g}.",
        f"2 / 50 = {2 / 50:g}",
        f"1 - 2 · 50 = {step_factor(2, 50):g}",
        f"multiplied by {step_factor(0.07, 50):.1f}",
        f"leaves {step_factor(0.02, 1):.2f} of",
    }


@claims("optimizers", 2, given="1000 32 5")
def _():
    X = np.linspace(-1, 1, 1000)[:, None]
    net = MLP([1, 1], rng=np.random.default_rng(0))
    options = dict(batch_size=32, epochs=5, rng=np.random.default_rng(0))
    records = list(train(net, X, X, mse, GradientDescent(0.1), **options))
    whole = 1000 // 32
    return {
        f"{len(records)}: each epoch has {len(records) // 5} minibatches",
        f"{5 * whole}: each epoch has {whole} whole minibatches",
        f"1000 / 32 is {1000 / 32:g}",
        f"{whole} minibatches of 32 are {whole * 32} examples",
        f"The remaining {1000 - whole * 32} make",
        f"{5 * 1000}: each example",
        f"{5 * 1000} looks",
    }


@claims("optimizers", 3, given="0.1 0.9 1 0.09")
def _():
    g, w = np.ones(1), np.zeros(1)
    optimizer = Momentum(1.0, mu=0.9)
    state = optimizer.init(w)
    for _ in range(300):
        optimizer.update(w, g, state)
    speed = float(state["v"][0])
    return {
        f"1 - 0.9) = {speed:.0f} g",
        f"0.1 / {speed:.0f}",
        f"{0.1 / speed:.2f}.",
        f"1 + 0.9 + {0.9**2:.2f} and so on is {speed:.0f}",
    }


@claims("optimizers", 4, given="1000 0.001 0.9 1 0.1")
def _():
    g, w = np.array([1000.0, 0.001]), np.zeros(2)
    optimizer = Adam(0.1)
    state = optimizer.init(w)
    optimizer.update(w, g, state)
    np.testing.assert_allclose(-w, 0.1, rtol=1e-4)
    plain = np.zeros(2)
    GradientDescent(0.1).update(plain, g, {"step": 0})
    return {
        f"{-plain[0]:g} and {-plain[1]:.4f}: the rate times",
        f"{-w[0]:.1f} and {-w[1]:.1f}: both",
        f"{0.1 * 0.1:.2f} and {0.1 * 0.1:.2f}",
        f"1 - 0.9 = {1 - 0.9:.1f}",
    }


@claims("optimizers", 5, given="0.002 0.05 0.6 0.9")
def _():
    return {f"{0.05 / 0.002:.0f} times as long", f"{0.9 / 0.05:.0f} times as much"}


@claims("optimizers", "one_rate_for_four", given="5.1 1 2 20 0.9 0.12 10")
def _():
    runs = {
        make.__name__: in_the_valley(make(0.12), 60)
        for make in (GradientDescent, Momentum, AdaGrad, Adam)
    }
    diverged = [name for name, losses in runs.items() if not losses[-1] < losses[0]]
    assert diverged == ["GradientDescent"]
    limit = 2 * (1 + 0.9) / 20
    for part, verdict in ((0.97, True), (1.03, False)):
        losses = in_the_valley(Momentum(part * limit), 400)
        assert bool(losses[-1] < losses[0]) is verdict
    after = {name: losses[10] for name, losses in runs.items()}
    assert min(after, key=after.get) == "Adam"
    return {
        f"2 / 20 = {2 / 20:g}",
        f"up to {limit:.2f}",
        f"1 - 0.12 · 20 = {step_factor(0.12, 20):.1f}",
        f"its loss is {round(after['GradientDescent'], -1):.0f}",
        f"from {runs['Adam'][0]:g} at the start",
        f"leads then with {after['Adam']:.2f}",
    }


@claims("optimizers", "five_epochs", given="100 32")
def _():
    digits = load_digits()
    rng = np.random.default_rng(0)
    X, X_test, y, y_test = train_test_split(
        digits.X / 16, digits.y, test_size=453, rng=rng, stratify=True
    )
    by_class = np.argsort(y, kind="stable")
    start = MLP([64, 32, 10], "relu", rng=np.random.default_rng(1))

    def read(optimizer, batch_size, seed):
        net, rng = copy.deepcopy(start), np.random.default_rng(seed)
        options = dict(batch_size=batch_size, epochs=5, rng=rng)
        data = X[by_class], one_hot(y[by_class])
        steps = len(list(train(net, *data, softmax_cross_entropy, optimizer, **options)))
        return steps, 100 * accuracy(y_test, net.predict(X_test).argmax(axis=1))

    full, mini, adam = (
        read(*case, 3)
        for case in ((GradientDescent(0.7), None), (GradientDescent(0.5), 32), (Adam(0.03), 32))
    )
    for seed in (4, 5, 6, 7):  # not by the luck of one order
        assert read(GradientDescent(0.5), 32, seed)[1] > 93
    for lr in (0.3, 1.0, 2.0, 3.0):  # nor by the choice of one rate
        assert read(GradientDescent(lr), None, 3)[1] < 80
    return {
        f"each of the {len(X)} images",
        f"The mean of {len(X)} gradients",
        f"these are {full[0]} steps",
        f"they are {mini[0]}",
        f"makes {mini[0] // 5} steps",
        f"than {mini[0] // 5 - 1} missed",
        f"used {full[0]} times only",
        f"can {full[0]} steps do what {mini[0]} do",
        f"gets {full[1]:.0f} of 100 right, the minibatches {mini[1]:.0f}",
        f"too, {adam[1]:.0f}.",
        "the minibatches over 90",
    }


# ---- regularization ---------------------------------------------------------------------------


@claims("regularization", 1, given="4 0.1 0.01 0")
def _():
    saved = {
        (penalty, w): penalty(0.01).value(np.array([w])) - penalty(0.01).value(np.array([w - 0.1]))
        for penalty in (L1, L2)
        for w in (4.0, 0.1)
    }
    assert saved[L1, 4.0] == pytest.approx(saved[L1, 0.1])
    return {
        f"L1 saves {saved[L1, 4.0]:.3f} either way",
        f"L2 saves {saved[L2, 4.0]:.4f} at the weight 4 and {saved[L2, 0.1]:.4f} at the other",
        f"L2 pays {saved[L2, 4.0] / saved[L2, 0.1]:.0f} times",
        f"squared falls by {4**2 - 3.9**2:.2f}",
        f"0.1 squared falls by {0.1**2:.2f}",
        f"4 is {4 / 0.1:.0f} times as large",
    }


@claims("regularization", 2, given="0.1 0.05 2 0 1")
def _():
    net = MLP([1, 1], rng=np.random.default_rng(0))
    net.theta = [2.0, 0.0]
    X = Y = np.zeros((3, 1))  # the loss does not see the weight
    list(train(net, X, Y, mse, GradientDescent(0.1), penalty=L2(0.05), steps=1))
    w, slope = net.theta[0], L2(0.05).grad(np.array([2.0]))[0]
    return {
        f"At {w:g}.",
        f"2 · 0.05 · 2 = {slope:g}",
        f"multiplies the weight by {w / 2:g}",
        f"decays by {100 * (1 - w / 2):.0f} % a step",
        f"1 - 0.1 · 0.05 = {1 - 0.1 * 0.05:g}",
        f"At {2 * (1 - 0.1 * 0.05):g}.",
        f"2 - 0.2 = {2 - slope:g}",
        f"At {2 - slope:g}.",
    }


@claims("regularization", 3, given="0.2 3 0")
def _():
    layer = Dense(1, 1, rng=np.random.default_rng(0), drop_rate=0.2)
    layer.W, layer.b = [[1.0]], [0.0]
    outs = layer.forward(np.full((500, 1), 3.0), np.random.default_rng(0))
    kept = float(outs.max())
    assert set(outs.ravel().round(9)) == {0.0, round(kept, 9)}
    after = float(layer.forward(np.array([[3.0]]))[0, 0])
    return {
        f"{kept:g} in training, and {after:g} at prediction",
        f"3 / 0.8 = {kept:g} with the probability {1 - 0.2:g}",
        f"0.8 · 3 = {0.8 * 3:.1f}",
        f"and {0.8 * 3:.1f} at prediction",
        f"only {100 * (1 - 0.2):.0f} %",
        f"{3 / 0.2:.0f} is 3 / 0.2",
        f"{3 / 0.2:.0f} in training",
    }


@claims("regularization", 4, given="0.9 0.6 0.5 0.55 0.52 0.51 0.4 3 1")
def _():
    losses = (0.9, 0.6, 0.5, 0.55, 0.52, 0.51, 0.4)
    net = MLP([1, 1], rng=np.random.default_rng(0))

    def stream():
        for t, loss in enumerate(losses):
            net.theta[:] = loss
            yield Record(t + 1, t + 1, 1.0, 0.1, 1.0, loss)

    made = [record.val_loss for record in early_stopping(stream(), net, patience=3)]
    return {f"the loss {net.theta[0]:g}; training stops at {made[-1]:g}"}


@claims("regularization", 5, given="20 0.45 0.47")
def _():
    # the least of twenty equally good tries, on a hundred rows, looks better than it is
    rng = np.random.default_rng(0)
    seen = rng.exponential(0.47, (200, 20, 100)).mean(axis=2)
    assert seen.min(axis=1).mean() < 0.47 - 0.02
    assert seen[:, 0].mean() == pytest.approx(0.47, abs=0.02)
    return {f"better by {0.47 - 0.45:.2f}"}


def overfitted(**settings):
    lab = RegularizationLab(**settings)
    lab.player.advance(2500)
    return lab, lab.history.column("val_loss")


@claims("regularization", "overfit", given="300 2500 0")
def _():
    lab, val = overfitted()
    assert 250 < np.argmin(val) < 350
    assert val[-1] > np.mean(lab.task.validation[1] ** 2)  # as if it had said 0 for every point
    assert lab.loss < 0.4**2 / 2
    return {
        f"{len(lab.X)} noisy points, a network with {len(lab.weights)} weights",
        f"falls to {val.min():.2f} in some",
        f"training loss is {lab.loss:.2f}",
        f"validation loss is {val[-1]:.2f}",
    }


@claims("regularization", "zeros", given="960 2500 0.003 0 0.01 940 1 2")
def _():
    zeros, least = {}, {}
    for name in ("L1", "L2"):
        lab, val = overfitted(penalty=name, strength=0.003)
        zeros[name], least[name] = lab.zeros, val[-1]
        assert len(lab.weights) == 960
    assert zeros["L1"] > 940
    assert zeros["L2"] == 0
    assert least["L1"] == pytest.approx(least["L2"], rel=0.1)
    return {f"the square is {0.01**2:.4f}"}


# ---- the self-test driven ---------------------------------------------------------------------


@each_notebook
def test_every_option_answers_with_its_sentence_and_changes_the_count(notebook):
    test = self_test(notebook)
    for i, question in enumerate(test.questions):
        seen = set()
        for index, option in enumerate(question.options):
            count, text = test.summary.value, test.text
            test.radios[i].value = index
            answer = test.answers[i].value
            seen.add(answer)
            assert test.chosen[i] == index
            words = ("✓ Right", "✗ Not yet") if option.right else ("✗ Not yet", "✓ Right")
            assert words[0] in answer
            assert words[1] not in answer
            assert plain(option.sentence) in plain(answer)
            assert plain(option.sentence) in plain(test.text)
            assert test.text != text
            before = question.options[index - 1].right if index else None
            if before is None or before != option.right:
                assert test.summary.value != count
            assert test.count in plain(test.summary.value)
        assert len(seen) == len(question.options)
        test.radios[i].value = None  # taken back
        assert test.answers[i].value == ""
        test.radios[i].value = question.right
        assert test.right == i + 1
        assert f"{i + 1} of 5" in test.summary.value
    assert "✓" in test.summary.value
    assert test.count == "Right: 5 of 5. Well done."
    test.radios[0].value = (test.questions[0].right + 1) % 3
    assert test.count == "Right: 4 of 5. You can change your answers."
    assert "○" in test.summary.value


def plain(text):
    """The words of a text or of some HTML, with plain spaces."""
    words = re.sub(r"<[^>]*>", " ", text).replace("\u00a0", " ").replace("\u2060", "")
    for entity, sign in (("&#x27;", "'"), ("&quot;", '"'), ("&lt;", "<"), ("&amp;", "&")):
        words = words.replace(entity, sign)
    return " ".join(words.split())


@each_notebook
def test_the_twin_lists_all_and_gives_nothing_away(notebook):
    text = self_test(notebook).text
    assert text == self_test(notebook).text == repr(self_test(notebook))
    for question in QUESTIONS[notebook]:
        assert question.text in plain(text)
        for option in question.options:
            assert f"( ) {option.text}" in plain(text)
            assert option.sentence[:25] not in plain(text)
    assert "Right: 0 of 5." in text
    assert "(x)" not in text
    assert max(map(len, text.splitlines())) <= 90
    assert not re.search("[\u00a0\u2060]", text)
    for line in text.splitlines():
        assert not re.search(r" [-+·/=]$|^ *[-+·/] ", line), "a formula is parted"


def test_what_is_stored_is_the_view_and_the_twin():
    for shown in (SelfTest(QUESTIONS["linear_regression"]), Prediction(FORECASTS[0][1])):
        data = shown._repr_mimebundle_()
        assert set(data) == {"text/plain", "application/vnd.jupyter.widget-view+json"}
        assert data["text/plain"] == shown.text
        shown.close()
        assert set(shown._repr_mimebundle_()) == {"text/plain"}


def test_self_tests_are_independent():
    first, second = self_test("linear_regression"), self_test("linear_regression")
    first.radios[0].value = 1
    assert second.chosen == [None] * 5
    assert second.radios[0].value is None
    assert second.answers[0].value == ""


def test_options_keep_their_order():
    test = self_test("linear_regression")
    for radio, question in zip(test.radios, test.questions, strict=True):
        assert [label for label, _ in radio.options] == [glue(o.text) for o in question.options]


def test_clicks_on_several_threads_are_all_counted():
    test = self_test("linear_regression")
    threads = [
        threading.Thread(target=setattr, args=(radio, "value", question.right))
        for radio, question in zip(test.radios, test.questions, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert "5 of 5" in test.summary.value


def test_controls_say_what_they_are():
    test, forecast = self_test("linear_regression"), Prediction(FORECASTS[0][1])
    for radio in [*test.radios, forecast.radio]:
        assert "Space" in radio.tooltip
    assert forecast.note_box.tooltip
    assert forecast.outcome().button.tooltip


def test_unknown_names_get_a_sentence():
    with pytest.raises(ValueError, match="Did you mean 'linear_regression'"):
        self_test("linear_regresion")
    with pytest.raises(ValueError, match="Did you mean 'linear_regression'"):
        prediction("linear_regresion", "learning_rate")
    with pytest.raises(ValueError, match="Did you mean 'learning_rate'"):
        prediction("linear_regression", "learning_rat")


# ---- predictions driven -----------------------------------------------------------------------


@each(FORECASTS)
def test_a_prediction_is_recorded_without_a_verdict(key, question):
    forecast = Prediction(question)
    assert isinstance(question, PredictionQuestion)
    assert "Nothing recorded yet" in forecast.status.value
    texts, statuses = {forecast.text}, set()
    for index, option in enumerate(question.options):
        forecast.radio.value = index
        assert forecast.choice == index
        assert "recorded" in forecast.status.value
        statuses.add(forecast.status.value)
        texts.add(forecast.text)
        assert f"(x) {option.text}" in plain(forecast.text)
        for sentence in (*(o.sentence for o in question.options), question.happens):
            assert sentence not in plain(forecast.text + forecast.status.value)
    assert len(statuses) == 1, "what is shown does not depend on whether it is right"
    assert len(texts) == len(question.options) + 1
    assert "✓" not in forecast.status.value


@each(FORECASTS)
def test_the_outcome_stands_beside_the_prediction(key, question):
    forecast = Prediction(question)
    outcome = forecast.outcome()
    why = question.options[question.right].sentence
    assert outcome.said.value == ""
    assert plain(why) not in plain(repr(outcome))
    outcome.button.click()
    assert "○ You recorded no prediction" in outcome.said.value
    for text in (plain(outcome.said.value), plain(repr(outcome)), plain(repr(forecast.reveal()))):
        assert plain(question.happens) in text
        assert plain(why) in text
    for index, option in enumerate(question.options):
        forecast.radio.value = index
        head = "✓ As you predicted" if option.right else "✗ Not as you predicted"
        assert head in outcome.said.value
        for text in (outcome.said.value, repr(outcome), repr(forecast.reveal())):
            assert plain(option.text) in plain(text)
            assert plain(option.sentence) in plain(text)
            assert plain(question.happens) in plain(text)
            assert plain(text).count(plain(why)) == 1
    outcome.button.click()
    assert outcome.said.value == ""
    assert outcome.button.description == outcome.SHOW


def test_a_note_is_recorded_and_cannot_break_the_page():
    forecast = Prediction(FORECASTS[0][1])
    forecast.note_box.value = "  it <b>jumps & `lands` \\1 "
    assert forecast.note == "it <b>jumps & `lands` \\1"
    assert "In your words: it <b>jumps" in forecast.text
    said = forecast.reveal()._repr_mimebundle_()["text/html"]
    assert "it &lt;b&gt;jumps &amp; <code" in said
    assert said.count("<b>In your words</b>") == 1
    assert "You recorded no prediction" in said


def test_a_cell_that_is_run_again_keeps_the_prediction(monkeypatch):
    monkeypatch.setattr(widgets, "_recorded", {})
    first = prediction("linear_regression", "learning_rate")
    first.radio.value = 1
    again = prediction("linear_regression", "learning_rate")
    assert again.choice == 1
    assert again.outcome() is first.outcome()
    assert prediction("linear_regression", "raw_square_feet").choice is None
    assert Prediction(first.question).choice is None


# ---- what they stand on -----------------------------------------------------------------------


def test_the_texts_need_no_widgets():
    code = (
        "import sys, mlplib.exercises.questions as q; assert q.QUESTIONS;"
        "print([m for m in ('ipywidgets', 'matplotlib', 'IPython', 'sklearn') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
