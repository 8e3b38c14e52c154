"""The learning-rate range test, and the training that follows from it. Source: E7, E9.

Left the test: the rate grows by the same factor at each step, and the loss is drawn against it.
The lab marks where it is flat, where it falls and where it diverges, and suggests the rate at
which it falls fastest. Right the same network, from the same weights, trained at that rate, or at
one of the reader's own: the test has said what will come of it.
"""

from collections import deque
from dataclasses import replace

import numpy as np

from mlplib._words import number, trend
from mlplib.labs._history import spikes
from mlplib.labs._lab import Lab
from mlplib.labs._range_code import write_code
from mlplib.labs._range_data import TASKS
from mlplib.labs._range_picture import RangePicture
from mlplib.labs._range_settings import (
    CONTROLS,
    CYCLE,
    OPTIMIZERS,
    OWN,
    PRESETS,
    SCHEDULES,
    SUGGESTED,
)
from mlplib.network import MLP
from mlplib.range_test import range_test_stream, read_range_test
from mlplib.schedules import Constant
from mlplib.training import train


class RangeTestLab(Lab):
    """A range test of the learning rate, its regions, a suggested rate, and training at it.

    With "suggested rate" the test is played, then the network trains at what it suggests. As soon
    as the learning rate is turned by hand, the network trains at that: "own rate".

    Parameters
    ----------
    **options
        Those of `Lab`: `preset`, `hide`, `seed`, and settings by name (`learning_rate`,
        `train_at`, `schedule`, `data`, `optimizer`, `activation`, `batch`, `low`, `high`,
        `steps`, `smoothed`).

    Attributes
    ----------
    found : RangeTest
        The whole test of the present settings.
    """

    NAME = "range test"
    SIZE = (1040, 410)
    SPEED = 30
    CONTROLS = CONTROLS
    PRESETS = PRESETS

    def __init__(self, **options):
        self._tests = deque(maxlen=self.KEEP)  # (Earlier, settings, rates, losses)
        self._found = None, None  # what the last whole test depended on, and what it found
        if "learning_rate" in options:
            options = {"train_at": OWN} | options
        super().__init__(**options)

    # ---- controls -> stream -------------------------------------------------------------------

    def start(self, run):
        """The network, and the stream: the test where it is wanted, then the training."""
        s = run.settings
        self.task = TASKS[s["data"]]
        self.net = MLP(self.task.sizes, s["activation"], rng=run.rng())
        self.first_loss = self._loss_of(self.net)
        self._read = None
        self.seen = []  # records of the test
        self.testing = s["train_at"] == SUGGESTED
        self.trained = 0
        return self._stream(run)

    def _options(self, run):
        """Keyword arguments for minibatches."""
        batch = run.settings["batch"]
        return {} if batch == "all" else {"batch_size": int(batch), "rng": run.rng()}

    def _test(self, run):
        """A fresh stream of the test."""
        s = run.settings
        ends = {name: s[name] for name in ("low", "high")}
        X, Y = self.task.data
        net = MLP(self.task.sizes, s["activation"], rng=run.rng())
        optimizer = OPTIMIZERS[s["optimizer"]]()
        return range_test_stream(
            net,
            X,
            Y,
            self.task.loss,
            optimizer,
            steps=int(s["steps"]),
            **ends,
            **self._options(run),
        )

    def _stream(self, run):
        if self.testing:
            for record in self._test(run):
                self.seen.append(record)
                yield record
                if not self.testing:
                    break
            self.testing = False
        X, Y = self.task.data
        shape = SCHEDULES[run.settings["schedule"]]
        optimizer = OPTIMIZERS[run.settings["optimizer"]]()
        optimizer = replace(optimizer, lr=lambda step: _rate(shape, self.peak(), step))
        for record in train(self.net, X, Y, self.task.loss, optimizer, **self._options(run)):
            self.trained = record.step
            yield record

    def apply(self, name, value):
        """Who chooses a rate by hand, does not wait for the end of the test."""
        if name == "train_at" and value == OWN:
            self.testing = False

    def _turn(self, name):
        """Turning the rate by hand is choosing it."""
        train_at = self.controls["train_at"]
        if name == "learning_rate" and name in self._turned and train_at.setting == SUGGESTED:
            train_at.show(OWN)
            self.run.change("train_at", OWN)
        super()._turn(name)

    def moved(self):
        """The slider shows what the test suggests, as soon as that is trained at."""
        at_suggestion = self.run.live["train_at"] == SUGGESTED
        if at_suggestion and self.run.steps and not self.testing and self.found.steepest:
            return {"learning_rate": self.found.steepest}
        return {}

    @property
    def preset(self):
        """Name of the preset that the settings agree with: a suggested rate is none of them."""
        moved = self.moved()
        for name, preset in self.PRESETS.items():
            settings = {k: v for k, v in preset.settings.items() if k not in moved}
            if all(self.controls[k].setting == v for k, v in settings.items()):
                return name
        return None

    def _new_run(self, old, replay):
        """As for every lab; and the test of a run that is kept is kept with it."""
        last = self.earlier[-1] if self.earlier else None
        found = self._so_far() if old is not None else None
        tested = self._tested(old) if old is not None else None
        run = super()._new_run(old, replay)
        if found is not None and self.earlier and self.earlier[-1] is not last and found.rates.size:
            self._tests.append((self.earlier[-1], tested, found.rates, found.losses))
        return run

    @property
    def found(self):
        """The whole test of the present settings, whether it was played or not."""
        tested = self._tested(self.run)
        if self._found[0] != tested:
            self._found = tested, read_range_test(self._test(self.run))
        return self._found[1]

    def _so_far(self):
        """What there is to see of the test."""
        if not self.testing:
            return self.found
        if self._read is None or len(self._read.rates) != len(self.seen):
            # no regions yet: those of half a test would be others than those of the whole
            unknown = dict.fromkeys(("flat_until", "steepest", "lowest", "diverges_from"))
            self._read = replace(read_range_test(self.seen), **unknown)
        return self._read

    def peak(self):
        """The rate that the schedule is made of."""
        if self.run.live["train_at"] == SUGGESTED and self.found.steepest:
            return self.found.steepest
        return self.run.live["learning_rate"]

    def _loss_of(self, net):
        X, Y = self.task.data
        with np.errstate(all="ignore"):
            return float(self.task.loss.value(net.predict(X), Y))

    def loss_now(self):
        """The loss on all data: in the test of the copy that it trains, then of the network."""
        if self.run.outcome == "diverged":
            return self.run.history[-1].loss
        if self.testing and self.seen:
            return self.seen[-1].val_loss
        return self._loss_of(self.net)

    def curve(self, run, points=400):
        """The training's loss, without the test's."""
        if not run.steps:
            return np.empty(0), np.empty(0)
        history = run.history
        trained = np.isnan(history.column("val_loss"))  # the test's records have one
        steps, losses = history.column("step")[trained], history.column("loss")[trained]
        kept = spikes(losses, points) if len(losses) else []
        return steps[kept], losses[kept]

    # ---- picture ------------------------------------------------------------------------------

    def draw(self):
        """The test at the left; the training and its rate at the right."""
        self._picture = RangePicture(self.live)

    def update(self):
        """Show the test and the training."""
        run, s = self.run, self.run.settings
        found, own = self._so_far(), run.live["train_at"] == OWN
        batch = "" if s["batch"] == "all" else f", batches of {s['batch']}"
        self._picture.show_test(
            found,
            first=self.first_loss,
            ends=(s["low"], s["high"]),
            smoothed=self.controls["smoothed"].setting,
            title=f"Range test: {s['optimizer']}{batch}, {s['steps']:.0f} steps",
            own=run.live["learning_rate"] if own else None,
            suggested=found.steepest,
            earlier=self._other_tests(),
        )
        steps, losses = self.curve(run)
        rates = np.empty(0)
        if len(steps):
            history = run.history
            all_rates = history.column("lr")[np.isnan(history.column("val_loss"))]
            all_steps = history.column("step")[np.isnan(history.column("val_loss"))]
            rates = all_rates[np.searchsorted(all_steps, steps)]
        if not self.testing:
            steps, losses = np.append(steps - 1, self.trained), np.append(losses, self.loss_now())
        plan = None
        if not self.testing:
            shape, peak = SCHEDULES[s["schedule"]], self.peak()
            plan = lambda step: _rate(shape, peak, step)  # noqa: E731
        wait = ", after the test" if self.testing else ""
        self._picture.show_training(
            run,
            (steps, losses),
            rates,
            plan,
            title=f"Training, {s['schedule']}{wait}",
            label=self.label(run),
            earlier=[old for old in self.earlier if len(old.steps) > 1],
        )

    def _other_tests(self):
        """Tests of the runs that are kept, each once, and without the present one."""
        kept, known = [], [self._tested(self.run)]
        for old, tested, rates, losses in self._tests:
            if tested not in known and any(old is one for one in self.earlier):
                kept.append((", ".join(tested[:3]), rates, losses))
                known.append(tested)
        return kept

    def _tested(self, run):
        """What a test depends on."""
        names = ("optimizer", "data", "activation", "batch", "low", "high", "steps", "seed")
        return tuple(run.settings[name] for name in names)

    def label(self, run):
        """An earlier training is told by its rates."""
        last = run.live["learning_rate"] if run.live["train_at"] == OWN else None
        if last is None:
            last = self.found.steepest or run.live["learning_rate"]
        kind = "" if run.settings["schedule"] == "constant" else f"{run.settings['schedule']} to "
        return f"{kind}rate {number(last)}"

    def readout(self):
        """Where the test or the training stands."""
        steps, loss = super().readout()
        if self.testing:
            rate = self.seen[-1].lr if self.seen else self.run.settings["low"]
            return [("Test step", steps[1]), loss, ("Rate", number(rate))]
        peak = self.peak()
        rate = _rate(SCHEDULES[self.run.settings["schedule"]], peak, self.trained)
        return [("Training step", number(self.trained)), loss, ("Rate", number(rate))]

    def describe(self):
        """The regions of the test, what it suggests, and what came of it."""
        run, s = self.run, self.run.settings
        n_in, hidden, _ = self.task.sizes
        said = (
            f"range test of {s['optimizer']} on {self.task.words}, {n_in}-{hidden}-1"
            f" {s['activation']} network, rates from {number(s['low'])} to {number(s['high'])}"
        )
        if self.testing and not self.seen:
            return said
        if self.testing:
            losses = [self.first_loss, *(record.val_loss for record in self.seen)]
            return f"{said}; now at {number(self.seen[-1].lr)}: {trend(losses, run.steps)}"
        return f"{said}: {_regions(self.found)}{self._trained_words()}"

    def _trained_words(self):
        """How the training went."""
        if self.testing:
            return ""
        whose = "the suggested" if self.run.live["train_at"] == SUGGESTED else "the chosen"
        if whose == "the suggested" and not self.found.steepest:
            whose = "the slider's"
        kind = self.run.settings["schedule"]
        how = "" if kind == "constant" else f" ({kind})"
        said = f". Training at {whose} rate {number(self.peak())}{how}: "
        losses = [*self.curve(self.run)[1], self.loss_now()]
        return said + trend(losses, self.trained)

    # ---- the program --------------------------------------------------------------------------

    def write_code(self):
        """The run as plain mlplib."""
        return write_code(self)

    def loss_code(self):
        """The last lines of a program: the loss that the lab shows."""
        if self.run.outcome == "diverged":
            line = "loss = history[-1].loss  # no longer a number: the run diverged"
        elif self.testing and self.seen:
            line = "loss = history[-1].val_loss"
        else:
            line = f"loss = mlplib.{self.task.loss_name}.value(net.predict(X), Y)"
        return line + '\nprint(f"loss {loss:.6g} after {len(history)} steps")'


def _rate(shape, peak, step):
    """The rate of a schedule with this peak, at a training step."""
    return peak if shape is Constant else shape(peak, steps=CYCLE)(step)


def _regions(found):
    """The regions in words."""
    if found.flat_until is None:
        return "the loss does not fall yet"
    said = (
        f"flat up to {number(found.flat_until)}, falls fastest at {number(found.steepest)},"
        f" is lowest at {number(found.lowest)}"
    )
    if found.diverges_from is None:
        return f"{said}, does not diverge up to {number(found.rates[-1])}"
    return f"{said}, diverges from {number(found.diverges_from)}"
