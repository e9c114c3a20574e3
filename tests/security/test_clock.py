"""A clock that was ahead, and is right again: what it wrote holds nobody up, and lets nobody in."""

import base64
import secrets
import struct
import time
from datetime import UTC, datetime, timedelta

import pytest

from cast import new_code, new_customer, new_email
from ebok.accounts.models import Account, EmailChange, Session
from ebok.billing.models_deliveries import BundleKey, Delivery
from ebok.billing.operations_inbox_state import TryRecord
from ebok.captcha import operations as captcha
from ebok.database import database, now
from ebok.limits import Limit
from ebok.mail.models import Mail
from ebok.registration.models import Registration
from office import LIMITS, office_key
from visitor import PASSWORD, Visitor, solve

pytestmark = pytest.mark.shows("P105")

AHEAD = timedelta(days=3)


def put_ahead(name: str, count: int, fresh) -> None:
    """This limit's windows of the last seconds were begun by the clock that was ahead."""
    mine = (Limit.name == name) & (Limit.started_at > fresh) & (Limit.used >= count)
    assert Limit.update(started_at=now() + AHEAD).where(mine).execute()


def test_wait_that_begins_in_the_future_is_over(visitor):
    customer, fresh = new_customer(), now() - timedelta(seconds=1)
    visitor.settle(customer)
    with Visitor(visitor.office) as stranger:
        for _ in range(LIMITS.logins_per_source):
            stranger.log_in(customer.code, "wrong", 401)
        stranger.log_in(customer.code, PASSWORD, 429, "too-many-logins")
        put_ahead("logins", LIMITS.logins_per_source, fresh)
        stranger.log_in(customer.code, PASSWORD)


@pytest.mark.shows("T4.7")
def test_limit_that_begins_in_the_future_is_over_and_counts_anew(office, visitor):
    email, fresh = new_email(), now() - timedelta(seconds=1)
    most = LIMITS.codes_per_email_hour
    for _ in range(most):
        visitor.start(new_code(), email)
    put_ahead("codes-email", most, fresh)
    for _ in range(most + 1):
        visitor.start(new_code(), email)
    sentinel = new_email()
    visitor.start(new_code(), sentinel)
    office.mail_to(sentinel)
    assert len(office.mails_to(email)) == 2 * most


def test_instants_of_processes_that_differ_by_a_second_are_one_window(visitor):
    """They read their clocks before the database puts them into an order."""
    fresh = now() - timedelta(seconds=1)
    for _ in range(9):
        visitor.log_in(new_code(), "wrong", 401)
    mine = (Limit.name == "logins") & (Limit.started_at > fresh) & (Limit.used == 9)
    Limit.update(started_at=now() + timedelta(seconds=5)).where(mine).execute()
    visitor.log_in(new_code(), "wrong", 401)
    visitor.log_in(new_code(), "wrong", 429, "too-many-logins")


def test_code_can_be_sent_again_though_the_last_was_asked_for_in_the_future(office, visitor):
    email = new_email()
    visitor.start(new_code(), email)
    office.mail_to(email)
    mine = Registration.email == email
    Registration.update(code_asked_at=now() + AHEAD).where(mine).execute()
    resend = visitor.get("/api/registration")["registration"]["resend_after"]
    assert resend <= f"{now() + timedelta(seconds=1):%Y-%m-%dT%H:%M:%SZ}"
    visitor.post("/api/registration/code/resend", 202)
    visitor.type_code(email, skip=1)


def test_code_for_a_new_address_can_be_sent_again_too(office, visitor):
    customer, other = new_customer(), new_email()
    visitor.settle(customer)
    asked = {"email": other, "current_password": PASSWORD}
    visitor.post("/api/my-data/email", 202, **asked)
    office.mail_to(other)
    EmailChange.update(code_asked_at=now() + AHEAD).where(EmailChange.email == other).execute()
    visitor.post("/api/my-data/email/code/resend", 202)
    office.mail_to(other, skip=1)


def test_registration_is_not_stopped_for_longer_than_a_day(visitor):
    email = new_email()
    visitor.start(new_code(), email)
    stop = Registration.update(stopped_until=now() + AHEAD).where(Registration.email == email)
    stop.execute()
    assert visitor.get("/api/registration")["registration"]["stage"] == "code"


def test_session_that_begins_in_the_future_is_over(visitor):
    customer = new_customer()
    visitor.settle(customer)
    mine = Session.account == Account.find(customer.code)
    Session.update(started_at=now() + AHEAD, seen_at=now() + AHEAD).where(mine).execute()
    visitor.get("/api/account", 401)


def test_session_that_was_seen_in_the_future_idles_from_now_on(visitor):
    customer = new_customer()
    visitor.settle(customer)
    mine = Session.account == Account.find(customer.code)
    Session.update(seen_at=now() + AHEAD).where(mine).execute()
    visitor.get("/api/account")
    assert Session.get(mine).seen_at <= now()


@pytest.mark.shows("T4.7")
@pytest.mark.parametrize(
    "of_the_wrong_clock",
    [
        {"claimed_by": "another", "claimed_until": AHEAD},
        {"created_at": AHEAD, "due_at": AHEAD, "expires_at": AHEAD * 2},
        {"due_at": AHEAD, "expires_at": AHEAD * 2},
    ],
    ids=["claimed", "posted", "put off"],
)
def test_no_mail_is_delayed(office, visitor, of_the_wrong_clock):
    ahead = {k: now() + v if isinstance(v, timedelta) else v for k, v in of_the_wrong_clock.items()}
    customer = new_customer()
    email = visitor.open_account(customer)
    office.mail_to(email, skip=2)
    usual = {
        "message_id": f"<{secrets.token_hex(10)}@wodociagi.example>",
        "letter": "password_changed",
        "recipient": email,
        "language": "pl",
        "subject_id": Account.find(customer.code).id,
        "priority": 0,
        "created_at": now(),
        "due_at": now(),
        "expires_at": now() + timedelta(minutes=10),
    }
    Mail.create(**usual | ahead)
    office.mail_to(email, skip=3)


def test_no_bundle_is_put_off_for_days(office):
    """By a second, and it waits; by days, and it is taken."""
    key = BundleKey.create(name=new_code(), key_hash=new_code(), created_at=now())
    common = {
        "key": key,
        "name": "x",
        "sha256": "x",
        "size": 1,
        "received_at": datetime(2020, 1, 1),
    }
    # In the installation's own state nothing waits, so that this one is the oldest.
    with database.atomic() as undone:
        delivery = Delivery.create(**common, due_at=now() + timedelta(minutes=2))
        assert Delivery.find_due(now()) is None
        delivery.change(due_at=now() + AHEAD)
        assert Delivery.find_due(now()) == delivery
        undone.rollback()
    key.delete_instance()
    assert not TryRecord("x", "x", due_at=time.time() + 120).is_due
    assert TryRecord("x", "x", due_at=time.time() + AHEAD.total_seconds()).is_due


def test_puzzle_of_the_future_is_not_taken(visitor):
    """It would be good for longer than ten minutes."""
    ends_at = datetime.now(UTC) + AHEAD
    body = base64.urlsafe_b64encode(
        struct.pack(">I", int(ends_at.timestamp())) + bytes(11)
    ).decode()
    with office_key():
        captcha_id = f"{body}{captcha._seal(body)}"
    answer = {"captcha_id": captcha_id, "captcha_answer": solve(captcha_id)}
    refused = visitor.start(new_code(), expect=422, **answer)
    assert [fault["field"] for fault in refused["faults"]] == ["captcha_answer"]
