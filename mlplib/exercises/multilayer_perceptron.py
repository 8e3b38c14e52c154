"""The exercises of notebook 03: the multilayer perceptron.

Here what goes forward: two layers that solve XOR, a layer in another text's layout, the forward
pass, and the loss for several classes. What goes backward, and the open exercise, stand in
`_multilayer_backward`, and join the same set.
"""

import numpy as np

from mlplib.exercises._exercise import ExerciseSet

course = ExerciseSet(
    "multilayer_perceptron", "The multilayer perceptron", "03_multilayer_perceptron.ipynb"
)
progress = course.progress


# ---- 1 ----------------------------------------------------------------------------------------


def _switches(rng):
    """What stands for false and for true."""
    yield 0.0, 1.0
    yield -1.0, 1.0
    yield 0.0, 5.0
    yield 2.0, 3.0
    yield -0.25, 0.5


def _step(Z):
    return (Z > 0).astype(float)


def _judge_xor(arguments, parts):
    """Any weights will do that answer the four inputs."""
    W1, b1, W2, b2 = parts
    for x in ((a, b) for a in arguments for b in arguments):
        hidden = _step(np.array(x) @ W1 + b1)
        answer, right = _step(hidden @ W2 + b2)[0], float(x[0] != x[1])
        if answer != right:
            return (
                f"For x1 = {x[0]:g}, x2 = {x[1]:g} your network answers {answer:g}, and should "
                f"answer {right:g}. Its hidden units say {hidden[0]:g} and {hidden[1]:g} there: "
                "is that what you want them to say, or does the output make the wrong thing of it?"
            )
    return None


@course.exercise(
    title="XOR by hand",
    formulas=("A6",),
    returns={"W1": "(2, 2)", "b1": "(2,)", "W2": "(2, 1)", "b2": "(1,)"},
    cases=_switches,
    judge=_judge_xor,
    hints=[
        "Let the first hidden unit say whether at least one input is on, and the second one "
        "whether both are. Which combination of the two is XOR?",
        "With all four entries of `W1` equal to 1, each hidden unit sees x1 + x2, which is 2 off, "
        "off + on, or 2 on. A bias of -t makes a unit fire above t: put one t between the first "
        "two values, the other t between the last two.",
        "XOR is: the first one fires and the second one does not. `W2 = np.array([[1.0], [-1.0]])` "
        "with a bias between 0 and -1 says so; t lies halfway at (3 off + on) / 2 and "
        "(off + 3 on) / 2.",
    ],
    after="Each hidden unit draws one straight line, and the output combines the two half planes. "
    "No single line could do it.",
)
def xor_weights(off, on):
    """Choose weights by hand with which two layers compute XOR (A6).

    The two inputs are each `off` or `on` (say 0 and 1, or 2 and 3; off < on). Every unit has the
    step function: it says 1 if its z > 0, else 0. With x as a row,

        h = step(x @ W1 + b1),    answer = step(h @ W2 + b2)

    has to be 1 if exactly one input is on, and 0 if none is or both are.

    off, on : numbers
    Returns W1 : array (2, 2), b1 : array (2,), W2 : array (2, 1), b2 : array (1,)
    """
    # gap: W1 = ...  # your code here
    # gap: b1 = ...
    # gap: W2 = ...
    # gap: b2 = ...
    W1 = np.ones((2, 2))
    b1 = np.array([-(3 * off + on) / 2, -(off + 3 * on) / 2])
    W2 = np.array([[1.0], [-1.0]])
    b2 = np.array([-0.5])
    # end
    return W1, b1, W2, b2


def _xor(off, on, b1, W2=((1.0,), (-1.0,)), b2=-0.5):
    """The two lines of the solution, with something changed."""
    return np.ones((2, 2)), np.array(b1, float), np.array(W2), np.array([b2])


def _thresholds(off, on):
    return np.array([-(3 * off + on) / 2, -(off + 3 * on) / 2])


@xor_weights.mistake(
    "Your thresholds 0.5 and 1.5 are right for inputs 0 and 1, but `off` and `on` may be any two "
    "numbers. A threshold has to lie between the sums that it tells apart."
)
def thresholds_for_0_and_1(off, on):
    return _xor(off, on, [-0.5, -1.5])


@xor_weights.mistake(
    "The output has its signs the wrong way round: the unit for `both` is to hold it back, the "
    "unit for `at least one` is to make it fire."
)
def output_signs_exchanged(off, on):
    return _xor(off, on, _thresholds(off, on), [[-1.0], [1.0]])


@xor_weights.mistake(
    "The output listens to the first hidden unit alone, so your network computes OR: it says 1 "
    "when both inputs are on. The second unit has to hold the output back there."
)
def only_or(off, on):
    return _xor(off, on, _thresholds(off, on), [[1.0], [0.0]])


@xor_weights.mistake(
    "The output adds both hidden units up, and fires whenever one of them does: that is OR again. "
    "One of the two has to count against it."
)
def both_count_for_it(off, on):
    return _xor(off, on, _thresholds(off, on), [[1.0], [1.0]])


@xor_weights.mistake(
    "All biases are 0. Then every line goes through the origin, wherever the inputs lie. A unit "
    "that is to fire above t needs the bias -t."
)
def no_biases(off, on):
    return _xor(off, on, [0.0, 0.0], b2=0.0)


@xor_weights.mistake(
    "The thresholds are in the biases with the wrong sign: x1 + x2 + b1 > 0 means x1 + x2 > -b1, "
    "so a threshold t needs the bias -t."
)
def sign_of_the_thresholds(off, on):
    return _xor(off, on, -_thresholds(off, on))


# ---- 2 ----------------------------------------------------------------------------------------


def _layers_of_001(rng):
    """Inputs, weights with one row a unit, biases: A, V, b."""
    V = np.array([[1.0, 0.0], [2.0, -1.0], [0.0, 3.0]])
    yield np.array([[1.0, 2.0]]), V, np.array([0.5, 0.0, -1.0])
    for m, n_in, n_out in ((3, 2, 4), (4, 3, 2), (2, 3, 3), (1, 4, 1), (5, 1, 2), (6, 4, 4)):
        A, V = rng.normal(0, 1, (m, n_in)).round(1), rng.normal(0, 2, (n_out, n_in)).round(1)
        yield A, V, rng.normal(1, 1, n_out).round(1)


@course.exercise(
    title="A layer from another text",
    formulas=("A5", "A6"),
    returns={"Z": "(m, n_out)"},
    cases=_layers_of_001,
    hints=[
        "In the lecture's V, which row belongs to which unit? In our W, where do the weights of "
        "one unit stand?",
        "Rows of V are columns of W: W is V transposed, `V.T`. The inputs have one row for each "
        "example already.",
        "So it is the matrix product of A and V.T; numpy adds b to every row by itself: that is "
        "all that the lecture's column of ones is for.",
    ],
    after="Both layouts hold the same numbers. PyTorch stores its weights as the lecture does; "
    "this course and scikit-learn store them as (n_in, n_out).",
)
def layer(A, V, b):
    """Compute a layer whose weights come from a text that stores them by unit (A5).

    Lecture 001 writes Z = A V^T + iota b^T: row j of V holds the weights of unit j, and iota is a
    column of ones. In this course's layout the same layer is Z = A W + b. Compute Z.

    A : array (m, n_in), one row for each example
    V : array (n_out, n_in), the weights in the lecture's layout
    b : array (n_out,), the biases
    Returns Z : array (m, n_out)
    """
    # gap: Z = ...  # your code here
    Z = A @ V.T + b
    # end
    return Z


@layer.mistake(
    "You brought V into the right shape with `reshape`, but that only refills the numbers row by "
    "row: the weights of one unit end up in several. To exchange rows and columns, transpose: `.T`."
)
def reshaped(A, V, b):
    return A @ V.reshape(V.shape[::-1]) + b


@layer.mistake(
    "Your result has one column for each example, (n_out, m): that is the layout of lectures 003 "
    "and 004, where z = W a + b with a as a column. Here rows are examples."
)
def columns_are_examples(A, V, b):
    return V @ A.T + b[:, None]


@layer.mistake(
    "The biases are missing. What the lecture writes as iota b^T is nothing but b in every row."
)
def without_bias(A, V, b):
    return A @ V.T


@layer.mistake(
    "The bias is added to each product before the sum, so it counts n_in times. Sum up first, and "
    "add it once."
)
def bias_for_each_input(A, V, b):
    return np.sum(A[:, None, :] * V + b[:, None], axis=2)


@layer.mistake(
    "Each unit sees only the first input here. Lecture 004 prints it like that for its second "
    "layer (A_1 in place of A), but a unit of a dense layer sees all of the row."
)
def first_input_only(A, V, b):
    return A[:, :1] @ V[:, :1].T + b


# ---- 3 ----------------------------------------------------------------------------------------


def _networks(rng):
    """A network with one hidden layer and inputs for it: X, W1, b1, W2, b2."""
    W1, W2 = np.array([[1.0, -1.0], [0.5, 2.0]]), np.array([[2.0], [-1.0]])
    yield np.array([[1.0, 0.0], [0.5, -1.0]]), W1, np.array([0.0, 0.5]), W2, np.array([0.3])
    for m, n_in, n_h, n_out in ((3, 2, 4, 1), (1, 3, 2, 3), (5, 4, 3, 2), (4, 2, 1, 1)):
        W1 = rng.normal(0, 1, (n_in, n_h)).round(1)
        W2 = rng.normal(0, 1, (n_h, n_out)).round(1)
        b1, b2 = rng.normal(0.5, 0.5, n_h).round(1), rng.normal(0.5, 0.5, n_out).round(1)
        yield rng.normal(0, 1, (m, n_in)).round(1), W1, b1, W2, b2


@course.exercise(
    title="The forward pass",
    formulas=("A6",),
    returns={"A1": "(m, n_h)", "A2": "(m, n_out)"},
    cases=_networks,
    hints=[
        "Two layers, two times the same: a matrix product, a bias, an activation. What the first "
        "layer puts out is what the second one sees.",
        "`np.tanh` for the hidden layer. For the output 1 / (1 + exp(-z)); with numpy that is "
        "`1 / (1 + np.exp(-Z2))`.",
    ],
    after="A third layer would be the same two lines once more, with A2 in place of A1. That is "
    "all that `net.predict` does.",
)
def forward(X, W1, b1, W2, b2):
    """Compute a network with one hidden layer, for all examples at once (A6).

    The hidden layer has the activation tanh, the output layer the sigmoid 1 / (1 + exp(-z)).

    X : array (m, n_in), one row for each example
    W1, b1 : arrays (n_in, n_h) and (n_h,), the hidden layer
    W2, b2 : arrays (n_h, n_out) and (n_out,), the output layer
    Returns A1 : array (m, n_h), and A2 : array (m, n_out), the activations of both layers
    """
    # gap: A1 = ...  # your code here
    # gap: A2 = ...
    A1 = np.tanh(X @ W1 + b1)
    Z2 = A1 @ W2 + b2
    A2 = 1 / (1 + np.exp(-Z2))
    # end
    return A1, A2


def _sigmoid(Z):
    return 1 / (1 + np.exp(-Z))


@forward.mistake(
    "The hidden layer has no activation. Then two layers compute no more than one could: "
    "(X W1 + b1) W2 + b2 is X (W1 W2) + (b1 W2 + b2), a single layer."
)
def no_hidden_activation(X, W1, b1, W2, b2):
    A1 = X @ W1 + b1
    return A1, _sigmoid(A1 @ W2 + b2)


@forward.mistake(
    "The output has no activation: these are the scores Z2. The sigmoid makes probabilities of "
    "them."
)
def scores_as_output(X, W1, b1, W2, b2):
    A1 = np.tanh(X @ W1 + b1)
    return A1, A1 @ W2 + b2


@forward.mistake("The hidden layer has the sigmoid here; its activation is to be tanh.")
def sigmoid_in_both(X, W1, b1, W2, b2):
    A1 = _sigmoid(X @ W1 + b1)
    return A1, _sigmoid(A1 @ W2 + b2)


@forward.mistake(
    "The output has tanh here, which goes from -1 to 1. A probability needs the sigmoid, which "
    "goes from 0 to 1."
)
def tanh_in_both(X, W1, b1, W2, b2):
    A1 = np.tanh(X @ W1 + b1)
    return A1, np.tanh(A1 @ W2 + b2)


@forward.mistake(
    "The second layer sees the pre-activation Z1 of the hidden layer, not its activation A1: you "
    "compute tanh and then do not use it."
)
def second_layer_sees_z(X, W1, b1, W2, b2):
    Z1 = X @ W1 + b1
    return np.tanh(Z1), _sigmoid(Z1 @ W2 + b2)


@forward.mistake(
    "The output sees only the first hidden unit. Lecture 004 prints A_1^[1] where A^[1] is meant: "
    "each unit of a layer sees all units of the layer before."
)
def first_unit_only(X, W1, b1, W2, b2):
    A1 = np.tanh(X @ W1 + b1)
    return A1, _sigmoid(A1[:, :1] @ W2[:1] + b2)


@forward.mistake("The biases are missing, in both layers. Each layer adds its own b to every row.")
def no_bias_at_all(X, W1, b1, W2, b2):
    A1 = np.tanh(X @ W1)
    return A1, _sigmoid(A1 @ W2)


@forward.mistake(
    "The bias of the output layer is missing. Each layer has its own: `b1` in the first, `b2` in "
    "the second."
)
def second_bias_missing(X, W1, b1, W2, b2):
    A1 = np.tanh(X @ W1 + b1)
    return A1, _sigmoid(A1 @ W2)


# ---- 4 ----------------------------------------------------------------------------------------


def _labels(rng):
    yield np.array([1, 0, 2]), 3
    yield np.array([0, 2, 0, 1]), 4  # no example of the last class
    for m, k in ((1, 2), (5, 3), (4, 10)):
        yield rng.integers(0, k, m), k


@course.exercise(
    title="One-hot",
    formulas=("F5",),
    returns={"T": "(m, k)"},
    cases=_labels,
    hints=[
        "Begin with a table of zeros, one row for each example and one column for each class. "
        "Which single entry of row i becomes 1?",
        "A loop over the rows will do: in row i, the entry at place y[i].",
        "Without a loop: `T[np.arange(len(y)), y] = 1` takes the rows and the columns in pairs.",
    ],
    after="No class is now nearer to another one than to a third. `T.argmax(axis=1)` leads back "
    "to the labels.",
)
def one_hot(y, k):
    """Turn class labels into rows with a single 1, at the label's place (F5).

    y : array (m,) of whole numbers, labels 0 to k - 1
    k : whole number, how many classes there are, whether all of them occur in y or not
    Returns T : array (m, k), T[i, j] = 1 where y[i] = j, else 0
    """
    # gap: T = ...  # your code here
    T = np.zeros((len(y), k))
    T[np.arange(len(y)), y] = 1
    # end
    return T


def _one_hot(y, k):
    return np.eye(k)[y]


@one_hot.mistake(
    "You take the number of classes from the labels. If no example of the last class is in the "
    "batch, its column is missing. That is why k is handed in."
)
def classes_counted(y, k):
    return _one_hot(y, y.max() + 1)


@one_hot.mistake(
    "Your labels begin at 1: each 1 stands one place too far left, and that of class 0 lands in "
    "the last column. Python counts from 0, and so do these labels."
)
def counted_from_one(y, k):
    return _one_hot(y - 1, k)


@one_hot.mistake(
    "This is transposed: one column for each example. Rows are examples: row i belongs to y[i]."
)
def columns_for_examples(y, k):
    return _one_hot(y, k).T


@one_hot.mistake(
    "You set whole columns: `T[:, y] = 1` means all rows, in each of the columns that occur in y. "
    "Rows and columns have to be taken in pairs."
)
def whole_columns(y, k):
    T = np.zeros((len(y), k))
    T[:, y] = 1
    return T


@one_hot.mistake(
    "At the label's place stands the label itself. It has to be a 1: a row of T is a distribution "
    "that is sure of its class, and sums to 1."
)
def label_in_place_of_one(y, k):
    return _one_hot(y, k) * y[:, None]


@one_hot.mistake(
    "All places up to the label are 1. That codes an order among the classes; one-hot codes none: "
    "exactly one 1 in each row."
)
def ones_up_to_the_label(y, k):
    return (np.arange(k) <= y[:, None]) * 1.0


# ---- 5 ----------------------------------------------------------------------------------------


def _scores(rng):
    yield np.array([[3.0, 15.0, 7.0, 3.0]])  # the worked table of lecture 001
    for m, k in ((3, 2), (4, 3), (2, 5)):
        yield rng.normal(0, 2, (m, k)).round(1)
    yield np.array([[1000.0, 1001.0, 999.0], [-1000.0, -1000.0, -1002.0]])


@course.exercise(
    title="Softmax that does not overflow",
    formulas=("B5",),
    returns={"P": "(m, k)"},
    cases=(lambda rng: ((Z,) for Z in _scores(rng))),
    hints=[
        "Two steps: exp of every score, then divide each row by its own sum. `keepdims=True` keeps "
        "the sums as a column, so that the division goes row by row.",
        "No number that the computer has is as large as exp(1000). But e^(a - c) / e^(b - c) is "
        "the same for every c: which c makes all exponents 0 or less?",
        "Subtract each row's own maximum first, `Z - Z.max(axis=1, keepdims=True)`; then exp, then "
        "divide by the sums of the rows.",
    ],
    after="Adding the same number to all scores of a row changes nothing, so only differences of "
    "scores carry meaning. For two classes that leaves the sigmoid of one difference.",
)
def softmax(Z):
    """Turn scores into probabilities, row by row: p_i = exp(z_i) / sum over j of exp(z_j) (B5).

    It has to work for scores of any size, 1000 and -1000 included.

    Z : array (m, k), the scores of k classes for each example
    Returns P : array (m, k), each row sums to 1
    """
    # gap: P = ...  # your code here
    E = np.exp(Z - Z.max(axis=1, keepdims=True))
    P = E / E.sum(axis=1, keepdims=True)
    # end
    return P


def _stable_exp(Z):
    return np.exp(Z - Z.max(axis=1, keepdims=True))


@softmax.mistake(
    "The formula is right, but exp overflows: exp(1000) is inf, and inf / inf is nan; exp(-1000) "
    "is 0, and 0 / 0 is nan. Only differences of scores matter, so first subtract a number from "
    "each row that keeps exp small."
)
def overflows(Z):
    E = np.exp(Z)
    return E / E.sum(axis=1, keepdims=True)


@softmax.mistake(
    "You subtract the largest score of the whole table. A row that lies far below it then becomes "
    "all zeros, and 0 / 0 is nan. Each row needs its own maximum."
)
def maximum_of_all(Z):
    E = np.exp(Z - Z.max())
    return E / E.sum(axis=1, keepdims=True)


@softmax.mistake(
    "You divide by the sum of the whole table, so that all examples together share the "
    "probability 1. Each row has to sum to 1: `axis=1, keepdims=True`."
)
def one_sum_for_all(Z):
    E = _stable_exp(Z)
    return E / E.sum()


@softmax.mistake(
    "Two things: you divide by the sum of the whole table, where each row has to sum to 1; and exp "
    "of a large score overflows, so that inf / inf is nan."
)
def one_sum_and_overflows(Z):
    E = np.exp(Z)
    return E / E.sum()


@softmax.mistake(
    "You sum along the wrong axis: here each column sums to 1, over the examples. The classes of "
    "one example stand side by side in a row: `axis=1`."
)
def summed_over_examples(Z):
    E = _stable_exp(Z)
    return E / E.sum(axis=0)


@softmax.mistake(
    "Two things: you sum over the examples, `axis=0`, where the classes of one example stand side "
    "by side in a row; and exp of a large score overflows, so that inf / inf is nan."
)
def wrong_axis_and_overflows(Z):
    E = np.exp(Z)
    return E / E.sum(axis=0)


@softmax.mistake(
    "You did not divide by the sum: these are only the exponentials, and their rows do not sum to "
    "1."
)
def not_divided(Z):
    return _stable_exp(Z)


@softmax.mistake(
    "This is the sigmoid of each score by itself. It suits labels that may hold together; for one "
    "of k classes the probabilities of a row have to sum to 1."
)
def sigmoid_of_each(Z):
    return np.exp(np.minimum(Z, 0)) / (1 + np.exp(-np.abs(Z)))


# ---- 6 ----------------------------------------------------------------------------------------


def _scores_and_targets(rng):
    yield np.array([[3.0, 15.0, 7.0, 3.0]]), np.array([[0.0, 1.0, 0.0, 0.0]])
    for m, k in ((3, 2), (4, 3), (2, 5)):
        yield rng.normal(0, 2, (m, k)).round(1), np.eye(k)[rng.integers(0, k, m)]
    yield np.array([[1000.0, 0.0, -1000.0], [3.0, 1.0, 2.0]]), np.eye(3)[[1, 0]]


@course.exercise(
    title="Cross-entropy from scores, in nats",
    formulas=("C3", "C4", "C6"),
    returns={"loss": "a number"},
    cases=_scores_and_targets,
    hints=[
        "Take the logarithm of the fraction by hand, and the quotient becomes a difference: "
        "log p_i = z_i - log(sum of exp(z_j)). So no p is needed at all.",
        "Against overflow, subtract each row's maximum from the scores first: that changes no p.",
        "`log_P = Z - np.log(np.exp(Z).sum(axis=1, keepdims=True))`, with Z the scores after that "
        "subtraction. Then -(1/m) times the sum of Y * log_P.",
    ],
    after="For the lecture's scores it is 0.0003477 nats. Its table says 0.0005016: the same "
    "surprise in bits, because its logarithm has the base 2.",
)
def cross_entropy(S, Y):
    """Mean cross-entropy in nats, from scores: -(1/m) sum of t_i log p_i, p = softmax(s) (C3).

    Use the natural logarithm. A score of 1000 must not lead to inf or nan: even where the right
    class has a probability that rounds to 0, the loss is a number (here about 1000).

    S : array (m, k), the scores of k classes for each example
    Y : array (m, k), the targets t, one-hot
    Returns loss : one number, the mean over the m examples
    """
    # gap: loss = ...  # your code here
    Z = S - S.max(axis=1, keepdims=True)
    log_P = Z - np.log(np.exp(Z).sum(axis=1, keepdims=True))
    loss = -np.sum(Y * log_P) / len(S)
    # end
    return loss


def _log_softmax(S):
    Z = S - S.max(axis=1, keepdims=True)
    return Z - np.log(np.exp(Z).sum(axis=1, keepdims=True))


@cross_entropy.mistake(
    "This is the loss in bits: your logarithm has the base 2, like the table of lecture 001 "
    "(5.016e-4 there). In nats, with `np.log`, it is 0.693 times as much."
)
def in_bits(S, Y):
    return -np.sum(Y * _log_softmax(S)) / len(S) / np.log(2)


@cross_entropy.mistake(
    "This is the entropy of p, -sum of p log p, as lecture 003 prints it. It never asks which "
    "class was right: a network that is sure of the wrong class would have a loss of 0."
)
def entropy_of_p(S, Y):
    log_P = _log_softmax(S)
    return -np.sum(np.exp(log_P) * log_P) / len(S)


@cross_entropy.mistake(
    "The formula is right, but p is computed first: where it rounds to 0, its logarithm is -inf, "
    "and 0 times -inf is nan. Take the logarithm by hand before you compute."
)
def logarithm_of_zero(S, Y):
    E = _stable_exp(S)
    return -np.sum(Y * np.log(E / E.sum(axis=1, keepdims=True))) / len(S)


@cross_entropy.mistake(
    "Two things: your logarithm has the base 2, so that the loss is in bits; and where a "
    "probability rounds to 0, its logarithm is -inf, and 0 times -inf is nan. Take the logarithm "
    "by hand before you compute."
)
def bits_and_logarithm_of_zero(S, Y):
    E = _stable_exp(S)
    return -np.sum(Y * np.log2(E / E.sum(axis=1, keepdims=True))) / len(S)


@cross_entropy.mistake(
    "This is the sum over the examples. The loss is their mean, so that it does not grow with the "
    "batch."
)
def sum_of_examples(S, Y):
    return -np.sum(Y * _log_softmax(S))


@cross_entropy.mistake(
    "You take the mean over all entries of the table, so that you divide by m times k. The classes "
    "of one example are summed, the mean runs over the m examples."
)
def mean_of_entries(S, Y):
    return -np.mean(Y * _log_softmax(S))


@cross_entropy.mistake(
    "The sign is missing: logarithms of probabilities are negative, and a loss should be smaller "
    "where the network is better."
)
def without_minus(S, Y):
    return np.sum(Y * _log_softmax(S)) / len(S)


# What goes backward joins the course after what goes forward, in the order of the notebook.
from mlplib.exercises._multilayer_backward import (  # noqa: E402
    backward,
    classify,
    layer_backward,
    mend_chain,
    output_delta,
)

__all__ = [
    "backward",
    "classify",
    "course",
    "cross_entropy",
    "forward",
    "layer",
    "layer_backward",
    "mend_chain",
    "one_hot",
    "output_delta",
    "progress",
    "softmax",
    "xor_weights",
]
