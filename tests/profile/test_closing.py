"""Closing an account: wiped, told, and the customer code is free again."""

import json
import threading
from datetime import timedelta

import pytest

from ebok import settings
from ebok.accounts import operations as accounts
from ebok.accounts.models import Account, Link, Session, SignIn
from ebok.actor import staff
from ebok.app import create_core
from ebok.consents.models import Consent
from ebok.database import connection, is_postgres, now
from ebok.exports import operations as exports
from ebok.exports.models import Outgoing
from ebok.mail.models import Mail
from ebok.notifications.models import Notification
from ebok.profile import operations
from patience import HANG_SECONDS
from visitor import PASSWORD

pytestmark = pytest.mark.dialect


def close(somebody, expect=204, code="", password=PASSWORD):
    answer = somebody.visitor.post("/api/my-data/closing", expect, code, current_password=password)
    # The session has ended, and its token with it.
    somebody.visitor.token = "" if expect == 204 else somebody.visitor.token
    return answer


def told(somebody, feed) -> list[dict]:
    mine = (Outgoing.customer_code == somebody.customer.code) & (Outgoing.feed == feed)
    return [json.loads(row.facts) for row in Outgoing.select().where(mine).order_by(Outgoing.id)]


@pytest.mark.shows("P67", "V7.4.2")
def test_closed_account_is_wiped_and_told(office, anna):
    email = anna.account.email
    anna.visitor.put("/api/my-data/e-invoice", given=True)
    waiting = notification(anna)
    close(anna, 422, "invalid-form", "nie to")
    close(anna)
    closed = anna.fresh
    assert (closed.email, closed.phone, closed.password_hash) == ("", "", "")
    assert closed.closed_at
    for owned in (Session, SignIn, Link):
        assert not owned.select().where(owned.account == closed).exists()
    assert office.mail_to(email, "zamknięte")
    assert [fact["given"] for fact in told(anna, "consents")] == [False]
    assert told(anna, "contacts") == []
    assert told(anna, "accounts")[-1]["event"] == "closed"
    assert Consent.newest(closed, "e_invoice").given is False
    assert Mail.get_by_id(waiting.id).fault == "account closed"
    anna.visitor.log_in(anna.customer.code, PASSWORD, 401, "wrong-login")


def notification(somebody) -> Mail:
    """A mail about an invoice that has not left yet."""
    # A time far ahead would be that of a wrong clock, which the worker puts right.
    later = now() + timedelta(hours=1)
    mail = Mail.create(
        message_id=f"<{somebody.customer.code}@x>",
        letter="invoice_issued",
        recipient=somebody.account.email,
        language="pl",
        subject_id=0,
        priority=1,
        created_at=now(),
        due_at=later,
        expires_at=later,
    )
    Notification.create(
        account=somebody.account,
        invoice_number=somebody.customer.number,
        kind="invoice",
        mail_id=mail.id,
        created_at=now(),
    )
    return mail


@pytest.mark.shows("P67")
def test_customer_code_can_register_anew(office, anna, other_visitor):
    close(anna)
    other_visitor.open_account(anna.customer)
    assert other_visitor.get("/api/account")["account"]["customer_code"] == anna.customer.code
    assert Account.find(anna.customer.code).id != anna.account.id


@pytest.mark.shows("T1.9")
def test_clerk_closes_what_a_thief_has_opened_and_the_owner_registers(office, visitor):
    from cast import new_customer

    customer = new_customer()
    thief = visitor.open_account(customer)
    office.run("accounts", "freeze", customer.code, "--clerk", "dorota")
    done = office.run("accounts", "close", customer.code, "--clerk", "dorota")
    assert "closed" in done.stdout
    visitor.log_in(customer.code, PASSWORD, 401, "wrong-login")
    owner = visitor.open_account(customer)
    assert owner != thief
    assert Account.find(customer.code).email == owner
    office.run("accounts", "close", "39-404", "--clerk", "dorota", check=False)


def test_mails_of_a_closed_account_that_have_not_left_are_dropped(office, anna):
    """A link to a new password is asked for, and the account closed before it is sent."""
    close(anna)
    anna.visitor.post(
        "/api/password-reset", 202, customer_code=anna.customer.code, email=anna.account.email
    )
    office.mail_to(anna.account.email, "zamknięte")
    texts = [mail.text for mail in office.mails_to(anna.account.email)]
    assert not any("nowe-haslo#" in text for text in texts)


def test_account_that_is_frozen_while_it_is_closed_is_both(office, anna, monkeypatch):
    """Each locks rows that the other wants: in one order, or they would wait for each other."""
    app = create_core(settings.load(office.settings()))
    code, begun, drop, hold = (
        anna.customer.code,
        threading.Event(),
        operations._drop_mails,
        exports.hold,
    )
    faults = []

    def close_too():
        with app.app_context(), connection():
            try:
                operations.close_by_clerk(staff("Dorota"), code)
            except Exception as fault:
                faults.append(fault)

    closing = threading.Thread(target=close_too)

    def hold_when_the_other_has_begun(account_id):
        closing.start()
        # On SQLite it cannot begin before this transaction has ended.
        assert begun.wait(HANG_SECONDS) if is_postgres() else True
        hold(account_id)

    monkeypatch.setattr(operations, "_drop_mails", lambda account: (begun.set(), drop(account)))
    monkeypatch.setattr(exports, "hold", hold_when_the_other_has_begun)
    with app.app_context(), connection():
        accounts.tell_contacts(anna.account, "opened")
        accounts.freeze_by_clerk(staff("Dorota"), code)
    closing.join()
    assert not faults
    assert anna.fresh.frozen_at
    assert anna.fresh.closed_at
