"""Histories and runs: what has to be equal, and stay small."""

import math
from typing import NamedTuple

import numpy as np
import pytest

from mlplib.labs._engine import Earlier
from mlplib.labs._history import History, spikes
from mlplib.labs._live import LiveFigure
from mlplib.labs._losses import LossPlot
from mlplib.labs._run import Run
from mlplib.training import Record


def records(losses, start=1):
    return [
        Record(step, step, float(loss), 0.1, 1.0, math.nan)
        for step, loss in enumerate(losses, start)
    ]


# ---- history ------------------------------------------------------------------------------------


def test_records_come_back_as_they_were():
    made = records([3.0, 2.0, 1.5])
    history = History()
    history.extend(made[:1])
    history.extend(made[1:])
    assert len(history) == 3
    assert history[0]._replace(val_loss=0) == made[0]._replace(val_loss=0)
    assert isinstance(history[-1], Record)
    assert isinstance(history[0].step, int)
    assert [r.loss for r in history] == [3.0, 2.0, 1.5]
    assert [r.step for r in history[1:]] == [2, 3]
    assert repr(history) == "3 steps, loss 1.5"
    with pytest.raises(IndexError, match="there are 3 records; got index 3"):
        history[3]


def test_an_empty_history_is_a_history():
    history = History()
    assert len(history) == 0
    assert list(history) == []
    assert len(history.column("loss")) == 0
    assert repr(history) == "no steps yet"


def test_extras_stand_beside_the_records():
    history = History(extras=("w",))
    history.extend(records([3.0, 2.0]), [(0.5,), (0.7,)])
    assert history.column("w").tolist() == [0.5, 0.7]
    assert history[1].loss == 2.0
    with pytest.raises(ValueError, match="read-only"):
        history.column("w")[0] = 1


def test_records_of_another_kind_are_kept_too():
    class Race(NamedTuple):
        step: int
        loss: float
        x: float

    history = History()
    history.extend([Race(1, 2.0, 3.0)])
    assert history[0] == Race(1, 2.0, 3.0)


def test_memory_stays_flat_and_spikes_survive():
    history = History(capacity=64)
    losses = np.full(10_000, 1.0)
    losses[17] = 50.0
    losses[5000] = -3.0
    for start in range(0, 10_000, 100):
        history.extend(records(losses[start : start + 100], start + 1))
    assert history.steps == 10_000
    assert not history.complete
    assert len(history) < 64
    assert history._table.shape[0] <= 64
    assert history.column("loss").max() == 50.0
    assert history.column("loss").min() == -3.0
    assert (np.diff(history.column("step")) > 0).all()
    assert history[-1].step == 10_000 or history.column("step").max() > 9_900


@pytest.mark.parametrize("n", [1, 2, 399, 400, 401, 997, 65_535])
def test_few_points_draw_the_same_curve(n):
    values = np.random.default_rng(n).normal(size=n)
    kept = spikes(values, 400)
    assert len(kept) <= 400
    assert kept[0] == 0
    assert kept[-1] == n - 1
    assert values[kept].max() == values.max()
    assert values[kept].min() == values.min()


# ---- runs ---------------------------------------------------------------------------------------


def halving(run):
    """A stream whose loss shrinks at the live rate."""
    loss, step = 8.0, 0
    while True:
        step += 1
        yield Record(step, step, loss, run.live["rate"], 1.0, math.nan)
        loss *= run.live["rate"]


def test_a_run_takes_what_it_is_asked_for():
    run = Run({"rate": 0.5}, halving)
    assert run.take(3) == 3
    assert run.take(2) == 2
    assert run.history.column("loss").tolist() == [8.0, 4.0, 2.0, 1.0, 0.5]
    assert run.outcome is None


def test_live_changes_are_replayed_at_their_steps():
    run = Run({"rate": 0.5}, halving)
    run.take(3)
    run.change("rate", 1.0)
    run.change("rate", 2.0)  # at the same step: the last one counts
    run.take(2)
    run.change("rate", 0.25)
    run.take(2)
    assert run.schedule("rate") == [(0, 0.5), (3, 2.0), (5, 0.25)]
    again = Run(run.settings, halving, changes=run.changes)
    again.limit = run.steps
    assert again.take(100) == 7  # in one piece
    np.testing.assert_array_equal(again.history.column("loss"), run.history.column("loss"))
    assert again.live == {"rate": 0.25}
    assert run.settings == {"rate": 0.5}


def test_a_hand_on_a_replay_drops_what_was_recorded_for_later():
    again = Run({"rate": 0.5}, halving, changes=[(2, "rate", 1.0), (5, "rate", 3.0)])
    again.limit = 10
    again.take(3)
    again.change("rate", 0.5)
    assert again.changes == [(2, "rate", 1.0), (3, "rate", 0.5)]
    assert again.take(20) == 20


def test_a_replay_of_a_replay_repeats_the_whole_run():
    run = Run({"rate": 0.5}, halving, changes=[(2, "rate", 1.0), (5, "rate", 3.0)])
    run.limit = 10
    assert run.length == 10
    run.take(3)
    assert run.length == 10
    assert not run.changed_since  # the change at step 5 is recorded, and not yet made


def test_a_change_before_the_first_step_is_a_setting():
    run = Run({"rate": 0.5}, halving)
    run.open()
    run.change("rate", 1.0)
    run.take(2)
    assert run.settings == {"rate": 1.0}
    assert run.changes == []


def test_a_change_after_the_last_step_is_not_yet_part_of_the_run():
    run = Run({"rate": 0.5}, halving)
    run.take(3)
    assert not run.changed_since
    run.change("rate", 1.0)
    assert run.changed_since
    assert run.schedule("rate") == [(0, 0.5)]
    run.take(1)
    assert not run.changed_since


def test_what_a_live_change_does_beyond_its_value():
    done = []
    run = Run({"rate": 0.5}, halving, lambda name, value: done.append((name, value)))
    run.take(1)
    run.change("rate", 2.0)
    assert done == [("rate", 2.0)]


@pytest.mark.parametrize("last", [math.inf, math.nan])
def test_a_loss_that_is_no_number_ends_the_run(last):
    run = Run({}, lambda run: iter(records([1.0, 2.0, last, 1.0])))
    assert run.take(10) == 3
    assert run.outcome == "diverged"
    assert run.take(10) == 0


def test_a_loss_a_million_times_the_first_stops_the_run_but_does_not_end_it():
    run = Run({}, lambda run: iter(records([1.0, 1e3, 1e7, 2e7, 3e7, 1.0, 0.5])))
    assert run.take(10) == 3
    assert run.exploded
    assert run.outcome is None
    assert run.take(10) == 2  # still growing: it is told again
    assert run.take(10) == 2  # and comes down
    assert run.outcome == "finished"


def test_a_stream_that_fails_keeps_the_records_before():
    def stream(run):
        yield from records([2.0, 1.0])
        raise ZeroDivisionError("planted")

    run = Run({}, stream)
    with pytest.raises(ZeroDivisionError):
        run.take(5)
    assert len(run.history) == 2
    assert run.outcome == "failed"
    assert run.take(5) == 0


def test_an_earlier_curve_without_a_finite_loss_leaves_the_plot_alone():
    live = LiveFigure(300, 200)
    plot = LossPlot(live, live.figure.subplots())
    nothing = Earlier("diverged at once", np.array([1.0, 2.0]), np.array([np.inf, np.nan]))
    run = Run({}, lambda run: iter(()))
    plot.update(run, [nothing])
    live.frame()
    assert plot.ax.get_ylim()[0] == 0
