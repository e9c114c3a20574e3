"""Reminders are switched off by the link in their headers; codes and invoices have no such link."""

from datetime import timedelta
from urllib.parse import urlsplit

import httpx
import pytest

from cast import add_invoice, new_account, new_customer, today
from ebok.accounts.models import Account
from ebok.database import now
from ebok.mail.models import Mail
from ebok.notifications.models import Notification
from visitor import PASSWORD, PATIENT

LINK = "List-Unsubscribe"


@pytest.fixture
def reminded(office):
    """See `remind`."""
    return remind(office)


def remind(office):
    """Anna, who asked for both reminders, and her mail about an invoice that is due."""
    anna = new_account(new_customer(months=0), PASSWORD, remind_due=True, remind_overdue=True)
    invoice = add_invoice(anna.customer_code, "Anna", due_on=today() + timedelta(days=2))
    note = Notification.create(
        account=anna, invoice_number=invoice.number, kind="due", created_at=now()
    )
    mail = post(anna, "invoice_due", note.id)
    note.change(mail_id=mail.id)
    return anna, office.mail_to(anna.email)


def post(account, letter: str, about: int) -> Mail:
    """A row of the outbox, for the worker of the installation."""
    at = now()
    return Mail.create(
        message_id=f"<{100_000 + about:020x}@wodociagi.example>",
        letter=letter,
        recipient=account.email,
        language="pl",
        subject_id=about,
        priority=2,
        created_at=at,
        due_at=at,
        expires_at=at + timedelta(days=1),
    )


def address_in(mail) -> str:
    """Where the link leads."""
    return mail.message[LINK].strip("<>")


@pytest.mark.shows("P50")
def test_one_click_switches_off_this_kind_and_no_other(office, reminded):
    anna, mail = reminded
    assert mail.message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = address_in(mail)
    assert anna.customer_code not in address
    assert anna.email not in address
    # As a mail program does it: no cookies, no token, no Referer.
    answer = httpx.post(address, data={LINK: "One-Click"}, **PATIENT)
    assert answer.status_code == 200
    assert "set-cookie" not in answer.headers
    fresh = Account.get_by_id(anna.id)
    assert (fresh.remind_due, fresh.remind_overdue) == (False, True)
    assert httpx.post(address, data={LINK: "One-Click"}, **PATIENT).status_code == 200


@pytest.mark.shows("P50")
def test_opening_it_changes_nothing_and_says_so(office, reminded):
    anna, mail = reminded
    answer = httpx.get(address_in(mail), headers={"Accept-Language": "pl"}, **PATIENT)
    assert answer.status_code == 200
    assert "niczego nie zmieniło" in answer.text
    assert Account.get_by_id(anna.id).remind_due


@pytest.mark.shows("T6.10")
def test_forged_link_and_another_mails_mac_switch_nothing_off(office, reminded):
    anna, mail = reminded
    base, _slash, token = address_in(mail).rpartition("/")
    other = f"{int(token[:20], 16) + 1:020x}{token[20:]}"
    for forged in (other, token[:-1], f"{token[:20]}{'0' * 32}", "x"):
        assert httpx.post(f"{base}/{forged}", **PATIENT).status_code == 404
    assert Account.get_by_id(anna.id).remind_due


@pytest.mark.shows("T6.10")
def test_mail_to_a_former_address_says_nothing_of_the_account(office, reminded):
    anna, mail = reminded
    anna.change(email="nowa@poczta.example")
    assert httpx.post(address_in(mail), **PATIENT).status_code == 200
    assert Account.get_by_id(anna.id).remind_due


@pytest.mark.shows("P52")
def test_codes_have_no_such_link_and_end_as_phones_want_it(office, visitor):
    email = visitor.start_and_prove(new_customer().code)
    mail = office.mail_to(email)
    assert mail.message[LINK] is None
    host = urlsplit(office.base_url).hostname
    assert mail.text.rstrip().splitlines()[-1] == f"@{host} #{mail.code}"


@pytest.mark.shows("P52")
def test_answers_reach_people(office, reminded):
    _anna, mail = reminded
    assert mail.message["Reply-To"] == "biuro@wodociagi.example"
    assert mail.message["From"] != mail.message["Reply-To"]
