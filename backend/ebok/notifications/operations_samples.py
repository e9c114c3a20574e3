"""Samples of the mails of an import that waits: what customers would get, sent to the office only.

The import is not applied, so nothing in the mirror can be asked when a sample leaves: what its
letter says is kept in a row, and its document in a file beside the bundle that waits.
"""

import json
from collections.abc import Iterable
from datetime import datetime
from functools import partial
from pathlib import Path

from flask_babel import force_locale
from peewee import CharField, DateTimeField, ForeignKeyField, IntegerField, TextField

from ebok.accounts.models import Account
from ebok.billing.models import HELD, Import
from ebok.database import Table, now, tuples
from ebok.mail.outbox import post
from ebok.notifications import operations_facts
from ebok.notifications.models import INVOICE, Notification
from ebok.settings import Settings

SAMPLE = "invoice_sample"
EACH = 5


class Sample(Table):
    """One mail as a customer would get it; `facts` is JSON, `pdf_name` a file beside the bundle."""

    import_id: "IntegerField[int]"
    import_ = ForeignKeyField(Import, column_name="import_id", on_delete="CASCADE")
    facts = TextField()
    pdf_name = CharField(default="")
    created_at = DateTimeField()

    class Meta:
        table_name = "mail_sample"


def gather(import_id: int, settings: Settings) -> list[tuple[str, dict, bytes | None]]:
    """(language, facts, document) of the first mails of an import that was applied just now.

    Runs inside its transaction, which is taken back afterwards.
    """
    mine = (Notification.import_id == import_id) & (Notification.kind == INVOICE)
    chosen = Notification.select(Notification.id, Account.language).join(Account).where(mine)
    reachable = chosen.where(Account.bounced_at.is_null())
    languages = dict(tuples(reachable.order_by(Notification.id).limit(EACH)))
    rows = operations_facts.rows_of(list(languages), INVOICE) if languages else []
    found = operations_facts.template_values_with_pdf(rows, settings)
    return [_gathered(languages[subject_id], facts) for subject_id, facts in found]


def _gathered(language: str, facts: dict) -> tuple[str, dict, bytes | None]:
    pdf = facts.pop("pdf")
    with force_locale(language):
        shown = {name: how(facts[name]) for name, how in operations_facts.SLOTS.items()}
    return language, facts | shown, operations_facts.document(pdf, language) if pdf else None


def send(row: Import, gathered: list, addresses: Iterable[str], place: Path) -> None:
    """Post each of them to each address; documents are kept in `place`, a folder of ours."""
    for number, (language, facts, pdf) in enumerate(gathered):
        name = f".sample-{number}.pdf" if pdf else ""
        if pdf:
            (place / name).write_bytes(pdf)
        sample = Sample.create(
            import_=row, facts=json.dumps(facts), pdf_name=name, created_at=now()
        )
        for address in addresses:
            post(SAMPLE, address, language, sample.id)


def write_sample(subject_ids: list[int], settings: Settings) -> dict[int, dict | None]:
    """A sample, as long as its import waits."""
    waiting = (Sample.id.in_(subject_ids)) & (Import.state == HELD)
    found = Sample.select(Sample, Import).join(Import).where(waiting)
    return {each.id: json.loads(each.facts) | {"pdf": _reader(each, settings)} for each in found}


def forget_samples(_moment: datetime, _settings: Settings) -> int:
    """What would have been told by imports that wait no longer."""
    waiting = Import.select(Import.id).where(Import.state == HELD)
    return Sample.delete().where(Sample.import_.not_in(waiting)).execute()


def place_of(row: Import, settings: Settings) -> Path:
    """The folder of ours in which the bundle of an import that waits lies."""
    return (settings.data_dir.resolve() / row.bundle).parent


def _reader(sample: Sample, settings: Settings):
    if not sample.pdf_name:
        return None
    return partial(_read, place_of(sample.import_, settings) / sample.pdf_name)


def _read(path: Path, _language: str) -> bytes:
    return path.read_bytes()
