"""Questions of notebook 06: regularization."""

from mlplib.exercises._question import PredictionQuestion, Question, right, wrong

SELF_TEST = (
    Question(
        "A network has the weights 4 and 0.1, and each penalty has the strength 0.01. Training can "
        "take 0.1 off one of the two. Which penalty pays it how much for that?",
        [
            wrong(
                "Both pay the same for the weight 4 as for the weight 0.1.",
                "That is so for L1, where only the size counts. L2 charges the square, and 4 "
                "squared falls by 0.79, while 0.1 squared falls by 0.01 in all.",
            ),
            wrong(
                "Both pay more for the small weight, because it becomes exactly 0.",
                "No penalty knows that 0 is special: a price only says what the next 0.1 costs. "
                "For L2 that is least near 0, so it is in no hurry there.",
            ),
            right(
                "L1 pays the same for both; L2 pays 79 times as much for the weight 4.",
                "L1 saves 0.001 either way. L2 saves 0.0079 at the weight 4 and 0.0001 at the "
                "other one. So L2 keeps all weights small and lets go near 0, and L1 goes on "
                "until a weight is gone.",
            ),
            wrong(
                "L2 pays the same for both of them; L1 pays 40 times as much for the weight 4.",
                "It is the other way round: 4 is 40 times as large as 0.1, but its slope under L1 "
                "is the same. It is the square whose slope grows with the weight.",
            ),
        ],
        formulas=("F1", "F2"),
    ),
    Question(
        "Gradient descent with the learning rate 0.1 and L2 of strength 0.05: loss + 0.05 w². A "
        "weight stands at 2, and the loss does not depend on it. Where is it after one step?",
        [
            right(
                "At 1.98.",
                "The slope of the penalty is 2 · 0.05 · 2 = 0.2, and the rate takes a tenth of it. "
                "Each step multiplies the weight by 0.99: it decays by 1 % a step.",
            ),
            wrong(
                "At 1.99.",
                "The 2 of the derivative is missing: this is the factor 1 - 0.1 · 0.05 = 0.995. "
                "The derivative of w² is 2 w, and our penalty carries no ½ to take the 2 away.",
            ),
            wrong(
                "At 1.8.",
                "The learning rate is missing: 2 - 0.2 = 1.8. The penalty is part of the cost, so "
                "its slope is multiplied by the rate like any other.",
            ),
            wrong(
                "At 2: what the loss does not need, nobody moves.",
                "The loss does not move it, but the penalty does. That is the use of it: a weight "
                "that nobody needs goes towards 0.",
            ),
        ],
        formulas=("F2", "E1"),
    ),
    Question(
        "Inverted dropout with the drop rate 0.2. A unit's activation is 3. What does it hand on "
        "in a training step in which it is kept, and what at prediction?",
        [
            wrong(
                "3 in training, and 2.4 at prediction.",
                "That is the original dropout, which corrects at prediction: 0.8 · 3 = 2.4. The "
                "inverted one corrects in training, so that prediction needs to know nothing.",
            ),
            wrong(
                "3 in training, and 3 at prediction.",
                "Then the next layer would get sums in training that are only 80 % of those at "
                "prediction, on average. The kept ones have to make up for the dropped ones.",
            ),
            wrong(
                "15 in training, and 3 at prediction.",
                "15 is 3 / 0.2. What is kept is the part 0.8, and that is what to divide by.",
            ),
            right(
                "3.75 in training, and 3 at prediction.",
                "3 / 0.8 = 3.75 with the probability 0.8, and 0 otherwise: on average 3, as at "
                "prediction. There all units are there, and nothing is drawn or divided.",
            ),
        ],
        formulas=("F3",),
    ),
    Question(
        "The validation losses of a training are 0.9, 0.6, 0.5, 0.55, 0.52, 0.51, 0.4, in this "
        "order. Early stopping has a patience of 3. What do you get?",
        [
            wrong(
                "The weights of the loss 0.4: it is the lowest.",
                "It is, but it is never seen: after 0.5 three validations in a row have brought no "
                "new lowest one, and training ends at 0.51. A longer patience would have found it.",
            ),
            wrong(
                "The weights of the loss 0.51, where training stops.",
                "It stops there, but it does not keep those weights: they are three steps past the "
                "best ones. It takes back the copy that it made at 0.5.",
            ),
            right(
                "The weights of the loss 0.5; training stops at 0.51.",
                "0.55, 0.52 and 0.51 are three in a row that are not below 0.5. So it stops, and "
                "goes back. That 0.4 would have come next is the price of a short patience.",
            ),
            wrong(
                "The weights of the loss 0.5; training stops at 0.55.",
                "That would be a patience of 1. Validation losses are noisy, and a single one that "
                "is higher says little.",
            ),
        ],
        formulas=("F4",),
    ),
    Question(
        "Anna tries 20 strengths and picks the one with the lowest test loss, 0.45, which she "
        "reports. Ben picks by validation rows, and reports the test loss of his winner, 0.47. "
        "What would you expect of new data?",
        [
            wrong(
                "Anna's network is better by 0.02: the test rows have said so.",
                "They have been asked 20 times, and the lowest answer was taken. Part of it is "
                "luck with these rows, and new rows will not repeat that.",
            ),
            right(
                "Anna's will do worse than 0.45; Ben's about 0.47.",
                "Her test rows did the choosing, so for her they were validation rows: their loss "
                "is the luckiest of 20. Ben's test rows chose nothing, so their loss is as likely "
                "too high as too low.",
            ),
            wrong(
                "Both will do as reported, since neither trained on the test rows.",
                "A strength that was chosen by the test rows carries something of them, even if no "
                "weight was trained on them. With more tries it carries more.",
            ),
            wrong(
                "Ben's will do better than 0.47: his was chosen without the test rows.",
                "Choosing honestly makes the number true, not lower. His 0.47 is an estimate that "
                "leans to neither side.",
            ),
        ],
        formulas=("F4",),
    ),
)

PREDICTIONS = {
    "overfit": PredictionQuestion(
        "16 noisy points, a network with 960 weights, 2500 steps. The training loss will fall and "
        "fall. What will the loss on 300 other points of the same kind do?",
        [
            wrong(
                "It falls as well, a little later and not quite as far.",
                "That is how it begins: what all points have in common is learnt first. But then "
                "only the noise is left to learn, and the other points have another noise.",
            ),
            right(
                "It falls at first, then it turns and rises.",
                "First the wave is learnt, which all points share. From then on the network learns "
                "the noise of its 16 points, and each bend that it makes for them is wrong for the "
                "others.",
            ),
            wrong(
                "It falls to where the noise begins, and stays there.",
                "It would if the network stopped learning when nothing but noise is left. But it "
                "cannot tell noise from wave, and 960 weights are enough for both.",
            ),
            wrong(
                "It rises from the beginning: these points are never trained on.",
                "They lie on the same wave as the others. While that is being learnt, both losses "
                "fall together.",
            ),
        ],
        formulas=("F4",),
        happens="It falls to 0.20 in some 300 steps, and then it turns. After 2500 steps the "
        "training loss is 0.03, far below the variance of the noise, and the validation loss is "
        "0.70: worse than if the network had said 0 for every point.",
    ),
    "zeros": PredictionQuestion(
        "The same network with 960 weights, 2500 steps, once with L2 and once with L1, both of the "
        "strength 0.003. How many weights will be exactly 0?",
        [
            wrong(
                "With both nearly all: a penalty makes weights disappear.",
                "Both make them small. But L2 pulls less and less as a weight gets smaller: it "
                "multiplies it by a factor in each step, and no factor makes a number 0.",
            ),
            wrong(
                "With both none: numbers in a computer never hit 0 exactly.",
                "By chance they do not, and a step along L1's slope misses it for ever. But a step "
                "that knows where 0 is can stop there, and L1 has such a step.",
            ),
            right(
                "With L2 none, with L1 nearly all.",
                "L2's pull fades near 0, so the smallest need of the loss keeps a weight alive. "
                "L1's does not fade: a weight that the loss does not need by more than the "
                "strength goes to 0, and the soft threshold holds it there.",
            ),
            wrong(
                "With L2 nearly all, with L1 none: the square is the harder price.",
                "It is harder on large weights only. For a weight of 0.01 the square is 0.0001, a "
                "hundredth of its size.",
            ),
        ],
        formulas=("F1", "F2"),
        happens="With L2 none of them; with L1 more than 940 of the 960, and the fit is as good. "
        "A step along L1's slope, without the soft threshold, also leaves none at exactly 0: they "
        "all hover around it.",
    ),
}
