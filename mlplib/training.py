"""Training: the loop that everything else listens to. Source: A8, E1-E3.

`train` checks all it is given, at once, and returns a generator: each `next` makes one update
(forward, loss, backward, step) and yields one record of it. Notebooks, labs, estimators and
benchmarks all consume this one stream; to stop is to stop asking, to go on is to ask again.
Stopping rules are small functions over the stream.

    for record in train(net, X, Y, mse, GradientDescent(0.1), steps=100):
        print(record.step, record.loss)
"""

import math
from typing import NamedTuple

import numpy as np

from mlplib._errors import (
    check_array,
    check_number,
    check_rng,
    check_same_shape,
    type_error,
    value_error,
)
from mlplib.losses import get_loss
from mlplib.network import MLP
from mlplib.optimizers import get_optimizer
from mlplib.regularizers import check_penalty


class Record(NamedTuple):
    """What one update did.

    Attributes
    ----------
    step : int
        Number of updates made, this one included: 1, 2, ...
    epoch : int
        The pass through the data that this update belongs to: 1, 2, ...
    loss : float
        Loss (with penalty) on this update's batch, at the parameters before the update: the
        number whose gradient was descended.
    lr : float
        Learning rate of this update.
    grad_norm : float
        Length of the gradient (Euclidean norm) before the update.
    val_loss : float
        Loss on the validation data (without penalty or dropout), at the parameters after the
        update; nan where it was not computed.
    """

    step: int
    epoch: int
    loss: float
    lr: float
    grad_norm: float
    val_loss: float


def train(
    net,
    X,
    Y,
    loss,
    optimizer,
    *,
    rng=None,
    batch_size=None,
    rows=None,
    epochs=None,
    steps=None,
    penalty=None,
    proximal=False,
    validation=None,
    validate_every=None,
    state=None,
):
    """Train `net`, one update for each record asked for.

    Parameters
    ----------
    net : MLP
        Its theta is changed in place.
    X, Y : ndarray, (m, n_in) and (m, n_out)
    loss : Loss or str
    optimizer : Optimizer or str
    rng : numpy.random.Generator, optional
        For the order of the minibatches and for dropout; needed only where there is either.
    batch_size : int, optional
        Examples an update; None is all of them (batch gradient descent), 1 a single one. The
        examples are shuffled anew for each epoch, and the last, shorter batch is used, too (E3).
    rows : iterable of slice or ndarray of int, optional
        The rows of X and Y for each update, in place of shuffled minibatches: for who wants
        another order, or none. They are asked for one at a time, and the stream ends where they
        do. `batch_size` then only says how many updates count as an epoch.
    epochs, steps : int, optional
        Where to end: passes through the data, or updates; whichever comes first. Neither: never.
    penalty : L1, L2 or ElasticNet, optional
        Added to the loss, for the weights only (F1).
    proximal : bool
        Take the penalty's step exactly (its `prox`), after the optimizer's, in place of adding
        its gradient: then L1 makes weights exactly zero. Where the optimizer's steps are in the
        long run lr times the gradient (`GradientDescent`, `SGD`, `DampedMomentum`), training
        still ends at the least loss + penalty; beside others it is a shrinkage of its own, as
        AdamW's decay is. `net.grad` is then the gradient of the loss alone.
    validation : tuple (X_val, Y_val), optional
    validate_every : int, optional
        Updates between two validations; default: once an epoch.
    state : dict, optional
        A state of the optimizer, from its `init` or from an earlier run: to go on where that
        stopped. With minibatches, stop and go on at the end of an epoch: a new call starts one.

    Returns
    -------
    generator of Record
        One for each update. A loss or gradient that is infinite or nan yields its record, makes
        no update and ends the stream: the parameters stay as they were.

    Raises
    ------
    ValueError, TypeError
        At the call, before any update, if something does not fit.

    Examples
    --------
    >>> from mlplib import MLP, GradientDescent, mse
    >>> x = np.array([[0.0], [1.0], [2.0]])
    >>> net = MLP([1, 1], rng=np.random.default_rng(0))
    >>> records = list(train(net, x, 2 * x + 1, mse, GradientDescent(0.3), steps=200))
    >>> net.theta.round(3)
    array([2., 1.])
    """
    if not isinstance(net, MLP):
        raise type_error("train", "net to be an MLP", f"{type(net).__name__}", "Pass MLP(...).")
    loss, optimizer = get_loss(loss), get_optimizer(optimizer)
    X, Y = check_data(net, X, Y, loss)
    m = len(X)
    if batch_size is None:
        batch_size = m
    check_number("train", "batch_size", batch_size, 1, m, integer=True)
    drops = any(layer.drop_rate for layer in net.layers)
    if rng is not None:
        check_rng("train", rng)
    elif (batch_size < m and rows is None) or drops:
        raise value_error(
            "train",
            "rng for " + ("dropout" if drops else "shuffled minibatches"),
            "None",
            "Pass rng=np.random.default_rng(0).",
        )
    if rows is not None and not hasattr(rows, "__iter__"):
        raise type_error(
            "train", "rows as a series of slices or index arrays", f"{rows!r:.60}", "See its help."
        )
    per_epoch = math.ceil(m / batch_size)
    limits = [
        check_number("train", "epochs", epochs, 0, integer=True) * per_epoch
        if epochs is not None
        else math.inf,
        check_number("train", "steps", steps, 0, integer=True) if steps is not None else math.inf,
    ]
    check_penalty("train", penalty)
    _check_proximal(proximal, penalty)
    if validation is not None:
        validation = _check_validation(net, validation, loss)
        if validate_every is not None:
            check_number("train", "validate_every", validate_every, 1, integer=True)
    if state is None:
        state = init_state(optimizer, net)
    _check_state(state, optimizer, net)
    return _stream(
        net,
        _batches(X, Y, batch_size, rng) if rows is None else ((X[r], Y[r]) for r in rows),
        loss.f,
        optimizer,
        state,
        rng if drops else None,
        penalty,
        proximal,
        validation,
        validate_every or per_epoch,
        per_epoch,
        state["step"] + min(limits),
    )


def _stream(
    net,
    batches,
    loss,
    optimizer,
    state,
    rng,
    penalty,
    proximal,
    validation,
    validate_every,
    per_epoch,
    last_step,
):
    """The loop itself: four lines of mathematics and their record."""
    diverged = False
    while state["step"] < last_step and not diverged:
        # Numbers that overflow are a result here (the run diverged), not an accident. The setting
        # must not outlive the step, or it would hold in the code that consumes the stream.
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            batch = next(batches, None)
            if batch is None:
                return
            X, Y = batch
            value, dS = loss(net._forward(X, rng), Y)
            net._backward(dS)
            if penalty is not None:
                value += _add_penalty(net, penalty, slope=not proximal)
            grad_norm = math.sqrt(np.dot(net.grad, net.grad))
            step = state["step"] + 1
            diverged = not (math.isfinite(value) and math.isfinite(grad_norm))
            if diverged:
                lr = optimizer.lr_at(state["step"])
            else:
                lr = optimizer.update(net.theta, net.grad, state)
                if proximal:
                    for layer in net.layers:
                        layer.W[...] = penalty.prox(layer.W, lr)
            if validation is not None and step % validate_every == 0:
                val_loss = loss(net._predict(validation[0]), validation[1])[0]
            else:
                val_loss = math.nan
        yield Record(step, (step - 1) // per_epoch + 1, value, lr, grad_norm, val_loss)


def _batches(X, Y, batch_size, rng):
    """Minibatches without end: all the data in a new order, then again. Source: E3."""
    m = len(X)
    while batch_size == m:
        yield X, Y
    X_batch = np.empty((batch_size, X.shape[1]), X.dtype)  # written anew by each batch
    Y_batch = np.empty((batch_size, Y.shape[1]), Y.dtype)
    while True:
        order = rng.permutation(m)
        for start in range(0, m, batch_size):
            rows = order[start : start + batch_size]
            # mode="clip" lets numpy write straight into `out`; the rows are all in range
            yield (
                X.take(rows, axis=0, out=X_batch[: len(rows)], mode="clip"),
                Y.take(rows, axis=0, out=Y_batch[: len(rows)], mode="clip"),
            )


def _add_penalty(net, penalty, slope=True):
    """Return the penalty's value, its gradient (unless not wanted) added to theirs. Source: F1."""
    value = 0.0
    for layer in net.layers:
        value += penalty.value(layer.W)
        if slope:
            layer._dW += penalty.grad(layer.W)
    return value


def _check_proximal(proximal, penalty):
    if proximal and not hasattr(penalty, "prox"):
        raise type_error(
            "train",
            "a penalty with an exact step (prox) for proximal=True",
            f"{penalty!r:.60}",
            "Pass penalty=L1(0.01), or leave proximal out.",
        )


def init_state(optimizer, net):
    """State for training `net` with `optimizer`, to keep hold of: `train(..., state=state)`."""
    if hasattr(optimizer, "weight_decay"):
        return optimizer.init(net.theta, net.is_weight)
    return optimizer.init(net.theta)


def _check_state(state, optimizer, net):
    expected = init_state(optimizer, net)
    if isinstance(state, dict) and state.get("is_weight", net) is None:
        state["is_weight"] = net.is_weight  # made by init(net.theta): biases do not decay here
    fits = isinstance(state, dict) and state.keys() == expected.keys()
    if not fits or any(np.shape(state[k]) != np.shape(expected[k]) for k in expected):
        raise value_error(
            "train",
            f"a state made by {type(optimizer).__name__}.init for this network",
            f"{sorted(state) if isinstance(state, dict) else state!r:.60}",
            "Leave state out, or make it with optimizer.init(net.theta).",
        )


def check_data(net, X, Y, loss, where="train", names=("X", "Y")):
    """Return X and Y as arrays that fit the network and the loss, or say what does not fit."""
    X = net.check_inputs(X, where, names[0])
    Y = check_array(where, names[1], Y)
    if len(X) != len(Y):
        raise value_error(
            where,
            f"as many rows in {names[1]} as in {names[0]}",
            f"{len(Y)} and {len(X)}",
            "Each example needs its target.",
        )
    scores = np.broadcast_to(net.dtype.type(0), (len(X), net.sizes[-1]))
    check_same_shape(where, "the network's output", scores, names[1], Y)
    loss.check_targets(Y)
    low, high = net.layers[-1].activation.range
    if loss.takes == "probabilities" and (low < 0 or high > 1):
        raise value_error(
            where,
            f"an output layer that gives probabilities, for {loss.name}",
            f"{net.layers[-1].activation.name}",
            "Use output='sigmoid' or 'softmax', or the cross-entropy on scores.",
        )
    output = net.layers[-1].activation.name
    if loss.output.name != "identity" and low >= 0 and high <= 1:
        raise value_error(
            where,
            f"scores for {loss.name}, which applies {loss.output.name} itself",
            f"an output layer with {output}",
            "Use output='identity', or the un-fused loss on probabilities.",
        )
    if net.sizes[-1] == 1 and "softmax" in (output, loss.output.name):
        raise value_error(
            where,
            "at least two outputs for softmax",
            "one, whose softmax is always 1",
            "Use sigmoid for a single probability.",
        )
    return X, Y.astype(net.dtype, copy=False)


def _check_validation(net, validation, loss):
    try:
        X_val, Y_val = validation
    except (TypeError, ValueError):
        raise type_error(
            "train", "validation to be a pair (X_val, Y_val)", f"{validation!r:.60}"
        ) from None
    return check_data(net, X_val, Y_val, loss, "train", ("X_val", "Y_val"))
