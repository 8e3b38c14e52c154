"""When to stop: small functions over a training stream.

Each takes the records of `train`, passes them on, and ends when its rule says so. They stack:
`until_below(until_flat(train(...)), 0.1)`.
"""

import math

from mlplib._errors import check_number, value_error


def until_below(stream, threshold):
    """End when the loss falls below a threshold: J(w) < Th. Source: E2.

    What a good threshold is, nobody knows beforehand: plot the loss instead (E11). The record
    that fell below is passed on, too.

    Examples
    --------
    >>> from mlplib.training import Record
    >>> fake = (Record(t, t, 1 / t, 0.1, 1.0, math.nan) for t in range(1, 100))
    >>> len(list(until_below(fake, 0.3)))
    4
    """
    check_number("until_below", "threshold", threshold)
    return _until_below(stream, threshold)


def _until_below(stream, threshold):
    for record in stream:
        yield record
        if record.loss < threshold:
            return


def until_flat(stream, patience=10, tol=1e-4):
    """End after `patience` records in a row without a new lowest loss, lower by `tol` at least.

    Source: E2 ("repeat until convergence", E1). With minibatches the loss of a record is noisy:
    take `patience` of an epoch or more.
    """
    check_number("until_flat", "patience", patience, 1, integer=True)
    check_number("until_flat", "tol", tol, 0)
    return _until_flat(stream, patience, tol)


def _until_flat(stream, patience, tol):
    best, waited = math.inf, 0
    for record in stream:
        yield record
        if record.loss < best - tol:
            best, waited = record.loss, 0
        else:
            waited += 1
        if waited >= patience:
            return


def early_stopping(stream, net, patience=10, tol=0.0):
    """End after `patience` validations without a new best, and restore the best parameters.

    Source: F4. Also where the stream ends by itself, `net.theta` is set to the parameters with
    the lowest validation loss seen; a consumer that stops asking earlier keeps the last ones.

    Parameters
    ----------
    stream : iterable of Record
        From `train(net, ..., validation=(X_val, Y_val))`.
    net : MLP
        The network being trained.
    patience : int
        Validations in a row without a new best.
    tol : float
        What counts as better: lower by more than this.

    Raises
    ------
    ValueError
        If the stream ends without any validation loss, except where it diverged before one.
    """
    check_number("early_stopping", "patience", patience, 1, integer=True)
    check_number("early_stopping", "tol", tol, 0)
    return _early_stopping(stream, net, patience, tol)


def _early_stopping(stream, net, patience, tol):
    best, best_theta, waited, record = math.inf, None, 0, None
    for record in stream:
        yield record
        if math.isnan(record.val_loss):
            continue
        if best_theta is None or record.val_loss < best - tol:
            best, best_theta, waited = record.val_loss, net.theta.copy(), 0
        else:
            waited += 1
        if waited >= patience:
            break
    if best_theta is not None:
        net.theta = best_theta
    elif record is None or math.isfinite(record.loss):  # else it diverged before the first one
        raise value_error(
            "early_stopping",
            "records with a validation loss",
            "none",
            "Pass validation=(X_val, Y_val) to train, and train for an epoch at least.",
        )


def thin(stream, every):
    """Pass on every `every`-th record: the first, and then one for each `every` updates.

    Examples
    --------
    >>> list(thin(range(10), 4))
    [0, 4, 8]
    """
    check_number("thin", "every", every, 1, integer=True)
    return (record for i, record in enumerate(stream) if i % every == 0)
