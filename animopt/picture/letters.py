"""Letters: which font has each, where those of a theme lack some, also in mathtext."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import groupby
from typing import Any

from matplotlib.cbook import is_math_text
from matplotlib.font_manager import FontProperties, findfont, fontManager, get_font

from animopt.notes import note

MATH = "DejaVu Sans"
"""The family of mathtext; it comes with matplotlib."""

FALLBACKS = (
    # Chinese, Japanese and Korean.
    (
        "Noto Sans CJK JP", "Noto Sans CJK SC", "Noto Sans CJK TC", "Noto Sans CJK KR",
        "Noto Sans JP", "Noto Sans SC", "Noto Sans TC", "Noto Sans KR", "Source Han Sans",
        "Hiragino Sans", "Hiragino Kaku Gothic ProN", "PingFang SC", "Hiragino Sans GB",
        "Heiti TC", "Apple SD Gothic Neo", "AppleGothic", "Yu Gothic", "Meiryo", "MS Gothic",
        "Microsoft YaHei", "SimHei", "Microsoft JhengHei", "Malgun Gothic", "IPAexGothic",
        "IPAGothic", "WenQuanYi Micro Hei", "WenQuanYi Zen Hei", "Droid Sans Fallback",
        "NanumGothic", "Arial Unicode MS",
    ),
    # Emoji as outlines, since those that are pictures cannot be drawn; and symbols.
    (
        "Noto Emoji", "Segoe UI Emoji", "Segoe UI Symbol", "Symbola", "Noto Sans Symbols",
        "Noto Sans Symbols 2", "Noto Sans Symbols2", "Apple Symbols",
    ),
    # Other scripts.
    (
        "Noto Sans", "Noto Sans Devanagari", "Nirmala UI", "Kohinoor Devanagari",
        "Noto Sans Bengali", "Noto Sans Tamil", "Noto Sans Thai", "Leelawadee UI", "Thonburi",
        "Unifont",
    ),
)  # fmt: skip
"""Families that are used, where installed, for the letters alone that a theme's fonts lack."""

# What shapes the letter before it, and is nothing by itself: variation selectors and joiners.
_UNSEEN = dict.fromkeys((0x200D, *range(0xFE00, 0xFE10)))
# Commands of mathtext that stand for fonts which no theme uses: one for each slot of families.
_SLOTS = ("cal", "tt", "sf", "bfit")
_BOX = "□"
_MOST_TOLD = 30


def fallbacks() -> tuple[str, ...]:
    """Return the families of FALLBACKS that are installed, in order."""
    return tuple(family for group in _installed() for family in group)


def families(text: str, fonts: tuple[str, ...]) -> tuple[str, ...]:
    """Return the fonts with which a text is drawn: those given, and others for what they lack."""
    needed = {_family(letter, fonts) for letter in text if not letter.isascii()}
    return (*fonts, *(family for family in fallbacks() if family in needed - {*fonts}))


def tell_missing(texts: Iterable[str], fonts: tuple[str, ...]) -> None:
    """Say in one sentence which letters of texts no installed font has, if there are any."""
    letters = dict.fromkeys("".join(texts).translate(_UNSEEN))
    found = [each for each in letters if _family(each, fonts) is None]
    if found:
        names = "".join(found[:_MOST_TOLD]) + ("..." if len(found) > _MOST_TOLD else "")
        advice = "install Noto Sans CJK, or Noto Emoji for emoji, or name a font that has them"
        note(
            f"no font has the letters {names}, which are boxes in films and stills; {advice} in "
            "font.family of a style sheet (--style)"
        )


# What is found depends on the settings in force, so these are among the arguments.
@lru_cache(maxsize=4096)
def legible(text: str, fonts: tuple[str, ...], settings: str = "") -> str:
    """Return the text with a box in place of each letter that no font has.

    matplotlib would draw a box too, but warn each time.
    """
    if text.isascii():
        return text
    known = text.translate({code: None for code in _UNSEEN if not _has(code, fonts)})
    return "".join(_BOX if _family(letter, fonts) is None else letter for letter in known)


@lru_cache(maxsize=4096)
def spelled(text: str, fonts: tuple[str, ...], settings: str = "") -> tuple[str, str | None]:
    """Return what matplotlib is to draw for a text, and the fonts of its mathtext, None for usual.

    Mathtext takes letters from one font, so those that it lacks are put into commands for others:
    with ``slots`` in force, the fonts "custom" have them.
    """
    if text.isascii() or not is_math_text(text):
        return text, None
    parts = re.split(r"(?<!\\)\$", text)
    for i, part in enumerate(parts):
        if i % 2:
            parts[i] = re.sub(r"\\text\{[^{}]*\}|[^\x00-\x7f]+", lambda m: _math(m[0], fonts), part)
        else:
            parts[i] = re.sub(r"[^\x00-\x7f]+", lambda m: _plain(m[0], fonts), part)
    found = "$".join(parts)
    return found, None if found == text else "custom"


def slots(fonts: tuple[str, ...]) -> dict[str, str]:
    """Return the settings of matplotlib with which mathtext has the letters of other fonts."""
    own = {"rm": MATH, "it": f"{MATH}:italic", "bf": f"{MATH}:bold", **dict.fromkeys(_SLOTS, MATH)}
    taken = dict(zip(_SLOTS, _slot_families(fonts), strict=False))
    settings = {f"mathtext.{name}": family for name, family in {**own, **taken}.items()}
    return {**settings, "mathtext.fallback": "stixsans"}


def _plain(run: str, fonts: tuple[str, ...]) -> str:
    """Return a run of letters outside of mathtext, of which its first font lacks some."""
    split = groupby(run, lambda letter: _has(ord(letter), fonts[:1]))
    return "".join(
        "".join(part) if known else f"${_math(''.join(part), fonts)}$" for known, part in split
    )


def _math(run: str, fonts: tuple[str, ...]) -> str:
    r"""Return a run of letters, or a \text, within mathtext."""
    if run.startswith("\\"):
        lacking = any(_slot(letter, fonts) != "{}" for letter in run)
        inside = re.sub(
            r"[^\x00-\x7f]+", lambda m: f"}}{_math(m[0], fonts)}\\text{{", run.removesuffix("}")
        )
        return f"{{{inside}}}}}".replace("\\text{}", "") if lacking else run
    split = groupby(run, lambda letter: _slot(letter, fonts))
    return "".join(slot.format("".join(part)) for slot, part in split)


def _slot(letter: str, fonts: tuple[str, ...]) -> str:
    """Return the command for a letter, with {} in its place; one that no slot has is a box."""
    if _has(ord(letter), (MATH,)):
        return "{}"
    kept = zip(_SLOTS, _slot_families(fonts), strict=False)
    names = (slot for slot, family in kept if _has(ord(letter), (family,)))
    return next((f"{{{{\\math{name}{{{{{{}}}}}}}}}}" for name in names), _BOX)


def _slot_families(fonts: tuple[str, ...]) -> tuple[str, ...]:
    """Return one family for each slot: the first of a theme, and of each group of fallbacks."""
    own = [family for family in fonts[:1] if family != MATH]
    return tuple(group[0] for group in (own, *_installed()) if group)


def _family(letter: str, fonts: tuple[str, ...]) -> str | None:
    """Return the first family that has a letter, of these fonts or the fallbacks, if any."""
    return next((each for each in (*fonts, *fallbacks()) if _has(ord(letter), (each,))), None)


def _has(code: int, fonts: Iterable[str]) -> bool:
    return any(code in _letters(findfont(FontProperties(family=[each]))) for each in fonts)


@lru_cache(maxsize=64)
def _letters(path: Any) -> frozenset[int]:
    return frozenset(get_font(path).get_charmap())


def _installed() -> tuple[tuple[str, ...], ...]:
    names = {*fontManager.get_font_names()}
    return tuple(tuple(filter(names.__contains__, group)) for group in FALLBACKS)
