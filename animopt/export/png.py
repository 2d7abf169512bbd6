"""PNG: one picture as bytes, packed fast rather than small."""

from __future__ import annotations

from io import BytesIO

from PIL import Image

from animopt.typing import Frame


def still(frame: Frame) -> bytes:
    """Return a frame (height, width, 4) as the bytes of a PNG, without its transparency."""
    out = BytesIO()
    Image.fromarray(frame).convert("RGB").save(out, "png", compress_level=1)
    return out.getvalue()
