"""What is borrowed from other libraries is there, and does what it is borrowed for."""

from __future__ import annotations

import struct
import subprocess
import sys
from io import BytesIO

import numpy as np
from matplotlib.artist import Artist
from PIL import Image

from animopt import Scene, borrowed, optimizers, simulate, surfaces
from animopt.animate import animation


def test_matplotlib_documents_its_artists_by_that_method():
    assert callable(getattr(Artist, borrowed.DOCUMENTS))
    told = subprocess.run(
        [
            sys.executable,
            "-c",
            "from animopt.borrowed import leave_out_docstrings as leave; leave();"
            "from matplotlib.lines import Line2D; print(Line2D.set.__doc__)",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "linewidth" not in told.stdout


def test_the_first_draw_of_a_film_leaves_its_step_alone(recwarn):
    rule = optimizers.SGD(lr=0.1)
    movie = animation(simulate(Scene(surfaces.bowl(), rule, (3, 4), steps=5, size=(96, 80))))
    movie.turn(3)
    movie.figure.canvas.draw()
    shown = np.array(movie.figure.canvas.buffer_rgba())
    movie.figure.canvas.draw()
    assert (shown == np.array(movie.figure.canvas.buffer_rgba())).all()
    movie.turn(0)
    movie.figure.canvas.draw()
    assert (shown != np.array(movie.figure.canvas.buffer_rgba())).any()
    del movie
    assert not [each for each in recwarn if "Animation was deleted" in str(each.message)]


def test_pillow_codes_the_blocks_of_a_gif():
    indices = np.random.default_rng(0).integers(0, 16, (7, 9), np.uint8)
    file = BytesIO()
    file.write(b"GIF89a" + struct.pack("<HHBBB", 9, 7, 0xF3, 0, 0) + bytes(range(48)))
    file.write(b"," + struct.pack("<HHHHB", 0, 0, 9, 7, 0) + bytes([4]))
    borrowed.write_lzw(indices, 4, file)
    file.write(b"\0;")
    with Image.open(file) as image:
        assert (np.array(image) == indices).all()
