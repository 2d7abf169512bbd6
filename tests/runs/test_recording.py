"""record: a training as it happens, thinned to what there is room for, and gone when it is over."""

import gc
import os
import signal
import subprocess
import sys
import tempfile
from contextlib import suppress
from types import SimpleNamespace

import numpy as np
import pytest

from animopt import ExportError, InvalidInput, Run, Scene, planes, record, simulate, surfaces
from animopt.runs import recording as module
from animopt.runs.parameters import parts_of


def path(steps, width=5):
    """Points whose first number is their step."""
    points = np.random.default_rng(0).standard_normal((steps, width))
    points[:, 0] = np.arange(steps)
    return points


def test_every_step_is_recorded_with_its_loss_and_its_metrics():
    with record(label="mine") as recording:
        for k, point in enumerate(path(5)):
            recording.append(point, loss=k / 2, accuracy=np.float32(k))
    assert recording.steps.tolist() == [0, 1, 2, 3, 4]
    assert recording.values.tolist() == [0, 0.5, 1, 1.5, 2]
    assert recording.metrics["accuracy"].tolist() == [0, 1, 2, 3, 4]
    assert (np.diff(recording.seconds) >= 0).all()
    assert recording.shape == (5, 5)
    np.testing.assert_array_equal(recording.columns(1, 3), path(5).astype(np.float32)[:, 1:3])
    np.testing.assert_array_equal(recording.row(2), path(5).astype(np.float32)[2])
    assert repr(recording) == "Recording('mine', 5 snapshots, last step 4)"


@pytest.mark.parametrize("steps", [9, 10, 11, 16, 17, 100, 1000])
def test_what_is_too_much_is_thinned_evenly_but_for_the_last(steps):
    with record(label="long", keep=10) as recording:
        for point in path(steps):
            recording.append(point)
    kept = recording.steps
    assert len(kept) <= 10
    assert (kept[0], kept[-1]) == (0, steps - 1)
    assert len(set(np.diff(kept[:-1]))) == 1
    assert len(kept) >= min(steps, 5)
    np.testing.assert_array_equal(recording.columns(0, 1)[:, 0], kept)


def test_thinning_counts_what_was_appended_and_not_its_number():
    with record(label="odd", keep=10) as recording:
        for k, point in enumerate(path(40)):
            recording.append(point, step=5 + 10 * k)
    assert (recording.steps[0], recording.steps[-1]) == (5, 395)
    assert len(recording.steps) >= 5


def test_what_was_logged_since_the_snapshot_before_is_kept():
    with record(label="logs", keep=8) as recording:
        for k, point in enumerate(path(21)):
            recording.append(point, loss=float(k))
            if k in (5, 9):
                recording.log(val_loss=k)
            if k == 2:
                recording.log({"lr": 0.1})
    assert recording.steps.tolist() == [0, 4, 8, 12, 16, 20]
    assert recording.values.tolist() == recording.steps.tolist()
    nan = np.nan
    np.testing.assert_array_equal(recording.metrics["val_loss"], [nan, nan, 5, 9, nan, nan])
    np.testing.assert_array_equal(recording.metrics["lr"], [nan, 0.1, nan, nan, nan, nan])


def test_the_number_of_snapshots_is_what_the_scratch_holds(monkeypatch):
    monkeypatch.setattr(module, "SCRATCH", 4 * 1000 * 20)
    with record(label="big") as recording:
        for point in path(200, width=1000):
            recording.append(point)
    assert len(recording.steps) <= 20
    assert os.fstat(recording._table._file.fileno()).st_size <= 4 * 1000 * 20
    with (
        record(label="bigger") as bigger,
        pytest.raises(
            InvalidInput, match=r"8 snapshots of 20000 parameters .* allow it with keep=8"
        ),
    ):
        bigger.append(np.zeros(20_000))
    with record(label="bigger", keep=8) as bigger:
        bigger.append(np.zeros(20_000))
    assert bigger.shape == (1, 20_000)


def test_the_scratch_has_no_name_and_ends_with_the_recording(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with record(label="mine") as recording:
        recording.append(path(1)[0])
        assert list(tmp_path.iterdir()) == []
    file = recording._table._file
    assert not file.closed
    del recording
    gc.collect()
    assert file.closed


def test_a_kill_leaves_nothing_behind(tmp_path):
    code = (
        "import numpy as np, os, signal\n"
        "from animopt import record\n"
        "with record(label='a') as recording:\n"
        "    for k in range(3): recording.append(np.full(100_000, k))\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    settings = {**os.environ, "TMPDIR": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", code], env=settings)
    assert done.returncode == -signal.SIGKILL
    assert list(tmp_path.iterdir()) == []


def test_a_full_folder_is_said_in_one_sentence():
    def full(data):
        raise OSError(28, "No space left on device")

    with record(label="mine") as recording:
        recording.append(path(1)[0])
        recording._table._file = SimpleNamespace(seek=lambda at: None, write=full)
        with pytest.raises(ExportError, match="No space left on device; set TMPDIR"):
            recording.append(path(1)[0])
        recording._latest, recording.step = None, 0


def test_a_recording_stands_in_a_scene_and_is_projected():
    with record(label="adam") as recording:
        for point in path(50, 30):
            recording.append(point, loss=float((point**2).sum()), accuracy=0.5)
    plane = planes.pca(recording)
    run = recording.run(plane)
    assert isinstance(run, Run)
    assert (run.label, run.last, run.points.shape) == ("adam", 49, (50, 2))
    np.testing.assert_array_equal(run.values, recording.values)
    held = Run(recording.columns(0, 30), recording.values, label="held")
    np.testing.assert_allclose(run.points, plane.project(held).points, atol=1e-12)
    simulation = simulate(Scene(plane, {"mine": recording, "theirs": held}))
    assert [each.label for each in simulation] == ["mine", "theirs"]
    assert simulation["mine"].metrics["accuracy"].tolist() == [0.5] * 50
    with pytest.raises(InvalidInput, match="'adam': surface 'bowl' has two coordinates"):
        recording.run(surfaces.bowl())


def test_a_training_that_diverges_is_recorded_to_its_end():
    with record(label="wild") as recording:
        for k in range(30):
            recording.append(np.array([1.0, 2.0, 3.0]) * -(10.0 ** (2 * k)))
    assert recording.finite.tolist() == [k < 20 for k in range(30)]
    run = recording.run(planes.pca(recording))
    assert run.ending == "diverged at step 20"


def test_an_exception_in_the_training_leaves_what_was_recorded():
    with suppress(KeyError), record(label="mine") as recording:
        recording.append(path(1)[0])
        raise KeyError
    assert recording.steps.tolist() == [0]


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda r: r.append(), r"append\(\) needs parameters"),
        (lambda r: r.append("abc"), "'abc' are no real numbers"),
        (lambda r: r.append([1 + 2j]), "are no real numbers"),
        (lambda r: r.append([]), "has no parameters; give a model, or arrays"),
        (lambda r: (r.append([1, 2]), r.append([1, 2, 3])), "3 parameters at step 1, and 2 before"),
        (lambda r: (r.append([1]), r.append([1], step=0)), r"append\(step=0\) comes after step 0"),
        (lambda r: r.append([1], loss="low"), "loss is 'low' at step 0; give one number"),
        (lambda r: r.append([1], loss=[1, 2]), r"loss is \[1, 2\] at step 0"),
        (lambda r: r.log(seconds=3), "a metric cannot be called 'seconds'"),
        (lambda r: planes.pca(r), "recording 'mine' is empty"),
    ],
)
def test_a_wrong_call_is_refused_in_one_sentence(make, sentence):
    with record(label="mine") as recording, pytest.raises(InvalidInput, match=sentence):
        make(recording)


def test_an_optimizer_without_a_hook_is_refused():
    wrong = pytest.raises(InvalidInput, match=r"no hook for its steps.*recording\.append")
    with wrong, record(optimizer=object()):
        pass
    with pytest.raises(InvalidInput, match="keep must be a whole number >= 8"), record(keep=3):
        pass


def test_parameters_come_in_every_shape_and_share_their_memory():
    array = np.arange(6, dtype=np.float32).reshape(2, 3)
    given = {"w": array, "b": [np.array([6.0]), (7, 8.5)], "none": np.empty(0)}
    parts = parts_of(given)
    np.testing.assert_array_equal(np.concatenate(parts), [0, 1, 2, 3, 4, 5, 6, 7, 8.5])
    assert np.shares_memory(parts[0], array)


@pytest.fixture
def torch(need):
    return need("torch", "torch")


def trained(torch, steps=20, **settings):
    """A small network of torch, trained within a recording."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        model = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.Tanh(), torch.nn.Linear(4, 1))
        data = torch.randn(32, 3)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    seen = []
    with record(model, optimizer, **settings) as recording:
        for _ in range(steps):
            seen.append(torch.nn.utils.parameters_to_vector(model.parameters()).detach().numpy())
            optimizer.zero_grad()
            loss = (model(data) - data[:, :1]).square().mean()
            loss.backward()
            recording.log(loss=loss, lr=0.1)
            optimizer.step()
    seen.append(torch.nn.utils.parameters_to_vector(model.parameters()).detach().numpy())
    return recording, model, optimizer, data, np.array(seen)


def test_an_optimizer_of_torch_is_recorded_by_its_hook(torch):
    recording, _, optimizer, _, seen = trained(torch)
    assert recording.label == "SGD lr=0.1"
    assert recording.steps.tolist() == list(range(21))
    np.testing.assert_array_equal(recording.columns(0, 21), seen)
    assert np.isfinite(recording.values[:-1]).all()
    assert (np.diff(recording.values[:-1]) < 0).all()
    optimizer.step()
    assert recording.step == 20  # the hook is gone


def test_a_plane_with_a_loss_has_the_one_that_was_logged(torch):
    recording, model, _, data, _ = trained(torch)

    def loss(theta):
        with torch.no_grad():
            torch.nn.utils.vector_to_parameters(
                torch.tensor(theta, dtype=torch.float32), model.parameters()
            )
            return (model(data) - data[:, :1]).square().mean()

    run = recording.run(planes.pca(recording, loss=loss))
    np.testing.assert_allclose(run.values[:-1], recording.values[:-1], rtol=1e-5)
    assert np.isfinite(run.values[-1])
    np.testing.assert_array_equal(run.metrics["logged_loss"], recording.values)


def test_parameters_of_any_type_of_torch_are_recorded(torch):
    layer = torch.nn.Linear(2, 2).to(torch.bfloat16)
    optimizer = torch.optim.SGD(layer.parameters(), lr=1.0)
    with record(optimizer=optimizer) as recording:
        layer(torch.ones(1, 2, dtype=torch.bfloat16)).sum().backward()
        optimizer.step()
    assert recording.shape == (2, 6)


def test_recording_changes_nothing_of_the_training(torch):
    before = torch.get_rng_state(), np.random.get_state()[1].copy()  # noqa: NPY002
    dtype, threads = torch.get_default_dtype(), torch.get_num_threads()
    seen = trained(torch)[-1]
    again = trained(torch, keep=8)[-1]
    np.testing.assert_array_equal(seen, again)
    assert torch.equal(before[0], torch.get_rng_state())
    np.testing.assert_array_equal(before[1], np.random.get_state()[1])  # noqa: NPY002
    assert (dtype, threads) == (torch.get_default_dtype(), torch.get_num_threads())


# Keras 3.15 on torch does what NumPy 2 deprecates.
@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
def test_a_network_of_keras_is_recorded_by_a_callback(need):
    keras = need("keras", "keras")
    x = np.linspace(-1, 1, 32, dtype=np.float32)[:, None]
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(3), keras.layers.Dense(1)])
    model.compile(keras.optimizers.SGD(0.1), "mse")
    with record(label="keras") as recording:
        settings = {"epochs": 3, "batch_size": 8, "verbose": 0}
        model.fit(
            x, x**2, validation_split=0.25, callbacks=[recording.keras_callback()], **settings
        )
    assert recording.steps.tolist() == list(range(10))  # three batches of eight in each epoch
    assert recording.shape[1] == 10
    last = np.concatenate([each.ravel() for each in model.get_weights()])
    np.testing.assert_array_equal(recording.row(9), last)
    assert np.isfinite(recording.values[1:]).all()
    found = np.flatnonzero(np.isfinite(recording.metrics["val_loss"]))
    assert found.tolist() == [3, 6, 9]
    assert planes.pca(recording).shares.sum() > 0.9


@pytest.mark.parametrize(
    "scene",
    [
        "animopt.simulate(animopt.Scene(animopt.surfaces.bowl(), [SGD(lr=0.1)], (1, 2), 5))",
        "animopt.simulate(animopt.Scene(None, animopt.Run([(1, 2)], [3], label='a')))",
        "animopt.planes.pca(animopt.Run([(1, 2, 3), (0, 1, 1)], [1, 2], label='a'))",
        "animopt.record().__enter__().append([1, 2, 3], loss=1)",
    ],
)
def test_no_framework_is_imported_where_none_is_used(scene):
    frameworks = "torch keras tensorflow jax optax scipy sympy sklearn optuna cma nevergrad pymoo"
    code = (
        "import animopt, sys\nfrom animopt.optimizers import SGD\n"
        f"kept = {scene}\n"
        f"print(*(name for name in '{frameworks}'.split() if name in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
