"""Scene: what is to be shown, checked when it is made; and load_scenes, which finds scenes."""

import math
import textwrap

import numpy as np
import pytest

from animopt import Scene, Surface, Timeline, surfaces
from animopt.errors import InvalidInput
from animopt.optimizers import SGD, Adam
from animopt.scene import load_scenes

SETTINGS = {"surface": surfaces.bowl(), "optimizers": [SGD(lr=0.1)], "start": (1, 2), "steps": 5}


def scene_with(**changes):
    return Scene(**{**SETTINGS, **changes})


def test_optimizers_may_be_one_a_list_or_a_mapping_of_labels():
    assert scene_with(optimizers=SGD(lr=0.1)).optimizers == (SGD(lr=0.1),)
    assert scene_with(optimizers=[SGD(), Adam()]).optimizers == (SGD(), Adam())
    named = scene_with(optimizers={"slow": SGD(lr=0.1), "fast": SGD(lr=0.2)})
    assert [o.label for o in named.optimizers] == ["slow", "fast"]
    assert named.labelled["fast"].lr == 0.2
    assert scene_with(optimizers=(SGD(lr=lr) for lr in (0.1, 0.2))).optimizers[1].lr == 0.2


def test_a_plain_function_becomes_a_surface_within_the_bounds():
    def valley(x, y):
        return x**2 + y

    scene = scene_with(surface=valley, bounds=((-1, 1), (0, 3)))
    assert isinstance(scene.surface, Surface)
    assert scene.surface.name == "valley"
    assert scene.bounds == scene.surface.bounds == ((-1.0, 1.0), (0.0, 3.0))


def test_bounds_are_the_surface_s_own_unless_others_are_asked_for():
    assert scene_with().bounds == surfaces.bowl().bounds
    assert scene_with(bounds=((0, 1), (2, 3))).bounds == ((0.0, 1.0), (2.0, 3.0))


def test_a_start_is_a_point_and_an_ensemble_is_many():
    assert scene_with(start=[1, 2]).start.shape == (2,)
    assert not scene_with().is_ensemble
    assert scene_with(start=[[1, 2]]).is_ensemble
    assert scene_with(start=np.zeros((7, 2))).start.shape == (7, 2)


def test_a_scene_keeps_its_own_copy_of_the_start():
    start = np.array([1.0, 2.0])
    scene = scene_with(start=start)
    start[0] = 99
    assert scene.start.tolist() == [1.0, 2.0]
    with pytest.raises(ValueError, match="read-only"):
        scene.start[0] = 99


def test_a_copy_with_other_settings_is_checked_too():
    scene = scene_with(title="bowl")
    assert scene.replace(steps=9).steps == 9
    assert scene.replace(steps=9).title == "bowl"
    assert scene.steps == 5
    with pytest.raises(InvalidInput, match="steps"):
        scene.replace(steps=0)


def test_numpy_numbers_are_numbers():
    scene = scene_with(steps=np.int64(3), noise=np.float32(0.5), seed=np.int8(0), elev=np.int64(30))
    assert scene.steps == 3
    assert type(scene.steps) is int


def test_guides_and_limits_become_plain_numbers():
    scene = scene_with(guides=[[(0, 0), (1, 1)], np.zeros((5, 2))], zlim=[0, 3])
    assert [guide.shape for guide in scene.guides] == [(2, 2), (5, 2)]
    assert scene.zlim == (0.0, 3.0)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"surface": 5}, "Scene(surface=5): give a Surface, or a function"),
        ({"surface": lambda x, y: x}, "needs bounds=((x0, x1), (y0, y1))"),
        ({"surface": surfaces.bowl}, "Scene(surface=bowl): write surfaces.bowl()"),
        ({"surface": "bowl"}, "Scene(surface=bowl): write surfaces.bowl()"),
        ({"bounds": ()}, "bounds=()"),
        ({"bounds": ((1, 0), (0, 1))}, "x0 < x1"),
        ({"bounds": 3}, "bounds=3"),
        ({"optimizers": []}, "at least one optimizer"),
        ({"optimizers": {}}, "at least one optimizer"),
        ({"optimizers": 5}, "5 is not an optimizer"),
        ({"optimizers": "adam"}, "'adam' is not an optimizer; did you mean 'Adam'?"),
        ({"optimizers": ["Adam"]}, "'Adam' is not an optimizer; write Adam(...)"),
        ({"optimizers": SGD}, "SGD is a class; write SGD(...)"),
        ({"optimizers": [SGD]}, "SGD is a class; write SGD(...)"),
        ({"optimizers": {"a": Adam}}, "Adam is a class; write Adam(...)"),
        ({"optimizers": {"a": 3}}, "3 is not an optimizer"),
        ({"optimizers": {1: SGD()}}, "a label is 1; give a string"),
        ({"start": None}, "Scene(...) needs start too; write Scene(surface, [SGD"),
        ({"start": 3}, "Scene(start=3)"),
        ({"start": "here"}, "Scene(start='here')"),
        ({"start": (1, 2, 3)}, "Scene(start=(1, 2, 3))"),
        ({"start": [(1, 2), (3,)]}, "Scene(start=[(1, 2), (3,)])"),
        ({"start": []}, "Scene(start=[])"),
        ({"start": np.zeros((0, 2))}, "give (x, y), or an (n, 2) array"),
        ({"start": np.zeros((2, 2, 2))}, "give (x, y), or an (n, 2) array"),
        ({"start": (1j, 2)}, "give (x, y), or an (n, 2) array"),
        ({"start": np.array([1j, 2])}, "give (x, y), or an (n, 2) array"),
        ({"start": (math.nan, 0)}, "a start must be finite numbers"),
        ({"start": (0, math.inf)}, "a start must be finite numbers"),
        ({"steps": 0}, "Scene(steps=0): steps must be a whole number >= 1"),
        ({"steps": -5}, "Scene(steps=-5)"),
        ({"steps": 1.5}, "Scene(steps=1.5)"),
        ({"steps": True}, "Scene(steps=True)"),
        ({"steps": "many"}, "Scene(steps='many')"),
        ({"seed": -1}, "Scene(seed=-1): seed must be a whole number >= 0"),
        ({"seed": 0.5}, "Scene(seed=0.5)"),
        ({"seed": None}, "Scene(seed=None)"),
        ({"noise": -0.1}, "Scene(noise=-0.1): noise must be a number >= 0"),
        ({"noise": math.nan}, "Scene(noise=nan)"),
        ({"noise": math.inf}, "Scene(noise=inf)"),
        ({"noise": "some"}, "Scene(noise='some')"),
        ({"view": "countour"}, "did you mean 'contour'?"),
        ({"view": None}, "Scene(view=None)"),
        ({"minima": "stars"}, "Scene(minima='stars') is unknown; did you mean 'star'?"),
        ({"minima": ["disc", "star"]}, "Scene(minima=['disc', 'star']) is unknown"),
        ({"timeline": 25}, "Scene(timeline=25): give Timeline(fps=25, ...)"),
        ({"zlim": 3}, "Scene(zlim=3): give (lowest, highest)"),
        ({"zlim": (1,)}, "Scene(zlim=(1,))"),
        ({"zlim": (2, 1)}, "Scene(zlim=(2, 1))"),
        ({"zlim": (0, math.inf)}, "Scene(zlim=(0, inf))"),
        ({"zlim": ("a", "b")}, "Scene(zlim=('a', 'b'))"),
        ({"guides": 5}, "Scene(guides=5)"),
        ({"guides": [[1, 2, 3]]}, "a guide has shape (3,)"),
        ({"guides": [[(1, 2), (3,)]]}, "give a list of (m, 2) arrays"),
        ({"elev": "high"}, "Scene(elev='high'): give an angle in degrees"),
        ({"azim": math.nan}, "Scene(azim=nan): give an angle in degrees"),
        ({"size": 640}, "Scene(size=640): give (width, height) in pixels"),
        ({"size": (0, 0)}, "Scene(size=(0, 0))"),
        ({"size": (640.5, 480)}, "Scene(size=(640.5, 480))"),
        ({"size": (10**6, 10**6)}, "Scene(size=(1000000, 1000000))"),
        ({"dpi": 0}, "Scene(dpi=0)"),
        ({"dpi": "high"}, "Scene(dpi='high')"),
        ({"labels": "no"}, "Scene(labels='no'): give True or False"),
        ({"legend": "no"}, "Scene(legend='no'): give True or False"),
        ({"counter": 3}, "Scene(counter=3): give True or False"),
        ({"saddles": None}, "Scene(saddles=None): give True or False"),
        ({"arrows": "x"}, "Scene(arrows='x'): give True or False"),
        ({"fade": "x"}, "Scene(fade='x'): give True or False"),
        ({"markers": 3}, "Scene(markers=3): give True or False"),
    ],
    ids=lambda value: ", ".join(value) if isinstance(value, dict) else value[:40],
)
def test_what_is_wrong_is_said_in_one_sentence(wrong, sentence):
    with pytest.raises(InvalidInput) as error:
        scene_with(**wrong)
    assert sentence in str(error.value)
    assert "\n" not in str(error.value)


def test_equal_labels_are_refused_and_both_named():
    with pytest.raises(InvalidInput) as error:
        scene_with(optimizers=[SGD(lr=0.1, label="same"), Adam(lr=0.2, label="same")])
    assert "two optimizers have the label 'same'" in str(error.value)
    assert "SGD(" in str(error.value)
    assert "Adam(" in str(error.value)


SCENE = """\
from animopt import Scene, Timeline, surfaces
from animopt.optimizers import SGD

first = Scene(surfaces.bowl(), [SGD(lr=0.1)], (1, 2), 5)
second = first.replace(steps=7)
"""


def write(folder, text, name="mine.py"):
    path = folder / name
    path.write_text(textwrap.dedent(text), encoding="utf-8")
    return path


def test_every_scene_of_a_module_is_found_in_its_order(tmp_path):
    scenes = load_scenes(write(tmp_path, SCENE))
    assert list(scenes) == ["first", "second"]
    assert [scene.steps for scene in scenes.values()] == [5, 7]


def test_a_path_may_be_a_string(tmp_path):
    assert list(load_scenes(str(write(tmp_path, SCENE)))) == ["first", "second"]


def test_a_scene_with_two_names_counts_once(tmp_path):
    path = write(tmp_path, SCENE + "again = first\n")
    assert list(load_scenes(path)) == ["first", "second"]


def test_two_files_of_one_name_do_not_disturb_each_other(tmp_path):
    (tmp_path / "other").mkdir()
    one = load_scenes(write(tmp_path, SCENE))
    two = load_scenes(write(tmp_path / "other", SCENE + "third = second.replace(steps=9)\n"))
    assert list(one) == ["first", "second"]
    assert list(two) == ["first", "second", "third"]


def test_modules_of_one_name_beside_two_files_do_not_disturb_each_other(tmp_path):
    text = "from words import TITLE\nfrom more.words import MORE\n" + SCENE.replace(
        "5)", "5, title=TITLE + MORE)"
    )
    titles = []
    for name in ("one", "two", "one"):
        (tmp_path / name / "more").mkdir(parents=True, exist_ok=True)
        write(tmp_path / name, f"TITLE = '{name}'", "words.py")
        write(tmp_path / name / "more", f"MORE = '{name}'", "words.py")
        titles.append(load_scenes(write(tmp_path / name, text))["first"].title)
    assert titles == ["oneone", "twotwo", "oneone"]


def test_a_scene_file_may_define_dataclasses_and_import_what_lies_beside_it(tmp_path):
    write(tmp_path, "LR = 0.25", "beside_the_scene.py")
    path = write(
        tmp_path,
        """
        from __future__ import annotations
        from dataclasses import dataclass
        from animopt import Scene, optimizers, surfaces
        from beside_the_scene import LR

        @dataclass(frozen=True)
        class Mine(optimizers.Optimizer):
            lr: float = LR
            def step(self, objective, x, state):
                return x - self.lr * objective.gradient(x), state

        scene = Scene(surfaces.bowl(), [Mine()], (1, 2), 5)
        """,
    )
    assert load_scenes(path)["scene"].optimizers[0].lr == 0.25


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("x = 1", "holds no Scene; assign one at module level"),
        ("", "holds no Scene"),
        ("x = 1\ny = (", "mine.py, line 2: "),
        ("x = 1\n\n1 / 0", "mine.py, line 3: ZeroDivisionError: division by zero"),
        ("import animopt.missing", "mine.py, line 1: ModuleNotFoundError"),
        ("raise SystemExit(3)", "mine.py, line 1: SystemExit: 3"),
        ("from animopt import Timeline\n\nTimeline(fps=-1)", "mine.py, line 3: Timeline(fps=-1)"),
        ("from animopt.optimizers import adm", "did you mean 'Adam'?"),
        ("from animopt import optimizers\noptimizers.adm()", "did you mean 'Adam'?"),
        ("from animopt import Scene\nScene(speed=2)", "write timeline=Timeline(speed=...)"),
        ("from animopt import Scene\nScene(orbit=1)", "write space=Space(camera=Orbit(1))"),
    ],
)
def test_what_a_scene_file_does_wrong_is_said_with_its_line(tmp_path, text, sentence):
    with pytest.raises(InvalidInput) as error:
        load_scenes(write(tmp_path, text))
    assert sentence in str(error.value)
    assert "\n" not in str(error.value)


def test_what_is_no_scene_file_is_refused(tmp_path):
    with pytest.raises(InvalidInput, match="no scene file"):
        load_scenes(tmp_path / "missing.py")
    with pytest.raises(InvalidInput, match="is a folder"):
        load_scenes(tmp_path)
    with pytest.raises(InvalidInput, match=r"ends in \.py"):
        load_scenes(write(tmp_path, SCENE, "scene.txt"))
    with pytest.raises(InvalidInput, match=r"ends in \.py"):
        load_scenes(tmp_path / "missing.txt")


def test_the_defaults_of_a_scene():
    scene = scene_with()
    assert (scene.view, scene.timeline, scene.noise, scene.seed) == ("contour", Timeline(), 0, 0)
