"""The engine on exercises made for the purpose: sources, faults, sentences, what is shown."""

import html
import inspect
import os
import re
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlplib._faults import FAULTS, common_fault, name_fault
from mlplib.exercises import ExerciseSet
from mlplib.exercises import linear_regression as exercises
from mlplib.exercises._feedback import MARKS, WORDS
from mlplib.exercises._source import (
    compile_function,
    make_blank,
    make_solution,
    same_code,
    without_docstring,
)
from mlplib.exercises._values import array_text, freeze, number_text, same

# ---- one text, two readings -------------------------------------------------------------------

MARKED = '''
def area(a, b):
    """Area of a rectangle."""
    if a < 0:
        # gap: raise ...  # what?
        raise ValueError("negative")
        # end
    # gap
    c = a * b  # the end of it
    return c
'''.strip()


def test_the_blank_is_made_from_the_solution():
    assert make_blank(MARKED) == (
        'def area(a, b):\n    """Area of a rectangle."""\n    if a < 0:\n'
        "        raise ...  # what?\n    ...  # your code here"
    )


def test_the_solution_is_the_text_without_its_marks():
    solution = make_solution(MARKED)
    assert "# gap" not in solution and "# end\n" not in solution
    assert "# the end of it" in solution
    assert compile_function(solution, "area")(2, 3) == 6


def test_the_docstring_is_left_out_where_the_solution_is_shown():
    assert '"""' not in without_docstring(make_solution(MARKED))
    assert without_docstring("def f():\n    return 1") == "def f():\n    return 1"
    assert "Returns" not in repr(exercises.predict.solution())


def test_comments_and_docstrings_make_no_other_code():
    first = compile_function("def f(x):\n    '''One.'''\n    return x + 1", "f")
    second = compile_function("def f(x):\n    # two\n    return x + 1\n", "f")
    other = compile_function("def f(x):\n    return x + 1.0", "f")
    assert same_code(first, second)
    assert not same_code(first, other)
    assert not same_code(first, len)


def test_inner_functions_belong_to_the_code():
    first, second = (
        compile_function(f"def f(x):\n    def g():\n        return {n}\n    return g", "f")
        for n in (1, 2)
    )
    assert not same_code(first, second)


# ---- faults -----------------------------------------------------------------------------------

RIGHT = np.array([[1.0, -2.0, 3.5], [0.5, 4.0, -1.5]])


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_is_named_as_itself(fault):
    spoil = FAULTS[fault][0]
    assert name_fault(spoil(RIGHT, 5), RIGHT, m=5) == fault


@pytest.mark.parametrize("fault", FAULTS)
def test_a_vector_can_have_any_fault_but_the_transpose(fault):
    vector = RIGHT[0]
    spoiled = FAULTS[fault][0](vector, 7)
    assert (spoiled is None) == (fault == "transpose")
    if spoiled is not None:
        assert name_fault(spoiled, vector, m=7) == fault


def test_what_is_right_or_otherwise_wrong_has_no_name():
    assert name_fault(RIGHT, RIGHT, m=5) is None
    assert name_fault(3 * RIGHT, RIGHT, m=5) is None
    assert name_fault(RIGHT + 1, RIGHT, m=5) is None
    assert name_fault(RIGHT[0], RIGHT, m=5) is None
    assert name_fault(np.full((2, 3), np.nan), RIGHT, m=5) is None


def test_two_readings_give_no_name():
    assert name_fault(2 * RIGHT, RIGHT, m=2) is None
    assert name_fault(2 * RIGHT, RIGHT) == "factor 2"
    symmetric_up_to_sign = np.array([[0.0, 1.0], [-1.0, 0.0]])
    assert name_fault(-symmetric_up_to_sign, symmetric_up_to_sign, m=3) is None
    assert name_fault(np.zeros(3), np.zeros(3), m=3) is None


def test_several_cases_decide_where_one_cannot():
    cases = [(m * RIGHT, RIGHT, m) for m in (2, 1, 3)]
    assert common_fault(cases) == "missing 1/m"
    assert common_fault([(2 * RIGHT, RIGHT, m) for m in (2, 3)]) == "factor 2"
    assert common_fault([(RIGHT, RIGHT, 1)]) is None


@given(
    st.sampled_from(sorted(FAULTS)),
    st.lists(st.floats(-100, 100), min_size=6, max_size=6),
    st.integers(1, 40),
)
def test_a_name_is_never_wrong(fault, entries, m):
    right = np.array(entries).reshape(2, 3)
    got = FAULTS[fault][0](right, m)
    assert name_fault(got, right, m=m) in (fault, None)


# ---- unknown mistakes are described -----------------------------------------------------------


@pytest.fixture
def gradient():
    """An exercise that knows no mistake at all."""
    course = ExerciseSet("demo", "Demo", "none.ipynb")

    def cases(rng):
        for m, n in ((3, 2), (4, 3), (5, 1), (7, 4)):
            yield rng.normal(size=(m, n)).round(1), rng.normal(size=(m, 1)).round(1)

    @course.exercise(
        title="Gradient",
        returns={"dW": "(n_in, 1)", "db": "(1,)"},
        cases=cases,
        hints=["A first hint.", "A second hint."],
    )
    def gradient(X, dZ):
        """Gradient of a layer, dW and db, from X and dZ."""
        # gap
        return X.T @ dZ / len(X), dZ.mean(axis=0)

    return gradient


def changed(gradient, dW=None, db=None):
    """Check an answer whose parts are the right ones, changed."""

    def answer(X, dZ):
        right = gradient.function(X, dZ)
        return dW(right[0], X, dZ) if dW else right[0], db(right[1], X, dZ) if db else right[1]

    return gradient.check(answer)


UNKNOWN = {
    "sign": (lambda v, X, dZ: -v, "Every value is the negative of the right one"),
    "factor 2": (lambda v, X, dZ: 2 * v, "Every value is twice the right one"),
    "factor 1/2": (lambda v, X, dZ: v / 2, "Every value is half the right one"),
    "missing 1/m": (lambda v, X, dZ: v * len(X), "Every value is m times the right one"),
    "1/m twice": (lambda v, X, dZ: v / len(X), "Every value is the right one divided by m"),
    "a factor": (lambda v, X, dZ: 1.5 * v, "Every value is 1.5 times the right one."),
    "an offset": (lambda v, X, dZ: v - 0.25, "Every value lies 0.25 below the right one."),
    "something": (lambda v, X, dZ: np.sin(v), "are not the expected ones."),
    "row": (lambda v, X, dZ: v.reshape(1, -1), "should have the shape"),
    "flat": (lambda v, X, dZ: np.append(v, 1.0), "should have the shape"),
    "number": (lambda v, X, dZ: float(np.sum(v)), "yours is one number"),
    "pairs": (lambda v, X, dZ: v + np.ravel(v), "should have the shape"),
    "list": (lambda v, X, dZ: v.tolist(), "The numbers are right."),
    "whole": (lambda v, X, dZ: v.astype(int), "holds whole numbers"),
    "nan": (lambda v, X, dZ: v * np.nan, "nan (not a number)"),
    "none": (lambda v, X, dZ: None, "is None; expected is a numpy array"),
}


@pytest.mark.parametrize("kind", UNKNOWN)
@pytest.mark.parametrize("part", ["dW", "db"])
def test_an_unknown_mistake_is_described_with_its_part(gradient, kind, part):
    if (kind, part) == ("pairs", "db"):
        pytest.skip("one entry pairs with itself only: this is a factor 2")
    spoil, words = UNKNOWN[kind]
    result = changed(gradient, **{part: spoil})
    other = {"dW": "db", "db": "dW"}[part]
    assert result.outcome == "wrong"
    assert words in result.message
    assert f"`{part}` is wrong. " in result.message
    assert result.message.endswith(f"`{other}` is right.")


def test_one_fault_in_both_parts_is_said_once(gradient):
    result = changed(gradient, dW=UNKNOWN["sign"][0], db=UNKNOWN["sign"][0])
    assert result.message.startswith("`dW`, `db` are wrong. Every value is the negative")
    assert result.message.count("negative") == 1


def test_two_faults_get_a_paragraph_each(gradient):
    result = changed(gradient, dW=UNKNOWN["sign"][0], db=UNKNOWN["missing 1/m"][0])
    lines = result.message.splitlines()
    assert lines[0].startswith("`dW` is wrong. Every value is the negative")
    assert lines[1].startswith("`db` is wrong. Every value is m times")


def test_some_inputs_right_others_not(gradient):
    result = changed(gradient, dW=lambda v, X, dZ: v + (len(X) == 5))
    assert "For 3 of 4 inputs they are; not for this one:" in result.message
    assert dict(result.numbers)["input"].startswith("X = [[")


def test_the_numbers_show_where_the_values_part(gradient):
    result = changed(gradient, dW=UNKNOWN["sign"][0])
    rows = dict(result.numbers)
    X, dZ = gradient.cases[0]
    assert rows["input"] == f"X = {array_text(X)}, dZ = {array_text(dZ)}"
    assert rows["expected"] == array_text(X.T @ dZ / 3)


def test_a_small_difference_is_shown_with_the_digits_it_takes():
    result = exercises.mse.check(lambda y_hat, y: np.mean((y - y_hat) ** 2) + 1e-5)
    rows = dict(result.numbers)
    assert rows["your loss"] == "1.66668" and rows["expected"] == "1.66667"


def test_a_large_array_is_shown_at_one_entry():
    def predict(x, w, b):
        return w * x + b + (np.arange(len(x)) == 17)

    rows = dict(exercises.predict.check(predict).numbers)
    assert rows["input"].startswith("x (30,)")
    assert "your y_hat[17]" in rows and "expected y_hat[17]" in rows


SHAPES = [
    (exercises.forward, lambda X, W, b: (X @ W + b).T.copy(), "one row, (1, m)"),
    (exercises.forward, lambda X, W, b: (X @ W)[:, 0] - b, "One axis is lost"),
    (exercises.forward, lambda X, W, b: (X @ W)[:, 0] + X @ W, "pairs every entry with every"),
    (exercises.forward, lambda X, W, b: np.sum(X @ W), "Too much was summed"),
    (exercises.mse, lambda y_hat, y: (y - y_hat) ** 3, "still to be summed or averaged"),
    (exercises.mse, lambda y_hat, y: np.array([[np.sum(y)]]), "in another wrapping"),
    (exercises.predict, lambda x, w, b: (w * x - b)[:, None], "There is an axis too many"),
    (exercises.gradient_w_b, lambda x, y, w, b: (x, x), "`dw` should be one number"),
    (exercises.mend_gradient, lambda X, y, w, b: (X @ w, b), "`axis=0` runs down the rows"),
]


@pytest.mark.parametrize("exercise, answer, words", SHAPES)
def test_a_wrong_shape_is_named_with_its_reason(exercise, answer, words):
    result = exercise.check(answer)
    assert result.outcome == "wrong"
    assert words in result.message


def test_a_referee_is_named_beside_its_numbers():
    rows = dict(exercises.chain.check(exercises.chain.mistakes[0].function).numbers)
    assert rows["gradient check"] == "-32"


def test_a_judge_sees_any_right_answer_as_right():
    def by_descent(X, Y):
        mean, std = X.mean(axis=0), X.std(axis=0)
        Z, V, c = (X - mean) / std, np.zeros((X.shape[1], 1)), np.zeros(1)
        for _ in range(2000):
            error = Z @ V + c - Y
            V, c = V - 0.2 * Z.T @ error / len(X), c - 0.2 * error.mean(axis=0)
        W = V / std[:, None]
        return W, c - mean @ W

    assert exercises.best_fit.check(by_descent).outcome == "right"
    result = exercises.best_fit.check(lambda X, Y: (np.ones((X.shape[1], 1)), np.ones(1)))
    assert "your line has an MSE of 6; the best one has 0.2143" in result.message
    nan = exercises.best_fit.check(lambda X, Y: (np.full((X.shape[1], 1), np.nan), np.ones(1)))
    assert "`W` holds nan" in nan.message
    shape = exercises.best_fit.check(lambda X, Y: (np.ones(X.shape[1]), np.ones(1)))
    assert "`W` should have the shape (n_in, 1)" in shape.message
    assert "`b` is right" not in shape.message


def labels_exercise():
    """An exercise whose right answer holds whole numbers."""

    def cases(rng):
        yield (np.array([1.0, -2.0, 3.0]),)
        yield (rng.normal(0, 1, 20),)

    def labels(x):
        return (x > 0).astype(int)

    return ExerciseSet("labels", "Labels", "no.ipynb").exercise(
        title="Labels", returns={"y": "(m,)"}, cases=cases, hints=["One.", "Two."]
    )(labels)


@pytest.mark.parametrize("dtype", [int, np.int8, np.uint8, np.uint64, np.float32, float])
def test_whole_numbers_are_compared_in_every_dtype(dtype):
    exercise = labels_exercise()
    assert exercise.check(lambda x: (x > 0).astype(dtype)).outcome == "right"
    result = exercise.check(lambda x: (x < 0).astype(dtype))
    assert result.message == "The values of `y` are not the expected ones."
    assert dict(result.numbers)["your y"] == "[0, 1, 0]"
    assert dict(result.numbers)["expected"] == "[1, 0, 1]"


def test_truth_values_are_told_how_to_become_numbers():
    assert "`.astype(int)`" in labels_exercise().check(lambda x: x > 0).message


# ---- values -----------------------------------------------------------------------------------


def test_numbers_are_written_the_same_everywhere():
    assert [number_text(x) for x in (0.5, -3.0, 1.25e-7, -0.0, 1 / 3, 1e10)] == [
        "0.5",
        "-3",
        "1.25e-07",
        "0",
        "0.3333",
        "1e+10",
    ]
    assert array_text(np.array([[1.0, 0.5], [-2.0, 3.25]])) == "[[1, 0.5], [-2, 3.25]]"
    assert array_text(np.zeros((5, 4))) == "array of shape (5, 4)"


def test_values_of_different_kinds_are_never_the_same():
    values = [1.0, np.ones(1), np.ones((1, 1)), [1.0], (1.0,), None, "1", True]
    frozen = [freeze(value) for value in values]
    for i, a in enumerate(frozen):
        for j, b in enumerate(frozen):
            assert same(a, b, 1e-9) == (i == j)


# ---- what is shown ----------------------------------------------------------------------------


def text_of(markup):
    return html.unescape(re.sub("<[^>]*>", " ", markup))


def shown_things():
    course = exercises.course
    course.reset()
    exercise = course["gradient"]
    yield exercise.check(exercise.blank_function)
    yield exercise.check(exercise.function)
    yield exercise.check(exercise.mistakes[0].function)
    yield exercise.check(lambda X, Y, W, b: 1 / 0)
    yield exercise.hint()
    yield exercise.solution()
    yield course.progress()
    course.reset()


def test_html_and_text_say_the_same():
    for shown in shown_things():
        bundle = shown._repr_mimebundle_()
        text, markup = bundle["text/plain"], bundle["text/html"]
        assert repr(shown) == text
        words = re.findall(r"[A-Za-z]{3,}", text)
        in_html = text_of(markup).lower()
        for word in words:
            assert word.lower() in in_html, word


def test_html_is_sound_and_follows_the_theme():
    for shown in shown_things():
        markup = shown._repr_mimebundle_()["text/html"]
        stack = []
        for closing, tag in re.findall(r"<(/?)(\w+)", markup):
            if closing:
                assert stack.pop() == tag
            else:
                stack.append(tag)
        assert stack == []
        assert "id=" not in markup and "<script" not in markup and "<style" not in markup
        for colour in re.findall(r"(?<!-)(?:color|background): ([^;]+);", markup):
            assert colour.startswith("var(--jp-") or colour == "none", colour


def test_no_outcome_is_told_by_colour_alone():
    assert set(MARKS) == set(WORDS) == {"right", "wrong", "error", "not attempted"}
    assert len(set(MARKS.values())) == len(set(WORDS.values())) == 4
    outcomes = set()
    for shown in shown_things():
        outcome = getattr(shown, "outcome", None)
        if outcome:
            outcomes.add(outcome)
            markup = shown._repr_mimebundle_()["text/html"]
            assert f"{MARKS[outcome]} {WORDS[outcome]}" in markup
            assert f": {WORDS[outcome].lower()}." in repr(shown).splitlines()[0]
    assert len(outcomes) == 4


def test_what_a_student_wrote_is_escaped():
    namespace = {}
    exec("def predict(x, w, b):\n    raise ValueError('<b>&amp;</b> `c`')", namespace)
    result = exercises.predict.check(namespace["predict"])
    markup = result._repr_mimebundle_()["text/html"]
    assert "<b>" not in markup and "&lt;b&gt;&amp;amp;&lt;/b&gt;" in markup


def test_the_output_is_the_same_in_another_process():
    script = inspect.cleandoc(
        """
        from mlplib.exercises import linear_regression as exercises
        for exercise in exercises.course:
            for mistake in exercise.mistakes:
                print(exercise.check(mistake.function)._repr_mimebundle_())
            print(exercise.check(lambda *a: a[0].nothing)._repr_mimebundle_())
            print(exercise.hint()._repr_mimebundle_())
        print(exercises.progress()._repr_mimebundle_())
        """
    )
    outputs = [
        subprocess.run(
            [sys.executable, "-W", "error", "-c", script],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert outputs[0] == outputs[1]
    assert len(outputs[0]) > 10_000


# ---- hints and progress -----------------------------------------------------------------------


@pytest.fixture
def course():
    exercises.course.reset()
    yield exercises.course
    exercises.course.reset()


def test_hints_come_one_after_the_other_and_stop_at_the_last(course):
    exercise = course["forward"]
    shown = [exercise.hint() for _ in range(5)]
    assert [hint.stage for hint in shown] == [1, 2, 3, 3, 3]
    assert [hint.sentence for hint in shown[:3]] == list(exercise.hints)
    assert "hint 1 of 3" in repr(shown[0])
    assert "Run the cell again for the next hint." in repr(shown[0])
    assert "This was the last hint." in repr(shown[2])
    assert course["mse"].hint().stage == 1


def test_progress_of_a_fresh_session_is_not_attempted(course):
    text = repr(course.progress())
    assert text.startswith("Linear regression as a network: 0 of 12 exercises done.")
    assert text.count("Not attempted yet") == len(course)


def test_progress_follows_the_checks(course):
    first, second, third, fourth = list(course)[:4]
    first.check(first.function)
    second.check(second.mistakes[0].function)
    third.check(lambda *arguments: 1 / 0)
    fourth.check(fourth.blank_function)
    outcomes = [outcome for _, _, outcome in course.progress().rows]
    assert outcomes[:5] == ["right", "wrong", "error", "not attempted", "not attempted"]
    assert course.progress().done == 1
    second.check(second.function)
    assert course.progress().done == 2
    first.check(first.mistakes[0].function)  # broken again: the last check counts
    assert course.progress().done == 1


def test_all_done_is_said(course):
    for exercise in course:
        exercise.check(exercise.function)
    assert "12 of 12 exercises done" in repr(course.progress())


# ---- the package ------------------------------------------------------------------------------


def test_the_exercises_need_neither_ipython_nor_widgets_nor_figures():
    script = (
        "import sys, mlplib.exercises.linear_regression as e;"
        "e.predict.check(e.predict.function)._repr_mimebundle_();"
        "bad = {'IPython', 'ipywidgets', 'matplotlib', 'sklearn'} & set(sys.modules);"
        "sys.exit(str(bad) if bad else 0)"
    )
    subprocess.run([sys.executable, "-c", script], check=True)


def test_importing_mlplib_leaves_the_exercises_alone():
    script = "import sys, mlplib; sys.exit('mlplib.exercises' in sys.modules)"
    subprocess.run([sys.executable, "-c", script], check=True)


def test_a_hint_keeps_in_sight_what_the_check_said(course):
    exercise = course["mse"]
    exercise.check(exercise.blank_function)  # which says nothing that would help
    assert repr(exercise.hint()).startswith("mse: hint 1")
    wrong = exercise.check(lambda y_hat, y: float(np.sum((y - y_hat) ** 2)))
    for shown in (exercise.hint(), exercise.solution()):
        assert repr(shown).startswith(repr(wrong) + "\n\n")
        assert shown._repr_mimebundle_()["text/html"].startswith(wrong._html())


# ---- a generator among the arguments ----------------------------------------------------------


def shuffled_cases(rng):
    for m in (4, 1, 6, 30):
        yield np.arange(m) + 0.5, np.random.default_rng(rng.integers(100))


@pytest.fixture
def shuffle_exercise():
    @ExerciseSet("demo", "Demo", "none.ipynb").exercise(
        title="Shuffle",
        returns={"shuffled": "(m,)"},
        cases=shuffled_cases,
        hints=["First hint.", "Second hint."],
    )
    def shuffle(x, rng):
        """Return x in the order of rng.permutation(m)."""
        # gap
        return x[rng.permutation(len(x))]

    return shuffle


def test_a_generator_is_there_to_be_drawn_from(shuffle_exercise):
    right = shuffle_exercise.check(lambda x, rng: x[rng.permutation(len(x))])
    assert right.outcome == "right" and not right.notes
    wrong = shuffle_exercise.check(lambda x, rng: x)
    assert wrong.outcome == "wrong"
    assert wrong.numbers[0] == ("input", "x = [0.5, 1.5, 2.5, 3.5], rng = a generator")


def test_another_generator_than_the_one_passed_in_is_chance(shuffle_exercise):
    result = shuffle_exercise.check(lambda x, rng: np.random.default_rng().permutation(x))
    assert "two different results" in result.message
