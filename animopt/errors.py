"""Errors: InvalidInput for a wrong request, ExportError for one that failed."""

from __future__ import annotations

import re
import reprlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import is_dataclass
from difflib import get_close_matches
from functools import lru_cache, wraps
from importlib import import_module
from inspect import Parameter, get_annotations, signature
from typing import Any, ClassVar, Self, TypeVar

Choice = TypeVar("Choice")
Public = TypeVar("Public", bound=Callable[..., Any])


class AnimoptError(Exception):
    """The base of every error animopt raises on purpose; its message is one sentence."""


class InvalidInput(AnimoptError, ValueError):
    """The scene, the command or an argument is wrong (exit status 2)."""


class WrongCall(InvalidInput, TypeError):
    """A call has an argument too many, or too few; a TypeError, as for any function of Python."""


class ExportError(AnimoptError, RuntimeError):
    """Writing failed though the request was sound: no encoder, no space (exit status 1)."""


def did_you_mean(word: str, choices: Iterable[str]) -> str:
    """Return ``"; did you mean 'Adam'?"`` for the closest choice, or all choices if none is close.

    >>> did_you_mean("adm", ["SGD", "Adam"])
    "; did you mean 'Adam'?"
    >>> did_you_mean("zzz", ["SGD", "Adam"])
    '; choose from Adam, SGD'
    """
    choices = list(choices)
    every = ", ".join(sorted(choices, key=str.casefold))
    return closest(word, choices) or (f"; choose from {every}" if choices else "")


def closest(word: str, choices: Iterable[str]) -> str:
    """Return ``"; did you mean 'Adam'?"`` for the closest choice, or nothing if none is close."""
    choices = list(choices)
    close = get_close_matches(word.casefold(), [choice.casefold() for choice in choices], n=1)
    same = [choice for choice in choices if choice.casefold() in close]
    best = get_close_matches(word, same, n=1, cutoff=0)
    return f"; did you mean {best[0]!r}?" if best else ""


def choose(what: str, name: str, choices: Mapping[str, Choice]) -> Choice:
    """Return the choice with a name, or raise InvalidInput.

    >>> choose("format", "jsno", {"csv": 1, "json": 2})
    Traceback (most recent call last):
    animopt.errors.InvalidInput: format 'jsno' is unknown; did you mean 'json'?
    """
    if name not in choices:
        raise InvalidInput(f"{what} {name!r} is unknown{did_you_mean(name, choices)}")
    return choices[name]


def check_choice(who: str, field: str, given: Any, choices: Iterable[Any], when: str = "") -> None:
    """Raise InvalidInput for the value of a setting that is not among the choices.

    >>> check_choice("Space", "hidden", "gost", ("ghost", "none"))
    Traceback (most recent call last):
    animopt.errors.InvalidInput: Space(hidden='gost') is unknown; did you mean 'ghost'?
    """
    choices = tuple(choices)
    try:  # comparing with an array gives another array
        known = getattr(given, "shape", ()) == () and given in choices
    except (ValueError, TypeError):
        known = False
    if not known:
        hint = did_you_mean(short(given).strip("'"), map(str, choices))
        raise InvalidInput(f"{who}({field}={short(given)}){when} is unknown{hint}")


def is_many(given: Any) -> bool:
    """Return whether there is something to go through; an array of no dimensions only says so."""
    return isinstance(given, Iterable) and getattr(given, "shape", None) != ()


def short(value: object) -> str:
    """Return a value for a message: its repr on one line, shortened if it is long.

    >>> short(list(range(100)))
    '[0, 1, 2, 3, 4, 5, ...]'
    """
    try:
        return " ".join(reprlib.repr(value).split())
    except ValueError:  # Python writes no number of more than some thousand digits
        return f"a {type(value).__name__} of very many digits"


def visible(text: str, most: int = 10_000) -> str:
    """Return a text of a stranger's as it may be printed: nothing in it moves a cursor.

    >>> visible("a\\x1b[2Jb\\u202ec")
    'a\\\\x1b[2Jb\\\\u202ec'
    """
    shown = text if len(text) <= most else f"{text[:most]}..."
    # Escaped are C0, C1, marks of direction, separators of lines, tags, halves of letters, and what
    # is no letter (yet): all that Python does not print either.
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in shown)


def apart(one: float, other: float, digits: int) -> tuple[str, str]:
    """Return two numbers with so many digits, or as many more as show how they differ.

    >>> apart(1.4241, 1.4239, 3), apart(1.0, 2.0, 3)
    (('1.4241', '1.4239'), ('1', '2'))
    """
    for more in range(digits, 17):
        texts = f"{one:.{more}g}", f"{other:.{more}g}"
        if texts[0] != texts[1]:
            return texts
    return f"{one!r}", f"{other!r}"


def check_keywords(
    who: str, given: Iterable[str], known: Iterable[str], elsewhere: Mapping[str, str] | None = None
) -> None:
    """Raise WrongCall for the first unknown keyword, with what was probably meant.

    ``elsewhere`` says of some unknown keywords what to write instead.

    >>> check_keywords("Adam", ["betas"], ["lr", "beta1", "beta2"])
    Traceback (most recent call last):
    animopt.errors.WrongCall: Adam() has no setting 'betas'; write beta1 and beta2
    """
    known = list(known)
    for word in given:
        if word not in known:
            parts = [name for name in known if re.fullmatch(re.escape(word[:-1]) + r"\d", name)]
            if elsewhere and word in elsewhere:
                hint = f"; write {elsewhere[word]}"
            elif parts and word.endswith("s"):
                hint = f"; write {' and '.join(parts)}"
            else:
                hint = did_you_mean(word, known)
            raise WrongCall(f"{who}() has no setting {word!r}{hint}")


def check_arguments(
    who: str,
    parameters: Sequence[Parameter],
    args: Sequence[Any],
    kwargs: Mapping[str, Any],
    examples: Mapping[str, str] | None = None,
) -> None:
    """Raise WrongCall for an argument that is missing, given twice, or one too many.

    ``examples`` shows what to write for a missing one, whose name need not be known.

    >>> def move(x, y, *, by=1): ...
    >>> check_arguments("move", list(signature(move).parameters.values()), [2], {}, {"y": "3"})
    Traceback (most recent call last):
    animopt.errors.WrongCall: move() needs y too; write move(2, y=3)
    """
    plain = [p for p in parameters if p.kind <= Parameter.POSITIONAL_OR_KEYWORD]
    if len(args) > len(plain):
        names = _listed([p.name for p in plain]) or "nothing"
        named = next((p.name for p in parameters if p not in plain), "")
        value = (examples or {}).get(named, "...")
        raise WrongCall(
            f"{who}() takes {names} without a name, and got {len(args)} arguments"
            + (f"; name the others, as in {named}={value}" if named else "")
        )
    for p, value in zip(plain, args, strict=False):
        if p.name in kwargs:
            text = f"{p.name}={short(kwargs[p.name])}"
            raise WrongCall(
                f"{who}() got {p.name} twice, {short(value)} without its name; write {who}({text})"
            )
    needed = [p.name for p in parameters if p.default is Parameter.empty]
    missing = [name for name in needed[len(args) :] if name not in kwargs]
    if missing:
        shown = [_argument(p.name, value) for p, value in zip(plain, args, strict=False)]
        shown += [f"{name}={short(kwargs[name])}" for name in needed if name in kwargs]
        shown += [f"{name}={(examples or {}).get(name, '...')}" for name in missing]
        too = " too" if args or kwargs else ""
        raise WrongCall(f"{who}() needs {_listed(missing)}{too}; write {who}({', '.join(shown)})")


def _listed(names: Sequence[str]) -> str:
    *others, last = names or [""]
    return f"{', '.join(others)} and {last}" if others else last


def _argument(name: str, value: Any) -> str:
    """Return an argument as it was written, or its name if that was longer."""
    return repr(value) if isinstance(value, (bool, int, float, str)) else name


@lru_cache
def _parameters(init: Callable[..., None]) -> tuple[tuple[Parameter, ...], bool]:
    """Return the parameters of an ``__init__``, none with ``*args``; does it take any keyword?"""
    _self, *parameters = signature(init).parameters.values()
    kinds = {p.kind for p in parameters}
    named = tuple(p for p in parameters if p.kind is not Parameter.VAR_KEYWORD)
    takes_any = not kinds.isdisjoint((Parameter.VAR_POSITIONAL, Parameter.VAR_KEYWORD))
    return (() if Parameter.VAR_POSITIONAL in kinds else named), takes_any


def answering(**examples: str) -> Callable[[Public], Public]:
    """Answer a wrong call of a function with what to write, as ``Suggesting`` does for a class.

    ``examples`` shows values of its parameters, and of keywords among ``**others``.

    >>> @answering(x="2")
    ... def double(x): ...
    >>> double()
    Traceback (most recent call last):
    animopt.errors.WrongCall: double() needs x; write double(x=2)
    """

    def decorate(function: Public) -> Public:
        @wraps(function)
        def answered(*args: Any, **kwargs: Any) -> Any:
            try:
                return function(*args, **kwargs)
            except TypeError as error:
                if error.__traceback__ is None or error.__traceback__.tb_next is not None:
                    raise  # from within the function
                problem = error
            name, known = function.__name__, list(signature(function).parameters.values())
            plain = [p for p in known if p.kind is not Parameter.VAR_KEYWORD]
            if plain == known:
                check_keywords(name, kwargs, [p.name for p in plain])
            others = examples.keys() - {p.name for p in plain}
            plain += [Parameter(each, Parameter.KEYWORD_ONLY, default=None) for each in others]
            check_arguments(name, plain, args, kwargs, examples)
            raise problem

        return answered  # type: ignore[return-value]

    return decorate


class Suggesting:
    """The base of classes whose error for a wrong call suggests what to write.

    For an unknown keyword that is ``_instead``, what ``_elsewhere`` names for it, or the closest
    one; for a missing argument it is the whole call, with ``_examples``.
    """

    _elsewhere: ClassVar[Mapping[str, str]] = {}
    _examples: ClassVar[Mapping[str, str]] = {}

    def __new__(cls, *args: Any, **kwargs: Any) -> Self:
        """Check the arguments before ``__init__`` does."""
        init = vars(cls).get("__init__")
        if kwargs == _COPY:
            pass
        elif init:  # written, or made by @dataclass
            parameters, takes_any = _parameters(init)
            unknown = set() if takes_any else kwargs.keys() - {p.name for p in parameters}
            if unknown and (instead := cls._instead(args, kwargs)):
                word = next(word for word in kwargs if word in unknown)
                raise WrongCall(f"{cls.__name__}() has no setting {word!r}; write {instead}")
            if unknown:
                check_keywords(cls.__name__, kwargs, [p.name for p in parameters], cls._elsewhere)
            if parameters:
                check_arguments(cls.__name__, parameters, args, kwargs, cls._examples)
        elif is_dataclass(cls) and (settings := kwargs.keys() & get_annotations(cls)):
            raise InvalidInput(
                f"{cls.__name__}({settings.pop()}=...): the class is no dataclass; write "
                f"@dataclass(frozen=True) above class {cls.__name__}"
            )
        return super().__new__(cls)

    def __getnewargs_ex__(self) -> tuple[tuple[()], dict[str, Any]]:
        """Tell copy and pickle how to make an object without its arguments."""
        return (), dict(_COPY)

    @classmethod
    def _instead(cls, args: Sequence[Any], kwargs: Mapping[str, Any]) -> str | None:
        """Return the whole call that a call with unknown keywords means, if that is known."""
        return None


# The keywords of a call that ``__init__`` does not follow.
_COPY: Mapping[str, Any] = {"__copy__": True}


def call(what: str, function: Callable[..., Any], *arguments: Any) -> Any:
    """Call a user's function; exceptions raised inside it propagate unchanged.

    Raises:
        InvalidInput: the call itself fails, so that the traceback has no line of the function.

    >>> call("surface 'f': f(x, y)", abs, 1, 2)
    Traceback (most recent call last):
    animopt.errors.InvalidInput: surface 'f': f(x, y): abs() takes exactly one argument (2 given)
    """
    try:
        return function(*arguments)
    except Exception as error:
        if isinstance(error, AnimoptError) or (error.__traceback__ and error.__traceback__.tb_next):
            raise
        raise InvalidInput(f"{what}: {str(error) or type(error).__name__}") from error


def installed(who: str, module: str, extra: str) -> Any:
    """Import and return an optional library; only the call that needs it pays for it.

    Raises:
        ExportError: it is not installed; the message names the extra that installs it.

    >>> installed("from_torch()", "tourch", "torch")
    Traceback (most recent call last):
    animopt.errors.ExportError: from_torch() needs tourch: pip install 'animopt[torch]'
    """
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        library = module.partition(".")[0]
        if error.name is None or error.name.partition(".")[0] != library:
            raise
        raise ExportError(f"{who} needs {library}: pip install 'animopt[{extra}]'") from None
