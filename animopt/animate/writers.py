"""Matplotlib writers: ``save("x.gif", writer="animopt-gif")`` for any animation."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any, ClassVar, cast

import matplotlib as mpl
import numpy as np
from matplotlib.animation import AbstractMovieWriter, writers
from matplotlib.figure import Figure

from animopt.errors import ExportError, InvalidInput
from animopt.export.encoder import Encoder
from animopt.export.format import Format
from animopt.export.formats import FORMATS
from animopt.export.session import Export
from animopt.export.settings import Settings


class ExportWriter(AbstractMovieWriter):
    """A writer on top of ``Export``; one subclass for each format is registered by name.

    Takes the options of ``animopt.export.write``. Like other writers it draws each frame with
    ``savefig``, since matplotlib shows animated artists only in a figure that is being saved.
    """

    format: ClassVar[type[Encoder]]

    def __init__(
        self,
        fps: float = 25,
        metadata: dict[str, str] | None = None,
        codec: str | None = None,
        bitrate: int | None = None,
        **options: Any,
    ) -> None:
        if codec is not None or bitrate is not None:
            raise InvalidInput(
                f"writer animopt-{self.format.name}: takes no codec or bitrate; use quality"
            )
        super().__init__(fps=cast(int, fps), metadata=metadata)
        self._options = {"metadata": self.metadata, "rate": fps, **options}
        Settings.of(self._options)

    @classmethod
    def isAvailable(cls) -> bool:
        """Return whether this format can be written here."""
        try:
            cls.format.check(Settings())
        except ExportError:
            return False
        return True

    def setup(self, fig: Figure, outfile: str | Path, dpi: float | None = None) -> None:
        """Start an export to the file, whose suffix must be one of the format's."""
        if Path(outfile).suffix.lower() not in self.format.suffixes:
            raise InvalidInput(
                f"writer animopt-{self.format.name}: writes {' or '.join(self.format.suffixes)},"
                f" not {outfile}"
            )
        super().setup(fig, outfile, dpi=dpi)
        self._export = Export([outfile], **self._options)

    def grab_frame(self, **savefig_kwargs: Any) -> None:
        """Draw the figure and add it as a frame."""
        buffer = BytesIO()
        self.fig.savefig(buffer, **savefig_kwargs, format="rgba", dpi=self.dpi)
        width, height = self.frame_size
        frame = np.frombuffer(buffer.getbuffer(), np.uint8).reshape(height, width, 4)
        self._export.add(frame, 1 / self.fps)

    def finish(self) -> None:
        """Complete the file and move it into place."""
        self._export.finish()

    @contextmanager
    def saving(
        self, fig: Figure, outfile: Any, dpi: float | None, *args: Any, **kwargs: Any
    ) -> Iterator[ExportWriter]:
        """As in the base class, except that an error while drawing leaves no file."""
        self.setup(fig, outfile, dpi, *args, **kwargs)
        with mpl.rc_context({"savefig.bbox": None}), self._export:
            yield self

    def _supports_transparency(self) -> bool:
        return self.format.transparent


def registered(kind: type[Format]) -> str:
    """Return the name by which matplotlib finds the writer of a format that is fed frames."""
    name = f"animopt-{kind.name}"
    if not writers.is_available(name) and issubclass(kind, Encoder):
        writers.register(name)(
            type(f"{kind.name.title()}Writer", (ExportWriter,), {"format": kind})
        )
    return name


for _kind in FORMATS.values():
    registered(_kind)
