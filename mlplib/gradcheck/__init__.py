"""Is this gradient right? Finite differences are the judge. Source: D8.

Nudge one parameter a little to either side, see how the loss changes, and compare with what
backpropagation says. Slow, and needs no calculus: which is what makes it a judge.

`numerical_gradient` is that idea in ten lines. `check_gradient` applies it to a network, with the
care that a verdict needs, and where the verdict is "wrong" says which layer is at fault and, if
it is a known slip, which one. In the order in which they come into play:

- `_differences`: the derivative of any function, by nudging it.
- `_point`: a network at the parameters that are checked, and its loss around them; `_corners`:
  how a nudge passes the corner of a ReLU.
- `_verdict`: both gradients, compared part by part; `_report`: what is said of it.
- `_slips`: the known slips, each recognised by its numbers; `_station`: what each slip would make
  of one layer; `_watch` and `_retrace`: the search for the layer at fault, in a network's own
  backward and in a gradient that was handed in.
"""

from mlplib.gradcheck._check import check_gradient
from mlplib.gradcheck._differences import numerical_gradient
from mlplib.gradcheck._report import Finding, GradientReport, Part

__all__ = ["Finding", "GradientReport", "Part", "check_gradient", "numerical_gradient"]
