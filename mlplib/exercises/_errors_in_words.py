"""An exception in a student's function: their own lines, and what usually causes it.

A traceback through numpy and through this package hides the one line that matters. Only lines of
the student's own code are kept, with the last one marked.
"""

import difflib
import linecache
import os
import re
import sysconfig
import traceback

import numpy as np

from mlplib.exercises._feedback import Result
from mlplib.exercises._runner import InputCalled
from mlplib.exercises._values import arguments_text, shapes_text

_FOREIGN = tuple(
    os.path.normcase(os.path.abspath(path)) + os.sep
    for path in {
        os.path.dirname(os.path.dirname(os.path.abspath(__file__))),  # mlplib itself
        os.path.dirname(np.__file__),
        *(sysconfig.get_paths()[key] for key in ("stdlib", "platstdlib", "purelib", "platlib")),
    }
)


def error_result(exercise, answer, log, time_limit, notes):
    """The Result for a function that raised, or did not return in time."""
    case = (exercise.cases * 2)[len(log.values)]
    code, message = "", ""
    if log.timed_out:
        message = (
            f"Your function did not return within {time_limit:g} seconds and was stopped. Is there "
            "a loop that never ends? See whether the condition of its `while` can become false."
        )
        if log.left_behind:
            message = message.replace(" and was stopped", "") + (
                "\nIt could not be stopped and still runs in the background: when you have mended "
                "it, restart the kernel (menu Kernel, Restart Kernel)."
            )
    elif isinstance(log.error, InputCalled):
        message = (
            "Your function asks for input. All it needs comes in through its parameters: "
            f"{', '.join(exercise.parameters)}."
        )
    else:
        code = own_lines(log.error, answer)
        message = _first_line(log.error)
        explained = explain(log.error, exercise)
        if explained:
            message += f"\n{explained}"
    entries = sum(np.size(argument) for argument in case if not callable(argument))
    text = arguments_text if entries <= 24 else shapes_text
    return Result(
        exercise.name,
        "error",
        message,
        code=code,
        numbers=(("input", text(exercise.parameters, case)),),
        notes=tuple(notes),
    )


def _first_line(error):
    """`NameError: ...` on one line, without memory addresses, which differ from run to run."""
    text = re.sub(r" at 0x[0-9a-fA-F]+", "", " ".join(_text_of(error).split()))[:300]
    name = type(error).__name__
    return f"{name}: {text}" if text else f"{name}."


def _text_of(error):
    try:
        return str(error)
    except Exception:  # an exception class of their own, with a fault of its own
        return ""


# ---- the student's own lines ------------------------------------------------------------------


def own_lines(error, answer, most_frames=3):
    """The student's lines that led to an error, the last of each function marked with `>`."""
    frames = [
        (summary.filename, summary.lineno, summary.name)
        for summary in traceback.extract_tb(error.__traceback__)
        if _is_own(summary.filename, answer)
    ]
    blocks = []
    for frame in dict.fromkeys(frames[-most_frames:]):  # recursion repeats one frame
        blocks.append(_block(*frame))
    return "\n".join(blocks)


def _is_own(filename, answer):
    if filename == getattr(getattr(answer, "__code__", None), "co_filename", None):
        return True
    if filename.startswith("<"):
        return not filename.startswith("<frozen") and "array_function" not in filename
    path = os.path.normcase(os.path.abspath(filename))
    return "ipykernel" in os.path.basename(os.path.dirname(path)) or not path.startswith(_FOREIGN)


def _block(filename, line, function):
    lines = [f"your code, line {line}, in {function}"]
    for number in range(max(1, line - 2), line + 1):
        text = linecache.getline(filename, number).rstrip()
        if text:
            lines.append(f"{'>' if number == line else ' '} {number:>3}  {text}")
    return "\n".join(lines)


# ---- what usually causes it -------------------------------------------------------------------


def explain(error, exercise):
    """What usually causes this error, or an empty text."""
    text = _text_of(error)
    if isinstance(error, UnboundLocalError):
        return "This name is used before it gets a value inside the function."
    if isinstance(error, NameError):
        return _explain_name(error)
    if isinstance(error, RecursionError):
        return "The function calls itself without end."
    if isinstance(error, SystemExit):
        return "Your function ends the program (`exit`, `quit`, `sys.exit`). Leave that out."
    if isinstance(error, KeyboardInterrupt):
        return "Your function raises KeyboardInterrupt itself. Leave that out."
    if isinstance(error, TypeError) and "ellipsis" in text:
        return "There is still a `...` of the blank in your function."
    if isinstance(error, TypeError) and "not callable" in text:
        return "Something that is no function stands before `(`: is a `*` missing?"
    if isinstance(error, ValueError) and re.search("matmul|aligned|broadcast", text):
        return _explain_shapes(text)
    if isinstance(error, IndexError):
        return "An index lies outside: an array of n entries has the indices 0 to n - 1."
    if isinstance(error, ZeroDivisionError):
        return "Which number is 0 there, and may it be?"
    if isinstance(error, MemoryError):
        return "An array of this size does not fit into memory: look at its shape."
    return ""


def _explain_shapes(text):
    """Say in shapes what numpy says of a matrix product in its own terms."""
    look = "`print(X.shape)` in a cell of your own shows a shape."
    sizes = re.search(r"matmul: Input operand 1 .*core dimension 0.*size (\d+).* from (\d+)", text)
    if sizes is None:
        return f"These two shapes do not fit together. {look}"
    rows, columns = sizes.groups()
    return (
        f"In a matrix product the inner sizes have to agree: the left side has {columns} here, as "
        f"its number of columns, the right side {rows}, as its number of rows. {look}"
    )


def _explain_name(error):
    name = getattr(error, "name", None) or ""
    if name == "np":
        return "Run the notebook's first cell: it imports numpy, `import numpy as np`."
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    known = list(trace.tb_frame.f_locals) if trace is not None else []
    near = difflib.get_close_matches(name, known, n=1)
    if near:
        return f"Did you mean `{near[0]}`?"
    return "Is it spelled as where it gets its value, or is it defined in a cell not yet run?"
