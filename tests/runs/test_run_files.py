"""Files of runs: what is written is read back, and each way a file can be wrong has a sentence."""

import zipfile
from pathlib import Path

import numpy as np
import pytest

from animopt import InvalidInput, Run
from animopt.runs import run_files

POINTS = np.array([(1 / 3, -2.0), (np.nan, np.nan), (1e-300, 0.1)])


def a_run(**changes):
    given = {
        "points": POINTS,
        "values": [3.0, np.nan, 0.1 + 0.2],
        "label": "adam, lr=0.1",
        "steps": [0, 10, 25],
        "seconds": [0, 1.5, 2],
        "metrics": {"val loss": [1, np.inf, 3], "file": [1, 2, 3]},
        "off_plane": [0, 0.5, 0],
    }
    return Run(**given | changes)


@pytest.mark.parametrize("suffix", [".csv", ".npz", ".CSV"])
@pytest.mark.parametrize(
    "changes",
    [{}, {"seconds": None, "off_plane": None, "metrics": {}}, {"points": None}, {"values": None}],
)
def test_what_is_written_is_read_back_to_the_last_bit(tmp_path, suffix, changes):
    run = a_run(**changes)
    run.save(tmp_path / f"runs/adam{suffix}")
    again = Run.load(tmp_path / f"runs/adam{suffix}")
    assert again.digest == run.digest
    assert list(again.metrics) == list(run.metrics)
    assert again.label == ("adam, lr=0.1" if suffix == ".npz" else "adam")
    assert [each.name for each in (tmp_path / "runs").iterdir()] == [f"adam{suffix}"]


def test_an_archive_keeps_ensembles_and_many_coordinates(tmp_path):
    for points, values in ((np.ones((2, 3, 2)), np.ones((2, 3))), (np.ones((3, 7)), np.ones(3))):
        run = Run(points, values, label="many")
        run.save(tmp_path / "many.npz")
        assert Run.load(tmp_path / "many.npz").digest == run.digest
        with pytest.raises(InvalidInput, match=r"do not fit in a .csv; save it as .npz"):
            run.save(tmp_path / "many.csv")


def test_an_archive_of_the_same_run_has_the_same_bytes(tmp_path, monkeypatch):
    a_run().save(tmp_path / "a.npz")
    monkeypatch.setattr("time.time", lambda: 2e9)
    a_run().save(tmp_path / "b.npz")
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()


def test_a_table_may_be_written_by_pandas_or_a_spreadsheet(tmp_path):
    path = tmp_path / "run.csv"
    path.write_bytes("\ufeff,x,y, loss ,acc\r\n0,1,2,3,\r\n\r\n1,4,5,nan,0.5\r\n".encode())
    run = Run.load(path, label="mine")
    assert run.points.tolist() == [[1, 2], [4, 5]]
    np.testing.assert_array_equal(run.metrics["acc"], [np.nan, 0.5])
    assert run.label == "mine"


def test_an_archive_may_hold_columns(tmp_path):
    np.savez(tmp_path / "sgd.npz", x=[1, 2], y=[3, 4], loss=[5, 6], step=[0, 7], accuracy=[0, 1])
    run = Run.load(str(tmp_path / "sgd.npz"))
    assert run.points.tolist() == [[1, 3], [2, 4]]
    assert (run.label, run.last, list(run.metrics)) == ("sgd", 7, ["accuracy"])


TABLES = {
    "no y": ("step,x,Y,loss\n0,1,2,3\n", "a column 'x' and no column 'y'; did you mean 'Y'"),
    "no x": ("y,loss\n1,2\n", "a column 'y' and no column 'x'"),
    "neither place nor loss": (
        "epoch,acc\n1,2\n",
        "no columns x and y, and no loss.*'epoch', 'acc'",
    ),
    "text": ("x,y\n1,2\n\n3,four\n", "line 4, column 'y': 'four' is not a number"),
    "complex": ("x,y\n1,2+1j\n", r"line 2, column 'y': '2\+1j' is not a number"),
    "decimal commas": ('x,y\n"1,5",2\n', "line 2, column 'x': '1,5' is not a number"),
    "a short row": ("x,y,loss\n1,2,3\n1,2\n", "line 3 has 2 cells, and the header has 3"),
    "a long row": ("x,y\n1,2,3\n", "line 2 has 3 cells, and the header has 2"),
    "no rows": ("step,x,y,loss\n", "a header and no rows; give at least one point"),
    "nothing": ("", "it is empty; give a header such as step,x,y,loss"),
    "no header": ("0,1,2\n3,4,5\n", "line 1 has the number 0 instead of a name"),
    "two names": ("x,y,x\n1,2,3\n", "two columns are called 'x'"),
    "no name": ("x,y,\n1,2,3\n", "column 3 of the header has no name"),
    "semicolons": ("x;y;loss\n1;2;3\n", "separated by semicolons; separate them by commas"),
    "tabs": ("x\ty\n1\t2\n", "separated by tabs; separate them by commas"),
    "broken quotes": ('x,y\n1,"2\n', "it is no CSV"),
    "no loss is known": ("x,y,loss\n1,2,nan\n1,2,\n", "'loss' has no finite number; leave it out"),
    "steps fall": ("step,x,y\n3,1,2\n2,1,2\n", r"Run.load.*steps must increase.*steps\[1\] = 2"),
    "a step is a gap": ("step,x,y\n0,1,2\n,1,2\n", r"steps\[1\] is nan; give whole numbers"),
    "seconds fall": ("x,y,seconds\n1,2,3\n1,2,2\n", "seconds run backwards"),
    "a metric of ours": ("x,y,values\n1,2,3\n", "a metric cannot be called 'values'"),
}


@pytest.mark.parametrize(("text", "sentence"), TABLES.values(), ids=TABLES)
def test_a_wrong_table_is_refused_in_one_sentence(tmp_path, text, sentence):
    (tmp_path / "run.csv").write_text(text, encoding="utf-8")
    with pytest.raises(InvalidInput, match=sentence) as error:
        Run.load(tmp_path / "run.csv")
    assert "run.csv" in str(error.value)
    assert "\n" not in str(error.value)


ARRAYS = {
    "objects": ({"points": np.array([object()])}, "'points' holds objects of Python.*run anything"),
    "complex": ({"points": np.ones((3, 2)) * 1j}, "points are complex"),
    "text": ({"points": np.array([["1", "2"]])}, "'points' is text; give real numbers"),
    "booleans": ({"points": np.ones((3, 2), bool)}, "'points' is of type bool"),
    "wrong shapes": ({"points": np.ones(3)}, r"points have shape \(3,\)"),
    "unequal lengths": ({"points": np.ones((3, 2)), "loss": [1]}, r"\(3, 2\) and values \(1,\)"),
    "unequal columns": ({"x": [1, 2], "y": [1]}, r"x has shape \(2,\) and y \(1,\)"),
    "an unequal metric": ({"x": [1], "y": [1], "acc": [1, 2]}, r"metrics\['acc'\] have shape"),
    "zero rows": ({"points": np.ones((0, 2))}, "give at least one point"),
    "points twice": ({"points": np.ones((1, 2)), "x": [1], "y": [1]}, "there are points, and x"),
    "nothing": ({}, "it has no columns"),
}


@pytest.mark.parametrize(("arrays", "sentence"), ARRAYS.values(), ids=ARRAYS)
def test_a_wrong_archive_is_refused_in_one_sentence(tmp_path, arrays, sentence):
    np.savez(tmp_path / "run.npz", **arrays)
    with pytest.raises(InvalidInput, match=sentence) as error:
        Run.load(tmp_path / "run.npz")
    assert "run.npz" in str(error.value)
    assert "\n" not in str(error.value)


def damaged(path: Path) -> None:
    np.savez_compressed(path, points=np.random.default_rng(0).random((99, 2)))
    data = bytearray(path.read_bytes())
    data[300:400] = bytes(100)
    path.write_bytes(data)


def foreign(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("points", "no array")


FILES = {
    "no archive": ("run.npz", lambda path: path.write_text("x,y"), "it is no .npz archive"),
    "damaged": ("run.npz", damaged, "is damaged"),
    "another archive": ("run.npz", foreign, "'points' is no array"),
    "not UTF-8": ("run.csv", lambda path: path.write_bytes(b"x,y\n1,\xff"), "not text in UTF-8"),
    "a folder": ("run.csv", lambda path: path.mkdir(), "it is not a file"),
    "another suffix": ("run.json", lambda path: path.write_text("{}"), "or a .npz file, not .json"),
    "no suffix": ("run", lambda path: path.write_text(""), "not one without"),
}


@pytest.mark.parametrize(("name", "make", "sentence"), FILES.values(), ids=FILES)
def test_what_is_no_run_is_refused_in_one_sentence(tmp_path, name, make, sentence):
    make(tmp_path / name)
    with pytest.raises(InvalidInput, match=sentence) as error:
        Run.load(tmp_path / name)
    assert "\n" not in str(error.value)


def test_a_file_that_is_not_there_meets_the_closest_one(tmp_path):
    a_run().save(tmp_path / "adam.csv")
    with pytest.raises(InvalidInput, match=r"no such file; did you mean 'adam.csv'"):
        Run.load(tmp_path / "adm.csv")


@pytest.mark.parametrize("suffix", [".csv", ".npz"])
def test_a_huge_file_is_refused_before_it_is_read(tmp_path, monkeypatch, suffix):
    a_run().save(tmp_path / f"run{suffix}")
    monkeypatch.setattr(run_files, "MOST_BYTES", 10)
    with pytest.raises(InvalidInput, match="at most 0 MB are read"):
        Run.load(tmp_path / f"run{suffix}")


def test_an_archive_that_unpacks_to_too_much_is_refused(tmp_path, monkeypatch):
    np.savez_compressed(tmp_path / "run.npz", points=np.zeros((100_000, 2)))
    monkeypatch.setattr(run_files, "MOST_BYTES", 1_000_000)
    with pytest.raises(InvalidInput, match="it unpacks to 2 MB"):
        Run.load(tmp_path / "run.npz")


def test_a_run_that_cannot_be_written_leaves_what_was_there(tmp_path):
    (tmp_path / "run.csv").write_text("old")
    with pytest.raises(InvalidInput, match="do not fit"):
        Run(np.ones((2, 5)), [1, 2], label="a").save(tmp_path / "run.csv")
    with pytest.raises(InvalidInput, match=r"not .txt"):
        a_run().save(tmp_path / "run.txt")
    assert (tmp_path / "run.csv").read_text() == "old"
    assert len(list(tmp_path.iterdir())) == 1
