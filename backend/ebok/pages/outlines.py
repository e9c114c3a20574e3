"""Finds the headings of a long text, so that a list of them can stand beside it."""

import re
from dataclasses import dataclass
from itertools import count

from markupsafe import Markup

HEADING = re.compile(r'<h2(?: id="([^"]+)")?>(.*?)</h2>', re.DOTALL)


@dataclass(frozen=True)
class Heading:
    """A heading: `id` is its place on the page."""

    id: str
    words: Markup


@dataclass(frozen=True)
class Outlined:
    """A text whose headings can be linked to."""

    html: Markup
    headings: tuple[Heading, ...]


def outline(html: str) -> Outlined:
    """Give each heading that has no id one, and list them all."""
    headings: list[Heading] = []
    numbers = count(1)

    def placed(found: re.Match[str]) -> str:
        place, words = found[1] or f"part-{next(numbers)}", found[2]
        headings.append(Heading(place, Markup(words)))  # noqa: S704 our own text
        return f'<h2 id="{place}">{words}</h2>'

    placed_html = HEADING.sub(placed, html)
    return Outlined(Markup(placed_html), tuple(headings))  # noqa: S704 our own text
