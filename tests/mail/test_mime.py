"""What `mime.py` puts together, `email` of the standard library takes apart."""

from email import message_from_bytes, policy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ebok.mail import mime
from ebok.mail.letters import Attachment

HEADERS = {"Subject": "x", "Message-ID": "<0123456789abcdef0123@wodociagi.example>"}
LINES = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=60)
TEXTS = st.lists(LINES, max_size=4).map("\n".join)


def parsed(text, html, attachment, **headers):
    parts = mime.quoted(text), mime.quoted(html), attachment
    content = mime.assemble(HEADERS | headers, *parts)
    assert content.isascii()
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert max(map(len, content.split(b"\r\n"))) <= 998
    return message_from_bytes(content, policy=policy.default)


def lines(part) -> list[str]:
    return part.get_content().replace("\r\n", "\n").rstrip("\n").splitlines()


@given(TEXTS, TEXTS, st.binary(max_size=2_000))
def test_parts_come_out_as_they_went_in(text, html, pdf):
    message = parsed(text, html, Attachment("FV-1.pdf", pdf))
    assert message.get_content_type() == "multipart/mixed"
    assert lines(message.get_body(("plain",))) == text.rstrip("\n").splitlines()
    assert lines(message.get_body(("html",))) == html.rstrip("\n").splitlines()
    (document,) = message.iter_attachments()
    assert (document.get_filename(), document.get_content()) == ("FV-1.pdf", pdf)
    assert document.get_content_type() == "application/pdf"


@given(LINES.map(lambda line: " ".join(line.split())))
def test_subject_comes_out_as_it_went_in(subject):
    wire = mime.words(subject)
    assert max(map(len, wire.split("\r\n"))) <= 78
    assert str(parsed("a", "b", None, Subject=wire)["Subject"]) == subject


@pytest.mark.parametrize("value", ["a\nBcc: b@c.example", "a\r\nBcc: b@c.example", "ż"])
def test_header_that_would_become_another_is_refused(value):
    with pytest.raises(ValueError, match="not ready"):
        mime.assemble(HEADERS | {"To": value}, b"a", b"b", None)


@pytest.mark.parametrize("email", ["anna@poczta.example", "a.b-c+d_e@poczta.example"])
def test_usual_addresses_stay_as_they_are(email):
    assert mime.address(email) == email
