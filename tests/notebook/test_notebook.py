"""The notebook in scenes/: executed as a reader would; each cell displays one thing."""

from __future__ import annotations

import base64
import io
import warnings
from pathlib import Path

import pytest
from PIL import Image

SCENES = Path(__file__).parents[2] / "scenes"

nbformat = pytest.importorskip("nbformat", reason="the package nbformat is missing")
nbclient = pytest.importorskip("nbclient", reason="the package nbclient is missing")
pytest.importorskip("ipykernel", reason="the package ipykernel is missing")
pytest.importorskip("ipywidgets", reason="the package ipywidgets is missing")


@pytest.fixture(scope="module")
def source():
    return nbformat.read(SCENES / "preview.ipynb", as_version=4)


@pytest.fixture(scope="module")
def cells(source):
    notebook = nbformat.from_dict(source)
    with warnings.catch_warnings():
        # Deprecations in the client's own libraries.
        warnings.filterwarnings(
            "ignore", category=DeprecationWarning, module="jupyter|zmq|nbclient"
        )
        nbclient.NotebookClient(
            notebook, timeout=60, resources={"metadata": {"path": str(SCENES)}}
        ).execute()
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def test_no_outputs_are_kept_in_git(source):
    code = [cell for cell in source.cells if cell.cell_type == "code"]
    assert len(code) == 4
    assert [(cell.outputs, cell.execution_count) for cell in code] == [([], None)] * 4


def test_each_cell_has_one_display_and_says_nothing_else(cells):
    """But for the sliders, beside which there is a still that they hide."""
    kinds = [[output.output_type for output in cell.outputs] for cell in cells]
    assert kinds == [["execute_result"], ["execute_result"], ["display_data"], ["display_data"] * 2]


@pytest.mark.parametrize("index", [0, 2])
def test_a_scene_shows_as_an_animated_png(cells, index):
    data = cells[index].outputs[0].data
    picture = Image.open(io.BytesIO(base64.b64decode(data["image/png"])))
    assert (picture.size, picture.n_frames) == ((480, 400), 61 + 1)  # the default image
    assert data["text/plain"].startswith("Four ways down: sgd, momentum, adam; 60 steps")


def test_the_sliders_are_there(cells):
    assert "application/vnd.jupyter.widget-view+json" in cells[3].outputs[0].data
