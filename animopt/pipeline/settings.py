"""Settings: hyperparameters that are set from outside a scene, by label or class and field."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import fields
from typing import Any

from animopt.errors import InvalidInput, closest
from animopt.optimizers.base import Optimizer
from animopt.runs.problem import Member
from animopt.scene import Scene


def parse_settings(texts: Iterable[str]) -> dict[str, str]:
    """Split each "LABEL.FIELD=VALUE"; a label may itself contain dots and equals signs.

    >>> parse_settings(["SGD lr=0.5.lr=0.1", "beta1=0.8"])
    {'SGD lr=0.5.lr': '0.1', 'beta1': '0.8'}
    """
    settings = _split("set", texts, "LABEL.FIELD=VALUE, or FIELD=VALUE for all optimizers")
    for target, value in settings.items():
        if value.count(")") > value.count("("):
            told = f"{target}={value}"
            raise InvalidInput(f"set {told!r}: give a number; a schedule belongs in the scene file")
    return settings


def parse_colors(texts: Iterable[str]) -> dict[str, str]:
    """Split each "LABEL=COLOR".

    >>> parse_colors(["SGD lr=0.5=#c00", "Adam=teal"])
    {'SGD lr=0.5': '#c00', 'Adam': 'teal'}
    """
    return _split("color", texts, "LABEL=COLOR, such as 'Adam=#c00'")


def parse_markers(texts: Iterable[str]) -> dict[str, str]:
    """Split each "LABEL=MARKER"."""
    return _split("marker", texts, "LABEL=MARKER, such as 'Adam=s'")


def _split(flag: str, texts: Iterable[str], form: str) -> dict[str, str]:
    """Return values by what stands before the last equals sign of each text."""
    found: dict[str, str] = {}
    for text in texts:
        target, _, value = text.rpartition("=")
        if not (target and value):
            raise InvalidInput(f"{flag} {text!r}: write {form}")
        if target in found:
            raise InvalidInput(f"{flag} {text!r} contradicts '{target}={found[target]}'")
        found[target] = value
    return found


def configured(
    optimizers: Iterable[Member], settings: Mapping[str, Any], flags: Collection[str] = ()
) -> tuple[Member, ...]:
    """Return the optimizers with hyperparameters changed; those that keep theirs are the same.

    Who sets what belongs to the scene is told the flag for it, if it is one of ``flags``.

    Raises:
        InvalidInput: a setting matches none of them, or its value is not allowed.
    """
    changed: list[Member] = []
    known: set[str] = set()
    names: set[str] = set()
    for optimizer in optimizers:
        if not isinstance(optimizer, Optimizer):
            changed.append(optimizer)
            continue
        owners = ("", type(optimizer).__name__ + ".", optimizer.label + ".")
        # From the general to the specific, so that a setting for one optimizer wins.
        targets = {owner + path: path for owner in owners for path in _paths(optimizer)}
        known |= targets.keys()
        names |= set(targets.values())
        for target, path in targets.items():
            if target in settings:
                optimizer = _replace(optimizer, path, settings[target])
        changed.append(optimizer)
    scene_fields = [f.name for f in fields(Scene)]
    for target in settings:
        if target not in known:
            hint = closest(target, known) or f"; choose from {', '.join(sorted(names))}"
            if target in scene_fields:
                hint = f"; {target} belongs to the scene, so change it in the scene's file"
                if target in flags:
                    hint = f"; {target} belongs to the scene: write --{target}"
            if not names:
                hint = "; none of them has a hyperparameter, which is a field of a dataclass"
            raise InvalidInput(f"set {target!r} matches no optimizer{hint}")
    return tuple(changed)


def _paths(optimizer: Optimizer) -> list[str]:
    """Return the path of every hyperparameter, such as "lr", or "base.lr" in a wrapper."""
    held = [(f.name, getattr(optimizer, f.name)) for f in fields(optimizer)]
    inner = {name: value for name, value in held if isinstance(value, Optimizer)}
    own = [name for name in optimizer.hyperparameters if name not in inner]
    return own + [f"{name}.{path}" for name, value in inner.items() for path in _paths(value)]


def _replace(optimizer: Optimizer, path: str, value: Any) -> Optimizer:
    name, _, rest = path.partition(".")
    if rest:
        return optimizer.replace(**{name: _replace(getattr(optimizer, name), rest, value)})
    return optimizer.replace(**{name: typed(value, optimizer.hyperparameters[name], path)})


def typed(value: Any, now: Any, path: str) -> Any:
    """Return text as the type that a field has now: a bool, a string, or else a number."""
    if not isinstance(value, str) or isinstance(now, str):
        return value
    if isinstance(now, bool):
        words = {"true": True, "false": False}
        if value.casefold() not in words:
            raise InvalidInput(f"set {path}={value}: give true or false")
        return words[value.casefold()]
    for number in (int, float):
        try:
            return number(value)
        except ValueError:
            continue
    raise InvalidInput(f"set {path}={value}: give a number")
