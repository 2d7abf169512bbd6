"""Expressions on the command line: shown without a file, and never run as code."""

from __future__ import annotations

import os

import numpy as np
import pytest
from hostile import EXPRESSIONS, OPTIONS

from animopt import InvalidInput
from animopt.pipeline.formulas import is_expression, optimizer_of
from animopt.surfaces.expressions import FUNCTIONS, Limits, parsed, surface_of

GIVEN = ("--optimizer", "Momentum:lr=0.1", "--start", "-7,2")
TEXT = "x**2/20 + y**2"


def test_an_expression_is_rendered_without_a_file(animopt, folder):
    done = animopt("render", TEXT, *GIVEN, "--size", "96x80", "--steps", "9", "-o", "a.gif")
    assert (done.status, done.out) == (0, "a.gif\n")
    assert f"Surface: {TEXT}" in animopt("info", "a.gif").out


def test_an_expression_is_reported_and_plotted(animopt, folder):
    told = animopt("report", TEXT, *GIVEN, "--optimizer", "SGD:lr=0.5", "--format", "csv").out
    assert [line.split(",")[1] for line in told.splitlines()[1:]] == [
        "Momentum lr=0.1",
        "SGD lr=0.5",
    ]
    assert animopt("plot", TEXT, *GIVEN, "-o", "a.svg").status == 0
    assert (folder / "a.svg").exists()


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_what_is_not_allowed_is_refused_in_one_sentence(text, animopt, folder):
    before = sorted(os.listdir())
    done = animopt("render", text, "--optimizer", "SGD", "--start", "1,2")
    assert (done.status, done.out) == (2, "")
    assert done.err.count("\n") == 1
    assert len(done.err) < 2000
    assert done.err.removesuffix("\n").isascii() or done.err.removesuffix("\n").isprintable()
    assert sorted(os.listdir()) == before


@pytest.mark.parametrize("options", OPTIONS, ids=lambda options: " ".join(options)[:40])
def test_no_option_of_an_expression_eats_the_machine(options, animopt, folder):
    before = sorted(os.listdir())
    given = ["--optimizer", "SGD"] if "--optimizer" not in options else []
    start = ["--start", "1,2"] if "--start" not in options else []
    done = animopt("render", TEXT, *given, *start, *options)
    assert (done.status, done.out, done.err.count("\n")) == (2, "", 1)
    assert sorted(os.listdir()) == before


def test_a_limit_is_raised_by_the_flag_that_the_sentence_names(animopt, folder):
    command = ("report", TEXT, *GIVEN, "--steps", "20000", "--format", "csv")
    refused = animopt(*command)
    assert "--limit steps=NUMBER" in refused.err
    assert animopt(*command, "--limit", "steps=20000").status == 0


@pytest.mark.parametrize(
    ("missing", "says"),
    [
        (["--start", "1,2"], "needs --optimizer NAME:field=value too"),
        (["--optimizer", "SGD"], "needs --start X,Y too"),
        (["--optimizer", "Sgd", "--start", "1,2"], "did you mean 'SGD'"),
        (["--optimizer", "SGD:lrr=1", "--start", "1,2"], "did you mean 'lr'"),
        (["--optimizer", "SGD:lr=fast", "--start", "1,2"], "give a number"),
        (["--optimizer", "SGD:lr=1,lr=2", "--start", "1,2"], "lr is given twice"),
    ],
)
def test_what_is_missing_or_misspelt_is_said(animopt, missing, says):
    done = animopt("render", TEXT, *missing)
    assert done.status == 2
    assert says in done.err


@pytest.mark.parametrize("path", ["scenes/sadle.py", "scenes/sadle", "sadle"])
def test_a_mistyped_path_is_no_expression(animopt, path):
    done = animopt("render", path)
    assert (done.status, done.err.startswith(f"animopt: no scene file {path}")) == (2, True)


def test_a_file_that_looks_like_an_expression_is_a_file(animopt, folder):
    (folder / "x-y.py").write_bytes((folder / "good.py").read_bytes())
    assert not is_expression("x-y.py")
    assert animopt("report", "x-y.py").status == 0


def test_options_of_expressions_are_none_of_a_file(animopt):
    done = animopt("render", "good.py", "--optimizer", "SGD")
    assert done.status == 2
    assert "--optimizer is for expressions" in done.err


@pytest.mark.parametrize("name", FUNCTIONS)
def test_derivatives_of_every_function_agree_with_differences(name):
    count, _ = FUNCTIONS[name]
    text = f"{name}({'0.4*x + 0.1*y' if count == 1 else 'x*y, x + 0.3*y'}) + x*y"
    surface = surface_of(text, ((0.4, 0.9), (0.4, 0.9)))
    at, h = np.array([0.61, 0.57]), 1e-6
    steps = np.eye(2) * h
    differences = [(surface.value(at + s) - surface.value(at - s)) / (2 * h) for s in steps]
    np.testing.assert_allclose(surface.gradient(at), differences, rtol=1e-5, atol=1e-8)


def test_a_number_alone_is_a_plane():
    plane = surface_of("3*2", ((0, 1), (0, 1)))
    assert plane.value([(0, 0), (1, 2)]).tolist() == [6, 6]
    assert plane.gradient([(0, 0)]).tolist() == [[0, 0]]


def test_numbers_are_floats_that_cannot_grow():
    assert surface_of("x*1e300*1e300", ((0, 1), (0, 1))).value((1, 1)) == np.inf
    with pytest.raises(InvalidInput, match="too large"):
        parsed("9" * 400)
    with pytest.raises(InvalidInput, match="limit of power"):
        parsed("x**7", Limits(power=6))


def test_an_optimizer_is_written_with_its_fields():
    adam = optimizer_of("Adam:lr=0.2, beta1=0.8,label=mine")
    assert (adam.lr, adam.beta1, adam.label) == (0.2, 0.8, "mine")
