"""A gradient that was handed in, as numbers only: which slip, where, would have made them.

Nobody saw how they were made. The search goes from the output to the input, as the gradient does,
and what a layer was handed is a hypothesis: the right derivative, or the one that a slip further
on would have made of it. A layer that is wrong by the first and right by the second inherits.
"""

from dataclasses import dataclass, replace

import numpy as np

from mlplib.gradcheck._differences import relative_error
from mlplib.gradcheck._slips import (
    FACTORS,
    IN_PENALTY,
    SAME,
    agreed,
    finding,
    findings_in,
    inherited,
    name_among,
    scaled,
)


@dataclass(frozen=True)
class _Suspect:
    """A derivative that a slip further on would have handed to a layer."""

    place: str
    fault: str
    dA: np.ndarray
    reported: bool


def retrace(point, given):
    """Findings and {(layer, name): (fault, note)} for a gradient `given`, (n_params,)."""
    m = len(point.X)
    parts = {number: (dW, db) for number, dW, db in point.layers(given)}
    findings, faults = [], {}
    handed, suspects = point.loss_slopes(point.forward()), []
    for station in reversed(point.stations):
        price = 0.0 if point.penalty is None else point.penalty_slopes(station.W)
        dW, db = parts[station.number]
        named = _names_given(station, dW, db, handed, price, m)
        if named[1] == "unknown" and _penalised(point, station, db, handed):
            named[1] = "penalty on biases"
        suspect = None
        if any(named):
            suspect, named = _inherits(station, dW, db, suspects, price, m, named)
        if suspect is not None and not suspect.reported:
            findings.append(finding(suspect.place, suspect.fault, m))
        findings += findings_in(station.place, ("W", "b"), named, m)
        for name, fault in zip(("W", "b"), named, strict=True):
            if suspect is not None and not fault:
                faults[station.number, name] = inherited(suspect.place)
            else:
                note = "" if fault == "unknown" else fault
                faults[station.number, name] = (fault.removesuffix(IN_PENALTY), note)
        suspects = _next_suspects(station, handed, suspect, named)
        handed = station.right(handed)[2]
    return _same_everywhere(point, findings, faults), faults


def _names_given(station, dW, db, handed, price, m):
    """Slips in a dW (penalty included) and a db, for what the layer is taken to be handed."""
    right_W, right_b, _ = station.right(handed)
    options = station.options(handed)
    options_W = [(n, g[0] + price) for n, g in options if g[0] is not None]
    if np.any(price):
        options_W += scaled(right_W + price, m)
        options_W += [(name + IN_PENALTY, right_W + g) for name, g in scaled(price, m)]
        options_W += [("missing penalty", right_W)]
    return agreed(
        [
            name_among(dW, right_W + price, options_W),
            name_among(db, right_b, [(n, g[1]) for n, g in options]),
        ]
    )


def _penalised(point, station, db, handed):
    """True if what is wrong with db is a penalty on the biases."""
    if point.penalty is None:
        return False
    b = point.twin.layers[station.number - 1].b
    extra = np.asarray(point.penalty.grad(b))
    return np.any(extra) and relative_error(db - station.right(handed)[1], extra) < SAME


def _inherits(station, dW, db, suspects, price, m, named):
    """The suspect that explains this layer best, if one does, and the slips beside it."""
    known = "unknown" not in named
    for suspect in suspects:
        beside = _names_given(station, dW, db, suspect.dA, price, m)
        if suspect.reported:
            explained = not any(beside) or (not known and "unknown" not in beside)
        else:  # a plain slip of the layer itself comes before one that nobody has seen yet
            explained = not known and not any(beside)
        if explained:
            return suspect, beside
    return None, named


def _next_suspects(station, handed, suspect, named):
    """What slips up to this layer would hand to the one before it."""
    if suspect is not None and not any(named):
        dX = station.right(suspect.dA)[2]
        return [_Suspect(suspect.place, suspect.fault, dX, True)]
    suspects = []
    for fault, (_, _, dX) in station.options(handed if suspect is None else suspect.dA):
        if dX is None:
            continue
        if any(fault in name.split(" or ") for name in named):
            suspects.append(_Suspect(station.place, fault, dX, True))
        elif not any(named):
            place = f"{station.place}, what it hands on"
            suspects.append(_Suspect(place, fault, dX, False))
    return suspects


def _same_everywhere(point, findings, faults):
    """Point at the loss where every layer carries the one factor of the last."""
    layers_at_fault = {number for number, _ in faults if any(faults[number, "W"])}
    if (
        len(findings) == 1
        and findings[0].fault in FACTORS
        and layers_at_fault == set(range(1, len(point.stations) + 1))
    ):
        only = findings[0]
        text = f"{only.text} Every layer carries it: look at the loss's gradient first."
        return [replace(only, text=text)]
    return findings
