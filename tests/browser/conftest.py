"""Fixtures for tests in a real JupyterLab: one server for all, a fresh page and kernel for each."""

import contextlib
import re
import shutil
from pathlib import Path

import pytest
from _lab import JupyterLab, browser_required, find_chromium

HERE = Path(__file__).resolve().parent
NOTEBOOKS = HERE.parent.parent / "notebooks"
FAILURES = HERE / "failures"


def pytest_collection_modifyitems(items):
    """Whatever lies in this folder carries the marker, so that nobody has to remember it."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Leave the report of the test itself on the item: a failure is worth a screenshot."""
    report = yield
    if report.when == "call":
        item.failed_in_call = report.failed
    return report


@pytest.fixture(scope="session")
def jupyterlab(tmp_path_factory):
    """A running JupyterLab, on a copy of notebooks/, so that no test writes into the checkout."""
    if find_chromium() is None:
        reason = "no Chromium found; install one, or name it in MLPLIB_CHROMIUM"
        if browser_required():
            pytest.fail(f"{reason} (browser tests are required here)")
        pytest.skip(reason)
    folder = tmp_path_factory.mktemp("jupyterlab") / "notebooks"
    shutil.copytree(NOTEBOOKS, folder, ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    with JupyterLab(folder) as lab:
        yield lab


@pytest.fixture
def notebook_page(request, jupyterlab):
    """Open a notebook: `page = notebook_page("01.ipynb", width=1920, theme="dark")`.

    A list of source texts in place of a name makes a notebook of them. Pages are closed and their
    kernels shut down when the test ends; a test that fails leaves screenshots behind.
    """
    name_of_test = re.sub(r"\W+", "_", request.node.name).strip("_")
    pages = []
    with contextlib.ExitStack() as opened:

        def open_notebook(notebook, **options):
            if not isinstance(notebook, str):
                notebook = jupyterlab.write_notebook(f"{name_of_test}_{len(pages)}.ipynb", notebook)
            pages.append(opened.enter_context(jupyterlab.open(notebook, **options)))
            return pages[-1]

        yield open_notebook

        if getattr(request.node, "failed_in_call", False):
            for number, page in enumerate(pages):
                page.screenshot(FAILURES / f"{name_of_test}_{number}.png")
