"""An address that mails came back from is written to again, by its owner or by the office."""

import pytest

from cast import add_invoice, new_account, new_customer, new_email
from ebok.accounts.models import Account
from ebok.audit import AuditRow
from ebok.database import now
from ebok.notifications.models import Bounce, Notification
from office import LIMITS
from patience import until
from somebody import ask, came_back, notice, told, type_code

AGAIN = "/api/my-data/email/again"
WHY = {
    "dead": "Jego serwer pocztowy odpowiada, że nie ma takiej skrzynki.",
    "full": "Skrzynka jest pełna.",
    "refused": "Jego serwer pocztowy nie przyjmuje naszych wiadomości.",
    "silent": "Jego serwer pocztowy nie odpowiada.",
}


@pytest.fixture
def unreached(anna):
    """Anna, whose mails come back; the notice of one invoice among them."""
    anna.visitor.put("/api/my-data/e-invoice", given=True)
    anna.returned = notice(anna, add_invoice(anna.customer.code, "Anna"))
    came_back(anna.returned, anna.account.email)
    assert anna.fresh.note_bounce(now(), "full")
    return anna


@pytest.mark.shows("P49")
def test_code_to_the_same_address_has_it_written_to_again(office, unreached):
    anna, email = unreached, unreached.account.email
    change = anna.visitor.post(AGAIN, 202)["email_change"]
    assert change["email"] == email
    mail = office.mail_to(email, "Kod potwierdzający Twój adres")
    assert "Kod potwierdzający Twój adres e-mail" in mail.subject
    known = type_code(anna, mail.code)["my_data"]
    assert (known["email_bounced"], known["email_bounced_why"]) == (None, None)
    assert told(anna)[-1]["event"] == "reached"
    assert (told(anna)[-1]["paper_again"], told(anna)[-1]["paper_reason"]) == (False, "")
    # The session goes on, and nobody is told of a new address.
    anna.visitor.get("/api/my-data")
    number = anna.returned.invoice_number
    assert number in office.mail_to(email, number).text
    assert not [m for m in office.mails_to(email) if "blokada-konta" in m.text]
    assert not list(Bounce.select().where(Bounce.of(email)))


def test_wrong_code_leaves_it_as_it_is(office, unreached):
    anna = unreached
    anna.visitor.post(AGAIN, 202)
    code = office.mail_to(anna.account.email, "Kod potwierdzający").code
    type_code(anna, f"{(int(code) + 1) % 1_000_000:06}", 422, "wrong-code")
    assert anna.fresh.bounced_at


def test_another_address_may_still_be_asked_for_meanwhile(office, unreached):
    anna, new = unreached, new_email()
    anna.visitor.post(AGAIN, 202)
    office.mail_to(anna.account.email, "Kod potwierdzający")
    ask(anna, new)
    assert type_code(anna, office.mail_to(new).code)["my_data"]["email"] == new


def test_address_that_works_needs_no_code(anna):
    anna.visitor.post(AGAIN, 409, "address-works")


def test_codes_to_it_are_limited_as_other_changes_are(office, unreached):
    for _ in range(LIMITS.contact_changes_per_day):
        unreached.visitor.post(AGAIN, 202)
    unreached.visitor.post(AGAIN, 429, "too-many")


@pytest.mark.shows("P49")
@pytest.mark.parametrize("reason", WHY)
def test_customer_is_told_why_mails_stopped(anna, reason):
    assert anna.fresh.note_bounce(now(), reason)
    for address, name in (("/api/account", "account"), ("/api/my-data", "my_data")):
        assert anna.visitor.get(address)[name]["email_bounced_why"] == WHY[reason]


@pytest.mark.shows("P49")
def test_office_clears_an_address_after_speaking_with_its_owner(office, unreached):
    anna, email = unreached, unreached.account.email
    assert f"{email}\tfull\t" in office.run("bounces").stdout
    clear = ("bounces", "clear", anna.customer.code, "--clerk", "dorota")
    assert "notifications sent: 1" in office.run(*clear).stdout
    assert anna.fresh.bounced_at is None
    assert anna.customer.code not in office.run("bounces").stdout
    number = anna.returned.invoice_number
    assert number in office.mail_to(email, number).text
    # Nothing had proved the address: paper went on until a mail was taken there.
    until(lambda: [fact for fact in told(anna) if fact["event"] == "reached"])
    assert Notification.get_by_id(anna.returned.id).accepted_at > anna.returned.accepted_at
    assert office.run(*clear, check=False).returncode == 1


def test_what_came_back_before_counts_no_more(office, unreached):
    """Cleared, and one more full box: it is the first again."""
    anna = unreached
    office.run("bounces", "clear", anna.customer.code, "--clerk", "dorota")
    assert not list(Bounce.select().where(Bounce.of(anna.account.email)))
    assert Account.get_by_id(anna.account.id).bounce_kind == ""


@pytest.fixture
def neighbour(unreached):
    """Another account at Anna's address, whose letters differ in case; its mails come back, too."""
    account = new_account(new_customer(months=0), "Kasztan-przy-rynku-7")
    account.change(email=unreached.account.email.upper())
    assert account.note_bounce(now(), "full")
    return account


@pytest.mark.shows("P49")
def test_address_of_several_accounts_is_cleared_for_all_of_them(office, unreached, neighbour):
    anna = unreached
    office.run("bounces", "clear", neighbour.customer_code, "--clerk", "dorota")
    assert anna.fresh.bounced_at is None
    assert Account.get_by_id(neighbour.id).bounced_at is None
    listed = office.run("bounces").stdout
    assert anna.customer.code not in listed
    assert neighbour.customer_code not in listed
    # What either has missed is sent, and the log names both.
    assert (
        anna.returned.invoice_number
        in office.mail_to(anna.account.email, anna.returned.invoice_number).text
    )
    for code in (anna.customer.code, neighbour.customer_code):
        rows = AuditRow.select().where(AuditRow.whom == code, AuditRow.did == "e-mail works again")
        assert [(row.actor, row.who) for row in rows] == [("clerk", "dorota")]


@pytest.mark.shows("P49")
def test_code_to_the_address_proves_it_for_all_its_accounts(office, unreached, neighbour):
    anna, email = unreached, unreached.account.email
    anna.visitor.post(AGAIN, 202)
    type_code(anna, office.mail_to(email, "Kod potwierdzający Twój adres").code)
    fresh = Account.get_by_id(neighbour.id)
    assert (fresh.bounced_at, fresh.wants_paper) == (None, False)


def test_account_that_moves_to_an_address_leaves_others_of_its_own_unmarked_only(
    office, unreached, neighbour
):
    """Anna moves away: her former address, which is her neighbour's, has proved nothing."""
    anna, new = unreached, new_email()
    ask(anna, new)
    type_code(anna, office.mail_to(new).code)
    assert Account.get_by_id(neighbour.id).bounced_at is not None
