"""The questions of each notebook: the self-test at its end, the predictions before its labs.

One module a notebook, named as its exercises are; to add one, copy `linear_regression.py` and join
it to the two tables. `tests/test_questions.py` then tries every option of every question. A number
that a text claims is computed there, too: a question must not teach what the library denies.
"""

from mlplib.exercises.questions import (
    activations,
    linear_regression,
    logistic_regression,
    multilayer_perceptron,
    optimizers,
    regularization,
)

QUESTIONS = {
    "linear_regression": linear_regression.SELF_TEST,
    "logistic_regression": logistic_regression.SELF_TEST,
    "multilayer_perceptron": multilayer_perceptron.SELF_TEST,
    "activations": activations.SELF_TEST,
    "optimizers": optimizers.SELF_TEST,
    "regularization": regularization.SELF_TEST,
}
"""Notebook -> the questions of its self-test, in order."""

PREDICTIONS = {
    "linear_regression": linear_regression.PREDICTIONS,
    "logistic_regression": logistic_regression.PREDICTIONS,
    "multilayer_perceptron": multilayer_perceptron.PREDICTIONS,
    "activations": activations.PREDICTIONS,
    "optimizers": optimizers.PREDICTIONS,
    "regularization": regularization.PREDICTIONS,
}
"""Notebook -> name of a prediction -> PredictionQuestion."""

__all__ = ["PREDICTIONS", "QUESTIONS"]
