"""Figures: one style for all of them, and helpers for the still ones.

Everything a reader sees follows from the constants below: colours that colour-blind readers can
tell apart (Okabe and Ito's), a line style and a marker beside each colour, type that is legible
from the last row, dark ink on an opaque white sheet, so that a figure reads the same in
JupyterLab's light and dark theme. The live figures of `mlplib.labs` use the same style.

Nothing here touches pyplot: no global figure, no backend, no setting that outlives a call. Each
helper returns a `Still`: a picture together with its text twin, which screen readers read, which
stands in for the picture where none can be shown, and which a test of a notebook compares.
"""

import base64
import contextlib
import io

import matplotlib
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, ScalarFormatter
from PIL import Image

from mlplib._errors import check_array, type_error, value_error
from mlplib._words import count, number, sentence, trend

BLUE, VERMILLION, GREEN, ORANGE = "#0072B2", "#D55E00", "#009E73", "#E69F00"
SKY, PURPLE, YELLOW, BLACK = "#56B4E9", "#CC79A7", "#F0E442", "#000000"
INK, GREY, FAINT, GRID, PAPER = "#1A1A1A", "#6E6E6E", "#B8B8B8", "#E2E2E2", "#FFFFFF"

# One row for each curve of a figure: colour, line style, marker. Never colour alone.
SERIES = (
    (BLUE, "-", "o"),
    (VERMILLION, "--", "s"),
    (GREEN, "-.", "^"),
    (PURPLE, ":", "D"),
    (ORANGE, (0, (5, 1, 1, 1, 1, 1)), "v"),
    (SKY, (0, (8, 2)), "P"),
    (BLACK, (0, (2, 1)), "X"),
)

# Losses over a surface: dark is low. A single hue, so that only lightness carries the meaning.
SURFACE = ("#7FADD2", "#9CC0DD", "#B5D0E6", "#CADDED", "#DCE9F3", "#EAF2F8", "#F6FAFC")

# Decisions: from the one class (orange) over undecided (white) to the other (blue).
MAP = (
    *("#E9A94A", "#EDB967", "#F1C884", "#F5D8A4", "#F9E7C6", "#FCF4E6"),
    *("#E4F0F8", "#C3DEEF", "#A0CAE4", "#7FB6D9", "#5EA1CE", "#3F8DC2"),
)

DPI = 100  # logical pixels an inch: a figure of 9 x 3.6 inches is 900 x 360 pixels on the page

_RC = {
    "figure.facecolor": PAPER,
    "savefig.facecolor": PAPER,
    "axes.facecolor": PAPER,
    "axes.edgecolor": GREY,
    "axes.labelcolor": INK,
    "axes.titlecolor": INK,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "font.family": "DejaVu Sans",  # matplotlib brings it along: the same type on every machine
    "font.size": 11.5,
    "axes.titlesize": 12.5,
    "axes.labelsize": 11.5,
    "xtick.labelsize": 11,
    "ytick.labelsize": 11,
    "legend.fontsize": 11,
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": GRID,
    "grid.linewidth": 0.8,
    "lines.linewidth": 2.2,
    "legend.frameon": True,
    "legend.framealpha": 0.85,
    "legend.edgecolor": "none",
    "axes.unicode_minus": True,
    "axes.formatter.useoffset": False,
    "text.usetex": False,
    "path.simplify": True,
}


# Matplotlib's own defaults first, so that a notebook's `plt.style.use` cannot reach a lab; without
# those of the session itself (the backend above all), which a drawing must not change.
_SESSION = ("backend", "interactive", "toolbar", "timezone", "tk.", "webagg.", "figure.max_open")
_STYLE = {k: v for k, v in matplotlib.rcParamsDefault.items() if not k.startswith(_SESSION)} | _RC


@contextlib.contextmanager
def style():
    """Matplotlib's settings for the time of a drawing, whatever the notebook's own ones are."""
    with matplotlib.rc_context(_STYLE):
        yield


def new_figure(width=900, height=360, scale=2):
    """Return an empty figure of `width` x `height` logical pixels that knows no pyplot."""
    figure = Figure(figsize=(width / DPI, height / DPI), dpi=DPI * scale, layout="constrained")
    FigureCanvasAgg(figure)
    return figure


class Still:
    """A picture and what a person would say of it; shown by naming it at the end of a cell.

    Parameters
    ----------
    png : bytes
    alt : str
        The text twin.
    width : int
        In logical pixels; the picture itself has more, for sharp screens.
    """

    def __init__(self, png, alt, width):
        self.png, self.alt, self.width = png, sentence(alt), width

    def __repr__(self):
        return self.alt

    def _repr_mimebundle_(self, include=None, exclude=None):
        return picture_bundle(self.png, self.alt, self.width)


def picture_bundle(png, text, width):
    """Data and metadata of a picture with its text twin, as notebooks store them."""
    data = {"image/png": base64.b64encode(png).decode("ascii"), "text/plain": text}
    return data, {"image/png": {"width": width, "alt": text}}


def show(figure, alt):
    """Turn a matplotlib figure into a `Still`.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Made by `new_figure`, or any other.
    alt : str
        One or two sentences: what is to be seen, with the numbers that matter.
    """
    if not isinstance(alt, str) or not alt.strip():
        raise type_error(
            "show", "alt as a sentence", f"{alt!r:.40}", "Say what the figure shows, in words."
        )
    stream, small = io.BytesIO(), io.BytesIO()
    with style():
        figure.savefig(stream, format="png")
    # 64 shades are more than anybody sees in a diagram, and a third of the bytes in the notebook
    shades = Image.open(stream).convert("RGB").quantize(64, dither=Image.Dither.NONE)
    shades.save(small, "png", optimize=True)
    return Still(small.getvalue(), alt, round(figure.get_figwidth() * DPI))


# ---- pieces that still and live figures share -------------------------------------------------


def few_ticks(ax, x=5, y=5):
    """Round tick values, and few of them: they cost most of a full draw and of a reader's eye."""
    for axis, n, scale in ((ax.xaxis, x, ax.get_xscale()), (ax.yaxis, y, ax.get_yscale())):
        if n and scale == "linear":
            axis.set_major_locator(MaxNLocator(n, steps=[1, 2, 2.5, 5, 10]))
            axis.set_major_formatter(_WholeNumbers(useOffset=False))


class _WholeNumbers(ScalarFormatter):
    """Large and small numbers whole at their ticks: a factor above an axis would lift its title."""

    def get_offset(self):
        return ""

    def __call__(self, x, pos=None):
        if super().get_offset():
            return f"{x:g}".replace("-", "−")
        return super().__call__(x, pos)


def draw_surface(ax, first, second, Z):
    """Draw a loss over two parameters as filled contours, evenly spaced in distance from its least.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    first, second : ndarray, (p,) and (q,)
        Values along the two axes.
    Z : ndarray, (q, p)
        The loss there.
    """
    low, high = float(Z.min()), float(Z.max())
    # A loss near its least is a parabola: levels in squares make rings of equal width.
    levels = low + (high - low) * np.linspace(0, 1, len(SURFACE) + 1) ** 2
    ax.contourf(first, second, Z, levels=levels, colors=SURFACE, extend="max")
    ax.grid(False)


# ---- still figures ----------------------------------------------------------------------------


def plot_losses(curves, *, log=False, title="", x_label="step", y_label="loss", alt=None):
    """Plot one loss curve for each name.

    Parameters
    ----------
    curves : dict of str to sequence
        Losses, one a step; or records of `train`, whose `loss` is taken.
    log : bool
        Logarithmic loss axis.
    title, x_label, y_label : str
    alt : str, optional
        The text twin; made from the curves if left out.

    Examples
    --------
    >>> plot_losses({"lr 0.1": [4.0, 2.0, 1.0, 0.6, 0.46]})
    Loss against step. lr 0.1: loss fell from 4 to 0.46 in 4 steps and still falls.
    """
    curves = {name: _losses("plot_losses", name, values) for name, values in curves.items()}
    with style():
        figure = new_figure(700, 340)
        ax = figure.subplots()
        for (name, values), (color, line, _) in zip(curves.items(), _series(), strict=False):
            ax.plot(np.arange(1, len(values) + 1), values, color=color, ls=line, label=name)
        ax.set(xlabel=x_label, ylabel=y_label, title=title)
        if log:
            ax.set_yscale("log")
        few_ticks(ax)
        if len(curves) > 1 or title:
            ax.legend()
        twin = [f"{y_label} against {x_label}"]
        twin += [f"{name}: {trend(values)}" for name, values in curves.items()]
        return show(figure, alt or ". ".join(twin))


def plot_line_fit(x, y, lines, *, x_label="x", y_label="y", residuals=False, title="", alt=None):
    """Plot points and straight lines through them.

    Parameters
    ----------
    x, y : ndarray, (m,)
    lines : dict of str to (w, b)
        Slope and bias of each line.
    residuals : bool
        Draw the vertical distance of each point from the first line.
    x_label, y_label, title : str
    alt : str, optional

    Examples
    --------
    >>> plot_line_fit([0, 1, 2], [1, 3, 5], {"best": (2, 1)}, x_label="hours", y_label="price")
    3 points, price against hours, and a line: best, slope 2, bias 1, mean squared error 0.
    """
    x = check_array("plot_line_fit", "x", x, ndim=1)
    y = check_array("plot_line_fit", "y", y, ndim=1)
    if len(x) != len(y):
        raise value_error(
            "plot_line_fit", "as many x as y", f"{len(x)} and {len(y)}", "Pass both of one table."
        )
    with style():
        figure = new_figure(700, 400)
        ax = figure.subplots()
        ends = np.array([x.min(), x.max()])
        if residuals and lines:
            w, b = next(iter(lines.values()))
            ax.vlines(x, y, w * x + b, colors=ORANGE, linewidths=0.9, alpha=0.6)
        ax.plot(x, y, "o", ms=5, mfc=SKY, mec=PAPER, mew=0.5, alpha=0.85)
        said = []
        for (name, (w, b)), (color, line, _) in zip(lines.items(), _series(1), strict=False):
            ax.plot(ends, w * ends + b, color=color, ls=line, label=name)
            mse = float(np.mean((w * x + b - y) ** 2))
            said.append(
                f"{name}, slope {number(w)}, bias {number(b)}, mean squared error {number(mse)}"
            )
        ax.set(xlabel=x_label, ylabel=y_label, title=title)
        few_ticks(ax)
        if lines:
            ax.legend()
        twin = f"{count(len(x), 'point')}, {y_label} against {x_label}"
        if said:
            twin += f", and {'a line' if len(said) == 1 else 'lines'}: " + "; ".join(said)
        return show(figure, alt or twin)


def plot_surface(
    loss,
    first,
    second,
    *,
    paths=None,
    x_label="w",
    y_label="b",
    title="",
    alt=None,
    mark_least=True,
):
    """Plot a loss over two parameters, with the paths that optimizers took on it.

    Parameters
    ----------
    loss : callable
        `loss(p, q)` for two numbers returns a number.
    first, second : ndarray, (p,) and (q,)
        Values of the two parameters to look at.
    paths : dict of str to ndarray (n, 2), optional
        The points that each run went through.
    x_label, y_label, title : str
    alt : str, optional
    mark_least : bool
        Put a star on the lowest of the values looked at.

    Examples
    --------
    >>> grid = np.linspace(-1, 1, 21)
    >>> plot_surface(lambda w, b: w**2 + 3 * b**2, grid, grid, paths={"run": [[1, 1], [0, 0.2]]})
    Loss over w and b, least 0 at w = 0, b = 0. run: from (1, 1), loss 4, to (0, 0.2), loss 0.12.
    """
    first = check_array("plot_surface", "first", first, ndim=1)
    second = check_array("plot_surface", "second", second, ndim=1)
    Z = np.array([[float(loss(p, q)) for p in first] for q in second])
    row, column = np.unravel_index(np.argmin(Z), Z.shape)
    least = first[column], second[row]
    with style():
        figure = new_figure(560, 440)
        ax = figure.subplots()
        draw_surface(ax, first, second, Z)
        twin = [
            f"loss over {x_label} and {y_label}, least {number(Z.min())} at"
            f" {x_label} = {number(least[0])}, {y_label} = {number(least[1])}"
        ]
        if mark_least:
            ax.plot(*least, "*", ms=16, color=YELLOW, mec=INK)
        for (name, path), (color, line, marker) in zip(
            (paths or {}).items(), _series(1), strict=False
        ):
            path = check_array("plot_surface", "path", path, ndim=2)
            ax.plot(*path.T, color=color, ls=line, marker=marker, ms=4, lw=1.5, label=name)
            (p, q), (r, s) = path[0], path[-1]
            twin.append(
                f"{name}: from ({number(p)}, {number(q)}), loss {number(loss(p, q))},"
                f" to ({number(r)}, {number(s)}), loss {number(loss(r, s))}"
            )
        ax.set(
            xlabel=x_label,
            ylabel=y_label,
            title=title,
            xlim=(first[0], first[-1]),
            ylim=(second[0], second[-1]),
        )
        if paths:
            ax.legend()
        return show(figure, alt or sentence(". ".join(twin)))


def _series(start=0):
    """Colours, line styles and markers, from `start` on, then again from the first."""
    while True:
        yield from SERIES[start:]
        start = 0


def _losses(where, name, values):
    values = [getattr(v, "loss", v) for v in values]
    try:
        array = np.asarray(values, dtype=float)
    except (TypeError, ValueError):
        array = np.empty(0)
    if array.ndim != 1 or len(array) == 0:
        raise value_error(
            where,
            f"{name!r} to be losses or records of train, one a step",
            f"{values!r:.40}",
            "Collect them with list(train(...)).",
        )
    return array
