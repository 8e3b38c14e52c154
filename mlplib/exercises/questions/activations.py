"""Questions of notebook 04: activation functions, depth, and the first weights."""

from mlplib.exercises._question import PredictionQuestion, Question, right, wrong

SELF_TEST = (
    Question(
        "A lecture prints that the slope of the sigmoid lies above 0 and below 0.25 for every z. "
        "What is wrong with that?",
        [
            wrong(
                "Far from 0 the slope becomes exactly 0, so it should be: 0 or above.",
                "It comes as near to 0 as you like and never arrives: at z = 10 it is 0.000045. "
                "Only the computer's digits end somewhere.",
            ),
            right(
                "At z = 0 the slope is exactly 0.25, so it should be: at most 0.25.",
                "There a = 1/2, and a (1 - a) = 1/4. It is the one point where a sigmoid lets a "
                "whole quarter of the gradient through; everywhere else it is less.",
            ),
            wrong(
                "The slope is negative on the left, because the curve falls there.",
                "Seen from left to right it rises everywhere. The slope is the same at z and "
                "at -z: at both 2 and -2 it is 0.105.",
            ),
            wrong(
                "The upper bound is 1, as for tanh: 0.25 is a misprint.",
                "Tanh is four times as steep in the middle, since it has twice the range and runs "
                "through it in half of the width. For the sigmoid 0.25 is right.",
            ),
        ],
        formulas=("B1", "B2"),
    ),
    Question(
        "A ReLU unit in the first layer has z < 0 for each of the 100 training examples. "
        "You go on with gradient descent on all examples. What becomes of this unit?",
        [
            wrong(
                "Its bias rises a little with each step, until it is on for some example.",
                "For that its bias would need a gradient. But the derivative for the bias has the "
                "factor f'(z), too, and that is 0 for every one of the 100 examples.",
            ),
            wrong(
                "It gets weaker gradients than the others, and learns more slowly.",
                "That would be a sigmoid far out: its slope is small. The slope of ReLU is not "
                "small for z < 0, it is 0, and a sum of zeros is 0.",
            ),
            wrong(
                "Its weights shrink towards zero, because nobody needs it.",
                "Nothing pulls at them: shrinking would be the work of a penalty on the weights. "
                "Without a gradient a weight stays where it is.",
            ),
            right(
                "Nothing: its weights and its bias stay as they are, for ever.",
                "The unit puts out 0 and has the slope 0 for all examples, so no derivative of its "
                "weights is different from 0. It is dead. In a deeper layer it may come back, if "
                "the layers before it change what it gets.",
            ),
        ],
        formulas=("B3", "B7"),
    ),
    Question(
        "A network with two outputs and softmax gives the scores 5 and 3. How likely is the first "
        "class?",
        [
            right(
                "0.88, the sigmoid of 2.",
                "Divide numerator and denominator by the first exponential: 1 / (1 + exp(3 - 5)). "
                "Only the difference of the scores counts; 15 and 13 would give the same.",
            ),
            wrong(
                "0.625, since 5 / (5 + 3) = 0.625.",
                "This divides the scores themselves. They may be negative or 0, so softmax takes "
                "exponentials first: e^5 / (e^5 + e^3).",
            ),
            wrong(
                "0.993, the sigmoid of 5.",
                "This would be so if the other score were 0. A score has no meaning by itself: the "
                "second class has 3, and is not so far behind.",
            ),
            wrong(
                "0.12, because the higher score is the higher loss.",
                "A score speaks for its class: the higher, the more likely. 0.12 is what is left "
                "for the second class.",
            ),
        ],
        formulas=("B5", "B1"),
    ),
    Question(
        "A unit has 100 inputs, each 1 or -1. Its weights are drawn from a normal distribution "
        "with mean 0 and standard deviation 1. How large is its z, typically?",
        [
            wrong(
                "About 1, like each of the weights.",
                "Single terms have size 1, but 100 of them are added. To end at 1 each weight "
                "would have to have a standard deviation of 0.1, which is one over the root of "
                "100.",
            ),
            wrong(
                "About 100, because there are 100 terms of size 1.",
                "If all had the same sign. But signs are mixed, and most of the terms cancel: it "
                "is the squares that add up, not the sizes.",
            ),
            right(
                "About 10, the root of 100.",
                "The variances of the terms add up to 100, so the standard deviation is 10. There "
                "tanh has a slope of 0.000000008: the unit is saturated before training begins. "
                "With weights of variance 1/100 z is of size 1.",
            ),
            wrong(
                "Near 0, because positive and negative terms cancel.",
                "They cancel on average over many units. A single unit is left with what did not "
                "cancel, and of 100 terms that is not little.",
            ),
        ],
        formulas=("E10",),
    ),
    Question(
        "A network predicts house prices, which are never negative. Which activation does its "
        "output get?",
        [
            wrong(
                "ReLU, so that no price can be negative.",
                "Tempting, but where the score is negative the slope is 0: a house that is priced "
                "at 0 by mistake pulls at nothing, and the mistake stays.",
            ),
            right(
                "None: the score itself is the price.",
                "The loss pulls the scores to where the prices are, with the slope 1 everywhere. "
                "If prices must be positive, let the network predict their logarithm.",
            ),
            wrong(
                "A sigmoid, as at every output.",
                "Then no house costs more than 1, in whatever unit. A sigmoid is for the answer "
                "to yes or no, where 1 is as much as there can be.",
            ),
            wrong(
                "Softmax, since there are many houses.",
                "Softmax divides by a sum along the outputs of one example. With a single output "
                "it says 1, whatever the score.",
            ),
        ],
        formulas=("B6",),
    ),
)

PREDICTIONS = {
    "without_a_bend": PredictionQuestion(
        "Points around a sine wave: down, up, down. A network with eight hidden units and no "
        "activation at all trains on them, long enough. What does its prediction look like?",
        [
            wrong(
                "Like the sine, only rougher than with tanh.",
                "There is nothing in it that could bend. Each unit is a straight line in x, and "
                "the output adds straight lines up.",
            ),
            wrong(
                "Eight straight pieces, one for each unit.",
                "Pieces need corners, and a corner is what an activation makes. With ReLU it would "
                "be pieces.",
            ),
            right(
                "One straight line.",
                "A sum of straight lines is a straight line. More units or more layers change "
                "nothing: the product of their matrices is one matrix.",
            ),
            wrong(
                "A horizontal line at the mean.",
                "It is a line, but it can have a slope, and here the slope helps: the best line "
                "has a loss of 0.23, and the mean alone one of 0.51.",
            ),
        ],
        formulas=("A6", "A2"),
        happens="It is a straight line, with a loss of 0.23 that neither steps nor units will "
        "lower. tanh and ReLU begin with the same weights and come to 0.02.",
    ),
    "first_layer": PredictionQuestion(
        "Eight hidden layers of 16 sigmoids, with the usual first weights. At the output the "
        "derivatives with respect to z have a size of about 1.5. How large are they at the first "
        "layer?",
        [
            wrong(
                "About as large: with 16 units in each layer what one loses another one passes on.",
                "That is what the weights do for tanh and ReLU. But the slope of a sigmoid takes "
                "three quarters away in each unit, and so in all of them.",
            ),
            wrong(
                "About a quarter of it, because the slope of a sigmoid is 1/4 at most.",
                "A quarter is what is left after one layer. There are eight of them, and each "
                "multiplies anew.",
            ),
            wrong(
                "About an eighth of it, because there are eight layers.",
                "What a layer does is no subtraction: it multiplies. Eight factors of a quarter "
                "are far less than an eighth.",
            ),
            right(
                "Less than a hundred-thousandth of it.",
                "Eight times the factor 1/4 is 1 in 65 536, and the weights take a little more. "
                "What arrives moves the first weights by next to nothing.",
            ),
        ],
        formulas=("B7", "B1"),
        happens="At the first layer the size is 0.0000043: one part in 339 000. With tanh and with "
        "ReLU about a quarter arrives.",
    ),
}
