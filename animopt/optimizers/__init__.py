"""Optimizers: the base class, the catalogue in families, schedules, sweeps and adapters.

``from_torch``, ``from_optax``, ``from_keras``, ``from_scipy`` and ``from_ask_tell`` take what other
frameworks have as it is, beside ours in one scene:

    from_torch(torch.optim.AdamW, lr=0.1)
    from_optax(optax.lion, learning_rate=1e-2)
    from_keras(keras.optimizers.Nadam, learning_rate=0.1)
    from_scipy("BFGS")
    from_ask_tell(lambda x: cma.CMAEvolutionStrategy(x, 0.5))

The defaults are PyTorch's. Those of other frameworks, except for lr and optional parts:

    Keras 3
        Momentum(form="velocity")
        Nesterov(form="velocity")
        Adagrad(eps=1e-7, initial_accumulator=0.1, eps_where="inside")
        RMSprop(rho=0.9, eps=1e-7, eps_where="inside", form="velocity")
        Adadelta(rho=0.95, eps=1e-7)
        Adam(eps=1e-7, eps_where="uncorrected")
        AMSGrad(eps=1e-7, eps_where="uncorrected")
        AdamW(eps=1e-7, eps_where="uncorrected", weight_decay=0.004)
        NAdam(eps=1e-7, momentum_decay=1.0)
        Adamax(eps=1e-7, eps_where="outside")
    optax
        Adagrad(eps=1e-7, initial_accumulator=0.1, eps_where="inside")
        RMSprop(rho=0.9, eps_where="inside", form="velocity")
        AMSGrad(maximum="corrected")
        AdamW(weight_decay=1e-4)
        NAdam(momentum_decay=1e6)
        RAdam(eps_where="outside")
        Lion(weight_decay=1e-3)
    TensorFlow 2.10
        Momentum(form="velocity")
        Nesterov(form="velocity")
        Adagrad(eps=1e-7, initial_accumulator=0.1)
        RMSprop(rho=0.9, eps=1e-7)
        Adadelta(rho=0.95, eps=1e-7)
        Adam(eps=1e-7, eps_where="uncorrected")
        AMSGrad(eps=1e-7, eps_where="uncorrected")
        NAdam(eps=1e-7)
        Adamax(eps=1e-7, eps_where="outside")

Textbooks often put eps inside the root: ``eps_where="inside"`` in Adagrad, RMSprop and Adam.
"""

from typing import TYPE_CHECKING

from animopt.lazy import fetcher
from animopt.optimizers import (
    adam,
    adaptive,
    averaging,
    derivative_free,
    descent,
    line_search,
    schedules,
    second_order,
    wrappers,
)
from animopt.optimizers.adam import *
from animopt.optimizers.adaptive import *
from animopt.optimizers.averaging import *
from animopt.optimizers.base import Optimizer
from animopt.optimizers.derivative_free import *
from animopt.optimizers.descent import *
from animopt.optimizers.line_search import *
from animopt.optimizers.schedules import *
from animopt.optimizers.second_order import *
from animopt.optimizers.sweeps import sweep
from animopt.optimizers.wrappers import *

__all__ = ["Optimizer", "catalogue", "schedules", "sweep"]
__all__ += adam.__all__ + adaptive.__all__ + averaging.__all__ + derivative_free.__all__
__all__ += descent.__all__ + line_search.__all__ + second_order.__all__ + wrappers.__all__
__all__ += schedules.__all__
__all__ += ["from_ask_tell", "from_keras", "from_optax", "from_scipy", "from_torch"]


def catalogue() -> dict[str, type[Optimizer]]:
    """Return every optimizer class by name, as listed in the ``__all__`` of the families.

    >>> "Adam" in catalogue(), "Optimizer" in catalogue()
    (True, False)
    """
    classes = {name: globals().get(name) for name in sorted(__all__, key=str.casefold)}
    return {
        name: value
        for name, value in classes.items()
        if isinstance(value, type) and issubclass(value, Optimizer) and value is not Optimizer
    }


if TYPE_CHECKING:
    from animopt.optimizers.adapters import (
        from_ask_tell,
        from_keras,
        from_optax,
        from_scipy,
        from_torch,
    )
else:
    # An unknown name gets a hint here, from those of all families.
    __getattr__ = fetcher(__name__, {"adapters": [name for name in __all__ if "from_" in name]})
