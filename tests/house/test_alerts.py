"""Alerts: what must be seen to is told once for each cause, and again when it comes again."""

import threading
from contextlib import suppress

import pytest

from ebok import alerts
from ebok.alerts import Alert
from ebok.app import create_desk
from ebok.database import connection, transaction
from ebok.mail.models import Mail
from ebok.settings import load

BOTH = "admin@wodociagi.example, dyzur@wodociagi.example"
TEXT = "Import odrzucony\nW pliku brakuje kolumny.\nPopraw go i wyślij jeszcze raz."


@pytest.fixture
def desk(database_url, tmp_path):
    """What a command works in, on a database of this test alone."""
    given = {"EBOK_DATABASE_URL": database_url, "EBOK_DATA_DIR": str(tmp_path)}
    app = create_desk(load(given | {"EBOK_ALERT_EMAILS": BOTH}))
    with app.app_context(), connection():
        yield app


def mails() -> list[str]:
    return [mail.recipient for mail in Mail.select().where(Mail.letter == "alert")]


def test_cause_is_told_once_to_everybody_until_it_has_passed(desk):
    with transaction():
        assert alerts.tell("import-refused", "", TEXT)
        assert not alerts.tell("import-refused", "", "Inny tekst")
    assert sorted(mails()) == ["admin@wodociagi.example", "dyzur@wodociagi.example"]
    alerts.tell("import-refused", "b", TEXT)
    assert len(mails()) == 4
    with transaction():
        assert alerts.ended("import-refused")
        assert not alerts.ended("import-refused")
        assert alerts.tell("import-refused", "", TEXT)
    assert len(mails()) == 6


def test_alert_is_undone_with_its_transaction(desk):
    with suppress(ZeroDivisionError), transaction():
        alerts.tell("import-refused", "", TEXT)
        raise ZeroDivisionError
    assert mails() == []
    assert alerts.tell("import-refused", "", TEXT)


def test_two_who_find_it_at_once_tell_it_once(desk):
    told = []

    def tell() -> None:
        with desk.app_context(), connection(), transaction():
            told.append(alerts.tell("inbox-unreadable", "", TEXT))

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
    alerts.tell("import-refused", "", TEXT)
    (found,) = alerts.list_open(settings)
    assert "import-refused" in found.what
    assert "Import odrzucony" in found.what
    assert "Popraw go" in found.todo
    alerts.ended("import-refused")
    assert list(alerts.list_open(settings)) == []


def test_what_has_passed_before_its_mail_left_is_not_told_any_more(desk):
    alerts.tell("import-refused", "", TEXT)
    row = Alert.get()
    written = alerts.write_alert(row.id, desk.config["EBOK"])
    assert written["heading"] == "Import odrzucony"
    assert written["paragraphs"] == ["W pliku brakuje kolumny.", "Popraw go i wyślij jeszcze raz."]
    alerts.ended("import-refused")
    assert alerts.write_alert(row.id, desk.config["EBOK"]) is None


def test_without_addresses_it_is_logged_and_kept(database_url, tmp_path, caplog):
    given = {"EBOK_DATABASE_URL": database_url, "EBOK_DATA_DIR": str(tmp_path)}
    with create_desk(load(given)).app_context(), connection():
        alerts.tell("import-refused", "night.zip", TEXT)
        assert mails() == []
        assert Alert.open().count() == 1
    assert "alert=import-refused about='night.zip'" in caplog.text
    assert "kolumny" not in caplog.text
