"""What the classifier and the regressor share: everything but the targets.

Parameters are scikit-learn's and become a network, an optimizer and a stream of updates; what
`fit` writes down of it, and when it ends, is `_books`.
"""

import math
import warnings
from itertools import islice, pairwise

import numpy as np
from scipy.sparse import issparse
from sklearn.base import BaseEstimator, is_classifier, is_regressor
from sklearn.model_selection import train_test_split
from sklearn.utils.validation import (
    _check_sample_weight,
    check_is_fitted,
    column_or_1d,
    validate_data,
)

from mlplib._errors import value_error
from mlplib.estimators._books import Books, epochs
from mlplib.estimators._conventions import (
    Cost,
    Rate,
    UncorrectedEpsAdam,
    VelocityMomentum,
    VelocityNesterov,
)
from mlplib.estimators._params import as_random_state, check_params
from mlplib.network import MLP
from mlplib.optimizers import GradientDescent, Optimizer
from mlplib.training import init_state, train


class BaseMLP(Books, BaseEstimator):
    """Parameters, the training, and the outputs for new examples.

    A subclass says what the targets are: `_encode` turns y into Y (m, n_out) and names the loss,
    `_decode` turns the network's outputs into predictions, `_metric` rates these.
    """

    # scikit-learn's contract: parameters are kept as they came and looked at by fit, so that
    # clone, set_params and a grid search can treat all of them alike.
    def __init__(
        self,
        hidden_layer_sizes=(100,),
        activation="relu",
        *,
        solver="adam",
        alpha=0.0001,
        batch_size="auto",
        learning_rate="constant",
        learning_rate_init=0.001,
        power_t=0.5,
        max_iter=200,
        shuffle=True,
        random_state=None,
        tol=1e-4,
        verbose=False,
        warm_start=False,
        momentum=0.9,
        nesterovs_momentum=True,
        early_stopping=False,
        validation_fraction=0.1,
        beta_1=0.9,
        beta_2=0.999,
        epsilon=1e-8,
        n_iter_no_change=10,
    ):
        self.hidden_layer_sizes = hidden_layer_sizes
        self.activation = activation
        self.solver = solver
        self.alpha = alpha
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.learning_rate_init = learning_rate_init
        self.power_t = power_t
        self.max_iter = max_iter
        self.shuffle = shuffle
        self.random_state = random_state
        self.tol = tol
        self.verbose = verbose
        self.warm_start = warm_start
        self.momentum = momentum
        self.nesterovs_momentum = nesterovs_momentum
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.beta_1 = beta_1
        self.beta_2 = beta_2
        self.epsilon = epsilon
        self.n_iter_no_change = n_iter_no_change

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags

    # ---- training -------------------------------------------------------------------------

    def fit(self, X, y, sample_weight=None):
        """Train on X and y: from new initial weights, or with `warm_start` from the present ones.

        Parameters
        ----------
        X : array-like or sparse matrix, (m, n_in)
        y : array-like, (m,) or (m, n_out)
        sample_weight : array-like, (m,), optional
            How much each example counts in the loss.

        Returns
        -------
        self

        Raises
        ------
        ValueError, TypeError
            If something does not fit, or if the loss becomes infinite or nan.

        Warns
        -----
        ConvergenceWarning
            After `max_iter` epochs that no stopping rule ended.
        """
        return self._fit(X, y, sample_weight)

    def _fit(self, X, y, sample_weight, *, partial=False, **about_y):
        """Train until a rule or `max_iter` ends it, or (partial) for one epoch."""
        goes_on = hasattr(self, "coefs_") and (partial or self.warm_start)
        activation, hidden = check_params(self, self._where)
        if partial and self.early_stopping:
            raise value_error(
                self._where,
                "early_stopping=False for partial_fit",
                "True",
                "One epoch at a time, there is nothing to stop early.",
            )
        if not goes_on:
            # until the new fit has an outcome there is none: not the old one with other settings
            vars(self).pop("coefs_", None)
            vars(self).pop("intercepts_", None)
        X, y = self._check_examples(X, y, reset=not goes_on)
        Y, self._loss = self._encode(y, goes_on, partial, **about_y)
        Y = Y.astype(X.dtype)
        weights = self._check_weights(sample_weight, X)
        self._random_state = as_random_state(self._where, self.random_state)
        sizes = [X.shape[1], *hidden, Y.shape[1]]
        if goes_on:
            self._check_same_sizes(sizes)
        self._activation = activation
        if goes_on:
            net = self._network()
        else:
            net = self._new_network(sizes, X.dtype)
        self._open_books(goes_on)
        validation = None
        if self.early_stopping:
            X, Y, weights, *validation = self._split(X, Y, weights)

        m = len(X)
        batch_size = self._batch_size(m)
        cost = Cost(self._loss, self.alpha, weights)
        if not (partial and goes_on):
            self._optimizer = self._new_optimizer()
            self._state = init_state(self._optimizer, net)
        stream = train(
            net,
            X,
            Y,
            cost.loss,
            self._optimizer,
            batch_size=batch_size,
            rows=self._rows(m, batch_size, cost),
            penalty=cost if self.alpha else None,
            state=self._state,
        )
        try:
            for value in islice(epochs(stream, m, batch_size), 1 if partial else self.max_iter):
                if not math.isfinite(value):
                    self._report_divergence(value)
                    break
                self._note(value, m)
                if self._is_to_stop(self._is_better(net, validation)):
                    break
            else:
                if not partial:
                    self._warn_unsettled()
        except KeyboardInterrupt:
            warnings.warn(f"{self._where}: interrupted; what is learned is kept.", stacklevel=3)
        if self.early_stopping and self._best_theta is not None:
            net.theta = self._best_theta
        if not np.isfinite(net.theta).all():  # by the very last update
            self._report_divergence(math.inf)
        self.coefs_ = [layer.W for layer in net.layers]
        self.intercepts_ = [layer.b for layer in net.layers]
        return self

    def _rows(self, m, batch_size, cost):
        """Rows of each minibatch, without end, in scikit-learn's order. Source: E3."""
        order = np.arange(m)
        while True:
            if self.shuffle:
                order = order[self._random_state.permutation(m)]
            for start in range(0, m, batch_size):
                rows = slice(start, start + batch_size)
                if self.shuffle and batch_size < m:  # else the slice needs no copy
                    rows = order[rows]
                cost.expect(rows)
                yield rows

    def _new_network(self, sizes, dtype):
        """A network with scikit-learn's initial weights, drawn in its order. Source: E10.

        Weights and biases are uniform in +-sqrt(6 / (n_in + n_out)), Glorot and Bengio (2010),
        eq. 16; with 2 instead of 6 for the sigmoid, whose slope at 0 is a quarter of tanh's.
        """
        self.n_layers_ = len(sizes)
        self.n_outputs_ = sizes[-1]
        self.out_activation_ = _OUT_NAMES[self._loss.output.name]
        factor = 2 if self._activation.name == "sigmoid" else 6
        coefs, intercepts = [], []
        for n_in, n_out in pairwise(sizes):
            bound = math.sqrt(factor / (n_in + n_out))
            coefs.append(self._random_state.uniform(-bound, bound, (n_in, n_out)))
            intercepts.append(self._random_state.uniform(-bound, bound, n_out))
        return self._network(coefs, intercepts, dtype)

    def _network(self, coefs=None, intercepts=None, dtype=None):
        """An MLP with these parameters; without any, with the fitted ones."""
        if coefs is None:
            coefs, intercepts, dtype = self.coefs_, self.intercepts_, self.coefs_[0].dtype
        sizes = [len(coefs[0]), *map(len, intercepts)]
        rng = np.random.default_rng(0)  # asked for, but zeros need no drawing
        net = MLP(sizes, self._activation, rng=rng, init="zeros", dtype=dtype)
        for layer, W, b in zip(net.layers, coefs, intercepts, strict=True):
            layer.W, layer.b = W, b
        return net

    def _new_optimizer(self):
        """The solver as an optimizer for `train`. Source: E3, E4, E6."""
        if isinstance(self.solver, Optimizer):
            return self.solver
        if self.solver == "adam":
            return UncorrectedEpsAdam(
                self.learning_rate_init, self.beta_1, self.beta_2, self.epsilon
            )
        rate = Rate(self.learning_rate_init)  # turned by _is_to_stop, between epochs
        if self.momentum == 0:
            return GradientDescent(rate)
        if self.nesterovs_momentum:
            return VelocityNesterov(rate, self.momentum)
        return VelocityMomentum(rate, self.momentum)

    # ---- the outputs for new examples -----------------------------------------------------

    def _scores(self, X):
        """Scores of the last layer for X, (m, n_out)."""
        check_is_fitted(self, "coefs_")
        X = validate_data(self, X, accept_sparse=["csr", "csc"], reset=False)
        return self._network().predict(_dense(X))

    def _outputs(self, X):
        """What the scores mean, (m, n_out): probabilities, or values."""
        S = self._scores(X)
        return self._loss.output.f(S)

    # ---- checks ---------------------------------------------------------------------------

    def _check_examples(self, X, y, reset):
        """X as a dense float32 or float64 array, and y, in scikit-learn's own words if not."""
        X, y = validate_data(
            self,
            X,
            y,
            accept_sparse=["csr", "csc"],
            multi_output=True,
            y_numeric=is_regressor(self),
            dtype=(np.float64, np.float32),
            reset=reset,
        )
        if y.ndim == 2 and y.shape[1] == 1:
            y = column_or_1d(y, warn=True)
        return _dense(X), y

    def _check_weights(self, sample_weight, X):
        if sample_weight is None:
            return None
        weights = _check_sample_weight(sample_weight, X)
        if weights.min() < 0:
            raise value_error(
                self._where,
                "sample_weight of at least 0",
                f"{weights.min():g}",
                "Leave out examples that should not count.",
            )
        return weights

    def _check_same_sizes(self, sizes):
        before = [len(self.coefs_[0]), *map(len, self.intercepts_)]
        if sizes != before:
            raise value_error(
                self._where,
                f"a network with layers of {before} units, as before",
                f"{sizes}",
                "To train another one, fit with warm_start=False.",
            )

    def _batch_size(self, m):
        if isinstance(self.batch_size, str):
            return min(200, m)
        if self.batch_size > m:
            warnings.warn(
                f"{self._where}: expected batch_size of at most {m}, the number of examples; "
                f"got {self.batch_size}. All examples make one batch.",
                stacklevel=4,
            )
        return min(int(self.batch_size), m)

    def _split(self, X, Y, weights):
        """Set aside the validation examples, the same as scikit-learn. Source: F4."""
        m = len(X)
        if math.ceil(self.validation_fraction * m) < 2:
            raise value_error(
                self._where,
                "at least 2 validation examples for early_stopping",
                f"validation_fraction={self.validation_fraction} of {m} examples",
                "Raise validation_fraction, or bring more examples.",
            )
        stratified = is_classifier(self) and Y.shape[1] == 1
        rows, rows_val = train_test_split(
            np.arange(m),
            test_size=self.validation_fraction,
            random_state=self._random_state,
            stratify=Y[:, 0] if stratified else None,
        )
        w, w_val = (None, None) if weights is None else (weights[rows], weights[rows_val])
        if w_val is not None and w_val.sum() == 0:
            raise value_error(
                self._where,
                "validation examples that count",
                "a sample_weight of 0 for all of them",
                "Raise validation_fraction, or leave those examples out.",
            )
        return X[rows], Y[rows], w, X[rows_val], self._decode(Y[rows_val]), w_val


# scikit-learn's names for the outputs
_OUT_NAMES = {"identity": "identity", "sigmoid": "logistic", "softmax": "softmax", "exp": "exp"}


def _dense(X):
    return X.toarray() if issparse(X) else X
