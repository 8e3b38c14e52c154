"""Exercises: what the students complete, and what answers them.

A notebook's exercises are one module of this folder, and join one table:

    from mlplib.exercises import linear_regression as exercises

    exercises.predict.check(predict)     # right, or what is wrong with it
    exercises.predict.hint()             # the next hint
    exercises.predict.solution()         # one solution
    exercises.progress()                 # which exercises are done

To write an exercise, copy one in `linear_regression.py`; `_exercise` says what each part means.
Whatever joins the table is tested by `tests/test_exercises.py` without a line of its own: the blank
is not attempted, the solution right, each mistake wrong with its own sentence, and no odd answer
makes `check` raise.
"""

from mlplib.exercises import (
    activations,
    linear_regression,
    logistic_regression,
    multilayer_perceptron,
    optimizers,
    regularization,
)
from mlplib.exercises._exercise import Exercise, ExerciseSet, Mistake
from mlplib.exercises._feedback import Result

EXERCISES = {
    course.name: course
    for course in [
        linear_regression.course,
        logistic_regression.course,
        multilayer_perceptron.course,
        activations.course,
        optimizers.course,
        regularization.course,
    ]
}
"""Name of the module -> its ExerciseSet."""

__all__ = [
    "EXERCISES",
    "Exercise",
    "ExerciseSet",
    "Mistake",
    "Result",
    "activations",
    "linear_regression",
    "logistic_regression",
    "multilayer_perceptron",
    "optimizers",
    "regularization",
]
