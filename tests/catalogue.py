"""The sentences of the code, and a command that takes new ones into the catalogues.

    make catalogue

Sentences that are gone leave the catalogues; new ones stand there empty until they are translated,
and a rule test fails until then. English is the language of the code: its catalogue fills itself.
"""

from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parents[1]
CATALOGUES = ROOT / "backend" / "ebok" / "locale"
KEYWORDS = {"_": None, "gettext": None, "lazy": None, "ngettext": (1, 2)}
JINJA = {"trim_blocks": "true", "lstrip_blocks": "true"}
SOURCES = (
    (ROOT / "backend" / "ebok", [("**.py", "python"), ("**/templates/**.*", "jinja2")]),
    (ROOT / "frontend", [("dist/**", "ignore"), ("**.html", "jinja2")]),
)


def extracted() -> Catalog:
    """Every sentence of the code."""
    found = Catalog()
    for directory, methods in SOURCES:
        options = {pattern: JINJA for pattern, method in methods if method == "jinja2"}
        sentences = extract_from_dir(directory, methods, options, KEYWORDS, ["TRANSLATORS"])
        for _file, _line, message, comments, context in sentences:
            found.add(message, auto_comments=comments, context=context)
    return found


def take_in(language: str) -> int:
    """Bring one catalogue up to date; return how many sentences wait for a translation."""
    path = CATALOGUES / language / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as file:
        catalogue = read_po(file, locale=language)
    catalogue.update(extracted(), no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    if language == "en":
        for message in catalogue:
            message.string = message.string if not message.id else message.id
    with path.open("wb") as file:
        write_po(file, catalogue, width=100, sort_output=True, no_location=True)
    return sum(
        1
        for m in catalogue
        if m.id and not (all(m.string) if isinstance(m.string, tuple) else m.string)
    )


if __name__ == "__main__":
    for language in ("pl", "en", "uk"):
        print(f"{language}: {take_in(language)} to translate")
