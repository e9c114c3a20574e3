"""Whose the FA(3) files of a bundle are: by the customer code on them (NrKlienta), else by NIP."""

import re

from ebok.billing import aside
from ebok.billing.report import LISTED, Fault, Report
from ebok.billing.staging import execute
from ebok.sentences import say as _

CODE, NIP = "Faktura/Podmiot2/NrKlienta", "Faktura/Podmiot2/DaneIdentyfikacyjne/NIP"
# A customer of the bundle counts as the bundle has them.
EVERYBODY = """
    (SELECT code, nip FROM staged_customer UNION ALL SELECT code, nip FROM customer
     WHERE code NOT IN (SELECT code FROM staged_customer)
     AND code NOT IN (SELECT code FROM gone_customer))
    """


def find_customers(code_pattern: str, report: Report) -> tuple[list[str], int]:
    """Write a customer's code to each staged file, or refuse it; the codes that nobody has, and
    how many there are."""
    _drop_foreign_codes(code_pattern)
    _find_by_nip()
    _refuse_several(report)
    _warn_of_other_nips(report)
    return _refuse_unknown(report)


def _drop_foreign_codes(code_pattern: str) -> None:
    """What another system of the seller calls the buyer is no customer code: the NIP may do."""
    found = execute("SELECT DISTINCT customer_code FROM staged_fa3 WHERE customer_code <> ''")
    matches = re.compile(code_pattern, re.ASCII).fullmatch
    for (code,) in found:
        if not matches(code):
            execute("UPDATE staged_fa3 SET customer_code = '' WHERE customer_code = {0}", code)


def _find_by_nip() -> None:
    execute(
        f"""
        UPDATE staged_fa3 SET customer_code = owner.code FROM
        (SELECT nip, min(code) AS code FROM {EVERYBODY} AS everybody
         WHERE nip <> '' GROUP BY nip HAVING count(*) = 1) AS owner
        WHERE staged_fa3.customer_code = '' AND owner.nip = staged_fa3.nip
        """
    )


def _refuse_several(report: Report) -> None:
    """One company may have several customer codes, and only it knows which one is meant."""
    found = execute(
        f"""
        SELECT x.file, x.nip, min(owner.code), max(owner.code), count(*)
        FROM staged_fa3 AS x JOIN {EVERYBODY} AS owner ON owner.nip = x.nip
        WHERE x.customer_code = '' AND x.nip <> '' GROUP BY x.line, x.file, x.nip ORDER BY x.line
        """
    )
    for file, nip, one, other, count in found:
        expected = _(
            "expected NrKlienta: %(count)s customers have this NIP, among them %(one)s, %(other)s",
            count=count,
            one=one,
            other=other,
        )
        report.set_aside(Fault(file, column=NIP, value=nip, expected=expected))
    _leave_out(
        f"""customer_code = '' AND nip IN
        (SELECT nip FROM {EVERYBODY} AS owner WHERE nip <> '')"""
    )


def _leave_out(which: str) -> None:
    """These files are no invoices of anybody, unless `invoices.csv` says whose."""
    told = "SELECT number FROM staged_invoice"
    found = execute(f"SELECT number FROM staged_fa3 WHERE {which} AND number NOT IN ({told})")
    aside.note("invoice", [number for (number,) in found])
    execute(f"DELETE FROM staged_fa3 WHERE {which}")


def _warn_of_other_nips(report: Report) -> None:
    """The code decides; but billing should hear that the buyer is not whom it knows by it."""
    found = execute(
        f"""
        SELECT x.file, x.nip, owner.code, owner.nip FROM staged_fa3 AS x
        JOIN {EVERYBODY} AS owner ON owner.code = x.customer_code
        WHERE x.nip <> '' AND owner.nip <> '' AND owner.nip <> x.nip ORDER BY x.line
        """
    )
    for file, nip, code, known in found:
        expected = _("customer %(code)s has the NIP %(nip)s", code=code, nip=known)
        report.warn(Fault(file, 0, NIP, nip, expected))


def _refuse_unknown(report: Report) -> tuple[list[str], int]:
    found = execute(
        f"""
        SELECT x.file, x.customer_code, x.nip FROM staged_fa3 AS x WHERE x.customer_code NOT IN
        (SELECT code FROM {EVERYBODY} AS everybody) ORDER BY x.line
        """
    )
    for file, code, nip in found:
        if code:
            expected = _("expected a customer that e-BOK has already, or of customers.csv")
            report.set_aside(Fault(file, column=CODE, value=code, expected=expected))
        else:
            expected = _(
                "expected NrKlienta, or the NIP of a customer that e-BOK has already, or of "
                "customers.csv"
            )
            report.set_aside(Fault(file, column=NIP, value=nip or None, expected=expected))
    if found and not report.is_lost:
        _leave_out(f"customer_code NOT IN (SELECT code FROM {EVERYBODY} AS everybody)")
    codes = list(dict.fromkeys(code for _file, code, _nip in found if code))
    return codes[:LISTED], len(codes)
