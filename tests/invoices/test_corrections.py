"""Corrections, linked both ways and told from the first to the last."""

import pytest

from cast import add_invoice, new_customer
from documents.papers import pdf, text_of
from ebok.invoices.models import Invoice
from invoices.bills import change, shown


@pytest.mark.shows("P5")
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


@pytest.mark.shows("P5")
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
        after = [version["after"] and version["after"]["grosze"] for version in found["versions"]]
        assert after == [14_569, 12_569, 13_069]
        assert [version["is_this"] for version in found["versions"]].count(True) == 1
        assert [version["reason"] for version in found["versions"]][1:] == [
            "Zły odczyt",
            "Pomyłka w korekcie",
        ]
    there = shown(visitor, first)
    assert [c["id"] for c in there["corrected_by"]] == [middle.public_id, last.public_id]
    assert shown(visitor, last)["correction_reason"] == "Pomyłka w korekcie"
    told = text_of(pdf(visitor, last))
    assert "Przyczyna korekty Pomyłka w korekcie" in told
    assert "Po korekcie" in told
    for part in ("145,69", "125,69", "130,69", "Zły odczyt"):
        assert part in told, told
    told = text_of(pdf(visitor, first))
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
        after = [version["after"] for version in there["versions"]]
        assert [one and one["grosze"] for one in after] == [10_000, None]
    assert visitor.http.get(f"/api/invoices/{both.public_id}/document.pdf").status_code == 200


def test_corrections_that_correct_each_other_are_shown_and_end(visitor, anna):
    one = add_invoice(anna.code, "Anna", 0, -100, kind="correction", corrects="?")
    two = change(one, -100, 5)
    Invoice.update(corrects=two.number).where(Invoice.number == one.number).execute()
    assert [c["id"] for c in shown(visitor, one)["corrected_by"]] == [two.public_id]
    itself = add_invoice(anna.code, "Anna", 0, -100, kind="correction")
    Invoice.update(corrects=itself.number).where(Invoice.number == itself.number).execute()
    assert shown(visitor, itself)["corrected_by"] == []
