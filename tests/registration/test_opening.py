"""The account that *Potwierdzenie* opens: one, with its consents, and who is told."""

import threading
from datetime import timedelta

import pytest

from cast import new_customer, new_email
from ebok.accounts.models import Account
from ebok.consents.models import Consent, TextVersion
from ebok.database import now
from visitor import Visitor, form_of


@pytest.mark.shows("V2.3.4")
def test_two_people_finishing_at_the_same_moment_get_one_account(office):
    customer = new_customer()
    people = [Visitor(office) for _ in range(4)]
    for person in people:
        person.start_and_prove(customer.code)
    barrier, codes = threading.Barrier(len(people)), []

    def finish(person):
        barrier.wait()
        answer = person.http.post(
            "/api/registration/confirmation",
            json=form_of(customer),
            headers={"X-CSRFToken": person.token},
        )
        codes.append((answer.status_code, answer.json().get("code")))

    threads = [threading.Thread(target=finish, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(codes, key=str) == [(201, None)] + [(409, "has-account")] * 3
    assert Account.select().where(Account.customer == customer.code).count() == 1
    for person in people:
        person.http.close()


def test_consents_are_recorded_with_text_time_and_channel(visitor, celina):
    before = now()
    visitor.confirm(celina)
    account = Account.find(celina.code)
    given = {c.purpose: c for c in Consent.select().where(Consent.account == account)}
    assert set(given) == {"privacy", "terms", "e_invoice"}
    for consent in given.values():
        assert consent.given
        assert consent.channel == "registration"
        assert before <= consent.decided_at <= now()
        assert TextVersion.get_by_id(consent.text_hash).body
    assert "RODO" in TextVersion.get_by_id(given["privacy"].text_hash).body


def test_e_invoice_is_optional(visitor, celina):
    visitor.confirm(celina, e_invoice=False)
    account = Account.find(celina.code)
    assert {c.purpose for c in Consent.select().where(Consent.account == account)} == {
        "privacy",
        "terms",
    }


def test_form_sent_again_after_a_lost_answer_gets_the_same_answer(office, visitor, celina):
    first = visitor.confirm(celina)
    assert visitor.confirm(celina).body == first.body
    visitor.confirm(celina, 410, "registration-void", buyer="ktokolwiek")
    assert visitor.confirm(celina).body == first.body
    assert Account.select().where(Account.customer == celina.code).count() == 1


@pytest.mark.shows("T1.1")
def test_address_in_billing_is_told_and_can_freeze_the_account_at_once(office, visitor):
    owner_email = new_email()
    customer = new_customer(email=owner_email)
    temporary = visitor.register(customer)
    told = office.mail_to(owner_email)
    assert customer.code not in told.text
    token = told.text.split("#")[1].split()[0]
    with Visitor(office) as owner:
        owner.post("/api/account/freeze", token=token)
        owner.post("/api/account/freeze", 410, "link-spent", token=token)
    visitor.log_in(customer.code, temporary, 423, "account-frozen")
    office.run("accounts", "thaw", customer.code, "--clerk", "dorota")
    visitor.log_in(customer.code, temporary)
    assert (
        office.run("accounts", "thaw", customer.code, "--clerk", "dorota", check=False).returncode
        == 1
    )


def test_nobody_is_told_where_billing_holds_the_same_address(office, visitor):
    email = new_email()
    customer = new_customer(email=email.upper())
    visitor.register(customer, email)
    assert len(office.mails_to(email)) == 2
    assert not Account.find(customer.code).needs_paper_notice


@pytest.mark.shows("T1.2")
@pytest.mark.defaults("paper_notice_days")
def test_without_an_address_in_billing_paper_is_asked_for_and_the_consent_waits_a_week(
    visitor, celina
):
    visitor.confirm(celina)
    account = Account.find(celina.code)
    assert account.needs_paper_notice
    consent = Consent.get((Consent.account == account) & (Consent.purpose == "e_invoice"))
    assert consent.effective_at - account.opened_at == timedelta(days=7)
