"""The range-test lab: the library's own test, its suggestion, and a hand that overrules it."""

import numpy as np
import pytest
from labs_driving import assert_same_as_plain_training, drawn, run_code, table

import mlplib
from mlplib._words import number
from mlplib.labs import RangeTestLab
from mlplib.labs._range_data import TASKS


@pytest.fixture
def make():
    labs = []

    def make(**options):
        labs.append(RangeTestLab(**options))
        return labs[-1]

    yield make
    for lab in labs:
        lab.close()


def play_test(lab):
    """Step to the end of the test, and one further: the first step of the training."""
    while lab.testing:
        assert lab.player.advance(1) == 1
    return lab.run.steps - lab.trained


def whole_test(lab):
    s = lab.settings
    X, Y = TASKS[s["data"]].data
    net = mlplib.MLP([X.shape[1], 16, 1], s["activation"], rng=np.random.default_rng(s["seed"]))
    return mlplib.learning_rate_range_test(net, X, Y, "mse", "gradient_descent")


# ---- the test -----------------------------------------------------------------------------------


def test_the_regions_and_the_suggestion_are_the_librarys(make):
    lab = make()
    made = play_test(lab)
    found = whole_test(lab)
    assert lab.found == found
    assert made == len(found.rates)
    np.testing.assert_array_equal(lab.history.column("val_loss")[:made], found.losses)
    for value in (found.flat_until, found.steepest, found.lowest, found.diverges_from):
        assert number(value) in lab.text
    assert lab.history[-1].lr == found.steepest == lab.learning_rate.value
    assert f"Training at the suggested rate {number(found.steepest)}: " in lab.text


def test_the_regions_are_marked_when_the_test_is_over_and_not_before(make):
    lab = make()
    lab.player.advance(60)
    drawn(lab)
    picture = lab._picture
    assert [len(bar.get_xdata()) for bar in picture._bars] == [0, 0, 0]
    assert "diverges" not in lab.text
    play_test(lab)
    drawn(lab)
    found = lab.found
    spans = [tuple(bar.get_xdata()) for bar in picture._bars]
    assert spans == [
        (1e-5, found.flat_until),
        (found.flat_until, found.lowest),
        (found.diverges_from, 10.0),
    ]
    words = picture._words.get_text()
    assert words == ("flat", "falling", "diverging", f"suggested: {number(found.steepest)}")
    assert picture._star.get_xdata() == [found.steepest]


def test_a_test_without_a_falling_region_trains_at_the_sliders_rate(make):
    lab = make(low=1e-7, high=0.1, steps=20, data="moons", activation="sigmoid")
    lab.controls["learning_rate"].show(0.1)
    play_test(lab)
    if lab.found.steepest is None:
        assert "does not fall" in lab.text
        assert lab.history[-1].lr == lab.learning_rate.value
    assert_same_as_plain_training(lab)


def test_the_running_median_is_shown_and_taken_away(make):
    lab = make()
    lab.player.advance(30)
    drawn(lab)
    np.testing.assert_array_equal(lab._picture._smooth.get_ydata(), lab._so_far().smoothed)
    lab.smoothed.value = False
    drawn(lab)
    assert len(lab._picture._smooth.get_ydata()) == 0
    assert len(lab._picture._raw.get_ydata()) == 30


# ---- who chooses the rate -----------------------------------------------------------------------


def test_a_hand_on_the_rate_ends_the_test_and_trains_at_it(make):
    lab = make()
    lab.player.advance(40)
    lab.learning_rate.value = 0.03
    assert lab.train_at.value == "own rate"
    lab.player.advance(10)
    assert [record.lr for record in lab.history[40:]] == [0.03] * 10
    assert np.isfinite(lab.history.column("val_loss")).sum() == 40
    assert "Training at the chosen rate 0.03" in lab.text
    assert "diverges from" in lab.text  # the rest of the test is shown all the same
    assert_same_as_plain_training(lab)
    first, seen = table(lab.history), drawn(lab)
    lab.player.replay()
    np.testing.assert_array_equal(table(lab.history), first)
    assert drawn(lab) == seen


def test_after_a_hand_a_reset_trains_at_once_at_its_rate(make):
    lab = make()
    lab.player.advance(40)
    lab.learning_rate.value = 0.03
    lab.player.reset()
    lab.player.advance(5)
    assert set(lab.history.column("lr")) == {0.03}
    assert_same_as_plain_training(lab)


def test_back_to_the_suggestion_while_it_trains(make):
    lab = make()
    play_test(lab)
    lab.player.advance(5)
    lab.learning_rate.value = 0.2
    lab.player.advance(5)
    lab.train_at.value = "suggested rate"
    lab.player.advance(5)
    rates = lab.history.column("lr")[-16:].tolist()
    best = lab.found.steepest
    assert rates == [best] * 6 + [0.2] * 5 + [best] * 5
    assert "suggested = found.steepest" in lab.code
    assert "(11, suggested), (6, 0.2), (0, suggested)" in lab.code
    assert_same_as_plain_training(lab)


def test_a_reset_takes_the_suggestion_off_the_slider(make):
    lab = make()
    before = lab.settings
    play_test(lab)
    assert lab.settings != before
    lab.player.reset()
    assert lab.settings == before


def test_a_preset_stays_in_force_when_its_suggestion_moves_the_slider(make):
    lab = make(preset="Adam")
    play_test(lab)
    assert lab.preset == "Adam"
    lab.learning_rate.value = 0.2
    assert lab.preset is None


def test_a_rate_by_name_is_ones_own(make):
    assert make(learning_rate=0.3).train_at.value == "own rate"
    assert make(learning_rate=0.3, train_at="suggested rate").train_at.value == "suggested rate"


# ---- schedules ----------------------------------------------------------------------------------


@pytest.mark.parametrize("schedule", ["one-cycle", "cosine"])
def test_the_schedule_is_the_librarys_and_is_drawn_ahead(make, schedule):
    lab = make(schedule=schedule)
    play_test(lab)
    lab.player.advance(99)
    shape = {"one-cycle": mlplib.OneCycle, "cosine": mlplib.Cosine}[schedule]
    expected = shape(lab.found.steepest, steps=300)
    rates = [record.lr for record in lab.history[-100:]]
    assert rates == [expected(step) for step in range(100)]
    assert_same_as_plain_training(lab)
    drawn(lab)
    steps, ahead = lab._picture._plan.get_data()
    np.testing.assert_allclose(ahead, [expected(step) for step in steps])
    lab.learning_rate.value = 0.05
    lab.player.advance(20)
    assert lab.history[-1].lr == pytest.approx(shape(0.05, steps=300)(119))
    assert_same_as_plain_training(lab)


# ---- presets ------------------------------------------------------------------------------------


def trained(make, preset, steps=300):
    lab = make(preset=preset)
    play_test(lab)
    lab.player.advance(steps - lab.trained)
    assert_same_as_plain_training(lab)
    return lab


def test_the_presets_do_what_they_say(make):
    found = trained(make, "find a rate")
    assert found.loss < 0.4 < 2 < found.first_loss

    flat = trained(make, "from the flat region", 100)
    assert flat.learning_rate.value < flat.found.flat_until
    assert flat.loss > 0.7 * flat.first_loss
    losses = flat.history.column("loss")
    assert (np.diff(losses) < 0).all()  # every step helps

    diverging = trained(make, "from the diverging region")
    assert diverging.learning_rate.value > diverging.found.diverges_from
    assert diverging.player.state == "diverged"

    bold = trained(make, "the lowest is too bold")
    assert bold.found.steepest < bold.learning_rate.value < bold.found.lowest
    assert bold.player.state == "diverged"

    adam = trained(make, "Adam", 10)
    assert adam.found.steepest < found.found.steepest / 2


def test_small_batches_tremble_at_a_rate_that_a_cycle_can_visit(make):
    tremble = trained(make, "small batches tremble")
    cycle = trained(make, "one-cycle")
    assert tremble.settings | {"schedule": "one-cycle"} == cycle.settings
    assert cycle.loss < 0.7 * tremble.loss
    assert max(cycle.history.column("lr")) == tremble.history[-1].lr == 0.3


# ---- what is kept -------------------------------------------------------------------------------


def test_earlier_tests_and_trainings_stay_as_faint_curves(make):
    lab = make()
    play_test(lab)
    lab.player.advance(20)
    first = lab.found
    lab.optimizer.value = "Adam"
    drawn(lab)
    (line,) = lab._picture._faint
    np.testing.assert_array_equal(line.get_xdata(), first.rates)
    assert line.get_label() == "gradient descent, houses, tanh"
    assert len(lab._picture._loss._faint) == 1
    lab.panel.buttons["reset"].click()
    drawn(lab)
    assert lab._picture._faint == []


def test_an_equal_test_is_not_drawn_twice(make):
    lab = make()
    play_test(lab)
    lab.player.advance(20)
    lab.learning_rate.value = 0.1
    lab.player.advance(20)
    lab.player.reset()
    drawn(lab)
    assert lab.earlier
    assert lab._picture._faint == []


@pytest.mark.parametrize("data", TASKS)
@pytest.mark.parametrize("batch", ["all", "8"])
def test_the_printed_program_from_start_to_end(make, data, batch):
    lab = make(data=data, batch=batch, optimizer="momentum")
    for steps in (0, 1, 30, 60, 40):
        lab.player.advance(steps)
        assert_same_as_plain_training(lab)
    assert run_code(lab)["found"] == lab.found
