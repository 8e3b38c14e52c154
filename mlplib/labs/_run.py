"""One run of a lab: where it started, what was changed while it ran, and what came of it.

A run is what has to be equal when it is replayed or printed as code. So it holds nothing but its
settings at the start, the list of live changes with the step each was made at, and the stream of
records that follows from those two. The player asks it for steps, and knows no mathematics.
"""

import math
from itertools import islice

import numpy as np

from mlplib.labs._history import History


class Run:
    """A stream of records, taken in pieces, with the changes made between them.

    Parameters
    ----------
    settings : dict
        The value of every control at the start.
    start : callable
        `start(run)` returns the iterator of records; called with the first step.
    apply : callable, optional
        `apply(name, value)`: what a live change does, beyond its new value in `run.live`.
    extras : tuple of str, and observe : callable
        Numbers to keep beside each record, and the function that returns them as a tuple.
    blow_up : float
        A loss this many times the first one, and still growing, has diverged.

    Attributes
    ----------
    live : dict
        The present value of every control: `settings`, and the changes up to now.
    changes : list of (step, name, value)
        Live changes, each made when `step` updates were done.
    history : History
    outcome : {None, "finished", "diverged", "failed"}
        Why there are no more steps.
    exploded : bool
        Whether the last loss is past all bounds and still grows; the run can go on, and recovers
        if the learning rate is lowered.
    """

    def __init__(
        self, settings, start, apply=None, *, extras=(), observe=None, blow_up=1e6, changes=()
    ):
        self.settings = dict(settings)
        self.live = dict(settings)
        self.changes = list(changes)
        self.history = History(extras)
        self.outcome, self.exploded = None, False
        self.limit = math.inf  # a replay ends where the run it repeats had got to
        self._next_change = 0
        self._start, self._apply, self._observe = start, apply, observe
        self._stream = None
        self._blow_up, self._ceiling, self._last_loss = blow_up, math.inf, math.inf

    @property
    def steps(self):
        """Updates made so far."""
        return self.history.steps

    def rng(self):
        """A fresh generator from the run's seed: the same one for each replay."""
        return np.random.default_rng(self.settings["seed"])

    def reader(self, name):
        """A live setting as a function of the step: a learning rate for an optimizer."""
        return lambda _step: self.live[name]

    def open(self):
        """Make what the run starts from (its network, its data), without a step."""
        if self._stream is None:
            self._stream = iter(self._start(self))

    def take(self, n):
        """Make up to `n` steps, with the recorded changes at their places; return how many.

        Fewer than `n` come at the end of the stream, at a replay's limit, and at divergence.
        """
        self.open()
        made = 0
        if self.exploded:  # asked to go on, it gets a chance to come down
            self.exploded, self._last_loss = False, math.inf
        while made < n and self.outcome is None and self.steps < self.limit:
            self._make_due_changes()
            piece = min(n - made, self._steps_to_next_change(), self.limit - self.steps)
            if self._ceiling == math.inf and self._blow_up:
                piece = 1
            done = self._take_piece(piece)
            self._measure_ceiling()
            made += done
            if done < piece:
                break
        return made

    def _take_piece(self, n):
        """The hot loop: a lab at full speed spends its time here and in the stream."""
        records, extras = [], []
        keep, keep_extras, observe = records.append, extras.append, self._observe
        ceiling = self._ceiling
        try:
            for record in islice(self._stream, n):
                keep(record)
                if observe is not None:
                    keep_extras(observe())
                if not record.loss < ceiling and not self._goes_on(records):
                    break
            else:
                if len(records) < n:
                    self.outcome = "finished"
        except BaseException:
            self.outcome = "failed"
            raise
        finally:  # if the stream fails, the records before that are still the run's history
            self.history.extend(records[: len(extras)] if observe else records, extras)
            if records:
                self._last_loss = records[-1].loss
        return len(records)

    def _goes_on(self, records):
        """Whether the run may go on after a loss that is past all bounds, or is none."""
        loss = records[-1].loss
        if not math.isfinite(loss):
            self.outcome = "diverged"
            return False
        before = records[-2].loss if len(records) > 1 else self._last_loss
        # within a replay no explosion is the end: the run that it repeats was asked to go on there
        within = self.steps + len(records) < self.limit < math.inf
        self.exploded = loss > before and not within
        return not self.exploded

    def _measure_ceiling(self):
        """What is past all bounds follows from the first loss that is not 0."""
        if self._ceiling == math.inf and self._last_loss > 0 and self._blow_up:
            self._ceiling = self._blow_up * self._last_loss

    # ---- live changes ---------------------------------------------------------------------

    def change(self, name, value):
        """Change a live setting now; of a replay, what was recorded for later is dropped."""
        if self.steps == 0:  # before the first step it is a setting like any other
            self.settings[name] = self.live[name] = value
            self.changes, self.limit, self._stream = [], math.inf, None
            return
        self.changes = [c for c in self.changes[: self._next_change] if c[:2] != (self.steps, name)]
        self.changes.append((self.steps, name, value))
        self._next_change = len(self.changes)
        self.limit = math.inf
        self._do(name, value)

    def _make_due_changes(self):
        while self._steps_to_next_change() <= 0:
            _, name, value = self.changes[self._next_change]
            self._next_change += 1
            self._do(name, value)

    def _steps_to_next_change(self):
        if self._next_change == len(self.changes):
            return math.inf
        return self.changes[self._next_change][0] - self.steps

    def _do(self, name, value):
        self.live[name] = value
        if self._apply is not None:
            self._apply(name, value)

    @property
    def changed_since(self):
        """Whether a live setting was changed after the last step: no step shows it yet."""
        made = self.changes[: self._next_change]
        return self.steps > 0 and any(step >= self.steps for step, _, _ in made)

    @property
    def length(self):
        """Steps that a replay has to repeat: of a replay, those of the run it repeats."""
        return self.steps if self.limit == math.inf else self.limit

    def schedule(self, name):
        """The values a live setting had: a list of (step it came in force, value)."""
        values = [(0, self.settings[name])]
        for step, changed, value in self.changes[: self._next_change]:
            if changed == name and step < max(self.steps, 1):
                values = [v for v in values if v[0] != step] + [(step, value)]
        return values
