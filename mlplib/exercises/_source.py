"""One text, two readings: the solution as it stands in the file, and the blank made from it.

A maintainer writes the solution once and marks what the student has to write:

    def predict(x, w, b):
        \"\"\"...\"\"\"
        # gap: y_hat = ...  # your code here
        y_hat = w * x + b
        # end
        return y_hat

What follows `# gap:` stands in the blank in place of the lines down to `# end` (or down to the
function's end). Several `# gap:` lines give several lines. So signature, docstring and the lines
around the gap cannot differ between the two.
"""

import ast
import dis
import inspect
import textwrap
import types

import numpy as np

EMPTY_GAP = "...  # your code here"


def read_source(function):
    """Return the source of a function without its decorators, unindented."""
    text = textwrap.dedent(inspect.getsource(function))
    first = ast.parse(text).body[0].lineno  # the line of `def`; decorators stand above it
    return "\n".join(text.splitlines()[first - 1 :]).rstrip()


def make_blank(source):
    """Replace each marked part of a solution by its gap."""
    lines, inside = [], False
    for line in source.splitlines():
        mark = line.strip()
        if mark == "# gap" or mark.startswith("# gap:"):
            indent = line[: len(line) - len(line.lstrip())]
            lines.append(indent + (mark.removeprefix("# gap").removeprefix(": ") or EMPTY_GAP))
            inside = True
        elif mark == "# end":
            inside = False
        elif not inside:
            lines.append(line)
    return "\n".join(lines)


def make_solution(source):
    """Drop the marks from a solution."""
    return "\n".join(x for x in source.splitlines() if not _is_mark(x.strip()))


def _is_mark(line):
    return line in ("# gap", "# end") or line.startswith("# gap:")


def without_docstring(source):
    """Drop the docstring of the one function that a piece of source defines."""
    first, *rest = ast.parse(source).body[0].body
    if not rest or ast.get_docstring(ast.parse(source).body[0]) is None:
        return source
    lines = source.splitlines()
    return "\n".join(lines[: first.lineno - 1] + lines[first.end_lineno :])


def compile_function(source, name):
    """Return the function that a piece of source defines, in a namespace that holds only np."""
    namespace = {"np": np}
    exec(compile(source, "<exercise>", "exec"), namespace)
    return namespace[name]


def same_code(first, second):
    """True if two functions do the same operations, whatever their comments and docstrings say."""
    codes = getattr(first, "__code__", None), getattr(second, "__code__", None)
    if not all(isinstance(code, types.CodeType) for code in codes):
        return False
    return _operations(codes[0]) == _operations(codes[1])


def _operations(code):
    operations = []
    for instruction in dis.get_instructions(code):
        value = instruction.argval
        if isinstance(value, types.CodeType):
            value = _operations(value)
        operations.append((instruction.opname, type(value).__name__, repr(value)))
    return operations
