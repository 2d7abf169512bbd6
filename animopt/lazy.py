"""Lazy: names of a package that are fetched from its modules when they are first asked for."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Any


def fetcher(
    package: str, modules: Mapping[str, Sequence[str]], root: str | None = None
) -> Callable[[str], Any]:
    """Return the ``__getattr__`` of a package; ``modules`` says which names each module has.

    The modules are those of the package, or of its ``root``.
    """
    homes = {name: module for module, names in modules.items() for name in names}

    def fetch(name: str) -> Any:
        if name not in homes:
            from animopt.errors import closest

            known = getattr(sys.modules[package], "__all__", homes)
            hint = "" if name.startswith("_") else closest(name, known)
            raise AttributeError(f"module {package!r} has no attribute {name!r}{hint}")
        value = getattr(import_module(f"{root or package}.{homes[name]}"), name)
        setattr(sys.modules[package], name, value)
        return value

    return fetch
