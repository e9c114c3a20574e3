"""What is found is told to a person: once, when it lasts, until it has passed."""

import os
import time
from datetime import timedelta

import pytest

from ebok import database, settings
from ebok.app import create_app, create_core
from ebok.database import connection
from ebok.doctor import fail, fine, replace, warn
from ebok.mail import letters
from ebok.mail.alerts import Alert
from ebok.mail.models import Mail
from ebok.operation import models, operations_rounds
from ebok.operation.models import Beat
from ebok.operation.operations_rounds import Day, HealthAlerts
from office import SECRET, Office
from smtp import MailServer

ADMIN = "admin@wodociagi.example"


@pytest.fixture
def given(database_url, tmp_path) -> dict[str, str]:
    return {
        "EBOK_DATABASE_URL": database_url,
        "EBOK_DATA_DIR": str(tmp_path),
        "EBOK_SECRET_KEY": SECRET,
        "EBOK_ALERT_EMAILS": ADMIN,
    }


def causes() -> list[str]:
    return [each.cause for each in Alert.open()]


def mails() -> int:
    return Mail.select().where(Mail.letter == "alert").count()


@pytest.mark.shows("P116")
def test_what_lasts_is_told_once_and_ends(given):
    app, rounds = create_core(settings.load(given)), HealthAlerts()
    full = [replace(warn("Dysk prawie pełny.", "Zwolnij miejsce."), name="disk")]
    well = [replace(fine("jest miejsce"), name="disk")]
    with app.app_context(), connection():
        rounds.update(full)
        assert causes() == [], "a moment's trouble is told to nobody"
        for _ in range(3):
            rounds.update(full)
        assert causes() == ["check-disk"]
        assert mails() == 1
        (alert,) = Alert.open()
        written = letters.alert.write(alert.id, app.config["EBOK"])
        assert written["heading"] == "Dysk prawie pełny."
        assert written["paragraphs"] == ["Zwolnij miejsce."]
        rounds.update([replace(fail("x", "y"), name="clock")])
        assert causes() == ["check-disk"], "what was not looked at has not passed"
        rounds.update(well)
        assert causes() == []
    database.database.close_all()


def test_doctor_tells_what_it_finds_each_day_until_it_has_passed(database_url, tmp_path):
    database.connect(database_url)
    with MailServer() as post, connection():
        office = Office(database_url, tmp_path, post, EBOK_ALERT_EMAILS=ADMIN)
        Beat.note("worker")
        Beat.update(seen_at=database.now() - timedelta(minutes=9)).execute()
        for _ in range(2):
            assert office.run("doctor", "--tell", check=False).returncode == 1
        assert "check-worker" in causes()
        assert Alert.select().where(Alert.cause == "check-worker").count() == 1
        assert "Proces wysyłający pocztę milczy" in Alert.get(Alert.cause == "check-worker").text
        Beat.note("worker")
        office.run("doctor", "--tell", check=False)
        assert "check-worker" not in causes()
    database.database.close_all()


@pytest.mark.shows("P116")
def test_pages_tell_of_a_worker_that_has_stopped(given, monkeypatch, caplog):
    monkeypatch.setattr(operations_rounds, "ROUND_SECONDS", 0)
    app = create_app(settings.load(given))
    with connection():
        Beat.note("worker")
        for _ in range(3):
            assert app.test_client().get("/").status_code == 200
        assert causes() == []
        Beat.update(seen_at=database.now() - timedelta(minutes=2)).execute()
        for _ in range(3):
            assert app.test_client().get("/").status_code == 200
        assert causes() == ["check-worker"]
    assert "what=worker outcome=absent" in caplog.text
    database.database.close_all()


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_only_the_beat_is_committed_without_waiting_for_the_disk(database_url, monkeypatch):
    def how() -> int:
        return database.first_row("PRAGMA synchronous")[0]

    asked, write = [], models.rows_changed
    monkeypatch.setattr(models, "rows_changed", lambda *row: asked.append(how()) or write(*row))
    database.connect(database_url)
    with connection():
        Beat.note("worker")
        # 1 is NORMAL, and 2 is FULL, which every other commit needs.
        assert (asked, how()) == ([1], 2)
        assert Beat.seen("worker")
    database.database.close_all()


@pytest.mark.shows("P105")
def test_day_that_was_begun_by_a_clock_that_was_ahead_is_over(tmp_path):
    path = tmp_path / "examined"
    assert not Day(path).is_over()
    ahead = time.time() + 3 * 86_400
    os.utime(path, (ahead, ahead))
    assert Day(path).is_over()
    assert not Day(path).is_over()


def test_day_is_over_after_a_day_whoever_asks(tmp_path, monkeypatch):
    path = tmp_path / "examined"
    assert not Day(path).is_over()
    assert not Day(path).is_over()
    monkeypatch.setattr(operations_rounds, "DAY_SECONDS", -1)
    assert Day(path).is_over()
