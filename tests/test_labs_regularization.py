"""The regularization lab: its presets do what their comments say, its losses are what it says."""

import numpy as np
import pytest
from labs_driving import assert_same_as_plain_training, drawn

import mlplib
from mlplib.labs import RegularizationLab
from mlplib.labs._regularization_data import PENALTIES, TASKS, make_penalty, task

STEPS = 3000


def my_shrink(W, t):
    return np.sign(W) * np.maximum(np.abs(W) - t, 0)


def no_shrink(W, t):
    return W


@pytest.fixture(scope="module")
def played():
    """Every preset, played; what came of it."""
    labs = {}
    for name in RegularizationLab.PRESETS:
        lab = labs[name] = RegularizationLab(preset=name)
        lab.player.advance(STEPS)
    yield labs
    for lab in labs.values():
        lab.close()


def ends(lab):
    """Training and validation loss at the end, and the least validation loss."""
    val = lab.history.column("val_loss")
    return lab.loss, float(lab.readout()[2][1]), val.min()


def wiggle(lab):
    """How much the fitted curve goes up and down: 4 for one wave of a sine."""
    x = np.linspace(-3, 3, 601)[:, None]
    return np.abs(np.diff(lab.net.predict(x)[:, 0])).sum()


def missed_in_training(lab):
    """How many training labels the network gets wrong."""
    missed = (lab.net.predict(lab.X) > 0) != lab.Y
    return int(missed.sum())


# ---- presets ------------------------------------------------------------------------------------


def test_overfit_learns_the_noise(played):
    lab = played["overfit"]
    train, val, least = ends(lab)
    losses, validations = lab.history.column("train_loss"), lab.history.column("val_loss")
    assert (np.diff(losses[50:]) < 1e-3).all()  # it goes on falling
    assert train < 0.2 * losses[10]
    assert val > 2.5 * least  # it turns and rises
    assert 100 < np.argmin(validations) < 800
    assert "it overfits" in lab.text
    assert wiggle(lab) > 2 * 4
    # what is learnt from here on is noise: the fit moves away from the wave itself
    x = np.linspace(-3, 3, 301)[:, None]
    wave = np.sin(np.pi * x / 3)
    now, best = (np.mean((n.predict(x) - wave) ** 2) for n in (lab.net, lab._best_net))
    assert now > 4 * best


def test_l2_smooths(played):
    lab, plain = played["L2 smooths"], played["overfit"]
    _, val, least = ends(lab)
    assert val < 1.2 * least
    assert lab.zeros == 0
    assert wiggle(lab) < 4 < wiggle(plain) / 2
    assert np.median(np.abs(lab.weights)) < np.median(np.abs(plain.weights)) / 2
    assert np.sum(lab.weights**2) < np.sum(plain.weights**2) / 3
    assert "close to its least" in lab.text


def test_l1_makes_zeros(played):
    lab = played["L1 makes zeros"]
    _, val, least = ends(lab)
    assert lab.zeros > 0.95 * len(lab.weights)
    assert np.count_nonzero(lab.weights) + lab.zeros == 960
    assert val < 1.2 * least
    assert f"{lab.zeros} weights are exactly zero" in lab.text
    assert wiggle(lab) < 4


def test_dropout_and_more_data_keep_the_validation_loss_down(played):
    bad = ends(played["overfit"])[1]
    for name in ("dropout", "more data"):
        lab = played[name]
        _, val, least = ends(lab)
        assert val < 1.25 * least < bad / 2
        assert lab.zeros == 0
    train, val, _ = ends(played["more data"])
    assert train == pytest.approx(val, rel=0.15)  # nothing learnt by heart


def test_stop_early_takes_the_best_weights_back(played):
    lab = played["stop early"]
    validations = lab.history.column("val_loss")
    at = int(np.argmin(validations)) + 1
    assert lab.player.state == "finished"
    assert lab.run.steps == at + lab.run.settings["patience"]
    _, val, least = ends(lab)
    assert val == pytest.approx(least, rel=5e-3)
    np.testing.assert_array_equal(lab.net.theta, lab._best_net.theta)
    assert "are back, after 300 steps without a better one" in lab.text
    lab.live.frame()


def test_moons_overfit_and_l2_lets_the_wrong_labels_go(played):
    bad, good = played["moons overfit"], played["moons with L2"]
    assert missed_in_training(bad) == 0  # the wrongly labelled ones, too
    assert missed_in_training(good) >= 3
    assert ends(bad)[1] > 3 * ends(bad)[2]
    assert ends(good)[1] < ends(bad)[1] / 2


@pytest.mark.parametrize("name", RegularizationLab.PRESETS)
def test_presets_are_plain_training(played, name):
    assert_same_as_plain_training(played[name])


# ---- what the picture says ----------------------------------------------------------------------


@pytest.mark.parametrize("name", TASKS)
def test_losses_are_without_penalty_and_dropout(name):
    lab = RegularizationLab(task=name, penalty="L2", strength=0.05, drop_rate=0.5)
    lab.player.advance(7)
    net, data = lab.net, task(name)
    plain = data.loss.value(net.predict(lab.X), lab.Y)
    assert lab.loss == plain
    assert lab.history.column("train_loss")[-1] == plain
    assert lab.history[-1].val_loss == data.loss.value(net.predict(data.X[300:]), data.Y[300:])
    price = sum(mlplib.L2(0.05).value(layer.W) for layer in net.layers)
    lab.player.advance(1)
    assert lab.history[-1].loss > price  # the loss descended has it
    lab.close()


def test_training_never_sees_the_validation_points():
    for name in TASKS:
        data = task(name)
        X, _ = data.training(300)
        assert len(data.validation[0]) == 300
        assert not np.isin(X[:, 0], data.validation[0][:, 0]).any()
        few, _ = data.training(16)
        np.testing.assert_array_equal(few, X[:16])  # more data are the same ones and others


def test_bars_count_the_weights():
    lab = RegularizationLab(penalty="L1", strength=0.003)
    lab.player.advance(800)
    drawn(lab)
    panel = lab._weights
    heights = panel._bars.get_ydata()[1::3]
    assert np.nansum(heights) + lab.zeros == len(lab.weights)
    assert panel._zeros.get_ydata()[1] == lab.zeros > 100
    low, high = panel.ax.get_xlim()
    bars = panel._bars.get_xdata()
    assert low == -high < bars.min()
    assert bars.max() < high
    assert panel._said.get_text() == (f"{lab.zeros} of 960 are exactly 0",)
    lab.close()


def test_the_dashed_curve_is_the_one_of_least_validation_loss():
    lab = RegularizationLab()
    lab.player.advance(1500)
    drawn(lab)
    at = int(np.argmin(lab.history.column("val_loss"))) + 1
    other = RegularizationLab()
    other.player.advance(at)
    x = lab._curve._best.get_xdata()[:, None]
    assert lab._curve._best.get_ydata() == pytest.approx(other.net.predict(x)[:, 0], abs=1e-12)
    assert lab._least.get_xydata().tolist() == [[at, other.history[-1].val_loss]]
    lab.close()
    other.close()


def test_elastic_net_has_fewer_zeros_than_l1_and_l2_has_none():
    zeros = {}
    for name in PENALTIES:
        lab = RegularizationLab(penalty=name, strength=0.002)
        lab.player.advance(600)
        zeros[name] = lab.zeros
        lab.close()
    assert zeros["L1"] > zeros["elastic net"] > 100
    assert zeros["none"] == zeros["L2"] == 0


def test_earlier_runs_are_compared_within_a_task():
    lab = RegularizationLab()
    for name in ("overfit", "L2 smooths", "moons overfit", "moons with L2"):
        lab.use_preset(name)
        lab.player.advance(5)
    drawn(lab)
    assert [old.label for old in lab.earlier] == [
        "val. sine, 16 points",
        "val. sine, L2 0.003, 16 points",
        "val. moons, 40 points",
    ]
    assert [line.get_label() for line in lab._losses._faint] == ["val. moons, 40 points"]
    lab.use_preset("dropout")
    drawn(lab)
    assert len(lab._losses._faint) == 2
    lab.close()


# ---- changes while it runs ----------------------------------------------------------------------


def test_another_activation_while_it_runs_is_in_the_code_and_in_the_replay():
    lab = RegularizationLab()
    lab.player.advance(40)
    lab.activation.value = "relu"
    assert_same_as_plain_training(lab)
    lab.player.advance(30)
    lab.learning_rate.value = 0.1
    lab.activation.value = "sigmoid"
    lab.player.advance(30)
    assert "layer.activation = mlplib.relu" in lab.code
    assert [layer.activation.name for layer in lab.net.layers] == ["sigmoid", "sigmoid", "identity"]
    assert_same_as_plain_training(lab)
    theta = lab.net.theta.copy()
    lab.player.replay()
    np.testing.assert_array_equal(lab.net.theta, theta)
    lab.close()


def test_the_map_follows_another_activation_at_once():
    lab = RegularizationLab(task="noisy moons")
    lab.player.advance(50)
    before = drawn(lab)
    lab.activation.value = "relu"
    grid = lab._map._map
    drawn(lab)
    shown = grid.artist.levels
    assert drawn(lab) != before
    twin = grid._twin
    assert [layer.activation.name for layer in twin.layers][:2] == ["relu", "relu"]
    assert len(np.unique(shown)) > 3
    lab.close()


def test_stopped_early_the_code_is_the_same_before_and_after_the_end():
    lab = RegularizationLab(early_stopping=True, patience=20)
    lab.player.advance(60)
    for _ in range(40):
        assert_same_as_plain_training(lab)
        if lab.run.outcome:
            break
        lab.player.advance(25)
    assert lab.player.state == "finished"
    lab.player.reset()
    lab.player.advance(5)
    assert lab.player.state == "paused"
    lab.close()


# ---- a soft threshold of one's own --------------------------------------------------------------


def test_a_soft_threshold_of_ones_own_makes_the_zeros():
    lab = RegularizationLab(my_shrink, penalty="L1", strength=0.003)
    ours = RegularizationLab(penalty="L1", strength=0.003)
    for one in (lab, ours):
        one.player.advance(300)
    np.testing.assert_array_equal(lab.net.theta, ours.net.theta)
    assert lab.zeros > 0
    assert "my_shrink(W, lr * self.gamma)" in lab.code
    assert_same_as_plain_training(lab, my_shrink=my_shrink)
    other = RegularizationLab(no_shrink, penalty="L1", strength=0.003)
    other.player.advance(300)
    assert other.zeros == 0
    lab.penalty.value = "elastic net"
    lab.player.advance(3)
    assert_same_as_plain_training(lab)
    assert isinstance(make_penalty("L1", 0.1, my_shrink), mlplib.L1)
    for one in (lab, ours, other):
        one.close()


def _changes_w(W, t):
    W *= 0.5
    return W


@pytest.mark.parametrize(
    ("shrink", "kind", "text"),
    [
        (0.3, TypeError, "expected shrink to be a function of an array and a number t; got 0.3"),
        (lambda W: W, ValueError, "got TypeError"),
        (lambda W, t: max(W - t, 0), ValueError, "use np.sign, np.abs, np.maximum"),
        (lambda W, t: W[0], ValueError, "finite numbers of W's shape (3, 2); got (2,)"),
        (lambda W, t: W + np.nan, ValueError, "some that are infinite or nan"),
        (_changes_w, ValueError, "expected shrink to leave W as it is"),
        (lambda W, t: W - t, ValueError, "make no weight larger"),
    ],
)
def test_a_function_that_is_no_soft_threshold_gets_a_sentence(shrink, kind, text):
    with pytest.raises(kind) as error:
        RegularizationLab(shrink)
    assert str(error.value).startswith("RegularizationLab: ")
    assert text in str(error.value)
