"""Run the command line: ``animopt``, and ``python -m animopt``."""

import sys

from animopt.signals import Interrupted, end_with_parent, interruptible

if "multiprocessing.spawn" in sys.modules:  # a worker, which is about to load what draws
    end_with_parent()


def main() -> int:
    """Run the command line and return its exit status; an interrupt while it loads is one too."""
    try:
        with interruptible():
            from animopt.cli import main as run

            return run()
    except Interrupted as stop:
        print("animopt: interrupted", file=sys.stderr)
        return stop.status


if __name__ == "__main__":
    sys.exit(main())
