"""Pages are written where matplotlib cannot draw: without its figures, axes and animations."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
SCRIPT = """\
import sys

REFUSED = "matplotlib.figure", "matplotlib.axes", "matplotlib.animation", "mpl_toolkits"

class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.startswith(REFUSED):
            raise ImportError(f"{name} is refused")

sys.meta_path.insert(0, Refuse())

from pathlib import Path
from animopt.page import PageFormat, page
from animopt.picture import compose
from animopt.runs import simulate
from animopt.scene import load_scenes

for file in sys.argv[2:]:
    for name, scene in load_scenes(Path(file)).items():
        picture = compose(simulate(scene), spare=PageFormat.spare)
        Path(sys.argv[1], f"{Path(file).stem}-{name}.html").write_text(page(picture))
"""


def test_the_pages_of_all_scene_files_are_written(tmp_path):
    files = sorted((ROOT / "scenes").glob("*.py"))
    assert len(files) == 6
    subprocess.run(
        [sys.executable, "-c", SCRIPT, str(tmp_path), *map(str, files)], check=True, timeout=120
    )
    written = {path.name.split("-")[0] for path in tmp_path.glob("*.html")}
    assert written == {file.stem for file in files}
    assert all(path.stat().st_size > 20_000 for path in tmp_path.glob("*.html"))
