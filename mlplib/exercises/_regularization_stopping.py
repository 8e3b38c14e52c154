"""Exercises of notebook 06, third part: stopping, splitting, choosing, and all of it."""

import numpy as np

from mlplib.exercises.regularization import course

# ---- 9 ----------------------------------------------------------------------------------------


def _validations(rng):
    yield np.array([5.0, 3.0, 4.0, 2.0, 3.0, 2.5, 2.2, 1.0]), 3
    yield np.array([3.0, 2.0, 2.5, 2.2, 2.0, 2.1, 1.5]), 4
    yield np.array([4.0, 3.0, 2.0, 1.0]), 1
    yield np.array([1.0, 2.0, 1.9, 1.8, 1.7, 1.6, 0.5]), 4
    for n, patience in ((30, 3), (60, 8), (40, 2)):
        turns = 3 * np.exp(-np.arange(n) / 6) + 1 + 0.02 * np.arange(n)
        yield (turns + rng.normal(0, 0.1, n)).round(2), patience


@course.exercise(
    title="Stop early, and go back",
    formulas=("F4",),
    returns={"stop": "a number", "best": "a number"},
    cases=_validations,
    hints=[
        "Walk through the losses and remember two things: where the lowest one so far was, and "
        "how many have come since.",
        "A new lowest one moves `best` and sets the count back to 0; any other raises the count "
        "by 1.",
        "How many have come since the lowest one is just t - best: stop at the first t where that "
        "is the patience.",
    ],
    after="Two numbers, not one: training ends `patience` steps after the best one, and the "
    "weights of the best one are taken back. So a copy of them has to be kept on the way.",
)
def stop_and_best(val_losses, patience):
    """Early stopping: where it stops, and whose weights it takes back (F4).

    It stops at the first step where `patience` validations in a row, that of this step among
    them, were not lower than the lowest one before them; or else at the last step. It takes
    back the weights of the lowest validation loss seen up to there, the first one if there are
    several. The validations that would come after the stop are never made.

    val_losses : array (n,), the validation losses of the steps 0, 1, ... n - 1
    patience : whole number, at least 1
    Returns stop, best : two whole numbers, steps
    """
    # gap: stop = ...  # your code here
    # gap: best = ...
    best = 0
    for stop in range(len(val_losses)):
        if val_losses[stop] < val_losses[best]:
            best = stop
        if stop - best == patience:
            break
    # end
    return stop, best


def _walk(val_losses, patience, better, forget=True):
    """Stop after `patience` losses that are not `better(loss, lowest, before)`."""
    best, waited = 0, 0
    for t in range(1, len(val_losses)):
        if better(val_losses[t], val_losses[best], val_losses[t - 1]):
            waited = 0 if forget else waited
        else:
            waited += 1
        if val_losses[t] < val_losses[best]:
            best = t
        if waited == patience:
            return t, best
    return len(val_losses) - 1, best


def _lower(loss, best, before):
    return loss < best


@stop_and_best.mistake(
    "You take the weights of the step where training stops. They are `patience` steps past the "
    "best ones: remember where the lowest loss was."
)
def last_weights(val_losses, patience):
    stop, _ = _walk(val_losses, patience, _lower)
    return stop, stop


@stop_and_best.mistake(
    "Your best step is the lowest of all losses in the list. But training has stopped before it: "
    "what comes after the stop is never computed."
)
def from_the_future(val_losses, patience):
    stop, _ = _walk(val_losses, patience, _lower)
    return stop, int(np.argmin(val_losses))


@stop_and_best.mistake(
    "You count how many times in a row the loss has risen, each against the one before. Compare "
    "with the lowest one so far: a loss can creep down and still be far above it."
)
def compared_with_the_one_before(val_losses, patience):
    return _walk(val_losses, patience, lambda loss, best, before: loss < before)


@stop_and_best.mistake(
    "The count is never set back: a new lowest loss has to start the waiting anew."
)
def never_set_back(val_losses, patience):
    return _walk(val_losses, patience, _lower, forget=False)


@stop_and_best.mistake(
    "You stop one step late: when `patience` validations in a row have brought nothing, that step "
    "is the last one."
)
def one_late(val_losses, patience):
    return _walk(val_losses, patience + 1, _lower)


@stop_and_best.mistake(
    "There is no patience: you stop at the first loss that is not lower. Validation losses are "
    "noisy; a single rise says little."
)
def no_patience(val_losses, patience):
    return _walk(val_losses, 1, _lower)


# ---- 10 ---------------------------------------------------------------------------------------


def _splits(rng):
    yield np.array([[1.0, 10.0], [3.0, 50.0]]), np.array([[5.0, 20.0]])
    for m, m_new, n_in in ((4, 3, 2), (6, 2, 4), (25, 10, 3)):
        scales = 10.0 ** rng.integers(-1, 4, n_in)
        X = (rng.normal(2, 1, (m, n_in)) * scales).round(2)
        yield X, (rng.normal(2.5, 2, (m_new, n_in)) * scales).round(2)


@course.exercise(
    title="Split without a leak",
    formulas=("F4",),
    returns={"Z_train": "(m, n_in)", "Z_new": "(m_new, n_in)"},
    cases=_splits,
    hints=[
        "Whose mean and whose standard deviation? Ask what would be known on the day before the "
        "new rows arrive.",
        "Compute `mean` and `std` from one table only, with `axis=0`, and use them for both.",
        "The new rows need not have the mean 0 afterwards.",
    ],
    after="With means over all rows, the rows put aside for judging have already had a say in "
    "training. The leak is small here; with choices that look at targets it is large.",
)
def standardize_split(X_train, X_new):
    """Bring training rows and new rows to one scale, without a leak (F4).

    Each feature of the training rows gets the mean 0 and the standard deviation 1 (1/m inside,
    as `np.std` has it). New rows (validation or test) are treated with exactly the same
    numbers, which come from the training rows alone.

    X_train : array (m, n_in);  X_new : array (m_new, n_in)
    Returns Z_train : array (m, n_in), and Z_new : array (m_new, n_in)
    """
    # gap: Z_train = ...  # your code here
    # gap: Z_new = ...
    mean = X_train.mean(axis=0)
    std = X_train.std(axis=0)
    Z_train = (X_train - mean) / std
    Z_new = (X_new - mean) / std
    # end
    return Z_train, Z_new


def _scaled_by(X, X_train, X_new):
    return tuple((part - X.mean(axis=0)) / X.std(axis=0) for part in (X_train, X_new))


@standardize_split.mistake(
    "You use the mean and the standard deviation of all rows together. That is the leak: the new "
    "rows have a say in what the network is trained on."
)
def all_rows_together(X_train, X_new):
    return _scaled_by(np.vstack([X_train, X_new]), X_train, X_new)


@standardize_split.mistake(
    "The new rows are standardized by their own mean and standard deviation. Then one and the same "
    "patient would get other features in other company."
)
def each_by_its_own(X_train, X_new):
    with np.errstate(divide="ignore", invalid="ignore"):
        return tuple((part - part.mean(axis=0)) / part.std(axis=0) for part in (X_train, X_new))


@standardize_split.mistake(
    "The new rows are left as they came: the network has learnt on another scale, and they would "
    "look gigantic to it."
)
def new_rows_untouched(X_train, X_new):
    return _scaled_by(X_train, X_train, X_new)[0], X_new


@standardize_split.mistake(
    "One mean and one standard deviation for the whole table: give each feature its own, with "
    "`axis=0`."
)
def one_scale_for_all(X_train, X_new):
    return tuple((part - X_train.mean()) / X_train.std() for part in (X_train, X_new))


@standardize_split.mistake("You subtract the mean, but do not divide by the standard deviation.")
def not_divided(X_train, X_new):
    return X_train - X_train.mean(axis=0), X_new - X_train.mean(axis=0)


# ---- 11 ---------------------------------------------------------------------------------------


def _choices(rng):
    yield (
        np.array([0.0, 0.1, 1.0]),
        np.array([0.1, 0.3, 0.8]),
        np.array([[0.9, 0.6, 0.9], [1.5, 0.7, 0.5]]),
        np.array([1.3, 0.8, 0.7]),
    )
    for n, folds in ((5, 4), (6, 5), (8, 3)):
        gammas = np.round(0.01 * 3.0 ** np.arange(n), 3)
        at = np.linspace(0, 1, n)
        val = 0.5 + (at - 0.35) ** 2 + rng.normal(0, 0.05, (folds, n))
        val[0, 1] = 0.3  # one fold is lucky
        test = 0.6 + (at - 0.8) ** 2 + rng.normal(0, 0.02, n)
        yield gammas, (0.1 + at).round(2), val.round(2), test.round(2)


@course.exercise(
    title="Choose the strength honestly",
    formulas=("F4", "F1"),
    returns={"gamma": "a number", "reported": "a number"},
    cases=_choices,
    hints=[
        "Three tables of losses, three uses: one for training, one for choosing, one for the final "
        "word. Which is which?",
        "Several folds have judged each strength: take the mean over the folds, `axis=0`, and look "
        "for the strength where it is lowest.",
        "`np.argmin` gives the place of the lowest entry; `reported` stands at the same place in "
        "`test_losses`.",
    ],
    after="The test losses were asked once, after the choice. Had they made the choice, the number "
    "reported would be the luckiest of all, and too good.",
)
def choose(gammas, train_losses, val_losses, test_losses):
    """Choose the strength of a penalty by cross-validation, and report its loss honestly (F4).

    Each strength was tried on several folds: each fold trains on its own rows and validates on
    the others. The strength with the lowest validation loss, on the mean over the folds, is
    chosen. What is reported is its loss on test rows that nothing was chosen by.

    gammas : array (n,), the strengths that were tried
    train_losses : array (n,), the loss on the training rows, for each strength
    val_losses : array (folds, n), the loss on the validation rows, for each fold and strength
    test_losses : array (n,), the loss on the test rows, for each strength
    Returns gamma, reported : two numbers, the strength chosen and its loss to be reported
    """
    # gap: gamma = ...  # your code here
    # gap: reported = ...
    i = np.argmin(val_losses.mean(axis=0))
    gamma = gammas[i]
    reported = test_losses[i]
    # end
    return gamma, reported


def _chosen(losses, gammas, reported):
    i = int(np.argmin(losses))
    return gammas[i], reported[i]


@choose.mistake(
    "You choose by the training loss. It is lowest without any penalty, always: it cannot tell "
    "what is learnt from what is learnt by heart."
)
def by_training(gammas, train_losses, val_losses, test_losses):
    return _chosen(train_losses, gammas, test_losses)


@choose.mistake(
    "You choose by the test loss. Then it is no test any more: what you report is the luckiest of "
    "all tries, and the next data will be worse."
)
def by_test(gammas, train_losses, val_losses, test_losses):
    return _chosen(test_losses, gammas, test_losses)


@choose.mistake(
    "You take the lowest loss of any single fold. One fold can be lucky: take the mean over the "
    "folds first."
)
def luckiest_fold(gammas, train_losses, val_losses, test_losses):
    return _chosen(val_losses.min(axis=0), gammas, test_losses)


@choose.mistake(
    "The strength is right, but you report the validation loss that chose it: the lowest of "
    "several is too good on average. Report what the test rows say."
)
def validation_reported(gammas, train_losses, val_losses, test_losses):
    mean = val_losses.mean(axis=0)
    return _chosen(mean, gammas, mean)


@choose.mistake(
    "You take the largest validation loss: that is the worst strength. Look for the lowest."
)
def the_worst(gammas, train_losses, val_losses, test_losses):
    return _chosen(-val_losses.mean(axis=0), gammas, test_losses)


@choose.mistake(
    "You return the place in the list. Asked is the strength that stands there: `gammas[i]`."
)
def place_for_strength(gammas, train_losses, val_losses, test_losses):
    i = int(np.argmin(val_losses.mean(axis=0)))
    return i, test_losses[i]


# ---- 12 ---------------------------------------------------------------------------------------

ENOUGH = 0.35
"""Of the variance of the truth: an error on unseen rows that the open exercise accepts."""


def _truth(X):
    """What the noisy targets are made from: two features matter, or three; all others do not."""
    weights = np.zeros((X.shape[1], 1))
    weights[[0, -1]] = [[2.0], [-1.5]]
    if X.shape[1] > 4:
        weights[3] = 1.0
    return 10 + X @ weights


def _noisy_tables(rng):
    X = np.array([[1.0, 0.0], [-1.0, 1.0], [0.0, -1.0], [1.0, 1.0]])
    yield X, _truth(X) + 0.1, np.array([[0.5, 0.5], [2.0, -1.0]])
    for m, n_in in ((64, 58), (80, 74), (50, 47)):
        X, X_new = rng.normal(0, 1, (m, n_in)), rng.normal(0, 1, (200, n_in))
        yield X.round(2), (_truth(X) + rng.normal(0, 0.5, (m, 1))).round(2), X_new.round(2)


def _judge_predictions(arguments, parts):
    """Any predictions will do that come near enough to the truth on unseen rows."""
    X, _, X_new = arguments
    (Y_hat,) = parts
    truth = _truth(X_new)
    error = np.mean((Y_hat - truth) ** 2) / np.var(truth)
    if error <= ENOUGH:
        return None
    return (
        f"With {len(X)} rows and {X.shape[1]} features, your predictions for {len(X_new)} unseen "
        f"rows are wrong by {100 * error:.3g} % of the variance of the truth; asked are "
        f"{100 * ENOUGH:g} % at most. Least squares without a penalty does not get there: try L2 "
        "or L1, and choose the strength by rows that you do not train on."
    )


@course.exercise(
    title="Open: the smallest error on unseen data",
    formulas=("F1", "F2", "F4"),
    returns={"Y_hat": "(m_new, 1)"},
    cases=_noisy_tables,
    judge=_judge_predictions,
    hints=[
        "Without a penalty there are nearly as many weights as rows, and they learn the noise. "
        "Which cures have you met?",
        "L2 has an exact answer: with centred X and Y, solve (X^T X / m + gamma I) W = X^T Y / m. "
        "The bias is the mean of Y, if the columns of X have the mean 0.",
        "Choose gamma by folds: leave out every fifth row, fit on the others, add up the errors on "
        "those left out. Then fit once more, on all rows, with the best gamma.",
    ],
    after="Nobody told you which features matter, nor how strong the noise is. The folds did.",
)
def predict_unseen(X, Y, X_new):
    """Predict noisy targets for rows that you have not seen: any method, no other data.

    Each target is a linear function of the features, plus noise. Only a few features matter,
    and you are not told which. Your predictions are judged on what the new targets are without
    noise: the mean squared error must not exceed 35 % of their variance. Four tables are
    tried, three of them with 50 to 80 rows and nearly as many features.

    X : array (m, n_in), the features, each of about the size 1
    Y : array (m, 1), the noisy targets, not centred
    X_new : array (m_new, n_in), the rows to predict
    Returns Y_hat : array (m_new, 1)
    """

    # gap: Y_hat = ...  # your code here
    def predict(X, Y, X_new, gamma):
        mean = X.mean(axis=0)
        S = (X - mean).T @ (X - mean) / len(X) + gamma * np.eye(X.shape[1])
        W = np.linalg.solve(S, (X - mean).T @ (Y - Y.mean()) / len(X))
        return (X_new - mean) @ W + Y.mean()

    fold = np.arange(len(X)) % 5
    errors = {}
    for gamma in (0.001, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0):
        errors[gamma] = 0.0
        for k in range(5):
            out = fold == k
            if out.any():
                guess = predict(X[~out], Y[~out], X[out], gamma)
                errors[gamma] += np.sum((guess - Y[out]) ** 2)
    Y_hat = predict(X, Y, X_new, min(errors, key=errors.get))
    # end
    return Y_hat


def _ridge(X, Y, X_new, gamma):
    mean = X.mean(axis=0)
    S = (X - mean).T @ (X - mean) / len(X) + gamma * np.eye(X.shape[1])
    W = np.linalg.solve(S, (X - mean).T @ (Y - Y.mean()) / len(X))
    return (X_new - mean) @ W + Y.mean()


@predict_unseen.mistake(
    "This is least squares without a penalty. On the rows that it has seen it is nearly perfect; "
    "what it has learnt there is mostly noise."
)
def no_penalty(X, Y, X_new):
    return _ridge(X, Y, X_new, 0.0)


@predict_unseen.mistake(
    "You predict the mean of Y for every row: no feature is used. A penalty that is far too strong "
    "ends here as well."
)
def mean_for_all(X, Y, X_new):
    return np.full((len(X_new), 1), Y.mean())


@predict_unseen.mistake(
    "There is no bias: your plane goes through the origin, and the targets lie around 10. Centre X "
    "and Y first, or give X a column of ones that pays no penalty."
)
def without_bias(X, Y, X_new):
    S = X.T @ X / len(X) + 0.1 * np.eye(X.shape[1])
    return X_new @ np.linalg.solve(S, X.T @ Y / len(X))


@predict_unseen.mistake(
    "You fit centred targets, and hand back centred predictions: add the mean of Y again."
)
def mean_not_added(X, Y, X_new):
    return _ridge(X, Y, X_new, 0.1) - Y.mean()
