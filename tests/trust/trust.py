"""The long form of what the tests of trust try in short: prints a table; `make trust` runs it.

python tests/trust/trust.py [--kills N] [--mutants N] [--minutes M] [PART...]
Parts: kills, media, expressions, settings, fuzz; all by default. The status is 1 if anything fails.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "helpers"))

from anything import outcome, scenes  # noqa: E402
from commands import command_lines, refusal  # noqa: E402
from crafted import CRAFTED, mutated, page  # noqa: E402
from hostile import EXPRESSIONS, OPTIONS  # noqa: E402
from kills import HEAD, KINDS, WHO, Killer  # noqa: E402
from settings_of_users import SMALL, as_user, changes, outputs  # noqa: E402

from animopt import render  # noqa: E402

# What each command may take, in seconds and bytes.
SECONDS, MEMORY = 2.0, {"info": 200e6, "render": 500e6}
GIVEN = ("--optimizer", "SGD:lr=0.1", "--start", "1,2")


def measured(folder: Path, *command: str) -> tuple[int, str, float, float]:
    """Run a command of animopt; return its status, its stderr, its seconds and its memory."""
    watch = "import sys; from animopt.__main__ import main; status = main(); "
    watch += "print(open('/proc/self/status').read().partition('VmHWM:')[2].split()[0]); "
    watch += "sys.stdout.flush(); sys.exit(status)"
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [sys.executable, "-c", watch, *command], cwd=folder, capture_output=True, timeout=60
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    told = done.stdout.decode(errors="replace").split()
    memory = float(told[-1]) * 1024 if told and told[-1].isdigit() else float("inf")
    return done.returncode, done.stderr.decode(errors="replace"), used, memory


def kills(folder: Path, options: argparse.Namespace) -> Iterator[str]:
    """Kill renders at random moments, a part of them in each way."""
    print(HEAD)
    for kind in KINDS:
        killer = Killer(folder / kind.replace(" ", ""), steps=150)
        for who in WHO:
            if who == "worker" and "-j" not in kind:
                continue
            tally = killer.kill(kind, who, options.kills)
            print(tally.row(f"{kind}, {who}"), flush=True)
            if not tally.clean:
                yield f"{kind}, {who}: {tally}"


def media(folder: Path, options: argparse.Namespace) -> Iterator[str]:
    """Ask for the facts of crafted files, one by one, and of mutated ones, all in one process."""
    slowest, largest = 0.0, 0.0
    for name, content in CRAFTED.items():
        (folder / "crafted.bin").write_bytes(content)
        status, said, seconds, memory = measured(folder, "info", "crafted.bin")
        slowest, largest = max(slowest, seconds), max(largest, memory)
        if status not in (0, 2) or len(said.splitlines()) > 1 or not _fits("info", seconds, memory):
            yield f"info {name}: status {status}, {seconds:.1f} s, {memory / 1e6:.0f} MB, {said}"
    print(f"{len(CRAFTED)} crafted files: at most {slowest:.2f} s and {largest / 1e6:.0f} MB each")
    for suffix in ("gif", "png", "mp4", "webm", "html"):
        good = render(SMALL, folder / f"good.{suffix}").read_bytes()
        if suffix == "html":
            good = page({"seconds": [0.1] * 9, "loop": 0, "metadata": {"Title": "x"}})
        failed = _read_all(folder, mutated(good, options.mutants // 5, seed=1))
        print(f"{options.mutants // 5} mutated {suffix}: {len(failed)} failed")
        yield from failed


def _read_all(folder: Path, contents: Iterator[bytes]) -> list[str]:
    from animopt.cli import main

    failed = []
    for number, content in enumerate(contents):
        path = folder / "mutated.bin"
        path.write_bytes(content)
        begin, out, err = time.process_time(), sys.stdout, sys.stderr
        try:
            with (folder / "said").open("w", encoding="utf-8") as said:
                sys.stdout = sys.stderr = said
                status = main(["info", str(path)])
        except BaseException as error:
            status, failed = -1, [*failed, f"mutant {number}: {error!r}"]
        finally:
            sys.stdout, sys.stderr = out, err
        text = (folder / "said").read_text(encoding="utf-8").replace("\n", "")
        if status not in (0, 2) or not text.isprintable() or time.process_time() - begin > SECONDS:
            failed.append(f"mutant {number}: status {status}, {text[:100]!r}")
    return failed


def expressions(folder: Path, options: argparse.Namespace) -> Iterator[str]:
    """Render expressions that want something else than a number."""
    # What no system passes to a command is for the short form, which calls it in one process.
    passed = [text for text in EXPRESSIONS if "\0" not in text and len(text) < 100_000]
    commands = [["render", text, *GIVEN] for text in passed]
    commands += [
        ["render", "x**2 + y**2", *GIVEN, *more] for more in OPTIONS if more[0] != "--start"
    ]
    commands += [["render", "x + y", *GIVEN[:2], *more] for more in OPTIONS if more[0] == "--start"]
    slowest, largest, before = 0.0, 0.0, sorted(os.listdir(folder))
    for command in commands:
        given = [os.fsencode(each.encode("utf-8", "replace").decode()) for each in command]
        status, said, seconds, memory = measured(folder, *map(os.fsdecode, given))
        slowest, largest = max(slowest, seconds), max(largest, memory)
        ended = status == 2 and len(said.splitlines()) == 1
        fits = _fits("render", seconds, memory) and sorted(os.listdir(folder)) == before
        if not (ended and fits):
            took = f"{seconds:.1f} s, {memory / 1e6:.0f} MB"
            yield f"{command}: status {status}, {took}, {said[:200]}"
    print(f"{len(commands)} hostile expressions: {slowest:.2f} s, {largest / 1e6:.0f} MB at most")


def settings(folder: Path, options: argparse.Namespace) -> Iterator[str]:
    """Draw with each setting of matplotlib changed."""
    with as_user({}):
        usual = outputs(folder)
    changed = changes()
    for key, value in changed.items():
        with as_user({key: value}):
            theirs = outputs(folder)
        if other := [name for name in usual if usual[name] != theirs[name]]:
            yield f"{key}: {value!r} changes {', '.join(other)}"
    print(f"{len(changed)} settings of matplotlib, each with another value, in {len(usual)} files")


def fuzz(folder: Path, options: argparse.Namespace) -> Iterator[str]:
    """Make scenes and commands of anything."""
    pick, made = random.Random(options.seed), 0
    end = time.monotonic() + 30 * options.minutes
    for make in scenes(pick):
        wrong, made = outcome(make, folder / "x.gif"), made + 1
        if wrong:
            yield f"{getattr(make, '__defaults__', make)!r:.200}: {wrong}"
        if time.monotonic() > end:
            break
    print(f"{made} scenes of anything")
    end, made = time.monotonic() + 30 * options.minutes, 0
    for command in command_lines(pick, folder):
        wrong, made = refusal(command), made + 1
        if wrong:
            yield f"{command}: {wrong}"
        if time.monotonic() > end:
            break
    print(f"{made} command lines of anything")


def _fits(command: str, seconds: float, memory: float) -> bool:
    return seconds <= SECONDS and memory <= MEMORY[command]


PARTS: dict[str, Callable[[Path, argparse.Namespace], Iterator[str]]] = {
    each.__name__: each for each in (kills, media, expressions, settings, fuzz)
}


def main() -> int:
    """Run the parts that are asked for, and print what failed."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], default=[])
    parser.add_argument("--kills", type=int, default=100, help="of each kind, in each way")
    parser.add_argument("--mutants", type=int, default=2000)
    parser.add_argument("--minutes", type=float, default=10, help="of fuzzing")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    failed = 0
    for name in options.parts or PARTS:
        begin = time.monotonic()
        print(f"== {name}", flush=True)
        with tempfile.TemporaryDirectory(prefix=f"trust-{name}-") as folder:
            for sentence in PARTS[name](Path(folder), options):
                failed += 1
                print("FAILED", sentence, flush=True)
        print(f"   {time.monotonic() - begin:.0f} s", flush=True)
    print(f"{failed} failed")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
