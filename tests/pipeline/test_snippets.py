"""Snippets: what inserts a file into a page, as a parser of HTML and Chromium read it."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest

from animopt import export
from animopt.cli import main

SCENE_FILE = """
from animopt import Scene, surfaces
from animopt.optimizers import SGD
scene = Scene(surfaces.bowl(), {'a "b" [c] <d>': SGD(lr=0.1)}, (1, 1), 3, size=(96, 64))
"""


class Tags(HTMLParser):
    """All tags with their attributes."""

    def __init__(self, text):
        super().__init__()
        self.found = {}
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        """Keep it."""
        self.found[tag] = dict(attrs)


@pytest.fixture
def said(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my scene.py").write_text(SCENE_FILE)

    def said(name):
        assert main(["render", "my scene.py", "-o", name, "--snippet"]) == 0
        out, err = capsys.readouterr()
        base = name.partition(".")[0]
        assert out.split("\n")[:-1] == [name, f"{base}-first.png", f"{base}-last.png"]
        *_, html, markdown = err.rstrip().split("\n\n")
        return Tags(html[html.index("<") :]).found, markdown

    return said


@pytest.mark.parametrize("name", ["a b.gif", "x.png", "x.mp4", "x.webm", "x.html"])
def test_it_names_the_file_what_it_shows_and_a_still(said, name):
    tags, markdown = said(name)
    file, still = name.replace(" ", "%20"), name.replace(" ", "%20").partition(".")[0] + "-last.png"
    alt = '1 optimizer descends the surface bowl from (1, 1) in 3 steps: a "b" [c] <d> has loss'
    if name.endswith(".html"):
        assert tags["iframe"]["src"] == file
        assert tags["iframe"]["title"].startswith(alt)
    elif name.endswith((".mp4", ".webm")):
        assert tags["video"]["poster"] == still
        assert tags["source"]["src"] == file
        assert tags["source"]["type"] == f"video/{name.partition('.')[2]}"
        assert tags["video"]["aria-label"].startswith(alt)
        assert export.info(name).width == int(tags["video"]["width"])
    else:
        assert tags["source"] == {"srcset": still, "media": "(prefers-reduced-motion: reduce)"}
        assert (tags["img"]["src"], tags["img"]["width"], tags["img"]["height"]) == (
            file,
            "96",
            "64",
        )
        assert tags["img"]["alt"].startswith(alt)
    assert file in markdown
    assert r"\[c\]" in markdown
    assert (still in markdown) == name.endswith((".mp4", ".webm", ".html"))


@pytest.mark.parametrize(
    ("motion", "shown"), [("reduce", "x-last.png"), ("no-preference", "x.gif")]
)
def test_who_prefers_no_motion_sees_the_still(said, site, chromium, tmp_path, motion, shown):
    folder, address = site
    tags, _ = said("x.gif")
    source, img = tags["source"], tags["img"]
    (folder / "post.html").write_text(
        f'<picture><source srcset="{source["srcset"]}" media="{source["media"]}">'
        f'<img src="{img["src"]}"></picture>'
    )
    page = chromium.new_page(reduced_motion=motion)
    page.goto(f"{address}/post.html")
    assert page.evaluate("document.images[0].currentSrc") == f"{address}/{shown}"
    page.close()
