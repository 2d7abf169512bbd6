"""Keras: a callback for ``fit`` that appends to a recording."""

from __future__ import annotations

from typing import Any

from animopt.errors import installed


def callback_of(recording: Any) -> Any:
    """Return a callback that records the model it is given to."""
    keras = installed("recording.keras_callback()", "keras", "keras")

    class Recorder(keras.callbacks.Callback):  # type: ignore[misc, name-defined]
        """Appends the trainable variables after each batch, and logs what Keras reports."""

        def on_train_begin(self, logs: Any = None) -> None:
            recording.append(self.model)

        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
            recording.append(self.model)
            recording.log(_numbers(logs))

        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            recording.log(_numbers(logs))

        def on_train_end(self, logs: Any = None) -> None:
            recording.close()

    return Recorder()


def _numbers(logs: Any) -> dict[str, float]:
    return {name: float(value) for name, value in (logs or {}).items()}
