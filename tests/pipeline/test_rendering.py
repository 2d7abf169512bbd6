"""Rendering: from scenes and options to files, checked before any is written."""

from __future__ import annotations

from io import BufferedReader, BytesIO, FileIO, StringIO, TextIOWrapper
from pathlib import Path

import pytest
from PIL import Image, ImageSequence

from animopt import InvalidInput, Scene, export, optimizers, render, simulate, surfaces
from animopt.animate import film
from animopt.pipeline.jobs import load
from animopt.pipeline.options import Options
from animopt.pipeline.rendering import run
from animopt.progress import Progress

pytestmark = pytest.mark.usefixtures("folder")

SCENE = Scene(
    surfaces.bowl(), [optimizers.SGD(lr=0.1)], start=(3, 4), steps=6, size=(96, 80), title="Bowl"
)


def test_render_takes_a_scene_and_returns_the_path():
    assert render(SCENE, "new/x.gif") == Path("new/x.gif")
    assert export.info("new/x.gif").frames == 7


def test_render_takes_a_scene_file_and_has_a_default_path():
    assert render("one.py") == Path("output/one.gif")
    assert render(Path("two.py"), name="second") == Path("output/two-second.gif")
    assert export.info("output/two-second.gif").frames == 10


def test_several_paths_are_written_from_one_pass(monkeypatch):
    drawn = []
    draw = film.Film
    monkeypatch.setattr(film, "Film", lambda picture: drawn.append(picture) or draw(picture))
    assert render(SCENE, ["x.gif", "x.png"]) == [Path("x.gif"), Path("x.png")]
    assert len(drawn) == 1
    assert export.info("x.gif").frames == export.info("x.png").frames == 7


def test_a_file_and_its_scene_give_the_same_pictures():
    render(SCENE, "a.gif")
    render("one.py", "b.gif")
    mine, theirs = export.info("a.gif"), export.info("b.gif")
    assert (mine.frames, mine.duration) == (theirs.frames, theirs.duration)
    assert pictures("a.gif") == pictures("b.gif")
    # Their metadata differ: only one names its scene file.
    named = theirs.metadata.pop("Scene")
    assert named.startswith("one.py sha256:")
    assert {**mine.metadata, "Title": ""} == {**theirs.metadata, "Title": ""}


def pictures(path):
    with Image.open(path) as film:
        return [page.convert("RGB").tobytes() for page in ImageSequence.Iterator(film)]


def test_options_are_keywords():
    render(SCENE, "x.gif", view="both", size=(160, 80), fps=10, hold=0, loop=2, quality="draft")
    about = export.info("x.gif")
    assert (about.width, about.height, about.loops) == (160, 80, 2)
    assert about.duration == pytest.approx(0.7, abs=0.01)


def test_settings_and_quality_reach_the_file():
    plain, other, same = (
        render(SCENE, f"{lr}.gif", settings={"lr": lr}).read_bytes() for lr in (0.1, 0.5, "0.1")
    )
    assert plain == same != other
    draft, high = (
        render(SCENE, f"{quality}.gif", quality=quality) for quality in ("draft", "high")
    )
    assert draft.stat().st_size < high.stat().st_size


def test_the_file_says_what_made_it():
    metadata = export.info(render(SCENE, "x.gif")).metadata
    assert metadata["Title"] == "Bowl"
    assert metadata["Software"].startswith("animopt ")


def test_an_unknown_option_is_met_with_the_one_that_was_meant():
    with pytest.raises(TypeError, match="no setting 'fsp'; did you mean 'fps'"):
        render(SCENE, "x.gif", fsp=10)


@pytest.mark.parametrize(
    ("arguments", "options", "says"),
    [
        ((SCENE,), {}, "a Scene needs a path"),
        ((SCENE, "x.gfi"), {}, "choose from .gif, .png, .apng, .mp4, .webm, .html"),
        ((SCENE, ["x.gif", "./x.gif"]), {}, "written twice"),
        ((simulate(SCENE), "x.gif"), {}, r"render\(.*\): give a Scene, got Simulation"),
        (([SCENE, SCENE], "x.gif"), {}, "give a Scene, got list"),
        (("x.gif", SCENE), {}, "give the scene, then one path or several"),
        (("one.py", ["x.gif", 5]), {}, "give the scene, then one path or several"),
        ((SCENE, "x.gif"), {"name": "first"}, "only a scene in a file has a name"),
        (("one.py", "x.gif"), {"workers": 0}, "workers=0: give a whole number >= 1"),
        (("one.py", "x.gif"), {"workers": 1.5}, "workers must be a whole number"),
        ((SCENE, "x"), {}, "'x' has no suffix, which picks the format"),
        ((SCENE, "x.gif"), {"quality": "best"}, "unknown quality 'best'"),
        ((SCENE, "x.gif"), {"loop": 1.5}, "loop must be a whole number"),
        ((SCENE, "x.gif"), {"settings": {"lrr": 1}}, "did you mean 'lr'"),
        (("two.py", "x.gif"), {}, "two.py has several scenes; .* first, second"),
        (("two.py", "x.gif"), {"name": "secnd"}, "did you mean 'second'"),
    ],
)
def test_a_wrong_request_is_refused_and_nothing_is_written(arguments, options, says):
    with pytest.raises(InvalidInput, match=says):
        render(*arguments, **options)
    assert {path.name for path in Path().iterdir()} == {"one.py", "two.py"}


def test_every_scene_is_simulated_before_the_first_is_drawn():
    bad = SCENE.replace(surface=surfaces.Surface(lambda x, y: x / 0))
    good, second = (job.to(()) for job in load(["two.py"]))
    jobs = [good, type(second)(second.file, "bad", "bad", bad, second.options)]
    with pytest.raises(InvalidInput, match=r"two\.py"):
        list(run(jobs))
    assert not Path("output").exists()


def test_progress_covers_every_frame_until_the_last_is_taken():
    told = []
    (job,) = (job.to(()) for job in load(["one.py"]))
    progress = Progress()
    progress.update = lambda *news: told.append(news)
    assert list(run([job], progress)) == [Path("output/one.gif")]
    assert told == [("rendering output/one.gif", done, 7) for done in range(8)]


def test_the_name_of_a_format_returns_the_bytes_of_the_file(tmp_path):
    path = render(SCENE, tmp_path / "x.gif")
    assert render(SCENE, "gif") == path.read_bytes()


def test_a_file_object_gets_the_bytes_and_stays_open(tmp_path):
    file = BytesIO(b"")
    assert render(SCENE, file, format="apng", loop=1) is None
    assert file.getvalue() == render(SCENE, tmp_path / "x.png", loop=1).read_bytes()
    with pytest.raises(InvalidInput, match="format 'giff' is unknown; did you mean 'gif'"):
        render(SCENE, file, format="giff")


def closed_file():
    file = BytesIO()
    file.close()
    return file


@pytest.mark.parametrize(
    ("file", "options", "says"),
    [
        (BytesIO, {"format": None}, r"give format=, one of gif, apng, mp4, webm, html"),
        (StringIO, {}, "takes text, and a picture is bytes; open it with open"),
        (lambda: TextIOWrapper(BytesIO()), {}, "takes text"),
        (lambda: BufferedReader(BytesIO()), {}, "is open for reading only; open it with"),
        (closed_file, {}, "the file is closed; open it with"),
        (lambda: BytesIO, {}, r"BytesIO is a class; give an open file, BytesIO\(\)"),
        (BytesIO, {"poster": True}, r"render\(poster=True\): .* give a path"),
        (BytesIO, {"format": "html", "quality": "draft"}, "^'html': .* leave out quality"),
        (lambda: "html", {"format": None, "quality": "draft"}, "^'html': .* leave out quality"),
        (lambda: "gif", {"format": None, "poster": True}, r"render\(poster=True\)"),
    ],
)
def test_what_takes_no_bytes_is_told_what_does(file, options, says):
    with pytest.raises(InvalidInput, match=says):
        render(SCENE, file(), **{"format": "gif"} | options)


@pytest.mark.parametrize(
    ("word", "name"), [("GIF", "gif"), (".gif", "gif"), ("png", "apng"), (".APNG", "apng")]
)
def test_a_format_may_be_named_by_its_suffix_or_in_capitals(word, name):
    expected = render(SCENE, name)
    assert render(SCENE, word) == expected
    render(SCENE, file := BytesIO(), format=word)
    assert file.getvalue() == expected


def test_a_file_that_takes_a_few_bytes_at_a_time_gets_all(tmp_path):
    class Narrow(FileIO):
        def write(self, data):
            return super().write(bytes(data)[:1000])

    with Narrow(tmp_path / "x.gif", "wb") as file:
        render(SCENE, file, format="gif")
    assert (tmp_path / "x.gif").read_bytes() == render(SCENE, "gif")


def test_a_home_folder_is_written_to(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    assert render(SCENE, "~/x.gif") == tmp_path / "x.gif"
    assert (tmp_path / "x.gif").is_file()
    assert not Path("~").exists()


def test_files_for_two_places_have_different_names():
    paths = [render("one.py", destination=each, size=(96, 64)) for each in ("pptx", "keynote")]
    assert [path.name for path in paths] == ["one-pptx.mp4", "one-keynote.mp4"]


def test_what_one_output_cannot_use_is_said_where_another_can(tmp_path):
    said = []

    class Listener(Progress):
        def say(self, sentence):
            said.append(sentence)

    (job,) = load(["one.py"], Options(size=(96, 64)))
    list(run([job.to([tmp_path / "x.gif", tmp_path / "x.html"])], Listener()))
    assert export.info(tmp_path / "x.gif").width == 96
    assert said == [
        f"{tmp_path / 'x.html'}: a page is drawn by the browser and fills its window; size is for "
        "the other files"
    ]
