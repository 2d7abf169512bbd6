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

        assert news() == {"version": 1, "error": None}
        assert "location.reload" in ask(address)[1]
        save(file, "1 / 0")
        preview.build()
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


def test_it_needs_a_file(tmp_path):
    with pytest.raises(InvalidInput, match=r"no scene file .*none\.py"):
        run(tmp_path / "none.py", pytest.fail)


def test_the_command_rebuilds_at_a_save_and_ends_at_control_c(file):
    command = [sys.executable, "-m", "animopt", "preview", str(file), "--no-open"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    guard = Timer(240, process.kill)  # only for a process that hangs
    guard.start()
    try:
        address = process.stdout.readline().strip()
        assert heading(ask(address)[1]) == "First"
        assert "showing" in process.stderr.readline()
        save(file, re.sub("title=.*", 'title="Second"', file.read_text()))
        assert "as it is now" in process.stderr.readline()
        assert heading(ask(address)[1]) == "Second"
        process.send_signal(signal.SIGINT)
        out, err = process.communicate()
        assert (process.returncode, out, err) == (0, "", "")
    finally:
        guard.cancel()
        process.kill()
        process.communicate()
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", urlsplit(address).port), 5)


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
    ],
)
def test_what_cannot_be_previewed_is_refused(file, monkeypatch, capsys, arguments, says):
    monkeypatch.chdir(file.parent)
    assert main(["preview", "--no-open", *arguments]) == 2
    told = capsys.readouterr()
    assert says in told.err
    assert (told.out, told.err.count("\n")) == ("", 1)


# In a browser. These stand last: Playwright's event loop runs to the end of the file.


@pytest.fixture
def opened(chromium):
    """Open a page, on which no script may fail."""
    page, problems = chromium.new_page(), []
    page.set_default_timeout(10_000)
    page.on("pageerror", lambda error: problems.append(str(error)))
    yield lambda address: page.goto(address) and page
    page.close()
    assert problems == []


def rebuilt(preview: Preview, text: str) -> None:
    preview.file.write_text(text)
    preview.build()


def test_an_edit_shows_and_a_mistake_is_told_and_recovers(preview, opened):
    text = preview.file.read_text()
    with serving(preview) as address:
        page = opened(address)
        overlay = page.locator("#problem")
        assert overlay.is_hidden()

        rebuilt(preview, re.sub("title=.*", 'title="Second"', text))
        page.locator("h1", has_text="Second").wait_for()

        rebuilt(preview, text + "oops")
        overlay.wait_for()
        assert "mine.py, line 6: NameError" in overlay.inner_text()
        assert page.inner_text("h1") == "Second"

        rebuilt(preview, re.sub("title=.*", 'title="Third"', text))
        page.locator("h1", has_text="Third").wait_for()
        assert overlay.is_hidden()


def test_a_file_that_is_wrong_at_first_gets_its_page_when_it_is_well(file, opened):
    text, preview = file.read_text(), Preview(file)
    rebuilt(preview, "oops")
    with serving(preview) as address:
        page = opened(address)
        page.locator("#problem", has_text="NameError").wait_for()
        rebuilt(preview, text)
        page.locator("h1", has_text="First").wait_for()
