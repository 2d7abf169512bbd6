"""Styles: colours and markers of runs, sweeps as one, and what colours cannot tell apart."""

from types import SimpleNamespace

import numpy as np

from animopt import Run, Scene, simulate, surfaces
from animopt.optimizers import SAM, SGD, Adam, Brake, Momentum, sweep
from animopt.picture import compose
from animopt.picture.styles import DASHES, SHADES, places, styles
from animopt.picture.theme import THEMES


def run_looks(scene, name="light"):
    return styles(simulate(scene).trajectories, THEMES[name], scene.markers)


def scene_of(optimizers, **settings):
    return Scene(surfaces.bowl(), optimizers, (1, 1), 2, **settings)


def recorded(runs, **settings):
    return Scene(surfaces.bowl(), runs, **settings)


def test_unrelated_optimizers_keep_the_cycle():
    some = [SGD(lr=0.1), SGD(lr=0.2), Adam()]
    assert run_looks(scene_of(some)) == [(c, "o", ()) for c in THEMES["light"].cycle[:3]]


def test_a_sweep_takes_one_place_of_the_cycle_and_its_shades():
    light = THEMES["light"]
    some = [Adam(), *sweep(SGD, lr=[0.3, 0.2, 0.1]), Momentum()]
    colors = [color for color, *_ in run_looks(scene_of(some))]
    assert colors == [light.cycle[0], *light.shades(1, 3), light.cycle[2]]


def test_a_sweep_is_known_by_its_settings_whatever_its_labels():
    rates = [0.3, 0.2, 0.1]
    shades = [*THEMES["light"].shades(0, 3)]
    for labels in (["lr 0.3", "lr 0.2", "lr 0.1"], ["0.3 a step", "0.2", "0.1"], ["a", "b", "c"]):
        some = dict(zip(labels, sweep(SGD, lr=rates), strict=True))
        assert [color for color, *_ in run_looks(scene_of(some))] == shades


def test_optimizers_of_one_class_that_are_no_sweep_keep_the_cycle():
    conventions = [Adam(eps_where=where) for where in ("outside", "inside", "uncorrected")]
    mixed = [Adam(lr=0.1), Adam(lr=0.2, eps_where="inside"), Adam(lr=0.3)]
    for some in (conventions, mixed):
        colors = [color for color, *_ in run_looks(scene_of(some))]
        assert tuple(colors) == THEMES["light"].cycle[: len(some)]


def test_a_run_on_top_of_another_is_dashed_so_that_both_are_seen():
    slow, adam, other = SGD(lr=0.01), Adam(lr=0.1), Momentum(lr=0.02)
    some = {"a": slow, "b": adam, "c": SGD(lr=0.01 + 1e-6), "d": other, "e": adam}
    dashes = [dash for _, _, dash in run_looks(scene_of(some))]
    assert dashes == [(), (), DASHES[1], (), DASHES[1]]
    ends = {f"{i}": SGD(lr=lr) for i, lr in enumerate((0.1, 0.1, 0.1, 0.2))}
    in_a_sweep = [dash for _, _, dash in run_looks(scene_of(ends))]
    assert in_a_sweep == [()] * 4


def test_runs_without_points_are_on_top_of_each_other_by_their_losses():
    losses = np.geomspace(1, 1e-3, 40)
    runs = [Run(None, each, label=f"{i}") for i, each in enumerate((losses, losses**2, losses))]
    found = run_looks(Scene(None, runs, panels=["loss"]))
    assert [dash for _, _, dash in found] == [(), (), DASHES[1]]


def test_places_tell_who_belongs_to_a_sequence():
    mixed = [*sweep(SGD, lr=[0.3, 0.2, 0.1]), Brake(), SAM(SGD()), SAM(Adam())]
    runs = [SimpleNamespace(kind=each.kind, settings=each.hyperparameters) for each in mixed]
    assert [tuple(place) for place in places(runs)] == [
        ("SGD", 0, 3),
        ("SGD", 1, 3),
        ("SGD", 2, 3),
        ("Brake", 0, 1),
        ("SAM(SGD)", 0, 1),
        ("SAM(Adam)", 0, 1),
    ]


def test_a_run_from_elsewhere_is_no_sweep():
    runs = [Run(np.full((3, 2), i), np.ones(3), label=f"{i}") for i in range(4)]
    assert [tuple(place) for place in places(runs)] == [(None, 0, 1)] * 4
    colors = [color for color, *_ in styles(runs, THEMES["light"])]
    assert tuple(colors) == THEMES["light"].cycle[:4]


def test_a_sweep_of_more_than_can_be_told_apart_has_markers_too():
    usual = run_looks(scene_of(sweep(SGD, lr=np.linspace(0.1, 0.6, SHADES).tolist())))
    many = run_looks(scene_of(sweep(SGD, lr=np.linspace(0.1, 0.7, SHADES + 1).tolist())))
    assert {marker for _, marker, _ in usual} == {"o"}
    assert len({marker for _, marker, _ in many}) == SHADES + 1


def test_beyond_the_cycle_and_on_request_the_markers_differ():
    many = [Run(np.full((3, 2), 0.1 * i), label=f"{i}") for i in range(12)]
    size = len(THEMES["light"].cycle)
    usual = run_looks(recorded(many))
    assert [marker for _, marker, _ in usual] == ["o"] * size + ["s"] * (12 - size)
    assert len(set(usual)) == 12
    assert [bool(dash) for _, _, dash in usual] == [False] * size + [True] * (12 - size)
    asked = run_looks(recorded(many, markers=True))
    assert len({marker for _, marker, _ in asked[:8]}) == 8
    assert run_looks(recorded(many, markers=False), "print")[1][1] == "o"


def test_every_panel_has_the_styles_of_the_runs():
    scene = scene_of([Adam(), *sweep(SGD, lr=[0.3, 0.2, 0.1])], markers=True)
    picture = compose(simulate(scene), panels=("contour", "surface", "loss", "table"))
    plane, relief, curves, table = picture.panels
    found = [
        [path.track for path in plane.paths],
        [path.track for path in relief.paths],
        [curve.track for curve in curves.curves],
        table.tracks,
        [line for line in picture.layout.legend.lines if line.marker],
    ]
    for tracks in found:
        assert [(track.color, track.marker, track.dash) for track in tracks] == run_looks(scene)


def test_a_run_alone_keeps_the_colour_it_has_among_the_others():
    scene = scene_of([Adam(), *sweep(SGD, lr=[0.3, 0.2, 0.1])])
    simulation = simulate(scene)
    for run, style in zip(simulation, run_looks(scene), strict=True):
        (track,) = compose(simulation, only=run.label).paths
        assert (track.label, track.color, track.marker, track.dash) == (run.label, *style)


def test_the_colours_of_a_sweep_are_solved_for_once(monkeypatch):
    asked = []
    shades = type(THEMES["light"]).shades
    monkeypatch.setattr(
        type(THEMES["light"]), "shades", lambda *args: asked.append(args) or shades(*args)
    )
    run_looks(scene_of(sweep(SGD, lr=np.linspace(0.01, 0.2, 30).tolist())))
    assert len(asked) == 1
