"""The frameworks that adapters are held to, where they are installed."""

import os
import warnings
from importlib import import_module

import numpy as np
import pytest

# Keras would else ask for TensorFlow.
os.environ.setdefault("KERAS_BACKEND", "torch")


@pytest.fixture
def need():
    """Return a module, or skip; in continuous integration nothing may be absent."""

    def load(name, extra):
        library = name.partition(".")[0]
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # what frameworks say while they are imported
                return import_module(name)
        except ModuleNotFoundError as error:
            if error.name != library:
                raise
            message = f"{library} is missing: pip install 'animopt[{extra}]'"
            if os.environ.get("CI"):
                pytest.fail(message)
            pytest.skip(message)

    return load


@pytest.fixture
def alone():
    """Return a surface's value, gradient and hessian at one point (2,), as a batch of one."""

    def functions(surface):
        def at(function):
            return lambda x: function(np.array(x, dtype=np.float64)[None])[0]

        return at(surface.value), at(surface.gradient), at(surface.hessian)

    return functions
