"""A drag: changes that follow each other quickly, in the event loop of a notebook."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest

from animopt import Scene, explore, optimizers, surfaces
from animopt.notebook import redraw

pytest.importorskip("ipywidgets", reason="the package ipywidgets is missing")
pytest.importorskip("anywidget", reason="the package anywidget is missing")


@pytest.fixture
def explorer():
    return explore(
        Scene(
            surfaces.himmelblau(),
            {"adam": optimizers.Adam(lr=0.3)},
            start=(-0.5, -0.5),
            steps=10,
            size=(160, 120),
        )
    )


def test_many_changes_at_once_are_drawn_once(explorer, monkeypatch):
    drawn = []
    png = redraw.Redrawer.png
    monkeypatch.setattr(redraw.Redrawer, "png", lambda *a: drawn.append(1) or png(*a))

    async def drag():
        for lr in (0.31, 0.32, 0.33):
            explorer.controls["adam.lr"].value = lr
        assert drawn == []
        while not drawn:
            await asyncio.sleep(0.01)

    asyncio.run(drag())
    assert drawn == [1]
    assert explorer.scene.labelled["adam"].lr == 0.33


def test_changes_that_never_rest_are_drawn_meanwhile(explorer, monkeypatch):
    drawn = []
    monkeypatch.setattr(redraw.Redrawer, "png", lambda *a: drawn.append(1) or b"")

    async def drag():
        for lr in np.linspace(0.2, 0.3, 40):
            explorer.controls["adam.lr"].value = lr
            await asyncio.sleep(0.002)

    asyncio.run(drag())
    assert len(drawn) > 1


def test_a_drag_renews_the_still_when_it_rests(explorer, monkeypatch):
    kept = []
    monkeypatch.setattr(
        type(explorer), "_keep", lambda own: kept.append(own.scene.labelled["adam"].lr)
    )

    async def drag():
        for lr in (0.31, 0.32, 0.33):
            explorer.controls["adam.lr"].value = lr
            await asyncio.sleep(0)
        while not kept:
            await asyncio.sleep(0.01)

    asyncio.run(drag())
    assert kept == [0.33]
