"""Every lab of the table, driven without a browser."""

import subprocess
import sys

import numpy as np
import pytest
from ipywidgets.widgets.widget import _instances
from labs_driving import (
    WITH_MOMENTUM,
    NothingHappened,
    assert_same_as_plain_training,
    drawn,
    misplaced,
    steepest,
    table,
    turn_everything,
)

from mlplib.labs import LABS, FitByHandLab, LearningRateLab

each_lab = pytest.mark.parametrize("make", LABS.values(), ids=list(LABS))


@pytest.fixture
def lab(make):
    lab = make()
    yield lab
    lab.close()


# ---- what holds for all of them -----------------------------------------------------------------


@each_lab
def test_every_control_between_runs(lab):
    turn_everything(lab)


@each_lab
def test_every_control_during_a_run(lab):
    turn_everything(lab, steps=3, paint=True)


@each_lab
def test_a_dead_control_is_seen(lab, monkeypatch):
    name = next(iter(lab.controls))
    real = type(lab)._turn
    monkeypatch.setattr(
        type(lab),
        "_turn",
        lambda self, turned: self._turned.pop(turned) if turned == name else real(self, turned),
    )
    with pytest.raises(NothingHappened, match=name):
        turn_everything(lab, names=[name])


@each_lab
def test_a_picture_that_fails_is_seen(lab, monkeypatch):
    name, control = list(lab.controls.items())[-1]
    planted = control.spec.samples()[-1]
    real = type(lab).update

    def update(self):
        if self.controls[name].value == planted:
            raise ZeroDivisionError("planted")
        real(self)

    monkeypatch.setattr(type(lab), "update", update)
    with pytest.raises(ZeroDivisionError, match="planted"):
        turn_everything(lab, names=[name])


@each_lab
def test_each_preset(lab):
    for name, preset in lab.PRESETS.items():
        lab.player.advance(4)
        lab.use_preset(name)
        assert lab.preset == name
        assert lab.run.steps == 0
        assert {k: lab.settings[k] for k in preset.settings} == preset.settings
        assert lab.settings == type(lab)(preset=name).settings
        lab.player.advance(4)
        assert_same_as_plain_training(lab)


@each_lab
def test_words_and_legends_keep_their_places(lab):
    for name in lab.PRESETS or [None]:
        if name:
            lab.use_preset(name)
        lab.player.advance(30)
        spec = lab.controls["learning_rate"].spec
        lab.learning_rate.value = max(lab.learning_rate.value * 0.123, spec.low)  # many digits
        lab.player.advance(30)
        assert misplaced(lab) == [], name
        lab.player.reset()  # now it is an earlier run, with a long label
        lab.player.advance(3)
        assert misplaced(lab) == [], name


@each_lab
def test_replay_is_equal_bit_for_bit_with_the_changes_made_in_the_run(lab):
    low, high = lab.controls["learning_rate"].spec.samples()
    lab.player.advance(5)
    lab.learning_rate.value = low * 10
    lab.player.advance(7)
    lab.learning_rate.value = high / 8
    lab.player.advance(3)
    first, seen, said = table(lab.history), drawn(lab), lab.text
    lab.player.replay()
    np.testing.assert_array_equal(table(lab.history), first)
    assert lab.player.state == "replayed"
    assert drawn(lab) == seen
    assert lab.text == said
    assert len(lab.earlier) == 0  # an equal curve is no curve to compare with


@each_lab
def test_replay_after_a_change_is_the_same_start_with_the_new_setting(lab):
    lab.player.advance(6)
    first = table(lab.history)
    lab.learning_rate.value = 2 * lab.learning_rate.value
    lab.player.replay()
    lab.player.advance(6)
    again = table(lab.history)
    assert again[0, 2] == first[0, 2]
    assert not np.array_equal(again, first)
    assert len(lab.earlier) == 1


@each_lab
def test_reset_goes_back_to_the_same_weights(lab):
    start, seen = lab.settings, drawn(lab)
    lab.player.advance(5)
    assert drawn(lab) != seen
    lab.player.reset()
    assert lab.settings == start
    lab.panel.buttons["reset"].click()  # pressed again: the faint curve goes
    assert drawn(lab) == seen
    assert not lab.earlier


@each_lab
def test_history_and_code_are_plain_training(lab):
    assert_same_as_plain_training(lab)
    lab.player.advance(3)
    for factor in (1.5, 0.3, 1.7, 1.1):
        lab.learning_rate.value = lab.learning_rate.value * factor
        lab.player.advance(4)
        assert_same_as_plain_training(lab)


@each_lab
def test_a_rate_too_large_diverges_in_words_and_the_lab_goes_on(lab):
    steepest(lab)
    made = lab.player.advance(5000)
    assert made < 5000
    assert lab.player.state == "diverged"
    assert f"Diverged at step {made}: " in lab.text
    assert "Lower the learning rate, then Reset or Replay." in lab.text
    assert_same_as_plain_training(lab)
    lab.live.frame()
    lab.learning_rate.value = lab.controls["learning_rate"].spec.low * 20
    lab.player.reset()
    assert lab.player.advance(20) == 20
    assert "Diverged" not in lab.text
    assert lab.history[-1].loss < lab.history[0].loss


@each_lab
def test_a_loss_that_is_no_number_ends_the_run(lab):
    lab.BLOW_UP = None
    lab.player.reset()
    steepest(lab)
    with np.errstate(over="ignore"):
        made = lab.player.advance(100_000)
    assert not np.isfinite(lab.history[-1].loss)
    assert f"Diverged at step {made}: the loss is no longer a number." in lab.text
    assert lab.player.advance(3) == 0
    assert_same_as_plain_training(lab)
    lab.live.frame()
    lab.player.reset()
    assert lab.player.advance(2) == 2


@each_lab
def test_a_run_that_explodes_recovers_with_a_lower_rate(lab):
    if lab.NAME in WITH_MOMENTUM:
        pytest.skip("its velocity goes on, and its status says to reset")
    steepest(lab)
    lab.player.advance(5000)
    lab.learning_rate.value = lab.controls["learning_rate"].spec.low * 50
    assert lab.player.advance(400) == 400
    assert lab.history[-1].loss < 2 * lab.history[0].loss
    assert_same_as_plain_training(lab)


@each_lab
def test_a_run_that_went_on_after_an_explosion_is_replayed_whole(lab):
    steepest(lab)
    lab.player.advance(5000)
    for _ in range(3):
        if lab.run.outcome is None:
            lab.player.advance(1)
    first, state = table(lab.history), lab.player.state
    lab.player.replay()
    np.testing.assert_array_equal(table(lab.history), first)
    if state == "diverged":
        assert lab.player.state == "diverged"


@each_lab
def test_pressing_every_button(lab):
    with pytest.raises(RuntimeError, match="expected a running event loop"):
        lab.player.start()
    for name in ("step", "step", "stop", "code", "replay", "new_start", "reset", "reset", "code"):
        lab.panel.buttons[name].click()
    assert lab.player.state == "ready"
    assert lab.panel.listing.layout.display == "none"


@each_lab
def test_a_new_start_is_another_one_and_reset_keeps_it(lab):
    before = lab.settings
    lab.panel.buttons["new_start"].click()
    fresh = lab.settings
    assert fresh != before
    lab.player.advance(3)
    lab.player.reset()
    assert lab.settings == fresh
    lab.player.advance(3)
    assert_same_as_plain_training(lab)


@each_lab
def test_what_is_stored_in_a_notebook(lab):
    lab.player.advance(5)
    data, metadata = lab._repr_mimebundle_()
    assert data["text/plain"] == lab.text == repr(lab)
    assert len(data["image/png"]) < 110_000
    assert "application/vnd.jupyter.widget-view+json" in data
    assert metadata["image/png"]["alt"] == lab.text
    assert bytes(lab.panel.image.value).startswith(b"\x89PNG")  # drawn before it is displayed
    lab.close()
    data, _ = lab._repr_mimebundle_()
    assert set(data) == {"image/png", "text/plain"}


@each_lab
def test_the_text_is_the_same_for_the_same_settings(make, lab):
    lab.player.advance(30)
    other = make()
    other.player.advance(30)
    assert other.text == lab.text
    assert not any(word in lab.text for word in ("0x", "e-1", "nan"))
    other.close()


@each_lab
def test_hidden_controls_work_and_are_not_shown(make):
    name = "learning_rate"
    lab = make(hide=[name, "code"], learning_rate=0.25)
    assert lab.learning_rate.value == 0.25
    assert lab.controls[name].widget not in list(_widgets(lab.panel.box))
    assert lab.panel.buttons["code"] not in list(_widgets(lab.panel.box))
    lab.close()


def _widgets(box):
    yield box
    for child in getattr(box, "children", ()):
        yield from _widgets(child)


@each_lab
def test_names_that_are_none_are_refused_with_the_nearest(make):
    with pytest.raises(ValueError, match=r"hide to be one of .*Did you mean 'learning_rate'\?"):
        make(hide=["learnin_rate"])
    with pytest.raises(ValueError, match=r"Did you mean 'learning_rate'\?"):
        make(learning_rat=0.1)
    with pytest.raises(ValueError, match="learning_rate to be a finite number at least"):
        make(learning_rate=1e9)
    with pytest.raises(ValueError, match=r"preset"):
        make(preset="no such preset")
    lab = make()
    with pytest.raises(AttributeError, match=r"Its controls: .*learning_rate"):
        lab.learnin_rate  # noqa: B018
    with pytest.raises(ValueError, match="at most"):
        lab.learning_rate.value = 1e9
    lab.close()


@each_lab
def test_a_closed_lab_leaves_no_widget_behind(make):
    before = set(_instances)
    lab = make()
    lab.panel.buttons["code"].click()
    assert lab.widget
    lab.close()
    assert set(_instances) == before


@each_lab
def test_two_labs_do_not_know_each_other(make):
    one, two = make(), make()
    one.player.advance(5)
    assert two.run.steps == 0
    two.learning_rate.value = 0.5
    two.player.advance(5)
    assert not np.array_equal(table(one.history), table(two.history))
    one.close()
    two.player.advance(1)
    two.close()


def test_no_pyplot_and_no_display_are_touched():
    code = (
        "import sys, matplotlib\n"
        "look = lambda: {k: v for k, v in dict.items(matplotlib.rcParams) if k != 'backend'}\n"
        "before = look()\n"
        "from mlplib.labs import LABS\n"
        "for lab in LABS.values():\n"
        "    lab = lab(); lab.player.advance(3); lab.png(); lab.close()\n"
        "assert 'matplotlib.pyplot' not in sys.modules\n"
        "assert look() == before\n"
    )
    subprocess.run([sys.executable, "-W", "error", "-c", code], check=True)


# ---- fit by hand --------------------------------------------------------------------------------


def test_gradient_descent_takes_over_where_the_hand_left_off():
    lab = FitByHandLab()
    lab.w.value, lab.b.value = 30.0, 100.0
    lab.player.advance(4)
    moved = lab.w.value, lab.b.value
    assert moved == tuple(lab.net.theta)
    lab.w.value = -20.0  # and the hand where training has left off
    assert lab.run.settings["b"] == moved[1]
    assert lab.run.steps == 0
    lab.player.advance(2)
    lab.player.reset()
    assert (lab.w.value, lab.b.value) == (-20.0, moved[1])
    assert_same_as_plain_training(lab)


def test_it_finds_the_line_of_least_squares():
    lab = FitByHandLab(learning_rate=0.2)
    lab.player.advance(200)
    assert lab.net.theta == pytest.approx(lab.data.best, rel=1e-9)
    lab.minimum.value = True
    assert "The least loss, 507, is at slope 14.3 and bias 68.1" in lab.text


def test_points_of_ones_own():
    rng = np.random.default_rng(0)
    x = rng.uniform(20, 30, 40)
    y = 3 * x - 2 + rng.normal(size=40)
    lab = FitByHandLab(x, y, x_label="temperature", y_label="sales")
    turn_everything(lab)
    lab = FitByHandLab(x, y, x_label="temperature", y_label="sales")
    lab.player.advance(10)
    assert lab.history[-1].loss < lab.history[0].loss
    assert_same_as_plain_training(lab, x=x, y=y)
    assert "sales against temperature" in lab.text


def test_points_that_are_none_are_refused():
    with pytest.raises(ValueError, match="expected x and y, or neither"):
        FitByHandLab([1.0, 2.0])
    with pytest.raises(ValueError, match="of one length"):
        LearningRateLab([1.0, 2.0], [1.0])
    with pytest.raises(ValueError, match="one feature"):
        FitByHandLab(np.ones((3, 2)), np.ones(6))
    with pytest.raises(ValueError, match="different values"):
        FitByHandLab([1.0, 1.0], [1.0, 2.0])


# ---- learning rate ------------------------------------------------------------------------------


def test_the_presets_do_what_they_are_called():
    falls = {}
    for name in LearningRateLab.PRESETS:
        lab = LearningRateLab(preset=name)
        lab.player.advance(60)
        losses = lab.history.column("loss")
        falls[name] = (losses[0] - losses[-1]) / (losses[0] - lab.data.loss(*lab.data.best))
        side = np.sign(lab.history.column("w") - lab.data.best[0])
        assert (side[1:5] != side[:4]).all() == (name in ("too large", "divergent"))
        lab.close()
    assert falls["too low"] < 0.75 < 0.9 < falls["too large"] < falls["right"]
    assert falls["right"] > 0.999999 > 0 > falls["divergent"]


def test_the_next_step_lands_where_it_was_announced():
    lab = LearningRateLab(learning_rate=0.3)
    said = float(lab.text.split("land at ")[1].split(". ")[0])
    lab.player.advance(1)
    assert lab.net.theta[0] == pytest.approx(said, abs=5e-4)


def test_points_of_ones_own_make_a_parabola():
    x, y = np.array([1.0, 2.0, 4.0]), np.array([100.0, 300.0, 200.0])
    lab = LearningRateLab(x, y, preset="right")
    lab.player.advance(50)
    assert lab.net.theta[0] == pytest.approx(np.corrcoef(x, y)[0, 1])
    assert_same_as_plain_training(lab, x=x, y=y)


def test_a_label_that_nobody_reads_draws_nothing_anew():
    lab = LearningRateLab()
    lab.png()
    draws = lab.live.still_draws
    lab.learning_rate.value = 2 * lab.learning_rate.value  # the label of a run without a legend
    lab.png()
    assert lab.live.still_draws == draws
    lab.player.advance(3)
    lab.player.reset()
    lab.learning_rate.value = 2 * lab.learning_rate.value
    lab.png()
    assert lab.live.still_draws > draws
    assert len(lab.live.figure.axes[1].get_legend().get_texts()) == 2
