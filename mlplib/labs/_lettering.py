"""Text that changes with every frame: each word is lettered once, kept as a bitmap, and copied.

Matplotlib's own text costs 1 to 3 ms whenever it is drawn, most of it for a layout that is the
same each time. The numbers on a network's weights are dozens, and few different ones: copied from
a store of bitmaps they cost some microseconds each. What is new is put together from its figures,
which are all equally wide, and from the words between them: only new words take a millisecond.
"""

import re
from functools import lru_cache

import numpy as np
from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.colors import to_rgb
from matplotlib.font_manager import FontProperties

from mlplib.plotting import INK, PAPER

_ALIGN = {"left": 0.0, "center": 0.5, "right": 1.0, "bottom": 0.0, "baseline": None, "top": 1.0}
HALO = 3  # pixels of paper beside letters that stand on lines or maps
FIGURES = frozenset("0123456789.+-−b ")  # words of these alone are as high as their figures
BOX = "Åyj|"  # a line of other text is as high as these
_PARTS = re.compile(r"([0-9.−-])")


class QuickText(Artist):
    """One word or many, in one artist, for `LiveFigure.animate`.

    It is set in the data coordinates of its axes (or in those of `transform`) and is not cut off
    at their edge. Text between dollar signs is set as mathematics.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    size : float
        In points; 100 pixels of the page are 72 of them.
    color : colour
        Of words that have none of their own.
    weight : {"normal", "bold"}
    ha, va : str
        Which point of a word stands at its place: left, center, right; bottom, baseline, center,
        top.
    halo : bool
        Put the letters on a slip of paper, so that they can be read on whatever is below.
    transform : matplotlib.transforms.Transform, optional

    Examples
    --------
    In `draw` and `update` of a lab::

        self._numbers = live.animate(QuickText(ax, size=10, halo=True))
        self._numbers.set_words([0.2, 0.8], [0.5, 0.5], ["0.31", "-1.2"], [BLUE, ORANGE])
    """

    zorder = 8

    def __init__(
        self,
        ax,
        *,
        size=11.5,
        color=INK,
        weight="normal",
        ha="center",
        va="center",
        halo=False,
        transform=None,
    ):
        super().__init__()
        self._size, self._color, self._weight, self._halo = size, color, weight, halo
        self._ha, self._va = _ALIGN[ha], _ALIGN[va]
        self._places, self._words, self._colors = np.empty((0, 2)), (), ()
        ax.add_artist(self)
        self.set_transform(ax.transData if transform is None else transform)
        self.set_clip_on(False)

    def set_words(self, x, y, words, colors=None):
        """Show `words` at the places `x`, `y`: sequences of one length, or a string and numbers."""
        if isinstance(words, str):
            x, y, words = [x], [y], [words]
        self._places = np.column_stack([x, y]).astype(float)
        self._words = tuple(words)
        self._colors = (self._color,) * len(self._words) if colors is None else tuple(colors)

    def get_text(self):
        """The words shown."""
        return self._words

    def get_position(self):
        """Their places, as a list of pairs."""
        return self._places.tolist()

    def draw(self, renderer):
        """Copy the words' bitmaps onto the canvas."""
        if not self.get_visible() or not self._words:
            return
        gc = renderer.new_gc()
        places = self.get_transform().transform(self._places)
        for (x, y), word, color in zip(places, self._words, self._colors, strict=True):
            if not word:
                continue
            pixels, descent = _lettered(
                word, self._size, self._weight, color, self._halo, renderer.dpi
            )
            height, width = pixels.shape[:2]
            down = descent if self._va is None else self._va * height
            renderer.draw_image(gc, round(x - self._ha * width), round(y - down), pixels)
        gc.restore()


@lru_cache(maxsize=500)  # a long line takes 70 kB, and is soon put together again
def _lettered(word, size, weight, color, halo, dpi):
    """The word as pixels (height, width, 4), and the height of its baseline above the lowest."""
    if word.count("$") >= 2:
        cover, descent = _math(word, size, weight, dpi)
    elif FIGURES.issuperset(word):
        cover, descent = _line(word, size, weight, dpi, "b0"), 0
    else:
        cover, descent = _line(word, size, weight, dpi, BOX), _box(BOX, size, weight, dpi)[1]
    across, up = (HALO, HALO // 2) if halo else (1, 1)
    cover = np.pad(cover, ((up, up), (across, across)))
    color = 255 * np.array(to_rgb(color))
    pixels = np.empty((*cover.shape, 4), np.uint8)
    if halo:
        ink, paper = cover[..., None] / 255, 255 * np.array(to_rgb(PAPER))
        pixels[..., :3] = (ink * color + (1 - ink) * paper).round()
        pixels[..., 3] = 255
    else:
        pixels[..., :3] = color.round()
        pixels[..., 3] = cover
    return np.ascontiguousarray(pixels[::-1]), descent + up  # images begin with their lowest row


def _line(word, size, weight, dpi, box):
    """How much of each pixel a line of text covers, 0 to 255: its words and figures in a row."""
    parts = [part for part in _PARTS.split(word) if part]
    return np.hstack([_part(part, size, weight, dpi, box) for part in parts])


@lru_cache(maxsize=2000)
def _part(text, size, weight, dpi, box):
    """The same of some letters without a number, or of one figure; all are equally high."""
    alone, two = _extent("||", size, weight, dpi)[0], _extent(f"|{text}|", size, weight, dpi)[0]
    return _draw(text, size, weight, dpi, max(round(two - alone), 1), *_box(box, size, weight, dpi))


@lru_cache(maxsize=100)
def _box(letters, size, weight, dpi):
    """Height and descent that have room for these letters."""
    _, height, descent = _extent(letters, size, weight, dpi)
    return int(np.ceil(height)), int(np.ceil(descent))


def _math(word, size, weight, dpi):
    width, height, descent = (int(np.ceil(v)) for v in _extent(word, size, weight, dpi))
    return _draw(word, size, weight, dpi, width, height, descent), descent


def _extent(word, size, weight, dpi):
    """Width, height and descent in pixels."""
    sheet = _sheet(64, 32, dpi)
    return sheet.get_text_width_height_descent(word, _font(size, weight), word.count("$") >= 2)


def _draw(word, size, weight, dpi, width, height, descent):
    # sheets are used again, so they come in few sizes
    sheet = _sheet(1 << (width + 1).bit_length(), 1 << height.bit_length(), dpi)
    sheet.clear()
    gc = sheet.new_gc()
    gc.set_foreground("black")
    bottom = int(sheet.height)
    sheet.draw_text(gc, 0, bottom - descent, word, _font(size, weight), 0, word.count("$") >= 2)
    gc.restore()
    return np.array(sheet.buffer_rgba())[bottom - height :, :width, 3]


@lru_cache(maxsize=32)
def _font(size, weight):
    return FontProperties(
        family="DejaVu Sans", size=size, weight=weight, math_fontfamily="dejavusans"
    )


@lru_cache(maxsize=32)
def _sheet(width, height, dpi):
    """A canvas to letter on."""
    return RendererAgg(width, height, dpi)
