"""Exercises of notebook 02, third part: what is done with probabilities once there are some."""

import numpy as np

from mlplib.exercises.logistic_regression import course

# ---- 9 ----------------------------------------------------------------------------------------


def _judged_patients(rng):
    yield np.array([0.9, 0.5, 0.4, 0.2]), np.array([1, 0, 1, 0]), 0.5
    for m, threshold in ((1, 0.5), (6, 0.3), (10, 0.8), (40, 0.25), (25, 0.6)):
        p = rng.uniform(0, 1, m).round(1)
        p[0] = threshold  # exactly there: that counts as yes
        yield p, (rng.uniform(0, 1, m) < 0.2 + 0.5 * p).astype(int), threshold


@course.exercise(
    title="Four ways to be right or wrong",
    returns={
        "true_neg": "a number",
        "false_pos": "a number",
        "false_neg": "a number",
        "true_pos": "a number",
    },
    cases=_judged_patients,
    hints=[
        "First the decisions: a comparison of the array p with a number is an array of True and "
        "False, one for each example.",
        "Positive or negative is what the model says; true or false is whether it is right. A "
        "false negative is an ill patient whom the model calls well.",
        "With `said = p >= threshold`, `np.sum(said & (y == 1))` counts where both hold; `~said` "
        "is the opposite of `said`.",
    ],
    after="The four numbers are the confusion matrix, row by row: [[true_neg, false_pos], "
    "[false_neg, true_pos]]. Accuracy is the sum of its diagonal, divided by m.",
)
def confusion(p, y, threshold):
    """Count the four kinds of answers of a classifier that says yes where p >= threshold.

    p : array (m,), the predicted probabilities of class 1
    y : array (m,), the labels, 0 or 1
    threshold : number from 0 to 1; a p exactly there counts as yes
    Returns true_neg, false_pos, false_neg, true_pos : four counts, of
        y = 0 and the model says no;   y = 0 and the model says yes;
        y = 1 and the model says no;   y = 1 and the model says yes
    """
    # gap: true_neg = ...  # your code here
    # gap: false_pos = ...
    # gap: false_neg = ...
    # gap: true_pos = ...
    said = p >= threshold
    true_neg = np.sum(~said & (y == 0))
    false_pos = np.sum(said & (y == 0))
    false_neg = np.sum(~said & (y == 1))
    true_pos = np.sum(said & (y == 1))
    # end
    return true_neg, false_pos, false_neg, true_pos


def _counts(said, y):
    return (
        np.sum(~said & (y == 0)),
        np.sum(said & (y == 0)),
        np.sum(~said & (y == 1)),
        np.sum(said & (y == 1)),
    )


@confusion.mistake(
    "False positives and false negatives have changed places. The second word is what the model "
    "says: a false negative is a case of y = 1 that was called negative, and missed."
)
def errors_exchanged(p, y, threshold):
    true_neg, false_pos, false_neg, true_pos = _counts(p >= threshold, y)
    return true_neg, false_neg, false_pos, true_pos


@confusion.mistake(
    "You decide at 0.5, whatever `threshold` is. It comes in so that one can be more careful in "
    "one direction than in the other."
)
def always_one_half(p, y, threshold):
    return _counts(p >= 0.5, y)


@confusion.mistake(
    "A probability exactly at the threshold counts as yes here: `>=`, not `>`. It sounds like a "
    "detail, until probabilities are rounded to tenths."
)
def above_only(p, y, threshold):
    return _counts(p > threshold, y)


@confusion.mistake(
    "You say yes where the probability is small. p is the probability of class 1: say yes where it "
    "is large."
)
def yes_below(p, y, threshold):
    return _counts(p < threshold, y)


@confusion.mistake(
    "These are shares, divided by m. Counts are asked for: 2 missed tumors are 2 people, in a "
    "clinic of 20 as in one of 2000."
)
def shares(p, y, threshold):
    return tuple(count / len(y) for count in _counts(p >= threshold, y))


@confusion.mistake(
    "The two kinds of right answers have changed places: true negatives are those with y = 0, and "
    "they come first."
)
def rights_exchanged(p, y, threshold):
    true_neg, false_pos, false_neg, true_pos = _counts(p >= threshold, y)
    return true_pos, false_pos, false_neg, true_neg


# ---- 10 ---------------------------------------------------------------------------------------


def _priced_patients(rng):
    yield np.array([0.1, 0.3, 0.6, 0.9]), np.array([0, 1, 0, 1]), 10.0, 1.0
    for m, miss, alarm in ((12, 1.0, 1.0), (30, 5.0, 1.0), (60, 1.0, 20.0), (200, 100.0, 1.0)):
        p = rng.uniform(0, 1, m).round(2)
        yield p, (rng.uniform(0, 1, m) < p**2).astype(int), miss, alarm


def _cost(p, y, miss, alarm, threshold):
    said = p >= threshold
    return miss * np.sum(~said & (y == 1)) + alarm * np.sum(said & (y == 0))


def _candidates(p):
    """Every threshold that makes a difference: each p, and one above all of them."""
    return np.append(np.unique(p), 2.0)


def _judge_threshold(arguments, parts):
    """Any threshold with the least cost will do."""
    p, y, miss, alarm = arguments
    reached = _cost(p, y, miss, alarm, parts[0])
    best = min(_cost(p, y, miss, alarm, t) for t in _candidates(p))
    if reached <= best * (1 + 1e-9):
        return None
    return (
        f"For these {len(p)} examples, with {miss:g} for a miss and {alarm:g} for a false alarm, "
        f"your threshold {float(parts[0]):.4g} costs {reached:g}; the best one costs {best:g}. "
        "Compute the cost for every threshold that matters, and take the least."
    )


@course.exercise(
    title="The cheapest threshold",
    returns={"threshold": "a number"},
    cases=_priced_patients,
    judge=_judge_threshold,
    hints=[
        "Write down what a threshold costs: the number of misses times `miss`, plus the number of "
        "false alarms times `alarm`.",
        "Between two neighbouring probabilities nothing changes. So it is enough to try each value "
        "in p, and one number above all of them (say no to everybody).",
        "A loop over `np.append(p, 2.0)` that remembers the cheapest, or a list of costs and "
        "`np.argmin`.",
    ],
    after="With a perfect model the best threshold would be alarm / (alarm + miss): at 10 to 1, "
    "about 0.09. Training knows nothing of this; deciding does.",
)
def cheapest_threshold(p, y, miss, alarm):
    """Find the threshold at which the errors cost least.

    The model says yes where p >= threshold. Each false negative (y = 1, said no) costs `miss`,
    each false positive (y = 0, said yes) costs `alarm`. If several thresholds are equally
    cheap, any of them is right.

    p : array (m,), the predicted probabilities of class 1
    y : array (m,), the labels, 0 or 1
    miss, alarm : numbers, what one error of each kind costs
    Returns threshold : one number (above all p is allowed: then the answer is always no)
    """
    # gap: threshold = ...  # your code here
    thresholds = np.append(p, 2.0)
    costs = []
    for t in thresholds:
        said = p >= t
        costs.append(miss * np.sum(~said & (y == 1)) + alarm * np.sum(said & (y == 0)))
    threshold = thresholds[np.argmin(costs)]
    # end
    return threshold


def _cheapest(p, y, miss, alarm):
    thresholds = _candidates(p)
    return thresholds[np.argmin([_cost(p, y, miss, alarm, t) for t in thresholds])]


@cheapest_threshold.mistake(
    "You count the errors and leave out what they cost: the threshold with the fewest errors is "
    "the cheapest only if both kinds cost the same."
)
def fewest_errors(p, y, miss, alarm):
    return _cheapest(p, y, 1.0, 1.0)


@cheapest_threshold.mistake(
    "The costs have changed places: `miss` belongs to the false negatives, y = 1 and said no."
)
def costs_exchanged(p, y, miss, alarm):
    return _cheapest(p, y, alarm, miss)


@cheapest_threshold.mistake("The threshold is always 0.5, whatever an error costs.")
def one_half(p, y, miss, alarm):
    return 0.5


@cheapest_threshold.mistake(
    "You return the least cost. Asked for is the threshold at which it is reached: `np.argmin` "
    "says at which place of the list the least one stands."
)
def the_cost_itself(p, y, miss, alarm):
    return float(min(_cost(p, y, miss, alarm, t) for t in _candidates(p)))


@cheapest_threshold.mistake(
    "This is the dearest threshold: you take the largest cost in place of the least."
)
def dearest(p, y, miss, alarm):
    thresholds = _candidates(p)
    return thresholds[np.argmax([_cost(p, y, miss, alarm, t) for t in thresholds])]


# ---- 11 ---------------------------------------------------------------------------------------

_TRUTH = {}  # labels of the unseen examples of `classify`, by the bytes of their features
SLACK = 0.02  # of the unseen examples: by so much a good method may be unlucky


def _unseen(rng):
    yield _hidden(
        np.array([[-2.0], [-1.0], [0.5], [1.0], [2.0]]),
        np.array([0, 0, 1, 1, 1]),
        np.array([[-3.0], [-1.5], [0.9], [3.0]]),
        np.array([0, 0, 1, 1]),
    )
    for n_in, m, shift in ((2, 200, 0.0), (4, 300, 1.0), (8, 400, -1.0)):
        scales, w = 10.0 ** rng.integers(-2, 4, n_in), rng.normal(0, 1.5, n_in)
        X = rng.normal(0, 1, (m + 400, n_in))
        y = (rng.uniform(0, 1, len(X)) < 1 / (1 + np.exp(-(X @ w + shift)))).astype(int)
        X = (X + rng.normal(0, 3, n_in)) * scales
        yield _hidden(X[:m], y[:m], X[m:], y[m:])


def _hidden(X_train, y_train, X_new, y_new):
    _TRUTH[X_new.tobytes()] = y_new
    return X_train, y_train, X_new


def _fitted(X_train, y_train, X_new, steps=400):
    """Logistic regression on standardized features: what an answer is compared with."""
    mean, std = X_train.mean(axis=0), X_train.std(axis=0)
    S = (X_train - mean) / std
    w, b = np.zeros(S.shape[1]), 0.0
    for _ in range(steps):
        error = 1 / (1 + np.exp(-(S @ w + b))) - y_train
        w, b = w - error @ S / len(S), b - np.mean(error)
    return (((X_new - mean) / std) @ w + b >= 0).astype(int)


def _judge_classifier(arguments, parts):
    """As many unseen examples right as logistic regression has, up to `SLACK`."""
    X_train, _, X_new = arguments
    labels, truth = parts[0], _TRUTH[X_new.tobytes()]
    if not np.isin(labels, (0, 1)).all():
        return "`labels` should hold only 0 and 1: decide, p >= 0.5 for example."
    reached, fair = np.mean(labels == truth), np.mean(_fitted(*arguments) == truth)
    if reached >= fair - SLACK - 1e-9:
        return None
    return (
        f"Of {len(truth)} new examples with {X_train.shape[1]} "
        f"{'feature' if X_train.shape[1] == 1 else 'features'}, your labels are right for "
        f"{100 * reached:.1f} %; logistic regression is right for {100 * fair:.1f} %. Were the "
        "features brought to one scale, and the new ones with the mean and the standard deviation "
        "of the training set?"
    )


@course.exercise(
    title="Open: the best classifier, by any way you like",
    formulas=("A4", "A8"),
    returns={"labels": "(m_new,)"},
    cases=_unseen,
    judge=_judge_classifier,
    hints=[
        "Logistic regression will do: your `fit` of exercise 8, if the features come on one scale. "
        "Then a decision at 0.5.",
        "The new examples have to be standardized with the mean and the standard deviation of the "
        "training set: the weights belong to that scale.",
        "Standardize, train a few hundred steps with a learning rate around 1, compute the scores "
        "of the new examples, and say 1 where a score is at least 0.",
    ],
    after="Unseen examples are the only fair judge. Whatever you did, it was chosen without "
    "looking at their labels.",
)
def classify(X_train, y_train, X_new):
    """Learn from labelled examples, and label new ones.

    Any method counts. The features may be as unlike in size as millimetres and kilometres, and
    come with any mean. You are judged by the share of right labels for the new examples: it may
    be at most 0.02 lower than what plain logistic regression reaches.

    X_train : array (m, n_in), the features to learn from
    y_train : array (m,), their labels, 0 or 1
    X_new : array (m_new, n_in), features of the new examples
    Returns labels : array (m_new,), 0 or 1 for each new example
    """
    # gap: labels = ...  # your code here
    mean, std = X_train.mean(axis=0), X_train.std(axis=0)
    S = (X_train - mean) / std
    w, b = np.zeros(S.shape[1]), 0.0
    for _ in range(400):
        p = 1 / (1 + np.exp(-(S @ w + b)))
        w = w - S.T @ (p - y_train) / len(S)
        b = b - np.mean(p - y_train)
    scores = (X_new - mean) / std @ w + b
    labels = (scores >= 0).astype(int)
    # end
    return labels


@classify.mistake(
    "You say the same for everybody: the class that is more frequent. That is the least a "
    "classifier has to beat."
)
def most_frequent(X_train, y_train, X_new):
    return np.full(len(X_new), int(np.mean(y_train) >= 0.5))


@classify.mistake(
    "All your labels are the wrong way round: 1 where the score is low. Turn the comparison."
)
def turned_round(X_train, y_train, X_new):
    return 1 - _fitted(X_train, y_train, X_new)


@classify.mistake(
    "You label the new examples as if they were the training set: their features are standardized "
    "with a mean and a scale of their own, or not at all. The weights belong to the scale that "
    "they were learned on."
)
def new_ones_not_scaled(X_train, y_train, X_new):
    mean, std = X_train.mean(axis=0), X_train.std(axis=0)
    return _fitted((X_train - mean) / std, y_train, X_new)


@classify.mistake(
    "The bias is left out, so that the border goes through the mean of the features, however rare "
    "one class is."
)
def border_through_the_mean(X_train, y_train, X_new):
    mean, std = X_train.mean(axis=0), X_train.std(axis=0)
    S = (X_train - mean) / std
    w = np.zeros(S.shape[1])
    for _ in range(400):
        w = w - (1 / (1 + np.exp(-S @ w)) - y_train) @ S / len(S)
    return ((X_new - mean) / std @ w >= 0).astype(int)
