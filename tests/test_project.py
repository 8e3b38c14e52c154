"""The ground that the course stands on: imports, versions, lock, Makefile, notebooks."""

import base64
import importlib.metadata
import io
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import nbformat
import nbformat.v4 as v4
import pytest
from _lab import browser_required, find_chromium
from _lab import main as ask_harness
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from PIL import Image

import mlplib
import notebooks

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def text_of(name):
    return (ROOT / name).read_text(encoding="utf-8")


def files():
    """All files of the project: those git knows and those it would take in."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    names = listed.stdout.decode().split("\0")
    return [ROOT / name for name in names if name and (ROOT / name).is_file()]


# --------------------------------------------------------------------------------------- imports


def loaded_by(statement):
    """Return the top-level names of all modules that a fresh Python has after a statement."""
    code = f"import sys; {statement}; print(*{{name.partition('.')[0] for name in sys.modules}})"
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return set(ran.stdout.split())


def test_import_loads_numpy_and_nothing_of_the_interactive_half():
    forbidden = {"matplotlib", "ipywidgets", "IPython", "ipykernel", "sklearn", "scipy", "PIL"}
    loaded = loaded_by("import mlplib")
    assert "numpy" in loaded
    assert not forbidden & loaded
    assert not loaded - loaded_by("import numpy") - set(sys.stdlib_module_names) - {"mlplib"}


def test_only_labs_and_exercises_import_ipywidgets():
    importer = re.compile(r"^\s*(import|from) ipywidgets", re.MULTILINE)
    found = {
        path.relative_to(ROOT / "mlplib").parts[0]
        for path in (ROOT / "mlplib").rglob("*.py")
        if importer.search(path.read_text(encoding="utf-8"))
    }
    assert found <= {"labs"}


# ------------------------------------------------------------------------------------- packaging


def test_one_version_everywhere():
    version = PYPROJECT["project"]["version"]
    assert mlplib.__version__ == version
    assert importlib.metadata.version("mlplib") == version, "run: make test, which reinstalls it"
    assert re.search(r"^version: (.+)$", text_of("CITATION.cff"), re.MULTILINE)[1] == version
    released = re.findall(r"^## \[(\d[^]]*)\]", text_of("CHANGELOG.md"), re.MULTILINE)
    assert released[0] == version


def locked():
    """The pins of requirements.txt, name -> version."""
    pins = {}
    for line in text_of("requirements.txt").splitlines():
        if line and not line.startswith(("#", " ", "-e")):
            requirement = Requirement(line)
            (pin,) = requirement.specifier
            assert pin.operator == "==", f"not pinned: {line}"
            pins[canonicalize_name(requirement.name)] = pin.version
    return pins


def test_the_lock_covers_pyproject_and_installs_the_package_itself():
    project = PYPROJECT["project"]
    extras = project["optional-dependencies"]
    asked = [*project["dependencies"], *extras["test"], *extras["bench"]]
    assert set(extras) == {"test", "bench"}, "make lock names the extras, and so does this test"
    pins = locked()
    for requirement in map(Requirement, asked):
        name = canonicalize_name(requirement.name)
        assert name in pins, f"requirements.txt has no {name}: run make lock"
        assert requirement.specifier.contains(pins[name]), f"{name} {pins[name]}: run make lock"
    assert "-e ." in text_of("requirements.txt").splitlines()
    assert "torch" not in pins


def test_the_lock_names_no_address():
    found = re.findall(r"\w+://|--\w*-?index|--find-links|file:", text_of("requirements.txt"))
    assert found == []


def test_the_wheel_carries_the_tables(tmp_path):
    """Built from what is on disk, without a network: hatchling comes with the test extra."""
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    expected = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "mlplib").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert any(name.endswith(".csv") for name in expected)
    assert expected <= names
    assert all(name.startswith(("mlplib/", "mlplib-")) for name in names)


# ------------------------------------------------------------------------------- files and tools


def test_lint_covers_every_python_file_and_every_notebook():
    shown = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "--show-files"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    covered = {Path(line) for line in shown.stdout.splitlines()}
    ours = {path for path in files() if path.suffix in {".py", ".ipynb"}}
    assert ours
    assert ours <= covered


def test_no_file_names_a_place_on_one_machine():
    # Put together here, so that this line does not find itself.
    places = "|".join(["root", "work", "farm", r"home/\w+", r"Users/\w+"])
    pattern = re.compile(rf"(?<![\w.~>*])/(?:{places})/|[A-Z]:\\Users\\")
    found = []
    for path in files():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:  # a picture
            continue
        for number, line in enumerate(text.splitlines(), start=1):
            if place := pattern.search(line):
                found.append(f"{path.relative_to(ROOT)}:{number}: {place.group(0)}")
    assert found == []


def test_text_files_end_their_lines_as_unix_does():
    attributes = text_of(".gitattributes")
    assert "*.ipynb  text eol=lf" in attributes
    for path in files():
        if path.suffix in {".py", ".ipynb", ".md", ".toml", ".csv", ".txt", ".yml", ".cff"}:
            assert b"\r" not in path.read_bytes(), path


def targets():
    """The Makefile's targets, as its .PHONY line lists them."""
    return re.search(r"^\.PHONY: (.+)$", text_of("Makefile"), re.MULTILINE)[1].split()


def test_the_makefile_has_the_promised_targets():
    assert set(targets()) >= {"lab", "test", "notebooks", "bench", "lint", "lock", "clean", "help"}


@pytest.mark.skipif(os.name == "nt", reason="on Windows the course is used without make")
def test_make_help_lists_each_target():
    told = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True)
    listed = re.findall(r"^  make (\w+) +\S", told.stdout, re.MULTILINE)
    assert listed == re.findall(r"^([a-z]+):(?!=)", text_of("Makefile"), re.MULTILINE)
    assert sorted(listed) == sorted(targets())


@pytest.mark.skipif(os.name == "nt", reason="on Windows the course is used without make")
def test_without_a_suitable_python_make_says_what_to_do(tmp_path):
    shutil.copy(ROOT / "Makefile", tmp_path)
    for name in ("requirements.txt", "pyproject.toml"):
        (tmp_path / name).touch()
    old = tmp_path / "old-python"
    old.write_text("#!/bin/sh\nexit 1\n")  # as a Python does that is asked whether it is new enough
    old.chmod(0o755)
    ran = subprocess.run(
        ["make", "lab", f"PYTHON={old}"], cwd=tmp_path, capture_output=True, text=True
    )
    assert ran.returncode != 0
    assert "mlplib needs Python 3.11 to 3.14" in ran.stderr
    assert not (tmp_path / ".venv").exists()


def test_readme_gives_the_commands_and_the_plain_lines():
    readme = text_of("README.md")
    for line in (
        "make lab",
        "make test",
        "python -m venv .venv",
        r".venv\Scripts\python -m pip install -r requirements.txt",
    ):
        assert line in readme
    # Whoever has no make runs what the Makefile runs.
    assert "-m pytest -n 2 --dist loadscope --nbval notebooks" in readme
    for target in re.findall(r"\]\(([^)#:]+)\)", readme):
        assert (ROOT / target).exists(), f"README.md links to {target}, which does not exist"


def test_the_harness_says_whether_browser_tests_run(monkeypatch, capsys):
    monkeypatch.setenv("MLPLIB_CHROMIUM", sys.executable)  # any program stands for a browser here
    monkeypatch.setenv("MLPLIB_REQUIRE_BROWSER", "0")
    assert find_chromium() == sys.executable
    assert ask_harness(["--should-run"]) == 0
    monkeypatch.setenv("MLPLIB_CHROMIUM", "no-such-browser")
    assert find_chromium() is None
    assert ask_harness(["--should-run"]) == 1
    assert "NOT run" in capsys.readouterr().out
    monkeypatch.setenv("MLPLIB_REQUIRE_BROWSER", "1")
    assert ask_harness(["--should-run"]) == 0  # so that the missing browser fails the tests
    monkeypatch.delenv("MLPLIB_REQUIRE_BROWSER")
    monkeypatch.delenv("CI", raising=False)
    assert not browser_required()
    monkeypatch.setenv("CI", "true")
    assert browser_required()


# ------------------------------------------------------------------------------------- notebooks


def test_there_are_notebooks():
    assert NOTEBOOKS


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_is_in_its_normal_form(path):
    assert notebooks.check(path) == []


def code(source, *outputs, count=1, name="cell-id", **options):
    cell = v4.new_code_cell(source, execution_count=count, outputs=list(outputs), **options)
    cell["id"] = name  # set afterwards: nbformat would refuse the bad ones that tests need
    return cell


def notebook_of(*cells, **metadata):
    whole = {"cells": list(cells), "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    return nbformat.from_dict(whole)


def printed(text):
    return v4.new_output("stream", name="stdout", text=text)


def shown(**data):
    names = {"png": "image/png", "text": "text/plain", "view": notebooks.WIDGET_VIEW}
    return v4.new_output("display_data", data={names[key]: value for key, value in data.items()})


def png(noise=0, line=50):
    """A picture with a line; noise is what another version of a font would change."""
    picture = Image.new("RGB", (200, 100), "white")
    picture.paste("black", (0, line, 200, line + 2))
    picture.putpixel((3, 3), (255 - noise, 255, 255))
    data = io.BytesIO()
    picture.save(data, "png")
    return base64.b64encode(data.getvalue()).decode()


def saved(folder, *cells):
    path = folder / "planted.ipynb"
    notebook = notebooks.normalize(notebook_of(*cells))
    path.write_text(notebooks.write_text(notebook), encoding="utf-8", newline="\n")
    return path


def test_a_good_notebook_passes_the_check(tmp_path):
    path = saved(tmp_path, code("1 + 1", printed("fine")), code("x = 2", count=2, name="other-id"))
    assert notebooks.check(path) == []


@pytest.mark.parametrize(
    "cell, sentence",
    [
        (code("f()", printed("see /" + "home/ann/course")), "prints a path of one machine"),
        (code("f()", printed("~/course/mlplib/losses.py")), "prints a path of one machine"),
        (code("f()", shown(text="<A at 0x7f12ab34cd>")), "prints a memory address"),
        (code("f()", count=7), "execution count 7, not 1"),
        (code("f()", count=None), "execution count None, not 1"),
        (code("plot();"), "ends with a semicolon"),
        (code("f()", shown(png="A" * 400_000)), "kB; at most 300 kB"),
        (
            code("f()", v4.new_output("error", ename="E", evalue="no", traceback=[])),
            "stores an error: E: no",
        ),
    ],
)
def test_the_check_names_what_no_notebook_may_hold(tmp_path, cell, sentence):
    (found,) = notebooks.check(saved(tmp_path, cell))
    assert sentence in found


@pytest.mark.parametrize(
    "change",
    [
        lambda notebook: notebook["metadata"].update(widgets={"state": {}}),
        lambda notebook: notebook["metadata"]["language_info"].update(version="3.11.7"),
        lambda notebook: notebook["cells"][0]["metadata"].update(ExecuteTime={"start": "now"}),
        lambda notebook: notebook["cells"][0].update(id="x"),
        lambda notebook: notebook["cells"][0]["outputs"][0]["data"].update(
            {notebooks.WIDGET_VIEW: {"model_id": "ab12"}}
        ),
    ],
)
def test_the_check_sees_traces_of_a_session(tmp_path, change):
    path = saved(tmp_path, code("f()", shown(text="twin")))
    notebook = notebooks.read(path)
    change(notebook)
    path.write_text(notebooks.write_text(notebook), encoding="utf-8", newline="\n")
    assert "is not in the normal form." in notebooks.check(path)


def test_normalizing_strips_a_session_and_keeps_an_intention():
    cell = code(
        "f()",
        printed("a\n"),
        printed("b\n"),
        shown(view={"model_id": "ab12"}, png=png(), text="twin"),
        metadata={"slideshow": {"slide_type": "slide"}, "tags": ["t"], "execution": {"x": "now"}},
    )
    notebook = notebooks.normalize(notebook_of(cell, widgets={}))
    (normal,) = notebook["cells"]
    assert "widgets" not in notebook["metadata"]
    assert normal["metadata"] == {"slideshow": {"slide_type": "slide"}, "tags": ["t"]}
    assert [output.get("text") for output in normal["outputs"]] == ["a\nb\n", None]
    assert set(normal["outputs"][1]["data"]) == {"image/png", "text/plain"}
    assert notebooks.normalize(notebook) == notebook


def test_ids_are_kept_if_good_and_else_the_same_on_every_machine():
    cells = [code("a", name=name) for name in ("fit-by-hand", "fit-by-hand", "bad id", "", "")]
    cells[3]["source"] = cells[4]["source"] = "b"
    ids = [c["id"] for c in notebooks.normalize(notebook_of(*cells))["cells"]]
    again = [c["id"] for c in notebooks.normalize(notebook_of(*cells))["cells"]]
    assert ids == again
    assert ids[0] == "fit-by-hand"
    assert len(set(ids)) == 5
    assert all(notebooks.LEGAL_ID.fullmatch(name) for name in ids)


@pytest.mark.parametrize(
    "fresh, kept",
    [
        (code("f()", shown(png=png(noise=9), text="twin")), True),
        (code("f()", shown(png=png(line=60), text="twin")), False),
        (code("f()", shown(png=png(noise=9), text="another twin")), False),
        (code("g()", shown(png=png(noise=9), text="twin")), False),
    ],
)
def test_a_stored_picture_stays_only_if_nothing_new_is_seen(fresh, kept):
    assert png(noise=9) != png()
    stored = notebook_of(code("f()", shown(png=png(), text="twin")))
    notebook = notebook_of(fresh)
    notebooks.keep_pictures(notebook, stored)
    is_old = notebook["cells"][0]["outputs"][0]["data"]["image/png"] == png()
    assert is_old is kept


def test_rewriting_executes_in_the_notebooks_folder_and_settles_at_once(tmp_path):
    path = tmp_path / "small.ipynb"
    cells = [
        v4.new_markdown_cell("# Small"),
        v4.new_code_cell("from pathlib import Path\nprint(Path('small.ipynb').exists())"),
        v4.new_code_cell("1 / 0", metadata={"tags": ["raises-exception"]}),
    ]
    path.write_text(v4.writes(notebook_of(*cells)), encoding="utf-8")
    assert notebooks.rewrite(path)
    assert notebooks.check(path) == []
    _, told, raised = notebooks.read(path)["cells"]
    assert told["outputs"][0]["text"] == "True\n"
    assert raised["outputs"][0]["traceback"] == ["ZeroDivisionError: division by zero"]
    assert not notebooks.rewrite(path)


def test_a_cell_that_raises_is_named_and_nothing_is_written(tmp_path, capsys):
    path = saved(tmp_path, code("x = 1"), code("x / 0", count=2, name="bad-one"))
    before = path.read_bytes()
    assert notebooks.main([str(path)]) == 1
    told = capsys.readouterr().err
    assert "planted.ipynb, cell 2 (bad-one)" in told
    assert "ZeroDivisionError" in told
    assert path.read_bytes() == before


def test_the_other_modules_are_there_after_import_mlplib():
    """`mlplib.datasets` and its like need no import of their own."""
    code = "import mlplib; mlplib.datasets.load_houses; mlplib.metrics.accuracy; mlplib.plotting"
    subprocess.run([sys.executable, "-c", code], check=True)
