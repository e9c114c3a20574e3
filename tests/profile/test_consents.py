"""*TAK* and *NIE*: one click each, recorded, confirmed, told to billing."""

import json

import pytest

from cast import add_invoice
from ebok.consents.models import Consent
from ebok.exports.models import Outgoing
from somebody import log_in


def decide(somebody, given, expect=200):
    return somebody.visitor.put("/api/my-data/e-invoice", expect, given=given)


def told(somebody) -> list[dict]:
    mine = (Outgoing.customer_code == somebody.customer.code) & (Outgoing.feed == "consents")
    return [json.loads(row.facts) for row in Outgoing.select().where(mine).order_by(Outgoing.id)]


@pytest.mark.shows("P60")
def test_yes_and_no_are_one_click_each_with_their_history(office, anna):
    given = decide(anna, True)["my_data"]
    assert given["e_invoice"]["given"] is True
    assert given["e_invoice"]["waits_until"] is None
    withdrawn = decide(anna, False)["my_data"]
    assert withdrawn["e_invoice"] == {"given": False, "since": None, "waits_until": None}
    assert [(c["given"], c["channel"]) for c in withdrawn["consents"]] == [
        (False, "my-data"),
        (True, "my-data"),
    ]
    office.mail_to(anna.account.email, skip=1)
    assert [fact["given"] for fact in told(anna)] == [True, False]


def test_deciding_the_same_again_changes_nothing(office, anna):
    decide(anna, True)
    decide(anna, True)
    assert Consent.select().where(Consent.account == anna.account).count() == 1
    decide(anna, None, 422)
    anna.visitor.put("/api/my-data/e-invoice", 422, "invalid-form")


def test_the_text_that_was_agreed_to_can_be_read_by_its_owner_alone(anna, bartek):
    text_id = decide(anna, True)["my_data"]["consents"][0]["text_id"]
    text = anna.visitor.get(f"/api/my-data/texts/{text_id}")["text"]
    assert text["paragraphs"] == [
        {"kind": "text", "text": "Chcę otrzymywać faktury w postaci elektronicznej: TAK"}
    ]
    bartek.visitor.get(f"/api/my-data/texts/{text_id}", 404)


def test_consent_that_waits_for_the_paper_notice_says_until_when(visitor, office):
    anna = log_in(visitor, needs_paper_notice=True)
    waits = decide(anna, True)["my_data"]["e_invoice"]["waits_until"]
    assert waits
    assert "na papierze" in office.mail_to(anna.account.email).text


@pytest.mark.shows("P62")
def test_company_of_ksef_is_asked_about_the_mail_and_not_about_the_invoice(visitor, office):
    company = {"name": "Glina sp. z o.o.", "kind": "company", "nip": "8671234568"}
    glina = log_in(visitor, customer=company)
    assert glina.visitor.get("/api/my-data")["my_data"]["by_ksef"] is False
    add_invoice(
        glina.customer.code,
        "Glina",
        ksef_number="5265877635-20250826-0100001AF629-AF",
    )
    shown = decide(glina, True)["my_data"]
    assert shown["by_ksef"] is True
    text_id = shown["consents"][0]["text_id"]
    [paragraph] = glina.visitor.get(f"/api/my-data/texts/{text_id}")["text"]["paragraphs"]
    assert "TAK" in paragraph["text"]
    assert "postaci elektronicznej" not in paragraph["text"]
    assert "KSeF" in office.mail_to(glina.account.email).text


def test_choices_are_kept_and_the_offices_own_holds_where_there_is_none(anna):
    choices = anna.visitor.get("/api/my-data")["my_data"]["choices"]
    assert choices == {"attach_pdf": True, "remind_due": False, "remind_overdue": False}
    wanted = {"attach_pdf": False, "remind_due": True, "remind_overdue": True}
    assert anna.visitor.put("/api/my-data/choices", **wanted)["choices"] == wanted
    assert (anna.fresh.attach_pdf, anna.fresh.remind_due) == (False, True)
    anna.visitor.put("/api/my-data/choices", 422, "invalid-form", attach_pdf=True)


@pytest.mark.shows("T3.8")
def test_decisions_of_a_day_are_limited(anna):
    """Each is a row for ever, a mail, and a change for billing."""
    choices = {"attach_pdf": True, "remind_due": False, "remind_overdue": False}
    for _ in range(25):
        anna.visitor.put("/api/my-data/choices", **choices)
        anna.visitor.put("/api/my-data/e-invoice", given=True)
    anna.visitor.put("/api/my-data/e-invoice", 429, "too-many", given=False)
    anna.visitor.put("/api/my-data/choices", 429, "too-many", **choices)
