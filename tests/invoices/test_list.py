"""*Faktury*: the list, its filters, its search and its pages."""

from datetime import date, timedelta

import pytest

from cast import add_invoice, add_meter, new_customer, today
from ebok.billing.models import Import
from visitor import Visitor

# The office's day, which begins before the one of UTC.
TODAY = today()


def listed(visitor: Visitor, query: str = "") -> list[str]:
    """The numbers on the page of the list that this query gives."""
    return [i["number"] for i in visitor.get(f"/api/invoices{query}")["invoices"]["items"]]


def test_customer_without_invoices_has_an_empty_list(visitor, anna):
    found = visitor.get("/api/invoices")["invoices"]
    assert (found["items"], found["total"], found["next"]) == ([], 0, None)
    assert (found["years"], found["points"]) == ([], [])


@pytest.mark.dialect
def test_newest_invoice_stands_first_and_anothers_nowhere(visitor, anna):
    new_customer("Bartek")
    old, new = add_invoice(anna.code, "Anna", 4), add_invoice(anna.code, "Anna", 1)
    assert listed(visitor) == [new.number, old.number]


@pytest.mark.shows("P1")
@pytest.mark.dialect
def test_pages_neither_repeat_nor_lose_an_invoice_when_new_ones_arrive(visitor, anna):
    # Two hundred points of use: many invoices have the same day.
    numbers = [add_invoice(anna.code, "Anna", n // 4).number for n in range(11)]
    seen, after = [], ""
    while True:
        page = visitor.get(f"/api/invoices?limit=3{after}")["invoices"]
        assert (page["total"] is None) == bool(after)
        seen += [i["number"] for i in page["items"]]
        add_invoice(anna.code, "Anna", -1)
        if page["next"] is None:
            break
        after = f"&after={page['next']}"
    assert sorted(seen) == sorted(numbers)
    assert len(seen) == len(set(seen)) == 11


@pytest.mark.dialect
def test_every_page_counts_the_invoices_of_each_year(visitor, anna):
    for year, count in ((2026, 2), (2024, 3)):
        for day in range(1, count + 1):
            add_invoice(anna.code, "A", issued_on=date(year, 1, day), outstanding_grosze=0)
    add_invoice(anna.code, "A", issued_on=date(2024, 2, 1))
    whole = [{"year": 2026, "count": 2}, {"year": 2024, "count": 4}]
    first = visitor.get("/api/invoices?limit=3")["invoices"]
    assert (first["by_year"], first["total"]) == (whole, 6)
    second = visitor.get(f"/api/invoices?limit=3&after={first['next']}")["invoices"]
    assert (second["by_year"], second["total"]) == (whole, None)
    paid = [{"year": 2026, "count": 2}, {"year": 2024, "count": 3}]
    for limit in (3, 10):
        found = visitor.get(f"/api/invoices?state=paid&limit={limit}")["invoices"]
        assert found["by_year"] == paid


@pytest.mark.dialect
def test_every_invoice_says_how_it_stands(visitor, anna):
    wanted = {
        "due": add_invoice(anna.code, "A", due_on=TODAY + timedelta(days=1)),
        "overdue": add_invoice(anna.code, "A", 2, due_on=TODAY - timedelta(days=2)),
        "paid": add_invoice(anna.code, "A", 3, outstanding_grosze=0),
        "credit": add_invoice(anna.code, "A", 4, outstanding_grosze=-500),
        "settled": add_invoice(anna.code, "A", 5, kind="correction", outstanding_grosze=0),
    }
    items = visitor.get("/api/invoices")["invoices"]["items"]
    assert {i["state"]: i["number"] for i in items} == {s: i.number for s, i in wanted.items()}
    filters = {"overdue": "overdue", "paid": "paid", "credit": "credit", "correction": "settled"}
    for name, state in filters.items():
        assert listed(visitor, f"?state={name}") == [wanted[state].number]
    # What is late is to be paid as well.
    assert listed(visitor, "?state=due") == [wanted["due"].number, wanted["overdue"].number]


@pytest.mark.dialect
def test_each_state_is_counted_as_it_would_be_listed_with_the_other_filters(visitor, anna):
    point = add_meter(anna.code, "Lipowa 14/3").point
    for at in ({}, {"point_code": point.code}):
        add_invoice(anna.code, "A", due_on=TODAY + timedelta(days=1), **at)
        add_invoice(anna.code, "A", 2, due_on=TODAY - timedelta(days=2), **at)
    add_invoice(anna.code, "A", 3, outstanding_grosze=0)
    add_invoice(anna.code, "A", 4, outstanding_grosze=-500, point_code=point.code)
    add_invoice(anna.code, "A", 5, kind="correction", outstanding_grosze=0)
    add_invoice(anna.code, "A", 6, kind="call")
    states = ("due", "overdue", "paid", "credit", "correction", "call")
    for others in ("", f"&point={point.code}", f"&year={TODAY.year}", "&number=FV"):
        counts = visitor.get(f"/api/invoices?state=paid{others}")["invoices"]["counts"]
        found = {state: len(listed(visitor, f"?state={state}{others}")) for state in states}
        assert counts == {"all": len(listed(visitor, f"?{others}")), **found}
    assert visitor.get("/api/invoices?limit=1")["invoices"]["counts"]["due"] == 4


@pytest.mark.shows("P2")
@pytest.mark.dialect
def test_filters_of_year_and_point_go_together(visitor, anna):
    point = add_meter(anna.code, "Lipowa 14/3").point
    wanted = add_invoice(anna.code, "A", issued_on=date(2024, 12, 31), point_code=point.code)
    add_invoice(anna.code, "A", issued_on=date(2025, 1, 1), point_code=point.code)
    add_invoice(anna.code, "A", issued_on=date(2024, 5, 5))
    assert listed(visitor, f"?year=2024&point={point.code}") == [wanted.number]
    found = visitor.get("/api/invoices?year=2023")["invoices"]
    assert (found["items"], found["years"]) == ([], [2025, 2024])
    assert [p["street"] for p in found["points"]] == ["Lipowa 14/3"]


@pytest.mark.shows("P2")
@pytest.mark.dialect
def test_search_forgives_case_spaces_and_dashes_and_takes_a_part(visitor, anna):
    wanted = add_invoice(
        anna.code,
        "A",
        number=f"FV/2026-11/łó {anna.code[3:]}",
        ksef_number="8672013494-20261106-0A1B2C3D4E5F-7D",
    )
    add_invoice(anna.code, "A")
    for typed in (
        *(
            anna.code[3:],
            f"fv 2026/11 łó{anna.code[3:]}",
            f"FV\u20132026\u201311 ŁÓ {anna.code[3:]}",
        ),
        *("8672013494-20261106-0A1B2C3D4E5F-7D", " 0a1b 2c3d ", "4e5f7d"),
    ):
        assert listed(visitor, f"?number={typed}") == [wanted.number], typed
    assert listed(visitor, "?number=nie-ma-takiej") == []


def test_what_cannot_be_asked_is_said_at_its_field(visitor, anna):
    wrong = {
        "state": "lost",
        "year": "20x6",
        "number": "-%25_",
        "after": "MjAyN",
        "limit": "0",
        "point": "P" * 61,
    }
    query = "&".join(f"{name}={value}" for name, value in wrong.items())
    answer = visitor.get(f"/api/invoices?{query}", 422)
    assert {fault["field"] for fault in answer["faults"]} == set(wrong)
    # A zero byte, that Postgres has no text for, in a cursor that looks right.
    assert visitor.get("/api/invoices?after=MjAyNi0wMS0wMQA", 422)["code"] == "invalid-form"


@pytest.mark.shows("P3")
def test_list_says_as_of_when(visitor, anna):
    moment = Import.as_of()
    told = visitor.get("/api/invoices")["invoices"]["as_of"]
    at = f"{moment.isoformat(timespec='seconds')}Z" if moment else None
    assert (told and told["at"]) == at
