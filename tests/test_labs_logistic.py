"""The logistic lab: what its numbers and presets say is what the library says."""

import numpy as np
import pytest
from labs_driving import assert_same_as_plain_training, drawn, turn_everything
from scipy.optimize import minimize

import mlplib
from mlplib.activations import get_activation
from mlplib.datasets import load_orings
from mlplib.labs import LogisticLab
from mlplib.labs._logistic_data import DATA, KINDS, labelled

LOSSES = {
    "cross-entropy": ("sigmoid_cross_entropy", "identity"),
    "MSE behind the sigmoid": ("mse", "sigmoid"),
    "MSE, no sigmoid": ("mse", "identity"),
}


def my_sigmoid(z):
    return 1 / (1 + np.exp(-z))


# ---- data and losses ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", DATA)
def test_data_are_standardized_and_labelled(name):
    data = labelled(name)
    assert data.X.mean(axis=0) == pytest.approx(0, abs=1e-12)
    assert data.X.std(axis=0) == pytest.approx(1)
    assert set(data.Y.ravel()) == {0.0, 1.0}
    assert np.abs(data.X).max() < max(map(abs, data.limits)) * 1.5


def test_the_orings_come_back_in_degrees():
    table = load_orings()
    data = labelled("O-rings")
    np.testing.assert_allclose(data.measured, table.X)
    assert data.standardized(table.X[:, 0]) == pytest.approx(data.X[:, 0])


@pytest.mark.parametrize("kind", KINDS)
def test_losses_of_points_are_the_library_s_and_their_slopes_its_gradient(kind):
    name, output = LOSSES[kind]
    z = np.linspace(-9, 9, 37)[:, None]
    y = (np.arange(37) % 2.0)[:, None]
    activation, loss = get_activation(output), mlplib.LOSSES[name]
    A = activation.f(z)
    assert KINDS[kind].points(z, y).mean() == pytest.approx(loss.value(A, y), rel=1e-12)
    dZ = activation.backward(loss.grad(A, y), z, A)
    np.testing.assert_allclose(KINDS[kind].slope(z, y) / 37, dZ, rtol=1e-9, atol=1e-15)


# ---- what the picture says ----------------------------------------------------------------------


@pytest.mark.parametrize("data", DATA)
@pytest.mark.parametrize("kind", KINDS)
def test_the_next_step_lands_where_it_was_drawn(data, kind):
    lab = LogisticLab(data=data, loss=kind, start_w=1.5, start_b=-0.5)
    w, b = lab.judge._after
    lab.player.advance(1)
    assert lab.net.theta == pytest.approx([*w, b], rel=1e-12)
    lab.close()


@pytest.mark.parametrize("data", DATA)
def test_it_counts_the_misses_at_the_threshold(data):
    lab = LogisticLab(data=data, learning_rate=2.0, threshold=0.3)
    lab.player.advance(50)
    table = labelled(data)
    P = mlplib.sigmoid.f(lab.net.predict(table.X))
    missed = int(((P >= 0.3) != (table.Y == 1)).sum())
    assert dict(lab.readout())["Missed"] == f"{missed} of {len(P)}"
    assert f"at threshold 0.3 it misses {missed}" in lab.text
    lab.close()


def test_the_curve_crosses_the_threshold_where_it_says():
    lab = LogisticLab(threshold=0.7)
    lab.player.advance(100)
    cut = lab.judge.crossing(0.7)
    assert lab.judge.output(np.array([[cut]])) == pytest.approx(0.7)
    lab = LogisticLab(data="moons", threshold=0.7)
    lab.player.advance(30)
    ends = np.transpose(lab.judge.line(0.7, (-3, 3)))
    assert lab.judge.output(ends) == pytest.approx(0.7)
    assert np.abs(ends).max(axis=1).min() > 3  # it leaves the picture on both sides


def test_the_fit_to_the_orings_is_the_one_of_least_cross_entropy():
    data = labelled("O-rings")

    def loss(theta):
        return np.mean(np.logaddexp(0, z := data.X[:, 0] * theta[0] + theta[1]) - data.Y[:, 0] * z)

    best = minimize(loss, [0.0, 0.0], method="BFGS", options={"gtol": 1e-9})
    lab = LogisticLab(learning_rate=2.0)
    lab.player.advance(400)
    assert lab.net.theta == pytest.approx(best.x, rel=1e-5)
    assert lab.loss == pytest.approx(best.fun)
    assert dict(lab.readout())["P(damage at 31 °F)"] == "99.96 %"
    assert "extrapolation" in lab.text
    assert "the answer changes at 64.8 °F" in lab.text


def test_what_is_still_changes_only_with_limits_and_data():
    lab = LogisticLab()
    lab.player.advance(5)
    drawn(lab)
    lab.live.frame()
    before = lab.live.still_draws
    for _ in range(10):
        lab.player.advance(1)
        drawn(lab)
        lab.live.frame()
    assert lab.live.still_draws == before


# ---- presets ------------------------------------------------------------------------------------


def losses(preset, steps):
    lab = LogisticLab(preset=preset)
    lab.player.advance(steps)
    values = np.append(lab.history.column("loss"), lab.loss)
    text, state = lab.text, lab.player.state
    lab.close()
    return values, text, state


def test_mse_gets_stuck_where_cross_entropy_gets_out():
    stuck, text, _ = losses("MSE gets stuck", 200)
    assert stuck[0] - stuck[-1] < 0.03 * stuck[0]
    assert "it misses 1" in text
    out, text, _ = losses("cross-entropy gets out", 200)
    assert out[-1] < 0.06 * out[0]
    assert out[-1] == pytest.approx(0.4416, abs=1e-4)


def test_too_large_a_rate_bounces_and_stays_finite():
    values, _, state = losses("too large", 500)
    assert state != "diverged"
    assert values.max() < 10
    falls = np.diff(values[-100:]) < 0
    assert 10 < falls.sum() < 90  # up and down
    values, _, _ = losses("from no opinion", 200)
    assert (np.diff(values) <= 1e-12).all()


def test_without_a_sigmoid_it_says_more_than_all_and_can_diverge():
    _, text, _ = losses("no sigmoid", 200)
    assert "output (no probability)" in text
    assert "it is 1.75" in text
    _, _, state = losses("divergent", 500)
    assert state == "diverged"


def test_a_straight_edge_is_not_enough_for_the_moons():
    lab = LogisticLab(preset="a straight edge")
    lab.player.advance(500)
    assert 5 < lab._missed() < 20
    assert "straight border" in lab.text


# ---- a sigmoid of one's own ---------------------------------------------------------------------


def test_a_sigmoid_of_ones_own_is_what_is_trained_and_drawn():
    calls = []

    def counted(z):
        calls.append(np.shape(z))
        return my_sigmoid(z)

    lab = LogisticLab(sigmoid=counted)
    calls.clear()
    lab.player.advance(20)
    assert calls.count((23, 1)) == 20  # the training's
    plain = LogisticLab()
    plain.player.advance(20)
    assert lab.loss == pytest.approx(plain.loss, rel=1e-12)
    assert "output=output" in lab.code
    assert_same_as_plain_training(lab, counted=counted)
    lab.controls["loss"].value = "MSE behind the sigmoid"
    lab.player.advance(3)
    assert_same_as_plain_training(lab, counted=counted)


def test_every_control_turns_with_a_sigmoid_of_ones_own():
    turn_everything(LogisticLab(sigmoid=my_sigmoid), steps=2)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (3, "f to be a function of an array; got 3"),
        (np.tanh, r"sigmoid\(-30\) to be 9.358e-14; got -1"),
        (lambda z: np.mean(my_sigmoid(z)), "return an array of its input's shape"),
        (lambda z: 1 / 0, "got ZeroDivisionError: division by zero"),
        (lambda z: my_sigmoid(2 * z), r"sigmoid\(-2\) to be 0.1192; got 0.01799"),
    ],
)
def test_what_is_no_sigmoid_is_refused_in_a_sentence(given, words):
    with pytest.raises((TypeError, ValueError), match=words):
        LogisticLab(sigmoid=given)
