"""One invoice: its fields, and what belongs to it."""

import io
from datetime import date, timedelta

import pytest
from pypdf import PdfReader

from cast import add_document, add_invoice, add_meter, add_payment, new_customer, today
from documents.papers import text_of
from ebok.accounts.models import Account
from ebok.database import now
from ebok.invoices.models import VatSum
from ebok.meters.models import Reading
from ebok.notifications.models import Notification
from invoices.bills import OCTOBER, SEPTEMBER, bill, shown


def test_anothers_invoice_and_none_are_the_same_404(visitor, anna):
    anothers = add_invoice(new_customer("Bartek").code, "Bartek")
    told = [visitor.get(f"/api/invoices/{i}", 404).body for i in (anothers.public_id, "x" * 32)]
    assert told[0] == told[1]


def test_opening_an_invoice_that_was_told_of_is_evidence_once(visitor, anna):
    invoice, account = add_invoice(anna.code, "Anna"), Account.get(customer=anna.code)
    told = {"account": account, "invoice_number": invoice.number, "kind": "invoice"}
    row = Notification.create(**told, created_at=now())
    shown(visitor, invoice)
    first = Notification.get_by_id(row.id).opened_at
    shown(visitor, invoice)
    assert first
    assert Notification.get_by_id(row.id).opened_at == first


@pytest.mark.shows("P4")
def test_invoice_shows_its_lines_sums_and_what_is_left_to_pay(visitor, anna):
    due = today() + timedelta(days=8)
    invoice = bill(anna, 10, 482, due_on=due, outstanding_grosze=2000, payable_grosze=5500)
    found = shown(visitor, invoice)
    assert [line["name"] for line in found["lines"]] == ["Dostarczona woda", "Opłata abonamentowa"]
    net, vat = {"grosze": 5440, "text": "54,40\u00a0zł"}, {"grosze": 436, "text": "4,36\u00a0zł"}
    assert found["vat_sums"] == [{"vat_rate": "8", "rate": "8%", "net": net, "vat": vat}]
    assert found["sum"]["text"] == "20,00\u00a0zł"
    assert found["owed"].startswith("do ")
    assert found["owed"].endswith("zostało 8 dni")
    # What stands on it, what it asks for, and what is left of that are three sums.
    assert "58,76" in found["differences"][0]
    assert "55,00" in found["differences"][0]
    assert "35,00" in found["differences"][1]


def test_vat_summary_is_the_documents_own_where_it_states_one(visitor, anna):
    invoice = bill(anna, 10, 482)
    VatSum.create(invoice=invoice.number, vat_rate="23", net_grosze=5440, vat_grosze=436)
    assert shown(visitor, invoice)["vat_sums"][0]["vat_rate"] == "23"
    bare = add_invoice(anna.code, "Anna", 1)
    (told,) = shown(visitor, bare)["vat_sums"]
    assert (told["vat_rate"], told["rate"]) == ("", "")
    assert (told["net"]["grosze"], told["vat"]["grosze"]) == (bare.net_grosze, bare.vat_grosze)


@pytest.mark.shows("P4")
def test_meter_is_shown_with_the_readings_that_bound_the_period(visitor, anna):
    meter = add_meter(anna.code)
    removed = add_meter(anna.code, point=meter.point, removed_on=date(2026, 8, 1))
    invoice = bill(anna, 10, 482, **OCTOBER, point_code=meter.point_code)
    for day, litres in (
        (date(2026, 8, 31), 400),
        (date(2026, 9, 30), 412),
        (date(2026, 10, 31), 422),
    ):
        Reading.create(meter=meter, read_on=day, value_litres=litres * 1000, source="clerk")
    found = shown(visitor, invoice)
    assert found["point"]["street"] == "Lipowa 14/3"
    assert removed.serial not in [m["serial"] for m in found["meters"]]
    (bounds,) = found["meters"]
    assert [bounds[end]["value_litres"] for end in ("first", "last")] == [412_000, 422_000]


def test_xml_is_offered_where_there_is_one(visitor, anna):
    invoice = add_invoice(anna.code, "Anna")
    assert shown(visitor, invoice)["has_xml"] is False
    add_document(invoice, kind="xml", sha256="0" * 64, size_bytes=1)
    assert shown(visitor, invoice)["has_xml"] is True


def test_invoice_and_chart_find_the_same_readings_for_a_meter_and_its_month(visitor, anna):
    meter = add_meter(anna.code)
    bare = {"point_code": meter.point_code, "gross_grosze": 5000}
    september = add_invoice(anna.code, "Anna", **SEPTEMBER, **bare)
    october = add_invoice(anna.code, "Anna", **OCTOBER, **bare)
    for day, litres in (
        (date(2026, 8, 30), 80_000),
        (date(2026, 9, 28), 90_000),
        (date(2026, 10, 2), 91_000),
        (date(2026, 10, 30), 100_000),
        (date(2026, 11, 1), 101_000),
    ):
        Reading.create(meter=meter, read_on=day, value_litres=litres, source="clerk")
    used = []
    for invoice in (september, october):
        (bounds,) = shown(visitor, invoice)["meters"]
        used.append(bounds["last"]["value_litres"] - bounds["first"]["value_litres"])
    chart = visitor.get("/api/use")["use"]["periods"]
    assert used == [period["use"]["litres"] for period in chart]
    # One reading ends the one and begins the other: nothing between them is lost.
    assert used == [10_000, 10_000]


def test_call_for_payment_is_a_paper_of_its_own_and_counts_nothing_twice(visitor, anna):
    invoice = add_invoice(anna.code, "Anna", 1, 10_000, due_on=date(2026, 9, 1))
    # On account: what a call says was paid of it must not eat that up.
    add_payment(anna.code, 2_000, today())
    before = {
        "balance": visitor.get("/api/balance")["balance"],
        "ledger": visitor.get("/api/ledger")["ledger"]["entries"],
    }
    columns = {"kind": "call", "due_on": date(2026, 9, 20), "outstanding_grosze": 4_000}
    call = add_invoice(anna.code, "Anna", 0, 10_000, **columns)
    after = {
        "balance": visitor.get("/api/balance")["balance"],
        "ledger": visitor.get("/api/ledger")["ledger"]["entries"],
    }
    assert after == before
    found = shown(visitor, call)
    assert (found["kind"], found["state"], found["left"]["grosze"]) == ("call", "call", 0)
    assert "Zapłać raz" in found["owed"]
    assert found["why"] is None

    def numbers(state: str) -> list[str]:
        items = visitor.get(f"/api/invoices?state={state}")["invoices"]["items"]
        return [item["number"] for item in items]

    assert numbers("call") == [call.number]
    assert numbers("due") == numbers("overdue") == [invoice.number]
    assert call.number not in numbers("paid") + numbers("credit") + numbers("correction")
    answer = visitor.http.get(f"/api/invoices/{call.public_id}/document.pdf")
    assert "wezwanie" in answer.headers["Content-Disposition"]
    assert "Wezwanie do zapłaty" in text_of(PdfReader(io.BytesIO(answer.content)))
