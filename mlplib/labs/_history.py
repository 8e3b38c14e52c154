"""The records of a run, kept small however long it runs.

A lab at full speed makes tens of thousands of updates a second. As Python tuples ten minutes of
that would fill the memory; here they are rows of one table of numbers, and when the table is full
it is thinned: of each four records the one with the least and the one with the greatest loss
stay, so that a curve keeps its spikes. The same idea, per column of pixels, makes the few points
that are worth drawing.
"""

from collections.abc import Sequence
from itertools import chain

import numpy as np

CAPACITY = 1 << 16  # records; below this a history is complete


class History(Sequence):
    """A sequence of records (named tuples of numbers), with numbers beside them that a lab adds.

    Parameters
    ----------
    extras : tuple of str
        Names of those further numbers.
    by : str
        The field whose spikes survive thinning.
    capacity : int
        Records to hold at most; divisible by 4.

    Examples
    --------
    >>> from mlplib.training import Record
    >>> history = History()
    >>> history.extend([Record(1, 1, 4.0, 0.1, 2.0, 3.9), Record(2, 2, 1.0, 0.1, 1.0, 0.5)])
    >>> len(history), history[-1].loss, history.column("loss")
    (2, 1.0, array([4., 1.]))
    """

    def __init__(self, extras=(), by="loss", capacity=CAPACITY):
        self.steps = 0
        self._extras, self._by, self._capacity = tuple(extras), by, capacity
        self._kind = None  # the records' type, known with the first one
        self._names = {}
        self._table = np.empty((0, 0))
        self._n = 0

    def extend(self, records, extras=None):
        """Append records and, for each, the tuple of its extras."""
        if not records:
            return
        if self._kind is None:
            self._take_shape(records[0])
        block = _table(records)
        if self._extras:
            block = np.hstack([block, _table(extras)])
        self.steps += len(block)
        while len(block):
            free = self._capacity - self._n
            part, block = block[:free], block[free:]
            self._reserve(self._n + len(part))
            self._table[self._n : self._n + len(part)] = part
            self._n += len(part)
            if self._n == self._capacity:
                self._thin()

    def _take_shape(self, record):
        self._kind = type(record)
        self._whole = [isinstance(value, int) for value in record]
        names = (*record._fields, *self._extras)
        self._names = {name: i for i, name in enumerate(names)}
        self._table = np.empty((0, len(names)))

    def _reserve(self, n):
        if n > len(self._table):
            table = np.empty((min(max(2 * n, 1024), self._capacity), self._table.shape[1]))
            table[: self._n] = self._table[: self._n]
            self._table = table

    def _thin(self):
        kept = _least_and_greatest(self._table[:, self._names[self._by]], self._capacity // 4)
        self._n = len(kept)
        self._table[: self._n] = self._table[kept]

    @property
    def complete(self):
        """Whether every record is still here."""
        return self._n == self.steps

    def __len__(self):
        return self._n

    def __getitem__(self, index):
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(self._n))]
        if not -self._n <= index < self._n:
            raise IndexError(f"history: there are {self._n} records; got index {index}.")
        row = self._table[index % self._n].tolist()
        values = zip(row, self._whole, strict=False)
        return self._kind(*(int(value) if whole else value for value, whole in values))

    def column(self, name):
        """One field of all records, as an array that must not be changed."""
        if self._n == 0:
            return np.empty(0)
        view = self._table[: self._n, self._names[name]]
        view.flags.writeable = False
        return view

    def curve(self, name, points=400):
        """Steps and values of one field, thinned to about `points` that keep the spikes."""
        values = self.column(name)
        kept = spikes(values, points)
        return self.column("step")[kept], values[kept]

    def __repr__(self):
        if not self._n:
            return "no steps yet"
        last = f"{self._by} {self.column(self._by)[-1]:.6g}"
        return f"{self.steps} steps, {last}"


def _table(rows):
    """A list of tuples of numbers as an array: in a fifth of the time that np.array takes."""
    width = len(rows[0])
    flat = np.fromiter(chain.from_iterable(rows), float, count=width * len(rows))
    return flat.reshape(len(rows), width)


def spikes(values, points):
    """Indices of at most `points` entries that draw the same curve: each stretch's extremes.

    Examples
    --------
    >>> spikes(np.array([0.0, 1, 2, 9, 2, 1, 0, -7, 0]), 8)
    array([0, 2, 3, 5, 6, 7, 8])
    """
    n, groups = len(values), points // 2 - 1
    if n <= points:
        return np.arange(n)
    size = -(-n // groups)
    padded = np.concatenate([values, np.full(groups * size - n, values[-1])])
    kept = np.minimum(_least_and_greatest(padded, groups), n - 1)
    return np.unique(np.concatenate([[0], kept, [n - 1]]))


def _least_and_greatest(values, groups):
    """Indices, in order, of the least and the greatest of each of `groups` equal groups."""
    blocks = values.reshape(groups, -1)
    start = np.arange(groups) * blocks.shape[1]
    return np.unique([start + blocks.argmin(axis=1), start + blocks.argmax(axis=1)])
