"""The scripts of the gallery import each other, as they do when they are run."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
