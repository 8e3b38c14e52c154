"""Questions: what a student is asked beside the exercises, and the sentence for each option.

Two kinds. A self-test closes a notebook: each option, right or wrong, has its own sentence, which
says why one would pick it and what is so or not so about it. A prediction stands before a lab: it
is recorded without a verdict, and what happens is told afterwards.

Only values and words here; the widgets are `mlplib.labs.questions`. All text is plain: options
stand beside buttons, which show neither HTML nor TeX. In questions and sentences, what stands
between backticks becomes code.
"""

import re
import textwrap
from dataclasses import dataclass

from mlplib._errors import value_error
from mlplib.exercises._feedback import MARKS, WORDS, Shown, _box, _paragraph

WIDTH = 88  # characters to a line of a text twin


@dataclass(frozen=True)
class Option:
    """One option of a question, and the sentence for who picks it."""

    text: str
    sentence: str
    right: bool = False


def right(text, sentence):
    """The right option."""
    return Option(text, sentence, right=True)


def wrong(text, sentence):
    """A wrong option: one that students do pick."""
    return Option(text, sentence)


@dataclass(frozen=True)
class Question:
    """A question with three to five options, one of them right.

    Parameters
    ----------
    text : str
    options : sequence of Option
        In the order in which they are shown.
    formulas : sequence of str
        Ids of the formulas that it is about.
    """

    text: str
    options: tuple
    formulas: tuple = ()

    def __post_init__(self):
        object.__setattr__(self, "options", tuple(self.options))
        object.__setattr__(self, "formulas", tuple(self.formulas))
        texts = {option.text for option in self.options}
        count = sum(option.right for option in self.options)
        if not 3 <= len(self.options) == len(texts) <= 5 or count != 1:
            raise value_error(
                "Question",
                "three to five different options, one of them right",
                f"{len(self.options)}, of them {len(texts)} different and {count} right",
                f"Mend the question '{self.text[:40]}...'",
            )

    @property
    def right(self):
        """Index of the right option."""
        return [option.right for option in self.options].index(True)

    def answer(self, index):
        """Return what is said of the option with this index."""
        return Answer(self, index)


@dataclass(frozen=True)
class PredictionQuestion(Question):
    """A question to be answered before a lab, with what then happens.

    The sentence of the right option says why it happens.
    """

    happens: str = ""
    prompt: str = "Why? (optional)"

    def outcome(self, index=None, note=""):
        """Return what happens, beside what was predicted (None: nothing was)."""
        return Revealed(self, index, note)


@dataclass(frozen=True, repr=False)
class Answer(Shown):
    """What a student is told who picks an option: a word, a mark, the option's own sentence."""

    question: Question
    index: int

    @property
    def option(self):
        """The option that was picked."""
        return self.question.options[self.index]

    @property
    def outcome(self):
        """Whether it is right, in the word that exercises have for it: "right" or "wrong"."""
        return "right" if self.option.right else "wrong"

    def _where(self):
        ids = self.question.formulas
        if self.option.right or not ids:
            return ""
        return f"Look again at {'formula' if len(ids) == 1 else 'formulas'} {' and '.join(ids)}."

    def _text(self):
        return " ".join([f"{WORDS[self.outcome]}:", self.option.sentence, self._where()]).rstrip()

    def _html(self):
        head = f"<strong>{MARKS[self.outcome]} {WORDS[self.outcome]}</strong>"
        parts = [head, _paragraph(glue(self.option.sentence))]
        if self._where():
            parts.append(_paragraph(self._where(), small=True))
        return _box(self.outcome, parts)


@dataclass(frozen=True, repr=False)
class Revealed(Shown):
    """What happens in a lab, beside what was predicted."""

    question: PredictionQuestion
    index: int | None = None
    note: str = ""

    @property
    def outcome(self):
        """One of "right", "wrong", "not attempted", as for exercises."""
        if self.index is None:
            return "not attempted"
        return "right" if self.index == self.question.right else "wrong"

    def _head(self):
        return {
            "right": "As you predicted",
            "wrong": "Not as you predicted",
            "not attempted": "You recorded no prediction",
        }[self.outcome]

    def _paragraphs(self):
        """Pairs (what it is, text)."""
        options, said = self.question.options, []
        if self.index is not None:
            said.append(("You predicted", options[self.index].text))
        if self.note:
            said.append(("In your words", self.note))
        if self.outcome == "wrong":
            said.append(("About that", options[self.index].sentence))
        said.append(("What happens", self.question.happens))
        said.append(("Why", options[self.question.right].sentence))
        return said

    def _text(self):
        lines = [f"{label}: {text}" for label, text in self._paragraphs()]
        return "\n".join(map(wrap, [f"{self._head()}.", *lines]))

    def _html(self):
        parts = [f"<strong>{MARKS[self.outcome]} {self._head()}</strong>"]
        for label, text in self._paragraphs():
            # the label is put in after the escaping, so that it can be bold
            parts.append(_paragraph(f"{label}: {glue(text)}").replace(label, f"<b>{label}</b>", 1))
        return _box(self.outcome, parts)


# ---- the texts as they are shown --------------------------------------------------------------


def glue(text):
    """Keep together what must not be parted at the end of a line: 34 136, and w - 0.1 of a sum.

    Examples
    --------
    >>> glue("ŷ = 6.60 x + 34 136").split(" ")
    ['ŷ', '=\\xa06.60', 'x\\xa0+\\u2060\\xa034\\xa0136']
    """
    text = re.sub(r"(?<=\d) (?=\d{3}\b)", "\u00a0", text)
    # the word joiner, because a browser breaks a line after a hyphen even before a fixed space
    text = re.sub(r" ([-+·/]) ", "\u00a0\\1\u2060\u00a0", text)
    return text.replace(" = ", " =\u00a0")


def wrap(text, first="", later=None):
    """Wrap a paragraph to the width of a page of text."""
    later = " " * len(first) if later is None else later
    glued = glue(text).replace("\u2060", "")  # it has no width, but would be counted
    lines = textwrap.fill(
        glued, WIDTH, initial_indent=first, subsequent_indent=later, break_on_hyphens=False
    )
    return lines.replace("\u00a0", " ")


def question_text(question, index=None, number=""):
    """Write a question with its options, the picked one marked."""
    indent = " " * (len(number) or 2)
    lines = [wrap(question.text, number)]
    for i, option in enumerate(question.options):
        lines.append(wrap(option.text, indent + ("(x) " if i == index else "( ) ")))
    return "\n".join(lines)
