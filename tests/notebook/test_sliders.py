"""explore: every value has a control, each change shows, and an invalid one breaks nothing."""

from __future__ import annotations

import base64
import html
import io
import re

import numpy as np
import pytest
from PIL import Image

from animopt import (
    ContourAnimation,
    InvalidInput,
    Run,
    Scene,
    Surface,
    explore,
    optimizers,
    render,
    simulate,
    surfaces,
)
from animopt.animate import animation
from animopt.notebook import redraw, sliders
from animopt.scene.space import Orbit, Space
from animopt.scene.timeline import Timeline

pytest.importorskip("ipywidgets", reason="the package ipywidgets is missing")
pytest.importorskip("anywidget", reason="the package anywidget is missing")

SCENE = Scene(
    surfaces.himmelblau(),
    {
        "sgd": optimizers.SGD(lr=0.01),
        "momentum": optimizers.Momentum(lr=0.005, momentum=0.9),
        "adam": optimizers.Adam(lr=0.3),
    },
    start=(-0.5, -0.5),
    steps=60,
    size=(320, 240),
)
# Losses of its own, which the ground below it does not have.
DRAWN = Run([(0, 0), (3, 2)], [90, 0], label="drawn", steps=[0, 50])


@pytest.fixture
def explorer():
    return explore(SCENE)


def picture(explorer) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(explorer.image.png)).convert("RGB"))


def fresh(scene: Scene, step: int) -> np.ndarray:
    """Return the animation's picture, without the parts that the widgets show."""
    clock = Timeline(speed=scene.steps)
    plain = scene.replace(legend=False, labels=False, counter=False, title=None, timeline=clock)
    return animation(plain).draw(step)[..., :3]


def test_every_hyperparameter_and_the_start_have_a_control(explorer):
    expected = {f"{o.label}.{name}" for o in SCENE.optimizers for name in o.hyperparameters}
    assert set(explorer.controls) == expected | {"start.x", "start.y", "steps"}
    assert explorer.controls["adam.beta1"].value == 0.9
    assert type(explorer.controls["adam.lr"]).__name__ == "FloatLogSlider"
    assert explorer.controls["adam.eps_where"].options == ("outside", "inside", "uncorrected")


def test_a_label_that_names_a_setting_follows_it_and_one_that_was_given_stays():
    named = [optimizers.SGD(lr=0.01), optimizers.Adam(lr=0.3, label="adam")]
    explorer = explore(SCENE.replace(optimizers=named))
    explorer.controls["SGD lr=0.01.lr"].value = 0.02
    explorer.controls["adam.lr"].value = 0.1
    explorer.controls["SGD lr=0.01.lr"].value = 0.03
    assert [o.lr for o in explorer.scene.optimizers] == [0.03, 0.1]
    assert list(explorer.scene.labelled) == ["SGD lr=0.03", "adam"]
    accordion = explorer.widget.children[1].children[1]
    assert accordion.titles == ("SGD lr=0.03", "adam", "start", "steps")
    assert "SGD lr=0.03" in explorer.widget.children[1].children[0].value


def test_a_change_shows_in_the_scene_and_in_the_picture(explorer):
    before = picture(explorer)
    explorer.controls["adam.lr"].value = 0.1
    explorer.controls["start.x"].value = 1.5
    assert explorer.scene.labelled["adam"].lr == 0.1
    assert explorer.scene.start.tolist() == [1.5, -0.5]
    assert not np.array_equal(picture(explorer), before)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"trail": 5},
        {"fade": True},
        {"forces": "gradient", "dots": True},
        {"panels": ("contour", "loss")},
        {"basins": "sgd"},
        {"view": "both", "size": (480, 240), "theme": "transparent"},
        {"view": "surface", "space": Space(shadow=True, drops=True, log=True, chord=True)},
        {"view": "surface", "space": Space(camera=Orbit(0.5))},
        {"view": "both", "start": [(-0.5, -0.5), (1, 1), (2, -1)], "size": (480, 240)},
        {"view": "both", "optimizers": [*SCENE.optimizers, DRAWN], "size": (480, 240)},
    ],
    ids=lambda changes: "-".join(changes),
)
def test_the_picture_is_that_of_the_animation(changes):
    explorer = explore(SCENE.replace(**changes))
    for momentum in (0.7, 0.5):
        explorer.controls["momentum.momentum"].value = momentum
    assert np.array_equal(picture(explorer), fresh(explorer.scene, 60))


def test_playing_takes_about_as_many_pictures_as_the_animation():
    warped = SCENE.replace(timeline=Timeline(fps=10, duration=2, warp=True))
    (play,) = (
        part for part in descendants(explore(warped).widget) if type(part).__name__ == "Play"
    )
    assert play.step == round(SCENE.steps / len(ContourAnimation(warped).pictures)) > 1


@pytest.mark.parametrize("duration", [2, 6])
def test_playing_takes_the_time_of_the_film(duration):
    timed = SCENE.replace(timeline=Timeline(fps=10, duration=duration))
    (play,) = (part for part in descendants(explore(timed).widget) if hasattr(part, "interval"))
    pictures = len(range(0, SCENE.steps + 1, play.step))
    assert pictures * play.interval / 1000 == pytest.approx(duration, rel=0.05)


def test_an_invalid_value_leaves_the_others_free(explorer):
    explorer.controls["adam.beta1"].max = 1.0
    explorer.controls["adam.beta1"].value = 1.0
    explorer.controls["sgd.lr"].value = 0.02
    explorer.controls["start.x"].value = 1.5
    explorer.step.value = 7
    assert explorer.scene.labelled["sgd"].lr == 0.02
    assert explorer.scene.start.tolist() == [1.5, -0.5]
    assert explorer.scene.labelled["adam"].beta1 == 0.9
    assert "beta1 must be a number in [0, 1)" in explorer.sentence.value
    assert np.array_equal(picture(explorer), fresh(explorer.scene, 7))


def test_a_reset_gives_back_what_was_there_at_first(explorer):
    before = picture(explorer)
    explorer.controls["adam.lr"].value = 0.1
    explorer.controls["start.y"].value = 2.0
    (button,) = (part for part in descendants(explorer.widget) if hasattr(part, "on_click"))
    button.click()
    assert explorer.scene.labelled["adam"].lr == 0.3
    assert explorer.scene.start.tolist() == [-0.5, -0.5]
    assert np.array_equal(picture(explorer), before)


@pytest.mark.parametrize("name", optimizers.__all__)
def test_every_slider_ends_at_values_that_are_valid(name):
    kind = getattr(optimizers, name)
    if (
        not (isinstance(kind, type) and issubclass(kind, optimizers.Optimizer))
        or kind is optimizers.Optimizer
    ):
        return
    try:
        optimizer = kind()
    except (TypeError, InvalidInput):  # it needs another one
        return
    for field, control in sliders._hyperparameters(optimizer).items():
        ends = [getattr(control, end) for end in ("min", "max") if hasattr(control, end)]
        for end in ends:
            value = 10.0**end if hasattr(control, "base") else end
            optimizer.replace(**{field: value})


def descendants(widget):
    yield widget
    for child in getattr(widget, "children", ()):
        yield from descendants(child)


def test_the_step_can_be_scrubbed(explorer):
    explorer.step.value = 7
    assert np.array_equal(picture(explorer), fresh(explorer.scene, 7))


def test_the_number_of_steps_is_a_slider_that_the_step_follows(explorer):
    last = SCENE.steps
    explorer.controls["steps"].value = last + 7
    assert (explorer.scene.steps, explorer.step.max, explorer.step.value) == (last + 7,) * 3
    explorer.step.value = last + 2
    explorer.controls["steps"].value = last + 5
    assert (explorer.step.max, explorer.step.value) == (last + 5, last + 2)
    explorer.controls["steps"].value = 3
    assert (explorer.scene.steps, explorer.step.value) == (3, 3)
    assert explorer.sentence.value == ""


def test_steps_by_label_and_recorded_runs_have_no_slider():
    by_label = {o.label: 5 for o in SCENE.optimizers}
    assert "steps" not in explore(SCENE.replace(steps=by_label)).controls


def test_only_what_changed_runs_again(explorer, monkeypatch):
    ran = []
    simulate = redraw.simulate
    monkeypatch.setattr(redraw, "simulate", lambda s: ran.append(list(s.labelled)) or simulate(s))
    explorer.controls["adam.lr"].value = 0.1
    explorer.step.value = 30
    explorer.controls["start.y"].value = 1.0
    assert ran == [["adam"], ["sgd", "momentum", "adam"]]


def test_a_wrong_value_keeps_the_picture_and_is_told(explorer):
    explorer.controls["adam.beta1"].value = 0.5
    good, scene = explorer.image.png, explorer.scene
    explorer.controls["adam.beta1"].max = 1.0
    explorer.controls["adam.beta1"].value = 1.0
    assert "Adam(beta1=1.0) is out of range: beta1 must be a number in [0, 1)" in (
        explorer.sentence.value
    )
    assert (explorer.image.png, explorer.scene) == (good, scene)
    explorer.controls["adam.beta1"].value = 0.6
    assert explorer.sentence.value == ""
    assert explorer.scene.labelled["adam"].beta1 == 0.6


def test_a_start_where_the_surface_is_not_finite_is_told_too():
    surface = Surface(lambda x, y: np.log(x) ** 2 + y**2, name="<log>", bounds=((-1, 2), (-1, 1)))
    explorer = explore(Scene(surface, [optimizers.SGD(lr=0.1)], (1.5, 0.5), 10, size=(200, 150)))
    good, scene = explorer.image.png, explorer.scene
    explorer.controls["start.x"].value = -0.5
    assert "surface &#x27;&lt;log&gt;&#x27; is nan at the start" in explorer.sentence.value
    assert (explorer.image.png, explorer.scene) == (good, scene)


def legend(explorer) -> list[str]:
    """Return the rows of the legend as plain text."""
    texts = [str(getattr(part, "value", "")) for part in descendants(explorer.widget)]
    (table,) = [text for text in texts if "<table>" in text]
    rows = table.split("</tr>")[:-1]
    return [html.unescape(re.sub("<.*?>", " ", row)).strip("● ") for row in rows]


def test_the_legend_tells_the_loss_at_the_step_and_who_diverged():
    wild = {"<wild>": optimizers.SGD(lr=1.0), "sgd": optimizers.SGD(lr=0.01)}
    explorer = explore(SCENE.replace(optimizers=wild))
    gone = simulate(explorer.scene)["<wild>"].ending
    calm = simulate(explorer.scene)["sgd"].values
    assert gone.kind == "diverged"
    assert [row.split(maxsplit=1) for row in legend(explorer)] == [
        ["<wild>", gone],
        ["sgd", f"{calm[60]:.4g}"],
    ]
    explorer.step.value = 0
    assert [row.split()[1] for row in legend(explorer)] == [f"{calm[0]:.4g}"] * 2


def test_render_writes_the_present_scene(explorer, tmp_path):
    explorer.controls["sgd.lr"].value = 0.02
    mine = explorer.render(tmp_path / "x.gif", fps=10).read_bytes()
    present, first = (
        render(scene, tmp_path / "y.gif", fps=10).read_bytes() for scene in (explorer.scene, SCENE)
    )
    assert mine == present != first


def test_a_surface_has_a_view_angle():
    space = Space(wireframe=True, contours="both", shadow=True, log=True)
    scene = SCENE.replace(view="both", size=(480, 240), space=space, colorbar=True, saddles=True)
    explorer = explore(scene)
    before = picture(explorer)
    for azim in (30, 20):
        explorer.controls["azim"].value = azim
    assert explorer.scene.azim == 20
    assert not np.array_equal(picture(explorer), before)
    assert np.array_equal(picture(explorer), fresh(explorer.scene, 60))
    explorer.controls["adam.lr"].value = 0.1
    assert np.array_equal(picture(explorer), fresh(explorer.scene, 60))


def test_a_change_does_not_turn_the_camera():
    """Its sliders begin at the angles that the film has chosen."""
    scene = SCENE.replace(view="surface", size=(200, 160))
    explorer = explore(scene)
    explorer.controls["adam.lr"].value = 0.1
    chosen = animation(explorer.scene.replace(elev=None, azim=None)).picture.panels[0]
    assert chosen.angles_at(0) == (explorer.scene.elev, explorer.scene.azim)


def test_schedules_and_ensembles_have_no_slider():
    falling = optimizers.SGD(lr=lambda step: 0.01 / (1 + step), label="falling")
    explorer = explore(SCENE.replace(optimizers=[falling], start=[(0, 0), (1, 1)]))
    assert not {"falling.lr", "start.x", "start.y"} & set(explorer.controls)


def test_a_start_beyond_the_bounds_stays_where_it_is():
    explorer = explore(SCENE.replace(start=(9, -9)))
    assert [explorer.controls[f"start.{name}"].value for name in "xy"] == [9, -9]


def place_of(explorer, x: float, y: float) -> list[float]:
    """Return the position of a point in the picture, in widths and heights from the top left."""
    plain = explorer.scene.replace(legend=False, labels=False, counter=False, title=None)
    figure = ContourAnimation(plain).figure
    part = figure.axes[0].transData.transform((x, y)) / figure.bbox.size
    return [part[0], 1 - part[1]]


@pytest.mark.parametrize("start", [(-0.5, -0.5), (0.123, 4.5), (9, -9), (-6, 6)])
def test_a_start_is_where_its_slider_has_a_step(start):
    explorer = explore(SCENE.replace(start=start))
    for name, value in zip("xy", start, strict=True):
        slider = explorer.controls[f"start.{name}"]
        steps = (value - slider.min) / slider.step
        assert steps == pytest.approx(round(steps), abs=1e-6)
        assert slider.min <= min(value, -5.9)
        assert slider.max == max(value, 6)


def test_a_click_on_the_contours_takes_the_start_there(explorer):
    assert explorer.image.clickable
    before = picture(explorer)
    explorer.image.place = place_of(explorer, 2.5, -1.25)
    assert explorer.scene.start == pytest.approx([2.5, -1.25], abs=0.02)
    assert not np.array_equal(picture(explorer), before)


def test_a_click_beside_the_contours_means_nothing(explorer):
    explorer.image.place = [0.001, 0.999]
    assert explorer.scene.start.tolist() == [-0.5, -0.5]


def test_only_a_picture_with_contours_can_be_clicked():
    small = SCENE.replace(steps=5, size=(400, 200))
    assert explore(small.replace(view="both")).image.clickable
    assert not explore(small.replace(view="surface")).image.clickable
    assert not explore(small.replace(start=[(0, 0), (1, 1)])).image.clickable


def test_the_picture_has_an_alternative_text(explorer):
    explorer.step.value = 7
    assert explorer.image.alternative == "Himmelblau at step 7: sgd, momentum, adam"


def test_it_shows_itself_and_a_still_of_the_last_picture(explorer, monkeypatch):
    display = pytest.importorskip("IPython.display", reason="the package ipython is missing")
    shown, updates = [], []

    class Handle:
        def update(self, what, raw):
            updates.append(what)

    monkeypatch.setattr(display, "display", lambda what, **how: shown.append(what) or Handle())
    explorer._ipython_display_()
    sliders, still = shown
    assert "application/vnd.jupyter.widget-view+json" in sliders
    assert sliders["text/plain"] == "sliders for sgd, momentum, adam"
    assert still["image/png"] == explorer.image.png
    explorer.controls["adam.lr"].value = 0.1
    (last,) = updates
    assert last["image/png"] == explorer.image.png != still["image/png"]
    assert f'class="{explorer.image.still}"' in last["text/html"]
    assert base64.b64encode(explorer.image.png).decode() in last["text/html"]
    assert 'alt="Himmelblau at step 60: sgd, momentum, adam"' in last["text/html"]
