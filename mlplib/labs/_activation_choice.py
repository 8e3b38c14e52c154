"""The activations that a lab offers: the library's, and perhaps a reader's own.

A change of the activation is live: the layers get another function, and the run goes on. So the
program that a lab prints has to make the same changes after the same steps.
"""

from contextlib import contextmanager

import numpy as np

from mlplib._errors import type_error
from mlplib.activations import ACTIVATIONS, Activation, get_activation, make_leaky_relu
from mlplib.losses import mse
from mlplib.own_activation import make_activation, slope_fault

NAMES = tuple(name for name in ACTIVATIONS if name != "softmax")  # which has no curve


class ActivationChoice:
    """Names to choose from, and the activation behind each.

    Parameters
    ----------
    where : str
        The lab, for messages.
    names : tuple of str
        Those of the library that are offered.
    own : str, Activation, callable or pair of callables, optional
        A name is the first choice and nothing more. An activation, a function, or a function
        with its derivative is offered beside the library's, and comes first.

    Attributes
    ----------
    options : tuple of str
    first : str or None
        The option that `own` asks for.
    own : Activation or None
    fault : str
        What is wrong with the own derivative, in words; or "".
    """

    def __init__(self, where, names=NAMES, own=None):
        self.options, self.first, self.own, self.fault = tuple(names), None, None, ""
        self._define, self._variable = "", "my_activation"
        if own is None or isinstance(own, str):
            self.first = own
            return
        self.own, self._define, self._numerical = _made(where, own)
        self.fault = slope_fault(self.own)
        self.first = f"{self.own.name} (own)" if self.own.name in names else self.own.name
        self.options = (self.first, *self.options)

    def get(self, name, slope=None):
        """The activation of an option; `slope` is that of leaky ReLU for z < 0."""
        if self.own is not None and name == self.first:
            return self.own
        if name == "leaky_relu" and slope is not None:
            return make_leaky_relu(slope)
        return get_activation(name)

    def remark(self, name):
        """What has to be said of an own derivative; or ""."""
        if self.own is None or name != self.first:
            return ""
        if self.fault:
            return f"mind the derivative: {self.fault}"
        return "its derivative is taken numerically" if self._numerical else ""

    # ---- code ---------------------------------------------------------------------------------

    def code(self, name, slope=None):
        """An expression for the activation of an option, as `MLP` takes it."""
        if self.own is not None and name == self.first:
            return self._variable
        return repr(self.get(name, slope).name)

    def define(self, used):
        """The lines that make the own activation, if one of the expressions uses it."""
        return self._define if self._variable in used else ""


def _made(where, own):
    """An own activation, the line of Python that makes it, and whether its slope is numerical."""
    variable = "my_activation"
    if isinstance(own, Activation):
        if own.vjp is not None:
            raise type_error(
                where,
                "an activation with a curve to draw",
                own.name,
                "softmax and its like depend on all scores.",
            )
        name = _identifier(own, "activation")
        return own, "" if name == variable else f"{variable} = {name}  # your own Activation", False
    if isinstance(own, (tuple, list)):
        if len(own) != 2:
            raise type_error(
                where, "activation as a pair (f, df)", f"{len(own)} parts", "Pass f and df."
            )
        f, df = own
        made = make_activation(f, df)
        names = f"{_identifier(f, 'f')}, {_identifier(df, 'df')}"
        return made, f"{variable} = mlplib.make_activation({names})  # your own", False
    if not callable(own):
        raise type_error(
            where,
            "activation to be a name, a function, a pair (f, df) or an Activation",
            f"{own!r:.40}",
            "Try activation='relu'.",
        )
    made = make_activation(own)
    line = f"{variable} = mlplib.make_activation({_identifier(own, 'f')})  # your own"
    return made, line, True


def _identifier(thing, otherwise):
    """The name that a function probably has in the reader's notebook."""
    name = getattr(thing, "name", None) or getattr(thing, "__name__", "")
    return name if name.isidentifier() else f"my_{otherwise}"


def changes(run, names, expression):
    """The values that live settings had, as expressions of Python: a list of (step, expression).

    `names` are the settings that the expression depends on; `expression` makes it from a dict of
    their values.
    """
    schedules = {name: run.schedule(name) for name in names}
    now, steps = dict.fromkeys(names), sorted({s for sch in schedules.values() for s, _ in sch})
    said = []
    for step in steps:
        for name, values in schedules.items():
            now[name] = dict(values).get(step, now[name])
        said.append((step, expression(now)))
    said.append((run.steps, expression(run.live)))  # changed after the last step
    return [one for i, one in enumerate(said) if i == 0 or one[1] != said[i - 1][1]]


def training_code(schedule, arguments, steps):
    """The lines that train, with changes of the activation after the steps where they were made."""
    stream = f"mlplib.train(\n    net, X, Y, mlplib.mse, {arguments}, steps={steps}\n)"
    if len(schedule) == 1:
        return f"stream = {stream}\nhistory = list(stream)"
    table = ", ".join(f"{step}: {expression}" for step, expression in schedule[1:])
    return (
        f"stream = {stream}\n"
        f"other = {{{table}}}  # after these steps, another activation\n"
        "history = []\n"
        "for record in stream:\n"
        "    history.append(record)\n"
        "    if record.step in other:\n"
        "        for layer in net.layers[:-1]:\n"
        "            layer.activation = mlplib.get_activation(other[record.step])"
    )


@contextmanager
def after_next_step(net, X, Y, rate):
    """The network as the next step of gradient descent will leave it; then as it was, to the bit.

    With it comes the network's gradient at where it stands.
    """
    here = net.theta.copy()
    net._backward(mse.f(net._forward(X), Y)[1])
    net.theta[...] -= rate * net.grad  # not by assignment: that refuses what is past all numbers
    try:
        yield net
    finally:
        net.theta[...] = here


def loss_of(net, X, Y):
    """The loss at the weights as they are, be it a number or none."""
    with np.errstate(over="ignore", invalid="ignore"):
        return mse.f(net.predict(X), Y)[0]


def loss_code(over):
    """The last lines of a program; `over`: the loss at the last weights is no number."""
    line = "loss = mlplib.mse.value(net.predict(X), Y)"
    if over:
        line = "loss = history[-1].loss  # the next one is no number: the run diverged"
    return line + '\nprint(f"loss {loss:.6g} after {len(history)} steps")'
