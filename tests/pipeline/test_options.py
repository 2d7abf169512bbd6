"""Options: a flag overrides the scene, and a setting finds its hyperparameter."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from animopt import InvalidInput, Scene, Timeline, optimizers, surfaces
from animopt.animate import SurfacePanel
from animopt.pipeline.options import Options, apply
from animopt.pipeline.settings import parse_settings

INNER = optimizers.SGD(lr=0.5)


@dataclass(frozen=True)
class Wrapper(optimizers.Optimizer):
    base: optimizers.Optimizer = INNER
    bold: bool = False
    count: int = 3

    def step(self, objective, x, state):
        return self.base.step(objective, x, state)


SCENE = Scene(
    surfaces.bowl(),
    {
        "sgd": optimizers.SGD(lr=0.1),
        "adam": optimizers.Adam(lr=0.2),
        "wrapped": Wrapper(),
    },
    start=(3, 4),
    steps=200,
    view="both",
    timeline=Timeline(fps=30, speed={0: 0.5, 10: 1}, hold_first=0.5, hold_last=2),
)


def settings(*texts: str) -> dict[str, optimizers.Optimizer]:
    return apply(Options(settings=parse_settings(texts)), SCENE).labelled


def test_without_options_the_scene_stays_as_it_is():
    same = apply(Options(), SCENE)
    assert same.timeline == SCENE.timeline
    assert same.optimizers == SCENE.optimizers
    assert (same.view, same.size, same.dpi) == (SCENE.view, SCENE.size, SCENE.dpi)
    np.testing.assert_array_equal(same.start, SCENE.start)


def test_an_option_overrides_the_scene_and_leaves_the_rest():
    changed = apply(Options(view="surface", size="320x240", dpi=50, fps=10, hold=3), SCENE)
    assert (changed.view, changed.size, changed.dpi) == ("surface", (320, 240), 50)
    assert changed.timeline == Timeline(fps=10, speed={0: 0.5, 10: 1}, hold_first=0.5, hold_last=3)
    assert SCENE.view == "both"


def test_speedup_after_a_step_replaces_the_scene_s_speeds():
    assert apply(Options(speedup=3, after=150), SCENE).timeline.speed == {0: 1, 150: 3}
    assert apply(Options(speedup=3), SCENE).timeline.speed == {0: 3}


def test_a_speedup_overrides_the_duration_of_a_scene():
    scene = SCENE.replace(timeline=Timeline(duration=9))
    assert apply(Options(speedup=3), scene).timeline.duration is None


def test_time_is_warped_within_a_duration_and_not_by_a_speedup():
    warped = apply(Options(duration=8), SCENE)
    assert (warped.timeline.duration, warped.timeline.warp) == (8, True)
    assert apply(Options(speedup=3), warped).timeline.warp is False
    assert apply(Options(warp=False), warped).timeline.warp is False
    with pytest.raises(InvalidInput, match="duration"):
        apply(Options(warp=True), SCENE)
    with pytest.raises(InvalidInput, match="contradict"):
        Options(speedup=3, warp=True)


def test_a_duration_without_warp_keeps_the_proportions_of_the_scene_s_speeds():
    timeline = apply(Options(duration=8, warp=False), SCENE).timeline
    assert (timeline.duration, timeline.speed) == (8, SCENE.timeline.speed)
    assert sum(seconds for _, seconds in timeline.pictures(200)) == pytest.approx(8, abs=1e-9)


def test_a_field_alone_is_set_wherever_there_is_one():
    changed = settings("lr=0.7")
    assert (changed["sgd"].lr, changed["adam"].lr) == (0.7, 0.7)
    assert changed["wrapped"].base.lr == 0.5


def test_a_label_or_a_class_picks_one():
    assert settings("adam.lr=0.7")["adam"].lr == 0.7
    assert settings("adam.lr=0.7")["sgd"].lr == 0.1
    assert settings("Adam.beta1=0.8")["adam"].beta1 == 0.8


@pytest.mark.parametrize("texts", [("lr=1", "adam.lr=2"), ("adam.lr=2", "lr=1")])
def test_a_setting_for_one_overrides_one_for_all(texts):
    changed = settings(*texts)
    assert (changed["sgd"].lr, changed["adam"].lr) == (1, 2)


def test_fields_of_a_wrapped_optimizer_are_reached_through_it():
    assert settings("wrapped.base.lr=0.7")["wrapped"].base.lr == 0.7
    assert settings("base.lr=0.7")["wrapped"].base.lr == 0.7


def test_a_wrapper_of_the_catalogue_is_reached_by_either_spelling():
    scene = SCENE.replace(optimizers={"slow": optimizers.Lookahead(optimizers.SGD(lr=0.5))})
    for target in ("slow.lr", "slow.base.lr", "Lookahead.base.lr", "lr"):
        changed = apply(Options(settings={target: "0.25"}), scene).labelled["slow"]
        assert changed == optimizers.Lookahead(optimizers.SGD(lr=0.25), label="slow")


def test_values_are_read_as_what_the_field_holds():
    changed = settings("adam.eps_where=inside", "bold=true", "count=5", "sgd.lr=1e-3")
    assert changed["adam"].eps_where == "inside"
    assert changed["wrapped"].bold is True
    assert changed["wrapped"].count == 5
    assert isinstance(changed["wrapped"].count, int)
    assert changed["sgd"].lr == 1e-3


def test_a_schedule_gives_way_to_a_number():
    scene = SCENE.replace(optimizers=[optimizers.SGD(lr=lambda step: 1 / (step + 1), label="s")])
    assert apply(Options(settings={"lr": "0.5"}), scene).labelled["s"].lr == 0.5


def test_a_label_that_was_derived_follows_its_settings():
    scene = SCENE.replace(optimizers=[optimizers.SGD(lr=0.5), optimizers.Adam(lr=0.5)])
    both = parse_settings(["SGD lr=0.5.lr=0.25", "Adam lr=0.5.beta1=0.5", "Adam lr=0.5.lr=2"])
    changed = apply(Options(settings=both), scene)
    assert list(changed.labelled) == ["SGD lr=0.25", "Adam lr=2, beta1=0.5"]


def test_values_from_python_are_taken_as_they_are():
    changed = apply(Options(settings={"adam.lr": 0.5, "bold": True}), SCENE).labelled
    assert (changed["adam"].lr, changed["wrapped"].bold) == (0.5, True)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("adam.lrr=1", "did you mean 'adam.lr'"),
        ("nothing.like.it=1", "matches no optimizer; choose from base.lr, beta1, .*, lr$"),
        ("steps=1", "steps belongs to the scene"),
        ("base=1", "matches no optimizer"),
        ("label=x", "matches no optimizer"),
        ("bold=perhaps", "give true or false"),
        ("adam.lr=", "write LABEL.FIELD=VALUE"),
        ("=1", "write LABEL.FIELD=VALUE"),
        ("adam.lr=-1", "out of range"),
    ],
)
def test_a_setting_that_does_not_fit_is_refused(text, says):
    with pytest.raises(InvalidInput, match=says):
        settings(text)


@pytest.mark.parametrize(
    "options",
    [
        {"after": 3},
        {"after": 0, "speedup": 2},
        {"speedup": 3, "duration": 5},
        {"fps": "fast"},
        {"hold": float("nan")},
        {"size": "640"},
        {"size": "640x480x3"},
        {"fps": True},
        {"duration": "long"},
        {"duration": "nan"},
        {"style": 3},
        {"theme": 3},
        {"destination": 3},
        {"settings": {1: 2}},
        {"settings": ["lr=1"]},
    ],
)
def test_options_that_make_no_sense_are_refused(options):
    with pytest.raises(InvalidInput, match=next(iter(options))):
        Options(**options)


def test_numpy_s_numbers_are_numbers():
    given = Options(fps=np.int64(10), speedup=np.float32(2), after=np.int64(3), loop=np.uint8(2))
    assert given == Options(fps=10, speedup=2, after=3, loop=2)
    assert type(given.loop) is int


@pytest.mark.parametrize("after", [2.5, True, "3"])
def test_a_speedup_begins_at_a_whole_step(after):
    with pytest.raises(InvalidInput, match="after must be a whole number"):
        Options(speedup=2, after=after)


def test_a_duration_may_be_written_with_its_unit():
    assert Options(duration="8s") == Options(duration="8") == Options(duration=8)


@pytest.mark.parametrize("name", ["orbit", "elev", "azim"])
def test_a_camera_needs_something_in_space(name):
    with pytest.raises(InvalidInput, match=f"{name}=30 is for a camera .*view='surface'"):
        apply(Options(**{name: 30}, view="contour"), SCENE)
    for shown in ({"view": "surface"}, {"panels": "loss, surface"}, {"panels": [SurfacePanel()]}):
        assert apply(Options(**{name: 30}, **shown), SCENE).steps == SCENE.steps


def test_panels_take_the_place_of_a_view_and_a_view_that_of_panels():
    assert apply(Options(panels="contour, loss"), SCENE).panels == ("contour", "loss")
    panelled = SCENE.replace(panels=("contour", "table"))
    assert apply(Options(), panelled).panels == ("contour", "table")
    changed = apply(Options(view="surface"), panelled)
    assert (changed.view, changed.panels) == ("surface", None)
    with pytest.raises(InvalidInput, match="give one of them"):
        Options(view="surface", panels="loss")
    with pytest.raises(InvalidInput, match="did you mean 'loss'"):
        apply(Options(panels="los"), SCENE)


@pytest.mark.parametrize("size", ["640x480", "640X480", " 640 x 480 "])
def test_a_size_may_be_written_with_any_x(size):
    assert Options(size=size).size == (640, 480)
