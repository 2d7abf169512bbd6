"""Sweeps: the same optimizer with several values of a hyperparameter, or a grid over several."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from itertools import product
from typing import Any

import numpy as np

from animopt.errors import InvalidInput, WrongCall, answering, check_keywords
from animopt.optimizers.base import Optimizer
from animopt.optimizers.keywords import swept


@answering(kind="SGD, lr=[0.3, 0.1]", lr="[0.3, 0.1]")
def sweep(kind: type[Optimizer] | Optimizer, **settings: Any) -> list[Optimizer]:
    """Return one optimizer for every combination of the settings that are lists.

    Other settings are the same for all. The last list varies fastest; labels show what is swept.
    A wrapper takes its ``base``, and lists for the settings of ``base`` as well as its own. Instead
    of a class, an optimizer goes too, such as ``from_torch(torch.optim.AdamW)``.

    >>> from animopt.optimizers import SGD, Momentum
    >>> [each.label for each in sweep(SGD, lr=[0.3, 0.1])]
    ['SGD lr=0.3', 'SGD lr=0.1']
    >>> [each.label for each in sweep(Momentum, lr=[0.3, 0.1], momentum=0.5)]
    ['Momentum lr=0.3, momentum=0.5', 'Momentum lr=0.1, momentum=0.5']

    Raises:
        InvalidInput: nothing is a list, or a list is empty.
    """
    is_class = isinstance(kind, type) and issubclass(kind, Optimizer)
    if not (is_class or isinstance(kind, Optimizer)):
        raise InvalidInput(f"sweep({kind!r}, ...): give a class, as in sweep(SGD, lr=[0.3, 0.1])")
    if isinstance(kind, type):
        _check_settings(kind, settings)
    lists = {name: list(v) for name, v in settings.items() if _is_list(v)}
    fixed = {name: value for name, value in settings.items() if name not in lists}
    if not lists or not all(lists.values()):
        name = getattr(kind, "__name__", kind)
        raise InvalidInput(
            f"sweep({name}, ...): give the values of at least one setting as a list, "
            "as in lr=[0.3, 0.1]"
        )
    base = kind.replace(**fixed) if isinstance(kind, Optimizer) else kind(**fixed)
    swept = [base.replace(**dict(zip(lists, p, strict=True))) for p in product(*lists.values())]
    return [each.showing(lists) for each in swept]


def _check_settings(kind: type[Optimizer], settings: Mapping[str, Any]) -> None:
    """Raise WrongCall for what is no setting of a class, with the sweep that was meant."""
    known = {f.name for f in fields(kind)}
    if "base" in known:
        return  # its own settings and those of its base, as its ``replace`` checks
    for word in settings:
        if word not in known and (meant := swept(kind, settings)):
            raise WrongCall(f"{kind.__name__}() has no setting {word!r}; write {meant}")
    check_keywords(kind.__name__, settings, sorted(known))


def _is_list(value: Any) -> bool:
    return isinstance(value, np.ndarray | Sequence) and not isinstance(value, str)
