"""Whatever a student hands in gets a sentence: `check` never raises, hangs or lets anything out."""

import builtins
import functools
import random
import signal
import sys
import threading
import time
import types
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlplib.exercises import EXERCISES
from mlplib.exercises import linear_regression as exercises
from mlplib.exercises._runner import STACK_BYTES, run

ALL = [exercise for course in EXERCISES.values() for exercise in course]
NET = "could not be judged"  # the safety net under `check`: no answer known falls into it


def name(value):
    return getattr(value, "name", getattr(value, "__name__", str(value)))


def judged(exercise, answer, **options):
    """Check an answer; whatever comes back has to be a sentence, in both forms."""
    result = exercise.check(answer, **options)
    assert result.outcome in {"not attempted", "error", "wrong", "right"}
    assert NET not in result.message, result.message
    bundle = result._repr_mimebundle_()
    assert set(bundle) == {"text/plain", "text/html"}
    assert " at 0x" not in bundle["text/plain"] + bundle["text/html"]
    assert len(bundle["text/plain"]) < 3000
    if result.outcome != "error":  # there, the error's own text may be all
        assert result.message.endswith((".", "?", "`"))
    return result


# ---- no function ------------------------------------------------------------------------------


class ACallable:
    pass


NO_FUNCTIONS = {
    "None": (None, "got None"),
    "a number": (3.5, "got one number"),
    "a whole number": (7, "got one number"),
    "a text": ("predict", "quotation marks"),
    "an array": (np.ones((3, 1)), "got an array of shape (3, 1)"),
    "a list": ([1.0, 2.0], "got a list of 2 entries"),
    "a result tuple": ((1.0, np.ones(2)), "got a tuple of 2 entries"),
    "True": (True, "a truth value"),
    "dots": (..., "got `...`"),
    "a dictionary": ({"w": 1.0}, "got an object of type dict"),
    "a class": (ACallable, "got a class"),
    "an object": (ACallable(), "got an object of type ACallable"),
    "a module": (np, "got an object of type module"),
    "another exercise": (exercises.mse, "This is the exercise, not your function"),
}


@pytest.mark.parametrize("kind", NO_FUNCTIONS)
def test_no_function(kind):
    answer, words = NO_FUNCTIONS[kind]
    for exercise in ALL:
        result = judged(exercise, answer)
        assert result.outcome == "wrong"
        assert words in result.message
        assert f"exercises.{exercise.name}.check({exercise.name})" in result.message


def test_an_async_function():
    async def predict(x, w, b):
        return w * x + b

    assert "without `async`" in judged(exercises.predict, predict).message


# ---- the wrong parameters ---------------------------------------------------------------------


@pytest.mark.parametrize("exercise", ALL, ids=name)
def test_the_wrong_number_of_parameters(exercise):
    result = judged(exercise, lambda: 0)
    assert result.outcome == "wrong"
    assert "0 parameters (none)" in result.message
    assert f"def {exercise.name}({', '.join(exercise.parameters)}):" in result.message
    many = ", ".join(f"p{i}" for i in range(12))
    assert "12 parameters" in judged(exercise, eval(f"lambda {many}: 0")).message


def test_parameters_that_fit_but_are_called_otherwise_are_no_fault():
    assert judged(exercises.predict, lambda a, b, c: b * a + c).outcome == "right"
    assert judged(exercises.predict, lambda *args: args[1] * args[0] + args[2]).outcome == "right"
    assert judged(exercises.predict, lambda x, w, b, extra=0: w * x + b).outcome == "right"
    weighted = functools.partial(lambda k, x, w, b: k * w * x + b, 1.0)
    assert judged(exercises.predict, weighted).outcome == "right"


def test_parameters_in_another_order_are_pointed_out():
    result = judged(exercises.predict, lambda w, x, b: w * (x + b))
    assert result.outcome == "wrong"
    assert "your parameters are (w, x, b), but the function is called with (x, w, b)" in str(result)


def test_a_function_of_numpy_is_judged_like_any_other():
    assert judged(exercises.mse, np.subtract).outcome == "wrong"
    assert judged(exercises.mse, np.mean).outcome == "error"


def test_the_function_of_another_exercise_is_pointed_out():
    def mse(x, w, b):
        return x

    assert "you handed in `mse`; this exercise asks for `predict`" in str(
        judged(exercises.predict, mse)
    )


# ---- odd results ------------------------------------------------------------------------------


class Refuses:
    """Raises whatever one does to it."""

    def _refuse(self, *arguments):
        raise RuntimeError("no")

    __array__ = __repr__ = __str__ = __eq__ = __len__ = __float__ = __iter__ = __bool__ = _refuse
    __hash__ = None


def generator():
    yield 1


ODD_RESULTS = {
    "nothing": (None, "returns nothing (None)"),
    "dots": (..., None),
    "a text": ("text", "the text 'text'"),
    "a long text": ("x" * 100_000, "the text"),
    "True": (True, "a truth value"),
    "a complex number": (1 + 2j, "a complex number"),
    "complex numbers": (np.ones((3, 1), complex), "complex numbers"),
    "truth values": (np.ones((3, 1), bool), "an array of truth values"),
    "texts": (np.array([["a"]]), "an array of texts"),
    "objects": (np.array([None, 1], dtype=object), "an array of Python objects"),
    "dates": (np.array(["2020-01-01"], dtype="datetime64[D]"), "datetime64"),
    "a matrix": (np.ones((2, 2)).view(np.matrix), "np.matrix"),
    "a dictionary": ({}, "an object of type dict"),
    "a set": ({1}, "an object of type set"),
    "a class": (ACallable, "a class"),
    "a function": (len, "a function"),
    "an object that refuses": (Refuses(), "an object of type Refuses"),
    "a list of such": ([Refuses()], None),
    "a generator": (generator(), "a generator"),
    "a huge number": (10**400, "too large for numpy"),
    "an empty list": ([], None),
    "an empty array": (np.zeros((0, 3)), None),
    "unequal rows": ([[1.0], [1.0, 2.0]], None),
    "a list in itself": (None, None),
    "nan": (np.nan, None),
    "four axes": (np.ones((1, 2, 3, 4)), None),
    "a large array": (np.zeros(100_001), "far too large array of shape (100001,)"),
    "a large list": ([0.0] * 2_000, None),
    "five values": ((1, 2, 3, 4, 5), "a tuple of 5 entries"),
    "one value and a comma": ((1.0,), None),
}
_endless = []
_endless.append(_endless)
ODD_RESULTS["a list in itself"] = (_endless, None)


@pytest.mark.parametrize("kind", ODD_RESULTS)
def test_odd_results(kind):
    value, words = ODD_RESULTS[kind]
    outcome = "not attempted" if kind == "dots" else "wrong"
    for exercise in ALL:
        result = judged(exercise, lambda *arguments: value)
        assert result.outcome == outcome
        if words:
            assert words in result.message
        if len(exercise.returns) > 1:  # the same in each part
            parts = (value,) * len(exercise.returns)
            assert judged(exercise, lambda *arguments, parts=parts: parts).outcome == outcome


@pytest.mark.parametrize("exercise", ALL, ids=name)
def test_the_right_numbers_in_another_wrapping(exercise):
    """As lists, flat, as columns, as rows, in float32, as Python numbers: right, or a sentence."""

    def wrapped(wrap):
        def answer(*arguments):
            result = exercise.function(*arguments)
            return tuple(map(wrap, result)) if isinstance(result, tuple) else wrap(result)

        return judged(exercise, answer)

    values = [part for value in exercise.expected for part in (value.parts or (value,))]
    arrays = any(part.kind == "array" for part in values)
    numbers = any(part.kind == "number" for part in values)

    listed = wrapped(lambda part: np.asarray(part).tolist())
    assert listed.outcome == ("wrong" if arrays else "right")
    assert "`np.array(...)`" in listed.message or not arrays
    flat = wrapped(lambda part: np.ravel(part))
    assert flat.outcome == (
        "wrong" if numbers or any(p.array.ndim > 1 for p in values) else "right"
    )
    column = wrapped(lambda part: np.reshape(part, (-1, 1)))
    assert column.outcome == ("wrong" if any(p.array.ndim != 2 for p in values) else column.outcome)
    for result in (listed, flat, column):
        assert result.outcome == "right" or len(result.message.split()) > 8
    single = wrapped(lambda part: np.float32(part))
    assert single.outcome == "right" or exercise.judge
    assert "float32" in str(single) or exercise.judge
    if not arrays:
        assert wrapped(float).outcome == "right"
        assert wrapped(np.asarray).outcome == "right"
        assert "an array of shape (1,)" in wrapped(lambda part: np.array([part])).message


def test_the_list_says_that_its_numbers_are_right():
    result = judged(exercises.predict, lambda x, w, b: [w * v + b for v in x])
    assert result.message.startswith("The numbers are right. `y_hat` is a list of 3 entries;")


def test_float32_is_right_as_far_as_it_goes():
    def nearly(dtype, by):
        return judged(exercises.predict, lambda x, w, b: (w * x + b).astype(dtype) * dtype(1 + by))

    assert nearly(np.float64, 3e-6).outcome == "wrong"
    assert nearly(np.float32, 3e-6).outcome == "right"
    assert nearly(np.float32, 1e-3).outcome == "wrong"
    assert nearly(np.float16, 1e-3).outcome == "right"


def test_whole_numbers_cut_off():
    result = judged(exercises.predict, lambda x, w, b: (w * x + b).astype(int))
    assert "holds whole numbers" in result.message


def test_nan_and_infinity():
    assert "nan (not a number)" in judged(exercises.predict, lambda x, w, b: x * np.nan).message
    result = judged(exercises.predict, lambda x, w, b: np.exp(1e4 + x))
    assert "inf (infinity)" in result.message
    assert "Note: numpy warned while your function ran: overflow" in str(result)


def test_a_result_computed_in_the_callers_array_is_taken_down_at_once():
    """Returning one buffer again and again is right each time, and has to be seen so."""
    buffer = np.zeros(50)

    def answer(x, w, b):
        buffer[: len(x)] = w * x + b
        return buffer[: len(x)]

    assert judged(exercises.predict, answer).outcome == "right"


# ---- part of the work -------------------------------------------------------------------------


def test_a_gap_that_is_still_open():
    def gradient_w_b(x, y, w, b):
        m = len(x)
        y_hat = w * x + b
        dw = -2 / m * np.sum(x * (y - y_hat))
        db = ...
        return dw, db

    result = judged(exercises.gradient_w_b, gradient_w_b)
    assert result.outcome == "wrong"
    assert "`db` is wrong. `db` is still the `...` of the blank." in result.message
    assert "`dw` is right." in result.message


def test_not_implemented_is_not_attempted():
    def predict(x, w, b):
        raise NotImplementedError

    assert judged(exercises.predict, predict).outcome == "not attempted"


def test_the_blank_with_other_comments_is_not_attempted():
    def predict(x, w, b):
        """Another docstring."""
        y_hat = ...  # hmm
        return y_hat

    assert judged(exercises.predict, predict).outcome == "not attempted"


def test_parts_in_the_wrong_order():
    answer = exercises.gradient_w_b.function
    result = judged(exercises.gradient_w_b, lambda *arguments: answer(*arguments)[::-1])
    assert "wrong order: `return dw, db`" in result.message


def test_parts_in_a_list_are_right_with_a_word():
    answer = exercises.gradient_w_b.function
    result = judged(exercises.gradient_w_b, lambda *arguments: list(answer(*arguments)))
    assert result.outcome == "right"
    assert "you return a list; `return dw, db` is the usual way" in str(result)


def test_a_comma_too_many():
    result = judged(exercises.mse, lambda y_hat, y: (np.mean((y - y_hat) ** 2),))
    assert "there is a comma behind the value in `return loss,`" in result.message


def test_return_on_one_way_only():
    def predict(x, w, b):
        if len(x) > 2:
            return w * x + b

    assert "for some inputs" in judged(exercises.predict, predict).message


# ---- what the function does besides -----------------------------------------------------------


@pytest.mark.parametrize("exercise", ALL, ids=name)
def test_a_print_is_caught_and_said(exercise, capsys):
    def answer(*arguments):
        print("looking at", len(arguments), file=sys.stderr if len(arguments) > 3 else None)
        return exercise.function(*arguments)

    result = judged(exercise, answer)
    assert result.outcome == "right"
    assert "your function prints (first: `looking at" in str(result)
    assert capsys.readouterr() == ("", "")


def test_printing_in_place_of_returning(capsys):
    result = judged(exercises.mse, lambda y_hat, y: print(np.mean((y - y_hat) ** 2)))
    assert "prints its result and returns nothing" in result.message
    assert capsys.readouterr().out == ""


def test_prints_of_other_threads_pass(capsys):
    def answer(x, w, b):
        other = threading.Thread(target=print, args=("from elsewhere",))
        other.start()
        other.join()
        return w * x + b

    assert judged(exercises.predict, answer).outcome == "right"
    assert "from elsewhere" in capsys.readouterr().out


@pytest.mark.parametrize("exercise", ALL, ids=name)
def test_a_changed_argument_is_named(exercise):
    arrays = [i for i, a in enumerate(exercise.cases[-1]) if isinstance(a, np.ndarray)]
    if not arrays:
        pytest.skip("takes numbers only")

    def answer(*arguments):
        result = exercise.function(*arguments)
        for i in arrays:
            if isinstance(arguments[i], np.ndarray):
                arguments[i][...] = 0
        return result

    result = judged(exercise, answer)
    assert result.outcome == "wrong"
    assert f"changes its argument `{exercise.parameters[arrays[0]]}`" in result.message


def test_a_changed_argument_does_not_hide_a_mistake():
    def numerical_gradient(f, theta, eps):
        gradient = np.zeros(len(theta))
        for i in range(len(theta)):
            theta[i] += eps
            above = f(theta)
            theta[i] -= 2 * eps
            gradient[i] = (above - f(theta)) / (2 * eps)
        return gradient

    result = judged(exercises.numerical_gradient, numerical_gradient)
    assert result.mistakes == ("not_restored",)
    assert "your function also changes its argument `theta`" in str(result)


def test_in_place_steps_change_the_callers_arrays():
    def step(w, b, dw, db, lr):
        w -= lr * dw
        b -= lr * db
        return w, b

    assert "changes its argument `w`" in judged(exercises.step, step).message


def test_the_cases_survive_whatever_a_function_does_to_them():
    before = [[np.copy(a) for a in case] for case in exercises.standardize.cases]

    def spoil(X):
        X[...] = np.nan
        return X

    judged(exercises.standardize, spoil)
    for case, copies in zip(exercises.standardize.cases, before, strict=True):
        for a, b in zip(case, copies, strict=True):
            assert np.array_equal(a, b)


def test_an_argument_given_back_is_said():
    def standardize(X):
        Y = X
        return Y[:]

    assert judged(exercises.standardize, standardize).outcome == "wrong"
    shared = judged(exercises.step, lambda w, b, dw, db, lr: (w - lr * dw, b - lr * db))
    assert not shared.notes


def test_a_view_of_an_argument_is_right_with_a_word(identity_exercise):
    result = judged(identity_exercise, lambda x: x)
    assert result.outcome == "right"
    assert "is the argument `x` itself or a view of it" in str(result)


@pytest.fixture
def identity_exercise():
    from mlplib.exercises import ExerciseSet

    @ExerciseSet("demo", "Demo", "none.ipynb").exercise(
        title="Copy",
        returns={"y": "(m,)"},
        cases=lambda rng: [(np.arange(1.0, 4.0),), (np.arange(5.0),)],
        hints=["First hint.", "Second hint."],
    )
    def copied(x):
        """Return a copy of x."""
        # gap
        return x.copy()

    return copied


def test_chance_is_found_out():
    result = judged(exercises.predict, lambda x, w, b: np.random.default_rng().normal(size=len(x)))
    assert "gives two different results" in result.message
    assert "your" not in dict(result.numbers)


def test_memory_of_the_last_call_is_found_out():
    calls = []

    def predict(x, w, b):
        calls.append(1)
        return w * x + b + (len(calls) > 5)

    assert "Called twice with the same input" in judged(exercises.predict, predict).message


def test_the_global_random_state_is_put_back():
    random.seed(3)
    np.random.seed(3)  # noqa: NPY002
    python_state = random.getstate()
    expected = np.random.get_state()[1].copy()  # noqa: NPY002

    def predict(x, w, b):
        random.random()
        np.random.seed(0)  # noqa: NPY002
        np.random.normal()  # noqa: NPY002
        return w * x + b

    result = judged(exercises.predict, predict)
    assert result.outcome == "right"
    assert "global random numbers" in str(result)
    assert np.array_equal(np.random.get_state()[1], expected)  # noqa: NPY002
    assert random.getstate() == python_state


def test_numpys_error_settings_are_put_back():
    before = np.geterr()

    def predict(x, w, b):
        np.seterr(all="ignore")
        return w * x + b

    result = judged(exercises.predict, predict)
    assert result.outcome == "right"
    assert "numpy's error settings" in str(result)
    assert np.geterr() == before


def test_warnings_are_said_and_stay_inside():
    def predict(x, w, b):
        warnings.warn("mind the gap", UserWarning, stacklevel=1)
        np.array([1.0]) / 0.0
        return w * x + b

    result = judged(exercises.predict, predict)  # a warning that got out would be an error here
    assert result.outcome == "right"
    assert "division by zero; mind the gap" in str(result)


def test_streams_and_input_are_put_back():
    before = sys.stdout, sys.stderr, builtins.input
    judged(exercises.predict, lambda x, w, b: input("?"))
    judged(exercises.predict, lambda x, w, b: 1 / 0)
    judged(exercises.predict, lambda x, w, b: time.sleep(0.3), time_limit=0.05)
    assert (sys.stdout, sys.stderr, builtins.input) == before


# ---- errors -----------------------------------------------------------------------------------


def raiser(error):
    def answer(*arguments):
        raise error

    return answer


class Odd(Exception):
    def __str__(self):
        raise RuntimeError("no text")


ERRORS = [
    ValueError("a value"),
    TypeError("unsupported operand type(s) for *: 'ellipsis' and 'float'"),
    SystemExit(3),
    KeyboardInterrupt(),
    GeneratorExit(),
    StopIteration(),
    MemoryError(),
    Odd(),
    BaseException("at the base"),
    ExceptionGroup("several", [ValueError("one")]),
    RuntimeError("x" * 10_000),
    RuntimeError("<object at 0x7f00deadbeef>"),
    UnicodeDecodeError("utf-8", b"\xff", 0, 1, "bad"),
    AssertionError(),
    np.linalg.LinAlgError("Singular matrix"),
]


@pytest.mark.parametrize("error", ERRORS, ids=lambda e: type(e).__name__)
def test_an_error_is_shown_with_their_line(error):
    for exercise in ALL:
        result = judged(exercise, raiser(error))
        assert result.outcome == "error"
        assert result.message.startswith(type(error).__name__)
        assert "raise error" in result.code
        assert result.code.startswith("your code, line ")
        assert "mlplib" not in result.code


def test_the_traceback_is_cut_to_their_lines():
    def helper(v):
        return np.linalg.inv(v)

    def predict(x, w, b):
        first = 1
        return helper(first * x)

    result = judged(exercises.predict, predict)
    assert result.code.count("your code, line") == 2
    assert result.code.splitlines()[-1].startswith(">")
    assert "return np.linalg.inv(v)" in result.code.splitlines()[-1]
    assert "in predict" in result.code and "in helper" in result.code
    assert "linalg.py" not in result.code


def test_an_error_inside_the_librarys_own_function_points_to_their_line():
    def numerical_gradient(f, theta, eps):
        return f(theta.tolist())

    result = judged(exercises.numerical_gradient, numerical_gradient)
    assert result.outcome == "error"
    assert result.code.splitlines()[-1].endswith("return f(theta.tolist())")
    assert "linear_regression" not in result.code


EXPLAINED = {
    "a misspelled name": ("y_hatt = 1\n    return y_hat", "Did you mean `y_hatt`?"),
    "an unknown name": ("return zzz", "Is it spelled as where it gets its value"),
    "numpy missing": ("return np.sum(x)", "import numpy as np"),
    "used too early": ("x = x + t\n    t = 1\n    return x", "before it gets a value"),
    "not callable": ("return w(x + b)", "is a `*` missing?"),
    "inner sizes": ("return x @ [[1.0, 2.0]]", "the left side has 3 here"),
    "shapes": ("return x + np.ones(2)", "These two shapes do not fit together"),
    "index": ("return x[100]", "indices 0 to n - 1"),
    "zero": ("return 1 // 0", "Which number is 0 there"),
    "dots": ("y = ...\n    return y * x", "still a `...` of the blank"),
    "exit": ("exit()", "ends the program"),
    "recursion": ("return predict(x, w, b)", "calls itself without end"),
    "memory": ("import numpy\n    return numpy.zeros(10**14)", ""),
}


@pytest.mark.parametrize("kind", EXPLAINED)
def test_frequent_errors_are_explained(kind):
    body, words = EXPLAINED[kind]
    namespace = {} if kind == "numpy missing" else {"np": np}
    exec(f"def predict(x, w, b):\n    {body}\n", namespace)
    result = judged(exercises.predict, namespace["predict"])
    assert result.outcome == "error"
    assert words in result.message
    assert dict(result.numbers)["input"] == "x = [1, 2, 4], w = 3, b = 0.5"


def test_an_error_for_one_input_only_shows_that_input():
    def predict(x, w, b):
        return w * x + b + 0 * x[1]

    result = judged(exercises.predict, predict)
    assert result.outcome == "error"
    assert dict(result.numbers)["input"].startswith("x = [")
    assert dict(result.numbers)["input"].count(",") == 2  # x has one entry, then w and b


def test_input_is_not_waited_for():
    result = judged(exercises.predict, lambda x, w, b: input("your guess? "))
    assert result.outcome == "error"
    assert "asks for input" in result.message


# ---- functions that do not return -------------------------------------------------------------


def forever(*arguments):
    while True:
        pass


def forever_catching(*arguments):
    while True:
        try:
            time.sleep(0.001)
        except Exception:
            pass


LET_GO = threading.Event()  # what a thread that cannot be ended waits for, in compiled code


@pytest.fixture
def let_go():
    """Ends the threads that a check left behind, when called and after the test."""

    def end_them():
        LET_GO.set()
        for thread in threading.enumerate():
            if thread.name == "exercise":
                thread.join(30)

    LET_GO.clear()
    yield end_them
    end_them()


def asleep(*arguments):
    LET_GO.wait()


def printing_forever(*arguments):
    while True:
        print("again")


def swallowing(*arguments):
    try:
        LET_GO.wait()
    except BaseException:
        pass
    return arguments[0]


# the loop is ended by the runner, which knows nothing of the exercise: one of each course will do
@pytest.mark.parametrize("exercise", [next(iter(c)) for c in EXERCISES.values()], ids=name)
def test_an_endless_loop_is_ended(exercise):
    before = threading.active_count()
    result = judged(exercise, forever, time_limit=0.05)
    assert result.outcome == "error"
    assert "did not return within 0.05 seconds and was stopped" in result.message
    assert threading.active_count() == before


@pytest.mark.parametrize("endless", [forever_catching, printing_forever], ids=name)
def test_other_endless_loops_are_ended(endless, capsys):
    before = threading.active_count()
    result = judged(exercises.predict, endless, time_limit=0.05)
    assert "was stopped" in result.message
    assert threading.active_count() == before
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("endless", [asleep, swallowing], ids=name)
def test_what_cannot_be_stopped_is_left_behind_with_a_word(endless, let_go):
    result = judged(exercises.predict, endless, time_limit=0.05)
    assert result.outcome == "error"
    assert "did not return within 0.05 seconds." in result.message
    assert "restart the kernel" in result.message
    assert judged(exercises.predict, exercises.predict.function).outcome == "right"


def test_what_is_left_behind_writes_into_no_result(let_go):
    calls = []

    def slow(x):
        calls.append(x)
        return swallowing(x)

    log = run(slow, [(1.0,), (2.0,)], time_limit=0.05)
    assert log.timed_out and log.left_behind
    let_go()
    assert log.values == [] and calls == [1.0]


def test_threads_get_enough_stack_for_endless_recursion(monkeypatch):
    sizes = []
    monkeypatch.setattr(threading, "stack_size", lambda size=0: sizes.append(size) or 0)
    judged(exercises.predict, exercises.predict.function)
    assert sizes == [STACK_BYTES, 0]

    monkeypatch.undo()

    def predict(x, w, b):  # through C code: each turn takes stack of the machine's own
        return sorted([1, 2], key=lambda v: predict(x, w, b))

    assert "calls itself without end" in judged(exercises.predict, predict).message


def test_an_endless_loop_in_one_case_only():
    def predict(x, w, b):
        while len(x) == 30:
            pass
        return w * x + b

    result = judged(exercises.predict, predict, time_limit=0.5)  # the other cases have to make it
    assert "did not return" in result.message
    assert dict(result.numbers)["input"].startswith("x (30,)")


def test_it_works_outside_the_main_thread():
    results = []

    def work():
        results.append(exercises.predict.check(forever, time_limit=0.05))
        results.append(exercises.predict.check(exercises.predict.function))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join(60)
    assert [result.outcome for result in results] == ["error", "right"]


def test_two_threads_may_check_at_once():
    outcomes = []

    def work():
        for _ in range(10):
            outcomes.append(exercises.predict.check(exercises.predict.function).outcome)

    before = sys.stdout
    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert outcomes == ["right"] * 30
    assert sys.stdout is before


def test_the_users_own_interrupt_passes_and_ends_the_loop():
    import _thread

    began = threading.Event()

    def predict(x, w, b):
        began.set()
        while True:
            pass

    def interrupt():
        began.wait(30)
        _thread.interrupt_main()

    before = threading.active_count()
    user = threading.Thread(target=interrupt)
    # a shell that runs the tests in the background has interrupts ignored
    ours = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        user.start()
        with pytest.raises(KeyboardInterrupt):
            exercises.predict.check(predict, time_limit=30)
    finally:
        user.join()
        signal.signal(signal.SIGINT, ours)
    assert threading.active_count() == before
    assert exercises.predict.check(exercises.predict.function).outcome == "right"


def test_a_check_inside_the_function_is_refused():
    inner = []

    def predict(x, w, b):
        inner.append(exercises.predict.check(predict))
        return w * x + b

    assert judged(exercises.predict, predict).outcome == "right"
    assert "not inside the function" in inner[0].message


def test_threads_of_their_own_do_no_harm():
    def predict(x, w, b):
        results = []
        thread = threading.Thread(target=lambda: results.append(w * x + b))
        thread.start()
        thread.join()
        return results[0]

    assert judged(exercises.predict, predict).outcome == "right"


def test_without_threads_there_is_no_time_limit_but_a_judgement(monkeypatch):
    def no_start(self):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", no_start)
    assert judged(exercises.predict, exercises.predict.function).outcome == "right"
    assert judged(exercises.predict, lambda x, w, b: w * x).mistakes == ("without_bias",)
    before = np.geterr()
    judged(exercises.predict, lambda x, w, b: np.seterr(all="ignore"))
    assert np.geterr() == before


# ---- anything at all --------------------------------------------------------------------------

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.complex_numbers(),
    st.text(max_size=5),
    st.binary(max_size=3),
    st.just(...),
    st.sampled_from([np.float32(2), np.int8(3), np.bool_(True), np.datetime64("2020-01-01")]),
)
dtypes = st.sampled_from(["f8", "f4", "f2", "i8", "u1", "?", "c16", "U1", "O", "f8,i4", "m8[s]"])
shapes = st.lists(st.integers(0, 3), max_size=4)
arrays = st.builds(lambda shape, dtype: np.zeros(shape, dtype), shapes, dtypes)
anything = st.recursive(
    scalars | arrays,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.lists(inner, max_size=3).map(tuple),
        st.dictionaries(st.text(max_size=2), inner, max_size=2),
    ),
    max_leaves=6,
)


@settings(max_examples=60, deadline=None)
@given(value=anything, index=st.integers(0, len(ALL) - 1))
def test_no_returned_value_gets_through(value, index):
    result = judged(ALL[index], lambda *arguments: value)
    assert result.outcome != "right"
    judged(ALL[index], value)


def test_an_answer_that_refuses_to_be_looked_at():
    class Sly(types.SimpleNamespace):
        def __getattribute__(self, attribute):
            raise RuntimeError("no")

        def __call__(self, x, w, b):
            return w * x + b

    result = exercises.predict.check(Sly())  # the net holds what nobody thought of
    assert result.outcome in {"error", "right"}
    assert "\n" not in result.message or "inputs" in result.message
