"""Turning every control of a lab without a browser, and seeing whether anything happened.

Used by the tests of all labs: whatever joins `LABS` is driven by this, with no line written for it.
"""

import contextlib
import io

import numpy as np
from matplotlib.backend_bases import RendererBase

from mlplib.labs._lettering import QuickText

# Settings with which a lab's largest learning rate diverges, where its first ones never do.
DIVERGES_WITH = {
    "backpropagation": {"output": "identity, squared error"},
    "logistic": {"loss": "MSE, no sigmoid"},
    "gradient flow": {"activation": "sigmoid"},  # others come back from there, but not in 400 steps
    "optimizer race": {"racer_2": "none", "racer_3": "none", "racer_4": "none"},
    "range test": {"data": "noisy sine"},
    "playground": {"hidden": "none", "loss": "squared error"},
    "regularization": {"width": 60},
}

# Labs with momentum: after an explosion the velocity goes on, and only Reset or Replay helps.
WITH_MOMENTUM = ("regularization",)


class NothingHappened(AssertionError):
    """A control was turned, and picture or text stayed as they were."""


def drawn(lab):
    """All data of the artists that move, and the axes' limits: what there is to see."""
    lab.text  # noqa: B018 - brings the artists up to date
    seen = [lab.live._look()]
    for artist in lab.live._moving:
        if hasattr(artist, "get_xydata"):
            seen.append(np.nan_to_num(artist.get_xydata()).tolist())
        elif hasattr(artist, "get_text"):
            seen.append((artist.get_text(), artist.get_position()))
        else:
            seen.append(artist.levels.tolist())
    return seen


class _Places(RendererBase):
    """Draws nothing, and notes where pictures of words would be put."""

    def __init__(self, dpi):
        super().__init__()
        self.dpi, self.boxes = dpi, []

    def draw_image(self, gc, x, y, im, transform=None):
        """Note a picture's corners."""
        height, width = im.shape[:2]
        self.boxes.append((x, y, x + width, y + height))


def misplaced(lab):
    """Words and titles that leave the picture, and legends that leave their panel to the side."""
    lab.live.frame()
    figure, found = lab.live.figure, []
    width, height = figure.bbox.size
    for artist in lab.live._moving:
        if isinstance(artist, QuickText):
            places = _Places(figure.dpi)
            artist.draw(places)
            words = [word for word in artist.get_text() if word]
            for word, (x0, y0, x1, y1) in zip(words, places.boxes, strict=True):
                if x0 < -2 or y0 < -2 or x1 > width + 2 or y1 > height + 2:
                    found.append(word)
    for ax in figure.axes:
        for title in (ax._left_title, ax.title, ax._right_title):
            shown = title.get_text() and ax.get_visible()
            if shown and title.get_window_extent().y1 > height:
                found.append(title.get_text())
        legend = ax.get_legend()
        if legend is not None and ax.get_visible():
            box, panel = legend.get_window_extent(), ax.bbox
            if box.x0 < panel.x0 - 8 or box.x1 > panel.x1 + 8:  # a legend's padding is empty
                found.append([text.get_text() for text in legend.get_texts()])
    return found


def assert_same_as_a_whole_picture(live):
    """No panel leaves the picture, and what was drawn panel by panel looks as if drawn at once."""
    seen = live.pixels()
    assert all(extent.y1 <= len(seen) - 2 for extent in live._extents)
    live.invalidate()
    live.frame()
    np.testing.assert_array_equal(live.pixels(), seen)


def turn(lab, name, value):
    """Set one control, and see that picture and text follow."""
    before, said = drawn(lab), lab.text
    lab.controls[name].value = value
    if drawn(lab) == before:
        raise NothingHappened(f"{name} = {value!r}: the drawn data did not change")
    if lab.text == said:
        raise NothingHappened(f"{name} = {value!r}: the text twin did not change")


def steepest(lab):
    """Give a lab its largest learning rate, with settings that let it diverge."""
    for name, value in DIVERGES_WITH.get(lab.NAME, {}).items():
        lab.controls[name].value = value
    lab.learning_rate.value = lab.controls["learning_rate"].spec.high


def turn_everything(lab, steps=0, paint=False, names=None):
    """Set every control (or those named) to each of its samples, each time from another value.

    To paint a frame takes ten times as long as to change what is on it. With `paint`, one is
    painted for each sample; without, one for each control.
    """
    for name in names or lab.controls:
        samples = list(lab.controls[name].spec.samples())
        for value in samples:
            if steps:
                lab.player.reset()
                lab.player.advance(steps)
            if lab.controls[name].value == value:
                lab.controls[name].value = next(v for v in samples if v != value)
                lab.player.advance(steps)
            turn(lab, name, value)
            if paint or value == samples[-1]:
                lab.live.frame()
            lab.player.advance(steps)


def table(history):
    """A history, or a list of records, as an array: equal where nan meets nan, too."""
    return np.array([tuple(record) for record in history])


def run_code(lab, **names):
    """Run the program that the lab prints of itself; return its variables."""
    with contextlib.redirect_stdout(io.StringIO()):
        exec(lab.code, names)
    return names


def assert_same_as_plain_training(lab, **names):
    """The lab's history and loss are, to the last bit, those of the program it prints."""
    plain = run_code(lab, **names)
    np.testing.assert_array_equal(table(lab.history), table(plain["history"]))
    assert plain["loss"] == lab.loss or (np.isnan(plain["loss"]) and np.isnan(lab.loss))
