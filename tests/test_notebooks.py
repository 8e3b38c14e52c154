"""The shape that all notebooks of the course have in common, and what each of them must hold."""

import copy
import json
import pathlib
import re

import pytest

FOLDER = pathlib.Path(__file__).parent.parent / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
SLIDES = {"slide", "subslide", "fragment", "skip", "notes", "-"}
PREDICTION, LAB, EXERCISE, CHECK = "prediction", "lab", "exercise", "exercise-check"


def problems(notebook):
    """What a notebook of the course lacks, a sentence each."""
    cells, found = notebook["cells"], []
    sources = ["".join(cell["source"]) for cell in cells]

    def places(tag):
        return [i for i, cell in enumerate(cells) if tag in cell["metadata"].get("tags", [])]

    for i, cell in enumerate(cells):
        if cell["metadata"].get("slideshow", {}).get("slide_type") not in SLIDES:
            found.append(f"cell {i} says nothing about slides")
        for output in cell.get("outputs", []):
            if "image/png" in output.get("data", {}):
                alternative = output["metadata"].get("image/png", {}).get("alt", "")
                if len(alternative) < 20 or alternative != "".join(output["data"]["text/plain"]):
                    found.append(f"the picture of cell {i} has no alternative text")
    if "**After this notebook you can**" not in sources[0]:
        found.append("the first cell does not say what one can do afterwards")
    rows = re.findall(r"\| (\d+) min \| (\d+) min \|", sources[1])
    lecture, practical = (sum(map(int, column)) for column in zip(*rows, strict=True))
    if (lecture, practical) != (50, 90):
        found.append(f"the time plan takes {lecture} and {practical} minutes, not 50 and 90")
    for tag, least in ((EXERCISE, 6), (CHECK, 6), (PREDICTION, 2), (LAB, 1), ("self-test", 1)):
        if len(places(tag)) < least:
            found.append(f"there are {len(places(tag))} cells tagged {tag}, not {least}")
    if not found and places(PREDICTION)[0] > places(LAB)[-1]:
        found.append("nothing is predicted before the labs")
    if not any("pot the slip" in source for source in sources):
        found.append("there is no slip to spot")
    for words in ("## Summary", "## Check yourself", "exercises.progress()"):
        if not any(words in source for source in sources[-8:]):
            found.append(f"{words} is not at the end")
    long = [i for i, c in enumerate(cells) if c["cell_type"] == "code" and _too_long(c, sources[i])]
    found += [f"cell {i} has more than 10 lines" for i in long]
    return found


def _too_long(cell, source):
    if EXERCISE in cell["metadata"].get("tags", []):
        return False
    return len([line for line in source.splitlines() if line.strip()]) > 10


@pytest.fixture(params=NOTEBOOKS, ids=[path.stem for path in NOTEBOOKS])
def notebook(request):
    return json.loads(request.param.read_text(encoding="utf-8"))


def test_a_notebook_has_the_shape_of_the_course(notebook):
    assert problems(notebook) == []


# ---- the test can fail ------------------------------------------------------------------------


def first():
    return copy.deepcopy(json.loads(NOTEBOOKS[0].read_text(encoding="utf-8")))


def without_slides(notebook):
    del notebook["cells"][3]["metadata"]["slideshow"]


def without_words(notebook):
    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            if "image/png" in output.get("data", {}):
                output["metadata"] = {}


def without_goals(notebook):
    notebook["cells"][0]["source"] = ["# A title"]


def longer(notebook):
    notebook["cells"][1]["source"] = ["| 1 | a | 51 min | 90 min |"]


def without_lab(notebook):
    for cell in notebook["cells"]:
        cell["metadata"]["tags"] = [t for t in cell["metadata"].get("tags", []) if t != LAB]


def with_a_long_cell(notebook):
    notebook["cells"][2]["source"] = ["x = 1\n"] * 11


@pytest.mark.parametrize(
    "change, sentence",
    [
        (without_slides, "cell 3 says nothing about slides"),
        (without_words, "has no alternative text"),
        (without_goals, "does not say what one can do"),
        (longer, "takes 51 and 90 minutes"),
        (without_lab, "0 cells tagged lab"),
        (with_a_long_cell, "cell 2 has more than 10 lines"),
    ],
)
def test_what_is_missing_is_named(change, sentence):
    notebook = first()
    change(notebook)
    assert any(sentence in found for found in problems(notebook))
