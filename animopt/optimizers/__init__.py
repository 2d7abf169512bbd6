"""Optimizers: the base class, and the catalogue in families."""

from animopt.optimizers.adaptive import Adadelta, Adagrad, Adam, RMSprop
from animopt.optimizers.base import Optimizer
from animopt.optimizers.descent import SGD, Brake, Momentum

__all__ = ["SGD", "Adadelta", "Adagrad", "Adam", "Brake", "Momentum", "Optimizer", "RMSprop"]
