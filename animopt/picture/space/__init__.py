"""Space: the surface in three dimensions, the paths on it, and what it hides, as plain data."""
