"""Four optimizers on a network of 17 710 parameters: at the same rate, and each at a fair one.

At 0.002 for all, SGD seems to be stuck and momentum slow. At rates of their own, 0.1 and 0.02, both
train as well, and the validation loss differs less than that of the training.
"""

from pathlib import Path

from animopt import Run, Scene, Timeline

data = Path(__file__).parent / "data"  # data/make.py wrote the files
sgd, momentum, rmsprop, adam, fair_sgd, fair_momentum = (
    Run.load(data / f"mlp-{i}.npz") for i in range(6)
)

same_rate = Scene(
    None,
    [sgd, momentum, rmsprop, adam],
    title="Learning rate 0.002 for all",
    panels=["train_loss", "val_loss", "train_accuracy", "val_accuracy"],
    timeline=Timeline(fps=25, speed=4, hold_last=1.5),
)
fair_rates = same_rate.replace(
    title="Learning rates of their own",
    optimizers=[fair_sgd, fair_momentum, rmsprop, adam],
)
