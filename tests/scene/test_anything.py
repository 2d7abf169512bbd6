"""Any scene, of whatever is given, is drawn or refused in one sentence."""

from __future__ import annotations

import random
from itertools import islice

import numpy as np
import pytest
from anything import BASE, BOUNDS, FUNCTIONS, TEXTS, _function, outcome, scenes
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from animopt import InvalidInput, Scene, Surface, optimizers, surfaces


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**32))
def test_any_scene_is_drawn_or_refused_in_one_sentence(seed, tmp_path_factory):
    path = tmp_path_factory.getbasetemp() / "anything.gif"
    for make in islice(scenes(random.Random(seed)), 3):
        assert outcome(make, path) is None


@pytest.mark.parametrize("wide", [1.0, BOUNDS[0]])
@pytest.mark.parametrize("number", range(len(FUNCTIONS)))
@pytest.mark.parametrize("suffix", ["html", "gif"])
def test_functions_that_nobody_means_are_drawn_too(number, wide, suffix, tmp_path):
    look = {"panels": ["contour", "surface", "loss"]}
    path, f = tmp_path / f"x.{suffix}", FUNCTIONS[number]
    assert outcome(lambda: _function(f, wide, look), path) is None
    # Without a value at the start it is refused.
    assert wide > 1 or path.exists() == np.isfinite(f(np.array([0.4]), np.array([0.3]))).all()


@pytest.mark.parametrize("text", [text for text in TEXTS if isinstance(text, str)])
@pytest.mark.parametrize("suffix", ["gif", "png", "mp4", "html"])
def test_any_title_and_label_is_written_or_refused(text, suffix, tmp_path):
    def make():
        rule = optimizers.SGD(lr=0.1, label=f"a{text}")
        return Scene(surfaces.bowl(), rule, (3, 4), 2, title=text, labels=True, size=(96, 80))

    assert outcome(make, tmp_path / f"x.{suffix}") is None


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: Scene(**BASE | {"optimizers": np.array("a")}), "is not an optimizer"),
        (lambda: Scene(**BASE | {"panels": np.array("a")}), "is not a panel"),
        (lambda: Scene(**BASE | {"guides": np.array(5.0)}), "give a list of"),
        (lambda: optimizers.cosine("a", 10), "start must be a finite number"),
        (lambda: optimizers.step_decay(len, 3), "start must be a finite number"),
        (lambda: optimizers.constant(10**400), "value must be a finite number"),
        (lambda: optimizers.warmup("0.1", 3), "write peak=0.1"),
        (lambda: optimizers.one_cycle(float("nan"), 3), "peak must be a finite number"),
        (lambda: Surface(lambda x, y: x, formula=5), "formula is 5; give a string"),
        (lambda: Surface(lambda x, y: x, source="\ud83d"), "half a letter is missing"),
    ],
)
def test_what_once_came_through_is_refused(make, says):
    with pytest.raises(InvalidInput, match=says) as refused:
        make()
    assert "\n" not in str(refused.value)
