"""Reminders of held imports that nobody decides about, and their discarding in the end."""

from datetime import datetime, timedelta

from ebok import audit
from ebok.actor import SYSTEM
from ebok.audit.events import Event
from ebok.billing import operations_alerts, operations_held, operations_history as history
from ebok.billing.bundle_copies import delete_kept
from ebok.billing.models import DISCARDED, HELD, Import
from ebok.database import now, transaction
from ebok.languages import count as ngettext, in_report_language, say as _
from ebok.mail import alerts
from ebok.mail.alerts import Alert
from ebok.settings import Settings


def remind_or_drop_held(settings: Settings) -> bool:
    """Remind of held imports every `remind_held_days`; drop them after `held_days`."""
    with in_report_language(settings):
        for held in Import.held():
            if held.applied_at < now() - timedelta(days=settings.held_days):
                _drop(held, settings)
            elif _last_reminded_at(held) < now() - timedelta(days=settings.remind_held_days):
                _remind(held, settings)
    return False


def _last_reminded_at(held: Import) -> datetime:
    """When the last alert about it was opened, at the earliest when it was held."""
    mine = (Alert.cause == operations_alerts.HELD) & (Alert.about == str(held.id))
    newest = Alert.select(Alert.told_at).where(mine).order_by(Alert.id.desc())
    return newest.limit(1).scalar() or held.applied_at


def _remind(held: Import, settings: Settings) -> None:
    with transaction():
        was_open = Alert.open().where(
            Alert.cause == operations_alerts.HELD, Alert.about == str(held.id)
        )
        # Of two workers at once, only the one that ends the old alert opens a new one.
        if was_open.exists() and not alerts.end(operations_alerts.HELD, str(held.id)):
            return
        alerts.open_alert(operations_alerts.HELD, str(held.id), _reminder_text(held, settings))


def _reminder_text(held: Import, settings: Settings) -> str:
    days = (now() - held.applied_at).days
    lines = [
        ngettext(
            "The import of %(bundle)s has been held for %(num)d day",
            "The import of %(bundle)s has been held for %(num)d days",
            days,
            bundle=held.source,
        ),
        operations_held.how_to_decide(held),
        _(
            "If nobody decides, it is dropped on %(day)s and nothing from it is imported.",
            day=(held.applied_at + timedelta(days=settings.held_days)).date(),
        ),
    ]
    return "\n".join(lines)


def _drop(held: Import, settings: Settings) -> None:
    why = ngettext(
        "Dropped: nobody decided about it for %(num)d day.",
        "Dropped: nobody decided about it for %(num)d days.",
        settings.held_days,
    )
    with transaction():
        history.lock()
        still = (Import.id == held.id) & (Import.state == HELD)
        if not Import.update(state=DISCARDED).where(still).execute():
            return
        held.change(report=f"{held.report}\n{why}".strip())
        alerts.end(operations_alerts.HELD, str(held.id))
        alerts.open_alert(operations_alerts.DROPPED, "", _dropped_text(held, why))
        audit.record(SYSTEM, Event.IMPORT_DROPPED, "", str(held.id))
    delete_kept(operations_held.path_of(held, settings))


def _dropped_text(held: Import, why: str) -> str:
    heading = _("The held import of %(bundle)s was dropped", bundle=held.source)
    todo = _("What it contained is not in e-BOK: have billing export it again.")
    return f"{heading}\n{why}\n{todo}"
