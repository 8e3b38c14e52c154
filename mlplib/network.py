"""The multilayer perceptron: layers in a row, and one flat vector of all their parameters.

`net.theta` holds every weight and bias of the network, `net.grad` the derivatives, and the
layers' W, b, dW, db are views of those two vectors. So an optimizer is a formula on two vectors,
a gradient check is a loop over one, and a snapshot is a copy.
"""

from functools import partial

import numpy as np

from mlplib._errors import (
    check_array,
    check_number,
    check_rng,
    type_error,
    value_error,
)
from mlplib.activations import get_activation
from mlplib.layers import Dense


class MLP:
    """A multilayer perceptron. Source: A6.

    With the sizes `[n_in, 1]` it is a single neuron (A1): linear regression with a squared error
    (A2, A3), logistic regression with `sigmoid_cross_entropy` (A4, A7).

    .. math:: A^{[0]} = X, \\quad Z^{[l]} = A^{[l-1]} W^{[l]} + b^{[l]},
              \\quad A^{[l]} = g^{[l]}(Z^{[l]})

    Parameters
    ----------
    sizes : sequence of int
        Units of each layer, inputs first: `[2, 16, 16, 1]`.
    activation : Activation, str, or list of them
        Of the hidden layers: one for all, or one for each.
    output : Activation or str
        Of the last layer. The identity goes with losses on scores.
    rng : numpy.random.Generator
        Draws the initial weights.
    init : str or callable, optional
        Initializer of all layers; by default each activation's usual one.
    bias : float
        All biases start here.
    drop_rate : float or list of float
        Dropout after the hidden layers: one rate for all, or one for each.
    dtype : {"float64", "float32"}

    Attributes
    ----------
    layers : list of Dense
    theta, grad : ndarray, (n_params,)
        All parameters and the derivatives of the loss; assignment copies into them.
    is_weight : ndarray of bool, (n_params,)
        True where theta holds a weight, False where a bias (which penalties leave alone).

    Examples
    --------
    >>> net = MLP([2, 3, 1], activation="tanh", rng=np.random.default_rng(0))
    >>> net
    MLP(2 -> 3 tanh -> 1 identity, 13 parameters)
    >>> net.predict(np.zeros((4, 2))).shape
    (4, 1)
    """

    def __init__(
        self,
        sizes,
        activation="tanh",
        output="identity",
        *,
        rng,
        init=None,
        bias=0.0,
        drop_rate=0.0,
        dtype="float64",
    ):
        sizes = _check_sizes(sizes)
        n_hidden = len(sizes) - 2
        activations = [*_one_each("activation", activation, n_hidden), output]
        drop_rates = [*_one_each("drop_rate", drop_rate, n_hidden), 0.0]
        check_rng("MLP", rng)
        self.layers = [
            Dense(n_in, n_out, f, rng=rng, init=init, bias=bias, drop_rate=rate, dtype=dtype)
            for n_in, n_out, f, rate in zip(sizes, sizes[1:], activations, drop_rates, strict=False)
        ]
        self._flatten()

    def _flatten(self):
        """Gather the layers' parameters into theta and grad, and make theirs views of these."""
        self._theta = np.concatenate([p.ravel() for la in self.layers for p in (la.W, la.b)])
        self._grad = np.concatenate([g.ravel() for la in self.layers for g in (la.dW, la.db)])
        start = 0
        for layer in self.layers:
            stop = start + layer.n_params
            layer._bind(self._theta[start:stop], self._grad[start:stop])
            start = stop

    # ---- parameters -----------------------------------------------------------------------

    @property
    def theta(self):
        """All parameters, (n_params,)."""
        return self._theta

    @theta.setter
    def theta(self, value):
        self._copy_into("theta", self._theta, value)

    @property
    def grad(self):
        """Derivative of the loss with respect to theta, (n_params,)."""
        return self._grad

    @grad.setter
    def grad(self, value):
        self._copy_into("grad", self._grad, value)

    def _copy_into(self, name, vector, value):
        value = check_array(f"net.{name}", name, value, ndim=1)
        if value.shape != vector.shape:
            raise value_error(
                f"net.{name}",
                f"shape {vector.shape}",
                f"{value.shape}",
                "It comes from a network of another architecture.",
            )
        vector[...] = value

    @property
    def is_weight(self):
        """True where theta holds a weight, False where a bias; (n_params,)."""
        return np.concatenate(
            [np.repeat([True, False], [la.W.size, la.b.size]) for la in self.layers]
        )

    @property
    def sizes(self):
        """Units of each layer, inputs first."""
        return [self.layers[0].n_in, *(layer.n_out for layer in self.layers)]

    @property
    def n_params(self):
        """Number of weights and biases."""
        return self._theta.size

    @property
    def dtype(self):
        """Precision of theta: float64 or float32."""
        return self._theta.dtype

    # ---- forward and backward -------------------------------------------------------------

    def check_inputs(self, X, where="MLP", name="X"):
        """Return X as a (m, n_in) array of the network's dtype, or say why it cannot be one."""
        X = check_array(where, name, X, ndim=2)
        n_in = self.layers[0].n_in
        if X.shape[1] != n_in:
            raise value_error(
                where,
                f"{name} with {n_in} columns, the network's inputs",
                f"shape {X.shape}",
                f"Rows are examples: pass {name}.T." if len(X) == n_in else "Rows are examples.",
            )
        return X.astype(self.dtype, copy=False)

    def predict(self, X):
        """Output of the last layer for X (m, n_in), without dropout; (m, n_out)."""
        return self._predict(self.check_inputs(X, "MLP.predict"))

    def _predict(self, A):
        for layer in self.layers:
            A = layer._predict(A)
        return A

    def forward(self, X, rng=None):
        """As `predict`, but keeps in each layer what `backward` needs.

        With a generator `rng`, hidden units are dropped at their layer's rate (F3).
        """
        if rng is not None:
            check_rng("MLP.forward", rng)
        return self._forward(self.check_inputs(X, "MLP.forward"), rng).copy()

    def _forward(self, A, rng=None):
        for layer in self.layers:
            A = layer._forward(A, rng)
        return A

    def backward(self, dA):
        """Fill `grad`, given the derivative of the loss with respect to the output, (m, n_out).

        Source: D4, D6. Each layer hands the derivative with respect to its inputs on to the
        layer before it; the first has none to hand it to.
        """
        last = self.layers[-1]
        if last.A is None and type(last) is Dense:
            raise value_error(
                "MLP.backward",
                "a forward pass first",
                "none",
                "Call forward(X), then backward(dA).",
            )
        if last.A is not None and np.shape(dA) != last.A.shape:
            raise value_error(
                "MLP.backward",
                f"dA of the output's shape {last.A.shape}",
                f"{np.shape(dA)}",
                "Pass loss.grad(S, Y) of this forward pass.",
            )
        self._backward(np.asarray(dA))

    def _backward(self, dA):
        for layer in reversed(self.layers[1:]):
            dA = layer._backward(dA)
        self.layers[0]._backward(dA, need_dX=False)

    # ---- copies, files, words -------------------------------------------------------------

    def __getstate__(self):
        return {k: v for k, v in self.__dict__.items() if k not in ("_theta", "_grad")}

    def __setstate__(self, state):
        # a copy of the network must not rebind the original's layers to its own theta
        self.__dict__.update(state)
        self.layers = [_twin(layer) for layer in state["layers"]]
        self._flatten()

    def save(self, path):
        """Write the network to an `.npz` file, without pickle.

        Raises
        ------
        ValueError
            If a layer or its activation is not one of the library's: it has no name to be found
            by again.
        """
        for layer in self.layers:
            if type(layer) is not Dense or not _is_ours(layer.activation):
                raise value_error(
                    "MLP.save",
                    "layers of class Dense with activations from ACTIVATIONS",
                    f"a {type(layer).__name__} with {layer.activation.name!r}",
                    "Save net.theta with numpy.save and rebuild the network in code.",
                )
        import json  # here, not above: most who import the library never write a file

        config = {
            "format": _FORMAT,
            "sizes": self.sizes,
            "activations": [layer.activation.name for layer in self.layers],
            "drop_rates": [layer.drop_rate for layer in self.layers],
        }
        with open(path, "wb") as file:
            np.savez(file, config=json.dumps(config), theta=self._theta)

    @classmethod
    def load(cls, path):
        """Read a network that `save` wrote.

        Raises
        ------
        ValueError
            If the file is not such a network, or its parts do not fit together.
        """
        import json
        import zipfile

        try:
            with np.load(path, allow_pickle=False) as file:
                config, theta = json.loads(str(file["config"])), file["theta"]
            if config["format"] != _FORMAT:
                raise ValueError(f"format {config['format']!r}")
            net = cls(
                config["sizes"],
                config["activations"][:-1],
                config["activations"][-1],
                rng=np.random.default_rng(0),
                init="zeros",
                drop_rate=config["drop_rates"][:-1],
                dtype=theta.dtype,
            )
            net.theta = theta
        except FileNotFoundError:
            raise
        except (ValueError, TypeError, KeyError, OSError, EOFError, zipfile.BadZipFile) as error:
            raise value_error(
                "MLP.load",
                "a file written by MLP.save",
                f"{error}".rstrip("."),
                "Save the network again.",
            ) from None
        return net

    def __repr__(self):
        arrows = " -> ".join(
            f"{layer.n_out} {layer.activation.name}"
            + (f" (drop {layer.drop_rate:g})" if layer.drop_rate else "")
            for layer in self.layers
        )
        return f"MLP({self.layers[0].n_in} -> {arrows}, {self.n_params} parameters)"


_FORMAT = "mlplib-mlp-1"


def _is_ours(activation):
    """Whether the activation's name leads back to the same functions."""
    try:
        ours = get_activation(activation.name)
    except ValueError:
        return False
    pairs = ((ours.f, activation.f), (ours.df, activation.df))
    return all(_plain(a) == _plain(b) for a, b in pairs)


def _plain(f):
    """What a function is made of: partials are equal to nothing but themselves."""
    return (f.func, f.keywords) if isinstance(f, partial) else f


def _twin(layer):
    """A layer with the same settings and copied parameters."""
    twin = object.__new__(type(layer))
    twin.__setstate__(layer.__getstate__())
    return twin


def _check_sizes(sizes):
    try:
        sizes = list(sizes)
    except TypeError:
        raise type_error(
            "MLP", "sizes as a list such as [2, 16, 1]", f"{sizes!r:.60}", "Inputs come first."
        ) from None
    if len(sizes) < 2:
        raise value_error(
            "MLP", "at least two sizes, inputs and outputs", f"{sizes}", "Try [2, 1]."
        )
    return [check_number("MLP", "each size", n, 1, integer=True) for n in sizes]


def _one_each(name, value, n_hidden):
    """One value for each hidden layer, from one for all or a list of one each."""
    if not isinstance(value, (list, tuple)):
        return [value] * n_hidden
    if len(value) != n_hidden:
        raise value_error(
            "MLP",
            f"one {name} for each of the {n_hidden} hidden layers",
            f"{len(value)}",
            "The output layer has its own parameter.",
        )
    return list(value)
