"""What frameworks are held to: a surface's own numbers at one point."""

import numpy as np
import pytest


@pytest.fixture
def alone():
    """Return a surface's value, gradient and hessian at one point (2,), as a batch of one."""

    def functions(surface):
        def at(function):
            return lambda x: function(np.array(x, dtype=np.float64)[None])[0]

        return at(surface.value), at(surface.gradient), at(surface.hessian)

    return functions
