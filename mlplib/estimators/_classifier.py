"""The classifier: labels in, probabilities and labels out."""

import numpy as np
from sklearn.base import ClassifierMixin
from sklearn.metrics import accuracy_score
from sklearn.preprocessing import LabelBinarizer
from sklearn.utils.multiclass import type_of_target, unique_labels

from mlplib._errors import value_error
from mlplib.estimators._base import BaseMLP
from mlplib.losses import sigmoid_cross_entropy, softmax_cross_entropy


class MLPClassifier(ClassifierMixin, BaseMLP):
    """A multilayer perceptron that classifies, trained with cross-entropy. Source: G1, A7.

    The output is one sigmoid for two classes, softmax for more, and one sigmoid for each label
    where an example can have several (y an indicator matrix). Trained is the cost

    .. math:: J = \\frac{1}{m} \\left( \\sum_i l_i + \\frac{\\alpha}{2} \\sum W^2 \\right)

    of each minibatch of m examples, l_i the cross-entropy of example i in nats (C2, C3).

    Parameters
    ----------
    hidden_layer_sizes : sequence of int, or int, default (100,)
        Units of each hidden layer; () for none, which is logistic regression (A4).
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
        Stop by the validation score (accuracy), and restore the best weights. F4.
    validation_fraction : float, default 0.1
        Share of the examples set aside for that; of each class alike where there are two.
    beta_1, beta_2, epsilon : float, default 0.9, 0.999, 1e-8
        For solver "adam". Convention: epsilon is added before the root is corrected.
    n_iter_no_change : int or inf, default 10
        So many epochs in a row may fail to be better; one more stops.

    Attributes
    ----------
    classes_ : ndarray, (k,)
        The labels, sorted. For an indicator matrix, the numbers of its columns.
    coefs_ : list of ndarray, (n_in, n_out) each
    intercepts_ : list of ndarray, (n_out,) each
        Weights and biases of each layer. Assigning to them changes what is predicted.
    loss_ : float
        Loss with penalty (nats), mean over the last epoch.
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
    out_activation_ : {"logistic", "softmax"}
    n_features_in_ : int
    feature_names_in_ : ndarray of str
        Only if X came with names.

    See Also
    --------
    mlplib.train : The stream of updates that `fit` consumes.

    Examples
    --------
    >>> from mlplib import MLPClassifier
    >>> X = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]] * 25
    >>> y = ["same", "other", "other", "same"] * 25
    >>> m1P = MLPClassifier(hidden_layer_sizes=(5, 2), activation="tanh", random_state=0,
    ...                     learning_rate_init=0.05)
    >>> m1P.fit(X, y).predict([[0.0, 1.0], [1.0, 1.0]])
    array(['other', 'same'], dtype='<U5')
    """

    _metric = staticmethod(accuracy_score)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = True
        return tags

    def partial_fit(self, X, y, sample_weight=None, classes=None):
        """Train for one epoch on X and y, and keep the optimizer's state for the next call.

        With an int as `random_state`, each call draws the same order; pass a generator to have
        another one each time. Convention: scikit-learn's.

        Parameters
        ----------
        X : array-like or sparse matrix, (m, n_in)
        y : array-like, (m,) or (m, n_out)
        sample_weight : array-like, (m,), optional
        classes : array-like, (k,)
            All labels that will ever come; needed by the first call only.

        Returns
        -------
        self
        """
        return self._fit(X, y, sample_weight, partial=True, classes=classes)

    def predict(self, X):
        """Most probable label of each row of X, (m,); of several labels, (m, k) of 0 and 1."""
        return self._decode(self._outputs(X))

    def predict_proba(self, X):
        """Probability of each class, in the order of `classes_`, (m, k)."""
        P = self._outputs(X)
        return np.hstack([1 - P, P]) if self.n_outputs_ == 1 else P

    def predict_log_proba(self, X):
        """Natural logarithm of `predict_proba`, (m, k), exact where that rounds to 0."""
        S = self._scores(X)
        if self.out_activation_ == "softmax":
            S = S - S.max(axis=1, keepdims=True)
            return S - np.log(np.exp(S).sum(axis=1, keepdims=True))
        log_P = -np.logaddexp(0, -S)
        return np.hstack([-np.logaddexp(0, S), log_P]) if self.n_outputs_ == 1 else log_P

    def _decode(self, P):
        return self._label_binarizer.inverse_transform(P.ravel() if self.n_outputs_ == 1 else P)

    def _encode(self, y, goes_on, partial, classes=None):
        """Labels as targets (m, n_out) of 0 and 1, and the loss that goes with them. F5."""
        if goes_on:
            self._check_known(y, partial, classes)
        else:
            self._learn_classes(y, partial, classes)
            if partial:
                self._check_known(y, partial, None)
        several = self._label_binarizer.y_type_ == "multiclass"
        loss = softmax_cross_entropy if several else sigmoid_cross_entropy
        return self._label_binarizer.transform(y), loss

    def _learn_classes(self, y, partial, classes):
        if partial:
            if classes is None:
                raise value_error(
                    self._where,
                    "classes in the first call of partial_fit",
                    "None",
                    "Pass all labels that will come: classes=np.unique(y_all).",
                )
            if not type_of_target(y).startswith("multilabel"):
                y = unique_labels(classes)
        binarizer = LabelBinarizer().fit(y)
        if len(binarizer.classes_) < 2:
            raise value_error(
                self._where,
                "labels of at least two classes",
                f"one class, {binarizer.classes_.tolist()[0]!r}",
                "There is nothing to tell apart: bring examples of another class.",
            )
        self._label_binarizer = binarizer
        self.classes_ = binarizer.classes_

    def _check_known(self, y, partial, classes):
        known = set(self.classes_.tolist())
        seen = set(unique_labels(y).tolist())
        if classes is not None and set(unique_labels(classes).tolist()) != known:
            seen = set(unique_labels(classes).tolist())
            expected = "the classes of the first call"
        elif partial and not seen <= known:
            expected = "labels from the classes of the first call"
        elif not partial and seen != known:
            expected = "with warm_start the classes of the fit before"
        else:
            return
        raise value_error(
            self._where,
            f"{expected}, {sorted(known)}",
            f"{sorted(seen)}",
            "The outputs of a network are fixed: train a new one for other classes.",
        )
