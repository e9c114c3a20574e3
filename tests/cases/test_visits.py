"""*Zobacz jak klient*: a clerk sees a customer's own screens, and can change nothing there."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from cast import new_account, new_customer, today
from colleague import Colleague, new_member, plain
from ebok import database, settings
from ebok.access import mark_of, requires
from ebok.access.marks import Requires
from ebok.access.realms import CUSTOMER, place_of
from ebok.access.sessions import TOKEN
from ebok.accounts.models import Account
from ebok.app import create_app
from ebok.audit import AuditRow
from ebok.audit.events import Event
from ebok.cases.models import Visit
from ebok.cases.operations_visits import LONGEST_VISIT
from ebok.database import now
from ebok.invoices.models import Invoice
from ebok.notifications.models import INVOICE, Notification
from ebok.staff.models import StaffMember, StaffSession
from ebok.tokens import hash_token, new_token
from office import SECRET
from visitor import PASSWORD, Visitor

pytestmark = pytest.mark.shows("T14.30")

SHOWN = {
    "/start",
    "/faktury",
    "/faktury/<invoice_id>",
    "/platnosci",
    "/zuzycie",
    "/moje-dane",
    "/api/account",
    "/api/account/mails",
    "/api/balance",
    "/api/balance/transfer",
    "/api/balance/transfer.svg",
    "/api/invoices",
    "/api/invoices/<invoice_id>",
    "/api/invoices/<invoice_id>/transfer",
    "/api/invoices/<invoice_id>/transfer.svg",
    "/api/ledger",
    "/api/my-data",
    "/api/my-data/looks",
    "/api/my-data/texts/<text_id>",
    "/api/use",
}
"""All that is shown: a new view is closed until it is told here, too."""
UNSAFE = ("POST", "PUT", "PATCH", "DELETE")


@pytest.fixture
def clerk(office):
    """Somebody of the staff who has logged in, as `clerk.member`."""
    with Colleague(office) as colleague:
        colleague.member = new_member()
        colleague.log_in(colleague.member)
        yield colleague


def begin(clerk: Colleague, code: str) -> str:
    """The address below which the clerk sees this customer's screens."""
    clerk.get(f"/biuro/klient/{code}")
    seen = clerk.post(f"/biuro/klient/{code}/ekran")
    assert seen.path.endswith("/start"), seen.path
    return seen.path.removesuffix("/start")


def told(clerk: Colleague, path: str) -> tuple[int, str]:
    """Status and code of what the API answers."""
    answer = clerk.http.get(path)
    return answer.status_code, answer.json().get("code", "")


def a_customer(months: int = 3):
    """A customer with an account: their code, and the newest invoice's id."""
    customer = new_customer(months=months)
    new_account(customer, PASSWORD)
    return customer, Invoice.get(Invoice.number == customer.number).public_id


@pytest.mark.dialect
def test_clerk_sees_the_screens_with_a_banner_and_the_customer_learns_of_it(office, clerk):
    customer, invoice = a_customer()
    at = begin(clerk, customer.code)
    for path in ("/start", "/faktury", f"/faktury/{invoice}", "/platnosci", "/zuzycie", "/nic"):
        for language, told_as in (
            ("pl", f"Ekrany klienta {customer.code}."),
            ("en", f"Screens of customer {customer.code}."),
            ("uk", f"Екрани клієнта {customer.code}."),
        ):
            answer = clerk.http.get(f"{at}{path}", headers={"Accept-Language": language})
            assert answer.status_code == (404 if path == "/nic" else 200)
            page = plain(answer.text)
            assert told_as in page, (path, language)
            assert f'href="/biuro/klient/{customer.code}"' in page
            assert f'data-base="{at}"' in page
            assert "VISIT-" not in page
    account = clerk.http.get(f"{at}/api/account").json()["account"]
    assert account["customer_code"] == customer.code
    mine = (AuditRow.whom == customer.code) & (AuditRow.did == str(Event.SCREEN_SEEN))
    [row] = AuditRow.select().where(mine)
    assert (row.who, row.detail) == (clerk.member.name, "clerk phone")
    with Visitor(office) as anna:
        anna.log_in(customer.code, PASSWORD)
        looks = anna.get("/api/my-data/looks")["looks"]
        assert [look["what"] for look in looks] == ["screen", "data"]


def test_whoever_has_no_account_has_no_screens(clerk):
    customer = new_customer()
    page = clerk.get(f"/biuro/klient/{customer.code}")
    assert "/ekran" not in page.text
    clerk.post(f"/biuro/klient/{customer.code}/ekran", 404)
    assert not Visit.select().join(Account).where(Account.customer == customer.code).exists()


@pytest.mark.dialect
def test_look_is_no_evidence_that_the_customer_opened_an_invoice(office, clerk):
    customer, invoice = a_customer()
    account = Account.find(customer.code)
    row = Notification.create(
        account=account,
        invoice_number=customer.number,
        kind=INVOICE,
        created_at=now(),
        accepted_at=now(),
    )
    at = begin(clerk, customer.code)
    seen = clerk.http.get(f"{at}/api/invoices/{invoice}").json()["invoice"]
    assert len(seen["delivery"]) == 1
    assert Notification.get_by_id(row.id).opened_at is None
    for kind in ("document.pdf", "document.xml"):
        assert told(clerk, f"{at}/api/invoices/{invoice}/{kind}") == (403, "only-looking")
    assert Notification.get_by_id(row.id).opened_at is None
    with Visitor(office) as anna:
        anna.log_in(customer.code, PASSWORD)
        anna.get(f"/api/invoices/{invoice}")
    assert Notification.get_by_id(row.id).opened_at is not None


@pytest.mark.dialect
def test_visit_to_one_customer_opens_nothing_of_another(clerk):
    anna, her_invoice = a_customer()
    bartek, his_invoice = a_customer()
    at = begin(clerk, anna.code)
    clerk.http.get(f"{at}/api/invoices/{her_invoice}").raise_for_status()
    for path in (f"invoices/{his_invoice}", f"invoices/{his_invoice}/transfer"):
        assert told(clerk, f"{at}/api/{path}") == (404, "not-found")
    assert bartek.number not in clerk.http.get(f"{at}/api/invoices").text
    # Two at once do not mix, whichever was begun last.
    beside = begin(clerk, bartek.code)
    for place, customer in ((at, anna), (beside, bartek), (at, anna)):
        seen = clerk.http.get(f"{place}/api/account").json()["account"]
        assert seen["customer_code"] == customer.code


def test_visit_is_of_the_session_that_began_it_alone(office, clerk):
    customer, _invoice = a_customer()
    at = begin(clerk, customer.code)
    with Colleague(office) as marek, Visitor(office) as stranger:
        assert told(marek, f"{at}/api/account") == (401, "sign-in-first")
        assert marek.http.get(f"{at}/start").url.path == "/biuro/logowanie"
        marek.log_in(new_member())
        assert told(marek, f"{at}/api/account") == (403, "visit-over")
        assert marek.http.get(f"{at}/start").url.path == "/biuro"
        stranger.log_in(customer.code, PASSWORD)
        assert stranger.http.get(f"{at}/api/account").status_code == 401


@pytest.mark.dialect
@pytest.mark.parametrize("how", ["logged out", "too long", "removed", "idle", "closed"])
def test_visit_ends(clerk, how):
    customer, _invoice = a_customer()
    at = begin(clerk, customer.code)
    mine = Visit.public_id == at.rpartition("/")[2]
    assert told(clerk, f"{at}/api/account") == (200, "")
    if how == "logged out":
        clerk.get("/biuro/konto")
        clerk.post("/biuro/wyloguj")
        assert not Visit.select().where(mine).exists()
    if how == "too long":
        late = now() - LONGEST_VISIT - timedelta(seconds=1)
        Visit.update(began_at=late).where(mine).execute()
    if how == "removed":
        StaffMember.update(removed_at=now()).where(StaffMember.id == clerk.member.id).execute()
    if how == "idle":
        hers = StaffSession.member == clerk.member
        StaffSession.update(seen_at=now() - timedelta(minutes=61)).where(hers).execute()
    if how == "closed":
        Account.update(closed_at=now()).where(Account.customer == customer.code).execute()
    is_over = how in ("too long", "closed")
    expected = (403, "visit-over") if is_over else (401, "sign-in-first")
    assert told(clerk, f"{at}/api/account") == expected
    leads_to = f"/biuro/klient/{customer.code}" if is_over else "/biuro/logowanie"
    assert clerk.http.get(f"{at}/faktury").url.path == leads_to


def test_customers_own_session_in_the_same_browser_stays_what_it_was(office, clerk):
    anna, _hers = a_customer()
    bartek, _his = a_customer()
    # Bartek is logged in in the clerk's browser, too.
    with Visitor(office) as visitor:
        visitor.log_in(bartek.code, PASSWORD)
        clerk.http.cookies.update(visitor.http.cookies)
    before = clerk.http.cookies.get("ebok_session")
    at = begin(clerk, anna.code)
    for path in ("/start", "/api/account", "/api/my-data", "/api/invoices"):
        answer = clerk.http.get(f"{at}{path}")
        assert answer.status_code == 200
        assert "ebok_session" not in answer.headers.get("Set-Cookie", "")
    assert clerk.http.cookies.get("ebok_session") == before
    own = clerk.http.get("/api/account").json()["account"]
    assert own["customer_code"] == bartek.code
    assert clerk.http.get(f"{at}/api/account").json()["account"]["customer_code"] == anna.code


@pytest.fixture
def house(database_url, tmp_path):
    """The whole application, at a database of its own."""
    given = {"EBOK_DATABASE_URL": database_url, "EBOK_DATA_DIR": str(tmp_path)}
    app = create_app(settings.load(given | {"EBOK_SECRET_KEY": SECRET}))
    yield app
    database.database.close_all()


def visiting(house: Flask) -> tuple[FlaskClient, str, dict[str, str]]:
    """A browser with a member's session, where they see a customer's screens, ids of theirs."""
    token, moment = new_token(), now()
    with database.connection():
        customer, invoice = a_customer()
        session = StaffSession.create(
            token_hash=hash_token(token),
            member=new_member(),
            started_at=moment,
            seen_at=moment,
            confirmed_at=moment,
        )
        account = Account.find(customer.code)
        visit = Visit.create(session=session, account=account, began_at=moment)
    browser = house.test_client()
    cookie = house.session_interface.by_place["biuro"]
    browser.set_cookie(cookie.name, cookie.signing.dumps({TOKEN: token}))
    return browser, f"/biuro/ekran/{visit.public_id}", {"invoice_id": invoice}


def rows(house: Flask) -> dict[str, list]:
    """All that is stored, but when a session was last seen."""
    with house.app_context(), database.connection():
        tables = [t for t in database.database.get_tables() if not t.startswith("sqlite_")]
        found = {
            name: sorted(map(repr, database.all_rows(f'SELECT * FROM "{name}"'))) for name in tables
        }
    return {name: kept for name, kept in found.items() if kept}


@pytest.mark.dialect
def test_every_address_of_customers_reads_or_refuses_and_nothing_is_written(house):
    """Every view of the house, by every method: nothing is left out by forgetting it."""
    browser, at, ids = visiting(house)
    kept, wrong, seen = rows(house), [], set()
    for rule in house.url_map.iter_rules():
        mark = mark_of(house.view_functions[rule.endpoint])
        path = re.sub(r"<(?:\w+:)?(\w+)>", lambda found: ids.get(found[1], "x"), str(rule))
        is_shown = isinstance(mark, Requires) and mark.shown_to_staff
        if is_shown:
            assert mark.realm is CUSTOMER
            seen.add(str(rule))
        for method in ("GET", "HEAD", *UNSAFE):
            status = browser.open(f"{at}{path}", method=method).status_code
            is_read = method in ("GET", "HEAD")
            if is_read and is_shown:
                # No text has this id.
                expected = {404} if "text_id" in str(rule) else {200}
            elif is_read and not path.startswith("/api/"):
                # Pages of everybody are left for; what is the customer's own is not there.
                expected = {303, 404}
            else:
                expected = {403, 404, 405}
            if status not in expected:
                wrong.append(f"{method} {rule}: {status}")
    assert not wrong, "\n".join(wrong)
    assert seen == SHOWN
    assert rows(house) == kept


@pytest.mark.dialect
def test_database_takes_no_write_while_screens_are_shown_and_does_so_afterwards(house):
    """Also of a view that was marked by mistake."""
    tried: list[str] = []

    @requires(CUSTOMER, shown_to_staff=True)
    def careless():
        try:
            with database.transaction():
                Account.update(phone="600100200").execute()
            tried.append("written")
        except database.PeeweeException:
            tried.append("refused")
        return {"written": False}

    house.add_url_rule("/api/careless", "careless", careless)
    browser, at, _ids = visiting(house)
    for _ in range(3):
        assert browser.get(f"{at}/api/careless").status_code == 200
    assert tried == ["refused"] * 3
    with house.app_context(), database.connection():
        assert not Account.select().where(Account.phone == "600100200").exists()
        assert Account.update(phone="600100201").execute()


def test_addresses_of_the_office_are_not_below_a_visit(house):
    browser, at, _ids = visiting(house)
    assert place_of(f"{at}/start") == "biuro"
    for path in ("/biuro", "/biuro/konto", "/biuro/klient/39-1", f"{at}/start"):
        assert browser.get(f"{at}{path}").status_code == 404
    assert browser.get(at).status_code == 404
    assert browser.get(f"{at}x/start").status_code == 404
    assert str(today().year) in browser.get(f"{at}/api/invoices").text
