"""What holds for every page, in every language."""

import html5lib
import pytest

from ebok.languages import LANGUAGES
from ebok.pages import ERRORS

BASE_URL = "http://localhost:8000"
NAMESPACE = "{http://www.w3.org/1999/xhtml}"


def pages(app):
    """(name, language, document) of every composed page."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("pages.") and rule.endpoint != "pages.static":
            for language in LANGUAGES:
                yield str(rule), language


@pytest.fixture(scope="session")
def documents(app) -> dict:
    """Every page that a stranger may see, parsed strictly: a fault in the HTML fails here."""
    client, parsed = app.test_client(), {}
    for path, language in pages(app):
        answer = client.get(f"{path}?lang={language}")
        if answer.status_code == 200:
            parsed[path, language] = html5lib.HTMLParser(strict=True).parse(answer.text)
    for name in ERRORS:
        assert name
    missing = client.get("/nothing?lang=pl")
    parsed["/nothing", "pl"] = html5lib.HTMLParser(strict=True).parse(missing.text)
    return parsed


def every(document, *tags) -> list:
    return [node for node in document.iter() if node.tag in {NAMESPACE + tag for tag in tags}]


def test_each_page_has_one_heading_a_title_and_its_language(documents):
    assert len(documents) > 30
    for (path, language), document in documents.items():
        where = (path, language)
        assert len(every(document, "h1")) == 1, where
        assert every(document, "title")[0].text.strip(), where
        assert document.get("lang") == language, where
        assert len([m for m in every(document, "main") if m.get("id") == "main"]) == 1, where


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
            assert client.get(href.split("#")[0]).status_code in (200, 303), href
        else:
            assert href.startswith(("#", "?lang=", "tel:", "mailto:", "https://", BASE_URL)), href


def test_languages_have_the_same_pages_and_other_words(documents):
    for path in {path for path, _ in documents} - {"/nothing"}:
        words = {language: " ".join(documents[path, language].itertext()) for language in LANGUAGES}
        assert len(set(words.values())) == len(LANGUAGES), path


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
