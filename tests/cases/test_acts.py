"""What the staff do on a customer's page: each act, its reason, and how it is taken back."""

import io
import json
import zipfile
from datetime import timedelta

import pytest

from cast import new_account, new_customer, new_email, new_surname
from colleague import Colleague, new_member, plain
from described import description
from ebok.accounts.models import Account, Session
from ebok.audit import AuditRow
from ebok.cases.models import Done, Note
from ebok.database import now
from ebok.mail.models import Mail
from ebok.registration.models import Registration
from ebok.staff.models import StaffSession
from patience import until
from visitor import PASSWORD, Visitor

RENDERED = ("/api/ledger.pdf", "/api/invoices/documents.zip")
READS = [
    path
    for path, calls in description()["paths"].items()
    if path.startswith("/api/") and "get" in calls and "{" not in path and path not in RENDERED
]


@pytest.fixture
def clerk(office):
    """Somebody of the staff who has logged in, as `clerk.member`."""
    with Colleague(office) as colleague:
        colleague.member = new_member()
        colleague.log_in(colleague.member)
        yield colleague


@pytest.fixture
def anna(office):
    """A customer with an account."""
    return new_account(new_customer(), PASSWORD)


def page_of(account: Account, act: str = "") -> str:
    return f"/biuro/klient/{account.customer_code}{act}"


def last_event(code: str) -> AuditRow:
    return AuditRow.select().where(AuditRow.whom == code).order_by(AuditRow.id.desc()).get()


def is_told(code: str, event: str, detail: str, clerk) -> bool:
    row = AuditRow.get((AuditRow.whom == code) & (AuditRow.did == event))
    return (row.actor, row.who, row.detail) == ("clerk", clerk.member.name, detail)


def leave_now(mail: Mail) -> None:
    """As if the seconds for taking it back had passed."""
    Mail.update(due_at=now()).where(Mail.id == mail.id).execute()


def newest_mail(to: str) -> Mail:
    return Mail.select().where(Mail.recipient == to).order_by(Mail.id.desc()).get()


@pytest.mark.dialect
@pytest.mark.shows("T14.15")
def test_code_is_sent_again_after_fifteen_seconds_to_the_address_of_then(office, clerk):
    customer, email = new_customer(), new_email()
    with Visitor(office) as celina:
        celina.start(customer.code, email)
        first = office.mail_to(email).code
        mine = Registration.customer_code == customer.code
        Registration.update(code_asked_at=now() - timedelta(hours=1)).where(mine).execute()
        path = f"/biuro/klient/{customer.code}"
        assert "Send the code again" in plain(clerk.get(path).text)
        seen = clerk.post(f"{path}/wyslij")
        assert f"An e-mail to {email} leaves in 15 seconds." in plain(seen.text)
        assert "Take it back" in plain(seen.text)
        mail = newest_mail(email)
        assert timedelta(seconds=14) < mail.due_at - mail.created_at < timedelta(seconds=16)
        # The address was frozen when it was pressed.
        other = new_email()
        Registration.update(email=other).where(mine).execute()
        leave_now(mail)
        second = office.mail_to(email, skip=1).code
        assert second != first
        assert not office.mails_to(other)
    assert is_told(customer.code, "mail sent again", "registration_code", clerk)


@pytest.mark.dialect
@pytest.mark.shows("T14.15")
def test_what_is_taken_back_never_leaves(office, clerk, anna):
    seen = clerk.post(page_of(anna, "/wyslij"))
    mail = newest_mail(anna.email)
    assert mail.letter == "password_reset"
    assert "Taken back." in plain(clerk.post(page_of(anna, "/cofnij")).text)
    assert Mail.get_by_id(mail.id).fault == "withdrawn"
    assert last_event(anna.customer_code).did == "act undone"
    assert "Take it back" not in plain(clerk.get(page_of(anna)).text)
    clerk.post(page_of(anna, "/cofnij"), 410)
    assert seen.path == page_of(anna)


def test_mail_that_has_left_and_anothers_act_cannot_be_taken_back(office, clerk, anna):
    clerk.post(page_of(anna, "/wyslij"))
    with Colleague(office) as marek:
        marek.log_in(new_member())
        marek.get(page_of(anna))
        marek.post(page_of(anna, "/cofnij"), 410)
    mail = newest_mail(anna.email)
    leave_now(mail)
    office.mail_to(anna.email)
    until(lambda: Mail.get_by_id(mail.id).sent_at)
    clerk.post(page_of(anna, "/cofnij"), 410)


@pytest.mark.shows("T14.8")
def test_clerk_starts_a_reset_whose_link_nobody_in_the_office_sees(office, clerk, anna):
    clerk.post(page_of(anna, "/wyslij"))
    leave_now(newest_mail(anna.email))
    link = office.mail_to(anna.email).text.partition("/nowe-haslo#")[2].split()[0]
    assert link not in clerk.get(page_of(anna)).text
    with Visitor(office) as owner:
        owner.put("/api/password-reset", 200, token=link, new_password="Nowe-haslo-12!")


@pytest.mark.dialect
def test_stopped_registration_is_unlocked_alone_and_locked_again(office, clerk):
    customer = new_customer()
    with Visitor(office) as celina:
        celina.start_and_prove(customer.code)
        for _ in range(4):
            celina.confirm(customer, 422, amount="1,00")
        celina.confirm(customer, 410, amount="1,00")
        celina.confirm(customer, 410)
        path = f"/biuro/klient/{customer.code}"
        clerk.post(f"{path}/odblokuj")
        mine = Registration.get(Registration.customer_code == customer.code)
        assert (mine.matches_left, mine.unlocks) == (5, 1)
        clerk.post(f"{path}/cofnij")
        mine = Registration.get(Registration.customer_code == customer.code)
        assert mine.matches_left == 0
        clerk.post(f"{path}/odblokuj")
        celina.confirm(customer)


@pytest.mark.dialect
def test_account_is_frozen_and_thawed_with_a_reason(office, clerk, anna):
    with Visitor(office) as owner:
        owner.log_in(anna.customer_code, PASSWORD)
        clerk.post(page_of(anna, "/blokada"), 422)
        clerk.post(page_of(anna, "/blokada"), because="not-theirs")
        owner.get("/api/my-data", 401)
    assert is_told(anna.customer_code, "account frozen", "not-theirs", clerk)
    assert "account frozen" in plain(clerk.get(page_of(anna)).text)
    clerk.post(page_of(anna, "/odmrozenie"), because="billing-phone")
    assert Account.find(anna.customer_code).frozen_at is None
    assert is_told(anna.customer_code, "account thawed", "billing-phone", clerk)


def test_sessions_end_and_the_password_stays(office, clerk, anna):
    with Visitor(office) as owner:
        owner.log_in(anna.customer_code, PASSWORD)
        clerk.post(page_of(anna, "/wylogowanie"), because="lost-device")
        assert not Session.select().where(Session.account == anna).exists()
        owner.log_in(anna.customer_code, PASSWORD)
    assert is_told(anna.customer_code, "sessions ended", "lost-device", clerk)


def test_mark_of_a_bounce_is_deleted(office, clerk, anna):
    anna.change(bounced_at=now(), bounce_kind="dead", wants_paper=True)
    assert "e-mails come back" in plain(clerk.get(page_of(anna)).text)
    seen = clerk.post(page_of(anna, "/zwrot"), because="counter")
    assert "0 messages that were missed" in plain(seen.text)
    assert Account.find(anna.customer_code).bounced_at is None
    assert is_told(anna.customer_code, "e-mail works again", "counter", clerk)
    clerk.post(page_of(anna, "/zwrot"), 409, because="counter")


@pytest.mark.shows("T14.9")
@pytest.mark.parametrize("act", ["/zamkniecie", "/odmrozenie"])
def test_grave_acts_ask_again_who_one_is(clerk, anna, act):
    clerk.get(page_of(anna))
    mine = StaffSession.member == clerk.member
    StaffSession.update(confirmed_at=now() - timedelta(hours=1)).where(mine).execute()
    clerk.post(page_of(anna, act), 403, because="counter")
    assert Account.find(anna.customer_code)


def test_account_is_closed_with_a_reason(clerk, anna):
    clerk.post(page_of(anna, "/zamkniecie"), because="died")
    assert Account.find(anna.customer_code) is None
    assert is_told(anna.customer_code, "account closed", "died", clerk)
    assert "no account" in plain(clerk.get(page_of(anna)).text)


@pytest.mark.shows("T14.14")
def test_note_is_text_for_the_office(clerk, anna):
    clerk.get(page_of(anna))
    clerk.post(page_of(anna, "/notatka"), 422, note=" ")
    clerk.post(page_of(anna, "/notatka"), note="Boi się <b>odłączenia</b>.")
    assert "Boi się &lt;b&gt;odłączenia&lt;/b&gt;." in plain_markup(clerk.get(page_of(anna)).text)
    assert Note.get(Note.customer_code == anna.customer_code).member == clerk.member


@pytest.mark.shows("T14.14")
def test_note_stands_in_the_file_of_all_data_and_in_nothing_else_of_the_customer(
    office, clerk, anna
):
    """Every call that reads without an id is asked; PDFs and their ZIP hold documents alone."""
    marker = new_surname()
    clerk.get(page_of(anna))
    clerk.post(page_of(anna, "/notatka"), note=f"Zadzwonić przed wizytą, {marker}.")
    with Visitor(office) as owner:
        owner.log_in(anna.customer_code, PASSWORD)
        for path in READS:
            assert marker not in owner.http.get(path).text, path
        ticket = owner.post("/api/my-data/archive", 201, current_password=PASSWORD)["archive"]
        packed = owner.http.get(f"/api/my-data/archive/{ticket['ticket']}").content
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        told = json.loads(archive.read("moje-dane.json"))
        assert marker in archive.read("moje-dane.html").decode()
    [note] = told["notes"]
    assert note.keys() == {"text", "written_at"}
    assert note["text"] == f"Zadzwonić przed wizytą, {marker}."


def plain_markup(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u2011", "-")


def test_act_that_cannot_be_done_now_has_no_form(clerk, anna):
    assert (
        'action="' + page_of(anna, "/odmrozenie")
        not in clerk.get(page_of(anna, "/odmrozenie")).text
    )
    assert 'action="' + page_of(anna, "/blokada") in clerk.get(page_of(anna, "/blokada")).text
    clerk.post(page_of(anna, "/odmrozenie"), 409, because="counter")
    assert not Done.select().where(Done.customer_code == anna.customer_code).exists()
