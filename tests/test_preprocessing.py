"""Splitting, standardizing, encoding: against scikit-learn, over all shapes, and every refusal."""

import re

import numpy as np
import pytest
import sklearn.model_selection
import sklearn.preprocessing
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from mlplib.datasets import load_breast_cancer, load_houses
from mlplib.preprocessing import Standardizer, one_hot, shuffle, train_test_split


def rng(seed=0):
    return np.random.default_rng(seed)


def refusal(text):
    """Match exactly this sentence."""
    return f"^{re.escape(text)}$"


def table(m, n=2):
    """Rows that can be told apart, with y = first column."""
    X = np.arange(m * n, dtype=float).reshape(m, n)
    return X, X[:, 0].copy()


def matrices(low=-1e6, high=1e6, min_rows=1, **options):
    shapes = st.tuples(st.integers(min_rows, 12), st.integers(1, 5))
    return hnp.arrays(np.float64, shapes, elements=st.floats(low, high, **options))


# ---- train_test_split -----------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(m=st.integers(2, 300), size=st.floats(0.01, 0.99), seed=st.integers(0, 2**32))
def test_split_keeps_every_row_once_and_rows_together(m, size, seed):
    X, y = table(m)
    n_test = int(np.ceil(size * m))
    assume(n_test < m)
    X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=size, rng=rng(seed))
    assert (len(X_train), len(X_test)) == (m - n_test, n_test)
    assert np.array_equal(X_train[:, 0], y_train) and np.array_equal(X_test[:, 0], y_test)
    assert sorted([*y_train, *y_test]) == y.tolist()


@pytest.mark.parametrize("m", [2, 3, 10, 99, 546])
@pytest.mark.parametrize("size", [0.25, 0.3, 1 / 3, 0.5, 1])
def test_split_sizes_are_those_of_scikit_learn(m, size):
    X, y = table(m)
    ours = train_test_split(X, y, test_size=size, rng=rng())
    theirs = sklearn.model_selection.train_test_split(X, y, test_size=size)
    assert [part.shape for part in ours] == [part.shape for part in theirs]


def test_split_is_a_random_order_and_repeats_by_seed():
    X, y = table(100)
    first, again = (train_test_split(X, y, rng=rng(3))[2] for _ in range(2))
    assert first.tobytes() == again.tobytes()
    assert not np.array_equal(first, train_test_split(X, y, rng=rng(4))[2])
    assert not np.array_equal(first, np.sort(first))
    # Each row is tested on equally often: 400 splits, a quarter each, standard deviation 8.7.
    source = rng(5)
    times = sum(np.isin(y, train_test_split(X, y, rng=source)[3]).astype(int) for _ in range(400))
    assert 60 < times.min() and times.max() < 140


def test_split_keeps_dtypes_and_returns_copies():
    X, y = np.arange(8, dtype=np.int32)[:, None], np.array(list("abababab"))
    parts = train_test_split(X, y, rng=rng())
    assert [part.dtype for part in parts] == [X.dtype, X.dtype, y.dtype, y.dtype]
    parts[0][:] = -1
    assert X.min() == 0
    assert train_test_split(X.astype(np.float32), X, rng=rng())[0].dtype == np.float32


@settings(max_examples=100, deadline=None)
@given(
    counts=st.lists(st.integers(2, 40), min_size=2, max_size=6),
    size=st.floats(0.05, 0.95),
    seed=st.integers(0, 2**32),
)
def test_stratified_split_keeps_the_shares(counts, size, seed):
    y = rng(seed).permutation(np.repeat(np.arange(len(counts)), counts))
    m, n_test = len(y), int(np.ceil(size * len(y)))
    assume(min(n_test, m - n_test) >= len(counts))
    X = np.arange(m)[:, None]
    X_train, X_test, y_train, y_test = train_test_split(
        X, y, test_size=size, rng=rng(seed), stratify=True
    )
    assert sorted([*X_train[:, 0], *X_test[:, 0]]) == list(range(m))
    assert np.array_equal(y[X_train[:, 0]], y_train) and np.array_equal(y[X_test[:, 0]], y_test)
    tested = np.bincount(y_test, minlength=len(counts))
    assert tested.sum() == n_test
    assert (tested >= 1).all() and (tested < counts).all()
    exact = np.array(counts) * n_test / m
    roomy = (exact >= 1) & (exact <= np.array(counts) - 1)
    if roomy.all():  # no class had to be kept from vanishing: each is within one row of its share
        assert np.abs(tested - exact).max() < 1


def test_stratified_split_equals_scikit_learns_shares_on_real_labels():
    X, y = load_breast_cancer()
    ours = train_test_split(X, y, rng=rng(), stratify=True)
    theirs = sklearn.model_selection.train_test_split(X, y, stratify=y, random_state=0)
    for mine, other in zip(ours[2:], theirs[2:], strict=True):
        assert np.bincount(mine).tolist() == np.bincount(other).tolist()
    names = np.array(["malignant", "benign"])[y]
    text = train_test_split(X, names, rng=rng(), stratify=True)
    assert np.count_nonzero(text[3] == "malignant") == np.count_nonzero(ours[3] == 0)


def test_stratified_rows_come_in_random_order():
    y = np.repeat([0, 1], 100)
    _, _, y_train, y_test = train_test_split(y[:, None], y, rng=rng(), stratify=True)
    assert 40 < np.count_nonzero(np.diff(y_train)) < 110
    assert 10 < np.count_nonzero(np.diff(y_test)) < 40


@pytest.mark.parametrize(
    ("change", "error", "text"),
    [
        ({"rng": 1}, TypeError, "rng to be a numpy.random.Generator; got 1."),
        (
            {"X": np.zeros(4)},
            ValueError,
            "X to be 2-D; got shape (4,). Use X[:, None] for one column.",
        ),
        ({"X": [["a"], ["b"]]}, TypeError, "expected X with numbers; got list"),
        (
            {"X": [[0.0], [np.nan], [1.0], [2.0]]},
            ValueError,
            "X with finite numbers; got nan at X[1, 0]. Remove or fill such entries first.",
        ),
        ({"y": [1.0, np.inf, 0.0, 0.0]}, ValueError, "y with finite numbers; got inf at y[1]."),
        ({"y": [None, 1, 2, 3]}, TypeError, "expected y with numbers"),
        ({"y": np.array([[["a"]]] * 4)}, TypeError, "expected y with numbers"),
        ({"y": [[1], [1, 2], [1], [1]]}, ValueError, "got rows of different lengths."),
        (
            {"y": [0, 1]},
            ValueError,
            "X and y with the same number of rows; got 4 and 2. Each row of X needs its target.",
        ),
        ({"X": [[0.0]], "y": [0]}, ValueError, "at least 2 rows to split; got 1. Pass more data."),
        ({"test_size": 0}, ValueError, "a whole number at least 1 and at most 3; got 0. Change"),
        ({"test_size": 4}, ValueError, "a whole number at least 1 and at most 3; got 4. Change"),
        ({"test_size": 1.0}, ValueError, "a finite number above 0 and below 1; got 1.0. Change"),
        ({"test_size": -0.5}, ValueError, "a finite number above 0 and below 1; got -0.5. Change"),
        ({"test_size": "half"}, TypeError, "got 'half'. Pass a number for test_size."),
        ({"test_size": True}, TypeError, "got True. Pass a number for test_size."),
        (
            {"test_size": 0.9},
            ValueError,
            "test_size to leave at least one row to train on; got 0.9 of 4 rows, rounded up to all "
            "of them. Choose a smaller test_size.",
        ),
        (
            {"stratify": [0, 0, 1, 1]},
            TypeError,
            "stratify to be True or False; got [0, 0, 1, 1]. The labels are y already.",
        ),
        (
            {"stratify": True, "y": [0, 0, 0, 7]},
            ValueError,
            "at least 2 rows of every class for stratify=True; got 1 row of class 7. "
            "Leave that class out, or use stratify=False.",
        ),
        (
            {"stratify": True, "test_size": 1},
            ValueError,
            "room for all 2 classes in both parts for stratify=True; got 3 rows to train on and 1 "
            "to test on. Change test_size.",
        ),
        (
            {"stratify": True, "y": np.eye(4)},
            ValueError,
            "y to be 1-D labels for stratify=True; got shape (4, 4). Pass the labels.",
        ),
    ],
)
def test_split_refuses(change, error, text):
    arguments = {"X": np.zeros((4, 1)), "y": [0, 0, 1, 1], "rng": rng()} | change
    with pytest.raises(error, match=re.escape(text)) as caught:
        train_test_split(**arguments)
    assert str(caught.value).startswith("train_test_split: expected ")


# ---- shuffle --------------------------------------------------------------------------------


def test_shuffle_keeps_rows_together_and_the_input_as_it_was():
    X, y = table(50)
    X_mixed, y_mixed = shuffle(X, y, rng=rng(1))
    assert np.array_equal(X_mixed[:, 0], y_mixed)
    assert sorted(y_mixed) == y.tolist() and not np.array_equal(y_mixed, y)
    assert np.array_equal(X, table(50)[0])
    assert np.array_equal(shuffle(X, y, rng=rng(1))[1], y_mixed)


def test_shuffle_refuses():
    with pytest.raises(
        ValueError,
        match=refusal(
            "shuffle: expected X and y with the same number of rows; got 2 and 3. "
            "Each row of X needs its target."
        ),
    ):
        shuffle([[1], [2]], [1, 2, 3], rng=rng())
    with pytest.raises(TypeError, match=r"^shuffle: expected rng to be a numpy\.random\.Generator"):
        shuffle([[1], [2]], [1, 2], rng=None)


# ---- Standardizer ---------------------------------------------------------------------------


@settings(max_examples=100, deadline=None)
@given(X=matrices(allow_subnormal=False))
def test_standardizer_equals_scikit_learns(X):
    spread = X.max(axis=0) - X.min(axis=0)
    # Between exact and almost constant, the two libraries draw the line elsewhere.
    assume(((spread == 0) | (spread > 1e-6 * (1 + np.abs(X).max(axis=0)))).all())
    ours, theirs = Standardizer().fit(X), sklearn.preprocessing.StandardScaler().fit(X)
    np.testing.assert_allclose(ours.mean_, theirs.mean_, rtol=1e-12, atol=1e-8)
    np.testing.assert_allclose(ours.scale_, theirs.scale_, rtol=1e-6)
    np.testing.assert_allclose(ours.transform(X), theirs.transform(X), rtol=1e-5, atol=1e-5)


@settings(max_examples=100, deadline=None)
@given(X=matrices(low=-1e150, high=1e150))
def test_standardizer_stays_finite_and_comes_back_at_any_size(X):
    scaler = Standardizer()
    Z = scaler.fit_transform(X)
    m = len(X)
    assert np.isfinite(Z).all() and np.isfinite(scaler.scale_).all() and (scaler.scale_ > 0).all()
    # One of m numbers is at most sqrt(m - 1) standard deviations away from their mean.
    assert np.abs(Z).max() <= np.sqrt(m) * (1 + 1e-6)
    size = np.abs(X).max(axis=0)
    np.testing.assert_allclose(
        scaler.inverse_transform(Z) / np.where(size, size, 1),
        X / np.where(size, size, 1),
        atol=1e-12,
    )


@settings(max_examples=60, deadline=None)
@given(X=matrices(low=-1e3, high=1e3, min_rows=2))
def test_standardized_columns_have_mean_0_and_deviation_1(X):
    assume((np.ptp(X, axis=0) > 1e-3).all())
    Z = Standardizer().fit_transform(X)
    np.testing.assert_allclose(Z.mean(axis=0), 0, atol=1e-9)
    np.testing.assert_allclose(Z.std(axis=0), 1, atol=1e-9)


def test_deviation_divides_by_m_not_m_minus_1():
    assert Standardizer().fit([[0.0], [2.0]]).scale_.tolist() == [1.0]


@pytest.mark.parametrize("value", [0.0, 0.1, 1e-300, -1e149, 3.0])
def test_constant_columns_become_exactly_0(value):
    X = np.column_stack([np.full(3, value), [1.0, 2.0, 3.0]])
    scaler = Standardizer()
    Z = scaler.fit_transform(X)
    assert scaler.scale_[0] == 1.0 and scaler.mean_[0] == value
    assert Z[:, 0].tolist() == [0.0, 0.0, 0.0]
    assert np.array_equal(scaler.inverse_transform(Z)[:, 0], X[:, 0])


def test_a_spread_too_small_to_square_counts_as_constant():
    scaler = Standardizer().fit([[0.0], [1e-200]])
    assert scaler.scale_.tolist() == [1.0]


def test_the_test_set_is_measured_with_the_training_sets_ruler():
    X, y = load_houses()
    X_train, X_test, _, _ = train_test_split(X, y, rng=rng())
    scaler = Standardizer().fit(X_train)
    np.testing.assert_allclose(
        scaler.transform(X_test), (X_test - X_train.mean(axis=0)) / X_train.std(axis=0)
    )
    assert np.abs(scaler.transform(X_test).mean(axis=0)).max() > 1e-3


def test_targets_keep_their_shape_flat_or_column():
    y = np.array([1.0, 3.0, 8.0])
    flat, column = Standardizer().fit(y), Standardizer().fit(y[:, None])
    assert flat.transform(y).shape == (3,) and column.transform(y[:, None]).shape == (3, 1)
    assert np.array_equal(flat.transform(y), column.transform(y[:, None])[:, 0])
    np.testing.assert_allclose(flat.inverse_transform(flat.transform(y)), y)
    assert repr(flat) == "Standardizer(mean=[4], scale=[2.944])"


def test_float32_stays_float32_but_is_measured_in_float64():
    X = (1e4 + rng().normal(size=(1000, 2))).astype(np.float32)
    scaler = Standardizer().fit(X)
    assert scaler.mean_.dtype == scaler.scale_.dtype == np.float64
    np.testing.assert_allclose(scaler.mean_, X.astype(float).mean(axis=0), rtol=1e-12)
    assert scaler.transform(X).dtype == scaler.inverse_transform(X).dtype == np.float32
    large = np.array([[0.0], [3e38]], dtype=np.float32)
    assert Standardizer().fit_transform(large).ravel().tolist() == [-1.0, 1.0]


def test_standardizer_leaves_its_input_alone_and_can_be_fitted_again():
    X = np.array([[1.0, 2.0], [3.0, 6.0]])
    kept = X.copy()
    scaler = Standardizer().fit(X)
    scaler.inverse_transform(scaler.transform(X))
    assert np.array_equal(X, kept)
    assert scaler.fit([[0.0], [4.0]]).mean_.tolist() == [2.0]
    assert Standardizer().mean_ is None, "one Standardizer must not fit another"


def test_standardizer_repr():
    assert repr(Standardizer()) == "Standardizer(not fitted)"
    scaler = Standardizer().fit(np.outer([1, 3], [1, 2, 3, 4, 5, 1e6]))
    assert repr(scaler) == "Standardizer(mean=[2, 4, 6, 8, ...], scale=[1, 2, 3, 4, ...])"


@pytest.mark.parametrize("method", ["transform", "inverse_transform"])
def test_standardizer_refuses_before_fit(method):
    text = (
        f"Standardizer.{method}: expected a fitted Standardizer; got one that has seen no data. "
        "Call fit(X_train)."
    )
    with pytest.raises(ValueError, match=refusal(text)):
        getattr(Standardizer(), method)([[1.0]])


@pytest.mark.parametrize("method", ["transform", "inverse_transform"])
@pytest.mark.parametrize(
    ("fitted_on", "given_", "text"),
    [
        (
            np.eye(3),
            np.eye(2),
            "expected an array of shape (m, 3), as in fit; got shape (2, 2). "
            "Pass the same columns as to fit.",
        ),
        (
            np.eye(3),
            np.ones(3),
            "expected an array of shape (m, 3), as in fit; got shape (3,). "
            "Use X[None, :] for a single row.",
        ),
        (
            np.eye(3)[:, :1],
            np.ones(5),
            "expected an array of shape (m, 1), as in fit; got shape (5,). "
            "Use X[:, None] for one column.",
        ),
        (
            np.arange(3.0),
            np.ones((5, 1)),
            "expected an array of shape (m,), as in fit; got shape (5, 1). "
            "Use X[:, 0] for a flat array.",
        ),
        (
            np.arange(3.0),
            np.ones((5, 2)),
            "expected an array of shape (m,), as in fit; got shape (5, 2). "
            "Pass the same columns as to fit.",
        ),
    ],
)
def test_standardizer_refuses_other_columns(method, fitted_on, given_, text):
    scaler = Standardizer().fit(fitted_on)
    with pytest.raises(ValueError, match=refusal(f"Standardizer.{method}: {text}")):
        getattr(scaler, method)(given_)


@pytest.mark.parametrize(
    ("X", "error", "text"),
    [
        ([["a"]], TypeError, "Standardizer.fit: expected X with numbers; got list [['a']]."),
        ([], ValueError, "Standardizer.fit: expected X with at least one entry; got shape (0,)."),
        (np.zeros((0, 2)), ValueError, "X with at least one entry; got shape (0, 2)."),
        (5.0, ValueError, "Standardizer.fit: expected X to be 1-D or 2-D; got shape ()."),
        ([[1.0], [np.nan]], ValueError, "X with finite numbers; got nan at X[1, 0]."),
        (
            [[1.0], [-2e150]],
            ValueError,
            "Standardizer.fit: expected numbers up to 1e+150 in size; got 2e+150. "
            "Their squares are infinite: express them in a larger unit.",
        ),
    ],
)
def test_standardizer_refuses_what_it_cannot_measure(X, error, text):
    with pytest.raises(error, match=re.escape(text)):
        Standardizer().fit(X)


# ---- one_hot (F5) ---------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(
    y=hnp.arrays(st.sampled_from([np.int8, np.int64, np.uint8, np.float64]), st.integers(1, 40),
                 elements=st.integers(0, 9)),
    more=st.integers(0, 3),
)  # fmt: skip
def test_one_hot_rows_have_a_single_1_at_the_label(y, more):
    k = max(int(y.max()) + 1 + more, 2)
    T = one_hot(y, n_classes=k)
    assert T.shape == (len(y), k) and T.dtype == np.float64
    assert np.array_equal(T.argmax(axis=1), y)
    assert np.array_equal(T.sum(axis=1), np.ones(len(y))) and set(np.unique(T)) <= {0.0, 1.0}
    theirs = sklearn.preprocessing.OneHotEncoder(categories=[range(k)], sparse_output=False)
    assert np.array_equal(T, theirs.fit_transform(y[:, None]))


def test_one_hot_infers_the_number_of_classes_and_takes_booleans():
    assert one_hot([2, 0]).tolist() == [[0, 0, 1], [1, 0, 0]]
    assert one_hot(np.array([True, False])).tolist() == [[0, 1], [1, 0]]
    assert one_hot([0, 0], n_classes=2).tolist() == [[1, 0], [1, 0]]


@pytest.mark.parametrize(
    ("y", "n_classes", "error", "text"),
    [
        (
            ["cat", "dog"],
            None,
            TypeError,
            "one_hot: expected labels as whole numbers 0 to k - 1; got ['cat', 'dog']. "
            "Use classes, y = np.unique(y, return_inverse=True) first.",
        ),
        (
            [0, 1.5],
            None,
            ValueError,
            "one_hot: expected labels as whole numbers 0 to k - 1; got 1.5 at y[1]. "
            "Use classes, y = np.unique(y, return_inverse=True) first.",
        ),
        (
            [1, -1],
            None,
            ValueError,
            "one_hot: expected labels as whole numbers 0 to k - 1; got -1 at y[1]. "
            "Use classes, y = np.unique(y, return_inverse=True) first.",
        ),
        (
            [[0], [1]],
            None,
            ValueError,
            "one_hot: expected y to be 1-D; got shape (2, 1). Use y[:, 0] for a flat array.",
        ),
        (
            [0, 0],
            None,
            ValueError,
            "one_hot: expected labels of at least two classes; got only label 0. Pass n_classes.",
        ),
        (
            [42000.0, 38500.0],
            None,
            ValueError,
            "one_hot: expected class labels; got 2 numbers up to 42000, which would make 42001 "
            "columns. For a measured quantity use y[:, None]; if these are labels, pass n_classes.",
        ),
        (
            [1, 2, 3],
            3,
            ValueError,
            "one_hot: expected labels 0 to 2 for n_classes=3; got a label 3. "
            "Labels start at 0: subtract 1, or raise n_classes.",
        ),
        (
            [0, 1],
            1,
            ValueError,
            "one_hot: expected n_classes to be a whole number at least 2; got 1. Change n_classes.",
        ),
    ],
)
def test_one_hot_refuses(y, n_classes, error, text):
    with pytest.raises(error, match=refusal(text)):
        one_hot(y, n_classes)


@pytest.mark.parametrize("y", [[], [np.nan, 1], [None, 1], [[0], [0, 1]], 3, [1e300, 0], ""])
def test_one_hot_refuses_odd_things_in_one_sentence(y):
    with pytest.raises((ValueError, TypeError), match=r"^one_hot: expected [^\n]+\.$"):
        one_hot(y)
