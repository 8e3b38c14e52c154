"""Is this gradient right? Finite differences are the judge. Source: D8.

Nudge one parameter a little to either side, see how the loss changes, and compare with what
backpropagation says. Slow, and needs no calculus: which is what makes it a judge.

`numerical_gradient` is that idea in ten lines. `check_gradient` applies it to a network, with the
care that a verdict needs, and where the verdict is "wrong" says which layer is at fault and, if
it is a known slip, which one.

What the verdict rests on, so that nobody has to guess:

- The gradient is compared part by part (each layer's W, each layer's b), in the norm of the part:
  `|backward - differences| / max(|backward|, |differences|)`, with an allowance for the rounding
  of the loss itself.
- Each parameter is nudged so far that its unit's pre-activation moves by 1e-4, whatever the
  units of the inputs; two such differences are extrapolated (Richardson), which leaves an error
  near 1e-11. Where rounding hides a part (a huge loss, a vanished gradient, an output so
  saturated that backward itself is inexact), longer nudges are tried, and shorter ones; where
  they do not help, the part is reported as lost in rounding, not as wrong.
- Corners (ReLU at 0). Where a pre-activation lies within reach of a corner of its activation,
  the function is replaced by its tangent there, with the slope that the activation states if that
  lies between the slopes on both sides. So the convention at the corner is accepted, and a nudge
  over it raises no alarm. A gradient handed in may also take the left or the right slope.
- L1 at w = 0: the derivative is taken as 0, the mean of both sides; beside it, the penalty is
  only nudged away from 0.
- float32 networks are checked as their float64 twin: the formula is judged, not the rounding.
- Dropout is off, as in `predict`; with `rng`, all evaluations share the one mask it draws.
"""

import copy
import math
import textwrap
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from mlplib._diagnosis import Station, relative_error, retrace, watch
from mlplib._errors import check_array, check_number, check_rng, type_error, value_error
from mlplib.losses import get_loss
from mlplib.network import MLP
from mlplib.regularizers import check_penalty
from mlplib.training import _add_penalty, check_data


def numerical_gradient(f, theta, eps=1e-6):
    """Gradient of a scalar function by central differences.

    .. math:: \\frac{\\partial f}{\\partial \\theta_i} \\approx
              \\frac{f(\\theta + \\epsilon e_i) - f(\\theta - \\epsilon e_i)}{2 \\epsilon}

    Parameters
    ----------
    f : callable
        `f(theta) -> float`.
    theta : ndarray, any shape
        Where to take the gradient; not changed.
    eps : float
        The nudge. The error of central differences shrinks with eps^2 until rounding, which
        grows as 1/eps, takes over: for float64 that is near 1e-5 to 1e-6.

    Returns
    -------
    ndarray, shaped as theta

    Source: D8.

    Examples
    --------
    >>> numerical_gradient(lambda w: float(w @ w), np.array([1.0, -2.0])).round(6)
    array([ 2., -4.])
    """
    theta = np.array(check_array("numerical_gradient", "theta", theta), dtype=float)
    check_number("numerical_gradient", "eps", eps, 0, low_open=True)
    gradient = np.empty_like(theta)
    for i in np.ndindex(theta.shape):
        original = theta[i]
        theta[i] = original + eps
        above = _one_number(f(theta))
        theta[i] = original - eps
        below = _one_number(f(theta))
        theta[i] = original
        gradient[i] = (above - below) / (2 * eps)
    return gradient


def _one_number(value):
    if np.ndim(value) != 0:
        raise value_error(
            "numerical_gradient",
            "f(theta) to be one number",
            f"shape {np.shape(value)}",
            "A gradient belongs to a scalar: sum or average first.",
        )
    return value


# ---- the report -----------------------------------------------------------------------------


def _digits(value, n, size=0.0):
    """The value in n digits, the same on every machine.

    What is left of it beyond the 7th digit is noise, which would settle a tie such as 0.75 now
    this way and now that; so is a value that is nothing beside `size`.
    """
    value = 0.0 if abs(value) < 1e-9 * size else float(f"{value:.7g}")
    return f"{value:.{n}g}"


@dataclass(frozen=True)
class Part:
    """Verdict on one parameter array: the W or the b of one layer.

    Attributes
    ----------
    layer : int
        1 is the first: `net.layers[layer - 1]`.
    name : {"W", "b"}
    ok : bool
    error : float
        Relative error in the norm of the part.
    fault : str
        Empty if ok; the name of a known fault ("missing 1/m", "1/m twice", "factor 2",
        "factor 1/2", "sign", "transpose", "wrong axis", "wrong argument"); two of them joined by
        "or" where they cannot be told apart; "inherited" from a later place; or "unknown".
    """

    layer: int
    name: str
    ok: bool
    error: float
    fault: str = ""
    note: str = ""

    @property
    def place(self):
        """Where it is, in words."""
        return f"layer {self.layer}, {self.name}"

    def __str__(self):
        if self.ok:
            return f"{self.place}: {self.note or 'agrees'}"
        fault = self.note or {"unknown": "none of the known slips"}.get(self.fault, self.fault)
        return f"{self.place}: relative error {_digits(self.error, 2)}, {fault}"


@dataclass(frozen=True)
class GradientReport:
    """What a gradient check found. True in an `if` when the gradient is right.

    Attributes
    ----------
    ok : bool
    error : float
        Relative error of the whole gradient, in the norm.
    tol : float
        What was allowed.
    parts : tuple of Part
        First layer first.
    findings : tuple of Finding
        The places at fault, as seen from the output; each with `place`, `fault` and `text`.
    worst : str
        The entry that is furthest off, with both numbers; empty if ok.
    notes : tuple of str
        What a reader should know about how it was checked.
    """

    ok: bool
    error: float
    tol: float
    parts: tuple
    findings: tuple = ()
    worst: str = ""
    notes: tuple = ()

    @property
    def fault(self):
        """Name of the first fault, seen from the output; empty if there is none."""
        return self.findings[0].fault if self.findings else ""

    def __bool__(self):
        return self.ok

    def __repr__(self):
        if self.ok:
            agree = f"agree to {self.tol:g} in all {len(self.parts)} parts"
            lines = [f"gradient check passed: backward and finite differences {agree}"]
            lines += [f"  {part}" for part in self.parts if part.note]
        else:
            lines = [
                f"gradient check failed: relative error {_digits(self.error, 2)}, "
                f"{self.tol:g} is allowed"
            ]
            lines += [f"  {part}" for part in self.parts]
            lines += [f"{f.place}: {f.text}" for f in self.findings]
            lines += [self.worst]
        lines += self.notes
        return "\n".join(textwrap.fill(line, 88, subsequent_indent="    ") for line in lines)


# ---- the check ------------------------------------------------------------------------------

_NUDGE = 1e-4  # how far a nudge moves a pre-activation
_EPS = float(np.finfo(float).eps)
_REACH = 20 * _NUDGE  # how near a corner is too near: layers further on may move more


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
        return _check(_Point(twin, X, Y, loss, penalty, rng), given, tol, max_entries)


def _check(point, given, tol, max_entries):
    got = point.backward() if given is None else given
    # A gradient that was handed in may have its own convention at a corner; it is right if one
    # of the three makes it so.
    for side in ("stated", "right", "left"):
        cornered = point.straighten(side)
        report, entries = _judge(point, got, tol, max_entries)
        if report.ok:
            return report
        if given is None or not cornered:
            break
    if cornered:
        point.straighten("stated")
        report, entries = _judge(point, got, tol, max_entries)
    if given is None:
        findings, faults = watch(point)
    else:
        findings, faults = retrace(point, {n: (dW, db) for n, dW, db in point.layers(got)})
    parts = tuple(
        part if part.ok else replace(part, fault=fault, note=note)
        for part in report.parts
        for fault, note in [faults.get((part.layer, part.name), ("unknown", ""))]
    )
    worst = _worst(parts, entries, "backward" if given is None else "given")
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


class _Point:
    """A network at the parameters that are checked, and its loss around them."""

    def __init__(self, twin, X, Y, loss, penalty, rng):
        self.twin, self.X, self.Y = twin, X, Y
        self.loss, self.penalty, self.rng = loss, penalty, rng
        self.value = self.loss_here()
        if not math.isfinite(self.value):
            raise value_error(
                "check_gradient",
                "a finite loss at these parameters",
                f"{self.value}",
                "Check at finite weights, before training diverges.",
            )
        # the size of the numbers inside a cross-entropy, which may cancel to a loss near 0
        S = twin._forward(X, copy.deepcopy(rng))
        self.unit = max(1.0, np.abs(S).max()) if loss.targets != "any" else 0.0
        self.activations = [layer.activation for layer in twin.layers]
        self.inputs, self.outputs, self.rngs = [], [], []
        A, rng = X, copy.deepcopy(rng)
        for layer in twin.layers:
            self.inputs.append(A)
            self.rngs.append(copy.deepcopy(rng))
            A = np.array(layer.forward(A, rng), dtype=float)
            self.outputs.append(A)
        self.masks = [layer._mask for layer in twin.layers]
        self.straighten("stated")

    def forward(self):
        """Scores S, with the network's own activations."""
        for layer, activation in zip(self.twin.layers, self.activations, strict=True):
            layer.activation = activation
        return np.array(self.twin._forward(self.X, copy.deepcopy(self.rng)))

    def loss_here(self):
        """Loss without penalty, at theta as it stands."""
        return self.loss.f(self.twin._forward(self.X, copy.deepcopy(self.rng)), self.Y)[0]

    def backward(self):
        """The gradient, computed as `train` does."""
        _, dS = self.loss.f(self.forward(), self.Y)
        self.twin._backward(dS)
        if self.penalty is not None:
            _add_penalty(self.twin, self.penalty)
        return self.twin.grad.copy()

    def layers(self, vector):
        """(number, W part, b part) of a vector laid out as theta, first layer first."""
        start = 0
        for number, layer in enumerate(self.twin.layers, 1):
            middle, stop = start + layer.W.size, start + layer.n_params
            yield number, vector[start:middle].reshape(layer.W.shape), vector[middle:stop]
            start = stop

    # ---- corners ------------------------------------------------------------------------

    def straighten(self, side):
        """Replace each activation by its tangent where it is near a corner; say if any was.

        `side` is the slope to take there: the one the activation states (where it lies between
        those of both sides), the right or the left one.
        """
        self.stations, self.straight, cornered = [], [], False
        for i, (layer, a) in enumerate(zip(self.twin.layers, self.activations, strict=True)):
            Z = self.inputs[i] @ layer.W + layer.b
            corners, slopes = _corners(a, Z, side)
            f = partial(_with_tangents, a.f, Z, a.f(Z), corners, slopes) if corners.any() else a.f
            cornered |= bool(corners.any())
            self.straight.append(replace(a, f=f, takes_out=False) if corners.any() else a)
            self.stations.append(Station(i + 1, self.inputs[i], layer.W, Z, self.masks[i], a, f))
        return cornered

    # ---- finite differences -------------------------------------------------------------

    def slopes(self, chosen, longer=1.0):
        """Derivatives of the loss with respect to the entries `chosen` of theta.

        Also how far rounding may have moved each. `longer` multiplies the nudge.
        """
        steps = longer * np.concatenate(list(self._steps()))[chosen]
        steps = np.maximum(steps, 64 * np.spacing(np.abs(self.twin.theta[chosen])))
        for layer, activation in zip(self.twin.layers, self.straight, strict=True):
            layer.activation = activation
        theta = self.twin.theta
        slopes = np.array(
            [_slope(theta, i, h, self.loss_here) for i, h in zip(chosen, steps, strict=True)]
        )
        return slopes, 4 * self._rounding() / steps

    def _steps(self):
        """How far to nudge each W, then b: so that its unit's Z moves by _NUDGE at most."""
        for layer, X in zip(self.twin.layers, self.inputs, strict=True):
            reach = np.abs(X).max(axis=0)
            step = _NUDGE / np.where(reach > _NUDGE, reach, 1)
            yield np.repeat(step, layer.n_out)
            yield np.full(layer.n_out, _NUDGE)

    def _rounding(self):
        """How much rounding moves the loss: theta nudged by next to nothing."""
        theta, original = self.twin.theta, self.twin.theta.copy()
        S = self.twin._forward(self.X, copy.deepcopy(self.rng))
        base, dS = self.loss.f(S, self.Y)
        # the last digit of each score, and that of what the loss makes of them
        noise = _EPS * max(abs(base), self.unit, np.abs(dS * S).sum())
        for k in range(1, 5):
            theta *= 1 + k * _EPS
            noise = max(noise, abs(self.loss_here() - base))
            theta[...] = original
        return noise

    def backward_rounding(self):
        """How much rounding moves each entry of the gradient: large behind a saturated output."""
        theta, original, rng = self.twin.theta, self.twin.theta.copy(), np.random.default_rng(0)
        base, moved = self.backward(), np.zeros(theta.size)
        for _ in range(4):
            theta *= 1 + 4 * _EPS * rng.uniform(-1, 1, theta.size)
            moved = np.maximum(moved, np.abs(self.backward() - base))
            theta[...] = original
        return moved

    def loss_slopes(self, S):
        """Derivative of the loss with respect to the scores, by differences."""
        S = S.copy()
        flat = S.reshape(-1)
        slopes = [
            _slope(flat, i, _NUDGE * min(1, _room(self.loss, s)), lambda: self.loss.f(S, self.Y)[0])
            for i, s in enumerate(flat)
        ]
        return np.array(slopes).reshape(S.shape)

    def own_slopes(self, number, d_output):
        """(dW, db, dX) of a layer with a forward of its own, for what it was handed."""
        layer, X = self.twin.layers[number - 1], self.inputs[number - 1].copy()
        rng = self.rngs[number - 1]

        def value():
            return np.vdot(d_output, layer.forward(X, copy.deepcopy(rng)))

        return [
            np.array([_slope(flat, i, _NUDGE, value) for i in range(flat.size)]).reshape(shape)
            for array in (layer.W, layer.b, X)
            for flat, shape in [(array.reshape(-1), array.shape)]
        ]

    def price_of(self, entries):
        """Derivative of the penalty with respect to the chosen entries of one part."""
        if entries.name == "b":
            return np.zeros(entries.flat.size)
        return self.penalty_slopes(self.twin.layers[entries.layer - 1].W, entries.local)

    def penalty_slopes(self, W, chosen=None):
        """Derivative of the penalty with respect to the weights, by differences; shaped as W.

        Near 0, where L1 has its corner, only away from it; at 0, the mean of both sides. With
        `chosen` (flat indices), only theirs.
        """
        W = W.copy()
        flat = W.reshape(-1)

        def value():
            return self.penalty.value(W)

        def slope(i):
            if flat[i] == 0 or abs(flat[i]) > 2 * _NUDGE:
                return _slope(flat, i, _NUDGE, value)
            return _one_sided_slope(flat, i, math.copysign(_NUDGE, flat[i]), value)

        if chosen is not None:
            return np.array([slope(i) for i in chosen])
        return np.array([slope(i) for i in range(flat.size)]).reshape(W.shape)


def _slope(x, i, h, f):
    """df/dx_i by two central differences, extrapolated: the error shrinks with h^4."""
    original, slopes = x[i], []
    for step in (h, h / 2):
        high, low = original + step, original - step
        x[i] = high
        above = f()
        x[i] = low
        slopes.append((above - f()) / (high - low))
    x[i] = original
    return (4 * slopes[1] - slopes[0]) / 3


def _one_sided_slope(x, i, h, f):
    """df/dx_i from x_i, x_i + h and x_i + 2h: exact for parabolas."""
    original, values = x[i], []
    for step in (0, h, 2 * h):
        x[i] = original + step
        values.append(f())
    x[i] = original
    return (-3 * values[0] + 4 * values[1] - values[2]) / (2 * h)


def _room(loss, s):
    """How far a score may be nudged before it leaves the loss's domain, in units of 1e-4."""
    return min(abs(s), abs(1 - s)) if loss.takes == "probabilities" else 1.0


def _corners(activation, Z, side):
    """Which entries of Z are within reach of a corner of the activation, and the slopes there."""
    f, df = activation.f, activation.df
    stated = np.asarray(df(Z, f(Z)), dtype=float)
    if stated.shape != Z.shape:  # softmax: its derivative is a matrix for each row, and smooth
        return np.zeros(Z.shape, bool), None
    high, low = Z + _REACH, Z - _REACH
    bend = np.abs(df(high, f(high)) - 2 * stated + df(low, f(low)))
    right, left = (f(high) - f(Z)) / _REACH, (f(Z) - f(low)) / _REACH
    if side == "right":
        slopes = right
    elif side == "left":
        slopes = left
    else:
        between = (stated >= np.minimum(left, right) - 1e-6) & (
            stated <= np.maximum(left, right) + 1e-6
        )
        slopes = np.where(between, stated, (left + right) / 2)
    return bend > 0.05 * _REACH, slopes


def _with_tangents(f, Z, A, corners, slopes, Z_now):
    """f, but the tangent through (Z, A) where there is a corner near."""
    if Z_now.shape != Z.shape:
        return f(Z_now)
    return np.where(corners, A + slopes * (Z_now - Z), f(Z_now))


def _judge(point, got, tol, max_entries):
    """The report without names of faults, and the entries behind it."""
    entries = _chosen(point, got, max_entries)
    flat = np.concatenate([e.flat for e in entries])
    expected, rounding = point.slopes(flat)
    if point.penalty is not None:
        expected = expected + np.concatenate([point.price_of(e) for e in entries])
    parts, start = [], 0
    for e in entries:
        stop = start + e.flat.size
        e.got, e.expected, e.rounding = got[e.flat], expected[start:stop], rounding[start:stop]
        parts.append(_part(e, tol))
        start = stop
    for k, e in enumerate(entries):
        if parts[k].note:  # lost in rounding: longer nudges may lift it out
            parts[k], expected[np.isin(flat, e.flat)] = _look_closer(point, e, parts[k], tol)
        elif not parts[k].ok:  # or is it rounding, in a network that is saturated?
            parts[k] = _give_the_benefit_of_the_doubt(point, e, parts[k], tol)
    notes = ()
    if any(e.flat.size < e.size for e in entries):
        notes = (f"Of a larger part, {max_entries} entries were checked, evenly spread.",)
    ok = all(part.ok for part in parts)
    error = relative_error(got[flat], expected)
    return GradientReport(ok, error, tol, tuple(parts), notes=notes), entries


@dataclass
class _Entries:
    """The entries of one part that are nudged: their places in the part and in theta."""

    layer: int
    name: str
    shape: tuple
    size: int
    local: np.ndarray
    flat: np.ndarray
    got: np.ndarray | None = None
    expected: np.ndarray | None = None
    rounding: np.ndarray | None = None


def _chosen(point, vector, most):
    """For each part, all entries or `most` of them, evenly spread."""
    entries, start = [], 0
    for number, *arrays in point.layers(vector):
        for name, array in zip("Wb", arrays, strict=True):
            local = np.arange(array.size)
            if array.size > most:
                local = np.linspace(0, array.size - 1, most).astype(int)
            entries.append(_Entries(number, name, array.shape, array.size, local, start + local))
            start += array.size
    return entries


def _look_closer(point, entries, part, tol):
    """The part with nudges 100 and 10 000 times as long, where that gives a plain verdict."""
    for longer in (1e2, 1e4):
        expected, rounding = point.slopes(entries.flat, longer)
        if point.penalty is not None:
            expected = expected + point.price_of(entries)
        again = _part(replace(entries, expected=expected, rounding=rounding), tol)
        if again.ok and not again.note:
            return again, expected
    return part, entries.expected


def _give_the_benefit_of_the_doubt(point, entries, part, tol):
    """The part with all that rounding may do: to the differences, and to backward itself."""
    finer, _ = point.slopes(entries.flat, 0.5)
    if point.penalty is not None:
        finer = finer + point.price_of(entries)
    doubt = np.abs(finer - entries.expected) + point.backward_rounding()[entries.flat]
    again = _part(replace(entries, rounding=entries.rounding + 4 * doubt), tol)
    return again if again.ok else part


def _part(entries, tol):
    got, expected = entries.got, entries.expected
    scale = np.maximum(np.linalg.norm(got), np.linalg.norm(expected))
    allowance = np.linalg.norm(entries.rounding)
    ok = bool(np.linalg.norm(got - expected) <= tol * scale + allowance)
    return Part(
        entries.layer,
        entries.name,
        ok,
        relative_error(got, expected),
        note=f"lost in rounding, no verdict to {tol:g}"
        if ok and 0 < tol * scale < allowance
        else "",
    )


def _worst(parts, entries, got_from):
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
                f"worst entry: {parts[k].place}[{index}]: {got_from} {_digits(e.got[i], 3, size)}, "
                f"finite differences {_digits(e.expected[i], 3, size)}"
            )
    return words
