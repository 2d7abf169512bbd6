"""Optimizers: the base class, the catalogue in families, schedules and sweeps."""

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
    "schedules",
    "sweep",
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
