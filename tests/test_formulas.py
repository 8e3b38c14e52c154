"""No formula is printed that is not executed, and none that the course must teach is missing."""

import importlib
import json
import pathlib
import re

import numpy as np
import pytest
from formulas import (
    activations,
    linear_regression,
    logistic_regression,
    multilayer_perceptron,
    optimizers,
    regularization,
)

NOTEBOOKS = pathlib.Path(__file__).parent.parent / "notebooks"
MODULES = [
    linear_regression.formulas,
    logistic_regression.formulas,
    multilayer_perceptron.formulas,
    activations.formulas,
    optimizers.formulas,
    regularization.formulas,
]

FORMULAS = [formula for module in MODULES for formula in module.all]


# All rows of the lectures that the course teaches: neuron and network, activations, losses,
# backpropagation, optimizers and training, regularization, and the one named system.
ROWS = {"A": 8, "B": 7, "C": 6, "D": 8, "E": 11, "F": 5, "G": 1}
COURSE = {f"{letter}{number}" for letter, n in ROWS.items() for number in range(1, n + 1)}


def plain(latex):
    """LaTeX without the white space that changes nothing."""
    return re.sub(r"\s+", " ", latex).strip()


def printed(notebook):
    """The displayed formulas of a notebook: (tag or None, LaTeX without the tag)."""
    cells = json.loads((NOTEBOOKS / notebook).read_text(encoding="utf-8"))["cells"]
    text = "\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "markdown")
    return read_formulas(text)


def read_formulas(text):
    """The same, from markdown."""
    found = []
    for latex in re.findall(r"\$\$(.*?)\$\$", text, re.DOTALL):
        tag = re.search(r"\\tag\{([^}]*)\}", latex)
        found.append((tag and tag.group(1), plain(re.sub(r"\\tag\{[^}]*\}", "", latex))))
    return found


@pytest.mark.parametrize("formula", FORMULAS, ids=lambda f: f.tag)
def test_printed_is_computed(formula):
    """What is printed, evaluated term by term, is what mlplib computes; a slip is not."""
    rng = np.random.default_rng(1)
    agree = []
    for _ in range(3):
        as_printed, by_mlplib = (np.asarray(v, float) for v in formula.compute(rng))
        agree.append(
            np.broadcast_shapes(as_printed.shape, by_mlplib.shape) == by_mlplib.shape
            and np.allclose(as_printed, by_mlplib, rtol=1e-9, atol=1e-12)
        )
    assert agree == [not formula.slip] * 3


@pytest.mark.parametrize("formula", FORMULAS, ids=lambda f: f.tag)
def test_names_an_object(formula):
    """`where` leads to something in mlplib."""
    found, *rest = formula.where.split(".")
    found = importlib.import_module(found)
    for name in rest:
        found = getattr(found, name)
    assert found.__doc__


@pytest.mark.parametrize("module", MODULES, ids=lambda m: m.notebook)
def test_notebook_prints_what_is_proved(module):
    """Each displayed formula has a tag, and the text that is proved under it."""
    proved = {(f.tag, plain(f.latex)) for f in module.all}
    found = printed(module.notebook)
    assert [f for f in found if f not in proved] == []
    assert proved - set(found) == set()


@pytest.mark.parametrize("module", MODULES, ids=lambda m: m.notebook)
def test_no_id_is_missing(module):
    """Each id that the notebook must teach is printed in it."""
    ids = {tag.split()[0] for tag, _ in printed(module.notebook) if tag}
    assert set(module.ids) - ids == set()


def test_every_row_of_the_lectures_is_taught_and_proved():
    """Each id has a formula that holds, in some notebook; a slip alone teaches nothing."""
    assert {formula.id for formula in FORMULAS if not formula.slip} == COURSE


@pytest.mark.parametrize("module", MODULES, ids=lambda m: m.notebook)
def test_no_other_way_to_display(module):
    """Display mathematics comes as `$$`, so that no formula escapes the tests above."""
    text = (NOTEBOOKS / module.notebook).read_text(encoding="utf-8")
    assert not re.search(r"\\\\begin\{(equation|align|gather|eqnarray)|\\\\\[", text)


def test_every_notebook_has_a_module():
    """A notebook cannot come without its formulas being looked at."""
    assert {p.name for p in NOTEBOOKS.glob("*.ipynb")} == {m.notebook for m in MODULES}


def test_a_formula_without_a_tag_is_seen():
    """The reader of formulas does see an untagged one, and one over several lines."""
    assert read_formulas("a $$x = 1$$ b\n$$\ny\n = 2 \\tag{A1}$$") == [
        (None, "x = 1"),
        ("A1", "y = 2"),
    ]
