"""Files that a stranger made: a sentence or their facts, in a moment, in little memory."""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from contextlib import suppress

import numpy as np
import pytest
from crafted import CRAFTED, GIF, mutated

from animopt import InvalidInput
from animopt.cli import main
from animopt.export import Info, write
from animopt.pipeline.formats import info

ALL_AT_ONCE = """
import sys, time
from animopt import InvalidInput
from animopt.pipeline.formats import info

slowest = 0
for path in sys.argv[1:]:
    begin = time.process_time()
    try:
        info(path)
    except InvalidInput as error:
        assert str(error).startswith("info: "), error
    slowest = max(slowest, time.process_time() - begin)
status = open("/proc/self/status").read()  # what `getrusage` says includes the parent's memory
print(slowest, status.partition("VmHWM:")[2].split()[0])
"""


@pytest.mark.skipif(sys.platform != "linux", reason="memory is measured as Linux tells it")
def test_no_crafted_file_takes_long_or_much(tmp_path):
    paths = [tmp_path / f"{i}.bin" for i in range(len(CRAFTED))]
    for path, content in zip(paths, CRAFTED.values(), strict=True):
        path.write_bytes(content)
    done = subprocess.run(
        [sys.executable, "-c", ALL_AT_ONCE, *paths], capture_output=True, text=True, timeout=120
    )
    assert done.stderr == ""
    slowest, most = map(float, done.stdout.split())
    assert slowest < 10  # a bound on hangs: `make trust` measures
    assert most < 200e3  # kB


@pytest.mark.parametrize("content", CRAFTED.values(), ids=CRAFTED.keys())
def test_info_says_one_sentence_or_the_facts(content, tmp_path, capsys):
    path = tmp_path / "x.bin"
    path.write_bytes(content)
    status = main(["info", str(path)])
    out, err = capsys.readouterr()
    assert (status, out) == (2, "") or (status, err) == (0, "")
    assert len(err.splitlines()) <= 1
    assert (out + err).replace("\n", "").isprintable()


@pytest.mark.parametrize("suffix", ["gif", "png", "mp4", "webm", "html"])
def test_a_mutated_file_is_told_or_refused(suffix, tmp_path):
    if suffix == "html":
        from crafted import page

        good = page({"seconds": [0.1] * 9, "loop": 0, "metadata": {"Title": "x"}})
    else:
        path = tmp_path / f"good.{suffix}"
        frames = np.random.default_rng(1).integers(0, 255, (5, 16, 16, 3), np.uint8)
        good = write(list(frames), path, fps=10, metadata={"Title": "é"}).read_bytes()
    changed = tmp_path / f"changed.{suffix}"
    for data in mutated(good, number=150, seed=1):
        changed.write_bytes(data)
        with suppress(InvalidInput):
            assert isinstance(info(changed), Info)


def test_what_a_terminal_obeys_is_printed_as_letters(tmp_path, capsys):
    text = b'{"Ti\\u001b[31mtle": "\\u001b]0;owned\\u0007 \\u202egnp\\u0085"}'
    path = tmp_path / "x.gif"
    path.write_bytes(GIF + b"!\xfe" + bytes([len(text)]) + text + b"\0;")
    assert main(["info", str(path)]) == 0
    told = capsys.readouterr().out
    assert "  Ti\\x1b[31mtle: \\x1b]0;owned\\x07 \\u202egnp\\x85\n" in told


def test_a_file_of_gigabytes_is_not_read(tmp_path):
    path = tmp_path / "hole.gif"
    with path.open("wb") as file:
        file.write(GIF)
        file.truncate(3 << 30)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begin = time.process_time()
    with pytest.raises(InvalidInput, match="not a complete"):
        info(path)
    assert time.process_time() - begin < 20
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200e3


def test_what_is_no_file_is_not_waited_for(tmp_path):
    for path in (tmp_path, "/dev/zero", tmp_path / "none"):
        with pytest.raises(InvalidInput, match="it is no file"):
            info(path)
