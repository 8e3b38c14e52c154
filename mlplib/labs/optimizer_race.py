"""Optimizers in a race: the same start, each at its own rate, in step. Source: E1, E4, E6, E8.

Two parameters, so that the whole loss can be seen: a narrow valley, a saddle, Rosenbrock's bent
valley, or a real network's loss in a plane through its parameters. Which optimizer is ahead
depends on the surface, on the rate that it was given, and on how long one watches.
"""

import numpy as np

from mlplib._words import count, number
from mlplib.labs import _race_picture
from mlplib.labs._code import program, schedule
from mlplib.labs._controls import Choice, Slider
from mlplib.labs._lab import Lab
from mlplib.labs._race_presets import PRESETS, RATES
from mlplib.labs._racers import RACERS, OwnOptimizer, Racer, check_own, race
from mlplib.labs._surfaces import SURFACES

__all__ = ["OptimizerRaceLab", "OwnOptimizer"]

FAR = 1e6  # times the first loss: as good as lost
_NOBODY = [np.nan] * 3  # what is noted of an empty lane
EPSILON = 1e-9  # below this, losses are said to be 0: nobody sees a difference


class OptimizerRaceLab(Lab):
    """Up to four optimizers on one surface, from one start, each at a rate that can be changed.

    Parameters
    ----------
    optimizer : callable or class, optional
        Your own racer: a function `step(theta, grad, state, lr)` that changes theta in place or
        returns the new one, and may keep what it wants in the dict `state` (`state["step"]`
        counts 1, 2, ...); or a subclass of the library's `Optimizer`. It runs in lane 4, and can
        be chosen by its name in every lane.
    **options
        Those of `Lab`: `preset`, `hide`, `seed`, and settings by name (`surface`, `start_x`,
        `start_y`, `racer_1` to `racer_4`, and their rates `learning_rate`, `rate_2`, `rate_3`,
        `rate_4`).

    Attributes
    ----------
    racers : list of Racer or None
        Who runs in each lane; `racers[0].theta` is where the first one is.
    """

    NAME = "optimizer race"
    EXTRAS = tuple(f"{name}{i}" for i in (1, 2, 3, 4) for name in ("x", "y", "loss"))
    SIZE = (1040, 390)
    PRESETS = PRESETS

    def __init__(self, *, optimizer=None, **options):
        self._makers, self.own = dict(RACERS), None
        if optimizer is not None:
            self.own, self._makers[self.own] = check_own(type(self).__name__, optimizer)
            options = {"racer_4": self.own} | options
        self._own_is_function = not isinstance(optimizer, type)
        super().__init__(**options)

    # ---- controls -> stream -------------------------------------------------------------------

    def make_controls(self):
        """Who runs in each lane, and at which rate; the surface, and the start."""
        first = self.PRESETS["a narrow valley"].settings
        controls = []
        for i, rate in enumerate(RATES, start=1):
            names = tuple(self._makers) if i == 1 else ("none", *self._makers)
            controls += [
                Choice(f"racer_{i}", f"Racer {i}", names, first[f"racer_{i}"]),
                Slider(
                    rate,
                    f"Learning rate {i}",
                    1e-4,
                    1.0,
                    first[rate],
                    log=True,
                    effect="live",
                    tooltip=f"Of racer {i} alone; can be changed while it runs",
                ),
            ]
        controls += [
            Choice(
                "surface",
                "Surface",
                tuple(SURFACES),
                first["surface"],
                tooltip="What they run on: loss over two parameters",
            )
        ]
        for axis in "xy":
            name, label = f"start_{axis}", f"Start {axis}"
            controls.append(
                Slider(name, label, -2.0, 2.0, first[name], step=0.01, tooltip="The same for all")
            )
        return tuple(controls)

    def start(self, run):
        """All at the same place, each with its own optimizer."""
        self.ground = SURFACES[run.settings["surface"]]
        start = run.settings["start_x"], run.settings["start_y"]
        self.first_loss = float(self.ground.f(np.array(start))[0])
        self.racers = []
        for i, rate in enumerate(RATES, start=1):
            name = run.settings[f"racer_{i}"]
            racer = None
            if name != "none":
                racer = Racer(name, self._makers[name](run.reader(rate)), start)
            self.racers.append(racer)
        return race(self.ground.f, [racer for racer in self.racers if racer])

    def observe(self):
        """Place of each racer after the step, and its loss before it."""
        places = []
        for racer in self.racers:
            places += [*racer.theta.tolist(), racer.loss] if racer else _NOBODY
        return places

    def new_start(self, rng):
        """Another place to start from."""
        return {f"start_{axis}": round(float(rng.uniform(-2, 2)), 2) + 0.0 for axis in "xy"}

    def losses_now(self):
        """The loss of each lane's racer where it is; inf for none."""
        known = self.run, self.run.steps
        if self.__dict__.get("_losses_of") != known:
            self._losses_of = known
            self._losses = [r.look(self.ground.f) if r else np.inf for r in self.racers]
        return self._losses

    def loss_now(self):
        """The least loss of all, where they are."""
        if self.run.outcome == "diverged":
            return self.run.history[-1].loss
        return min(self.losses_now())

    # ---- picture ------------------------------------------------------------------------------

    def draw(self):
        """Surface with paths, losses, and the list of racers."""
        self._picture = _race_picture.RacePicture(self.live)

    def update(self):
        """Show where everybody is."""
        rates = [self.run.live[rate] for rate in RATES]
        lanes = list(zip(self.racers, rates, self.losses_now(), strict=True))
        here = f"{self.run.settings['surface']}, "  # losses of another surface are no comparison
        alike = [old for old in self.earlier if old.label.startswith(here)]
        self._picture.update(self.run, self.ground, self.first_loss, lanes, alike)

    def readout(self):
        """Steps, who leads, and its loss."""
        steps, loss = super().readout()
        return [steps, ("Leader", self._ranking()[0][1]), ("Its loss", loss[1])]

    def label(self, run):
        """An earlier race is told by its surface and rates."""
        rates = [
            number(run.live[r]) for i, r in enumerate(RATES, 1) if run.live[f"racer_{i}"] != "none"
        ]
        return f"{run.settings['surface']}, rates {', '.join(rates)}"

    def _names(self):
        """What each lane's racer is called: with its rate, where two have one name."""
        names = [racer.name if racer else "" for racer in self.racers]
        rates = [number(self.run.live[rate]) for rate in RATES]
        return [
            f"{name} at {rate}" if names.count(name) > 1 else name
            for name, rate in zip(names, rates, strict=True)
        ]

    def _ranking(self):
        """Pairs (loss, name), the least loss first."""
        lanes = zip(self.losses_now(), self._names(), self.racers, strict=True)
        return sorted([(loss, name) for loss, name, racer in lanes if racer], key=lambda p: p[0])

    def describe(self):
        """Who leads, who follows, who diverged."""
        run, ranking = self.run, self._ranking()
        x, y = run.settings["start_x"], run.settings["start_y"]
        said = f"{count(len(ranking), 'optimizer')} on {self.ground.words}, from ({x:g}, {y:g})"
        if not run.steps:
            names = [name for _, name in ranking]
            return f"{said}, where the loss is {_loss(self.first_loss)}: {_listed(names)}"
        out = {n: r.out for n, r in zip(self._names(), self.racers, strict=True) if r and r.out}
        on = [(loss, name) for loss, name in ranking if name not in out]
        if on:
            said += f"; {on[0][1]} leads: {self._progress(on[0][0])}"
            if len(on) > 1:
                said += "; then " + _listed([f"{name} with {_loss(loss)}" for loss, name in on[1:]])
            far = [name for loss, name in on if loss > FAR * max(self.first_loss, EPSILON)]
            higher = [n for loss, n in on if n not in far and loss > self.first_loss]
            if far:
                said += f". Diverging: {_listed(far)}"
            if higher:
                said += f". Higher than at the start: {_listed(higher)}"
        if out:
            said += ". Diverged: " + _listed(
                [f"{name} at step {step}" for name, step in out.items()]
            )
        return said

    def _progress(self, loss):
        """How the least loss went: in factors, as the logarithmic axis shows it."""
        run = self.run
        losses = run.history.column("loss")
        quarter = losses[-max(1, len(losses) // 4)]
        now = "is flat now"
        if loss < 0.9 * quarter:
            now = "still falls"
        elif loss > quarter / 0.9:
            now = "rises now"
        went = "fell" if loss < self.first_loss else "went"
        return (
            f"the least loss {went} from {_loss(self.first_loss)} to {_loss(loss)}"
            f" in {count(run.steps, 'step')} and {now}"
        )

    def write_code(self):
        """The race as plain mlplib."""
        run = self.run
        imports, surface, name = self.ground.code
        functions, racers = "", []
        for i, rate in enumerate(RATES, start=1):
            racer = run.settings[f"racer_{i}"]
            if racer == "none":
                continue
            lines, value = schedule(run.schedule(rate), rate)
            functions += lines
            racers.append(f"    {self._constructor(racer, value)},")
        if self.own in run.settings.values() and self._own_is_function:
            imports += "\nfrom mlplib.labs.optimizer_race import OwnOptimizer"
        start = [run.settings["start_x"], run.settings["start_y"]]
        head = f"import numpy as np\n\nimport mlplib{imports}"
        parts = [f"{head}\n\n\n{surface}\n", functions]
        parts.append("racers = [\n" + "\n".join(racers) + "\n]")
        return program(
            *parts, _LOOP.format(surface=name, start=start, stop=run.steps + 1), self.loss_code()
        )

    def _constructor(self, racer, rate):
        """The expression that makes a racer's optimizer."""
        if racer != self.own:
            return f"mlplib.{RACERS[racer].__name__}({rate})"
        return f"OwnOptimizer({rate}, {racer})" if self._own_is_function else f"{racer}({rate})"

    def loss_code(self):
        """The least loss, where they are."""
        if self.run.outcome == "diverged":
            line = "loss = history[-1].loss  # no longer a number: all diverged"
        else:
            name = self.ground.code[2]
            line = (
                'with np.errstate(all="ignore"):\n'
                f"    losses = [{name}(theta)[0] for theta in thetas]\n"
                "loss = min(float(value) for value in losses if np.isfinite(value))"
            )
        return line + '\nprint(f"least loss {loss:.6g} after {len(history)} steps")'


_LOOP = """
thetas = [np.array({start}) for racer in racers]
states = [racer.init(theta) for racer, theta in zip(racers, thetas)]
history = []
for step in range(1, {stop}):
    with np.errstate(all="ignore"):  # who diverges, goes beyond all numbers
        best, best_grad = np.inf, np.array([np.nan, np.nan])
        for racer, theta, state in zip(racers, thetas, states):
            loss, grad = {surface}(theta)
            if np.isfinite(loss) and np.isfinite(grad).all():
                racer.update(theta, grad, state)
                if loss < best:
                    best, best_grad = float(loss), grad
        norm = float(np.sqrt(best_grad @ best_grad))
    lr = racers[0].lr_at(step - 1)
    history.append(mlplib.Record(step, step, best, lr, norm, np.nan))
"""


def _loss(value):
    """A loss in words."""
    if value < EPSILON:
        return "practically 0"
    return number(value) if np.isfinite(value) else "no number"


def _listed(names):
    """Names in a row: a, b and c."""
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last
