"""A run of the range-test lab as plain mlplib: the test, what it suggests, and the training."""

from mlplib.labs._code import program, schedule
from mlplib.labs._range_settings import CYCLE, OPTIMIZERS, SCHEDULES, SUGGESTED


class _Suggested(float):
    """The rate that the test suggests: printed code calls it by its name."""

    def __repr__(self):
        return "suggested"


def write_code(lab):
    """The program that leaves the lab's `history` and `loss`."""
    run, task = lab.run, lab.task
    s = run.settings
    rng = f"np.random.default_rng({s['seed']})"
    batch = "" if s["batch"] == "all" else f", batch_size={s['batch']}, rng={rng}"
    optimizer = f"mlplib.{OPTIMIZERS[s['optimizer']].__name__}"
    loss = f"mlplib.{task.loss_name}"
    head = f"import numpy as np\n\nimport mlplib\nfrom mlplib.datasets import {task.name}\n"
    test = f"""
        net = mlplib.MLP({task.sizes}, "{s["activation"]}", rng={rng})
        test = list(
            mlplib.range_test_stream(
                net, X, Y, {loss}, {optimizer}(),
                low={s["low"]!r}, high={s["high"]!r}, steps={s["steps"]:.0f}{batch},
            )
        )
        found = mlplib.read_range_test(test)
        print(found)
        """
    if lab.testing:
        return program(head, task.code, test, f"history = test[:{run.steps}]", lab.loss_code())
    rates = _rates(lab)
    suggested = any(isinstance(rate, _Suggested) for _, rate in rates)
    define, rate = _schedule(SCHEDULES[s["schedule"]].__name__, rates)
    tested = f"test[:{len(lab.seen)}] + " if lab.seen else ""
    training = f"""
        stream = mlplib.train(
            net, X, Y, {loss}, {optimizer}({rate}), steps={lab.trained}{batch}
        )
        history = {tested}list(stream)
        """
    name = "suggested = found.steepest" if suggested else ""
    return program(head, task.code, test, name, define, training, lab.loss_code())


def _schedule(name, rates):
    """Lines that define the training's rate, and the expression to pass."""
    if name == "Constant":
        return schedule(rates)
    if len(rates) == 1:
        return "", f"mlplib.{name}({rates[0][1]!r}, steps={CYCLE})"
    define, _ = schedule(rates, "peak")
    define += "def learning_rate(step):\n"
    define += f"    return mlplib.{name}(peak(step), steps={CYCLE})(step)\n"
    return define, "learning_rate"


def _rates(lab):
    """The rates of the training, before the schedule's shape: pairs (training step, rate)."""
    run, rates = lab.run, []
    now = dict(run.settings)

    def note(step):
        rate = now["learning_rate"]
        if now["train_at"] == SUGGESTED and lab.found.steepest:
            rate = _Suggested(lab.found.steepest)
        step = max(step - len(lab.seen), 0)
        rates[:] = [pair for pair in rates if pair[0] != step]
        if not rates or repr(rates[-1][1]) != repr(rate):
            rates.append((step, rate))

    note(0)
    for step, name, value in run.changes[: run._next_change]:
        now[name] = value
        if step < max(run.steps, 1):
            note(step)
    return rates
