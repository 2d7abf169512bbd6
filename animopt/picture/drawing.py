"""Drawing: matplotlib's settings as a theme asks for them, whatever those of its user are."""

from __future__ import annotations

from collections.abc import Mapping
from threading import RLock
from types import TracebackType
from typing import Any

import matplotlib
import matplotlib.style
import numpy as np

from animopt.picture.theme import Theme

# matplotlib 3.11 has a type for each of its settings, and none for all of them together.
_RC: Any = matplotlib.rcParams
# Settings are those of the whole process: threads that draw take turns.
_LOCK = RLock()


class Drawing:
    """The settings with which a theme is measured and drawn; ``with`` it they are in force.

    All that is drawn, saved or measured is so within: outputs have the same bytes whatever stands
    in a matplotlibrc. Entering takes some microseconds, unlike ``matplotlib.style.context``, which
    checks every setting again; so a frame can be drawn within, and what comes between two frames,
    which may be the user's own code, is not.
    """

    def __init__(self, theme: Theme) -> None:
        with matplotlib.style.context(["default", theme.rc]):
            self._values = dict(dict.items(_RC))
        # Whatever window the user shows figures in stays as it is.
        self._values.pop("backend", None)
        # The names of things within an SVG are hashes, and random without this.
        self._values["svg.hashsalt"] = "animopt"
        # What was measured or stamped with other settings is not taken for this theme's.
        self.key = repr(sorted((k, str(v)) for k, v in theme.style.items()))
        self._before: list[tuple[Mapping[str, Any], Any]] = []

    def __enter__(self) -> Drawing:
        """Put the settings in force, unless they are."""
        _LOCK.acquire()
        _WITHIN.append(self)
        if _WITHIN[-2:-1] == [self]:
            return self
        before = dict(dict.items(_RC))
        before.pop("backend", None)
        # Heights and paths may be as large as floats can be: nobody needs to hear of it again.
        silence = np.errstate(all="ignore")
        silence.__enter__()
        self._before.append((before, silence))
        dict.update(_RC, self._values)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Put in force again what was so before."""
        _WITHIN.pop()
        if _WITHIN[-1:] != [self]:
            before, silence = self._before.pop()
            silence.__exit__(kind, error, trace)
            dict.update(_RC, before)
        _LOCK.release()


def drawing(theme: Theme) -> Drawing:
    """Return the settings of a theme; equal themes share them, since making them takes time."""
    key = repr(theme)
    if key not in _MADE:
        if len(_MADE) >= _MOST_MADE:
            _MADE.clear()
        _MADE[key] = Drawing(theme)
    return _MADE[key]


_MADE: dict[str, Drawing] = {}
_MOST_MADE = 32
# Those that were entered and not left, the last of which are in force.
_WITHIN: list[Drawing] = []


def in_force() -> str:
    """Return what tells the settings in force from those of other styles."""
    return _WITHIN[-1].key if _WITHIN else ""
