"""The demo town's rarer papers, one customer each: in two parts, corrected twice, called for."""

from datetime import date, timedelta

from ebok.demo.operations_papers import (
    Papers,
    Tap,
    corrected,
    month_ago,
    row,
    with_outstanding,
    zloty,
)

IN_PARTS = 29008
"""Pays each invoice in two parts, as agreed with the office."""
DAYS_BETWEEN_PARTS = 31

CORRECTED_TWICE = 29013
AGAIN_BECAUSE = "Odczyt sprawdzony na miejscu: jeden metr sześcienny więcej"

CALLED, CALLED_MONTHS_AGO = 29029, 3
"""Has paid nothing of an invoice, and is called to."""
CALLED_AFTER_DAYS = 8


def add(made: Papers, tap: Tap, seller_nip: str, today: date) -> None:
    """Put what this customer's papers have and others' have not among them."""
    if tap.place == IN_PARTS:
        _divide(made)
    if tap.place == CORRECTED_TWICE:
        _correct_again(made, tap, seller_nip)
    if tap.place == CALLED:
        _call(made, month_ago(today, CALLED_MONTHS_AGO))


def _divide(made: Papers) -> None:
    """The first part is due with the invoice itself."""
    for invoice in made.invoices:
        number, gross = invoice["invoice_number"], invoice["gross_grosze"]
        for place, grosze in enumerate((gross // 2, gross - gross // 2)):
            due_on = invoice["due_on"] + timedelta(days=place * DAYS_BETWEEN_PARTS)
            part = {"invoice_number": number, "due_on": due_on, "amount": zloty(grosze)}
            made.instalments.append(part)


def _correct_again(made: Papers, tap: Tap, seller_nip: str) -> None:
    """One cubic metre too many was taken off, and has been paid since."""
    correction = next(row for row in made.invoices if row["kind"] == "correction")
    again, lines = corrected(
        tap,
        correction["period_from"],
        seller_nip,
        cubic_metres=1,
        invoice_number=f"{correction['invoice_number']}/2",
        issued_on=correction["issued_on"] + timedelta(days=6),
        period_from=correction["period_from"],
        period_to=correction["period_to"],
        corrects=correction["invoice_number"],
        correction_reason=AGAIN_BECAUSE,
    )
    made.bill(with_outstanding(again, 0), lines)
    made.pay(again, again["issued_on"] + timedelta(days=9), again["gross_grosze"])


def _call(made: Papers, month: date) -> None:
    """The invoice of this month is not paid, whatever others have done."""
    called = next(row for row in made.invoices if row.get("period_from") == month)
    number = called["invoice_number"]
    called["outstanding"] = called["gross"]
    made.payments = [paid for paid in made.payments if paid["invoice_number"] != number]
    issued_on = called["due_on"] + timedelta(days=CALLED_AFTER_DAYS)
    call = row(
        called["gross_grosze"],
        invoice_number=number.replace("FV/", "WZ/"),
        customer_code=called["customer_code"],
        kind="call",
        issued_on=issued_on,
        due_on=issued_on + timedelta(days=14),
    )
    made.bill(with_outstanding(call, call["gross_grosze"]), [])
