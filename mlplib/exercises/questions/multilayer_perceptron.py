"""Questions of notebook 03: the multilayer perceptron."""

from mlplib.exercises._question import PredictionQuestion, Question, right, wrong

SELF_TEST = (
    Question(
        "A network for the digits has 64 inputs, a hidden layer of 32 units and 10 outputs. How "
        "many numbers does it have to learn?",
        [
            wrong(
                "106, one for each unit.",
                "64 + 32 + 10 = 106 counts the values that pass through for one image. What is "
                "learned are the connections between them: each unit has a weight for every unit "
                "of the layer before.",
            ),
            wrong(
                "2368, the entries of both weight matrices.",
                "64 · 32 + 32 · 10 = 2368 are the weights. Each of the 32 + 10 units that compute "
                "something also has a bias, and these 42 are learned, too.",
            ),
            right(
                "2410, the weights and the biases.",
                "64 · 32 + 32 for the hidden layer, 32 · 10 + 10 for the output. The inputs are "
                "layer 0: they compute nothing and have nothing to learn.",
            ),
            wrong(
                "20 480, since every input can reach every output through every hidden unit.",
                "64 · 32 · 10 is the number of paths. They share their weights: each weight serves "
                "many paths at once, and that is why backpropagation shares its deltas.",
            ),
        ],
        formulas=("A6",),
    ),
    Question(
        "Ben trains a network with 8 hidden units on the four points of XOR. He leaves the "
        "activation of the hidden layer out (the output has its sigmoid). Where does the loss end?",
        [
            wrong(
                "Near 0: eight units are more than the two that XOR takes.",
                "They are not worth two. Without an activation the hidden layer only multiplies by "
                "one more matrix, and two matrices in a row are one matrix.",
            ),
            wrong(
                "Near 0, but it takes far more steps than with tanh.",
                "No number of steps helps. What the network can compute is a straight line, "
                "whatever its weights are, and no straight line solves XOR.",
            ),
            wrong(
                "At 0.347, with two of the points right.",
                "That is where a network with tanh ends that has found only one of its two lines. "
                "This one finds none that helps: it is undecided about all of the four points.",
            ),
            right(
                "At 0.693, as with a single neuron.",
                "X W₁ W₂ is X times one matrix, so the eight units and the output together are one "
                "neuron. The best it can do is to say ½ for every point, and that costs log 2.",
            ),
        ],
        formulas=("A6",),
    ),
    Question(
        "For one image the scores of three classes are 2, 1 and 0, and softmax gives 0.665, 0.245 "
        "and 0.090. Then 100 is added to all three scores. What does softmax give?",
        [
            right(
                "The same: 0.665, 0.245 and 0.090.",
                "The factor that exp makes of 100 is in every term above and below the line, and "
                "cancels. Softmax looks at differences only. That is why one may subtract the "
                "largest score, and nothing overflows.",
            ),
            wrong(
                "Nearly 1 for the first class, since all scores are far larger.",
                "It is the differences that would have to be larger. Multiplied by 100, the scores "
                "200, 100 and 0 do give nearly 1; added, 100 changes no difference.",
            ),
            wrong(
                "Nearly a third for each: against 100, the differences hardly count.",
                "So it would be if one divided the scores by their sum, 102, 101 and 100 by 303. "
                "Exp comes first, and it turns equal differences into equal ratios.",
            ),
            wrong(
                "No numbers: exp of 102 is too large for a computer.",
                "It has 45 digits, and the computer's numbers go on to 309. From about 710 on, exp "
                "does overflow; then subtracting the largest score helps, and changes nothing.",
            ),
        ],
        formulas=("B5",),
    ),
    Question(
        "The right class of an image is 7. The network gives 0.25 to the 7 and 0.75 to the 1. What "
        "is the cross-entropy of this image, as the course measures it?",
        [
            wrong(
                "0.562, the mean surprise over the classes.",
                "That is -0.25 log 0.25 - 0.75 log 0.75, the entropy of the prediction. It does "
                "not ask which class was right, and would be the same if it were the 1.",
            ),
            right(
                "1.386: how surprising the 7 is to it.",
                "-log 0.25 with the natural logarithm, in nats. Only the right class counts: what "
                "the network spreads over the others enters through what it leaves for the 7.",
            ),
            wrong(
                "0.75, what is missing to 1.",
                "1 - 0.25 is a measure of error too, but another one: it cannot grow beyond 1, and "
                "the logarithm makes a sure mistake as expensive as it deserves.",
            ),
            wrong(
                "2, since 0.25 is as likely as two coins both showing heads.",
                "This is the same surprise in bits, with the logarithm to base 2, as the table of "
                "lecture 001 has it. In nats it is 2 · 0.693.",
            ),
        ],
        formulas=("C3", "C4"),
    ),
    Question(
        "Hidden unit j has tanh, and for all images of a batch its activation happens to be "
        "exactly 0. Which derivatives of the loss are surely 0 for this batch?",
        [
            wrong(
                "None: a derivative does not care for the value of the activation.",
                "Some do care. Delta where the weight ends times activation where it begins: if "
                "the activation is 0, so is the product, for every image.",
            ),
            wrong(
                "Those of the weights that lead into unit j.",
                "Their activation is that of the inputs, and the slope of tanh at 0 is 1, its "
                "largest. These are the weights through which unit j can begin to say something.",
            ),
            right(
                "Those of the weights that lead from unit j to the outputs.",
                "Their derivative is a sum of delta times activation of unit j, and the latter is "
                "0. Moving such a weight changes nothing as long as nothing comes through it.",
            ),
            wrong(
                "All of the weights into it and out of it: a silent unit cannot learn.",
                "It can: the delta of unit j is what comes back from the outputs times the slope "
                "of tanh, which is 1 at 0. A ReLU that is silent for all images is another matter: "
                "its slope is 0 there.",
            ),
        ],
        formulas=("D4", "D5", "D6"),
    ),
)

PREDICTIONS = {
    "xor_one_neuron": PredictionQuestion(
        "One neuron with a sigmoid learns the four rows of XOR, 500 steps with the learning rate "
        "1. Its weights begin small and random. What does it say in the end?",
        [
            wrong(
                "All four rows right: there are three parameters, and the task is small.",
                "It is small, but it is not the number of parameters that matters. A neuron draws "
                "a straight line, and no line has the two rows with 1 on one side.",
            ),
            wrong(
                "Three rows right, and the fourth one wrong.",
                "A line with three rows on the right sides does exist. But the neuron minimizes "
                "the cross-entropy, and one row that is wrong and sure costs more than four that "
                "are undecided.",
            ),
            right(
                "One half for every row: it does not know.",
                "Each of the two switches is on as often when the lamp is on as when it is off: "
                "taken one at a time, they tell nothing. The weights go to 0, and the loss to "
                "log 2 = 0.693, what guessing costs.",
            ),
            wrong(
                "It depends on the initial weights.",
                "The loss of a single neuron has one minimum, and every start leads there. This "
                "becomes true with the first hidden layer.",
            ),
        ],
        formulas=("A4", "C2"),
        happens="It says 0.5 to every row, with a loss of 0.693. However long it trains, it gets "
        "no better: the minimum is reached.",
    ),
    "units_for_a_disc": PredictionQuestion(
        "The points of one class lie on a small circle, those of the other one on a larger circle "
        "around it. How many hidden units with tanh does a network need at least, to tell all of "
        "them apart?",
        [
            wrong(
                "One: a circle is one curve.",
                "One unit draws one straight line. A circle in the features, such as their "
                "squares, would do with none; the network here sees x₁ and x₂ only.",
            ),
            wrong(
                "Two: one for the left and right, one for above and below.",
                "Two lines leave every region open on some side. What the output makes of two "
                "units grows or falls all along one direction, so no region can be closed.",
            ),
            right(
                "Three: the smallest fence has three sides.",
                "Three lines can enclose a triangle, two cannot enclose anything. Since tanh bends "
                "softly, the triangle has round corners.",
            ),
            wrong(
                "Four: a square is needed to close the region.",
                "Four do it, and learn it more easily. But three sides are enough to close a "
                "fence.",
            ),
            wrong(
                "About a hundred: a circle has no corners.",
                "The boundary need not be a circle. Any closed curve between the two circles will "
                "do, and one with three round corners has room.",
            ),
        ],
        formulas=("A6",),
        happens="With two units about one point in five stays on the wrong side, however long it "
        "trains; with three, none does. The playground shows the three lines.",
    ),
}
