"""Errors: a wrong call is answered in one sentence that says what to write."""

import copy
import pickle
from dataclasses import dataclass

import pytest

from animopt.errors import InvalidInput, Suggesting, WrongCall


@dataclass(frozen=True)
class Shot(Suggesting):
    _examples = {"start": "(1, 2)", "steps": "100"}
    _elsewhere = {"fps": "timeline=Timeline(fps=...)"}

    surface: object
    start: object
    steps: int
    title: str = ""


class Written(Suggesting):
    def __init__(self, f, *, name=None):
        self.f, self.name = f, name


class Anything(Suggesting):
    def __init__(self, *args, **kwargs):
        self.given = args, kwargs


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (
            lambda: Shot(),
            "Shot() needs surface, start and steps; "
            "write Shot(surface=..., start=(1, 2), steps=100)",
        ),
        (
            lambda: Shot(max, (0, 1)),
            "Shot() needs steps too; write Shot(surface, start, steps=100)",
        ),
        (
            lambda: Shot("ring", steps=7),
            "Shot() needs start too; write Shot('ring', steps=7, start=(1, 2))",
        ),
        (
            lambda: Shot(1, 2, 3, "a", 5),
            "Shot() takes surface, start, steps and title without a name, and got 5 arguments",
        ),
        (
            lambda: Shot(1, 2, 3, steps=4),
            "Shot() got steps twice, 3 without its name; write Shot(steps=4)",
        ),
        (lambda: Shot(1, 2, 3, titel="a"), "Shot() has no setting 'titel'; did you mean 'title'?"),
        (
            lambda: Shot(1, 2, 3, fps=5),
            "Shot() has no setting 'fps'; write timeline=Timeline(fps=...)",
        ),
        (lambda: Written(), "Written() needs f; write Written(f=...)"),
        (
            lambda: Written(max, "max"),
            "Written() takes f without a name, and got 2 arguments; "
            "name the others, as in name=...",
        ),
    ],
)
def test_a_wrong_call_is_answered_with_what_to_write(make, sentence):
    with pytest.raises(WrongCall) as error:
        make()
    assert str(error.value) == sentence
    assert isinstance(error.value, (InvalidInput, TypeError))


def test_a_wrong_call_is_a_type_error_as_in_any_function_of_python():
    assert issubclass(WrongCall, TypeError)
    assert issubclass(WrongCall, InvalidInput)


@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
def test_copies_are_made_without_the_arguments(protocol):
    shot = Shot(1, (2, 3), 4)
    assert copy.copy(shot) == copy.deepcopy(shot) == shot
    assert pickle.loads(pickle.dumps(shot, protocol)) == shot


def test_a_class_that_takes_anything_is_left_alone():
    assert Anything(1, two=2).given == ((1,), {"two": 2})
    assert Anything().given == ((), {})
