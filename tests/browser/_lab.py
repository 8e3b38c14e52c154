"""A real JupyterLab, driven in a real Chromium: what the browser tests and the benchmarks stand on.

    with JupyterLab(folder) as lab, lab.open("01.ipynb") as page:
        page.run_all()
        assert page.cell_errors() == []

`JupyterLab` is a server of its own on a free port: it serves one folder (a copy, never the
checkout, because JupyterLab saves what it opens) and reads neither the settings nor the kernels of
the user who runs it. `NotebookPage` is one notebook open in a page. What a cell printed or raised
is read from JupyterLab's document model, not from the page: cells that are scrolled out of sight
are not in the page at all.

    python tests/browser/_lab.py --find-chromium     prints the browser, or fails
    python tests/browser/_lab.py --should-run        says aloud if the browser tests are not run

Only the standard library is imported at the top: the two commands run before anything is installed.
"""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

# Nothing that asks the network for something: the course is used and tested offline.
CHROMIUM_FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
]
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC_CHROME = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
SETTINGS = Path(__file__).resolve().parents[2] / "tools" / "jupyterlab"  # those of `make lab`
THEMES = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}

# JavaScript: the open notebook's panel, and whether its kernel has nothing left to do.
PANEL = "window.jupyterapp.shell.currentWidget"
KERNEL_IDLE = f"""() => {{
    const kernel = {PANEL}?.sessionContext?.session?.kernel;
    return kernel?.status === 'idle' && kernel.connectionStatus === 'connected';
}}"""


def find_chromium():
    """Return the path of a Chromium or Chrome, or None. MLPLIB_CHROMIUM overrides the search."""
    named = os.environ.get("MLPLIB_CHROMIUM")
    if named:
        return shutil.which(named)
    for name in (*CHROMIUM_NAMES, MAC_CHROME):
        path = shutil.which(name)
        if path:
            return path
    return None


def browser_required():
    """Say whether a missing browser is a failure: in CI, unless MLPLIB_REQUIRE_BROWSER=0."""
    asked = os.environ.get("MLPLIB_REQUIRE_BROWSER", "")
    if asked:
        return asked != "0"
    return os.environ.get("CI", "").lower() == "true"


class JupyterLab:
    """A JupyterLab server on one folder, and a browser to open its notebooks with.

    Parameters
    ----------
    folder : path
        The root folder that is served. JupyterLab writes in it.
    log : path, optional
        Where the server's log goes; a temporary file by default.
    """

    def __init__(self, folder, log=None):
        self.folder = Path(folder).resolve()
        self._private = tempfile.TemporaryDirectory(prefix="lab-", ignore_cleanup_errors=True)
        self.log = Path(log) if log else Path(self._private.name) / "server.log"
        self.url = self.token = self._server = self._playwright = self._browser = None

    def __enter__(self):
        with contextlib.ExitStack() as undo:  # a start that fails half-way leaves nothing behind
            undo.callback(self.__exit__, None, None, None)
            self._start_server()
            self._start_browser()
            undo.pop_all()
        return self

    def __exit__(self, *exception):
        with contextlib.ExitStack() as stack:  # every step runs, even if one before it raised
            stack.callback(self._private.cleanup)
            stack.callback(self._stop_server)
            if self._playwright:
                stack.callback(self._playwright.stop)
            if self._browser:
                stack.callback(self._browser.close)

    def _start_server(self):
        private = Path(self._private.name)
        environment = {
            key: value
            for key, value in os.environ.items()
            if not key.startswith(("JUPYTER", "IPYTHON", "MPLBACKEND"))
        }
        for kind in ("CONFIG", "DATA", "RUNTIME"):
            environment[f"JUPYTER_{kind}_DIR"] = str(private / kind.lower())
        environment["JUPYTERLAB_SETTINGS_DIR"] = str(private / "settings")
        environment["JUPYTERLAB_WORKSPACES_DIR"] = str(private / "workspaces")
        environment["IPYTHONDIR"] = str(private / "ipython")

        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--ip=127.0.0.1"]
        command += [f"--port={port}", f"--ServerApp.root_dir={self.folder}"]
        command += ["--expose-app-in-browser", f"--LabApp.app_settings_dir={SETTINGS}"]
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            command.append("--allow-root")
        with open(self.log, "w", encoding="utf-8") as log:
            self._server = subprocess.Popen(
                command,
                env=environment,
                cwd=private,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self._wait_for_server(private / "runtime")

    def _wait_for_server(self, runtime, seconds=90):
        """Wait until the server answers; its runtime file says which port and token it took."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and self._server.poll() is None:
            for file in runtime.glob("jpserver-*.json"):
                with contextlib.suppress(ValueError, OSError):  # half written, or not yet listening
                    info = json.loads(file.read_text(encoding="utf-8"))
                    self.url, self.token = info["url"].rstrip("/"), info["token"]
                    self.api("api/status")
                    return
            time.sleep(0.1)
        told = self.log.read_text(encoding="utf-8", errors="replace")[-3000:]
        raise RuntimeError(f"JupyterLab did not start within {seconds} s. Its log ends:\n{told}")

    def _stop_server(self):
        if self._server is None:
            return
        for session in self._sessions():
            self._shut_down(session)
        self._server.terminate()
        try:
            self._server.wait(timeout=15)
        except subprocess.TimeoutExpired:
            self._server.kill()
            self._server.wait()

    def _start_browser(self):
        from playwright.sync_api import sync_playwright

        chromium = find_chromium()
        if chromium is None:
            raise RuntimeError("no Chromium found: install one, or name it in MLPLIB_CHROMIUM")
        self._playwright = sync_playwright().start()
        self._browser = self._playwright.chromium.launch(
            executable_path=chromium, args=CHROMIUM_FLAGS
        )

    def api(self, path, method="GET"):
        """Ask the server's REST interface; return what it answers, or None for an empty answer."""
        request = urllib.request.Request(
            f"{self.url}/{path}", method=method, headers={"Authorization": f"token {self.token}"}
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            body = answer.read()
        return json.loads(body) if body else None

    def _sessions(self):
        with contextlib.suppress(OSError):
            return self.api("api/sessions")
        return []

    def _shut_down(self, session):
        with contextlib.suppress(OSError):
            self.api(f"api/sessions/{session['id']}", method="DELETE")

    def _set_theme(self, theme):
        """Write JupyterLab's user setting; pages that are opened afterwards follow it."""
        folder = Path(self._private.name) / "settings" / "@jupyterlab" / "apputils-extension"
        folder.mkdir(parents=True, exist_ok=True)
        setting = json.dumps({"theme": THEMES[theme]})
        (folder / "themes.jupyterlab-settings").write_text(setting, encoding="utf-8")

    def write_notebook(self, name, cells):
        """Write a notebook into the served folder, from the source texts of its code cells."""
        import nbformat.v4 as v4

        notebook = v4.new_notebook(cells=[v4.new_code_cell(source) for source in cells])
        notebook.metadata["kernelspec"] = {
            "display_name": "Python 3 (ipykernel)",
            "language": "python",
            "name": "python3",
        }
        (self.folder / name).write_text(v4.writes(notebook), encoding="utf-8")
        return name

    @contextlib.contextmanager
    def open(self, name, *, width=1300, height=1000, theme="light", scale=1, mode="doc"):
        """Open a notebook, give its page, and afterwards close it and its kernel.

        Parameters
        ----------
        name : str
            Path of the notebook in the served folder.
        width, height : int
            Size of the page, in CSS pixels.
        theme : {"light", "dark"}
        scale : float
            Device pixels for a CSS pixel; 2 for a screen of high resolution.
        mode : {"doc", "lab"}
            The notebook alone, or JupyterLab with its menus and side bars around it.
        """
        self._set_theme(theme)
        context = self._browser.new_context(
            viewport={"width": width, "height": height}, device_scale_factor=scale
        )
        try:
            page = NotebookPage(self, context.new_page(), name)
            page.load(mode)
            yield page
        finally:
            context.close()
            for session in self._sessions():
                if session["path"] == name:
                    self._shut_down(session)


class NotebookPage:
    """One notebook, open in JupyterLab. `page` is Playwright's page, for whatever is not here."""

    def __init__(self, lab, page, name):
        self.lab, self.page, self.name = lab, page, name
        self.console_errors = []
        page.on("pageerror", lambda error: self.console_errors.append(f"uncaught: {error}"))
        page.on("console", self._note_console)

    def _note_console(self, message):
        if message.type == "error":
            self.console_errors.append(message.text)

    def load(self, mode="doc", seconds=90):
        """Load the page and wait until its kernel waits for work."""
        address = f"{self.lab.url}/{mode}/tree/{self.name}?token={self.lab.token}&reset"
        self.page.goto(address, timeout=seconds * 1000)
        self.page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=seconds * 1000)
        self.wait_for_kernel(seconds)

    def wait_for_kernel(self, seconds=60):
        """Wait until the kernel is idle."""
        self.page.wait_for_function(KERNEL_IDLE, timeout=seconds * 1000)

    def run_all(self, seconds=300):
        """Run all cells and wait for the last; JupyterLab stops at the first cell that raises."""
        self._command("notebook:run-all-cells", seconds)

    def run_cell(self, index, seconds=60):
        """Run the cell with this number, counted from 0 over all cells."""
        self.page.evaluate(f"index => {{ {PANEL}.content.activeCellIndex = index; }}", index)
        self._command("notebook:run-cell", seconds)

    def restart_kernel(self, seconds=60):
        """Restart the kernel, as one does who has lost track; the outputs stay."""
        self.page.evaluate(f"() => {PANEL}.sessionContext.session.kernel.restart()")
        self.wait_for_kernel(seconds)

    def _command(self, command, seconds):
        # The promise of the command is waited for with a limit, which `evaluate` does not have.
        self.page.evaluate(
            """command => {
                window.mlplibDone = false;
                window.jupyterapp.commands.execute(command).finally(
                    () => { window.mlplibDone = true; });
            }""",
            command,
        )
        self.page.wait_for_function("() => window.mlplibDone", timeout=seconds * 1000)
        self.wait_for_kernel(seconds)

    def save(self):
        """Save the notebook, as the student does before the laptop is closed."""
        self._command("docmanager:save", 30)

    def set_source(self, index, source):
        """Replace a cell's source, as if it had been typed."""
        self.page.evaluate(
            f"([index, source]) => {PANEL}.content.widgets[index].model.sharedModel"
            ".setSource(source)",
            [index, source],
        )

    def outputs(self):
        """Return the outputs of each cell, as nbformat has them, from the document model."""
        return self.page.evaluate(
            f"() => {PANEL}.content.widgets.map("
            "cell => cell.model.outputs ? cell.model.outputs.toJSON() : [])"
        )

    def text(self, index):
        """Return what a cell printed and the text of its value, together."""
        parts = []
        for output in self.outputs()[index]:
            told = output.get("text", output.get("data", {}).get("text/plain", ""))
            parts.append(told if isinstance(told, str) else "".join(told))
        return "".join(parts)

    def cell_errors(self):
        """Return one line for each error in an output, with the cell's number."""
        return [
            f"cell {index}: {output['ename']}: {output['evalue']}"
            for index, outputs in enumerate(self.outputs())
            for output in outputs
            if output["output_type"] == "error"
        ]

    def outputs_shown(self):
        """Return a locator of all outputs that are in the page."""
        return self.page.locator(".jp-OutputArea-output")

    def widget_areas(self):
        """Return a locator of all outputs in the page that hold a living widget."""
        return self.outputs_shown().filter(has=self.page.locator(".jupyter-widgets"))

    def widget_area(self, index=0, seconds=30):
        """Return the locator of one widget output, scrolled into sight and painted."""
        area = self.widget_areas().nth(index)
        area.wait_for(state="attached", timeout=seconds * 1000)
        area.scroll_into_view_if_needed(timeout=seconds * 1000)
        return area

    def scroll_to_cell(self, index):
        """Bring a cell into the page: cells far out of sight are not in it."""
        self.page.evaluate(
            f"index => {PANEL}.content.scrollToItem(index, 'start').catch(() => null)", index
        )

    def cell(self, index):
        """Return the locator of a cell, brought into the page."""
        self.scroll_to_cell(index)
        self.page.evaluate(
            f"index => {PANEL}.content.widgets[index].node.setAttribute('data-cell', index)", index
        )
        return self.page.locator(f'[data-cell="{index}"]')

    def grow(self, most=16000):
        """Make the page as high as the notebook, so that every cell is in it and can be seen."""
        width = self.page.viewport_size["width"]
        height = 0
        for _ in range(4):  # cells that come into sight are measured, and the notebook grows
            needed = self.page.evaluate(
                "() => Math.max(...[...document.querySelectorAll('.jp-WindowedPanel-outer')]"
                ".map(panel => panel.scrollHeight))"
            )
            if needed + 150 <= height or height >= most:
                break
            height = min(needed + 150, most)
            self.page.set_viewport_size({"width": width, "height": height})
            self.page.wait_for_timeout(500)

    def screenshot(self, path, whole=False):
        """Save a picture of the page as it stands, or of the whole notebook; return its path."""
        if whole:
            self.grow()
        path = Path(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=path, animations="disabled")
        return path


def main(arguments):
    """Answer the two questions that are asked from outside Python."""
    chromium = find_chromium()
    if arguments == ["--find-chromium"]:
        print(chromium or f"No Chromium found (looked for: {', '.join(CHROMIUM_NAMES)}).")
        return int(chromium is None)
    if arguments == ["--should-run"]:
        if chromium or browser_required():
            return 0
        print(
            "!!! The browser tests were NOT run: no Chromium was found. Install Chromium or Chrome,"
            "\n!!! or name one: make test MLPLIB_CHROMIUM=/path/to/chrome"
        )
        return 1
    print(__doc__)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
