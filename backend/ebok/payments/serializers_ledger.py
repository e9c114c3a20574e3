"""The ledger as files: CSV for a spreadsheet, PDF for paper."""

from pathlib import Path
from typing import Any

from flask_babel import gettext as _

from ebok import settings
from ebok.accounts.models import Account
from ebok.invoices import texts
from ebok.languages import language, moment
from ebok.payments import texts as told
from ebok.payments.errors import PeriodTooLong
from ebok.payments.operations_ledger import Entry, Ledger
from ebok.pdf.requests import Cost, ask as ask_for_pdf
from ebok.values.csv_text import harmless, table

BOM = "\ufeff"
"""Without a byte order mark Excel does not read the file as UTF-8."""
MOST_ON_PAPER = 500
"""Most entries in a PDF: a dozen pages, some seconds to render."""


def kinds() -> dict[str, str]:
    """Labels of the kinds of entries."""
    return {
        "invoice": _("Invoice"),
        "correction": _("Correction"),
        "note": _("Interest note"),
        "payment": _("Payment"),
    }


def attachment(customer_code: str, shown: Ledger, kind: str) -> dict[str, str]:
    """Content-Disposition header with the file's name."""
    period = "-".join(str(day) for day in (shown.since, shown.until) if day)
    name = "-".join(filter(None, ("saldo", customer_code, period)))
    return {"Content-Disposition": f'attachment; filename="{name}.{kind}"'}


def csv(shown: Ledger) -> str:
    """The ledger as CSV, oldest first; amounts like 1234,56, which spreadsheets parse."""
    heads = (_("Day"), _("What"), _("Number"), _("Title"), _("Due"), _("Amount"), _("Balance"))
    before = (shown.since, _("Opening balance"), "", "", "", "", plain(shown.opening_grosze))
    after = (shown.until, _("Closing balance"), "", "", "", "", plain(shown.closing_grosze))
    called = kinds()
    entries = [_cells(entry, called) for entry in reversed(shown.entries)]
    told = [("", sentence, "", "", "", "", "") for sentence in online(shown)]
    return BOM + table([heads, before, *entries, after, *told], quoted=True)


def online(shown: Ledger) -> list[str]:
    """A sentence for each payment online that is not booked, or never arrived."""
    return [*map(told.waiting, shown.waiting), *map(told.lost, shown.lost)]


def _cells(entry: Entry, called: dict[str, Any]) -> tuple[Any, ...]:
    # Titles are typed by payers: make them harmless as CSV formulas.
    said = (called[entry.kind], harmless(entry.number), harmless(entry.title))
    sums = plain(entry.amount_grosze), plain(entry.balance_grosze)
    return entry.on, *said, ", ".join(map(str, entry.due_days)), *sums


def plain(grosze: int) -> str:
    """An amount like -1234,56."""
    return f"{'-' if grosze < 0 else ''}{abs(grosze) // 100},{abs(grosze) % 100:02}"


def pdf(account: Account, shown: Ledger) -> Path:
    """Path of the PDF, oldest first. Raises PeriodTooLong, TooMany, NotYet, CannotPrint."""
    if len(shown.entries) > MOST_ON_PAPER:
        raise PeriodTooLong()
    most = settings.current().limits.pdfs_per_code_hour
    cost = Cost(account.customer_code, "pdfs", most)
    return ask_for_pdf("ledger", language(), cost, **_paper(account, shown))


def _paper(account: Account, shown: Ledger) -> dict[str, Any]:
    as_of = shown.as_of
    return {
        "customer_code": account.customer_code,
        "customer_name": account.customer.name,
        "shown": shown,
        "entries": list(reversed(shown.entries)),
        "called": kinds(),
        "told_period": _told_period(shown),
        "online": online(shown),
        "as_of": _("As of %(moment)s", moment=moment(as_of)) if as_of else "",
    }


def _told_period(shown: Ledger) -> str:
    days = {"since": shown.since, "until": shown.until}
    told = {name: texts.day(on) for name, on in days.items() if on}
    if len(told) == 2:
        return _("from %(since)s to %(until)s", **told)
    if shown.since:
        return _("from %(since)s", **told)
    return _("to %(until)s", **told) if shown.until else _("from the beginning")
