"""Activation functions: what a neuron does with its weighted sum.

Each activation is one value that carries the function, its derivative, the range of its outputs
and the initializer that usually goes with it, so that a network, a plot or a table never has to
ask by name. A derivative receives both the pre-activation `Z` and the activation `A = f(Z)`,
each under its own name, because taking the derivative at `A` instead of `Z` is the classic slip.

Which one where (B6): ReLU or one of its relatives inside; sigmoid only at the output, for a
probability; softmax there for one of several classes; the identity there for a number. The reason
is B7: on its way back through the layers, a gradient is multiplied by f'(z) at each, and for the
sigmoid that is 1/4 at most, so that it vanishes in a deep network; for ReLU it is 1 or 0.

Everything is exact for |z| up to 1e4, without a warning and without a clip.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from mlplib._errors import check_array, check_number, check_option, type_error, value_error


@dataclass(frozen=True)
class Activation:
    """One activation function, with all that belongs to it.

    Parameters
    ----------
    name : str
    f : callable
        `f(Z) -> A`, both (m, n_out).
    df : callable
        `df(Z, A)`: the derivative of f at Z, (m, n_out); `A` is `f(Z)`, which most need.
    init : str
        Name of the usual initializer of the layer's weights, a key of `INITIALIZERS`.
    range : tuple of float
        Lowest and highest value (limits included).
    vjp : callable, optional
        `vjp(dA, Z, A) -> dZ`, for a function whose outputs depend on more than their own input,
        such as softmax. Without it, `dZ = dA * df(Z, A)`.
    takes_out : bool
        Whether f and df also take `out=`, an array to write into: spares the most used
        activations a new array each step. Nobody who adds an activation needs it.

    Examples
    --------
    >>> relu(np.array([[-2.0, 3.0]]))
    array([[0., 3.]])
    """

    name: str
    f: Callable
    df: Callable
    init: str = "glorot"
    range: tuple = (-np.inf, np.inf)
    vjp: Callable | None = None
    takes_out: bool = False

    def __call__(self, Z):
        """Apply the function to numbers, a list or an array: `relu.f` after a check of `Z`."""
        return self.f(check_array(self.name, "Z", Z))

    def forward(self, Z, out=None):
        """A = f(Z), written into `out` where there is one and f can."""
        return self.f(Z, out=out) if self.takes_out else self.f(Z)

    def backward(self, dA, Z, A, out=None):
        """Derivative of the loss with respect to Z, given the one with respect to A (chain rule).

        .. math:: dZ = dA \\odot f'(Z)

        Shapes (m, n_out) throughout; `out` as in `forward`. Source: D1, D6.
        """
        if self.vjp is not None:
            return self.vjp(dA, Z, A)
        dZ = self.df(Z, A, out=out) if self.takes_out else self.df(Z, A)
        return np.multiply(dA, dZ, out=out)

    def __repr__(self):
        return f"<activation {self.name}>"


# ---- identity -------------------------------------------------------------------------------


def _identity(Z):
    """z; for regression outputs. Source: A2."""
    return Z


def _identity_df(Z, A):
    return np.ones_like(Z)


def _identity_vjp(dA, Z, A):
    return dA  # the factor is 1: nothing to multiply


# ---- sigmoid and tanh -----------------------------------------------------------------------


def _sigmoid(Z):
    """1 / (1 + exp(-z)). Source: B1.

    For z < 0 the fraction is multiplied through by exp(z), so that exp is only ever taken of
    numbers up to 0 and cannot overflow.
    """
    return np.exp(np.minimum(Z, 0)) / (1 + np.exp(-np.abs(Z)))


def _sigmoid_df(Z, A):
    """a (1 - a), at most 1/4 (reached at z = 0). Source: B1."""
    return A * (1 - A)


def _tanh_df(Z, A, out=None):
    """1 - a^2, at most 1 (reached at z = 0). Source: B2."""
    return np.subtract(1, np.multiply(A, A, out=out), out=out)


# ---- ReLU and its family --------------------------------------------------------------------


def _relu(Z, out=None):
    """max(0, z). Source: B3."""
    # a row of zeros, not the number 0: only for two arrays does NumPy have its fast loop
    return np.maximum(Z, np.zeros(Z.shape[-1:], Z.dtype), out=out)


def _relu_df(Z, A, out=None):
    """1 where z > 0, else 0. Source: B3. Convention: 0 at z = 0."""
    return np.greater(Z, 0, out=np.empty_like(Z) if out is None else out)


def _leaky_relu(Z, alpha):
    """z where z > 0, else alpha z. Source: B4."""
    return np.where(Z > 0, Z, alpha * Z)


def _leaky_relu_df(Z, A, alpha):
    """1 where z > 0, else alpha. Source: B4. Convention: alpha at z = 0."""
    return np.where(Z > 0, np.ones_like(Z), alpha)


def make_leaky_relu(alpha=0.1):
    """Leaky ReLU: z for z > 0, alpha z otherwise.

    .. math:: f(z) = \\max(\\alpha z, z) \\quad (0 \\le \\alpha < 1)

    Parameters
    ----------
    alpha : float in [0, 1)
        Slope for z < 0. Convention: 0.1 as in the lecture (B4); PyTorch's default is 0.01.

    Returns
    -------
    Activation

    Examples
    --------
    >>> make_leaky_relu(0.2)(np.array([-1.0, 1.0]))
    array([-0.2,  1. ])
    """
    alpha = check_number("make_leaky_relu", "alpha", alpha, 0, 1, high_open=True)
    return Activation(
        "leaky_relu" if alpha == 0.1 else f"leaky_relu({alpha!r})",
        partial(_leaky_relu, alpha=alpha),
        partial(_leaky_relu_df, alpha=alpha),
        init="he",
        range=(-np.inf if alpha else 0.0, np.inf),
    )


def _elu(Z, alpha):
    """z where z > 0, else alpha (exp(z) - 1)."""
    return np.where(Z > 0, Z, alpha * np.expm1(np.minimum(Z, 0)))


def _elu_df(Z, A, alpha):
    """1 where z > 0, else alpha exp(z) = a + alpha."""
    return np.where(Z > 0, np.ones_like(Z), A + alpha)


def make_elu(alpha=1.0):
    """Exponential linear unit: smooth, with a floor at -alpha.

    .. math:: f(z) = z \\; (z > 0), \\quad \\alpha (e^z - 1) \\; (z \\le 0)

    Parameters
    ----------
    alpha : float, positive

    Returns
    -------
    Activation

    Source: Clevert, Unterthiner and Hochreiter (2016), eq. 15.
    """
    alpha = check_number("make_elu", "alpha", alpha, 0, low_open=True)
    return Activation(
        "elu" if alpha == 1.0 else f"elu({alpha!r})",
        partial(_elu, alpha=alpha),
        partial(_elu_df, alpha=alpha),
        init="he",
        range=(-alpha, np.inf),
    )


# ---- smooth relatives of ReLU ---------------------------------------------------------------


def _softplus(Z):
    """log(1 + exp(z)) = max(z, 0) + log(1 + exp(-|z|)): a smooth ReLU.

    Convention: exact everywhere; PyTorch returns z itself from z = 20 on, 2e-9 less.
    """
    return np.maximum(Z, 0) + np.log1p(np.exp(-np.abs(Z)))


def _softplus_df(Z, A):
    """sigmoid(z)."""
    return _sigmoid(Z)


_GELU_C = float(np.sqrt(2 / np.pi))


def _gelu(Z):
    """z Phi(z), Phi by its tanh form. Source: Hendrycks and Gimpel (2016), section 2.

    Convention: the paper's tanh form, PyTorch's `approximate="tanh"`; it differs from the form
    with the error function by less than 0.0005.
    """
    return Z * _gelu_phi(Z)


def _gelu_phi(Z):
    return 0.5 * (1 + np.tanh(_GELU_C * (Z + 0.044715 * (Z * Z * Z))))  # far faster than Z**3


def _gelu_df(Z, A):
    """Product rule on z phi(z); with t the tanh, phi' = (1 - t^2)/2 c (1 + 3 * 0.044715 z^2)."""
    phi = _gelu_phi(Z)
    t = 2 * phi - 1
    return phi + Z * 0.5 * (1 - t * t) * _GELU_C * (1 + 3 * 0.044715 * Z**2)


def _silu(Z):
    """z sigmoid(z)."""
    return Z * _sigmoid(Z)


def _silu_df(Z, A):
    """s + a (1 - s) with s = sigmoid(z)."""
    S = _sigmoid(Z)
    return S + A * (1 - S)


# ---- softmax --------------------------------------------------------------------------------


def _softmax(Z):
    """exp(z_i) / sum_j exp(z_j) in each row. Source: B5.

    The row's maximum is subtracted first: that cancels in the fraction and keeps exp from
    overflowing.
    """
    E = np.exp(Z - Z.max(axis=-1, keepdims=True))
    E /= E.sum(axis=-1, keepdims=True)
    return E


def _softmax_df(Z, A):
    """The Jacobian of each row, (m, k, k): diag(p) - p p^T. Source: B5."""
    return A[..., :, None] * (np.eye(A.shape[-1], dtype=A.dtype) - A[..., None, :])


def _softmax_vjp(dA, Z, A):
    """The Jacobian times dA without building it: p (dA - sum_j dA_j p_j)."""
    return A * (dA - np.sum(dA * A, axis=-1, keepdims=True))


# ---- the values and their table -------------------------------------------------------------

identity = Activation("identity", _identity, _identity_df, vjp=_identity_vjp)
sigmoid = Activation("sigmoid", _sigmoid, _sigmoid_df, range=(0.0, 1.0))
tanh = Activation("tanh", np.tanh, _tanh_df, range=(-1.0, 1.0), takes_out=True)
relu = Activation("relu", _relu, _relu_df, "he", range=(0.0, np.inf), takes_out=True)
leaky_relu = make_leaky_relu()
elu = make_elu()
softplus = Activation("softplus", _softplus, _softplus_df, "he", range=(0.0, np.inf))
gelu = Activation("gelu", _gelu, _gelu_df, "he", range=(-0.170041, np.inf))
silu = Activation("silu", _silu, _silu_df, "he", range=(-0.278465, np.inf))
softmax = Activation("softmax", _softmax, _softmax_df, range=(0.0, 1.0), vjp=_softmax_vjp)

ACTIVATIONS = {
    a.name: a
    for a in (
        identity,
        sigmoid,
        tanh,
        relu,
        leaky_relu,
        elu,
        softplus,
        gelu,
        silu,
        softmax,
    )
}

_MAKERS = {"leaky_relu": make_leaky_relu, "elu": make_elu}


def get_activation(activation):
    """Return the `Activation` for a value or a name.

    Parameters
    ----------
    activation : Activation or str
        A name is a key of `ACTIVATIONS`, or one with a parameter such as "leaky_relu(0.2)".

    Raises
    ------
    ValueError
        For an unknown name; the nearest known one is suggested.
    TypeError
        For a bare function: a network needs its derivative, too.

    Examples
    --------
    >>> get_activation("tanh")
    <activation tanh>
    """
    if isinstance(activation, Activation):
        return activation
    if callable(activation):
        raise type_error(
            "get_activation",
            "an Activation or the name of one",
            f"the function {getattr(activation, '__name__', activation)}",
            "Wrap it with its derivative: Activation('mine', f, df).",
        )
    with_parameter = re.fullmatch(r"(leaky_relu|elu)\(([^)]*)\)", str(activation))
    if with_parameter:
        name, text = with_parameter.groups()
        try:
            alpha = float(text)
        except ValueError:
            raise value_error(
                "get_activation", f"a number in {name}(...)", f"{text!r}", f"Try {name}(0.2)."
            ) from None
        return _MAKERS[name](alpha)
    return ACTIVATIONS[check_option("get_activation", "activation", activation, ACTIVATIONS)]
