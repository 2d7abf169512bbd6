"""Timeline: which step each picture shows, and for how long."""

import math
from bisect import bisect
from itertools import accumulate, pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from animopt import Scene, Timeline, surfaces
from animopt.errors import InvalidInput
from animopt.optimizers import SGD

RING = Timeline(speed={0: 0.5, 10: 1, 150: 3}, hold_first=2 / 25)

timelines = st.builds(
    Timeline,
    fps=st.floats(2.5, 100),
    speed=st.floats(0.25, 50) | st.dictionaries(st.integers(0, 400), st.floats(0.25, 50)),
    hold_first=st.floats(0, 3),
    hold_last=st.floats(0, 3),
    duration=st.none() | st.floats(7, 60),
)
warped = st.builds(
    Timeline,
    fps=st.floats(5, 60),
    hold_first=st.floats(0, 3),
    hold_last=st.floats(0, 3),
    duration=st.floats(7, 20),
    warp=st.just(True),
)
# A dash of fifty steps, then a plateau.
DASH = [math.exp(-k / 50) for k in range(1000)]


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


def test_another_rate_keeps_the_film_as_long():
    clock = Timeline(fps=25, speed={0: 0.5, 10: 1, 150: 3}, hold_first=0.5)
    full = total(clock.pictures(999))
    slower = clock.at_rate(10).pictures(999)
    assert len(slower) < len(clock.pictures(999)) / 2
    assert total(slower) == pytest.approx(full, abs=0.3)


def test_a_speed_that_begins_after_the_end_changes_nothing():
    assert Timeline(speed={0: 1, 500: 9}).pictures(20) == Timeline().pictures(20)


def test_speeds_may_leave_out_the_beginning():
    assert Timeline(speed={5: 2}).segments == ((0, 1.0), (5, 2))
    assert Timeline(speed={}).segments == ((0, 1.0),)


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


@pytest.mark.parametrize(
    ("clock", "steps", "shown"),
    [
        (Timeline(duration=1.1, speed={0: 0.5, 10: 1, 150: 3}), 300, [0, 300]),
        (Timeline(duration=1.12, speed={0: 0.5, 10: 1, 150: 3}), 300, [0, 10, 300]),
        (Timeline(duration=1.16, speed={0: 0.5, 10: 1, 150: 3}), 300, [0, 10, 150, 300]),
        (Timeline(duration=3, fps=1, speed={5: 2}, hold_first=0.5, hold_last=0.5), 299, [0, 299]),
        (Timeline(duration=3600, fps=1000, hold_last=3599.998, speed={5: 2}), 99, [0, 99]),
        (Timeline(speed={0: 1e12, 10: 100}), 99, [0, 10, 99]),
    ],
)
def test_a_film_too_short_for_every_speed_still_runs_from_the_first_step_to_the_last(
    clock, steps, shown
):
    pictures = clock.pictures(steps)
    assert steps_of(pictures) == shown
    assert total(pictures) == pytest.approx(clock.duration or 3 / 25 + 1)
    assert pictures[0][1] - clock.hold_first >= 0.999 / clock.fps


def test_a_timeline_keeps_its_own_copy_of_the_speeds_and_has_a_hash():
    speeds = {0: 1, 9: 2}
    clock = Timeline(speed=speeds)
    speeds[0] = -3
    assert clock.speed == {0: 1, 9: 2}
    assert len({clock, Timeline(speed={9: 2.0, 0: 1.0}), Timeline(speed={0: 3}), Timeline()}) == 3


def test_a_duration_keeps_the_holds_and_the_frame_rate():
    pictures = Timeline(fps=25, hold_first=0.5, hold_last=1.5, duration=6).pictures(1000)
    frame = pictures[1][1]
    assert frame == pytest.approx(1 / 25, rel=0.05)
    assert pictures[0][1] == pytest.approx(frame + 0.5)
    assert pictures[-1][1] == pytest.approx(frame + 1.5)


@given(
    timeline=warped,
    movement=st.lists(st.floats(0, 1e6, allow_subnormal=False), min_size=1, max_size=300),
)
def test_a_warped_clock_meets_its_duration_and_shows_both_ends(timeline, movement):
    pictures = timeline.pictures(len(movement), movement)
    shown = steps_of(pictures)
    assert (shown[0], shown[-1]) == (0, len(movement))
    assert shown == sorted(set(shown))
    assert total(pictures) == pytest.approx(timeline.duration, abs=1e-9)
    assert all(speed > 0 for _, speed in timeline.speeds(pictures))


def test_a_warped_clock_moves_as_much_in_each_second_of_the_dash():
    pictures = Timeline(duration=9, hold_last=1, warp=True).pictures(1000, DASH)
    ends = list(accumulate(seconds for _, seconds in pictures))
    at_second = [steps_of(pictures)[bisect(ends, t)] for t in range(6)]
    moved = [math.fsum(DASH[a:b]) for a, b in pairwise(at_second)]
    assert at_second[-1] > 50
    assert max(moved) < 1.2 * min(moved)


def test_a_warped_clock_is_slow_in_the_dash_and_quick_on_the_plateau():
    timeline = Timeline(duration=8, warp=True)
    steps = steps_of(timeline.pictures(1000, DASH))
    gaps = [b - a for a, b in pairwise(steps)]
    assert gaps[:20] == [1] * 20
    assert 20 < max(gaps) < 50
    plain = steps_of(Timeline(duration=8).pictures(1000))
    assert sum(step < 100 for step in steps) > 3 * sum(step < 100 for step in plain)


def test_a_plateau_without_any_movement_still_passes():
    still = [1.0] * 10 + [0.0] * 990
    steps = steps_of(Timeline(duration=8, warp=True).pictures(1000, still))
    assert sum(step > 10 for step in steps) > 20


def test_one_jump_does_not_stop_the_clock():
    jump = [1e6, *DASH]
    pictures = Timeline(duration=8, warp=True).pictures(len(jump), jump)
    assert pictures[0][1] < 0.3
    assert steps_of(pictures)[-1] == len(jump)


def test_without_a_movement_a_warped_clock_runs_evenly():
    steps = steps_of(Timeline(fps=10, duration=6, hold_last=1, warp=True).pictures(490))
    assert {b - a for a, b in pairwise(steps)} == {10}


def test_the_badge_of_a_warped_clock_says_how_fast_it_is():
    timeline = Timeline(duration=8, warp=True)
    pictures = timeline.pictures(1000, DASH)
    speeds = timeline.speeds(pictures)
    assert speeds[0] == (0, 0.5)
    assert speeds[-1][1] == 20
    assert all(a != b for (_, a), (_, b) in pairwise(speeds))
    steps = [step for step, _ in speeds]
    assert steps == sorted(set(steps))


def test_the_badge_of_a_constant_clock_says_what_was_asked_for():
    assert RING.speeds(RING.pictures(999)) == RING.segments == ((0, 0.5), (10, 1), (150, 3))


def test_warping_needs_a_duration():
    with pytest.raises(InvalidInput, match="duration"):
        Timeline(warp=True)
    with pytest.raises(InvalidInput, match=r"Timeline\(warp='no'\): give True or False"):
        Timeline(warp="no")


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
        {"hold_first": 3601},
        {"duration": 3601},
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


@pytest.mark.parametrize("fps", [10, 25, 30, 50])
@pytest.mark.parametrize("duration", [1.5, 3, 7.77, 60])
@pytest.mark.parametrize("steps", [1, 7, 100, 999])
def test_a_duration_never_makes_a_picture_shorter_than_a_frame(fps, duration, steps):
    clock = Timeline(fps=fps, duration=duration, speed={0: 0.5, 10: 1, 150: 3})
    pictures = clock.pictures(steps)
    assert min(seconds for _, seconds in pictures) >= 1 / fps - 1e-9
    assert sum(seconds for _, seconds in pictures) == pytest.approx(duration, abs=1e-9)
    assert (pictures[0][0], pictures[-1][0]) == (0, steps)


@pytest.mark.parametrize(
    ("clock", "steps", "sentence"),
    [
        (Timeline(speed=1e-9), 100, "100 steps take 4e+09 seconds, at most 3600 are allowed"),
        (Timeline(), 90_000, "90000 steps take 3600 seconds"),
        (Timeline(fps=1000), 10**9, "1e+06 seconds"),
        (Timeline(fps=1000, duration=600), 10**9, "599000 pictures, at most 100000 are allowed"),
        (Timeline(fps=1000, duration=600, warp=True), 5, "599000 pictures"),
        (Timeline(fps=1000), 200_000, "200000 pictures"),
    ],
)
def test_an_absurd_film_is_refused_before_it_is_laid_out(clock, steps, sentence):
    with pytest.raises(InvalidInput) as error:
        clock.pictures(steps)
    assert sentence in str(error.value)


def test_many_steps_make_a_short_film_where_the_duration_says_so():
    assert total(Timeline(duration=8).pictures(10**9)) == pytest.approx(8)


def test_a_part_shows_its_own_steps_at_their_own_speeds():
    clock = Timeline(fps=10, speed={0: 1, 6: 2}, first=4, last=11, hold_first=1, hold_last=2)
    assert clock.pictures(100) == [(4, 1.1), (5, 0.1), (6, 0.1), (8, 0.1), (10, 0.1), (11, 2.1)]


@pytest.mark.parametrize("warp", [False, True])
@pytest.mark.parametrize("part", [(0, 40), (7, 60), (59, 60), (3, None)])
def test_a_part_fills_its_duration(part, warp):
    first, last = part
    clock = Timeline(duration=4, warp=warp, first=first, last=last, speed={0: 1, 20: 3})
    shown = clock.pictures(60, np.linspace(1, 2, 60).tolist())
    steps = [step for step, _ in shown]
    assert (steps[0], steps[-1]) == (first, last or 60)
    assert steps == sorted(set(steps))
    assert sum(seconds for _, seconds in shown) == pytest.approx(4)


@pytest.mark.parametrize(
    ("part", "sentence"),
    [
        ({"first": -1}, "first must be a step"),
        ({"first": 1.5}, "first must be a step"),
        ({"first": True, "last": 9}, "first must be a step"),
        ({"last": "10"}, "last must be a step"),
        ({"first": 9, "last": 9}, "the last step must be after the first"),
    ],
)
def test_a_part_that_is_none_is_refused(part, sentence):
    with pytest.raises(InvalidInput, match=sentence):
        Timeline(**part)


@pytest.mark.parametrize(
    ("part", "allowed"), [({"last": 11}, "up to 10"), ({"first": 10}, "below 10")]
)
def test_a_scene_refuses_a_part_that_its_run_does_not_have(part, allowed):
    with pytest.raises(InvalidInput, match=f"the run has 10 steps; give a step {allowed}"):
        Scene(surfaces.bowl(), SGD(lr=0.1), (1, 2), 10, timeline=Timeline(**part))
