"""What may be asked of the preview, by anybody on this machine: it is answered, and goes on."""

from __future__ import annotations

import os
import re
import socket
import sys
import time
from contextlib import ExitStack
from html import unescape
from random import Random
from urllib.parse import urlsplit

import pytest
from asking import ask, heading, say
from crafted import mutated

from animopt.errors import ExportError
from animopt.page.preview import _Server, run, serving

MALFORMED = [
    ["GET"],
    ["GET / HTTP/one", "Host: HOST", ""],
    ["GET / HTTP/1.1 and more", "Host: HOST", ""],
    ["GET http://[/ HTTP/1.1", "Host: HOST", ""],
    ["GET http://[x]/ HTTP/1.1", "Host: HOST", ""],
    ["GET / HTTP/1.1", ""],
    ["GET / HTTP/1.1", "Host: HOST", "Host: evil.example", ""],
    ["GET / HTTP/1.1", "Host: HOST", "no colon", ""],
    ["GET / HTTP/1.1", "Host: HOST", "Content-Length: 40", "", "GET /events HTTP/1.1"],
    ["GET / HTTP/1.1", "Host: HOST", "Transfer-Encoding: chunked", "", "0", ""],
]


@pytest.mark.parametrize("lines", MALFORMED, ids=" ".join)
def test_a_malformed_request_gets_400(preview, lines, capfd):
    with serving(preview) as address:
        assert say(address, *lines).split(" ")[1] == "400"
        assert ask(address)[0] == 200
    assert capfd.readouterr() == ("", "")


def test_any_bytes_are_answered_or_dropped_without_a_word(preview, capfd):
    pick = Random(1)
    with serving(preview) as address:
        url = urlsplit(address)
        good = f"GET /?scene=scene HTTP/1.1\r\nHost: {url.netloc}\r\nA: b\r\n\r\n".encode()
        for data in mutated(good, number=200, seed=1):
            with socket.create_connection((url.hostname, url.port), 10) as reader:
                reader.sendall(data if pick.random() < 0.9 else pick.randbytes(200))
                reader.shutdown(socket.SHUT_WR)
                assert reader.recv(9) in (b"", b"HTTP/1.1 ", b"<!DOCTYPE", b"<!doctype")
        assert ask(address)[0] == 200
    assert capfd.readouterr() == ("", "")


def test_200_clients_at_once_are_answered(preview):
    with serving(preview) as address, ExitStack() as open_ones:
        url = urlsplit(address)
        readers = []
        for number in range(200):
            reader = socket.create_connection((url.hostname, url.port), 60)
            readers.append(open_ones.enter_context(reader))
            path = "/events" if number % 2 else "/"
            reader.sendall(f"GET {path} HTTP/1.1\r\nHost: {url.netloc}\r\n\r\n".encode())
        assert {reader.recv(15) for reader in readers} == {b"HTTP/1.1 200 OK"}


def test_it_waits_while_descriptors_have_run_out(preview, monkeypatch):
    resource = pytest.importorskip("resource", reason="POSIX limits")
    tries = []
    let_in = _Server.get_request
    monkeypatch.setattr(_Server, "get_request", lambda self: tries.append(1) or let_in(self))
    with serving(preview) as address:
        url = urlsplit(address)
        request = f"GET / HTTP/1.1\r\nHost: {url.netloc}\r\n\r\n".encode()
        with socket.socket() as reader:
            reader.settimeout(20)
            _, hard = limits = resource.getrlimit(resource.RLIMIT_NOFILE)
            most = os.dup(0)
            os.close(most)
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))  # no descriptor is left
            try:
                reader.connect((url.hostname, url.port))
                reader.sendall(request)
                time.sleep(1)
                seen = len(tries)
            finally:
                resource.setrlimit(resource.RLIMIT_NOFILE, limits)
            assert reader.recv(15) == b"HTTP/1.1 200 OK"
    assert 0 < seen < 50  # thousands, if it did not wait


MORE = "other = scene.replace(steps=5)\n"


def test_what_a_scene_says_is_never_taken_for_a_placeholder(preview, file):
    title = "__VERSION__ $title ${data} <main id=x> <nav>{x}"
    file.write_text(re.sub("title=.*", f"title={title!r}", file.read_text()) + MORE)
    preview.build()
    text = preview.html(None)
    assert unescape(heading(text)) == title
    assert text.count("<nav>") == 1
    assert text.index("<nav>") < text.index("<main ")
    assert f"version !== {preview.version})" in text
    assert (
        text.count("__VERSION__") == text.count("$title") == 4
    )  # in two titles and twice in the text for those who do not see


def test_without_its_library_the_extra_is_named(file, monkeypatch):
    monkeypatch.setitem(sys.modules, "watchfiles", None)
    with pytest.raises(
        ExportError, match=r"preview needs watchfiles: pip install 'animopt\[preview\]'"
    ):
        run(file, pytest.fail)
