"""Needs: what a part of the picture cannot be shown without, and what is said where it lacks."""

from __future__ import annotations

from animopt.errors import InvalidInput
from animopt.picture.stage import Stage

HEIGHTS, POINTS = "heights", "points"
"""A surface with ground; a run that has a place."""


def lacking(stage: Stage, needs: tuple[str, ...]) -> str | None:
    """Return what is missing of what something needs, and what to do about it; None if nothing."""
    surface = stage.problem.surface
    if POINTS in needs and not stage.placed:
        return "no run has points; choose panels of numbers, such as panels=['loss']"
    if HEIGHTS in needs and not surface.has_ground:
        return (
            f"{surface.name!r} is paper, without heights and slopes; give the plane a loss=, or "
            "the scene a surface, or leave it out"
        )
    return None


def check_needs(stage: Stage, who: str, needs: tuple[str, ...]) -> None:
    """Raise InvalidInput where something is missing."""
    missing = lacking(stage, needs)
    if missing is not None:
        raise InvalidInput(f"{who}: {missing}")
