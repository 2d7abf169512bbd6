"""The map in a film: each cell in its colour, hatched where it diverges, the scene's own marked."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.colors import to_rgb

from animopt import Scene, optimizers, simulate, surfaces
from animopt.animate.film import Film
from animopt.picture import compose
from animopt.picture.stage import pixels_of
from animopt.pipeline.varying import varied
from animopt.progress import Progress

JOINED = {"Momentum.lr x Momentum.momentum": ([0.001, 0.1, 0.3, 0.9, 3.0], [0.0, 0.4, 0.8])}


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("panels", [["map"], ["contour", "map", "loss"]], ids=len)
def test_cells_have_their_colours_where_the_axes_say(theme, panels):
    rule = optimizers.Momentum(lr=0.3, momentum=0.4)
    scene = Scene(surfaces.bowl(), rule, start=(3, 4), steps=60, panels=panels, theme=theme)
    found = varied(simulate(scene), scene.bounds, JOINED, Progress())
    picture = compose(simulate(scene), variations=found)
    shown = picture.panels[panels.index("map")]
    frame = Film(picture).draw(0)[::-1, :, :3].astype(int)
    for i, j in np.ndindex(shown.values.shape):
        cell = shown.columns[i : i + 2], shown.rows[j : j + 2]
        (x0, y0), (x1, y1) = pixels_of(np.transpose(cell), ((0, 1), (0, 1)), shown.box)
        part = frame[int(y0) + 3 : int(y1) - 2, int(x0) + 3 : int(x1) - 2].reshape(-1, 3)
        color = picture.theme.paper
        if np.isfinite(shown.parts[i, j]):
            color = picture.theme.sheets(shown.parts[i, j])
        expected = np.rint(255 * np.array(to_rgb(color))).astype(int)
        is_plain = (np.abs(part - expected).max(axis=1) <= 1).mean()
        if np.isfinite(shown.parts[i, j]):
            assert is_plain > 0.3 if (i, j) == (2, 1) else is_plain == 1  # it is marked
        else:
            assert 0.3 < is_plain < 0.97  # hatched, or dotted
    assert shown.diverged.any()
    assert (np.isnan(shown.values) & ~shown.diverged).any()
