"""Every formula that a notebook prints, with its proof.

A notebook prints a displayed formula as `$$ ... \\tag{D2} $$`. Here the same text stands once
more, beside a function that computes it *as printed*, sum by sum and index by index, and the same
numbers by mlplib. `tests/test_formulas.py` holds the three together: a formula without an id, one
that is printed otherwise than it is written here, and one whose two numbers differ all fail.

A lecture's slip is printed as `\\tag{D2 as printed}`; its numbers must *not* agree.

To add a formula: a decorated function in the notebook's module, and the module in `MODULES`.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Formula:
    """One printed formula: its tag, its LaTeX, the mlplib object it is, and both computations."""

    tag: str
    latex: str
    where: str
    compute: object

    @property
    def id(self):
        """Id of FORMULAS.md: the tag's first word."""
        return self.tag.split()[0]

    @property
    def slip(self):
        """Whether it is a lecture's error, printed to be found."""
        return "as printed" in self.tag


class Formulas:
    """The formulas of one notebook, and the ids that it has to teach."""

    def __init__(self, notebook, ids):
        self.notebook, self.ids, self.all = notebook, ids.split(), []

    def add(self, tag, latex, where):
        """Join a function `compute(rng) -> (as printed, by mlplib)` (a decorator)."""

        def join(compute):
            self.all.append(Formula(tag, latex, where, compute))
            return compute

        return join
