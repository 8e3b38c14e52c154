"""What holds for every exercise in the table, without a test written for it."""

import ast
import copy
import re

import numpy as np
import pytest

from mlplib._faults import close
from mlplib.exercises import EXERCISES
from mlplib.exercises._source import compile_function, same_code

ALL = [exercise for course in EXERCISES.values() for exercise in course]
MISTAKES = [(exercise, mistake) for exercise in ALL for mistake in exercise.mistakes]
# A known mistake in one part only, the other parts right.
IN_ONE_PART = [
    (exercise, mistake, part)
    for exercise, mistake in MISTAKES
    if len(exercise.returns) > 1 and exercise.judge is None
    for part in range(len(exercise.returns))
]


def name(value):
    if hasattr(value, "course"):
        return f"{value.course.name}.{value.name}"
    return getattr(value, "name", str(value))


each_exercise = pytest.mark.parametrize("exercise", ALL, ids=name)
each_mistake = pytest.mark.parametrize("exercise, mistake", MISTAKES, ids=name)


# ---- the blank and the solution ---------------------------------------------------------------


@each_exercise
def test_the_blank_is_not_attempted(exercise):
    blank = compile_function(exercise.blank, exercise.name)
    result = exercise.check(blank)
    assert result.outcome == "not attempted"
    assert ".hint()" in result.message


@each_exercise
def test_the_solution_is_right_and_needs_nothing_but_numpy(exercise):
    result = exercise.check(compile_function(exercise.solution_source, exercise.name))
    assert result.outcome == "right", result
    assert not result.notes, result


@each_exercise
def test_blank_and_solution_share_signature_and_docstring(exercise):
    first, second = (ast.parse(text).body[0] for text in (exercise.blank, exercise.solution_source))
    assert ast.dump(first.args) == ast.dump(second.args)
    assert ast.get_docstring(first) == ast.get_docstring(second)
    assert not same_code(exercise.blank_function, exercise.function)
    assert "# gap" not in exercise.blank + exercise.solution_source


@each_exercise
def test_the_blank_says_what_comes_in_and_what_goes_out(exercise):
    task = exercise.blank_function.__doc__
    for word in [*exercise.parameters, *exercise.returns]:
        assert re.search(rf"\b{word}\b", task), f"{word} is not explained"
    assert "Returns " in task
    assert max(map(len, exercise.blank.splitlines())) <= 100


# ---- the mistakes -----------------------------------------------------------------------------


@each_mistake
def test_each_mistake_gets_its_own_sentence_and_no_other(exercise, mistake):
    result = exercise.check(mistake.function)
    assert result.outcome == "wrong"
    assert result.mistakes == (mistake.name,)
    assert mistake.sentence in result.message
    for other in exercise.mistakes:
        assert other is mistake or other.sentence not in result.message


@pytest.mark.parametrize("exercise, mistake, part", IN_ONE_PART, ids=name)
def test_a_mistake_in_one_part_is_named_with_the_part(exercise, mistake, part):
    def half_right(*arguments):
        answer = list(exercise.function(*copy.deepcopy(arguments)))  # a generator is used up
        answer[part] = mistake.function(*arguments)[part]
        return tuple(answer)

    result = exercise.check(half_right)
    if result.outcome == "right":  # this mistake leaves this part as it should be
        rights = [value.parts[part] for value in exercise.expected]
        wrongs = [value.parts[part] for value in exercise.values_of_mistake(mistake)]
        assert all(
            close(a.array, b.array, exercise.rtol) for a, b in zip(wrongs, rights, strict=True)
        )
        return
    assert result.outcome == "wrong"
    spoiled = list(exercise.returns)[part]
    named = [m for m in exercise.mistakes if m.name in result.mistakes]
    assert len(named) == 1 and named[0].sentence in result.message
    if named[0] is not mistake:  # it may be one that is wrong in this part only, and the same there
        values = [value.parts[part] for value in exercise.values_of_mistake(mistake)]
        others = [value.parts[part] for value in exercise.values_of_mistake(named[0])]
        assert all(
            close(a.array, b.array, exercise.rtol) for a, b in zip(values, others, strict=True)
        )
    assert (
        f"`{spoiled}` is wrong. " in result.message
        or result.message == named[0].sentence  # the mistake as a whole is of this part alone
    )


# ---- the texts --------------------------------------------------------------------------------


@each_exercise
def test_there_are_hints_mistakes_and_formulas(exercise):
    assert len(exercise.hints) >= 2
    assert len(exercise.mistakes) >= 3
    assert all(re.fullmatch(r"[A-G]\d+", formula) for formula in exercise.formulas)
    assert exercise.title and exercise.after


@each_exercise
def test_every_text_is_a_sentence_of_its_own(exercise):
    texts = [*exercise.hints, *(m.sentence for m in exercise.mistakes), exercise.after]
    assert len(set(texts)) == len(texts)
    for text in texts:
        assert len(text.split()) >= 6, text
        assert text[0].isupper() or text[0] == "`", text
        assert text.endswith((".", "?", ".)")), text
        assert text.count("`") % 2 == 0, text
        assert "  " not in text and "\n" not in text, text
        assert "$" not in text, "JupyterLab would take what follows for a formula"
        assert text.isascii(), text


@each_exercise
def test_no_sentence_but_the_last_hint_gives_the_solution_away(exercise):
    """The solution's own right-hand sides stand in none of them."""
    blank = {line.strip() for line in exercise.blank.splitlines()}
    lines = [line.strip() for line in exercise.solution_source.splitlines()]
    given = [x.partition(" = ")[2] for x in lines if x not in blank and " = " in x]
    for text in [*exercise.hints[:-1], *(m.sentence for m in exercise.mistakes)]:
        for answer in given:
            if len(answer) > 12:
                assert answer not in text


# ---- the cases --------------------------------------------------------------------------------


@each_exercise
def test_cases_are_the_same_each_time_and_of_several_sizes(exercise):
    first = exercise.cases
    exercise._cases = None
    second = exercise.cases
    sizes = set()
    for one, other in zip(first, second, strict=True):
        for a, b in zip(one, other, strict=True):
            if isinstance(a, np.random.Generator):
                a, b = str(a.bit_generator.state), str(b.bit_generator.state)
            assert a is b or np.array_equal(a, b)
        sizes.add(tuple(np.shape(a) for a in one if not callable(a)))
    has_arrays = any(shape for case in sizes for shape in case)
    assert len(sizes) >= 3 or not has_arrays
    assert len(first) >= 4
    entries = sum(np.size(a) for a in first[0] if not callable(a))
    assert entries <= 16, "the first case is the one a student follows by hand"


@each_exercise
def test_the_words_for_shapes_fit_the_arrays(exercise):
    for value in exercise.expected:
        parts = value.parts or (value,)
        assert len(parts) == len(exercise.returns)
        for part, words in zip(parts, exercise.returns.values(), strict=True):
            if part.kind == "array":
                assert part.array.ndim == words.strip("()").rstrip(",").count(",") + 1, words
            else:
                assert part.kind == "number"


# ---- the table --------------------------------------------------------------------------------


@pytest.mark.parametrize("course", EXERCISES.values(), ids=name)
def test_a_set_is_a_module_with_its_exercises_by_name(course):
    import importlib

    module = importlib.import_module(f"mlplib.exercises.{course.name}")
    assert module.course is course
    assert module.progress == course.progress
    for exercise in course:
        assert getattr(module, exercise.name) is exercise
        names = [mistake.name for mistake in exercise.mistakes]
        assert len(set(names)) == len(names)
    assert len(course) >= 6


def test_there_are_enough_of_them():
    assert len(ALL) >= 8 * len(EXERCISES)
    assert min(len(exercise.mistakes) for exercise in ALL) >= 3
    assert len(MISTAKES) > 400  # as README says
