"""Undoes the newest import: its rows, and mails that were not sent yet."""

from dataclasses import dataclass

from ebok.accounts.models import Account
from ebok.billing.differences import remove, restore
from ebok.billing.models import APPLIED, Import, Replaced
from ebok.billing.operations_history import NotPossible, lock, stages
from ebok.billing.operations_withdrawn_rows import restore_withdrawn
from ebok.customers.models import Customer
from ebok.database import connection, now, transaction, tuples
from ebok.database.iso import as_text
from ebok.languages import count as ngettext, in_report_language, say as _
from ebok.notifications import operations as notifications, operations_told
from ebok.settings import Settings

LISTED_CODES = 5


@dataclass(frozen=True)
class Undone:
    """The result of an undo. `notified` customers had got their mails already."""

    import_id: int
    removed: int
    restored: int
    withdrawn: int
    notified: int

    def __str__(self) -> str:
        counts = (
            ngettext("%(num)s row removed", "%(num)s rows removed", self.removed),
            ngettext("%(num)s row restored", "%(num)s rows restored", self.restored),
            ngettext("%(num)s e-mail not sent", "%(num)s e-mails not sent", self.withdrawn),
        )
        done = _("Import %(id)s undone: %(counts)s.", id=self.import_id, counts=", ".join(counts))
        return f"{done} {self._notified_text()}" if self.notified else done

    def _notified_text(self) -> str:
        return ngettext(
            "%(num)s customer has already been told by e-mail, and gets a correction "
            "when the right invoice is imported.",
            "%(num)s customers have already been told by e-mail, and get a correction "
            "when the right invoice is imported.",
            self.notified,
        )


def undo(settings: Settings) -> Undone:
    """Undo the newest import, with its mails that were not sent yet. Raises NotPossible.

    Repeated calls undo the ones before it, as long as the rows they replaced are kept.
    """
    with connection(), in_report_language(settings), transaction():
        lock()
        last = _find_to_undo()
        _require_no_accounts(last)
        notified = notifications.count_told(last.id)
        withdrawn = notifications.withdraw(last.id)
        tables = stages(settings)
        # Withdrawn rows first, then old values, which may refer to them; added rows last.
        returned = restore_withdrawn(tables, last.id)
        restored = returned + sum(restore(stage, last.id) for stage in tables)
        # Customers who got a mail about the changed invoice get one about the restored one.
        operations_told.post_replaced(_restored_invoices(last.id))
        removed = sum(remove(stage, last.id) for stage in reversed(tables))
        Replaced.delete().where(Replaced.import_ == last.id).execute()
        last.change(undone_at=now(), is_forgotten=True)
    return Undone(last.id, removed, restored, withdrawn, notified)


def _restored_invoices(import_id: int) -> str:
    return (
        "SELECT key FROM billing_import_replaced"
        f" WHERE import_id = {import_id:d} AND table_name = 'invoice'"
    )


def _find_to_undo() -> Import:
    last = Import.find_last()
    if not last and Import.select().where(Import.state == APPLIED).exists():
        raise NotPossible(_("every import has already been undone"))
    if not last:
        raise NotPossible(_("there has been no import yet"))
    if last.is_forgotten:
        raise NotPossible(
            _(
                "import %(id)s of %(at)s is too old: what it replaced is no longer kept "
                "(undo_imports, undo_days). Import the right data over it instead.",
                id=last.id,
                at=as_text(last.applied_at),
            )
        )
    return last


def _require_no_accounts(last: Import) -> None:
    """Raise NotPossible if a customer that it added has opened an account."""
    codes = (
        Account.select(Account.customer)
        .join(Customer)
        .where(Customer.import_id == last.id)
        .distinct()
    )
    found = [code for (code,) in tuples(codes.limit(LISTED_CODES + 1))]
    if found:
        more = ", …" if len(found) > LISTED_CODES else ""
        raise NotPossible(
            _(
                "import %(id)s brought customers who have since opened accounts: "
                "%(codes)s. Import the right data over it instead.",
                id=last.id,
                codes=f"{', '.join(found[:LISTED_CODES])}{more}",
            )
        )
