"""Anybody can write to the mailbox of bounces: no mail may stop the reading, or slow it down."""

import time

import pytest
from hypothesis import given, strategies as st

from ebok.mail import undelivered
from ebok.notifications.operations_dsn import read
from reports import EXIM, FAILED, dsn

NESTED = "".join(f'Content-Type: multipart/mixed; boundary="b{n}"\n\n--b{n}\n' for n in range(60))


@pytest.mark.shows("P112", "T6.11")
@pytest.mark.parametrize(
    "body",
    [
        "a" * 1_000_000,
        "a@" * 500_000,
        "<" + "0" * 20 + "@" + "a" * 1_000_000,
        "4.4.4" * 200_000,
        NESTED + "\n-" * 500_000,
        "A: b\n" * 200_000,
        "user is " * 120_000,
        "exceeds x" * 110_000,
        'a"' * 500_000,
        ("A" * 76 + "\n") * 12_000,
    ],
    ids=[
        "one word",
        "many addresses",
        "a long name",
        "many codes",
        "nested",
        "many headers",
        "many users",
        "many limits",
        "many quotes",
        "a file",
    ],
)
def test_report_that_is_a_bomb_takes_no_longer_than_a_code_may_wait(body):
    # A fifth of this on a quiet machine; a second for the mail to leave is left. Beside much else
    # even a core's own time grows to five times as much for a while, but not in each of five tries.
    tries = [seconds_to_read(body)]
    while tries[-1] >= 2 and len(tries) < 5:
        tries.append(seconds_to_read(body))
    assert tries[-1] < 2, tries


def seconds_to_read(body: str) -> float:
    """How long a core reads two mails with this body."""
    began_tick = time.process_time()
    read(f"From: MAILER-DAEMON@mx.example\n\n550 5.1.1 no\n{body}".encode())
    read(f"From: MAILER-DAEMON@mx.example\n{body}".encode())
    return time.process_time() - began_tick


WHOLE = dsn(FAILED).encode()


@given(st.binary(max_size=400), st.integers(0, len(WHOLE)))
def test_no_bytes_stop_the_reading(noise, place):
    read(noise)
    read(WHOLE[:place] + noise + WHOLE[place:])


LINE = st.text(st.characters(codec="utf-8", exclude_characters="\r\n"), max_size=60)


@given(LINE, LINE, st.sampled_from(["base64", "quoted-printable", "8bit", "x-uuencode", "?"]), LINE)
def test_no_charset_encoding_or_field_stops_the_reading(charset, field, encoding, address):
    """A report stays one, whatever stands in the fields that say how to read it."""
    told = f'Content-Type: text/plain; charset="{charset}"\nContent-Transfer-Encoding: {encoding}'
    fields = f"Final-Recipient: {address}\nAction: failed\nStatus: 5.1.1\nX-{field}: {field}"
    content = dsn(fields).replace("Content-Type: text/plain; charset=utf-8", told)
    report = read(content.encode())
    assert report is None or report.kind in undelivered.KINDS
    assert read(EXIM.replace("Subject: ", f"Subject: =?{charset}?b?{field}?= ").encode())
