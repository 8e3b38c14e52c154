"""Activations that a reader brings along."""

import numpy as np
import pytest

from mlplib import MLP, GradientDescent, make_activation, mse, relu, slope_fault, tanh, train
from mlplib.activations import ACTIVATIONS

Z = np.linspace(-5.03, 4.9, 60).reshape(20, 3)


@pytest.mark.parametrize("name", [name for name in ACTIVATIONS if name != "softmax"])
def test_the_numerical_slope_is_the_librarys(name):
    ours = ACTIVATIONS[name]
    made = make_activation(ours.f)
    np.testing.assert_allclose(made.df(Z, None), ours.df(Z, ours.f(Z)), atol=1e-8)
    assert slope_fault(ours) == slope_fault(made) == ""


def relu_like(z):
    return np.maximum(z, 0)


def test_a_network_trains_with_it_as_with_the_librarys_own():
    X = np.linspace(-1.01, 1, 30)[:, None]
    losses = []
    for activation in (relu, make_activation(relu_like), make_activation(relu_like, np.sign)):
        net = MLP([1, 6, 1], activation, init="he", rng=np.random.default_rng(0))
        losses.append([r.loss for r in train(net, X, X**2, mse, GradientDescent(0.1), steps=50)])
    np.testing.assert_allclose(losses[0], losses[1], rtol=1e-6)
    assert losses[2][-1] != pytest.approx(losses[0][-1])  # sign is 1 and -1, no slope of it


def test_a_derivative_of_z_or_of_z_and_a():
    of_z = make_activation(np.tanh, lambda z: 1 - np.tanh(z) ** 2)
    of_both = make_activation(np.tanh, lambda Z, A: 1 - A * A)
    A = np.tanh(Z)
    np.testing.assert_allclose(of_z.df(Z, A), of_both.df(Z, A))
    np.testing.assert_allclose(of_z.df(Z, A), tanh.df(Z, A))
    assert of_z.name == "tanh"
    assert make_activation(np.tanh, name="mine").name == "mine"


def test_a_wrong_derivative_is_named_with_its_place():
    assert slope_fault(make_activation(np.tanh, lambda z: 1 - z * z)).startswith("at z = -6 ")
    late = make_activation(relu_like, lambda z: (z > 1) * 1.0)  # as one lecture prints it
    assert slope_fault(late) == "at z = 0.5 the derivative says 0, and the slope of relu_like is 1"
    assert slope_fault(make_activation(relu_like, lambda z: (z >= 0) * 1.0)) == ""


def test_what_is_no_function_of_single_entries_is_refused():
    with pytest.raises(TypeError, match=r"f to be a function.*without brackets"):
        make_activation(3.0)
    with pytest.raises(TypeError, match="df to be a function"):
        make_activation(np.tanh, 1.0)
    with pytest.raises(ValueError, match=r"any shape; got ValueError: The truth.*np\.maximum"):
        make_activation(lambda z: max(z, 0))
    with pytest.raises(ValueError, match=r"shape \(13, 2\); got shape \(\)"):
        make_activation(np.sum)
    with pytest.raises(ValueError, match=r"finite numbers.*nan at z = -6"):
        make_activation(np.sqrt)
    with pytest.raises(ValueError, match="each entry alone"):
        make_activation(lambda z: z - z.mean())
    with pytest.raises(ValueError, match="df to return finite"):
        make_activation(np.tanh, np.log)

    def changes(z):
        z[z < 0] = 0
        return z

    with pytest.raises(ValueError, match=r"leave its input.*np\.where"):
        make_activation(changes)
