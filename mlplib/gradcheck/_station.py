"""One layer, at the parameters that are checked, and what each known slip would make of it.

A layer is judged by itself: given the derivative that it was handed, which dW, db and dX are
right, and which would come of each slip. The activation's derivative is taken by differences, so
that nothing here rests on what is to be judged.
"""

from dataclasses import dataclass, field

import numpy as np

from mlplib.gradcheck._differences import extrapolated, relative_error
from mlplib.gradcheck._slips import SAME, agreed, all_scaled, name_among, scaled


@dataclass
class Station:
    """One layer: what it was given (X), what it computed (Z), and with what.

    `f` is the activation's function, made straight at its corners; `mask` the dropout mask or None.
    """

    number: int
    X: np.ndarray
    W: np.ndarray
    Z: np.ndarray
    mask: np.ndarray | None
    activation: object
    f: object
    _known: list = field(default_factory=list)

    @property
    def place(self):
        """Where it is, in words."""
        return f"layer {self.number}"

    @property
    def output(self):
        """f(X W + b), after dropout."""
        A = self.f(self.Z)
        return A if self.mask is None else A * self.mask

    def dA(self, d_output):
        """Derivative of the loss with respect to A, before dropout."""
        return d_output if self.mask is None else d_output * self.mask

    def dZ(self, dA, at=None):
        """Sum over the outputs of dA times df/dZ, by differences; `at` is where, by default Z."""
        Z = self.Z if at is None else at
        f = self.f if at is None else self.activation.f  # straight pieces belong to Z only
        dZ = np.empty_like(Z)
        for j in range(Z.shape[1]):

            def difference(h, j=j):
                above, below = Z.copy(), Z.copy()
                above[:, j] += h
                below[:, j] -= h
                return np.sum(dA * (f(above) - f(below)), axis=1) / (2 * h)

            dZ[:, j] = extrapolated(difference, 1e-4)
        return dZ

    def back(self, dZ):
        """(dW, db, dX) of a dZ, by D4."""
        return self.X.T @ dZ, dZ.sum(axis=0), dZ @ self.W.T

    def right(self, d_output):
        """(dW, db, dX) as they should be, for what the layer was handed."""
        return self._made_of(d_output)[0]

    def options(self, d_output):
        """(slip, (dW, db, dX)) for each known slip; None for an array that it cannot touch."""
        return self._made_of(d_output)[1]

    def _made_of(self, d_output):
        """Both; worked out once for each array that the layer is handed."""
        for known, made in self._known:
            if known is d_output:
                return made
        dA = self.dA(d_output)
        dZ = self.dZ(dA)
        made = self.back(dZ), list(self._options(dA, dZ))
        self._known.append((d_output, made))
        return made

    def _options(self, dA, dZ):
        """(slip, (dW, db, dX)): arrays that come out in the right shape, or in one read as such."""
        dW, db, dX = self.back(dZ)
        m, (n_in, n_out) = len(dZ), self.W.shape
        yield from all_scaled((dW, db, dX), m)
        yield "transpose", (dW.T.reshape(dW.shape), None, dZ @ self.W.reshape(n_out, n_in))
        yield (
            "transpose",
            (self.X.reshape(n_in, m) @ dZ, None, dZ @ self.W if n_in == n_out else None),
        )
        yield "wrong axis", (np.full_like(dW, dW.sum()), np.full_like(db, db.sum()), None)
        yield (
            "wrong axis",
            (
                np.broadcast_to(dW.sum(axis=0), dW.shape),
                dZ.sum(axis=1) if m == n_out else None,
                None,
            ),
        )
        yield "wrong axis", (np.broadcast_to(dW.sum(axis=1)[:, None], dW.shape), None, None)
        for wrong in self._wrong_arguments(dA):
            yield "wrong argument", self.back(wrong)
        yield "missing derivative", self.back(dA)

    def _wrong_arguments(self, dA):
        """Each dZ that comes of confusing Z and A."""
        A = self.activation.f(self.Z)
        yield self.dZ(dA, at=A)
        df = np.asarray(self.activation.df(self.Z, self.Z))
        if df.shape == A.shape:
            yield dA * df

    def names(self, got, d_output, right=None):
        """The slip in each of got = (dW, db, dX), given what the layer was handed.

        `right` is given for a layer whose forward is another than f(X W + b).
        """
        if right is None:
            right, options = self._made_of(d_output)
        else:
            options = all_scaled(right, len(self.X))
        named = [
            name_among(g, r, [(name, arrays[i]) for name, arrays in options])
            for i, (g, r) in enumerate(zip(got, right, strict=True))
        ]
        return agreed(named)

    def activation_fault(self, d_output, dW):
        """The slip in the activation's own derivative, if that is what went into dW; else ""."""
        dA = self.dA(d_output)
        a, A = self.activation, self.activation.f(self.Z)
        claimed = np.array(a.backward(dA, self.Z, A))
        right = self.dZ(dA)
        if claimed.shape != A.shape or relative_error(self.X.T @ claimed, dW) > 1e-9:
            return ""
        options = [
            *scaled(right, len(self.X)),
            ("wrong argument", self.dZ(dA, at=A)),
            ("missing derivative", dA),
        ]
        fault = name_among(claimed, right, options)
        if fault != "unknown" or a.vjp is not None:
            return fault
        for Z_or_A in (self.Z, A):  # right, had it been given the other of the two
            if relative_error(dA * a.df(Z_or_A, Z_or_A), right) < SAME:
                return "wrong argument"
        return fault
