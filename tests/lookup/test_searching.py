"""The search box of the office: its pages, what is recorded, and who may see what was found."""

import re

import pytest

from cast import new_code, new_customer, new_surname
from colleague import Colleague, new_member, plain
from ebok import settings
from ebok.audit import AuditRow
from ebok.audit.events import Event
from ebok.customers.models import Customer
from ebok.lookup import operations_searches as searches
from ebok.lookup.models import Search
from ebok.tokens import new_public_id


@pytest.fixture
def dorota(office):
    return new_member()


@pytest.fixture
def clerk(office, dorota):
    with Colleague(office) as somebody:
        somebody.log_in(dorota)
        yield somebody


def entries(member) -> list[str]:
    """What the log keeps of the member's searches."""
    mine = (AuditRow.who == member.name) & (AuditRow.did == str(Event.CUSTOMERS_SEARCHED))
    return [row.detail for row in AuditRow.select().where(mine).order_by(AuditRow.id)]


@pytest.mark.dialect
def test_words_lead_to_a_page_that_stays_and_tells_nothing_in_its_address(clerk):
    name = new_surname()
    code = new_customer(f"Ludwika {name}").code
    clerk.get("/biuro")
    seen = clerk.post("/biuro/szukaj", q=f"{name.upper()} ludwika")
    assert re.fullmatch(r"/biuro/szukaj/\w+", seen.path)
    assert name.lower() not in seen.path.lower()
    assert f'href="/biuro/klient/{code}"' in seen.text
    assert f'<mark class="hit">{name}</mark>' in seen.text
    assert clerk.get(seen.path).text.count(code) == seen.text.count(code)


def test_identifier_leads_to_its_customer(clerk):
    customer = new_customer()
    for typed in (customer.code, customer.number, customer.code.replace("-", "")):
        clerk.get("/biuro")
        token = {"csrf_token": clerk.token}
        answer = clerk.http.post(
            "/biuro/szukaj", data={"q": typed, **token}, follow_redirects=False
        )
        assert answer.headers["Location"] == f"/biuro/klient/{customer.code}", typed


@pytest.mark.dialect
@pytest.mark.shows("T14.20")
def test_search_is_one_entry_of_the_log_with_those_who_were_shown(clerk, dorota):
    name = new_surname()
    codes = sorted(new_customer(f"{first} {name}").code for first in ("Anna", "Ewa"))
    clerk.get("/biuro")
    clerk.post("/biuro/szukaj/lista", q=name)
    seen = clerk.post("/biuro/szukaj", q=name)
    clerk.get(seen.path)
    clerk.get(seen.path)
    [entry] = entries(dorota)
    assert name in entry
    assert sorted(re.findall(r"39-\d+", entry)) == codes
    for code in codes:
        [search] = searches.find_searches(code)
        assert (search.member, search.query) == (dorota, name)
    # Who moves in meanwhile is shown, and so recorded.
    third = new_customer(f"Ida {name}").code
    assert third in clerk.get(seen.path).text
    assert entries(dorota)[1:] == [f"„{name}” 1: {third}"]


@pytest.mark.shows("T14.21")
def test_nobody_sees_what_another_has_searched(office, clerk):
    clerk.get("/biuro")
    seen = clerk.post("/biuro/szukaj", q="kowalska")
    with Colleague(office) as other:
        other.log_in(new_member())
        other.get(seen.path, 404)
    clerk.get("/biuro/szukaj/nothing", 404)


def test_what_nobody_has_says_what_to_do(clerk, dorota):
    name = new_surname()
    new_customer(f"Ludwika {name}")
    clerk.get("/biuro")
    seen = clerk.post("/biuro/szukaj", q=f"{name} 987654")
    assert "Nobody matches" in plain(seen.text)
    assert f'name="q" value="{name.lower()}"' not in seen.text
    seen = clerk.post("/biuro/szukaj", q=f"{name} ludwika nieistniejąca")
    assert f'name="q" value="{name.lower()}"' in seen.text
    assert entries(dorota)[0] == f"„{name} 987654” 0"


def test_empty_box_shows_whom_the_member_has_opened(clerk, dorota):
    opened, other = new_customer(f"Maria {new_surname()}").code, new_customer().code
    clerk.get(f"/biuro/klient/{opened}")
    searches.note_opened(new_member(), other)
    clerk.get("/biuro")
    box = clerk.post("/biuro/szukaj/lista", q=" ")
    assert opened in box.text
    assert other not in box.text
    assert opened in clerk.get("/biuro/szukaj").text
    assert not entries(dorota)
    for _ in range(searches.MOST_RECENT + 2):
        searches.note_opened(dorota, new_customer(months=0).code)
    assert len(searches.recents(dorota)) == searches.MOST_RECENT
    assert opened not in searches.recents(dorota)


@pytest.mark.shows("T14.22")
def test_names_and_addresses_do_nothing_in_the_clerks_browser(clerk):
    name = new_surname()
    evil = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'"
    code = new_code()
    Customer.create(code=code, name=f"{name} {evil}", kind="person", street=evil, city=evil)
    clerk.get("/biuro")
    box = clerk.post("/biuro/szukaj/lista", q=name)
    page = clerk.post("/biuro/szukaj", q=name)
    typed = clerk.post("/biuro/szukaj", q=f"{evil[:40]} {name}")
    caller = clerk.get("/biuro/dzwoni?tel=%3Cscript%3Ealert(1)%3C/script%3E")
    for seen in (box, page, typed, caller):
        assert "<script>alert" not in seen.text
        assert "<img src=x" not in seen.text
    assert code in box.text
    assert code in page.text


@pytest.mark.shows("T14.20")
def test_searches_are_limited(office, clerk, dorota):
    most = settings.Settings(secret_key="s" * 40).limits.staff_searches_per_hour
    from ebok import limits
    from office import office_key

    with office_key():
        for _ in range(most):
            limits.consume("staff-searches", str(dorota.id), most, searches.HOUR)
    clerk.get("/biuro")
    box = clerk.post("/biuro/szukaj/lista", 429, q="kowalska")
    assert "very often" in box.text
    clerk.get("/biuro")
    assert "very often" in clerk.post("/biuro/szukaj", 429, q="kowalska").refusal


def test_box_of_an_old_page_gets_a_new_token(clerk):
    """The head stays while pages come and go: its token may be older than an hour."""
    clerk.get("/biuro")
    box = clerk.post("/biuro/szukaj/lista", 400, csrf="old", q="kowalska")
    token = re.search(r'data-token="([^"]+)"', box.text)
    assert token
    assert "data-refused-search" in box.text
    clerk.post("/biuro/szukaj/lista", csrf=token[1], q="kowalska")


@pytest.mark.dialect
def test_caller_opens_by_their_number(clerk, dorota):
    code = new_customer().code
    number = f"5{int(code[3:]):08d}"
    Customer.update(phone=number).where(Customer.code == code).execute()
    for typed in (number, f"%2B48{number}", f"0048%20{number}"):
        answer = clerk.http.get(f"/biuro?tel={typed}", follow_redirects=False)
        answer = clerk.http.get(answer.headers["Location"], follow_redirects=False)
        assert answer.headers["Location"] == f"/biuro/klient/{code}"
    other = new_customer().code
    Customer.update(phone=f"+48 {number}").where(Customer.code == other).execute()
    seen = clerk.get(f"/biuro?tel={number}")
    assert re.fullmatch(r"/biuro/szukaj/\w+", seen.path)
    assert all(f"/biuro/klient/{each}" in seen.text for each in (code, other))
    seen = clerk.get("/biuro?tel=anonymous")
    assert "Nobody has the phone number anonymous" in plain(seen.text)


@pytest.mark.shows("T14.21")
def test_what_was_typed_stands_in_no_log(office, clerk):
    name = new_surname()
    clerk.get("/biuro")
    seen = clerk.post("/biuro/szukaj", q=name)
    clerk.get(seen.path)
    clerk.post("/biuro/szukaj/lista", q=name)
    assert name.lower() not in office.log().lower()


def test_searches_are_forgotten_after_a_year(dorota):
    def kept(days: int) -> Search:
        at = searches.now() - searches.timedelta(days=days)
        search = Search.create(member=dorota, query="x", at=at, public_id=new_public_id())
        searches.Hit.insert(search=search, customer_code="39-1").execute()
        return search

    old, new = kept(366), kept(364)
    searches.forget_searches(searches.now(), None)
    assert Search.get_or_none(Search.id == old.id) is None
    assert Search.get_or_none(Search.id == new.id)
