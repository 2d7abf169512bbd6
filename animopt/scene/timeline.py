"""Timeline: which step each picture shows, and for how long."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate, groupby
from typing import Any

from animopt.checks import MOST_SECONDS, check_flags
from animopt.errors import InvalidInput, Suggesting, short

# A warped clock counts the movement of a step as at least this fraction of the mean, so that a
# plateau passes at most five times faster than average,
_LEAST_OF_MEAN = 0.2
# and as at most this many frames' worth, since nothing can be shown between two steps.
_MOST_FRAMES = 5
# Few programs play larger animations.
MOST_PICTURES = 100_000


@dataclass(frozen=True)
class Timeline(Suggesting):
    """When each step is shown.

    A speed of v steps per frame shows every v-th step for 1/fps seconds; below 1 it shows every
    step for 1/(v fps) seconds, so that slow motion adds no pictures. The last step is always shown.

    Args:
        fps: frames per second.
        speed: steps per frame, or {from step: steps per frame}, such as {0: 0.5, 10: 1, 150: 3}.
        hold_first: extra seconds on the first picture.
        hold_last: extra seconds on the last picture.
        duration: the total in seconds, holds included; the speeds are scaled to match it.
        warp: ignore the speeds, and let each frame of the duration show about the same movement,
            so that plateaus pass quickly and the fast beginning is slowed down.
        first, last: the steps between which the animation is shown; by default the whole run.
            What came before the first is there from the start, and speeds are still those of the
            steps that they name.

    >>> Timeline(fps=10, speed={0: 0.5, 2: 1, 4: 3}, hold_last=1).pictures(8)
    [(0, 0.2), (1, 0.2), (2, 0.1), (3, 0.1), (4, 0.1), (7, 0.1), (8, 1.1)]
    """

    fps: float = 25.0
    speed: float | Mapping[int, float] = field(default=1.0, hash=False)  # a dict has no hash
    hold_first: float = 0.0
    hold_last: float = 1.0
    duration: float | None = None
    warp: bool = False
    first: int = 0
    last: int | None = None

    def __post_init__(self) -> None:
        self._require("fps", lambda fps: 0 < fps <= 1000, "a number in (0, 1000]")
        for name in ("hold_first", "hold_last"):
            self._require(name, lambda hold: 0 <= hold <= MOST_SECONDS, "seconds from 0 to 3600")
        self._require("speed", _is_speed, "steps per frame > 0, or {from step: steps per frame}")
        if isinstance(self.speed, Mapping):
            object.__setattr__(self, "speed", dict(self.speed))
        if self.duration is not None:
            least = self.hold_first + self.hold_last + 2 / self.fps
            allowed = f"at least {least:g} seconds, the holds and two frames, and at most 3600"
            self._require("duration", lambda seconds: least <= seconds <= MOST_SECONDS, allowed)
        check_flags("Timeline", self, "warp")
        for name in ("first", "last")[: 2 if self.last is not None else 1]:
            self._require(
                name,
                lambda step: step is not True and 1e15 > step == int(step) >= 0,
                "a step, a whole number >= 0",
            )
        if self.last is not None and self.last <= self.first:
            raise InvalidInput(
                f"Timeline(first={self.first}, last={self.last}): the last step must be after the "
                "first; swap them, or leave one out"
            )
        if self.warp and self.duration is None:
            raise InvalidInput("Timeline(warp=True): give the duration as well")

    @property
    def segments(self) -> tuple[tuple[int, float], ...]:
        """(from step, steps per frame), in order, the first from step 0."""
        speeds = dict(self.speed) if isinstance(self.speed, Mapping) else {0: self.speed}
        speeds.setdefault(0, 1.0)
        return tuple(sorted(speeds.items()))

    def at_rate(self, fps: float) -> Timeline:
        """Return the timeline at another frame rate: the same length with more or fewer pictures.

        >>> Timeline(fps=20, speed=2).at_rate(10).segments
        ((0, 4.0),)
        """
        speeds = {start: speed * self.fps / fps for start, speed in self.segments}
        return replace(self, fps=fps, speed=speeds)

    def pictures(
        self, steps: int, movement: Sequence[float] | None = None
    ) -> list[tuple[int, float]]:
        """Return (step, seconds) for each picture of a run of this many steps.

        With a duration, the seconds add up to exactly that, holds included.

        Args:
            steps: the last step of the run.
            movement: how much the picture moves in each step, (steps,), which a warped clock
                follows; by default the same in every step.

        Raises:
            InvalidInput: the animation is longer than an hour, has more than 100 000 pictures, or
                is to show steps that the run does not have.

        >>> Timeline(fps=10, first=5, last=8, hold_last=0).pictures(100)
        [(5, 0.1), (6, 0.1), (7, 0.1), (8, 0.1)]
        >>> clock = Timeline(fps=2, duration=3, warp=True, hold_last=0)
        >>> clock.pictures(8, [4, 4, 4, 0, 0, 0, 0, 0])
        [(0, 1.0), (1, 0.5), (2, 1.0), (8, 0.5)]
        """
        part = self.part(steps)
        if self.duration is None:
            length = self._length(part)
            if length > MOST_SECONDS:
                raise InvalidInput(
                    f"Timeline: {part[1] - part[0]} steps take {length:.4g} seconds, at most "
                    f"{MOST_SECONDS:g} are allowed; raise the speed, or give a duration"
                )
            shown = self._shown(part, 1.0)
        else:
            moving = self.duration - self.hold_first - self.hold_last
            if self.warp:
                moves = [1.0] * steps if movement is None else movement
                shown = self._warped(moves[slice(*part)], moving)
            else:
                shown = self._fitted(part, moving)
        for index, hold in ((0, self.hold_first), (-1, self.hold_last)):
            step, seconds = shown[index]
            shown[index] = (step, seconds + hold)
        return shown

    def part(self, steps: int) -> tuple[int, int]:
        """Return the first and the last step that are shown of a run of this many steps.

        Raises:
            InvalidInput: the run does not have them.
        """
        last = steps if self.last is None else self.last
        if last > steps or not (self.first < last or self.first == last == 0):
            name = "first" if last <= steps else "last"
            raise InvalidInput(
                f"Timeline({name}={getattr(self, name)}): the run has {steps} steps; give a step "
                f"{'below' if name == 'first' else 'up to'} {last if name == 'first' else steps}"
            )
        return self.first, last

    def _fitted(self, part: tuple[int, int], moving: float) -> list[tuple[int, float]]:
        """Return the pictures at speeds scaled to ``moving`` seconds, none shorter than a frame."""
        starts = [start for start, _, _ in self._speeds_in(part)]
        frames = max(2, int(moving * self.fps + 1e-9))
        if frames <= len(starts) + 1:  # not even a picture for each speed
            stops = [*starts, part[1]]
            chosen = [stops[i * len(starts) // (frames - 1)] for i in range(frames)]
            return [(step, moving / frames) for step in chosen]
        factor = self._length(part) / moving
        while True:
            shown = self._shown(part, factor)
            scale = moving / math.fsum(seconds for _, seconds in shown)
            if scale >= 1 - 1e-12:
                return [(step, seconds * scale) for step, seconds in shown]
            # Rounding up to whole pictures took a little too long: go a little faster.
            factor *= max(1 / scale, 1.001)

    def speeds(self, pictures: Sequence[tuple[int, float]]) -> tuple[tuple[int, float], ...]:
        """Return (from step, steps per frame) as the speed badge shows them: the speeds as given.

        Those of a warped clock are averaged over a second and rounded to 1, 2 or 5 times a
        power of ten, so that the badge is readable.
        """
        if not self.warp:
            return self.segments
        steps = [step for step, _ in pictures]
        ends = list(accumulate(seconds for _, seconds in pictures))
        speeds = []
        for i, (step, _) in enumerate(pictures[:-1]):
            low, high = max(0, bisect_left(ends, ends[i] - 0.5)), bisect_left(ends, ends[i] + 0.5)
            high = min(max(high, i + 1), len(steps) - 1)
            low = min(low, i)
            frames = (ends[high - 1] - ends[low] + pictures[low][1]) * self.fps
            speeds.append((step, _rounded((steps[high] - steps[low]) / frames)))
        changes = [next(same) for _, same in groupby(speeds, key=lambda s: s[1])]
        return tuple(changes)

    def _warped(self, movement: Sequence[float], moving: float) -> list[tuple[int, float]]:
        """Return pictures for ``moving`` seconds, in which every frame shows the same movement."""
        frames = max(2, round(moving * self.fps))
        self._check_pictures(frames)
        peak = max(movement)
        moves = bounded = [moved / peak if peak > 0 else 1.0 for moved in movement]
        for _ in range(8):  # repeated, since the bounds depend on the total of the bounded moves
            total = math.fsum(bounded)
            most, least = _MOST_FRAMES * total / frames, _LEAST_OF_MEAN * total / len(moves)
            bounded = [max(min(moved, most), least) for moved in moves]
        passed = [0.0, *accumulate(bounded)]
        per_frame = passed[-1] / (frames - 1)
        shown = [bisect_right(passed, (i + 1e-6) * per_frame) - 1 for i in range(frames)]
        return [
            (self.first + step, len(list(same)) * moving / frames) for step, same in groupby(shown)
        ]

    def _require(self, name: str, test: Callable[[Any], bool], allowed: str) -> None:
        value = getattr(self, name)
        try:
            fits = test(value)
        except (TypeError, ValueError, OverflowError):
            fits = False
        if not fits:
            raise InvalidInput(f"Timeline({name}={short(value)}): {name} must be {allowed}")

    def _check_pictures(self, count: int) -> None:
        if count > MOST_PICTURES:
            raise InvalidInput(
                f"Timeline: the animation has {count} pictures, at most {MOST_PICTURES} are "
                "allowed; raise the speed, lower the fps, or give a shorter duration"
            )

    def _length(self, part: tuple[int, int]) -> float:
        """Return the seconds that the steps take at the given speeds, without the holds."""
        seconds = [pictures * each for _, _, pictures, each in self._stretches(part, 1.0)]
        return math.fsum([*seconds, 1 / self.fps])

    def _shown(self, part: tuple[int, int], factor: float) -> list[tuple[int, float]]:
        stretches = list(self._stretches(part, factor))
        self._check_pictures(sum(pictures for _, _, pictures, _ in stretches))
        shown = [
            (start + int(i * stride + 1e-9), seconds)
            for start, stride, pictures, seconds in stretches
            for i in range(pictures)
        ]
        return [*shown, (part[1], 1 / self.fps)]

    def _stretches(
        self, part: tuple[int, int], factor: float
    ) -> Iterator[tuple[int, float, int, float]]:
        """Yield (from step, steps per picture, pictures, seconds per picture) of each speed."""
        for start, end, speed in self._speeds_in(part):
            speed *= factor
            stride = max(speed, 1.0)
            pictures = max(1, math.ceil((end - start) / stride - 1e-9))
            yield start, stride, pictures, 1 / (self.fps * min(speed, 1.0))

    def _speeds_in(self, part: tuple[int, int]) -> list[tuple[int, int, float]]:
        """Return (from step, up to step, steps per frame) of each speed between two steps."""
        first, last = part
        starts = [start for start, _ in self.segments]
        spans = zip(starts, [*starts[1:], last], (speed for _, speed in self.segments), strict=True)
        cut = [(max(start, first), min(end, last), speed) for start, end, speed in spans]
        return [(start, end, speed) for start, end, speed in cut if start < end]


def _rounded(speed: float) -> float:
    """Return the nearest of ..., 0.5, 1, 2, 5, 10, ... by ratio."""
    power = 10.0 ** math.floor(math.log10(speed))
    return min((m * power for m in (1, 2, 5, 10)), key=lambda near: abs(math.log(near / speed)))


def _is_speed(speed: Any) -> bool:
    speeds = speed if isinstance(speed, Mapping) else {0: speed}
    return all(
        from_step == int(from_step) >= 0
        and steps_per_frame > 0
        and float(steps_per_frame) < math.inf
        for from_step, steps_per_frame in speeds.items()
    )
