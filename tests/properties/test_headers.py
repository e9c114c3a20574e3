"""Whatever the utility is called and whoever is written to: every header of every letter reads."""

from dataclasses import replace
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from ebok import features
from ebok.languages import LANGUAGES
from ebok.mail.kinds import letters
from ebok.mail.mime import read_name
from ebok.mail.models import Mail
from ebok.mail.render import write
from ebok.settings import Settings, Utility
from mail.test_mime import ADDRESSES, NAMES

features.register_parts()
LETTERS = dict(letters())
GIVEN = ("heading", "topic", "number")
"""What subjects say in words that are not ours."""
PLAIN = Settings(
    data_dir=Path("/nowhere"),
    base_url="https://ebok.example/Town",
    secret_key="not a secret, and long enough for the tests",
)


@pytest.mark.shows("P52")
@given(
    st.sampled_from(sorted(LETTERS)), st.sampled_from(LANGUAGES), NAMES, NAMES, ADDRESSES, ADDRESSES
)
def test_every_header_of_every_letter_is_read_back(kind, lang, name, said, sender, to):
    settings = replace(
        PLAIN, utility=Utility(name=name, email=to), mail_default_sender=f"x <{sender}>"
    )
    example = LETTERS[kind].example
    told = {key: said for key in GIVEN if key in example}
    mail = Mail(
        message_id=f"<{'0a' * 10}@{sender.partition('@')[2]}>",
        letter=kind,
        recipient=to,
        language=lang,
        subject_id=0,
        short_code="",
    )
    wire = write(mail, {**example, **told}, settings).wire
    read = message_from_bytes(wire, policy=policy.default)
    assert not read.defects
    (by,), (whom,), (answers_to,) = (read[h].addresses for h in ("From", "To", "Reply-To"))
    assert (by.addr_spec, whom.addr_spec, answers_to.addr_spec) == (sender, to, to)
    assert by.display_name
    assert said in str(read["Subject"]) if told else str(read["Subject"]).strip()
    raw = message_from_bytes(wire, policy=policy.compat32)
    assert read_name(raw["From"].replace("\n", "\r\n")) == name
    head = wire.partition(b"\r\n\r\n")[0].decode()
    assert all(len(line) <= 76 or "=?" not in line for line in head.split("\r\n"))
    assert all(line.strip() for line in head.split("\r\n"))
    assert all(str(read[header]).strip() for header in read)
