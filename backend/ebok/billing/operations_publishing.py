"""Publishes or discards a held import."""

from ebok.billing import operations_held
from ebok.billing.bundle_copies import delete_kept
from ebok.billing.models import APPLIED, HELD, SUPERSEDED, Import
from ebok.billing.operations import import_bundle
from ebok.billing.operations_decisions import Decisions
from ebok.billing.operations_ending import ImportOptions
from ebok.billing.operations_history import NotPossible, lock
from ebok.billing.operations_progress import Progress
from ebok.billing.texts_report import Report
from ebok.database import connection, transaction
from ebok.languages import count as ngettext, in_report_language, say as _
from ebok.notifications import operations as notifications
from ebok.settings import Settings


def publish(
    settings: Settings,
    import_id: int | None,
    decisions: Decisions,
    progress: Progress | None = None,
) -> Report:
    """Import the bundle of a held import with these decisions; without an id the newest one.

    Raises NotPossible.
    """
    with connection(), in_report_language(settings):
        held = _find(import_id)
        if held.state == APPLIED:
            return _release(held)
    path = operations_held.path_of(held, settings)
    if not path.exists():
        raise NotPossible(_("the bundle of import %(id)s is no longer kept", id=held.id))
    options = ImportOptions(origin=held.origin, publishing=held, decisions=decisions)
    report = import_bundle(path, settings, progress, options)
    if not report.is_refused:
        delete_kept(path)
    return report


def discard(settings: Settings, import_id: int) -> Import:
    """Discard a held import. Raises NotPossible."""
    with connection(), in_report_language(settings):
        held = _find(import_id)
        if held.state == APPLIED:
            raise NotPossible(_("import %(id)s is not waiting: undo reverses it", id=held.id))
        operations_held.discard(held, settings)
        return held


def _find(import_id: int | None) -> Import:
    if import_id:
        found = Import.get_or_none(Import.id == import_id)
    else:
        found = next(iter(Import.held()), None)
    if not found:
        raise NotPossible(
            _("there is no import %(id)s", id=import_id) if import_id else _("no import is waiting")
        )
    if found.undone_at or found.state not in (APPLIED, HELD, SUPERSEDED):
        raise NotPossible(_("import %(id)s is not waiting: see `ebok imports list`", id=found.id))
    return found


def _release(found: Import) -> Report:
    """Send the mails that an older e-BOK version held after it had applied the import."""
    report = Report()
    with transaction():
        lock()
        count = notifications.publish(found.id)
    if not count:
        raise NotPossible(_("import %(id)s is not waiting: see `ebok imports list`", id=found.id))
    report.is_applied = True
    report.announced = ngettext(
        "%(num)s customer is told by e-mail.", "%(num)s customers are told by e-mail.", count
    )
    return report
