"""Questions of notebook 02: logistic regression as a network of one neuron."""

from mlplib.exercises._question import PredictionQuestion, Question, right, wrong

SELF_TEST = (
    Question(
        "Trained on the 23 launches, the neuron says z = 15.04 - 0.232 T for a launch at T degrees "
        "Fahrenheit, and P(damage) is the sigmoid of z. What does 0.232 say?",
        [
            wrong(
                "With each degree colder, P(damage) rises by 23.2 percentage points.",
                "That would be a straight line, and would pass 100 % after five degrees. The score "
                "rises by 0.232; the probability rises with the slope of the sigmoid, which is "
                "different everywhere and at most 0.25 · 0.232 = 0.058 a degree.",
            ),
            wrong(
                "At 0 degrees, P(damage) would be 0.232.",
                "At T = 0 the score is 15.04, and the sigmoid of that is nearly 1. The number in "
                "front of T is the slope of the score.",
            ),
            right(
                "With each degree colder, the odds of damage are multiplied by 1.26.",
                "The score is the logarithm of the odds p/(1 - p). One degree adds 0.232 to it, so "
                "it multiplies the odds by e to the 0.232. At 65 degrees the odds are 0.95 to 1, "
                "at 64 they are 1.20 to 1.",
            ),
            wrong(
                "The model is wrong by 0.232 on average.",
                "How wrong it is, the loss says: 0.442 nats a launch. A weight says how strongly "
                "the score follows the feature.",
            ),
        ],
        formulas=("A4", "B1"),
    ),
    Question(
        "Something has happened (y = 1). Model A had given it a probability of 0.01, model B one "
        "of 0.001. How do their losses for this example compare?",
        [
            right(
                "By cross-entropy B pays 2.30 nats more than A; by squared error they pay nearly "
                "the same.",
                "-log 0.01 = 4.61 and -log 0.001 = 6.91: each further factor of ten costs as much "
                "again. The squares are 0.980 and 0.998, and no answer can cost more than 1: to "
                "the squared error, sure and wrong is hardly worse than wrong.",
            ),
            wrong(
                "B pays ten times as much as A, by either loss.",
                "The logarithm turns a factor of ten into a summand: 4.61 and 6.91. The squared "
                "errors are 0.980 and 0.998.",
            ),
            wrong(
                "Both pay the same: both are wrong, and the loss counts wrong answers.",
                "Counting is what the accuracy does. It cannot be descended, because it has no "
                "slope; a loss says how wrong an answer is.",
            ),
            wrong(
                "B pays 0.009 more, the difference of the two probabilities.",
                "This is the difference before any loss is taken. Where p is small the logarithm "
                "is steep: it makes 2.30 of it.",
            ),
        ],
        formulas=("C2",),
    ),
    Question(
        "A neuron stands at the score z = -4 for an example with y = 1, so p = 0.018. How long is "
        "dL/dz, the pull of this example, for the cross-entropy and for the squared error behind "
        "the sigmoid?",
        [
            wrong(
                "Equal: both losses see the same error p - y = -0.982.",
                "The cross-entropy's pull is just this error. The squared error's has the slope of "
                "the sigmoid as a further factor, and at z = -4 that is 0.0177.",
            ),
            wrong(
                "The squared error pulls about twice as hard, because of the 2 of the square.",
                "The 2 is there, but so is the slope of the sigmoid, p(1 - p) = 0.0177. Together "
                "that is 2 · 0.982 · 0.0177 = 0.035.",
            ),
            wrong(
                "Both are near 0, because the sigmoid is flat at -4.",
                "Flat it is, and the squared error suffers from it. In the cross-entropy the "
                "slope p(1 - p) has cancelled against the 1/p of the logarithm.",
            ),
            right(
                "0.982 for the cross-entropy, 0.035 for the squared error.",
                "For the one p - y, for the other 2 (p - y) p (1 - p). The cross-entropy pulls 28 "
                "times as hard here, and the more so the surer the wrong answer is.",
            ),
        ],
        formulas=("B1", "C6"),
    ),
    Question(
        "A classifier calls a tumor malignant where p is at least 0.5. Without training anew, you "
        "lower the threshold to 0.1. What happens to its mistakes?",
        [
            wrong(
                "Both kinds become fewer: the classifier is more sensitive now.",
                "The probabilities are the same as before, so nothing has been learned. Some "
                "answers turn from benign to malignant, and none the other way.",
            ),
            right(
                "It misses at most as many malignant tumors, and raises at least as many false "
                "alarms.",
                "Answers can only turn from no to yes: misses can become hits, and right noes can "
                "become false alarms. On the 143 tumors of the notebook, misses went from 1 to 0 "
                "and alarms from 2 to 6.",
            ),
            wrong(
                "Nothing, as long as the weights stay what they are.",
                "The weights give the probabilities. What is made of a probability is a decision, "
                "and the threshold is that decision.",
            ),
            wrong(
                "The accuracy rises, because 0.1 is the more careful choice.",
                "More careful in one direction is less careful in the other. In the notebook the "
                "accuracy fell from 0.979 to 0.958, and it may still be the better threshold: a "
                "missed tumor is worse than an alarm.",
            ),
        ],
        formulas=("A4", "A7"),
    ),
    Question(
        "A network computes p = sigmoid(z) first, in float64, and then the cross-entropy -log(1 - "
        "p) of an example with y = 0. For one example z = 40. What does it print?",
        [
            wrong(
                "40, or a tiny bit more: that is what log(1 + e to the 40) is, and that fits.",
                "This is the true loss, and computed from the score it comes out. By way of p it "
                "does not: 1 - p is 4e-18, less than half the distance of the numbers near 1, so "
                "p is rounded to 1.",
            ),
            right(
                "Infinity: p has been rounded to 1, and the logarithm of 0 is minus infinity.",
                "Near 1 the numbers of float64 lie 1.1e-16 apart, so from about z = 37 on, p is 1 "
                "exactly. From the score, log(1 + e to the z) - y z is exact for every z: the "
                "sigmoid belongs into the loss.",
            ),
            wrong(
                "0, because p is 1 and the logarithm of 1 is 0.",
                "The logarithm is taken of 1 - p, the probability of what happened, y = 0. And "
                "that is 0 here.",
            ),
        ],
        formulas=("B1", "C6"),
    ),
)

PREDICTIONS = {
    "at_31": PredictionQuestion(
        "23 launches between 53 and 81 °F, 7 of them with damaged O-rings. One neuron with a "
        "sigmoid is trained on them until the loss is flat. What will it say of the probability "
        "of damage at 31 °F?",
        [
            wrong(
                "About 30 %, as in all launches together.",
                "7 of 23 is 30 %. That is what it would say if temperature made no difference: "
                "with the weight 0. But all four launches below 65 °F had damage.",
            ),
            wrong(
                "About 60 to 90 %, clearly more than for any launch in the table.",
                "It says 94 % for the coldest launch already, at 53 °F, and the curve goes on "
                "rising.",
            ),
            right(
                "More than 99 %.",
                "Every degree colder adds 0.232 to the score, and 31 °F is 22 degrees away from "
                "the coldest launch. That the curve goes on like this is an assumption: no launch "
                "was made there, so this is an extrapolation, and not a measurement.",
            ),
            wrong(
                "175 %: the line goes on rising.",
                "A straight line through 0 and 1 says 1.75 there, and that is no probability. The "
                "sigmoid bends, and never reaches 1.",
            ),
            wrong(
                "Nothing: it has never seen such a temperature.",
                "It should say nothing, perhaps, but no network does that by itself. Put in any "
                "number, and an answer comes out that looks like all others.",
            ),
        ],
        formulas=("A4", "B1"),
        happens="It says 99.96 %. The engineers who warned had seen as much with the naked eye; "
        "the chart of the night before had left out the launches without damage.",
    ),
    "stuck": PredictionQuestion(
        "The neuron starts at w = 8, b = 8: it is sure, and wrong about 19 of the 23 launches. "
        "Once it is trained with the squared error behind the sigmoid, once with the "
        "cross-entropy, both at the learning rate 1. What will they have learned after 100 steps?",
        [
            wrong(
                "Both have arrived: the larger the error, the longer the step.",
                "So it is for a line, and for the cross-entropy. Behind a sigmoid the error has to "
                "pass through the slope p(1 - p), and where p is nearly 0 or 1 that is nearly 0.",
            ),
            right(
                "The cross-entropy has arrived; the squared error has hardly moved.",
                "The slope of the sigmoid is a factor in the gradient of the squared error, and it "
                "is nearly 0 where the neuron is sure. In the gradient of the cross-entropy this "
                "factor cancels: p - y is left, and that is largest where the answer is worst.",
            ),
            wrong(
                "Neither has moved: both are on the flat part of the sigmoid.",
                "The sigmoid is flat there, but the logarithm is steep just where the sigmoid is "
                "flat. The two cancel, and the cross-entropy as a function of z is a straight "
                "slope.",
            ),
            wrong(
                "The squared error has arrived; the cross-entropy has diverged, because its loss "
                "starts so high.",
                "It starts high, at 8.66, but for each example it grows only as fast as the score, "
                "and never as its square. Its pull on a score is never more than 1.",
            ),
        ],
        formulas=("B1", "C2", "C6"),
        happens="With the cross-entropy the loss falls from 8.66 to 0.442, which is as low as it "
        "gets, and 3 launches are still missed. The squared error falls from 0.829 to 0.824, and "
        "still misses 19.",
    ),
}
