"""The notebook: scenes that show themselves below a cell, and sliders to explore them."""

from animopt.notebook.inline import bundle, show

__all__ = ["bundle", "show"]
