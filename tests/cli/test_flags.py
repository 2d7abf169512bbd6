"""The help of a flag names every choice that the code knows."""

from __future__ import annotations

import re

import pytest

from animopt.animate.stills import KINDS
from animopt.cli import flags
from animopt.export.settings import QUALITIES
from animopt.picture.shapes import MARKERS
from animopt.picture.theme import THEMES
from animopt.pipeline.destinations import DESTINATIONS
from animopt.scene.panels import PANELS, VIEWS


@pytest.mark.parametrize(
    ("flag", "choices"),
    [
        (flags.Theme, THEMES),
        (flags.Quality, QUALITIES),
        (flags.View, VIEWS),
        (flags.Panels, PANELS),
        (flags.For, DESTINATIONS),
        (flags.StillKind, KINDS),
    ],
    ids=["theme", "quality", "view", "panels", "for", "kind"],
)
def test_the_help_names_every_choice(flag, choices):
    (option,) = flag.__metadata__
    assert set(choices) <= set(re.findall(r"[a-z]+(?:-[a-z]+)?", option.help))


def test_the_help_names_every_marker():
    (option,) = flags.Shapes.__metadata__
    assert set(MARKERS) <= set(re.findall(r"[^ .]+", option.help))
