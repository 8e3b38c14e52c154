"""The player: turns steps into time.

It takes steps from a run: one, or `n` at once (`advance`, which needs neither a browser nor an
event loop), or as a task on the kernel's event loop, so and so many a second. The task works in
slices of a few milliseconds and gives the loop back in between, so that sliders are heard and
frames are painted. Each start makes a token; a task whose token is no longer the player's ends at
its next slice. So a second start, a stop or a reset can never leave two tasks running.

All methods belong to the loop's thread. What arrives on other threads (widgets' handlers do, in
ipykernel 7) has to come through `loop.call_soon_threadsafe`; see `_lab.py`.
"""

import asyncio
import math
import time

from mlplib._errors import check_number

SLICE = 0.010  # seconds of training at a time
CHUNK = 0.002  # seconds of training between two looks at the clock
SPEEDS = (1, 3, 10, 30, 100, 1000, math.inf)  # steps a second


class Player:
    """Plays runs.

    Parameters
    ----------
    new_run : callable
        `new_run(old_run, replay)` returns a fresh `Run`; `replay` asks for the old one again.
    on_steps : callable
        Called after every piece of work, and after a new run: there may be something to draw.
    on_state : callable
        Called when the state changed.
    loop : asyncio loop, optional
        Without one, only `step`, `advance`, `reset` are possible.
    speed : float
        Steps a second; inf is as fast as possible.

    Attributes
    ----------
    run : Run
    state : {"ready", "running", "paused", "replayed", "finished", "diverged", "failed"}
    error : Exception or None
        What a task failed with.
    """

    def __init__(self, new_run, *, on_steps, on_state, loop=None, speed=10):
        self._new_run, self._on_steps, self._on_state = new_run, on_steps, on_state
        self.loop = loop
        self._speed = speed
        self._token = self._task = None
        self._chunk = 1
        self.error = None
        self.state = "ready"
        self.run = new_run(None, False)

    @property
    def running(self):
        """Whether a task is making steps."""
        return self._token is not None

    @property
    def speed(self):
        """Steps a second; inf is as fast as possible. Can be set at any time."""
        return self._speed

    @speed.setter
    def speed(self, value):
        if value != math.inf:
            check_number("Player.speed", "speed", value, 0, low_open=True)
        self._speed = value

    # ---- what the buttons do ----------------------------------------------------------------

    def start(self):
        """Play on; a run that has come to its end starts anew, from the same initial weights."""
        if self.running:
            return
        if self.loop is None:
            raise RuntimeError(
                "Player.start: expected a running event loop, as in JupyterLab; got none. "
                "Use advance(n), which needs no loop."
            )
        if self.run.outcome is not None:
            self._replace(self._new_run(self.run, False))
        self.run.limit = math.inf
        self._play()

    def stop(self):
        """Pause after the present slice."""
        if self.running:
            self._token = None
            self._set_state("paused")

    def step(self):
        """Make one step."""
        self.stop()
        self.advance(1)

    def reset(self):
        """Go back to the initial weights, with the present settings."""
        self._token = None
        self._replace(self._new_run(self.run, False))

    def replay(self):
        """Play the run again, from the same initial weights, with the changes made in it.

        If a live setting was changed after its last step, the present settings are played instead:
        the same start, another rate.
        """
        self._token = None
        if self.run.length == 0:
            self.start()
            return
        self._replace(self._new_run(self.run, not self.run.changed_since))
        if self.loop is None:
            self.advance(self.run.length)
        else:
            self._play()

    def advance(self, n=1):
        """Make `n` steps at once; return how many were made (fewer at the end of the run)."""
        check_number("Player.advance", "n", n, 0, integer=True)
        if self.run.outcome is not None:
            return 0
        if not self.running and self.run.steps >= self.run.limit:
            self.run.limit = math.inf
        try:
            made = self.run.take(n)
        except BaseException:
            self._token = None
            self._set_state("failed")
            raise
        if made < n or self.run.outcome or self.run.steps >= self.run.limit:
            self._ended()
        elif not self.running:
            self._set_state("paused" if self.run.steps else "ready")
        self._on_steps()
        return made

    # ---- the task -----------------------------------------------------------------------------

    def _play(self):
        self._token = token = object()
        self.error = None
        self._set_state("running")
        self._task = self.loop.create_task(self._work(token))

    async def _work(self, token):
        try:
            await self._slices(token)
        except KeyboardInterrupt:  # let through, it would end the kernel's loop
            if token is self._token:
                self.stop()
        except Exception as error:
            if token is self._token:
                self.fail(error)

    async def _slices(self, token):
        due, last = 1.0, time.perf_counter()
        while token is self._token:
            now = time.perf_counter()
            if self._speed == math.inf:
                due = math.inf
            else:  # after a busy cell, what was missed is not caught up with
                due = min(due, 1e9) + min(now - last, 0.1) * self._speed
            last = now
            if due >= 1:
                made = self._slice(math.floor(min(due, 1e9)))
                due = min(due - made, max(1.0, 0.1 * self._speed)) if made else 0.0
                if token is self._token:
                    self._on_steps()
            await asyncio.sleep(0 if due >= 1 else min((1 - due) / self._speed, 0.05))

    def _slice(self, n):
        """Make up to `n` steps, for one slice of time at most."""
        made, end = 0, time.perf_counter() + SLICE
        while made < n:
            ask = min(n - made, self._chunk)
            began = time.perf_counter()
            got = self.run.take(ask)
            now = time.perf_counter()
            made += got
            if got < ask or self.run.outcome:
                self._ended()
                break
            if ask == self._chunk:
                self._chunk = max(1, min(2 * ask, int(ask * CHUNK / max(now - began, 1e-7))))
            if now >= end:
                break
        return made

    def _ended(self):
        """The run gave fewer steps than asked for: say why."""
        self._token = None
        run = self.run
        if run.exploded:
            self._set_state("diverged")
        elif run.outcome is None:
            self._set_state("replayed")
        else:
            self._set_state(run.outcome)
        self._on_steps()

    def fail(self, error, tell=True):
        """End in words, not in silence: a task's exception shows nowhere in JupyterLab."""
        self._token = None
        self.error = error
        self.state = "failed"
        if tell:
            self._on_state()

    def recover(self):
        """After a failure that left the run whole, go on from where it stands."""
        if self.state == "failed" and self.run.outcome is None:
            self.error = None
            self.state = "paused" if self.run.steps else "ready"

    def _replace(self, run):
        self.run = run
        self.error = None
        self._set_state("ready")
        self._on_steps()

    def _set_state(self, state):
        self.state = state
        self._on_state()
