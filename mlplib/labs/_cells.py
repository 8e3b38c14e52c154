"""Which cell a lab was made in: run again, the cell makes a new lab, and the old one has to go.

Without this each run of a cell would leave a lab behind that nobody sees and that keeps its task,
its widgets and its pictures.
"""

import sys
import weakref

_labs = {}  # cell id -> (id of the execution, labs it made)


def settle(lab):
    """Note where `lab` was made, and close what an earlier execution of that cell has made."""
    here = _here()
    if here is None:
        return
    cell, execution = here
    known, labs = _labs.get(cell, (None, []))
    if known != execution:
        for old in [ref() for ref in labs]:
            if old is not None:
                old.close()
        labs = []
    labs.append(weakref.ref(lab))
    _labs[cell] = execution, labs


def _here():
    """Ids of the notebook's cell and of its execution, where there is a notebook."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    if not hasattr(shell, "get_parent"):
        return None
    parent = shell.get_parent() or {}
    cell = parent.get("metadata", {}).get("cellId")
    execution = parent.get("header", {}).get("msg_id")
    return (cell, execution) if cell and execution else None
