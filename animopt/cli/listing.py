"""Listing: the members of the catalogues, described by their own docstrings and fields."""

from __future__ import annotations

import inspect
import re
from dataclasses import fields
from typing import Any, TypeAlias

from animopt import optimizers, surfaces
from animopt.optimizers import Optimizer
from animopt.runs.report import Column

Entry: TypeAlias = dict[str, Any]


def list_optimizers() -> list[Entry]:
    """Return the name, rule, settings and source of each optimizer."""
    return [
        {
            "name": name,
            "rule": _summary(member),
            "settings": {f.name: _plain(f.default) for f in fields(member) if f.name != "label"},
            "source": _source(member),
        }
        for name, member in optimizers.catalogue().items()
    ]


def list_surfaces() -> list[Entry]:
    """Return the name, formula, parameters and source of each surface."""
    made = {name: (factory, factory()) for name, factory in surfaces.catalogue().items()}
    return [
        {
            "name": name,
            "formula": surface.formula,
            "settings": {
                p.name: _plain(p.default) for p in inspect.signature(factory).parameters.values()
            },
            "source": surface.source,
        }
        for name, (factory, surface) in made.items()
    ]


def list_formats() -> list[Entry]:
    """Return the name, suffixes and description of each format."""
    from animopt.pipeline.formats import FORMATS

    return [
        {"name": f.name, "suffixes": " ".join(f.suffixes), "description": f.description}
        for f in FORMATS.values()
    ]


def as_columns(entries: list[Entry]) -> list[Column]:
    """Return the entries as columns of text."""
    return [
        Column(heading, tuple(_text(entry[heading]) for entry in entries), is_text=True)
        for heading in entries[0]
    ]


def _summary(member: Any) -> str:
    return (inspect.getdoc(member) or "").partition("\n")[0].rstrip(".")


def _source(member: Any) -> str | None:
    found = re.search(r"^Source: (.*?)(\n\n|\Z)", inspect.getdoc(member) or "", re.S | re.M)
    return " ".join(found[1].split()).rstrip(".") if found else None


def _plain(value: Any) -> Any:
    return value.label if isinstance(value, Optimizer) else value


def _text(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name}={_text(part)}" for name, part in value.items())
    return "" if value is None else format(value, "g" if isinstance(value, float) else "")
