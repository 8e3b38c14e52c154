"""The learning-rate range test: one short run that says which rates are worth trying. Source: E9.

Train a copy of the network for some steps, from a rate that is surely too small to one that is
surely too large, growing by the same factor at each step, and look at the loss against the rate.
It is flat while the steps are too short to matter, falls where they help, and diverges where they
overshoot: the rates to use are those in the falling part.

`range_test_stream` is the run, as a stream of records; `read_range_test` reads the regions off
the records seen so far; `learning_rate_range_test` does both.
"""

import copy
import math
from dataclasses import dataclass, field, replace

import numpy as np

from mlplib._errors import check_number, type_error, value_error
from mlplib.network import MLP
from mlplib.optimizers import get_optimizer
from mlplib.schedules import Exponential
from mlplib.training import train


@dataclass(frozen=True, repr=False)
class RangeTest:
    """What a range test found. Rates that the run did not reach are None.

    Attributes
    ----------
    flat_until : float or None
        Up to here the loss does not move: the end of the flat region.
    steepest : float or None
        Where the loss falls fastest, per factor of the rate: a good rate to begin with.
    lowest : float or None
        Where the loss is lowest: already too bold for a whole run.
    diverges_from : float or None
        From here on the loss rises for good.
    rates, losses, smoothed : ndarray, (n_records,)
        The curve, and the running median that the regions are read from.
    """

    flat_until: float | None
    steepest: float | None
    lowest: float | None
    diverges_from: float | None
    rates: np.ndarray = field(compare=False)
    losses: np.ndarray = field(compare=False)
    smoothed: np.ndarray = field(compare=False)

    def __repr__(self):
        if not self.rates.size:
            return "range test: no step yet"
        span = f"between {self.rates[0]:.2g} and {self.rates[-1]:.2g}"
        if self.flat_until is None:
            return f"range test: the loss does not fall {span}"
        words = (
            f"range test: flat up to {self.flat_until:.2g}, "
            f"steepest at {self.steepest:.2g}, lowest at {self.lowest:.2g}, "
        )
        if self.diverges_from is None:
            return f"{words}not diverging up to {self.rates[-1]:.2g}"
        return f"{words}diverging from {self.diverges_from:.2g}"


def learning_rate_range_test(net, X, Y, loss, optimizer, **settings):
    """Run a whole range test, and say where the rates are flat, falling and diverging.

    Takes what `range_test_stream` takes; see `read_range_test` for the rule.

    Returns
    -------
    RangeTest

    Source: E9; Smith (2017), section 3.3.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> X = np.linspace(-2, 2, 50)[:, None]
    >>> net = MLP([1, 8, 1], rng=rng)
    >>> learning_rate_range_test(net, X, np.sin(2 * X), "mse", "momentum")
    range test: flat up to 0.00033, steepest at 0.076, lowest at 0.2, diverging from 0.46
    """
    return read_range_test(range_test_stream(net, X, Y, loss, optimizer, **settings))


def range_test_stream(
    net,
    X,
    Y,
    loss,
    optimizer,
    *,
    low=1e-5,
    high=10.0,
    steps=100,
    batch_size=None,
    rng=None,
    penalty=None,
    validation=None,
):
    """The run of a range test: a stream of records like `train`'s, with the rate growing.

    .. math:: \\eta_t = low \\cdot (high / low)^{t / (steps - 1)}

    Parameters
    ----------
    net : MLP
        A copy is trained; `net` itself is not changed.
    X, Y, loss, batch_size, rng, penalty
        As for `train`.
    optimizer : Optimizer or str
        Its rate is replaced.
    low, high : float
        First and last rate.
    steps : int
        Updates from low to high, 10 at least.
    validation : tuple (X_val, Y_val), optional
        Its loss after each update is the curve, as the lecture plots it. Default: the training
        data themselves, or 2000 examples of them, evenly spread; so that minibatches do not blur
        the curve.

    Returns
    -------
    generator of Record
        Each has its `val_loss`. Ends at `high`, or earlier: with the first `val_loss` beyond 10
        times the largest of the first tenth of the run, because what comes after is only worse.

    Source: E9.
    """
    where = "learning_rate_range_test"
    if not isinstance(net, MLP):
        raise type_error(where, "net to be an MLP", f"{type(net).__name__}", "Pass MLP(...).")
    low = check_number(where, "low", low, 0, low_open=True)
    high = check_number(where, "high", high, 0, low_open=True)
    if high <= low:
        raise value_error(
            where, "high above low", f"low={low:g} and high={high:g}", "Try low=1e-5, high=10."
        )
    steps = check_number(where, "steps", steps, 10, integer=True)
    growing = Exponential(low, (high / low) ** (1 / (steps - 1)))
    stream = train(
        copy.deepcopy(net),
        X,
        Y,
        loss,
        replace(get_optimizer(optimizer), lr=growing),
        rng=rng,
        batch_size=batch_size,
        steps=steps,
        penalty=penalty,
        validation=_some(X, Y) if validation is None else validation,
        validate_every=1,
    )
    return _until_beyond(stream, first=math.ceil(steps / 10))


def _some(X, Y, most=2000):
    """X and Y, or `most` of their rows, evenly spread."""
    X, Y = np.asarray(X), np.asarray(Y)
    if X.ndim != 2 or len(X) != len(Y):
        return X, Y  # does not fit; `train` says how
    every = math.ceil(len(X) / most)
    return X[::every], Y[::every]


def _until_beyond(stream, first):
    largest = -math.inf
    for record in stream:
        yield record
        if record.step <= first:
            largest = max(largest, record.val_loss)
        elif not record.val_loss <= 10 * largest:
            return


def read_range_test(records):
    """Read the flat, the falling and the diverging region off a curve, noise or not.

    The rule. The curve is smoothed by a running median over a tenth of its points; `start` is the
    median of the first of these windows, `lowest` where the smoothed curve is lowest, and `drop`
    the difference. The flat region ends where the curve goes, and for half a window stays, a tenth
    of `drop` below `start`; the diverging one begins after the last point that is at most a tenth
    of `drop` above the lowest, and at most twice as high; the steepest point lies between, where
    a line through a tenth of the points falls fastest. If `drop` is below 2 % of `start`, or is
    what noise alone may do (6 times the standard error of the median, judged by the jumps from
    point to point), the loss does not fall, and there are no regions.

    A run that has converged before its rate is too large shows the divergence late: do not rely
    on rates above `lowest`.

    Parameters
    ----------
    records : iterable of Record
        Of `range_test_stream`, or the first of them: a live picture may ask at each step.

    Returns
    -------
    RangeTest

    Source: E9.
    """
    records = list(records)
    rates = np.array([r.lr for r in records])
    losses = np.array([r.val_loss for r in records])
    with np.errstate(all="ignore"):  # a curve may end in inf or nan
        return _read(rates, losses)


def _read(rates, losses):
    n = len(rates)
    half = max(1, n // 20)
    smoothed = _running_median(losses, half, half)
    nothing = RangeTest(None, None, None, None, rates, losses, smoothed)
    if n < 3:
        return nothing
    start = _median(losses[: 2 * half + 1])
    i_low = int(np.argmin(np.where(losses <= start, smoothed, np.inf)))
    lowest = float(smoothed[i_low])
    drop = start - lowest
    noise = 1.05 * _median(np.abs(np.diff(losses)))  # a normal's spread from its jumps
    least = max(0.02 * abs(start), 6 * 1.25 * noise / (2 * half + 1) ** 0.5)
    if i_low == 0 or not least < drop < math.inf:
        return nothing
    fallen = smoothed < start - 0.1 * drop
    i_flat = next(i for i in range(i_low) if fallen[i + 1 : min(i + 1 + half, i_low) + 1].all())
    slopes = _slopes(np.log(rates[i_flat : i_low + 1]), smoothed[i_flat : i_low + 1], half)
    i_steepest = i_flat + int(np.argmin(slopes))
    limit = min(lowest + 0.1 * drop, 2 * lowest if lowest > 0 else np.inf)
    # towards the end the window gets shorter, so that an explosion in the last step counts
    ending = np.r_[True, _running_median(losses, half, 0)[i_low + 1 :] <= limit]
    i_up = i_low + 1 + int(np.flatnonzero(ending)[-1])
    return RangeTest(
        float(rates[i_flat]),
        float(rates[i_steepest]),
        float(rates[i_low]),
        float(rates[i_up]) if i_up < n else None,
        rates,
        losses,
        smoothed,
    )


def _running_median(values, half, least):
    """Median of up to `half` neighbours on either side; near an end, of as many on both.

    But of `least` at least on the side that has them. nan (a diverged loss) is above all numbers.
    """
    values, n, medians = values.tolist(), len(values), []
    for i in range(n):
        reach = max(least, min(half, i, n - 1 - i))
        medians.append(_median(values[max(0, i - reach) : i + reach + 1]))
    return np.array(medians)


def _median(values):
    """The middle one; the larger of two. Far faster than numpy's on a window of ten."""
    return sorted(math.inf if v != v else v for v in values)[len(values) // 2]


def _slopes(x, y, half):
    """Slope of the line through each point and its neighbours, up to `half` on either side."""
    slopes = []
    for i in range(len(x)):
        w = slice(max(0, i - half), i + half + 1)
        dx = x[w] - x[w].mean()
        slopes.append(float(dx @ y[w] / (dx @ dx)))
    return np.nan_to_num(slopes, nan=math.inf)  # a window with a diverged loss falls nowhere
