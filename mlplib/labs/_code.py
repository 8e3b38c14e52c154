"""Pieces of the Python that a lab prints of itself.

The printed code is held to the last bit by the tests, so numbers are written in full (`repr`) and
changes made while the run played become a schedule: the same rates at the same steps.
"""

import textwrap


def schedule(values, name="learning_rate"):
    """Lines that define a rate, and the expression to pass: a number, or a function of the step.

    Parameters
    ----------
    values : list of (step, value)
        From `Run.schedule`.

    Examples
    --------
    >>> schedule([(0, 0.1)])
    ('', '0.1')
    >>> lines, expression = schedule([(0, 0.1), (12, 0.5)])
    >>> print(lines + expression)
    def learning_rate(step):
        return 0.1 if step < 12 else 0.5
    <BLANKLINE>
    <BLANKLINE>
    learning_rate
    """
    if len(values) == 1:
        return "", repr(values[0][1])
    if len(values) == 2:
        (_, first), (step, second) = values
        body = f"    return {first!r} if step < {step} else {second!r}\n"
    else:
        table = ", ".join(f"({step}, {value!r})" for step, value in reversed(values))
        table = textwrap.fill(
            table, 88, initial_indent=" " * 8, subsequent_indent=" " * 8, break_long_words=False
        )
        body = f"    changes = [  # from this step on, this rate\n{table}\n    ]\n"
        body += "    return next(rate for start, rate in changes if step >= start)\n"
    return f"def {name}(step):\n{body}\n\n", name


def program(*parts):
    """Join the parts of a program, with one blank line between them."""
    return "\n\n".join(textwrap.dedent(part).strip("\n") for part in parts if part.strip()) + "\n"
