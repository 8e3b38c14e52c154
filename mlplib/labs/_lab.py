"""A lab: controls -> stream -> picture.

Settings are read from controls, a stream of training records is made from them, a figure is drawn
from the records. `Lab` is everything about that which is the same in each lab; a lab itself says
what its controls are, how a run starts, what is drawn, and what a person would say of it.

A lab works without a browser: `lab.player.advance(n)`, `lab.learning_rate.value = 0.3`,
`lab.history`, `lab.text`, `lab.code`. In JupyterLab the same things are done by hand.
"""

from dataclasses import dataclass

from mlplib._errors import check_number, check_option
from mlplib._words import count, number, sentence
from mlplib.labs._cells import settle
from mlplib.labs._controls import Control
from mlplib.labs._engine import Engine
from mlplib.labs._live import LiveFigure
from mlplib.labs._panel import BUTTONS
from mlplib.plotting import picture_bundle, style


@dataclass(frozen=True)
class Preset:
    """Settings under a name, and the sentence that a lecturer would say with them."""

    settings: dict
    comment: str = ""


class Lab(Engine):
    """Base of all labs.

    To write a lab, copy `learning_rate.py`, say what is asked for under "what a lab says of
    itself" below, and add the class to `LABS`; the tests then take it up by themselves:

        class MyLab(Lab):
            NAME = "my lab"
            CONTROLS = (
                Slider("learning_rate", "Learning rate", 0.001, 2.0, 0.1, log=True, effect="live"),
                Choice("activation", "Activation", ("tanh", "relu"), "tanh"),
            )

            def start(self, run):       # settings -> stream; anything a run needs is made here
                self.net = MLP([2, 8, 1], run.settings["activation"], rng=run.rng())
                rate = GradientDescent(run.reader("learning_rate"))
                return train(self.net, X, Y, mse, rate)

            def draw(self):             # axes and artists, once
                ax = self.live.figure.subplots()
                self._curve = LossPlot(self.live, ax)

            def update(self):           # the artists' data, for each frame
                self._curve.update(self.run, self.earlier, label=self.label(self.run))

            def describe(self):         # what a person would say
                return trend(self.run.history.column("loss"))

            def write_code(self):       # a program that leaves `history` and `loss`
                ...

    `start` must depend on nothing but `run.settings`, and what it makes may change only with the
    stream's steps and in `apply`: then replays and the printed program are equal to the last bit.

    Parameters
    ----------
    preset : str, optional
        Settings by name, from `PRESETS`.
    hide : list of str
        Controls and buttons to leave out, for a demonstration.
    seed : int
        Of everything random; the same seed is the same run, bit for bit.
    speed : float, optional
        Steps a second, at first; `math.inf` is as fast as possible.
    **settings
        First values of controls, by name.

    Attributes
    ----------
    player : Player
    controls : dict of str to Control
        Each also is an attribute: `lab.learning_rate.value`.
    earlier : deque of Earlier
        Runs to compare with, drawn faintly.
    """

    NAME = ""
    CONTROLS = ()
    PRESETS = {}  # noqa: RUF012 - a table of the class, never changed
    EXTRAS = ()  # names of the numbers that `observe` returns
    CURVE = "loss"  # the column of the history that is drawn against the step, and kept to compare
    SIZE = (900, 360)  # of the picture, in logical pixels
    SCALE = 1.35  # pixels sent for each of them
    HIDE = ()  # buttons that make no sense for this lab
    SPEED = 10  # steps a second, at first
    KEEP = 4  # earlier runs
    BLOW_UP = 1e6  # times the first loss: diverged

    def __init__(self, *, preset=None, hide=(), seed=0, speed=None, **settings):
        where = type(self).__name__
        specs = {spec.name: spec for spec in self.make_controls()}
        if preset is not None:
            check_option(where, "preset", preset, self.PRESETS)
            settings = self.PRESETS[preset].settings | settings
        for name in settings:
            check_option(where, "a setting", name, specs)
        hide = [*self.HIDE, *([hide] if isinstance(hide, str) else hide)]
        for name in hide:
            check_option(where, "hide", name, [*specs, *BUTTONS, "speed", "presets"])
        self.seed = check_number(where, "seed", seed, 0, integer=True)
        self.controls = {
            n: Control(spec, where, self._on_turn, self._refresh) for n, spec in specs.items()
        }
        for name, value in settings.items():
            self.controls[name].show(specs[name].check(where, value))
        self._start_engine(hide=hide, speed=self.SPEED if speed is None else speed)
        self.live = LiveFigure(*self.SIZE, self.SCALE)
        with style():
            self.draw()
        settle(self)

    # ---- what a lab says of itself ----------------------------------------------------------

    def make_controls(self):
        """The controls, where they depend on the data; else `CONTROLS`."""
        return self.CONTROLS

    def start(self, run):
        """Make what the run starts from `run.settings`, and return the iterator of its records."""
        raise NotImplementedError(f"{type(self).__name__}.start")

    def apply(self, name, value):
        """Do what a live change needs beyond its new value in `run.live`."""

    def observe(self):
        """Numbers to keep beside each record, one for each of `EXTRAS`."""

    def moved(self):
        """Values of those controls that training itself moves."""
        return {}

    def new_start(self, rng):
        """Values of controls for a new start (beyond the new seed)."""
        return {}

    def draw(self):
        """Build axes and artists in `self.live.figure`; `self.live.animate` those that move."""
        raise NotImplementedError(f"{type(self).__name__}.draw")

    def update(self):
        """Set the artists' data from `self.run` and the settings."""
        raise NotImplementedError(f"{type(self).__name__}.update")

    def describe(self):
        """What a person would say of the picture: one or two sentences, few digits."""
        raise NotImplementedError(f"{type(self).__name__}.describe")

    def write_code(self):
        """The program that reproduces the run: it leaves `history` and `loss`."""
        raise NotImplementedError(f"{type(self).__name__}.write_code")

    def curve(self, run, points=400):
        """Steps and losses of a run, thinned: what is drawn, and what is kept to compare with."""
        return run.history.curve(self.CURVE, points)

    def loss_now(self):
        """The loss that the lab shows for where it stands."""
        return self.run.history[-1].loss if self.run.steps else float("nan")

    def loss_code(self):
        """The last lines of a program: the loss that the lab shows."""
        if self.run.outcome == "diverged":
            line = "loss = history[-1].loss  # no longer a number: the run diverged"
        else:
            line = "loss = mlplib.mse.value(net.predict(X), Y)"
        return line + '\nprint(f"loss {loss:.6g} after {len(history)} steps")'

    def readout(self):
        """Pairs (label, value) to show large."""
        return [
            ("Step", f"{self.run.steps:,}".replace(",", " ")),
            ("Loss", number(self.loss_now())),
        ]

    def label(self, run):
        """What an earlier run is called in the legend."""
        specs = [c.spec for c in self.controls.values() if c.spec.effect != "view"]
        return ", ".join(spec.say(run.live[spec.name]) for spec in specs)

    # ---- what a user reads ------------------------------------------------------------------

    @property
    def run(self):
        """The present run."""
        return self.player.run

    @property
    def history(self):
        """The present run's records."""
        self._refresh()
        return self.run.history

    @property
    def loss(self):
        """The loss for where the lab stands."""
        self._refresh()
        return self.loss_now()

    @property
    def settings(self):
        """The value of every control, and the seed."""
        self._refresh()
        return {name: c.setting for name, c in self.controls.items()} | {"seed": self.seed}

    @property
    def text(self):
        """The text twin: what a person would say of the picture and the settings."""
        self._refresh()
        said = sentence("; ".join(c.say() for c in self.controls.values()))
        ended = self.player.state in ("diverged", "failed", "finished")
        return f"{sentence(self.describe())} {said}" + (f" {self.status()}" if ended else "")

    @property
    def code(self):
        """The lines of Python that reproduce the present state, to the same loss."""
        self._refresh()
        return self.write_code()

    def __getattr__(self, name):
        controls = self.__dict__.get("controls", {})
        if name in controls:
            return controls[name]
        if hasattr(type(self), name):  # a property that failed: say with what, not that it is none
            return object.__getattribute__(self, name)
        known = ", ".join(controls)
        raise AttributeError(f"{type(self).__name__} has no {name!r}. Its controls: {known}.")

    def __dir__(self):
        return [*super().__dir__(), *self.controls]

    def __repr__(self):
        return self.text

    @property
    def preset(self):
        """Name of the preset that the settings agree with, or None."""
        for name, preset in self.PRESETS.items():
            if all(self.controls[k].setting == v for k, v in preset.settings.items()):
                return name
        return None

    def status(self):
        """The player's state in words."""
        steps, state = self.run.steps, self.player.state
        if state == "diverged":
            why = "the loss is no longer a number"
            if self.run.outcome is None:
                times = f"{self.BLOW_UP:,.0f}".replace(",", " ")
                why = f"the loss is more than {times} times what it was"
            return (
                f"Diverged at step {steps}: {why}. Lower the learning rate, then Reset or Replay."
            )
        if state == "failed":
            error = self.player.error
            what = f"{type(error).__name__}: {error}".rstrip(". ") if error else "an interrupt"
            return f"Failed at step {steps}, by {what}. Mend that, then Reset."
        return {
            "ready": "Ready.",
            "running": "Training.",
            "paused": f"Stopped after {count(steps, 'step')}.",
            "replayed": f"Replayed {count(steps, 'step')}.",
            "finished": f"Finished after {count(steps, 'step')}.",
        }[state]

    # ---- showing ----------------------------------------------------------------------------

    def png(self):
        """The picture as it is now."""
        self._refresh()
        return self.live.png(9)

    @property
    def widget(self):
        """The lab as an ipywidget, to be put into a layout of one's own."""
        self._paint()
        return self.panel.box

    def _repr_mimebundle_(self, include=None, exclude=None):
        data, metadata = picture_bundle(self.png(), self.text, self.live.width)
        if not self.closed:
            bundle = self.widget._repr_mimebundle_()
            bundle = bundle[0] if isinstance(bundle, tuple) else bundle
            data = {**bundle, **data}
        return data, metadata

    def close(self):
        """End the task and take the lab from the page. Its history and text can still be read."""
        if not self.closed:
            self.player.stop()
            self.closed = True
            self._loop = self.player.loop = None
            self.painter.close()
            self.panel.close()
