"""The returned values of an answer, compared: the first question that has an answer decides.

Is every value right? If not: a known mistake on every case gets that mistake's sentence. Otherwise
what differs first is named: whether calls agree, how many values come back, in which order, and
then, value by value, what is wrong with each.
"""

import numpy as np

from mlplib.exercises._differences import (
    difference_rows,
    kind_or_shape_sentence,
    not_finite,
    values_sentence,
)
from mlplib.exercises._feedback import Result
from mlplib.exercises._structure import structure_sentence
from mlplib.exercises._values import arguments_text, same, shapes_text


class Comparison:
    """The returned values of one answer, beside those of the solution and of the mistakes."""

    def __init__(self, exercise, log, notes):
        self.exercise, self.log = exercise, log
        self.names = list(exercise.returns)
        n = len(exercise.cases)
        self.values, self.repeated = log.values[:n], log.values[n:]
        self.notes = notes
        self.structure_sentence = structure_sentence(self.values, self.names, log.printed)

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

    # -- one of the returned values, on every case --

    def _part(self, value, i):
        return value if len(self.names) == 1 else value.parts[i]

    def _gots(self, i):
        return [self._part(value, i) for value in self.values]

    def _rights(self, i):
        return [self._part(value, i) for value in self.exercise.expected]

    def _agree(self, values, others):
        return all(same(a, b, self.exercise.rtol) for a, b in zip(values, others, strict=True))

    def _part_is_right(self, i):
        return self._agree(self._gots(i), self._rights(i))

    # -- right --

    def _all_right(self):
        if self.structure_sentence:
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

    def _mistake_in_part(self, i):
        """The known mistake that explains part `i` on every case: the most particular one."""
        gots, rights = self._gots(i), self._rights(i)
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

    # -- what comes back, and in which order --

    def _wrong_structure(self):
        return self._wrong(self.structure_sentence) if self.structure_sentence else None

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
                return not_finite(self.names, parts), case
            sentence = self.exercise.judge(case, parts)
            if sentence:
                return sentence, case
        return None

    def _judged(self):
        sentence, case = self._judge_sentence()
        return self._wrong(sentence, numbers=[self._input_row(case)])

    def _kind_or_shape_problem(self, i):
        name, rtol = self.names[i], self.exercise.rtol
        shape = self.exercise.returns[name]
        return kind_or_shape_sentence(name, shape, self._gots(i), self._rights(i), rtol)

    def _values_sentence(self, i):
        gots, rights = [[part.array for part in p] for p in (self._gots(i), self._rights(i))]
        sizes = [_examples(case) for case in self.exercise.cases]
        return values_sentence(self.names[i], gots, rights, sizes, self.exercise.rtol)

    # -- numbers to look at --

    def _first_numbers(self):
        """The numbers of the first part that differs, if both sides are numbers at all."""
        if self.structure_sentence or self.exercise.judge:
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
                    *difference_rows(
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
