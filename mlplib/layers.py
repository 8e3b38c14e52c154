"""A dense layer: every output sees every input.

Forward, a layer computes `Z = X W + b` and `A = f(Z)` (A3, A6). Backward, it is handed the
derivative of the loss with respect to A, turns it into the derivatives with respect to its own
W and b, and hands the derivative with respect to its inputs on to the layer before (D4, D6).
Nothing is updated here: that is the optimizer's business.

Rows are examples and W is (n_in, n_out). Lectures that store W as (n_out, n_in), or examples as
columns, mean the same with everything transposed (A3, A5).
"""

import numpy as np

from mlplib._errors import check_array, check_number, check_option, check_rng, value_error
from mlplib.activations import get_activation
from mlplib.initializers import get_initializer

DTYPES = {"float64": np.float64, "float32": np.float32}


class Dense:
    """One dense layer with its activation.

    Parameters
    ----------
    n_in, n_out : int
        Numbers of inputs and of units.
    activation : Activation or str
    rng : numpy.random.Generator
        Draws the initial weights.
    init : str or callable, optional
        Key of `INITIALIZERS`, or a function `(rng, n_in, n_out) -> W`. Default: the
        activation's usual one.
    bias : float
        All biases start here.
    drop_rate : float in [0, 1)
        Probability that a unit's output is dropped while training (F3). Convention: the rate
        that is dropped, not kept; the kept outputs are divided by 1 - drop_rate at once
        (inverted dropout), so that prediction needs no correction.
    dtype : {"float64", "float32"}

    Attributes
    ----------
    W, b : ndarray, (n_in, n_out) and (n_out,)
        Parameters; assignment copies into them.
    dW, db : ndarray
        Derivatives of the loss, filled by `backward`; shaped as W and b.

    Examples
    --------
    >>> layer = Dense(2, 3, "relu", rng=np.random.default_rng(0))
    >>> layer.forward(np.ones((5, 2))).shape
    (5, 3)
    """

    def __init__(
        self,
        n_in,
        n_out,
        activation="identity",
        *,
        rng,
        init=None,
        bias=0.0,
        drop_rate=0.0,
        dtype="float64",
    ):
        self.n_in = check_number("Dense", "n_in", n_in, 1, integer=True)
        self.n_out = check_number("Dense", "n_out", n_out, 1, integer=True)
        self.activation = get_activation(activation)
        self.drop_rate = check_number("Dense", "drop_rate", drop_rate, 0, 1, high_open=True)
        bias = check_number("Dense", "bias", bias)
        dtype = DTYPES[check_option("Dense", "dtype", _dtype_name(dtype), DTYPES)]
        initializer = get_initializer(init or self.activation.init)
        W = initializer(check_rng("Dense", rng), self.n_in, self.n_out)
        theta, grad = np.zeros((2, self.n_params), dtype)
        self._bind(theta, grad)
        self.W = W
        self.b = np.full(self.n_out, bias)
        self._forget()

    def __init_subclass__(cls, **kwargs):
        """Let training call the forward and backward of a reader's own layer."""
        super().__init_subclass__(**kwargs)
        if "forward" in vars(cls):
            cls._forward = lambda self, X, rng=None: self.forward(X, rng)
            cls._predict = lambda self, X: self.forward(X)
        if "backward" in vars(cls):
            cls._backward = lambda self, dA, need_dX=True: self.backward(dA)

    @property
    def n_params(self):
        """Number of weights and biases."""
        return (self.n_in + 1) * self.n_out

    def _bind(self, theta, grad):
        """Make W, b, dW, db views of two flat arrays: the weights row by row, then the biases."""
        n = self.n_in * self.n_out
        self._W, self._b = theta[:n].reshape(self.n_in, self.n_out), theta[n:]
        self._dW, self._db = grad[:n].reshape(self.n_in, self.n_out), grad[n:]

    def _forget(self):
        """Start without a last batch: nothing to go backward from, no arrays to reuse."""
        self._X = self._Z = self._A = self._mask = self._arrays = None
        self._by_size = {}

    # Assignment copies into the view: `layer.W = W` that rebound the name would silently cut the
    # layer off from the network's flat theta.

    @property
    def W(self):
        """Weights, (n_in, n_out)."""
        return self._W

    @W.setter
    def W(self, value):
        _copy_into("W", self._W, value)

    @property
    def b(self):
        """Biases, (n_out,)."""
        return self._b

    @b.setter
    def b(self, value):
        _copy_into("b", self._b, value)

    @property
    def dW(self):
        """Derivative of the loss with respect to W, (n_in, n_out)."""
        return self._dW

    @dW.setter
    def dW(self, value):
        _copy_into("dW", self._dW, value)

    @property
    def db(self):
        """Derivative of the loss with respect to b, (n_out,)."""
        return self._db

    @db.setter
    def db(self, value):
        _copy_into("db", self._db, value)

    @property
    def Z(self):
        """Pre-activations of the last forward pass, (m, n_out); None before one."""
        return self._Z

    @property
    def A(self):
        """Activations of the last forward pass before dropout, (m, n_out); None before one."""
        return self._A

    def scores(self, X, out=None):
        """Pre-activation Z = X W + b, (m, n_out). Source: A1, A3, A6."""
        Z = np.dot(X, self._W, out=out)
        Z += self._b
        return Z

    def forward(self, X, rng=None):
        """Output for inputs X (m, n_in), keeping what `backward` needs; (m, n_out).

        With a generator `rng`, units are dropped at `drop_rate` (F3); without one, none are.
        """
        X = check_array("Dense.forward", "X", X, ndim=2)
        if X.shape[1] != self.n_in:
            raise value_error(
                "Dense.forward",
                f"X with {self.n_in} columns, the layer's inputs",
                f"shape {X.shape}",
                "Rows are examples.",
            )
        return Dense._forward(self, X, rng).copy()

    def backward(self, dA):
        """Fill dW and db from dA (m, n_out), and return dX (m, n_in). Source: D4, D6.

        .. math:: dZ = dA \\odot f'(Z), \\quad dW = X^T dZ, \\quad db = \\iota^T dZ,
                  \\quad dX = dZ W^T

        with iota a column of ones. The mean over the examples is in dA already: the loss divides
        by m once, and no layer does again.
        """
        if self._X is None:
            raise value_error(
                "Dense.backward",
                "a forward pass first",
                "none",
                "Call forward(X), then backward(dA).",
            )
        if np.shape(dA) != self._A.shape:
            raise value_error(
                "Dense.backward",
                f"dA of the output's shape {self._A.shape}",
                f"{np.shape(dA)}",
                "Pass the derivative with respect to what forward returned.",
            )
        return Dense._backward(self, np.asarray(dA, self._A.dtype)).copy()

    # What training calls: the same, but the arrays returned are the layer's own and change at
    # the next step. `np.dot` is `@` that writes into an array, at half the overhead of `matmul`.

    def _forward(self, X, rng=None):
        self._X = X = np.asarray(X, self._W.dtype)
        self._arrays = arrays = self._arrays_for(len(X))
        self._Z = self.scores(X, out=arrays.Z)
        self._A = self.activation.forward(self._Z, out=arrays.A)
        self._mask = None
        if rng is None or self.drop_rate == 0:
            return self._A
        keep = rng.random(self._A.shape, dtype=self._A.dtype) >= self.drop_rate
        self._mask = keep / self._A.dtype.type(1 - self.drop_rate)
        return self._A * self._mask

    def _predict(self, X):
        return self.activation.f(self.scores(X))

    def _backward(self, dA, need_dX=True):
        arrays = self._arrays
        if self._mask is not None:
            dA = dA * self._mask
        dZ = self.activation.backward(dA, self._Z, self._A, out=arrays.dZ)
        dZ = np.asarray(dZ, self._W.dtype)
        np.dot(arrays.ones, dZ, out=self._db)
        dX = np.dot(dZ, self._W.T, out=arrays.dX) if need_dX else None
        np.dot(self._X.T, dZ, out=self._dW)  # last: large, and still at hand for the optimizer
        return dX

    def _arrays_for(self, m):
        arrays = self._by_size.get(m)
        if arrays is None:
            if len(self._by_size) == 2:  # an epoch has two sizes: the batches, and the last one
                self._by_size.clear()
            arrays = self._by_size[m] = _Arrays(m, self.n_in, self.n_out, self._W.dtype)
        return arrays

    def __getstate__(self):
        """What a copy or a pickle keeps: parameters, not the last batch."""
        return {k: v for k, v in self.__dict__.items() if k not in _VIEWS and k not in _CACHES} | {
            "theta": np.concatenate([self._W.ravel(), self._b]),
            "grad": np.concatenate([self._dW.ravel(), self._db]),
        }

    def __setstate__(self, state):
        theta, grad = state.pop("theta"), state.pop("grad")
        self.__dict__.update(state)
        self._bind(theta, grad)
        self._forget()

    def __repr__(self):
        dropped = f", drop_rate={self.drop_rate:g}" if self.drop_rate else ""
        return f"Dense({self.n_in} -> {self.n_out} {self.activation.name}{dropped})"


class _Arrays:
    """What a layer writes into for batches of m examples, made once and used at each step."""

    def __init__(self, m, n_in, n_out, dtype):
        self.Z, self.A, self.dZ = np.empty((3, m, n_out), dtype)
        self.dX = np.empty((m, n_in), dtype)
        self.ones = np.ones(m, dtype)


_VIEWS = ("_W", "_b", "_dW", "_db")
_CACHES = ("_X", "_Z", "_A", "_mask", "_arrays", "_by_size")


def _dtype_name(dtype):
    try:
        return np.dtype(dtype).name
    except TypeError:
        return dtype  # no dtype at all: check_option says so


def _copy_into(name, view, value):
    value = check_array(f"layer.{name}", name, value)
    if value.shape != view.shape:
        raise value_error(
            f"layer.{name}", f"shape {view.shape}", f"{value.shape}", "Rows are inputs."
        )
    view[...] = value
