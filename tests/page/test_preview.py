"""The preview: one page and one stream, for this machine only, new at every save."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import struct
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from threading import Event, Timer
from threading import enumerate as enumerate_threads
from urllib.parse import urlsplit

import pytest
from asking import ask, heading

from animopt.cli import main
from animopt.errors import InvalidInput
from animopt.page.preview import Preview, run, serving, watching


def save(path: Path, text: str) -> None:
    """Save as many editors do: write a new file, then rename it."""
    new = path.with_suffix(".new")
    new.write_text(text)
    new.replace(path)


def test_it_serves_the_page_of_the_scene(preview):
    with serving(preview) as address:
        assert address.startswith("http://127.0.0.1:")
        status, text = ask(address)
    assert status == 200
    assert heading(text) == "First"


@pytest.mark.parametrize("path", ["/x", "/mine.py", "/../mine.py", "/etc/passwd", "/?scene=other"])
def test_there_is_nothing_else(preview, path):
    with serving(preview) as address:
        assert ask(address, path)[0] == 404


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "127.0.0.1:1", "", "localhost.evil"])
@pytest.mark.parametrize("path", ["/", "/events"])
def test_a_foreign_host_is_refused(preview, host, path):
    with serving(preview) as address:
        assert ask(address, path, Host=host)[0] == 403


def test_it_listens_to_this_machine_only_and_closes_its_port(preview):
    with serving(preview) as address:
        port = urlsplit(address).port
        assert socket.create_connection(("127.0.0.1", port), 5).close() is None
        with pytest.raises(OSError, match="refused"):
            socket.create_connection(("127.0.0.2", port), 5)
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", port), 5)


@contextmanager
def watched(preview: Preview) -> Iterator[Event]:
    """Give the event of a watcher that has begun to watch, and has nothing more to tell."""
    with watching(preview) as changed:
        for _ in range(100):
            save(preview.file, preview.file.read_text())
            if changed.wait(0.1):
                break
        while changed.wait(0.3):
            changed.clear()
        yield changed


def test_a_save_is_noticed_and_shown(preview, file):
    with watched(preview) as changed:
        save(file, re.sub("title=.*", 'title="Second"', file.read_text()))
        assert changed.wait(10)
    preview.build()
    assert heading(preview.html(None)) == "Second"


def test_a_module_beside_the_file_counts_too(preview, file):
    (helper,) = file.parent.glob("words_of_*.py")
    with watched(preview) as changed:
        save(helper, 'TITLE = "Other words"')
        assert changed.wait(10)
    preview.build()
    assert heading(preview.html(None)) == "Other words"


def test_other_files_beside_it_do_not_count(preview, file):
    with watched(preview) as changed:
        save(file.with_name("notes.py"), "1 / 0")
        assert not changed.wait(0.5)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("scene = (", r"mine.py, line 1: SyntaxError: '\(' was never closed"),
        ("1 / 0", "mine.py, line 1: ZeroDivisionError: division by zero"),
        ("x = 1", "mine.py holds no Scene"),
    ],
)
def test_an_error_is_told_and_the_last_good_page_stays(preview, file, text, sentence):
    good = file.read_text()
    save(file, text)
    preview.build()
    assert re.search(sentence, preview.error)
    assert heading(preview.html(None)) == "First"
    save(file, good)
    preview.build()
    assert preview.error is None


def test_a_file_that_goes_away_is_an_error_too(preview, file):
    with watched(preview) as changed:
        file.unlink()
        assert changed.wait(10)
    preview.build()
    assert "no scene file" in preview.error


def test_a_scene_that_is_wrong_from_the_start_has_a_page_to_say_so_on(file):
    file.write_text("oops")
    preview = Preview(file)
    preview.build()
    assert "EventSource" in preview.html(None)


def test_several_scenes_link_to_each_other(file):
    file.write_text(file.read_text() + 'other = scene.replace(title="Other")\n')
    preview = Preview(file)
    preview.build()
    assert re.findall('<a href="(.*?)"', preview.html(None)) == ["/?scene=scene", "/?scene=other"]
    assert heading(preview.html("other")) == "Other"


def test_the_stream_tells_each_version_and_error(preview, file):
    with serving(preview) as address:
        url = urlsplit(address)
        connection = HTTPConnection(url.hostname, url.port, timeout=10)
        connection.request("GET", "/events")
        stream = connection.getresponse()
        assert stream.headers["Content-Type"] == "text/event-stream"

        def news():
            line = stream.readline().decode()
            assert stream.readline() == b"\n"
            return json.loads(line.removeprefix("data: "))

        quiet = {"error": None, "building": False, "scenes": ["scene"]}
        assert news() == {"version": 1, **quiet}
        assert "location.reload" in ask(address)[1]
        save(file, "1 / 0")
        preview.build()
        told = news()
        if told["building"]:  # unless it had been built before this was told
            assert told["version"] == 1
            told = news()
        assert told["version"] == 2
        assert "division by zero" in told["error"]
    assert stream.read() == b""
    connection.close()


def test_a_reader_that_goes_away_is_no_news(preview, capfd):
    with serving(preview) as address:
        url = urlsplit(address)
        before = set(enumerate_threads())
        reader = socket.create_connection((url.hostname, url.port))
        reader.sendall(f"GET / HTTP/1.1\r\nHost: {url.netloc}\r\n\r\n".encode())
        reader.recv(100)
        (answering,) = set(enumerate_threads()) - before
        # Closed like this, the reader resets the connection while the server waits for more.
        reader.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        reader.close()
        answering.join(10)
        assert not answering.is_alive()
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("module", ["words/__init__.py", "words/more.py"])
def test_packages_beside_it_count_too(file, module):
    package = file.with_name(f"package_of_{file.parent.name}")
    package.mkdir()
    (package / "__init__.py").write_text("from .more import TITLE")
    (package / "more.py").write_text('TITLE = "In a package"')
    file.write_text(re.sub("words_of", "package_of", file.read_text()))
    preview = Preview(file)
    preview.build()
    assert heading(preview.html(None)) == "In a package"
    changed = package / Path(module).name
    assert preview.concerns(changed)
    with watched(preview) as event:
        save(changed, 'TITLE = "Otherwise"')
        assert event.wait(10)
    preview.build()
    assert heading(preview.html(None)) == "Otherwise"


def test_data_that_the_scene_reads_counts_too(file):
    data = file.with_name("title.txt")
    data.write_text("From a file")
    read = (
        "from pathlib import Path\ntitle = (Path(__file__).parent / 'title.txt').read_text()\n"
        "scene = scene.replace(title=title)\n"
    )
    file.write_text(file.read_text() + read)
    preview = Preview(file)
    preview.build()
    with watched(preview) as changed:
        save(file.with_name("other.txt"), "nobody reads this")
        assert not changed.wait(0.5)
        save(data, "Changed")
        assert changed.wait(10)
    preview.build()
    assert heading(preview.html(None)) == "Changed"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("import sys; sys.exit(3)", "3"),
        ("def f(): f()\nf()", "RecursionError"),
        ("raise KeyError('gone')", "KeyError"),
        ("class E(Exception):\n    __str__ = None\nraise E", "E"),
        ("class Panel:\n    projection = None\n    def setup(self, ax, picture):\n"
         "        raise OSError('no')\n    def update(self, k): return []\n"
         "scene = scene.replace(panels=[Panel()])", "no"),
    ],
)  # fmt: skip
def test_no_edit_ends_it(preview, file, text, sentence):
    good = file.read_text()
    save(file, good + text)
    preview.build()
    assert sentence in preview.error
    assert heading(preview.html(None)) == "First"
    save(file, good)
    preview.build()
    assert preview.error is None


def test_a_port_can_be_chosen_and_one_that_is_taken_is_told(preview):
    with serving(preview) as address:
        port = urlsplit(address).port
        with pytest.raises(InvalidInput, match=rf"port {port} cannot be used .*another --port"):
            serving(preview, port).__enter__()
    with serving(preview, port) as again:
        assert urlsplit(again).port == port


def test_it_needs_a_file(tmp_path):
    with pytest.raises(InvalidInput, match=r"no scene file .*none\.py"):
        run(tmp_path / "none.py", pytest.fail)


@pytest.fixture
def heeded():
    """Let processes that a test starts heed Ctrl-C, also where a parent of this one ignores it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("heeded")
def test_the_command_rebuilds_at_a_save_and_ends_at_control_c(file, told):
    command = [sys.executable, "-m", "animopt", "preview", str(file), "--no-open"]
    command += ["--vary", "lr=0.05..0.2:3"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    guard = Timer(240, process.kill)  # only for a process that hangs
    guard.start()
    try:
        address = process.stdout.readline().strip()
        assert heading(ask(address)[1]) == "First"
        assert "showing" in process.stderr.readline()
        save(file, re.sub("title=.*", 'title="Second"', file.read_text()))
        assert "as it is now" in process.stderr.readline()
        page = ask(address)[1]
        assert heading(page) == "Second"
        ((axis,),) = (each["axes"] for each in told(page)["varied"])
        assert axis["name"].endswith("lr")
        assert len(axis["values"]) >= 3
        process.send_signal(signal.SIGINT)
        out, err = process.communicate()
        assert (process.returncode, out, err) == (0, "", "")
    finally:
        guard.cancel()
        process.kill()
        process.communicate()
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", urlsplit(address).port), 5)


@pytest.mark.usefixtures("heeded")
def test_an_expression_is_previewed_without_a_file(tmp_path):
    text = "x**2/20 + y**2"
    command = [sys.executable, "-m", "animopt", "preview", "--no-open", text, "--start", "-7,2"]
    command += ["--optimizer", "Momentum:lr=0.1"]
    with subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": os.getcwd()},
    ) as process:  # fmt: skip
        guard = Timer(240, process.kill)
        guard.start()
        try:
            assert heading(ask(process.stdout.readline().strip())[1]) == text
            process.send_signal(signal.SIGINT)
            assert process.wait() == 0
        finally:
            guard.cancel()
            process.kill()
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["x.__class__", "--optimizer", "SGD", "--start", "1,2"], "an attribute is not allowed"),
        (["x**2 + y", "--optimizer", "SGD"], "needs --start X,Y too"),
        (["mine.py", "--start", "1,2"], "--start and the like are for expressions"),
        (["mine.py", "--vary", "lr"], "write LABEL.FIELD=LOW..HIGH:COUNT"),
    ],
)
def test_what_cannot_be_previewed_is_refused(file, monkeypatch, capsys, arguments, says):
    monkeypatch.chdir(file.parent)
    assert main(["preview", "--no-open", *arguments]) == 2
    told = capsys.readouterr()
    assert says in told.err
    assert (told.out, told.err.count("\n")) == ("", 1)
