"""Backpropagation by the operation: the numbers shown are the library's own, and add up."""

import re

import numpy as np
import pytest
from labs_driving import assert_same_as_plain_training, drawn, table, turn_everything

from mlplib import Activation, check_gradient, train
from mlplib.labs import BackpropLab
from mlplib.labs._backprop_round import N_OPERATIONS, PARAMETERS, operations, say
from mlplib.labs.backprop import EXAMPLES, OUTPUTS, STARTS
from mlplib.optimizers import GradientDescent

each_output = pytest.mark.parametrize("output", OUTPUTS)
DIGITS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻−·", "0123456789--*")


@pytest.fixture
def lab():
    lab = BackpropLab()
    yield lab
    lab.close()


def said_number(text):
    """The number that `say` wrote."""
    text = text.translate(DIGITS).replace("*10", "e")
    return float(text.replace(" ", ""))


def evaluated(text):
    """The value of a formula with its numbers plugged in."""
    text = re.sub(r"·10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)", lambda m: "e" + m[1].translate(DIGITS), text)
    text = text.replace("²", "**2").replace("½", "0.5").translate(DIGITS)
    names = {"tanh": np.tanh, "σ": lambda z: 1 / (1 + np.exp(-z)), "log": np.log}
    names |= {"relu": lambda z: max(z, 0)}
    text = re.sub(r"log ([0-9.]+)", r"log(\1)", text)
    return eval(text, {}, names)


@each_output
@pytest.mark.parametrize("activation", ["tanh", "sigmoid", "relu"])
def test_each_operation_is_right_as_it_stands_there(output, activation):
    lab = BackpropLab(output=output, activation=activation, x=[0.5, -0.8], y=0.9)
    lab.player.advance(3 * N_OPERATIONS)
    for _ in range(N_OPERATIONS - 1):
        lab.player.advance(1)
        operation = lab.operations[lab.done - 1]
        text = operation.plugged_in(lab.round.value)
        assert text in lab.text
        for part, made in zip(text.split(",  "), operation.makes, strict=True):
            name, *rest = part.split(" = ")
            assert name == made
            assert said_number(rest[-1]) == pytest.approx(lab.round.value[made], rel=6e-3, abs=6e-6)
            if not rest[0].startswith("dz"):
                # three digits of each number, and differences of them
                assert evaluated(rest[0]) == pytest.approx(
                    said_number(rest[-1]), rel=0.03, abs=4e-3
                )
    lab.close()


def test_the_numbers_are_those_of_the_network(lab):
    lab.player.advance(N_OPERATIONS - 1)
    hidden, output = lab.net.layers
    value = lab.round.value
    S = lab.net.forward(lab.X)
    loss, dS = lab.criterion.value_and_grad(S, lab.Y)
    lab.net.backward(dS)
    assert [value["z₁"], value["z₂"]] == hidden.Z[0].tolist()
    assert [value["a₁"], value["a₂"]] == hidden.A[0].tolist()
    assert (value["z"], value["ŷ"], value["L"]) == (output.Z[0, 0], S[0, 0], loss)
    assert [value[name] for name in PARAMETERS] == lab.net.theta.tolist()
    assert [value[f"d{name}"] for name in PARAMETERS] == lab.net.grad.tolist()
    np.testing.assert_allclose(
        [value["dz₁"], value["dz₂"]],
        [value["da₁"] * value["f′(z₁)"], value["da₂"] * value["f′(z₂)"]],
        rtol=1e-14,
    )
    check_gradient(lab.net, lab.X, lab.Y, lab.criterion)


@each_output
def test_a_round_is_one_step_of_training(output):
    lab = BackpropLab(output=output)
    rounds = 5
    lab.player.advance(rounds * N_OPERATIONS)
    plain = BackpropLab(output=output)
    plain.text  # noqa: B018 - makes its network
    rate = plain.settings["learning_rate"]
    records = train(
        plain.net, plain.X, plain.Y, plain.criterion, GradientDescent(rate), steps=rounds
    )
    losses = [record.loss for record in records]
    np.testing.assert_array_equal(lab.net.theta, plain.net.theta)
    np.testing.assert_array_equal(lab.history.column("loss")[::N_OPERATIONS], losses)
    np.testing.assert_array_equal(lab.curve(lab.run)[1], losses)
    lab.close()
    plain.close()


def test_nothing_moves_before_the_last_operation(lab):
    start = lab.net.theta.copy()
    for done in range(1, N_OPERATIONS + 1):
        lab.player.advance(1)
        assert lab.done == done
        assert np.array_equal(lab.net.theta, start) == (done < N_OPERATIONS)
    lab.player.advance(1)
    assert (lab.done, lab.round_number) == (1, 2)


def test_what_is_drawn_becomes_known_one_by_one(lab):
    picture = lab._picture
    lab.text  # noqa: B018
    rows = picture._rows.get_text()
    assert rows[:-1] == tuple(operation.symbols for operation in lab.operations[:-1])
    assert picture._backward.get_text() == ()
    for done in range(1, N_OPERATIONS + 1):
        lab.player.advance(1)
        lab.text  # noqa: B018
        rows = picture._rows.get_text()
        value = lab.round.value
        for i, operation in enumerate(lab.operations[:-1]):
            wanted = operation.plugged_in(value) if i < done else operation.symbols
            assert rows[i] == wanted
        back = {name for o in lab.operations[7:done] for name in o.makes if name.startswith("d")}
        assert len(picture._backward.get_text()) == len(back)
        for text in picture._backward.get_text():
            name, number = text.replace(" = ", " ").split(" ", 1)
            assert number == say(value[name])
            assert name in back
    for text in picture._forward.get_text():  # after the update: the new parameters
        name, _, number = text.partition(" ")
        if name in PARAMETERS:
            assert number == say(lab.net.theta[PARAMETERS.index(name)])
    assert "η = 0.5" not in rows[-1]
    assert "← " in rows[-1]


def test_each_operation_names_its_formula():
    for loss in ("binary_cross_entropy", "half_sse", "mse"):
        ids = [operation.ids for operation in operations("tanh", "sigmoid", loss)]
        said = " ".join(ids).split()
        assert {"A1", "A6", "D1", "D6", "E1"} <= set(said)
        assert ("D5" in said) == (loss == "half_sse")


def test_an_activation_changed_in_a_round_is_in_the_round_at_once(lab):
    lab.player.advance(5)
    before, seen = lab.round.value["a₁"], drawn(lab)
    lab.activation.value = "relu"
    lab.text  # noqa: B018
    assert lab.round.value["a₁"] == max(lab.round.value["z₁"], 0) != before
    assert drawn(lab) != seen
    lab.player.advance(30)
    lab.learning_rate.value = 0.2
    lab.activation.value = "sigmoid"
    lab.player.advance(4)
    assert "others = {5: 'relu', 35: 'sigmoid'}" in lab.code
    assert_same_as_plain_training(lab)
    lab.activation.value = "gelu"  # after the last step: the loss is another one
    assert_same_as_plain_training(lab)
    lab.activation.value = "sigmoid"
    first = table(lab.history)
    lab.player.advance(1)
    lab.player.replay()
    np.testing.assert_array_equal(table(lab.history)[:-1], first)


@pytest.mark.parametrize("weights", STARTS)
@pytest.mark.parametrize("example", EXAMPLES)
def test_all_starts_as_code(weights, example):
    lab = BackpropLab(weights=weights, example=example)
    lab.player.advance(2 * N_OPERATIONS + 3)
    assert_same_as_plain_training(lab)
    lab.close()


def test_the_presets_show_what_they_say():
    def after(name, rounds=3):
        lab = BackpropLab(preset=name)
        lab.player.advance(rounds * N_OPERATIONS - 1)
        lab.close()
        return lab.round.value, lab

    value, _ = after("nothing comes in")
    assert [value[f"d{w}"] for w in PARAMETERS[:4]] == [0.0] * 4
    assert value["db₁"] != 0
    value, lab = after("all equal", 20)
    assert value["dw₁₁"] == value["dw₁₂"]
    assert lab.net.layers[0].W[:, 0].tolist() == lab.net.layers[0].W[:, 1].tolist()
    value, _ = after("saturated", 1)
    assert max(value["f′(z₁)"], value["f′(z₂)"]) < 0.02 < abs(value["da₁"])
    value, lab = after("zeros", 20)
    assert not any(value[f"d{name}"] for name in PARAMETERS[:-1])
    assert lab.net.theta[-1] != 0
    value, _ = after("regression")
    assert value["dz"] == value["dŷ"]
    value, _ = after("sigmoids")
    assert max(value["f′(z₁)"], value["f′(z₂)"], value["g′(z)"]) <= 0.25


def test_an_example_of_ones_own():
    lab = BackpropLab(x=[0.25, -2], y=0.75)
    assert lab.example.value == "your own"
    lab.player.advance(40)
    assert lab.X.tolist() == [[0.25, -2.0]]
    assert BackpropLab([1, 2], 1, preset="sigmoids").example.value == "your own"
    assert_same_as_plain_training(lab)
    turn_everything(lab, steps=2)
    lab.close()


@pytest.mark.parametrize(
    "options, sentence",
    [
        ({"x": [1, 2]}, "x and y, or neither"),
        ({"x": [1, 2, 3], "y": 1}, "x with two numbers; got 3"),
        ({"x": [1, 2], "y": 3}, "y to be a finite number at least 0 and at most 1"),
        ({"x": "ab", "y": 1}, "x with numbers"),
    ],
)
def test_examples_that_are_none_are_refused(options, sentence):
    with pytest.raises((TypeError, ValueError), match=f"BackpropLab: .*{sentence}"):
        BackpropLab(**options)


def my_square(z):
    return z * z


def test_an_activation_of_ones_own():
    lab = BackpropLab(activation=my_square)
    lab.player.advance(25)
    assert lab.activation.value == "my_square"
    assert "a₁ = my_square(" in lab._picture._rows.get_text()[1]
    assert_same_as_plain_training(lab, my_square=my_square)
    lab.close()
    own = Activation("half", lambda Z: Z / 2, lambda Z, A: 0.5)
    lab = BackpropLab(activation=own)
    lab.player.advance(25)
    assert lab.round.value["f′(z₁)"] == 0.5
    assert_same_as_plain_training(lab, half=own)
    lab.close()


def test_numbers_are_said_as_one_writes_them():
    assert [say(v) for v in (-0.5, 1.0, 2.5e-9, float("inf"))] == ["−0.5", "1", "2.5·10⁻⁹", "inf"]


def test_a_round_that_diverges_at_its_last_operation_says_that_nothing_moved(lab):
    lab.weights.value = "large"
    lab.player.advance(N_OPERATIONS - 1)
    lab.net.layers[1].W[:] = np.inf  # as after an activation without bounds, changed just now
    lab.player.advance(1)
    assert lab.player.state == "diverged"
    assert lab.done == N_OPERATIONS
    assert "no update: the loss is no number" in lab.text
    assert "all nine parameters stay where they are" in lab.text
    lab.live.frame()
