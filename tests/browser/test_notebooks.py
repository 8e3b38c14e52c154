"""Each notebook as a student meets it: opened in JupyterLab, Run All, no error, nothing cut off."""

from pathlib import Path

import pytest

NOTEBOOKS = sorted(p.name for p in (Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))

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


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_run_all(notebook_page, name):
    """Run All raises nothing, in a cell or in the page, and all fits into two widths of page."""
    page = notebook_page(name)
    page.run_all()
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
