"""Once: refuse options that are given twice, where otherwise the last would silently win."""

from __future__ import annotations

from collections import Counter

import typer
from typer.core import TyperCommand


class Once(TyperCommand):
    """A command whose options may be given only once, except those with several values."""

    def parse_args(self, ctx: typer.Context, args: list[str]) -> list[str]:  # type: ignore[override]
        """Parse the arguments, after checking for repeated options."""
        _, _, given = self.make_parser(ctx).parse_args(args=list(args))
        for option, times in Counter(given).items():
            if times > 1 and option.param_type_name == "option" and not option.multiple:
                raise typer.BadParameter(f"{option.opts[-1]} is given twice; give it once", ctx)
        return super().parse_args(ctx, args)
