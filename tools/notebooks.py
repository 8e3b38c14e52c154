"""Re-execute the notebooks in place and write them in one normal form: `make notebooks`.

    python tools/notebooks.py [--check] [NOTEBOOK ...]

A notebook is source and result in one file, and JupyterLab writes both with the traces of the
session that made them: random model ids, timestamps, the patch version of Python. Here the file
is brought to a form that depends on the cells and their results only, so that a one-line edit is
a diff of a few lines. `--check` executes nothing: it says which notebook is not in that form or
holds what no notebook may hold, and ends with status 1 if there is one.

What is done with the outputs follows from how strict nbval compares them (nbval 0.11,
`IPyNbFile.skip_compare` and `IPyNbCell.compare_outputs`): the MIME types of all outputs of a cell
are compared as sets, and their values one by one, but for `image/png`, `image/jpeg` and
`application/vnd.jupyter.widget-view+json`, which are struck from both sides first. So it is
allowed to leave out the view of a widget, and right to: its model id is random, and the widget's
state is not stored, so JupyterLab itself, opening the stored notebook, paints "Error displaying
widget: model not found" in place of the picture that lies beside the view in the same output
(where the notebook is trusted, that is on the machine that saved it), and other viewers show
nothing. Without the view they all show the picture, or the text where there is no picture.
`text/plain` stays and is compared.

nbval also runs the cells without storing them in the kernel's history. There a semicolon at the
end of a cell does not silence its value, so such a cell would be stored without the value and
then fail: it is refused here, with the way out.
"""

import argparse
import base64
import hashlib
import io
import json
import os
import re
import sys
import tempfile
from pathlib import Path

import nbformat
import numpy as np
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
MAX_BYTES = 300_000
CELL_TIMEOUT = 300  # seconds: a cell that waits for ever must not make CI wait for ever

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
PICTURES = ("image/png", "image/jpeg")
LEGAL_ID = re.compile(r"[A-Za-z0-9_-]{5,64}")
# The places where people and machines keep their files; "~" is how IPython shortens the first.
MACHINE_PATH = re.compile(
    r"(?<![\w./~])(?:/(?:home|root|work|tmp|Users|opt|usr|var|private|mnt|builds)/|~/|[A-Z]:\\Users)\S*"
)
ADDRESS = re.compile(r"\bat 0x[0-9a-fA-F]{6,}")

# What the reader of a notebook's metadata needs, and no more: no patch version of Python.
KERNELSPEC = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
LANGUAGE_INFO = {"file_extension": ".py", "name": "python", "pygments_lexer": "ipython3"}
# Cell metadata that records a session, not an intention. All else stays: slides, tags, hidden
# sources, alternative texts.
SESSION_METADATA = ("ExecuteTime", "collapsed", "execution", "papermill", "scrolled", "trusted")


class NotebookError(Exception):
    """A notebook that could not be executed: which one, which cell, what was raised."""


def read(path):
    """Read a notebook as it is: nbformat's own reader would give missing ids a random name."""
    return nbformat.v4.reads(Path(path).read_text(encoding="utf-8"))


def write_text(notebook):
    """Return the text of a notebook as JupyterLab itself would lay it out, so diffs stay small."""
    return nbformat.v4.writes(notebook).rstrip("\n") + "\n"


def normalize(notebook):
    """Return a normalised copy: equal for two sessions that ran the same cells."""
    notebook = json.loads(json.dumps(notebook))  # plain dictionaries, and the caller keeps its own
    metadata = notebook["metadata"]
    metadata.pop("widgets", None)
    metadata["kernelspec"] = dict(KERNELSPEC)
    metadata["language_info"] = dict(LANGUAGE_INFO)
    notebook["nbformat"], notebook["nbformat_minor"] = 4, 5
    taken = set()
    for cell in notebook["cells"]:
        cell["source"] = cell["source"].replace("\r\n", "\n")
        cell["id"] = _cell_id(cell, taken)
        taken.add(cell["id"])
        for key in SESSION_METADATA:
            cell["metadata"].pop(key, None)
        if cell["cell_type"] == "code":
            cell["outputs"] = _normal_outputs(cell["outputs"], cell.get("execution_count"))
    notebook = nbformat.from_dict(notebook)
    nbformat.validate(notebook)
    return notebook


def _cell_id(cell, taken):
    """Keep a good id; give a bad or missing one a name that any machine would give it."""
    identity = cell.get("id", "")
    if LEGAL_ID.fullmatch(identity) and identity not in taken:
        return identity
    digest = hashlib.sha256(cell["source"].encode()).hexdigest()[:8]
    identity = name = f"{cell['cell_type']}-{digest}"
    copies = 1
    while identity in taken:  # two cells with the same text
        copies += 1
        identity = f"{name}-{copies}"
    return identity


def _normal_outputs(outputs, execution_count):
    normal = []
    for output in outputs:
        kind = output["output_type"]
        if kind in ("display_data", "execute_result"):
            output["data"].pop(WIDGET_VIEW, None)
            output["metadata"] = {k: v for k, v in output["metadata"].items() if k != WIDGET_VIEW}
            output.pop("transient", None)
            if not output["data"]:
                continue
        if kind == "execute_result":
            output["execution_count"] = execution_count
        if kind == "error":
            # Its last line is what one reads; the frames above it name files of this machine.
            output["traceback"] = [f"{output['ename']}: {output['evalue']}"]
        if (
            kind == "stream"
            and normal
            and normal[-1]["output_type"] == "stream"
            and normal[-1]["name"] == output["name"]
        ):
            # How a text was cut into messages is a matter of timing.
            normal[-1]["text"] += output["text"]
            continue
        normal.append(output)
    return normal


def keep_pictures(notebook, stored):
    """Keep the stored bytes of every picture that shows nothing new.

    Another version of a font or of zlib gives other bytes for the same figure. Where a cell's
    source and its other outputs are what they were, and the pictures look alike, the stored one
    stays; a figure that was really changed is stored anew.
    """
    stored_cells = {cell["id"]: cell for cell in stored["cells"]}
    for cell in notebook["cells"]:
        old = stored_cells.get(cell["id"])
        if cell["cell_type"] != "code" or old is None or _words(cell) != _words(old):
            continue
        for output, old_output in zip(cell["outputs"], old["outputs"], strict=True):
            data, old_data = output.get("data", {}), old_output.get("data", {})
            for mime in PICTURES:
                if mime in data and mime in old_data and look_alike(data[mime], old_data[mime]):
                    data[mime] = old_data[mime]


def _words(cell):
    """All of a code cell but its pictures' bytes and its counts, to compare two runs of it."""
    outputs = []
    for output in cell.get("outputs", []):
        data = {k: (None if k in PICTURES else v) for k, v in output.get("data", {}).items()}
        outputs.append((output["output_type"], data, output.get("text"), output.get("evalue")))
    return cell["source"], outputs


def look_alike(first, second):
    """Say whether two base64-coded pictures look the same: alike but for a few edge pixels."""
    if first == second:
        return True
    pixels = []
    for coded in (first, second):
        with Image.open(io.BytesIO(base64.b64decode(coded))) as picture:
            pixels.append(np.asarray(picture.convert("RGBA"), dtype=np.int16))
    if pixels[0].shape != pixels[1].shape:
        return False
    differs = np.abs(pixels[0] - pixels[1]).max(axis=2) > 48
    return bool(differs.mean() < 2e-4)


def problems(notebook, text):
    """Return what no stored notebook may hold, each as a sentence that names the cell."""
    found = []
    if len(text.encode()) > MAX_BYTES:
        found.append(
            f"{len(text.encode()) / 1000:.0f} kB; at most {MAX_BYTES / 1000:.0f} kB are allowed. "
            "Make its figures smaller or fewer."
        )
    if "widgets" in notebook["metadata"]:
        found.append("stores the state of widgets, so static viewers show no picture.")
    count, in_order = 0, True
    for number, cell in enumerate(notebook["cells"], start=1):
        if cell["cell_type"] != "code" or not cell["source"].strip():
            continue
        count += 1
        where = f"cell {number} ({cell.get('id', 'no id')})"
        if in_order and cell.get("execution_count") != count:
            in_order = False  # said once: the cells after it are off as well
            found.append(
                f"{where} has execution count {cell.get('execution_count')}, not {count}: "
                "it was not run in a fresh kernel, from top to bottom."
            )
        if cell["source"].rstrip().endswith(";"):
            found.append(
                f"{where} ends with a semicolon, which hides its value here but not from nbval. "
                "Assign the value instead: _ = ..."
            )
        may_raise = "raises-exception" in cell["metadata"].get("tags", [])
        for output in cell["outputs"]:
            if output["output_type"] == "error" and not may_raise:
                found.append(f"{where} stores an error: {output['ename']}: {output['evalue']}")
            said = _said(output)
            if path := MACHINE_PATH.search(said):
                found.append(f"{where} prints a path of one machine: {path.group(0)}")
            if address := ADDRESS.search(said):
                found.append(f"{where} prints a memory address: {address.group(0)}")
    return found


def _said(output):
    """Return the text of an output, of whatever kind, without its pictures."""
    parts = [output.get("text", ""), *output.get("traceback", [])]
    for mime, value in output.get("data", {}).items():
        if not mime.startswith("image/") or mime == "image/svg+xml":
            parts.append(value if isinstance(value, str) else json.dumps(value))
    return "\n".join(parts)


def execute(notebook, path):
    """Run all cells of a notebook in a fresh kernel, in the notebook's own folder."""
    at = -1

    def note_cell(cell, cell_index):
        nonlocal at
        at = cell_index

    client = NotebookClient(
        notebook,
        kernel_name="python3",
        timeout=CELL_TIMEOUT,
        record_timing=False,
        store_widget_state=False,
        extra_arguments=["--log-level=ERROR"],  # no advice about encryption on the loopback
        resources={"metadata": {"path": str(Path(path).parent)}},
        on_cell_start=note_cell,
    )
    environment = {key: value for key, value in os.environ.items() if key != "MPLBACKEND"}
    try:
        with tempfile.TemporaryDirectory() as profile:
            # No startup files and settings of whoever runs this; figures inline, the kernel's way.
            client.execute(env={**environment, "IPYTHONDIR": profile})
    except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
        cell = notebook["cells"][at]
        told = re.sub(r"\x1b\[[0-9;]*m", "", str(error)).strip()
        raise NotebookError(f"{path}, cell {at + 1} ({cell['id']}):\n\n{told}\n") from None
    return notebook


def rewrite(path):
    """Re-execute one notebook and write it; return whether its file changed."""
    path = Path(path)
    before = path.read_text(encoding="utf-8")
    stored = normalize(read(path))
    fresh = read(path)
    for cell, normal in zip(fresh["cells"], stored["cells"], strict=True):
        cell["id"] = normal["id"]
        if cell["cell_type"] == "code":  # nothing of an earlier run may pass for a result of this
            cell["outputs"], cell["execution_count"] = [], None
    fresh = normalize(execute(fresh, path))
    keep_pictures(fresh, stored)
    text = write_text(fresh)
    if found := problems(fresh, text):
        raise NotebookError("\n".join(f"{path}: {sentence}" for sentence in found))
    if text == before:
        return False
    path.write_text(text, encoding="utf-8", newline="\n")
    return True


def check(path):
    """Return what is wrong with a stored notebook, as sentences; nothing is executed."""
    raw = Path(path).read_bytes()
    notebook = read(path)
    found = problems(notebook, raw.decode("utf-8"))
    if raw != write_text(normalize(notebook)).encode("utf-8"):
        found.append("is not in the normal form.")
    return found


def main(arguments=None):
    """Rewrite or check the notebooks that are named, or all of the course's."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("notebooks", nargs="*", metavar="NOTEBOOK", help="default: notebooks/*")
    parser.add_argument("--check", action="store_true", help="change nothing, only say what is off")
    options = parser.parse_args(arguments)
    paths = [Path(name) for name in options.notebooks] or sorted(ROOT.glob("notebooks/*.ipynb"))
    if not paths:
        print(f"No notebook in {ROOT / 'notebooks'}.")
        return 1

    failed = 0
    for path in paths:
        try:
            if options.check:
                found = check(path)
                failed += bool(found)
                for sentence in found:
                    print(f"{path.name}: {sentence}")
            else:
                print(f"{path.name}: {'rewritten' if rewrite(path) else 'unchanged'}")
        except NotebookError as error:
            failed += 1
            print(f"\nFAILED {error}", file=sys.stderr)
    if failed and options.check:
        print("Run `make notebooks` to re-execute and normalise them.")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
