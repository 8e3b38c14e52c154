"""The books that `fit` keeps, under scikit-learn's names, and when they say that it should stop.

Epoch by epoch: the loss, the best so far, the count of epochs that brought nothing, and with
early stopping the validation score and the best weights.
"""

import math
import warnings
from itertools import islice

import numpy as np
from sklearn.exceptions import ConvergenceWarning

from mlplib._errors import value_error


def epochs(stream, m, batch_size):
    """Loss of each epoch: the mean over its examples of the losses that its updates saw. E11.

    The loss of a diverged epoch is nan or inf, and the last.
    """
    sizes = [min(batch_size, m - start) for start in range(0, m, batch_size)]
    while records := list(islice(stream, len(sizes))):
        value = sum(r.loss * size for r, size in zip(records, sizes, strict=False)) / m
        yield value if math.isfinite(records[-1].grad_norm) else math.inf


class Books:
    """The books of one estimator, which inherits from this: its attributes are the entries."""

    @property
    def _where(self):
        return type(self).__name__

    def _open_books(self, goes_on):
        """Start new pages; a fit that goes on adds to the old ones, if they are of its kind."""
        self.n_iter_ = 0
        if not goes_on:
            self.t_ = 0
            self.loss_curve_ = []
        if not goes_on or self.early_stopping == (self.validation_scores_ is None):
            self._n_no_change = 0
            self._best_theta = None
            self.best_loss_ = None if self.early_stopping else math.inf
            self.validation_scores_ = [] if self.early_stopping else None
            self.best_validation_score_ = -math.inf if self.early_stopping else None

    def _note(self, value, m):
        """Write down an epoch over m examples that had this loss."""
        self.n_iter_ += 1
        self.t_ += m
        self.loss_ = value
        self.loss_curve_.append(value)
        if self.verbose:
            print(f"Iteration {self.n_iter_}, loss = {value:.8f}")

    def _is_better(self, net, validation):
        """Whether this epoch brought something: a lower loss, or a higher score. Source: F4."""
        if validation is None:
            better = self.loss_ <= self.best_loss_ - self.tol
            self.best_loss_ = min(self.best_loss_, self.loss_)
            return better
        score = self._validation_score(net, *validation)
        self.validation_scores_.append(score)
        if self.verbose:
            print(f"Validation score: {score:f}")
        better = score >= self.best_validation_score_ + self.tol
        if score > self.best_validation_score_:
            self.best_validation_score_ = score
            self._best_theta = net.theta.copy()
        return better

    def _validation_score(self, net, X, y, weights):
        with np.errstate(over="ignore", invalid="ignore"):
            P = self._loss.output.f(net.predict(X))
        if not np.isfinite(P).all():
            return math.nan
        return float(self._metric(y, self._decode(P), sample_weight=weights))

    def _is_to_stop(self, better):
        """Whether too many epochs in a row brought nothing; turns the rate. Source: E2, E7.

        Convention: scikit-learn's count; `n_iter_no_change` such epochs are borne, the next one
        stops (or, with learning_rate="adaptive", divides the rate by 5, down to 1e-6).
        """
        self._n_no_change = 0 if better else self._n_no_change + 1
        schedule = self.learning_rate if self.solver == "sgd" else "constant"
        rate = self._optimizer.lr
        if schedule == "invscaling":
            rate.value = self.learning_rate_init / (self.t_ + 1) ** self.power_t
        if self._n_no_change <= self.n_iter_no_change:
            return False
        stops = schedule != "adaptive" or rate.value <= 1e-6
        if not stops:
            rate.value /= 5
            self._n_no_change = 0
        if self.verbose:
            what = "validation score" if self.early_stopping else "training loss"
            then = "stopping" if stops else f"learning rate set to {rate.value:f}"
            print(
                f"{self.n_iter_no_change} epochs in a row without a better {what} "
                f"(by tol={self.tol:g}): {then}."
            )
        return stops

    def _warn_unsettled(self):
        warnings.warn(
            f"{self._where}: expected training to settle within max_iter={self.max_iter} epochs; "
            f"got a loss of {self.loss_:.4g} that may fall further. Raise max_iter, or tol.",
            ConvergenceWarning,
            stacklevel=4,
        )

    def _report_divergence(self, value):
        epoch = self.n_iter_ + 1
        if self.early_stopping and self._best_theta is not None:
            warnings.warn(
                f"{self._where}: expected a finite loss; got {value} in epoch {epoch}. The best "
                "weights before are kept. Standardize X, or lower learning_rate_init.",
                ConvergenceWarning,
                stacklevel=4,
            )
            return
        raise value_error(
            self._where,
            "a finite loss",
            f"{value} in epoch {epoch}",
            "Standardize X (and y of a regression), or lower learning_rate_init.",
        )
