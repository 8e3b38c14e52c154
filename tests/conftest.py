"""What every test stands on: no window is ever opened, and no test is judged by its speed."""

import os

import hypothesis
import matplotlib

# Chosen in code, not by MPLBACKEND: that would reach the kernels that nbval starts, whose figures
# must come out inline.
matplotlib.use("agg")

# Two busy cores make any test slow now and then. In CI the same examples are tried each time, so
# that a red run is about the change; at a developer's desk they vary.
hypothesis.settings.register_profile("mlplib", deadline=None)
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "mlplib")
