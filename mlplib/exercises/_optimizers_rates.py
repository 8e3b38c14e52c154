"""Exercises of notebook 05: rates that change, how to find one, and when to stop."""

import math

import numpy as np

from mlplib.exercises.optimizers import course

# ---- 10 ---------------------------------------------------------------------------------------


def _times(rng):
    yield 1, 0.8, 4, 12
    for t, warm, steps in (
        (0, 4, 12),
        (3, 4, 12),
        (4, 4, 12),
        (6, 2, 14),
        (30, 10, 50),
        (50, 5, 50),
    ):
        yield t, round(rng.uniform(0.05, 1), 2), warm, steps


@course.exercise(
    title="A rate that changes",
    formulas=("E7",),
    returns={"rate": "a number"},
    cases=_times,
    hints=[
        "Two cases: t < warm, where the rate climbs, and the rest, where it falls. An `if` will "
        "do.",
        "In the climb the first step, t = 0, takes a part 1/warm of lr, the next one two parts. "
        "In the fall, ask first how far it has come: a number that is 0 at t = warm and 1 at "
        "t = steps.",
        "With p for that part: (1 + cos(pi p)) / 2 is 1 at p = 0 and 0 at p = 1. `np.cos` and "
        "`np.pi` are what you need.",
    ],
    after="Long steps first, to come far; short ones at the end, to come to rest. And the warm-up "
    "keeps the first steps short, while the averages of momentum and Adam are still young.",
)
def warm_cosine(t, lr, warm, steps):
    """The learning rate of step t: a linear warm-up, then half a cosine down to 0 (E7).

    Steps are counted from t = 0. In the warm-up, t = 0 ... warm - 1, the rate climbs in equal
    parts, from lr / warm at t = 0 to lr at t = warm - 1. From t = warm on it falls along half a
    cosine: with p = (t - warm) / (steps - warm) the rate is lr (1 + cos(pi p)) / 2, which is lr
    at t = warm and 0 at t = steps.

    t : whole number, from 0 to steps
    lr : number, the largest rate
    warm, steps : whole numbers, the length of the warm-up and of the whole schedule
    Returns rate : one number
    """
    # gap: rate = ...  # your code here
    if t < warm:
        rate = lr * (t + 1) / warm
    else:
        p = (t - warm) / (steps - warm)
        rate = lr * (1 + np.cos(np.pi * p)) / 2
    # end
    return rate


def _falling(t, lr, warm, steps):
    return lr * (1 + math.cos(math.pi * (t - warm) / (steps - warm))) / 2


@warm_cosine.mistake(
    "The warm-up begins at a rate of 0: the first step moves nothing. Count one more: t = 0 is the "
    "first of `warm` equal parts."
)
def climb_from_zero(t, lr, warm, steps):
    return lr * t / warm if t < warm else _falling(t, lr, warm, steps)


@warm_cosine.mistake(
    "The cosine counts from step 0, though it begins at step `warm` only: at the end of the "
    "warm-up your rate jumps down. Subtract the warm-up, from t and from the length."
)
def cosine_from_the_first_step(t, lr, warm, steps):
    return lr * (t + 1) / warm if t < warm else _falling(t, lr, 0, steps)


@warm_cosine.mistake(
    "You subtract the warm-up from t, but not from the length of the fall: the rate has not come "
    "down to 0 when the steps are over."
)
def cosine_too_long(t, lr, warm, steps):
    return lr * (t + 1) / warm if t < warm else _falling(t - warm, lr, 0, steps)


@warm_cosine.mistake(
    "The fall is a straight line. The cosine stays near lr at first, falls fastest in the middle, "
    "and comes to 0 gently."
)
def straight_fall(t, lr, warm, steps):
    return lr * (t + 1) / warm if t < warm else lr * (steps - t) / (steps - warm)


@warm_cosine.mistake(
    "The fall begins at twice the rate: 1 + cos goes from 2 to 0, and has to be halved."
)
def not_halved(t, lr, warm, steps):
    return lr * (t + 1) / warm if t < warm else 2 * _falling(t, lr, warm, steps)


@warm_cosine.mistake(
    "There is no pi in the cosine: cos takes radians, and half a wave ends at pi, not at 1. Your "
    "rate never comes near 0."
)
def without_pi(t, lr, warm, steps):
    if t < warm:
        return lr * (t + 1) / warm
    return lr * (1 + math.cos((t - warm) / (steps - warm))) / 2


@warm_cosine.mistake(
    "There is no warm-up: your rate falls from the first step on. For t < warm it has to climb."
)
def no_warm_up(t, lr, warm, steps):
    return _falling(t, lr, 0, steps)


# ---- 11 ---------------------------------------------------------------------------------------


def _ranges(rng):
    yield 0.001, 1.0, 4
    yield from ((1e-5, 10.0, 7), (0.5, 2.0, 3), (0.01, 0.3, 20))


@course.exercise(
    title="The rates of a range test",
    formulas=("E9",),
    returns={"rates": "(steps,)"},
    cases=_ranges,
    hints=[
        "From one rate to the next is always the same factor, not the same distance. From 0.001 "
        "to 1 in four rates: 0.001, 0.01, 0.1, 1.",
        "Count the rates 0, 1, ... steps - 1. How many times is the factor applied "
        "between the first and the last rate?",
        "All together the factor is high / low. After t of steps - 1 equal parts it is "
        "(high / low) to the power of t / (steps - 1), and `np.arange(steps)` holds all t at once.",
    ],
    after="Rates differ by factors, so they are tried in factors, and drawn on a logarithmic axis. "
    "With equal distances, nearly all steps would lie above a tenth of the largest rate.",
)
def range_rates(low, high, steps):
    """The learning rates of a range test: from low to high by equal factors (E9).

    low, high : numbers above 0, the first and the last rate
    steps : whole number, how many rates there are, 2 at least
    Returns rates : array (steps,)
    """
    # gap: rates = ...  # your code here
    t = np.arange(steps)
    rates = low * (high / low) ** (t / (steps - 1))
    # end
    return rates


@range_rates.mistake(
    "Your rates lie at equal distances (`np.linspace`). Then hardly any of them is small: between "
    "0.00001 and 10 in 100 steps, the second one would be 0.1 already."
)
def equal_distances(low, high, steps):
    return np.linspace(low, high, steps)


@range_rates.mistake(
    "`np.logspace` wants the exponents, not the rates: its first number is 10 to the power of low. "
    "`np.geomspace` takes the rates themselves."
)
def exponents_taken_for_rates(low, high, steps):
    return np.logspace(low, high, steps)


@range_rates.mistake(
    "The last rate is not reached: `steps` rates have steps - 1 factors between them, as a fence "
    "has one gap less than posts."
)
def last_rate_missed(low, high, steps):
    return low * (high / low) ** (np.arange(steps) / steps)


@range_rates.mistake(
    "The first rate is skipped: your exponents begin at one part, not at 0. The test should start "
    "where surely nothing happens."
)
def first_rate_skipped(low, high, steps):
    return low * (high / low) ** (np.arange(1, steps + 1) / steps)


@range_rates.mistake(
    "The rates fall from high to low. The test begins with the smallest: after a step that is too "
    "large there would be nothing left to look at."
)
def falling_rates(low, high, steps):
    return np.geomspace(high, low, steps)


@range_rates.mistake(
    "Each rate is ten times the one before. The factor has to be such that the last rate is high."
)
def always_ten_times(low, high, steps):
    return low * 10.0 ** np.arange(steps)


# ---- 12 ---------------------------------------------------------------------------------------


def _loss_curves(rng):
    yield np.array([5.0, 4.0, 4.2, 3.0, 3.1, 3.3, 3.2, 2.0]), 3
    yield np.array([3.0, 2.0, 2.5, 2.2, 2.0, 2.1, 1.5]), 4
    yield np.array([4.0, 3.0, 2.0, 1.0]), 1
    yield np.array([1.0, 2.0, 1.5, 1.2, 1.1, 1.05, 1.02, 1.01]), 4
    for n, patience in ((30, 3), (60, 8), (40, 2)):
        falling = 3 * np.exp(-np.arange(n) / 6) + 1
        yield (falling + rng.normal(0, 0.15, n)).round(2), patience


@course.exercise(
    title="Spot the slip: must J fall at every step?",
    formulas=("E2", "E11"),
    returns={"t": "a number"},
    cases=_loss_curves,
    slip=True,
    hints=[
        "Which loss does the code compare with? One unlucky minibatch, and it ends the training.",
        "Remember the lowest loss so far, and count how many losses in a row were not lower than "
        "it. A new lowest sets the count back to 0.",
        "Before the loop: `best, waited = losses[0], 0`. In the loop, either a new best, or "
        "waited + 1; when waited has reached the patience, return t.",
    ],
    after="A single rise says nothing, a long wait without progress does. How long, is what the "
    "patience says: with minibatches an epoch at least.",
)
def stop_at(losses, patience):
    """Spot the slip in lecture 002's rule, and mend it: when is training over? (E2)

    Lecture 002 says: "J should decrease after every iteration". The code below makes a rule of
    it: it stops at the first step at which the loss did not fall. That is right for full batches
    and a small rate. With minibatches or momentum the loss also rises, and training would end
    after a few steps. Change the code, so that it stops at the first step t where the last
    `patience` losses, losses[t] among them, have all failed to be lower than the lowest loss
    before them. If that never happens, the last step is the answer.

    losses : array (n,), the loss at the steps 0, 1, ... n - 1
    patience : whole number, how many losses in a row may bring no new lowest one
    Returns t : whole number, the step at which to stop
    """
    # gap: for t in range(1, len(losses)):
    # gap:     if losses[t] >= losses[t - 1]:
    # gap:         return t
    best, waited = losses[0], 0
    for t in range(1, len(losses)):
        if losses[t] < best:
            best, waited = losses[t], 0
        else:
            waited = waited + 1
        if waited == patience:
            return t
    # end
    return len(losses) - 1


def _wait(losses, patience, better, forget=True):
    """Stop after `patience` losses that are not `better(loss, lowest, before)`."""
    best, waited = losses[0], 0
    for t in range(1, len(losses)):
        if better(losses[t], best, losses[t - 1]):
            waited = 0 if forget else waited
        else:
            waited += 1
        best = min(best, losses[t])
        if waited == patience:
            return t
    return len(losses) - 1


@stop_at.mistake(
    "This is still the printed rule: the first rise ends the training, and the patience is not "
    "used."
)
def stopped_at_the_first_rise(losses, patience):
    rises = [t for t in range(1, len(losses)) if losses[t] >= losses[t - 1]]
    return rises[0] if rises else len(losses) - 1


@stop_at.mistake(
    "You count rises in a row: each loss is compared with the one just before it. Compare with the "
    "lowest one so far. A loss that has gone up once and then creeps down has made no progress yet."
)
def rises_in_a_row(losses, patience):
    return _wait(losses, patience, lambda loss, best, before: loss < before)


@stop_at.mistake(
    "The count is never set back: all losses that were no new lowest one count together, from the "
    "beginning on. When a new lowest comes, the waiting starts anew."
)
def never_set_back(losses, patience):
    return _wait(losses, patience, lambda loss, best, before: loss < best, forget=False)


@stop_at.mistake(
    "You stop one step late: the step at which the count reaches the patience is the answer "
    "already."
)
def one_step_late(losses, patience):
    return _wait(losses, patience + 1, lambda loss, best, before: loss < best)


@stop_at.mistake(
    "This is the step with the lowest loss before training stops: the one to go back to. Asked is "
    "the step at which to stop, `patience` steps later."
)
def where_it_was_lowest(losses, patience):
    end = _wait(losses, patience, lambda loss, best, before: loss < best)
    return int(np.argmin(losses[: end + 1]))


@stop_at.mistake(
    "A loss that is just equal to the lowest counts as progress with you. Then a training that has "
    "come to rest would never stop."
)
def equal_counts_as_lower(losses, patience):
    return _wait(losses, patience, lambda loss, best, before: loss <= best)
