"""Splits the HTML of a text (terms, privacy) into plain headings and paragraphs."""

from html.parser import HTMLParser
from typing import Annotated, TypedDict

KINDS = {"h1": "heading", "h2": "heading", "h3": "heading", "p": "text", "li": "item", "dd": "text"}


class Paragraph(TypedDict):
    """A heading, list item or paragraph."""

    kind: Annotated[str, f"enum: {[*dict.fromkeys(KINDS.values())]}"]
    text: str


class Paragraphs(HTMLParser):
    """Collects the text of each block element."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.found: list[Paragraph] = []
        self.kind = "text"
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002, the parser's name
        """Start a block, ending the one before."""
        if tag in KINDS:
            self.end(KINDS[tag])

    def handle_endtag(self, tag: str) -> None:
        """End a block."""
        if tag in KINDS:
            self.end()

    def handle_data(self, data: str) -> None:
        """Add text; inline tags such as links are dropped."""
        self.words.append(data)

    def end(self, kind: str = "text") -> None:
        """Store the current block unless it is empty."""
        told = " ".join("".join(self.words).split())
        if told:
            self.found.append({"kind": self.kind, "text": told})
        self.kind, self.words = kind, []


def paragraphs(html: str) -> list[Paragraph]:
    """The blocks of a text, in order."""
    parser = Paragraphs()
    parser.feed(html)
    parser.close()
    parser.end()
    return parser.found
