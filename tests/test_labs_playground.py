"""The playground: what it draws is the network's own, and its presets show what they say."""

import numpy as np
import pytest
from labs_driving import assert_same_as_plain_training, drawn, table, turn_everything

from mlplib import plotting as p
from mlplib import relu
from mlplib.labs import PlaygroundLab
from mlplib.labs._playground_data import FEATURES, expand, make_points
from mlplib.labs._playground_network import THICK


@pytest.fixture
def lab():
    lab = PlaygroundLab()
    yield lab
    lab.close()


def spread(lab, levels):
    """The share of the way from the first to the last colour that each level stands for."""
    return (levels + 0.5) / len(p.MAP)


# ---- what is drawn ------------------------------------------------------------------------------


def test_the_numbers_are_the_weights_and_biases_each_on_its_line(lab):
    lab.player.advance(25)
    lab.text  # noqa: B018 - brings the artists up to date
    numbers = lab._picture.network._numbers
    words = iter(zip(numbers.get_text(), numbers.get_position(), strict=True))
    places = lab._picture.network._places
    for layer, sources, targets in zip(lab.net.layers, places, places[1:], strict=False):
        for i, row in enumerate(layer.W):
            for j, weight in enumerate(row):
                word, at = next(words)
                assert float(word.replace("−", "-")) == pytest.approx(weight, abs=0.005)
                along = (at[0] - sources[i, 0]) / (targets[j, 0] - sources[i, 0])
                assert 0 < along < 1
                on_line = sources[i] + along * (targets[j] - sources[i])
                np.testing.assert_allclose(at, on_line)
    for layer in lab.net.layers:
        for bias in layer.b:
            word, _ = next(words)
            assert float(word.removeprefix("b ").replace("−", "-")) == pytest.approx(bias, abs=5e-3)
    assert next(words, None) is None
    lab.numbers.value = False
    lab.text  # noqa: B018
    assert lab._picture.network._numbers.get_text() == ()


def test_numbers_do_not_lie_on_each_other():
    for hidden in ("none", "1", "2", "3", "4", "2-2", "4-2", "4-4", "8", "16", "8-8-8"):
        lab = PlaygroundLab(hidden=hidden)
        lab.text  # noqa: B018
        at = np.array(lab._picture.network._numbers.get_position())
        gaps = np.abs(at[:, None] - at[None, :])
        apart = (gaps[..., 0] >= 36) | (gaps[..., 1] >= 12.5)
        np.fill_diagonal(apart, True)
        assert len(at)
        assert apart.all(), hidden
        lab.close()


def test_a_line_is_as_thick_as_its_weight_and_dashed_where_it_is_negative(lab):
    lab.player.advance(25)
    lab.text  # noqa: B018
    weights = np.concatenate([layer.W.ravel() for layer in lab.net.layers])
    levels = lab._picture.network._edges.levels
    np.testing.assert_array_equal(np.sign(levels), np.sign(weights))
    np.testing.assert_array_equal(np.abs(levels), 1 + np.searchsorted(THICK, np.abs(weights)))
    strokes = []
    renderer = Strokes(lab.live._canvas.get_renderer(), strokes)
    lab._picture.network._edges.draw(renderer)
    assert sum(n for *_, n in strokes) == len(weights)
    for color, dashed, _width, _n in strokes:
        assert dashed == (color == p.VERMILLION) or color == p.FAINT
    widths = [width for _, _, width, _ in strokes]
    assert widths == sorted(widths)  # the thickest are drawn last


class Strokes:
    """A renderer that notes what is stroked."""

    def __init__(self, renderer, strokes):
        self._renderer, self._strokes = renderer, strokes

    def __getattr__(self, name):
        return getattr(self._renderer, name)

    def draw_path(self, gc, path, transform):
        from matplotlib.colors import to_hex

        dashed = gc.get_dashes()[1] is not None
        color = to_hex(gc.get_rgb()).upper()
        self._strokes.append((color, dashed, gc.get_linewidth(), len(path.vertices) // 2))


def test_of_many_weights_the_strongest_are_drawn_and_it_says_so():
    lab = PlaygroundLab(hidden="16-16")
    lab.text  # noqa: B018
    levels, start = lab._picture.network._edges.levels, 0
    for layer in lab.net.layers:
        size = np.abs(layer.W.ravel())
        shown = levels[start : start + len(size)] != 0
        assert 9 <= shown.sum() <= 16
        assert shown.all() or size[shown].min() >= size[~shown].max()
        start += len(size)
    assert lab._picture.heading.get_text() == ("Network 2-16-16-1 (its strongest weights)",)
    lab.close()


@pytest.mark.parametrize("activation", ["tanh", "relu"])
def test_the_small_maps_are_what_the_units_say(activation):
    lab = PlaygroundLab(activation=activation, activation_2=activation)
    lab.player.advance(60)
    lab.text  # noqa: B018
    (x0, x1), _ = lab.points.limits
    cells = (np.arange(72) + 0.5) / 72
    axis = x0 + cells * (x1 - x0)
    plane = np.column_stack([a.ravel() for a in np.meshgrid(axis, axis)])
    values, levels, start = plane, lab._picture.network._maps.levels, 0
    for i, layer in enumerate([None, *lab.net.layers]):
        if layer is not None:
            values = layer._predict(values)
        if i == len(lab.net.layers):
            values = lab.output.f(values)
            low, high = np.zeros(1), np.ones(1)
        elif layer is not None and activation == "tanh":
            low, high = np.full(layer.n_out, -1), np.full(layer.n_out, 1)
        else:
            high = np.abs(values.reshape(72, 72, -1)[1::3, 1::3]).max(axis=(0, 1))
            high[high == 0] = 1
            low = -high
        shown = levels[start : start + values.shape[1]]
        start += values.shape[1]
        small = values.reshape(72, 72, -1)[1::3, 1::3].transpose(2, 0, 1)
        expected = (small - low[:, None, None]) / (high - low)[:, None, None]
        assert np.abs(spread(lab, shown) - expected).max() <= 0.51 / len(p.MAP) + 1e-4
    assert start == len(levels)
    big = spread(lab, lab._picture.maps._map.levels)
    assert np.abs(big - values.reshape(72, 72)).max() <= 0.51 / len(p.MAP) + 1e-4
    lab.close()


def test_what_is_said_is_so(lab):
    lab.player.advance(300)
    X, Y = lab.points.train
    right = np.mean((lab.net.predict(X) > 0) == (Y > 0.5))
    assert f"It is right about {100 * right:.0f} % of the points" in lab.text
    X, Y = lab.points.validation
    right = np.mean((lab.net.predict(X) > 0) == (Y > 0.5))
    assert f"{100 * right:.0f} % of the validation points" in lab.text
    assert dict(lab.readout())["Right"].endswith(" %")


def test_another_start_has_other_weights_and_the_same_points(lab):
    points, weights = lab.points.X.copy(), lab.net.theta.copy()
    lab.panel.buttons["new_start"].click()
    lab.text  # noqa: B018
    np.testing.assert_array_equal(lab.points.X, points)
    assert not np.array_equal(lab.net.theta, weights)


def test_the_same_weights_start_with_each_activation():
    start = PlaygroundLab(activation="tanh").net.theta
    for activation in ("relu", "sigmoid"):
        lab = PlaygroundLab(activation=activation, activation_2=activation)
        np.testing.assert_array_equal(lab.net.theta, start)
        lab.close()


# ---- activations changed while it trains --------------------------------------------------------


def test_activations_are_changed_in_the_run_and_replayed_and_printed(lab):
    lab.player.advance(10)
    lab.activation.value = "relu"
    lab.player.advance(6)
    lab.learning_rate.value = 0.3
    lab.activation_2.value = "sigmoid"
    lab.player.advance(7)
    lab.activation.value = "gelu"
    lab.player.advance(1)
    assert [layer.activation.name for layer in lab.net.layers] == ["gelu", "sigmoid", "identity"]
    assert [c[:2] for c in lab.run.changes] == [
        (10, "activation"),
        (16, "learning_rate"),
        (16, "activation_2"),
        (23, "activation"),
    ]
    assert 'net.layers[0].activation = mlplib.get_activation("relu")' in lab.code
    assert_same_as_plain_training(lab)
    first, seen, said = table(lab.history), drawn(lab), lab.text
    lab.player.replay()
    np.testing.assert_array_equal(table(lab.history), first)
    assert drawn(lab) == seen
    assert lab.text == said


def test_a_change_after_the_last_step_counts_for_the_loss_and_the_map(lab):
    lab.player.advance(30)
    loss, seen = lab.loss, drawn(lab)
    lab.activation.value = "relu"
    assert lab.loss != loss
    assert drawn(lab) != seen
    assert_same_as_plain_training(lab)
    lab.activation.value = "tanh"
    assert lab.loss == loss
    assert_same_as_plain_training(lab)


def test_replay_after_a_change_starts_from_the_same_weights(lab):
    lab.player.advance(5)
    first = lab.history[0].loss
    lab.activation_2.value = "relu"
    lab.player.replay()
    lab.player.advance(5)
    assert lab.run.settings["activation_2"] == "relu"
    assert lab.history[0].loss != first
    assert_same_as_plain_training(lab)


@pytest.mark.parametrize("hidden", ["none", "1", "8", "4-4-4-4"])
def test_a_control_of_layers_that_are_not_there_does_no_harm(hidden):
    lab = PlaygroundLab(hidden=hidden)
    lab.player.advance(3)
    lab.activation.value = "relu"
    lab.player.advance(3)
    lab.activation_2.value = "sigmoid"
    lab.player.advance(3)
    assert_same_as_plain_training(lab)
    lab.close()


# ---- data ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("features", FEATURES)
@pytest.mark.parametrize("batch", ["all", "10"])
def test_inputs_and_batches_as_code(features, batch):
    lab = PlaygroundLab(features=features, batch=batch, dataset="moons", optimizer="momentum")
    lab.player.advance(23)
    assert lab.net.sizes[0] == expand(np.zeros((1, 2)), features).shape[1]
    assert_same_as_plain_training(lab)
    lab.close()


@pytest.mark.parametrize("loss", ["squared error", "squared error after sigmoid"])
def test_losses_as_code(loss):
    lab = PlaygroundLab(loss=loss, learning_rate=0.2)
    lab.player.advance(200)
    assert lab.history[-1].loss < 0.9 * lab.history[0].loss
    assert_same_as_plain_training(lab)
    lab.close()


def own_points(m=40):
    X = np.random.default_rng(1).uniform(0, 20, (m, 2))
    return X, (X[:, 0] > X[:, 1]).astype(int)


def test_points_of_ones_own():
    X, y = own_points()
    lab = PlaygroundLab(data=(X, y), hidden="4")
    lab.player.advance(20)
    assert lab.points.n_train == 27
    assert "27 points of your own" in lab.text
    assert PlaygroundLab(data=(X, y), preset="circles").dataset.value == "your own"
    assert_same_as_plain_training(lab, X=X, y=y)
    (x0, x1), _ = lab._picture.maps._ax.get_xlim(), None
    assert x0 < X[:, 0].min() < X[:, 0].max() < x1
    lab.noise.value = 0.3
    lab.batch.value = "50"
    lab.player.advance(5)
    assert_same_as_plain_training(lab, X=X, y=y)
    lab.dataset.value = "moons"
    lab.player.advance(5)
    assert_same_as_plain_training(lab, X=X, y=y)
    lab.close()


def test_a_handful_of_points_is_not_parted():
    X, y = np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]]), np.array([0, 1, 1, 0])
    lab = PlaygroundLab(data=(X, y), hidden="2", learning_rate=3.0)
    lab.player.advance(600)
    assert lab.points.validation is None
    assert "validation points," not in lab.text
    assert_same_as_plain_training(lab, X=X, y=y)
    lab.close()


def test_every_control_with_points_and_an_activation_of_ones_own():
    lab = PlaygroundLab(data=own_points(), activation=my_relu)
    turn_everything(lab, steps=2)
    lab.close()


@pytest.mark.parametrize(
    "data, sentence",
    [
        (7, "expected data to be a pair"),
        ((np.zeros((4, 3)), [0, 1, 0, 1]), "expected X with two columns, the plane"),
        ((np.zeros((4, 2)), [0, 1, 0]), "as many y as rows of X; got 3 and 4"),
        ((np.zeros((4, 2)), [1, 2, 1, 2]), "two classes, 0 and 1; got 1, 2. Encode them"),
        ((np.zeros((4, 2)), [1, 1, 1, 1]), "two classes, 0 and 1; got 1"),
        ((np.full((4, 2), np.nan), [1, 0, 1, 0]), "finite numbers"),
    ],
)
def test_points_that_are_none_are_refused(data, sentence):
    with pytest.raises((TypeError, ValueError), match=f"PlaygroundLab: .*{sentence}"):
        PlaygroundLab(data=data)


def test_noise_moves_the_points_and_draws_no_others():
    calm, noisy = make_points("xor", 0.0, "x1, x2"), make_points("xor", 0.2, "x1, x2")
    np.testing.assert_array_equal(calm.Y, noisy.Y)
    assert 0.1 < np.std(noisy.plane - calm.plane) < 0.3


# ---- an activation of the student's own ---------------------------------------------------------


def my_relu(z):
    return np.maximum(0, z)


def test_a_function_of_ones_own():
    lab = PlaygroundLab(activation=my_relu, hidden="4")
    assert lab.activation.value == lab.activation_2.value == "my_relu"
    lab.player.advance(40)
    ours = PlaygroundLab(activation="relu", hidden="4")
    ours.player.advance(40)
    np.testing.assert_allclose(lab.history.column("loss"), ours.history.column("loss"), rtol=1e-3)
    assert_same_as_plain_training(lab, my_relu=my_relu)
    lab.activation.value = "tanh"
    lab.player.advance(4)
    lab.activation.value = "my_relu"
    lab.player.advance(4)
    assert "net.layers[0].activation = mlplib.get_activation(my_activation)" in lab.code
    assert_same_as_plain_training(lab, my_relu=my_relu)
    for one in (lab, ours):
        one.close()


def test_an_activation_value_with_a_name_that_is_taken():
    lab = PlaygroundLab(activation=relu)
    assert lab.activation.value == "relu (own)"
    lab.player.advance(5)
    assert_same_as_plain_training(lab, relu=relu)
    lab.activation.value = "relu"
    lab.player.advance(5)
    assert_same_as_plain_training(lab, relu=relu)
    lab.close()


def test_a_function_without_a_name():
    lab = PlaygroundLab(activation=lambda z: z / (1 + np.abs(z)))
    lab.player.advance(5)
    assert_same_as_plain_training(lab, my_f=lambda z: z / (1 + np.abs(z)))
    lab.close()


@pytest.mark.parametrize(
    "function, sentence",
    [
        (7, "PlaygroundLab: expected activation to be a name, a function, a pair"),
        (lambda z: max(0, z), "to take an array of any shape; got ValueError"),
        (lambda z: z.sum(), "to return an array of its input's shape"),
    ],
)
def test_functions_that_are_none_are_refused(function, sentence):
    with pytest.raises((TypeError, ValueError), match=sentence):
        PlaygroundLab(activation=function)
    with pytest.raises(ValueError, match="Did you mean 'relu'"):
        PlaygroundLab(activation="rellu")


# ---- presets ------------------------------------------------------------------------------------


def played(name, steps=1200):
    lab = PlaygroundLab(preset=name)
    lab.player.advance(steps)
    lab.text  # noqa: B018
    lab.close()
    return lab


def test_the_presets_show_what_they_say():
    right = {n: played(n)._now[1] for n in PlaygroundLab.PRESETS if n != "too large a rate"}
    assert right["one neuron"] < 0.7 < 0.85 < right["two units"] < 0.97 < right["four units"]
    assert min(right["circles"], right["the right inputs"], right["two spirals"]) > 0.97
    assert max(right["zero weights"], right["deep and sigmoid"], right["dead ReLU"]) < 0.6


def test_with_zero_weights_nothing_moves_and_all_units_are_alike():
    lab = played("zero weights", 50)
    hidden, output = lab.net.layers
    assert not hidden.W.any()
    assert not output.W.any()
    assert "All units of hidden layer 1 are alike." in lab.text


def test_dead_relus_are_counted():
    lab = played("dead ReLU", 50)
    assert "8 of the 8 hidden units say the same of every point" in lab.text
    assert not lab.net.layers[0].dW.any()


def test_another_activation_wakes_the_deep_network():
    lab = played("deep and sigmoid", 300)
    asleep = lab.loss
    lab = PlaygroundLab(preset="deep and sigmoid")
    lab.player.advance(300)
    lab.activation.value = lab.activation_2.value = "tanh"
    lab.player.advance(600)
    assert lab.loss < 0.7 * asleep
    lab.close()


def test_too_large_a_rate_diverges():
    assert played("too large a rate").player.state == "diverged"


# ---- frames -------------------------------------------------------------------------------------


@pytest.mark.parametrize("hidden", ["4-2", "16-16", "8-8-8"])
def test_a_frame_is_small(hidden):
    lab = PlaygroundLab(hidden=hidden, features="all seven")
    lab.player.advance(100)
    lab._paint()
    assert len(lab.panel.image.value) < 50_000
    lab.close()
