"""Training time, side by side with what users would take instead, in one process and one run.

    python tests/bench/bench_training.py

Three problems, each trained with the same architecture, batches and optimizer by mlplib (public
API, every record of the stream consumed, so loss and gradient norm of each step are computed), by
scikit-learn, by PyTorch where it is installed, and, as the floor, by the bare matrix products of
the same steps; all of them on one thread and on all. The contestants take turns; the best of the
rounds counts, because noise only ever adds.
"""

import itertools
import os
import time
import tracemalloc
import warnings

import numpy as np
from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier as SklearnMLP
from threadpoolctl import threadpool_limits

from mlplib import MLP, Adam, Momentum, sigmoid_cross_entropy, softmax_cross_entropy, train

try:
    import torch
except ImportError:
    torch = None

ROUNDS = 8


class Problem:
    """One architecture on one data set: sizes, activation, optimizer, batches, epochs."""

    def __init__(self, name, sizes, activation, optimizer, X, y, batch_size, epochs, dtype):
        self.name, self.sizes, self.activation = name, sizes, activation
        self.optimizer, self.batch_size, self.epochs = optimizer, batch_size, epochs
        self.X, self.y = X.astype(dtype), y
        self.dtype = dtype
        binary = sizes[-1] == 1
        self.Y = (y[:, None] if binary else np.eye(sizes[-1])[y]).astype(dtype)
        self.loss = sigmoid_cross_entropy if binary else softmax_cross_entropy

    def mlplib(self):
        """Train with the public API and consume every record."""
        rng = np.random.default_rng(0)
        net = MLP(self.sizes, self.activation, rng=rng, dtype=self.dtype)
        optimizer = Adam(0.001) if self.optimizer == "adam" else Momentum(0.1, mu=0.9)
        for record in train(
            net,
            self.X,
            self.Y,
            self.loss,
            optimizer,
            rng=rng,
            batch_size=self.batch_size,
            epochs=self.epochs,
        ):
            assert record.grad_norm >= 0

    def sklearn(self):
        """The same by scikit-learn, with its stopping rules switched off."""
        model = SklearnMLP(
            tuple(self.sizes[1:-1]),
            activation=self.activation,
            solver="adam" if self.optimizer == "adam" else "sgd",
            learning_rate_init=0.001 if self.optimizer == "adam" else 0.1,
            nesterovs_momentum=False,
            alpha=0.0,
            batch_size=self.batch_size,
            max_iter=self.epochs,
            n_iter_no_change=self.epochs + 1,
            random_state=0,
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            model.fit(self.X, self.y)

    def torch(self):
        """The same by PyTorch, eager, with the loss of each step read."""
        torch.manual_seed(0)
        dtype = torch.float32 if self.dtype == "float32" else torch.float64
        f = torch.nn.Tanh if self.activation == "tanh" else torch.nn.ReLU
        layers = []
        for n_in, n_out in itertools.pairwise(self.sizes):
            layers += [torch.nn.Linear(n_in, n_out, dtype=dtype), f()]
        net = torch.nn.Sequential(*layers[:-1])
        X = torch.from_numpy(self.X)
        if self.sizes[-1] == 1:
            Y, loss_fn = torch.from_numpy(self.Y), torch.nn.BCEWithLogitsLoss()
        else:
            Y, loss_fn = torch.from_numpy(self.y), torch.nn.CrossEntropyLoss()
        if self.optimizer == "adam":
            optimizer = torch.optim.Adam(net.parameters(), lr=0.001)
        else:
            optimizer = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9)
        m = len(X)
        for _ in range(self.epochs):
            order = torch.randperm(m) if self.batch_size < m else None
            for start in range(0, m, self.batch_size):
                if order is None:
                    x, y = X, Y
                else:
                    rows = order[start : start + self.batch_size]
                    x, y = X[rows], Y[rows]
                optimizer.zero_grad()
                loss = loss_fn(net(x), y)
                loss.backward()
                optimizer.step()
                assert loss.item() >= 0

    def products(self):
        """The bare matrix products of the same steps, into buffers made once."""
        sizes, m = self.sizes, len(self.X)
        rng = np.random.default_rng(0)
        Ws = [rng.standard_normal(s).astype(self.dtype) for s in itertools.pairwise(sizes)]
        dWs = [np.empty_like(W) for W in Ws]
        buffers = {}
        for rows in {self.batch_size, m % self.batch_size or self.batch_size}:
            As = [rng.standard_normal((rows, n)).astype(self.dtype) for n in sizes]
            buffers[rows] = As, [np.empty_like(A) for A in As]
        for _ in range(self.epochs):
            for start in range(0, m, self.batch_size):
                As, outs = buffers[min(self.batch_size, m - start)]
                for A, W, out in zip(As, Ws, outs[1:], strict=False):
                    np.matmul(A, W, out=out)
                for i in reversed(range(len(Ws))):
                    np.matmul(As[i].T, As[i + 1], out=dWs[i])
                    if i:
                        np.matmul(As[i + 1], Ws[i].T, out=outs[i])


def problems():
    """The three problems: tiny and full-batch, small and minibatch, large in float32."""
    rng = np.random.default_rng(0)
    X = rng.standard_normal((200, 2))
    yield Problem(
        "(a) 2-16-16-1 tanh, 200 points, 1000 full-batch steps, momentum, float64",
        [2, 16, 16, 1],
        "tanh",
        "momentum",
        X,
        (X[:, 0] * X[:, 1] > 0).astype(int),
        200,
        1000,
        "float64",
    )
    digits = load_digits()
    yield Problem(
        "(b) 64-64-32-10 ReLU, digits, Adam, batches of 32, 20 epochs, float64",
        [64, 64, 32, 10],
        "relu",
        "adam",
        digits.data / 16,
        digits.target,
        32,
        20,
        "float64",
    )
    yield Problem(
        "(c) 784-256-128-10 ReLU, 60 000 random rows, Adam, batches of 128, 1 epoch, float32",
        [784, 256, 128, 10],
        "relu",
        "adam",
        rng.random((60_000, 784), dtype=np.float32),
        rng.integers(0, 10, 60_000),
        128,
        1,
        "float32",
    )


def contestants(problem):
    """Name -> function of each, in the order in which they take turns."""
    runs = {"mlplib": problem.mlplib, "scikit-learn": problem.sklearn}
    if torch is not None:
        runs["PyTorch"] = problem.torch
    return runs | {"bare matrix products": problem.products}


def seconds(run, threads):
    """Time of one run with so many threads for matrix products (and for PyTorch)."""
    if torch is not None:
        torch.set_num_threads(threads)
    with threadpool_limits(threads):
        start = time.perf_counter()
        run()
        return time.perf_counter() - start


def peak_memory(run):
    """Peak of what the run allocates through Python and NumPy, in MB."""
    tracemalloc.start()
    run()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 1e6


def main():
    """Print one table a problem."""
    cores = os.cpu_count()
    for problem in problems():
        runs = contestants(problem)
        print(f"\n{problem.name}")
        for threads in sorted({1, cores}):
            times = {name: [] for name in runs}
            for _ in range(ROUNDS):
                for name, run in runs.items():
                    times[name].append(seconds(run, threads))
            best = {name: min(each) for name, each in times.items()}
            threads_in_words = f"{threads} thread{'s' * (threads > 1)}"
            print(f"  {threads_in_words:24}{'seconds':>9}{'spread':>9}{'mlplib is':>14}")
            for name, each in times.items():
                spread = max(each) / best[name] - 1
                ratio = f"{best[name] / best['mlplib']:.2f} x" if name != "mlplib" else ""
                print(f"  {name:24}{best[name]:9.3f}{spread:9.0%}{ratio:>14}")
        for name in ("mlplib", "scikit-learn"):  # PyTorch's memory is not seen by tracemalloc
            print(f"  peak memory of {name}: {peak_memory(runs[name]):.1f} MB")


if __name__ == "__main__":
    main()
