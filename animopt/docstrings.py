"""Docstrings: those that matplotlib writes for its artists, left out where nobody reads them."""

from __future__ import annotations

WRITES = "_update_set_signature_and_docstring"
"""The private method with which each class of artists documents its ``set``; seen up to 3.11."""


def leave_out_docstrings() -> None:
    """Let matplotlib import its artists without writing their docstrings, in this whole process.

    That is a quarter of its import. It is for processes of ours that only draw, not for notebooks,
    and it is done before anything that draws is imported.
    """
    from matplotlib.artist import Artist

    if hasattr(Artist, WRITES):
        setattr(Artist, WRITES, classmethod(lambda artist: None))
