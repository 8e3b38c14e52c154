"""A network's gradient, checked: what a user calls, and the course of one check.

What the verdict rests on, so that nobody has to guess:

- The gradient is compared part by part (each layer's W, each layer's b), in the norm of the part:
  `|backward - differences| / max(|backward|, |differences|)`, with an allowance for the rounding
  of the loss itself.
- Each parameter is nudged so far that its unit's pre-activation moves by 1e-4, whatever the
  units of the inputs; two such differences are extrapolated (Richardson), which leaves an error
  near 1e-11. Where rounding hides a part (a huge loss, a vanished gradient, an output so
  saturated that backward itself is inexact), longer nudges are tried, and shorter ones; where
  they do not help, the part is reported as lost in rounding, not as wrong.
- Corners (ReLU at 0) are passed on the tangent, with the slope that the activation states there.
  A gradient handed in may also take the left or the right slope.
- L1 at w = 0: the derivative is taken as 0, the mean of both sides; beside it, the penalty is
  only nudged away from 0.
- float32 networks are checked as their float64 twin: the formula is judged, not the rounding.
- Dropout is off, as in `predict`; with `rng`, all evaluations share the one mask it draws.
"""

import copy
from dataclasses import replace

import numpy as np

from mlplib._errors import check_array, check_number, check_rng, type_error, value_error
from mlplib.gradcheck._point import Point
from mlplib.gradcheck._retrace import retrace
from mlplib.gradcheck._verdict import judge, worst_entry
from mlplib.gradcheck._watch import watch
from mlplib.losses import get_loss
from mlplib.network import MLP
from mlplib.regularizers import check_penalty
from mlplib.training import check_data


def check_gradient(
    net, X, Y, loss, *, penalty=None, grad=None, rng=None, tol=1e-7, max_entries=400
):
    """Compare a network's gradient with finite differences, and name the fault if there is one.

    Parameters
    ----------
    net : MLP
        Not changed; a layer of your own (a subclass of `Dense`) is checked with it.
    X, Y : ndarray, (m, n_in) and (m, n_out)
        A handful of examples will do. Faults of a factor m show as such from m = 3 on.
    loss : Loss or str
    penalty : L1, L2 or ElasticNet, optional
    grad : ndarray (n_params,) or callable, optional
        The gradient to be checked: yours, laid out as `net.theta`, or a function
        `grad(net, X, Y)` that returns it. Default: what `backward` computes, as `train` uses it.
    rng : numpy.random.Generator, optional
        Dropout on, with one mask for all evaluations; the generator itself is not advanced.
    tol : float
        Relative error allowed in each part; 1e-4 at least for a `grad` in float32.
    max_entries : int
        Of a larger part, so many entries are nudged, evenly spread.

    Returns
    -------
    GradientReport
        True if the gradient is right; prints as text.

    Source: D8.

    Examples
    --------
    >>> net = MLP([2, 3, 1], rng=np.random.default_rng(0))
    >>> X, Y = np.ones((4, 2)), np.zeros((4, 1))
    >>> check_gradient(net, X, Y, "mse")
    gradient check passed: backward and finite differences agree to 1e-07 in all 4 parts

    A gradient that is summed over the examples, where their mean is meant:

    >>> net.backward(len(X) * get_loss("mse").grad(net.forward(X), Y))
    >>> report = check_gradient(net, X, Y, "mse", grad=net.grad)
    >>> report.fault, report.findings[0].place
    ('missing 1/m', 'layer 2, W and b')
    >>> print(report.parts[0])
    layer 1, W: relative error 0.75, inherited from layer 2
    """
    if not isinstance(net, MLP):
        raise type_error(
            "check_gradient", "net to be an MLP", f"{type(net).__name__}", "Pass MLP(...)."
        )
    loss = get_loss(loss)
    check_number("check_gradient", "tol", tol, 0, low_open=True)
    check_number("check_gradient", "max_entries", max_entries, 1, integer=True)
    if rng is not None:
        check_rng("check_gradient", rng)
    twin = _float64_twin(net)
    X, Y = check_data(twin, X, Y, loss, "check_gradient")
    check_penalty("check_gradient", penalty)
    given = None
    if grad is not None:
        given = _given_gradient(grad, net, X, Y)
        if given.dtype == np.float32 or net.dtype == np.float32:
            tol = max(tol, 1e-4)
        given = given.astype(float)

    with np.errstate(all="ignore"):
        return _check(Point(twin, X, Y, loss, penalty, rng), given, tol, max_entries)


def _check(point, given, tol, max_entries):
    """The report: a verdict and, if it is "wrong", the faults behind it."""
    got = point.backward() if given is None else given
    # A gradient that was handed in may have its own convention at a corner; it is right if one
    # of the three makes it so.
    for side in ("stated", "right", "left"):
        cornered = point.straighten(side)
        report, entries = judge(point, got, tol, max_entries)
        if report.ok:
            return report
        if given is None or not cornered:
            break
    if cornered:
        point.straighten("stated")
        report, entries = judge(point, got, tol, max_entries)
    if given is None:
        findings, faults = watch(point)
    else:
        findings, faults = retrace(point, got)
    parts = tuple(
        part if part.ok else replace(part, fault=fault, note=note)
        for part in report.parts
        for fault, note in [faults.get((part.layer, part.name), ("unknown", ""))]
    )
    worst = worst_entry(parts, entries, "backward" if given is None else "given")
    return replace(report, parts=parts, findings=tuple(findings), worst=worst)


def _given_gradient(grad, net, X, Y):
    where = "check_gradient"
    if callable(grad):
        where = getattr(grad, "__name__", "grad")
        grad = grad(copy.deepcopy(net), X.copy(), Y.copy())
    grad = check_array(where, "a gradient", grad, ndim=1)
    if grad.shape != net.theta.shape:
        raise value_error(
            where,
            f"a gradient of net.theta's shape {net.theta.shape}",
            f"{grad.shape}",
            "Lay it out as theta: for each layer dW.ravel(), then db.",
        )
    return grad


def _float64_twin(net):
    """A copy of the network in float64; layers of a reader's own class included."""
    twin = copy.deepcopy(net)
    if twin.dtype != np.float64:
        for layer in twin.layers:
            state = layer.__getstate__()
            layer.__setstate__(state | {k: state[k].astype(float) for k in ("theta", "grad")})
        twin._flatten()
    return twin
