"""Run the command line: ``python -m animopt``."""

import sys

from animopt.cli import main

if __name__ == "__main__":
    sys.exit(main())
