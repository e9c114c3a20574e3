"""A night that went wrong is told to the administrators: one mail in words, once a cause."""

from datetime import timedelta
from pathlib import Path

import pytest

from billing.bundles import as_csv, as_zip, customer, write
from ebok import database
from ebok.app import create_core
from ebok.billing import operations_alerts
from ebok.billing.bundle import READY
from ebok.billing.models import Import
from ebok.doctor import OK
from ebok.mail import letters
from ebok.mail.alerts import Alert
from ebok.settings import load
from office import Office
from patience import until
from smtp import MailServer

ADMIN = "admin@wodociagi.example"


@pytest.fixture
def own_office(database_url, tmp_path):
    """An office of this test alone, that has somebody to tell."""
    data = tmp_path / "data"
    data.mkdir()
    with (
        MailServer() as post,
        Office(database_url, data, post, EBOK_ALERT_EMAILS=ADMIN) as office,
    ):
        database.connect(database_url)
        database.database.connect(reuse_if_open=True)
        yield office
        database.database.close_all()


def drop(office: Office, bundle: str, rows: int = 1, **columns) -> None:
    """Put a bundle into the inbox, and wait until it is gone; of many rows the first is so.

    A folder that says that it is whole: a file would have to rest for five seconds first.
    """
    others = [customer(customer_code=f"39-{row}") for row in range(1, rows)]
    inbox = office.data_dir / "inbox"
    await_(office, inbox.exists)
    draft = inbox / f".{bundle}"
    draft.mkdir()
    (write(draft, [customer(**columns), *others]) / READY).touch()
    path = draft.rename(inbox / bundle)
    await_(office, lambda: not path.exists())


def await_(office: Office, is_so) -> None:
    until(is_so, office.process, lambda: office.log()[-3000:])


def mails(office: Office) -> list:
    return office.mails_to(ADMIN)


def causes() -> list[str]:
    return [alert.cause for alert in Alert.open()]


@pytest.mark.shows("P85", "T9.4")
def test_refused_nights_are_one_mail_until_a_good_one_comes(own_office):
    drop(own_office, "night-1", customer_code="", kind="osoba", name="Jędrzej Tajny")
    mail = own_office.mail_to(ADMIN)
    assert mail.subject == "e-BOK: Import night-1 odrzucony. Nic nie zostało zmienione."
    assert "Są 2 błędy:" in mail.text
    assert "customers.csv" in mail.text
    assert "kolumna kind" in mail.text
    # By mail goes no value that is somebody's.
    assert "Tajny" not in mail.text
    assert "osoba" not in mail.text.replace("person", "")
    doctor = own_office.run("doctor", check=False)
    assert doctor.returncode == 1
    assert "import-refused" in doctor.stderr
    assert "alert=import-refused" in own_office.log()
    drop(own_office, "night-2", kind="osoba")
    drop(own_office, "night-3")
    assert causes() == []
    assert len(mails(own_office)) == 1
    drop(own_office, "night-4", kind="osoba")
    await_(own_office, lambda: len(mails(own_office)) == 2)
    assert "night-4" in mails(own_office)[1].subject
    drop(own_office, "night-5", rows=200, kind="osoba")
    mail = own_office.mail_to(ADMIN, "Odłożono 1 wiersz lub dokument")
    assert mail.subject == "e-BOK: Import night-5 wykonany częściowo"
    assert causes() == ["import-partly"]


def test_inbox_that_is_no_folder_is_told_and_ends_when_it_is_one_again(own_office):
    inbox = own_office.data_dir / "inbox"
    await_(own_office, inbox.exists)
    inbox.rename(own_office.data_dir / "elsewhere")
    inbox.symlink_to(own_office.data_dir / "nowhere")
    # The eye keeps the way to a folder that it has found: it looks anew when that is gone.
    mail = own_office.mail_to(ADMIN)
    assert mail.subject == "e-BOK: Nie można odczytać skrzynki importu"
    inbox.unlink()
    (own_office.data_dir / "elsewhere").rename(inbox)
    await_(own_office, lambda: causes() == [])
    assert len(mails(own_office)) == 1


def test_stale_mirror_is_told_once_and_ends_with_the_next_import(database_url, tmp_path):
    given = {"EBOK_DATABASE_URL": database_url, "EBOK_DATA_DIR": str(tmp_path / "data")}
    app = create_core(load(given | {"EBOK_ALERT_EMAILS": ADMIN}))
    settings, night = app.config["EBOK"], tmp_path / "night.zip"
    with app.app_context(), database.connection():
        operations_alerts.alert_stale(settings)
        # Before the first import nothing can be old.
        assert causes() == []
        _import(night, settings)
        Import.update(as_of_at=database.now() - timedelta(days=5)).execute()
        for _ in range(2):
            operations_alerts.alert_stale(settings)
        assert causes() == ["mirror-stale"]
        (alert,) = Alert.open()
        assert letters.alert.write(alert.id, settings)["heading"].startswith("Od 5 dni nie było")
        assert any(
            "Od 5 dni" in found.what for found in operations_alerts.check_freshness(settings)
        )
        _import(night, settings, name="Inna")
        assert causes() == []
        assert [each.state for each in operations_alerts.check_freshness(settings)] == [OK]
    database.database.close_all()


def _import(path: Path, settings, **columns) -> None:
    from ebok.billing.operations import import_bundle

    as_zip(path, {"customers.csv": as_csv([customer(**columns)])})
    report = import_bundle(path, settings)
    assert not report.is_refused, str(report)
