"""Timeline: which step each picture shows, and for how long."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from animopt import Timeline
from animopt.errors import InvalidInput

RING = Timeline(speed={0: 0.5, 10: 1, 150: 3}, hold_first=2 / 25)

timelines = st.builds(
    Timeline,
    fps=st.floats(1, 100),
    speed=st.floats(0.05, 50) | st.dictionaries(st.integers(0, 400), st.floats(0.05, 50)),
    hold_first=st.floats(0, 3),
    hold_last=st.floats(0, 3),
    duration=st.none() | st.floats(9, 60),
)


def steps_of(pictures):
    return [step for step, _ in pictures]


def total(pictures):
    return math.fsum(seconds for _, seconds in pictures)


def test_by_default_every_step_is_shown_for_one_frame_and_the_last_is_held():
    assert Timeline(fps=10, hold_last=2).pictures(3) == [(0, 0.1), (1, 0.1), (2, 0.1), (3, 2.1)]


def test_the_ring_has_434_pictures():
    pictures = RING.pictures(999)
    assert len(pictures) == 434
    assert pictures[0] == (0, 4 / 25)
    assert pictures[1:10] == [(k, 2 / 25) for k in range(1, 10)]
    assert steps_of(pictures[10:150]) == list(range(10, 150))
    assert steps_of(pictures[150:]) == [*range(150, 999, 3), 999]


def test_a_speed_below_one_costs_time_and_no_pictures():
    slow, plain = (Timeline(fps=20, speed=v, hold_last=0).pictures(50) for v in (0.25, 1))
    assert steps_of(slow) == steps_of(plain)
    assert [seconds for _, seconds in slow[:-1]] == [4 / 20] * 50


def test_a_fractional_speed_is_met_on_average():
    steps = steps_of(Timeline(speed=2.5).pictures(100))
    assert steps == [*(int(2.5 * i) for i in range(40)), 100]


def test_a_speed_that_begins_after_the_end_changes_nothing():
    assert Timeline(speed={0: 1, 500: 9}).pictures(20) == Timeline().pictures(20)


def test_speeds_may_leave_out_the_beginning():
    assert Timeline(speed={5: 2}).segments == ((0, 1.0), (5, 2))
    assert Timeline(speed={}).segments == ((0, 1.0),)


def test_speed_at_a_step_is_the_one_asked_for():
    assert [RING.speed_at(step) for step in (0, 9, 10, 149, 150, 999)] == [0.5, 0.5, 1, 1, 3, 3]


@given(timeline=timelines, steps=st.integers(1, 2000))
def test_the_pictures_run_from_the_first_step_to_the_last(timeline, steps):
    shown = steps_of(timeline.pictures(steps))
    assert shown[0] == 0
    assert shown[-1] == steps
    assert shown == sorted(set(shown))
    assert all(seconds > 0 for _, seconds in timeline.pictures(steps))


@given(timeline=timelines.filter(lambda t: t.duration is not None), steps=st.integers(1, 2000))
def test_a_duration_is_met_exactly_holds_included(timeline, steps):
    assert total(timeline.pictures(steps)) == pytest.approx(timeline.duration, abs=1e-9)


@pytest.mark.parametrize("duration", [1.5, 8, 600])
def test_a_duration_scales_every_speed(duration):
    timeline = Timeline(speed={0: 0.5, 10: 1, 150: 3}, hold_last=1, duration=duration)
    assert total(timeline.pictures(999)) == pytest.approx(duration, abs=1e-9)


def test_a_duration_keeps_the_holds_and_the_frame_rate():
    pictures = Timeline(fps=25, hold_first=0.5, hold_last=1.5, duration=6).pictures(1000)
    frame = pictures[1][1]
    assert frame == pytest.approx(1 / 25, rel=0.05)
    assert pictures[0][1] == pytest.approx(frame + 0.5)
    assert pictures[-1][1] == pytest.approx(frame + 1.5)


@pytest.mark.parametrize(
    "wrong",
    [
        {"fps": 0},
        {"fps": -1},
        {"fps": 1001},
        {"fps": math.nan},
        {"fps": math.inf},
        {"fps": "fast"},
        {"fps": None},
        {"speed": 0},
        {"speed": -1},
        {"speed": math.inf},
        {"speed": math.nan},
        {"speed": "fast"},
        {"speed": [1, 2]},
        {"speed": {0: 0}},
        {"speed": {0: "fast"}},
        {"speed": {-1: 1}},
        {"speed": {1.5: 1}},
        {"speed": {math.inf: 1}},
        {"speed": {math.nan: 1}},
        {"speed": {"0": 1}},
        {"speed": {None: 1}},
        {"hold_first": -1},
        {"hold_first": "long"},
        {"hold_last": math.inf},
        {"hold_last": math.nan},
        {"duration": 0},
        {"duration": 1.0},
        {"duration": 1.05},
        {"duration": math.inf},
        {"duration": "8s"},
    ],
    ids=str,
)
def test_what_is_wrong_is_named_with_its_value(wrong):
    ((name, value),) = wrong.items()
    with pytest.raises(InvalidInput) as error:
        Timeline(**wrong)
    assert str(error.value).startswith(f"Timeline({name}={value!r}): {name} must be ")


def test_a_duration_too_short_for_its_holds_says_how_long_it_must_be():
    with pytest.raises(InvalidInput, match=r"at least 3\.08 seconds, the holds and two frames"):
        Timeline(hold_first=1, hold_last=2, duration=3)
