"""Datasets: what the course trains on, drawn or measured, all of one type.

    from mlplib.datasets import load_houses, moons

    houses = load_houses(features=["lot_sqft"])      # measured: no randomness
    data = moons(200, noise=0.1, rng=rng)            # drawn: from the generator passed in
    X, y = data                                      # (m, n_in) and (m,)

`DATASETS` is the table of all of them. A new dataset joins it with one function (in
`generators.py` or `real.py`) and one line here; the tests then take it up by themselves.
"""

from collections.abc import Callable
from dataclasses import dataclass

from mlplib.datasets.generators import (
    blobs,
    circles,
    linearly_separable,
    moons,
    noisy_line,
    noisy_sine,
    spirals,
    xor,
)
from mlplib.datasets.real import (
    load_breast_cancer,
    load_diabetes,
    load_digits,
    load_houses,
    load_orings,
    load_sunspots,
)
from mlplib.datasets.record import Dataset


@dataclass(frozen=True)
class Entry:
    """One line of `DATASETS`.

    Parameters
    ----------
    make : callable
        The function that returns the Dataset.
    task : {"classification", "regression"}
    drawn : bool
        True: call `make(m, noise=noise, rng=rng)`. False: measured, call `make()`.
    """

    make: Callable[..., Dataset]
    task: str
    drawn: bool


DATASETS = {
    "linearly_separable": Entry(linearly_separable, "classification", drawn=True),
    "blobs": Entry(blobs, "classification", drawn=True),
    "xor": Entry(xor, "classification", drawn=True),
    "circles": Entry(circles, "classification", drawn=True),
    "moons": Entry(moons, "classification", drawn=True),
    "spirals": Entry(spirals, "classification", drawn=True),
    "noisy_line": Entry(noisy_line, "regression", drawn=True),
    "noisy_sine": Entry(noisy_sine, "regression", drawn=True),
    "houses": Entry(load_houses, "regression", drawn=False),
    "orings": Entry(load_orings, "classification", drawn=False),
    "sunspots": Entry(load_sunspots, "regression", drawn=False),
    "digits": Entry(load_digits, "classification", drawn=False),
    "breast_cancer": Entry(load_breast_cancer, "classification", drawn=False),
    "diabetes": Entry(load_diabetes, "regression", drawn=False),
}

__all__ = [
    "DATASETS",
    "Dataset",
    "Entry",
    "blobs",
    "circles",
    "linearly_separable",
    "load_breast_cancer",
    "load_diabetes",
    "load_digits",
    "load_houses",
    "load_orings",
    "load_sunspots",
    "moons",
    "noisy_line",
    "noisy_sine",
    "spirals",
    "xor",
]
