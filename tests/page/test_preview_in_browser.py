"""The preview in a browser: edits show, mistakes are told, and what the reader has chosen stays."""

from __future__ import annotations

import re

import pytest

from animopt.page.preview import Preview, serving


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


def test_a_reload_keeps_what_the_reader_has_chosen(preview, opened):
    text = preview.file.read_text()
    with serving(preview) as address:
        page = opened(address)
        page.click('button[data-view="both"]')
        page.click("#play")
        page.evaluate("animopt.restore({ step: 4, camera: [20, 30], closer: 2, playing: false })")
        page.click("#legend button")
        before = page.evaluate("animopt.state()")
        assert (before["step"], len(before["hidden"])) == (4, 1)
        rebuilt(preview, re.sub("title=.*", 'title="Second"', text))
        page.locator("h1", has_text="Second").wait_for()
        page.wait_for_timeout(200)
        assert page.evaluate("animopt.state()") == before


def test_where_the_scene_that_is_shown_is_renamed_the_first_one_is(preview, opened):
    text = preview.file.read_text()
    rebuilt(preview, text + 'other = scene.replace(title="Other")\n')
    with serving(preview) as address:
        page = opened(f"{address}?scene=other")
        page.locator("h1", has_text="Other").wait_for()
        rebuilt(preview, text + 'another = scene.replace(title="Another")\n')
        page.locator("h1", has_text="First").wait_for()
        assert page.locator("nav a").all_inner_texts() == ["scene", "another"]


def test_a_page_says_that_a_version_is_built_and_that_the_preview_has_ended(preview, opened):
    with serving(preview) as address:
        page = opened(address)
        page.wait_for_selector("#busy", state="hidden")
        with preview._changed:
            preview.building = True
            preview._tell()
        page.locator("#busy", has_text="building").wait_for()
        preview.build()
        page.locator("#busy").wait_for(state="hidden")
    page.locator("#problem", has_text="The preview has ended").wait_for()
