"""When to paint: as soon as a change is known, never more often than it can be shown.

Three limits. A steady rate. A share of the time: at full speed painting takes at most half of it,
so that a heavy picture slows the picture and not the training; where steps come at a set speed,
training leaves more. And the browser's own pace: once a second
a number is sent that the browser sends back; while its answer is late, frames are few, and where
none comes (a closed page) the lab pauses. One number a second, not one a frame: in JupyterLab
each answer costs the page as much as painting a frame.
"""

import time

import ipywidgets

from mlplib.labs._panel import close_widget

SHARE = 0.5  # of the time, at most, is for painting while training takes all it can get
EASY_SHARE = 0.75  # while it does not
ASK_EVERY = 1.0  # seconds
LATE = 0.4  # seconds: an answer after this says that the browser cannot follow
SLOWEST = 0.5  # seconds between frames, for a browser that is late
GONE = 15  # frames without an answer, some seven seconds: nobody is looking


class Painter:
    """Calls `paint` when it is wanted and allowed. All methods belong to the loop's thread.

    Parameters
    ----------
    paint : callable
    loop : asyncio loop or None
        Without one nothing is painted by itself.
    rate : float
        Frames a second, at most.
    """

    def __init__(self, paint, loop=None, rate=25.0):
        self.rate, self.share = rate, SHARE
        self.frames = 0
        self._paint, self._loop = paint, loop
        self._timer = None
        self._due = 0.0  # when the last frame should have been painted, by the rate
        self._last, self._cost = 0.0, 0.0  # when it was, and how long it took
        self._pace = 0.0  # seconds between frames that the browser can follow
        self._asked, self._waiting = 0.0, False
        self._unanswered = 0  # frames painted since the last question
        self._question = ipywidgets.IntText(0)
        self._answer = ipywidgets.IntText(0)
        self._link = ipywidgets.jsdlink((self._question, "value"), (self._answer, "value"))
        if loop is not None:
            self._answer.observe(self._on_answer, "value")

    def want(self):
        """Have a frame painted as soon as it is allowed."""
        if self._loop is None or self._loop.is_closed() or self._timer is not None:
            return
        wait = self._next() - time.perf_counter()
        self._timer = self._loop.call_later(max(wait, 0), self._go)

    def _next(self):
        """The earliest moment for the next frame."""
        if self._waiting and time.perf_counter() - self._asked > LATE:
            return self._last + SLOWEST
        # by the rate's own clock: a slice of training that delays one frame does not delay all
        return max(self._due + 1 / self.rate, self._last + max(self._cost / self.share, self._pace))

    def _go(self):
        self._timer = None
        self._last = time.perf_counter()
        self._due = max(self._due + 1 / self.rate, self._last - 1 / self.rate)
        self._paint()
        self._cost = time.perf_counter() - self._last
        self.frames += 1
        self._unanswered += 1
        if self.frames == 1:  # the page is being built: not the moment to ask
            self._asked = self._last
        elif not self._waiting and self._last - self._asked > ASK_EVERY:
            self._waiting, self._asked, self._unanswered = True, self._last, 0
            self._question.value += 1

    def _on_answer(self, _change):
        loop = self._loop  # which a closed lab has not
        if loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(self._heard, time.perf_counter())

    def _heard(self, when):
        self._waiting = False
        if when - self._asked > LATE:
            self._pace = min(max(2 * self._pace, 0.08), SLOWEST)
        else:
            self._pace = self._pace / 2 if self._pace > 0.04 else 0.0

    @property
    def alone(self):
        """Whether the browser has not answered for so long that nobody can be looking."""
        return self._waiting and self._unanswered >= GONE

    def close(self):
        """Paint no more."""
        if self._timer is not None:
            self._timer.cancel()
        self._loop = None
        for widget in (self._question, self._answer, self._link):
            close_widget(widget)
