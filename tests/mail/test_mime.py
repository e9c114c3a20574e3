"""What `mail/mime.py` puts together, `email` of the standard library takes apart."""

import re
from email import message_from_bytes, policy

import pytest
from hypothesis import given, strategies as st

from ebok.mail import mime
from ebok.mail.kinds import Attachment

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


TIDY = st.builds(lambda line, times: " ".join((line * times).split()), LINES, st.integers(1, 9))
NAMES = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp", "Cn"]), min_size=1, max_size=160
).map(lambda name: " ".join(name.split()) or "x")
ADDRESSES = st.tuples(
    st.from_regex(r"[a-z0-9]([a-z0-9._+-]{0,61}[a-z0-9])?", fullmatch=True).filter(
        lambda local: ".." not in local
    ),
    st.lists(
        st.from_regex(r"[a-z]([a-z0-9]{0,50}[a-z0-9])?", fullmatch=True), min_size=2, max_size=4
    ),
).map(lambda parts: f"{parts[0]}@{'.'.join(parts[1])}")


def require_short_lines(name: str, wire: str) -> None:
    """RFC 2047, 2: a line with encoded words has 76 characters at most."""
    for line in f"{name}: {wire}".split("\r\n"):
        assert line.strip()
        assert len(line) <= 76 or "=?" not in line


@given(TIDY)
def test_subject_comes_out_as_it_went_in(subject):
    wire = mime.words(subject)
    require_short_lines("Subject", wire or "x")
    assert str(parsed("a", "b", None, Subject=wire or "x")["Subject"]) == (subject or "x")


@given(NAMES, ADDRESSES)
def test_sender_comes_out_as_it_went_in(name, email):
    wire = mime.mailbox(name, email)
    require_short_lines("From", wire)
    message = parsed("a", "b", None, From=wire)
    (sender,) = message["From"].addresses
    assert sender.addr_spec == email
    assert mime.read_name(wire) == name
    assert sender.display_name.replace(" ", "") == name.replace(" ", "")
    if not re.search(r"\?=\s+=\?", wire):
        # Python 3.11's newer parser keeps the blank between two encoded words of a name.
        assert sender.display_name == name


@given(ADDRESSES)
def test_recipient_comes_out_as_it_went_in(email):
    (read,) = parsed("a", "b", None, To=mime.address(email))["To"].addresses
    assert read.addr_spec == email


@pytest.mark.parametrize(
    "name",
    [
        "Pilskie Wodociągi i Kanalizacja",
        "Wodociągi",
        "ą" * 200,
        "W, sp. z o.o.",
        '"=?utf-8?q?x?="',
        "MPWiK w m.st. Warszawie Spółka Akcyjna, Zakład Obsługi Klienta przy ulicy Długiej",
        *(f"Wodociągi {'x' * length}" for length in range(1, 90)),
        *("x" * length for length in range(1, 120)),
    ],
)
def test_no_name_leaves_the_sender_empty(name):
    test_sender_comes_out_as_it_went_in.hypothesis.inner_test(name, "biuro@wodociagi.example")


@pytest.mark.parametrize(
    "value",
    [
        "a\nBcc: b@c.example",
        "a\r\nBcc: b@c.example",
        "ż",
        "\r\n a@b.example",
        "",
        "a\r\n\r\nb",
        "a\rb",
    ],
)
def test_header_that_would_be_empty_or_another_is_refused(value):
    with pytest.raises(ValueError, match="header"):
        mime.assemble(HEADERS | {"To": value}, b"a", b"b", None)


@pytest.mark.parametrize("email", ["anna@poczta.example", "a.b-c+d_e@poczta.example"])
def test_usual_addresses_stay_as_they_are(email):
    assert mime.address(email) == email
