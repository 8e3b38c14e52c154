"""One round of backpropagation in a 2-2-1 network, operation by operation.

Names, as short as they can be: x₁, x₂ are the inputs; z₁, a₁ and z₂, a₂ belong to the two hidden
units, with the weight wᵢⱼ from input i to unit j and the biases b₁, b₂; z and ŷ belong to the
output, with the weights v₁, v₂ and the bias c. A `d` before a name is the derivative of the loss
with respect to it.

All numbers are read from the network's layers, its activations and its loss: what is shown is
what the library computes, not a second computation beside it.
"""

import math
from dataclasses import dataclass

import numpy as np

from mlplib._words import number

FORWARD, BACKWARD, UPDATE = "forward", "backward", "update"
PARAMETERS = ("w₁₁", "w₁₂", "w₂₁", "w₂₂", "b₁", "b₂", "v₁", "v₂", "c")  # in the order of theta


class Round:
    """The numbers of one example's way forward and back.

    Parameters
    ----------
    net : MLP
        2-2-1. It is run forward and back; its theta stays as it is.
    X, Y : ndarray (1, 2) and (1, 1)
    loss : Loss
        Of the network's output.

    Attributes
    ----------
    value : dict of str to float
        Every number by its name: "z₁", "da₁", "w₁₁", "L"; slopes are "f′(z₁)" and "g′(z)".
    loss, grad_norm : float
    sound : bool
        Whether loss and gradient are finite.
    """

    def __init__(self, net, X, Y, loss):
        hidden, output = net.layers
        with np.errstate(all="ignore"):  # what diverges is shown, too
            A = hidden._forward(X)
            S = output._forward(A)
            self.loss, dS = loss.f(S, Y)
            dA = output._backward(dS)
            hidden._backward(dA)
            self.grad_norm = math.sqrt(np.dot(net.grad, net.grad))
            slopes = np.broadcast_to(hidden.activation.df(hidden.Z, hidden.A), A.shape)
            slope = np.broadcast_to(output.activation.df(output.Z, output.A), S.shape)
        self.sound = math.isfinite(self.loss) and math.isfinite(self.grad_norm)
        found = {"y": Y[0, 0], "L": self.loss, "z": output.Z[0, 0], "ŷ": S[0, 0], "dŷ": dS[0, 0]}
        # with one example, db is dz itself: the sum over the examples has one term
        found |= {"g′(z)": slope[0, 0], "dz": output.db[0]}
        for j, sub in enumerate("₁₂"):
            found |= {f"x{sub}": X[0, j], f"z{sub}": hidden.Z[0, j], f"a{sub}": A[0, j]}
            found |= {f"da{sub}": dA[0, j], f"f′(z{sub})": slopes[0, j], f"dz{sub}": hidden.db[j]}
        found |= dict(zip(PARAMETERS, net.theta, strict=True))
        found |= dict(zip((f"d{name}" for name in PARAMETERS), net.grad, strict=True))
        self.value = {name: float(v) for name, v in found.items()}

    @property
    def updated(self):
        """Whether the parameters have moved: not before the end, and not where it diverges."""
        return "η" in self.value

    def note_update(self, net, rate):
        """Take in what the parameters are after the update, and the rate it was made with."""
        new = zip((f"new {name}" for name in PARAMETERS), net.theta.tolist(), strict=True)
        self.value |= {"η": rate, **dict(new)}


@dataclass(frozen=True)
class Operation:
    """What one operation is, whatever the numbers.

    Parameters
    ----------
    phase : str
    symbols : str
        The formula.
    numbers : tuple of str
        For each number that it makes, its right side with gaps for numbers: "{x₁} · {w₁₁} + …".
        `:p` in a gap stands for a number without brackets around it.
    ids : str
        Formulas of the course that it is an instance of.
    makes : tuple of str
        Names of what is known after it.
    uses : tuple of str
        Names of what it is made from: these parts of the network light up.
    why : str
        What a lecturer would say with it.
    """

    phase: str
    symbols: str
    numbers: tuple
    ids: str
    makes: tuple
    uses: tuple
    why: str

    def said(self, value):
        """What a lecturer would say with it, once these values are known."""
        if self.phase == UPDATE and "η" not in value:
            return "There is no number to step by: all nine parameters stay where they are."
        return self.why

    def plugged_in(self, value):
        """The formula in numbers, the `value` of a `Round`: "dz = −0.61 · 0.236 = −0.144"."""
        if self.phase == UPDATE:
            return _moved(value)
        known = {name: _Gap(v) for name, v in value.items()}
        lines = []
        for made, gaps in zip(self.makes, self.numbers, strict=True):
            right, result = _unwrapped(gaps.format_map(known)), say(value[made])
            lines.append(f"{made} = {right}" + (f" = {result}" if right != result else ""))
        return ",  ".join(lines)


# Of each loss: its formula and that of its slope, each with gaps for numbers, and its source.
_LOSSES = {
    "binary_cross_entropy": (
        ("L = −y log ŷ − (1 − y) log(1 − ŷ)", "−{y} · log {ŷ} − (1 − {y}) · log(1 − {ŷ})"),
        ("dŷ = (1 − y)/(1 − ŷ) − y/ŷ", "(1 − {y})/(1 − {ŷ}) − {y}/{ŷ}"),
        "C2",
    ),
    "half_sse": (
        ("L = ½ (ŷ − y)²", "½ · ({ŷ:p} − {y})²"),
        ("dŷ = ŷ − y", "{ŷ} − {y}"),
        "C1",
    ),
    "mse": (
        ("L = (ŷ − y)²", "({ŷ:p} − {y})²"),
        ("dŷ = 2 (ŷ − y)", "2 · ({ŷ:p} − {y})"),
        "C1",
    ),
}


def operations(f, g, loss):
    """The operations of a round, in order.

    Parameters
    ----------
    f, g : str
        Names of the activations of the hidden units and of the output.
    loss : str
        Name of the loss.
    """
    return (*_forward(f, g, loss), *_backward(loss), _UPDATE)


def _forward(f, g, loss):
    (formula, gaps), _, source = _LOSSES[loss]
    for j in "₁₂":
        yield Operation(
            FORWARD,
            f"z{j} = x₁ w₁{j} + x₂ w₂{j} + b{j}",
            (f"{{x₁}} · {{w₁{j}}} + {{x₂}} · {{w₂{j}}} + {{b{j}}}",),
            "A1",
            (f"z{j}",),
            ("x₁", "x₂", f"w₁{j}", f"w₂{j}", f"b{j}"),
            "A hidden unit sums up what comes in, each input times its weight.",
        )
        yield Operation(
            FORWARD,
            f"a{j} = {_of(f, f'z{j}')}",
            (_of(f, f"{{z{j}:p}}"),),
            "A6",
            (f"a{j}",),
            (f"z{j}",),
            "Its activation turns the sum into what the unit says.",
        )
    yield Operation(
        FORWARD,
        "z = a₁ v₁ + a₂ v₂ + c",
        ("{a₁} · {v₁} + {a₂} · {v₂} + {c}",),
        "A6",
        ("z",),
        ("a₁", "a₂", "v₁", "v₂", "c"),
        "The output sums up what the two hidden units say.",
    )
    yield Operation(
        FORWARD,
        f"ŷ = {_of(g, 'z')}",
        (_of(g, "{z:p}"),),
        "A7",
        ("ŷ",),
        ("z",),
        "This is the prediction.",
    )
    why = "How wrong it is, in one number."
    yield Operation(FORWARD, formula, (gaps,), source, ("L",), ("ŷ", "y"), why)


def _backward(loss):
    _, (formula, gaps), _ = _LOSSES[loss]
    d5 = "D5 " if loss == "half_sse" else ""
    yield Operation(
        BACKWARD,
        formula,
        (gaps,),
        "D1",
        ("dŷ",),
        ("L", "ŷ", "y"),
        "The way back begins: how the loss changes with the prediction.",
    )
    yield Operation(
        BACKWARD,
        "dz = dŷ · g′(z)",
        ("{dŷ} · {g′(z)}",),
        "D1 D6",
        ("dz",),
        ("dŷ", "z"),
        "Back through the output's activation: times its slope at z.",
    )
    yield Operation(
        BACKWARD,
        "dv₁ = a₁ dz,  dv₂ = a₂ dz",
        ("{a₁} · {dz}", "{a₂} · {dz}"),
        f"{d5}D6",
        ("dv₁", "dv₂"),
        ("dz", "a₁", "a₂", "v₁", "v₂"),
        "A weight's slope is what went in along it, times what comes back.",
    )
    yield Operation(
        BACKWARD,
        "dc = dz",
        ("dz",),
        "D6",
        ("dc",),
        ("dz", "c"),
        "A bias is a weight whose input is 1.",
    )
    yield Operation(
        BACKWARD,
        "da₁ = v₁ dz,  da₂ = v₂ dz",
        ("{v₁} · {dz}", "{v₂} · {dz}"),
        "D6",
        ("da₁", "da₂"),
        ("dz", "v₁", "v₂", "a₁", "a₂"),
        "Back along the same weights: each hidden unit gets its share.",
    )
    for j in "₁₂":
        yield Operation(
            BACKWARD,
            f"dz{j} = da{j} · f′(z{j})",
            (f"{{da{j}}} · {{f′(z{j})}}",),
            "D6",
            (f"dz{j}",),
            (f"da{j}", f"z{j}"),
            "Back through the hidden activation: times its slope at z.",
        )
    for j in "₁₂":
        yield Operation(
            BACKWARD,
            f"dw₁{j} = x₁ dz{j},  dw₂{j} = x₂ dz{j}",
            (f"{{x₁}} · {{dz{j}}}", f"{{x₂}} · {{dz{j}}}"),
            f"{d5}D6",
            (f"dw₁{j}", f"dw₂{j}"),
            (f"dz{j}", "x₁", "x₂", f"w₁{j}", f"w₂{j}"),
            "The same rule, one layer further back: what went in, times what comes back.",
        )
    yield Operation(
        BACKWARD,
        "db₁ = dz₁,  db₂ = dz₂",
        ("dz₁", "dz₂"),
        "D6",
        ("db₁", "db₂"),
        ("dz₁", "dz₂", "b₁", "b₂"),
        "And the biases. Nothing has moved so far.",
    )


_UPDATE = Operation(
    UPDATE,
    "w ← w − η dw, for all nine",
    (),
    "E1",
    PARAMETERS,
    tuple(f"d{name}" for name in PARAMETERS),
    "Now all nine parameters move at once, each against its own slope.",
)


def _moved(value):
    """The update of the parameter that it moves most."""
    if "η" not in value:
        return "no update: the loss is no number"
    name = max(PARAMETERS, key=lambda p: np.nan_to_num(abs(value[f"d{p}"])))
    old, slope, new = value[name], value[f"d{name}"], value[f"new {name}"]
    return f"{name} ← {say(old)} − {say(value['η'])} · {inside(slope)} = {say(new)}"


# ---- numbers in formulas ----------------------------------------------------------------------


def say(value):
    """A number in three digits, as one writes it by hand.

    Examples
    --------
    >>> [say(v) for v in (-0.03124, 5.0, 1.2e-7)]
    ['−0.0312', '5', '1.2·10⁻⁷']
    """
    text = number(value)
    if "e" in text:
        digits, power = text.split("e")
        text = f"{digits}·10{str(int(power)).translate(_RAISED)}"
    return text.replace("-", "−")


def inside(value):
    """The same inside a formula: a negative number stands in brackets."""
    text = say(value)
    return f"({text})" if text.startswith("−") else text


class _Gap(float):
    """A number that is put into a gap of a formula."""

    def __format__(self, spec):
        return say(self) if spec == "p" else inside(self)


def _unwrapped(text):
    """A formula that begins with a negative number needs no brackets around it."""
    return text[1:].replace(")", "", 1) if text.startswith("(−") else text


def _of(activation, z):
    """An activation of something, written short."""
    if activation == "identity":
        return z
    return f"{'σ' if activation == 'sigmoid' else activation}({z})"


_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
N_OPERATIONS = len(operations("tanh", "sigmoid", "mse"))
