"""What made the files beside this one: python scenes/examples/data/make.py [name ...].

Each function returns the runs of an example, from a seed; the files hold those of seed 0.
"""

from __future__ import annotations

import sys
from itertools import islice
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import numpy as np

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from _digits import digits  # noqa: E402
from _linear import START, TORCH, linear_batches, linear_data, true_loss  # noqa: E402
from _networks import Network, batches, descend  # noqa: E402

from animopt import Run  # noqa: E402
from animopt.errors import installed  # noqa: E402
from animopt.optimizers import SGD, Adam, Momentum, RMSprop  # noqa: E402
from animopt.typing import Array  # noqa: E402

HIDDEN = 40
WIDTHS = ((10,), (20, 20), (100, 100))
NETWORK = Network(64, 100, 100, 10)
OPTIMIZERS = {
    "SGD": SGD(lr=2e-3),
    "Momentum": Momentum(lr=2e-3, momentum=0.9),
    "RMSprop": RMSprop(lr=2e-3),
    "Adam": Adam(lr=2e-3),
    "SGD 0.1": SGD(lr=0.1),
    "Momentum 0.02": Momentum(lr=0.02, momentum=0.9),
}


def mlp(seed: int = 0, steps: int = 460, every: int = 10) -> list[Run]:
    """Return the training of a network of 17 710 parameters by four optimizers, and two again."""
    rng = np.random.default_rng(seed)
    x, y = digits(order=rng)
    train, valid = (x[:1437], y[:1437]), (x[1437:], y[1437:])
    start = NETWORK.start(rng)
    found = []
    for label, optimizer in OPTIMIZERS.items():
        chosen = list(islice(batches(np.random.default_rng(seed), 1437, 64), steps))

        def slopes(step: int, theta: Array, chosen: list[Any] = chosen) -> Array:
            picked = chosen[step]
            return NETWORK.slopes(theta, train[0][picked], train[1][picked])[1]

        thetas = islice(descend(optimizer, start, slopes), 0, steps + 1, every)
        judged = [(NETWORK.judge(theta, *train), NETWORK.judge(theta, *valid)) for theta in thetas]
        (losses, accuracies), (val_losses, val_accuracies) = np.array(judged).transpose(1, 2, 0)
        metrics = {
            "train_loss": losses,
            "val_loss": val_losses,
            "train_accuracy": accuracies,
            "val_accuracy": val_accuracies,
        }
        at = np.arange(0, steps + 1, every)
        found.append(Run(None, losses, label=label, steps=at, metrics=metrics))
    return found


def minibatch(seed: int = 0, steps: int = 400) -> list[Run]:
    """Return the training of a network of one hidden layer by batches of three sizes.

    The pixels are raw, 0 to 16: at this learning rate nothing would happen on 0 to 1. Only steps
    are timed, not the loss over all digits after each.
    """
    x, y = digits(scale=1)
    network = Network(64, HIDDEN, 10)
    found = []
    for size in (20, 250, 1000):
        rng = np.random.default_rng(seed)
        theta = network.start(rng)
        losses, seconds = [network.judge(theta, x, y)[0]], [0.0]
        for _ in range(steps):
            began = perf_counter()
            chosen = rng.choice(len(x), size, replace=False)
            theta = theta - 0.005 * network.slopes(theta, x[chosen], y[chosen])[1]
            seconds.append(seconds[-1] + perf_counter() - began)
            losses.append(network.judge(theta, x, y)[0])
        metrics = {"train_loss": losses}
        found.append(
            Run(None, losses, label=f"batches of {size}", seconds=seconds, metrics=metrics)
        )
    return found


def widths(seed: int = 0, starts: int = 7, steps: int = 150) -> Array:
    """Return the losses of gradient descent in three networks, (3, starts, steps + 1).

    The starts of a network are near each other.
    """
    x, y = digits(1000)
    found = []
    for hidden in WIDTHS:
        network = Network(64, *hidden, 10)
        rng = np.random.default_rng(seed)
        center = network.start(rng)
        losses = []
        for _ in range(starts):
            theta = center + 0.2 * rng.normal(size=network.size)
            path = []
            for _ in range(steps + 1):
                loss, slopes = network.slopes(theta, x, y)
                path.append(loss)
                theta = theta - 0.05 * slopes
            losses.append(path)
        found.append(losses)
    return np.array(found)


def cost(most: int = 4096, repeats: int = 100) -> dict[str, Any]:
    """Return the shortest seconds of a forward and a backward pass for numbers of examples.

    They are those of the processor, so that it matters little what else runs on the machine.
    """
    rng = np.random.default_rng(0)
    theta = NETWORK.start(rng)
    counts = [2**i for i in range(most.bit_length())]
    forward: list[float] = []
    both: list[float] = []
    for count in counts:
        x, y = rng.uniform(size=(count, 64)), rng.integers(0, 10, count)
        for into, work in ((forward, NETWORK.forward), (both, NETWORK.slopes)):
            arguments = (theta, x) if into is forward else (theta, x, y)
            times = []
            for _ in range(repeats):
                began = process_time()
                work(*arguments)
                times.append(process_time() - began)
            into.append(min(times))
    return {"examples": np.array(counts), "forward": np.array(forward), "both": np.array(both)}


def linear_torch(seed: int = 0) -> list[Run]:
    """Return the paths of torch.optim's own optimizers on the data of linear_fit.py."""
    torch = installed("make.py", "torch", "torch")
    x, y = linear_data(seed)
    x, y = torch.tensor(x), torch.tensor(y)
    found = []
    for label, (name, settings) in TORCH.items():
        theta = torch.tensor(START, dtype=torch.float64, requires_grad=True)
        optimizer = getattr(torch.optim, name)([theta], **settings)
        path = [theta.detach().numpy().copy()]
        for chosen in linear_batches(seed):
            optimizer.zero_grad()
            (x[chosen] @ theta - y[chosen]).square().mean().backward()
            optimizer.step()
            path.append(theta.detach().numpy().copy())
        points = np.array(path)
        found.append(Run(points, true_loss(points), label=f"{label} (torch)"))
    return found


def write(name: str) -> None:
    """Write the files of an example: one for each run, numbered in their order."""
    if name == "cost":
        np.savez_compressed(HERE / "cost.npz", **cost())
        return
    if name == "widths":
        np.savez_compressed(HERE / "widths.npz", losses=widths().astype(np.float32))
        return
    for i, run in enumerate(globals()[name]()):
        run.save(HERE / f"{name}-{i}.npz")


if __name__ == "__main__":
    for each in sys.argv[1:] or ("mlp", "minibatch", "widths", "linear_torch", "cost"):
        write(each)
