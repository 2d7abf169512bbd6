"""Optimizers: the base class, the catalogue in families, schedules and sweeps.

The defaults are PyTorch's. What is a default elsewhere, the learning rate and optional parts aside:

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

from animopt.optimizers import schedules
from animopt.optimizers.adam import (
    AdaBelief,
    Adam,
    Adamax,
    AdamW,
    Adan,
    AMSGrad,
    Lion,
    NAdam,
    RAdam,
    Yogi,
)
from animopt.optimizers.adaptive import Adadelta, Adagrad, Ftrl, RMSprop
from animopt.optimizers.averaging import ASGD, ScheduleFreeAdamW, ScheduleFreeSGD
from animopt.optimizers.base import Optimizer
from animopt.optimizers.derivative_free import NelderMead, RandomSearch, SimulatedAnnealing
from animopt.optimizers.descent import SGD, Brake, Momentum, Nesterov, Rprop, SignSGD
from animopt.optimizers.line_search import BacktrackingDescent, ConjugateGradient
from animopt.optimizers.schedules import (
    constant,
    cosine,
    exponential,
    one_cycle,
    step_decay,
    warmup,
)
from animopt.optimizers.second_order import BFGS, LBFGS, Newton
from animopt.optimizers.sweeps import sweep
from animopt.optimizers.wrappers import SAM, Clip, Lookahead, WeightDecay

__all__ = [
    "ASGD",
    "BFGS",
    "LBFGS",
    "SAM",
    "SGD",
    "AMSGrad",
    "AdaBelief",
    "Adadelta",
    "Adagrad",
    "Adam",
    "AdamW",
    "Adamax",
    "Adan",
    "BacktrackingDescent",
    "Brake",
    "Clip",
    "ConjugateGradient",
    "Ftrl",
    "Lion",
    "Lookahead",
    "Momentum",
    "NAdam",
    "NelderMead",
    "Nesterov",
    "Newton",
    "Optimizer",
    "RAdam",
    "RMSprop",
    "RandomSearch",
    "Rprop",
    "ScheduleFreeAdamW",
    "ScheduleFreeSGD",
    "SignSGD",
    "SimulatedAnnealing",
    "WeightDecay",
    "Yogi",
    "catalogue",
    "constant",
    "cosine",
    "exponential",
    "one_cycle",
    "schedules",
    "step_decay",
    "sweep",
    "warmup",
]


def catalogue() -> dict[str, type[Optimizer]]:
    """Return every optimizer of the catalogue by name: the classes in ``__all__``.

    >>> "Adam" in catalogue(), "Optimizer" in catalogue()
    (True, False)
    """
    classes = {name: globals()[name] for name in __all__}
    return {
        name: value
        for name, value in classes.items()
        if isinstance(value, type) and issubclass(value, Optimizer) and value is not Optimizer
    }
