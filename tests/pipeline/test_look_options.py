"""One list of look options: render, show, explore and the animations take the same words."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import pytest

from animopt import ContourAnimation, Scene, SurfaceAnimation, render, surfaces
from animopt.animate import SceneAnimation
from animopt.errors import InvalidInput
from animopt.notebook import explore
from animopt.optimizers import SGD
from animopt.pipeline.options import Options, apply
from animopt.scene import Look

SCENE = Scene(surfaces.bowl(), SGD(lr=0.1), (1, 2), 5, size=(96, 80))
# Another legal value of every field of a look.
OTHERS: dict[str, Any] = {
    "trail": 3, "fade": True, "saddles": True, "arrows": True, "minima": "star", "legend": True,
    "levels": 5, "axes": False, "notes": {2: "a"},
    "counter": False, "forces": ("gradient",), "zlim": (0.0, 2.0), "x": "evaluations",
}  # fmt: skip


@pytest.mark.parametrize("name", OTHERS)
def test_any_field_of_a_look_is_an_option(name):
    value = OTHERS[name]
    changed = apply(Options.of("render", {name: value}), SCENE)
    assert getattr(changed, name) == value != getattr(SCENE, name)
    for animation in (ContourAnimation, SurfaceAnimation, SceneAnimation):
        assert getattr(animation(SCENE, **{name: value}).look, name) == value


def test_every_field_of_a_look_is_known_to_render():
    known = {f.name for f in fields(Look)}
    for name in known:
        with pytest.raises(InvalidInput, match=rf"render\(\) has no setting '{name}s?_'"):
            render(SCENE, "x.gif", **{f"{name}_": 1})
    # What a wrong value is told comes from the look, not from the list of words.
    with pytest.raises(InvalidInput, match="trail must be a whole number"):
        render(SCENE, "x.gif", trail=0)


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda **words: render(SCENE, "x.gif", **words), "render"),
        (lambda **words: SCENE.show(**words), "show"),
        (lambda **words: explore(SCENE, **words), "explore"),
        (lambda **words: ContourAnimation(SCENE, **words), "ContourAnimation"),
        (lambda **words: SurfaceAnimation(SCENE, **words), "SurfaceAnimation"),
    ],
)
def test_an_unknown_word_is_answered_by_its_call(call, name):
    with pytest.raises(InvalidInput, match=rf"{name}\(\) has no setting 'trial'.*'trail'"):
        call(trial=3)


def test_a_look_given_as_an_option_changes_the_picture(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    plain, changed = render(SCENE, "gif"), render(SCENE, "gif", arrows=True)
    assert plain != changed == render(SCENE.replace(arrows=True), "gif")
