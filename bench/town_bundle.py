"""What a town's billing exports, and what it exports a night later."""

import os
from collections.abc import Iterator
from pathlib import Path

INVOICES = int(os.environ.get("TOWN", "1000000"))
LINES_EACH, INVOICES_EACH = 2, 20
NEW, CHANGED = INVOICES // 250, INVOICES // 50
"""With lines, payments and readings of the new ones one row in a hundred differs."""
MONTHS = 12
"""Readings of each meter."""
HEADS = {
    "customers": "customer_code;name;kind;nip;email;phone;street;postal_code;city;bank_account",
    "invoices": "invoice_number;customer_code;kind;buyer_name;issued_on;due_on;period_from;"
    "period_to;net;vat;gross;outstanding;ksef_number;corrects",
    "invoice_lines": "invoice_number;position;name;unit;quantity;unit_net;net;vat_rate",
    "instalments": "invoice_number;due_on;amount",
    "payments": "payment_id;customer_code;booked_on;amount;title;invoice_number",
    "points": "point_code;customer_code;street;postal_code;city;tariff",
    "meters": "meter_serial;point_code;digits;kind;installed_on;removed_on;legal_until",
    "readings": "meter_serial;read_on;value;source",
}


def write(bundle: Path, night: int) -> Path:
    """A bundle with every file: the first one, or that of the night after it."""
    bundle.mkdir()
    tables = {
        "customers": _customers(),
        "invoices": _invoices(night),
        "invoice_lines": _lines(night),
        "instalments": _instalments(night),
        "payments": _payments(night),
        "points": _points(),
        "meters": _meters(),
        "readings": _readings(night),
    }
    for name, lines in tables.items():
        with (bundle / f"{name}.csv").open("w") as file:
            print(HEADS[name], file=file)
            file.writelines(lines)
    return bundle


def _customers() -> Iterator[str]:
    for n in range(INVOICES // INVOICES_EACH):
        yield f"39-{n};Jan Kowalski {n};person;;jan{n}@poczta.example;;Lipowa {n};39-000;Miasto;\n"


def _numbers(night: int) -> Iterator[tuple[int, str]]:
    for n in range(INVOICES + NEW * night):
        yield n, f"FV/2026/{n % 12 + 1:02}/{n:07}"


def _invoices(night: int) -> Iterator[str]:
    for n, number in _numbers(night):
        day = f"2026-{n % 12 + 1:02}-{n % 28 + 1:02}"
        net = n * 7919 % 60_000 + 1_000
        vat = net * 8 // 100
        left = 0 if night or n % (INVOICES // CHANGED) else net + vat
        sums = ";".join(f"{each // 100},{each % 100:02}" for each in (net, vat, net + vat, left))
        code = f"39-{n % (INVOICES // INVOICES_EACH)}"
        yield f"{number};{code};invoice;;{day};{day};{day};{day};{sums};;\n"


def _lines(night: int) -> Iterator[str]:
    for n, number in _numbers(night):
        litres = n * 7919 % 60_000 + 1_000
        water = litres * 4 // 10
        parts = ("Dostarczona woda", water), ("Odprowadzone ścieki", litres - water)
        for position, (name, net) in enumerate(parts, 1):
            what = f"{litres // 1000},{litres % 1000:03};{position + 3},8235"
            yield f"{number};{position};{name};m³;{what};{net // 100},{net % 100:02};8\n"


def _instalments(night: int) -> Iterator[str]:
    """One invoice in ten is paid in two parts."""
    for n, number in _numbers(night):
        if n % 10 == 0:
            net = n * 7919 % 60_000 + 1_000
            gross = net + net * 8 // 100
            for month, part in ((1, gross // 2), (2, gross - gross // 2)):
                yield f"{number};2027-{month:02}-15;{part // 100},{part % 100:02}\n"


def _payments(night: int) -> Iterator[str]:
    """Two invoices in three were paid."""
    for n, number in _numbers(night):
        if n % 3:
            net, code = n * 7919 % 60_000 + 1_000, n % (INVOICES // INVOICES_EACH)
            day = f"2026-{n % 11 + 1:02}-{n % 28 + 1:02}"
            paid = f"{net // 100},{net % 100:02}"
            yield f"P/{n:07};39-{code};{day};{paid};{number};{number}\n"


def _points() -> Iterator[str]:
    for n in range(INVOICES // INVOICES_EACH):
        yield f"PP/{n};39-{n};Lipowa {n};39-000;Miasto;G1\n"


def _meters() -> Iterator[str]:
    for n in range(INVOICES // INVOICES_EACH):
        yield f"W{n:08};PP/{n};5;water;2024-03-01;;2029-12-31\n"


def _readings(night: int) -> Iterator[str]:
    """One a month; in the night some meters have one more."""
    for month in range(MONTHS):
        for n in range(INVOICES // INVOICES_EACH):
            yield f"W{n:08};2025-{month + 1:02}-28;{month * 7 + n % 50},{n % 1000:03};remote\n"
    for n in range(0, INVOICES // INVOICES_EACH * night, 8):
        yield f"W{n:08};2026-01-28;{MONTHS * 7 + n % 50},{n % 1000:03};remote\n"
