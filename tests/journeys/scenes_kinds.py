"""Invoices in parts, covered, corrected twice, called, from KSeF with meters; several at once."""

from collections.abc import Iterator
from datetime import timedelta

from playwright.sync_api import Page, expect

from cast import Customer, add_invoice, add_line, add_meter
from documents.papers import give
from ebok.accounts.models import Account
from ebok.database import now
from ebok.invoices.models import Instalment, Invoice
from ebok.ksef.numbers import crc8
from ebok.payments.models import OrderedInvoice, PaymentOrder
from journeys.scenes_papers import TODAY, bill, customer_inside, import_of_last_night, show
from journeys.scenes_payments import arrive
from ksef.faktura import SELLER, annotations, due, el, els, faktura, line, note
from office import Office

READINGS = (
    ("Punkt poboru", "Wodomierz", "Data odczytu", "Poprzedni, m³", "Bieżący, m³", "Zużycie, m³"),
    ("ul. Lipowa 14, klatka A", "81290061", "2026-10-31", "1412.5", "1433", "20.5"),
    ("ul. Lipowa 14, klatka B", "81290062", "2026-10-31", "873", "892.25", "19.25"),
)


def covered(page: Page, office: Office) -> Iterator[str]:
    """In parts, paid online, lost on the way, covered by credit; and several paid at once."""
    import_of_last_night()
    anna = customer_inside(page, office, "Anna Kowalska")
    parts = _in_parts(anna)
    yield show(page, office, parts, "w-ratach")
    waiting = bill(anna, 1, 9, due_on=TODAY - timedelta(days=5))
    pay_online(anna, waiting, days_ago=2)
    yield show(page, office, waiting, "zaplacona-online")
    lost = bill(anna, 2, 8, due_on=TODAY - timedelta(days=40))
    pay_online(anna, lost, days_ago=20)
    yield show(page, office, lost, "wplata-nie-dotarla")
    yield _listed(page, office, "faktury-stany")
    yield from _together(page, office)
    arrive(page, office)
    yield "platnosci-stany"
    celina = customer_inside(page, office, "Celina Wójcik-Żak")
    settled = bill(celina, 1, 9, due_on=TODAY - timedelta(days=5))
    add_invoice(celina.code, celina.name, 0, -90_000, kind="correction", due_on=None)
    yield show(page, office, settled, "pokryta-nadplata")
    yield _listed(page, office, "faktury-pokryte")
    arrive(page, office)
    yield "platnosci-pokryte"


def _in_parts(anna: Customer) -> Invoice:
    """The first part is paid by half and late, the second is ahead, the days are without sums."""
    invoice = bill(anna, 0, 30, due_on=TODAY - timedelta(days=3))
    for days in (-3, 27):
        due_on = TODAY + timedelta(days=days)
        Instalment.create(invoice=invoice.number, due_on=due_on, amount_grosze=None)
    invoice.change(outstanding_grosze=invoice.gross_grosze - 5_000)
    return invoice


def pay_online(customer: Customer, invoice: Invoice, days_ago: int) -> None:
    """What the operator confirmed so many days ago."""
    grosze, at = invoice.outstanding_grosze, now() - timedelta(days=days_ago)
    order = PaymentOrder.create(
        account=Account.get(customer=customer.code),
        invoice_number=invoice.number,
        amount_grosze=grosze,
        operator="imoje",
        state="paid",
        created_at=at,
        settled_at=at,
    )
    OrderedInvoice.create(
        order=order,
        invoice_number=invoice.number,
        amount_grosze=grosze,
        outstanding_grosze=grosze,
    )


def _listed(page: Page, office: Office, name: str) -> str:
    page.goto(f"{office.base_url}/faktury")
    expect(page.locator("tbody tr").first).to_be_visible()
    return name


def _together(page: Page, office: Office) -> Iterator[str]:
    for box in page.get_by_role("checkbox").all():
        box.check()
    expect(page.locator(".picked a:visible")).to_be_visible()
    yield "faktury-wybrane"
    page.locator(".picked a:visible").click()
    expect(page.locator("[data-value=title]")).not_to_be_empty()
    yield "platnosci-za-wybrane"


def kinds(page: Page, office: Office) -> Iterator[str]:
    """Two corrections of one invoice, a call, and a company's from KSeF with its meters."""
    import_of_last_night()
    anna = customer_inside(page, office, "Anna Kowalska")
    first, last = _corrected_twice(anna)
    yield show(page, office, first, "korygowana-dwa-razy")
    yield show(page, office, last, "korekta-korekty")
    call = add_invoice(
        anna.code, anna.name, 0, 24_512, kind="call", net_grosze=24_512, vat_grosze=0
    )
    yield show(page, office, call, "wezwanie")
    yield _listed(page, office, "faktury-z-wezwaniem")
    firm = customer_inside(
        page, office, "Pracownia ceramiki „Glina” sp. z o.o.", kind="company", nip="8671234568"
    )
    invoice, other = [in_ksef(office, firm, ago) for ago in (0, 1)]
    yield show(page, office, invoice, "z-ksef")
    page.locator("[data-copy=ksef]").click()
    expect(page.locator("[data-copy=ksef].button--copied")).to_be_visible()
    yield "faktura-z-ksef-skopiowano"
    page.goto(f"{office.base_url}/platnosci?faktury={invoice.public_id},{other.public_id}")
    expect(page.locator("[data-value=title]")).not_to_be_empty()
    yield "platnosci-za-faktury-z-ksef"


def _corrected_twice(anna: Customer) -> tuple[Invoice, Invoice]:
    point = add_meter(anna.code, "ul. Lipowa 14/3").point
    first = bill(anna, 2, 20, point_code=point.code, outstanding_grosze=0)
    reasons = ("Błędny odczyt wodomierza", "Zły adres punktu poboru i jeszcze raz błędny odczyt")
    earlier = first
    for ago, reason in enumerate(reversed(reasons)):
        columns = {"kind": "correction", "corrects": earlier.number, "due_on": None}
        earlier = add_invoice(
            anna.code,
            anna.name,
            1 - ago,
            -2_780 + 900 * ago,
            **columns,
            outstanding_grosze=0,
            correction_reason=reason,
        )
        add_line(earlier, 1, name="Odebrane ścieki", net_grosze=-2_574 + 833 * ago)
    return first, earlier


def in_ksef(office: Office, firm: Customer, ago: int) -> Invoice:
    """A company's invoice with its number and its file."""
    invoice = add_invoice(firm.code, firm.name, ago, 10_800, due_on=TODAY + timedelta(days=9))
    start = f"{SELLER}-{invoice.issued_on:%Y%m%d}-0A1B2C3D4E5F"
    invoice.change(ksef_number=f"{start}-{crc8(start):02X}", ksef_kind="VAT")
    give(office.data_dir, invoice, "xml", with_meters(invoice))
    return invoice


def with_meters(invoice: Invoice) -> bytes:
    """An invoice's file with what a utility's tells: notes, annotations, and readings."""
    head, *rows = READINGS
    kinds_ = ("txt", "txt", "date", "dec", "dec", "dec")
    columns = zip(kinds_, head, strict=True)
    table = el(
        "Tabela",
        el("Opis", "Odczyty wodomierzy"),
        el("TNaglowek", *(f'<Kol Typ="{kind}">{el("NKom", name)}</Kol>' for kind, name in columns)),
        *(el("Wiersz", *(el("WKom", cell) for cell in row)) for row in rows),
        el("Suma", *(el("SKom", cell) for cell in ("Razem", "", "", "", "", "39.75"))),
    )
    about = el("MetaDane", els(ZKlucz="Nieruchomość", ZWartosc="ul. Lipowa 14"))
    block = el("BlokDanych", el("ZNaglowek", "Rozliczenie wody"), about, table)
    others = el(
        "Podmiot3",
        el("DaneIdentyfikacyjne", els(NIP="5265877635", Nazwa="Szkoła Podstawowa nr 2")),
        el("Adres", els(KodKraju="PL", AdresL1="ul. Szkolna 4", AdresL2="39-000 Przykładowo")),
        el("Rola", 8),
    )
    return faktura(
        number=invoice.number,
        day=str(invoice.issued_on),
        annotations=annotations(split="1", cash="1"),
        others=others,
        lines=line(P_7="Dostarczona woda", P_8A="m3", P_8B="20", P_9A="5", P_11="100", P_12="8"),
        notes=note("Taryfa", "G1", 1) + note("Następny odczyt", "po 25 listopada"),
        payment=due(str(invoice.due_on)),
        attachment=el("Zalacznik", block),
        footer=el("Stopka", el("Informacje", el("StopkaFaktury", "Kapitał 5 000 000 zł"))),
    )
