"""What people write to the mailbox of bounces reaches people, once; what machines write stays."""

import mailbox

import pytest
from hypothesis import given, strategies as st

from ebok import limits
from ebok.mail.models import Mail
from ebok.notifications.operations_dsn import parse
from ebok.notifications.operations_strays import (
    DAY,
    OF_ALL,
    Stray,
    is_automatic,
    sender_of,
)

LETTER = """\
From: Ewa Kowal <ewa{number}@poczta.example>
To: ebok+b00@wodociagi.example
Subject: =?utf-8?q?Re:_Faktura_=C5=BC=C3=B3=C5=82ta?=
Message-ID: <{number}@poczta.example>
Content-Type: text/plain; charset=utf-8

Dzień dobry, dlaczego aż tyle?
"""


@pytest.fixture
def box(town, tmp_path):
    """The mailbox of bounces, which is not the office's own."""
    town.set(
        bounce_maildir=str(tmp_path / "bounces"),
        mail_default_sender="e-BOK <ebok@wodociagi.example>",
    )
    return mailbox.Maildir(tmp_path / "bounces", create=True)


def read(town, times: int = 1) -> list:
    """Read the mailbox and send what follows; the mails that were taken."""
    for _ in range(times):
        town.read_bounces()
        town.turn(3)
    return town.server.mails


def letter(number: int = 1) -> str:
    """What a person writes."""
    return LETTER.format(number=number)


@pytest.mark.shows("P51")
def test_letter_of_a_person_is_passed_on_to_the_office_once(town, box):
    box.add(letter().encode())
    box.add(letter().encode())
    (mail,) = read(town, 2)
    assert mail.to == town.settings.utility.email
    assert mail.message["Reply-To"] == "ewa1@poczta.example"
    assert "Re: Faktura żółta" in mail.subject
    assert "> Dzień dobry, dlaczego aż tyle?" in mail.text
    assert {m.get_flags() for m in box} == {"PS"}


MACHINES = {
    "answer": letter().replace("Subject", "Auto-Submitted: auto-replied\nSubject"),
    "old answer": letter().replace("Subject", "Precedence: bulk\nSubject"),
    "holiday": letter().replace("=?utf-8?q?Re:", "=?utf-8?q?Odpowied=C5=BA_automatyczna:"),
    "list": letter().replace("Subject", "List-Id: <x.example>\nSubject"),
    "null": "Return-Path: <>\n" + letter(),
    "daemon": letter().replace("Ewa Kowal <ewa1", "<mailer-daemon"),
    "nobody": letter().replace("Ewa Kowal <ewa1@poczta.example>", ""),
    "ours": letter().replace("ewa1@poczta", "ebok@wodociagi"),
    "the office": letter().replace("ewa1@poczta", "biuro@wodociagi"),
}


@pytest.mark.shows("P51")
@pytest.mark.parametrize("who", MACHINES)
def test_what_a_machine_or_we_wrote_is_left_where_it_lies(town, box, who):
    box.add(MACHINES[who].encode())
    assert not read(town)
    assert not Mail.select().exists()
    assert [m.get_flags() for m in box] == [""]


@pytest.mark.shows("T6.9")
def test_what_was_passed_on_is_never_passed_on_again(town, box):
    """The office's mailbox may send everything on to the one that we read."""
    box.add(letter().encode())
    (mail,) = read(town)
    box.add(mail.content)
    assert len(read(town)) == 1


@pytest.mark.shows("T6.9")
def test_one_sender_cannot_flood_the_office(town, box):
    for number in range(8):
        box.add(letter(number).replace(f"ewa{number}@", "ewa@").encode())
    assert len(read(town, 4)) == 5


@pytest.mark.shows("T6.9")
def test_many_senders_cannot_flood_the_office(town, box):
    for _letter in range(49):
        assert limits.consume("strays", "", OF_ALL, DAY)
    for number in range(3):
        box.add(letter(number).encode())
    assert len(read(town, 2)) == 1


def test_where_the_office_reads_this_mailbox_itself_nothing_is_sent(town, box):
    town.set(mail_default_sender=town.settings.utility.email)
    box.add(letter().encode())
    assert not read(town)
    assert not Stray.select().exists()


@pytest.mark.shows("T6.9")
def test_large_and_hostile_letter_is_cut_and_escaped(town, box):
    body = "<script>alert(1)</script> \ue000x\ue001 %(y)s\n" + "a" * 200_000
    box.add((letter().replace("Dzień dobry", body)).encode())
    (mail,) = read(town)
    assert len(mail.content) < 120_000
    assert b"<script>" not in mail.content.split(b"text/html")[1]


@given(st.binary(max_size=300))
def test_no_bytes_stop_the_sorting(noise):
    message = parse(b"From: " + noise)
    is_automatic(message)
    sender_of(message)
