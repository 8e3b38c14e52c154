"""Judge an answer: the order in which things are looked at, and the sentence for each.

Is it a function at all, is it the blank, does it take the arguments, does it return (in time, and
without an error), is every value right? If not: a known mistake on every case gets that mistake's
sentence. Otherwise what differs first is named: type, then shape, then the numbers, with the
relation between them where there is one (a sign, a factor 2, a missing 1/m).
"""

import inspect
import threading

import numpy as np

from mlplib._faults import FAULTS, close, common_fault
from mlplib.exercises._errors_in_words import error_result
from mlplib.exercises._feedback import Result
from mlplib.exercises._runner import Worker, run
from mlplib.exercises._source import same_code
from mlplib.exercises._values import (
    TRUTH_VALUES,
    arguments_text,
    array_text,
    differing_texts,
    freeze,
    number_text,
    same,
    shapes_text,
    tolerance,
)


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
    if log.error is not None or log.timed_out:
        return error_result(exercise, answer, log, time_limit, _notes(exercise, answer, log))
    return _Comparison(exercise, answer, log).result()


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


# ---- comparing the values ---------------------------------------------------------------------


class _Comparison:
    """The returned values of one answer, beside those of the solution and of the mistakes."""

    def __init__(self, exercise, answer, log):
        self.exercise, self.log = exercise, log
        self.names = list(exercise.returns)
        n = len(exercise.cases)
        self.values, self.repeated = log.values[:n], log.values[n:]
        self.notes = _notes(exercise, answer, log)

    def result(self):
        """Go from the first question to the last, until one has an answer."""
        if self._all_right():
            return self._right()
        return (
            self._whole_mistake()
            or self._by_chance()
            or self._wrong_structure()
            or self._exchanged()
            or self._part_by_part()
        )

    def _wrong(self, message, mistakes=(), numbers=()):
        if self.log.changed:
            name = self.exercise.parameters[min(self.log.changed)]
            self.notes.append(
                f"your function also changes its argument `{name}`, which belongs to the caller: "
                f"work on a copy, `{name}.copy()`."
            )
        return Result(
            self.exercise.name,
            "wrong",
            message,
            mistakes=tuple(mistakes),
            numbers=tuple(numbers),
            notes=tuple(self.notes),
        )

    # -- right --

    def _all_right(self):
        if self._structure_sentence():
            return False
        if any(self._kind_or_shape_problem(i) for i in range(len(self.names))):
            return False
        if self.exercise.judge:
            return self._judge_sentence() is None
        return all(self._part_is_right(i) for i in range(len(self.names)))

    def _right(self):
        if self.log.changed:
            return self._changed_argument()
        chance = self._by_chance()
        if chance:
            return chance
        parts = [self._part(value, i) for value in self.values for i in range(len(self.names))]
        if any(part.array.dtype in (np.float32, np.float16) for part in parts):
            self.notes.append(
                "your result has the dtype float32: right as far as its 7 digits go. "
                "The course computes in float64."
            )
        if len(self.names) > 1 and self.values[0].kind == "list":
            self.notes.append(
                f"you return a list; `return {', '.join(self.names)}` is the usual way."
            )
        if self.log.returned_argument is not None:
            name = self.exercise.parameters[self.log.returned_argument]
            self.notes.append(
                f"the returned array is the argument `{name}` itself or a view of it: who changes "
                "the one changes the other."
            )
        n = len(self.exercise.cases)
        message = f"All {n} inputs give the right result."
        if self.exercise.after:
            message += f"\n{self.exercise.after}"
        return Result(self.exercise.name, "right", message, notes=tuple(self.notes))

    def _changed_argument(self):
        position, call = next(iter(self.log.changed.items()))
        name = self.exercise.parameters[position]
        text = (
            f"The result is right, but your function changes its argument `{name}`: after the "
            f"call, the caller's `{name}` holds other numbers. `{name} -= ...` and "
            f"`{name}[i] = ...` write into the array that was handed in. Make a new one: "
            f"`{name} = {name} - ...`, or start from `{name}.copy()`."
        )
        case = self.exercise.cases[call % len(self.exercise.cases)]
        return Result(
            self.exercise.name,
            "wrong",
            text,
            numbers=(self._input_row(case),),
            notes=tuple(self.notes),
        )

    def _by_chance(self):
        """Two calls with one input have to agree."""
        firsts = [self.values[0], self.values[-1]]
        if all(same(b, a, 1e-9) for a, b in zip(firsts, self.repeated, strict=False)):
            return None
        text = (
            "Called twice with the same input, your function gives two different results. It must "
            "depend on its arguments alone: not on chance, and not on a variable outside that the "
            "last call changed."
        )
        return Result(self.exercise.name, "wrong", text, notes=tuple(self.notes))

    # -- known mistakes --

    def _whole_mistake(self):
        for mistake in self.exercise.mistakes:
            wrong = self.exercise.values_of_mistake(mistake)
            if self._agree(self.values, wrong):
                return self._wrong(mistake.sentence, [mistake.name], self._first_numbers())
        return None

    def _agree(self, values, others):
        return all(same(a, b, self.exercise.rtol) for a, b in zip(values, others, strict=True))

    def _mistake_in_part(self, i):
        """The known mistake that explains part `i` on every case: the most particular one."""
        gots = [self._part(value, i) for value in self.values]
        rights = [self._part(value, i) for value in self.exercise.expected]
        found = []
        for mistake in self.exercise.mistakes:
            values = self.exercise.values_of_mistake(mistake)
            if not all(len(value.parts) == len(self.names) for value in values):
                continue
            wrongs = [value.parts[i] for value in values]
            if self._agree(gots, wrongs) and not self._agree(rights, wrongs):
                spoiled = sum(
                    not self._agree(
                        [value.parts[j] for value in values],
                        [value.parts[j] for value in self.exercise.expected],
                    )
                    for j in range(len(self.names))
                )
                found.append((spoiled, mistake))
        return min(found, key=lambda pair: pair[0])[1] if found else None

    # -- structure: how many values come back --

    def _part(self, value, i):
        return value if len(self.names) == 1 else value.parts[i]

    def _structure_sentence(self):
        for value in self.values:
            sentence = self._structure_of(value)
            if sentence:
                return sentence
        return None

    def _structure_of(self, value):
        n, names = len(self.names), ", ".join(self.names)
        if value.kind == "nothing":
            return self._nothing()
        if n == 1:
            if value.kind == "tuple" and len(value.parts) == 1:
                return (
                    "Your function returns a tuple of one entry: there is a comma behind the value "
                    f"in `return {names},`."
                )
            if value.kind == "tuple":
                return f"Your function returns {value.words}; expected is `{names}` alone."
            return None
        if value.kind in ("tuple", "list") and len(value.parts) == n:
            return None
        return (
            f"Your function returns {value.words}; expected are {n} values, in this order: "
            f"`return {names}`."
        )

    def _nothing(self):
        names = ", ".join(self.names)
        if self.log.printed.strip():
            return (
                "Your function prints its result and returns nothing (None). What others should "
                f"use has to be handed back: `return {names}`."
            )
        if all(value.kind == "nothing" for value in self.values):
            return (
                "Your function returns nothing (None): its last line should be "
                f"`return {names}`, indented as far as the lines above it."
            )
        return (
            "Your function returns nothing (None) for some inputs: one way through it ends "
            "without `return`."
        )

    def _wrong_structure(self):
        sentence = self._structure_sentence()
        return self._wrong(sentence) if sentence else None

    def _exchanged(self):
        """The right values in the wrong order."""
        if len(self.names) < 2 or self.exercise.judge:
            return None
        backwards = [value.parts[::-1] for value in self.values]
        rights = [value.parts for value in self.exercise.expected]
        if all(self._agree(a, b) for a, b in zip(backwards, rights, strict=True)):
            return self._wrong(
                "The values are right, but they come back in the wrong order: "
                f"`return {', '.join(self.names)}`.",
                numbers=self._first_numbers(),
            )
        return None

    # -- part by part --

    def _part_is_right(self, i):
        rights = [self._part(value, i) for value in self.exercise.expected]
        return self._agree([self._part(value, i) for value in self.values], rights)

    def _part_by_part(self):
        """One paragraph for each fault, with the parts that have it; then the parts that are right.

        A judge sees the parts together, and is asked only when their kinds and shapes are right.
        """
        parts = range(len(self.names))
        problems = [self._kind_or_shape_problem(i) for i in parts]
        if self.exercise.judge and not any(problems):
            return self._judged()
        faulty, right, mistakes, numbers = {}, [], {}, ()
        for i, name in enumerate(self.names):
            if problems[i] is None and (self.exercise.judge or self._part_is_right(i)):
                right.append(name)
                continue
            mistake = self._mistake_in_part(i)
            if mistake:
                mistakes[mistake.name] = True
            sentence = mistake.sentence if mistake else problems[i] or self._values_sentence(i)
            faulty.setdefault(sentence, []).append(name)
            numbers = numbers or self._numbers(i)
        lines = list(faulty)
        if len(self.names) > 1:
            lines = [f"{_are(names, 'wrong')} {sentence}" for sentence, names in faulty.items()]
        if right and not self.exercise.judge:
            lines.append(_are(right, "right"))
        return self._wrong("\n".join(lines), mistakes, numbers)

    def _judge_sentence(self):
        """The first complaint of the exercise's judge, with its case, or None."""
        for case, value in zip(self.exercise.cases, self.values, strict=True):
            parts = tuple(self._part(value, i).array for i in range(len(self.names)))
            if not all(np.isfinite(part).all() for part in parts):
                return _not_finite(self.names, parts), case
            sentence = self.exercise.judge(case, parts)
            if sentence:
                return sentence, case
        return None

    def _judged(self):
        sentence, case = self._judge_sentence()
        return self._wrong(sentence, numbers=[self._input_row(case)])

    def _kind_or_shape_problem(self, i):
        name = self.names[i]
        pairs = [
            (self._part(got, i), self._part(right, i))
            for got, right in zip(self.values, self.exercise.expected, strict=True)
        ]
        for got, right in pairs:
            if got.kind not in ("number", "array"):
                return self._kind_sentence(i, got, right)
        for got, right in pairs:
            if got.array.shape != right.array.shape:
                return _shape_sentence(name, self.exercise.returns[name], got.array, right.array)
        return None

    def _kind_sentence(self, i, got, right):
        name = self.names[i]
        if right.kind == "number":
            expected = "one number"
        else:
            expected = f"a numpy array of shape {self.exercise.returns[name]}"
        if got.kind == "gap":
            return f"`{name}` is still the `...` of the blank."
        if got.kind in ("list", "tuple") and right.kind == "array" and got.array is not None:
            text = f"`{name}` is {got.words}; expected is {expected}: wrap it in `np.array(...)`."
            if close(got.array, right.array, self.exercise.rtol):
                text = f"The numbers are right. {text}"
            return text
        if got.words == TRUTH_VALUES:
            expected += ": `.astype(int)` makes numbers of them"
        return f"`{name}` is {got.words}; expected is {expected}."

    def _values_sentence(self, i):
        name = self.names[i]
        gots = [self._part(value, i).array for value in self.values]
        rights = [self._part(value, i).array for value in self.exercise.expected]
        if not all(np.isfinite(got).all() for got in gots):
            return _not_finite([name] * len(gots), gots)
        if all(
            got.dtype.kind in "iu" and (np.abs(got.astype(float) - right) < 1).all()
            for got, right in zip(gots, rights, strict=True)
        ):
            return (
                f"`{name}` holds whole numbers: the digits behind the point are cut off. Is there "
                "an integer array, `//`, `int` or `round`?"
            )
        sizes = [_examples(case) for case in self.exercise.cases]
        fault = common_fault(
            [(g, r, m) for g, r, m in zip(gots, rights, sizes, strict=True)], self.exercise.rtol
        )
        if fault:
            return FAULTS[fault][1]
        relation = _relation(gots, rights, self.exercise.rtol)
        if relation:
            return relation
        good = [
            close(got, right, tolerance(got, self.exercise.rtol))
            for got, right in zip(gots, rights, strict=True)
        ]
        text = f"The values of `{name}` are not the expected ones."
        if any(good):
            text += f" For {sum(good)} of {len(good)} inputs they are; not for this one:"
        return text

    # -- numbers to look at --

    def _first_numbers(self):
        """The numbers of the first part that differs, if both sides are numbers at all."""
        if self._structure_sentence() or self.exercise.judge:
            return ()
        for i in range(len(self.names)):
            if not self._part_is_right(i):
                return self._numbers(i)
        return ()

    def _numbers(self, i):
        for case, got, right in zip(
            self.exercise.cases, self.values, self.exercise.expected, strict=True
        ):
            got, right = self._part(got, i), self._part(right, i)
            if got.kind not in ("number", "array"):
                return ()
            if not same(got, right, self.exercise.rtol):
                return (
                    self._input_row(case),
                    *_difference_rows(
                        self.names[i], self.exercise.expected_label, got.array, right.array
                    ),
                )
        return ()

    def _input_row(self, case):
        entries = sum(np.size(argument) for argument in case if not callable(argument))
        text = arguments_text if entries <= 24 else shapes_text
        return ("input", text(self.exercise.parameters, case))


def _are(names, word):
    """`dW` is wrong; `dW`, `db` are right."""
    return (
        f"{', '.join(f'`{name}`' for name in names)} {'is' if len(names) == 1 else 'are'} {word}."
    )


def _examples(case):
    """The number of examples m of a case: the rows of its first array (None without one)."""
    arrays = [argument for argument in case if isinstance(argument, np.ndarray)]
    return len(arrays[0]) if arrays else None


def _not_finite(names, arrays):
    name, array = next(
        (name, array)
        for name, array in zip(names, arrays, strict=True)
        if not np.isfinite(array).all()
    )
    if np.isnan(array).any():
        return (
            f"`{name}` holds nan (not a number). That comes from 0/0, from inf - inf, or from the "
            "root or logarithm of a negative number: print the steps of your computation."
        )
    return (
        f"`{name}` holds inf (infinity): something is divided by 0, or grows with every step "
        "until it no longer fits a number."
    )


def _relation(gots, rights, rtol):
    """A constant factor or offset between all values and the right ones, in words, or None."""
    got = np.concatenate([np.ravel(g) for g in gots]).astype(float)
    right = np.concatenate([np.ravel(r) for r in rights])
    if got.size < 3 or np.ptp(right) == 0:
        return None
    factor = (got @ right) / (right @ right)
    if factor and np.allclose(got, factor * right, rtol=10 * rtol, atol=rtol * np.abs(right).max()):
        return f"Every value is {number_text(factor)} times the right one."
    offset = np.mean(got - right)
    if np.allclose(got, right + offset, rtol=10 * rtol, atol=rtol * np.abs(right).max()):
        side = "above" if offset > 0 else "below"
        return f"Every value lies {number_text(abs(offset))} {side} the right one."
    return None


def _shape_sentence(name, words, got, right):
    """What is wrong with a shape, with the reason where the shape gives it away."""
    if right.ndim == 0:
        text = f"`{name}` should be one number; yours is an array of shape {got.shape}."
    elif got.ndim == 0:
        text = (
            f"`{name}` should be an array of shape {words}, here {right.shape}; yours is one "
            "number."
        )
    else:
        text = f"`{name}` should have the shape {words}, here {right.shape}; yours has {got.shape}."
    reason = _shape_reason(got, right)
    return f"{text} {reason}" if reason else text


def _shape_reason(got, right):
    if got.ndim == 2 and right.ndim == 2 and got.shape == right.shape[::-1]:
        return "Rows and columns are exchanged: a `.T` too many or too few, or the wrong order."
    if got.ndim == 2 and got.shape[0] == got.shape[1] and right.size == got.shape[0] > 1:
        return (
            "An array of shape (m, 1) and one of shape (m,) were combined: numpy then pairs every "
            "entry with every other."
        )
    if got.size == right.size == 1:
        return "It holds the one number, in another wrapping: see which axis was kept or dropped."
    if got.size == right.size and got.ndim == 1:
        return "One axis is lost: keep it with `keepdims=True`, or put it back with `[:, None]`."
    if got.size == right.size and right.ndim == 1:
        return "There is an axis too many: without `keepdims=True`, or with `[:, 0]`, it goes."
    if right.ndim == 0:
        return "Something is still to be summed or averaged."
    if got.ndim == 0:
        return "Too much was summed: `axis=0` adds up the rows and keeps the columns."
    if got.ndim == right.ndim == 1 or got.ndim < right.ndim:
        return "Look at the axis you sum over: `axis=0` runs down the rows, over the examples."
    return ""


def _difference_rows(name, label, got, right):
    if got.shape != right.shape:
        return ((f"your {name}", array_text(got)), (label, array_text(right)))
    if got.ndim == 0:
        texts = differing_texts(got, right)
        return ((f"your {name}", texts[0]), (label, texts[1]))
    error = np.abs(got.astype(float) - right)  # whole numbers hold no infinity
    error[np.isnan(error)] = np.inf
    large = error > 1e-7 * max(np.abs(right).max(), 1e-12)
    index = tuple(int(i) for i in np.argwhere(large)[0]) if large.any() else (0,) * got.ndim
    texts = differing_texts(got[index], right[index])
    if got.size <= 12 and max(map(len, texts)) <= 7:
        return ((f"your {name}", array_text(got)), (label, array_text(right)))
    place = f"{name}[{', '.join(map(str, index))}]"
    return ((f"your {place}", texts[0]), (f"{label} {place}", texts[1]))
