"""Controls: what a reader can turn, said in one line each.

A lab lists its controls as values (`Slider`, `Choice`, `Toggle`); from that list come the
widgets, the checks of what is passed by name, the settings, and the tests that turn everything.
What a change does is the control's `effect`:

- "restart": another run (another start, other data). A playing lab goes on playing.
- "live": the run goes on, from its next step, with the new value; recorded, for replays.
- "view": only the picture is another one.

A widget's handler may be called on another thread, so it does nothing but hand the plain value
on. The value of record is the handle's: a widget shows it, perhaps rounded to its own step.
"""

import math
import threading
from bisect import bisect
from dataclasses import dataclass
from functools import cached_property

import ipywidgets

from mlplib._errors import check_number, check_option, type_error
from mlplib._words import nice_limit, number

LABEL = {"description_width": "initial"}
NOTCHES = (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8)  # of each decade


class Spec:
    """What a control is, before it is on a page. Widgets show a value as it is, unless they say."""

    def shown(self, value):
        """The value that the widget shows for this setting."""
        return value


@dataclass(frozen=True)
class Slider(Spec):
    """A number between two ends, turned in notches.

    The notches are `step` apart or, with `log=True`, ten to a decade, as suits learning rates;
    `marks` adds to them. All are short numbers, shown with their `unit`: there are no hidden
    digits, and a value that stands between two notches is shown as the nearest (a slider of the
    front end would send that back as if a hand had turned it). `pauses=True`: turning it takes
    the run out of the player's hands.
    """

    name: str
    label: str
    low: float
    high: float
    value: float
    step: float = 0.0
    unit: str = ""
    log: bool = False
    effect: str = "restart"
    pauses: bool = False
    tooltip: str = ""
    marks: tuple = ()

    def check(self, where, value):
        """Return the value as a float between the ends."""
        return check_number(where, self.name, value, self.low, self.high)

    @cached_property
    def notches(self):
        """The values that the slider stops at."""
        if self.log:
            decades = range(math.floor(math.log10(self.low)), math.ceil(math.log10(self.high)) + 1)
            values = {float(f"{mantissa}e{d}") for d in decades for mantissa in NOTCHES}
        else:
            step = self.step or nice_limit((self.high - self.low) / 400)
            n = math.floor((self.high - self.low) / step + 1e-9)
            values = {float(f"{self.low + i * step:.10g}") + 0.0 for i in range(n + 1)}
        inside = {v for v in values if self.low < v < self.high}
        return tuple(sorted({self.low, self.value, self.high, *inside, *self.marks}))

    def shown(self, value):
        """The notch nearest to the value."""
        above = bisect(self.notches, value)
        neighbours = self.notches[max(above - 1, 0) : above + 1]
        if self.log:
            return min(neighbours, key=lambda v: abs(math.log(v / value)))
        return min(neighbours, key=lambda v: abs(v - value))

    def samples(self):
        """Values that tests try: both ends."""
        return [self.low, self.high]

    def say(self, value):
        """The setting in words."""
        return f"{self.label.lower()} {number(value)}{' ' * bool(self.unit)}{self.unit}"

    def widget(self):
        """A slider over the notches."""
        unit = f" {self.unit}" if self.unit else ""
        notches = self.notches
        # as many decimals as the notches need, so that no two read alike
        texts = [f"{v:.4g}" if abs(v) < 1e4 else number(v) for v in notches]
        if not self.log:
            places = max(len(text.partition(".")[2]) for text in texts)
            texts = [f"{v:.{places}f}" for v in notches]
        return ipywidgets.SelectionSlider(
            options=[(text + unit, v) for text, v in zip(texts, notches, strict=True)],
            value=self.value,
            description=self.label,
            tooltip=self.tooltip or self.label,
            style=dict(LABEL),
            layout=ipywidgets.Layout(width=f"{360 + 7 * len(unit)}px", max_width="100%"),
        )


@dataclass(frozen=True)
class Choice(Spec):
    """One of several names; as buttons side by side where there are few."""

    name: str
    label: str
    options: tuple
    value: str
    effect: str = "restart"
    pauses: bool = False
    buttons: bool = False
    tooltip: str = ""

    def check(self, where, value):
        """Return the value if it is an option, or name the nearest."""
        return check_option(where, self.name, value, self.options)

    def samples(self):
        """Values that tests try: every option."""
        return list(self.options)

    def say(self, value):
        """The setting in words."""
        return f"{self.label.lower()} {value}"

    def widget(self):
        """A dropdown or a row of buttons."""
        kind = ipywidgets.ToggleButtons if self.buttons else ipywidgets.Dropdown
        widget = kind(
            options=list(self.options),
            value=self.value,
            description=self.label,
            tooltip=self.tooltip or self.label,
            style=dict(LABEL),
            layout=ipywidgets.Layout(width="auto", max_width="100%"),
        )
        if self.buttons:
            widget.style.button_width = "auto"
        return widget


@dataclass(frozen=True)
class Toggle(Spec):
    """On or off."""

    name: str
    label: str
    value: bool = False
    effect: str = "view"
    pauses: bool = False
    tooltip: str = ""

    def check(self, where, value):
        """Return the value if it is True or False."""
        if not isinstance(value, bool):
            raise type_error(where, f"{self.name} to be True or False", f"{value!r:.40}")
        return value

    def samples(self):
        """Values that tests try: both."""
        return [False, True]

    def say(self, value):
        """The setting in words."""
        return f"{self.label.lower()} {'on' if value else 'off'}"

    def widget(self):
        """A checkbox."""
        return ipywidgets.Checkbox(
            self.value,
            description=self.label,
            indent=False,
            tooltip=self.tooltip or self.label,
            layout=ipywidgets.Layout(width="auto"),
        )


class Control:
    """A control in use: its value, and the widget that shows and changes it.

    Parameters
    ----------
    spec : Spec
    where : str
        The lab's name, for messages.
    on_change : callable
        `on_change(name, value)`, perhaps called on another thread.
    on_read : callable
        Brings the value up to date, where training itself moves it.

    Attributes
    ----------
    setting : float, str or bool
        The value of record, as it was last set or shown.
    """

    def __init__(self, spec, where, on_change, on_read):
        self.spec, self._where, self._on_change, self._on_read = spec, where, on_change, on_read
        self.widget = spec.widget()
        self.setting = spec.value
        self._showing = None  # the thread that sets the widget just now
        self.widget.observe(self._turned, "value")

    @property
    def name(self):
        """The control's name."""
        return self.spec.name

    @property
    def value(self):
        """The setting. Assigning does what turning the widget does."""
        self._on_read()
        return self.setting

    @value.setter
    def value(self, value):
        value = self.spec.check(self._where, value)
        self.show(value)
        self._on_change(self.name, value)
        self._on_read()  # a program's next line counts on it; a hand does not wait

    def show(self, value):
        """Set and show a value without reporting it as a change."""
        self.setting = value
        shown = self.spec.shown(value)
        if self.widget.value != shown:
            self._showing = threading.get_ident()
            try:
                self.widget.value = shown
            finally:
                self._showing = None

    def _turned(self, change):
        """The widget's handler, on whichever thread: hands the plain value on."""
        if self._showing != threading.get_ident():
            self._on_change(self.name, change["new"])

    def say(self):
        """The setting in words."""
        return self.spec.say(self.setting)

    def __repr__(self):
        return f"{self.name} = {self.setting!r}"
