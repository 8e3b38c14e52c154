"""What happens to data before a network sees it: split, standardize, encode.

The order matters. First split, then fit the standardizer on the training rows only, then apply it
to both parts: a mean computed over all rows has already seen the ones that are kept for the test.

    X_train, X_test, y_train, y_test = train_test_split(X, y, rng=rng)
    scaler = Standardizer().fit(X_train)
    X_train, X_test = scaler.transform(X_train), scaler.transform(X_test)
"""

import math
import numbers

import numpy as np

from mlplib._errors import check_array, check_number, check_rng, type_error, value_error

# Larger numbers cannot be squared in float64, and neither can smaller ones than its inverse.
_LIMIT = 1e150


# ---- splitting ------------------------------------------------------------------------------


def train_test_split(X, y, *, test_size=0.25, rng, stratify=False):
    """Divide the rows at random into a part to train on and a part to test on.

    Parameters
    ----------
    X : array_like (m, n_in)
    y : array_like (m,) or (m, n_out)
        Targets, or labels (numbers or strings).
    test_size : float or int
        A float is the share of the rows to test on, above 0 and below 1, rounded up to whole
        rows; an int is their number.
    rng : numpy.random.Generator
    stratify : bool
        True keeps the share of every class (up to rounding) in both parts; `y` holds labels, (m,).

    Returns
    -------
    X_train, X_test, y_train, y_test : ndarray
        Copies. The rows of both parts come in random order.

    Notes
    -----
    *Conventions*: names, order of results and rounding are scikit-learn's, whose `stratify` takes
    the labels themselves. Rows that belong together (one patient, one time series) should not be
    split at random at all. Source: F4.

    Examples
    --------
    >>> X, y = np.arange(8.0)[:, None], np.array([0, 0, 0, 0, 0, 0, 1, 1])
    >>> parts = train_test_split(X, y, test_size=4, rng=np.random.default_rng(0), stratify=True)
    >>> [part.shape for part in parts]
    [(4, 1), (4, 1), (4,), (4,)]
    >>> np.bincount(parts[2]), np.bincount(parts[3])
    (array([3, 1]), array([3, 1]))
    """
    where = "train_test_split"
    check_rng(where, rng)
    X, y = _rows(where, X, y)
    m = len(X)
    n_test = _n_test(where, test_size, m)
    if stratify is False:
        order = rng.permutation(m)
        test, train = order[:n_test], order[n_test:]
    elif stratify is True:
        train, test = _stratified(where, y, n_test, rng)
    else:
        raise type_error(
            where, "stratify to be True or False", f"{stratify!r:.60}", "The labels are y already."
        )
    return X[train], X[test], y[train], y[test]


def shuffle(X, y, *, rng):
    """Return copies of X and y with their rows in one common random order.

    Parameters
    ----------
    X : array_like (m, n_in)
    y : array_like (m,) or (m, n_out)
    rng : numpy.random.Generator

    Notes
    -----
    Training shuffles anew each epoch by itself; this is for data that comes sorted. Source: F4.

    Examples
    --------
    >>> X, y = shuffle([[1], [2], [3]], [10, 20, 30], rng=np.random.default_rng(0))
    >>> bool(np.all(y == 10 * X[:, 0]))
    True
    """
    check_rng("shuffle", rng)
    X, y = _rows("shuffle", X, y)
    order = rng.permutation(len(X))
    return X[order], y[order]


def _rows(where, X, y):
    """X and y as arrays of their own dtype, after the check that their rows belong together."""
    check_array(where, "X", X, ndim=2)
    try:
        check_array(where, "y", y, ndim=(1, 2))
    except TypeError:  # text is no number, but it makes good labels
        if np.asarray(y).dtype.kind != "U" or np.ndim(y) not in (1, 2):
            raise
    X, y = np.asarray(X), np.asarray(y)
    if len(X) != len(y):
        raise value_error(
            where,
            "X and y with the same number of rows",
            f"{len(X)} and {len(y)}",
            "Each row of X needs its target.",
        )
    return X, y


def _n_test(where, test_size, m):
    """The number of rows to test on: at least 1, and at least 1 left to train on."""
    if m < 2:
        raise value_error(where, "at least 2 rows to split", f"{m}", "Pass more data.")
    if isinstance(test_size, numbers.Integral):
        return check_number(where, "test_size", test_size, 1, m - 1, integer=True)
    share = check_number(where, "test_size", test_size, 0, 1, low_open=True, high_open=True)
    n_test = math.ceil(share * m)
    if n_test == m:
        raise value_error(
            where,
            "test_size to leave at least one row to train on",
            f"{share:g} of {m} rows, rounded up to all of them",
            "Choose a smaller test_size.",
        )
    return n_test


def _stratified(where, y, n_test, rng):
    """Row numbers (train, test) in which every class has its share."""
    if y.ndim != 1:
        raise value_error(
            where, "y to be 1-D labels for stratify=True", f"shape {y.shape}", "Pass the labels."
        )
    classes, labels, counts = np.unique(y, return_inverse=True, return_counts=True)
    k, m = len(classes), len(y)
    if counts.min() < 2:
        raise value_error(
            where,
            "at least 2 rows of every class for stratify=True",
            f"1 row of class {classes[np.argmin(counts)]}",
            "Leave that class out, or use stratify=False.",
        )
    if min(n_test, m - n_test) < k:
        raise value_error(
            where,
            f"room for all {k} classes in both parts for stratify=True",
            f"{m - n_test} rows to train on and {n_test} to test on",
            "Change test_size.",
        )
    order = rng.permutation(m)
    takes = _shares(counts, n_test)
    test = np.concatenate([order[labels[order] == j][:n] for j, n in enumerate(takes)])
    train = np.concatenate([order[labels[order] == j][n:] for j, n in enumerate(takes)])
    return rng.permutation(train), rng.permutation(test)


def _shares(counts, n_test):
    """How many rows of each class to test on: proportional, in sum n_test, and never 0 or all."""
    exact = counts * (n_test / counts.sum())
    takes = np.clip(np.floor(exact).astype(int), 1, counts - 1)
    while takes.sum() != n_test:
        # One row more (or less) for the class that is furthest below (or above) its share.
        step = 1 if takes.sum() < n_test else -1
        possible = (takes + step >= 1) & (takes + step <= counts - 1)
        lack = np.where(possible, step * (exact - takes), -np.inf)
        takes[np.argmax(lack)] += step
    return takes


# ---- standardizing --------------------------------------------------------------------------


class Standardizer:
    """Shift and scale each column to mean 0 and standard deviation 1.

    Gradient descent needs it: a column of numbers around 5000 next to one of numbers around 3
    makes a loss surface so narrow that no single learning rate suits both weights.

    Attributes
    ----------
    mean_ : ndarray (n_in,)
        Mean of each column of the data given to `fit`, float64.
    scale_ : ndarray (n_in,)
        Standard deviation of each column, float64; 1 for a constant column.

    Notes
    -----
    z = (x - mean) / scale. *Conventions*: the standard deviation divides by m, not m - 1, as in
    scikit-learn's StandardScaler. A constant column has scale 1, so it becomes 0. Targets can be
    standardized too: a Standardizer fitted on y (m,) takes and returns arrays of shape (m,), one
    fitted on Y (m, 1) those of shape (m, 1), and neither takes the other's. float32 stays float32.

    Examples
    --------
    >>> scaler = Standardizer()
    >>> Z = scaler.fit_transform([[1.0, 10.0], [3.0, 10.0]])
    >>> Z
    array([[-1.,  0.],
           [ 1.,  0.]])
    >>> scaler
    Standardizer(mean=[2, 10], scale=[1, 1])
    >>> scaler.inverse_transform(Z)
    array([[ 1., 10.],
           [ 3., 10.]])
    """

    mean_ = None
    scale_ = None

    def fit(self, X):
        """Measure mean and standard deviation of each column of X, (m, n_in) or (m,)."""
        X = _sized("Standardizer.fit", X)
        mean, scale = X.mean(axis=0, dtype=float), X.std(axis=0, dtype=float)
        # Asked of the values, because rounding can give a constant column (three times 0.1) a mean
        # that is slightly off and a tiny standard deviation.
        constant = X.max(axis=0) == X.min(axis=0)
        self.mean_ = np.where(constant, X[0], mean)
        self.scale_ = np.where(constant | (scale < 1 / _LIMIT), 1.0, scale)
        return self

    def transform(self, X):
        """Return (X - mean_) / scale_, an array like X."""
        X = self._checked("Standardizer.transform", X)
        return ((X - self.mean_) / self.scale_).astype(X.dtype, copy=False)

    def fit_transform(self, X):
        """Fit on X and return X standardized."""
        return self.fit(X).transform(X)

    def inverse_transform(self, Z):
        """Return Z * scale_ + mean_: back to the units of the data given to `fit`."""
        Z = self._checked("Standardizer.inverse_transform", Z)
        return (Z * self.scale_ + self.mean_).astype(Z.dtype, copy=False)

    def _checked(self, where, X):
        if self.mean_ is None:
            raise value_error(
                where, "a fitted Standardizer", "one that has seen no data", "Call fit(X_train)."
            )
        X = _sized(where, X)
        if X.shape[1:] != np.shape(self.mean_):
            fitted = ", ".join(["m", *map(str, np.shape(self.mean_))])
            expected = f"an array of shape ({fitted}{',' * (np.ndim(self.mean_) == 0)}), as in fit"
            raise value_error(where, expected, f"shape {X.shape}", self._shape_hint(X))
        return X

    def _shape_hint(self, X):
        if np.ndim(self.mean_) == 0 and X.shape[1] == 1:
            return "Use X[:, 0] for a flat array."
        if X.ndim == 1 and self.mean_.shape == X.shape:
            return "Use X[None, :] for a single row."
        if X.ndim == 1 and self.mean_.shape == (1,):
            return "Use X[:, None] for one column."
        return "Pass the same columns as to fit."

    def __repr__(self):
        if self.mean_ is None:
            return "Standardizer(not fitted)"
        return f"Standardizer(mean={_short(self.mean_)}, scale={_short(self.scale_)})"


def _sized(where, X):
    """X as a float array, (m,) or (m, n), of numbers that can be squared."""
    X = check_array(where, "X", X, ndim=(1, 2))
    largest = float(np.abs(X).max())
    if largest > _LIMIT:
        raise value_error(
            where,
            f"numbers up to {_LIMIT:g} in size",
            f"{largest:g}",
            "Their squares are infinite: express them in a larger unit.",
        )
    return X


def _short(values):
    """A few numbers to four digits: [2, 10, ...]."""
    values = np.atleast_1d(values)
    shown = [f"{value:.4g}" for value in values[:4]] + ["..."] * (len(values) > 4)
    return f"[{', '.join(shown)}]"


# ---- encoding -------------------------------------------------------------------------------


def one_hot(y, n_classes=None):
    """Turn class labels into rows with a single 1, at the label's place.

    Parameters
    ----------
    y : array_like (m,)
        Labels 0 to n_classes - 1: whole numbers, of any numeric dtype.
    n_classes : int, optional
        Number of columns, k. By default the largest label plus 1: pass it wherever `y` may lack
        the last class, as a small batch can.

    Returns
    -------
    ndarray (m, k)
        float64, T[i, y[i]] = 1 and 0 elsewhere. A class that does not occur is a column of zeros.

    Notes
    -----
    T_ij = 1 if y_i = j else 0. `T.argmax(axis=1)` is the way back. Source: F5.

    Examples
    --------
    >>> one_hot([1, 0, 2])
    array([[0., 1., 0.],
           [1., 0., 0.],
           [0., 0., 1.]])
    """
    y = _labels(y)
    if n_classes is None:
        k = _count_classes(y)
    else:
        k = check_number("one_hot", "n_classes", n_classes, 2, integer=True)
        if y.max() >= k:
            raise value_error(
                "one_hot",
                f"labels 0 to {k - 1} for n_classes={k}",
                f"a label {y.max()}",
                "Labels start at 0: subtract 1, or raise n_classes.",
            )
    T = np.zeros((len(y), k))
    T[np.arange(len(y)), y] = 1.0
    return T


def _labels(y):
    """Labels as int64, if they are whole numbers, 0 or larger."""
    try:
        y = check_array("one_hot", "y", y, ndim=1)
    except TypeError:
        raise type_error(
            "one_hot",
            "labels as whole numbers 0 to k - 1",
            f"{y!r:.60}",
            "Use classes, y = np.unique(y, return_inverse=True) first.",
        ) from None
    bad = (y < 0) | (y != np.floor(y)) | (y > 2**53)
    if bad.any():
        first = int(np.argmax(bad))
        raise value_error(
            "one_hot",
            "labels as whole numbers 0 to k - 1",
            f"{y[first]:g} at y[{first}]",
            "Use classes, y = np.unique(y, return_inverse=True) first.",
        )
    return y.astype(np.int64)


def _count_classes(y):
    """Largest label plus 1, unless that would hide a mistake."""
    k = int(y.max()) + 1
    if k == 1:
        raise value_error(
            "one_hot", "labels of at least two classes", "only label 0", "Pass n_classes."
        )
    if k > max(len(y), 1000):
        raise value_error(
            "one_hot",
            "class labels",
            f"{len(y)} numbers up to {k - 1}, which would make {k} columns",
            "For a measured quantity use y[:, None]; if these are labels, pass n_classes.",
        )
    return k
