"""The networks of this course under scikit-learn's contract: fit, predict, score. Source: G1.

An estimator adds nothing to the mathematics. It checks and encodes what a user brings (labels,
sparse matrices, sample weights), asks `mlplib.train` for a stream of updates, and watches it
epoch by epoch to know when to stop. So it goes wherever scikit-learn's own go: into a pipeline, a
grid search, any joblib backend.

Parameters and fitted attributes carry scikit-learn's names, defaults and meanings. Random numbers
are drawn as scikit-learn draws them, too: the same data and the same `random_state` give the same
initial weights, the same minibatches and so, up to rounding, the same fitted network.

Where these differ from scikit-learn's `MLPClassifier` and `MLPRegressor`:

- No solver "lbfgs", and no `max_fun`, which only that one uses: it is no method of minibatches.
- `activation` also takes any of `mlplib.ACTIVATIONS`, `solver` any optimizer, such as
  `RMSProp(0.001)`, and `random_state` a numpy Generator.
- With several outputs the regressor's squared error is their sum, whose gradient is descended;
  scikit-learn descends the same gradient, but reports the mean over the outputs.
- A loss that becomes infinite or nan ends `fit` with an error that says so, at that epoch (with
  early stopping: with a warning and the best weights seen).
- A warm start with early stopping restores the best weights of all fits, as its
  `best_validation_score_` says; scikit-learn overwrites them while it trains.
- Labels of one class only, and negative sample weights, are refused.
- Sparse X is accepted, and made dense: it has to fit into memory.
- Probabilities are not clipped, neither in the loss nor in `predict_log_proba`.
"""

from mlplib.estimators._classifier import MLPClassifier
from mlplib.estimators._regressor import MLPRegressor

__all__ = ["MLPClassifier", "MLPRegressor"]
