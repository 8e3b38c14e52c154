"""Quick text: it stands where matplotlib's own would, and is lettered once."""

import time

import numpy as np
import pytest

from mlplib import plotting
from mlplib.labs import _lettering
from mlplib.labs._lettering import QuickText
from mlplib.labs._live import LiveFigure


@pytest.fixture
def live():
    live = LiveFigure(400, 200, scale=1.5)
    live.ax = live.figure.add_axes([0, 0, 1, 1])
    live.ax.set_axis_off()
    return live


def ink(live):
    """Left, right, top and bottom of what is dark, in pixels."""
    live.frame()
    dark = live.pixels()[..., :3].min(axis=2) < 128
    rows, columns = np.flatnonzero(dark.any(axis=1)), np.flatnonzero(dark.any(axis=0))
    return np.array([columns[0], columns[-1], rows[0], rows[-1]])


@pytest.mark.parametrize("ha", ["left", "center", "right"])
@pytest.mark.parametrize("va", ["bottom", "baseline", "center", "top"])
@pytest.mark.parametrize("word", ["-0.53", "gradient", "w = 0.5 · (−1.25) end", "$dW = X^T dZ$"])
def test_it_stands_where_matplotlibs_own_text_does(live, ha, va, word):
    with plotting.style():
        own = live.ax.text(0.5, 0.5, word, size=14, ha=ha, va=va)
        expected = ink(live)
    own.remove()
    text = live.animate(QuickText(live.ax, size=14, ha=ha, va=va))
    text.set_words(0.5, 0.5, word)
    found = ink(live)
    # matplotlib puts a line's ascent and descent around each word; here a word is its own ink
    room = 3 if va == "baseline" else 6
    assert np.abs(found[:2] - expected[:2]).max() <= 3
    assert np.abs(found[2:] - expected[2:]).max() <= room


def test_many_words_have_places_and_colours_of_their_own(live):
    text = live.animate(QuickText(live.ax))
    text.set_words([0.25, 0.75], [0.5, 0.5], ["■", "■"], [plotting.BLUE, plotting.VERMILLION])
    live.frame()
    middle = live.pixels()[150]
    for x, color in ((150, plotting.BLUE), (450, plotting.VERMILLION)):
        wanted = [int(color[i : i + 2], 16) for i in (1, 3, 5)]
        assert np.abs(middle[x, :3].astype(int) - wanted).max() <= 3
    assert text.get_text() == ("■", "■")
    assert text.get_position() == [[0.25, 0.5], [0.75, 0.5]]
    text.set_words([], [], [])
    live.frame()
    assert (live.pixels() == 255).all()


@pytest.mark.parametrize("halo", [False, True])
def test_a_halo_is_paper_around_the_letters(live, halo):
    live.ax.axhline(0.5, color="black", lw=60)
    text = live.animate(QuickText(live.ax, size=14, halo=halo))
    text.set_words([0.5, 5.0], [0.5, 5.0], ["7", "off the canvas"])
    live.frame()
    near = live.pixels()[130:170, 280:320, :3]
    assert bool((near > 200).sum() > 100) == halo  # black on black, but for the halo


def test_a_word_is_lettered_once(live):
    text = live.animate(QuickText(live.ax))
    words = [f"{i / 100:.2f}" for i in range(60)]
    places = np.random.default_rng(0).random((2, 60))
    _lettering._lettered.cache_clear()
    text.set_words(*places, words)
    live.frame()
    lettered = _lettering._lettered.cache_info().misses
    assert lettered == 60
    began = time.thread_time()
    for _ in range(10):
        text.set_words(*places, words)
        live.frame()
    assert _lettering._lettered.cache_info().misses == lettered
    # 600 words; matplotlib's own text takes a millisecond for each
    assert time.thread_time() - began < 0.3
