"""Samples of a held import's mails, sent to the office only.

The import is not applied, so the mirror does not have its invoices when a sample is sent: template
values are stored in a row, and the document in a file next to the held bundle.
"""

import json
from collections.abc import Iterable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

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
    """A sample mail; `facts` are template values as JSON, `pdf_name` a file next to the bundle."""

    import_id: "IntegerField[int]"
    import_ = ForeignKeyField(Import, column_name="import_id", on_delete="CASCADE")
    facts = TextField()
    pdf_name = CharField(default="")
    created_at = DateTimeField()

    class Meta:
        table_name = "mail_sample"


def gather(import_id: int, settings: Settings) -> list[tuple[str, dict[str, Any], bytes | None]]:
    """(language, facts, document) of the first mails of an import applied in this transaction.

    The transaction is rolled back afterwards.
    """
    mine = (Notification.import_id == import_id) & (Notification.kind == INVOICE)
    chosen = Notification.select(Notification.id, Account.language).join(Account).where(mine)
    reachable = chosen.where(Account.bounced_at.is_null())
    languages = dict(tuples(reachable.order_by(Notification.id).limit(EACH)))
    rows = operations_facts.rows_of(list(languages), INVOICE) if languages else []
    found = operations_facts.template_values_with_pdf(rows, settings)
    return [_gathered(languages[subject_id], facts) for subject_id, facts in found]


def _gathered(language: str, facts: dict[str, Any]) -> tuple[str, dict[str, Any], bytes | None]:
    pdf = facts.pop("pdf")
    with force_locale(language):
        shown = {name: how(facts[name]) for name, how in operations_facts.SLOTS.items()}
    return language, facts | shown, operations_facts.document(pdf, language) if pdf else None


def send(row: Import, gathered: list[Any], addresses: Iterable[str], place: Path) -> None:
    """Post each sample to each address; documents are stored in the folder `place`."""
    for number, (language, facts, pdf) in enumerate(gathered):
        name = f".sample-{number}.pdf" if pdf else ""
        if pdf:
            (place / name).write_bytes(pdf)
        sample = Sample.create(
            import_=row, facts=json.dumps(facts), pdf_name=name, created_at=now()
        )
        for address in addresses:
            post(SAMPLE, address, language, sample.id)


def write_sample(subject_ids: list[int], settings: Settings) -> dict[int, dict[str, Any] | None]:
    """Template values of samples whose import is still held."""
    waiting = (Sample.id.in_(subject_ids)) & (Import.state == HELD)
    found = Sample.select(Sample, Import).join(Import).where(waiting)
    return {each.id: json.loads(each.facts) | {"pdf": _reader(each, settings)} for each in found}


def forget_samples(_moment: datetime, _settings: Settings) -> int:
    """Delete samples of imports that are no longer held."""
    waiting = Import.select(Import.id).where(Import.state == HELD)
    return Sample.delete().where(Sample.import_.not_in(waiting)).execute()


def place_of(row: Import, settings: Settings) -> Path:
    """Our folder with the bundle of a held import."""
    return (settings.data_dir.resolve() / row.bundle).parent


def _reader(sample: Sample, settings: Settings):
    if not sample.pdf_name:
        return None
    return partial(_read, place_of(sample.import_, settings) / sample.pdf_name)


def _read(path: Path, _language: str) -> bytes:
    return path.read_bytes()
