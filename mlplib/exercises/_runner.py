"""Run a student's function where it can do no harm, and stop it when it does not return.

The function runs in a thread of its own, on copies of the arguments. What it prints, warns and
asks for is caught. When a call takes longer than the time limit, an exception is planted in that
thread, which ends any loop written in Python, on every operating system and also when the check
itself was not started from the main thread (a signal could do neither). A thread that waits
inside compiled code (`time.sleep`) cannot be ended from outside; it is left behind, and the
result says so.
"""

import builtins
import contextlib
import copy
import ctypes
import pickle
import random
import sys
import threading
import time
import warnings
from dataclasses import dataclass, field

import numpy as np

from mlplib.exercises._values import Value, freeze

STACK_BYTES = 16 * 2**20
"""Some systems give threads little (macOS 0.5 MB): endless recursion would crash the kernel."""

PRINTED_KEPT = 2000
"""Characters of printed text that are kept: a function that prints for ever fills no memory."""


@dataclass
class Run:
    """What happened while a function was called, once for each tuple of arguments."""

    values: list[Value] = field(default_factory=list)
    error: BaseException | None = None
    """What ended the series; the call that raised is number `len(values)`."""
    timed_out: bool = False
    left_behind: bool = False
    """True if the thread could not be ended and still runs."""
    changed: dict[int, int] = field(default_factory=dict)
    """Argument position -> first call that changed this argument."""
    returned_argument: int | None = None
    """Position of an argument that the returned array shares its memory with."""
    printed: str = ""
    warned: list[str] = field(default_factory=list)
    asked_input: bool = False
    used_global_random: bool = False
    changed_errstate: bool = False


class _TimeUp(BaseException):
    """Planted in the worker; no `except Exception` of a student's code catches it."""


class InputCalled(BaseException):
    """Raised in the worker in place of waiting for the keyboard."""


class Worker(threading.Thread):
    """The thread that calls the student's function."""

    def __init__(self, function, calls):
        super().__init__(daemon=True, name="exercise")
        self.function, self.calls = function, calls
        self.log = Run()
        self.abandoned = False
        # Not `join`: an interrupt while it waits can mark a thread as ended that still runs.
        self.finished = threading.Event()

    def run(self):
        try:
            self._call_all()
        except _TimeUp:
            pass
        finally:
            self.finished.set()

    def _call_all(self):
        for original in self.calls:
            arguments = copy.deepcopy(original)
            errstate = np.geterr()
            try:
                value = self.function(*arguments)
                frozen = freeze(value)
            except _TimeUp:
                raise
            except BaseException as error:  # SystemExit and KeyboardInterrupt: their own code's
                if not self.abandoned:
                    self.log.error = error
                return
            if self.abandoned:
                return
            self._look_around(original, arguments, value, errstate)
            self.log.values.append(frozen)  # last: its length is what the watcher watches

    def _look_around(self, original, arguments, value, errstate):
        call = len(self.log.values)
        for i, (before, after) in enumerate(zip(original, arguments, strict=True)):
            if not _identical(before, after):
                self.log.changed.setdefault(i, call)
            if isinstance(value, np.ndarray) and isinstance(after, np.ndarray):
                if np.may_share_memory(value, after):
                    self.log.returned_argument = i
        if np.geterr() != errstate:
            self.log.changed_errstate = True
            np.seterr(**errstate)


def run(function, calls, time_limit):
    """Call `function(*arguments)` for each tuple in `calls`, until one raises or takes too long.

    Parameters
    ----------
    function : callable
    calls : list of tuple
    time_limit : float
        Seconds for one call; the whole series gets four times as much.

    Returns
    -------
    Run
    """
    worker = Worker(function, calls)
    with _LOCK, _caught(worker):
        try:
            _start(worker)
            _wait(worker, time_limit)
        except BaseException:  # the user's own interrupt: end their function, then pass it on
            if worker.ident is not None:
                _stop(worker)
            raise
        if not worker.finished.is_set():
            worker.log.timed_out = True
            worker.abandoned = True
            worker.log.left_behind = not _stop(worker)
    return worker.log


_LOCK = threading.Lock()  # two checks at once would restore each other's sys.stdout


def _start(worker):
    try:
        before = threading.stack_size(STACK_BYTES)
    except (ValueError, RuntimeError):  # a system that does not let one choose
        before = None
    try:
        worker.start()
    except RuntimeError:  # a Python without threads (in a browser): no time limit there
        worker.run()
    finally:
        if before is not None:
            threading.stack_size(before)


def _wait(worker, time_limit):
    end = time.monotonic() + 4 * time_limit
    done, deadline = 0, time.monotonic() + time_limit
    while time.monotonic() < min(deadline, end):
        if worker.finished.wait(0.02):  # short: an interrupt gets through on Windows as well
            return
        if len(worker.log.values) > done:
            done, deadline = len(worker.log.values), time.monotonic() + time_limit


def _stop(worker, tries=10):
    """Plant the exception until the thread ends; a bare `except:` can swallow it a few times."""
    for _ in range(tries):
        ctypes.pythonapi.PyThreadState_SetAsyncExc(
            ctypes.c_ulong(worker.ident), ctypes.py_object(_TimeUp)
        )
        if worker.finished.wait(0.05):
            worker.join(1.0)
            return True
    return False


# ---- what the function does besides returning -------------------------------------------------


@contextlib.contextmanager
def _caught(worker):
    """Catch what the worker's thread prints, warns, asks and draws; leave other threads alone."""
    printed = []
    chance_before = _global_chance()
    streams = sys.stdout, sys.stderr, builtins.input
    try:
        sys.stdout = _WorkerStream(streams[0], worker, printed)
        sys.stderr = _WorkerStream(streams[1], worker, printed)
        builtins.input = _worker_input(streams[2], worker)
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            yield
        worker.log.warned = sorted({_warning_words(w) for w in caught} - {""})
    finally:
        sys.stdout, sys.stderr, builtins.input = streams
        worker.log.printed = "".join(printed)
        if _global_chance() != chance_before:
            worker.log.used_global_random = True
            random.setstate(chance_before[0])
            np.random.set_state(pickle.loads(chance_before[1]))  # noqa: NPY002


def _global_chance():
    """Return the state of both global random generators, in a form that can be compared."""
    return random.getstate(), pickle.dumps(np.random.get_state())  # noqa: NPY002 (to leave it alone)


class _WorkerStream:
    """Stands in for sys.stdout: keeps what one thread writes, passes on what all others do."""

    def __init__(self, stream, worker, kept):
        self._stream, self._worker, self._kept = stream, worker, kept

    def write(self, text):
        if threading.current_thread() is not self._worker:
            return self._stream.write(text)
        if sum(map(len, self._kept)) < PRINTED_KEPT:
            self._kept.append(text[:PRINTED_KEPT])
        return len(text)

    def __getattr__(self, name):
        return getattr(self._stream, name)


def _worker_input(ordinary_input, worker):
    def ask(*arguments):
        if threading.current_thread() is not worker:
            return ordinary_input(*arguments)
        worker.log.asked_input = True
        raise InputCalled

    return ask


def _warning_words(warning):
    """Say one warning in words that do not change from one numpy version to the next."""
    text = str(warning.message)
    if issubclass(warning.category, RuntimeWarning):
        if "overflow" in text:
            return "overflow: a number became too large to be stored"
        if "divide by zero" in text:
            return "division by zero"
        if "invalid value" in text:
            return "an invalid operation, such as 0/0 or inf - inf"
        if "mean of empty slice" in text.lower():
            return "the mean of an empty array"
    if issubclass(warning.category, ResourceWarning):
        return ""
    return text.splitlines()[0][:100] if text else ""


def _identical(before, after):
    if isinstance(before, np.random.Generator):  # is there to be drawn from
        return True
    if isinstance(before, np.ndarray):
        return before.shape == after.shape and np.array_equal(before, after, equal_nan=True)
    return before is after or bool(before == after)
