"""Where the weights start: small, random, and neither too small nor too large.

If all weights start at zero, all units of a layer compute the same thing, receive the same
gradient and stay the same for ever: the network never becomes wider than one unit. If they start
too large, tanh and sigmoid saturate; if too small, the signal dies out layer by layer. The
calibrated initializers choose the variance so that the signal's spread survives a layer. (E10)

Each is a function `(rng, n_in, n_out) -> W` of shape (n_in, n_out).
"""

import numpy as np

from mlplib._errors import check_option


def zeros(rng, n_in, n_out):
    """All zeros: to show why not."""
    return np.zeros((n_in, n_out))


def normal(rng, n_in, n_out, scale=0.01):
    """Normal with standard deviation `scale`, whatever the layer's size. Source: E10."""
    return scale * rng.standard_normal((n_in, n_out))


def lecun(rng, n_in, n_out):
    """Normal with variance 1 / n_in: keeps the variance of a linear unit's output.

    Source: E10 ("calibrate by 1/sqrt(n)"); LeCun et al. (1998), Efficient BackProp, eq. 16.
    """
    return normal(rng, n_in, n_out, (1 / n_in) ** 0.5)


def glorot(rng, n_in, n_out):
    """Normal with variance 2 / (n_in + n_out): a compromise between forward and backward.

    Source: Glorot and Bengio (2010), eq. 12. Convention: often called Xavier.
    """
    return normal(rng, n_in, n_out, (2 / (n_in + n_out)) ** 0.5)


def glorot_uniform(rng, n_in, n_out):
    """Uniform in +-sqrt(6 / (n_in + n_out)): the variance of `glorot`.

    Source: Glorot and Bengio (2010), eq. 16.
    """
    bound = (6 / (n_in + n_out)) ** 0.5
    return rng.uniform(-bound, bound, (n_in, n_out))


def he(rng, n_in, n_out):
    """Normal with variance 2 / n_in: ReLU passes only half of the variance on.

    Source: He et al. (2015), eq. 10. Convention: often called Kaiming.
    """
    return normal(rng, n_in, n_out, (2 / n_in) ** 0.5)


INITIALIZERS = {f.__name__: f for f in (zeros, normal, lecun, glorot, glorot_uniform, he)}


def get_initializer(init):
    """Return the initializer function for a name; a function is returned as it is.

    Examples
    --------
    >>> get_initializer("he").__name__
    'he'
    """
    if callable(init):
        return init
    return INITIALIZERS[check_option("get_initializer", "init", init, INITIALIZERS)]
