"""What billing learns of an account that was opened in the wizard."""

import csv
import io

import pytest

from cast import new_customer, new_email


@pytest.mark.shows("P93")
def test_paper_notice_is_asked_for_where_billing_has_no_address(office, visitor, other_visitor):
    unknown, known = new_customer(), new_customer(email=new_email())
    visitor.register(unknown, new_email())
    other_visitor.register(known, new_email())
    batch = csv.DictReader(io.StringIO(office.run("export", "accounts").stdout), delimiter=";")
    told = {row["customer_code"]: (row["event"], row["paper_notice"]) for row in batch}
    assert told[unknown.code] == ("opened", "yes")
    assert told[known.code] == ("opened", "no")
    # Both chose the e-invoice. The notice takes a week, and a stolen invoice must wait for it.
    consents = office.run("export", "consents").stdout
    assert known.code in consents
    assert unknown.code not in consents
