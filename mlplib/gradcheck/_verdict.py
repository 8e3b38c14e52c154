"""The verdict: both gradients, compared part by part, with all that rounding may do.

A part (the W or the b of one layer) is right if the two differ by at most `tol` of its norm, and
by what rounding may have added. Where that allowance is larger than `tol` asks, the part is
looked at again with longer nudges, which rise above rounding; where a part seems wrong, again
with all doubt counted in its favour. So "wrong" is said only where it is certain.
"""

from dataclasses import dataclass, replace

import numpy as np

from mlplib.gradcheck._differences import relative_error
from mlplib.gradcheck._report import GradientReport, Part, digits


@dataclass
class Entries:
    """The entries of one part that are nudged, and both their derivatives.

    `local` are their places in the part, `flat` those in theta; `rounding` is how far rounding
    may have moved each of `expected`.
    """

    layer: int
    name: str
    shape: tuple
    size: int
    local: np.ndarray
    flat: np.ndarray
    got: np.ndarray | None = None
    expected: np.ndarray | None = None
    rounding: np.ndarray | None = None


def judge(point, got, tol, max_entries):
    """The report on a gradient `got`, without names of faults, and the entries behind it."""
    entries = _chosen(point, got, max_entries)
    expected, rounding = point.slopes(np.concatenate([e.flat for e in entries]))
    parts, start = [], 0
    for e in entries:
        stop = start + e.flat.size
        e.got, e.expected, e.rounding = got[e.flat], expected[start:stop], rounding[start:stop]
        start = stop
        part = _part(e, tol)
        if part.note:  # lost in rounding: longer nudges may lift it out
            part = _look_closer(point, e, part, tol)
        elif not part.ok:  # or is it rounding, in a network that is saturated?
            part = _give_the_benefit_of_the_doubt(point, e, part, tol)
        parts.append(part)
    notes = ()
    if any(e.flat.size < e.size for e in entries):
        notes = (f"Of a larger part, {max_entries} entries were checked, evenly spread.",)
    error = relative_error(
        np.concatenate([e.got for e in entries]), np.concatenate([e.expected for e in entries])
    )
    return GradientReport(all(p.ok for p in parts), error, tol, tuple(parts), notes=notes), entries


def _chosen(point, vector, most):
    """For each part, all entries or `most` of them, evenly spread."""
    entries, start = [], 0
    for number, *arrays in point.layers(vector):
        for name, array in zip("Wb", arrays, strict=True):
            local = np.arange(array.size)
            if array.size > most:
                local = np.linspace(0, array.size - 1, most).astype(int)
            entries.append(Entries(number, name, array.shape, array.size, local, start + local))
            start += array.size
    return entries


def _part(entries, tol):
    """The verdict on one part."""
    got, expected = entries.got, entries.expected
    scale = np.maximum(np.linalg.norm(got), np.linalg.norm(expected))
    allowance = np.linalg.norm(entries.rounding)
    ok = bool(np.linalg.norm(got - expected) <= tol * scale + allowance)
    lost = ok and 0 < tol * scale < allowance
    note = f"lost in rounding, no verdict to {tol:g}" if lost else ""
    return Part(entries.layer, entries.name, ok, relative_error(got, expected), note=note)


def _look_closer(point, entries, part, tol):
    """The part with nudges 100 and 10 000 times as long, where that gives a plain verdict."""
    for longer in (1e2, 1e4):
        expected, rounding = point.slopes(entries.flat, longer)
        again = _part(replace(entries, expected=expected, rounding=rounding), tol)
        if again.ok and not again.note:
            entries.expected = expected
            return again
    return part


def _give_the_benefit_of_the_doubt(point, entries, part, tol):
    """The part with all that rounding may do: to the differences, and to backward itself."""
    finer, _ = point.slopes(entries.flat, 0.5)
    doubt = np.abs(finer - entries.expected) + point.backward_rounding()[entries.flat]
    again = _part(replace(entries, rounding=entries.rounding + 4 * doubt), tol)
    return again if again.ok else part


def worst_entry(parts, entries, got_from):
    """The entry furthest off, measured in the size of its part, in words.

    Parts that only inherit a fault are passed over.
    """
    at_fault = [k for k, p in enumerate(parts) if not p.ok and p.fault != "inherited"]
    worst, words = -1.0, ""
    for k in at_fault or [k for k, p in enumerate(parts) if not p.ok]:
        e = entries[k]
        off = np.abs(e.got - e.expected)
        off = np.where(np.isfinite(off), off, 1e300)
        i = int(np.argmax(off > off.max() * (1 - 1e-6)))  # of equals the first, whatever rounding
        share = off[i] / (max(np.linalg.norm(e.got), np.linalg.norm(e.expected)) or 1)
        if not share <= worst * (1 + 1e-6):
            worst = share
            index = ", ".join(str(int(j)) for j in np.unravel_index(e.local[i], e.shape))
            size = max(abs(e.got[i]), abs(e.expected[i]))
            words = (
                f"worst entry: {parts[k].place}[{index}]: {got_from} {digits(e.got[i], 3, size)}, "
                f"finite differences {digits(e.expected[i], 3, size)}"
            )
    return words
