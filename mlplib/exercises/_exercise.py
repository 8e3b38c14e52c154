"""An exercise is one value: blank, solution, cases, hints, and the mistakes it knows.

    course = ExerciseSet("linear_regression", "Linear regression", "01_linear_regression.ipynb")

    @course.exercise(
        title="Predict",
        formulas=("A2",),
        returns={"y_hat": "(m,)"},
        cases=houses,                       # houses(rng) yields tuples of arguments
        hints=["...", "..."],
    )
    def predict(x, w, b):
        \"\"\"The task, complete: what comes in, what goes out.\"\"\"
        # gap: y_hat = ...  # your code here
        y_hat = w * x + b
        # end
        return y_hat

    @predict.mistake("You multiply the bias by the weight too: ...")
    def bias_inside(x, w, b):
        return w * (x + b)

After this, `predict` is an Exercise. The decorated function is the solution; the blank is made from
its text (see `_source`), so the two cannot drift apart. The solution must run with `np` alone.
"""

import inspect
import zlib
from dataclasses import dataclass

import numpy as np

from mlplib.exercises import _check
from mlplib.exercises._feedback import Code, Hint, Progress
from mlplib.exercises._runner import run
from mlplib.exercises._source import (
    compile_function,
    make_blank,
    make_solution,
    read_source,
    without_docstring,
)

TIME_LIMIT = 3.0
"""Seconds that one call of a student's function may take."""


@dataclass(frozen=True)
class Mistake:
    """A wrong answer that students really give, and the sentence that helps."""

    name: str
    function: object
    sentence: str


class Exercise:
    """One exercise. Made by `ExerciseSet.exercise`; students use check, hint and solution.

    Parameters
    ----------
    course : ExerciseSet
    function : callable
        The solution. Its docstring is the task; its source holds the marks of the gap.
    title : str
    returns : dict
        Name of each returned part -> its shape in words: `{"dW": "(n_in, 1)", "db": "(1,)"}`;
        "a number" for a number.
    cases : callable
        `cases(rng)` yields tuples of arguments. The first should be small enough to follow by
        hand: it is the one that is shown when the numbers differ.
    hints : list of str
        In stages, the first the gentlest.
    formulas : tuple of str
        Ids of FORMULAS.md.
    slip : bool
        True for "spot the slip": the blank is code that runs, with a lecture's error in it.
    judge : callable, optional
        For what more than one answer solves: `judge(arguments, parts)` returns None or the
        sentence that says what is wrong; `parts` is a tuple of arrays.
    referee : (str, callable), optional
        What it is called and a function like the solution that finds the right values in another
        way, so that not the solution but finite differences decide. By default the solution.
    after : str
        What to notice, said when the answer is right.
    rtol : float
        Tolerance relative to the largest entry.
    time_limit : float
        Seconds that one call may take.

    Attributes
    ----------
    blank : str
        The source for the notebook's cell.
    solution_source : str
    mistakes : list of Mistake
    """

    def __init__(
        self,
        course,
        function,
        *,
        title,
        returns,
        cases,
        hints,
        formulas=(),
        slip=False,
        judge=None,
        referee=None,
        after="",
        rtol=1e-7,
        time_limit=TIME_LIMIT,
    ):
        self.course, self.function = course, function
        self.name, self.title, self.formulas = function.__name__, title, tuple(formulas)
        self.returns, self.hints, self.after = dict(returns), tuple(hints), after
        self.slip, self.judge, self.rtol, self.time_limit = slip, judge, rtol, time_limit
        self.expected_label, self._referee = referee or ("expected", function)
        self.mistakes = []
        source = read_source(function)
        self.blank, self.solution_source = make_blank(source), make_solution(source)
        self.blank_function = compile_function(self.blank, self.name)
        self.parameters = tuple(inspect.signature(function).parameters)
        self._make_cases, self._cases, self._expected = cases, None, None
        self._outcomes_of_mistakes = {}

    def mistake(self, sentence):
        """Join a wrong function to this exercise, with the sentence that helps (a decorator)."""

        def join(function):
            self.mistakes.append(Mistake(function.__name__, function, sentence))
            return function

        return join

    # ---- what the student uses ----

    def check(self, answer, *, time_limit=None):
        """Judge a student's function; never raises.

        Parameters
        ----------
        answer : callable
            The student's function itself, `check(mse)`, not its result.
        time_limit : float, optional
            Seconds that one call may take.

        Returns
        -------
        Result
            `.outcome` is "not attempted", "error", "wrong" or "right"; shown in a notebook, it
            says why.
        """
        result = _check.check(self, answer, self.time_limit if time_limit is None else time_limit)
        self.course.results[self.name] = result
        return result

    def hint(self):
        """Show the next hint; after the last one, the last one again."""
        stage = min(self.course.hints_shown.get(self.name, 0) + 1, len(self.hints))
        self.course.hints_shown[self.name] = stage
        return Hint(self.name, self.hints[stage - 1], stage, len(self.hints), self._checked)

    def solution(self):
        """Show one way to do it."""
        return Code(self.name, without_docstring(self.solution_source), self._checked)

    @property
    def _checked(self):
        """What the last check said of an attempt."""
        result = self.course.results.get(self.name)
        return None if result is None or result.outcome == "not attempted" else result

    def __repr__(self):
        call = f"{self.name}({', '.join(self.parameters)})"
        return f"Exercise {call}: {self.title}. Use .check({self.name}), .hint(), .solution()."

    # ---- what checking and the tests use ----

    @property
    def command(self):
        """How the exercise is called in a notebook."""
        return f"exercises.{self.name}"

    @property
    def cases(self):
        """The arguments it is tried on, the same on every machine: seeded by the name."""
        if self._cases is None:
            rng = np.random.default_rng(zlib.crc32(self.name.encode()))
            self._cases = [tuple(case) for case in self._make_cases(rng)]
        return self._cases

    @property
    def expected(self):
        """What the referee returns, case by case."""
        if self._expected is None:
            self._expected = self._values_of(self._referee)
        return self._expected

    def values_of_mistake(self, mistake):
        """What a mistake returns, case by case."""
        if mistake.name not in self._outcomes_of_mistakes:
            self._outcomes_of_mistakes[mistake.name] = self._values_of(mistake.function)
        return self._outcomes_of_mistakes[mistake.name]

    def _values_of(self, function):
        log = run(function, self.cases, time_limit=60.0)
        if log.error is not None:
            raise log.error
        return log.values


class ExerciseSet:
    """The exercises of one notebook, and how far the student has come in this session.

    Parameters
    ----------
    name : str
        The module's name, and the key in `EXERCISES`.
    title : str
    notebook : str
        File name of the notebook whose cells hold the blanks.
    """

    def __init__(self, name, title, notebook):
        self.name, self.title, self.notebook = name, title, notebook
        self.exercises = {}
        self.results = {}
        self.hints_shown = {}

    def exercise(self, **fields):
        """Make an Exercise of the decorated solution and join it to this set (see Exercise)."""

        def join(function):
            exercise = Exercise(self, function, **fields)
            self.exercises[exercise.name] = exercise
            return exercise

        return join

    def outcome(self, name):
        """What the last check of an exercise found."""
        return self.results[name].outcome if name in self.results else "not attempted"

    def progress(self):
        """Show which exercises are done."""
        rows = [
            (name, exercise.title, self.outcome(name)) for name, exercise in self.exercises.items()
        ]
        return Progress(self.title, rows)

    def reset(self):
        """Forget the outcomes and the hints shown."""
        self.results.clear()
        self.hints_shown.clear()

    def __iter__(self):
        return iter(self.exercises.values())

    def __len__(self):
        return len(self.exercises)

    def __getitem__(self, name):
        return self.exercises[name]
