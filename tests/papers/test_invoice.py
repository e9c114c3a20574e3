"""One invoice: its fields, what belongs to it, and *Czemu tyle?*."""

import io
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from pypdf import PdfReader

from cast import (
    Customer,
    add_document,
    add_invoice,
    add_line,
    add_meter,
    new_customer,
)
from ebok.accounts.models import Account
from ebok.database import now
from ebok.invoices.models import Invoice, VatSum
from ebok.meters.models import Reading
from ebok.notifications.models import Notification
from visitor import Visitor

OCTOBER = {
    "issued_on": date(2026, 11, 6),
    "period_from": date(2026, 10, 1),
    "period_to": date(2026, 10, 31),
}
SEPTEMBER = {
    "issued_on": date(2026, 10, 6),
    "period_from": date(2026, 9, 1),
    "period_to": date(2026, 9, 30),
}


def shown(visitor: Visitor, invoice: Invoice) -> dict:
    return visitor.get(f"/api/invoices/{invoice.public_id}")["invoice"]


def bill(customer: Customer, cubic_metres: int, price: int, **columns) -> Invoice:
    """An invoice for water at this net price in grosze, and a month's subscription."""
    net, vat = cubic_metres * price + 620, 0
    vat = round((cubic_metres * price) * 0.08) + round(620 * 0.08)
    sums = {"net_grosze": net, "vat_grosze": vat, "gross_grosze": net + vat}
    invoice = add_invoice(customer.code, customer.name, **sums, **columns)
    quantity = {"quantity_millionths": cubic_metres * 10**6, "net_grosze": cubic_metres * price}
    add_line(invoice, 1, unit_net_microgrosze=price * 10**6, **quantity)
    add_line(
        invoice,
        2,
        name="Opłata abonamentowa",
        unit="mies.",
        quantity_millionths=10**6,
        unit_net_microgrosze=620 * 10**6,
        net_grosze=620,
    )
    return invoice


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


def test_invoice_shows_its_lines_sums_and_what_is_left_to_pay(visitor, anna):
    due = datetime.now(ZoneInfo("Europe/Warsaw")).date() + timedelta(days=8)
    invoice = bill(anna, 10, 482, due_on=due, outstanding_grosze=2000, payable_grosze=5500)
    found = shown(visitor, invoice)
    assert [line["name"] for line in found["lines"]] == ["Dostarczona woda", "Opłata abonamentowa"]
    assert found["vat_sums"] == [
        {"vat_rate": "8", "rate": "8%", "net_grosze": 5440, "vat_grosze": 436}
    ]
    assert found["owed"].startswith("20,00\u00a0zł do ")
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
    sums = {"net_grosze": bare.net_grosze, "vat_grosze": bare.vat_grosze}
    assert shown(visitor, bare)["vat_sums"] == [{"vat_rate": "", "rate": "", **sums}]


def test_correction_and_corrected_lead_to_each_other(visitor, anna):
    invoice = add_invoice(anna.code, "Anna", 2)
    correction = add_invoice(
        anna.code, "Anna", 1, -1200, kind="correction", corrects=invoice.number
    )
    there, back = shown(visitor, invoice), shown(visitor, correction)
    assert [c["id"] for c in there["corrected_by"]] == [correction.public_id]
    assert back["corrects"] == {"number": invoice.number, "id": invoice.public_id}
    assert back["why"] is None
    # What is corrected may be older than e-BOK, or, by a fault of billing's, somebody else's.
    anothers = add_invoice(new_customer("Bartek").code, "Bartek")
    lonely = add_invoice(anna.code, "A", 1, -100, kind="correction", corrects=anothers.number)
    assert shown(visitor, lonely)["corrects"] == {"number": anothers.number, "id": None}


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


def test_why_tells_use_and_price_in_whole_sentences(visitor, anna):
    before, now = bill(anna, 9, 482, **SEPTEMBER), bill(anna, 10, 525, **OCTOBER)
    why = shown(visitor, now)["why"]
    assert why["before"]["number"] == before.number
    assert why["told"] == [
        "O\u00a09,85\u00a0zł więcej niż za wrzesień.",
        "Większość to woda: zużyto 10\u00a0m³ zamiast 9.",
        "Reszta to nowa taryfa.",
    ]
    assert [(p["kind"], p["amount_grosze"]) for p in why["parts"]] == [("use", 521), ("price", 464)]
    assert why["unchanged"] == "Dni w\u00a0okresie, korekty, odsetki"
    assert (why["before"]["name"], why["name"]) == ("Za wrzesień", "Za październik")


def test_why_compares_with_the_invoice_before_for_the_same_point_only(visitor, anna):
    point = {"point_code": "PP-1"}
    first = bill(anna, 9, 482, **SEPTEMBER, **point)
    assert "wcześniejszej" in shown(visitor, first)["why"]["told"][0]
    bill(anna, 99, 482, **SEPTEMBER, point_code="PP-2")
    add_invoice(anna.code, "A", 0, -500, kind="correction", **SEPTEMBER | point)
    add_invoice(anna.code, "A", 0, 300, kind="note", **SEPTEMBER | point)
    add_invoice(anna.code, "A", 0, 300, ksef_kind="ZAL", **SEPTEMBER | point)
    now = bill(anna, 9, 482, **OCTOBER, **point)
    why = shown(visitor, now)["why"]
    assert why["before"]["number"] == first.number
    assert why["told"] == ["Tyle samo co za wrzesień."]
    assert why["parts"] == []


def test_why_does_not_guess_between_two_invoices_for_unknown_points(visitor, anna):
    for cubic_metres in (3, 30):
        bill(anna, cubic_metres, 482, **SEPTEMBER)
    assert shown(visitor, bill(anna, 9, 482, **OCTOBER))["why"]["before"] is None


def test_why_says_when_lines_are_missing(visitor, anna):
    add_invoice(anna.code, "Anna", gross_grosze=10_000, **SEPTEMBER)
    why = shown(visitor, bill(anna, 10, 482, **OCTOBER))["why"]
    assert [p["kind"] for p in why["parts"]] == ["other"]
    assert len(why["told"]) == 2


def two_months(customer: Customer, cubic_metres: int, days: tuple[date, date]) -> Invoice:
    """An invoice of water, sewage and subscription for these days, each line saying everything."""
    first, last = days
    period = {"period_from": first, "period_to": last, "issued_on": last + timedelta(days=6)}
    months = max(1, round((last - first).days / 30))
    lines = (
        ("Dostarczona woda", "m³", cubic_metres, 500),
        ("Odprowadzanie ścieków", "m³", cubic_metres, 700),
        ("Opłata abonamentowa", "mies.", months, 1000),
    )
    net = sum(quantity * price for *_names, quantity, price in lines)
    vat = net * 8 // 100
    sums = {"net_grosze": net, "vat_grosze": vat, "gross_grosze": net + vat}
    invoice = add_invoice(customer.code, customer.name, **sums, **period)
    for position, (name, unit, quantity, price) in enumerate(lines, 1):
        given = {"quantity_millionths": quantity * 10**6, "net_grosze": quantity * price}
        add_line(invoice, position, name=name, unit=unit, unit_net_microgrosze=None, **given)
    return invoice


def test_why_compares_periods_of_other_length_by_the_day(visitor, anna):
    two_months(anna, 20, (date(2026, 8, 1), date(2026, 9, 30)))
    now = two_months(anna, 12, (date(2026, 10, 1), date(2026, 10, 31)))
    why = shown(visitor, now)["why"]
    assert why["told"] == [
        "O\u00a0114,48\u00a0zł mniej niż za sierpień–wrzesień.",
        "31 dni zamiast 61; dziennie 18\u00a0% więcej.",
        "Główna przyczyna to krótszy okres.",
        "W\u00a0drugą stronę: dziennie 18\u00a0% więcej, 23,80\u00a0zł.",
    ]
    days, use = why["parts"]
    assert (days["kind"], use["kind"]) == ("days", "use")
    assert days["amount_grosze"] + use["amount_grosze"] == -11448
    assert use["name"] == "Dziennie 18\u00a0% więcej"
    assert use["detail"] == "0,387\u00a0m³ dziennie zamiast 0,328"


def test_why_names_the_longer_period_and_not_the_use_that_only_followed_it(visitor, anna):
    two_months(anna, 10, (date(2026, 8, 3), date(2026, 9, 1)))
    now = two_months(anna, 21, (date(2026, 9, 2), date(2026, 11, 2)))
    told = shown(visitor, now)["why"]["told"]
    assert told[1] == "62 dni zamiast 30; dziennie 2\u00a0% więcej."
    assert told[2] == "Większość to dłuższy okres."


def test_why_takes_calendar_months_for_periods_of_one_length(visitor, anna):
    two_months(anna, 10, (date(2026, 1, 1), date(2026, 1, 31)))
    now = two_months(anna, 10, (date(2026, 2, 1), date(2026, 2, 28)))
    assert shown(visitor, now)["why"]["told"] == ["Tyle samo co za styczeń."]


def test_why_knows_water_and_sewage_on_one_line_as_both(visitor, anna):
    before = two_months(anna, 10, (date(2026, 9, 1), date(2026, 9, 30)))
    now = bill(anna, 0, 0, **OCTOBER)
    line = now.lines[0]
    line.name, line.net_grosze, line.quantity_millionths = "Woda i ścieki", 14400, 12_000_000
    line.save()
    Invoice.update(net_grosze=15_400, vat_grosze=1232, gross_grosze=16_632).where(
        Invoice.number == now.number
    ).execute()
    why = shown(visitor, now)["why"]
    assert why["before"]["number"] == before.number
    (use, *_rest) = why["parts"]
    assert use["kind"] == "use"
    assert use["name"] == "2\u00a0m³ wody i\u00a0ścieków więcej"
    assert "woda i\u00a0ścieki: 12\u00a0m³ zamiast 10" in why["told"][1]
    # The chart knows the same line for the same.
    chart = visitor.get("/api/use")["use"]["periods"]
    assert [period["litres"] for period in chart] == [10_000, 12_000]


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
    assert used == [period["litres"] for period in chart]
    # One reading ends the one and begins the other: nothing between them is lost.
    assert used == [10_000, 10_000]


def change(invoice: Invoice, gross: int, day: int, reason: str = "", **columns) -> Invoice:
    """A correction of it, issued on this day of December."""
    told = {"kind": "correction", "corrects": invoice.number, "correction_reason": reason}
    return add_invoice(
        invoice.customer_code,
        "Anna",
        gross_grosze=gross,
        issued_on=date(2026, 12, day),
        **told | columns,
    )


def test_corrections_of_corrections_are_told_from_the_first_to_the_last(visitor, anna):
    first = add_invoice(anna.code, "Anna", gross_grosze=14_569)
    # The later one has the earlier day: what it corrects comes first all the same.
    middle = change(first, -2_000, 9, "Zły odczyt")
    last = change(middle, 500, 9, "Pomyłka w korekcie", number=f"A{middle.number}")
    for paper in (first, middle, last):
        found = shown(visitor, paper)
        assert [version["id"] for version in found["versions"]] == [
            paper.public_id for paper in (first, middle, last)
        ]
        after = [version["after_grosze"] for version in found["versions"]]
        assert after == [14_569, 12_569, 13_069]
        assert [version["is_this"] for version in found["versions"]].count(True) == 1
        assert [version["reason"] for version in found["versions"]][1:] == [
            "Zły odczyt",
            "Pomyłka w korekcie",
        ]
    there = shown(visitor, first)
    assert [c["id"] for c in there["corrected_by"]] == [middle.public_id, last.public_id]
    assert shown(visitor, last)["correction_reason"] == "Pomyłka w korekcie"
    told = text_of(visitor.http.get(f"/api/invoices/{last.public_id}/document.pdf").content)
    assert "Przyczyna korekty Pomyłka w korekcie" in told
    assert "Po korekcie" in told
    for part in ("145,69", "125,69", "130,69", "Zły odczyt"):
        assert part in told, told
    told = text_of(visitor.http.get(f"/api/invoices/{first.public_id}/document.pdf").content)
    assert "Wszystkie wersje" in told
    assert last.number in told


def test_correction_of_several_invoices_leads_to_each_of_them(visitor, anna):
    one, two = (add_invoice(anna.code, "Anna", gross_grosze=10_000) for _ in range(2))
    gone = "FV/2019/1"
    both = change(one, -3_000, 5, "Rabat roczny", corrects_also=f"{two.number}\n{gone}")
    found = shown(visitor, both)
    assert found["corrects_all"] == [
        {"number": one.number, "id": one.public_id},
        {"number": two.number, "id": two.public_id},
        {"number": gone, "id": None},
    ]
    assert found["corrects"] == found["corrects_all"][0]
    for each in (one, two):
        there = shown(visitor, each)
        assert [c["id"] for c in there["corrected_by"]] == [both.public_id]
        # How much of it is this invoice's, it does not say.
        assert [version["after_grosze"] for version in there["versions"]] == [10_000, None]
    assert visitor.http.get(f"/api/invoices/{both.public_id}/document.pdf").status_code == 200


def test_corrections_that_correct_each_other_are_shown_and_end(visitor, anna):
    one = add_invoice(anna.code, "Anna", 0, -100, kind="correction", corrects="?")
    two = change(one, -100, 5)
    Invoice.update(corrects=two.number).where(Invoice.number == one.number).execute()
    assert [c["id"] for c in shown(visitor, one)["corrected_by"]] == [two.public_id]
    itself = add_invoice(anna.code, "Anna", 0, -100, kind="correction")
    Invoice.update(corrects=itself.number).where(Invoice.number == itself.number).execute()
    assert shown(visitor, itself)["corrected_by"] == []


def test_call_for_payment_is_a_paper_of_its_own_and_counts_nothing_twice(visitor, anna):
    invoice = add_invoice(anna.code, "Anna", 1, 10_000, due_on=date(2026, 9, 1))
    before = {
        "balance": visitor.get("/api/balance")["balance"],
        "ledger": visitor.get("/api/ledger")["ledger"]["entries"],
    }
    call = add_invoice(anna.code, "Anna", 0, 10_000, kind="call", due_on=date(2026, 9, 20))
    after = {
        "balance": visitor.get("/api/balance")["balance"],
        "ledger": visitor.get("/api/ledger")["ledger"]["entries"],
    }
    assert after == before
    found = shown(visitor, call)
    assert (found["kind"], found["state"], found["left_grosze"]) == ("call", "call", 0)
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
    assert "Wezwanie do zapłaty" in text_of(answer.content)


def text_of(content: bytes) -> str:
    """The words of a PDF, with one space between them."""
    pages = PdfReader(io.BytesIO(content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())
