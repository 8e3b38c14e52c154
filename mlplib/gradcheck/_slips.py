"""The known slips, each recognised by what it does to the numbers.

Every known slip is tried out: the gradient that it would have given is computed, and the slip is
named if that is the gradient which came, and if it is the only one. Two slips that give the same
numbers (with m = 2, a missing 1/m and a factor 2) are both named, joined by "or", rather than one
guessed.
"""

import numpy as np

from mlplib._faults import FAULTS
from mlplib.gradcheck._differences import relative_error
from mlplib.gradcheck._report import Finding

SAME = 1e-5  # two gradients agree: far above the error of differences, far below any slip

_WORDS = {name: words for name, (_, words) in FAULTS.items()} | {
    "wrong axis": "A sum runs over the wrong axis: db sums dZ over the examples, axis=0.",
    "wrong argument": "The activation's derivative is taken at the wrong argument. Take f'(Z), not "
    "f'(A); and give a formula in a, such as a (1 - a), A and not Z.",
    "missing derivative": "The activation's derivative is left out: dZ = dA * f'(Z).",
    "missing penalty": "The penalty's gradient is left out.",
    "penalty on biases": "The penalty's gradient is in it, but biases are not penalised.",
    "unknown": "None of the known slips gives these numbers.",
}
FACTORS = ("sign", "factor 2", "factor 1/2", "missing 1/m", "1/m twice")
IN_PENALTY = " in the penalty"  # behind a slip's name


def scaled(right, m):
    """(slip, gradient) for the slips that multiply a gradient by a number."""
    return [(name, FAULTS[name][0](right, m)) for name in FACTORS]


def all_scaled(rights, m):
    """(slip, gradients) for the same slips, made in several gradients at once."""
    return [(name, [FAULTS[name][0](right, m) for right in rights]) for name in FACTORS]


def name_among(got, right, options):
    """Name the slip among `options`, pairs (name, gradient), that gives `got`; "" if it is right.

    "unknown" if none does; names joined by "or" if several do.
    """
    error = relative_error(got, right)
    if error <= SAME / 10:
        return ""
    names, scale = [], max(np.linalg.norm(got), np.linalg.norm(right))
    for name, candidate in options:
        if candidate is None or name in names:
            continue
        if np.linalg.norm(got - candidate) < min(SAME, error / 10) * scale:
            names.append(name)
    return " or ".join(names) or "unknown"


def agreed(named):
    """Of slips that look alike in one array, keep those that the other arrays name, too."""
    sets = [set(name.split(" or ")) for name in named if name and name != "unknown"]
    common = set.intersection(*sets) if sets else set()
    if not common:
        return named
    return [
        " or ".join(n for n in name.split(" or ") if n in common) if " or " in name else name
        for name in named
    ]


def explain(fault, m):
    """The sentence for a fault, or for several that look alike."""
    if " or " in fault:
        return f"{fault}. With m = {m} these look the same here: check with other data."
    words = _WORDS[fault.removesuffix(IN_PENALTY)]
    return words if fault == "unknown" else f"{fault}. {words}"


def finding(place, fault, m):
    """The finding for a slip at a place."""
    return Finding(place, fault.removesuffix(IN_PENALTY), explain(fault, m))


def findings_in(layer, where, named, m):
    """One finding for each slip of a layer, with all the places `where` it shows."""
    found = []
    for fault in dict.fromkeys(name for name in named if name):
        places = [place for place, name in zip(where, named, strict=True) if name == fault]
        found.append(finding(f"{layer}, {' and '.join(places)}", fault, m))
    return found


def inherited(origin):
    """(fault, note) of a part that is wrong for what it was handed by a place at fault."""
    return ("inherited", f"inherited from {origin}") if origin else ("unknown", "")
