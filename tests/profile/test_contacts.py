"""A new address proves itself before it counts; the old one gets word, and a way to stop it."""

import re

import pytest

from cast import add_invoice, new_email
from ebok.accounts.models import Account, EmailChange, Link
from ebok.database import now
from ebok.notifications.models import Notification
from office import LIMITS
from patience import until
from somebody import ask, came_back, notice, told, type_code
from visitor import PASSWORD, temporary_password


@pytest.mark.shows("P63")
def test_new_address_counts_after_its_code(office, anna, other_visitor):
    old, new = anna.account.email, new_email()
    other_visitor.log_in(anna.customer.code, PASSWORD)
    ask(anna, new)
    assert anna.fresh.email == old
    answer = type_code(anna, office.mail_to(new).code)
    assert answer["my_data"]["email"] == new
    word = office.mail_to(old, "blokada-konta")
    assert new not in word.text
    other_visitor.get("/api/my-data", 401)
    anna.visitor.get("/api/my-data")
    assert told(anna)[-1] == {
        "event": "email",
        "email": new,
        "phone": "",
        "paper_again": False,
        "paper_reason": "",
    }


@pytest.mark.shows("P48")
def test_address_that_mails_come_back_from_is_told_at_the_next_login(anna):
    assert anna.visitor.get("/api/account")["account"]["email_bounced"] is None
    Account.update(bounced_at=now()).where(Account.id == anna.account.id).execute()
    anna.visitor.log_in(anna.customer.code, PASSWORD)
    assert anna.visitor.get("/api/account")["account"]["email_bounced"]
    assert anna.visitor.get("/api/my-data")["my_data"]["email_bounced"]


@pytest.mark.shows("T1.6")
def test_word_to_the_old_address_freezes_the_account(office, anna):
    old, new = anna.account.email, new_email()
    ask(anna, new)
    type_code(anna, office.mail_to(new).code)
    mail = office.mail_to(old, "blokada-konta")
    token = re.search(r"/blokada-konta\?zmiana=adres#(\S+)", mail.text)[1]
    anna.visitor.post("/api/account/freeze", 200, token_=token)
    assert anna.fresh.frozen_at
    anna.visitor.get("/api/my-data", 401)


@pytest.mark.shows("T1.7")
def test_freeze_ends_a_change_that_waits_for_its_code(office, anna):
    """Be the thief's code on its way: after the thaw, too, it is good for nothing."""
    old, new = anna.account.email, new_email()
    ask(anna, new)
    code = office.mail_to(new).code
    office.run("accounts", "freeze", anna.customer.code, "--clerk", "dorota")
    office.run("accounts", "thaw", anna.customer.code, "--clerk", "dorota")
    anna.visitor.token = ""
    anna.visitor.log_in(anna.customer.code, PASSWORD)
    type_code(anna, code, 404)
    assert anna.fresh.email == old


@pytest.mark.shows("T1.7")
def test_address_that_was_changed_learns_that_the_account_was_closed(office, anna):
    """A thief changes the address and closes the account before anybody has read a mail."""
    old, new = anna.account.email, new_email()
    ask(anna, new)
    type_code(anna, office.mail_to(new).code)
    anna.visitor.post("/api/my-data/closing", 204, current_password=PASSWORD)
    assert office.mail_to(old, "zamknięte")
    assert office.mail_to(new, "zamknięte")


def test_right_code_is_refused_after_five_wrong_ones(office, anna):
    new = new_email()
    ask(anna, new)
    code = office.mail_to(new).code
    wrong = f"{(int(code) + 1) % 1_000_000:06}"
    for left in (4, 3, 2, 1):
        assert type_code(anna, wrong, 422, "wrong-code")["attempts_left"] == left
    type_code(anna, wrong, 410, "code-void")
    type_code(anna, code, 410, "code-void")
    assert anna.fresh.email == anna.account.email


def test_code_of_the_first_address_does_not_prove_the_second(office, anna):
    first, second = new_email(), new_email()
    ask(anna, first)
    code = office.mail_to(first).code
    ask(anna, second)
    office.mail_to(second)
    if code != office.mail_to(second).code:
        type_code(anna, code, 422, "wrong-code")
    assert anna.fresh.email == anna.account.email


def test_code_is_sent_again_after_a_minute_and_the_old_one_ends(office, anna):
    new = new_email()
    ask(anna, new)
    first = office.mail_to(new).code
    anna.visitor.post("/api/my-data/email/code/resend", 429, "too-soon")
    change = EmailChange.get(EmailChange.email == new)
    change.change(code_asked_at=now().replace(year=2020))
    anna.visitor.post("/api/my-data/email/code/resend", 202)
    second = office.mail_to(new, skip=1).code
    if first != second:
        type_code(anna, first, 422, "wrong-code")
    type_code(anna, second)
    anna.visitor.post("/api/my-data/email/code/resend", 404, "no-email-change")
    type_code(anna, second, 404, "no-email-change")


def test_change_that_was_given_up_takes_no_code(office, anna):
    new = new_email()
    ask(anna, new)
    code = office.mail_to(new).code
    anna.visitor.delete("/api/my-data/email")
    type_code(anna, code, 404, "no-email-change")


@pytest.mark.shows("V7.5.1")
def test_present_password_is_wanted_and_wrong_ones_are_counted(anna):
    for _ in range(LIMITS.logins_per_source):
        ask(anna, new_email(), 422, "invalid-form", password="nie to")
    ask(anna, new_email(), 429, "too-many-checks", password=PASSWORD)
    anna.visitor.get("/api/my-data", 401)


def test_own_address_and_what_is_none_are_refused_at_the_field(anna):
    ask(anna, anna.account.email.upper(), 422, "invalid-form")
    ask(anna, "jan@@poczta", 422, "invalid-form")


def test_link_to_a_new_password_ends_with_the_old_address(office, anna):
    anna.visitor.post(
        "/api/password-reset", 202, customer_code=anna.customer.code, email=anna.account.email
    )
    office.mail_to(anna.account.email, "nowe-haslo")
    new = new_email()
    ask(anna, new)
    type_code(anna, office.mail_to(new).code)
    assert not Link.select().where(Link.account == anna.account, Link.purpose == "reset").exists()


def test_phone_is_changed_with_word_by_mail(office, anna):
    path, fields = "/api/my-data/phone", {"no_phone": False, "current_password": PASSWORD}
    answer = anna.visitor.put(path, phone="600 111 222", **fields)
    assert answer["my_data"]["phone"] == "+48600111222"
    assert "222" in office.mail_to(anna.account.email).text
    assert told(anna)[-1]["phone"] == "+48600111222"
    anna.visitor.put(path, 422, "invalid-form", phone="15 841 11 11", **fields)
    gone = anna.visitor.put(path, phone="", no_phone=True, current_password=PASSWORD)
    assert gone["my_data"]["phone"] is None


@pytest.mark.parametrize("field", ["email", "phone"])
def test_changes_of_a_day_are_limited(anna, field):
    body = {"current_password": PASSWORD, "no_phone": True, "phone": ""}
    for _ in range(LIMITS.contact_changes_per_day):
        anna.visitor.put("/api/my-data/phone", **body)
    if field == "phone":
        anna.visitor.put("/api/my-data/phone", 429, "too-many", **body)
    else:
        ask(anna, new_email(), 429, "too-many")
    assert Account.get_by_id(anna.account.id).phone == ""


@pytest.mark.shows("P55")
def test_new_address_gets_what_the_old_one_missed_and_only_then_no_paper(office, anna):
    """Mails came back: paper goes on until a mail was really taken at the new address."""
    old, new = anna.account.email, new_email()
    anna.visitor.put("/api/my-data/e-invoice", given=True)
    invoice = add_invoice(anna.customer.code, "Anna")
    seen, returned = notice(anna, add_invoice(anna.customer.code, "Anna")), notice(anna, invoice)
    assert anna.fresh.note_bounce(now(), "dead")
    came_back(returned, old)
    ask(anna, new)
    assert type_code(anna, office.mail_to(new).code)["my_data"]["email_bounced"] is None
    assert told(anna)[-1]["event"] in ("email", "reached")
    at_change = next(fact for fact in told(anna) if fact["event"] == "email")
    assert (at_change["email"], at_change["paper_again"]) == (new, True)
    assert invoice.number in office.mail_to(new, invoice.number).text
    reached = until(lambda: told(anna)[-1]["event"] == "reached" and told(anna)[-1])
    assert (reached["email"], reached["paper_again"]) == (new, False)
    assert Notification.get_by_id(returned.id).accepted_at > returned.accepted_at
    assert not [m for m in office.mails_to(new) if seen.invoice_number in m.text]


@pytest.mark.shows("P66")
def test_owner_gets_the_former_address_back_and_the_thief_nothing(office, anna, other_visitor):
    old, thiefs = anna.account.email, new_email()
    ask(anna, thiefs)
    type_code(anna, office.mail_to(thiefs).code)
    mail = office.mail_to(old, "blokada-konta")
    token = re.search(r"/blokada-konta\?zmiana=adres#(\S+)", mail.text)[1]
    other_visitor.post("/api/account/freeze", 200, token_=token)
    office.run("accounts", "thaw", anna.customer.code, "--clerk", "dorota", "--former-address")
    assert anna.fresh.email == old
    assert told(anna)[-1]["email"] == old
    temporary = temporary_password(office.mail_to(old, skip=1))
    anna.visitor.token = ""
    anna.visitor.log_in(anna.customer.code, PASSWORD, 401, "wrong-login")
    other_visitor.log_in(anna.customer.code, temporary)


def test_account_that_never_had_another_address_has_none_to_go_back_to(office, anna):
    thaw = ("accounts", "thaw", anna.customer.code, "--clerk", "dorota")
    office.run("accounts", "freeze", *thaw[2:])
    assert office.run(*thaw, "--former-address", check=False).returncode == 1
    assert anna.fresh.frozen_at
    office.run(*thaw)
