"""The message itself: its headers, its parts, in every language."""

import re
from dataclasses import replace

import html5lib
import pytest

from ebok import features
from ebok.languages import LANGUAGES
from ebok.mail.kinds import letters
from ebok.mail.masking import mask_code, mask_email
from ebok.registration.operations_reviews import REASONS
from ebok.settings import Utility
from ebok.tokens import shown_short_code
from postman import letter
from smtp import MailServer

SHORT_CODE = re.compile(r"\b[A-Z0-9]{4}-[A-Z0-9]{4}\b")
features.register_parts()
LETTERS = dict(letters())


@pytest.fixture
def database_url(tmp_path) -> str:
    """What a letter looks like is the same on every database."""
    return f"sqlite:///{tmp_path / 'mail.sqlite3'}"


@pytest.fixture
def send(mailroom):
    """Send one letter with what its writer would return, and hand back what arrived."""
    with MailServer() as server:
        mailroom.use(server)

        def send(name, language="pl", **more):
            real = LETTERS[name]
            told = real.example | more
            if real.is_bulk:
                letter(name, slots=real.slots)(
                    lambda subject_ids, _settings: dict.fromkeys(subject_ids, told)
                )
            else:
                letter(name)(lambda _about, _settings: told)
            mailroom.post(name, language=language)
            mailroom.turn()
            return server.mails.pop()

        yield send


@pytest.mark.shows("T2.1", "T3.9", "T6.5")
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", LETTERS)
def test_every_letter_in_every_language(mailroom, send, name, language):
    mail = send(name, language)
    assert mail.subject.strip()
    assert mail.message["Content-Language"] == language
    parts = [part.get_content_type() for part in mail.message.iter_parts()]
    assert (mail.message.get_content_type(), parts) == (
        "multipart/alternative",
        ["text/plain", "text/html"],
    )
    page = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(mail.html)
    assert page.get("lang") == language
    assert len(page.findall(".//h1")) == 1
    assert not re.search(r"<(img|link|script|iframe)|url\(|@import", mail.html)
    # By which *Czy to od nas?* knows the mail.
    code = shown_short_code(mailroom.rows()[-1].short_code)
    assert SHORT_CODE.findall(mail.text) == [code]
    assert code in mail.html
    assert "https://ebok.example/Town/czy-to-od-nas" in mail.text
    assert 'href="https://ebok.example/Town/czy-to-od-nas"' in mail.html
    if "customer_code_masked" in LETTERS[name].example:
        assert "39-…01" in mail.text
        assert "39-…01" in mail.html
    for told in (mail.subject, mail.text, mail.html):
        assert not re.search("290|900|001", told)


def test_commands_of_an_alert_are_set_apart(send):
    told = ["Look: `ebok doctor` <now>, `ebok imports list`.", "Nothing else."]
    mail = send("alert", heading="x", paragraphs=told)
    assert told[0] in mail.text
    assert [each[1] for each in re.findall(r"<code( [^>]*)?>([^<]*)</code>", mail.html)] == [
        "ebok doctor",
        "ebok imports list",
    ]
    assert "`" not in mail.html
    assert "&lt;now&gt;" in mail.html


@pytest.mark.parametrize("reason", REASONS)
def test_every_reason_of_a_refusal_is_a_sentence(send, reason):
    texts = [send("review_refused", "en", reason=each).text for each in ("withdrawn", reason)]
    # Each mail has a code of its own.
    told = {SHORT_CODE.sub("", text) for text in texts}
    assert len(told) == (1 if reason == "withdrawn" else 2)


def test_headers(mailroom, send):
    mail = send("password_changed")
    message = mail.message
    assert message["Message-ID"] == mailroom.row().message_id
    assert re.fullmatch(r"<[0-9a-f]{20}@wodociagi\.example>", message["Message-ID"])
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["X-Auto-Response-Suppress"] == "All"
    assert message["From"] == "Wodociągi Przykładowo <biuro@wodociagi.example>"
    assert message["To"] == "anna@poczta.example"
    assert abs((message["Date"].datetime - mail.at).total_seconds()) < 5
    assert max(len(line) for line in mail.content.splitlines()) <= 998
    assert mail.content.isascii()


def test_bounce_finds_its_row(mailroom, send):
    mail = send("password_changed")
    assert mail.envelope_from == f"biuro+b{mailroom.row().tag}@wodociagi.example"


def test_bounce_tag_can_be_switched_off(mailroom, send):
    mailroom.settings = replace(mailroom.settings, mail_bounce_tag=False)
    assert send("password_changed").envelope_from == "biuro@wodociagi.example"


@pytest.mark.shows("V1.3.11")
def test_name_of_the_utility_may_hold_anything(mailroom, send):
    name = 'ZWiK "Źródło", sp. z o.o. <b>Łódź</b>'
    mailroom.settings = replace(mailroom.settings, utility=Utility(name=name))
    mail = send("password_changed")
    (sender,) = mail.message["From"].addresses
    assert (sender.display_name, sender.addr_spec) == (name, "biuro@wodociagi.example")
    assert "&lt;b&gt;Łódź" in mail.html
    assert "<b>Łódź</b>" in mail.text


def test_code_stands_in_the_text_and_not_in_the_subject(send):
    mail = send("registration_code", "en")
    assert mail.code == "012345"
    assert "012345" not in mail.subject
    assert "10 minutes" in mail.text
    link = "https://ebok.example/Town/rejestracja/przeniesienie#l-token"
    assert link in mail.text
    assert f'href="{link}"' in mail.html


@pytest.mark.shows("P52")
@pytest.mark.parametrize("name", [name for name in LETTERS if "code" in LETTERS[name].example])
def test_mail_with_a_code_ends_as_apples_phones_want_it(send, name):
    mail = send(name)
    assert mail.text.rstrip().splitlines()[-1] == f"@ebok.example #{mail.code}"


def test_password_is_shown_as_it_is(send):
    mail = send("temporary_password", "en")
    assert "    Kx7<m2&pQ>9t\n" in mail.text
    assert "Kx7&lt;m2&amp;pQ&gt;9t" in mail.html
    assert "24 hours" in mail.text


@pytest.mark.shows("T6.1")
@pytest.mark.parametrize("name", LETTERS)
def test_no_link_leads_to_a_page_that_asks_for_the_present_password(send, name):
    mail = send(name)
    for text in (mail.text, mail.html):
        assert not re.search(r"/(logowanie|zmiana-hasla)\b", text)


def test_times_are_those_of_the_office(send):
    assert "20 November 2026, 10:30" in send("password_changed", "en").text
    assert "20 listopada 2026, 10.30" in send("password_changed", "pl").text


def test_durations_follow_the_language(send):
    assert "24 godziny" in send("temporary_password", "pl").text
    assert "30 днів" in send("account_opened", "uk").text


def test_rules_are_written_into_the_tags_and_dark_ones_win_over_them(send):
    html = send("password_reset").html
    assert re.search(r'<body style="[^"]*background: #faf7ef', html)
    dark = html.partition("prefers-color-scheme: dark")[2].partition("</style>")[0]
    rules = [rule for rule in re.split(r"[;{}]", dark) if ":" in rule]
    assert rules
    assert all("!important" in rule for rule in rules)


def test_number_is_not_broken_at_the_end_of_a_line(send):
    html = send("registration_code").html
    assert html.count('style="white-space: nowrap;">39-…01</span>') == 2


@pytest.mark.shows("T2.1")
@pytest.mark.parametrize(
    ("code", "masked"),
    [
        ("39-29001", "39-…01"),
        ("1-12345678", "1-…78"),
        ("1-1234", "1-…4"),
        ("1-123", "1-…"),
        ("1-7", "1-…"),
        ("29001", "…01"),
        ("1234-56789", "…89"),
        ("12", "…"),
    ],
)
def test_mask_of_a_customer_code(code, masked):
    assert mask_code(code) == masked


@pytest.mark.parametrize(
    ("email", "masked"),
    [
        ("helena@poczta.example", "h…a@poczta.example"),
        ("ab@poczta.example", "a…@poczta.example"),
        ("a@poczta.example", "a…@poczta.example"),
    ],
)
def test_mask_of_an_address(email, masked):
    assert mask_email(email) == masked
