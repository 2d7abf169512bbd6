"""Parsing: refuse repeated options and values of the wrong kind, and say what was meant."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperCommand, TyperGroup

from animopt.borrowed import leave_out_docstrings
from animopt.errors import InvalidInput, short

if TYPE_CHECKING:
    from animopt.pipeline.options import Options


def options_of(given: Mapping[str, Any]) -> Options:
    """Return the options among a command's arguments, which have the same names."""
    leave_out_docstrings()
    from animopt.pipeline import settings as texts
    from animopt.pipeline.options import Options
    from animopt.pipeline.varying import parse_vary

    chosen = {f.name: given[f.name] for f in fields(Options) if f.name in given}
    parsers = {
        "settings": texts.parse_settings,
        "vary": parse_vary,
        "colors": texts.parse_colors,
    }
    for name, parse in parsers.items():
        chosen[name] = parse(given.get(name) or ()) or None
    if shapes := texts.parse_markers(given.get("shapes") or ()):
        if chosen["markers"] is not None:
            raise InvalidInput("--marker and --markers contradict each other; give one of them")
        chosen["markers"] = shapes
    return Options(**chosen)


def check_letters(arguments: Iterable[str]) -> None:
    """Raise InvalidInput for a zero byte, which no system takes and no file's name has."""
    for text in arguments:
        if "\0" in text:
            raise InvalidInput(f"{short(text)}: a zero byte is no letter; leave it out")


def sentence(error: typer.TyperException) -> str:
    """Return what is wrong with a command; values are named, which typer leaves out."""
    cause: Any = error.__cause__  # of pydantic, which reads the values
    param = getattr(error, "param", None)
    details: list[dict[str, Any]] = cause.errors() if hasattr(cause, "errors") else []
    if param is None or len(details) != 1:
        return error.format_message()
    (detail,) = details
    numbers = {"int": "a whole number", "float": "a number"}
    wanted = numbers.get(str(detail["type"]).partition("_")[0], "")
    least = detail.get("ctx", {}).get("ge")
    if least is not None:
        wanted = f"a whole number >= {least}"
    if not wanted:
        return error.format_message()
    return f"{param.opts[-1]}={detail['input']}: give {wanted}"


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
