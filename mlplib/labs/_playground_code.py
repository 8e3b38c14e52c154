"""The playground as code: the lines that make the same points, network and steps."""

from mlplib.labs._code import program, schedule
from mlplib.labs._playground_controls import LOSSES, OPTIMIZERS


def write(lab):
    """The program that reproduces the run of a `PlaygroundLab`."""
    run, s, choice = lab.run, lab.run.settings, lab.choice
    changes = _changes(lab)
    names = [_quoted(choice.code(name)) for name in lab.names_of_layers(s)]
    used = [*names, *(choice.code(value) for *_, value in changes)]
    define, rate = schedule(run.schedule("learning_rate"))
    loss, output = LOSSES[s["loss"]]
    layers = f"{lab.net.sizes}, [{', '.join(names)}]"
    if output != "identity":
        layers += f', "{output}"'
    ends = "" if changes else f"    steps={run.steps},\n"
    return program(
        ("from itertools import islice\n\n" if changes else "")
        + f"import numpy as np\n\nimport mlplib{lab.points.imports}",
        define,
        choice.define(used),
        lab.points.code,
        f"""rng = np.random.default_rng({s["seed"]})
net = mlplib.MLP({layers}, rng=rng, init="{s["init"]}")
stream = mlplib.train(
    net,
    X,
    Y,
    mlplib.{loss.name},
    mlplib.{OPTIMIZERS[s["optimizer"]].__name__}({rate}),
    rng=rng,
    batch_size={lab.batch_size(s)},
    validation=validation,
    validate_every={lab.VALIDATE_EVERY},
{ends})""",
        _played(lab, changes),
        lab.loss_code(),
    )


def _changes(lab):
    """Activations changed while it ran: (step, control, value), in order."""
    found = []
    for name in ("activation", "activation_2"):
        values = lab.run.schedule(name)
        if values[-1][1] != lab.run.live[name]:  # after the last step
            values.append((lab.run.steps, lab.run.live[name]))
        found += [(step, name, value) for step, value in values[1:]]
    return sorted((c for c in found if lab.layers_of(c[1])), key=lambda change: change[0])


def _played(lab, changes):
    """Lines that take the steps, with the changes between them."""
    if not changes:
        return "history = list(stream)"
    lines, before = [], 0
    for step, name, value in changes:
        if step > before or not lines:
            lines.append(_taken(step - before, first=not lines))
            before = step
        code = _quoted(lab.choice.code(value))
        for i in lab.layers_of(name):
            lines.append(f"net.layers[{i}].activation = mlplib.get_activation({code})")
    if lab.run.steps > before:
        lines.append(_taken(lab.run.steps - before))
    return "\n".join(lines)


def _quoted(code):
    return code.replace("'", '"')


def _taken(n, first=False):
    return f"history {'' if first else '+'}= list(islice(stream, {n}))"
