"""Questions that answer: the self-test of a notebook, and predictions before its labs.

    from mlplib.labs.questions import prediction, self_test

    p = prediction("linear_regression", "learning_rate")
    p                                       # before the lab: records, and says nothing yet
    p.outcome()                             # after it: what happens, beside what was predicted

    self_test("linear_regression")          # five questions; each choice answers at once

The texts are in `mlplib.exercises.questions`. Handlers may run on another thread (see `_lab`), so
they do nothing but note what was chosen and set the value of an HTML widget.
"""

import html
import threading

import ipywidgets

from mlplib._errors import check_option
from mlplib.exercises._feedback import MARKS, _box, _inline
from mlplib.exercises._question import glue, question_text, wrap
from mlplib.exercises.questions import PREDICTIONS, QUESTIONS
from mlplib.labs._cells import settle

# ipywidgets cuts long options off at one line of fixed height. These rules let them wrap, and show
# what is chosen and what has the keyboard's focus; they reach only what carries these classes.
_STYLE = """<style>
.mlplib-questions .mlplib-choices { width: auto; max-width: 840px; margin: 0 2px; }
.mlplib-choices div label {
  display: flex; align-items: flex-start; height: auto; margin: 0; padding: 3px 8px;
  line-height: 22px; font-size: 15px; white-space: normal; cursor: pointer; border-radius: 3px;
  color: var(--jp-content-font-color1, inherit);
}
.mlplib-choices div label:hover, .mlplib-choices div label:has(:checked) {
  background: var(--jp-layout-color2, rgba(128, 128, 128, 0.15));
}
.mlplib-choices div label:has(:focus-visible) {
  outline: 2px solid var(--jp-brand-color1, #1976d2); outline-offset: -2px;
}
.mlplib-choices div label input {
  order: -1; flex: none; float: none; width: 16px; height: 16px; margin: 3px 10px 0 0;
  outline: none;
}
.mlplib-questions .mlplib-note { max-width: 824px; margin: 4px 2px 4px 10px; }
.mlplib-questions .mlplib-note label, .mlplib-questions .mlplib-note input { font-size: 15px; }
</style>"""
_TEXT = (
    "font-size:15px;line-height:1.5;max-width:840px;color:var(--jp-content-font-color1,inherit);"
)


def self_test(notebook):
    """Return the self-test of a notebook, to be shown by naming it at the end of a cell.

    Parameters
    ----------
    notebook : str
        Key of `mlplib.exercises.questions.QUESTIONS`, as "linear_regression".

    Examples
    --------
    >>> test = self_test("linear_regression")
    >>> test.radios[1].index = 2
    >>> test.count
    'Right: 1 of 5. Still to answer: 4.'
    """
    return SelfTest(QUESTIONS[check_option("self_test", "notebook", notebook, QUESTIONS)])


def prediction(notebook, name):
    """Return a prediction to be made before a lab.

    Whoever asks again gets the same prediction, with what was recorded: a cell that is run a
    second time does not forget what the student had expected.

    Parameters
    ----------
    notebook : str
        Key of `mlplib.exercises.questions.PREDICTIONS`.
    name : str
        Name of the prediction.

    Examples
    --------
    >>> p = prediction("linear_regression", "raw_square_feet")
    >>> p.choice is None
    True
    """
    questions = PREDICTIONS[check_option("prediction", "notebook", notebook, PREDICTIONS)]
    check_option("prediction", "name", name, questions)
    if (notebook, name) not in _recorded:
        _recorded[notebook, name] = Prediction(questions[name])
    return _recorded[notebook, name]


_recorded = {}


class _Asked:
    """What is common to all here: a box of widgets, and the text that says the same."""

    def __init__(self, children):
        style = ipywidgets.HTML(_STYLE, layout=ipywidgets.Layout(display="none"))
        self.widget = ipywidgets.VBox(
            [style, *children], layout=ipywidgets.Layout(width="100%", overflow="hidden")
        )
        self.widget.add_class("mlplib-questions")
        self.closed = False

    @property
    def text(self):
        """The text twin."""
        raise NotImplementedError(f"{type(self).__name__}.text")

    def __repr__(self):
        return self.text

    def _repr_mimebundle_(self, include=None, exclude=None):
        data = {"text/plain": self.text}
        if not self.closed:
            bundle = self.widget._repr_mimebundle_()
            bundle = bundle[0] if isinstance(bundle, tuple) else bundle
            data = {**bundle, **data}
        return data

    def close(self):
        """Take the widgets from the page; what was chosen can still be read."""
        if not self.closed:
            self.closed = True
            _close(self.widget)


class SelfTest(_Asked):
    """Questions that answer at once; an answer can be changed.

    Parameters
    ----------
    questions : sequence of Question

    Attributes
    ----------
    radios : list of ipywidgets.RadioButtons
        One for each question; set `index` to choose.
    chosen : list of int or None
        Index of the chosen option of each question.
    """

    def __init__(self, questions):
        self.questions = tuple(questions)
        self.chosen = [None] * len(self.questions)
        self._lock = threading.Lock()  # two clicks can be handled by two threads
        self.radios = [
            _radio_buttons(question, f"Question {number} of {len(self.questions)}.")
            for number, question in enumerate(self.questions, 1)
        ]
        self.answers = [ipywidgets.HTML() for _ in self.questions]
        self.summary = ipywidgets.HTML()
        children = []
        for i, question in enumerate(self.questions):
            head = ipywidgets.HTML(_paragraph(question.text, f"{i + 1}."))
            children += [head, self.radios[i], self.answers[i]]
            self.radios[i].observe(lambda change, i=i: self._choose(i, change["new"]), "index")
        super().__init__([*children, self.summary])
        self._say()
        settle(self)

    def _choose(self, i, index):
        with self._lock:
            self.chosen[i] = index
            answer = "" if index is None else self.questions[i].answer(index)._html()
            self.answers[i].value = answer and _status(answer, "margin-left:34px;")
            self._say()

    def _say(self):
        done = self.right == len(self.questions)
        mark = MARKS["right"] if done else MARKS["not attempted"]
        line = f"<strong>{mark} {html.escape(self.count)}</strong>"
        box = _box("right" if done else "not attempted", [line])
        self.summary.value = _status(box)

    @property
    def right(self):
        """How many questions are answered right."""
        pairs = zip(self.questions, self.chosen, strict=True)
        return sum(question.right == index for question, index in pairs)

    @property
    def count(self):
        """How far one has come, in words."""
        words = f"Right: {self.right} of {len(self.questions)}."
        answered = sum(index is not None for index in self.chosen)
        if answered < len(self.questions):
            return f"{words} Still to answer: {len(self.questions) - answered}."
        if self.right < answered:
            return f"{words} You can change your answers."
        return f"{words} Well done."

    @property
    def text(self):
        """The questions with their options; what was chosen so far, with its answer; the count."""
        parts = []
        for i, (question, index) in enumerate(zip(self.questions, self.chosen, strict=True)):
            part = question_text(question, index, f"{i + 1}. ")
            if index is not None:
                part += "\n" + wrap(repr(question.answer(index)), "   ")
            parts.append(part)
        return "\n\n".join([*parts, self.count])


class Prediction(_Asked):
    """A question before a lab: records a choice and a note, and says nothing of them yet.

    Parameters
    ----------
    question : PredictionQuestion

    Attributes
    ----------
    radio : ipywidgets.RadioButtons
    note_box : ipywidgets.Text
    """

    def __init__(self, question):
        self.question = question
        self.radio = _radio_buttons(question, "What do you expect? No answer is given yet.")
        self.note_box = ipywidgets.Text(
            description=question.prompt,
            placeholder="in your own words",
            tooltip="Recorded together with your choice",
            continuous_update=False,
            style={"description_width": "initial"},
            layout=ipywidgets.Layout(width="auto"),
        )
        self.note_box.add_class("mlplib-note")
        self.status = ipywidgets.HTML()
        super().__init__(
            [
                ipywidgets.HTML(_paragraph(question.text, "Predict first.")),
                self.radio,
                self.note_box,
                self.status,
            ]
        )
        self._outcome = None
        self.radio.observe(self._say, "index")
        self.note_box.observe(self._say, "value")
        self._say()

    @property
    def choice(self):
        """Index of the option that was chosen, or None."""
        return self.radio.index

    @property
    def note(self):
        """What was written beside it."""
        return self.note_box.value.strip()

    def reveal(self):
        """Return what happens, beside what was predicted."""
        return self.question.outcome(self.choice, self.note)

    def outcome(self):
        """Return a widget for the cell after the lab: it shows `reveal()` when it is asked to."""
        if self._outcome is None:
            self._outcome = Outcome(self)
        return self._outcome

    def _standing(self):
        if self.choice is None:
            return "not attempted", "Nothing recorded yet: choose what you expect."
        return "hint", "Your prediction is recorded. The lab will show."

    def _say(self, change=None):
        kind, words = self._standing()
        mark = MARKS["not attempted"] if self.choice is None else "\u270e"
        box = _box(kind, [f"<strong>{mark} {words}</strong>"])
        self.status.value = _status(box)
        if self._outcome is not None:
            self._outcome.refresh()

    @property
    def text(self):
        """The question with its options, and whether something is recorded."""
        parts = ["Predict first.", question_text(self.question, self.choice)]
        if self.note:
            parts.append(wrap(f"In your words: {self.note}"))
        return "\n".join([*parts, self._standing()[1]])


class Outcome(_Asked):
    """What happens, beside what was predicted: behind a button, so that no one reads it too early.

    Run All reaches this cell before anybody has predicted anything.
    """

    SHOW, HIDE = "Show what happens", "Hide"

    def __init__(self, prediction):
        self.prediction, self.shown = prediction, False
        self.button = ipywidgets.Button(
            description=self.SHOW,
            icon="eye",
            tooltip="What happens, and why, beside what you predicted",
            layout=ipywidgets.Layout(width="auto", min_width="84px"),
        )
        self.said = ipywidgets.HTML()
        self.button.on_click(self._press)
        row = ipywidgets.Box([self.button])
        super().__init__([row, self.said])

    def _press(self, button=None):
        self.shown = not self.shown
        self.button.description = self.HIDE if self.shown else self.SHOW
        self.button.icon = "eye-slash" if self.shown else "eye"
        self.refresh()

    def refresh(self):
        """Follow what is recorded."""
        told = self.prediction.reveal()._html() if self.shown else ""
        self.said.value = told and _status(told)

    @property
    def text(self):
        """What is shown, or how to have it shown."""
        if self.shown:
            return repr(self.prediction.reveal())
        return f'What happens, beside what you predicted: press "{self.SHOW}".'


def _radio_buttons(question, tooltip):
    radio = ipywidgets.RadioButtons(
        options=[(glue(option.text), i) for i, option in enumerate(question.options)],
        value=None,
        # JupyterLab takes the arrow keys for moving between cells, so these are said
        tooltip=f"{tooltip} By keyboard: Tab moves on, Space chooses.",
    )
    radio.add_class("mlplib-choices")
    return radio


def _paragraph(text, head):
    return f'<div style="{_TEXT}margin-top:10px;"><b>{head}</b> {_inline(glue(text))}</div>'


def _status(box, style=""):
    """Wrap what appears after a click, so that a screen reader says it."""
    return f'<div role="status" style="{_TEXT}{style}">{box}</div>'


def _close(widget):
    for child in getattr(widget, "children", ()):
        _close(child)
    widget.layout.close()
    widget.close()
