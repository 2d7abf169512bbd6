"""Errors: a wrong call is answered in one sentence that says what to write."""

import copy
import pickle
from dataclasses import dataclass

import pytest

import animopt
from animopt import optimizers
from animopt.errors import InvalidInput, Suggesting, WrongCall, answering


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


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (
            lambda: animopt.ContourAnimation(),
            "ContourAnimation() needs source; write ContourAnimation(source=Scene(...))",
        ),
        (lambda: animopt.explore(), "explore() needs scene; write explore(scene=Scene(...))"),
        (lambda: animopt.simulate(), "simulate() needs scene; write simulate(scene=Scene(...))"),
        (lambda: animopt.simulate(1, 2), "simulate() takes scene without a name, and got 2 arg"),
        (lambda: animopt.tune(1, 2), "tune() takes scene without a name, and got 2 arguments;"),
        (lambda: animopt.simulate(scne=1), "simulate() has no setting 'scne'; did you mean 'scen"),
        (
            lambda: animopt.render(),
            "render() needs scene; write render(scene=scene, path='output/scene.gif')",
        ),
        (
            lambda: optimizers.sweep(optimizers.Adam, 0.1),
            "sweep() takes kind without a name, and got 2 arguments; name the others, as in "
            "lr=[0.3, 0.1]",
        ),
        (
            lambda: optimizers.sweep(),
            "sweep() needs kind; write sweep(kind=SGD, lr=[0.3, 0.1])",
        ),
        (
            lambda: animopt.surfaces.rosenbrock(1, 2, 3),
            "rosenbrock() takes a and b without a name, and got 3 arguments",
        ),
    ],
)
def test_a_wrong_call_of_what_is_public_is_answered(make, sentence):
    with pytest.raises(WrongCall) as caught:
        make()
    assert str(caught.value).startswith(sentence)


@pytest.mark.parametrize(
    ("owner", "name", "meant"),
    [
        (optimizers, "RMSProp", "RMSprop"),
        (optimizers, "SDG", "SGD"),
        (animopt, "scene", "Scene"),
    ],
)
def test_a_misspelt_name_meets_the_near_one(owner, name, meant):
    with pytest.raises(AttributeError) as caught:
        getattr(owner, name + "s" if owner is animopt else name)
    assert str(caught.value).endswith(f"; did you mean {meant!r}?")


def test_a_type_error_within_a_function_is_left_as_it_is():
    @answering(x="2")
    def double(x):
        return x + None

    with pytest.raises(TypeError, match="unsupported operand"):
        double(2)
