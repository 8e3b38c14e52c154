"""The gradient check: that it passes what is right, fails what is wrong, and names the fault."""

import copy
import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlplib import (
    ACTIVATIONS,
    L1,
    L2,
    LOSSES,
    MLP,
    PENALTIES,
    Activation,
    Dense,
    ElasticNet,
    Loss,
    mse,
    numerical_gradient,
    sigmoid,
    softmax,
    tanh,
)
from mlplib._faults import FAULTS
from mlplib.gradcheck import check_gradient

# ---- everything that joins a table is checked ------------------------------------------------


def targets_for(loss, rng, m, n_out):
    """Random targets of the kind the loss is for."""
    Y = rng.normal(size=(m, n_out))
    return {"any": Y, "probability": sigmoid.f(Y), "distribution": softmax.f(Y)}[loss.targets]


def outputs_for(loss):
    """The output activations that the loss may stand behind."""
    for a in ACTIVATIONS.values():
        low, high = a.range
        gives_probabilities = low >= 0 and high <= 1
        if gives_probabilities == (loss.takes == "probabilities") or loss.targets == "any":
            yield a


def random_net(sizes, activation, output, rng, **settings):
    """Weights of size one: neither near zero, where everything is linear, nor saturated."""
    net = MLP(sizes, activation, output, rng=rng, **settings)
    net.theta = rng.normal(size=net.n_params) * 0.7
    return net


def assert_right(report):
    assert report, report
    assert report.error < 1e-7
    assert all(p.error < 1e-7 and p.fault == "" and p.note == "" for p in report.parts), report
    assert report.findings == ()


penalties = [None, *(make(0.05) for make in PENALTIES.values())]
pairs = [(loss, out) for loss in LOSSES.values() for out in outputs_for(loss)]


@pytest.mark.parametrize("activation", ACTIVATIONS.values(), ids=lambda a: a.name)
@pytest.mark.parametrize("loss", LOSSES.values(), ids=lambda loss: loss.name)
def test_every_activation_with_every_loss_and_penalty(activation, loss):
    rng = np.random.default_rng(1)
    output = next(iter(outputs_for(loss)))
    net = random_net([2, 3, 2, 2], activation, output, rng)
    X, Y = rng.normal(size=(5, 2)), targets_for(loss, rng, 5, 2)
    for penalty in penalties:
        assert_right(check_gradient(net, X, Y, loss, penalty=penalty))


@pytest.mark.parametrize(("loss", "output"), pairs, ids=lambda v: v.name)
def test_every_loss_behind_every_output(loss, output):
    # for several m and n_out: a factor that hides at one of them shows at another
    rng = np.random.default_rng(2)
    for m, n_out in [(1, 2), (2, 3), (6, 1), (5, 4)]:
        if n_out == 1 and "softmax" in (output.name, loss.output.name):
            continue  # the softmax of one score is 1 whatever the score
        net = random_net([2, n_out], "tanh", output, rng)
        X, Y = rng.normal(size=(m, 2)), targets_for(loss, rng, m, n_out)
        assert_right(check_gradient(net, X, Y, loss))


@pytest.mark.parametrize("sizes", [[1, 1], [4, 1], [2, 5, 3], [2, 1, 4, 2], [3, 3, 3, 3, 3, 3]])
def test_every_depth(sizes):
    rng = np.random.default_rng(3)
    net = random_net(sizes, "tanh", "identity", rng)
    X, Y = rng.normal(size=(7, sizes[0])), rng.normal(size=(7, sizes[-1]))
    report = check_gradient(net, X, Y, "mse", penalty=ElasticNet(0.1))
    assert_right(report)
    assert [(p.layer, p.name) for p in report.parts] == [
        (number, name) for number in range(1, len(sizes)) for name in "Wb"
    ]


def test_dropout_is_checked_with_one_mask():
    rng = np.random.default_rng(4)
    net = random_net([3, 8, 8, 2], "tanh", "identity", rng, drop_rate=[0.5, 0.3])
    X, Y = rng.normal(size=(6, 3)), rng.normal(size=(6, 2))
    masks = np.random.default_rng(9)
    before = masks.bit_generator.state
    with_mask = check_gradient(net, X, Y, "mse", rng=masks)
    assert_right(with_mask)
    assert masks.bit_generator.state == before
    assert_right(check_gradient(net, X, Y, "mse"))


def test_float32_is_checked_as_its_float64_twin():
    rng = np.random.default_rng(5)
    net = random_net([3, 8, 2], "gelu", "identity", rng, dtype="float32")
    X, Y = rng.normal(size=(6, 3)), rng.normal(size=(6, 2))
    assert_right(check_gradient(net, X, Y, "mse"))
    # a gradient computed in float32 has float32's rounding, and is allowed it
    net.backward(mse.grad(net.forward(X), Y.astype("float32")))
    report = check_gradient(net, X, Y, "mse", grad=net.grad)
    assert report
    assert report.tol == 1e-4
    assert 1e-9 < report.error < 1e-5


def test_the_network_is_left_alone():
    rng = np.random.default_rng(6)
    net = random_net([2, 3, 1], "relu", "identity", rng)
    net.grad = np.arange(net.n_params)
    theta, grad = net.theta.copy(), net.grad.copy()
    activations = [layer.activation for layer in net.layers]
    assert check_gradient(net, rng.normal(size=(4, 2)), np.ones((4, 1)), "mse")
    assert np.array_equal(net.theta, theta)
    assert np.array_equal(net.grad, grad)
    assert [layer.activation for layer in net.layers] == activations


def test_of_a_large_part_some_entries_are_checked():
    rng = np.random.default_rng(7)
    net = random_net([30, 20, 2], "tanh", "identity", rng)
    X, Y = rng.normal(size=(4, 30)), rng.normal(size=(4, 2))
    report = check_gradient(net, X, Y, "mse", penalty=L1(0.1), max_entries=50)
    assert_right(report)
    assert "50 entries were checked" in repr(report)
    net.layers[0].__class__ = faulty("W", "factor 2")
    report = check_gradient(net, X, Y, "mse", max_entries=50)
    assert report.fault == "factor 2"


# ---- the check can fail ----------------------------------------------------------------------


def small_case():
    rng = np.random.default_rng(11)
    net = random_net([3, 3, 3, 2], ["tanh", "sigmoid"], "identity", rng)
    return net, rng.normal(size=(7, 3)), rng.normal(size=(7, 2))


def right_gradient(net, X, Y, loss=mse, penalty=None):
    S = net.forward(X)
    net.backward(loss.grad(S, Y))
    if penalty is not None:
        for layer in net.layers:
            layer.dW = layer.dW + penalty.grad(layer.W)
    return net.grad.copy()


def test_each_single_entry_off_by_a_millionth_is_seen():
    net, X, Y = small_case()
    right = right_gradient(net, X, Y)
    assert_right(check_gradient(net, X, Y, "mse", grad=right))
    for i in range(0, net.n_params, 3):
        wrong = right.copy()
        wrong[i] += 1e-6 * np.linalg.norm(right)
        report = check_gradient(net, X, Y, "mse", grad=wrong)
        assert not report
        assert sum(not p.ok for p in report.parts) == 1


def test_a_gradient_of_zeros_or_nan_fails():
    net, X, Y = small_case()
    report = check_gradient(net, X, Y, "mse", grad=np.zeros(net.n_params))
    assert not report
    assert report.error == 1
    net.layers[1].__class__ = Nan
    report = check_gradient(net, X, Y, "mse")
    assert not report
    assert "layer 2, W" in report.findings[0].place
    assert "backward nan" in report.worst


class Nan(Dense):
    def backward(self, dA):
        dX = super().backward(dA)
        self._dW[0, 0] = np.nan
        return dX


# ---- each known fault, planted, is named as itself and as nothing else -----------------------


def spoil(slip, g, m):
    """What a slip makes of one array."""
    if slip in FAULTS and slip != "transpose":
        return FAULTS[slip][0](g, m)
    if slip == "transpose":
        return g.T.reshape(g.shape)
    assert slip == "wrong axis"
    return np.full_like(g, g.sum())


def faulty(place, slip):
    """A dense layer whose backward has one slip at one place."""

    class Faulty(Dense):
        def backward(self, dA):
            X, Z, A, m = self._X, self.Z, self.A, len(self._X)
            if slip == "wrong argument":
                wrong = self.activation.df(A, self.activation.f(A))
                dZ = dA * wrong
            elif slip == "missing derivative":
                dZ = dA.copy()
            else:
                dZ = self.activation.backward(dA, Z, A)
            right = self.activation.backward(dA, Z, A)
            if place == "dZ" and slip in FAULTS:
                dZ = spoil(slip, dZ, m)
            at = {p: dZ if place in (p, "dZ") else right for p in ("W", "b", "dX")}
            dW, db = X.T @ at["W"], at["b"].sum(axis=0)
            dX = at["dX"] @ self.W.T
            if slip not in ("wrong argument", "missing derivative"):
                if place == "W":
                    dW = spoil(slip, dW, m)
                if place == "b":
                    db = spoil(slip, db, m)
                if place == "dX":
                    dX = right @ self.W if slip == "transpose" else spoil(slip, dX, m)
            self.dW, self.db = dW, db
            return dX

    return Faulty


PLANTS = [
    *itertools.product(
        ["W", "b", "dZ", "dX"], ["sign", "factor 2", "factor 1/2", "missing 1/m", "1/m twice"]
    ),
    ("W", "transpose"),
    ("dX", "transpose"),
    ("W", "wrong axis"),
    ("b", "wrong axis"),
    *itertools.product(["W", "b", "dZ", "dX"], ["wrong argument", "missing derivative"]),
]
plants = pytest.mark.parametrize(("place", "slip"), PLANTS)


def planted(place, slip, number):
    """A small case with the fault in one layer, or None where it would make no difference."""
    if place == "dX" and (number == 1 or (slip == "transpose" and number == 3)):
        return None
    if slip in ("wrong argument", "missing derivative") and number == 3:
        return None  # the derivative of the identity is 1 wherever it is taken
    net, X, Y = small_case()
    net.layers[number - 1].__class__ = faulty(place, slip)
    return net, X, Y


@plants
@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_planted_fault_is_named(place, slip, number):
    case = planted(place, slip, number)
    if case is None:
        return
    report = check_gradient(*case, "mse")
    assert not report
    assert [f.fault for f in report.findings] == [slip], report
    shown = {"dZ": "W and b and what it hands on", "dX": "what it hands on"}.get(place, place)
    if place == "dZ" and number == 1:
        shown = "W and b"  # the first layer hands nothing on
    assert report.findings[0].place == f"layer {number}, {shown}"
    for part in report.parts:
        if part.layer > number:
            expected = ""
        elif part.layer == number:
            expected = slip if place in (part.name, "dZ") else ""
        else:
            expected = "inherited" if place in ("dZ", "dX") else ""
        assert part.fault == expected, report
        assert part.ok == (expected == "")


@plants
@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_planted_fault_is_named_from_the_numbers_alone(place, slip, number):
    case = planted(place, slip, number)
    if case is None:
        return
    net, X, Y = case
    wrong = right_gradient(net, X, Y)
    for layer in net.layers:
        layer.__class__ = Dense
    report = check_gradient(net, X, Y, "mse", grad=wrong)
    assert not report
    assert [f.fault for f in report.findings] == [slip], report
    if place == "dX" and slip in FAULTS and slip != "transpose":
        # a factor in what layer n hands on looks the same as one in layer n - 1
        expected = f"layer {number - 1}, W and b"
    else:
        shown = {"dZ": "W and b", "dX": "what it hands on"}.get(place, place)
        expected = f"layer {number}, {shown}"
    assert report.findings[0].place == expected
    healthy = [p for p in report.parts if p.layer > number]
    assert all(p.ok for p in healthy)


@pytest.mark.parametrize("slip", ["sign", "factor 2", "factor 1/2", "missing 1/m", "1/m twice"])
def test_a_fault_in_the_loss_is_the_losss(slip):
    net, X, Y = small_case()

    def f(S, Y):
        value, dS = mse.f(S, Y)
        return value, spoil(slip, dS, len(S))

    wrong = Loss("my_mse", f)
    report = check_gradient(net, X, Y, wrong)
    assert [(f.place, f.fault) for f in report.findings] == [("the gradient of my_mse", slip)]
    assert {p.fault for p in report.parts} == {"inherited"}
    assert "inherited from the gradient of my_mse" in repr(report)
    # from the numbers alone: the last layer, and the hint that all layers carry it
    report = check_gradient(net, X, Y, mse, grad=right_gradient(net, X, Y, wrong))
    assert [(f.place, f.fault) for f in report.findings] == [("layer 3, W and b", slip)]
    assert "look at the loss's gradient first" in report.findings[0].text


class Spoiled:
    """A penalty whose gradient has a slip."""

    def __init__(self, penalty, factor):
        self.penalty, self.factor = penalty, factor

    def value(self, W):
        return self.penalty.value(W)

    def grad(self, W):
        return self.factor * self.penalty.grad(W)


@pytest.mark.parametrize("penalty", [L1(0.3), L2(0.3), ElasticNet(0.3)], ids=repr)
@pytest.mark.parametrize(("slip", "factor"), [("sign", -1), ("factor 2", 2), ("factor 1/2", 0.5)])
def test_a_fault_in_the_penalty_is_the_penaltys(penalty, slip, factor):
    net, X, Y = small_case()
    wrong = Spoiled(penalty, factor)
    report = check_gradient(net, X, Y, mse, penalty=wrong)
    assert [(f.place, f.fault) for f in report.findings] == [("the penalty's gradient", slip)]
    assert [p.fault for p in report.parts] == [slip, ""] * 3
    given = right_gradient(net, X, Y, penalty=wrong)
    report = check_gradient(net, X, Y, mse, penalty=penalty, grad=given)
    assert {f.fault for f in report.findings} == {slip}
    assert "in the penalty" in repr(report)


def test_a_penalty_forgotten_or_on_biases():
    net, X, Y = small_case()
    penalty = L2(0.3)
    report = check_gradient(net, X, Y, mse, penalty=penalty, grad=right_gradient(net, X, Y))
    assert {f.fault for f in report.findings} == {"missing penalty"}
    wrong = right_gradient(net, X, Y) + penalty.grad(net.theta)
    report = check_gradient(net, X, Y, mse, penalty=penalty, grad=wrong)
    assert {f.fault for f in report.findings} == {"penalty on biases"}
    assert [p.ok for p in report.parts] == [True, False] * 3


def _df_at_a(Z, A):
    return tanh.df(A, np.tanh(A))


def _df_formula_given_z(Z, A):
    return 1 - Z * Z


def _df_twice(Z, A):
    return 2 * (1 - A * A)


def _df_negative(Z, A):
    return A * A - 1


@pytest.mark.parametrize(
    ("df", "slip"),
    [
        (_df_at_a, "wrong argument"),
        (_df_formula_given_z, "wrong argument"),
        (_df_twice, "factor 2"),
        (_df_negative, "sign"),
        (lambda Z, A: np.ones_like(Z), "missing derivative"),
        (lambda Z, A: A * (1 - A), "unknown"),
    ],
)
def test_a_fault_in_an_activation_is_the_activations(df, slip):
    net, X, Y = small_case()
    net.layers[0].activation = Activation("my_tanh", np.tanh, df)
    report = check_gradient(net, X, Y, mse)
    place = "layer 1, the derivative of my_tanh"
    assert [(f.place, f.fault) for f in report.findings] == [(place, slip)], report


def test_an_activation_at_fault_further_on_is_named_and_inherited():
    net, X, Y = small_case()
    net.layers[1].activation = Activation("my_tanh", np.tanh, _df_at_a)
    report = check_gradient(net, X, Y, mse)
    assert [f.fault for f in report.findings] == ["wrong argument"]
    assert [p.fault for p in report.parts[:2]] == ["inherited"] * 2
    given = right_gradient(net, X, Y)
    net.layers[1].activation = tanh
    report = check_gradient(net, X, Y, mse, grad=given)
    assert [(f.place, f.fault) for f in report.findings] == [("layer 2, W and b", "wrong argument")]


class FormulaGivenZ(Dense):
    """The slip a (1 - a), 1 - a^2, ... with z in place of a."""

    def backward(self, dA):
        dZ = dA * self.activation.df(self.Z, self.Z)
        self.dW, self.db = self._X.T @ dZ, dZ.sum(axis=0)
        return dZ @ self.W.T


@pytest.mark.parametrize("number", [1, 2])
def test_a_formula_in_a_that_was_given_z_is_a_wrong_argument(number):
    net, X, Y = small_case()
    net.layers[number - 1].__class__ = FormulaGivenZ
    report = check_gradient(net, X, Y, mse)
    assert [f.fault for f in report.findings] == ["wrong argument"]
    given = right_gradient(net, X, Y)
    net.layers[number - 1].__class__ = Dense
    report = check_gradient(net, X, Y, mse, grad=given)
    assert [f.fault for f in report.findings] == ["wrong argument"]
    assert report.findings[0].place == f"layer {number}, W and b"


def test_what_one_part_leaves_open_another_may_settle():
    # Z is -2, -2 and 1, f' 1/2, 1/2 and 1. Left out, it is a factor 2 for W, which does not see
    # the third example, but not for b
    net = MLP([1, 1], output="leaky_relu(0.5)", rng=np.random.default_rng(0))
    net.layers[0].W, net.layers[0].b = [[-3.0]], [1.0]
    net.layers[0].__class__ = faulty("dZ", "missing derivative")
    X, Y = np.array([[1.0], [1.0], [0.0]]), np.array([[1.0], [2.0], [3.0]])
    report = check_gradient(net, X, Y, mse)
    assert [p.fault for p in report.parts] == ["missing derivative"] * 2
    given = right_gradient(net, X, Y)
    net.layers[0].__class__ = Dense
    report = check_gradient(net, X, Y, mse, grad=given)
    assert [f.fault for f in report.findings] == ["missing derivative"]
    given[1] = right_gradient(net, X, Y)[1]
    report = check_gradient(net, X, Y, mse, grad=given)
    assert report.fault == "factor 2 or missing derivative"


def test_a_slip_that_would_change_next_to_nothing_is_not_named():
    # so near to 0, tanh is a straight line, and f'(A) is f'(Z): that cannot be the fault
    net, X, Y = small_case()
    net.layers[0].W, net.layers[0].b = 1e-4 * net.layers[0].W, 1e-4 * net.layers[0].b
    given = right_gradient(net, X, Y)
    given[:12] *= 1 + 5e-6
    report = check_gradient(net, X, Y, mse, grad=given)
    assert [f.fault for f in report.findings] == ["unknown"]
    assert [p.ok for p in report.parts] == [False, False, True, True, True, True]


def test_two_faults_are_two_findings():
    net, X, Y = small_case()
    net.layers[2].__class__ = faulty("dZ", "sign")
    net.layers[0].__class__ = faulty("b", "factor 2")
    report = check_gradient(net, X, Y, mse)
    assert [f.fault for f in report.findings] == ["sign", "factor 2"]
    wrong = right_gradient(net, X, Y)
    for layer in net.layers:
        layer.__class__ = Dense
    report = check_gradient(net, X, Y, mse, grad=wrong)
    assert [f.fault for f in report.findings] == ["sign", "factor 2"]
    assert [p.fault for p in report.parts] == ["inherited", "factor 2"] + ["inherited"] * 2 + [
        "sign"
    ] * 2


def test_what_cannot_be_told_apart_is_not_guessed():
    net, X, Y = small_case()
    net.layers[1].__class__ = faulty("W", "missing 1/m")
    report = check_gradient(net, X[:2], Y[:2], mse)
    assert report.fault == "factor 2 or missing 1/m"
    assert report.findings[0].text.endswith(
        "With m = 2 these look the same here: check with other data."
    )
    assert check_gradient(net, X[:3], Y[:3], mse).fault == "missing 1/m"
    assert check_gradient(net, X[:1], Y[:1], mse)  # the factor is 1


def test_an_unknown_fault_is_called_so():
    net, X, Y = small_case()
    right = right_gradient(net, X, Y)
    right[0] += 1.0
    report = check_gradient(net, X, Y, mse, grad=right)
    assert report.fault == "unknown"
    assert "None of the known slips gives these numbers." in repr(report)
    assert "worst entry: layer 1, W[0, 0]: given " in repr(report)


def test_a_wrong_axis_where_shapes_happen_to_fit():
    # with as many examples as units, dZ.sum(axis=1) has the shape of b
    net, X, Y = small_case()
    X, Y = X[:3], Y[:3]
    net.layers[1].__class__ = WrongAxis
    assert check_gradient(net, X, Y, mse).fault == "wrong axis"


class WrongAxis(Dense):
    def backward(self, dA):
        dX = super().backward(dA)
        self.db = self.activation.backward(dA, self.Z, self.A).sum(axis=1)
        return dX


class ThreeTimes(Dense):
    def forward(self, X, rng=None):
        return 3 * super().forward(X, rng)


class ThreeTimesBack(ThreeTimes):
    def backward(self, dA):
        return super().backward(3 * dA)


def test_a_backward_that_is_not_that_of_the_forward():
    net, X, Y = small_case()
    net.layers[1].__class__ = ThreeTimes
    report = check_gradient(net, X, Y, mse)
    assert [p.ok for p in report.parts] == [False] * 4 + [True] * 2
    assert report.findings[0].place == "layer 2, W and b and what it hands on"
    net.layers[1].__class__ = ThreeTimesBack
    assert_right(check_gradient(net, X, Y, mse))
    net.layers[2].__class__ = faulty("dZ", "sign")  # and is not blamed for another's fault
    assert [f.place[:7] for f in check_gradient(net, X, Y, mse).findings] == ["layer 3"]


# ---- any network at all ----------------------------------------------------------------------


@st.composite
def cases(draw):
    """A random network with data and a loss, saturated ones and dead ones included."""
    sizes = draw(st.lists(st.integers(1, 4), min_size=2, max_size=5))
    names = st.sampled_from(sorted(ACTIVATIONS))
    loss = LOSSES[draw(st.sampled_from(sorted(LOSSES)))]
    output = draw(st.sampled_from(list(outputs_for(loss))))
    if "softmax" in (output.name, loss.output.name):
        sizes[-1] = max(2, sizes[-1])
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    hidden = [draw(names) for _ in sizes[2:]]
    net = MLP(sizes, hidden, output, rng=rng, bias=draw(st.sampled_from([0.0, 0.1])))
    net.theta = net.theta * draw(st.sampled_from([0.1, 1.0, 3.0]))
    m = draw(st.integers(1, 8))
    X = rng.normal(size=(m, sizes[0])) * draw(st.sampled_from([0.01, 1.0, 100.0]))
    X = np.round(X) if draw(st.booleans()) else X
    return net, X, targets_for(loss, rng, m, sizes[-1]), loss, draw(st.sampled_from(penalties))


@given(cases())
@settings(max_examples=50)
def test_no_false_alarm(case):
    net, X, Y, loss, penalty = case
    with np.errstate(all="ignore"):
        finite = np.isfinite(loss.f(net.predict(X), Y)[0])
    if finite:
        report = check_gradient(net, X, Y, loss, penalty=penalty)
        assert report, report
        assert all(p.error < 1e-7 or p.note for p in report.parts), report


@given(
    seed=st.integers(0, 2**32 - 1),
    plant=st.sampled_from(PLANTS),
    number=st.integers(1, 3),
    sizes=st.lists(st.integers(2, 4), min_size=4, max_size=4),
    names=st.lists(st.sampled_from(sorted(set(ACTIVATIONS) - {"softmax"})), min_size=2, max_size=2),
    m=st.integers(3, 8),
)
@settings(max_examples=30)
def test_a_fault_anywhere_is_named_or_makes_no_difference(seed, plant, number, sizes, names, m):
    place, slip = plant
    rng = np.random.default_rng(seed)
    net = random_net(sizes, names, "identity", rng)
    X, Y = rng.normal(size=(m, sizes[0])), rng.normal(size=(m, sizes[-1]))
    right = right_gradient(net, X, Y)
    layer = net.layers[number - 1]
    if place == "dX" and (number == 1 or (slip == "transpose" and layer.n_in != layer.n_out)):
        return
    layer.__class__ = faulty(place, slip)
    wrong = right_gradient(net, X, Y)
    watched = check_gradient(net, X, Y, mse)
    layer.__class__ = Dense
    retraced = check_gradient(net, X, Y, mse, grad=wrong)
    for report in (watched, retraced):
        if report:
            assert np.linalg.norm(wrong - right) < 1e-6 * np.linalg.norm(right)
        else:
            assert len(report.findings) == 1, report
            assert slip in report.fault.split(" or "), report


# ---- corners raise no alarm ------------------------------------------------------------------


@pytest.mark.parametrize("name", ["relu", "leaky_relu", "elu"])
def test_units_exactly_at_a_corner(name):
    # XOR with biases at zero: for the inputs (0, 0), every Z of the first layer is 0
    X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    Y = np.array([[0.0], [1.0], [1.0], [0.0]])
    net = MLP([2, 4, 3, 1], name, rng=np.random.default_rng(0))
    assert np.all(net.forward(X)[0] == 0)
    assert_right(check_gradient(net, X, Y, "mse"))


@pytest.mark.parametrize("distance", [1e-3, 1e-4, 3e-5, 1e-5, 1e-7, 1e-10])
@pytest.mark.parametrize("side", [-1, 1])
@pytest.mark.parametrize("name", ["relu", "leaky_relu", "elu"])
def test_units_next_to_a_corner(name, side, distance):
    rng = np.random.default_rng(1)
    net = random_net([2, 4, 3, 1], name, "identity", rng)
    X, Y = rng.normal(size=(5, 2)), rng.normal(size=(5, 1))
    net.layers[0].b = side * distance - X[2] @ net.layers[0].W
    assert_right(check_gradient(net, X, Y, "mse"))
    net.layers[0].__class__ = faulty("W", "factor 2")
    assert check_gradient(net, X, Y, "mse").fault == "factor 2"


def test_a_gradient_handed_in_may_take_either_side_of_a_corner():
    X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    Y = np.array([[1.0], [0.0], [0.0], [1.0]])
    net = MLP([2, 4, 1], "relu", rng=np.random.default_rng(0))
    other = Activation("relu", net.layers[0].activation.f, lambda Z, A: (Z >= 0).astype(float))
    theirs = copy.deepcopy(net)
    theirs.layers[0].activation = other
    given = right_gradient(theirs, X, Y)
    assert not np.allclose(given, right_gradient(net, X, Y))
    assert_right(check_gradient(net, X, Y, "mse", grad=given))
    assert_right(check_gradient(theirs, X, Y, "mse"))  # and an activation may state it
    beyond = Activation("relu", other.f, lambda Z, A: np.where(Z == 0, 1.5, Z > 0))
    theirs.layers[0].activation = beyond
    assert not check_gradient(theirs, X, Y, "mse")  # but not a slope between no two sides


@pytest.mark.parametrize("penalty", [L1(0.3), ElasticNet(0.3)], ids=repr)
def test_weights_at_and_next_to_zero_under_l1(penalty):
    net, X, Y = small_case()
    net.layers[0].W = [[0.0, 1e-3, -1e-3], [1e-4, -1e-5, 1e-6], [-1e-9, 1e-12, 0.0]]
    assert_right(check_gradient(net, X, Y, "mse", penalty=penalty))
    assert not check_gradient(net, X, Y, "mse", penalty=Spoiled(penalty, 2))


def test_inputs_of_any_size():
    rng = np.random.default_rng(8)
    net = random_net([3, 4, 1], "relu", "identity", rng)
    X = rng.normal(size=(9, 3)) * [1e4, 1.0, 1e-3]
    net.layers[0].W = net.layers[0].W / [[1e4], [1.0], [1e-3]]
    assert_right(check_gradient(net, X, rng.normal(size=(9, 1)), "mse"))
    houses = MLP([1, 1], rng=rng)
    prices = rng.uniform(3e4, 2e5, (9, 1))
    assert_right(check_gradient(houses, rng.uniform(1e3, 2e4, (9, 1)), prices, "mse"))


def test_a_part_lost_in_rounding_is_said_to_be():
    # fifteen sigmoid layers: the gradient has vanished below the rounding of the loss
    rng = np.random.default_rng(9)
    net = MLP([2, *[3] * 15, 1], "sigmoid", rng=rng, init="normal", bias=1.0)
    report = check_gradient(net, rng.normal(size=(4, 2)), np.ones((4, 1)), "mse")
    assert report
    assert "layer 1, W: lost in rounding, no verdict to 1e-07" in repr(report)


def test_units_that_are_dead_have_a_gradient_of_zero():
    net = MLP([2, 3, 1], "relu", rng=np.random.default_rng(0), bias=-100.0)
    report = check_gradient(net, np.ones((4, 2)), np.ones((4, 1)), "mse")
    assert report
    assert report.parts[0].error == 0
    assert report.parts[0].note == ""


# ---- the report ------------------------------------------------------------------------------


def test_the_report_reads_like_a_sentence():
    net, X, Y = small_case()
    assert repr(check_gradient(net, X, Y, "mse")) == (
        "gradient check passed: backward and finite differences agree to 1e-07 in all 6 parts"
    )
    W = np.array([[0.5, -1.0], [1.0, 0.5]])
    net = MLP([2, 2], "tanh", "identity", rng=np.random.default_rng(0))
    net.layers[0].W, net.layers[0].b = W, [0.0, 0.0]
    X, Y = np.array([[1.0, 0.0], [0.0, 2.0], [1.0, 1.0], [0.0, 0.0]]), np.zeros((4, 2))
    # S = (0.5, -1), (2, 1), (1.5, -0.5), (0, 0); dS = 2/4 S; dW = X^T dS, db the column sums
    right = np.array([1.0, -0.75, 2.75, 0.75, 2.0, -0.25])
    assert check_gradient(net, X, Y, "mse", grad=right)
    wrong = right * [1, 1, 1, 1, 4, 4]
    assert repr(check_gradient(net, X, Y, "mse", grad=wrong)) == (
        "gradient check failed: relative error 0.7, 1e-07 is allowed\n"
        "  layer 1, W: agrees\n"
        "  layer 1, b: relative error 0.75, missing 1/m\n"
        "layer 1, b: missing 1/m. Every value is m times the right one: this is a sum over the m\n"
        "    examples where their mean is meant, 1/m is missing.\n"
        "worst entry: layer 1, b[0]: given 8, finite differences 2"
    )


def test_grad_may_be_a_function():
    net, X, Y = small_case()
    assert check_gradient(net, X, Y, "mse", grad=right_gradient)

    def mine(net, X, Y):
        return np.ones(3)

    with pytest.raises(ValueError, match=r"mine: expected a gradient of net.theta's shape \(32,\)"):
        check_gradient(net, X, Y, "mse", grad=mine)


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"net": "net"}, "check_gradient: expected net to be an MLP; got str. Pass MLP(...)."),
        ({"loss": "mes"}, "Did you mean 'mse'?"),
        ({"X": np.ones((7, 2))}, "check_gradient: expected X with 3 columns"),
        ({"Y": np.ones((7, 1))}, "check_gradient: expected the network's output and Y of the same"),
        ({"grad": np.full(32, np.nan)}, "expected a gradient with finite numbers; got nan"),
        ({"grad": "backward"}, "expected a gradient with numbers; got str 'backward'"),
        ({"rng": 0}, "check_gradient: expected rng to be a numpy.random.Generator; got 0."),
        ({"tol": -1}, "check_gradient: expected tol to be a finite number above 0; got -1"),
        ({"max_entries": 0}, "check_gradient: expected max_entries to be a whole number at least"),
        ({"penalty": 0.1}, "check_gradient: expected penalty such as L2(0.01); got 0.1."),
    ],
)
def test_what_does_not_fit_gets_a_sentence(change, text):
    net, X, Y = small_case()
    arguments = {"net": net, "X": X, "Y": Y, "loss": "mse"} | change
    with pytest.raises((ValueError, TypeError)) as error:
        check_gradient(**arguments)
    assert text in str(error.value)


def test_a_loss_that_is_not_finite_gets_a_sentence():
    net, X, Y = small_case()
    net.theta = np.full(net.n_params, 1e200)
    with pytest.raises(ValueError, match="expected a finite loss at these parameters; got inf"):
        check_gradient(net, X, Y, "mse")


# ---- numerical_gradient ----------------------------------------------------------------------


def test_numerical_gradient_of_known_functions():
    theta = np.array([[0.3, -1.2], [2.0, 0.0]])
    original = theta.copy()
    assert np.allclose(
        numerical_gradient(lambda t: float(np.sin(t).sum()), theta), np.cos(theta), atol=1e-9
    )
    assert np.array_equal(theta, original)
    assert numerical_gradient(lambda t: 3 * t, 2.0) == pytest.approx(3)


def test_numerical_gradient_wants_one_number():
    with pytest.raises(ValueError, match=r"expected f\(theta\) to be one number; got shape \(2,\)"):
        numerical_gradient(lambda t: t, np.ones(2))
    with pytest.raises(ValueError, match="expected eps to be a finite number above 0"):
        numerical_gradient(lambda t: 0.0, np.ones(2), eps=0)
