"""Files of runs on the command line: one command shows them; what is wrong is one sentence."""

import numpy as np
import pytest

from animopt.cli import main
from animopt.pipeline.formats import info

RUN = "step,x,y,loss,val_loss\n0,-1.2,1,24.2,25\n10,0.4,0.3,2,2.7\n20,0.9,0.8,0.02,0.4\n"
WRONG = {
    "missing file": ("nosuch.csv", "there is no such file"),
    "missing column": ("x.csv", "there is a column 'x' and no column 'y'"),
    "text": ("text.csv", "line 2, column 'y': 'abc' is not a number"),
    "unequal lengths": ("short.csv", "line 3 has 1 cells, and the header has 2"),
    "zero rows": ("head.csv", "it has a header and no rows"),
    "empty": ("empty.csv", "it is empty"),
    "NaN losses": ("nan.csv", "'loss' has no finite number"),
    "no losses": ("xy.csv", "it has no losses, and 'paper' has none to give"),
    "pickle": ("pickle.npz", "holds objects of Python, which are not read"),
    "a name of ours": ("metric.csv", "a run's metric is called 'table'"),
    "many coordinates": ("many.npz --surface rosenbrock", "show it on a plane"),
    "unknown surface": ("run.csv --surface rosenbrok", "did you mean 'rosenbrock'"),
    "unknown metric": ("run.csv --panels val_los", "did you mean 'val_loss'"),
    "no points": ("loss.csv --panels contour", "panel 'contour': no run has points"),
    "no heights": ("run.csv --view surface", "is paper, without heights and slopes"),
    "no slopes": ("run.csv --panels gradient", "is paper, without heights and slopes"),
    "no minima": ("run.csv --panels distance", "has no known minima"),
    "no plane": ("run.csv --panels off_plane", "is unknown; choose from"),
    "start": ("run.csv --start 1,2", "every run is recorded and brings its own start"),
    "steps": ("run.csv --steps 5", "every run is recorded and brings its own steps"),
    "noise": ("run.csv --noise 0.1", "--noise is for what is simulated"),
    "optimizer": ("run.csv --optimizer SGD:lr=0.1", "--optimizer is for what is simulated"),
    "set": ("run.csv --set lr=0.1", "matches no optimizer"),
}


@pytest.fixture
def files(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name, text in {
        "run": RUN,
        "x": "x,loss\n1,2\n",
        "text": "x,y\n1,abc\n",
        "short": "x,y\n1,2\n3\n",
        "head": "x,y\n",
        "empty": "",
        "nan": "x,y,loss\n1,2,nan\n",
        "xy": "x,y\n1,2\n",
        "metric": "x,y,loss,table\n1,2,3,4\n",
        "loss": "loss\n3\n2\n",
    }.items():
        (tmp_path / f"{name}.csv").write_text(text)
    np.savez("pickle.npz", points=np.array([{}], object))
    np.savez("many.npz", points=np.random.default_rng(0).random((5, 7)), loss=np.arange(5.0))


@pytest.mark.parametrize(("words", "sentence"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_with_a_run_is_one_sentence(files, capsys, words, sentence):
    assert main(["render", *words.split(), "-o", "out.gif"]) == 2
    out, err = capsys.readouterr()
    assert sentence in err
    assert (out, err.count("\n")) == ("", 1)


@pytest.mark.parametrize(
    "words", ["run.csv", "loss.csv", "many.npz", "run.csv --surface rosenbrock"]
)
def test_one_command_shows_a_run(files, capsys, words):
    assert main(["render", *words.split(), "-o", "out.gif", "--size", "320x240"]) == 0
    out, err = capsys.readouterr()
    assert out == "out.gif\n"
    assert "Warning" not in err
    assert ("of the movement (a random walk: " in err) == words.startswith("many")
    assert info("out.gif").frames > 1
