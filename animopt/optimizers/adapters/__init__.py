"""Adapters: optimizers of other frameworks as they are; a framework is imported when it is used."""

from animopt.optimizers.adapters.ask_tell import from_ask_tell
from animopt.optimizers.adapters.keras_adapter import from_keras
from animopt.optimizers.adapters.optax_adapter import from_optax
from animopt.optimizers.adapters.scipy_adapter import from_scipy
from animopt.optimizers.adapters.torch_adapter import from_torch

__all__ = ["from_ask_tell", "from_keras", "from_optax", "from_scipy", "from_torch"]
