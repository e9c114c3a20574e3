"""No line of a long text ends behind the *e* of e-BOK; an address stays as it is to be copied."""

import re

import pytest

from ebok.languages import LANGUAGES, unbroken_html
from visitor import Visitor

TEXTS = ("pomoc", "regulamin", "polityka-prywatnosci", "deklaracja-dostepnosci")
BREAKS = re.compile(r"(?<![\w./@-])[eEеЕ]-\w+")


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", TEXTS)
def test_no_line_of_a_text_ends_behind_an_e(office, name, lang):
    with Visitor(office, language=lang) as reader:
        page = reader.http.get(f"/{name}").text
    words = re.sub(r"<[^>]+>", "|", page[page.index("</h1>") :])
    assert len(re.findall("[eE]\u2011", words)) > 1
    # What stands alone is the name of a field or button, and has a line of its own.
    long = [part for part in words.split("|") if len(part) > 30]
    assert [found for part in long for found in BREAKS.findall(part)] == []


@pytest.mark.parametrize(
    "address", ["e-bok@example.pl", "e-mail.x@example.pl", "https://e-bok.example.pl/", "e-bok.pl"]
)
def test_address_can_be_copied_as_it_is(address):
    assert unbroken_html(f"<p>{address}, e-mail.</p>") == f"<p>{address}, e\u2011mail.</p>"


def test_tags_are_as_they_were():
    html = '<a href="/e-bok" title="e-mail">e-faktura</a>'
    assert unbroken_html(html) == html.replace(">e-", ">e\u2011")
