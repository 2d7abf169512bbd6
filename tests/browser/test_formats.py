"""What animopt writes, as a browser decodes it: how many pictures, for how long, how often."""

from __future__ import annotations

import pytest

from animopt import animate, export

DECODE = """async ([file, type]) => {
  const data = await (await fetch(file)).arrayBuffer();
  const decoder = new ImageDecoder({ data, type });
  await decoder.completed;
  await decoder.tracks.ready;
  const { frameCount, repetitionCount } = decoder.tracks.selectedTrack;
  let duration = 0;
  for (let i = 0; i < frameCount; i++) {
    duration += (await decoder.decode({ frameIndex: i })).image.duration / 1e6;
  }
  return { frameCount, duration, repetitionCount };
}"""
PLAY = """(file) => new Promise((done, fail) => {
  const video = Object.assign(document.createElement("video"), { muted: true, src: file });
  video.onerror = () => fail(video.error.message);
  video.oncanplaythrough = () => done([video.videoWidth, video.videoHeight, video.duration]);
})"""


@pytest.fixture(scope="module")
def animation(scene):
    return animate.animation(scene.replace(view="contour", size=(320, 240)))


@pytest.fixture
def blank(chromium, site):
    folder, address = site
    (folder / "blank.html").write_text("<title>blank</title>")
    page = chromium.new_page()
    page.goto(f"{address}/blank.html")
    yield folder, page
    page.close()


@pytest.mark.parametrize(("suffix", "kind"), [("gif", "image/gif"), ("png", "image/png")])
def test_an_image_has_every_picture_for_its_time(blank, animation, suffix, kind):
    folder, page = blank
    export.write(animation.frames(), folder / f"x.{suffix}", loop=0, colors=animation.colors)
    seen = page.evaluate(DECODE, [f"x.{suffix}", kind])
    assert seen["frameCount"] == len(animation.pictures)
    assert seen["duration"] == pytest.approx(sum(s for _, s in animation.pictures), abs=0.01)


def test_a_film_plays_for_its_time(blank, animation):
    folder, page = blank
    export.write(animation.frames(), folder / "x.mp4")
    width, height, seconds = page.evaluate(PLAY, "x.mp4")
    assert (width, height) == (320, 240)
    assert seconds == pytest.approx(sum(s for _, s in animation.pictures), abs=0.05)
