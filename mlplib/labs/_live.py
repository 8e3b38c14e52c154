"""A figure that can be painted many times a second.

What is slow in a matplotlib figure are ticks, labels and text; what changes from frame to frame
are a few curves. So the still part is drawn once and kept as a bitmap, and each frame puts that
bitmap back and draws only the artists that move ("blitting"). When limits, labels or scales
change, the next frame draws the still part anew; the figure notices that by itself.

A frame travels as a PNG with a fixed palette of 256 colours: half the bytes of a JPEG that looks
as good, a third of the time of a full-colour PNG, and no smear around the letters. It has 1.35
times the logical pixels (1.25 where it is all text): on a projector, and on a laptop's 2x screen,
nobody tells it from 1.5 times, which takes a fifth more of the time and of the bytes.
"""

import io

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox
from PIL import Image

from mlplib import plotting
from mlplib.plotting import DPI, style

LEVELS = 3, 4, 6  # of compression, quick to small: a figure takes the first that is small enough
HEAVY = 50_000  # bytes of a frame


class LiveFigure:
    """An Agg figure with moving artists, rendered to PNG bytes.

    Parameters
    ----------
    width, height : int
        Logical pixels: the size on a page, at 100 %.
    scale : float
        Pixels of the picture to a logical pixel.

    Attributes
    ----------
    figure : matplotlib.figure.Figure
    still_draws, full_draws : int
        How often the still part was drawn, of one panel or whole, and how often whole.
    """

    def __init__(self, width=900, height=360, scale=1.35):
        self.width, self.height = width, height
        self.figure = Figure(figsize=(width / DPI, height / DPI), dpi=DPI * scale)
        self._canvas = FigureCanvasAgg(self.figure)
        self._moving = []
        self._background = None
        self._drawn_as = None
        self._extents = []  # of each panel, labels included
        self._levels = list(LEVELS)
        self._touched = set()  # panels whose still artists have changed
        self.still_draws = self.full_draws = 0

    def animate(self, *artists):
        """Make these artists the moving ones; each is redrawn in every frame, in z-order."""
        for artist in artists:
            artist.set_animated(True)
            self._moving.append(artist)
        self._moving.sort(key=lambda artist: artist.zorder)
        self.invalidate()
        return artists[0] if len(artists) == 1 else artists

    def invalidate(self, ax=None):
        """Have the next frame draw the still part anew (after a change of a still artist).

        With `ax`, that panel alone, where it has its place to itself.
        """
        if ax is None:
            self._background = None
        else:
            self._touched.add(ax)

    def frame(self):
        """Paint one frame; the pixels are then in `pixels()`."""
        look = self._look()
        if self._background is not None and look == self._drawn_as and not self._touched:
            self._canvas.restore_region(self._background)
        else:
            with style():
                self._draw_still(look)
            self.still_draws += 1
            self._touched.clear()
            self._background = self._canvas.copy_from_bbox(self.figure.bbox)
            self._drawn_as = self._look()
        renderer = self._canvas.get_renderer()
        for artist in self._moving:
            artist.draw(renderer)

    def _draw_still(self, look):
        """Draw the still part: of several panels those alone that have changed."""
        axes, renderer = self.figure.axes, self._canvas.get_renderer()
        if self._background is not None and len(look) == len(self._drawn_as):
            changed = [
                i
                for i, ax in enumerate(axes)
                if look[i] != self._drawn_as[i] or ax in self._touched
            ]
            places = self._places(changed, renderer)
            if places is not None and len(places) < len(axes):
                self._canvas.restore_region(self._background)
                self._draw_panels(places, renderer)
                return
        self._canvas.draw()
        self._extents = [ax.get_tightbbox(renderer) for ax in axes]
        self.full_draws += 1

    def _places(self, changed, renderer):
        """What to clear for each panel to draw: the changed ones, and who reaches into them.

        None if one of them is or was hidden: then it is not known what to clear.
        """
        places, waiting = {}, list(changed)
        while waiting:
            i = waiting.pop()
            before, now = self._extents[i], self.figure.axes[i].get_tightbbox(renderer)
            if before is None or now is None:
                return None
            self._extents[i] = now
            places[i] = Bbox.union([before, now]).padded(2)
            for j, other in enumerate(self._extents):
                if j not in places and j not in waiting and other is not None:
                    if places[i].overlaps(other):
                        waiting.append(j)
        return places

    def _draw_panels(self, places, renderer):
        pixels = np.asarray(self._canvas.buffer_rgba())
        for place in places.values():
            x0, y0, x1, y1 = (max(round(v), 0) for v in place.extents)
            y1 = min(y1, len(pixels))  # a panel may reach above the picture
            pixels[len(pixels) - y1 : len(pixels) - y0, x0:x1] = 255
        for i in sorted(places):
            self.figure.axes[i].draw(renderer)

    def png(self, level=None):
        """Paint one frame and return it as PNG: as quick as its size allows, or 9 for smallest."""
        self.frame()
        if level is not None:
            return encode(self._canvas.buffer_rgba(), level)
        data = encode(self._canvas.buffer_rgba(), self._levels[0])
        while len(data) > HEAVY and len(self._levels) > 1:  # from now on: more time, less to send
            self._levels.pop(0)
            data = encode(self._canvas.buffer_rgba(), self._levels[0])
        return data

    def pixels(self):
        """The last frame, (height, width, 4), as a copy."""
        return np.array(self._canvas.buffer_rgba())

    def _look(self):
        """All that the still part shows and that labs change: if it differs, draw it anew."""
        return [
            (
                *ax.get_xlim(),
                *ax.get_ylim(),
                ax.get_xscale(),
                ax.get_yscale(),
                ax.get_xlabel(),
                ax.get_ylabel(),
                ax.get_title("left"),
                ax.get_visible(),
            )
            for ax in self.figure.axes
        ]


def encode(rgba, level=LEVELS[0]):
    """PNG bytes of a (height, width, 4) buffer, in the fixed palette."""
    height, width = rgba.shape[:2]
    picture = Image.frombytes("RGB", (width, height), rgba, "raw", "RGBX")
    stream = io.BytesIO()
    picture.quantize(palette=_PALETTE, dither=Image.Dither.NONE).save(
        stream, "png", compress_level=level
    )
    return stream.getvalue()


def _palette():
    """256 colours: the style's own ones exactly, what lies between them nearly.

    Fixed, and not made from the picture: a colour that appears only later must be there, too. Few
    shades for the edges of letters and lines: nobody sees more, and fewer compress better.
    """
    p = plotting
    inks = [p.BLUE, p.VERMILLION, p.GREEN, p.ORANGE, p.SKY, p.PURPLE, p.YELLOW, p.INK]
    white, ink = np.ones(3), np.array(to_rgb(p.INK))
    colors = [np.full(3, v) for v in np.linspace(0, 1, 8)]
    colors += [np.array(to_rgb(c)) for c in (*p.SURFACE, *p.MAP, p.GREY, p.FAINT, p.GRID)]
    for color in map(np.array, map(to_rgb, inks)):
        colors += [color + t * (white - color) for t in np.linspace(0, 1, 4)[:-1]]
        colors += [color + t * (ink - color) for t in (0.33, 0.66)]
    steps = np.linspace(0, 1, 5)
    colors += [np.array([r, g, b]) for r in steps for g in steps for b in (0.0, 0.5, 1.0)]
    bytes_ = (255 * np.array(colors)).round().astype(np.uint8)
    unique = np.unique(bytes_, axis=0)[:256]
    image = Image.new("P", (1, 1))
    image.putpalette(unique.ravel().tolist())
    return image


_PALETTE = _palette()
