"""Space: the relief drawn with matplotlib: the sheet, its box, and the paths on it."""
