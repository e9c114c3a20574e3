"""Download of all my data: whole, one's own, and nobody else's."""

import io
import json
import re
import zipfile
from datetime import datetime

import pytest

from cast import add_invoice, add_line, add_meter, add_payment, today
from ebok.accounts.models import SignIn
from ebok.customers import models
from ebok.database import now
from ebok.meters.models import Reading
from ebok.registration.models import Registration, Review
from office import LIMITS
from visitor import PASSWORD


def ask(somebody, expect=201, code="", password=PASSWORD):
    return somebody.visitor.post("/api/my-data/archive", expect, code, current_password=password)


def fetch(somebody) -> dict[str, bytes]:
    ticket = ask(somebody)["archive"]["ticket"]
    answer = somebody.visitor.http.get(f"/api/my-data/archive/{ticket}")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/zip"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "attachment" in answer.headers["Content-Disposition"]
    packed = zipfile.ZipFile(io.BytesIO(answer.content))
    assert packed.testzip() is None
    return {name: packed.read(name) for name in packed.namelist()}


@pytest.mark.shows("P65")
def test_all_is_there_in_json_and_to_read(anna, bartek):
    code = anna.customer.code
    invoice = add_invoice(code, "Anna <script>", gross_grosze=12345)
    add_line(invoice)
    add_payment(code, 12345, today())
    meter = add_meter(code)
    Reading.create(meter=meter, read_on=today(), value_litres=123_000, source="clerk")
    account = "61109010140000071219812874"
    models.Customer.update(bank_account=account).where(models.Customer.code == code).execute()
    anna.visitor.put("/api/my-data/e-invoice", given=True)
    files = fetch(anna)
    assert sorted(files) == ["moje-dane.html", "moje-dane.json"]
    told = json.loads(files["moje-dane.json"])
    assert told["account"][0]["customer_code"] == code
    assert len(told["invoices"]) == 6
    mine = next(i for i in told["invoices"] if i["number"] == invoice.number)
    (water,) = mine["lines"]
    assert (water["name"], water["quantity"], water["unit"]) == ("Dostarczona woda", "10", "m³")
    assert (water["unit_net_zloty"], mine["gross_zloty"]) == ("4.82", "123.45")
    # In local time with its offset from UTC.
    assert re.search(r"T\d\d:\d\d:\d\d\+0[12]:00$", told["made_at"])
    whole = files["moje-dane.json"].decode()
    assert not re.search(r"grosze|millionths|litres|\dZ\"", whole)
    assert told["points_of_use"][0]["meters"][0]["readings"][0]["value_m3"] == "123"
    assert told["payments"][0]["amount_zloty"] == "123.45"
    assert told["consents"][0]["given"] is True
    assert told["texts"][0]["body"]
    assert {"logged in", "consent given"} <= {deed["did"] for deed in told["deeds"]}
    assert told["sessions"]
    assert told["sign_ins"]
    assert told["mails"]
    read = files["moje-dane.html"].decode()
    assert '<html lang="pl">' in read
    assert "123,45\u00a0zł" in read
    assert "<script" not in read
    # The letter itself, in the reader's language.
    read = read.replace("\u00a0", " ").replace("\u2011", "-")
    for fact in ("10 m³", "4,82 zł", "123 m³", "Twoje dane w e-BOK"):
        assert fact in read, fact
    assert "Wystawiliśmy Ci 6 dokumentów, od " in read
    assert "Zaksięgowaliśmy 1 wpłatę na 123,45 zł." in read
    for raw in ("grosze", "millionths", "_at", "UTC", invoice.public_id):
        assert raw not in read, raw
    assert "odczytany przez biuro" in read
    # Lines stand in a table, each with its unit once; what has no name in the reader's language
    # would stand there as it is called in the database.
    heads = re.findall(r'<th scope="col">([^<]*)</th>', read)
    assert heads[:5] == ["Nazwa", "Ilość", "Cena jednostkowa netto", "Netto", "Stawka VAT"]
    assert "<td>8%</td>" in read
    assert not re.search(r"<(dt|th scope=.col.)>[a-z]*_[a-z_]*<", read)
    assert "61 1090 1014 0000 0712 1981 2874" in read
    assert "udzielono zgody" in read
    for secret in ("password_hash", "token_hash", "argon2"):
        assert secret not in files["moje-dane.json"].decode() + read
    assert bartek.customer.code not in files["moje-dane.json"].decode() + read


def test_sentences_of_the_letter_end_once(anna):
    add_invoice(anna.customer.code, "Anna")
    anna.visitor.get("/api/session?lang=uk")
    read = next(file for name, file in fetch(anna).items() if name.endswith(".html")).decode()
    assert '<html lang="uk">' in read
    assert "Ми виставили Вам" in read.replace("\u00a0", " ")
    assert ".." not in read.replace("...", "")


def checked(somebody, **columns) -> Review:
    """A request that the office approved, and that opened this account."""
    moment = now()
    typed = {"customer_code": somebody.customer.code, "email": somebody.account.email}
    times = {"started_at": moment, "expires_at": moment, "code_asked_at": moment}
    registration = Registration.create(
        token_hash=somebody.customer.code,
        account=somebody.account,
        matches_left=0,
        language="pl",
        **typed,
        **times,
    )
    hashes = dict.fromkeys(("privacy_hash", "terms_hash", "e_invoice_hash"), "x")
    answers = {"kind": "person", "buyer": "Anna z Rynku", "nip": "", "number": "FV/typed"}
    return Review.create(
        registration=registration,
        language="pl",
        amount_grosze=777_00,
        phone="",
        wants_e_invoice=True,
        asked_at=moment,
        decision="approved",
        decided_at=moment,
        decided_by="Dorota",
        reached_by="billing-phone",
        **typed,
        **hashes,
        **answers,
        **columns,
    )


def test_what_the_office_checked_before_it_opened_the_account_is_there(anna, bartek):
    checked(anna)
    checked(bartek)
    files = fetch(anna)
    (told,) = json.loads(files["moje-dane.json"])["reviews"]
    assert (told["buyer"], told["number"], told["amount_zloty"]) == (
        "Anna z Rynku",
        "FV/typed",
        "777.00",
    )
    assert (told["decision"], told["reached_by"]) == ("approved", "billing-phone")
    assert not [name for name in told if "hash" in name or name in ("registration", "decided_by")]
    read = files["moje-dane.html"].decode().replace("\u00a0", " ")
    for fact in ("Co biuro sprawdziło", "777,00 zł", "numer telefonu z systemu rozliczeniowego"):
        assert fact in read, fact


def test_ticket_is_of_one_account_and_no_other(anna, bartek):
    ticket = ask(anna)["archive"]["ticket"]
    bartek.visitor.get(f"/api/my-data/archive/{ticket}", 410)
    anna.visitor.get("/api/my-data/archive/x", 410)


def test_head_of_it_is_answered_as_itself(anna):
    ticket = ask(anna)["archive"]["ticket"]
    for _ in range(2):
        head = anna.visitor.http.head(f"/api/my-data/archive/{ticket}")
        assert (head.status_code, head.content) == (200, b"")
    whole = anna.visitor.http.get(f"/api/my-data/archive/{ticket}")
    assert len(whole.content) == int(whole.headers["Content-Length"])


def test_present_password_is_wanted_and_a_day_has_its_limit(anna):
    ask(anna, 422, "invalid-form", "nie to")
    for _ in range(LIMITS.own_data_per_account_day):
        ask(anna)
    ask(anna, 429, "too-many")


def test_letter_writes_an_instant_as_the_office_s_clock_showed_it(anna):
    moment = datetime(2026, 7, 1, 22, 30)
    SignIn.create(account=anna.account, at=moment, outcome="in", device="Firefox", network="10.…")
    files = fetch(anna)
    told = json.loads(files["moje-dane.json"])["sign_ins"][0]
    assert told["at"] == "2026-07-02T00:30:00+02:00"
    assert "2 lipca 2026, 00.30" in files["moje-dane.html"].decode().replace("\u00a0", " ")
