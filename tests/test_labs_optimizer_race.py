"""The optimizer race: exact surfaces, honest presets, the library's own optimizers."""

import numpy as np
import pytest
from labs_driving import assert_same_as_plain_training, drawn, table, turn_everything

import mlplib
from mlplib.gradcheck import numerical_gradient
from mlplib.labs import OptimizerRaceLab
from mlplib.labs._racers import RACERS, OwnOptimizer, Racer
from mlplib.labs._surfaces import SURFACES, VIEW


def my_momentum(theta, grad, state, lr):
    state["v"] = 0.9 * state.get("v", 0.0) + grad
    theta -= lr * state["v"]


def my_descent(theta, grad, state, lr):
    return theta - lr * grad


@pytest.fixture
def race():
    labs = []

    def make(*args, **options):
        labs.append(OptimizerRaceLab(*args, **options))
        return labs[-1]

    yield make
    for lab in labs:
        lab.close()


# ---- surfaces -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SURFACES)
def test_each_gradient_is_that_of_its_own_loss(name):
    f = SURFACES[name].f
    rng = np.random.default_rng(3)
    for point in rng.uniform(-VIEW, VIEW, (10, 2)):
        numeric = numerical_gradient(lambda theta: float(f(theta)[0]), point.copy())
        assert f(point)[1] == pytest.approx(numeric, rel=1e-5, abs=1e-6)


def test_the_surfaces_are_what_they_are_called():
    f = {name: surface.f for name, surface in SURFACES.items()}
    assert f["valley"](np.array([1.0, 0.0]))[0] * 20 == f["valley"](np.array([0.0, 1.0]))[0]
    assert f["saddle"](np.zeros(2)) == (0.25, pytest.approx([0, 0]))
    assert f["saddle"](np.array([0.0, -1.0]))[0] == 0
    assert f["Rosenbrock"](np.ones(2)) == (0, pytest.approx([0, 0]))


@pytest.mark.parametrize("name", [name for name in SURFACES if "network" in name])
def test_a_networks_plane_goes_through_zero_and_two_trained_networks(name):
    """Found again in the plane: the loss of a coin's toss, and two hollows."""
    f = SURFACES[name].f
    side, losses = SURFACES[name].values
    origin = min(np.linspace(-1.5, 0, 300), key=lambda y: abs(f(np.array([0, y]))[0] - np.log(2)))
    place = np.array([0.0, origin])
    assert f(place)[0] == pytest.approx(np.log(2), abs=5e-3)
    upper = losses[len(side) // 2 :]
    half = len(side) // 2
    for part in (upper[:, :half], upper[:, half:]):
        assert part.min() < 0.3
        assert part.min() < upper[:, half - 2 : half + 2].min()  # a ridge lies between them


# ---- the race -----------------------------------------------------------------------------------


def test_each_racer_goes_where_its_optimizer_goes_alone(race):
    lab = race(preset="Rosenbrock")
    lab.player.advance(25)
    settings, f = lab.settings, SURFACES["Rosenbrock"].f
    rates = [settings[name] for name in ("learning_rate", "rate_2", "rate_3", "rate_4")]
    for i, rate in enumerate(rates):
        optimizer = RACERS[settings[f"racer_{i + 1}"]](rate)
        theta = np.array([-1.5, 2.0])
        state = optimizer.init(theta)
        for _ in range(25):
            optimizer.update(theta, f(theta)[1], state)
        np.testing.assert_array_equal(lab.racers[i].theta, theta)
    np.testing.assert_array_equal(lab.history.column("x4")[-1], lab.racers[3].theta[0])


def test_the_forecast_comes_true(race):
    lab = race(preset="a narrow valley")
    lab.player.advance(7)
    places = [racer.forecast(lab.ground.f, 3) for racer in lab.racers]
    before = [racer.theta.copy() for racer in lab.racers]
    lab.png()
    lab.player.advance(3)
    for racer, place, theta in zip(lab.racers, places, before, strict=True):
        np.testing.assert_array_equal(place[0], theta)
        np.testing.assert_array_equal(place[-1], racer.theta)


def test_a_rate_turned_while_it_runs_moves_its_racer_alone(race):
    one, two = race(), race()
    for lab in (one, two):
        lab.player.advance(10)
    one.rate_3.value = 0.2
    for lab in (one, two):
        lab.player.advance(10)
    same = [np.array_equal(a.theta, b.theta) for a, b in zip(one.racers, two.racers, strict=True)]
    assert same == [True, True, False, True]
    assert one.run.changes == [(10, "rate_3", 0.2)]
    assert "def rate_3(step):\n    return 0.05 if step < 10 else 0.2" in one.code
    assert_same_as_plain_training(one)
    first = table(one.history)
    one.player.replay()
    np.testing.assert_array_equal(table(one.history), first)


def test_one_racer_diverges_and_the_others_go_on(race):
    lab = race(preset="one diverges")
    lab.player.advance(100)
    assert "Diverging: gradient descent." in lab.text
    with np.errstate(over="raise"):  # nobody sees a warning
        lab.player.advance(2900)
    assert lab.player.state == "paused"
    first, *others = lab.racers
    assert first.out is not None and all(racer.out is None for racer in others)
    assert f"Diverged: gradient descent at step {first.out}." in lab.text
    assert f"diverged, step {first.out}" in lab._picture._said.get_text()
    assert "Adam leads" in lab.text or "momentum leads" in lab.text.lower()
    assert all(racer.look(lab.ground.f) < 1 for racer in others)
    lab.live.frame()
    assert_same_as_plain_training(lab)


def test_all_diverged_is_the_end(race):
    lanes = {f"racer_{i}": "gradient descent" for i in (1, 2, 3)} | {"racer_4": "none"}
    lab = race(learning_rate=0.5, rate_2=0.8, rate_3=1.0, **lanes)
    lab.BLOW_UP = None
    lab.player.reset()
    lab.player.advance(100_000)
    assert lab.player.state == "diverged"
    assert "leads" not in lab.text
    assert "gradient descent at 0.5 at step" in lab.text
    assert_same_as_plain_training(lab)


# ---- presets ------------------------------------------------------------------------------------


def raced(race, preset, steps):
    lab = race(preset=preset)
    lab.player.advance(steps)
    names = [racer.name if racer else "" for racer in lab.racers]
    return lab, dict(zip(names, lab.losses_now(), strict=True))


def paths(lab):
    """The path of each lane, (n, 2)."""
    column = lab.history.column
    return [np.column_stack([column(f"x{i}"), column(f"y{i}")]) for i in (1, 2, 3, 4)]


def test_in_the_valley_gradient_descent_creeps_on_the_floor(race):
    lab, losses = raced(race, "a narrow valley", 60)
    assert losses["gradient descent"] == max(losses.values())
    path = paths(lab)[0]
    assert abs(path[20, 1]) < 1e-3  # long on the floor
    assert path[60 - 1, 0] < -0.4  # far from there yet


def test_momentum_overshoots_and_nesterov_less(race):
    lab, losses = raced(race, "momentum overshoots", 60)
    descent, momentum, nesterov, _ = (path[:, 0].max() for path in paths(lab))
    assert descent < 0 < nesterov < momentum
    assert losses["Nesterov"] < losses["momentum"]


def test_who_divides_by_the_size_of_the_slope_leaves_the_saddle_first(race):
    lab, _ = raced(race, "saddle: who leaves first", 100)
    left = [int(np.argmax(np.abs(path[:, 1]) > 0.5)) for path in paths(lab)]
    assert max(left[2], left[3]) < min(left[0], left[1])
    assert all(np.abs(path[-1, 1]) > 0.9 for path in paths(lab))  # all of them, in the end


def test_on_rosenbrock_all_are_quick_down_and_slow_along(race):
    lab, losses = raced(race, "Rosenbrock", 100)
    assert lab.first_loss == 12.5
    assert lab.history.column("loss")[5] < 6.5
    assert min(losses.values()) > 1


def test_one_optimizer_at_four_rates(race):
    lab, _ = raced(race, "Adam with too large a rate", 60)
    reach = [path[:, 0].max() for path in paths(lab)]
    assert reach[0] < -1  # creeps
    assert reach[1] < reach[2] < reach[3]
    assert reach[3] > 1
    assert "Adam at 0.01 with" in lab.text


@pytest.mark.parametrize("shift", [-1e-6, 0.0, 1e-6])
def test_on_the_networks_loss_one_start_leads_to_three_hollows(shift):
    settings = OptimizerRaceLab.PRESETS["a real network"].settings
    f = SURFACES[settings["surface"]].f
    ends = []
    for i, rate in enumerate(("learning_rate", "rate_2", "rate_3", "rate_4"), start=1):
        optimizer = RACERS[settings[f"racer_{i}"]](settings[rate])
        racer = Racer("", optimizer, [settings["start_x"] + shift, settings["start_y"] - shift])
        for step in range(150):
            racer.step(f, step)
        ends.append((*np.sign(racer.theta), round(racer.look(f), 2)))
    assert len(set(ends)) == 3
    assert len({loss for *_, loss in ends}) == 3  # and they are not equally deep


def test_every_preset_names_a_true_leader_and_all_its_settings(race):
    keys = [set(preset.settings) for preset in OptimizerRaceLab.PRESETS.values()]
    assert all(k == keys[0] for k in keys)
    for name in OptimizerRaceLab.PRESETS:
        lab, _ = raced(race, name, 50)
        leader = min(range(4), key=lambda i: lab.losses_now()[i])
        assert f"{lab._names()[leader]} leads".lower() in lab.text.lower()
        assert lab.readout()[1] == ("Leader", lab._names()[leader])
        assert_same_as_plain_training(lab)


# ---- a student's own optimizer ------------------------------------------------------------------


def test_ones_own_optimizer_races_and_the_printed_program_uses_it(race):
    lab = race(optimizer=my_momentum, racer_2="momentum", rate_2=0.03, rate_4=0.03)
    assert lab.racer_4.value == "my_momentum"
    lab.player.advance(20)
    np.testing.assert_allclose(lab.racers[3].theta, lab.racers[1].theta, rtol=1e-9)
    assert "OwnOptimizer(0.03, my_momentum)" in lab.code
    assert_same_as_plain_training(lab, my_momentum=my_momentum)
    lab.rate_4.value = 0.01
    lab.player.advance(20)
    assert_same_as_plain_training(lab, my_momentum=my_momentum)
    first = table(lab.history)
    lab.player.replay()
    np.testing.assert_array_equal(table(lab.history), first)
    seen = drawn(lab)
    lab.racer_4.value = "none"
    assert drawn(lab) != seen
    assert "OwnOptimizer" not in lab.code
    lab.racer_1.value = "my_momentum"
    lab.player.advance(3)
    assert_same_as_plain_training(lab, my_momentum=my_momentum)


def test_a_function_may_return_the_new_theta(race):
    lab = race(optimizer=my_descent, learning_rate=0.05, rate_4=0.05)
    turn_everything(lab)
    lab = race(optimizer=my_descent, learning_rate=0.05, rate_4=0.05)
    lab.player.advance(9)
    np.testing.assert_allclose(lab.racers[3].theta, lab.racers[0].theta, rtol=1e-12)


def test_a_class_of_ones_own(race):
    class Signs(mlplib.optimizers.Optimizer):
        def _step(self, w, g, state, lr):
            w -= lr * np.sign(g)

    lab = race(optimizer=Signs)
    lab.player.advance(9)
    assert "\n    Signs(0.1),\n" in lab.code
    assert_same_as_plain_training(lab, Signs=Signs)


def test_what_makes_no_step_is_refused_in_a_sentence():
    def still(theta, grad, state, lr):
        theta = theta - lr * grad  # a new name: nothing moves

    def wrong_shape(theta, grad, state, lr):
        return [1.0, 2.0, 3.0]

    def nan(theta, grad, state, lr):
        return theta * np.nan

    def two(theta, grad):
        return theta

    for optimizer, words in [
        (still, "still to move theta; got the same theta after 2 steps. Change theta in place, or"),
        (wrong_shape, "wrong_shape to make a step; got ValueError: could not broadcast"),
        (nan, "finite steps of nan"),
        (two, "two to make a step; got TypeError: .*takes 2 positional arguments"),
        (lambda theta, grad, state, lr: theta - lr * grad, "with a name.*Define it with def"),
        ("adam", "a function step"),
    ]:
        with pytest.raises((TypeError, ValueError), match=words):
            OptimizerRaceLab(optimizer=optimizer)
    my_descent.__name__, kept = "Adam", my_descent.__name__
    try:
        with pytest.raises(ValueError, match="a name that no racer has yet; got 'Adam'"):
            OptimizerRaceLab(optimizer=my_descent)
    finally:
        my_descent.__name__ = kept


def test_an_own_optimizer_counts_its_steps():
    seen = []

    def counting(theta, grad, state, lr):
        seen.append((state["step"], lr))
        return theta - 1

    optimizer = OwnOptimizer(0.5, counting)
    theta = np.zeros(2)
    state = optimizer.init(theta)
    for _ in range(3):
        optimizer.update(theta, np.ones(2), state)
    assert seen == [(1, 0.5), (2, 0.5), (3, 0.5)]
    assert theta.tolist() == [-3, -3]
