"""The harness itself: what it says of a notebook is what a person would see there."""

import pytest
from playwright.sync_api import expect

import notebooks

GOOD = "print(6 * 7)"
SLIDER = "import ipywidgets\nipywidgets.IntSlider(value=3, max=9, description='units')"
# A widget with a still picture beside it, as each lab shows itself.
LAB = """
import io, ipywidgets, PIL.Image
png = io.BytesIO()
PIL.Image.new("L", (40, 20)).save(png, "png")
class Lab(ipywidgets.HBox):
    def _repr_mimebundle_(self, **kwargs):
        view = super()._repr_mimebundle_(**kwargs)
        return {**view, "image/png": png.getvalue(), "text/plain": "twin"}
Lab()
"""


def test_run_all_shows_what_cells_print_and_their_widgets(notebook_page, tmp_path):
    page = notebook_page([GOOD, SLIDER])
    page.run_all()
    assert page.text(0) == "42\n"
    assert page.cell_errors() == []
    assert page.console_errors == []
    assert "units" in page.widget_area(0).inner_text()
    picture = page.screenshot(tmp_path / "page.png", whole=True)
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_an_error_in_a_cell_is_seen(notebook_page):
    page = notebook_page([GOOD, "raise ValueError('planted')", GOOD])
    page.run_all()
    assert page.cell_errors() == ["cell 1: ValueError: planted"]
    assert page.outputs()[2] == []  # JupyterLab stops there, as it does for the student


def test_an_error_in_the_page_is_seen(notebook_page):
    page = notebook_page([GOOD])
    page.page.evaluate("() => { setTimeout(() => { throw new Error('planted'); }); }")
    page.page.wait_for_timeout(200)
    assert [text for text in page.console_errors if "planted" in text]


def test_a_slider_moved_in_the_page_reaches_the_kernel(notebook_page):
    page = notebook_page([f"{SLIDER.replace(chr(10), chr(10) + 's = ')}\ns", "print(s.value)"])
    page.run_all()
    assert page.text(1) == "3\n"
    handle = page.widget_area(0).locator(".noUi-handle")
    handle.focus()
    handle.press("ArrowRight")
    page.wait_for_kernel()
    page.run_cell(1)
    assert page.text(1) == "4\n"


@pytest.mark.parametrize("theme, dark", [("light", False), ("dark", True)])
def test_theme_and_width_are_those_asked_for(notebook_page, theme, dark):
    page = notebook_page([GOOD], theme=theme, width=1920)
    assert page.page.evaluate("() => window.innerWidth") == 1920
    assert page.page.evaluate("() => document.body.dataset.jpThemeLight") == str(not dark).lower()


def test_a_stored_lab_shows_its_picture_once_its_view_is_stripped(jupyterlab):
    """Why `make notebooks` strips the views: whoever saved a lab meets an error instead of it."""
    name = jupyterlab.write_notebook("stored_lab.ipynb", [LAB])
    with jupyterlab.open(name) as page:
        page.run_all()
        page.save()
    path = jupyterlab.folder / name

    with jupyterlab.open(name) as page:
        expect(page.outputs_shown()).to_have_text("Error displaying widget: model not found")

    path.write_text(notebooks.write_text(notebooks.normalize(notebooks.read(path))))
    with jupyterlab.open(name) as page:
        expect(page.outputs_shown().locator("img")).to_have_count(1)
