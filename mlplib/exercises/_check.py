"""Judge an answer: the order in which things are looked at, and the sentence for each.

Is it a function at all, is it the blank, does it take the arguments, does it return (in time, and
without an error), and only then: is every value right? The first "no" decides; the last question
is asked by `_comparison`.
"""

import inspect
import threading

from mlplib.exercises._comparison import Comparison
from mlplib.exercises._errors_in_words import error_result
from mlplib.exercises._feedback import Result
from mlplib.exercises._runner import Worker, run
from mlplib.exercises._source import same_code
from mlplib.exercises._values import freeze


def check(exercise, answer, time_limit):
    """Return the Result for an answer; never raises for anything the answer is or does."""
    try:
        return _checked(exercise, answer, time_limit)
    except Exception as error:
        # Nothing is known that gets here. If something does, no traceback of ours helps a student.
        text = f"Your answer could not be judged ({type(error).__name__} while comparing)."
        return Result(exercise.name, "error", f"{text} Please report it, with your code.")


def _checked(exercise, answer, time_limit):
    if isinstance(threading.current_thread(), Worker):
        text = f"Call `{exercise.command}.check(...)` in a cell, not inside the function."
        return Result(exercise.name, "error", text)
    sentence = _no_function(exercise, answer)
    if sentence:
        return Result(exercise.name, "wrong", sentence)
    if same_code(answer, exercise.blank_function):
        return _not_attempted(exercise)
    sentence = _wrong_parameters(exercise, answer)
    if sentence:
        return Result(exercise.name, "wrong", sentence)
    repeated = [] if exercise.judge else [exercise.cases[0], exercise.cases[-1]]
    log = run(answer, exercise.cases + repeated, time_limit)
    if _is_gap(log):
        return _not_attempted(exercise)
    notes = _notes(exercise, answer, log)
    if log.error is not None or log.timed_out:
        return error_result(exercise, answer, log, time_limit, notes)
    return Comparison(exercise, log, notes).result()


# ---- before anything is run -------------------------------------------------------------------


def _not_attempted(exercise):
    if exercise.slip:
        text = "This is still the code as printed. Find the slip, mend it, run the cell, and check."
    else:
        text = "Fill in what is missing (`...`), run the cell, and check again."
    text += f" For a hint: `{exercise.command}.hint()`"
    return Result(exercise.name, "not attempted", text)


def _no_function(exercise, answer):
    """The sentence for what is no function, or None."""
    call = f"`{exercise.command}.check({exercise.name})`"
    fix = f"Hand in your function itself, by its name alone: {call}."
    if isinstance(answer, type(exercise)):
        return f"This is the exercise, not your function. {fix}"
    if isinstance(answer, str):
        return f"`check` got a text, not a function. Leave out the quotation marks: {call}."
    if inspect.isclass(answer):
        return f"`check` got a class, not a function. {fix}"
    if inspect.iscoroutinefunction(answer) or inspect.isasyncgenfunction(answer):
        return "`check` got an `async` function. Write `def` without `async`."
    if not callable(answer):
        words = freeze(answer).words
        return f"`check` got {words}, not a function: was it called already? {fix}"
    return None


def _wrong_parameters(exercise, answer):
    """The sentence for a function that cannot be called with this exercise's arguments, or None."""
    try:
        signature = inspect.signature(answer)
    except (TypeError, ValueError):  # some compiled functions do not tell
        return None
    try:
        signature.bind(*exercise.parameters)
    except TypeError:
        n, expected = len(signature.parameters), ", ".join(exercise.parameters)
        yours = ", ".join(signature.parameters) or "none"
        return (
            f"Your function has {n} {_plural('parameter', n)} ({yours}), but it is called with "
            f"{len(exercise.parameters)} ({expected}). Give it this first line again: "
            f"`def {exercise.name}({expected}):`"
        )
    return None


def _is_gap(log):
    """True for what a blank does: raise NotImplementedError, or return nothing but `...`."""
    if isinstance(log.error, NotImplementedError) and not log.values:
        return True
    if not log.values:
        return False
    first = log.values[0]
    kinds = {part.kind for part in first.parts} if first.parts else {first.kind}
    return kinds == {"gap"}


def _notes(exercise, answer, log):
    """What the function did besides its task, a sentence each."""
    notes = []
    if log.printed.strip():
        line = log.printed.strip().splitlines()[0][:60].replace("`", "'")
        notes.append(
            f"your function prints (first: `{line}`). That was caught here; call the function in "
            "a cell of your own to see all of it."
        )
    if log.warned:
        notes.append(f"numpy warned while your function ran: {'; '.join(log.warned)}.")
    if log.used_global_random:
        notes.append(
            "your function uses or seeds the global random numbers. Nothing here needs chance; "
            "their state was put back."
        )
    if log.changed_errstate:
        notes.append("your function changes numpy's error settings. They were put back.")
    names = _parameter_names(answer)
    if names != exercise.parameters and sorted(names) == sorted(exercise.parameters):
        notes.append(
            f"your parameters are ({', '.join(names)}), but the function is called with "
            f"({', '.join(exercise.parameters)}), in this order."
        )
    name = getattr(answer, "__name__", "")
    if name != exercise.name and name in exercise.course.exercises:
        notes.append(f"you handed in `{name}`; this exercise asks for `{exercise.name}`.")
    return notes


def _parameter_names(answer):
    try:
        return tuple(inspect.signature(answer).parameters)
    except (TypeError, ValueError):
        return ()


def _plural(word, n):
    return word if n == 1 else word + "s"
