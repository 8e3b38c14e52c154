"""The live figure, the controls and the cells: what a frame is made of."""

import io

import numpy as np
import pytest
from PIL import Image

from mlplib import plotting
from mlplib.labs import _cells, _live
from mlplib.labs._controls import Choice, Control, Slider, Toggle
from mlplib.labs._live import LiveFigure, encode
from mlplib.labs._map import DecisionMap, LevelMap


@pytest.fixture
def live():
    live = LiveFigure(300, 200, scale=1.5)
    with plotting.style():
        ax = live.figure.subplots()
        ax.set(xlim=(0, 10), ylim=(0, 1), title="loss")
        (live.line,) = ax.plot([], [], color=plotting.BLUE)
        live.animate(live.line)
    live.ax = ax
    return live


def pixels(png):
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB")).astype(int)


def test_a_frame_redraws_what_moves_and_leaves_no_trace(live):
    live.frame()
    empty = live.pixels()
    live.line.set_data([0, 10], [0, 1])
    live.frame()
    drawn = live.pixels()
    assert (drawn != empty).any()
    live.line.set_data([], [])
    live.frame()
    np.testing.assert_array_equal(live.pixels(), empty)
    assert live.still_draws == 1


@pytest.mark.parametrize(
    "change",
    [
        lambda ax: ax.set_xlim(0, 20),
        lambda ax: ax.set_ylim(0, 2),
        lambda ax: ax.set_yscale("log"),
        lambda ax: ax.set_title("another", loc="left"),
        lambda ax: ax.set_xlabel("step"),
    ],
)
def test_limits_and_labels_bring_a_full_draw_and_nothing_else_does(live, change):
    live.ax.set_ylim(0.1, 1)
    live.frame()
    for x in range(5):
        live.line.set_data([0, x], [0, 1])
        live.frame()
    assert live.still_draws == 1
    change(live.ax)
    live.frame()
    assert live.still_draws == 2
    live.invalidate()
    live.frame()
    live.frame()
    assert live.still_draws == 3


def test_a_panel_that_changed_is_drawn_alone_and_leaves_no_trace():
    def make():
        live = LiveFigure(900, 200)
        with plotting.style():
            axes = live.figure.subplots(1, 3)
            live.figure.subplots_adjust(0.1, 0.2, 0.97, 0.85, wspace=0.5)
            for ax in axes:
                ax.set(xlim=(0, 1000), ylim=(0, 800), xlabel="step", ylabel="loss", title="a title")
        return live, axes

    limits = [(0, 50), (0, 10000), (-900, 2)]
    for i in range(3):
        one, axes = make()
        one.frame()
        for limit in limits:
            axes[i].set_xlim(limit)
            axes[i].set_ylim(limit[0], 9)
            one.frame()
        assert one.full_draws == 1
        all_, axes = make()
        axes[i].set_xlim(limits[-1])
        axes[i].set_ylim(limits[-1][0], 9)
        all_.frame()
        np.testing.assert_array_equal(one.pixels(), all_.pixels())


def test_two_panels_that_changed_are_drawn_without_the_third():
    pixels = []
    for limits_first in (True, False):
        live = LiveFigure(900, 200)
        axes = live.figure.subplots(1, 3)
        live.figure.subplots_adjust(0.1, 0.2, 0.97, 0.85, wspace=0.5)
        if not limits_first:
            live.frame()
        for ax in axes[:2]:
            ax.set(xlim=(0, 50), ylim=(0, 9))
        live.frame()
        assert live.full_draws == 1
        pixels.append(live.pixels())
    np.testing.assert_array_equal(*pixels)


def test_a_panel_that_reaches_above_the_picture_leaves_no_trace():
    pixels = []
    for limits_first in (True, False):
        live = LiveFigure(600, 200)
        left, _ = live.figure.subplots(1, 2)
        left.set_position([0.1, 0.3, 0.3, 0.7])
        left.set_title("too high", loc="left")
        for limit in (9,) if limits_first else (9999, 50, 9):
            left.set(xlim=(0, limit), ylim=(0, limit))
            live.frame()
        assert live.full_draws == 1
        pixels.append(live.pixels())
    np.testing.assert_array_equal(*pixels)


def test_an_invalid_panel_is_drawn_alone_and_an_invalid_figure_whole():
    live = LiveFigure(600, 200)
    left, _ = live.figure.subplots(1, 2)
    still = left.plot([0, 1], [0, 1])[0]
    live.frame()
    before = live.pixels()
    still.set_ydata([1, 0])
    live.frame()
    np.testing.assert_array_equal(live.pixels(), before)  # nobody has said so
    live.invalidate(left)
    live.frame()
    assert (live.still_draws, live.full_draws) == (2, 1)
    assert not np.array_equal(live.pixels(), before)
    live.frame()
    assert live.still_draws == 2
    live.invalidate()
    live.frame()
    assert live.full_draws == 2


def test_panels_that_overlap_are_drawn_together():
    live = LiveFigure(300, 200, scale=1.5)
    axes = live.figure.subplots(1, 2)
    live.figure.subplots_adjust(wspace=0.02)  # the right one's numbers stand in the left one
    live.frame()
    axes[1].set_ylim(0, 9)
    live.frame()
    assert live.full_draws == 2


def test_the_palette_has_the_styles_colours(live):
    for color in (plotting.BLUE, plotting.VERMILLION, plotting.GREEN, plotting.PAPER, plotting.INK):
        wanted = [int(color[i : i + 2], 16) for i in (1, 3, 5)]
        rgba = np.full((4, 4, 4), [*wanted, 255], dtype=np.uint8)
        assert np.abs(pixels(encode(memoryview(rgba)))[0, 0] - wanted).max() <= 4


def test_any_other_colour_is_near(live):
    colors = np.random.default_rng(0).integers(0, 256, (50, 3))
    for color in colors:
        rgba = np.full((2, 2, 4), [*color, 255], dtype=np.uint8)
        assert np.abs(pixels(encode(memoryview(rgba)))[0, 0] - color).max() <= 70


def test_png_is_what_the_frame_shows(live):
    live.line.set_data([0, 10], [0, 1])
    shown = pixels(live.png())
    assert shown.shape == (300, 450, 3)
    assert np.abs(shown - live.pixels()[..., :3]).mean() < 2


def test_a_map_fills_its_axes_with_its_levels():
    live = LiveFigure(200, 100, scale=1)
    ax = live.figure.add_axes([0, 0, 1, 1])
    ax.set_axis_off()
    level_map = LevelMap(ax, ["#000000", "#808080", "#FFFFFF"])
    live.animate(level_map)
    level_map.set_values(np.array([[-5.0, 0.0], [0.9, np.nan]]), -1, 1)
    assert level_map.levels.tolist() == [[0, 1], [2, 0]]
    live.frame()
    corner = live.pixels()[..., 0]
    assert corner[90, 10] == 0  # first row at the bottom
    assert corner[90, 190] == 0x80
    assert corner[10, 10] == 0xFF


def test_a_notebooks_own_style_does_not_reach_a_lab(live):
    import matplotlib

    live.frame()
    plain = live.pixels()
    with matplotlib.rc_context({"figure.facecolor": "black", "font.size": 30}):
        live.invalidate()
        live.frame()
    np.testing.assert_array_equal(live.pixels(), plain)


# ---- controls -----------------------------------------------------------------------------------


def control(spec):
    turned = []
    handle = Control(spec, "Lab", lambda *turn: turned.append(turn), lambda: None)
    return handle, turned


def test_notches_are_short_numbers_and_hold_ends_and_value():
    rate = Slider("rate", "Rate", 0.001, 2.0, 0.07, log=True, marks=(1.05,))
    assert rate.notches[0] == 0.001
    assert rate.notches[-1] == 2.0
    assert {0.07, 1.05, 0.1, 0.5} <= set(rate.notches)
    assert all(len(repr(v)) <= 6 for v in rate.notches)
    slope = Slider("w", "w", -6.0, 8.0, 0.0)
    assert 0.0 in slope.notches
    assert all(len(repr(v)) <= 5 for v in slope.notches)
    labels = [label for label, _ in slope.widget().options]
    assert len(set(labels)) == len(labels)


def test_a_turned_widget_hands_its_value_on():
    handle, turned = control(Slider("w", "w", 0.0, 10.0, 5.0, unit="m"))
    handle.widget.index = 0
    assert turned == [("w", 0.0)]
    assert "5.00 m" in [label for label, _ in handle.widget.options]


def test_showing_is_no_turn_and_keeps_all_digits():
    handle, turned = control(Slider("w", "w", 0.0, 10.0, 5.0))
    handle.show(7.123456)
    assert turned == []
    assert handle.value == 7.123456
    assert abs(handle.widget.value - 7.123456) < 0.05
    handle.show(1e9)  # beyond the end: shown there
    assert handle.widget.value == 10.0
    assert handle.value == 1e9


def test_assigning_is_a_turn_and_is_checked():
    handle, turned = control(Choice("kind", "Kind", ("red", "blue"), "red"))
    handle.value = "blue"
    assert turned == [("kind", "blue")]
    assert handle.widget.value == "blue"
    with pytest.raises(ValueError, match="Lab: expected kind to be one of 'red', 'blue'"):
        handle.value = "blu"
    assert handle.say() == "kind blue"
    handle, turned = control(Toggle("log", "Log axis"))
    with pytest.raises(TypeError, match="True or False"):
        handle.value = 1
    handle.widget.value = True
    assert turned == [("log", True)]


def test_a_choice_can_be_buttons():
    handle, turned = control(Choice("kind", "Kind", ("red", "blue"), "red", buttons=True))
    handle.widget.value = "blue"
    assert turned == [("kind", "blue")]


# ---- cells --------------------------------------------------------------------------------------


class FakeLab:
    closed = False

    def close(self):
        self.closed = True


def test_a_cell_run_again_closes_what_it_made_before(monkeypatch):
    here = ["cell a", "first run"]
    monkeypatch.setattr(_cells, "_labs", {})
    monkeypatch.setattr(_cells, "_here", lambda: tuple(here))
    labs = [FakeLab() for _ in range(4)]
    _cells.settle(labs[0])
    _cells.settle(labs[1])  # two in one cell
    assert not labs[0].closed
    here[:] = ["cell b", "second run"]
    _cells.settle(labs[2])
    assert not any(lab.closed for lab in labs)
    here[:] = ["cell a", "third run"]
    _cells.settle(labs[3])
    assert [lab.closed for lab in labs] == [True, True, False, False]


def test_outside_a_notebook_nothing_is_noted():
    assert _cells._here() is None


def test_a_decision_map_shows_what_the_network_says():
    from mlplib import MLP, sigmoid

    live = LiveFigure(200, 200, scale=1)
    ax = live.figure.subplots()
    ax.set(xlim=(-1, 1), ylim=(-1, 1))
    shown = DecisionMap(live, ax, cells=20, output=sigmoid)
    net = MLP([2, 3, 1], "tanh", rng=np.random.default_rng(0))
    for scale in (1.0, 20.0):
        net.theta = scale * np.arange(13.0) / 13 - 0.5
        shown.update(net)
        middle = (np.arange(20) + 0.5) / 10 - 1
        grid = np.stack(np.meshgrid(middle, middle), axis=-1)
        said = sigmoid(net.predict(grid.reshape(-1, 2))).reshape(20, 20)
        levels = np.minimum((said * 12).astype(int), 11)
        assert (np.abs(shown._levels.levels - levels) <= 1).all()
        assert (shown._levels.levels == levels).mean() > 0.98
    net.theta = np.full(13, 1e300)
    shown.update(net)
    live.frame()


def test_a_heavy_figure_is_packed_tighter_from_then_on(live, monkeypatch):
    first = live.png()
    assert live.png() == first
    monkeypatch.setattr(_live, "HEAVY", len(first) - 1)
    small = live.png()
    assert len(small) < len(first)
    monkeypatch.setattr(_live, "HEAVY", 10 * len(first))
    assert live.png() == small  # no flicker between the two
