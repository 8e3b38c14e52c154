"""What moves a lab: inbox, actions, runs, frames.

In ipykernel 7 a widget's handler may run on another thread than the event loop. So handlers only
put plain values into an inbox; it is emptied on the loop's thread, where all else happens: runs
are made, steps taken, frames painted. Without a loop there is one thread, and the inbox is emptied
at once. Whatever fails on the way is shown in the lab's status line, and the lab goes on.
"""

import asyncio
import math
import time
from collections import deque
from dataclasses import dataclass, field

import numpy as np

from mlplib._errors import check_option
from mlplib.labs._painter import EASY_SHARE, SHARE, Painter
from mlplib.labs._panel import Panel
from mlplib.labs._player import Player
from mlplib.labs._run import Run

WORDS_EVERY = 0.12  # seconds between two updates of the numbers while it plays
TEXT_EVERY = 0.6  # and of the text twin: as fast as anybody reads


@dataclass(frozen=True, eq=False)
class Earlier:
    """What is kept of a run to compare with: what it was, and its loss curve."""

    label: str
    steps: np.ndarray = field(repr=False)
    losses: np.ndarray = field(repr=False)


class Engine:
    """The moving half of `Lab`, which says what there is to move."""

    def _start_engine(self, *, hide, speed):
        """Make inbox, panel, painter and player, and with it the first run."""
        self._inbox = deque()
        self._turned = {}  # controls turned and not yet taken over, with their last value
        self._from_here = {}  # settings for the next run, beyond the controls' values
        self._stale = True  # artists and sliders show an older state than the run's
        self._comment, self._listed = "", False
        self._said_at = self._described_at = 0.0
        self.closed, self.player = False, None
        try:
            self._loop = asyncio.get_running_loop()
        except RuntimeError:
            self._loop = None
        self.earlier = deque(maxlen=self.KEEP)
        self.panel = Panel(
            self.controls,
            self.PRESETS,
            speed=speed,
            width=self.SIZE[0],
            hide=hide,
            on_press=lambda name: self._post(f"_press_{name}"),
            on_preset=lambda name: self._post("_use_preset", name),
            on_speed=lambda speed: self._post("_set_speed", speed),
        )
        self.painter = Painter(self._paint, self._loop)
        self.player = Player(
            self._new_run,
            on_steps=self._on_steps,
            on_state=self._on_state,
            loop=self._loop,
            speed=speed,
        )
        self._set_speed(speed)
        self.panel.box.observe(lambda c: self._post("_count_views", c["new"]), "_view_count")

    # ---- the inbox --------------------------------------------------------------------------

    def _on_turn(self, name, value):
        """A control was turned, on whichever thread."""
        self._turned[name] = value  # of many turns, the last one counts
        self._post("_turn", name)

    def _post(self, action, *args):
        self._inbox.append((action, args))
        loop = self._loop
        if loop is None or loop.is_closed():
            self._drain()
        else:
            loop.call_soon_threadsafe(self._drain_safely)

    def _drain(self):
        while self._inbox and not self.closed:
            action, args = self._inbox.popleft()
            getattr(self, action)(*args)

    def _drain_safely(self):
        try:
            self._drain()
        except Exception as error:
            self.player.fail(error)

    # ---- actions ----------------------------------------------------------------------------

    def _turn(self, name):
        if name not in self._turned:
            return
        value, control = self._turned.pop(name), self.controls[name]
        self.player.recover()
        moved = self.moved()
        control.setting = value
        self._comment, self._stale = "", True
        if control.spec.effect == "live":
            self.run.change(name, value)
        elif control.spec.effect == "restart":
            # where training moves this control itself, the hand goes on from where it is now
            self._from_here = moved | {name: value} if name in moved else {}
            self._restart(play=self.player.running and not control.spec.pauses)
        self.painter.want()

    def _use_preset(self, name):
        preset = self.PRESETS[name]
        for setting, value in preset.settings.items():
            self._turned.pop(setting, None)
            self.controls[setting].show(value)
        self._from_here = dict(preset.settings)
        self._restart(play=self.player.running)
        self._comment = preset.comment

    def _restart(self, play):
        self.player.reset()
        if play:
            self.player.start()

    def _set_speed(self, speed):
        self.player.speed = speed
        self.painter.share = SHARE if speed == math.inf else EASY_SHARE

    def _press_train(self):
        self.player.start()

    def _press_stop(self):
        self.player.stop()

    def _press_step(self):
        self.player.step()

    def _press_reset(self):
        if self.run.steps == 0:
            self.earlier.clear()
        self.player.reset()

    def _press_replay(self):
        self.player.replay()

    def _press_new_start(self):
        self.seed += 1
        self._from_here = self.new_start(np.random.default_rng(self.seed))
        self.player.reset()

    def _press_code(self):
        self._listed = not self._listed
        self.panel.list_code(self.code if self._listed else None)

    def _count_views(self, views):
        if views == 0:
            self.player.stop()

    def use_preset(self, name):
        """Set what the preset says, and go back to the start with it."""
        check_option(type(self).__name__, "preset", name, self.PRESETS)
        self._post("_use_preset", name)
        self._refresh()

    # ---- runs -------------------------------------------------------------------------------

    def _new_run(self, old, replay):
        settings = {name: c.setting for name, c in self.controls.items()} | {"seed": self.seed}
        changes = ()
        if old is not None:
            # what training has moved goes back to where it was
            settings |= {name: old.settings[name] for name in self.moved()}
            if replay:
                settings, changes = old.settings, old.changes
            elif old.steps > 1:
                self.earlier.append(Earlier(self.label(old), *self.curve(old, 300)))
        settings = settings | self._from_here
        self._from_here = {}
        run = Run(
            settings,
            self.start,
            self.apply,
            extras=self.EXTRAS,
            observe=self.observe if self.EXTRAS else None,
            blow_up=self.BLOW_UP,
            changes=changes,
        )
        if replay:
            run.limit = old.length
        for name, control in self.controls.items():
            control.show(settings[name])
        run.open()
        return run

    def _on_steps(self):
        self._stale = True
        self.painter.want()
        if self.painter.alone and self.player.running:
            self.player.stop()

    def _on_state(self):
        self._stale = True
        self._said_at = self._described_at = 0.0
        self.painter.want()

    # ---- frames -----------------------------------------------------------------------------

    def _refresh(self):
        """Bring artists and controls up to date with the run."""
        if self.player is None:
            return
        self._drain()
        if not self._stale:
            return
        self._stale = False
        self.run.open()
        live = [name for name, c in self.controls.items() if c.spec.effect == "live"]
        for name, value in ({n: self.run.live[n] for n in live} | self.moved()).items():
            if name not in self._turned:
                self.controls[name].show(value)
        self.update()

    def _paint(self):
        """Paint a frame into the page; what fails is said there, and the lab goes on."""
        try:
            self._refresh()
            self.panel.image.value = self.live.png()
            self._say()
        except Exception as error:
            self.player.fail(error, tell=False)  # told, it would have itself painted again
            self.panel.say("failed", self.status(), [])

    def _say(self):
        """Bring numbers and words up to date, unless that was just now."""
        now, playing = time.perf_counter(), self.player.running
        if not playing or now - self._said_at > WORDS_EVERY:
            self._said_at = now
            self.panel.say(self.player.state, self.status(), self.readout())
            self.panel.mark_preset(self.preset)
        if not playing or now - self._described_at > TEXT_EVERY:
            self._described_at = now
            self.panel.describe(self.text, self._comment)
            if self._listed:
                self.panel.list_code(self.code)
