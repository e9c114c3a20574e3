"""The newest import taken back, then the one before it: rows, and mails that have not left."""

from dataclasses import dataclass

from ebok.accounts.models import Account
from ebok.billing.differences import remove, restore
from ebok.billing.models import APPLIED, Import, Replaced
from ebok.billing.operations_history import NotUndone, lock, stages
from ebok.billing.operations_withdrawn_rows import bring_back
from ebok.customers.models import Customer
from ebok.database import as_text, connection, now, transaction
from ebok.languages import count as ngettext, in_report_language, say as _
from ebok.notifications import operations as notifications, operations_told
from ebok.settings import Settings

SHOWN = 5


@dataclass(frozen=True)
class Undone:
    """What taking an import back has done. `told` customers had their mails already."""

    import_id: int
    removed: int
    restored: int
    withdrawn: int
    told: int

    def __str__(self) -> str:
        counts = (
            ngettext("%(num)s row removed", "%(num)s rows removed", self.removed),
            ngettext("%(num)s row restored", "%(num)s rows restored", self.restored),
            ngettext("%(num)s e-mail not sent", "%(num)s e-mails not sent", self.withdrawn),
        )
        done = _("Import %(id)s undone: %(counts)s.", id=self.import_id, counts=", ".join(counts))
        return f"{done} {self._told()}" if self.told else done

    def _told(self) -> str:
        return ngettext(
            "%(num)s customer has already been told by e-mail, and gets a correction "
            "when the right invoice is imported.",
            "%(num)s customers have already been told by e-mail, and get a correction "
            "when the right invoice is imported.",
            self.told,
        )


def undo(settings: Settings) -> Undone:
    """Take the newest import that stands back, with its mails that have not left.

    Again takes back the one before it, as long as what it replaced is kept; raises NotUndone.
    """
    with connection(), in_report_language(settings), transaction():
        lock()
        last = _find_to_undo()
        _require_no_accounts(last)
        told = notifications.count_told(last.id)
        withdrawn = notifications.withdraw(last.id)
        tables = stages(settings)
        # First the old values, which may stop referring to what goes next.
        # And before these what was withdrawn, which they may refer to.
        returned = bring_back(tables, last.id)
        restored = returned + sum(restore(stage, last.id) for stage in tables)
        # What an import changed that told somebody since, and is now as it was told before.
        operations_told.post_replaced(_restored_invoices(last.id))
        removed = sum(remove(stage, last.id) for stage in reversed(tables))
        Replaced.delete().where(Replaced.import_ == last.id).execute()
        last.change(undone_at=now(), is_forgotten=True)
    return Undone(last.id, removed, restored, withdrawn, told)


def _restored_invoices(import_id: int) -> str:
    return (
        "SELECT key FROM billing_import_replaced"
        f" WHERE import_id = {import_id:d} AND table_name = 'invoice'"
    )


def _find_to_undo() -> Import:
    last = Import.find_last()
    if not last and Import.select().where(Import.state == APPLIED).exists():
        raise NotUndone(_("every import has already been undone"))
    if not last:
        raise NotUndone(_("there has been no import yet"))
    if last.is_forgotten:
        raise NotUndone(
            _(
                "import %(id)s of %(at)s is too old: what it replaced is no longer kept "
                "(undo_imports, undo_days). Import the right data over it instead.",
                id=last.id,
                at=as_text(last.applied_at),
            )
        )
    return last


def _require_no_accounts(last: Import) -> None:
    """An account must not lose its customer: whoever registered since then is not sent away."""
    codes = (
        Account.select(Account.customer)
        .join(Customer)
        .where(Customer.import_id == last.id)
        .distinct()
    )
    found = [code for (code,) in codes.limit(SHOWN + 1).tuples()]
    if found:
        more = ", …" if len(found) > SHOWN else ""
        raise NotUndone(
            _(
                "import %(id)s brought customers who have since opened accounts: "
                "%(codes)s. Import the right data over it instead.",
                id=last.id,
                codes=f"{', '.join(found[:SHOWN])}{more}",
            )
        )
