"""A random walk on every lab: whatever is turned and pressed, in whatever order, it stays whole.

Hypothesis plays a person who turns any control to any value, presses any button, uses presets and
looks at picture, text and code, 500 actions on each lab. What has to hold all the way: nothing
fails, the player is never stuck, and the history is, to the last bit, that of the plain training
that the lab prints.

The walks are the same each time. To go hunting on new ones, and to have one that fails shortened
to the few actions that matter, say how many of 100 actions each:

    MLPLIB_WALKS=50 python -m pytest -n0 tests/test_labs_walk.py
"""

import os

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from labs_driving import assert_same_as_plain_training, table

from mlplib.labs import LABS
from mlplib.labs._controls import Choice, Slider
from mlplib.labs._run import Run

HUNT = int(os.environ.get("MLPLIB_WALKS", 0))
ACTIONS = 100  # a walk
WALKS = HUNT or 6  # on each lab; Hypothesis may give up a walk half-way, for the numbers it needs
STEPS = 1200  # longer runs are not trained again for a comparison
STATES = {"ready", "paused", "replayed", "finished", "diverged"}
BUTTONS = ("step", "stop", "reset", "replay", "new_start", "code")

SETTINGS = settings(
    max_examples=WALKS,
    stateful_step_count=ACTIONS,
    derandomize=not HUNT,
    database=None,
    deadline=None,
    phases=(Phase.generate, Phase.shrink) if HUNT else (Phase.generate,),  # to shorten takes long
    suppress_health_check=list(HealthCheck),
)


def values(spec):
    """Legal values of a control: its samples, its notches, and what lies between."""
    if isinstance(spec, Slider):
        between = st.floats(spec.low, spec.high, allow_subnormal=False)
        return st.sampled_from(spec.samples()) | st.sampled_from(spec.notches) | between
    return st.sampled_from(list(spec.options) if isinstance(spec, Choice) else [False, True])


def hands(spec):
    """Values that a hand on the widget can reach."""
    return st.sampled_from(spec.notches if isinstance(spec, Slider) else spec.samples())


def of_any(specs, values):
    """A control's name with one of its values."""
    return st.one_of([st.tuples(st.just(spec.name), values(spec)) for spec in specs])


def make_walk(make):
    """The machine that walks on one lab."""
    template = make()
    specs = [control.spec for control in template.controls.values()]
    rate = template.controls["learning_rate"].spec
    presets = list(make.PRESETS)
    template.close()

    class Walk(RuleBasedStateMachine):
        actions = 0

        def __init__(self):
            super().__init__()
            self.lab = make()

        @rule(setting=of_any(specs, values))
        def turn(self, setting):
            name, value = setting
            self.lab.controls[name].value = value

        @rule(setting=of_any(specs, hands))
        def turn_by_hand(self, setting):
            name, value = setting
            self.lab.controls[name].widget.value = value

        @rule(
            n=st.integers(1, 8),
            changes=st.lists(st.tuples(values(rate), st.integers(0, 6)), min_size=1, max_size=3),
        )
        def change_the_rate_while_it_runs(self, n, changes):
            self.lab.player.advance(n)
            for value, more in changes:
                self.lab.learning_rate.value = value
                self.lab.player.advance(more)

        @rule(n=st.integers(0, 25))
        def advance(self, n):
            made = self.lab.player.advance(n)
            assert made == n or self.lab.player.state in ("finished", "diverged", "replayed")

        @rule(button=st.sampled_from(BUTTONS))
        def press(self, button):
            if button == "replay" and not self.lab.run.length:
                button = "reset"  # nothing to replay: it would play, which needs an event loop
            self.lab.panel.buttons[button].click()

        @precondition(lambda self: self.lab.run.steps and not self.lab.run.changed_since)
        @rule()
        def replay(self):
            lab = self.lab
            if lab.run.limit < np.inf:  # stopped within a replay: it would replay the whole
                return
            before = table(lab.history)
            lab.player.replay()
            np.testing.assert_array_equal(table(lab.history), before)

        @precondition(lambda self: presets)
        @rule(name=st.sampled_from(presets or [""]))
        def use_preset(self, name):
            self.lab.use_preset(name)
            assert self.lab.preset == name

        @rule(what=st.sampled_from(["text", "code", "png"]))
        def look(self, what):
            if what == "png":
                self.lab._paint()
                assert bytes(self.lab.panel.image.value).startswith(b"\x89PNG")
            elif what == "text":
                assert self.lab.text.endswith(".")
            else:
                compile(self.lab.code, make.__name__, "exec")

        @rule(sure=st.booleans())
        def compare(self, sure):
            if sure:
                self.compare_with_plain_training()

        def compare_with_plain_training(self):
            if self.lab.run.steps < STEPS:
                assert_same_as_plain_training(self.lab)

        @invariant()
        def it_is_not_stuck(self):
            Walk.actions += 1
            assert self.lab.player.state in STATES
            assert self.lab.player.error is None
            assert "failed" not in self.lab.panel.readout.value.lower()

        def teardown(self):
            try:
                self.compare_with_plain_training()
                self.lab.player.reset()
                assert self.lab.player.advance(1) == 1
                self.compare_with_plain_training()
            finally:
                self.lab.close()

    return Walk


each_lab = pytest.mark.parametrize("make", LABS.values(), ids=list(LABS))


@each_lab
def test_a_random_walk(make):
    walk = make_walk(make)
    run_state_machine_as_test(walk, settings=SETTINGS)
    assert HUNT or walk.actions - WALKS >= 500  # the invariant is looked at before the first, too


def test_a_replay_that_forgets_a_change_is_found(monkeypatch):
    """The walk finds what it is there for: a bug that needs three actions in the right order."""

    def forgetful(self, name, value):
        real(self, name, value)
        if len(self.changes) > 1:
            self.changes.pop(0)
            self._next_change -= 1

    real = Run.change
    monkeypatch.setattr(Run, "change", forgetful)
    with pytest.raises(AssertionError):
        run_state_machine_as_test(make_walk(LABS["learning rate"]), settings=SETTINGS)
