"""The numbers that PyTorch computed (`reference/make_torch_reference.py`), for the tests."""

import functools
import json
from pathlib import Path

import numpy as np

PATH = Path(__file__).parent / "reference" / "torch_reference.json"


@functools.cache
def reference():
    """The whole file, as it was stored."""
    return json.loads(PATH.read_text())


def assert_equal_to_torch(got, expected):
    """To 1e-10, relative for numbers above 1."""
    np.testing.assert_allclose(got, np.asarray(expected), rtol=1e-10, atol=1e-10)
