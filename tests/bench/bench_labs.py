"""The labs in a real JupyterLab: what gets painted, what it costs, what is left for training.

    python tests/bench/bench_labs.py                 all figures
    python tests/bench/bench_labs.py --only map      one of them
    python tests/bench/bench_labs.py --seconds 10    measure longer
    python tests/bench/bench_labs.py --only playground --minutes 10    does it tire?

Each figure is shown twice in the same JupyterLab: as its lab shows it, and as most notebooks show
figures that change, with `clear_output` and `plt.show` in an asyncio task. What is painted is
counted in the page (an image that was loaded, at the next animation frame), so a frame that is
sent and never shown does not count. Milliseconds are processor time of the kernel's main thread,
all of a frame's work in it: setting the data, drawing, compressing, sending.

Slider to paint is from a key pressed on a slider to the next frame that is painted, in a lab that
stands still and in one that plays slowly (a step a second: its own frames are too few to be
mistaken for an answer). The training share is the steps a second at full speed, while 20 frames a
second are drawn, against the same stream in a bare loop: the two take turns, and the median of
seven rounds counts, because a busy machine slows now the one, now the other.
"""

import argparse
import json
import os
import pathlib
import statistics
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "browser"), str(HERE)]

from _lab import JupyterLab, find_chromium  # noqa: E402

SETUP = f"""
import sys
sys.path[:0] = [{str(HERE)!r}]
import asyncio, json, math, time
%matplotlib inline
import ipywidgets
from IPython.display import clear_output, display
from map_lab import MapLab
from mlplib.labs import LABS
LABS = {{"map": MapLab, **LABS}}
"""

# The same figure, drawn as most notebooks do it: all of it, into an output that is cleared.
OLD = """
lab = LABS[{name!r}]()
figure = lab.live.figure
figure.set_dpi(100)
for artist in lab.live._moving:
    artist.set_animated(False)
out = ipywidgets.Output()
cost, sizes, going = [], [], True
async def play():
    while going:
        lab.player.advance(1)
        began = time.thread_time()
        lab._refresh()
        with out:
            clear_output(wait=True)
            display(figure)
        cost.append(time.thread_time() - began)
        await asyncio.sleep(0)
display(out)
task = asyncio.create_task(play())
"""
OLD_RESULT = """
going = False
data = get_ipython().display_formatter.format(figure)[0]["image/png"]
print(json.dumps(dict(cost=cost, size=len(data) if isinstance(data, str) else 4 / 3 * len(data))))
"""

NEW = """
lab = LABS[{name!r}]()
lab.painter.rate = 60
lab._set_speed(60)
cost, sizes, png = [], [], lab.live.png
# behind a picture's end a number that nobody reads: an equal picture would not be loaded anew
lab.live.png = lambda *level: png(*level) + len(sizes).to_bytes(4, "big")
paint = lab.painter._paint
def counted():
    began = time.thread_time()
    paint()
    cost.append(time.thread_time() - began)
    sizes.append(len(lab.panel.image.value))
lab.painter._paint = counted
display(lab)
"""
NEW_RESULT = "print(json.dumps(dict(cost=cost, size=sorted(sizes)[len(sizes) // 2])))"

SHARE = """
lab.painter.rate = 20
lab._set_speed(math.inf)
bare = LABS[{name!r}]().player.run
bare.open()
stream, rounds = bare._stream, []
async def take_turns():
    for _ in range(7):
        lab.player.reset()
        lab.player.start()
        await asyncio.sleep(0.4)
        steps, frames, began = lab.run.steps, lab.painter.frames, time.perf_counter()
        await asyncio.sleep(1.2)
        took = time.perf_counter() - began
        rate, frames = (lab.run.steps - steps) / took, (lab.painter.frames - frames) / took
        lab.player.stop()
        await asyncio.sleep(0.3)
        made, began = 0, time.perf_counter()
        while time.perf_counter() - began < 0.8:
            for _ in range(50):
                next(stream)
            made += 50
        alone = made / (time.perf_counter() - began)
        rounds.append(dict(share=rate / alone, frames=frames, rate=rate))
turns = asyncio.create_task(take_turns())
"""
SHARE_RESULT = """
turns.result()
print(json.dumps(dict(rounds=rounds)))
"""

MEMORY = """
import gc, resource
gc.collect()
pages = int(open("/proc/self/statm").read().split()[1]) if sys.platform == "linux" else 0
print(json.dumps(dict(kernel=pages * resource.getpagesize() / 1e6, steps=lab.run.steps)))
"""

# In the page: moments at which a newly loaded picture was on the screen.
COUNT = """() => {
    window.painted = [];
    document.addEventListener('load', event => {
        if (event.target.tagName === 'IMG')
            requestAnimationFrame(() => window.painted.push(performance.now()));
    }, true);
    window.keys = [];
    document.addEventListener('keydown', () => window.keys.push(performance.now()), true);
}"""


class Bench:
    """One notebook in a page, with a cell to run code in."""

    def __init__(self, page):
        self.notebook, self.page = page, page.page
        self.notebook.run_all()
        self.page.evaluate(COUNT)

    def run(self, source, index=2):
        """Run code in a cell and return what it printed, read as JSON where it is."""
        self.notebook.set_source(index, source)
        self.notebook.run_cell(index)
        errors = self.notebook.cell_errors()
        if errors:
            raise RuntimeError(errors[0])
        text = self.notebook.text(index)
        return json.loads(text) if text.startswith("{") else text

    def frames_a_second(self, seconds):
        """Painted frames a second, after a warm-up of one."""
        self.page.wait_for_timeout(1000)
        self.page.evaluate("() => { window.painted.length = 0; }")
        self.page.wait_for_timeout(1000 * seconds)
        painted = self.page.evaluate("() => window.painted")
        if len(painted) < 2:
            return 0.0
        return 1000 * (len(painted) - 1) / (painted[-1] - painted[0])

    def latencies(self, area, presses):
        """Milliseconds from a key on the first slider to the next painted frame."""
        handle = area.locator(".noUi-handle").first
        handle.focus()
        self.page.evaluate("() => { window.keys.length = 0; window.painted.length = 0; }")
        for i in range(presses):
            self.page.keyboard.press("ArrowRight" if i // 8 % 2 == 0 else "ArrowLeft")
            self.page.wait_for_timeout(140 + 23 * (i % 5))
        self.page.wait_for_timeout(1500)
        keys, painted = self.page.evaluate("() => [window.keys, window.painted]")
        return [min((t for t in painted if t > key), default=key + 9999) - key for key in keys]


def measure(lab, name, seconds):
    """All numbers of one figure."""
    found = {}
    old = lab.write_notebook("old.ipynb", [SETUP, OLD.format(name=name), ""])
    with lab.open(old) as page:
        bench = Bench(page)
        found["old fps"] = bench.frames_a_second(seconds)
        found["old"] = bench.run(OLD_RESULT)
    new = lab.write_notebook("new.ipynb", [SETUP, NEW.format(name=name), ""])
    with lab.open(new) as page:
        bench = Bench(page)
        area = bench.notebook.widget_area(0)
        bench.page.wait_for_timeout(500)
        found["latency idle"] = bench.latencies(area, 64)
        bench.run("lab._set_speed(1); lab.player.reset(); lab.player.start()")
        found["latency playing"] = bench.latencies(area, 64)
        bench.run("lab.player.reset(); lab._set_speed(60); cost.clear(); lab.player.start()")
        found["fps"] = bench.frames_a_second(seconds)
        found["new"] = bench.run(NEW_RESULT)
        bench.run(SHARE.format(name=name))
        bench.page.wait_for_timeout(22_000)
        found["share"] = bench.run(SHARE_RESULT)["rounds"]
    return found


def endure(lab, name, minutes):
    """Let a lab play for minutes; print memory and painted frames of each minute."""
    new = lab.write_notebook("long.ipynb", [SETUP, NEW.format(name=name), ""])
    with lab.open(new) as page:
        bench = Bench(page)
        bench.run("lab.painter.rate = 25; lab._set_speed(100); lab.player.start()")
        print(f"\n{name}, playing: painted a second, MB of the kernel, MB of the page, steps")
        for _ in range(minutes):
            bench.page.wait_for_timeout(48_000)
            rate = bench.frames_a_second(10)
            told = bench.run(MEMORY)
            heap = bench.page.evaluate("() => performance.memory?.usedJSHeapSize ?? 0") / 1e6
            print(f"  {rate:5.1f} {told['kernel']:8.0f} {heap:8.0f} {told['steps']:9,}", flush=True)


def report(name, found):
    """Print one figure's numbers, the two ways side by side."""

    def p95(values):
        return f"{statistics.quantiles(values, n=20)[-1]:.0f} ms"

    old, new = found["old"], found["new"]
    share = {key: statistics.median(r[key] for r in found["share"]) for key in found["share"][0]}
    ratio = found["fps"] / found["old fps"] if found["old fps"] else float("inf")
    rows = [
        ("painted a second", f"{found['old fps']:.1f}", f"{found['fps']:.1f}  ({ratio:.1f} x)"),
        (
            "kernel time a frame, median",
            f"{1000 * statistics.median(old['cost']):.1f} ms",
            f"{1000 * statistics.median(new['cost']):.1f} ms",
        ),
        ("size of a frame", f"{old['size'] / 1000:.0f} kB", f"{new['size'] / 1000:.0f} kB"),
        ("slider to paint, 95 %, idle", "", p95(found["latency idle"])),
        ("slider to paint, 95 %, playing", "", p95(found["latency playing"])),
        (
            f"training share at {share['frames']:.0f} frames/s",
            "",
            f"{100 * share['share']:.0f} %  ({share['rate']:,.0f} steps/s)",
        ),
    ]
    print(f"\n{name:34}{'clear_output + show':>22}{'lab':>24}")
    for label, before, after in rows:
        print(f"  {label:32}{before:>22}{after:>24}")


def main():
    """Measure, and print a table for each figure."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--only", help="one figure: map, or a lab's name")
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--minutes", type=int, help="play that long, and watch memory and frames")
    arguments = parser.parse_args()
    if find_chromium() is None:
        print("No Chromium found: the labs cannot be measured. Name one in MLPLIB_CHROMIUM.")
        return 0
    from mlplib.labs import LABS

    names = [arguments.only] if arguments.only else ["map", *LABS]
    with tempfile.TemporaryDirectory() as folder, JupyterLab(folder) as lab:
        for name in names:
            if arguments.minutes:
                endure(lab, name, arguments.minutes)
                continue
            report(name, measure(lab, name, arguments.seconds))
            if hasattr(os, "getloadavg"):
                print(f"  (load of the machine, last minute: {os.getloadavg()[0]:.1f})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
