"""What holds for every page, in every language."""

import re

import html5lib
import pytest

from ebok.languages import LANGUAGES
from ebok.pages import visited
from ebok.pages.composed import DEMO_PAGES, ERRORS, PAGES, compose
from ebok.pages.frames import Frame
from ebok.pages.static import open_static
from ebok.settings import Settings
from ebok.settings.office_hours import Notice

# The parser is older than templates, and takes none in a table; what they hold it takes very well.
TEMPLATE = re.compile(r"</?template[^>]*>")
BASE_URL = "http://localhost:8000"
MOST_BYTES = 35_000
"""Of the scripts and styles of a page, as brotli sends them. On each of a customer stand 22.4 kB of
Alpine, focus and the way back, and 5.6 of styles: a page has the rest, most of all *Moje dane* with
its forms, and an invoice with its transfer to copy, scan, share. htmx, 12, comes when one moves."""
MOST_FILES = 6
NAMESPACE = "{http://www.w3.org/1999/xhtml}"
NOTICE = Notice("24 listopada", "Przerwa w dostawie", "Wymieniamy zasuwę.", heed=True)


@pytest.fixture(scope="session")
def documents() -> dict:
    """Every page, for strangers and for customers, parsed strictly: a fault in the HTML fails here.

    Also those that no test can call up at will, as the one that says that something failed.
    """
    composed = compose(Settings(base_url=BASE_URL, demo=True, notices=(NOTICE,)))
    return {
        (name, language, frame): html5lib.HTMLParser(strict=True).parse(
            TEMPLATE.sub("", document.body.decode())
        )
        for (name, language, frame), document in composed.pages.items()
    }


def every(document, *tags) -> list:
    return [node for node in document.iter() if node.tag in {NAMESPACE + tag for tag in tags}]


def test_each_page_has_one_heading_a_title_and_its_language(documents):
    assert {name for name, _, _ in documents} == {page.name for page in PAGES + DEMO_PAGES} | {
        *ERRORS.values()
    }
    for where, document in documents.items():
        language = where[1]
        assert len(every(document, "h1")) == 1, where
        assert every(document, "title")[0].text.strip(), where
        assert document.get("lang") == language, where
        assert len([m for m in every(document, "main") if m.get("id") == "main"]) == 1, where


@pytest.mark.shows("V1.2.3", "V3.4.3")
def test_no_script_or_style_stands_in_a_page(documents):
    for where, document in documents.items():
        assert not every(document, "style"), where
        assert all(
            script.get("src") and script.get("integrity") for script in every(document, "script")
        ), where
        for node in document.iter():
            if isinstance(node.tag, str):
                assert "style" not in node.attrib, where
                assert not any(name.startswith("on") for name in node.attrib), where


def files(document) -> list[str]:
    """What a browser fetches with the page before anybody does anything."""
    linked = [link.get("href") for link in every(document, "link")]
    loaded = [
        each.get("src")
        for each in every(document, "script", "img")
        if each.get("src") and each.get("loading") != "lazy"
    ]
    return [address.removeprefix("/static/") for address in linked + loaded]


def test_each_page_is_light_and_made_of_few_files(documents):
    served = open_static(Settings(base_url=BASE_URL)).files
    for where, document in documents.items():
        # Somebody of the office sees a customer's page with one style more, for the banner.
        if where[2] is Frame.VISITED:
            continue
        names = files(document)
        assert 1 + len(names) <= MOST_FILES, (where, names)
        weights = {n: len(served[n].encode("br")) for n in names if n.endswith((".js", ".css"))}
        assert sum(weights.values()) <= MOST_BYTES, (where, weights)


def test_each_component_of_a_page_comes_with_it(documents):
    """The names in its x-data are among those that its scripts define."""
    served = open_static(Settings(base_url=BASE_URL)).files
    for where, document in documents.items():
        scripts = "".join(served[n].body.decode() for n in files(document) if n.endswith(".js"))
        named = {node.get("x-data") for node in document.iter() if node.get("x-data")}
        assert all(re.search(rf"[{{,]{name}[:,}}]", scripts) for name in named), (where, named)


def test_each_field_has_a_label(documents):
    for where, document in documents.items():
        labels = {label.get("for") for label in every(document, "label")}
        wrapped = {field for label in every(document, "label") for field in label.iter()}
        for field in every(document, "input", "select", "textarea"):
            named = field.get("id") in labels or field in wrapped or field.get("type") == "hidden"
            assert named or field.get("aria-label") or field.get("aria-labelledby"), (
                where,
                field.attrib,
            )


def test_links_of_the_pages_lead_somewhere(app, documents):
    client = app.test_client()
    hrefs = {a.get("href") for document in documents.values() for a in every(document, "a")}
    for href in sorted(filter(None, hrefs)):
        if href.startswith("/"):
            address = href.split("#")[0].removeprefix(visited.BASE)
            assert client.get(address).status_code in (200, 303), href
        else:
            assert href.startswith(("#", "?lang=", "tel:", "mailto:", "https://", BASE_URL)), href


def test_languages_have_the_same_pages_and_other_words(documents):
    for name, _, frame in documents:
        words = {
            language: " ".join(documents[name, language, frame].itertext())
            for language in LANGUAGES
        }
        assert len(set(words.values())) == len(LANGUAGES), name


def test_pages_are_compressed_and_answered_from_the_cache(app):
    client = app.test_client()
    plain = client.get("/")
    for encoding in ("br", "gzip"):
        packed = client.get("/", headers={"Accept-Encoding": encoding})
        assert packed.headers["Content-Encoding"] == encoding
        assert len(packed.data) < len(plain.data) / 2
        again = client.get(
            "/", headers={"Accept-Encoding": encoding, "If-None-Match": packed.headers["ETag"]}
        )
        assert again.status_code == 304
