"""What a gradient check says: one verdict on each part, the places at fault, and the worst entry.

A part is the W or the b of one layer. The report is True or False where a program asks, and a
paragraph where a person reads it, in digits that are the same on every machine.
"""

import textwrap
from dataclasses import dataclass


def digits(value, n, size=0.0):
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
        return f"{self.place}: relative error {digits(self.error, 2)}, {fault}"


@dataclass(frozen=True)
class Finding:
    """One place at fault: where, the name of the fault, and a sentence."""

    place: str
    fault: str
    text: str


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
                f"gradient check failed: relative error {digits(self.error, 2)}, "
                f"{self.tol:g} is allowed"
            ]
            lines += [f"  {part}" for part in self.parts]
            lines += [f"{f.place}: {f.text}" for f in self.findings]
            lines += [self.worst]
        lines += self.notes
        return "\n".join(textwrap.fill(line, 88, subsequent_indent="    ") for line in lines)
