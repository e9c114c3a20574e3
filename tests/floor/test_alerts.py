"""Alerts: what must be seen to is told once for each cause, and again when it comes again."""

import threading
from contextlib import suppress
from datetime import timedelta

import pytest
from flask_babel import force_locale

from ebok.app import create_core
from ebok.billing.models_deliveries import BundleKey
from ebok.billing.operations_keys import check_keys
from ebok.database import connection, now, transaction
from ebok.doctor import examine
from ebok.jobs import Job, Schedule
from ebok.mail import alerts, letters
from ebok.mail.alerts import Alert
from ebok.mail.models import Mail
from ebok.parts import every
from ebok.settings import load

BOTH = "admin@wodociagi.example, dyzur@wodociagi.example"
TEXT = "Import odrzucony\nW pliku brakuje kolumny.\nPopraw go i wyślij jeszcze raz."


@pytest.fixture
def desk(database_url, tmp_path):
    """What a command works in, on a database of this test alone."""
    given = {"EBOK_DATABASE_URL": database_url, "EBOK_DATA_DIR": str(tmp_path)}
    app = create_core(load(given | {"EBOK_ALERT_EMAILS": BOTH}))
    with app.app_context(), connection():
        yield app


def mails() -> list[str]:
    return [mail.recipient for mail in Mail.select().where(Mail.letter == "alert")]


@pytest.mark.dialect
def test_cause_is_told_once_to_everybody_until_it_has_passed(desk):
    with transaction():
        assert alerts.open_alert("import-refused", "", TEXT)
        assert not alerts.open_alert("import-refused", "", "Inny tekst")
    assert sorted(mails()) == ["admin@wodociagi.example", "dyzur@wodociagi.example"]
    alerts.open_alert("import-refused", "b", TEXT)
    assert len(mails()) == 4
    with transaction():
        assert alerts.end("import-refused")
        assert not alerts.end("import-refused")
        assert alerts.open_alert("import-refused", "", TEXT)
    assert len(mails()) == 6


@pytest.mark.shows("P105")
@pytest.mark.dialect
def test_alert_of_a_clock_that_was_ahead_holds_up_no_later_one(desk):
    """By when one was told others wait for an hour, or for a day."""
    with transaction():
        alerts.open_alert("import-refused", "", TEXT)
    Alert.update(told_at=now() + timedelta(days=3)).execute()
    Schedule(every("jobs", Job)).run_due(desk.config["EBOK"])
    assert Alert.get().told_at <= now()


@pytest.mark.dialect
def test_alert_is_undone_with_its_transaction(desk):
    with suppress(ZeroDivisionError), transaction():
        alerts.open_alert("import-refused", "", TEXT)
        raise ZeroDivisionError
    assert mails() == []
    assert alerts.open_alert("import-refused", "", TEXT)


@pytest.mark.dialect
def test_two_who_find_it_at_once_tell_it_once(desk):
    told = []

    def tell() -> None:
        with desk.app_context(), connection(), transaction():
            told.append(alerts.open_alert("inbox-unreadable", "", TEXT))

    both = [threading.Thread(target=tell) for _ in range(4)]
    for each in both:
        each.start()
    for each in both:
        each.join()
    assert sorted(told) == [False, False, False, True]
    assert len(mails()) == 2


def test_doctor_lists_what_is_open(desk):
    settings = desk.config["EBOK"]
    assert list(alerts.list_open(settings)) == []
    alerts.open_alert("import-refused", "", TEXT)
    (found,) = alerts.list_open(settings)
    assert "import-refused" in found.what
    assert "Import odrzucony" in found.what
    assert "Popraw go" in found.todo
    alerts.end("import-refused")
    assert list(alerts.list_open(settings)) == []


def test_what_has_passed_before_its_mail_left_is_not_told_any_more(desk):
    alerts.open_alert("import-refused", "", TEXT)
    row = Alert.get()
    written = letters.alert.write(row.id, desk.config["EBOK"])
    assert written["heading"] == "Import odrzucony"
    assert written["paragraphs"] == ["W pliku brakuje kolumny.", "Popraw go i wyślij jeszcze raz."]
    alerts.end("import-refused")
    assert letters.alert.write(row.id, desk.config["EBOK"]) is None


def test_without_addresses_it_is_logged_and_kept(database_url, tmp_path, caplog):
    given = {"EBOK_DATABASE_URL": database_url, "EBOK_DATA_DIR": str(tmp_path)}
    with create_core(load(given)).app_context(), connection():
        alerts.open_alert("import-refused", "night.zip", TEXT)
        assert mails() == []
        assert Alert.open().count() == 1
    assert "alert=import-refused about='night.zip'" in caplog.text
    assert "kolumny" not in caplog.text


def test_doctor_says_when_nobody_is_told(desk, database_url, tmp_path):
    assert list(alerts.look_for_readers(desk.config["EBOK"])) == []
    given = {"EBOK_DATABASE_URL": database_url, "EBOK_DATA_DIR": str(tmp_path)}
    (found,) = alerts.look_for_readers(load(given))
    assert found.state == "warn"
    assert "alert_emails" in found.what
    assert list(alerts.look_for_readers(load(given | {"EBOK_DEMO": "1"}))) == []


@pytest.mark.shows("P91")
@pytest.mark.parametrize(
    ("made", "used", "ends", "state", "told"),
    [
        (1, None, None, "", ""),
        (400, 89, None, "", ""),
        (91, None, None, "warn", "never used"),
        (400, 91, None, "warn", "last used on"),
        (10, 1, 13, "warn", "expires on"),
        (10, 1, 15, "", ""),
        (10, 1, -1, "fail", "nothing can be delivered with it"),
    ],
)
def test_doctor_says_which_keys_are_unused_and_which_end(desk, made, used, ends, state, told):
    def at(days):
        return None if days is None else now() + timedelta(days=days)

    times = {"created_at": at(-made), "used_at": used and at(-used), "expires_at": at(ends)}
    key = BundleKey.create(name="billing", key_hash="h", **times)
    with force_locale("en"):
        found = [each for each in examine(desk.config["EBOK"]) if each.name == "keys"]
    assert [each.state for each in found] == [state] * bool(state)
    assert all(told in each.what and "billing" in each.what for each in found)
    key.change(revoked_at=now())
    assert list(check_keys(desk.config["EBOK"])) == []
