"""*Faktury*: the list and one invoice, in every state that a customer may find them in."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from playwright.sync_api import Page, expect

from cast import (
    Customer,
    add_document,
    add_invoice,
    add_line,
    add_meter,
    new_account,
    new_customer,
    today,
)
from ebok.billing.models import Import
from ebok.invoices.models import Invoice
from ebok.meters.models import Reading
from journeys.wizard import sit_down
from office import Office
from visitor import PASSWORD, Visitor

# The office's day, which begins before the one of UTC.
TODAY = today()
KSEF = "8672013494-20261106-0A1B2C3D4E5F-7D"
# Water, sewage and the fees for them: net prices in grosze, and what is counted.
ITEMS = (
    ("Dostarczona woda", "m³", 482),
    ("Odebrane ścieki", "m³", 764),
    ("Opłata abonamentowa, woda", "mies.", 620),
    ("Opłata abonamentowa, ścieki", "mies.", 410),
)


def customer_inside(page: Page, office: Office, name: str, **columns) -> Customer:
    """A customer without invoices, signed in in this browser."""
    customer = new_customer(name, months=0, **columns)
    new_account(customer, PASSWORD)
    with Visitor(office) as visitor:
        visitor.log_in(customer.code, PASSWORD)
        sit_down(page, visitor)
    return customer


def import_of_last_night() -> None:
    """What amounts are *stan na*."""
    moment = datetime(2026, 11, 24, 2, 12)
    if Import.as_of() is None:
        times = {"started_at": moment, "applied_at": moment, "as_of_at": moment}
        Import.create(**times, source="bundle", origin="command", new_count=1, changed_count=0)


def month(ago: int) -> dict:
    """The calendar month so long ago, as a period, and the day after it, when it is billed."""
    first = (TODAY.replace(day=1) - timedelta(days=30 * ago + 15)).replace(day=1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    issued = last + timedelta(days=1)
    return {"period_from": first, "period_to": last, "issued_on": issued}


def bill(customer: Customer, ago: int, cubic_metres: int, dearer: int = 0, **columns) -> Invoice:
    """A month's invoice; `dearer` grosze for each cubic metre of water."""
    rows = [
        (n, u, p + (dearer if p == 482 else 0), cubic_metres if u == "m³" else 1)
        for n, u, p in ITEMS
    ]
    net = sum(price * quantity for _n, _u, price, quantity in rows)
    vat = sum(round(price * quantity * 0.08) for _n, _u, price, quantity in rows)
    sums = {"net_grosze": net, "vat_grosze": vat, "gross_grosze": net + vat}
    invoice = add_invoice(customer.code, customer.name, **sums, **month(ago) | columns)
    for position, (name, unit, price, quantity) in enumerate(rows, 1):
        add_line(
            invoice,
            position,
            name=name,
            unit=unit,
            quantity_millionths=quantity * 10**6,
            unit_net_microgrosze=price * 10**6,
            net_grosze=price * quantity,
        )
    return invoice


def papers(page: Page, office: Office) -> Iterator[str]:
    """*Faktury*: nothing yet, some, many, filtered, not found, and what cannot be asked."""
    import_of_last_night()
    anna = customer_inside(page, office, "Anna Kowalska")
    address = f"{office.base_url}/faktury"
    page.goto(address)
    page.locator(".notice__none:visible").wait_for()
    yield "faktury-brak"
    _two_years(anna)
    page.reload()
    expect(page.locator(".table__paper")).to_have_count(25)
    yield "faktury"
    page.goto(f"{address}?state=due")
    expect(page.locator(".table__paper")).not_to_have_count(25)
    yield "faktury-do-zaplaty"
    page.goto(f"{address}?number=nie-ma-takiej&year=2025")
    page.locator(".notice__none:visible").wait_for()
    yield "faktury-nie-znaleziono"
    page.goto(f"{address}?number=---")
    expect(page.locator("[data-faults]")).to_be_focused()
    yield "faktury-blad"


def _two_years(anna: Customer) -> None:
    points = [add_meter(anna.code, street).point for street in ("Lipowa 14/3", "Rynek 7")]
    for ago in range(28):
        of = {"point_code": points[ago % 2].code, "outstanding_grosze": 0}
        bill(anna, ago, 8 + ago % 3, **of)
    late = {"due_on": TODAY - timedelta(days=12)}
    bill(anna, 0, 9, due_on=TODAY + timedelta(days=8), outstanding_grosze=4500)
    bill(anna, 1, 9, **late)
    add_invoice(anna.code, anna.name, 1, 320, kind="note", **late)
    add_invoice(anna.code, anna.name, 0, -1200, kind="correction", outstanding_grosze=-1200)


def paper(page: Page, office: Office) -> Iterator[str]:
    """One invoice: to pay, overdue, paid and corrected, a correction, a company's from KSeF."""
    import_of_last_night()
    anna = customer_inside(page, office, "Anna Kowalska")
    meter = add_meter(anna.code, "ul. Lipowa 14/3", serial=f"8{anna.code[3:]}")
    paid = bill(anna, 2, 9, outstanding_grosze=0)
    overdue = bill(anna, 1, 9, due_on=TODAY - timedelta(days=12), outstanding_grosze=5000)
    due = bill(anna, 0, 10, 43, due_on=TODAY + timedelta(days=8), ksef_number=KSEF)
    add_document(due, kind="xml", sha256="0" * 64, size_bytes=1)
    for day, litres in ((due.period_from, 412_000), (due.period_to, 422_000)):
        Reading.create(meter=meter, read_on=day, value_litres=litres, source="clerk")
    correction = add_invoice(
        anna.code,
        anna.name,
        0,
        -1200,
        kind="correction",
        corrects=paid.number,
        outstanding_grosze=0,
    )
    add_line(correction, 1, name="Odebrane ścieki", net_grosze=-1111)
    scenes = {"do-zaplaty": due, "po-terminie": overdue, "oplacona": paid, "korekta": correction}
    for name, invoice in scenes.items():
        yield show(page, office, invoice, name)
    yield from _of_companies(page, office)
    page.goto(f"{office.base_url}/faktury/{'0' * 32}")
    page.locator(".notice__none:visible").wait_for()
    yield "faktura-nie-ma"


def _of_companies(page: Page, office: Office) -> Iterator[str]:
    """Several rates; a sum that is not the gross; something less, and something one-off."""
    firm = customer_inside(
        page, office, "Pracownia ceramiki „Glina” sp. z o.o.", kind="company", nip="8671234568"
    )
    bill(firm, 1, 30)
    invoice = bill(firm, 0, 24, 20, ksef_number=KSEF, ksef_kind="VAT")
    add_line(invoice, 5, name="Wymiana wodomierza", unit="szt.", net_grosze=12_000, vat_rate="23")
    add_line(
        invoice,
        6,
        name="Odsetki",
        unit="",
        quantity_millionths=None,
        net_grosze=321,
        vat_rate="np I",
    )
    net, gross = invoice.net_grosze + 12_321, invoice.gross_grosze + 14_760 + 321
    invoice.change(net_grosze=net, vat_grosze=gross - net, gross_grosze=gross)
    invoice.change(payable_grosze=gross - 5_000, outstanding_grosze=gross - 5_000)
    lonely = {"kind": "correction", "corrects": "FV/2019/01/00017", "outstanding_grosze": -4_500}
    correction = add_invoice(firm.code, firm.name, 0, -4_500, **lonely)
    yield show(page, office, invoice, "firma")
    yield show(page, office, correction, "korekta-dawnej")


def show(page: Page, office: Office, invoice: Invoice, name: str) -> str:
    """Open one invoice, and wait until it is there."""
    page.goto(f"{office.base_url}/faktury/{invoice.public_id}")
    expect(page.get_by_role("heading", level=1)).to_have_text(invoice.number)
    return f"faktura-{name}"
