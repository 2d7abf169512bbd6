"""Picture: what is to be seen, as plain NumPy that the film and the page draw; no artists."""

from animopt.picture.picture import Picture, compose

__all__ = ["Picture", "compose"]
