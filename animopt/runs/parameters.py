"""Parameters: those of a model of any framework, as flat float32, without importing one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from numbers import Real
from typing import Any

import numpy as np

from animopt.errors import InvalidInput, short
from animopt.runs.scratch import Row


def parts_of(given: Any) -> list[Row]:
    """Return all parameters, in parts that follow each other; a part may share their memory.

    Args:
        given: a torch module, a Keras model, tensors, arrays or numbers, or lists and dicts of
            those, to any depth.

    Raises:
        InvalidInput: they are not real numbers, or there are none.
    """
    parts = [part for each in _leaves(given) if (part := _flat(each)).size]
    if not parts:
        raise InvalidInput(f"record: {short(given)} has no parameters; give a model, or arrays")
    return parts


def one_number(given: Any) -> float | None:
    """Return a number, or that in an array or a tensor of one; None for anything else."""
    try:
        # Torch warns where a number is taken from a tensor that has a gradient.
        return float(given.detach() if hasattr(given, "detach") else given)
    except (TypeError, ValueError, RuntimeError):
        return None


def _leaves(given: Any) -> Iterator[Any]:
    if hasattr(given, "trainable_variables"):
        yield from given.trainable_variables  # of Keras, which on torch has parameters() too
    elif callable(parameters := getattr(given, "parameters", None)):
        yield from parameters()  # of torch
    elif isinstance(given, Mapping):
        for each in given.values():
            yield from _leaves(each)
    elif isinstance(given, list | tuple) and not all(isinstance(each, Real) for each in given):
        for each in given:
            yield from _leaves(each)
    else:
        yield given


def _flat(leaf: Any) -> Row:
    if hasattr(leaf, "value") and not isinstance(leaf, np.ndarray):
        leaf = leaf.value  # a Keras variable is a box around the tensor of its backend
    if hasattr(leaf, "detach"):
        # NumPy does not know all types of torch's, such as bfloat16.
        leaf = leaf.detach().float().cpu().numpy()
    try:
        numbers = np.asarray(leaf)
    except (TypeError, ValueError):
        numbers = np.empty(0, object)
    if numbers.dtype.kind not in "fiu" and numbers.dtype.name != "bfloat16":
        raise InvalidInput(f"record: {short(leaf)} are no real numbers; give parameters as floats")
    with np.errstate(over="ignore"):
        return np.ascontiguousarray(numbers, dtype=np.float32).reshape(-1)
