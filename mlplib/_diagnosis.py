"""Which known slip made this gradient wrong, and where.

Every known slip is tried out: the gradient that it would have given is computed, and the slip is
named if that is the gradient which came, and if it is the only one. Two slips that give the same
numbers (with m = 2, a missing 1/m and a factor 2) are both named rather than one guessed.

The search goes from the output to the input, as the gradient does. A fault in a late layer
reaches all earlier ones, so each layer is judged by what it made of the derivative that it was
handed: the first layer that made something wrong is at fault, and those before it inherit.
"""

from dataclasses import dataclass, field

import numpy as np

from mlplib._faults import FAULTS

_SAME = 1e-5  # two gradients agree: far above the error of differences, far below any slip

_WORDS = {name: words for name, (_, words) in FAULTS.items()} | {
    "wrong axis": "A sum runs over the wrong axis: db sums dZ over the examples, axis=0.",
    "wrong argument": "The activation's derivative is taken at the wrong argument. Take f'(Z), not "
    "f'(A); and give a formula in a, such as a (1 - a), A and not Z.",
    "missing derivative": "The activation's derivative is left out: dZ = dA * f'(Z).",
    "missing penalty": "The penalty's gradient is left out.",
    "penalty on biases": "The penalty's gradient is in it, but biases are not penalised.",
    "unknown": "None of the known slips gives these numbers.",
}
_FACTORS = ("sign", "factor 2", "factor 1/2", "missing 1/m", "1/m twice")
_PRICE = " in the penalty"


@dataclass(frozen=True)
class Finding:
    """One place at fault: where, the name of the fault, and a sentence."""

    place: str
    fault: str
    text: str


def relative_error(got, expected):
    """|got - expected| / max(|got|, |expected|) in the norm; 0 if both are 0, nan stays nan."""
    scale = np.maximum(np.linalg.norm(got), np.linalg.norm(expected))
    return float(np.linalg.norm(got - expected) / scale) if scale != 0 else 0.0


def scaled(right, m):
    """(slip, gradient) for the slips that multiply a gradient by a number."""
    return [(name, FAULTS[name][0](right, m)) for name in _FACTORS]


def name_among(got, right, options):
    """Name the slip among `options`, pairs (name, gradient), that gives `got`; "" if it is right.

    "unknown" if none does; names joined by "or" if several do.
    """
    error = relative_error(got, right)
    if error <= _SAME / 10:
        return ""
    names, scale = [], max(np.linalg.norm(got), np.linalg.norm(right))
    for name, candidate in options:
        if candidate is None or name in names:
            continue
        if np.linalg.norm(got - candidate) < min(_SAME, error / 10) * scale:
            names.append(name)
    return " or ".join(names) or "unknown"


def explain(fault, m):
    """The sentence for a fault, or for several that look alike."""
    if " or " in fault:
        return f"{fault}. With m = {m} these look the same here: check with other data."
    words = _WORDS[fault.removesuffix(_PRICE)]
    return words if fault == "unknown" else f"{fault}. {words}"


# ---- one layer ------------------------------------------------------------------------------


@dataclass
class Station:
    """One layer at the parameters that are checked, and what each slip would make of it.

    `f` is the activation's function, made straight at its corners; `X` what the layer was given,
    `mask` its dropout mask or None.
    """

    number: int
    X: np.ndarray
    W: np.ndarray
    Z: np.ndarray
    mask: np.ndarray | None
    activation: object
    f: object
    _known: list = field(default_factory=list)

    @property
    def place(self):
        return f"layer {self.number}"

    @property
    def output(self):
        """f(X W + b), after dropout."""
        A = self.f(self.Z)
        return A if self.mask is None else A * self.mask

    def dA(self, d_output):
        """Derivative of the loss with respect to A, before dropout."""
        return d_output if self.mask is None else d_output * self.mask

    def dZ(self, dA, at=None):
        """Sum over the outputs of dA times df/dZ, by differences; `at` is where, by default Z."""
        Z = self.Z if at is None else at
        f = self.f if at is None else self.activation.f  # straight pieces belong to Z only
        dZ = np.empty_like(Z)
        for j in range(Z.shape[1]):
            slopes = []
            for h in (1e-4, 5e-5):
                above, below = Z.copy(), Z.copy()
                above[:, j] += h
                below[:, j] -= h
                slopes.append(np.sum(dA * (f(above) - f(below)), axis=1) / (2 * h))
            dZ[:, j] = (4 * slopes[1] - slopes[0]) / 3
        return dZ

    def back(self, dZ):
        """(dW, db, dX) of a dZ, by D4."""
        return self.X.T @ dZ, dZ.sum(axis=0), dZ @ self.W.T

    def right(self, d_output):
        """(dW, db, dX) as they should be, for what the layer was handed."""
        return self._made_of(d_output)[0]

    def options(self, d_output):
        """(slip, (dW, db, dX)) for each known slip; None for an array that it cannot touch."""
        return self._made_of(d_output)[1]

    def _made_of(self, d_output):
        """Both; worked out once for each array that the layer is handed."""
        for known, made in self._known:
            if known is d_output:
                return made
        dA = self.dA(d_output)
        dZ = self.dZ(dA)
        made = self.back(dZ), list(self._options(dA, dZ))
        self._known.append((d_output, made))
        return made

    def _options(self, dA, dZ):
        dW, db, dX = self.back(dZ)
        m, (n_in, n_out) = len(dZ), self.W.shape
        for name in _FACTORS:
            yield name, tuple(FAULTS[name][0](g, m) for g in (dW, db, dX))
        yield "transpose", (dW.T.reshape(dW.shape), None, dZ @ self.W.reshape(n_out, n_in))
        yield (
            "transpose",
            (self.X.reshape(n_in, m) @ dZ, None, dZ @ self.W if n_in == n_out else None),
        )
        yield "wrong axis", (np.full_like(dW, dW.sum()), np.full_like(db, db.sum()), None)
        yield (
            "wrong axis",
            (
                np.broadcast_to(dW.sum(axis=0), dW.shape),
                dZ.sum(axis=1) if m == n_out else None,
                None,
            ),
        )
        yield "wrong axis", (np.broadcast_to(dW.sum(axis=1)[:, None], dW.shape), None, None)
        for wrong in self._wrong_arguments(dA):
            yield "wrong argument", self.back(wrong)
        yield "missing derivative", self.back(dA)

    def _wrong_arguments(self, dA):
        """Each dZ that comes of confusing Z and A."""
        A = self.activation.f(self.Z)
        yield self.dZ(dA, at=A)
        df = np.asarray(self.activation.df(self.Z, self.Z))
        if df.shape == A.shape:
            yield dA * df

    def names(self, got, d_output, m, right=None):
        """The slip in each of got = (dW, db, dX), given what the layer was handed.

        `right` is given for a layer whose forward is another than f(X W + b).
        """
        if right is None:
            right, options = self._made_of(d_output)
        else:
            spoiled = [scaled(g, m) for g in right]
            options = [(name, [s[k][1] for s in spoiled]) for k, name in enumerate(_FACTORS)]
        named = [
            name_among(g, r, [(name, arrays[i]) for name, arrays in options])
            for i, (g, r) in enumerate(zip(got, right, strict=True))
        ]
        return _agreed(named)

    def activation_fault(self, d_output, dW, m):
        """The slip in the activation's own derivative, if that is what went into dW; else ""."""
        dA = self.dA(d_output)
        a, A = self.activation, self.activation.f(self.Z)
        claimed = np.array(a.backward(dA, self.Z, A))
        right = self.dZ(dA)
        if claimed.shape != A.shape or relative_error(self.X.T @ claimed, dW) > 1e-9:
            return ""
        fault = name_among(
            claimed,
            right,
            [*scaled(right, m), ("wrong argument", self.dZ(dA, at=A)), ("missing derivative", dA)],
        )
        if fault != "unknown" or a.vjp is not None:
            return fault
        for Z_or_A in (self.Z, A):  # right, had it been given the other of the two
            if relative_error(dA * a.df(Z_or_A, Z_or_A), right) < _SAME:
                return "wrong argument"
        return fault


def _agreed(named):
    """Of slips that look alike in one array, keep those that the other arrays name, too."""
    sets = [set(name.split(" or ")) for name in named if name and name != "unknown"]
    common = set.intersection(*sets) if sets else set()
    if not common:
        return named
    return [
        " or ".join(n for n in name.split(" or ") if n in common) if " or " in name else name
        for name in named
    ]


# ---- a network whose backward can be watched ------------------------------------------------


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
        findings.append(Finding(origin, fault, explain(fault, m)))
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
        named = station.names((dW, db, dX), d_output, m, right)
        if station.number == 1:
            named[2] = ""  # nobody is there to be handed it
        findings += _layer_findings(station, named, d_output, dW, m)
        for name, fault in zip(("W", "b"), named, strict=False):
            faults[station.number, name] = (fault, "") if fault else _inherited(origin)
        if named[2]:
            origin = station.place
        d_output = dX
    findings += _penalty_findings(point, faults, m)
    return findings, faults


def _inherited(origin):
    return ("inherited", f"inherited from {origin}") if origin else ("unknown", "")


def _layer_findings(station, named, d_output, dW, m):
    """One finding for each fault of a layer, with all places where it shows."""
    where = ("W", "b", "what it hands on")
    fault = station.activation_fault(d_output, dW, m) if named[0] else ""
    if fault:
        place = f"{station.place}, the derivative of {station.activation.name}"
        return [Finding(place, fault, explain(fault, m))]
    found = []
    for fault in dict.fromkeys(name for name in named if name):
        places = [place for place, name in zip(where, named, strict=True) if name == fault]
        place = f"{station.place}, {' and '.join(places)}"
        found.append(Finding(place, fault, explain(fault, m)))
    return found


def _penalty_findings(point, faults, m):
    found = []
    if point.penalty is None:
        return found
    for station in point.stations:
        right = point.penalty_slopes(station.W)
        got = np.asarray(point.penalty.grad(station.W))
        fault = name_among(got, right, scaled(right, m))
        if fault:
            faults[station.number, "W"] = (fault, f"{fault} in the penalty")
            if not found:
                found.append(Finding("the penalty's gradient", fault, explain(fault, m)))
    return found


# ---- a gradient that was handed in ----------------------------------------------------------


@dataclass(frozen=True)
class _Suspect:
    """A derivative that a slip further on would have handed to a layer."""

    place: str
    fault: str
    dA: np.ndarray
    reported: bool


def retrace(point, given):
    """Findings and {(layer, name): (fault, note)} for a gradient given as numbers only.

    `given[number] = (dW, db)`. Nobody saw how they were made, so what a layer was handed is a
    hypothesis: the right derivative, or the one that a slip further on would have made of it.
    """
    m = len(point.X)
    findings, faults = [], {}
    handed, suspects = point.loss_slopes(point.forward()), []
    for station in reversed(point.stations):
        price = 0.0 if point.penalty is None else point.penalty_slopes(station.W)
        dW, db = given[station.number]
        named = _names_given(station, dW, db, handed, price, m)
        if named[1] == "unknown" and _penalised(point, station, db, handed):
            named[1] = "penalty on biases"
        suspect = None
        if any(named):
            suspect, named = _inherits(station, dW, db, suspects, price, m, named)
        if suspect is not None and not suspect.reported:
            findings.append(Finding(suspect.place, suspect.fault, explain(suspect.fault, m)))
        findings += _given_findings(station, named, m)
        for name, fault in zip(("W", "b"), named, strict=True):
            inherited = suspect is not None and not fault
            faults[station.number, name] = (
                _inherited(suspect.place)
                if inherited
                else (fault.removesuffix(_PRICE), "" if fault == "unknown" else fault)
            )
        suspects = _next_suspects(station, handed, suspect, named, m)
        handed = station.right(handed)[2]
    return _same_everywhere(point, findings, faults), faults


def _names_given(station, dW, db, handed, price, m):
    """Slips in a dW (penalty included) and a db, for what the layer is taken to be handed."""
    right_W, right_b, _ = station.right(handed)
    options = station.options(handed)
    options_W = [(n, g[0] + price) for n, g in options if g[0] is not None]
    if np.any(price):
        options_W += scaled(right_W + price, m)
        options_W += [(name + _PRICE, right_W + g) for name, g in scaled(price, m)]
        options_W += [("missing penalty", right_W)]
    return _agreed(
        [
            name_among(dW, right_W + price, options_W),
            name_among(db, right_b, [(n, g[1]) for n, g in options]),
        ]
    )


def _penalised(point, station, db, handed):
    if point.penalty is None:
        return False
    b = point.twin.layers[station.number - 1].b
    extra = np.asarray(point.penalty.grad(b))
    return np.any(extra) and relative_error(db - station.right(handed)[1], extra) < _SAME


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


def _next_suspects(station, handed, suspect, named, m):
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


def _given_findings(station, named, m):
    found = []
    for fault in dict.fromkeys(name for name in named if name):
        places = [place for place, name in zip(("W", "b"), named, strict=True) if name == fault]
        place = f"{station.place}, {' and '.join(places)}"
        found.append(Finding(place, fault.removesuffix(_PRICE), explain(fault, m)))
    return found


def _same_everywhere(point, findings, faults):
    """Point at the loss where every layer carries the one factor of the last."""
    layers_at_fault = {number for number, _ in faults if any(faults[number, "W"])}
    if (
        len(findings) == 1
        and findings[0].fault in _FACTORS
        and layers_at_fault == set(range(1, len(point.stations) + 1))
    ):
        only = findings[0]
        text = f"{only.text} Every layer carries it: look at the loss's gradient first."
        return [Finding(only.place, only.fault, text)]
    return findings
