"""Bad input: one sentence on stderr, exit status 2, nothing on stdout, nothing written."""

from __future__ import annotations

from pathlib import Path

import pytest

HEAD = """\
import numpy as np
from animopt import Scene, Surface, Timeline, optimizers, surfaces
"""


def scene(
    surface: str = "surfaces.bowl()",
    with_: str = "[optimizers.SGD(lr=0.1)]",
    start: str = "(3, 4)",
    steps: str = "6",
) -> str:
    return f"{HEAD}scene = Scene({surface}, {with_}, start={start}, steps={steps})\n"


def own_optimizer(methods: str) -> str:
    return f"{HEAD}class Mine(optimizers.Optimizer):\n{methods}" + scene(with_="[Mine()]")


# Wrong scene files: their content, and a part of the error message.
FILES: dict[str, tuple[str | bytes, str]] = {
    "empty": ("", "bad.py holds no Scene"),
    "no scene": ("x = 1\n", "bad.py holds no Scene"),
    "syntax error": ("x = 1\ny = (\n", "bad.py, line 2: SyntaxError: '(' was never closed"),
    "indentation": ("x = 1\n  y = 2\n", "bad.py, line 2: IndentationError: unexpected indent"),
    "not UTF-8": (b"x = 1\ny = '\xff'\n", "bad.py, line 2: SyntaxError: (unicode error)"),
    "null byte": (b"x = 1\0", "bad.py: SyntaxError: source code string cannot contain null bytes"),
    "exception": ("x = 1\ny = 1 / 0\n", "bad.py, line 2: ZeroDivisionError: division by zero"),
    "exception without a text": ("raise RuntimeError\n", "bad.py, line 1: RuntimeError\n"),
    "exception of several lines": ("raise OSError('a\\nb')\n", "bad.py, line 1: OSError: a b"),
    "exit": ("import sys\nsys.exit(3)\n", "bad.py, line 2: SystemExit: 3"),
    "missing module": ("import nosuch\n", "line 1: ModuleNotFoundError: No module named 'nosuch'"),
    "unknown optimizer": (scene(with_="[optimizers.Adm()]"), "line 3: AttributeError"),
    "unknown optimizer, suggestion": (
        scene(with_="[optimizers.Adm()]"),
        "has no attribute 'Adm'; did you mean 'Adam'?",
    ),
    "unknown optimizer, imported": (
        "from animopt.optimizers import Momentun\n",
        "; did you mean 'Momentum'?",
    ),
    "unknown optimizer, all imported": (
        "from animopt.optimizers import *\nAdm()\n",
        "line 2: NameError: name 'Adm' is not defined; did you mean 'Adam'?",
    ),
    "an optimizer's name": (
        scene(with_="['adm']"),
        "Scene(optimizers=...): 'adm' is not an optimizer; did you mean 'Adam'?\n",
    ),
    "unknown setting of a scene": (
        scene(steps="3, titel='Mine'"),
        "line 3: Scene() has no setting 'titel'; did you mean 'title'?",
    ),
    "unknown setting of a timeline": (
        f"{HEAD}Timeline(fsp=3)\n",
        "line 3: Timeline() has no setting 'fsp'; did you mean 'fps'?",
    ),
    "a pair of settings": (
        f"{HEAD}optimizers.Adam(betas=(0.9, 0.99))\n",
        "line 3: Adam() has no setting 'betas'; write Adam(beta1=0.9, beta2=0.99)",
    ),
    "unknown surface": (scene("surfaces.rosenbrok()"), "; did you mean 'rosenbrock'?"),
    "unknown setting": (scene(with_="[optimizers.SGD(lrr=1)]"), "; did you mean 'lr'?"),
    "start that is not finite": (scene(start="(3, float('inf'))"), "bad.py, line 3: Scene(start="),
    "start of three numbers": (scene(start="(1, 2, 3)"), "give (x, y)"),
    "no steps": (scene(steps="0"), "line 3: Scene(steps=0): steps must be a whole number >= 1"),
    "negative steps": (scene(steps="-5"), "bad.py, line 3: Scene(steps=-5)"),
    "no optimizers": (scene(with_="[]"), "give at least one optimizer"),
    "equal labels": (
        scene(with_="[optimizers.SGD(label='a'), optimizers.Adam(label='a')]"),
        "two optimizers have the label 'a'",
    ),
    "NaN learning rate": (scene(with_="[optimizers.SGD(lr=float('nan'))]"), "SGD(lr=nan)"),
    "wrong shape": (scene("Surface(lambda x, y: np.zeros(3))"), "bad.py: surface 'f'"),
    "complex": (scene("Surface(lambda x, y: x + 1j * y)"), "returned complex numbers"),
    "NaN at the start": (scene("Surface(lambda x, y: x * np.nan)"), "is nan at the start (3, 4)"),
    "f that raises": (
        f"{HEAD}def f(x, y):\n    return x + nosuch\n"
        "scene = Scene(Surface(f), [optimizers.SGD()], start=(1, 1), steps=3)\n",
        "bad.py, line 4: NameError: name 'nosuch' is not defined",
    ),
    "optimizer that raises": (
        f"{HEAD}class Mine(optimizers.Optimizer):\n"
        "    def step(self, objective, x, state):\n"
        "        return x[5], state\n"
        "scene = Scene(surfaces.bowl(), [Mine()], start=(1, 1), steps=3)\n",
        "bad.py, line 5: IndexError",
    ),
    "f of one argument": (
        scene("lambda x: x", steps="3, bounds=((0, 5), (0, 5))"),
        "bad.py: surface 'f': f(x) is a function of one variable, and a surface has two",
    ),
    "gradient of one argument": (
        scene("Surface(lambda x, y: x, gradient=lambda x: x)"),
        "bad.py: surface 'f': gradient(theta) returned (0.4931, -0.8288) at (0.4931, -0.8288)",
    ),
    "Hessian of one argument": (
        scene("Surface(lambda x, y: x, hessian=lambda x: x)", "[optimizers.Newton()]"),
        "bad.py: surface 'f': hessian(theta) returned -0.76; it must return ((f_xx, f_xy), (f_yx,",
    ),
    "schedule without a step": (
        scene(with_="[optimizers.SGD(lr=lambda: 1)]"),
        "bad.py: SGD(lr=...): a schedule is called with the step: <lambda>() takes 0 positional",
    ),
    "init without a start": (
        own_optimizer("    def init(self):\n        return ()\n"),
        "bad.py: optimizer 'Mine': init(x): Mine.init() takes 1 positional argument",
    ),
    "step without a state": (
        own_optimizer("    def step(self, objective, x):\n        return x, ()\n"),
        "bad.py: optimizer 'Mine': step(objective, x, state): Mine.step() takes 3 positional",
    ),
    "step to words": (
        own_optimizer("    def step(self, o, x, state):\n        return x.astype(str), ()\n"),
        "bad.py: optimizer 'Mine': step returned points of type <U",
    ),
    "step to complex numbers": (
        own_optimizer("    def step(self, o, x, state):\n        return x + 1j, ()\n"),
        "step returned points of type complex128, not real numbers; it must return (x, state)",
    ),
    "step to rows of different lengths": (
        own_optimizer("    def step(self, o, x, state):\n        return [[1, 2], [3]], ()\n"),
        "step returned rows of different lengths",
    ),
    "bounds that floats cannot resolve": (
        scene("Surface(lambda x, y: x, bounds=((1e16, 1e16 + 2), (-2, 2)))"),
        "bad.py, line 3: Surface 'f': bounds=((1e+16, 1.0000000000000002e+16), (-2, 2)): floating",
    ),
    "impossible timeline": (
        f"{HEAD}t = Timeline(duration=1, hold_last=2)\n",
        "bad.py, line 3: Timeline(duration=1)",
    ),
    "too many steps": (
        scene(steps="10**12"),
        "line 3: Scene(steps=1000000000000) is too many: 1e+12 points in all, at most 5e+07",
    ),
    "a number for a title": (scene(steps="3, title=5"), "Scene(title=...) is 5; give a string"),
    "a title of two lines": (scene(steps="3, title='a\\nb'"), "give one line"),
    "a label of two lines": (
        scene(with_="{'a\\nb': optimizers.SGD()}"),
        "Scene(optimizers=...): a label is 'a\\nb'; give one line",
    ),
    "absurd size": (
        scene(steps="6, size=(10**6, 9)"),
        "bad.py, line 3: Scene(size=(1000000, 9))",
    ),
}

# Wrong commands on the good scene files of the folder, and a part of the error message.
COMMANDS: dict[str, tuple[str, str]] = {
    "no command": ("", "Missing command"),
    "unknown command": ("rendr good.py", "Did you mean 'render'"),
    "a file for a command": ("good.py", "good.py is no command; write: animopt render good.py"),
    "unknown option": ("render good.py --fsp 3", "--fsp"),
    "no file": ("render", "Missing argument 'FILE...'"),
    "no such file": ("render nosuch.py", "no scene file nosuch.py"),
    "a folder": ("render .", ". is a folder; name a scene file in it"),
    "not a Python file": ("render notes.txt", "notes.txt is not a scene file"),
    "one of two files is missing": ("render good.py nosuch.py", "no scene file nosuch.py"),
    "unknown scene": ("render two.py --scene othr", "no scene is named 'othr'; did you mean"),
    "the current folder": ("render good.py -o .", "'.' has no suffix, which picks the format"),
    "unknown suffix": ("render good.py -o x.gfi", "'x.gfi' has an unknown suffix"),
    "a suffix of stills": (
        "render good.py -o x.jpg",
        "which picks the format; choose from .gif, .png, .apng, .mp4, .webm, .html, .htm",
    ),
    "a path of nothing": ("render good.py --output=", "'.' has no suffix"),
    "a GIF too fast": ("render good.py --fps 60", "a GIF shows at most 50 frames a second, got 60"),
    "unknown placeholder": (
        "render good.py -o {foo}.gif",
        "'{foo}.gif': {foo} is unknown; use {file} and {name}",
    ),
    "full-width digits": ("render good.py --size ６40x480", "write WIDTHxHEIGHT in pixels"),
    "full-width bytes": ("render good.py --max-size ２MB", "give a number of bytes"),
    "unknown style": ("render good.py --style nosuch", "no such file, no such style; choose from"),
    "no tolerance": ("report good.py --tolerance 0", "tolerance=0.0: give a finite number > 0"),
    "no suffix": ("render good.py -o x", "x"),
    "unwritable folder": ("render good.py -o notes.txt/x.gif", "notes.txt"),
    "output is a folder": ("render good.py -o folder.gif", "folder.gif"),
    "output is the scene": ("render good.py -o good.py", "good.py"),
    "the same output twice": ("render good.py -o x.gif -o ./x.gif", "would be written twice"),
    "one output for two scenes": ("render two.py -o x.gif", "'output/{file}-{name}.gif'"),
    "the same file twice": ("render good.py good.py", "output/good.gif would be written twice"),
    "a duration in words": (
        "render good.py --duration long",
        "duration='long': give seconds, such as 8",
    ),
    "info of nothing": ("info nosuch.gif", "info: there is no file nosuch.gif"),
    "a size without height": ("render good.py --size 640", "size='640': write WIDTHxHEIGHT"),
    "a size of nothing": ("render good.py --size 0x0", "size=(0, 0)"),
    "an absurd size": ("render good.py --size 999999x9", "size=(999999, 9)"),
    "half a step": ("render good.py --steps=1.5", "--steps=1.5: give a whole number"),
    "noise in words": ("render good.py --noise=x", "--noise=x: give a number"),
    "more bytes than there are": (
        f"render good.py --max-size {'9' * 400}",
        "give a number of bytes",
    ),
    "no worker": ("render good.py -j 0", "--workers=0: give a whole number >= 1, or auto"),
    "a worker in words": ("render good.py -j x", "--workers=x: give a whole number"),
    "a tolerance in words": ("report good.py --tolerance=x", "--tolerance=x: give a number"),
    "a negative size": ("render good.py --size -640x480", "size"),
    "fps 0": ("render good.py --fps 0", "fps must be a number in (0, 1000]"),
    "fps in words": ("render good.py --fps abc", "--fps"),
    "fps NaN": ("render good.py --fps nan", "fps=nan: give a finite number"),
    "letters larger than the picture": ("render good.py --size 99x99 --dpi 600", "a lower dpi"),
    "dpi 0": ("render good.py --dpi 0", "dpi=0"),
    "negative hold": ("render good.py --hold -1", "hold_last must be seconds from 0 to 3600"),
    "negative loop": ("render good.py --loop -1", "loop must be a whole number"),
    "a hold without end": ("render good.py --hold 1e9", "hold_last must be seconds from 0 to 3600"),
    "a duration without end": ("render good.py --duration 1e9", "two frames, and at most 3600"),
    "a speed near 0": (
        "render good.py --speedup 1e-9",
        "at most 3600 are allowed; raise the speed",
    ),
    "speedup 0": ("render good.py --speedup 0", "steps per frame > 0"),
    "duration in words": ("render good.py --duration long", "duration"),
    "warp without end": ("render good.py --warp", "give the duration"),
    "no duration": ("render good.py --duration 0", "duration must be"),
    "unknown view": ("render good.py --view contuor", "; did you mean 'contour'?"),
    "two views": ("render good.py --view contour --view surface", "--view is given twice"),
    "two rates": ("render good.py --fps 10 --size 96x80 --fps 20", "--fps is given twice"),
    "two qualities": ("render good.py -q draft --quality high", "is given twice; give it once"),
    "warp and no warp": ("render good.py --warp --no-warp", "is given twice; give it once"),
    "two tolerances": (
        "report good.py --tolerance 1 --tolerance 2",
        "is given twice; give it once",
    ),
    "two formats": ("list formats --format json --format table", "is given twice; give it once"),
    "unknown quality": ("render good.py -q hgih", "; did you mean 'high'?"),
    "after alone": ("render good.py --after 3", "after=3 needs speedup"),
    "after the end": ("render good.py --speedup 2 --after 6", "past the scene's last step, 6"),
    "speedup and duration": ("render good.py --speedup 3 --duration 5", "contradict each other"),
    "hold above duration": ("render good.py --hold 5 --duration 3", "duration must be at least 5"),
    "set nothing": ("render good.py --set adm.lr=1", "; did you mean 'adam.lr'?"),
    "set without a value": ("render good.py --set lr", "write LABEL.FIELD=VALUE"),
    "set twice": ("render good.py --set lr=1 --set lr=2", "contradicts 'lr=1'"),
    "set a word": ("render good.py --set lr=fast", "set lr=fast: give a number"),
    "set NaN": ("render good.py --set lr=nan", "SGD(lr=nan) is out of range"),
    "set a wrong convention": ("render good.py --set adam.eps_where=insid", "mean 'inside'?"),
    "a colour without a label": ("render good.py --color red", "color 'red': write LABEL=COLOR"),
    "a colour of nobody": ("render good.py --color adm=red", "'adm'; did you mean 'adam'?"),
    "a colour that is none": (
        "render good.py --color adam=redd",
        "'adam' has 'redd'; give a colour",
    ),
    "two colours for one": (
        "render good.py --color sgd=red --color sgd=blue",
        "color 'sgd=blue' contradicts 'sgd=red'",
    ),
    "a marker without a label": ("render good.py --marker s", "marker 's': write LABEL=MARKER"),
    "a marker that is none": ("plot good.py --marker adam=x", "'adam' has 'x'; choose from o, s,"),
    "a marker and no markers": (
        "render good.py --no-markers --marker adam=s",
        "--marker and --markers contradict each other",
    ),
    "new over a file": ("new good.py", "good.py already exists"),
    "new that is not Python": ("new scene.txt", "choose a name ending in .py"),
    "new below a file": ("new notes.txt/scene.py", "notes.txt"),
}


def tree(folder: Path) -> dict[str, bytes | None]:
    """Return every file with its content, and every folder."""
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None
        for path in sorted(folder.rglob("*"))
    }


@pytest.fixture
def refuses(animopt, folder):
    (folder / "notes.txt").write_text("no scene\n")
    (folder / "folder.gif").mkdir()

    def check(*args: str, says: str) -> None:
        before = tree(folder)
        status, out, err = animopt(*args)
        assert (status, out) == (2, "")
        assert err.startswith("animopt: ")
        assert err.endswith("\n")
        assert err.count("\n") == 1, err
        assert says in err
        assert "Traceback" not in err
        assert tree(folder) == before

    return check


@pytest.mark.parametrize(("content", "says"), FILES.values(), ids=FILES.keys())
def test_a_wrong_scene_file(refuses, folder, content, says):
    content = content.encode() if isinstance(content, str) else content
    (folder / "bad.py").write_bytes(content)
    refuses("render", "bad.py", says=says)


@pytest.mark.parametrize(("command", "says"), COMMANDS.values(), ids=COMMANDS.keys())
def test_a_wrong_command(refuses, command, says):
    refuses(*command.split(), says=says)


def test_what_a_module_beside_the_scene_raises_is_reported_with_its_line(refuses, folder):
    (folder / "beside.py").write_text("def f(x, y):\n    return x + nosuch\n")
    text = "from beside import f\n" + scene("f", steps="6, bounds=((0, 5), (0, 5))")
    (folder / "bad.py").write_text(text)
    refuses("render", "bad.py", says="beside.py, line 2: NameError: name 'nosuch' is not defined")


def test_a_scene_that_is_wrong_keeps_the_others_from_being_written(refuses, folder):
    (folder / "bad.py").write_text(FILES["NaN at the start"][0])
    refuses("render", "good.py", "bad.py", says="is nan at the start")


def test_a_zero_byte_is_one_sentence(capsys):
    from animopt.cli import main

    assert main(["plot", "good.py", "x\0y"]) == 2
    assert capsys.readouterr().err == (
        "animopt: 'x\\x00y': a zero byte is no letter; leave it out\n"
    )
