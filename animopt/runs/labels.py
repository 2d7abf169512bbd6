"""Labels: who is meant by a label, or by a name without its settings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from animopt.checks import check_line
from animopt.errors import InvalidInput, did_you_mean

Value = TypeVar("Value")


class Labelled(Protocol):
    """What has a label, and perhaps a kind: an optimizer, a run."""

    @property
    def label(self) -> str:
        """The name in legends and reports."""

    @property
    def kind(self) -> str | None:
        """What it is, without its settings; None for a run of its own."""


Member = TypeVar("Member", bound=Labelled)


def named(who: str, name: str, members: Sequence[Member]) -> Member:
    """Return the member with a label, or the only one of a kind: "Adam" for "Adam lr=0.1".

    Raises:
        InvalidInput: there is none, or several are of that kind.
    """
    for member in members:
        if member.label == name:
            return member
    alike = [member for member in members if member.kind == name]
    if len(alike) == 1:
        return alike[0]
    if alike:
        listed = " and ".join(repr(each.label) for each in alike)
        raise InvalidInput(f"{who} {name!r} may be {listed}; give the whole label")
    known = {member.label for member in members} | {member.kind or "" for member in members}
    hint = did_you_mean(str(name), known - {""})
    raise InvalidInput(f"{who} {name!r} is unknown{hint}")


def by_label(who: str, given: Mapping[str, Value], members: Sequence[Labelled]) -> dict[str, Value]:
    """Return values by whole label: one for each member.

    Raises:
        InvalidInput: a name is unknown, given twice, or missing.
    """
    found: dict[str, Value] = {}
    for name, value in given.items():
        label = named(f"{who}:", name, members).label
        if label in found:
            raise InvalidInput(f"{who}: {label!r} is named twice; name it once")
        found[label] = value
    missing = [member.label for member in members if member.label not in found]
    if missing:
        raise InvalidInput(f"{who}: {missing[0]!r} is not named; name every one that is simulated")
    return found


def check_labels(members: Iterable[Any]) -> None:
    """Raise InvalidInput for a label that is no line, or for two that are equal."""
    seen: dict[str, Any] = {}
    for member in members:
        check_line("Scene(optimizers=...): a label", member.label)
        if member.label in seen:
            raise InvalidInput(
                f"Scene: two {_what(seen[member.label], member)} have the label {member.label!r}: "
                f"{seen[member.label]} and {member}; give one of them label='...'"
            )
        seen[member.label] = member


def _what(one: Any, other: Any) -> str:
    """Return what two members are: optimizers, unless one of them is recorded."""
    return "runs" if hasattr(one, "on") or hasattr(other, "on") else "optimizers"
