"""Borrowed: private parts of other libraries, and the versions in which they were seen."""

from __future__ import annotations

from typing import IO, Any

DOCUMENTS = "_update_set_signature_and_docstring"
"""matplotlib 3.10.8 to 3.11: the method with which a class of artists documents its ``set``."""


def leave_out_docstrings() -> None:
    """Let matplotlib import its artists without writing their docstrings, in this whole process.

    That is a quarter of its import. It is for processes of ours that only draw, not for notebooks,
    and it is done before anything that draws is imported.
    """
    from matplotlib.artist import Artist

    if hasattr(Artist, DOCUMENTS):
        setattr(Artist, DOCUMENTS, classmethod(lambda artist: None))


def leave_still(animation: Any) -> None:
    """Let a new ``matplotlib.animation.Animation`` show what its figure holds until it is played.

    Its canvas has no window, so that the first draw would start a timer for nothing, and draw the
    first step over the one that was asked for. matplotlib 3.10.8 to 3.11 waits for that draw under
    ``_first_draw_id``, and warns unless ``_draw_was_started``.
    """
    animation._fig.canvas.mpl_disconnect(animation._first_draw_id)
    animation._draw_was_started = True


def write_lzw(indices: Any, bits: int, file: IO[bytes]) -> None:
    """Write indices (height, width) of so many bits as the blocks of a GIF, but for the last one.

    Pillow 10.1 to 12 codes them in C, and without the GIL where it writes to a real file; there is
    no public way to have the code without a header.
    """
    from PIL import Image, ImageFile

    height, width = indices.shape
    tile: Any = ("gif", (0, 0, width, height), 0, ("L", bits))
    ImageFile._save(Image.fromarray(indices), file, [tile])
