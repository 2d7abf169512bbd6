"""Stand-ins for the trainers of Lightning and Hugging Face, which call back as those do."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

TRAINED = 6
"""The number of steps that each takes."""


class Callback:
    """The base of callbacks, as lightning.Callback and transformers.TrainerCallback."""


def _step(model: Any) -> Any:
    import torch

    loss = model(torch.ones(4, 8)).square().mean()
    model.zero_grad()
    loss.backward()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter -= 0.05 * parameter.grad
    return loss


class Lightning:
    """lightning.Trainer: after each batch, its callbacks are told what training_step returned."""

    def __init__(self, max_epochs: int, callbacks: list[Any]) -> None:
        self.callbacks = callbacks

    def fit(self, module: Any, batches: Any) -> None:
        """Train."""
        for index in range(TRAINED):
            outputs = {"loss": _step(module)}
            for each in self.callbacks:
                each.on_train_batch_end(self, module, outputs, batches, index)


class Trainer:
    """transformers.Trainer: steps count from 1, and what is logged comes now and then."""

    def __init__(self, model: Any, train_dataset: Any, callbacks: list[Any]) -> None:
        self.model, self.callbacks = model, callbacks

    def train(self) -> None:
        """Train."""
        for step in range(1, TRAINED + 1):
            loss, state = _step(self.model), SimpleNamespace(global_step=step)
            for each in self.callbacks:
                each.on_step_end(None, state, None, model=self.model, optimizer=None)
                if step % 3 == 0:
                    logs = {"loss": loss.item(), "learning_rate": 0.05, "epoch": step / TRAINED}
                    each.on_log(None, state, None, logs=logs)


MODULES = {
    "lightning": SimpleNamespace(Callback=Callback, Trainer=Lightning),
    "transformers": SimpleNamespace(TrainerCallback=Callback, Trainer=Trainer),
}
