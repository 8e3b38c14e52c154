"""Exercises of notebook 05: the two momenta, and when they are one."""

import numpy as np

from mlplib.exercises.optimizers import course

# ---- 4 ----------------------------------------------------------------------------------------


def _velocities(rng):
    yield np.array([1.0, 2.0]), np.array([4.0, -1.0]), np.array([1.0, 0.5]), 0.1, 0.9
    for n, lr, mu in ((1, 0.5, 0.5), (3, 0.01, 0.9), (5, 0.2, 0.8)):
        w, v, g = rng.normal(0, 2, (3, n)).round(1)
        yield w, v, g, lr, mu


@course.exercise(
    title="Momentum",
    formulas=("E4",),
    returns={"new_w": "(n,)", "new_v": "(n,)"},
    cases=_velocities,
    hints=[
        "Two lines, in this order: the velocity changes first, then the parameters move with it.",
        "A part mu of the old velocity is kept, and the gradient is added to it, whole.",
        "`new_w` moves by the rate times the velocity that you have just computed.",
    ],
    after="Where the gradient keeps its direction, the velocity grows up to 1 / (1 - mu) times its "
    "length: ten times for mu = 0.9. Where it changes sides, it cancels.",
)
def momentum_step(w, v, g, lr, mu):
    """One step with momentum: v <- mu v + g, then w <- w - lr v (E4).

    w : array (n,), the parameters;  v : array (n,), the velocity so far
    g : array (n,), the gradient at w
    lr : number, the learning rate;  mu : number, how much of the velocity stays
    Returns new_w, new_v : two arrays (n,); w and v must not be changed
    """
    # gap: new_v = ...  # your code here
    # gap: new_w = ...
    new_v = mu * v + g
    new_w = w - lr * new_v
    # end
    return new_w, new_v


@momentum_step.mistake(
    "The parameters move with the old velocity: what the gradient says now would count one step "
    "late. Compute the new velocity first, and move with that."
)
def moved_with_the_old_velocity(w, v, g, lr, mu):
    return w - lr * v, mu * v + g


@momentum_step.mistake(
    "You give the gradient a factor 1 - mu. That makes an average of the gradients, which is the "
    "other momentum (E5). In E4 the gradient is added whole."
)
def gradient_damped(w, v, g, lr, mu):
    new_v = mu * v + (1 - mu) * g
    return w - lr * new_v, new_v


@momentum_step.mistake(
    "The learning rate is in the velocity already: v <- mu v + lr g, w <- w - v. The path is the "
    "same while the rate is constant, but here the velocity is made of gradients, and the rate "
    "multiplies it in the second line."
)
def rate_in_the_velocity(w, v, g, lr, mu):
    new_v = mu * v + lr * g
    return w - new_v, new_v


@momentum_step.mistake(
    "You go uphill: the velocity is made of gradients, which point to where the loss grows. Move "
    "against it."
)
def velocity_uphill(w, v, g, lr, mu):
    new_v = mu * v + g
    return w + lr * new_v, new_v


@momentum_step.mistake(
    "The velocity is right, but nothing moves with it: the parameters follow the bare gradient, as "
    "in plain gradient descent."
)
def velocity_unused(w, v, g, lr, mu):
    return w - lr * g, mu * v + g


@momentum_step.mistake(
    "With you, mu multiplies the gradient, and all of the old velocity stays. So it never calms "
    "down. mu belongs to the old velocity: a part of it is lost at each step, as by friction."
)
def friction_on_the_gradient(w, v, g, lr, mu):
    new_v = v + mu * g
    return w - lr * new_v, new_v


# ---- 5 ----------------------------------------------------------------------------------------


def _smoothings(rng):
    yield 0.1, 0.9
    yield 0.5, 0.5
    for alpha in (0.0, 0.75, 0.99):
        yield round(rng.uniform(0.01, 1), 2), alpha


@course.exercise(
    title="Two momenta, one path",
    formulas=("E4", "E5"),
    returns={"mu": "a number", "lr_momentum": "a number"},
    cases=_smoothings,
    hints=[
        "Write one step of E4 with w alone: the velocity is v = (w_before - w) / lr_momentum, "
        "because that is what the last step made of it.",
        "Put it in: w_next = w + mu (w - w_before) - lr_momentum g. Now lay E5 beside it.",
        "Compare the factors before (w - w_before), and those before g.",
    ],
    after="The two forms differ in what mu or alpha does to the length of the steps: in E4 a "
    "larger mu makes them longer, in E5 a larger alpha only makes them smoother.",
)
def same_path(lr, alpha):
    """Translate the other momentum (E5) into momentum (E4), so that both take the same path.

    E5:  w_next = w + (1 - alpha) (-lr g) + alpha (w - w_before)
    E4:  v <- mu v + g, then w_next = w - lr_momentum v

    Both start at rest, with v = 0 and w_before = w. With which mu and lr_momentum does E4 go
    through the same points as E5, whatever the gradients g are?

    lr : number, the constant rate of E5;  alpha : number from 0 to 1 (1 excluded)
    Returns mu, lr_momentum : two numbers
    """
    # gap: mu = ...  # your code here
    # gap: lr_momentum = ...
    mu = alpha
    lr_momentum = (1 - alpha) * lr
    # end
    return mu, lr_momentum


@same_path.mistake(
    "Your mu is right, but the rate is not the same one: in E5 the gradient has a factor 1 - "
    "alpha, in E4 it has none. For alpha = 0.9 your steps would be ten times as long."
)
def rate_left_as_it_is(lr, alpha):
    return alpha, lr


@same_path.mistake(
    "You divide the rate by 1 - alpha; that is the way back, from E4 to E5. The gradient's factor "
    "in E5, (1 - alpha) lr, is all that E4 has as its rate."
)
def rate_divided(lr, alpha):
    return alpha, lr / (1 - alpha)


@same_path.mistake(
    "The parts alpha and 1 - alpha have changed places. In E5 alpha is the part of the last step "
    "that is kept, and that is what mu is in E4."
)
def parts_exchanged(lr, alpha):
    return 1 - alpha, alpha * lr


@same_path.mistake(
    "Your mu is right, but you gave the rate the factor alpha. The two parts of E5 add up to 1: "
    "alpha for the last step, the rest for the gradient."
)
def alpha_on_the_rate(lr, alpha):
    return alpha, alpha * lr


@same_path.mistake(
    "The rate is right, and mu is not: of the last step E5 keeps the part alpha, not 1 - alpha."
)
def wrong_part_kept(lr, alpha):
    return 1 - alpha, (1 - alpha) * lr
