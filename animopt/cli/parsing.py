"""Parsing: refuse repeated options, and say which command a scene file is for."""

from __future__ import annotations

from collections import Counter
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup


class Once(TyperCommand):
    """A command whose options may be given only once, except those with several values.

    Otherwise the last would silently win.
    """

    def parse_args(self, ctx: typer.Context, args: list[str]) -> list[str]:  # type: ignore[override]
        """Parse the arguments, after checking for repeated options."""
        _, _, given = self.make_parser(ctx).parse_args(args=list(args))
        for option, times in Counter(given).items():
            if times > 1 and option.param_type_name == "option" and not option.multiple:
                raise typer.BadParameter(f"{option.opts[-1]} is given twice; give it once", ctx)
        return super().parse_args(ctx, args)


class Commands(TyperGroup):
    """The commands; a scene file in their place is met with the one that was meant."""

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return the command with this name, or None."""
        if cmd_name.endswith(".py"):
            ctx.fail(f"{cmd_name} is no command; write: animopt render {cmd_name}")
        return super().get_command(ctx, cmd_name)
