"""Schedules: against PyTorch, at both ends, and as plain values."""

import pickle

import numpy as np
import pytest
from reference_numbers import assert_equal_to_torch, reference

from mlplib import (
    SCHEDULES,
    Constant,
    Cosine,
    Exponential,
    GradientDescent,
    OneCycle,
    StepDecay,
    WarmUp,
)

LR = reference()["schedules"]["lr"]
SAME_AS_PYTORCH = {
    "step_decay": StepDecay(LR, factor=0.5, every=7),
    "exponential": Exponential(LR, factor=0.93),
    "cosine": Cosine(LR, steps=40, final=0.01),
    "warm_up": WarmUp(LR, steps=8),
    "warm_up then cosine": WarmUp(LR, steps=5, then=Cosine(LR, steps=35)),
    # PyTorch's 41 total steps put the end at step 40, and the peak at 0.3 * 41 - 1
    "one_cycle": OneCycle(LR, steps=40, warm=(0.3 * 41 - 1) / 40),
}


@pytest.mark.parametrize("name", SAME_AS_PYTORCH)
def test_equals_pytorchs(name):
    expected = reference()["schedules"][name]
    assert len(expected) >= 40
    assert_equal_to_torch([SAME_AS_PYTORCH[name](t) for t in range(len(expected))], expected)


def test_all_of_pytorchs_numbers_are_used():
    assert {"lr", *SAME_AS_PYTORCH} == set(reference()["schedules"])
    assert set(SCHEDULES) == {n for n in SAME_AS_PYTORCH if " " not in n} | {"constant"}


@pytest.mark.parametrize("schedule", [Constant(0.3), *SAME_AS_PYTORCH.values()], ids=repr)
def test_is_a_plain_value_and_never_negative(schedule):
    assert pickle.loads(pickle.dumps(schedule)) == schedule
    rates = [schedule(t) for t in range(500)]
    assert all(isinstance(r, float) for r in rates)
    assert min(rates) >= 0
    assert max(rates) <= LR * (1 + 1e-12)
    assert rates == [schedule(t) for t in range(500)]


def test_where_they_end():
    assert Constant(0.3)(10**9) == 0.3
    assert Cosine(1.0, 10, final=0.25)(10) == Cosine(1.0, 10, final=0.25)(1000) == 0.25
    assert OneCycle(1.0, 10)(10) == pytest.approx(1 / 25 / 1e4)
    assert OneCycle(1.0, 10)(1000) == OneCycle(1.0, 10)(10)
    assert OneCycle(1.0, 10)(3) == pytest.approx(1)
    assert WarmUp(1.0, 10)(9) == WarmUp(1.0, 10)(1000) == 1
    assert WarmUp(1.0, 10)(0) == 0.1  # the first update already moves
    assert Exponential(1.0, 0.5)(10_000) == 0
    assert StepDecay(1.0, 0.5, 1)(5000) == 0


def test_growth_beyond_all_numbers_is_infinite_and_refused_by_the_optimizer():
    growing = Exponential(1e-5, factor=10.0)
    assert growing(400) == np.inf
    optimizer = GradientDescent(growing)
    text = "GradientDescent: expected a schedule that gives finite rates of at least 0; got inf at"
    with pytest.raises(ValueError, match=text):
        optimizer.lr_at(400)


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda: Constant(-1), "Constant: expected lr to be a finite number at least 0; got -1.0."),
        (
            lambda: StepDecay(0.1, factor=0),
            "StepDecay: expected factor to be a finite number above",
        ),
        (lambda: StepDecay(0.1, factor=1.5), "above 0 and at most 1; got 1.5. Change factor."),
        (
            lambda: StepDecay(0.1, every=0),
            "StepDecay: expected every to be a whole number at least",
        ),
        (
            lambda: Exponential("0.1"),
            "Exponential: expected lr to be a finite number at least 0; g",
        ),
        (
            lambda: Cosine(0.1, steps=0),
            "Cosine: expected steps to be a whole number at least 1; go",
        ),
        (
            lambda: Cosine(0.1, 10, final=-1),
            "Cosine: expected final to be a finite number at least",
        ),
        (lambda: WarmUp(0.1, steps=1.5), "WarmUp: expected steps to be a whole number at least 1;"),
        (
            lambda: WarmUp(0.1, 5, then=0.1),
            "WarmUp: expected then to be a schedule; got 0.1. Pass Cosine(...).",
        ),
        (
            lambda: OneCycle(0.1, steps=1),
            "OneCycle: expected steps to be a whole number at least 2",
        ),
        (
            lambda: OneCycle(0.1, 10, warm=1.0),
            "expected warm to be a finite number above 0 and bel",
        ),
    ],
)
def test_what_does_not_fit_gets_a_sentence(call, text):
    with pytest.raises((ValueError, TypeError)) as error:
        call()
    assert text in str(error.value)
