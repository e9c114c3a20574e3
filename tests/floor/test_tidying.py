"""What has had its time goes; what has not, stays."""

from datetime import timedelta

import pytest

from cast import new_account, new_code, new_customer, new_email
from ebok import audit, database, settings
from ebok.accounts.models import Account, Link, Session
from ebok.actor import customer
from ebok.app import create_core
from ebok.audit.events import Event
from ebok.billing import operations_held as held
from ebok.billing.models import Import, Withdrawn
from ebok.billing.models_deliveries import BundleKey, Delivery
from ebok.captcha.models import SpentCaptcha
from ebok.consents import operations as consents
from ebok.consents.models import Consent
from ebok.database import now
from ebok.jobs import apply_retention
from ebok.limits import Limit
from ebok.mail.alerts import Alert
from ebok.mail.models import Mail
from ebok.mail.outbox import post
from ebok.registration.models import Registration, Review
from office import SECRET

pytestmark = [pytest.mark.dialect, pytest.mark.shows("V14.2.4")]


@pytest.fixture
def app(database_url, tmp_path):
    given = {
        "EBOK_DATABASE_URL": database_url,
        "EBOK_DATA_DIR": str(tmp_path),
        "EBOK_SECRET_KEY": SECRET,
    }
    app = create_core(settings.load(given))
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
    apply_retention(app.config["EBOK"])
    apply_retention(app.config["EBOK"])
    assert Registration.get_or_none(Registration.id == old.id) is None
    assert {r.id for r in Registration.select()} == {fresh.id, asked.id}
    assert Review.select().count() == 1


@pytest.mark.parametrize(("closed_days", "stays"), [(None, True), (29, True), (31, False)])
def test_proof_of_a_consent_is_kept_as_long_as_its_account_is_open(app, closed_days, stays):
    closed_at = closed_days and now() - timedelta(days=closed_days)
    account = new_account(new_customer(), "Kasztan-przy-rynku-7", closed_at=closed_at)
    asked = registration(timedelta(days=400))
    asked.change(account=account, finished_at=now() - timedelta(days=399))
    review(asked).change(decision="approved", decided_at=asked.finished_at)
    apply_retention(app.config["EBOK"])
    apply_retention(app.config["EBOK"])
    assert Review.select().exists() is stays
    assert Registration.select().exists() is stays


def withdrawn(days: int, is_forgotten: bool = True) -> int:
    """An import of then, which withdrew an invoice and a customer; its id."""
    then = now() - timedelta(days=days)
    times = {"started_at": then, "applied_at": then, "as_of_at": then}
    counts = {"new_count": 0, "changed_count": 0}
    row = Import.create(
        source="night", origin="inbox", is_forgotten=is_forgotten, **times, **counts
    )
    for table in ("invoice", "customer"):
        Withdrawn.create(import_=row, table=table, key="1", row="{}", reason="deleted")
    return row.id


@pytest.mark.shows("T9.6")
def test_trace_of_what_billing_withdrew_goes_when_nobody_needs_it(app):
    withdrawn(3000)
    fresh, undoable, old = withdrawn(20), withdrawn(40, is_forgotten=False), withdrawn(40)
    apply_retention(app.config["EBOK"])
    kept = {(row.import_id, row.table) for row in Withdrawn.select()}
    both = {(id_, table) for id_ in (fresh, undoable) for table in ("invoice", "customer")}
    assert kept == both | {(old, "invoice")}


@pytest.mark.parametrize(("days", "stays"), [(29, True), (31, False)])
def test_delivery_and_its_report_go_when_the_bundle_does(app, days, stays):
    key = BundleKey.create(name="billing", key_hash="h", created_at=now())
    then = now() - timedelta(days=days)
    times = {"received_at": then, "due_at": then}
    ended = Delivery.create(
        key=key, name="a", sha256="a", size=1, state="done", finished_at=then, **times
    )
    waits = Delivery.create(key=key, name="b", sha256="b", size=1, **times)
    apply_retention(app.config["EBOK"])
    assert Delivery.select().where(Delivery.id == ended.id).exists() is stays
    # What has not been imported yet has no end, and its key stays to ask for it.
    assert Delivery.select().where(Delivery.id == waits.id).exists()
    assert BundleKey.select().exists()


@pytest.mark.parametrize(("days", "stays"), [(364, True), (366, False)])
def test_alert_that_has_passed_is_known_for_a_year(app, days, stays):
    then = now() - timedelta(days=days)
    passed = Alert.create(cause="import-refused", text="x", told_at=then, ended_at=then)
    open_ = Alert.create(cause="import-failed", text="x", told_at=then)
    apply_retention(app.config["EBOK"])
    assert Alert.select().where(Alert.id == passed.id).exists() is stays
    assert Alert.select().where(Alert.id == open_.id).exists()


@pytest.mark.parametrize(("days", "stays"), [(29, True), (31, False)])
def test_bundle_that_waits_no_longer_goes_and_one_that_waits_stays(app, days, stays):
    """By the time of the kernel, which nobody can set: the day is moved instead."""
    kept = app.config["EBOK"].data_dir / "intake" / "kept"
    for name, state in (("a", "superseded"), ("b", "held")):
        (kept / name).mkdir(parents=True)
        row = {"source": "night", "origin": "inbox", "new_count": 0, "changed_count": 0}
        times = dict.fromkeys(("started_at", "applied_at", "as_of_at"), now())
        Import.create(state=state, bundle=f"intake/kept/{name}/night", **row, **times)
    held.forget_superseded(now() + timedelta(days=days), app.config["EBOK"])
    assert (kept / "a").exists() is stays
    assert (kept / "b").exists()


def review(of: Registration) -> Review:
    typed = dict.fromkeys(("email", "buyer", "nip", "number", "phone"), "")
    hashes = dict.fromkeys(("privacy_hash", "terms_hash", "e_invoice_hash"), "")
    return Review.create(
        registration=of,
        customer_code=of.customer_code,
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
    apply_retention(app.config["EBOK"])
    assert [row.token_hash for row in Session.select()] == ["new"]
    assert [row.token_hash for row in Link.select()] == ["new"]
    assert [row.id for row in SpentCaptcha.select()] == ["new"]
    assert [row.name for row in Limit.select()] == ["new"]
    assert [row.recipient for row in Mail.select()] == ["new@poczta.example"]


@pytest.mark.parametrize(("days", "stays"), [(364, True), (366, False)])
def test_what_was_mailed_to_whom_is_known_for_a_year(app, days, stays):
    """The evidence of what was sent; it never held what stood in it."""
    mail = post("password_changed", new_email(), "pl", 1)
    mail.change(expires_at=now() - timedelta(days=days))
    apply_retention(app.config["EBOK"])
    assert Mail.select().where(Mail.id == mail.id).exists() is stays


@pytest.mark.parametrize(("hours", "stays"), [(47, True), (49, False)])
def test_counters_of_a_day_outlive_the_day_on_which_clocks_go_back(app, hours, stays):
    Limit.create(name="x", key="", started_at=now() - timedelta(hours=hours), used=1)
    apply_retention(app.config["EBOK"])
    assert Limit.select().where(Limit.name == "x").exists() is stays


@pytest.mark.parametrize(
    ("idle_minutes", "lasted_hours", "stays"), [(29, 11, True), (31, 1, False), (0, 13, False)]
)
def test_session_goes_when_it_idled_or_lasted_too_long(app, idle_minutes, lasted_hours, stays):
    account = new_account(new_customer(), "Kasztan-przy-rynku-7")
    Session.create(
        token_hash="x",
        account=account,
        started_at=now() - timedelta(hours=lasted_hours),
        seen_at=now() - timedelta(minutes=idle_minutes),
    )
    apply_retention(app.config["EBOK"])
    assert Session.select().exists() is stays
    assert Account.select().where(Account.id == account.id).exists()


def test_log_of_deeds_and_consents_are_not_forgotten(app):
    account, long_ago = new_account(new_customer(), "Kasztan-przy-rynku-7"), now()
    owner = customer(account.id)
    audit.record(owner, Event.LOGGED_IN, account.customer_code)
    consent = consents.record(owner, account, "terms", True, "hash", "registration")
    Consent.update(decided_at=long_ago - timedelta(days=4000)).execute()
    apply_retention(app.config["EBOK"])
    assert audit.AuditRow.select().where(audit.AuditRow.whom == account.customer_code).count() >= 1
    assert Consent.select().where(Consent.id == consent.id).exists()
