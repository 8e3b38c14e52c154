"""A network at the parameters that are checked, and its loss around them.

Everything that a check asks of the network is asked here: its scores, its own gradient, and by
nudging, one at a time, the derivatives of its loss with respect to parameters, scores, and one
layer's inputs. A nudge is as long as it takes to move the pre-activation behind it by 1e-4,
whatever the units of the inputs.
"""

import copy
import math
from dataclasses import replace
from functools import partial

import numpy as np

from mlplib._errors import value_error
from mlplib.gradcheck._corners import corners, with_tangents
from mlplib.gradcheck._differences import one_sided_slope, slope, slopes
from mlplib.gradcheck._station import Station
from mlplib.training import _add_penalty

_NUDGE = 1e-4  # how far a nudge moves a pre-activation
_REACH = 20 * _NUDGE  # how near a corner is too near: layers further on may move more
_EPS = float(np.finfo(float).eps)


class Point:
    """A network at the parameters that are checked, and its loss around them.

    `twin` is a copy of the network in float64, which the nudges may change. It computes with its
    own activations (`forward`, `backward`) or, for differences, with ones that are straight at
    their corners (`slopes`).
    """

    def __init__(self, twin, X, Y, loss, penalty, rng):
        self.twin, self.X, self.Y = twin, X, Y
        self.loss, self.penalty, self.rng = loss, penalty, rng
        value = self.loss_here()
        if not math.isfinite(value):
            raise value_error(
                "check_gradient",
                "a finite loss at these parameters",
                f"{value}",
                "Check at finite weights, before training diverges.",
            )
        # the size of the numbers inside a cross-entropy, which may cancel to a loss near 0
        S = twin._forward(X, copy.deepcopy(rng))
        self.unit = max(1.0, np.abs(S).max()) if loss.targets != "any" else 0.0
        self.activations = [layer.activation for layer in twin.layers]
        self.inputs, self.outputs, self.rngs = [], [], []
        A, rng = X, copy.deepcopy(rng)
        for layer in twin.layers:
            self.inputs.append(A)
            self.rngs.append(copy.deepcopy(rng))
            A = np.array(layer.forward(A, rng), dtype=float)
            self.outputs.append(A)
        self.masks = [layer._mask for layer in twin.layers]
        self.straighten("stated")

    def forward(self):
        """Scores S, with the network's own activations."""
        self._compute_with(self.activations)
        return np.array(self.twin._forward(self.X, copy.deepcopy(self.rng)))

    def _compute_with(self, activations):
        for layer, activation in zip(self.twin.layers, activations, strict=True):
            layer.activation = activation

    def loss_here(self):
        """Loss without penalty, at theta as it stands."""
        return self.loss.f(self.twin._forward(self.X, copy.deepcopy(self.rng)), self.Y)[0]

    def backward(self):
        """The gradient, computed as `train` does."""
        _, dS = self.loss.f(self.forward(), self.Y)
        self.twin._backward(dS)
        if self.penalty is not None:
            _add_penalty(self.twin, self.penalty)
        return self.twin.grad.copy()

    def layers(self, vector):
        """(number, W part, b part) of a vector laid out as theta, first layer first."""
        start = 0
        for number, layer in enumerate(self.twin.layers, 1):
            middle, stop = start + layer.W.size, start + layer.n_params
            yield number, vector[start:middle].reshape(layer.W.shape), vector[middle:stop]
            start = stop

    # ---- corners ------------------------------------------------------------------------

    def straighten(self, side):
        """Replace each activation by its tangent where it is near a corner; say if any was.

        `side` is the slope to take there: the one the activation states (where it lies between
        those of both sides), the right or the left one.
        """
        self.stations, self.straight, cornered = [], [], False
        for i, (layer, a) in enumerate(zip(self.twin.layers, self.activations, strict=True)):
            Z = self.inputs[i] @ layer.W + layer.b
            near, tangents = corners(a, Z, side, _REACH)
            straight = a
            if near.any():
                f = partial(with_tangents, a.f, Z, a.f(Z), near, tangents)
                straight, cornered = replace(a, f=f, takes_out=False), True
            self.straight.append(straight)
            self.stations.append(
                Station(i + 1, self.inputs[i], layer.W, Z, self.masks[i], a, straight.f)
            )
        return cornered

    # ---- finite differences -------------------------------------------------------------

    def slopes(self, chosen, longer=1.0):
        """Derivatives of loss and penalty with respect to the entries `chosen` of theta.

        Also how far rounding may have moved each. `longer` multiplies the nudge.
        """
        steps = longer * np.concatenate(list(self._steps()))[chosen]
        steps = np.maximum(steps, 64 * np.spacing(np.abs(self.twin.theta[chosen])))
        self._compute_with(self.straight)
        theta = self.twin.theta
        found = [slope(theta, i, h, self.loss_here) for i, h in zip(chosen, steps, strict=True)]
        rounding = 4 * self._rounding() / steps
        return np.array(found) + self._price_slopes(chosen), rounding

    def _steps(self):
        """How far to nudge each W, then b: so that its unit's Z moves by _NUDGE at most."""
        for layer, X in zip(self.twin.layers, self.inputs, strict=True):
            reach = np.abs(X).max(axis=0)
            step = _NUDGE / np.where(reach > _NUDGE, reach, 1)
            yield np.repeat(step, layer.n_out)
            yield np.full(layer.n_out, _NUDGE)

    def _rounding(self):
        """How much rounding moves the loss: theta nudged by next to nothing."""
        theta, original = self.twin.theta, self.twin.theta.copy()
        S = self.twin._forward(self.X, copy.deepcopy(self.rng))
        base, dS = self.loss.f(S, self.Y)
        # the last digit of each score, and that of what the loss makes of them
        noise = _EPS * max(abs(base), self.unit, np.abs(dS * S).sum())
        for k in range(1, 5):
            theta *= 1 + k * _EPS
            noise = max(noise, abs(self.loss_here() - base))
            theta[...] = original
        return noise

    def backward_rounding(self):
        """How much rounding moves each entry of the gradient: large behind a saturated output."""
        theta, original, rng = self.twin.theta, self.twin.theta.copy(), np.random.default_rng(0)
        base, moved = self.backward(), np.zeros(theta.size)
        for _ in range(4):
            theta *= 1 + 4 * _EPS * rng.uniform(-1, 1, theta.size)
            moved = np.maximum(moved, np.abs(self.backward() - base))
            theta[...] = original
        return moved

    def loss_slopes(self, S):
        """Derivative of the loss with respect to the scores, by differences."""
        S, room = S.copy(), 1.0
        if self.loss.takes == "probabilities":  # a nudge must not leave 0 to 1
            room = np.minimum(1, np.minimum(np.abs(S), np.abs(1 - S)))
        return slopes(S, _NUDGE * room, lambda: self.loss.f(S, self.Y)[0])

    def own_slopes(self, number, d_output):
        """(dW, db, dX) of a layer with a forward of its own, for what it was handed."""
        layer, X = self.twin.layers[number - 1], self.inputs[number - 1].copy()
        rng = self.rngs[number - 1]

        def value():
            return np.vdot(d_output, layer.forward(X, copy.deepcopy(rng)))

        return [slopes(array, _NUDGE, value) for array in (layer.W, layer.b, X)]

    def _price_slopes(self, chosen):
        """Derivatives of the penalty with respect to the entries `chosen` of theta."""
        found, start = np.zeros(len(chosen)), 0  # 0 for biases
        for layer in self.twin.layers if self.penalty is not None else ():
            inside = (chosen >= start) & (chosen < start + layer.W.size)
            found[inside] = self.penalty_slopes(layer.W, chosen[inside] - start)
            start += layer.n_params
        return found

    def penalty_slopes(self, W, chosen=None):
        """Derivative of the penalty with respect to the weights, by differences; shaped as W.

        Near 0, where L1 has its corner, only away from it; at 0, the mean of both sides. With
        `chosen` (flat indices), only theirs.
        """
        W = W.copy()
        flat = W.reshape(-1)

        def value():
            return self.penalty.value(W)

        def one(i):
            if flat[i] == 0 or abs(flat[i]) > 2 * _NUDGE:
                return slope(flat, i, _NUDGE, value)
            return one_sided_slope(flat, i, math.copysign(_NUDGE, flat[i]), value)

        if chosen is not None:
            return np.array([one(i) for i in chosen])
        return np.array([one(i) for i in range(flat.size)]).reshape(W.shape)
