"""Questions of notebook 01: linear regression as a network of one neuron."""

from mlplib.exercises._question import PredictionQuestion, Question, right, wrong

SELF_TEST = (
    Question(
        "The best line through the houses of Windsor is ŷ = 6.60 x + 34 136, with x the lot size "
        "in square feet and ŷ the price in Canadian dollars (CAD). What does w = 6.60 say?",
        [
            wrong(
                "A square foot of lot costs 6.60 CAD, so a lot of 5000 square feet costs 33 000.",
                "This leaves b out, and would be so if b were 0. The line prices 5000 square feet "
                "at 6.60 · 5000 + 34 136 = 67 136 CAD.",
            ),
            right(
                "Of two houses, the one with one square foot more is predicted 6.60 CAD dearer.",
                "w is the slope: how much ŷ changes when x grows by one unit. So it has a unit, "
                "CAD per square foot. With x in square metres the same line has w = 71.",
            ),
            wrong(
                "Each square foot more raises the predicted price by 6.60 percent.",
                "A percentage multiplies: each square foot would add more than the one before. A "
                "line adds the same 6.60 CAD for every square foot, however dear the house is.",
            ),
            wrong(
                "For a typical house the line is wrong by 6.60 CAD.",
                "How far off the line is, is what the loss says: the root of the MSE is 22 526 "
                "CAD. w says how steep the line is, and a steep line can fit well or badly.",
            ),
        ],
        formulas=("A2",),
    ),
    Question(
        "Gradient descent stands at w = 3, where d(MSE)/dw = -40. The learning rate is 0.05. "
        "Where does w stand after one step?",
        [
            wrong(
                "At w = 1.",
                "You added rate times slope: 3 + 0.05 · (-40) = 1. That is a step uphill. The "
                "slope is negative, so the loss falls to the right, and w has to grow.",
            ),
            wrong(
                "At w = 43.",
                "The direction is right, but the learning rate is missing: 3 - (-40) = 43. The "
                "slope says which way is down and how steep it is, not how far the minimum is.",
            ),
            right(
                "At w = 5.",
                "w - rate · slope = 3 - 0.05 · (-40) = 3 + 2. The slope is negative, so the loss "
                "falls to the right; the minus sign of the update makes that a step to the right.",
            ),
            wrong(
                "At w = 2.",
                "2 = 0.05 · 40 is how long the step is, not where it leads. The update starts from "
                "the present w and moves it by that much.",
            ),
        ],
        formulas=("E1",),
    ),
    Question(
        "Anna trains with the loss (1/m) Σ (y - ŷ)², Ben with half of it, (1/(2m)) Σ (y - ŷ)². "
        "Both use the same standardized feature, the same start and the learning rate 0.1. What "
        "will be different?",
        [
            right(
                "Only the speed: Ben needs about twice as many steps to the same line.",
                "Half the loss has half the gradient, so Ben's steps are half as long; the minimum "
                "is where it was. To bring the error in w below a hundredth of what it was, Anna "
                "makes 21 steps and Ben 44.",
            ),
            wrong(
                "Ben's line will be half as steep as Anna's, because his loss is half as large.",
                "Half of a number is least where the number itself is least, so both losses have "
                "their minimum at the same w and b. Only the height of the valley is halved.",
            ),
            wrong(
                "Nothing: the ½ is there to cancel the 2 of the derivative.",
                "It does cancel the 2, and that is the difference: Ben's gradient is half of "
                "Anna's. With one learning rate for both, his steps are half as long.",
            ),
            wrong(
                "Ben's steps will point another way, because w and b no longer weigh the same.",
                "The derivative for w and the one for b are both halved. Such a gradient is "
                "shorter, but it points the same way.",
            ),
        ],
        formulas=("C1", "E1"),
    ),
    Question(
        "A program computes d(MSE)/dw as -(2/m) · x · Σ (y_k - ŷ_k), with the x of the last house "
        "in front of the sum. You compare it with (MSE(w + ε) - MSE(w - ε)) / (2ε): first with one "
        "house as the data, then with all 546. What do you find?",
        [
            wrong(
                "They agree both times: x is a common factor and may stand in front of the sum.",
                "It would be a common factor if all lots were of one size. But each house has its "
                "own x_k, so it has to stay inside, beside its own error: Σ x_k (y_k - ŷ_k).",
            ),
            wrong(
                "They differ both times: with x in front of the sum it is another formula.",
                "With one house the sum has one term, and x times that term is the same number on "
                "either side of the Σ. So a test with one example cannot find this slip.",
            ),
            wrong(
                "They differ for one house and agree for 546, where the deviations average out.",
                "Nothing averages out: the x of one house stands for 546 different ones, and more "
                "houses do not make it fit. It is the one house for which the formula is right.",
            ),
            right(
                "They agree for one house and differ for 546.",
                "With one term in the sum, it does not matter where x stands; with 546 it does. "
                "The finite difference asks the loss alone, so it does not share a slip of the "
                "derivation. Always check a gradient on several examples.",
            ),
        ],
        formulas=("D2", "D8"),
    ),
    Question(
        "With a standardized feature (mean 0, standard deviation 1) and the MSE, w converges for "
        "every learning rate below 1. Now x is only shifted to mean 0 and stays in square feet, "
        "with a standard deviation of 2166. For which learning rates does w converge?",
        [
            wrong(
                "Below 1, as before: the learning rate does not depend on the unit of x.",
                "It does: the slope in w contains the x_k, so it grows with the unit. At a rate of "
                "1 each step would multiply the error in w by -9.4 million.",
            ),
            wrong(
                "Below 1/2166, about 0.00046: the gradient has a factor x.",
                "Half of the way: x comes in twice. The derivative has a factor x_k, and so does "
                "the prediction w x_k inside of the error. At this rate each step would still "
                "multiply the error in w by about -4330.",
            ),
            right(
                "Below 1/2166², about 0.0000002: x comes in twice.",
                "Once in the prediction w x_k, and once as the factor x_k of the derivative: the "
                "curvature is 2 · 2166², and the limit is 2 / curvature. The curvature for b stays "
                "2, so at that rate b takes 1.6 million steps to halve its error. Standardizing "
                "makes one rate suit both.",
            ),
            wrong(
                "Below 2166: with larger numbers there is a longer way to go.",
                "The way gets shorter: the best w is 6.60 in square feet, and 14 294 for the "
                "standardized feature. And the loss reacts more strongly to w, so that the steps "
                "have to be smaller, not larger.",
            ),
        ],
        formulas=("D2", "E8"),
    ),
)

PREDICTIONS = {
    "learning_rate": PredictionQuestion(
        "One weight, a standardized feature, the MSE. With the learning rate 0.1 the weight comes "
        "to its best value slowly: each step leaves 0.8 of the error in w. What will it do with "
        "the learning rate 1.1, eleven times as large?",
        [
            wrong(
                "It comes to the same value, about eleven times as fast.",
                "That would be so if a longer step could only help. But the slope is measured "
                "where the step starts: at 0.1 a step takes away 0.2 of the error, at 1.1 it takes "
                "away 2.2 of it, and that is more than there is.",
            ),
            wrong(
                "It is at its best value after a single step.",
                "This is what the learning rate 0.5 does: its step takes away exactly the error. "
                "At 1.1 the step is more than twice as long.",
            ),
            wrong(
                "It jumps from side to side, and comes nearer with each jump.",
                "Rates between 0.5 and 1 do this: 0.9 leaves -0.8 of the error, so it is as fast "
                "as 0.1, with a change of side at each step.",
            ),
            right(
                "It jumps from side to side, and lands farther away with each jump.",
                "The loss is a parabola over w, with curvature 2. A step turns the error e into "
                "(1 - 2 · rate) · e: the rate 0.1 leaves 0.8 of it, 0.5 leaves nothing, 1 leaves "
                "-1, and everything above 1 leaves more than there was.",
            ),
            wrong(
                "It jumps from side to side for ever, always equally far from its best value.",
                "That is the limit, the learning rate 1: each step turns the error into its "
                "opposite. 1.1 lies beyond it.",
            ),
        ],
        formulas=("E1", "E8"),
        happens="It diverges. Each step lands on the other side, 1.2 times as far from the best "
        "value, and what the loss has above its minimum grows 1.44 times a step: after 38 steps "
        "it is a million times as large.",
    ),
    "raw_square_feet": PredictionQuestion(
        "Now the lot size goes into the network as it is, in square feet (1650 to 16 200), and not "
        "standardized. The learning rate stays at 0.1, which was rather slow. What will the loss "
        "do?",
        [
            wrong(
                "It falls as before: only the unit of x is another one.",
                "The best line is the same one in any unit, but the way there is not: the slope in "
                "w contains the x_k, and these are now thousands of times as large.",
            ),
            right(
                "It explodes with the very first step.",
                "x comes in twice, in the prediction and in the derivative, so the curvature is 2 "
                "times the mean of x²: 62 million. Rates converge below 2 / curvature, about "
                "0.00000003, and 0.1 is three million times that. Standardizing brings the "
                "curvature down to 2, for w and for b alike.",
            ),
            wrong(
                "It falls more slowly: the numbers are larger, so there is more to learn.",
                "Slow is what a rate is that is too small for its feature. Here it is the other "
                "way round: the larger x, the longer the step that the same rate makes.",
            ),
            wrong(
                "It goes up and down at first, and then it falls.",
                "A swing that dies out belongs to a rate between half the limit and the limit. "
                "This one is millions of times above it.",
            ),
        ],
        formulas=("D2", "E8"),
        happens="It explodes. The first step makes the loss more than ten million million times as "
        "large, and after some two dozen steps it is larger than any number that the computer can "
        "hold.",
    ),
}
