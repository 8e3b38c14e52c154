"""The regressor: numbers in, numbers out."""

from sklearn.base import RegressorMixin
from sklearn.metrics import r2_score

from mlplib._errors import check_option, value_error
from mlplib.estimators._base import BaseMLP
from mlplib.estimators._conventions import poisson
from mlplib.losses import half_mse

_LOSSES = {"squared_error": half_mse, "poisson": poisson}


class MLPRegressor(RegressorMixin, BaseMLP):
    """A multilayer perceptron for regression. Source: G1, A7.

    The same network as the classifier's, without an activation at its end (or, with the Poisson
    loss, with exp). Trained is the cost

    .. math:: J = \\frac{1}{m} \\left( \\sum_i l_i + \\frac{\\alpha}{2} \\sum W^2 \\right)

    of each minibatch of m examples, l_i half the squared error of example i (C1).

    Parameters
    ----------
    loss : {"squared_error", "poisson"}
        Half the squared error, or for counts half the Poisson deviance,
        y log(y / p) - y + p with p = exp(score). Conventions: scikit-learn's halves; with
        several outputs their sum, where scikit-learn reports the mean of the squared errors.
    hidden_layer_sizes : sequence of int, or int, default (100,)
        Units of each hidden layer; () for none, which is linear regression (A2).
    activation : {"relu", "logistic", "tanh", "identity"}, or any of mlplib's
        Of the hidden layers. "logistic" is the sigmoid.
    solver : {"adam", "sgd"}, or an mlplib optimizer
        An optimizer such as `RMSProp(0.001)` brings its own learning rate.
    alpha : float, default 0.0001
        Strength of the L2 penalty, on weights only. Convention: scikit-learn's, alpha/(2m) with m
        the batch's examples (with sample weights, their sum): `L2(alpha / (2 * m))`. F2.
    batch_size : int or "auto"
        Examples of a minibatch; "auto" is min(200, m).
    learning_rate : {"constant", "invscaling", "adaptive"}
        For solver "sgd": stays; is after each epoch `learning_rate_init / (t_ + 1)**power_t`; or
        is divided by 5 wherever training would stop, until it is 1e-6.
    learning_rate_init : float, default 0.001
        For solvers "sgd" and "adam".
    power_t : float, default 0.5
        See `learning_rate`.
    max_iter : int, default 200
        Epochs at most. Convention: scikit-learn calls a pass through the data an iteration.
    shuffle : bool, default True
        Whether the examples are put into a new order for each epoch. E3.
    random_state : int, numpy RandomState or Generator, or None
        For initial weights, the order of the examples and the validation examples. An int gives
        the same fit each time, and the one that scikit-learn's estimator makes of it.
    tol : float, default 1e-4
        An epoch is better than the ones before if its loss is lower by this much, or with early
        stopping its validation score higher.
    verbose : bool, default False
        Print the loss of each epoch.
    warm_start : bool, default False
        Let `fit` start from the present weights (with a fresh state of the optimizer).
    momentum : float in [0, 1], default 0.9
        For solver "sgd". E4.
    nesterovs_momentum : bool, default True
        For solver "sgd" with momentum: Nesterov's.
    early_stopping : bool, default False
        Stop by the validation score (R^2), and restore the best weights. F4.
    validation_fraction : float, default 0.1
        Share of the examples set aside for that.
    beta_1, beta_2, epsilon : float, default 0.9, 0.999, 1e-8
        For solver "adam". Convention: epsilon is added before the root is corrected.
    n_iter_no_change : int or inf, default 10
        So many epochs in a row may fail to be better; one more stops.

    Attributes
    ----------
    coefs_ : list of ndarray, (n_in, n_out) each
    intercepts_ : list of ndarray, (n_out,) each
        Weights and biases of each layer. Assigning to them changes what is predicted.
    loss_ : float
        Loss with penalty, mean over the last epoch, in the unit of y squared.
    loss_curve_ : list of float
        The same for each epoch. E11.
    best_loss_ : float, or None with early stopping
    validation_scores_ : list of float, or None without early stopping
    best_validation_score_ : float, or None without early stopping
    n_iter_ : int
        Epochs of the last `fit`.
    t_ : int
        Examples seen in all epochs.
    n_layers_, n_outputs_ : int
        Layers, the inputs counted as one; outputs.
    out_activation_ : {"identity", "exp"}
    n_features_in_ : int
    feature_names_in_ : ndarray of str
        Only if X came with names.

    See Also
    --------
    mlplib.train : The stream of updates that `fit` consumes.

    Examples
    --------
    >>> import numpy as np
    >>> from mlplib import MLPRegressor
    >>> x = np.linspace(-1, 1, 100)[:, None]
    >>> line = MLPRegressor(hidden_layer_sizes=(), learning_rate_init=0.03, random_state=0)
    >>> line.fit(x, 2 * x[:, 0] + 1).predict([[0.5]]).round(1)
    array([2.])
    """

    _metric = staticmethod(r2_score)

    def __init__(
        self,
        loss="squared_error",
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
        super().__init__(
            hidden_layer_sizes,
            activation,
            solver=solver,
            alpha=alpha,
            batch_size=batch_size,
            learning_rate=learning_rate,
            learning_rate_init=learning_rate_init,
            power_t=power_t,
            max_iter=max_iter,
            shuffle=shuffle,
            random_state=random_state,
            tol=tol,
            verbose=verbose,
            warm_start=warm_start,
            momentum=momentum,
            nesterovs_momentum=nesterovs_momentum,
            early_stopping=early_stopping,
            validation_fraction=validation_fraction,
            beta_1=beta_1,
            beta_2=beta_2,
            epsilon=epsilon,
            n_iter_no_change=n_iter_no_change,
        )
        self.loss = loss

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags

    def partial_fit(self, X, y, sample_weight=None):
        """Train for one epoch on X and y, and keep the optimizer's state for the next call.

        With an int as `random_state`, each call draws the same order; pass a generator to have
        another one each time. Convention: scikit-learn's.

        Parameters
        ----------
        X : array-like or sparse matrix, (m, n_in)
        y : array-like, (m,) or (m, n_out)
        sample_weight : array-like, (m,), optional

        Returns
        -------
        self
        """
        return self._fit(X, y, sample_weight, partial=True)

    def predict(self, X):
        """Predicted values for the rows of X, (m,), or (m, n_out) for several outputs."""
        return self._decode(self._outputs(X))

    def _decode(self, P):
        return P[:, 0] if self.n_outputs_ == 1 else P

    def _encode(self, y, goes_on, partial):
        """Targets as (m, n_out), and the loss."""
        check_option(self._where, "loss", self.loss, _LOSSES)
        if self.loss == "poisson" and y.min() < 0:
            raise value_error(
                self._where,
                "y of at least 0 for the Poisson loss",
                f"{y.min():g}",
                "Use loss='squared_error' for values below 0.",
            )
        return y.reshape(len(y), -1), _LOSSES[self.loss]
