"""Datasets: the promised geometry, the published numbers, and what a wrong call is told."""

import copy
import hashlib
import itertools
import pickle
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
import sklearn.datasets
from hypothesis import given, settings
from hypothesis import strategies as st

import mlplib
from mlplib import datasets
from mlplib.datasets import DATASETS, Dataset, real

DRAWN = {name: entry for name, entry in DATASETS.items() if entry.drawn}
DRAWN_CLASSES = {name: entry for name, entry in DRAWN.items() if entry.task == "classification"}
MEASURED = {name: entry for name, entry in DATASETS.items() if not entry.drawn}


def rng(seed=0):
    return np.random.default_rng(seed)


def make(name):
    return DATASETS[name].make(rng=rng()) if DATASETS[name].drawn else DATASETS[name].make()


def refusal(text):
    """Match exactly this sentence."""
    return f"^{re.escape(text)}$"


# ---- what holds for every line of the table -------------------------------------------------


@pytest.mark.parametrize("name", DATASETS)
def test_every_dataset_is_complete(name):
    data, entry = make(name), DATASETS[name]
    m, n_in = data.X.shape
    assert data.name == name
    assert data.X.dtype == np.float64 and np.isfinite(data.X).all()
    assert data.y.shape == (m,) and np.isfinite(data.y).all()
    assert len(set(data.feature_names)) == n_in == len(data.feature_names)
    assert all(type(text) is str for text in (*data.feature_names, *data.classes))
    assert set(data.units) <= {*data.feature_names, data.target_name}
    if entry.task == "classification":
        assert data.y.dtype == np.int64
        assert set(data.y) == set(range(len(data.classes)))
    else:
        assert data.y.dtype == np.float64 and data.classes == ()
    assert data.description.endswith(".")
    assert entry.drawn or data.source


@pytest.mark.parametrize("name", DATASETS)
def test_repr_fits_a_line_and_names_the_columns(name):
    data = make(name)
    text = repr(data)
    assert max(map(len, text.splitlines())) <= 100
    assert text.startswith(f"{name}: {len(data.y)} rows, {data.X.shape[1]} feature")
    for shown in (*data.feature_names[:6], data.target_name, data.description):
        assert shown in text


@pytest.mark.parametrize("name", DATASETS)
def test_arrays_belong_to_the_caller(name):
    first, second = make(name), make(name)
    first.X[:] = -7.0
    first.y[:] = 0
    assert not np.array_equal(first.X, second.X)
    assert np.array_equal(second.X, make(name).X)


@pytest.mark.parametrize("name", DATASETS)
def test_copies_and_pickles(name):
    data = make(name)
    for twin in (copy.deepcopy(data), pickle.loads(pickle.dumps(data))):
        assert np.array_equal(twin.X, data.X) and np.array_equal(twin.y, data.y)
        assert repr(twin) == repr(data)


# ---- the record -----------------------------------------------------------------------------


def test_record_unpacks_and_labels():
    data = datasets.load_houses()
    X, y = data
    assert X is data.X and y is data.y
    assert data.label("lot_sqft") == "lot_sqft [square feet]"
    assert data.label("price_cad") == "price_cad [Canadian dollars]"
    assert data.label("bedrooms") == "bedrooms"
    with pytest.raises(ValueError, match=r"Did you mean 'stories'\?$"):
        data.label("story")


def test_record_is_frozen():
    with pytest.raises(AttributeError):
        datasets.load_orings().X = np.zeros((23, 1))


def test_record_refuses_parts_that_do_not_fit():
    with pytest.raises(
        ValueError,
        match=refusal(
            "Dataset 'd': expected X (m, n_in) with one name per column, and y (m,); "
            "got X (3, 2), 1 names and y (3,). Make them fit."
        ),
    ):
        Dataset("d", np.zeros((3, 2)), np.zeros(3), ("a",), "t", "D.")
    with pytest.raises(ValueError, match="got X \\(3, 1\\), 1 names and y \\(3, 1\\)"):
        Dataset("d", np.zeros((3, 1)), np.zeros((3, 1)), ("a",), "t", "D.")
    with pytest.raises(
        ValueError, match=refusal("Dataset 'd': expected 3 row names; got 1. Name all.")
    ):
        Dataset("d", np.zeros((3, 1)), np.zeros(3), ("a",), "t", "D.", row_names=("x",))


def test_select_keeps_order_units_and_everything_else():
    whole = datasets.load_houses()
    part = whole.select(["bedrooms", "lot_sqft"])
    assert part.feature_names == ("bedrooms", "lot_sqft")
    assert np.array_equal(part.X, whole.X[:, [1, 0]])
    assert part.units == {"lot_sqft": "square feet", "price_cad": "Canadian dollars"}
    assert np.array_equal(part.y, whole.y) and part.source == whole.source
    assert whole.select("lot_sqft").X.shape == (546, 1)
    # A selection is a copy: writing to it leaves the whole alone.
    part.X[:] = 0
    assert whole.X.min(axis=0)[0] == 1650


@pytest.mark.parametrize(
    ("features", "error", "text"),
    [
        (["lot_sq"], ValueError, "got 'lot_sq'. Did you mean 'lot_sqft'?"),
        ("lotsqft", ValueError, "got 'lotsqft'. Did you mean 'lot_sqft'?"),
        ([3], ValueError, "got 3. Choose one for features."),
        (["price_cad"], ValueError, "got 'price_cad'. Choose one for features."),
        ([], ValueError, "expected features to name at least one column, and each once; got []."),
        (["stories", "stories"], ValueError, "each once; got ['stories', 'stories']. The data has"),
        (7, TypeError, 'load_houses: expected features as a list of names; got 7. Use ["a", "b"].'),
    ],
)
def test_unknown_features_are_refused_with_a_suggestion(features, error, text):
    with pytest.raises(error, match=re.escape(text)) as caught:
        datasets.load_houses(features=features)
    assert str(caught.value).startswith("load_houses: expected features")


# ---- drawn data: what holds for all ---------------------------------------------------------


@pytest.mark.parametrize("name", DRAWN)
def test_same_seed_same_data_bit_for_bit(name):
    make = DRAWN[name].make
    one, two, other = make(50, rng=rng(1)), make(50, rng=rng(1)), make(50, rng=rng(2))
    assert one.X.tobytes() == two.X.tobytes() and one.y.tobytes() == two.y.tobytes()
    assert one.X.tobytes() != other.X.tobytes()


@pytest.mark.parametrize("name", DRAWN)
def test_global_random_state_is_neither_used_nor_touched(name):
    np.random.seed(3)  # noqa: NPY002
    before = np.random.get_state()[1].tobytes()  # noqa: NPY002
    DRAWN[name].make(50, rng=rng(1))
    assert np.random.get_state()[1].tobytes() == before  # noqa: NPY002


@pytest.mark.parametrize("name", DRAWN)
def test_noise_moves_each_point_along_a_line(name):
    make = DRAWN[name].make
    still, little, much = (make(60, noise=noise, rng=rng(4)) for noise in (0.0, 0.1, 0.3))

    def points(data):
        return np.column_stack([data.X, data.y])

    np.testing.assert_allclose(
        points(much) - points(still), 3 * (points(little) - points(still)), atol=1e-12
    )
    assert not np.array_equal(points(little), points(still))


@pytest.mark.parametrize("name", DRAWN)
def test_noise_does_not_change_what_is_drawn_next(name):
    quiet, loud = rng(4), rng(4)
    DRAWN[name].make(60, noise=0.0, rng=quiet)
    DRAWN[name].make(60, noise=0.3, rng=loud)
    assert quiet.random() == loud.random()


@pytest.mark.parametrize("name", DRAWN)
def test_noise_is_a_standard_deviation(name):
    make = DRAWN[name].make
    still, noisy = make(4000, noise=0.0, rng=rng(5)), make(4000, noise=0.3, rng=rng(5))
    moved = noisy.X - still.X if name in DRAWN_CLASSES else noisy.y - still.y
    assert abs(moved.std() - 0.3) < 0.015
    assert abs(moved.mean()) < 0.02


@pytest.mark.parametrize("name", DRAWN)
@settings(max_examples=20, deadline=None)
@given(m=st.integers(4, 300), seed=st.integers(0, 2**32))
def test_drawn_data_fits_its_frame_and_is_balanced(name, m, seed):
    data = DRAWN[name].make(m, noise=0.0, rng=rng(seed))
    assert data.X.shape == (m, 2 if name in DRAWN_CLASSES else 1)
    assert np.abs(data.X).max() <= 1 + 1e-12
    if data.classes:
        counts = np.bincount(data.y, minlength=len(data.classes))
        # Two quadrants make one class of xor, so its classes can differ by two.
        assert counts.max() - counts.min() <= (2 if name == "xor" else 1)


@pytest.mark.parametrize("name", DRAWN_CLASSES)
def test_rows_come_in_random_order(name):
    y = DRAWN[name].make(200, rng=rng()).y
    changes = np.count_nonzero(np.diff(y))
    assert 70 < changes < 130


@pytest.mark.parametrize("name", DRAWN)
@pytest.mark.parametrize(
    ("arguments", "error", "text"),
    [
        ({"m": 0}, ValueError, "expected m to be a whole number at least"),
        ({"m": 10.0}, TypeError, "expected m to be a whole number at least"),
        ({"m": True}, TypeError, "got True. Pass a number for m."),
        ({"noise": -0.1}, ValueError, "noise to be a finite number at least 0; got -0.1. Change"),
        (
            {"noise": np.nan},
            ValueError,
            "expected noise to be a finite number at least 0; got nan.",
        ),
        ({"noise": "much"}, TypeError, "got 'much'. Pass a number for noise."),
        (
            {"rng": 0},
            TypeError,
            "numpy.random.Generator; got 0. Pass rng=np.random.default_rng(0).",
        ),
        ({"rng": None}, TypeError, "expected rng to be a numpy.random.Generator; got None."),
    ],
)
def test_drawn_data_refuses_bad_arguments(name, arguments, error, text):
    with pytest.raises(error, match=re.escape(text)) as caught:
        DRAWN[name].make(**({"m": 20, "noise": 0.1, "rng": rng()} | arguments))
    assert str(caught.value).startswith(f"{name}: expected ")


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (
            lambda: datasets.xor(3, rng=rng()),
            "xor: expected m to be a whole number at least 4; got 3",
        ),
        (
            lambda: datasets.blobs(2, n_classes=3, rng=rng()),
            "blobs: expected m to be a whole number at least 3; got 2",
        ),
        (
            lambda: datasets.blobs(20, n_classes=1, rng=rng()),
            "blobs: expected n_classes to be a whole number at least 2; got 1",
        ),
        (
            lambda: datasets.spirals(20, turns=0, rng=rng()),
            "spirals: expected turns to be a finite number above 0; got 0",
        ),
        (
            lambda: datasets.linearly_separable(20, margin=0.6, rng=rng()),
            "linearly_separable: expected margin to be a finite number at least 0 and at most 0.5; "
            "got 0.6",
        ),
        (
            lambda: datasets.noisy_line(20, slope=np.inf, rng=rng()),
            "noisy_line: expected slope to be a finite number; got inf",
        ),
        (
            lambda: datasets.noisy_sine(20, periods=-1, rng=rng()),
            "noisy_sine: expected periods to be a finite number above 0; got -1",
        ),
    ],
)
def test_special_arguments_are_refused(call, text):
    with pytest.raises(ValueError, match=re.escape(text)):
        call()


# ---- drawn data: the geometry of each -------------------------------------------------------


def test_xor_is_the_sign_rule_with_a_gap_and_no_line_solves_it():
    X, y = datasets.xor(400, noise=0.0, rng=rng())
    assert np.array_equal(y == 1, X[:, 0] * X[:, 1] < 0)
    assert np.abs(X).min() >= 0.1
    quadrants = 2 * (X[:, 0] > 0) + (X[:, 1] > 0)
    assert np.bincount(quadrants).tolist() == [100] * 4
    best = 0.0
    for angle in np.linspace(0, 2 * np.pi, 60):
        side = X @ [np.cos(angle), np.sin(angle)]
        best = max(best, max(np.mean((side > b) == y) for b in np.linspace(-1.5, 1.5, 60)))
    assert best < 0.8


def test_blobs_have_the_stated_centers_and_size():
    X, y = datasets.blobs(6000, n_classes=3, noise=0.2, rng=rng())
    for j in range(3):
        center = 0.7 * np.array([np.cos(2 * np.pi * j / 3), np.sin(2 * np.pi * j / 3)])
        np.testing.assert_allclose(X[y == j].mean(axis=0), center, atol=0.02)
        np.testing.assert_allclose(X[y == j].std(axis=0), 0.2, atol=0.01)


def test_moons_lie_on_those_of_scikit_learn():
    X, y = datasets.moons(200, noise=0.0, rng=rng())
    dense, dense_y = sklearn.datasets.make_moons(20000, shuffle=False)
    dense = (dense - [0.5, 0.25]) / 1.5
    for j in (0, 1):
        gaps = np.linalg.norm(X[y == j][:, None] - dense[dense_y == j][None], axis=2)
        assert gaps.min(axis=1).max() < 1e-3
    apart = np.linalg.norm(X[y == 0][:, None] - X[y == 1][None], axis=2).min()
    assert 0.33 <= apart < 0.36


def test_circles_have_two_radii():
    X, y = datasets.circles(200, noise=0.0, rng=rng())
    np.testing.assert_allclose(np.linalg.norm(X, axis=1), np.where(y == 0, 1.0, 0.5))
    dense, dense_y = sklearn.datasets.make_circles(200, factor=0.5, shuffle=False)
    np.testing.assert_allclose(np.linalg.norm(dense, axis=1), np.where(dense_y == 0, 1.0, 0.5))


@pytest.mark.parametrize("n_classes", [2, 3, 5])
def test_spirals_are_one_arm_turned_and_they_interleave(n_classes):
    turns = 1.25
    X, y = datasets.spirals(400, n_classes=n_classes, turns=turns, noise=0.0, rng=rng())
    radius = np.linalg.norm(X, axis=1)
    assert 0.1 <= radius.min() and radius.max() <= 1.0
    # Turn every arm back onto arm 0, then unwind it: all points land on one ray.
    unwound = np.arctan2(X[:, 1], X[:, 0]) - 2 * np.pi * (
        turns * (radius - 0.1) / 0.9 + y / n_classes
    )
    np.testing.assert_allclose(np.cos(unwound), 1.0, atol=1e-9)


def test_spiral_arms_follow_each_other_along_every_ray():
    X, y = datasets.spirals(6000, n_classes=3, turns=1.25, noise=0.0, rng=rng())
    radius, angle = np.linalg.norm(X, axis=1), np.arctan2(X[:, 1], X[:, 0])
    for ray in (-2.0, -1.0, 0.0, 1.0, 2.0):
        near = np.flatnonzero(np.abs(angle - ray) < 0.1)
        met = [arm for arm, _ in itertools.groupby(y[near[np.argsort(radius[near])]])]
        # 1.25 turns of three arms: every ray crosses three or four of them, each in its turn.
        assert len(met) in (3, 4) and set(met) == {0, 1, 2}
        assert all((one - two) % 3 == 1 for one, two in itertools.pairwise(met))


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**32), margin=st.floats(0, 0.5), m=st.integers(2, 200))
def test_linearly_separable_really_is_with_its_margin(seed, margin, m):
    X, y = datasets.linearly_separable(m, margin=margin, rng=rng(seed))
    # The line is the generator's first two draws; nothing else is taken from the code under test.
    replay = rng(seed)
    angle, b = replay.uniform(0, 2 * np.pi), replay.uniform(-0.3, 0.3)
    distance = X @ [np.cos(angle), np.sin(angle)] + b
    assert np.array_equal(distance > 0, y == 1)
    assert np.abs(distance).min() >= margin


def test_a_perceptron_learns_linearly_separable_without_a_mistake():
    X, y = datasets.linearly_separable(200, margin=0.1, rng=rng(7))
    w, b, sign = np.zeros(2), 0.0, 2 * y - 1
    for _ in range(1000):
        wrong = np.flatnonzero(sign * (X @ w + b) <= 0)
        if len(wrong) == 0:
            break
        w, b = w + sign[wrong[0]] * X[wrong[0]], b + sign[wrong[0]]
    assert len(wrong) == 0


def test_noise_can_break_separability_as_the_docstring_says():
    clean = datasets.linearly_separable(200, noise=0.0, rng=rng())
    noisy = datasets.linearly_separable(200, noise=0.5, rng=rng())
    replay = rng()
    angle, b = replay.uniform(0, 2 * np.pi), replay.uniform(-0.3, 0.3)
    side = noisy.X @ [np.cos(angle), np.sin(angle)] + b > 0
    assert np.array_equal(clean.y, noisy.y)
    assert 5 < np.count_nonzero(side != noisy.y) < 100


def test_line_and_sine_are_what_they_say():
    X, y = datasets.noisy_line(100, slope=-3.0, intercept=0.5, noise=0.0, rng=rng())
    np.testing.assert_allclose(y, -3 * X[:, 0] + 0.5)
    X, y = datasets.noisy_sine(100, periods=2.0, noise=0.0, rng=rng())
    np.testing.assert_allclose(y, np.sin(2 * np.pi * X[:, 0]))


# ---- measured data --------------------------------------------------------------------------


def test_houses_have_the_published_statistics():
    X, y = houses = datasets.load_houses()
    assert X.shape == (546, 11) and houses.target_name == "price_cad"
    assert houses.feature_names[:5] == (
        "lot_sqft",
        "bedrooms",
        "bathrooms",
        "stories",
        "garage_places",
    )
    np.testing.assert_allclose([y.mean(), np.median(y)], [68121.597, 62000], rtol=1e-6)
    np.testing.assert_allclose(X[:, 0].mean(), 5150.2656, rtol=1e-6)
    assert set(np.unique(X[:, 5:])) == {0.0, 1.0}
    assert X[0].tolist() == [5850, 3, 1, 2, 1, 1, 0, 1, 0, 0, 0] and y[0] == 42000


def test_orings_drop_flight_4_and_say_so():
    data = datasets.load_orings()
    assert data.X.shape == (23, 1) and data.y.sum() == 7
    assert "4" not in data.row_names and len(data.row_names) == 23
    assert data.note.startswith("Flight 4 is left out") and data.note in repr(data)
    coldest = int(np.argmin(data.X[:, 0]))
    assert (data.row_names[coldest], data.X[coldest, 0], data.y[coldest]) == ("51C", 53.0, 1)
    # Below 65 degrees each of the four launches had damage.
    assert data.y[data.X[:, 0] < 65].tolist() == [1, 1, 1, 1]
    # Nothing else was dropped: the file has one row more, and only its label is missing.
    rows = real._read_table("test", "orings.csv")[1]
    assert [row[0] for row in rows if row[2] == ""] == ["4"] and len(rows) == 24


def test_sunspots():
    X, y = datasets.load_sunspots()
    assert np.array_equal(X[:, 0], np.arange(1700, 1989))
    assert (y[0], y[-1], y.max()) == (5.0, 100.2, 190.2)


@pytest.mark.parametrize("name", ["digits", "breast_cancer"])
def test_classification_sets_are_those_of_scikit_learn(name):
    data, raw = DATASETS[name].make(), getattr(sklearn.datasets, f"load_{name}")()
    assert np.array_equal(data.X, raw.data) and np.array_equal(data.y, raw.target)
    assert list(data.classes) == [str(text) for text in raw.target_names]


def test_diabetes_comes_as_measured_or_as_scikit_learn_scales_it():
    measured, scaled = datasets.load_diabetes(), datasets.load_diabetes(scaled=True)
    raw = sklearn.datasets.load_diabetes()
    assert np.array_equal(scaled.X, raw.data) and np.array_equal(scaled.y, raw.target)
    assert measured.units["age"] == "years" and measured.X[0, 0] == 59
    assert scaled.units == {} and "sum of squares 1" in repr(scaled)
    centered = measured.X - measured.X.mean(axis=0)
    np.testing.assert_allclose(centered / np.linalg.norm(centered, axis=0), scaled.X, atol=1e-12)


@pytest.mark.parametrize("name", ["houses", "digits", "breast_cancer", "diabetes"])
def test_loaders_with_several_columns_select(name):
    whole = DATASETS[name].make()
    names = [whole.feature_names[-1], whole.feature_names[0]]
    part = DATASETS[name].make(features=names)
    assert np.array_equal(part.X, whole.X[:, [-1, 0]])
    with pytest.raises(ValueError, match=f"^load_{name}: expected features to be one of"):
        DATASETS[name].make(features=["weight of the cat"])


def test_digits_reshape_to_images():
    data = datasets.load_digits()
    assert np.array_equal(data.X[3].reshape(8, 8), sklearn.datasets.load_digits().images[3])


# ---- the files ------------------------------------------------------------------------------

LOADERS = {"houses": "load_houses", "orings": "load_orings", "sunspots": "load_sunspots"}


def data_folder():
    return Path(mlplib.__file__).parent / "data"


def test_files_checksums_and_provenance_agree():
    files = sorted(path.name for path in data_folder().glob("*.csv"))
    assert files == sorted(real.SHA256)
    readme = (data_folder() / "README.md").read_text(encoding="utf-8")
    for name in files:
        digest = hashlib.sha256((data_folder() / name).read_bytes()).hexdigest()
        assert digest == real.SHA256[name]
        assert f"| `{name}` | `{digest}` |" in readme


@pytest.mark.parametrize("name", LOADERS)
def test_a_changed_digit_is_noticed(monkeypatch, name):
    content = (data_folder() / f"{name}.csv").read_bytes()
    planted = content[:-2] + (b"1" if content[-2:-1] != b"1" else b"2") + content[-1:]
    monkeypatch.setattr(real, "_read_bytes", lambda where, file_name: planted)
    found, expected = hashlib.sha256(planted).hexdigest(), real.SHA256[f"{name}.csv"]
    with pytest.raises(
        ValueError,
        match=refusal(
            f"{LOADERS[name]}: expected {name}.csv with SHA-256 {expected[:12]}...; "
            f"got {found[:12]}... (its contents were changed). Reinstall mlplib; "
            "in a git checkout, run: git checkout -- mlplib/data"
        ),
    ):
        DATASETS[name].make()


@pytest.mark.parametrize("name", LOADERS)
def test_converted_line_ends_are_named_as_such(monkeypatch, name):
    content = (data_folder() / f"{name}.csv").read_bytes()
    windows = content.replace(b"\n", b"\r\n")
    monkeypatch.setattr(real, "_read_bytes", lambda where, file_name: windows)
    with pytest.raises(ValueError, match=r"\(only the line ends were converted, to CRLF\)\. Rei"):
        DATASETS[name].make()


def test_a_missing_file_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr("importlib.resources.files", lambda package: tmp_path)
    with pytest.raises(
        FileNotFoundError,
        match=refusal(
            "load_houses: expected the file mlplib/data/houses.csv; got none. Reinstall mlplib; "
            "in a git checkout, run: git checkout -- mlplib/data"
        ),
    ):
        datasets.load_houses()


def in_new_process(code, **options):
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, **options
    )


def test_tables_load_from_a_zipped_package(tmp_path):
    package = Path(mlplib.__file__).parent
    archive = tmp_path / "package.zip"
    with zipfile.ZipFile(archive, "w") as bundle:
        for path in sorted([*package.rglob("*.py"), *package.glob("data/*")]):
            bundle.write(path, Path("mlplib") / path.relative_to(package))
    code = (
        f"import sys; sys.path.insert(0, {str(archive)!r})\n"
        "import mlplib.datasets as d\n"
        "assert '.zip' in d.__file__, d.__file__\n"
        "print(len(d.load_houses().y), len(d.load_orings().y), len(d.load_sunspots().y))"
    )
    done = in_new_process(code, cwd=tmp_path)
    assert done.stdout.split() == ["546", "23", "289"], done.stderr


def test_without_scikit_learn_the_rest_works_and_one_sentence_says_what_to_do():
    code = (
        "import sys; sys.modules['sklearn'] = None\n"
        "from mlplib.datasets import load_houses, load_digits\n"
        "assert len(load_houses().y) == 546\n"
        "try:\n    load_digits()\nexcept ImportError as error:\n    print(error)"
    )
    done = in_new_process(code, cwd=Path(mlplib.__file__).parent.parent)
    assert done.stdout.strip() == (
        "load_digits: expected scikit-learn, whose copy of the data is used; got no such package. "
        "Run: pip install scikit-learn"
    ), done.stderr


def test_import_and_own_tables_load_numpy_only():
    code = (
        "import sys, mlplib.datasets, mlplib.preprocessing, mlplib.metrics\n"
        "mlplib.datasets.load_houses()\n"
        "print([n for n in ('sklearn', 'scipy', 'matplotlib', 'IPython') if n in sys.modules])"
    )
    done = in_new_process(code, cwd=Path(mlplib.__file__).parent.parent)
    assert done.stdout.strip() == "[]", done.stderr
