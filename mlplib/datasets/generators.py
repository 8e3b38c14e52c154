"""Data that is drawn, not measured: small problems whose right answer can be seen.

Each generator takes the number of samples `m`, the standard deviation `noise` of the Gaussian
noise, and a random generator `rng`. Three rules hold for all of them:

- Without noise, the inputs lie in the square (or interval) from -1 to 1, so that one value of
  `noise` means the same everywhere, one plot frame fits all, and no scaling is needed.
- The classes have equal sizes (up to one sample), and the rows come in random order.
- The same seed gives the same data, bit for bit. Noise is drawn at any level, also at 0, so that a
  change of `noise` alone moves every point along a straight line and redraws none.
"""

import numpy as np

from mlplib._errors import check_number, check_rng
from mlplib.datasets.record import Dataset


def xor(m=200, *, noise=0.05, rng):
    """Draw the four quadrants; class 1 where the two signs differ (exclusive or).

    The smallest problem that no single neuron solves: no straight line separates the classes.

    Parameters
    ----------
    m : int
        Number of samples, at least 4: one per quadrant.
    noise : float
        Standard deviation of the noise. Without noise, no point is closer than 0.1 to an axis.
    rng : numpy.random.Generator

    Returns
    -------
    Dataset
        X (m, 2), y (m,) with labels 0 (same sign) and 1 (different signs).

    Notes
    -----
    Geometry: |x1| and |x2| uniform in [0.1, 1], signs by quadrant. Source: the counterexample of
    Minsky and Papert (1969), *Perceptrons*, on an area in place of four points.

    Examples
    --------
    >>> import numpy as np
    >>> X, y = xor(4, noise=0.0, rng=np.random.default_rng(0))
    >>> bool(np.all((X[:, 0] * X[:, 1] < 0) == (y == 1)))
    True
    """
    m, noise = _checked("xor", m, noise, rng, least=4)
    quadrant = _balanced(m, 4, rng)
    sign_1 = np.where(quadrant % 2 == 0, 1.0, -1.0)
    sign_2 = np.where(quadrant < 2, 1.0, -1.0)
    X = np.column_stack([sign_1, sign_2]) * rng.uniform(0.1, 1.0, (m, 2))
    y = (sign_1 != sign_2).astype(np.int64)
    return _plane(
        "xor",
        _jitter(X, noise, rng),
        y,
        ("same sign", "different signs"),
        "Four quadrants; the class says whether x1 and x2 have different signs.",
    )


def blobs(m=200, *, n_classes=2, noise=0.2, rng):
    """Draw round clouds of points, one per class, around centers on a circle.

    Parameters
    ----------
    m : int
        Number of samples, at least one per class.
    n_classes : int
        Number of clouds, at least 2.
    noise : float
        Standard deviation of each cloud along each axis: its radius, so to speak.
    rng : numpy.random.Generator

    Returns
    -------
    Dataset
        X (m, 2), y (m,) with labels 0 to n_classes - 1.

    Notes
    -----
    Geometry: the center of class j is 0.7 (cos, sin)(2 pi j / n_classes). Source: a mixture of
    isotropic Gaussians; unlike scikit-learn's `make_blobs`, the centers are not random.

    Examples
    --------
    >>> import numpy as np
    >>> data = blobs(300, n_classes=3, rng=np.random.default_rng(0))
    >>> data.X.shape, np.bincount(data.y)
    ((300, 2), array([100, 100, 100]))
    """
    n_classes = check_number("blobs", "n_classes", n_classes, 2, integer=True)
    m, noise = _checked("blobs", m, noise, rng, least=n_classes)
    y = _balanced(m, n_classes, rng)
    X = 0.7 * _on_circle(2 * np.pi * y / n_classes)
    return _plane(
        "blobs",
        _jitter(X, noise, rng),
        y,
        tuple(f"cloud {j}" for j in range(n_classes)),
        f"{n_classes} round clouds with their centers on a circle of radius 0.7.",
    )


def moons(m=200, *, noise=0.1, rng):
    """Draw two half circles, each reaching into the other.

    Parameters
    ----------
    m : int
        Number of samples, at least 2.
    noise : float
        Standard deviation of the noise. Without noise, the moons are 0.33 apart.
    rng : numpy.random.Generator

    Returns
    -------
    Dataset
        X (m, 2), y (m,) with labels 0 (upper moon) and 1 (lower moon).

    Notes
    -----
    Geometry: (cos t, sin t) and (1 - cos t, 1/2 - sin t) for t uniform in [0, pi], then moved by
    (-1/2, -1/4) and divided by 3/2. Source: scikit-learn's `make_moons`, which has neither the
    move nor the division; multiply `noise` by 3/2 to compare.

    Examples
    --------
    >>> import numpy as np
    >>> moons(100, noise=0.0, rng=np.random.default_rng(0)).X.shape
    (100, 2)
    """
    m, noise = _checked("moons", m, noise, rng, least=2)
    y = _balanced(m, 2, rng)
    arc = _on_circle(rng.uniform(0, np.pi, m))
    X = np.where(y[:, None] == 0, arc, [1.0, 0.5] - arc)
    X = (X - [0.5, 0.25]) / 1.5
    return _plane(
        "moons",
        _jitter(X, noise, rng),
        y,
        ("upper moon", "lower moon"),
        "Two half circles, each reaching into the other.",
    )


def circles(m=200, *, noise=0.1, rng):
    """Draw two circles, one inside the other.

    Parameters
    ----------
    m : int
        Number of samples, at least 2.
    noise : float
        Standard deviation of the noise. Without noise, the circles are 0.5 apart.
    rng : numpy.random.Generator

    Returns
    -------
    Dataset
        X (m, 2), y (m,) with labels 0 (outer circle, radius 1) and 1 (inner, radius 0.5).

    Notes
    -----
    Geometry: r (cos t, sin t) with t uniform in [0, 2 pi]. The two classes have the same center, so
    a line is of no use, but x1^2 + x2^2 alone separates them. Source: scikit-learn's
    `make_circles(factor=0.5)`.

    Examples
    --------
    >>> import numpy as np
    >>> X, y = circles(100, noise=0.0, rng=np.random.default_rng(0))
    >>> bool(np.allclose(np.hypot(X[:, 0], X[:, 1]), np.where(y == 0, 1.0, 0.5)))
    True
    """
    m, noise = _checked("circles", m, noise, rng, least=2)
    y = _balanced(m, 2, rng)
    radius = np.where(y == 0, 1.0, 0.5)
    X = radius[:, None] * _on_circle(rng.uniform(0, 2 * np.pi, m))
    return _plane(
        "circles",
        _jitter(X, noise, rng),
        y,
        ("outer circle", "inner circle"),
        "Two circles around the same center, with radius 1 and 0.5.",
    )


def spirals(m=200, *, n_classes=2, turns=1.25, noise=0.05, rng):
    """Draw spiral arms wound around each other, one per class.

    The hardest of the plane problems: a network needs many units, or several layers.

    Parameters
    ----------
    m : int
        Number of samples, at least one per class.
    n_classes : int
        Number of arms, at least 2.
    turns : float
        How often each arm winds around the center, above 0: more turns are harder.
    noise : float
        Standard deviation of the noise.
    rng : numpy.random.Generator

    Returns
    -------
    Dataset
        X (m, 2), y (m,) with labels 0 to n_classes - 1.

    Notes
    -----
    Geometry: at radius r, uniform in [0.1, 1], arm j lies at the angle
    2 pi (turns (r - 0.1) / 0.9 + j / n_classes). Source: the two-spirals benchmark of Lang and
    Witbrock (1988), "Learning to tell two spirals apart", which has three turns.

    Examples
    --------
    >>> import numpy as np
    >>> data = spirals(90, n_classes=3, rng=np.random.default_rng(0))
    >>> data.classes
    ('arm 0', 'arm 1', 'arm 2')
    """
    n_classes = check_number("spirals", "n_classes", n_classes, 2, integer=True)
    turns = check_number("spirals", "turns", turns, 0, low_open=True)
    m, noise = _checked("spirals", m, noise, rng, least=n_classes)
    y = _balanced(m, n_classes, rng)
    radius = rng.uniform(0.1, 1.0, m)
    angle = 2 * np.pi * (turns * (radius - 0.1) / 0.9 + y / n_classes)
    return _plane(
        "spirals",
        _jitter(radius[:, None] * _on_circle(angle), noise, rng),
        y,
        tuple(f"arm {j}" for j in range(n_classes)),
        f"{n_classes} spiral arms of {turns:g} turns, wound around each other.",
    )


def linearly_separable(m=200, *, margin=0.1, noise=0.0, rng):
    """Draw points on both sides of a random line: what one neuron can learn without a mistake.

    Parameters
    ----------
    m : int
        Number of samples, at least 2.
    margin : float
        Distance from 0 to 0.5 that each point keeps from the line.
    noise : float
        Standard deviation of the noise, which is added after the margin is made: with noise, points
        can cross the line, and the classes need not be separable any more.
    rng : numpy.random.Generator

    Returns
    -------
    Dataset
        X (m, 2), y (m,) with labels 0 and 1.

    Notes
    -----
    Geometry: x uniform in [-1, 1]^2 with |w . x + b| >= margin, and y = 1 where w . x + b > 0; the
    direction w (of length 1) and the offset b, uniform in [-0.3, 0.3], come from `rng`. Source: the
    setting of the perceptron's convergence theorem, Novikoff (1962).

    Examples
    --------
    >>> import numpy as np
    >>> linearly_separable(100, rng=np.random.default_rng(0)).classes
    ('one side', 'the other side')
    """
    margin = check_number("linearly_separable", "margin", margin, 0, 0.5)
    m, noise = _checked("linearly_separable", m, noise, rng, least=2)
    w = _on_circle(rng.uniform(0, 2 * np.pi))
    b = rng.uniform(-0.3, 0.3)
    y = _balanced(m, 2, rng)
    side = 2.0 * y - 1.0
    X = rng.uniform(-1, 1, (m, 2))
    # A point exactly on the line has no side: hence a margin of at least 1e-9. Each side keeps a
    # good part of the square, so that a few redraws of the misplaced points are enough.
    while (misplaced := side * (X @ w + b) < max(margin, 1e-9)).any():
        X[misplaced] = rng.uniform(-1, 1, (np.count_nonzero(misplaced), 2))
    return _plane(
        "linearly_separable",
        _jitter(X, noise, rng),
        y,
        ("one side", "the other side"),
        f"Points on both sides of a line, at least {margin:g} away from it before noise.",
    )


def noisy_line(m=50, *, slope=2.0, intercept=1.0, noise=0.2, rng):
    """Draw points around a straight line: what linear regression is made for.

    Parameters
    ----------
    m : int
        Number of samples, at least 1.
    slope, intercept : float
        The line: what a fit should find again.
    noise : float
        Standard deviation of the noise, added to y only.
    rng : numpy.random.Generator

    Returns
    -------
    Dataset
        X (m, 1), y (m,).

    Notes
    -----
    Geometry: y = slope x + intercept + noise e, with x uniform in [-1, 1] and e standard normal.
    Source: the model under which least squares is maximum likelihood (Gauss, 1809).

    Examples
    --------
    >>> import numpy as np
    >>> X, y = noisy_line(5, noise=0.0, rng=np.random.default_rng(0))
    >>> bool(np.allclose(y, 2 * X[:, 0] + 1))
    True
    """
    slope = check_number("noisy_line", "slope", slope)
    intercept = check_number("noisy_line", "intercept", intercept)
    m, noise = _checked("noisy_line", m, noise, rng, least=1)
    x = rng.uniform(-1, 1, m)
    return Dataset(
        "noisy_line",
        x[:, None],
        _jitter(slope * x + intercept, noise, rng),
        ("x",),
        "y",
        f"Points around the line y = {slope:g} x + {intercept:g}.",
    )


def noisy_sine(m=100, *, periods=1.0, noise=0.2, rng):
    """Draw points around a sine wave: a curve that a straight line misses.

    Parameters
    ----------
    m : int
        Number of samples, at least 1.
    periods : float
        Number of waves between x = -1 and x = 1, above 0.
    noise : float
        Standard deviation of the noise, added to y only.
    rng : numpy.random.Generator

    Returns
    -------
    Dataset
        X (m, 1), y (m,).

    Notes
    -----
    Geometry: y = sin(pi periods x) + noise e, with x uniform in [-1, 1] and e standard normal.
    Source: the running example of Bishop (2006), *Pattern Recognition and Machine Learning*,
    section 1.1, there on [0, 1].

    Examples
    --------
    >>> import numpy as np
    >>> X, y = noisy_sine(5, noise=0.0, rng=np.random.default_rng(0))
    >>> bool(np.allclose(y, np.sin(np.pi * X[:, 0])))
    True
    """
    periods = check_number("noisy_sine", "periods", periods, 0, low_open=True)
    m, noise = _checked("noisy_sine", m, noise, rng, least=1)
    x = rng.uniform(-1, 1, m)
    return Dataset(
        "noisy_sine",
        x[:, None],
        _jitter(np.sin(np.pi * periods * x), noise, rng),
        ("x",),
        "y",
        f"Points around a sine wave: y = sin({periods:g} * pi * x).",
    )


def _checked(where, m, noise, rng, *, least):
    check_rng(where, rng)
    m = check_number(where, "m", m, least, integer=True)
    return m, check_number(where, "noise", noise, 0)


def _balanced(m, k, rng):
    """Labels 0..k-1, m of them, in random order, each as often as the others (up to one)."""
    return rng.permutation(np.arange(m, dtype=np.int64) % k)


def _on_circle(angle):
    return np.stack([np.cos(angle), np.sin(angle)], axis=-1)


def _jitter(values, noise, rng):
    return values + noise * rng.standard_normal(values.shape)


def _plane(name, X, y, classes, description):
    return Dataset(name, X, y, ("x1", "x2"), "class", description, classes)
