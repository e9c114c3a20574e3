"""*Zużycie i koszt* and *Czy to od nas?*: every state of them."""

from collections.abc import Iterator
from datetime import date

from playwright.sync_api import Page, expect

from cast import Customer, add_invoice, add_meter, new_account, new_customer
from consumption.bills import bill, months_to
from ebok.billing.models import Import
from ebok.database import now
from ebok.limits import Limit
from ebok.mail.models import Mail
from ebok.tokens import shown_short_code
from journeys.wizard import log_in, press
from office import Office
from visitor import PASSWORD

METRES = (9, 8, 8, 7, 8, 9, 9, 11, 12, 11, 9, 9, 8, 9, 8, 7, 8, 8, 9, 11, 13, 12, 9, 10)

NIGHTLY = {"source": "nightly", "origin": "command", "new_count": 1, "changed_count": 0}


def someone_inside(page: Page, office: Office) -> Customer:
    """A customer without an invoice, logged in."""
    customer = new_customer("Helena Nowak", months=0)
    new_account(customer, PASSWORD)
    log_in(page, office, customer.code, PASSWORD)
    page.wait_for_url("**/start")
    return customer


def use(page: Page, office: Office) -> Iterator[str]:
    """*Zużycie i koszt*: nothing yet, two years of months, the table, two points, odd days."""
    Import.create(**NIGHTLY, started_at=now(), applied_at=now(), as_of_at=now())
    customer = someone_inside(page, office)
    address = f"{office.base_url}/zuzycie"
    page.goto(address)
    expect(page.locator(".use > .told")).to_be_visible()
    yield "zuzycie-puste"
    point = add_meter(customer.code).point.code
    for days, metres in zip(months_to(2026, 10, 24), METRES, strict=True):
        gross = metres * 1457 + 1250
        bill(customer.code, days, metres, point_code=point, gross_grosze=gross)
    page.reload()
    expect(page.locator(".chart__now:visible")).to_have_count(12)
    yield "zuzycie"
    page.locator("input[value=cost]").check()
    page.locator(".chart__table > summary").click()
    expect(page.locator(".chart__table tbody tr")).to_have_count(12)
    yield "zuzycie-koszt-tabela"
    yield from _points(page, customer, address)
    page.route("**/api/use*", lambda route: route.abort())
    page.reload()
    expect(page.locator("[data-faults-place] .faults")).to_be_visible()
    yield "zuzycie-bez-sieci"
    page.unroute_all(behavior="ignoreErrors")


def _points(page: Page, customer: Customer, address: str) -> Iterator[str]:
    """A second point, billed by odd days and with a gap."""
    point = add_meter(customer.code, "Polna 2, budynek gospodarczy").point.code
    for first, last in (
        (date(2025, 12, 13), date(2026, 2, 11)),
        (date(2026, 2, 12), date(2026, 4, 13)),
        (date(2026, 8, 14), date(2026, 10, 12)),
    ):
        bill(customer.code, (first, last), 1234.5, point_code=point)
    page.goto(address)
    page.locator("select").select_option(point)
    expect(page.locator(".chart__now:visible")).to_have_count(3)
    yield "zuzycie-dni"


def genuine(page: Page, office: Office) -> Iterator[str]:
    """*Czy to od nas?*: each question answered by yes, by no, and refused."""
    customer = new_customer("Helena Nowak", months=0)
    invoice = add_invoice(customer.code, customer.name, gross_grosze=14_569)
    page.goto(f"{office.base_url}/czy-to-od-nas")
    yield "czy-to-od-nas"
    press(page, "Check")
    expect(page.locator("[data-faults]")).to_be_focused()
    yield "czy-to-od-nas-blad"
    yield _asked(page, "account", "utility", account="PL61 1090 1014 0000 0712 1981 2874")
    yield _asked(page, "account", "not-ours", account="51 1020 1026 0000 9999 0000 0017")
    yield _asked(page, "invoice", "invoice", number=invoice.number, amount="145,69")
    page.locator("[data-panel=invoice] button").click()
    yield "czy-to-od-nas-faktura-pytanie"
    yield _asked(page, "invoice", "not-ours", number=invoice.number, amount="145,70")
    mail = Mail.create(**_mail("helena.nowak-wisniewska@poczta.example"))
    code = shown_short_code(mail.short_code)
    yield _asked(page, "mail", "mail", short_code=code)
    page.locator("[data-panel=mail] button").click()
    Limit.update(used=20).where(Limit.name == "genuine-source").execute()
    press(page, "Check")
    expect(page.locator("[data-faults]")).to_be_focused()
    yield "czy-to-od-nas-za-czesto"


def _asked(page: Page, what: str, panel: str, **typed: str) -> str:
    """Ask, and wait for the answer; the state's name."""
    if page.locator("[data-panel]:visible").count():
        page.locator("[data-panel]:visible button").click()
    page.locator(f"input[value={what}]").check()
    for name, value in typed.items():
        page.locator(f"#{name}").fill(value)
    press(page, "Check")
    expect(page.locator(f"[data-panel={panel}]")).to_be_focused()
    return f"czy-to-od-nas-{what}-{panel}"


def _mail(recipient: str) -> dict:
    """A mail that was sent this morning."""
    return {
        "message_id": f"<{now().timestamp()}@wodociagi.example>",
        "letter": "password_changed",
        "recipient": recipient,
        "language": "pl",
        "subject_id": 0,
        "priority": 1,
        "created_at": now(),
        "due_at": now(),
        "expires_at": now(),
        "sent_at": now(),
        "short_code": "KKMM9977",
    }
