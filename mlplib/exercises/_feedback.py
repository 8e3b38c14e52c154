"""What the student sees: a result, a hint, a solution, the progress.

Each is shown in the notebook as HTML and everywhere else as plain text that says the same. Both
are the same on every machine, because the notebooks' tests compare them. Colours are JupyterLab's
own, so that both themes read well, and no meaning hangs on a colour: a word and a mark carry it.
"""

import html
import re
from dataclasses import dataclass, field

MARKS = {"right": "\u2713", "wrong": "\u2717", "error": "!", "not attempted": "\u25cb"}
WORDS = {
    "right": "Right",
    "wrong": "Not yet",
    "error": "Error",
    "not attempted": "Not attempted yet",
}
_COLOURS = {
    "right": "var(--jp-success-color1, #388e3c)",
    "wrong": "var(--jp-warn-color1, #f57c00)",
    "error": "var(--jp-error-color1, #d32f2f)",
    "not attempted": "var(--jp-border-color1, #9e9e9e)",
    "hint": "var(--jp-info-color1, #0288d1)",
}
_MARK_COLOURS = {outcome: _COLOURS[outcome] for outcome in MARKS}
_MARK_COLOURS["not attempted"] = "var(--jp-content-font-color2, inherit)"
_BOX = (
    "border-left: 4px solid {colour}; padding: 6px 14px; margin: 4px 0; max-width: 56em; "
    "color: var(--jp-content-font-color1, inherit); line-height: 1.5;"
)
_CODE = "font-family: var(--jp-code-font-family, monospace); font-size: 0.95em;"
_BLOCK = (
    "margin: 6px 0; padding: 8px 12px; overflow-x: auto; white-space: pre; "
    "background: var(--jp-cell-editor-background, rgba(128, 128, 128, 0.15)); "
    "color: var(--jp-content-font-color1, inherit); line-height: 1.4; " + _CODE
)


class Shown:
    """Base of what is shown: subclasses give `_text()` and `_html()`."""

    def __repr__(self):
        return self._text()

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"text/plain": self._text(), "text/html": self._html()}


@dataclass(frozen=True, repr=False)
class Result(Shown):
    """What `check` found.

    Attributes
    ----------
    name : str
        The exercise.
    outcome : {"not attempted", "error", "wrong", "right"}
    message : str
        What was found, in sentences; paragraphs are separated by line ends.
    mistakes : tuple of str
        The names of the known mistakes that were recognised.
    code : str
        The student's own lines where an error happened, the last one marked.
    numbers : tuple of (str, str)
        A case where the answer differs: what came in, what came out, what was expected.
    notes : tuple of str
        Things beside the point that are worth a word: it printed, it warned.
    """

    name: str
    outcome: str
    message: str
    mistakes: tuple = ()
    code: str = ""
    numbers: tuple = ()
    notes: tuple = field(default=())

    def _text(self):
        lines = [f"{self.name}: {WORDS[self.outcome].lower()}."]
        lines += [f"  {line}" for line in self.code.splitlines()]
        lines += self.message.splitlines()
        width = max((len(label) for label, _ in self.numbers), default=0)
        lines += [f"  {label:<{width}}  {text}" for label, text in self.numbers]
        lines += [f"Note: {note}" for note in self.notes]
        return "\n".join(lines)

    def _html(self):
        head = f"<strong>{MARKS[self.outcome]} {WORDS[self.outcome]}</strong>"
        parts = [f"{head} &nbsp;<span style='{_CODE}'>{html.escape(self.name)}</span>"]
        if self.code:
            parts.append(_block(self.code))
        parts += [_paragraph(line) for line in self.message.splitlines()]
        if self.numbers:
            parts.append(_table(self.numbers))
        parts += [_paragraph(f"Note: {note}", small=True) for note in self.notes]
        return _box(self.outcome, parts)


@dataclass(frozen=True, repr=False)
class Hint(Shown):
    """One stage of an exercise's hints, under what the last check said."""

    name: str
    sentence: str
    stage: int
    stages: int
    checked: object = None
    """The Result above it: a cell shows its last line only, and that is now the hint."""

    def _head(self):
        return f"Hint {self.stage} of {self.stages}"

    def _tail(self):
        if self.stage < self.stages:
            return "Run the cell again for the next hint."
        return f"This was the last hint. The solution: exercises.{self.name}.solution()"

    def _text(self):
        text = f"{self.name}: {self._head().lower()}.\n{self.sentence}\n{self._tail()}"
        return _under(self.checked, text)

    def _html(self):
        head = f"<strong>{self._head()}</strong> &nbsp;"
        head += f"<span style='{_CODE}'>{html.escape(self.name)}</span>"
        tail = _paragraph(self._tail().replace("exercises.", "`exercises.") + "`", small=True)
        if self.stage < self.stages:
            tail = _paragraph(self._tail(), small=True)
        return _under_html(self.checked, _box("hint", [head, _paragraph(self.sentence), tail]))


@dataclass(frozen=True, repr=False)
class Code(Shown):
    """The solution of an exercise, under what the last check said."""

    name: str
    source: str
    checked: object = None

    def _text(self):
        return _under(self.checked, f"{self.name}: one solution.\n\n{self.source}")

    def _html(self):
        head = f"<strong>One solution</strong> &nbsp;<span style='{_CODE}'>{self.name}</span>"
        return _under_html(self.checked, _box("hint", [head, _block(self.source)]))


@dataclass(frozen=True, repr=False)
class Progress(Shown):
    """Which exercises of a notebook are done."""

    title: str
    rows: list
    """Of (name, title, outcome)."""

    @property
    def done(self):
        """How many exercises are right."""
        return sum(outcome == "right" for _, _, outcome in self.rows)

    def _head(self):
        return f"{self.title}: {self.done} of {len(self.rows)} exercises done."

    def _text(self):
        widths = [max(map(len, column)) for column in zip(*self.rows, strict=True)]
        words = max(len(WORDS[outcome]) for _, _, outcome in self.rows)
        lines = [
            f"  {WORDS[outcome]:<{words}}  {name:<{widths[0]}}  {title}"
            for name, title, outcome in self.rows
        ]
        return "\n".join([self._head(), *lines])

    def _html(self):
        cell = "padding: 2px 16px 2px 0; text-align: left; vertical-align: top;"
        mark = {
            outcome: f"<span style='color: {colour}; font-weight: bold;'>{MARKS[outcome]}</span>"
            for outcome, colour in _MARK_COLOURS.items()
        }
        rows = "".join(
            f"<tr style='background: none;'><td style='{cell} white-space: nowrap;'>"
            f"{mark[outcome]} {WORDS[outcome]}</td>"
            f"<td style='{cell}{_CODE}'>{html.escape(name)}</td>"
            f"<td style='{cell}'>{html.escape(title)}</td></tr>"
            for name, title, outcome in self.rows
        )
        outcome = "right" if self.done == len(self.rows) else "not attempted"
        head = f"<strong>{html.escape(self._head())}</strong>"
        return _box(outcome, [head, f"<table style='margin: 6px 0;'>{rows}</table>"])


def _under(checked, text):
    return text if checked is None else f"{checked._text()}\n\n{text}"


# ---- pieces of HTML ---------------------------------------------------------------------------


def _under_html(checked, box):
    return box if checked is None else checked._html() + box


def _box(kind, parts):
    style = _BOX.format(colour=_COLOURS[kind])
    return f"<div style='{style}'>" + "".join(parts) + "</div>"


def _paragraph(text, small=False):
    style = "margin: 4px 0;"
    if small:
        style += " color: var(--jp-content-font-color2, inherit);"
    return f"<p style='{style}'>{_inline(text)}</p>"


def _inline(text):
    """Escape a sentence; what stands between backticks becomes code."""
    code = f"<code style='{_CODE}'>\\1</code>"
    return re.sub(r"`([^`]+)`", code, html.escape(text))


def _block(text):
    return f"<pre style='{_BLOCK}'>{html.escape(text)}</pre>"


def _table(rows):
    cell = "padding: 1px 14px 1px 0; text-align: left; vertical-align: top;"
    body = "".join(
        f"<tr style='background: none;'><td style='{cell}'>{html.escape(label)}</td>"
        f"<td style='{cell} {_CODE}'>{html.escape(text)}</td></tr>"
        for label, text in rows
    )
    return f"<table style='margin: 6px 0;'>{body}</table>"
