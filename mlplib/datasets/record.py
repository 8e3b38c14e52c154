"""What every dataset is: arrays that know their names, their units and where they come from.

Generated and measured data share this one type, so that a notebook, a lab or a plot handles both
alike, and so that an axis can be labelled "lot_sqft [square feet]" without a look elsewhere.
"""

from dataclasses import dataclass, field, replace

import numpy as np

from mlplib._errors import check_option, type_error, value_error


@dataclass(frozen=True, eq=False, repr=False)
class Dataset:
    """Inputs and targets with their names. `X, y = data` unpacks the two arrays.

    Parameters
    ----------
    name : str
    X : ndarray (m, n_in) of float64
        One row per example.
    y : ndarray (m,)
        float64 for regression; int64 labels 0..k-1 for classification.
    feature_names : tuple of str
        One per column of X.
    target_name : str
    description : str
        What was measured or drawn, in a sentence or two.
    classes : tuple of str
        What the labels 0, 1, ... mean; empty for regression.
    units : dict
        The unit of each named column that has one, the target included.
    source : str
        Who published the data or the geometry.
    note : str
        What was left out or changed on the way from the source, and why.
    row_names : tuple of str
        One per row, where rows have names.

    Examples
    --------
    >>> import numpy as np
    >>> data = Dataset("rain", np.array([[1.0], [2.0], [3.0]]), np.array([4.0, 0.5, 12.0]),
    ...                ("day",), "rain", "Three days of rain.", units={"rain": "mm"})
    >>> data
    rain: 3 rows, 1 feature
    X (3, 1)
      day    1 to 3
    y (3,)
      rain   0.5 to 12 [mm]
    Three days of rain.
    >>> data.label("rain")
    'rain [mm]'
    >>> X, y = data
    >>> X.shape, y.shape
    ((3, 1), (3,))
    """

    name: str
    X: np.ndarray
    y: np.ndarray
    feature_names: tuple[str, ...]
    target_name: str
    description: str
    classes: tuple[str, ...] = ()
    units: dict[str, str] = field(default_factory=dict)
    source: str = ""
    note: str = ""
    row_names: tuple[str, ...] = ()

    def __post_init__(self):
        m = len(self.y)
        if self.X.shape != (m, len(self.feature_names)) or self.y.ndim != 1:
            raise value_error(
                f"Dataset {self.name!r}",
                "X (m, n_in) with one name per column, and y (m,)",
                f"X {self.X.shape}, {len(self.feature_names)} names and y {self.y.shape}",
                "Make them fit.",
            )
        if self.row_names and len(self.row_names) != m:
            raise value_error(
                f"Dataset {self.name!r}", f"{m} row names", f"{len(self.row_names)}", "Name all."
            )

    def __iter__(self):
        return iter((self.X, self.y))

    def label(self, name):
        """Text for an axis: the column's name, and its unit in brackets where it has one."""
        names = (*self.feature_names, self.target_name)
        check_option(f"Dataset {self.name!r}", "name", name, names)
        unit = self.units.get(name)
        return f"{name} [{unit}]" if unit else name

    def select(self, features):
        """Return the same data with only these features, in this order.

        Parameters
        ----------
        features : list of str, or str
            Names from `feature_names`; one name alone still gives a 2-D X, with one column.

        Examples
        --------
        >>> from mlplib.datasets import load_houses
        >>> load_houses().select(["bedrooms", "stories"]).X[:2]
        array([[3., 2.],
               [2., 1.]])
        """
        return self._select(features, "Dataset.select")

    def _select(self, features, where):
        names = [features] if isinstance(features, str) else features
        if not isinstance(names, (list, tuple)):
            raise type_error(
                where, "features as a list of names", f"{features!r:.60}", 'Use ["a", "b"].'
            )
        if len(names) == 0 or len({str(name) for name in names}) < len(names):
            raise value_error(
                where,
                "features to name at least one column, and each once",
                f"{list(names)}",
                f"The data has {', '.join(self.feature_names)}.",
            )
        for name in names:
            check_option(where, "features", name, self.feature_names)
        left_out = set(self.feature_names) - set(names)
        return replace(
            self,
            X=self.X[:, [self.feature_names.index(name) for name in names]],
            feature_names=tuple(names),
            units={name: unit for name, unit in self.units.items() if name not in left_out},
        )

    def __repr__(self):
        m, n_in = self.X.shape
        head = f"{self.name}: {m} rows, {n_in} feature{'s' * (n_in != 1)}"
        if self.classes:
            head += f", {len(self.classes)} classes"
        shown = self.feature_names if n_in <= 12 else self.feature_names[:6]
        width = max(len(name) for name in (*shown, self.target_name)) + 2
        lines = [head, f"X {self.X.shape}"]
        lines += [
            f"  {name:<{width}} {self._range(name, self.X[:, i])}" for i, name in enumerate(shown)
        ]
        if len(shown) < n_in:
            lines.append(f"  ... and {n_in - len(shown)} more, up to {self.feature_names[-1]}")
        lines.append(f"y {self.y.shape}")
        lines.append(f"  {self.target_name:<{width}} {self._targets()}")
        lines.append(self.description)
        if self.note:
            lines.append(f"Note: {self.note}")
        if self.source:
            lines.append(f"Source: {self.source}")
        return "\n".join(lines)

    def _range(self, name, column):
        unit = f" [{self.units[name]}]" if name in self.units else ""
        return f"{_number(column.min())} to {_number(column.max())}{unit}"

    def _targets(self):
        if not self.classes:
            return self._range(self.target_name, self.y)
        counts = np.bincount(self.y, minlength=len(self.classes))
        if len(self.classes) > 4:
            last = len(self.classes) - 1
            return f"0 to {last}, from {counts.min()} to {counts.max()} rows each"
        return ", ".join(
            f"{label} = {meaning} ({count})"
            for label, (meaning, count) in enumerate(zip(self.classes, counts, strict=True))
        )


def _number(value):
    """Large numbers in full, small ones to three digits: 16200, 0.998."""
    return f"{value:.6g}" if abs(value) >= 1000 else f"{value:.3g}"
