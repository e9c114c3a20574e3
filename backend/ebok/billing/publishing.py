"""What waited for a person goes on."""

from ebok.billing.context import office
from ebok.billing.history import NotUndone, lock
from ebok.database import connection, transaction
from ebok.imports.models import Import
from ebok.notifications import operations as notifications
from ebok.sentences import say as _
from ebok.settings import Settings


def publish(settings: Settings, import_id: int | None = None) -> tuple[int, int]:
    """Release the notifications of an import that are held, without an id the last one's.

    Returns its id, and how many; raises NotUndone.
    """
    with connection(), office(settings), transaction():
        lock()
        found = Import.get_or_none(Import.id == import_id) if import_id else Import.find_last()
        if not found or found.undone_at:
            raise NotUndone(_("there is no import %(id)s, or it was undone", id=import_id))
        return found.id, notifications.publish(found.id)
