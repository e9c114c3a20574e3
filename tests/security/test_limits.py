"""Limits that no other spelling or address gets around, and that nobody turns on others."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from api import create_api
from cast import new_code, new_customer, new_email
from ebok.access import source
from ebok.database import now
from ebok.limits import Limit
from ebok.registration.models import Registration
from ebok.settings import load
from ebok.values.normalize import mailbox
from office import new_source
from visitor import Visitor


@pytest.mark.shows("T0.0")
def test_one_line_with_many_addresses_is_one_source(office):
    """A provider gives a line 2^64 IPv6 addresses (RFC 6177)."""
    customer, network = new_customer(), new_source().partition("::")[0]
    with Visitor(office) as anna:
        anna.open_account(customer)
    for number in range(1, 11):
        with Visitor(office, f"{network}:aaaa::{number:x}") as robot:
            robot.log_in(customer.code, "wrong", 401, "wrong-login")
    with Visitor(office, f"{network}::ffff:1") as robot:
        robot.log_in(customer.code, "wrong", 429, "too-many-logins")


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("unknown", "unknown"),
        ("", ""),
    ],
)
def test_source_is_a_network_where_one_person_has_many_addresses(tmp_path, address, counted):
    app = create_api(load({"EBOK_DATA_DIR": str(tmp_path)}))
    with app.test_request_context(environ_base={"REMOTE_ADDR": address}):
        assert source() == counted


@pytest.mark.dialect
def test_forged_hop_before_the_trusted_proxy_changes_nothing(office):
    """Only what the nearest proxy added counts; the visitor may write before it what they like."""
    address = new_source()
    for number in range(10):
        with Visitor(office, f"198.51.100.{number}, {address}") as robot:
            robot.log_in(new_code(), "wrong", 401, "wrong-login")
    with Visitor(office, f"203.0.113.9, {address}") as robot:
        robot.log_in(new_code(), "wrong", 429, "too-many-logins")


@pytest.mark.parametrize(
    "spelt",
    [
        "Helena+{}@poczta.example",
        "h.e.l.e.n.a+{}@Poczta.example",
        "ｈelena@poczta.example",
        "HELENA@POCZTA.EXAMPLE",
    ],
)
def test_mailbox_is_the_same_however_it_is_spelt(spelt):
    assert mailbox(spelt.format(7)) == "helena@poczta.example"


@pytest.mark.shows("T3.3")
def test_mailbox_cannot_be_flooded_by_other_spellings(office, visitor):
    """Six an hour, however many tags and dots are put into the address."""
    name = new_email().partition("@")[0]
    spellings = [f"{name}+{n}@poczta.example" for n in range(5)]
    spellings += [f"{name[0]}.{name[1:]}@poczta.example", f"{name.upper()}+x@poczta.example"]
    for email in spellings:
        visitor.start(new_code(), email)
    sentinel = new_email()
    with Visitor(office) as somebody:
        somebody.start(new_code(), sentinel)
    office.mail_to(sentinel)
    assert sum(len(office.mails_to(email)) for email in spellings) == 6


@pytest.fixture
def denied(office, visitor):
    """An address whose six codes a stranger has asked for."""
    email = new_email()
    for _ in range(6):
        visitor.start(new_code(), email)
    office.mail_to(email, skip=5)
    return email


@pytest.mark.shows("P104", "T3.4")
def test_owner_of_a_mailbox_that_was_used_up_gets_one_code_beyond(office, visitor, denied):
    customer = new_customer()
    visitor.start(new_code(), denied)
    with Visitor(office) as owner:
        owner.start(customer.code, denied)
        owner.type_code(denied, skip=6)
        owner.confirm(customer)
    office.mail_to(denied, skip=7)
    assert len(office.mails_to(denied)) == 8


@pytest.mark.dialect
def test_one_source_gets_one_code_beyond_and_no_more(office, denied):
    with Visitor(office) as other:
        for _ in range(4):
            other.start(new_code(), denied)
        other.start(new_code(), sentinel := new_email())
    office.mail_to(sentinel)
    assert len(office.mails_to(denied)) == 7


@pytest.mark.shows("P104", "T3.4")
@pytest.mark.dialect
def test_mailbox_gets_twelve_codes_an_hour_from_however_many_sources(office, denied):
    for _ in range(9):
        with Visitor(office) as somebody:
            somebody.start(new_code(), denied)
    with Visitor(office) as somebody:
        somebody.start(new_code(), sentinel := new_email())
    office.mail_to(sentinel)
    assert len(office.mails_to(denied)) == 12


@pytest.mark.shows("P104")
def test_answer_does_not_tell_whether_a_mailbox_was_used_up(office, visitor, denied):
    with Visitor(office) as somebody:
        shown = [
            somebody.start(code, email).body["registration"]
            for code, email in ((new_code(), new_email()), (new_customer().code, denied))
        ]
    for each in shown:
        for own in ("customer_code", "email", "resend_after"):
            each.pop(own)
    assert shown[0] == shown[1]


def test_codes_that_were_typed_use_up_nothing_of_their_source(office, visitor):
    """Behind one address of a mobile network a whole street may register in an hour."""
    visitor.start(new_code())
    fresh = now() - timedelta(seconds=30)
    mine = (Limit.name == "codes-source") & (Limit.started_at > fresh) & (Limit.used == 1)
    assert Limit.update(used=29).where(mine).execute()
    for _ in range(3):
        visitor.start_and_prove(new_code())


def spent(name: str) -> int:
    row = Limit.get_or_none(Limit.name == name)
    return row.used if row else 0


@pytest.mark.shows("T3.5")
@pytest.mark.dialect
def test_one_source_cannot_use_up_the_codes_of_the_whole_office(visitor):
    """Thirty of its thousand, and not one more however often it asks."""
    visitor.start(new_code())
    before = spent("codes-office")
    for _ in range(34):
        visitor.start(new_code())
    assert spent("codes-office") == before + 29


@pytest.mark.shows("T3.5")
def test_one_source_cannot_use_up_the_codes_of_many_addresses(office, visitor):
    """What its own limit refuses is not counted against the address it named."""
    for _ in range(30):
        visitor.start(new_code())
    email = new_email()
    for _ in range(6):
        visitor.start(new_code(), email)
    with Visitor(office) as celina:
        celina.start(new_code(), email)
    office.mail_to(email)


@pytest.mark.shows("T4.9")
def test_stranger_cannot_use_up_the_resets_of_an_owner(office, visitor):
    """Codes can be counted through: who does not know the address must not stop its owner."""
    customer = new_customer()
    with Visitor(office) as anna:
        email = anna.open_account(customer)
    for _ in range(4):
        visitor.post("/api/password-reset", 202, customer_code=customer.code, email=new_email())
    with Visitor(office) as anna:
        anna.post("/api/password-reset", 202, customer_code=customer.code, email=email)
    office.mail_to(email, containing="/nowe-haslo#")


@pytest.mark.shows("T3.6")
def test_owner_gets_three_reset_links_an_hour_from_wherever_they_are_asked_for(office):
    customer = new_customer()
    with Visitor(office) as anna:
        email = anna.open_account(customer)
    for asked in (email, email.upper(), email, email):
        with Visitor(office) as somebody:
            somebody.post("/api/password-reset", 202, customer_code=customer.code, email=asked)
    with Visitor(office) as celina:
        celina.start(new_code(), sentinel := new_email())
    office.mail_to(sentinel)
    assert len([m for m in office.mails_to(email) if "/nowe-haslo#" in m.text]) == 3


def test_links_that_were_used_use_up_nothing_of_their_source(office, visitor):
    customer = new_customer()
    email = visitor.open_account(customer)
    visitor.delete("/api/session")
    fresh = now() - timedelta(seconds=5)
    for number in range(2):
        visitor.post("/api/password-reset", 202, customer_code=customer.code, email=email)
        mine = (Limit.name == "resets-source") & (Limit.started_at > fresh)
        Limit.update(used=20).where(mine).execute()
        mail = office.mail_to(email, containing="/nowe-haslo#", skip=number)
        token = mail.text.split("/nowe-haslo#")[1].split()[0]
        visitor.put("/api/password-reset", token=token, new_password=f"Bocian-na-kominie-{number}")


@pytest.mark.shows("T4.2")
@pytest.mark.dialect
def test_void_registration_counts_no_further_tries_against_the_code(office):
    """One proven address is worth five tries: it must not be worth thirty and lock the code."""
    customer = new_customer()
    with Visitor(office) as robot:
        robot.start_and_prove(customer.code)
        for _ in range(4):
            robot.confirm(customer, 422, "no-match", amount="1,00")
        for _ in range(8):
            robot.confirm(customer, 410, "registration-void", amount="1,00")
        source = robot.source
    with Visitor(office, source) as owner:
        owner.start_and_prove(customer.code)
        owner.confirm(customer)


def test_new_registration_does_not_give_new_tries_for_the_day(office, visitor):
    """Ten of one source a day, though each of its registrations has five."""
    customer = new_customer()
    for _ in range(2):
        visitor.start_and_prove(customer.code)
        for _ in range(4):
            visitor.confirm(customer, 422, "no-match", amount="1,00")
        visitor.confirm(customer, 410, "registration-void", amount="1,00")
    visitor.start_and_prove(customer.code)
    visitor.confirm(customer, 429, "registration-stopped")


@pytest.mark.shows("T4.10")
def test_day_on_which_clocks_go_back_has_no_second_helping(visitor):
    """A try of 24 hours ago may be of today: that day has 25."""
    customer = new_customer()
    visitor.start_and_prove(customer.code)
    fresh = now() - timedelta(seconds=30)
    for _ in range(4):
        visitor.confirm(customer, 422, "no-match", amount="1,00")
    mine = Limit.name.in_(["matches-source", "matches-all"]) & (Limit.started_at > fresh)
    Limit.update(used=10, started_at=now() - timedelta(hours=24, minutes=30)).where(mine).execute()
    visitor.confirm(customer, 429, "registration-stopped")


@pytest.mark.shows("T4.10")
@pytest.mark.dialect
def test_stop_ends_at_the_midnight_of_the_office(visitor):
    customer, email = new_customer(), new_email()
    visitor.start_and_prove(customer.code, email)
    fresh = now() - timedelta(seconds=30)
    visitor.confirm(customer, 422, "no-match", amount="1,00")
    Limit.update(used=30).where(
        (Limit.name == "matches-all") & (Limit.started_at > fresh)
    ).execute()
    visitor.confirm(customer, 429, "registration-stopped")
    until = Registration.get(Registration.email == email).stopped_until
    here = datetime.fromisoformat(f"{until}+00:00").astimezone(ZoneInfo("Europe/Warsaw"))
    assert (here.hour, here.minute) == (0, 0)
    assert timedelta() < until - now() <= timedelta(hours=25)
