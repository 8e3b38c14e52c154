"""What goes forward and backward through the layers of a network, measured. Source: B7, D6."""

from dataclasses import dataclass

import numpy as np

from mlplib._words import number
from mlplib.labs._activation_choice import after_next_step, loss_of
from mlplib.losses import mse

QUANTILES = np.array([5, 25, 50, 75, 95])  # percent
DEAD = 1e-3  # a unit whose slope is below this for every example learns nothing


@dataclass(frozen=True, eq=False)
class Flow:
    """What goes forward and backward through the layers of a network.

    Parameters
    ----------
    dW, dZ : ndarray, (layers,)
        Root mean square of the gradient of each layer's weights, and of the derivatives of one
        example's loss with respect to its scores; the output layer is the last.
    spread : ndarray, (hidden layers,)
        Standard deviation of the activations.
    quantiles : ndarray, (5, hidden layers)
        Below which 5, 25, 50, 75 and 95 % of the activations lie.
    dead : ndarray, (hidden layers,)
        Share of units without a slope for any example.
    loss, next_loss : float
        The loss, and the loss after a step of gradient descent.
    """

    dW: np.ndarray
    dZ: np.ndarray
    spread: np.ndarray
    quantiles: np.ndarray
    dead: np.ndarray
    loss: float
    next_loss: float

    @classmethod
    def of(cls, net, X, Y, rate):
        """Measure a network on examples; its theta stays as it is."""
        with np.errstate(over="ignore", invalid="ignore"):
            with after_next_step(net, X, Y, rate):
                next_loss = loss_of(net, X, Y)
            loss, dA = mse.f(net.forward(X), Y)
            dZ, slopes = [], []
            for layer in reversed(net.layers):
                slopes.append(layer.activation.df(layer.Z, layer.A))
                dZ.append(dA * slopes[-1])
                dA = dZ[-1] @ layer.W.T
            hidden = [layer.A for layer in net.layers[:-1]]
            return cls(
                np.array([rms(layer.dW) for layer in net.layers]),
                len(X) * np.array([rms(d) for d in reversed(dZ)]),
                np.array([A.std() for A in hidden]),
                np.transpose(
                    [np.sort(A, axis=None)[QUANTILES * (A.size - 1) // 100] for A in hidden]
                ),
                np.array([np.mean(np.abs(s).max(axis=0) < DEAD) for s in slopes[:0:-1]]),
                float(loss),
                float(next_loss),
            )


def rms(values):
    """Root mean square."""
    return float(np.sqrt(np.mean(values**2)))


def times(ratio):
    """How many times as large, in words.

    Examples
    --------
    >>> times(1.2), times(0.0004), times(3000)
    ('about the same', '1/2 500 of that', '3 000 times that')
    """
    if 0.5 <= ratio <= 2:
        return "about the same"
    return f"{number(ratio)} times that" if ratio > 1 else f"1/{number(1 / ratio)} of that"
