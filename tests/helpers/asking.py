"""Requests to a preview, sound ones and others."""

from __future__ import annotations

import re
import socket
from http.client import HTTPConnection
from urllib.parse import urlsplit


def ask(address: str, path: str = "/", method: str = "GET", **headers: str) -> tuple[int, str]:
    url = urlsplit(address)
    connection = HTTPConnection(url.hostname, url.port, timeout=10)
    connection.request(method, path, headers=headers)
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, text


def heading(page: str) -> str:
    return re.search("<h1>(.*?)</h1>", page)[1]


def say(address: str, *lines: str) -> str:
    """Return the first line of the answer to what is no request, or to a strange one."""
    url = urlsplit(address)
    with socket.create_connection((url.hostname, url.port), 10) as reader:
        reader.sendall(
            "".join(f"{line}\r\n" for line in lines).replace("HOST", url.netloc).encode()
        )
        reader.shutdown(socket.SHUT_WR)
        answer = b""
        while more := reader.recv(1 << 16):
            answer += more
    assert b"\r\nHTTP/1.1 " not in answer  # one answer, whatever looks like a second request
    return answer.decode().partition("\r\n")[0]
