"""What is special in the activation lab."""

import re

import numpy as np
import pytest
from labs_driving import (
    assert_same_as_a_whole_picture,
    assert_same_as_plain_training,
    run_code,
    turn_everything,
)

from mlplib import Activation, make_leaky_relu, relu, softmax, tanh
from mlplib.labs import ActivationLab


def my_relu(z):
    return np.maximum(z, 0)


def my_slope(z):
    return (z > 0) * 1.0


def late_slope(z):
    return (z > 1) * 1.0


def advanced(steps, **settings):
    lab = ActivationLab(**settings)
    lab.player.advance(steps)
    return lab


def test_value_and_slope_are_the_librarys():
    lab = ActivationLab(activation="tanh", z=0.7)
    assert "Tanh at z = 0.7 is 0.604, its slope 0.635" in lab.text
    assert dict(lab.readout())["f'(0.7)"] == "0.635"
    lab.activation.value, lab.slope.value, lab.z.value = "leaky_relu", 0.25, -2.0
    assert "Leaky_relu 0.25 at z = -2 is -0.5, its slope 0.25" in lab.text
    tangent, (here, _) = lab._curves._tangent.get_xydata(), lab._curves._here
    assert here.get_xydata().tolist() == [[-2.0, -0.5]]
    assert np.diff(tangent[:, 1]) / np.diff(tangent[:, 0]) == pytest.approx(0.25)


def test_the_curves_are_the_librarys():
    lab = ActivationLab(activation="tanh", compare="relu")
    lab.png()
    z, a = lab._curves._f[0].get_data()
    np.testing.assert_array_equal(a, tanh.f(z))
    np.testing.assert_array_equal(lab._curves._df[0].get_ydata(), tanh.df(z, a))
    np.testing.assert_array_equal(lab._curves._f[1].get_ydata(), relu.f(z))


def test_the_next_step_is_shown_before_it_is_made():
    lab = advanced(5, activation="tanh")
    lab.png()
    announced = lab._next.get_ydata().copy()
    lab.player.advance(1)
    lab.png()
    np.testing.assert_allclose(lab._fit.get_ydata(), announced, rtol=1e-12)


def test_presets_are_what_their_comments_say():
    done = {name: advanced(1000, preset=name) for name in ActivationLab.PRESETS}
    loss = {name: lab.loss for name, lab in done.items()}
    x, fit = done["no activation"]._grid[:, 0], done["no activation"]._fit.get_ydata()
    np.testing.assert_allclose(fit, np.polyval(np.polyfit(x, fit, 1), x), atol=1e-9)  # a line
    assert loss["no activation"] > 0.2 > loss["sigmoid"] > 2 * loss["tanh"]  # which learns slowly
    assert all(loss[name] < 0.05 for name in ("tanh", "ReLU", "leaky ReLU", "smooth"))
    bends = np.abs(np.diff(done["ReLU"]._fit.get_ydata(), 2)) > 1e-6
    assert 2 <= bends.sum() <= 20  # straight but at few places
    assert "is -0.2, its slope 0.1" in done["leaky ReLU"].text
    assert done["smooth"]._curves._f[0].get_ydata().min() == pytest.approx(-0.17, abs=0.01)


def test_the_same_weights_for_each_activation():
    one, other = ActivationLab(activation="relu"), ActivationLab(activation="sigmoid")
    np.testing.assert_array_equal(one.net.theta, other.net.theta)


def test_the_activation_changes_while_it_trains():
    lab = advanced(10, activation="sigmoid")
    lab.activation.value = "relu"
    lab.player.advance(10)
    lab.slope.value = 0.3  # of which relu knows nothing
    lab.player.advance(5)
    lab.activation.value = "leaky_relu"
    assert_same_as_plain_training(lab)  # a change that no step has seen
    lab.player.advance(5)
    lab.learning_rate.value = 0.02
    lab.player.advance(5)
    assert_same_as_plain_training(lab)
    assert "{10: 'relu', 25: 'leaky_relu(0.3)'}" in lab.code
    lab.player.reset()
    (earlier,) = lab.earlier
    assert earlier.label.startswith("relu → leaky_relu 0.3, rate")


@pytest.mark.parametrize(
    ("own", "names", "said"),
    [
        (my_relu, {"my_relu": my_relu}, "(its derivative is taken numerically)"),
        ((my_relu, my_slope), {"my_relu": my_relu, "my_slope": my_slope}, "its slope 1;"),
        (
            (my_relu, late_slope),
            {"my_relu": my_relu, "late_slope": late_slope},
            "(mind the derivative: at z = 0.5 the derivative says 0, and the slope of my_relu is",
        ),
        (
            Activation("mine", relu.f, relu.df),
            {"mine": Activation("mine", relu.f, relu.df)},
            "Mine at z = 1 is 1, its slope 1;",
        ),
        (make_leaky_relu(0.2), {"my_activation": make_leaky_relu(0.2)}, "its slope 1;"),
    ],
)
def test_a_function_of_ones_own(own, names, said):
    lab = ActivationLab(activation=own)
    assert said in lab.text
    lab.player.advance(20)
    assert_same_as_plain_training(lab, **names)
    lab.activation.value = "tanh"
    lab.player.advance(5)
    lab.activation.value = lab.controls["activation"].spec.options[0]
    lab.player.advance(5)
    assert_same_as_plain_training(lab, **names)
    lab.player.replay()
    assert_same_as_plain_training(lab, **names)
    assert all(name in lab.code for name in names)


def test_ones_own_trains_as_the_librarys():
    own, ours = advanced(200, activation=my_relu), advanced(200, activation="relu")
    assert own.loss == pytest.approx(ours.loss, rel=1e-3)  # but where z is next to 0
    wrong = advanced(200, activation=(my_relu, late_slope))
    assert wrong.loss > 1.05 * ours.loss


def test_a_wrong_derivative_is_drawn_beside_the_measured_one():
    def dots(lab):
        lab.png()
        z, slope = lab._curves._measured.get_data()
        return z[np.isfinite(slope)], slope[np.isfinite(slope)]

    z, slope = dots(ActivationLab(activation=(my_relu, late_slope)))
    assert 0 < z.min() < 0.2 < 0.8 < z.max() <= 1
    np.testing.assert_allclose(slope, 1)
    assert len(dots(ActivationLab(activation=(my_relu, my_slope)))[0]) == 0
    assert len(dots(ActivationLab(activation="tanh"))[0]) == 0


def test_a_name_that_the_library_has_too():
    def relu(z):
        return np.maximum(z, 0) + 0.5

    lab = ActivationLab(activation=relu)
    assert lab.activation.value == "relu (own)"
    lab.player.advance(3)
    assert_same_as_plain_training(lab, relu=relu)
    lab.activation.value = "relu"
    assert "Relu at z = 1 is 1" in lab.text


def test_every_control_with_a_function_of_ones_own():
    lab = ActivationLab(activation=my_relu)
    turn_everything(lab, steps=2)
    lab.close()


def test_a_function_without_a_name():
    lab = ActivationLab(activation=lambda z: z * np.abs(z))
    lab.player.advance(3)
    assert re.search(r"make_activation\(my_f\)", lab.code)
    assert run_code(lab, my_f=lambda z: z * np.abs(z))["loss"] == lab.loss


def test_what_is_no_activation_is_refused():
    with pytest.raises(ValueError, match=r"Did you mean 'leaky_relu'\?"):
        ActivationLab(activation="leaky_rely")
    with pytest.raises(TypeError, match="a pair"):
        ActivationLab(activation=3)
    with pytest.raises(TypeError, match="1 parts"):
        ActivationLab(activation=(my_relu,))
    with pytest.raises(ValueError, match="The truth value"):
        ActivationLab(activation=lambda z: max(0, z))
    with pytest.raises(TypeError, match="softmax"):
        ActivationLab(activation=softmax)


def test_the_share_of_flat_slopes():
    lab = ActivationLab(activation="relu")
    Z = lab.net.layers[0].scores(lab.X)
    assert dict(lab.readout())["Slopes below 0.05"] == f"{100 * np.mean(Z <= 0):.0f} %"


@pytest.mark.parametrize("name", ["tanh", "leaky_relu", "my_relu"])
def test_a_panel_that_is_drawn_alone_looks_as_in_a_whole_picture(name):
    lab = ActivationLab(activation=my_relu)
    for value in ("sigmoid", name):
        lab.activation.value = value
        lab.png()
    assert_same_as_a_whole_picture(lab.live)
