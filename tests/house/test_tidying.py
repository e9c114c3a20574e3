"""What has had its time goes; what has not, stays."""

from datetime import timedelta

import pytest

from cast import new_code, new_customer, new_email
from ebok import database, settings
from ebok.accounts.models import Account, Link, Session
from ebok.app import create_app
from ebok.captcha.models import SpentCaptcha
from ebok.database import now
from ebok.limits import Limit
from ebok.mail.models import Mail
from ebok.mail.outbox import post
from ebok.registration.models import Registration, Review
from ebok.tidying import tidy_all
from office import SECRET


@pytest.fixture
def app(database_url, tmp_path):
    given = {
        "EBOK_DATABASE_URL": database_url,
        "EBOK_DATA_DIR": str(tmp_path),
        "EBOK_SECRET_KEY": SECRET,
    }
    app = create_app(settings.load(given))
    with app.app_context(), database.connection():
        yield app
    database.database.close_all()


def registration(age: timedelta) -> Registration:
    moment = now() - age
    return Registration.create(
        token_hash=new_code(),
        customer_code=new_code(),
        email=new_email(),
        language="pl",
        started_at=moment,
        expires_at=moment + timedelta(days=1),
        code_asked_at=moment,
        matches_left=5,
    )


def test_registrations_go_after_thirty_days_but_not_what_the_office_was_asked(app):
    old, fresh, asked, decided = (registration(timedelta(days=days)) for days in (32, 30, 40, 70))
    review(asked)
    review(decided).change(decision="refused", decided_at=now() - timedelta(days=31))
    tidy_all(app.config["EBOK"])
    tidy_all(app.config["EBOK"])
    assert Registration.get_or_none(Registration.id == old.id) is None
    assert {r.id for r in Registration.select()} == {fresh.id, asked.id}
    assert Review.select().count() == 1


def review(of: Registration) -> Review:
    typed = dict.fromkeys(("email", "buyer", "nip", "number", "phone"), "")
    hashes = dict.fromkeys(("privacy_hash", "terms_hash", "e_invoice_hash"), "")
    return Review.create(
        registration=of,
        customer_code="1",
        language="pl",
        kind="person",
        amount_grosze=1,
        wants_e_invoice=False,
        asked_at=now(),
        **typed,
        **hashes,
    )


def test_sessions_links_puzzles_limits_and_mails_go_when_their_time_is_over(app):
    customer, moment = new_customer(), now()
    account = Account.create(
        customer=customer.code, email=new_email(), kind="person", language="pl", opened_at=moment
    )
    for name, age in (("old", timedelta(days=800)), ("new", timedelta(minutes=5))):
        then = moment - age
        Session.create(token_hash=name, account=account, started_at=then, seen_at=then)
        Link.create(
            token_hash=name,
            account=account,
            purpose="reset",
            expires_at=then + timedelta(minutes=30),
        )
        SpentCaptcha.create(id=name, expires_at=then + timedelta(minutes=10))
        Limit.create(name=name, key="", started_at=then, used=1)
        post("password_changed", f"{name}@poczta.example", "pl", account.id).change(expires_at=then)
    tidy_all(app.config["EBOK"])
    assert [row.token_hash for row in Session.select()] == ["new"]
    assert [row.token_hash for row in Link.select()] == ["new"]
    assert [row.id for row in SpentCaptcha.select()] == ["new"]
    assert [row.name for row in Limit.select()] == ["new"]
    assert [row.recipient for row in Mail.select()] == ["new@poczta.example"]
