"""Labs: the interactive half of the course, for JupyterLab.

    from mlplib.labs import LearningRateLab

    LearningRateLab(preset="divergent")

`LABS` is the table of all of them: a lab that joins it is driven by the tests, every option of
every control, without a line written for it. To write one, copy `fit_by_hand.py`.
"""

from mlplib.labs.activations import ActivationLab
from mlplib.labs.backprop import BackpropLab
from mlplib.labs.fit_by_hand import FitByHandLab
from mlplib.labs.gradient_flow import GradientFlowLab
from mlplib.labs.learning_rate import LearningRateLab
from mlplib.labs.logistic import LogisticLab
from mlplib.labs.optimizer_race import OptimizerRaceLab
from mlplib.labs.playground import PlaygroundLab
from mlplib.labs.range_test import RangeTestLab
from mlplib.labs.regularization import RegularizationLab

LABS = {
    lab.NAME: lab
    for lab in (
        FitByHandLab,
        LearningRateLab,
        LogisticLab,
        BackpropLab,
        PlaygroundLab,
        ActivationLab,
        GradientFlowLab,
        OptimizerRaceLab,
        RangeTestLab,
        RegularizationLab,
    )
}

__all__ = [
    "LABS",
    "ActivationLab",
    "BackpropLab",
    "FitByHandLab",
    "GradientFlowLab",
    "LearningRateLab",
    "LogisticLab",
    "OptimizerRaceLab",
    "PlaygroundLab",
    "RangeTestLab",
    "RegularizationLab",
]
