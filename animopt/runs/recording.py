"""Recording: a training as it happens, in as many snapshots as there is room for."""

from __future__ import annotations

import copy
import time
from array import array
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from typing import Any, NamedTuple, Self

import numpy as np

from animopt.checks import check_line, check_whole
from animopt.errors import InvalidInput, short
from animopt.runs.columns import check_metric_name
from animopt.runs.parameters import one_number, parts_of
from animopt.runs.run import Run
from animopt.runs.scratch import Row, Scratch
from animopt.surfaces.surface import Surface
from animopt.typing import Array, Indices, Mask

KEEP = 250
"""At most so many snapshots are kept by default: more turn a plane by less than two degrees."""
SCRATCH = 2 * 10**9
"""They take at most so many bytes of scratch by default."""
# Fewer snapshots show no path.
_FEWEST = 8


@contextmanager
def record(
    model: Any = None, optimizer: Any = None, *, label: str | None = None, keep: int | None = None
) -> Iterator[Recording]:
    """Record a training: a snapshot of the parameters at every step, thinned when there are many.

    With an optimizer of torch, every ``optimizer.step()`` within the block is recorded; say the
    loss that ``backward`` saw with ``recording.log(loss=loss, ...)`` before it. For Keras, hand
    ``recording.keras_callback()`` to ``fit``. For anything else, call ``recording.append`` after
    every step. A recording is shown on a plane: ``Scene(planes.pca(recording), [recording])``.

    Snapshots are float32, in a scratch file without a name in the temporary folder: 4 bytes for
    each parameter and snapshot, gone when the recording is, or the process. When ``keep`` of them
    are there, every other one is dropped and from then on every second step is recorded, then every
    fourth, and so on; the first and the last are always kept.

    Args:
        model: a torch module; by default the parameters are those of the optimizer.
        optimizer: an optimizer of torch.
        label: the name of the run; by default the optimizer's class and learning rate.
        keep: how many snapshots are kept, at least 8; by default 250, or what 2 GB hold.

    Raises:
        InvalidInput: the optimizer has no hook, or there are too many parameters to keep eight
            snapshots in 2 GB unless ``keep`` is given.
        ExportError: the temporary folder is full.

    >>> with record(label="halving") as recording:
    ...     for k in range(4):
    ...         recording.append([4 / 2**k, 2 / 2**k, 0], loss=16 / 4**k)
    >>> recording.steps.tolist(), recording.values.tolist()
    ([0, 1, 2, 3], [16.0, 4.0, 1.0, 0.25])
    """
    if optimizer is not None and not hasattr(optimizer, "register_step_post_hook"):
        raise InvalidInput(
            f"record(optimizer={short(optimizer)}): it has no hook for its steps, as optimizers of "
            "torch have; call recording.append(parameters, loss) after each step instead"
        )
    if keep is not None:
        keep = check_whole("keep", keep, _FEWEST)
    recording = Recording(label or _named(optimizer), keep or 0)
    recording.model = model if optimizer is None or model is not None else _parameters(optimizer)
    with closing(recording), _hooked(recording, optimizer):
        yield recording


@contextmanager
def _hooked(recording: Recording, optimizer: Any) -> Iterator[None]:
    """Append the start, and what there is after every step of an optimizer."""
    if optimizer is None:
        yield
        return
    recording.append()
    hook = optimizer.register_step_post_hook(lambda *_: recording.append())
    try:
        yield
    finally:
        hook.remove()


class Recording:
    """What ``record`` has seen: snapshots of all parameters, and numbers that were logged.

    Attributes:
        label: the name of the run.
        model: what is recorded where ``append`` is given no parameters.
        step: the number of the last step that was seen, -1 before the first.
    """

    def __init__(self, label: str, keep: int = 0) -> None:
        self.label = check_line("record(label=...)", label)
        self.model: Any = None
        self.step = -1
        self._keep, self._stride, self._seen = keep, 1, 0
        self._scratch: Scratch | None = None
        self._kept: list[_Snapshot] = []
        self._free: list[int] = []
        self._logs: dict[str, tuple[array[int], array[float]]] = {}
        self._began = time.perf_counter()
        self._latest: Any = None

    def append(
        self, parameters: Any = None, loss: Any = None, *, step: int | None = None, **metrics: Any
    ) -> None:
        """Record the parameters after a step, with their loss and other numbers.

        The first call is step 0, the start, and each one after it counts one step more unless
        ``step`` says which it is.

        Args:
            parameters: a model of torch or Keras, arrays, or lists and dicts of those; by default
                the model that ``record`` was given.
            loss: the loss of these parameters, if it is known.
            step: the number of the step; it must increase.
            metrics: further numbers, such as ``accuracy=0.9``.

        Raises:
            InvalidInput: there are more parameters than before, or fewer, or a number is none.
        """
        now = self.step + 1 if step is None else check_whole("step", step, 0)
        if now <= self.step:
            raise InvalidInput(
                f"record: append(step={now}) comes after step {self.step}; steps must increase"
            )
        given = self.model if parameters is None else parameters
        if given is None:
            raise InvalidInput("record: append() needs parameters; give a model, or arrays")
        if self._seen % self._stride == 0:
            self._keep_snapshot(now, parts_of(given))
        self.step, self._latest = now, given
        self._seen += 1
        if loss is not None or metrics:
            self.log(**({} if loss is None else {"loss": loss}), **metrics)

    def log(self, metrics: Mapping[str, Any] | None = None, **more: Any) -> None:
        """Note numbers of the present step: the loss of the present parameters, and metrics.

        Called before ``optimizer.step()``, it belongs to the parameters that ``backward`` saw.
        """
        for name, value in {**(metrics or {}), **more}.items():
            if name not in self._logs:
                if name != "loss":
                    check_metric_name("record", name)
                self._logs[name] = (array("q"), array("d"))
            steps, values = self._logs[name]
            number = one_number(value)
            if number is None:
                raise InvalidInput(
                    f"record: {name} is {short(value)} at step {self.step}; give one number"
                )
            values.append(number)
            steps.append(max(self.step, 0))

    def close(self) -> None:
        """Keep the last step too, whatever the stride."""
        if self._kept and self._kept[-1].step != self.step:
            self._store(self._seen - 1, self.step, parts_of(self._latest))
        self._latest = None

    def keras_callback(self) -> Any:
        """Return a callback for Keras's ``fit``: every batch is a step.

        Its loss and metrics are those that Keras reports: means over the epoch so far. Validation
        metrics, val_loss and so on, come at the end of each epoch.

        Raises:
            ExportError: Keras is not installed.
        """
        from animopt.runs.keras_callback import callback_of

        return callback_of(self)

    def run(self, plane: Surface) -> Run:
        """Return the run on a plane, as ``plane.project`` does."""
        return self.on(plane)

    def on(self, surface: Surface) -> Run:
        """Return the run on a plane.

        Raises:
            InvalidInput: it is not a plane of as many parameters.
        """
        if not hasattr(surface, "project"):
            raise InvalidInput(
                f"recording {self.label!r}: surface {surface.name!r} has two coordinates and a "
                "training has many; show it on a plane, such as planes.pca(recording)"
            )
        projected: Run = surface.project(self)
        return projected

    def replace(self, *, label: str) -> Self:
        """Return the same recording with another label."""
        other = copy.copy(self)
        other.label = check_line("record(label=...)", label)
        return other

    def __repr__(self) -> str:
        return f"Recording({self.label!r}, {len(self._kept)} snapshots, last step {self.step})"

    @property
    def kind(self) -> str | None:
        """None: a recording is of its own kind."""
        return None

    @property
    def shape(self) -> tuple[int, int]:
        """(m, k): the numbers of snapshots and of parameters."""
        return len(self._kept), self._table.width

    @property
    def steps(self) -> Indices:
        """The training step of each snapshot, (m,)."""
        return np.array([each.step for each in self._kept], dtype=np.intp)

    @property
    def seconds(self) -> Array:
        """When each snapshot was taken, since the recording began, (m,)."""
        return np.array([each.seconds for each in self._kept])

    @property
    def finite(self) -> Mask:
        """Which snapshots are finite in every parameter, (m,)."""
        return np.array([each.finite for each in self._kept], dtype=bool)

    @property
    def values(self) -> Array | None:
        """The loss that was logged at each snapshot, (m,), NaN where there is none; or None."""
        return self._at_snapshots("loss") if "loss" in self._logs else None

    @property
    def metrics(self) -> dict[str, Array]:
        """The other numbers that were logged, at each snapshot."""
        return {name: self._at_snapshots(name) for name in self._logs if name != "loss"}

    def columns(self, low: int, high: int) -> Array:
        """Return some parameters of every snapshot, (m, high - low), as float64."""
        return self._table.read([each.slot for each in self._kept], low, high)

    def row(self, i: int) -> Array:
        """Return all parameters of a snapshot, (k,), as float64."""
        return np.asarray(self._table.read([self._kept[i].slot], 0, self._table.width)[0])

    @property
    def _table(self) -> Scratch:
        if self._scratch is None:
            raise InvalidInput(
                f"recording {self.label!r} is empty; was it handed to the training, or appended to?"
            )
        return self._scratch

    def _at_snapshots(self, name: str) -> Array:
        """Return what was logged last since the snapshot before, NaN where nothing was."""
        steps, values = (np.array(each) for each in self._logs[name])
        kept = self.steps
        last = np.searchsorted(steps, kept, side="right") - 1
        before = np.append(-1, kept[:-1])
        found = np.where(last >= 0, values[np.maximum(last, 0)], np.nan)
        fresh = (last >= 0) & (steps[np.maximum(last, 0)] > before)
        return np.where(fresh, found, np.nan)

    def _keep_snapshot(self, step: int, parts: list[Row]) -> None:
        """Store a step; where there is no place, drop every other one before."""
        if self._scratch is None:
            self._begin(sum(part.size for part in parts))
        # The last place is for the last step.
        if len(self._kept) >= self._keep - 1:
            self._stride *= 2
            self._free += [each.slot for each in self._kept if each.number % self._stride]
            self._kept = [each for each in self._kept if each.number % self._stride == 0]
        if self._seen % self._stride == 0:
            self._store(self._seen, step, parts)

    def _store(self, number: int, step: int, parts: list[Row]) -> None:
        table, width = self._table, sum(part.size for part in parts)
        if width != table.width:
            raise InvalidInput(
                f"record: {width} parameters at step {step}, and {table.width} before; one "
                "recording holds one network"
            )
        slot = self._free.pop() if self._free else len(self._kept)
        table.write(slot, parts)
        finite = all(map(_is_finite, parts))
        seconds = time.perf_counter() - self._began
        self._kept.append(_Snapshot(number, step, slot, seconds, finite))

    def _begin(self, width: int) -> None:
        if not self._keep:
            self._keep = min(KEEP, SCRATCH // (4 * width))
            if self._keep < _FEWEST:
                raise InvalidInput(
                    f"record: {_FEWEST} snapshots of {width} parameters take "
                    f"{4 * width * _FEWEST / 1e9:.0f} GB of scratch, more than the default of "
                    f"{SCRATCH / 1e9:.0f}; allow it with keep={_FEWEST}, or record some layers"
                )
        self._scratch = Scratch(width)


class _Snapshot(NamedTuple):
    """What is known of a snapshot: the how many-th it is of all that were seen, and where it is."""

    number: int
    step: int
    slot: int
    seconds: float
    finite: bool


def _is_finite(part: Row) -> bool:
    """Return whether all numbers are finite; the product is quick, and rarely too large itself."""
    with np.errstate(all="ignore"):
        return bool(np.isfinite(part @ part) or np.isfinite(part).all())


def _parameters(optimizer: Any) -> list[Any]:
    return [each for group in optimizer.param_groups for each in group["params"]]


def _named(optimizer: Any) -> str:
    """Return what a run is called by default: the class of the optimizer and its learning rate."""
    if optimizer is None:
        return "run"
    rate = optimizer.param_groups[0].get("lr")
    shown = "" if rate is None else f" lr={float(rate):g}"
    return f"{type(optimizer).__name__}{shown}"
