"""A held import that nobody decides about is told again, and dropped in the end with a trace."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from billing.bundles import account_of, customer, write
from ebok import audit, database
from ebok.app import create_core
from ebok.billing import jobs
from ebok.billing.models import Import
from ebok.billing.operations import import_bundle
from ebok.billing.operations_ending import ImportOptions
from ebok.database import now
from ebok.mail import letters
from ebok.mail.alerts import Alert
from ebok.mail.models import Mail
from ebok.settings import load

ADMIN = "admin@wodociagi.example"


class Waiting:
    """An office in which one import waits; time passes for it."""

    def __init__(self, settings):
        self.settings = settings

    @property
    def row(self) -> Import:
        return Import.get_by_id(2)

    def wait(self, days: float) -> None:
        """So long ago it was held, and told."""
        then = timedelta(days=days)
        self.row.change(applied_at=self.row.applied_at - then)
        for alert in Alert.select():
            alert.change(told_at=alert.told_at - then)
        for _worker in range(2):
            jobs.remind_or_drop_held(self.settings)

    def bundles(self) -> list[Path]:
        kept = self.settings.data_dir / "intake" / "kept"
        return list(kept.iterdir()) if kept.exists() else []


@pytest.fixture
def waiting(database_url, tmp_path):
    given = {"EBOK_DATABASE_URL": database_url, "EBOK_DATA_DIR": str(tmp_path / "data")}
    app = create_core(load(given | {"EBOK_ALERT_EMAILS": ADMIN}))
    settings, folder = app.config["EBOK"], tmp_path / "night"
    folder.mkdir()
    with app.app_context(), database.connection():
        import_bundle(write(folder, [customer()]), settings)
        import_bundle(write(folder, [customer(bank_account=account_of("a"))]), settings)
        office = Waiting(settings)
        assert office.row.state == "held"
        yield office
    database.database.close_all()


def mails() -> list[Mail]:
    return list(Mail.select().where(Mail.letter == "alert").order_by(Mail.id))


def told() -> list[tuple[str, str]]:
    """What stands open, and its heading."""
    return [(each.cause, each.text.splitlines()[0]) for each in Alert.open()]


@pytest.mark.shows("P83")
def test_held_import_is_told_again_every_third_day(waiting):
    assert len(mails()) == 1
    waiting.wait(2.9)
    assert len(mails()) == 1
    waiting.wait(0.2)
    assert len(mails()) == 2
    assert told() == [("import-held", "Import night jest wstrzymany od 3 dni")]
    (alert,) = Alert.open()
    paragraphs = letters.alert.write(alert.id, waiting.settings)["paragraphs"]
    assert "ebok imports publish 2" in paragraphs[0]
    day = (waiting.row.applied_at + timedelta(days=waiting.settings.held_days)).date()
    assert str(day) in paragraphs[1]
    waiting.wait(3.1)
    assert len(mails()) == 3
    # The office may want to hear of it less often.
    waiting.settings = replace(waiting.settings, remind_held_days=5)
    waiting.wait(4.9)
    assert len(mails()) == 3
    waiting.wait(0.2)
    assert len(mails()) == 4


@pytest.mark.shows("P83")
def test_after_held_days_it_is_dropped_with_a_trace(waiting):
    assert len(waiting.bundles()) == 1
    waiting.wait(13.9)
    assert waiting.row.state == "held"
    waiting.wait(0.2)
    row = waiting.row
    assert row.state == "discarded"
    assert "Odrzucono: przez 14 dni nikt o nim nie zdecydował." in row.report
    assert waiting.bundles() == []
    assert told() == [("import-dropped", "Wstrzymany import night został odrzucony")]
    deed = audit.AuditRow.select().where(audit.AuditRow.did == "import_dropped").get()
    assert (deed.actor, deed.detail) == ("system", "2")
    count = len(mails())
    waiting.wait(30)
    assert len(mails()) == count


def test_next_good_import_ends_what_was_told_of_a_dropped_one(waiting, tmp_path):
    waiting.wait(15)
    folder = tmp_path / "next"
    folder.mkdir()
    import_bundle(write(folder, [customer(email="nowa@poczta.example")]), waiting.settings)
    assert told() == []


def test_import_that_was_only_shown_to_clerks_is_told_of_too(waiting, tmp_path):
    folder = tmp_path / "shown"
    folder.mkdir()
    write(folder, [customer(email="nowa@poczta.example")])
    import_bundle(folder, waiting.settings, options=ImportOptions(publish_to=("d@biuro.example",)))
    shown = Import.get_by_id(3)
    assert shown.state == "held"
    jobs.remind_or_drop_held(waiting.settings)
    assert [each.about for each in Alert.open()] == ["2"]
    shown.change(applied_at=now() - timedelta(days=4))
    jobs.remind_or_drop_held(waiting.settings)
    assert [each.about for each in Alert.open()] == ["2", "3"]
