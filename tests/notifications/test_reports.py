"""Reports as servers write them, and mails that are none: each is read for what it is."""

from email.message import EmailMessage

import pytest

from ebok.mail import undelivered
from ebok.mail.addresses import key
from ebok.mail.answers import DEAD, DELAYED, FULL, OURS, REFUSED, SILENT
from ebok.notifications.operations_dsn import read
from reports import ANNA, EXIM, FAILED, NOTES, QMAIL, SENT, dsn


@pytest.mark.parametrize(
    "form", [EXIM, QMAIL, NOTES, dsn(FAILED + "Diagnostic-Code: smtp; 550 {words}")]
)
@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("User unknown", DEAD),
        ("No such user here", DEAD),
        ("Recipient address rejected: User unknown in virtual mailbox table", DEAD),
        ("Domain does not exist", DEAD),
        ("Nie ma takiego użytkownika", DEAD),
        ("This account has been disabled", DEAD),
        ("Mailbox is full, user unknown to nobody", FULL),
        ("Quota exceeded", FULL),
        ("Your host is listed at zen.spamhaus.org", REFUSED),
        ("Message size exceeds fixed limit", REFUSED),
        ("SPF check failed for your domain", OURS),
        ("Sender address rejected: User unknown", OURS),
        ("Relaying denied", OURS),
    ],
)
def test_words_are_read_for_what_they_mean(form, words, kind):
    report = read(form.replace("{words}", words).encode())
    assert report.kind == kind
    assert ANNA in report.recipients


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        (f"Final-Recipient: rfc822; {ANNA}\nStatus: 5.1.1", DEAD),
        (f"Final-Recipient: rfc822; {ANNA}\nAction: error\nStatus: 5.1.1", DEAD),
        (f"Final-Recipient: rfc822; {ANNA}\nAction: Failed (gone)\nStatus: 5.1.1 (x)", DEAD),
        (f"Final-Recipient: rfc822; {ANNA}\nStatus: 4.4.1", DELAYED),
        (f"Final-Recipient: rfc822; {ANNA}\nAction: failed\nStatus: 4.4.7", SILENT),
        (FAILED + "Diagnostic-Code: smtp; 450 4.1.1 user unknown", SILENT),
        (FAILED + "Diagnostic-Code: smtp; 552 5.3.4 too long", REFUSED),
        (FAILED + "Diagnostic-Code: smtp; 550 5.7.26 unauthenticated", OURS),
    ],
)
def test_fields_are_read_as_servers_fill_them(fields, kind):
    assert read(dsn(fields).encode()).kind == kind


def test_filter_that_had_taken_the_recipient_is_no_proof():
    words = "550 User unknown (in reply to end of DATA command)"
    assert read(dsn(FAILED + f"Diagnostic-Code: smtp; {words}").encode()).kind == REFUSED


@pytest.mark.parametrize(
    "named",
    [
        '"anna nowak"@poczta.example',
        "anna.o'neill@poczta.example",
        "Anna@POCZTA.example",
        "anna@xn--strae-oqa.example",
    ],
)
def test_recipient_is_read_however_it_is_spelt(named):
    report = read(dsn(f"Final-Recipient: rfc822; {named}\nStatus: 5.1.1").encode())
    assert key(named) in report.recipients


@pytest.mark.parametrize("named", ["żółw@łąka.example", r"\x{17C}\x{F3}\x{142}w@łąka.example"])
def test_report_of_an_international_address_is_read(named):
    fields = f"Final-Recipient: utf-8; {named}\nStatus: 5.1.1"
    report = read(dsn(fields, kind="message/global-delivery-status").encode())
    assert report.kind == DEAD
    assert key("żółw@xn--ka-ola7v.example") in report.recipients


def test_domains_are_compared_by_the_rules_of_2008():
    assert key("a@straße.example") == key("a@xn--strae-oqa.example") != key("a@strasse.example")


def test_reason_is_found_behind_a_long_text_and_a_large_file():
    report = read(
        dsn(f"Final-Recipient: rfc822; {ANNA}\nStatus: 5.1.1", "So sorry. " * 9000).encode()
    )
    assert report.kind == DEAD
    returned = EmailMessage()
    returned["Message-ID"] = SENT
    returned.add_attachment(bytes(3_000_000), maintype="application", subtype="pdf")
    edge = "--=b\nContent-Type: text/plain"
    whole = f"--=b\nContent-Type: message/rfc822\n\n{returned.as_string()}\n{edge}"
    content = dsn(f"Final-Recipient: rfc822; {ANNA}\nStatus: 5.1.1").replace(edge, whole, 1)
    report = read(content.encode())
    assert (report.kind, report.message_id) == (DEAD, SENT)


HOLIDAY = f"""\
From: Anna Nowak <{ANNA}>
Subject: Odpowiedź automatyczna
Return-Path: <>
Auto-Submitted: auto-{{how}}

Jestem na urlopie do 5.12. W pilnych sprawach: 501 234 567, pokój 550 5.1.1.
User unknown to you: nobody.
"""
ARF = f"""\
From: complaints@poczta.example
Content-Type: multipart/report; report-type=feedback-report; boundary="=b"

--=b
Content-Type: message/feedback-report

Feedback-Type: abuse
Original-Rcpt-To: {ANNA}

--=b
Content-Type: message/rfc822

To: {ANNA}
Message-ID: {SENT}

550 5.1.1 user unknown
--=b--
"""
CHALLENGE = f"""\
From: Mail Delivery Filter <postmaster@poczta.example>
Subject: Your message was not delivered yet

550 5.1.1 user unknown to {ANNA}. Please click the link to prove that you are a person.
"""
RECEIPT = f"""\
From: {ANNA}
Content-Type: multipart/report; report-type=disposition-notification; boundary="=b"

--=b
Content-Type: message/disposition-notification

Final-Recipient: rfc822; {ANNA}
Disposition: manual-action/MDN-sent-manually; deleted

--=b--
"""

DAEMONS = """\
From: Mail Delivery System <mailer-daemon@poczta.example>
Subject: Undeliverable
Content-Type: multipart/report; report-type={kind}; boundary="=b"

--=b

550 5.1.1 <{to}>: user unknown

--=b
Content-Type: {part}

Final-Recipient: rfc822; {to}

--=b--
"""


def of_a_daemon(kind: str, part: str = "text/plain") -> str:
    """What a mail server sent, and its words look like a report; its kind says that it is none."""
    return DAEMONS.format(kind=kind, part=part, to=ANNA)


@pytest.mark.parametrize(
    "content",
    [
        of_a_daemon("feedback-report"),
        of_a_daemon("x", "message/feedback-report"),
        of_a_daemon("disposition-notification"),
        of_a_daemon("x", "message/disposition-notification"),
    ],
)
def test_complaint_and_receipt_of_a_server_are_no_report_whatever_they_say(content):
    assert read(content.encode()) is None
    assert read(of_a_daemon("delivery-status").encode()).kind == DEAD


@pytest.mark.shows("P45")
@pytest.mark.parametrize(
    "content",
    [
        HOLIDAY.format(how="replied"),
        HOLIDAY.format(how="generated"),
        ARF,
        CHALLENGE,
        RECEIPT,
        dsn(f"Final-Recipient: rfc822; {ANNA}\nAction: delivered\nStatus: 2.0.0"),
        f"From: {ANNA}\nSubject: User unknown\n\nDostałam 550 5.1.1 user unknown. Co to znaczy?\n",
    ],
    ids=["holiday", "generated holiday", "complaint", "challenge", "receipt", "success", "person"],
)
def test_what_is_no_report_is_none(content):
    assert read(content.encode()) is None


@pytest.mark.parametrize("status", ["5.1.7", "5.1.8", "5.7.1", "5.7.26", "5.5.1"])
def test_status_that_is_about_us_blames_nobody_else(status):
    assert undelivered.judge(status) == OURS
