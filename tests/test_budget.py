"""A film that must fit gives up as little as that takes, in at most six encodes."""

import pytest

from animopt import ExportError, InvalidInput, Timeline
from animopt.budget import TRIES, Trade, ladder, parse_bytes, search


def shrinking(rungs, factor=0.8):
    """An encoder whose files shrink by a factor with every rung, and the list of its calls."""
    calls = []

    def encode(trade):
        calls.append(trade)
        return round(1_000_000 * factor ** rungs.index(trade))

    return encode, calls


@pytest.mark.parametrize("suffix", [".gif", ".mp4"])
@pytest.mark.parametrize("limit", [2_000_000, 900_000, 500_000, 250_000, 100_000, 60_000])
def test_the_first_rung_that_fits_is_found_in_six_tries(suffix, limit):
    rungs = ladder(suffix)
    encode, calls = shrinking(rungs)
    sizes = [round(1_000_000 * 0.8**i) for i in range(len(rungs))]
    if sizes[-1] > limit:
        with pytest.raises(ExportError, match="nothing fits"):
            search(encode, rungs, limit)
    else:
        chosen = search(encode, rungs, limit)
        assert chosen == rungs[next(i for i, size in enumerate(sizes) if size <= limit)]
    assert len(calls) == len(set(calls)) <= TRIES


def test_pain_comes_in_the_order_of_rate_size_and_colours():
    rungs = ladder(".gif")
    assert rungs[0] == Trade()
    keys = [(-rung.rate, -rung.scale, -(rung.colors or 256)) for rung in rungs]
    assert keys == sorted(keys)
    assert all(rung.colors is None for rung in ladder(".mp4"))


def test_another_rate_keeps_the_film_as_long():
    clock = Timeline(fps=25, speed={0: 0.5, 10: 1, 150: 3}, hold_first=0.5)
    full = sum(seconds for _, seconds in clock.pictures(999))
    slower = clock.at_rate(10).pictures(999)
    assert len(slower) < len(clock.pictures(999)) / 2
    assert sum(seconds for _, seconds in slower) == pytest.approx(full, abs=0.3)


@pytest.mark.parametrize(("text", "count"), [("2MB", 2e6), ("500 kb", 5e5), ("1 MiB", 2**20)])
def test_sizes_are_read_as_people_write_them(text, count):
    assert parse_bytes(text) == count


@pytest.mark.parametrize("text", ["", "MB", "-1MB", "0", "2 apples", "1e9"])
def test_other_sizes_are_refused(text):
    with pytest.raises(InvalidInput, match="max_size"):
        parse_bytes(text)
