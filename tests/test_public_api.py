"""The public names: complete, importable, cheap, and none of them shadowed by a module."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import subprocess
import sys

import pytest

import animopt

CONTRACT = {
    "ContourAnimation",
    "Scene",
    "Surface",
    "SurfaceAnimation",
    "Timeline",
    "optimizers",
    "planes",
    "record",
    "render",
    "Run",
    "simulate",
    "surfaces",
}

MODULES = ["animopt"] + [
    module.name
    for module in pkgutil.walk_packages(animopt.__path__, "animopt.")
    if module.name != "animopt.__main__"
]


def test_the_contract_is_public():
    assert set(animopt.__all__) >= CONTRACT


def test_every_public_name_can_be_fetched_and_is_listed():
    for name in animopt.__all__:
        assert getattr(animopt, name) is not None
    assert set(animopt.__all__) <= set(dir(animopt))


def test_every_room_of_a_public_name_is_in_all():
    fetched = {name for names in animopt._ROOMS.values() for name in names}
    assert fetched | animopt._MODULES.keys() == set(animopt.__all__)


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'rendr'"):
        _ = animopt.rendr


@pytest.mark.parametrize("name", MODULES)
def test_what_a_module_says_is_public_is_there(name):
    module = importlib.import_module(name)
    for public in getattr(module, "__all__", ()):
        assert hasattr(module, public)


def test_no_module_bears_the_name_of_a_public_function():
    functions = {
        name
        for module in (animopt, animopt.optimizers, animopt.surfaces)
        for name in module.__all__
        if inspect.isfunction(getattr(module, name))
    }
    assert {"render", "simulate", "rosenbrock"} <= functions
    assert not functions & {name.rpartition(".")[2] for name in MODULES}


@pytest.mark.parametrize("statement", ["import animopt", "import animopt.cli"])
def test_importing_animopt_brings_in_nothing_heavy(statement):
    report = "import sys; print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    done = subprocess.run(
        [sys.executable, "-c", f"{statement}; {report}"], capture_output=True, text=True, check=True
    )
    loaded = set(done.stdout.split())
    assert "animopt" in loaded
    assert not loaded & {"numpy", "matplotlib", "PIL", "rich", "imageio", "apng", "IPython"}
    assert ("typer" in loaded) == ("cli" in statement)


def test_a_schedule_is_at_hand_beside_the_optimizers():
    for name in animopt.optimizers.schedules.__all__:
        assert getattr(animopt.optimizers, name) is getattr(animopt.optimizers.schedules, name)
        assert name in animopt.optimizers.__all__
        assert name not in animopt.optimizers.catalogue()
