"""Snippets: HTML and Markdown that insert a file, with a still for who prefers no motion."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from pathlib import Path
from urllib.parse import quote

from animopt.page.data import alternative_text
from animopt.picture.picture import compose
from animopt.pipeline.formats import info, is_video
from animopt.pipeline.jobs import Job

# The size of a page in the text of a blog, in pixels.
_PAGE = 700, 420
_CALM = "(prefers-reduced-motion: reduce)"


def snippets(job: Job) -> Iterator[str]:
    """Yield HTML, and then Markdown, for each file of a job, whose posters are there too."""
    alt = alternative_text(compose(job.simulate()))
    stills = {path.with_suffix(""): last for path, (_, last) in _with_posters(job)}
    for path in job.paths:
        still = stills[path.with_suffix("")]
        yield _html(path, still, escape(alt))
        yield _markdown(path, still, alt)


def _with_posters(job: Job) -> Iterator[tuple[Path, tuple[Path, Path]]]:
    bases = dict.fromkeys(path.with_suffix("") for path in job.paths)
    return zip(bases, job.posters, strict=True)


def _html(path: Path, still: Path, alt: str) -> str:
    name, last = quote(path.name), quote(still.name)
    about = info(path)
    width, height = (about.width, about.height) if about.width else _PAGE
    size = f'width="{width}" height="{height}"'
    if not about.width:
        return (
            f'<iframe src="{name}" title="{alt}" {size} style="border: 0" loading="lazy"></iframe>'
        )
    if is_video(path):
        return (
            f'<video {size} poster="{last}" aria-label="{alt}" autoplay loop muted playsinline>\n'
            f'  <source src="{name}" type="video/{about.format}" media="not {_CALM}">\n</video>'
        )
    return (
        f'<picture>\n  <source srcset="{last}" media="{_CALM}">\n'
        f'  <img src="{name}" alt="{alt}" {size}>\n</picture>'
    )


def _markdown(path: Path, still: Path, alt: str) -> str:
    text = alt.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")
    if path.suffix.lower() in (".gif", ".png", ".apng"):
        return f"![{text}]({quote(path.name)})"
    return f"[![{text}]({quote(still.name)})]({quote(path.name)})"
