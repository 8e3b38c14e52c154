"""The blanks in the notebooks are the exercises' own, and no exercise is missing there."""

import copy
import json
import pathlib
import re

import pytest

from mlplib.exercises import EXERCISES

NOTEBOOKS = pathlib.Path(__file__).parent.parent / "notebooks"

PLANNED = set()
"""Sets whose notebook is still to be written. One that is written must not be listed here."""


def code_cells(notebook):
    return ["".join(c["source"]) for c in notebook["cells"] if c["cell_type"] == "code"]


def problems(notebook, course):
    """What is wrong with the exercises in a notebook, a sentence each."""
    cells = code_cells(notebook)
    found = []
    for name in sorted(set(re.findall(r"\bexercises\.(\w+)\.", "\n".join(cells)))):
        if name not in course.exercises:
            found.append(f"there is no exercise {name}")
    last_check = -1
    for exercise in course:
        checks = [i for i, cell in enumerate(cells) if f"{exercise.command}.check(" in cell]
        if not checks:
            found.append(f"{exercise.name} is missing")
            continue
        last_check = max(last_check, checks[-1])
        for i in checks:
            if f"{exercise.command}.check({exercise.name})" not in cells[i]:
                found.append(f"{exercise.name} is not checked by its name")
            defined = [
                cell for cell in cells[:i] if re.search(rf"^def {exercise.name}\(", cell, re.M)
            ]
            if not defined:
                found.append(f"{exercise.name} is checked before there is a blank for it")
            elif defined[-1].strip() != exercise.blank:
                found.append(f"the blank of {exercise.name} is not the exercise's own")
    if not any("exercises.progress()" in cell for cell in cells[last_check + 1 :]):
        found.append("no progress is shown after the last exercise")
    return found


@pytest.mark.parametrize("course", EXERCISES.values(), ids=lambda course: course.name)
def test_the_notebook_holds_the_sets_own_blanks(course):
    path = NOTEBOOKS / course.notebook
    assert path.exists() != (course.name in PLANNED)
    if path.exists():
        assert problems(json.loads(path.read_text(encoding="utf-8")), course) == []


# ---- the test can fail ------------------------------------------------------------------------


COURSE = EXERCISES["linear_regression"]


def cell(text):
    return {"cell_type": "code", "source": text.splitlines(keepends=True)}


@pytest.fixture
def notebook():
    cells = [{"cell_type": "markdown", "source": ["exercises.nothing.check(nothing)"]}]
    for exercise in COURSE:
        cells += [cell(exercise.blank), cell(f"{exercise.command}.check({exercise.name})")]
    return {"cells": [*cells, cell("exercises.progress()")]}


def test_a_notebook_as_it_should_be(notebook):
    assert problems(notebook, COURSE) == []


def test_a_changed_blank_is_seen(notebook):
    for i in range(1, len(notebook["cells"]) - 1, 2):
        changed = copy.deepcopy(notebook)
        changed["cells"][i]["source"][-1] += "  # changed"
        assert len(problems(changed, COURSE)) == 1


def test_a_missing_exercise_is_seen(notebook):
    del notebook["cells"][1:3]
    assert problems(notebook, COURSE) == ["predict is missing"]


def test_a_missing_blank_is_seen(notebook):
    del notebook["cells"][1]
    assert problems(notebook, COURSE) == ["predict is checked before there is a blank for it"]


def test_another_function_that_is_checked_is_seen(notebook):
    notebook["cells"][2] = cell("exercises.predict.check(mse)")
    assert problems(notebook, COURSE) == ["predict is not checked by its name"]


def test_an_unknown_exercise_is_seen(notebook):
    notebook["cells"].insert(1, cell("# exercises.predikt.hint()"))
    assert problems(notebook, COURSE) == ["there is no exercise predikt"]


def test_a_missing_progress_is_seen(notebook):
    notebook["cells"].pop()
    assert problems(notebook, COURSE) == ["no progress is shown after the last exercise"]
