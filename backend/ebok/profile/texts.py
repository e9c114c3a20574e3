"""Splits one of our texts into headings and paragraphs, so that a page need not take HTML."""

from html.parser import HTMLParser
from typing import Annotated, TypedDict

KINDS = {"h1": "heading", "h2": "heading", "h3": "heading", "p": "text", "li": "item", "dd": "text"}


class Paragraph(TypedDict):
    """A block of a text."""

    kind: Annotated[str, f"enum: {[*dict.fromkeys(KINDS.values())]}"]
    text: str


class Paragraphs(HTMLParser):
    """Collects what is to be read, block by block."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.found: list[Paragraph] = []
        self.kind = "text"
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002, the parser's name
        """A new block ends the one before."""
        if tag in KINDS:
            self.end(KINDS[tag])

    def handle_endtag(self, tag: str) -> None:
        """What follows a block is none of its own."""
        if tag in KINDS:
            self.end()

    def handle_data(self, data: str) -> None:
        """Words, with links and emphasis around them dropped."""
        self.words.append(data)

    def end(self, kind: str = "text") -> None:
        """Keep the block, if there is anything in it."""
        told = " ".join("".join(self.words).split())
        if told:
            self.found.append({"kind": self.kind, "text": told})
        self.kind, self.words = kind, []


def paragraphs(html: str) -> list[Paragraph]:
    """The blocks of a text."""
    parser = Paragraphs()
    parser.feed(html)
    parser.close()
    parser.end()
    return parser.found
