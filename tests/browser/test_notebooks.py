"""Each notebook as a student meets it: Run All, no error, nothing cut off, all of it answers."""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from mlplib.exercises.questions import QUESTIONS

FOLDER = Path(__file__).parents[2] / "notebooks"
NOTEBOOKS = sorted(p.name for p in FOLDER.glob("*.ipynb"))

# What would have to be scrolled sideways: wider inside than the page shows of it.
TOO_WIDE = """() => [...document.querySelectorAll('.jp-OutputArea-output, .jp-RenderedMarkdown')]
    .filter(e => e.scrollWidth > e.clientWidth + 1)
    .map(e => `${e.textContent.trim().slice(0, 60)}: ${e.scrollWidth} > ${e.clientWidth}`)"""


def too_wide(page, width):
    """The outputs and texts that do not fit into a page of this width."""
    page.page.set_viewport_size({"width": width, "height": 1000})
    found = set()
    for index in range(0, len(page.outputs()), 4):
        page.scroll_to_cell(index)
        found.update(page.page.evaluate(TOO_WIDE))
    return found


def tagged(name, tag):
    """Numbers of the cells that carry a tag."""
    cells = json.loads((FOLDER / name).read_text(encoding="utf-8"))["cells"]
    return [i for i, cell in enumerate(cells) if tag in cell["metadata"].get("tags", [])]


def lab_plays(cell):
    """Train moves the picture, Stop ends it."""
    picture = cell.locator("img.mlplib-picture").first
    before = picture.get_attribute("src")
    cell.get_by_role("button", name=re.compile("Train$")).first.click()
    expect(picture).not_to_have_attribute("src", before, timeout=15_000)
    cell.get_by_role("button", name=re.compile("Stop$")).first.click()
    expect(cell.get_by_role("status").first).not_to_contain_text("Training", timeout=15_000)


def self_test_answers(cell, questions):
    """The right options are clicked, and counted."""
    for number, question in enumerate(questions):
        choices = cell.locator(".mlplib-choices").nth(number)
        choices.locator("input").nth(question.right).click()
        expect(cell).to_contain_text(f"Right: {number + 1} of {len(questions)}.", timeout=15_000)


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_run_all(notebook_page, name):
    """Run All raises nothing, in a cell or in the page; labs play; all fits two widths of page."""
    page = notebook_page(name)
    page.run_all()
    assert page.cell_errors() == []
    labs, (self_test,) = tagged(name, "lab"), tagged(name, "self-test")
    assert labs
    for index in labs:
        lab_plays(page.cell(index))
    self_test_answers(page.cell(self_test), QUESTIONS[name[3:].removesuffix(".ipynb")])
    assert page.cell_errors() == []
    assert page.console_errors == []
    assert too_wide(page, 1300) == set()
    assert too_wide(page, 1920) == set()


def test_what_is_too_wide_is_seen(notebook_page):
    """The check of widths does find an output that sticks out."""
    page = notebook_page(
        ["from IPython.display import HTML\nHTML('<p style=\"width:3000px\">x</p>')"]
    )
    page.run_all()
    assert [found[:2] for found in too_wide(page, 1300)] == ["x:"]
