"""Test scores over ten seeds, ours beside scikit-learn's with the same settings.

Run from the root of the repository: `python tests/bench/bench_estimators.py`. Three datasets,
each split anew for each seed; the seed also draws the initial weights and the minibatches. Printed
are mean and spread (standard deviation) of the test scores, the largest difference between the
two libraries for one seed, and the time of all fits. "same" gives both the same seed, "other"
gives ours another one: then only the settings are the same, and the means differ by noise, whose
size stands beside them (the standard error of the difference).
"""

import time
import warnings

import numpy as np
import sklearn.neural_network
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import mlplib

SEEDS = range(10)
CASES = {
    "digits": (load_digits, "MLPClassifier", {"hidden_layer_sizes": (64, 32)}),
    "breast cancer": (load_breast_cancer, "MLPClassifier", {"hidden_layer_sizes": (16,)}),
    "breast cancer, G1": (
        load_breast_cancer,
        "MLPClassifier",
        {"hidden_layer_sizes": (5, 2), "activation": "logistic"},
    ),
    "breast cancer, sgd": (
        load_breast_cancer,
        "MLPClassifier",
        {"solver": "sgd", "learning_rate": "adaptive", "learning_rate_init": 0.1},
    ),
    "digits, early stopping": (load_digits, "MLPClassifier", {"early_stopping": True}),
    "diabetes": (
        load_diabetes,
        "MLPRegressor",
        {"hidden_layer_sizes": (16,), "learning_rate_init": 0.01, "alpha": 1.0},
    ),
}


def score(library, name, settings, X, y, split_seed, seed):
    """Test score of one fit, and its seconds."""
    stratify = y if name == "MLPClassifier" else None
    X_train, X_test, y_train, y_test = train_test_split(
        X, y, random_state=split_seed, stratify=stratify
    )
    estimator = getattr(library, name)(random_state=seed, **settings)
    model = make_pipeline(StandardScaler(), estimator)
    start = time.perf_counter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(X_train, y_train)
    return model.score(X_test, y_test), time.perf_counter() - start


def main():
    """Print the table."""
    print(f"{'':24}{'ours':>17}{'scikit-learn':>17}  difference (standard error)")
    for label, (load, name, settings) in CASES.items():
        X, y = load(return_X_y=True)
        theirs, their_time = np.transpose(
            [score(sklearn.neural_network, name, settings, X, y, s, s) for s in SEEDS]
        )
        for seeds, shift in (("same", 0), ("other", 1000)):
            ours, our_time = np.transpose(
                [score(mlplib, name, settings, X, y, s, s + shift) for s in SEEDS]
            )
            gap = ours - theirs
            error = gap.std(ddof=1) / len(gap) ** 0.5
            print(
                f"{label if not shift else '':24}"
                f"{ours.mean():8.4f} ± {ours.std(ddof=1):.4f}"
                f"{theirs.mean():8.4f} ± {theirs.std(ddof=1):.4f}"
                f"  {gap.mean():+.4f} ({error:.4f})  {seeds} seeds, at most {abs(gap).max():.4f}"
                f"; {our_time.sum():.1f} s and {their_time.sum():.1f} s"
            )


if __name__ == "__main__":
    main()
