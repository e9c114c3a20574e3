"""Finds the customer of each FA(3) file: by the customer code on it (NrKlienta), else by NIP.

If the buyer is a municipality or a VAT group and one of its units receives the invoice (Podmiot3),
the unit is the customer. Other third parties (factors, payers) change nothing.
"""

import re
from typing import TYPE_CHECKING, Any

from ebok.billing import operations_set_aside as set_aside
from ebok.billing.errors import MAX_LISTED, Fault, RefusedDocument
from ebok.billing.staging import execute
from ebok.billing.texts_report import Report
from ebok.ksef.people import Party
from ebok.languages import say as _

if TYPE_CHECKING:
    from ebok.ksef.invoice import FaInvoice

CODE, NIP = "Faktura/Podmiot2/NrKlienta", "Faktura/Podmiot2/DaneIdentyfikacyjne/NIP"
UNIT_CODE, UNIT_NIP = "Faktura/Podmiot3/NrKlienta", "Faktura/Podmiot3/DaneIdentyfikacyjne/NIP"
RECEIVER, UNITS = "2", ("8", "10")
"""Rola of Podmiot3: the receiver; a unit of local government (JST), a member of a VAT group."""
# Customers as the bundle has them, else as the mirror has them.
ALL_CUSTOMERS = """
    (SELECT code, nip FROM staged_customer UNION ALL SELECT code, nip FROM customer
     WHERE code NOT IN (SELECT code FROM staged_customer)
     AND code NOT IN (SELECT code FROM gone_customer))
    """


def find_customers(code_pattern: str, report: Report) -> tuple[list[str], int]:
    """Write the customer code to each staged file, or set the file aside.

    Returns the first unknown codes, and how many there are.
    """
    for column in ("customer_code", "unit_code", "receiver_code"):
        _clear_other_codes(code_pattern, column)
    _find_units()
    _find_by_nip()
    _find_by_receiver()
    _refuse_several(report)
    _warn_of_other_nips(report)
    return _refuse_unknown(report)


def parties(invoice: "FaInvoice", file: str) -> dict[str, Any]:
    """Columns of a staged file: whatever identifies its customer, buyer, and recipient."""
    unit = _unit(invoice, file)
    receivers = [each.customer_code for each in invoice.others if each.role == RECEIVER]
    return {
        "buyer_name": invoice.buyer.name,
        "customer_code": invoice.buyer.customer_code,
        "nip": invoice.buyer.nip,
        "unit_code": unit.customer_code if unit else "",
        "unit_nip": unit.nip if unit else "",
        "receiver_code": next(filter(None, receivers), ""),
        "recipient_name": unit.name if unit else "",
        "buyer_nip": invoice.buyer.nip if unit else "",
    }


def _unit(invoice: "FaInvoice", file: str) -> Party | None:
    """The unit that receives the invoice, or None. Raises RefusedDocument if there are several."""
    units = [each for each in invoice.others if each.role in UNITS]
    named = [each for each in units if each.customer_code] or units
    if len({(each.customer_code, each.nip) for each in named}) > 1:
        names = ", ".join(each.name for each in named)
        expected = _("expected one unit (Rola 8) that receives the invoice: %(names)s", names=names)
        raise RefusedDocument(Fault(file, 0, UNIT_CODE, None, expected))
    return named[0] if named else None


def _clear_other_codes(code_pattern: str, column: str) -> None:
    """Clear codes that do not match the pattern: another system's. The NIP may still identify."""
    found = execute(f"SELECT DISTINCT {column} FROM staged_fa3 WHERE {column} <> ''")
    matches = re.compile(code_pattern, re.ASCII).fullmatch
    for (code,) in found:
        if not matches(code):
            execute(f"UPDATE staged_fa3 SET {column} = '' WHERE {column} = {{0}}", code)


def _find_units() -> None:
    """Use the unit's code, else its NIP; of several customers with that NIP, the one with the
    buyer's code.

    An unknown unit is ignored: then the buyer is the customer.
    """
    execute("UPDATE staged_fa3 SET customer_code = unit_code, nip = unit_nip WHERE unit_code <> ''")
    mine = f"SELECT 1 FROM {ALL_CUSTOMERS} AS owner WHERE owner.nip = staged_fa3.unit_nip"
    execute(
        f"""
        UPDATE staged_fa3 SET nip = unit_nip, customer_code = CASE
        WHEN EXISTS ({mine} AND owner.code = staged_fa3.customer_code)
        THEN customer_code ELSE '' END
        WHERE unit_code = '' AND unit_nip <> '' AND EXISTS ({mine})
        """
    )


def _find_by_receiver() -> None:
    """Of several customers with the buyer's NIP, use the one with the receiver's code."""
    execute(
        f"""
        UPDATE staged_fa3 SET customer_code = receiver_code
        WHERE customer_code = '' AND EXISTS (SELECT 1 FROM {ALL_CUSTOMERS} AS owner
        WHERE owner.nip = staged_fa3.nip AND owner.code = staged_fa3.receiver_code)
        """
    )


def _find_by_nip() -> None:
    execute(
        f"""
        UPDATE staged_fa3 SET customer_code = owner.code FROM
        (SELECT nip, min(code) AS code FROM {ALL_CUSTOMERS} AS everybody
         WHERE nip <> '' GROUP BY nip HAVING count(*) = 1) AS owner
        WHERE staged_fa3.customer_code = '' AND owner.nip = staged_fa3.nip
        """
    )


def _refuse_several(report: Report) -> None:
    """Set aside files whose NIP several customers have: only the company knows which one is
    meant."""
    found = execute(
        f"""
        SELECT x.file, x.nip, min(owner.code), max(owner.code), count(*), x.nip = x.unit_nip
        FROM staged_fa3 AS x JOIN {ALL_CUSTOMERS} AS owner ON owner.nip = x.nip
        WHERE x.customer_code = '' AND x.nip <> ''
        GROUP BY x.line, x.file, x.nip, x.unit_nip ORDER BY x.line
        """
    )
    for file, nip, one, other, count, is_unit in found:
        expected = _(
            "expected NrKlienta: %(count)s customers have this NIP, among them %(one)s, %(other)s",
            count=count,
            one=one,
            other=other,
        )
        report.set_aside(Fault(file, 0, UNIT_NIP if is_unit else NIP, nip, expected))
    _leave_out(
        f"""customer_code = '' AND nip IN
        (SELECT nip FROM {ALL_CUSTOMERS} AS owner WHERE nip <> '')"""
    )


def _leave_out(which: str) -> None:
    """Drop these files; their invoices are noted as set aside unless `invoices.csv` has them."""
    in_csv = "SELECT number FROM staged_invoice"
    found = execute(f"SELECT number FROM staged_fa3 WHERE {which} AND number NOT IN ({in_csv})")
    set_aside.add("invoice", [number for (number,) in found])
    execute(f"DELETE FROM staged_fa3 WHERE {which}")


def _warn_of_other_nips(report: Report) -> None:
    """Warn where the customer found by its code has another NIP than the file's buyer."""
    found = execute(
        f"""
        SELECT x.file, x.nip, owner.code, owner.nip FROM staged_fa3 AS x
        JOIN {ALL_CUSTOMERS} AS owner ON owner.code = x.customer_code
        WHERE x.nip <> '' AND owner.nip <> '' AND owner.nip <> x.nip ORDER BY x.line
        """
    )
    for file, nip, code, known in found:
        expected = _("customer %(code)s has the NIP %(nip)s", code=code, nip=known)
        report.warn(Fault(file, 0, NIP, nip, expected))


def _refuse_unknown(report: Report) -> tuple[list[str], int]:
    found = execute(
        f"""
        SELECT x.file, x.customer_code, x.nip, x.customer_code = x.unit_code
        FROM staged_fa3 AS x WHERE x.customer_code NOT IN
        (SELECT code FROM {ALL_CUSTOMERS} AS everybody) ORDER BY x.line
        """
    )
    for file, code, nip, is_unit in found:
        if code:
            expected = _("expected a customer already in e-BOK, or in customers.csv")
            report.set_aside(Fault(file, 0, UNIT_CODE if is_unit else CODE, code, expected))
        else:
            expected = _(
                "expected NrKlienta, or the NIP of a customer already in e-BOK or in customers.csv"
            )
            report.set_aside(Fault(file, column=NIP, value=nip or None, expected=expected))
    if found and not report.will_be_refused:
        _leave_out(f"customer_code NOT IN (SELECT code FROM {ALL_CUSTOMERS} AS everybody)")
    codes = list(dict.fromkeys(code for _file, code, *_rest in found if code))
    return codes[:MAX_LISTED], len(codes)
