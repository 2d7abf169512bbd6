"""The examples as modules, where scikit-learn is installed."""

import os
import sys
from importlib import import_module
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[2] / "scenes" / "examples"


@pytest.fixture
def need():
    """Return a module, or skip; in continuous integration nothing may be absent."""

    def load(name, extra):
        try:
            return import_module(name)
        except ModuleNotFoundError:
            message = f"{name} is missing: pip install 'animopt[{extra}]'"
            pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)

    return load


@pytest.fixture
def example(need, monkeypatch):
    """Import an example, or "make", the script that made the files beside them."""
    need("sklearn", "examples")
    monkeypatch.setattr(sys, "path", [str(EXAMPLES), str(EXAMPLES / "data"), *sys.path])
    return import_module
