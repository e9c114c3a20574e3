"""*Zapłać*: the right account, the sum that is left, and a QR that a bank reads."""

import io
import re
from dataclasses import replace
from datetime import date

import pytest
import zxingcpp
from hypothesis import given, strategies as st
from PIL import Image

from cast import add_invoice, new_account, new_customer
from ebok.customers.models import Customer
from ebok.invoices.models import Invoice
from ebok.payments import operations_transfer as transfer
from ebok.payments.operations_balance import Paper, reckon
from ebok.settings import Settings, Utility
from ebok.values import nrb
from payments.accounts import MASK, new_account_number
from visitor import PASSWORD

VECTOR = "1234567890|PL|92124012340001567890123456|001200|Odbiorca 1|FV 1234/34/2012|||"
MAIN = "61109010140000071219812874"
UTILITY = replace(Utility(), account_mask=MASK)
ANYTHING = st.text(st.characters(exclude_categories=["Cs"]), max_size=80)


@pytest.fixture
def anna(office, visitor):
    """Anna at her browser, as billing has her."""
    customer = new_customer(months=0)
    new_account(customer, PASSWORD)
    visitor.log_in(customer.code, PASSWORD)
    return Customer.get_by_id(customer.code)


def asked(visitor, invoice) -> dict:
    return visitor.get(f"/api/invoices/{invoice.public_id}/transfer")["transfer"]


def read_qr(svg: str) -> str:
    """What an independent reader sees in the drawing."""
    drawn = re.search(r'viewBox="0 0 (\d+) (\d+)".*?<path[^>]*class="qrline"[^>]*d="([^"]+)"', svg)
    side, _, path = drawn.groups()
    image = Image.new("L", (int(side), int(side)), 255)
    x = y = 0
    for command, across, down in re.findall(r"([MmhH])(-?[\d.]+)(?:[ ,]?(-?[\d.]+))?", path):
        if command in "Mm":
            first = command == "M"
            x = float(across) + (0 if first else x)
            y = float(down) + (0 if first else y)
        else:
            for step in range(int(float(across))):
                image.putpixel((int(x) + step, int(y)), 0)
            x += float(across)
    found = zxingcpp.read_barcodes(image.resize((image.width * 6, image.width * 6)))
    assert len(found) == 1
    assert found[0].ec_level == "L"
    return found[0].text


@pytest.mark.shows("P18")
def test_qr_says_what_the_banks_association_shows():
    made = transfer.qr_text(
        "1234567890", "92124012340001567890123456", 1200, "Odbiorca 1", "FV 1234/34/2012"
    )
    assert made == VECTOR


@pytest.mark.shows("T13.2")
@given(ANYTHING, ANYTHING, st.integers(1, transfer.MOST_IN_QR_GROSZE))
def test_qr_has_its_form_whatever_the_names(payee, title, grosze):
    text = transfer.qr_text("1234567890", MAIN, grosze, payee, title)
    fields = text.split("|")
    assert len(fields) == 9
    assert len(text) <= 160
    assert len(fields[4]) <= 20
    assert len(fields[5]) <= 32
    assert fields[3] == f"{grosze:06}"
    assert fields[6:] == ["", "", ""]


@pytest.mark.shows("T13.2")
@pytest.mark.parametrize("text", [VECTOR, VECTOR.replace("Odbiorca 1", "Wodociągi Żółkiewka")])
def test_drawn_qr_is_read_by_another_reader(text):
    assert read_qr(transfer.qr_svg(text)) == text


@given(st.integers(0, 10**24 - 1))
def test_check_digits_find_every_single_wrong_digit(rest):
    number = f"{98 - int(f'{rest:024}252100') % 97:02}{rest:024}"
    assert nrb.is_right(number)
    for place in (0, 1, 7, 25):
        wrong = (int(number[place]) + 3) % 10
        assert not nrb.is_right(f"{number[:place]}{wrong}{number[place + 1 :]}")


def test_sum_is_what_is_left_and_the_title_names_invoice_and_customer(anna, visitor):
    invoice = add_invoice(anna.code, "Anna", 0, 15_000, outstanding_grosze=4_000)
    found = asked(visitor, invoice)
    assert found["amount"]["grosze"] == 4_000
    assert {anna.code, invoice.number} == set(found["title"].split(", "))
    assert found["has_qr"]
    assert found["operator"] is None


def test_title_that_a_bank_would_cut_begins_with_the_customer_code():
    assert transfer.title_of("FV/2026/11/04417", "39-29001") == "FV/2026/11/04417, 39-29001"
    long = transfer.title_of("FV/WODOCIAGI/2026/11/04417", "39-29001")
    assert long[: transfer.LONGEST_TITLE].startswith("39-29001, FV/")


def test_account_of_the_invoice_comes_before_that_of_the_customer(anna, visitor):
    own, printed = new_account_number(), new_account_number()
    anna.change(bank_account=own)
    invoice = add_invoice(anna.code, "Anna", bank_account=printed)
    assert asked(visitor, invoice)["bank_account"].replace(" ", "") == printed
    other = add_invoice(anna.code, "Anna")
    found = asked(visitor, other)
    assert found["bank_account"].replace(" ", "") == own
    assert found["is_own_account"]


@pytest.mark.shows("P19", "T13.1")
def test_account_of_another_customer_is_never_shown(anna, visitor):
    """Whoever pays to it pays for somebody else."""
    bartek = new_customer(months=0)
    theirs = new_account_number()
    Customer.update(bank_account=theirs).where(Customer.code == bartek.code).execute()
    invoice = add_invoice(anna.code, "Anna", bank_account=theirs)
    assert asked(visitor, invoice)["bank_account"].replace(" ", "") == MAIN
    anna.change(bank_account=theirs)
    found = asked(visitor, invoice)
    assert found["bank_account"].replace(" ", "") == MAIN
    assert found["is_shared_account"]
    assert not found["is_own_account"]
    assert visitor.get("/api/balance")["balance"]["bank_account"] is None


@pytest.mark.shows("T13.1")
def test_account_without_right_digits_or_mask_is_never_shown(anna):
    right, foreign = new_account_number(), new_account_number("249000050000")
    wrong = f"{right[:-1]}{(int(right[-1]) + 1) % 10}"
    for printed, shown in ((right, right), (foreign, MAIN), (wrong, MAIN), ("", MAIN)):
        assert transfer.account_for(anna, UTILITY, printed) == shown
    assert transfer.account_for(anna, replace(UTILITY, account_mask=""), foreign) == foreign


def test_no_qr_above_the_limit_or_for_nothing_and_it_is_said_why(anna, visitor):
    cases = (
        (999_999, None),
        (1_000_000, "too-much"),
        (0, "nothing-to-pay"),
        (-5, "nothing-to-pay"),
    )
    for left, why in cases:
        invoice = add_invoice(anna.code, "Anna", outstanding_grosze=left)
        found = asked(visitor, invoice)
        assert (found["has_qr"], found["why_no_qr"]) == (why is None, why)
        assert found["amount"]["grosze"] == max(left, 0)
        for kind in ("svg", "png"):
            drawn = visitor.http.get(f"/api/invoices/{invoice.public_id}/transfer.{kind}")
            assert drawn.status_code == (404 if why else 200)


@pytest.mark.shows("T13.3")
def test_qr_of_the_whole_debt_is_drawn_for_its_owner_alone(anna, visitor, other_visitor):
    add_invoice(anna.code, "Anna", 1, 10_000)
    invoice = add_invoice(anna.code, "Anna", 0, 2_345)
    drawn = visitor.http.get("/api/balance/transfer.svg")
    assert drawn.headers["Content-Type"].startswith("image/svg+xml")
    assert drawn.headers["Cache-Control"] == "no-store"
    assert "style=" not in drawn.text
    fields = read_qr(drawn.text).split("|")
    assert fields[2:4] == [MAIN, "012345"]
    assert anna.code in fields[5]
    bartek = new_customer(months=0)
    new_account(bartek, PASSWORD)
    other_visitor.log_in(bartek.code, PASSWORD)
    for end in ("", ".svg", ".png"):
        other_visitor.get(f"/api/invoices/{invoice.public_id}/transfer{end}", 404)
        other_visitor.get(f"/api/invoices/{'0' * 32}/transfer{end}", 404)


@pytest.mark.shows("T13.2")
def test_picture_to_save_says_what_the_drawing_says(anna, visitor):
    invoice = add_invoice(anna.code, "Anna", 0, 2_345)
    for path in ("/api/balance/transfer", f"/api/invoices/{invoice.public_id}/transfer"):
        saved = visitor.http.get(f"{path}.png")
        assert saved.headers["Content-Type"] == "image/png"
        assert saved.headers["Cache-Control"] == "no-store"
        picture = Image.open(io.BytesIO(saved.content))
        # As large as a bank's app reads from a gallery, and with the white edge that it needs.
        assert 400 <= picture.width <= 800
        assert zxingcpp.read_barcodes(picture)[0].text == read_qr(
            visitor.http.get(f"{path}.svg").text
        )
    name = f"kod-qr-{invoice.number.replace('/', '-')}-{anna.code}.png"
    assert saved.headers["Content-Disposition"] == f'attachment; filename="{name}"'


KSEF = "8671234568-20261031-0100001AF629-AF"


def test_ksef_number_belongs_into_the_title_of_a_payer_of_vat_from_2027():
    firm, person = Customer(code="39-1", nip="5265877635"), Customer(code="39-2", nip="")
    invoice = Invoice(number="FV/1", ksef_number=KSEF, gross_grosze=100, outstanding_grosze=100)
    for customer, day, number in (
        (firm, date(2026, 12, 31), ""),
        (firm, date(2027, 1, 1), KSEF),
        (person, date(2027, 1, 1), ""),
    ):
        balance = reckon([Paper("FV/1", None, 100)], 0, day)
        paying = transfer.of_invoice(invoice, balance, customer, Settings())
        assert paying.ksef_number == number
        several = transfer.of_several([invoice, invoice], balance, customer, Settings())
        assert several.wants_collective == bool(number)


def test_title_of_several_has_whole_numbers_and_no_more_than_fit():
    numbers = [f"FV/26/{n:02}/0417" for n in range(1, 13)]
    for longest, count in ((32, 1), (140, 8)):
        title = transfer.title_of_several(numbers, "39-29001", longest)
        # As many as fit: one more would be 15 characters more.
        assert longest - 15 < len(title) <= longest
        assert title.count("FV/26/") == count
        assert title.startswith("39-29001, FV/26/01/0417")
        assert title.endswith(" i inne")
    long = transfer.title_of_several(["F" * 40, "G" * 40], "39-29001", 32)
    assert long == "39-29001, faktury: 2"
