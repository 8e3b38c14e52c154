"""A network whose backward can be watched at work: which place makes something wrong.

The search goes from the output to the input, as the gradient does. A fault in a late layer
reaches all earlier ones, so each layer is judged by what it made of the derivative that it was
handed: the layers that made something wrong are at fault, and those before them inherit.
"""

import numpy as np

from mlplib.gradcheck._differences import relative_error
from mlplib.gradcheck._report import Finding
from mlplib.gradcheck._slips import IN_PENALTY, finding, findings_in, inherited, name_among, scaled


def watch(point):
    """Findings and {(layer, name): (fault, note)} for the network's own backward.

    Each place is judged by itself: the loss's gradient, every layer given what it was handed,
    the penalty.
    """
    m = len(point.X)
    findings, faults = [], {}
    S = point.forward()
    d_output = point.loss.f(S.copy(), point.Y)[1]
    d_right = point.loss_slopes(S)
    origin = ""
    fault = name_among(d_output, d_right, scaled(d_right, m))
    if fault:
        origin = f"the gradient of {point.loss.name}"
        findings.append(finding(origin, fault, m))
    point.forward()
    for layer, station in reversed(list(zip(point.twin.layers, point.stations, strict=True))):
        d_output = np.array(d_output, dtype=float)
        handed_on = layer.backward(d_output.copy())
        dW, db = layer.dW.copy(), layer.db.copy()
        right = None
        if relative_error(point.outputs[station.number - 1], station.output) > 1e-9:
            right = point.own_slopes(station.number, d_output)  # a forward of the reader's own
        dX = np.asarray(handed_on, dtype=float)
        if dX.shape != station.X.shape:
            text = f"It hands on an array of shape {dX.shape}; its input has {station.X.shape}."
            findings.append(Finding(station.place, "unknown", text))
            break
        named = station.names((dW, db, dX), d_output, right)
        if station.number == 1:
            named[2] = ""  # nobody is there to be handed it
        findings += _layer_findings(station, named, d_output, dW, m)
        for name, fault in zip(("W", "b"), named, strict=False):
            faults[station.number, name] = (fault, "") if fault else inherited(origin)
        if named[2]:
            origin = station.place
        d_output = dX
    findings += _penalty_findings(point, faults, m)
    return findings, faults


def _layer_findings(station, named, d_output, dW, m):
    """One finding for each fault of a layer, or the one that its activation is to blame for."""
    fault = station.activation_fault(d_output, dW) if named[0] else ""
    if fault:
        place = f"{station.place}, the derivative of {station.activation.name}"
        return [finding(place, fault, m)]
    return findings_in(station.place, ("W", "b", "what it hands on"), named, m)


def _penalty_findings(point, faults, m):
    """The finding for the penalty, if its gradient is wrong; notes the parts in `faults`."""
    found = []
    if point.penalty is None:
        return found
    for station in point.stations:
        right = point.penalty_slopes(station.W)
        got = np.asarray(point.penalty.grad(station.W))
        fault = name_among(got, right, scaled(right, m))
        if fault:
            faults[station.number, "W"] = (fault, fault + IN_PENALTY)
            if not found:
                found.append(finding("the penalty's gradient", fault, m))
    return found
