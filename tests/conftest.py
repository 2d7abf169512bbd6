"""Chromium, on pages served from this machine; decoders of pictures; and frameworks."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import warnings
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib import import_module
from pathlib import Path
from threading import Thread
from typing import Any

import imageio_ffmpeg
import numpy as np
import pytest
from PIL import Image

# Keras would else ask for TensorFlow.
os.environ.setdefault("KERAS_BACKEND", "torch")

FLAGS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """Chromium for one file: Playwright runs an event loop, which no other test may meet."""
    api = pytest.importorskip(
        "playwright.sync_api", reason="the Python package playwright is missing"
    )
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("the Debian package chromium is missing")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture
def site(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """A folder, and the address at which a browser finds it."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(tmp_path)))
    server.daemon_threads = True
    Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield tmp_path, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def decode(path: str | Path) -> tuple[Any, list[float]]:
    """Return the pictures, (n, h, w, 3) or (n, h, w, 4) if transparent, and their seconds."""
    path = Path(path)
    if path.suffix in (".mp4", ".webm"):
        return _decode_film(path)
    pictures, seconds = [], []
    with Image.open(path) as image:
        for k in range(image.n_frames):
            image.seek(k)
            seconds.append(image.info["duration"] / 1000)
            pictures.append(np.array(image.convert("RGBA")))
    pictures = np.stack(pictures)
    opaque = (pictures[..., 3] == 255).all()
    return pictures[..., :3] if opaque else pictures, seconds


def _decode_film(path: Path) -> tuple[Any, list[float]]:
    ffmpeg = imageio_ffmpeg.get_ffmpeg_exe()
    about = subprocess.run([ffmpeg, "-i", path], capture_output=True, text=True).stderr
    stream = next(line for line in about.splitlines() if "Video: " in line)
    width, height = map(int, re.search(r", (\d+)x(\d+)", stream).groups())
    rate = float(re.search(r"([\d.]+) fps", stream).group(1))
    command = [ffmpeg, "-loglevel", "error", "-i", path, "-f", "rawvideo", "-vf"]
    command += ["scale=in_range=tv:in_color_matrix=bt709,format=rgb24", "-"]
    raw = subprocess.run(command, capture_output=True, check=True).stdout
    pictures = np.frombuffer(raw, np.uint8).reshape(-1, height, width, 3)
    return pictures, [1 / rate] * len(pictures)


@pytest.fixture
def decoded() -> Any:
    """A decoder that is independent of the code under test."""
    return decode


@pytest.fixture
def need():
    """Return a module, or skip; in continuous integration nothing may be absent."""

    def load(name, extra):
        library = name.partition(".")[0]
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # what frameworks say while they are imported
                return import_module(name)
        except ModuleNotFoundError as error:
            if error.name != library:
                raise
            message = f"{library} is missing: pip install 'animopt[{extra}]'"
            if os.environ.get("CI"):
                pytest.fail(message)
            pytest.skip(message)

    return load
