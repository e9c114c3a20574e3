"""The demo town's invoices, corrections, notes, payments and readings.

Everything is derived from the customer code and the month, so that a month later the same town is
made with one more month.
"""

from calendar import monthrange
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from random import Random
from typing import Any

from ebok.ksef.numbers import crc8

DAY = timedelta(days=1)
MONTHS = 24
VAT_PERCENT = 8
COUNTED_SINCE = date(2024, 1, 1)
"""Every meter of the town stood at its first reading on this day."""

KSEF_SINCE = date(2026, 4, 1)
"""Since this day every seller issues to companies in KSeF."""

CORRECTED_MONTHS_AGO = 3
NOTE_MONTHS_AGO = 6
BECAUSE = "Błędny odczyt wodomierza"

# First day, then net grosze: a m³ of water, a m³ of sewage, the monthly fee of each.
TARIFFS = (
    (date(2000, 1, 1), (461, 742, 600, 400)),
    (date(2025, 10, 1), (471, 751, 620, 410)),
    (date(2026, 10, 1), (482, 764, 620, 410)),
)
# Factors from January to December: gardens are watered in summer.
SEASONS = (90, 85, 95, 95, 105, 115, 135, 125, 100, 100, 90, 95)


@dataclass(frozen=True)
class Tap:
    """One meter of a customer: everything that its readings and invoices are computed from."""

    customer_code: str
    place: int
    kind: str
    point_code: str = ""
    suffix: str = ""

    @property
    def meter_serial(self) -> str:
        """The number on its face."""
        return f"81{self.place:05}{self.suffix.strip('/')}"

    def use(self, month: date) -> int:
        """Cubic metres used in a month."""
        chance = Random(f"{self.customer_code}{self.suffix} {month:%Y-%m-01}")
        habit = 5 + self.place % 9 if self.kind == "person" else 25 + self.place % 60
        return max(1, habit * SEASONS[month.month - 1] // 100 + chance.randrange(-1, 2))

    def reading(self, month: date) -> int:
        """What the meter shows at the end of a month, in cubic metres."""
        return _reading_of(self, month)

    def reading_on(self, day: date) -> int:
        """What the meter shows at the end of a day, in cubic metres."""
        month, days = day.replace(day=1), monthrange(day.year, day.month)[1]
        return self.reading(month_ago(month, 1)) + self.use(month) * day.day // days


# A reading is the sum of all months before: uncached, each month is computed 24 times.
@cache
def _reading_of(tap: Tap, month: date) -> int:
    if month < COUNTED_SINCE:
        return 30 + tap.place % 70
    return _reading_of(tap, month_ago(month, 1)) + tap.use(month)


@dataclass
class Papers:
    """Rows for the files of a bundle; `lines` by invoice number."""

    invoices: list[dict[str, Any]] = field(default_factory=list)
    lines: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    payments: list[dict[str, Any]] = field(default_factory=list)
    readings: list[dict[str, Any]] = field(default_factory=list)
    instalments: list[dict[str, Any]] = field(default_factory=list)

    def bill(self, invoice: dict[str, Any], lines: list[dict[str, Any]]) -> None:
        """Add an invoice with its lines."""
        self.invoices.append(invoice)
        self.lines[invoice["invoice_number"]] = lines

    def pay(self, invoice: dict[str, Any], on: date, grosze: int) -> None:
        """Add a payment of an invoice, and subtract it from the outstanding amount."""
        number = invoice["invoice_number"]
        row = {"payment_id": f"P/{number}", "customer_code": invoice["customer_code"]}
        row |= {"booked_on": on, "amount": zloty(grosze), "title": number, "invoice_number": number}
        self.payments.append(row)


def papers(tap: Tap, seller_nip: str, today: date) -> Papers:
    """Two years of a tap's papers, oldest first, up to last month."""
    made = Papers()
    made.readings += [_reading(tap, month_ago(today, MONTHS + 1))]
    for ago in range(MONTHS, 0, -1):
        month = month_ago(today, ago)
        made.readings.append(_reading(tap, month))
        _bill_month(made, tap, month, ago, seller_nip)
    return made


def _bill_month(made: Papers, tap: Tap, month: date, ago: int, seller_nip: str) -> None:
    chance = Random(f"{tap.customer_code}{tap.suffix} paid {month}")
    number = f"FV/{month:%Y/%m}/{tap.place:05}{tap.suffix}"
    last = month_after(month, 1) - timedelta(days=1)
    invoice, lines = bill(tap, number, month, last, seller_nip)
    gross, left = invoice["gross_grosze"], _left(tap, ago, invoice["gross_grosze"])
    made.bill(with_outstanding(invoice, left), lines)
    if left < gross:
        lowered = _correction_grosze(month_ago(month, 1)) if _settles(tap, ago) else 0
        made.pay(invoice, last + timedelta(days=chance.randrange(4, 16)), gross - left + lowered)
    if ago == CORRECTED_MONTHS_AGO and tap.place % 10 == 3:
        made.bill(*_correction(tap, invoice, month, seller_nip))
    if ago == NOTE_MONTHS_AGO and tap.place % 12 == 5:
        note = _note(tap, month, chance)
        made.bill(note, [])
        made.pay(note, note["due_on"], note["gross_grosze"])


def _left(tap: Tap, ago: int, gross: int) -> int:
    """Outstanding grosze: the newest invoice, an occasional overdue one, or a part of one."""
    if ago == 1 and tap.place % 7 != 2:
        return gross
    if ago == 2 and tap.place % 11 == 0:
        return gross
    return gross // 2 if ago == 2 and tap.place % 11 == 5 else 0


def _settles(tap: Tap, ago: int) -> bool:
    # A correction's credit reduces the payment of the next invoice.
    return ago == CORRECTED_MONTHS_AGO - 1 and tap.place % 10 == 3 and tap.place % 11 not in (0, 5)


def bill(
    tap: Tap, number: str, first: date, last: date, seller_nip: str
) -> tuple[dict[str, Any], list[Any]]:
    """An invoice row for a period, and its lines; `gross_grosze` is not a column of the file."""
    used = tap.reading_on(last) - tap.reading_on(first - DAY)
    lines = _lines(number, used, prices(first))
    net = sum(line["net_grosze"] for line in lines)
    invoice = row(
        net,
        (net * VAT_PERCENT + 50) // 100,
        invoice_number=number,
        customer_code=tap.customer_code,
        kind="invoice",
        issued_on=last,
        # Long enough that the newest is not overdue before the next one is issued.
        due_on=last + timedelta(days=30),
        period_from=first,
        period_to=last,
        point_code=tap.point_code,
    )
    return with_ksef(invoice, tap.kind, seller_nip), lines


def _lines(number: str, cubic_metres: int, tariff: tuple[int, ...]) -> list[dict[str, Any]]:
    names = ("Dostarczona woda", "Odebrane ścieki")
    fixed = ("Opłata abonamentowa, woda", "Opłata abonamentowa, ścieki")
    asked = [(name, "m³", cubic_metres) for name in names] + [(name, "mies.", 1) for name in fixed]
    return [
        {
            "invoice_number": number,
            "position": position,
            "name": name,
            "unit": unit,
            "quantity": quantity,
            "unit_net": zloty(price),
            "net": zloty(quantity * price),
            "vat_rate": "8",
            "net_grosze": quantity * price,
        }
        for position, ((name, unit, quantity), price) in enumerate(
            zip(asked, tariff, strict=True), start=1
        )
    ]


def prices(day: date) -> tuple[int, ...]:
    """The tariff in force on a day."""
    return next(tariff for since, tariff in reversed(TARIFFS) if since <= day)


def _correction_grosze(month: date) -> int:
    """Gross of this month's correction in grosze, negative: two cubic metres."""
    net = -2 * sum(prices(month)[:2])
    return net - (-net * VAT_PERCENT + 50) // 100


def _correction(
    tap: Tap, invoice: dict[str, Any], month: date, seller_nip: str
) -> tuple[dict[str, Any], list[Any]]:
    correction, lines = corrected(
        tap,
        month,
        seller_nip,
        cubic_metres=-2,
        invoice_number=invoice["invoice_number"].replace("FV/", "KOR/"),
        issued_on=month_after(month, 1) + timedelta(days=tap.place % 15 + 5),
        period_from=invoice["period_from"],
        period_to=invoice["period_to"],
        corrects=invoice["invoice_number"],
        correction_reason=BECAUSE,
    )
    left = 0 if _settles(tap, CORRECTED_MONTHS_AGO - 1) else correction["gross_grosze"]
    return with_outstanding(correction, left), lines


def corrected(
    tap: Tap, month: date, seller_nip: str, cubic_metres: int, **columns: Any
) -> tuple[dict[str, Any], list[Any]]:
    """A correction by `cubic_metres` of water and sewage, and its lines."""
    lines = _lines(columns["invoice_number"], cubic_metres, prices(month))[:2]
    net = sum(line["net_grosze"] for line in lines)
    vat = (abs(net) * VAT_PERCENT + 50) // 100
    whose = {"customer_code": tap.customer_code, "kind": "correction", "point_code": tap.point_code}
    correction = row(net, vat if net > 0 else -vat, **whose, **columns)
    return with_ksef(correction, tap.kind, seller_nip), lines


def _note(tap: Tap, month: date, chance: Random) -> dict[str, Any]:
    """A paid interest note; it has no VAT."""
    issued_on = month_after(month, 1) + timedelta(days=chance.randrange(5, 20))
    return row(
        chance.randrange(40, 900),
        invoice_number=f"NO/{month:%Y/%m}/{tap.place:05}{tap.suffix}",
        customer_code=tap.customer_code,
        kind="note",
        issued_on=issued_on,
        due_on=issued_on + timedelta(days=7),
    )


def _reading(tap: Tap, month: date) -> dict[str, Any]:
    return {
        "meter_serial": tap.meter_serial,
        "read_on": month_after(month, 1) - timedelta(days=1),
        "value": tap.reading(month),
        "source": ("clerk", "remote", "customer")[tap.place % 3],
    }


def row(net: int, vat: int = 0, **columns: Any) -> dict[str, Any]:
    """A row of invoices.csv with nothing outstanding."""
    sums = {"net": net, "vat": vat, "gross": net + vat, "outstanding": 0}
    told = {name: zloty(grosze) for name, grosze in sums.items()}
    return columns | told | {"net_grosze": net, "vat_grosze": vat, "gross_grosze": net + vat}


def with_outstanding(invoice: dict[str, Any], outstanding_grosze: int) -> dict[str, Any]:
    """A copy of the row with this outstanding amount."""
    return invoice | {"outstanding": zloty(outstanding_grosze)}


def zloty(grosze: int) -> str:
    """An amount as the CSV files have it."""
    return f"{'-' if grosze < 0 else ''}{abs(grosze) // 100},{abs(grosze) % 100:02}"


def with_ksef(invoice: dict[str, Any], kind: str, seller_nip: str) -> dict[str, Any]:
    """The row, with a KSeF number if the buyer is a company."""
    issued_on = invoice["issued_on"]
    if kind == "company" and issued_on >= KSEF_SINCE:
        tail = Random(invoice["invoice_number"]).randrange(16**12)
        start = f"{seller_nip}-{issued_on:%Y%m%d}-{tail:012X}"
        invoice["ksef_number"] = f"{start}-{crc8(start):02X}"
    return invoice


def month_ago(day: date, months: int) -> date:
    """The first day of the month that many months before."""
    return month_after(day, -months)


def month_after(day: date, months: int) -> date:
    """The first day of the month that many months after."""
    count = day.year * 12 + day.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)
