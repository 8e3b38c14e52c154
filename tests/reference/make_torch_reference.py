"""Compute with PyTorch, in float64, the numbers that the tests compare mlplib with.

    pip install torch==2.13.0 numpy
    python tests/reference/make_torch_reference.py

writes `torch_reference.json` beside this file: inputs and results, all floats exact (JSON keeps
Python's shortest repr, which reads back to the same bits). The script knows nothing of mlplib.
Where PyTorch's convention differs from the course's, the conversion is here and says so.
"""

import itertools
import json
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)
rng = np.random.default_rng(20240607)


def tensor(array, needs_grad=False):
    return torch.tensor(np.asarray(array), dtype=torch.float64, requires_grad=needs_grad)


def plain(t):
    return t.detach().numpy().tolist() if torch.is_tensor(t) else np.asarray(t).tolist()


# ---- activations -----------------------------------------------------------------------------

ACTIVATIONS = {
    "identity": lambda z: z * 1,
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "relu": F.relu,
    "leaky_relu": lambda z: F.leaky_relu(z, 0.1),  # PyTorch's default slope is 0.01
    "leaky_relu(0.3)": lambda z: F.leaky_relu(z, 0.3),
    "elu": F.elu,
    "elu(0.5)": lambda z: F.elu(z, 0.5),
    # PyTorch returns z itself beyond its threshold of 20, 2e-9 off; at 40 nothing is lost
    "softplus": lambda z: F.softplus(z, threshold=40),
    "gelu": lambda z: F.gelu(z, approximate="tanh"),
    "silu": F.silu,
    "softmax": lambda z: torch.softmax(z, dim=1),
}


def activations():
    z = [0.0, 1e-8, 1e-3, 0.3, 0.5, 1.0, 2.5, 5.0, 9.0, 17.0, 35.0, 100.0, 1e3, 1e4]
    Z = np.array(z + [-v for v in z[1:]] + [0.7, -0.2, 0.1])[:, None] * [1.0, 0.5, -1.0]
    dA = rng.normal(size=Z.shape)
    results = {}
    for name, f in ACTIVATIONS.items():
        t = tensor(Z, needs_grad=True)
        A = f(t)
        A.backward(tensor(dA))
        results[name] = {"A": plain(A), "dZ": plain(t.grad)}
    return {"Z": plain(Z), "dA": plain(dA), "results": results}


# ---- losses ----------------------------------------------------------------------------------
# mlplib: the mean over the m examples of the sum over the outputs. PyTorch's "mean" divides by
# the number of entries, so "sum" is taken and divided by m. Without a name in PyTorch (the half
# forms, Dice) the formula is written out, and PyTorch gives the gradient.


def dice(P, Y):
    return 1 - 2 * (P * Y).sum() / (P.sum() + Y.sum())


LOSSES = {
    "mse": lambda S, Y: F.mse_loss(S, Y, reduction="sum") / len(S),
    "half_mse": lambda S, Y: F.mse_loss(S, Y, reduction="sum") / (2 * len(S)),
    "half_sse": lambda S, Y: F.mse_loss(S, Y, reduction="sum") / 2,
    "sigmoid_cross_entropy": lambda S, Y: (
        F.binary_cross_entropy_with_logits(S, Y, reduction="sum") / len(S)
    ),
    "softmax_cross_entropy": lambda S, Y: F.cross_entropy(S, Y, reduction="mean"),
    "binary_cross_entropy": lambda P, Y: F.binary_cross_entropy(P, Y, reduction="sum") / len(P),
    "cross_entropy": lambda P, Y: F.nll_loss(torch.log(P), Y.argmax(1), reduction="mean"),
    "dice": dice,
    "sigmoid_dice": lambda S, Y: dice(torch.sigmoid(S), Y),
}


def losses():
    cases = []
    for m, n_out in [(1, 1), (1, 3), (4, 1), (5, 2), (7, 4)]:
        S = 2 * rng.normal(size=(m, n_out))
        one_hot = np.eye(n_out)[rng.integers(n_out, size=m)]
        zero_one = rng.integers(2, size=(m, n_out)).astype(float)
        soft = rng.uniform(size=(m, n_out))
        for name, f in LOSSES.items():
            X = S
            Y = {"mse": S - 1 + soft, "sigmoid_cross_entropy": soft}.get(name, zero_one)
            if name in ("softmax_cross_entropy", "cross_entropy"):
                Y = one_hot
            if name in ("binary_cross_entropy", "dice"):
                X = 1 / (1 + np.exp(-S))
            if name == "cross_entropy":
                X = np.exp(S) / np.exp(S).sum(axis=1, keepdims=True)
            cases.append(loss_case(name, f, X, Y))
    extreme = np.array([[1e4, -1e4, 0.0], [-1e4, 1e4, 1e3], [700.0, 710.0, 745.0]])
    for name in ("sigmoid_cross_entropy", "softmax_cross_entropy"):
        cases.append(loss_case(name, LOSSES[name], extreme, np.eye(3)))
    soft = rng.dirichlet([1, 1, 1], size=3)
    cases.append(loss_case("softmax_cross_entropy", LOSSES["softmax_cross_entropy"], extreme, soft))
    return cases


def loss_case(name, f, S, Y):
    t = tensor(S, needs_grad=True)
    value = f(t, tensor(Y))
    value.backward()
    return {
        "loss": name,
        "S": plain(S),
        "Y": plain(Y),
        "value": value.item(),
        "grad": plain(t.grad),
    }


# ---- a network -------------------------------------------------------------------------------


class Net:
    """Dense layers with W (n_in, n_out), laid out flat as W row by row, then b, layer by layer."""

    def __init__(self, sizes, activation, theta):
        self.f = ACTIVATIONS[activation]
        self.parameters, start = [], 0
        for n_in, n_out in itertools.pairwise(sizes):
            for shape in ((n_in, n_out), (n_out,)):
                size = int(np.prod(shape))
                self.parameters.append(tensor(theta[start : start + size].reshape(shape), True))
                start += size

    def __call__(self, X):
        A = X
        for W, b in zip(self.parameters[::2], self.parameters[1::2], strict=True):
            Z = A @ W + b
            A = Z if W is self.parameters[-2] else self.f(Z)
        return A

    def theta(self):
        return plain(torch.cat([p.reshape(-1) for p in self.parameters]))

    def grad(self):
        return plain(torch.cat([p.grad.reshape(-1) for p in self.parameters]))


def networks():
    sizes, m = [3, 4, 3, 2], 6
    n = sum((a + 1) * b for a, b in itertools.pairwise(sizes))
    X, theta = rng.normal(size=(m, 3)), rng.normal(size=n)
    targets = {
        "mse": rng.normal(size=(m, 2)),
        "softmax_cross_entropy": np.eye(2)[rng.integers(2, size=m)],
        "sigmoid_cross_entropy": rng.integers(2, size=(m, 2)).astype(float),
    }
    cases = []
    for activation in ACTIVATIONS:
        for loss, Y in targets.items():
            net = Net(sizes, activation, theta)
            S = net(tensor(X))
            value = LOSSES[loss](S, tensor(Y))
            value.backward()
            cases.append(
                {"activation": activation, "loss": loss, "value": value.item(), "grad": net.grad()}
            )
    Y = {loss: plain(y) for loss, y in targets.items()}
    return {"sizes": sizes, "X": plain(X), "Y": Y, "theta": plain(theta), "cases": cases}


# ---- optimizers ------------------------------------------------------------------------------

STEPS, KEPT = 50, (1, 2, 3, 10, 25, 50)


def make_optimizer(name, net, lr):
    p = net.parameters
    if name == "sgd":
        return torch.optim.SGD(p, lr=lr)
    if name == "momentum":
        return torch.optim.SGD(p, lr=lr, momentum=0.9)
    if name == "nesterov":
        return torch.optim.SGD(p, lr=lr, momentum=0.9, nesterov=True)
    if name == "adagrad":
        return torch.optim.Adagrad(p, lr=lr, eps=1e-10)
    if name == "rmsprop":  # mlplib calls PyTorch's alpha beta2
        return torch.optim.RMSprop(p, lr=lr, alpha=0.9, eps=1e-8)
    if name == "adam":
        return torch.optim.Adam(p, lr=lr, betas=(0.9, 0.999), eps=1e-8)
    if name == "adamw on everything":
        return torch.optim.AdamW(p, lr=lr, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.1)
    assert name == "adamw on weights"  # what mlplib's train does: biases do not decay
    groups = [{"params": p[::2]}, {"params": p[1::2], "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, lr=lr, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.1)


RATES = {
    "sgd": 0.3,
    "momentum": 0.05,
    "nesterov": 0.05,
    "adagrad": 0.2,
    "rmsprop": 0.02,
    "adam": 0.05,
    "adamw on everything": 0.05,
    "adamw on weights": 0.05,
}


def penalty_of(name, net):
    weights = net.parameters[::2]
    l1, l2 = (sum(w.abs().sum() for w in weights), sum((w**2).sum() for w in weights))
    return {
        None: 0.0,
        "l1": 0.02 * l1,
        "l2": 0.02 * l2,
        "elastic_net": 0.02 * (0.25 * l1 + 0.75 * l2),
    }[name]


def trajectory(name, lr, scheduled, penalty, sizes, theta, X, Y):
    """50 full-batch steps of a tanh network on the MSE."""
    net = Net(sizes, "tanh", theta)
    optimizer = make_optimizer(name, net, lr)
    schedule = torch.optim.lr_scheduler.ExponentialLR(optimizer, 0.97) if scheduled else None
    losses, kept = [], {}
    for step in range(1, STEPS + 1):
        optimizer.zero_grad()
        value = LOSSES["mse"](net(X), Y) + penalty_of(penalty, net)
        value.backward()
        losses.append(value.item())
        optimizer.step()
        if schedule is not None:
            schedule.step()
        if step in KEPT:
            kept[step] = net.theta()
    return {
        "optimizer": name,
        "lr": lr,
        "factor": 0.97 if scheduled else None,
        "penalty": penalty,
        "losses": losses,
        "theta": kept,
    }


def optimizers():
    sizes = [2, 3, 1]
    theta = 0.8 * rng.normal(size=13)
    X = rng.normal(size=(8, 2))
    Y = np.sin(X[:, :1]) + X[:, 1:] ** 2
    problem = (sizes, theta, tensor(X), tensor(Y))
    cases = [
        trajectory(name, lr, scheduled, None, *problem)
        for name, lr in RATES.items()
        for scheduled in (False, True)
    ]
    cases += [
        trajectory("adam", 0.05, False, name, *problem) for name in ("l1", "l2", "elastic_net")
    ]
    return {
        "sizes": sizes,
        "theta": plain(theta),
        "X": plain(X),
        "Y": plain(Y),
        "gamma": 0.02,
        "ratio": 0.25,
        "cases": cases,
    }


# ---- schedules -------------------------------------------------------------------------------


def schedules():
    lr, steps = 0.4, 40
    torch_schedules = torch.optim.lr_scheduler

    def rates(make, n=steps):
        optimizer = torch.optim.SGD([tensor([0.0], True)], lr=lr)
        schedule, values = make(optimizer), []
        for _ in range(n):
            values.append(optimizer.param_groups[0]["lr"])
            optimizer.step()
            schedule.step()
        return values

    def warm_up_then_cosine(optimizer):
        # mlplib starts at lr/steps and reaches lr at the last of them: LinearLR from 1/n in n - 1
        warm = torch_schedules.LinearLR(optimizer, start_factor=1 / 5, total_iters=4)
        cosine = torch_schedules.CosineAnnealingLR(optimizer, T_max=35)
        return torch_schedules.SequentialLR(optimizer, [warm, cosine], milestones=[5])

    return {
        "lr": lr,
        "step_decay": rates(lambda o: torch_schedules.StepLR(o, step_size=7, gamma=0.5)),
        "exponential": rates(lambda o: torch_schedules.ExponentialLR(o, gamma=0.93)),
        "cosine": rates(lambda o: torch_schedules.CosineAnnealingLR(o, T_max=steps, eta_min=0.01)),
        "warm_up": rates(lambda o: torch_schedules.LinearLR(o, start_factor=1 / 8, total_iters=7)),
        "warm_up then cosine": rates(warm_up_then_cosine),
        "one_cycle": rates(
            lambda o: torch_schedules.OneCycleLR(o, max_lr=lr, total_steps=steps + 1), steps + 1
        ),
    }


# ---- the worked table of lecture 001 (C4) ----------------------------------------------------


def worked_table():
    scores = tensor([[3.0, 15.0, 7.0, 3.0]])
    return {
        "p": plain(torch.softmax(scores, 1)[0]),
        "log_p": plain(torch.log_softmax(scores, 1)[0]),
        "cross_entropy": F.cross_entropy(scores, torch.tensor([1])).item(),
    }


if __name__ == "__main__":
    reference = {
        "made_by": f"tests/reference/make_torch_reference.py with torch {torch.__version__}",
        "activations": activations(),
        "losses": losses(),
        "networks": networks(),
        "optimizers": optimizers(),
        "schedules": schedules(),
        "worked_table": worked_table(),
    }
    path = Path(__file__).with_name("torch_reference.json")
    path.write_text(json.dumps(reference, indent=None, separators=(",", ":")) + "\n")
    print(f"{path.name}: {path.stat().st_size / 1000:.0f} kB")
