"""Chromium decodes every format: frames, loops, durations and colours."""

from __future__ import annotations

import math

import numpy as np
import pytest

from animopt.export import write

DECODE = """async ([name, type]) => {
  const decoder = new ImageDecoder({data: (await fetch(name)).body, type});
  await decoder.completed; await decoder.tracks.ready;
  const track = decoder.tracks.selectedTrack, seconds = [], pixels = [];
  for (let k = 0; k < track.frameCount; k++) {
    const {image} = await decoder.decode({frameIndex: k});
    seconds.push(image.duration / 1e6);
    const canvas = new OffscreenCanvas(image.displayWidth, image.displayHeight);
    const context = canvas.getContext('2d');
    context.drawImage(image, 0, 0);
    pixels.push(Array.from(context.getImageData(0, 0, canvas.width, canvas.height).data));
  }
  const plays = track.repetitionCount;
  return {seconds, pixels, again: Number.isFinite(plays) ? plays : -1};
}"""

PLAY = """async (name) => {
  const video = document.createElement('video');
  video.muted = true; video.src = name;
  await new Promise((done, fail) => { video.onerror = fail;
                                      video.requestVideoFrameCallback(done); video.play(); });
  const canvas = document.createElement('canvas');
  canvas.width = video.videoWidth; canvas.height = video.videoHeight;
  const context = canvas.getContext('2d');
  context.drawImage(video, 0, 0);
  return {seconds: video.duration,
          pixels: Array.from(context.getImageData(0, 0, canvas.width, canvas.height).data)};
}"""


@pytest.fixture
def blank(chromium, site):
    """A folder, and an empty page that may fetch its files."""
    folder, address = site
    (folder / "blank.html").write_text("<!doctype html><link rel=icon href=data:,>")
    page = chromium.new_page()
    page.goto(f"{address}/blank.html")
    yield folder, page
    page.close()


@pytest.mark.parametrize(("suffix", "kind"), [("gif", "image/gif"), ("png", "image/png")])
@pytest.mark.parametrize("loop", [0, 1, 3])
def test_images_play_as_asked(blank, suffix, kind, loop, tools):
    folder, page = blank
    frames = tools.flat(10)
    write(frames, folder / f"x.{suffix}", fps=30, loop=loop)
    found = page.evaluate(DECODE, [f"x.{suffix}", kind])
    assert len(found["seconds"]) == 10
    assert math.fsum(found["seconds"]) == pytest.approx(1 / 3, abs=0.01)
    assert found["again"] == {0: -1, 1: 0, 3: 2}[loop]
    pixels = np.array(found["pixels"], np.uint8).reshape(frames.shape)
    assert (pixels == frames).all()


@pytest.mark.parametrize("suffix", ["mp4", "webm"])
def test_films_play_with_the_right_colors(blank, suffix, tools):
    folder, page = blank
    frames = tools.flat(25, 64, 48, (253, 231, 37))
    write(frames, folder / f"x.{suffix}", fps=25)
    found = page.evaluate(PLAY, f"x.{suffix}")
    assert found["seconds"] == pytest.approx(1.0)
    pixels = np.array(found["pixels"], np.uint8).reshape(48, 64, 4)
    assert np.abs(pixels[20:].astype(int) - frames[0, 20:]).max() <= 8


def test_the_page_is_seen_through_a_webm(blank, tools):
    folder, page = blank
    frames = tools.flat(25, 64, 48, (253, 231, 37))
    frames[:, 30:] = 0
    write(frames, folder / "x.webm", fps=25, quality="high")
    found = page.evaluate(PLAY, "x.webm")
    pixels = np.array(found["pixels"], np.uint8).reshape(48, 64, 4).astype(int)
    assert pixels[36:, :, 3].max() <= 8
    assert np.abs(pixels[20:26] - frames[0, 20:26]).max() <= 8
