"""What the demo town's customers get: an invoice a month, now and then a correction or a note."""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from ebok.ksef.numbers import crc8

MONTHS = 24
VAT_PERCENT = 8
PRICE_GROSZE = 1287
"""A cubic metre of water in and of sewage out, net."""

KSEF_SINCE = date(2026, 4, 1)
"""Since this day every seller issues to companies in KSeF."""

CORRECTED_MONTHS_AGO = 3
NOTE_MONTHS_AGO = 6


def papers(customer_code: str, kind: str, seller_nip: str, today: date) -> Iterator[dict]:
    """The customer's rows of invoices.csv, oldest first, up to last month."""
    for ago in range(MONTHS, 0, -1):
        first = _month(today, ago)
        chance = Random(f"{customer_code} {first}")
        invoice = _invoice(customer_code, first, chance, ago)
        yield _with_ksef(invoice, kind, seller_nip)
        if ago == CORRECTED_MONTHS_AGO and _place(customer_code) % 10 == 3:
            yield _with_ksef(_correction(invoice, first, chance), kind, seller_nip)
        if ago == NOTE_MONTHS_AGO and _place(customer_code) % 12 == 5:
            yield _note(customer_code, first, chance)


def _place(customer_code: str) -> int:
    return int(customer_code.rsplit("-")[-1])


def _month(today: date, ago: int) -> date:
    """The first day of the month that many months ago."""
    months = today.year * 12 + today.month - 1 - ago
    return date(months // 12, months % 12 + 1, 1)


def _invoice(customer_code: str, first: date, chance: Random, ago: int) -> dict:
    last = _month(first, -1) - timedelta(days=1)
    net = chance.randrange(3, 40) * PRICE_GROSZE
    vat = (net * VAT_PERCENT + 50) // 100
    is_open = ago == 1 or (ago == 2 and _place(customer_code) % 11 == 0)
    return _row(
        invoice_number=f"FV/{first:%Y/%m}/{_place(customer_code):05}",
        customer_code=customer_code,
        kind="invoice",
        issued_on=last,
        due_on=last + timedelta(days=14),
        period_from=first,
        period_to=last,
        net=net,
        vat=vat,
        outstanding=net + vat if is_open else 0,
    )


def _correction(invoice: dict, first: date, chance: Random) -> dict:
    """Two cubic metres fewer than billed; the amounts are differences."""
    net = -2 * PRICE_GROSZE
    return _row(
        invoice_number=invoice["invoice_number"].replace("FV/", "KOR/"),
        customer_code=invoice["customer_code"],
        kind="correction",
        issued_on=_month(first, -1) + timedelta(days=chance.randrange(5, 20)),
        period_from=invoice["period_from"],
        period_to=invoice["period_to"],
        net=net,
        vat=-((-net * VAT_PERCENT + 50) // 100),
        corrects=invoice["invoice_number"],
    )


def _note(customer_code: str, first: date, chance: Random) -> dict:
    """An interest note: no VAT on it."""
    issued_on = _month(first, -1) + timedelta(days=chance.randrange(5, 20))
    return _row(
        invoice_number=f"NO/{first:%Y/%m}/{_place(customer_code):05}",
        customer_code=customer_code,
        kind="note",
        issued_on=issued_on,
        due_on=issued_on + timedelta(days=7),
        net=chance.randrange(40, 900),
    )


def _row(net: int, vat: int = 0, outstanding: int = 0, **columns) -> dict:
    sums = {"net": net, "vat": vat, "gross": net + vat, "outstanding": outstanding}
    return columns | {name: _zloty(grosze) for name, grosze in sums.items()}


def _zloty(grosze: int) -> str:
    return f"{'-' if grosze < 0 else ''}{abs(grosze) // 100},{abs(grosze) % 100:02}"


def _with_ksef(row: dict, kind: str, seller_nip: str) -> dict:
    issued_on = row["issued_on"]
    if kind == "company" and issued_on >= KSEF_SINCE:
        tail = Random(row["invoice_number"]).randrange(16**12)
        start = f"{seller_nip}-{issued_on:%Y%m%d}-{tail:012X}"
        row["ksef_number"] = f"{start}-{crc8(start):02X}"
    return row
