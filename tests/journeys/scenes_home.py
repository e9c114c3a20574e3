"""*Start*, as it greets whoever owes, owes nothing, has nothing yet, or cannot be reached."""

from collections.abc import Iterator
from datetime import timedelta

from playwright.sync_api import Page, expect

from cast import Customer, add_invoice, add_meter, add_payment
from ebok.accounts.models import Account
from ebok.database import now
from journeys.scenes_papers import TODAY, bill, customer_inside, import_of_last_night
from office import Office

# As long as a name may get on a letter.
LONG_NAME = "Wspólnota Mieszkaniowa Nieruchomości przy ul. Kardynała Wyszyńskiego 12A w Rynku"


def home(page: Page, office: Office) -> Iterator[str]:
    """No invoice yet, owed, overdue, nothing owed, too much paid, and mails that come back."""
    import_of_last_night()
    anna = customer_inside(page, office, "Anna Kowalska")
    yield _arrive(page, office, "bez-faktur")
    due = owes(anna)
    yield _arrive(page, office, "do-zaplaty")
    due.change(due_on=TODAY - timedelta(days=12))
    yield _arrive(page, office, "po-terminie")
    due.change(outstanding_grosze=0)
    add_payment(anna.code, due.gross_grosze, TODAY)
    yield _arrive(page, office, "nic-do-zaplaty")
    add_payment(anna.code, 2_500, TODAY)
    yield _arrive(page, office, "nadplata")
    Account.update(bounced_at=now()).where(Account.customer == anna.code).execute()
    yield _arrive(page, office, "adres-nie-dziala")
    housing = customer_inside(page, office, LONG_NAME, kind="company", nip="8671234568")
    add_invoice(housing.code, LONG_NAME, 0, 123_456_789)
    yield _arrive(page, office, "dluga-nazwa")


def owes(anna: Customer):
    """Fourteen months with what they used, the newest to pay; all before it is paid."""
    point = add_meter(anna.code, "ul. Lipowa 14/3").point.code
    for ago in range(13, 0, -1):
        paid = bill(anna, ago, 8 + ago % 4, point_code=point, outstanding_grosze=0)
        add_payment(anna.code, paid.gross_grosze, paid.issued_on)
    return bill(anna, 0, 11, 20, point_code=point, due_on=TODAY + timedelta(days=8))


def _arrive(page: Page, office: Office, name: str) -> str:
    page.goto(f"{office.base_url}/start")
    expect(page.locator(".owed h2")).to_be_visible()
    page.wait_for_load_state("networkidle")
    return f"start-{name}"
