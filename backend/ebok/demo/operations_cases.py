"""Rare cases of the demo town, a customer each: instalments, two corrections, a demand."""

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
"""Customer who pays each invoice in two instalments."""
DAYS_BETWEEN_PARTS = 31

CORRECTED_TWICE = 29013
AGAIN_BECAUSE = "Odczyt sprawdzony na miejscu: jeden metr sześcienny więcej"

CALLED, CALLED_MONTHS_AGO = 29029, 3
"""Customer with an unpaid invoice and a payment demand for it."""
CALLED_AFTER_DAYS = 8


def add(made: Papers, tap: Tap, seller_nip: str, today: date) -> None:
    """Add this customer's special case to their papers, if they have one."""
    if tap.place == IN_PARTS:
        _divide(made)
    if tap.place == CORRECTED_TWICE:
        _correct_again(made, tap, seller_nip)
    if tap.place == CALLED:
        _call(made, month_ago(today, CALLED_MONTHS_AGO))


def _divide(made: Papers) -> None:
    """Split each invoice into two instalments; the first is due on the invoice's own day."""
    for invoice in made.invoices:
        number, gross = invoice["invoice_number"], invoice["gross_grosze"]
        for place, grosze in enumerate((gross // 2, gross - gross // 2)):
            due_on = invoice["due_on"] + timedelta(days=place * DAYS_BETWEEN_PARTS)
            part = {"invoice_number": number, "due_on": due_on, "amount": zloty(grosze)}
            made.instalments.append(part)


def _correct_again(made: Papers, tap: Tap, seller_nip: str) -> None:
    """Correct the correction by one cubic metre, and add its payment."""
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
    """Make the invoice of this month unpaid, and add a payment demand for it."""
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
