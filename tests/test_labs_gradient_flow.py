"""What is special in the gradient flow lab."""

import numpy as np
import pytest
from labs_driving import (
    assert_same_as_a_whole_picture,
    assert_same_as_plain_training,
    turn_everything,
)

from mlplib import mse
from mlplib.labs import GradientFlowLab
from mlplib.labs._flow import Flow


def advanced(steps, **settings):
    lab = GradientFlowLab(**settings)
    lab.player.advance(steps)
    return lab


@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu", "leaky_relu", "identity"])
def test_what_is_shown_is_the_librarys_gradient(activation):
    lab = advanced(3, activation=activation, depth=3)
    net, X, Y = lab.net, lab.X, lab.Y
    now = lab.flow
    net.backward(mse.grad(net.forward(X), Y))
    rms = [np.sqrt(np.mean(layer.dW**2)) for layer in net.layers]
    np.testing.assert_allclose(now.dW, rms)
    np.testing.assert_allclose(now.spread, [layer.A.std() for layer in net.layers[:-1]])
    # dL/dz of a unit for one example: what a change of that z does to its loss
    for i in range(3):
        assert _rms_by_differences(lab, i) == pytest.approx(now.dZ[i], rel=1e-4)
    lab.shown.value = "weights (dW)"
    lab.png()
    np.testing.assert_allclose(lab._gradients._now.get_ydata(), rms)


def _rms_by_differences(lab, i):
    """The derivatives with respect to the scores of layer i, by nudging each of them."""
    layers, X, Y, h = lab.net.layers, lab.X, lab.Y, 1e-5
    A = X
    for layer in layers[:i]:
        A = layer.forward(A)
    Z = layers[i].scores(A)

    def losses(Z):
        A = layers[i].activation.f(Z)
        for layer in layers[i + 1 :]:
            A = layer.forward(A)
        return ((A - Y) ** 2)[:, 0]  # of each example alone

    slopes = []
    for unit in range(Z.shape[1]):
        nudge = np.zeros_like(Z)
        nudge[:, unit] = h
        slopes.append((losses(Z + nudge) - losses(Z - nudge)) / (2 * h))
    return np.sqrt(np.mean(np.square(slopes)))


def test_looking_changes_nothing():
    lab = advanced(4)
    theta = lab.net.theta.copy()
    for _ in range(3):
        lab.flow  # noqa: B018 - measuring makes a step and takes it back
    np.testing.assert_array_equal(lab.net.theta, theta)
    assert_same_as_plain_training(lab)


def test_the_loss_after_the_next_step_is_announced():
    lab = advanced(4)
    announced = lab.flow.next_loss
    lab.player.advance(1)
    assert lab.loss == pytest.approx(announced, rel=1e-12)


def test_dead_units_are_those_without_a_slope():
    lab = GradientFlowLab(preset="dying ReLUs")
    lab.net.layers[1].b = np.r_[np.full(4, -100.0), np.full(12, 100.0)]
    assert lab.flow.dead[1] == 0.25
    lab = GradientFlowLab(activation="sigmoid", depth=2)
    lab.net.layers[0].b = np.r_[np.full(8, -100.0), np.zeros(8)]  # saturated is as good as dead
    assert lab.flow.dead.tolist() == [0.5, 0]


# ---- the presets do what their comments say ----------------------------------------------------


def test_vanishing_gradient():
    lab = GradientFlowLab(preset="vanishing gradient")
    flow = lab.flow
    passed = flow.dZ[:-1] / flow.dZ[1:]
    assert (passed < 0.5).all()  # a quarter at most by the slope, times weights of size one
    assert flow.dZ[0] < 1e-5 * flow.dZ[-1]
    lab.player.advance(300)
    assert lab.flow.dZ[0] < 1e-5 * lab.flow.dZ[-1]
    assert lab.loss == pytest.approx(lab.Y.var(), rel=0.01)  # nothing but the mean was learnt
    lab.activation.value = "relu"  # and the same network with another function
    assert lab.flow.dZ[0] > 1e-3 * lab.flow.dZ[-1]


def test_relu_and_he():
    lab = GradientFlowLab(preset="ReLU and He")
    flow = lab.flow
    assert flow.dZ.max() < 10 * flow.dZ.min()
    assert flow.dW.max() < 10 * flow.dW.min()
    lab.player.advance(300)
    assert lab.loss < 0.1 * lab.history[0].loss
    assert lab.flow.dZ.max() < 10 * lab.flow.dZ.min()


def test_dying_relus():
    lab = GradientFlowLab(preset="dying ReLUs")
    before = lab.flow.dead
    lab.player.advance(300)
    after = lab.flow.dead
    assert after.mean() > before.mean() + 0.2
    assert after.max() == 1 > before.max()
    assert lab.flow.dZ[0] == 0
    lab.learning_rate.value = 0.02  # no gradient brings them back
    lab.player.advance(300)
    np.testing.assert_array_equal(lab.flow.dead, after)
    assert lab.loss == pytest.approx(lab.Y.var(), rel=0.01)


def test_all_zeros():
    lab = GradientFlowLab(preset="all zeros")
    assert (lab.flow.dW == 0).all()
    lab.player.advance(300)
    assert (lab.flow.dW == 0).all()
    theta = lab.net.theta
    assert (theta[:-1] == 0).all()
    assert theta[-1] == pytest.approx(lab.Y.mean(), rel=1e-6)
    lab.png()
    assert len(lab._gradients._zero.get_xdata()) == 5  # marked, on an axis that has no zero
    assert "0 at the last layer and 0 at the first" in lab.text


def test_zeros_with_a_sigmoid_keep_all_units_equal():
    lab = advanced(300, activation="sigmoid", init="zeros", depth=2)
    for layer in lab.net.layers[:-1]:
        np.testing.assert_allclose(layer.W, layer.W[:, :1] + np.zeros(16), rtol=1e-9)


def test_exploding():
    lab = GradientFlowLab(preset="exploding")
    flow = lab.flow
    assert flow.spread[-1] > 100 * flow.spread[0]
    assert flow.dZ[0] > 100 * flow.dZ[-1]
    assert (flow.dZ[:-2] > flow.dZ[1:-1]).all()
    assert lab.player.advance(20) < 5
    assert lab.player.state == "diverged"
    assert "is past all numbers" in lab.text
    assert_same_as_plain_training(lab)


# ---- the rest ----------------------------------------------------------------------------------


def test_the_activation_changes_while_it_trains():
    lab = advanced(5)
    lab.activation.value = "relu"
    lab.player.advance(5)
    lab.activation.value = "gelu"
    assert_same_as_plain_training(lab)
    assert all(layer.activation.name == "gelu" for layer in lab.net.layers[:-1])
    assert lab.net.layers[-1].activation.name == "identity"
    lab.player.advance(5)
    lab.init.value = "small normal"
    lab.player.advance(5)
    assert_same_as_plain_training(lab)
    assert lab.earlier[0].label.startswith("6 × relu → gelu, Glorot")


def test_a_function_of_ones_own():
    def bent(z):
        return np.where(z > 0, z, 0.3 * z)

    lab = GradientFlowLab(activation=bent, depth=3)
    turn_everything(lab, steps=1)
    lab = advanced(20, activation=bent, depth=3)
    assert "taken numerically" in lab.text
    assert_same_as_plain_training(lab, bent=bent)
    with pytest.raises(ValueError, match="Did you mean 'sigmoid'"):
        GradientFlowLab(activation="sigmoide")


def test_numbers_past_all_bounds_are_measured_in_silence():
    lab = GradientFlowLab(init="large normal", activation="relu", depth=12, width=32)
    lab.net.theta = lab.net.theta * 1e100
    flow = Flow.of(lab.net, lab.X, lab.Y, 2.0)
    assert not np.isfinite(flow.loss)
    lab.update()
    lab.live.frame()


@pytest.mark.parametrize("preset", GradientFlowLab.PRESETS)
def test_panels_that_are_drawn_alone_look_as_in_a_whole_picture(preset):
    lab = GradientFlowLab()
    lab.png()
    lab.use_preset(preset)
    for shown in ("weights (dW)", "scores (dZ)"):
        lab.shown.value = shown
        lab.png()
        lab.player.advance(1)
        lab.png()
        assert_same_as_a_whole_picture(lab.live)
