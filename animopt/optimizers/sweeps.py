"""Sweeps: the same optimizer with several values of a hyperparameter, or a grid over several."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import product
from numbers import Real
from typing import Any, NamedTuple

import numpy as np

from animopt.errors import InvalidInput
from animopt.optimizers.base import Optimizer, brief


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
    return [each.replace(label=each.describe(lists)) for each in swept]


class Place(NamedTuple):
    """The place of an optimizer in its sequence: ``rank`` of ``size``, counting from 0."""

    kind: str
    rank: int
    size: int


def places(optimizers: Iterable[Optimizer]) -> list[Place]:
    """Return each optimizer's place in its sequence, in the order given.

    A sequence is all optimizers of a class, if they differ in a number that each label shows, as
    "SGD lr=0.1" and "lr 0.1" do; an optimizer outside a sequence has size 1. Wrappers belong
    together if they wrap the same class.

    >>> from animopt.optimizers import SGD, Adam
    >>> [tuple(place) for place in places([SGD(lr=0.2), Adam(), SGD(lr=0.1)])]
    [('SGD', 0, 2), ('Adam', 0, 1), ('SGD', 1, 2)]
    >>> [tuple(place) for place in places([SGD(lr=0.2, label="fast"), SGD(lr=0.1, label="slow")])]
    [('SGD', 0, 1), ('SGD', 0, 1)]
    """
    members = list(optimizers)
    kinds = [_kind(optimizer) for optimizer in members]
    sequences = {
        kind
        for kind in kinds
        if _is_sequence([each for each, k in zip(members, kinds, strict=True) if k == kind])
    }
    return [
        Place(k, kinds[:i].count(k), kinds.count(k)) if k in sequences else Place(k, 0, 1)
        for i, k in enumerate(kinds)
    ]


def _is_sequence(members: Sequence[Optimizer]) -> bool:
    settings = [each.hyperparameters for each in members]
    return any(
        len({repr(each[name]) for each in settings}) > 1
        and all(
            _shows(member.label, each[name]) for member, each in zip(members, settings, strict=True)
        )
        for name in settings[0]
    )


def _shows(label: str, value: Any) -> bool:
    number = isinstance(value, Real) and not isinstance(value, bool)
    return number and bool(re.search(rf"(?<![\d.]){re.escape(brief(value))}(?![\d.])", label))


def _kind(optimizer: Optimizer) -> str:
    name, base = type(optimizer).__name__, getattr(optimizer, "base", None)
    return f"{name}({_kind(base)})" if isinstance(base, Optimizer) else name


def _is_list(value: Any) -> bool:
    return isinstance(value, np.ndarray | Sequence) and not isinstance(value, str)
