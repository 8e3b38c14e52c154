"""The player on an event loop: what happens to a lab that is played."""

import asyncio
import math
import threading
import time

import numpy as np
import pytest
from labs_driving import table

from mlplib.labs import LABS, LearningRateLab
from mlplib.labs._player import Player
from mlplib.labs._run import Run
from mlplib.training import Record


def endless(run):
    step = 0
    while True:
        step += 1
        yield Record(step, step, 1 / step, 0.1, 1.0, math.nan)


def player_on_loop(stream=endless, on_steps=lambda: None, **options):
    player = Player(
        lambda old, replay: Run({}, stream),
        on_steps=on_steps,
        on_state=lambda: None,
        loop=asyncio.get_running_loop(),
        **options,
    )
    return player


def on_loop(coroutine):
    """Run a test's coroutine in a loop of its own; what is waited for in vain ends it."""
    asyncio.run(asyncio.wait_for(coroutine(), 120))


async def until(condition):
    while not condition():
        await asyncio.sleep(0.005)


def tasks():
    """How many tasks are playing."""
    return sum("_work" in repr(task.get_coro()) for task in asyncio.all_tasks())


def test_start_stop_and_go_on():
    async def play():
        player = player_on_loop(speed=1000)
        player.start()
        await until(lambda: player.run.steps > 50)
        player.stop()
        made = player.run.steps
        await until(lambda: tasks() == 0)
        assert player.run.steps == made
        assert player.state == "paused"
        player.start()
        await until(lambda: player.run.steps > made)
        player.stop()
        assert player.run.history.column("step").tolist() == list(range(1, player.run.steps + 1))

    on_loop(play)


def test_a_second_start_or_a_reset_leaves_one_task_at_most():
    async def play():
        player = player_on_loop(speed=1000)
        for _ in range(5):
            player.start()
        await until(lambda: player.run.steps)
        assert tasks() == 1
        for _ in range(3):
            player.stop()
            player.start()
        player.replay()
        player.replay()
        await until(lambda: tasks() <= 1)
        player.reset()
        player.reset()
        await until(lambda: tasks() == 0)
        assert player.run.steps == 0

    on_loop(play)


def test_speed_is_kept_and_can_be_changed_while_it_plays():
    async def play():
        player = player_on_loop(speed=50)
        player.start()
        began = time.perf_counter()
        await until(lambda: player.run.steps >= 20)
        assert time.perf_counter() - began > 0.9 * 18 / 50  # the first one does not wait
        player.speed = math.inf
        await until(lambda: player.run.steps > 5000)
        player.speed = 1
        await asyncio.sleep(0.1)
        made, began = player.run.steps, time.perf_counter()
        await asyncio.sleep(0.3)
        assert player.run.steps - made <= 1 + (time.perf_counter() - began)
        player.stop()

    on_loop(play)
    player = Player(
        lambda old, replay: Run({}, endless), on_steps=lambda: None, on_state=lambda: None
    )
    with pytest.raises(ValueError, match="speed to be a finite number above 0"):
        player.speed = 0


def test_the_first_step_does_not_wait():
    async def play():
        player = player_on_loop(speed=1)
        player.start()
        await until(lambda: player.run.steps)
        assert player.run.steps == 1
        player.stop()

    on_loop(play)


def test_a_busy_cell_is_not_caught_up_with(monkeypatch):
    class Clock:
        ahead = 0.0

        def perf_counter(self):
            return time.perf_counter() + self.ahead

    clock, seen = Clock(), []
    monkeypatch.setattr("mlplib.labs._player.time", clock)

    async def play():
        player = player_on_loop(on_steps=lambda: seen.append(player.run.steps), speed=100)
        player.start()
        await until(lambda: player.run.steps > 3)
        made = player.run.steps
        clock.ahead += 60  # a cell that took a minute: 6000 steps late
        await until(lambda: player.run.steps > made + 40)
        player.stop()

    on_loop(play)
    assert max(np.diff(seen)) <= 21  # what is due of 0.1 seconds, and what was left of as many


def test_full_speed_lets_others_have_their_turn():
    async def play():
        player = player_on_loop(speed=math.inf)
        player.start()
        turns = 0
        while turns < 10 or player.run.steps < 1000:  # on_loop ends a player that gives no turn
            await asyncio.sleep(0)
            turns += 1
        player.stop()

    on_loop(play)


def test_what_a_cell_sets_holds_from_its_next_line():
    async def play():
        lab = LearningRateLab()
        lab.player.advance(3)
        lab.learning_rate.value = 0.5
        lab.player.advance(2)
        assert [record.lr for record in lab.history] == [0.05] * 3 + [0.5] * 2
        lab.close()

    on_loop(play)


def test_a_failing_stream_is_told_and_leaves_the_player_usable():
    def failing(run):
        yield from (r for r, _ in zip(endless(run), range(3), strict=False))
        raise ZeroDivisionError("planted")

    async def play():
        player = player_on_loop(failing, speed=math.inf)
        player.start()
        await until(lambda: player.state == "failed")
        assert isinstance(player.error, ZeroDivisionError)
        assert player.run.steps == 3
        player.reset()
        assert player.state == "ready"
        assert player.error is None
        player.step()
        assert player.run.steps == 1

    on_loop(play)


def test_an_interrupt_pauses_and_does_not_end_the_loop():
    def interrupted(run):
        yield from (r for r, _ in zip(endless(run), range(3), strict=False))
        raise KeyboardInterrupt

    async def play():
        player = player_on_loop(interrupted, speed=math.inf)
        player.start()
        await until(lambda: not player.running)
        assert player.state == "paused"
        player.start()  # anew
        await until(lambda: not player.running)
        assert player.run.steps == 3

    on_loop(play)


# ---- labs on a loop -----------------------------------------------------------------------------


def test_handlers_on_other_threads_only_hand_on():
    """ipykernel 7 calls them there: everything else has to happen on the loop's thread."""

    async def play():
        here = threading.get_ident()
        lab = LearningRateLab()
        seen = set()
        for name in ("_turn", "_press_train", "_press_stop", "_use_preset"):
            real = getattr(lab, name)

            def spy(*args, real=real):
                seen.add(threading.get_ident())
                return real(*args)

            setattr(lab, name, spy)

        def elsewhere(work):
            thread = threading.Thread(target=work)
            thread.start()
            thread.join()

        elsewhere(lambda: lab.panel.speed.set_trait("value", math.inf))
        elsewhere(lab.panel.buttons["train"].click)
        await until(lambda: lab.run.steps > 20)
        slider = lab.controls["learning_rate"].widget
        elsewhere(lambda: slider.set_trait("value", 0.5))
        await until(lambda: lab.run.live["learning_rate"] == 0.5)
        await until(lambda: lab.history[-1].lr == 0.5)
        elsewhere(lab.panel.buttons["stop"].click)
        await until(lambda: not lab.player.running)
        elsewhere(lambda: lab.panel.presets["divergent"].click())
        await until(lambda: lab.preset == "divergent")
        assert seen == {here}
        lab.close()

    on_loop(play)


def test_of_many_turns_the_last_one_counts():
    async def play():
        lab = LearningRateLab()
        lab.player.advance(3)
        for value in (0.1, 0.2, 0.3, 0.4):
            lab.controls["learning_rate"].widget.value = value
        assert lab.run.live["learning_rate"] == 0.05  # nothing yet: the loop has not had its turn
        assert lab.settings["learning_rate"] == 0.4  # but who asks is told
        assert lab.run.changes == [(3, "learning_rate", 0.4)]
        lab.close()

    on_loop(play)


@pytest.mark.parametrize("make", LABS.values(), ids=list(LABS))
def test_a_played_run_is_replayed_bit_for_bit(make):
    async def play():
        lab = make()
        lab.player.speed = 400
        lab.panel.buttons["train"].click()
        lab.panel.buttons["train"].click()  # a double click
        await until(lambda: lab.run.steps > 20)
        lab.learning_rate.value = 0.11
        await until(lambda: lab.run.steps > 60)
        lab.panel.buttons["stop"].click()
        await until(lambda: not lab.player.running)
        first, said = table(lab.history), lab.text
        lab.player.speed = math.inf
        lab.panel.buttons["replay"].click()
        lab.panel.buttons["replay"].click()
        await until(lambda: lab.player.state == "replayed")
        np.testing.assert_array_equal(table(lab.history), first)
        assert lab.text == said
        assert lab.learning_rate.value == 0.11
        await until(lambda: "Replayed" in lab.panel.readout.value)
        lab.close()

    on_loop(play)


@pytest.mark.parametrize("make", LABS.values(), ids=list(LABS))
def test_frames_and_words_follow_while_it_plays(make):
    async def play():
        lab = make()
        lab.widget  # noqa: B018 - as displayed
        pictures = set()
        lab.panel.image.observe(lambda c: pictures.add(bytes(c["new"])), "value")
        lab.player.speed = 30  # for labs that start at one step a second
        lab.player.start()
        await until(lambda: len(pictures) > 4)
        assert "Training." in lab.panel.readout.value
        await until(lambda: " steps and " in lab.panel.caption.value)
        lab.player.stop()
        await until(lambda: "Stopped after" in lab.panel.readout.value)
        lab.close()

    on_loop(play)


@pytest.mark.parametrize("make", LABS.values(), ids=list(LABS))
def test_a_picture_that_fails_is_told_in_the_lab_and_the_lab_goes_on(make, monkeypatch):
    async def play():
        lab = make()
        real = lab.update
        broken = True

        def update():
            if broken:
                raise ZeroDivisionError("planted")
            real()

        monkeypatch.setattr(lab, "update", update)
        lab.player.start()
        await until(lambda: lab.player.state == "failed")
        await until(lambda: "Failed at step" in lab.panel.readout.value)
        assert "ZeroDivisionError: planted" in lab.panel.readout.value
        assert not lab.player.running
        frames = lab.painter.frames
        await asyncio.sleep(0.3)
        assert lab.painter.frames - frames < 3  # and it does not try again and again
        broken = False
        lab.panel.buttons["reset"].click()
        lab.panel.buttons["train"].click()
        await until(lambda: lab.run.steps > 2)
        assert lab.player.state == "running"
        lab.close()

    on_loop(play)


def test_two_labs_play_at_once():
    async def play():
        labs = [make() for make in LABS.values()]
        for lab in labs:
            lab.player.speed = math.inf
            lab.player.start()
        await until(lambda: all(lab.run.steps > 500 for lab in labs))
        assert all(lab.painter.frames > 0 for lab in labs)
        for lab in labs:
            lab.close()
        await until(lambda: tasks() == 0)

    on_loop(play)


def test_a_lab_that_is_shown_nowhere_any_more_stops():
    async def play():
        lab = LearningRateLab()
        lab.panel.box._view_count = 1
        lab.player.start()
        await until(lambda: lab.run.steps > 1)
        lab.panel.box._view_count = 0
        await until(lambda: not lab.player.running)
        lab.player.start()
        assert lab.player.running
        lab.close()

    on_loop(play)


def test_a_closed_lab_can_be_read_and_does_nothing():
    async def play():
        lab = LearningRateLab()
        lab.player.start()
        await until(lambda: lab.run.steps > 2)
        lab.close()
        made = lab.run.steps
        await asyncio.sleep(0.1)
        assert lab.run.steps == made
        assert "weight" in lab.text
        lab.close()

    on_loop(play)


def test_a_browser_that_does_not_follow_is_sent_fewer_frames(monkeypatch):
    async def play():
        lab = LearningRateLab()
        lab.widget  # noqa: B018 - as displayed
        lab.player.start()  # no browser answers here
        await until(lambda: lab.painter._waiting)
        await until(lambda: lab.painter._next() == lab.painter._last + 0.5)
        lab.painter._answer.value += 1
        await until(lambda: not lab.painter._waiting)
        monkeypatch.setattr("mlplib.labs._painter.GONE", 2)
        lab.painter._asked = -10.0
        await until(lambda: not lab.player.running)  # nobody looks: it stops by itself
        lab.close()

    on_loop(play)


def test_a_lab_outlives_its_loop():
    async def make():
        return LearningRateLab()

    lab = asyncio.run(make())
    lab.learning_rate.value = 0.3
    lab.player.advance(2)
    assert lab.history[-1].lr == 0.3
    lab.close()
