"""The preview: a scene file as a page in the browser, rebuilt whenever the file is saved."""

from __future__ import annotations

import errno
import json
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from functools import partial
from html import escape
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from pathlib import Path
from threading import Condition, Event, Thread
from typing import Any, ClassVar, cast
from urllib.parse import SplitResult, parse_qs, quote, urlsplit

from animopt.errors import AnimoptError, InvalidInput, installed
from animopt.page import PageFormat, page
from animopt.page.opened import opened_files
from animopt.picture import Picture, compose
from animopt.runs.simulation import simulate
from animopt.scene import Scene, check_file, load_scenes, scene_errors

# Seconds between signs of life on an idle stream; sending one shows whether the reader has gone.
ALIVE_EVERY = 10.0
# Seconds that a client may take to ask, or to take what it asked for.
_PATIENCE = 30.0
# Clients that wait to be let in, and seconds between two looks when there is no room for one more.
_QUEUE, _PAUSE = 512, 0.1
_NO_ROOM = {errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM}
HOST = "127.0.0.1"
# Folders of what is installed, or written by Python itself.
_NOT_OURS = ("site-packages", "node_modules", "__pycache__")


class Preview:
    """The pages of a scene file, and its current error.

    ``version`` counts the builds, ``news`` also their beginnings; ``wait`` lets a thread sleep
    until the next.
    """

    def __init__(
        self,
        file: Path,
        scenes: Mapping[str, Scene] | None = None,
        picture_of: Callable[[Scene], Picture] | None = None,
    ) -> None:
        self.file, self._scenes, self._picture_of = file, scenes, picture_of or _picture_of
        self.pages: dict[str, str] = {}
        self.error: str | None = None
        self.version = self.news = 0
        self.building = self.closed = False
        self._changed = Condition()
        self._files = {file.resolve()}

    def build(self) -> None:
        """Load the file and make its pages; on an error, whatever it is, keep the present pages."""
        with self._changed:
            self.building = True
            self._tell()
        # Modules beside the file are loaded again, as they may have changed too.
        for name, _ in self._neighbours():
            del sys.modules[name]
        error, pages = None, {}
        script = _SCRIPT.replace("__VERSION__", str(self.version + 1))
        with opened_files() as opened:
            try:
                for name, scene in (self._scenes or load_scenes(self.file)).items():
                    with scene_errors(self.file):
                        picture = self._picture_of(scene)
                        pages[name] = page(picture, extra=script, connect=True)
            except AnimoptError as problem:
                error = str(problem)
            except (Exception, SystemExit) as problem:  # no edit may end the preview
                error = f"{self.file.name}: {type(problem).__name__}: {problem}"
        self._files |= {Path(file) for _, file in self._neighbours()}
        self._files |= {file for file in opened if self._is_beside(file)}
        with self._changed:
            self.error = error
            self.pages = self.pages if error else pages
            self.version += 1
            self.building = False
            self._tell()

    def _tell(self) -> None:
        self.news += 1
        self._changed.notify_all()

    @property
    def folders(self) -> frozenset[Path]:
        """The folders of all files that the pages depend on."""
        return frozenset(file.parent for file in self._files)

    def concerns(self, path: Path) -> bool:
        """Return whether this is the file, or a module or data beside it that it has used."""
        return path in self._files

    def told(self) -> dict[str, Any]:
        """Return what readers are told: the version, its error, its scenes, and if one is built."""
        with self._changed:
            return {
                "version": self.version,
                "error": self.error,
                "building": self.building,
                "scenes": list(self.pages),
            }

    def wait(self, news: int, seconds: float) -> bool:
        """Wait for more news than these; return whether there were any in time."""
        with self._changed:
            self._changed.wait_for(lambda: self.closed or self.news > news, seconds)
            return self.news > news

    def close(self) -> None:
        """Wake all waiting threads: there will be no further version."""
        with self._changed:
            self.closed = True
            self._changed.notify_all()

    def html(self, name: str | None) -> str | None:
        """Return the page of a scene, by default the first, with links to the others."""
        with self._changed:
            pages = self.pages
        chosen = name or next(iter(pages), "")
        text = pages.get(chosen, None if pages else _EMPTY)
        if text is None:
            return None
        if len(pages) > 1:
            links = "".join(_link(other, other == chosen) for other in pages)
            text = text.replace("<main ", f"<nav>{links}</nav><main ", 1)
        return text

    def _neighbours(self) -> Iterator[tuple[str, str]]:
        """Yield (name, file) of each loaded module beside the scene file, or in a package there."""
        for name, module in list(sys.modules.items()):
            file = getattr(module, "__file__", None)
            ours = name.partition(".")[0] == "animopt"
            if file and not ours and self._is_beside(Path(file)):
                yield name, file

    def _is_beside(self, file: Path) -> bool:
        """Return whether a file is in the folder of the scene file, but not installed there."""
        folder = self.file.resolve().parent
        if not file.is_relative_to(folder):
            return False
        parts = file.relative_to(folder).parts
        return not any(part.startswith(".") or part in _NOT_OURS for part in parts)


class _Handler(BaseHTTPRequestHandler):
    """Serves the page and the stream of its versions, to browsers on this machine only."""

    preview: ClassVar[Preview]
    # The second is for what is no request: its answer has a status too.
    protocol_version = default_request_version = "HTTP/1.1"
    timeout = _PATIENCE

    def do_GET(self) -> None:
        """Answer "/", "/?scene=NAME" and "/events"."""
        url = self._asked()
        if url is None:
            self.send_error(HTTPStatus.BAD_REQUEST)  # after which the connection is closed
            return
        _, port = cast(tuple[str, int], self.server.server_address)
        # A foreign site that resolves to this address (DNS rebinding) sends its own host name.
        if self.headers["Host"].casefold() not in (f"{HOST}:{port}", f"localhost:{port}"):
            self.send_error(
                HTTPStatus.FORBIDDEN, "this preview can only be used on its own machine"
            )
            return
        if url.path == "/events":
            self._stream()
        elif url.path == "/" and (text := self._page(url.query)) is not None:
            self._head("text/html; charset=utf-8", {"Content-Length": str(len(text))})
            self.wfile.write(text)
        else:
            self.send_error(HTTPStatus.NOT_FOUND)

    def _asked(self) -> SplitResult | None:
        """Return what is asked for, or None if the request is malformed."""
        told = self.headers
        # A body would be taken for the next request.
        if told.defects or "Content-Length" in told or "Transfer-Encoding" in told:
            return None
        if len(told.get_all("Host", [])) != 1:
            return None
        try:
            return urlsplit(self.path)
        except ValueError:
            return None

    def _page(self, query: str) -> bytes | None:
        text = self.preview.html(parse_qs(query).get("scene", [None])[0])
        return None if text is None else text.encode()

    def _stream(self) -> None:
        self.close_connection = True
        self._head("text/event-stream", {"Connection": "close"})
        news = -1
        try:
            while not self.preview.closed:
                if self.preview.wait(news, ALIVE_EVERY):
                    news = self.preview.news
                    self.wfile.write(f"data: {json.dumps(self.preview.told())}\n\n".encode())
                elif not self.preview.closed:
                    self.wfile.write(b": still here\n\n")
        except OSError:
            return  # the reader has gone

    def _head(self, kind: str, more: dict[str, str]) -> None:
        self.send_response(HTTPStatus.OK)
        fixed = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
        for name, value in {"Content-Type": kind, **fixed, **more}.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Log nothing: the terminal is for errors in the scene."""


@contextmanager
def watching(preview: Preview) -> Iterator[Event]:
    """Yield an event that is set whenever a file that the preview depends on is saved."""
    watch = installed("preview", "watchfiles", "preview").watch
    changed, over = Event(), Event()

    def is_out_of_date(folders: frozenset[Path]) -> bool:
        return over.is_set() or preview.folders != folders

    # Folders are watched, since many editors save by renaming a new file.
    def look() -> None:
        while not over.is_set():
            folders = preview.folders
            for _ in watch(
                *(folder for folder in folders if folder.is_dir()),
                recursive=False,
                watch_filter=lambda kind, path: preview.concerns(Path(path)),
                stop_event=_Stop(partial(is_out_of_date, folders)),
                ignore_permission_denied=True,
            ):
                changed.set()
            over.wait(0.05)

    # In a thread of its own, since the watcher would handle an interrupt itself.
    thread = Thread(target=look, daemon=True)
    thread.start()
    try:
        yield changed
    finally:
        over.set()
        thread.join()


@dataclass(frozen=True)
class _Stop:
    """What tells a watcher to stop."""

    is_set: Callable[[], bool]


class _Server(ThreadingHTTPServer):
    """Answers each request in a thread of its own."""

    daemon_threads = True
    request_queue_size = _QUEUE

    def get_request(self) -> tuple[Any, Any]:
        """Let a client in; where no descriptor is left for it, pause, so as not to spin."""
        try:
            return super().get_request()
        except OSError as error:
            if error.errno in _NO_ROOM:
                time.sleep(_PAUSE)
            raise

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Report errors other than closed connections, which are normal for browsers."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


@contextmanager
def serving(preview: Preview, port: int = 0) -> Iterator[str]:
    """Serve the preview on a local port, 0 for a free one, and yield its address until the end.

    Raises:
        InvalidInput: the port is taken.
    """
    handler = type("Handler", (_Handler,), {"preview": preview})
    try:
        server = _Server((HOST, port), handler)
    except OSError as error:
        raise InvalidInput(
            f"preview: port {port} cannot be used ({error.strerror}); choose another --port"
        ) from None
    Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield f"http://{HOST}:{server.server_port}/"
    finally:
        preview.close()
        server.shutdown()
        server.server_close()


def run(
    file: str | Path,
    ready: Callable[[str], object],
    say: Callable[[str], object] = lambda sentence: None,
    scenes: Mapping[str, Scene] | None = None,
    port: int = 0,
    picture_of: Callable[[Scene], Picture] | None = None,
) -> None:
    """Serve the page of a scene file and rebuild it at each change, until interrupted.

    Args:
        file: the scene file.
        ready: called with the address once the page is there.
        say: called with a sentence after each build: the error, or that the page is shown.
        scenes: what to show where there is no file, which then never changes.
        port: where it is served; 0 is a free one.
        picture_of: the picture of a scene, if it is more than what the scene says.

    Raises:
        InvalidInput: there is no such file, or the port is taken.
    """
    file = Path(file)
    if scenes is None:
        check_file(file)
    preview = Preview(file, scenes, picture_of)
    still: AbstractContextManager[Event] = nullcontext(Event())
    with still if scenes else watching(preview) as changed, serving(preview, port) as address:
        preview.build()
        say(preview.error or f"showing {file}; Ctrl-C ends it")
        ready(address)
        while True:
            changed.wait()
            changed.clear()  # a save during the build counts as the next change
            preview.build()
            say(preview.error or f"showing {file} as it is now")


def _picture_of(scene: Scene) -> Picture:
    return compose(simulate(scene), spare=PageFormat.spare)


def _link(name: str, here: bool) -> str:
    mark = ' aria-current="page"' if here else ""
    return f'<a href="/?scene={quote(name)}"{mark}>{escape(name)}</a>'


_SCRIPT = files("animopt.page").joinpath("preview.js").read_text(encoding="utf-8")
_EMPTY = f"""\
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>animopt preview</title>
<body>
<script>"use strict";
{_SCRIPT.replace("__VERSION__", "0")}</script>
"""
