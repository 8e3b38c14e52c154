"""Data that was measured: three tables of this package and three of scikit-learn's.

The tables lie in `mlplib/data` as CSV files. A loader first compares the SHA-256 checksum of the
file's bytes with the one written here, because a table that changed unnoticed (an editor, a
conversion of line ends) would change the numbers in every notebook. Nothing is ever downloaded.
"""

import csv
import hashlib

import numpy as np

from mlplib._errors import value_error
from mlplib.datasets.record import Dataset

SHA256 = {
    "houses.csv": "7b09fcd31c2224cf91fb0cddeacadf6e107426d39a1df281d249ae012db4fc1a",
    "orings.csv": "350140252f6270fc591b5050a11ace1eb015026b2c023220ae33315403b91e79",
    "sunspots.csv": "0797e7e322e9889c224f1f39f9ad001745521f0085b6311f2d76a7f6a5d30280",
}
_REPAIR = "Reinstall mlplib; in a git checkout, run: git checkout -- mlplib/data"


def load_houses(features=None):
    """Load the prices of 546 houses sold in Windsor, Canada, in 1987.

    Parameters
    ----------
    features : list of str, optional
        The columns of X to return, in this order; all eleven by default.

    Returns
    -------
    Dataset
        X (546, 11): lot_sqft (square feet), bedrooms, bathrooms, stories, garage_places (counts),
        and six features that are 1 for yes and 0 for no. y (546,): price in Canadian dollars.

    Notes
    -----
    Source: Anglin and Gencay (1996), J. Applied Econometrics 11(6), 633-648.

    Examples
    --------
    >>> load_houses(features=["lot_sqft"])
    houses: 546 rows, 1 feature
    X (546, 1)
      lot_sqft    1650 to 16200 [square feet]
    y (546,)
      price_cad   25000 to 190000 [Canadian dollars]
    Sale prices of houses in Windsor, Canada, in 1987.
    Source: Anglin and Gencay (1996), J. Applied Econometrics 11(6), 633-648.
    """
    header, rows = _read_table("load_houses", "houses.csv")
    table = np.array(rows, dtype=float)
    data = Dataset(
        "houses",
        table[:, 1:],
        table[:, 0],
        header[1:],
        header[0],
        "Sale prices of houses in Windsor, Canada, in 1987.",
        units={"price_cad": "Canadian dollars", "lot_sqft": "square feet"}
        | {name: "1 = yes, 0 = no" for name in header[6:]},
        source="Anglin and Gencay (1996), J. Applied Econometrics 11(6), 633-648.",
    )
    return _selected("load_houses", data, features)


def load_orings():
    """Load the space shuttle's launches before the Challenger accident: did an O-ring get damaged?

    Returns
    -------
    Dataset
        X (23, 1): temperature at launch in degrees Fahrenheit. y (23,): 1 where any O-ring of
        the boosters was damaged, else 0. `row_names` holds the flights.

    Notes
    -----
    The table has 24 launches. Flight 4 has no label (its boosters were lost at sea) and is dropped,
    as `note` says. No launch was colder than 53 degrees; Challenger's, on 28 January 1986, was
    expected at 31 degrees. Source: Dalal, Fowlkes and Hoadley (1989), J. American Statistical
    Association 84, 945-957.

    Examples
    --------
    >>> data = load_orings()
    >>> data.y.sum(), data.X.min()
    (np.int64(7), np.float64(53.0))
    >>> print(data.note)
    Flight 4 is left out: its boosters were lost at sea, so nobody knows about its O-rings.
    """
    header, rows = _read_table("load_orings", "orings.csv")
    known = [row for row in rows if row[2] != ""]
    return Dataset(
        "orings",
        np.array([[row[1]] for row in known], dtype=float),
        np.array([row[2] for row in known], dtype=np.int64),
        (header[1],),
        header[2],
        "Space-shuttle launches before the Challenger accident of 28 January 1986: temperature of\n"
        "the booster joints, and whether any O-ring was damaged. Challenger's launch was expected\n"
        "at 31 °F.",
        classes=("no damage", "damage"),
        units={"temperature_f": "°F"},
        source="Dalal, Fowlkes and Hoadley (1989), J. Amer. Statistical Association 84, 945-957.",
        note="Flight 4 is left out: its boosters were lost at sea, so nobody knows about its "
        "O-rings.",
        row_names=tuple(row[0] for row in known),
    )


def load_sunspots():
    """Load the yearly mean sunspot numbers from 1700 to 1988.

    Returns
    -------
    Dataset
        X (289, 1): the year. y (289,): the relative sunspot number.

    Notes
    -----
    The rows are in the order of time: a random split would let a model look into the future.
    Source: World Data Center-C1 for the sunspot index, Royal Observatory of Belgium.

    Examples
    --------
    >>> X, y = load_sunspots()
    >>> X[0], y[0]
    (array([1700.]), np.float64(5.0))
    """
    header, rows = _read_table("load_sunspots", "sunspots.csv")
    table = np.array(rows, dtype=float)
    return Dataset(
        "sunspots",
        table[:, :1],
        table[:, 1],
        header[:1],
        header[1],
        "Yearly mean relative sunspot number: a cycle of about eleven years.",
        units={"sunspots": "relative sunspot number"},
        source="World Data Center-C1 for the sunspot index, Royal Observatory of Belgium.",
    )


def load_digits(features=None):
    """Load 1797 handwritten digits, each an image of 8 x 8 pixels, from scikit-learn's copy.

    Parameters
    ----------
    features : list of str, optional
        Pixels to return, such as `["pixel_3_4"]`; all 64 by default.

    Returns
    -------
    Dataset
        X (1797, 64): grey levels from 0 to 16, row by row. y (1797,): the digit, 0 to 9.
        `X[i].reshape(8, 8)` is the image.

    Notes
    -----
    Source: Alpaydin and Kaynak (1998), Optical Recognition of Handwritten Digits, UCI.

    Examples
    --------
    >>> load_digits().X.shape
    (1797, 64)
    """
    raw = _from_sklearn("load_digits")
    data = Dataset(
        "digits",
        raw.data,
        raw.target.astype(np.int64),
        tuple(raw.feature_names),
        "digit",
        "Handwritten digits, 8 x 8 pixels each, written by 13 people.",
        classes=tuple("0123456789"),
        units={name: "grey level of 16" for name in raw.feature_names},
        source="Alpaydin and Kaynak (1998), UCI Machine Learning Repository; scikit-learn's copy.",
    )
    return _selected("load_digits", data, features)


def load_breast_cancer(features=None):
    """Load 569 breast tumors, 30 measurements of their cell nuclei each, from scikit-learn's copy.

    Parameters
    ----------
    features : list of str, optional
        The columns of X to return, such as `["mean_radius", "mean_texture"]`; all 30 by default.

    Returns
    -------
    Dataset
        X (569, 30): mean, standard error and worst of ten measurements. y (569,): 0 is
        malignant, 1 is benign.

    Notes
    -----
    The labels are scikit-learn's, so that results can be compared. The class a doctor looks for is
    therefore 0: pass `positive=0` to `metrics.precision` and `metrics.recall`. Source: Street,
    Wolberg and Mangasarian (1993), "Nuclear feature extraction for breast tumor diagnosis".

    Examples
    --------
    >>> data = load_breast_cancer()
    >>> data.classes
    ('malignant', 'benign')
    """
    raw = _from_sklearn("load_breast_cancer")
    data = Dataset(
        "breast_cancer",
        raw.data,
        raw.target.astype(np.int64),
        tuple(str(name).replace(" ", "_") for name in raw.feature_names),
        "diagnosis",
        "Cell nuclei of breast tumors under the microscope: ten measurements, each as mean,\n"
        "standard error and worst value.",
        classes=tuple(str(name) for name in raw.target_names),
        source="Street, Wolberg and Mangasarian (1993), UCI; scikit-learn's copy.",
    )
    return _selected("load_breast_cancer", data, features)


def load_diabetes(features=None, *, scaled=False):
    """Load 442 diabetes patients and how far the disease went in a year, from scikit-learn's copy.

    Parameters
    ----------
    features : list of str, optional
        The columns of X to return, such as `["bmi", "bp"]`; all ten by default.
    scaled : bool
        False gives the numbers as measured. True gives scikit-learn's default: each column with
        mean 0 and sum of squares 1, computed over all 442 patients.

    Returns
    -------
    Dataset
        X (442, 10): age (years), sex, body mass index (kg/m^2), mean blood pressure (mm Hg), six
        blood values. y (442,): progression of the disease after one year, no unit.

    Notes
    -----
    The default differs from scikit-learn's on purpose: columns scaled over all patients have
    already seen the ones that are kept for the test. Split first, then standardize. Source: Efron,
    Hastie, Johnstone and Tibshirani (2004), "Least angle regression", Annals of Statistics 32(2).

    Examples
    --------
    >>> load_diabetes(features=["age", "bmi"]).X[:2]
    array([[59. , 32.1],
           [48. , 21.6]])
    """
    raw = _from_sklearn("load_diabetes", scaled=scaled)
    data = Dataset(
        "diabetes",
        raw.data,
        raw.target,
        tuple(raw.feature_names),
        "progression",
        "Diabetes patients: ten values at the start, and how far the disease went in one year.",
        units={} if scaled else {"age": "years", "bmi": "kg/m^2", "bp": "mm Hg"},
        source="Efron, Hastie, Johnstone and Tibshirani (2004), Ann. Statist. 32(2); "
        "scikit-learn's copy.",
        note="Each column has mean 0 and sum of squares 1 over all rows." if scaled else "",
    )
    return _selected("load_diabetes", data, features)


def _selected(where, data, features):
    return data if features is None else data._select(features, where)


def _read_table(where, file_name):
    """Header and rows of a table, as text, after the checksum of its bytes has been compared."""
    content = _read_bytes(where, file_name)
    found = hashlib.sha256(content).hexdigest()
    if found != SHA256[file_name]:
        expected = f"{file_name} with SHA-256 {SHA256[file_name][:12]}..."
        got = f"{found[:12]}... ({_what_changed(content, file_name)})"
        raise value_error(where, expected, got, _REPAIR)
    header, *rows = csv.reader(content.decode("utf-8").splitlines())
    return tuple(header), rows


def _read_bytes(where, file_name):
    """Bytes of a file in mlplib/data, wherever the package is installed (a zip included)."""
    from importlib.resources import files  # here, because it takes longer than all the rest

    try:
        return files("mlplib").joinpath("data", file_name).read_bytes()
    except FileNotFoundError:
        raise FileNotFoundError(
            f"{where}: expected the file mlplib/data/{file_name}; got none. {_REPAIR}"
        ) from None


def _what_changed(content, file_name):
    """Tell a conversion of line ends, which git does on Windows, from a change of the numbers."""
    unix = content.replace(b"\r\n", b"\n")
    if hashlib.sha256(unix).hexdigest() == SHA256[file_name]:
        return "only the line ends were converted, to CRLF"
    return "its contents were changed"


def _from_sklearn(name, **options):
    try:
        from sklearn import datasets
    except ImportError:
        raise ImportError(
            f"{name}: expected scikit-learn, whose copy of the data is used; got no such package. "
            "Run: pip install scikit-learn"
        ) from None
    return getattr(datasets, name)(**options)
