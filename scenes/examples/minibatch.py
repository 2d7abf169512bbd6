"""Batches of 20, 250 and 1000: the same loss after 400 steps, and time is the story.

A network of 40 hidden units on raw digits, with learning rate 0.005. A step on 20 examples takes a
fifth of the time of one on 1000, and gets as far.
"""

from pathlib import Path

from animopt import Run, Scene, Timeline

data = Path(__file__).parent / "data"  # data/make.py wrote the files
runs = [Run.load(data / f"minibatch-{i}.npz") for i in range(3)]

by_steps = Scene(
    None,
    runs,
    title="Three sizes of batches, step by step",
    panels=["train_loss"],
    timeline=Timeline(fps=25, speed={0: 0.5, 20: 2, 100: 4}, hold_last=1.5),
)
by_seconds = by_steps.replace(title="Three sizes of batches, by the clock", x="seconds")
