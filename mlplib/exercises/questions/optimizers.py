"""Questions of notebook 05: optimizers."""

from mlplib.exercises._question import PredictionQuestion, Question, right, wrong

SELF_TEST = (
    Question(
        "A loss has two parameters. Along the one its curvature is 1, along the other it is 50. "
        "For which learning rates does gradient descent converge, for both?",
        [
            wrong(
                "Below 2.",
                "This is 2 / curvature for the flat direction, which would bear it. Across, a rate "
                "of 2 would multiply the distance by 1 - 2 · 50 = -99 at each step.",
            ),
            right(
                "Below 0.04.",
                "The steepest direction sets the limit: 2 / 50 = 0.04. The flat one pays for it: "
                "at 0.02, which is best across, each step leaves 0.98 of the distance along.",
            ),
            wrong(
                "Below 0.08, because the curvature that counts is the mean of the two.",
                "Nothing is averaged: each direction goes its own way. At 0.07 the distance in "
                "the steep one would be multiplied by -2.5 at each step.",
            ),
            wrong(
                "Below 0.02: it must not jump to the other side.",
                "At 0.02 the steep direction arrives in a single step. A bit above, it jumps from "
                "side to side, but it still comes nearer; only beyond 2 / 50 it does not.",
            ),
        ],
        formulas=("E1", "E8"),
    ),
    Question(
        "1000 examples, minibatches of 32, and the last, shorter one is used, too. How many steps "
        "are made in 5 epochs?",
        [
            wrong(
                "5: an epoch is one step.",
                "That is so for full batches. With minibatches an epoch has as many steps as there "
                "are minibatches.",
            ),
            wrong(
                "155: each epoch has 31 whole minibatches.",
                "31 minibatches of 32 are 992 examples. The remaining 8 make one more, and so "
                "one more step.",
            ),
            wrong(
                "5000: each example makes a step.",
                "Each example is looked at 5 times, that is 5000 looks. But the 32 of a minibatch "
                "make one step together, with the mean of their gradients.",
            ),
            right(
                "160: each epoch has 32 minibatches, the last of them with 8 examples.",
                "1000 / 32 is 31.25, so there are 31 whole minibatches and a short one. Its "
                "gradient is a mean over 8, and so it is noisier than the others.",
            ),
        ],
        formulas=("E3",),
    ),
    Question(
        "Plain gradient descent trains well at the rate 0.1. You add momentum, v = 0.9 v + g and "
        "w = w - rate · v. With which rate are the steps about as long as before, where the "
        "gradient hardly changes?",
        [
            right(
                "0.01.",
                "If g stays the same, v grows to g / (1 - 0.9) = 10 g. The rate has to make up "
                "for that: 0.1 / 10.",
            ),
            wrong(
                "0.1, as before: g is added whole.",
                "It is added again and again, and 0.9 of what was there stays: 1 + 0.9 + 0.81 and "
                "so on is 10. The steps would soon be ten times as long.",
            ),
            wrong(
                "0.09: a rate of 0.9 times the old one.",
                "The 0.9 does not multiply the step, it keeps a part of the last velocity. These "
                "parts add up, to 10 times the gradient.",
            ),
            wrong(
                "1, because only a tenth of the gradient counts.",
                "That is the other momentum, v = 0.9 v + 0.1 g, an average: there the old rate can "
                "stay. Here g is added whole, and the rate has to shrink.",
            ),
        ],
        formulas=("E4", "E5"),
    ),
    Question(
        "The first step of Adam, at the rate 0.1. One parameter has the gradient 1000, another one "
        "0.001. How far do they move?",
        [
            wrong(
                "100 and 0.0001: the rate times the gradient.",
                "This is gradient descent. Adam divides by the root of the averaged squares, so "
                "that the size of the gradient drops out.",
            ),
            wrong(
                "0.01 and 0.01: in the first step m is only a tenth of the gradient.",
                "Before the correction it is. Adam divides m by 1 - 0.9 = 0.1, and v by its own "
                "factor likewise: the cold start is taken away.",
            ),
            right(
                "0.1 and 0.1: both by the rate.",
                "After the correction m is g, and the root of v is its size: the quotient is +1 or "
                "-1. So the rate of Adam is a length, not a factor.",
            ),
            wrong(
                "The first one hardly at all, the second one by much more than 0.1.",
                "Dividing by the square would do that. Adam divides by its root, which is as large "
                "as the gradient itself.",
            ),
        ],
        formulas=("E6",),
    ),
    Question(
        "A range test: up to a rate of 0.002 the loss is flat, it falls fastest at 0.05, is lowest "
        "at 0.6 and diverges from 0.9 on. Which rate do you train with?",
        [
            wrong(
                "0.002, to be on the safe side.",
                "It is safe, and slow: up to there the steps were too short to be seen in the "
                "loss. At 0.05 a step is 25 times as long.",
            ),
            right(
                "About 0.05, where the loss falls fastest.",
                "There the steps help most, and there is room above: 18 "
                "times as much before it diverges.",
            ),
            wrong(
                "0.6, where the test has reached its lowest loss.",
                "Nobody stayed at 0.6 for more than a step or two. The low loss is the work of all "
                "the smaller rates before it; a whole training at 0.6 may well diverge.",
            ),
            wrong(
                "0.9, the largest one that the test allows.",
                "From there on it does not allow it: there the loss has begun to rise for good.",
            ),
        ],
        formulas=("E9",),
    ),
)

PREDICTIONS = {
    "one_rate_for_four": PredictionQuestion(
        "The valley of part 5.1, with the curvatures 1 and 20. Gradient descent, momentum (0.9), "
        "AdaGrad and Adam all start at (-2, 1), and all have the rate 0.12. Who diverges?",
        [
            wrong(
                "Nobody: 0.12 is a small rate.",
                "Small compared with what? Across, the limit of gradient descent is 2 / 20 = 0.1, "
                "and 0.12 lies beyond it.",
            ),
            wrong(
                "Gradient descent and momentum, which both use the bare gradient.",
                "Momentum bears more: here up to 0.19. What overshoots comes back with the "
                "opposite sign, and cancels a part of the velocity.",
            ),
            wrong(
                "Momentum alone: its steps become ten times as long.",
                "They do where the gradient keeps its sign. Across, it changes sides, and the "
                "velocity cancels: up to 0.19 it comes to rest.",
            ),
            right(
                "Gradient descent alone.",
                "Across, each of its steps multiplies the distance by 1 - 0.12 · 20 = -1.4. "
                "Momentum converges up to 0.19 here, and AdaGrad and Adam divide by the size of "
                "the gradient: their steps are about as long as the rate, or shorter.",
            ),
        ],
        formulas=("E4", "E6", "E8"),
        happens="Gradient descent leaves the valley: after 10 steps its loss is 8370, from 12 at "
        "the start. Adam leads then with 0.40, and the other two go down as well.",
    ),
    "five_epochs": PredictionQuestion(
        "All three see each of the 1344 images five times. With the full batch these are 5 steps, "
        "with minibatches of 32 they are 210. How many of 100 unseen digits will the full batch "
        "and the minibatches get right?",
        [
            wrong(
                "About the same: they have seen the same images, equally often.",
                "Looking alone teaches nothing: what counts are the steps. The mean of 1344 "
                "gradients makes one step, not much better than the mean of 32 makes.",
            ),
            wrong(
                "The full batch more: its gradient is exact, the others' is noise.",
                "It is exact, and it is used 5 times only. The noise of a minibatch costs less "
                "than 41 missed steps.",
            ),
            right(
                "The full batch little more than half, the minibatches over 90.",
                "An epoch with minibatches costs no more arithmetic than one step with the full "
                "batch, and makes 42 steps. Each is a bit off, and together they come far.",
            ),
            wrong(
                "Both over 90: five looks are enough.",
                "For the minibatches they are. The full batch has made only 5 steps, and at no "
                "rate can 5 steps do what 210 do.",
            ),
        ],
        formulas=("E3",),
        happens="After five epochs the full batch gets 53 of 100 right, the minibatches 97, and "
        "Adam, with minibatches too, 95.",
    ),
}
