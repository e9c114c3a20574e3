"""Somebody reads a customer's mail: it tells no customer code, and lets nobody try codes out."""

import re

import pytest

from cast import new_code, new_customer, new_email
from ebok.mail.masking import mask_code
from visitor import PASSWORD, Visitor

CODE_IN_FULL = re.compile(r"\b39-\d{3}\d+")


def ask(visitor, code: str, email: str) -> None:
    visitor.post("/api/password-reset", 202, customer_code=code, email=email)


def links(office, email: str) -> list:
    """The mails with a link that have come, once another mail, asked for later, has come, too."""
    with Visitor(office) as somebody:
        somebody.start(new_code(), sentinel := new_email())
    office.mail_to(sentinel)
    return [mail for mail in office.mails_to(email) if "/nowe-haslo#" in mail.text]


@pytest.mark.shows("P102", "T2.2")
def test_who_reads_a_mailbox_cannot_try_codes_until_one_fits(office, visitor):
    """The mask leaves a thousand; the right one is the fourth, from wherever it is tried."""
    customer = new_customer()
    email = visitor.settle(customer)
    for code in (new_code(), new_code(), new_code(), customer.code):
        with Visitor(office) as thief:
            ask(thief, code, email)
    assert links(office, email) == []


@pytest.mark.shows("T2.2", "T4.9")
def test_owners_browser_gets_a_link_although_the_mailbox_is_used_up(office, visitor):
    customer = new_customer()
    email = visitor.settle(customer)
    visitor.delete("/api/session")
    for _ in range(12):
        with Visitor(office) as thief:
            ask(thief, new_code(), email)
    ask(visitor, customer.code, email)
    assert len(links(office, email)) == 1


def test_mark_of_another_account_buys_no_tries(office, visitor, other_visitor):
    anna, bartek = new_customer(), new_customer()
    email = visitor.settle(anna)
    other_visitor.settle(bartek)
    for code in (new_code(), new_code(), new_code(), anna.code):
        ask(other_visitor, code, email)
    assert links(office, email) == []


@pytest.mark.shows("P102", "T2.1")
def test_no_mail_on_the_way_to_an_account_and_about_it_tells_its_code(office, visitor):
    known = new_email()
    customer = new_customer(email=known)
    email = visitor.open_account(customer)
    ask(visitor, customer.code, email)
    office.mail_to(email, "/nowe-haslo#")
    changed = {"new_password": "Bocian-na-kominie-5", "current_password": PASSWORD}
    visitor.put("/api/account/password", **changed)
    visitor.post("/api/my-data/closing", 204, current_password=changed["new_password"])
    mails = office.mails_to(email) + office.mails_to(known)
    assert len(mails) >= 5
    for mail in mails:
        for told in (mail.subject, mail.text, mail.html):
            assert not CODE_IN_FULL.search(told), mail.subject
            assert customer.code[-3:] not in re.findall(r"…(\d+)", told)


@pytest.mark.parametrize("code", ["39-29001", "1-7", "12345", "1234-56789", "39-29001-17"])
def test_mask_shows_two_digits_at_most_besides_a_short_prefix(code):
    shown = mask_code(code).removeprefix("39-")
    assert len(re.findall(r"\d", shown)) <= 2
    assert code not in mask_code(code)
