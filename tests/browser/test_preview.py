"""The preview in a browser: an edit shows, a mistake lies over the last good picture and goes."""

from __future__ import annotations

import re

from animopt.preview import Preview, serving

FILE = """\
from animopt import Scene, optimizers, surfaces
scene = Scene(surfaces.bowl(), [optimizers.SGD(lr=0.1)], start=(3, 4), steps=6, title="First")
"""


def test_an_edit_shows_and_a_mistake_is_told_and_recovers(chromium, tmp_path):
    file = tmp_path / "mine.py"
    file.write_text(FILE)
    preview = Preview(file)
    preview.build()
    problems = []
    with serving(preview) as address:
        page = chromium.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.goto(address)
        overlay = page.locator("#problem")
        assert overlay.is_hidden()

        file.write_text(FILE.replace("First", "Second"))
        preview.build()
        page.locator("h1", has_text="Second").wait_for()

        file.write_text(FILE + "oops")
        preview.build()
        overlay.wait_for()
        assert re.search("mine.py, line 3: NameError", overlay.inner_text())
        assert page.inner_text("h1") == "Second"

        file.write_text(FILE.replace("First", "Third"))
        preview.build()
        page.locator("h1", has_text="Third").wait_for()
        assert overlay.is_hidden()
        page.close()
    assert problems == []


def test_a_file_that_is_wrong_at_first_gets_its_page_when_it_is_well(chromium, tmp_path):
    file = tmp_path / "mine.py"
    file.write_text("oops")
    preview = Preview(file)
    preview.build()
    with serving(preview) as address:
        page = chromium.new_page()
        page.set_default_timeout(10_000)
        page.goto(address)
        page.locator("#problem", has_text="NameError").wait_for()
        file.write_text(FILE)
        preview.build()
        page.locator("h1", has_text="First").wait_for()
        page.close()
