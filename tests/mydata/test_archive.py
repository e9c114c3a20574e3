"""Download of all my data: whole, one's own, and nobody else's."""

import io
import json
import zipfile

import pytest

from cast import add_invoice, add_line, add_meter, add_payment
from ebok.app import create_desk
from ebok.database import now
from ebok.documents.archive import Busy
from ebok.meters.models import Reading
from ebok.mydata import archive
from ebok.settings import load
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


def test_all_is_there_in_json_and_to_read(anna, bartek):
    code = anna.customer.code
    invoice = add_invoice(code, "Anna <script>", gross_grosze=12345)
    add_line(invoice)
    add_payment(code, 12345, now().date())
    meter = add_meter(code)
    Reading.create(meter=meter, read_on=now().date(), value_litres=123_000, source="clerk")
    anna.visitor.put("/api/my-data/e-invoice", given=True)
    files = fetch(anna)
    assert sorted(files) == ["moje-dane.html", "moje-dane.json"]
    told = json.loads(files["moje-dane.json"])
    assert told["account"][0]["customer_code"] == code
    assert len(told["invoices"]) == 6
    mine = next(i for i in told["invoices"] if i["number"] == invoice.number)
    assert mine["lines"][0]["name"] == "Dostarczona woda"
    assert told["points_of_use"][0]["meters"][0]["readings"][0]["value_litres"] == 123_000
    assert told["payments"][0]["amount_grosze"] == 12345
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
    for secret in ("password_hash", "token_hash", "argon2"):
        assert secret not in files["moje-dane.json"].decode() + read
    assert bartek.customer.code not in files["moje-dane.json"].decode() + read


def test_ticket_is_of_one_account_and_no_other(anna, bartek):
    ticket = ask(anna)["archive"]["ticket"]
    bartek.visitor.get(f"/api/my-data/archive/{ticket}", 410)
    anna.visitor.get("/api/my-data/archive/x", 410)


def test_one_process_packs_for_one_at_a_time(office, anna):
    """Ten that are read slowly would else hold every thread there is, and nobody could log in."""
    app = create_desk(load(office.settings()))
    ticket = ask(anna)["archive"]["ticket"]
    with app.test_request_context():
        first = archive.stream(anna.account, ticket)
        with pytest.raises(Busy):
            archive.stream(anna.account, ticket)
        next(first)
        first.close()
        archive.stream(anna.account, ticket).close()
    # Who asks for the head alone leaves the desk free.
    for _ in range(4):
        assert anna.visitor.http.head(f"/api/my-data/archive/{ticket}").status_code == 200
    assert anna.visitor.http.get(f"/api/my-data/archive/{ticket}").status_code == 200


def test_present_password_is_wanted_and_a_day_has_its_limit(anna):
    ask(anna, 422, "invalid-form", "nie to")
    for _ in range(5):
        ask(anna)
    ask(anna, 429, "too-many")
