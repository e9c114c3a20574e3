"""*Saldo i płatności* in all its states."""

from collections.abc import Iterator
from datetime import timedelta

from playwright.sync_api import Page, expect

from cast import add_invoice, add_payment, new_account, new_customer, today
from ebok.billing.models import Import
from ebok.customers.models import Customer
from ebok.database import now
from journeys.wizard import press, say, sit_down
from office import Office
from payments.accounts import new_account_number
from visitor import PASSWORD, Visitor

TODAY = today()


def newcomer(page: Page, office: Office, name: str = "Helena Nowak-Wiśniewska") -> str:
    """Somebody logged in, of whom billing has no papers yet; their code."""
    if Import.find_last() is None:
        moments = dict.fromkeys(("started_at", "applied_at", "as_of_at"), now())
        counts = {"source": "x", "origin": "command", "new_count": 1, "changed_count": 0}
        Import.create(**moments, **counts)
    customer = new_customer(name, months=0)
    Customer.update(bank_account=new_account_number()).where(
        Customer.code == customer.code
    ).execute()
    new_account(customer, PASSWORD)
    with Visitor(office) as visitor:
        visitor.log_in(customer.code, PASSWORD)
        sit_down(page, visitor)
    return customer.code


def long_history(code: str) -> None:
    """Two years paid, one invoice overdue, a correction, a note, one invoice to come."""
    for month in range(24, 2, -1):
        paid = add_invoice(code, "Helena", month, 12_000 + 37 * month, outstanding_grosze=0)
        columns = {"invoice_number": paid.number, "title": f"{paid.number}, {code}"}
        add_payment(code, paid.gross_grosze, paid.due_on, **columns)
    late = add_invoice(code, "Helena", 2, 12_835)
    add_invoice(code, "Helena", 1, -1_150, kind="correction", corrects=late.number, due_on=None)
    add_invoice(code, "Helena", 0, 240, kind="note")
    add_invoice(code, "Helena", 0, 14_569)


def arrive(page: Page, office: Office) -> None:
    """The page, with what it had to ask for."""
    page.goto(f"{office.base_url}/platnosci")
    expect(page.locator(".owed h2")).to_be_visible()
    page.wait_for_load_state("networkidle")


def money(page: Page, office: Office) -> Iterator[str]:
    """Nothing, owed, copied, overdue with a long ledger, a wrong period, credit, too much."""
    newcomer(page, office)
    arrive(page, office)
    yield "platnosci-puste"
    code = newcomer(page, office)
    add_invoice(code, "Helena", 0, 14_569)
    arrive(page, office)
    yield "platnosci"
    page.locator("[data-copy=account]").click()
    page.wait_for_timeout(50)
    yield "platnosci-skopiowano"
    yield from _late(page, office)
    code = newcomer(page, office)
    add_invoice(code, "Helena", 1, 10_000, outstanding_grosze=0)
    add_payment(code, 12_550, TODAY - timedelta(days=2))
    arrive(page, office)
    yield "platnosci-nadplata"
    add_invoice(code, "Helena", 0, 2_143_799)
    arrive(page, office)
    yield "platnosci-bez-qr"


def _late(page: Page, office: Office) -> Iterator[str]:
    long_history(newcomer(page, office))
    arrive(page, office)
    expect(page.locator(".state--late").first).to_be_visible()
    press(page, "Show older ones")
    expect(page.locator(".ledger__row")).to_have_count(48)
    yield "platnosci-po-terminie"
    page.get_by_label(say(page)("from – to"), exact=True).check()
    page.locator("#from").fill("2026-05-31")
    page.locator("#to").fill("2026-05-01")
    press(page, "Show")
    expect(page.locator("[data-faults]")).to_be_focused()
    yield "platnosci-zly-okres"
