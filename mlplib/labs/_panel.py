"""What stands around the picture: buttons, speed, controls, numbers, words, code.

Plain ipywidgets, laid out to wrap, so that nothing scrolls sideways on a narrow page. All colours
outside the picture are JupyterLab's own variables: they follow the theme. Buttons do one thing
each (Train starts, Stop stops), so that a double click does what one click does.
"""

import html
import math

import ipywidgets

from mlplib._words import count
from mlplib.labs._player import SPEEDS

BUTTONS = {
    "train": ("Train", "play", "Train on from here"),
    "stop": ("Stop", "pause", "Stop training; Train goes on from here"),
    "step": ("Step", "step-forward", "Make one step"),
    "reset": (
        "Reset",
        "undo",
        "Back to the same initial weights; this run stays as a faint curve."
        " Pressed twice: faint curves go",
    ),
    "replay": (
        "Replay",
        "repeat",
        "The same run again, from the same initial weights; with a setting changed since:"
        " the same start with the new setting",
    ),
    "new_start": ("New start", "random", "Other initial weights"),
    "code": ("Code", "code", "Show the lines of Python that do the same"),
}

_NOTE = "color:var(--jp-ui-font-color1,inherit);font-size:15px;line-height:1.4;"
_BOX = "border-left:4px solid {};padding:2px 0 2px 10px;font-weight:600;"
_EDGE = {"running": "#0072B2", "diverged": "#D55E00", "failed": "#D55E00"}


class Panel:
    """The widgets of a lab.

    Parameters
    ----------
    controls : dict of str to Control
    presets : dict of str to Preset
    speed : float
    width : int
        Of the picture, in logical pixels.
    hide : collection of str
        Names of buttons and controls to leave out.
    on_press, on_preset, on_speed : callable
        With a button's name, a preset's name, a number of steps a second.
    """

    def __init__(self, controls, presets, *, speed, width, hide, on_press, on_preset, on_speed):
        row = ipywidgets.Layout(flex_flow="row wrap", align_items="center", grid_gap="4px 10px")
        self.buttons = {name: _button(name, *about, on_press) for name, about in BUTTONS.items()}
        self.presets = {
            name: _button(name, name, "", preset.comment or name, on_preset)
            for name, preset in presets.items()
        }
        self.speed = ipywidgets.Dropdown(
            options=[(say_speed(s), s) for s in sorted({*SPEEDS, speed})],
            value=speed,
            description="Speed",
            tooltip="How many steps a second",
            style={"description_width": "initial"},
            layout=ipywidgets.Layout(width="190px"),
        )
        self.speed.observe(lambda change: on_speed(change["new"]), "value")
        shown = [b for name, b in self.buttons.items() if name not in hide]
        if "speed" not in hide:
            shown.insert(len(shown) - ("code" not in hide), self.speed)
        rows = [ipywidgets.Box(shown, layout=row)]
        if presets and "presets" not in hide:
            label = ipywidgets.Label("Presets:", layout=ipywidgets.Layout(width="auto"))
            rows.append(ipywidgets.Box([label, *self.presets.values()], layout=row))
        self._all = [c.widget for c in controls.values()]
        visible = [c.widget for name, c in controls.items() if name not in hide]
        if visible:
            rows.append(ipywidgets.Box(visible, layout=row))
        self.readout, self.caption = ipywidgets.HTML(), ipywidgets.HTML()
        self.listing = ipywidgets.HTML(layout=ipywidgets.Layout(display="none"))
        self.image = ipywidgets.Image(
            format="png",
            layout=ipywidgets.Layout(
                # as wide as the page, up to half more than its logical pixels; 6 for margin and
                # border
                width="calc(100% - 6px)",
                max_width=f"{1.5 * width:.0f}px",
                border="1px solid var(--jp-border-color2, #ccc)",
            ),
        )
        self.image.add_class("mlplib-picture")
        self.box = ipywidgets.VBox(
            [*rows, self.readout, self.image, self.caption, self.listing],
            layout=ipywidgets.Layout(width="100%", max_width="100%", overflow="hidden"),
        )
        self.box.add_class("mlplib-lab")
        self.box._view_count = 0  # asks the front end to count the places where it is shown

    def say(self, state, status, numbers):
        """Show the state of the run in words, and the numbers that matter, large."""
        cells = "".join(
            f'<span style="margin-right:28px">{html.escape(label)} <b style="font-size:22px;'
            f'font-variant-numeric:tabular-nums">{html.escape(value)}</b></span>'
            for label, value in numbers
        )
        edge = _EDGE.get(state, "var(--jp-border-color1,#999)")
        _set(
            self.readout,
            f'<div style="{_NOTE}">{cells}<span role="status" style="{_BOX.format(edge)}">'
            f"{html.escape(status)}</span></div>",
        )
        self.buttons["train"].button_style = "" if state == "running" else "primary"
        self.buttons["stop"].button_style = "warning" if state == "running" else ""

    def describe(self, text, comment=""):
        """Show the text twin under the picture."""
        lead = f"<b>{html.escape(comment)}</b> " if comment else ""
        _set(self.caption, f'<div style="{_NOTE}">{lead}{html.escape(text)}</div>')

    def list_code(self, code):
        """Show the code, or hide it (None)."""
        self.listing.layout.display = "none" if code is None else None
        if code is not None:
            _set(
                self.listing,
                '<pre tabindex="0" style="background:var(--jp-cell-editor-background,#f5f5f5);'
                "color:var(--jp-content-font-color1,inherit);border:1px solid "
                "var(--jp-border-color2,#ccc);padding:8px;margin:4px 0;overflow-x:auto;"
                f'line-height:1.4;font-size:14px">{html.escape(code)}</pre>',
            )

    def mark_preset(self, active):
        """Show which preset is in force, if any."""
        for name, button in self.presets.items():
            button.button_style = "info" if name == active else ""

    def close(self):
        """Close all widgets, the hidden ones, too."""
        for widget in (*self._all, *self.buttons.values(), *self.presets.values(), self.box):
            close_widget(widget)


def say_speed(speed):
    """A speed in words."""
    return "full speed" if speed == math.inf else f"{count(speed, 'step')}/s"


def _button(name, label, icon, tooltip, on_press):
    button = ipywidgets.Button(
        description=label,
        icon=icon,
        tooltip=tooltip,
        layout=ipywidgets.Layout(width="auto", min_width="84px"),
    )
    button.on_click(lambda _: on_press(name))
    return button


def _set(widget, value):
    if widget.value != value:
        widget.value = value


def close_widget(widget):
    """Close a widget with all that belongs to it: it would stay in the kernel's memory."""
    for child in getattr(widget, "children", ()):
        close_widget(child)
    for part in (getattr(widget, "layout", None), getattr(widget, "style", None), widget):
        if part is not None:
            part.close()
