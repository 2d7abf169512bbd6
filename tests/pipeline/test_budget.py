"""An animation that must fit is reduced as little as possible, in at most five encodes."""

import pytest

from animopt import ExportError, InvalidInput, Timeline
from animopt.pipeline.budget import Trade, ladder, parse_bytes, search
from animopt.scene import Look


def shrinking(rungs, factor=0.8):
    """Return an encoder whose files shrink by a factor with every rung, and its calls."""
    calls = []

    def encode(trade):
        calls.append(trade)
        return round(1_000_000 * factor ** rungs.index(trade))

    return encode, calls


@pytest.mark.parametrize("has_palette", [True, False])
@pytest.mark.parametrize("limit", [2_000_000, 900_000, 500_000, 250_000, 100_000, 60_000])
def test_the_first_rung_that_fits_is_found_in_five_tries(has_palette, limit):
    rungs = ladder(has_palette)
    encode, calls = shrinking(rungs)
    sizes = [round(1_000_000 * 0.8**i) for i in range(len(rungs))]
    if sizes[-1] > limit:
        with pytest.raises(ExportError, match="nothing fits"):
            search(encode, rungs, limit)
    else:
        chosen = search(encode, rungs, limit)
        assert chosen == rungs[next(i for i, size in enumerate(sizes) if size <= limit)]
    assert len(calls) == len(set(calls)) <= 5


def test_trades_are_in_the_order_of_rate_size_and_colours():
    rungs = ladder(has_palette=True)
    assert rungs[0] == Trade()
    keys = [(-rung.rate, -rung.scale, -rung.colors) for rung in rungs]
    assert keys == sorted(keys)
    assert all(rung.colors == 256 for rung in ladder(has_palette=False))
    assert len(ladder(has_palette=False)) < len(rungs)


def test_a_trade_shrinks_the_picture_with_all_that_is_in_it_and_keeps_the_time():
    clock = Timeline(fps=20, hold_last=0)
    look = Look(dpi=100, timeline=clock)
    traded = Trade(rate=0.5, scale=0.5).of(look, (642, 480))
    assert (traded.size, traded.dpi, traded.timeline.fps) == ((320, 240), 50, 10)
    before, after = (each.timeline.pictures(40) for each in (look, traded))
    assert sum(s for _, s in after) == pytest.approx(sum(s for _, s in before), abs=0.1)
    assert len(after) == 21


@pytest.mark.parametrize(("text", "count"), [("2MB", 2e6), ("500 kb", 5e5), ("1 MiB", 2**20)])
def test_sizes_are_read_as_people_write_them(text, count):
    assert parse_bytes(text) == count


@pytest.mark.parametrize("text", ["", "MB", "-1MB", "0", "2 apples", "1e9"])
def test_other_sizes_are_refused(text):
    with pytest.raises(InvalidInput, match="max_size"):
        parse_bytes(text)
